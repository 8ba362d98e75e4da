//! Records that come down the pipe: read, and checked before anything is done with them.
//!
//! A record is evidence, not authority: whoever writes the line can say anything in it. What would be acted on (names,
//! addresses, ports, how many of them) is held against the same rules as what people type; the rest is only ever shown.

use serde::Deserialize;
use serde_json::error::Category;

use crate::domain::Domain;
use crate::mailbox::Mailbox;
use crate::wire::{MxRecord, ProbeRecord, Record, Target, Tlsa};

/// More hosts, or addresses, than any domain has: beyond this a line is an attempt to make us connect a lot.
const MANY: usize = 1_000;
/// More TLSA records than any host has.
const MANY_TLSA: usize = 100;

/// Reads a record.
///
/// # Errors
/// Why it is none that can be used: a sentence without a full stop.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    #[derive(Deserialize)]
    struct Kind {
        r#type: Option<String>,
    }
    let kind: Kind = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let record = match kind.r#type.as_deref() {
        // Not through the tagged type, which knows no places in the text.
        Some("mx/1") => Record::Mx(serde_json::from_str(text).map_err(|error| broken(text, &error))?),
        Some("probe/1") => Record::Probe(serde_json::from_str(text).map_err(|error| broken(text, &error))?),
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            return Err(format!("records of type \"{other}\" are not taken here, only mx/1 and probe/1"));
        }
        None => return Err("this record has no \"type\"".into()),
    };
    match &record {
        Record::Mx(record) => check_mx(record)?,
        Record::Probe(record) => check_probe(record)?,
        Record::Delivery(_) | Record::Event(_) | Record::Explain(_) => {
            return Err("only mx/1 and probe/1 records are taken here".into());
        }
    }
    Ok(record)
}

/// What is wrong with the text of a record, and where, without the parser's own words.
fn broken(text: &str, error: &serde_json::Error) -> String {
    let column = error.column();
    let before = text.get(..column.min(text.len())).unwrap_or_default();
    match error.classify() {
        Category::Eof => format!("the record is cut off at octet {}", text.len()),
        Category::Data => match (missing(error), field(before)) {
            (Some(missing), _) => format!("the record has no \"{missing}\""),
            (None, Some(field)) => {
                format!("the record is broken: \"{field}\" holds a value that cannot stand there (octet {column})")
            }
            (None, None) => format!("the record is broken: a value cannot stand where it does (octet {column})"),
        },
        Category::Syntax | Category::Io => format!("the record is broken: it is no JSON from octet {column} on"),
    }
}

/// The field that serde says is not there.
fn missing(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let name = text.strip_prefix("missing field `")?.split('`').next()?;
    Some(name.to_owned())
}

/// The last field that begins before the place.
fn field(before: &str) -> Option<&str> {
    let (text, _) = before.rsplit_once("\":")?;
    let (_, name) = text.rsplit_once('"')?;
    let plain = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then_some(name)
}

fn check_mx(record: &MxRecord) -> Result<(), String> {
    check_name("domain", record.domain.as_deref())?;
    let addresses: usize = record.hosts.iter().map(|host| host.addresses.len()).sum();
    if record.hosts.len() > MANY || addresses > MANY {
        return Err(format!(
            "the record has {} hosts and {addresses} addresses: {MANY} are the limit",
            record.hosts.len()
        ));
    }
    for host in &record.hosts {
        // A host without addresses may have any name that an MX record can hold; nothing is done with it.
        if !host.addresses.is_empty() {
            check_name("host", Some(&host.host))?;
        } else if host.host.len() > 1_024 {
            return Err("the record names a host of more than 1024 octets".into());
        }
    }
    for host in &record.hosts {
        check_tlsa(&host.tlsa, host.tlsa_base.as_deref(), &[])?;
    }
    for recipient in &record.recipients {
        let parsed: Result<Mailbox, _> = recipient.parse();
        parsed.map_err(|error| format!("the record has a recipient that is no address: {error}"))?;
    }
    Ok(())
}

fn check_probe(record: &ProbeRecord) -> Result<(), String> {
    let Target { domain, host, port, demands, tlsa, .. } = &record.target;
    check_name("domain", domain.as_deref())?;
    check_name("host", host.as_deref())?;
    let (base, names) = demands.as_ref().map_or((None, &[][..]), |all| (all.base.as_deref(), &all.names[..]));
    check_tlsa(tlsa, base, names)?;
    if *port == 0 { Err("the record has port 0".into()) } else { Ok(()) }
}

/// What DANE would be judged by: not without end, and names that can be asked for.
fn check_tlsa(records: &[Tlsa], base: Option<&str>, names: &[String]) -> Result<(), String> {
    if records.len() > MANY_TLSA || names.len() > MANY_TLSA {
        return Err(format!("the record has {} TLSA records for one host: {MANY_TLSA} are the limit", records.len()));
    }
    check_name("TLSA base domain", base)?;
    names.iter().try_for_each(|name| check_name("name", Some(name)))
}

/// A name is a domain, or an address in one of its ways of writing.
fn check_name(what: &str, name: Option<&str>) -> Result<(), String> {
    let Some(name) = name else { return Ok(()) };
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    let bare = bare.strip_prefix("IPv6:").unwrap_or(bare);
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Ok(());
    }
    let parsed: Result<Domain, _> = name.parse();
    parsed.map(|_| ()).map_err(|error| format!("the {what} in the record cannot be used: {error}"))
}

#[cfg(test)]
mod tests {
    use super::parse;

    const MX: &str = r#"{"type":"mx/1","domain":"example.org","outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":"x"},"source":"mx","security":"secure","ttl":60,"hosts":[{"host":"mx1.example.org","preference":10,"addresses":["192.0.2.25"],"security":"secure","ttl":60,"fault":null}],"elapsed_ms":1.0}"#;

    fn check(text: &str, expected: Result<(), &str>) {
        assert_eq!(parse(text).map(|_| ()), expected.map_err(str::to_owned), "{text:.100}");
    }

    #[test]
    fn records_that_can_be_used() {
        check(MX, Ok(()));
        // Fields and words that nobody knows yet are passed over.
        check(&MX.replace("\"ttl\":60,", "\"ttl\":60,\"new\":[{}],").replace("\"mx\",\"sec", "\"bees\",\"sec"), Ok(()));
        let dead = MX.replace("mx1.example.org", "10\\\\032x").replace("\"192.0.2.25\"", "");
        check(&dead, Ok(()));
    }

    #[test]
    fn records_that_cannot() {
        check("{", Err("the record is cut off at octet 1"));
        check(&MX[..40], Err("the record is cut off at octet 40"));
        check("{}", Err("this record has no \"type\""));
        check("{\"type\":7}", Err("the record is broken: \"type\" holds a value that cannot stand there (octet 9)"));
        check("{\"type\":\"mx/9\"}", Err("records of type \"mx/9\" are not taken here, only mx/1 and probe/1"));
        check("{\"type\":\"mx/1\"}", Err("the record has no \"outcome\""));
        check(&format!("{MX} x"), Err(&format!("the record is broken: it is no JSON from octet {} on", MX.len() + 2)));
        check(
            &MX.replace("example.org\",\"outcome", "a\\r\\nb\",\"outcome"),
            Err("the domain in the record cannot be used: a domain name cannot have the control character \\x0d in it"),
        );
        check(
            &MX.replace("mx1.example.org", "a b"),
            Err("the host in the record cannot be used: a domain name cannot have a blank in it"),
        );
        let many = vec!["\"192.0.2.25\""; 1_001].join(",");
        check(
            &MX.replace("\"192.0.2.25\"", &many),
            Err("the record has 1 hosts and 1001 addresses: 1000 are the limit"),
        );
        check(
            &MX.replace("\"outcome\"", "\"recipients\":[\"a\\r\\nb@example.org\"],\"outcome\""),
            Err(
                "the record has a recipient that is no address: the control character \\x0d cannot stand before the \"@\" unless it is quoted",
            ),
        );
        // Nesting is bounded.
        let deep = format!("{{\"type\":\"mx/1\",\"x\":{}", "[".repeat(100_000));
        assert!(parse(&deep).is_err());
        let probe = r#"{"type":"probe/1","target":{"domain":null,"host":null,"preference":null,"address":"192.0.2.1","port":0},"outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":""},"verdicts":{"pkix":null},"timings":{"total_ms":0}}"#;
        check(probe, Err("the record has port 0"));
        check(&probe.replace("\"port\":0", "\"port\":25"), Ok(()));
        for port in ["70000", "-1", "2.5", "[]"] {
            let said = parse(&probe.replace("\"port\":0", &format!("\"port\":{port}"))).unwrap_err();
            assert!(said.starts_with("the record is broken: \"port\" holds a value that cannot stand there"), "{said}");
        }
        check("{\"type\":}", Err("the record is broken: it is no JSON from octet 9 on"));
    }
}
