//! The outside world as a tool sees it: three streams, and what the terminal is like.
//!
//! A tool gets an [`Io`] and touches nothing else, so that a test can be that world ([`Io::captured`]). Standard error is
//! shared between tasks and with the progress line, which steps aside for every message.

use std::io::{IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::{Color, Format, OutputArgs};
use crate::render::{Look, safe};
use crate::wire::Outcome;

/// Three streams and the terminal.
pub struct Io {
    /// Standard input, until somebody takes it.
    pub stdin: Option<Box<dyn Read + Send>>,
    /// Whether a person would have to type it.
    pub stdin_is_terminal: bool,
    /// Standard output: records.
    pub stdout: Box<dyn Write + Send>,
    /// Whether a person reads it.
    pub stdout_is_terminal: bool,
    /// Standard error: messages.
    pub stderr: Stderr,
    /// Whether a person reads it.
    pub stderr_is_terminal: bool,
    /// The terminal's columns, where known.
    pub columns: Option<usize>,
    /// Whether the locale has UTF-8.
    pub unicode: bool,
    /// Whether colour is out of the question (`NO_COLOR`, `TERM=dumb`).
    pub colorless: bool,
    /// A variable of the environment, where it is set and not empty.
    pub env: fn(&str) -> Option<String>,
    /// Asks for a secret on the terminal, without echo; an error where there is none.
    pub ask_secret: Option<fn(&str) -> std::io::Result<String>>,
}

impl std::fmt::Debug for Io {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Io")
            .field("stdin_is_terminal", &self.stdin_is_terminal)
            .field("stdout_is_terminal", &self.stdout_is_terminal)
            .field("stderr_is_terminal", &self.stderr_is_terminal)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Io {
    /// The real ones.
    #[must_use]
    pub fn system() -> Self {
        let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            stdin: Some(Box::new(std::io::stdin())),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout: Box::new(std::io::stdout()),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr: Stderr::new(tool_name(), Box::new(std::io::stderr())),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            columns: columns.or_else(|| env("COLUMNS")?.parse().ok()),
            unicode: utf8_locale(env),
            colorless: env("NO_COLOR").is_some() || env("TERM").as_deref() == Some("dumb"),
            env,
            ask_secret: Some(|question| rpassword::prompt_password(question)),
        }
    }

    /// A world for tests: no terminal anywhere, standard input as given, everything written to be looked at.
    #[must_use]
    pub fn captured(tool: &str, stdin: Vec<u8>) -> (Self, Captured, Captured) {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        let io = Self {
            stdin: Some(Box::new(std::io::Cursor::new(stdin))),
            stdin_is_terminal: false,
            stdout: Box::new(stdout.clone()),
            stdout_is_terminal: false,
            stderr: Stderr::new(tool.to_owned(), Box::new(stderr.clone())),
            stderr_is_terminal: false,
            columns: None,
            unicode: true,
            colorless: true,
            env: |_| None,
            ask_secret: None,
        };
        (io, stdout, stderr)
    }

    /// Whether a person reads the records.
    #[must_use]
    pub fn for_people(&self, output: &OutputArgs) -> bool {
        match output.format {
            Format::Auto => self.stdout_is_terminal,
            Format::Table => true,
            Format::Json => false,
        }
    }

    /// What the place is like that the records are read in.
    #[must_use]
    pub fn look(&self, output: &OutputArgs) -> Look {
        Look {
            // Hardly anything can be read below 20 columns; very long lines are hard to read as well.
            width: self.columns.unwrap_or(80).clamp(20, 160),
            unicode: self.unicode,
            color: match output.color {
                Color::Auto => self.stdout_is_terminal && !self.colorless,
                Color::Always => true,
                Color::Never => false,
            },
        }
    }
}

/// The name that the tool was called by, for its messages.
pub(super) fn tool_name() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    std::path::Path::new(&path).file_stem().map_or_else(|| "byhand".into(), |name| name.to_string_lossy().into_owned())
}

/// POSIX: the first of these that is set decides.
fn utf8_locale(env: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env(name)).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Standard error, shared: each message is one line with the tool's name in front.
#[derive(Clone)]
pub struct Stderr {
    tool: String,
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    bar: Arc<Mutex<Option<indicatif::ProgressBar>>>,
}

impl std::fmt::Debug for Stderr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stderr").field("tool", &self.tool).finish_non_exhaustive()
    }
}

impl Stderr {
    /// Messages of that tool.
    #[must_use]
    pub fn new(tool: String, out: Box<dyn Write + Send>) -> Self {
        Self { tool, out: Arc::new(Mutex::new(out)), bar: Arc::default() }
    }

    /// Says something: one line, foreign text made harmless.
    pub fn say(&self, text: &str) {
        let line = format!("{}: {}\n", self.tool, safe::clean(text, true));
        self.aside(|| {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            // There is nowhere to tell that nothing can be told.
            let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
        });
    }

    /// Says that an input was nothing to work on: what it was, and why.
    pub fn bad_input(&self, input: Option<&str>, outcome: &Outcome) {
        let input = safe::truncate(&safe::clean(input.unwrap_or_default(), true), 60, true);
        let input = if input.is_empty() { "\"\"" } else { &input };
        self.say(&format!("{input}: {}", outcome.text));
    }

    /// Does something to the terminal while the progress line steps aside.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// Puts a progress line under all messages, or takes it away.
    pub(super) fn set_bar(&self, bar: Option<indicatif::ProgressBar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

/// What a test's world was told.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// All of it so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Io, utf8_locale};

    #[test]
    fn the_first_locale_variable_decides() {
        let env = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(utf8_locale(env(&[("LANG", "de_DE.UTF-8")])));
        assert!(utf8_locale(env(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")])));
        assert!(!utf8_locale(env(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])));
        assert!(!utf8_locale(env(&[])));
    }

    #[test]
    fn messages_are_one_harmless_line() {
        let (io, _, stderr) = Io::captured("mxlookup", vec![]);
        io.stderr.say("a\u{1b}[2Jb\nc");
        assert_eq!(stderr.text(), "mxlookup: a\\x1b[2Jb\\x0ac\n");
    }
}
