//! TLS facts, and the certificate judged by public authorities.

use serde::{Deserialize, Serialize};

use super::{ClientCertificate, Judged};

/// What was negotiated, and what the server showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tls {
    /// `TLSv1.3` or `TLSv1.2`; `null` where the handshake did not get so far.
    pub version: Option<String>,
    /// The IANA name of the cipher suite.
    pub cipher: Option<String>,
    /// The key exchange group, such as `X25519` or `X25519MLKEM768`.
    pub group: Option<String>,
    /// The name sent in the handshake (SNI); none is sent for an address.
    pub sni: Option<String>,
    /// Whether the server asked for a certificate of ours; not there where the handshake was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<ClientCertificate>,
    /// The certificates as presented, the server's own first.
    pub chain: Vec<Certificate>,
}

/// One certificate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Certificate {
    /// The subject, as RFC 4514 writes it.
    pub subject: String,
    /// The issuer, as RFC 4514 writes it.
    pub issuer: String,
    /// The subject alternative names: DNS names and addresses.
    pub names: Vec<String>,
    /// Not valid before, RFC 3339.
    pub not_before: Option<String>,
    /// Not valid after, RFC 3339.
    pub not_after: Option<String>,
    /// The public key: `RSA 2048`, `ECDSA P-256`, `Ed25519`.
    pub key: String,
    /// The signature algorithm: `sha256WithRSAEncryption`, `ecdsa-with-SHA256`.
    pub signature: String,
    /// SHA-256 of the certificate, hex.
    pub sha256: String,
    /// SHA-256 of the public key (what TLSA x 1 1 holds), hex.
    pub spki_sha256: String,
    /// Why the certificate could not be read, where it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The whole certificate, PEM (`--chain`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pem: Option<String>,
}

/// The certificate, judged as RFC 5280 and RFC 6125 ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pkix {
    /// Whether it holds.
    pub status: PkixStatus,
    /// The same in the word that all verdicts share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Judged>,
    /// Everything that is wrong, the gravest first.
    pub results: Vec<TlsResult>,
    /// The name it was held against.
    pub name: Option<String>,
    /// Days until the server's certificate ends; negative once it has.
    pub days_left: Option<i64>,
    /// One sentence for people.
    pub text: String,
}

/// Whether a verdict holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PkixStatus {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be judged.
    Untested,
}

/// The result types of RFC 8460 §4.3 that are in use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TlsResult {
    /// STARTTLS is not offered.
    StarttlsNotSupported,
    /// The certificate does not name the host.
    CertificateHostMismatch,
    /// The certificate's time is over, or has not come.
    CertificateExpired,
    /// No known authority stands behind the certificate.
    CertificateNotTrusted,
    /// No TLSA record matches what the server shows.
    TlsaInvalid,
    /// DNSSEC gave no answer that may be believed.
    DnssecInvalid,
    /// DANE is asked for, and there are no TLSA records.
    DaneRequired,
    /// The MTA-STS policy could not be fetched.
    StsPolicyFetchError,
    /// The MTA-STS policy cannot be used.
    StsPolicyInvalid,
    /// The web server of the MTA-STS policy has no certificate that holds.
    StsWebpkiInvalid,
    /// Anything else.
    #[serde(other)]
    ValidationFailure,
}

#[cfg(test)]
mod tests {
    use super::TlsResult;

    /// The words of RFC 8460 §4.3, under which reports about TLS are gathered.
    #[test]
    fn result_types_are_the_words_of_reports() {
        for (result, word) in [
            (TlsResult::StarttlsNotSupported, "starttls-not-supported"),
            (TlsResult::CertificateHostMismatch, "certificate-host-mismatch"),
            (TlsResult::CertificateExpired, "certificate-expired"),
            (TlsResult::CertificateNotTrusted, "certificate-not-trusted"),
            (TlsResult::ValidationFailure, "validation-failure"),
            (TlsResult::TlsaInvalid, "tlsa-invalid"),
            (TlsResult::DnssecInvalid, "dnssec-invalid"),
            (TlsResult::DaneRequired, "dane-required"),
            (TlsResult::StsPolicyFetchError, "sts-policy-fetch-error"),
            (TlsResult::StsPolicyInvalid, "sts-policy-invalid"),
            (TlsResult::StsWebpkiInvalid, "sts-webpki-invalid"),
        ] {
            let quoted = format!("\"{word}\"");
            assert_eq!(serde_json::to_string(&result).unwrap(), quoted);
            assert_eq!(serde_json::from_str::<TlsResult>(&quoted).unwrap(), result, "{word}");
        }
        // A word that the RFC will have one day.
        assert_eq!(serde_json::from_str::<TlsResult>("\"later\"").unwrap(), TlsResult::ValidationFailure);
    }
}
