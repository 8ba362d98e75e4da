//! The stub against a scripted server on loopback, UDP and TCP on one port.
//!
//! A script sees each question and its number and says which octets come back. Expected values are worked out from the
//! RFCs that each test names.

mod asking;
mod following;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::rdata::{A, CNAME, MX, SOA, TLSA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

use super::{Options, Server, Stub};
use crate::dns::{Answer, DnsFault, Exchange, Resolver as _};
use crate::wire::{Fault, FindingId, Security, Tlsa};

/// A question as the script sees it.
struct Asked<'a> {
    message: &'a Message,
    tcp: bool,
    /// From 0, over everything that was asked.
    nth: usize,
}

impl Asked<'_> {
    fn name(&self) -> &Name {
        &self.message.queries[0].name
    }

    fn is(&self, name: &str) -> bool {
        *self.name() == wire(name)
    }

    fn is_mixed(&self) -> bool {
        !self.name().eq_case(&self.name().to_lowercase())
    }

    /// An answer to it, with RA and OPT as a resolver has them.
    fn reply(&self) -> Message {
        let mut reply = Message::response(self.message.id, self.message.op_code);
        reply.metadata.recursion_desired = true;
        reply.metadata.recursion_available = true;
        reply.add_query(self.message.queries[0].clone());
        if self.message.edns.is_some() {
            reply.set_edns(Edns::new());
        }
        reply
    }

    fn code(&self, code: ResponseCode) -> Message {
        let mut reply = self.reply();
        reply.metadata.response_code = code;
        reply
    }

    fn mx(&self, hosts: &[(u16, &str)]) -> Message {
        let mut reply = self.reply();
        for (preference, host) in hosts {
            let mx = RData::MX(MX::new(*preference, wire(host)));
            reply.add_answer(Record::from_rdata(self.name().clone(), 300, mx));
        }
        reply
    }

    fn denial(&self, code: ResponseCode) -> Message {
        let mut reply = self.code(code);
        let soa = SOA::new(wire("ns.test"), wire("hostmaster.test"), 1, 3600, 900, 604_800, 60);
        reply.add_authority(Record::from_rdata(wire("test"), 300, RData::SOA(soa)));
        reply
    }
}

fn wire(name: &str) -> Name {
    let mut name = Name::from_ascii(name).unwrap();
    name.set_fqdn(true);
    name
}

fn alias(reply: &mut Message, from: &str, ttl: u32, to: &str) {
    reply.add_answer(Record::from_rdata(wire(from), ttl, RData::CNAME(CNAME(wire(to)))));
}

type Script = dyn Fn(&Asked<'_>) -> Vec<Vec<u8>> + Send + Sync;

/// A server that plays a script; it ends with the test's runtime.
struct Scripted {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(Message, bool)>>>,
}

impl Scripted {
    async fn start(script: impl Fn(&Asked<'_>) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let address = udp.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<(Message, bool)>>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let play = {
            let asked = Arc::clone(&asked);
            move |octets: &[u8], tcp| {
                let message = Message::from_vec(octets).unwrap();
                let mut asked = asked.lock().unwrap();
                let replies = script(&Asked { message: &message, tcp, nth: asked.len() });
                asked.push((message, tcp));
                replies
            }
        };
        let by_udp = play.clone();
        tokio::spawn(async move {
            let mut room = [0; 4096];
            loop {
                let (length, from) = udp.recv_from(&mut room).await.unwrap();
                for reply in by_udp(&room[..length], false) {
                    udp.send_to(&reply, from).await.unwrap();
                }
            }
        });
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = tcp.accept().await.unwrap();
                let length = stream.read_u16().await.unwrap();
                let mut octets = vec![0; usize::from(length)];
                stream.read_exact(&mut octets).await.unwrap();
                for reply in play(&octets, true) {
                    stream.write_u16(u16::try_from(reply.len()).unwrap()).await.unwrap();
                    stream.write_all(&reply).await.unwrap();
                }
            }
        });
        Self { address, asked }
    }

    /// A server that answers each question with one message.
    async fn answering(script: impl Fn(&Asked<'_>) -> Message + Send + Sync + 'static) -> Self {
        Self::start(move |asked| vec![script(asked).to_vec().unwrap()]).await
    }

    fn stub(&self) -> Stub {
        stub(&[self.address])
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// A trusting stub with little patience.
fn stub(servers: &[SocketAddr]) -> Stub {
    let servers = servers.iter().map(|address| Server { address: *address, trusted: true }).collect();
    let options = Options { try_within: Duration::from_millis(300), total: Duration::from_millis(900), dnssec: true };
    Stub::new(servers, options)
}

async fn mx(stub: &Stub, name: &str) -> Result<Answer<Exchange>, DnsFault> {
    stub.mx(&name.parse().unwrap()).await
}

async fn fault(stub: &Stub, name: &str) -> DnsFault {
    mx(stub, name).await.expect_err("a fault")
}

fn hosts(answer: &Answer<Exchange>) -> Vec<String> {
    answer.records.iter().map(|exchange| format!("{} {}", exchange.preference, exchange.host)).collect()
}
