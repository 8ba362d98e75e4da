//! What a domain demands of those who send to it: TLSA records (DANE, RFC 7672), the MTA-STS policy (RFC 8461) and where
//! it wants reports (RFC 8460).
//!
//! Facts only, as DNS and the policy's web server gave them; what follows from them for a server is a verdict
//! (`super::verdict`). A field that is not there was not asked about.

use serde::{Deserialize, Serialize};

use super::{Fault, Security, TlsResult};

/// One TLSA record (RFC 6698 §2.1); the numbers as they are published, known or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tlsa {
    /// 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.
    pub usage: u8,
    /// 0 the whole certificate, 1 its public key.
    pub selector: u8,
    /// 0 the data itself, 1 its SHA-256, 2 its SHA-512.
    pub matching: u8,
    /// The data, lower-case hex.
    pub data: String,
}

/// What DANE asks of a sender at a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Dane {
    /// Nothing: there are no TLSA records, or DNSSEC does not vouch for them or for the way to them.
    None,
    /// TLS, and a certificate that matches a record.
    Usable,
    /// TLS, and no certificate in particular: there are records, and none can be used (RFC 7672 §2.2).
    Unusable,
    /// To stay away for now: it cannot be found out what is asked (RFC 7672 §2.1.2).
    Failed,
    /// It was not asked, or DNSSEC is not known here.
    #[default]
    #[serde(other)]
    Untested,
}

/// A domain's MTA-STS: the record in DNS and the policy that it announces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sts {
    /// How far it was found.
    pub status: StsStatus,
    /// The id of the record, which changes with the policy.
    pub id: Option<String>,
    /// The policy.
    pub policy: Option<StsPolicy>,
    /// Why there is no policy although there is a record.
    pub error: Option<TlsResult>,
    /// One sentence for people.
    pub text: String,
}

/// How far MTA-STS was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StsStatus {
    /// There is no record, or not exactly one that can be read: no MTA-STS (RFC 8461 §3.1).
    None,
    /// Record and policy are there.
    Found,
    /// The record is there, the policy cannot be had or used.
    Failed,
    /// It was not asked, or DNS did not say.
    #[default]
    #[serde(other)]
    Untested,
}

/// An MTA-STS policy (RFC 8461 §3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StsPolicy {
    /// What it asks of senders.
    pub mode: StsMode,
    /// Seconds that it may be kept.
    pub max_age: u32,
    /// The host names, or patterns such as `*.example.org`, that take the domain's mail.
    pub mx: Vec<String>,
}

/// What an MTA-STS policy asks of senders (RFC 8461 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StsMode {
    /// Deliver to hosts that meet the policy, and to no other.
    Enforce,
    /// Deliver all the same, and report.
    Testing,
    /// Nothing.
    #[serde(other)]
    None,
}

impl StsMode {
    /// The word in records and policies.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        }
    }
}

/// Where a domain wants TLS reports (RFC 8460 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TlsRpt {
    /// The addresses, `mailto:` and `https:`; empty where there is no record that can be read.
    pub rua: Vec<String>,
    /// The question that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// What a target's domain demands, so that a sender needs no DNS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Demands {
    /// What DANE asks of a sender there; the records are the target's `tlsa`.
    pub dane: Dane,
    /// The name that the TLSA records were found at, without port and protocol: for SNI, and for names in certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The names, one of which a certificate has to have where a TLSA record names its authority (RFC 7672 §3.2.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Why it cannot be found out what DANE asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// DNSSEC of the MX answer, or of its denial; `null` where no MX was asked for.
    pub mx_security: Option<Security>,
    /// DNSSEC of the addresses.
    pub security: Security,
    /// What MTA-STS asks; not there where it does not apply, as for a server that was named directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts: Option<StsDemand>,
    /// Why there is no MTA-STS policy although something announces one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts_why: Option<String>,
}

/// What MTA-STS asks of a sender at a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StsDemand {
    /// How far it was found.
    pub status: StsStatus,
    /// The policy's mode.
    pub mode: Option<StsMode>,
    /// Whether the policy names the host; `null`: there is no policy.
    pub listed: Option<bool>,
    /// Why there is no policy although there is a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TlsResult>,
}
