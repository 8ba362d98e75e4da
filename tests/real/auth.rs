//! smtp-send logs in at the real servers, by each mechanism that they offer; a wrong password ends at AUTH, and no output
//! has the right or the wrong one, plain or in base64.
//!
//! What each offers inside TLS is from its configuration; the account is the lab's (`tests/lab/README.md`). No server of the
//! lab offers a -PLUS mechanism.

use std::path::Path;
use std::process::Output;

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::{records, word};

const USER: &str = "user";
const PASSWORD: &str = "zebra-Quartz9";
const WRONG: &str = "yak-Feldspat4";

fn run(lab: &Path, server: &str, tls: &str, login: &[&str], words: &[&str]) -> Output {
    let ca = lab.join("pki/ca.pem").display().to_string();
    let mut all = vec!["--ehlo", "client.test", "--ca-file", &ca, "--from", "a@client.test", "--to", "b@good.test"];
    all.extend(["--server", server, "--tls", tls, "--auth-user", USER, "--quit-after", "auth"]);
    all.extend(login);
    all.extend(words);
    in_lab(bin("smtp-send"), &all)
}

/// The password, as it is and in base64 at each of the three places that it can begin at, without the ends that depend on
/// what stands beside it.
pub(crate) fn traces(secret: &str) -> Vec<String> {
    let mut traces = vec![secret.to_owned()];
    for before in ["", "x", "xx"] {
        let encoded = base64(format!("{before}{secret}").as_bytes());
        traces.push(encoded[4..encoded.len() - 4].to_owned());
    }
    traces
}

/// RFC 4648 §4, without padding.
fn base64(octets: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in octets.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, octet| bits << 8 | u32::from(*octet)) << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
    text
}

#[track_caller]
fn holds_no(password: &str, output: &Output) {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains("AUTH"), "{all}");
    for trace in traces(password) {
        assert!(!all.contains(&trace), "{trace} in {all}");
    }
}

/// `answers`: whether a wrong password is answered. The lab's aiosmtpd says nothing at all to one.
#[track_caller]
fn logs_in(server: &str, tls: &str, answers: bool, mechanisms: &[&str]) {
    let Some(lab) = lab_or_skip() else { return };
    for mechanism in mechanisms {
        let login = ["--auth", mechanism, "--auth-password", PASSWORD];
        let output = run(&lab, server, tls, &login, &["--format", "json"]);
        let record = &records(&output)[0];
        let end = |record: &Value| ["status", "stage", "fault"].map(|key| word(&record["outcome"][key]).to_owned());
        assert_eq!(end(record), ["ok", "auth", "-"], "{server} {mechanism}: {}", record["outcome"]);
        assert_eq!(output.status.code(), Some(0));
        // Said in so many words, and by no other mechanism.
        let said = record["transcript"].as_array().expect("a transcript");
        let auth = |said: &&Value| word(&said["text"]).starts_with("AUTH ");
        let lines: Vec<_> = said.iter().filter(auth).map(|said| word(&said["text"])).collect();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].split(' ').nth(1), Some(*mechanism));
        assert!(said.iter().any(|said| said["code"] == 235), "{server} {mechanism}");
        holds_no(PASSWORD, &output);
        if !answers {
            continue;
        }
        let login = ["--auth", mechanism, "--auth-password", WRONG];
        let output = run(&lab, server, tls, &login, &["--format", "json"]);
        let record = &records(&output)[0];
        assert_eq!(end(record), ["permanent", "auth", "refused"], "{server} {mechanism}: {}", record["outcome"]);
        assert_eq!(output.status.code(), Some(1));
        let code = &record["outcome"]["reply"]["code"];
        assert_eq!(code, 535, "{server} {mechanism}");
        holds_no(WRONG, &output);
    }
}

macro_rules! logins {
    ($($name:ident: $server:literal, $tls:literal, $answers:literal, [$($mechanism:literal),*];)*) => {
        $(#[test] fn $name() { logs_in($server, $tls, $answers, &[$($mechanism),*]); })*
    };
}

logins! {
    logs_in_at_exim: "mx-exim.test:587", "require", true, ["PLAIN", "LOGIN", "CRAM-MD5"];
    logs_in_at_exim_465: "mx-exim.test:465", "implicit", true, ["PLAIN", "LOGIN", "CRAM-MD5"];
    logs_in_at_dovecot: "127.0.1.50:587", "require", true, ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
    logs_in_at_dovecot_465: "127.0.1.50:465", "implicit", true, ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
    logs_in_at_dovecot_in_clear: "127.0.1.50:587", "never", true, ["CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
    logs_in_at_postfix: "mx-postfix.test:587", "require", true, ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
    logs_in_at_aiosmtpd: "mx-aio.test:465", "implicit", false, ["PLAIN", "LOGIN"];
}

/// The other forms; a wrong password once a server, since servers let those wait longer and longer.
#[test]
fn no_form_of_output_has_the_password() {
    let Some(lab) = lab_or_skip() else { return };
    for (server, tls) in
        [("mx-postfix.test:587", "require"), ("127.0.1.50:465", "implicit"), ("mx-exim.test:587", "auto")]
    {
        for form in [&["--format", "json", "--events"][..], &["--format", "table", "-v"]] {
            for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "any"] {
                let login = ["--auth", mechanism, "--auth-password", PASSWORD];
                holds_no(PASSWORD, &run(&lab, server, tls, &login, form));
            }
        }
        let login = ["--auth", "LOGIN", "--auth-password", WRONG];
        holds_no(WRONG, &run(&lab, server, tls, &login, &["--format", "table", "-v"]));
    }
}
