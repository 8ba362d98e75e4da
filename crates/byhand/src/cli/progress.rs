//! One line on standard error that says how far a long run is.
//!
//! `412,338 of 1,000,000 · 24,810/s · 381 in flight · 2.1 % temporary, 0.4 % permanent · 24 s left`. It appears only for
//! more than one item, after a second, on a terminal, and is wiped at the end.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::args::{self, OutputArgs};
use super::exit::Tally;
use super::io::{Io, Stderr};
use crate::render::safe;
use crate::render::words::{grouped, period};

/// The line, once there is one.
#[derive(Debug)]
pub struct Progress {
    stderr: Option<Stderr>,
    total: Option<u64>,
    begun: Instant,
    shown: Instant,
    bar: Option<ProgressBar>,
    unicode: bool,
}

impl Progress {
    /// A line if the options and the terminal want one.
    #[must_use]
    pub fn new(io: &Io, output: &OutputArgs, total: Option<u64>) -> Self {
        let wanted = io.stderr_is_terminal
            && !output.quiet
            && output.progress == args::Progress::Auto
            && total.is_none_or(|total| total > 1);
        let mut progress = Self::never();
        progress.stderr = wanted.then(|| io.stderr.clone());
        progress.total = total;
        progress.unicode = io.unicode;
        progress
    }

    /// No line.
    #[must_use]
    pub fn never() -> Self {
        let now = Instant::now();
        Self { stderr: None, total: None, begun: now, shown: now, bar: None, unicode: false }
    }

    /// Whether it wants to be told now and then.
    #[must_use]
    pub fn wanted(&self) -> bool {
        self.stderr.is_some()
    }

    /// Tells how far the work is.
    pub fn now(&mut self, done: u64, in_flight: u64, tally: Tally) {
        let Some(stderr) = &self.stderr else { return };
        let now = Instant::now();
        let many = self.total.is_some() || done + in_flight > 1;
        if !many || now - self.begun < Duration::from_secs(1) || now - self.shown < Duration::from_millis(200) {
            return;
        }
        self.shown = now;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = {
                let terminal = Terminal { out: Mutex::new(Box::new(std::io::stderr())), columns: stderr_columns };
                ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like(Box::new(terminal)))
            };
            // The template is ours and is good; without it the line would only look different.
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                bar.set_style(style);
            }
            stderr.set_bar(Some(bar.clone()));
            bar
        });
        let line = line(self.total, done, in_flight, now - self.begun, tally, self.unicode);
        bar.set_message(safe::truncate(&line, room(stderr_columns()), self.unicode));
        bar.tick();
    }

    /// Wipes the line.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if let Some(stderr) = self.stderr.take() {
            stderr.set_bar(None);
        }
    }
}

/// The line never reaches the edge: what a terminal echoes behind it, such as `^C`, has to stay on it, so that wiping it wipes
/// all.
fn room(columns: usize) -> usize {
    columns.saturating_sub(4).max(1)
}

fn stderr_columns() -> usize {
    terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0))
}

/// The terminal as the line may use it.
struct Terminal {
    out: Mutex<Box<dyn Write + Send>>,
    columns: fn() -> usize,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        u16::try_from(room((self.columns)())).unwrap_or(u16::MAX)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        if n == 0 { Ok(()) } else { self.write_str(&format!("\x1b[{n}A")) }
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        if n == 0 { Ok(()) } else { self.write_str(&format!("\x1b[{n}B")) }
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        if n == 0 { Ok(()) } else { self.write_str(&format!("\x1b[{n}C")) }
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        if n == 0 { Ok(()) } else { self.write_str(&format!("\x1b[{n}D")) }
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

fn line(total: Option<u64>, done: u64, in_flight: u64, span: Duration, tally: Tally, unicode: bool) -> String {
    let rate = done as f64 / span.as_secs_f64().max(0.001);
    let mut facts = vec![match total {
        Some(total) => format!("{} of {}", grouped(done), grouped(total)),
        None => format!("{} done", grouped(done)),
    }];
    facts.push(if rate >= 10.0 { format!("{}/s", grouped(rate.round() as u64)) } else { format!("{rate:.1}/s") });
    facts.push(format!("{} in flight", grouped(in_flight)));
    let counted = (tally.ok + tally.permanent + tally.undecided + tally.bad_input).max(1) as f64;
    let share = |count: u64| format!("{:.1} %", count as f64 * 100.0 / counted);
    facts.push(format!("{} temporary, {} permanent", share(tally.undecided), share(tally.permanent)));
    if let Some(left) = total.map(|total| total.saturating_sub(done)).filter(|_| done > 0) {
        facts.push(format!("{} left", period((left as f64 / rate).round() as u64)));
    }
    facts.join(if unicode { " · " } else { ", " })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use std::sync::Mutex;

    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

    use super::{Terminal, line};
    use crate::cli::exit::Tally;
    use crate::cli::io::Captured;
    use crate::render::safe::width;

    #[test]
    fn the_line_leaves_room_for_an_echo() {
        let told = Captured::default();
        let terminal = Terminal { out: Mutex::new(Box::new(told.clone())), columns: || 40 };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like(Box::new(terminal)));
        bar.set_style(ProgressStyle::with_template("{msg}").unwrap());
        bar.set_message("0 of 3");
        bar.tick();
        let drawn = told.text();
        let text = drawn.rsplit('K').next().unwrap();
        assert!(text.contains("0 of 3") && width(text) <= 36 && !text.contains('\n'), "{drawn:?}");
        bar.finish_and_clear();
        assert!(told.text().ends_with("\r\x1b[2K"), "{:?}", told.text());
    }

    #[test]
    fn the_line() {
        let tally = Tally { ok: 975, permanent: 4, undecided: 21, ..Tally::default() };
        assert_eq!(
            line(Some(3_000), 1_000, 381, Duration::from_secs(10), tally, true),
            "1,000 of 3,000 · 100/s · 381 in flight · 2.1 % temporary, 0.4 % permanent · 20 s left"
        );
        assert_eq!(
            line(None, 0, 2, Duration::from_secs(2), Tally::default(), false),
            "0 done, 0.0/s, 2 in flight, 0.0 % temporary, 0.0 % permanent"
        );
    }
}
