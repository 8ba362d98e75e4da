//! What a domain demands, from DNS to what a sender would do: the built tools as processes on testlab.
//!
//! Each domain has one trait. Expected values are RFC 7672's, worked out from the records and certificates that are set up
//! here; whole certificates stand in the records, so that no digest is taken from the code that is tested. MTA-STS, whose
//! web servers need port 443, is tried in `byhand`'s own tests and in the lab of real servers; `sts` has what follows from
//! a policy, `aliases` the ways round a corner, `tls` the handshake.

mod aliases;
mod sts;
mod tls;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use byhand_tests::bin;
use serde_json::Value;
use testlab::dns::{Fault, Signing};
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

/// Domain, DANE's result, what a sender does and by which rule, the exit code.
const DOMAINS: &str = "
    own.example       pass  deliver                  dane           0
    authority.example pass  deliver                  dane           0
    renamed.example   fail  defer                    dane           75
    other.example     fail  defer                    dane           75
    unusable.example  pass  deliver-unauthenticated  dane-unusable  0
    unclear.example   fail  defer                    dane-unusable  75
    clear.example     fail  defer                    dane           75
    down.example      fail  defer                    dane-lookup    75
    plainhost.example none  deliver-unauthenticated  opportunistic  0
    unsigned.example  none  deliver-unauthenticated  opportunistic  0
    none.example      none  deliver                  opportunistic  0";

fn domains() -> Vec<[&'static str; 5]> {
    let cells = |line: &'static str| line.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
    DOMAINS.lines().filter(|line| !line.trim().is_empty()).map(cells).collect()
}

fn hex(der: &[u8]) -> String {
    der.iter().fold(String::new(), |mut text, octet| write!(text, "{octet:02x}").map(|()| text).unwrap())
}

async fn lab() -> Lab {
    let mut builder = Lab::builder().unwrap();
    builder.validating();
    for [domain, ..] in domains() {
        let signing = if domain == "unsigned.example" { Signing::Unsigned } else { Signing::Signed };
        builder.zone(domain, signing).unwrap();
        let host = if domain == "plainhost.example" { "mx.host.test".to_owned() } else { format!("mx.{domain}") };
        builder.records(&format!("{domain} MX 10 {host}")).unwrap();
    }
    // Its host is in a zone that is not signed, whose name server fails when it is asked for TLSA records.
    builder.zone("host.test", Signing::Unsigned).unwrap();
    builder.fault_for("_tcp.mx.host.test", "TLSA", Fault::Servfail).unwrap();
    builder.fault_for("_tcp.mx.down.example", "TLSA", Fault::Servfail).unwrap();
    let authority = hex(&builder.pki().ca_der());
    let own = |builder: &testlab::lab::Builder, cert, host| hex(&builder.pki().issue(cert, host).unwrap().0[0]);
    let of_own = own(&builder, Cert::Expired, "mx.own.example");
    let of_unsigned = own(&builder, Cert::SelfSigned, "mx.unsigned.example");
    let zeros = "0".repeat(64);
    for (host, record) in [
        ("mx.own.example", format!("3 0 0 {of_own}")),
        ("mx.authority.example", format!("2 0 0 {authority}")),
        ("mx.renamed.example", format!("2 0 0 {authority}")),
        ("mx.other.example", format!("3 1 1 {zeros}")),
        ("mx.unusable.example", format!("1 1 1 {zeros}")),
        ("mx.unclear.example", format!("1 1 1 {zeros}")),
        ("mx.clear.example", format!("3 1 1 {zeros}")),
        ("mx.unsigned.example", format!("3 0 0 {of_unsigned}")),
    ] {
        builder.records(&format!("_25._tcp.{host} TLSA {record}")).unwrap();
    }
    for (host, cert) in [
        ("mx.own.example", Cert::Expired),
        ("mx.authority.example", Cert::Good),
        ("mx.renamed.example", Cert::WrongName),
        ("mx.other.example", Cert::Good),
        ("mx.unusable.example", Cert::SelfSigned),
        ("mx.down.example", Cert::Good),
        ("mx.host.test", Cert::SelfSigned),
        ("mx.unsigned.example", Cert::SelfSigned),
        ("mx.none.example", Cert::Good),
    ] {
        builder.plain(Plain::new(host).starttls(cert)).unwrap();
    }
    builder.plain(Plain::new("mx.clear.example")).unwrap();
    builder.plain(Plain::new("mx.unclear.example")).unwrap();
    builder.start().await.unwrap()
}

fn run(lab: &Lab, tool: &str, words: &[&str], input: &[u8]) -> Output {
    let (nameserver, port, ca) = (lab.nameserver().to_string(), lab.port().to_string(), lab.ca_file());
    let mut command = Command::new(bin(tool));
    command.args(["--nameserver", &nameserver, "--ca-file", ca.to_str().unwrap()]).args(words);
    if tool == "smtp-probe" {
        command.args(["--port", &port, "--ehlo", "client.example", "--first"]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn record(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).unwrap()
}

fn verdict(record: &Value) -> [&str; 3] {
    ["/verdicts/dane/result", "/verdicts/sender/action", "/verdicts/sender/rule"]
        .map(|path| record.pointer(path).and_then(Value::as_str).unwrap_or("-"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn dane_from_dns_to_what_a_sender_does() {
    let lab = lab().await;
    let anchor = lab.anchor_file();
    let checked = ["--dnssec", "validate", "--trust-anchor", anchor.to_str().unwrap()];
    for [domain, result, action, rule, code] in domains() {
        // The resolver's word, and signatures checked in the tool's own process.
        for how in [&["--dnssec", "trust"][..], &checked] {
            let words = [how, &[domain]].concat();
            let straight = run(&lab, "smtp-probe", &words, b"");
            let told = record(&straight);
            assert_eq!(
                verdict(&told),
                [result, action, rule],
                "{domain} {how:?}: {}",
                told["verdicts"]["dane"]["text"]
            );
            assert_eq!(straight.status.code().map(|code| code.to_string()).as_deref(), Some(code), "{domain}");
            let routes = run(&lab, "mxlookup", &words, b"");
            let piped = record(&run(&lab, "smtp-probe", how, &routes.stdout));
            assert_eq!(piped["verdicts"], told["verdicts"], "{domain}");
            assert_eq!(piped["target"], told["target"], "{domain}");
        }
    }
}

/// Nobody's word is taken for DNSSEC where it is not said to be trusted: then nothing is known of DANE (RFC 7672 §2.1.3).
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_dnssec_nothing_is_known_of_dane() {
    let lab = lab().await;
    for domain in ["own.example", "other.example"] {
        let told = record(&run(&lab, "smtp-probe", &["--dnssec", "off", domain], b""));
        assert_eq!(verdict(&told)[0], "untested", "{domain}");
        assert!(lab.dns().was_asked(domain, "MX") && !lab.dns().was_asked(&format!("_25._tcp.mx.{domain}"), "TLSA"));
    }
}

/// A level asks for what `--no-policy` leaves out: the table says what a sender does, and why.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_level_without_the_policies_it_asks_for() {
    let lab = lab().await;
    let words = ["--dnssec", "trust", "--no-policy", "--level", "dane-only", "--format", "table", "own.example"];
    let output = run(&lab, "smtp-probe", &words, b"");
    let text = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(75));
    assert!(
        text.contains("a sender defers: TLSA records are required, and whether there are any is not known"),
        "{text}"
    );
}
