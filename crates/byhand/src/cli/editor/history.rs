//! The history of typed lines: where its file is, what is kept in it, and the addresses in it.
//!
//! The file is `byhand/history` below `$XDG_STATE_HOME` (or `~/.local/state`), readable by its owner alone. What is kept out:
//! lines that the session says so of (AUTH, answers to challenges, passwords), in a pasted block also all that follows
//! such a line, and the text of messages. What cannot be kept is a pity and no trouble.

use std::path::{Path, PathBuf};

use crate::smtp::typed::Prompt;

/// So many lines are kept.
pub(super) const MOST: usize = 1_000;

/// The most addresses that are offered from it.
const ADDRESSES: usize = 100;

/// The file, by the environment; `None` where there is no home.
#[must_use]
pub fn file(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    // A relative path is to be ignored, says the XDG Base Directory Specification.
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("byhand/history"))
}

/// Makes the file's folder, for the owner alone. Whether it is there.
pub(super) fn prepare(path: &Path) -> bool {
    let Some(folder) = path.parent() else { return false };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).is_ok()
}

/// The lines of a block that are kept. `prompt`: what the first one was typed at.
pub(super) fn kept(lines: &[String], prompt: &Prompt, mut out: impl FnMut(&str) -> bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut message = match prompt {
        Prompt::Command | Prompt::Group => false,
        Prompt::Data => true,
        Prompt::Challenge | Prompt::Secret(_) | Prompt::Confirm(_) => return kept,
    };
    for line in lines {
        if message {
            message = line != ".";
            continue;
        }
        if out(line) {
            return kept;
        }
        message = line.trim().eq_ignore_ascii_case("DATA");
        if !line.trim().is_empty() {
            kept.push(line.clone());
        }
    }
    kept
}

/// The addresses of MAIL FROM and RCPT TO in the history, the latest first.
#[must_use]
pub fn addresses(path: &Path) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().rev() {
        let envelope = ["mail from:", "rcpt to:"]
            .iter()
            .any(|verb| line.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb)));
        let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
        if let Some(address) = address.filter(|address| envelope && address.contains('@'))
            && !found.iter().any(|known| known == address)
        {
            found.push(address.to_owned());
            if found.len() == ADDRESSES {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{addresses, file, kept};
    use crate::smtp::typed::Prompt;

    #[test]
    fn the_file_is_where_the_specification_says() {
        let at = |set: &[(&str, &str)]| {
            file(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let home = ("HOME", "/h/x");
        assert_eq!(at(&[home]), Some(PathBuf::from("/h/x/.local/state/byhand/history")));
        assert_eq!(at(&[home, ("XDG_STATE_HOME", "/s")]), Some(PathBuf::from("/s/byhand/history")));
        assert_eq!(
            at(&[home, ("XDG_STATE_HOME", "s")]),
            Some(PathBuf::from("/h/x/.local/state/byhand/history")),
            "a relative path is ignored"
        );
        assert_eq!(at(&[]), None);
    }

    fn check(prompt: &Prompt, text: &str, expected: &[&str]) {
        let lines: Vec<String> = text.split('|').map(str::to_owned).collect();
        let out = |line: &str| line.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("auth"));
        assert_eq!(kept(&lines, prompt, out), expected, "{text}");
    }

    #[test]
    fn secrets_and_messages_are_kept_out() {
        check(&Prompt::Command, "EHLO x|AUTH LOGIN|dXNlcg==|c2VjcmV0|MAIL FROM:<>", &["EHLO x"]);
        check(&Prompt::Command, "DATA|Subject: x||body|.|QUIT", &["DATA", "QUIT"]);
        check(&Prompt::Data, "body|.|NOOP", &["NOOP"]);
        check(&Prompt::Command, " ", &[]);
        for prompt in [Prompt::Challenge, Prompt::Secret("x".into()), Prompt::Confirm("x".into())] {
            check(&prompt, "anything", &[]);
        }
    }

    #[test]
    fn addresses_used_before() {
        let path = std::env::temp_dir().join(format!("byhand-addresses-{}", std::process::id()));
        let text =
            "#V2\nMAIL FROM:<a@x.test> SIZE=3\nRCPT TO:<b@y.test>\nMAIL FROM:<>\nNOOP <c@z.test>\nrcpt to:<a@x.test>\n";
        std::fs::write(&path, text).unwrap();
        let found = addresses(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(found, ["a@x.test", "b@y.test"]);
    }
}
