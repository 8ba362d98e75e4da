//! MTA-STS from the policy to what a sender does: the record that `mxlookup` prints is given a policy and piped on.
//!
//! Web servers of policies need port 443, and are tried in `byhand`'s own tests and in the lab of real servers; here are
//! the mail servers. Expected values are RFC 8461's, §3 to §5.

use serde_json::{Value, json};
use testlab::dns::Signing;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

use super::{record, run, verdict};

/// Domain, mode, the policy's mx (`-`: the host's own name); MTA-STS's result and result type, action, rule, exit code.
const CASES: &str = "
    good.sts.test     enforce  -                 pass  -                          deliver                  sts-enforce    0
    good.sts.test     enforce  *.good.sts.test   pass  -                          deliver                  sts-enforce    0
    # §4.1: a star stands for one label; a host outside the policy is not used, unless the policy is only tested (§5).
    good.sts.test     enforce  *.sts.test        fail  validation-failure         defer                    sts-enforce    75
    good.sts.test     enforce  good.sts.test     fail  validation-failure         defer                    sts-enforce    75
    good.sts.test     testing  *.sts.test        fail  validation-failure         deliver                  sts-testing    0
    # §4.2: in its time, from a known authority, and for the host, not for the domain.
    expired.sts.test  enforce  -                 fail  certificate-expired        defer                    sts-enforce    75
    early.sts.test    enforce  -                 fail  certificate-expired        defer                    sts-enforce    75
    self.sts.test     enforce  -                 fail  certificate-not-trusted    defer                    sts-enforce    75
    broken.sts.test   enforce  -                 fail  certificate-not-trusted    defer                    sts-enforce    75
    renamed.sts.test  enforce  -                 fail  certificate-host-mismatch  defer                    sts-enforce    75
    domain.sts.test   enforce  -                 fail  certificate-host-mismatch  defer                    sts-enforce    75
    clear.sts.test    enforce  -                 fail  starttls-not-supported     defer                    sts-enforce    75
    # §5: testing delivers all the same, none asks for nothing.
    self.sts.test     testing  -                 fail  certificate-not-trusted    deliver-unauthenticated  sts-testing    0
    clear.sts.test    testing  -                 fail  starttls-not-supported     deliver-in-clear         sts-testing    0
    renamed.sts.test  none     other.test        none  -                          deliver-unauthenticated  opportunistic  0
    clear.sts.test    none     other.test        none  -                          deliver-in-clear         opportunistic  0
    # §2: a policy that is met mends no failure of DANE.
    signed.example    enforce  -                 pass  -                          defer                    dane           75";

async fn lab() -> Lab {
    let mut builder = Lab::builder().unwrap();
    builder.validating();
    builder.zone("sts.test", Signing::Unsigned).unwrap().zone("signed.example", Signing::Signed).unwrap();
    for (domain, cert) in [
        ("good.sts.test", Some(Cert::Good)),
        ("expired.sts.test", Some(Cert::Expired)),
        ("early.sts.test", Some(Cert::NotYet)),
        ("self.sts.test", Some(Cert::SelfSigned)),
        ("broken.sts.test", Some(Cert::ChainBroken)),
        ("renamed.sts.test", Some(Cert::WrongName)),
        ("clear.sts.test", None),
        ("signed.example", Some(Cert::Good)),
    ] {
        let plain = Plain::new(&format!("mx.{domain}"));
        builder.plain(cert.map_or(plain.clone(), |cert| plain.starttls(cert))).unwrap();
        builder.records(&format!("{domain} MX 10 mx.{domain}")).unwrap();
    }
    // This one goes by the domain's name.
    let address = builder.plain(Plain::new("domain.sts.test").starttls(Cert::Good)).unwrap();
    builder.records(&format!("domain.sts.test MX 10 mx.domain.sts.test\nmx.domain.sts.test A {address}")).unwrap();
    builder.records(&format!("_25._tcp.mx.signed.example TLSA 3 1 1 {}", "0".repeat(64))).unwrap();
    // A record at the end of an alias, and one above a domain that has none. No web server has the policies.
    builder
        .records(
            "_mta-sts.good.sts.test TXT \"v=STSv1; id=7;\"
             lent.sts.test MX 10 mx.good.sts.test
             _mta-sts.lent.sts.test CNAME _mta-sts.good.sts.test
             below.good.sts.test MX 10 mx.good.sts.test",
        )
        .unwrap();
    builder.start().await.unwrap()
}

const TRUST: [&str; 2] = ["--dnssec", "trust"];

fn look_up(lab: &Lab, domain: &str) -> Value {
    record(&run(lab, "mxlookup", &[&TRUST[..], &[domain]].concat(), b""))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn mta_sts_from_the_policy_to_what_a_sender_does() {
    let lab = lab().await;
    let mut wrong = Vec::new();
    for line in CASES.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [domain, mode, mx, result, results, action, rule, code] = line.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("{line}")
        };
        let host = format!("mx.{domain}");
        let pattern = if mx == "-" { &host } else { mx };
        let mut route = look_up(&lab, domain);
        route["sts"] = json!({
            "status": "found", "id": "1", "error": null, "text": "",
            "policy": {"mode": mode, "max_age": 604_800, "mx": [pattern]},
        });
        lab.log().clear();
        let output = run(&lab, "smtp-probe", &TRUST, format!("{route}\n").as_bytes());
        let told = record(&output);
        let types: Vec<&str> = if results == "-" { vec![] } else { vec![results] };
        let [_, did, by] = verdict(&told);
        let sts = &told["verdicts"]["sts"];
        let got = (sts["result"].as_str(), &sts["results"], did, by, output.status.code());
        if got != (Some(result), &json!(types), action, rule, code.parse().ok()) {
            wrong.push(format!("{domain} {mode} {mx}: {got:?}: {}", sts["text"]));
        }
        // §4.2 by way of RFC 6066 §3: the host is asked for, whatever stands in the policy.
        let heard: Vec<_> = lab.log().connections().into_iter().map(|connection| connection.sni).collect();
        let asked = (domain != "clear.sts.test").then_some(host);
        if heard != [asked] {
            wrong.push(format!("{domain}: asked for {heard:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The record may be an alias (RFC 8461 §8.2); one above the domain is none of its own (§3.2).
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_record_at_an_alias_and_above() {
    let lab = lab().await;
    let lent = look_up(&lab, "lent.sts.test");
    // Found, and then there is no web server.
    assert_eq!((&lent["sts"]["status"], &lent["sts"]["id"]), (&json!("failed"), &json!("7")), "{}", lent["sts"]);
    lab.dns().clear();
    let below = look_up(&lab, "below.good.sts.test");
    assert_eq!((&below["sts"]["status"], &below["sts"]["id"]), (&json!("none"), &Value::Null), "{}", below["sts"]);
    assert!(lab.dns().was_asked("_mta-sts.below.good.sts.test", "TXT"));
    assert!(!lab.dns().was_asked("_mta-sts.good.sts.test", "TXT"));
}

/// MTA-STS is about domains (RFC 8461 §5): a server that is named, or an address, has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_mta_sts_for_a_server_or_an_address() {
    let lab = lab().await;
    for (target, result) in [("[mx.self.sts.test]", "none"), ("[mx.good.sts.test]", "none"), ("[127.42.0.4]", "none")] {
        lab.dns().clear();
        let output = run(&lab, "smtp-probe", &[&TRUST[..], &[target]].concat(), b"");
        let told = record(&output);
        assert_eq!(told["verdicts"]["sts"]["result"], result, "{target}");
        assert_ne!(verdict(&told)[1], "defer", "{target}");
        assert_eq!(output.status.code(), Some(0), "{target}");
        let asked = lab.dns().questions();
        assert!(!asked.iter().any(|question| question.kind == "TXT"), "{target}: {asked:?}");
    }
}
