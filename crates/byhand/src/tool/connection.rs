//! One connection and its session, for the tools that talk: connect, converse, learn what TLS showed, judge it.
//!
//! Whatever the server does, a complete [`Talk`] comes back. Not here: which addresses are talked to, and what a record
//! is made of.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::net::driver::{self, Peer};
use crate::net::hello::Answered;
use crate::net::roots::Roots;
use crate::net::tls::{Broken, Facts, Way};
use crate::net::transport::{self, NoConnection};
use crate::policy::verdict::{self, Encryption, Met};
use crate::policy::{chain, level, pkix};
use crate::smtp::auth::{Logins, Mechanism};
use crate::smtp::command::HeloName;
use crate::smtp::session::{Auth, Config, Judgement, Purpose, Report, Session, TlsMode};
use crate::wire::{
    Dane, Fault, Finding, FindingId, Level, Outcome, Pkix, PkixStatus, Protection, Protocol, Said, Stage, Target,
    Timings, Tls, Verdicts, Who, ms,
};

/// How a server is met.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// What we say in EHLO.
    pub helo: HeloName,
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
    /// The longest wait for the reply to a message.
    pub message_timeout: Duration,
    /// Our own address to connect from.
    pub bind: Option<IpAddr>,
    /// The roots that certificates are judged by; read when TLS is first spoken.
    pub roots: Arc<Roots>,
    /// How handshakes are made.
    pub way: Way,
    /// How to log in, where that is wanted.
    pub login: Option<LoggingIn>,
    /// The level of protection that a sender asks for; a message goes out where it is met and nowhere else.
    pub level: Option<Level>,
    /// Whether a handshake failed here just now, and this is the connection in clear after it.
    pub in_clear_after: bool,
}

/// How to log in, at whatever server it is.
#[derive(Clone, Debug)]
pub struct LoggingIn {
    /// The mechanisms to use, in this order; empty: the strongest that is offered.
    pub mechanisms: Vec<Mechanism>,
    /// Whether nothing goes on without it.
    pub required: bool,
    /// Whether a password may go out without TLS.
    pub in_clear_allowed: bool,
    /// Whose login is for which server.
    pub logins: Arc<Logins>,
}

impl LoggingIn {
    /// The same at one server: its name, where it is reached by one, and its address.
    #[must_use]
    pub fn at(&self, host: Option<&str>, peer: SocketAddr) -> Auth {
        let host = host.map_or_else(|| peer.ip().to_string(), str::to_owned);
        Auth {
            mechanisms: self.mechanisms.clone(),
            required: self.required,
            login: self.logins.for_host(&host),
            in_clear_allowed: self.in_clear_allowed,
            host,
            port: peer.port(),
        }
    }
}

/// Something that just happened.
#[derive(Debug)]
pub enum Moment<'a> {
    /// Something was said, heard or done.
    Said(&'a Said),
    /// All but the goodbye is known: what was learnt so far, without what TLS showed and without the transcript.
    Decided(&'a Talk),
}

/// Where what happens goes as it happens.
pub type Live<'a> = &'a (dyn Fn(Moment<'_>) + Sync);

/// What one connection taught.
#[derive(Clone, Debug)]
pub struct Talk {
    /// When it began, RFC 3339 UTC.
    pub started: String,
    /// Our own address and port, where there was a connection.
    pub local: Option<SocketAddr>,
    /// What the session learnt; of no connection only the outcome.
    pub report: Report,
    /// What TLS agreed on and showed.
    pub tls: Option<Tls>,
    /// How the server broke off the handshake, where it did.
    pub broken: Option<Broken>,
    /// Whether a session was taken up again.
    pub resumed: bool,
    /// What a hello of our own was answered.
    pub answered: Option<Answered>,
    /// The judgements on it.
    pub verdicts: Verdicts,
    /// What the level of protection came to; where there is one.
    pub protection: Option<Protection>,
    /// How long each step took.
    pub timings: Timings,
    /// All that was said.
    pub transcript: Vec<Said>,
}

impl Talk {
    fn bare(started: String, local: Option<SocketAddr>, report: Report, timings: Timings) -> Self {
        Self {
            started,
            local,
            report,
            tls: None,
            broken: None,
            resumed: false,
            answered: None,
            verdicts: Verdicts::default(),
            protection: None,
            timings,
            transcript: Vec::new(),
        }
    }
}

/// Talks to `address`; see the module. `target` gives names and the port.
pub async fn talk(target: &Target, address: IpAddr, meeting: &Meeting, purpose: Purpose, live: Live<'_>) -> Talk {
    let started = jiff::Timestamp::now().to_string();
    let start = Instant::now();
    let peer = SocketAddr::new(address, target.port);
    let mut timings = Timings::default();
    let stream = match transport::connect(peer, meeting.bind, meeting.connect_timeout).await {
        Ok(stream) => stream,
        Err(NoConnection { status, fault, text }) => {
            // A port where nothing listens refuses; a reset comes from a server that took the connection first.
            let stage = if fault == Fault::ConnectionReset { Stage::Banner } else { Stage::Connect };
            let outcome = Outcome::failed(status, stage, fault, text.clone());
            let said =
                Said { at_ms: ms(start.elapsed()), who: Who::Note, tls: false, text, elapsed_ms: None, code: None };
            live(Moment::Said(&said));
            timings.total_ms = ms(start.elapsed());
            let verdicts = level::unmet(asked_of(meeting, &purpose), target, &outcome);
            let protection = protected(meeting, &purpose, Met::not(target, &outcome));
            let mut talk = Talk::bare(started, None, Report::unconnected(outcome, &purpose), timings);
            talk.protection = protection;
            live(Moment::Decided(&talk));
            talk.verdicts = verdicts;
            talk.transcript.push(said);
            return talk;
        }
    };
    let connected = start.elapsed();
    timings.connect_ms = Some(ms(connected));
    let local = stream.local_addr().ok();
    let name = host_name(target);
    let config = Config {
        helo: meeting.helo.clone(),
        protocol: meeting.protocol,
        tls: meeting.tls,
        greeting_timeout: meeting.greeting_timeout,
        command_timeout: meeting.command_timeout,
        message_timeout: meeting.message_timeout,
        auth: meeting.login.as_ref().map(|login| login.at(name, peer)),
        judged: pauses(meeting, &purpose),
        purpose: purpose.clone(),
    };
    let mut session = Session::new(config, connected);
    session.connected(format!("{} connected", called(name, peer)), connected);
    let limits =
        Peer { way: &meeting.way, host: sni(target), address, timeout: meeting.command_timeout, roots: &meeting.roots };
    let timed = |report: &mut Report, tls_ms: Option<f64>| Timings {
        commands: std::mem::take(&mut report.commands),
        banner_ms: report.banner.as_ref().map(|banner| banner.elapsed_ms),
        tls_ms,
        total_ms: ms(start.elapsed()),
        ..timings.clone()
    };
    let protection: OnceLock<Protection> = OnceLock::new();
    let judge = |report: &Report, facts: Option<&Facts>| {
        let seen = Seen::of(report, facts, target, address, meeting);
        let met = seen.met(target, &report.outcome);
        let Some(level) = meeting.level else { return Judgement::default() };
        let found = level::protection(level, met);
        let about = level::in_short(&found, &verdict::verdicts(met));
        let against = level::against(&found, met.encryption);
        protection.get_or_init(|| found);
        Judgement { about, against }
    };
    let pass_on = |moment: driver::Moment<'_>| match moment {
        driver::Moment::Said(said) => live(Moment::Said(said)),
        driver::Moment::Decided(report, tls_ms) => {
            let mut report = report.clone();
            let timings = timed(&mut report, tls_ms);
            let mut talk = Talk::bare(started.clone(), local, report, timings);
            talk.protection = protection.get().cloned();
            live(Moment::Decided(&talk));
        }
    };
    let driven = driver::run(stream, limits, &mut session, start, &judge, &pass_on).await;
    let mut report = session.finish();
    let timings = timed(&mut report, driven.tls_ms);
    if driven.unclean {
        report.findings.push(Finding::new(
            FindingId::TlsUncleanClose,
            "the server closed the connection without ending TLS first (no close_notify, RFC 8446 §6.1)",
        ));
    }
    let mut seen = Seen::of(&report, driven.facts.as_ref(), target, address, meeting);
    let began = driven.facts.is_some();
    report.findings.append(&mut seen.findings);
    if !seen.chain.is_empty() {
        report.findings.extend(chain::look(seen.chain, meeting.roots.anchors()));
    }
    let met = seen.met(target, &report.outcome);
    let verdicts = level::verdicts(asked_of(meeting, &purpose), met);
    let protection = protection.into_inner().or_else(|| protected(meeting, &purpose, met));
    let facts = driven.facts.unwrap_or_default();
    report.findings.extend(verdict::findings(&verdicts));
    // RFC 7671 §5.2.1: an authority that a TLSA record names has to be sent, be it a root.
    if verdicts.dane.as_ref().is_some_and(|dane| dane.matched.iter().any(|tlsa| tlsa.usage == 2)) {
        report.findings.retain(|found| found.id != FindingId::RootSent);
    }
    // A certificate that matches a TLSA record proves who the server is as well as one from a public authority.
    let by_dane = verdicts.dane.as_ref().is_some_and(|dane| !dane.matched.is_empty());
    if let (Some(mechanism), Some(pkix)) = (report.auth.filter(|auth| auth.sends_password()), &verdicts.pkix)
        && pkix.status != PkixStatus::Pass
        && !by_dane
    {
        let text =
            format!("AUTH {mechanism} gave the password to a server that may be another than it says: {}", pkix.text);
        report.findings.push(Finding::new(FindingId::PasswordUnverified, text));
    }
    Talk {
        started,
        local,
        report,
        tls: began.then_some(facts.tls),
        broken: facts.broken,
        resumed: facts.resumed,
        answered: driven.answered,
        verdicts,
        protection,
        timings,
        transcript: driven.transcript,
    }
}

/// Whether the session pauses to be judged: only a message has to be kept back.
fn pauses(meeting: &Meeting, purpose: &Purpose) -> bool {
    meeting.level.is_some() && matches!(purpose, Purpose::Deliver(_))
}

/// The level that a verdict is asked for at; a delivery has its own place for it, beside the verdict on what the domain asks.
fn asked_of(meeting: &Meeting, purpose: &Purpose) -> Option<Level> {
    meeting.level.filter(|_| !matches!(purpose, Purpose::Deliver(_)))
}

fn protected(meeting: &Meeting, purpose: &Purpose, met: Met<'_>) -> Option<Protection> {
    meeting.level.filter(|_| matches!(purpose, Purpose::Deliver(_))).map(|level| level::protection(level, met))
}

/// What a connection showed, as verdicts need it.
struct Seen<'a> {
    encryption: Encryption,
    chain: &'a [Vec<u8>],
    pkix: Option<Pkix>,
    findings: Vec<Finding>,
    now: u64,
}

impl<'a> Seen<'a> {
    fn of(report: &Report, facts: Option<&'a Facts>, target: &Target, address: IpAddr, meeting: &Meeting) -> Self {
        let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
        let chain = facts.map(|facts| facts.chain.as_slice()).unwrap_or_default();
        let encryption = match encryption(meeting.tls, report, facts) {
            Encryption::NotWanted if meeting.in_clear_after => Encryption::Broken,
            encryption => encryption,
        };
        let judged =
            (!chain.is_empty()).then(|| pkix::judge(chain, host_name(target), address, meeting.roots.anchors(), now));
        let (pkix, findings) = judged.map_or((None, Vec::new()), |(pkix, findings)| (Some(pkix), findings));
        Self { encryption, chain, pkix, findings, now }
    }

    fn met<'b>(&'b self, target: &'b Target, outcome: &'b Outcome) -> Met<'b> {
        let Self { encryption, chain, pkix, now, .. } = self;
        Met { target, encryption: *encryption, chain, pkix: pkix.as_ref(), outcome, now: *now }
    }
}

/// How far encryption came.
fn encryption(wanted: TlsMode, report: &Report, facts: Option<&Facts>) -> Encryption {
    let at_tls = report.outcome.stage == Some(Stage::Tls);
    match (facts, &report.capabilities) {
        (_, _) if at_tls && report.outcome.fault == Some(Fault::TlsLimit) => Encryption::Beyond,
        // Also where nothing came of it, or where it was undone at once: what a server thinks of a certificate of ours it says
        // after the handshake (RFC 8446 §4.4.2.4).
        (_, _) if at_tls && matches!(report.outcome.fault, Some(Fault::TlsHandshake | Fault::NotTls)) => {
            Encryption::Broken
        }
        (Some(facts), _) if facts.tls.version.is_some() => Encryption::Up,
        (Some(_), _) => Encryption::Broken,
        (None, _) if wanted == TlsMode::Never => Encryption::NotWanted,
        (None, None) => Encryption::NotReached,
        (None, Some(offered)) if offered.keywords.iter().any(|k| k.keyword == "STARTTLS") => {
            // A run that ends after EHLO never asked.
            let asked = report.commands.iter().any(|command| command.command == "STARTTLS");
            if asked { Encryption::Refused } else { Encryption::NotReached }
        }
        (None, Some(_)) => Encryption::NotOffered,
    }
}

/// The name to ask for in the handshake: with DANE the one that the TLSA records were found at (RFC 7672 §8.1).
pub(super) fn sni(target: &Target) -> Option<&str> {
    let demand = target.demands.as_ref().filter(|demand| demand.dane == Dane::Usable);
    demand.and_then(|demand| demand.base.as_deref()).or_else(|| host_name(target))
}

/// The name that SNI and the certificate are about; none for a server reached by its address.
pub(super) fn host_name(target: &Target) -> Option<&str> {
    target.host.as_deref().filter(|host| !host.starts_with('['))
}

/// `mx1.example.org [192.0.2.25]:25`, or `[192.0.2.25]:25`.
#[must_use]
pub fn called(name: Option<&str>, peer: SocketAddr) -> String {
    let address = format!("[{}]:{}", peer.ip(), peer.port());
    name.map_or(address.clone(), |name| format!("{name} {address}"))
}
