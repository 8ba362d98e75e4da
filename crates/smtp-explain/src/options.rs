//! The options of `smtp-explain`.

use byhand::cli::args::{HelpArgs, InputArgs, OutputArgs};
use byhand::cli::exit::EXIT_HELP;
use clap::{CommandFactory, Parser};

const EXAMPLES: &str = "\
Examples:
  smtp-explain '550 5.1.1 <someone@example.org>: no such user'
  smtp-explain -i bounce.eml                   a bounce message, or a mail log
  smtp-send --from me@example.net --to someone@example.org | smtp-explain
  smtp-explain --code 5.7.26                   what a code stands for";

const EXIT: &str = "\
What is explained may be any kind of trouble: it is explained, and the exit code is 0.";

/// Explains what a mail server said: what it means, whose it is, what to do next.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "smtp-explain",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT}\n\n{EXIT_HELP}")
)]
pub struct Args {
    /// Replies, each as one argument, or files; without any, standard input is read
    ///
    /// A line is a reply, a log line of Postfix, Exim or sendmail, a JSON object with "reply" (and "id", "command", "host"), or
    /// a record of the other tools. Input that begins like a message is a bounce message, or a mailbox (mbox) of them; what was
    /// copied out of a bounce, of mailq or of a whole conversation is seen too. Bare lines directly behind a reply belong to it, and
    /// sentences between replies are passed over with a note. A file may be a pipe; - is standard input.
    #[arg(value_name = "REPLY|FILE")]
    pub replies: Vec<String>,
    /// Where else they come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// The command that was answered, where the input does not say, such as RCPT
    #[arg(long, value_name = "VERB", value_parser = verb, help_heading = "Input")]
    pub command: Option<String>,
    /// The mail host that said it, where the input does not say
    #[arg(long, value_name = "HOST", help_heading = "Input")]
    pub host: Option<String>,
    /// Tell what a reply code or an enhanced status code stands for, such as 550 or 5.7.26
    #[arg(long, value_name = "CODE", conflicts_with_all = ["replies", "input", "list"], help_heading = "Look-up")]
    pub code: Vec<String>,
    /// List the reasons, with what each means and what to do
    #[arg(long, conflicts_with_all = ["replies", "input"], help_heading = "Look-up")]
    pub list: bool,
    /// What comes out.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Help.
    #[command(flatten)]
    pub help: HelpArgs,
}

fn verb(text: &str) -> Result<String, String> {
    let upper = text.trim().to_ascii_uppercase();
    match byhand::explain::stage_of(&upper) {
        Some(_) => Ok(upper),
        None => Err("give CONN, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, . or QUIT".into()),
    }
}

/// The command, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}
