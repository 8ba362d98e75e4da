//! Silence, nonsense and broken connections: what each means, and where.

use super::{Asked, Input, Session, State, TlsMode, words};
use crate::smtp::reply::ReplyError;
use crate::wire::{Detail, Fault, FindingId, Outcome, Stage, Status};

impl Session {
    pub(super) fn unreadable(&mut self, asked: Asked, error: &ReplyError) {
        let (fault, text) = match error {
            ReplyError::TooLong => (
                Fault::ReplyTooLong,
                format!(
                    "the {} does not end: more than {} KiB came, beginning {}",
                    words::awaited(asked),
                    crate::smtp::reply::LIMIT / 1024,
                    words::quoted(&self.unread())
                ),
            ),
            ReplyError::NotSmtp(line) => (
                Fault::BadReply,
                format!(
                    "what came {} is no SMTP reply: {}",
                    words::in_reply_to(asked),
                    words::quoted(&self.without_secrets(line.clone()))
                ),
            ),
        };
        self.note(text.clone());
        let text = if asked == Asked::Body && self.state == State::Await {
            self.doubt();
            text + words::PERHAPS
        } else {
            text
        };
        self.end(asked, fault, None, text);
    }

    pub(super) fn timed_out(&mut self, asked: Asked) {
        let waited = self.now.saturating_sub(self.waiting_since()).as_secs_f64();
        let mut text = format!("no {} within {}", words::awaited(asked), seconds(waited));
        let came = self.unread();
        if !came.is_empty() {
            text += &format!("; only {} came", words::quoted(&came));
        } else if asked == Asked::Banner && self.config.tls != TlsMode::Implicit {
            text += ". The port is open but nobody speaks: a slow or overloaded server, a filter on the way, or a port \
                     that expects TLS at once";
        }
        self.note(text.clone());
        if asked == Asked::Body {
            self.doubt();
            text += words::PERHAPS;
        }
        self.end(asked, Fault::Timeout, None, text);
    }

    /// The connection ended where something was due.
    pub(super) fn broken(&mut self, fault: Fault, detail: Option<Detail>, why: &str) {
        if self.state == State::Handshake {
            // Whether the end is seen before our hello or after it is chance: the handshake is what failed.
            let why = format!("{why} in place of an answer");
            return self.input(self.now, Input::TlsFailed(Fault::TlsHandshake, detail, &why));
        }
        if fault == Fault::TlsHandshake && self.tls && self.capabilities_tls.is_none() {
            // An alert that undoes the handshake: what the server thinks of a certificate of ours comes after our side of it.
            return self.input(self.now, Input::TlsFailed(fault, detail, why));
        }
        let asked = match &self.state {
            State::Say(group) => group.first().unwrap_or(Asked::Quit),
            State::Await => self.due(),
            State::Wait(next) => Asked::Rcpt(*next),
            State::Judge => Asked::Starttls,
            State::Handshake | State::Over => return,
        };
        if asked == Asked::Body && matches!(self.state, State::Say(_)) && !self.reader.is_empty() {
            self.early_answer();
            if self.state == State::Over {
                return;
            }
        }
        // A last word may stand in what was read before the connection broke in the middle of a write.
        if let State::Say(..) = self.state {
            while let Some(Ok(reply)) = self.reader.reply() {
                let reply = self.recordable(asked, reply);
                self.hear_reply(&reply, self.sent);
                if reply.code == 421 {
                    return self.busy(asked, &reply);
                }
            }
        }
        let came = self.unread();
        let mut text = match asked {
            Asked::Banner => format!("{why} without a banner"),
            _ => format!("{why} in place of its {}", words::awaited(asked)),
        };
        if !came.is_empty() {
            text = format!("{why} in the middle of its {}, after {}", words::awaited(asked), words::quoted(&came));
        }
        self.note(text.clone());
        if asked == Asked::Body && self.state == State::Await {
            self.doubt();
            text += words::PERHAPS;
        }
        self.end(asked, fault, detail, text);
    }

    /// The connection is of no more use; `asked` is what was due.
    fn end(&mut self, asked: Asked, fault: Fault, detail: Option<Detail>, text: String) {
        if asked == Asked::Quit {
            // After a refusal or a 421 the server may close as it likes (RFC 5321 §3.8).
            let busy = self.answers.iter().flatten().any(|answer| answer.fault == Some(Fault::Busy));
            if self.failure.is_none() && !busy {
                self.find(FindingId::QuitFailed, text);
            }
        } else {
            if let (Asked::Rcpt(index), State::Await) = (asked, &self.state) {
                // The question was put: this is its answer, and not "not asked".
                let answer = Outcome::failed(Status::Temporary, Stage::Rcpt, fault, text.clone());
                self.answer(index, answer.with(detail));
            }
            self.fail_with(Outcome::failed(Status::Temporary, asked.stage(), fault, text).with(detail));
        }
        self.state = State::Over;
    }
}

/// `30 s`, `0.5 s`.
fn seconds(span: f64) -> String {
    if span >= 10.0 { format!("{span:.0} s") } else { format!("{span:.1} s") }
}
