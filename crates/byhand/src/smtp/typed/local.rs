//! Does our own commands: the lines that begin with a colon.

use std::path::PathBuf;
use std::time::Duration;

use super::grammar::Local;
use super::pattern::{Pattern, Seen, Spoken};
use super::{Busy, Link, Mode, Out, Shown, Typed, help, show};
use crate::wire::{Said, Who, ms};

impl Typed {
    /// Does one of our own commands; `line` is how it was typed.
    pub(super) fn local(&mut self, local: Local, line: &str) {
        let before = self.shown.len();
        let asks = local.only_asks();
        self.local_done(local, line);
        if asks && self.settings.script {
            for shown in &mut self.shown[before..] {
                if let Shown::Aside(text) = shown {
                    *shown = Shown::Told(Said {
                        at_ms: ms(self.now),
                        who: Who::Note,
                        tls: self.state.tls,
                        text: std::mem::take(text),
                        elapsed_ms: None,
                        code: None,
                    });
                }
            }
        }
    }

    fn local_done(&mut self, local: Local, line: &str) {
        match local {
            Local::Help(topic) => {
                for line in help::topic(topic.as_deref()) {
                    self.aside(line);
                }
            }
            Local::Why => {
                for line in self.why() {
                    self.aside(line);
                }
            }
            Local::Explain(code) => self.explain(code.as_deref()),
            Local::Timing => self.timing(),
            Local::Tls { now } => self.tls_now(now, line),
            Local::Auth { mechanism, user } => self.auth(mechanism.as_deref(), user),
            Local::Message(path) => {
                self.saved.line(line);
                self.saved.message = Some(path.display().to_string());
                self.message_file(path);
            }
            Local::Data => self.show_data(),
            Local::Group => {
                self.saved.begin_group();
                self.mode = Mode::Group { octets: Vec::new(), wire: self.wire.begin() };
                if !self.settings.script {
                    self.aside("type the lines; :end sends them in one write, Ctrl-C forgets them");
                }
            }
            Local::End => self.trouble("no group was begun: :group does that"),
            Local::Raw(octets) => {
                if self.has_connection() {
                    let mark = self.saved.mark();
                    let (open, whole) = self.wire.clone().add(&octets);
                    self.saved.raw_octets(line, &open, whole);
                    self.login.is_saved |= !whole;
                    self.send_unless_asked(octets, true, mark);
                }
            }
            Local::Sleep(span) => {
                self.saved.line(line);
                if !self.settings.script {
                    self.aside(format!("sleeping for {}; Ctrl-C ends it", show::span(span)));
                }
                self.outbox.push_back(Out::Pause(span));
            }
            Local::Save(path) => self.save(path),
            Local::Command => {
                for line in self.command() {
                    self.aside(line);
                }
            }
            Local::Quit => self.quit(),
            Local::Reconnect => {
                self.saved.line(line);
                self.reconnect();
            }
            Local::Yes | Local::No => self.trouble("nothing is asked"),
            Local::Expect(pattern) => {
                self.saved.line(line);
                self.expect(&pattern);
            }
            Local::On(pattern, rest) => {
                if self.keeps_out_of_history(line) {
                    self.saved.leave_out();
                } else {
                    self.saved.line(line);
                }
                self.on(&pattern, &rest);
            }
            Local::Undo => self.undo(),
            Local::Secret => {
                let refused = self.last.as_ref().filter(|(reply, due)| due.is_login() && !reply.is_success());
                let text = refused.map_or_else(
                    || "no password is asked for: after a bare AUTH this answers the challenge".into(),
                    |(reply, due)| format!("no password is asked for: {} was answered {}", due.line, reply.code),
                );
                self.trouble(&text);
            }
        }
    }

    fn tls_now(&mut self, now: bool, line: &str) {
        if !self.has_connection() {
            return;
        }
        if self.state.tls {
            return self.aside("TLS is spoken already");
        }
        self.saved.line(line);
        // A server that waits for a handshake says nothing before it.
        if now || !self.state.greeted {
            self.outbox.push_back(Out::StartTls);
        } else {
            self.send(b"STARTTLS\r\n".to_vec(), false);
        }
    }

    fn show_data(&mut self) {
        if self.draft.lines.is_empty() {
            return self.aside("no message was sent in this session");
        }
        if self.draft.unsent {
            return self.aside("nothing of the message was sent: DATA was not answered 354");
        }
        let lines = self.draft.lines.clone();
        let dots = lines.iter().filter(|line| line.starts_with('.')).count();
        for line in lines.iter().take(500) {
            self.aside(format!("| {line}"));
        }
        if lines.len() > 500 || self.draft.cut {
            self.aside("| ... (there is more)");
        }
        let end = if self.draft.ended { "and its dot was sent" } else { "its dot was not sent" };
        let stuffed = match dots {
            0 => String::new(),
            n => format!(" ({} went out with one dot more)", super::lines::count(n, "line", "lines")),
        };
        self.aside(format!("{}{stuffed}; {end}", super::lines::count(lines.len(), "line", "lines")));
    }

    fn timing(&mut self) {
        if self.timings.is_empty() {
            return self.aside("there was no reply yet");
        }
        let lines: Vec<String> = self
            .timings
            .iter()
            .map(|timing| {
                let last = show::span(timing.last);
                let took = match timing.lines {
                    0 | 1 => last,
                    n => format!("first of {n} lines {}, last {last}", show::span(timing.first)),
                };
                let shared = if timing.shared { ", sent together with others" } else { "" };
                format!("{} {took}  {}{shared}", timing.code, timing.line)
            })
            .collect();
        for line in lines {
            self.aside(line);
        }
    }

    fn save(&mut self, path: PathBuf) {
        let login = &self.login;
        let text = self.saved.text(&self.settings, |line| login.masked(line.to_owned()) != line);
        self.outbox.push_back(Out::WriteFile { path, text });
    }

    /// What writing a file gave.
    pub fn saved(&mut self, at: Duration, written: Result<(), String>) {
        self.now = at;
        if self.busy != Some(Busy::Writing) {
            return;
        }
        self.busy = None;
        match written {
            Ok(()) => self.aside(self.saved.told(&self.settings)),
            Err(why) => self.trouble(&format!("it cannot be saved: {why}")),
        }
        self.go_on();
    }

    /// A new connection, in place of this one.
    pub(super) fn reconnect(&mut self) {
        let up = self.link == Link::Up;
        self.forget_connection();
        // What is said from now on is the new connection's.
        self.settle_seen();
        if up {
            self.outbox.push_back(Out::Close);
            self.note("closed by us, to connect again");
        }
        self.link = Link::None;
        self.outbox.push_back(Out::Connect);
    }

    fn expect(&mut self, pattern: &Pattern) {
        self.expects = true;
        let next = self.looked_at.min(self.seen.len().saturating_sub(1));
        // What came unasked, and the end, may be spoken of before the replies that stand in between.
        let fits = |at: usize, spoken: &Spoken| (at == next || spoken.unasked) && pattern.holds(&spoken.seen);
        let found = self.seen.iter().enumerate().skip(next).find(|(at, spoken)| fits(*at, spoken)).map(|(at, _)| at);
        let at = found.unwrap_or(next);
        let Some(spoken) = self.seen.get_mut(at) else {
            return self.not_as_expected(&format!("expected {}, and nothing was said", pattern.as_str()));
        };
        self.looked_at = at + 1;
        spoken.spoken = true;
        let seen = spoken.seen.clone();
        if !pattern.holds(&seen) {
            return self.not_as_expected(&format!("expected {}, and it was: {}", pattern.as_str(), seen.shown()));
        }
        self.closed_expected |= seen == Seen::Closed;
        self.aside(format!("as expected: {}", pattern.as_str()));
    }

    fn not_as_expected(&mut self, text: &str) {
        self.note(text);
        if self.settings.script {
            self.because(text);
            self.failed = true;
            self.quit();
        }
    }

    fn on(&mut self, pattern: &Pattern, rest: &str) {
        let Some(last) = self.seen.last_mut().filter(|last| pattern.holds(&last.seen)) else { return };
        last.spoken = true;
        self.closed_expected |= last.seen == Seen::Closed;
        self.saved.quiet = true;
        self.on_line(rest);
        self.saved.quiet = false;
    }

    fn undo(&mut self) {
        self.aside("a line that is sent cannot be unsent. What helps:");
        let lines: &[&str] = if self.state.mail.is_some() {
            &[
                "RSET forgets the sender and all recipients; then MAIL FROM again",
                "a message that has no dot yet is not delivered",
            ]
        } else {
            &[
                "before MAIL FROM nothing has come about that had to be undone; EHLO may be said again",
                "after DATA, a lone dot delivers, and closing the connection before it (Ctrl-C twice) does not",
                "a message that was accepted is gone: only whoever has it could stop it",
            ]
        };
        for line in lines {
            self.aside(*line);
        }
    }
}
