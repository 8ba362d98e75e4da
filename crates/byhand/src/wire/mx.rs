//! `mx/1`: who takes mail for a domain. One a domain, written by `mxlookup`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Dane, Fault, Finding, Outcome, Sts, TlsRpt, Tlsa};

/// Who takes mail for a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MxRecord {
    /// The domain in A-labels, or an address literal; `null` where the input was none.
    pub domain: Option<String>,
    /// The domain for people, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_unicode: Option<String>,
    /// What was typed or read, where it is not simply the domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The recipients that were given in place of the domain, as written.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// How the look-up ended.
    pub outcome: Outcome,
    /// Where the hosts come from.
    pub source: Source,
    /// DNSSEC of the MX answer, every alias on the way included; of the denial where there is none.
    pub security: Security,
    /// Seconds that the MX answer (or its denial) may be kept.
    pub ttl: Option<u32>,
    /// The names that the domain is an alias of, in order.
    #[serde(default)]
    pub cnames: Vec<String>,
    /// The hosts in the order a sender tries them.
    pub hosts: Vec<MxHost>,
    /// The only family of addresses that was asked for; not there where both were.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "known_family")]
    pub family: Option<Family>,
    /// The domain's MTA-STS; not there where it was not asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sts: Option<Sts>,
    /// Where the domain wants TLS reports; not there where it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlsrpt: Option<TlsRpt>,
    /// Rules broken and things worth knowing.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// From the first question to the last answer.
    pub elapsed_ms: f64,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Family {
    /// IPv4.
    #[serde(rename = "ipv4")]
    V4,
    /// IPv6.
    #[serde(rename = "ipv6")]
    V6,
}

impl Family {
    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// A word of a later version says nothing to this one.
fn known_family<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Family>, D::Error> {
    Ok(match Option::<String>::deserialize(deserializer)?.as_deref() {
        Some("ipv4") => Some(Family::V4),
        Some("ipv6") => Some(Family::V6),
        _ => None,
    })
}

/// One host that takes mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MxHost {
    /// The host in A-labels; of an address literal the literal.
    pub host: String,
    /// The host for people, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_unicode: Option<String>,
    /// The preference: lower is tried first. 0 for an implicit MX.
    pub preference: u16,
    /// Its addresses, in the order they are tried.
    pub addresses: Vec<IpAddr>,
    /// DNSSEC of the addresses, every alias on the way included; the weakest of both families.
    pub security: Security,
    /// Seconds that the addresses may be kept.
    pub ttl: Option<u32>,
    /// The names that the host is an alias of, in order.
    #[serde(default)]
    pub cnames: Vec<String>,
    /// Why there are no addresses, or not those of both families.
    pub fault: Option<Fault>,
    /// What DANE asks of a sender there; not there where it was not asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dane: Option<Dane>,
    /// The TLSA records for port 25, where DNSSEC vouches for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tlsa: Vec<Tlsa>,
    /// The name that they were found at: the host's, or that of an alias's target (RFC 7672 §2.2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlsa_base: Option<String>,
    /// DNSSEC of the answer about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlsa_security: Option<Security>,
    /// Why they could not be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlsa_fault: Option<Fault>,
    /// The only family of addresses that DNSSEC vouches for, so that they count there alone.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "known_family")]
    pub tlsa_family: Option<Family>,
}

/// Where the hosts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// MX records.
    Mx,
    /// No MX record, so the domain's own address (RFC 5321 §5.1).
    Implicit,
    /// A null MX: the domain takes no mail (RFC 7505).
    Null,
    /// An address literal, which has no MX.
    Literal,
    /// Nothing was found, or the look-up failed.
    None,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// What DNSSEC says of an answer (RFC 4035 §4.3, RFC 7672 §2.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Signed, and the signatures hold up to the trust anchor.
    Secure,
    /// Provably not signed, or the resolver says that it is not known to be.
    Insecure,
    /// Signed, and the signatures do not hold: nothing in it may be believed.
    Bogus,
    /// Not known here: not asked, not trusted, or not decidable.
    #[default]
    #[serde(other)]
    Indeterminate,
}
