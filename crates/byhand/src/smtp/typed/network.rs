//! What comes from the network: the connection, replies, silence, the end.
//!
//! A reply belongs to the first line that is still owed one; with none owed it is shown as said unasked, at once. Text in
//! clear behind the 220 to STARTTLS ends the connection (CVE-2011-0411). Silence is told and ends nothing for a person:
//! the line is still open, and a late reply still finds its command.

use std::time::Duration;

use super::pattern::{Seen, Spoken};
use super::verb::Verb;
use super::wire::{Asked, Due, is_last};
use super::{Busy, Link, Mode, Out, Passed, Skip, Typed, show};
use crate::smtp::reply::{LIMIT, Reply, ReplyError};
use crate::smtp::session::{Input, quoted};
use crate::wire::{Fault, Who};

/// The most replies that `:expect` can still look at.
const SEEN: usize = 1000;

/// RFC 1047, RFC 5321 §6.1.
pub(super) const PERHAPS: &str =
    "nobody knows now who has the message: sending it again may deliver it twice (RFC 1047)";

/// RFC 8314 §3.3.
const TLS_AT_ONCE: &str = "on port 465 a server waits for TLS from the first byte: --tls implicit";

/// The wait for the reply to the last QUIT.
const QUIT_WAIT: Duration = Duration::from_secs(5);

/// A reply that is due.
#[derive(Debug)]
pub(super) struct Awaited {
    pub(super) due: Due,
    pub(super) sent: Duration,
    /// Whether the line went out with others.
    pub(super) shared: bool,
}

impl Typed {
    /// When `Input::TimedOut` is due, since the first connection attempt began.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        let first = self.awaiting.front()?;
        if self.impatient || self.busy.is_some() {
            return None;
        }
        let limit = match first.due.asked {
            _ if self.ends_with_quit => QUIT_WAIT.min(self.settings.command_timeout),
            Asked::Banner => self.settings.greeting_timeout,
            Asked::Message(_) => self.settings.message_timeout,
            _ => self.settings.command_timeout,
        };
        Some(self.since + limit)
    }

    /// The connection stands; a line about it, and how long it took.
    pub fn connected(&mut self, at: Duration, text: &str, took: Duration) {
        self.now = at;
        if self.busy != Some(Busy::Connecting) {
            return;
        }
        self.busy = None;
        self.link = Link::Up;
        self.state.up = true;
        self.closed_expected = false;
        self.hear(at, Who::Note, text.to_owned(), Some(took), None);
        if self.may_want_tls_at_once() && !self.settings.script {
            self.aside(format!("{TLS_AT_ONCE}. :tls makes the handshake now"));
        }
        if self.settings.implicit_tls {
            self.outbox.push_back(Out::StartTls);
        }
        self.awaits_banner();
        self.go_on();
    }

    /// Whether this is the port where a server waits for a handshake, and none is made.
    fn may_want_tls_at_once(&self) -> bool {
        self.settings.port == 465 && !self.settings.implicit_tls
    }

    fn awaits_banner(&mut self) {
        let due = Due { asked: Asked::Banner, line: "(the greeting)".into() };
        self.awaiting.push_back(Awaited { due, sent: self.now, shared: false });
        self.since = self.now;
    }

    /// Octets go out: what is shown of them, and the replies that they make due.
    pub(super) fn goes_out(&mut self, shown: Vec<String>, due: Vec<Due>) {
        self.unasked = 0;
        if !due.is_empty() {
            self.settle_seen();
            self.impatient = false;
        }
        for line in shown {
            self.hear(self.now, Who::Client, line, None, None);
        }
        for due in &due {
            if let Asked::Command(verb) = due.asked {
                self.aim.said(verb, &due.line, self.state.offers("DSN"));
            }
        }
        let shared = due.len() > 1;
        if self.awaiting.is_empty() || !due.is_empty() {
            self.since = self.now;
        }
        let sent = self.now;
        self.awaiting.extend(due.into_iter().map(|due| Awaited { due, sent, shared }));
    }

    /// Something came from the network.
    #[expect(clippy::needless_pass_by_value, reason = "as the session of a probe takes it; it is two words long")]
    pub fn input(&mut self, at: Duration, input: Input<'_>) {
        self.now = at;
        match input {
            Input::Sent if self.busy == Some(Busy::Sending) => self.busy = None,
            Input::Resumed if self.busy == Some(Busy::Pausing) => self.busy = None,
            Input::Bytes(octets) if self.link == Link::Up => {
                self.reader.push(at, octets);
                if self.outbox.iter().any(|out| matches!(out, Out::StartTls)) {
                    self.text_in_place_of_tls();
                } else {
                    self.read_replies();
                }
            }
            Input::Eof => self.gone("the server closed the connection"),
            Input::Broken(_, _, why) => self.gone(why),
            Input::TimedOut => self.timed_out(),
            Input::TlsUp(about, ..) => self.tls_up(about),
            Input::TlsFailed(fault, _, why) => self.tls_failed(fault, why),
            // Any other pair would be a slip of the owner's; it changes nothing.
            Input::Sent | Input::Resumed | Input::Judged(_) | Input::Bytes(_) => {}
        }
        self.go_on();
    }

    fn read_replies(&mut self) {
        while self.link == Link::Up {
            match self.reader.reply() {
                None => return,
                Some(Ok(reply)) => self.heard(&reply),
                Some(Err(ReplyError::NotSmtp(line))) if !self.settings.script => self.no_reply(&line),
                Some(Err(error)) => return self.unreadable(&error),
            }
            // The handshake begins right behind the 220: what follows it in clear is no reply.
            if self.outbox.iter().any(|out| matches!(out, Out::StartTls)) {
                if !self.reader.is_untouched() {
                    self.text_in_place_of_tls();
                }
                return;
            }
        }
    }

    fn heard(&mut self, reply: &Reply) {
        let awaited = self.awaiting.pop_front();
        let reply = &self.without_proof(reply, awaited.as_ref());
        let since = awaited.as_ref().map_or(self.since, |awaited| awaited.sent);
        if awaited.is_none() {
            self.unasked += reply.lines.iter().map(|line| line.octets.len() + 2).sum::<usize>();
        }
        (self.no_reply_told, self.wait_told) = (false, false);
        self.hear_reply(reply, since);
        self.since = self.now;
        if self.seen.len() < SEEN {
            self.seen.push(Spoken::reply(Seen::of(reply), awaited.is_none(), self.line_number));
        }
        match awaited {
            Some(Awaited { due, sent, shared }) => {
                self.time(reply, &due, sent, shared);
                self.answered(&due, reply, sent);
                self.last = Some((reply.clone(), due));
            }
            None => {
                let due = Due { asked: Asked::Command(Verb::Other), line: "(nothing: it was said unasked)".into() };
                self.aside(match reply.code {
                    421 => "the server says that it closes the connection".to_owned(),
                    _ => "the server said this without being asked".to_owned(),
                });
                self.last = Some((reply.clone(), due));
                if self.unasked > LIMIT {
                    self.hang_up("the server talks without end and without being asked");
                }
            }
        }
        if self.awaiting.is_empty() {
            self.impatient = false;
        }
    }

    /// What a reply changes.
    fn answered(&mut self, due: &Due, reply: &Reply, since: Duration) {
        match &due.asked {
            Asked::Banner => {
                self.state.banner(reply);
                self.tell_meaning(due, reply);
            }
            Asked::Answer => self.login_answered(due, reply),
            Asked::Message(recipient) => {
                if let Some(recipient) = recipient {
                    self.aside(format!("that was for <{recipient}>"));
                }
                self.tell_meaning(due, reply);
                self.message_answered(reply);
            }
            Asked::Command(verb) => {
                self.state.answered(*verb, &due.line, reply, since);
                match verb {
                    Verb::Auth => self.login_answered(due, reply),
                    Verb::Data => self.data_answered(due, reply),
                    Verb::Starttls => self.starttls_answered(due, reply),
                    _ => self.tell_meaning(due, reply),
                }
                // AUTH in another spelling: what follows may be meant for its challenges.
                if *verb == Verb::Other && due.is_login() && !reply.is_success() && !self.settings.script {
                    self.skip = Some(Skip::Answers { told: false, why: Passed::NoChallenge });
                }
                if *verb == Verb::Bdat && is_last(&due.line) {
                    self.state.message_answered(reply.is_success());
                }
                if *verb == Verb::Quit && reply.is_success() {
                    self.said_goodbye();
                }
            }
        }
    }

    fn starttls_answered(&mut self, due: &Due, reply: &Reply) {
        if reply.code != 220 {
            return self.tell_meaning(due, reply);
        }
        if self.state.tls {
            return self
                .aside("a 220 to STARTTLS inside TLS: no second handshake is made, and the server may wait for one");
        }
        // Whatever else went out with it was said in clear, and no answer inside TLS belongs to it.
        if !self.awaiting.is_empty() {
            self.awaiting.clear();
            self.aside("what went out behind STARTTLS has no reply of its own: one that comes inside TLS is a fault of the server");
        }
        self.outbox.push_front(Out::StartTls);
    }

    /// Text where TLS has to begin.
    fn text_in_place_of_tls(&mut self) {
        let came = self.unread();
        let text = if self.settings.implicit_tls && !self.state.greeted {
            format!("text came in clear where TLS has to begin: {came}. This port does not speak TLS at once")
        } else {
            format!(
                "text came in clear behind the 220 to STARTTLS, where TLS has to begin: {came}. Somebody on the way may have \
                 put it there, or the server is broken"
            )
        };
        self.hang_up(&text);
    }

    fn tls_up(&mut self, about: &str) {
        if self.busy != Some(Busy::Handshake) {
            return;
        }
        self.busy = None;
        self.reader.clear();
        let again = self.state.hello.is_some();
        self.state.tls_up(self.state.greeted);
        self.note(about);
        if !self.awaiting.is_empty() {
            // Implicit TLS: the greeting is due from now on.
            self.since = self.now;
            for awaited in &mut self.awaiting {
                awaited.sent = self.now;
            }
        } else if again {
            self.aside("what was said before counts no more: say EHLO again (RFC 3207 §4.2)");
        }
    }

    fn tls_failed(&mut self, _fault: Fault, why: &str) {
        if self.busy == Some(Busy::Handshake) {
            self.hang_up(&format!("TLS failed: {why}"));
        }
    }

    fn unreadable(&mut self, error: &ReplyError) {
        let text = match error {
            ReplyError::TooLong => {
                format!("a reply without end: more than {} KiB came, beginning {}", LIMIT / 1024, self.unread())
            }
            ReplyError::NotSmtp(line) => format!("what came is no SMTP reply: {}", quoted(line)),
        };
        self.hang_up(&format!("{text}; closed by us"));
    }

    /// A line that is none of a reply: by hand it is seen, and what is waited for is waited for still.
    fn no_reply(&mut self, line: &[u8]) {
        self.hear(self.now, Who::Server, String::from_utf8_lossy(line).into_owned(), None, None);
        let what = match self.awaiting.front() {
            Some(_) => "this is no SMTP reply (RFC 5321 §4.2): one is still waited for; Ctrl-C ends the waiting",
            None => "this is no SMTP reply (RFC 5321 §4.2), and nothing was asked",
        };
        if !std::mem::replace(&mut self.no_reply_told, true) {
            self.aside(what);
        }
        self.reader.resume(self.now);
    }

    fn timed_out(&mut self) {
        let Some(first) = self.awaiting.front() else { return };
        if self.busy.is_some() || self.impatient {
            return;
        }
        if self.ends_with_quit {
            return self.leave_now();
        }
        let came = self.unread();
        let waited = show::span(self.now.saturating_sub(self.since));
        let what = match &first.due.asked {
            Asked::Banner if self.may_want_tls_at_once() => format!("{TLS_AT_ONCE}; no greeting"),
            Asked::Banner => "no greeting".to_owned(),
            Asked::Message(_) => "no reply to the message".to_owned(),
            _ => format!("no reply to {}", first.due.line),
        };
        let only = if self.reader.unread().is_empty() { String::new() } else { format!("; only {came} came") };
        let text = format!("{what} within {waited}{only}");
        let in_doubt = matches!(first.due.asked, Asked::Message(_));
        if self.settings.script {
            self.hang_up(&text);
            return self.leave_now();
        }
        self.note(text);
        self.impatient = true;
        if in_doubt {
            self.aside(PERHAPS);
        }
        self.aside("the connection is still open: a late reply is shown when it comes, and you can go on");
    }

    /// The server is gone.
    fn gone(&mut self, why: &str) {
        match self.link {
            Link::None if self.busy == Some(Busy::Connecting) => {
                self.busy = None;
                self.link = Link::Dead;
                self.note(why);
                self.because(why);
                self.offer_to_reconnect();
            }
            Link::Up => {
                let goodbye = self.ends_with_quit
                    || self.awaiting.front().is_some_and(|first| first.due.asked == Asked::Command(Verb::Quit));
                let nothing = self.reader.unread().is_empty();
                let after = if nothing { String::new() } else { format!(", after {}", self.unread()) };
                let due = match self.awaiting.front().map(|first| &first.due) {
                    None => String::new(),
                    Some(Due { asked: Asked::Banner, .. }) if self.may_want_tls_at_once() => {
                        format!(" without a greeting ({TLS_AT_ONCE})")
                    }
                    Some(Due { asked: Asked::Banner, .. }) => " without a greeting".to_owned(),
                    Some(Due { asked: Asked::Message(_), .. }) => " in place of the reply to the message".to_owned(),
                    Some(due) => format!(" in place of the reply to {}", due.line),
                };
                let text = format!("{why}{due}{after}");
                if goodbye {
                    self.note(text);
                    self.said_goodbye();
                } else {
                    self.hang_up(&text);
                }
            }
            _ => {}
        }
    }

    /// The connection is of no more use: it is closed, and that is told.
    pub(super) fn hang_up(&mut self, text: &str) {
        if !text.is_empty() {
            self.note(text);
            self.because(text);
        }
        if self.awaiting.iter().any(|awaited| matches!(awaited.due.asked, Asked::Message(_))) {
            self.aside(PERHAPS);
        } else if matches!(self.mode, Mode::Data) {
            self.aside("the message was not ended with its dot: the server has to throw it away");
        }
        self.forget_connection();
        self.link = Link::Dead;
        self.seen.push(Spoken::closed(self.line_number));
        self.outbox.push_back(Out::Close);
        if self.ends_with_quit {
            return self.leave_now();
        }
        self.offer_to_reconnect();
    }

    /// All that belongs to a connection is gone with it.
    pub(super) fn forget_connection(&mut self) {
        // A password that is typed at a prompt that is back without its login.
        let login =
            matches!(self.mode, Mode::Answer { .. }) || self.awaiting.iter().any(|awaited| awaited.due.is_login());
        if login && !self.settings.script {
            self.skip = Some(Skip::Answers { told: false, why: Passed::Refused });
        }
        self.reader.clear();
        self.wire = super::Wire::default();
        self.state = super::State::default();
        self.mode = Mode::Command;
        self.question = None;
        self.awaiting.clear();
        self.outbox.clear();
        self.busy = None;
        self.impatient = false;
        self.unasked = 0;
        self.skip = self.skip.filter(|skip| matches!(skip, Skip::Answers { .. }) != self.settings.script);
        self.file = None;
        self.login.forget();
    }

    fn offer_to_reconnect(&mut self) {
        self.died = self.now;
        let dropped = self.waiting.len();
        self.waiting.clear();
        if self.settings.script {
            return;
        }
        if dropped > 0 {
            self.aside(format!(
                "{} not sent",
                super::lines::count(dropped, "line that waited was", "lines that waited were")
            ));
        }
        self.aside("Enter, or :reconnect, connects again; :quit leaves");
    }
}
