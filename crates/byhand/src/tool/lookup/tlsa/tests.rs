//! TLSA records beside the addresses, and how many waits all of it takes. Expected values are RFC 7672's, §2.1 and §2.2.
//!
//! The clock is paused: each question takes one second of it, a denial that DNSSEC does not prove two (as in `dns::stub`,
//! which asks again in lower case), so that seconds are rounds.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::dns::fixed::{Fixed, answer, fault};
use crate::dns::{Answer, DnsFault, Exchange, Pending, Resolver};
use crate::domain::Domain;
use crate::net::https::Https;
use crate::net::roots::Roots;
use crate::route::targets;
use crate::tool::lookup::{Options, Place, Query, host_addresses, lookup};
use crate::wire::{Dane, Fault, FindingId, MxRecord, Rule, Security, Status, Tlsa};

/// A table in front of which each question takes its time, and is kept.
#[derive(Default)]
struct Rounds {
    table: Fixed,
    /// A name that is never answered about.
    silent: Option<&'static str>,
    asked: Mutex<Vec<String>>,
}

impl Rounds {
    fn of(table: Fixed) -> Self {
        Self { table, ..Self::default() }
    }

    fn slow<'a, T: Send + 'a>(&'a self, kind: &str, name: &'a Domain, answer: Pending<'a, T>) -> Pending<'a, T> {
        self.asked.lock().unwrap().push(format!("{kind} {name}"));
        Box::pin(async move {
            if self.silent == Some(name.as_str()) {
                std::future::pending::<()>().await;
            }
            let answer = answer.await;
            let unproven = match &answer {
                Ok(answer) => answer.records.is_empty() && answer.security != Security::Secure,
                Err(fault) => fault.fault == Fault::Nxdomain && fault.security != Security::Secure,
            };
            sleep(Duration::from_secs(if unproven { 2 } else { 1 })).await;
            answer
        })
    }

    fn was_asked(&self, question: &str) -> bool {
        self.asked.lock().unwrap().iter().any(|asked| asked == question)
    }
}

impl Resolver for Rounds {
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange> {
        self.slow("MX", name, Resolver::mx(&self.table, name))
    }
    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        self.slow(if v6 { "AAAA" } else { "A" }, name, Resolver::addresses(&self.table, name, v6))
    }
    fn tlsa<'a>(&'a self, name: &'a Domain) -> Pending<'a, Tlsa> {
        self.slow("TLSA", name, Resolver::tlsa(&self.table, name))
    }
    fn txt<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        self.slow("TXT", name, Resolver::txt(&self.table, name))
    }
    fn cname<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        self.slow("CNAME", name, Resolver::cname(&self.table, name))
    }
    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        Resolver::ptr(&self.table, address)
    }
}

fn judged<T>(security: Security, records: Vec<T>) -> Result<Answer<T>, DnsFault> {
    Ok(Answer { security, ..answer(records) })
}

fn secure<T>(records: Vec<T>) -> Result<Answer<T>, DnsFault> {
    judged(Security::Secure, records)
}

fn insecure<T>(records: Vec<T>) -> Result<Answer<T>, DnsFault> {
    judged(Security::Insecure, records)
}

fn proven() -> DnsFault {
    DnsFault { security: Security::Secure, ..fault(Fault::Nxdomain) }
}

fn v4() -> IpAddr {
    "9.9.9.25".parse().unwrap()
}

fn v6() -> IpAddr {
    "2620:fe::25".parse().unwrap()
}

fn tlsa(first: u8) -> Tlsa {
    Tlsa { usage: 3, selector: 1, matching: 1, data: format!("{first:02x}{}", "00".repeat(31)) }
}

fn exchange(host: &str) -> Vec<Exchange> {
    vec![Exchange { preference: 10, host: host.to_owned() }]
}

/// example.test with one host, MX answer and addresses signed.
fn signed() -> Fixed {
    let host = "mx.example.test";
    Fixed::new().mx("example.test", secure(exchange(host))).addresses(host, false, secure(vec![v4()])).addresses(
        host,
        true,
        secure(vec![v6()]),
    )
}

const OWNER: &str = "_25._tcp.mx.example.test";

fn https() -> Https {
    // No page is fetched here: nothing in these tables announces a policy.
    Https::at_port(Arc::new(Roots::default()), Duration::from_secs(60), 1)
}

async fn look_up(resolver: &dyn Resolver, policies: bool) -> MxRecord {
    let query = Query { place: Place::Domain("example.test".parse().unwrap()), recipients: vec![], input: None };
    let https = https();
    lookup(&query, resolver, Options { policies: policies.then_some(&https), ..Options::default() }).await
}

/// What DANE asks at the only host, its base domain, and the rule that its first target names.
async fn demand(table: Fixed) -> (Option<Dane>, Option<String>, Option<Rule>) {
    let record = look_up(&table, true).await;
    let host = &record.hosts[0];
    let rule = targets(&record, 25)[0].requirement;
    assert_eq!(host.tlsa.is_empty(), !matches!(host.dane, Some(Dane::Usable | Dane::Unusable)));
    (host.dane, host.tlsa_base.clone(), rule)
}

/// RFC 7672 §2.1.2.
#[tokio::test(flavor = "current_thread")]
async fn an_error_is_never_no_dane() {
    for word in [Fault::Servfail, Fault::DnssecBogus, Fault::DnsTimeout, Fault::DnsRefused] {
        let found = demand(signed().tlsa(OWNER, Err(fault(word)))).await;
        assert_eq!(found, (Some(Dane::Failed), None, Some(Rule::DaneLookup)), "{word:?}");
        let record = look_up(&signed().tlsa(OWNER, Err(fault(word))), true).await;
        assert!(record.findings.iter().any(|finding| finding.id == FindingId::TlsaFailed));
        assert_eq!(record.hosts[0].tlsa_fault, Some(word));
        // Addresses that cannot be looked up: nobody gets there, and the host does not count as one without DANE.
        let no_address = Fixed::new()
            .mx("example.test", secure(exchange("mx.example.test")))
            .addresses("mx.example.test", false, Err(fault(word)))
            .addresses("mx.example.test", true, Err(fault(word)));
        assert_eq!(demand(no_address).await.0, Some(Dane::Failed));
        let no_mx = look_up(&Fixed::new().mx("example.test", Err(fault(word))), true).await;
        assert_eq!((no_mx.outcome.status, no_mx.hosts.len()), (Status::Temporary, 0));
    }
}

/// RFC 7672 §2.1.2.
#[tokio::test(flavor = "current_thread")]
async fn a_family_that_fails() {
    for word in [Fault::Servfail, Fault::DnssecBogus, Fault::DnsTimeout, Fault::DnsRefused] {
        for failing_v6 in [true, false] {
            let of = |there| {
                Fixed::new()
                    .mx("example.test", secure(exchange("mx.example.test")))
                    .addresses("mx.example.test", failing_v6, Err(fault(word)))
                    .addresses("mx.example.test", !failing_v6, there)
                    .tlsa(OWNER, secure(vec![tlsa(1)]))
            };
            // What the other family gives is under DANE as ever.
            let other = if failing_v6 { v4() } else { v6() };
            let usable = (Some(Dane::Usable), Some("mx.example.test".to_owned()), Some(Rule::Dane));
            assert_eq!(demand(of(secure(vec![other]))).await, usable, "{word:?} {failing_v6}");
            // A proof that the other has nothing says nothing of this one.
            let failed = (Some(Dane::Failed), None, Some(Rule::DaneLookup));
            assert_eq!(demand(of(secure(vec![]))).await, failed, "{word:?} {failing_v6}");
        }
    }
}

/// RFC 7672 §2.2.1.
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn an_unsigned_mx_answer() {
    let table = signed().mx("example.test", insecure(exchange("mx.example.test"))).tlsa(OWNER, secure(vec![tlsa(1)]));
    let rounds = Rounds::of(table);
    let record = look_up(&rounds, true).await;
    assert_eq!((record.hosts[0].dane, record.hosts[0].tlsa.len()), (Some(Dane::None), 0));
    assert!(!rounds.was_asked(&format!("TLSA {OWNER}")));
    // Where DNSSEC is not known, neither is DANE.
    let unknown = signed().mx("example.test", Ok(answer(exchange("mx.example.test"))));
    assert_eq!(demand(unknown).await.0, Some(Dane::Untested));
    // A server that was named directly has no MX answer (RFC 7672 §2.2.2), and a port of its own.
    let table = signed().tlsa("_465._tcp.mx.example.test", secure(vec![tlsa(1)]));
    let found = host_addresses(&"mx.example.test".parse().unwrap(), Some(465), &table, None).await;
    let demands = found.demands.unwrap();
    assert_eq!(
        (demands.dane, &demands.names[..], found.tlsa.len()),
        (Dane::Usable, &["mx.example.test".to_owned()][..], 1)
    );
}

/// RFC 7672 §2.2.2.
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn unsigned_addresses() {
    let plain = || {
        Fixed::new()
            .mx("example.test", secure(exchange("mx.example.test")))
            .addresses("mx.example.test", false, insecure(vec![v4()]))
            .addresses("mx.example.test", true, insecure(vec![]))
    };
    // Whatever the name server says to TLSA is thrown away.
    for asked in [Err(fault(Fault::Servfail)), secure(vec![tlsa(1)])] {
        let record = look_up(&plain().tlsa(OWNER, asked), true).await;
        assert_eq!((record.hosts[0].dane, record.hosts[0].tlsa.len()), (Some(Dane::None), 0));
        assert!(record.findings.is_empty(), "{:?}", record.findings);
    }
    // And not waited for.
    let rounds = Rounds { silent: Some(OWNER), ..Rounds::of(plain()) };
    assert_eq!(look_up(&rounds, true).await.hosts[0].dane, Some(Dane::None));
    // One family that is signed is enough, for that family.
    let mixed = plain().addresses("mx.example.test", true, secure(vec![v6()])).tlsa(OWNER, secure(vec![tlsa(1)]));
    let record = look_up(&mixed, true).await;
    let rules: Vec<_> = targets(&record, 25).into_iter().map(|t| (t.address, t.requirement, t.tlsa.len())).collect();
    assert_eq!(rules, [(Some(v6()), Some(Rule::Dane), 1), (Some(v4()), Some(Rule::Opportunistic), 0)]);
}

/// RFC 7672 §2.2.2.
#[tokio::test(flavor = "current_thread")]
async fn an_alias_of_an_unsigned_host() {
    let target = || vec!["host.plain.test".to_owned()];
    let aliased = |alias| {
        let addresses = Answer { security: Security::Insecure, cnames: target(), ..answer(vec![v4()]) };
        Fixed::new()
            .mx("example.test", secure(exchange("mx.example.test")))
            .addresses("mx.example.test", false, Ok(addresses))
            .alias("mx.example.test", alias)
            .tlsa(OWNER, secure(vec![tlsa(1)]))
            .tlsa("_25._tcp.host.plain.test", secure(vec![tlsa(2)]))
    };
    let own = (Some(Dane::Usable), Some("mx.example.test".to_owned()), Some(Rule::Dane));
    assert_eq!(demand(aliased(secure(target()))).await, own);
    let none = (Some(Dane::None), None, Some(Rule::Opportunistic));
    assert_eq!(demand(aliased(insecure(target()))).await, none);
    let failed = (Some(Dane::Failed), None, Some(Rule::DaneLookup));
    assert_eq!(demand(aliased(Err(fault(Fault::Servfail)))).await, failed);
}

/// RFC 7672 §2.2.2, §2.2.3.
#[tokio::test(flavor = "current_thread")]
async fn the_base_domain_of_an_alias() {
    let aliased = |expanded, own| {
        let cnames = vec!["host.signed.test".to_owned()];
        let addresses = Answer { security: Security::Secure, cnames, ..answer(vec![v4()]) };
        Fixed::new()
            .mx("example.test", secure(exchange("mx.example.test")))
            .addresses("mx.example.test", false, Ok(addresses))
            .tlsa("_25._tcp.host.signed.test", expanded)
            .tlsa(OWNER, own)
    };
    let at = |base: &str| (Some(Dane::Usable), Some(base.to_owned()), Some(Rule::Dane));
    let both = demand(aliased(secure(vec![tlsa(1)]), secure(vec![tlsa(2)]))).await;
    assert_eq!(both, at("host.signed.test"));
    assert_eq!(demand(aliased(secure(vec![]), secure(vec![tlsa(2)]))).await, at("mx.example.test"));
    assert_eq!(demand(aliased(Err(proven()), secure(vec![tlsa(2)]))).await, at("mx.example.test"));
    let failed = demand(aliased(Err(fault(Fault::Servfail)), secure(vec![tlsa(2)]))).await;
    assert_eq!(failed.0, Some(Dane::Failed));
}

/// RFC 7672 §2.2.3.
#[tokio::test(flavor = "current_thread")]
async fn denied_or_unsigned_records_are_none() {
    let none = (Some(Dane::None), None, Some(Rule::Opportunistic));
    for asked in [secure(vec![]), Err(proven()), Err(fault(Fault::Nxdomain)), insecure(vec![tlsa(1)]), insecure(vec![])]
    {
        assert_eq!(demand(signed().tlsa(OWNER, asked)).await, none);
    }
    assert_eq!(demand(signed().tlsa(OWNER, Ok(answer(vec![tlsa(1)])))).await.0, Some(Dane::Untested));
}

/// RFC 7672 §2.2, §3.1.3.
#[tokio::test(flavor = "current_thread")]
async fn records_that_cannot_be_used_are_told() {
    let pkix = Tlsa { usage: 1, ..tlsa(1) };
    let record = look_up(&signed().tlsa(OWNER, secure(vec![pkix.clone()])), true).await;
    assert_eq!((record.hosts[0].dane, &record.hosts[0].tlsa[..]), (Some(Dane::Unusable), &[pkix][..]));
    assert!(record.findings.iter().any(|finding| finding.id == FindingId::TlsaUnusable));
    assert_eq!(targets(&record, 25)[0].requirement, Some(Rule::DaneUnusable));
}

/// RFC 7672 §3.2.2.
#[tokio::test(flavor = "current_thread")]
async fn reference_names() {
    let cnames = vec!["real.test".to_owned()];
    let mx = Answer { security: Security::Secure, cnames, ..answer(exchange("mx.example.test")) };
    let table = signed().mx("example.test", Ok(mx)).tlsa(OWNER, secure(vec![tlsa(1)]));
    let record = look_up(&table, true).await;
    let demands = targets(&record, 25)[0].demands.clone().unwrap();
    assert_eq!(demands.names, ["mx.example.test", "example.test", "real.test"]);
    assert_eq!(demands.base.as_deref(), Some("mx.example.test"));
    // Reached by no MX: the base domain, and the name that was given.
    let cnames = vec!["host.signed.test".to_owned()];
    let addresses = Answer { security: Security::Secure, cnames, ..answer(vec![v4()]) };
    let aliased = |expanded| {
        Fixed::new()
            .addresses("mx.example.test", false, Ok(addresses.clone()))
            .tlsa("_465._tcp.host.signed.test", secure(expanded))
            .tlsa("_465._tcp.mx.example.test", secure(vec![tlsa(2)]))
    };
    for (expanded, names) in [
        (vec![tlsa(1)], &["host.signed.test".to_owned(), "mx.example.test".to_owned()][..]),
        (vec![], &["mx.example.test".to_owned()]),
    ] {
        let found = host_addresses(&"mx.example.test".parse().unwrap(), Some(465), &aliased(expanded), None).await;
        assert_eq!(found.demands.unwrap().names, names);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_domain_that_is_its_own_host() {
    let own = |mx| {
        Fixed::new()
            .mx("example.test", mx)
            .addresses("example.test", false, secure(vec![v4()]))
            .tlsa("_25._tcp.example.test", secure(vec![tlsa(1)]))
    };
    let usable = (Some(Dane::Usable), Some("example.test".to_owned()), Some(Rule::Dane));
    assert_eq!(demand(own(secure(vec![]))).await, usable);
    assert_eq!(demand(own(insecure(vec![]))).await.0, Some(Dane::None));
    // An address literal has neither DANE nor MTA-STS (RFC 8461 §5).
    let query = Query { place: Place::Literal(v4()), recipients: vec![], input: None };
    let https = https();
    let record = lookup(&query, &Fixed::new(), Options { policies: Some(&https), ..Options::default() }).await;
    assert!(targets(&record, 25)[0].demands.is_none() && record.sts.is_none());
}

#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn a_domain_without_policies_takes_no_more_rounds() {
    async fn rounds(table: &Fixed, policies: bool) -> (f64, usize) {
        let rounds = Rounds::of(table.clone());
        let start = Instant::now();
        look_up(&rounds, policies).await;
        let asked = rounds.asked.lock().unwrap().len();
        (start.elapsed().as_secs_f64().round(), asked)
    }
    let unsigned = Fixed::new()
        .mx("example.test", insecure(exchange("mx.example.test")))
        .addresses("mx.example.test", false, insecure(vec![v4()]))
        .addresses("mx.example.test", true, insecure(vec![v6()]));
    let proof = signed().tlsa(OWNER, Err(proven())).txt("_mta-sts.example.test", Err(proven()));
    let own = Fixed::new().mx("example.test", secure(vec![])).addresses("example.test", false, secure(vec![v4()]));
    let own = own
        .addresses("example.test", true, secure(vec![]))
        .tlsa("_25._tcp.example.test", Err(proven()))
        .txt("_mta-sts.example.test", Err(proven()))
        .txt("_smtp._tls.example.test", Err(proven()));
    let own_unsigned = Fixed::new()
        .mx("example.test", insecure(vec![]))
        .addresses("example.test", false, insecure(vec![v4()]))
        .addresses("example.test", true, insecure(vec![]));
    let gone = Fixed::new();
    let null = Fixed::new().mx("example.test", secure(exchange("")));
    // Two: MX, then addresses. One: MX and the domain's own addresses at once. Denials in unsigned zones are asked twice.
    for (table, expected) in [(unsigned, 2.0), (proof, 2.0), (own, 1.0), (own_unsigned, 2.0), (gone, 2.0), (null, 1.0)]
    {
        let (with, without) = (rounds(&table, true).await, rounds(&table, false).await);
        assert_eq!((with.0, without.0), (expected, expected), "{table:?}");
        // The control: it is the same waits for more questions.
        assert!(with.1 > without.1);
    }
}
