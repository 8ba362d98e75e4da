//! `cargo xtask tidy`: the house rules that a program can check (docs/ARCHITECTURE.md tells why they are).
//!
//! Layers, clocks and sockets, who may use which dependency (`layers`); what each source file owes its reader and what no
//! file may hold (`text`); documents that have to keep up with the code (`docs`). Every check is a function from the
//! [`Tree`] to complaints, so that a test can show it a tree that breaks the rule.

mod docs;
mod layers;
mod text;

use std::process::Command;

use crate::run::{output, root};
use crate::{Result, generated};

/// The files of the project that are tracked or about to be: path and text, in order.
#[derive(Default)]
pub(crate) struct Tree {
    files: Vec<(String, String)>,
}

impl Tree {
    /// Reads what git knows and does not ignore; files that are no text are passed over.
    fn read() -> Result<Self> {
        let list = output(Command::new("git").current_dir(root()).args([
            "ls-files",
            "-co",
            "--exclude-standard",
            "--deduplicate",
        ]))?;
        let mut tree = Self::default();
        for path in list.lines() {
            if let Ok(text) = std::fs::read_to_string(root().join(path)) {
                tree.files.push((path.to_owned(), text));
            }
        }
        Ok(tree)
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// All files.
    fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The Rust files below a folder; "" is everywhere.
    fn rust<'a>(&'a self, below: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.all().filter(move |(path, _)| path.starts_with(below) && path.ends_with(".rs"))
    }

    /// One file's text.
    fn get(&self, path: &str) -> Option<&str> {
        self.all().find(|(each, _)| *each == path).map(|(_, text)| text)
    }
}

/// What is wrong, with the place in front: `path:line: sentence`.
type Complaints = Vec<String>;

/// Runs every check and fails where one complains.
pub(crate) fn tidy() -> Result {
    let tree = Tree::read()?;
    let schemas: Vec<_> = generated::records().into_iter().map(|(_, _, schema)| schema.to_value()).collect();
    let complaints: Complaints = [
        layers::uses(&tree),
        layers::pure(&tree),
        layers::dependencies(&tree),
        text::opening(&tree),
        text::size(&tree),
        text::printing(&tree),
        text::machine_paths(&tree),
        docs::rfcs(&tree),
        docs::words(&tree, &schemas),
    ]
    .concat();
    for hint in text::long(&tree) {
        println!("hint: {hint}");
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => Ok(()),
        n => Err(format!("tidy: {n} complaint{}", if n == 1 { "" } else { "s" }).into()),
    }
}

/// A source file without its tests: what stands before a `#[cfg(test)]` module at the left edge, numbered, comments cut off.
/// Files of tests alone give nothing.
fn code<'a>(path: &str, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let tests_alone = path.ends_with("/tests.rs") || path.contains("/tests/");
    let end = text.find("\n#[cfg(test)]\nmod ").unwrap_or(text.len());
    let text = if tests_alone { "" } else { &text[..end] };
    text.lines().enumerate().map(|(n, line)| (n + 1, uncommented(line)))
}

/// The line up to its `//`; one inside a string (a URL) is told by the colon before it.
fn uncommented(line: &str) -> &str {
    let mut from = 0;
    while let Some(at) = line[from..].find("//") {
        let at = from + at;
        if !line[..at].ends_with(':') {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

/// Whether a word stands in the text on its own, not as a part of a longer name.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part) && !text[at + word.len()..].chars().next().is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_neither_comments_nor_tests() {
        let text = "use a; // b\nlet url = \"https://c\";\n#[cfg(test)]\nmod tests { use d; }\n";
        let lines: Vec<_> = code("x.rs", text).collect();
        assert_eq!(lines, [(1, "use a; "), (2, "let url = \"https://c\";")]);
        assert_eq!(code("crates/x/src/tests.rs", text).count(), 0);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use tokio::net;", "tokio"));
        assert!(!has_word("use tokio_rustls::X;", "tokio"));
        assert!(!has_word("my_println!", "println!"));
    }
}
