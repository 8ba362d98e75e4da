//! How a server presents its certificates, and whether they are strong enough: what an administrator would want to mend
//! though the chain may verify.
//!
//! - order: each certificate certifies the one before it (RFC 5246 §7.4.2, RFC 8446 §4.4.2)
//! - the issuer's certificate is missing, though the server's own says where there is one
//! - a root is sent along: clients have it, or do not trust it (of use for a TLSA record of usage 2 only, RFC 7671 §5.2.1)
//! - an RSA key of less than 2048 bits; a signature with SHA-1 or MD5 (RFC 9155, RFC 6151)
//!
//! Chains are followed by names; signatures are `pkix`'s. Nothing here changes a verdict.

use pki_types::TrustAnchor;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::certificate::describe;
use super::pkix::known_issuer;
use crate::wire::{Finding, FindingId};

/// RFC 9325 §4.5: less is too short for RSA.
const RSA_BITS: usize = 2048;

/// The longest way that is followed: a chain is as long as the server likes.
const LONGEST: usize = 32;

/// What is to be said of a chain. `chain`: DER, the server's own first.
#[must_use]
pub fn look(chain: &[Vec<u8>], roots: &[TrustAnchor<'_>]) -> Vec<Finding> {
    let parsed: Vec<X509Certificate<'_>> =
        chain.iter().take(LONGEST).map_while(|der| X509Certificate::from_der(der).ok().map(|(_, one)| one)).collect();
    // One that cannot be read is told by its description; what stands behind it cannot be placed.
    if parsed.is_empty() || parsed.len() < chain.len() {
        return Vec::new();
    }
    let way = way(&parsed);
    let name = |at: usize| describe(&chain[at]).subject;
    let mut findings = Vec::new();
    let ordered = way.iter().enumerate().all(|(place, at)| place == *at);
    if !ordered {
        let text = "the certificates are not sent in their order, each followed by its issuer's; some senders will not \
                    find the way through them (RFC 5246 §7.4.2)";
        findings.push(Finding::new(FindingId::ChainOrder, text));
    } else if let Some(extra) = (0..parsed.len()).find(|at| !way.contains(at)) {
        let text = format!("the server sends a certificate that has no part in its chain: {}", name(extra));
        findings.push(Finding::new(FindingId::ChainOrder, text));
    }
    let last = way.last().copied().unwrap_or(0);
    if self_issued(&parsed[last]) {
        if way.len() > 1 {
            let text = format!(
                "the server sends the root certificate too ({}): who trusts it has it. It is of use only for a TLSA record \
                 of usage 2",
                name(last)
            );
            findings.push(Finding::new(FindingId::RootSent, text));
        }
    } else if !known_issuer(&chain[last..=last], roots) && names_issuers_place(&parsed[last]) {
        let text = format!(
            "the certificate of the issuer, {}, is missing: the server has to send it along (its certificate names where \
             to fetch it, and senders of mail do not)",
            describe(&chain[last]).issuer
        );
        findings.push(Finding::new(FindingId::ChainIncomplete, text));
    }
    let keys: Vec<String> = (0..parsed.len())
        .filter_map(|at| match parsed[at].public_key().parsed() {
            Ok(PublicKey::RSA(key)) if key.key_size() < RSA_BITS => {
                Some(format!("RSA {} in {}", key.key_size(), name(at)))
            }
            _ => None,
        })
        .collect();
    if !keys.is_empty() {
        let text = format!("a key is too short to be trusted, 2048 bits are the least: {}", keys.join(", "));
        findings.push(Finding::new(FindingId::CertWeakKey, text));
    }
    // Nobody relies on the signature that a certificate makes on itself.
    let signatures: Vec<String> = (0..parsed.len())
        .filter(|at| !self_issued(&parsed[*at]) && is_weak(&parsed[*at].signature_algorithm.algorithm.to_id_string()))
        .map(|at| format!("{} on {}", describe(&chain[at]).signature, name(at)))
        .collect();
    if !signatures.is_empty() {
        let text = format!("a signature can be forged, its hash is broken: {}", signatures.join(", "));
        findings.push(Finding::new(FindingId::CertWeakSignature, text));
    }
    findings
}

/// From the server's own certificate upwards, by names: the places in the chain.
fn way(parsed: &[X509Certificate<'_>]) -> Vec<usize> {
    let mut way = vec![0];
    while let Some(&at) = way.last() {
        let issuer = parsed[at].issuer().as_raw();
        if self_issued(&parsed[at]) {
            break;
        }
        let fits = |next: &usize| !way.contains(next) && parsed[*next].subject().as_raw() == issuer;
        // The one behind it first, where several have the name.
        let Some(next) = (at + 1..parsed.len()).chain(0..at).find(fits) else { break };
        way.push(next);
    }
    way
}

fn self_issued(certificate: &X509Certificate<'_>) -> bool {
    certificate.subject().as_raw() == certificate.issuer().as_raw()
}

/// Whether a certificate says where its issuer's can be fetched (RFC 5280 §4.2.2.1), as those of public authorities do.
/// One of a private authority needs no intermediate, and `pkix` says that nobody knows its issuer.
fn names_issuers_place(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => {
            access.accessdescs.iter().any(|one| one.access_method.to_id_string() == "1.3.6.1.5.5.7.48.2")
        }
        _ => false,
    })
}

fn is_weak(oid: &str) -> bool {
    matches!(
        oid,
        // RSA with MD2, MD5, SHA-1 (two numbers); DSA and ECDSA with SHA-1.
        "1.2.840.113549.1.1.2"
            | "1.2.840.113549.1.1.4"
            | "1.2.840.113549.1.1.5"
            | "1.3.14.3.2.29"
            | "1.2.840.10040.4.3"
            | "1.2.840.10045.4.1"
    )
}
