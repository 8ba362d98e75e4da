//! The history as the line editor searches it: in any case, since `mail from` and `MAIL FROM` are the same command.
//!
//! Everything else is the editor's own file history.

use std::path::Path;

use rustyline::Result;
use rustyline::config::Config;
use rustyline::history::{FileHistory, History, SearchDirection, SearchResult};

/// The history; see the module.
pub(super) struct AnyCase(FileHistory);

impl AnyCase {
    pub(super) fn new(config: &Config) -> Self {
        Self(FileHistory::with_config(config))
    }

    /// The first line from `start` on for which the test tells a place.
    fn find(
        &self,
        start: usize,
        dir: SearchDirection,
        test: impl Fn(&str) -> Option<usize>,
    ) -> Result<Option<SearchResult<'_>>> {
        let mut at = Some(start).filter(|start| *start < self.0.len());
        while let Some(index) = at {
            if let Some(found) = self.0.get(index, dir)?
                && let Some(pos) = test(&found.entry)
            {
                return Ok(Some(SearchResult { pos, ..found }));
            }
            at = match dir {
                SearchDirection::Reverse => index.checked_sub(1),
                SearchDirection::Forward => Some(index + 1).filter(|next| *next < self.0.len()),
            };
        }
        Ok(None)
    }
}

impl History for AnyCase {
    fn search(&self, term: &str, start: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        if term.is_empty() {
            return Ok(None);
        }
        // ASCII alone: what is found keeps its place in the line.
        let term = term.to_ascii_lowercase();
        self.find(start, dir, |line| line.to_ascii_lowercase().find(&term))
    }

    fn starts_with(&self, term: &str, start: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        self.0.starts_with(term, start, dir)
    }

    fn get(&self, index: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        self.0.get(index, dir)
    }

    fn add(&mut self, line: &str) -> Result<bool> {
        self.0.add(line)
    }

    fn add_owned(&mut self, line: String) -> Result<bool> {
        self.0.add_owned(line)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn set_max_len(&mut self, len: usize) -> Result<()> {
        self.0.set_max_len(len)
    }

    fn ignore_dups(&mut self, yes: bool) -> Result<()> {
        self.0.ignore_dups(yes)
    }

    fn ignore_space(&mut self, yes: bool) {
        self.0.ignore_space(yes);
    }

    fn save(&mut self, path: &Path) -> Result<()> {
        self.0.save(path)
    }

    fn append(&mut self, path: &Path) -> Result<()> {
        self.0.append(path)
    }

    fn load(&mut self, path: &Path) -> Result<()> {
        self.0.load(path)
    }

    fn clear(&mut self) -> Result<()> {
        self.0.clear()
    }
}

#[cfg(test)]
mod tests {
    use rustyline::config::Config;
    use rustyline::history::{History, SearchDirection};

    use super::AnyCase;

    #[test]
    fn a_search_in_any_case() {
        let mut history = AnyCase::new(&Config::default());
        for line in ["EHLO a", "mail from:<\u{fc}@b>", "MAIL FROM:<c@d>", "NOOP"] {
            history.add(line).unwrap();
        }
        let found = |term: &str, start: usize, dir| {
            history.search(term, start, dir).unwrap().map(|found| (found.idx, found.pos))
        };
        assert_eq!(found("FROM", 3, SearchDirection::Reverse), Some((2, 5)));
        assert_eq!(found("from", 1, SearchDirection::Reverse), Some((1, 5)));
        assert_eq!(found("mail", 0, SearchDirection::Forward), Some((1, 0)));
        assert_eq!(found("@b", 3, SearchDirection::Reverse), Some((1, 13)));
        for (term, start) in [("x", 3), ("", 3), ("EHLO", 4)] {
            assert_eq!(found(term, start, SearchDirection::Reverse), None, "{term}");
        }
    }
}
