//! Levels of protection at the real servers: smtp-send delivers where they hold, and keeps the message back where not; smtp-probe
//! says the same beforehand.
//!
//! Expected ends follow from the lab's zones and certificates (`tests/lab/zones.sh`, `tests/lab/pki.sh`), from Postfix's
//! TLS_README, RFC 7672 §2.2 and RFC 8461 §5.

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::send::{end, send};
use super::{records, word};

/// What decided at the last attempt: required, rule, action.
fn decided(record: &Value) -> [&str; 3] {
    let last = record["attempts"].as_array().and_then(|attempts| attempts.last()).expect("an attempt");
    ["required", "rule", "action"].map(|field| word(&last["protection"][field]))
}

#[test]
fn dane_delivers_where_it_holds() {
    let Some(lab) = lab_or_skip() else { return };
    for (to, level, expected, by) in [
        // Usage 3: neither the dates nor the authority of the certificate count (RFC 7672 §3.1.1).
        ("b@expiredcert.test", "dane", "ok - - 250", ["dane", "dane", "deliver"]),
        ("b@selfsigned.test", "dane", "ok - - 250", ["dane", "dane", "deliver"]),
        ("b@good.test", "dane-only", "ok - - 250", ["dane", "dane", "deliver"]),
        ("b@tlsabad.test", "dane", "temporary tls dane-failed -", ["dane", "dane", "defer"]),
        ("b@tlsabad.test", "auto", "temporary tls dane-failed -", ["dane", "dane", "defer"]),
        ("b@wrongta.test", "dane", "temporary tls dane-failed -", ["dane", "dane", "defer"]),
        ("b@tlsabogus.test", "dane", "temporary dns dnssec-bogus -", ["dane", "dane-lookup", "defer"]),
        ("b@insecure.test", "dane", "ok - - 250", ["may", "opportunistic", "deliver-unauthenticated"]),
        ("b@insecure.test", "dane-only", "temporary dns dane-failed -", ["dane", "level", "defer"]),
        ("b@expiredcert.test", "verify", "temporary tls certificate-failed -", ["verify", "level", "defer"]),
        ("b@selfsigned.test", "encrypt", "ok - - 250", ["encrypt", "level", "deliver-unauthenticated"]),
    ] {
        let sent = send(&lab, &["--to", to, "--level", level]);
        assert_eq!((end(&sent[0]).as_str(), decided(&sent[0])), (expected, by), "{to} {level}: {}", sent[0]["outcome"]);
    }
}

/// OpenSMTPD offers STARTTLS and fails in the handshake: told as such, and mail that nothing protects goes on in clear, on a
/// connection of its own (RFC 3207 §4.1).
#[test]
fn starttls_that_is_broken() {
    let Some(lab) = lab_or_skip() else { return };
    let sent = send(&lab, &["--to", "b@opensmtpd.test", "--level", "dane"]);
    assert_eq!(end(&sent[0]), "temporary tls tls-handshake -");
    assert_eq!(sent[0]["attempts"].as_array().map(Vec::len), Some(1));
    let sent = send(&lab, &["--to", "b@opensmtpd.test", "--level", "may"]);
    assert_eq!(end(&sent[0]), "ok - - 250");
    let attempts = sent[0]["attempts"].as_array().expect("attempts");
    let faults: Vec<_> = attempts.iter().map(|attempt| word(&attempt["outcome"]["fault"])).collect();
    assert_eq!(faults, ["tls-handshake", "-"]);
    assert!(attempts[1]["tls"].is_null() && attempts[0]["local"] != attempts[1]["local"], "a new connection, in clear");
    let findings = sent[0]["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["id"] == "sent-in-clear"), "{findings:?}");
}

/// RFC 8461 §5: the hosts of these domains have no TLSA records, so that MTA-STS decides alone.
#[test]
fn mta_sts_obeyed() {
    let Some(lab) = lab_or_skip() else { return };
    for (domain, expected, by) in [
        ("enforce.test", "ok - - 250", ["sts", "sts-enforce", "deliver"]),
        ("testing.test", "ok - - 250", ["may", "sts-testing", "deliver-in-clear"]),
        ("badmx.test", "temporary dns sts-failed -", ["sts", "sts-enforce", "defer"]),
        ("stswrong.test", "ok - - 250", ["may", "opportunistic", "deliver"]),
        ("sts404.test", "ok - - 250", ["may", "opportunistic", "deliver"]),
        ("ststwice.test", "ok - - 250", ["may", "opportunistic", "deliver"]),
    ] {
        let to = format!("b@{domain}");
        for level in [&[][..], &["--level", "sts"]] {
            let sent = send(&lab, &[&["--to", &to], level].concat());
            assert_eq!((end(&sent[0]).as_str(), decided(&sent[0])), (expected, by), "{to}: {}", sent[0]["outcome"]);
        }
    }
}

/// What smtp-probe says of a level is what smtp-send does at it.
#[test]
fn a_probe_says_beforehand_what_a_sender_does() {
    let Some(lab) = lab_or_skip() else { return };
    let ca = lab.join("pki/ca.pem").display().to_string();
    for (domain, level, action, code) in [
        ("tlsabad.test", "dane", "defer", 75),
        ("tlsabad.test", "may", "deliver-unauthenticated", 0),
        ("expiredcert.test", "dane", "deliver", 0),
        ("expiredcert.test", "verify", "defer", 75),
        ("insecure.test", "dane-only", "defer", 75),
        ("plain.test", "encrypt", "defer", 75),
        ("plain.test", "may", "deliver-in-clear", 0),
        ("badmx.test", "sts", "defer", 75),
        ("badmx.test", "dane", "deliver", 0),
        ("good.test", "secure", "deliver", 0),
    ] {
        let output = in_lab(
            bin("smtp-probe"),
            &["--ehlo", "client.test", "--ca-file", &ca, "--first", "--level", level, domain],
        );
        let found = records(&output);
        let sender = &found[0]["verdicts"]["sender"];
        assert_eq!((word(&sender["action"]), output.status.code()), (action, Some(code)), "{domain} {level}: {sender}");
        let sent = send(&lab, &["--to", &format!("b@{domain}"), "--level", level, "--quit-after", "tls"]);
        assert_eq!(word(&sent[0]["outcome"]["status"]) == "ok", code == 0, "{domain} {level}: {}", sent[0]["outcome"]);
    }
}
