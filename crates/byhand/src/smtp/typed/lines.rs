//! Lines that are entered: each waits for its turn, and then goes to the server, to us, into the message, or is the
//! answer to a question.

use std::time::Duration;

use super::wire::{Looked, mask};
use super::{Link, Mode, Out, Saying, Skip, Typed, grammar};
use crate::smtp::typed::verb::Verb;

impl Typed {
    /// A line was entered. Line ends within it make several lines of it.
    pub fn line(&mut self, at: Duration, text: &str) {
        self.now = at;
        self.leaving &= self.settings.script;
        self.interrupted = false;
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if self.question.is_some() && self.answers_question(line) {
                continue;
            }
            if self.may_jump_the_queue(line) {
                if let Ok(local) = grammar::parse(line) {
                    self.local(local, line);
                }
                continue;
            }
            self.waiting.push_back(line.to_owned());
        }
        self.go_on();
    }

    /// Commands of ours that only tell something, or that are wanted because the server is silent, wait for no reply.
    fn may_jump_the_queue(&self, line: &str) -> bool {
        if self.settings.script || !self.waiting.is_empty() || self.is_ready() || !matches!(self.mode, Mode::Command) {
            return false;
        }
        let Some(word) = line.strip_prefix(':').and_then(|inner| inner.split_whitespace().next()) else { return false };
        let banner_is_due = self.busy.is_none() && self.link == Link::Up && !self.state.greeted;
        matches!(word.to_ascii_lowercase().as_str(), "help" | "why" | "timing" | "undo")
            || (word.eq_ignore_ascii_case("tls") && banner_is_due)
    }

    /// Deals with waiting lines, as far as that can be done now.
    pub(super) fn go_on(&mut self) {
        while self.is_ready() {
            let Some(line) = self.waiting.pop_front() else { break };
            self.enter(&line);
        }
        self.end_if_over();
    }

    fn enter(&mut self, line: &str) {
        if self.skips(line) {
            return;
        }
        match &self.mode {
            Mode::Command => self.command_line(line),
            Mode::Data => self.data_line(line),
            Mode::Group(_) => self.group_line(line),
            Mode::Answer { .. } => self.answer_line(line),
        }
    }

    /// Lines whose reason is gone are passed over; the first that is clearly a command ends that.
    fn skips(&mut self, line: &str) -> bool {
        let Some(skip) = self.skip else { return false };
        let ours = line.starts_with(':');
        match skip {
            // The first line tells whether a message follows at all.
            Skip::MessageMaybe if ours => return false,
            Skip::MessageMaybe | Skip::Answers if ours || Verb::of(line) != Verb::Other => {
                self.skip = None;
                return false;
            }
            Skip::MessageMaybe => {
                self.skip = Some(Skip::Message);
                self.aside("the lines of the message are passed over, up to the dot: DATA was refused");
            }
            Skip::Message | Skip::Answers => {}
        }
        if line == "." && self.skip == Some(Skip::Message) {
            self.skip = None;
        }
        true
    }

    fn command_line(&mut self, line: &str) {
        if line.starts_with(':') {
            return match grammar::parse(line) {
                Ok(local) => self.local(local, line),
                Err(text) => self.trouble(&text),
            };
        }
        if line.trim().is_empty() {
            if !self.settings.script {
                self.empty_line();
            }
            return;
        }
        if self.settings.script && super::saved::is_comment(line) {
            return;
        }
        self.raw(line);
    }

    /// The line of an `:on`, which is done as if it stood alone.
    pub(super) fn on_line(&mut self, line: &str) {
        match self.mode {
            Mode::Command => self.command_line(line),
            _ => self.trouble(":on stands between commands"),
        }
    }

    fn empty_line(&mut self) {
        if self.link == Link::Dead {
            return self.reconnect();
        }
        if !std::mem::replace(&mut self.empty_line_told, true) {
            self.aside("an empty line is not sent; :raw \\r\\n sends one. :help shows what can be typed here");
        }
    }

    /// A raw line goes out.
    fn raw(&mut self, line: &str) {
        // Whoever says goodbye to nobody wants to leave.
        if self.link == Link::Dead && !self.settings.script && Verb::of(line) == Verb::Quit {
            return self.leave_now();
        }
        if !self.has_connection() {
            return;
        }
        if mask(line) == line {
            self.saved.raw(line);
        } else {
            self.save_login(line);
        }
        self.send(format!("{line}\r\n").into_bytes(), false);
    }

    /// Whether something can be sent; where not, that is said.
    pub(super) fn has_connection(&mut self) -> bool {
        if self.link == Link::Up {
            return true;
        }
        if self.settings.script {
            self.note("there is no connection to send this on; the script ends here");
            self.link = Link::Dead;
            self.closed_expected = false;
            self.leave_now();
        } else {
            self.aside("there is no connection; Enter, or :reconnect, makes one");
        }
        false
    }

    /// Lets octets go out that commands are made of.
    pub(super) fn send(&mut self, octets: Vec<u8>, raw: bool) {
        let looked = self.wire.look(&octets, raw);
        if raw && looked.is_masked() {
            self.saved.drop_last("a raw login is left out");
        }
        let Looked { shown, due, secret } = looked;
        secret.iter().for_each(|line| self.login.learn(line));
        self.outbox.push_back(Out::Send(Saying { octets, shown, due }));
    }

    fn group_line(&mut self, line: &str) {
        let Mode::Group(lines) = &mut self.mode else { return };
        if self.settings.script && (super::saved::is_comment(line) || line.is_empty()) {
            return;
        }
        if !line.starts_with(':') {
            lines.push(format!("{line}\r\n").into_bytes());
            return self.saved.line(line);
        }
        match grammar::parse(line) {
            Ok(grammar::Local::Raw(octets)) => {
                lines.push(octets);
                self.saved.line(line);
            }
            Ok(grammar::Local::End) => self.end_group(),
            Ok(_) => self
                .trouble("inside a group there are lines to send, :raw, and :end, which sends it; Ctrl-C forgets it"),
            Err(text) => self.trouble(&text),
        }
    }

    fn end_group(&mut self) {
        let Mode::Group(lines) = std::mem::replace(&mut self.mode, Mode::Command) else { return };
        self.saved.line(":end");
        if lines.is_empty() {
            return self.aside("the group is empty");
        }
        if self.has_connection() {
            let octets = lines.concat();
            let looked = self.wire.look(&octets, false);
            looked.secret.iter().for_each(|line| self.login.learn(line));
            if looked.is_masked() {
                self.saved.drop_group("a group with a login in it is left out");
            }
            self.outbox.push_back(Out::Send(Saying { octets, shown: looked.shown, due: looked.due }));
        }
    }

    /// A line that cannot be done: told to a person, the end of a script.
    pub(super) fn trouble(&mut self, text: &str) {
        if self.settings.script {
            self.note(format!("the script ends here: {text}"));
            self.bad_script = true;
            self.quit();
        } else {
            self.aside(text);
        }
    }
}

/// `1 line waits`, `3 lines wait`.
pub(super) fn count(n: usize, one: &str, more: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {more}") }
}
