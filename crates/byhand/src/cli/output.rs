//! Standard output: JSON Lines, or views for people.
//!
//! Views are drawn into memory and handed over whole, while the progress line steps aside. Nothing here knows a record's
//! kind.

use std::io::{self, Write};

use super::args::OutputArgs;
use super::io::{Io, Stderr};
use crate::render::Look;
use crate::render::json::Lines;
use crate::wire::Record;

/// Where records go.
pub struct Output {
    kind: Kind,
    stderr: Stderr,
}

enum Kind {
    Json(Lines<Box<dyn Write + Send>>),
    People { out: Box<dyn Write + Send>, drawn: Vec<u8>, look: Look },
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("for_people", &self.for_people()).finish_non_exhaustive()
    }
}

impl Output {
    /// Takes standard output, in the form that the options ask for.
    #[must_use]
    pub fn new(io: &mut Io, args: &OutputArgs) -> Self {
        let (for_people, look) = (io.for_people(args), io.look(args));
        let out = std::mem::replace(&mut io.stdout, Box::new(io::sink()));
        let kind = if for_people { Kind::People { out, drawn: Vec::new(), look } } else { Kind::Json(Lines::new(out)) };
        Self { kind, stderr: io.stderr.clone() }
    }

    /// Whether views are drawn.
    #[must_use]
    pub fn for_people(&self) -> bool {
        matches!(self.kind, Kind::People { .. })
    }

    /// Writes a record as a line; nothing where views are drawn.
    ///
    /// # Errors
    /// What the writer says.
    pub fn line(&mut self, record: &Record) -> io::Result<()> {
        match &mut self.kind {
            Kind::Json(lines) => self.stderr.aside(|| lines.write(record)),
            Kind::People { .. } => Ok(()),
        }
    }

    /// Draws a view; nothing where lines are written.
    ///
    /// # Errors
    /// What the writer says.
    pub fn draw(&mut self, view: impl FnOnce(&mut dyn Write, Look) -> io::Result<()>) -> io::Result<()> {
        match &mut self.kind {
            Kind::Json(_) => Ok(()),
            Kind::People { drawn, look, .. } => view(drawn, *look),
        }
    }

    /// Hands over all that waits.
    ///
    /// # Errors
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Json(lines) => self.stderr.aside(|| lines.flush()),
            Kind::People { drawn, .. } if drawn.is_empty() => Ok(()),
            Kind::People { out, drawn, .. } => {
                let drawn = std::mem::take(drawn);
                self.stderr.aside(|| out.write_all(&drawn).and_then(|()| out.flush()))
            }
        }
    }
}
