//! The options: values only. Names that other tools have mean the same here.

use byhand::cli::args::{DnsArgs, HelpArgs, InputArgs, NetworkArgs, OutputArgs, Sender, ServerArgs, recipient, sender};
use byhand::cli::exit::EXIT_HELP;
use byhand::cli::level::LevelArgs;
use byhand::cli::tls::TlsArgs;
use byhand::mailbox::Mailbox;
use byhand::message::header::Field;
use byhand::smtp::session::QuitAfter;
use clap::{CommandFactory, Parser, ValueEnum};

use crate::auth::AuthArgs;
use crate::reports::ReportArgs;

const EXAMPLES: &str = "\
Examples:
  mxlookup someone@example.org | smtp-send --from me@example.net
  smtp-send --from me@example.net --to someone@example.org --subject Hello
  smtp-send --from me@example.net --to a@example.org --server mx1.example.org
  smtp-send --by-hand example.org";

const SCRIPTS: &str = "\
Scripts:
  Each line is what one would type: SMTP as it stands, or a command with a colon
  in front (:help in a session lists them). # begins a comment, also behind
  blanks; blank lines are passed over. Behind DATA and its 354 every line is
  text, up to the lone dot: comments and commands are none there, so :expect
  cannot check the 354.
  A PATTERN is one or more words; all of them have to hold for a reply:
    250          its code; x is any digit: 2xx, 55x
    4.7.*        its enhanced status code; * is any number
    \"queued as\"  a text anywhere in it, in any case
    closed       no reply: the connection has ended
    250|251      one or the other
  :expect PATTERN   checks the last reply, and ends the script where it does not
                    hold; of several replies, to a :group, the next one each time
  :on PATTERN LINE  does LINE, such as :quit, where it holds
  A script that expects nothing ends with 0 when it ran to its end, also where
  the server said 550. With :expect in it: 1 where one did not hold, or for a
  5yz that no :expect and no :on spoke of; 75 for such a 4yz. In any script: 75
  where the connection could not be made or was lost, 65 for a line that is not
  understood or a :group without :end.";

/// Delivers a message by hand, as a mail server would on its first try, and shows everything.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "smtp-send",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{SCRIPTS}\n\n{EXIT_HELP}")
)]
pub struct Args {
    /// The envelope sender, or <> for none
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = sender,
        required_unless_present_any = ["by_hand", "script"],
        help_heading = "Envelope"
    )]
    pub from: Option<Sender>,
    /// A recipient; may be given again
    #[arg(long, value_name = "ADDR", value_parser = recipient, help_heading = "Envelope")]
    pub to: Vec<Mailbox>,
    /// Recipients from To, Cc and Bcc; Bcc is not sent
    #[arg(short = 't', help_heading = "Envelope")]
    pub from_headers: bool,
    /// Delivery reports, and parameters of MAIL and RCPT.
    #[command(flatten)]
    pub reports: ReportArgs,
    /// The subject, in place of that of the test message
    #[arg(long, value_name = "TEXT", value_parser = one_line, conflicts_with = "data", help_heading = "Message")]
    pub subject: Option<String>,
    /// The text, or @FILE to read it from
    #[arg(long, value_name = "TEXT|@FILE", conflicts_with = "data", help_heading = "Message")]
    pub body: Option<String>,
    /// A further header; may be given again
    #[arg(long, value_name = "NAME: VALUE", conflicts_with = "data", help_heading = "Message")]
    pub header: Vec<Field>,
    /// A whole message from a file; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "Message")]
    pub data: Option<String>,
    /// One command at a time, whatever the server offers
    #[arg(long, help_heading = "Session")]
    pub lockstep: bool,
    /// Stop there: banner, ehlo, tls, auth, mail, rcpt, data
    #[arg(long, value_enum, value_name = "STEP", hide_possible_values = true, help_heading = "Session")]
    pub quit_after: Option<Step>,
    /// Type the session yourself, with help, or read it from a script.
    #[command(flatten)]
    pub by_hand: crate::by_hand::ByHandArgs,
    /// How to log in.
    #[command(flatten)]
    pub login: AuthArgs,
    /// How a server is met.
    #[command(flatten)]
    pub server: ServerArgs,
    /// What has to be met.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Choices about TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Where records come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
    /// How the network is used.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// What comes out.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Write each line that is said as an event/1 record, as it happens
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    pub events: bool,
    /// Show the message's text in the conversation, as -v does
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    pub show_data: bool,
    /// Help.
    #[command(flatten)]
    pub help: HelpArgs,
}

impl Args {
    /// The sender; there is always one where something is delivered.
    pub(crate) fn sender(&self) -> Sender {
        self.from.clone().unwrap_or(Sender::Null)
    }
}

/// A step that a session can end after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// The greeting
    Banner,
    /// EHLO
    Ehlo,
    /// TLS and the EHLO inside it
    Tls,
    /// The login
    Auth,
    /// MAIL FROM
    Mail,
    /// The last RCPT TO
    Rcpt,
    /// DATA, without the message
    Data,
}

impl From<Step> for QuitAfter {
    fn from(step: Step) -> Self {
        match step {
            Step::Banner => Self::Banner,
            Step::Ehlo => Self::Ehlo,
            Step::Tls => Self::Tls,
            Step::Auth => Self::Auth,
            Step::Mail => Self::Mail,
            Step::Rcpt => Self::Rcpt,
            Step::Data => Self::Data,
        }
    }
}

/// A header's value is one line; what follows a line end would be another header.
fn one_line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        Err("a subject is one line, without control characters".into())
    } else {
        Ok(text.to_owned())
    }
}

/// The command, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}
