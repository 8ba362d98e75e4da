//! Writes into records what their outcomes mean: the one place where the tools do so.
//!
//! Each function takes a whole record, so that host, TLS and greeting are known to `explain`. A diagnosis that is there
//! already (it came down the pipe with the route) stays. Three things take more than one end to see, and are looked at here:
//!
//! 1. a greeting, or an answer to EHLO, that a firewall has made unreadable explains what went wrong behind it
//! 2. silence at all hosts of a delivery, where they have different owners
//! 3. silence at all hosts of a [`Run`]: the network here most likely blocks port 25
//! 4. one and the same greeting from hosts of a [`Run`] that have different owners: something here answers in their place
//!
//! No outcome is changed, and none depends on a diagnosis.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::explain::{self, End};
use crate::policy::reserved::is_local;
use crate::wire::{
    Attempt, Capabilities, DeliveryRecord, Diagnosis, Fault, Finding, FindingId, MxRecord, Outcome, ProbeRecord,
    Reason, Reply, Side, Stage, Target, Timings,
};

/// Explains how a look-up ended.
pub fn mx(record: &mut MxRecord) {
    write(&mut record.outcome, None, false, None);
}

/// Explains how a probe and its questions about recipients ended.
pub fn probe(record: &mut ProbeRecord) {
    let host = record.target.host.as_deref();
    let tls = in_tls(&record.timings);
    let hello = |offers: &Option<Capabilities>| offers.as_ref().map(|offers| offers.reply.clone());
    let hello = hello(&record.capabilities).or_else(|| hello(&record.capabilities_tls));
    let inspected = inspected([record.banner.as_ref(), hello.as_ref()]);
    write(&mut record.outcome, host, tls, inspected.as_ref());
    waits_for_tls(&mut record.outcome, record.target.port, record.tls.is_some());
    for recipient in &mut record.recipients {
        write(&mut recipient.outcome, host, tls, inspected.as_ref());
    }
}

/// Explains how every attempt of a delivery ended, and the whole.
pub fn delivery(record: &mut DeliveryRecord) {
    let hidden = record.findings.iter().any(|finding| finding.id == FindingId::SmtpInspection);
    for attempt in &mut record.attempts {
        // The answer to EHLO is not kept with an attempt; the session has looked at it.
        let inspected =
            inspected([attempt.banner.as_ref(), None]).or_else(|| hidden.then(explain::inspection).flatten());
        let host = attempt.target.host.as_deref();
        let outcome = &attempt.outcome;
        if outcome.stage == Some(Stage::Body) && outcome.reply.is_none() && !attempt.in_doubt {
            // It cannot have been accepted: no more than an end in the middle of the conversation.
            let earlier = Outcome { stage: Some(Stage::Data), diagnosis: None, ..outcome.clone() };
            attempt.outcome.diagnosis = explain::ended(&earlier, host, in_tls(&attempt.timings));
        }
        write(&mut attempt.outcome, host, in_tls(&attempt.timings), inspected.as_ref());
        waits_for_tls(&mut attempt.outcome, attempt.target.port, attempt.tls.is_some());
    }
    let outcome = &mut record.outcome;
    let same = |attempt: &&Attempt| {
        let other = &attempt.outcome;
        (other.status, other.stage, other.fault, &other.reply)
            == (outcome.status, outcome.stage, outcome.fault, &outcome.reply)
    };
    if let Some(attempt) = record.attempts.iter().rev().find(same) {
        outcome.diagnosis.clone_from(&attempt.outcome.diagnosis);
    }
    write(outcome, None, false, None);
    if is_silence(outcome) {
        let run = Run::default();
        run.meet_all(&record.attempts);
        if let Some(blocked) = run.blocked() {
            outcome.diagnosis = Some(blocked);
        }
    }
}

/// RFC 8314 §3.3: on port 465 TLS comes first, so that a server which waits for it never greets.
fn waits_for_tls(outcome: &mut Outcome, port: u16, tls: bool) {
    let silent = matches!(outcome.fault, Some(Fault::Timeout | Fault::ConnectionClosed | Fault::ConnectionReset));
    if let Some(found) = &mut outcome.diagnosis
        && port == 465
        && !tls
        && silent
        && outcome.stage == Some(Stage::Banner)
    {
        found.reason = Reason::FailedStarttls;
        found.side = Side::Sender;
        found.meaning =
            "port 465 speaks TLS from the first octet, and TLS was not begun: so each waited for the other".into();
        found.next = "begin with TLS: --tls implicit".into();
    }
}

/// Whether the connection was inside TLS at its end: nothing goes on in clear once a handshake was made.
fn in_tls(timings: &Timings) -> bool {
    timings.tls_ms.is_some()
}

fn write(outcome: &mut Outcome, host: Option<&str>, tls: bool, inspected: Option<&Diagnosis>) {
    if outcome.diagnosis.is_some() {
        return;
    }
    outcome.diagnosis = explain::ended(outcome, host, tls);
    if let (Some(found), Some(inspected)) = (&mut outcome.diagnosis, inspected) {
        let beyond = outcome.stage >= Some(Stage::Banner) && outcome.stage < Some(Stage::Rcpt);
        let vague = matches!(
            found.reason,
            Reason::SyntaxError | Reason::OnHold | Reason::FailedStarttls | Reason::SystemError | Reason::Expired
        );
        if beyond && vague {
            *found = inspected.clone();
        }
    }
}

/// What a firewall that looks into SMTP has left of the first replies.
fn inspected(replies: [Option<&Reply>; 2]) -> Option<Diagnosis> {
    let lines = replies.into_iter().flatten().flat_map(|reply| reply.lines.iter().map(move |line| (reply.code, line)));
    lines.take(64).find_map(|(code, line)| explain::greeting(&format!("{code} {line}")))
}

/// What went wrong behind a greeting that is not the host's own is explained by that.
fn local(outcome: &mut Outcome) {
    if outcome.diagnosis.is_some() && outcome.stage >= Some(Stage::Banner) {
        outcome.diagnosis = explain::local_banner();
    }
}

/// What happened where nothing answered.
fn is_silence(outcome: &Outcome) -> bool {
    outcome.stage == Some(Stage::Connect) && outcome.fault == Some(Fault::ConnectTimeout)
}

/// So many hosts are enough to tell.
const HOSTS: usize = 64;

/// What all connections of a run came to, for what only many of them together can tell.
#[derive(Debug, Default)]
pub struct Run {
    met: Mutex<Met>,
}

#[derive(Debug, Default)]
struct Met {
    /// Public hosts that did not answer on port 25, with how they ended.
    silent: BTreeMap<String, Fault>,
    /// Whether one answered, were it only with a refusal.
    answered: bool,
    /// What public hosts called themselves in their greetings on port 25, with the host that was asked for and its address.
    greeted: BTreeMap<String, (String, IpAddr)>,
}

impl Run {
    /// Takes a probe in; where by now the silence is ours, its diagnosis says so.
    pub fn probe(&self, record: &mut ProbeRecord) {
        self.meet(&record.target, record.started.is_some(), &record.outcome);
        self.rewrite(&mut record.outcome);
        if let Some(finding) = self.greeting(&record.target, record.banner.as_ref()) {
            local(&mut record.outcome);
            record.findings.push(finding);
        }
    }

    /// Takes all attempts of a delivery in; where by now the silence is ours, its diagnosis says so.
    pub fn delivery(&self, record: &mut DeliveryRecord) {
        self.meet_all(&record.attempts);
        self.rewrite(&mut record.outcome);
        let found: Vec<Finding> = record
            .attempts
            .iter()
            .filter_map(|attempt| self.greeting(&attempt.target, attempt.banner.as_ref()))
            .collect();
        if let Some(finding) = found.into_iter().next() {
            local(&mut record.outcome);
            record.findings.push(finding);
        }
    }

    /// Takes a greeting in; a finding where by now hosts of several owners greet alike.
    fn greeting(&self, target: &Target, banner: Option<&Reply>) -> Option<Finding> {
        let address = target.address.filter(|address| !is_local(*address) && target.port == 25)?;
        let host = target.host.clone()?;
        let name = banner?.lines.first()?.split(' ').next()?.to_ascii_lowercase();
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.greeted.len() < HOSTS {
            met.greeted.insert(host, (name.clone(), address));
        }
        let alike = met
            .greeted
            .iter()
            .filter(|(_, (other, _))| *other == name)
            .map(|(host, (_, address))| (host.as_str(), *address));
        let alike: Vec<(&str, IpAddr)> = alike.collect();
        explain::same_greeting(&name, &alike).then(|| {
            Finding::new(
                FindingId::LocalBanner,
                format!(
                    "{} hosts of different owners all greet as {name}: something on the way here answers in their place (mail inspection \
                     in a firewall or a virus scanner, or the provider's mail proxy), and what is seen is not theirs",
                    alike.len()
                ),
            )
        })
    }

    fn meet_all(&self, attempts: &[Attempt]) {
        attempts.iter().for_each(|attempt| self.meet(&attempt.target, attempt.started.is_some(), &attempt.outcome));
    }

    fn meet(&self, target: &Target, tried: bool, outcome: &Outcome) {
        let public = |address: &IpAddr| !is_local(*address);
        let Some(address) = target.address.filter(public) else { return };
        if !tried || target.port != 25 || outcome.stage == Some(Stage::Dns) {
            return;
        }
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome.fault.filter(|_| outcome.stage == Some(Stage::Connect)) {
            // A machine without IPv6 says nothing about the port.
            Some(Fault::NetworkUnreachable) => {}
            Some(fault @ (Fault::ConnectTimeout | Fault::HostUnreachable)) => {
                if met.silent.len() < HOSTS {
                    met.silent.insert(target.host.clone().unwrap_or_else(|| address.to_string()), fault);
                }
            }
            _ => met.answered = true,
        }
    }

    fn rewrite(&self, outcome: &mut Outcome) {
        if is_silence(outcome)
            && let Some(blocked) = self.blocked()
        {
            outcome.diagnosis = Some(blocked);
        }
    }

    /// What the silence of all hosts so far means, where it is about the network here.
    #[must_use]
    pub fn blocked(&self) -> Option<Diagnosis> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.answered {
            return None;
        }
        let ends: Vec<End<'_>> = met.silent.iter().map(|(host, fault)| End { host, fault: Some(*fault) }).collect();
        explain::silence(&ends)
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, delivery, probe};
    use crate::wire::{
        Attempt, DeliveryRecord, Evidence, EvidenceKind, Fault, FindingId, Outcome, ProbeRecord, Reply, Side, Stage,
        Status, Target, Timings, Verdicts,
    };

    fn silent() -> Outcome {
        Outcome::failed(Status::Temporary, Stage::Connect, Fault::ConnectTimeout, "no answer")
    }

    fn attempt(host: &str, address: &str, outcome: Outcome) -> Attempt {
        let target = Target { host: Some(host.into()), address: address.parse().ok(), port: 25, ..Target::default() };
        Attempt { started: Some("2026-06-01T00:00:00Z".into()), ..Attempt::unmade(target, outcome) }
    }

    fn concluded(outcome: Outcome, attempts: Vec<Attempt>) -> DeliveryRecord {
        DeliveryRecord { outcome, attempts, ..DeliveryRecord::untried(Some("b@example.org".into())) }
    }

    fn side(outcome: &Outcome) -> Option<Side> {
        outcome.diagnosis.as_ref().map(|found| found.side)
    }

    fn blocked() -> Evidence {
        Evidence { kind: EvidenceKind::Rule, value: "port-25-blocked".into() }
    }

    #[test]
    fn silence_at_hosts_of_many_owners_is_ours() {
        // Public addresses that the tests never talk to.
        let hosts = [("mx1.example.org", "8.8.8.8"), ("mx2.example.net", "8.8.4.4"), ("mx3.example.com", "9.9.9.9")];
        let attempts = || hosts.iter().map(|(host, address)| attempt(host, address, silent())).collect::<Vec<_>>();
        let mut record = concluded(silent(), attempts());
        delivery(&mut record);
        assert_eq!(side(&record.outcome), Some(Side::Sender));
        assert!(record.outcome.diagnosis.is_some_and(|found| found.evidence.contains(&blocked())));
        // Each attempt alone says only what it can.
        assert_eq!(side(&record.attempts[0].outcome), Some(Side::Network));
        // One that answered, were it only with a refusal, and port 25 is open.
        let mut attempts = attempts();
        attempts[0].outcome.fault = Some(Fault::ConnectionRefused);
        let mut record = concluded(silent(), attempts);
        delivery(&mut record);
        assert_eq!(side(&record.outcome), Some(Side::Network));
    }

    #[test]
    fn a_run_sees_what_no_record_does() {
        let run = Run::default();
        let one = |host: &str, address: &str| {
            let mut record = concluded(silent(), vec![attempt(host, address, silent())]);
            delivery(&mut record);
            run.delivery(&mut record);
            side(&record.outcome)
        };
        assert_eq!(one("mx.example.org", "8.8.8.8"), Some(Side::Network));
        assert_eq!(one("mx.example.net", "8.8.4.4"), Some(Side::Network));
        // Private addresses say nothing of the provider.
        assert_eq!(one("mx.example.edu", "10.0.0.1"), Some(Side::Network));
        assert_eq!(one("mx.example.com", "9.9.9.9"), Some(Side::Sender));
        assert!(run.blocked().is_some());
    }

    #[test]
    fn one_greeting_from_hosts_of_many_owners_is_ours() {
        let run = Run::default();
        let one = |host: &str, address: &str, greeting: &str| {
            let mut tried = attempt(host, address, Outcome::ok("accepted"));
            tried.banner = Some(Reply {
                code: 220,
                enhanced: None,
                lines: vec![greeting.into()],
                raw_base64: None,
                first_ms: 1.0,
                elapsed_ms: 1.0,
            });
            let mut record = concluded(Outcome::ok("accepted"), vec![tried]);
            run.delivery(&mut record);
            record.findings.iter().any(|finding| finding.id == FindingId::LocalBanner)
        };
        let scanner = "scanner.invalid ESMTP ready";
        assert!(!one("mx1.example.org", "8.8.8.8", scanner));
        assert!(!one("mx2.example.org", "9.9.9.10", scanner), "two hosts of one owner");
        assert!(!one("mx.example.net", "1.1.1.1", scanner));
        assert!(one("mx.example.com", "9.9.9.9", scanner), "three owners, three networks");
        assert!(!one("mx.example.edu", "4.4.4.4", "mx.example.edu ESMTP"), "a greeting of its own");
        // A provider that takes mail for many domains under names of theirs stands in one network.
        let run = Run::default();
        for (host, address) in
            [("mx.a.example", "8.8.8.1"), ("mx.b.example.net", "8.8.8.2"), ("mx.c.example.com", "8.8.8.3")]
        {
            let mut tried = attempt(host, address, Outcome::ok("accepted"));
            tried.banner = Some(Reply {
                code: 220,
                enhanced: None,
                lines: vec!["in.provider.example ESMTP".into()],
                raw_base64: None,
                first_ms: 1.0,
                elapsed_ms: 1.0,
            });
            let mut record = concluded(Outcome::ok("accepted"), vec![tried]);
            run.delivery(&mut record);
            assert!(record.findings.is_empty(), "{host}");
        }
    }

    /// RFC 8314 §3.3.
    #[test]
    fn a_port_where_tls_comes_first() {
        let silent = || Outcome::failed(Status::Temporary, Stage::Banner, Fault::Timeout, "no banner");
        for (port, hint) in [(465, true), (25, false)] {
            let mut tried = attempt("mx1.example.org", "192.0.2.25", silent());
            tried.target.port = port;
            let mut record = concluded(silent(), vec![tried]);
            delivery(&mut record);
            let next = record.outcome.diagnosis.unwrap().next;
            assert_eq!(next.contains("--tls implicit"), hint, "{port}: {next}");
        }
    }

    #[test]
    fn an_attempt_explains_the_whole() {
        let reply = Reply {
            code: 550,
            enhanced: Some("5.1.1".into()),
            lines: vec!["5.1.1 no such user here".into()],
            raw_base64: None,
            first_ms: 1.0,
            elapsed_ms: 1.0,
        };
        let refused = Outcome {
            reply: Some(reply),
            ..Outcome::failed(Status::Permanent, Stage::Rcpt, Fault::Refused, "refused")
        };
        let mut record = concluded(refused.clone(), vec![attempt("mx1.example.org", "8.8.8.8", refused)]);
        delivery(&mut record);
        assert_eq!(side(&record.outcome), Some(Side::Recipient));
        assert_eq!(record.outcome.diagnosis, record.attempts[0].outcome.diagnosis);
    }

    #[test]
    fn a_firewall_in_the_greeting_explains_what_follows() {
        let banner = Reply {
            code: 220,
            enhanced: None,
            // What Cisco's old inspection leaves of a greeting.
            lines: vec!["****************2****2*****0*".into()],
            raw_base64: None,
            first_ms: 1.0,
            elapsed_ms: 1.0,
        };
        let mut record = ProbeRecord {
            target: Target::default(),
            input: None,
            outcome: Outcome::failed(Status::Permanent, Stage::Starttls, Fault::StarttlsNotSupported, "no TLS"),
            started: None,
            local: None,
            ehlo_name: None,
            banner: Some(banner),
            capabilities: None,
            capabilities_tls: None,
            tls: None,
            tls_versions: Vec::new(),
            key_types: Vec::new(),
            resumption: None,
            verdicts: Verdicts::default(),
            recipients: Vec::new(),
            limited: Vec::new(),
            findings: Vec::new(),
            timings: Timings::default(),
            transcript: Vec::new(),
        };
        probe(&mut record);
        let rule = Evidence { kind: EvidenceKind::Rule, value: "smtp-inspection".into() };
        assert!(record.outcome.diagnosis.is_some_and(|found| found.evidence.contains(&rule)));
    }
}
