//! In what the hosts of one domain differ: the size of message they take, and the keywords that only some of them offer.
//!
//! What counts is what a sender would see in the end: inside TLS where TLS is spoken. STARTTLS itself is left out, since
//! it stands in a column of its own; so are hosts that did not answer.

use std::collections::BTreeMap;

use super::summary::host;
use crate::render::{Look, words};
use crate::wire::ProbeRecord;

/// The differences, each a fact for a line.
pub(super) fn differences(look: Look, records: &[ProbeRecord]) -> Vec<String> {
    let mut by_host: BTreeMap<&str, &ProbeRecord> = BTreeMap::new();
    let mut order = Vec::new();
    for record in records.iter().filter(|record| record.capabilities.is_some()) {
        if by_host.insert(host(record), record).is_none() {
            order.push(host(record));
        }
    }
    if order.len() < 2 {
        return Vec::new();
    }
    let last = |host: &str| by_host.get(host).and_then(|r| r.capabilities_tls.as_ref().or(r.capabilities.as_ref()));
    let mut out = Vec::new();
    let sizes: Vec<Option<u64>> = order.iter().map(|host| last(host).and_then(|c| c.size)).collect();
    if sizes.iter().any(|size| *size != sizes[0]) {
        let size = |size: &Option<u64>| match size {
            None => "none named".to_owned(),
            Some(0) => "no limit".to_owned(),
            Some(size) => words::octets(*size),
        };
        out.push(format!("SIZE {}", sizes.iter().map(size).collect::<Vec<_>>().join(" / ")));
    }
    let mut at: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
    let mut seen = Vec::new();
    for keyword in order.iter().filter_map(|host| last(host)).flat_map(|c| &c.keywords) {
        if keyword.keyword == "STARTTLS" || keyword.keyword == "SIZE" || seen.contains(&&keyword.keyword) {
            continue;
        }
        seen.push(&keyword.keyword);
        let having: Vec<&str> = order
            .iter()
            .copied()
            .filter(|host| last(host).is_some_and(|c| c.keywords.iter().any(|k| k.keyword == keyword.keyword)))
            .collect();
        if having.len() < order.len() {
            at.entry(having).or_default().push(look.safe(&keyword.keyword));
        }
    }
    for (hosts, keywords) in at {
        let hosts: Vec<String> = hosts.iter().map(|host| look.safe(host)).collect();
        out.push(format!("{} at {} only", listed(&keywords), listed(&hosts)));
    }
    out
}

/// `A`, `A and B`, `A, B and C`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
