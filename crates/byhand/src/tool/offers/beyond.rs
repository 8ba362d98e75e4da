//! A handshake that fails for what our own side does not do: what the server has for others, and the verdicts by that.
//!
//! The TLS library has TLS 1.2 with ECDHE and authenticated encryption, and TLS 1.3. Mail servers that send have more, so that
//! it would be false to call a server's encryption broken where it is only older than ours. One hello that offers all that
//! TLS 1.2 and older have tells which it is: a server that answers with a ServerHello has something for others, and its
//! certificate, in clear up to TLS 1.2, is what they judge (RFC 7672 §3.1.1: a record 3 1 1 needs the key alone). No
//! verdict of ours on a connection rests on that, since nobody has proved to hold the key
//! ([decision 17](../../../../docs/decisions/0017-handshakes-beyond-us.md)).
//!
//! Not here: the five hellos of `--tls-versions`, which make this one needless.

use super::{Looker, Options, ProbeRecord, Version, client_hello, words};
use crate::handshake::{Answer, Offer, suite};
use crate::net::hello::{Answered, End, random};
use crate::net::tls::{Way, narrowed};
use crate::policy::level;
use crate::policy::verdict::{Encryption, Met, findings};
use crate::tool::connection::sni;
use crate::tool::diagnose;
use crate::wire::{Fault, FindingId, Stage};

/// Alerts that say to a hello with everything in it that the server itself lacks something: handshake_failure,
/// insufficient_security, internal_error.
const ITS_OWN: [u8; 3] = [40, 71, 80];

/// Whether a handshake failed that other senders may be able to make: nothing in common with ours, or a server that hangs up,
/// as some do in place of an alert.
pub(super) fn is_open(record: &ProbeRecord) -> bool {
    let shown = record.tls.as_ref().is_some_and(|tls| !tls.chain.is_empty() || tls.version.is_some());
    let hung_up = || {
        let text = &record.outcome.text;
        text.ends_with("the server closed the connection in place of an answer")
            || text.ends_with("the server reset the connection in place of an answer")
            || text.ends_with("the server reset the connection")
    };
    record.outcome.stage == Some(Stage::Tls)
        && !shown
        && match record.outcome.fault {
            Some(Fault::TlsLimit) => true,
            Some(Fault::TlsHandshake) => hung_up(),
            _ => false,
        }
}

impl Looker<'_> {
    /// Asks once, with everything on offer, and adds what the server chose.
    pub(super) async fn beyond(&mut self, options: &Options, record: &mut ProbeRecord) {
        self.stopped = None;
        let name = options.tls_options.sni.as_deref().or(sni(self.target)).filter(|name| name.len() < 256);
        // A server that has only older versions answers with the newest of those.
        let hello = client_hello(&Offer { version: Version::Tls12, name, random: &random() });
        let Ok(talk) = self.talk(Way::Hello(hello)).await else { return };
        let Some(answered) = talk.answered else { return };
        let chosen = answered.answer.hello.and_then(|hello| hello.version);
        let tried = [(chosen.unwrap_or(Version::Tls12), Ok(answered))];
        if chosen.is_some() {
            record.tls_versions = words::versions(&tried);
            self.judge_unseen(options, &tried, record);
            record.findings.extend(super::findings(&record.tls_versions));
        }
        self.rejudge(options, &tried, record);
    }

    /// The verdicts, by what the server has for others.
    pub(super) fn rejudge(
        &self,
        options: &Options,
        tried: &[(Version, Result<Answered, String>)],
        record: &mut ProbeRecord,
    ) {
        let answers = || tried.iter().rev().filter_map(|(version, answered)| Some((*version, answered.as_ref().ok()?)));
        let given = narrowed(&options.tls_options);
        // With options of ours anything may be what they leave out; else it has to be something that the library lacks.
        let limit = record.outcome.fault == Some(Fault::TlsLimit);
        let found = answers().filter_map(whole).find(|(version, cipher, answer)| {
            !answer.chain.is_empty() && (limit || !is_ours(*version, &suite::name(*cipher)))
        });
        let found = found.or_else(|| answers().filter_map(whole).find(|_| limit));
        let (encryption, chain) = match found {
            Some((version, cipher, answer)) => {
                record.outcome.fault = Some(Fault::TlsLimit);
                if given.is_none() {
                    record.outcome.text = beyond_us(version, &suite::name(cipher));
                    record.outcome.detail = None;
                }
                (Encryption::Beyond, answer.chain.as_slice())
            }
            None if limit && given.is_none() && answers().all(|(_, answered)| its_own(answered)) => {
                (record.outcome.fault, record.outcome.detail) = (Some(Fault::TlsHandshake), None);
                record.outcome.text += ", but it takes no hello at all: it may have no usable certificate or cipher";
                (Encryption::Broken, &[][..])
            }
            None => return,
        };
        let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
        let pkix = record.verdicts.pkix.clone().filter(|_| !chain.is_empty());
        let met = Met { target: self.target, encryption, chain, pkix: pkix.as_ref(), outcome: &record.outcome, now };
        let verdicts = level::verdicts(options.level, met);
        record.findings.retain(|found| !matches!(found.id, FindingId::DaneFailed | FindingId::StsFailed));
        let told = record.findings.iter().any(|found| found.id == FindingId::TlsaUnusable);
        let told = |id| told && id == FindingId::TlsaUnusable;
        record.findings.extend(findings(&verdicts).into_iter().filter(|found| !told(found.id)));
        record.verdicts = verdicts;
        if !record.findings.iter().any(|found| found.id == FindingId::LocalBanner) {
            record.outcome.diagnosis = None;
            diagnose::probe(record);
        }
    }
}

/// The version and cipher of an answer that says so, where it is whole and some senders of mail still take it.
fn whole((version, answered): (Version, &Answered)) -> Option<(Version, u16, &Answer)> {
    let answer = &answered.answer;
    let hello = answer.hello.filter(|hello| hello.version == Some(version))?;
    let sound = version > Version::Ssl3 && suite::remark(&suite::name(hello.cipher)).0 > suite::Worth::Weak;
    (answer.alert.is_none() && sound).then_some((version, hello.cipher, answer))
}

/// Whether the library has this version and cipher, so that they are no reason.
fn is_ours(version: Version, cipher: &str) -> bool {
    let aead = cipher.contains("_GCM_") || cipher.contains("_CHACHA20_");
    version == Version::Tls13 || (version == Version::Tls12 && cipher.starts_with("TLS_ECDHE_") && aead)
}

/// Whether a server refuses, or hangs up, also where everything is on offer.
fn its_own(answered: &Answered) -> bool {
    let Answered { answer, end } = answered;
    match answer.alert {
        Some(alert) => ITS_OWN.contains(&alert.description),
        None => answer.hello.is_none() && matches!(end, End::Closed | End::ClosedAtOnce),
    }
}

fn beyond_us(version: Version, cipher: &str) -> String {
    let why = suite::remark(cipher).1.join(", ");
    let why = if why.is_empty() { why } else { format!(" ({why})") };
    let lack = match is_ours(version, cipher) {
        true => "and its curve, its key or its signatures are none that this program has",
        false => "and this program has only TLS 1.2 with ECDHE and authenticated encryption, and TLS 1.3",
    };
    format!(
        "the TLS handshake failed: nothing in common: the server chose {} with {cipher}{why}, {lack}",
        version.name()
    )
}
