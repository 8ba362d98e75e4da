//! `smtp-explain [OPTIONS] [REPLY]...`: what a mail server said: what it means, whose it is, what to do next.
//!
//! Takes replies as arguments, and as lines: bare, in JSON, in the records of the other tools, in log lines of mail
//! servers; and whole bounce messages. Each gives an `explain/1` record, a bounce one for each recipient, in the order of
//! the input. A log line that tells of no delivery, or of one that went well, gives none. Nothing is asked of any network.
//!
//! [`Args`] holds values, [`run`] acts: [`gather`] cuts the input into units ([`line`], [`folded`]), [`ask`] makes records of them, [`view`] shows,
//! [`lookup`] answers `--list` and `--code`. Not here: the judgement (`byhand::explain`).

mod application;
mod ask;
mod folded;
mod gather;
mod line;
mod lookup;
mod options;
mod record;
mod session;
mod view;

use std::sync::Arc;

use byhand::cli::exit::{Tally, USAGE};
use byhand::cli::input::NoInput;
use byhand::cli::io::Io;
use byhand::cli::output::Output;
use byhand::cli::progress::Progress;
use byhand::cli::pump::{self, Emit, Plan};
use byhand::cli::{conclude, interrupted};

pub use self::options::{Args, command};

use self::ask::{Ask, Told};
use self::gather::{Gather, Unit};
use self::view::View;

/// Units at a time: they wait for nothing, so that this only says how many are handed on together.
const BATCH: usize = 128;

/// Explains everything that is given; the exit code.
pub async fn run(mut args: Args, mut io: Io) -> u8 {
    if let Err(why) = args.output.settle() {
        io.stderr.say(&why);
        return USAGE;
    }
    if args.list || !args.code.is_empty() {
        return lookup::answer(&args, io);
    }
    let words = gather::joined(std::mem::take(&mut args.replies));
    let mut units = match Gather::open(words, &args.input, &mut io) {
        Ok(units) => units,
        Err(NoInput::Nothing) => {
            io.stderr.say(
                "nothing to explain: give a reply, such as '550 5.1.1 no such user', or pipe in replies, a mail log or a \
                 bounce message (--help tells more)",
            );
            return USAGE;
        }
        Err(error) => {
            io.stderr.say(&error.to_string());
            return USAGE;
        }
    };
    let total = units.total();
    let plan = Plan { jobs: BATCH, window: BATCH, ordered: !args.output.unordered };
    let mut progress = Progress::new(&io, &args.output, total);
    let ask = Arc::new(Ask::new(&args));
    let mut view = View::new(Output::new(&mut io, &args.output), &io, &args);
    let work = |unit: Unit, emit: Emit<Told>| {
        let ask = Arc::clone(&ask);
        async move { ask.unit(unit).into_iter().for_each(|told| emit.result(told)) }
    };
    let report = pump::run(&mut units, plan, work, &mut view, &mut progress, interrupted()).await;
    progress.finish();
    view.passed_over();
    let tally = pump::Sink::tally(&view);
    if report.begun > 0
        && tally == Tally::default()
        && !report.interrupted
        && report.panicked == 0
        && !args.output.quiet
    {
        io.stderr.say("nothing in it tells of a delivery that failed, so there is nothing to explain");
    }
    conclude(&report, tally, total, &io.stderr)
}

#[cfg(test)]
mod tests;
