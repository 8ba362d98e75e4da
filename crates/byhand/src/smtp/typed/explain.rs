//! What a reply means, in plain words: `:explain`, and the line under each reply that is no plain success.
//!
//! A refusal is explained from its words and codes together (`explain`), where these say something; else, and for every
//! other reply, from its codes alone (RFC 5321 §4.2, RFC 3463).

use super::wire::{Asked, Due};
use super::{Typed, show};
use crate::explain::{self, Enhanced, Heard};
use crate::smtp::meaning;
use crate::smtp::reply::Reply;
use crate::wire::{Confidence, Diagnosis, Nature, Reason, Stage};

/// What a reply at that stage means: a sentence without a full stop.
#[must_use]
pub fn meaning(reply: &Reply, stage: Option<Stage>) -> String {
    if let Some(diagnosis) = diagnosis(reply, stage) {
        return match diagnosis.nature {
            Nature::Temporary => format!("{}; this is for now, and senders try again later", diagnosis.meaning),
            Nature::Permanent => format!("{}; trying again as it is will not help", diagnosis.meaning),
            _ => diagnosis.meaning,
        };
    }
    meaning::meaning(stage, reply.code, enhanced(reply, stage))
}

/// RFC 2034 §4: neither a greeting nor the reply to EHLO has an enhanced status code.
fn enhanced(reply: &Reply, stage: Option<Stage>) -> Option<&str> {
    reply.enhanced().filter(|_| !matches!(stage, Some(Stage::Banner | Stage::Ehlo)))
}

/// What is behind a refusal, where more than a guess can be made.
fn diagnosis(reply: &Reply, stage: Option<Stage>) -> Option<Diagnosis> {
    if !reply.is_transient() && !reply.is_permanent() {
        return None;
    }
    let text: Vec<_> = reply.lines.iter().map(|line| String::from_utf8_lossy(line.text())).collect();
    let text = text.join(" ");
    let enhanced = enhanced(reply, stage).and_then(Enhanced::parse);
    sure(&Heard { code: Some(reply.code), enhanced, text: &text, stage, ..Heard::default() })
}

fn sure(heard: &Heard<'_>) -> Option<Diagnosis> {
    // Of a slip in a command its code says more: unknown, out of order, a parameter.
    Some(explain::reply(heard))
        .filter(|diagnosis| diagnosis.confidence != Confidence::Low && diagnosis.reason != Reason::SyntaxError)
}

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
    /// `:explain`.
    pub(super) fn explain(&mut self, code: Option<&str>) {
        if let Some(text) = code {
            return self.explain_code(text);
        }
        let Some((reply, due)) = self.last.clone() else { return self.aside("the server has not said anything yet") };
        let mut text = format!("{} in reply to {}: {}", reply.code, due.line, meaning(&reply, due.stage()));
        if let Some(enhanced) = reply.enhanced() {
            text += &format!(". {enhanced} is the enhanced status code (RFC 3463)");
        }
        self.aside(text);
        if let Some(diagnosis) = diagnosis(&reply, due.stage()) {
            self.aside(format!("next: {}", diagnosis.next));
        }
        self.aside(class(reply.code));
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
        let enhanced = heard.enhanced.map(|enhanced| enhanced.to_string());
        match sure(&heard).filter(|_| code >= 400) {
            Some(diagnosis) => {
                self.aside(format!("{code}: {}", diagnosis.meaning));
                self.aside(format!("next: {}", diagnosis.next));
            }
            None => self.aside(format!("{code}: {}", meaning::meaning(Stage::Rcpt, code, enhanced.as_deref()))),
        }
        self.aside(class(code));
    }
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
