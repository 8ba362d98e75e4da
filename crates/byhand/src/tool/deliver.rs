//! Delivers a message to the recipients of one domain, as a mail server would on its first try.
//!
//! 1. the targets in their order: best host first, each host's addresses (RFC 5321 §5.1)
//! 2. one connection at a time; one transaction for all recipients that are still open
//! 3. a recipient is done once the message was accepted or refused (5yz) for it; a 4yz, a broken connection or an
//!    unreachable address leaves it open for the next target
//! 4. a handshake that fails under `auto` is followed by one more connection to the same address, in clear; the record
//!    says so. Nothing ever goes on in clear on the connection where TLS failed (RFC 3207 §4.1)
//! 5. where the connection broke after the dot nobody knows who has the message (RFC 1047): it is not sent again
//!
//! One [`DeliveryRecord`] a recipient, with every attempt. Nothing is queued, and nothing is tried twice.

use std::sync::Arc;

use super::connection::{Live, Meeting, Moment, Talk, talk};
use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::smtp::session::{Delivery, Purpose, QuitAfter, Report, TlsMode};
use crate::wire::{Attempt, DeliveryRecord, Fault, Finding, FindingId, Outcome, Said, Stage, Status, Target};

/// What is delivered to whom.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sender; `None` is the null reverse-path `<>`.
    pub from: Option<Mailbox>,
    /// The recipients: all of one domain, or of one server.
    pub recipients: Vec<Mailbox>,
    /// The message.
    pub message: Arc<Message>,
    /// Whether each command waits for the reply to the one before.
    pub lockstep: bool,
    /// After which step nothing more is sent.
    pub quit_after: Option<QuitAfter>,
}

/// What is told while it happens; the number of the connection in this job, from 1.
pub type Told<'a> = &'a (dyn Fn(u32, Moment<'_>) + Sync);

/// Delivers; see the module. `pace` is waited for before each connection.
pub async fn deliver(
    job: &Job,
    targets: &[Target],
    meeting: &Meeting,
    pace: &crate::net::pace::Pace,
    told: Told<'_>,
) -> Vec<DeliveryRecord> {
    let mut open = Open::new(job);
    let mut session = 0;
    for target in targets {
        if open.is_done() {
            break;
        }
        let Some(address) = target.address else {
            open.unreachable(target);
            continue;
        };
        let mut meeting = meeting.clone();
        loop {
            session += 1;
            let live = |moment: Moment<'_>| told(session, moment);
            let turn = pace.turn(address).await;
            turn.begin().await;
            let talk = talk(target, address, &meeting, open.purpose(), &live as Live<'_>).await;
            let fallback = meeting.tls == TlsMode::Auto
                && matches!(talk.report.outcome.fault, Some(Fault::TlsHandshake | Fault::NotTls));
            open.learn(target, &meeting, talk, fallback);
            if !fallback {
                break;
            }
            meeting.tls = TlsMode::Never;
        }
    }
    open.finish(targets)
}

/// The recipients and what is known of each.
struct Open<'a> {
    job: &'a Job,
    records: Vec<DeliveryRecord>,
    /// Of each recipient, whether there is nothing more to try.
    done: Vec<bool>,
}

impl<'a> Open<'a> {
    fn new(job: &'a Job) -> Self {
        let message = &job.message;
        let record = |recipient: &Mailbox| DeliveryRecord {
            recipient: Some(recipient.to_string()),
            input: None,
            outcome: Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, "no server was found to try"),
            from: Some(job.from.as_ref().map(ToString::to_string).unwrap_or_default()),
            attempts: Vec::new(),
            message_id: message.message_id(),
            queue_id: None,
            size: Some(message.content().len() as u64),
            sha256: Some(message.sha256()),
            limited: Vec::new(),
            findings: message.findings(),
            transcript: Vec::new(),
        };
        let records: Vec<_> = job.recipients.iter().map(record).collect();
        Self { job, done: vec![false; records.len()], records }
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
            content: self.job.message.content().into(),
            utf8_headers: self.job.message.has_utf8_headers(),
            lockstep: self.job.lockstep,
            quit_after: self.job.quit_after,
        })
    }

    fn unreachable(&mut self, target: &Target) {
        let host = target.host.as_deref().unwrap_or("the host");
        let text = format!("{host} has no address");
        let outcome = Outcome::failed(Status::Permanent, Stage::Dns, Fault::NoAddress, text);
        for at in self.open() {
            self.records[at].attempts.push(Attempt {
                target: target.clone(),
                outcome: outcome.clone(),
                started: None,
                local: None,
                ehlo_name: None,
                banner: None,
                tls: None,
                verdicts: crate::wire::Verdicts::default(),
                timings: crate::wire::Timings::default(),
            });
        }
    }

    fn learn(&mut self, target: &Target, meeting: &Meeting, talk: Talk, fallback: bool) {
        let Talk { started, local, report, tls, verdicts, timings, transcript } = talk;
        let Report { recipients, banner, queue_id, findings, .. } = report;
        for (at, answer) in self.open().into_iter().zip(recipients) {
            let outcome = answer.outcome;
            let record = &mut self.records[at];
            let lost =
                outcome.stage == Some(Stage::Body) && outcome.status == Status::Temporary && outcome.reply.is_none();
            self.done[at] = matches!(outcome.status, Status::Ok | Status::Permanent) || lost;
            if self.done[at] {
                record.queue_id = queue_id.clone().filter(|_| outcome.status == Status::Ok);
            }
            record.attempts.push(Attempt {
                target: target.clone(),
                outcome,
                started: Some(started.clone()),
                local,
                ehlo_name: Some(meeting.helo.to_string()),
                banner: banner.clone(),
                tls: tls.clone(),
                verdicts: verdicts.clone(),
                timings: timings.clone(),
            });
            record.transcript.extend(transcript.iter().cloned());
            record.findings.extend(findings.iter().cloned());
            if fallback {
                record.transcript.push(note("TLS failed; once more to the same address, in clear"));
                record.findings.push(Finding::new(
                    FindingId::SentInClear,
                    "the TLS handshake failed, and the message was then offered in clear on a new connection, as servers \
                     do whose TLS is opportunistic (--tls require keeps it back)",
                ));
            }
        }
    }

    /// The outcome of each is that of the attempt that says most.
    fn finish(mut self, targets: &[Target]) -> Vec<DeliveryRecord> {
        for record in &mut self.records {
            if let Some(outcome) = decisive(&record.attempts) {
                record.outcome = outcome.clone();
            }
            let unconnected = |attempt: &Attempt| {
                attempt.outcome.stage == Some(Stage::Connect) && attempt.outcome.status != Status::Ok
            };
            let tried: Vec<_> = record.attempts.iter().filter(|attempt| attempt.target.address.is_some()).collect();
            let silent = tried.iter().all(|attempt| unconnected(attempt));
            let public =
                tried.iter().any(|a| a.target.address.is_some_and(|ip| !crate::policy::reserved::is_local(ip)));
            if !tried.is_empty() && silent && public && targets.iter().all(|target| target.port == 25) {
                record.outcome.text += ". No connection to port 25 could be made at all: many networks block outgoing \
                    port 25. Try from a mail server, or a submission port: --server HOST:587";
            }
        }
        self.records
    }
}

/// The attempt that says most: an acceptance, a refusal, then what a server said last, then what happened last.
fn decisive(attempts: &[Attempt]) -> Option<&Outcome> {
    let outcomes = || attempts.iter().rev().map(|attempt| &attempt.outcome);
    let is = |status: Status| move |outcome: &&Outcome| outcome.status == status;
    let reached = |outcome: &&Outcome| outcome.stage != Some(Stage::Dns);
    outcomes()
        .find(is(Status::Ok))
        .or_else(|| outcomes().filter(reached).find(is(Status::Permanent)))
        .or_else(|| outcomes().find(|outcome| outcome.status == Status::Temporary && outcome.reply.is_some()))
        .or_else(|| outcomes().find(is(Status::Temporary)))
        .or_else(|| outcomes().find(is(Status::Untested)))
        .or_else(|| outcomes().next())
}

fn note(text: &str) -> Said {
    Said { at_ms: 0.0, who: crate::wire::Who::Note, tls: false, text: text.into(), elapsed_ms: None, code: None }
}
