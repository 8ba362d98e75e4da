//! The probes of one domain (or one server) side by side: a row an address.
//!
//! What went wrong stands as a sentence in place of the figures. Below: what each such end means, whose it is and what to do
//! next; how the answers to `--rcpt` came out, in what the hosts differ, what was left out by our own caps, and the
//! findings.

use std::io::{self, Write};

use super::marks::Marks;
use super::tail::{problems, tail};
use crate::render::layout::{Cell, Column, Row, facts, prose, table, table_width, write_line};
use crate::render::{Look, Tone, explanation, words};
use crate::wire::{Outcome, PkixStatus, ProbeRecord, Stage, Status, TlsResult};

/// Writes the summary of the records, which belong to one input and stand in their order.
///
/// # Errors
/// What the writer says.
pub fn summary(out: &mut dyn Write, look: Look, records: &[ProbeRecord]) -> io::Result<()> {
    let Some(first) = records.first() else { return Ok(()) };
    let name = name(look, first);
    let lead = [Cell::new(Tone::Strong, name), "   ".into()];
    // A domain that leads nowhere, or an input that names nothing: one sentence.
    if let ([_], None, None) = (records, &first.target.host, first.target.address) {
        let text = explanation::with_sentences(look, &first.outcome, None);
        prose(out, look, &lead, &Cell::new(Tone::Bad, text))?;
        return tail(out, look, records, &[]);
    }
    let mut hosts: Vec<&str> = records.iter().map(host).collect();
    hosts.dedup();
    let addresses = records.iter().filter(|record| record.target.address.is_some()).count();
    let mut list = vec![format!(
        "{}, {}",
        words::count(hosts.len(), "host", "hosts"),
        words::count(addresses, "address", "addresses")
    )];
    let ports: Vec<u16> = records.iter().map(|record| record.target.port).collect();
    let one_port = ports.iter().all(|port| *port == ports[0]);
    if one_port && ports[0] != 25 {
        list.push(format!("port {}", ports[0]));
    }
    list.extend(from(look, records));
    list.push(words::span(records.iter().map(|record| record.timings.total_ms).fold(0.0, f64::max)));
    facts(out, look, &lead, 3, &list)?;
    rows(out, look, records, one_port)?;
    for record in records.iter().filter(|record| sender_refused(record)) {
        let place = record.target.address.filter(|_| records.len() > 1).map(|a| format!("[{a}]: ")).unwrap_or_default();
        let text = Cell::new(
            Tone::Bad,
            format!("{place}{}", explanation::with_sentences(look, &record.outcome, record.target.host.as_deref())),
        );
        prose(out, look, &[" sender   ".into()], &text)?;
    }
    tail(out, look, records, &problems(look, records))
}

/// What the records are about: the domain, else the host, else the address, else what was typed.
pub(super) fn name(look: Look, record: &ProbeRecord) -> String {
    let target = &record.target;
    let known = target.domain.clone().or_else(|| target.host.clone()).or_else(|| target.address.map(|a| a.to_string()));
    let text = known.or_else(|| record.input.clone()).unwrap_or_default();
    crate::render::safe::truncate(&look.safe(&text), 60.max(look.width.saturating_sub(20)), look.unicode)
}

pub(super) fn host(record: &ProbeRecord) -> &str {
    record.target.host.as_deref().unwrap_or("")
}

/// Where we came from, as the other side saw it.
pub(super) fn from(look: Look, records: &[ProbeRecord]) -> Option<String> {
    let seen = records.iter().find(|record| record.local.is_some())?;
    let local = seen.local?.ip();
    Some(match &seen.ehlo_name {
        Some(name) => format!("from {local} as {}", look.safe(name)),
        None => format!("from {local}"),
    })
}

fn rows(out: &mut dyn Write, look: Look, records: &[ProbeRecord], one_port: bool) -> io::Result<()> {
    const COLUMNS: [Column; 10] = [
        Column { name: "try", right: false },
        Column { name: "host", right: false },
        Column { name: "address", right: false },
        Column { name: "connect", right: true },
        Column { name: "banner", right: true },
        Column { name: "TLS", right: false },
        Column { name: "cert", right: true },
        Column { name: "DANE", right: false },
        Column { name: "STS", right: false },
        Column { name: "a sender", right: false },
    ];
    let marks = Marks::of(records);
    let mut rows: Vec<Row> = Vec::new();
    let mut number = 0;
    let mut previous = None;
    for record in records {
        let fresh = previous != Some(host(record));
        previous = Some(host(record));
        number += usize::from(fresh);
        let (attempt, name) = match fresh {
            true => (words::ordinal(number), look.safe(host(record))),
            false => (String::new(), String::new()),
        };
        let address = match record.target.address {
            Some(address) if one_port => address.to_string(),
            Some(address) => format!("[{address}]:{}", record.target.port),
            None => String::new(),
        };
        let mut cells = vec![attempt.into(), Cell::new(Tone::Strong, name), address.into()];
        let rest = if record.outcome.status == Status::Ok || asked_only(&record.outcome) || over_tls(record) {
            cells.extend(figures(look, record));
            cells.extend(marks.row(&record.verdicts));
            let notes = notes(record);
            (!notes.is_empty()).then(|| notes.into())
        } else {
            Some(Cell::new(Tone::Bad, look.safe(&record.outcome.text)))
        };
        rows.push(Row { above: None, cells, rest });
    }
    if table_width(&COLUMNS, &rows) <= look.width {
        return table(out, look, &COLUMNS, "notes", &rows);
    }
    // Long names or addresses: each host has a line of its own above its addresses.
    let mut columns = COLUMNS.to_vec();
    columns.drain(..2);
    columns.insert(0, Column { name: "", right: false });
    let under: Vec<Row> = rows
        .iter()
        .map(|row| {
            let mut cells = vec![Cell::from("   ")];
            cells.extend_from_slice(&row.cells[2..]);
            let fresh = !row.cells[0].text.is_empty();
            let above = fresh.then(|| (row.cells[0].text.clone(), row.cells[1].clone()));
            Row { above, cells, rest: row.rest.clone() }
        })
        .collect();
    if table_width(&columns, &under) <= look.width {
        let named = rows.iter().any(|row| row.cells.get(1).is_some_and(|cell| !cell.text.is_empty()));
        let heading = [Cell::new(Tone::Faint, " try  "), Cell::new(Tone::Faint, if named { "host" } else { "" })];
        write_line(out, look, &heading)?;
        return table(out, look, &columns, "notes", &under);
    }
    stacked(out, look, &rows)
}

/// The same facts below each other, for a narrow terminal.
fn stacked(out: &mut dyn Write, look: Look, rows: &[Row]) -> io::Result<()> {
    let indent = [Cell::from("      ")];
    for row in rows {
        let cell = |at: usize| row.cells.get(at).map(|cell| cell.text.as_str()).filter(|text| !text.is_empty());
        let title = if cell(1).is_some() { cell(1) } else { cell(2) };
        if let Some(attempt) = cell(0) {
            let title = Cell::new(Tone::Strong, title.unwrap_or_default());
            prose(out, look, &[format!(" {attempt:<5}").into()], &title)?;
        }
        if let Some(address) = cell(2).filter(|_| cell(0).is_none() || cell(1).is_some()) {
            prose(out, look, &indent, &address.into())?;
        }
        let labelled =
            [("connect", 3), ("banner", 4), ("TLS", 5), ("cert", 6), ("DANE", 7), ("STS", 8), ("a sender", 9)];
        let list: Vec<String> =
            labelled.iter().filter_map(|(label, at)| cell(*at).map(|text| format!("{label} {text}"))).collect();
        if let Some((first, others)) = list.split_first() {
            facts(out, look, &["        ".into(), first.clone().into()], 8, &joined(look, others))?;
        }
        if let Some(rest) = &row.rest {
            prose(out, look, &["        ".into()], rest)?;
        }
    }
    Ok(())
}

/// The facts that follow the first one of a line, with the separator that [`facts`] leaves out before its first.
fn joined(look: Look, others: &[String]) -> Vec<String> {
    let mut others = others.to_vec();
    if let Some(first) = others.first_mut() {
        *first = format!("{}{first}", look.separator());
    }
    others
}

/// Whether the outcome is only about the sender or a recipient asked for: the server itself answered all along.
pub(super) fn asked_only(outcome: &Outcome) -> bool {
    outcome.stage >= Some(Stage::Mail)
}

/// Whether the server talked, and TLS was where it ended: so that there are figures, and marks for what follows.
pub(super) fn over_tls(record: &ProbeRecord) -> bool {
    matches!(record.outcome.stage, Some(Stage::Starttls | Stage::Tls)) && record.banner.is_some()
}

/// Whether it was MAIL that was not accepted.
fn sender_refused(record: &ProbeRecord) -> bool {
    record.outcome.status != Status::Ok && record.outcome.stage == Some(Stage::Mail)
}

/// Connect, banner, TLS, certificate.
fn figures(look: Look, record: &ProbeRecord) -> Vec<Cell> {
    let span = |ms: Option<f64>| Cell::from(ms.map(words::span).unwrap_or_default());
    let tls = match &record.tls {
        _ if over_tls(record) => "fails".to_owned(),
        Some(tls) => {
            let version = tls.version.as_deref().map_or("?", words::tls_version);
            let group = tls.group.as_deref().map_or("", words::short_group);
            look.safe(format!("{version} {group}").trim_end())
        }
        None => "-".to_owned(),
    };
    let pkix = record.verdicts.pkix.as_ref();
    let days = pkix.and_then(|pkix| pkix.days_left).map(|days| format!("{days} d")).unwrap_or_default();
    let tone = match pkix.map(|pkix| pkix.status) {
        Some(PkixStatus::Pass) => Tone::Good,
        Some(PkixStatus::Fail) => Tone::Bad,
        _ => Tone::Plain,
    };
    vec![span(record.timings.connect_ms), span(record.timings.banner_ms), tls.into(), Cell::new(tone, days)]
}

/// What the figures do not say.
fn notes(record: &ProbeRecord) -> String {
    let mut notes: Vec<&str> = Vec::new();
    if over_tls(record) {
        notes.push(words::outcome(&record.outcome));
    } else if record.tls.is_none() {
        let offered = record.capabilities.as_ref().is_some_and(|c| c.keywords.iter().any(|k| k.keyword == "STARTTLS"));
        notes.push(if offered { "TLS not used" } else { "no STARTTLS" });
    }
    if let Some(pkix) = record.verdicts.pkix.as_ref().filter(|pkix| pkix.status == PkixStatus::Fail) {
        notes.extend(pkix.results.iter().map(|result| certificate_word(*result, pkix.days_left)));
    }
    if sender_refused(record) {
        notes.push("sender not taken");
    }
    notes.join(", ")
}

/// What is wrong with a certificate, in two words.
fn certificate_word(result: TlsResult, days_left: Option<i64>) -> &'static str {
    match result {
        TlsResult::StarttlsNotSupported => "no STARTTLS",
        TlsResult::CertificateHostMismatch => "wrong name",
        TlsResult::CertificateExpired if days_left.is_some_and(|days| days > 0) => "not yet begun",
        TlsResult::CertificateExpired => "expired",
        TlsResult::CertificateNotTrusted => "unknown authority",
        TlsResult::TlsaInvalid => "no TLSA match",
        TlsResult::DnssecInvalid => "DNSSEC fails",
        TlsResult::DaneRequired => "no TLSA",
        TlsResult::StsPolicyFetchError => "policy not to be had",
        TlsResult::StsPolicyInvalid => "policy not usable",
        TlsResult::StsWebpkiInvalid => "policy server's certificate",
        TlsResult::ValidationFailure => "does not verify",
    }
}

#[cfg(test)]
mod tests {
    use super::super::detail::{Extras, detail};
    use super::super::samples::{capabilities, expired, probe_record, reply, shown};
    use super::summary;
    use crate::wire::{
        Fault, Finding, FindingId, Limited, Outcome, ProbeRecord, RecipientOutcome, Stage, Status, Target, Timings,
    };

    fn records() -> Vec<ProbeRecord> {
        let good = probe_record("mx1.example.org", 10, "192.0.2.25");
        let mut silent = probe_record("mx1.example.org", 10, "2001:db8::25");
        silent.outcome = Outcome::failed(
            Status::Temporary,
            Stage::Connect,
            Fault::ConnectTimeout,
            "no answer on port 25 within 30 s",
        );
        silent.capabilities = None;
        silent.capabilities_tls = None;
        silent.timings = Timings { total_ms: 30_000.0, ..Timings::default() };
        let mut old = probe_record("mx2.example.net", 20, "198.51.100.7");
        old.capabilities_tls = Some(capabilities(&["SIZE 10240000", "PIPELINING", "AUTH PLAIN"], Some(10_240_000)));
        old.timings.banner_ms = Some(9_200.0);
        old.findings = vec![
            Finding::new(FindingId::BannerDelay, "9.2 s, then quick. Looks deliberate."),
            Finding::new(FindingId::CertExpired, "ended 12 days ago."),
        ];
        if let Some(tls) = &mut old.tls {
            tls.version = Some("TLSv1.2".into());
            tls.group = Some("secp256r1".into());
        }
        expired(&mut old);
        vec![good, silent, old]
    }

    fn check(width: usize, records: &[ProbeRecord], expected: &str) {
        let text = shown(width, |out, look| summary(out, look, records));
        assert_eq!(text, expected, "\n{text}");
        assert!(text.lines().all(|line| crate::render::safe::width(line) <= width), "{text}");
    }

    #[test]
    fn a_domain_at_80_columns() {
        check(
            80,
            &records(),
            "\
example.org   2 hosts, 3 addresses · from 203.0.113.9 as out.shop.example · 30 s
 try  host             address       connect  banner  TLS          cert  notes
 1st  mx1.example.org  192.0.2.25      31 ms  412 ms  1.3 X25519   62 d
                       2001:db8::25  no answer on port 25 within 30 s
 2nd  mx2.example.net  198.51.100.7    31 ms   9.2 s  1.2 P-256   -12 d  expired
 hosts differ   SIZE 35.9 MB / 10.2 MB · DSN at mx1.example.org only
 ! connect-timeout  mx1.example.org [2001:db8::25]. Senders that try this
                    address wait here first. Side: theirs. Next: open the port
                    there, or take the address out of DNS.
 ! cert-expired     mx2.example.net: ended 12 days ago. Side: theirs. Next:
                    renew the certificate, and reload the mail server.
 i banner-delay     mx2.example.net: 9.2 s, then quick. Looks deliberate.
",
        );
    }

    #[test]
    fn the_same_at_40_columns() {
        check(
            40,
            &records(),
            "\
example.org   2 hosts, 3 addresses
   from 203.0.113.9 as out.shop.example
   30 s
 1st  mx1.example.org
      192.0.2.25
        connect 31 ms · banner 412 ms
        TLS 1.3 X25519 · cert 62 d
      2001:db8::25
        no answer on port 25 within 30 s
 2nd  mx2.example.net
      198.51.100.7
        connect 31 ms · banner 9.2 s
        TLS 1.2 P-256 · cert -12 d
        expired
 hosts differ   SIZE 35.9 MB / 10.2 MB
   DSN at mx1.example.org only
 ! connect-timeout
   mx1.example.org [2001:db8::25].
   Senders that try this address wait
   here first. Side: theirs. Next: open
   the port there, or take the address
   out of DNS.
 ! cert-expired
   mx2.example.net: ended 12 days ago.
   Side: theirs. Next: renew the
   certificate, and reload the mail
   server.
 i banner-delay
   mx2.example.net: 9.2 s, then quick.
   Looks deliberate.
",
        );
    }

    #[test]
    fn long_names_stand_above_their_addresses() {
        let mut records = records();
        records.truncate(2);
        for record in &mut records {
            record.target.host = Some("a-long-name-of-a-mail-host.mail.example.org".into());
        }
        check(
            80,
            &records,
            "\
example.org   1 host, 2 addresses · from 203.0.113.9 as out.shop.example · 30 s
 try  host
      address       connect  banner  TLS         cert
 1st  a-long-name-of-a-mail-host.mail.example.org
      192.0.2.25      31 ms  412 ms  1.3 X25519  62 d
      2001:db8::25  no answer on port 25 within 30 s
 ! connect-timeout  a-long-name-of-a-mail-host.mail.example.org [2001:db8::25].
                    Senders that try this address wait here first. Side: theirs.
                    Next: open the port there, or take the address out of DNS.
",
        );
    }

    /// What the recipients are told of a MAIL that was refused.
    fn refused_mail() -> ProbeRecord {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let mut refused = Outcome::failed(
            Status::Permanent,
            Stage::Mail,
            Fault::Refused,
            "refused in reply to MAIL FROM: \"530 5.7.0 log in first\"",
        );
        refused.reply = Some(reply(530, Some("5.7.0"), &["5.7.0 log in first"], 30.0));
        record.outcome = refused.clone();
        let text = format!("playing@example.org was not asked about: {}", refused.text);
        let outcome = Outcome { status: Status::Untested, text, ..refused };
        record.recipients = vec![RecipientOutcome { address: "playing@example.org".into(), outcome }];
        record
    }

    #[test]
    fn a_refused_sender_is_no_answer_about_a_recipient() {
        check(
            80,
            &[refused_mail()],
            "\
example.org   1 host, 1 address · from 203.0.113.9 as out.shop.example · 624 ms
 try  host
      address     connect  banner  TLS         cert  notes
 1st  mx1.example.org
      192.0.2.25    31 ms  412 ms  1.3 X25519  62 d  sender not taken
 sender   refused in reply to MAIL FROM: \"530 5.7.0 log in first\". Means: the
          server wants a login, or did not accept the one it got. Side: yours.
          Next: check the user name, the password and the kind of login; use
          port 587 or 465.
 playing@example.org   not tested: refused in reply to MAIL FROM: 530 5.7.0 log
                       in first
",
        );
        let record = refused_mail();
        let text = shown(80, |out, look| detail(out, look, &record, Extras::default()));
        assert!(text.contains("\n refused     refused in reply to MAIL FROM: \"530"), "{text}");
        assert!(text.contains("not tested: refused in reply to MAIL FROM: 530 5.7.0"), "{text}");
        assert!(!text.contains("RCPT"), "{text}");
    }

    #[test]
    fn not_tested_is_said_once() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let text = "not tested: only IPv6 was asked for, and 192.0.2.25 is an IPv4 address";
        record.outcome = Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text);
        record.recipients =
            vec![RecipientOutcome { address: "playing@example.org".into(), outcome: record.outcome.clone() }];
        let text = shown(80, |out, look| detail(out, look, &record, Extras::default()));
        assert!(text.contains("\n not tested  only IPv6"), "{text}");
        assert!(text.contains("not tested: only IPv6"), "{text}");
        assert_eq!(text.matches("not tested").count(), 2, "{text}");
    }

    #[test]
    fn recipients_caps_and_dead_domains() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let mut refused = Outcome::failed(Status::Permanent, Stage::Rcpt, Fault::Refused, "refused");
        refused.reply = Some(reply(550, Some("5.1.1"), &["5.1.1 no such user\u{1b}[31m here"], 30.0));
        record.outcome = refused.clone();
        record.recipients = vec![RecipientOutcome { address: "playing@example.org".into(), outcome: refused }];
        record.limited = vec![Limited::RcptCap];
        check(
            80,
            &[record],
            "\
example.org   1 host, 1 address · from 203.0.113.9 as out.shop.example · 624 ms
 try  host             address     connect  banner  TLS         cert
 1st  mx1.example.org  192.0.2.25    31 ms  412 ms  1.3 X25519  62 d
 playing@example.org   refused at RCPT: 550 5.1.1 no such user\\x1b[31m here.
                       Means: there is no such mailbox there. Side: theirs.
                       Next: check the spelling; ask the recipient by another
                       channel; take the address off the list.
 cut short   not every recipient was asked about: public servers are asked 3
             times a domain and 10 times a run (1 address)
",
        );
        let mut dead = probe_record("x", 10, "192.0.2.25");
        dead.target = Target { domain: Some("gone.example".into()), port: 25, ..Target::default() };
        dead.outcome = Outcome::failed(Status::Permanent, Stage::Dns, Fault::Nxdomain, "The domain does not exist.");
        let more = "Side: theirs. Next: check the spelling\n               of the domain.\n";
        check(80, &[dead], &format!("gone.example   The domain does not exist. {more}"));
    }
}
