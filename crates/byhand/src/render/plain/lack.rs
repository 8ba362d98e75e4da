//! What a server that works lacks, for somebody who runs none: one thing of each server, the gravest of all.
//!
//! Whose it is tells them apart: what the domain asks for and its server does not have, what the server does not have, what
//! whoever runs the tool asked for beyond that, and what lies beyond this program.
//!
//! Not here: what is to be done about it (`advice`).

use super::super::{Look, advice};
use crate::wire::{Action, Fault, FindingId, PkixStatus, ProbeRecord, Rule, Stage, Status};

/// Whether the server itself answered as one that takes mail.
pub(super) fn works(record: &ProbeRecord) -> bool {
    record.outcome.status == Status::Ok || record.outcome.stage >= Some(Stage::Rcpt) || broken_tls(record)
}

/// Whether the server talks SMTP, and the encryption that it offers fails: RFC 3207 §4.1 leaves it to the client to go on without.
pub(super) fn broken_tls(record: &ProbeRecord) -> bool {
    let over_tls = matches!(record.outcome.stage, Some(Stage::Starttls | Stage::Tls));
    over_tls && record.capabilities.is_some() && record.outcome.fault != Some(Fault::Busy)
}

/// What a server that works lacks, the gravest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    Certificate,
    OurLimit,
    Encryption,
    BrokenEncryption,
    Wish,
    Demand,
}

/// The servers that careful senders still use where others do not meet what the domain asks, which those pass over.
pub(super) fn instead(look: Look, records: &[ProbeRecord]) -> Option<String> {
    let (kept, good): (Vec<&ProbeRecord>, Vec<&ProbeRecord>) =
        records.iter().filter(|record| works(record)).partition(|record| lack(record) == Some(Lack::Demand));
    let host = |record: &ProbeRecord| record.target.host.clone();
    let mut names: Vec<String> = Vec::new();
    for record in good {
        // Of two addresses of one host the address alone tells which.
        let own = host(record).filter(|_| !kept.iter().any(|other| host(other) == host(record)));
        let name = own.or_else(|| record.target.address.map(|address| address.to_string()));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    if names.len() > 3 {
        names.truncate(3);
        names.push("others".into());
    }
    (!names.is_empty()).then(|| look.safe(&names.join(" and ")))
}

/// What a server that works lacks; nothing where it has all that somebody asks of it.
pub(super) fn lack(record: &ProbeRecord) -> Option<Lack> {
    let verdicts = &record.verdicts;
    let no_starttls = record.findings.iter().any(|finding| finding.id == FindingId::NoStarttls);
    let bad_certificate = verdicts.pkix.as_ref().is_some_and(|pkix| pkix.status == PkixStatus::Fail)
        && !advice::is_beside_the_point(FindingId::CertExpired, record);
    match verdicts.sender.as_ref().map(|sender| (sender.action, sender.rule)) {
        Some((Action::Defer | Action::Bounce, Rule::Level)) => Some(Lack::Wish),
        Some((Action::Defer | Action::Bounce, rule)) if rule != Rule::Outcome => Some(Lack::Demand),
        _ if record.outcome.fault == Some(Fault::TlsLimit) => Some(Lack::OurLimit),
        _ if broken_tls(record) => Some(Lack::BrokenEncryption),
        // In clear by the user's own wish: that tells nothing of the server.
        Some((Action::DeliverInClear, Rule::Level)) if !no_starttls => bad_certificate.then_some(Lack::Certificate),
        Some((Action::DeliverInClear, _)) => Some(Lack::Encryption),
        // A server that was named has no verdict on what senders do.
        None if no_starttls => Some(Lack::Encryption),
        // DANE has the server's key in DNS: nobody who uses it asks for more.
        Some((Action::Deliver, Rule::Dane)) => None,
        _ => bad_certificate.then_some(Lack::Certificate),
    }
}

impl Lack {
    pub(super) fn text(self, record: &ProbeRecord) -> String {
        match self {
            Lack::Demand => "it is not what its domain tells senders to insist on".to_owned(),
            Lack::Wish => "not with the protection that you asked for (--level)".to_owned(),
            Lack::OurLimit => {
                "its encryption and ours have nothing in common, so that it could not be tested".to_owned()
            }
            Lack::Encryption => "takes mail unencrypted only".to_owned(),
            Lack::BrokenEncryption => "the encryption that it offers fails".to_owned(),
            Lack::Certificate => match record.verdicts.pkix.as_ref().and_then(|pkix| pkix.days_left) {
                Some(days) if days < 0 => format!("its security certificate ended {} days ago", -days),
                _ => "its security certificate is not right".to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::probes;
    use crate::render::table::samples::{expired, probe_record, shown};
    use crate::wire::{
        Action, DaneVerdict, Fault, Finding, FindingId, Judged, Outcome, ProbeRecord, Rule, Sender, Stage, Status,
        StsMode, StsVerdict, TlsResult, Tlsa,
    };

    #[test]
    fn beside_a_good_server_a_bad_one_makes_nobody_wait() {
        let mut bad = probe_record("mx1.example.org", 10, "192.0.2.25");
        let good = probe_record("mx2.example.net", 20, "198.51.100.7");
        bad.verdicts.sender = Some(Sender { action: Action::Defer, rule: Rule::StsEnforce, text: "text".into() });
        let said = |records: &[ProbeRecord]| {
            let text = shown(80, |out, look| probes(out, look, records));
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let today = "Means: mail arrives today; if mx2.example.net goes down, mail from careful senders waits.";
        for records in [[bad.clone(), good.clone()], [good, bad.clone()]] {
            assert!(said(&records).contains(today), "{}", said(&records));
        }
        let mut silent = probe_record("mx2.example.net", 20, "198.51.100.7");
        silent.outcome = Outcome::failed(Status::Temporary, Stage::Connect, Fault::ConnectTimeout, "no answer");
        silent.capabilities = None;
        let text = said(&[bad, silent]);
        assert!(text.contains("careful ones, large providers among them, keep theirs back"), "{text}");
    }

    #[test]
    fn a_level_of_ones_own_is_not_the_domains_wish() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let said = |record: &ProbeRecord| {
            let text = shown(80, |out, look| probes(out, look, std::slice::from_ref(record)));
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let by_level = |action| Some(Sender { action, rule: Rule::Level, text: "as asked".into() });
        record.verdicts.sender = by_level(Action::Defer);
        let text = said(&record);
        assert!(text.contains("works, but not with the protection that you asked for"), "{text}");
        assert!(text.contains("Who acts: you,") && !text.contains("large providers"), "{text}");
        record.verdicts.sender = by_level(Action::DeliverInClear);
        let text = said(&record);
        assert!(!text.contains("unencrypted only"), "{text}");
        // Whoever has the key in DNS needs no other certificate (RFC 7672 §3.1.1), and nobody is told to act without an act.
        let mut by_key = record.clone();
        expired(&mut by_key);
        let tlsa = Tlsa { usage: 3, selector: 1, matching: 1, data: "00".repeat(32) };
        by_key.verdicts.dane =
            Some(DaneVerdict { result: Judged::Pass, matched: vec![tlsa], ..DaneVerdict::default() });
        let text = said(&by_key);
        assert!(text.starts_with("example.org can receive mail. ") && !text.contains("Who acts"), "{text}");
        record.findings.push(Finding::new(FindingId::NoStarttls, "STARTTLS is not offered"));
        let text = said(&record);
        assert!(text.contains("unencrypted only") && text.contains("cannot be encrypted on its way: switch"), "{text}");
    }

    #[test]
    fn a_limit_of_ours_is_no_broken_encryption() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        record.outcome = Outcome::failed(Status::Temporary, Stage::Tls, Fault::TlsLimit, "nothing in common");
        record.verdicts.sender =
            Some(Sender { action: Action::DeliverUnauthenticated, rule: Rule::Opportunistic, text: "text".into() });
        let text = shown(80, |out, look| probes(out, look, std::slice::from_ref(&record)));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("could not be tested Means: mail from senders whose software still speaks"), "{text}");
        assert!(!text.contains("that it offers fails"), "{text}");
    }

    #[test]
    fn a_policy_that_cannot_be_had_is_no_policy_that_does_not_fit() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        record.findings.push(Finding::new(FindingId::StsFailed, "text"));
        for (result, mode, expected) in [
            // RFC 8461 §3.3: a sender goes on as though there were none.
            (TlsResult::StsWebpkiInvalid, None, "as if there were none: mend the web site"),
            (TlsResult::CertificateHostMismatch, Some(StsMode::Testing), "only being tested so far: replace"),
            (TlsResult::CertificateHostMismatch, Some(StsMode::Enforce), "large providers keep mail back: replace"),
        ] {
            let sts = StsVerdict { result: Judged::Fail, results: vec![result], mode, ..StsVerdict::default() };
            record.verdicts.sts = Some(sts);
            let text = shown(80, |out, look| probes(out, look, std::slice::from_ref(&record)));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(expected), "{text}");
        }
    }
}
