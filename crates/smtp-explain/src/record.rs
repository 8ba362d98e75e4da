//! JSON lines: questions (`{"id", "reply", "command"?, "host"?}`), and the records of the other tools, of which the outcome is
//! explained.
//!
//! An id is passed through, of whatever JSON type it is; a number that would not arrive as it was is refused. A record whose outcome is `ok` is explained as what it is: nothing
//! is wrong. Of events only replies that refuse something are explained, since the others are no units of work. This tool's own records
//! pass as they are.

use byhand::wire::{
    Action, Confidence, Diagnosis, Explain, Fault, Nature, Outcome, ProbeRecord, Reason, Record, Rule, Side, Stage,
    Status, Tls,
};
use serde::Deserialize;
use serde_json::Value;

/// One thing that JSON asks.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) id: Option<Value>,
    pub(crate) reply: Option<String>,
    pub(crate) command: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) recipient: Option<String>,
    pub(crate) tls: bool,
    /// How it ended, where a record tells.
    pub(crate) ended: Option<Ended>,
}

/// How a unit of work ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) fault: Option<Fault>,
    pub(crate) stage: Option<Stage>,
    pub(crate) text: String,
    /// What an earlier tool, or this one, already knows.
    pub(crate) diagnosis: Option<Box<Diagnosis>>,
}

/// A question, as it stands in the line.
#[derive(Debug, Deserialize)]
struct Question {
    r#type: Option<String>,
    id: Option<Value>,
    reply: Option<Value>,
    command: Option<String>,
    host: Option<String>,
    recipient: Option<String>,
}

/// What a line of JSON is.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A question.
    Asked(Box<Asked>),
    /// A record of this tool, which stays as it is.
    Known(Box<Explain>),
    /// An event that refuses nothing.
    Nothing,
}

/// What is said to JSON that is more than one object a line.
pub(crate) const ONE_A_LINE: &str =
    "one JSON object a line is read here: jq -c '.[]' makes lines of an array, jq -c . of one that is laid out";

/// Whether a line is an array of JSON, or begins JSON that is laid out over several lines; `Some(true)`: it goes on behind this line.
pub(crate) fn laid_out(line: &str) -> Option<bool> {
    let line = line.trim();
    if line == "{" {
        return Some(true);
    }
    let inside = line.strip_prefix('[')?.trim_start();
    if !(inside.is_empty() || inside.starts_with(['{', '"', ']'])) {
        return None;
    }
    Some(serde_json::from_str::<serde::de::IgnoredAny>(line).is_err_and(|error| error.is_eof()))
}

/// Reads a line.
///
/// # Errors
/// The id, where it could be read, and why the line is no question: a sentence without a full stop.
pub(crate) fn parse(text: &str) -> Result<Parsed, (Option<Value>, String)> {
    let question: Question = match serde_json::from_str(text) {
        Ok(question) => question,
        Err(error) => return Err((id_of(text), broken(text, &error))),
    };
    if question.id.as_ref().is_some_and(changes) {
        return Err((
            None,
            "an id of so many digits would change on its way: write it as text, in quotation marks".into(),
        ));
    }
    match question.r#type.as_deref() {
        // What was explained stays so: a bounce or a log knew more than the reply that was taken from it.
        Some("explain/1") => {
            if let Ok(Record::Explain(record)) = serde_json::from_str(text) {
                return Ok(Parsed::Known(Box::new(record)));
            }
        }
        None => {}
        Some("mx/1" | "probe/1" | "delivery/1" | "event/1") => {
            let record = serde_json::from_str(text).map_err(|error| (question.id, broken(text, &error)))?;
            return Ok(of_record(record).map_or(Parsed::Nothing, |asked| Parsed::Asked(Box::new(asked))));
        }
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            return Err((question.id, format!("records of type \"{other}\" are not taken here")));
        }
    }
    let reply = match question.reply {
        Some(Value::String(reply)) => reply,
        Some(Value::Array(lines)) if lines.iter().all(Value::is_string) => {
            lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
        }
        Some(_) => return Err((question.id, "\"reply\" has to be a text".into())),
        None => return Err((question.id, "this line has no \"reply\"".into())),
    };
    let Question { id, command, host, recipient, .. } = question;
    Ok(Parsed::Asked(Box::new(Asked { id, reply: Some(reply), command, host, recipient, ..Asked::default() })))
}

/// Whether a value has a whole number in it that is kept as a fraction of binary digits, and so not as it was (RFC 8259 §6).
fn changes(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_f64().is_some_and(|float| number.is_f64() && float.abs() >= 9_007_199_254_740_992.0)
        }
        Value::Array(values) => values.iter().any(changes),
        Value::Object(fields) => fields.values().any(changes),
        _ => false,
    }
}

/// The id of a line that is otherwise broken.
fn id_of(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    value.get("id").cloned()
}

fn broken(text: &str, error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("the line is cut off at octet {}", text.len());
    }
    if error.is_data() {
        return format!("a value in this line cannot stand where it does (octet {})", error.column());
    }
    format!("this is no JSON from octet {} on", error.column())
}

fn of_record(record: Record) -> Option<Asked> {
    match record {
        Record::Mx(record) => Some(asked(record.outcome, None, record.recipients.into_iter().next(), None)),
        Record::Probe(record) => {
            let kept_back = kept_back(&record);
            let mut asked = asked(record.outcome, record.target.host, None, record.tls.as_ref());
            if let Some((fault, text)) = kept_back {
                let diagnosis = byhand::explain::fault(fault, Stage::Tls).map(|found| {
                    let meaning = format!("the server works, and careful senders keep their mail back: {text}");
                    Box::new(Diagnosis { meaning, ..found })
                });
                asked.ended = Some(Ended { fault: Some(fault), stage: Some(Stage::Tls), text, diagnosis });
                asked.command = Some("STARTTLS".into());
            }
            Some(asked)
        }
        Record::Delivery(record) => {
            let same = record.attempts.iter().rposition(|attempt| attempt.outcome.reply == record.outcome.reply);
            let attempt = same.or(record.attempts.len().checked_sub(1)).map(|at| &record.attempts[at]);
            let host = attempt.and_then(|attempt| attempt.target.host.clone());
            Some(asked(record.outcome, host, record.recipient, attempt.and_then(|attempt| attempt.tls.as_ref())))
        }
        Record::Event(event) => {
            let refused = event.code.is_some_and(|code| code >= 400);
            refused.then(|| Asked { reply: Some(event.text), tls: event.tls, ..Asked::default() })
        }
        Record::Explain(_) => None,
    }
}

/// What makes senders keep their mail back from a server that works: what its domain asks for, and it does not give.
fn kept_back(record: &ProbeRecord) -> Option<(Fault, String)> {
    let sender = record.verdicts.sender.as_ref().filter(|_| record.outcome.status == Status::Ok)?;
    if !matches!(sender.action, Action::Defer | Action::Bounce) {
        return None;
    }
    let fault = match sender.rule {
        Rule::Dane | Rule::DaneUnusable | Rule::DaneLookup => Fault::DaneFailed,
        Rule::StsEnforce | Rule::StsTesting => Fault::StsFailed,
        Rule::Level | Rule::Opportunistic | Rule::Other => Fault::CertificateFailed,
        Rule::Outcome => return None,
    };
    Some((fault, sender.text.trim_end_matches('.').to_owned()))
}

fn asked(outcome: Outcome, host: Option<String>, recipient: Option<String>, tls: Option<&Tls>) -> Asked {
    let well = outcome.status == Status::Ok;
    let reply = outcome.reply.as_ref().map(|reply| {
        // The lines have the enhanced code in front where the server said it.
        let text = byhand::explain::joined(reply);
        format!("{} {text}", reply.code).trim_end().to_owned()
    });
    // Who wrote it may know more than the fault tells, and have asked nobody what it means.
    let detailed =
        || outcome.detail.and_then(|_| byhand::explain::ended(&outcome, host.as_deref(), tls.is_some())).map(Box::new);
    let diagnosis = match &outcome.diagnosis {
        _ if well => Some(Box::new(all_well(&outcome.text))),
        Some(known) => Some(Box::new(known.clone())),
        None => detailed(),
    };
    let stage = outcome.stage;
    let ended = Ended { fault: outcome.fault, stage, text: outcome.text, diagnosis };
    // A reply to a delivery that went well to its end was the answer to the whole message.
    let end = (well && reply.is_some()).then_some(Stage::Body);
    let command = stage.or(end).and_then(|stage| {
        byhand::explain::Found { stage: Some(stage), ..Default::default() }.command().map(str::to_owned)
    });
    Asked { id: None, reply, command, host, recipient, tls: tls.is_some(), ended: Some(ended) }
}

pub(crate) fn all_well(text: &str) -> Diagnosis {
    Diagnosis {
        reason: Reason::OnHold,
        side: Side::Unknown,
        nature: Nature::None,
        confidence: Confidence::High,
        meaning: text.to_owned(),
        next: "nothing".into(),
        evidence: Vec::new(),
    }
}
