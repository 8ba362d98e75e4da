//! How a delivery ended: the block that somebody reads last, and quotes to the other postmaster.
//!
//! A head line in the outcome words of people, what happened where no reply says it, what it means, whose it is, what to do
//! next, a line to quote, and where the time went, as figures and bars. Recipients that ended alike share a block.
//!
//! Not here: the judgement, which stands in the record.

use std::io::{self, Write};

use super::layout::{Cell, prose, write_line};
use super::safe::width;
use super::{Look, Tone, explanation, table, words};
use crate::wire::{
    Attempt, CommandTiming, Confidence, DeliveryRecord, Diagnosis, Fault, Nature, Outcome, Side, Stage, Status, Timings,
};

/// Draws the verdict on recipients that shared a message.
///
/// # Errors
/// What the writer says.
pub fn verdict(out: &mut dyn Write, look: Look, records: &[DeliveryRecord]) -> io::Result<()> {
    let mut groups: Vec<Vec<&DeliveryRecord>> = Vec::new();
    for record in records {
        let same = |group: &&mut Vec<&DeliveryRecord>| alike(&group[0].outcome, &record.outcome);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(record),
            None => groups.push(vec![record]),
        }
    }
    groups.iter().try_for_each(|group| block(out, look, group, records.len() > 1))
}

/// Draws the findings on them, each once.
///
/// # Errors
/// What the writer says.
pub fn findings(out: &mut dyn Write, look: Look, records: &[DeliveryRecord]) -> io::Result<()> {
    let mut found: Vec<_> = Vec::new();
    for finding in records.iter().flat_map(|record| &record.findings) {
        if !found.contains(&(None, finding, None)) {
            found.push((None, finding, None));
        }
    }
    table::findings(out, look, &[], &found)
}

fn alike(a: &Outcome, b: &Outcome) -> bool {
    let lines = |outcome: &Outcome| outcome.reply.as_ref().map(|reply| (reply.code, reply.enhanced.clone()));
    (a.status, a.stage, a.fault, lines(a)) == (b.status, b.stage, b.fault, lines(b))
}

fn block(out: &mut dyn Write, look: Look, group: &[&DeliveryRecord], named: bool) -> io::Result<()> {
    let record = group[0];
    let outcome = &record.outcome;
    let attempt = record.attempts.iter().rev().find(|attempt| alike(&attempt.outcome, outcome));
    let tone = match outcome.status {
        Status::Ok => Tone::Good,
        Status::Permanent => Tone::Bad,
        Status::Temporary | Status::Untested => Tone::Warn,
    };
    let host = attempt.and_then(|attempt| attempt.target.host.as_deref());
    let found = explanation::of(outcome, host);
    prose(out, look, &["=== ".into()], &Cell::new(tone, look.safe(&head(record, attempt, found.as_ref()))))?;
    let mut line = |label: &str, text: &str| {
        let label = [Cell::new(Tone::Faint, format!("    {label:<5}  "))];
        prose(out, look, &label, &look.safe(text).into())
    };
    if named {
        let names: Vec<&str> = group.iter().filter_map(|record| record.recipient.as_deref()).collect();
        line("for", &names.join(", "))?;
    }
    match &found {
        Some(found) => {
            let in_doubt = attempt.is_some_and(|attempt| attempt.in_doubt);
            for (label, text) in explained(look, outcome, found, in_doubt) {
                line(label, &text)?;
            }
        }
        None if (outcome.status, outcome.stage) == (Status::Ok, None) => line("means", FROM_HERE)?,
        None if outcome.status != Status::Ok => line("means", &outcome.text)?,
        None => {}
    }
    if let Some(quote) = attempt.and_then(|attempt| quote(record, attempt)) {
        line("quote", &quote)?;
    }
    match attempt.filter(|attempt| attempt.started.is_some()) {
        Some(attempt) => time(out, look, &attempt.timings),
        None => Ok(()),
    }
}

/// `REFUSED for good at RCPT TO by mx1.example.org [192.0.2.25]`.
fn head(record: &DeliveryRecord, attempt: Option<&Attempt>, found: Option<&Diagnosis>) -> String {
    let outcome = &record.outcome;
    let by = attempt.map(|attempt| &attempt.target).and_then(|target| {
        let address = target.address.map(|address| format!("[{address}]"));
        // The name of an address literal is the address.
        let host = target.host.clone().filter(|host| !host.starts_with('['));
        Some(host.into_iter().chain(address).collect::<Vec<_>>().join(" ")).filter(|by| !by.is_empty())
    });
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    let at = outcome.stage.map(at).unwrap_or_default();
    match (outcome.status, outcome.stage) {
        (Status::Ok, None) => {
            let queued = record.queue_id.as_ref().map(|id| format!(", queued as {id}")).unwrap_or_default();
            let total: f64 = record.attempts.iter().map(|attempt| attempt.timings.total_ms).sum();
            format!("ACCEPTED{by}{queued}, {}", words::span(total))
        }
        (Status::Ok, Some(_)) => format!("STOPPED{at}, as asked: no message was sent"),
        // The code says for good; what is known of the reason may say otherwise.
        (Status::Permanent, _) if outcome.reply.is_some() && found.is_some_and(|it| it.nature == Nature::Temporary) => {
            format!("REFUSED{at}{by}")
        }
        (Status::Permanent, _) if outcome.reply.is_some() => format!("REFUSED for good{at}{by}"),
        (Status::Permanent, _) if is_ours(outcome) => {
            format!("REFUSED for good before MAIL FROM: nothing was sent{}", by.replacen(" by", " to", 1))
        }
        (Status::Temporary, _) if is_kept_back(outcome) => {
            format!("DEFERRED before MAIL FROM: nothing was sent{}", by.replacen(" by", " to", 1))
        }
        _ => format!("{}{at}{}", words::outcome(outcome).to_uppercase(), by.replacen(" by", from(outcome), 1)),
    }
}

/// What could be known to be refused was not sent.
fn is_ours(outcome: &Outcome) -> bool {
    matches!(outcome.fault, Some(Fault::MessageTooLarge | Fault::EightBitNotSupported | Fault::Smtputf8NotSupported))
}

/// The server does not prove what is asked of it, and was not trusted with the message.
fn is_kept_back(outcome: &Outcome) -> bool {
    let before = outcome.stage == Some(Stage::Dns) && outcome.text.starts_with("not sent: ");
    before || matches!(outcome.fault, Some(Fault::DaneFailed | Fault::StsFailed | Fault::CertificateFailed))
}

/// A reply is by somebody, a connection to somebody, silence from somebody.
fn from(outcome: &Outcome) -> &'static str {
    match (&outcome.reply, outcome.stage) {
        (Some(_), _) => " by",
        (None, Some(Stage::Connect)) => " to",
        _ => " from",
    }
}

fn at(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "",
        Stage::Connect => " at the connection",
        Stage::Banner => " at the banner",
        Stage::Ehlo => " at EHLO",
        Stage::Starttls => " at STARTTLS",
        Stage::Tls => " at TLS",
        Stage::Auth => " at AUTH",
        Stage::Mail => " at MAIL FROM",
        Stage::Rcpt => " at RCPT TO",
        Stage::Data => " at DATA",
        Stage::Body => " at the end of the message",
        Stage::Quit => " at QUIT",
    }
}

const FROM_HERE: &str = "from here the message is in their hands: it may still be filtered or returned. To have it traced, \
                         give their postmaster the line below";

/// Label and text of each line of the explanation.
fn explained(look: Look, outcome: &Outcome, found: &Diagnosis, in_doubt: bool) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    // Where nothing was said, what happened has its own sentence; before there is a connection it says what it means.
    let says_all = outcome.stage <= Some(Stage::Connect) && !explanation::is_case(found);
    match &outcome.reply {
        Some(_) => lines.push(("means", found.meaning.clone())),
        None if says_all => lines.push(("means", outcome.text.clone())),
        None => lines.extend([("what", outcome.text.clone()), ("means", found.meaning.clone())]),
    }
    lines.push(("side", explanation::side_of(outcome, found)));
    let next = if in_doubt { "ask whether it arrived before it is sent again" } else { &found.next };
    let next = match outcome.fault {
        Some(Fault::StarttlsNotSupported) if outcome.text.contains("make TLS a must") => {
            format!("{next}; --level may would send it in clear, against the wish of the recipient's domain")
        }
        Some(Fault::StarttlsNotSupported) => format!("{next}; --level may would send it in clear"),
        _ => next.to_owned(),
    };
    lines.extend((!next.is_empty()).then_some(("next", next)));
    let told = explanation::told(&found.evidence, look.separator());
    lines.extend((!told.is_empty()).then_some(("told", told)));
    if found.confidence == Confidence::Low && found.side != Side::Unknown {
        lines.push(("sure", "no: a guess".into()));
    }
    lines
}

/// `2026-06-01T00:00:00Z 203.0.113.9 > [192.0.2.25]:25 550 5.1.1`.
fn quote(record: &DeliveryRecord, attempt: &Attempt) -> Option<String> {
    let started: jiff::Timestamp = attempt.started.as_ref()?.parse().ok()?;
    let span = jiff::SignedDuration::try_from_secs_f64(attempt.timings.total_ms / 1e3).unwrap_or_default();
    let second = started.checked_add(span).unwrap_or(started).as_second();
    let instant = jiff::Timestamp::from_second(second).unwrap_or(started);
    let ours = attempt.local.map(|local| format!("{} > ", local.ip())).unwrap_or_default();
    let mut quote = format!("{instant} {ours}[{}]:{}", attempt.target.address?, attempt.target.port);
    match (&record.outcome.reply, record.outcome.fault) {
        (Some(reply), _) => {
            quote += &format!(" {}", reply.code);
            if let Some(enhanced) = &reply.enhanced {
                quote += &format!(" {enhanced}");
            }
        }
        (None, Some(fault)) => quote += &format!(" {}", fault.as_str()),
        (None, None) => {}
    }
    if record.outcome.status == Status::Ok && record.outcome.stage.is_none() {
        if let Some(id) = &record.queue_id {
            quote += &format!(", queued as {id}");
        }
        if let Some(id) = &record.message_id {
            quote += &format!(", Message-ID {id}");
        }
    }
    Some(quote)
}

/// The steps of a connection and how long each took.
fn steps(timings: &Timings) -> Vec<(&'static str, f64)> {
    let of = |verbs: &[&str]| -> Option<f64> {
        let commands: Vec<&CommandTiming> =
            timings.commands.iter().filter(|timed| verbs.contains(&timed.command.as_str())).collect();
        // Replies that shared a write were waited for together, and so were those of LMTP to one message.
        let together = |timed: &CommandTiming| timed.shared_write || timed.command == ".";
        let shared = commands.iter().filter(|timed| together(timed)).map(|timed| timed.elapsed_ms);
        let alone = commands.iter().filter(|timed| !together(timed)).map(|timed| timed.elapsed_ms);
        (!commands.is_empty()).then(|| shared.fold(0.0, f64::max) + alone.sum::<f64>())
    };
    let tls = timings.tls_ms.map(|tls| tls + of(&["STARTTLS"]).unwrap_or(0.0));
    [
        ("DNS", timings.dns_ms),
        ("connect", timings.connect_ms),
        ("banner", timings.banner_ms),
        ("EHLO", of(&["EHLO", "HELO", "LHLO"])),
        ("TLS", tls),
        ("envelope", of(&["MAIL", "RCPT", "DATA"])),
        ("message", of(&["."])),
    ]
    .into_iter()
    .filter_map(|(name, span)| span.map(|span| (name, span)))
    .collect()
}

/// The longest bar, in columns.
const BAR: f64 = 12.0;

/// Where the time went: a figure and a bar each, as many on a line as fit.
fn time(out: &mut dyn Write, look: Look, timings: &Timings) -> io::Result<()> {
    let steps = steps(timings);
    let longest = steps.iter().map(|(_, span)| *span).fold(0.0, f64::max);
    if longest <= 0.0 {
        return Ok(());
    }
    let indent = if look.width >= 35 { 11 } else { 3 };
    let label = format!("{:<indent$}", format!("{:>width$}time", "", width = 4.min(indent - 3)));
    let mut line = vec![Cell::new(Tone::Faint, label.as_str())];
    let mut at = width(&label);
    for (name, span) in steps {
        let text = format!("{name} {} ", words::span(span));
        let bar = bar(span / longest * BAR, look.unicode);
        let wide = width(&text) + width(&bar) + 1;
        if at > indent && at + wide > look.width {
            write_line(out, look, &line)?;
            (line, at) = (vec![" ".repeat(indent).into()], indent);
        }
        line.push(text.into());
        line.push(Cell::new(Tone::Faint, format!("{bar} ")));
        at += wide;
    }
    write_line(out, look, &line)
}

fn bar(length: f64, unicode: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if !unicode {
        return "#".repeat((length.round() as usize).max(1));
    }
    let eighths = ((length * 8.0).round() as usize).max(1);
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::{findings, verdict};
    use crate::render::{Look, safe};
    use crate::wire::{
        Attempt, CommandTiming, DeliveryRecord, Fault, Finding, FindingId, Outcome, Reply, Stage, Status, Target,
        Timings, Verdicts,
    };

    fn reply(code: u16, enhanced: &str, line: &str) -> Option<Reply> {
        let line = vec![line.to_owned()];
        Some(Reply {
            code,
            enhanced: Some(enhanced.into()),
            lines: line,
            first_ms: 30.0,
            elapsed_ms: 30.0,
            raw_base64: None,
        })
    }

    fn command(command: &str, elapsed_ms: f64) -> CommandTiming {
        CommandTiming { command: command.into(), first_ms: elapsed_ms, elapsed_ms, shared_write: command != "EHLO" }
    }

    fn record(recipient: &str, outcome: Outcome) -> DeliveryRecord {
        let attempt = Attempt {
            target: Target {
                domain: Some("example.org".into()),
                host: Some("mx1.example.org".into()),
                preference: Some(10),
                address: "192.0.2.25".parse().ok(),
                port: 25,
                ..Target::default()
            },
            outcome: outcome.clone(),
            started: Some("2026-06-01T09:14:05.5Z".into()),
            in_doubt: false,
            local: "203.0.113.9:40000".parse().ok(),
            ehlo_name: None,
            banner: None,
            tls: None,
            protection: None,
            verdicts: Verdicts::default(),
            timings: Timings {
                connect_ms: Some(31.0),
                banner_ms: Some(412.0),
                commands: vec![
                    command("EHLO", 30.0),
                    command("MAIL", 33.0),
                    command("RCPT", 1_200.0),
                    command("DATA", 1_200.0),
                ],
                total_ms: 1_700.0,
                ..Timings::default()
            },
        };
        DeliveryRecord {
            outcome,
            attempts: vec![attempt],
            message_id: Some("<1@client.example>".into()),
            ..DeliveryRecord::untried(Some(recipient.into()))
        }
    }

    fn refused() -> Outcome {
        let text = "refused in reply to RCPT TO";
        let reply = reply(550, "5.1.1", "5.1.1 no \u{1b}[5msuch user");
        Outcome { reply, ..Outcome::failed(Status::Permanent, Stage::Rcpt, Fault::Refused, text) }
    }

    fn drawn(look: Look, records: &[DeliveryRecord]) -> String {
        let mut out = Vec::new();
        verdict(&mut out, look, records).unwrap();
        String::from_utf8(out).unwrap()
    }

    const REFUSED: &str = "\
=== REFUSED for good at RCPT TO by mx1.example.org [192.0.2.25]
    means  there is no such mailbox there
    side   the recipient's (address, mailbox or domain)
    next   check the spelling; ask the recipient by another channel; take the
           address off the list
    quote  2026-06-01T09:14:07Z 203.0.113.9 > [192.0.2.25]:25 550 5.1.1
    time   connect 31 ms ▎ banner 412 ms ████▏ EHLO 30 ms ▎
           envelope 1.2 s ████████████
";

    #[test]
    fn a_refusal() {
        assert_eq!(drawn(Look::default(), &[record("b@example.org", refused())]), REFUSED);
    }

    #[test]
    fn two_ends_are_two_blocks() {
        let accepted = Outcome { reply: reply(250, "2.0.0", "2.0.0 ok"), ..Outcome::ok("accepted") };
        let accepted = DeliveryRecord { queue_id: Some("4C8439".into()), ..record("c@example.org", accepted) };
        let text = drawn(Look::default(), &[record("b@example.org", refused()), accepted]);
        assert!(text.contains("    for    b@example.org\n    means  there is no such mailbox"), "{text}");
        assert!(
            text.contains(
                "=== ACCEPTED by mx1.example.org [192.0.2.25], queued as 4C8439, 1.7 s\n    for    c@example.org\n"
            ),
            "{text}"
        );
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("25 250 2.0.0, queued as 4C8439, Message-ID <1@client.example>"), "{flat}");
    }

    #[test]
    fn only_a_doubt_is_to_be_cleared_up() {
        let broken = |text: &str, in_doubt| {
            let outcome = Outcome::failed(Status::Temporary, Stage::Body, Fault::ConnectionReset, text);
            let mut record = record("b@example.org", outcome);
            record.attempts[0].in_doubt = in_doubt;
            drawn(Look::default(), &[record])
        };
        let doubt = broken("connection reset. The message may have been accepted all the same (RFC 1047)", true);
        assert!(doubt.contains("    next   ask whether it arrived"), "{doubt}");
        let none = broken("the server said yes before the message had ended: it cannot have it", false);
        assert!(!none.contains("ask whether it arrived"), "{none}");
    }

    #[test]
    fn all_is_of_the_attempt_that_decided() {
        let mut record = record("b@example.org", refused());
        let mut last = record.attempts[0].clone();
        last.outcome = Outcome::failed(Status::Temporary, Stage::Connect, Fault::ConnectTimeout, "silence");
        last.target.host = Some("mx2.example.org".into());
        last.timings = Timings { connect_ms: Some(30_000.0), ..Timings::default() };
        record.attempts.push(last);
        assert_eq!(drawn(Look::default(), &[record]), REFUSED);
    }

    #[test]
    fn narrow_and_plain() {
        let look = Look { width: 40, unicode: false, color: false };
        let text = drawn(look, &[record("b@example.org", refused())]);
        assert!(text.is_ascii() && text.lines().all(|line| safe::width(line) <= 40), "{text}");
        assert!(text.contains("banner 412 ms ####"), "{text}");
    }

    /// What is kept back before a connection has one heading, whatever kept it: nothing came from the host.
    #[test]
    fn kept_back_before_any_connection() {
        for fault in [Fault::DnssecBogus, Fault::Servfail, Fault::StsFailed, Fault::DaneFailed] {
            let outcome = Outcome::failed(Status::Temporary, Stage::Dns, fault, "not sent: no (level auto)");
            let text = drawn(Look::default(), &[record("b@example.org", outcome)]);
            assert!(
                text.starts_with("=== DEFERRED before MAIL FROM: nothing was sent to mx1.example.org [192.0.2.25]"),
                "{text}"
            );
        }
    }

    #[test]
    fn stopped_is_not_accepted_and_findings_come_once() {
        let stopped = Outcome { stage: Some(Stage::Rcpt), ..Outcome::ok("stopped after RCPT TO") };
        let mut records = vec![record("b@example.org", stopped.clone()), record("c@example.org", stopped)];
        let text = drawn(Look::default(), &records);
        assert!(text.starts_with("=== STOPPED at RCPT TO, as asked: no message was sent\n"), "{text}");
        assert!(!text.contains("ACCEPTED"), "{text}");
        for record in &mut records {
            record.findings.push(Finding::new(FindingId::NotAnMx, "mx9.example.org is no MX of example.org"));
        }
        let mut out = Vec::new();
        findings(&mut out, Look::default(), &records).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), " ! not-an-mx  mx9.example.org is no MX of example.org\n");
    }
}
