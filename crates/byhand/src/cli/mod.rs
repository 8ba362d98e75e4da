//! What the tools share between the shell and their work: options, input, concurrency, exit codes.
//!
//! [`args`] holds the options that mean the same everywhere, [`input`] turns arguments and lines into things to do,
//! [`pump`] does them N at a time and hands the results on in order, [`exit`] makes one number of how it went, and
//! [`io`] is the outside world as a tool sees it, so that a test can be that world. [`start`] is all that a `main` does.

pub mod aims;
pub mod args;
pub mod exit;
pub mod input;
pub mod io;
pub mod name;
pub mod output;
pub mod progress;
pub mod pump;
pub mod resolver;

use std::process::ExitCode;

use self::exit::Tally;
use self::io::Stderr;
use self::pump::Report;

/// Reads the arguments and runs a tool on a runtime of one thread: most runs wait for the network, and none should wait
/// for threads to start.
#[must_use]
pub fn start<A: clap::Parser>(run: impl AsyncFnOnce(A, io::Io) -> u8) -> ExitCode {
    let args = match A::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help goes to stdout with 0, a usage error to stderr with 2. Nobody is left to tell where that fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    let io = io::Io::system();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            io.stderr.say(&format!("cannot start: {error}"));
            return ExitCode::from(exit::INTERNAL);
        }
    };
    let code = runtime.block_on(run(args, io));
    // Whatever still waits (a read of standard input) has no more to say.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// Says what has to be said at the end of a run, and makes its exit code.
#[must_use]
pub fn conclude(report: &Report, mut tally: Tally, total: Option<u64>, stderr: &Stderr) -> u8 {
    match &report.write {
        // Whoever read has read enough.
        Some(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return exit::OK,
        Some(error) => {
            stderr.say(&format!("cannot write the results: {error}"));
            return exit::INTERNAL;
        }
        None => {}
    }
    if report.interrupted {
        stderr.say(&match total {
            Some(total) => format!("interrupted: {} of {total} not done", total - report.ended),
            None => {
                format!("interrupted: {} begun and not done, and what was not read yet", report.begun - report.ended)
            }
        });
        return exit::INTERRUPTED;
    }
    tally.internal += report.panicked;
    if report.panicked > 0 {
        stderr.say(&format!("{} not done for a fault of this program", report.panicked));
    }
    tally.code()
}

/// Ready when somebody presses Ctrl-C.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system ends the process, as it should.
        std::future::pending::<()>().await;
    }
}
