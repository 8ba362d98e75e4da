//! The stub against a scripted server on loopback, UDP and TCP on one port.
//!
//! A script sees each question and its number and says which octets come back. Expected values are worked out from the
//! RFCs that each test names.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::rdata::{A, CNAME, MX, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

use super::{Options, Server, Stub};
use crate::dns::{Answer, DnsFault, Exchange, Resolver as _};
use crate::wire::{Fault, FindingId, Security};

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

#[tokio::test(flavor = "current_thread")]
async fn what_is_asked() {
    let server = Scripted::answering(|asked| asked.mx(&[(10, "MX1.Example.Test"), (0, ".")])).await;
    let answer = mx(&server.stub(), "example.test").await.unwrap();
    assert_eq!(hosts(&answer), ["10 mx1.example.test", "0 "]);
    assert_eq!((answer.security, answer.ttl), (Security::Insecure, Some(300)));
    let asked = server.asked.lock().unwrap();
    let (message, _) = &asked[0];
    assert_eq!(message.message_type, MessageType::Query);
    assert!(message.recursion_desired && message.authentic_data && !message.checking_disabled);
    let edns = message.edns.as_ref().unwrap();
    assert_eq!((edns.max_payload(), edns.flags().dnssec_ok, edns.version()), (1232, true, 0));
}

#[tokio::test(flavor = "current_thread")]
async fn letters_are_mixed_and_may_come_back_otherwise() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.mx(&[(10, "mx.test")]);
        reply.queries[0].name = asked.name().to_lowercase();
        reply
    })
    .await;
    // 2^-26 that a name of 26 letters comes out unmixed.
    let name = "abcdefghijklmnopqrstuv.test";
    assert_eq!(hosts(&mx(&server.stub(), name).await.unwrap()), ["10 mx.test"]);
    let asked = server.asked.lock().unwrap();
    assert!(!asked[0].0.queries[0].name.eq_case(&wire(name)));
}

#[tokio::test(flavor = "current_thread")]
async fn strangers_are_passed_over() {
    // RFC 5452 §9.1: another id, another question, another type, a query in place of an answer, noise.
    let server = Scripted::start(|asked| {
        let forged = |change: &dyn Fn(&mut Message)| {
            let mut forged = asked.mx(&[(1, "evil.test")]);
            change(&mut forged);
            forged.to_vec().unwrap()
        };
        vec![
            forged(&|m| m.metadata.id ^= 1),
            forged(&|m| m.queries[0].name = wire("other.test")),
            forged(&|m| m.queries[0].query_type = RecordType::A),
            forged(&|m| m.metadata.message_type = MessageType::Query),
            forged(&|m| {
                let twice = m.queries[0].clone();
                m.queries.push(twice);
            }),
            b"noise".to_vec(),
            asked.mx(&[(10, "mx.test")]).to_vec().unwrap(),
        ]
    })
    .await;
    assert_eq!(hosts(&mx(&server.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
    assert_eq!(server.count(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn records_off_the_chain_are_not_taken() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.mx(&[(10, "mx.test")]);
        reply.add_answer(Record::from_rdata(wire("other.test"), 300, RData::MX(MX::new(1, wire("evil.test")))));
        reply
    })
    .await;
    assert_eq!(hosts(&mx(&server.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
}

#[tokio::test(flavor = "current_thread")]
async fn every_code_is_a_fault_of_its_own() {
    for (code, expected, word) in [
        (ResponseCode::ServFail, Fault::Servfail, "SERVFAIL"),
        (ResponseCode::Refused, Fault::DnsRefused, "REFUSED"),
        (ResponseCode::FormErr, Fault::DnsError, "FORMERR"),
        (ResponseCode::NotImp, Fault::DnsError, "NOTIMP"),
        (ResponseCode::NotAuth, Fault::DnsError, "NOTAUTH"),
        (ResponseCode::BADVERS, Fault::DnsError, "BADVERS"),
        (ResponseCode::Unknown(14), Fault::DnsError, "code 14"),
    ] {
        let server = Scripted::answering(move |asked| asked.code(code)).await;
        let fault = fault(&server.stub(), "example.test").await;
        assert_eq!(fault.fault, expected, "{code:?}");
        assert_eq!(fault.security, Security::Indeterminate);
        let said = format!("{word} from {}", server.address);
        assert!(fault.text.contains(&said), "{:?} says {said:?}", fault.text);
    }
    let server = Scripted::answering(|asked| asked.denial(ResponseCode::NXDomain)).await;
    let fault = fault(&server.stub(), "example.test").await;
    assert_eq!((fault.fault, fault.ttl), (Fault::Nxdomain, Some(60)), "RFC 2308 §5: the smaller of 300 and 60");
}

#[tokio::test(flavor = "current_thread")]
async fn a_server_that_is_no_resolver() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.denial(ResponseCode::NoError);
        reply.metadata.recursion_available = false;
        reply
    })
    .await;
    let fault = fault(&server.stub(), "example.test").await;
    assert_eq!(fault.fault, Fault::DnsError);
    assert!(fault.text.contains("no resolver"), "{}", fault.text);
}

#[tokio::test(flavor = "current_thread")]
async fn extended_errors_tell_bogus_from_broken() {
    for (code, expected, queries) in [(6, Fault::DnssecBogus, 1), (7, Fault::DnssecBogus, 1), (22, Fault::Servfail, 1)]
    {
        let server = Scripted::answering(move |asked: &Asked<'_>| {
            let mut reply = asked.code(ResponseCode::ServFail);
            let mut octets = vec![0, code];
            octets.extend_from_slice(b"for a reason");
            reply.edns.as_mut().unwrap().options_mut().insert(EdnsOption::Unknown(15, octets));
            reply
        })
        .await;
        let fault = fault(&server.stub(), "example.test").await;
        assert_eq!(fault.fault, expected, "{code}");
        assert_eq!(fault.security == Security::Bogus, expected == Fault::DnssecBogus);
        assert!(fault.text.contains(&format!("EDE {code}")), "{}", fault.text);
        assert_eq!(fault.notes.len(), 1);
        assert_eq!(fault.notes[0].id, FindingId::ExtendedDnsError);
        assert!(fault.notes[0].text.contains("for a reason") && fault.notes[0].text.contains("127.0.0.1"));
        assert_eq!(server.count(), queries, "no need to ask again");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn servfail_without_a_reason_is_asked_about_with_checking_disabled() {
    let bogus = Scripted::answering(|asked| match asked.message.checking_disabled {
        true => asked.mx(&[(10, "mx.test")]),
        false => asked.code(ResponseCode::ServFail),
    })
    .await;
    let told = fault(&bogus.stub(), "example.test").await;
    assert_eq!((told.fault, told.security), (Fault::DnssecBogus, Security::Bogus));

    let broken = Scripted::answering(|asked| asked.code(ResponseCode::ServFail)).await;
    assert_eq!(fault(&broken.stub(), "example.test").await.fault, Fault::Servfail);
    assert_eq!(broken.count(), 2);

    // A resolver that failed once: DNSSEC does not get the blame.
    let hiccup = Scripted::answering(|asked| match asked.nth {
        0 => asked.code(ResponseCode::ServFail),
        _ => asked.mx(&[(10, "mx.test")]),
    })
    .await;
    assert_eq!(hosts(&mx(&hiccup.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
}

#[tokio::test(flavor = "current_thread")]
async fn truncated_answers_are_fetched_over_tcp() {
    let whole = Scripted::answering(|asked| {
        let mut reply = asked.mx(&[(10, "a.test"), (20, "b.test")]);
        if !asked.tcp {
            reply.answers.truncate(1);
            reply.metadata.truncation = true;
        }
        reply
    })
    .await;
    assert_eq!(hosts(&mx(&whole.stub(), "example.test").await.unwrap()), ["10 a.test", "20 b.test"]);

    // TCP closed without an answer, answering something else, silent: nothing of the cut answer is used.
    let closed = |asked: &Asked<'_>| {
        let mut cut = asked.mx(&[(10, "a.test")]);
        cut.metadata.truncation = true;
        if asked.tcp { Vec::new() } else { vec![cut.to_vec().unwrap()] }
    };
    let other = |asked: &Asked<'_>| {
        let mut cut = asked.mx(&[(10, "a.test")]);
        cut.metadata.truncation = true;
        cut.metadata.id ^= u16::from(asked.tcp);
        vec![cut.to_vec().unwrap()]
    };
    let noise = |asked: &Asked<'_>| {
        let mut cut = asked.mx(&[(10, "a.test")]);
        cut.metadata.truncation = true;
        if asked.tcp { vec![vec![0xff; 40]] } else { vec![cut.to_vec().unwrap()] }
    };
    for server in [Scripted::start(closed).await, Scripted::start(other).await, Scripted::start(noise).await] {
        let fault = fault(&server.stub(), "example.test").await;
        assert_eq!(fault.fault, Fault::DnsTruncated);
        assert!(fault.text.contains("truncated, and TCP failed"), "{}", fault.text);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn servers_without_edns_are_asked_without() {
    // RFC 6891 §7.
    for code in [ResponseCode::FormErr, ResponseCode::NotImp] {
        let server = Scripted::answering(move |asked| {
            let mut reply = if asked.message.edns.is_some() { asked.code(code) } else { asked.mx(&[(10, "mx.test")]) };
            reply.edns = None;
            reply
        })
        .await;
        assert_eq!(hosts(&mx(&server.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
        assert_eq!(server.count(), 2);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn answers_without_a_question() {
    let nameless = |mut reply: Message| {
        reply.queries.clear();
        reply
    };
    let records = Scripted::answering(move |asked| nameless(asked.mx(&[(10, "mx.test")]))).await;
    assert_eq!(hosts(&mx(&records.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
    let error = Scripted::answering(move |asked| nameless(asked.code(ResponseCode::Refused))).await;
    assert_eq!(fault(&error.stub(), "example.test").await.fault, Fault::DnsRefused);
    // A denial that names nothing is asked for over TCP.
    let denial = Scripted::answering(move |asked| {
        if asked.tcp { asked.mx(&[(10, "mx.test")]) } else { nameless(asked.denial(ResponseCode::NXDomain)) }
    })
    .await;
    assert_eq!(hosts(&mx(&denial.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
}

#[tokio::test(flavor = "current_thread")]
async fn silence_and_a_lost_packet() {
    let silent = Scripted::start(|_| Vec::new()).await;
    let told = fault(&silent.stub(), "example.test").await;
    assert_eq!(told.fault, Fault::DnsTimeout);
    assert!(told.text.contains("no answer from 127.0.0.1"), "{}", told.text);
    assert_eq!(silent.count(), 3, "900 ms hold three tries of 300 ms");

    let lossy = Scripted::start(|asked| match asked.nth {
        0 => Vec::new(),
        _ => vec![asked.mx(&[(10, "mx.test")]).to_vec().unwrap()],
    })
    .await;
    assert_eq!(hosts(&mx(&lossy.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
}

#[tokio::test(flavor = "current_thread")]
async fn servers_in_turn() {
    let good = Scripted::answering(|asked| asked.mx(&[(10, "mx.test")])).await;
    let servfail = Scripted::answering(|asked| asked.code(ResponseCode::ServFail)).await;
    let refused = Scripted::answering(|asked| asked.code(ResponseCode::Refused)).await;
    let nobody = {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.local_addr().unwrap()
    };
    let all = stub(&[nobody, servfail.address, refused.address, good.address]);
    assert_eq!(hosts(&mx(&all, "example.test").await.unwrap()), ["10 mx.test"]);
    // The fault tells all of them; the word is that of the one that says most.
    let told = fault(&stub(&[nobody, refused.address, servfail.address]), "example.test").await;
    assert_eq!(told.fault, Fault::Servfail);
    for server in [nobody, refused.address, servfail.address] {
        assert!(told.text.contains(&server.to_string()), "{}", told.text);
    }
    let told = fault(&stub(&[nobody]), "example.test").await;
    assert_eq!(told.fault, Fault::DnsUnreachable);
    assert!(told.text.contains("cannot be reached"), "{}", told.text);
}

#[tokio::test(flavor = "current_thread")]
async fn aliases_are_followed_and_kept() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.reply();
        if asked.is("a.test") {
            // The answer ends at an alias: the rest is another question.
            alias(&mut reply, "a.test", 100, "B.test");
            alias(&mut reply, "b.test", 50, "c.test");
            reply
        } else if asked.is("c.test") {
            asked.mx(&[(10, "mx.test")])
        } else {
            asked.denial(ResponseCode::NXDomain)
        }
    })
    .await;
    let answer = mx(&server.stub(), "a.test").await.unwrap();
    assert_eq!(hosts(&answer), ["10 mx.test"]);
    assert_eq!((answer.cnames, answer.ttl), (vec!["b.test".to_owned(), "c.test".to_owned()], Some(50)));
}

#[tokio::test(flavor = "current_thread")]
async fn an_alias_of_nothing() {
    // RFC 6604 §3: the code is about the last name.
    let server = Scripted::answering(|asked| {
        let mut reply = asked.denial(ResponseCode::NXDomain);
        alias(&mut reply, "a.test", 10, "gone.test");
        reply
    })
    .await;
    let told = fault(&server.stub(), "a.test").await;
    assert_eq!((told.fault, told.ttl), (Fault::Nxdomain, Some(10)));
    assert_eq!(told.cnames, ["gone.test"]);
    assert!(told.text.starts_with("gone.test does not exist"), "{}", told.text);
}

#[tokio::test(flavor = "current_thread")]
async fn circles_and_long_chains_differ() {
    let circle = Scripted::answering(|asked| {
        let mut reply = asked.reply();
        let to = if asked.is("a.test") { "b.test" } else { "a.test" };
        let from = asked.name().to_ascii();
        alias(&mut reply, &from, 10, to);
        reply
    })
    .await;
    let told = fault(&circle.stub(), "a.test").await;
    assert_eq!(told.fault, Fault::CnameLoop);
    assert!(told.text.contains("circle"), "{}", told.text);

    let chain = |length: usize| {
        Scripted::answering(move |asked| {
            let mut reply = asked.mx(&[]);
            for n in 0..length {
                alias(&mut reply, &format!("n{n}.test"), 10, &format!("n{}.test", n + 1));
            }
            let last = wire(&format!("n{length}.test"));
            reply.add_answer(Record::from_rdata(last, 10, RData::MX(MX::new(10, wire("mx.test")))));
            reply
        })
    };
    assert_eq!(mx(&chain(16).await.stub(), "n0.test").await.unwrap().cnames.len(), 16);
    let told = fault(&chain(17).await.stub(), "n0.test").await;
    assert_eq!(told.fault, Fault::CnameLoop);
    assert!(told.text.contains("more than 16"), "{}", told.text);
}

#[tokio::test(flavor = "current_thread")]
async fn no_denial_is_believed_from_mixed_case_alone() {
    for code in [ResponseCode::NoError, ResponseCode::NXDomain] {
        let server =
            Scripted::answering(
                move |asked| {
                    if asked.is_mixed() { asked.denial(code) } else { asked.mx(&[(10, "mx.test")]) }
                },
            )
            .await;
        let answer = mx(&server.stub(), "abcdefghijklmnopqrstuv.test").await.unwrap();
        assert_eq!(hosts(&answer), ["10 mx.test"]);
        let ids: Vec<_> = answer.notes.iter().map(|note| note.id).collect();
        assert_eq!(ids, [FindingId::CaseSensitiveDns]);
    }
    // The second question fails: then nothing is denied.
    let server = Scripted::answering(|asked| {
        if asked.is_mixed() { asked.denial(ResponseCode::NoError) } else { asked.code(ResponseCode::Refused) }
    })
    .await;
    assert_eq!(fault(&server.stub(), "abcdefghijklmnopqrstuv.test").await.fault, Fault::DnsRefused);
    // A denial that a trusted resolver calls proven needs no second question.
    let server = Scripted::answering(|asked| {
        let mut reply = asked.denial(ResponseCode::NoError);
        reply.metadata.authentic_data = true;
        reply
    })
    .await;
    let answer = mx(&server.stub(), "abcdefghijklmnopqrstuv.test").await.unwrap();
    assert_eq!((answer.records.len(), answer.security, answer.ttl), (0, Security::Secure, Some(60)));
    assert_eq!(server.count(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn whose_ad_bit_counts() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.mx(&[(10, "mx.test")]);
        reply.metadata.authentic_data = true;
        reply
    })
    .await;
    assert_eq!(mx(&server.stub(), "a.test").await.unwrap().security, Security::Secure);
    let ask = async |trusted, dnssec| {
        let servers = vec![Server { address: server.address, trusted }];
        let answer = mx(&Stub::new(servers, Options { dnssec, ..Options::default() }), "a.test").await.unwrap();
        (answer.security, answer.notes.iter().map(|note| note.id).collect::<Vec<_>>())
    };
    assert_eq!(ask(false, true).await, (Security::Indeterminate, vec![FindingId::DnssecUnverified]));
    assert_eq!(ask(true, false).await, (Security::Indeterminate, vec![]));
    let asked = server.asked.lock().unwrap();
    let off = &asked.last().unwrap().0;
    assert!(!off.authentic_data && !off.edns.as_ref().unwrap().flags().dnssec_ok);
}

#[tokio::test(flavor = "current_thread")]
async fn addresses_and_pointers() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.reply();
        let name = asked.name().clone();
        match asked.message.queries[0].query_type {
            RecordType::A => {
                reply.add_answer(Record::from_rdata(name, 5, RData::A(A::new(192, 0, 2, 1))));
            }
            RecordType::PTR if *asked.name() == wire("1.2.0.192.in-addr.arpa") => {
                let to = |to| RData::PTR(hickory_proto::rr::rdata::PTR(to));
                let odd = Name::from_labels([b"a b".as_slice(), b"test"]).unwrap();
                reply.add_answer(Record::from_rdata(name.clone(), 5, to(odd)));
                reply.add_answer(Record::from_rdata(name, 5, to(wire("host.test"))));
            }
            _ => return asked.denial(ResponseCode::NoError),
        }
        reply
    })
    .await;
    let stub = server.stub();
    let name = "host.test".parse().unwrap();
    let address: IpAddr = "192.0.2.1".parse().unwrap();
    assert_eq!(stub.addresses(&name, false).await.unwrap().records, [address]);
    assert_eq!(stub.addresses(&name, true).await.unwrap().records, Vec::<IpAddr>::new());
    assert_eq!(stub.ptr(address).await.unwrap().records, [name]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_server_that_answers_noise_is_not_waited_for() {
    let server = Scripted::start(|asked| {
        let mut octets = asked.mx(&[(10, "mx.test")]).to_vec().unwrap();
        octets.truncate(octets.len() - 3);
        vec![octets]
    })
    .await;
    let told = fault(&server.stub(), "example.test").await;
    assert_eq!(told.fault, Fault::DnsError);
    assert!(told.text.contains("could not be read"), "{}", told.text);
    assert_eq!(server.count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever octets come as an answer, with our own id and question or without: a record or a fault, no panic.
    #[test]
    fn arbitrary_octets_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..300), flags in any::<[u8; 2]>(), counts in any::<[u8; 4]>()) {
        use super::transport::Sent;
        use crate::dns::walk::Walk;
        let mut query = Message::query();
        query.add_query(hickory_proto::op::Query::query(wire("example.test"), RecordType::MX));
        let question = query.to_vec().unwrap();
        let mut octets = question.clone();
        octets[2] = flags[0] | 0x80;
        octets[3] = flags[1];
        octets[5] = counts[0] % 2;
        octets[7] = counts[1] % 4;
        octets[9] = counts[2] % 4;
        octets[11] = counts[3] % 4;
        octets.extend_from_slice(&tail);
        let sent = Sent { octets: &question, id: query.id, query: &query.queries[0] };
        for octets in [octets.as_slice(), tail.as_slice()] {
            if let Ok(Some(message)) = sent.read(octets) {
                let _ = (crate::dns::ede::read(&message), super::trouble_in(&message, &[]));
                let mut walk = Walk::new(wire("example.test"));
                let _ = walk.follow(&message, RecordType::MX);
                for record in &message.answers {
                    let _ = crate::dns::read::exchange(&record.data).map(|exchange| exchange.host.parse::<crate::domain::Domain>());
                    let _ = crate::dns::read::pointer(&record.data);
                }
            }
        }
    }
}
