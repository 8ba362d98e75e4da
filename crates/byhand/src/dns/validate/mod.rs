//! Look-ups whose signatures are checked in this process, from the trust anchor down (RFC 4035 §5).
//!
//! hickory's validator judges; the questions go through [`Stub`] with checking disabled, so that it works straight at
//! name servers, behind plain resolvers and behind validating ones, and so that a name server that does not work is told
//! apart from signatures that do not hold. The proof is per record: the weakest on the way, aliases included, is the
//! answer's; a denial's is that of its NSEC or NSEC3 records.
//!
//! Three shapes hickory 0.26.3 calls bogus although they are not: an answer from a wildcard in a zone with NSEC, an alias
//! of a name that does not exist, and an alias of a name without such records. Where the signatures of all records
//! themselves hold, the first two come back as indeterminate with a note that says why, and the third is settled by a
//! question about the alias's target. Everything else it calls bogus is bogus: nothing in it is used.
//!
//! Not here: rolling the trust anchor over (RFC 5011).

mod handle;
#[cfg(test)]
mod tests;
mod verdict;

use std::path::Path;
use std::sync::Arc;

use hickory_proto::dnssec::TrustAnchors;
use hickory_proto::op::{DnsRequest, DnsRequestOptions, Query};
use hickory_proto::rr::{DNSClass, Name, RData, RecordType};
use hickory_resolver::net::DnsHandle as _;
use hickory_resolver::net::dnssec::DnssecDnsHandle;
use hickory_resolver::net::xfer::FirstAnswer as _;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use self::handle::{Handle, Keys};
use self::verdict::Judged;
use super::name::{presentation, shown};
use super::read::Records;
use super::stub::{self, How, Response, Stub, Trouble, server_shown};
use super::walk::{Step, Walk};
use super::{Answer, DnsFault, Note, weakest};
use crate::wire::{Fault, FindingId, Security};

/// A resolver that checks signatures itself.
pub struct Validating {
    stub: Arc<Stub>,
    anchors: Arc<TrustAnchors>,
    keys: Arc<Keys>,
    /// Whether a resolver that takes signatures away makes an answer indeterminate, rather than bogus.
    lenient: bool,
    passes_signatures: OnceCell<bool>,
}

impl Validating {
    /// Validates what the stub brings, from the keys in a file of DNSKEY records or from the root's well-known keys.
    ///
    /// With `lenient`, answers through a resolver that passes no signatures on are indeterminate; else they are bogus.
    ///
    /// # Errors
    /// `dns-error` where the file cannot be read or holds no key.
    pub fn new(stub: Stub, trust_anchor: Option<&Path>, lenient: bool) -> Result<Self, DnsFault> {
        let anchors = match trust_anchor {
            None => TrustAnchors::default(),
            Some(path) => read_anchors(path)?,
        };
        Ok(Self {
            stub: Arc::new(stub),
            anchors: Arc::new(anchors),
            keys: Arc::default(),
            lenient,
            passes_signatures: OnceCell::new(),
        })
    }

    async fn records(&self, name: Name, wanted: RecordType) -> Result<Answer<RData>, DnsFault> {
        let deadline = self.stub.deadline();
        let mut walk = Walk::new(name);
        let mut security: Option<Security> = None;
        let mut notes: Vec<Note> = Vec::new();
        loop {
            let judged = match self.believed(&walk, wanted, deadline, &mut notes).await {
                Ok(judged) => judged,
                Err(mut fault) => {
                    fault.cnames = walk.targets.iter().map(presentation).collect();
                    return Err(fault);
                }
            };
            let so_far = security.map_or(judged.security, |security| weakest(security, judged.security));
            security = Some(so_far);
            for note in judged.notes {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
            let step = walk.follow(&judged.message, wanted);
            let cnames = walk.targets.iter().map(presentation).collect();
            let (fault, security, text) = match step {
                Step::Ask => continue,
                Step::Records(records) => {
                    let records = records.into_iter().map(|record| record.data.clone()).collect();
                    return Ok(Answer { records, security: so_far, ttl: walk.ttl, cnames, notes });
                }
                Step::Nodata => {
                    return Ok(Answer { records: Vec::new(), security: so_far, ttl: walk.ttl, cnames, notes });
                }
                Step::Nxdomain => {
                    let server = server_shown(judged.server);
                    (Fault::Nxdomain, so_far, format!("{} does not exist (NXDOMAIN from {server})", shown(&walk.name)))
                }
                Step::Lost(text) => (Fault::CnameLoop, Security::Indeterminate, text),
            };
            return Err(DnsFault { fault, security, ttl: walk.ttl, cnames, text, notes });
        }
    }

    /// A judged answer; a denial that is not proven is asked for again in lower case.
    async fn believed(
        &self,
        walk: &Walk,
        wanted: RecordType,
        deadline: Instant,
        notes: &mut Vec<Note>,
    ) -> Result<Judged, DnsFault> {
        let denies =
            |judged: &Judged| matches!(walk.clone().follow(&judged.message, wanted), Step::Nodata | Step::Nxdomain);
        let first = self.judged(&walk.name, wanted, false, deadline).await?;
        if first.security == Security::Secure || !first.mixed || !denies(&first) {
            return Ok(first);
        }
        let second = self.judged(&walk.name, wanted, true, deadline).await?;
        if !denies(&second) {
            notes.push(stub::case_sensitive(&walk.name, wanted));
        }
        Ok(second)
    }

    async fn judged(
        &self,
        name: &Name,
        wanted: RecordType,
        plain_case: bool,
        deadline: Instant,
    ) -> Result<Judged, DnsFault> {
        if self.lenient && self.passes_signatures.get() == Some(&false) {
            let how = How { checking_disabled: true, plain_case };
            let answer = self.stub.ask(name, wanted, how, deadline).await;
            return answer.map(unchecked).map_err(|troubles| stub::fault(&troubles));
        }
        let handle =
            Handle::new(Arc::clone(&self.stub), Arc::clone(&self.keys), (name.clone(), wanted), plain_case, deadline);
        let options = DnsRequestOptions::default();
        let mut query = Query::query(name.clone(), wanted);
        query.set_query_class(DNSClass::IN);
        let request = DnsRequest::from_query(query, options);
        let validator = DnssecDnsHandle::with_trust_anchor(handle.clone(), Arc::clone(&self.anchors));
        let result = validator.send(request).first_answer().await;
        let trace = handle.take_trace();
        let unsigned = trace.answer.as_ref().filter(|answer| self.lenient && !verdict::has_signatures(&answer.message));
        let unsigned = unsigned.cloned();
        match (verdict::judge(name, wanted, result, trace), unsigned) {
            // The answer is here; what failed is the way up from it.
            (Err(fault), Some(unsigned)) => {
                if self.passes_signatures(deadline).await {
                    Err(fault)
                } else {
                    Ok(unchecked(unsigned))
                }
            }
            (judged, _) => judged,
        }
    }

    /// Whether signatures come through at all: the root's own, which every resolver can get.
    async fn passes_signatures(&self, deadline: Instant) -> bool {
        let ask = async || {
            let how = How { checking_disabled: true, plain_case: true };
            let answer = self.stub.ask(&Name::root(), RecordType::DNSKEY, how, deadline).await;
            match answer {
                Ok(response) => verdict::has_signatures(&response.message),
                // A resolver that refuses the root's keys passes nothing on; from one that is silent nothing follows.
                Err(troubles) => !troubles.iter().any(Trouble::is_an_answer),
            }
        };
        *self.passes_signatures.get_or_init(ask).await
    }
}

/// An answer through a resolver that passes no signatures on.
fn unchecked(response: Response) -> Judged {
    let mut notes = stub::notes(&response);
    let Response { message, server, mixed, .. } = response;
    let server = server.address;
    let text = format!("DNSSEC could not be checked: the resolver {} passes no signatures on.", server_shown(server));
    notes.push(Note { id: FindingId::DnssecIndeterminate, text });
    Judged { message, security: Security::Indeterminate, notes, server, mixed }
}

/// The keys of a file, or why it has none, without the parser's own words.
fn read_anchors(path: &Path) -> Result<TrustAnchors, DnsFault> {
    let open = std::fs::File::open(path).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(std::io::ErrorKind::IsADirectory.into()),
        false => Ok(()),
    });
    open.map_err(|error| unreadable(path, &error.to_string()))?;
    TrustAnchors::from_file(path).map_err(|_| unreadable(path, "it holds something that is no DNSKEY record"))
}

fn unreadable(path: &Path, error: &str) -> DnsFault {
    DnsFault {
        fault: Fault::DnsError,
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        text: format!("the trust anchor {} cannot be used: {error}", path.display()),
        notes: Vec::new(),
    }
}

impl Records for Validating {
    async fn records(&self, name: Name, wanted: RecordType) -> Result<Answer<RData>, DnsFault> {
        Self::records(self, name, wanted).await
    }
}
