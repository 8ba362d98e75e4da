//! What else a server offers than what one session agrees on: each TLS version, each type of key, resumption. Written by
//! `smtp-probe` where it is asked to look, since each costs connections of its own.

use serde::{Deserialize, Serialize};

use super::{Certificate, DaneVerdict, Pkix};

/// One TLS version, tried on a connection of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TlsVersion {
    /// `SSLv3`, `TLSv1.0`, `TLSv1.1`, `TLSv1.2` or `TLSv1.3`.
    pub version: String,
    /// Whether the server takes it.
    pub offered: Offered,
    /// The cipher suite that it chose of all, by its IANA name.
    pub cipher: Option<String>,
    /// What that cipher suite is worth.
    pub strength: Option<Strength>,
    /// The key exchange group, or `DHE` and the bits of its prime; `null` where there is none, as with RSA key exchange.
    pub group: Option<String>,
    /// The server's own certificate, where it is shown in clear: before TLS 1.3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// The name of the alert (RFC 8446 §6) that came in place of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    /// One sentence for people.
    pub text: String,
}

/// Whether a server has what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Offered {
    /// It has.
    Yes,
    /// It was asked, and said no.
    No,
    /// It could not be asked, or gave no answer that says either.
    Untested,
}

/// What a cipher suite is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Forward secrecy and authenticated encryption.
    Sound,
    /// Nothing that is broken in practice, but it lacks one of these.
    Dated,
    /// It can be broken, or protects nothing.
    Weak,
}

/// One type of key, and the certificate that a server shows to who takes only that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyType {
    /// `RSA` or `ECDSA`.
    pub key: String,
    /// Whether the server has such a certificate.
    pub offered: Offered,
    /// The certificates as presented, the server's own first.
    pub chain: Vec<Certificate>,
    /// The judgement on them; `null`: none was seen.
    pub pkix: Option<Pkix>,
    /// The judgement on them by the TLSA records, where such are asked after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dane: Option<DaneVerdict>,
    /// One sentence for people.
    pub text: String,
}

/// Whether the server took up a session again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumption {
    /// Whether a second connection that offered the first one's session was taken up.
    pub offered: Offered,
    /// One sentence for people.
    pub text: String,
}

/// What became of a client certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificate {
    /// The server did not ask for one.
    NotAsked,
    /// It asked, and none was sent.
    Asked,
    /// It asked, and that of `--cert` was sent.
    Sent,
}
