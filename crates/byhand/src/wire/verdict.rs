//! The verdicts on one connection, side by side: the certificate by public authorities (PKIX), DANE, MTA-STS; and what a
//! sender that honours all of them would do.
//!
//! `policy::verdict` makes them. A verdict that is not there was not made: nothing was known about what the domain
//! demands, or, for the certificate, none was seen.

use serde::{Deserialize, Serialize};

use super::{Pkix, StsMode, TlsResult, Tlsa};

/// The judgements, side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdicts {
    /// The certificate by the public roots (and `--ca-file`); `null` where no certificate was seen.
    pub pkix: Option<Pkix>,
    /// The server by the TLSA records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dane: Option<DaneVerdict>,
    /// The server by the domain's MTA-STS policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts: Option<StsVerdict>,
    /// What a sender that honours DANE and MTA-STS would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// How a judgement came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// What is demanded is met.
    Pass,
    /// It is not.
    Fail,
    /// Nothing is demanded.
    None,
    /// It could not be put to the test. This says nothing against the server.
    #[default]
    #[serde(other)]
    Untested,
}

/// The server by the TLSA records (RFC 7672 §3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DaneVerdict {
    /// How it came out.
    pub result: Judged,
    /// What is wrong, in the words of RFC 8460 §4.3.
    pub results: Vec<TlsResult>,
    /// The records that the certificates match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Tlsa>,
    /// The records that they do not match: left over from, or made for, a change of certificates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<Tlsa>,
    /// The records passed over for stronger digests beside them (RFC 7671 §9).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaker: Vec<Tlsa>,
    /// The records that mail cannot use (RFC 7672 §3.1.3), or that are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unusable: Vec<Tlsa>,
    /// The names of which the certificate had to have one; empty where none counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// One sentence for people.
    pub text: String,
}

impl DaneVerdict {
    /// Whether it passes because no record can be used, so that encryption is all that was asked for (RFC 7672 §2.2).
    #[must_use]
    pub fn is_encryption_only(&self) -> bool {
        self.result == Judged::Pass && self.matched.is_empty() && !self.unusable.is_empty()
    }
}

/// The server by the domain's MTA-STS policy (RFC 8461 §4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StsVerdict {
    /// How it came out.
    pub result: Judged,
    /// What is wrong, in the words of RFC 8460 §4.3.
    pub results: Vec<TlsResult>,
    /// The policy's mode.
    pub mode: Option<StsMode>,
    /// One sentence for people.
    pub text: String,
}

/// What a sender would do that honours DANE and MTA-STS and encrypts where it can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sender {
    /// What it would do with this host.
    pub action: Action,
    /// What decided.
    pub rule: Rule,
    /// One sentence for people.
    pub text: String,
}

/// What a sender would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Deliver, encrypted, to a server that proved who it is.
    Deliver,
    /// Deliver, encrypted, to whoever answers.
    DeliverUnauthenticated,
    /// Deliver in clear.
    DeliverInClear,
    /// Not deliver here now; try another host, and again later.
    Defer,
    /// Give up.
    Bounce,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// TLSA records that can be used (RFC 7672 §2.2): they decide alone.
    Dane,
    /// TLSA records that cannot: TLS is a must, a certificate is not (RFC 7672 §2.2).
    DaneUnusable,
    /// It cannot be found out what DANE asks (RFC 7672 §2.1.2).
    DaneLookup,
    /// An MTA-STS policy in force (RFC 8461 §5).
    StsEnforce,
    /// An MTA-STS policy that is being tested (RFC 8461 §5).
    StsTesting,
    /// Nothing is demanded: TLS where it can be had.
    Opportunistic,
    /// The level of protection that was asked for, whatever the domain demands.
    Level,
    /// The session did not get so far: its outcome decides.
    Outcome,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}
