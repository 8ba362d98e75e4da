//! How often public servers are asked about recipients.
//!
//! Whoever says MAIL and RCPT and leaves looks like an address harvester. So a public domain hears at most 3 RCPT TO in
//! a run, all public servers together at most 10, one server at a time, 2 s apart; a refusal that is not about the
//! mailbox ends the questions for that domain. What was cut stands in the record. Loopback and private servers are free
//! of all this: that is where people test.
//!
//! Recipients are only ever those that were typed; those that come down the pipe are not asked about.

use std::collections::HashMap;
use std::time::Duration;

use byhand::mailbox::Mailbox;
use byhand::policy::reserved::is_local;
use byhand::tool::probe::Envelope;
use byhand::wire::{Limited, ProbeRecord, Status, Target};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

/// RCPT TO for one public domain in a run.
const A_DOMAIN: usize = 3;
/// RCPT TO for all public domains in a run.
const A_RUN: usize = 10;
/// Between two RCPT TO to public servers.
const PAUSE: Duration = Duration::from_secs(2);

/// The questions of one run.
#[derive(Debug)]
pub(crate) struct Asking {
    from: Option<Mailbox>,
    recipients: Vec<Mailbox>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    run: usize,
    domains: HashMap<String, Domain>,
    next: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Domain {
    asked: usize,
    closed: bool,
}

/// What one server may be asked; while it lasts, no other public server is.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) envelope: Option<Envelope>,
    limited: Option<Limited>,
    state: Option<(MutexGuard<'a, State>, String)>,
}

impl Asking {
    pub(crate) fn new(from: Option<Mailbox>, recipients: Vec<Mailbox>) -> Self {
        Self { from, recipients, state: Mutex::default() }
    }

    /// All that were typed.
    pub(crate) fn recipients(&self) -> &[Mailbox] {
        &self.recipients
    }

    /// Waits until the target may be asked, and says about whom.
    pub(crate) async fn turn(&self, target: &Target) -> Turn<'_> {
        let none = Turn { envelope: None, limited: None, state: None };
        let Some(address) = target.address.filter(|_| !self.recipients.is_empty()) else { return none };
        let envelope = |recipients, pause| Some(Envelope { from: self.from.clone(), recipients, pause });
        if is_local(address) {
            return Turn { envelope: envelope(self.recipients.clone(), Duration::ZERO), ..none };
        }
        let key = target.domain.clone().or_else(|| target.host.clone()).unwrap_or_else(|| address.to_string());
        let mut state = self.state.lock().await;
        let domain = state.domains.get(&key).copied().unwrap_or_default();
        if domain.closed {
            return Turn { limited: Some(Limited::RcptPolicy), ..none };
        }
        let room = (A_RUN - state.run.min(A_RUN)).min(A_DOMAIN - domain.asked.min(A_DOMAIN));
        let recipients: Vec<Mailbox> = self.recipients.iter().take(room).cloned().collect();
        let limited = (recipients.len() < self.recipients.len()).then_some(Limited::RcptCap);
        if recipients.is_empty() {
            return Turn { limited, ..none };
        }
        state.run += recipients.len();
        state.domains.insert(key.clone(), Domain { asked: domain.asked + recipients.len(), closed: false });
        if let Some(next) = state.next {
            sleep_until(next).await;
        }
        Turn { envelope: envelope(recipients, PAUSE), limited, state: Some((state, key)) }
    }
}

impl Turn<'_> {
    /// Notes how it went, in the record and for the next.
    pub(crate) fn done(mut self, record: &mut ProbeRecord) {
        if let Some(limited) = self.limited.filter(|limited| !record.limited.contains(limited)) {
            record.limited.push(limited);
        }
        if let Some((state, key)) = &mut self.state {
            state.next = Some(Instant::now() + PAUSE);
            let closed = record.limited.contains(&Limited::RcptPolicy)
                || record.recipients.iter().any(|recipient| not_about_the_mailbox(&recipient.outcome));
            if closed && let Some(domain) = state.domains.get_mut(key) {
                domain.closed = true;
            }
        }
    }
}

/// A refusal by the receiver's rules (RFC 3463: subject 7), or a server that is busy.
fn not_about_the_mailbox(outcome: &byhand::wire::Outcome) -> bool {
    outcome.status != Status::Ok
        && outcome.reply.as_ref().is_some_and(|reply| {
            let policy = reply.enhanced.as_deref().and_then(|code| code.split('.').nth(1)) == Some("7");
            policy || reply.code == 421
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use byhand::wire::{Limited, Target};
    use tokio::time::Instant;

    use super::Asking;

    fn asking(count: usize) -> Asking {
        let recipients = (0..count).map(|n| format!("r{n}@example.org").parse().unwrap()).collect();
        Asking::new(Some("a@example.net".parse().unwrap()), recipients)
    }

    fn target(domain: &str, address: &str) -> Target {
        Target { domain: Some(domain.into()), address: Some(address.parse().unwrap()), port: 25, ..Target::default() }
    }

    /// How many are asked about, and what is said of the others.
    async fn ask(asking: &Asking, domain: &str, address: &str) -> (usize, Vec<Limited>) {
        let turn = asking.turn(&target(domain, address)).await;
        let count = turn.envelope.as_ref().map_or(0, |envelope| envelope.recipients.len());
        let mut record = super::super::work::unasked(&target(domain, address));
        turn.done(&mut record);
        (count, record.limited)
    }

    #[tokio::test(start_paused = true)]
    async fn three_a_domain_and_ten_a_run() {
        let (two, cut) = (asking(2), vec![Limited::RcptCap]);
        assert_eq!(ask(&two, "a.example", "192.0.2.1").await, (2, vec![]));
        assert_eq!(ask(&two, "a.example", "192.0.2.2").await, (1, cut.clone()));
        assert_eq!(ask(&two, "a.example", "192.0.2.3").await, (0, cut.clone()));
        let five = asking(5);
        for (domain, count) in
            [("a.example", 3), ("b.example", 3), ("c.example", 3), ("d.example", 1), ("e.example", 0)]
        {
            assert_eq!(ask(&five, domain, "192.0.2.1").await, (count, cut.clone()), "{domain}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_seconds_between_servers() {
        let (one, start) = (asking(1), Instant::now());
        ask(&one, "a.example", "192.0.2.1").await;
        ask(&one, "b.example", "192.0.2.1").await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn free_where_people_test() {
        let (many, start) = (asking(20), Instant::now());
        for _ in 0..3 {
            assert_eq!(ask(&many, "a.example", "127.0.0.1").await, (20, vec![]));
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_by_policy_ends_the_questions() {
        let one = asking(1);
        let turn = one.turn(&target("a.example", "192.0.2.1")).await;
        let mut record = super::super::work::unasked(&target("a.example", "192.0.2.1"));
        record.limited.push(Limited::RcptPolicy);
        turn.done(&mut record);
        assert_eq!(ask(&one, "a.example", "192.0.2.2").await, (0, vec![Limited::RcptPolicy]));
        assert_eq!(ask(&one, "b.example", "192.0.2.2").await, (1, vec![]));
    }
}
