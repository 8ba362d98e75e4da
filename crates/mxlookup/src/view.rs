//! Where the records of `mxlookup` go: lines for the next program, or a view each for people; bad input to standard error
//! as well, since a pipe would hide it.

use std::io;

use byhand::cli::args::OutputArgs;
use byhand::cli::exit::Tally;
use byhand::cli::io::{Io, Stderr};
use byhand::cli::output::Output;
use byhand::cli::pump::Sink;
use byhand::render::{plain, table};
use byhand::wire::{Fault, MxRecord, Record};

pub(crate) struct View {
    output: Output,
    stderr: Stderr,
    tally: Tally,
    quiet: bool,
    plain: bool,
    /// Both streams go to one terminal, where a bad line need not be told twice.
    one_terminal: bool,
}

impl View {
    pub(crate) fn new(output: Output, io: &Io, args: &OutputArgs) -> Self {
        let quiet = args.quiet;
        let one_terminal = io.stdout_is_terminal && io.stderr_is_terminal && !quiet;
        Self { output, stderr: io.stderr.clone(), tally: Tally::default(), quiet, plain: args.plain, one_terminal }
    }
}

impl Sink<MxRecord> for View {
    fn result(&mut self, _: u64, record: MxRecord) -> io::Result<()> {
        self.tally.count(&record.outcome);
        let bad = record.outcome.fault == Some(Fault::BadInput);
        if bad && !self.quiet {
            self.output.flush()?;
            self.stderr.bad_input(record.input.as_deref().or(record.domain.as_deref()), &record.outcome);
        }
        if self.output.for_people() {
            if bad && self.one_terminal {
                return Ok(());
            }
            let plain = self.plain;
            return self.output.draw(
                |out, look| {
                    if plain { plain::mx(out, look, &record) } else { table::mx(out, look, &record) }
                },
            );
        }
        self.output.line(&Record::Mx(record))
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
