//! The phrases that begin with one word, as a tree.
//!
//! From its root, which is that word, an edge leads on for each second word, from there one for each third, and so on, always in any form
//! of the word; a phrase is filed where its last word leads to. Phrases of the word alone stay as they are.
//!
//! Not here: which phrases there are (see `index`), and the walk along a text (see `search`).

use rustc_hash::FxHashMap;

use super::evidence::Lead;
use super::phrase::{Phrase, stem};

/// What begins with one word.
#[derive(Default)]
pub(super) struct Branch {
    /// Phrases of this word alone.
    pub(super) single: Place,
    /// From a node by a word's stem to the next.
    edges: FxHashMap<(Node, &'static str), Node>,
    /// What ends at a node.
    nodes: Vec<Ends>,
    leaves: Vec<Leaf>,
}

/// The number of a node.
pub(super) type Node = u32;

/// Where the tree begins: behind the first word.
pub(super) const ROOT: Node = 0;

/// The number of the phrase that was filed last in a place.
pub(super) type Place = Option<u32>;

/// What ends at a node.
#[derive(Clone, Copy, Default)]
pub(super) struct Ends {
    /// Phrases whose words lead here.
    pub(super) whole: Place,
    /// Phrases of which one word more follows, which may go on.
    pub(super) open: Place,
}

/// A phrase, what it belongs to, and the one before it in its place.
pub(super) struct Leaf {
    pub(super) phrase: Phrase,
    pub(super) of: Of,
    pub(super) before: Place,
}

/// What a phrase belongs to: a rule's or a provider's number.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Words(u32),
    With(u32),
    Unless(u32),
    Mark(u32),
    Lead(Lead),
}

impl Branch {
    /// The tree of these phrases, of which each begins with the same word.
    pub(super) fn new(phrases: impl Iterator<Item = (&'static str, Of)>) -> Self {
        let mut this = Self { nodes: vec![Ends::default()], ..Self::default() };
        for (text, of) in phrases {
            let phrase = Phrase::new(text);
            let head = phrase.head;
            let open = phrase.open_head();
            let place = match (head.bytes().position(|byte| byte == b' '), head.bytes().rposition(|byte| byte == b' '))
            {
                (Some(first), Some(last)) => {
                    let node = this.node(if open { &head[first..last] } else { &head[first..] });
                    let ends = &mut this.nodes[node as usize];
                    if open { &mut ends.open } else { &mut ends.whole }
                }
                _ => &mut this.single,
            };
            let last = Some(this.leaves.len() as u32);
            let before = std::mem::replace(place, last);
            this.leaves.push(Leaf { phrase, of, before });
        }
        this
    }

    /// Where the words behind the first lead to.
    fn node(&mut self, words: &'static str) -> Node {
        let mut node = ROOT;
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let next = self.nodes.len() as Node;
            node = *self.edges.entry((node, stem(word))).or_insert(next);
            if node == next {
                self.nodes.push(Ends::default());
            }
        }
        node
    }

    /// Where a word of this stem leads to.
    pub(super) fn next<'a>(&'a self, node: Node, stem: &'a str) -> Option<Node> {
        let edges: &FxHashMap<(Node, &'a str), Node> = &self.edges;
        edges.get(&(node, stem)).copied()
    }

    /// What ends at a node.
    pub(super) fn ends(&self, node: Node) -> Ends {
        self.nodes[node as usize]
    }

    /// The phrases of a place.
    pub(super) fn leaves(&self, place: Place) -> impl Iterator<Item = &Leaf> {
        let leaf = |place: Place| self.leaves.get(place? as usize);
        std::iter::successors(leaf(place), move |one| leaf(one.before))
    }
}
