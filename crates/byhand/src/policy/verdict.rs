//! From what a domain demands and what a server showed to the verdicts on it, and to what a sender would do.
//!
//! The sender is one that honours DANE (RFC 7672) and MTA-STS (RFC 8461), keeps no policy from earlier, and encrypts
//! where it can. Of the rules the first that applies decides:
//!
//! 1. It cannot be found out what DANE asks: defer (RFC 7672 §2.1.2).
//! 2. TLSA records that can be used: they alone decide. MTA-STS mends no failure of theirs (RFC 8461 §2), and adds none.
//! 3. TLSA records that cannot: no TLS, no delivery (RFC 7672 §2.2); whom to believe is for MTA-STS to say.
//! 4. An MTA-STS policy in force (RFC 8461 §5): the host is in it, its certificate holds; else defer. Never bounce, since
//!    the policy may be about to change (§5, the last paragraph).
//! 5. One that is tested, or none: TLS where it can be had, in clear where not.
//!
//! What the session did not get to is judged by its outcome, and no verdict is made of what was not put to the test. Pure.
//! Not here: acting on it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::dane::{self, Shown};
use crate::wire::{
    Action, Dane, DaneVerdict, Demands, Fault, Finding, FindingId, Judged, Outcome, Pkix, PkixStatus, Rule, Security,
    Sender, Stage, Status, StsDemand, StsMode, StsStatus, StsVerdict, Target, TlsResult, Verdicts,
};

/// How far encryption came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS is up.
    Up,
    /// The server does not offer it.
    NotOffered,
    /// It offers it, and did not go on when asked.
    Refused,
    /// The handshake failed.
    Broken,
    /// It failed for what our own side does not do; the chain, where there is one, is what others are shown.
    Beyond,
    /// The session ended before that.
    NotReached,
    /// We were told not to use it.
    NotWanted,
}

/// A server that was met, or could not be.
#[derive(Clone, Copy, Debug)]
pub struct Met<'a> {
    /// Whom it was about, with what is demanded there.
    pub target: &'a Target,
    /// How far encryption came.
    pub encryption: Encryption,
    /// The chain as presented, DER.
    pub chain: &'a [Vec<u8>],
    /// Its verdict by public authorities.
    pub pkix: Option<&'a Pkix>,
    /// How the session ended.
    pub outcome: &'a Outcome,
    /// Seconds since 1970.
    pub now: u64,
}

impl<'a> Met<'a> {
    /// Whether a sender gets to TLS, as far as can be told: we did, or the server has shown what it has to others.
    pub(super) fn encrypts(&self) -> bool {
        self.encryption == Encryption::Up || (self.encryption == Encryption::Beyond && !self.chain.is_empty())
    }

    /// Whether all that is known of TLS here is that it is beyond us.
    pub(super) fn is_unknown(&self) -> bool {
        self.encryption == Encryption::Beyond && self.chain.is_empty()
    }

    /// What is to be said with a judgement on a certificate that no session of ours stands behind.
    fn aside(&self) -> &'static str {
        if self.encryption == Encryption::Beyond { BY_CERTIFICATE } else { "" }
    }

    /// A target that no session was had with.
    #[must_use]
    pub fn not(target: &'a Target, outcome: &'a Outcome) -> Self {
        Self { target, encryption: Encryption::NotReached, chain: &[], pkix: None, outcome, now: 0 }
    }
}

const BY_CERTIFICATE: &str =
    " (by the certificate alone: this program cannot make the handshake, and a sender's TLS library may)";

const BEYOND: &str =
    "not tested: this program cannot make a handshake with this server; --tls-versions shows what it offers to others";

/// The verdicts on a server.
#[must_use]
pub fn verdicts(met: Met<'_>) -> Verdicts {
    let target = understood(met.target);
    let met = Met { target: &target, ..met };
    let (dane, sts) = (by_dane(met), by_sts(met));
    let sender = sender(met, &dane, &sts);
    Verdicts { pkix: met.pkix.cloned(), dane: Some(dane), sts: Some(sts), sender }
}

/// The verdicts on a target that no session was had with.
#[must_use]
pub fn unmet(target: &Target, outcome: &Outcome) -> Verdicts {
    verdicts(Met::not(target, outcome))
}

/// The rule that decides at a target, if the session gets that far.
#[must_use]
pub fn rule(demands: &Demands) -> Rule {
    match (demands.dane, demands.sts.and_then(|sts| sts.mode)) {
        (Dane::Failed, _) => Rule::DaneLookup,
        (Dane::Usable, _) => Rule::Dane,
        (Dane::Unusable, _) => Rule::DaneUnusable,
        (Dane::None | Dane::Untested, Some(StsMode::Enforce)) => Rule::StsEnforce,
        (Dane::None | Dane::Untested, Some(StsMode::Testing)) => Rule::StsTesting,
        (Dane::None | Dane::Untested, Some(StsMode::None) | None) => Rule::Opportunistic,
    }
}

/// What somebody has to mend, so that careful senders deliver.
#[must_use]
pub fn findings(verdicts: &Verdicts) -> Vec<Finding> {
    let mut found = Vec::new();
    let unusable = verdicts.dane.as_ref().and_then(|dane| Some((dane, dane.unusable.first()?)));
    if let Some((dane, record)) = unusable {
        let why = dane::trouble(record).unwrap_or("it is broken");
        let follows = match dane.is_encryption_only() {
            true => "None of the TLSA records can be used: senders that use DANE encrypt, and check no certificate",
            false => "It is passed over; the others count",
        };
        let text = format!("the TLSA record {} cannot be used for mail: {why}. {follows}", dane::numbers(record));
        found.push(Finding::new(FindingId::TlsaUnusable, text));
    }
    if let Some(dane) = verdicts.dane.as_ref().filter(|dane| dane.result == Judged::Fail) {
        let text = format!("{}. Senders that use DANE do not deliver here", dane.text);
        found.push(Finding::new(FindingId::DaneFailed, text));
    }
    if let Some(sts) = verdicts.sts.as_ref().filter(|sts| sts.result == Judged::Fail) {
        let follows = match sts.mode {
            Some(StsMode::Enforce) => "Senders that obey MTA-STS do not deliver here",
            Some(StsMode::Testing) => {
                "Senders that obey MTA-STS report it; once the mode is enforce, they do not deliver here"
            }
            _ => "Senders that know no policy from before go on without",
        };
        found.push(Finding::new(FindingId::StsFailed, format!("{}. {follows}", sts.text)));
    }
    found
}

fn by_dane(met: Met<'_>) -> DaneVerdict {
    let told = |result, results: &[TlsResult], text: &str| DaneVerdict {
        result,
        results: results.to_vec(),
        text: text.to_owned(),
        ..DaneVerdict::default()
    };
    let Some(demand) = &met.target.demands else {
        if met.outcome.fault == Some(Fault::DnssecBogus) {
            return told(Judged::Fail, &[TlsResult::DnssecInvalid], "DNSSEC of the way there does not hold");
        }
        return told(Judged::Untested, &[], "TLSA records were not looked up");
    };
    match (asked(demand.dane, met.target), met.encryption) {
        (Dane::None, _) => told(Judged::None, &[], &no_dane(demand, met.target)),
        (Dane::Untested, _) => told(Judged::Untested, &[], "whether there are TLSA records is not known here"),
        (Dane::Failed, _) => {
            let why = demand.fault.map_or_else(String::new, |fault| format!(": {}", unanswered(fault)));
            let text = format!("whether there are TLSA records could not be found out{why}");
            told(Judged::Fail, &[TlsResult::DnssecInvalid], &text)
        }
        (Dane::Usable | Dane::Unusable, Encryption::Beyond) if met.chain.is_empty() => {
            told(Judged::Untested, &[], BEYOND)
        }
        (Dane::Usable, Encryption::Up | Encryption::Beyond) if dane::demand(&met.target.tlsa) != Dane::Usable => {
            let text = "not tested: there are said to be TLSA records that can be used, and none of them came along";
            told(Judged::Untested, &[], text)
        }
        (Dane::Usable | Dane::Unusable, Encryption::Up | Encryption::Beyond) => {
            let shown = Shown { chain: met.chain, names: &demand.names, now: met.now };
            let judged = dane::judge(&met.target.tlsa, shown);
            DaneVerdict { text: judged.text.clone() + met.aside(), ..judged }
        }
        (Dane::Usable | Dane::Unusable, Encryption::NotOffered) => told(
            Judged::Fail,
            &[TlsResult::StarttlsNotSupported],
            "there are TLSA records, which make TLS a must, and the server does not offer it",
        ),
        (Dane::Usable | Dane::Unusable, Encryption::Broken) => told(
            Judged::Fail,
            &[TlsResult::ValidationFailure],
            "there are TLSA records, which make TLS a must, and the handshake failed",
        ),
        (Dane::Usable | Dane::Unusable, Encryption::Refused) => {
            told(Judged::Untested, &[], "not tested: the server offers TLS, and did not begin it when asked")
        }
        (Dane::Usable | Dane::Unusable, Encryption::NotReached) => {
            told(Judged::Untested, &[], "not tested: the session did not get as far as TLS")
        }
        (Dane::Usable | Dane::Unusable, Encryption::NotWanted) => {
            told(Judged::Untested, &[], "not tested: TLS was switched off")
        }
    }
}

/// Why DNS did not tell what DANE asks.
fn unanswered(fault: Fault) -> String {
    match fault {
        Fault::DnssecBogus => "the signatures in DNS do not hold (DNSSEC)".into(),
        Fault::Servfail => "the name servers do not answer this (SERVFAIL)".into(),
        other => other.as_str().replace('-', " "),
    }
}

/// The target with what is demanded there, where no word came along of it and something is known all the same: the records
/// themselves say what DANE asks, and to a bare address neither DANE nor MTA-STS applies.
pub(super) fn understood(target: &Target) -> Cow<'_, Target> {
    let demands = match &target.demands {
        None if !target.tlsa.is_empty() => Demands {
            dane: dane::demand(&target.tlsa),
            base: target.host.clone(),
            names: target.host.clone().into_iter().collect(),
            sts: target.preference.map(|_| StsDemand::default()),
            ..Demands::default()
        },
        None if is_bare(target) => Demands { dane: Dane::None, ..Demands::default() },
        Some(_) | None => return Cow::Borrowed(target),
    };
    Cow::Owned(Target { demands: Some(demands), ..target.clone() })
}

/// Whether the target is an address, and was never a name.
fn is_bare(target: &Target) -> bool {
    let name = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.starts_with('['));
    target.address.is_some() && !name(&target.host) && !name(&target.domain)
}

/// What DANE asks, by what is said of the records and by the records themselves. A line may have been changed on its way
/// here: where the two disagree, the stricter one counts.
pub(super) fn asked(said: Dane, target: &Target) -> Dane {
    match (said, dane::demand(&target.tlsa)) {
        (Dane::None | Dane::Untested | Dane::Unusable, Dane::Usable) => Dane::Usable,
        (Dane::None | Dane::Untested, Dane::Unusable) => Dane::Unusable,
        (other, _) => other,
    }
}

/// Why DANE asks nothing.
fn no_dane(demand: &Demands, target: &Target) -> String {
    if is_bare(target) {
        return "DANE does not apply to an address: TLSA records belong to names".into();
    }
    match (demand.mx_security, demand.security) {
        (Some(Security::Insecure), _) => "no DANE: the domain's MX records are not signed".into(),
        (_, Security::Insecure) => "no DANE: the host's addresses are not signed".into(),
        _ => "no DANE: there are no signed TLSA records".into(),
    }
}

fn by_sts(met: Met<'_>) -> StsVerdict {
    let Some(demand) = &met.target.demands else {
        return StsVerdict { text: "MTA-STS was not looked up".into(), ..StsVerdict::default() };
    };
    let mode = demand.sts.and_then(|sts| sts.mode);
    let told =
        |result, results: &[TlsResult], text: String| StsVerdict { result, results: results.to_vec(), mode, text };
    let Some(sts) = demand.sts else {
        let what = if is_bare(met.target) {
            "does not apply to an address"
        } else {
            "says nothing about a server that is named directly"
        };
        return told(Judged::None, &[], format!("MTA-STS {what}"));
    };
    let why = demand.sts_why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    match sts.status {
        StsStatus::None => return told(Judged::None, &[], format!("the domain has no MTA-STS{why}")),
        StsStatus::Untested => return told(Judged::Untested, &[], "whether there is MTA-STS is not known".into()),
        StsStatus::Failed => {
            let error = sts.error.unwrap_or(TlsResult::StsPolicyFetchError);
            return told(
                Judged::Fail,
                &[error],
                format!("MTA-STS is announced, and its policy cannot be had or used{why}"),
            );
        }
        StsStatus::Found => {}
    }
    let Some(StsMode::Enforce | StsMode::Testing) = mode else {
        return told(Judged::None, &[], "the MTA-STS policy asks for nothing (mode none)".into());
    };
    if sts.listed == Some(false) {
        let host = met.target.host.as_deref().unwrap_or("the host");
        return told(Judged::Fail, &[TlsResult::ValidationFailure], format!("the MTA-STS policy does not name {host}"));
    }
    if sts.listed.is_none() {
        return told(
            Judged::Untested,
            &[],
            "not tested: whether the MTA-STS policy names the host did not come along".into(),
        );
    }
    match (met.encryption, met.pkix) {
        (Encryption::Up | Encryption::Beyond, Some(pkix)) => match pkix.status {
            PkixStatus::Pass => {
                let text = "the host is in the MTA-STS policy, and its certificate holds";
                told(Judged::Pass, &[], format!("{text}{}", met.aside()))
            }
            PkixStatus::Fail => told(
                Judged::Fail,
                &pkix.results,
                format!(
                    "the host is in the MTA-STS policy, and its certificate does not hold: {}{}",
                    pkix.text,
                    met.aside()
                ),
            ),
            PkixStatus::Untested => told(Judged::Untested, &[], format!("not tested: {}", pkix.text)),
        },
        (Encryption::NotOffered, _) => told(
            Judged::Fail,
            &[TlsResult::StarttlsNotSupported],
            "the MTA-STS policy makes TLS a must, and the server does not offer it".into(),
        ),
        (Encryption::Broken, _) => told(
            Judged::Fail,
            &[TlsResult::ValidationFailure],
            "the MTA-STS policy makes TLS a must, and the handshake failed".into(),
        ),
        (Encryption::Refused, _) => {
            told(Judged::Untested, &[], "not tested: the server offers TLS, and did not begin it when asked".into())
        }
        (Encryption::Beyond, None) => told(Judged::Untested, &[], BEYOND.into()),
        (Encryption::NotReached | Encryption::Up, _) => {
            told(Judged::Untested, &[], "not tested: the session did not get as far as TLS".into())
        }
        (Encryption::NotWanted, _) => told(Judged::Untested, &[], "not tested: TLS was switched off".into()),
    }
}

/// What a sender would do; `None` where that was not put to the test.
fn sender(met: Met<'_>, dane: &DaneVerdict, sts: &StsVerdict) -> Option<Sender> {
    let would = |action, rule, text: &str| Some(Sender { action, rule, text: text.to_owned() });
    // CVE-2011-0411: whoever heard words in place of TLS leaves, whatever is asked.
    if met.outcome.fault == Some(Fault::PlaintextAfterStarttls) {
        return by_outcome(met);
    }
    let Some(demand) = &met.target.demands else {
        // Nothing is known of what is demanded; what ended before that is known.
        return if met.encryption == Encryption::NotReached { by_outcome(met) } else { None };
    };
    let by_dane = asked(demand.dane, met.target);
    if by_dane == Dane::Failed {
        return would(Action::Defer, Rule::DaneLookup, &dane.text);
    }
    let enforced = by_dane != Dane::Usable && sts.mode == Some(StsMode::Enforce) && sts.result != Judged::None;
    if enforced && demand.sts.is_some_and(|sts| sts.listed == Some(false)) {
        return would(Action::Defer, Rule::StsEnforce, &sts.text);
    }
    match met.encryption {
        Encryption::NotReached => return by_outcome(met),
        Encryption::NotWanted => return None,
        Encryption::Beyond if met.chain.is_empty() => return None,
        Encryption::Up | Encryption::NotOffered | Encryption::Refused | Encryption::Broken | Encryption::Beyond => {}
    }
    let (action, rule, text) = match by_dane {
        Dane::Usable => match dane.result {
            Judged::Pass => (Action::Deliver, Rule::Dane, dane.text.clone()),
            _ => (Action::Defer, Rule::Dane, dane.text.clone()),
        },
        Dane::Unusable if !met.encrypts() => (Action::Defer, Rule::DaneUnusable, dane.text.clone()),
        _ if enforced => match sts.result {
            Judged::Pass => (Action::Deliver, Rule::StsEnforce, sts.text.clone()),
            _ => (Action::Defer, Rule::StsEnforce, sts.text.clone()),
        },
        Dane::Unusable => (opportunistic(met).0, Rule::DaneUnusable, dane.text.clone()),
        _ => {
            let (action, text) = opportunistic(met);
            // Where it was not looked up, or could not be, something may ask all the same.
            let unknown = dane.result == Judged::Untested || sts.result == Judged::Untested;
            let text = if unknown { text.replace("nothing asks", "nothing known asks") } else { text.to_owned() };
            let tested = sts.mode == Some(StsMode::Testing) && sts.result != Judged::None;
            match (tested, sts.result) {
                (true, Judged::Fail) => {
                    (action, Rule::StsTesting, format!("the MTA-STS policy is only being tested: {}", sts.text))
                }
                (true, _) => (action, Rule::StsTesting, text),
                (false, _) => (action, Rule::Opportunistic, text),
            }
        }
    };
    // Nothing is wrong with the certificate: it was never shown.
    let text = match (met.encryption, action) {
        (Encryption::Refused, Action::Defer) => {
            "TLS is a must there, and the server, which offers it, did not begin it when asked".to_owned()
        }
        _ => text,
    };
    // With all that TLS asks met, the server may still have said no.
    if action != Action::Defer && ended_early(met.outcome) {
        return by_outcome(met);
    }
    Some(Sender { action, rule, text })
}

/// TLS where it can be had, in clear where not.
pub(super) fn opportunistic(met: Met<'_>) -> (Action, &'static str) {
    match met.encryption {
        Encryption::Up if met.pkix.is_some_and(|pkix| pkix.status == PkixStatus::Pass) => {
            (Action::Deliver, "encrypted, and the certificate holds; nothing asks for that")
        }
        Encryption::Up => (Action::DeliverUnauthenticated, "encrypted, whoever the server is; nothing asks for more"),
        Encryption::Beyond if met.pkix.is_some_and(|pkix| pkix.status == PkixStatus::Pass) => (
            Action::Deliver,
            "encrypted where the sender's TLS library still speaks this, and the certificate holds; nothing asks for that",
        ),
        Encryption::Beyond => (
            Action::DeliverUnauthenticated,
            "encrypted where the sender's TLS library still speaks this, else in clear; nothing asks for more",
        ),
        Encryption::Broken => (Action::DeliverInClear, "TLS fails, and nothing asks for it: on a new connection"),
        Encryption::Refused => {
            (Action::DeliverInClear, "the server did not begin TLS when asked, and nothing asks for it")
        }
        _ => (Action::DeliverInClear, "there is no TLS, and nothing asks for it"),
    }
}

/// Whether the session ended before a message could be offered, otherwise than over TLS.
fn ended_early(outcome: &Outcome) -> bool {
    let over_tls = matches!(outcome.stage, Some(Stage::Starttls | Stage::Tls)) && outcome.fault != Some(Fault::Busy);
    outcome.status != Status::Ok && outcome.stage < Some(Stage::Mail) && !over_tls
}

/// What a sender would do about a session that ended early.
pub(super) fn by_outcome(met: Met<'_>) -> Option<Sender> {
    let outcome = met.outcome;
    let action = match outcome.status {
        Status::Temporary => Action::Defer,
        Status::Untested if outcome.fault == Some(Fault::Busy) => Action::Defer,
        // A host that DNS does not know is passed over for the next; a domain that leads nowhere is the end.
        Status::Permanent if outcome.stage == Some(Stage::Dns) && met.target.host.is_some() => return None,
        Status::Permanent if outcome.fault == Some(Fault::BadInput) => return None,
        Status::Permanent => Action::Bounce,
        Status::Ok | Status::Untested => return None,
    };
    Some(Sender { action, rule: Rule::Outcome, text: outcome.text.clone() })
}
