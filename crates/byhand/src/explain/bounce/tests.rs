//! What is no bounce, and messages that are meant to do harm. The bounces of many programs are in `tests/bounces/`.

use proptest::prelude::*;

use super::{LONGEST, NoBounce, begins, read};

const HEAD: &str = "From: MAILER-DAEMON@out.example.net\nSubject: failure\nMIME-Version: 1.0\n";

fn report(fields: &str) -> String {
    let kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n";
    format!("{HEAD}{kind}\n--b\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n")
}

#[test]
fn what_is_no_bounce() {
    for (message, why) in [
        (String::new(), NoBounce::NoMessage),
        ("From: a@example.net\nSubject: lunch\n\nAt noon?\n\nme@example.net\n".into(), NoBounce::Nothing),
        (
            "From: a@example.net\nAuto-Submitted: auto-replied\nSubject: away\n\nI am away until Monday.\n".into(),
            NoBounce::AutoReply,
        ),
        (
            format!("{HEAD}Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b--\n"),
            NoBounce::Complaint,
        ),
        (
            format!(
                "{HEAD}Content-Type: multipart/report; report-type=disposition-notification; boundary=\"b\"\n\n--b--\n"
            ),
            NoBounce::Receipt,
        ),
        (
            report("Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; u@example.org\nAction: relayed\nStatus: 2.0.0\n"),
            NoBounce::NoFailure,
        ),
    ] {
        assert_eq!(read(message.as_bytes()), Err(why), "{message}");
    }
}

#[test]
fn fields_in_odd_forms() {
    // RFC 3464 §2.1: comments, and any case; a type is often left out.
    let found = read(
        report(
            "reporting-mta: dns;a\r\n\r\nFINAL-RECIPIENT: u@example.org\r\naction: Failed (really)\r\nstatus: 5.2.2 (full)\r\n\
             Diagnostic-Code: 552 5.2.2 mailbox\r\n  is full\r\n",
        )
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].recipient.as_deref(), Some("u@example.org"));
    assert_eq!((found[0].reply.as_str(), found[0].status.as_deref()), ("552 5.2.2 mailbox is full", Some("5.2.2")));
}

#[test]
fn a_status_alone_is_something() {
    let found =
        read(report("Final-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.1.1\n").as_bytes()).unwrap();
    assert_eq!((found.len(), found[0].status.as_deref()), (1, Some("5.1.1")));
}

#[test]
fn how_messages_begin() {
    for line in [
        "From: a@b.example",
        "From a@b.example Wed Nov 25 09:14:07 2026",
        "Received: by x",
        "X-Failed-Recipients: u",
        "Subject:",
    ] {
        assert!(begins(line), "{line}");
    }
    for line in [
        "550 5.1.1 no",
        "User unknown: x",
        "to=<a>",
        "From here",
        "Connection timed out",
        "x-postfix; no",
        "{\"reply\":\"x\"}",
    ] {
        assert!(!begins(line), "{line}");
    }
}

#[test]
fn nesting_without_end_is_cut() {
    // 40,000 messages in each other: every level costs a header.
    let deep = "Content-Type: message/rfc822\n\n".repeat(40_000);
    assert_eq!(read(format!("{HEAD}{deep}").as_bytes()), Err(NoBounce::Nothing));
    let mut parts = HEAD.to_owned();
    for n in 0..20_000 {
        parts += &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    }
    assert_eq!(read(parts.as_bytes()), Err(NoBounce::Nothing));
}

#[test]
fn size_without_end_is_cut() {
    let mut message = format!("{HEAD}\nHi. This is the qmail-send program at x.\n\n<u@example.org>:\n550 no\n");
    message += &"<v@example.org>:\n".repeat(LONGEST / 10);
    let found = read(message.as_bytes()).unwrap();
    assert_eq!(found[0].reply, "550 no");
    let line = format!("{HEAD}\n<u@example.org>: 550 {}", "x".repeat(4 * LONGEST));
    assert!(read(line.as_bytes()).unwrap()[0].reply.len() <= 16 * 1024);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever stands in a message, it is read without a panic.
    #[test]
    fn any_message(lines in prop::collection::vec(prop::sample::select(vec![
        "Content-Type: multipart/report; boundary=b", "Content-Type: multipart/mixed; boundary=\"b\"", "Content-Type: message/rfc822",
        "Content-Type: multipart/digest; boundary=c", "Content-Type: message/delivery-status", "Content-Type: text/html; charset=utf-16",
        "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "--b", "--b--", "--c", "--", "", "", "=",
        "Final-Recipient: rfc822; u@example.org", "Diagnostic-Code: smtp; 550-5.1.1 a", " 550 5.1.1 b", "Status: 5.1.1", "Action: failed",
        "<u@example.org>:", ">>> RCPT TO:<u@example.org>", "<<< 550 no", "... while talking to mx.example.org.:", "(reason: 550 no)",
        "X-Failed-Recipients: u@example.org", "ä\u{202e}<", "&#x110000;&amp", "<html><style", "From x:", "Subject: =?utf-8?q?=ff?=",
    ]), 0..40), cut in 0usize..2_000) {
        let text = lines.join("\n");
        let bytes = text.as_bytes();
        // The end may be anywhere, in the middle of a character too.
        let _ = read(&bytes[..cut.min(bytes.len())]);
        let _ = read(text.replace('\n', "\r\n").as_bytes());
    }

    #[test]
    fn any_octets(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[HEAD.as_bytes(), b"\n", &bytes].concat());
    }
}
