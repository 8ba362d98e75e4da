//! Each level against servers good and bad. Expected values are Postfix's (TLS_README, "TLS security levels"), RFC 7672 §2.2
//! and RFC 8461 §5, as each case names; the certificates are made here, but for DANE a hash worked out by hand.

use rcgen::{CertificateParams, KeyPair};

use super::{against, in_short, passed_over, protection, required, sender, verdicts};
use crate::policy::verdict::{Encryption, Met};
use crate::wire::{
    Action, Dane, Demands, Detail, Fault, Judged, Level, Outcome, Pkix, PkixStatus, Rule, Security, Stage, Status,
    StsDemand, StsMode, StsStatus, Target, TlsResult, Tlsa,
};

use Action::{Defer, Deliver, DeliverInClear, DeliverUnauthenticated};
use Encryption::{Broken, NotOffered, Refused, Up};
use Level::{Auto, DaneOnly, Encrypt, May, Secure, Sts, Verify};

/// SHA-256 of the octets `x`, which stand for a certificate: `printf x | sha256sum`.
const SHA256_X: &str = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
const GOOD: &[TlsResult] = &[];
const SELF_SIGNED: &[TlsResult] = &[TlsResult::CertificateNotTrusted];
const EXPIRED: &[TlsResult] = &[TlsResult::CertificateExpired];
const WRONG_NAME: &[TlsResult] = &[TlsResult::CertificateHostMismatch];

fn target(dane: Dane, data: Option<(u8, &str)>, sts: Option<(StsMode, bool)>) -> Target {
    let tlsa = data.map(|(usage, data)| Tlsa { usage, selector: 0, matching: 1, data: data.to_owned() });
    let sts = sts.map_or_else(StsDemand::default, |(mode, listed)| StsDemand {
        status: StsStatus::Found,
        mode: Some(mode),
        listed: Some(listed),
        error: None,
    });
    let demands = Demands {
        dane,
        mx_security: Some(Security::Secure),
        security: Security::Secure,
        sts: Some(sts),
        ..Demands::default()
    };
    Target {
        domain: Some("example.test".into()),
        host: Some("mx.example.test".into()),
        preference: Some(10),
        port: 25,
        demands: Some(demands),
        tlsa: tlsa.into_iter().collect(),
        ..Target::default()
    }
}

fn bare() -> Target {
    target(Dane::None, None, None)
}

fn matching() -> Target {
    target(Dane::Usable, Some((3, SHA256_X)), None)
}

fn mismatching() -> Target {
    target(Dane::Usable, Some((3, &"0".repeat(64))), None)
}

fn unusable() -> Target {
    target(Dane::Unusable, Some((1, SHA256_X)), None)
}

fn enforced() -> Target {
    target(Dane::None, None, Some((StsMode::Enforce, true)))
}

fn pkix(results: &[TlsResult]) -> Pkix {
    let (status, result) =
        if results.is_empty() { (PkixStatus::Pass, Judged::Pass) } else { (PkixStatus::Fail, Judged::Fail) };
    let text = "about the certificate".into();
    Pkix { status, result: Some(result), results: results.to_vec(), name: None, days_left: None, text }
}

fn meet<T>(
    target: &Target,
    encryption: Encryption,
    leaf: &[u8],
    wrong: &[TlsResult],
    then: impl FnOnce(Met<'_>) -> T,
) -> T {
    let (outcome, pkix) = (Outcome::ok(""), pkix(wrong));
    let (chain, pkix) = if encryption == Up { (vec![leaf.to_vec()], Some(&pkix)) } else { (vec![], None) };
    then(Met { target, encryption, chain: &chain, pkix, outcome: &outcome, now: 0 })
}

/// The action and the rule; and where nothing may be said, that the session ends so.
#[track_caller]
fn check(level: Level, target: &Target, encryption: Encryption, wrong: &[TlsResult], action: Action, rule: Rule) {
    meet(target, encryption, b"x", wrong, |met| {
        let found = protection(level, met);
        assert_eq!((found.action, found.rule), (Some(action), rule), "{level:?} {encryption:?}: {}", found.text);
        let end = against(&found, encryption);
        assert_eq!(end.is_some(), action == Defer);
        if let Some(end) = end {
            let stage = if matches!(encryption, Up | Broken) { Stage::Tls } else { Stage::Starttls };
            assert_eq!((end.status, end.stage), (Status::Temporary, Some(stage)));
            assert!(end.text.contains(level.as_str()), "{}", end.text);
        }
    });
}

/// `may`: whatever there is. `encrypt`: "mandatory TLS encryption", with whom does not matter.
#[test]
fn may_and_encrypt() {
    for wrong in [GOOD, SELF_SIGNED, EXPIRED, WRONG_NAME] {
        let action = if wrong.is_empty() { Deliver } else { DeliverUnauthenticated };
        for target in [bare(), mismatching(), enforced()] {
            check(May, &target, Up, wrong, action, Rule::Level);
            check(Encrypt, &target, Up, wrong, action, Rule::Level);
        }
    }
    for encryption in [NotOffered, Refused, Broken] {
        check(May, &mismatching(), encryption, GOOD, DeliverInClear, Rule::Level);
        check(Encrypt, &bare(), encryption, GOOD, Defer, Rule::Level);
    }
}

/// `dane`: "opportunistic DANE": without TLSA records it is `may`, with records that cannot be used `encrypt`. MTA-STS does
/// not count.
#[test]
fn dane() {
    let level = Level::Dane;
    for wrong in [GOOD, SELF_SIGNED, EXPIRED, WRONG_NAME] {
        check(level, &matching(), Up, wrong, Deliver, Rule::Dane);
        check(level, &mismatching(), Up, wrong, Defer, Rule::Dane);
    }
    for encryption in [NotOffered, Refused, Broken] {
        check(level, &matching(), encryption, GOOD, Defer, Rule::Dane);
        check(level, &unusable(), encryption, GOOD, Defer, Rule::DaneUnusable);
        check(level, &bare(), encryption, GOOD, DeliverInClear, Rule::Opportunistic);
    }
    check(level, &unusable(), Up, SELF_SIGNED, DeliverUnauthenticated, Rule::DaneUnusable);
    check(level, &bare(), Up, SELF_SIGNED, DeliverUnauthenticated, Rule::Opportunistic);
    check(level, &enforced(), Up, SELF_SIGNED, DeliverUnauthenticated, Rule::Opportunistic);
}

/// Nobody looked the records up: Postfix without a resolver that validates goes on as at `may`, and so says the text.
#[test]
fn dane_unknown() {
    let unknown = Target { demands: None, ..bare() };
    check(Level::Dane, &unknown, Up, SELF_SIGNED, DeliverUnauthenticated, Rule::Opportunistic);
    let text = meet(&unknown, Up, b"x", GOOD, |met| sender(Level::Dane, met).unwrap().text);
    assert!(text.starts_with("whether there are TLSA records is not known here; "), "{text}");
    // At auto too: what a line does not say is not looked up again.
    check(Auto, &unknown, Up, SELF_SIGNED, DeliverUnauthenticated, Rule::Opportunistic);
}

/// `dane-only`: "mandatory DANE": without records that can be used there is no delivery, and no connection.
#[test]
fn dane_only() {
    check(DaneOnly, &matching(), Up, SELF_SIGNED, Deliver, Rule::Dane);
    check(DaneOnly, &mismatching(), Up, GOOD, Defer, Rule::Dane);
    check(DaneOnly, &matching(), NotOffered, GOOD, Defer, Rule::Dane);
    for target in [bare(), unusable(), enforced(), Target { demands: None, ..bare() }] {
        check(DaneOnly, &target, Up, GOOD, Defer, Rule::Level);
        let end = passed_over(DaneOnly, &target).unwrap();
        assert_eq!((end.status, end.stage, end.fault), (Status::Temporary, Some(Stage::Dns), Some(Fault::DaneFailed)));
    }
    assert_eq!(passed_over(DaneOnly, &matching()), None);
}

/// RFC 7672 §2.1.2: what cannot be found out keeps away, before any connection.
#[test]
fn a_lookup_that_failed() {
    let mut target = bare();
    let demands = target.demands.as_mut().unwrap();
    (demands.dane, demands.fault) = (Dane::Failed, Some(Fault::Servfail));
    for level in [Auto, Level::Dane, DaneOnly] {
        let end = passed_over(level, &target).unwrap();
        assert_eq!((end.status, end.stage, end.fault), (Status::Temporary, Some(Stage::Dns), Some(Fault::Servfail)));
        assert_eq!(required(level, &target), (Level::Dane, Rule::DaneLookup));
    }
    for level in [Level::None, May, Encrypt, Verify, Secure, Sts] {
        assert_eq!(passed_over(level, &target), None, "{level:?}");
    }
    target.demands.as_mut().unwrap().fault = None;
    assert_eq!(passed_over(Auto, &target).unwrap().fault, Some(Fault::DnssecBogus));
}

/// `verify`: "mandatory server certificate verification", of the host's name.
#[test]
fn verify() {
    check(Verify, &mismatching(), Up, GOOD, Deliver, Rule::Level);
    for wrong in [SELF_SIGNED, EXPIRED, WRONG_NAME] {
        check(Verify, &matching(), Up, wrong, Defer, Rule::Level);
    }
    for encryption in [NotOffered, Refused, Broken] {
        check(Verify, &bare(), encryption, GOOD, Defer, Rule::Level);
    }
    let fault = meet(&bare(), Up, b"x", WRONG_NAME, |met| against(&protection(Verify, met), Up).unwrap().fault);
    assert_eq!(fault, Some(Fault::CertificateFailed));
}

fn leaf(names: &[&str]) -> Vec<u8> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let params = CertificateParams::new(names).unwrap();
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

/// `secure`: "secure-channel TLS", whose names are `nexthop, dot-nexthop`: what the MX record says does not count.
#[test]
fn secure() {
    let direct = Target { domain: Some("other.test".into()), preference: None, ..bare() };
    for (target, names, wrong, action) in [
        (bare(), &["mx.example.test"][..], GOOD, Deliver),
        (bare(), &["example.test"], WRONG_NAME, Deliver),
        (bare(), &["A.B.Example.test"], WRONG_NAME, Deliver),
        (bare(), &["*.example.test"], GOOD, Deliver),
        // The host's own name is in it, but anybody could have named that host.
        (Target { host: Some("mx.elsewhere.test".into()), ..bare() }, &["mx.elsewhere.test"], GOOD, Defer),
        (bare(), &["notexample.test"], WRONG_NAME, Defer),
        (bare(), &["example.test"], SELF_SIGNED, Defer),
        (bare(), &["example.test"], EXPIRED, Defer),
        (bare(), &[], WRONG_NAME, Defer),
        // A server that is named directly is the next hop itself.
        (direct.clone(), &["mx.example.test"], GOOD, Deliver),
        (direct, &["other.test"], WRONG_NAME, Defer),
    ] {
        let found = meet(&target, Up, &leaf(names), wrong, |met| sender(Secure, met).unwrap());
        assert_eq!((found.action, found.rule), (action, Rule::Level), "{names:?}: {}", found.text);
        // Nothing else is wrong with it, and the server's people need do nothing.
        let other = (action == Defer && [GOOD, WRONG_NAME].contains(&wrong)).then_some(Detail::OtherDomain);
        let found = meet(&target, Up, &leaf(names), wrong, |met| protection(Secure, met));
        assert_eq!(found.detail, other, "{names:?}: {}", found.text);
        assert_eq!(against(&found, Up).and_then(|end| end.detail), other, "{names:?}");
    }
    check(Secure, &bare(), NotOffered, GOOD, Defer, Rule::Level);
}

/// RFC 8461 §5: enforce keeps away, testing and none do not; TLSA records are not looked at.
#[test]
fn sts() {
    check(Sts, &enforced(), Up, GOOD, Deliver, Rule::StsEnforce);
    for wrong in [SELF_SIGNED, EXPIRED, WRONG_NAME] {
        check(Sts, &enforced(), Up, wrong, Defer, Rule::StsEnforce);
    }
    for encryption in [NotOffered, Broken] {
        check(Sts, &enforced(), encryption, GOOD, Defer, Rule::StsEnforce);
    }
    check(Sts, &mismatching(), Up, SELF_SIGNED, DeliverUnauthenticated, Rule::Opportunistic);
    let testing = target(Dane::Usable, Some((3, SHA256_X)), Some((StsMode::Testing, false)));
    check(Sts, &testing, Up, SELF_SIGNED, DeliverUnauthenticated, Rule::StsTesting);
    let unlisted = target(Dane::None, None, Some((StsMode::Enforce, false)));
    for level in [Sts, Auto] {
        let end = passed_over(level, &unlisted).unwrap();
        assert_eq!((end.stage, end.fault), (Some(Stage::Dns), Some(Fault::StsFailed)));
    }
    assert_eq!(passed_over(Level::Dane, &unlisted), None);
}

/// DANE, else MTA-STS, else `may`.
#[test]
fn auto() {
    check(Auto, &matching(), Up, SELF_SIGNED, Deliver, Rule::Dane);
    check(Auto, &mismatching(), Up, GOOD, Defer, Rule::Dane);
    check(Auto, &enforced(), Up, SELF_SIGNED, Defer, Rule::StsEnforce);
    check(Auto, &bare(), NotOffered, GOOD, DeliverInClear, Rule::Opportunistic);
    // RFC 8461 §2: a policy that is met mends no failure of DANE.
    let both = target(Dane::Usable, Some((3, &"0".repeat(64))), Some((StsMode::Enforce, true)));
    check(Auto, &both, Up, GOOD, Defer, Rule::Dane);
    for (target, expected) in [
        (matching(), Level::Dane),
        (unusable(), Encrypt),
        (enforced(), Sts),
        (bare(), May),
        (target(Dane::Unusable, Some((1, SHA256_X)), Some((StsMode::Enforce, true))), Sts),
    ] {
        assert_eq!(required(Auto, &target).0, expected);
    }
}

/// Text in clear behind the 220 decides nothing about TLS: the session's end does.
#[test]
fn text_before_tls() {
    let outcome = Outcome::failed(Status::Temporary, Stage::Starttls, Fault::PlaintextAfterStarttls, "text");
    let target = bare();
    let met = Met { target: &target, encryption: Refused, chain: &[], pkix: None, outcome: &outcome, now: 0 };
    for level in [Auto, May, Encrypt] {
        let found = sender(level, met).unwrap();
        assert_eq!((found.action, found.rule), (Defer, Rule::Outcome));
    }
}

#[test]
fn a_few_words_for_the_line() {
    for (level, target, wrong, words) in [
        (Auto, matching(), SELF_SIGNED, "DANE 3 0 1 matches"),
        (Auto, mismatching(), GOOD, "DANE does not hold"),
        (Auto, enforced(), GOOD, "MTA-STS holds"),
        (Auto, enforced(), EXPIRED, "MTA-STS does not hold"),
        (Auto, bare(), GOOD, "certificate holds"),
        (Auto, bare(), SELF_SIGNED, "not verified: opportunistic"),
        (Encrypt, bare(), SELF_SIGNED, "not verified: encryption is all that is required"),
        (Verify, bare(), WRONG_NAME, "certificate does not hold"),
        // Nothing is wrong with it: the level wants another name than the host's.
        (Secure, bare(), GOOD, "certificate is for another domain"),
        // A line of mxlookup --no-policy: the level that was asked for could not be applied.
        (
            Level::Dane,
            target(Dane::Untested, None, None),
            SELF_SIGNED,
            "not verified: whether there are TLSA records is not known here, so that level dane asks nothing",
        ),
    ] {
        let found = meet(&target, Up, b"x", wrong, |met| in_short(&protection(level, met), &verdicts(None, met)));
        assert_eq!(found, words);
    }
}
