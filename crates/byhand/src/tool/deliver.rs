//! Delivers a message to the recipients of one domain, as a mail server would on its first try.
//!
//! 1. the targets in their order: best host first, each host's addresses (RFC 5321 §5.1)
//! 2. one connection at a time; one transaction for all recipients that are still open
//! 3. a recipient is done once the message was accepted or refused (5yz) for it; a 4yz, a broken connection or an
//!    unreachable address leaves it open for the next target
//! 4. before a login and before MAIL the connection is judged by the level of protection that is asked for
//!    (`policy::level`); where it is not met, the next target may be better, and nothing was said here
//! 5. a handshake that fails where nothing asks for TLS is followed by one more connection to the same address, in clear; the
//!    record says so. Nothing ever goes on in clear on the connection where TLS failed (RFC 3207 §4.1)
//! 6. where the connection broke after the dot nobody knows who has the message (RFC 1047): it is not sent again
//!
//! One [`DeliveryRecord`] a recipient, with every attempt; [`verdict`] says how the whole ended. The verdict is told as
//! soon as it is known, before the last goodbye. Nothing is queued, and nothing is tried twice.

mod verdict;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::connection::{Live, Meeting, Moment, Talk, talk};
use super::diagnose;
use super::identity::Identity;
use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::net::pace::Pace;
use crate::policy::level;
use crate::policy::verdict::Met;
use crate::route::Aim;
use crate::smtp::session::{Delivery, Extras, Purpose, QuitAfter, Report, TlsMode, queue_id};
use crate::wire::{
    Attempt, DeliveryRecord, Fault, Finding, FindingId, Level, Outcome, Said, Stage, Status, Target, Timings, Who,
};

/// What is delivered to whom.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sender; `None` is the null reverse-path `<>`.
    pub from: Option<Mailbox>,
    /// The recipients: all of one domain, or of one server.
    pub recipients: Vec<Mailbox>,
    /// The message.
    pub message: Arc<Message>,
    /// Parameters of MAIL and RCPT that were asked for.
    pub extras: Extras,
    /// Whether each command waits for the reply to the one before.
    pub lockstep: bool,
    /// After which step nothing more is sent.
    pub quit_after: Option<QuitAfter>,
}

/// What happens, while it happens.
#[derive(Debug)]
pub enum Happened<'a> {
    /// Something was said, heard or done on this connection of the run.
    Said(u32, &'a Said),
    /// How it ended is known, for all recipients; told once, before the last goodbye. What TLS showed on the last
    /// connection is not in these records yet.
    Verdict(&'a [DeliveryRecord]),
}

/// The name to say to a target in EHLO.
pub type Naming<'a> =
    &'a (dyn Fn(Target, IpAddr) -> Pin<Box<dyn Future<Output = Identity> + Send + 'a>> + Send + Sync + 'a);

/// How servers are met.
#[derive(Clone, Copy)]
pub struct Ways<'a> {
    /// Limits and TLS; its name is replaced for each target.
    pub meeting: &'a Meeting,
    /// The name for each target.
    pub naming: Naming<'a>,
    /// Waited for before each connection.
    pub pace: &'a Pace,
    /// How many connections the run has had.
    pub connections: &'a AtomicU32,
    /// Where what happens goes.
    pub told: &'a (dyn Fn(Happened<'_>) + Send + Sync),
}

impl std::fmt::Debug for Ways<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ways").field("meeting", self.meeting).finish_non_exhaustive()
    }
}

/// Delivers; see the module.
pub async fn deliver(job: &Job, aims: &[Aim], ways: Ways<'_>) -> Vec<DeliveryRecord> {
    let mut open = Open::new(job, ways.meeting.level);
    let aims: Vec<Aim> = aims.iter().map(|aim| kept_from(aim, ways.meeting.level)).collect();
    // What was told as the verdict, so that a change of it is told too.
    let judged: Mutex<Option<Vec<Outcome>>> = Mutex::new(None);
    let outcomes = |records: &[DeliveryRecord]| records.iter().map(|record| record.outcome.clone()).collect::<Vec<_>>();
    for (at, aim) in aims.iter().enumerate() {
        if open.is_done() {
            break;
        }
        let (Some(address), None) = (aim.target.address, &aim.dead) else {
            open.unreachable(aim);
            continue;
        };
        let identity = (ways.naming)(aim.target.clone(), address).await;
        let mut meeting = ways.meeting.clone();
        match identity.name.parse() {
            Ok(helo) => meeting.helo = helo,
            Err(why) => {
                let text = format!("not tried: {} cannot be said in EHLO: {why}", identity.name);
                let dead = Some(Outcome::failed(Status::Permanent, Stage::Ehlo, Fault::BadInput, text));
                open.unreachable(&Aim { dead, ..aim.clone() });
                continue;
            }
        }
        open.find(aim.finding.clone());
        open.find(identity.finding);
        loop {
            let number = ways.connections.fetch_add(1, Ordering::Relaxed) + 1;
            let rest = &aims[at + 1..];
            let live = |moment: Moment<'_>| match moment {
                Moment::Said(said) => (ways.told)(Happened::Said(number, said)),
                Moment::Decided(talk) if falls_back(job, &meeting, talk) => {}
                Moment::Decided(talk) => {
                    let mut open = open.clone();
                    open.learn(aim, &meeting, talk.clone());
                    if open.is_done() || rest.iter().all(|aim| aim.dead.is_some() || aim.target.address.is_none()) {
                        let records = open.finish(rest);
                        *judged.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcomes(&records));
                        (ways.told)(Happened::Verdict(&records));
                    }
                }
            };
            let turn = ways.pace.turn(address).await;
            turn.begin().await;
            let talk = talk(&aim.target, address, &meeting, open.purpose(), &live as Live<'_>).await;
            let fallback = falls_back(job, &meeting, &talk);
            open.learn(aim, &meeting, talk);
            if !fallback {
                break;
            }
            let note = open.fall_back();
            (ways.told)(Happened::Said(number, &note));
            (meeting.tls, meeting.in_clear_after) = (TlsMode::Never, true);
        }
    }
    let records = open.finish(&[]);
    if judged.into_inner().unwrap_or_else(PoisonError::into_inner).as_ref() != Some(&outcomes(&records)) {
        (ways.told)(Happened::Verdict(&records));
    }
    records
}

/// The aim, unless what is asked there keeps a message from it before any connection.
fn kept_from(aim: &Aim, level: Option<Level>) -> Aim {
    let outcome = level.filter(|_| aim.dead.is_none()).and_then(|level| level::passed_over(level, &aim.target));
    Aim { dead: outcome.or_else(|| aim.dead.clone()), ..aim.clone() }
}

/// What is to be told of a host that nobody connected to, since what is asked there cannot be found out or met.
fn passed_over(host: &str, kept: &Outcome) -> Finding {
    let id = match kept.fault {
        Some(Fault::StsFailed) => FindingId::StsMxMissing,
        Some(Fault::DaneFailed) => FindingId::DaneFailed,
        _ => FindingId::TlsaFailed,
    };
    let why = kept.text.trim_start_matches("not sent: ");
    Finding::at(host, id, format!("{host} was passed over, without a connection: {why}"))
}

/// Whether an opportunistic sender comes back in clear.
fn falls_back(job: &Job, meeting: &Meeting, talk: &Talk) -> bool {
    // A run that ends at TLS has its answer.
    let goes_on = job.quit_after.is_none_or(|step| step > QuitAfter::Tls);
    let broken = matches!(talk.report.outcome.fault, Some(Fault::TlsHandshake | Fault::TlsLimit | Fault::NotTls));
    let nothing_asks = talk.protection.as_ref().is_none_or(|protection| protection.required == Level::May);
    goes_on && meeting.tls == TlsMode::Auto && broken && nothing_asks
}

/// The recipients and what is known of each.
#[derive(Clone)]
struct Open<'a> {
    job: &'a Job,
    level: Option<Level>,
    records: Vec<DeliveryRecord>,
    /// Of each recipient, whether there is nothing more to try.
    done: Vec<bool>,
}

impl<'a> Open<'a> {
    fn new(job: &'a Job, level: Option<Level>) -> Self {
        let message = &job.message;
        let record = |recipient: &Mailbox| DeliveryRecord {
            from: Some(job.from.as_ref().map(ToString::to_string).unwrap_or_default()),
            message_id: message.message_id(),
            size: Some(message.content().len() as u64),
            sha256: Some(message.sha256()),
            findings: message.findings(),
            ..DeliveryRecord::untried(Some(recipient.to_string()))
        };
        let records: Vec<_> = job.recipients.iter().map(record).collect();
        Self { job, level, done: vec![false; records.len()], records }
    }

    fn is_done(&self) -> bool {
        self.done.iter().all(|done| *done)
    }

    fn open(&self) -> Vec<usize> {
        (0..self.done.len()).filter(|&at| !self.done[at]).collect()
    }

    fn purpose(&self) -> Purpose {
        Purpose::Deliver(Delivery {
            from: self.job.from.clone(),
            recipients: self.open().into_iter().map(|at| self.job.recipients[at].clone()).collect(),
            content: self.job.message.content(),
            utf8_headers: self.job.message.has_utf8_headers(),
            extras: self.job.extras.clone(),
            lockstep: self.job.lockstep,
            quit_after: self.job.quit_after,
        })
    }

    fn find(&mut self, finding: Option<Finding>) {
        let Some(finding) = finding else { return };
        for at in self.open() {
            let findings = &mut self.records[at].findings;
            let same = |known: &Finding| known.id == finding.id && known.host == finding.host;
            let told = finding.id == FindingId::TlsaUnusable && findings.iter().any(same);
            if !told && !findings.contains(&finding) {
                findings.push(finding.clone());
            }
        }
    }

    fn unreachable(&mut self, aim: &Aim) {
        let host = aim.target.host.as_deref().unwrap_or("the host");
        let no_address =
            || Outcome::failed(Status::Permanent, Stage::Dns, Fault::NoAddress, format!("{host} has no address"));
        let outcome = aim.dead.clone().unwrap_or_else(no_address);
        let kept = self.level.and_then(|level| level::passed_over(level, &aim.target));
        let kept = kept.filter(|kept| *kept == outcome);
        self.find(kept.map(|kept| passed_over(host, &kept)));
        let met = Met::not(&aim.target, &outcome);
        let protection = self.level.map(|level| level::protection(level, met));
        for at in self.open() {
            self.records[at].attempts.push(Attempt {
                protection: protection.clone(),
                timings: Timings { dns_ms: aim.dns_ms, ..Timings::default() },
                ..Attempt::unmade(aim.target.clone(), outcome.clone())
            });
        }
    }

    fn learn(&mut self, aim: &Aim, meeting: &Meeting, talk: Talk) {
        let Talk { started, local, report, tls, verdicts, protection, timings, transcript, .. } = talk;
        let Report { recipients, banner, findings, in_doubt, .. } = report;
        let timings = Timings { dns_ms: aim.dns_ms, ..timings };
        for finding in findings {
            let host = finding.host.clone().or_else(|| aim.target.host.clone());
            self.find(Some(Finding { host, ..finding }));
        }
        for ((at, answer), lost) in self.open().into_iter().zip(recipients).zip(in_doubt) {
            let outcome = answer.outcome;
            let record = &mut self.records[at];
            self.done[at] = matches!(outcome.status, Status::Ok | Status::Permanent) || lost;
            if outcome.status == Status::Ok {
                // Its own reply's: over LMTP each recipient has one.
                record.queue_id = outcome.reply.as_ref().and_then(|reply| queue_id(&reply.lines));
            }
            record.attempts.push(Attempt {
                target: aim.target.clone(),
                outcome,
                in_doubt: lost,
                started: Some(started.clone()),
                local,
                ehlo_name: Some(meeting.helo.to_string()),
                banner: banner.clone(),
                tls: tls.clone(),
                protection: protection.clone(),
                verdicts: verdicts.clone(),
                timings: timings.clone(),
            });
            record.transcript.extend(transcript.iter().cloned());
        }
    }

    /// TLS failed, and one more connection will be made, without.
    fn fall_back(&mut self) -> Said {
        let text = "TLS failed; once more to the same address, in clear, on a new connection";
        let at_ms = self.records.iter().filter_map(|record| record.attempts.last()).map(|a| a.timings.total_ms).next();
        let note = Said {
            at_ms: at_ms.unwrap_or_default(),
            who: Who::Note,
            tls: false,
            text: text.into(),
            elapsed_ms: None,
            code: None,
        };
        for at in self.open() {
            self.records[at].transcript.push(note.clone());
        }
        let mut last = self.records.iter().filter_map(|record| record.attempts.last());
        let ours = last.next_back().is_some_and(|attempt| attempt.outcome.fault == Some(Fault::TlsLimit));
        let what = match ours {
            true => {
                "the TLS handshake failed for what this program does not do (other senders may be able to encrypt here)"
            }
            false => "the TLS handshake failed",
        };
        let text = format!(
            "{what}, and a new connection was made to go on in clear, as servers do whose TLS is opportunistic (--level encrypt \
             keeps the message back)"
        );
        self.find(Some(Finding::new(FindingId::SentInClear, text)));
        note
    }

    /// The outcome of each is that of the attempt that says most. `rest` are targets that nothing can be tried at.
    fn finish(mut self, rest: &[Aim]) -> Vec<DeliveryRecord> {
        rest.iter().for_each(|aim| self.unreachable(aim));
        for record in &mut self.records {
            verdict::conclude(record);
            diagnose::delivery(record);
        }
        self.records
    }
}
