//! What stands on the screen: lines that are done, and under them the prompt with the line being typed.
//!
//! The line editor draws the prompt again and again, each time from the first column of its first row, with everything
//! below cleared. Text that comes meanwhile waits here and is handed to it in front of the prompt, so that no two threads
//! ever write at once and nothing is lost or shown twice. The editor is poked where it would not draw by itself.
//!
//! A prompt can change while it is shown, as when a slow server answers at last, but not its width: another one of the same
//! width stands in for one that does not fit, and its words go above.

use std::io::Write;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::render::safe::width;
use crate::smtp::typed::{Prompt, View};

/// More than this does not wait to be drawn: somebody floods, and the oldest of it goes.
const MOST: usize = 256 * 1024;

/// What the keyboard is used for now.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    /// Nothing: the screen is free.
    No,
    /// The line editor has the screen; the prompt that it began with.
    Edits(String),
    /// A plain line is awaited.
    Plain,
}

struct Inner {
    out: Box<dyn Write + Send>,
    prompt: Prompt,
    tls: bool,
    view: View,
    /// Whether no reply is waited for, so that a proposal makes sense.
    settled: bool,
    /// The line that was proposed for, and what. The editor draws it until the next key, whatever happens meanwhile.
    proposed: Option<(String, String)>,
    reading: Reading,
    waiting: String,
    poked: bool,
}

/// The screen; see the module.
pub(super) struct Screen {
    inner: Mutex<Inner>,
    poke: Sender<()>,
    pub(super) color: bool,
    prompts: bool,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").field("color", &self.color).finish_non_exhaustive()
    }
}

impl Screen {
    pub(super) fn new(out: Box<dyn Write + Send>, color: bool, prompts: bool, view: View, poke: Sender<()>) -> Self {
        let inner = Inner {
            out,
            prompt: Prompt::Command,
            tls: false,
            view,
            settled: false,
            proposed: None,
            reading: Reading::No,
            waiting: String::new(),
            poked: false,
        };
        Self { inner: Mutex::new(inner), poke, color, prompts }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whole lines above the prompt.
    pub(super) fn put(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut inner = self.lock();
        match inner.reading {
            Reading::No => inner.write(text),
            Reading::Edits(_) => {
                inner.waiting.push_str(text);
                inner.forget_the_oldest();
                self.draw_again(&mut inner);
            }
            Reading::Plain => {
                let prompt = if self.prompts { inner.prompt.text(inner.tls) } else { String::new() };
                let gap = if self.prompts { "\n" } else { "" };
                inner.write(&format!("{gap}{text}{prompt}"));
            }
        }
    }

    /// The prompt is another one.
    pub(super) fn stand(&self, prompt: Prompt, tls: bool, view: View, settled: bool) {
        let mut inner = self.lock();
        (inner.view, inner.settled) = (view, settled);
        if (&inner.prompt, inner.tls) == (&prompt, tls) {
            if matches!(inner.reading, Reading::Edits(_)) && inner.proposed.is_some() && inner.proposal().is_none() {
                self.draw_again(&mut inner);
            }
            return;
        }
        (inner.prompt, inner.tls) = (prompt, tls);
        match inner.reading.clone() {
            Reading::Edits(begun) => {
                let text = inner.prompt.text(tls);
                if width(&text) != width(&begun) && matches!(inner.prompt, Prompt::Secret(_) | Prompt::Confirm(_)) {
                    inner.waiting.push_str(&format!("{}\n", text.trim_end()));
                }
                self.draw_again(&mut inner);
            }
            Reading::Plain if self.prompts => {
                let text = inner.prompt.text(tls);
                inner.write(&format!("\n{text}"));
            }
            Reading::No | Reading::Plain => {}
        }
    }

    /// A plain line was given up with Ctrl-C, and another one is awaited on the next row.
    pub(super) fn again(&self) {
        let mut inner = self.lock();
        if inner.reading == Reading::Plain && self.prompts {
            let text = inner.prompt.text(inner.tls);
            inner.write(&format!("\n{text}"));
        }
    }

    /// Asks the line editor to draw once more; once is enough for all that waits.
    fn draw_again(&self, inner: &mut Inner) {
        if !inner.poked {
            inner.poked = true;
            let _ = self.poke.send(());
        }
    }

    /// The line editor gets the screen; the prompt to begin with.
    pub(super) fn edits(&self) -> String {
        let mut inner = self.lock();
        let prompt = inner.prompt.text(inner.tls);
        inner.reading = Reading::Edits(prompt.clone());
        prompt
    }

    /// A plain line is read: the prompt is written. Whether the line is to be seen.
    pub(super) fn reads_plainly(&self) -> bool {
        let mut inner = self.lock();
        inner.reading = Reading::Plain;
        if self.prompts {
            let prompt = inner.prompt.text(inner.tls);
            inner.write(&prompt);
        }
        !matches!(inner.prompt, Prompt::Secret(_))
    }

    /// A line was read, or is not read any more: the screen is free. What it was for.
    pub(super) fn is_read(&self) -> (Prompt, View) {
        let mut inner = self.lock();
        inner.reading = Reading::No;
        let waiting = std::mem::take(&mut inner.waiting);
        inner.write(&waiting);
        (inner.prompt.clone(), inner.view.clone())
    }

    /// What the line editor draws in place of a prompt: what waits, then the prompt as it is now. `given`: its own idea of
    /// it, which stands where `ours` is not meant (in a search).
    pub(super) fn drawn(&self, given: &str, ours: bool) -> String {
        let mut inner = self.lock();
        inner.poked = false;
        let mut text = std::mem::take(&mut inner.waiting);
        let prompt = match &inner.reading {
            Reading::Edits(begun) if ours => {
                let now = inner.prompt.text(inner.tls);
                if width(&now) == width(begun) { now } else { inner.stand_in(width(begun)) }
            }
            _ => given.to_owned(),
        };
        if self.color && ours {
            text.push_str(&format!("\x1b[1m{prompt}\x1b[0m"));
        } else {
            text.push_str(&prompt);
        }
        text
    }

    /// Whether what is typed is hidden.
    pub(super) fn hides(&self, line: &str) -> bool {
        let inner = self.lock();
        // The view of the session knows no prompt for a password that is asked for in its place.
        matches!(inner.prompt, Prompt::Secret(_)) || inner.view.hides(line)
    }

    /// What completions are made from.
    pub(super) fn view(&self) -> View {
        self.lock().view.clone()
    }

    /// The proposal for the line.
    pub(super) fn hint(&self, line: &str) -> Option<String> {
        let mut inner = self.lock();
        let hint = if inner.settled { inner.view.hint(line) } else { None };
        inner.proposed = hint.clone().map(|hint| (line.to_owned(), hint));
        hint
    }

    /// Whether what was proposed still is.
    pub(super) fn proposes(&self, hint: &str) -> bool {
        self.lock().proposal().as_deref() == Some(hint)
    }
}

impl Inner {
    /// What was proposed, where it would be proposed now too.
    fn proposal(&self) -> Option<String> {
        let (line, hint) = self.proposed.as_ref()?;
        Some(hint.clone()).filter(|_| self.settled && self.view.hint(line).as_ref() == Some(hint))
    }

    fn write(&mut self, text: &str) {
        // There is nowhere to tell that the terminal is gone; reading from it will end as well.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    fn forget_the_oldest(&mut self) {
        if self.waiting.len() > MOST {
            let from = self.waiting.len() - MOST / 2;
            let from = (from..self.waiting.len()).find(|at| self.waiting.is_char_boundary(*at)).unwrap_or(0);
            let from = self.waiting[from..].find('\n').map_or(from, |at| from + at + 1);
            self.waiting.replace_range(..from, "    (older lines are left out here)\n");
        }
    }

    /// A prompt of that width for one that has another.
    fn stand_in(&self, columns: usize) -> String {
        let mark = if self.tls { '~' } else { '>' };
        let word = match self.prompt {
            Prompt::Command => "smtp",
            Prompt::Data => "data",
            Prompt::Group => "group",
            Prompt::Challenge => "auth",
            Prompt::Secret(_) => "pass",
            Prompt::Confirm(_) => "yes?",
        };
        let room = columns.saturating_sub(2);
        format!("{word:<room$.room$}{mark} ").chars().take(columns).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::{MOST, Screen};
    use crate::cli::io::Captured;
    use crate::smtp::command::HeloName;
    use crate::smtp::session::Input;
    use crate::smtp::typed::{Prompt, Settings, Typed, View};

    fn view() -> View {
        Typed::new(Settings::new(HeloName::Literal([127, 0, 0, 1].into()), 25)).view()
    }

    fn screen() -> (Screen, Captured, mpsc::Receiver<()>) {
        let (out, (poke, pokes)) = (Captured::default(), mpsc::channel());
        (Screen::new(Box::new(out.clone()), false, true, view(), poke), out, pokes)
    }

    #[test]
    fn what_comes_while_a_line_is_typed_stands_above_it() {
        let (screen, out, pokes) = screen();
        screen.put("one\n");
        assert_eq!(out.text(), "one\n");
        let begun = screen.edits();
        assert_eq!(begun, "smtp> ");
        screen.put("two\n");
        screen.put("three\n");
        assert_eq!(out.text(), "one\n", "the editor has the screen");
        assert_eq!(pokes.try_iter().count(), 1, "once for both");
        assert_eq!(screen.drawn(&begun, true), "two\nthree\nsmtp> ");
        assert_eq!(screen.drawn(&begun, true), "smtp> ");
        screen.put("four\n");
        assert_eq!(screen.drawn("(search) ", false), "four\n(search) ");
        screen.put("five\n");
        screen.is_read();
        assert_eq!(out.text(), "one\nfive\n", "what was not drawn is not lost");
    }

    #[test]
    fn a_prompt_changes_while_it_is_shown_and_keeps_its_width() {
        let (screen, _, pokes) = screen();
        let begun = screen.edits();
        screen.stand(Prompt::Data, true, view(), true);
        assert_eq!((screen.drawn(&begun, true).as_str(), pokes.try_iter().count()), ("data~ ", 1));
        screen.stand(Prompt::Data, true, view(), true);
        assert_eq!(pokes.try_iter().count(), 0, "nothing has changed");
        screen.stand(Prompt::Secret("password of user".into()), true, view(), true);
        assert!(screen.hides("x"));
        assert_eq!(screen.drawn(&begun, true), "password of user:\npass~ ");
    }

    #[test]
    fn a_proposal_that_is_out_of_date_is_drawn_no_more() {
        let mut typed = Typed::new(Settings::new(HeloName::Literal([127, 0, 0, 1].into()), 25));
        let at = std::time::Duration::ZERO;
        typed.next(at);
        typed.connected(at, "connected", at);
        typed.input(at, Input::Bytes(b"220 mx.test\r\n"));
        let (screen, _, pokes) = screen();
        screen.stand(Prompt::Command, false, typed.view(), true);
        screen.edits();
        let hint = screen.hint("").unwrap();
        assert_eq!((hint.as_str(), screen.proposes(&hint)), ("EHLO [127.0.0.1]", true));
        // The connection is gone while the prompt stands.
        typed.input(at, Input::Eof);
        screen.stand(Prompt::Command, false, typed.view(), true);
        assert_eq!(pokes.try_iter().count(), 1, "it is drawn again");
        assert!(!screen.proposes(&hint) && screen.hint("").is_none());
    }

    #[test]
    fn plain_lines_have_their_prompt_again() {
        let (screen, out, _) = screen();
        assert!(screen.reads_plainly());
        screen.put("421 bye\n");
        screen.stand(Prompt::Challenge, false, view(), true);
        assert_eq!(out.text(), "smtp> \n421 bye\nsmtp> \nauth> ");
    }

    #[test]
    fn a_flood_does_not_fill_the_memory() {
        let (screen, _, _) = screen();
        let begun = screen.edits();
        for _ in 0..MOST / 8 {
            screen.put("250 flood of lines\n");
        }
        let drawn = screen.drawn(&begun, true);
        assert!(drawn.len() <= MOST + 64 && drawn.starts_with("    (older lines are left out here)\n250 flood"));
    }
}
