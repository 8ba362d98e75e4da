//! smtp-send at every level of protection, against servers good and bad.
//!
//! Each domain has one trait. Expected ends are worked out from Postfix's TLS_README ("TLS security levels"), RFC 7672 §2.2 and
//! RFC 8461 §5. Whole certificates stand in the TLSA records, so that no digest is taken from the code that is tested. The web
//! server of MTA-STS needs port 443: there the route comes down the pipe, as `mxlookup` would write it; the lab has the rest.

use std::fmt::Write as _;
use std::time::Duration;

use byhand::wire::{Action, FindingId, Level, Rule, Stage};
use serde_json::json;
use testlab::dns::{Fault, Signing};
use testlab::lab::{Builder, Lab};
use testlab::pki::Cert;
use testlab::smtp::{Manners, Plain, TlsFault};

use super::{Sent, output, plain, polite, send, send_to};

/// By domain and level: `T` delivered in TLS, `C` in clear, `F` in clear on a second connection; else the stage where the message
/// was kept back. A stage `dns` means that nobody connected.
const ENDS: &str = "
    level      none  may  encrypt   dane      dane-only verify    secure    auto
    good       C     T    T         T         dns       T         T         T
    self       C     T    T         T         dns       tls       tls       T
    wrong      C     T    T         T         dns       tls       tls       T
    expired    C     T    T         T         dns       tls       tls       T
    match      C     T    T         T         T         tls       tls       T
    mismatch   C     T    T         tls       tls       T         T         tls
    authority  C     T    T         T         T         T         T         T
    unusable   C     T    T         T         dns       tls       tls       T
    plain      C     C    starttls  C         dns       starttls  starttls  C
    plaintlsa  C     C    starttls  starttls  starttls  starttls  starttls  starttls
    broken     C     F    tls       F         dns       tls       tls       F
    brokentlsa C     F    tls       tls       tls       tls       tls       tls
    refused    C     C    starttls  starttls  starttls  starttls  starttls  starttls
    down       C     T    T         dns       dns       T         T         dns";

async fn lab() -> Lab {
    let hex = |der: &[u8]| {
        der.iter().fold(String::new(), |mut text, octet| write!(text, "{octet:02x}").map(|()| text).unwrap())
    };
    let mut builder = Lab::builder().unwrap();
    builder.validating();
    let of = |name: &str| format!("mx.{name}.example");
    let alert = |name: &str| {
        let host = Plain::new(&of(name)).starttls(Cert::Good);
        Plain { tls_fault: TlsFault::Alert, ..host }
    };
    for (name, host) in [
        ("good", Plain::new(&of("good")).starttls(Cert::Good)),
        ("self", Plain::new(&of("self")).starttls(Cert::SelfSigned)),
        ("wrong", Plain::new(&of("wrong")).starttls(Cert::WrongName)),
        ("expired", Plain::new(&of("expired")).starttls(Cert::Expired)),
        ("match", Plain::new(&of("match")).starttls(Cert::Expired)),
        ("mismatch", Plain::new(&of("mismatch")).starttls(Cert::Good)),
        ("authority", Plain::new(&of("authority")).starttls(Cert::Good)),
        ("unusable", Plain::new(&of("unusable")).starttls(Cert::SelfSigned)),
        ("plain", Plain::new(&of("plain"))),
        ("plaintlsa", Plain::new(&of("plaintlsa"))),
        ("broken", alert("broken")),
        ("brokentlsa", alert("brokentlsa")),
        ("refused", Plain::new(&of("refused")).starttls(Cert::Good).reply("STARTTLS", "502 5.7.0 not now")),
        ("down", Plain::new(&of("down")).starttls(Cert::Good)),
    ] {
        domain(&mut builder, name);
        builder.plain(host).unwrap();
    }
    let authority = hex(&builder.pki().ca_der());
    let own = hex(&builder.pki().issue(Cert::Expired, &of("match")).unwrap().0[0]);
    let zeros = "0".repeat(64);
    for (name, record) in [
        ("match", format!("3 0 0 {own}")),
        ("mismatch", format!("3 1 1 {zeros}")),
        ("authority", format!("2 0 0 {authority}")),
        ("unusable", format!("1 1 1 {zeros}")),
        ("plaintlsa", format!("3 1 1 {zeros}")),
        ("brokentlsa", format!("3 1 1 {zeros}")),
        ("refused", format!("3 1 1 {zeros}")),
    ] {
        builder.records(&format!("_25._tcp.{} TLSA {record}", of(name))).unwrap();
    }
    builder.fault_for("_tcp.mx.down.example", "TLSA", Fault::Servfail).unwrap();
    builder.start().await.unwrap()
}

fn domain(builder: &mut Builder, name: &str) {
    builder.zone(&format!("{name}.example"), Signing::Signed).unwrap();
    builder.records(&format!("{name}.example MX 10 mx.{name}.example")).unwrap();
}

async fn to(lab: &Lab, name: &str, words: &[&str]) -> Sent {
    lab.log().clear();
    let (nameserver, port, ca) = (lab.nameserver().to_string(), lab.port().to_string(), lab.ca_file());
    let recipient = format!("b@{name}.example");
    let all = ["--nameserver", &nameserver, "--dnssec", "trust", "--port", &port, "--ca-file", ca.to_str().unwrap()];
    let all = [&all[..], &["--to", &recipient], words].concat();
    let sent = send(&all, b"").await;
    lab.log().settled(Duration::from_secs(5)).await;
    lab.log().assert_manners(&Manners::sender());
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_level_against_every_server() {
    let lab = lab().await;
    let mut lines =
        ENDS.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|line| !line.is_empty());
    let levels = lines.next().unwrap();
    let mut wrong = Vec::new();
    for line in lines {
        for (level, expected) in levels.iter().zip(&line).skip(1) {
            let sent = to(&lab, line[0], &["--level", level]).await;
            let (messages, connections) = (lab.log().messages(), lab.log().connections().len());
            let stage = sent.records[0].outcome.stage.map_or("-", Stage::as_str);
            let end = match (sent.code, messages.first(), connections) {
                (0, Some(message), 1) if message.tls => "T",
                (0, Some(_), 1) => "C",
                (0, Some(message), 2) if !message.tls => "F",
                (75, None, 1) => stage,
                (75, None, 0) if stage == "dns" => stage,
                _ => "?",
            };
            let attempt = sent.records[0].attempts.last().unwrap();
            let protection = attempt.protection.as_ref().unwrap();
            let deferred = protection.action == Some(Action::Defer);
            if end != *expected || deferred == (sent.code == 0) || protection.level.as_str() != *level {
                wrong.push(format!(
                    "{} {level}: {end}, expected {expected}: {:?} {protection:?}",
                    line[0],
                    sent.ends()
                ));
            }
            if *expected == "F" {
                assert!(sent.found(FindingId::SentInClear), "the record says so");
            }
            // Nothing is said that matters where the level does not hold: no MAIL, no login.
            let said = |verb: &str| lab.log().connections().iter().any(|connection| !connection.said(verb).is_empty());
            assert!(sent.code == 0 || !said("MAIL"), "{} {level}", line[0]);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_record_says() {
    let lab = lab().await;
    for (name, words, ends, required, rule) in [
        ("match", &[][..], "ok - -", Level::Dane, Rule::Dane),
        ("mismatch", &[], "temporary tls dane-failed", Level::Dane, Rule::Dane),
        ("unusable", &[], "ok - -", Level::Encrypt, Rule::DaneUnusable),
        ("plaintlsa", &[], "temporary starttls starttls-not-supported", Level::Dane, Rule::Dane),
        ("brokentlsa", &[], "temporary tls tls-limit", Level::Dane, Rule::Dane),
        // A 502 is for good in other places; a message waits for TLS, and is not given up for it.
        ("refused", &[], "temporary starttls refused", Level::Dane, Rule::Dane),
        ("down", &[], "temporary dns servfail", Level::Dane, Rule::DaneLookup),
        ("good", &[], "ok - -", Level::May, Rule::Opportunistic),
        ("good", &["--level", "dane-only"], "temporary dns dane-failed", Level::Dane, Rule::Level),
        ("wrong", &["--level", "verify"], "temporary tls certificate-failed", Level::Verify, Rule::Level),
        ("plain", &["--tls", "require"], "temporary starttls starttls-not-supported", Level::Encrypt, Rule::Level),
        ("self", &["--tls", "require"], "ok - -", Level::Encrypt, Rule::Level),
        ("good", &["--tls", "never"], "ok - -", Level::None, Rule::Level),
        // A run that ends at TLS is a question, and has an answer.
        ("mismatch", &["--quit-after", "tls"], "temporary tls dane-failed", Level::Dane, Rule::Dane),
        ("match", &["--quit-after", "tls"], "ok tls -", Level::Dane, Rule::Dane),
    ] {
        let sent = to(&lab, name, words).await;
        let protection = sent.records[0].attempts[0].protection.clone().unwrap();
        assert_eq!(
            (sent.ends(), protection.required, protection.rule),
            (vec![ends.to_owned()], required, rule),
            "{name} {words:?}: {}",
            sent.records[0].outcome.text
        );
        assert_eq!(sent.records[0].outcome.diagnosis.is_some(), sent.code != 0, "{name}");
    }
    // TLS was not asked for: nothing is decided about it.
    let sent = to(&lab, "mismatch", &["--quit-after", "ehlo"]).await;
    assert_eq!(sent.records[0].attempts[0].protection.clone().unwrap().action, None);
}

/// RFC 7672 §2.2: a host that does not hold is passed over for the next, which may.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_host_may_be_better() {
    let mut builder = Lab::builder().unwrap();
    builder.validating().zone("two.example", Signing::Signed).unwrap();
    builder.records("two.example MX 10 mx1.two.example\ntwo.example MX 20 mx2.two.example").unwrap();
    builder.records(&format!("_25._tcp.mx1.two.example TLSA 3 1 1 {}", "0".repeat(64))).unwrap();
    for host in ["mx1.two.example", "mx2.two.example"] {
        builder.plain(Plain::new(host).starttls(Cert::Good)).unwrap();
    }
    let lab = builder.start().await.unwrap();
    let sent = to(&lab, "two", &[]).await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]));
    let actions: Vec<_> =
        sent.records[0].attempts.iter().map(|attempt| attempt.protection.as_ref().unwrap().action).collect();
    assert_eq!(actions, [Some(Action::Defer), Some(Action::Deliver)]);
}

/// R66: MTA-STS says nothing about a server that is named directly; DANE is asked about its own name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_named() {
    let lab = lab().await;
    let server = format!("mx.mismatch.example:{}", lab.port());
    let sent = to(&lab, "good", &["--server", &server]).await;
    let name = format!("_{}._tcp.mx.mismatch.example", lab.port());
    assert!(lab.dns().was_asked(&name, "TLSA") && !lab.dns().was_asked("_mta-sts.good.example", "TXT"));
    // There are records at port 25 only.
    let protection = sent.records[0].attempts[0].protection.clone().unwrap();
    assert_eq!((sent.code, protection.required), (0, Level::May));
    // Nobody looks up what the level does not ask about.
    let sent = to(&lab, "authority", &["--level", "verify"]).await;
    assert!(sent.code == 0 && !lab.dns().was_asked("_25._tcp.mx.authority.example", "TLSA"));
}

/// RFC 8461 §5: a host that fails an enforced policy, or is not in it, is passed over and put off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mta_sts() {
    let lab = lab().await;
    let (port, ca) = (lab.port().to_string(), lab.ca_file());
    for (name, mode, mx, level, end) in [
        ("good", "enforce", "mx.good.example", "auto", "ok - -"),
        ("self", "enforce", "mx.self.example", "auto", "temporary tls sts-failed"),
        ("self", "enforce", "*.self.example", "sts", "temporary tls sts-failed"),
        ("good", "enforce", "other.example", "auto", "temporary dns sts-failed"),
        ("plain", "enforce", "mx.plain.example", "auto", "temporary starttls starttls-not-supported"),
        ("broken", "enforce", "mx.broken.example", "auto", "temporary tls tls-limit"),
        ("self", "testing", "other.example", "auto", "ok - -"),
        ("self", "none", "other.example", "auto", "ok - -"),
        ("self", "enforce", "other.example", "dane", "ok - -"),
    ] {
        let host = format!("mx.{name}.example");
        let address = lab.addresses()[ENDS.split_whitespace().skip(9).step_by(9).position(|d| d == name).unwrap()];
        let policy = json!({"mode": mode, "max_age": 86400, "mx": [mx]});
        let record = json!({
            "type": "mx/1", "domain": format!("{name}.example"), "recipients": [format!("b@{name}.example")],
            "outcome": {"status": "ok", "stage": null, "fault": null, "reply": null, "text": "one host"},
            "source": "mx", "security": "insecure", "ttl": 60,
            "hosts": [{"host": host, "preference": 10, "addresses": [address.ip()], "security": "insecure", "dane": "none"}],
            "sts": {"status": "found", "id": "1", "policy": policy, "error": null, "text": "a policy"},
            "elapsed_ms": 1.0
        });
        let words = ["--port", &port, "--ca-file", ca.to_str().unwrap(), "--level", level];
        let sent = send(&words, record.to_string().as_bytes()).await;
        assert_eq!(sent.ends(), [end], "{name} {mode} {mx} {level}: {}", sent.records[0].outcome.text);
        // Who is passed over without a connection is told, since no conversation shows it.
        let told = sent.records[0].findings.iter().any(|finding| {
            finding.id == FindingId::StsMxMissing && finding.text.starts_with(&format!("{host} was passed over"))
        });
        assert_eq!(told, end.contains(" dns "), "{name} {mode} {mx} {level}: {:?}", sent.records[0].findings);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_sees() {
    let lab = lab().await;
    let (nameserver, port, ca) = (lab.nameserver().to_string(), lab.port().to_string(), lab.ca_file());
    for (name, line, block) in [
        ("match", "(DANE 3 0 0 matches)", "=== ACCEPTED by mx.match.example"),
        ("self", "(not verified: opportunistic)", "=== ACCEPTED by mx.self.example"),
        ("good", "(certificate holds)", "=== ACCEPTED by mx.good.example"),
        ("mismatch", "(DANE does not hold)", "=== DEFERRED before MAIL FROM: nothing was sent to mx.mismatch.example"),
    ] {
        let recipient = format!("b@{name}.example");
        let words =
            ["--nameserver", &nameserver, "--dnssec", "trust", "--port", &port, "--ca-file", ca.to_str().unwrap()];
        let words = [&words[..], &["--format", "table", "--to", &recipient]].concat();
        let (_, text, _) = output(&words, b"").await;
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(line) && flat.contains(block), "{name}: {text}");
        let told = flat.contains("its certificate is not the one that its domain publishes in DNS");
        assert_eq!(told, name == "mismatch", "what an account manager can tell their customer: {text}");
        assert_eq!(flat.matches("=== TLSv1.3").count(), 1, "{text}");
    }
}

/// Where it matters who the server is, no password and no address goes to another; TLS from the first octet is judged before the
/// greeting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_to_the_wrong_server() {
    let login = ["--auth", "PLAIN", "--auth-user", "user", "--auth-password", "Quartz-Secret"];
    for (server, words) in [
        (Plain::new("mx.test").starttls(Cert::SelfSigned).keywords_tls(&["AUTH PLAIN"]), &["--level", "verify"][..]),
        (
            Plain::new("mx.test").implicit(Cert::SelfSigned).keywords(&["AUTH PLAIN"]),
            &["--level", "verify", "--tls", "implicit"],
        ),
    ] {
        let (server, log) = plain(server).await;
        let sent = send_to(server.address(), &[words, &login].concat(), b"").await;
        assert_eq!((sent.code, sent.ends()), (75, vec!["temporary tls certificate-failed".to_owned()]), "{words:?}");
        polite(&log).await;
        let heard = &log.connections()[0];
        assert!(heard.said("AUTH").is_empty() && heard.said("MAIL").is_empty(), "{words:?}");
        assert_eq!(heard.said("QUIT").len(), 1, "{words:?}");
    }
}

#[test]
fn options_that_contradict_each_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (words, why) in [
        (&["--level", "none", "--tls", "require"][..], "--level none and --tls require contradict each other"),
        (&["--level", "dane", "--tls", "never"], "--level dane and --tls never contradict each other"),
        (&["--level", "secure", "--protocol", "smtp"], "STARTTLS is offered to EHLO only"),
        (&["--by-hand", "--level", "dane"], "--level does nothing where the session is typed"),
    ] {
        let words = [&["--to", "b@example.test"][..], words].concat();
        let (code, stdout, stderr) = runtime.block_on(output(&words, b""));
        assert_eq!((code, stdout.as_str(), stderr.contains(why)), (2, "", true), "{stderr}");
    }
}
