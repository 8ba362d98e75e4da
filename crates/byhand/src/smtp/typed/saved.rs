//! The session as a script: what was typed and did something, in order, without any password.
//!
//! A bare AUTH and the name that was typed stand there, `:secret` in place of a password; an AUTH line with its response
//! becomes `:auth MECHANISM USER`, which asks. Comments and help are not kept; a line that a script would pass over goes
//! in as `:raw`.

use super::grammar::escaped;
use super::{Settings, Typed};
use crate::smtp::auth::decode_challenge;

/// The most octets that are kept.
const KEPT: usize = 16 * 1024 * 1024;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Saved {
    lines: Vec<String>,
    octets: usize,
    cut: bool,
    /// Where the group at hand begins.
    group: usize,
    /// The file of the last `:message`.
    pub(super) message: Option<String>,
    /// Whether lines are kept by whoever called, as in `:on`.
    pub(super) quiet: bool,
}

impl Saved {
    /// A line as it was typed.
    pub(super) fn line(&mut self, line: &str) {
        if self.quiet {
            return;
        }
        self.octets += line.len() + 1;
        self.cut |= self.octets > KEPT;
        if !self.cut {
            self.lines.push(line.to_owned());
        }
    }

    /// A line for the server.
    pub(super) fn raw(&mut self, line: &str) {
        if is_comment(line) {
            self.line(&format!(":raw {}\\r\\n", escaped(line.as_bytes())));
        } else {
            self.line(line);
        }
    }

    pub(super) fn begin_group(&mut self) {
        self.group = self.lines.len();
        self.line(":group");
    }

    /// The group at hand was not sent, or cannot be kept.
    pub(super) fn drop_group(&mut self, why: &str) {
        self.lines.truncate(self.group);
        if !why.is_empty() {
            self.line(&format!("# {why}"));
        }
    }

    /// The last line cannot be kept.
    pub(super) fn drop_last(&mut self, why: &str) {
        if !self.quiet {
            self.lines.pop();
        }
        self.line(&format!("# {why}"));
    }

    /// The script.
    pub(super) fn text(&self, settings: &Settings) -> String {
        let host = settings.host.as_deref().unwrap_or("HOST");
        let mut text = format!(
            "# A session with {}, port {}. To do the same again: smtp-send --server {} --script FILE\n",
            printable(host),
            settings.port,
            printable(&super::aim::server(settings)),
        );
        if self.cut {
            text += "# It was too long: what came later is not here.\n";
        }
        for line in &self.lines {
            text += line;
            text.push('\n');
        }
        text
    }
}

/// Whether a script passes the line over: a `#` begins it, also behind blanks.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

impl Typed {
    /// An AUTH line that has its response with it.
    pub(super) fn save_login(&mut self, line: &str) {
        self.login.learn(line);
        self.login.is_saved = true;
        let mut words = line.split_whitespace();
        let (mechanism, response) = (words.nth(1).unwrap_or_default(), words.next().unwrap_or_default());
        let decoded = decode_challenge(response).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        let mechanism = mechanism.to_ascii_uppercase();
        let user = match mechanism.as_str() {
            "PLAIN" => decoded.split('\0').nth(1).map(str::to_owned),
            "LOGIN" => Some(decoded),
            "XOAUTH2" => decoded.split('\x01').find_map(|part| part.strip_prefix("user=")).map(str::to_owned),
            "EXTERNAL" | "ANONYMOUS" => Some(String::new()),
            _ => None,
        };
        match user.filter(|user| !user.chars().any(char::is_control)) {
            Some(user) => self.saved.line(format!(":auth {mechanism} {user}").trim_end()),
            None => self.saved.line("# a login is left out here"),
        }
    }
}
