//! How a delivery ended, from its attempts: the one that says most counts.
//!
//! An acceptance before all, then a doubt whether there was one, then a refusal, then what a server said last, then what happened last. Of several hosts one
//! that is undecided makes the whole undecided; a host that does not exist beside others decides nothing. Where no
//! connection could be made at all, the sentence says what to try.

use crate::policy::reserved::is_local;
use crate::wire::{Attempt, DeliveryRecord, Fault, Outcome, Stage, Status};

/// Sets the outcome of a record from its attempts; without any, it stays.
pub(super) fn conclude(record: &mut DeliveryRecord) {
    let Some(outcome) = decisive(&record.attempts) else { return };
    record.outcome = outcome.clone();
    if let Some(text) = silence(&record.attempts) {
        record.outcome.text = text;
    }
}

/// The attempt that says most.
fn decisive(attempts: &[Attempt]) -> Option<&Outcome> {
    let outcomes = || attempts.iter().rev().map(|attempt| &attempt.outcome);
    let is = |status: Status| move |outcome: &&Outcome| outcome.status == status;
    let reached = |outcome: &&Outcome| outcome.stage != Some(Stage::Dns);
    let doubted = || attempts.iter().rev().find(|attempt| attempt.in_doubt).map(|attempt| &attempt.outcome);
    outcomes()
        .find(is(Status::Ok))
        .or_else(doubted)
        .or_else(|| outcomes().filter(reached).find(is(Status::Permanent)))
        .or_else(|| outcomes().find(|outcome| outcome.status == Status::Temporary && outcome.reply.is_some()))
        .or_else(|| outcomes().find(is(Status::Temporary)))
        .or_else(|| outcomes().find(is(Status::Untested)))
        .or_else(|| outcomes().next())
}

/// Where not one connection stood: what happened, and what to try, in a sentence.
fn silence(attempts: &[Attempt]) -> Option<String> {
    let tried: Vec<_> = attempts.iter().filter(|attempt| attempt.started.is_some()).collect();
    let last = tried.last()?;
    if tried.iter().any(|attempt| attempt.outcome.stage != Some(Stage::Connect) || attempt.local.is_some()) {
        return None;
    }
    let what = last.outcome.text.trim_start_matches("not tested: ");
    let all = |fault: Fault| tried.iter().all(|attempt| attempt.outcome.fault == Some(fault));
    let port = last.target.port;
    let one_port = tried.iter().all(|attempt| attempt.target.port == port);
    let public = tried.iter().any(|attempt| attempt.target.address.is_some_and(|address| !is_local(address)));
    let of = match tried.len() {
        1 => String::new(),
        n => format!(" to any of {n} addresses"),
    };
    Some(if all(Fault::NetworkUnreachable) {
        format!(
            "cannot connect{of}: {what}. This machine has no network, or none of that kind: check the connection, or send \
             from another machine"
        )
    } else if public && one_port && port == 25 {
        let of = if tried.len() == 1 { String::new() } else { format!(" of any of {} addresses", tried.len()) };
        format!(
            "cannot connect to port 25{of}: {what}. Many networks block outgoing port 25: try from a mail server, or a \
             submission port: --server HOST:587"
        )
    } else if all(Fault::ConnectionRefused) {
        format!("cannot connect{of}: {what}. See that the mail server runs and that the port is right")
    } else {
        format!(
            "cannot connect{of}: {what}. A firewall may swallow it, or the machine may be down: try from another \
                 network, or another server with --server HOST"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::conclude;
    use crate::wire::{Attempt, DeliveryRecord, Fault, Outcome, Stage, Status, Target};

    fn attempt(address: &str, outcome: Outcome) -> Attempt {
        let target = Target { address: address.parse().ok(), port: 25, ..Target::default() };
        let started = (outcome.stage != Some(Stage::Dns)).then(|| "2026-06-01T00:00:00Z".into());
        Attempt { started, ..Attempt::unmade(target, outcome) }
    }

    fn outcome(status: Status, stage: Stage, fault: Fault) -> Outcome {
        Outcome::failed(status, stage, fault, fault.as_str())
    }

    #[track_caller]
    fn check(outcomes: &[Outcome], text: &str) {
        let mut record = DeliveryRecord::untried(Some("b@example.test".into()));
        record.attempts = outcomes.iter().map(|outcome| attempt("8.8.8.8", outcome.clone())).collect();
        conclude(&mut record);
        assert!(record.outcome.text.starts_with(text), "{}", record.outcome.text);
    }

    #[test]
    fn the_attempt_that_says_most_counts() {
        let gone = outcome(Status::Permanent, Stage::Dns, Fault::Nxdomain);
        let refused = outcome(Status::Permanent, Stage::Rcpt, Fault::Refused);
        let silent = outcome(Status::Temporary, Stage::Connect, Fault::ConnectTimeout);
        let busy = outcome(Status::Untested, Stage::Banner, Fault::Busy);
        let reset = outcome(Status::Temporary, Stage::Banner, Fault::ConnectionReset);
        check(&[silent.clone(), Outcome::ok("accepted")], "accepted");
        check(&[silent.clone(), refused], "refused");
        // A reply of an earlier host says less than a message that a later one may have.
        let deferred = Outcome {
            reply: Some(crate::wire::Reply {
                code: 451,
                enhanced: None,
                lines: vec![],
                raw_base64: None,
                first_ms: 1.0,
                elapsed_ms: 1.0,
            }),
            ..outcome(Status::Temporary, Stage::Rcpt, Fault::Deferred)
        };
        let mut record = DeliveryRecord::untried(Some("b@example.test".into()));
        let lost = outcome(Status::Temporary, Stage::Body, Fault::ConnectionClosed);
        record.attempts = vec![attempt("8.8.8.8", deferred), Attempt { in_doubt: true, ..attempt("8.8.4.4", lost) }];
        conclude(&mut record);
        assert_eq!(record.outcome.text, "connection-closed");
        // Of several hosts, any undecided makes the whole undecided.
        check(&[gone.clone(), busy.clone()], "busy");
        check(&[reset, busy], "connection-reset");
        check(std::slice::from_ref(&gone), "nxdomain");
        check(&[gone, silent.clone()], "cannot connect to port 25: connect-timeout. Many networks block");
        check(&[silent.clone(), silent], "cannot connect to port 25 of any of 2 addresses: connect-timeout.");
    }
}
