//! What a line of a bounce's text is: the name of a recipient, a line of a transcript, the beginning of the returned message,
//! or just words.

use std::ops::Range;

use crate::explain::found;

/// A recipient that a line names, and what else the line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) address: &'a str,
    pub(super) rest: &'a str,
}

/// Words that stand in front of a recipient, alone in its line.
const LABELS: [&str; 15] = [
    "failed recipient:",
    "failed recipients:",
    "intended recipient:",
    "original recipient:",
    "final-recipient: rfc822;",
    "recipient address:",
    "recipient:",
    "recipients:",
    "rcpt to:",
    "to:",
    "user:",
    "address:",
    "e-mail:",
    "email:",
    "mailbox:",
];

/// The recipient that stands alone in its line, or in front of what is said about it.
pub(super) fn recipient(line: &str) -> Option<Named<'_>> {
    let line = line.trim().trim_start_matches(['*', '-', '•', '>', '·']).trim_start();
    let mut text = line;
    for label in LABELS {
        if text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)) {
            text = text[label.len()..].trim_start();
            break;
        }
    }
    if let Some((address, rest)) = address(text) {
        // An address at the beginning of a sentence is no heading.
        let bracketed = text.starts_with('<');
        let after = rest.trim_start_matches(['>', '\'', '"']);
        let heading = after.trim_start().is_empty()
            || after.starts_with([':', ',', ';'])
            || after.trim_start().starts_with(['(', '<', '['])
            || after.starts_with(" on ")
            || (bracketed && after.starts_with("..."));
        let rest = after.trim_start_matches([':', ',', ';', '.']).trim();
        let rest = if rest.starts_with("on ") || is_link(rest, address) { "" } else { rest };
        return heading.then_some(Named { address, rest });
    }
    // "Some Name" <user@example.org>; a line of a reply may end in an address too.
    if found::starts(text) {
        return None;
    }
    let at = text.find('<').filter(|at| (1..60).contains(at) && !text[..*at].contains(':'))?;
    let words = text[..at].split_whitespace().count();
    let (address, rest) = address(&text[at..])?;
    let rest = rest.trim_start_matches(['>', ':']).trim();
    (words <= 4 && (rest.is_empty() || rest.starts_with("on "))).then_some(Named { address, rest: "" })
}

/// `user@example.org (user@example.org)`, `user@example.org<mailto:user@example.org>`.
fn is_link(rest: &str, address: &str) -> bool {
    rest.starts_with("<mailto:") || rest.trim_start_matches(['(', '<', '[']).starts_with(address)
}

/// Words of a sentence that a recipient follows.
const PHRASES: [&str; 12] = [
    "delivered to",
    "delivery to",
    "deliver to",
    "deliver message to",
    "deliver your message to",
    "message to",
    "mail to",
    "email to",
    "addressed to",
    "sent to",
    "reach",
    "recipient",
];

/// The recipient that a sentence names: "Your message wasn't delivered to user@example.org because ...".
pub(super) fn in_a_sentence(line: &str) -> Option<Named<'_>> {
    let lower = line.to_ascii_lowercase();
    PHRASES.iter().find_map(|phrase| {
        let at = lower.find(phrase)? + phrase.len();
        let text = line[at..].trim_start_matches([' ', ':']);
        let (address, rest) = address(text)?;
        let rest = rest.trim_start_matches(['>', '\'', '"', ':', '.', ' ']);
        let failing =
            ["not ", "n't", "could", "cannot", "fail", "unable", "undeliver"].iter().any(|word| lower.contains(word));
        let rest = rest.strip_prefix("because ").unwrap_or(rest);
        failing.then_some(Named { address, rest })
    })
}

/// The address that a text begins with, and what follows it.
fn address(text: &str) -> Option<(&str, &str)> {
    let bare = text.trim_start_matches(['<', '\'', '"', '(']);
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let end = bare.find(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c)).unwrap_or(bare.len());
    let word = bare[..end].trim_end_matches('.');
    let (local, domain) = word.rsplit_once('@')?;
    let plain = !local.is_empty() && local.len() <= 256 && !local.contains('@');
    let host = !domain.is_empty() && domain.len() <= 253 && domain.split('.').all(|label| !label.is_empty());
    (plain && host).then(|| (word, &bare[word.len()..]))
}

/// The header that a mail program writes above a bounce when somebody passes it on: from its `From:` to the last of its fields.
pub(super) fn passed_on(text: &str) -> Option<Range<usize>> {
    const AUTHORS: [&str; 4] = ["mailer-daemon", "postmaster", "mail delivery s", "microsoft outlook"];
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let here = at;
        at += line.len();
        // "*From:*" is how bold type becomes text.
        let field = line
            .trim()
            .trim_start_matches('*')
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && name.len() <= 20 && !name.contains(' ') && !name.contains('<'));
        match (start, field) {
            (None, Some((name, value))) if FROM.iter().any(|from| name.eq_ignore_ascii_case(from)) => {
                let value = value.to_ascii_lowercase();
                start = AUTHORS.iter().any(|author| value.contains(author)).then_some(here);
            }
            (Some(start), None) => return Some(start..here),
            _ => {}
        }
    }
    None
}

/// `From` in the languages of mail programs that are often met.
const FROM: [&str; 3] = ["From", "Von", "De"];

/// Whether the returned message, or its header, begins here.
pub(super) fn is_end(line: &str) -> bool {
    let line = line.trim();
    let lower = line.to_ascii_lowercase();
    const STARTS: [&str; 9] = [
        "received: ",
        "return-path:",
        "reporting-mta:",
        "original message header",
        "original-envelope-id:",
        "message headers follow",
        "arrival-date:",
        "dkim-signature:",
        "mime-version:",
    ];
    if STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    let ruled = lower.starts_with("--") || lower.starts_with("==") || lower.starts_with("__");
    const WORDS: [&str; 9] = [
        "copy of",
        "original message",
        "message follows",
        "header follow",
        "headers follow",
        "header of",
        "unsent message",
        "returned message",
        "message header",
    ];
    ruled && WORDS.iter().any(|words| lower.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{in_a_sentence, is_end, recipient};

    #[test]
    fn recipients_alone_in_a_line() {
        for (line, address, rest) in [
            ("<user@example.org>:", "user@example.org", ""),
            ("  user@example.org", "user@example.org", ""),
            ("<user@example.org>: host mx said: 550 no", "user@example.org", "host mx said: 550 no"),
            ("'user@example.org' on 1/2/2026 10:00 AM", "user@example.org", ""),
            ("user@example.org (user not found)", "user@example.org", "(user not found)"),
            ("user@example.org (user@example.org)<mailto:user@example.org>", "user@example.org", ""),
            ("  * user@example.org", "user@example.org", ""),
            ("Failed Recipient: user@example.org", "user@example.org", ""),
            ("Some User <user@example.org>", "user@example.org", ""),
            ("<user@example.org>... User unknown", "user@example.org", "User unknown"),
        ] {
            let named = recipient(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((named.address, named.rest), (address, rest), "{line}");
        }
        for line in [
            "user@example.org is a good address",
            "From: me@example.net",
            "write to us: a@b.example",
            "a b c d e <u@example.org>",
            "@",
            "a@",
            "x <y>",
        ] {
            assert_eq!(recipient(line), None, "{line}");
        }
    }

    #[test]
    fn recipients_in_a_sentence() {
        let named =
            in_a_sentence("Your message wasn't delivered to user@example.org because the address is old.").unwrap();
        assert_eq!((named.address, named.rest), ("user@example.org", "the address is old."));
        assert_eq!(in_a_sentence("Your message was delivered to user@example.org."), None);
    }

    #[test]
    fn the_returned_message() {
        for line in [
            "--- Below this line is a copy of the message.",
            "----- Original message -----",
            "Received: from a by b",
            "Original message headers:",
        ] {
            assert!(is_end(line), "{line}");
        }
        assert!(!is_end("   ----- Transcript of session follows -----"));
        assert!(!is_end("----- The following addresses had permanent fatal errors -----"));
    }
}
