//! Scripts: each thing said is one event, `:expect` decides the exit code, a saved session does the same again, and so does
//! the line that `:command` tells.

use std::process::Command;
use std::sync::Arc;

use byhand::cli::io::Io;
use byhand::wire::{Record, Said};
use byhand_tests::bin;
use clap::Parser;
use testlab::pki::{Cert, Pki};
use testlab::smtp::{Behaviour, Log, Plain, Server};

use super::Folder;

async fn server() -> (Server, Log) {
    let log = Log::new();
    let plain = Plain::new("mx.test").starttls(Cert::Good).reply("RCPT TO:<nobody@*", "550 5.1.1 no such user here");
    let behaviour = Behaviour::Plain(Arc::new(plain));
    let pki = Arc::new(Pki::new().unwrap());
    (Server::start(([127, 0, 0, 1], 0).into(), behaviour, pki, log.clone()).await.unwrap(), log)
}

/// Runs in this process: exit code, standard output, standard error.
async fn run(server: &Server, words: &[&str], script: &str) -> (u8, String, String) {
    let address = server.address().to_string();
    let mut all = vec!["smtp-send", "--by-hand", "--server", &address, "--ehlo", "client.test", "--timeout", "5"];
    all.extend(words);
    let args = smtp_send::Args::try_parse_from(all).unwrap_or_else(|error| panic!("{error}"));
    let (io, stdout, stderr) = Io::captured("smtp-send", script.as_bytes().to_vec());
    let code = smtp_send::run(args, io).await;
    (code, stdout.text(), stderr.text())
}

/// What was said, without what differs between runs: times and ports.
fn said(events: &str, port: u16) -> Vec<String> {
    let one = |line: &str| match serde_json::from_str(line).unwrap() {
        Record::Event(event) => {
            let text = event.text.replace(&format!("]:{port}"), "]:PORT");
            format!("{} {:?} {} {:?} {text}", event.session, event.who, event.tls, event.code)
        }
        other => panic!("{other:?}"),
    };
    events.lines().map(one).collect()
}

const TRANSACTION: &str = "\
# A comment, and a blank line.

EHLO client.test
:expect 250
STARTTLS
EHLO client.test
MAIL FROM:<a@client.test>
RCPT TO:<b@example.test>
:expect 2.1.5
:group
NOOP one
NOOP two
:end
DATA
Subject: a script

.hidden
:why
.
:expect 250
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_session_does_the_same_again() {
    let folder = Folder::new();
    let path = folder.path().join("saved.smtp").display().to_string();
    let (first, log) = server().await;
    let script = format!("{TRANSACTION}:save {path}\nQUIT\n");
    let (code, events, stderr) = run(&first, &[], &script).await;
    assert_eq!((code, stderr.as_str()), (0, ""), "{events}");
    let (second, again) = server().await;
    let address = second.address().to_string();
    let words = ["smtp-send", "--script", &path, "--server", &address, "--ehlo", "client.test"];
    let (io, stdout, _) = Io::captured("smtp-send", vec![]);
    let replayed = smtp_send::run(smtp_send::Args::try_parse_from(words).unwrap(), io).await;
    assert_eq!(replayed, 0, "{}", stdout.text());
    let (before, after) = (said(&events, first.address().port()), said(&stdout.text(), second.address().port()));
    assert!(before.len() > 30, "{before:?}");
    assert_eq!(before, after);
    assert_eq!(log.messages(), again.messages());
    assert_eq!(log.messages()[0].data, b"Subject: a script\r\n\r\n.hidden\r\n:why\r\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_has_the_same_effect() {
    let (server, log) = server().await;
    let script = TRANSACTION.replace("NOOP one\n", "") + ":command\nQUIT\n";
    let (code, shown, _) = run(&server, &["--format", "table"], &script).await;
    assert_eq!(code, 0, "{shown}");
    let command = shown.lines().find(|line| line.contains(" | smtp-send --")).unwrap_or_else(|| panic!("{shown}"));
    let tools = bin("smtp-send").parent().unwrap().display().to_string();
    let path = format!("{tools}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).env("PATH", path);
    let done = tokio::task::block_in_place(|| shell.output().unwrap());
    assert_eq!(done.status.code(), Some(0), "{command}\n{}", String::from_utf8_lossy(&done.stderr));
    let messages = log.messages();
    assert_eq!(messages.len(), 2, "{command}");
    // MAIL may have parameters that the tool adds by itself (RFC 1870 §5).
    assert!(messages[1].mail.starts_with("FROM:<a@client.test>"), "{:?}", messages[1].mail);
    let effect = |at: usize| (messages[at].rcpt.clone(), messages[at].data.clone(), messages[at].tls);
    assert_eq!(effect(0), effect(1));
}

#[tokio::test]
async fn exit_codes() {
    let (server, _) = server().await;
    for (script, code) in [
        ("EHLO client.test\nQUIT\n", 0),
        ("EHLO client.test\n:expect 250\nMAIL FROM:<a@client.test>\nRCPT TO:<nobody@x.test>\n:expect 550 \n", 0),
        ("EHLO client.test\n:expect 550\nQUIT\n", 1),
        ("EHLO client.test\n:expect 250\nMAIL FROM:<a@client.test>\nRCPT TO:<nobody@x.test>\n", 1),
        // Nothing is expected: a refusal is an answer like others.
        ("EHLO client.test\nMAIL FROM:<a@client.test>\nRCPT TO:<nobody@x.test>\n", 0),
        ("EHLO client.test\n:nonsense\n", 65),
        ("EHLO client.test\n:group\nNOOP\n", 65),
        ("EHLO client.test\r\nQUIT\r\n", 0),
        ("EHLO client.test\nMAIL FROM:<>\nRCPT TO:<b@example.test>\nDATA\nSubject: x\n", 65),
        ("\u{feff}EHLO client.test\n:expect 250\n  :why\nQUIT\n:expect closed\n", 0),
        ("{\"type\":\"mx/1\",\"domain\":\"example.org\"}\n", 65),
        ("", 0),
    ] {
        let (got, events, stderr) = run(&server, &[], script).await;
        assert_eq!(got, code, "{script}\n{events}{stderr}");
    }
}

#[tokio::test]
async fn what_ends_a_script_is_told_with_its_line() {
    let (server, log) = server().await;
    for (script, said) in [
        ("EHLO client.test\nQUIT\n:expect 221\n:expect 550\n", "line 4 of standard input: expected 550"),
        ("EHLO client.test\n:bogus\n", "line 2 of standard input: there is no :bogus"),
        ("{\"type\":\"mx/1\"}\n", "line 1 of standard input: this is a record"),
    ] {
        let (_, _, stderr) = run(&server, &["-q"], script).await;
        assert!(stderr.contains(said), "{script}: {stderr}");
    }
    // A file is looked at before anything is said.
    let before = log.connections().len();
    let folder = Folder::new();
    let path = folder.path().join("script.smtp");
    std::fs::write(&path, "EHLO client.test\nMAIL FROM:<>\n:expect 25\n").unwrap();
    let (code, _, stderr) = run(&server, &["--script", &path.display().to_string()], "").await;
    assert_eq!(code, 65);
    assert!(stderr.contains("line 3 of /") && stderr.contains("is no pattern"), "{stderr}");
    assert_eq!(log.connections().len(), before);
}

#[tokio::test]
async fn what_is_asked_for_is_told_without_v() {
    let (server, _) = server().await;
    let script = "EHLO client.test\n:command\nQUIT\n";
    let (_, events, stderr) = run(&server, &[], script).await;
    assert_eq!(stderr, "");
    let notes = said(&events, server.address().port());
    assert!(notes.iter().any(|note| note.contains("Note") && note.contains("smtp-send --server")), "{notes:#?}");
    let (_, table, _) = run(&server, &["--format", "table", "-q"], script).await;
    assert!(table.lines().any(|line| line.starts_with("smtp-send --server")), "{table}");
}

#[tokio::test]
async fn the_login_options_are_for_auth() {
    let log = Log::new();
    let plain = Plain::new("mx.test").auth(&["PLAIN"], "user", "zebra-Quartz9");
    let pki = Arc::new(Pki::new().unwrap());
    let behaviour = Behaviour::Plain(Arc::new(plain));
    let server = Server::start(([127, 0, 0, 1], 0).into(), behaviour, pki, log.clone()).await.unwrap();
    let login = ["--auth-user", "user", "--auth-password", "zebra-Quartz9", "-q"];
    let script = "EHLO client.test\n:auth PLAIN\n:expect 235\n";
    let (code, events, stderr) = run(&server, &[&login[..], &["--auth-in-clear"]].concat(), script).await;
    assert_eq!((code, stderr.as_str()), (0, ""), "{events}");
    // RFC 4954 §4: a password is not sent in clear unless that is asked for.
    let (code, events, _) = run(&server, &login, script).await;
    assert!(code == 65 && events.contains("--auth-in-clear"), "{code} {events}");
}

/// The script of the tutorial, at a server that passes nothing on, at an open relay, and at one that asks to come back.
#[tokio::test]
async fn the_script_of_the_tutorial() {
    let tutorial = include_str!("../../docs/tutorial.md");
    let script = tutorial.split("```script\n").nth(1).unwrap().split("```").next().unwrap();
    for (reply, code) in [
        ("554 5.7.1 Relay access denied", 0),
        ("250 2.1.5 ok", 1),
        ("550 5.1.1 no such user", 1),
        ("450 4.7.1 later", 0),
    ] {
        let plain = Plain::new("mx.test").reply("RCPT TO:<someone@elsewhere.example>*", reply);
        let behaviour = Behaviour::Plain(Arc::new(plain));
        let pki = Arc::new(Pki::new().unwrap());
        let server = Server::start(([127, 0, 0, 1], 0).into(), behaviour, pki, Log::new()).await.unwrap();
        let (got, events, stderr) = run(&server, &[], script).await;
        assert_eq!(got, code, "{reply}\n{events}{stderr}");
    }
}

#[tokio::test]
async fn the_last_word_of_a_script_is_quit() {
    let (server, log) = server().await;
    let (code, events, _) = run(&server, &[], "EHLO client.test\n").await;
    assert_eq!(code, 0);
    let last: Said = match serde_json::from_str(events.lines().last().unwrap()).unwrap() {
        Record::Event(event) => Said {
            at_ms: event.at_ms,
            who: event.who,
            tls: event.tls,
            text: event.text,
            elapsed_ms: event.elapsed_ms,
            code: event.code,
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(last.code, Some(221));
    assert_eq!(log.connections()[0].lines.last().unwrap().1, "QUIT");
}

#[tokio::test]
async fn what_is_no_text_is_told_and_not_sent() {
    let (server, log) = server().await;
    let address = server.address().to_string();
    let words = ["smtp-send", "--by-hand", "--server", &address, "--ehlo", "client.test"];
    let (io, _, stderr) = Io::captured("smtp-send", b"EHLO client.test\nNOOP \xff\n".to_vec());
    let code = smtp_send::run(smtp_send::Args::try_parse_from(words).unwrap(), io).await;
    assert_eq!(code, 65);
    assert!(stderr.text().contains("line 2 of standard input"), "{}", stderr.text());
    assert!(log.connections()[0].lines.iter().all(|(_, line)| !line.starts_with("NOOP")));
}

#[tokio::test]
async fn where_to_has_to_be_said() {
    for (words, what) in [
        (&["smtp-send", "--by-hand"][..], "say where"),
        (&["smtp-send", "--by-hand", "smtp://x"], "this is a URL"),
        (&["smtp-send", "--script", "/nowhere/at/all", "--server", "127.0.0.1"], "cannot read /nowhere/at/all"),
    ] {
        let (io, _, stderr) = Io::captured("smtp-send", vec![]);
        let code = smtp_send::run(smtp_send::Args::try_parse_from(words).unwrap(), io).await;
        assert_eq!(code, 2, "{words:?}");
        assert!(stderr.text().contains(what), "{}", stderr.text());
    }
}
