//! What a sender would do, case by case. Expected values are RFC 7672's and RFC 8461's, as the rules that each names.

use super::{Encryption, Met, rule, unmet, verdicts};
use crate::wire::{
    Action, Dane, Demands, Fault, FindingId, Judged, Outcome, Pkix, PkixStatus, Rule, Security, Sender, Stage, Status,
    StsDemand, StsMode, StsStatus, Target, TlsResult, Tlsa, Verdicts,
};

/// SHA-256 of the octets `x`, which stand for a certificate: `printf x | sha256sum`.
const SHA256_X: &str = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

fn tlsa(usage: u8, data: &str) -> Tlsa {
    Tlsa { usage, selector: 0, matching: 1, data: data.to_owned() }
}

fn target(dane: Dane, tlsa: &[Tlsa], sts: Option<StsDemand>) -> Target {
    let demands = Demands {
        dane,
        base: Some("mx.example.test".into()),
        mx_security: Some(Security::Secure),
        security: Security::Secure,
        sts,
        ..Demands::default()
    };
    let host = Some("mx.example.test".into());
    Target { host, port: 25, demands: Some(demands), tlsa: tlsa.to_vec(), ..Target::default() }
}

fn policy(mode: StsMode, listed: bool) -> Option<StsDemand> {
    Some(StsDemand { status: StsStatus::Found, mode: Some(mode), listed: Some(listed), error: None })
}

fn pkix(results: &[TlsResult]) -> Pkix {
    let (status, result) =
        if results.is_empty() { (PkixStatus::Pass, Judged::Pass) } else { (PkixStatus::Fail, Judged::Fail) };
    let text = "about the certificate".into();
    Pkix { status, result: Some(result), results: results.to_vec(), name: None, days_left: None, text }
}

fn met(target: &Target, encryption: Encryption, pkix: &Pkix, outcome: &Outcome) -> Verdicts {
    let (chain, pkix) = if encryption == Encryption::Up { (vec![b"x".to_vec()], Some(pkix)) } else { (vec![], None) };
    verdicts(Met { target, encryption, chain: &chain, pkix, outcome, now: 0 })
}

/// DANE's result, MTA-STS's result, the action and the rule, of a session that went well.
#[track_caller]
fn check(target: &Target, encryption: Encryption, wrong: &[TlsResult], expected: (Judged, Judged, Action, Rule)) {
    let found = met(target, encryption, &pkix(wrong), &Outcome::ok(""));
    let (dane, sts, sender) = (found.dane.unwrap(), found.sts.unwrap(), found.sender.unwrap());
    assert_eq!((dane.result, sts.result, sender.action, sender.rule), expected, "{} / {}", dane.text, sts.text);
    assert!(!sender.text.is_empty());
    // What the target says beforehand is what decides; only of records that cannot be used there is more to say.
    let beforehand = rule(target.demands.as_ref().unwrap());
    assert!(beforehand == sender.rule || beforehand == Rule::DaneUnusable, "{beforehand:?}");
}

use Encryption::{Beyond, Broken, NotOffered, NotReached, NotWanted, Refused, Up};
const UNTRUSTED: &[TlsResult] = &[TlsResult::CertificateNotTrusted];

/// RFC 7672 §2.2: usable records decide alone; without TLS there is no delivery.
#[test]
fn dane_decides_alone() {
    let good = target(Dane::Usable, &[tlsa(3, SHA256_X)], None);
    check(&good, Up, UNTRUSTED, (Judged::Pass, Judged::None, Action::Deliver, Rule::Dane));
    for encryption in [NotOffered, Broken] {
        check(&good, encryption, &[], (Judged::Fail, Judged::None, Action::Defer, Rule::Dane));
    }
    // Put off when asked: nothing is known, and nothing may go out.
    check(&good, Refused, &[], (Judged::Untested, Judged::None, Action::Defer, Rule::Dane));
    // RFC 8461 §2: a policy that is met mends no failure of DANE; our decision 13: one that is not adds none.
    let bad = target(Dane::Usable, &[tlsa(3, &"0".repeat(64))], policy(StsMode::Enforce, true));
    check(&bad, Up, &[], (Judged::Fail, Judged::Pass, Action::Defer, Rule::Dane));
    let unlisted = target(Dane::Usable, &[tlsa(3, SHA256_X)], policy(StsMode::Enforce, false));
    check(&unlisted, Up, &[], (Judged::Pass, Judged::Fail, Action::Deliver, Rule::Dane));
    let untrusted = target(Dane::Usable, &[tlsa(3, SHA256_X)], policy(StsMode::Enforce, true));
    check(&untrusted, Up, UNTRUSTED, (Judged::Pass, Judged::Fail, Action::Deliver, Rule::Dane));
}

/// RFC 7672 §2.2: TLS is a must, authentication is not; MTA-STS may ask for it.
#[test]
fn records_that_cannot_be_used() {
    let records = [tlsa(1, SHA256_X)];
    let alone = target(Dane::Unusable, &records, None);
    check(&alone, Up, UNTRUSTED, (Judged::Pass, Judged::None, Action::DeliverUnauthenticated, Rule::DaneUnusable));
    check(&alone, NotOffered, &[], (Judged::Fail, Judged::None, Action::Defer, Rule::DaneUnusable));
    check(&alone, Broken, &[], (Judged::Fail, Judged::None, Action::Defer, Rule::DaneUnusable));
    let both = target(Dane::Unusable, &records, policy(StsMode::Enforce, true));
    check(&both, Up, &[], (Judged::Pass, Judged::Pass, Action::Deliver, Rule::StsEnforce));
    check(&both, Up, UNTRUSTED, (Judged::Pass, Judged::Fail, Action::Defer, Rule::StsEnforce));
}

/// RFC 7672 §2.1.2: an error is never "no DANE".
#[test]
fn dane_that_cannot_be_found_out() {
    let failed = target(Dane::Failed, &[], policy(StsMode::Enforce, true));
    for encryption in [Up, NotOffered] {
        let found = met(&failed, encryption, &pkix(&[]), &Outcome::ok(""));
        let (dane, sender) = (found.dane.unwrap(), found.sender.unwrap());
        assert_eq!((dane.result, &dane.results[..]), (Judged::Fail, &[TlsResult::DnssecInvalid][..]));
        assert_eq!((sender.action, sender.rule), (Action::Defer, Rule::DaneLookup));
    }
}

/// RFC 8461 §4, §5.
#[test]
fn mta_sts() {
    use Action::{Defer, Deliver, DeliverInClear, DeliverUnauthenticated};
    let enforce = |listed| target(Dane::None, &[], policy(StsMode::Enforce, listed));
    check(&enforce(true), Up, &[], (Judged::None, Judged::Pass, Deliver, Rule::StsEnforce));
    for wrong in [UNTRUSTED, &[TlsResult::CertificateExpired], &[TlsResult::CertificateHostMismatch]] {
        check(&enforce(true), Up, wrong, (Judged::None, Judged::Fail, Defer, Rule::StsEnforce));
        let told = met(&enforce(true), Up, &pkix(wrong), &Outcome::ok("")).sts.unwrap();
        assert_eq!(told.results, wrong);
    }
    for encryption in [NotOffered, Broken] {
        check(&enforce(true), encryption, &[], (Judged::None, Judged::Fail, Defer, Rule::StsEnforce));
    }
    check(&enforce(true), Refused, &[], (Judged::None, Judged::Untested, Defer, Rule::StsEnforce));
    check(&enforce(false), Up, &[], (Judged::None, Judged::Fail, Defer, Rule::StsEnforce));
    let testing = |listed| target(Dane::None, &[], policy(StsMode::Testing, listed));
    check(&testing(true), Up, &[], (Judged::None, Judged::Pass, Deliver, Rule::StsTesting));
    check(&testing(true), Up, UNTRUSTED, (Judged::None, Judged::Fail, DeliverUnauthenticated, Rule::StsTesting));
    check(&testing(false), Up, &[], (Judged::None, Judged::Fail, Deliver, Rule::StsTesting));
    check(&testing(true), NotOffered, &[], (Judged::None, Judged::Fail, DeliverInClear, Rule::StsTesting));
    let off = target(Dane::None, &[], policy(StsMode::None, false));
    check(&off, NotOffered, &[], (Judged::None, Judged::None, DeliverInClear, Rule::Opportunistic));
    // A policy that cannot be had is no policy (§3.3), and is told.
    let error = Some(TlsResult::StsWebpkiInvalid);
    let lost = StsDemand { status: StsStatus::Failed, error, ..StsDemand::default() };
    let mut lost = target(Dane::None, &[], Some(lost));
    check(&lost, NotOffered, &[], (Judged::None, Judged::Fail, DeliverInClear, Rule::Opportunistic));
    assert_eq!(met(&lost, Up, &pkix(&[]), &Outcome::ok("")).sts.unwrap().results, [TlsResult::StsWebpkiInvalid]);
    lost.demands.as_mut().unwrap().sts_why = Some("its certificate is for another name".into());
    let told = met(&lost, Up, &pkix(&[]), &Outcome::ok("")).sts.unwrap().text;
    assert!(told.ends_with(": its certificate is for another name"), "{told}");
}

/// RFC 7672 §3.1.3: whoever publishes a record that cannot be used is told, and what DNS did not tell is told in words.
#[test]
fn records_that_do_not_count_are_told() {
    let pkix_ee = Tlsa { usage: 1, selector: 1, matching: 1, data: "00".repeat(32) };
    let found = met(&target(Dane::Unusable, &[pkix_ee], None), Up, &pkix(UNTRUSTED), &Outcome::ok(""));
    let told = super::findings(&found);
    assert_eq!(told.iter().map(|finding| finding.id).collect::<Vec<_>>(), [FindingId::TlsaUnusable]);
    assert!(told[0].text.starts_with("the TLSA record 1 1 1 cannot be used for mail"), "{}", told[0].text);
    let mut bogus = target(Dane::Failed, &[], None);
    bogus.demands.as_mut().unwrap().fault = Some(Fault::DnssecBogus);
    let text = met(&bogus, Up, &pkix(&[]), &Outcome::ok("")).dane.unwrap().text;
    assert!(text.ends_with("could not be found out: the signatures in DNS do not hold (DNSSEC)"), "{text}");
}

/// TLS where it can be had.
#[test]
fn nothing_is_demanded() {
    let none = target(Dane::None, &[], None);
    let end = |action| (Judged::None, Judged::None, action, Rule::Opportunistic);
    check(&none, Up, &[], end(Action::Deliver));
    check(&none, Up, UNTRUSTED, end(Action::DeliverUnauthenticated));
    for encryption in [NotOffered, Broken, Refused] {
        check(&none, encryption, &[], end(Action::DeliverInClear));
    }
}

/// What was not put to the test has no verdict, and "not tested" is never "not supported".
#[test]
fn sessions_that_ended_early() {
    let demanding = target(Dane::Usable, &[tlsa(3, SHA256_X)], policy(StsMode::Enforce, true));
    let ended = |status, stage, fault| Outcome::failed(status, stage, fault, "why");
    let would = |target: &Target, outcome: &Outcome| -> Option<(Action, Rule)> {
        let found = unmet(target, outcome);
        let results = (found.dane.unwrap(), found.sts.unwrap());
        assert!(results.0.results.is_empty() && results.1.results.is_empty());
        found.sender.map(|Sender { action, rule, .. }| (action, rule))
    };
    let timeout = ended(Status::Temporary, Stage::Connect, Fault::ConnectTimeout);
    assert_eq!(would(&demanding, &timeout), Some((Action::Defer, Rule::Outcome)));
    let busy = ended(Status::Untested, Stage::Banner, Fault::Busy);
    assert_eq!(would(&demanding, &busy), Some((Action::Defer, Rule::Outcome)));
    let refused = ended(Status::Permanent, Stage::Banner, Fault::Refused);
    assert_eq!(would(&demanding, &refused), Some((Action::Bounce, Rule::Outcome)));
    let no_route = ended(Status::Untested, Stage::Connect, Fault::NetworkUnreachable);
    assert_eq!(would(&demanding, &no_route), None);
    // A host that is missing is passed over; a domain that is missing is the end.
    let missing = ended(Status::Permanent, Stage::Dns, Fault::Nxdomain);
    assert_eq!(would(&demanding, &missing), None);
    assert_eq!(would(&Target::default(), &missing), Some((Action::Bounce, Rule::Outcome)));
    // TLS was fine, and then the server said no.
    let found = met(&demanding, Up, &pkix(&[]), &ended(Status::Temporary, Stage::Ehlo, Fault::Deferred));
    assert_eq!(found.sender.map(|sender| (sender.action, sender.rule)), Some((Action::Defer, Rule::Outcome)));
    // A host outside the policy is skipped whether or not it answers.
    let unlisted = target(Dane::None, &[], policy(StsMode::Enforce, false));
    let skipped = unmet(&unlisted, &timeout).sender.unwrap();
    assert_eq!((skipped.action, skipped.rule), (Action::Defer, Rule::StsEnforce));
}

#[test]
fn bogus_names_and_what_was_not_asked() {
    let bogus = Outcome::failed(Status::Temporary, Stage::Dns, Fault::DnssecBogus, "why");
    let found = unmet(&Target::default(), &bogus);
    let dane = found.dane.unwrap();
    assert_eq!((dane.result, &dane.results[..]), (Judged::Fail, &[TlsResult::DnssecInvalid][..]));
    assert_eq!(found.sender.unwrap().action, Action::Defer);
    // Nobody looked anything up, or nobody wanted TLS: no word about what a sender would do.
    let unknown = met(&Target::default(), Up, &pkix(&[]), &Outcome::ok(""));
    assert_eq!((unknown.dane.unwrap().result, unknown.sts.unwrap().result), (Judged::Untested, Judged::Untested));
    assert!(unknown.sender.is_none());
    let unwanted = met(&target(Dane::None, &[], None), NotWanted, &pkix(&[]), &Outcome::ok(""));
    assert!(unwanted.sender.is_none());
    let never = met(&target(Dane::Usable, &[tlsa(3, SHA256_X)], None), NotReached, &pkix(&[]), &Outcome::ok(""));
    assert_eq!(never.dane.unwrap().result, Judged::Untested);
}

/// A line that lost or gained something on its way is not judged more kindly for it.
#[test]
fn lines_that_contradict_themselves() {
    let lost = target(Dane::Usable, &[], None);
    check(&lost, Up, &[], (Judged::Untested, Judged::None, Action::Defer, Rule::Dane));
    let unusable = target(Dane::Usable, &[tlsa(1, SHA256_X)], policy(StsMode::Enforce, true));
    check(&unusable, Up, &[], (Judged::Untested, Judged::Pass, Action::Defer, Rule::Dane));
    let usable = target(Dane::Unusable, &[tlsa(3, &"0".repeat(64))], None);
    check(&usable, Up, &[], (Judged::Fail, Judged::None, Action::Defer, Rule::Dane));
    for said in [Dane::None, Dane::Untested] {
        let usable = target(said, &[tlsa(3, &"0".repeat(64))], None);
        let found = met(&usable, Up, &pkix(&[]), &Outcome::ok(""));
        assert_eq!(
            (found.dane.unwrap().result, found.sender.unwrap().action),
            (Judged::Fail, Action::Defer),
            "{said:?}"
        );
    }
    // Nothing came along but the records.
    for (data, result, action) in
        [(SHA256_X, Judged::Pass, Action::Deliver), (&"0".repeat(64), Judged::Fail, Action::Defer)]
    {
        let bare = Target { demands: None, ..target(Dane::None, &[tlsa(3, data)], None) };
        let found = met(&bare, Up, &pkix(&[]), &Outcome::ok(""));
        assert_eq!((found.dane.unwrap().result, found.sender.unwrap().action), (result, action));
    }
    let sts = policy(StsMode::Enforce, true).map(|sts| StsDemand { listed: None, ..sts });
    check(&target(Dane::None, &[], sts), Up, &[], (Judged::None, Judged::Untested, Action::Defer, Rule::StsEnforce));
}

/// CVE-2011-0411, RULES R31: whoever hears words in place of TLS leaves, and smtp-send does.
#[test]
fn words_in_place_of_tls() {
    let outcome = Outcome::failed(Status::Temporary, Stage::Starttls, Fault::PlaintextAfterStarttls, "words");
    for target in [target(Dane::None, &[], None), target(Dane::Usable, &[tlsa(3, SHA256_X)], None)] {
        let sender = met(&target, Refused, &pkix(&[]), &outcome).sender.unwrap();
        assert_eq!((sender.action, sender.rule), (Action::Defer, Rule::Outcome));
    }
}

/// RFC 7672 §3.1.1: 3 1 1 and 3 0 1 need what the server shows and no more; decision 17.
#[test]
fn a_handshake_that_only_others_can_make() {
    let outcome = Outcome::failed(Status::Temporary, Stage::Tls, Fault::TlsLimit, "beyond us");
    let enforced = || policy(StsMode::Enforce, true);
    let good = || target(Dane::Usable, &[tlsa(3, SHA256_X)], None);
    let bad = target(Dane::Usable, &[tlsa(3, &"0".repeat(64))], None);
    let unusable = target(Dane::Unusable, &[tlsa(1, SHA256_X)], None);
    for (target, wrong, dane, sts, action) in [
        (good(), UNTRUSTED, Judged::Pass, Judged::None, Action::Deliver),
        (bad, &[], Judged::Fail, Judged::None, Action::Defer),
        (unusable, &[], Judged::Pass, Judged::None, Action::Deliver),
        (target(Dane::None, &[], enforced()), &[], Judged::None, Judged::Pass, Action::Deliver),
        (target(Dane::None, &[], enforced()), UNTRUSTED, Judged::None, Judged::Fail, Action::Defer),
        (target(Dane::None, &[], None), UNTRUSTED, Judged::None, Judged::None, Action::DeliverUnauthenticated),
    ] {
        let (chain, shown) = ([b"x".to_vec()], pkix(wrong));
        let seen =
            Met { target: &target, encryption: Beyond, chain: &chain, pkix: Some(&shown), outcome: &outcome, now: 0 };
        let found = verdicts(seen);
        let (by_dane, by_sts, sender) = (found.dane.unwrap(), found.sts.unwrap(), found.sender.unwrap());
        assert_eq!((by_dane.result, by_sts.result, sender.action), (dane, sts, action), "{}", sender.text);
        // Without a certificate nothing is known, and nobody is blamed.
        let found = verdicts(Met { chain: &[], pkix: None, ..seen });
        let results = [found.dane.unwrap().result, found.sts.unwrap().result];
        assert!(!results.contains(&Judged::Fail) && !results.contains(&Judged::Pass), "{results:?}");
        assert_eq!(found.sender, None);
    }
}

/// RULES R66, RFC 7672 §2.1, RFC 8461 §3: both are about names.
#[test]
fn a_bare_address() {
    for host in [None, Some("[192.0.2.25]".to_owned())] {
        let target = Target { host, address: "192.0.2.25".parse().ok(), port: 25, ..Target::default() };
        let found = met(&target, Up, &pkix(UNTRUSTED), &Outcome::ok(""));
        let sender = found.sender.unwrap();
        assert_eq!((found.dane.unwrap().result, found.sts.unwrap().result), (Judged::None, Judged::None));
        assert_eq!((sender.action, sender.rule), (Action::DeliverUnauthenticated, Rule::Opportunistic));
    }
}

/// It was offered, so "there is no TLS" would be false, and nothing was wrong with what was never shown.
#[test]
fn a_server_that_does_not_begin_tls() {
    let text = |target: &Target| met(target, Refused, &pkix(&[]), &Outcome::ok("")).sender.unwrap().text;
    assert!(text(&target(Dane::None, &[], None)).contains("did not begin TLS"));
    for must in
        [target(Dane::Usable, &[tlsa(3, SHA256_X)], None), target(Dane::None, &[], policy(StsMode::Enforce, true))]
    {
        let text = text(&must);
        assert!(text.contains("TLS is a must") && !text.contains("not tested"), "{text}");
    }
}

/// What nobody looked up may ask for something: it is not said that nothing does.
#[test]
fn what_is_not_known_is_not_denied() {
    let untested = Some(StsDemand::default());
    for (target, known) in [
        (target(Dane::None, &[], None), true),
        (target(Dane::Untested, &[], None), false),
        (target(Dane::None, &[], untested), false),
    ] {
        for encryption in [Up, NotOffered, Broken] {
            let text = met(&target, encryption, &pkix(&[]), &Outcome::ok("")).sender.unwrap().text;
            assert_eq!(text.contains("nothing known asks"), !known, "{text}");
            assert_eq!(text.contains("nothing asks"), known, "{text}");
        }
    }
}
