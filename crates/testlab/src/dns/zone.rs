//! Zones and what they answer: the data, its signatures, and the proof of what is not there (RFC 4034, 4035).
//!
//! Records are lines: `NAME [TTL] TYPE DATA`, names with or without the final dot, TXT in quotes; blank lines and those
//! that begin with `#` are passed over. A record belongs to the deepest zone above it.

use std::collections::BTreeMap;

use hickory_proto::dnssec::rdata::{DNSSECRData, NSEC};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::Fault;
use super::sign::{Key, Quality};

const TTL: u32 = 3600;
/// The most aliases that are followed.
const CHAIN_LIMIT: usize = 16;

/// How a zone is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Rightly, with a DS above: secure.
    Signed,
    /// Not at all, and the parent proves it: insecure.
    Unsigned,
    /// The signatures of all but the keys are wrong: bogus.
    Bogus,
    /// The signatures of all but the keys ended three days ago: bogus.
    Expired,
}

/// Zones in the making, and the faults about them.
pub struct Zones {
    zones: BTreeMap<Name, Zone>,
    pub(super) faults: Vec<(Name, Option<RecordType>, Fault)>,
    pending: Vec<Record>,
    pub(super) validating: bool,
}

struct Zone {
    signing: Signing,
    key: Key,
    sets: BTreeMap<Name, BTreeMap<RecordType, Vec<Record>>>,
    signatures: BTreeMap<(Name, RecordType), Record>,
}

/// An answer before it becomes a message.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: ResponseCode,
    pub(super) answers: Vec<Record>,
    pub(super) authorities: Vec<Record>,
    /// Every part of it is signed rightly, up to the root.
    pub(super) secure: bool,
    /// A part of it is signed wrongly.
    pub(super) bogus: bool,
}

impl Zones {
    /// Nothing but a signed root.
    ///
    /// # Errors
    /// No key could be made.
    pub fn new() -> Result<Self, String> {
        let mut zones = Self { zones: BTreeMap::new(), faults: Vec::new(), pending: Vec::new(), validating: false };
        zones.insert(Name::root(), Signing::Signed)?;
        Ok(zones)
    }

    /// Adds a zone; its top-level domain comes with it, signed.
    ///
    /// # Errors
    /// `origin` is no name, or no key could be made.
    pub fn zone(&mut self, origin: &str, signing: Signing) -> Result<&mut Self, String> {
        let origin = name(origin)?;
        if origin.num_labels() > 1 {
            let top = origin.trim_to(1);
            if !self.zones.contains_key(&top) {
                self.insert(top, Signing::Signed)?;
            }
        }
        self.insert(origin, signing)?;
        Ok(self)
    }

    /// Adds records, one a line.
    ///
    /// # Errors
    /// A line is no record; the message says which.
    pub fn records(&mut self, lines: &str) -> Result<&mut Self, String> {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let record = record(line).map_err(|error| format!("`{line}`: {error}"))?;
            self.pending.push(record);
        }
        Ok(self)
    }

    /// Goes wrong about a name, and all below it; the first fault that fits counts.
    ///
    /// # Errors
    /// `at` is no name.
    pub fn fault(&mut self, at: &str, fault: Fault) -> Result<&mut Self, String> {
        self.faults.push((name(at)?, None, fault));
        Ok(self)
    }

    /// The same for one type of record, such as `MX`.
    ///
    /// # Errors
    /// `at` is no name, or `kind` no type.
    pub fn fault_for(&mut self, at: &str, kind: &str, fault: Fault) -> Result<&mut Self, String> {
        let kind = kind.parse().map_err(|_| format!("`{kind}` is no type"))?;
        self.faults.push((name(at)?, Some(kind), fault));
        Ok(self)
    }

    /// Behaves as a validating resolver: AD for what is secure, SERVFAIL for what is bogus unless CD is set.
    pub fn validating(&mut self) -> &mut Self {
        self.validating = true;
        self
    }

    /// The root's key as a line of a trust anchor file.
    #[must_use]
    pub fn anchor(&self) -> String {
        self.zones.get(&Name::root()).map_or_else(String::new, |root| format!(". 3600 IN DNSKEY {}\n", root.key.dnskey))
    }

    fn insert(&mut self, origin: Name, signing: Signing) -> Result<(), String> {
        let zone = Zone { signing, key: Key::new()?, sets: BTreeMap::new(), signatures: BTreeMap::new() };
        self.zones.insert(origin, zone);
        Ok(())
    }

    /// Puts the records in their zones, delegates, and signs.
    pub(super) fn finish(&mut self) -> Result<(), String> {
        for record in std::mem::take(&mut self.pending) {
            let top = record.name.trim_to(1);
            if !self.zones.contains_key(&top) {
                self.insert(top, Signing::Signed)?;
            }
            let origin = self.origin_of(&record.name);
            if let Some(zone) = self.zones.get_mut(&origin) {
                zone.add(record);
            }
        }
        let origins: Vec<Name> = self.zones.keys().cloned().collect();
        for origin in &origins {
            let Some(zone) = self.zones.get_mut(origin) else { continue };
            let server = name("ns.testlab")?;
            let soa = format!("{server} hostmaster.testlab. 1 7200 3600 1209600 300");
            zone.add(Record::from_rdata(origin.clone(), TTL, data(RecordType::SOA, &soa)?));
            let ns = Record::from_rdata(origin.clone(), TTL, data(RecordType::NS, &server.to_string())?);
            zone.add(ns.clone());
            let mut delegation = vec![ns];
            if zone.signing != Signing::Unsigned {
                let dnskey = RData::DNSSEC(DNSSECRData::DNSKEY(zone.key.dnskey.clone()));
                zone.add(Record::from_rdata(origin.clone(), TTL, dnskey));
                let ds = RData::DNSSEC(DNSSECRData::DS(zone.key.ds(origin)?));
                delegation.push(Record::from_rdata(origin.clone(), TTL, ds));
            }
            if !origin.is_root() {
                let parent = self.origin_of(&origin.base_name());
                if let Some(parent) = self.zones.get_mut(&parent) {
                    delegation.into_iter().for_each(|record| parent.add(record));
                }
            }
        }
        for origin in &origins {
            if let Some(zone) = self.zones.get_mut(origin) {
                zone.sign(origin)?;
            }
        }
        Ok(())
    }

    /// The deepest zone at or above a name.
    fn origin_of(&self, name: &Name) -> Name {
        let mut origin = name.clone();
        while !self.zones.contains_key(&origin) && !origin.is_root() {
            origin = origin.base_name();
        }
        origin
    }

    /// Whether a zone is signed, rightly, with all above it.
    fn is_secure(&self, origin: &Name) -> bool {
        let mut origin = origin.clone();
        loop {
            if self.zones.get(&origin).is_none_or(|zone| zone.signing != Signing::Signed) {
                return false;
            }
            if origin.is_root() {
                return true;
            }
            origin = self.origin_of(&origin.base_name());
        }
    }

    /// What the zones say to a question, aliases followed.
    pub(super) fn answer(&self, question: &Name, kind: RecordType) -> Answer {
        let mut at = question.to_lowercase();
        let mut answer = Answer {
            code: ResponseCode::NoError,
            answers: Vec::new(),
            authorities: Vec::new(),
            secure: true,
            bogus: false,
        };
        for _ in 0..CHAIN_LIMIT {
            // RFC 4035 §3.1.4.1: DS is the parent's.
            let from_parent = kind == RecordType::DS && !at.is_root();
            let origin = self.origin_of(&if from_parent { at.base_name() } else { at.clone() });
            let Some(zone) = self.zones.get(&origin) else { break };
            answer.secure &= self.is_secure(&origin);
            answer.bogus |= matches!(zone.signing, Signing::Bogus | Signing::Expired) && kind != RecordType::DNSKEY;
            let sets = zone.sets.get(&at);
            if let Some(set) = sets.and_then(|sets| sets.get(&kind)) {
                zone.give(&mut answer.answers, &at, kind, set);
                return answer;
            }
            if let Some(set) = sets.and_then(|sets| sets.get(&RecordType::CNAME)) {
                zone.give(&mut answer.answers, &at, RecordType::CNAME, set);
                if let Some(RData::CNAME(target)) = set.first().map(|record| &record.data) {
                    at = target.0.to_lowercase();
                    continue;
                }
            }
            answer.code = zone.deny(&origin, &at, &mut answer.authorities);
            return answer;
        }
        // A resolver gives up on a circle of aliases (RFC 1034 §5.2.2 leaves it the code).
        answer.code = ResponseCode::ServFail;
        answer
    }
}

impl Zone {
    fn add(&mut self, record: Record) {
        let set = self.sets.entry(record.name.clone()).or_default().entry(record.record_type()).or_default();
        if !set.contains(&record) {
            set.push(record);
        }
    }

    fn sign(&mut self, origin: &Name) -> Result<(), String> {
        if self.signing == Signing::Unsigned {
            return Ok(());
        }
        let names: Vec<Name> = self.sets.keys().cloned().collect();
        for (index, at) in names.iter().enumerate() {
            let next = names.get(index + 1).unwrap_or(origin).clone();
            let kinds = self.sets.get(at).into_iter().flat_map(|sets| sets.keys().copied()).collect::<Vec<_>>();
            let nsec = RData::DNSSEC(DNSSECRData::NSEC(NSEC::new_cover_self(next, kinds)));
            // RFC 9077 §3: the lesser of the SOA's TTL and its minimum.
            self.add(Record::from_rdata(at.clone(), 300, nsec));
        }
        for (at, sets) in &self.sets {
            for (kind, set) in sets {
                // RFC 4035 §2.2: a delegation's NS is the child's to sign.
                if *kind == RecordType::NS && at != origin {
                    continue;
                }
                let quality = match self.signing {
                    // The keys stay right, so that it is the data that fails.
                    _ if *kind == RecordType::DNSKEY => Quality::Right,
                    Signing::Bogus => Quality::Broken,
                    Signing::Expired => Quality::Expired,
                    Signing::Signed | Signing::Unsigned => Quality::Right,
                };
                self.signatures.insert((at.clone(), *kind), self.key.sign(origin, set, quality)?);
            }
        }
        Ok(())
    }

    fn give(&self, to: &mut Vec<Record>, at: &Name, kind: RecordType, set: &[Record]) {
        to.extend_from_slice(set);
        to.extend(self.signatures.get(&(at.clone(), kind)).cloned());
    }

    /// SOA and the proof that a name or type is not there (RFC 4035 §3.1.3); says which of the two.
    fn deny(&self, origin: &Name, at: &Name, to: &mut Vec<Record>) -> ResponseCode {
        let mut give = |at: &Name, kind| {
            if let Some(set) = self.sets.get(at).and_then(|sets| sets.get(&kind)) {
                self.give(to, at, kind, set);
            }
        };
        give(origin, RecordType::SOA);
        let below = self.sets.range(at.clone()..).next().is_some_and(|(name, _)| at.zone_of(name));
        let exists = self.sets.contains_key(at);
        let mut proofs = vec![self.covering(at)];
        if !exists && !below {
            // The wildcard that could have answered is not there either.
            let mut encloser = at.base_name();
            while !encloser.is_root() && !self.sets.keys().any(|name| encloser.zone_of(name)) {
                encloser = encloser.base_name();
            }
            if let Ok(wildcard) = encloser.prepend_label("*") {
                proofs.push(self.covering(&wildcard));
            }
        }
        proofs.dedup();
        for proof in proofs.into_iter().flatten() {
            give(&proof, RecordType::NSEC);
        }
        if exists || below { ResponseCode::NoError } else { ResponseCode::NXDomain }
    }

    /// The name at or before this one: its NSEC speaks about it.
    fn covering(&self, at: &Name) -> Option<Name> {
        self.sets.range(..=at.clone()).next_back().map(|(name, _)| name.clone())
    }
}

fn name(text: &str) -> Result<Name, String> {
    let mut name = Name::from_ascii(text).map_err(|error| format!("`{text}` is no name: {error}"))?.to_lowercase();
    name.set_fqdn(true);
    Ok(name)
}

/// `NAME [TTL] TYPE DATA`.
fn record(line: &str) -> Result<Record, String> {
    let (owner, rest) = line.split_once(char::is_whitespace).ok_or("a name alone")?;
    let rest = rest.trim_start();
    let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (ttl, rest) = match word.parse::<u32>() {
        Ok(ttl) => (ttl, after.trim_start()),
        Err(_) => (TTL, rest),
    };
    let (kind, text) = rest.split_once(char::is_whitespace).ok_or("no data")?;
    let kind: RecordType = kind.parse().map_err(|_| format!("`{kind}` is no type"))?;
    let mut text = text.trim().to_owned();
    // Names in the data stand at its end; they are whole here, with or without their dot.
    let ends_in_name =
        matches!(kind, RecordType::MX | RecordType::CNAME | RecordType::NS | RecordType::PTR | RecordType::SRV);
    if ends_in_name && !text.ends_with('.') {
        text.push('.');
    }
    Ok(Record::from_rdata(name(owner)?, ttl, data(kind, &text)?))
}

fn data(kind: RecordType, text: &str) -> Result<RData, String> {
    RData::try_from_str(kind, text).map_err(|error| error.to_string())
}
