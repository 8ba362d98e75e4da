//! Records as the tools see them, out of the wire's.

use hickory_proto::rr::RData;

use super::name::presentation;
use super::{Answer, DnsFault, Exchange};
use crate::domain::Domain;
use crate::wire::{Fault, Security};

/// An MX record; the exchange may be any name.
pub(super) fn exchange(data: &RData) -> Option<Exchange> {
    match data {
        RData::MX(mx) => Some(Exchange { preference: mx.preference, host: presentation(&mx.exchange) }),
        _ => None,
    }
}

/// What a PTR record points to, where that is a name that mail could use.
pub(super) fn pointer(data: &RData) -> Option<Domain> {
    match data {
        RData::PTR(name) => presentation(&name.0).parse().ok(),
        _ => None,
    }
}

/// A name that does not fit into a question. A parsed domain always does, so nobody should ever see this.
pub(super) fn within_reason(name: &str) -> DnsFault {
    DnsFault {
        fault: Fault::DnsError,
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        text: format!("{name} does not fit into a DNS question"),
        notes: Vec::new(),
    }
}

impl Answer<RData> {
    /// The same answer with the records of the kind that was asked for.
    pub(super) fn keep<T>(self, read: impl Fn(&RData) -> Option<T>) -> Answer<T> {
        let Self { records, security, ttl, cnames, notes } = self;
        Answer { records: records.iter().filter_map(read).collect(), security, ttl, cnames, notes }
    }
}
