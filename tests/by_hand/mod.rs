//! The typed session, as somebody sees it who types: the built tool in a terminal (tmux), against testlab's servers; and
//! its scripts.
//!
//! Screens are kept in `tests/snapshots/`; what differs between runs (times, ports, instants) is masked. To write them anew
//! after a change that is meant, set `BYHAND_SNAPSHOTS=write`, and read the difference.

mod keys;
mod screens;
mod script;
mod secrets;
pub(crate) mod terminal;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use byhand_tests::bin;

use self::terminal::Terminal;

/// A folder of the test's own, which goes with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("byhand-typed-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The history that was written below it.
    pub(crate) fn history(&self) -> String {
        std::fs::read_to_string(self.0.join("byhand/history")).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The built tool with these arguments.
pub(crate) fn tool(words: &[&str]) -> Vec<String> {
    let mut all = vec![bin("smtp-send").display().to_string(), "--by-hand".into()];
    all.extend(words.iter().map(|word| (*word).to_owned()));
    all
}

/// The tool in a terminal of 80 columns.
pub(crate) fn at_80(folder: &Folder, words: &[&str]) -> Terminal {
    Terminal::start((80, 24), folder.path(), &[], &tool(words))
}
