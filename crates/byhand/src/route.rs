//! From an `mx/1` record to the targets to connect to, best first: each host's addresses in the record's order
//! (RFC 5321 §5.1).
//!
//! No DNS from here on: what a sender needs to know about the way stands in the record.

use crate::wire::{Finding, MxRecord, Outcome, Target};

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
    let target = |host: &crate::wire::MxHost, address| Target {
        domain: record.domain.clone(),
        host: Some(host.host.clone()),
        preference: Some(host.preference),
        address,
        port,
        ..Target::default()
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
