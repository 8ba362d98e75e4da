//! What stands below the figures of a probe: the answers about recipients, in what the hosts differ, what our own caps left
//! out, and the findings.
//!
//! An answer about a recipient names the command that was answered. Where the question was never put, it says what came in
//! between; the meaning of that stands with the server.

use std::io::{self, Write};

use super::differ::differences;
use super::findings::findings;
use crate::render::layout::{Cell, facts, prose};
use crate::render::meaning::meaning;
use crate::render::{Look, Tone, words};
use crate::wire::{Limited, ProbeRecord, Status};

/// Everything below the table.
pub(super) fn tail(out: &mut dyn Write, look: Look, records: &[ProbeRecord]) -> io::Result<()> {
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
            record.findings.iter().map(move |f| (if several { record.target.host.as_deref() } else { None }, f))
        })
        .collect();
    findings(out, look, &found)
}

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
                let means = meaning(recipient.outcome.stage, reply.code, reply.enhanced.as_deref());
                let at = words::command(recipient.outcome.stage);
                format!("{word}{at}{place}: {}. Means: {means}.", look.safe(&reply.joined()))
            }
            (None, _) => {
                format!("{word}{place}: {}", look.safe(words::without(word, &recipient.outcome.text)))
            }
        };
        prose(out, look, &[" ".into(), look.safe(&recipient.address).into(), "   ".into()], &Cell::new(tone, text))?;
    }
    Ok(())
}
