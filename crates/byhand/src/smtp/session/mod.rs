//! The SMTP session of a client, without socket and clock (RFC 5321, RFC 3207).
//!
//! The owner asks [`Session::step`] what to do next, does it, and tells [`Session::input`] what came of it and when; at
//! [`Step::Close`] it asks for the [`Report`]. Times are spans since the connection attempt began. The order of a probe:
//!
//! 1. banner (or TLS first, RFC 8314 §3.3); nothing is said before its last line (RFC 5321 §4.3.1)
//! 2. EHLO; HELO where EHLO is not known (§4.1.1.1)
//! 3. STARTTLS where it is offered, then EHLO again: what was heard before counts no more (RFC 3207 §4.2)
//! 4. where it is asked for, a pause for a judgement on the connection: right after the handshake, or where TLS was not had
//! 5. with a login: AUTH (RFC 4954)
//! 6. with an envelope to ask about: MAIL, each RCPT, RSET, never DATA; with a message to deliver: MAIL, each RCPT, DATA,
//!    the message
//! 7. QUIT, and a short wait for its reply
//!
//! A probe's commands go out one at a time; a delivery's in groups, where the server offers PIPELINING (RFC 2920). A 421
//! ends the session at any point (§3.8). A reply that nobody asked for is noted and dropped, so that no answer is ever
//! taken for that of the next command.
//!
//! `lmtp` has what LMTP does otherwise (RFC 2033). Not here: moving bytes and TLS itself (`net::driver`), and judging certificates (`policy::pkix`).

mod answers;
mod ask;
mod config;
mod deliver;
mod ends;
mod extras;
mod group;
mod hello;
mod judge;
mod lmtp;
mod login;
mod said;
mod words;

pub use ask::about_mailbox;
pub use config::{Config, Delivery, Envelope, Purpose, QuitAfter, TlsMode};
pub use deliver::queue_id;
pub use extras::Extras;
use group::{Group, Saying};
pub use judge::Judgement;
use lmtp::Parts;
pub use login::Auth;
pub use words::message as message_line;
pub(crate) use words::quoted;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::auth::{ChannelBinding, Mechanism};
use super::command::{Command, HeloName};
use super::reply::{LIMIT, ReplyError, ReplyReader};
use crate::wire::{
    self, Capabilities, CommandTiming, Detail, Fault, Finding, FindingId, Limited, Outcome, RecipientOutcome, Said,
    Stage, Status, Who,
};

/// The longest wait for the reply to QUIT, which decides nothing.
const QUIT_WAIT: Duration = Duration::from_secs(5);

/// What the owner of a session is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write these octets, then say [`Input::Sent`]. They are shared, not copied: a message may be large.
    Send(Arc<Vec<u8>>),
    /// Read what comes, for at most this long.
    Read {
        /// How long from now.
        within: Duration,
    },
    /// Let this much time pass, then say [`Input::Resumed`].
    Pause(Duration),
    /// Make the TLS handshake now: nothing that was read before belongs to it.
    StartTls,
    /// Judge the connection as it is now, by what TLS showed or did not, then say [`Input::Judged`]: nothing more is said
    /// before that.
    Judge,
    /// Close the connection; the session is over.
    Close,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// All octets were written.
    Sent,
    /// Octets came.
    Bytes(&'a [u8]),
    /// The server closed its side.
    Eof,
    /// The connection broke; what the system said.
    Broken(Fault, Option<Detail>, &'a str),
    /// Nothing came in time.
    TimedOut,
    /// The pause is over.
    Resumed,
    /// The handshake was made; a line about it for the transcript, and what a login can be bound to.
    TlsUp(&'a str, Option<&'a ChannelBinding>),
    /// The handshake failed; why.
    TlsFailed(Fault, Option<Detail>, &'a str),
    /// The connection is judged.
    Judged(&'a Judgement),
}

/// Everything a session learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The greeting.
    pub banner: Option<wire::Reply>,
    /// What was offered in clear.
    pub capabilities: Option<Capabilities>,
    /// What was offered inside TLS.
    pub capabilities_tls: Option<Capabilities>,
    /// What became of each recipient: the answer to RCPT TO, or to the message.
    pub recipients: Vec<RecipientOutcome>,
    /// Of each recipient, whether the session ended between the dot and its reply: nobody knows who has the message
    /// (RFC 1047).
    pub in_doubt: Vec<bool>,
    /// The mechanism of the last AUTH that went out, whatever came of it.
    pub auth: Option<Mechanism>,
    /// Caps of ours that cut it down.
    pub limited: Vec<Limited>,
    /// Rules broken and things worth knowing, one of a kind.
    pub findings: Vec<Finding>,
    /// Each command and its time.
    pub commands: Vec<CommandTiming>,
}

impl Report {
    /// Of a session that never was: only the outcome is known, and no recipient was asked about.
    #[must_use]
    pub fn unconnected(outcome: Outcome, purpose: &Purpose) -> Self {
        let config = Config {
            helo: HeloName::Literal(std::net::Ipv4Addr::UNSPECIFIED.into()),
            protocol: wire::Protocol::Esmtp,
            tls: TlsMode::Never,
            greeting_timeout: Duration::ZERO,
            command_timeout: Duration::ZERO,
            message_timeout: Duration::ZERO,
            judged: false,
            auth: None,
            purpose: purpose.clone(),
        };
        let mut session = Session::new(config, Duration::ZERO);
        session.failure = Some(outcome);
        session.finish()
    }
}

/// What a reply is awaited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Banner,
    Ehlo,
    Helo,
    Lhlo,
    Starttls,
    /// AUTH, an answer to a challenge, or the `*` that cancels.
    Auth,
    Mail,
    Rcpt(usize),
    Rset,
    Data,
    /// The message and its dot.
    Body,
    /// The dot alone, after a 354 that no accepted recipient stands behind (RFC 2920 §3.1).
    EmptyBody,
    Quit,
}

impl Asked {
    fn stage(self) -> Stage {
        match self {
            Self::Banner => Stage::Banner,
            Self::Ehlo | Self::Helo | Self::Lhlo => Stage::Ehlo,
            Self::Starttls => Stage::Starttls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt(_) | Self::Rset => Stage::Rcpt,
            Self::Data => Stage::Data,
            Self::Body | Self::EmptyBody => Stage::Body,
            Self::Quit => Stage::Quit,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// This goes out next, in one write.
    Say(Group),
    /// Replies are due: those of `awaiting`.
    Await,
    /// The pause before the next recipient.
    Wait(usize),
    /// The handshake is due.
    Handshake,
    /// The judgement is due.
    Judge,
    /// Over.
    Over,
}

/// A session; see the module.
#[derive(Debug)]
pub struct Session {
    config: Config,
    reader: ReplyReader,
    state: State,
    /// What replies are due to, in their order.
    awaiting: VecDeque<Asked>,
    /// What of a transaction is still to be said.
    plan: VecDeque<Saying>,
    tls: bool,
    judging: judge::Progress,
    now: Duration,
    /// When the commands whose replies are due were sent; for the banner, when the connection stood.
    sent: Duration,
    /// Whether they went out in one write, so that none has a time of its own.
    shared_write: bool,
    said: VecDeque<Said>,
    /// How much of it came before the decision, until that was taken.
    said_before: Option<usize>,
    decided: bool,
    /// Octets of replies that nobody asked for: a server may not fill the transcript with them.
    unasked: usize,
    login: login::Progress,
    failure: Option<Outcome>,
    banner: Option<wire::Reply>,
    capabilities: Option<Capabilities>,
    capabilities_tls: Option<Capabilities>,
    /// What became of each recipient, where that is known.
    answers: Vec<Option<Outcome>>,
    /// Whether the message was accepted: from then on nothing is a failure.
    delivered: bool,
    /// Of each recipient, whether it may have the message though no clear answer came.
    in_doubt: Vec<bool>,
    /// LMTP's replies to the message.
    parts: Option<Parts>,
    /// Whether the server said yes to a RCPT, whatever it said to MAIL.
    rcpt_stands: bool,
    limited: Vec<Limited>,
    findings: Vec<Finding>,
    commands: Vec<CommandTiming>,
}

impl Session {
    /// A session on a connection that stood at `at`.
    #[must_use]
    pub fn new(config: Config, at: Duration) -> Self {
        let state = if config.tls == TlsMode::Implicit { State::Handshake } else { State::Await };
        let recipients = match &config.purpose {
            Purpose::Greet => 0,
            Purpose::Ask(envelope) => envelope.recipients.len(),
            Purpose::Deliver(delivery) => delivery.recipients.len(),
        };
        Self {
            config,
            reader: ReplyReader::default(),
            state,
            awaiting: VecDeque::from([Asked::Banner]),
            plan: VecDeque::new(),
            tls: false,
            judging: judge::Progress::default(),
            now: at,
            sent: at,
            shared_write: false,
            said: VecDeque::new(),
            said_before: None,
            decided: false,
            unasked: 0,
            login: login::Progress::default(),
            failure: None,
            banner: None,
            capabilities: None,
            capabilities_tls: None,
            answers: vec![None; recipients],
            delivered: false,
            in_doubt: vec![false; recipients],
            parts: None,
            rcpt_stands: false,
            limited: Vec::new(),
            findings: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn step(&self) -> Step {
        match &self.state {
            State::Say(group) => Step::Send(Arc::clone(&group.octets)),
            State::Await => {
                let limit = match self.due() {
                    Asked::Banner => self.config.greeting_timeout,
                    Asked::Quit => QUIT_WAIT.min(self.config.command_timeout),
                    Asked::Body => self.config.message_timeout,
                    _ => self.config.command_timeout,
                };
                Step::Read { within: (self.waiting_since() + limit).saturating_sub(self.now) }
            }
            State::Wait(_) => Step::Pause(match &self.config.purpose {
                Purpose::Ask(envelope) => envelope.pause,
                _ => Duration::ZERO,
            }),
            State::Handshake => Step::StartTls,
            State::Judge => Step::Judge,
            State::Over => Step::Close,
        }
    }

    /// What came of the last step, and when.
    pub fn input(&mut self, at: Duration, input: Input<'_>) {
        self.now = at;
        match (input, &self.state) {
            (Input::Sent, State::Say(_)) => {
                let State::Say(group) = std::mem::replace(&mut self.state, State::Await) else { return };
                self.sent = at;
                self.shared_write = group.lines.len() > 1;
                for (shown, asked) in group.lines {
                    self.hear(Who::Client, shown, None, None);
                    self.awaits(asked);
                }
                self.read_replies();
            }
            (Input::Bytes(octets), state) => {
                let state = state.clone();
                self.reader.push(at, octets);
                match state {
                    State::Say(group) if group.has(Asked::Body) => self.early_answer(),
                    // It came before the command went out, so it cannot be the answer to it.
                    State::Say(group) => self.say_group(group),
                    State::Handshake => self.text_in_place_of_tls(),
                    State::Await | State::Wait(_) | State::Judge | State::Over => self.read_replies(),
                }
            }
            (Input::Eof, _) => self.broken(Fault::ConnectionClosed, None, "the server closed the connection"),
            (Input::Broken(fault, detail, why), _) => self.broken(fault, detail, why),
            (Input::TimedOut, State::Await) => self.timed_out(self.due()),
            (Input::Resumed, State::Wait(next)) => self.ask_rcpt(*next),
            (Input::TlsUp(about, binding), _) => {
                self.login.binding = binding.cloned();
                self.tls_up(about);
            }
            (Input::TlsFailed(fault, detail, why), _) => {
                self.note(format!("TLS failed: {why}"));
                let text = format!("the TLS handshake failed: {why}");
                self.fail_with(Outcome::failed(Status::Temporary, Stage::Tls, fault, text).with(detail));
                // RFC 3207 §4.1 and common sense: never on in clear on this connection.
                self.state = State::Over;
            }
            (Input::Judged(judgement), State::Judge) => self.judged(judgement),
            // Any other pair would be a slip of the owner's; it changes nothing.
            (Input::Sent | Input::TimedOut | Input::Resumed | Input::Judged(_), _) => {}
        }
    }

    /// Whether nothing but the goodbye is left: all that was asked is answered, whatever QUIT still brings.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        match &self.state {
            State::Over => true,
            State::Say(group) => group.first() == Some(Asked::Quit),
            State::Await => self.due() == Asked::Quit,
            State::Wait(_) | State::Handshake | State::Judge => false,
        }
    }

    /// What the next reply is due to.
    fn due(&self) -> Asked {
        self.awaiting.front().copied().unwrap_or(Asked::Quit)
    }

    /// What the session has learnt so far; of use once [`Self::is_decided`].
    #[must_use]
    pub fn so_far(&self) -> Report {
        let outcome = self.failure.clone().unwrap_or_else(|| self.good_end());
        Report {
            recipients: self.final_answers(&outcome),
            outcome,
            banner: self.banner.clone(),
            capabilities: self.capabilities.clone(),
            capabilities_tls: self.capabilities_tls.clone(),
            in_doubt: self.in_doubt.clone(),
            auth: self.login.used,
            limited: self.limited.clone(),
            findings: self.findings.clone(),
            commands: self.commands.clone(),
        }
    }

    /// What the session learnt. To be asked once it is over; before that it is what is known so far.
    #[must_use]
    pub fn finish(self) -> Report {
        self.so_far()
    }

    fn read_replies(&mut self) {
        while self.state == State::Await {
            let asked = self.due();
            match self.reader.reply() {
                None => return,
                Some(Ok(reply)) => {
                    self.awaiting.pop_front();
                    let reply = self.recordable(asked, reply);
                    self.answered(asked, &reply);
                    if !self.decided && self.is_decided() {
                        (self.decided, self.said_before) = (true, Some(self.said.len()));
                    }
                }
                Some(Err(error)) => return self.unreadable(asked, &error),
            }
        }
    }

    /// Lets a command go out next.
    fn ask(&mut self, command: &Command, asked: Asked) {
        self.say(vec![Saying { octets: command.to_wire(), shown: command.as_str().to_owned(), asked }]);
    }

    /// Lets these go out next, in one write, unless the server has already said goodbye.
    fn say(&mut self, sayings: Vec<Saying>) {
        self.say_group(Group::new(sayings));
    }

    fn say_group(&mut self, group: Group) {
        let Some(asked) = group.first() else { return self.quit() };
        // What is here already answers no question: taking it for the reply to this command would shift all replies.
        while let Some(read) = self.reader.reply() {
            let reply = match read {
                Ok(reply) => self.recordable(asked, reply),
                Err(error) => return self.unreadable(asked, &error),
            };
            self.unasked += reply.lines.iter().map(|line| line.octets.len() + 2).sum::<usize>();
            if self.unasked > LIMIT {
                return self.unreadable(asked, &ReplyError::TooLong);
            }
            self.hear_reply(&reply, self.now);
            self.find(
                FindingId::UnsolicitedReply,
                format!("the server said {} without being asked", words::quoted_reply(&reply)),
            );
            if reply.code == 421 && asked != Asked::Quit {
                return self.busy(asked, &reply);
            }
        }
        self.state = State::Say(group);
    }

    fn quit(&mut self) {
        if self.awaiting.contains(&Asked::Quit) {
            // It went out with the message; its reply is all that is still of interest.
            self.awaiting = VecDeque::from([Asked::Quit]);
            self.state = State::Await;
        } else {
            self.awaiting.clear();
            self.ask(&Command::quit(), Asked::Quit);
        }
    }

    /// Notes a finding, once of each kind.
    fn find(&mut self, id: FindingId, text: impl Into<String>) {
        if self.findings.iter().all(|f| f.id != id) {
            self.findings.push(Finding::new(id, text));
        }
    }

    /// The first failure is the outcome.
    fn fail(&mut self, status: Status, stage: Stage, fault: Fault, reply: Option<wire::Reply>, text: String) {
        self.fail_with(Outcome { reply, ..Outcome::failed(status, stage, fault, text) });
    }

    fn fail_with(&mut self, outcome: Outcome) {
        if matches!(self.config.purpose, Purpose::Deliver(_)) {
            // Accepted at RCPT is not accepted: what ends the session before the message is taken counts for all of them.
            self.unsettled().into_iter().for_each(|index| self.answer(index, outcome.clone()));
        }
        self.failure.get_or_insert(outcome);
    }

    /// The list that counts now.
    fn current(&self) -> Option<&Capabilities> {
        if self.tls { self.capabilities_tls.as_ref() } else { self.capabilities.as_ref() }
    }
}
