//! What every reply leads to: the dispatch, the flaws noted, the words for a refusal.

use super::{Asked, Purpose, QuitAfter, Session, State, TlsMode, words};
use crate::smtp::capabilities::offers;
use crate::smtp::reply::Reply;
use crate::wire::{CommandTiming, Fault, FindingId, Outcome, RecipientOutcome, Stage, Status};

impl Session {
    pub(super) fn answered(&mut self, asked: Asked, reply: &Reply) {
        self.hear_reply(reply, self.sent);
        self.note_flaws(asked, reply);
        self.time(asked, reply);
        // RFC 5321 §3.8: a 421 may answer any command, and the server closes after it.
        if reply.code == 421 && asked != Asked::Quit && !self.has_parts() {
            if asked == Asked::Banner {
                self.banner = Some(reply.to_wire(self.sent, true));
            }
            return self.busy(asked, reply);
        }
        let delivering = matches!(self.config.purpose, Purpose::Deliver(_));
        match asked {
            Asked::Banner => self.greeted(reply),
            Asked::Ehlo | Asked::Helo | Asked::Lhlo => self.hello_answered(reply, asked),
            Asked::Starttls => self.starttls_answered(reply),
            Asked::Body if self.has_parts() => self.part_answered(reply),
            Asked::Auth => self.auth_answered(reply),
            Asked::Mail | Asked::Rcpt(_) | Asked::Data | Asked::Body | Asked::EmptyBody if delivering => {
                self.delivery_answered(asked, reply);
            }
            Asked::Mail => self.mail_answered(reply),
            Asked::Rcpt(index) => self.rcpt_answered(index, reply),
            Asked::Rset | Asked::Data | Asked::Body | Asked::EmptyBody => self.quit(),
            Asked::Quit => {
                if self.delivered && self.shared_write && reply.code != 421 && reply.code / 100 >= 4 {
                    self.out_of_step(reply);
                } else if reply.code != 221 {
                    self.find(FindingId::QuitFailed, format!("QUIT was answered {}", words::quoted_reply(reply)));
                }
                self.state = State::Over;
            }
        }
    }

    fn time(&mut self, asked: Asked, reply: &Reply) {
        let Some(verb) = words::verb(asked) else { return };
        let wire = reply.to_wire(self.sent, true);
        self.commands.push(CommandTiming {
            command: verb.into(),
            first_ms: wire.first_ms,
            elapsed_ms: wire.elapsed_ms,
            shared_write: self.shared_write,
        });
    }

    /// What is answered about a recipient; the first answer stands unless the message's is worse.
    pub(super) fn answer(&mut self, index: usize, outcome: Outcome) {
        if let Some(answer) = self.answers.get_mut(index) {
            *answer = Some(outcome);
        }
    }

    /// The answers in the end: recipients that nothing was said of were not asked about, or share what ended the session.
    pub(super) fn final_answers(&self, outcome: &Outcome) -> Vec<RecipientOutcome> {
        let (recipients, delivering) = match &self.config.purpose {
            Purpose::Greet => return Vec::new(),
            Purpose::Ask(envelope) => (&envelope.recipients, false),
            Purpose::Deliver(delivery) => (&delivery.recipients, true),
        };
        let rest = |address: &str| match () {
            () if self.limited.contains(&crate::wire::Limited::RcptPolicy) => {
                let text = "not asked: the refusal before it was not about the mailbox";
                Outcome::failed(Status::Untested, Stage::Rcpt, Fault::Limited, text)
            }
            // A delivery that failed has failed for each of them; a question that was not put is open.
            () if delivering => outcome.clone(),
            () => {
                let text = format!("{address} was not asked about: {}", outcome.text);
                Outcome { status: Status::Untested, text, ..outcome.clone() }
            }
        };
        let answers = recipients.iter().zip(&self.answers);
        answers
            .map(|(to, answer)| {
                let address = to.to_string();
                let mut outcome = answer.clone().unwrap_or_else(|| rest(&address));
                if delivering && !self.delivered && outcome.status == Status::Ok {
                    outcome = Outcome { reply: outcome.reply, ..self.stopped(self.stopping()) };
                }
                RecipientOutcome { address, outcome }
            })
            .collect()
    }

    /// A delivery that was to go no further: well, but its stage says where, so that nobody takes it for an acceptance.
    fn stopped(&self, after: Option<QuitAfter>) -> Outcome {
        let stage = after.map_or(Stage::Banner, QuitAfter::stage);
        let text = if after == Some(QuitAfter::Auth) && self.login.used.is_none() {
            "stopped before MAIL FROM, as asked, and without a login: no message was sent".to_owned()
        } else {
            format!("stopped after {}, as asked: no message was sent", words::step(stage))
        };
        Outcome { stage: Some(stage), ..Outcome::ok(text) }
    }

    fn stopping(&self) -> Option<QuitAfter> {
        match &self.config.purpose {
            Purpose::Deliver(delivery) => delivery.quit_after,
            _ => None,
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
        let status = if matches!(asked, Asked::Rcpt(_) | Asked::Data | Asked::Body) {
            Status::Temporary
        } else {
            Status::Untested
        };
        if let Asked::Rcpt(index) = asked {
            let outcome = Outcome {
                status,
                stage: Some(Stage::Rcpt),
                fault: Some(Fault::Busy),
                reply: Some(wire.clone()),
                text: text.clone(),
                detail: None,
                diagnosis: None,
            };
            self.answer(index, outcome);
        }
        self.fail(status, asked.stage(), Fault::Busy, Some(wire), text);
        self.plan.clear();
        self.quit();
    }

    /// A 4yz or 5yz, or a code that fits nowhere.
    pub(super) fn turned_down(&mut self, asked: Asked, reply: &Reply) {
        let (status, fault, word) = turn_down(reply);
        let text = format!("{word} {}: {}", words::in_reply_to(asked), words::quoted_reply(reply));
        self.fail(status, asked.stage(), fault, Some(reply.to_wire(self.sent, true)), text);
    }

    /// No failure: all went well, or the recipients' answers decide.
    pub(super) fn good_end(&self) -> Outcome {
        let answers = self.final_answers(&Outcome::ok(""));
        for status in [Status::Permanent, Status::Temporary, Status::Untested] {
            if let Some(found) = answers.iter().find(|r| r.outcome.status == status) {
                return Outcome { text: format!("{}: {}", found.address, found.outcome.text), ..found.outcome.clone() };
            }
        }
        if let Purpose::Deliver(delivery) = &self.config.purpose {
            return answers
                .into_iter()
                .next()
                .map_or_else(|| self.stopped(delivery.quit_after), |answer| answer.outcome);
        }
        let how = match (self.config.tls, self.tls) {
            (TlsMode::Implicit, _) => "TLS from the first byte",
            (_, true) => "STARTTLS works",
            (TlsMode::Never, _) => "TLS not tried",
            _ => "no STARTTLS",
        };
        let asked = match answers.len() {
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
        if matches!(asked, Asked::Banner | Asked::Ehlo | Asked::Helo | Asked::Lhlo)
            || !matches!(reply.code / 100, 2 | 4 | 5)
        {
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
pub(super) fn turn_down(reply: &Reply) -> (Status, Fault, &'static str) {
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
