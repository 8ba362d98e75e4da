//! What else a server offers than what one session agrees on. Each question costs a connection of its own, so each is
//! asked for by name, keeps to the pace, and ends at the first connection that does not get as far as TLS: a server that
//! has no time now is left alone.
//!
//! - every TLS version, SSL 3.0 to TLS 1.3, by a hello that offers nothing else: five connections
//! - certificates for RSA and for ECDSA, by handshakes that take only the one: the type that the session did not show
//! - whether the session of the first connection is taken up again: one more
//!
//! - without being asked, one hello with everything in it where a handshake fails for what our own side does not do
//!   ([`beyond`]): one connection
//!
//! `offered` is *no* only where the server was heard to say so; whatever else happened is *untested*. Nothing is said
//! inside TLS beyond EHLO and QUIT.

mod beyond;
mod words;

use std::net::IpAddr;
use std::sync::Arc;

use super::connection::{Meeting, Talk, host_name, sni, talk};
use super::probe::{Options, meeting};
use crate::handshake::{Offer, Version, client_hello};
use crate::net::hello::{Answered, random};
use crate::net::pace::Pace;
use crate::net::tls::Way;
use crate::net::tls::options::Key;
use crate::policy::{certificate, chain, pkix};
use crate::smtp::session::Purpose;
use crate::wire::{
    DaneVerdict, Fault, Finding, FindingId, Judged, KeyType, Offered, PkixStatus, ProbeRecord, Resumption, Stage,
    Strength, Target, TlsVersion,
};

/// What to look for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Every TLS version.
    pub versions: bool,
    /// Both types of certificate key.
    pub key_types: bool,
    /// Resumption.
    pub resume: bool,
}

impl Wishes {
    /// How many connections to one address they cost at most, beside the probe's own.
    #[must_use]
    pub fn connections(self) -> usize {
        // A session shows one type of key, or one that is neither.
        Version::ALL.len() * usize::from(self.versions) + 2 * usize::from(self.key_types) + usize::from(self.resume)
    }
}

/// Looks, after a probe, and adds what was learnt to its record. `options` are those of the probe.
pub async fn explore(options: &Options, wishes: Wishes, pace: &Pace, record: &mut ProbeRecord) {
    let target = record.target.clone();
    let (Some(address), Ok(meeting)) = (target.address, meeting(options)) else { return };
    let mut looker = Looker { target: &target, address, meeting, pace, stopped: None };
    if record.outcome.fault == Some(Fault::Busy) {
        looker.stopped = Some(record.outcome.text.clone());
    } else if record.tls.is_none() {
        // A probe that found no TLS to speak has the answer for all that follows.
        looker.stopped = Some(match record.outcome.stage {
            None | Some(Stage::Mail | Stage::Rcpt) => "the server offers no STARTTLS".to_owned(),
            Some(_) => record.outcome.text.clone(),
        });
    }
    if wishes.resume {
        record.resumption = Some(looker.resume(record).await);
    }
    // First, since certificates are in the answers: also those of a server that no session can be had with.
    if wishes.versions {
        looker.versions(options, record).await;
    } else if beyond::is_open(record) {
        looker.beyond(options, record).await;
    }
    if wishes.key_types {
        looker.key_types(options, record).await;
    }
}

struct Looker<'a> {
    target: &'a Target,
    address: IpAddr,
    meeting: Meeting,
    pace: &'a Pace,
    /// Why no more connections are made.
    stopped: Option<String>,
}

impl Looker<'_> {
    /// One connection, unless the server is left alone; why there is none.
    async fn talk(&mut self, way: Way) -> Result<Talk, String> {
        if let Some(why) = &self.stopped {
            return Err(why.clone());
        }
        let turn = self.pace.turn(self.address).await;
        turn.begin().await;
        let meeting = Meeting { way, login: None, ..self.meeting.clone() };
        let talk = talk(self.target, self.address, &meeting, Purpose::Greet, &|_| {}).await;
        if talk.tls.is_some() || talk.answered.is_some() {
            return Ok(talk);
        }
        let why = match talk.report.outcome.stage {
            None => "this time the server offered no STARTTLS".to_owned(),
            Some(_) => talk.report.outcome.text,
        };
        self.stopped = Some(why.clone());
        Err(why)
    }

    async fn versions(&mut self, options: &Options, record: &mut ProbeRecord) {
        let mut tried = Vec::new();
        let name = options.tls_options.sni.as_deref().or(sni(self.target)).filter(|name| name.len() < 256);
        for version in Version::ALL {
            let hello = client_hello(&Offer { version, name, random: &random() });
            let answered = match self.talk(Way::Hello(hello)).await {
                Ok(talk) => talk.answered.ok_or_else(|| "the server did not get to TLS".to_owned()),
                Err(why) => Err(why),
            };
            tried.push((version, answered));
        }
        record.tls_versions = words::versions(&tried);
        if options.tls_options.pem {
            for (told, (_, answered)) in record.tls_versions.iter_mut().zip(&tried) {
                let der = answered.as_ref().ok().and_then(|answered| answered.answer.chain.first());
                if let (Some(certificate), Some(der)) = (&mut told.certificate, der) {
                    certificate.pem = Some(certificate::pem(der));
                }
            }
        }
        record.findings.extend(findings(&record.tls_versions));
        let open = record.tls.is_some() && beyond::is_open(record);
        self.judge_unseen(options, &tried, record);
        if open {
            self.rejudge(options, &tried, record);
        }
    }

    /// What the session could not see, since it has nothing in common with the server, is judged here.
    fn judge_unseen(&self, options: &Options, tried: &[(Version, Result<Answered, String>)], record: &mut ProbeRecord) {
        let mut chains = tried.iter().rev().filter_map(|(_, answered)| Some(&answered.as_ref().ok()?.answer.chain));
        let unseen = record.tls.as_ref().is_none_or(|tls| tls.chain.is_empty());
        if let (true, Some(seen)) = (unseen, chains.find(|chain| !chain.is_empty())) {
            let tls = record.tls.get_or_insert_default();
            tls.chain = seen.iter().map(|der| certificate::describe(der)).collect();
            if options.tls_options.pem {
                tls.chain.iter_mut().zip(seen).for_each(|(told, der)| told.pem = Some(certificate::pem(der)));
            }
            let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
            let roots = options.roots.anchors();
            let (verdict, findings) = pkix::judge(seen, host_name(self.target), self.address, roots, now);
            record.verdicts.pkix = Some(verdict);
            record.findings.extend(findings);
            record.findings.extend(chain::look(seen, roots));
        }
    }

    async fn key_types(&mut self, options: &Options, record: &mut ProbeRecord) {
        let session = record.tls.as_ref().is_some_and(|tls| tls.version.is_some());
        for (key, name) in [(Key::Rsa, "RSA"), (Key::Ecdsa, "ECDSA")] {
            let shown = |chain: &[crate::wire::Certificate]| chain.first().is_some_and(|own| own.key.starts_with(name));
            if let Some(tls) = record.tls.as_ref().filter(|tls| shown(&tls.chain)) {
                let which = if session { "of the session" } else { "that was shown before TLS failed" };
                record.key_types.push(KeyType {
                    key: name.to_owned(),
                    offered: Offered::Yes,
                    chain: tls.chain.clone(),
                    pkix: record.verdicts.pkix.clone(),
                    dane: asked_after(record.verdicts.dane.as_ref()),
                    text: format!("the certificate {which} has a key of type {name}"),
                });
                continue;
            }
            let choices = crate::net::tls::options::Options { key: Some(key), ..(*options.tls_options).clone() };
            let told = match self.talk(Way::Anew(Arc::new(choices))).await {
                Err(why) => words::no_key_type(name, Offered::Untested, format!("not tested: {why}")),
                Ok(talk) => {
                    let chain = talk.tls.as_ref().map(|tls| tls.chain.clone()).unwrap_or_default();
                    if shown(&chain) {
                        let wrong = talk.verdicts.pkix.as_ref().is_some_and(|pkix| pkix.status == PkixStatus::Fail);
                        // What is told of the session's certificate is not told again.
                        let known = |found: &&Finding| {
                            record.findings.iter().any(|other| (other.id, &other.text) == (found.id, &found.text))
                        };
                        let new = talk
                            .report
                            .findings
                            .iter()
                            .filter(|found| wrong && of_certificate(found.id) && !known(found));
                        let new = new.map(|found| Finding::new(found.id, format!("{name}: {}", found.text)));
                        let dane = asked_after(talk.verdicts.dane.as_ref());
                        let new: Vec<Finding> = new.chain(between_keys(name, record, dane.as_ref())).collect();
                        record.findings.extend(new);
                        let text = format!("a certificate with a key of type {name} is shown to who takes only that");
                        let pkix = talk.verdicts.pkix;
                        KeyType { key: name.to_owned(), offered: Offered::Yes, chain, pkix, dane, text }
                    } else {
                        words::without_key_type(name, &talk, &chain, &record.outcome.text, session)
                    }
                }
            };
            record.key_types.push(told);
        }
    }

    async fn resume(&mut self, record: &ProbeRecord) -> Resumption {
        let untested = |text: String| Resumption { offered: Offered::Untested, text: format!("not tested: {text}") };
        if self.stopped.is_none() && record.tls.as_ref().is_none_or(|tls| tls.version.is_none()) {
            return untested("there was no TLS session".into());
        }
        match self.talk(self.meeting.way.clone()).await {
            Err(why) => untested(why),
            Ok(talk) if talk.resumed => Resumption {
                offered: Offered::Yes,
                text: "the server took up the session of the first connection again".into(),
            },
            Ok(talk) if talk.tls.as_ref().is_some_and(|tls| tls.version.is_some()) => Resumption {
                offered: Offered::No,
                text: "the server did not take up the session of the first connection; each one is a new one".into(),
            },
            Ok(talk) => untested(talk.report.outcome.text),
        }
    }
}

/// A verdict that some TLSA record stands behind.
fn asked_after(dane: Option<&DaneVerdict>) -> Option<DaneVerdict> {
    dane.filter(|dane| matches!(dane.result, Judged::Pass | Judged::Fail)).cloned()
}

/// RFC 7671 §8: a server with two keys needs TLSA records for both, since the client chooses which of them it sees.
fn between_keys(name: &str, record: &ProbeRecord, dane: Option<&DaneVerdict>) -> Option<Finding> {
    let own = record.verdicts.dane.as_ref()?.result;
    let text = match (own, dane?.result) {
        (Judged::Fail, Judged::Pass) => format!(
            "a TLSA record matches the certificate with a key of type {name}, which the server shows to who takes only that, and \
             none the one that it shows to others: publish records for both keys"
        ),
        (Judged::Pass, Judged::Fail) => format!(
            "no TLSA record matches the certificate with a key of type {name}: senders that are shown that one do not deliver here. \
             Publish records for both keys"
        ),
        _ => return None,
    };
    Some(Finding::new(FindingId::DaneFailed, text))
}

/// Whether a finding is about a certificate, and so about each certificate on its own.
fn of_certificate(id: FindingId) -> bool {
    matches!(
        id,
        FindingId::CertExpired
            | FindingId::CertNotYetValid
            | FindingId::CertWrongName
            | FindingId::CertUntrusted
            | FindingId::CertInvalid
    )
}

/// What somebody has to act on.
fn findings(tried: &[TlsVersion]) -> Vec<Finding> {
    let with = |offered: Offered| move |one: &&TlsVersion| one.offered == offered;
    let old = |one: &&TlsVersion| !matches!(one.version.as_str(), "TLSv1.2" | "TLSv1.3");
    let names = |list: Vec<&TlsVersion>| list.iter().map(|one| one.version.clone()).collect::<Vec<_>>().join(", ");
    let offered: Vec<&TlsVersion> = tried.iter().filter(with(Offered::Yes)).collect();
    let mut findings = Vec::new();
    let old_ones: Vec<&TlsVersion> = offered.iter().copied().filter(old).collect();
    if !old_ones.is_empty() {
        let text = format!(
            "{} can still be spoken, which RFC 8996 (and RFC 7568 for SSLv3) tells everybody to leave behind",
            names(old_ones)
        );
        findings.push(Finding::new(FindingId::OldTls, text));
    }
    let new_refused = tried.iter().filter(|one| !old(one)).filter(with(Offered::No)).count() == 2;
    if new_refused && !offered.is_empty() {
        let text = format!(
            "neither TLS 1.2 nor 1.3 is offered, only {}: careful senders find nothing in common with the server, and send \
             in clear or not at all",
            names(offered.clone())
        );
        findings.push(Finding::new(FindingId::NoCurrentTls, text));
    }
    let weak: Vec<String> = offered
        .iter()
        .filter(|one| one.strength == Some(Strength::Weak))
        .filter_map(|one| {
            let short = one.group.as_deref().filter(|group| words::is_short(group));
            let group = short.map_or_else(String::new, |group| format!(" ({group}, a group too short)"));
            Some(format!("{}{group} with {}", one.cipher.as_ref()?, one.version))
        })
        .collect();
    if !weak.is_empty() {
        let text = format!("of all ciphers the server chose one that does not protect: {}", weak.join(", "));
        findings.push(Finding::new(FindingId::WeakCipher, text));
    }
    findings
}
