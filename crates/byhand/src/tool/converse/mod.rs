//! One conversation that is typed: the loop in which a typed session meets a socket and a keyboard.
//!
//! It does what `smtp::typed` asks for, tells it what came of it, and hands on what there is to show. The socket is read
//! all the time, so that what the server says unasked appears at once; lines come through a channel, and Ctrl-C is heard
//! during a handshake or an attempt to connect too. Addresses are tried in order until one takes the connection.
//!
//! Not here: what lines mean (`smtp::typed`), where they come from and how anything looks (the [`Seat`]'s owner), and which
//! addresses there are.

mod files;
mod line;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use self::files::Files;
use self::line::{Line, Met};
use super::connection::Meeting;
use crate::net::pace::Pace;
use crate::smtp::session::Input;
use crate::smtp::typed::{Do, Ending, Prompt, Secret, Shown, Typed, Why};
use crate::wire::{Fault, Said, Target, Who, ms};

/// What comes from the keyboard, or from a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typing {
    /// One line, or several that were pasted.
    Lines(Vec<String>),
    /// Ctrl-C, typed: the line is given up.
    Interrupt,
    /// Ctrl-C while nothing was read: a signal.
    Signal,
    /// Ctrl-D, or the end of a script.
    EndOfInput,
    /// Nothing can be read any more; why.
    Gone(String),
}

/// Whoever types, and looks on.
pub trait Seat {
    /// Something to show; on which connection of the run.
    fn show(&mut self, session: u32, shown: Shown);

    /// That was all for now.
    fn flush(&mut self);

    /// Something was typed.
    fn typed(&mut self, typing: &Typing);

    /// Where the password comes from.
    fn secret(&mut self, label: &str) -> Password;

    /// All is done for now: a line may be asked for. `wants`: whether the session waits for one. A span asks to be called
    /// again after it, where nothing happens before.
    fn turn(&mut self, typed: &Typed, prompt: Prompt, wants: bool) -> Option<Duration>;
}

/// Where a password comes from.
#[derive(Clone, Debug)]
pub enum Password {
    /// It is known.
    Known(Secret),
    /// The next line is it.
    Asked,
    /// There is none.
    None,
}

/// Whom the conversation is with.
#[derive(Debug)]
pub struct Party<'a> {
    /// Addresses, tried in this order.
    pub targets: &'a [(Target, IpAddr)],
    /// How they are met: limits, roots and our own address count.
    pub meeting: &'a Meeting,
    /// Waited for before each connection.
    pub pace: &'a Pace,
}

/// Converses to the end; what became of it, and why, where that is not well.
pub async fn converse(
    party: &Party<'_>,
    typed: Typed,
    lines: UnboundedReceiver<Typing>,
    seat: &mut dyn Seat,
) -> (Ending, Option<Why>) {
    let line = Line::new();
    let keys = Keys { lines, ahead: VecDeque::new(), closed: false };
    let start = Instant::now();
    let mut talk =
        Talk { party, typed, keys, line, start, number: 0, asked: None, resumes: None, files: Files::default() };
    while talk.work(seat).await {
        talk.wait(seat).await;
    }
    (talk.typed.exit(), talk.typed.why_so())
}

/// What was typed and not yet taken.
struct Keys {
    lines: UnboundedReceiver<Typing>,
    ahead: VecDeque<Typing>,
    closed: bool,
}

impl Keys {
    async fn next(&mut self) -> Typing {
        if let Some(typing) = self.ahead.pop_front() {
            return typing;
        }
        self.more().await
    }

    async fn more(&mut self) -> Typing {
        if self.closed {
            return std::future::pending().await;
        }
        match self.lines.recv().await {
            Some(typing) => typing,
            None => {
                self.closed = true;
                Typing::EndOfInput
            }
        }
    }

    /// Does something that may take long; Ctrl-C, or a second end of input, ends it.
    async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Some(done),
                typing = self.more() => match typing {
                    Typing::Interrupt | Typing::Signal => return None,
                    other => self.ahead.push_back(other),
                }
            }
        }
    }
}

struct Talk<'a> {
    party: &'a Party<'a>,
    typed: Typed,
    keys: Keys,
    line: Line,
    /// When the first attempt to connect began.
    start: Instant,
    /// Connections so far.
    number: u32,
    /// The password that is asked for.
    asked: Option<String>,
    /// When a pause ends.
    resumes: Option<Instant>,
    files: Files,
}

impl Talk<'_> {
    fn at(&self) -> Duration {
        self.start.elapsed()
    }

    fn show(&mut self, seat: &mut dyn Seat) {
        for shown in self.typed.take() {
            seat.show(self.number.max(1), shown);
        }
        seat.flush();
    }

    /// Does all that is asked for; `false` once the session is over.
    async fn work(&mut self, seat: &mut dyn Seat) -> bool {
        // Ctrl-C, leaving, or the end of the connection may have ended a sleep before its time.
        if !self.typed.sleeps() {
            self.resumes = None;
        }
        while self.asked.is_none() && self.resumes.is_none() {
            let Some(step) = self.typed.next(self.at()) else { break };
            self.show(seat);
            match step {
                Do::Connect => self.connect(seat).await,
                Do::Send(octets) => self.send(&octets).await,
                Do::StartTls => self.start_tls().await,
                Do::Pause(span) => self.resumes = Some(Instant::now() + span),
                Do::Close => self.line.close().await,
                Do::ReadFile(path) => {
                    let read = self.files.read(&path);
                    self.typed.file(self.at(), read);
                }
                Do::WriteFile { path, text } => {
                    let written = self.files.write(&path, &text);
                    self.typed.saved(self.at(), written);
                }
                Do::AskSecret(label) => match seat.secret(&label) {
                    Password::Known(secret) => self.typed.secret(self.at(), Some(secret)),
                    Password::Asked => self.asked = Some(label),
                    Password::None => self.typed.secret(self.at(), None),
                },
                Do::End => {
                    self.line.close().await;
                    self.show(seat);
                    return false;
                }
            }
            self.show(seat);
        }
        self.show(seat);
        true
    }

    /// Waits for the next thing to happen.
    async fn wait(&mut self, seat: &mut dyn Seat) {
        let prompt = match &self.asked {
            Some(label) => Prompt::Secret(label.clone()),
            None => self.typed.prompt(),
        };
        let wants = match prompt {
            Prompt::Secret(_) if self.asked.is_some() => true,
            Prompt::Confirm(_) => true,
            _ => self.resumes.is_none() && self.typed.wants_line(),
        };
        let again = seat.turn(&self.typed, prompt, wants);
        let due = self.typed.deadline().map(|due| self.start + due);
        let now = Instant::now();
        let until = |instant: Option<Instant>| instant.map(|instant| instant.saturating_duration_since(now));
        tokio::select! {
            met = self.line.meet() => self.met(&met),
            typing = self.keys.next() => {
                seat.typed(&typing);
                self.typing(typing);
            }
            () = sleep(until(self.resumes)) => {
                self.resumes = None;
                self.typed.input(self.at(), Input::Resumed);
            }
            () = sleep(until(due)) => self.typed.input(self.at(), Input::TimedOut),
            () = sleep(again) => {}
        }
    }

    fn typing(&mut self, typing: Typing) {
        let at = self.at();
        match typing {
            Typing::Lines(lines) if self.asked.is_some() => {
                self.asked = None;
                let more = lines.len().saturating_sub(1);
                // What was pasted behind it may be the password once more: it is no command.
                self.typed.not_taken(more);
                self.typed.secret(at, lines.into_iter().next().map(Secret::new));
            }
            Typing::Lines(lines) => self.typed.line(at, &lines.join("\n")),
            Typing::Interrupt | Typing::Signal | Typing::EndOfInput if self.asked.take().is_some() => {
                self.typed.secret(at, None);
            }
            Typing::Interrupt | Typing::Signal => self.typed.interrupt(at),
            Typing::EndOfInput => self.typed.end_of_input(at),
            Typing::Gone(_) => {
                // Nobody can be asked any more.
                self.typed.end_of_input(at);
                self.typed.end_of_input(at);
            }
        }
    }

    fn met(&mut self, met: &Met) {
        let at = self.at();
        match met {
            Met::Octets(octets) => self.typed.input(at, Input::Bytes(octets)),
            Met::End => self.typed.input(at, Input::Eof),
            Met::Broken(fault, why) => self.typed.input(at, Input::Broken(*fault, None, why)),
        }
    }

    async fn connect(&mut self, seat: &mut dyn Seat) {
        let party = self.party;
        let last = party.targets.len();
        for (at, (target, address)) in party.targets.iter().enumerate() {
            self.line.close().await;
            self.number += 1;
            let connecting = self.line.connect(target, *address, party.meeting, party.pace);
            let made = self.keys.unless_stopped(connecting).await;
            let at_now = self.at();
            match made {
                Some(Ok((text, took))) => return self.typed.connected(at_now, &text, took),
                None => return self.typed.input(at_now, Input::Broken(Fault::Other, None, "stopped with Ctrl-C")),
                Some(Err((fault, text))) if at + 1 == last => {
                    return self.typed.input(at_now, Input::Broken(fault, None, &text));
                }
                Some(Err((_, text))) => {
                    let text = format!("*** {text}; the next address is tried");
                    let note =
                        Said { at_ms: ms(at_now), who: Who::Note, tls: false, text, elapsed_ms: None, code: None };
                    seat.show(self.number, Shown::Said(note));
                    seat.flush();
                }
            }
        }
        if last == 0 {
            self.typed.input(self.at(), Input::Broken(Fault::NoAddress, None, "there is no address to connect to"));
        }
    }

    async fn send(&mut self, octets: &[u8]) {
        // What is here already was said before our turn: the session has to know before it speaks.
        tokio::task::yield_now().await;
        while let Some(met) = self.line.met_already().await {
            self.met(&met);
            if !matches!(met, Met::Octets(_)) {
                break;
            }
        }
        // Before the write: on a quick network the reply can be here before the write returns.
        let sent = self.at();
        let start = self.start;
        let limit = self.party.meeting.command_timeout;
        let typed = &mut self.typed;
        let heard = |octets: &[u8]| typed.input(start.elapsed(), Input::Bytes(octets));
        match self.keys.unless_stopped(self.line.send(octets, limit, heard)).await {
            Some(Ok(())) => self.typed.input(sent, Input::Sent),
            Some(Err((fault, why))) => self.typed.input(start.elapsed(), Input::Broken(fault, None, &why)),
            None => self.typed.input(start.elapsed(), Input::Broken(Fault::Other, None, "stopped with Ctrl-C")),
        }
    }

    async fn start_tls(&mut self) {
        let meeting = self.party.meeting;
        match self.keys.unless_stopped(self.line.start_tls(meeting)).await {
            Some(Ok((about, binding))) => {
                self.typed.input(self.start.elapsed(), Input::TlsUp(&about, binding.as_ref()));
            }
            Some(Err((fault, why))) => self.typed.input(self.start.elapsed(), Input::TlsFailed(fault, None, &why)),
            None => self.typed.input(self.start.elapsed(), Input::TlsFailed(Fault::Other, None, "stopped with Ctrl-C")),
        }
    }
}

/// Sleeps; for ever where there is no span.
async fn sleep(span: Option<Duration>) {
    match span {
        Some(span) => tokio::time::sleep(span).await,
        None => std::future::pending().await,
    }
}
