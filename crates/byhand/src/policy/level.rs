//! Levels of protection: what each asks of a server, and whether a message may go there.
//!
//! The levels are Postfix's, with its meanings; each has to be met on the connection that the message goes over:
//!
//! 1. `none` no TLS; `may` TLS where it can be had; `encrypt` TLS with anybody
//! 2. `dane` what the TLSA records ask, else `may`; `dane-only` the same, and no delivery without records that can be used
//! 3. `verify` a certificate of a known authority for the host; `secure` one for the domain of the recipient or a name below
//!    it, since an MX record that nobody vouches for can name any host
//! 4. `sts` what an MTA-STS policy in force asks, else `may`; TLSA records are not looked at
//! 5. `auto` all that the domain asks: `verdict` decides
//!
//! Whatever is not met defers and never bounces, since it may be mended (RFC 7672 §2.2, RFC 8461 §5). Pure. Not here: acting
//! on it, and how a policy of a domain is judged (`verdict`).

#[cfg(test)]
mod tests;

use super::certificate;
use super::verdict::{self, Encryption, Met};
use crate::wire::{
    Action, Dane, Demands, Detail, Fault, Judged, Level, Outcome, Pkix, PkixStatus, Protection, Rule, Sender, Stage,
    Status, StsDemand, StsMode, StsStatus, Target, TlsResult, Verdicts,
};

/// Whether a level looks at what the domain demands, so that it has to be looked up.
#[must_use]
pub fn needs_policies(level: Level) -> bool {
    matches!(level, Level::Auto | Level::Dane | Level::DaneOnly | Level::Sts | Level::Other)
}

/// What a level requires at a target, and the rule that says so.
#[must_use]
pub fn required(level: Level, target: &Target) -> (Level, Rule) {
    let fixed = match level {
        Level::None | Level::May | Level::Encrypt | Level::Verify | Level::Secure => Some((level, Rule::Level)),
        Level::Auto | Level::Dane | Level::DaneOnly | Level::Sts | Level::Other => None,
    };
    if let Some(fixed) = fixed {
        return fixed;
    }
    let seen = seen(level, target);
    let demands = seen.demands.clone().unwrap_or_default();
    let sts = demands.sts.filter(|sts| sts.status == StsStatus::Found).and_then(|sts| sts.mode);
    match (verdict::asked(demands.dane, &seen), sts) {
        (Dane::Failed, _) => (Level::Dane, Rule::DaneLookup),
        (Dane::Usable, _) => (Level::Dane, Rule::Dane),
        (_, _) if level == Level::DaneOnly => (Level::Dane, Rule::Level),
        (_, Some(StsMode::Enforce)) => (Level::Sts, Rule::StsEnforce),
        (Dane::Unusable, _) => (Level::Encrypt, Rule::DaneUnusable),
        (_, Some(StsMode::Testing)) => (Level::May, Rule::StsTesting),
        (Dane::None | Dane::Untested, _) => (Level::May, Rule::Opportunistic),
    }
}

/// The verdicts on a server, with what a sender at that level would do.
#[must_use]
pub fn verdicts(level: Option<Level>, met: Met<'_>) -> Verdicts {
    let mut verdicts = verdict::verdicts(met);
    if let Some(level) = level {
        verdicts.sender = sender(level, met);
    }
    verdicts
}

/// The verdicts on a target that no session was had with.
#[must_use]
pub fn unmet(level: Option<Level>, target: &Target, outcome: &Outcome) -> Verdicts {
    verdicts(level, Met::not(target, outcome))
}

/// What a sender at that level does with a server that was met; `None` where that was not put to the test.
#[must_use]
pub fn sender(level: Level, met: Met<'_>) -> Option<Sender> {
    decided(level, met).map(|(sender, _)| sender)
}

/// The same, with what the reason alone leaves open.
fn decided(level: Level, met: Met<'_>) -> Option<(Sender, Option<Detail>)> {
    let alone = |sender| (sender, None);
    if met.is_unknown() && !needs_policies(level) {
        return (level == Level::None).then(in_clear).map(alone);
    }
    let injected = met.outcome.fault == Some(Fault::PlaintextAfterStarttls);
    if injected || (met.encryption == Encryption::NotReached && !needs_policies(level)) {
        return verdict::by_outcome(met).map(alone);
    }
    let would = |action, text: String| Some(Sender { action, rule: Rule::Level, text });
    let sender = match level {
        Level::None => Some(in_clear()),
        Level::May => {
            let (action, text) = verdict::opportunistic(met);
            would(action, text.to_owned())
        }
        Level::Encrypt | Level::Verify | Level::Secure => {
            if let Some(why) = without_tls(met.encryption) {
                return would(Action::Defer, format!("TLS is required, and {why}")).map(alone);
            }
            match proof(level, met) {
                Ok((action, text)) => would(action, text),
                Err((detail, why)) => return would(Action::Defer, why).map(|sender| (sender, detail)),
            }
        }
        Level::DaneOnly if required(level, met.target).1 == Rule::Level => would(Action::Defer, no_records(met.target)),
        Level::Auto | Level::Dane | Level::DaneOnly | Level::Sts | Level::Other => {
            let seen = seen(level, met.target);
            let found = verdict::verdicts(Met { target: &seen, ..met });
            let mut sender = found.sender?;
            let unknown = seen.demands.as_ref().is_some_and(|demands| demands.dane == Dane::Untested);
            if level == Level::Dane && unknown && sender.rule == Rule::Opportunistic {
                sender.text = format!("whether there are TLSA records is not known here; {}", sender.text);
            }
            Some(sender)
        }
    };
    sender.map(alone)
}

fn in_clear() -> Sender {
    Sender { action: Action::DeliverInClear, rule: Rule::Level, text: "in clear, as asked for".into() }
}

/// The same for a record: what we do ourselves. A handshake that others may be able to make is none that a message goes over.
#[must_use]
pub fn protection(level: Level, met: Met<'_>) -> Protection {
    let (required, rule) = required(level, met.target);
    let beyond = met.encryption == Encryption::Beyond;
    let ours = if beyond { Met { encryption: Encryption::Broken, chain: &[], pkix: None, ..met } } else { met };
    match decided(level, ours) {
        Some((Sender { action, rule, text }, detail)) => {
            let aside = if beyond { " (it is this program that cannot make it; others may)" } else { "" };
            Protection { level, required, rule, action: Some(action), detail, text: text + aside }
        }
        None => {
            let text = "not decided: the session did not get as far as that".into();
            Protection { level, required, rule, action: None, detail: None, text }
        }
    }
}

/// What keeps a sender from a target before it connects: what is asked there cannot be found out, or cannot be met.
#[must_use]
pub fn passed_over(level: Level, target: &Target) -> Option<Outcome> {
    if !needs_policies(level) {
        return None;
    }
    let unmet = Outcome::ok("");
    let sender = sender(level, Met::not(target, &unmet)).filter(|sender| sender.action == Action::Defer)?;
    let fault = match (sender.rule, &target.demands) {
        (Rule::DaneLookup, Some(Demands { fault: Some(fault), .. })) => *fault,
        (Rule::DaneLookup, _) => Fault::DnssecBogus,
        (Rule::StsEnforce, _) => Fault::StsFailed,
        _ => Fault::DaneFailed,
    };
    let text = kept_back(level, &sender);
    Some(Outcome::failed(Status::Temporary, Stage::Dns, fault, text))
}

/// How a session ends whose server does not meet what is required.
#[must_use]
pub fn against(protection: &Protection, encryption: Encryption) -> Option<Outcome> {
    if protection.action != Some(Action::Defer) {
        return None;
    }
    let (stage, fault) = match (encryption, protection.required) {
        (Encryption::Up, Level::Dane) => (Stage::Tls, Fault::DaneFailed),
        (Encryption::Up, Level::Sts) => (Stage::Tls, Fault::StsFailed),
        (Encryption::Up, _) => (Stage::Tls, Fault::CertificateFailed),
        (Encryption::Broken, _) => (Stage::Tls, Fault::TlsHandshake),
        _ => (Stage::Starttls, Fault::StarttlsNotSupported),
    };
    let Protection { level, rule, text, detail, .. } = protection;
    let sender = Sender { action: Action::Defer, rule: *rule, text: text.clone() };
    Some(Outcome::failed(Status::Temporary, stage, fault, kept_back(*level, &sender)).with(*detail))
}

/// What proves who the server is, in a few words, for the line that tells of the handshake.
#[must_use]
pub fn in_short(protection: &Protection, verdicts: &Verdicts) -> String {
    let matched = verdicts.dane.as_ref().and_then(|dane| dane.matched.first());
    let dane = verdicts.dane.as_ref().map(|dane| dane.result);
    let sts = verdicts.sts.as_ref().map(|sts| sts.result);
    let held = protection.action == Some(Action::Deliver);
    match (protection.required, protection.action, matched) {
        (Level::Dane, Some(Action::Deliver), Some(tlsa)) => {
            format!("DANE {} {} {} matches", tlsa.usage, tlsa.selector, tlsa.matching)
        }
        (Level::Dane, ..) => "DANE does not hold".into(),
        (Level::Sts, ..) if held => "MTA-STS holds".into(),
        (Level::Sts, ..) => "MTA-STS does not hold".into(),
        (Level::Secure, ..) if !held && protection.detail == Some(Detail::OtherDomain) => {
            "certificate is for another domain".into()
        }
        (Level::Verify | Level::Secure, ..) if !held => "certificate does not hold".into(),
        (..) if held => "certificate holds".into(),
        (Level::Encrypt, ..) => "not verified: encryption is all that is required".into(),
        (Level::May, ..) if protection.level == Level::Dane && dane == Some(Judged::Untested) => {
            "not verified: whether there are TLSA records is not known here, so that level dane asks nothing".into()
        }
        (Level::May, ..) if protection.level == Level::Sts && sts == Some(Judged::Untested) => {
            "not verified: whether there is MTA-STS is not known here, so that level sts asks nothing".into()
        }
        (..) => "not verified: opportunistic".into(),
    }
}

fn kept_back(level: Level, sender: &Sender) -> String {
    format!("not sent: {} (level {})", sender.text, level.as_str())
}

/// The target with those demands alone that the level looks at.
fn seen(level: Level, target: &Target) -> Target {
    let mut seen = verdict::understood(target).into_owned();
    // Of a host that an MX names, a policy may be there that nobody looked up.
    let unasked = || Demands { sts: target.preference.map(|_| StsDemand::default()), ..Demands::default() };
    let mut demands = seen.demands.take().unwrap_or_else(unasked);
    match level {
        Level::Dane | Level::DaneOnly => demands.sts = None,
        Level::Sts => {
            demands = Demands { dane: Dane::None, base: None, names: Vec::new(), fault: None, ..demands };
            seen.tlsa.clear();
        }
        _ => {}
    }
    seen.demands = Some(demands);
    seen
}

/// Why there is no TLS.
fn without_tls(encryption: Encryption) -> Option<&'static str> {
    match encryption {
        // What the server shows to others is known.
        Encryption::Up | Encryption::Beyond => None,
        Encryption::NotOffered => Some("the server does not offer it"),
        Encryption::Refused => Some("the server did not begin it when asked"),
        Encryption::Broken => Some("the handshake failed"),
        Encryption::NotReached => Some("the session did not get as far as that"),
        Encryption::NotWanted => Some("it was switched off"),
    }
}

/// Whether the certificate proves what a level asks, over TLS.
fn proof(level: Level, met: Met<'_>) -> Result<(Action, String), (Option<Detail>, String)> {
    let passes = met.pkix.is_some_and(|pkix| pkix.status == PkixStatus::Pass);
    if level == Level::Encrypt {
        return Ok(match passes {
            true => (Action::Deliver, "encrypted, as required, and the certificate holds".into()),
            false => (Action::DeliverUnauthenticated, "encrypted, as required, whoever the server is".into()),
        });
    }
    let Some(pkix) = met.pkix else { return Err((None, "the server showed no certificate".into())) };
    if level == Level::Verify {
        return if passes { Ok((Action::Deliver, pkix.text.clone())) } else { Err((None, pkix.text.clone())) };
    }
    secure(met, pkix)
}

/// Postfix's `nexthop, dot-nexthop`: the domain that the mail is for, or any name below it. A server that was named directly
/// stands for itself.
fn secure(met: Met<'_>, pkix: &Pkix) -> Result<(Action, String), (Option<Detail>, String)> {
    let target = met.target;
    let via_mx = target.preference.is_some();
    let next = if via_mx { target.domain.as_deref() } else { target.host.as_deref().or(target.domain.as_deref()) };
    let Some(next) = next.filter(|next| !next.starts_with('[')) else {
        // An address: the certificate has to have it.
        return match pkix.status {
            PkixStatus::Pass => Ok((Action::Deliver, pkix.text.clone())),
            _ => Err((None, pkix.text.clone())),
        };
    };
    let otherwise = pkix.results.iter().any(|result| *result != TlsResult::CertificateHostMismatch);
    if pkix.status == PkixStatus::Untested || otherwise {
        return Err((None, pkix.text.clone()));
    }
    let names = met.chain.first().map(|leaf| certificate::describe(leaf).names).unwrap_or_default();
    match names.iter().find(|name| is_or_is_below(name, next)) {
        Some(name) => Ok((Action::Deliver, format!("the certificate is valid, and names {name}"))),
        None => {
            let text = format!("the certificate names neither {next} nor a name below it");
            Err((Some(Detail::OtherDomain), text))
        }
    }
}

fn is_or_is_below(name: &str, domain: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches('.').to_ascii_lowercase();
    let (name, domain) = (bare(name), bare(domain));
    name == domain || name.strip_suffix(&domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

fn no_records(target: &Target) -> String {
    let why = match target.demands.as_ref().map(|demands| demands.dane) {
        Some(Dane::None) => "there are none that DNSSEC vouches for",
        Some(Dane::Unusable) => "none of them can be used for mail",
        _ => "whether there are any is not known here",
    };
    format!("TLSA records are required, and {why}")
}
