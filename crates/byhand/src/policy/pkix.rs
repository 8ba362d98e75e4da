//! Judges a certificate chain by public roots (RFC 5280) and the host's name (RFC 6125, RFC 9525: subject alternative
//! names only).
//!
//! Everything that is wrong is told, not only the first thing: dates, name and trust are looked at one by one, trust at
//! an instant within the certificate's own time where that is over, so that an expired certificate of a known authority
//! is "expired" and not "untrusted". The result types are those of RFC 8460 §4.3. The instant is passed in.
//!
//! Not here: revocation, which no mail server checks; DANE and MTA-STS.

use std::net::IpAddr;
use std::time::Duration;

use pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::wire::{Finding, FindingId, Judged, Pkix, PkixStatus, TlsResult};

const DAY: i64 = 86_400;

/// Judges a chain. `chain`: DER, the server's own first; `host`: the name it was reached by, else its address;
/// `now`: seconds since 1970.
#[must_use]
pub fn judge(
    chain: &[Vec<u8>],
    host: Option<&str>,
    address: IpAddr,
    roots: &[TrustAnchor<'_>],
    now: u64,
) -> (Pkix, Vec<Finding>) {
    let name = host.map_or_else(|| address.to_string(), str::to_owned);
    let untested = |text: &str| Pkix {
        status: PkixStatus::Untested,
        result: Some(Judged::Untested),
        results: Vec::new(),
        name: Some(name.clone()),
        days_left: None,
        text: text.into(),
    };
    let Some(leaf) = chain.first() else { return (untested("the server showed no certificate"), Vec::new()) };
    let mut trouble: Vec<(TlsResult, FindingId, String)> = Vec::new();
    let validity = X509Certificate::from_der(leaf)
        .ok()
        .map(|(_, c)| (c.validity().not_before.timestamp(), c.validity().not_after.timestamp()));
    let seconds = i64::try_from(now).unwrap_or(i64::MAX);
    let days_left = validity.map(|(_, after)| (after - seconds) / DAY);
    let mut judged_at = now;
    if let Some((before, after)) = validity {
        if seconds > after {
            let days = (seconds - after) / DAY;
            trouble.push((
                TlsResult::CertificateExpired,
                FindingId::CertExpired,
                format!("the certificate expired on {}, {days} days ago", date(after)),
            ));
            judged_at = u64::try_from(after).unwrap_or(0);
        } else if seconds < before {
            trouble.push((
                TlsResult::CertificateExpired,
                FindingId::CertNotYetValid,
                format!("the certificate is valid from {} on only", date(before)),
            ));
            judged_at = u64::try_from(before).unwrap_or(0);
        }
    }
    if let Err(why) = name_fits(leaf, host, address) {
        trouble.push((TlsResult::CertificateHostMismatch, FindingId::CertWrongName, why));
    }
    if roots.is_empty() {
        // Without roots nothing is known about trust; a certificate is not to blame for that.
        if trouble.is_empty() {
            return (
                untested("no root certificates could be read on this machine, so trust could not be judged"),
                vec![],
            );
        }
    } else if let Err(error) = trusted(chain, roots, judged_at) {
        let dates = matches!(error, Error::CertExpired { .. } | Error::CertNotValidYet { .. });
        if judged_at == now || !dates {
            trouble.push(distrust(&error, chain));
        } else if !known_issuer(chain, roots) {
            // The chain has no instant in common, so its signatures cannot be followed; who issued it can be told.
            trouble.push(distrust(&Error::UnknownIssuer, chain));
        }
    }
    let text = match trouble.as_slice() {
        [] => format!("the certificate is valid for {name}"),
        all => all.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>().join("; "),
    };
    let mut findings: Vec<Finding> = trouble.iter().map(|(_, id, text)| Finding::new(*id, text.clone())).collect();
    if let Some(days @ 0..14) = days_left {
        findings.push(Finding::new(FindingId::CertEndsSoon, format!("the certificate ends in {days} days")));
    }
    let results: Vec<TlsResult> = trouble.into_iter().map(|(result, ..)| result).collect();
    let (status, result) =
        if results.is_empty() { (PkixStatus::Pass, Judged::Pass) } else { (PkixStatus::Fail, Judged::Fail) };
    (Pkix { status, result: Some(result), results, name: Some(name), days_left, text }, findings)
}

/// The day of an instant, `2026-11-13`.
fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|t| t.to_string().chars().take(10).collect()).unwrap_or_default()
}

fn name_fits(leaf: &[u8], host: Option<&str>, address: IpAddr) -> Result<(), String> {
    let der = CertificateDer::from(leaf);
    let certificate =
        EndEntityCert::try_from(&der).map_err(|e| format!("the certificate's names cannot be read ({e})"))?;
    let name = match host {
        Some(host) => {
            ServerName::try_from(host).map_err(|_| format!("{host} is no name that a certificate could have"))?
        }
        None => ServerName::IpAddress(address.into()),
    };
    certificate.verify_is_valid_for_subject_name(&name).map_err(|_| {
        let own = super::certificate::describe(leaf);
        let has = match own.names.as_slice() {
            [] => match own.subject.split(',').find_map(|part| part.trim().strip_prefix("CN=")) {
                Some(old) => format!("it has a name in the old place only (CN={old}), where nobody looks any more"),
                None => "it names no host at all".to_owned(),
            },
            [one] => format!("it is for {one}"),
            [one, more @ ..] => format!("it is for {one} and {} more", more.len()),
        };
        format!("the certificate does not name {}: {has}", host.map_or_else(|| address.to_string(), str::to_owned))
    })
}

fn trusted(chain: &[Vec<u8>], roots: &[TrustAnchor<'_>], at: u64) -> Result<(), Error> {
    let ders: Vec<CertificateDer<'_>> = chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let Some((leaf, others)) = ders.split_first() else { return Err(Error::UnknownIssuer) };
    let at = UnixTime::since_unix_epoch(Duration::from_secs(at));
    EndEntityCert::try_from(leaf)?
        .verify_for_usage(webpki::ALL_VERIFICATION_ALGS, roots, others, at, KeyUsage::server_auth(), None, None)
        .map(|_| ())
}

/// Whether a root has the name that a certificate of the chain gives as its issuer.
pub(super) fn known_issuer(chain: &[Vec<u8>], roots: &[TrustAnchor<'_>]) -> bool {
    chain.iter().any(|der| {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else { return false };
        // A trust anchor's subject is the content of the name, without its tag and length.
        let issuer = certificate.issuer().as_raw();
        roots.iter().any(|root| issuer.ends_with(root.subject.as_ref()) && issuer.len() <= root.subject.len() + 5)
    })
}

fn distrust(error: &Error, chain: &[Vec<u8>]) -> (TlsResult, FindingId, String) {
    match error {
        Error::UnknownIssuer | Error::CaUsedAsEndEntity | Error::InvalidSignatureForPublicKey => {
            let own = chain.first().map(|leaf| super::certificate::describe(leaf));
            let hint = match own {
                Some(own) if own.subject == own.issuer => "it is self-signed",
                _ if chain.len() == 1 => "its issuer is not known, and the server sends no intermediate certificate",
                _ => "its issuer is not among the known authorities",
            };
            (
                TlsResult::CertificateNotTrusted,
                FindingId::CertUntrusted,
                format!("no known authority stands behind the certificate: {hint}"),
            )
        }
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => (
            TlsResult::CertificateExpired,
            FindingId::CertExpired,
            "a certificate further up in the chain is out of date".to_owned(),
        ),
        other => (
            TlsResult::ValidationFailure,
            FindingId::CertInvalid,
            format!("the certificate does not verify: {}", reason(other, chain)),
        ),
    }
}

/// The rest of what the library finds, in words of ours: its own are lists of numbers.
fn reason(error: &Error, chain: &[Vec<u8>]) -> String {
    let sentence = match error {
        Error::UnsupportedSignatureAlgorithmContext(_) | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            let all = chain.iter().map(|der| super::certificate::describe(der));
            let mut kinds: Vec<String> = all.filter(|one| one.subject != one.issuer).map(|one| one.signature).collect();
            kinds.dedup();
            return format!("a signature is of a kind that is not trusted: {}", kinds.join(", "));
        }
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => {
            "it is not meant for servers (extended key usage)"
        }
        Error::EndEntityUsedAsCa => "it is signed by a certificate that may not sign others",
        Error::PathLenConstraintViolated => "there are more authorities in the chain than it allows itself",
        Error::NameConstraintViolation => "an authority in the chain may not certify this name",
        Error::UnsupportedCertVersion => "it is of the old versions 1 or 2 of X.509",
        Error::UnsupportedCriticalExtension => "it has a critical extension that is not known",
        Error::MaximumPathDepthExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumSignatureChecksExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => "the chain is too long or too winding",
        other => {
            // The variant's name alone; what it holds is not for people.
            let name = format!("{other:?}");
            let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            return format!("it is not well-formed ({})", &name[..end]);
        }
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use pki_types::{CertificateDer, TrustAnchor};
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd};

    use super::judge;
    use crate::policy::certificate::describe;
    use crate::wire::{FindingId, PkixStatus, TlsResult};

    /// 2026-06-01T00:00:00Z: `date -ud 2026-06-01 +%s`, 20605 days since 1970.
    const NOW: u64 = 20_605 * 86_400;
    const ADDRESS: &str = "192.0.2.1";

    struct Authority(CertifiedIssuer<'static, KeyPair>);

    impl Authority {
        fn new() -> Self {
            let mut params = CertificateParams::new(vec![]).unwrap();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
        }

        fn anchor(&self) -> TrustAnchor<'static> {
            let der = CertificateDer::from(self.0.der().to_vec());
            webpki::anchor_from_trusted_cert(&der).unwrap().to_owned()
        }

        /// A leaf for `names`, valid from 2026-01-01 to the day given.
        fn leaf(&self, names: &[&str], end: (i32, u8, u8)) -> Vec<u8> {
            let params = leaf_params(names, end);
            params.signed_by(&KeyPair::generate().unwrap(), &self.0).unwrap().der().to_vec()
        }

        fn intermediate(&self) -> (Vec<u8>, Issuer<'static, KeyPair>) {
            let mut params = CertificateParams::new(vec![]).unwrap();
            params.distinguished_name.push(rcgen::DnType::CommonName, "between");
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().unwrap();
            let der = params.signed_by(&key, &self.0).unwrap().der().to_vec();
            (der, Issuer::new(params, key))
        }
    }

    fn leaf_params(names: &[&str], end: (i32, u8, u8)) -> CertificateParams {
        let mut params = CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(end.0, end.1, end.2);
        params
    }

    #[track_caller]
    fn check(
        chain: &[Vec<u8>],
        roots: &[TrustAnchor<'_>],
        host: Option<&str>,
        results: &[TlsResult],
        findings: &[FindingId],
    ) {
        let (verdict, found) = judge(chain, host, ADDRESS.parse::<IpAddr>().unwrap(), roots, NOW);
        assert_eq!(verdict.results, results, "{}", verdict.text);
        assert_eq!(found.iter().map(|f| f.id).collect::<Vec<_>>(), findings, "{}", verdict.text);
        let status = if results.is_empty() { PkixStatus::Pass } else { PkixStatus::Fail };
        assert_eq!(verdict.status, status);
    }

    #[test]
    fn good_and_bad_chains() {
        use TlsResult::{CertificateExpired, CertificateHostMismatch, CertificateNotTrusted};
        let ca = Authority::new();
        let (roots, other) = ([ca.anchor()], [Authority::new().anchor()]);
        let (mx, end) = (Some("mx1.example.test"), (2027, 1, 1));
        check(&[ca.leaf(&["mx1.example.test"], end)], &roots, mx, &[], &[]);
        check(&[ca.leaf(&["*.example.test"], end)], &roots, mx, &[], &[]);
        check(&[ca.leaf(&[ADDRESS], end)], &roots, None, &[], &[]);
        check(&[ca.leaf(&["mx1.example.test"], (2026, 6, 8))], &roots, mx, &[], &[FindingId::CertEndsSoon]);
        check(&[ca.leaf(&["other.test"], end)], &roots, mx, &[CertificateHostMismatch], &[FindingId::CertWrongName]);
        // RFC 9525 §6.3: a wildcard stands for one whole label.
        check(&[ca.leaf(&["*.test"], end)], &roots, mx, &[CertificateHostMismatch], &[FindingId::CertWrongName]);
        // An expired certificate of a known authority is expired, and not untrusted besides.
        check(
            &[ca.leaf(&["mx1.example.test"], (2026, 5, 29))],
            &roots,
            mx,
            &[CertificateExpired],
            &[FindingId::CertExpired],
        );
        check(
            &[ca.leaf(&["mx1.example.test"], end)],
            &other,
            mx,
            &[CertificateNotTrusted],
            &[FindingId::CertUntrusted],
        );
        // All that is wrong is told.
        check(
            &[ca.leaf(&["other.test"], (2026, 5, 29))],
            &other,
            mx,
            &[CertificateExpired, CertificateHostMismatch, CertificateNotTrusted],
            &[FindingId::CertExpired, FindingId::CertWrongName, FindingId::CertUntrusted],
        );
    }

    #[test]
    fn chains_through_an_intermediate() {
        let ca = Authority::new();
        let (between, issuer) = ca.intermediate();
        let leaf = leaf_params(&["mx1.example.test"], (2027, 1, 1))
            .signed_by(&KeyPair::generate().unwrap(), &issuer)
            .unwrap()
            .der()
            .to_vec();
        let (roots, mx) = ([ca.anchor()], Some("mx1.example.test"));
        check(&[leaf.clone(), between], &roots, mx, &[], &[]);
        check(&[leaf], &roots, mx, &[TlsResult::CertificateNotTrusted], &[FindingId::CertUntrusted]);
    }

    /// A leaf that was over before its issuer was made, as after a change of authorities: no instant suits both.
    #[test]
    fn expired_before_its_issuer_began() {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "new authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2026, 5, 30);
        let ca = Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap());
        let chain = [ca.leaf(&["mx1.example.test"], (2026, 5, 29)), ca.0.der().to_vec()];
        let mx = Some("mx1.example.test");
        check(&chain, &[ca.anchor()], mx, &[TlsResult::CertificateExpired], &[FindingId::CertExpired]);
        check(
            &chain,
            &[Authority::new().anchor()],
            mx,
            &[TlsResult::CertificateExpired, TlsResult::CertificateNotTrusted],
            &[FindingId::CertExpired, FindingId::CertUntrusted],
        );
    }

    #[test]
    fn without_roots_trust_is_not_tested() {
        let ca = Authority::new();
        let judged = |names: &[&str]| {
            judge(&[ca.leaf(names, (2027, 1, 1))], Some("mx1.example.test"), ADDRESS.parse().unwrap(), &[], NOW).0
        };
        assert_eq!(judged(&["mx1.example.test"]).status, PkixStatus::Untested);
        assert_eq!(judged(&["other.test"]).results, [TlsResult::CertificateHostMismatch]);
    }

    #[test]
    fn days_left_are_whole_days() {
        let ca = Authority::new();
        let days = |end| {
            let chain = [ca.leaf(&["mx1.example.test"], end)];
            judge(&chain, Some("mx1.example.test"), ADDRESS.parse().unwrap(), &[ca.anchor()], NOW).0.days_left
        };
        assert_eq!((days((2026, 6, 11)), days((2026, 5, 29))), (Some(10), Some(-3)));
    }

    #[test]
    fn a_certificate_that_is_none_is_told_and_harms_nothing() {
        let (verdict, _) = judge(
            &[b"no DER".to_vec()],
            Some("mx1.example.test"),
            ADDRESS.parse().unwrap(),
            &[Authority::new().anchor()],
            NOW,
        );
        assert_eq!(verdict.status, PkixStatus::Fail);
        let described = describe(b"no DER");
        assert!(described.unreadable.is_some());
        // echo -n 'no DER' | sha256sum
        assert_eq!(described.sha256, SHA256_NO_DER);
        assert_eq!(judge(&[], None, ADDRESS.parse().unwrap(), &[], NOW).0.status, PkixStatus::Untested);
    }

    const SHA256_NO_DER: &str = "b33049fe0536181355219303c1eaa9fb75a76218317a0fd73aad082a52659414";
}
