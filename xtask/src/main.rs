//! `cargo xtask`: the chores of the project, one subcommand each.
//!
//! `test` is what CI runs and what a developer runs; `tidy` holds the house to its invariants; `man` and `schema` write
//! the generated files, and prove them fresh with `--check`; `lab` starts real servers, `bench` measures against them;
//! `release` builds what is given away; `demo` shows the tools at work on any machine. Nothing here is part of what gets installed.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's own tool talks to a terminal, not to a pipe"
)]

mod bench;
mod demo;
mod generated;
mod lab;
mod quiet;
mod release;
mod run;
mod test;
mod tidy;

use std::ffi::OsString;
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
    /// Everything that has to hold: formatting, lints, house rules, generated files, the suite, real servers
    Test {
        /// Goes to nextest, such as a filter
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// The house rules: layers, module comments, file sizes, documents that keep up
    Tidy,
    /// Write the man pages
    Man {
        /// Compare instead of writing
        #[arg(long)]
        check: bool,
    },
    /// Write the JSON Schemas of the records
    Schema {
        /// Compare instead of writing
        #[arg(long)]
        check: bool,
    },
    /// The tools at work on any machine: no root, no network, nothing installed
    Demo,
    /// The tools as one file each, which runs on any machine of its kind
    Release,
    /// Measure the tools beside posttls-finger and dig, in the lab
    Bench,
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
    let done = |()| ExitCode::SUCCESS;
    let result = match args.chore {
        Chore::Test { args } => test::test(&args).map(done),
        Chore::Tidy => tidy::tidy().map(done),
        Chore::Man { check } => generated::man(check).map(done),
        Chore::Schema { check } => generated::schema(check).map(done),
        Chore::Demo => demo::demo().map(done),
        Chore::Release => release::release().map(|folder| {
            println!("the programs are in {}", folder.display());
            ExitCode::SUCCESS
        }),
        Chore::Bench => bench::bench().map(done),
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
