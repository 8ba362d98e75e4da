//! What the tools share between the shell and their work: options, input, concurrency, exit codes.
//!
//! [`args`] holds the options that mean the same everywhere, [`input`] turns arguments and lines into things to do,
//! [`pump`] does them N at a time and hands the results on in order, [`exit`] makes one number of how it went, and
//! [`io`] is the outside world as a tool sees it, so that a test can be that world. [`start`] is all that a `main` does.

pub mod aims;
pub mod args;
pub mod editor;
pub mod exit;
pub mod input;
pub mod io;
pub mod level;
pub mod name;
pub mod output;
pub mod progress;
pub mod protocol;
pub mod pump;
pub mod resolver;
pub mod secret;
pub mod tls;

use std::process::ExitCode;

use self::exit::Tally;
use self::io::Stderr;
use self::pump::Report;
use crate::wire::Diagnosis;

/// Reads the arguments and runs a tool on a runtime of one thread: most runs wait for the network, and none should wait
/// for threads to start.
#[must_use]
pub fn start<A: clap::Parser>(run: impl AsyncFnOnce(A, io::Io) -> u8) -> ExitCode {
    let args = match A::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help goes to stdout with 0, a usage error to stderr with 2. Nobody is left to tell where that fails.
            if error.use_stderr() {
                let text = usage_error(&io::tool_name(), &error);
                let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
            } else {
                let _ = error.print();
            }
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

/// A usage error as every other message: the tool's name in front, then what is wrong, and the tips.
fn usage_error(tool: &str, error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    // What was typed stands in it as it came.
    let lines = text.lines().map(|line| crate::render::safe::clean(line, true)).collect::<Vec<_>>();
    format!("{tool}: {}\n", lines.join("\n"))
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
        let total = total.or(report.read_all.then_some(report.begun));
        stderr.say(&match total {
            Some(total) => format!("interrupted: {} of {total} not done", total - report.ended),
            None if report.begun == report.ended => {
                format!("interrupted: {} read and done, and the input had not ended", report.begun)
            }
            None => {
                let open = report.begun - report.ended;
                format!("interrupted: {open} of {} read so far not done, and the input had not ended", report.begun)
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

/// Says that the network here most likely blocks what was tried, where a run came to that; records that were written
/// before it was known do not have it.
pub fn tell_blocked(blocked: Option<Diagnosis>, stderr: &Stderr) {
    if let Some(Diagnosis { meaning, next, .. }) = blocked {
        stderr.say(&format!("{meaning}. Next: {next}"));
    }
}

/// Ready when somebody presses Ctrl-C.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system ends the process, as it should.
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::pump::Report;
    use super::{conclude, io, usage_error};
    use crate::cli::exit::Tally;

    #[derive(Debug, Parser)]
    struct Args {
        #[command(flatten)]
        network: super::args::NetworkArgs,
        #[command(flatten)]
        server: super::args::ServerArgs,
    }

    fn said(words: &[&str]) -> String {
        let error = Args::try_parse_from(std::iter::once(&"x").chain(words)).unwrap_err();
        usage_error("mxlookup", &error)
    }

    #[test]
    fn usage_errors_look_like_all_messages() {
        let text = said(&["--timeuot", "5"]);
        assert!(text.starts_with("mxlookup: unexpected argument '--timeuot' found\n"), "{text}");
        assert!(text.contains("'--timeout'") && text.ends_with('\n') && !text.contains("error:"), "{text}");
        assert!(!said(&["--a\u{1b}[2J\u{9b}31m"]).contains(|c: char| c.is_control() && c != '\n'));
    }

    #[test]
    fn numbers_and_addresses_are_asked_for_in_plain_words() {
        for words in [["--port", "smtp"], ["--port", "0"], ["--port", "70000"], ["--jobs", "-"], ["--jobs", "x"]] {
            let text = said(&words);
            assert!(text.contains("give a number from 1 to 65535"), "{text}");
        }
        assert!(said(&["--bind", "eth0"]).contains("give an IP address of this machine"));
        assert_eq!(Args::try_parse_from(["x", "--port", "587"]).unwrap().server.port, 587);
    }

    #[test]
    fn an_interrupted_run_tells_what_is_left() {
        let said = |report: Report, total| {
            let (io, _, stderr) = io::Io::captured("mxlookup", vec![]);
            assert_eq!(conclude(&report, Tally::default(), total, &io.stderr), 130);
            stderr.text()
        };
        let report = |read_all| Report { begun: 5, ended: 2, read_all, interrupted: true, ..Report::default() };
        assert_eq!(said(report(true), None), "mxlookup: interrupted: 3 of 5 not done\n");
        assert_eq!(said(report(false), Some(7)), "mxlookup: interrupted: 5 of 7 not done\n");
        let open = "mxlookup: interrupted: 3 of 5 read so far not done, and the input had not ended\n";
        assert_eq!(said(report(false), None), open);
        let done = Report { ended: 5, ..report(false) };
        assert_eq!(said(done, None), "mxlookup: interrupted: 5 read and done, and the input had not ended\n");
    }
}
