//! From MX records to hosts: null MX, duplicates, names that can be no host, and each host's addresses.

use std::net::IpAddr;

use super::addresses::{State, of_host};
use super::tlsa::{Demand, host_and_tlsa};
use super::{Family, findings};
use crate::dns::{Exchange, Resolver};
use crate::domain::{Domain, unicode_of};
use crate::wire::{Dane, Fault, Finding, FindingId, MxHost, Security};

/// So many hosts are asked about at once.
pub(super) const IN_FLIGHT: usize = 16;
/// No more hosts than this are asked about: senders stop far earlier, and nobody needs more.
const HOST_LIMIT: usize = 100;

/// One MX host, looked up.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) host: MxHost,
    pub(super) state: State,
    /// What is wrong with it, for people.
    pub(super) text: String,
    pub(super) findings: Vec<Finding>,
}

/// The records without null MX; `None` where there is nothing else (RFC 7505 §3).
pub(super) fn without_null(mut exchanges: Vec<Exchange>, found: &mut Vec<Finding>) -> Option<Vec<Exchange>> {
    let (null, real): (Vec<_>, Vec<_>) = exchanges.drain(..).partition(|exchange| exchange.host.is_empty());
    if real.is_empty() {
        if let Some(odd) = null.iter().find(|exchange| exchange.preference != 0) {
            let text = format!("The null MX has preference {}, and has to have 0 (RFC 7505 §3).", odd.preference);
            findings::push(found, None, FindingId::NullMxPreference, text);
        }
        return None;
    }
    if !null.is_empty() {
        let text = "A null MX (\".\") stands beside other MX records (RFC 7505 §3). It is passed over here; some senders \
                    take the domain for one without mail. Take the \".\" away, or the others.";
        findings::push(found, None, FindingId::NullMxMixed, text);
    }
    Some(real)
}

/// Each host once, at its best preference; what is left out becomes a finding.
pub(super) fn distinct(exchanges: Vec<Exchange>, found: &mut Vec<Finding>) -> Vec<Exchange> {
    let total = exchanges.len();
    let mut distinct: Vec<Exchange> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for exchange in exchanges {
        match seen.get(&exchange.host) {
            None => {
                seen.insert(exchange.host.clone(), exchange.preference);
                distinct.push(exchange);
            }
            Some(best) => {
                let text = if *best == exchange.preference {
                    format!("The MX {} {} is there more than once.", best, exchange.host)
                } else {
                    format!(
                        "The MX {} is there with preference {best} and with {}; the lower one counts.",
                        exchange.host, exchange.preference
                    )
                };
                findings::push(found, Some(&exchange.host), FindingId::MxDuplicate, text);
            }
        }
    }
    if total > HOST_LIMIT {
        let text = format!(
            "There are {total} MX records. Many senders look at the first few only; no more than {HOST_LIMIT} hosts were \
             looked up here."
        );
        findings::push(found, None, FindingId::ManyMx, text);
        distinct.truncate(HOST_LIMIT);
    }
    distinct
}

/// Whether TLSA records are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Nobody wants to know.
    No,
    /// What DANE asks is known without: nothing, or it cannot be known.
    Known(Dane),
    /// They are.
    Yes,
}

impl Ask {
    /// DANE for mail begins with a secure MX answer, or a secure denial of MX records (RFC 7672 §2.2.1).
    pub(super) fn after_mx(wanted: bool, security: Security) -> Self {
        match security {
            _ if !wanted => Self::No,
            Security::Secure => Self::Yes,
            Security::Insecure => Self::Known(Dane::None),
            Security::Bogus | Security::Indeterminate => Self::Known(Dane::Untested),
        }
    }
}

/// The port that mail for a domain goes to.
pub(super) const MAIL_PORT: u16 = 25;

/// Looks one host up.
pub(super) async fn entry(exchange: Exchange, resolver: &dyn Resolver, family: Option<Family>, ask: Ask) -> Entry {
    let Exchange { preference, host } = exchange;
    let mut found = Vec::new();
    let domain = match host.parse::<Domain>() {
        Ok(domain) => domain,
        Err(why) => return no_host(&host, preference, &why.to_string()),
    };
    let (answers, demand) = match ask {
        Ask::No => (of_host(&domain, resolver, family).await, None),
        Ask::Known(dane) => (of_host(&domain, resolver, family).await, Some(Demand::known(dane))),
        Ask::Yes => {
            let (answers, demand) = host_and_tlsa(&domain, MAIL_PORT, resolver, family).await;
            (answers, Some(demand))
        }
    };
    let state = answers.state();
    let (mut record, text) = answers.into_host(&host, preference, &mut found);
    if let Some(target) = record.cnames.last() {
        let text = format!(
            "The MX names {host}, which is an alias of {target}. An MX has to name a host itself (RFC 2181 §10.3); most \
             senders put up with it."
        );
        findings::push(&mut found, Some(&host), FindingId::MxIsCname, text);
    }
    if let Some(finding) = trouble(&record, state, &text, family) {
        found.push(finding);
    }
    found.extend(demand.and_then(|demand| demand.put(&mut record)));
    Entry { host: record, state, text, findings: found }
}

/// What is wrong with a host's addresses.
fn trouble(host: &MxHost, state: State, text: &str, family: Option<Family>) -> Option<Finding> {
    let (name, fault) = (&host.host, host.fault?);
    let (id, text) = match (fault, state) {
        (_, State::Found) => findings::only_some(name, fault, text),
        (Fault::DnssecBogus, _) => (
            FindingId::DnssecBogus,
            format!("DNSSEC of {name} does not hold, so senders that check it skip this host: {text}."),
        ),
        (_, State::Undecided) => (FindingId::MxHostFailed, format!("{name} could not be looked up: {text}.")),
        (Fault::Nxdomain, State::Missing) => (
            FindingId::MxHostMissing,
            format!("The MX {name} does not exist. Senders skip it; create it, or take the MX away."),
        ),
        // Asked for one family only, a host of the other is not missing: it was never asked about.
        (_, State::Missing) if family.is_some() => return None,
        (_, State::Missing) => (
            FindingId::MxHostMissing,
            format!("The MX {name} has no address. Senders skip it; give it one, or take the MX away."),
        ),
    };
    Some(Finding::at(name, id, text))
}

/// An MX that names no host: it is kept in the record and never asked about.
fn no_host(host: &str, preference: u16, why: &str) -> Entry {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let (id, text) = if bare.parse::<IpAddr>().is_ok() {
        let text = format!(
            "An MX holds the address {bare} where a host name has to be (RFC 1035 §3.3.9). Senders cannot use it: give the \
             host a name, and let the MX name that."
        );
        (FindingId::MxIsAddress, text)
    } else {
        (FindingId::MxBadName, format!("An MX names {host}, which can be no host: {why}."))
    };
    Entry {
        host: MxHost {
            host: host.to_owned(),
            host_unicode: unicode_of(host),
            preference,
            addresses: Vec::new(),
            security: Security::Indeterminate,
            ttl: None,
            cnames: Vec::new(),
            fault: Some(Fault::BadHostName),
            ..MxHost::default()
        },
        state: State::Missing,
        text: "it can be no host".into(),
        findings: vec![Finding::at(host, id, text)],
    }
}
