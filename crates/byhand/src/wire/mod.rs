//! The records: what the tools say to each other, one JSON object a line.
//!
//! A record carries its kind and version in `type`; `docs/wire-format.md` tells every field and word, `docs/schema/` has
//! the schemas. Names are lower case, in A-labels, without the final dot; times are float milliseconds in fields that
//! end in `_ms`; instants are RFC 3339 in UTC. Fields may be added to a version, never taken away or changed; readers
//! pass over fields and words they do not know, so that old tools read new lines and new tools read old ones.
//!
//! A record is evidence, not authority: whoever can write the line can say anything in it.

mod delivery;
mod explain;
mod finding;
mod level;
mod mx;
mod offers;
mod outcome;
mod policy;
mod probe;
mod reply;
mod tls;
mod verdict;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use delivery::{Attempt, DeliveryRecord, Event};
pub use explain::{Confidence, Diagnosis, Evidence, EvidenceKind, Explain, Nature, Reason, Side};
pub use finding::{Finding, FindingId};
pub use level::{Level, Protection};
pub use mx::{Family, MxHost, MxRecord, Security, Source};
pub use offers::{ClientCertificate, KeyType, Offered, Resumption, Strength, TlsVersion};
pub use outcome::{Detail, Fault, Outcome, Stage, Status};
pub use policy::{Dane, Demands, Sts, StsDemand, StsMode, StsPolicy, StsStatus, TlsRpt, Tlsa};
pub use probe::{
    Capabilities, CommandTiming, Keyword, Limited, ProbeRecord, Protocol, RecipientOutcome, Said, Target, Timings, Who,
};
pub use reply::Reply;
pub use tls::{Certificate, Pkix, PkixStatus, Tls, TlsResult};
pub use verdict::{Action, DaneVerdict, Judged, Rule, Sender, StsVerdict, Verdicts};

/// Any line that a tool writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
#[expect(clippy::large_enum_variant, reason = "records live one at a time, and most of them are the large kind")]
pub enum Record {
    /// Who takes mail for a domain; written by `mxlookup`.
    #[serde(rename = "mx/1")]
    Mx(MxRecord),
    /// One address talked to; written by `smtp-probe`.
    #[serde(rename = "probe/1")]
    Probe(ProbeRecord),
    /// What became of a message for one recipient; written by `smtp-send`.
    #[serde(rename = "delivery/1")]
    Delivery(DeliveryRecord),
    /// One thing said, heard or done; written by `smtp-send --events`.
    #[serde(rename = "event/1")]
    Event(Event),
    /// What a reply means; written by `smtp-explain`.
    #[serde(rename = "explain/1")]
    Explain(Explain),
}

impl Record {
    /// How the unit of work ended; an event is none, and an explanation is of somebody else's.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Mx(record) => Some(&record.outcome),
            Self::Probe(record) => Some(&record.outcome),
            Self::Delivery(record) => Some(&record.outcome),
            Self::Event(_) | Self::Explain(_) => None,
        }
    }
}

/// A span as the records hold it: milliseconds, to the microsecond.
#[must_use]
pub fn ms(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e6).round() / 1e3
}
