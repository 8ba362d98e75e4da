//! One phrase of a rule, and whether a text has it at a place.
//!
//! A phrase is words as `text` writes them. Of several words each may stand in another form (plural, tense), with small words between
//! them: "sender has been rejected" for `sender rejected`. A single word, and the last of a phrase that may go on (`viru*`), stay as they
//! are. ` .. ` is a gap of at most [`GAP`] octets. The source of all this is how people write, and no RFC: RFC 5321 §4.2 leaves the text
//! of a reply to the server.
//!
//! Not here: which phrases there are, and where to look for them (see `index`).

use super::rule::GAP;

/// A phrase.
#[derive(Clone, Copy)]
pub(super) struct Phrase {
    pub(super) head: &'static str,
    /// The head's words behind the second.
    more: &'static str,
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
        // Some thousand phrases are read at the first reply: searches that are made ready first cost more than these.
        let gap = text.as_bytes().windows(4).position(|window| window == b" .. ");
        let (head, tail) = gap.map_or((text, None), |at| (&text[..at], Some(&text[at + 4..])));
        let (_, more) = first_word(first_word(head).1);
        Self { head, more, tail, open, url }
    }

    /// The words by which to look for it: the first, and the second where every form of that is fine.
    pub(super) fn keys(&self) -> (&'static str, Option<&'static str>) {
        let (first, rest) = first_word(self.head);
        let (second, _) = first_word(rest);
        let may_go_on = self.open && self.tail.is_none() && self.more.is_empty();
        (first, (!second.is_empty() && !may_go_on).then_some(second))
    }

    /// What follows its head, which the text begins with: as it is written, or with its words in another form and small words
    /// between them ("sender has been rejected" for `sender rejected`). A single word, and the last of a phrase that may go on, stay
    /// as they are. The text's first words are known to be those of [`keys`](Self::keys); `behind` follows the second.
    fn after_head<'a>(&self, text: &'a str, behind: Option<&'a str>) -> Option<&'a str> {
        let Some(mut rest) = behind.filter(|_| !self.open) else {
            return text.strip_prefix(self.head).filter(|rest| self.open || rest.starts_with(' '));
        };
        for wanted in self.more.split(' ').filter(|word| !word.is_empty()) {
            let (_, behind) = following(rest).find(|(word, _)| *word == wanted || stem(word) == stem(wanted))?;
            rest = behind;
        }
        Some(rest)
    }

    /// Whether the text begins with it; see [`keys`](Self::keys) and [`following`].
    pub(super) fn begins(&self, text: &str, behind: Option<&str>) -> bool {
        let Some(rest) = self.after_head(text, behind) else { return false };
        match self.tail {
            None => self.open || rest.starts_with(' '),
            Some(tail) => {
                // The gap begins at the blank behind the head.
                let mut end = rest.len().min(GAP + tail.len() + 2);
                while !rest.is_char_boundary(end) {
                    end -= 1;
                }
                let within = &rest[..end];
                within.starts_with(' ')
                    && (1..within.len()).filter(|at| within.as_bytes()[at - 1] == b' ').any(|at| {
                        within.as_bytes()[at..].starts_with(tail.as_bytes())
                            && (self.open || rest.as_bytes().get(at + tail.len()) == Some(&b' '))
                    })
            }
        }
    }

    /// Whether what stands in its gap denies it: "mailbox is not full" for `mailbox .. full`.
    pub(super) fn denied_within(&self, text: &str, behind: Option<&str>) -> bool {
        let Some((rest, tail)) = self.after_head(text, behind).zip(self.tail) else { return false };
        rest.match_indices(tail).map(|(at, _)| &rest[..at]).find(|gap| gap.ends_with(' ')).is_some_and(denied)
    }

    pub(super) fn len(&self) -> usize {
        self.head.len() + self.tail.map_or(0, str::len)
    }
}

/// The first word, and what is behind the blank after it.
fn first_word(text: &'static str) -> (&'static str, &'static str) {
    let blank = text.bytes().position(|byte| byte == b' ');
    blank.map_or((text, ""), |at| (&text[..at], &text[at + 1..]))
}

/// The words that may be the next of a phrase, each with what is behind it: the first that follows, and more while those before
/// are small.
pub(super) fn following(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = Some(1);
    (0..=SKIPPED).map_while(move |_| {
        let rest = text.get(at?..)?;
        let length = rest.bytes().position(|byte| byte == b' ')?;
        let (word, behind) = rest.split_at(length);
        at = is_small(word).then(|| at.unwrap_or_default() + length + 1);
        Some((word, behind))
    })
}

/// How many small words may stand between two words of a phrase.
const SKIPPED: usize = 2;

/// Whether a word can be left out without a change of what is meant. None that denies is among them.
fn is_small(word: &str) -> bool {
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
    // Who is listed is no list, and what is limited no limit.
    if matches!(word, "listed" | "limited" | "used" | "based") {
        return word;
    }
    ["ing", "ed", "es", "s", "e"]
        .iter()
        .find_map(|end| word.strip_suffix(end).filter(|rest| rest.len() >= 4 && !rest.ends_with(['s', '.', '\''])))
        .unwrap_or(word)
}

/// Whether a text ends in a word that denies what follows; small words between do not count.
pub(super) fn denied(before: &str) -> bool {
    let small = |word: &&str| {
        matches!(
            *word,
            "" | "a"
                | "an"
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
    let mut words = before.rsplit(' ').skip_while(small).take(1);
    words.any(|word| {
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

    /// As the index looks for it.
    fn find(pattern: &'static str, text: &str) -> Option<bool> {
        let phrase = Phrase::new(pattern);
        let word = text.split(' ').next().unwrap_or_default();
        match phrase.keys() {
            (first, None) => {
                let here = phrase.open && phrase.tail.is_none() || word == first;
                (here && phrase.begins(text, None)).then(|| phrase.denied_within(text, None))
            }
            (first, Some(second)) if stem(first) == stem(word) => following(&text[word.len()..])
                .filter(|(word, _)| stem(word) == stem(second))
                .find(|(_, behind)| phrase.begins(text, Some(behind)))
                .map(|(_, behind)| phrase.denied_within(text, Some(behind))),
            _ => None,
        }
    }

    #[test]
    fn phrases_begin_and_end_at_words() {
        for (pattern, text, expected) in [
            ("user unknown", "user unknown in table ", true),
            ("user unknown", "user unknowingly ", false),
            ("user unknown", "superuser unknown ", false),
            ("user unknown", "users are unknown ", true),
            ("sender rejected", "sender has been rejected ", true),
            ("sender rejected", "sender is not rejected ", false),
            ("quota exceeded", "quota exceeding ", true),
            ("listed at", "list at ", false),
            ("blocked", "block ", false),
            ("over .. quotas", "over the quota ", false),
            ("virus*", "viruses found ", true),
            ("user .. not found", "user @ was not found here ", true),
            ("user .. not found", "user @ is fine ", false),
            ("user .. not found", "user .. was not founded ", false),
            ("user .. not fou*", "user was not founded ", true),
        ] {
            assert_eq!(find(pattern, text).is_some(), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_denied_is_not_said() {
        for (before, expected) in [
            (" this is not a ", true),
            (" we do not use ", true),
            (" it was not accepted ", false),
            (" ", false),
            (" no ", true),
        ] {
            assert_eq!(denied(before), expected, "{before}");
        }
        assert_eq!(find("mailbox .. full", "mailbox is not full but closed "), Some(true));
        assert_eq!(find("mailbox .. full", "mailbox not here or full "), Some(false));
    }

    #[test]
    fn a_gap_has_an_end() {
        let far = format!("user {} not found ", "x".repeat(GAP + 1));
        assert_eq!(find("user .. not found", &far), None);
    }
}
