//! What each file owes its reader, and what no file may hold.
//!
//! A Rust file opens with a module comment and stays under 500 lines; printing goes through a renderer; no text names a
//! path of the machine it was written on.

use super::{Complaints, Tree, code, has_word};

/// A file above this is split before it is committed.
const MOST_LINES: usize = 500;
/// A file above this is told, not refused.
const MANY_LINES: usize = 250;

/// Every Rust file opens with `//!`.
pub(super) fn opening(tree: &Tree) -> Complaints {
    let dumb = tree.rust("").filter(|(_, text)| !text.starts_with("//! "));
    dumb.map(|(path, _)| format!("{path}:1: the file does not open with `//!`: say what it does and what it does not"))
        .collect()
}

/// No Rust file has more than 500 lines.
pub(super) fn size(tree: &Tree) -> Complaints {
    let lines = tree.rust("").map(|(path, text)| (path, text.lines().count()));
    lines
        .filter(|(_, n)| *n > MOST_LINES)
        .map(|(path, n)| format!("{path}:{n}: more than {MOST_LINES} lines: split it by idea"))
        .collect()
}

/// The files above 250 lines: a hint.
pub(super) fn long(tree: &Tree) -> Complaints {
    let lines = tree.rust("").map(|(path, text)| (path, text.lines().count()));
    lines
        .filter(|(_, n)| (MANY_LINES + 1..=MOST_LINES).contains(n))
        .map(|(path, n)| format!("{path} has {n} lines"))
        .collect()
}

/// No printing in what gets installed: a broken pipe has to be noticed, and tests have to read the output.
pub(super) fn printing(tree: &Tree) -> Complaints {
    let mut complaints = Vec::new();
    for (path, text) in tree.rust("crates/") {
        for (line, text) in code(path, text) {
            for word in ["println!", "eprintln!", "print!", "eprint!", "dbg!"] {
                if has_word(text, word) {
                    complaints.push(format!("{path}:{line}: `{word}`: write to a given `io::Write`"));
                }
            }
        }
    }
    complaints
}

/// No text names a path of the machine it was written on: the project speaks of itself alone.
pub(super) fn machine_paths(tree: &Tree) -> Complaints {
    // In two pieces each, so that this file passes its own check.
    let forbidden = [
        concat!("/wo", "rk"),
        concat!("/ro", "ot"),
        concat!("/tmp/", "wt"),
        concat!("../sha", "red"),
        concat!("/ho", "me"),
    ];
    let mut complaints = Vec::new();
    for (path, text) in tree.all() {
        for (number, line) in text.lines().enumerate() {
            for word in forbidden {
                let own = |at: usize| {
                    !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_-.@}/~".contains(c))
                };
                let whole = |at: usize| {
                    !line[at + word.len()..].chars().next().is_some_and(|c| c.is_alphanumeric() || "_-.".contains(c))
                };
                if line.match_indices(word).any(|(at, _)| own(at) && whole(at)) {
                    complaints.push(format!("{path}:{}: names `{word}`, a path of one machine", number + 1));
                }
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Tree) -> Complaints, path: &str, text: &str, complaints: usize) {
        let found = rule(&Tree::of(&[(path, text)]));
        assert_eq!(found.len(), complaints, "{found:?}");
    }

    #[test]
    fn a_file_without_an_opening_is_found() {
        check(opening, "crates/a/src/lib.rs", "use x;\n//! late\n", 1);
        check(opening, "crates/a/src/lib.rs", "//! What it does.\n", 0);
        check(opening, "README.md", "no comment\n", 0);
    }

    #[test]
    fn long_files_are_refused_and_longish_ones_told() {
        check(size, "tests/main.rs", &"x\n".repeat(501), 1);
        check(size, "tests/main.rs", &"x\n".repeat(500), 0);
        check(long, "tests/main.rs", &"x\n".repeat(500), 1);
        check(long, "tests/main.rs", &"x\n".repeat(250), 0);
    }

    #[test]
    fn printing_is_found_in_what_is_installed() {
        check(printing, "crates/a/src/lib.rs", "fn f() { println!(\"x\") }\n", 1);
        check(printing, "crates/a/src/lib.rs", "fn f() { writeln!(out, \"x\") } // no println!\n", 0);
        check(printing, "xtask/src/main.rs", "println!(\"x\")\n", 0);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        check(machine_paths, "a.md", concat!("see /wo", "rk/notes\n"), 1);
        check(machine_paths, "a.md", concat!("cd /ro", "ot\n"), 1);
        check(machine_paths, "a.md", concat!("../sha", "red/x\n"), 1);
        check(machine_paths, "a.md", "a/work of art, $HOME/root.zone, /workspace, https://x/root\n", 0);
    }
}
