//! The session as a script: what was typed and did something, in order, without any password.
//!
//! A bare AUTH and the name that was typed stand there, `:secret` in place of a password; an AUTH line with its response
//! becomes `:auth MECHANISM USER`, which asks. Comments and help are not kept; a line that a script would pass over goes
//! in as `:raw`.

use super::grammar::escaped;
use super::{Settings, Typed};
use crate::smtp::auth::{Mechanism, decode_challenge};

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
    /// Whether a login is missing from it; whether one went out in clear.
    left_out: bool,
    pub(super) in_clear: bool,
    /// An AUTH line that is left out for now, where it stands, and whether another was left out before.
    doubt: Option<(usize, String, bool)>,
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

    /// Where the next line will stand.
    pub(super) fn mark(&self) -> usize {
        self.lines.len()
    }

    /// What was kept since then was not sent.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.lines.truncate(mark);
    }

    pub(super) fn begin_group(&mut self) {
        self.group = self.lines.len();
        self.line(":group");
    }

    /// Where the group at hand begins.
    pub(super) fn group(&self) -> usize {
        self.group
    }

    /// Octets of `:raw`, as the line that was typed, or what of it may be kept.
    pub(super) fn raw_octets(&mut self, line: &str, open: &[u8], whole: bool) {
        if whole {
            return self.line(line);
        }
        if !open.is_empty() {
            self.line(&format!(":raw {}", escaped(open)));
        }
        self.leave_out();
    }

    /// The server took the word behind AUTH for a mechanism, or did not. Whether it is kept now.
    pub(super) fn settle(&mut self, known: bool) -> bool {
        let Some((at, line, before)) = self.doubt.take() else { return false };
        match self.lines.get_mut(at).filter(|_| known) {
            Some(place) => {
                *place = line;
                self.left_out = before;
                true
            }
            None => false,
        }
    }

    /// What is said when it is written.
    pub(super) fn told(&self, settings: &Settings) -> String {
        if self.left_out {
            return "saved, without passwords; a login that no script can repeat is left out, so that it does not do quite the \
                    same again"
                .into();
        }
        let command = super::aim::script(settings);
        let asks = self.lines.iter().any(|line| line == ":secret" || line.starts_with(":auth "));
        let password = if asks { ", given BYHAND_AUTH_PASSWORD or --auth-password-file," } else { "" };
        match self.in_clear {
            true => format!(
                "saved; passwords are not in it. One went out in clear: {command} --auth-in-clear{password} does the same again"
            ),
            false => format!("saved; passwords are not in it. {command}{password} does the same again"),
        }
    }

    /// A login that no script can do again.
    pub(super) fn leave_out(&mut self) {
        self.left_out = true;
        self.line("# a login is left out here");
    }

    /// The script. `secret`: whether a line has a secret in it, as is known by now.
    pub(super) fn text(&mut self, settings: &Settings, secret: impl Fn(&str) -> bool) -> String {
        for line in &mut self.lines {
            if secret(line) {
                "# a line with a secret in it is left out here".clone_into(line);
                self.left_out = true;
            }
        }
        let host = settings.host.as_deref().unwrap_or("HOST");
        let mut text = format!(
            "# A session with {}, port {}. To do the same again: {}\n",
            printable(host),
            settings.port,
            printable(&super::aim::script(settings)),
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
        let mut behind = line.split_whitespace().skip(1);
        // RFC 4422 §3.1: what a mechanism may be called.
        let may_be_named = |word: &str| {
            word.len() <= 20 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(&b))
        };
        let only_word = behind.next().is_some_and(may_be_named) && behind.next().is_none();
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
            Some(user) => {
                let sends = mechanism.parse().is_ok_and(|mechanism: Mechanism| mechanism.sends_password());
                if sends && !self.state.tls {
                    self.saved.in_clear = true;
                    self.saved.line("# The next login went out in clear; a script does that with --auth-in-clear.");
                }
                self.saved.line(format!(":auth {mechanism} {user}").trim_end());
                self.login.named = Some(user).filter(|user| !user.is_empty());
            }
            // A word that may be a secret, or a mechanism that is not known here: a challenge will tell.
            None if only_word && !self.saved.quiet => {
                self.saved.doubt = Some((self.saved.mark(), line.to_owned(), self.saved.left_out));
                self.saved.leave_out();
            }
            None => self.saved.leave_out(),
        }
    }
}
