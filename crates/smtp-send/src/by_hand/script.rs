//! A script in place of a person: its lines are given one by one, each when the session waits for it.
//!
//! Each thing said is one `event/1` record, or a line of the conversation with `--format table`. Nothing is asked; a
//! password comes from the options or not at all.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc;
use std::time::Duration;

use byhand::cli::args::OutputArgs;
use byhand::cli::exit;
use byhand::cli::io::{Io, Stderr};
use byhand::cli::output::Output;
use byhand::smtp::auth::Secret;
use byhand::smtp::typed::{Prompt, Shown, Typed, Why, check};
use byhand::tool::converse::{Password, Seat, Typing};
use byhand::wire::{Event, Record};
use tokio::sync::mpsc::UnboundedSender;

use super::Picture;

/// The largest script that is looked at as a whole.
const CHECKED: u64 = 64 << 20;

/// The longest line of a script; no server takes a longer one, nor a message of one.
const LONGEST: u64 = 1 << 20;

/// Where a script comes from.
pub(super) struct Lines {
    from: Box<dyn Read + Send>,
    name: String,
}

impl Lines {
    /// A file. One that is whole already is looked at before anything is done; the sentence and the exit code where that is
    /// of no use.
    pub(super) fn of_file(path: &str) -> Result<Self, (String, u8)> {
        let cannot = |error: std::io::Error| (format!("cannot read {path}: {error}"), exit::USAGE);
        let mut file = File::open(path).map_err(cannot)?;
        let name = path.to_owned();
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
        if size.is_none_or(|size| size > CHECKED) {
            return Ok(Self { from: Box::new(file), name });
        }
        let mut octets = Vec::new();
        file.by_ref().take(CHECKED).read_to_end(&mut octets).map_err(cannot)?;
        check(&String::from_utf8_lossy(&octets)).map_err(|why| (of_line(&name, &why), exit::BAD_INPUT))?;
        Ok(Self { from: Box::new(std::io::Cursor::new(octets).chain(file)), name })
    }

    pub(super) fn of_stdin(io: &mut Io) -> Result<Self, String> {
        let from = io.stdin.take().ok_or("standard input can be read only once")?;
        Ok(Self { from, name: "standard input".into() })
    }
}

/// A script; see the module.
pub(super) struct Script {
    output: Output,
    stderr: Stderr,
    picture: Picture,
    /// A password that the options give.
    password: Option<Secret>,
    quiet: bool,
    verbose: bool,
    /// What the script is called.
    name: String,
    wanted: mpsc::Sender<()>,
    /// Whether a line is on its way.
    reads: bool,
    /// The script could not be read.
    unreadable: Option<String>,
    /// Standard output could not be written.
    broken: Option<std::io::Error>,
}

impl Script {
    pub(super) fn new(
        output: Output,
        stderr: Stderr,
        args: &OutputArgs,
        (lines, password): (Lines, Option<Secret>),
        keys: UnboundedSender<Typing>,
    ) -> Self {
        let (wanted, wants) = mpsc::channel();
        let name = lines.name.clone();
        std::thread::spawn(move || read(lines, &wants, &keys));
        Self {
            output,
            stderr,
            picture: Picture::default(),
            password,
            quiet: args.quiet,
            verbose: args.verbose,
            name,
            wanted,
            reads: false,
            unreadable: None,
            broken: None,
        }
    }

    /// The way there.
    pub(super) fn route(&mut self, route: &str) {
        let picture = &mut self.picture;
        let drawn = self.output.draw(|out, look| out.write_all(picture.note(look, route).as_bytes()));
        self.note(drawn);
    }

    /// Says what has to be said at the end; the exit code, where it is not the session's.
    pub(super) fn conclude(self, why: Option<&Why>) -> Option<u8> {
        if let Some(why) = &self.unreadable {
            self.stderr.say(why);
            return Some(exit::BAD_INPUT);
        }
        match &self.broken {
            Some(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                self.stderr.say(&format!("cannot write the results: {error}"));
                return Some(exit::INTERNAL);
            }
            _ => {}
        }
        if let Some(why) = why {
            self.stderr.say(&of_line(&self.name, why));
        }
        None
    }

    fn note(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written.and_then(|()| self.output.flush()) {
            self.broken.get_or_insert(error);
        }
    }
}

impl Seat for Script {
    fn show(&mut self, session: u32, shown: Shown) {
        if let Shown::Aside(text) = &shown {
            if self.verbose && !self.output.for_people() {
                text.lines().for_each(|line| self.stderr.say(line));
            }
            if self.quiet {
                return;
            }
        }
        if self.broken.is_some() {
            return;
        }
        let written = if self.output.for_people() {
            let picture = &mut self.picture;
            self.output.draw(|out, look| out.write_all(picture.draw(look, &shown).as_bytes()))
        } else if let Shown::Said(said) | Shown::Told(said) = shown {
            self.output.line(&Record::Event(Event::new(session, said)))
        } else {
            Ok(())
        };
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }

    fn flush(&mut self) {
        self.note(Ok(()));
    }

    fn typed(&mut self, typing: &Typing) {
        self.reads = false;
        if let Typing::Gone(why) = typing {
            self.unreadable.get_or_insert_with(|| why.clone());
        }
    }

    fn secret(&mut self, _label: &str) -> Password {
        self.password.clone().map_or(Password::None, Password::Known)
    }

    fn turn(&mut self, _typed: &Typed, _prompt: Prompt, wants: bool) -> Option<Duration> {
        if wants && !self.reads {
            self.reads = true;
            // The thread ends after it has told the script's end.
            let _ = self.wanted.send(());
        }
        None
    }
}

/// A sentence with the line that it is about.
fn of_line(name: &str, Why { line, text }: &Why) -> String {
    if *line == 0 { text.clone() } else { format!("line {line} of {name}: {text}") }
}

/// Reads a line whenever one is wanted.
fn read(lines: Lines, wants: &mpsc::Receiver<()>, keys: &UnboundedSender<Typing>) {
    let Lines { from, name } = lines;
    let mut from = BufReader::new(from);
    let mut number = 0_u64;
    while wants.recv().is_ok() {
        number += 1;
        let mut octets = Vec::new();
        let read = from.by_ref().take(LONGEST + 2).read_until(b'\n', &mut octets);
        let gone = |why: &str| Typing::Gone(format!("line {number} of {name}: {why}"));
        let typing = match read {
            Ok(0) => Typing::EndOfInput,
            Ok(_) if octets.len() as u64 > LONGEST + 1 => gone("it is longer than 1 MiB"),
            Ok(_) => match String::from_utf8(octets) {
                Ok(text) if number == 1 && text.starts_with('{') && text.contains("\"type\":") => gone(
                    "this is a record, and a script has the lines that one would type; --by-hand DOMAIN says where to",
                ),
                Ok(text) => {
                    let text = text.strip_suffix('\n').unwrap_or(&text);
                    // Some editors begin a file with a mark of its encoding.
                    let text = if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
                    Typing::Lines(vec![text.strip_suffix('\r').unwrap_or(text).to_owned()])
                }
                Err(_) => gone("it is not UTF-8; write other octets as :raw \\xNN"),
            },
            Err(error) => gone(&error.to_string()),
        };
        if keys.send(typing).is_err() {
            return;
        }
    }
}
