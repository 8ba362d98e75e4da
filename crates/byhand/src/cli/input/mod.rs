//! What there is to do: arguments, a file's lines or standard input, each made into an [`Item`] or a [`Bad`] one.
//!
//! Arguments come first, then the lines of `-i FILE`; standard input is read where it is not a terminal and nothing else
//! is given, and by `-i -` always. Lines are read on a thread of their own and come through a bounded channel, so that a
//! slow network holds up the reader and not the memory. A bad line is one bad item; the others are still done.
//!
//! [`lines`] cuts bytes into lines, [`item`] says what a line means, [`record`] checks records that come down the pipe.

mod item;
mod lines;
mod record;
mod server;

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

pub use item::{Item, parse};
pub use server::{Server, ServerHost};

use self::lines::{Cut, Cutter};
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
pub struct Source {
    words: std::vec::IntoIter<String>,
    lines: Option<Lines>,
    total: Option<u64>,
}

#[derive(Debug)]
struct Lines {
    file: Arc<str>,
    batches: mpsc::Receiver<Vec<Cut>>,
    batch: std::vec::IntoIter<Cut>,
}

/// Why there is nothing to read from.
#[derive(Debug, thiserror::Error)]
pub enum NoInput {
    /// Neither an argument nor a file nor a pipe.
    #[error("nothing was given")]
    Nothing,
    /// The file cannot be opened.
    #[error("cannot read {0}: {1}")]
    File(String, std::io::Error),
}

impl Source {
    /// Opens what the arguments name.
    ///
    /// # Errors
    /// Where nothing is named, or the file cannot be opened.
    pub fn open(words: Vec<String>, args: &InputArgs, io: &mut Io) -> Result<Self, NoInput> {
        let mut total = Some(words.len() as u64);
        let lines = match &args.input {
            Some(path) if path == Path::new("-") => Some(("standard input".to_owned(), stdin(io)?)),
            Some(path) => {
                let name = path.display().to_string();
                match open(path) {
                    Ok(file) => Some((name, Box::new(file) as Box<dyn Read + Send>)),
                    Err(error) => return Err(NoInput::File(name, error)),
                }
            }
            None if !words.is_empty() => None,
            None if io.stdin_is_terminal => return Err(NoInput::Nothing),
            None => Some(("standard input".to_owned(), stdin(io)?)),
        };
        let lines = lines.map(|(file, reader)| {
            total = None;
            Lines { file: file.into(), batches: read(reader), batch: Vec::new().into_iter() }
        });
        Ok(Self { words: words.into_iter(), lines, total })
    }

    /// How many there are, where that is known from the start.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next one; `None` at the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Input>> {
        if let Some(word) = self.words.next() {
            let item = parse(&word).map_err(|reason| Bad { text: shortened(&word), reason, line: None });
            return Poll::Ready(Some(Input { item, line: None }));
        }
        let Some(lines) = &mut self.lines else { return Poll::Ready(None) };
        loop {
            for cut in lines.batch.by_ref() {
                if let Some(input) = of_line(&lines.file, cut) {
                    return Poll::Ready(Some(input));
                }
            }
            match std::task::ready!(lines.batches.poll_recv(cx)) {
                Some(batch) => lines.batch = batch.into_iter(),
                None => {
                    self.lines = None;
                    return Poll::Ready(None);
                }
            }
        }
    }
}

/// Opens a file; a folder, which some systems open as well, cannot be read and is wrong usage.
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() { Err(std::io::ErrorKind::IsADirectory.into()) } else { Ok(file) }
}

fn stdin(io: &mut Io) -> Result<Box<dyn Read + Send>, NoInput> {
    io.stdin.take().ok_or(NoInput::Nothing)
}

/// What a line is: nothing (blank, a comment), something to do, or a bad line.
fn of_line(file: &Arc<str>, cut: Cut) -> Option<Input> {
    let (number, text, reason) = match cut {
        Cut::Line { number, bytes } => match String::from_utf8(bytes) {
            Ok(line) => {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    return None;
                }
                match parse(line) {
                    Ok(item) => return Some(Input { item: Ok(item), line: Some((number, Arc::clone(file))) }),
                    Err(reason) => (number, shortened(line), reason),
                }
            }
            Err(error) => {
                (number, shortened(&String::from_utf8_lossy(error.as_bytes())), "this is not UTF-8 text".into())
            }
        },
        Cut::Long { number, start } => {
            (number, String::from_utf8_lossy(&start).into_owned(), "a line cannot have more than 1 MiB".into())
        }
        Cut::Failed { number, error } => (number, String::new(), format!("reading stopped here: {error}")),
    };
    let line = Some((number, Arc::clone(file)));
    Some(Input { item: Err(Bad { text, reason, line: line.clone() }), line })
}

/// Enough of a text to find it again.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Reads on a thread of its own: a read of standard input cannot be waited for in any other way on every system, and
/// the thread may be left behind when the run is over.
fn read(mut reader: Box<dyn Read + Send>) -> mpsc::Receiver<Vec<Cut>> {
    let (sender, receiver) = mpsc::channel(4);
    let work = move || {
        let mut cutter = Cutter::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let (batch, end) = match reader.read(&mut buffer) {
                Ok(0) => (cutter.finish().into_iter().collect(), true),
                Ok(count) => (cutter.feed(&buffer[..count]), false),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => (cutter.fail(&error.to_string()), true),
            };
            if (!batch.is_empty() && sender.blocking_send(batch).is_err()) || end {
                return;
            }
        }
    };
    // Where no thread can be had, the channel is closed and the input looks empty: there is no better way to go on.
    let _ = std::thread::Builder::new().name("input".into()).spawn(work);
    receiver
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
