//! Every fault has its say, and the stage says more.

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
        "tls-limit",
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
    // The name servers are the domain owner's, who is told; the resolver that gave no answer is between.
    assert_eq!(reason(Fault::Servfail, Stage::Dns), Some((R::NetworkError, Side::Recipient)));
    assert_eq!(reason(Fault::DnsRefused, Stage::Dns), Some((R::NetworkError, Side::Network)));
    assert_eq!(reason(Fault::Timeout, Stage::Banner), Some((R::Expired, Side::Server)));
}
