//! Postfix: deliveries (`to=<...>, relay=..., dsn=5.1.1, status=bounced (...)`), attempts without a recipient, and what its
//! own server refused (`NOQUEUE: reject: RCPT from ...`, `milter-reject: END-OF-MESSAGE from ...`).

use super::super::found::{Found, said, verb};
use super::{address, field};
use crate::explain::found::{host_name, is_enhanced, starts};
use crate::wire::{Fault, Stage};

/// Reads the text behind the tag.
pub(super) fn read(tag: &str, body: &str) -> Option<Found> {
    if let Some(found) = rejected(body) {
        return Some(found);
    }
    let text = body.split_once(": ").map_or(body, |(id, rest)| if id.contains(' ') { body } else { rest });
    if let Some(status) = field(body, "status") {
        return Some(delivery(body, status));
    }
    // The client's own notes on one host: others may follow.
    let client = tag.is_empty() || tag.ends_with("/smtp") || tag.ends_with("/lmtp");
    let note = [
        "connect to ",
        "host ",
        "lost connection with ",
        "conversation with ",
        "cannot start tls",
        "ssl_connect error",
    ];
    let lower = text.to_ascii_lowercase();
    (client && note.iter().any(|start| lower.starts_with(start))).then(|| said(text))
}

/// `status=bounced (host mx[192.0.2.1] said: 550 ... (in reply to RCPT TO command))`.
fn delivery(body: &str, status: &str) -> Found {
    let (word, rest) = status.split_at(status.find([' ', ',']).unwrap_or(status.len()));
    let inside =
        rest.trim_start_matches([' ', ',']).strip_prefix('(').map(|rest| rest.strip_suffix(')').unwrap_or(rest));
    let text = inside.unwrap_or_else(|| rest.trim_start_matches([' ', ',']));
    let mut found = said(text);
    found.given_up = match word {
        "bounced" | "expired" | "undeliverable" => Some(true),
        "deferred" => Some(false),
        _ => None,
    };
    if word == "sent" || word == "deliverable" {
        found.fault = None;
        // Behind the bracket stands what the server said, which is a reply where a server took it.
        if starts(text) {
            found.reply = text.to_owned();
        }
    }
    if word == "expired" {
        found.reply = format!("expired, {text}");
        found.status = Some("4.4.7".into());
        found.fault = Some(Fault::Timeout);
    }
    let dsn = field(body, "dsn").and_then(|value| value.split([',', ' ']).next()).filter(|word| is_enhanced(word));
    if let Some(dsn) = dsn {
        found.status = Some(dsn.to_owned());
    }
    found.recipient = field(body, "to").and_then(address);
    if found.host.is_none() {
        let relay = field(body, "relay").filter(|relay| relay.contains('['));
        found.host = relay.and_then(host_name);
    }
    found
}

/// What its own server refused. The reply is what the client was told.
fn rejected(body: &str) -> Option<Found> {
    const MARKS: [&str; 4] = ["milter-reject: ", "reject_warning: ", "reject: ", "milter-hold: "];
    let (at, mark) = MARKS.iter().find_map(|mark| body.find(mark).map(|at| (at, mark)))?;
    let rest = &body[at + mark.len()..];
    let (text, tail) = rest.split_once("; from=").unwrap_or((rest, ""));
    let recipient = field(tail, "to").and_then(address);
    let command = rest.split([' ']).next().unwrap_or_default().to_ascii_lowercase();
    let stage = match command.as_str() {
        "header" | "body" | "mime" | "nested" | "end-of-message" | "data" => Some(Stage::Body),
        "connect" => Some(Stage::Banner),
        other => verb(other),
    };
    // "RCPT from client[203.0.113.9]: 550 5.1.1 ...": behind the bracket; header checks put the reply last.
    // postscreen(8) has the port behind the bracket: "RCPT from [203.0.113.9]:40122: 550 ...".
    let behind = text.match_indices(']').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let port = rest.strip_prefix(':').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        rest.strip_prefix(": ").or_else(|| port?.strip_prefix(": "))
    });
    let reply = match behind {
        Some(reply) if starts(reply) || reply.split(' ').next().is_some_and(is_enhanced) => reply,
        _ => tail.rsplit_once(": ").map_or(text, |(_, reply)| reply),
    };
    let mut found = said(reply);
    found.reply = reply.to_owned();
    found.host = None;
    (found.recipient, found.stage) = (recipient, stage);
    Some(found)
}
