//! The session as its owner drives it: octets and lines go in, what there is to do and to show comes out.
//!
//! [`Play`] does at once what the session asks for: it sends nothing anywhere, every handshake succeeds, and time is a
//! number that grows by a millisecond with each thing that happens.

mod hints;
mod hostile;
mod login;
mod message;
mod ours;
mod plain;
mod script;
mod secrets;

use std::collections::VecDeque;
use std::time::Duration;

use super::{Do, Secret, Settings, Shown, Typed};
use crate::smtp::session::Input;
use crate::wire::{Fault, Said, Who};

/// What an EHLO is answered with.
const EHLO: &str = "250-mx.test\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN CRAM-MD5\r\n250-SIZE 1000\r\n250 DSN\r\n";

pub(super) struct Play {
    pub(super) typed: Typed,
    at: u64,
    /// What went to the server.
    pub(super) sent: Vec<u8>,
    /// What was done, other than sending.
    pub(super) done: Vec<Do>,
    pub(super) shown: Vec<Shown>,
    pub(super) passwords: VecDeque<&'static str>,
    pub(super) file: Result<Vec<u8>, String>,
}

pub(super) fn settings() -> Settings {
    let mut settings = Settings::new("client.test".parse().unwrap(), 25);
    settings.host = Some("mx.test".into());
    settings.domain = Some("example.org".into());
    settings.from = Some("me@example.net".parse().unwrap());
    settings.to = vec!["you@example.org".parse().unwrap()];
    settings
}

impl Play {
    pub(super) fn new(settings: Settings) -> Self {
        let mut play = Self {
            typed: Typed::new(settings),
            at: 0,
            sent: Vec::new(),
            done: Vec::new(),
            shown: Vec::new(),
            passwords: VecDeque::new(),
            file: Err("there is no such file".into()),
        };
        play.work();
        play
    }

    /// Connected and greeted.
    pub(super) fn greeted(settings: Settings) -> Self {
        let mut play = Self::new(settings);
        play.server("220 mx.test ESMTP\r\n");
        play.shown.clear();
        play
    }

    pub(super) fn now(&mut self) -> Duration {
        self.at += 1;
        Duration::from_millis(self.at)
    }

    pub(super) fn wait(&mut self, span: Duration) {
        self.at += u64::try_from(span.as_millis()).unwrap();
    }

    /// Does what is asked for.
    fn work(&mut self) {
        loop {
            let at = self.now();
            let Some(next) = self.typed.next(at) else { break };
            let at = self.now();
            match &next {
                Do::Connect => self.typed.connected(at, "mx.test [192.0.2.25]:25 connected", Duration::from_millis(31)),
                Do::Send(octets) => {
                    self.sent.extend_from_slice(octets);
                    self.typed.input(at, Input::Sent);
                }
                Do::StartTls => self.typed.input(at, Input::TlsUp("TLS 1.3; certificate mx.test", None)),
                Do::Pause(_) => self.typed.input(at, Input::Resumed),
                Do::ReadFile(_) => self.typed.file(at, self.file.clone()),
                Do::WriteFile { .. } => self.typed.saved(at, Ok(())),
                Do::AskSecret(_) => {
                    let secret = self.passwords.pop_front().map(|text| Secret::new(text.into()));
                    self.typed.secret(at, secret);
                }
                Do::Close | Do::End => {}
            }
            if !matches!(next, Do::Send(_)) {
                self.done.push(next);
            }
        }
        self.shown.extend(self.typed.take());
    }

    pub(super) fn line(&mut self, text: &str) {
        let at = self.now();
        self.typed.line(at, text);
        self.work();
    }

    pub(super) fn server(&mut self, text: &str) {
        let at = self.now();
        self.typed.input(at, Input::Bytes(text.as_bytes()));
        self.work();
    }

    pub(super) fn eof(&mut self) {
        let at = self.now();
        self.typed.input(at, Input::Eof);
        self.work();
    }

    pub(super) fn broken(&mut self) {
        let at = self.now();
        self.typed.input(at, Input::Broken(Fault::ConnectionReset, None, "the connection was reset"));
        self.work();
    }

    pub(super) fn timed_out(&mut self) {
        let at = self.now();
        self.typed.input(at, Input::TimedOut);
        self.work();
    }

    pub(super) fn interrupt(&mut self) {
        let at = self.now();
        self.typed.interrupt(at);
        self.work();
    }

    pub(super) fn end_of_input(&mut self) {
        let at = self.now();
        self.typed.end_of_input(at);
        self.work();
    }

    /// A line and its reply.
    pub(super) fn exchange(&mut self, line: &str, reply: &str) {
        self.line(line);
        self.server(reply);
    }

    /// Greeted, EHLO said, one recipient accepted.
    pub(super) fn with_recipient(settings: Settings) -> Self {
        let mut play = Self::greeted(settings);
        play.exchange("EHLO client.test", EHLO);
        play.exchange("MAIL FROM:<me@example.net>", "250 2.1.0 Ok\r\n");
        play.exchange("RCPT TO:<you@example.org>", "250 2.1.5 Ok\r\n");
        play.clear();
        play
    }

    pub(super) fn clear(&mut self) {
        self.sent.clear();
        self.shown.clear();
        self.done.clear();
    }

    pub(super) fn sent(&self) -> String {
        String::from_utf8_lossy(&self.sent).into_owned()
    }

    pub(super) fn asides(&self) -> String {
        let asides = self.shown.iter().filter_map(|shown| match shown {
            Shown::Aside(text) => Some(text.as_str()),
            Shown::Said(_) | Shown::Told(_) => None,
        });
        asides.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn said(&self) -> Vec<&Said> {
        self.shown
            .iter()
            .filter_map(|shown| match shown {
                Shown::Said(said) | Shown::Told(said) => Some(said),
                Shown::Aside(_) => None,
            })
            .collect()
    }

    /// The conversation with swaks's marks, without times.
    pub(super) fn conversation(&self) -> Vec<String> {
        self.said()
            .iter()
            .map(|said| {
                let mark = match (said.who, said.tls) {
                    (Who::Client, false) => "->",
                    (Who::Client, true) => "~>",
                    (Who::Server, false) => "<-",
                    (Who::Server, true) => "<~",
                    (Who::Note, _) => "===",
                };
                format!("{mark} {}", said.text)
            })
            .collect()
    }

    /// The script that `:save` writes, without its comments.
    pub(super) fn saved(&mut self) -> String {
        self.line(":save file");
        let text = self.done.iter().rev().find_map(|done| match done {
            Do::WriteFile { text, .. } => Some(text.clone()),
            _ => None,
        });
        text.unwrap().lines().filter(|line| !line.starts_with("# A session")).map(|line| format!("{line}\n")).collect()
    }
}
