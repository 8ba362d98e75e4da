//! `smtp-send --from ADDR --to ADDR`: deliver a message by hand, as a mail server would on its first try, and show all.
//!
//! Recipients come from `--to`, from the records that `mxlookup ADDRESS` prints, or from the message's own headers
//! (`-t`); those of one domain share one transaction. Each gives one `delivery/1` record with every attempt. Whoever
//! reads on a terminal sees the conversation as it happens, and the verdict at the end.
//!
//! [`Args`] holds values, [`run`] acts: [`auth`] has the login, [`gather`] makes units of work of recipients and records, [`text`] has the message,
//! [`work`] delivers, [`view`] shows; [`by_hand`] is the session that is typed. Not here: the session
//! (`byhand::tool::deliver`), and any queue: what was deferred is not tried again.

mod auth;
mod by_hand;
mod check;
mod gather;
mod options;
mod reports;
mod text;
mod view;
mod work;

use std::sync::Arc;
use std::time::Duration;

use byhand::cli::exit::USAGE;
use byhand::cli::io::Io;
use byhand::cli::output::Output;
use byhand::cli::progress::Progress;
use byhand::cli::pump::{self, Emit, Plan};
use byhand::cli::{args, conclude, interrupted, protocol, resolver, tell_blocked};
use byhand::net::roots::Roots;

pub use self::auth::{AuthArgs, Mechanisms};
pub use self::options::{Args, command};

use self::gather::{Gather, Unit};
use self::text::Text;
use self::view::{Telling, View};
use self::work::Work;

/// RFC 5321 §4.5.3.2 asks for minutes; somebody who waits at a terminal is served by less, but the reply to the message,
/// which may be scanned meanwhile, keeps its ten.
const CONNECT: Duration = Duration::from_secs(30);
const GREETING: Duration = Duration::from_secs(60);
const COMMAND: Duration = Duration::from_secs(120);
const MESSAGE: Duration = Duration::from_secs(600);

/// Delivers what is given; the exit code.
pub async fn run(mut args: Args, mut io: Io) -> u8 {
    if let Err(why) = args.output.settle() {
        io.stderr.say(&why);
        return USAGE;
    }
    if args.by_hand.is_meant() {
        if args.output.plain {
            io.stderr.say("--plain is for a message that is sent, and --by-hand shows every line: give one of them");
            return USAGE;
        }
        return by_hand::run(&args, io).await;
    }
    let (mut units, work) = match prepare(&args, &mut io) {
        Ok(prepared) => prepared,
        Err(why) => {
            io.stderr.say(&why);
            return USAGE;
        }
    };
    // One domain after the other, so that the conversation can be followed.
    let jobs = usize::from(args.network.jobs.unwrap_or(1));
    let plan = Plan { jobs, window: jobs * 4, ordered: !args.output.unordered };
    let total = units.total();
    let mut progress = Progress::new(&io, &args.output, total);
    let output = Output::new(&mut io, &args.output);
    // The live conversation is progress enough.
    if output.for_people() {
        progress = Progress::never();
    }
    let mut view = View::new(output, &io, &args);
    let work = Arc::new(work);
    let unit = |unit: Unit, emit: Emit<Telling>| Arc::clone(&work).unit(unit, emit);
    let report = pump::run(&mut units, plan, unit, &mut view, &mut progress, interrupted()).await;
    progress.finish();
    tell_blocked(work.blocked().filter(|_| !args.output.quiet), &io.stderr);
    if report.begun == 0 && report.read_all && !report.interrupted && report.write.is_none() {
        io.stderr.say(gather::NOBODY);
        return USAGE;
    }
    let code = conclude(&report, pump::Sink::tally(&view), total, &io.stderr);
    if report.interrupted && report.begun > report.ended {
        io.stderr.say(
            "a message that was on its way may have been accepted all the same: ask whether it arrived before you send it \
             again",
        );
    }
    code
}

/// Everything that can be wrong with the options shows here, before anything is done.
fn prepare(args: &Args, io: &mut Io) -> Result<(Gather, Work), String> {
    args.login.fits(args)?;
    let login = args.login.logging_in(&args.server, args.output.quiet, io)?;
    let text = Text::read(args, io)?;
    let recipients = text.recipients(args)?;
    let extras = args.reports.extras(recipients.len(), args.input.input.is_some())?;
    let units = Gather::open(recipients, args, io)?;
    let resolver = resolver::open(&args.dns, args.network.timeout)?;
    let roots = Roots::new(args.server.ca_file.as_deref()).map_err(|error| error.to_string())?;
    let family = args::family(&args.network, &args.server)?;
    protocol::chosen(&args.server, (!args.output.quiet).then_some(&io.stderr))?;
    let tls = args.tls.options(false)?;
    let level = args.level.chosen(&args.server)?;
    let work = Work::new(args, extras, family, resolver, roots, text, io.stderr.clone());
    Ok((units, work.logging_in(login).speaking(tls).protected(level, args)))
}

#[cfg(test)]
mod tests;
