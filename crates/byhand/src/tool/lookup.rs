//! A domain's way: from a domain to who takes its mail. (in the making)

use std::net::IpAddr;

use crate::dns::Resolver;
use crate::domain::Domain;
use crate::mailbox::Mailbox;
use crate::wire::MxRecord;

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
pub struct Options {
    /// Repeats the shuffle of equal preferences.
    pub seed: Option<u64>,
    /// Only this family of addresses.
    pub family: Option<Family>,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Looks up who takes mail there.
pub async fn lookup(query: &Query, resolver: &dyn Resolver, options: Options) -> MxRecord {
    let _ = (query, resolver, options);
    todo!()
}
