//! LMTP, where it differs from SMTP (RFC 2033): mail handed to the server that keeps it, or close to it.
//!
//! 1. LHLO in place of EHLO, and no other command in its place (§4.1)
//! 2. DATA only for accepted recipients; without one it is a 503 (§4.2)
//! 3. after the dot one reply for each recipient that was accepted, in the order of the RCPTs (§4.2): each is the outcome
//!    of that recipient alone
//!
//! A connection that ends between these replies leaves those in doubt that have none yet, and takes nothing from those
//! that have. A 421 is the answer for its recipient like any other 4yz, since the next replies may still follow. Not here:
//! the port (§5: never 25), which is the caller's.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Asked, Session, State, words};
use crate::smtp::reply::Reply;
use crate::wire::{Fault, Protocol, Stage, Status};

/// The replies to a message that went out over LMTP.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// The recipients whose reply is still due, in its order.
    due: VecDeque<usize>,
    /// When the last of them came: each may take as long as the one reply of SMTP.
    heard: Option<Duration>,
}

impl Session {
    pub(super) fn is_lmtp(&self) -> bool {
        self.config.protocol == Protocol::Lmtp
    }

    /// Whether the message is out, and each recipient is answered for itself.
    pub(super) fn has_parts(&self) -> bool {
        self.parts.as_ref().is_some_and(|parts| !parts.due.is_empty())
    }

    /// This went out, and its reply is due; of a message over LMTP one for each recipient.
    pub(super) fn awaits(&mut self, asked: Asked) {
        if asked == Asked::Body && self.is_lmtp() {
            let due: VecDeque<usize> = self.unsettled().into();
            self.awaiting.extend(due.iter().map(|_| asked));
            self.parts = Some(Parts { due, heard: None });
        } else {
            self.awaiting.push_back(asked);
        }
    }

    /// Since when the next reply has been waited for.
    pub(super) fn waiting_since(&self) -> Duration {
        let heard = self.parts.as_ref().filter(|_| self.due() == Asked::Body).and_then(|parts| parts.heard);
        heard.unwrap_or(self.sent)
    }

    /// The recipients that were accepted and whose outcome is not known yet.
    pub(super) fn unsettled(&self) -> Vec<usize> {
        let accepted = |index: &usize| matches!(&self.answers[*index], Some(answer) if answer.status == Status::Ok);
        match &self.parts {
            Some(parts) => parts.due.iter().copied().collect(),
            None if self.delivered => Vec::new(),
            None => (0..self.answers.len()).filter(accepted).collect(),
        }
    }

    /// Nobody knows whether the recipients that have no answer have the message (RFC 1047).
    pub(super) fn doubt(&mut self) {
        for index in self.unsettled() {
            self.in_doubt[index] = true;
        }
    }

    /// One of the replies to the message (RFC 2033 §4.2).
    pub(super) fn part_answered(&mut self, reply: &Reply) {
        if reply.code == 221 {
            return self.too_few_parts(reply);
        }
        let (outcome, doubted) = self.judge(Asked::Body, reply);
        let now = self.now;
        let Some(parts) = &mut self.parts else { return };
        parts.heard = Some(now);
        let Some(index) = parts.due.pop_front() else { return };
        self.delivered |= outcome.status == Status::Ok;
        self.answer(index, outcome);
        self.in_doubt[index] = doubted;
        if !self.has_parts() {
            self.quit();
        }
    }

    /// The goodbye where more replies are due: a server that gives one for all, as in SMTP. Whom the others would have
    /// been about is known, what they would have said is not.
    fn too_few_parts(&mut self, reply: &Reply) {
        let due = self.unsettled().len();
        let text = format!(
            "the server said goodbye where the replies for {due} more recipients were due (RFC 2033 §4.2): {}{}",
            words::quoted_reply(reply),
            words::PERHAPS
        );
        self.note(text.clone());
        self.doubt();
        let wire = Some(reply.to_wire(self.sent, true));
        self.fail(Status::Temporary, Stage::Body, Fault::UnexpectedReply, wire, text);
        self.state = State::Over;
    }
}
