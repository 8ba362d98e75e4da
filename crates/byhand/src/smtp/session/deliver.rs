//! A delivery's transaction: MAIL, each RCPT, DATA, the message (RFC 5321 §3.3).
//!
//! With PIPELINING the envelope goes out in one write and the message with its dot and QUIT in another (RFC 2920 §3.1:
//! message text may lead a group); without it, or in lockstep, each waits for the reply to the one before. Every reply is
//! looked at; a refused recipient beside an accepted one ends nothing. What can be known to be refused before MAIL (size,
//! 8-bit text, addresses beyond ASCII) is not sent at all.

use super::{
    Asked, Delivery, Purpose, QuitAfter, Saying, Session, State, answers::turn_down, ask::rcpt_outcome, words,
};
use crate::smtp::capabilities::offers;
use crate::smtp::command::Command;
use crate::smtp::dot;
use crate::smtp::reply::Reply;
use crate::wire::{Fault, FindingId, Outcome, Stage, Status};

impl Session {
    fn delivery(&self) -> Option<&Delivery> {
        match &self.config.purpose {
            Purpose::Deliver(delivery) => Some(delivery),
            _ => None,
        }
    }

    /// Plans the envelope. `smtputf8`: whether an address needs it.
    pub(super) fn begin_transaction(&mut self, smtputf8: bool) {
        let Some(delivery) = self.delivery().cloned() else { return self.quit() };
        let [eight_bit_mime, utf8_offered, size_offered] =
            ["8BITMIME", "SMTPUTF8", "SIZE"].map(|keyword| self.current().is_some_and(|list| offers(list, keyword)));
        let size = delivery.content.len() as u64;
        let limit = self.current().and_then(|list| list.size).filter(|limit| *limit > 0);
        // RFC 1870 §4: 0 is no limit.
        if let Some(limit) = limit.filter(|limit| size > *limit) {
            let text = format!("not sent: the message has {size} octets, and the server takes {limit} at most (SIZE)");
            self.fail(Status::Permanent, Stage::Mail, Fault::MessageTooLarge, None, text);
            return self.quit();
        }
        let eight_bit = !delivery.content.is_ascii();
        if eight_bit && !eight_bit_mime {
            // RFC 6152 §3: convert or do not send.
            let text = "not sent: the message has 8-bit text, and the server does not offer 8BITMIME (5.6.3)";
            self.fail(Status::Permanent, Stage::Mail, Fault::EightBitNotSupported, None, text.into());
            return self.quit();
        }
        let utf8 = smtputf8 || (delivery.utf8_headers && utf8_offered);
        if delivery.utf8_headers && !utf8 {
            self.find(
                FindingId::Utf8Headers,
                "the message has headers in UTF-8, and the server does not offer SMTPUTF8: they may be damaged or refused",
            );
        }
        let size = size_offered.then(|| format!("SIZE={size}"));
        let body = eight_bit.then(|| "BODY=8BITMIME".to_owned());
        let utf8 = utf8.then(|| "SMTPUTF8".to_owned());
        let own = [size, body, utf8].into_iter().flatten().filter_map(|own| own.parse().ok()).collect();
        let parameters = self.mail_parameters(own, &delivery.extras);
        self.plan(&Command::mail(delivery.from.as_ref(), &parameters), Asked::Mail);
        if delivery.quit_after != Some(QuitAfter::Mail) {
            let parameters = self.rcpt_parameters(&delivery.extras);
            for (index, recipient) in delivery.recipients.iter().enumerate() {
                if self.answers.get(index).is_some_and(Option::is_some) {
                    // Not to be asked: refused before, by us.
                    continue;
                }
                self.plan(&Command::rcpt_with(recipient, &parameters), Asked::Rcpt(index));
            }
            if delivery.quit_after != Some(QuitAfter::Rcpt) {
                self.plan(&Command::data(), Asked::Data);
            }
        }
        self.proceed();
    }

    fn plan(&mut self, command: &Command, asked: Asked) {
        self.plan.push_back(Saying { octets: command.to_wire(), shown: command.as_str().to_owned(), asked });
    }

    fn pipelines(&self) -> bool {
        self.delivery().is_some_and(|delivery| !delivery.lockstep)
            && self.current().is_some_and(|list| offers(list, "PIPELINING"))
    }

    /// What is planned goes out: all of it where the server pipelines, else the next.
    fn proceed(&mut self) {
        let some_accepted = self.answers.iter().flatten().any(|answer| answer.status == Status::Ok);
        if self.plan.front().is_some_and(|next| next.asked == Asked::Data) && !some_accepted && !self.pipelines() {
            self.plan.clear();
        }
        let count = if self.pipelines() { self.plan.len() } else { self.plan.len().min(1) };
        let next: Vec<Saying> = self.plan.drain(..count).collect();
        if next.is_empty() { self.quit() } else { self.say(next) }
    }

    pub(super) fn delivery_answered(&mut self, asked: Asked, reply: &Reply) {
        match asked {
            Asked::Mail if !reply.is_success() => {
                self.turned_down(asked, reply);
                // What went out with it is answered by errors that say nothing new (RFC 2920 §3.1).
                self.plan.clear();
            }
            Asked::Rcpt(index) => {
                self.rcpt_stands |= reply.is_success();
                if self.failure.is_none() {
                    self.answer(index, rcpt_outcome(reply, reply.to_wire(self.sent, true)));
                }
            }
            Asked::Data if reply.code == 354 => return self.send_message(),
            Asked::Data if self.failure.is_none() => self.judge_accepted(asked, reply),
            Asked::Body => self.judge_accepted(asked, reply),
            _ => {}
        }
        if self.awaiting.is_empty() {
            self.proceed();
        } else if asked == Asked::Body {
            self.quit();
        }
    }

    /// The server waits for the message.
    fn send_message(&mut self) {
        if self.quits_after(QuitAfter::Data) {
            self.note("the connection is closed here as asked: no message was sent".into());
            self.state = State::Over;
            return;
        }
        let accepted =
            self.failure.is_none() && self.answers.iter().flatten().any(|answer| answer.status == Status::Ok);
        if !accepted && self.rcpt_stands {
            // MAIL was refused, yet RCPT and DATA were not: a dot would deliver an empty message.
            self.note("the connection is closed here: a dot would deliver an empty message".into());
            self.state = State::Over;
            return;
        }
        if !accepted && self.is_lmtp() {
            // RFC 2033 §4.2: DATA fails with 503 here, and a dot would have no reply.
            self.note("the connection is closed here: nobody is left to send the message to".into());
            self.state = State::Over;
            return;
        }
        let Some(delivery) = self.delivery().filter(|_| accepted) else {
            // RFC 2920 §3.1: a 354 although no recipient stands is answered with the dot alone.
            let dot = Saying { octets: b".\r\n".to_vec(), shown: ".".into(), asked: Asked::EmptyBody };
            return self.say(vec![dot]);
        };
        let shown = words::message(&delivery.content);
        let mut sayings = vec![Saying { octets: dot::stuff(&delivery.content), shown, asked: Asked::Body }];
        if self.pipelines() {
            let quit = Command::quit();
            sayings.push(Saying { octets: quit.to_wire(), shown: quit.as_str().to_owned(), asked: Asked::Quit });
        }
        self.say(sayings);
    }

    /// The reply to DATA or to the message counts for every recipient that was accepted so far.
    fn judge_accepted(&mut self, asked: Asked, reply: &Reply) {
        let (outcome, doubted) = self.judge(asked, reply);
        for index in self.unsettled() {
            self.answer(index, outcome.clone());
            self.in_doubt[index] = doubted;
        }
        self.delivered |= outcome.status == Status::Ok;
    }

    /// What the reply to DATA or to the message means, and whether it leaves a doubt who has the message.
    pub(super) fn judge(&self, asked: Asked, reply: &Reply) -> (Outcome, bool) {
        let wire = reply.to_wire(self.sent, true);
        if asked == Asked::Body && reply.is_success() {
            let queued = queue_id(&wire.lines).map(|id| format!(", queued as {id}")).unwrap_or_default();
            let text = format!("accepted{queued}: {}", words::quoted_reply(reply));
            (
                Outcome {
                    status: Status::Ok,
                    stage: None,
                    fault: None,
                    reply: Some(wire),
                    text,
                    detail: None,
                    diagnosis: None,
                },
                false,
            )
        } else {
            let (status, fault, word) = turn_down(reply);
            let mut text = format!("{word} {}: {}", words::in_reply_to(asked), words::quoted_reply(reply));
            // Neither yes nor no: the server has the message, and what it makes of it is not known.
            let doubted = asked == Asked::Body && !reply.is_transient() && !reply.is_permanent();
            if doubted {
                text += words::PERHAPS;
            }
            (
                Outcome {
                    status,
                    stage: Some(asked.stage()),
                    fault: Some(fault),
                    reply: Some(wire),
                    text,
                    detail: None,
                    diagnosis: None,
                },
                doubted,
            )
        }
    }

    /// A 4yz or 5yz to the QUIT that went out with the message, after a yes to its dot: one of the two was the answer to
    /// something else, and nobody can say which.
    pub(super) fn out_of_step(&mut self, reply: &Reply) {
        let text = format!(
            "the server's replies are out of step: it said yes to the message and then {}{}",
            words::quoted_reply(reply),
            words::PERHAPS
        );
        self.note(format!("*** {text}"));
        let outcome = Outcome {
            reply: Some(reply.to_wire(self.sent, true)),
            ..Outcome::failed(Status::Temporary, Stage::Body, Fault::UnexpectedReply, text)
        };
        for (answer, in_doubt) in self.answers.iter_mut().zip(&mut self.in_doubt) {
            if answer.as_ref().is_some_and(|answer| answer.status == Status::Ok) {
                (*answer, *in_doubt) = (Some(outcome.clone()), true);
            }
        }
    }

    /// The server answers while the message is still on its way: a refusal then stands, and the rest is not sent.
    pub(super) fn early_answer(&mut self) {
        match self.reader.reply() {
            None => {}
            Some(Ok(reply)) => {
                let reply = self.recordable(Asked::Body, reply);
                self.note("the server answers before the message has ended".into());
                self.hear_reply(&reply, self.sent);
                self.judge_accepted(Asked::Body, &reply);
                if reply.is_success() {
                    let text = "the server said yes before the message had ended: it cannot have it";
                    let outcome = Outcome::failed(Status::Temporary, Stage::Body, Fault::UnexpectedReply, text);
                    self.answers.iter_mut().flatten().for_each(|answer| *answer = outcome.clone());
                }
                // Its dot never went out, whatever the code.
                self.in_doubt.fill(false);
                // The dot never went out, so nothing that is said now would be heard as a command.
                self.state = State::Over;
            }
            Some(Err(error)) => self.unreadable(Asked::Body, &error),
        }
    }
}

/// The name under which a server says that it queued the message: `queued as ID` (Postfix), `id=ID` (Exim), `ID Message
/// accepted for delivery` (sendmail, OpenSMTPD: `ID Message accepted`).
#[must_use]
pub fn queue_id(lines: &[String]) -> Option<String> {
    let text = lines.join(" ");
    let word = |at: usize| text[at..].split_ascii_whitespace().next().map(|w| w.trim_end_matches([')', '.', ',', ';']));
    let found = if let Some(at) = text.find("queued as ") {
        word(at + "queued as ".len())
    } else if let Some(at) = text.find(" id=") {
        word(at + " id=".len())
    } else if let Some(at) = text.find(" Message accepted") {
        text[..at].split_ascii_whitespace().next_back()
    } else {
        None
    };
    let plain = |id: &&str| {
        (4..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    found.filter(plain).map(str::to_owned)
}
