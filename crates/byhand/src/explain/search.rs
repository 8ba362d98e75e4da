//! Finds every phrase of every rule in one walk along a text's words.
//!
//! From each word the walk follows the tree of what begins there, past small words, and notes what ends on its way; so a word costs what
//! begins with it, however many phrases there are.
//!
//! Not here: which phrases there are (see `index`), and what follows from one that was found (see `judge`).

use std::ops::Range;

use super::branch::{Branch, Leaf, Node, Of, ROOT};
use super::evidence::Lead;
use super::index::{Index, LETTERS, letters};
use super::phrase::{Phrase, SKIPPED, denied, is_small, stem};
use super::providers;
use super::rule::GAP;
use super::text::Text;

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
    /// The rules whose words are there.
    pub(super) hits: Vec<Hit>,
    /// The rules of which one of the `with` is there.
    pub(super) with: Numbers,
    /// The rules of which one of the `unless` is there.
    pub(super) unless: Numbers,
    /// For each provider whether a mark of its is there.
    pub(super) marks: Vec<bool>,
    /// The leads of evidence, in their order.
    pub(super) leads: Vec<Stands>,
}

/// Where a lead stands in the words of a text, in octets.
pub(super) struct Stands {
    pub(super) lead: Lead,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A set of small numbers.
pub(super) struct Numbers(Vec<u64>);

impl Numbers {
    fn below(end: usize) -> Self {
        Self(vec![0; end.div_ceil(64)])
    }

    fn add(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub(super) fn has(&self, number: usize) -> bool {
        self.0[number / 64] & (1 << (number % 64)) != 0
    }
}

/// A word of a text.
#[derive(Clone, Copy)]
struct Word<'a> {
    /// Where it begins in the text, what it is, and without its ending.
    start: usize,
    word: &'a str,
    stem: &'a str,
}

impl<'a> Word<'a> {
    fn new(start: usize, word: &'a str) -> Self {
        Self { start, word, stem: stem(word) }
    }

    fn end(&self) -> usize {
        self.start + self.word.len()
    }
}

/// Where a walk began: the text, its words, and the number of the first that is meant.
struct Walk<'a> {
    text: &'a str,
    words: &'a [Word<'a>],
    at: usize,
    /// Where the first word begins: behind what is joined to it.
    start: usize,
    /// The text is one of URLs.
    url: bool,
}

impl Index {
    /// Every phrase of the text.
    pub(super) fn find(&self, text: &Text) -> Found {
        let rules = self.rules.len();
        let mut found = Found {
            hits: Vec::with_capacity(16),
            with: Numbers::below(rules),
            unless: Numbers::below(rules),
            marks: vec![false; providers::ALL.len()],
            leads: Vec::new(),
        };
        self.pass(&text.words, false, &mut found);
        if text.marks.len() > 1 {
            self.pass(&text.marks, true, &mut found);
        }
        found
    }

    fn pass(&self, text: &str, url: bool, found: &mut Found) {
        let mut words = Vec::with_capacity(text.len() / 4);
        let mut start = 1;
        while let Some(length) = text.get(start..).and_then(|rest| rest.bytes().position(|byte| byte == b' ')) {
            words.push(Word::new(start, &text[start..start + length]));
            start += length + 1;
        }
        for (at, word) in words.iter().enumerate() {
            let walk = |start| Walk { text, words: &words, at, start, url };
            if let Some(inner) = joined(word.word) {
                let inner = Word::new(word.end() - inner.len(), inner);
                self.begin(&walk(inner.start), inner, found);
            }
            self.begin(&walk(word.start), *word, found);
            if !url && word.word.bytes().any(|byte| byte == b'.') {
                for (_, provider) in self.ends.iter().filter(|(end, _)| word.word.ends_with(end)) {
                    found.marks[*provider] = true;
                }
            }
        }
    }

    /// What begins with a word.
    fn begin(&self, walk: &Walk<'_>, word: Word<'_>, found: &mut Found) {
        let end = (walk.at + 1, word.end());
        if word.word.len() >= LETTERS {
            let leaves = self.open.get(&letters(word.word)).into_iter().flatten();
            walk.note(leaves, |phrase| word.word.starts_with(phrase.head).then_some(end), found);
        }
        if let Some(branch) = self.branch(word.stem) {
            walk.note(branch.leaves(branch.single), |phrase| (word.word == phrase.head).then_some(end), found);
            walk.step(branch, ROOT, end, found);
        }
    }
}

impl<'a> Walk<'a> {
    /// What ends at a node, and what goes on there; `next` is the word behind, `end` where the last one ended.
    fn step(&self, branch: &Branch, node: Node, (next, end): (usize, usize), found: &mut Found) {
        let ends = branch.ends(node);
        self.note(branch.leaves(ends.whole), |_| Some((next, end)), found);
        let head = |phrase: &Phrase| self.text[self.start..].starts_with(phrase.head).then_some((next + 1, end));
        self.note(branch.leaves(ends.open), head, found);
        for (at, word) in self.words.iter().enumerate().skip(next).take(SKIPPED + 1) {
            if let Some(node) = branch.next(node, word.stem) {
                self.step(branch, node, (at + 1, word.end()), found);
            }
            if !is_small(word.word) {
                break;
            }
        }
    }

    /// Notes the phrases that the text has. `head` tells whether their first part is there: the word behind it, and where it ends.
    fn note<'l>(
        &self,
        leaves: impl Iterator<Item = &'l Leaf>,
        head: impl Fn(&Phrase) -> Option<(usize, usize)>,
        found: &mut Found,
    ) {
        for Leaf { phrase, of, .. } in leaves {
            if phrase.url == self.url
                && let Some((next, end)) = head(phrase)
                && let Some(gap) = self.gap(phrase, next, end)
            {
                found.note(phrase, *of, self.start..end, || {
                    let words = |part: &[Word<'_>]| denied(part.iter().map(|word| word.word));
                    words(&self.words[..self.at]) || words(gap)
                });
            }
        }
    }

    /// The words between the two parts of a phrase, of which the first ended at `end`; none where the second does not follow.
    fn gap(&self, phrase: &Phrase, next: usize, end: usize) -> Option<&'a [Word<'a>]> {
        let Some(tail) = phrase.tail else { return Some(&[]) };
        let words = self.words.get(next..).unwrap_or_default();
        // A blank on each side of the gap.
        let near = words.iter().take_while(|word| word.start <= end + GAP + 2);
        let at = near.into_iter().position(|word| {
            let rest = &self.text.as_bytes()[word.start..];
            rest.starts_with(tail.as_bytes()) && (phrase.open || rest.get(tail.len()) == Some(&b' '))
        })?;
        Some(&words[..at])
    }
}

/// French and Italian join a short word to the next: `l'utilisateur` has `utilisateur` in it.
fn joined(word: &str) -> Option<&str> {
    let at = word.bytes().take(5).position(|byte| byte == b'\'')?;
    matches!(&word[..at], "l" | "d" | "dell" | "all" | "un" | "qu").then(|| &word[at + 1..])
}

impl Found {
    /// Notes a phrase, of which the first part stands there.
    fn note(&mut self, phrase: &Phrase, of: Of, at: Range<usize>, denied: impl FnOnce() -> bool) {
        match of {
            Of::Words(rule) => {
                let rule = rule as usize;
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
            Of::With(rule) => self.with.add(rule as usize),
            Of::Unless(rule) => self.unless.add(rule as usize),
            Of::Mark(provider) => self.marks[provider as usize] = true,
            Of::Lead(lead) => self.leads.push(Stands { lead, start: at.start, end: at.end }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::rule::on;
    use crate::wire::Reason;

    /// Whether a text has a phrase, and whether it is denied there.
    fn find(phrase: &'static str, text: &str) -> Option<bool> {
        let rule = Box::leak(Box::new(on(Reason::Blocked, 10, "").words(phrase)));
        let index = Index::of(&[rule]);
        let text = Text { words: format!(" {text}"), ..Text::default() };
        index.find(&text).hits.first().map(|hit| hit.denied)
    }

    #[test]
    fn phrases_begin_and_end_at_words() {
        for (pattern, text, expected) in [
            ("user unknown", "user unknown in table ", true),
            ("user unknown", "user unknowingly ", false),
            ("user unknown", "superuser unknown ", false),
            ("user unknown", "users are unknown ", true),
            ("user unknown", "the user that is now the unknown ", false),
            ("no such user here", "no such user is here ", true),
            ("no such user here", "no such user there ", false),
            ("sender rejected", "sender has been rejected ", true),
            ("sender rejected", "sender is not rejected ", false),
            ("sender rejected", "sender sender rejected ", true),
            ("quota exceeded", "quota exceeding ", true),
            ("listed at", "list at ", false),
            ("blocked", "block ", false),
            ("over .. quotas", "over the quota ", false),
            ("virus*", "viruses found ", true),
            ("viruses*", "virus found ", false),
            ("mail virus*", "mail viruses found ", true),
            ("mail virus*", "mails viruses found ", false),
            ("user .. not found", "user @ was not found here ", true),
            ("user .. not found", "user @ is fine ", false),
            ("user .. not found", "user .. was not founded ", false),
            ("user .. not fou*", "user was not founded ", true),
            ("utilisateur inconnu", "l'utilisateur est inconnu ", false),
            ("utilisateur inconnu", "l'utilisateur inconnu ", true),
            ("utilisateur", "d'utilisateur ", true),
            ("utilisateur", "x'utilisateur ", false),
        ] {
            assert_eq!(find(pattern, text).is_some(), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_denied_is_not_said() {
        for (pattern, text, expected) in [
            ("mailbox .. full", "mailbox is not full but closed ", Some(true)),
            ("mailbox .. full", "mailbox not here or full ", Some(false)),
            ("block list", "this is not a block list ", Some(true)),
            ("block list", "this is a block list ", Some(false)),
            ("block list", "no block ", None),
        ] {
            assert_eq!(find(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn a_gap_has_an_end() {
        // GAP octets lie between the blanks that end the first part and begin the second.
        for (length, expected) in [(GAP, true), (GAP + 1, false)] {
            let far = format!("user {} not found ", "x".repeat(length));
            assert_eq!(find("user .. not found", &far).is_some(), expected, "{length}");
        }
    }
}
