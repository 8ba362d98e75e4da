//! Lines that must parse for ever: those in `tests/wire/` were written by released or landed tools, or by ones to come.
//!
//! A line of today comes back as it was, every field and word of it. A line of tomorrow (`future.jsonl`) has fields and
//! words that nobody knows yet: it is read all the same, and what is known of it is kept.

mod records;

use std::path::Path;

use byhand::wire::{Fault, FindingId, Record, Source};
use serde_json::Value;

fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(!lines.is_empty(), "{name} is empty");
    lines
}

#[test]
fn lines_of_0_1_come_back_as_they_were() {
    // The second file has what domains demand, and the verdicts by it; the third, deliveries that were judged by it.
    for line in ["0.1.jsonl", "0.1-policy.jsonl", "0.1-level.jsonl"].into_iter().flat_map(lines) {
        let record: Record = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let again = serde_json::to_string(&record).unwrap();
        let [was, is]: [Value; 2] = [&line, &again].map(|text| serde_json::from_str(text).unwrap());
        assert_eq!(is, was);
        // The kind comes first, so that a person and a `grep` see it.
        assert!(again.starts_with("{\"type\":\""), "{again}");
    }
}

#[test]
fn lines_of_tomorrow_are_read() {
    let records: Vec<Record> = lines("future.jsonl").iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [Record::Mx(mx), Record::Probe(probe)] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((mx.source, mx.findings[0].id), (Source::Other, FindingId::Other));
    assert_eq!(mx.hosts[0].host, "mx1.example.org");
    assert_eq!(probe.outcome.fault, Some(Fault::Other));
}
