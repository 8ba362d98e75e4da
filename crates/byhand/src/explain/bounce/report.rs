//! The delivery status report for programs (RFC 3464): groups of fields, one group a recipient.
//!
//! Fields that are read: Final-Recipient, Original-Recipient, Action, Status, Remote-MTA, Diagnostic-Code (RFC 3464 §2.3), and
//! X-Actual-Recipient. Programs write them with comments, without types, in odd case and with odd line ends; all of that
//! is taken.

use super::super::found::{Found, collapse, is_enhanced, said, tidy};
use crate::explain::found;

/// A recipient of a report.
#[derive(Debug, Default)]
pub(super) struct Recipient {
    pub(super) found: Found,
    /// Whether it failed, or is late (RFC 3464 §2.3.3: `failed`, `delayed`).
    pub(super) failed: bool,
}

/// Reads a report.
pub(super) fn read(text: &str) -> Vec<Recipient> {
    let mut recipients = Vec::new();
    let mut group: Vec<(String, String)> = Vec::new();
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    for line in lines.chain([""]) {
        if line.trim().is_empty() {
            recipients.extend(recipient(&group));
            group.clear();
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    recipients
}

/// The recipient that a group of fields is about; `None` for the fields about the whole message.
fn recipient(group: &[(String, String)]) -> Option<Recipient> {
    let field = |name: &str| group.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let action = field("action").map(|value| word(value).to_ascii_lowercase());
    let status = field("status").map(word).filter(|word| is_enhanced(word)).map(str::to_owned);
    let diagnostic = field("diagnostic-code").map(collapse).unwrap_or_default();
    // The original is what the sender wrote; the final one may be an alias's target that the sender never heard of.
    let names = ["original-recipient", "final-recipient", "x-actual-recipient"];
    let recipient = names.iter().filter_map(|name| field(name)).find_map(address);
    if recipient.is_none() && action.is_none() && status.is_none() && diagnostic.is_empty() {
        return None;
    }
    // Some leave the action out; the class of the status tells it.
    let failed = match action.as_deref() {
        Some("failed" | "delayed" | "failure" | "delay" | "undeliverable") => true,
        Some(_) => false,
        None => !status.as_deref().unwrap_or_default().starts_with('2'),
    };
    let (kind, text) = diagnostic.split_once(';').unwrap_or(("", &diagnostic));
    let text = text.trim();
    let mut found = said(text);
    // In an SMTP diagnostic all of it is the reply (RFC 3464 §2.3.6).
    if kind.eq_ignore_ascii_case("smtp") && found::starts(text) {
        found.reply = said(&format!("said: {text}")).reply;
    } else if found::starts(text) {
        found.reply = tidy(text);
    }
    if let Some(host) = field("remote-mta").and_then(remote) {
        found.host = Some(host);
    }
    found.recipient = recipient;
    // "failed" is the end of it, whatever the last reply was (RFC 3464 §2.3.3).
    found.given_up = match action.as_deref() {
        Some("failed" | "failure" | "undeliverable") => Some(true),
        Some("delayed" | "delay") => Some(false),
        _ => None,
    };
    if status.is_some() {
        found.status = status;
    }
    Some(Recipient { found, failed })
}

/// The first word, without comments.
fn word(value: &str) -> &str {
    value.split([' ', '(', ';', '\t']).next().unwrap_or_default()
}

/// The address of a typed field: `rfc822; user@example.org`, `rfc822;<user@example.org>`, `user@example.org`.
fn address(value: &str) -> Option<String> {
    let text = value.split_once(';').map_or(value, |(_, text)| text).trim();
    let text = text.trim_start_matches('<').split(['>', ' ']).next().unwrap_or_default();
    (!text.is_empty() && text.contains('@')).then(|| text.to_owned())
}

/// The host of Remote-MTA: `dns; mx.example.org`, `dns; mx.example.org. (192.0.2.1, the server for ...)`.
fn remote(value: &str) -> Option<String> {
    let text = value.split_once(';').map_or(value, |(_, text)| text).trim();
    found::host_name(text)
}
