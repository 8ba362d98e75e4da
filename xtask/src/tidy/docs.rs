//! Documents that keep up with the code: `docs/rfc.md` and `docs/wire-format.md`.
//!
//! Every RFC that the crates cite has a row there, `| RFC 5321 | title | yes, partly or no | where |`, and every RFC that is
//! claimed with `yes` is cited. Every fixed word of the records stands in the wire format's description, in backticks.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Complaints, Tree};

const RFCS: &str = "docs/rfc.md";
const WIRE: &str = "docs/wire-format.md";

/// Citations and rows agree.
pub(super) fn rfcs(tree: &Tree) -> Complaints {
    let Some(text) = tree.get(RFCS) else { return vec![format!("{RFCS}:1: is missing")] };
    let mut complaints = Vec::new();
    let mut rows = BTreeSet::new();
    let mut claimed = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(row) = line.strip_prefix("| RFC ").filter(|row| !row.starts_with("|")) else { continue };
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let place = format!("{RFCS}:{}", number + 1);
        let (Some(Ok(rfc)), Some(status)) = (cells.first().map(|cell| cell.parse::<u32>()), cells.get(2)) else {
            complaints.push(format!("{place}: a row is `| RFC 5321 | title | yes, partly or no | where |`"));
            continue;
        };
        if !rows.insert(rfc) {
            complaints.push(format!("{place}: RFC {rfc} has a second row"));
        }
        match *status {
            "yes" => claimed.push((place, rfc)),
            "partly" | "no" => {}
            other => complaints.push(format!("{place}: `{other}` is none of yes, partly, no")),
        }
    }
    let mut cited = BTreeSet::new();
    for (path, text) in tree.rust("crates/") {
        for (number, line) in text.lines().enumerate() {
            for rfc in citations(line) {
                if cited.insert(rfc) && !rows.contains(&rfc) {
                    complaints.push(format!("{path}:{}: RFC {rfc} has no row in {RFCS}", number + 1));
                }
            }
        }
    }
    for (place, rfc) in claimed {
        if !cited.contains(&rfc) {
            complaints.push(format!("{place}: RFC {rfc} is claimed, and no source file cites it"));
        }
    }
    complaints
}

/// The numbers behind `RFC`, with or without a space.
fn citations(line: &str) -> Vec<u32> {
    let digits = |rest: &str| rest.trim_start_matches(' ').chars().take_while(char::is_ascii_digit).collect::<String>();
    line.match_indices("RFC").filter_map(|(at, word)| digits(&line[at + word.len()..]).parse().ok()).collect()
}

/// Every fixed word of the records is described.
pub(super) fn words(tree: &Tree, schemas: &[Value]) -> Complaints {
    let Some(text) = tree.get(WIRE) else { return vec![format!("{WIRE}:1: is missing")] };
    let mut words = BTreeSet::new();
    for schema in schemas {
        collect(schema, &mut words);
    }
    let missing = words.into_iter().filter(|word| !text.contains(&format!("`{word}`")));
    missing.map(|word| format!("{WIRE}:1: the word `{word}` is not described")).collect()
}

/// The constants and enumerated words of a schema.
fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("const", Value::String(word)) => {
                        words.insert(word.clone());
                    }
                    ("enum", Value::Array(list)) => {
                        words.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => collect(value, words),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|each| collect(each, words)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(table: &str, source: &str, expected: &[&str]) {
        let tree = Tree::of(&[(RFCS, table), ("crates/a/src/lib.rs", source)]);
        assert_eq!(rfcs(&tree), expected);
    }

    #[test]
    fn citations_and_rows_agree() {
        check("| RFC 5321 | SMTP | yes | `smtp` |\n| RFC 9999 | x | no | |\n", "//! RFC 5321 §4.2\n", &[]);
    }

    #[test]
    fn a_citation_without_a_row_is_found() {
        check(
            "",
            "//! a\n// RFC 2920, RFC3030\n",
            &[
                "crates/a/src/lib.rs:2: RFC 2920 has no row in docs/rfc.md",
                "crates/a/src/lib.rs:2: RFC 3030 has no row in docs/rfc.md",
            ],
        );
    }

    #[test]
    fn an_empty_claim_and_a_wrong_row_are_found() {
        check(
            "| RFC 7672 | DANE | yes | |\n| RFC 1 | x | maybe | |\n| RFC 1 | x | no | |\n",
            "",
            &[
                "docs/rfc.md:2: `maybe` is none of yes, partly, no",
                "docs/rfc.md:3: RFC 1 has a second row",
                "docs/rfc.md:1: RFC 7672 is claimed, and no source file cites it",
            ],
        );
    }

    #[test]
    fn a_word_that_is_not_described_is_found() {
        let schema = json!({"$defs": {"Fault": {"oneOf": [{"const": "nxdomain"}, {"enum": ["servfail", "other"]}]}}});
        let tree = Tree::of(&[(WIRE, "`nxdomain` and `other`, but servfail only in passing\n")]);
        assert_eq!(words(&tree, &[schema]), ["docs/wire-format.md:1: the word `servfail` is not described"]);
    }
}
