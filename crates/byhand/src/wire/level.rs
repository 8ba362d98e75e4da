//! Levels of protection: what a sender asks of the way a message goes, and what that came to at one server.
//!
//! The words are Postfix's, with its meanings, and two more: `sts` and `auto`. `policy::level` says what each asks.

use serde::{Deserialize, Serialize};

use super::outcome::readable;
use super::{Action, Detail, Rule};

/// A level of protection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// What the domain asks: DANE where there is any, else MTA-STS, else `may`.
    #[default]
    Auto,
    /// No TLS.
    None,
    /// TLS where it can be had, in clear where not.
    May,
    /// TLS, whoever the server is.
    Encrypt,
    /// DANE where there are TLSA records, else `may` (RFC 7672).
    Dane,
    /// DANE, and nothing without it.
    DaneOnly,
    /// TLS, and a certificate of a known authority for the host.
    Verify,
    /// TLS, and a certificate of a known authority for the domain of the recipient, or for a name below it.
    Secure,
    /// MTA-STS where the domain has a policy in force, else `may` (RFC 8461).
    Sts,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl Level {
    /// The word in records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::None => "none",
            Self::May => "may",
            Self::Encrypt => "encrypt",
            Self::Dane => "dane",
            Self::DaneOnly => "dane-only",
            Self::Verify => "verify",
            Self::Secure => "secure",
            Self::Sts => "sts",
            Self::Other => "other",
        }
    }
}

/// What a level came to at one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Protection {
    /// The level that was asked for.
    pub level: Level,
    /// What it required at this server: `none`, `may`, `encrypt`, `dane`, `verify`, `secure` or `sts`.
    pub required: Level,
    /// What decided.
    pub rule: Rule,
    /// What was decided; `null` where the session did not get as far as that.
    pub action: Option<Action>,
    /// What the reason leaves open, as in an outcome.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable")]
    pub detail: Option<Detail>,
    /// One sentence for people.
    pub text: String,
}
