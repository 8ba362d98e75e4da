//! Makes explanations of units: what kind each is, what was heard in it, what that means.
//!
//! A line that begins with `{` is JSON ([`record`]), a log line is taken apart (`byhand::explain::log`), and what is neither is a
//! reply, or a sentence about one. `--command` and `--host` fill in what the input does not say.

use byhand::cli::input::{Line, shortened};
use byhand::explain::found::{collapse, is_enhanced, said, starts, tidy};
use byhand::explain::{self, Enhanced, Found, Heard, bounce, log, one_line};
use byhand::wire::{Confidence, Diagnosis, Explain, Fault, Nature, Reason, Side};

use crate::gather::{Unit, What};
use crate::options::Args;
use crate::record;

/// What the options say about every reply.
pub(crate) struct Ask {
    command: Option<String>,
    host: Option<String>,
}

/// Marks of a conversation as this project's tools and others show it.
const MARKS: [&str; 7] = ["<** ", "<~* ", "<-  ", "<~  ", "<<< ", "<- ", "S: "];

impl Ask {
    pub(crate) fn new(args: &Args) -> Self {
        Self { command: args.command.clone(), host: args.host.clone() }
    }

    /// Explains a unit. Nothing comes of a log line that tells of no delivery.
    pub(crate) fn unit(&self, unit: Unit) -> Vec<Explain> {
        let Unit { what, line } = unit;
        match what {
            What::Bad(text, reason) => vec![bad(text, &reason, line)],
            What::Message(bytes) => match bounce::read(&bytes) {
                Ok(found) => found.iter().map(|found| self.found(found)).collect(),
                Err(error) => vec![bad(title(&bytes), &error.to_string(), line)],
            },
            What::Text(text) => self.text(&text, line),
        }
    }

    fn text(&self, text: &str, line: Option<Line>) -> Vec<Explain> {
        let text = text.trim();
        if text.is_empty() {
            return vec![bad(String::new(), "there is nothing in it", line)];
        }
        if text.starts_with('{') {
            return match record::parse(text) {
                Ok(asked) => asked.map(|asked| self.asked(asked)).into_iter().collect(),
                Err((id, reason)) => {
                    let mut record = bad(shortened(text), &reason, line);
                    record.id = id;
                    vec![record]
                }
            };
        }
        match log::read(text) {
            log::Line::Found(found) => return vec![self.found(&found)],
            log::Line::Quiet if line.is_some() => return vec![],
            log::Line::Quiet => return vec![bad(shortened(text), "this log line tells of no delivery", line)],
            log::Line::Other => {}
        }
        if line.is_none() && is_path(text) {
            return vec![bad(shortened(text), "there is no such file, and this is no reply", line)];
        }
        let text = MARKS.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text).trim_start();
        if starts(text) {
            return vec![self.found(&Found { reply: tidy(&collapse(text)), ..Found::default() })];
        }
        vec![self.found(&said(text))]
    }

    /// What JSON asks. The reply is passed on as it came.
    fn asked(&self, asked: record::Asked) -> Explain {
        let record::Asked { id, reply, command, host, recipient, tls, ended } = asked;
        let command = command.or_else(|| self.command.clone());
        let host = host.or_else(|| self.host.clone());
        let (diagnosis, fault) = match ended {
            Some(record::Ended { diagnosis: Some(diagnosis), fault, .. }) => (*diagnosis, fault),
            Some(record::Ended { fault: Some(fault), stage, text, .. }) if reply.is_none() => {
                let found = Found { reply: text, stage, fault: Some(fault), host: host.clone(), ..Found::default() };
                (diagnosis(&found, command.as_deref()), Some(fault))
            }
            _ => {
                let text = reply.as_deref().unwrap_or_default();
                let flat = if text.contains(['\n', '\r']) { tidy(&collapse(text)) } else { text.to_owned() };
                let heard = Heard { command: command.as_deref(), host: host.as_deref(), tls, ..one_line(&flat) };
                (explain::reply(&heard), None)
            }
        };
        let mut record = Explain::new(diagnosis, reply);
        (record.id, record.command, record.host, record.recipient) = (id, command, host, recipient);
        record.fault = fault.filter(|_| record.reply.is_none());
        record
    }

    /// What a bounce, a log line or a bare reply says.
    pub(crate) fn found(&self, found: &Found) -> Explain {
        let mut found = found.clone();
        found.host = found.host.or_else(|| self.host.clone());
        let command = found.command().map(str::to_owned).or_else(|| self.command.clone());
        let diagnosis = diagnosis(&found, command.as_deref());
        // A status without a text is all that was said.
        let reply = if found.reply.is_empty() { found.status.clone() } else { Some(found.reply) };
        let mut record = Explain::new(diagnosis, reply);
        (record.command, record.host, record.recipient) = (command, found.host, found.recipient);
        record.fault = found.fault;
        record
    }
}

/// Explains what was found.
fn diagnosis(found: &Found, command: Option<&str>) -> Diagnosis {
    let heard = one_line(&found.reply);
    let status = found.status.as_deref().filter(|word| is_enhanced(word)).and_then(Enhanced::parse);
    explain::reply(&Heard {
        enhanced: heard.enhanced.or(status),
        stage: found.stage,
        command,
        host: found.host.as_deref(),
        ..heard
    })
}

/// An argument that looks like the name of a file.
fn is_path(text: &str) -> bool {
    let ends = [".eml", ".txt", ".log", ".mbox", ".msg", ".json", ".jsonl"].iter().any(|end| text.ends_with(end));
    !text.contains(char::is_whitespace) && (ends || text.starts_with(['/', '~']) || text.starts_with("./"))
}

/// A message's subject, to know it by.
fn title(message: &[u8]) -> String {
    let head = String::from_utf8_lossy(&message[..message.len().min(16 * 1024)]);
    let subject = head.lines().find(|line| line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("subject:")));
    shortened(subject.or_else(|| head.lines().next()).unwrap_or_default().trim())
}

/// The record of what is nothing to explain.
fn bad(text: String, reason: &str, line: Option<Line>) -> Explain {
    let place = line.map(|(number, file)| format!(" (line {number} of {file})")).unwrap_or_default();
    let diagnosis = Diagnosis {
        reason: Reason::OnHold,
        side: Side::Unknown,
        nature: Nature::Unknown,
        confidence: Confidence::Low,
        meaning: format!("{reason}{place}"),
        next: String::new(),
        evidence: Vec::new(),
    };
    let mut record = Explain::new(diagnosis, None);
    (record.fault, record.input) = (Some(Fault::BadInput), Some(text));
    record
}
