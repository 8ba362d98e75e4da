//! A name server on loopback that answers as a resolver does, from zones written as lines.
//!
//! [`Zones`] holds the data: each zone signed, unsigned, or signed wrongly; the root and the top-level domains are made and
//! signed of themselves, and each signed zone has a DS above it, so that a validator which trusts [`Zones::anchor`] finds
//! everything it needs. [`DnsServer`] answers over UDP and TCP, follows aliases across zones, lies where a [`Fault`] tells
//! it to, and keeps every [`Question`].
//!
//! It stands in for a recursive resolver, so it is built on the wire format and not on an authority's server: a resolver
//! answers DS from the parent, follows aliases from zone to zone, sets AD, and gives SERVFAIL for what is bogus
//! (RFC 4035 §3.2, RFC 8914). It does no wildcards, no NSEC3, no zone transfers, no caching.

mod fault;
mod server;
mod sign;
#[cfg(test)]
mod tests;
mod zone;

pub use fault::Fault;
pub use server::{DnsServer, Question};
pub use zone::{Signing, Zones};
