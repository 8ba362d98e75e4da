//! Exim's main log: `**` for good, `==` put off, `=>` and `->` delivered, and what its own server refused.
//!
//!     2026-11-25 09:14:07 1tFabc-0000Xy-2z ** user@example.org R=dnslookup T=remote_smtp H=mx [192.0.2.1]: SMTP error from remote
//!     mail server after RCPT TO:<user@example.org>: 550 5.1.1 no such user

use super::super::found::{Found, said, verb};
use super::{address, is_clock, is_date};
use crate::explain::found::{host_name, starts};

/// What follows Exim's time stamp, zone, process and message id; `None` for a line that has no such stamp.
pub(super) fn without_stamp(line: &str) -> Option<&str> {
    let (date, rest) = line.split_once(' ')?;
    let (time, rest) = rest.split_once(' ')?;
    if !(is_date(date) && is_clock(time)) {
        return None;
    }
    let mut rest = rest;
    // Zone, process, id: each only as configured.
    for _ in 0..3 {
        let Some((word, more)) = rest.split_once(' ') else { break };
        let zone = word.len() == 5 && word.starts_with(['+', '-']) && word[1..].bytes().all(|b| b.is_ascii_digit());
        let process =
            word.starts_with('[') && word.ends_with(']') && word[1..word.len() - 1].bytes().all(|b| b.is_ascii_digit());
        let id = word.len() >= 16
            && word.matches('-').count() == 2
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !(zone || process || id) {
            break;
        }
        rest = more;
    }
    Some(rest)
}

/// Reads what follows the stamp.
pub(super) fn read(body: &str) -> Option<Found> {
    let (flag, rest) = body.split_once(' ').unwrap_or((body, ""));
    match flag {
        "**" => Some(Found { given_up: Some(true), ..failed(rest) }),
        "==" => Some(Found { given_up: Some(false), ..failed(rest) }),
        "=>" | "->" => delivered(rest),
        _ => refused(body).or_else(|| {
            // A note on one host, before the line about the recipient.
            body.contains("SMTP error from remote mail").then(|| with_host(body, said(body)))
        }),
    }
}

fn failed(rest: &str) -> Found {
    let (recipient, rest) = recipient(rest);
    // Fields, then a colon and the words; "defer (-44)" has its colon behind the number.
    let words = match rest.strip_prefix(':') {
        Some(words) => words,
        None => fields_end(rest).map_or("", |at| &rest[at..]),
    };
    // Exim writes the line ends of a reply as two characters.
    let mut found = with_host(rest, said(words.trim().replace("\\n", " ").as_str()));
    found.recipient = recipient;
    found
}

/// `=> user@example.org R=dnslookup T=remote_smtp H=mx [192.0.2.1] C="250 OK id=..."`.
fn delivered(rest: &str) -> Option<Found> {
    let (recipient, fields) = recipient(rest);
    let (_, quoted) = fields.split_once(" C=\"")?;
    let reply = quoted.split('"').next().unwrap_or_default();
    starts(reply).then(|| with_host(fields, Found { recipient, reply: reply.to_owned(), ..Found::default() }))
}

/// `H=client [203.0.113.9] F=<a@b.example> rejected RCPT <user@example.org>: no such user`.
fn refused(body: &str) -> Option<Found> {
    let at = body.find(" rejected ").or_else(|| body.find(" temporarily rejected "))?;
    let rest = &body[at..];
    let rest = &rest[rest.find("rejected ")? + 9..];
    let (command, words) = rest.split_once(": ")?;
    let lower = command.to_ascii_lowercase();
    let recipient =
        command.split_once('<').and_then(|(_, rest)| rest.split('>').next()).filter(|_| lower.starts_with("rcpt"));
    let mut found = said(words);
    found.stage = verb(lower.strip_prefix("after ").map_or(lower.as_str(), |_| "end of data"));
    found.host = None;
    found.recipient = recipient.map(str::to_owned);
    Some(found)
}

/// The recipient that the server was asked about, and the rest: of `new@example.org <old@example.net>` the first, of
/// `local <user@example.org>` the whole address in brackets.
fn recipient(rest: &str) -> (Option<String>, &str) {
    let end = rest.find(' ').unwrap_or(rest.len());
    let (word, mut tail) = rest.split_at(end);
    let mut name = word.trim_end_matches(':');
    if let Some((original, more)) = tail.strip_prefix(" <").and_then(|tail| tail.split_once('>')) {
        // The one in brackets is the address that this one was made of: a local part alone, or a forwarding.
        name = if name.contains('@') { name } else { original };
        tail = more;
    } else if word.ends_with(':') {
        tail = &rest[end - 1..];
    }
    (address(name), tail)
}

/// Where the words begin that follow fields such as `R=dnslookup T=remote_smtp H=mx [2001:db8::1]:25 defer (-44):`.
fn fields_end(rest: &str) -> Option<usize> {
    rest.match_indices(": ").map(|(at, _)| at + 2).next()
}

/// The host of `H=`.
fn with_host(fields: &str, mut found: Found) -> Found {
    let named = fields.find("H=").filter(|at| *at == 0 || fields.as_bytes()[at - 1] == b' ');
    if let Some(host) = named.and_then(|at| host_name(&fields[at + 2..])) {
        found.host = Some(host);
    }
    found
}
