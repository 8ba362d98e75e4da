//! TLSA records against chains made here. Expected verdicts are RFC 7672's, section by section. The
//! records are made here with the same digests; those that openssl made are in the lab (`tests/real/`).

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Shown, demand, judge, trouble};
use crate::wire::{Dane, DaneVerdict, Judged, TlsResult, Tlsa};

/// 2026-06-01T00:00:00Z, 20605 days since 1970.
const NOW: u64 = 20_605 * 86_400;
const MX: &str = "mx1.example.test";

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority_params(name: &str, end: i32) -> CertificateParams {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(end, 1, 1);
    params
}

fn root(name: &str) -> Authority {
    CertifiedIssuer::self_signed(authority_params(name, 2040), KeyPair::generate().unwrap()).unwrap()
}

fn between(root: &Authority, end: i32) -> Authority {
    CertifiedIssuer::signed_by(authority_params("between", end), KeyPair::generate().unwrap(), root).unwrap()
}

/// A server's certificate for these names, up to the beginning of a year.
fn leaf(issuer: &Authority, names: &[&str], end: i32) -> Vec<u8> {
    let mut params = CertificateParams::new(names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(end, 1, 1);
    params.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().to_vec()
}

/// A certificate without subject alternative names.
fn leaf_with_common_name(issuer: &Authority, name: &str) -> Vec<u8> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().to_vec()
}

fn record(usage: u8, selector: u8, matching: u8, data: &[u8]) -> Tlsa {
    Tlsa { usage, selector, matching, data: HEXLOWER.encode(data) }
}

/// The record for a certificate.
fn of(usage: u8, selector: u8, matching: u8, certificate: &[u8]) -> Tlsa {
    let key = X509Certificate::from_der(certificate).unwrap().1.public_key().raw.to_vec();
    let selected = if selector == 0 { certificate } else { &key };
    match matching {
        0 => record(usage, selector, 0, selected),
        1 => record(usage, selector, 1, digest::digest(&digest::SHA256, selected).as_ref()),
        _ => record(usage, selector, 2, digest::digest(&digest::SHA512, selected).as_ref()),
    }
}

fn verdict(records: &[Tlsa], chain: &[Vec<u8>], names: &[&str]) -> DaneVerdict {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    judge(records, Shown { chain, names: &names, now: NOW })
}

#[track_caller]
fn passes(records: &[Tlsa], chain: &[Vec<u8>], names: &[&str]) {
    let verdict = verdict(records, chain, names);
    assert_eq!((verdict.result, &verdict.results[..]), (Judged::Pass, &[][..]), "{}", verdict.text);
}

#[track_caller]
fn fails(records: &[Tlsa], chain: &[Vec<u8>], names: &[&str], results: &[TlsResult]) {
    let verdict = verdict(records, chain, names);
    assert_eq!((verdict.result, &verdict.results[..]), (Judged::Fail, results), "{}", verdict.text);
    assert!(!verdict.text.is_empty());
}

/// RFC 7672 §3.1.3, RFC 6698 §2.1.
#[test]
fn records_that_can_be_used() {
    let ca = root("ca");
    let der = ca.der().to_vec();
    for (usage, selector, matching) in
        [(3, 1, 1), (3, 0, 1), (3, 1, 2), (3, 0, 0), (3, 1, 0), (2, 0, 0), (2, 1, 0), (2, 0, 1), (2, 1, 2)]
    {
        assert_eq!(trouble(&of(usage, selector, matching, &der)), None, "{usage} {selector} {matching}");
    }
    let unusable = [
        record(0, 0, 1, &[0; 32]),
        record(1, 1, 1, &[0; 32]),
        record(4, 1, 1, &[0; 32]),
        record(255, 1, 1, &[0; 32]),
        record(3, 2, 1, &[0; 32]),
        record(3, 1, 3, &[0; 32]),
        record(3, 1, 1, &[0; 31]),
        record(3, 1, 1, &[0; 64]),
        record(3, 1, 2, &[0; 32]),
        record(3, 1, 1, &[]),
        record(3, 0, 0, b"no certificate"),
        record(2, 1, 0, b"no key"),
        record(3, 0, 0, &[&der[..], b"x"].concat()),
        Tlsa { data: "zz".repeat(32), ..record(3, 1, 1, &[]) },
    ];
    for record in &unusable {
        assert!(trouble(record).is_some(), "{record:?}");
    }
    assert_eq!(demand(&unusable), Dane::Unusable);
    assert_eq!(demand(&[]), Dane::None);
    assert_eq!(demand(&[unusable[0].clone(), record(3, 1, 1, &[0; 32])]), Dane::Usable);
}

/// RFC 7672 §2.2: TLS, and no authentication.
#[test]
fn none_usable_and_a_self_signed_certificate() {
    let own = root("self").der().to_vec();
    let records = [record(1, 1, 1, &[0; 32]), record(3, 1, 3, &[0; 32])];
    let verdict = verdict(&records, &[own], &[MX]);
    assert_eq!((verdict.result, verdict.unusable.len(), verdict.matched.len()), (Judged::Pass, 2, 0));
}

/// RFC 7672 §3.1.1: neither dates nor names count.
#[test]
fn dane_ee_looks_at_the_servers_own_alone() {
    let ca = root("ca");
    let expired = leaf(&ca, &["elsewhere.test"], 2026);
    let chain = [expired.clone(), ca.der().to_vec()];
    for (selector, matching) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
        passes(&[of(3, selector, matching, &expired)], &chain, &[MX]);
        passes(&[of(3, selector, matching, &expired)], &chain[..1], &[]);
    }
    // Of the authority above it, usage 3 knows nothing.
    fails(&[of(3, 1, 1, ca.der())], &chain, &["elsewhere.test"], &[TlsResult::TlsaInvalid]);
    fails(&[record(3, 1, 1, &[0; 32])], &chain, &[MX], &[TlsResult::TlsaInvalid]);
    fails(&[of(3, 0, 1, &expired)], &[], &[MX], &[TlsResult::TlsaInvalid]);
    fails(&[of(3, 1, 1, &expired)], &[b"no DER".to_vec()], &[MX], &[TlsResult::TlsaInvalid]);
    // The same key in a new certificate: the key's record holds, the certificate's does not.
    let again = leaf(&ca, &[MX], 2030);
    fails(&[of(3, 0, 1, &expired)], &[again], &[MX], &[TlsResult::TlsaInvalid]);
}

/// RFC 7672 §3.1.2.
#[test]
fn dane_ta_wants_the_authority_in_the_chain() {
    let ca = root("ca");
    let server = leaf(&ca, &[MX], 2030);
    let chain = [server.clone(), ca.der().to_vec()];
    for (selector, matching) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
        passes(&[of(2, selector, matching, ca.der())], &chain, &[MX]);
    }
    for (selector, matching) in [(0, 1), (1, 1), (1, 2)] {
        fails(&[of(2, selector, matching, ca.der())], &chain[..1], &[MX], &[TlsResult::TlsaInvalid]);
    }
    // Whole data need not be in the chain.
    passes(&[of(2, 0, 0, ca.der())], &chain[..1], &[MX]);
    passes(&[of(2, 1, 0, ca.der())], &chain[..1], &[MX]);
    // The server's own certificate is no authority, even with its own record.
    fails(&[of(2, 1, 1, &server)], &chain, &[MX], &[TlsResult::TlsaInvalid]);
    // One that is in the chain and issued nothing.
    let other = root("other");
    let beside = [server.clone(), other.der().to_vec()];
    fails(&[of(2, 1, 1, other.der())], &beside, &[MX], &[TlsResult::CertificateNotTrusted]);
    fails(&[of(2, 1, 0, other.der())], &chain[..1], &[MX], &[TlsResult::TlsaInvalid]);
    // The right name and another key.
    let namesake = root("ca");
    fails(
        &[of(2, 0, 1, namesake.der())],
        &[server, namesake.der().to_vec()],
        &[MX],
        &[TlsResult::CertificateNotTrusted],
    );
}

/// RFC 7672 §3.1.2: signatures and dates count; an intermediate may be the authority, and no root is needed.
#[test]
fn dane_ta_wants_a_chain_that_holds() {
    let ca = root("ca");
    let middle = between(&ca, 2040);
    let server = leaf(&middle, &[MX], 2030);
    let whole = [server.clone(), middle.der().to_vec(), ca.der().to_vec()];
    passes(&[of(2, 1, 1, middle.der())], &whole[..2], &[MX]);
    passes(&[of(2, 1, 1, ca.der())], &whole, &[MX]);
    passes(&[of(2, 1, 1, ca.der())], &[server.clone(), ca.der().to_vec(), middle.der().to_vec()], &[MX]);
    fails(&[of(2, 1, 1, ca.der())], &[server, ca.der().to_vec()], &[MX], &[TlsResult::CertificateNotTrusted]);
    let expired = leaf(&ca, &[MX], 2026);
    fails(&[of(2, 1, 1, ca.der())], &[expired, ca.der().to_vec()], &[MX], &[TlsResult::CertificateExpired]);
    let old = between(&ca, 2026);
    let below = leaf(&old, &[MX], 2030);
    let chain = [below, old.der().to_vec(), ca.der().to_vec()];
    fails(&[of(2, 1, 1, ca.der())], &chain, &[MX], &[TlsResult::CertificateExpired]);
    // The authority's own dates too.
    fails(&[of(2, 1, 1, old.der())], &chain, &[MX], &[TlsResult::CertificateExpired]);
}

/// RFC 7672 §3.2.2, §3.2.3: any one of the names, a star for one whole label, the common name where there is no other.
#[test]
fn dane_ta_wants_a_name() {
    let ca = root("ca");
    let names = [MX, "example.test", "real.test"];
    let with = |server: Vec<u8>| [server, ca.der().to_vec()];
    let record = [of(2, 1, 1, ca.der())];
    for name in [MX, "example.test", "real.test", "*.example.test", "MX1.EXAMPLE.TEST"] {
        passes(&record, &with(leaf(&ca, &["other.test", name], 2030)), &names);
    }
    let mismatch = [TlsResult::CertificateHostMismatch];
    for name in ["other.test", "*.test.", "*.mx1.example.test", "mx*.example.test"] {
        fails(&record, &with(leaf(&ca, &[name], 2030)), &[MX], &mismatch);
    }
    passes(&record, &with(leaf_with_common_name(&ca, MX)), &names);
    fails(&record, &with(leaf_with_common_name(&ca, "other.test")), &names, &mismatch);
    // With a DNS name among the alternatives the common name does not count.
    let mut params = CertificateParams::new(vec!["other.test".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, MX);
    let both = params.signed_by(&KeyPair::generate().unwrap(), &ca).unwrap().der().to_vec();
    fails(&record, &with(both), &names, &mismatch);
    // All that is wrong is told.
    let bad = with(leaf(&ca, &["other.test"], 2026));
    fails(&record, &bad, &names, &[TlsResult::CertificateExpired, TlsResult::CertificateHostMismatch]);
    let told = verdict(&record, &bad, &names);
    assert_eq!(told.names, names);
}

/// RFC 7672 §4, RFC 7671 §8: one match is enough, and what is left over is told.
#[test]
fn a_change_of_certificates() {
    let ca = root("ca");
    let server = leaf(&ca, &[MX], 2030);
    let records = [record(3, 1, 1, &[0; 32]), of(3, 1, 1, &server), record(1, 1, 1, &[0; 32])];
    let verdict = verdict(&records, &[server], &[MX]);
    assert_eq!(verdict.result, Judged::Pass);
    assert_eq!((&verdict.matched[..], &verdict.unmatched[..]), (&records[1..2], &records[..1]));
    assert_eq!(verdict.unusable, &records[2..]);
    assert!(verdict.names.is_empty(), "no name counts");
}

/// RFC 7671 §9: with a stronger digest there, the weaker one of the same usage and selector decides nothing.
#[test]
fn the_strongest_digest_counts() {
    let ca = root("ca");
    let server = leaf(&ca, &[MX], 2030);
    let chain = [server.clone(), ca.der().to_vec()];
    let (weak, strong) = (of(3, 1, 1, &server), record(3, 1, 2, &[0; 64]));
    fails(&[weak.clone(), strong.clone()], &chain, &[MX], &[TlsResult::TlsaInvalid]);
    assert_eq!(verdict(&[weak.clone(), strong.clone()], &chain, &[MX]).weaker, std::slice::from_ref(&weak));
    let text = verdict(&[weak.clone(), strong.clone()], &chain, &[MX]).text;
    assert!(
        text.ends_with("the record 3 1 1 does, and is passed over for the stronger digest beside it (RFC 7671 §9)"),
        "{text}"
    );
    // Of another selector or usage, or unusable: it does count. Whole data always does.
    passes(&[weak.clone(), record(3, 0, 2, &[0; 64])], &chain, &[MX]);
    passes(&[weak.clone(), record(2, 1, 2, &[0; 64])], &chain, &[MX]);
    passes(&[weak, record(3, 1, 2, &[0; 32])], &chain, &[MX]);
    passes(&[of(3, 1, 0, &server), strong], &chain, &[MX]);
}
