//! Questions and answers: what goes out, what is taken for the answer, servers that fail.

use super::*;

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
    // A try is 300 ms here and a fifth of it the first pause: sent at 0, 60, 180, 420 ms, and then at 900, when time is up.
    assert!((3..=5).contains(&silent.count()), "{}", silent.count());

    let lossy = Scripted::start(|asked| match asked.nth {
        0 => Vec::new(),
        _ => vec![asked.mx(&[(10, "mx.test")]).to_vec().unwrap()],
    })
    .await;
    assert_eq!(hosts(&mx(&lossy.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_later_than_a_try_counts_where_nobody_else_can_be_asked() {
    let first = std::sync::Mutex::new(None);
    let slow = Scripted::start(move |asked| {
        // The fourth packet comes after 420 ms, when a try of 300 ms is over; it is the first question still.
        let id = *first.lock().unwrap().get_or_insert(asked.message.id);
        if asked.nth == 3 && asked.message.id == id {
            vec![asked.mx(&[(10, "mx.test")]).to_vec().unwrap()]
        } else {
            Vec::new()
        }
    })
    .await;
    assert_eq!(hosts(&mx(&slow.stub(), "example.test").await.unwrap()), ["10 mx.test"]);
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
