//! What Tab offers: verbs, the allowed ones first; parameters that the server advertised; addresses used before; our own
//! commands behind a colon. And what must stay out of a history.

use super::answer::looks_whole;
use super::state::State;
use super::verb::{Verb, is_command, is_ours};
use super::wire::mask;
use super::{Prompt, Settings, grammar};
use crate::smtp::auth::seems_auth;

/// What completion and hints need of a session: a copy, see [`Typed::view`](super::Typed::view).
#[derive(Clone, Debug)]
pub struct View {
    pub(super) state: State,
    pub(super) settings: Settings,
    pub(super) prompt: Prompt,
    /// The addresses of the settings, as text.
    pub(super) proposed: Vec<String>,
    /// Whether a line that is clearly no command is taken for an answer that comes too late.
    pub(super) skips_answers: bool,
}

impl View {
    /// What the next line is for.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.state.tls
    }

    /// See [`Typed::keeps_out_of_history`](super::Typed::keeps_out_of_history).
    #[must_use]
    pub fn keeps_out_of_history(&self, line: &str) -> bool {
        match self.prompt {
            Prompt::Challenge | Prompt::Secret(_) | Prompt::Confirm(_) => true,
            Prompt::Data => false,
            Prompt::Command | Prompt::Group => !may_be_kept(line),
        }
    }

    /// Whether what follows the line may be a password, before anything is known of the server's reply.
    #[must_use]
    pub fn leads_to_a_secret(&self, line: &str) -> bool {
        match self.prompt {
            Prompt::Challenge | Prompt::Secret(_) => true,
            Prompt::Data => false,
            _ if is_ours(line) => line.to_ascii_lowercase().contains("auth"),
            _ => self.skips_answers && !is_command(line) || seems_auth(line) || mask(line) != line,
        }
    }

    /// Whether a line, as far as it is typed, is drawn as stars: a password, or what may be one in the wrong place.
    #[must_use]
    pub fn hides(&self, line: &str) -> bool {
        match self.prompt {
            Prompt::Secret(_) => true,
            Prompt::Challenge => looks_whole(line),
            // Nothing but our own words answers a question.
            Prompt::Confirm(_) => !is_ours(line),
            Prompt::Command if self.skips_answers => !is_ours(line) && !Verb::may_become(line),
            _ => false,
        }
    }

    /// See [`Typed::complete`](super::Typed::complete).
    #[must_use]
    pub fn complete(&self, line: &str, at: usize) -> (usize, Vec<String>) {
        let at = (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let before = &line[..at];
        match self.prompt {
            Prompt::Challenge | Prompt::Secret(_) | Prompt::Confirm(_) => (at, Vec::new()),
            Prompt::Data => self.header(before),
            Prompt::Command | Prompt::Group => match before.strip_prefix(':') {
                Some(inner) => self.local(inner),
                None => self.command(before),
            },
        }
    }

    fn header(&self, before: &str) -> (usize, Vec<String>) {
        const NAMES: [&str; 9] = [
            "From: ",
            "To: ",
            "Subject: ",
            "Date: ",
            "Message-ID: ",
            "Cc: ",
            "Reply-To: ",
            "MIME-Version: ",
            "Content-Type: ",
        ];
        if self.state.in_body || before.is_empty() {
            return (0, Vec::new());
        }
        if before.contains(':') {
            let start = before.rfind([' ', '<', ',', ':']).map_or(0, |at| at + 1);
            return (start, matching(self.addresses(), &before[start..], ""));
        }
        (0, matching(NAMES, before, ""))
    }

    fn local(&self, inner: &str) -> (usize, Vec<String>) {
        match inner.split_once(char::is_whitespace) {
            None => {
                // Where something has to follow, so does a blank.
                let gap = |entry: &grammar::Entry| {
                    let more = entry.arguments.starts_with(|c: char| c.is_ascii_uppercase());
                    format!("{}{}", entry.word, if more { " " } else { "" })
                };
                let words: Vec<String> = grammar::ENTRIES.iter().map(gap).collect();
                (1, matching(words.iter().map(String::as_str), inner, ""))
            }
            Some((word, rest)) => {
                let start = 1 + word.len() + 1;
                match word.to_ascii_lowercase().as_str() {
                    "auth" => (start, matching(self.state.mechanisms().iter().map(String::as_str), rest, " ")),
                    "help" => {
                        let topics = ["smtp", "data", "auth", "tls", "script"].into_iter();
                        (start, matching(topics.chain(grammar::ENTRIES.iter().map(|entry| entry.word)), rest, ""))
                    }
                    "tls" => (start, matching(["now"], rest, "")),
                    _ => (start + rest.len(), Vec::new()),
                }
            }
        }
    }

    fn command(&self, before: &str) -> (usize, Vec<String>) {
        let lower = before.to_ascii_lowercase();
        let word_at = before.rfind(' ').map_or(0, |at| at + 1);
        let word = &before[word_at..];
        match Verb::of(before) {
            Verb::Mail | Verb::Rcpt if lower.contains(":<") && !before.contains('>') => {
                let start = lower.find(":<").map_or(before.len(), |at| at + 2);
                (start, matching(self.addresses(), &before[start..], ">"))
            }
            verb @ (Verb::Mail | Verb::Rcpt) if before.contains('>') => (word_at, self.parameters(verb, word)),
            Verb::Ehlo | Verb::Helo | Verb::Lhlo if word_at > 0 => {
                (word_at, matching([self.settings.helo.to_string().as_str()], word, ""))
            }
            Verb::Auth if word_at > 0 => {
                (word_at, matching(self.state.mechanisms().iter().map(String::as_str), word, ""))
            }
            Verb::Vrfy | Verb::Expn if word_at > 0 => (word_at, matching(self.addresses(), word, "")),
            _ => (0, matching(self.verbs(), before, "")),
        }
    }

    /// Addresses: those that are proposed, then those used before.
    fn addresses(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for address in self.proposed.iter().chain(&self.settings.addresses) {
            if !all.contains(&address.as_str()) {
                all.push(address);
            }
        }
        all
    }

    /// Parameters that the server advertised for the command: RFC 1870, 6152, 3030, 6531, 3461, 4865, 8689, 4954, 6710.
    fn parameters(&self, verb: Verb, word: &str) -> Vec<String> {
        const MAIL: [(&str, &[&str]); 8] = [
            ("SIZE", &["SIZE="]),
            ("8BITMIME", &["BODY=8BITMIME", "BODY=7BIT"]),
            ("BINARYMIME", &["BODY=BINARYMIME"]),
            ("SMTPUTF8", &["SMTPUTF8"]),
            ("DSN", &["RET=HDRS", "RET=FULL", "ENVID="]),
            ("FUTURERELEASE", &["HOLDFOR=", "HOLDUNTIL="]),
            ("REQUIRETLS", &["REQUIRETLS"]),
            ("AUTH", &["AUTH=<>"]),
        ];
        const RCPT: [(&str, &[&str]); 1] =
            [("DSN", &["NOTIFY=NEVER", "NOTIFY=SUCCESS", "NOTIFY=FAILURE", "NOTIFY=DELAY", "ORCPT=rfc822;"])];
        let table: &[(&str, &[&str])] = if verb == Verb::Mail { &MAIL } else { &RCPT };
        let offered =
            table.iter().filter(|(keyword, _)| self.state.offers(keyword)).flat_map(|(_, words)| words.iter());
        matching(offered.copied(), word, "")
    }
}

/// Whether a line may be kept in a history: a command that is known, or one of ours that is understood, and nothing of a login
/// in it. Any other line may be a password in the wrong place.
fn may_be_kept(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() {
        return true;
    }
    if is_ours(line) {
        return match grammar::parse(line) {
            Ok(grammar::Local::Auth { .. } | grammar::Local::Secret) | Err(_) => false,
            Ok(grammar::Local::On(_, line)) => may_be_kept(&line),
            Ok(grammar::Local::Raw(octets)) => {
                let text = String::from_utf8_lossy(&octets);
                text.split(['\r', '\n']).all(may_be_kept)
            }
            Ok(_) => true,
        };
    }
    let lower = line.to_ascii_lowercase();
    // A slip in the verb alone is worth the arrow key: the rest of the line tells what it is.
    let envelope = lower.contains(" from:<") || lower.contains(" to:<");
    (is_command(line) || envelope) && !seems_auth(line) && Verb::of(line) != Verb::Auth && mask(line) == line
}

/// Those that begin like `word` in any case, each with `end` behind it.
fn matching<'a>(all: impl IntoIterator<Item = &'a str>, word: &str, end: &str) -> Vec<String> {
    all.into_iter()
        .filter(|one| one.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
        .map(|one| format!("{one}{end}"))
        .collect()
}
