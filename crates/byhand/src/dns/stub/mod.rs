//! The project's own stub client: questions to recursive resolvers, over hickory-proto's wire format.
//!
//! 1. The question goes out with a random id, from a random port, in mixed case, with EDNS (DO, 1232 octets) and the AD
//!    bit set, so that a validating resolver tells its verdict (RFC 6840 §5.7).
//! 2. The servers are asked in turn, 5 s a try and 15 s a name. One that answered with an error, cannot be reached or is
//!    no resolver is not asked again; silent ones are, as long as there is time. FORMERR or NOTIMP without an OPT record
//!    to a question with EDNS is asked again without (RFC 6891 §7).
//! 3. Aliases are followed, by new questions where an answer ends at one.
//! 4. A denial to a question in mixed case is not believed until the lower case denies it too, since some servers tell
//!    letters apart; a denial that DNSSEC proves is believed at once.
//! 5. SERVFAIL without a reason is asked once more with checking disabled: data then means that DNSSEC refused it.
//!
//! The AD bit counts only from a trusted resolver (RFC 7672 §2.1.3): on loopback, by `trust-ad`, or by the user's word.
//! Not here: a cache, many questions on one socket, DNS over TLS or HTTPS.

mod resolver;
#[cfg(test)]
mod tests;
mod transport;
mod trouble;

use std::net::SocketAddr;
use std::time::Duration;

use hickory_proto::op::{Edns, Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::ede::{self, Ede};
use super::{Note, name};
use crate::wire::FindingId;
use transport::{Cause, Sent};
use trouble::What;
pub(super) use trouble::{Trouble, fault, shown as server_shown};

/// What is said about the size of UDP answers: whole on every path (DNS flag day 2020).
const PAYLOAD: u16 = 1232;

/// A resolver to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its address and port.
    pub address: SocketAddr,
    /// Whether its AD bit is believed.
    pub trusted: bool,
}

/// How questions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The longest wait for one answer.
    pub try_within: Duration,
    /// The longest wait for one name, whatever it takes.
    pub total: Duration,
    /// Whether DNSSEC is asked about (DO and AD).
    pub dnssec: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { try_within: Duration::from_secs(5), total: Duration::from_secs(15), dnssec: true }
    }
}

/// The stub client.
#[derive(Clone, Debug)]
pub struct Stub {
    servers: Vec<Server>,
    options: Options,
}

/// How one question is put.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct How {
    /// The CD bit: data is wanted even if DNSSEC refuses it.
    pub(super) checking_disabled: bool,
    /// The letters as they are, not mixed.
    pub(super) plain_case: bool,
}

/// An answer or a denial, and who gave it.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) message: Message,
    pub(super) server: Server,
    /// Whether the question went out in mixed case.
    pub(super) mixed: bool,
    pub(super) ede: Vec<Ede>,
}

impl Stub {
    /// A stub that asks these resolvers, in this order.
    #[must_use]
    pub fn new(servers: Vec<Server>, options: Options) -> Self {
        Self { servers, options }
    }

    /// When a look-up that begins now has to end.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.options.total
    }

    /// Puts one question to the servers in turn, until one answers it or denies it.
    pub(super) async fn ask(
        &self,
        name: &Name,
        wanted: RecordType,
        how: How,
        deadline: Instant,
    ) -> Result<Response, Vec<Trouble>> {
        let mut asked = name.to_lowercase();
        asked.set_fqdn(true);
        let lower = asked.clone();
        if !how.plain_case {
            asked.randomize_label_case();
        }
        let mixed = !asked.eq_case(&lower);
        let query = Query::query(asked, wanted);

        let mut troubles: Vec<Trouble> = Vec::new();
        let mut left = self.servers.clone();
        while !left.is_empty() && Instant::now() < deadline {
            let mut silent = Vec::new();
            let alone = left.len() == 1;
            for server in left {
                if Instant::now() >= deadline {
                    break;
                }
                // The only one left is waited for as long as there is time: a slow answer to the first question counts.
                let within = if alone { self.options.total } else { self.options.try_within };
                let what = match self.put(server.address, &query, how, within, deadline).await {
                    Ok((message, ede)) => match trouble_in(&message, &ede) {
                        None => return Ok(Response { message, server, mixed, ede }),
                        Some(what) => what,
                    },
                    Err(cause) => What::None(cause),
                };
                if what == What::None(Cause::Silent) {
                    silent.push(server);
                }
                troubles.retain(|old| old.server != server.address);
                troubles.push(Trouble { server: server.address, what });
            }
            left = silent;
        }
        Err(troubles)
    }

    /// Whether the resolvers vouch for the root's SOA, which is signed: whether they validate at all.
    pub(super) async fn root_is_secure(&self) -> bool {
        let asked = self.ask(&Name::root(), RecordType::SOA, How::default(), self.deadline()).await;
        asked.is_ok_and(|response| response.message.authentic_data)
    }

    /// Puts one question to one server, without EDNS where it does not know that.
    async fn put(
        &self,
        server: SocketAddr,
        query: &Query,
        how: How,
        within: Duration,
        deadline: Instant,
    ) -> Result<(Message, Vec<Ede>), Cause> {
        for edns in [true, false] {
            // The id is random.
            let mut message = Message::query();
            message.add_query(query.clone());
            message.metadata.recursion_desired = true;
            message.metadata.authentic_data = self.options.dnssec;
            message.metadata.checking_disabled = how.checking_disabled;
            if edns {
                let mut opt = Edns::new();
                opt.set_max_payload(PAYLOAD).set_dnssec_ok(self.options.dnssec);
                message.set_edns(opt);
            }
            // A name that was parsed fits the wire.
            let octets = message.to_vec().map_err(|_| Cause::Garbled)?;
            let again = self.options.try_within / 5;
            let sent = Sent { octets: &octets, id: message.id, query, again };
            let answer = transport::ask(server, &sent, within, deadline).await?;
            let unknown = matches!(answer.response_code, ResponseCode::FormErr | ResponseCode::NotImp);
            if !(edns && unknown && answer.edns.is_none()) {
                let ede = ede::read(&answer, query.name());
                return Ok((answer, ede));
            }
        }
        Err(Cause::Garbled)
    }
}

/// The resolver's own words about an answer (RFC 8914).
pub(super) fn notes(response: &Response) -> Vec<Note> {
    trouble::notes(response.server.address, &response.ede)
}

/// The name servers of a name tell letters apart.
pub(super) fn case_sensitive(name: &Name, wanted: RecordType) -> Note {
    let text = format!(
        "The name servers of {} tell capitals from small letters: they deny {wanted} records when the question is in mixed \
         case, as many resolvers ask. Some senders will not find them.",
        name::shown(name)
    );
    Note { id: FindingId::CaseSensitiveDns, text }
}

/// What keeps a message from being an answer or a denial.
fn trouble_in(message: &Message, ede: &[Ede]) -> Option<What> {
    if !matches!(message.response_code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Some(What::Code(message.response_code, ede.to_vec()));
    }
    // Neither an authority nor a resolver, and no record: nobody's word for it, often a referral to somewhere else.
    let lame = message.answers.is_empty() && !message.recursion_available && !message.authoritative;
    lame.then_some(What::Lame)
}
