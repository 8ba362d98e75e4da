//! AUTH typed bare, and where its password must not be: on the screen, in the history, in a saved session, in events.

use std::process::Command;
use std::sync::Arc;

use byhand_tests::bin;
use testlab::pki::{Cert, Pki};
use testlab::smtp::{Behaviour, Log, Plain, Server};

use super::{Folder, at_80};
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
