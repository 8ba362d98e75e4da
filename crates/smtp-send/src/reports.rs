//! Delivery reports (RFC 3461) and parameters typed for MAIL and RCPT: values only, and what they come to.
//!
//! ORCPT names whom a message was first meant for. That differs from one recipient to the next, so it is taken for one
//! recipient alone. What the server does not offer is not sent, but for what is typed as a parameter: that goes out as it
//! is, so that somebody can see what the server says to it.

use byhand::cli::args::recipient;
use byhand::mailbox::Mailbox;
use byhand::smtp::parameter::{Dsn, Envid, Notify, Parameter, Ret};
use byhand::smtp::session::Extras;
use clap::{Args, ValueEnum};

/// What is asked for beside the addresses.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Envelope")]
pub struct ReportArgs {
    /// Ask for reports (DSN): never, or some of success,failure,delay
    #[arg(long, value_name = "WHEN", hide_short_help = true)]
    pub notify: Option<Notify>,
    /// What of the message a report of failure has: full, hdrs
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true, hide_short_help = true)]
    pub ret: Option<Return>,
    /// Your own name for the message, which reports carry
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    pub envid: Option<Envid>,
    /// Whom the message was first meant for; with one recipient
    #[arg(long, value_name = "ADDR", value_parser = original, hide_short_help = true)]
    pub orcpt: Option<Mailbox>,
    /// A parameter of MAIL, sent as typed; may be given again
    #[arg(long, value_name = "KEYWORD[=VALUE]", hide_short_help = true)]
    pub mail_parameter: Vec<Parameter>,
    /// A parameter of each RCPT, sent as typed; may be given again
    #[arg(long, value_name = "KEYWORD[=VALUE]", hide_short_help = true)]
    pub rcpt_parameter: Vec<Parameter>,
}

/// An original recipient, also as ORCPT has it: `rfc822;` in front, the only type that SMTP addresses have (RFC 3461 §4.2).
fn original(text: &str) -> Result<Mailbox, String> {
    let typed = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("rfc822;"));
    recipient(if typed { &text[7..] } else { text })
}

/// What of the message a report of failure has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Return {
    /// All of it
    Full,
    /// Its headers
    Hdrs,
}

impl ReportArgs {
    /// What goes out with the envelope; `recipients` are those of the options, `more`: others may come with records.
    pub(crate) fn extras(&self, recipients: usize, more: bool) -> Result<Extras, String> {
        if self.orcpt.is_some() && (recipients != 1 || more) {
            return Err("--orcpt is about one recipient: give exactly one --to, and no records".into());
        }
        if self.orcpt.as_ref().is_some_and(|orcpt| !orcpt.to_string().is_ascii()) {
            return Err("--orcpt takes an address in ASCII".into());
        }
        let dsn = Dsn {
            notify: self.notify,
            ret: self.ret.map(|ret| match ret {
                Return::Full => Ret::Full,
                Return::Hdrs => Ret::Hdrs,
            }),
            envid: self.envid.clone(),
            orcpt: self.orcpt.clone(),
        };
        Ok(Extras { dsn, mail: self.mail_parameter.clone(), rcpt: self.rcpt_parameter.clone() })
    }
}
