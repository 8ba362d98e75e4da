//! What people paste: replies that a window folded, quotations, and their own sentences between them.

use std::io::Read;
use std::time::{Duration, Instant};

use byhand::cli::io::{Captured, Io};
use clap::Parser;

use super::super::{Args, run};
use super::{go, records, told};

/// The exit code, what each record is about (its reply, else its input), and the messages.
fn check(text: &str, code: u8, about: &[&str], notes: &[&str]) {
    let (ended, out, stderr) = go(&[], text);
    let records: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<&str> =
        records.iter().map(|one| one["reply"].as_str().or(one["input"].as_str()).unwrap_or_default()).collect();
    assert_eq!(found, about, "{text}");
    let said: Vec<String> = stderr.lines().map(|line| line.replace("smtp-explain: ", "")).collect();
    assert_eq!(said, notes, "{text}");
    assert_eq!(ended, code, "{text}");
}

#[test]
fn a_reply_that_a_window_folded() {
    check(
        "550 5.1.1 The mailbox that this letter was meant for\nis not one of ours. Please look at the address again\n421 4.3.2 later\n",
        0,
        &[
            "550 5.1.1 The mailbox that this letter was meant for is not one of ours. Please look at the address again",
            "421 4.3.2 later",
        ],
        &[],
    );
    // Between the lines of one reply (RFC 5321 §4.2.1), and behind the last one.
    check(
        "550-5.1.1 The mailbox that this letter was meant for\nis not one of ours\n550 5.1.1 See https://example.org/help or ask\nour postmaster\n",
        0,
        &[
            "550 5.1.1 The mailbox that this letter was meant for is not one of ours See https://example.org/help or ask our postmaster",
        ],
        &[],
    );
    // In a quotation, under an enhanced code, and in the middle of what Postfix puts behind it.
    check(
        "> 550 5.7.1 The server at this end takes no mail from\n> this network\nWhat now?\n",
        0,
        &["550 5.7.1 The server at this end takes no mail from this network"],
        &["What now?: passed over, there is nothing in it that a mail server says (line 3 of standard input)"],
    );
    let code = "554 5.7.1\n<u@example.org>: relay access denied\n451\n";
    check(code, 0, &["554 5.7.1 <u@example.org>: relay access denied", "451"], &[]);
    check("5.1.1 There is nobody of\nthis name here\n", 0, &["5.1.1 There is nobody of this name here"], &[]);
    let folded = "550 5.1.1 <u@example.org>: there is nobody of this name (in\nreply to RCPT TO command)\n";
    assert_eq!(
        told(&records(&[], folded)[0])[..2],
        ["550 5.1.1 <u@example.org>: there is nobody of this name", "RCPT"]
    );
}

#[test]
fn what_stands_behind_a_reply_and_is_none_of_it() {
    let long = "550 5.7.1 The server at this end takes no mail from this network";
    // JSON, a log line, a command, a prompt, a signature's mark.
    let log = "Nov 25 09:14:07 out postfix/smtp[7]: connect to mx1.example.org[192.0.2.25]:25: Connection refused";
    for line in ["{\"reply\":\"451 x\"}", log, "QUIT", "$ telnet mx1.example.org 25", "--", "<- words", "4.7.1 later"] {
        assert_eq!(told(&records(&[], &format!("{long}\n{line}\n"))[0])[0], long, "{line}");
    }
    // What follows a 334 is a secret (RFC 4954 §4).
    let login = records(&[], "EHLO a.example\n250 AUTH LOGIN\nAUTH LOGIN\n334 VXNlcm5hbWU6\nc3RldmU=\n535 5.7.8 no\n");
    assert_eq!(
        login.iter().map(|one| told(one)[0]).collect::<Vec<_>>(),
        ["250 AUTH LOGIN", "334 VXNlcm5hbWU6", "535 5.7.8 no"]
    );
    // A list of replies, one a line, of which some have no code: no window is so narrow.
    check(
        "550 5.1.1 no such user\nmailbox full\nConnection timed out\n452 4.2.2 over quota\n",
        0,
        &["550 5.1.1 no such user", "mailbox full", "Connection timed out", "452 4.2.2 over quota"],
        &[],
    );
    // And what is sure of another reason is another reply, however wide the line before was.
    let long = "550 5.1.1 there is no such user at this server, nor was there ever one";
    check(
        &format!("{long}\nmailbox full\nof him or her\n"),
        0,
        &[long, "mailbox full"],
        &["of him or her: passed over, there is nothing in it that a mail server says (line 3 of standard input)"],
    );
}

#[test]
fn sentences_between_replies() {
    let note = |text: &str, line: u32| {
        format!("{text}: passed over, there is nothing in it that a mail server says (line {line} of standard input)")
    };
    let (other, we) = (note("and this is what the other one said", 3), note("We had", 1));
    check(
        "550 5.1.1 no such user\n\nand this is what the other one said:\n451 4.7.1 greylisted\n",
        0,
        &["550 5.1.1 no such user", "451 4.7.1 greylisted"],
        &[&other],
    );
    check(
        "We had\n550 5.1.1 no such user\n\n\nand then\n\n451 4.7.1 greylisted\n",
        0,
        &["550 5.1.1 no such user", "451 4.7.1 greylisted"],
        &[&we, &note("and then", 5)],
    );
    // A letter, with the replies set in.
    check(
        "Hello,\n\nours bounces:\n\n  550 5.7.1 The server at this end takes no mail from\n  this network\n\nand theirs:\n\n  451 4.7.1 greylisted\n\nThanks!\n",
        0,
        &["550 5.7.1 The server at this end takes no mail from this network", "451 4.7.1 greylisted"],
        &[&note("Hello,", 1), &note("ours bounces", 3), &note("and theirs", 8), &note("Thanks!", 12)],
    );
    // Replies at the end of sentences, and among lines of programs.
    let out = records(
        &[],
        "Dear all,\n\nours come back with: 550 5.1.1 no such user\n\nAnd sometimes with: 452 4.2.2 mailbox full\n\nThanks\n",
    );
    assert_eq!(
        out.iter().map(|one| told(one)[0]).collect::<Vec<_>>(),
        ["550 5.1.1 no such user", "452 4.2.2 mailbox full"]
    );
    let out = records(&[], "Error: 550 5.1.1 no such user\n452 4.2.2 mailbox full\n554 5.7.1 spam\n");
    assert_eq!(out.len(), 3);
    // Words of a refusal, but they lead to one; without that they may be one.
    check(
        "550 5.1.1 no such user\nthe second one failed with:\n451 4.7.1 greylisted\n\nthe third one failed\n",
        0,
        &["550 5.1.1 no such user", "451 4.7.1 greylisted", "the third one failed"],
        &["the second one failed with: passed over, it leads to a reply (line 2 of standard input)"],
    );
    // Alone, or among JSON, it is told as what it is.
    let nothing = "hello: there is nothing in it that a mail server says (line 1 of standard input)";
    check("hello\n", 65, &["hello"], &[nothing]);
    check("{\"reply\":\"550 a\"}\nhello\n", 65, &["550 a", "hello"], &[&nothing.replace("line 1", "line 2")]);
    check("user unknown\nhello\n", 65, &["user unknown", "hello"], &[&nothing.replace("line 1", "line 2")]);
}

#[test]
fn many_sentences_are_not_told_one_by_one() {
    let text = format!("550 5.1.1 no such user\n{}421 4.3.2 later\n", "\nhow odd\n".repeat(7));
    let (code, out, stderr) = go(&[], &text);
    assert_eq!((code, out.lines().count(), stderr.lines().count()), (0, 2, 6), "{stderr}");
    assert!(stderr.ends_with("smtp-explain: 2 more lines were passed over\n"), "{stderr}");
    assert_eq!(go(&["--quiet"], &text).2, "");
}

/// Gives nothing, and that not before something was explained.
struct Waiting(Captured);

impl Read for Waiting {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        let begun = Instant::now();
        while self.0.text().is_empty() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(0)
    }
}

#[test]
fn who_waits_for_an_answer_gets_it() {
    let args = Args::try_parse_from(["smtp-explain"]).unwrap();
    let (mut io, stdout, _) = Io::captured("smtp-explain", vec![]);
    io.stdin = Some(Box::new(b"550 5.1.1 no such user\n".chain(Waiting(stdout.clone())).chain(&b"at all\n"[..])));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(args, io));
    let first: serde_json::Value = serde_json::from_str(stdout.text().lines().next().unwrap()).unwrap();
    assert_eq!(told(&first)[0], "550 5.1.1 no such user");
}
