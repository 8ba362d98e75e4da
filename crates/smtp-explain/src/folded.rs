//! A reply among lines that may go on: the lines of one reply, and those that a terminal or a mail program folded it into.
//!
//! A reply of several lines repeats its code (RFC 5321 §4.2.1). Text that was copied from a window has bare lines besides: what
//! stands directly behind a line with a code, and is nothing of its own, belongs to it. A sentence that leads to the next
//! reply ("and the other one said:") does not.
//!
//! Bare lines are no certain thing: a list of replies may have some without a code. One that tells a reason by itself stays by itself
//! where the line before is too short to have been folded there, or tells another reason. Nothing is left out either way.
//!
//! Not here: what is a line of a client ([`crate::session`]), which is asked first.

use byhand::cli::input::Line;
use byhand::explain::found::{is_enhanced, said, starts};
use byhand::explain::{self, log, one_line};
use byhand::wire::{Confidence, Reason};

use crate::gather::{Unit, What};
use crate::{application, record};

/// More than this is no reply (64 KiB is what a session would take).
const LONGEST: usize = 64 * 1024;

/// No window and no mail program folds lines before this column.
const NARROWEST: usize = 40;

/// A reply, as far as it was read.
#[derive(Debug)]
pub(crate) struct Reply {
    unit: Unit,
    /// The code, where it is an RFC 5321 one.
    code: String,
    /// Whether its last line was still to come.
    open: bool,
    /// Whether it stood in a quotation.
    quoted: bool,
    /// Columns of the line before.
    columns: usize,
    /// The bare line before, which may lead to something else.
    bare: Option<(String, Line)>,
}

impl Reply {
    /// Whether a line has a code or an enhanced one in front.
    pub(crate) fn begins(text: &str) -> bool {
        // The first octet spares most lines the search for a word.
        starts(text)
            || text.starts_with(['2', '4', '5'])
                && text.split([' ', '\t']).next().is_some_and(|word| is_enhanced(word.trim_end_matches([':', ','])))
    }

    /// The reply that begins with this line.
    pub(crate) fn new(text: &str, quoted: bool, line: Line, command: Option<&'static str>) -> Self {
        Self {
            unit: Unit { what: What::Text(text.to_owned()), line: Some(line), command },
            code: if starts(text) { text[..3].to_owned() } else { String::new() },
            open: goes_on(text),
            quoted,
            columns: columns(text),
            bare: None,
        }
    }

    /// Whether its end was seen: only bare lines can follow.
    pub(crate) fn is_whole(&self) -> bool {
        !self.open
    }

    /// Takes the next line that has its code (RFC 5321 §4.2.1); whether it did.
    pub(crate) fn takes(&mut self, text: &str) -> bool {
        let next = self.open && starts(text) && text.starts_with(self.code.as_str());
        if next {
            self.settle();
            self.push('\n', text);
            (self.open, self.columns) = (goes_on(text), columns(text));
        }
        next
    }

    /// Takes a line that it was folded into; whether it did. `line` has what is in front of it, `text` has not.
    pub(crate) fn takes_bare(&mut self, line: &str, text: &str, quoted: bool, place: &Line) -> bool {
        let goes_on = quoted == self.quoted && self.goes_on_in(line, text);
        if goes_on {
            self.settle();
            self.columns = columns(text);
            self.bare = Some((text.to_owned(), place.clone()));
        }
        goes_on
    }

    fn goes_on_in(&self, line: &str, text: &str) -> bool {
        // A server's mark was taken off, and bare lines have none.
        let marked = line.trim() != text || text == "--" || OTHERS.iter().any(|mark| text.starts_with(mark));
        if marked || text.starts_with('{') || record::laid_out(text).is_some() {
            return false;
        }
        if !matches!(log::read(text), log::Line::Other) || application::shows_one(text) {
            return false;
        }
        let word = text.split(char::is_whitespace).next().unwrap_or_default();
        let folded = line.starts_with([' ', '\t']) || self.columns + 1 + columns(word) >= NARROWEST;
        match sure(text).filter(|_| !self.is_bare_code()) {
            // What is sure of another reason than the reply so far is no part of it.
            Some(reason) => folded && self.said().is_none_or(|said| said == reason),
            None => folded || self.is_bare_code() || said(text).fault.is_none(),
        }
    }

    /// Whether there is nothing but codes so far: the text has to follow.
    fn is_bare_code(&self) -> bool {
        let What::Text(text) = &self.unit.what else { return false };
        text.split([' ', '-']).all(|word| word == self.code || is_enhanced(word))
    }

    /// The reason of the reply so far, where that is sure.
    fn said(&self) -> Option<Reason> {
        let What::Text(text) = &self.unit.what else { return None };
        sure(text)
    }

    /// A bare line that another one follows is no lead.
    fn settle(&mut self) {
        if let Some((text, _)) = self.bare.take() {
            self.push(' ', &text);
        }
    }

    fn push(&mut self, between: char, text: &str) {
        if let What::Text(reply) = &mut self.unit.what
            && reply.len() + text.len() < LONGEST
        {
            reply.push(between);
            reply.push_str(text);
        }
    }

    /// The reply, and a last line that leads to another one.
    pub(crate) fn end(mut self) -> (Unit, Option<Unit>) {
        if self.bare.as_ref().is_some_and(|(text, _)| text.ends_with(':'))
            && let Some((text, place)) = self.bare.take()
        {
            return (self.unit, Some(Unit { what: What::Aside(text), line: Some(place), command: None }));
        }
        self.settle();
        (self.unit, None)
    }
}

/// Marks of a shell or of a line between two parts of a text, and what telnet says of itself.
const OTHERS: [&str; 5] = ["$ ", "% ", "telnet> ", "---", "Connection closed by foreign host"];

/// Whether a reply goes on behind this line of it.
fn goes_on(text: &str) -> bool {
    starts(text) && text.as_bytes().get(3) == Some(&b'-')
}

/// About how wide a line is on a screen.
fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The reason that a text tells by itself.
fn sure(text: &str) -> Option<Reason> {
    let known = explain::reply(&one_line(text));
    (known.reason != Reason::OnHold && known.confidence != Confidence::Low).then_some(known.reason)
}
