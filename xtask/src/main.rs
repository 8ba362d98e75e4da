//! `cargo xtask`: the chores of the project, one subcommand each.
//!
//! `test` is what CI runs and what a developer runs; `tidy` holds the house to its invariants; `man` and `schema` write
//! the generated files, and prove them fresh with `--check`; `lab` starts real servers, `bench` measures against them;
//! `demo` shows the tools at work on any machine. Nothing here is part of what gets installed.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's own tool talks to a terminal, not to a pipe"
)]

mod lab;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of byhand.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Real mail servers in a network namespace of their own (root on Debian)
    Lab {
        #[command(subcommand)]
        what: lab::What,
    },
}

/// What a chore comes to: an error is a sentence for the developer.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.chore {
        Chore::Lab { what } => lab::lab(&what),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
