//! What was said, heard and done, line by line, until the owner takes it.
//!
//! What came before all was decided is handed out apart from what came after, though one read may bring both: whoever
//! shows the conversation can put the verdict where it belongs.

use std::time::Duration;

use super::Session;
use crate::smtp::reply::Reply;
use crate::wire::{Said, Who, ms};

impl Session {
    /// What was said since the last call, in order; what came after the decision only at the call after that.
    pub fn take_said(&mut self) -> Vec<Said> {
        let count = self.said_before.take().unwrap_or(self.said.len());
        self.said.drain(..count).collect()
    }

    /// Notes the connection, and how long it took to stand.
    pub fn connected(&mut self, text: String, took: Duration) {
        self.hear(Who::Note, text, Some(ms(took)), None);
    }

    /// Adds a line to the transcript about something that nobody said.
    pub(super) fn note(&mut self, text: String) {
        self.hear(Who::Note, text, None, None);
    }

    pub(super) fn hear(&mut self, who: Who, text: String, elapsed_ms: Option<f64>, code: Option<u16>) {
        self.said.push_back(Said { at_ms: ms(self.now), who, tls: self.tls, text, elapsed_ms, code });
    }

    pub(super) fn hear_reply(&mut self, reply: &Reply, since: Duration) {
        let now = self.now;
        for (i, line) in reply.lines.iter().enumerate() {
            self.now = line.at;
            let last = i + 1 == reply.lines.len();
            let text = String::from_utf8_lossy(&line.octets).into_owned();
            self.hear(Who::Server, text, Some(ms(line.at.saturating_sub(since))), last.then_some(reply.code));
        }
        self.now = now;
    }
}
