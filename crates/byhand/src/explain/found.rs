//! What was found in a bounce message or a log line: whom it was for, and what was said about it.
//!
//! Mail servers report a failure in sentences of their own, in bounces and in logs alike: "host X said: 550 ... (in
//! reply to RCPT TO command)". [`said`] takes such a sentence apart, whoever wrote it: the reply inside it, the host that
//! gave it, the command that it answers, the enhanced status code beside it (RFC 3463), or the end without a reply.
//!
//! Deliberately not here: what the reply means. A text in which no reply is found is kept whole, since the words of the
//! server that reports are all there is then.

mod end;
mod reply;

use std::net::IpAddr;

use crate::wire::{Fault, Stage};

pub use reply::{collapse, is_enhanced, one_reply, starts, tidy};

pub(super) use reply::has_code;

/// One recipient's failure, or a delivery, as a bounce message or a log line tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Whom the message was for, where that is told.
    pub recipient: Option<String>,
    /// The reply in one line, or the reporting server's own words where there was none; may be empty.
    pub reply: String,
    /// The host that gave the reply.
    pub host: Option<String>,
    /// Where in the session that was.
    pub stage: Option<Stage>,
    /// The enhanced status code that is told beside the reply, such as `5.1.1`.
    pub status: Option<String>,
    /// How it ended, where that was without a reply.
    pub fault: Option<Fault>,
    /// Whether the server that tells of it has given up (`true`) or tries again (`false`), where that is told.
    pub given_up: Option<bool>,
}

impl Found {
    /// The command that the reply answers, as the records write it: `RCPT`; `CONN` is the connection, `.` the end of the
    /// message.
    #[must_use]
    pub fn command(&self) -> Option<&'static str> {
        Some(match self.stage? {
            Stage::Connect | Stage::Banner => "CONN",
            Stage::Ehlo => "EHLO",
            Stage::Starttls | Stage::Tls => "STARTTLS",
            Stage::Auth => "AUTH",
            Stage::Mail => "MAIL",
            Stage::Rcpt => "RCPT",
            Stage::Data => "DATA",
            Stage::Body => ".",
            Stage::Quit => "QUIT",
            Stage::Dns => return None,
        })
    }

    /// Whether there is anything in it to explain.
    #[must_use]
    pub fn says_something(&self) -> bool {
        !self.reply.is_empty() || self.status.is_some() || self.fault.is_some()
    }

    /// Whether it tells that a server took the message.
    #[must_use]
    pub fn is_delivery(&self) -> bool {
        let status = self.status.as_deref().is_some_and(|status| status.starts_with("2."));
        self.fault.is_none() && if has_code(&self.reply) { self.reply.starts_with('2') } else { status }
    }

    /// Whether this account of a failure decides over another one: a refusal for good over one for now (RFC 5321 §4.2.1), and
    /// any reply over none.
    pub(super) fn outweighs(&self, other: &Self) -> bool {
        let weight = |found: &Self| match found.reply.as_bytes().first() {
            Some(b'5') if has_code(&found.reply) => 2,
            _ => u8::from(has_code(&found.reply)),
        };
        weight(self) > weight(other)
    }

    /// What this one leaves open is taken from another account of the same failure.
    pub(super) fn complete(&mut self, other: &Self) {
        if !has_code(&self.reply) && (has_code(&other.reply) || self.reply.is_empty()) {
            self.reply.clone_from(&other.reply);
        }
        fn fill<T: Clone>(mine: &mut Option<T>, theirs: &Option<T>) {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
        fill(&mut self.recipient, &other.recipient);
        fill(&mut self.host, &other.host);
        fill(&mut self.stage, &other.stage);
        fill(&mut self.status, &other.status);
        fill(&mut self.given_up, &other.given_up);
        if !has_code(&self.reply) {
            fill(&mut self.fault, &other.fault);
        }
    }
}

/// More than this of one text is not looked at: a reply has 64 KiB at most, and what matters stands in front.
const LONGEST: usize = 8 * 1024;

/// Takes a server's sentence about a failure apart. The recipient stays open.
#[must_use]
pub fn said(text: &str) -> Found {
    let mut longest = LONGEST.min(text.len());
    while !text.is_char_boundary(longest) {
        longest -= 1;
    }
    let text = collapse(&text[..longest]);
    // Offsets in the one are offsets in the other: only ASCII letters change.
    let lower = text.to_ascii_lowercase();
    let at = reply::find(&text, &lower);
    let (before, after) = text.split_at(at.unwrap_or(0));
    let (context, _) = lower.split_at(at.unwrap_or(lower.len()));
    let host = host(if at.is_some() { before } else { &text }, context).or_else(|| {
        // qmail: "192.0.2.1 does not like recipient.", "192.0.2.1 failed after I sent the message."
        let doing = ["does not like", "failed after", "failed on"].iter().any(|words| context.contains(words));
        Some(&text).filter(|_| doing).and_then(|text| host_name(text))
    });
    let (told, stage_behind) = reply::end(after);
    let stage = stage_behind.or_else(|| stage(context)).or_else(|| stage_in_words(&lower));
    match at {
        Some(_) => Found { reply: tidy(told), host, stage, status: reply::status(before), ..Found::default() },
        None => {
            let fault = end::fault(&lower);
            Found {
                status: reply::status(&text),
                reply: text,
                host,
                stage: fault.map(|(_, stage)| stage).or(stage),
                fault: fault.map(|(fault, _)| fault),
                ..Found::default()
            }
        }
    }
}

/// Words in front of the command that a reply answers: Postfix, Exim, sendmail, Courier.
const LEADS: [&str; 6] = ["in reply to ", "after pipelined ", "after ", "while sending ", ">>> ", "while talking: "];

/// The stage that the words in front of the reply tell.
pub(super) fn stage(lower: &str) -> Option<Stage> {
    LEADS.iter().filter_map(|lead| lower.rfind(lead).map(|at| at + lead.len())).max().and_then(|at| verb(&lower[at..]))
}

/// The stage of the command that a text begins with.
pub(super) fn verb(lower: &str) -> Option<Stage> {
    const VERBS: [(&str, Stage); 19] = [
        ("end of data", Stage::Body),
        ("end of message", Stage::Body),
        ("sending data block", Stage::Body),
        ("sending message body", Stage::Body),
        ("message body", Stage::Body),
        ("rcpt", Stage::Rcpt),
        ("mail from", Stage::Mail),
        ("mail", Stage::Mail),
        ("data", Stage::Data),
        ("bdat", Stage::Body),
        ("ehlo", Stage::Ehlo),
        ("helo", Stage::Ehlo),
        ("lhlo", Stage::Ehlo),
        ("starttls", Stage::Starttls),
        ("auth", Stage::Auth),
        ("initial connection", Stage::Banner),
        ("connect", Stage::Connect),
        ("dot", Stage::Body),
        ("quit", Stage::Quit),
    ];
    // Exim: "after end of data"; "after pipelined end of data"; Postfix: "end of DATA command"; a lone dot.
    if lower.starts_with(". ") || lower == "." {
        return Some(Stage::Body);
    }
    let text = lower.trim_start_matches("the ");
    VERBS.iter().find(|(verb, _)| text.starts_with(verb)).map(|(_, stage)| *stage)
}

/// Phrases of the whole text that tell the stage: qmail's and Yahoo's.
fn stage_in_words(lower: &str) -> Option<Stage> {
    const PHRASES: [(&str, Stage); 12] = [
        ("does not like recipient", Stage::Rcpt),
        ("[rcpt_to]", Stage::Rcpt),
        ("but sender was rejected", Stage::Mail),
        ("[mail_from]", Stage::Mail),
        ("failed after i sent the message", Stage::Body),
        ("failed on data command", Stage::Data),
        ("[data]", Stage::Body),
        ("but my name was rejected", Stage::Ehlo),
        ("but greeting failed", Stage::Banner),
        ("[connect]", Stage::Banner),
        ("refused to talk to me", Stage::Banner),
        ("initial server greeting", Stage::Banner),
    ];
    PHRASES.iter().find(|(phrase, _)| lower.contains(phrase)).map(|(_, stage)| *stage)
}

/// Words in front of the name of the host that a text is about; the last one counts.
const HOSTS: [&str; 13] = [
    "while talking to ",
    "connected to ",
    "connecting to ",
    "connection with ",
    "conversation with ",
    "connect to ",
    "giving up on ",
    "error transferring to ",
    "remote server ",
    "relay=",
    "host ",
    "server ",
    "by ",
];

/// The host that the words in front of a reply name.
fn host(text: &str, lower: &str) -> Option<String> {
    let lower = &lower[..lower.len().min(text.len())];
    let mut best: Option<(usize, String)> = None;
    for lead in HOSTS {
        let mut from = 0;
        while let Some(at) = lower[from..].find(lead).map(|at| from + at) {
            from = at + lead.len();
            let begins = at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphanumeric();
            let Some(name) = Some(&text[from..]).filter(|_| begins).and_then(host_name) else { continue };
            if best.as_ref().is_none_or(|(place, _)| *place < at) {
                best = Some((at, name));
            }
        }
    }
    best.map(|(_, name)| name)
}

/// The host name that a text begins with: `mx.example.org[192.0.2.1]:25`, `mx.example.org.:`, `192.0.2.1`.
pub(in crate::explain) fn host_name(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['\'', '"', '<', '[', '(']);
    let end =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'))).unwrap_or(text.len());
    // A name in its own script is not cut in the middle.
    if text[end..].starts_with(|c: char| !c.is_ascii()) {
        return None;
    }
    let word = &text[..end];
    if let Ok(address) = word.trim_end_matches([':', '.']).parse::<IpAddr>() {
        return Some(address.to_string());
    }
    let name = word.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let labels = name.split('.').count();
    let plain = name.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    let letters = name.rsplit('.').next().is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
    (labels >= 2 && name.len() <= 253 && plain && letters).then_some(name)
}

#[cfg(test)]
mod tests;
