//! Address headers beyond ASCII (RFC 2047 §5, RFC 5322 §3.4): display names, group names and comments become encoded
//! words; addresses never do, so that they stay what they are.
//!
//! An address with UTF-8 in it goes out as it is, which is for servers with SMTPUTF8 (RFC 6532). Not here: a check that
//! the list is one.

use data_encoding::BASE64;

/// Headers that hold addresses, in lower case; those that begin with `resent-` beside them.
const HEADERS: [&str; 11] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "disposition-notification-to",
    "return-receipt-to",
    "errors-to",
    "mail-followup-to",
    "mail-reply-to",
];

/// Whether a header holds addresses.
#[must_use]
pub(super) fn holds_addresses(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("resent-").unwrap_or(&name);
    HEADERS.contains(&name)
}

/// The value with its names encoded.
#[must_use]
pub(super) fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len() * 2);
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '<' => rest.find('>').map_or(rest.len(), |at| at + 1),
            '(' => comment(rest),
            ',' | ';' | ':' | '>' | ')' => 1,
            _ => run(rest),
        };
        let (piece, after) = rest.split_at(end);
        match first {
            '(' => push(&mut out, &format!("({})", words(piece.trim_matches(['(', ')'])))),
            '<' => push(&mut out, piece),
            ',' | ';' | ':' | '>' | ')' => out.push_str(piece),
            _ if is_address(piece) => push(&mut out, piece.trim()),
            _ => push(&mut out, &phrase(piece.trim())),
        }
        rest = after.trim_start();
    }
    out
}

/// What follows stands apart from what stands there already.
fn push(out: &mut String, piece: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(piece);
}

/// Where the comment ends that begins here; comments nest.
fn comment(text: &str) -> usize {
    let (mut depth, mut escaped) = (0u32, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 1 => return at + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the words end that begin here: before the next special character outside quotes.
fn run(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '<' | '>' | '(' | ')' | ',' | ';' if !quoted => return at,
            // `[IPv6:2001:db8::1]` has colons too.
            ':' if !quoted && !text[..at].contains('@') => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether words are a bare address: an "@" outside quotes.
fn is_address(words: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    words.chars().any(|c| {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '@' => return !quoted,
            _ => {}
        }
        false
    })
}

/// A name: as it is in ASCII, else without its quotes, in which no encoded word may stand.
fn phrase(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let (mut plain, mut escaped) = (String::new(), false);
    for c in name.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => {}
            c => {
                plain.push(c);
                escaped = false;
            }
        }
    }
    words(&plain)
}

/// Text as encoded words, each at most 75 characters and of whole characters (RFC 2047 §2, §5); in ASCII as it is.
fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for c in text.chars() {
        // 45 octets are 60 characters in base64, and 12 stand around them.
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > 45) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes()))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{encoded, holds_addresses};

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(encoded(value), expected, "{value}");
    }

    #[test]
    fn names_are_encoded_and_addresses_are_not() {
        // printf 'Jürgen' | base64
        check("Jürgen <j@x.test>", "=?utf-8?B?SsO8cmdlbg==?= <j@x.test>");
        check("\"Jürgen\" <j@x.test>", "=?utf-8?B?SsO8cmdlbg==?= <j@x.test>");
        check("j@x.test (Jürgen)", "j@x.test (=?utf-8?B?SsO8cmdlbg==?=)");
        check("Ann <a@x.test>,Jürgen<j@x.test>", "Ann <a@x.test>, =?utf-8?B?SsO8cmdlbg==?= <j@x.test>");
        check("Jürgen: a@x.test, b@[IPv6:2001:db8::1];", "=?utf-8?B?SsO8cmdlbg==?=: a@x.test, b@[IPv6:2001:db8::1];");
        check("\"a, b\" <ü@x.test>, \"ü@\"@x.test", "\"a, b\" <ü@x.test>, \"ü@\"@x.test");
    }

    #[test]
    fn long_names_are_words_of_75_characters_at_most() {
        let value = encoded(&format!("{} <j@x.test>", "ü".repeat(100)));
        let words: Vec<&str> = value.split(' ').collect();
        assert_eq!(words.len(), 6, "100 letters of 2 octets, 22 a word: {value}");
        assert!(words.iter().all(|word| word.len() <= 75), "{value}");
        for odd in ["(ü", "<ü", "\"ü", "ü\\", "((ü)", "é>,;:)("] {
            assert!(encoded(odd).lines().count() <= 1, "{odd}");
        }
    }

    #[test]
    fn headers_with_addresses() {
        assert!(["From", "RESENT-To", "Cc"].into_iter().all(holds_addresses));
        assert!(!["Subject", "X-From"].into_iter().any(holds_addresses));
    }
}
