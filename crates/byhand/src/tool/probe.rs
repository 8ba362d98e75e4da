//! One address talked to: connection, session, and what the server showed, judged.
//!
//! 1. connect (a failure is a record with its stage, like every other)
//! 2. the session of `smtp::session`, driven by `net::driver`: banner, EHLO, STARTTLS, EHLO, perhaps MAIL and RCPT, QUIT
//! 3. the certificate judged by the roots, after the fact: a bad one ends no session
//!
//! Whatever the server does, a complete [`ProbeRecord`] comes back. Not here: which addresses are talked to, and how many
//! at once.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use crate::net::driver::{self, Driven, Peer};
use crate::net::roots::Roots;
use crate::net::transport::{self, NoConnection};
use crate::policy::pkix;
use crate::smtp::session::{Config, Purpose, Session};
pub use crate::smtp::session::{Envelope, TlsMode};
use crate::wire::{
    Fault, Finding, FindingId, Outcome, ProbeRecord, RecipientOutcome, Said, Stage, Status, Target, Timings, Verdicts,
    Who, ms,
};

/// How a server is talked to.
#[derive(Clone, Debug)]
pub struct Options {
    /// What we say in EHLO: a domain name or an address literal.
    pub ehlo_name: String,
    /// When TLS is spoken.
    pub tls: TlsMode,
    /// The longest wait for the TCP connection.
    pub connect_timeout: Duration,
    /// The longest wait for the whole greeting.
    pub greeting_timeout: Duration,
    /// The longest wait for each later reply.
    pub command_timeout: Duration,
    /// Our own address to connect from.
    pub bind: Option<IpAddr>,
    /// The recipients to ask about, if any.
    pub envelope: Option<Envelope>,
    /// The roots that certificates are judged by; read when TLS is first spoken.
    pub roots: Arc<Roots>,
}

/// Talks to one address; what is said goes to `live` as it happens, and into the record.
///
/// A target without an address, and an EHLO name that is none, are reported without a connection.
pub async fn probe(target: &Target, options: &Options, live: Option<&UnboundedSender<Said>>) -> ProbeRecord {
    let mut record = unasked(target, options);
    let Some(address) = target.address else {
        let text = "not tested: no address was found";
        return ended(record, options, Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text));
    };
    let helo = match options.ehlo_name.parse() {
        Ok(helo) => helo,
        Err(why) => {
            let text = format!("not tested: {} cannot be said in EHLO: {why}", options.ehlo_name);
            return ended(record, options, Outcome::failed(Status::Permanent, Stage::Ehlo, Fault::BadInput, text));
        }
    };
    let start = Instant::now();
    let peer = SocketAddr::new(address, target.port);
    let stream = match transport::connect(peer, options.bind, options.connect_timeout).await {
        Ok(stream) => stream,
        Err(NoConnection { status, fault, text }) => {
            let said = note(start.elapsed(), text.clone());
            record.timings.total_ms = ms(start.elapsed());
            publish(live, &said);
            record.transcript.push(said);
            // A port where nothing listens refuses; a reset comes from a server that took the connection first.
            let stage = if fault == Fault::ConnectionReset { Stage::Banner } else { Stage::Connect };
            return ended(record, options, Outcome::failed(status, stage, fault, text));
        }
    };
    let connected = start.elapsed();
    record.timings.connect_ms = Some(ms(connected));
    record.local = stream.local_addr().ok();
    let name = host_name(target);
    let mut session = Session::new(
        Config {
            helo,
            tls: options.tls,
            greeting_timeout: options.greeting_timeout,
            command_timeout: options.command_timeout,
            message_timeout: options.command_timeout,
            purpose: options.envelope.clone().map_or(Purpose::Greet, Purpose::Ask),
        },
        connected,
    );
    session.note(format!("{} connected", called(name, peer)));
    let driven = driver::run(
        stream,
        Peer { host: name, address, timeout: options.command_timeout, roots: &options.roots },
        &mut session,
        start,
        live,
    )
    .await;
    record.timings.total_ms = ms(start.elapsed());
    let report = session.finish();
    record.outcome = report.outcome;
    record.banner = report.banner;
    record.capabilities = report.capabilities;
    record.capabilities_tls = report.capabilities_tls;
    record.recipients = report.recipients;
    record.limited = report.limited;
    record.findings = report.findings;
    record.timings.commands = report.commands;
    record.timings.banner_ms = record.banner.as_ref().map(|banner| banner.elapsed_ms);
    learn(&mut record, driven, name, address, options);
    record
}

/// What TLS taught goes into the record, and is judged.
fn learn(record: &mut ProbeRecord, driven: Driven, name: Option<&str>, address: IpAddr, options: &Options) {
    record.transcript = driven.transcript;
    record.timings.tls_ms = driven.tls_ms;
    if driven.unclean {
        record.findings.push(Finding::new(
            FindingId::TlsUncleanClose,
            "the server closed the connection without ending TLS first (no close_notify, RFC 8446 §6.1)",
        ));
    }
    let Some(facts) = driven.facts else { return };
    if !facts.chain.is_empty() {
        let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
        let (verdict, findings) = pkix::judge(&facts.chain, name, address, options.roots.anchors(), now);
        record.verdicts = Verdicts { pkix: Some(verdict) };
        record.findings.extend(findings);
    }
    record.tls = Some(facts.tls);
}

/// The record before anything was asked.
fn unasked(target: &Target, options: &Options) -> ProbeRecord {
    ProbeRecord {
        target: target.clone(),
        input: None,
        outcome: Outcome::ok(""),
        started: Some(jiff::Timestamp::now().to_string()),
        local: None,
        ehlo_name: Some(options.ehlo_name.clone()),
        banner: None,
        capabilities: None,
        capabilities_tls: None,
        tls: None,
        verdicts: Verdicts::default(),
        recipients: Vec::new(),
        limited: Vec::new(),
        findings: Vec::new(),
        timings: Timings::default(),
        transcript: Vec::new(),
    }
}

/// A probe that ended before its session: the recipients were not asked about.
fn ended(mut record: ProbeRecord, options: &Options, outcome: Outcome) -> ProbeRecord {
    for recipient in options.envelope.iter().flat_map(|envelope| &envelope.recipients) {
        let text = format!("not asked: {}", outcome.text.trim_start_matches("not tested: "));
        let outcome = Outcome { status: Status::Untested, text, ..outcome.clone() };
        record.recipients.push(RecipientOutcome { address: recipient.to_string(), outcome });
    }
    record.outcome = outcome;
    record
}

/// The name that SNI and the certificate are about; none for a server reached by its address.
fn host_name(target: &Target) -> Option<&str> {
    target.host.as_deref().filter(|host| !host.starts_with('['))
}

/// `mx1.example.org [192.0.2.25]:25`, or `[192.0.2.25]:25`.
fn called(name: Option<&str>, peer: SocketAddr) -> String {
    let address = format!("[{}]:{}", peer.ip(), peer.port());
    name.map_or(address.clone(), |name| format!("{name} {address}"))
}

fn note(at: Duration, text: String) -> Said {
    Said { at_ms: ms(at), who: Who::Note, tls: false, text, elapsed_ms: None, code: None }
}

fn publish(live: Option<&UnboundedSender<Said>>, said: &Said) {
    if let Some(live) = live {
        // Nobody listening any more is no reason to stop.
        let _ = live.send(said.clone());
    }
}
