//! A domain's way on a terminal: who takes its mail, in the order a sender tries.
//!
//! A table of hosts and their addresses where there are hosts; one sentence where there are none (null MX, no such
//! domain, a failed look-up).

use std::io::{self, Write};

use super::findings::findings;
use crate::policy::dane;
use crate::render::layout::{Cell, Column, Row, facts, prose, table, table_width};
use crate::render::{Look, Tone, explanation, words};
use crate::wire::{Dane, Family, Fault, MxHost, MxRecord, Security, Source, Status, StsStatus};

/// Writes the view of one record.
///
/// # Errors
/// What the writer says.
pub fn mx(out: &mut dyn Write, look: Look, record: &MxRecord) -> io::Result<()> {
    let name = match (&record.domain, &record.input) {
        (Some(domain), _) => look.name(domain, record.domain_unicode.as_deref()),
        (None, input) => crate::render::safe::truncate(&look.safe(input.as_deref().unwrap_or("")), 60, look.unicode),
    };
    let lead = [Cell::new(Tone::Strong, name), "   ".into()];
    if record.hosts.is_empty() || record.source == Source::Null {
        prose(out, look, &lead, &sentence(look, record))?;
    } else {
        head(out, look, &lead, record)?;
        hosts(out, look, record)?;
        policies(out, look, record)?;
        if record.outcome.status != Status::Ok {
            let text = explanation::with_sentences(look, &record.outcome, None);
            prose(out, look, &[" ".into()], &Cell::new(Tone::Bad, text))?;
        }
    }
    let found: Vec<_> = record.findings.iter().map(|finding| (None, finding, None)).collect();
    findings(out, look, &[], &found)
}

/// The line of a domain without hosts.
fn sentence(look: Look, record: &MxRecord) -> Cell {
    let text = look.safe(&record.outcome.text);
    match (record.source, record.outcome.fault, record.outcome.status) {
        (Source::Null, ..) | (_, Some(Fault::NullMx), _) => {
            Cell::new(Tone::Bad, "takes no mail: its only MX is \".\" (null MX)")
        }
        // Of an alias it is the target that is missing; the record's own sentence says so.
        (_, Some(Fault::Nxdomain), _) if record.cnames.is_empty() => {
            Cell::new(Tone::Bad, "no such domain. Check the spelling.")
        }
        // What a sender would do is what one wants to know of a failure.
        (_, fault, Status::Temporary) if !fault.is_some_and(|f| f == Fault::BadInput || f.is_our_own_dns()) => {
            let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
            let lead = if text.starts_with("DNS") { "" } else { "DNS failed: " };
            let wait =
                if text.contains("Mail would wait") { "" } else { " Mail would wait and be tried again, not bounce." };
            let more = explanation::sentences(look, &record.outcome, None);
            Cell::new(Tone::Bad, format!("{lead}{text}{end}{wait}{more}"))
        }
        (_, _, Status::Ok) => text.into(),
        _ => Cell::new(Tone::Bad, explanation::with_sentences(look, &record.outcome, None)),
    }
}

fn head(out: &mut dyn Write, look: Look, lead: &[Cell], record: &MxRecord) -> io::Result<()> {
    let addresses = record.hosts.iter().map(|host| host.addresses.len()).sum();
    let addresses = words::count(addresses, "address", "addresses");
    let mut list = match record.source {
        Source::Mx => vec![format!("{} MX, {addresses}", words::grouped(record.hosts.len() as u64))],
        Source::Implicit => vec!["no MX; mail goes to the domain's own address".to_owned()],
        Source::Literal => vec!["an address, looked up nowhere".to_owned()],
        _ => vec![addresses],
    };
    if let Some(target) = record.cnames.last() {
        list.insert(0, format!("alias of {}", look.safe(target)));
    }
    if record.source != Source::Literal {
        list.extend(record.ttl.map(|ttl| format!("TTL {}", words::period(ttl.into()))));
        list.push(format!("DNSSEC {}", words::dnssec(record.security)));
        list.push(words::span(record.elapsed_ms));
    }
    facts(out, look, lead, 3, &list)
}

fn hosts(out: &mut dyn Write, look: Look, record: &MxRecord) -> io::Result<()> {
    const COLUMNS: [Column; 5] = [
        Column { name: "try", right: false },
        Column { name: "pref", right: true },
        Column { name: "host", right: false },
        Column { name: "address", right: false },
        Column { name: "TLSA", right: false },
    ];
    // Without any there is no such column.
    let any = record.hosts.iter().any(|host| !host.tlsa.is_empty() || host.dane == Some(Dane::Failed));
    let mut rows = Vec::new();
    for (at, host) in record.hosts.iter().enumerate() {
        let note = note(look, record, host);
        let tlsa = if any { tlsa(host) } else { Cell::default() };
        let lead = |address: Cell| {
            vec![
                words::ordinal(at + 1).into(),
                host.preference.to_string().into(),
                Cell::new(Tone::Strong, look.name(&host.host, host.host_unicode.as_deref())),
                address,
            ]
        };
        if host.addresses.is_empty() {
            let mut cells = lead(Cell::default());
            cells.truncate(3);
            rows.push(Row { above: None, cells, rest: Some(Cell::new(Tone::Bad, missing(host, record.family))) });
            continue;
        }
        for (i, address) in host.addresses.iter().enumerate() {
            let address = Cell::from(address.to_string());
            let mut cells = if i == 0 { lead(address) } else { vec!["".into(), "".into(), "".into(), address] };
            cells.push(if i == 0 { tlsa.clone() } else { Cell::default() });
            let rest = (i == 0 && !note.is_empty()).then(|| note.clone().into());
            rows.push(Row { above: None, cells, rest });
        }
    }
    if table_width(&COLUMNS, &rows) <= look.width {
        return table(out, look, &COLUMNS, "notes", &rows);
    }
    for (row, host) in rows.iter().filter(|row| !row.cells[0].text.is_empty()).zip(&record.hosts) {
        let lead = [format!(" {}  pref {}  ", row.cells[0].text, host.preference).into()];
        prose(out, look, &lead, &row.cells[2])?;
        let indent = [Cell::from("      ")];
        for address in &host.addresses {
            prose(out, look, &indent, &address.to_string().into())?;
        }
        if let Some(tlsa) = row.cells.get(4).filter(|cell| !cell.text.is_empty()) {
            prose(out, look, &["      TLSA ".into()], tlsa)?;
        }
        if let Some(rest) = &row.rest {
            prose(out, look, &indent, rest)?;
        }
    }
    Ok(())
}

/// The kinds of a host's TLSA records, each once.
fn tlsa(host: &MxHost) -> Cell {
    if host.dane == Some(Dane::Failed) {
        return Cell::new(Tone::Bad, "not known");
    }
    let mut kinds: Vec<String> = Vec::new();
    for kind in host.tlsa.iter().map(dane::numbers) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match (kinds.is_empty(), host.dane) {
        (true, _) => "-".into(),
        (false, Some(Dane::Unusable)) => Cell::new(Tone::Warn, format!("{} (not usable)", kinds.join(", "))),
        (false, _) => kinds.join(", ").into(),
    }
}

/// What the domain says about TLS beside its MX records, where it says anything.
fn policies(out: &mut dyn Write, look: Look, record: &MxRecord) -> io::Result<()> {
    let label = |name: &str| [Cell::new(Tone::Faint, format!(" {name:<9}"))];
    if let Some(sts) = &record.sts {
        match &sts.policy {
            Some(policy) => {
                let mut list =
                    vec![format!("{}, max_age {}", policy.mode.as_str(), words::period(policy.max_age.into()))];
                let shown: Vec<String> = policy.mx.iter().take(6).map(|pattern| look.safe(pattern)).collect();
                let more = policy.mx.len().saturating_sub(shown.len());
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                if !shown.is_empty() {
                    list.push(format!("mx: {}{more}", shown.join(", ")));
                }
                facts(out, look, &label("MTA-STS"), 10, &list)?;
            }
            None if sts.status == StsStatus::Failed => {
                let text = Cell::new(Tone::Warn, "announced, and the policy cannot be used (see below)");
                prose(out, look, &label("MTA-STS"), &text)?;
            }
            None => {}
        }
    }
    match &record.tlsrpt {
        Some(reports) if !reports.rua.is_empty() => {
            let list: Vec<String> = reports.rua.iter().take(6).map(|address| look.safe(address)).collect();
            facts(out, look, &label("TLSRPT"), 10, &list)
        }
        _ => Ok(()),
    }
}

/// Why a host has no address, as a row tells it.
fn missing(host: &MxHost, only: Option<Family>) -> &'static str {
    match host.fault {
        Some(Fault::Nxdomain) => "no such host",
        Some(Fault::BadHostName) => "not a host name",
        Some(Fault::DnsUnreachable | Fault::NoResolver) => "DNS could not be asked: not known this time",
        Some(Fault::NoAddress) | None if only == Some(Family::V4) => "no IPv4 address (only IPv4 was asked for)",
        Some(Fault::NoAddress) | None if only == Some(Family::V6) => "no IPv6 address (only IPv6 was asked for)",
        Some(Fault::NoAddress) | None => "has no address",
        Some(Fault::DnsTimeout) => "DNS did not answer: not known this time",
        Some(Fault::DnssecBogus) => "DNSSEC bogus: its addresses may not be believed",
        Some(Fault::CnameLoop) => "its aliases lead in a circle",
        Some(_) => "DNS failed: not known this time",
    }
}

/// What is worth a word beside a host.
fn note(look: Look, record: &MxRecord, host: &MxHost) -> String {
    let mut notes = Vec::new();
    if let Some(target) = host.cnames.last() {
        notes.push(format!("alias of {}", look.safe(target)));
    }
    // Only where it differs from the head line.
    if host.security != record.security && record.source == Source::Mx {
        notes.push(match host.security {
            Security::Insecure => "zone unsigned".to_owned(),
            security => format!("DNSSEC {}", words::dnssec(security)),
        });
    }
    if host.fault.is_some() {
        notes.push(match host.addresses.first() {
            Some(address) if address.is_ipv4() => "IPv6 not known this time".to_owned(),
            _ => "IPv4 not known this time".to_owned(),
        });
    }
    notes.join(look.separator())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{mx_record, shown};
    use super::mx;
    use crate::wire::{
        Dane, Detail, Family, Fault, Finding, FindingId, MxRecord, Outcome, Source, Stage, Status, Sts, StsMode,
        StsPolicy, StsStatus, TlsRpt, Tlsa,
    };

    fn check(width: usize, record: &MxRecord, expected: &str) {
        let text = shown(width, |out, look| mx(out, look, record));
        assert_eq!(text, expected, "\n{text}");
        assert!(text.lines().all(|line| crate::render::safe::width(line) <= width), "{text}");
    }

    #[test]
    fn a_domain_at_80_columns() {
        check(
            80,
            &mx_record(),
            "\
example.org   2 MX, 3 addresses · TTL 1 h · DNSSEC signed · 41 ms
 try  pref  host             address       notes
 1st    10  mx1.example.org  192.0.2.25
                             2001:db8::25
 2nd    20  mx2.example.net  198.51.100.7  zone unsigned
 ! mx-is-cname  mx2.example.net is an alias of host7.example.net: an MX must not
                name an alias (RFC 2181 §10.3).
 i many-mx      just a word
",
        );
    }

    #[test]
    fn what_the_domain_demands() {
        let mut record = mx_record();
        record.findings = vec![Finding::at(
            "mx2.example.net",
            FindingId::StsMxMissing,
            "mx2.example.net is not in the policy: senders that obey MTA-STS skip it. Add it, or drop the MX.",
        )];
        let tlsa = |usage| Tlsa { usage, selector: 1, matching: 1, data: "00".repeat(32) };
        record.hosts[0].tlsa = vec![tlsa(3), tlsa(3), tlsa(2)];
        record.hosts[0].dane = Some(Dane::Usable);
        record.hosts[1].dane = Some(Dane::None);
        let policy = StsPolicy { mode: StsMode::Enforce, max_age: 604_800, mx: vec!["mx1.example.org".into()] };
        let text = "MTA-STS in mode enforce".into();
        record.sts =
            Some(Sts { status: StsStatus::Found, id: Some("1".into()), policy: Some(policy), error: None, text });
        record.tlsrpt = Some(TlsRpt { rua: vec!["mailto:tls@example.org".into()], fault: None });
        check(
            80,
            &record,
            "\
example.org   2 MX, 3 addresses · TTL 1 h · DNSSEC signed · 41 ms
 try  pref  host             address       TLSA          notes
 1st    10  mx1.example.org  192.0.2.25    3 1 1, 2 1 1
                             2001:db8::25
 2nd    20  mx2.example.net  198.51.100.7  -             zone unsigned
 MTA-STS  enforce, max_age 7 d · mx: mx1.example.org
 TLSRPT   mailto:tls@example.org
 ! sts-mx-missing  mx2.example.net is not in the policy: senders that obey
                   MTA-STS skip it. Add it, or drop the MX. Side: theirs (the
                   domain's policy).
",
        );
        record.hosts[0].dane = Some(Dane::Failed);
        record.hosts[1].dane = Some(Dane::Unusable);
        record.hosts[1].tlsa = vec![tlsa(1)];
        record.sts = Some(Sts { status: StsStatus::Failed, policy: None, ..record.sts.unwrap() });
        let text = shown(80, |out, look| mx(out, look, &record));
        assert!(text.contains("192.0.2.25    not known"), "{text}");
        assert!(text.contains("198.51.100.7  1 1 1 (not usable)  zone unsigned"), "{text}");
        assert!(text.contains("\n MTA-STS  announced, and the policy cannot be used (see below)\n"), "{text}");
    }

    #[test]
    fn the_same_at_40_columns() {
        check(
            40,
            &mx_record(),
            "\
example.org   2 MX, 3 addresses
   TTL 1 h · DNSSEC signed · 41 ms
 1st  pref 10  mx1.example.org
      192.0.2.25
      2001:db8::25
 2nd  pref 20  mx2.example.net
      198.51.100.7
      zone unsigned
 ! mx-is-cname  mx2.example.net is an
                alias of
                host7.example.net: an MX
                must not name an alias
                (RFC 2181 §10.3).
 i many-mx      just a word
",
        );
    }

    #[test]
    fn domains_without_hosts() {
        let empty = |domain: &str, source, outcome| MxRecord {
            domain: Some(domain.into()),
            source,
            outcome,
            hosts: vec![],
            findings: vec![],
            ..mx_record()
        };
        let failed = |status, fault, text: &str| Outcome::failed(status, Stage::Dns, fault, text);
        check(
            80,
            &empty("nullmx.example", Source::Null, failed(Status::Permanent, Fault::NullMx, "x")),
            "nullmx.example   takes no mail: its only MX is \".\" (null MX)\n",
        );
        check(
            80,
            &empty("gone.example", Source::None, failed(Status::Permanent, Fault::Nxdomain, "x")),
            "gone.example   no such domain. Check the spelling.\n",
        );
        check(
            80,
            &empty(
                "broken.example",
                Source::None,
                failed(Status::Temporary, Fault::Servfail, "SERVFAIL from 192.0.2.53, DNSSEC bogus"),
            ),
            "\
broken.example   DNS failed: SERVFAIL from 192.0.2.53, DNSSEC bogus. Mail would
                 wait and be tried again, not bounce. Side: theirs. Next: try
                 again later; if it stays, tell the domain's owner: the
                 delegation or the name servers are broken.
",
        );
    }

    #[test]
    fn an_alias_of_nothing_and_trouble_of_our_own() {
        let empty = |cnames: &[&str], outcome| MxRecord {
            domain: Some("a.example".into()),
            source: Source::None,
            cnames: cnames.iter().map(|&name| name.to_owned()).collect(),
            outcome,
            hosts: vec![],
            findings: vec![],
            ..mx_record()
        };
        let text = "the domain is an alias of b.example, and that name does not exist";
        let failed = |status, fault| Outcome::failed(status, Stage::Dns, fault, text);
        let more = ". Side: theirs. Next: tell the domain's owner: the alias (CNAME) has to lead to a name that is there, or go.\n";
        let dangling = failed(Status::Permanent, Fault::Nxdomain).with(Some(Detail::DanglingAlias));
        let missing = empty(&["b.example"], dangling);
        check(250, &missing, &format!("a.example   {text}{more}"));
        for fault in [Fault::NoResolver, Fault::DnsUnreachable, Fault::DnsTimeout] {
            // Nothing is foretold of the domain's mail.
            let more =
                ". Side: yours. Next: look at this machine's resolvers and network, or give one with --nameserver.\n";
            check(200, &empty(&[], failed(Status::Temporary, fault)), &format!("a.example   {text}{more}"));
        }
    }

    #[test]
    fn our_own_filter_is_not_the_hosts_fault() {
        for (family, name) in [(Family::V4, "IPv4"), (Family::V6, "IPv6")] {
            let mut record = mx_record();
            record.findings.clear();
            record.hosts.truncate(1);
            record.hosts[0].addresses.clear();
            record.hosts[0].fault = Some(Fault::NoAddress);
            record.family = Some(family);
            let text = shown(80, |out, look| mx(out, look, &record));
            let row = format!(" 1st    10  mx1.example.org  no {name} address (only {name} was asked for)\n");
            assert!(text.contains(&row), "{text}");
        }
    }

    #[test]
    fn hosts_that_are_missing_and_the_domain_itself() {
        let mut record = mx_record();
        record.findings.clear();
        record.hosts[0].addresses.clear();
        record.hosts[0].fault = Some(Fault::Nxdomain);
        record.hosts.truncate(1);
        record.outcome =
            Outcome::failed(Status::Permanent, Stage::Dns, Fault::MxHostsMissing, "No MX host has an address.");
        check(
            80,
            &record,
            "\
example.org   1 MX, 0 addresses · TTL 1 h · DNSSEC signed · 41 ms
 try  pref  host
 1st    10  mx1.example.org  no such host
 No MX host has an address. Side: theirs. Next: tell the domain's owner: the MX
 records, or the hosts' addresses, are wrong.
",
        );
        let mut record = mx_record();
        record.findings = vec![Finding::new(FindingId::DnssecUnverified, "a\u{1b}[2Jb")];
        record.source = Source::Implicit;
        record.hosts.truncate(1);
        record.hosts[0].preference = 0;
        record.hosts[0].host = "example.org".into();
        check(
            80,
            &record,
            "\
example.org   no MX; mail goes to the domain's own address · TTL 1 h
   DNSSEC signed · 41 ms
 try  pref  host         address
 1st     0  example.org  192.0.2.25
                         2001:db8::25
 i dnssec-unverified  a\\x1b[2Jb
",
        );
    }
}
