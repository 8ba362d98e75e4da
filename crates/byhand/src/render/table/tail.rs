//! What stands below the figures of a probe: the answers about recipients, in what the hosts differ, what our own caps left
//! out, and the findings.
//!
//! An answer about a recipient names the command that was answered. Where the question was never put, it says what came in
//! between; the meaning of that stands with the server.

use std::io::{self, Write};

use super::differ::differences;
use super::findings::findings;
use super::summary::{asked_only, over_tls};
use crate::render::layout::{Cell, facts, prose};
use crate::render::{Look, Tone, explanation, words};
use crate::wire::{Fault, Limited, ProbeRecord, Stage, Status};

/// Everything below the table.
pub(super) fn tail(
    out: &mut dyn Write,
    look: Look,
    records: &[ProbeRecord],
    problems: &[(String, String)],
) -> io::Result<()> {
    for record in records {
        recipients(out, look, record, records.len() > 1)?;
    }
    let differences = differences(look, records);
    if !differences.is_empty() {
        facts(out, look, &[" ".into(), Cell::new(Tone::Faint, "hosts differ"), "   ".into()], 3, &differences)?;
    }
    for (limit, text) in LIMITS {
        let count = records.iter().filter(|record| record.limited.contains(limit)).count();
        if count > 0 {
            let places = words::count(count, "address", "addresses");
            prose(out, look, &[" cut short   ".into()], &format!("{text} ({places})").into())?;
        }
    }
    let several = records.iter().any(|record| record.target.host != records[0].target.host);
    let found: Vec<_> = records
        .iter()
        .flat_map(|record| {
            record
                .findings
                .iter()
                .map(move |f| (if several { record.target.host.as_deref() } else { None }, f, Some(record)))
        })
        .collect();
    findings(out, look, problems, &found)
}

/// What went wrong at the servers themselves, one line for each kind of end: where, whose it is, what to do.
pub(super) fn problems(look: Look, records: &[ProbeRecord]) -> Vec<(String, String)> {
    let mut problems: Vec<(String, String, Vec<String>)> = Vec::new();
    for record in records.iter().filter(|record| !asked_only(&record.outcome)) {
        let (host, outcome) = (record.target.host.as_deref(), &record.outcome);
        let text = if beside_one_that_answers(records, record) {
            " Senders that try this address wait here first. Side: theirs. Next: open the port there, or take the address \
             out of DNS."
                .to_owned()
        } else {
            explanation::sentences(look, outcome, host)
        };
        // The row has its figures there, and no room for the sentence.
        let text = match over_tls(record) {
            true => format!(" {}.{text}", look.safe(&capital(outcome.text.trim_end_matches('.')))),
            false => text,
        };
        let Some(fault) = outcome.fault.filter(|_| !text.is_empty()) else { continue };
        let address = record.target.address.map(|address| format!("[{address}]"));
        let place: Vec<String> = host.map(|host| look.safe(host)).into_iter().chain(address).collect();
        let place = place.join(" ");
        match problems.iter_mut().find(|(word, known, _)| *word == fault.as_str() && *known == text) {
            Some((_, _, places)) => places.push(place),
            None => problems.push((fault.as_str(), text, vec![place])),
        }
    }
    let line = |(word, text, places): (String, String, Vec<String>)| {
        let more = places.len().saturating_sub(PLACES);
        let mut places: Vec<String> = places.into_iter().filter(|place| !place.is_empty()).take(PLACES).collect();
        places.extend((more > 0).then(|| format!("{more} more")));
        let place = if places.is_empty() { String::new() } else { format!("{}.", places.join(", ")) };
        (word, format!("{place}{text}").trim_start().to_owned())
    };
    problems.into_iter().map(line).collect()
}

/// A sentence behind a full stop.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether an address is silent, and another one of the same host is not.
fn beside_one_that_answers(records: &[ProbeRecord], silent: &ProbeRecord) -> bool {
    let is_silent = |record: &ProbeRecord| {
        let quiet = matches!(
            record.outcome.fault,
            Some(Fault::ConnectTimeout | Fault::ConnectionRefused | Fault::HostUnreachable)
        );
        quiet && record.outcome.stage == Some(Stage::Connect)
    };
    let answers = |other: &ProbeRecord| other.target.host == silent.target.host && other.banner.is_some();
    silent.target.host.is_some() && is_silent(silent) && records.iter().any(answers)
}

/// So many places are named in one line.
const PLACES: usize = 4;

/// Our own caps, for people.
const LIMITS: &[(Limited, &str)] = &[
    (
        Limited::RcptCap,
        "not every recipient was asked about: public servers are asked 3 times a domain and 10 times a run",
    ),
    (Limited::RcptPolicy, "no more recipients were asked about after a refusal that was not about the mailbox"),
    (Limited::BackOff, "left alone after it was busy or refused us earlier in this run"),
    (Limited::First, "not tried, since an address before it answered (--first)"),
];

fn recipients(out: &mut dyn Write, look: Look, record: &ProbeRecord, several: bool) -> io::Result<()> {
    for recipient in &record.recipients {
        let word = words::outcome(&recipient.outcome);
        let tone = match recipient.outcome.status {
            Status::Ok => Tone::Good,
            Status::Untested => Tone::Plain,
            _ => Tone::Bad,
        };
        let place = match (several, record.target.address) {
            (true, Some(address)) => format!(" at [{address}]"),
            _ => String::new(),
        };
        let text = match (&recipient.outcome.reply, recipient.outcome.status) {
            // The question was not put: what was answered stands with the server, and its meaning too.
            (Some(reply), Status::Untested) => {
                let said = words::answered(reply.code);
                let stage = recipient.outcome.stage.map(words::stage).unwrap_or_default();
                let end = format!("{said} {stage}");
                format!("{word}{place}: {}: {}", end.trim_end(), look.safe(&reply.joined()))
            }
            (Some(reply), Status::Ok) => {
                format!(
                    "{word} at RCPT{place}: {} (no message was sent; nothing is known beyond this)",
                    look.safe(&reply.joined())
                )
            }
            (Some(reply), _) => {
                let at = words::command(recipient.outcome.stage);
                let means = explanation::sentences(look, &recipient.outcome, record.target.host.as_deref());
                format!("{word}{at}{place}: {}.{means}", look.safe(&reply.joined()))
            }
            (None, _) => {
                format!("{word}{place}: {}", look.safe(words::without(word, &recipient.outcome.text)))
            }
        };
        prose(out, look, &[" ".into(), look.safe(&recipient.address).into(), "   ".into()], &Cell::new(tone, text))?;
    }
    Ok(())
}
