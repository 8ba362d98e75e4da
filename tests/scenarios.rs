//! The built tools as processes on testlab's demo: every domain with its trait, the pipe, exit codes, manners.
//!
//! Values are worked out from what `testlab::lab::DEMO` says of each domain and from the RFCs; nothing leaves loopback.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use byhand_tests::bin;
use serde_json::Value;
use testlab::dns::{Fault, Signing};
use testlab::lab::Lab;
use testlab::smtp::{Manners, Plain};

/// A demo lab, and a runtime that keeps it alive.
struct Stage {
    lab: Lab,
    runtime: tokio::runtime::Runtime,
}

impl Stage {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let lab = runtime.block_on(Lab::demo()).unwrap();
        Self { lab, runtime }
    }

    fn mxlookup(&self, words: &[&str]) -> Output {
        self.run("mxlookup", &[], words, "")
    }

    fn probe(&self, words: &[&str], input: &str) -> Output {
        let (port, ca) = (self.lab.port().to_string(), self.lab.ca_file());
        let own = ["--port", &port, "--ca-file", ca.to_str().unwrap(), "--ehlo", "client.example"];
        self.run("smtp-probe", &own, words, input)
    }

    fn run(&self, tool: &str, own: &[&str], words: &[&str], input: &str) -> Output {
        let nameserver = self.lab.nameserver().to_string();
        let mut child = Command::new(bin(tool))
            .args(["--nameserver", &nameserver, "--dnssec", "trust"])
            .args(own)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// No connection was ill-mannered, as if every address had been public.
    fn assert_manners(&self, manners: &Manners) {
        self.runtime.block_on(self.lab.log().settled(std::time::Duration::from_secs(10)));
        let breaches = self.lab.log().breaches(manners);
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}

/// The records on stdout: every line has to be one.
fn records(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn word<'a>(record: &'a Value, path: &str) -> &'a str {
    record.pointer(path).and_then(Value::as_str).unwrap_or("-")
}

#[track_caller]
fn code(output: &Output, expected: i32) {
    assert_eq!(output.status.code(), Some(expected), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_domain_has_its_outcome() {
    let stage = Stage::new();
    // domain, exit code, status, fault, source, security: what the demo's DNS holds, read by RFC 5321 §5.1 and RFC 7505.
    for (domain, exit, status, fault, source, security) in [
        ("good.example", 0, "ok", "-", "mx", "secure"),
        ("nomx.example", 0, "ok", "-", "implicit", "secure"),
        ("bücher.example", 0, "ok", "-", "mx", "insecure"),
        ("nullmx.example", 1, "permanent", "null-mx", "null", "secure"),
        ("gone.example", 1, "permanent", "nxdomain", "none", "secure"),
        ("servfail.example", 75, "temporary", "servfail", "none", "indeterminate"),
        ("bogus.example", 75, "temporary", "dnssec-bogus", "none", "bogus"),
        ("case.example", 0, "ok", "-", "mx", "secure"),
        ("dead.example", 0, "ok", "-", "mx", "secure"),
        ("bad..name", 65, "permanent", "bad-input", "none", "indeterminate"),
    ] {
        let output = stage.mxlookup(&[domain]);
        code(&output, exit);
        let all = records(&output);
        assert_eq!(all.len(), 1, "{domain}");
        let got = ["/outcome/status", "/outcome/fault", "/source", "/security"].map(|path| word(&all[0], path));
        assert_eq!(got, [status, fault, source, security], "{domain}");
    }
    let all = records(&stage.mxlookup(&["case.example"]));
    let ids: Vec<&str> = all[0]["findings"].as_array().unwrap().iter().map(|f| word(f, "/id")).collect();
    assert!(ids.contains(&"case-sensitive-dns"), "{ids:?}");
}

/// What each end means stands in the record, and comes through the pipe; what went well has no diagnosis.
#[test]
fn every_trouble_has_its_diagnosis() {
    let stage = Stage::new();
    // What the demo's DNS holds, and whose it is to mend.
    for (domain, reason, side) in [
        ("good.example", "-", "-"),
        ("nullmx.example", "notaccept", "recipient"),
        ("gone.example", "hostunknown", "recipient"),
        ("servfail.example", "networkerror", "recipient"),
        ("bogus.example", "networkerror", "recipient"),
        ("bad..name", "-", "-"),
    ] {
        let output = stage.mxlookup(&[domain]);
        let diagnosis = |record: &Value| {
            ["reason", "side"].map(|field| word(record, &format!("/outcome/diagnosis/{field}")).to_owned())
        };
        assert_eq!(diagnosis(&records(&output)[0]), [reason, side], "{domain}");
        if reason != "-" {
            let probed = records(&stage.probe(&[], std::str::from_utf8(&output.stdout).unwrap()));
            assert_eq!(diagnosis(&probed[0]), [reason, side], "{domain}");
        }
    }
    let words = ["--from", "a@client.example", "--rcpt", "someone@grey.example", "grey.example"];
    let all = records(&stage.probe(&words, ""));
    assert_eq!(word(&all[0], "/recipients/0/outcome/diagnosis/reason"), "greylisted");
}

#[test]
fn several_lines_give_as_many_records_and_the_worst_exit_code() {
    let stage = Stage::new();
    let input = "good.example\n\n# a comment\nnot a domain\r\ngone.example\nservfail.example";
    let output = stage.run("mxlookup", &[], &[], input);
    code(&output, 65);
    let all = records(&output);
    let got: Vec<&str> = all.iter().map(|record| word(record, "/outcome/status")).collect();
    assert_eq!(got, ["ok", "permanent", "permanent", "temporary"]);
    code(&stage.mxlookup(&["good.example", "gone.example", "servfail.example"]), 1);
    code(&stage.mxlookup(&["good.example", "servfail.example"]), 75);
}

/// What differs between two runs: times, and the port we connected from.
fn without_times(mut record: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.retain(|key, _| !key.ends_with("_ms") && key != "started" && key != "local");
                map.values_mut().for_each(strip);
            }
            Value::Array(all) => all.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut record);
    record
}

#[test]
fn the_pipe_and_the_short_way_say_the_same() {
    let stage = Stage::new();
    for domain in ["good.example", "nullmx.example", "dead.example", "bogus.example", "nomx.example"] {
        let mx = stage.mxlookup(&[domain]);
        let piped = stage.probe(&[], std::str::from_utf8(&mx.stdout).unwrap());
        let short = stage.probe(&[domain], "");
        assert_eq!(piped.status.code(), short.status.code(), "{domain}");
        let [piped, short] = [piped, short].map(|o| records(&o).into_iter().map(without_times).collect::<Vec<_>>());
        assert!(!piped.is_empty(), "{domain}");
        let [piped, short] = [piped, short].map(|all| serde_json::to_string_pretty(&all).unwrap());
        if let Some((a, b)) = piped.lines().zip(short.lines()).find(|(a, b)| a != b) {
            panic!("{domain}: piped {a}, short {b}");
        }
        assert_eq!(piped.len(), short.len(), "{domain}");
    }
    stage.assert_manners(&Manners::probe());
}

#[test]
fn every_host_is_met_and_nobody_is_annoyed() {
    let stage = Stage::new();
    // domain, exit code, then of each record: status, stage, fault.
    let ok = ["ok", "-", "-"];
    for (domain, exit, outcomes) in [
        ("good.example", 0, vec![ok, ok]),
        ("nomx.example", 0, vec![ok]),
        ("legacy.example", 0, vec![ok]),
        ("hostile.example", 0, vec![ok]),
        ("busy.example", 75, vec![["untested", "banner", "busy"]]),
        ("dead.example", 75, vec![["temporary", "connect", "connection-refused"]]),
        ("nullmx.example", 1, vec![["permanent", "dns", "null-mx"]]),
        ("gone.example", 1, vec![["permanent", "dns", "nxdomain"]]),
        ("servfail.example", 75, vec![["temporary", "dns", "servfail"]]),
    ] {
        let output = stage.probe(&[domain], "");
        code(&output, exit);
        let all = records(&output);
        let got: Vec<_> =
            all.iter().map(|r| ["/outcome/status", "/outcome/stage", "/outcome/fault"].map(|p| word(r, p))).collect();
        assert_eq!(got, outcomes, "{domain}");
    }
    stage.assert_manners(&Manners::probe());
    assert!(stage.lab.log().messages().is_empty(), "a probe sends nothing");
}

#[test]
fn certificates_are_judged_and_never_end_a_probe() {
    let stage = Stage::new();
    let all = records(&stage.probe(&["good.example"], ""));
    let verdicts: Vec<&str> = all.iter().map(|r| word(r, "/verdicts/pkix/status")).collect();
    assert_eq!(verdicts, ["pass", "fail"]);
    // The demo's second host shows a certificate that ended three days ago.
    assert_eq!(all[1]["verdicts"]["pkix"]["results"], serde_json::json!(["certificate-expired"]));
    assert_eq!(all[1]["verdicts"]["pkix"]["days_left"], serde_json::json!(-3));
    assert_eq!(word(&all[1], "/tls/sni"), "mx2.good.example");
}

#[test]
fn recipients_are_asked_about_and_nothing_is_sent() {
    let stage = Stage::new();
    let words = ["--from", "a@client.example", "--rcpt", "someone@grey.example", "grey.example"];
    let output = stage.probe(&words, "");
    code(&output, 75);
    let all = records(&output);
    assert_eq!(word(&all[0], "/recipients/0/outcome/status"), "temporary");
    stage.assert_manners(&Manners::probe_with_recipients());
    // Recipients that come down the pipe are for sending: no MAIL is said for them.
    stage.lab.log().clear();
    let mx = stage.mxlookup(&["someone@good.example"]);
    assert_eq!(records(&mx)[0]["recipients"], serde_json::json!(["someone@good.example"]));
    code(&stage.probe(&[], std::str::from_utf8(&mx.stdout).unwrap()), 0);
    stage.assert_manners(&Manners::probe());
}

#[test]
fn a_hostile_greeting_stays_text() {
    let stage = Stage::new();
    let output = stage.probe(&["--format", "table", "-v", "hostile.example"], "");
    code(&output, 0);
    let bad: Vec<u8> = output.stdout.iter().copied().filter(|b| b.is_ascii_control() && *b != b'\n').collect();
    assert_eq!(bad, b"", "control characters reach a terminal");
    // JSON keeps them, escaped as JSON does.
    let all = records(&stage.probe(&["hostile.example"], ""));
    assert!(all[0]["banner"]["lines"].to_string().contains("\\u001b"), "{}", all[0]["banner"]);
}

#[test]
fn no_resolver_there_is_a_record_and_a_sentence() {
    // A port of loopback where nothing listens.
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = Command::new(bin("mxlookup"))
        .args(["--nameserver", &format!("127.0.0.1:{port}"), "--timeout", "2s", "good.example"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    code(&output, 75);
    let all = records(&output);
    assert_eq!(word(&all[0], "/outcome/fault"), "dns-unreachable");
    assert!(word(&all[0], "/outcome/text").contains("127.0.0.1"), "{}", all[0]["outcome"]);
}

/// A resolver on loopback that passes signatures on and checks nothing: its silence about DNSSEC says nothing, so `auto`
/// checks the signatures itself, from the lab's own anchor.
#[test]
fn auto_does_not_take_a_forwarder_for_a_validator() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let lab = runtime.block_on(async {
        let mut builder = Lab::builder().unwrap();
        for (zone, signing) in
            [("signed.test", Signing::Signed), ("unsigned.test", Signing::Unsigned), ("forged.test", Signing::Bogus)]
        {
            builder.zone(zone, signing).unwrap();
            builder.records(&format!("{zone} MX 10 mx.{zone}\nmx.{zone} A 127.0.0.1")).unwrap();
        }
        builder.start().await.unwrap()
    });
    let (nameserver, anchor) = (lab.nameserver().to_string(), lab.anchor_file());
    let output = Command::new(bin("mxlookup"))
        .args(["--nameserver", &nameserver, "--trust-anchor", anchor.to_str().unwrap()])
        .args(["signed.test", "unsigned.test", "forged.test"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let got: Vec<_> = records(&output).iter().map(|r| word(r, "/security").to_owned()).collect();
    assert_eq!(got, ["secure", "insecure", "bogus"]);
    code(&output, 75);
}

/// A lab with one host at two addresses, of which only those named answer.
fn two_addresses(first: &Plain, second: &Plain) -> Stage {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut builder = Lab::builder().unwrap();
    builder.records("pair.example MX 10 mx.pair.example").unwrap();
    builder.plain_at("127.43.0.1".parse().unwrap(), first.clone()).unwrap();
    builder.plain_at("127.43.0.2".parse().unwrap(), second.clone()).unwrap();
    let lab = runtime.block_on(builder.start()).unwrap();
    Stage { lab, runtime }
}

#[test]
fn the_first_that_answers_is_enough() {
    let plain = Plain::new("mx.pair.example");
    let stage = two_addresses(&plain, &plain);
    let output = stage.probe(&["--first", "pair.example"], "");
    code(&output, 0);
    let all = records(&output);
    let limited: Vec<&Value> = all.iter().map(|record| &record["limited"]).collect();
    assert_eq!(limited, [&serde_json::json!([]), &serde_json::json!(["first"])]);
    stage.runtime.block_on(stage.lab.log().settled(std::time::Duration::from_secs(10)));
    assert_eq!(stage.lab.log().connections().len(), 1);
    // Without it both are met.
    code(&stage.probe(&["pair.example"], ""), 0);
    assert_eq!(stage.lab.log().connections().len(), 3);
}

#[test]
fn the_timeout_is_for_the_greeting_too() {
    let stage = {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut builder = Lab::builder().unwrap();
        builder.silent("mx.mute.example").unwrap();
        let lab = runtime.block_on(builder.start()).unwrap();
        Stage { lab, runtime }
    };
    for (words, waited) in
        [(vec!["--timeout", "300ms"], "0.3 s"), (vec!["--timeout", "20s", "--greeting-timeout", "400ms"], "0.4 s")]
    {
        let all = records(&stage.probe(&[&words[..], &["[mx.mute.example]"]].concat(), ""));
        assert_eq!(word(&all[0], "/outcome/fault"), "timeout");
        let text = word(&all[0], "/outcome/text");
        assert!(text.starts_with(&format!("no banner within {waited}")), "{text}");
    }
}

/// A name server on loopback that knows one domain and refuses all else, the root too: nothing can be said of DNSSEC, and
/// nothing is held against the domain.
#[test]
fn auto_excuses_a_server_that_refuses_the_root() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let lab = runtime.block_on(async {
        let mut builder = Lab::builder().unwrap();
        builder.zone("plain.test", Signing::Unsigned).unwrap();
        builder.records("plain.test MX 10 mx.plain.test\nmx.plain.test A 127.0.0.1").unwrap();
        for kind in ["DNSKEY", "SOA"] {
            builder.fault_for(".", kind, Fault::Refused).unwrap();
        }
        builder.start().await.unwrap()
    });
    let nameserver = lab.nameserver().to_string();
    let output = Command::new(bin("mxlookup"))
        .args(["--nameserver", &nameserver, "plain.test"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let all = records(&output);
    assert_eq!(word(&all[0], "/outcome/status"), "ok", "{}", all[0]);
    code(&output, 0);
    assert_eq!(word(&all[0], "/security"), "indeterminate");
    assert!(all[0]["findings"].to_string().contains("dnssec-indeterminate"), "{}", all[0]["findings"]);
}
