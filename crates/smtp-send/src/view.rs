//! Where what happens goes: records and events for the next program; the conversation and the verdict for people.
//!
//! The verdict stands where it became known, before the last goodbye; findings stand at the end, when all are known.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use byhand::cli::exit::Tally;
use byhand::cli::io::{Io, Stderr};
use byhand::cli::output::Output;
use byhand::cli::pump::Sink;
use byhand::message::Message;
use byhand::render::conversation::Live;
use byhand::render::{plain, verdict};
use byhand::smtp::session::message_line;
use byhand::wire::{DeliveryRecord, Event, Fault, Record, Said, Who};

use crate::options::Args;

/// What a unit tells.
#[derive(Debug)]
pub(crate) enum Telling {
    /// The way there, in a line.
    Route(String),
    /// What will be sent.
    Message(Arc<Message>),
    /// Something was said, heard or done on this connection of the run.
    Said(u32, Said),
    /// How it ended.
    Verdict(Vec<DeliveryRecord>),
    /// The record of a recipient.
    Record(Box<DeliveryRecord>),
}

/// What a unit has told so far.
struct Open {
    live: Live,
    message: Option<(String, Arc<Message>)>,
    records: Vec<DeliveryRecord>,
}

impl Default for Open {
    fn default() -> Self {
        Self { live: Live::explaining(), message: None, records: Vec::new() }
    }
}

pub(crate) struct View {
    output: Output,
    stderr: Stderr,
    tally: Tally,
    quiet: bool,
    one_terminal: bool,
    events: bool,
    plain: bool,
    show_data: bool,
    open: HashMap<u64, Open>,
    /// Whether the reader went away.
    gone: bool,
}

impl View {
    pub(crate) fn new(output: Output, io: &Io, args: &Args) -> Self {
        let quiet = args.output.quiet;
        Self {
            output,
            stderr: io.stderr.clone(),
            tally: Tally::default(),
            quiet,
            one_terminal: io.stdout_is_terminal && io.stderr_is_terminal && !quiet,
            events: args.events,
            plain: args.output.plain,
            show_data: args.show_data || args.output.verbose,
            open: HashMap::new(),
            gone: false,
        }
    }

    fn said(&mut self, unit: u64, said: &Said) -> io::Result<()> {
        let open = self.open.entry(unit).or_default();
        let live = &mut open.live;
        let text = match &open.message {
            Some((line, message)) if said.who == Who::Client && *line == said.text => Some(message.content()),
            _ => None,
        };
        self.output.draw(|out, look| {
            if let Some(text) = &text {
                for line in String::from_utf8_lossy(text).split_terminator("\r\n") {
                    // As it goes out: its first dot doubled.
                    let dot = if line.starts_with('.') { "." } else { "" };
                    live.line(out, look, &Said { text: format!("{dot}{line}"), elapsed_ms: None, ..said.clone() })?;
                }
                return live.line(out, look, &Said { text: ".".into(), ..said.clone() });
            }
            live.line(out, look, said)
        })
    }

    fn record(&mut self, unit: u64, record: DeliveryRecord) -> io::Result<()> {
        self.tally.count(&record.outcome);
        let bad = record.outcome.fault == Some(Fault::BadInput) && record.attempts.is_empty();
        if bad && !self.quiet {
            self.output.flush()?;
            self.stderr.bad_input(record.input.as_deref().or(record.recipient.as_deref()), &record.outcome);
        }
        if !self.output.for_people() {
            return self.output.line(&Record::Delivery(record));
        }
        if self.plain && !(bad && self.one_terminal) {
            return self.output.draw(|out, look| plain::delivery(out, look, &record));
        }
        if !bad {
            self.open.entry(unit).or_default().records.push(record);
            return Ok(());
        }
        if self.one_terminal { Ok(()) } else { self.output.draw(|out, look| verdict::verdict(out, look, &[record])) }
    }
}

impl Sink<Telling> for View {
    fn result(&mut self, unit: u64, telling: Telling) -> io::Result<()> {
        let shown = self.show(unit, telling);
        self.unless_gone(shown)
    }

    fn end(&mut self, unit: u64) -> io::Result<()> {
        let Some(open) = self.open.remove(&unit) else { return Ok(()) };
        let shown = self.output.draw(|out, look| verdict::findings(out, look, &open.records));
        self.unless_gone(shown)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.output.flush();
        self.unless_gone(flushed)
    }

    fn tally(&self) -> Tally {
        self.tally
    }
}

impl View {
    /// A reader that went away ends what is shown, and not what is done: a transaction that was cut off would leave its
    /// message in doubt, and the exit code has to tell what became of all of them.
    fn unless_gone(&mut self, shown: io::Result<()>) -> io::Result<()> {
        match shown {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            other => other,
        }
    }

    fn show(&mut self, unit: u64, telling: Telling) -> io::Result<()> {
        if self.gone {
            // It still counts.
            if let Telling::Record(record) = &telling {
                self.tally.count(&record.outcome);
            }
            return Ok(());
        }
        let people = self.output.for_people();
        match telling {
            // Nothing but how it ended.
            Telling::Route(_) | Telling::Message(_) | Telling::Said(..) | Telling::Verdict(_) if self.plain => Ok(()),
            Telling::Route(text) if people => {
                let note = Said { at_ms: 0.0, who: Who::Note, tls: false, text, elapsed_ms: None, code: None };
                self.said(unit, &note)
            }
            Telling::Message(message) if people && self.show_data => {
                let line = message_line(&message.content());
                self.open.entry(unit).or_default().message = Some((line, message));
                Ok(())
            }
            Telling::Said(_, said) if people => self.said(unit, &said),
            Telling::Said(session, said) if self.events => self.output.line(&Record::Event(Event::new(session, said))),
            Telling::Verdict(records) if people => self.output.draw(|out, look| verdict::verdict(out, look, &records)),
            Telling::Record(record) => self.record(unit, *record),
            Telling::Route(_) | Telling::Message(_) | Telling::Said(..) | Telling::Verdict(_) => Ok(()),
        }
    }
}
