//! Whole look-ups with the stub: aliases, denials asked twice, SERVFAIL explained, security judged.

use hickory_proto::rr::{Name, RData, RecordType};
use tokio::time::Instant;

use super::trouble::{self, Trouble};
use super::{How, Response, Stub, case_sensitive, notes, server_shown};
use crate::dns::name::{presentation, shown};
use crate::dns::read::Records;
use crate::dns::walk::{Step, Walk};
use crate::dns::{Answer, DnsFault, Note};
use crate::wire::{Fault, FindingId, Security};

/// What a look-up gathers on its way.
struct Gathered {
    security: Option<Security>,
    notes: Vec<Note>,
}

impl Gathered {
    /// Adds one answer's security and notes; the weakest link counts.
    fn add(&mut self, response: &Response, dnssec: bool) {
        let security = security_of(response, dnssec);
        self.security = Some(match self.security {
            None => security,
            Some(old) => crate::dns::weakest(old, security),
        });
        if dnssec && !response.server.trusted {
            self.note(Note {
                id: FindingId::DnssecUnverified,
                text: format!(
                    "DNSSEC was not checked: the resolver {} is neither on this machine nor trusted by `trust-ad`.",
                    server_shown(response.server.address)
                ),
            });
        }
        notes(response).into_iter().for_each(|note| self.note(note));
    }

    fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// What the AD bit says, where it may be believed.
fn security_of(response: &Response, dnssec: bool) -> Security {
    match (dnssec && response.server.trusted, response.message.authentic_data) {
        (false, _) => Security::Indeterminate,
        (true, true) => Security::Secure,
        (true, false) => Security::Insecure,
    }
}

impl Stub {
    /// The records of a name, aliases followed; an empty answer is a denial that the name has such records.
    pub(in crate::dns) async fn records(&self, name: Name, wanted: RecordType) -> Result<Answer<RData>, DnsFault> {
        let deadline = self.deadline();
        let mut walk = Walk::new(name);
        let mut gathered = Gathered { security: None, notes: Vec::new() };
        loop {
            let response = match self.believed(&walk, wanted, deadline, &mut gathered).await {
                Ok(response) => response,
                Err(mut fault) => {
                    fault.cnames = names(&walk);
                    return Err(fault);
                }
            };
            gathered.add(&response, self.options.dnssec);
            let security = gathered.security.unwrap_or_default();
            let fault = |walk: &Walk, notes: Vec<Note>, fault, security, text| DnsFault {
                fault,
                security,
                ttl: walk.ttl,
                cnames: names(walk),
                text,
                notes,
            };
            match walk.follow(&response.message, wanted) {
                Step::Ask => {}
                Step::Nxdomain => {
                    let text = format!(
                        "{} does not exist (NXDOMAIN from {})",
                        shown(&walk.name),
                        server_shown(response.server.address)
                    );
                    return Err(fault(&walk, gathered.notes, Fault::Nxdomain, security, text));
                }
                Step::Lost(text) => {
                    return Err(fault(&walk, gathered.notes, Fault::CnameLoop, Security::Indeterminate, text));
                }
                step @ (Step::Nodata | Step::Records(_)) => {
                    let records = if let Step::Records(records) = step { records } else { Vec::new() };
                    let records = records.into_iter().map(|record| record.data.clone()).collect();
                    return Ok(Answer {
                        records,
                        security,
                        ttl: walk.ttl,
                        cnames: names(&walk),
                        notes: gathered.notes,
                    });
                }
            }
        }
    }

    /// An answer to the walk's question that may be believed: a denial in mixed case is not, unless it is proven.
    async fn believed(
        &self,
        walk: &Walk,
        wanted: RecordType,
        deadline: Instant,
        gathered: &mut Gathered,
    ) -> Result<Response, DnsFault> {
        let denies = |response: &Response| {
            matches!(walk.clone().follow(&response.message, wanted), Step::Nodata | Step::Nxdomain)
        };
        let response = self.explained(&walk.name, wanted, How::default(), deadline).await?;
        if !denies(&response) || !response.mixed || security_of(&response, self.options.dnssec) == Security::Secure {
            return Ok(response);
        }
        let plain = How { plain_case: true, ..How::default() };
        let again = self.explained(&walk.name, wanted, plain, deadline).await?;
        if !denies(&again) {
            gathered.note(case_sensitive(&walk.name, wanted));
        }
        Ok(again)
    }

    /// An answer, or a fault that tells a refusal of DNSSEC from a name server that does not work.
    async fn explained(
        &self,
        name: &Name,
        wanted: RecordType,
        how: How,
        deadline: Instant,
    ) -> Result<Response, DnsFault> {
        let troubles = match self.ask(name, wanted, how, deadline).await {
            Ok(response) => return Ok(response),
            Err(troubles) => troubles,
        };
        let mut fault = trouble::fault(&troubles);
        if fault.fault != Fault::Servfail || !troubles.iter().any(Trouble::is_open_servfail) {
            return Err(fault);
        }
        let unchecked = How { checking_disabled: true, ..how };
        if self.ask(name, wanted, unchecked, deadline).await.is_err() {
            return Err(fault);
        }
        // A resolver may have failed once for reasons of its own: it is asked again before DNSSEC gets the blame.
        match self.ask(name, wanted, how, deadline).await {
            Ok(response) => Ok(response),
            Err(again) => {
                let second = trouble::fault(&again);
                if matches!(second.fault, Fault::Servfail | Fault::DnssecBogus) {
                    fault.fault = Fault::DnssecBogus;
                    fault.security = Security::Bogus;
                    fault.text.push_str(", DNSSEC bogus (with checking disabled the answer comes)");
                }
                Err(fault)
            }
        }
    }
}

fn names(walk: &Walk) -> Vec<String> {
    walk.targets.iter().map(presentation).collect()
}

impl Records for Stub {
    async fn records(&self, name: Name, wanted: RecordType) -> Result<Answer<RData>, DnsFault> {
        Self::records(self, name, wanted).await
    }
}
