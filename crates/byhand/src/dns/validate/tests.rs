//! The verdicts on messages whose proofs are given, and validation over servers that sign nothing.
//!
//! The proofs are what hickory 0.26.3 was seen to give for such names against a signed zone whose truth delv told.

use std::net::SocketAddr;
use std::path::Path;

use hickory_proto::dnssec::rdata::{DNSSECRData, NSEC, RRSIG, SigInput};
use hickory_proto::dnssec::{Algorithm, Proof};
use hickory_proto::op::{Message, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{CNAME, MX, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType, SerialNumber};
use tokio::net::UdpSocket;

use super::Validating;
use super::verdict::{Judged, weigh};
use crate::dns::stub::{How, Options, Response, Server, Stub, Trouble};
use crate::dns::walk::{Step, Walk};
use crate::dns::{DnsFault, Resolver as _};
use crate::wire::{Fault, FindingId, Security};

fn wire(name: &str) -> Name {
    let mut name = Name::from_ascii(name).unwrap();
    name.set_fqdn(true);
    name
}

fn record(name: &str, data: RData, proof: Proof) -> Record {
    let mut record = Record::from_rdata(wire(name), 300, data);
    record.proof = proof;
    record
}

fn alias(name: &str, to: &str, proof: Proof) -> Record {
    record(name, RData::CNAME(CNAME(wire(to))), proof)
}

fn mx(name: &str, proof: Proof) -> Record {
    record(name, RData::MX(MX::new(10, wire("mx.test"))), proof)
}

/// A signature over a name with so many labels.
fn signature(name: &str, type_covered: RecordType, num_labels: u8) -> Record {
    let input = SigInput {
        type_covered,
        algorithm: Algorithm::ECDSAP256SHA256,
        num_labels,
        original_ttl: 300,
        sig_expiration: SerialNumber::new(2),
        sig_inception: SerialNumber::new(1),
        key_tag: 1,
        signer_name: wire("test"),
    };
    record(name, RData::DNSSEC(DNSSECRData::RRSIG(RRSIG::from_sig(input, vec![0; 64]))), Proof::Secure)
}

fn nsec(proof: Proof) -> Record {
    let nsec = NSEC::new(wire("b.test"), [RecordType::TXT]);
    record("a.test", RData::DNSSEC(DNSSECRData::NSEC(nsec)), proof)
}

fn soa(proof: Proof) -> Record {
    let soa = SOA::new(wire("ns.test"), wire("hostmaster.test"), 1, 3600, 900, 604_800, 60);
    record("test", RData::SOA(soa), proof)
}

fn message(code: ResponseCode, answers: Vec<Record>, authorities: Vec<Record>) -> Message {
    let mut message = Message::response(1, OpCode::Query);
    message.metadata.response_code = code;
    message.add_query(Query::query(wire("x.test"), RecordType::MX));
    message.insert_answers(answers);
    message.insert_authorities(authorities);
    message
}

/// Weighs the MX of x.test; with a proof, hickory called the whole that.
fn weighed(message: Message, denial: Option<Proof>, key_troubles: &[Trouble]) -> Result<Judged, DnsFault> {
    let server = Server { address: "192.0.2.53:53".parse().unwrap(), trusted: false };
    let answer = Response { message: message.clone(), server, mixed: false, ede: Vec::new() };
    weigh(&wire("x.test"), RecordType::MX, message, denial, &answer, key_troubles)
}

fn check(message: Message, denial: Option<Proof>, expected: Security) {
    let judged = weighed(message, denial, &[]).unwrap();
    assert_eq!(judged.security, expected);
    let noted = judged.notes.iter().any(|note| note.id == FindingId::DnssecIndeterminate);
    assert_eq!(noted, expected == Security::Indeterminate, "what is indeterminate has a reason");
}

fn check_bogus(message: Message, denial: Option<Proof>) {
    let fault = weighed(message, denial, &[]).unwrap_err();
    assert_eq!((fault.fault, fault.security), (Fault::DnssecBogus, Security::Bogus));
    assert!(fault.text.contains("bogus") && fault.text.contains("192.0.2.53"), "{}", fault.text);
}

const OK: ResponseCode = ResponseCode::NoError;
const GONE: ResponseCode = ResponseCode::NXDomain;

#[test]
fn the_weakest_link_counts() {
    let secure = Proof::Secure;
    check(message(OK, vec![mx("x.test", secure)], vec![]), None, Security::Secure);
    check(message(OK, vec![mx("x.test", Proof::Insecure)], vec![]), None, Security::Insecure);
    check(message(OK, vec![mx("x.test", Proof::Indeterminate)], vec![]), None, Security::Indeterminate);
    let chain = |proof| vec![alias("x.test", "y.test", proof), mx("y.test", secure)];
    check(message(OK, chain(secure), vec![]), None, Security::Secure);
    check(message(OK, chain(Proof::Insecure), vec![]), None, Security::Insecure);
    check_bogus(message(OK, chain(Proof::Bogus), vec![]), None);
    check_bogus(message(OK, vec![mx("x.test", secure), mx("x.test", Proof::Bogus)], vec![]), None);
    // What does not hang on the chain does not count.
    check(message(OK, vec![mx("x.test", secure), mx("other.test", Proof::Bogus)], vec![]), None, Security::Secure);
}

#[test]
fn denials() {
    for code in [OK, GONE] {
        let proven = vec![soa(Proof::Secure), nsec(Proof::Secure)];
        check(message(code, vec![], proven.clone()), None, Security::Secure);
        check(message(code, vec![], vec![soa(Proof::Insecure)]), None, Security::Insecure);
        check(message(code, vec![], vec![]), None, Security::Insecure);
        check(message(code, vec![], proven), Some(Proof::Insecure), Security::Insecure);
        check_bogus(message(code, vec![], vec![soa(Proof::Secure)]), Some(Proof::Bogus));
    }
}

#[test]
fn a_wildcard_in_an_nsec_zone_is_not_decided() {
    // "x.test" has two labels, and one was signed: *.test.
    let wildcard = |proof| vec![mx("x.test", proof), signature("x.test", RecordType::MX, 1)];
    check(message(OK, wildcard(Proof::Secure), vec![nsec(Proof::Secure)]), Some(Proof::Bogus), Security::Indeterminate);
    // A bad signature on the records is bogus, wildcard or not; so is a bad proof beside records of the name itself.
    check_bogus(message(OK, wildcard(Proof::Bogus), vec![nsec(Proof::Secure)]), Some(Proof::Bogus));
    let exact = vec![mx("x.test", Proof::Secure), signature("x.test", RecordType::MX, 2)];
    check_bogus(message(OK, exact, vec![nsec(Proof::Secure)]), Some(Proof::Bogus));
}

#[test]
fn an_alias_of_a_missing_name_is_not_decided() {
    let answers = |proof| vec![alias("x.test", "gone.test", proof), signature("x.test", RecordType::CNAME, 2)];
    let denial = vec![soa(Proof::Secure), nsec(Proof::Secure)];
    check(message(GONE, answers(Proof::Secure), denial.clone()), Some(Proof::Bogus), Security::Indeterminate);
    check_bogus(message(GONE, answers(Proof::Bogus), denial), Some(Proof::Bogus));
}

#[test]
fn an_alias_of_a_name_without_mx_is_asked_about_by_itself() {
    let answers =
        |proof, labels| vec![alias("x.test", "y.test", proof), signature("x.test", RecordType::CNAME, labels)];
    let denial = vec![soa(Proof::Secure), nsec(Proof::Secure)];
    let judged = weighed(message(OK, answers(Proof::Secure, 2), denial.clone()), Some(Proof::Bogus), &[]).unwrap();
    assert_eq!(judged.security, Security::Secure);
    let mut walk = Walk::new(wire("x.test"));
    assert!(matches!(walk.follow(&judged.message, RecordType::MX), Step::Ask));
    check_bogus(message(OK, answers(Proof::Bogus, 2), denial.clone()), Some(Proof::Bogus));
    check_bogus(message(OK, answers(Proof::Secure, 1), denial), Some(Proof::Bogus));
}

#[tokio::test(flavor = "current_thread")]
async fn keys_that_cannot_be_fetched_are_no_forgery() {
    let nobody = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let stub = Stub::new(vec![Server { address: nobody, trusted: false }], Options::default());
    let troubles = stub.ask(&Name::root(), RecordType::DNSKEY, How::default(), stub.deadline()).await.unwrap_err();
    let answer = message(OK, vec![mx("x.test", Proof::Bogus)], vec![]);
    assert_eq!(weighed(answer, None, &troubles).unwrap_err().fault, Fault::DnsUnreachable);
}

/// A resolver that knows nothing of DNSSEC: x.test has an MX, every other question gets no record.
async fn unsigned_resolver() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut room = [0; 2048];
        loop {
            let (length, from) = socket.recv_from(&mut room).await.unwrap();
            let asked = Message::from_vec(&room[..length]).unwrap();
            let answers = match asked.queries[0].query_type {
                RecordType::MX => vec![mx("x.test", Proof::Indeterminate)],
                _ => vec![],
            };
            let mut reply = message(OK, answers, vec![]);
            reply.metadata.id = asked.id;
            reply.metadata.recursion_available = true;
            reply.queries.clone_from(&asked.queries);
            socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

#[tokio::test(flavor = "current_thread")]
async fn a_resolver_that_takes_signatures_away() {
    let address = unsigned_resolver().await;
    for (lenient, expected) in [(true, Ok(Security::Indeterminate)), (false, Err(Fault::DnssecBogus))] {
        let stub = Stub::new(vec![Server { address, trusted: false }], Options::default());
        let validating = Validating::new(stub, None, lenient).unwrap();
        let answer = validating.mx(&"x.test".parse().unwrap()).await;
        assert_eq!(answer.map(|answer| answer.security).map_err(|fault| fault.fault), expected);
    }
}

#[test]
fn a_trust_anchor_that_cannot_be_read() {
    let stub = Stub::new(Vec::new(), Options::default());
    let fault = Validating::new(stub, Some(Path::new("/nonexistent/root.key")), false).err().unwrap();
    assert!(fault.text.contains("/nonexistent/root.key"), "{}", fault.text);
}

#[test]
fn a_trust_anchor_that_holds_something_else() {
    let path = std::env::temp_dir().join(format!("byhand-anchor-{}", std::process::id()));
    std::fs::write(&path, "$%& is no name\n").unwrap();
    let stub = || Stub::new(vec![], Default::default());
    let told = Validating::new(stub(), Some(&path), true).err().unwrap().text;
    std::fs::remove_file(&path).unwrap();
    assert!(told.ends_with(" cannot be used: it holds something that is no DNSKEY record"), "{told}");
    let told = Validating::new(stub(), Some(&std::env::temp_dir()), true).err().unwrap().text;
    assert!(told.ends_with("cannot be used: is a directory"), "{told}");
}
