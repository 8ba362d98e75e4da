//! One host's addresses: A and AAAA asked at once and put together.
//!
//! The order in which they are tried: the families alternate, IPv6 first, each in the order DNS gave. That is RFC 6724
//! in small (IPv6 before IPv4 where both are there) with RFC 8305 §4's thought, that a broken family should cost one
//! attempt and not all of them.

use std::net::IpAddr;

use super::Family;
use super::findings;
use super::tlsa::host_and_tlsa;
use crate::dns::{Answer, DnsFault, Note, Resolver, weakest};
use crate::domain::{Domain, unicode_of};
use crate::route::reference_names;
use crate::wire::{Demands, Fault, Finding, MxHost, Security, Tlsa};

/// What DNS says of one host: the two families' answers, as far as they were asked about.
#[derive(Debug)]
pub(super) struct Found {
    v6: Option<Result<Answer<IpAddr>, DnsFault>>,
    v4: Option<Result<Answer<IpAddr>, DnsFault>>,
}

/// What that comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// There is an address.
    Found,
    /// There is certainly none.
    Missing,
    /// There may be one: a question failed.
    Undecided,
}

/// Asks for the addresses of a host.
pub(super) async fn of_host(host: &Domain, resolver: &dyn Resolver, family: Option<Family>) -> Found {
    let ask = async |v6| match family {
        Some(Family::V4) if v6 => None,
        Some(Family::V6) if !v6 => None,
        _ => Some(resolver.addresses(host, v6).await),
    };
    let (v6, v4) = tokio::join!(ask(true), ask(false));
    Found { v6, v4 }
}

/// The addresses of a host that no MX led to, in the order they are tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostAddresses {
    /// The addresses.
    pub addresses: Vec<IpAddr>,
    /// The question that failed, or the denial of the name.
    pub fault: Option<DnsFault>,
    /// What was odd: that only one family could be looked up, where the other gave addresses; else TLSA records that fail.
    pub finding: Option<Finding>,
    /// What DANE asks of a sender there; `None` where it was not asked about.
    pub demands: Option<Demands>,
    /// The TLSA records.
    pub tlsa: Vec<Tlsa>,
    /// The only family that they count for.
    pub tlsa_family: Option<Family>,
}

/// Looks up a host as the hosts of a domain are; with a port its TLSA records too (RFC 7672 §2.2.2, a relay by name).
pub async fn host_addresses(
    host: &Domain,
    port: Option<u16>,
    resolver: &dyn Resolver,
    family: Option<Family>,
) -> HostAddresses {
    let (found, demand) = match port {
        None => (of_host(host, resolver, family).await, None),
        Some(port) => {
            let (found, demand) = host_and_tlsa(host, port, resolver, family).await;
            (found, Some(demand))
        }
    };
    let addresses = found.alternating();
    let fault = found.failure().or_else(|| found.faults().next()).cloned();
    let failed = found.failure().filter(|_| !addresses.is_empty());
    let finding = failed.map(|fault| {
        let (id, text) = findings::only_some(host.as_str(), fault.fault, &fault.text);
        Finding::at(host.as_str(), id, text)
    });
    let finding = finding.or_else(|| demand.as_ref()?.trouble(host.as_str()));
    let demands = demand.as_ref().map(|demand| Demands {
        dane: demand.dane,
        base: demand.base.clone(),
        names: reference_names(&[demand.base.as_deref(), Some(host.as_str())]),
        fault: demand.fault.as_ref().map(|fault| fault.fault),
        mx_security: None,
        security: found.security(found.state()),
        sts: None,
        sts_why: None,
    });
    let (tlsa, tlsa_family) = demand.map(|demand| (demand.records, demand.family)).unwrap_or_default();
    HostAddresses { addresses, fault, finding, demands, tlsa, tlsa_family }
}

impl Found {
    fn answers(&self) -> impl Iterator<Item = &Answer<IpAddr>> {
        [&self.v6, &self.v4].into_iter().flatten().filter_map(|result| result.as_ref().ok())
    }

    fn faults(&self) -> impl Iterator<Item = &DnsFault> {
        [&self.v6, &self.v4].into_iter().flatten().filter_map(|result| result.as_ref().err())
    }

    /// The question that failed, where one did: a name that does not exist is no failure.
    fn failure(&self) -> Option<&DnsFault> {
        self.faults().find(|fault| fault.fault != Fault::Nxdomain)
    }

    pub(super) fn state(&self) -> State {
        if self.answers().any(|answer| !answer.records.is_empty()) {
            State::Found
        } else if self.failure().is_some() {
            State::Undecided
        } else {
            State::Missing
        }
    }

    /// The host of the record, a sentence about what is wrong with it (empty when nothing is), and findings.
    pub(super) fn into_host(self, name: &str, preference: u16, found: &mut Vec<Finding>) -> (MxHost, String) {
        let state = self.state();
        let (fault, text) = match (state, self.failure()) {
            (State::Found, None) => (None, String::new()),
            (_, Some(failure)) => (Some(failure.fault), failure.text.clone()),
            // One family says that the name is not there: then it is not.
            (_, None) => match self.faults().next() {
                Some(fault) => (Some(Fault::Nxdomain), fault.text.clone()),
                None => (Some(Fault::NoAddress), format!("{name} has no address")),
            },
        };
        let host = MxHost {
            host: name.to_owned(),
            host_unicode: unicode_of(name),
            preference,
            addresses: self.alternating(),
            security: self.security(state),
            ttl: self.ttl(),
            cnames: self.cnames(),
            fault,
            ..MxHost::default()
        };
        findings::notes(found, self.into_notes(), Some(name));
        (host, text)
    }

    fn alternating(&self) -> Vec<IpAddr> {
        let list = |family: &Option<Result<Answer<IpAddr>, _>>| match family {
            Some(Ok(answer)) => answer.records.clone(),
            _ => Vec::new(),
        };
        let (v6, v4) = (list(&self.v6), list(&self.v4));
        let mut addresses = Vec::with_capacity(v6.len() + v4.len());
        for i in 0..v6.len().max(v4.len()) {
            for address in [v6.get(i), v4.get(i)].into_iter().flatten() {
                if !addresses.contains(address) {
                    addresses.push(*address);
                }
            }
        }
        addresses
    }

    /// The weakest of what was answered; a failed family speaks through the fault, unless it is all there is.
    fn security(&self, state: State) -> Security {
        let answered = self.answers().map(|answer| answer.security);
        let denied = self.faults().filter(|fault| fault.fault == Fault::Nxdomain).map(|fault| fault.security);
        let failed = self.failure().filter(|_| state != State::Found).map(|fault| fault.security);
        answered.chain(denied).chain(failed).reduce(weakest).unwrap_or_default()
    }

    /// The smallest TTL of the addresses; without any, that of the denials.
    fn ttl(&self) -> Option<u32> {
        let positive = self.answers().filter(|answer| !answer.records.is_empty()).filter_map(|answer| answer.ttl).min();
        let denials = self.answers().map(|answer| answer.ttl).chain(self.faults().map(|fault| fault.ttl));
        positive.or_else(|| denials.flatten().min())
    }

    /// The families that have addresses, and whose security is such.
    pub(super) fn families(&self, wanted: impl Fn(Security) -> bool) -> Vec<Family> {
        let is = |answer: &Option<Result<Answer<IpAddr>, DnsFault>>| match answer {
            Some(Ok(answer)) => !answer.records.is_empty() && wanted(answer.security),
            _ => false,
        };
        let both = [(Family::V6, is(&self.v6)), (Family::V4, is(&self.v4))];
        both.into_iter().filter(|(_, is)| *is).map(|(family, _)| family).collect()
    }

    pub(super) fn cnames(&self) -> Vec<String> {
        let all = self.answers().map(|a| &a.cnames).chain(self.faults().map(|f| &f.cnames));
        all.max_by_key(|cnames| cnames.len()).cloned().unwrap_or_default()
    }

    fn into_notes(self) -> Vec<Note> {
        let notes = |result| match result {
            Ok(Answer { notes, .. }) | Err(DnsFault { notes, .. }) => notes,
        };
        [self.v6, self.v4].into_iter().flatten().flat_map(notes).collect()
    }
}
