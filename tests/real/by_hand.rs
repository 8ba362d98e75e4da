//! A whole session typed at real servers: STARTTLS and AUTH as they stand, a slip mended in each line, a line that begins
//! with a dot; and the message arrives as it was typed.
//!
//! The account and the ports are the lab's (`tests/lab/README.md`).

use byhand_tests::{bin, lab_or_skip};

use super::auth::traces;
use super::send::{kept, unique};
use crate::by_hand::Folder;
use crate::by_hand::terminal::Terminal;

const PASSWORD: &str = "zebra-Quartz9";

#[track_caller]
fn types_a_message(server: &str, mechanism: &str, folder: &str) {
    let Some(lab) = lab_or_skip() else { return };
    let ca = lab.join("pki/ca.pem").display().to_string();
    let state = Folder::new();
    let tool = bin("smtp-send").display().to_string();
    let command =
        ["ip", "netns", "exec", "byhand-lab", &tool, "--by-hand", "--server", server, "--ehlo", "client.test"];
    let mut command: Vec<String> = command.map(str::to_owned).to_vec();
    command.extend(["--ca-file".to_owned(), ca]);
    let terminal = Terminal::start((80, 40), state.path(), &[], &command);
    let mark = unique();
    terminal.line("smtp> ", "EHLO client.test");
    terminal.line("smtp> ", "STARTTLS");
    terminal.line("smtp~ ", "EHLO client.test");
    terminal.line("smtp~ ", &format!("AUTH {mechanism}"));
    terminal.line("auth~ ", "user");
    terminal.line("password", PASSWORD);
    terminal.shows("<~  235");
    terminal.line("smtp~ ", "MAIL FROM:<a@client.test>");
    terminal.line("smtp~ ", "RCPT TO:<b@good.test>");
    terminal.line("smtp~ ", "DATA");
    let text = [
        "From: <a@client.test>",
        "To: <b@good.test>",
        &format!("Message-ID: <{mark}@client.test>"),
        "Date: Mon, 1 Jun 2026 00:00:00 +0000",
        "Subject: by hand",
        "",
        ".hidden",
        "..",
        "no end",
    ];
    for line in text {
        terminal.line("data~ ", line);
    }
    terminal.line("data~ ", ".");
    terminal.shows("<~  250");
    terminal.line("smtp~ ", "QUIT");
    assert_eq!(terminal.end(), 0);
    let arrived = kept(&lab.join("mail").join(folder), &mark);
    assert!(arrived.contains(&(text.join("\n") + "\n")), "{arrived}");
    let all = terminal.all() + &state.history();
    for trace in traces(PASSWORD) {
        assert!(!all.contains(&trace), "{trace} in\n{all}");
    }
}

#[test]
fn types_a_message_at_postfix() {
    types_a_message("mx-postfix.test:587", "LOGIN", "postfix");
}

#[test]
fn types_a_message_at_exim() {
    types_a_message("mx-exim.test:587", "PLAIN", "exim");
}
