//! Any octets and lines in any order: nothing panics, nothing is sent that was not typed, no secret is shown or saved.

use std::time::Duration;

use proptest::prelude::*;

use super::{Play, settings};
use crate::smtp::reply::LIMIT;
use crate::smtp::typed::{Do, Prompt};

const SECRET: &str = "zebra-Quartz9";
const ENCODED: &str = "emVicmEtUXVhcnR6OQ==";
const PLAIN: &str = "AHVzZXIAemVicmEtUXVhcnR6OQ==";

/// Replies that say secrets back.
const ECHOES: [&str; 3] = [
    "500 unknown: zebra-Quartz9 emVicmEtUXVhcnR6OQ== AHVzZXIAemVicmEtUXVhcnR6OQ==\r\n",
    "334 emVicmEtUXVhcnR6OQ==\r\n",
    "zebra-Quartz9\r\n",
];

#[derive(Clone, Debug)]
enum Step {
    Line(String),
    Server(Vec<u8>),
    /// What a server says that heard a secret, once one was given.
    Echo(&'static str),
    /// A secret, where one is asked for.
    Secret,
    AuthLine(String),
    Eof,
    Broken,
    TimedOut,
    Interrupt,
    EndOfInput,
}

fn reply() -> impl Strategy<Value = Vec<u8>> {
    let sensible = prop::sample::select(vec![
        "220 mx.test\r\n",
        "250 ok\r\n",
        "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
        "334 VXNlcm5hbWU6\r\n",
        "334 UGFzc3dvcmQ6\r\n",
        "334 \r\n",
        "354 go\r\n",
        "235 ok\r\n",
        "535 no\r\n",
        "550 no\r\n",
        "421 bye\r\n",
        "221 bye\r\n",
        "530 5.7.0 login\r\n",
        "250-half\r\n",
    ]);
    prop_oneof![
        8 => sensible.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => "[0-9]{3}[ -]?[a-z\u{7f}-\u{ff}]{0,9}\r?\n".prop_map(String::into_bytes),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "EHLO client.test",
        "HELO a",
        "LHLO a",
        "STARTTLS",
        "AUTH LOGIN",
        "AUTH PLAIN",
        "AUTH CRAM-MD5",
        "AUTH SCRAM-SHA-256",
        "AUTH NOVEL",
        "MAIL FROM:<a@b.test>",
        "RCPT TO:<c@d.test>",
        "DATA",
        "BDAT 3 LAST",
        ".",
        "",
        "QUIT",
        "RSET",
        "Subject: x",
        "*",
        "user",
        "#x",
        ":help",
        ":why",
        ":explain",
        ":timing",
        ":tls",
        ":tls now",
        ":auth PLAIN user",
        ":auth",
        ":message f",
        ":data",
        ":group",
        ":end",
        ":raw NO",
        ":raw OP\\r\\n",
        ":sleep 1",
        ":save f",
        ":command",
        ":reconnect",
        ":yes",
        ":no",
        ":expect 250",
        ":on 5xx RSET",
        ":undo",
        ":secret",
        ":quit",
        ":nonsense",
    ]);
    prop_oneof![8 => usual.prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => "[:.a-z\r\n\u{e9}\\\\]{0,12}"]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => line().prop_map(Step::Line),
        12 => reply().prop_map(Step::Server),
        3 => Just(Step::Secret),
        2 => prop::sample::select(ECHOES.to_vec()).prop_map(Step::Echo),
        1 => prop::sample::select(vec![
            format!("AUTH PLAIN {PLAIN}"),
            "auth  LOGIN dXNlcg==".to_owned(),
            format!("AUTH {SECRET}"),
            format!(":raw AUTH PLAIN {PLAIN}\\r\\n"),
        ]).prop_map(Step::AuthLine),
        1 => Just(Step::Eof),
        1 => Just(Step::Broken),
        1 => Just(Step::TimedOut),
        1 => Just(Step::Interrupt),
        1 => Just(Step::EndOfInput),
    ]
}

/// Whether the server has what it might say back.
fn heard_a_secret(play: &Play) -> bool {
    [SECRET, ENCODED, PLAIN].iter().any(|secret| play.sent().contains(secret))
}

fn play_all(steps: Vec<Step>, script: bool, asks: bool) {
    let mut settings = settings();
    (settings.script, settings.asks_before_delivery, settings.auth_in_clear) = (script, asks, true);
    let mut play = Play::new(settings);
    play.passwords.extend([SECRET; 50]);
    play.file = Ok(b"Subject: from a file\n\ntext".to_vec());
    let mut saved = Vec::new();
    for step in steps {
        match step {
            Step::Line(line) if !script || play.typed.wants_line() => play.line(&line),
            Step::Server(octets) => {
                let at = play.now();
                play.typed.input(at, crate::smtp::session::Input::Bytes(&octets));
                play.work();
            }
            // Where it is asked for, and nothing else is waiting to be the answer.
            Step::Secret if matches!(play.typed.prompt(), Prompt::Secret(_)) && play.typed.wants_line() => {
                play.line(SECRET);
            }
            Step::AuthLine(line) if play.typed.prompt() == Prompt::Command && play.typed.wants_line() => {
                play.line(&line);
            }
            Step::Echo(text) if heard_a_secret(&play) && (!text.contains(PLAIN) || play.sent().contains(PLAIN)) => {
                play.server(text);
            }
            Step::Eof => play.eof(),
            Step::Broken => play.broken(),
            Step::TimedOut => play.timed_out(),
            Step::Interrupt => play.interrupt(),
            Step::EndOfInput => play.end_of_input(),
            Step::Line(_) | Step::Secret | Step::AuthLine(_) | Step::Echo(_) => {}
        }
        for begun in ["", "A", "MAIL FROM:<", ":", "\u{e9}"] {
            let _ = (play.typed.hint(begun), play.typed.complete(begun, 1), play.typed.exit());
        }
        saved.extend(play.done.iter().filter_map(|done| match done {
            Do::WriteFile { text, .. } => Some(text.clone()),
            _ => None,
        }));
    }
    let seen = format!("{}\n{}\n{}", play.conversation().join("\n"), play.asides(), saved.join("\n"));
    for secret in [SECRET, ENCODED, PLAIN] {
        let leaks: Vec<&str> = seen.lines().filter(|line| line.contains(secret)).collect();
        assert!(leaks.is_empty(), "{secret}: {leaks:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_breaks_and_no_secret_leaks(steps in prop::collection::vec(step(), 0..60), script: bool, asks: bool) {
        play_all(steps, script, asks);
    }

    /// Raw lines alone: what goes out is what was typed, in that order, each with its CRLF.
    #[test]
    fn only_typed_lines_are_sent(
        lines in prop::collection::vec("[A-Z]{1,6}( [a-z<>:.]{0,8})?", 0..30),
        replies in prop::collection::vec(reply(), 0..40),
    ) {
        let mut play = Play::greeted(settings());
        for line in &lines {
            play.line(line);
        }
        for octets in replies {
            let at = play.now();
            play.typed.input(at, crate::smtp::session::Input::Bytes(&octets));
            play.work();
        }
        let all: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        // A line behind a 334 is an answer, and lines behind a refused DATA or AUTH are left out: else it is a prefix.
        if !lines.iter().any(|line| line.starts_with("AUTH") || line.starts_with("DATA")) {
            prop_assert!(all.starts_with(&play.sent()), "{:?} {:?}", all, play.sent());
        }
    }
}

#[test]
fn what_nobody_asked_for_is_bounded() {
    let mut play = Play::greeted(settings());
    let mut heard = 0;
    while play.done.last() != Some(&Do::Close) {
        play.server("250 spam\r\n");
        heard += 10;
        assert!(heard < 2 * LIMIT);
    }
    play.wait(Duration::from_secs(1));
    play.server("250 more\r\n");
    assert_eq!(
        play.conversation().last().map(String::as_str),
        Some("=== the server talks without end and without being asked")
    );
}
