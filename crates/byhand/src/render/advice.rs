//! What to do about a finding: whose it is and the next step, for whoever runs servers and, shorter, for whoever does not.
//!
//! One table, by the finding's word: certificates, TLS, DANE and MTA-STS. Where one word stands for several things (a server
//! that does not meet its TLSA records shows another key, or has no TLS at all) the verdicts tell which, and the record's
//! own figures stand in the step. Findings about anything else say in their own text what follows from them.
//!
//! Not here: what is wrong, which is the finding's text.

use std::borrow::Cow;

use crate::wire::{Action, Finding, FindingId, Judged, ProbeRecord, Rule, TlsResult};

/// Whose a finding is, and what they do about it.
#[derive(Debug, PartialEq)]
pub(super) struct Step {
    /// Whose it is, behind `Side: `.
    side: &'static str,
    /// What to do, for whoever runs a server; empty where the finding's own text ends with it.
    next: Cow<'static, str>,
    /// The same for whoever does not; it ends a clause that says what is wrong.
    pub(super) plain: &'static str,
}

impl Step {
    /// The sentences behind the finding's own.
    pub(super) fn sentences(&self) -> String {
        let next = if self.next.is_empty() { String::new() } else { format!(" Next: {}.", self.next) };
        format!("Side: {}.{next}", self.side)
    }
}

const SERVER: &str = "theirs";
const DNS: &str = "theirs (DNS)";
const SITE: &str = "theirs (web site of the policy)";
const DOMAIN: &str = "theirs (the domain's policy)";

/// What to do about a finding, with the record that it is from where that is at hand.
pub(super) fn step(finding: &Finding, record: Option<&ProbeRecord>) -> Option<Step> {
    use FindingId as F;
    let row = |side, next: &'static str, plain| Some(Step { side, next: next.into(), plain });
    if record.is_some_and(|record| is_beside_the_point(finding.id, record)) {
        let found = step(finding, None)?;
        let next = format!("{}; senders that use DANE look at the key alone (RFC 7672 §3.1.1)", found.next);
        return Some(Step { next: next.into(), ..found });
    }
    match finding.id {
        F::StsMxMissing if finding.text.contains(" Add it") => row(DOMAIN, "", NAME_IT),
        F::StsSeveralRecords if finding.text.ends_with(" Leave one.") => row(DNS, "", "leave one"),
        F::CertExpired => row(SERVER, "renew the certificate, and reload the mail server", "renew it"),
        F::CertEndsSoon => row(SERVER, "renew the certificate now, and reload the mail server", "renew it now"),
        F::CertNotYetValid => row(
            SERVER,
            "put the certificate before it back until then, and look at the clocks of both sides",
            "put the one before it back until then",
        ),
        F::CertWrongName => row(
            SERVER,
            "get a certificate that has the host's name, or let the MX name a host that this one has",
            "replace it by one for the right name",
        ),
        F::CertUntrusted => row(
            SERVER,
            "get a certificate from a public authority, or publish TLSA records for this one in a signed zone",
            "replace it by one from a public authority",
        ),
        F::CertInvalid => row(SERVER, "replace the certificate", "replace it"),
        F::ChainOrder => row(
            SERVER,
            "send the server's own certificate first, then the issuer's of each, and nothing else",
            "put it in order",
        ),
        F::ChainIncomplete => {
            row(SERVER, "send the issuer's certificate (the intermediate) behind the server's own", "complete it")
        }
        F::CertWeakKey => {
            row(SERVER, "get a certificate with a new key, ECDSA P-256 or RSA of 2048 bits", "replace the certificate")
        }
        F::CertWeakSignature => {
            row(SERVER, "get a certificate that is signed with SHA-256 or better", "replace the certificate")
        }
        F::OldTls => row(SERVER, "switch off everything before TLS 1.2 in the mail server", "switch the old kinds off"),
        F::NoCurrentTls => row(
            SERVER,
            "switch TLS 1.2 and 1.3 on in the mail server; software that has neither has to be updated",
            "bring the mail server up to date",
        ),
        F::WeakCipher => {
            row(SERVER, "take it out of the mail server's list (RFC 9325 §4.2)", "switch the weak kinds off")
        }
        F::NoStarttls => {
            row(SERVER, "give the mail server a certificate, and switch STARTTLS on", "switch encryption on")
        }
        F::StarttlsRefused => row(
            SERVER,
            "look in the mail server's log for why: mostly its certificate or key cannot be read",
            "mend that",
        ),
        F::StarttlsInTls => row(SERVER, "update the mail server's software", "bring the mail server up to date"),
        F::RequiretlsInClear => row(SERVER, "offer REQUIRETLS inside TLS only", "bring the mail server up to date"),
        F::PlaintextAfterStarttls => row(
            "theirs, or of something between",
            "update the mail server's software; if it stays, look for what stands in front of the server",
            "bring the mail server up to date",
        ),
        F::DaneFailed => Some(dane(finding, record)),
        F::TlsaFailed => row(DNS, LOOKUP, "mend the DNS of that server's domain"),
        F::TlsaUnusable => {
            row(DNS, "publish a record that mail can use, 3 1 1 at best, and take this one out", "replace the entry")
        }
        F::StsFailed => Some(sts(record)),
        F::StsSeveralRecords => row(DNS, "leave one TXT record that begins with v=STSv1 at _mta-sts", "leave one"),
        F::StsRecordUnreadable => {
            row(DNS, "publish \"v=STSv1; id=\" and a number at _mta-sts as the only TXT record", "mend it in DNS")
        }
        F::StsLookupFailed => {
            row(DNS, "try again later; if it stays, mend the name servers' answer for _mta-sts", "try again later")
        }
        F::StsPolicyFailed => row(SITE, POLICY, "mend the web site that has it"),
        F::StsMxMissing => row(DOMAIN, LISTED, NAME_IT),
        F::TlsrptUnusable => row(
            DNS,
            "publish one TXT record at _smtp._tls, \"v=TLSRPTv1; rua=mailto:\" and the address that is to have them",
            "mend it in DNS",
        ),
        _ => None,
    }
}

const LOOKUP: &str =
    "mend the name servers and the signatures of the host's zone, so that _25._tcp below the host has an answer";
const POLICY: &str = "serve the policy at /.well-known/mta-sts.txt of the host mta-sts below the domain, under a certificate \
                      for that name, or take the TXT record at _mta-sts away";
const NAME_IT: &str = "name the server there, or take it out of DNS";
const LISTED: &str =
    "add the host to the policy as mx: and give the TXT record at _mta-sts a new id, or take the host out of the MX";

/// What to do where a server does not meet the TLSA records of its host.
fn dane(finding: &Finding, record: Option<&ProbeRecord>) -> Step {
    let step = |side, next: Cow<'static, str>, plain| Step { side, next, plain };
    let verdict = record.and_then(|record| record.verdicts.dane.as_ref());
    let results = verdict.map(|dane| dane.results.as_slice()).unwrap_or_default();
    if finding.text.to_lowercase().contains("publish records for both keys") {
        return step(DNS, "".into(), "complete the entries");
    }
    let key = record.and_then(|record| record.tls.as_ref()?.chain.first()).map(|leaf| leaf.spki_sha256.as_str());
    match (results.first(), key.filter(|key| !key.is_empty())) {
        (Some(TlsResult::DnssecInvalid), _) => step(DNS, LOOKUP.into(), "mend the DNS of that server's domain"),
        (Some(TlsResult::StarttlsNotSupported), _) => {
            step(SERVER, "switch STARTTLS on, or take the TLSA records away".into(), "switch encryption on")
        }
        (Some(TlsResult::CertificateExpired), Some(key)) => step(
            SERVER,
            format!("renew the certificate; or publish TLSA 3 1 1 {key}, which asks for the key alone").into(),
            "renew the security certificate",
        ),
        (Some(_), Some(key)) => step(
            SERVER,
            format!("publish TLSA 3 1 1 {key} for the key that the server has now, or put back the certificate that the records are for")
                .into(),
            "put the new certificate's entry into DNS, or the old certificate back",
        ),
        (Some(_), None) => {
            step(SERVER, "mend the mail server's TLS, or take the TLSA records away".into(), "mend the server's encryption")
        }
        (None, _) => step(
            SERVER,
            "publish TLSA records for what the server has now, or put back what the records are for".into(),
            "put the new certificate's entry into DNS, or the old certificate back",
        ),
    }
}

/// What to do where a server does not meet the MTA-STS policy, or that cannot be had.
fn sts(record: Option<&ProbeRecord>) -> Step {
    let step = |side, next: &'static str, plain| Step { side, next: next.into(), plain };
    let verdict = record.and_then(|record| record.verdicts.sts.as_ref());
    let results = verdict.map(|sts| sts.results.as_slice()).unwrap_or_default();
    let listed = record.and_then(|record| record.target.demands.as_ref()?.sts?.listed);
    match results.first() {
        Some(TlsResult::StsPolicyFetchError | TlsResult::StsPolicyInvalid | TlsResult::StsWebpkiInvalid) => {
            step(SITE, POLICY, "mend the web site that has it")
        }
        _ if listed == Some(false) => step(DOMAIN, LISTED, NAME_IT),
        Some(TlsResult::StarttlsNotSupported) => {
            step(SERVER, "switch STARTTLS on, with a certificate of a public authority", "switch encryption on")
        }
        Some(TlsResult::CertificateExpired) => {
            step(SERVER, "renew the certificate, and reload the mail server", "renew the security certificate")
        }
        Some(TlsResult::CertificateHostMismatch | TlsResult::CertificateNotTrusted) => step(
            SERVER,
            "get a certificate from a public authority that has the host's name",
            "replace the security certificate",
        ),
        _ => step(SERVER, "mend the mail server's TLS and its certificate", "mend the server's encryption"),
    }
}

/// Whether nobody looks at what a finding about a certificate says, since the TLSA records of the host are about the key alone: name,
/// dates and issuer count for nothing then (RFC 7672 §3.1.1). With an MTA-STS policy or a level that asks for the certificate
/// somebody does.
pub(super) fn is_beside_the_point(id: FindingId, record: &ProbeRecord) -> bool {
    use FindingId as F;
    let of_certificate = matches!(
        id,
        F::CertExpired
            | F::CertNotYetValid
            | F::CertEndsSoon
            | F::CertWrongName
            | F::CertUntrusted
            | F::ChainOrder
            | F::ChainIncomplete
    );
    let verdicts = &record.verdicts;
    let by_key = verdicts.dane.as_ref().is_some_and(|dane| match dane.result {
        Judged::Pass => dane.matched.iter().any(|tlsa| tlsa.usage == 3),
        Judged::Fail => !dane.unmatched.is_empty() && dane.unmatched.iter().all(|tlsa| tlsa.usage == 3),
        Judged::None | Judged::Untested => false,
    });
    let asked = verdicts.sts.as_ref().is_some_and(|sts| sts.result == Judged::Fail);
    let by_level = |rule, action| rule == Rule::Level && action == Action::Defer;
    let level = verdicts.sender.as_ref().is_some_and(|sender| by_level(sender.rule, sender.action));
    of_certificate && by_key && !asked && !level
}

#[cfg(test)]
mod tests {
    use super::{is_beside_the_point, step};
    use crate::render::table::samples::probe_record;
    use crate::wire::{DaneVerdict, Finding, FindingId, Judged, ProbeRecord, StsVerdict, TlsResult, Tlsa};

    #[test]
    fn every_finding_about_certificates_and_policies_says_what_to_do() {
        use FindingId as F;
        for id in [
            F::CertExpired,
            F::CertNotYetValid,
            F::CertEndsSoon,
            F::CertWrongName,
            F::CertUntrusted,
            F::CertInvalid,
            F::ChainOrder,
            F::ChainIncomplete,
            F::CertWeakKey,
            F::CertWeakSignature,
            F::OldTls,
            F::NoCurrentTls,
            F::WeakCipher,
            F::NoStarttls,
            F::StarttlsRefused,
            F::StarttlsInTls,
            F::RequiretlsInClear,
            F::PlaintextAfterStarttls,
            F::DaneFailed,
            F::StsFailed,
            F::TlsaFailed,
            F::TlsaUnusable,
            F::StsSeveralRecords,
            F::StsRecordUnreadable,
            F::StsLookupFailed,
            F::StsPolicyFailed,
            F::StsMxMissing,
            F::TlsrptUnusable,
        ] {
            let found = step(&Finding::new(id, "text"), None).expect("a row");
            assert!(found.sentences().starts_with("Side: theirs"), "{id:?}");
            assert!(!found.next.is_empty() && !found.plain.is_empty(), "{id:?}");
        }
        assert_eq!(step(&Finding::new(F::BannerDelay, "text"), None), None);
    }

    #[test]
    fn the_record_that_would_match_is_named() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let results = vec![TlsResult::TlsaInvalid];
        record.verdicts.dane = Some(DaneVerdict { result: Judged::Fail, results, ..DaneVerdict::default() });
        let key = record.tls.as_ref().and_then(|tls| tls.chain.first()).map(|leaf| leaf.spki_sha256.clone()).unwrap();
        let finding = Finding::new(FindingId::DaneFailed, "no match");
        let said = |record: &ProbeRecord| step(&finding, Some(record)).unwrap().sentences();
        assert!(!key.is_empty() && said(&record).contains(&format!("publish TLSA 3 1 1 {key}")), "{}", said(&record));
        // Without a key there is none to publish.
        let dane = record.verdicts.dane.as_mut().unwrap();
        dane.results = vec![TlsResult::StarttlsNotSupported];
        assert!(said(&record).contains("switch STARTTLS on"), "{}", said(&record));
        record.verdicts.dane.as_mut().unwrap().results = vec![TlsResult::DnssecInvalid];
        assert!(said(&record).contains("mend the name servers"), "{}", said(&record));
    }

    #[test]
    fn a_policy_that_cannot_be_had_is_not_the_mail_servers() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let finding = Finding::new(FindingId::StsFailed, "text");
        for (result, side) in [
            (TlsResult::StsPolicyFetchError, "Side: theirs (web site of the policy)."),
            (TlsResult::CertificateExpired, "Side: theirs. Next: renew"),
        ] {
            let sts = StsVerdict { result: Judged::Fail, results: vec![result], ..StsVerdict::default() };
            record.verdicts.sts = Some(sts);
            let said = step(&finding, Some(&record)).unwrap().sentences();
            assert!(said.starts_with(side), "{said}");
        }
    }

    #[test]
    fn with_dane_nobody_looks_at_name_and_dates() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let tlsa = |usage| Tlsa { usage, selector: 1, matching: 1, data: "00".repeat(32) };
        let with = |result, usage| DaneVerdict {
            result,
            matched: if result == Judged::Pass { vec![tlsa(usage)] } else { vec![] },
            unmatched: if result == Judged::Fail { vec![tlsa(usage)] } else { vec![] },
            ..DaneVerdict::default()
        };
        record.verdicts.sts = None;
        // RFC 7672 §3.1.1 for usage 3; §3.1.2 has names and dates count for usage 2.
        for (result, usage, expected) in [
            (Judged::Pass, 3, true),
            (Judged::Fail, 3, true),
            (Judged::Pass, 2, false),
            (Judged::Fail, 2, false),
            (Judged::None, 3, false),
        ] {
            record.verdicts.dane = Some(with(result, usage));
            assert_eq!(is_beside_the_point(FindingId::CertExpired, &record), expected, "{result:?} {usage}");
            let said = step(&Finding::new(FindingId::CertExpired, "text"), Some(&record)).unwrap().sentences();
            assert_eq!(said.ends_with("look at the key alone (RFC 7672 §3.1.1)."), expected, "{said}");
            assert!(!is_beside_the_point(FindingId::OldTls, &record));
        }
        record.verdicts.dane = Some(with(Judged::Pass, 3));
        record.verdicts.sts = Some(StsVerdict { result: Judged::Fail, ..StsVerdict::default() });
        assert!(!is_beside_the_point(FindingId::CertExpired, &record));
    }
}
