//! `smtp-explain [OPTIONS]`: what a mail server said: what it means, whose it is, what to do next.
//!
//! Reads JSON lines `{"id", "reply", "command"?, "host"?}` from standard input and writes an `explain/1` record for each. The
//! exit code is 0 once every line is explained, 65 where one could not be read.

use std::io::{BufRead, BufReader};

use byhand::cli::args::OutputArgs;
use byhand::cli::io::Io;
use byhand::explain::{self, Heard};
use byhand::render::json::Lines;
use byhand::wire::{Explain, Record};
use clap::{CommandFactory, Parser};
use serde::Deserialize;
use serde_json::Value;

/// Explains what a mail server said: what it means, whose it is, what to do next.
#[derive(Clone, Debug, Parser)]
#[command(name = "smtp-explain", version, max_term_width = 100)]
pub struct Args {
    /// What comes out.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The command, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// One line of the input.
#[derive(Debug, Deserialize)]
struct Asked {
    id: Option<Value>,
    reply: String,
    command: Option<String>,
    host: Option<String>,
}

/// Explains every line; the exit code.
pub async fn run(_args: Args, mut io: Io) -> u8 {
    let Some(stdin) = io.stdin.take() else { return 0 };
    let mut lines = Lines::new(&mut io.stdout);
    let mut bad = false;
    for line in BufReader::new(stdin).lines() {
        let Ok(line) = line else { break };
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Asked>(&line) {
            Ok(asked) => {
                if lines.write(&Record::Explain(explained(asked))).is_err() {
                    return 0;
                }
            }
            Err(error) => {
                bad = true;
                io.stderr.say(&format!("a line that is no question: {error}"));
            }
        }
    }
    let _ = lines.flush();
    if bad { 65 } else { 0 }
}

fn explained(asked: Asked) -> Explain {
    let heard =
        Heard { command: asked.command.as_deref(), host: asked.host.as_deref(), ..explain::one_line(&asked.reply) };
    let mut record = Explain::new(explain::reply(&heard), Some(asked.reply.clone()));
    (record.id, record.command, record.host) = (asked.id, asked.command, asked.host);
    record
}
