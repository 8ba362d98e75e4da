//! Whole bounce messages in the ways of many programs: what is found in each, and how `smtp-explain` explains it.
//!
//! The messages in `bounces/` were written for this test in the form that each program gives its bounces; the expected
//! values beside them are worked out from the messages by hand. None of the addresses exists (RFC 2606, RFC 5737).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use byhand::explain::bounce;
use byhand_tests::bin;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bounces")
}

/// What is expected, by file.
fn expected() -> BTreeMap<String, Vec<Value>> {
    let text = std::fs::read_to_string(folder().join("expected.jsonl")).unwrap();
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let one: Value = serde_json::from_str(line).unwrap();
        files.entry(one["file"].as_str().unwrap().to_owned()).or_default().push(one);
    }
    files
}

#[test]
fn each_message_tells_who_and_what() {
    let files = expected();
    assert!(files.len() >= 20);
    let mut wrong = Vec::new();
    for (file, expected) in &files {
        let message = std::fs::read(folder().join(file)).unwrap();
        let found = bounce::read(&message).unwrap_or_else(|error| panic!("{file}: {error}")).found;
        let optional = |value: &Value| value.as_str().map(str::to_owned);
        let told: Vec<_> = found
            .iter()
            .map(|f| {
                (f.recipient.clone(), f.reply.clone(), f.host.clone(), f.command().map(str::to_owned), f.status.clone())
            })
            .collect();
        let wanted: Vec<_> = expected
            .iter()
            .map(|e| {
                let reply = e["reply"].as_str().unwrap().to_owned();
                (
                    optional(&e["recipient"]),
                    reply,
                    optional(&e["host"]),
                    optional(&e["command"]),
                    optional(&e["status"]),
                )
            })
            .collect();
        if told != wanted {
            wrong.push(format!("{file}\n  {told:?}\n  {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A run of `smtp-explain`; its records.
fn explained(args: &[&str], input: &[u8]) -> Vec<Value> {
    let mut child =
        Command::new(bin("smtp-explain")).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_message_is_explained() {
    let mut wrong = Vec::new();
    for (file, expected) in &expected() {
        // As a file, and through a pipe.
        let path = folder().join(file);
        let records = explained(&["-i", path.to_str().unwrap()], b"");
        assert_eq!(records, explained(&[], &std::fs::read(&path).unwrap()), "{file}");
        assert_eq!(records.len(), expected.len(), "{file}");
        for (record, expected) in records.iter().zip(expected) {
            if record["reason"] != expected["reason"] {
                wrong.push(format!("{file}: {} for {}: {}", record["reason"], expected["reason"], record["reply"]));
            }
            assert_eq!(record["recipient"], expected["recipient"], "{file}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
