//! Cuts the input into units: a line, a reply of several lines, a whole message.
//!
//! Input that begins like a message is one (or an mbox, in which a `From ` line behind a blank one begins the next). Else each
//! line is a unit; blank lines and comments are passed over, and lines of one reply (`550-...`, `550 ...`; RFC 5321 §4.2.1)
//! belong together. A message is kept up to the length that is ever looked at, whatever its size.
//!
//! An argument that is no reply and names a file is read in its place.

use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use byhand::cli::args::InputArgs;
use byhand::cli::input::{Cut, Feed, Line, NoInput, Piece};
use byhand::cli::io::Io;
use byhand::cli::pump::Units;
use byhand::explain::bounce;
use byhand::explain::found::starts;

/// One thing to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) what: What,
    /// Where it was read; `None` for an argument.
    pub(crate) line: Option<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An argument or a line.
    Text(String),
    /// A whole message.
    Message(Vec<u8>),
    /// What is nothing, and why.
    Bad(String, String),
}

/// How the lines are read.
#[derive(Debug, Default)]
enum Mode {
    /// Nothing that counts was seen yet.
    #[default]
    Begin,
    Lines,
    /// A message, or an mbox of them; whether the last line was blank.
    Message {
        mbox: bool,
        blank: bool,
    },
}

#[derive(Debug)]
pub(crate) struct Gather {
    feed: Feed,
    /// An argument's file, read in its place.
    file: Option<Feed>,
    mode: Mode,
    /// A reply that goes on, and its code.
    reply: Option<(Unit, String)>,
    message: Option<(Vec<u8>, Line)>,
    /// What was seen behind the end of the unit before.
    next: Option<Unit>,
}

/// More than this is no reply (64 KiB is what a session would take).
const LONGEST_REPLY: usize = 64 * 1024;

/// A reply that was typed without quotation marks is one all the same.
pub(crate) fn joined(words: Vec<String>) -> Vec<String> {
    let bare = words.len() > 1 && words.iter().all(|word| !word.contains(char::is_whitespace));
    let code = words.first().is_some_and(|word| starts(word) || byhand::explain::found::is_enhanced(word));
    let several = words.iter().skip(1).any(|word| word.len() == 3 && starts(word));
    if bare && code && !several { vec![words.join(" ")] } else { words }
}

impl Gather {
    pub(crate) fn open(words: Vec<String>, args: &InputArgs, io: &mut Io) -> Result<Self, NoInput> {
        let feed = Feed::open(words, args, io)?;
        Ok(Self { feed, file: None, mode: Mode::Begin, reply: None, message: None, next: None })
    }

    pub(crate) fn total(&self) -> Option<u64> {
        self.feed.total()
    }

    fn word(&mut self, word: String) -> Option<Unit> {
        let path = Path::new(&word);
        if !starts(&word) && !word.starts_with('{') && path.is_file() {
            match Feed::file(path) {
                Ok(feed) => {
                    self.file = Some(feed);
                    return None;
                }
                Err(error) => return Some(Unit { what: What::Bad(word.clone(), error.to_string()), line: None }),
            }
        }
        Some(Unit { what: What::Text(word), line: None })
    }

    /// Takes a line; gives the unit that it ends or is.
    fn line(&mut self, cut: Cut, file: Arc<str>) -> Option<Unit> {
        let place = (cut.number(), file);
        let failed = matches!(cut, Cut::Failed { .. });
        if matches!(self.mode, Mode::Message { .. }) && !failed {
            return self.message_line(cut, place);
        }
        let text = match cut.text() {
            Ok(text) => text,
            Err((text, reason)) => {
                let unit = Unit { what: What::Bad(text, reason), line: Some(place) };
                return self.after_what_waits(unit);
            }
        };
        if text.trim().is_empty() {
            return self.reply.take().map(|(unit, _)| unit);
        }
        if matches!(self.mode, Mode::Begin) {
            if text.starts_with('#') {
                return None;
            }
            if bounce::begins(&text) {
                self.mode = Mode::Message { mbox: text.starts_with("From "), blank: false };
                self.message = Some((format!("{text}\n").into_bytes(), place));
                return None;
            }
            self.mode = Mode::Lines;
        }
        if text.starts_with('#') {
            return None;
        }
        self.text_line(text.trim(), place)
    }

    /// A line among lines: the lines of one reply belong together.
    fn text_line(&mut self, text: &str, place: Line) -> Option<Unit> {
        let goes_on = starts(text) && text.as_bytes().get(3) == Some(&b'-');
        if let Some((mut unit, code)) = self.reply.take() {
            if text.starts_with(code.as_str()) && starts(text) {
                if let What::Text(reply) = &mut unit.what
                    && reply.len() + text.len() < LONGEST_REPLY
                {
                    reply.push('\n');
                    reply.push_str(text);
                }
                if goes_on {
                    self.reply = Some((unit, code));
                    return None;
                }
                return Some(unit);
            }
            self.next = Some(unit);
        }
        let unit = Unit { what: What::Text(text.to_owned()), line: Some(place) };
        if goes_on {
            self.reply = Some((unit, text[..3].to_owned()));
            return self.next.take();
        }
        match self.next.take() {
            Some(before) => {
                self.next = Some(unit);
                Some(before)
            }
            None => Some(unit),
        }
    }

    fn message_line(&mut self, cut: Cut, place: Line) -> Option<Unit> {
        let bytes = match cut {
            Cut::Line { bytes, .. } | Cut::Long { start: bytes, .. } => bytes,
            Cut::Failed { .. } => Vec::new(),
        };
        let Mode::Message { mbox, blank } = &mut self.mode else { return None };
        let next = *mbox && *blank && bytes.starts_with(b"From ");
        *blank = bytes.is_empty();
        if next {
            return self.message.replace(([bytes.as_slice(), b"\n"].concat(), place)).map(message);
        }
        let (all, _) = self.message.get_or_insert_with(|| (Vec::new(), place));
        if all.len() < bounce::LONGEST {
            all.extend_from_slice(&bytes);
            all.push(b'\n');
        }
        None
    }

    /// The unit, behind what has to go out before it.
    fn after_what_waits(&mut self, unit: Unit) -> Option<Unit> {
        let before = self.message.take().map(message).or_else(|| self.reply.take().map(|(unit, _)| unit));
        match before {
            Some(before) => {
                self.next = Some(unit);
                Some(before)
            }
            None => Some(unit),
        }
    }

    /// What is left when a file has ended.
    fn last(&mut self) -> Option<Unit> {
        self.mode = Mode::Begin;
        self.message.take().map(message).or_else(|| self.reply.take().map(|(unit, _)| unit))
    }
}

fn message((bytes, place): (Vec<u8>, Line)) -> Unit {
    Unit { what: What::Message(bytes), line: Some(place) }
}

impl Units for Gather {
    type Unit = Unit;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Unit>> {
        loop {
            if let Some(unit) = self.next.take() {
                return Poll::Ready(Some(unit));
            }
            let from_file = self.file.is_some();
            let feed = self.file.as_mut().unwrap_or(&mut self.feed);
            let unit = match std::task::ready!(feed.poll_next(cx)) {
                Some(Piece::Word(word)) => self.word(word),
                Some(Piece::Line(cut, file)) => self.line(cut, file),
                None => {
                    let last = self.last();
                    if from_file {
                        self.file = None;
                    } else if last.is_none() {
                        return Poll::Ready(None);
                    }
                    last
                }
            };
            if unit.is_some() {
                return Poll::Ready(unit);
            }
        }
    }
}
