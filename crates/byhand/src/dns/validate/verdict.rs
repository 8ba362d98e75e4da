//! From the validator's result to one of RFC 4035 §4.3's four words, or a fault.

use std::net::SocketAddr;

use hickory_proto::dnssec::Proof;
use hickory_proto::dnssec::rdata::{DNSSECRData, RRSIG};
use hickory_proto::op::{DnsResponse, Message, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::net::{DnsError, NetError};

use super::handle::Trace;
use crate::dns::name::shown;
use crate::dns::stub::{self, Response, server_shown};
use crate::dns::walk::{Step, Walk};
use crate::dns::{DnsFault, Note, weakest};
use crate::wire::{Fault, FindingId, Security};

/// An answer that may be used, and how far.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) message: Message,
    pub(super) security: Security,
    pub(super) notes: Vec<Note>,
    pub(super) server: SocketAddr,
    /// Whether the question went out in mixed case.
    pub(super) mixed: bool,
}

/// Judges what the validator brought.
pub(super) fn judge(
    name: &Name,
    wanted: RecordType,
    result: Result<DnsResponse, NetError>,
    trace: Trace,
) -> Result<Judged, DnsFault> {
    let Some(answer) = trace.answer else {
        return Err(stub::fault(&trace.troubles));
    };
    let (message, proof) = match result {
        Ok(response) => (response.into_message(), None),
        Err(NetError::Dns(DnsError::Nsec { response, proof, .. })) => ((*response).into_message(), Some(proof)),
        Err(_) if !trace.key_troubles.is_empty() => return Err(stub::fault(&trace.key_troubles)),
        Err(error) => return Err(unjudged(name, &answer, &error)),
    };
    let mut notes = stub::notes(&answer);
    let server = answer.server.address;
    let security = match security(name, wanted, &message, proof) {
        // Keys that could not be fetched prove nothing against the answer.
        Security::Bogus if !trace.key_troubles.is_empty() => return Err(stub::fault(&trace.key_troubles)),
        Security::Bogus => match misjudged(name, wanted, &message) {
            Some(reason) => {
                let text = format!("DNSSEC could not be decided here for {}: {reason}.", shown(name));
                notes.push(Note { id: FindingId::DnssecIndeterminate, text });
                Security::Indeterminate
            }
            None => {
                let from = server_shown(server);
                return Err(DnsFault {
                    fault: Fault::DnssecBogus,
                    security: Security::Bogus,
                    ttl: None,
                    cnames: Vec::new(),
                    text: format!(
                        "DNSSEC bogus: the signatures of {wanted} of {} (from {from}) do not hold",
                        shown(name)
                    ),
                    notes,
                });
            }
        },
        Security::Indeterminate => {
            let text = format!("DNSSEC could not be decided here for {}: no chain of keys leads to it.", shown(name));
            notes.push(Note { id: FindingId::DnssecIndeterminate, text });
            Security::Indeterminate
        }
        security => security,
    };
    Ok(Judged { message, security, notes, server, mixed: answer.mixed })
}

/// The validator gave up: the answer is neither good nor bad, and nothing of it is used.
fn unjudged(name: &Name, answer: &Response, error: &NetError) -> DnsFault {
    DnsFault {
        fault: Fault::DnsError,
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        text: format!(
            "the answer about {} from {} made no sense: {error}",
            shown(name),
            server_shown(answer.server.address)
        ),
        notes: stub::notes(answer),
    }
}

/// The weakest proof on the way to the records or to their denial.
fn security(name: &Name, wanted: RecordType, message: &Message, denial: Option<Proof>) -> Security {
    let mut walk = Walk::new(name.clone());
    let step = walk.follow(message, wanted);
    let on_the_way = |record: &&Record| record.name == *name || walk.targets.contains(&record.name);
    let chain = message
        .answers
        .iter()
        .filter(on_the_way)
        .filter(|record| record.record_type() == wanted || record.record_type() == RecordType::CNAME)
        .map(|record| word(record.proof));
    let end = match step {
        Step::Nodata | Step::Nxdomain => Some(match denial {
            Some(proof) => word(proof),
            // The validator lets a denial pass when NSEC or NSEC3 records prove it, or when the zone is not signed.
            None if message.authorities.iter().any(proves) => Security::Secure,
            None => Security::Insecure,
        }),
        Step::Records(_) | Step::Ask | Step::Lost(_) => denial.map(word),
    };
    chain.chain(end).reduce(weakest).unwrap_or_default()
}

fn proves(record: &Record) -> bool {
    record.proof == Proof::Secure && matches!(record.data, RData::DNSSEC(DNSSECRData::NSEC(_) | DNSSECRData::NSEC3(_)))
}

fn word(proof: Proof) -> Security {
    match proof {
        Proof::Secure => Security::Secure,
        Proof::Insecure => Security::Insecure,
        Proof::Bogus => Security::Bogus,
        Proof::Indeterminate => Security::Indeterminate,
    }
}

/// Whether the verdict is one of those that hickory 0.26.3 gets wrong, and which. Only where the signatures of all
/// records on the way hold: what is left open is whether a name between them should have been there.
fn misjudged(name: &Name, wanted: RecordType, message: &Message) -> Option<&'static str> {
    let mut walk = Walk::new(name.clone());
    let step = walk.follow(message, wanted);
    let on_the_way = |record: &&Record| record.name == *name || walk.targets.contains(&record.name);
    let mut chain = message
        .answers
        .iter()
        .filter(on_the_way)
        .filter(|record| record.record_type() == wanted || record.record_type() == RecordType::CNAME)
        .peekable();
    chain.peek()?;
    if !chain.all(|record| matches!(record.proof, Proof::Secure | Proof::Insecure)) {
        return None;
    }
    let wildcard =
        message.answers.iter().filter(on_the_way).filter_map(signature_labels).any(|(owner, signed)| signed < owner);
    match step {
        Step::Records(_) if wildcard => Some(
            "the records come from a wildcard; their signatures hold, but the proof that no closer name exists is not \
             understood here",
        ),
        Step::Nxdomain if message.response_code == ResponseCode::NXDomain => Some(
            "the name is an alias of one that does not exist; the alias is signed well, but the proof that its target is \
             missing is not understood here",
        ),
        _ => None,
    }
}

/// The labels of a signature's owner, and those that were signed (RFC 4034 §3.1.3): fewer of a wildcard.
fn signature_labels(record: &Record) -> Option<(u8, u8)> {
    signature(record).map(|rrsig| (record.name.num_labels(), rrsig.input().num_labels))
}

fn signature(record: &Record) -> Option<&RRSIG> {
    match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(rrsig)) => Some(rrsig),
        _ => None,
    }
}

/// Whether any signature is in a message.
pub(super) fn has_signatures(message: &Message) -> bool {
    message.answers.iter().chain(&message.authorities).any(|record| signature(record).is_some())
}
