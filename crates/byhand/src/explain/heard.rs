//! What was heard, as rules take it: from a reply that was read in a session, or from a line of free text.
//!
//! A line may come from a log, a bounce message or a person's question, so the codes are looked for where people leave them:
//! `550 5.1.1 text`, `550-5.7.26 text`, `SMTP; 550 text`, `said: 550 5.2.2 text`, `text (#5.1.1)`. The enhanced code right behind the
//! reply code counts most, then one in front, then the first in the text; an IP address is never taken for one.
//!
//! Not here: whole bounce messages and log formats, which `smtp-explain` takes apart before.

use super::registry::Enhanced;
use crate::wire::{Reply, Stage};

/// What was heard, and what is known about where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard<'a> {
    /// The reply code.
    pub code: Option<u16>,
    /// The enhanced status code.
    pub enhanced: Option<Enhanced>,
    /// The text of all lines, joined; it may still have codes in it.
    pub text: &'a str,
    /// Where in the conversation it was said.
    pub stage: Option<Stage>,
    /// The command that it answered, such as `RCPT`; read where `stage` is not known.
    pub command: Option<&'a str>,
    /// The mail host's name.
    pub host: Option<&'a str>,
    /// Whether it was said inside TLS.
    pub tls: bool,
}

impl Heard<'_> {
    /// The stage, from the command where it was not given.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.stage.or_else(|| self.command.and_then(stage_of))
    }
}

/// The stage that a command belongs to: `MAIL`, `RCPT TO`, `end of DATA` as Postfix writes it, `.`, `CONN` for the greeting.
#[must_use]
pub fn stage_of(command: &str) -> Option<Stage> {
    let upper = command.trim().to_ascii_uppercase();
    let words = upper.trim_start_matches("THE ").trim_end_matches(" COMMAND");
    Some(match words.split([' ', ':']).next()? {
        "CONN" | "CONNECT" | "BANNER" | "GREETING" | "INITIAL" => Stage::Banner,
        "EHLO" | "HELO" | "LHLO" => Stage::Ehlo,
        "STARTTLS" => Stage::Starttls,
        "AUTH" => Stage::Auth,
        "MAIL" | "SEND" | "SAML" => Stage::Mail,
        "RCPT" | "VRFY" | "EXPN" => Stage::Rcpt,
        "DATA" => Stage::Data,
        "END" | "." | "DOT" | "BDAT" | "BODY" => Stage::Body,
        "QUIT" => Stage::Quit,
        _ => return None,
    })
}

/// The text of a reply's lines, joined; an empty one where there are none.
#[must_use]
pub fn joined(reply: &Reply) -> String {
    reply.lines.join(" ")
}

/// Reads one line of free text. What comes back has its codes and the text behind them; where there is no reply code, the
/// whole line is the text.
#[must_use]
pub fn one_line(line: &str) -> Heard<'_> {
    let line = line.trim();
    let (code, rest) = match reply_code(line) {
        Some((code, rest)) => (Some(code), rest),
        None => (None, line),
    };
    let behind = rest.trim_start_matches([' ', '-', '(', '#', '\t']);
    let (enhanced, text) = match enhanced_at_start(behind) {
        Some((enhanced, text)) => (Some(enhanced), text),
        None => (enhanced_within(rest).or_else(|| enhanced_within(line)), rest),
    };
    Heard { code, enhanced, text: text.trim_start_matches([' ', '-', ')', ':']), ..Heard::default() }
}

/// The first reply code: three digits at the start, behind a colon, a semicolon, a quote mark or a bracket, or behind a word that
/// announces it ("SMTP Error Code 554").
fn reply_code(line: &str) -> Option<(u16, &str)> {
    let bytes = line.as_bytes();
    let end = bytes.len().min(400);
    let mut free = true;
    for at in 0..end {
        if free && let Some(code) = three_digits(&bytes[at..]) {
            return Some((code, &line[at + 3..]));
        }
        let blank = matches!(bytes[at], b' ' | b'\t');
        free = matches!(bytes[at], b':' | b';' | b'"' | b'\'' | b'(' | b'<')
            || (blank && (free || announces(&bytes[..at])));
    }
    None
}

/// Whether a text ends in a word that a code follows.
fn announces(before: &[u8]) -> bool {
    [&b"error code"[..], b"reply code", b"response code", b"status code", b"smtp code", b"smtp error"]
        .iter()
        .any(|word| before.len() >= word.len() && before[before.len() - word.len()..].eq_ignore_ascii_case(word))
}

/// A reply code 200 to 599 that ends there: a blank, a hyphen, a bracket or the end follows, no letter or digit or dot.
fn three_digits(bytes: &[u8]) -> Option<u16> {
    let [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] = bytes else { return None };
    let ends = matches!(rest, [] | [b' ' | b'-' | b'\t' | b'"' | b'\'' | b'>' | b')' | b':' | b'_', ..]);
    ends.then(|| u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
}

/// An enhanced code that the text begins with, and what follows.
fn enhanced_at_start(text: &str) -> Option<(Enhanced, &str)> {
    let length = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let code = Enhanced::parse(text[..length].trim_end_matches('.'))?;
    let rest = &text[length..];
    rest.chars().next().is_none_or(|c| !c.is_alphanumeric()).then_some((code, rest))
}

/// The first enhanced code anywhere in the text: a word of its own, and no part of an address or a version.
fn enhanced_within(text: &str) -> Option<Enhanced> {
    let word = |c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '#' | '<' | '>' | '"' | '[' | ']' | ',' | ';' | ':' | '-' | '=')
    };
    let cut = text.char_indices().nth(600).map_or(text.len(), |(at, _)| at);
    text[..cut].split(word).find_map(|piece| {
        // `5.1.1` in a sentence may have a full stop behind it.
        piece.starts_with(['2', '4', '5']).then(|| Enhanced::parse(piece.trim_end_matches('.'))).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, code: u16, enhanced: &str, text: &str) {
        let heard = one_line(line);
        let found = heard.enhanced.map(|code| code.to_string()).unwrap_or_default();
        assert_eq!((heard.code.unwrap_or(0), found.as_str(), heard.text), (code, enhanced, text), "{line}");
    }

    #[test]
    fn codes_are_found_where_people_leave_them() {
        check("550 5.1.1 no such user", 550, "5.1.1", "no such user");
        check("550-5.7.26 not signed", 550, "5.7.26", "not signed");
        check("552 SMTP; 552-5.2.3 too large", 552, "5.2.3", "SMTP; 552-5.2.3 too large");
        check("host mx.example.org said: 450 4.2.2 full", 450, "4.2.2", "full");
        check("553 no (#5.7.1)", 553, "5.7.1", "no (#5.7.1)");
        check("SMTP Error Code 554: rejected", 554, "", "rejected");
        check("the error code: 5.7.139 came", 0, "5.7.139", "the error code: 5.7.139 came");
        check("421", 421, "", "");
        check("no code at all", 0, "", "no code at all");
        check("550 refused, see 192.0.2.1 and 4.16.55.1", 550, "", "refused, see 192.0.2.1 and 4.16.55.1");
        check("550 id 5.1 of 3.1.1", 550, "", "id 5.1 of 3.1.1");
        check("smtp; 5.1.1 unknown", 0, "5.1.1", "smtp; 5.1.1 unknown");
    }

    #[test]
    fn commands_have_stages() {
        for (command, stage) in [
            ("RCPT TO", Some(Stage::Rcpt)),
            ("the end of DATA command", Some(Stage::Body)),
            ("end of DATA command", Some(Stage::Body)),
            ("mail from:<a@example.org>", Some(Stage::Mail)),
            ("CONN", Some(Stage::Banner)),
            ("nonsense", None),
        ] {
            assert_eq!(stage_of(command), stage, "{command}");
        }
    }
}
