//! An SMTP session that a person types, without socket, clock and terminal (RFC 5321, RFC 3207, RFC 4954, RFC 2033).
//!
//! The owner hands in the lines that are entered ([`Typed::line`]) and what the network brings ([`Typed::input`]), does
//! what [`Typed::next`] asks for, and shows what [`Typed::take`] gives. All times are spans since the first connection
//! attempt began.
//!
//! A line goes to the server as it was typed, CRLF added: nothing is corrected and nothing is refused. Lines that begin
//! with a colon are ours (`grammar`). Lines wait until the reply to the one before is in, so that a whole transaction can
//! be pasted. After a 354 lines are message text (`data`), after a 334 they are answers to challenges (`login`). STARTTLS
//! and AUTH just work when they are typed. A script is the same lines from a file: nothing is asked, and trouble ends it.
//!
//! Deliberately not here: judging what the server says (`smtp::session` delivers, `policy` judges), and sockets, keys and
//! colours.

mod aim;
mod answer;
mod api;
mod check;
mod complete;
mod data;
mod explain;
mod grammar;
mod help;
mod hint;
mod known;
mod leave;
mod lines;
mod local;
mod login;
mod network;
mod pattern;
mod saved;
mod show;
mod state;
#[cfg(test)]
mod tests;
mod verb;
mod wire;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

pub use super::auth::Secret;
pub use api::{Do, Ending, Prompt, Settings, Shown, Why};
pub use check::check;
pub use complete::View;

use super::auth::Mechanism;
use super::reply::{Reply, ReplyReader};
use aim::Aim;
use data::Draft;
use login::Login;
use network::Awaited;
use pattern::Spoken;
use saved::Saved;
use show::Timing;
use state::State;
use wire::{Due, Wire};

/// What is on its way to the owner.
#[derive(Debug)]
enum Out {
    Connect,
    Send(Saying),
    StartTls,
    Pause(Duration),
    Close,
    ReadFile(PathBuf),
    WriteFile { path: PathBuf, text: String },
    AskSecret(String),
    End,
}

/// Octets to send, as the transcript has them, and the replies they make due.
#[derive(Debug)]
struct Saying {
    octets: Vec<u8>,
    shown: Vec<String>,
    due: Vec<Due>,
}

/// What the owner is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Busy {
    Connecting,
    Sending,
    Handshake,
    Pausing,
    Reading,
    Writing,
    Asking,
}

/// How the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Not made yet, or being made.
    None,
    Up,
    /// Closed after a QUIT, or because we wanted it.
    Closed,
    /// It broke, or could not be made.
    Dead,
}

/// What a line is.
#[derive(Debug)]
enum Mode {
    Command,
    Data,
    /// Octets of a group, ready to go; and what they are to the server.
    Group {
        octets: Vec<u8>,
        wire: Wire,
    },
    /// An answer to a challenge; hidden where it is a password, under this label.
    Answer {
        hidden: Option<String>,
    },
}

/// What has to be said yes to.
#[derive(Debug)]
enum Question {
    /// Send the dot that is typed.
    Dot,
    /// Say DATA, and send this message and its dot.
    Message(Vec<u8>),
    /// Send these octets, which hold a message and its end; `mark` is where they begin in what is saved.
    Write { octets: Vec<u8>, raw: bool, mark: usize },
    /// Log in without TLS.
    Login(Mechanism, Option<String>),
}

/// Lines that are passed over: what they were meant for did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    /// The text of a message, if the next line looks like one.
    MessageMaybe,
    /// The text of a message, up to its dot.
    Message,
    /// Answers to challenges, and passwords behind a login that did not come about; whether that was told.
    Answers { told: bool, why: Passed },
}

/// Why a line that is no command is taken for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passed {
    /// No challenge came that it could answer.
    NoChallenge,
    /// The login was refused, or did not come about.
    Refused,
    /// It was typed while the login was under way, which then ended.
    Late,
}

/// A typed session; see the module.
#[derive(Debug)]
pub struct Typed {
    settings: Settings,
    state: State,
    link: Link,
    mode: Mode,
    question: Option<Question>,
    reader: ReplyReader,
    wire: Wire,
    /// Replies that are due, in their order.
    awaiting: VecDeque<Awaited>,
    /// Lines that wait for their turn.
    waiting: VecDeque<String>,
    outbox: VecDeque<Out>,
    busy: Option<Busy>,
    shown: Vec<Shown>,
    now: Duration,
    /// Since when the first of the replies is waited for.
    since: Duration,
    /// Whether lines no longer wait for the replies that are due.
    impatient: bool,
    /// Octets of replies that nobody asked for, since the last thing said.
    unasked: usize,
    /// The reply that `:explain` is about, and the line it answers.
    last: Option<(Reply, Due)>,
    /// What came since the last thing said, for `:expect`; and how many of it were looked at.
    seen: Vec<Spoken>,
    looked_at: usize,
    timings: VecDeque<Timing>,
    draft: Draft,
    login: Login,
    saved: Saved,
    aim: Aim,
    skip: Option<Skip>,
    /// A message that is sent as soon as DATA is answered 354.
    file: Option<Vec<u8>>,
    delivery_confirmed: bool,
    /// Said once.
    empty_line_told: bool,
    /// The same, until the next reply: a line came that is none.
    no_reply_told: bool,
    /// The first Ctrl-D was there.
    leaving: bool,
    /// Ctrl-C was pressed and nothing since.
    interrupted: bool,
    /// The last QUIT is on its way, and the session ends with its reply.
    ends_with_quit: bool,
    ended: bool,
    /// Whether `:expect` was used; whether one failed; refusals that none spoke of.
    expects: bool,
    failed: bool,
    refused: Option<(usize, String)>,
    deferred: Option<(usize, String)>,
    bad_script: bool,
    /// Lines that were entered; and what ended a script before its time, with the line.
    line_number: usize,
    /// When the last line was entered, whether it came alone, and how long nothing was entered before it.
    entered: Duration,
    alone: bool,
    pause: Duration,
    /// When the connection was lost.
    died: Duration,
    /// Said once for each wait.
    wait_told: bool,
    reason: Option<(usize, String)>,
    /// Whether a script's `:expect closed` spoke of the end of the connection.
    closed_expected: bool,
}

impl Typed {
    /// A session that is not connected yet; the first thing it asks for is the connection.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: State::default(),
            link: Link::None,
            mode: Mode::Command,
            question: None,
            reader: ReplyReader::default(),
            wire: Wire::default(),
            awaiting: VecDeque::new(),
            waiting: VecDeque::new(),
            outbox: VecDeque::from([Out::Connect]),
            busy: None,
            shown: Vec::new(),
            now: Duration::ZERO,
            since: Duration::ZERO,
            impatient: false,
            unasked: 0,
            last: None,
            seen: Vec::new(),
            looked_at: 0,
            timings: VecDeque::new(),
            draft: Draft::default(),
            login: Login::default(),
            saved: Saved::default(),
            aim: Aim::default(),
            skip: None,
            file: None,
            delivery_confirmed: false,
            empty_line_told: false,
            no_reply_told: false,
            leaving: false,
            interrupted: false,
            ends_with_quit: false,
            ended: false,
            expects: false,
            failed: false,
            refused: None,
            deferred: None,
            bad_script: false,
            line_number: 0,
            entered: Duration::ZERO,
            alone: false,
            pause: Duration::ZERO,
            died: Duration::ZERO,
            wait_told: false,
            reason: None,
            closed_expected: false,
        }
    }

    /// What the owner is to do next; `None`: nothing until something comes.
    pub fn next(&mut self, at: Duration) -> Option<Do> {
        self.now = at;
        if self.busy.is_some() || self.ended {
            return None;
        }
        if self.outbox.is_empty() {
            self.go_on();
        }
        Some(match self.outbox.pop_front()? {
            Out::Connect => {
                self.busy = Some(Busy::Connecting);
                Do::Connect
            }
            Out::Send(saying) => {
                self.busy = Some(Busy::Sending);
                self.goes_out(saying.shown, saying.due);
                Do::Send(saying.octets)
            }
            Out::StartTls => {
                self.busy = Some(Busy::Handshake);
                Do::StartTls
            }
            Out::Pause(span) => {
                self.busy = Some(Busy::Pausing);
                Do::Pause(span)
            }
            Out::Close => Do::Close,
            Out::ReadFile(path) => {
                self.busy = Some(Busy::Reading);
                Do::ReadFile(path)
            }
            Out::WriteFile { path, text } => {
                self.busy = Some(Busy::Writing);
                Do::WriteFile { path, text }
            }
            Out::AskSecret(label) => {
                self.busy = Some(Busy::Asking);
                Do::AskSecret(label)
            }
            Out::End => {
                self.ended = true;
                Do::End
            }
        })
    }

    /// Whether a script's next line is wanted now.
    #[must_use]
    pub fn wants_line(&self) -> bool {
        self.is_ready() && self.waiting.is_empty() && !self.ended
    }

    /// What the next line is for.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        if let Some(question) = &self.question {
            return Prompt::Confirm(self.question_text(question));
        }
        match &self.mode {
            // What is typed before the challenge is there may be the answer to it; as wide as the prompt of a challenge.
            Mode::Command if self.login_is_pending() => Prompt::Secret("auth".into()),
            Mode::Command => Prompt::Command,
            Mode::Data => Prompt::Data,
            Mode::Group { .. } => Prompt::Group,
            Mode::Answer { hidden: None } => Prompt::Challenge,
            Mode::Answer { hidden: Some(label) } => Prompt::Secret(label.clone()),
        }
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.state.tls
    }

    /// What there is to show since the last call, in order.
    pub fn take(&mut self) -> Vec<Shown> {
        std::mem::take(&mut self.shown)
    }

    /// What of the session completion and hints need: a copy that may be kept while the session goes on.
    #[must_use]
    pub fn view(&self) -> View {
        let proposed = self.settings.to.iter().chain(&self.settings.from).map(ToString::to_string).collect();
        // Also while a login that is worked out here is under way: it may be refused.
        let skips_answers = matches!(self.skip, Some(Skip::Answers { .. })) || self.login_is_under_way();
        View {
            state: self.state.clone(),
            settings: self.settings.clone(),
            prompt: self.prompt(),
            proposed,
            skips_answers,
        }
    }

    /// The rest of the usual next line that begins like `line`; for an empty line the whole of it.
    #[must_use]
    pub fn hint(&self, line: &str) -> Option<String> {
        self.view().hint(line)
    }

    /// Where the word at octet `at` of `line` begins, and what it may become, the most useful first.
    #[must_use]
    pub fn complete(&self, line: &str, at: usize) -> (usize, Vec<String>) {
        self.view().complete(line, at)
    }

    /// Whether `line` has to stay out of any history: AUTH lines, answers to challenges, passwords.
    #[must_use]
    pub fn keeps_out_of_history(&self, line: &str) -> bool {
        self.view().keeps_out_of_history(line)
    }

    /// What became of the session so far.
    #[must_use]
    pub fn exit(&self) -> Ending {
        if self.bad_script {
            Ending::BadScript
        } else if self.failed || (self.expects && self.unspoken(5).is_some()) {
            Ending::NotAsExpected
        } else if self.link == Link::Dead && !self.closed_expected {
            Ending::Dead
        } else if self.expects && self.unspoken(4).is_some() {
            Ending::Deferred
        } else {
            Ending::Well
        }
    }

    /// Why it ended as [`Self::exit`] says, where that is not well.
    #[must_use]
    pub fn why_so(&self) -> Option<Why> {
        let reason = match self.exit() {
            Ending::Well => None,
            Ending::NotAsExpected if !self.failed => self.unspoken(5),
            Ending::Deferred => self.unspoken(4),
            _ => self.reason.clone(),
        };
        reason.map(|(line, text)| Why { line, text: self.login.masked(text) })
    }

    /// A refusal of this class that no `:expect` or `:on` spoke of, the first.
    fn unspoken(&self, class: u16) -> Option<(usize, String)> {
        let before = if class == 5 { &self.refused } else { &self.deferred };
        before.clone().or_else(|| self.seen.iter().find(|seen| seen.is_unspoken(class)).map(Spoken::unspoken))
    }

    /// What was said up to now is no longer looked at.
    fn settle_seen(&mut self) {
        (self.refused, self.deferred) = (self.unspoken(5), self.unspoken(4));
        self.seen.clear();
        self.looked_at = 0;
    }

    /// What ends a script; of several, the first that decides.
    fn because(&mut self, text: &str) {
        if !self.failed && !self.bad_script {
            self.reason = Some((self.line_number, text.to_owned()));
        }
    }

    /// Whether the next line may be dealt with.
    fn is_ready(&self) -> bool {
        self.busy.is_none()
            && self.outbox.is_empty()
            && self.link != Link::None
            && self.question.is_none()
            && !self.ends_with_quit
            && (self.awaiting.is_empty() || self.impatient)
    }
}
