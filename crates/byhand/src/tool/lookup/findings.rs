//! What is odd about a domain's way, as findings: each said once.

use std::net::IpAddr;

use crate::dns::Note;
use crate::domain::Domain;
use crate::policy::reserved::reserved;
use crate::wire::{Fault, Finding, FindingId, MxRecord};

/// Adds a finding unless it is there.
pub(super) fn push(found: &mut Vec<Finding>, host: Option<&str>, id: FindingId, text: impl Into<String>) {
    let finding = Finding { id, text: text.into(), host: host.map(str::to_owned) };
    if !found.contains(&finding) {
        found.push(finding);
    }
}

/// The notes of an answer.
pub(super) fn notes(found: &mut Vec<Finding>, notes: Vec<Note>, host: Option<&str>) {
    notes.into_iter().for_each(|note| push(found, host, note.id, note.text));
}

/// The domain is an alias.
pub(super) fn alias(record: &mut MxRecord) {
    if let (Some(domain), Some(target)) = (&record.domain, record.cnames.last()) {
        let text = format!("{domain} is an alias of {target}: what takes mail for that name counts (RFC 5321 §5.1).");
        push(&mut record.findings, None, FindingId::CnameDomain, text);
    }
}

/// A host's addresses that no public host has: one finding, with the first of them.
pub(super) fn reserved_address(found: &mut Vec<Finding>, host: &str, addresses: &[IpAddr]) {
    let mut odd = addresses.iter().filter_map(|address| Some((address, reserved(*address)?)));
    let Some((address, what)) = odd.next() else { return };
    let more = match odd.count() {
        0 => String::new(),
        1 => ", and one more address like it".to_owned(),
        count => format!(", and {count} more addresses like it"),
    };
    let what = what.words();
    let fact =
        if host.starts_with('[') { format!("{address} is {what}") } else { format!("{host} has {address}, {what}") };
    let text = format!("{fact}{more}. Mail from elsewhere cannot reach it.");
    push(found, Some(host), FindingId::ReservedAddress, text);
}

/// One family of a host's addresses could not be looked up, or may not be believed.
pub(super) fn only_some(name: &str, fault: Fault, text: &str) -> (FindingId, String) {
    if fault == Fault::DnssecBogus {
        let text = format!("DNSSEC of some addresses of {name} does not hold, so they are not used: {text}.");
        return (FindingId::DnssecBogus, text);
    }
    (FindingId::MxHostFailed, format!("Only some addresses of {name} could be looked up: {text}."))
}

/// A host of the record is this machine.
pub(super) fn own_name(record: &mut MxRecord, own: Option<&Domain>) {
    let Some(own) = own else { return };
    if record.hosts.iter().any(|host| host.host == own.as_str()) {
        let text = format!(
            "{own} is this machine's own name. A mail server here would drop that host and those after it (RFC 5321 §5.1)."
        );
        push(&mut record.findings, Some(own.as_str()), FindingId::OwnName, text);
    }
}
