//! From an `mx/1` record to the targets to connect to, best first: each host's addresses in the record's order
//! (RFC 5321 §5.1).
//!
//! No DNS from here on: what a sender needs to know about the way stands in the record.

use std::net::IpAddr;

use crate::policy::{sts, verdict};
use crate::wire::{
    Dane, Demands, Family, Finding, MxHost, MxRecord, Outcome, Source, Sts, StsDemand, StsStatus, Target, Tlsa,
};

/// One target, or the reason why it is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    /// Whom to connect to.
    pub target: Target,
    /// Why there is nothing to connect to.
    pub dead: Option<Outcome>,
    /// What was typed, where it gave no target.
    pub input: Option<String>,
    /// How long the look-up took, milliseconds.
    pub dns_ms: Option<f64>,
    /// What was odd about the look-up.
    pub finding: Option<Finding>,
}

/// The targets of a record, best first. A host without an address gives one target without an address, so that no host
/// is lost; a record without hosts gives none.
#[must_use]
pub fn targets(record: &MxRecord, port: u16) -> Vec<Target> {
    let target = |host: &MxHost, address: Option<IpAddr>| {
        let required = demands(record, host).map(|all| demanded(&all, &host.tlsa, host.tlsa_family, address));
        let (demands, tlsa) = required.map_or((None, Vec::new()), |(demands, tlsa)| (Some(demands), tlsa));
        Target {
            domain: record.domain.clone(),
            host: Some(host.host.clone()),
            preference: Some(host.preference),
            address,
            port,
            requirement: demands.as_ref().map(verdict::rule),
            demands,
            tlsa,
        }
    };
    let mut targets = Vec::new();
    for host in &record.hosts {
        if host.addresses.is_empty() {
            targets.push(target(host, None));
        }
        targets.extend(host.addresses.iter().map(|address| target(host, Some(*address))));
    }
    targets
}

/// What the domain demands of those who send to a host; `None` where the record does not say, since nobody asked.
fn demands(record: &MxRecord, host: &MxHost) -> Option<Demands> {
    // A literal is no domain: neither DANE nor MTA-STS has anything to say about it (RFC 8461 §5).
    let literal = record.source == Source::Literal;
    let dane = host.dane.or((record.sts.is_some() && !literal).then_some(Dane::Untested))?;
    let sts = record.sts.as_ref().filter(|_| !literal).map(|sts| StsDemand {
        status: sts.status,
        mode: sts.policy.as_ref().filter(|_| sts.status == StsStatus::Found).map(|policy| policy.mode),
        listed: sts.policy.as_ref().map(|policy| sts::lists(policy, &host.host)),
        error: sts.error,
    });
    // RFC 7672 §3.2.2: the base domain, the domain of the recipient, and what that is an alias of.
    let names = match &host.tlsa_base {
        None => Vec::new(),
        base => reference_names(&[base.as_deref(), record.domain.as_deref(), record.cnames.last().map(String::as_str)]),
    };
    Some(Demands {
        dane,
        base: host.tlsa_base.clone(),
        names,
        fault: host.tlsa_fault,
        mx_security: Some(record.security),
        security: host.security,
        sts,
        sts_why: record.sts.as_ref().filter(|_| !literal).and_then(sts_why),
    })
}

/// Why no policy counts, out of the sentence about it.
fn sts_why(sts: &Sts) -> Option<String> {
    let before = match sts.status {
        StsStatus::Failed => "cannot be used: ",
        StsStatus::None => "no MTA-STS: ",
        StsStatus::Found | StsStatus::Untested => return None,
    };
    sts.text.split_once(before).map(|(_, why)| why.to_owned())
}

/// The names that are there, each once.
#[must_use]
pub fn reference_names(names: &[Option<&str>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names.iter().flatten() {
        if !found.iter().any(|known| known == name) {
            found.push((*name).to_owned());
        }
    }
    found
}

/// What is demanded at one address of a host: where DNSSEC vouches for one family alone, TLSA records count there alone.
#[must_use]
pub fn demanded(all: &Demands, tlsa: &[Tlsa], only: Option<Family>, address: Option<IpAddr>) -> (Demands, Vec<Tlsa>) {
    let other = match (only, address) {
        (Some(Family::V4), Some(address)) => address.is_ipv6(),
        (Some(Family::V6), Some(address)) => address.is_ipv4(),
        _ => false,
    };
    if other {
        let bare = Demands { dane: Dane::None, base: None, names: Vec::new(), fault: None, ..all.clone() };
        return (bare, Vec::new());
    }
    (all.clone(), tlsa.to_vec())
}
