//! `--level`: the protection that is asked for, and how it goes with `--tls`.
//!
//! `--tls` says how TLS is begun, `--level` what has to be met. `--tls require` alone is the level `encrypt`, `--tls never`
//! alone is `none`; where both are given they may not contradict each other. What each level asks is in `policy::level`.

use clap::{Args, ValueEnum};

use super::args::{ServerArgs, Speak, Tls};
use crate::smtp::session::TlsMode;
use crate::wire::Level;

/// The level of protection.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub struct LevelArgs {
    /// What must hold: may, dane, secure ... or auto
    ///
    /// smtp-send keeps a message back where it does not hold; smtp-probe says what a sender at that level would do. auto: what
    /// the domain asks, DANE, else MTA-STS, else may; none: no TLS; may: TLS where it can be had; encrypt: TLS with anybody;
    /// dane: what TLSA records ask, else may; dane-only: the same, and nothing without them; verify: a certificate for the
    /// host; secure: one for the domain or a name below it; sts: what MTA-STS asks, else may.
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    pub level: Option<Asked>,
}

/// A level by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// What the domain asks: DANE where there is any, else MTA-STS, else may
    Auto,
    /// No TLS
    None,
    /// TLS where it can be had, in clear where not
    May,
    /// TLS, whoever the server is
    Encrypt,
    /// DANE where there are TLSA records, else may
    Dane,
    /// DANE, and nothing without it
    DaneOnly,
    /// TLS, and a certificate for the host
    Verify,
    /// TLS, and a certificate for the domain of the recipient or a name below it
    Secure,
    /// MTA-STS where a policy is in force, else may
    Sts,
}

impl From<Asked> for Level {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Auto => Self::Auto,
            Asked::None => Self::None,
            Asked::May => Self::May,
            Asked::Encrypt => Self::Encrypt,
            Asked::Dane => Self::Dane,
            Asked::DaneOnly => Self::DaneOnly,
            Asked::Verify => Self::Verify,
            Asked::Secure => Self::Secure,
            Asked::Sts => Self::Sts,
        }
    }
}

impl LevelArgs {
    /// The level that a sender obeys, and when TLS is begun.
    ///
    /// # Errors
    /// A sentence where the options contradict each other.
    pub fn chosen(self, server: &ServerArgs) -> Result<(Level, TlsMode), String> {
        let mode = TlsMode::from(server.tls);
        let (level, mode) = match (self.level.map(Level::from), server.tls) {
            (None, Tls::Auto | Tls::Implicit) => (Level::Auto, mode),
            (None, Tls::Require) => (Level::Encrypt, mode),
            (None, Tls::Never) | (Some(Level::None), Tls::Auto | Tls::Never) => (Level::None, TlsMode::Never),
            (Some(level @ Level::None), tls @ (Tls::Require | Tls::Implicit))
            | (Some(level @ Level::May), tls @ Tls::Require)
            | (Some(level), tls @ Tls::Never) => return Err(contradiction(level, tls)),
            (Some(level), _) => (level, mode),
        };
        let in_tls = matches!(level, Level::Encrypt | Level::DaneOnly | Level::Verify | Level::Secure);
        if server.protocol == Speak::Smtp && in_tls && mode != TlsMode::Implicit && self.level.is_some() {
            let level = level.as_str();
            return Err(format!(
                "--protocol smtp and --level {level} exclude each other: STARTTLS is offered to EHLO only"
            ));
        }
        Ok((level, mode))
    }

    /// The level that a verdict is asked for at; none where nobody named one.
    ///
    /// # Errors
    /// As [`LevelArgs::chosen`].
    pub fn for_verdict(self, server: &ServerArgs) -> Result<Option<Level>, String> {
        self.chosen(server).map(|(level, _)| self.level.map(|_| level))
    }
}

fn contradiction(level: Level, tls: Tls) -> String {
    let tls = match tls {
        Tls::Auto => "auto",
        Tls::Require => "require",
        Tls::Implicit => "implicit",
        Tls::Never => "never",
    };
    format!("--level {} and --tls {tls} contradict each other", level.as_str())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::LevelArgs;
    use crate::cli::args::ServerArgs;
    use crate::smtp::session::TlsMode;
    use crate::wire::Level;

    #[derive(Debug, Parser)]
    struct Tool {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        level: LevelArgs,
    }

    #[track_caller]
    fn check(words: &str, expected: Option<(Level, TlsMode)>) {
        let tool = Tool::try_parse_from(std::iter::once("x").chain(words.split_whitespace())).unwrap();
        assert_eq!(tool.level.chosen(&tool.server).ok(), expected, "{words}");
    }

    #[test]
    fn both_options_together() {
        check("", Some((Level::Auto, TlsMode::Auto)));
        check("--tls require", Some((Level::Encrypt, TlsMode::Require)));
        check("--tls never", Some((Level::None, TlsMode::Never)));
        check("--tls implicit", Some((Level::Auto, TlsMode::Implicit)));
        check("--level none", Some((Level::None, TlsMode::Never)));
        check("--level dane", Some((Level::Dane, TlsMode::Auto)));
        check("--level dane-only --tls require", Some((Level::DaneOnly, TlsMode::Require)));
        check("--level verify --tls implicit", Some((Level::Verify, TlsMode::Implicit)));
        for words in [
            "--level none --tls require",
            "--level none --tls implicit",
            "--level may --tls require",
            "--level may --tls never",
            "--level dane --tls never",
            "--level auto --tls never",
            "--level encrypt --protocol smtp",
        ] {
            check(words, None);
        }
    }
}
