//! A conversation at the keyboard: lines, replies, TLS, silence and the end.

use std::time::Duration;

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Ending, Prompt};

#[test]
fn a_whole_transaction_typed() {
    let mut play = Play::new(settings());
    assert_eq!(play.done, [Do::Connect]);
    play.server("220 mx.test ESMTP\r\n");
    for (line, reply) in [
        ("EHLO client.test", EHLO),
        ("MAIL FROM:<me@example.net>", "250 2.1.0 Ok\r\n"),
        ("RCPT TO:<you@example.org>", "250 2.1.5 Ok\r\n"),
        ("DATA", "354 go\r\n"),
    ] {
        assert_eq!(play.typed.prompt(), Prompt::Command);
        play.exchange(line, reply);
    }
    assert_eq!(play.typed.prompt(), Prompt::Data);
    for line in ["Subject: x", "", "text", "."] {
        play.line(line);
    }
    play.exchange("", "250 2.0.0 queued\r\n");
    play.exchange("QUIT", "221 bye\r\n");
    assert_eq!(
        play.sent(),
        "EHLO client.test\r\nMAIL FROM:<me@example.net>\r\nRCPT TO:<you@example.org>\r\nDATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n\
         QUIT\r\n"
    );
    assert_eq!(play.done, [Do::Connect, Do::Close, Do::End]);
    assert_eq!(play.typed.exit(), Ending::Well);
    assert_eq!(
        play.conversation()[..3],
        ["=== mx.test [192.0.2.25]:25 connected", "<- 220 mx.test ESMTP", "-> EHLO client.test"]
    );
}

#[test]
fn raw_lines_go_out_as_they_are() {
    let mut play = Play::greeted(settings());
    for line in ["rcpt to", ".hidden", " QUIT of sorts", "gr\u{fc}\u{df}e", "MAIL FROM: <a> b c", "#no comment here"] {
        play.clear();
        play.exchange(line, "500 what\r\n");
        assert_eq!(play.sent(), format!("{line}\r\n"));
    }
    // Under TLS RCPT and QUIT are no commands of the client's, as they are in openssl s_client.
    play.exchange("STARTTLS", "220 go\r\n");
    assert!(play.typed.tls());
    play.clear();
    play.exchange("RCPT TO:<you@example.org>", "503 first MAIL\r\n");
    play.exchange("QUIT", "221 bye\r\n");
    assert_eq!(play.sent(), "RCPT TO:<you@example.org>\r\nQUIT\r\n");
    assert_eq!(play.conversation()[..2], ["~> RCPT TO:<you@example.org>", "<~ 503 first MAIL"]);
}

#[test]
fn a_pasted_transaction_waits_for_each_reply() {
    let mut play = Play::new(settings());
    play.line("EHLO client.test\r\nMAIL FROM:<>\nRCPT TO:<a@b.test>\nDATA\nSubject: x\n\n.\nQUIT");
    assert_eq!(play.sent(), "");
    play.server("220 mx\r\n");
    assert_eq!(play.sent(), "EHLO client.test\r\n");
    play.server("250 mx\r\n");
    play.server("250 ok\r\n");
    assert!(play.sent().ends_with("RCPT TO:<a@b.test>\r\n"));
    play.server("250 ok\r\n");
    play.server("354 go\r\n");
    assert!(play.sent().ends_with("DATA\r\nSubject: x\r\n\r\n.\r\n"));
    play.server("250 queued\r\n");
    play.server("221 bye\r\n");
    assert_eq!(play.done.last(), Some(&Do::End));
}

#[test]
fn a_message_whose_data_is_refused_is_not_sent_as_commands() {
    let mut play = Play::with_recipient(settings());
    play.line("DATA\nSubject: x\n\nHelp me\nMail me\n.\nQUIT");
    play.server("554 no\r\n");
    assert_eq!(play.sent(), "DATA\r\nQUIT\r\n");
    // What is no message is.
    let mut play = Play::with_recipient(settings());
    play.line("DATA\nRSET");
    play.server("554 no\r\n");
    assert_eq!(play.sent(), "DATA\r\nRSET\r\n");
}

#[test]
fn starttls_typed_bare() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.exchange("starttls", "220 2.0.0 go\r\n");
    assert!(play.typed.tls());
    assert!(play.conversation().contains(&"=== TLS 1.3; certificate mx.test".to_owned()));
    // RFC 3207 §4.2: what was offered before is forgotten.
    assert_eq!(play.typed.hint("").as_deref(), Some("EHLO client.test"));
    assert!(play.typed.complete("AUTH ", 5).1.is_empty());
    play.exchange("STARTTLS", "220 again?\r\n");
    assert_eq!(play.done.iter().filter(|done| **done == Do::StartTls).count(), 1, "no TLS inside TLS");
}

#[test]
fn text_behind_the_220_ends_the_connection() {
    for (rest, quoted) in
        [("250 evil\r\n", "250 evil"), ("\r\n", ""), ("2", "2"), ("hello\r\nworld", "hello\\x0d\\x0aworld")]
    {
        let mut play = Play::greeted(settings());
        play.exchange("STARTTLS", &format!("220 go\r\n{rest}"));
        assert!(!play.done.contains(&Do::StartTls), "{rest:?}");
        assert_eq!(play.done.last(), Some(&Do::Close));
        assert_eq!(play.typed.exit(), Ending::Dead);
        let said = play.conversation().last().unwrap().clone();
        assert!(said.contains("in clear behind the 220") && said.contains(quoted), "{said}");
    }
}

#[test]
fn what_is_no_reply_is_seen_and_ends_nothing() {
    let mut play = Play::new(settings());
    play.server("hello\r\n220 mx.test\r\nand more\r\n");
    assert_eq!(play.conversation()[1..], ["<- hello", "<- 220 mx.test", "<- and more"]);
    assert!(play.asides().contains("no SMTP reply"));
    // In the middle of a reply it is no part of it.
    play.exchange("EHLO client.test", "250-mx.test\r\nhm\r\n250 SIZE\r\n");
    play.exchange("NOOP", "250 ok\r\n");
    assert!(play.sent().ends_with("NOOP\r\n") && !play.done.contains(&Do::Close));
    // Without end it ends.
    play.line("NOOP");
    for _ in 0..1000 {
        play.server(&format!("{}\r\n", "x".repeat(100)));
    }
    assert_eq!(play.done.last(), Some(&Do::Close));
    assert!(play.conversation().last().unwrap().ends_with("closed by us"));
    // A script ends, and says who closed.
    let mut script = settings();
    script.script = true;
    let mut play = Play::new(script);
    play.server("hello\r\n");
    assert_eq!(play.conversation().last().unwrap(), "=== what came is no SMTP reply: \"hello\"; closed by us");
}

#[test]
fn what_nobody_asked_for_appears_at_once() {
    let mut play = Play::greeted(settings());
    play.server("421 4.4.2 idle\r\n");
    assert_eq!(play.conversation(), ["<- 421 4.4.2 idle"]);
    assert!(play.asides().contains("closes the connection"));
    play.eof();
    assert!(play.asides().contains(":reconnect"));
    play.wait(std::time::Duration::from_secs(2));
    play.line("");
    assert_eq!(play.done.last(), Some(&Do::Connect));
    play.server("220 mx\r\n");
    play.exchange("NOOP", "250 ok\r\n");
    assert!(play.sent().ends_with("NOOP\r\n"));
}

#[test]
fn a_time_out_is_told_and_ends_nothing() {
    let mut play = Play::greeted(settings());
    play.line("NOOP");
    let deadline = play.typed.deadline().unwrap();
    assert!(deadline > Duration::from_secs(299) && deadline < Duration::from_secs(301), "{deadline:?}");
    play.wait(Duration::from_secs(300));
    play.timed_out();
    assert!(play.conversation().last().unwrap().starts_with("=== no reply to NOOP within 300 s"));
    assert_eq!(play.typed.deadline(), None);
    play.line("RSET");
    assert!(play.sent().ends_with("RSET\r\n"), "the line is still open");
    // A late reply is that of NOOP, and the next one that of RSET.
    play.server("250 late\r\n250 reset\r\n");
    assert!(!play.asides().contains("without being asked"));
    play.line(":timing");
    assert!(play.asides().contains("  NOOP") && play.asides().contains("  RSET"));
}

#[test]
fn times_stand_with_each_line_of_a_reply() {
    let mut play = Play::greeted(settings());
    play.line("NOOP");
    play.server("250-one\r\n");
    play.wait(Duration::from_secs(6));
    play.server("250 two\r\n");
    let said = play.said();
    let times: Vec<f64> = said.iter().filter_map(|said| said.elapsed_ms).collect();
    assert_eq!(times.len(), 2);
    assert!(times[0] < 100.0 && (6000.0..6100.0).contains(&times[1]), "{times:?}");
    assert_eq!(said.last().unwrap().code, Some(250));
}

#[test]
fn each_reply_that_is_no_plain_success_is_explained() {
    let mut play = Play::with_recipient(settings());
    play.exchange("NOOP", "250 ok\r\n");
    assert_eq!(play.asides(), "");
    play.exchange("RCPT TO:<nobody@example.org>", "550 5.1.1 no such user\r\n");
    assert_eq!(play.asides(), "there is no such mailbox there; trying again as it is will not help");
    play.clear();
    play.line(":explain 450 4.2.0 greylisted, come back later");
    assert!(play.asides().contains("temporary: trying again can help"), "{}", play.asides());
    play.clear();
    play.line(":explain");
    assert!(play.asides().contains("in reply to RCPT TO:<nobody@example.org>: there is no such mailbox"));
    assert!(play.asides().contains("side: the recipient's") && play.asides().contains("next: check the spelling"));
}

#[test]
fn the_two_ctrl_keys() {
    let mut play = Play::greeted(settings());
    play.line("NOOP\nRSET\nVRFY a");
    play.interrupt();
    assert!(play.asides().contains("2 waiting lines are forgotten"));
    play.line("HELP");
    assert_eq!(play.sent(), "NOOP\r\nHELP\r\n", "and the waiting is over");
    play.server("250 ok\r\n214 help\r\n");
    play.end_of_input();
    assert!(play.asides().contains("Ctrl-D again says QUIT"));
    assert!(!play.sent().contains("QUIT"));
    play.end_of_input();
    assert!(play.sent().ends_with("QUIT\r\n"));
    play.eof();
    assert_eq!(play.done.last(), Some(&Do::End));
    assert_eq!(play.typed.exit(), Ending::Well);
}

#[test]
fn a_third_ctrl_d_waits_for_nothing() {
    let mut play = Play::greeted(settings());
    for _ in 0..3 {
        play.end_of_input();
    }
    assert_eq!(play.done.last(), Some(&Do::End));
}

#[test]
fn a_connection_that_cannot_be_had_or_breaks() {
    let mut play = Play::greeted(settings());
    play.line("EHLO client.test\nMAIL FROM:<>");
    play.broken();
    assert!(play.conversation().last().unwrap().contains("reset in place of the reply to EHLO client.test"));
    assert!(play.asides().contains("1 line that waited was not sent"));
    play.line("NOOP");
    assert!(play.asides().contains("there is no connection"));
    assert_eq!(play.typed.exit(), Ending::Dead);
    play.line(":quit");
    assert_eq!(play.done.last(), Some(&Do::End));
}

#[test]
fn tls_before_the_greeting() {
    let mut with_tls = settings();
    with_tls.implicit_tls = true;
    let mut play = Play::new(with_tls);
    assert_eq!(play.done, [Do::Connect, Do::StartTls]);
    play.exchange("NOOP", "220 mx.test\r\n");
    assert_eq!(play.sent(), "NOOP\r\n", "the greeting came first");
    // A port that waits for a handshake says nothing: :tls makes it at once.
    let mut play = Play::new(settings());
    play.line(":tls");
    assert_eq!(play.done, [Do::Connect, Do::StartTls]);
    assert!(play.typed.tls());
}
