//! Where a session stands, worked out from what was said and answered: greeting, hello, TLS, login, envelope.
//!
//! It never keeps anything from being sent. It feeds hints, completion and `:why`. A 250 to EHLO begins anew (RFC 5321
//! §4.1.4), TLS forgets all that was heard before it (RFC 3207 §4.2), RSET and the reply to a message end a transaction.

use std::time::Duration;

use super::verb::{Verb, address};
use crate::smtp::capabilities;
use crate::smtp::reply::Reply;
use crate::wire::{Capabilities, Protocol};

/// The most recipients that are kept by name.
const KEPT: usize = 1000;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Whether the connection stands.
    pub(super) up: bool,
    pub(super) greeted: bool,
    pub(super) tls: bool,
    /// The verb that was accepted.
    pub(super) hello: Option<Verb>,
    /// Whether EHLO was refused, so that HELO is left.
    pub(super) ehlo_refused: bool,
    pub(super) capabilities: Option<Capabilities>,
    pub(super) starttls_refused: bool,
    pub(super) logged_in: bool,
    /// Whether a 530 asked for a login.
    pub(super) wants_login: bool,
    pub(super) login_refused: bool,
    /// The accepted sender.
    pub(super) mail: Option<String>,
    pub(super) mail_refused: bool,
    /// The accepted recipients.
    pub(super) recipients: Vec<String>,
    /// Recipients that were named in this transaction, accepted or not.
    pub(super) named: Vec<String>,
    pub(super) data_refused: bool,
    /// What became of the last message: whether it was accepted.
    pub(super) sent: Option<bool>,
    /// Names of the header fields of the message at hand, lower case.
    pub(super) headers: Vec<String>,
    /// Whether the empty line behind the headers is there.
    pub(super) in_body: bool,
    /// Lines of its body.
    pub(super) body_lines: usize,
}

impl State {
    /// The greeting.
    pub(super) fn banner(&mut self, reply: &Reply) {
        self.greeted = reply.code == 220;
    }

    /// TLS stands: what was heard before it does not count.
    pub(super) fn tls_up(&mut self, greeted: bool) {
        *self = Self { up: true, greeted, tls: true, ..Self::default() };
    }

    /// The reply to a command.
    pub(super) fn answered(&mut self, verb: Verb, line: &str, reply: &Reply, since: Duration) {
        if reply.code == 530 && !self.logged_in {
            self.wants_login = true;
        }
        let good = reply.is_success();
        match verb {
            Verb::Ehlo | Verb::Lhlo | Verb::Helo if good => {
                self.end_transaction();
                self.sent = None;
                self.hello = Some(verb);
                self.capabilities = (verb != Verb::Helo).then(|| capabilities::parse(reply, Protocol::Esmtp, since).0);
            }
            Verb::Ehlo => self.ehlo_refused |= matches!(reply.code, 500..=504 | 550),
            Verb::Starttls => self.starttls_refused = reply.code != 220,
            Verb::Auth => {
                self.logged_in |= reply.code == 235;
                self.wants_login &= !self.logged_in;
                self.login_refused = !good && reply.code != 334;
            }
            Verb::Mail => {
                self.mail_refused = !good;
                if good {
                    self.mail = Some(address(line).to_owned());
                    self.sent = None;
                }
            }
            Verb::Rcpt => {
                let to = address(line).to_owned();
                if self.named.len() < KEPT {
                    self.named.push(to.clone());
                }
                if good && self.recipients.len() < KEPT {
                    self.recipients.push(to);
                }
            }
            Verb::Data => {
                self.data_refused = reply.code != 354;
                self.begin_message();
            }
            Verb::Rset if good => {
                self.end_transaction();
                self.sent = None;
            }
            _ => {}
        }
    }

    /// A reply to the dot; the last of them, where LMTP has several.
    pub(super) fn message_answered(&mut self, accepted: bool) {
        self.end_transaction();
        self.sent = Some(accepted);
    }

    fn end_transaction(&mut self) {
        self.mail = None;
        self.mail_refused = false;
        self.data_refused = false;
        self.recipients.clear();
        self.named.clear();
        self.begin_message();
    }

    fn begin_message(&mut self) {
        self.headers.clear();
        self.in_body = false;
        self.body_lines = 0;
    }

    /// A line of the message, as typed.
    pub(super) fn text_line(&mut self, line: &str) {
        if self.in_body {
            self.body_lines += 1;
        } else if line.is_empty() {
            self.in_body = true;
        } else if let Some((name, _)) = line.split_once(':')
            && !line.starts_with([' ', '\t'])
            && self.headers.len() < KEPT
        {
            self.headers.push(name.trim().to_ascii_lowercase());
        }
    }

    pub(super) fn offers(&self, keyword: &str) -> bool {
        self.capabilities.as_ref().is_some_and(|list| capabilities::offers(list, keyword))
    }

    /// The mechanisms that AUTH offers.
    pub(super) fn mechanisms(&self) -> &[String] {
        self.capabilities.as_ref().map_or(&[], |list| &list.auth)
    }

    /// Whether STARTTLS is the thing to do.
    pub(super) fn can_start_tls(&self) -> bool {
        // In the middle of a transaction, or behind one, it is too late to be the usual thing.
        let begun = self.mail.is_some() || self.mail_refused || self.data_refused || self.sent.is_some();
        !self.tls && !begun && !self.starttls_refused && self.offers("STARTTLS")
    }
}
