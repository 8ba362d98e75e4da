//! The terminal's own echo: whether keys that are pressed while nobody reads appear on the screen.
//!
//! The line editor shows what it reads, also what was typed before it read. Left to itself the terminal would show the same
//! once more, a password among it. Not here: passwords that are read as plain lines (`rpassword` hides those).

use std::sync::{Mutex, PoisonError};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The echo; it is as it was before once this goes.
pub(super) struct Echo {
    /// How the terminal was found; `None` where there is none.
    found: Mutex<Option<Termios>>,
}

impl std::fmt::Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Echo").finish_non_exhaustive()
    }
}

impl Echo {
    /// As it is found.
    pub(super) fn found() -> Self {
        Self { found: Mutex::new(tcgetattr(std::io::stdin()).ok()) }
    }

    /// Switches it. Nothing is thrown away of what was typed.
    pub(super) fn turn(&self, on: bool) {
        // Once the end has come, the terminal is somebody else's.
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = found.as_ref() {
            let mut modes = found.clone();
            if !on {
                modes.local_modes.remove(LocalModes::ECHO);
            }
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &modes);
        }
    }

    /// Leaves the terminal as it was found.
    pub(super) fn restore(&self) {
        self.turn(true);
        self.found.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
