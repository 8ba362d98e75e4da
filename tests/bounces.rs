//! Whole bounce messages in the ways of many programs: what is found in each, and how `smtp-explain` explains it.
//!
//! The messages in `bounces/` were written for this test in the form that each program gives its bounces; the expected
//! values beside them are worked out from the messages by hand. None of the addresses exists (RFC 2606, RFC 5737).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use byhand::explain::bounce;
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
        let found = bounce::read(&message).unwrap_or_else(|error| panic!("{file}: {error}"));
        let optional = |value: &Value| value.as_str().map(str::to_owned);
        let told: Vec<_> = found
            .iter()
            .map(|f| (f.recipient.clone(), f.reply.clone(), f.host.clone(), f.command().map(str::to_owned), f.status.clone()))
            .collect();
        let wanted: Vec<_> = expected
            .iter()
            .map(|e| {
                let reply = e["reply"].as_str().unwrap().to_owned();
                (optional(&e["recipient"]), reply, optional(&e["host"]), optional(&e["command"]), optional(&e["status"]))
            })
            .collect();
        if told != wanted {
            wrong.push(format!("{file}\n  {told:?}\n  {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
