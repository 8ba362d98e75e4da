//! One address talked to: connection, session, and what the server showed, judged.
//!
//! 1. connect (a failure is a record with its stage, like every other)
//! 2. the session of `smtp::session`, driven by `net::driver`: banner, EHLO, STARTTLS, EHLO, perhaps MAIL and RCPT, QUIT
//! 3. the certificate judged by the roots, after the fact: a bad one ends no session
//! 4. what an end that is no success means ([`diagnose`])
//!
//! Whatever the server does, a complete [`ProbeRecord`] comes back. Not here: which addresses are talked to, and how many
//! at once.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::connection::{LoggingIn, Meeting, Moment, talk};
use super::diagnose;
use crate::domain::DomainError;
use crate::net::roots::Roots;
use crate::net::tls::{self, Way};
use crate::policy::level;
pub use crate::smtp::session::{Envelope, TlsMode};
use crate::smtp::session::{Purpose, Report};
use crate::wire::{Fault, Level, Outcome, ProbeRecord, Protocol, Said, Stage, Status, Target, Timings};

/// How a server is talked to.
#[derive(Clone, Debug)]
pub struct Options {
    /// What we say in EHLO: a domain name or an address literal.
    pub ehlo_name: String,
    /// Which protocol is spoken.
    pub protocol: Protocol,
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
    /// What was chosen about TLS.
    pub tls_options: Arc<tls::options::Options>,
    /// How the handshake is made: with those choices, or by a client that remembers.
    pub way: Way,
    /// The level of protection whose verdict is asked for; none: what the domain itself asks.
    pub level: Option<Level>,
    /// How to log in, where that is wanted.
    pub login: Option<LoggingIn>,
}

/// Talks to one address; what is said goes to `live` as it happens, and into the record.
///
/// A target without an address, and an EHLO name that is none, are reported without a connection.
pub async fn probe(target: &Target, options: &Options, live: Option<&UnboundedSender<Said>>) -> ProbeRecord {
    let purpose = options.envelope.clone().map_or(Purpose::Greet, Purpose::Ask);
    let unasked = |outcome| unasked(target, options, Report::unconnected(outcome, &purpose));
    let Some(address) = target.address else {
        let text = "not tested: no address was found";
        return unasked(Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text));
    };
    let meeting = match meeting(options) {
        Ok(meeting) => meeting,
        Err(why) => {
            let text = format!("not tested: {} cannot be said in EHLO: {why}", options.ehlo_name);
            return unasked(Outcome::failed(Status::Permanent, Stage::Ehlo, Fault::BadInput, text));
        }
    };
    let publish = |moment: Moment<'_>| {
        if let (Moment::Said(said), Some(live)) = (moment, live) {
            // Nobody listening any more is no reason to stop.
            let _ = live.send(said.clone());
        }
    };
    let talk = talk(target, address, &meeting, purpose.clone(), &publish).await;
    let mut record = ProbeRecord {
        started: Some(talk.started),
        local: talk.local,
        tls: talk.tls,
        verdicts: talk.verdicts,
        timings: talk.timings,
        transcript: talk.transcript,
        ..recorded(target, options, talk.report)
    };
    diagnose::probe(&mut record);
    record
}

/// How the options want a server to be met; why that cannot be said in EHLO.
pub(super) fn meeting(options: &Options) -> Result<Meeting, String> {
    Ok(Meeting {
        helo: options.ehlo_name.parse().map_err(|why: DomainError| why.to_string())?,
        protocol: options.protocol,
        tls: options.tls,
        connect_timeout: options.connect_timeout,
        greeting_timeout: options.greeting_timeout,
        command_timeout: options.command_timeout,
        message_timeout: options.command_timeout,
        bind: options.bind,
        roots: Arc::clone(&options.roots),
        login: options.login.clone(),
        way: options.way.clone(),
        level: options.level,
        in_clear_after: false,
    })
}

/// The record of a probe that made no connection.
fn unasked(target: &Target, options: &Options, report: Report) -> ProbeRecord {
    ProbeRecord { started: Some(jiff::Timestamp::now().to_string()), ..recorded(target, options, report) }
}

/// What a session learnt, as a record.
fn recorded(target: &Target, options: &Options, report: Report) -> ProbeRecord {
    let verdicts = level::unmet(options.level, target, &report.outcome);
    ProbeRecord {
        target: target.clone(),
        input: None,
        outcome: report.outcome,
        started: None,
        local: None,
        ehlo_name: Some(options.ehlo_name.clone()),
        banner: report.banner,
        capabilities: report.capabilities,
        capabilities_tls: report.capabilities_tls,
        tls: None,
        verdicts,
        tls_versions: Vec::new(),
        key_types: Vec::new(),
        resumption: None,
        recipients: report.recipients,
        limited: report.limited,
        findings: report.findings,
        timings: Timings::default(),
        transcript: Vec::new(),
    }
}
