//! The first half of every session: greeting, EHLO (HELO, or LMTP's LHLO), STARTTLS.

use super::{Asked, Input, Purpose, QuitAfter, Session, State, TlsMode, words};
use crate::explain;
use crate::smtp::capabilities::{self, offers};
use crate::smtp::command::Command;
use crate::smtp::reply::Reply;
use crate::wire::{Fault, FindingId, Protocol, Stage, Status, Who, ms};

/// A greeting that takes longer than this is worth telling.
const SLOW_BANNER_MS: f64 = 5000.0;

impl Session {
    pub(super) fn greeted(&mut self, reply: &Reply) {
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
        if reply.is_success() && reply.code != 220 {
            // RFC 5321 §4.3.2: CONNECTION ESTABLISHMENT, S: 220.
            self.find(
                FindingId::UnusualCode,
                format!("the greeting has code {}, where 220 is due (RFC 5321 §4.3.2)", reply.code),
            );
        }
        self.look_for_inspection(&banner.lines);
        self.banner = Some(banner);
        // A failure before the greeting is a judgement against the connection.
        if reply.is_success() && (self.failure.is_some() || self.quits_after(QuitAfter::Banner)) {
            self.quit();
        } else if reply.is_success() {
            self.say_hello();
        } else {
            // RFC 5321 §3.1: after a 554 (or 521, RFC 7504 §3) the client sends QUIT and nothing else.
            self.turned_down(Asked::Banner, reply);
            self.quit();
        }
    }

    /// The first command of its protocol; inside TLS once more.
    pub(super) fn say_hello(&mut self) {
        let name = &self.config.helo;
        let (hello, asked) = match self.config.protocol {
            Protocol::Esmtp => (Command::ehlo(name), Asked::Ehlo),
            Protocol::Smtp => (Command::helo(name), Asked::Helo),
            Protocol::Lmtp => (Command::lhlo(name), Asked::Lhlo),
        };
        self.ask(&hello, asked);
    }

    /// A firewall that inspects SMTP hides what it does not know: worth telling even where all goes on without it.
    fn look_for_inspection(&mut self, lines: &[String]) {
        if lines.iter().take(64).any(|line| explain::greeting(line).is_some()) {
            self.find(
                FindingId::SmtpInspection,
                "a firewall on the way rewrites the conversation: it puts asterisks or the letter X over what it does not know, and so \
                 takes ESMTP and STARTTLS away, whatever the server offers. Switch off SMTP inspection (\"fixup\") there",
            );
        }
    }

    pub(super) fn hello_answered(&mut self, reply: &Reply, asked: Asked) {
        let protocol = match asked {
            Asked::Lhlo => Protocol::Lmtp,
            Asked::Helo => Protocol::Smtp,
            _ => Protocol::Esmtp,
        };
        self.look_for_inspection(&reply.to_wire(self.sent, false).lines);
        if !reply.is_success() {
            // RFC 5321 §3.2, §4.1.1.1: a server that does not know EHLO says 500, 502 or 504; some say 550.
            if asked == Asked::Ehlo && matches!(reply.code, 500 | 502 | 504 | 550) {
                return self.ask(&Command::helo(&self.config.helo), Asked::Helo);
            }
            if asked == Asked::Lhlo && matches!(reply.code, 500..=502) {
                // RFC 2033 §4.1: LHLO has no other command in its place, and SMTP does not know it.
                self.note("a server that does not know LHLO speaks SMTP (--protocol esmtp)".into());
            }
            self.turned_down(asked, reply);
            return self.quit();
        }
        let (list, findings) = capabilities::parse(reply, protocol, self.sent);
        for finding in findings {
            self.find(finding.id, finding.text);
        }
        // What was not tried is not known to be missing.
        let tried = self.config.protocol != Protocol::Smtp;
        if protocol == Protocol::Smtp && tried {
            self.find(FindingId::HeloOnly, "the server takes HELO only: no extensions, and so no TLS by STARTTLS");
        }
        let starttls = offers(&list, "STARTTLS");
        if self.tls {
            if starttls {
                self.find(FindingId::StarttlsInTls, "STARTTLS is still offered inside TLS (RFC 3207 §4.2)");
            }
            self.capabilities_tls = Some(list);
            return self.after_hello();
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
        if self.quits_after(QuitAfter::Ehlo) {
            return self.quit();
        }
        match (self.config.tls, starttls) {
            (TlsMode::Auto | TlsMode::Require, true) => self.ask(&Command::starttls(), Asked::Starttls),
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
                if tried {
                    self.find(FindingId::NoStarttls, "STARTTLS is not offered: mail to here travels in clear");
                }
                self.after_hello();
            }
            (TlsMode::Never | TlsMode::Implicit, _) => self.after_hello(),
        }
    }

    pub(super) fn starttls_answered(&mut self, reply: &Reply) {
        if reply.code == 220 {
            self.state = State::Handshake;
            // The handshake's own time begins here.
            self.sent = self.now;
            if !self.reader.is_untouched() {
                self.plaintext_after_starttls();
            }
            return;
        }
        self.find(
            FindingId::StarttlsRefused,
            format!("STARTTLS is offered, but was answered {}", words::quoted_reply(reply)),
        );
        self.turned_down(Asked::Starttls, reply);
        // Opportunistic senders go on in clear: a delivery does, and a question about recipients is worth its answer.
        match (&self.config.purpose, self.config.tls) {
            (Purpose::Deliver(_), TlsMode::Auto) if !self.quits_after(QuitAfter::Tls) => {
                self.put_aside();
                self.after_hello();
            }
            (Purpose::Ask(_), TlsMode::Auto) => self.after_hello(),
            _ => self.quit(),
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

    /// Octets in clear came where only the handshake may follow.
    pub(super) fn text_in_place_of_tls(&mut self) {
        if self.config.tls == TlsMode::Implicit {
            let why = format!(
                "the server does not speak TLS here, it said {} in clear",
                words::quoted(&self.reader.unread())
            );
            self.input(self.now, Input::TlsFailed(Fault::NotTls, None, &why));
        } else {
            self.plaintext_after_starttls();
        }
    }

    pub(super) fn tls_up(&mut self, about: &str) {
        self.tls = true;
        self.reader.clear();
        let took = ms(self.now.saturating_sub(self.sent));
        if self.config.judged {
            return self.wait_for_judgement(Some((about.to_owned(), took)));
        }
        self.hear(Who::Note, about.to_owned(), Some(took), None);
        self.begin_in_tls();
    }

    pub(super) fn begin_in_tls(&mut self) {
        if self.banner.is_none() {
            self.sent = self.now;
            self.state = State::Await;
        } else {
            self.say_hello();
        }
    }

    pub(super) fn quits_after(&self, step: QuitAfter) -> bool {
        matches!(&self.config.purpose, Purpose::Deliver(delivery) if delivery.quit_after == Some(step))
    }
}
