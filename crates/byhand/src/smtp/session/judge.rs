//! The pause for a judgement: whether the connection, as it is, may be used for what is to be said.
//!
//! It comes right after the handshake, before anything is said inside TLS, or, where there is no TLS, once EHLO is answered;
//! once a session. A judgement against the connection ends the session as its outcome, with QUIT and nothing before it: no
//! login, no MAIL. Not here: the judgement itself (`policy::level`).

use super::{Session, State};
use crate::wire::{Outcome, Stage, Status, Who};

/// What a judgement comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// A few words for the line that tells of the handshake.
    pub about: String,
    /// Why nothing may be said here; `None`: go on.
    pub against: Option<Outcome>,
}

/// How far it is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Whether it was made.
    done: bool,
    /// The line about the handshake, and how long that took.
    handshake: Option<(String, f64)>,
    /// What the server said to STARTTLS in place of going on.
    refused: Option<Outcome>,
}

impl Session {
    pub(super) fn is_to_be_judged(&self) -> bool {
        self.config.judged && !self.judging.done
    }

    pub(super) fn wait_for_judgement(&mut self, handshake: Option<(String, f64)>) {
        self.judging.handshake = handshake;
        self.state = State::Judge;
    }

    /// A refusal of STARTTLS is no failure for whoever may go on in clear; for whoever may not it is the reason.
    pub(super) fn put_aside(&mut self) {
        self.judging.refused = self.failure.take();
    }

    pub(super) fn judged(&mut self, judgement: &Judgement) {
        self.judging.done = true;
        let handshake = self.judging.handshake.take();
        let in_tls = handshake.is_some();
        if let Some((about, took)) = handshake {
            let about = if judgement.about.is_empty() { about } else { format!("{about} ({})", judgement.about) };
            self.hear(Who::Note, about, Some(took), None);
        }
        let Some(against) = &judgement.against else {
            return if in_tls { self.begin_in_tls() } else { self.after_hello() };
        };
        let outcome = match self.judging.refused.take() {
            // It may be otherwise next time, whatever the code: a message waits for TLS, and is not given up for it.
            Some(refused) => {
                Outcome { status: Status::Temporary, text: format!("{}; {}", refused.text, against.text), ..refused }
            }
            None => against.clone(),
        };
        self.note(format!("*** {}", outcome.text));
        let stage = outcome.stage.or(Some(Stage::Tls));
        let fault = outcome.fault.or(Some(crate::wire::Fault::Other));
        self.fail_with(Outcome { stage, fault, ..outcome });
        if self.banner.is_some() {
            self.quit();
        } else {
            // Nothing may be said before the greeting, and none leaves without QUIT (RFC 5321 §3.1, §4.1.1.10).
            self.begin_in_tls();
        }
    }
}
