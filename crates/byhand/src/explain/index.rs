//! Finds every phrase of every rule in one pass over a text's words.
//!
//! Phrases are filed by their first two words (in any form of them), those of one word by that, so that each word of the text looks
//! at the few phrases that may begin there. The index is built from the tables at its first use, in a few milliseconds; nothing is built
//! at start.
//!
//! Not here: what follows from a phrase that was found, and when a text has one (see `phrase`).

use std::collections::HashMap;
use std::sync::OnceLock;

use super::phrase::{Phrase, denied, following, stem};
use super::providers::{self, Provider};
use super::registry::Enhanced;
use super::rule::{Rule, phrases};
use super::text::Text;
use super::{codes, words};

/// All rules, and where their phrases begin.
pub(super) struct Index {
    /// Each rule, and the provider that it is about.
    pub(super) rules: Vec<(&'static Rule, Option<usize>)>,
    /// The numbers of the rules that need no words.
    bare: Vec<usize>,
    /// Phrases of one word, and those of two whose second may go on, by the first.
    singles: HashMap<&'static str, Place>,
    /// Phrases of several words by the stems of the first two.
    pairs: HashMap<(&'static str, &'static str), Place>,
    /// Phrases of one word that may go on, by their first letter.
    open: HashMap<char, Place>,
    /// All phrases, each with the one filed before it in the same place.
    filed: Vec<Filed>,
    /// Ends of host names that stand in a text, and whose they are.
    ends: Vec<(&'static str, usize)>,
}

/// A phrase, what it belongs to, and the one before it in its place. One list for all costs far less to build than one for each place.
struct Filed {
    phrase: Phrase,
    of: Of,
    before: Place,
}

/// The number of the phrase that was filed last in a place.
type Place = Option<u32>;

/// What a phrase belongs to.
#[derive(Clone, Copy)]
enum Of {
    Words(usize),
    With(usize),
    Unless(usize),
    Mark(usize),
}

/// A rule whose words are in a text.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    /// The rule's number.
    pub(super) rule: usize,
    /// The longest of its phrases; none where it needs no words.
    pub(super) words: Option<&'static str>,
    /// That phrase is denied: "this is not a block list".
    pub(super) denied: bool,
}

/// What was found in a text.
pub(super) struct Found {
    /// The rules whose words are there, and those that need none, by their numbers.
    pub(super) hits: Vec<Hit>,
    /// For each rule whether one of its `with` is there.
    pub(super) with: Vec<bool>,
    /// For each rule whether one of its `unless` is there.
    pub(super) unless: Vec<bool>,
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
            bare: Vec::with_capacity(512),
            singles: HashMap::with_capacity(1024),
            pairs: HashMap::with_capacity(4096),
            open: HashMap::with_capacity(64),
            filed: Vec::with_capacity(8192),
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
        if rule.words.is_empty() {
            self.bare.push(number);
        }
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
        let phrase = Phrase::new(text);
        let place = match phrase.keys() {
            (first, Some(second)) => self.pairs.entry((stem(first), stem(second))).or_default(),
            (first, None) if phrase.open && phrase.tail.is_none() && phrase.head == first => {
                self.open.entry(first.chars().next().unwrap_or_default()).or_default()
            }
            (first, None) => self.singles.entry(first).or_default(),
        };
        let last = u32::try_from(self.filed.len()).ok();
        self.filed.push(Filed { phrase, of, before: std::mem::replace(place, last) });
    }

    /// Every phrase of the text.
    pub(super) fn find(&self, text: &Text) -> Found {
        let rules = self.rules.len();
        let mut found = Found {
            hits: Vec::with_capacity(self.bare.len() + 32),
            with: vec![false; rules],
            unless: vec![false; rules],
            marks: vec![false; providers::ALL.len()],
        };
        self.pass(&text.words, false, &mut found);
        if text.marks.len() > 1 {
            self.pass(&text.marks, true, &mut found);
        }
        found.hits.extend(self.bare.iter().map(|&rule| Hit { rule, words: None, denied: false }));
        // Of equal voices the later rule's is heard, so they stand by their numbers.
        found.hits.sort_unstable_by_key(|hit| hit.rule);
        found
    }

    fn pass<'a>(&self, text: &'a str, url: bool, found: &mut Found) {
        let pairs: &HashMap<(&'a str, &'a str), Place> = &self.pairs;
        let mut at = 1;
        while let Some(length) = text.get(at..).and_then(|rest| rest.bytes().position(|byte| byte == b' ')) {
            let rest = &text[at..];
            let word = &rest[..length];
            // French and Italian join a short word to the next: `l'utilisateur` has `utilisateur` in it.
            let joined = ["l'", "d'", "dell'", "all'", "un'", "qu'"].iter().find_map(|short| word.strip_prefix(short));
            for (word, rest) in
                joined.map(|word| (word, &rest[length - word.len()..])).into_iter().chain([(word, rest)])
            {
                let mut look = |mut place: Place, behind: Option<&str>| {
                    while let Some(Filed { phrase, of, before }) = place.and_then(|at| self.filed.get(at as usize)) {
                        if phrase.url == url && phrase.begins(rest, behind) {
                            found.note(phrase, *of, || denied(&text[..at]) || phrase.denied_within(rest, behind));
                        }
                        place = *before;
                    }
                };
                if let Some(place) = word.chars().next().and_then(|letter| self.open.get(&letter)) {
                    look(*place, None);
                }
                if let Some(place) = self.singles.get(word) {
                    look(*place, None);
                }
                for (second, behind) in following(&rest[word.len()..]) {
                    if let Some(place) = pairs.get(&(stem(word), stem(second))) {
                        look(*place, Some(behind));
                    }
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

impl Found {
    fn note(&mut self, phrase: &Phrase, of: Of, denied: impl FnOnce() -> bool) {
        match of {
            Of::Words(rule) => {
                let had = self.hits.iter_mut().find(|hit| hit.rule == rule);
                if had.as_ref().and_then(|hit| hit.words).is_some_and(|words| words.len() >= phrase.len()) {
                    return;
                }
                let new = Hit { rule, words: Some(phrase.head), denied: denied() };
                match had {
                    Some(hit) => *hit = new,
                    None => self.hits.push(new),
                }
            }
            Of::With(rule) => self.with[rule] = true,
            Of::Unless(rule) => self.unless[rule] = true,
            Of::Mark(provider) => self.marks[provider] = true,
        }
    }
}

/// Whose an enhanced code is that is not in the registry: the provider's name and its mail host, by the rules that rest on
/// that code alone.
#[must_use]
pub fn own_code(code: Enhanced) -> Option<(&'static str, &'static str)> {
    let exact = format!(".{}.{}", code.subject, code.detail);
    index().rules.iter().find_map(|(rule, provider)| {
        let provider = &providers::ALL[(*provider)?];
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
}
