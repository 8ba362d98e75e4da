//! DANE and MTA-STS in the lab: the verdicts beside posttls-finger's, and what a sender would do.
//!
//! What a sender has to do follows from the lab's zones and certificates (`tests/lab/zones.sh`, `tests/lab/pki.sh`) and
//! RFC 7672 §2.2, RFC 8461 §5. posttls-finger is run in the same test on the same name; at level `dane` it goes on to
//! public authorities where DANE does not apply, and has none here, so that it says "Untrusted" then too.

use std::path::Path;

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::{records, word};

fn probe(lab: &Path, name: &str, more: &[&str]) -> (Vec<Value>, Option<i32>) {
    let ca = lab.join("pki/ca.pem").display().to_string();
    let mut args = vec!["--ehlo", "client.test", "--ca-file", &ca];
    args.extend(more);
    args.push(name);
    let output = in_lab(bin("smtp-probe"), &args);
    (records(&output), output.status.code())
}

/// What posttls-finger finds at level dane.
fn finger(lab: &Path, name: &str) -> &'static str {
    // It takes a server in brackets, as Postfix does.
    let name = name.strip_suffix(":25").map_or_else(|| name.to_owned(), |host| format!("[{host}]"));
    let config = format!("MAIL_CONFIG={}", lab.join("etc/finger").display());
    let output = in_lab("env", &[&config, "posttls-finger", "-c", "-l", "dane", &name]);
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match text.as_str() {
        text if text.contains("Verified TLS connection") && text.contains("Matched DANE") => "verified",
        text if text.contains("Untrusted TLS connection") => "untrusted",
        text if text.contains("TLSA lookup error") || text.contains("address lookup failed") => "lookup error",
        text if !text.contains("TLS connection established") => "no session",
        text => panic!("{name}: {text}"),
    }
}

/// The same said by our record.
fn ours(record: &Value) -> &'static str {
    let dane = &record["verdicts"]["dane"];
    let results: Vec<_> = dane["results"].as_array().expect("results").iter().map(word).collect();
    if dane["matched"].as_array().is_some_and(|matched| !matched.is_empty()) {
        assert_eq!(word(&dane["result"]), "pass");
        "verified"
    } else if results.contains(&"dnssec-invalid") {
        "lookup error"
    } else if record["tls"]["version"].is_null() {
        "no session"
    } else {
        "untrusted"
    }
}

#[test]
fn dane_as_posttls_finger_sees_it() {
    let Some(lab) = lab_or_skip() else { return };
    // The name, DANE's result, what a sender does and by which rule, the exit code.
    const NAMES: &str = "
        good.test              pass      deliver                 dane           0
        mx-exim.test:25        pass      deliver                 dane           0
        mx-sendmail.test:25    pass      deliver                 dane           0
        mx-tlsa-roll.test:25   pass      deliver                 dane           0
        mx-tlsa-cname.test:25  pass      deliver                 dane           0
        expiredcert.test       pass      deliver                 dane           0
        selfsigned.test        pass      deliver                 dane           0
        wrongname.test         pass      deliver                 dane           0
        tlsabad.test           fail      defer                   dane           75
        wrongta.test           fail      defer                   dane           75
        mx-tlsa-pkix.test:25   pass      deliver-unauthenticated dane-unusable  0
        insecure.test          none      deliver-unauthenticated opportunistic  0
        insecmxhost.test       none      deliver-unauthenticated opportunistic  0
        tlsabogus.test         fail      defer                   dane-lookup    75
        bogusmxhost.test       fail      defer                   outcome        75
        mx-plain.test:25       fail      defer                   dane           75
        opensmtpd.test         fail      defer                   dane           75";
    let mut wrong = Vec::new();
    for line in NAMES.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [name, result, action, rule, code] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let (found, exit) = probe(&lab, name, &[]);
        let record = &found[0];
        let verdicts = &record["verdicts"];
        let got = [&verdicts["dane"]["result"], &verdicts["sender"]["action"], &verdicts["sender"]["rule"]].map(word);
        if got != [result, action, rule] || exit.map(|exit| exit.to_string()).as_deref() != Some(code) {
            wrong.push(format!("{name}: {got:?} {exit:?}, expected {result} {action} {rule} {code}"));
        }
        let (theirs, ours) = (finger(&lab, name), ours(record));
        if theirs != ours {
            wrong.push(format!("{name}: posttls-finger says {theirs}, we say {ours}: {}", verdicts["dane"]["text"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The records of another port are other records (RFC 7672 §2.2.3): of these two hosts one has some for 465.
#[test]
fn dane_where_tls_comes_first() {
    let Some(lab) = lab_or_skip() else { return };
    for (name, result, action, rule) in
        [("mx-postfix.test:465", "pass", "deliver", "dane"), ("mx-exim.test:465", "none", "deliver", "opportunistic")]
    {
        let (found, exit) = probe(&lab, name, &["--tls", "implicit"]);
        let verdicts = &found[0]["verdicts"];
        let got = [&verdicts["dane"]["result"], &verdicts["sender"]["action"], &verdicts["sender"]["rule"]].map(word);
        assert_eq!((got, exit), ([result, action, rule], Some(0)), "{name}: {}", verdicts["dane"]["text"]);
    }
}

/// A change of certificates: what matches and what is left over are told apart (RFC 7671 §8).
#[test]
fn records_that_are_left_over_are_told() {
    let Some(lab) = lab_or_skip() else { return };
    let (found, _) = probe(&lab, "mx-tlsa-roll.test:25", &[]);
    let dane = &found[0]["verdicts"]["dane"];
    let data = |list: &str| word(&dane[list][0]["data"]).to_owned();
    assert_eq!(data("unmatched"), "0".repeat(64));
    assert_eq!(data("matched"), word(&found[0]["tls"]["chain"][0]["spki_sha256"]));
}

/// Signatures checked in process give the same as the resolver's word.
#[test]
fn dane_with_signatures_checked_in_process() {
    let Some(lab) = lab_or_skip() else { return };
    let anchor = lab.join("dns/root.key").display().to_string();
    let how = ["--dnssec", "validate", "--trust-anchor", &anchor];
    for (name, result, action) in [
        ("good.test", "pass", "deliver"),
        ("nsec3.test", "pass", "deliver"),
        ("mx-tlsa-cname.test:25", "pass", "deliver"),
        ("enforce.test", "none", "deliver"),
        ("tlsabad.test", "fail", "defer"),
        ("tlsabogus.test", "fail", "defer"),
        ("bogusmxhost.test", "fail", "defer"),
        ("insecmxhost.test", "none", "deliver-unauthenticated"),
        ("insecure.test", "none", "deliver-unauthenticated"),
    ] {
        let (found, _) = probe(&lab, name, &how);
        let verdicts = &found[0]["verdicts"];
        let got = [&verdicts["dane"]["result"], &verdicts["sender"]["action"]].map(word);
        assert_eq!(got, [result, action], "{name}: {}", verdicts["dane"]["text"]);
    }
}

/// RFC 8461: these domains' hosts have no TLSA records, so that MTA-STS decides alone.
#[test]
fn mta_sts_of_each_kind() {
    let Some(lab) = lab_or_skip() else { return };
    let cases = [
        ("enforce.test", "pass", &[][..], "deliver", "sts-enforce", 0),
        // Its host has no STARTTLS; the policy is only being tested (§5).
        ("testing.test", "fail", &["starttls-not-supported"], "deliver-in-clear", "sts-testing", 0),
        // Its host is not in the policy (§4.1), and must not be used.
        ("badmx.test", "fail", &["validation-failure"], "defer", "sts-enforce", 75),
        // Without a policy that can be had, senders go on as if there were none (§3.3).
        ("stswrong.test", "fail", &["sts-webpki-invalid"], "deliver", "opportunistic", 0),
        ("sts404.test", "fail", &["sts-policy-fetch-error"], "deliver", "opportunistic", 0),
        // Two records are none (§3.1).
        ("ststwice.test", "none", &[], "deliver", "opportunistic", 0),
    ];
    for (name, result, results, action, rule, code) in cases {
        let (found, exit) = probe(&lab, name, &[]);
        let verdicts = &found[0]["verdicts"];
        let got = [&verdicts["sts"]["result"], &verdicts["sender"]["action"], &verdicts["sender"]["rule"]].map(word);
        assert_eq!(got, [result, action, rule], "{name}: {}", verdicts["sts"]["text"]);
        let told: Vec<_> = verdicts["sts"]["results"].as_array().expect("results").iter().map(word).collect();
        assert_eq!((&told[..], exit), (results, Some(code)), "{name}");
    }
    // DANE and MTA-STS both: DANE decides, and MTA-STS stands beside it.
    let (found, _) = probe(&lab, "good.test", &[]);
    for record in &found {
        let verdicts = &record["verdicts"];
        assert_eq!(
            [&verdicts["pkix"]["result"], &verdicts["dane"]["result"], &verdicts["sts"]["result"]].map(word),
            ["pass"; 3]
        );
        assert_eq!(word(&verdicts["sender"]["rule"]), "dane");
    }
}

#[test]
fn what_is_not_wanted_is_not_looked_up() {
    let Some(lab) = lab_or_skip() else { return };
    let (found, exit) = probe(&lab, "badmx.test", &["--no-policy"]);
    let verdicts = &found[0]["verdicts"];
    assert_eq!([&verdicts["dane"]["result"], &verdicts["sts"]["result"]].map(word), ["untested"; 2]);
    assert_eq!((verdicts["sender"].is_null(), exit), (true, Some(0)));
    let record = &records(&in_lab(bin("mxlookup"), &["--no-policy", "good.test"]))[0];
    assert!(record["sts"].is_null() && record["tlsrpt"].is_null() && record["hosts"][0]["tlsa"].is_null());
}
