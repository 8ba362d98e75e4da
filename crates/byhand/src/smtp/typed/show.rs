//! What is shown and recorded: lines that went out, replies with their times, notes, and asides for people.
//!
//! Secrets are masked here, before anything is kept: also where a server says them back, as some do with a line that
//! they did not understand.

use std::time::Duration;

use super::wire::Due;
use super::{Shown, Typed};
use crate::smtp::reply::Reply;
use crate::wire::{Said, Who, ms};

/// The most replies whose times are kept.
const TIMINGS: usize = 1000;

/// A reply's times.
#[derive(Clone, Debug)]
pub(super) struct Timing {
    pub(super) line: String,
    pub(super) code: u16,
    pub(super) first: Duration,
    pub(super) last: Duration,
    pub(super) lines: usize,
    /// Whether the line went out with others.
    pub(super) shared: bool,
}

impl Typed {
    /// A line for people.
    pub(super) fn aside(&mut self, text: impl Into<String>) {
        let text = self.login.masked(text.into());
        self.shown.push(Shown::Aside(text));
    }

    /// Something that happened.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.hear(self.now, Who::Note, text.into(), None, None);
    }

    pub(super) fn hear(&mut self, at: Duration, who: Who, text: String, elapsed: Option<Duration>, code: Option<u16>) {
        let text = self.login.masked(text);
        let said = Said { at_ms: ms(at), who, tls: self.state.tls, text, elapsed_ms: elapsed.map(ms), code };
        self.shown.push(Shown::Said(said));
    }

    pub(super) fn hear_reply(&mut self, reply: &Reply, since: Duration) {
        for (i, line) in reply.lines.iter().enumerate() {
            let last = i + 1 == reply.lines.len();
            let text = String::from_utf8_lossy(&line.octets).into_owned();
            let elapsed = line.at.saturating_sub(since);
            self.hear(line.at, Who::Server, text, Some(elapsed), last.then_some(reply.code));
        }
    }

    /// The times of a reply, for `:timing`.
    pub(super) fn time(&mut self, reply: &Reply, due: &Due, since: Duration, shared: bool) {
        let span =
            |line: Option<&crate::smtp::reply::Line>| line.map_or(Duration::ZERO, |l| l.at.saturating_sub(since));
        if self.timings.len() == TIMINGS {
            self.timings.pop_front();
        }
        self.timings.push_back(Timing {
            line: match &due.asked {
                super::wire::Asked::Message(Some(to)) => format!("{} for <{to}>", due.line),
                _ => due.line.clone(),
            }
            .chars()
            .take(200)
            .collect(),
            code: reply.code,
            first: span(reply.lines.first()),
            last: span(reply.lines.last()),
            lines: reply.lines.len(),
            // The replies of LMTP are to one dot.
            shared: shared && !matches!(due.asked, super::wire::Asked::Message(Some(_))),
        });
    }
}

/// `1.20 s`, `30 ms`, `0.4 ms`.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    if seconds >= 10.0 {
        format!("{seconds:.0} s")
    } else if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds < 0.000_95 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} ms", seconds * 1e3)
    }
}
