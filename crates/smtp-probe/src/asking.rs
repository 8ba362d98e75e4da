//! How often public servers are asked about recipients.
//!
//! Whoever says MAIL and RCPT and leaves looks like an address harvester. So about the recipients of one domain at most 3
//! RCPT TO are said to public servers in a run, about all together at most 10, to one server at a time, 2 s apart; a
//! refusal that is not about the mailbox ends the questions for its domain. What was said is counted, not what might have
//! been: a server that could not be reached uses nothing up. What was cut stands in the record, recipient by recipient.
//! Loopback and private servers are free of all this: that is where people test.
//!
//! Recipients are only ever those that were typed; those that come down the pipe are not asked about.

use std::collections::HashMap;
use std::time::Duration;

use byhand::mailbox::Mailbox;
use byhand::policy::reserved::is_local;
use byhand::smtp::session::about_mailbox;
use byhand::tool::probe::Envelope;
use byhand::wire::{Fault, Limited, Outcome, ProbeRecord, RecipientOutcome, Stage, Status, Target};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

/// RCPT TO about one domain's recipients in a run.
const A_DOMAIN: usize = 3;
/// RCPT TO in a run.
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
    /// By the recipients' domains.
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
    /// Who is not asked about here, and which cap says so.
    kept: Vec<(Mailbox, Limited)>,
    state: Option<MutexGuard<'a, State>>,
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
        let none = Turn { envelope: None, kept: Vec::new(), state: None };
        let Some(address) = target.address.filter(|_| !self.recipients.is_empty()) else { return none };
        let envelope = |recipients, pause| Some(Envelope { from: self.from.clone(), recipients, pause });
        if is_local(address) {
            return Turn { envelope: envelope(self.recipients.clone(), Duration::ZERO), ..none };
        }
        let state = self.state.lock().await;
        let (mut asked, mut kept) = (Vec::new(), Vec::new());
        let mut planned: HashMap<String, usize> = HashMap::new();
        for recipient in &self.recipients {
            let key = key(recipient);
            let domain = state.domains.get(&key).copied().unwrap_or_default();
            let more = planned.entry(key).or_default();
            if domain.closed {
                kept.push((recipient.clone(), Limited::RcptPolicy));
            } else if domain.asked + *more >= A_DOMAIN || state.run + asked.len() >= A_RUN {
                kept.push((recipient.clone(), Limited::RcptCap));
            } else {
                *more += 1;
                asked.push(recipient.clone());
            }
        }
        if asked.is_empty() {
            return Turn { kept, ..none };
        }
        if let Some(next) = state.next {
            sleep_until(next).await;
        }
        Turn { envelope: envelope(asked, PAUSE), kept, state: Some(state) }
    }
}

impl Turn<'_> {
    /// Notes how it went, in the record and for the next.
    pub(crate) fn done(mut self, record: &mut ProbeRecord) {
        if let Some(state) = &mut self.state {
            let said = record.timings.commands.iter().filter(|timing| timing.command == "RCPT").count();
            // A question that was put and never answered has no time, but an answer of its own.
            let put = record.recipients.iter().filter(|r| r.outcome.status != Status::Untested).count();
            let said = said.max(put);
            state.next = (said > 0).then(|| Instant::now() + PAUSE).or(state.next);
            state.run += said;
            for (at, recipient) in self.envelope.iter().flat_map(|envelope| &envelope.recipients).enumerate() {
                let domain = state.domains.entry(key(recipient)).or_default();
                domain.asked += usize::from(at < said);
                domain.closed |= record.recipients.get(at).is_some_and(|asked| not_about_the_mailbox(&asked.outcome));
            }
        }
        for (recipient, limited) in std::mem::take(&mut self.kept) {
            if !record.limited.contains(&limited) {
                record.limited.push(limited);
            }
            let text = match limited {
                Limited::RcptPolicy => "not asked: a refusal before it was not about the mailbox",
                _ => "not asked: at most 3 questions about a domain's recipients in a run, and 10 in all",
            };
            let outcome = Outcome::failed(Status::Untested, Stage::Rcpt, Fault::Limited, text);
            if record.outcome.status == Status::Ok {
                record.outcome = Outcome { text: format!("{recipient}: {text}"), ..outcome.clone() };
            }
            record.recipients.push(RecipientOutcome { address: recipient.to_string(), outcome });
        }
    }
}

/// Whose cap a recipient counts for.
fn key(recipient: &Mailbox) -> String {
    recipient.host().to_string()
}

/// An answer that says more about us, or about the receiver's rules, than about the mailbox.
fn not_about_the_mailbox(outcome: &Outcome) -> bool {
    outcome.status != Status::Ok
        && outcome.stage == Some(Stage::Rcpt)
        && outcome.reply.as_ref().is_some_and(|reply| !about_mailbox(reply.code, reply.enhanced.as_deref()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use byhand::wire::{CommandTiming, Fault, Limited, Outcome, RecipientOutcome, Reply, Stage, Status, Target};
    use tokio::time::Instant;

    use super::Asking;

    fn asking(recipients: &[&str]) -> Asking {
        let recipients = recipients.iter().map(|text| text.parse().unwrap()).collect();
        Asking::new(Some("a@example.net".parse().unwrap()), recipients)
    }

    fn target(address: &str) -> Target {
        Target { address: Some(address.parse().unwrap()), port: 25, ..Target::default() }
    }

    /// What a server does with the questions.
    #[derive(Clone, Copy)]
    enum Server {
        /// It answers each with this code.
        Says(u16),
        /// No connection to it can be had.
        Away,
    }

    /// How many are asked about, how many of all have an outcome in the record, and what is said of the others.
    async fn ask(asking: &Asking, address: &str, server: Server) -> (usize, usize, Vec<Limited>) {
        let turn = asking.turn(&target(address)).await;
        let mut record = crate::work::unasked(&target(address));
        record.outcome = Outcome::ok("");
        let recipients: Vec<_> = turn.envelope.iter().flat_map(|envelope| envelope.recipients.clone()).collect();
        for recipient in &recipients {
            let outcome = match server {
                Server::Away => Outcome::failed(Status::Untested, Stage::Connect, Fault::ConnectTimeout, ""),
                Server::Says(code) => {
                    let timing =
                        CommandTiming { command: "RCPT".into(), first_ms: 1.0, elapsed_ms: 1.0, shared_write: false };
                    record.timings.commands.push(timing);
                    let reply =
                        Reply { code, enhanced: None, lines: vec![], raw_base64: None, first_ms: 1.0, elapsed_ms: 1.0 };
                    let failed = Outcome::failed(Status::Temporary, Stage::Rcpt, Fault::Deferred, "");
                    Outcome { reply: Some(reply), ..if code == 250 { Outcome::ok("") } else { failed } }
                }
            };
            record.recipients.push(RecipientOutcome { address: recipient.to_string(), outcome });
        }
        turn.done(&mut record);
        (recipients.len(), record.recipients.len(), record.limited)
    }

    const OK: Server = Server::Says(250);

    #[tokio::test(start_paused = true)]
    async fn three_a_domain_and_ten_a_run() {
        let cut = vec![Limited::RcptCap];
        let two = asking(&["1@a.test", "2@a.test"]);
        assert_eq!(ask(&two, "192.0.2.1", OK).await, (2, 2, vec![]));
        assert_eq!(ask(&two, "192.0.2.2", OK).await, (1, 2, cut.clone()));
        assert_eq!(ask(&two, "192.0.2.3", OK).await, (0, 2, cut.clone()));
        // The cap is the recipients' domain's, whichever server is asked.
        let five = asking(&["1@a.test", "2@a.test", "3@a.test", "4@a.test", "5@b.test"]);
        assert_eq!(ask(&five, "192.0.2.1", OK).await, (4, 5, cut.clone()));
        let names: Vec<String> = (0..12).map(|n| format!("x@d{n}.test")).collect();
        let twelve = asking(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ask(&twelve, "192.0.2.1", OK).await, (10, 12, cut));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_away_uses_nothing_up() {
        let three = asking(&["1@a.test", "2@a.test", "3@a.test"]);
        let start = Instant::now();
        assert_eq!(ask(&three, "192.0.2.1", Server::Away).await, (3, 3, vec![]));
        assert_eq!(ask(&three, "192.0.2.2", OK).await, (3, 3, vec![]));
        assert_eq!(start.elapsed(), Duration::ZERO, "nothing was said, so there is nothing to wait for");
    }

    #[tokio::test(start_paused = true)]
    async fn two_seconds_between_servers() {
        let (one, start) = (asking(&["1@a.test"]), Instant::now());
        ask(&one, "192.0.2.1", OK).await;
        ask(&one, "192.0.2.2", OK).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn free_where_people_test() {
        let names: Vec<String> = (0..20).map(|n| format!("{n}@a.test")).collect();
        let (many, start) = (asking(&names.iter().map(String::as_str).collect::<Vec<_>>()), Instant::now());
        for _ in 0..3 {
            assert_eq!(ask(&many, "127.0.0.1", OK).await, (20, 20, vec![]));
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_by_policy_ends_the_questions_about_its_domain() {
        // 450 without an enhanced code is greylisting as often as not; 550 is about the mailbox.
        for (code, second) in [(450, (0, 1, vec![Limited::RcptPolicy])), (550, (1, 1, vec![]))] {
            let one = asking(&["1@a.test"]);
            assert_eq!(ask(&one, "192.0.2.1", Server::Says(code)).await, (1, 1, vec![]), "{code}");
            assert_eq!(ask(&one, "192.0.2.2", OK).await, second, "{code}");
        }
    }
}
