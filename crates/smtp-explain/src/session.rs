//! The client's side of a conversation that was pasted: which lines are commands, so that the replies behind them are known to
//! answer those, and which are no line of SMTP at all.
//!
//! Commands are told by their form (RFC 5321 §4.1.1) or by the marks that this project's tools, swaks and sendmail set in
//! front. Replies answer them in their order, also where they were sent together (RFC 2920). What a client sends between a 354
//! and the dot is its message, and what it sends after a 334 is a secret: both are passed over.

use std::collections::VecDeque;

/// Marks in front of what a client sent.
const CLIENT: [&str; 9] = ["-> ", "~> ", ">>> ", "C: ", "smtp> ", "smtp~ ", "data> ", "data~ ", "*> "];
/// Marks of a server's lines.
const MARKS: [&str; 7] = ["<** ", "<~* ", "<-  ", "<~  ", "<<< ", "<- ", "S: "];
/// Marks in front of what neither side said.
const NOTES: [&str; 2] = ["=== ", "--- "];

/// What is known of a conversation so far.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// Commands that were not answered yet, in the records' words.
    waiting: VecDeque<&'static str>,
    inside: Inside,
    /// QUIT was answered: what follows is somebody's note.
    over: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Talk,
    Message,
    Secret,
}

/// More commands than this wait for no answer.
const MOST: usize = 1_000;

impl Session {
    /// Takes a line; whether it was none of the server's.
    pub(crate) fn client(&mut self, line: &str) -> bool {
        let (text, marked) = unmarked(line);
        match self.inside {
            Inside::Message => {
                if text == "." {
                    self.inside = Inside::Talk;
                    self.push(".");
                }
                return true;
            }
            Inside::Secret if marked || !byhand::explain::found::starts(text) => {
                self.inside = Inside::Talk;
                return true;
            }
            Inside::Secret => self.inside = Inside::Talk,
            Inside::Talk => {}
        }
        if let Some(command) = command(text) {
            self.push(command);
            return true;
        }
        marked || is_note(line) || (self.over && !byhand::explain::found::starts(text))
    }

    /// The command that a reply answers.
    pub(crate) fn server(&mut self, reply: &str) -> Option<&'static str> {
        let command = self.waiting.pop_front();
        self.over = command == Some("QUIT");
        match (reply.get(..3), command) {
            (Some("354"), Some("DATA")) => self.inside = Inside::Message,
            (Some("334"), Some("AUTH")) => {
                self.inside = Inside::Secret;
                self.waiting.push_front("AUTH");
            }
            _ => {}
        }
        command.filter(|command| *command != OTHER)
    }

    fn push(&mut self, command: &'static str) {
        if self.waiting.len() < MOST {
            self.waiting.push_back(command);
        }
    }
}

/// Whether a line is a client's or a note, whatever stands before it.
pub(crate) fn is_client(line: &str) -> bool {
    let (text, marked) = unmarked(line);
    marked || is_note(line) || command(text).is_some()
}

/// Whether a line shows that a conversation was pasted: a greeting, or marks that no bounce has.
pub(crate) fn shows_one(line: &str) -> bool {
    let line = line.trim();
    let greeting = byhand::explain::found::starts(line) && line.starts_with("220");
    // sendmail's transcripts in bounces have these two.
    let mark = !line.starts_with(">>>") && !line.starts_with("<<<");
    greeting
        || mark && (unmarked(line).1 || line.starts_with("=== ") || MARKS.iter().any(|mark| line.starts_with(mark)))
}

/// Whether neither side said it: what a program that shows a conversation, or telnet, adds.
fn is_note(line: &str) -> bool {
    if !line.trim_start().starts_with(['T', 'C', 'E', '=', '-']) {
        return false;
    }
    let mut words = line.split_whitespace();
    let telnet = match (words.next(), words.next(), words.next(), words.next()) {
        (Some("Trying"), Some(address), None, _) => address.ends_with("..."),
        (Some("Connected"), Some("to"), Some(name), None) => name.ends_with('.'),
        (Some("Escape"), Some("character"), Some("is"), _) => true,
        _ => false,
    };
    telnet || NOTES.iter().any(|note| line.starts_with(note))
}

/// A server's line without its mark.
pub(crate) fn servers(line: &str) -> &str {
    MARKS.iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line).trim_start()
}

fn unmarked(line: &str) -> (&str, bool) {
    match CLIENT.iter().find_map(|mark| line.strip_prefix(mark)) {
        Some(rest) => (rest.trim(), true),
        None => (line, false),
    }
}

/// A command that is no stage of its own.
const OTHER: &str = "";

/// The command that a line is, in the records' words; `None` for a sentence that only begins like one.
fn command(line: &str) -> Option<&'static str> {
    if !line.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let upper = line.to_ascii_uppercase();
    let words: Vec<&str> = upper.split_whitespace().collect();
    // People who type leave the brackets out; who writes a sentence goes on behind the address.
    let path = |name: &str| {
        upper
            .strip_prefix(name)
            .map(str::trim)
            .is_some_and(|rest| rest.starts_with('<') || (rest.contains('@') && !rest.contains(char::is_whitespace)))
    };
    Some(match words.as_slice() {
        ["EHLO" | "HELO" | "LHLO", name] if !name.ends_with(':') => "EHLO",
        ["STARTTLS"] => "STARTTLS",
        ["AUTH", mechanism] | ["AUTH", mechanism, _] if is_mechanism(mechanism) => "AUTH",
        ["MAIL", ..] if path("MAIL FROM:") => "MAIL",
        ["RCPT", ..] if path("RCPT TO:") => "RCPT",
        ["DATA"] => "DATA",
        ["BDAT", size] | ["BDAT", size, "LAST"] if size.bytes().all(|b| b.is_ascii_digit()) => ".",
        ["QUIT"] => "QUIT",
        ["RSET" | "NOOP" | "HELP"] => OTHER,
        ["VRFY" | "EXPN", _] => "RCPT",
        _ => return None,
    })
}

/// Whether a word is the name of a SASL mechanism (RFC 4422 §3.1) that mail clients use.
fn is_mechanism(word: &str) -> bool {
    matches!(word, "PLAIN" | "LOGIN" | "EXTERNAL" | "GSSAPI" | "NTLM" | "XOAUTH2" | "OAUTHBEARER")
        || word.starts_with("CRAM-")
        || word.starts_with("SCRAM-")
        || word.starts_with("DIGEST-")
}

#[cfg(test)]
mod tests {
    use super::{Session, is_client};

    #[test]
    fn commands_and_what_only_begins_like_one() {
        for line in [
            "EHLO out.example.net",
            "mail from:<a@example.net> SIZE=402",
            "RCPT TO: <u@example.org>",
            "-> DATA",
            "~> anything",
            ">>> QUIT",
            "=== mx1.example.org [192.0.2.25]:25 connected",
            "AUTH PLAIN",
            "rcpt to: u@example.org",
            "Trying 192.0.2.25...",
            "Connected to mx1.example.org.",
        ] {
            assert!(is_client(line), "{line}");
        }
        for line in [
            "HELO command rejected: need a full name",
            "RCPT TO command failed",
            "Mail from 192.0.2.1 refused",
            "AUTH required first",
            "DATA not allowed here",
            "550 no",
            "<- 250 ok",
            "rcpt to: u@example.org was refused",
            "Connected to 192.0.2.25 but sender was rejected.",
        ] {
            assert!(!is_client(line), "{line}");
        }
    }

    #[test]
    fn replies_answer_in_order() {
        let mut session = Session::default();
        assert_eq!(session.server("220 mx1.example.org"), None);
        for line in ["MAIL FROM:<a@example.net>", "RCPT TO:<u@example.org>", "RSET", "DATA"] {
            assert!(session.client(line), "{line}");
        }
        let answers = ["250 ok", "550 no", "250 ok", "354 go on"].map(|reply| session.server(reply));
        assert_eq!(answers, [Some("MAIL"), Some("RCPT"), None, Some("DATA")]);
        for line in ["Subject: 550 no", "", "550 a line of the message", "."] {
            assert!(session.client(line), "{line}");
        }
        assert_eq!(session.server("554 no"), Some("."));
        assert!(session.client("AUTH LOGIN"));
        assert_eq!(session.server("334 VXNlcm5hbWU6"), Some("AUTH"));
        assert!(session.client("c3RldmU="));
        assert_eq!(session.server("535 no"), Some("AUTH"));
        assert!(!session.client("550 no"));
    }
}
