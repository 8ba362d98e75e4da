//! A probe's envelope: MAIL and RCPT one at a time, and never DATA.

use super::{Asked, Purpose, QuitAfter, Session, State, answers::turn_down, words};
use crate::mailbox::Mailbox;
use crate::smtp::capabilities::offers;
use crate::smtp::command::Command;
use crate::smtp::reply::Reply;
use crate::wire::{Fault, Limited, Outcome, Stage, Status};

impl Session {
    /// What comes once EHLO is answered and TLS is settled.
    pub(super) fn after_hello(&mut self) {
        if self.is_to_be_judged() {
            return self.wait_for_judgement(None);
        }
        match &self.config.purpose {
            // Whichever way led here, with TLS, without it or in place of it: the session goes no further.
            Purpose::Deliver(delivery) if delivery.quit_after.is_some_and(|step| step <= QuitAfter::Tls) => self.quit(),
            _ => self.log_in(),
        }
    }

    /// What comes once the login is settled too.
    pub(super) fn begin_envelope(&mut self) {
        let (from, recipients) = match &self.config.purpose {
            Purpose::Greet => return self.quit(),
            Purpose::Ask(envelope) => (&envelope.from, &envelope.recipients),
            Purpose::Deliver(delivery) => (&delivery.from, &delivery.recipients),
        };
        let needed = from.iter().chain(recipients).any(Mailbox::needs_smtputf8);
        if needed && !self.current().is_some_and(|list| offers(list, "SMTPUTF8")) {
            // RFC 6531 §3.2: without the extension such an address must not be sent. It is no fault of the others.
            let sender = from.as_ref().is_some_and(Mailbox::needs_smtputf8);
            let needing: Vec<usize> = (0..recipients.len()).filter(|&at| recipients[at].needs_smtputf8()).collect();
            let text =
                "not sent: an address has characters beyond ASCII, and the server does not offer SMTPUTF8 (5.6.7)";
            if sender || needing.len() == recipients.len() {
                self.fail(Status::Permanent, Stage::Mail, Fault::Smtputf8NotSupported, None, text.into());
                return self.quit();
            }
            for at in needing {
                let outcome = Outcome::failed(Status::Permanent, Stage::Rcpt, Fault::Smtputf8NotSupported, text);
                self.answer(at, outcome);
            }
        }
        let utf8 = needed && self.current().is_some_and(|list| offers(list, "SMTPUTF8"));
        if let Purpose::Deliver(_) = self.config.purpose {
            return self.begin_transaction(utf8);
        }
        let Purpose::Ask(envelope) = &self.config.purpose else { return self.quit() };
        let mail = Command::mail(envelope.from.as_ref(), if utf8 { " SMTPUTF8" } else { "" });
        self.ask(&mail, Asked::Mail);
    }

    pub(super) fn mail_answered(&mut self, reply: &Reply) {
        if reply.is_success() {
            return self.ask_rcpt(0);
        }
        self.turned_down(Asked::Mail, reply);
        self.quit();
    }

    fn envelope(&self) -> &[Mailbox] {
        match &self.config.purpose {
            Purpose::Ask(envelope) => &envelope.recipients,
            _ => &[],
        }
    }

    pub(super) fn ask_rcpt(&mut self, index: usize) {
        match self.envelope().get(index).map(Command::rcpt) {
            // Answered already, by us.
            Some(_) if self.answers.get(index).is_some_and(Option::is_some) => self.ask_rcpt(index + 1),
            Some(rcpt) => self.ask(&rcpt, Asked::Rcpt(index)),
            None => self.ask(&Command::rset(), Asked::Rset),
        }
    }

    pub(super) fn rcpt_answered(&mut self, index: usize, reply: &Reply) {
        self.answer(index, rcpt_outcome(reply, reply.to_wire(self.sent, true)));
        let more = index + 1 < self.envelope().len();
        let pause = matches!(&self.config.purpose, Purpose::Ask(envelope) if !envelope.pause.is_zero());
        if more && !reply.is_success() && !about_mailbox(reply.code, reply.enhanced()) {
            // The answer is about us or about the server's policy: more questions would only be more of the same.
            self.limited.push(Limited::RcptPolicy);
            self.ask(&Command::rset(), Asked::Rset);
        } else if more && pause {
            self.state = State::Wait(index + 1);
        } else {
            self.ask_rcpt(index + 1);
        }
    }
}

/// What an answer to RCPT TO means for its recipient.
pub(super) fn rcpt_outcome(reply: &Reply, wire: crate::wire::Reply) -> Outcome {
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
    Outcome { status, stage: fault.map(|_| Stage::Rcpt), fault, reply: Some(wire), text, detail: None, diagnosis: None }
}

/// Whether a refusal is about the mailbox asked for, and not about us or a policy: RFC 3463 §3.2 (X.1 addressing) and
/// §3.3 (X.2 mailbox); without an enhanced code, the codes that RFC 5321 §4.2.3 gives to mailboxes and that are no
/// common answer of a policy (450 and 451 are greylisting as often as not).
#[must_use]
pub fn about_mailbox(code: u16, enhanced: Option<&str>) -> bool {
    match enhanced.map(|enhanced| enhanced.split('.').nth(1).unwrap_or_default()) {
        // 4.1.x and 4.2.x are what greylisting says as well; a full mailbox is none of that.
        Some(subject) => matches!(subject, "1" | "2") && code / 100 == 5 || enhanced == Some("4.2.2"),
        None => matches!(code, 550..=553 | 452),
    }
}

#[cfg(test)]
mod tests {
    use super::about_mailbox;

    #[test]
    fn mailboxes_and_policies() {
        // RFC 3463 §3.2, §3.3, §3.8 (X.7: security or policy); RFC 5321 §4.2.3 for the bare codes.
        for (code, enhanced, about) in [
            (550, Some("5.1.1"), true),
            (550, Some("5.2.1"), true),
            (452, Some("4.2.2"), true),
            (550, Some("5.7.1"), false),
            (450, Some("4.2.0"), false),
            (451, Some("4.7.1"), false),
            (421, Some("4.3.2"), false),
            (550, None, true),
            (553, None, true),
            (450, None, false),
            (451, None, false),
            (554, None, false),
            (421, None, false),
        ] {
            assert_eq!(about_mailbox(code, enhanced), about, "{code} {enhanced:?}");
        }
    }
}
