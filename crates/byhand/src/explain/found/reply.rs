//! The reply inside a sentence: where it begins, where it ends, and what stands beside it.
//!
//! A reply begins with its code (RFC 5321 §4.2), but three digits are often something else: a date, a port, a count. So
//! they count only where a sentence hands the word over ("said:", "<<<", "smtp;"), or at its beginning.

use crate::wire::Stage;

/// Blanks of every kind, and their runs, become one blank.
#[must_use]
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether a text begins with a reply's code and a separator: `550 `, `550-`, or `550` alone.
#[must_use]
pub fn starts(text: &str) -> bool {
    let bytes = text.as_bytes();
    let code = bytes.len() >= 3 && matches!(bytes[0], b'2'..=b'5') && bytes[1..3].iter().all(u8::is_ascii_digit);
    code && matches!(bytes.get(3), None | Some(b' ' | b'-' | b':' | b'\t' | b','))
}

/// Whether a text is an enhanced status code (RFC 3463 §2), such as `5.7.1`.
#[must_use]
pub fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let class = parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"));
    let digits = |part: Option<&str>| {
        part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    class && digits(parts.next()) && digits(parts.next()) && parts.next().is_none()
}

/// Whether a reply has its code in front, so that it is one and no sentence about it.
pub(in crate::explain) fn has_code(reply: &str) -> bool {
    starts(reply)
}

/// What hands the word over to a reply, in lower case.
const LEADS: [&str; 24] = [
    "said:",
    "said",
    "me:",
    "<<<",
    "smtp;",
    "lmtp;",
    "returned:",
    "returned",
    "response:",
    "responded:",
    "responded with:",
    "error:",
    "error",
    "reason:",
    "was:",
    "command:",
    "command):",
    "with:",
    "code:",
    "reply:",
    "reply=",
    "reply=read error from",
    "reject:",
    "because:",
];

/// Where the reply begins.
pub(super) fn find(text: &str, lower: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut seen = 0;
    // The first that a lead stands before; else one behind a colon or a bracket.
    let mut second = None;
    while let Some(at) = bytes[seen..].iter().position(|b| matches!(b, b'2'..=b'5')).map(|at| seen + at) {
        seen = at + 1;
        let plain =
            at == 0 || matches!(bytes[at - 1], b' ' | b'#' | b'"' | b'\'' | b'(' | b':' | b';' | b'=' | b'>' | b'<');
        if !plain || !starts(&text[at..]) {
            continue;
        }
        let before = lower[..at].trim_end_matches([' ', '#', '"', '\'', '(', '<']);
        if before.is_empty() || LEADS.iter().any(|lead| before.ends_with(lead)) {
            return Some(at);
        }
        let next = text[at + 3..].trim_start_matches([' ', '-', ':', ',']);
        let enhanced = next.split(' ').next().is_some_and(|word| is_enhanced(word.trim_matches(['#', ',', ':', ';'])));
        let handed = before.ends_with([':', '>', ']']) || enhanced || bytes[at - 1] == b'#';
        if handed && second.is_none() && bytes[at] != b'2' && bytes[at] != b'3' {
            second = Some(at);
        }
    }
    second
}

/// Where the reply ends: Postfix and others put the command behind it in brackets.
pub(super) fn end(text: &str) -> (&str, Option<Stage>) {
    let lower = text.to_ascii_lowercase();
    let mut end = text.len();
    let mut stage = None;
    if let Some(at) = lower.rfind(" (in reply to ") {
        stage = super::verb(&lower[at + 14..]);
        end = at;
    }
    // qmail's last sentence, Yahoo's marks, Exchange's signs.
    for mark in [
        " giving up on ",
        " [rcpt_to]",
        " [mail_from]",
        " [data]",
        " [connect]",
        " ##",
        "##",
        " (state ",
        " ... while talking to ",
    ] {
        if let Some(at) = lower[..end].find(mark) {
            end = at;
        }
    }
    (&text[..end], stage)
}

/// A reply of one or several lines (RFC 5321 §4.2.1) as one, also where its last line is missing: codes, and the enhanced code
/// that each line repeats (RFC 2034 §4), stand in front only.
#[must_use]
pub fn one_reply(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let Some(code) = first.get(..3).filter(|_| starts(first)) else { return collapse(text) };
    let enhanced = first[3..].trim_start_matches([' ', '-']).split(' ').next().filter(|word| is_enhanced(word));
    let mut out = first.to_owned();
    for line in lines {
        let rest =
            line.strip_prefix(code).filter(|_| starts(line)).map_or(line, |rest| rest.trim_start_matches([' ', '-']));
        let rest = enhanced
            .and_then(|word| rest.strip_prefix(word))
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
            .unwrap_or(rest);
        out.push(' ');
        out.push_str(rest.trim_start());
    }
    tidy(&collapse(&out))
}

/// The reply in one line, without the codes that a reply of several lines has in front of each.
#[must_use]
pub fn tidy(text: &str) -> String {
    let text = text.trim().trim_end_matches(['"', '\'', '>']).trim_end();
    let text = match text.strip_suffix(')') {
        Some(rest) if rest.matches('(').count() <= rest.matches(')').count() => rest,
        _ => text,
    };
    let Some(code) = text.get(..3).filter(|_| starts(text)) else { return text.to_owned() };
    // Yahoo writes "550: 5.1.1", others "550, 5.1.1".
    let rest = text[3..].trim_start_matches([':', ',']);
    let rest = rest.trim_start_matches([' ', '-']).trim_start();
    let enhanced = rest.split(' ').next().filter(|word| is_enhanced(word));
    let mut out = code.to_owned();
    let mut words = rest.split(' ').peekable();
    let mut first = true;
    while let Some(word) = words.next() {
        let (again, joined) = match word.strip_prefix(code) {
            Some("") => (true, None),
            Some(rest) => match rest.strip_prefix('-') {
                Some(rest) => (true, Some(rest)),
                None => (false, None),
            },
            None => (false, None),
        };
        let next = joined.filter(|word| !word.is_empty()).or_else(|| words.peek().copied());
        let repeats = enhanced.is_none() || next == enhanced;
        if again && !first && repeats {
            match joined.filter(|word| !word.is_empty()) {
                Some(word) if Some(word) == enhanced => {}
                Some(word) => {
                    out.push(' ');
                    out.push_str(word);
                }
                None if enhanced.is_some() => {
                    words.next();
                }
                None => {}
            }
            continue;
        }
        first = false;
        if !word.is_empty() {
            out.push(' ');
            out.push_str(word);
        }
    }
    out
}

/// The enhanced status code that stands in a text beside the reply: `(#5.1.1)`, `dsn=5.1.1`, `5.1.1`.
pub(super) fn status(text: &str) -> Option<String> {
    text.split([' ', '(', ')', '#', '=', ',', ';', '[', ']', '<', '>', ':'])
        .find(|word| is_enhanced(word))
        .map(str::to_owned)
}
