//! What a reply means, whose it is and what to do next, in plain words: `:explain`, and the line under each reply that is no
//! plain success.
//!
//! Of a refusal `crate::explain` tells, as everywhere; of what is no refusal its code's words.

use std::time::Duration;

use super::wire::{Asked, Due};
use super::{Typed, show};
use crate::explain::{self, Enhanced, Heard};
use crate::smtp::meaning;
use crate::smtp::reply::Reply;
use crate::wire::{Diagnosis, Stage};

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
    /// What a refusal means; `None` for a reply that is none.
    fn refusal(&self, reply: &Reply, stage: Option<Stage>) -> Option<Diagnosis> {
        let said = reply.to_wire(Duration::ZERO, true);
        (reply.code >= 400).then(|| explain::refusal(&said, stage, self.settings.host.as_deref(), self.state.tls))
    }

    /// What a reply at that stage means: a sentence without a full stop.
    pub(super) fn meaning(&self, reply: &Reply, stage: Option<Stage>) -> String {
        self.refusal(reply, stage).map_or_else(|| meaning::meaning(stage, reply.code, None), |found| found.meaning)
    }

    /// Whose it is, and what to do next.
    fn side_and_next(&mut self, found: &Diagnosis) {
        self.aside(format!("side: {}; {}", explain::whose(found.side), explain::again(found.nature)));
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
        let mut text = format!("{} in reply to {}: {}", reply.code, due.line, self.meaning(&reply, due.stage()));
        if let Some(enhanced) = reply.enhanced() {
            text += &format!(". {enhanced} is the enhanced status code (RFC 3463)");
        }
        self.aside(text);
        match self.refusal(&reply, due.stage()) {
            Some(found) => self.side_and_next(&found),
            None => self.aside(class(reply.code)),
        }
        if let (Some(first), Some(last)) = (reply.lines.first(), reply.lines.last())
            && last.at > first.at
        {
            self.aside(format!("its last line came {} after its first", show::span(last.at.saturating_sub(first.at))));
        }
    }

    fn explain_code(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        let code = words.next().and_then(|word| word.parse::<u16>().ok()).filter(|code| (200..600).contains(code));
        match code {
            Some(code) => {
                let enhanced = words.next();
                let text = meaning::meaning(Stage::Rcpt, code, enhanced);
                self.aside(format!("{code} in reply to RCPT TO: {text}"));
                self.aside(class(code));
                let enhanced = enhanced.and_then(Enhanced::parse);
                let found =
                    explain::reply(&Heard { code: Some(code), enhanced, stage: Some(Stage::Rcpt), ..Heard::default() });
                if code >= 400 {
                    self.side_and_next(&found);
                }
            }
            None => {
                self.aside(
                    "a reply code has three digits, such as 550; an enhanced one may follow: :explain 550 5.1.1",
                );
            }
        }
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
