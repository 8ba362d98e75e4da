//! One probe with everything in it: banner, times, what is offered before and inside TLS side by side, TLS, certificate,
//! the answer and its meaning, findings; the certificates and the conversation where they are asked for.

use std::io::{self, Write};

use super::summary::{asked_only, from};
use super::tail::tail;
use crate::render::conversation::transcript;
use crate::render::layout::{Cell, Column, Row, facts, prose, table, table_width};
use crate::render::{Look, Tone, explanation, words};
use crate::wire::{
    Action, Capabilities, Certificate, ClientCertificate, FindingId, Judged, PkixStatus, ProbeRecord, Protocol, Rule,
    Stage, Status, Tls,
};

/// What the view has beside the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The conversation.
    pub conversation: bool,
    /// Every certificate that was presented.
    pub chain: bool,
}

/// Labels and the blanks behind them.
pub(super) const LABEL: usize = 13;

/// Writes one probe.
///
/// # Errors
/// What the writer says.
pub fn detail(out: &mut dyn Write, look: Look, record: &ProbeRecord, extras: Extras) -> io::Result<()> {
    head(out, look, record)?;
    // What is only about a recipient is told with the recipients; a refused sender is not.
    let of_recipients = asked_only(&record.outcome) && record.outcome.stage != Some(Stage::Mail);
    if record.outcome.status != Status::Ok && (record.recipients.is_empty() || !of_recipients) {
        let word = words::outcome(&record.outcome);
        let text = look.safe(&record.outcome.text);
        labelled(out, look, word, &Cell::new(Tone::Bad, words::without(word, &text)))?;
        if let Some(found) = explanation::of(&record.outcome, record.target.host.as_deref()) {
            for (label, text) in [
                ("means", found.meaning.as_str()),
                ("side", &explanation::side_of(&record.outcome, &found)),
                ("next", &found.next),
            ] {
                if !text.is_empty() {
                    labelled(out, look, label, &look.safe(text).into())?;
                }
            }
        }
    }
    if let Some(banner) = &record.banner {
        for (at, line) in banner.lines.iter().enumerate() {
            let label = if at == 0 { "banner" } else { "" };
            labelled(out, look, label, &format!("{} {}", banner.code, look.safe(line)).into())?;
        }
    }
    times(out, look, record)?;
    offers(out, look, record)?;
    if let Some(tls) = &record.tls {
        encryption(out, look, record, tls)?;
    }
    super::offers::offers(out, look, record)?;
    demands(out, look, record)?;
    tail(out, look, std::slice::from_ref(record), &[])?;
    if extras.chain {
        let own = record.tls.as_ref().map_or(&[][..], |tls| &tls.chain);
        for (at, one) in own.iter().enumerate() {
            certificate(out, look, &format!("chain {at}"), one)?;
        }
        for other in record.key_types.iter().filter(|other| other.chain != own) {
            for (at, one) in other.chain.iter().enumerate() {
                certificate(out, look, &format!("{} {at}", look.safe(&other.key)), one)?;
            }
        }
    }
    if extras.conversation {
        transcript(out, look, record.target.host.as_deref(), &record.transcript)?;
    }
    Ok(())
}

/// `mx1.example.org [192.0.2.25]:25`.
pub(super) fn place(look: Look, record: &ProbeRecord) -> String {
    let target = &record.target;
    match (&target.host, target.address) {
        (Some(host), Some(address)) => format!("{} [{address}]:{}", look.safe(host), target.port),
        (None, Some(address)) => format!("[{address}]:{}", target.port),
        (Some(host), None) => look.safe(host),
        (None, None) => super::summary::name(look, record),
    }
}

fn head(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    let target = &record.target;
    let place = place(look, record);
    let mut list = Vec::new();
    if let (Some(domain), Some(preference)) = (&target.domain, target.preference) {
        list.push(format!("pref {preference} of {}", look.safe(domain)));
    }
    list.extend(from(look, std::slice::from_ref(record)));
    if record.local.is_some() || record.timings.total_ms > 0.0 {
        list.push(words::span(record.timings.total_ms));
    }
    facts(out, look, &[Cell::new(Tone::Strong, place), "   ".into()], 3, &list)
}

fn label(text: &str) -> Vec<Cell> {
    vec![Cell::new(Tone::Faint, format!(" {text:<width$}", width = LABEL - 1))]
}

fn labelled(out: &mut dyn Write, look: Look, name: &str, text: &Cell) -> io::Result<()> {
    prose(out, look, &label(name), text)
}

fn times(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    let timings = &record.timings;
    let step = |name: &str, ms: Option<f64>| ms.map(|ms| format!("{name} {}", words::span(ms)));
    let mut list: Vec<String> =
        [step("DNS", timings.dns_ms), step("connect", timings.connect_ms)].into_iter().flatten().collect();
    let mut tls = step("TLS", timings.tls_ms);
    if !timings.commands.iter().any(|command| command.command == "STARTTLS") {
        // TLS from the first byte: before the greeting.
        list.extend(tls.take());
    }
    list.extend(record.timings.banner_ms.map(|ms| {
        let first = record.banner.as_ref().map_or(ms, |banner| banner.first_ms);
        // A first line long before the last one is a server that makes strangers wait.
        if ms - first >= 500.0 {
            format!("banner {} to the first line, {} to the last", words::span(first), words::span(ms))
        } else {
            format!("banner {}", words::span(ms))
        }
    }));
    for command in &timings.commands {
        let shared = if command.shared_write { " (shared)" } else { "" };
        list.push(format!("{} {}{shared}", look.safe(&command.command), words::span(command.elapsed_ms)));
        if command.command == "STARTTLS" {
            list.extend(tls.take());
        }
    }
    list.extend(tls);
    if list.is_empty() { Ok(()) } else { facts(out, look, &label("times"), LABEL, &list) }
}

/// What is offered, before TLS and inside it, side by side.
fn offers(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    let (Some(clear), inside) = (&record.capabilities, &record.capabilities_tls) else {
        return match &record.capabilities_tls {
            Some(inside) => facts(out, look, &label("offers"), LABEL, &listed(look, inside)),
            None => Ok(()),
        };
    };
    if clear.protocol == Protocol::Smtp {
        return labelled(
            out,
            look,
            "offers",
            &if record.findings.iter().any(|finding| finding.id == FindingId::HeloOnly) {
                "nothing: EHLO was refused and HELO taken, so there are no extensions".into()
            } else {
                "nothing: HELO was said, and it brings no extensions".into()
            },
        );
    }
    let Some(inside) = inside else { return facts(out, look, &label("offers"), LABEL, &listed(look, clear)) };
    const COLUMNS: [Column; 3] = [
        Column { name: "offers", right: false },
        Column { name: "before TLS", right: false },
        Column { name: "inside TLS", right: false },
    ];
    let line = |capabilities: &Capabilities, keyword: &str| {
        let lines: Vec<String> = capabilities
            .keywords
            .iter()
            .filter(|k| k.keyword == keyword)
            .map(|k| look.safe(format!("{} {}", k.keyword, k.parameters.join(" ")).trim_end()))
            .collect();
        if lines.is_empty() { "-".to_owned() } else { lines.join(look.separator()) }
    };
    let mut keywords: Vec<&str> = Vec::new();
    for keyword in clear.keywords.iter().chain(&inside.keywords) {
        if !keywords.contains(&keyword.keyword.as_str()) {
            keywords.push(&keyword.keyword);
        }
    }
    let rows: Vec<Row> = keywords
        .iter()
        .map(|keyword| Row {
            cells: vec![" ".repeat(LABEL - 3).into(), line(clear, keyword).into(), line(inside, keyword).into()],
            ..Row::default()
        })
        .collect();
    if keywords.is_empty() {
        return labelled(out, look, "offers", &"no extensions".into());
    }
    if table_width(&COLUMNS, &rows) <= look.width {
        return table(out, look, &COLUMNS, "", &rows);
    }
    facts(out, look, &label("before TLS"), LABEL, &listed(look, clear))?;
    facts(out, look, &label("inside TLS"), LABEL, &listed(look, inside))
}

fn listed(look: Look, capabilities: &Capabilities) -> Vec<String> {
    let keywords: Vec<String> = capabilities
        .keywords
        .iter()
        .map(|k| look.safe(format!("{} {}", k.keyword, k.parameters.join(" ")).trim_end()))
        .collect();
    if keywords.is_empty() { vec!["no extensions".into()] } else { keywords }
}

fn encryption(out: &mut dyn Write, look: Look, record: &ProbeRecord, tls: &Tls) -> io::Result<()> {
    let version = tls.version.as_deref().map(words::tls_version);
    let group = tls.group.as_deref().map(words::group);
    let mut list: Vec<String> =
        [version, tls.cipher.as_deref(), group].into_iter().flatten().map(|text| look.safe(text)).collect();
    list.push(match &tls.sni {
        Some(name) => format!("asked for {}", look.safe(name)),
        None => "asked for no name".to_owned(),
    });
    list.extend(match tls.client_certificate {
        Some(ClientCertificate::Asked) => Some("asks for a certificate of ours".to_owned()),
        Some(ClientCertificate::Sent) => Some("asked for a certificate and got ours".to_owned()),
        Some(ClientCertificate::NotAsked) | None => None,
    });
    if tls.version.is_some() {
        facts(out, look, &label("TLS"), LABEL, &list)?;
    }
    if let Some(own) = tls.chain.first() {
        let mut names: Vec<String> = own.names.iter().take(4).map(|name| look.safe(name)).collect();
        if own.names.len() > 4 {
            names.push(format!("{} more", own.names.len() - 4));
        }
        let names = if names.is_empty() { look.safe(&own.subject) } else { names.join(", ") };
        let mut list = vec![names, format!("from {}", look.safe(&own.issuer)), look.safe(&own.key)];
        list.extend(own.not_after.as_deref().map(|day| format!("ends {}", look.safe(day.get(..10).unwrap_or(day)))));
        facts(out, look, &label("certificate"), LABEL, &list)?;
    }
    if let Some(pkix) = &record.verdicts.pkix {
        let (tone, word) = match pkix.status {
            PkixStatus::Pass => (Tone::Good, "verifies"),
            PkixStatus::Fail => (Tone::Bad, "does not verify"),
            PkixStatus::Untested => (Tone::Plain, "not judged"),
        };
        let days = match pkix.days_left {
            Some(days) if days < 0 => format!(" (ended {} d ago)", -days),
            Some(days) => format!(" ({days} d left)"),
            None => String::new(),
        };
        labelled(
            out,
            look,
            "",
            &Cell::new(tone, format!("{word}{days}: {}", look.safe(super::offers::unverified(&pkix.text)))),
        )?;
    }
    Ok(())
}

/// The verdicts on what the domain demands, where that is known.
fn demands(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    // Also where nothing came along of what is demanded, and a level or the records say what a sender does all the same.
    let decided = record.verdicts.sender.as_ref().is_some_and(|sender| sender.rule != Rule::Outcome);
    if record.target.demands.is_none() && !decided {
        return Ok(());
    }
    let mut judged = |name: &str, result: Judged, text: &str| {
        let (tone, word) = match result {
            Judged::Pass => (Tone::Good, "ok: "),
            Judged::Fail => (Tone::Bad, "FAILS: "),
            Judged::None | Judged::Untested => (Tone::Plain, ""),
        };
        labelled(out, look, name, &Cell::new(tone, format!("{word}{}", look.safe(text))))
    };
    if let Some(dane) = &record.verdicts.dane {
        // Encryption is all that such records ask for, and nothing was verified by them.
        let result = if dane.is_encryption_only() { Judged::None } else { dane.result };
        judged("DANE", result, &dane.text)?;
    }
    if let Some(sts) = &record.verdicts.sts {
        judged("MTA-STS", sts.result, &sts.text)?;
    }
    let Some(sender) = &record.verdicts.sender else { return Ok(()) };
    let tone = if matches!(sender.action, Action::Defer | Action::Bounce) { Tone::Bad } else { Tone::Plain };
    let text = format!("{}: {}", words::sender(sender.action), look.safe(&sender.text));
    labelled(out, look, "a sender", &Cell::new(tone, text))
}

fn certificate(out: &mut dyn Write, look: Look, name: &str, one: &Certificate) -> io::Result<()> {
    let label = |name: &str| vec![Cell::new(Tone::Faint, format!(" {name:<14}"))];
    let mut line = |name: &str, text: &str| prose(out, look, &label(name), &look.safe(text).into());
    line(name, &one.subject)?;
    line("  issuer", &one.issuer)?;
    if !one.names.is_empty() {
        line("  names", &one.names.join(", "))?;
    }
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".into());
    line("  time", &format!("{} to {}", day(&one.not_before), day(&one.not_after)))?;
    line("  key", &format!("{}, signed with {}", one.key, one.signature))?;
    line("  SHA-256", &one.sha256)?;
    line("  key SHA-256", &one.spki_sha256)?;
    if let Some(why) = &one.unreadable {
        line("  unreadable", why)?;
    }
    // As it is, so that it can be copied.
    one.pem.iter().flat_map(|pem| pem.lines()).try_for_each(|line| writeln!(out, "{}", look.safe(line)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{probe_record, reply, shown};
    use super::{Extras, detail};
    use crate::wire::{Fault, Outcome, ProbeRecord, Stage, Status, Timings};

    fn check(width: usize, record: &ProbeRecord, extras: Extras, expected: &str) {
        let text = shown(width, |out, look| detail(out, look, record, extras));
        assert_eq!(text, expected, "\n{text}");
        assert!(text.lines().all(|line| crate::render::safe::width(line) <= width), "{text}");
    }

    #[test]
    fn one_server_at_80_columns() {
        let record = probe_record("mx1.example.org", 10, "192.0.2.25");
        check(
            80,
            &record,
            Extras { conversation: true, chain: true },
            "\
mx1.example.org [192.0.2.25]:25   pref 10 of example.org
   from 203.0.113.9 as out.shop.example · 624 ms
 banner      220 mx1.example.org ESMTP
 times       connect 31 ms · banner 412 ms · EHLO 30 ms · STARTTLS 30 ms
             TLS 61 ms · EHLO 31 ms · QUIT 29 ms
 offers      before TLS     inside TLS
             SIZE 35882577  SIZE 35882577
             STARTTLS       -
             PIPELINING     PIPELINING
             DSN            DSN
             -              AUTH PLAIN LOGIN
 TLS         1.3 · TLS_AES_256_GCM_SHA384 · X25519 · asked for mx1.example.org
 certificate mx1.example.org · from CN=R3,O=Good Authority · ECDSA P-256
             ends 2027-01-26
             verifies (62 d left): It names mx1.example.org and a known
             authority stands behind it.
 chain 0       CN=mx1.example.org
   issuer      CN=R3,O=Good Authority
   names       mx1.example.org
   time        2026-10-28T00:00:00Z to 2027-01-26T09:00:00Z
   key         ECDSA P-256, signed with sha256WithRSAEncryption
   SHA-256     abababababababababababababababababababababababababababababababab
   key SHA-256 cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
=== mx1.example.org [192.0.2.25]:25 connected                              31 ms
<-  220 mx1.example.org ESMTP                                             412 ms
 -> EHLO out.shop.example
",
        );
    }

    #[test]
    fn the_same_at_40_columns() {
        let record = probe_record("mx1.example.org", 10, "192.0.2.25");
        check(
            40,
            &record,
            Extras::default(),
            "\
mx1.example.org [192.0.2.25]:25
   pref 10 of example.org
   from 203.0.113.9 as out.shop.example
   624 ms
 banner      220 mx1.example.org ESMTP
 times       connect 31 ms
             banner 412 ms · EHLO 30 ms
             STARTTLS 30 ms · TLS 61 ms
             EHLO 31 ms · QUIT 29 ms
 before TLS  SIZE 35882577 · STARTTLS
             PIPELINING · DSN
 inside TLS  SIZE 35882577 · PIPELINING
             DSN · AUTH PLAIN LOGIN
 TLS         1.3
             TLS_AES_256_GCM_SHA384
             X25519
             asked for mx1.example.org
 certificate mx1.example.org
             from CN=R3,O=Good Authority
             ECDSA P-256
             ends 2027-01-26
             verifies (62 d left): It
             names mx1.example.org and a
             known authority stands
             behind it.
",
        );
    }

    #[test]
    fn times_stand_in_their_order() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        record.timings.commands.drain(..2);
        let text = shown(80, |out, look| detail(out, look, &record, Extras::default()));
        let times = " times       connect 31 ms · TLS 61 ms · banner 412 ms · EHLO 31 ms · QUIT 29 ms\n";
        assert!(text.contains(times), "{text}");
    }

    #[test]
    fn a_refusal_has_its_meaning() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let banner = reply(554, Some("5.7.1"), &["5.7.1 go away"], 412.0);
        record.outcome = Outcome::failed(
            Status::Permanent,
            Stage::Banner,
            Fault::Refused,
            "refused in place of a greeting: 554 5.7.1 go away",
        );
        record.outcome.reply = Some(banner.clone());
        record.banner = Some(banner);
        record.tls = None;
        record.verdicts.pkix = None;
        record.capabilities = None;
        record.capabilities_tls = None;
        record.timings =
            Timings { connect_ms: Some(31.0), banner_ms: Some(412.0), total_ms: 443.0, ..Timings::default() };
        check(
            80,
            &record,
            Extras::default(),
            "\
mx1.example.org [192.0.2.25]:25   pref 10 of example.org
   from 203.0.113.9 as out.shop.example · 443 ms
 refused     refused in place of a greeting: 554 5.7.1 go away
 means       the sending address, host or domain is on a block list, or is shut
             out by the receiver
 side        the receiver's rules about whom they take mail from
 next        find the list, mend what got you on it, then ask to be taken off
 banner      554 5.7.1 go away
 times       connect 31 ms · banner 412 ms
",
        );
    }
}
