//! The look-up over a table. Expected values are those of the RFC that each test names.

use std::net::IpAddr;

use super::{Family, Options, Place, Query, lookup};
use crate::dns::fixed::{Fixed, answer, fault};
use crate::dns::{Answer, Exchange};
use crate::wire::{Detail, Fault, FindingId, MxRecord, Security, Source, Stage, Status};

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn exchange(preference: u16, host: &str) -> Exchange {
    Exchange { preference, host: host.to_owned() }
}

/// A public address that is in no registry.
const A: &str = "9.9.9.25";
const AAAA: &str = "2620:fe::25";

async fn of(domain: &str, table: &Fixed, options: Options<'_>) -> MxRecord {
    let query = Query { place: Place::Domain(domain.parse().unwrap()), recipients: Vec::new(), input: None };
    let record = lookup(&query, table, options).await;
    // What holds for every record.
    assert_eq!(record.outcome.status == Status::Ok, record.hosts.iter().any(|host| !host.addresses.is_empty()));
    assert_eq!(record.outcome.stage, (record.outcome.status != Status::Ok).then_some(Stage::Dns));
    assert_eq!(record.outcome.fault.is_some(), record.outcome.status != Status::Ok);
    assert!(!record.outcome.text.is_empty());
    record
}

async fn at(table: &Fixed) -> MxRecord {
    of("example.test", table, Options { seed: Some(1), ..Options::default() }).await
}

fn check(record: &MxRecord, status: Status, source: Source, fault: Option<Fault>) {
    let found = (record.outcome.status, record.source, record.outcome.fault);
    assert_eq!(found, (status, source, fault), "{record:#?}");
}

fn ids(record: &MxRecord) -> Vec<FindingId> {
    record.findings.iter().map(|finding| finding.id).collect()
}

/// `10 mx.test 9.9.9.25`, one a host.
fn hosts(record: &MxRecord) -> Vec<String> {
    let line = |host: &crate::wire::MxHost| {
        let addresses: Vec<_> = host.addresses.iter().map(ToString::to_string).collect();
        format!("{} {} {}", host.preference, host.host, addresses.join(",")).trim_end().to_owned()
    };
    record.hosts.iter().map(line).collect()
}

/// RFC 5321 §5.1.
#[tokio::test(flavor = "current_thread")]
async fn an_alias_of_the_domain() {
    let table = Fixed::new()
        .mx("example.test", Ok(Answer { cnames: vec!["real.test".into()], ..answer(vec![exchange(10, "mx.test")]) }))
        .host("mx.test", &[address(A)]);
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!((ids(&record), &record.cnames), (vec![FindingId::CnameDomain], &vec!["real.test".to_owned()]));
    let table = Fixed::new().mx("example.test", Err(fault(Fault::CnameLoop)));
    check(&at(&table).await, Status::Temporary, Source::None, Some(Fault::CnameLoop));
    let gone = crate::dns::DnsFault { cnames: vec!["gone.test".into()], ..fault(Fault::Nxdomain) };
    let record = at(&Fixed::new().mx("example.test", Err(gone))).await;
    check(&record, Status::Permanent, Source::None, Some(Fault::Nxdomain));
    assert_eq!(record.outcome.detail, Some(Detail::DanglingAlias));
    assert!(record.outcome.text.starts_with("the domain is an alias of gone.test, and that name does not exist"));
}

/// RFC 5321 §5.1.
#[tokio::test(flavor = "current_thread")]
async fn preference_and_shuffle() {
    let table = Fixed::new()
        .exchanges("example.test", &[(20, "z.test"), (10, "c.test"), (10, "b.test"), (10, "a.test")])
        .host("a.test", &[address(A)])
        .host("b.test", &[address(A)])
        .host("c.test", &[address(A)])
        .host("z.test", &[address(AAAA), address(A)]);
    let mut first = std::collections::HashMap::new();
    for seed in 0..200 {
        let record = of("example.test", &table, Options { seed: Some(seed), ..Options::default() }).await;
        let again = of("example.test", &table, Options { seed: Some(seed), ..Options::default() }).await;
        assert_eq!(hosts(&record), hosts(&again), "a seed repeats");
        assert_eq!(hosts(&record)[3], format!("20 z.test {AAAA},{A}"));
        *first.entry(record.hosts[0].host.clone()).or_insert(0) += 1;
    }
    // 200 runs of one in three: 67 expected, standard deviation 6.7; 33 is five of them.
    assert!(first.len() == 3 && first.values().all(|count| (33..=101).contains(count)), "{first:?}");
    let record = at(&table).await;
    assert_eq!(record.outcome.text, "4 MX, 5 addresses");
    assert_eq!(record.ttl, Some(300));
}

/// RFC 5321 §5.1.
#[tokio::test(flavor = "current_thread")]
async fn the_implicit_mx() {
    let record = at(&Fixed::new().host("example.test", &[address(A)])).await;
    check(&record, Status::Ok, Source::Implicit, None);
    assert_eq!(hosts(&record), [format!("0 example.test {A}")]);
    let record = at(&Fixed::new().exchanges("example.test", &[])).await;
    check(&record, Status::Permanent, Source::None, Some(Fault::NoMailHost));
    assert!(record.hosts.is_empty());
    // Undecided addresses decide nothing.
    let table = Fixed::new().addresses("example.test", false, Err(fault(Fault::DnsTimeout)));
    check(&at(&table).await, Status::Temporary, Source::None, Some(Fault::DnsTimeout));
    // One family is there, the other failed: that is an address.
    let table = table.addresses("example.test", true, Ok(answer(vec![address(AAAA)])));
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Implicit, None);
    assert_eq!(record.hosts[0].fault, Some(Fault::DnsTimeout));
}

/// RFC 5321 §5.1.
#[tokio::test(flavor = "current_thread")]
async fn no_fallback_from_mx_records() {
    let table = Fixed::new()
        .exchanges("example.test", &[(10, "gone.test"), (20, "empty.test")])
        .host("empty.test", &[])
        .host("example.test", &[address(A)]);
    let record = at(&table).await;
    check(&record, Status::Permanent, Source::Mx, Some(Fault::MxHostsMissing));
    assert_eq!(hosts(&record), ["10 gone.test", "20 empty.test"]);
    assert_eq!(record.hosts[0].fault, Some(Fault::Nxdomain));
    assert_eq!(record.hosts[1].fault, Some(Fault::NoAddress));
    assert_eq!(ids(&record), [FindingId::MxHostMissing, FindingId::MxHostMissing]);
}

/// RFC 5321 §5.1.
#[tokio::test(flavor = "current_thread")]
async fn every_failure_is_temporary_and_itself() {
    for word in [
        Fault::Servfail,
        Fault::DnsRefused,
        Fault::DnsError,
        Fault::DnsTimeout,
        Fault::DnsUnreachable,
        Fault::DnsTruncated,
        Fault::DnssecBogus,
    ] {
        // The domain has an address: it must not be used.
        let table = Fixed::new().host("example.test", &[address(A)]).mx("example.test", Err(fault(word)));
        let record = at(&table).await;
        check(&record, Status::Temporary, Source::None, Some(word));
        // What our own resolver does not tell is not the domain's fate.
        let ours = matches!(word, Fault::DnsTimeout | Fault::DnsUnreachable);
        assert_eq!(record.outcome.text.contains("tried again"), !ours, "{}", record.outcome.text);
        assert_eq!(record.outcome.text.contains("Nothing is known"), ours, "{}", record.outcome.text);
        assert_eq!(ids(&record).contains(&FindingId::DnssecBogus), word == Fault::DnssecBogus);
    }
    let record = at(&Fixed::new()).await;
    check(&record, Status::Permanent, Source::None, Some(Fault::Nxdomain));
    assert_eq!(record.ttl, Some(60));
}

/// RFC 7505 §3.
#[tokio::test(flavor = "current_thread")]
async fn null_mx() {
    // RFC 7505 §3: no address is looked at.
    for (list, expected) in
        [(vec![(0, "")], vec![]), (vec![(10, "")], vec![FindingId::NullMxPreference]), (vec![(0, ""), (0, "")], vec![])]
    {
        let table = Fixed::new().host("example.test", &[address(A)]).exchanges("example.test", &list);
        let record = at(&table).await;
        check(&record, Status::Permanent, Source::Null, Some(Fault::NullMx));
        assert!(record.hosts.is_empty());
        assert_eq!(ids(&record), expected);
    }
    let table = Fixed::new().exchanges("example.test", &[(0, ""), (10, "mx.test")]).host("mx.test", &[address(A)]);
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!((hosts(&record), ids(&record)), (vec![format!("10 mx.test {A}")], vec![FindingId::NullMxMixed]));
}

/// RFC 5321 §5.1, RFC 2181 §10.3.
#[tokio::test(flavor = "current_thread")]
async fn an_mx_that_is_an_alias() {
    let aliased = |records| Ok(Answer { cnames: vec!["real.test".into()], ..answer(records) });
    let table = Fixed::new()
        .exchanges("example.test", &[(10, "mx.test")])
        .addresses("mx.test", false, aliased(vec![address(A)]))
        .addresses("mx.test", true, aliased(vec![]));
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!(ids(&record), [FindingId::MxIsCname]);
    assert_eq!(
        (record.hosts[0].host.as_str(), record.hosts[0].cnames.as_slice()),
        ("mx.test", &["real.test".into()][..])
    );
}

/// RFC 1035 §3.3.9, RFC 5321 §4.1.3.
#[tokio::test(flavor = "current_thread")]
async fn addresses_and_other_things_in_the_place_of_a_name() {
    // Even a name that looks like an address and has one is not used.
    for host in ["127.0.0.1", "[192.0.2.1]", "2001:db8::1"] {
        let table = Fixed::new().exchanges("example.test", &[(10, host)]).host(host, &[address(A)]);
        let record = at(&table).await;
        check(&record, Status::Permanent, Source::Mx, Some(Fault::BadHostName));
        assert_eq!((hosts(&record), ids(&record)), (vec![format!("10 {host}")], vec![FindingId::MxIsAddress]));
    }
    for host in ["a\\032b.test", "mx\\.test", "*.test", "\\000", &format!("{}a", "a.".repeat(127))] {
        let record = at(&Fixed::new().exchanges("example.test", &[(10, host)])).await;
        check(&record, Status::Permanent, Source::Mx, Some(Fault::BadHostName));
        assert_eq!(ids(&record), [FindingId::MxBadName]);
    }
    let table =
        Fixed::new().exchanges("example.test", &[(10, "127.0.0.1"), (20, "mx.test")]).host("mx.test", &[address(A)]);
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!(record.hosts.len(), 2);
    // Address literals ask nothing.
    let query = Query { place: Place::Literal(address(AAAA)), recipients: vec![], input: Some("x".into()) };
    let record = lookup(&query, &Fixed::new(), Options::default()).await;
    check(&record, Status::Ok, Source::Literal, None);
    assert_eq!(record.domain.as_deref(), Some("[IPv6:2620:fe::25]"));
    assert_eq!((hosts(&record), record.input.as_deref()), (vec![format!("0 [IPv6:{AAAA}] {AAAA}")], Some("x")));
    let only_v4 = Options { family: Some(Family::V4), ..Options::default() };
    let record = lookup(&query, &Fixed::new(), only_v4).await;
    check(&record, Status::Untested, Source::Literal, Some(Fault::NoAddress));
}

/// RFC 5321 §5.1; the order is ours.
#[tokio::test(flavor = "current_thread")]
async fn all_addresses_families_in_turn() {
    let list = ["9.9.9.1", "9.9.9.2", "9.9.9.3", "2620:fe::1", "2620:fe::2", "9.9.9.1"].map(address);
    let table = Fixed::new().exchanges("example.test", &[(10, "mx.test")]).host("mx.test", &list);
    let record = at(&table).await;
    assert_eq!(hosts(&record), ["10 mx.test 2620:fe::1,9.9.9.1,2620:fe::2,9.9.9.2,9.9.9.3"]);
    let of_family =
        async |family| hosts(&of("example.test", &table, Options { family: Some(family), ..Options::default() }).await);
    assert_eq!(of_family(Family::V4).await, ["10 mx.test 9.9.9.1,9.9.9.2,9.9.9.3"]);
    assert_eq!(of_family(Family::V6).await, ["10 mx.test 2620:fe::1,2620:fe::2"]);
    // A host of the other family is not missing: the question was never put.
    let v4_only = Fixed::new().exchanges("example.test", &[(10, "mx.test")]).host("mx.test", &[address(A)]);
    let only_v6 = Options { family: Some(Family::V6), ..Options::default() };
    let record = of("example.test", &v4_only, only_v6).await;
    check(&record, Status::Untested, Source::Mx, Some(Fault::NoAddress));
    assert_eq!((ids(&record), record.family), (vec![], Some(Family::V6)));
    let implicit = Fixed::new().host("example.test", &[address(A)]);
    check(&of("example.test", &implicit, only_v6).await, Status::Untested, Source::None, Some(Fault::NoAddress));
}

/// RFC 5321 §5.1; that it is told and not obeyed is our choice.
#[tokio::test(flavor = "current_thread")]
async fn this_machine() {
    let mut record = at(&Fixed::new().host("example.test", &[address(A)])).await;
    super::findings::own_name(&mut record, Some(&"other.test".parse().unwrap()));
    assert_eq!(ids(&record), []);
    super::findings::own_name(&mut record, Some(&"example.test".parse().unwrap()));
    assert_eq!(ids(&record), [FindingId::OwnName]);
}

/// Our choice.
#[tokio::test(flavor = "current_thread")]
async fn reserved_addresses() {
    let list = ["10.0.0.1", "fe80::1", "127.0.0.1", A].map(address);
    let table = Fixed::new().exchanges("example.test", &[(10, "mx.test")]).host("mx.test", &list);
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!(ids(&record), [FindingId::ReservedAddress], "one a host");
    assert_eq!(record.findings[0].host.as_deref(), Some("mx.test"));
    assert_eq!(record.hosts[0].addresses.len(), 4);
    let query = Query { place: Place::Literal(address("::1")), recipients: vec![], input: None };
    assert_eq!(ids(&lookup(&query, &Fixed::new(), Options::default()).await), [FindingId::ReservedAddress]);
}

/// Our choice.
#[tokio::test(flavor = "current_thread")]
async fn many_and_repeated_records() {
    let names: Vec<_> = (0..150).map(|n| format!("mx{n:03}.test")).collect();
    let list: Vec<_> = names.iter().enumerate().map(|(n, name)| (u16::try_from(n).unwrap(), name.as_str())).collect();
    let table = names.iter().fold(Fixed::new().exchanges("example.test", &list), |t, name| t.host(name, &[address(A)]));
    let record = at(&table).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!((record.hosts.len(), record.hosts[99].host.as_str()), (100, "mx099.test"));
    assert_eq!(ids(&record), [FindingId::ManyMx]);
    assert!(record.findings[0].text.contains("150"));

    let list = [(10, "a.test"), (10, "a.test"), (20, "a.test"), (20, "b.test")];
    let table =
        Fixed::new().exchanges("example.test", &list).host("a.test", &[address(A)]).host("b.test", &[address(AAAA)]);
    let record = at(&table).await;
    assert_eq!(hosts(&record), [format!("10 a.test {A}"), format!("20 b.test {AAAA}")]);
    assert_eq!(ids(&record), [FindingId::MxDuplicate, FindingId::MxDuplicate]);
}

#[tokio::test(flavor = "current_thread")]
async fn one_good_host_is_enough_and_any_doubt_is_temporary() {
    let table = Fixed::new()
        .exchanges("example.test", &[(10, "gone.test"), (20, "failing.test"), (30, "bogus.test"), (40, "mx.test")])
        .addresses("failing.test", false, Err(fault(Fault::Servfail)))
        .addresses("bogus.test", false, Err(fault(Fault::DnssecBogus)));
    let record = at(&table).await;
    check(&record, Status::Temporary, Source::Mx, Some(Fault::Servfail));
    let words: Vec<_> = record.hosts.iter().map(|host| host.fault).collect();
    assert_eq!(words, [Fault::Nxdomain, Fault::Servfail, Fault::DnssecBogus, Fault::Nxdomain].map(Some));
    assert_eq!(record.hosts[2].security, Security::Bogus);
    let record = at(&table.host("mx.test", &[address(A)])).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!(ids(&record), [FindingId::MxHostMissing, FindingId::MxHostFailed, FindingId::DnssecBogus]);
}

#[tokio::test(flavor = "current_thread")]
async fn security_is_the_weakest() {
    let with = |security, records| Ok(Answer { security, ..answer(records) });
    let table = Fixed::new()
        .mx("example.test", Ok(Answer { security: Security::Secure, ..answer(vec![exchange(10, "mx.test")]) }))
        .addresses("mx.test", false, with(Security::Secure, vec![address(A)]))
        .addresses("mx.test", true, with(Security::Insecure, vec![address(AAAA)]));
    let record = at(&table).await;
    assert_eq!((record.security, record.hosts[0].security), (Security::Secure, Security::Insecure));
}

#[tokio::test(flavor = "current_thread")]
async fn names_in_their_own_script() {
    let table = Fixed::new()
        .exchanges("xn--bcher-kva.test", &[(10, "xn--bcher-kva.example")])
        .host("xn--bcher-kva.example", &[address(A)]);
    let record = of("BÜCHER.test", &table, Options::default()).await;
    check(&record, Status::Ok, Source::Mx, None);
    assert_eq!(record.domain.as_deref(), Some("xn--bcher-kva.test"));
    assert_eq!(record.domain_unicode.as_deref(), Some("bücher.test"));
    assert_eq!(record.hosts[0].host_unicode.as_deref(), Some("bücher.example"));
}

#[tokio::test(flavor = "current_thread")]
async fn recipients_stay() {
    let recipients = vec!["Ann.O@example.test".parse().unwrap()];
    let query = Query { place: Place::Domain("example.test".parse().unwrap()), recipients, input: None };
    let record = lookup(&query, &Fixed::new(), Options::default()).await;
    assert_eq!(record.recipients, ["Ann.O@example.test"]);
}
