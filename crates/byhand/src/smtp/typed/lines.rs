//! Lines that are entered: each waits for its turn, and then goes to the server, to us, into the message, or is the
//! answer to a question.

use std::time::Duration;

use super::wire::{Looked, mask};
use super::{Link, Mode, Out, Passed, Saying, Skip, Typed, grammar};
use crate::smtp::auth::Mechanism;
use crate::smtp::typed::verb::{Verb, is_command, is_ours};

/// So long after the end of the connection, and after the line before, Enter alone is a key that somebody pressed.
const MEANT: Duration = Duration::from_millis(700);

/// A reply that takes longer is waited for by somebody who may want to do something else.
const STALLED: Duration = Duration::from_secs(2);

/// RFC 4954 §4: not without TLS, unless that is asked for.
pub(super) const IN_CLEAR: &str = "a password is not sent without TLS, unless --auth-in-clear says so";

impl Typed {
    /// A line was entered. Line ends within it make several lines of it.
    pub fn line(&mut self, at: Duration, text: &str) {
        self.now = at;
        self.line_number += 1;
        self.leaving &= self.settings.script;
        self.interrupted = false;
        if self.question.is_some() {
            self.answers_question(text);
            return self.go_on();
        }
        self.alone = !text.contains('\n');
        self.pause = at.saturating_sub(std::mem::replace(&mut self.entered, at));
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if self.may_jump_the_queue(line) {
                if let Ok(local) = grammar::parse(line.trim_start()) {
                    self.jump_the_queue(local, line.trim_start());
                }
                continue;
            }
            self.waiting.push_back(line.to_owned());
        }
        if self.alone && self.is_stalled() && !std::mem::replace(&mut self.wait_told, true) {
            let line = self.awaiting.front().map(|first| first.due.line.clone()).unwrap_or_default();
            self.aside(format!("that waits for the reply to {line}; Ctrl-C ends the waiting, :quit leaves"));
        }
        self.go_on();
    }

    /// Whether a reply is awaited for longer than whoever types ahead would leave it.
    fn is_stalled(&self) -> bool {
        let waits = !self.settings.script && self.busy.is_none() && !self.impatient && !self.awaiting.is_empty();
        waits && self.now.saturating_sub(self.since) >= STALLED
    }

    fn jump_the_queue(&mut self, local: grammar::Local, line: &str) {
        if local == grammar::Local::Quit {
            self.forget_waiting();
            if self.awaiting.iter().any(|awaited| matches!(awaited.due.asked, super::wire::Asked::Message(_))) {
                self.aside(super::network::PERHAPS);
            }
        }
        self.local(local, line);
    }

    /// Lines that wait are not dealt with any more; that is said.
    pub(super) fn forget_waiting(&mut self) {
        let dropped = self.waiting.len();
        self.waiting.clear();
        if dropped > 0 {
            self.aside(format!("{} forgotten", count(dropped, "waiting line is", "waiting lines are")));
        }
    }

    /// Commands of ours that only tell something, or that are wanted because the server is silent, wait for no reply.
    fn may_jump_the_queue(&self, line: &str) -> bool {
        if self.settings.script || self.is_ready() || !matches!(self.mode, Mode::Command) {
            return false;
        }
        // Lines of a paste come in their order; a line that is typed by itself in a long wait does not join the others.
        let stalled = self.alone && self.is_stalled();
        let first = self.waiting.is_empty();
        let Some(word) = line.trim_start().strip_prefix(':').and_then(|inner| inner.split_whitespace().next()) else {
            return false;
        };
        let banner_is_due = self.busy.is_none() && self.link == Link::Up && !self.state.greeted;
        match word.to_ascii_lowercase().as_str() {
            "help" | "why" | "timing" | "undo" => first || stalled,
            "quit" => stalled,
            "tls" => first && banner_is_due,
            _ => false,
        }
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
            Mode::Group { .. } => self.group_line(line),
            Mode::Answer { .. } => self.answer_line(line),
        }
    }

    /// Lines whose reason is gone are passed over; the first that is clearly a command ends that.
    fn skips(&mut self, line: &str) -> bool {
        let Some(skip) = self.skip else { return false };
        let ours = is_ours(line);
        // Whoever asks, or saves, is still where they were.
        let asks = ours && grammar::parse(line.trim()).map_or(true, |local| !local.talks());
        match skip {
            // The first line tells whether a message follows at all.
            Skip::MessageMaybe if ours => return false,
            Skip::Answers { .. } if asks && !self.settings.script => return false,
            Skip::MessageMaybe | Skip::Answers { .. } if ours || is_command(line) => {
                self.skip = None;
                return false;
            }
            // An empty line goes nowhere in any case.
            Skip::Answers { .. } if line.is_empty() && !self.settings.script => return false,
            Skip::Answers { told, why } => {
                self.skip = Some(Skip::Answers { told: true, why });
                // Line by line, nobody should wonder where one went.
                if told && self.alone && !self.settings.script {
                    self.aside("not sent either; a command ends that");
                }
                if !told {
                    self.aside(match why {
                        Passed::NoChallenge => {
                            "not sent: no challenge came, and this may be an answer to one. A command ends that; :raw sends \
                             anything"
                        }
                        Passed::Refused => {
                            "not sent: the login did not come about, and this may be its password. A command ends that; :raw \
                             sends anything"
                        }
                        Passed::Late => {
                            "not sent: it was typed while the login was under way, and may be its password. A command ends \
                             that; :raw sends anything"
                        }
                    });
                }
            }
            Skip::MessageMaybe => {
                self.skip = Some(Skip::Message);
                self.aside("the lines of the message are passed over, up to the dot: DATA was refused");
            }
            Skip::Message => {}
        }
        if line == "." && self.skip == Some(Skip::Message) {
            self.skip = None;
        }
        true
    }

    fn command_line(&mut self, line: &str) {
        // In a chunk blanks count, and what stands behind them is no line of ours.
        if line.starts_with(':') || (is_ours(line) && self.wire.chunk_left().is_none()) {
            let line = line.trim_start();
            return match grammar::parse(line) {
                Ok(local) => self.local(local, line),
                Err(text) => self.trouble(&text),
            };
        }
        // RFC 3030 §2: so many octets behind BDAT are the chunk, whatever they look like.
        let in_chunk = self.wire.chunk_left().is_some();
        if line.trim().is_empty() && !in_chunk {
            if !self.settings.script {
                self.empty_line();
            }
            return;
        }
        if self.settings.script && super::saved::is_comment(line) && !in_chunk {
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
            // A paste goes on behind the line that the server died of, and has empty lines in it.
            let meant = self.alone && self.pause >= MEANT && self.now.saturating_sub(self.died) >= MEANT;
            if !meant {
                return self.aside("that Enter came too soon to be meant for it: Enter once more connects again");
            }
            self.saved.line(":reconnect");
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
        let mark = self.saved.mark();
        let in_chunk = self.wire.chunk_left().is_some();
        if mask(line) == line && in_chunk {
            self.saved.line(line);
        } else if mask(line) == line {
            self.login.is_saved &= Verb::of(line) != Verb::Auth;
            self.saved.raw(line);
        } else if Verb::of(line) == Verb::Auth {
            self.save_login(line);
        } else {
            self.saved.leave_out();
        }
        self.send_unless_asked(format!("{line}\r\n").into_bytes(), false, mark);
        if let (Some(left), false, false) = (self.wire.chunk_left(), in_chunk, self.settings.script) {
            self.aside(format!(
                "the next {left} octets are the chunk: each line counts with its CRLF, an empty one too"
            ));
        }
    }

    /// Whether something can be sent; where not, that is said.
    pub(super) fn has_connection(&mut self) -> bool {
        if self.link == Link::Up {
            return true;
        }
        if self.settings.script {
            self.note("there is no connection to send this on; the script ends here");
            self.because("there is no connection to send this on");
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
        let Looked { shown, due, secret, .. } = self.wire.look(&octets, raw);
        secret.iter().for_each(|line| self.login.learn(line));
        let auth = |due: &super::wire::Due| Verb::of(&due.line) == Verb::Auth;
        let tells = |line: &String| {
            line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).is_some_and(Mechanism::sends_password)
        };
        // The person who uses `:auth` was asked; a script is told what it may do.
        if self.login.exchange.is_none()
            && secret.iter().any(tells)
            && due.iter().any(auth)
            && !self.may_send_password()
        {
            return self.trouble(IN_CLEAR);
        }
        if !self.state.tls && self.login.exchange.is_none() && secret.iter().any(tells) {
            self.aside(
                "this connection is not encrypted, and the password goes out in that line: whoever reads it has it",
            );
        }
        self.outbox.push_back(Out::Send(Saying { octets, shown, due }));
    }

    fn group_line(&mut self, line: &str) {
        let Mode::Group { octets, wire } = &mut self.mode else { return };
        let inside = wire.is_text() || wire.chunk_left().is_some();
        if self.settings.script && super::saved::is_comment(line) && !inside {
            return;
        }
        if !is_ours(line) || (inside && !line.starts_with(':')) {
            // As in a message that is typed line by line: what is typed is what arrives (RFC 5321 §4.5.2).
            let stuffed = wire.is_text() && line.starts_with('.') && line != ".";
            let sent = format!("{}{line}\r\n", if stuffed { "." } else { "" });
            let (_, open) = wire.add(sent.as_bytes());
            octets.extend_from_slice(sent.as_bytes());
            match (open, inside) {
                (true, true) => self.saved.line(line),
                (true, false) => self.saved.raw(line),
                (false, _) => {
                    self.saved.leave_out();
                    self.login.is_saved = true;
                }
            }
            if stuffed {
                self.aside(super::data::DOUBLED);
            }
            return;
        }
        let line = line.trim_start();
        match grammar::parse(line) {
            Ok(grammar::Local::Raw(more)) => {
                let (open, whole) = wire.add(&more);
                octets.extend_from_slice(&more);
                self.saved.raw_octets(line, &open, whole);
                self.login.is_saved |= !whole;
            }
            Ok(grammar::Local::End) => self.end_group(),
            Ok(_) => self
                .trouble("inside a group there are lines to send, :raw, and :end, which sends it; Ctrl-C forgets it"),
            Err(text) => self.trouble(&text),
        }
    }

    fn end_group(&mut self) {
        let Mode::Group { octets, .. } = std::mem::replace(&mut self.mode, Mode::Command) else { return };
        self.saved.line(":end");
        if octets.is_empty() {
            return self.aside("the group is empty");
        }
        if self.has_connection() {
            let mark = self.saved.group();
            self.send_unless_asked(octets, false, mark);
        }
    }

    /// A line that cannot be done: told to a person, the end of a script.
    pub(super) fn trouble(&mut self, text: &str) {
        if self.settings.script {
            self.note(format!("the script ends here: {text}"));
            self.because(text);
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
