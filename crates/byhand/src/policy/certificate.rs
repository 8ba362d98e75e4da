//! A certificate described for the record (RFC 5280), whatever it holds.
//!
//! Everything comes from elsewhere: a certificate that cannot be read gives a description that says so, with its
//! fingerprint. Names are written as RFC 4514 does. Nothing is judged here (see `pkix`).

use std::fmt::Write as _;
use std::net::IpAddr;

use aws_lc_rs::digest;
use data_encoding::{BASE64, HEXLOWER};
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use crate::wire::Certificate;

/// Describes one certificate, DER.
#[must_use]
pub fn describe(der: &[u8]) -> Certificate {
    let sha256 = sha256(der);
    match X509Certificate::from_der(der) {
        Ok((_, certificate)) => describe_parsed(&certificate, sha256),
        Err(error) => Certificate {
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            not_before: None,
            not_after: None,
            key: String::new(),
            signature: String::new(),
            sha256,
            spki_sha256: String::new(),
            unreadable: Some(error.to_string()),
            pem: None,
        },
    }
}

/// A certificate as PEM (RFC 7468 §2): lines of 64 characters.
#[must_use]
pub fn pem(der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + "-----END CERTIFICATE-----\n"
}

/// The hash that `tls-server-end-point` binds to: of the whole certificate, by the algorithm of its signature, SHA-256 in
/// place of MD5 and SHA-1 (RFC 5929 §4.1). None where that algorithm has no hash of its own.
#[must_use]
pub fn end_point(der: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let name = signature(&certificate.signature_algorithm.algorithm).to_ascii_lowercase();
    let algorithm = match name {
        name if name.contains("sha384") => &digest::SHA384,
        name if name.contains("sha512") => &digest::SHA512,
        name if name.contains("sha256") || name.contains("sha1") || name.contains("md5") => &digest::SHA256,
        _ => return None,
    };
    Some(digest::digest(algorithm, der).as_ref().to_vec())
}

fn describe_parsed(certificate: &X509Certificate<'_>, sha256: String) -> Certificate {
    let names = match certificate.subject_alternative_name() {
        Ok(Some(san)) => san.value.general_names.iter().filter_map(general_name).collect(),
        _ => Vec::new(),
    };
    let instant = |seconds: i64| jiff::Timestamp::from_second(seconds).ok().map(|t| t.to_string());
    let validity = certificate.validity();
    Certificate {
        subject: name(certificate.subject()),
        issuer: name(certificate.issuer()),
        names,
        not_before: instant(validity.not_before.timestamp()),
        not_after: instant(validity.not_after.timestamp()),
        key: key(certificate.public_key()),
        signature: signature(&certificate.signature_algorithm.algorithm),
        sha256,
        spki_sha256: self::sha256(certificate.public_key().raw),
        unreadable: None,
        pem: None,
    }
}

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => match *octets {
            [a, b, c, d] => Some(IpAddr::from([*a, *b, *c, *d]).to_string()),
            octets => <[u8; 16]>::try_from(octets).ok().map(|v6| IpAddr::from(v6).to_string()),
        },
        _ => None,
    }
}

/// A distinguished name as RFC 4514 §2 writes it: the last part first, values escaped.
fn name(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    let mut parts: Vec<_> = name.iter_rdn().collect();
    parts.reverse();
    for (i, rdn) in parts.iter().enumerate() {
        for (j, attribute) in rdn.iter().enumerate() {
            if i > 0 || j > 0 {
                text.push(if j > 0 { '+' } else { ',' });
            }
            let value = attribute
                .as_str()
                .map_or_else(|_| format!("#{}", HEXLOWER.encode(attribute.attr_value().data)), escaped);
            let _ = write!(text, "{}={value}", attribute_type(attribute.attr_type()));
        }
    }
    text
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (i, c) in value.chars().enumerate() {
        if ",+\"\\<>;=".contains(c) || (i == 0 && (c == '#' || c == ' ')) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// The short names of RFC 4514 §3, the number for any other.
fn attribute_type(oid: &Oid<'_>) -> String {
    let text = oid.to_id_string();
    let short = match text.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.6" => "C",
        "2.5.4.9" => "STREET",
        "0.9.2342.19200300.100.1.25" => "DC",
        "0.9.2342.19200300.100.1.1" => "UID",
        _ => return text,
    };
    short.to_owned()
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> String {
    let curve = info.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|oid| oid.to_id_string());
    match (info.parsed(), info.algorithm.algorithm.to_id_string().as_str()) {
        (Ok(PublicKey::RSA(rsa)), _) => format!("RSA {}", rsa.key_size()),
        (Ok(PublicKey::EC(_)), _) => format!("ECDSA {}", curve_name(curve.as_deref().unwrap_or("unknown curve"))),
        (_, "1.3.101.112") => "Ed25519".into(),
        (_, "1.3.101.113") => "Ed448".into(),
        (_, oid) => oid.to_owned(),
    }
}

fn curve_name(oid: &str) -> &str {
    match oid {
        "1.2.840.10045.3.1.7" => "P-256",
        "1.3.132.0.34" => "P-384",
        "1.3.132.0.35" => "P-521",
        other => other,
    }
}

fn signature(oid: &Oid<'_>) -> String {
    let text = oid.to_id_string();
    let short = match text.as_str() {
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        _ => return text,
    };
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest;
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

    use super::end_point;

    /// RFC 5929 §4.1: the hash of the signature's algorithm, over the whole certificate; undefined where it has none.
    #[test]
    fn what_a_certificate_is_bound_by() {
        for (algorithm, hash) in [
            (&PKCS_ECDSA_P256_SHA256, Some(&digest::SHA256)),
            (&PKCS_ECDSA_P384_SHA384, Some(&digest::SHA384)),
            (&PKCS_ED25519, None),
        ] {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let certificate = CertificateParams::new(vec!["mx.test".into()]).unwrap().self_signed(&key).unwrap();
            let expected = hash.map(|hash| digest::digest(hash, certificate.der()).as_ref().to_vec());
            assert_eq!(end_point(certificate.der()), expected);
        }
        assert_eq!(end_point(b"no certificate"), None);
    }
}
