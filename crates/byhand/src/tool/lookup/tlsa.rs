//! One host's addresses, and beside them, where that is worth a question, its TLSA records (RFC 7672 §2.2).
//!
//! 1. The records at the host's own name are asked for together with A and AAAA, so that they cost no wait of their own.
//! 2. They count only where DNSSEC vouches for an address: with unsigned addresses whatever came is thrown away, an error
//!    too, since name servers of unsigned zones often fail on TLSA (§2.2.2).
//! 3. A host that is an alias, all of it signed: the alias's target is the base domain if it has records, else the host's
//!    own name (§2.2.2). An alias in a signed zone with an unsigned target: the host's own name alone, once a question for
//!    the alias itself says that it is signed.
//! 4. A denial means none; records that are not signed mean none (§2.2.3); anything that fails means to stay away for now
//!    (§2.1.2).
//!
//! Not here: whether the MX answer was secure (the caller asks only then), and matching (`policy::dane`).

#[cfg(test)]
mod tests;

use std::pin::pin;

use super::Family;
use super::addresses::{Found, State, of_host};
use crate::dns::{Answer, DnsFault, Resolver};
use crate::domain::Domain;
use crate::policy::dane;
use crate::wire::{Dane, Fault, Finding, FindingId, MxHost, Security, Tlsa};

/// What is known about the TLSA records of a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Demand {
    pub(super) dane: Dane,
    pub(super) records: Vec<Tlsa>,
    pub(super) base: Option<String>,
    pub(super) security: Option<Security>,
    pub(super) fault: Option<DnsFault>,
    /// The only family that they count for.
    pub(super) family: Option<Family>,
}

/// The TLSA answer, or what became of the question.
type Asked = Result<Answer<Tlsa>, DnsFault>;

/// Looks up a host with its TLSA records for a port.
pub(super) async fn host_and_tlsa(
    host: &Domain,
    port: u16,
    resolver: &dyn Resolver,
    family: Option<Family>,
) -> (Found, Demand) {
    let Some(name) = owner(host.as_str(), port) else {
        return (of_host(host, resolver, family).await, Demand { dane: Dane::None, ..Demand::default() });
    };
    let mut addresses = pin!(of_host(host, resolver, family));
    let mut own = pin!(resolver.tlsa(&name));
    let mut own_answer = None;
    let found = loop {
        tokio::select! {
            biased;
            found = &mut addresses => break found,
            answer = &mut own, if own_answer.is_none() => own_answer = Some(answer),
        }
    };
    let own = async {
        match own_answer {
            Some(answer) => answer,
            None => own.await,
        }
    };
    let demand = settle(host, port, resolver, &found, own).await;
    (found, demand)
}

/// What the answers come to. `own` is not waited for where it does not count.
async fn settle(
    host: &Domain,
    port: u16,
    resolver: &dyn Resolver,
    found: &Found,
    own: impl Future<Output = Asked>,
) -> Demand {
    let none = Demand { dane: Dane::None, ..Demand::default() };
    if found.state() == State::Undecided {
        // Without an address nobody gets there; that is told already.
        return Demand { dane: Dane::Failed, ..Demand::default() };
    }
    let secure = found.families(|security| security == Security::Secure);
    let others = found.families(|security| security != Security::Secure);
    if secure.is_empty() {
        if !found.families(|security| security == Security::Indeterminate).is_empty() {
            return Demand::default();
        }
        // An alias in a signed zone of a name in an unsigned one.
        if others.is_empty() || found.cnames().is_empty() {
            return none;
        }
        return match resolver.cname(host).await {
            Ok(answer) if answer.security == Security::Secure && !answer.records.is_empty() => {
                read(host.as_str(), own.await)
            }
            Ok(_) => none,
            Err(fault) if fault.fault == Fault::Nxdomain => none,
            Err(fault) => failed(fault),
        };
    }
    let family = secure.first().copied().filter(|_| !others.is_empty());
    if let Some((target, name)) = found.cnames().last().and_then(|target| Some((target, owner(target, port)?))) {
        let expanded = read(target, resolver.tlsa(&name).await);
        if expanded.dane != Dane::None {
            return Demand { family, ..expanded };
        }
    }
    Demand { family, ..read(host.as_str(), own.await) }
}

/// What one answer says about a base domain.
fn read(base: &str, asked: Asked) -> Demand {
    let none = |security| Demand { dane: Dane::None, security: Some(security), ..Demand::default() };
    match asked {
        Err(fault) if fault.fault == Fault::Nxdomain => none(fault.security),
        Err(fault) => failed(fault),
        Ok(answer) => match answer.security {
            security if answer.records.is_empty() => none(security),
            Security::Insecure => none(Security::Insecure),
            Security::Secure => Demand {
                dane: dane::demand(&answer.records),
                records: answer.records,
                base: Some(base.to_owned()),
                security: Some(Security::Secure),
                ..Demand::default()
            },
            Security::Bogus | Security::Indeterminate => {
                Demand { security: Some(answer.security), ..Demand::default() }
            }
        },
    }
}

fn failed(fault: DnsFault) -> Demand {
    Demand { dane: Dane::Failed, security: Some(fault.security), fault: Some(fault), ..Demand::default() }
}

/// `_25._tcp.mx.example.org`; `None` where that is longer than a name can be, or the host is none.
fn owner(host: &str, port: u16) -> Option<Domain> {
    format!("_{port}._tcp.{host}").parse().ok()
}

impl Demand {
    /// Nothing was asked, since this is known without.
    pub(super) fn known(dane: Dane) -> Self {
        Self { dane, ..Self::default() }
    }

    /// Puts it into the record of the host, and says what is wrong.
    pub(super) fn put(self, host: &mut MxHost) -> Option<Finding> {
        let finding = self.trouble(&host.host);
        host.dane = Some(self.dane);
        host.tlsa = self.records;
        host.tlsa_base = self.base;
        host.tlsa_security = self.security;
        host.tlsa_fault = self.fault.map(|fault| fault.fault);
        host.tlsa_family = self.family;
        finding
    }

    /// What is wrong with the records of a host.
    pub(super) fn trouble(&self, host: &str) -> Option<Finding> {
        if let Some(fault) = &self.fault {
            let text = format!(
                "Whether {host} has TLSA records could not be found out, and its addresses are signed: {}. Senders that use \
                 DANE stay away from it until that is mended.",
                fault.text.trim_end_matches('.')
            );
            return Some(Finding::at(host, FindingId::TlsaFailed, text));
        }
        let (record, why) = self.records.iter().find_map(|record| Some((record, dane::trouble(record)?)))?;
        let follows = if self.dane == Dane::Unusable {
            "None of its TLSA records can be used: senders that use DANE encrypt, and check no certificate."
        } else {
            "It is passed over; the others count."
        };
        let text =
            format!("The TLSA record {} of {host} cannot be used for mail: {why}. {follows}", dane::numbers(record));
        Some(Finding::at(host, FindingId::TlsaUnusable, text))
    }
}
