//! Cuts the input into units: a line, a reply of several lines, a whole message.
//!
//! Input that begins like a message is one (or an mbox, in which a `From ` line behind a blank one begins the next), also
//! quoted or indented. Input that begins with a sentence may be what somebody copied out of a bounce: it is gathered until
//! that can be told, and read line by line where it is none. Else each line is a unit; blank lines, comments and what a client
//! said ([`Session`]) are passed over, and the lines of one reply ([`folded`](crate::folded)) belong together; it waits a
//! moment for more of them. What stands between replies without a code may be what somebody wrote about them. A message is
//! kept up to the length that is ever looked at, whatever its size.
//!
//! Lines that are not UTF-8 are read as Latin-1, which servers outside the English-speaking countries still write.
//! An argument that is no reply and names a file is read in its place; `-` is standard input.

use std::collections::VecDeque;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use byhand::cli::args::InputArgs;
use byhand::cli::input::{Cut, Feed, Line, NoInput, Piece, shortened};
use byhand::cli::io::Io;
use byhand::cli::pump::Units;
use byhand::explain::found::{Found, is_enhanced, starts};
use byhand::explain::{bounce, log};
use tokio::time::Sleep;

use crate::folded::Reply;
use crate::line::{NO_TEXT, is_binary, is_sentence, prefix, text_of, unquoted};
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
    /// A line without a code among replies: a reply all the same, or what somebody wrote about them.
    Aside(String),
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
    /// A reply that may go on, and how long it is waited for.
    reply: Option<Reply>,
    wait: Option<Pin<Box<Sleep>>>,
    /// Whether a reply, a command or a log line was seen among the lines.
    heard: bool,
    message: Option<(Vec<u8>, Line)>,
    /// What is to go out.
    next: VecDeque<Unit>,
    /// What stands in front of each line of something that was quoted or indented.
    prefix: String,
    /// Lines that may be the text of a bounce, and their length together.
    text: Vec<(String, Line)>,
    text_size: usize,
    /// Lines to be read one by one after all.
    again: VecDeque<(String, Line)>,
    session: Session,
}

/// Whoever pastes gives the next line at once; whoever writes one line and waits for the answer gets it after this.
const PATIENCE: Duration = Duration::from_millis(250);

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
            wait: None,
            heard: false,
            message: None,
            next: VecDeque::new(),
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
            return self.release();
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
            self.heard = !text.starts_with('{');
        }
        if text.starts_with('#') {
            return None;
        }
        self.text_line(&text, place)
    }

    /// A line of what may be the text of a bounce. A conversation, a log or JSON behind it shows that it is none: sentences
    /// that somebody wrote above those are no replies.
    fn sentence(&mut self, text: String, place: Line) -> Option<Unit> {
        let session = session::shows_one(&text);
        let json = text.starts_with('{');
        let lines = session || json || !matches!(log::read(&text), log::Line::Other);
        let prose = || self.text.iter().any(|(line, _)| line.trim().is_empty() || line.trim_end().ends_with(':'));
        if lines && (session || prose()) {
            self.text.clear();
        }
        self.text_size += text.len() + 1;
        self.text.push((text, place));
        self.heard = lines && !json;
        if lines || self.text_size > bounce::LONGEST {
            self.read_again();
        }
        None
    }

    fn read_again(&mut self) {
        // A reply, also behind the words that lead to it ("it came back with: 550 5.1.1").
        let is_heard = |line: &str| starts(line) || line.rsplit_once(": ").is_some_and(|(_, reply)| starts(reply));
        self.heard |= self.text.iter().any(|(line, _)| is_heard(session::servers(unquoted(line.trim()).0)));
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
            // A traceback has lines that say nothing; a reply among them is one.
            self.text.retain(|(line, _)| starts(line.trim()) || !application::read(line).is_empty());
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
    fn text_line(&mut self, line: &str, place: Line) -> Option<Unit> {
        let (line, quoted) = unquoted(line);
        let text = session::servers(line.trim());
        self.wait = None;
        if self.reply.as_mut().is_some_and(|reply| reply.takes(text)) {
            return None;
        }
        if text.is_empty() || self.session.client(text) {
            return self.release();
        }
        let begins = Reply::begins(text);
        if !begins && self.reply.as_mut().is_some_and(|reply| reply.takes_bare(line, text, quoted, &place)) {
            return None;
        }
        let before = self.release();
        let command = if starts(text) { self.session.server(text) } else { None };
        if begins {
            (self.reply, self.heard) = (Some(Reply::new(text, quoted, place, command)), true);
            return before;
        }
        let aside = self.heard && !text.starts_with('{');
        let what = if aside { What::Aside(text.to_owned()) } else { What::Text(text.to_owned()) };
        self.after(before, Unit { what, line: Some(place), command })
    }

    /// The reply that was kept: nothing more belongs to it.
    fn release(&mut self) -> Option<Unit> {
        let (reply, lead) = self.reply.take()?.end();
        self.wait = None;
        self.next.extend(lead);
        Some(reply)
    }

    /// Hands out a unit behind the one before it.
    fn after(&mut self, before: Option<Unit>, unit: Unit) -> Option<Unit> {
        match before {
            Some(before) => {
                self.next.push_back(unit);
                Some(before)
            }
            None => Some(unit),
        }
    }

    /// Nothing more is there yet: a reply that is whole goes out after a moment.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Option<Unit>> {
        if !self.reply.as_ref().is_some_and(Reply::is_whole) {
            return Poll::Pending;
        }
        let wait = self.wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        std::task::ready!(wait.as_mut().poll(cx));
        Poll::Ready(self.release())
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
        let before = self.message.take().map(message).or_else(|| self.release());
        self.after(before, unit)
    }

    /// What is left when a file has ended.
    fn last(&mut self) -> Option<Unit> {
        if matches!(self.mode, Mode::Text) {
            return self.sentences_end();
        }
        self.mode = Mode::Begin;
        (self.session, self.heard) = (Session::default(), false);
        self.message.take().map(message).or_else(|| self.release())
    }
}

fn message((bytes, place): (Vec<u8>, Line)) -> Unit {
    Unit { what: What::Message(bytes), line: Some(place), command: None }
}

impl Units for Gather {
    type Unit = Unit;

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Unit>> {
        loop {
            if let Some(unit) = self.next.pop_front() {
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
            let unit = match feed.poll_next(cx) {
                Poll::Pending => return self.wait(cx),
                Poll::Ready(Some(Piece::Word(word))) => self.word(word),
                Poll::Ready(Some(Piece::Line(cut, file))) => self.line(cut, file),
                Poll::Ready(None) => {
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
