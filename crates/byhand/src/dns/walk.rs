//! The way through an answer: from the name that was asked about, over its aliases, to the records or their denial.
//!
//! Pure: a [`Walk`] is fed one message after the other. Records that do not hang on the chain from the question are
//! passed over, so that a server can add nothing that was not asked for. At most 16 aliases are followed; a circle and
//! a chain that is too long are told apart. Which name a denial is about: with aliases in the answer the code speaks of
//! the last of them (RFC 6604 §3).

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use super::name::shown;

/// No more aliases than this are followed.
pub(super) const ALIAS_LIMIT: usize = 16;

/// Where a message led.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// The records asked for.
    Records(Vec<&'a Record>),
    /// The name is there, but has no such records.
    Nodata,
    /// The name is not there.
    Nxdomain,
    /// The message ends at an alias: its target has to be asked about.
    Ask,
    /// The aliases lead nowhere; the sentence says how.
    Lost(String),
}

/// A walk over aliases.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The name that is asked about now.
    pub(super) name: Name,
    /// The aliases' targets so far, in order.
    pub(super) targets: Vec<Name>,
    /// The smallest TTL on the way.
    pub(super) ttl: Option<u32>,
    start: Name,
}

impl Walk {
    /// A walk that begins at a name.
    pub(super) fn new(name: Name) -> Self {
        Self { start: name.clone(), name, targets: Vec::new(), ttl: None }
    }

    /// Follows one message as far as it leads.
    pub(super) fn follow<'a>(&mut self, message: &'a Message, wanted: RecordType) -> Step<'a> {
        let answers = || message.answers.iter().filter(|record| record.dns_class == DNSClass::IN);
        let before = self.targets.len();
        loop {
            let here: Vec<_> = answers().filter(|r| r.record_type() == wanted && r.name == self.name).collect();
            if !here.is_empty() {
                here.iter().for_each(|record| self.lower(record.ttl));
                return Step::Records(here);
            }
            let alias = answers().find_map(|record| match &record.data {
                RData::CNAME(target) if record.name == self.name => Some((target.0.clone(), record.ttl)),
                _ => None,
            });
            let Some((target, ttl)) = alias else { break };
            self.lower(ttl);
            if target == self.start || self.targets.contains(&target) {
                return Step::Lost(format!(
                    "the aliases of {} lead in a circle: {} comes up again",
                    shown(&self.start),
                    shown(&target)
                ));
            }
            if self.targets.len() == ALIAS_LIMIT {
                return Step::Lost(format!("{} leads through more than {ALIAS_LIMIT} aliases", shown(&self.start)));
            }
            self.targets.push(target.clone());
            self.name = target;
        }
        let soa = message.authorities.iter().find_map(|record| match &record.data {
            RData::SOA(soa) if record.name.zone_of(&self.name) => Some(record.ttl.min(soa.minimum)),
            _ => None,
        });
        if message.response_code == ResponseCode::NXDomain {
            soa.into_iter().for_each(|ttl| self.lower(ttl));
            return Step::Nxdomain;
        }
        if self.targets.len() > before && soa.is_none() {
            return Step::Ask;
        }
        // RFC 2308 §5: a denial lives as long as the smaller of the SOA's own TTL and its last field.
        soa.into_iter().for_each(|ttl| self.lower(ttl));
        Step::Nodata
    }

    fn lower(&mut self, ttl: u32) {
        // RFC 2181 §8: a TTL with its highest bit set counts as zero.
        let ttl = if ttl > i32::MAX as u32 { 0 } else { ttl };
        self.ttl = Some(self.ttl.map_or(ttl, |old| old.min(ttl)));
    }
}
