//! sendmail (`to=..., relay=..., dsn=5.1.1, reply=550 ..., stat=User unknown`), and two whose lines are as easily read:
//! OpenSMTPD (`result="PermFail" stat="550 ..."`) and qmail (`failure: ..._Remote_host_said:_550_...`).

use super::super::found::{Found, collapse, said};
use super::{address, field};
use crate::explain::found::{host_name, is_enhanced, starts};
use crate::wire::Stage;

/// Reads the text behind the tag.
pub(super) fn read(body: &str) -> Option<Found> {
    if let Some(reject) = field(body, "reject") {
        let mut found = said(reject);
        found.reply = collapse(reject);
        found.recipient = field(body, "arg1").and_then(address).filter(|name| name.contains('@'));
        let rule = field(body, "ruleset").unwrap_or_default();
        let stages = [("check_rcpt", Stage::Rcpt), ("check_mail", Stage::Mail), ("check_relay", Stage::Banner)];
        found.stage = stages.iter().find(|(name, _)| rule.starts_with(name)).map(|(_, stage)| *stage);
        return Some(found);
    }
    // The last field, and so it may have commas in it.
    let stat = field(body, "stat")?;
    let reply = field(body, "reply").map(|value| value.split_once(", stat=").map_or(value, |(reply, _)| reply));
    let told =
        stat.strip_prefix("Deferred: ").or_else(|| stat.strip_prefix("Sent (").map(|rest| rest.trim_end_matches(')')));
    let text = match reply {
        Some(reply) if starts(reply) => reply,
        _ => told.unwrap_or(stat),
    };
    let mut found = said(text);
    found.given_up = stat.starts_with("Deferred").then_some(false);
    if starts(text) {
        found.reply = collapse(text);
    }
    let sent = stat.starts_with("Sent");
    if sent {
        found.fault = None;
    }
    let dsn = field(body, "dsn").and_then(|value| value.split([',', ' ']).next()).filter(|word| is_enhanced(word));
    if let Some(dsn) = dsn {
        found.status = Some(dsn.to_owned());
    }
    // What failed for good is returned at once; what is put off says so.
    if !sent && found.status.as_deref().is_some_and(|status| status.starts_with('5')) {
        found.given_up = found.given_up.or(Some(true));
    }
    if sent && found.status.is_none() {
        found.status = Some("2.0.0".into());
    }
    found.recipient = field(body, "to").and_then(address);
    if let Some(host) = field(body, "relay").and_then(host_name) {
        found.host = Some(host);
    }
    Some(found)
}

/// `... mta delivery evpid=... to=<user@example.org> ... relay="192.0.2.1 (mx.example.org)" result="PermFail" stat="550 ..."`.
pub(super) fn opensmtpd(body: &str) -> Option<Found> {
    let quoted = |name: &str| {
        field(body, name).and_then(|value| value.strip_prefix('"')).and_then(|rest| rest.split('"').next())
    };
    let stat = quoted("stat")?;
    let mut found = said(stat);
    found.given_up = match quoted("result") {
        Some("PermFail") => Some(true),
        Some("TempFail") => Some(false),
        _ => None,
    };
    if starts(stat) {
        found.reply = collapse(stat);
    }
    found.recipient = field(body, "to").and_then(address);
    let relay = quoted("relay").unwrap_or_default();
    found.host = relay.split_once('(').and_then(|(_, name)| host_name(name)).or_else(|| host_name(relay));
    Some(found)
}

/// `delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_no/Giving_up_on_192.0.2.1./`.
pub(super) fn qmail(body: &str) -> Option<Found> {
    let at =
        ["failure: ", "deferral: ", "success: "].iter().find_map(|mark| body.find(mark).map(|at| at + mark.len()))?;
    let given_up = if body[..at].ends_with("failure: ") { Some(true) } else { None };
    let given_up = given_up.or(body[..at].ends_with("deferral: ").then_some(false));
    Some(Found { given_up, ..said(&body[at..].replace(['_', '/'], " ")) })
}
