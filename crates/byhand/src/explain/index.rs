//! All rules, filed so that one walk along a text's words meets every phrase.
//!
//! The words of all phrases are numbered, and the phrases lie in a tree: from its root an edge for each first word (in any form of it),
//! from there one for each second word, and so on; a phrase is filed where its last word leads to. Phrases of one word, which stay as
//! they are, are filed by that. Rules that need no words are filed by the enhanced code or by the provider that they are about. All keys
//! are the project's own words, so that no text can crowd a table, and a hash that is quick will do. The index is built from the tables at
//! its first use; nothing is built at start.
//!
//! Not here: the walk (see `search`), and what follows from a phrase that was found (see `judge`).

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::evidence::{LEADS, Lead};
use super::phrase::{Phrase, SMALL, stem};
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
    /// The words of all phrases, and their stems. The small words have the first numbers.
    ids: FxHashMap<&'static str, Id>,
    /// Phrases of one word, by its number.
    pub(super) singles: Vec<Place>,
    /// The tree of the phrases of several words: from a node by a word's stem to the next.
    pub(super) edges: FxHashMap<(Node, Id), Node>,
    /// What ends at a node.
    pub(super) nodes: Vec<Ends>,
    /// Phrases of one word that may go on, by their first letters.
    pub(super) open: FxHashMap<[u8; LETTERS], Place>,
    /// All phrases, each with the one filed before it in the same place.
    pub(super) filed: Vec<Filed>,
    /// Ends of host names that stand in a text, and whose they are.
    pub(super) ends: Vec<(&'static str, usize)>,
}

/// The number of a word.
pub(super) type Id = u32;

/// The number of a node.
pub(super) type Node = u32;

/// Where the tree begins.
pub(super) const ROOT: Node = 0;

/// The number of the phrase that was filed last in a place.
pub(super) type Place = Option<u32>;

/// A word that may go on has so many octets at least.
pub(super) const LETTERS: usize = 3;

/// What ends at a node.
#[derive(Clone, Copy, Default)]
pub(super) struct Ends {
    /// Phrases whose words lead here.
    pub(super) whole: Place,
    /// Phrases of which one word more follows, which may go on.
    pub(super) open: Place,
}

/// A phrase, what it belongs to, and the one before it in its place. One list for all costs far less to build than one for each place.
pub(super) struct Filed {
    pub(super) phrase: Phrase,
    pub(super) of: Of,
    pub(super) before: Place,
}

/// What a phrase belongs to.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Words(usize),
    With(usize),
    Unless(usize),
    Mark(usize),
    Lead(Lead),
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
            theirs: vec![Vec::new(); providers::ALL.len()],
            ids: FxHashMap::with_capacity_and_hasher(4096, Default::default()),
            singles: Vec::with_capacity(4096),
            edges: FxHashMap::with_capacity_and_hasher(8192, Default::default()),
            nodes: Vec::with_capacity(8192),
            filed: Vec::with_capacity(8192),
            ..Self::default()
        };
        this.prepare();
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
                    this.phrase(mark, Of::Mark(at));
                }
            }
        }
        this
    }

    /// An index of these rules alone.
    #[cfg(test)]
    pub(super) fn of(rules: &[&'static Rule]) -> Self {
        let mut this = Self { theirs: vec![Vec::new(); providers::ALL.len()], ..Self::default() };
        this.prepare();
        for rule in rules {
            this.rule(rule, None);
        }
        this
    }

    /// Numbers the small words, plants the tree and files the leads.
    fn prepare(&mut self) {
        for word in SMALL {
            self.id(word);
        }
        self.nodes.push(Ends::default());
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

    /// The number of a word.
    fn id(&mut self, word: &'static str) -> Id {
        let next = self.singles.len() as Id;
        let id = *self.ids.entry(word).or_insert(next);
        if id == next {
            self.singles.push(None);
        }
        id
    }

    /// The number of a word of a text; none where no phrase has it.
    pub(super) fn known(&self, word: &str) -> Option<Id> {
        self.ids.get(word).copied()
    }

    fn phrase(&mut self, text: &'static str, of: Of) {
        let phrase = Phrase::new(text);
        let head = phrase.head;
        let place = match head.bytes().rposition(|byte| byte == b' ') {
            None if phrase.open_head() => self.open.entry(letters(head)).or_default(),
            None => {
                let id = self.id(head);
                &mut self.singles[id as usize]
            }
            Some(last) => {
                let open = phrase.open_head();
                let node = self.node(if open { &head[..last] } else { head });
                let ends = &mut self.nodes[node as usize];
                if open { &mut ends.open } else { &mut ends.whole }
            }
        };
        let last = Some(self.filed.len() as u32);
        let before = std::mem::replace(place, last);
        self.filed.push(Filed { phrase, of, before });
    }

    /// Where the words of a head lead to.
    fn node(&mut self, head: &'static str) -> Node {
        let (mut node, mut rest) = (ROOT, head);
        while !rest.is_empty() {
            let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
            let id = self.id(stem(&rest[..end]));
            let next = self.nodes.len() as Node;
            node = *self.edges.entry((node, id)).or_insert(next);
            if node == next {
                self.nodes.push(Ends::default());
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        node
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
        for Filed { phrase, .. } in &index().filed {
            let filed_by_letters = phrase.open_head() && !phrase.head.contains(' ');
            assert!(!filed_by_letters || phrase.head.len() >= LETTERS, "{}*", phrase.head);
        }
    }

    #[test]
    fn small_words_have_no_other_form() {
        for word in SMALL {
            assert_eq!(stem(word), word);
        }
    }
}
