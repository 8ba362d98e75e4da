//! Handshakes that fail for what our own side does not do, or for what the server wants of us: whose the failure is, and what
//! DANE and a sender make of it.
//!
//! The servers are OpenSSL's, and what Postfix does with them is the measure: `posttls-finger -l dane` says "Verified" for
//! RSA key exchange, CBC, DHE and RSA keys of 1024 bits with a TLSA record 3 1 1 that matches, and `-l encrypt` encrypts. The
//! digest in the record is OpenSSL's own (RFC 6698 §2.1: SHA-256 of the SubjectPublicKeyInfo).

use std::io::Write as _;
use std::process::{Command, Stdio};

use byhand_tests::bin;
use serde_json::{Value, json};

use super::openssl::{self, Server};
use super::{HOST, OLD, Stage, findings, word};

/// Probes again, down the pipe, with a TLSA record for the host.
fn with_tlsa(stage: &Stage, record: &Value, digest: &str) -> Value {
    let mut line = record.clone();
    line["target"]["tlsa"] = json!([{"usage": 3, "selector": 1, "matching": 1, "data": digest}]);
    line["target"]["demands"] = json!({"dane": "usable", "base": HOST, "names": [HOST], "security": "secure"});
    piped(stage, "smtp-probe", &line, &[])
}

fn piped(stage: &Stage, tool: &str, line: &Value, words: &[&str]) -> Value {
    let roots = stage.certificates.file("root.pem");
    let mut child = Command::new(bin(tool))
        .args(["--nameserver", &stage.lab.nameserver().to_string(), "--ca-file", &roots, "--ehlo", "client.example"])
        .args(["--format", "json"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_server_that_is_only_older_is_judged_by_its_certificate() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.leaf("short", "root", "rsa:1024", HOST, &[]);
    let old = OLD.iter().take(4).map(|(words, version, ..)| ("rsa", *words, Some(*version)));
    // What it shows came in the session.
    for (name, words, version) in old.chain([("short", "-cipher ALL:@SECLEVEL=0", None)]) {
        let server = stage.server(&format!("-cert @{name}.pem -key @{name}.key {words}"));
        let record = stage.probe(&server, &[]);
        assert_eq!(word(&record, "/outcome/fault"), "tls-limit", "{words}: {}", record["outcome"]);
        assert_eq!(word(&record, "/outcome/diagnosis/side"), "sender", "{words}");
        assert_eq!(word(&record, "/verdicts/sender/action"), "deliver", "{words}: {:#}", record["verdicts"]);
        assert_eq!(word(&record, "/tls/chain/0/names/0"), HOST, "{words}");
        let chosen: Vec<&str> =
            record["tls_versions"].as_array().into_iter().flatten().map(|one| word(one, "/version")).collect();
        assert_eq!(chosen, version.into_iter().collect::<Vec<_>>(), "{words}");
        let digest = openssl::spki_sha256(&stage.certificates.file(&format!("{name}.pem")));
        for (digest, result, action) in [(digest, "pass", "deliver"), ("0".repeat(64), "fail", "defer")] {
            let judged = with_tlsa(&stage, &record, &digest);
            let got = [word(&judged, "/verdicts/dane/result"), word(&judged, "/verdicts/sender/action")];
            assert_eq!(got, [result, action], "{words}: {:#}", judged["verdicts"]);
            assert_eq!(findings(&judged).contains(&"dane-failed"), result == "fail", "{words}");
        }
    }
}

/// RFC 7671 §8: a record for one of two keys is none for who is shown the other.
#[test]
fn records_for_one_of_two_keys() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.leaf("ec", "root", "EC", HOST, &[]);
    let server = stage.server("-cert @rsa.pem -key @rsa.key -dcert @ec.pem -dkey @ec.key");
    let mut line = stage.probe(&server, &[]);
    for (name, results) in [("rsa", ["pass", "fail"]), ("ec", ["fail", "pass"])] {
        let digest = openssl::spki_sha256(&stage.certificates.file(&format!("{name}.pem")));
        line["target"]["tlsa"] = json!([{"usage": 3, "selector": 1, "matching": 1, "data": digest}]);
        line["target"]["demands"] = json!({"dane": "usable", "base": HOST, "names": [HOST], "security": "secure"});
        let record = piped(&stage, "smtp-probe", &line, &["--key-types"]);
        let got = [0, 1].map(|at| word(&record, &format!("/key_types/{at}/dane/result")).to_owned());
        assert_eq!(got, results, "{name}: {:#}", record["key_types"]);
        let told = record["findings"].as_array().unwrap().iter();
        let told: Vec<&str> = told.map(|found| word(found, "/text")).collect();
        assert!(told.iter().any(|text| text.ends_with("ublish records for both keys")), "{name}: {told:?}");
    }
}

/// RFC 7671 §5.2.1: an authority that a record names has to come along.
#[test]
fn a_root_that_a_record_names_is_needed() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.server("-cert @rsa.pem -key @rsa.key -cert_chain @root.pem");
    let mut line = stage.probe(&server, &[]);
    assert!(findings(&line).contains(&"root-sent"), "{:#}", line["findings"]);
    let digest = openssl::spki_sha256(&stage.certificates.file("root.pem"));
    line["target"]["tlsa"] = json!([{"usage": 2, "selector": 1, "matching": 1, "data": digest}]);
    line["target"]["demands"] = json!({"dane": "usable", "base": HOST, "names": [HOST], "security": "secure"});
    let record = piped(&stage, "smtp-probe", &line, &[]);
    assert_eq!(word(&record, "/verdicts/dane/result"), "pass", "{:#}", record["verdicts"]);
    assert!(!findings(&record).contains(&"root-sent"), "{:#}", record["findings"]);
}

/// A cipher that protects nothing, and no cipher at all.
#[test]
fn what_no_sender_takes_proves_nothing() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.server("-cert @rsa.pem -key @rsa.key -tls1_2 -cipher NULL-SHA256:@SECLEVEL=0");
    let record = stage.probe(&server, &[]);
    assert_eq!(record["verdicts"]["sender"], Value::Null, "{:#}", record["verdicts"]);
    // Without a certificate OpenSSL refuses whatever is offered.
    let server = stage.server("-nocert -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256");
    let record = stage.probe(&server, &[]);
    assert_eq!(word(&record, "/outcome/fault"), "tls-handshake", "{}", record["outcome"]);
    assert_eq!(word(&record, "/verdicts/sender/action"), "deliver-in-clear", "{:#}", record["verdicts"]);
}

/// What our own options leave out is ours.
#[test]
fn our_own_options_are_named() {
    let Some(stage) = Stage::new() else { return };
    let new = stage.server("-cert @rsa.pem -key @rsa.key -tls1_3");
    let old = stage.server("-cert @rsa.pem -key @rsa.key -tls1_2");
    for (server, words) in
        [(&old, ["--tls-min", "1.3"]), (&new, ["--tls-max", "1.2"]), (&old, ["--ciphers", "TLS_AES_128_GCM_SHA256"])]
    {
        let record = stage.probe(server, &words);
        assert_eq!(word(&record, "/outcome/fault"), "tls-limit", "{words:?}");
        assert_eq!(word(&record, "/outcome/diagnosis/side"), "sender", "{words:?}");
        assert_eq!(word(&record, "/outcome/detail"), "own-options", "{words:?}");
        assert!(word(&record, "/outcome/text").contains(words[0]), "{}", record["outcome"]);
        assert!(word(&record, "/outcome/diagnosis/next").contains("option"), "{}", record["outcome"]);
        assert!(!["defer", "deliver-in-clear"].contains(&word(&record, "/verdicts/sender/action")), "{words:?}");
    }
}

/// RFC 8446 §4.4.2.4: under TLS 1.3 the server says after the handshake that it misses a certificate; RFC 5246 §7.4.6: under 1.2
/// in its midst.
#[test]
fn a_server_that_wants_a_certificate_of_ours() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.make(
        "stranger",
        None,
        "EC",
        &["-subj", "/CN=stranger", "-days", "60", "-addext", "basicConstraints=CA:FALSE"],
    );
    for version in ["-tls1_3", "-tls1_2"] {
        let server: Server = stage.server(&format!(
            "-cert @rsa.pem -key @rsa.key {version} -Verify 1 -verify_return_error -CAfile @root.pem"
        ));
        let record = stage.probe(&server, &[]);
        let told = [
            word(&record, "/outcome/stage"),
            word(&record, "/outcome/fault"),
            word(&record, "/tls/client_certificate"),
        ];
        assert_eq!(told, ["tls", "tls-handshake", "asked"], "{version}: {}", record["outcome"]);
        assert!(
            word(&record, "/outcome/text").contains("wants a certificate of ours"),
            "{version}: {}",
            record["outcome"]
        );
        assert_eq!(word(&record, "/outcome/detail"), "client-certificate", "{version}");
        assert!(word(&record, "/outcome/diagnosis/next").contains("--cert"), "{version}");
        assert_eq!(word(&record, "/verdicts/sender/action"), "deliver-in-clear", "{version}");
        let [cert, key] = ["stranger.pem", "stranger.key"].map(|name| stage.certificates.file(name));
        let record = stage.probe(&server, &["--cert", &cert, "--key", &key]);
        let text = word(&record, "/outcome/text");
        assert!(text.contains("does not take the certificate of ours"), "{version}: {text}");
        assert_eq!(word(&record, "/outcome/detail"), "client-certificate", "{version}");
    }
}

/// smtp-send keeps to what it can encrypt itself, and says whose limit it is.
#[test]
fn smtp_send_says_that_the_limit_is_its_own() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.server("-cert @rsa.pem -key @rsa.key -tls1_2 -cipher AES128-SHA:@SECLEVEL=0");
    let at = format!("{HOST}:{}", server.port());
    let output = Command::new(bin("smtp-send"))
        .args(["--nameserver", &stage.lab.nameserver().to_string(), "--dnssec", "trust", "--ehlo", "client.example"])
        .args(["--ca-file", &stage.certificates.file("root.pem"), "--format", "json", "--from", "a@client.example"])
        .args(["--to", "b@old.example", "--server", &at, "--level", "encrypt"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(word(&record, "/outcome/fault"), "tls-limit", "{}", record["outcome"]);
    assert_eq!(word(&record, "/outcome/detail"), "nothing-in-common", "{}", record["outcome"]);
    assert_eq!(word(&record, "/attempts/0/protection/action"), "defer");
    assert!(word(&record, "/outcome/diagnosis/next").contains("--tls-versions"), "{}", record["outcome"]);
}

/// A key that cannot be used is told in words of ours.
#[test]
fn a_key_of_ours_that_is_too_short() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.leaf("short", "root", "rsa:1024", HOST, &[]);
    let [cert, key] = ["short.pem", "short.key"].map(|name| stage.certificates.file(name));
    let output = stage.run(1, &["--cert", &cert, "--key", &key]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("2048") && !said.contains("unexpected"), "{said}");
}
