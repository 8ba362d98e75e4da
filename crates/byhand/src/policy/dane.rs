//! DANE for mail (RFC 7672): TLSA records against what a server shows.
//!
//! 1. A record is usable or not (RFC 7672 §3.1.3): usages 2 and 3, selectors 0 and 1, matching types 0, 1 and 2, a digest
//!    of the right length, data that can be read. Where none is usable, TLS is a must and a certificate is not.
//! 2. Of the digests of one usage and selector the strongest alone counts (RFC 7671 §9); whole data always does.
//! 3. Usage 3, DANE-EE: the server's own certificate, or its key, is the data. Its names, dates and issuer do not count
//!    (RFC 7672 §3.1.1).
//! 4. Usage 2, DANE-TA: a certificate above the server's own is the data, the chain up to it holds, signatures and dates,
//!    and the server's certificate has one of the reference names (§3.1.2, §3.2.2). Whole data may stand in DNS alone.
//! 5. One match is enough (§4).
//!
//! Pure: records, chain, names and the instant are passed in. Not here: which records count (that is DNSSEC's to say,
//! `tool::lookup`), raw public keys, revocation.

mod authority;
#[cfg(test)]
mod tests;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER_PERMISSIVE;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::names;
use crate::wire::{Dane, DaneVerdict, Judged, TlsResult, Tlsa};

/// What a server showed, and what it is held against.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The chain as presented, DER, the server's own certificate first.
    pub chain: &'a [Vec<u8>],
    /// The names of which a certificate from an authority in DNS has to have one.
    pub names: &'a [String],
    /// Seconds since 1970.
    pub now: u64,
}

/// Why a usable record does not match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Miss {
    /// What is wrong with a chain that the record points into; empty where it points to nothing in it.
    results: Vec<TlsResult>,
    /// The end of a sentence about it.
    text: String,
}

/// What a set of records asks of a sender.
#[must_use]
pub fn demand(records: &[Tlsa]) -> Dane {
    if records.is_empty() {
        Dane::None
    } else if records.iter().any(|record| trouble(record).is_none()) {
        Dane::Usable
    } else {
        Dane::Unusable
    }
}

/// Why a record cannot be used for mail; `None` where it can (RFC 7672 §3.1.3, RFC 6698 §2.1).
#[must_use]
pub fn trouble(record: &Tlsa) -> Option<&'static str> {
    match record.usage {
        2 | 3 => {}
        0 | 1 => return Some("usages 0 and 1 need public authorities, and mail servers share none (RFC 7672 §3.1.3)"),
        _ => return Some("the usage is unknown"),
    }
    if record.selector > 1 {
        return Some("the selector is unknown");
    }
    let Some(data) = data(record) else { return Some("the data is no hexadecimal text") };
    match record.matching {
        0 if record.selector == 0 => {
            let whole = X509Certificate::from_der(&data).is_ok_and(|(rest, _)| rest.is_empty());
            (!whole).then_some("the data is no certificate")
        }
        0 => {
            let whole = SubjectPublicKeyInfo::from_der(&data).is_ok_and(|(rest, _)| rest.is_empty());
            (!whole).then_some("the data is no public key")
        }
        1 => (data.len() != 32).then_some("a SHA-256 has 32 octets, and this has not"),
        2 => (data.len() != 64).then_some("a SHA-512 has 64 octets, and this has not"),
        _ => Some("the matching type is unknown"),
    }
}

/// Holds a server against the records; there is at least one, and DNSSEC vouches for them.
#[must_use]
pub fn judge(records: &[Tlsa], shown: Shown<'_>) -> DaneVerdict {
    let mut verdict = DaneVerdict::default();
    let (usable, unusable): (Vec<_>, Vec<_>) = records.iter().cloned().partition(|record| trouble(record).is_none());
    verdict.unusable = unusable;
    if usable.is_empty() {
        verdict.result = Judged::Pass;
        verdict.text =
            "there are TLSA records, and none can be used for mail: a sender encrypts and checks no certificate"
                .to_owned();
        return verdict;
    }
    let published = usable.clone();
    let is_weaker = |record: &Tlsa| {
        let stronger = |other: &Tlsa| {
            (other.usage, other.selector) == (record.usage, record.selector) && other.matching > record.matching
        };
        record.matching != 0 && published.iter().any(stronger)
    };
    let (weaker, counting): (Vec<_>, Vec<_>) = usable.into_iter().partition(is_weaker);
    verdict.weaker = weaker;
    let mut misses: Vec<Miss> = Vec::new();
    for record in counting {
        match matches(&record, shown) {
            Ok(()) => verdict.matched.push(record),
            Err(miss) => {
                misses.push(miss);
                verdict.unmatched.push(record);
            }
        }
    }
    if !verdict.matched.iter().any(|record| record.usage == 3)
        && verdict.matched.iter().chain(&verdict.unmatched).any(|record| record.usage == 2)
    {
        verdict.names = shown.names.to_vec();
    }
    if let Some(first) = verdict.matched.first() {
        verdict.result = Judged::Pass;
        let whose = if first.usage == 3 { "the server's own" } else { "an authority's, above the server's own" };
        verdict.text = format!("TLSA {} matches: the {} is {whose}", numbers(first), part(first));
        return verdict;
    }
    verdict.result = Judged::Fail;
    for result in misses.iter().flat_map(|miss| &miss.results) {
        if !verdict.results.contains(result) {
            verdict.results.push(*result);
        }
    }
    // A chain that leads to the right authority and is broken says more than the records beside it.
    let telling = misses.iter().find(|miss| !miss.results.is_empty());
    verdict.text = match (telling, verdict.unmatched.as_slice()) {
        (Some(miss), _) => miss.text.clone(),
        (None, [only]) => format!("the TLSA record {} does not match: {}", numbers(only), misses[0].text),
        (None, all) => format!("none of the {} TLSA records matches what the server shows", all.len()),
    };
    if verdict.results.is_empty() {
        verdict.results.push(TlsResult::TlsaInvalid);
    }
    // Whoever sees that one match would not believe the rest.
    if let Some(passed_over) = verdict.weaker.iter().find(|record| matches(record, shown).is_ok()) {
        verdict.text += &format!(
            "; the record {} does, and is passed over for the stronger digest beside it (RFC 7671 §9)",
            numbers(passed_over)
        );
    }
    verdict
}

/// `3 1 1`.
#[must_use]
pub fn numbers(record: &Tlsa) -> String {
    format!("{} {} {}", record.usage, record.selector, record.matching)
}

fn part(record: &Tlsa) -> &'static str {
    if record.selector == 0 { "certificate" } else { "key" }
}

fn matches(record: &Tlsa, shown: Shown<'_>) -> Result<(), Miss> {
    let (Some(leaf), Some(data)) = (shown.chain.first(), data(record)) else {
        return Err(Miss { text: "the server showed no certificate".into(), ..Miss::default() });
    };
    if record.usage == 2 {
        return authority::vouches(record, &data, shown);
    }
    if is(record, &data, leaf) {
        return Ok(());
    }
    let text = format!("it is for another {} than the server's own", part(record));
    Err(Miss { text, ..Miss::default() })
}

/// Whether a record's data is this certificate, or its key.
fn is(record: &Tlsa, data: &[u8], certificate: &[u8]) -> bool {
    let key;
    let selected = if record.selector == 0 {
        certificate
    } else {
        let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return false };
        key = certificate.public_key().raw.to_vec();
        &key
    };
    let digest = |algorithm| digest::digest(algorithm, selected);
    match record.matching {
        0 => data == selected,
        1 => data == digest(&digest::SHA256).as_ref(),
        2 => data == digest(&digest::SHA512).as_ref(),
        _ => false,
    }
}

fn data(record: &Tlsa) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(record.data.as_bytes()).ok()
}
