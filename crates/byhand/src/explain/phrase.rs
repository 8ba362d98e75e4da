//! One phrase of a rule: how it is read, and when two words are forms of one.
//!
//! A phrase is words as `text` writes them. Of several words each may stand in another form (plural, tense), with small words between
//! them: "sender has been rejected" for `sender rejected`. A single word, and a phrase whose last word may go on (`viru*`), stay as they
//! are. ` .. ` is a gap of at most [`GAP`](super::rule::GAP) octets. The source of all this is how people write, and no RFC: RFC 5321
//! §4.2 leaves the text of a reply to the server.
//!
//! Not here: which phrases there are (see `index`), and whether a text has them (see `search`).

/// A phrase.
#[derive(Clone, Copy)]
pub(super) struct Phrase {
    pub(super) head: &'static str,
    pub(super) tail: Option<&'static str>,
    /// The last word may go on.
    pub(super) open: bool,
    /// It stands in a URL.
    pub(super) url: bool,
}

impl Phrase {
    /// Reads a phrase as a rule has it.
    pub(super) fn new(text: &'static str) -> Self {
        let (text, url) = text.strip_prefix('/').map_or((text, false), |text| (text, true));
        let (text, open) = text.strip_suffix('*').map_or((text, false), |text| (text, true));
        let gap = text.as_bytes().windows(4).position(|window| window == b" .. ");
        let (head, tail) = gap.map_or((text, None), |at| (&text[..at], Some(&text[at + 4..])));
        Self { head, tail, open, url }
    }

    /// The last word of its head may go on.
    pub(super) fn open_head(&self) -> bool {
        self.open && self.tail.is_none()
    }

    pub(super) fn len(&self) -> usize {
        self.head.len() + self.tail.map_or(0, str::len)
    }
}

/// How many small words may stand between two words of a phrase.
pub(super) const SKIPPED: usize = 2;

/// Whether a word can be left out without a change of what is meant. None that denies is among them.
pub(super) fn is_small(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "being"
            | "has"
            | "have"
            | "had"
            | "the"
            | "a"
            | "an"
            | "this"
            | "that"
            | "these"
            | "currently"
            | "now"
            | "also"
            | "just"
    )
}

/// A word without the end that makes it a plural or another tense: `exceeds`, `exceeded` and `exceeding` are one.
pub(super) fn stem(word: &str) -> &str {
    let without = |end: &str| {
        word.strip_suffix(end)
            .filter(|rest| rest.len() >= 4 && !matches!(rest.as_bytes().last(), Some(b's' | b'.' | b'\'')))
    };
    let bare = match word.as_bytes().last() {
        Some(b'g') => without("ing"),
        // Who is listed is no list, and what is limited no limit.
        Some(b'd') if !matches!(word, "listed" | "limited" | "used" | "based") => without("ed"),
        Some(b's') => without("es").or_else(|| without("s")),
        Some(b'e') => without("e"),
        _ => None,
    };
    bare.unwrap_or(word)
}

/// Whether the last of these words denies what follows; small words behind it do not count.
pub(super) fn denied<'a>(before: impl DoubleEndedIterator<Item = &'a str>) -> bool {
    let small = |word: &&str| {
        matches!(
            *word,
            "a" | "an"
                | "the"
                | "any"
                | "in"
                | "on"
                | "use"
                | "using"
                | "be"
                | "been"
                | "is"
                | "are"
                | "this"
                | "our"
                | "your"
                | "by"
        )
    };
    before.rev().find(|word| !small(word)).is_some_and(|word| {
        matches!(
            word,
            "not"
                | "isn't"
                | "aren't"
                | "wasn't"
                | "never"
                | "no"
                | "don't"
                | "doesn't"
                | "without"
                | "nor"
                | "neither"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one() {
        for (word, bare) in [
            ("exceeds", "exceed"),
            ("exceeded", "exceed"),
            ("exceeding", "exceed"),
            ("mailboxes", "mailbox"),
            ("listed", "listed"),
            ("address", "address"),
            ("addresses", "addresse"),
            ("uses", "uses"),
            ("message", "messag"),
            ("messages", "messag"),
        ] {
            assert_eq!(stem(word), bare, "{word}");
        }
    }

    #[test]
    fn what_is_denied_is_not_said() {
        for (before, expected) in [
            ("this is not a", true),
            ("we do not use", true),
            ("it was not accepted", false),
            ("", false),
            ("no", true),
        ] {
            assert_eq!(denied(before.split_whitespace()), expected, "{before}");
        }
    }
}
