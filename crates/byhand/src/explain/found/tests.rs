//! Sentences of many servers: what is found in each, worked out by hand from the way the programs write them.

use super::{host_name, said, tidy};
use crate::wire::{Fault, Stage};

#[track_caller]
fn check(text: &str, reply: &str, host: &str, stage: Option<Stage>, status: &str) {
    let found = said(text);
    let told = (
        found.reply.as_str(),
        found.host.as_deref().unwrap_or_default(),
        found.stage,
        found.status.as_deref().unwrap_or_default(),
    );
    assert_eq!(told, (reply, host, stage, status), "{text}");
}

#[test]
fn the_reply_inside_a_sentence() {
    let rcpt = Some(Stage::Rcpt);
    check(
        "host mx1.example.org[192.0.2.25] said: 550 5.1.1 <u@example.org>: no (in reply to RCPT TO command)",
        "550 5.1.1 <u@example.org>: no",
        "mx1.example.org",
        rcpt,
        "",
    );
    check(
        "host mx1.example.org[192.0.2.25] said: 451-4.7.1 wait 451 4.7.1 a bit (in reply to end of DATA command)",
        "451 4.7.1 wait a bit",
        "mx1.example.org",
        Some(Stage::Body),
        "",
    );
    check(
        "host mx1.example.org[192.0.2.25] refused to talk to me: 554 5.7.1 no",
        "554 5.7.1 no",
        "mx1.example.org",
        Some(Stage::Banner),
        "",
    );
    check(
        "SMTP error from remote mail server after MAIL FROM:<a@example.net>: host mx1.example.org [192.0.2.25]: 550 no",
        "550 no",
        "mx1.example.org",
        Some(Stage::Mail),
        "",
    );
    check(
        "192.0.2.25 failed after I sent the message. Remote host said: 552 too big",
        "552 too big",
        "192.0.2.25",
        Some(Stage::Body),
        "",
    );
    check(
        "Connected to 192.0.2.25 but sender was rejected. Remote host said: 550 no",
        "550 no",
        "192.0.2.25",
        Some(Stage::Mail),
        "",
    );
    check("<mx1.example.org #5.7.1 smtp;550 5.7.1 no>", "550 5.7.1 no", "", None, "5.7.1");
    // Three digits are no reply everywhere.
    check("delivered 250 of 500 octets", "delivered 250 of 500 octets", "", None, "");
    check(
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "",
        None,
        "5.1.1",
    );
}

#[test]
fn ends_without_a_reply() {
    for (text, fault, stage) in [
        ("connect to mx1.example.org[192.0.2.25]:25: Connection timed out", Fault::ConnectTimeout, Stage::Connect),
        ("connect to mx1.example.org[192.0.2.25]:25: Connection refused", Fault::ConnectionRefused, Stage::Connect),
        (
            "connect to mx1.example.org[2001:db8::25]:25: Network is unreachable",
            Fault::NetworkUnreachable,
            Stage::Connect,
        ),
        (
            "lost connection with mx1.example.org[192.0.2.25] while receiving the initial server greeting",
            Fault::ConnectionClosed,
            Stage::Banner,
        ),
        (
            "lost connection with mx1.example.org[192.0.2.25] while sending message body",
            Fault::ConnectionClosed,
            Stage::Body,
        ),
        ("conversation with mx1.example.org[192.0.2.25] timed out while sending RCPT TO", Fault::Timeout, Stage::Rcpt),
        (
            "Host or domain name not found. Name service error for name=gone.example type=A: Host not found",
            Fault::Nxdomain,
            Stage::Dns,
        ),
        (
            "Host or domain name not found. Name service error for name=x.example type=MX: Host not found, try again",
            Fault::Servfail,
            Stage::Dns,
        ),
        (
            "TLS is required, but was not offered by host mx1.example.org[192.0.2.25]",
            Fault::StarttlsNotSupported,
            Stage::Starttls,
        ),
        ("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)", Fault::ConnectTimeout, Stage::Connect),
    ] {
        let found = said(text);
        assert_eq!((found.fault, found.stage), (Some(fault), Some(stage)), "{text}");
    }
    // A reply decides, whatever its words are.
    assert_eq!(said("said: 421 connection timed out").fault, None);
}

#[test]
fn several_lines_are_one_reply() {
    assert_eq!(tidy("550-5.7.26 a 550-5.7.26 b 550 5.7.26 c"), "550 5.7.26 a b c");
    assert_eq!(tidy("550-a 550-b 550 c"), "550 a b c");
    assert_eq!(tidy("550: 5.1.1 gone"), "550 5.1.1 gone");
    assert_eq!(tidy("550 room 550 is full"), "550 room is full");
    assert_eq!(tidy("550 5.1.1 room 550 is full"), "550 5.1.1 room 550 is full");
    assert_eq!(tidy("550"), "550");
    assert_eq!(tidy("no (reply)"), "no (reply)");
}

#[test]
fn names_of_hosts() {
    assert_eq!(host_name("MX1.example.org.:").as_deref(), Some("mx1.example.org"));
    assert_eq!(host_name("mx1.example.org[192.0.2.25]:25").as_deref(), Some("mx1.example.org"));
    assert_eq!(host_name("192.0.2.25.").as_deref(), Some("192.0.2.25"));
    assert_eq!(host_name("[2001:db8::25]:25").as_deref(), Some("2001:db8::25"));
    assert_eq!(host_name("the server"), None);
}
