//! Where the records of `smtp-probe` go: lines for the next program, or views for people.
//!
//! People see the records of one input side by side; a single one at length, when it is all that the run has. So the
//! first input's only record waits until it is known whether more will follow.

use std::collections::HashMap;
use std::io;

use byhand::cli::args::OutputArgs;
use byhand::cli::exit::Tally;
use byhand::cli::io::{Io, Stderr};
use byhand::cli::output::Output;
use byhand::cli::pump::Sink;
use byhand::render::plain;
use byhand::render::table::{self, Extras};
use byhand::wire::{Fault, Limited, ProbeRecord, Record};

pub(crate) struct View {
    output: Output,
    stderr: Stderr,
    tally: Tally,
    quiet: bool,
    one_terminal: bool,
    extras: Extras,
    plain: bool,
    /// Records of units that have not ended; for people only.
    open: HashMap<u64, Vec<ProbeRecord>>,
    /// The only record so far.
    only: Option<ProbeRecord>,
    shown: bool,
}

impl View {
    pub(crate) fn new(output: Output, io: &Io, args: &OutputArgs, chain: bool) -> Self {
        Self {
            output,
            stderr: io.stderr.clone(),
            tally: Tally::default(),
            quiet: args.quiet,
            one_terminal: io.stdout_is_terminal && io.stderr_is_terminal && !args.quiet,
            extras: Extras { conversation: args.verbose, chain },
            plain: args.plain,
            open: HashMap::new(),
            only: None,
            shown: false,
        }
    }

    /// Shows what still waits.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if let Some(only) = self.only.take() {
            let extras = self.extras;
            if self.plain {
                self.several(&[only])?;
                return self.output.flush();
            }
            self.output.draw(|out, look| table::detail(out, look, &only, extras))?;
        }
        self.output.flush()
    }

    fn several(&mut self, records: &[ProbeRecord]) -> io::Result<()> {
        self.shown = true;
        if self.plain {
            return self.output.draw(|out, look| plain::probes(out, look, records));
        }
        self.output.draw(|out, look| table::summary(out, look, records))?;
        if self.extras == Extras::default() {
            return records.iter().try_for_each(|record| self.output.draw(|out, look| table::extra(out, look, record)));
        }
        for record in records.iter().filter(|record| record.target.address.is_some()) {
            self.output.draw(|out, look| table::detail(out, look, record, self.extras))?;
        }
        Ok(())
    }
}

impl Sink<ProbeRecord> for View {
    fn result(&mut self, unit: u64, record: ProbeRecord) -> io::Result<()> {
        // Whoever says --first does not want to hear that the others were not tried.
        if !record.limited.contains(&Limited::First) {
            self.tally.count_probe(&record);
        }
        let bad = record.outcome.fault == Some(Fault::BadInput);
        if bad && !self.quiet {
            self.output.flush()?;
            self.stderr.bad_input(record.input.as_deref().or(record.target.domain.as_deref()), &record.outcome);
        }
        if self.output.for_people() {
            if !(bad && self.one_terminal) {
                self.open.entry(unit).or_default().push(record);
            }
            return Ok(());
        }
        self.output.line(&Record::Probe(record))
    }

    fn end(&mut self, unit: u64) -> io::Result<()> {
        let Some(mut records) = self.open.remove(&unit) else { return Ok(()) };
        if let Some(only) = self.only.take() {
            self.several(&[only])?;
        }
        match (records.len(), self.shown) {
            (1, false) if records[0].target.address.is_some() => {
                self.only = records.pop();
                Ok(())
            }
            _ => self.several(&records),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn tally(&self) -> Tally {
        self.tally
    }
}
