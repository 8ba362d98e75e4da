//! What the line editor asks while a line is typed: what stands in front of it, what it may become, and how it looks.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Cmd, ConditionalEventHandler, Context, Event, EventContext, RepeatCount};

use super::screen::Screen;
use crate::render::safe::width;

/// Answers from the session's view.
pub(super) struct Assist {
    pub(super) screen: Arc<Screen>,
}

impl rustyline::Helper for Assist {}

impl Validator for Assist {}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        if self.screen.hides(line) || line.contains('\n') {
            return Ok((at, Vec::new()));
        }
        let view = self.screen.view();
        let (at, candidates) = view.complete(line, at);
        let pair = |replacement: String| {
            let mark = view.mark(&replacement);
            Pair { display: format!("{}{mark}", replacement.trim_end()), replacement }
        };
        Ok((at, candidates.into_iter().map(pair).collect()))
    }
}

impl Hinter for Assist {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<String> {
        if at < line.len() || line.contains('\n') || self.screen.hides(line) {
            return None;
        }
        self.screen.hint(line)
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.screen.hides(line) { Cow::Owned("*".repeat(width(line))) } else { Cow::Borrowed(line) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, default: bool) -> Cow<'b, str> {
        Cow::Owned(self.screen.drawn(prompt, default))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        // Blanks of the same width: the editor has counted its columns.
        let shown = if self.screen.proposes(hint) { hint.to_owned() } else { " ".repeat(width(hint)) };
        Cow::Owned(format!("\x1b[2m{shown}\x1b[0m"))
    }

    fn highlight_char(&self, line: &str, _: usize, _: CmdKind) -> bool {
        // A letter must not be drawn by itself where all are stars.
        self.screen.hides(line)
    }
}

/// Ctrl-C, and Ctrl-D on an empty line: the line is taken as with Enter, so that no proposal stays on the screen behind it,
/// and then given up. The editor's own way out would lose the keys that were pressed right after.
#[derive(Clone, Default)]
pub(super) struct Stop {
    pressed: Arc<AtomicBool>,
    /// Whether it is another key where something is typed already.
    empty_only: bool,
}

impl Stop {
    /// One that stops on an empty line only.
    pub(super) fn on_empty_line() -> Self {
        Self { empty_only: true, ..Self::default() }
    }

    /// Whether it was pressed since the last call.
    pub(super) fn was_pressed(&self) -> bool {
        self.pressed.swap(false, Ordering::SeqCst)
    }
}

impl ConditionalEventHandler for Stop {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        if self.empty_only && !context.line().is_empty() {
            return None;
        }
        self.pressed.store(true, Ordering::SeqCst);
        Some(Cmd::AcceptLine)
    }
}
