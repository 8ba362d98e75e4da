//! DNS: questions a mail server asks, and answers with their DNSSEC security.
//!
//! [`Resolver`] is all that the tools know. Three things answer to it: `stub` (the project's own client over
//! hickory-proto's wire format, which believes a trusted resolver's AD bit), `validate` (the same client under hickory's
//! validator, which checks the signatures in this process) and `fixed` (a table, for tests). [`Config`] chooses.

mod auto;
mod choose;
mod ede;
pub mod fixed;
mod name;
mod read;
mod source;
pub mod stub;
mod system;
pub mod validate;
mod walk;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use crate::domain::Domain;
use crate::wire::{Fault, Security, Tlsa};

pub use choose::{Config, Dnssec, Opened};
pub use source::source_address;

/// An answer to come; the resolver outlives it.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<Answer<T>, DnsFault>> + Send + 'a>>;

/// What a mail server asks DNS.
pub trait Resolver: Send + Sync {
    /// The MX records of a name, CNAMEs followed.
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange>;
    /// The A (`v6` false) or AAAA (`v6` true) records of a name, CNAMEs followed.
    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr>;
    /// The TLSA records of a name such as `_25._tcp.mx.example.org`, CNAMEs followed (RFC 6698 §3).
    fn tlsa<'a>(&'a self, name: &'a Domain) -> Pending<'a, Tlsa>;
    /// The TXT records of a name, CNAMEs followed; of each its strings in one piece, octets that are no UTF-8 replaced.
    fn txt<'a>(&'a self, name: &'a Domain) -> Pending<'a, String>;
    /// What a name itself is an alias of, and whether that is secure: nothing is followed (RFC 7672 §2.2.2).
    fn cname<'a>(&'a self, name: &'a Domain) -> Pending<'a, String>;
    /// The names that an address points back to.
    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain>;
}

/// One MX record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The preference.
    pub preference: u16,
    /// The exchange in presentation form (RFC 1035 §5.1), lower case, without the final dot; empty for the root.
    pub host: String,
}

/// A positive answer, or a denial that the name has such records (NODATA: `records` is empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The records.
    pub records: Vec<T>,
    /// DNSSEC of the whole chain; the weakest link counts.
    pub security: Security,
    /// The smallest TTL on the way, seconds; of a denial that of RFC 2308 §5. `None` where none was given.
    pub ttl: Option<u32>,
    /// The aliases followed, in order, the last being the owner of the records.
    pub cnames: Vec<String>,
    /// Things worth telling about the answer, as sentences with their words (EDE, indeterminate and why, letter case).
    pub notes: Vec<Note>,
}

/// A thing worth telling about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The finding it becomes.
    pub id: crate::wire::FindingId,
    /// The sentence.
    pub text: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsFault {
    /// The word: `nxdomain`, `servfail`, `dns-timeout` ...
    pub fault: Fault,
    /// DNSSEC of a denial (NXDOMAIN); indeterminate for failures.
    pub security: Security,
    /// Seconds that the denial may be kept.
    pub ttl: Option<u32>,
    /// The aliases followed before it.
    pub cnames: Vec<String>,
    /// What happened, for people: `SERVFAIL from 192.0.2.53, DNSSEC bogus (EDE 6)`.
    pub text: String,
    /// Things worth telling.
    pub notes: Vec<Note>,
}

/// The weaker of two verdicts: bogus, then indeterminate, then insecure, then secure.
#[must_use]
pub fn weakest(a: Security, b: Security) -> Security {
    let rank = |security| match security {
        Security::Bogus => 0,
        Security::Indeterminate => 1,
        Security::Insecure => 2,
        Security::Secure => 3,
    };
    if rank(a) <= rank(b) { a } else { b }
}
