//! Records as the tools see them, out of the wire's; and the questions of a mail server, put to whatever finds records.

use std::net::IpAddr;

use hickory_proto::rr::{Name, RData, RecordType};

use super::name::{presentation, to_wire};
use super::{Answer, DnsFault, Exchange, Pending, Resolver};
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

/// Whatever finds the records of a name answers the questions of a mail server.
pub(super) trait Records: Send + Sync {
    /// The records, aliases followed.
    fn records(&self, name: Name, wanted: RecordType) -> impl Future<Output = Result<Answer<RData>, DnsFault>> + Send;
}

impl<T: Records> Resolver for T {
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange> {
        Box::pin(async move {
            let name = to_wire(name).ok_or_else(|| within_reason(name.as_str()))?;
            Ok(self.records(name, RecordType::MX).await?.keep(exchange))
        })
    }

    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        Box::pin(async move {
            let name = to_wire(name).ok_or_else(|| within_reason(name.as_str()))?;
            let wanted = if v6 { RecordType::AAAA } else { RecordType::A };
            Ok(self.records(name, wanted).await?.keep(RData::ip_addr))
        })
    }

    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        Box::pin(async move { Ok(self.records(Name::from(address), RecordType::PTR).await?.keep(pointer)) })
    }
}
