//! A dialog's server and a session, face to face in memory. Time is a number.
//!
//! What the server wrote before the client's turn reaches the session before it speaks, as the driver sees to; what it
//! wrote behind the 220 to STARTTLS stands where the handshake should.

use std::collections::VecDeque;
use std::time::Duration;

use byhand::smtp::session::{Config, Input, Session, Step};
use byhand::wire::Fault;
use testlab::dialog::{Action, Dialog, HandshakeOutcome, Player};

use super::expect::Learnt;

/// The most octets of a flood that a session may take before it has had enough: its limit and a piece.
const FLOOD: usize = 128 * 1024;

/// Plays a dialog; `cut` says how many of so many octets come next. What was learnt, and where the client left the dialog.
pub(super) fn play(dialog: &Dialog, cut: &dyn Fn(usize) -> usize) -> (Learnt, Vec<String>) {
    let client = &dialog.client;
    let config = Config {
        helo: super::ehlo(client).parse().expect("a name"),
        protocol: super::protocol(client),
        tls: super::tls_mode(client),
        greeting_timeout: client.greeting_timeout.unwrap_or(Duration::from_secs(30)),
        command_timeout: client.timeout.unwrap_or(Duration::from_secs(60)),
        message_timeout: Duration::from_secs(600),
        auth: super::login(client).map(|login| login.at(Some(super::HOST), ([127, 0, 0, 1], 25).into())),
        judged: false,
        purpose: super::purpose(client),
    };
    let mut table = Table {
        player: Player::new(dialog),
        session: Session::new(config, Duration::from_millis(1)),
        now: Duration::from_millis(1),
        wire: VecDeque::new(),
        ended: None,
        pausing: Duration::ZERO,
        tls: false,
        flooded: 0,
    };
    for _ in 0..2_000_000 {
        match table.session.step() {
            Step::Close => break,
            Step::Send(octets) => table.send(&octets, cut),
            Step::Read { within } => table.read(within, cut),
            Step::Pause(span) => {
                table.now += span;
                table.session.input(table.now, Input::Resumed);
            }
            Step::StartTls => table.start_tls(cut),
            Step::Judge => panic!("a pause that was not asked for"),
        }
    }
    assert_eq!(table.session.step(), Step::Close, "{}: the session does not end", dialog.name);
    table.player.client_gone();
    while !matches!(table.player.next(), Action::Close | Action::Cut | Action::Reset | Action::Hang | Action::Flood(_))
    {
    }
    let breaches = table.player.breaches().iter().map(ToString::to_string).collect();
    let tls = table.tls;
    let said = table.session.take_said().into_iter().chain(table.session.take_said()).collect();
    let report = table.session.finish();
    let learnt = Learnt {
        outcome: report.outcome,
        banner: report.banner,
        capabilities: report.capabilities,
        capabilities_tls: report.capabilities_tls,
        said,
        tls,
        findings: report.findings,
        recipients: report.recipients,
        in_doubt: report.in_doubt,
    };
    (learnt, breaches)
}

/// How the server's side ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Closed,
    Reset,
    Silent,
}

struct Table {
    player: Player,
    session: Session,
    now: Duration,
    /// Written by the server and not yet read.
    wire: VecDeque<u8>,
    ended: Option<End>,
    /// What is left of the server's pause.
    pausing: Duration,
    tls: bool,
    flooded: usize,
}

impl Table {
    /// Gives the session a piece of what is on the wire.
    fn deliver(&mut self, cut: &dyn Fn(usize) -> usize) {
        let piece: Vec<u8> = self.wire.drain(..cut(self.wire.len()).clamp(1, self.wire.len())).collect();
        self.session.input(self.now, Input::Bytes(&piece));
    }

    /// The server acts up to where it waits for the client, or for time to pass: all that reaches the client first.
    fn server_acts(&mut self) {
        while self.wire.is_empty() && self.pausing.is_zero() && self.ended.is_none() {
            match self.player.next() {
                Action::Write(octets) => self.wire.extend(octets),
                Action::Wait(span) => self.pausing = span,
                Action::Close | Action::Cut => self.ended = Some(End::Closed),
                Action::Reset => self.ended = Some(End::Reset),
                // A server in a handshake hears nothing it knows.
                Action::Hang | Action::StartTls(_) => self.ended = Some(End::Silent),
                Action::Read => return,
                Action::Flood(text) => {
                    assert!(self.flooded < FLOOD, "the session takes a flood without end");
                    self.flooded += text.len();
                    self.wire.extend(text);
                }
            }
        }
    }

    /// What the session is told of an end; whether there is one.
    fn tell_end(&mut self) -> bool {
        match self.ended {
            Some(End::Closed) => self.session.input(self.now, Input::Eof),
            Some(End::Reset) => {
                self.session
                    .input(self.now, Input::Broken(Fault::ConnectionReset, None, "the server reset the connection"));
            }
            Some(End::Silent) | None => return false,
        }
        true
    }

    fn send(&mut self, octets: &[u8], cut: &dyn Fn(usize) -> usize) {
        self.server_acts();
        if !self.wire.is_empty() {
            return self.deliver(cut);
        }
        if !self.tell_end() {
            self.player.heard(octets);
            self.session.input(self.now, Input::Sent);
        }
    }

    fn read(&mut self, within: Duration, cut: &dyn Fn(usize) -> usize) {
        let deadline = self.now + within;
        self.now += Duration::from_millis(1);
        loop {
            self.server_acts();
            if !self.wire.is_empty() {
                return self.deliver(cut);
            }
            if self.pausing.is_zero() {
                if self.tell_end() {
                    return;
                }
                break;
            }
            if self.now + self.pausing >= deadline {
                self.pausing -= deadline.saturating_sub(self.now).min(self.pausing);
                break;
            }
            self.now += std::mem::take(&mut self.pausing);
        }
        self.now = deadline;
        self.session.input(self.now, Input::TimedOut);
    }

    fn start_tls(&mut self, cut: &dyn Fn(usize) -> usize) {
        if !self.wire.is_empty() {
            return self.deliver(cut);
        }
        self.now += Duration::from_millis(1);
        let (fault, why) = match self.player.next() {
            Action::StartTls(handshake) => match handshake.outcome {
                HandshakeOutcome::Good => {
                    self.tls = true;
                    return self.session.input(self.now, Input::TlsUp("TLS", None));
                }
                HandshakeOutcome::Plain => (Fault::NotTls, "it does not speak TLS"),
                HandshakeOutcome::Alert => (Fault::TlsHandshake, "an alert"),
                HandshakeOutcome::Close => (Fault::TlsHandshake, "it closed"),
            },
            Action::Write(_) => (Fault::NotTls, "it does not speak TLS"),
            _ => (Fault::TlsHandshake, "it says nothing"),
        };
        self.ended = Some(End::Closed);
        self.session.input(self.now, Input::TlsFailed(fault, None, why));
    }
}
