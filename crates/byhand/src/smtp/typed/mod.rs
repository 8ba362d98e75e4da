//! An SMTP session that a person types, without socket, clock and terminal.

mod api;

use std::time::Duration;

pub use api::{Do, Ending, Prompt, Secret, Settings, Shown};

use super::session::Input;

/// A typed session; see the module.
#[derive(Debug)]
pub struct Typed {
    settings: Settings,
}

impl Typed {
    /// A session that is not connected yet; the first thing it asks for is the connection.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// What the owner is to do next; `None`: nothing until something comes.
    pub fn next(&mut self, _at: Duration) -> Option<Do> {
        None
    }

    /// When `Input::TimedOut` is due, since the connection attempt began.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        None
    }

    /// The connection stands; a line about it, and how long it took.
    pub fn connected(&mut self, _at: Duration, _text: &str, _took: Duration) {}

    /// A line was entered.
    pub fn line(&mut self, _at: Duration, _text: &str) {}

    /// Whether a script's next line is wanted now.
    #[must_use]
    pub fn wants_line(&self) -> bool {
        true
    }

    /// Something came from the network.
    pub fn input(&mut self, _at: Duration, _input: Input<'_>) {}

    /// What reading a file gave.
    pub fn file(&mut self, _at: Duration, _read: Result<Vec<u8>, String>) {}

    /// What writing a file gave.
    pub fn saved(&mut self, _at: Duration, _written: Result<(), String>) {}

    /// The password that was asked for; `None`: there is none.
    pub fn secret(&mut self, _at: Duration, _secret: Option<Secret>) {}

    /// Ctrl-C.
    pub fn interrupt(&mut self, _at: Duration) {}

    /// Ctrl-D, or the end of a script.
    pub fn end_of_input(&mut self, _at: Duration) {}

    /// What the next line is for.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        Prompt::Command
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.settings.implicit_tls
    }

    /// What there is to show since the last call, in order.
    pub fn take(&mut self) -> Vec<Shown> {
        Vec::new()
    }

    /// What of the session completion and hints need: a copy that may be kept while the session goes on.
    #[must_use]
    pub fn view(&self) -> View {
        View {}
    }

    /// The rest of the usual next line that begins like `line`.
    #[must_use]
    pub fn hint(&self, line: &str) -> Option<String> {
        self.view().hint(line)
    }

    /// Where the word at `at` begins, and what it may become.
    #[must_use]
    pub fn complete(&self, line: &str, at: usize) -> (usize, Vec<String>) {
        self.view().complete(line, at)
    }

    /// Whether `line` has to stay out of any history: AUTH lines, answers to challenges, passwords.
    #[must_use]
    pub fn keeps_out_of_history(&self, line: &str) -> bool {
        self.view().keeps_out_of_history(line)
    }

    /// What became of the session so far.
    #[must_use]
    pub fn exit(&self) -> Ending {
        Ending::Well
    }
}

/// What completion and hints need; see [`Typed::view`].
#[derive(Clone, Debug)]
pub struct View {}

impl View {
    /// See [`Typed::hint`].
    #[must_use]
    pub fn hint(&self, _line: &str) -> Option<String> {
        None
    }

    /// See [`Typed::complete`].
    #[must_use]
    pub fn complete(&self, _line: &str, at: usize) -> (usize, Vec<String>) {
        (at, Vec::new())
    }

    /// See [`Typed::keeps_out_of_history`].
    #[must_use]
    pub fn keeps_out_of_history(&self, _line: &str) -> bool {
        false
    }
}
