//! AUTH typed bare, and where its password must not be: on the screen, in the history, in a saved session, in events.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use byhand_tests::bin;
use testlab::pki::{Cert, Pki};
use testlab::smtp::{Behaviour, Log, Plain, Server};

use super::terminal::Terminal;
use super::{Folder, at_80, tool};
use crate::real::auth::traces;

const PASSWORD: &str = "zebra-Quartz9";

async fn server() -> (Server, Log) {
    let log = Log::new();
    let plain = Plain::new("mx.test").starttls(Cert::Good).auth(&["PLAIN", "LOGIN"], "user", PASSWORD);
    let behaviour = Behaviour::Plain(Arc::new(plain));
    let pki = Arc::new(Pki::new().unwrap());
    (Server::start(([127, 0, 0, 1], 0).into(), behaviour, pki, log.clone()).await.unwrap(), log)
}

#[track_caller]
fn holds_none(what: &str, text: &str) {
    for trace in traces(PASSWORD) {
        assert!(!text.contains(&trace), "{what} holds {trace}:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_auth_logs_in_and_leaves_no_trace() {
    let (server, log) = server().await;
    let address = server.address().to_string();
    let folder = Folder::new();
    let saved = folder.path().join("saved.smtp");
    let screen = tokio::task::block_in_place(|| {
        let terminal = at_80(&folder, &["--server", &address, "--ehlo", "client.test", "--from", "a@client.test"]);
        terminal.line("smtp> ", "EHLO client.test");
        terminal.line("smtp> ", "STARTTLS");
        terminal.line("smtp~ ", "EHLO client.test");
        // The prompts of LOGIN, then those of PLAIN a second time: RFC 4954 §4 answers that with 503.
        terminal.line("smtp~ ", "AUTH LOGIN");
        terminal.shows("Username:");
        terminal.line("auth~ ", "user");
        terminal.line("password", PASSWORD);
        terminal.shows("235");
        terminal.shows("logged in");
        terminal.line("smtp~ ", "MAIL FROM:<a@client.test>");
        terminal.line("smtp~ ", "RCPT TO:<b@example.test>");
        terminal.line("smtp~ ", "DATA");
        terminal.line("data~ ", "Subject: by hand");
        terminal.line("data~ ", "");
        terminal.line("data~ ", "Hello");
        terminal.line("data~ ", ".");
        terminal.line("smtp~ ", &format!(":save {}", saved.display()));
        terminal.line("smtp~ ", ":command");
        terminal.line("smtp~ ", "QUIT");
        assert_eq!(terminal.end(), 0);
        terminal.all()
    });
    holds_none("the screen", &screen);
    let history = folder.history();
    holds_none("the history", &history);
    assert!(history.contains("MAIL FROM:<a@client.test>") && !history.contains("AUTH"), "{history}");
    let script = std::fs::read_to_string(&saved).unwrap();
    holds_none("the saved session", &script);
    // The saved session does it again, with the password from elsewhere.
    let words = ["--server", &address, "--ehlo", "client.test", "--script"];
    let mut again = Command::new(bin("smtp-send"));
    again.args(words).arg(&saved).env("BYHAND_AUTH_PASSWORD", PASSWORD);
    let again = tokio::task::block_in_place(|| again.output().unwrap());
    let said = String::from_utf8_lossy(&[&again.stdout[..], &again.stderr[..]].concat()).into_owned();
    assert_eq!(again.status.code(), Some(0), "{script}\n{said}");
    holds_none("the events", &said);
    let messages = log.messages();
    assert_eq!(messages.len(), 2, "{said}");
    assert_eq!(messages[0], messages[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_typed_once_more_after_a_refusal_stays_here() {
    let (server, log) = server().await;
    let address = server.address().to_string();
    let folder = Folder::new();
    let saved = folder.path().join("saved.smtp");
    let screen = tokio::task::block_in_place(|| {
        let terminal = at_80(&folder, &["--server", &address, "--ehlo", "client.test"]);
        terminal.line("smtp> ", "EHLO client.test");
        terminal.line("smtp> ", "STARTTLS");
        terminal.line("smtp~ ", "EHLO client.test");
        terminal.line("smtp~ ", "AUTH LOGIN");
        terminal.shows("Username:");
        terminal.line("auth~ ", "user");
        terminal.line("password", "wrong-Horse1");
        terminal.shows("535");
        terminal.prompts("smtp~ ");
        terminal.keys(&[PASSWORD, "Enter"]);
        terminal.shows("not sent: the login did not come about");
        terminal.line("smtp~ ", &format!(":save {}", saved.display()));
        terminal.line("smtp~ ", "QUIT");
        assert_eq!(terminal.end(), 0);
        terminal.all()
    });
    holds_none("the screen", &screen);
    holds_none("the history", &folder.history());
    holds_none("the saved session", &std::fs::read_to_string(&saved).unwrap());
    holds_none("the server", &format!("{:?}", log.connections()[0].lines));
}

/// A server that answers AUTH when it is told to, and with what; its address, that AUTH came, and the lines that came.
fn slow(answer: &'static str) -> (String, mpsc::Receiver<()>, mpsc::Sender<()>, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let ((came, comes), (go, goes)) = (mpsc::channel(), mpsc::channel());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = Vec::new();
        stream.write_all(b"220 mx.test ESMTP\r\n").unwrap();
        for line in BufReader::new(stream.try_clone().unwrap()).lines() {
            let Ok(line) = line else { break };
            lines.push(line.clone());
            let reply = match line.as_str() {
                "EHLO client.test" => "250-mx.test\r\n250 AUTH LOGIN",
                "AUTH LOGIN" => {
                    came.send(()).unwrap();
                    goes.recv().unwrap();
                    answer
                }
                // base64 of `user`.
                "dXNlcg==" => "334 UGFzc3dvcmQ6",
                "QUIT" => "221 bye",
                _ if lines.len() == 4 => "235 ok",
                _ => "500 what",
            };
            if stream.write_all(format!("{reply}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        lines
    });
    (address, comes, go, thread)
}

#[test]
fn a_password_typed_before_its_prompt_is_not_shown() {
    let (address, _comes, go, server) = slow("334 VXNlcm5hbWU6");
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &address, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> ");
    // All at once: the server has not answered, nor even the prompt come back.
    terminal.keys(&["AUTH LOGIN", "Enter", "user", "Enter", PASSWORD, "Enter"]);
    terminal.shows(&"*".repeat(PASSWORD.len()));
    go.send(()).unwrap();
    terminal.shows("logged in");
    terminal.line("smtp> ", "QUIT");
    assert_eq!(terminal.end(), 0);
    holds_none("the screen", &terminal.all());
    holds_none("the history", &folder.history());
    let lines = server.join().unwrap();
    assert_eq!(lines.len(), 5, "both answers, and no command too many: {lines:?}");
}

#[test]
fn a_password_pasted_at_a_server_without_auth_stays_here() {
    let (address, _comes, go, server) = slow("503 5.5.1 authentication not enabled");
    go.send(()).unwrap();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &address, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> ");
    // As a terminal pastes that knows no bracketed paste.
    terminal.keys(&["AUTH LOGIN", "Enter", "user", "Enter", PASSWORD, "Enter"]);
    terminal.shows("not sent");
    terminal.line("smtp> ", "QUIT");
    assert_eq!(terminal.end(), 0);
    holds_none("the screen", &terminal.all());
    holds_none("the history", &folder.history());
    assert_eq!(server.join().unwrap(), ["EHLO client.test", "AUTH LOGIN", "QUIT"]);
}

#[test]
fn a_dumb_terminal_shows_no_password_either() {
    let (address, comes, go, server) = slow("334 VXNlcm5hbWU6");
    let folder = Folder::new();
    let words = tool(&["--server", &address, "--ehlo", "client.test"]);
    let terminal = Terminal::start((80, 24), folder.path(), &["TERM=dumb"], &words);
    terminal.shows("smtp>");
    terminal.keys(&["EHLO client.test", "Enter"]);
    terminal.shows("250 AUTH LOGIN");
    terminal.keys(&["AUTH LOGIN", "Enter"]);
    // The server has it, and says nothing yet: no prompt stands there.
    comes.recv().unwrap();
    terminal.keys(&["user", "Enter", PASSWORD, "Enter"]);
    go.send(()).unwrap();
    terminal.shows("logged in");
    terminal.keys(&["QUIT", "Enter"]);
    assert_eq!(terminal.end(), 0);
    holds_none("the screen", &terminal.all());
    assert_eq!(server.join().unwrap().len(), 5);
}
