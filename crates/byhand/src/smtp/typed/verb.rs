//! A line of a client, looked at: which command it is, and what it names. Nothing is changed or refused by it.

use crate::wire::Stage;

/// The command that a line is, as a server would see it: in any case (RFC 5321 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Ehlo,
    Helo,
    Lhlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Expn,
    Help,
    Quit,
    Other,
}

const NAMES: &[(&str, Verb)] = &[
    ("EHLO", Verb::Ehlo),
    ("HELO", Verb::Helo),
    ("LHLO", Verb::Lhlo),
    ("STARTTLS", Verb::Starttls),
    ("AUTH", Verb::Auth),
    ("MAIL", Verb::Mail),
    ("RCPT", Verb::Rcpt),
    ("DATA", Verb::Data),
    ("BDAT", Verb::Bdat),
    ("RSET", Verb::Rset),
    ("NOOP", Verb::Noop),
    ("VRFY", Verb::Vrfy),
    ("EXPN", Verb::Expn),
    ("HELP", Verb::Help),
    ("QUIT", Verb::Quit),
];

/// Commands that are known by name, and of which nothing is followed here.
const OTHERS: [&str; 4] = ["ETRN", "ATRN", "XCLIENT", "XFORWARD"];

/// Whether a line begins with the word of a command.
pub(super) fn is_command(line: &str) -> bool {
    let word = line.split_ascii_whitespace().next().unwrap_or_default();
    Verb::of(line) != Verb::Other || OTHERS.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a line is ours: a colon begins it, also behind blanks.
pub(super) fn is_ours(line: &str) -> bool {
    line.trim_start().starts_with(':')
}

impl Verb {
    pub(super) fn of(line: &str) -> Self {
        let word = line.split_ascii_whitespace().next().unwrap_or_default();
        NAMES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map_or(Self::Other, |(_, verb)| *verb)
    }

    /// Whether a line is one of these commands, or begins like one.
    pub(super) fn may_become(line: &str) -> bool {
        let word = line.trim_start().split_ascii_whitespace().next().unwrap_or_default();
        NAMES.iter().map(|(name, _)| name).chain(&OTHERS).any(|name| match line.trim_start().contains(' ') {
            true => word.eq_ignore_ascii_case(name),
            false => name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)),
        })
    }

    /// The stage that a reply to it is about.
    pub(super) fn stage(self) -> Option<Stage> {
        Some(match self {
            Self::Ehlo | Self::Helo | Self::Lhlo => Stage::Ehlo,
            Self::Starttls => Stage::Starttls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt | Self::Vrfy | Self::Expn => Stage::Rcpt,
            Self::Data => Stage::Data,
            Self::Bdat => Stage::Body,
            Self::Quit => Stage::Quit,
            Self::Rset | Self::Noop | Self::Help | Self::Other => return None,
        })
    }
}

/// The address between the first `<` and the `>` behind it, of MAIL FROM or RCPT TO; without brackets, the first word.
pub(super) fn address(line: &str) -> &str {
    if let Some((_, behind)) = line.split_once('<') {
        return behind.split_once('>').map_or(behind, |(address, _)| address).trim();
    }
    line.split_once(':').map_or("", |(_, behind)| behind.split_whitespace().next().unwrap_or_default())
}

/// What stands behind the address: ` SIZE=100 BODY=8BITMIME`.
pub(super) fn parameters(line: &str) -> &str {
    line.split_once('<').and_then(|(_, behind)| behind.split_once('>')).map_or("", |(_, behind)| behind.trim())
}

#[cfg(test)]
mod tests {
    use super::{Verb, address, parameters};

    #[test]
    fn in_any_case_and_only_as_a_word() {
        for (line, verb) in [
            ("rcpt to:<a@b>", Verb::Rcpt),
            ("RCPT TO", Verb::Rcpt),
            ("Quit ", Verb::Quit),
            ("QUITE", Verb::Other),
            ("MAIL:", Verb::Other),
            ("", Verb::Other),
        ] {
            assert_eq!(Verb::of(line), verb, "{line:?}");
        }
    }

    #[test]
    fn what_it_names() {
        assert_eq!(address("MAIL FROM:<a@b.test> SIZE=1"), "a@b.test");
        assert_eq!(address("MAIL FROM:<>"), "");
        assert_eq!(address("MAIL FROM: a@b.test SIZE=1"), "a@b.test");
        assert_eq!(parameters("MAIL FROM:<a@b.test> SIZE=1 BODY=7BIT"), "SIZE=1 BODY=7BIT");
        assert_eq!(parameters("MAIL FROM:<>"), "");
    }
}
