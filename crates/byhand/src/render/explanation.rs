//! What something that was said means, for people: the text, whose it is, what to do next.
//!
//! [`explanation`] is for whoever runs a mail server (for whoever does not, there is `plain`). The reason's word never stands in
//! it; people read sentences.
//!
//! Not here: any judgement. What is shown stands in the record; of records without a diagnosis (older ones) `explain` tells.

use std::io::{self, Write};

use super::layout::{Cell, prose};
use super::{Look, Tone, words};
pub use crate::explain::whose as side;
use crate::explain::{again, ended};
use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Explain, Fault, Nature, Outcome, Side, Status};

/// Draws an explanation; `verbose` adds what it rests on.
///
/// # Errors
/// What the writer says.
pub fn explanation(out: &mut dyn Write, look: Look, record: &Explain, verbose: bool) -> io::Result<()> {
    let tone = match record.nature {
        Nature::None => Tone::Good,
        Nature::Permanent => Tone::Bad,
        Nature::Temporary | Nature::Unknown => Tone::Warn,
    };
    prose(out, look, &["=== ".into()], &Cell::new(tone, look.safe(head(record))))?;
    let mut line = |label: &str, text: &str| {
        let label = [Cell::new(Tone::Faint, format!("    {label:<5}  "))];
        prose(out, look, &label, &look.safe(text).into())
    };
    if let Some(recipient) = &record.recipient {
        line("for", recipient)?;
    }
    if let Some(by) = by(record) {
        line("by", &by)?;
    }
    if head(record) != record.meaning {
        line("means", &record.meaning)?;
    }
    if record.nature != Nature::None && record.fault != Some(Fault::BadInput) {
        line("side", &format!("{}; {}", side(record.side), again(&found(record), record.given_up)))?;
    }
    if !record.next.is_empty() {
        line("next", &record.next)?;
    }
    let told = told(&record.evidence, look.separator());
    if !told.is_empty() {
        line("told", &told)?;
    }
    let rests = rests_on(&record.evidence, look.separator());
    if verbose && !rests.is_empty() {
        line("rests", &rests)?;
    }
    match record.confidence {
        Confidence::High if verbose && record.nature != Nature::None => line("sure", "yes"),
        Confidence::Low if record.side != Side::Unknown => line("sure", "no: guessed from the code alone"),
        Confidence::Medium => line("sure", "fairly: other causes are known"),
        Confidence::Low | Confidence::High => Ok(()),
    }
}

/// The diagnosis that is flat in a record.
pub(super) fn found(record: &Explain) -> Diagnosis {
    Diagnosis {
        reason: record.reason,
        side: record.side,
        nature: record.nature,
        confidence: record.confidence,
        meaning: record.meaning.clone(),
        next: record.next.clone(),
        evidence: record.evidence.clone(),
    }
}

/// What an outcome means: what its record says, else what can be told from the record.
pub(super) fn of(outcome: &Outcome, host: Option<&str>) -> Option<Diagnosis> {
    outcome.diagnosis.clone().or_else(|| ended(outcome, host, false))
}

/// What an outcome means, whose it is and what to do next, behind the sentence that says what happened; empty where nothing is
/// known of it. Without a reply that sentence has said what it means, unless several ends together say more.
pub(super) fn sentences(look: Look, outcome: &Outcome, host: Option<&str>) -> String {
    let Some(found) = of(outcome, host) else { return String::new() };
    let means = if outcome.reply.is_some() || is_case(&found) {
        format!(" Means: {}.", look.safe(&found.meaning))
    } else {
        String::new()
    };
    let next = if found.next.is_empty() { String::new() } else { format!(" Next: {}.", look.safe(&found.next)) };
    format!("{means} Side: {}.{next}", short(found.side))
}

/// The same with that sentence in front.
pub(super) fn with_sentences(look: Look, outcome: &Outcome, host: Option<&str>) -> String {
    let text = look.safe(&outcome.text);
    let end = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    match sentences(look, outcome, host) {
        more if more.is_empty() => text,
        more => format!("{text}{end}{more}"),
    }
}

/// Whether a special case explains it, of which its sentence knows more than the end itself.
pub(super) fn is_case(found: &Diagnosis) -> bool {
    found.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Rule)
}

/// Whose it is; and if trying again can help, where the outcome's own word does not say so.
pub(super) fn side_of(outcome: &Outcome, found: &Diagnosis) -> String {
    let said = match outcome.status {
        Status::Permanent => Nature::Permanent,
        Status::Temporary | Status::Untested => Nature::Temporary,
        Status::Ok => Nature::None,
    };
    let side = side(found.side);
    if found.nature == said { side.to_owned() } else { format!("{side}; {}", again(found, None)) }
}

/// Whose it is, in a word or two, for whoever asked.
fn short(side: Side) -> &'static str {
    match side {
        Side::Recipient | Side::Server => "theirs",
        Side::Sender => "yours",
        Side::Content => "the message itself",
        Side::Policy => "theirs: a rule about whom they take mail from",
        Side::Network => "the network between",
        Side::Unknown => "not to be told",
    }
}

/// What was said, as it was; a word for what was not.
fn head(record: &Explain) -> &str {
    match (&record.reply, &record.input) {
        (Some(reply), _) | (None, Some(reply)) if !reply.is_empty() => reply,
        (None, None) if !record.meaning.is_empty() => &record.meaning,
        _ => "(no text)",
    }
}

pub(super) fn head_for_it(record: &Explain) -> String {
    let text = head(record);
    match record.fault {
        Some(fault) if record.reply.is_none() => format!("{text} ({})", fault.as_str()),
        _ => text.to_owned(),
    }
}

/// `mx1.example.org, in reply to RCPT TO`.
fn by(record: &Explain) -> Option<String> {
    let command = record.command.as_deref().map(|command| match command {
        "RCPT" => "in reply to RCPT TO".to_owned(),
        "MAIL" => "in reply to MAIL FROM".to_owned(),
        "." => "in reply to the end of the message".to_owned(),
        "CONN" => "at the connection".to_owned(),
        other => format!("in reply to {other}"),
    });
    let parts: Vec<String> = record.host.iter().cloned().chain(command).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What the text tells besides: lists, pages, delays, limits.
pub(super) fn told(evidence: &[Evidence], separator: &str) -> String {
    let told = evidence.iter().filter_map(|evidence| {
        let value = &evidence.value;
        Some(match evidence.kind {
            EvidenceKind::BlockList => format!("list {value}"),
            EvidenceKind::Url => value.clone(),
            EvidenceKind::RetryAfter => match value.parse() {
                Ok(seconds) => format!("try again after {}", words::period(seconds)),
                Err(_) => format!("try again after {value} s"),
            },
            EvidenceKind::Limit => match value.parse() {
                Ok(octets) => format!("limit {}", words::octets(octets)),
                Err(_) => format!("limit {value}"),
            },
            EvidenceKind::Ip => format!("about {value}"),
            _ => return None,
        })
    });
    told.collect::<Vec<_>>().join(separator)
}

/// What the diagnosis rests on: the words, the codes, whose server it is, where the rule is known from.
fn rests_on(evidence: &[Evidence], separator: &str) -> String {
    let rests = evidence.iter().filter_map(|evidence| {
        let value = &evidence.value;
        Some(match evidence.kind {
            EvidenceKind::Words => format!("the words \"{value}\""),
            EvidenceKind::Code | EvidenceKind::Enhanced => format!("code {value}"),
            EvidenceKind::Provider => format!("a server of {value}"),
            EvidenceKind::Source => format!("known from {value}"),
            EvidenceKind::Rule => format!("case {value}"),
            _ => return None,
        })
    });
    rests.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::explanation;
    use crate::render::Look;
    use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Explain, Nature, Reason, Side};

    fn record() -> Explain {
        let diagnosis = Diagnosis {
            reason: Reason::Blocked,
            side: Side::Policy,
            nature: Nature::Permanent,
            confidence: Confidence::Medium,
            meaning: "the address is on a list".into(),
            next: "ask the list to take it off".into(),
            evidence: vec![
                Evidence { kind: EvidenceKind::BlockList, value: "bl.example.net".into() },
                Evidence { kind: EvidenceKind::RetryAfter, value: "300".into() },
                Evidence { kind: EvidenceKind::Words, value: "blocked".into() },
            ],
        };
        let mut record = Explain::new(diagnosis, Some("554 5.7.1 blocked\u{1b}[2J".into()));
        record.recipient = Some("playing@example.org".into());
        record.host = Some("mx1.example.org".into());
        record.command = Some("RCPT".into());
        record
    }

    fn drawn(draw: impl Fn(&mut dyn std::io::Write, Look, &Explain) -> std::io::Result<()>, width: usize) -> String {
        let mut out = Vec::new();
        draw(&mut out, Look { width, ..Look::default() }, &record()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn for_a_postmaster() {
        assert_eq!(
            drawn(|out, look, record| explanation(out, look, record, false), 80),
            "=== 554 5.7.1 blocked\\x1b[2J\n    \
                for    playing@example.org\n    \
                by     mx1.example.org, in reply to RCPT TO\n    \
                means  the address is on a list\n    \
                side   the receiver's rules about whom they take mail from; permanent:\n           \
                       trying again as it is will not help\n    \
                next   ask the list to take it off\n    \
                told   list bl.example.net · try again after 5 min\n    \
                sure   fairly: other causes are known\n"
        );
    }
    #[test]
    fn more_is_said_where_asked() {
        let text = drawn(|out, look, record| explanation(out, look, record, true), 80);
        assert!(text.contains("    rests  the words \"blocked\"\n"), "{text}");
    }
}
