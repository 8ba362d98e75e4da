//! DANE-TA(2): an authority named in DNS (RFC 7672 §3.1.2).
//!
//! The authority is a certificate above the server's own in the chain that was presented, or, where DNS has it whole, the
//! record itself: a certificate (`2 0 0`) or a bare key (`2 1 0`), which then may have issued any certificate of the
//! chain. It need be neither self-signed nor publicly known. Its own dates count where it is a certificate.

use std::time::Duration;

use pki_types::{CertificateDer, Der, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage};
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::prelude::X509Certificate;

use super::{Miss, Shown, is, names, numbers};
use crate::wire::{TlsResult, Tlsa};

/// An authority to try: its anchor, and its certificate where it has one.
struct Authority {
    anchor: TrustAnchor<'static>,
    certificate: Option<Vec<u8>>,
}

/// Whether the authority of a record vouches for the server.
pub(super) fn vouches(record: &Tlsa, data: &[u8], shown: Shown<'_>) -> Result<(), Miss> {
    let authorities = candidates(record, data, shown.chain);
    if authorities.is_empty() {
        let text =
            "no certificate above the server's own is the one that it names, and such a record needs it in the chain";
        return Err(Miss { text: text.into(), ..Miss::default() });
    }
    let faults: Vec<_> = authorities.iter().map(|authority| chain_fault(authority, shown)).collect();
    if faults.iter().any(Option::is_none) {
        return named(record, shown);
    }
    let Some(fault) = faults.into_iter().flatten().next() else { return named(record, shown) };
    // A bare key that issued nothing here is no match, rather than a chain that fails.
    if authorities.iter().all(|authority| authority.certificate.is_none())
        && fault.0 == TlsResult::CertificateNotTrusted
    {
        let text = "the key that it names issued no certificate of the chain";
        return Err(Miss { text: text.into(), ..Miss::default() });
    }
    let mut miss = Miss { results: vec![fault.0], text: format!("TLSA {}: {}", numbers(record), fault.1) };
    if let Err(name) = named(record, shown) {
        miss.results.extend(name.results);
        miss.text = format!("{}; {}", miss.text, name.text);
    }
    Err(miss)
}

/// Every authority that the record can mean.
fn candidates(record: &Tlsa, data: &[u8], chain: &[Vec<u8>]) -> Vec<Authority> {
    let of_certificate = |der: &Vec<u8>| {
        let der = CertificateDer::from(der.clone());
        let anchor = webpki::anchor_from_trusted_cert(&der).ok()?.to_owned();
        Some(Authority { anchor, certificate: Some(der.to_vec()) })
    };
    let above = chain.iter().skip(1).filter(|certificate| is(record, data, certificate));
    let mut found: Vec<Authority> = above.filter_map(of_certificate).collect();
    match (record.selector, record.matching) {
        (0, 0) if found.is_empty() => found.extend(of_certificate(&data.to_vec())),
        (1, 0) => found.extend(issuers(chain).into_iter().filter_map(|subject| {
            let (_, key) = Any::from_der(data).ok()?;
            let anchor = TrustAnchor {
                subject: Der::from(subject),
                subject_public_key_info: Der::from(key.data.to_vec()),
                name_constraints: None,
            };
            Some(Authority { anchor, certificate: None })
        })),
        _ => {}
    }
    found
}

/// The names that certificates of the chain give as their issuers, each once, as an anchor has them: without tag and length.
fn issuers(chain: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    for der in chain {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else { continue };
        let Ok((_, name)) = Any::from_der(certificate.issuer().as_raw()) else { continue };
        if !names.iter().any(|known| known == name.data) {
            names.push(name.data.to_vec());
        }
    }
    names
}

/// What is wrong with the chain from the server's certificate to the authority.
fn chain_fault(authority: &Authority, shown: Shown<'_>) -> Option<(TlsResult, String)> {
    let own_dates = authority.certificate.as_deref().and_then(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let now = i64::try_from(shown.now).unwrap_or(i64::MAX);
        let validity = certificate.validity();
        (now < validity.not_before.timestamp() || now > validity.not_after.timestamp()).then_some(())
    });
    if own_dates.is_some() {
        return Some((TlsResult::CertificateExpired, "the authority's certificate is out of date".into()));
    }
    let ders: Vec<CertificateDer<'_>> = shown.chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let (leaf, others) = ders.split_first()?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(shown.now));
    let anchors = std::slice::from_ref(&authority.anchor);
    let verified = EndEntityCert::try_from(leaf).and_then(|leaf| {
        let usage = KeyUsage::server_auth();
        leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, anchors, others, at, usage, None, None).map(|_| ())
    });
    let error = verified.err()?;
    Some(match error {
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => {
            (TlsResult::CertificateExpired, "a certificate below the authority is out of date".into())
        }
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => (
            TlsResult::CertificateNotTrusted,
            "the authority is in the chain, but did not issue the server's certificate".into(),
        ),
        other => (TlsResult::ValidationFailure, format!("the chain to the authority does not verify: {other}")),
    })
}

/// Whether the server's certificate has one of the names.
fn named(record: &Tlsa, shown: Shown<'_>) -> Result<(), Miss> {
    let has = shown.chain.first().map(|leaf| names::in_certificate(leaf)).unwrap_or_default();
    if has.iter().any(|pattern| shown.names.iter().any(|name| names::stands_for(pattern, name))) {
        return Ok(());
    }
    let wanted = shown.names.join(" or ");
    let text = format!("TLSA {}: the authority is right, but the certificate does not name {wanted}", numbers(record));
    Err(Miss { results: vec![TlsResult::CertificateHostMismatch], text })
}
