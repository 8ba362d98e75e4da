//! Records as the tools see them, out of the wire's; and the questions of a mail server, put to whatever finds records.

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use hickory_proto::rr::{Name, RData, RecordType};

use super::name::{presentation, to_wire};
use super::{Answer, DnsFault, Exchange, Pending, Resolver};
use crate::domain::Domain;
use crate::wire::{Fault, Security, Tlsa};

/// An MX record; the exchange may be any name.
pub(super) fn exchange(data: &RData) -> Option<Exchange> {
    match data {
        RData::MX(mx) => Some(Exchange { preference: mx.preference, host: presentation(&mx.exchange) }),
        _ => None,
    }
}

/// A TLSA record, whatever its numbers.
pub(super) fn tlsa(data: &RData) -> Option<Tlsa> {
    match data {
        RData::TLSA(tlsa) => Some(Tlsa {
            usage: tlsa.cert_usage.into(),
            selector: tlsa.selector.into(),
            matching: tlsa.matching.into(),
            data: HEXLOWER.encode(&tlsa.cert_data),
        }),
        _ => None,
    }
}

/// The strings of a TXT record, put together without anything between (RFC 8461 §3.1).
pub(super) fn text(data: &RData) -> Option<String> {
    match data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    }
}

/// What an alias stands for.
pub(super) fn alias(data: &RData) -> Option<String> {
    match data {
        RData::CNAME(target) => Some(presentation(&target.0)),
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

    /// The records of a typed name, as the tools see them.
    fn read<T>(
        &self,
        name: &Domain,
        wanted: RecordType,
        read: fn(&RData) -> Option<T>,
    ) -> impl Future<Output = Result<Answer<T>, DnsFault>> + Send {
        async move {
            let name = to_wire(name).ok_or_else(|| within_reason(name.as_str()))?;
            Ok(self.records(name, wanted).await?.keep(read))
        }
    }
}

impl<T: Records> Resolver for T {
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange> {
        Box::pin(self.read(name, RecordType::MX, exchange))
    }

    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        Box::pin(self.read(name, if v6 { RecordType::AAAA } else { RecordType::A }, RData::ip_addr))
    }

    fn tlsa<'a>(&'a self, name: &'a Domain) -> Pending<'a, Tlsa> {
        Box::pin(self.read(name, RecordType::TLSA, tlsa))
    }

    fn txt<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        Box::pin(self.read(name, RecordType::TXT, text))
    }

    fn cname<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        Box::pin(self.read(name, RecordType::CNAME, alias))
    }

    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        Box::pin(async move { Ok(self.records(Name::from(address), RecordType::PTR).await?.keep(pointer)) })
    }
}
