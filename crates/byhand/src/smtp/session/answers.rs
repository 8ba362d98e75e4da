//! What each reply, and each silence, leads to.

use super::{Asked, Session, State, TlsMode, words};
use crate::smtp::capabilities::{self, offers};
use crate::smtp::command::Command;
use crate::smtp::reply::{Reply, ReplyError};
use crate::wire::{CommandTiming, Fault, FindingId, Limited, Outcome, Protocol, RecipientOutcome, Stage, Status};

/// A greeting that takes longer than this is worth telling.
const SLOW_BANNER_MS: f64 = 5000.0;

impl Session {
    pub(super) fn answered(&mut self, asked: Asked, reply: &Reply) {
        self.hear_reply(reply, self.sent);
        self.note_flaws(asked, reply);
        if asked != Asked::Banner {
            let wire = reply.to_wire(self.sent, true);
            let verb = match asked {
                Asked::Banner | Asked::Ehlo => "EHLO",
                Asked::Helo => "HELO",
                Asked::Starttls => "STARTTLS",
                Asked::Mail => "MAIL",
                Asked::Rcpt(_) => "RCPT",
                Asked::Rset => "RSET",
                Asked::Quit => "QUIT",
            };
            self.commands.push(CommandTiming {
                command: verb.into(),
                first_ms: wire.first_ms,
                elapsed_ms: wire.elapsed_ms,
                shared_write: false,
            });
        }
        // RFC 5321 §3.8: a 421 may answer any command, and the server closes after it.
        if reply.code == 421 && asked != Asked::Quit {
            if asked == Asked::Banner {
                self.banner = Some(reply.to_wire(self.sent, true));
            }
            return self.busy(asked, reply);
        }
        match asked {
            Asked::Banner => self.greeted(reply),
            Asked::Ehlo => self.hello_answered(reply, Protocol::Esmtp),
            Asked::Helo => self.hello_answered(reply, Protocol::Smtp),
            Asked::Starttls => self.starttls_answered(reply),
            Asked::Mail => self.mail_answered(reply),
            Asked::Rcpt(index) => self.rcpt_answered(index, reply),
            Asked::Rset => self.quit(),
            Asked::Quit => {
                if reply.code != 221 && reply.code != 421 {
                    self.find(FindingId::QuitFailed, format!("QUIT was answered {}", words::quoted_reply(reply)));
                }
                self.state = State::Over;
            }
        }
    }

    fn greeted(&mut self, reply: &Reply) {
        // RFC 2034 §4 allows no enhanced status code in a greeting; a refusal in its place has one often, and it helps.
        let banner = reply.to_wire(self.sent, !reply.is_success());
        if banner.elapsed_ms > SLOW_BANNER_MS {
            let seconds = banner.elapsed_ms / 1000.0;
            let how = if banner.first_ms < SLOW_BANNER_MS {
                format!("its first line came after {:.1} s, its last after {seconds:.1} s", banner.first_ms / 1000.0)
            } else {
                format!("it came after {seconds:.1} s")
            };
            self.find(
                FindingId::BannerDelay,
                format!("the banner is slow: {how}. Often deliberate, to see who cannot wait"),
            );
        }
        self.banner = Some(banner);
        if reply.is_success() {
            self.ask(Command::ehlo(&self.config.helo), Asked::Ehlo);
        } else {
            // RFC 5321 §3.1: after a 554 (or 521, RFC 7504 §3) the client sends QUIT and nothing else.
            self.turned_down(Asked::Banner, reply);
            self.quit();
        }
    }

    fn hello_answered(&mut self, reply: &Reply, protocol: Protocol) {
        let asked = if protocol == Protocol::Esmtp { Asked::Ehlo } else { Asked::Helo };
        if !reply.is_success() {
            // RFC 5321 §3.2, §4.1.1.1: a server that does not know EHLO says 500, 502 or 504; some say 550.
            if asked == Asked::Ehlo && matches!(reply.code, 500 | 502 | 504 | 550) {
                return self.ask(Command::helo(&self.config.helo), Asked::Helo);
            }
            self.turned_down(asked, reply);
            return self.quit();
        }
        let (list, findings) = capabilities::parse(reply, protocol, self.sent);
        for finding in findings {
            self.find(finding.id, finding.text);
        }
        if protocol == Protocol::Smtp {
            self.find(FindingId::HeloOnly, "the server takes HELO only: no extensions, and so no TLS by STARTTLS");
        }
        let starttls = offers(&list, "STARTTLS");
        if self.tls {
            if starttls {
                self.find(FindingId::StarttlsInTls, "STARTTLS is still offered inside TLS (RFC 3207 §4.2)");
            }
            self.capabilities_tls = Some(list);
            return self.ask_envelope();
        }
        if offers(&list, "REQUIRETLS") {
            self.find(
                FindingId::RequiretlsInClear,
                "REQUIRETLS is offered in clear (RFC 8689 §2 wants it in TLS only)",
            );
        }
        let clear: Vec<&str> =
            list.auth.iter().map(String::as_str).filter(|m| matches!(*m, "PLAIN" | "LOGIN" | "XOAUTH2")).collect();
        if !clear.is_empty() {
            let text =
                format!("AUTH {} is offered in clear: passwords would cross the network unprotected", clear.join(", "));
            self.find(FindingId::AuthInClear, text);
        }
        self.capabilities = Some(list);
        match (self.config.tls, starttls) {
            (TlsMode::Auto | TlsMode::Require, true) => self.ask(Command::starttls(), Asked::Starttls),
            (TlsMode::Require, false) => {
                self.find(FindingId::NoStarttls, "STARTTLS is not offered: mail to here travels in clear");
                self.fail(
                    Status::Temporary,
                    Stage::Starttls,
                    Fault::StarttlsNotSupported,
                    None,
                    "TLS is required, and the server does not offer STARTTLS".into(),
                );
                self.quit();
            }
            (TlsMode::Auto, false) => {
                self.find(FindingId::NoStarttls, "STARTTLS is not offered: mail to here travels in clear");
                self.ask_envelope();
            }
            (TlsMode::Never | TlsMode::Implicit, _) => self.ask_envelope(),
        }
    }

    fn starttls_answered(&mut self, reply: &Reply) {
        if reply.code == 220 {
            self.state = State::Handshake;
            if !self.reader.unread().is_empty() {
                self.plaintext_after_starttls();
            }
            return;
        }
        self.find(
            FindingId::StarttlsRefused,
            format!("STARTTLS is offered, but was answered {}", words::quoted_reply(reply)),
        );
        self.turned_down(Asked::Starttls, reply);
        // Opportunistic senders go on in clear; a question about recipients is still worth its answer.
        if self.config.tls == TlsMode::Auto && self.config.envelope.is_some() {
            self.ask_envelope();
        } else {
            self.quit();
        }
    }

    /// CVE-2011-0411: what stands behind the 220 was not said inside TLS, and never counts.
    pub(super) fn plaintext_after_starttls(&mut self) {
        let text = format!(
            "text came in clear behind the 220 to STARTTLS, where TLS has to begin: {}. Somebody on the way may have put \
             it there, or the server is broken",
            words::quoted(&self.reader.unread())
        );
        self.find(FindingId::PlaintextAfterStarttls, text.clone());
        self.note(text.clone());
        self.fail(Status::Temporary, Stage::Starttls, Fault::PlaintextAfterStarttls, None, text);
        self.state = State::Over;
    }

    fn ask_envelope(&mut self) {
        let Some(envelope) = &self.config.envelope else { return self.quit() };
        let all = envelope.from.iter().chain(&envelope.recipients);
        let needed = all.clone().any(crate::mailbox::Mailbox::needs_smtputf8);
        if needed && !self.current().is_some_and(|list| offers(list, "SMTPUTF8")) {
            // RFC 6531 §3.2: without the extension such an address must not be sent.
            self.fail(
                Status::Permanent,
                Stage::Mail,
                Fault::Smtputf8NotSupported,
                None,
                "not asked: an address has characters beyond ASCII, and the server does not offer SMTPUTF8".into(),
            );
            return self.quit();
        }
        let mail = Command::mail(envelope.from.as_ref(), needed);
        self.ask(mail, Asked::Mail);
    }

    fn mail_answered(&mut self, reply: &Reply) {
        if reply.is_success() {
            return self.ask_rcpt(0);
        }
        self.turned_down(Asked::Mail, reply);
        self.quit();
    }

    pub(super) fn ask_rcpt(&mut self, index: usize) {
        let recipient = self.config.envelope.as_ref().and_then(|envelope| envelope.recipients.get(index));
        match recipient.map(Command::rcpt) {
            Some(rcpt) => self.ask(rcpt, Asked::Rcpt(index)),
            None => self.ask(Command::rset(), Asked::Rset),
        }
    }

    fn rcpt_answered(&mut self, index: usize, reply: &Reply) {
        let wire = reply.to_wire(self.sent, true);
        let (status, fault, text) = if reply.is_success() {
            let how = match reply.code {
                251 => " (the server says that it would forward it)",
                252 => " (the server says that it cannot verify it)",
                _ => "",
            };
            (Status::Ok, None, format!("accepted at RCPT{how}"))
        } else {
            let (status, fault, word) = turn_down(reply);
            (status, Some(fault), format!("{word} in reply to RCPT TO: {}", words::quoted_reply(reply)))
        };
        let stage = fault.map(|_| Stage::Rcpt);
        self.answer(index, Outcome { status, stage, fault, reply: Some(wire), text });
        let more = self.config.envelope.as_ref().is_some_and(|e| index + 1 < e.recipients.len());
        if more && !reply.is_success() && !about_mailbox(reply) {
            // The answer is about us or about the server's policy: more questions would only be more of the same.
            self.limited.push(Limited::RcptPolicy);
            self.ask(Command::rset(), Asked::Rset);
        } else if more && self.config.envelope.as_ref().is_some_and(|e| !e.pause.is_zero()) {
            self.state = State::Wait(index + 1);
        } else {
            self.ask_rcpt(index + 1);
        }
    }

    fn answer(&mut self, index: usize, outcome: Outcome) {
        if let Some(to) = self.config.envelope.as_ref().and_then(|e| e.recipients.get(index)) {
            self.recipients.push(RecipientOutcome { address: to.to_string(), outcome });
        }
    }

    /// Recipients that were not asked about: not tested, or what ended the session before them.
    pub(super) fn answer_the_rest(&mut self, outcome: &Outcome) {
        let total = self.config.envelope.as_ref().map_or(0, |e| e.recipients.len());
        for index in self.recipients.len()..total {
            let rest = if self.limited.contains(&Limited::RcptPolicy) {
                let text = "not asked: the refusal before it was not about the mailbox";
                Outcome::failed(Status::Untested, Stage::Rcpt, Fault::Limited, text)
            } else {
                Outcome { status: Status::Untested, text: format!("not asked: {}", outcome.text), ..outcome.clone() }
            };
            self.answer(index, rest);
        }
    }

    /// 421: the server is busy or going down. Before our question it leaves the question open; as the answer to RCPT it
    /// is one that may change.
    pub(super) fn busy(&mut self, asked: Asked, reply: &Reply) {
        let wire = reply.to_wire(self.sent, true);
        let text = format!(
            "the server is busy or closing, it said {}: {}",
            words::in_reply_to(asked),
            words::quoted_reply(reply)
        );
        let status = if matches!(asked, Asked::Rcpt(_)) { Status::Temporary } else { Status::Untested };
        if let Asked::Rcpt(index) = asked {
            let outcome = Outcome {
                status,
                stage: Some(Stage::Rcpt),
                fault: Some(Fault::Busy),
                reply: Some(wire.clone()),
                text: text.clone(),
            };
            self.answer(index, outcome);
        }
        self.fail(status, asked.stage(), Fault::Busy, Some(wire), text);
        self.quit();
    }

    /// A 4yz or 5yz, or a code that fits nowhere.
    fn turned_down(&mut self, asked: Asked, reply: &Reply) {
        let (status, fault, word) = turn_down(reply);
        let text = format!("{word} {}: {}", words::in_reply_to(asked), words::quoted_reply(reply));
        self.fail(status, asked.stage(), fault, Some(reply.to_wire(self.sent, true)), text);
    }

    pub(super) fn unreadable(&mut self, asked: Asked, error: &ReplyError) {
        let (fault, text) = match error {
            ReplyError::TooLong => (
                Fault::ReplyTooLong,
                format!(
                    "the {} does not end: more than {} KiB came, beginning {}",
                    words::awaited(asked),
                    crate::smtp::reply::LIMIT / 1024,
                    words::quoted(&self.reader.unread())
                ),
            ),
            ReplyError::NotSmtp(line) => (
                Fault::BadReply,
                format!("what came {} is no SMTP reply: {}", words::in_reply_to(asked), words::quoted(line)),
            ),
        };
        self.note(text.clone());
        if asked == Asked::Quit {
            self.find(FindingId::QuitFailed, text);
        } else {
            self.fail(Status::Temporary, asked.stage(), fault, None, text);
        }
        self.state = State::Over;
    }

    pub(super) fn timed_out(&mut self, asked: Asked) {
        let waited = self.now.saturating_sub(self.sent).as_secs_f64();
        let mut text = format!("no {} within {}", words::awaited(asked), seconds(waited));
        let came = self.reader.unread();
        if !came.is_empty() {
            text += &format!("; only {} came", words::quoted(&came));
        } else if asked == Asked::Banner && self.config.tls != TlsMode::Implicit {
            text += ". The port is open but nobody speaks: a slow or overloaded server, a filter on the way, or a port \
                     that expects TLS at once";
        }
        self.note(text.clone());
        if asked == Asked::Quit {
            self.find(FindingId::QuitFailed, text);
        } else {
            self.fail(Status::Temporary, asked.stage(), Fault::Timeout, None, text);
        }
        self.state = State::Over;
    }

    /// The connection ended where something was due.
    pub(super) fn broken(&mut self, fault: Fault, why: &str) {
        let asked = match &self.state {
            State::Say(_, asked) | State::Await(asked) => *asked,
            State::Wait(next) => Asked::Rcpt(*next),
            State::Handshake => Asked::Starttls,
            State::Over => return,
        };
        // A last word may stand in what was read before the connection broke in the middle of a write.
        if let State::Say(..) = self.state {
            while let Some(Ok(reply)) = self.reader.reply() {
                self.hear_reply(&reply, self.sent);
                if reply.code == 421 {
                    return self.busy(asked, &reply);
                }
            }
        }
        let came = self.reader.unread();
        let mut text = match asked {
            Asked::Banner => format!("{why} without a banner"),
            _ => format!("{why} in place of its {}", words::awaited(asked)),
        };
        if !came.is_empty() {
            text = format!("{why} in the middle of its {}, after {}", words::awaited(asked), words::quoted(&came));
        }
        self.note(text.clone());
        if asked == Asked::Quit {
            self.find(FindingId::QuitFailed, text);
        } else {
            self.fail(Status::Temporary, asked.stage(), fault, None, text);
        }
        self.state = State::Over;
    }

    /// No failure: all went well, or the recipients' answers decide.
    pub(super) fn good_end(&self) -> Outcome {
        for status in [Status::Permanent, Status::Temporary, Status::Untested] {
            if let Some(found) = self.recipients.iter().find(|r| r.outcome.status == status) {
                return Outcome { text: format!("{}: {}", found.address, found.outcome.text), ..found.outcome.clone() };
            }
        }
        let how = match (self.config.tls, self.tls) {
            (TlsMode::Implicit, _) => "TLS from the first byte",
            (_, true) => "STARTTLS works",
            (TlsMode::Never, _) => "TLS not tried",
            _ => "no STARTTLS",
        };
        let asked = match self.recipients.len() {
            0 => String::new(),
            1 => "; accepted at RCPT".into(),
            n => format!("; {n} recipients accepted at RCPT"),
        };
        Outcome::ok(format!("the server answers; {how}{asked}"))
    }

    fn note_flaws(&mut self, asked: Asked, reply: &Reply) {
        let whole = words::in_reply_to(asked);
        for &flaw in &reply.flaws {
            self.find(flaw.finding(), format!("{}, {whole}: {}", flaw_text(flaw), words::quoted_reply(reply)));
        }
        if matches!(asked, Asked::Banner | Asked::Ehlo | Asked::Helo) || !matches!(reply.code / 100, 2 | 4 | 5) {
            return;
        }
        match reply.enhanced() {
            Some(code) if !code.starts_with(char::from(b'0' + (reply.code / 100) as u8)) => self.find(
                FindingId::EnhancedMismatch,
                format!("{code} does not fit a {} reply (RFC 2034 §4), {whole}", reply.code),
            ),
            None if self.current().is_some_and(|list| offers(list, "ENHANCEDSTATUSCODES")) => self.find(
                FindingId::EnhancedMissing,
                format!("ENHANCEDSTATUSCODES is offered, but a reply has none (RFC 2034 §4), {whole}"),
            ),
            _ => {}
        }
    }
}

/// Status, fault and the word for people of a reply that is no success.
fn turn_down(reply: &Reply) -> (Status, Fault, &'static str) {
    if reply.code == 421 {
        (Status::Temporary, Fault::Busy, "deferred")
    } else if reply.is_transient() {
        (Status::Temporary, Fault::Deferred, "deferred")
    } else if reply.is_permanent() {
        (Status::Permanent, Fault::Refused, "refused")
    } else {
        (Status::Temporary, Fault::UnexpectedReply, "answered with a code that does not fit")
    }
}

/// Whether a refusal is about the mailbox asked for, and not about us or a policy: RFC 3463 §3.2 (X.1 addressing) and
/// §3.3 (X.2 mailbox); without an enhanced code, the codes that RFC 5321 §4.2.3 gives to mailboxes and that are no
/// common answer of a policy (450 and 451 are greylisting as often as not).
fn about_mailbox(reply: &Reply) -> bool {
    match reply.enhanced().map(|code| code.split('.').nth(1).unwrap_or_default()) {
        Some(subject) => matches!(subject, "1" | "2") && !reply.is_transient() || reply.enhanced() == Some("4.2.2"),
        None => matches!(reply.code, 550 | 551 | 552 | 553 | 452),
    }
}

fn flaw_text(flaw: crate::smtp::reply::Flaw) -> &'static str {
    use crate::smtp::reply::Flaw;
    match flaw {
        Flaw::BareLf => "a line ends in LF without CR (RFC 5321 §2.3.8)",
        Flaw::BareCr => "a CR stands in the middle of a line (RFC 5321 §2.3.8)",
        Flaw::EmptyLine => "an empty line, which is no part of any reply (RFC 5321 §4.2)",
        Flaw::LongLine => "a line has more than 512 octets (RFC 5321 §4.5.3.1.5)",
        Flaw::CodeMismatch => "the lines of one reply have different codes (RFC 5321 §4.2.1); the last counts",
        Flaw::UnusualCode => "a code that RFC 5321 §4.2 does not know",
        Flaw::ControlCharacters => "control characters in a reply",
        Flaw::NonAscii => "a reply is not in US-ASCII (RFC 5321 §4.2)",
    }
}

/// `30 s`, `0.5 s`.
pub(super) fn seconds(span: f64) -> String {
    if span >= 10.0 { format!("{span:.0} s") } else { format!("{span:.1} s") }
}
