//! Cuts the input into units: a line, a reply of several lines, a whole message.
//!
//! Input that begins like a message is one (or an mbox, in which a `From ` line behind a blank one begins the next), also
//! quoted or indented. Input that begins with a sentence may be what somebody copied out of a bounce: it is gathered until
//! that can be told, and read line by line where it is none. Else each line is a unit; blank lines, comments and what a client
//! said ([`Session`]) are passed over, and lines of one reply (`550-...`, `550 ...`; RFC 5321 §4.2.1) belong together. A
//! message is kept up to the length that is ever looked at, whatever its size.
//!
//! Lines that are not UTF-8 are read as Latin-1, which servers outside the English-speaking countries still write.
//! An argument that is no reply and names a file is read in its place; `-` is standard input.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use byhand::cli::args::InputArgs;
use byhand::cli::input::{Cut, Feed, Line, NoInput, Piece, shortened};
use byhand::cli::io::Io;
use byhand::cli::pump::Units;
use byhand::explain::found::{Found, is_enhanced, starts};
use byhand::explain::{bounce, log};

use crate::session::{self, Session};
use crate::{application, record};

/// One thing to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) what: What,
    /// Where it was read; `None` for an argument.
    pub(crate) line: Option<Line>,
    /// The command that a conversation shows before it.
    pub(crate) command: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An argument or a line.
    Text(String),
    /// A whole message.
    Message(Vec<u8>),
    /// What was found in a text that was copied out of a bounce.
    Found(Vec<Found>),
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
    /// Sentences: perhaps the text of a bounce.
    Text,
    /// A message, or an mbox of them; whether the last line was blank.
    Message {
        mbox: bool,
        blank: bool,
    },
    /// What is nothing to explain to its end.
    Skip,
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
    /// What stands in front of each line of something that was quoted or indented.
    prefix: String,
    /// Lines that may be the text of a bounce, and their length together.
    text: Vec<(String, Line)>,
    text_size: usize,
    /// Lines to be read one by one after all.
    again: VecDeque<(String, Line)>,
    session: Session,
}

/// More than this is no reply (64 KiB is what a session would take).
const LONGEST_REPLY: usize = 64 * 1024;

/// A reply that was typed without quotation marks is one all the same.
pub(crate) fn joined(words: Vec<String>) -> Vec<String> {
    let bare = words.len() > 1 && words.iter().all(|word| !word.contains(char::is_whitespace));
    let code = words.first().is_some_and(|word| starts(word) || is_enhanced(word));
    let several = words.iter().skip(1).any(|word| word.len() == 3 && starts(word));
    if bare && code && !several { vec![words.join(" ")] } else { words }
}

impl Gather {
    pub(crate) fn open(mut words: Vec<String>, args: &InputArgs, io: &mut Io) -> Result<Self, NoInput> {
        let mut args = args.clone();
        if args.input.is_none() && words.iter().any(|word| word == "-") {
            words.retain(|word| word != "-");
            args.input = Some("-".into());
        }
        let feed = Feed::open(words, &args, io)?;
        Ok(Self {
            feed,
            file: None,
            mode: Mode::Begin,
            reply: None,
            message: None,
            next: None,
            prefix: String::new(),
            text: Vec::new(),
            text_size: 0,
            again: VecDeque::new(),
            session: Session::default(),
        })
    }

    pub(crate) fn total(&self) -> Option<u64> {
        self.feed.total()
    }

    fn word(&mut self, word: String) -> Option<Unit> {
        let path = Path::new(&word);
        let bad =
            |reason: &str| Some(Unit { what: What::Bad(word.clone(), reason.to_owned()), line: None, command: None });
        if !starts(&word) && !word.starts_with('{') {
            // A pipe that the shell made is no file of the ordinary kind, and is read as one.
            match path.metadata() {
                Ok(found) if found.is_dir() => return bad("is a directory"),
                Ok(_) => match Feed::file(path) {
                    Ok(feed) => {
                        self.file = Some(feed);
                        return None;
                    }
                    Err(error) => return bad(&error.to_string()),
                },
                Err(_) => {}
            }
        }
        Some(Unit { what: What::Text(word), line: None, command: None })
    }

    /// Takes a line; gives the unit that it ends or is.
    fn line(&mut self, cut: Cut, file: Arc<str>) -> Option<Unit> {
        let place = (cut.number(), file);
        let failed = matches!(cut, Cut::Failed { .. });
        if matches!(self.mode, Mode::Message { .. }) && !failed {
            return self.message_line(cut, place);
        }
        if matches!(self.mode, Mode::Skip) && !failed {
            return None;
        }
        // One line that cannot be read is told, and the others are still read; a file of another kind has no lines.
        if matches!(self.mode, Mode::Begin | Mode::Text) && is_binary(&cut) {
            self.text.clear();
            (self.text_size, self.mode) = (0, Mode::Skip);
            return Some(Unit { what: What::Bad(place.1.to_string(), NO_TEXT.to_owned()), line: None, command: None });
        }
        match text_of(cut) {
            Ok(text) => self.text_of_any(text, place),
            Err((text, reason)) => {
                let unit = Unit { what: What::Bad(text, reason), line: Some(place), command: None };
                self.after_what_waits(unit)
            }
        }
    }

    /// Takes a line of text.
    fn text_of_any(&mut self, text: String, place: Line) -> Option<Unit> {
        if matches!(self.mode, Mode::Text) {
            return self.sentence(text, place);
        }
        if matches!(self.mode, Mode::Begin)
            && let Some(goes_on) = record::laid_out(&text)
        {
            self.mode = if goes_on { Mode::Skip } else { Mode::Lines };
            let what = What::Bad(shortened(text.trim()), record::ONE_A_LINE.to_owned());
            return Some(Unit { what, line: Some(place), command: None });
        }
        if text.trim().is_empty() {
            return self.reply.take().map(|(unit, _)| unit);
        }
        if matches!(self.mode, Mode::Begin) {
            if text.starts_with('#') {
                return None;
            }
            self.prefix = prefix(&text);
            let inner = self.bare(text.as_bytes());
            if let Ok(inner) = std::str::from_utf8(inner)
                && bounce::begins(inner)
            {
                self.mode = Mode::Message { mbox: inner.starts_with("From "), blank: false };
                self.message = Some((format!("{inner}\n").into_bytes(), place));
                return None;
            }
            if is_sentence(text[self.prefix.len().min(text.len())..].trim()) {
                self.mode = Mode::Text;
                return self.sentence(text, place);
            }
            self.mode = Mode::Lines;
        }
        if text.starts_with('#') {
            return None;
        }
        self.text_line(text.trim(), place)
    }

    /// A line of what may be the text of a bounce. A conversation, a log or JSON behind it shows that it is none: sentences
    /// that somebody wrote above those are no replies.
    fn sentence(&mut self, text: String, place: Line) -> Option<Unit> {
        let session = session::shows_one(&text);
        let lines = session || text.starts_with('{') || !matches!(log::read(&text), log::Line::Other);
        let prose = self.text.iter().any(|(line, _)| line.trim().is_empty() || line.trim_end().ends_with(':'));
        if lines && (session || prose) {
            self.text.clear();
        }
        self.text_size += text.len() + 1;
        self.text.push((text, place));
        if lines || self.text_size > bounce::LONGEST {
            self.read_again();
        }
        None
    }

    fn read_again(&mut self) {
        self.again.extend(self.text.drain(..));
        (self.text_size, self.mode) = (0, Mode::Lines);
    }

    /// The end of what may be the text of a bounce.
    fn sentences_end(&mut self) -> Option<Unit> {
        let text: String = self
            .text
            .iter()
            .flat_map(|(line, _)| [std::str::from_utf8(self.bare(line.as_bytes())).unwrap_or(line), "\n"])
            .collect();
        if text.lines().any(application::shows_one) {
            self.text.retain(|(line, _)| !application::read(line).is_empty());
            self.read_again();
            if self.again.is_empty() {
                self.mode = Mode::Begin;
            }
            return None;
        }
        match bounce::pasted(&text) {
            Some(found) => {
                let line = self.text.drain(..).next().map(|(_, place)| place);
                (self.text_size, self.mode) = (0, Mode::Begin);
                Some(Unit { what: What::Found(found), line, command: None })
            }
            None => {
                self.read_again();
                None
            }
        }
    }

    /// A line without what stands in front of all of them.
    fn bare<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        match line.strip_prefix(self.prefix.as_bytes()) {
            Some(rest) => rest,
            None if line.trim_ascii_end() == self.prefix.as_bytes().trim_ascii_end() => b"",
            None => line,
        }
    }

    /// A line among lines: the lines of one reply belong together.
    fn text_line(&mut self, text: &str, place: Line) -> Option<Unit> {
        let text = session::servers(text);
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
        if self.session.client(text) {
            return self.next.take();
        }
        let command = if starts(text) { self.session.server(text) } else { None };
        let unit = Unit { what: What::Text(text.to_owned()), line: Some(place), command };
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
        let bytes = self.bare(&bytes).to_vec();
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
        if matches!(self.mode, Mode::Text) {
            return self.sentences_end();
        }
        self.mode = Mode::Begin;
        self.session = Session::default();
        self.message.take().map(message).or_else(|| self.reply.take().map(|(unit, _)| unit))
    }
}

fn message((bytes, place): (Vec<u8>, Line)) -> Unit {
    Unit { what: What::Message(bytes), line: Some(place), command: None }
}

/// A line as text: UTF-8, else Latin-1. What has control characters besides is neither.
fn text_of(cut: Cut) -> Result<String, (String, String)> {
    let Cut::Line { number, bytes } = cut else { return cut.text() };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.into_bytes();
            if bytes.iter().any(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\r')) {
                return Cut::Line { number, bytes }.text();
            }
            Ok(bytes.into_iter().map(char::from).collect())
        }
    }
}

/// What is said of a file that is none to be read by lines.
const NO_TEXT: &str = "this is no text: give replies, a mail log or a bounce message";

/// Whether a line is of a file that holds no text: a NUL, or many control characters.
fn is_binary(cut: &Cut) -> bool {
    let (Cut::Line { bytes, .. } | Cut::Long { start: bytes, .. }) = cut else { return false };
    let odd = |b: &&u8| b.is_ascii_control() && !matches!(b, b'\t' | b'\r' | 0x1b);
    bytes.contains(&0) || bytes.iter().filter(odd).count() * 10 > bytes.len()
}

/// What stands in front of a line that was quoted (`> `) or indented.
fn prefix(line: &str) -> String {
    let end = line.find(|c: char| !matches!(c, '>' | ' ' | '\t')).unwrap_or(line.len());
    // sendmail's transcripts have ">>> " in front of a command.
    if line.starts_with(">>> ") { String::new() } else { line[..end].to_owned() }
}

/// Whether a first line is no reply and no line of a conversation, of a log or of JSON.
fn is_sentence(line: &str) -> bool {
    let said = session::servers(line);
    !(starts(said)
        || said.split(' ').next().is_some_and(is_enhanced)
        || line.starts_with('{')
        || session::is_client(line)
        || !matches!(log::read(line), log::Line::Other))
}

impl Units for Gather {
    type Unit = Unit;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Unit>> {
        loop {
            if let Some(unit) = self.next.take() {
                return Poll::Ready(Some(unit));
            }
            if let Some((text, place)) = self.again.pop_front() {
                if let Some(unit) = self.text_of_any(text, place) {
                    return Poll::Ready(Some(unit));
                }
                continue;
            }
            let from_file = self.file.is_some();
            let feed = self.file.as_mut().unwrap_or(&mut self.feed);
            let unit = match std::task::ready!(feed.poll_next(cx)) {
                Some(Piece::Word(word)) => self.word(word),
                Some(Piece::Line(cut, file)) => self.line(cut, file),
                None => {
                    let last = self.last();
                    if !self.again.is_empty() {
                        continue;
                    }
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
