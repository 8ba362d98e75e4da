//! Answers questions over UDP and TCP on one port, and keeps them.
//!
//! One datagram or length-prefixed message in, one out; EDNS as asked, truncation at the size that the client takes
//! (RFC 1035 §4.2, RFC 6891). A question that cannot be read gets no answer.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::{JoinHandle, JoinSet};

use super::zone::Answer;
use super::{Fault, Zones};

/// EDNS option 15, the extended error (RFC 8914 §2), and two of its codes.
const EDE: u16 = 15;
const EDE_BOGUS: u16 = 6;
const EDE_NO_REACHABLE_AUTHORITY: u16 = 22;

/// A question asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name as it was written, with its final dot.
    pub name: String,
    /// The type, such as `MX`.
    pub kind: String,
    /// Whether it came over TCP.
    pub tcp: bool,
    /// DO: signatures are wanted.
    pub dnssec_ok: bool,
    /// CD: no validation is wanted.
    pub checking_disabled: bool,
    /// AD: the resolver's verdict is wanted.
    pub authentic_data: bool,
}

/// A name server that runs until it is dropped.
pub struct DnsServer {
    address: SocketAddr,
    questions: Arc<Mutex<Vec<Question>>>,
    task: JoinHandle<()>,
}

impl DnsServer {
    /// Signs the zones and answers at `address` (port 0: any) over UDP and TCP.
    ///
    /// # Errors
    /// The zones cannot be signed, or the address not be listened at.
    pub async fn start(address: SocketAddr, mut zones: Zones) -> io::Result<Self> {
        zones.finish().map_err(io::Error::other)?;
        let (udp, tcp) = bind(address).await?;
        let address = udp.local_addr()?;
        let questions = Arc::new(Mutex::new(Vec::new()));
        let responder = Arc::new(Responder { zones, questions: Arc::clone(&questions) });
        let task = tokio::spawn(serve(Arc::new(udp), tcp, responder));
        Ok(Self { address, questions, task })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The questions so far, in the order they came.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a name was asked about, in any case of letters.
    #[must_use]
    pub fn was_asked(&self, name: &str, kind: &str) -> bool {
        let name = name.trim_end_matches('.');
        let same = |one: &Question| one.kind == kind && one.name.trim_end_matches('.').eq_ignore_ascii_case(name);
        self.questions().iter().any(same)
    }

    /// Forgets the questions.
    pub fn clear(&self) {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One port for both transports.
async fn bind(address: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut tries = 0;
    loop {
        let udp = UdpSocket::bind(address).await?;
        match TcpListener::bind(udp.local_addr()?).await {
            Ok(tcp) => return Ok((udp, tcp)),
            // A port chosen for UDP may be taken for TCP: choose again.
            Err(error) if address.port() != 0 || tries > 100 => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

async fn serve(udp: Arc<UdpSocket>, tcp: TcpListener, responder: Arc<Responder>) {
    let mut tasks = JoinSet::new();
    let mut octets = vec![0; 65536];
    loop {
        tokio::select! {
            received = udp.recv_from(&mut octets) => {
                let Ok((length, peer)) = received else { continue };
                let (question, udp, responder) = (octets[..length].to_vec(), Arc::clone(&udp), Arc::clone(&responder));
                tasks.spawn(async move {
                    if let Some(answer) = responder.respond(&question, false).await {
                        // A client that has gone needs no answer.
                        let _ = udp.send_to(&answer, peer).await;
                    }
                });
            }
            accepted = tcp.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let responder = Arc::clone(&responder);
                tasks.spawn(async move {
                    // The end of a connection is no event here, however it comes.
                    let _ = converse(stream, &responder).await;
                });
            }
            Some(_) = tasks.join_next() => {}
        }
    }
}

/// Messages with two octets of length before them (RFC 1035 §4.2.2), until the client ends.
async fn converse(mut stream: TcpStream, responder: &Responder) -> io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut question = vec![0; usize::from(length)];
        stream.read_exact(&mut question).await?;
        let Some(answer) = responder.respond(&question, true).await else { return Ok(()) };
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        stream.write_all(&[&length.to_be_bytes()[..], &answer].concat()).await?;
    }
}

struct Responder {
    zones: Zones,
    questions: Arc<Mutex<Vec<Question>>>,
}

impl Responder {
    async fn respond(&self, octets: &[u8], tcp: bool) -> Option<Vec<u8>> {
        let asked = Message::from_vec(octets).ok().filter(|asked| asked.metadata.message_type == MessageType::Query)?;
        let query = asked.queries.first()?.clone();
        let edns = asked.edns.as_ref();
        let dnssec_ok = edns.is_some_and(|edns| edns.flags().dnssec_ok);
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).push(Question {
            name: query.name.to_string(),
            kind: query.query_type.to_string(),
            tcp,
            dnssec_ok,
            checking_disabled: asked.metadata.checking_disabled,
            authentic_data: asked.metadata.authentic_data,
        });

        let mut message = Message::new(asked.metadata.id, MessageType::Response, OpCode::Query);
        message.metadata.recursion_desired = asked.metadata.recursion_desired;
        message.metadata.recursion_available = true;
        message.metadata.checking_disabled = asked.metadata.checking_disabled;
        message.add_query(query.clone());
        let mut reply_edns = edns.map(|_| {
            let mut edns = Edns::new();
            edns.set_max_payload(1232).set_dnssec_ok(dnssec_ok);
            edns
        });

        let fault = self.fault_at(&query.name, query.query_type);
        let mut extended: Option<(u16, String)> = None;
        match fault {
            Some(Fault::Servfail) => message.metadata.response_code = ResponseCode::ServFail,
            Some(Fault::Extended(code, text)) => {
                message.metadata.response_code = ResponseCode::ServFail;
                extended = Some((*code, text.clone()));
            }
            Some(Fault::Lame) => {
                message.metadata.response_code = ResponseCode::ServFail;
                extended = Some((EDE_NO_REACHABLE_AUTHORITY, "no name server of the zone answers".to_owned()));
            }
            Some(Fault::Refused) => message.metadata.response_code = ResponseCode::Refused,
            Some(Fault::Formerr) => message.metadata.response_code = ResponseCode::FormErr,
            Some(Fault::Notimp) => message.metadata.response_code = ResponseCode::NotImp,
            Some(Fault::Silent) => return self.silence(tcp).await,
            Some(Fault::TruncatedForGood) if tcp => return None,
            Some(Fault::Truncated) if tcp => self.fill(&mut message, &asked, dnssec_ok, &mut extended),
            Some(Fault::Truncated | Fault::TruncatedForGood) => message.metadata.truncation = true,
            Some(Fault::CaseNxdomain) if has_capital(&query.name) => {
                message.metadata.response_code = ResponseCode::NXDomain;
            }
            Some(Fault::CaseNodata) if has_capital(&query.name) => {}
            Some(Fault::Garbage) => return Some(vec![0xff; 40]),
            Some(Fault::WrongQuestion) => {
                self.fill(&mut message, &asked, dnssec_ok, &mut extended);
                message.queries[0].name = Name::from_ascii("other.test.").unwrap_or_default();
            }
            Some(Fault::WrongId) => {
                self.fill(&mut message, &asked, dnssec_ok, &mut extended);
                message.metadata.id = asked.metadata.id.wrapping_add(1);
            }
            Some(Fault::Late(span)) => {
                tokio::time::sleep(*span).await;
                self.fill(&mut message, &asked, dnssec_ok, &mut extended);
            }
            Some(Fault::CaseNxdomain | Fault::CaseNodata) | None => {
                self.fill(&mut message, &asked, dnssec_ok, &mut extended);
            }
        }
        if let (Some((code, text)), Some(edns)) = (extended, reply_edns.as_mut()) {
            let option = [&code.to_be_bytes()[..], text.as_bytes()].concat();
            edns.options_mut().insert(EdnsOption::Unknown(EDE, option));
        }
        if let Some(edns) = reply_edns {
            message.set_edns(edns);
        }
        let room = if tcp { usize::from(u16::MAX) } else { edns.map_or(512, |edns| usize::from(edns.max_payload())) };
        let octets = message.to_vec().ok()?;
        if octets.len() <= room {
            return Some(octets);
        }
        message.truncate().to_vec().ok()
    }

    /// Puts the zones' answer into a message, judged where this is a validating resolver.
    fn fill(&self, message: &mut Message, asked: &Message, dnssec_ok: bool, extended: &mut Option<(u16, String)>) {
        let Some(query) = asked.queries.first() else { return };
        let Answer { code, answers, authorities, secure, bogus } = self.zones.answer(&query.name, query.query_type);
        if self.zones.validating && bogus && !asked.metadata.checking_disabled {
            message.metadata.response_code = ResponseCode::ServFail;
            *extended = Some((EDE_BOGUS, "signature does not verify".to_owned()));
            return;
        }
        message.metadata.response_code = code;
        // RFC 6840 §5.7 and §5.8: AD for those who asked with DO or AD.
        message.metadata.authentic_data =
            self.zones.validating && secure && !bogus && (dnssec_ok || asked.metadata.authentic_data);
        let wanted = |record: &hickory_proto::rr::Record| {
            let kind = record.record_type();
            dnssec_ok || kind == query.query_type || !matches!(kind, RecordType::RRSIG | RecordType::NSEC)
        };
        message.add_answers(answers.into_iter().filter(wanted));
        message.add_authorities(authorities.into_iter().filter(wanted));
    }

    fn fault_at(&self, name: &Name, kind: RecordType) -> Option<&Fault> {
        let fits = |at: &Name, own: Option<RecordType>| at.zone_of(name) && own.is_none_or(|own| own == kind);
        self.zones.faults.iter().find(|(at, own, _)| fits(at, *own)).map(|(_, _, fault)| fault)
    }

    /// Says nothing: over TCP the connection stays open for a while.
    async fn silence(&self, tcp: bool) -> Option<Vec<u8>> {
        if tcp {
            tokio::time::sleep(Duration::from_secs(120)).await;
        }
        None
    }
}

fn has_capital(name: &Name) -> bool {
    name.to_string().bytes().any(|octet| octet.is_ascii_uppercase())
}
