//! A domain's way: from a domain to who takes its mail, best first (RFC 5321 §5.1).
//!
//! 1. MX, and A and AAAA of the domain itself, are asked at once, so that the implicit MX needs no second wait.
//! 2. MX records there: they alone count, even if every host in them is dead. A lone "." is a null MX (RFC 7505): the
//!    domain takes no mail. Equal preferences are shuffled.
//! 3. A and AAAA of all hosts are asked at once, a bounded number in flight.
//! 4. No MX records, and that for certain (NODATA): the domain's own addresses. A failure never becomes "no MX".
//! 5. Where it is wanted: TLSA records beside the addresses, if the MX answer was secure (RFC 7672 §2.2.1), and what the
//!    domain says about TLS beside all of it (`policies`).
//! 6. The outcome: ok when at least one host has an address; else temporary when anything is undecided, else permanent.
//!
//! Whatever DNS does, a whole record comes back. What is odd about a domain becomes a finding and changes nothing.
//! Not here: what follows from TLSA and MTA-STS for a server, connecting, and reading what people type.

mod addresses;
mod findings;
mod hosts;
mod order;
mod policies;
#[cfg(test)]
mod tests;
mod tlsa;
mod together;

use std::net::IpAddr;
use std::pin::pin;

use tokio::time::Instant;

use self::addresses::{Found, State};
pub use self::addresses::{HostAddresses, host_addresses};
use self::hosts::{Ask, Entry, MAIL_PORT};
use self::tlsa::{Demand, host_and_tlsa};
use super::{diagnose, identity};
use crate::dns::{Answer, DnsFault, Exchange, Resolver};
use crate::domain::{Domain, unicode_of};
use crate::mailbox::{Mailbox, literal};
use crate::net::https::Https;
pub use crate::wire::Family;
use crate::wire::{Detail, Fault, FindingId, MxHost, MxRecord, Outcome, Security, Source, Stage, Status, ms};

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Where the mail would go.
    pub place: Place,
    /// The recipients it was read from.
    pub recipients: Vec<Mailbox>,
    /// What was typed or read, where it is not simply the domain.
    pub input: Option<String>,
}

/// Where mail would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A domain.
    Domain(Domain),
    /// An address literal.
    Literal(IpAddr),
}

/// How it is looked up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Repeats the shuffle of equal preferences.
    pub seed: Option<u64>,
    /// Only this family of addresses.
    pub family: Option<Family>,
    /// What the domain demands of senders is looked up too (TLSA, MTA-STS, where it wants reports), and MTA-STS policies
    /// are fetched with this.
    pub policies: Option<&'a Https>,
}

/// Looks up who takes mail there.
pub async fn lookup(query: &Query, resolver: &dyn Resolver, options: Options<'_>) -> MxRecord {
    let start = Instant::now();
    let mut record = match &query.place {
        Place::Literal(address) => of_literal(*address, options),
        Place::Domain(domain) => with_policies(domain, resolver, options).await,
    };
    record.input.clone_from(&query.input);
    record.family = options.family;
    record.recipients = query.recipients.iter().map(ToString::to_string).collect();
    record.elapsed_ms = ms(start.elapsed());
    diagnose::mx(&mut record);
    record
}

/// A record to fill.
fn blank(domain: String) -> MxRecord {
    MxRecord {
        domain_unicode: unicode_of(&domain),
        domain: Some(domain),
        input: None,
        recipients: Vec::new(),
        outcome: Outcome::ok(""),
        source: Source::None,
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        hosts: Vec::new(),
        family: None,
        sts: None,
        tlsrpt: None,
        findings: Vec::new(),
        elapsed_ms: 0.0,
    }
}

/// An address literal has no MX and asks nothing of DNS (RFC 5321 §4.1.3).
fn of_literal(address: IpAddr, options: Options<'_>) -> MxRecord {
    let mut record = blank(literal(address));
    record.source = Source::Literal;
    record.hosts.push(MxHost {
        host: literal(address),
        host_unicode: None,
        preference: 0,
        addresses: vec![address],
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        fault: None,
        ..MxHost::default()
    });
    findings::reserved_address(&mut record.findings, &literal(address), &[address]);
    let family = if address.is_ipv6() { Family::V6 } else { Family::V4 };
    record.outcome = match options.family {
        Some(only) if only != family => {
            record.hosts[0].addresses.clear();
            record.hosts[0].fault = Some(Fault::NoAddress);
            let text = format!("an {} address, and only {} is to be used", family.name(), only.name());
            Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text)
        }
        _ => Outcome::ok("an address literal: mail goes straight there, DNS has no say"),
    };
    record
}

/// The way and the policies at once; without a host to send to, policies say nothing.
async fn with_policies(domain: &Domain, resolver: &dyn Resolver, options: Options<'_>) -> MxRecord {
    let Some(https) = options.policies else { return of_domain(domain, resolver, options).await };
    let mut way = pin!(of_domain(domain, resolver, options));
    let mut asked = pin!(policies::policies(domain, resolver, https, options.family));
    let mut found = None;
    let mut record = loop {
        tokio::select! {
            biased;
            record = &mut way => break record,
            policies = &mut asked, if found.is_none() => found = Some(policies),
        }
    };
    if !record.hosts.is_empty() {
        let found = match found {
            Some(found) => found,
            None => asked.await,
        };
        found.put(&mut record);
    }
    record
}

async fn of_domain(domain: &Domain, resolver: &dyn Resolver, options: Options<'_>) -> MxRecord {
    let mut record = blank(domain.as_str().to_owned());
    let mut own = pin!(own_host(domain, resolver, options));
    let mut mx = pin!(resolver.mx(domain));
    let mut own_found = None;
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut mx => break answer,
            found = &mut own, if own_found.is_none() => own_found = Some(found),
        }
    };
    match answer {
        Err(fault) => failed(&mut record, fault),
        Ok(answer) => {
            let exchanges = take_answer(&mut record, answer);
            if exchanges.is_empty() {
                let own = match own_found {
                    Some(own) => own,
                    None => own.await,
                };
                implicit(&mut record, domain, own, options);
            } else {
                by_exchanges(&mut record, domain, exchanges, resolver, options).await;
            }
        }
    }
    record
}

/// The domain as its own mail host, with its TLSA records where they are wanted: should there be no MX, all is there.
async fn own_host(domain: &Domain, resolver: &dyn Resolver, options: Options<'_>) -> (Found, Option<Demand>) {
    if options.policies.is_none() {
        return (addresses::of_host(domain, resolver, options.family).await, None);
    }
    let (found, demand) = host_and_tlsa(domain, MAIL_PORT, resolver, options.family).await;
    (found, Some(demand))
}

/// Takes over what an MX answer says beside its records.
fn take_answer(record: &mut MxRecord, answer: Answer<Exchange>) -> Vec<Exchange> {
    record.security = answer.security;
    record.ttl = answer.ttl;
    record.cnames = answer.cnames;
    findings::alias(record);
    findings::notes(&mut record.findings, answer.notes, None);
    answer.records
}

/// The MX question failed, or the domain is not there.
fn failed(record: &mut MxRecord, fault: DnsFault) {
    record.security = fault.security;
    record.ttl = fault.ttl;
    record.cnames = fault.cnames;
    findings::alias(record);
    if fault.fault == Fault::DnssecBogus {
        let text = format!("DNSSEC of the domain does not hold, so its MX records are not believed: {}.", fault.text);
        findings::push(&mut record.findings, None, FindingId::DnssecBogus, text);
    }
    findings::notes(&mut record.findings, fault.notes, None);
    record.outcome = if fault.fault == Fault::Nxdomain {
        let (detail, text) = match record.cnames.last() {
            None => (None, "no such domain. Check the spelling.".to_owned()),
            Some(target) => (
                Some(Detail::DanglingAlias),
                format!("the domain is an alias of {target}, and that name does not exist. Mail is returned at once."),
            ),
        };
        Outcome::failed(Status::Permanent, Stage::Dns, Fault::Nxdomain, text).with(detail)
    } else {
        // A failure is never "no MX", and mail waits.
        Outcome::failed(Status::Temporary, Stage::Dns, fault.fault, undecided(fault.fault, "", &fault.text))
    };
}

/// The sentence for a look-up that decided nothing; `of` says what of, with a blank in front.
fn undecided(fault: Fault, of: &str, why: &str) -> String {
    let why = why.trim_end_matches('.');
    match fault {
        // Our own trouble tells nothing about what becomes of mail.
        Fault::NoResolver | Fault::DnsUnreachable => {
            format!("this machine could not ask DNS{of}: {why}. Nothing is known of the domain.")
        }
        Fault::DnsTimeout => format!("DNS did not answer this machine{of}: {why}. Nothing is known of the domain."),
        _ => format!("DNS failed{of}: {why}. Mail would wait and be tried again, not bounce."),
    }
}

/// No MX record: the domain's own address takes the mail, if there is one (RFC 5321 §5.1).
fn implicit(record: &mut MxRecord, domain: &Domain, own: (Found, Option<Demand>), options: Options<'_>) {
    let (own, demand) = own;
    let (state, mut host) = (own.state(), own.into_host(domain.as_str(), 0, &mut record.findings));
    let demand = demand.map(|asked| match Ask::after_mx(true, record.security) {
        Ask::Known(dane) => Demand::known(dane),
        Ask::Yes | Ask::No => asked,
    });
    record.outcome = match state {
        State::Found => {
            record.source = Source::Implicit;
            record.findings.extend(demand.and_then(|demand| demand.put(&mut host.0)));
            findings::reserved_address(&mut record.findings, &host.0.host, &host.0.addresses);
            record.hosts.push(host.0);
            findings::own_name(record, identity::machine_name());
            Outcome::ok("no MX; mail goes to the domain's own address")
        }
        State::Undecided => {
            let fault = host.0.fault.unwrap_or(Fault::DnsTimeout);
            Outcome::failed(
                Status::Temporary,
                Stage::Dns,
                fault,
                undecided(fault, " (there is no MX, and the domain's own address was not found)", &host.1),
            )
        }
        State::Missing => match options.family {
            Some(family) if host.0.fault == Some(Fault::NoAddress) => {
                let text = format!("no MX and no {} address, and only {0} is to be used", family.name());
                Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text)
            }
            _ => {
                let text = "takes no mail: there is neither an MX nor an address";
                Outcome::failed(Status::Permanent, Stage::Dns, Fault::NoMailHost, text)
            }
        },
    };
}

/// MX records: they alone count (RFC 5321 §5.1).
async fn by_exchanges(
    record: &mut MxRecord,
    domain: &Domain,
    exchanges: Vec<Exchange>,
    resolver: &dyn Resolver,
    options: Options<'_>,
) {
    let Some(exchanges) = hosts::without_null(exchanges, &mut record.findings) else {
        record.source = Source::Null;
        let text = "takes no mail: its only MX is \".\" (null MX)";
        record.outcome = Outcome::failed(Status::Permanent, Stage::Dns, Fault::NullMx, text);
        return;
    };
    record.source = Source::Mx;
    let exchanges = order::ordered(exchanges, domain.as_str(), options.seed);
    let exchanges = hosts::distinct(exchanges, &mut record.findings);
    let ask = Ask::after_mx(options.policies.is_some(), record.security);
    let asked = exchanges.into_iter().map(|exchange| Box::pin(hosts::entry(exchange, resolver, options.family, ask)));
    let entries = together::together(asked.collect(), hosts::IN_FLIGHT).await;
    record.outcome = judge(&entries, options);
    for entry in entries {
        findings::reserved_address(&mut record.findings, &entry.host.host, &entry.host.addresses);
        record.findings.extend(entry.findings);
        record.hosts.push(entry.host);
    }
    findings::own_name(record, identity::machine_name());
}

/// The outcome of the MX hosts together.
fn judge(entries: &[Entry], options: Options<'_>) -> Outcome {
    let addresses: usize = entries.iter().map(|entry| entry.host.addresses.len()).sum();
    if addresses > 0 {
        let plural = if addresses == 1 { "" } else { "es" };
        return Outcome::ok(format!("{} MX, {addresses} address{plural}", entries.len()));
    }
    if let Some(entry) = entries.iter().find(|entry| entry.state == State::Undecided) {
        let fault = entry.host.fault.unwrap_or(Fault::DnsTimeout);
        let of = match entries.len() {
            1 => format!(" for its only MX, {}", entry.host.host),
            count => format!(": none of {count} MX hosts has an address now; {}", entry.host.host),
        };
        return Outcome::failed(Status::Temporary, Stage::Dns, fault, undecided(fault, &of, &entry.text));
    }
    let all = |fault| entries.iter().all(|entry| entry.host.fault == Some(fault));
    let any = |fault| entries.iter().any(|entry| entry.host.fault == Some(fault));
    match options.family {
        Some(family) if any(Fault::NoAddress) => {
            let text = format!("no MX host has an {} address, and only {0} is to be used", family.name());
            Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text)
        }
        _ if all(Fault::BadHostName) => {
            let text = match entries {
                [entry] => format!("takes no mail: its only MX is {}, which is no host name", entry.host.host),
                _ => format!("takes no mail: none of its {} MX names anything that can be a host", entries.len()),
            };
            Outcome::failed(Status::Permanent, Stage::Dns, Fault::BadHostName, text)
        }
        _ => {
            let text = match entries {
                [entry] if entry.host.fault == Some(Fault::Nxdomain) => {
                    format!("takes no mail: its only MX, {}, does not exist", entry.host.host)
                }
                [entry] => format!("takes no mail: its only MX, {}, has no address", entry.host.host),
                _ => format!("takes no mail: none of its {} MX hosts has an address", entries.len()),
            };
            Outcome::failed(Status::Permanent, Stage::Dns, Fault::MxHostsMissing, text)
        }
    }
}
