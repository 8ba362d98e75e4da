//! smtp-probe at each real server: capability lists, TLS facts, certificate verdicts, outcome.

use std::path::Path;

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::facts::{SERVERS, Server};
use super::{records, word};

fn probe(lab: &Path, args: &[&str]) -> Value {
    let ca = lab.join("pki/ca.pem").display().to_string();
    let mut all = vec!["--format", "json", "--ehlo", "client.test", "--ca-file", &ca];
    all.extend(args);
    let mut records = records(&in_lab(bin("smtp-probe"), &all));
    assert_eq!(records.len(), 1, "one address, one record");
    records.remove(0)
}

/// The keyword lines of a capability list; `None` for null.
fn lines(capabilities: &Value) -> Option<Vec<String>> {
    let line = |keyword: &Value| {
        let parameters = keyword["parameters"].as_array().expect("parameters").iter().map(word);
        std::iter::once(word(&keyword["keyword"])).chain(parameters).collect::<Vec<_>>().join(" ")
    };
    Some(capabilities.get("keywords")?.as_array().expect("keywords").iter().map(line).collect())
}

fn owned(lines: Option<&[&str]>) -> Option<Vec<String>> {
    Some(lines?.iter().map(|line| (*line).to_owned()).collect())
}

#[track_caller]
fn check(name: &str) {
    let Some(lab) = lab_or_skip() else { return };
    let (_, expected) = SERVERS.iter().find(|(each, _)| *each == name).expect("the table has it");
    holds(expected, &probe(&lab, expected.args));
}

#[track_caller]
fn holds(expected: &Server, record: &Value) {
    let outcome = &record["outcome"];
    let text = word(&outcome["text"]);
    assert_eq!(["status", "stage", "fault"].map(|key| word(&outcome[key])), expected.outcome, "{text}");
    let banner = word(&record["banner"]["lines"][0]);
    assert_eq!(record["banner"]["code"], 220);
    assert!(banner.starts_with(expected.banner), "{banner}");
    assert_eq!(lines(&record["capabilities"]), owned(expected.clear), "in clear");
    assert_eq!(lines(&record["capabilities_tls"]), owned(expected.inside), "inside TLS");
    if let Some(tls) = expected.tls {
        assert_eq!(["version", "cipher", "group"].map(|key| word(&record["tls"][key])), tls);
    }
    if let Some(wrong) = expected.wrong {
        let pkix = &record["verdicts"]["pkix"];
        let results: Vec<_> = pkix["results"].as_array().expect("results").iter().map(word).collect();
        assert_eq!(results, wrong, "{pkix}");
        assert_eq!(word(&pkix["status"]), if wrong.is_empty() { "pass" } else { "fail" });
        assert!(!record["tls"]["chain"].as_array().expect("a chain").is_empty(), "a bad certificate is kept too");
    }
}

/// One test a server, so that each is seen by its name.
macro_rules! servers {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_server_of_the_table_has_a_test() {
            let names: Vec<_> = SERVERS.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

servers! {
    postfix
    postfix_expired
    postfix_self_signed
    postfix_wrong_name
    postfix_plain
    postfix_tls12
    postfix_465
    exim
    exim_465
    opensmtpd
    sendmail
    sendmail_465
    dovecot_587
    dovecot_465
    aiosmtpd
    aiosmtpd_465
    smtp_sink
}

/// `pki.sh`: EC P-256 keys but for OpenSMTPD's, the lab's own CA, two names, 825 days; the chain is leaf and CA.
#[test]
fn a_chain_is_told_in_full() {
    let Some(lab) = lab_or_skip() else { return };
    let record = probe(&lab, &["mx-postfix.test:25"]);
    let chain = record["tls"]["chain"].as_array().expect("a chain");
    assert_eq!(chain.len(), 2);
    let names: Vec<_> = chain[0]["names"].as_array().expect("names").iter().map(word).collect();
    assert_eq!(names, ["mx-postfix.test", "mx1.good.test"]);
    assert_eq!(word(&chain[0]["key"]), "ECDSA P-256");
    assert_eq!(word(&chain[0]["signature"]), "ecdsa-with-SHA256");
    let pem = lab.join("pki/postfix.pem").display().to_string();
    let print = in_lab("openssl", &["x509", "-in", &pem, "-noout", "-fingerprint", "-sha256"]);
    let print = String::from_utf8(print.stdout).expect("ASCII").trim().replace(':', "").to_lowercase();
    assert_eq!(print.rsplit('=').next(), chain[0]["sha256"].as_str());
}

/// Faults of the network, each at its stage: 127.0.1.99 has no listener, 127.0.1.98 swallows, the rest has no route.
#[test]
fn ports_that_do_not_answer() {
    let Some(lab) = lab_or_skip() else { return };
    let cases = [
        (&["[127.0.1.99]"][..], ["temporary", "connect", "connection-refused"]),
        (&["--timeout", "2", "[127.0.1.98]"], ["temporary", "connect", "connect-timeout"]),
        (&["[198.51.100.1]"], ["untested", "connect", "network-unreachable"]),
    ];
    for (args, expected) in cases {
        let outcome = probe(&lab, args)["outcome"].clone();
        assert_eq!(["status", "stage", "fault"].map(|key| word(&outcome[key])), expected, "{outcome}");
    }
}
