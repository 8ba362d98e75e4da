//! The built binaries against real servers, in the lab (`tests/lab/README.md`).
//!
//! Expected values were worked out from the lab's zones and configuration, or seen by hand with `dig`, `delv`, `nc` and
//! `openssl s_client`; none was copied from the tools' own output.

pub(crate) mod auth;
mod by_hand;
mod explain;
mod facts;
mod level;
mod lmtp;
mod mx;
mod pipe;
mod policy;
mod send;
mod servers;

use std::process::Output;

use serde_json::Value;

/// The records of a run: standard output is JSON Lines and nothing else.
fn records(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("stdout is UTF-8");
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
    let records: Vec<Value> = text.lines().map(parse).collect();
    assert!(!records.is_empty(), "no record; stderr: {}", String::from_utf8_lossy(&output.stderr));
    records
}

/// A word of a record, `-` for null.
fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}
