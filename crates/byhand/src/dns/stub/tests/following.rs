//! Aliases, denials, security, and octets of any kind.

use super::*;

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
async fn records_of_policies() {
    let server = Scripted::answering(|asked| {
        let mut reply = asked.reply();
        let data = match asked.message.queries[0].query_type {
            RecordType::TLSA => {
                let (usage, selector, matching) = (3_u8.into(), 1_u8.into(), 255_u8.into());
                RData::TLSA(TLSA::new(usage, selector, matching, vec![0xAB, 0x01]))
            }
            RecordType::TXT => RData::TXT(TXT::from_bytes(vec![b"v=STSv1; ", b"id=1;\xff"])),
            _ => RData::CNAME(CNAME(wire("Elsewhere.test"))),
        };
        reply.add_answer(Record::from_rdata(asked.name().clone(), 300, data));
        reply.metadata.authentic_data = true;
        reply
    })
    .await;
    let (stub, name) = (server.stub(), "a.test".parse().unwrap());
    let tlsa = stub.tlsa(&name).await.unwrap();
    // RFC 6698 §2.1: three octets and the data, as they are.
    assert_eq!(tlsa.records, [Tlsa { usage: 3, selector: 1, matching: 255, data: "ab01".into() }]);
    assert_eq!(tlsa.security, Security::Secure);
    // RFC 8461 §3.1: the strings of one record are one text, without a blank between.
    assert_eq!(stub.txt(&name).await.unwrap().records, ["v=STSv1; id=1;\u{fffd}"]);
    // What is asked about is the alias itself: its target is no business of the question.
    assert_eq!(stub.cname(&name).await.unwrap().records, ["elsewhere.test"]);
    assert_eq!(server.count(), 3);
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
        use crate::dns::stub::transport::Sent;
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
        let again = std::time::Duration::from_secs(1);
        let sent = Sent { octets: &question, id: query.id, query: &query.queries[0], again };
        for octets in [octets.as_slice(), tail.as_slice()] {
            if let Ok(Some(message)) = sent.read(octets) {
                let _ = (crate::dns::ede::read(&message, &Name::root()), crate::dns::stub::trouble_in(&message, &[]));
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
