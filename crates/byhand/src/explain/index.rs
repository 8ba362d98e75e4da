//! All rules, filed so that one walk along a text's words meets every phrase.
//!
//! Phrases are filed by their first word, in any form of it; what begins with a word is made ready ([`Branch`]) when a text has that word
//! for the first time, so that a first reply pays for some twenty words and not for all. Rules that need no words are filed by the
//! enhanced code or by the provider that they are about. All keys are the project's own words, so that no text can crowd a table, and a
//! hash that is quick will do. The index is built from the tables at its first use; nothing is built at start.
//!
//! Not here: the walk (see `search`), and what follows from a phrase that was found (see `judge`).

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::branch::{Branch, Leaf, Of};
use super::evidence::LEADS;
use super::phrase::{Phrase, stem};
use super::providers;
use super::registry::Enhanced;
use super::rule::{Rule, last_two, phrases};
use super::{codes, words};

/// All rules, and where their phrases begin.
#[derive(Default)]
pub(super) struct Index {
    /// Each rule, and the provider that it is about.
    pub(super) rules: Vec<(&'static Rule, Option<usize>)>,
    /// The numbers of the rules that need no words: of those about a provider, by its number; else by the last two numbers of the
    /// enhanced codes that they want, or, where those may be any, in a list.
    theirs: Vec<Vec<usize>>,
    coded: FxHashMap<(u16, u16), Vec<usize>>,
    bare: Vec<usize>,
    /// Whose a host is, by the end of its name.
    hosts: FxHashMap<&'static str, Vec<usize>>,
    /// The number of the place of the phrases whose first word has this stem.
    firsts: FxHashMap<&'static str, u32>,
    places: Vec<Place>,
    /// All phrases that have a place, each with the one filed before it in the same.
    filed: Vec<Filed>,
    /// Phrases of one word that may go on, by its first letters.
    pub(super) open: FxHashMap<[u8; LETTERS], Vec<Leaf>>,
    /// Ends of host names that stand in a text, and whose they are.
    pub(super) ends: Vec<(&'static str, usize)>,
}

/// A word that may go on has so many octets at least.
pub(super) const LETTERS: usize = 3;

/// The phrases that begin with one word: the last that was filed, and all of them, once a text has had that word.
struct Place {
    last: u32,
    ready: OnceLock<Box<Branch>>,
}

/// A phrase as a rule has it, what it belongs to, and the one before it in its place. One list for all costs far less to build than one
/// for each place.
struct Filed {
    text: &'static str,
    of: Of,
    before: u32,
}

/// Where a place has no more.
const NONE: u32 = u32::MAX;

/// The index; built once.
pub(super) fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(Index::new)
}

impl Index {
    fn new() -> Self {
        let mut this = Self {
            rules: Vec::with_capacity(2048),
            theirs: vec![Vec::new(); providers::ALL.len()],
            firsts: FxHashMap::with_capacity_and_hasher(7000, Default::default()),
            places: Vec::with_capacity(7000),
            filed: Vec::with_capacity(16384),
            ..Self::default()
        };
        this.leads();
        for rule in words::TABLES.iter().copied().chain([codes::RULES]).flatten() {
            this.rule(rule, None);
        }
        for (at, provider) in providers::ALL.iter().enumerate() {
            for rule in provider.rules {
                this.rule(rule, Some(at));
            }
            for host in provider.hosts {
                this.hosts.entry(host.trim_start_matches('.')).or_default().push(at);
            }
            for mark in phrases(provider.marks) {
                if mark.starts_with('.') {
                    this.ends.push((mark, at));
                } else {
                    this.phrase(mark, Of::Mark(at as u32));
                }
            }
        }
        this
    }

    /// An index of these rules alone.
    #[cfg(test)]
    pub(super) fn of(rules: &[&'static Rule]) -> Self {
        let mut this = Self { theirs: vec![Vec::new(); providers::ALL.len()], ..Self::default() };
        this.leads();
        for rule in rules {
            this.rule(rule, None);
        }
        this
    }

    fn leads(&mut self) {
        for (lead, words) in LEADS {
            for words in phrases(words) {
                self.phrase(words, Of::Lead(lead));
            }
        }
    }

    fn rule(&mut self, rule: &'static Rule, provider: Option<usize>) {
        let number = self.rules.len();
        self.rules.push((rule, provider));
        if rule.words.is_empty() {
            self.bare(rule, number, provider);
        }
        let number = number as u32;
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
        // Some ten thousand phrases are filed at the first reply: no more is looked at than where they begin.
        let bare = text.strip_prefix('/').unwrap_or(text);
        let first = match bare.bytes().position(|byte| byte == b' ') {
            Some(end) => &bare[..end],
            None if bare.ends_with('*') => {
                let leaf = Leaf { phrase: Phrase::new(text), of, before: None };
                return self.open.entry(letters(bare)).or_default().push(leaf);
            }
            None => bare,
        };
        let next = self.places.len() as u32;
        let place = *self.firsts.entry(stem(first)).or_insert(next);
        if place == next {
            self.places.push(Place { last: NONE, ready: OnceLock::new() });
        }
        let last = self.filed.len() as u32;
        let before = std::mem::replace(&mut self.places[place as usize].last, last);
        self.filed.push(Filed { text, of, before });
    }

    /// What begins with a word of this stem.
    pub(super) fn branch(&self, stem: &str) -> Option<&Branch> {
        let place = &self.places[*self.firsts.get(stem)? as usize];
        let filed = |at: u32| self.filed.get(at as usize);
        let all = || std::iter::successors(filed(place.last), |one| filed(one.before)).map(|one| (one.text, one.of));
        Some(place.ready.get_or_init(|| Box::new(Branch::new(all()))))
    }

    /// Files a rule that needs no words.
    fn bare(&mut self, rule: &Rule, number: usize, provider: Option<usize>) {
        let codes: Option<Vec<_>> = rule.enhanced.iter().map(|code| last_two(code)).collect();
        match (provider, codes) {
            (Some(provider), _) => self.theirs[provider].push(number),
            (None, Some(codes)) if !codes.is_empty() => {
                for code in codes {
                    let rules = self.coded.entry(code).or_default();
                    // `4.7.1` and `5.7.1` are one here.
                    if rules.last() != Some(&number) {
                        rules.push(number);
                    }
                }
            }
            (None, _) => self.bare.push(number),
        }
    }

    /// The rules that need no words and may hold for a code and for those providers.
    pub(super) fn wordless<'a>(
        &'a self,
        code: Option<Enhanced>,
        providers: &'a [bool],
    ) -> impl Iterator<Item = usize> + 'a {
        let coded = code.and_then(|code| self.coded.get(&(code.subject, code.detail)));
        let theirs = self.theirs.iter().zip(providers).filter(|(_, theirs)| **theirs).flat_map(|(rules, _)| rules);
        self.bare.iter().chain(coded.into_iter().flatten()).chain(theirs).copied()
    }

    /// The providers whose server a host is, by its name.
    pub(super) fn hosted(&self, host: Option<&str>) -> Vec<usize> {
        let host = host.map(|host| host.trim_end_matches('.').to_ascii_lowercase()).unwrap_or_default();
        let ends = std::iter::successors(Some(host.as_str()), |name| name.split_once('.').map(|(_, rest)| rest));
        ends.filter_map(|name| self.hosts.get(name)).flatten().copied().collect()
    }
}

/// The first letters of a word, by which one that may go on is filed.
pub(super) fn letters(word: &str) -> [u8; LETTERS] {
    let mut first = [0; LETTERS];
    for (to, byte) in first.iter_mut().zip(word.bytes()) {
        *to = byte;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::text::Text;

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
    fn a_word_that_may_go_on_is_long_enough_to_be_filed() {
        for leaf in index().open.values().flatten() {
            assert!(leaf.phrase.head.len() >= LETTERS, "{}*", leaf.phrase.head);
        }
    }

    #[test]
    fn there_is_room_for_all_without_a_move() {
        // What does not fit is copied while it is built.
        let index = index();
        assert!(
            index.rules.len() <= 2048 && index.places.len() <= 7000,
            "{} {}",
            index.rules.len(),
            index.places.len()
        );
        assert!(index.filed.len() <= 16384, "{}", index.filed.len());
    }
}
