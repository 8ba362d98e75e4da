//! Where explanations go: lines for the next program, or a block each for people.
//!
//! What is passed over is told beside them, and is no failure: the first few lines by themselves, the others as a number.

use std::io;

use byhand::cli::exit::Tally;
use byhand::cli::io::{Io, Stderr};
use byhand::cli::output::Output;
use byhand::cli::pump::Sink;
use byhand::render::{explanation, plain, safe};
use byhand::wire::{Explain, Fault, Record};

use crate::ask::{Aside, Told};
use crate::options::Args;

pub(crate) struct View {
    output: Output,
    stderr: Stderr,
    tally: Tally,
    quiet: bool,
    one_terminal: bool,
    plain: bool,
    verbose: bool,
    shown: bool,
    asides: u64,
}

/// More lines than this are not told one by one.
const ASIDES: u64 = 5;

impl View {
    pub(crate) fn new(output: Output, io: &Io, args: &Args) -> Self {
        let quiet = args.output.quiet;
        Self {
            output,
            stderr: io.stderr.clone(),
            tally: Tally::default(),
            quiet,
            one_terminal: io.stdout_is_terminal && io.stderr_is_terminal && !quiet,
            plain: args.output.plain,
            verbose: args.output.verbose,
            shown: false,
            asides: 0,
        }
    }

    /// Tells of a line that was passed over.
    fn aside(&mut self, aside: &Aside) -> io::Result<()> {
        self.asides += 1;
        if self.quiet || self.asides > ASIDES {
            return Ok(());
        }
        self.output.flush()?;
        let text = safe::truncate(&safe::clean(aside.text.trim_end_matches([':', ' ']), true), 60, true);
        self.stderr.say(&format!("{text}: passed over, {}", aside.why));
        Ok(())
    }

    /// Tells how many more were passed over, at the end.
    pub(crate) fn passed_over(&self) {
        let more = self.asides.saturating_sub(ASIDES);
        if more > 0 && !self.quiet {
            let lines = if more == 1 { "line was" } else { "lines were" };
            self.stderr.say(&format!("{more} more {lines} passed over"));
        }
    }

    fn draw(&mut self, record: &Explain) -> io::Result<()> {
        let (for_anybody, verbose, shown) = (self.plain, self.verbose, std::mem::replace(&mut self.shown, true));
        self.output.draw(|out, look| {
            if shown {
                writeln!(out)?;
            }
            if for_anybody {
                plain::explained(out, look, record)
            } else {
                explanation::explanation(out, look, record, verbose)
            }
        })
    }
}

impl Sink<Told> for View {
    fn result(&mut self, _: u64, told: Told) -> io::Result<()> {
        let record = match told {
            Ok(record) => record,
            Err(aside) => return self.aside(&aside),
        };
        let bad = record.fault == Some(Fault::BadInput);
        if bad {
            self.tally.bad_input += 1;
        } else {
            self.tally.ok += 1;
        }
        if bad && !self.quiet {
            self.output.flush()?;
            let input = safe::truncate(&safe::clean(record.input.as_deref().unwrap_or_default(), true), 60, true);
            let input = if input.is_empty() { "\"\"" } else { &input };
            self.stderr.say(&format!("{input}: {}", record.meaning));
        }
        if !self.output.for_people() {
            return self.output.line(&Record::Explain(record));
        }
        if bad && self.one_terminal { Ok(()) } else { self.draw(&record) }
    }

    fn end(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn tally(&self) -> Tally {
        self.tally
    }
}
