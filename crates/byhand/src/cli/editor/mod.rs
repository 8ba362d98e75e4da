//! The line editor of the typed session: a prompt that a person types at while things happen above it.
//!
//! [`Editor::start`] puts a thread of its own at the keyboard, since the editor blocks while it reads. The owner says what
//! stands above the prompt ([`Editor::put`]), what the prompt is now ([`Editor::stand`]), and when a line is wanted
//! ([`Editor::begin`]); what was typed comes through a channel. Text that comes while a line is half typed is drawn above
//! it, and the line stays as it is.
//!
//! On a terminal with cursor control there are editing, history, Ctrl-R, Tab and the dim proposal; anywhere else plain
//! lines are read, and everything still works. Passwords are shown as stars, or not at all, and never kept.
//!
//! Not here: what a line means (`smtp::typed`), and the connection (`tool::converse`).

mod assist;
mod echo;
pub mod history;
mod keyboard;
mod screen;
mod search;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

use tokio::sync::mpsc::UnboundedSender;

use self::echo::Echo;
use self::screen::Screen;
use crate::smtp::typed::{Prompt, View};
use crate::tool::converse::Typing;

/// Where an editor works.
pub struct Desk {
    /// The terminal, or what stands for it.
    pub out: Box<dyn Write + Send>,
    /// Whether the cursor can be moved there.
    pub fancy: bool,
    /// Whether the prompt is written where `fancy` is not.
    pub prompts: bool,
    /// Whether colour and weight may be used. Proposals are dim all the same: that is neither, and tells them apart.
    pub color: bool,
    /// The file that lines are kept in, where there is one.
    pub history: Option<PathBuf>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("fancy", &self.fancy).field("history", &self.history).finish_non_exhaustive()
    }
}

/// A person's place at the keyboard; see the module.
#[derive(Debug)]
pub struct Editor {
    screen: Arc<Screen>,
    wanted: mpsc::Sender<Wanted>,
    echo: Arc<Echo>,
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.echo.restore();
    }
}

/// A line is wanted. `settled`: no reply is waited for, so it is known what the line is for.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    settled: bool,
}

impl Editor {
    /// Begins: what is typed goes to `typed`. Nothing is read before [`Self::begin`].
    ///
    /// # Errors
    /// The terminal cannot be used.
    pub fn start(desk: Desk, view: View, typed: UnboundedSender<Typing>) -> Result<Self, String> {
        let (poke, pokes) = mpsc::channel();
        let screen = Arc::new(Screen::new(desk.out, desk.color, desk.prompts, view, poke));
        let (wanted, wants) = mpsc::channel();
        let its = Arc::clone(&screen);
        let echo = Arc::new(Echo::found());
        if desk.fancy {
            let reader = keyboard::Fancy::open(&its, desk.history, pokes)?;
            // The editor itself shows what it reads, and leaves the terminal as it finds it.
            echo.turn(false);
            std::thread::spawn(move || reader.run(&its, &wants, &typed));
        } else {
            let echo = Arc::clone(&echo);
            std::thread::spawn(move || keyboard::plain(&its, &echo, &wants, &typed));
        }
        Ok(Self { screen, wanted, echo })
    }

    /// Whole lines, to stand above the prompt.
    pub fn put(&self, text: &str) {
        self.screen.put(text);
    }

    /// What the next line is for, and what is known for proposals; a prompt that is shown already changes. `settled`: no
    /// reply is waited for.
    pub fn stand(&self, prompt: Prompt, tls: bool, view: View, settled: bool) {
        self.screen.stand(prompt, tls, view, settled);
    }

    /// Ctrl-C was a signal, as it is where plain lines are read: the prompt comes again.
    pub fn again(&self) {
        self.screen.again();
    }

    /// A line is wanted: the prompt appears. `settled`: whether it is known what the line is for; where a reply is still
    /// waited for, what is typed behind an AUTH may be a password.
    pub fn begin(&self, settled: bool) {
        // The thread ends with the process only.
        let _ = self.wanted.send(Wanted { settled });
    }
}

/// The columns of the terminal as it is now: a window can be resized.
#[must_use]
pub fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
