//! What there is to do: arguments, a file's lines or standard input, each made into an [`Item`] or a [`Bad`] one.
//!
//! Arguments come first, then the lines of `-i FILE`; standard input is read where it is not a terminal and nothing else
//! is given, and by `-i -` always. Lines are read on a thread of their own and come through a bounded channel, so that a
//! slow network holds up the reader and not the memory. A bad line is one bad item; the others are still done.
//!
//! [`feed`] gives arguments and lines as they are, [`utf16`] makes UTF-16 readable, [`lines`] cuts bytes into lines, [`item`] says what a line means, [`record`] checks records that come down the pipe.

mod feed;
mod item;
mod lines;
mod record;
mod server;
mod utf16;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

pub use feed::{Feed, NoInput, Piece};
pub use item::{Item, parse};
pub use lines::Cut;
pub use server::{Server, ServerHost};

use super::args::InputArgs;
use super::io::Io;
use crate::render::safe;
use crate::wire::{Fault, Outcome, Stage, Status};

/// One thing to do, or a line that is none; and where it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What it is.
    pub item: Result<Item, Bad>,
    /// The line's number and the file's name; `None` for an argument.
    pub line: Option<Line>,
}

/// A line's number and the file's name.
pub type Line = (u64, Arc<str>);

impl Input {
    /// Makes something of the item; what cannot be used (its name, and why) is bad input of the same line.
    ///
    /// # Errors
    /// The bad input.
    pub fn and_then<T>(self, make: impl FnOnce(Item) -> Result<T, (String, String)>) -> Result<T, Bad> {
        let line = self.line;
        self.item.and_then(|item| make(item).map_err(|(text, reason)| Bad { text, reason, line }))
    }
}

/// A line or argument that is nothing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The line, or what its beginning is.
    pub text: String,
    /// Why: a sentence without a full stop.
    pub reason: String,
    /// The line's number and the file's name; `None` for an argument.
    pub line: Option<Line>,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = safe::truncate(&safe::clean(&self.text, true), 60, true);
        let text = if text.is_empty() { "\"\"" } else { &text };
        write!(f, "{text}: {}", self.reason)?;
        match &self.line {
            Some((number, file)) => write!(f, " (line {number} of {file})"),
            None => Ok(()),
        }
    }
}

impl Bad {
    /// The outcome of a record about it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let place = self.line.as_ref().map(|(number, file)| format!(" (line {number} of {file})")).unwrap_or_default();
        let text = format!("{}{place}", self.reason);
        Outcome::failed(Status::Permanent, Stage::Dns, Fault::BadInput, text)
    }
}

/// All there is to do, one after the other.
#[derive(Debug)]
pub struct Source(Feed);

impl Source {
    /// Opens what the arguments name.
    ///
    /// # Errors
    /// Where nothing is named, or the file cannot be opened.
    pub fn open(words: Vec<String>, args: &InputArgs, io: &mut Io) -> Result<Self, NoInput> {
        Feed::open(words, args, io).map(Self)
    }

    /// How many there are, where that is known from the start.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.0.total()
    }

    /// The next one; `None` at the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Input>> {
        loop {
            let input = match std::task::ready!(self.0.poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Piece::Word(word)) => {
                    let item = parse(&word).map_err(|reason| Bad { text: shortened(&word), reason, line: None });
                    Some(Input { item, line: None })
                }
                Some(Piece::Line(cut, file)) => of_line(&file, cut),
            };
            if input.is_some() {
                return Poll::Ready(input);
            }
        }
    }
}

/// What a line is: nothing (blank, a comment), something to do, or a bad line.
fn of_line(file: &Arc<str>, cut: Cut) -> Option<Input> {
    let place = Some((cut.number(), Arc::clone(file)));
    let bad = |text, reason| Input { item: Err(Bad { text, reason, line: place.clone() }), line: place.clone() };
    let line = match cut.text() {
        Ok(line) => line,
        Err((text, reason)) => return Some(bad(shortened(&text), reason)),
    };
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    Some(match parse(line) {
        Ok(item) => Input { item: Ok(item), line: place },
        Err(reason) => bad(shortened(line), reason),
    })
}

/// Enough of a text to find it again.
#[must_use]
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::{Input, Source};
    use crate::cli::args::InputArgs;
    use crate::cli::io::Io;

    fn all(words: &[&str], stdin: &[u8]) -> Vec<Input> {
        let (mut io, ..) = Io::captured("test", stdin.to_vec());
        let words = words.iter().map(|&word| word.to_owned()).collect();
        let mut source = Source::open(words, &InputArgs::default(), &mut io).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut out = Vec::new();
            while let Some(input) = poll_fn(|cx| source.poll_next(cx)).await {
                out.push(input);
            }
            out
        })
    }

    fn messages(inputs: &[Input]) -> Vec<String> {
        inputs.iter().map(|input| input.item.as_ref().map_or_else(ToString::to_string, |_| "ok".into())).collect()
    }

    #[test]
    fn bad_lines_are_named_and_the_others_are_done() {
        let stdin = b"\xef\xbb\xbfexample.org\r\n\n  # a comment\n bad..name \n\xff\xfe\nexample.net";
        assert_eq!(
            messages(&all(&[], stdin)),
            [
                "ok",
                "bad..name: a domain name cannot have an empty label (line 4 of standard input)",
                "\u{fffd}\u{fffd}: this is not UTF-8 text (line 5 of standard input)",
                "ok",
            ]
        );
    }

    #[test]
    fn arguments_are_no_lines() {
        assert_eq!(
            messages(&all(&["example.org", "", "#x", "a\u{1b}b"], b"never read")),
            [
                "ok",
                "\"\": a domain name cannot be empty",
                "#x: a domain name cannot have \"#\" in it",
                "a\\x1bb: a domain name cannot have the control character \\x1b in it",
            ]
        );
    }

    #[test]
    fn a_line_without_end_is_one_bad_line() {
        let mut stdin = vec![b'x'; 3 << 20];
        stdin.extend_from_slice(b"\nexample.org\n");
        let got = messages(&all(&[], &stdin));
        assert_eq!(got.len(), 2);
        assert!(got[0].ends_with(": a line cannot have more than 1 MiB (line 1 of standard input)"), "{}", got[0]);
        assert_eq!(got[1], "ok");
    }

    #[test]
    fn nothing_given() {
        let (mut io, ..) = Io::captured("test", vec![]);
        io.stdin_is_terminal = true;
        assert!(Source::open(vec![], &InputArgs::default(), &mut io).is_err());
        let args = InputArgs { input: Some("/nonexistent/list".into()) };
        assert!(
            Source::open(vec![], &args, &mut io).unwrap_err().to_string().starts_with("cannot read /nonexistent/list:")
        );
        let args = InputArgs { input: Some("/".into()) };
        assert_eq!(Source::open(vec![], &args, &mut io).unwrap_err().to_string(), "cannot read /: is a directory");
    }
}
