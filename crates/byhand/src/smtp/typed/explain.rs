//! What a reply means, whose it is and what to do next, in plain words: `:explain`, and the line under each reply that is no
//! plain success.
//!
//! A refusal is explained as everywhere, from its words and codes together (`crate::explain`), where these say something;
//! else, and for every other reply, its codes alone speak (RFC 5321 §4.2, RFC 3463).

use std::time::Duration;

use super::wire::{Asked, Due};
use super::{Typed, show};
use crate::explain::{self, Standing};
use crate::smtp::meaning;
use crate::smtp::reply::Reply;
use crate::wire::{Confidence, Diagnosis, Reason, Stage};

impl Due {
    /// The stage that the reply is about.
    pub(super) fn stage(&self) -> Option<Stage> {
        match &self.asked {
            Asked::Banner => Some(Stage::Banner),
            Asked::Command(verb) => verb.stage(),
            Asked::Answer => Some(Stage::Auth),
            Asked::Message(_) => Some(Stage::Body),
        }
    }
}

impl Typed {
    /// What a refusal means by where the session stands, whatever its words are.
    fn by_its_place(&self, reply: &Reply, stage: Option<Stage>) -> Option<&'static str> {
        let enhanced = reply.enhanced().unwrap_or_default();
        let needs_tls = matches!(reply.code, 523 | 538) || enhanced.ends_with(".7.10") || enhanced.ends_with(".7.11");
        match stage {
            _ if !reply.is_permanent() => None,
            // RFC 4954 §6, RFC 5248 §2.4.
            Some(Stage::Auth) if needs_tls && !self.state.tls => {
                Some("a login needs encryption here: say STARTTLS first, then EHLO, then AUTH")
            }
            // RFC 3207 §4.2.
            Some(Stage::Starttls) if self.state.tls => Some("TLS is spoken already, and is not begun a second time"),
            Some(Stage::Starttls) if matches!(reply.code, 500 | 501) => {
                Some("the server did not understand it: STARTTLS stands alone on its line (RFC 3207 §4)")
            }
            Some(Stage::Data) if self.state.recipients.is_empty() && !self.state.named.is_empty() => {
                Some("no recipient was accepted: this follows from the refusals before it")
            }
            _ => None,
        }
    }

    /// What is behind a refusal, where more than a guess can be made.
    fn refusal(&self, reply: &Reply, stage: Option<Stage>) -> Option<Diagnosis> {
        if (!reply.is_transient() && !reply.is_permanent()) || self.by_its_place(reply, stage).is_some() {
            return None;
        }
        let said = reply.to_wire(Duration::ZERO, true);
        sure(explain::refusal(&said, stage, self.settings.host.as_deref(), self.state.tls))
    }

    /// What a reply at that stage means: a sentence without a full stop.
    pub(super) fn meaning(&self, reply: &Reply, stage: Option<Stage>) -> String {
        if let Some(text) = self.by_its_place(reply, stage) {
            return text.into();
        }
        match self.refusal(reply, stage) {
            Some(found) => match explain::standing(&found, None) {
                Standing::PutOff => format!("{}; this is for now, and senders try again later", found.meaning),
                Standing::RefusedForNow => format!("{}; it may pass, and senders do not try again", found.meaning),
                Standing::Refused | Standing::PutOffInVain => {
                    format!("{}; trying again as it is will not help", found.meaning)
                }
                Standing::Well | Standing::GivenUp | Standing::Open => found.meaning,
            },
            None => meaning::meaning(stage, reply.code, enhanced(reply, stage)),
        }
    }

    /// Whose it is, and what to do next.
    fn side_and_next(&mut self, found: &Diagnosis) {
        self.aside(format!("side: {}; {}", explain::whose(found.side), explain::again(found, None)));
        if !found.next.is_empty() {
            self.aside(format!("next: {}", found.next));
        }
    }

    /// `:explain`.
    pub(super) fn explain(&mut self, code: Option<&str>) {
        if let Some(text) = code {
            return self.explain_code(text);
        }
        let Some((reply, due)) = self.last.clone() else { return self.aside("the server has not said anything yet") };
        let found = self.refusal(&reply, due.stage());
        let meaning = found.as_ref().map_or_else(|| self.meaning(&reply, due.stage()), |found| found.meaning.clone());
        let mut text = format!("{} in reply to {}: {meaning}", reply.code, due.line);
        if let Some(enhanced) = reply.enhanced() {
            text += &format!(". {enhanced} is the enhanced status code (RFC 3463)");
        }
        self.aside(text);
        match found {
            Some(found) => self.side_and_next(&found),
            None => self.aside(class(reply.code)),
        }
        if let (Some(first), Some(last)) = (reply.lines.first(), reply.lines.last())
            && last.at > first.at
        {
            self.aside(format!("its last line came {} after its first", show::span(last.at.saturating_sub(first.at))));
        }
    }

    /// A reply from elsewhere: its codes, or the whole of it.
    fn explain_code(&mut self, text: &str) {
        let heard = explain::one_line(text);
        let Some(code) = heard.code.filter(|code| (200..600).contains(code)) else {
            return self.aside("a reply begins with three digits: :explain 550 5.1.1, or the whole of it");
        };
        let found = Some(explain::reply(&heard)).filter(|_| code >= 400).and_then(sure);
        if let Some(found) = found {
            self.aside(format!("{code}: {}", found.meaning));
            self.side_and_next(&found);
        } else {
            let enhanced = heard.enhanced.map(|enhanced| enhanced.to_string());
            self.aside(format!("{code}: {}", meaning::meaning(Stage::Rcpt, code, enhanced.as_deref())));
            self.aside(class(code));
        }
    }
}

/// RFC 2034 §4: neither a greeting nor the reply to EHLO has an enhanced status code.
fn enhanced(reply: &Reply, stage: Option<Stage>) -> Option<&str> {
    reply.enhanced().filter(|_| !matches!(stage, Some(Stage::Banner | Stage::Ehlo)))
}

/// Of a slip in a command its code says more: unknown, out of order, a parameter.
fn sure(found: Diagnosis) -> Option<Diagnosis> {
    Some(found).filter(|found| found.confidence != Confidence::Low && found.reason != Reason::SyntaxError)
}

/// RFC 5321 §4.2.1.
fn class(code: u16) -> &'static str {
    match code / 100 {
        2 => "2yz: done as asked",
        3 => "3yz: so far so good, the server waits for more",
        4 => "4yz: not now; the same may work later, and mail servers try again for days",
        5 => "5yz: no; the same will be refused again, and a mail server gives up and tells the sender",
        _ => "a code that SMTP does not have",
    }
}
