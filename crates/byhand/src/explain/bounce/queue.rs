//! What `mailq` lists (Postfix and sendmail): a message, why it waits in brackets, and below that whom it waits for.
//!
//!     4C8439B600A     1234 Wed Nov 25 09:14:07  a@example.net
//!     (host mx1.example.org[192.0.2.25] said: 450 4.2.0 try later (in reply to RCPT TO command))
//!                                              u@example.org
//!
//! A message that waits is tried again. Those without a reason wait for their first try, and tell nothing.

use super::super::found::{Found, said};
use super::line;

/// Reads a list; empty where it is none.
pub(super) fn read(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.lines().any(is_entry) {
        return found;
    }
    let mut reason: Option<Found> = None;
    for line in text.lines().map(str::trim) {
        if let Some(inside) = line.strip_prefix('(') {
            let inside = inside.strip_suffix(')').unwrap_or(inside);
            reason = Some(Found { given_up: Some(false), ..said(inside) });
        } else if let Some(named) = line::recipient(line).filter(|named| named.rest.is_empty()) {
            let recipient = Some(named.address.to_owned());
            found.extend(reason.clone().map(|reason| Found { recipient, ..reason }));
        } else {
            reason = None;
        }
    }
    found
}

/// Whether a line begins a message: its queue id (with `*` or `!` behind it), its size, and a date.
fn is_entry(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let id = words.next().unwrap_or_default().trim_end_matches(['*', '!', '-', '?', 'X']);
    let size = words.next().unwrap_or_default();
    let day = words.next().unwrap_or_default();
    line.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.len() >= 6
        && id.bytes().all(|b| b.is_ascii_alphanumeric())
        && !size.is_empty()
        && size.bytes().all(|b| b.is_ascii_digit())
        && ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&day)
}
