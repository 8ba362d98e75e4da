//! Finds every phrase of every rule in one pass over a text's words.
//!
//! Phrases are filed by their first word, so that each word of the text looks at the few phrases that begin with it. The index
//! is built from the tables at its first use, in well under a millisecond; nothing is built at start.
//!
//! Not here: what follows from a phrase that was found.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::providers::{self, Provider};
use super::registry::Enhanced;
use super::rule::{GAP, Rule, phrases};
use super::text::Text;
use super::{codes, words};

/// All rules, and where their phrases begin.
pub(super) struct Index {
    /// Each rule, and the provider that it is about.
    pub(super) rules: Vec<(&'static Rule, Option<usize>)>,
    first: HashMap<&'static str, Vec<Phrase>>,
    /// Phrases of one word that may go on, by their first letter.
    open: HashMap<char, Vec<Phrase>>,
    /// Ends of host names that stand in a text, and whose they are.
    ends: Vec<(&'static str, usize)>,
}

#[derive(Clone, Copy)]
struct Phrase {
    head: &'static str,
    tail: Option<&'static str>,
    /// How its second word begins, by which most phrases are told apart.
    second: Option<u8>,
    /// The last word may go on.
    open: bool,
    /// It stands in a URL.
    url: bool,
    of: Of,
}

/// What a phrase belongs to.
#[derive(Clone, Copy)]
enum Of {
    Words(usize),
    With(usize),
    Unless(usize),
    Mark(usize),
}

/// What was found in a text.
pub(super) struct Found {
    /// For each rule the longest phrase of its words.
    pub(super) words: Vec<Option<&'static str>>,
    /// For each rule whether one of its `with` is there.
    pub(super) with: Vec<bool>,
    /// For each rule whether one of its `unless` is there.
    pub(super) unless: Vec<bool>,
    /// For each rule whether the phrase in `words` is denied: "this is not a block list".
    pub(super) denied: Vec<bool>,
    /// For each provider whether a mark of its is there.
    pub(super) marks: Vec<bool>,
}

/// The index; built once.
pub(super) fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(Index::new)
}

impl Index {
    fn new() -> Self {
        let mut this = Self {
            rules: Vec::with_capacity(1024),
            first: HashMap::with_capacity(1024),
            open: HashMap::with_capacity(64),
            ends: Vec::new(),
        };
        for rule in words::TABLES.iter().copied().chain([codes::RULES]).flatten() {
            this.rule(rule, None);
        }
        for (at, provider) in providers::ALL.iter().enumerate() {
            for rule in provider.rules {
                this.rule(rule, Some(at));
            }
            for mark in phrases(provider.marks) {
                if mark.starts_with('.') {
                    this.ends.push((mark, at));
                } else {
                    this.phrase(mark, Of::Mark(at));
                }
            }
        }
        this
    }

    fn rule(&mut self, rule: &'static Rule, provider: Option<usize>) {
        let number = self.rules.len();
        self.rules.push((rule, provider));
        for words in phrases(rule.words) {
            self.phrase(words, Of::Words(number));
        }
        for words in phrases(rule.with) {
            self.phrase(words, Of::With(number));
        }
        for words in phrases(rule.unless) {
            self.phrase(words, Of::Unless(number));
        }
    }

    fn phrase(&mut self, text: &'static str, of: Of) {
        let (text, url) = text.strip_prefix('/').map_or((text, false), |text| (text, true));
        let (text, open) = text.strip_suffix('*').map_or((text, false), |text| (text, true));
        let (head, tail) = text.split_once(" .. ").map_or((text, None), |(head, tail)| (head, Some(tail)));
        let second = head.split(' ').nth(1).and_then(|word| word.bytes().next());
        let phrase = Phrase { head, tail, second, open, url, of };
        if open && tail.is_none() && !head.contains(' ') {
            self.open.entry(head.chars().next().unwrap_or_default()).or_default().push(phrase);
        } else {
            self.first.entry(stem(head.split(' ').next().unwrap_or_default())).or_default().push(phrase);
        }
    }

    /// Every phrase of the text.
    pub(super) fn find(&self, text: &Text) -> Found {
        let rules = self.rules.len();
        let mut found = Found {
            words: vec![None; rules],
            with: vec![false; rules],
            unless: vec![false; rules],
            denied: vec![false; rules],
            marks: vec![false; providers::ALL.len()],
        };
        self.pass(&text.words, false, &mut found);
        if text.marks.len() > 1 {
            self.pass(&text.marks, true, &mut found);
        }
        found
    }

    fn pass(&self, text: &str, url: bool, found: &mut Found) {
        let mut at = 1;
        while let Some(length) = text.get(at..).and_then(|rest| rest.find(' ')) {
            let rest = &text[at..];
            let word = &rest[..length];
            // French and Italian join a short word to the next: `l'utilisateur` has `utilisateur` in it.
            let joined = ["l'", "d'", "dell'", "all'", "un'", "qu'"].iter().find_map(|short| word.strip_prefix(short));
            for (word, rest) in
                joined.map(|word| (word, &rest[length - word.len()..])).into_iter().chain([(word, rest)])
            {
                let open = word.chars().next().and_then(|letter| self.open.get(&letter));
                let here = self.first.get(stem(word)).into_iter().flatten().chain(open.into_iter().flatten());
                for phrase in here.filter(|phrase| phrase.url == url && phrase.begins(rest)) {
                    found.note(phrase, denied(&text[..at]) || phrase.denied_within(rest));
                }
            }
            if !url && word.contains('.') {
                for (_, provider) in self.ends.iter().filter(|(end, _)| word.ends_with(end)) {
                    found.marks[*provider] = true;
                }
            }
            at += length + 1;
        }
    }
}

impl Phrase {
    /// What follows its head, which the text begins with: as it is written, or with its words in another form and small words
    /// between them ("sender has been rejected" for `sender rejected`). A single word, and the last of a phrase that may go on, stay
    /// as they are.
    fn after_head<'a>(&self, text: &'a str) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix(self.head)
            && (self.open || rest.starts_with(' '))
        {
            return Some(rest);
        }
        let second = self.second.filter(|_| !self.open)?;
        let next = &text[text.find(' ')? + 1..];
        if next.bytes().next() != Some(second) && !is_small(&next[..next.find(' ')?]) {
            return None;
        }
        let mut at = 0;
        for (number, wanted) in self.head.split(' ').enumerate() {
            let mut skipped = 0;
            loop {
                let rest = text.get(at..)?;
                let word = &rest[..rest.find(' ')?];
                at += word.len() + 1;
                if word == wanted || (stem(word) == stem(wanted)) {
                    break;
                }
                if number == 0 || skipped == SKIPPED || !is_small(word) {
                    return None;
                }
                skipped += 1;
            }
        }
        text.get(at - 1..)
    }

    /// Whether the text begins with it.
    fn begins(&self, text: &str) -> bool {
        let Some(rest) = self.after_head(text) else { return false };
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
                    && within.match_indices(tail).any(|(at, _)| {
                        let behind = at + tail.len();
                        within.as_bytes().get(at.wrapping_sub(1)) == Some(&b' ')
                            && (self.open || rest.as_bytes().get(behind) == Some(&b' '))
                    })
            }
        }
    }

    /// Whether what stands in its gap denies it: "mailbox is not full" for `mailbox .. full`.
    fn denied_within(&self, text: &str) -> bool {
        let Some((rest, tail)) = self.after_head(text).zip(self.tail) else { return false };
        rest.match_indices(tail).map(|(at, _)| &rest[..at]).find(|gap| gap.ends_with(' ')).is_some_and(denied)
    }

    fn len(&self) -> usize {
        self.head.len() + self.tail.map_or(0, str::len)
    }
}

impl Found {
    fn note(&mut self, phrase: &Phrase, denied: bool) {
        match phrase.of {
            Of::Words(rule) => {
                if self.words[rule].is_none_or(|had| had.len() < phrase.len()) {
                    self.words[rule] = Some(phrase.head);
                    self.denied[rule] = denied;
                }
            }
            Of::With(rule) => self.with[rule] = true,
            Of::Unless(rule) => self.unless[rule] = true,
            Of::Mark(provider) => self.marks[provider] = true,
        }
    }
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
fn stem(word: &str) -> &str {
    // Who is listed is no list, and what is limited no limit.
    if matches!(word, "listed" | "limited" | "used" | "based") {
        return word;
    }
    ["ing", "ed", "es", "s", "e"]
        .iter()
        .find_map(|end| word.strip_suffix(end).filter(|rest| rest.len() >= 4 && !rest.ends_with(&['s', '.', '\''])))
        .unwrap_or(word)
}

/// Whether a text ends in a word that denies what follows; small words between do not count.
fn denied(before: &str) -> bool {
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

/// Whose an enhanced code is that is not in the registry: the provider's name and its mail host, by the rules that rest on
/// that code alone.
#[must_use]
pub fn own_code(code: Enhanced) -> Option<(&'static str, &'static str)> {
    index().rules.iter().find_map(|(rule, provider)| {
        let provider = &providers::ALL[(*provider)?];
        let exact = format!(".{}.{}", code.subject, code.detail);
        let named = rule.enhanced.iter().any(|pattern| pattern.ends_with(&exact));
        let host = provider.hosts.first()?;
        (named && rule.words.is_empty() && rule.allows(None, Some(code), None)).then_some((provider.name, *host))
    })
}

/// The providers whose server it is: by the host's name, else by their marks.
pub(super) fn providers_of(host: Option<&str>, found: &Found) -> Vec<bool> {
    let host = host.map(|host| host.trim_end_matches('.').to_ascii_lowercase());
    let by_host = |provider: &Provider| {
        let host = host.as_deref()?;
        Some(provider.hosts.iter().any(|suffix| {
            host.strip_suffix(suffix)
                .is_some_and(|front| front.is_empty() || front.ends_with('.') || suffix.starts_with('.'))
        }))
    };
    providers::ALL.iter().zip(&found.marks).map(|(provider, mark)| *mark || by_host(provider) == Some(true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &'static str) -> Phrase {
        let mut index = Index { rules: Vec::new(), first: HashMap::new(), open: HashMap::new(), ends: Vec::new() };
        index.phrase(text, Of::Mark(0));
        index.first.into_values().flatten().chain(index.open.into_values().flatten()).next().expect("one phrase")
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
            assert_eq!(phrase(pattern).begins(text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn every_phrase_is_written_as_texts_are_read() {
        // A phrase with a capital, an accent or a hyphen could never be found.
        let index = index();
        let marks = providers::ALL.iter().flat_map(|provider| phrases(provider.marks));
        let words = index
            .rules
            .iter()
            .flat_map(|(rule, _)| phrases(rule.words).chain(phrases(rule.with)).chain(phrases(rule.unless)));
        let mut wrong = Vec::new();
        for whole in words.chain(marks) {
            for part in whole.trim_start_matches('/').trim_end_matches('*').split(" .. ") {
                let read =
                    Text::new(&part.replace('@', "a@b.test").replace(" # ", " 192.0.2.1 ").replace(" url", " www.x"));
                let plain = part.trim_start_matches('.').trim_end_matches('.');
                if read.words.trim() != plain && !part.starts_with('#') && !whole.starts_with("/www.") {
                    wrong.push(format!("{whole}: {} / {plain}", read.words.trim()));
                }
            }
        }
        assert_eq!(wrong, [""; 0]);
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
        assert!(phrase("mailbox .. full").denied_within("mailbox is not full but closed "));
        assert!(!phrase("mailbox .. full").denied_within("mailbox not here or full "));
    }

    #[test]
    fn a_gap_has_an_end() {
        let far = format!("user {} not found ", "x".repeat(GAP + 1));
        assert!(!phrase("user .. not found").begins(&far));
    }
}
