//! Arguments and lines as they are, one after the other: what a tool reads before it knows what it means.
//!
//! Arguments come first, then the lines of `-i FILE`; standard input is read where it is not a terminal and nothing else
//! is given, and by `-i -` always. Lines are read on a thread of their own and come through a bounded channel, so that slow
//! work holds up the reader and not the memory.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use super::lines::{Cut, Cutter};
use super::utf16::Decoded;
use crate::cli::args::InputArgs;
use crate::cli::io::Io;

/// An argument, or a line and the name of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// An argument.
    Word(String),
    /// A line, blank ones and comments too.
    Line(Cut, Arc<str>),
}

/// Arguments and lines.
#[derive(Debug)]
pub struct Feed {
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

impl Lines {
    fn new(file: &str, reader: Box<dyn Read + Send>) -> Self {
        Self { file: file.into(), batches: read(reader), batch: Vec::new().into_iter() }
    }
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

impl Feed {
    /// Opens what the arguments name.
    ///
    /// # Errors
    /// Where nothing is named, or the file cannot be opened.
    pub fn open(words: Vec<String>, args: &InputArgs, io: &mut Io) -> Result<Self, NoInput> {
        let count = words.len() as u64;
        let lines = match &args.input {
            Some(path) if path == Path::new("-") => Some(Lines::new("standard input", stdin(io)?)),
            Some(path) => Some(of_file(path)?),
            None if !words.is_empty() => None,
            None if io.stdin_is_terminal => return Err(NoInput::Nothing),
            None => Some(Lines::new("standard input", stdin(io)?)),
        };
        let total = lines.is_none().then_some(count);
        Ok(Self { words: words.into_iter(), lines, total })
    }

    /// The lines of a file.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn file(path: &Path) -> Result<Self, NoInput> {
        Ok(Self { words: Vec::new().into_iter(), lines: Some(of_file(path)?), total: None })
    }

    /// How many there are, where that is known from the start.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next one; `None` at the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Piece>> {
        if let Some(word) = self.words.next() {
            return Poll::Ready(Some(Piece::Word(word)));
        }
        let Some(lines) = &mut self.lines else { return Poll::Ready(None) };
        loop {
            if let Some(cut) = lines.batch.next() {
                return Poll::Ready(Some(Piece::Line(cut, Arc::clone(&lines.file))));
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

fn of_file(path: &Path) -> Result<Lines, NoInput> {
    let name = path.display().to_string();
    match open(path) {
        Ok(file) => Ok(Lines::new(&name, Box::new(file))),
        Err(error) => Err(NoInput::File(name, error)),
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

/// Reads on a thread of its own: a read of standard input cannot be waited for in any other way on every system, and
/// the thread may be left behind when the run is over.
fn read(reader: Box<dyn Read + Send>) -> mpsc::Receiver<Vec<Cut>> {
    let (sender, receiver) = mpsc::channel(4);
    let work = move || {
        let mut reader = Decoded::new(reader);
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
