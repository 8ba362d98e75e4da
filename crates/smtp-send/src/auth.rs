//! The options for logging in (RFC 4954), and the login that they make.
//!
//! `--auth` needs a login, `--auth-optional` goes on without; both take a list of mechanisms. Where the password comes from
//! is the library's business (`byhand::cli::secret`), and so is everything that is said to the server.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use byhand::cli::args::{ServerArgs, Speak};
use byhand::cli::io::Io;
use byhand::cli::secret::{Given, login_sources};
use byhand::smtp::auth::{Login, Mechanism, Secret, UnknownMechanism};
use byhand::tool::connection::LoggingIn;
use clap::Args;

use crate::options::Step;

/// How to log in.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Login")]
pub struct AuthArgs {
    /// Log in, or send nothing; by these mechanisms
    ///
    /// The order of the list counts. Without a list: the strongest that the server offers. XOAUTH2 and OAUTHBEARER take a token in place of the password
    /// and are used only where they are named, as are EXTERNAL and ANONYMOUS.
    #[arg(
        long,
        value_name = "MECH,..",
        num_args = 0..=1,
        default_missing_value = "any",
        value_parser = mechanisms,
        conflicts_with = "auth_optional"
    )]
    pub auth: Option<Mechanisms>,
    /// Log in where that works, and go on without where not
    #[arg(
        long,
        value_name = "MECH,..",
        num_args = 0..=1,
        default_missing_value = "any",
        value_parser = mechanisms,
        hide_short_help = true
    )]
    pub auth_optional: Option<Mechanisms>,
    /// Whose login; the password is asked for
    ///
    /// Without it: BYHAND_AUTH_USER, or ~/.netrc. The password comes from one of the next three options, else from
    /// BYHAND_AUTH_PASSWORD, from ~/.netrc, or from a prompt.
    #[arg(long, value_name = "NAME")]
    pub auth_user: Option<String>,
    /// The password, or the token: other users of this machine can read it here
    #[arg(
        long,
        value_name = "SECRET",
        value_parser = secret,
        conflicts_with_all = ["auth_password_file", "auth_password_command"],
        hide_short_help = true
    )]
    pub auth_password: Option<Secret>,
    /// Read the password from the first line of a file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "auth_password_command", hide_short_help = true)]
    pub auth_password_file: Option<PathBuf>,
    /// Take the password from the first line that this command prints
    #[arg(long, value_name = "CMD", hide_short_help = true)]
    pub auth_password_command: Option<String>,
    /// Act as somebody else (the authorization identity)
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub auth_authzid: Option<String>,
    /// Let the password go out without TLS
    #[arg(long, hide_short_help = true)]
    pub auth_in_clear: bool,
}

/// A list of mechanisms; empty: whatever is best.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanisms(pub Vec<Mechanism>);

fn mechanisms(text: &str) -> Result<Mechanisms, UnknownMechanism> {
    if text.eq_ignore_ascii_case("any") {
        return Ok(Mechanisms::default());
    }
    text.split(',').map(|name| Mechanism::from_str(name.trim())).collect::<Result<_, _>>().map(Mechanisms)
}

#[expect(clippy::unnecessary_wraps, reason = "clap takes a Result")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

impl AuthArgs {
    /// Whether what is asked for can be had.
    ///
    /// # Errors
    /// A sentence about options that exclude each other.
    pub(crate) fn fits(&self, args: &crate::Args) -> Result<(), String> {
        if self.auth.is_some() && args.server.protocol == Speak::Smtp {
            return Err("--protocol smtp and --auth exclude each other: AUTH is offered to EHLO only".into());
        }
        if args.quit_after == Some(Step::Auth) && self.auth.is_none() && self.auth_optional.is_none() {
            return Err("--quit-after auth is about a login: give --auth (or --auth-optional) too".into());
        }
        Ok(())
    }

    /// The login that is asked for; reads files and asks on the terminal.
    ///
    /// # Errors
    /// Something about the login is given and none is asked for, or no password can be had.
    pub(crate) fn logging_in(
        &self,
        server: &ServerArgs,
        quiet: bool,
        io: &mut Io,
    ) -> Result<Option<LoggingIn>, String> {
        let (Some(Mechanisms(mechanisms)), required) = (match (&self.auth, &self.auth_optional) {
            (Some(list), _) => (Some(list.clone()), true),
            (None, list) => (list.clone(), false),
        }) else {
            return match self.stray() {
                Some(option) => Err(format!("{option} is about a login: give --auth (or --auth-optional) too")),
                None => Ok(None),
            };
        };
        let given = Given {
            user: self.auth_user.clone(),
            authzid: self.auth_authzid.clone(),
            password: self.auth_password.clone(),
            file: self.auth_password_file.clone(),
            command: self.auth_password_command.clone(),
            needs_password: mechanisms.is_empty() || mechanisms.iter().any(|mechanism| mechanism.needs_secret()),
            host: server.server.as_ref().map(|server| server.host.to_string()),
            quiet,
        };
        Ok(Some(LoggingIn {
            mechanisms,
            required,
            in_clear_allowed: self.auth_in_clear,
            logins: Arc::new(login_sources(given, io)?),
        }))
    }

    /// User and password for a login that is typed, where an option, a file, a command or the environment has them.
    ///
    /// # Errors
    /// What was named gives none.
    pub(crate) fn typed(&self, quiet: bool, io: &mut Io) -> Result<Login, String> {
        let given = Given {
            user: self.auth_user.clone(),
            password: self.auth_password.clone(),
            file: self.auth_password_file.clone(),
            command: self.auth_password_command.clone(),
            // Nothing is asked for before it is needed.
            needs_password: false,
            quiet,
            ..Given::default()
        };
        Ok(login_sources(given, io)?.for_host(""))
    }

    /// An option that says something about a login that nobody asked for.
    fn stray(&self) -> Option<&'static str> {
        [
            (self.auth_user.is_some(), "--auth-user"),
            (self.auth_password.is_some(), "--auth-password"),
            (self.auth_password_file.is_some(), "--auth-password-file"),
            (self.auth_password_command.is_some(), "--auth-password-command"),
            (self.auth_authzid.is_some(), "--auth-authzid"),
            (self.auth_in_clear, "--auth-in-clear"),
        ]
        .into_iter()
        .find_map(|(given, name)| given.then_some(name))
    }
}
