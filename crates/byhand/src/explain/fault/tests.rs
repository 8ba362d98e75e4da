//! Every fault has its say, and a run of silence is told from one silent host.

use super::*;

#[test]
fn every_fault_without_a_reply_is_explained() {
    // All words of the wire, by its own list; those that are replies, or the asker's own, are not.
    let none = [Fault::BadInput, Fault::Refused, Fault::Deferred, Fault::Busy, Fault::Limited, Fault::Other];
    for word in [
        "nxdomain",
        "null-mx",
        "no-mail-host",
        "mx-hosts-missing",
        "no-address",
        "bad-host-name",
        "servfail",
        "dns-refused",
        "dns-error",
        "dns-timeout",
        "dns-unreachable",
        "dns-truncated",
        "dnssec-bogus",
        "cname-loop",
        "no-resolver",
        "connection-refused",
        "connect-timeout",
        "network-unreachable",
        "host-unreachable",
        "connect-forbidden",
        "network-error",
        "connection-closed",
        "connection-reset",
        "timeout",
        "reply-too-long",
        "bad-reply",
        "unexpected-reply",
        "starttls-not-supported",
        "plaintext-after-starttls",
        "tls-handshake",
        "not-tls",
        "smtputf8-not-supported",
        "message-too-large",
        "eight-bit-not-supported",
    ] {
        let read: Fault = serde_json::from_value(word.into()).expect("a word of the wire");
        let diagnosis = fault(read, Stage::Banner).unwrap_or_else(|| panic!("{word}"));
        assert!(!diagnosis.meaning.is_empty() && !diagnosis.next.is_empty());
    }
    for word in none {
        assert_eq!(fault(word, Stage::Rcpt), None);
    }
}

#[test]
fn the_stage_tells_more() {
    let reason = |f, stage| fault(f, stage).map(|d| (d.reason, d.side));
    assert_eq!(reason(Fault::ConnectionReset, Stage::Tls), Some((R::FailedStarttls, Side::Server)));
    assert_eq!(reason(Fault::ConnectionReset, Stage::Rcpt), Some((R::Expired, Side::Network)));
    assert_eq!(reason(Fault::Timeout, Stage::Banner), Some((R::Expired, Side::Server)));
}

#[test]
fn silence_everywhere_is_ours() {
    let end = |host, fault| End { host, fault: Some(fault) };
    let silent = Fault::ConnectTimeout;
    let three = [end("mx.example.org", silent), end("mx1.example.net", silent), end("mx.example.com", silent)];
    let found = silence(&three).expect("three owners");
    assert_eq!((found.side, found.confidence), (Side::Sender, High));
    assert_eq!(found.evidence[0].value, "port-25-blocked");
    // One domain's hosts may well be down together; and who answers shows that port 25 is open.
    assert_eq!(
        silence(&[end("mx1.example.org", silent), end("mx2.example.org", silent), end("mx3.example.org", silent)]),
        None
    );
    let answered = End { host: "mx.example.edu", fault: None };
    assert_eq!(silence(&[three[0], three[1], three[2], answered]), None);
    assert_eq!(silence(&[three[0], three[1], end("mx.example.edu", Fault::ConnectionRefused)]), None);
    assert_eq!(silence(&[]), None);
}

#[test]
fn a_firewall_that_inspects_is_seen() {
    for line in [
        "220 ****************2****2*****0*",
        "500 Command unrecognized: \"XXXX example.net\"",
        "250-XXXXXXXA",
        "502 XXXXXXXX",
    ] {
        assert!(greeting(line).is_some(), "{line}");
    }
    for line in ["220 mx.example.org ESMTP", "220 *** Welcome to example.org ***", "550 no", "220 XX.example.org"] {
        assert_eq!(greeting(line), None, "{line}");
    }
}
