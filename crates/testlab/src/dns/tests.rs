//! The name server, asked by hand with the wire format, and by a resolver that validates for itself.
//!
//! What is secure, insecure and bogus follows from how the zones are declared (RFC 4035 §4.3), not from what the server
//! says about itself: hickory-resolver judges with the lab's anchor alone.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::dnssec::{Proof, TrustAnchors};
use hickory_proto::op::{Edns, Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::{Resolver, TokioResolver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use super::*;

const DATA: &str = "
    # What a mail domain has.
    good.test MX 10 mx1.good.test
    good.test 60 MX 20 mx2.good.test.
    good.test TXT \"v=spf1 -all\"
    mx1.good.test A 127.0.0.2
    mx1.good.test AAAA ::1
    _25._tcp.mx1.good.test TLSA 3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    mx2.good.test A 127.0.0.3
    alias.good.test CNAME good.test
    away.good.test CNAME plain.test
    circle.good.test CNAME circle.good.test
    plain.test MX 10 mx.plain.test
    mx.plain.test A 127.0.0.4
    bogus.test MX 10 mx1.good.test
    expired.test MX 10 mx1.good.test
    null.test MX 0 .
    failing.test MX 10 mx1.good.test
    case.test MX 10 mx1.good.test
    large.test MX 10 mx1.good.test
";

fn zones() -> Zones {
    let mut zones = Zones::new().expect("a root");
    for (origin, signing) in [
        ("good.test", Signing::Signed),
        ("plain.test", Signing::Unsigned),
        ("bogus.test", Signing::Bogus),
        ("expired.test", Signing::Expired),
    ] {
        zones.zone(origin, signing).expect("a zone");
    }
    zones.records(DATA).expect("records");
    zones.fault("failing.test", Fault::Servfail).expect("a name");
    zones.fault("refusing.test", Fault::Refused).expect("a name");
    zones.fault("silent.test", Fault::Silent).expect("a name");
    zones.fault("lame.test", Fault::Lame).expect("a name");
    zones.fault("large.test", Fault::Truncated).expect("a name");
    zones.fault_for("case.test", "MX", Fault::CaseNodata).expect("a name and a type");
    zones
}

async fn start(zones: Zones) -> (DnsServer, TrustAnchors) {
    let anchors = zones.anchor().parse().expect("what hickory reads as anchors");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (DnsServer::start(address, zones).await.expect("a port"), anchors)
}

fn question(name: &str, kind: RecordType, dnssec: bool) -> Vec<u8> {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
    if dnssec {
        let mut edns = Edns::new();
        edns.set_max_payload(1232).set_dnssec_ok(true);
        message.set_edns(edns);
    }
    message.to_vec().expect("a message")
}

async fn udp(server: &DnsServer, name: &str, kind: RecordType, dnssec: bool) -> Option<Message> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    socket.send_to(&question(name, kind, dnssec), server.address()).await.expect("sent");
    let mut octets = [0; 4096];
    let received = tokio::time::timeout(Duration::from_millis(500), socket.recv(&mut octets)).await.ok()?;
    Some(Message::from_vec(&octets[..received.expect("an answer")]).expect("a message"))
}

async fn tcp(server: &DnsServer, name: &str, kind: RecordType) -> Message {
    let mut stream = TcpStream::connect(server.address()).await.expect("it listens");
    let question = question(name, kind, false);
    stream.write_u16(u16::try_from(question.len()).expect("short")).await.expect("sent");
    stream.write_all(&question).await.expect("sent");
    let length = stream.read_u16().await.expect("an answer");
    let mut octets = vec![0; usize::from(length)];
    stream.read_exact(&mut octets).await.expect("an answer");
    Message::from_vec(&octets).expect("a message")
}

fn kinds(message: &Message) -> Vec<RecordType> {
    message.answers.iter().map(|record| record.record_type()).collect()
}

#[tokio::test]
async fn plain_questions_get_plain_answers() {
    let (server, _) = start(zones()).await;
    let answer = udp(&server, "good.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!(kinds(&answer), [RecordType::MX, RecordType::MX]);
    assert_eq!(answer.answers.iter().map(|record| record.ttl).collect::<Vec<_>>(), [3600, 60]);
    let Some(RData::MX(mx)) = answer.answers.first().map(|record| &record.data) else { panic!("{answer:?}") };
    assert_eq!((mx.preference, mx.exchange.to_string().as_str()), (10, "mx1.good.test."));
    assert!(!answer.metadata.authentic_data && answer.metadata.recursion_available);

    let null = udp(&server, "null.test.", RecordType::MX, false).await.expect("an answer");
    let Some(RData::MX(mx)) = null.answers.first().map(|record| &record.data) else { panic!("{null:?}") };
    assert!(mx.exchange.is_root());

    let alias = udp(&server, "away.good.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!(kinds(&alias), [RecordType::CNAME, RecordType::MX]);

    let missing = udp(&server, "no.such.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!(missing.metadata.response_code, ResponseCode::NXDomain);
    let nodata = udp(&server, "good.test.", RecordType::A, false).await.expect("an answer");
    assert_eq!((nodata.metadata.response_code, nodata.answers.len()), (ResponseCode::NoError, 0));
    assert_eq!(nodata.authorities.iter().map(|record| record.record_type()).collect::<Vec<_>>(), [RecordType::SOA]);
    // RFC 8020: a name above others exists.
    let above = udp(&server, "_tcp.mx1.good.test.", RecordType::A, false).await.expect("an answer");
    assert_eq!(above.metadata.response_code, ResponseCode::NoError);
    let circle = udp(&server, "circle.good.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!(circle.metadata.response_code, ResponseCode::ServFail);

    assert!(server.was_asked("NO.such.test", "MX") && !server.was_asked("good.test", "AAAA"));
    assert_eq!(server.questions()[0].kind, "MX");
}

#[tokio::test]
async fn faults_go_wrong_as_told() {
    let (server, _) = start(zones()).await;
    for (name, want) in [("failing.test.", ResponseCode::ServFail), ("a.refusing.test.", ResponseCode::Refused)] {
        let answer = udp(&server, name, RecordType::MX, false).await.expect("an answer");
        assert_eq!(answer.metadata.response_code, want, "{name}");
    }
    assert!(udp(&server, "silent.test.", RecordType::MX, false).await.is_none());

    let cut = udp(&server, "large.test.", RecordType::MX, false).await.expect("an answer");
    assert!(cut.metadata.truncation && cut.answers.is_empty());
    assert_eq!(kinds(&tcp(&server, "large.test.", RecordType::MX).await), [RecordType::MX]);

    let capital = udp(&server, "Case.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!((capital.metadata.response_code, capital.answers.len()), (ResponseCode::NoError, 0));
    let small = udp(&server, "case.test.", RecordType::MX, false).await.expect("an answer");
    assert_eq!(kinds(&small), [RecordType::MX]);

    let lame = udp(&server, "lame.test.", RecordType::MX, true).await.expect("an answer");
    let edns = lame.edns.expect("EDNS");
    let option = edns.option(hickory_proto::rr::rdata::opt::EdnsCode::Unknown(15)).expect("an extended error");
    // RFC 8914 §4.23: 22, no reachable authority.
    let hickory_proto::rr::rdata::opt::EdnsOption::Unknown(15, octets) = option else { panic!("{option:?}") };
    assert_eq!(octets[..2], [0, 22]);
}

#[tokio::test]
async fn a_validating_resolver_says_what_it_thinks() {
    let mut zones = zones();
    zones.validating();
    let (server, _) = start(zones).await;
    for (name, authentic, code) in [
        ("good.test.", true, ResponseCode::NoError),
        ("nothing.good.test.", true, ResponseCode::NXDomain),
        ("null.test.", true, ResponseCode::NoError),
        ("plain.test.", false, ResponseCode::NoError),
        ("away.good.test.", false, ResponseCode::NoError),
        ("bogus.test.", false, ResponseCode::ServFail),
        ("expired.test.", false, ResponseCode::ServFail),
    ] {
        let answer = udp(&server, name, RecordType::MX, true).await.expect("an answer");
        assert_eq!((answer.metadata.authentic_data, answer.metadata.response_code), (authentic, code), "{name}");
        let deaf = udp(&server, name, RecordType::MX, false).await.expect("an answer");
        assert!(!deaf.metadata.authentic_data, "{name}: AD for one who did not ask");
    }
}

fn validator(server: &DnsServer, anchors: TrustAnchors) -> TokioResolver {
    let [mut udp, mut tcp] = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    (udp.port, tcp.port) = (server.address().port(), server.address().port());
    let name_server = NameServerConfig::new(server.address().ip(), true, vec![udp, tcp]);
    let config = ResolverConfig::from_name_servers(vec![name_server]);
    let mut builder =
        Resolver::builder_with_config(config, TokioRuntimeProvider::default()).with_trust_anchor(Arc::new(anchors));
    builder.options_mut().validate = true;
    builder.build().expect("a resolver")
}

#[tokio::test]
async fn a_validator_of_its_own_agrees() {
    let (server, anchors) = start(zones()).await;
    let resolver = validator(&server, anchors);
    for (name, kind, want) in [
        ("good.test.", RecordType::MX, Proof::Secure),
        ("mx1.good.test.", RecordType::AAAA, Proof::Secure),
        ("_25._tcp.mx1.good.test.", RecordType::TLSA, Proof::Secure),
        ("alias.good.test.", RecordType::MX, Proof::Secure),
        ("null.test.", RecordType::MX, Proof::Secure),
        ("plain.test.", RecordType::MX, Proof::Insecure),
        ("mx.plain.test.", RecordType::A, Proof::Insecure),
    ] {
        let lookup = resolver.lookup(Name::from_ascii(name).expect("a name"), kind).await;
        let lookup = lookup.unwrap_or_else(|error| panic!("{name}: {error}"));
        let proofs: Vec<Proof> = lookup.answers().iter().map(|record| record.proof).collect();
        assert!(!proofs.is_empty() && proofs.iter().all(|proof| *proof == want), "{name}: {proofs:?}");
    }
    for name in ["bogus.test.", "expired.test."] {
        let lookup = resolver.lookup(Name::from_ascii(name).expect("a name"), RecordType::MX).await;
        assert!(matches!(lookup, Err(NetError::Dns(DnsError::DnssecBogus))), "{name}: {lookup:?}");
    }
    for (name, kind, code, want) in [
        ("nothing.good.test.", RecordType::MX, ResponseCode::NXDomain, Proof::Secure),
        ("nothing.test.", RecordType::MX, ResponseCode::NXDomain, Proof::Secure),
        ("mx2.good.test.", RecordType::AAAA, ResponseCode::NoError, Proof::Secure),
        ("_tcp.mx1.good.test.", RecordType::A, ResponseCode::NoError, Proof::Secure),
        ("plain.test.", RecordType::A, ResponseCode::NoError, Proof::Insecure),
    ] {
        let lookup = resolver.lookup(Name::from_ascii(name).expect("a name"), kind).await;
        let Err(NetError::Dns(DnsError::NoRecordsFound(none))) = lookup else { panic!("{name}: {lookup:?}") };
        assert_eq!(none.response_code, code, "{name}");
        assert_eq!(none.soa.map(|soa| soa.proof), Some(want), "{name}");
    }
}

#[tokio::test]
async fn another_anchor_makes_all_of_it_bogus() {
    let (server, _) = start(zones()).await;
    let stranger = zones().anchor().parse().expect("anchors");
    let lookup = validator(&server, stranger).lookup("good.test.", RecordType::MX).await;
    assert!(matches!(lookup, Err(NetError::Dns(DnsError::DnssecBogus))), "{lookup:?}");
}
