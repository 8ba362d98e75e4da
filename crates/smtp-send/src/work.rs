//! One unit of work: the recipients of one domain, the way there, one delivery.
//!
//! The way is found first: in the record that came down the pipe, by `--server`, or by a look-up. Ten messages with a hundred
//! recipients are the most that leave for public servers in a run; what was kept back says so.

use std::net::IpAddr;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use byhand::cli::aims::Finder;
use byhand::cli::args::{PolicyArgs, Sender};
use byhand::cli::input::{Bad, Item};
use byhand::cli::io::Stderr;
use byhand::cli::name::Name;
use byhand::cli::pump::Emit;
use byhand::dns::Resolver;
use byhand::mailbox::literal;
use byhand::net::pace::Pace;
use byhand::net::roots::Roots;
use byhand::net::tls::Way;
use byhand::net::tls::options::Options;
use byhand::policy::level::needs_policies;
use byhand::policy::reserved::is_local;
use byhand::route::Aim;
use byhand::smtp::command::HeloName;
use byhand::smtp::session::{Extras, QuitAfter, TlsMode};
use byhand::tool::connection::{LoggingIn, Meeting};
use byhand::tool::deliver::{Happened, Job, Ways, deliver};
use byhand::tool::diagnose;
use byhand::tool::lookup::{Family, Place};
use byhand::wire::{DeliveryRecord, Diagnosis, Fault, Finding, Level, Limited, Outcome, Stage, Status, Target};

use crate::check::not_an_mx;
use crate::gather::{Group, Unit};
use crate::options::Args;
use crate::text::Text;
use crate::view::Telling;
use crate::{COMMAND, CONNECT, GREETING, MESSAGE};

/// So many messages a run go to public servers: this is a tool for looking, not for mailing.
const MESSAGES: usize = 10;
/// And so many recipients: a message may have several.
const RECIPIENTS: usize = 100;
/// Where the session ends before a message, recipients are only asked about: as few as smtp-probe would.
const ASKED: usize = 10;

/// What a run has sent to public servers so far.
#[derive(Debug, Default)]
struct Sent {
    messages: usize,
    recipients: usize,
    /// Whether it was said that the rest is not sent.
    told: bool,
}

/// What all deliveries of a run share.
pub(crate) struct Work {
    resolver: Arc<dyn Resolver>,
    finder: Finder,
    name: Name,
    pace: Pace,
    from: Sender,
    text: Text,
    keeps_bcc: bool,
    extras: Extras,
    lockstep: bool,
    quit_after: Option<QuitAfter>,
    meeting: Meeting,
    /// Whether private servers are looked up too: somebody named a name server.
    checks_local: bool,
    connections: AtomicU32,
    /// What only all of them together can tell.
    run: diagnose::Run,
    public: Mutex<Sent>,
    stderr: Option<Stderr>,
}

impl Work {
    pub(crate) fn new(
        args: &Args,
        extras: Extras,
        family: Option<Family>,
        resolver: Arc<dyn Resolver>,
        roots: Roots,
        text: Text,
        stderr: Stderr,
    ) -> Self {
        let timeout = |default: Duration| args.network.timeout.unwrap_or(default);
        let bind = args.server.bind;
        let stderr = (!args.output.quiet).then_some(stderr);
        if let (Sender::Null, Some(stderr)) = (args.sender(), &stderr) {
            stderr.say("MAIL FROM:<> is for reports of failures; some receivers take it for a callout, and refuse or list who uses it");
        }
        Self {
            resolver,
            finder: Finder {
                policies: None,
                server: args.server.server.clone(),
                port: args.server.port,
                family,
                bind: bind.filter(|_| args.network.family().is_none()),
            },
            name: Name::new(args.server.ehlo.clone(), bind, stderr.clone()),
            pace: Pace::new(None),
            from: args.sender(),
            text,
            keeps_bcc: !args.from_headers,
            extras,
            lockstep: args.lockstep,
            quit_after: args.quit_after.map(QuitAfter::from),
            meeting: Meeting {
                helo: HeloName::Literal(IpAddr::from([127, 0, 0, 1])),
                protocol: args.server.protocol.into(),
                tls: TlsMode::from(args.server.tls),
                connect_timeout: timeout(CONNECT),
                greeting_timeout: timeout(GREETING),
                command_timeout: timeout(COMMAND),
                message_timeout: timeout(MESSAGE),
                bind,
                roots: Arc::new(roots),
                way: Way::Anew(Arc::default()),
                login: None,
                level: None,
                in_clear_after: false,
            },
            checks_local: !args.dns.nameserver.is_empty(),
            connections: AtomicU32::new(0),
            run: diagnose::Run::default(),
            public: Mutex::default(),
            stderr,
        }
    }

    /// The same, with choices about TLS.
    pub(crate) fn speaking(mut self, tls: Options) -> Self {
        self.meeting.way = Way::Anew(Arc::new(tls));
        self
    }

    /// The same, with a message kept back where a level of protection is not met. Where the level goes by what domains ask, that
    /// is looked up.
    pub(crate) fn protected(mut self, (level, tls): (Level, TlsMode), args: &Args) -> Self {
        (self.meeting.level, self.meeting.tls) = (Some(level), tls);
        let asks = PolicyArgs { no_policy: !needs_policies(level) };
        self.finder.policies = asks.https(&self.meeting.roots, &args.network);
        self
    }

    /// The same, with a login at every server.
    pub(crate) fn logging_in(mut self, login: Option<LoggingIn>) -> Self {
        self.meeting.login = login;
        self
    }

    /// What the silence of all that were tried means, where it is about the network here.
    pub(crate) fn blocked(&self) -> Option<Diagnosis> {
        self.run.blocked()
    }

    /// Does one unit.
    pub(crate) async fn unit(self: Arc<Self>, unit: Unit, emit: Emit<Telling>) {
        let records = match unit {
            Unit::Bad(bad) => vec![nothing(bad)],
            Unit::Group(group) => self.group(group, &emit).await,
        };
        for record in records {
            emit.result(Telling::Record(Box::new(record)));
        }
    }

    async fn group(&self, group: Group, emit: &Emit<Telling>) -> Vec<DeliveryRecord> {
        let Group { domain, recipients, items } = group;
        let place = place(domain.as_deref());
        let mut aims = Vec::new();
        for item in self.routes(items) {
            aims.extend(self.finder.aims(item, &*self.resolver).await);
        }
        emit.result(Telling::Route(route(domain.as_deref(), &aims)));
        let live = aims.iter().find_map(|aim| aim.target.address.filter(|_| aim.dead.is_none()).map(|at| (aim, at)));
        let Some((aim, address)) = live else {
            let records = self.dead(&recipients.iter().map(ToString::to_string).collect::<Vec<_>>(), &aims);
            emit.result(Telling::Verdict(records.clone()));
            return records;
        };
        if self.is_over_the_limit(&aims, recipients.len()) {
            let records: Vec<_> = recipients.iter().map(|to| self.limited(to.to_string())).collect();
            emit.result(Telling::Verdict(records.clone()));
            return records;
        }
        let host = self.name.for_target(&aim.target, address, &*self.resolver).await.name;
        let job = Job {
            from: self.from.mailbox().cloned(),
            message: self.text.message(&self.from, &recipients, &host, self.keeps_bcc),
            recipients,
            extras: self.extras.clone(),
            lockstep: self.lockstep,
            quit_after: self.quit_after,
        };
        emit.result(Telling::Message(Arc::clone(&job.message)));
        let (mut records, finding) = self.deliver(&job, &aims, place, emit).await;
        for record in &mut records {
            record.findings.extend(finding.clone());
            self.run.delivery(record);
        }
        records
    }

    /// With a server of the options one item is enough: its domain is all that counts.
    fn routes(&self, items: Vec<Item>) -> Vec<Item> {
        let count = if self.finder.server.is_some() { 1 } else { items.len() };
        items.into_iter().take(count).collect()
    }

    /// Delivers, and asks beside that whether the server is one of the domain's; the answer is never waited for.
    async fn deliver(
        &self,
        job: &Job,
        aims: &[Aim],
        place: Option<Place>,
        emit: &Emit<Telling>,
    ) -> (Vec<DeliveryRecord>, Option<Finding>) {
        let naming = |target: Target, address| {
            let name = async move { self.name.for_target(&target, address, &*self.resolver).await };
            Box::pin(name) as std::pin::Pin<Box<dyn Future<Output = _> + Send + '_>>
        };
        let told = |happened: Happened<'_>| {
            emit.result(match happened {
                Happened::Said(session, said) => Telling::Said(session, said.clone()),
                Happened::Verdict(records) => Telling::Verdict(records.to_vec()),
            });
        };
        let ways = Ways {
            meeting: &self.meeting,
            naming: &naming,
            pace: &self.pace,
            connections: &self.connections,
            told: &told,
        };
        let mut delivering = std::pin::pin!(deliver(job, aims, ways));
        let mut checking = std::pin::pin!(self.check(aims, place));
        let mut found = None;
        let mut checked = false;
        loop {
            tokio::select! {
                biased;
                records = &mut delivering => return (records, found),
                finding = &mut checking, if !checked => {
                    checked = true;
                    found = finding;
                }
            }
        }
    }

    async fn check(&self, aims: &[Aim], place: Option<Place>) -> Option<Finding> {
        let (server, place) = (self.finder.server.as_ref()?, place?);
        let local = |aim: &Aim| aim.target.address.is_some_and(is_local);
        if matches!(place, Place::Literal(_)) || (aims.iter().all(local) && !self.checks_local) {
            return None;
        }
        let targets: Vec<Target> = aims.iter().map(|aim| aim.target.clone()).collect();
        not_an_mx(place, server, &targets, &*self.resolver).await
    }

    /// Counts a message for public servers and its recipients. A session that ends before DATA sends none, and names
    /// recipients only where it comes to RCPT.
    pub(crate) fn is_over_the_limit(&self, aims: &[Aim], recipients: usize) -> bool {
        let public = aims.iter().any(|aim| aim.target.address.is_some_and(|address| !is_local(address)));
        let (message, named, most) = match self.quit_after {
            _ if !public => (0, 0, RECIPIENTS),
            Some(QuitAfter::Banner | QuitAfter::Ehlo | QuitAfter::Tls | QuitAfter::Auth | QuitAfter::Mail) => {
                (0, 0, ASKED)
            }
            Some(QuitAfter::Rcpt | QuitAfter::Data) => (0, recipients, ASKED),
            None => (1, recipients, RECIPIENTS),
        };
        let mut sent = self.public.lock().unwrap_or_else(PoisonError::into_inner);
        let over = sent.messages + message > MESSAGES || sent.recipients + named > most;
        if !over {
            sent.messages += message;
            sent.recipients += named;
        } else if let (false, Some(stderr)) = (sent.told, &self.stderr) {
            sent.told = true;
            stderr.say(&format!(
                "more than {MESSAGES} messages, or {most} recipients, go to private and loopback servers only: the rest is \
                 not sent"
            ));
        }
        over
    }

    fn untried(&self, recipient: Option<String>) -> DeliveryRecord {
        let from = self.from.mailbox().map(ToString::to_string).unwrap_or_default();
        DeliveryRecord { from: Some(from), ..DeliveryRecord::untried(recipient) }
    }

    pub(crate) fn limited(&self, recipient: String) -> DeliveryRecord {
        let text = format!(
            "not sent: in one run at most {MESSAGES} messages go to public servers, with {RECIPIENTS} recipients in all"
        );
        let outcome = Outcome::failed(Status::Untested, Stage::Dns, Fault::Limited, text);
        DeliveryRecord { outcome, limited: vec![Limited::MessageCap], ..self.untried(Some(recipient)) }
    }

    /// The records where there is nothing to connect to.
    fn dead(&self, recipients: &[String], aims: &[Aim]) -> Vec<DeliveryRecord> {
        let outcomes = || aims.iter().filter_map(|aim| aim.dead.as_ref());
        let undecided = outcomes().find(|outcome| outcome.status != Status::Permanent);
        let outcome = undecided.or_else(|| outcomes().next()).cloned().map(as_a_sender_says);
        let one = |recipient: Option<String>| {
            let mut record = self.untried(recipient);
            if let Some(outcome) = &outcome {
                record.outcome = outcome.clone();
            }
            record.input = aims.first().and_then(|aim| aim.input.clone()).filter(|_| record.recipient.is_none());
            diagnose::delivery(&mut record);
            record
        };
        if recipients.is_empty() {
            return vec![one(None)];
        }
        recipients.iter().map(|recipient| one(Some(recipient.clone()))).collect()
    }
}

/// The words of a report that a mail server would write to the sender (RFC 3463 §3, RFC 7505 §4.1), and what to try.
fn as_a_sender_says(outcome: Outcome) -> Outcome {
    let words = match (outcome.status, outcome.fault) {
        (_, Some(Fault::BadInput | Fault::Limited)) | (Status::Ok | Status::Untested, _) => return outcome,
        (_, Some(Fault::NullMx)) => "A mail server would return the message at once, with 556 5.1.10",
        (Status::Permanent, Some(Fault::Nxdomain)) => {
            "A mail server would return the message at once, with 5.1.2: check the spelling of the domain"
        }
        (Status::Permanent, _) => "A mail server would return the message at once, with 5.4.4",
        (_, Some(Fault::DnsUnreachable | Fault::NoResolver | Fault::DnsTimeout)) => {
            "Check this machine's network, or name a resolver that can be reached with --nameserver"
        }
        (Status::Temporary, _) => "Try later; a report about it would say 4.4.3",
    };
    Outcome { text: format!("{}. {words}", outcome.text.trim_end_matches('.')), ..outcome }
}

/// The record of a line that names nobody.
fn nothing(bad: Bad) -> DeliveryRecord {
    DeliveryRecord { outcome: bad.outcome(), input: Some(bad.text), ..DeliveryRecord::untried(None) }
}

fn place(domain: Option<&str>) -> Option<Place> {
    let domain = domain?;
    match byhand::mailbox::parse_literal(domain) {
        Some(address) => Some(Place::Literal(address)),
        None => domain.parse().ok().map(Place::Domain),
    }
}

/// `example.org: 10 mx1.example.org, 20 mx2.example.net`.
pub(crate) fn route(domain: Option<&str>, aims: &[Aim]) -> String {
    let mut hosts: Vec<String> = Vec::new();
    for Target { host, preference, address, .. } in aims.iter().map(|aim| &aim.target) {
        let host = host.clone().or(address.map(literal)).unwrap_or_default();
        let host = match preference {
            Some(preference) => format!("{preference} {host}"),
            None => host,
        };
        if !host.is_empty() && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    match (domain, hosts.is_empty()) {
        (Some(domain), false) => format!("{domain}: {}", hosts.join(", ")),
        (Some(domain), true) => domain.to_owned(),
        (None, _) => hosts.join(", "),
    }
}
