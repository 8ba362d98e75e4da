//! One unit of work: an item, its targets, a probe each.
//!
//! The targets of an item are talked to at the same time, within the limits of the run and the pace of each address, and
//! their records come out in the order that a sender would try them; with `--first` one after the other, until one
//! answers.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use byhand::cli::aims::Finder;
use byhand::cli::args::Sender;
use byhand::cli::input::{Bad, Input};
use byhand::cli::io::Stderr;
use byhand::cli::name::Name;
use byhand::cli::pump::Emit;
use byhand::dns::Resolver;
use byhand::mailbox::Mailbox;
use byhand::net::pace::Pace;
use byhand::net::roots::Roots;
use byhand::net::tls::client::Client;
use byhand::net::tls::{self, Way};
use byhand::policy::level;
use byhand::render::words;
use byhand::route::Aim;
use byhand::tool::diagnose;
use byhand::tool::lookup::Family;
use byhand::tool::offers::{Wishes, explore};
use byhand::tool::probe::{Options, TlsMode, probe};
use byhand::wire::{
    Diagnosis, Fault, Finding, FindingId, Level, Limited, Outcome, ProbeRecord, RecipientOutcome, Stage, Status,
    Target, Timings, Verdicts,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::asking::Asking;
use crate::{Args, COMMAND, CONNECT, GREETING, JOBS};

/// What all probes of a run share.
pub(crate) struct Work {
    resolver: Arc<dyn Resolver>,
    finder: Finder,
    name: Name,
    asking: Asking,
    pace: Pace,
    places: Semaphore,
    first: bool,
    wishes: Wishes,
    /// What only all of them together can tell.
    run: diagnose::Run,
    /// All but the name and the envelope.
    options: Options,
}

impl Work {
    pub(crate) fn new(
        args: &Args,
        family: Option<Family>,
        resolver: Arc<dyn Resolver>,
        roots: Roots,
        tls: tls::options::Options,
        stderr: Stderr,
    ) -> Self {
        let tls = Arc::new(tls);
        let timeout = |default: Duration| args.network.timeout.unwrap_or(default);
        let bind = args.server.bind;
        let decides = bind.filter(|_| args.network.family().is_none());
        let roots = Arc::new(roots);
        let from = args.from.as_ref().and_then(Sender::mailbox).cloned();
        Self {
            resolver,
            finder: Finder {
                server: args.server.server.clone(),
                port: args.server.port,
                family,
                bind: decides,
                policies: args.policy.https(&roots, &args.network),
            },
            name: Name::new(args.server.ehlo.clone(), bind, (!args.output.quiet).then_some(stderr)),
            asking: Asking::new(from, once(&args.rcpt)),
            pace: Pace::new(args.per_host.map(usize::from)),
            places: Semaphore::new(args.network.jobs.unwrap_or(JOBS).into()),
            first: args.first,
            wishes: args.offers.wishes(),
            run: diagnose::Run::default(),
            options: Options {
                ehlo_name: String::new(),
                protocol: args.server.protocol.into(),
                tls: TlsMode::from(args.server.tls),
                connect_timeout: timeout(CONNECT),
                greeting_timeout: args.greeting_timeout.unwrap_or_else(|| timeout(GREETING)),
                command_timeout: timeout(COMMAND),
                bind,
                envelope: None,
                roots,
                way: Way::Anew(Arc::clone(&tls)),
                tls_options: tls,
                login: None,
                level: None,
            },
        }
    }

    /// The same, with verdicts on what a sender at that level would do.
    pub(crate) fn judging(mut self, level: Option<Level>) -> Self {
        self.options.level = level;
        self
    }

    /// What the silence of all that were tried means, where it is about the network here.
    pub(crate) fn blocked(&self) -> Option<Diagnosis> {
        self.run.blocked()
    }

    /// Does one unit.
    pub(crate) async fn unit(self: Arc<Self>, input: Input, emit: Emit<ProbeRecord>) {
        let aims = match input.item {
            Ok(item) => self.finder.aims(item, &*self.resolver).await,
            Err(bad) => return emit.result(nothing(bad)),
        };
        if self.first { self.one_by_one(aims, &emit).await } else { self.together(aims, &emit).await }
    }

    async fn one_by_one(&self, aims: Vec<Aim>, emit: &Emit<ProbeRecord>) {
        let mut answered = false;
        for aim in aims {
            if answered && aim.dead.is_none() {
                let text = "not tried: an address before it answered (--first)";
                let mut record = unasked(&aim.target);
                record.outcome = Outcome::failed(Status::Untested, Stage::Connect, Fault::Limited, text);
                record.limited.push(Limited::First);
                emit.result(record);
                continue;
            }
            let record = self.one(aim).await;
            answered |= record.banner.is_some();
            emit.result(record);
        }
    }

    async fn together(self: &Arc<Self>, aims: Vec<Aim>, emit: &Emit<ProbeRecord>) {
        let mut waiting: Vec<Option<ProbeRecord>> = vec![None; aims.len()];
        let mut next = 0;
        let mut tasks = JoinSet::new();
        for (at, aim) in aims.into_iter().enumerate() {
            let work = Arc::clone(self);
            tasks.spawn(async move { (at, work.one(aim).await) });
        }
        let mut fault = None;
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok((at, record)) => waiting[at] = Some(record),
                Err(error) => fault = Some(error),
            }
            while let Some(record) = waiting.get_mut(next).and_then(Option::take) {
                emit.result(record);
                next += 1;
            }
        }
        if let Some(fault) = fault {
            // What came after the fault is not lost; the fault itself is for the pump to count.
            waiting.into_iter().flatten().for_each(|record| emit.result(record));
            if let Ok(panic) = fault.try_into_panic() {
                std::panic::resume_unwind(panic);
            }
        }
    }

    /// Talks to one target, or says why it cannot be.
    async fn one(&self, aim: Aim) -> ProbeRecord {
        let (Some(address), None) = (aim.target.address, &aim.dead) else { return self.dead(aim) };
        let identity = self.name.for_target(&aim.target, address, &*self.resolver).await;
        let asking = self.asking.turn(&aim.target).await;
        let turn = self.pace.turn(address).await;
        // Places of the run are for those who have all else. The semaphore is never closed.
        let _place = self.places.acquire().await.ok();
        turn.begin().await;
        let mut options =
            Options { ehlo_name: identity.name, envelope: asking.envelope.clone(), ..self.options.clone() };
        if let (true, Ok(client)) = (self.wishes.resume, Client::new(&options.tls_options)) {
            options.way = Way::Again(Arc::new(client));
        }
        let mut record = probe(&aim.target, &options, None).await;
        // The session finds the same of the records that it was given.
        let known = |finding: &Finding| {
            finding.id == FindingId::TlsaUnusable && record.findings.iter().any(|found| found.id == finding.id)
        };
        let finding = aim.finding.filter(|finding| !known(finding));
        record.findings.extend(finding);
        record.findings.extend(identity.finding);
        record.timings.dns_ms = aim.dns_ms;
        asking.done(&mut record);
        self.run.probe(&mut record);
        // The next connections wait for their own turns.
        drop(turn);
        explore(&options, self.wishes, &self.pace, &mut record).await;
        record
    }

    /// The record of a target that there is nothing to connect to.
    fn dead(&self, aim: Aim) -> ProbeRecord {
        let mut record = unasked(&aim.target);
        record.input = aim.input;
        record.timings.dns_ms = aim.dns_ms;
        record.outcome = aim.dead.unwrap_or_else(|| {
            Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, "not tested: no address was found")
        });
        record.verdicts = level::unmet(self.options.level, &record.target, &record.outcome);
        for recipient in self.asking.recipients() {
            let text = format!("not asked: {}", words::without("not tested", &record.outcome.text));
            let outcome = Outcome { status: Status::Untested, text, ..record.outcome.clone() };
            record.recipients.push(RecipientOutcome { address: recipient.to_string(), outcome });
        }
        diagnose::probe(&mut record);
        record
    }
}

/// Each recipient once, however often it was typed: to ask again would only cost the server.
fn once(typed: &[Mailbox]) -> Vec<Mailbox> {
    let mut seen = HashSet::new();
    typed.iter().filter(|mailbox| seen.insert(*mailbox)).cloned().collect()
}

/// The record of an input that is nothing to talk to.
fn nothing(bad: Bad) -> ProbeRecord {
    let mut record = unasked(&Target { port: 25, ..Target::default() });
    record.outcome = bad.outcome();
    record.input = Some(bad.text);
    record
}

/// The record of a target before anything was asked.
pub(crate) fn unasked(target: &Target) -> ProbeRecord {
    ProbeRecord {
        target: target.clone(),
        input: None,
        outcome: Outcome::ok(""),
        started: None,
        local: None,
        ehlo_name: None,
        banner: None,
        capabilities: None,
        capabilities_tls: None,
        tls: None,
        verdicts: Verdicts::default(),
        tls_versions: Vec::new(),
        key_types: Vec::new(),
        resumption: None,
        recipients: Vec::new(),
        limited: Vec::new(),
        findings: Vec::new(),
        timings: Timings::default(),
        transcript: Vec::new(),
    }
}
