//! Going: QUIT, Ctrl-C, Ctrl-D, the end of a script.
//!
//! Ctrl-C never ends a session: it forgets what waits, ends a sleep, and stops the waiting for a reply. Ctrl-D says what a second one
//! does; the second says QUIT and leaves, a third leaves without waiting. Inside a message QUIT would be text: there the
//! connection is closed, and the server has to throw the message away (RFC 5321 §4.1.1.4).

use std::time::Duration;

use super::wire::Asked;
use super::{Busy, Link, Mode, Out, Spoken, Typed};

impl Typed {
    /// Ctrl-C.
    pub fn interrupt(&mut self, at: Duration) {
        self.now = at;
        let dropped = self.waiting.len();
        self.waiting.clear();
        self.leaving = false;
        let again = std::mem::replace(&mut self.interrupted, true);
        if dropped > 0 {
            self.aside(format!("{} forgotten", super::lines::count(dropped, "waiting line is", "waiting lines are")));
        }
        if self.sleeps() {
            self.busy = None;
            self.aside("the sleep is ended");
        } else if self.question.is_some() {
            self.answer_no();
        } else if matches!(self.mode, Mode::Group { .. }) {
            self.mode = Mode::Command;
            let mark = self.saved.group();
            self.saved.back_to(mark);
            self.aside("the group is forgotten; nothing of it was sent");
        } else if matches!(self.mode, Mode::Answer { .. }) {
            self.cancel_login();
        } else if !self.awaiting.is_empty() && !self.impatient && self.busy.is_none() {
            self.impatient = true;
            self.aside("no longer waiting for that reply; it is shown when it comes");
        } else if matches!(self.mode, Mode::Data) && dropped == 0 {
            if again {
                self.hang_up("closed by us before the end of the message");
            } else {
                self.aside(
                    "you are inside the message: a lone dot sends it. Only closing the connection keeps it from being sent; \
                     Ctrl-C again does that",
                );
            }
        }
        self.go_on();
    }

    /// Whether a `:sleep` is under way.
    #[must_use]
    pub fn sleeps(&self) -> bool {
        self.busy == Some(Busy::Pausing)
    }

    /// Ctrl-D, or the end of a script.
    pub fn end_of_input(&mut self, at: Duration) {
        self.now = at;
        if self.settings.script {
            self.leaving = true;
            return self.go_on();
        }
        if self.ends_with_quit {
            return self.leave_now();
        }
        if !std::mem::replace(&mut self.leaving, true) {
            self.aside(match (self.link, &self.mode) {
                (Link::Up, Mode::Data) => "Ctrl-D again closes the connection and leaves: the message is not sent",
                (Link::Up, _) => "Ctrl-D again says QUIT and leaves",
                _ => "Ctrl-D again leaves",
            });
            return;
        }
        self.waiting.clear();
        self.question = None;
        self.quit();
        self.go_on();
    }

    /// Says QUIT, where that can be said, and ends the session with its reply.
    pub(super) fn quit(&mut self) {
        let can_talk = self.link == Link::Up
            && self.busy.is_none()
            && self.outbox.is_empty()
            && !self.wire.is_midway()
            && matches!(self.mode, Mode::Command | Mode::Group { .. })
            && !self.awaiting.iter().any(|awaited| matches!(awaited.due.asked, Asked::Banner));
        if !can_talk {
            if self.link == Link::Up && matches!(self.mode, Mode::Data) {
                self.note("closed by us before the end of the message");
                if self.settings.script {
                    self.because("the script ends inside the message: it has no lone dot, and was not delivered");
                    self.bad_script = true;
                }
            }
            return self.leave_now();
        }
        self.mode = Mode::Command;
        self.send(b"QUIT\r\n".to_vec(), false);
        self.ends_with_quit = true;
    }

    /// Closes and ends, without a word.
    pub(super) fn leave_now(&mut self) {
        let up = matches!(self.link, Link::Up | Link::None);
        self.forget_connection();
        if up {
            self.link = Link::Closed;
            self.outbox.push_back(Out::Close);
        }
        self.ends_with_quit = true;
        self.outbox.push_back(Out::End);
    }

    /// QUIT was answered, or the server closed in place of that: as it may (RFC 5321 §4.1.1.10).
    pub(super) fn said_goodbye(&mut self) {
        let ends = self.ends_with_quit;
        self.forget_connection();
        self.link = Link::Closed;
        self.seen.push(Spoken::closed(self.line_number));
        self.outbox.push_back(Out::Close);
        if ends {
            self.outbox.push_back(Out::End);
        }
    }

    /// Where nothing is left to be done, a session that is over ends: a script at the end of its lines, one at a keyboard
    /// when the connection was closed as agreed.
    pub(super) fn end_if_over(&mut self) {
        if !self.is_ready() || !self.waiting.is_empty() || self.ended {
            return;
        }
        if self.settings.script {
            if self.leaving && matches!(self.mode, Mode::Group { .. }) {
                self.trouble("a group was begun and has no :end; nothing of it was sent");
            } else if self.leaving {
                self.quit();
            }
        } else if self.link == Link::Closed {
            self.ends_with_quit = true;
            self.outbox.push_back(Out::End);
        }
    }
}
