//! Makes explanations of units: what kind each is, what was heard in it, what that means.
//!
//! A line that begins with `{` is JSON ([`record`]), a log line is taken apart (`byhand::explain::log`), and what is neither is a
//! reply, or a sentence about one. Among replies it may be what somebody wrote about them, and is passed over. `--command` and `--host` fill in what the input does not say.

use byhand::cli::input::{Line, shortened};
use byhand::explain::found::{is_enhanced, one_reply, said, starts};
use byhand::explain::{self, Enhanced, Found, Heard, bounce, log, one_line};
use byhand::wire::{Confidence, Diagnosis, EvidenceKind, Explain, Fault, Nature, Reason, Side, Stage};

use crate::gather::{Unit, What};
use crate::options::Args;
use crate::record::Parsed;
use crate::{application, record, session};

/// What came of a unit: an explanation, or a line that is passed over.
pub(crate) type Told = Result<Explain, Aside>;

/// What somebody wrote between replies.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) text: String,
    /// Why it is passed over, and where it stood.
    pub(crate) why: String,
}

/// What the options say about every reply.
pub(crate) struct Ask {
    command: Option<String>,
    host: Option<String>,
}

impl Ask {
    pub(crate) fn new(args: &Args) -> Self {
        Self { command: args.command.clone(), host: args.host.clone() }
    }

    /// Explains a unit. Nothing comes of a log line that tells of no delivery, or of one that went well.
    pub(crate) fn unit(&self, unit: Unit) -> Vec<Told> {
        let Unit { what, line, command } = unit;
        let records = match what {
            What::Aside(text) => return self.aside(&text, line),
            What::Bad(text, reason) => vec![bad(text, &reason, line)],
            What::Message(bytes) => match bounce::read(&bytes) {
                Ok(account) => {
                    let mut records: Vec<Explain> = account.found.iter().map(|found| self.found(found)).collect();
                    if !account.whole {
                        records.push(bad(title(&bytes), &goes_on(records.len()), line));
                    }
                    records
                }
                Err(error) => vec![bad(title(&bytes), &error.to_string(), line)],
            },
            What::Found(found) => found.iter().map(|found| self.found(found)).collect(),
            What::Text(text) => self.text(&text, line, command),
        };
        records.into_iter().map(Ok).collect()
    }

    /// A line without a code among replies. What is like a refusal may be one, unless it leads to the next reply.
    fn aside(&self, text: &str, line: Option<Line>) -> Vec<Told> {
        let lead = text.ends_with(':');
        let place = place(line.clone());
        let passed_over = |record: Explain| match record.fault {
            Some(Fault::BadInput) => Err(Aside { text: text.to_owned(), why: record.meaning }),
            None if lead && record.confidence == Confidence::Low => {
                Err(Aside { text: text.to_owned(), why: format!("it leads to a reply{place}") })
            }
            _ => Ok(record),
        };
        self.text(text, line, None).into_iter().map(passed_over).collect()
    }

    fn text(&self, text: &str, line: Option<Line>, command: Option<&'static str>) -> Vec<Explain> {
        let text = text.trim();
        if text.is_empty() {
            return vec![bad(String::new(), "there is nothing in it", line)];
        }
        if record::laid_out(text).is_some() {
            return vec![bad(shortened(text), record::ONE_A_LINE, line)];
        }
        if text.starts_with('{') {
            return match record::parse(text) {
                Ok(Parsed::Asked(asked)) => vec![self.asked(*asked)],
                Ok(Parsed::Known(record)) => vec![*record],
                Ok(Parsed::Nothing) => vec![],
                Err((id, reason)) => {
                    let mut record = bad(shortened(text), &reason, line);
                    record.id = id;
                    vec![record]
                }
            };
        }
        let read = log::read(text);
        if matches!(read, log::Line::Quiet | log::Line::Other) {
            let told = application::read(text);
            if !told.is_empty() {
                return told.iter().map(|found| self.found(found)).collect();
            }
        }
        match read {
            log::Line::Found(found) => return vec![self.found(&found)],
            log::Line::Quiet | log::Line::Delivered(_) if line.is_some() => return vec![],
            log::Line::Delivered(found) => return vec![self.delivered(&found)],
            log::Line::Quiet => return vec![bad(shortened(text), "this log line tells of no delivery", line)],
            log::Line::Other => {}
        }
        if line.is_none() && is_path(text) {
            return vec![bad(shortened(text), "there is no such file, and this is no reply", line)];
        }
        let text = session::servers(text);
        let found = if starts(text) {
            let (text, stage) = answered(text);
            Found { reply: one_reply(text), stage, ..Found::default() }
        } else {
            said(text)
        };
        let stage = found.stage.or_else(|| command.and_then(explain::stage_of));
        let record = self.found(&Found { stage, ..found });
        if says_nothing(&record, text) {
            return vec![bad(shortened(text), "there is nothing in it that a mail server says", line)];
        }
        vec![record]
    }

    /// A log line of a message that a server took.
    fn delivered(&self, found: &Found) -> Explain {
        let mut record = self.found(found);
        if record.nature != Nature::None {
            let words = record::all_well("the log says that the message was taken");
            let reply = record.reply.take();
            record = Explain {
                command: Some(".".into()),
                host: record.host,
                recipient: record.recipient,
                ..Explain::new(words, reply)
            };
        }
        record
    }

    /// What JSON asks. The reply is passed on as it came.
    fn asked(&self, asked: record::Asked) -> Explain {
        let record::Asked { id, reply, command, host, recipient, tls, ended } = asked;
        let command = command.or_else(|| self.command.clone());
        let host = host.or_else(|| self.host.clone());
        // Where nothing was said, the sentence that the record has is all there is to hand on.
        let sentence =
            ended.as_ref().filter(|ended| reply.is_none() && ended.fault.is_some()).map(|ended| ended.text.clone());
        let (diagnosis, fault) = match ended {
            Some(record::Ended { diagnosis: Some(diagnosis), fault, .. }) => (*diagnosis, fault),
            Some(record::Ended { fault: Some(fault), stage, text, .. }) if reply.is_none() => {
                let found = Found { reply: text, stage, fault: Some(fault), host: host.clone(), ..Found::default() };
                (diagnosis(&found, command.as_deref()), Some(fault))
            }
            _ => {
                let text = reply.as_deref().unwrap_or_default();
                let flat = if text.contains(['\n', '\r']) { one_reply(text) } else { text.to_owned() };
                let heard = Heard { command: command.as_deref(), host: host.as_deref(), tls, ..one_line(&flat) };
                (explain::reply(&heard), None)
            }
        };
        let mut record = Explain::new(diagnosis, reply);
        (record.id, record.command, record.host, record.recipient) = (id, command, host, recipient);
        record.fault = fault.filter(|_| record.reply.is_none());
        record.input = sentence;
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
        (record.fault, record.given_up) = (found.fault, found.given_up);
        record
    }
}

/// A reply without what Postfix puts behind it, and the stage that this tells: "550 5.1.1 no (in reply to RCPT TO command)".
fn answered(text: &str) -> (&str, Option<Stage>) {
    let Some((reply, behind)) = text.rsplit_once(" (in reply to ") else { return (text, None) };
    match explain::stage_of(behind.trim_end().trim_end_matches(')')) {
        Some(stage) => (reply, Some(stage)),
        None => (text, None),
    }
}

/// What a refusal without a code has in it at least.
const REFUSING: [&str; 16] = [
    "reject",
    "refus",
    "denied",
    "block",
    "fail",
    "error",
    "unable",
    "unavailable",
    "suspend",
    "defer",
    "invalid",
    "unknown",
    "expired",
    "timed out",
    "not accept",
    "not allow",
];

/// Whether a sentence has no code, tells no end, and says nothing that is known of mail servers.
fn says_nothing(record: &Explain, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if REFUSING.iter().any(|word| lower.contains(word)) {
        return false;
    }
    let coded = record.evidence.iter().any(|one| matches!(one.kind, EvidenceKind::Code | EvidenceKind::Enhanced));
    let known = record.fault.is_some() || record.host.is_some() || record.command.is_some();
    !coded && !known && record.confidence == Confidence::Low
}

/// Explains what was found.
fn diagnosis(found: &Found, command: Option<&str>) -> Diagnosis {
    let heard = one_line(&found.reply);
    let status = found.status.as_deref().filter(|word| is_enhanced(word)).and_then(Enhanced::parse);
    // The words of a lookup that failed are nobody's reply.
    let lookup = found.fault.filter(|fault| *fault == Fault::DaneFailed && found.stage == Some(Stage::Dns));
    if let Some(told) = lookup.and_then(|fault| explain::fault(fault, Stage::Dns)) {
        let meaning = "the domain's signed fingerprint of its mail server's certificate (TLSA) could not be looked up, so that \
                       nothing is sent there";
        let next = "try again later; if it stays, tell the domain's owner: the name servers do not answer for the TLSA records";
        let told = Diagnosis {
            reason: Reason::FailedStarttls,
            side: Side::Recipient,
            meaning: meaning.into(),
            next: next.into(),
            ..told
        };
        return reported(told, found, None);
    }
    let diagnosis = explain::reply(&Heard {
        enhanced: heard.enhanced.or(status),
        stage: found.stage,
        command,
        host: found.host.as_deref(),
        ..heard
    });
    reported(diagnosis, found, heard.code)
}

/// Who reports a failure knows whether it is final: a server that has given up does not try again, whatever it was told last and
/// however soon the cause passes; one that was told nothing and goes on trying thinks that this can help.
fn reported(mut diagnosis: Diagnosis, found: &Found, code: Option<u16>) -> Diagnosis {
    let waited = match code {
        Some(code) => code < 500,
        None => found.fault.is_some() || matches!(diagnosis.reason, Reason::Expired | Reason::NetworkError),
    };
    match (found.given_up, diagnosis.nature) {
        (Some(true), Nature::Temporary) if waited => {
            diagnosis.nature = Nature::Permanent;
            diagnosis.meaning.push_str("; the sending server has tried long enough, and has given up");
            diagnosis.next =
                "see why it lasted, then send the message again: no server does so by itself any more".into();
        }
        // A 5yz ended it at once.
        (Some(true), Nature::Temporary) => {
            diagnosis.nature = Nature::Permanent;
            diagnosis.meaning.push_str("; the sending server has given up");
            diagnosis.next = explain::by_hand(&diagnosis.next);
        }
        (Some(true), Nature::Unknown) => diagnosis.nature = Nature::Permanent,
        (Some(false), Nature::Unknown) => diagnosis.nature = Nature::Temporary,
        (Some(false), Nature::Permanent) if code.is_none() => diagnosis.nature = Nature::Temporary,
        _ => {}
    }
    diagnosis
}

/// What is said about a bounce that goes on behind what is read.
fn goes_on(count: usize) -> String {
    let mib = bounce::LONGEST >> 20;
    let recipients = if count == 1 { "1 recipient is".to_owned() } else { format!("{count} recipients are") };
    format!("this message is longer than {mib} MiB: {recipients} explained, and more may follow")
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

/// Where it was read, to stand behind a sentence.
fn place(line: Option<Line>) -> String {
    line.map(|(number, file)| format!(" (line {number} of {file})")).unwrap_or_default()
}

/// The record of what is nothing to explain.
fn bad(text: String, reason: &str, line: Option<Line>) -> Explain {
    let place = place(line);
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
