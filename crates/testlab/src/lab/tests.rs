//! A lab as a whole, seen from outside: DNS, ports, files, and that nothing is left.

use std::time::Duration;

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use super::*;
use crate::smtp::Manners;

async fn ask(lab: &Lab, name: &str, kind: RecordType) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
    socket.send_to(&message.to_vec().expect("a message"), lab.nameserver()).await.expect("sent");
    let mut octets = [0; 4096];
    let length = socket.recv(&mut octets).await.expect("an answer");
    Message::from_vec(&octets[..length]).expect("a message")
}

async fn address(lab: &Lab, host: &str) -> SocketAddr {
    let answer = ask(lab, host, RecordType::A).await;
    match answer.answers.first().map(|record| &record.data) {
        Some(RData::A(address)) => SocketAddr::from((address.0, lab.port())),
        other => panic!("{host}: {other:?}"),
    }
}

async fn talk(lab: &Lab, host: &str, lines: &str) -> String {
    let mut stream = TcpStream::connect(address(lab, host).await).await.expect("it listens");
    let mut greeting = Vec::new();
    loop {
        greeting.push(stream.read_u8().await.expect("a greeting"));
        let lines: Vec<&[u8]> = greeting.split(|octet| *octet == b'\n').collect();
        // The last of the pieces is what follows the last line end: nothing, once a line is whole.
        if let [.., line, []] = lines.as_slice()
            && line.get(3) != Some(&b'-')
        {
            break;
        }
    }
    stream.write_all(lines.as_bytes()).await.expect("sent");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("the end");
    String::from_utf8_lossy(&[greeting, rest].concat()).into_owned()
}

#[tokio::test]
async fn the_demo_is_as_its_scenes_say() {
    let lab = Lab::demo().await.expect("a lab");
    // The code and the number of records of an answer about MX.
    let answers = [
        ("good.example", ResponseCode::NoError, 2),
        ("nomx.example", ResponseCode::NoError, 0),
        ("xn--bcher-kva.example", ResponseCode::NoError, 1),
        ("nullmx.example", ResponseCode::NoError, 1),
        ("gone.example", ResponseCode::NXDomain, 0),
        ("servfail.example", ResponseCode::ServFail, 0),
        ("bogus.example", ResponseCode::ServFail, 0),
        ("case.example", ResponseCode::NoError, 1),
        ("Case.example", ResponseCode::NoError, 0),
        ("grey.example", ResponseCode::NoError, 1),
        ("busy.example", ResponseCode::NoError, 1),
        ("dead.example", ResponseCode::NoError, 1),
        ("legacy.example", ResponseCode::NoError, 1),
        ("hostile.example", ResponseCode::NoError, 1),
    ];
    for (domain, code, count) in answers {
        let answer = ask(&lab, &format!("{domain}."), RecordType::MX).await;
        assert_eq!((answer.metadata.response_code, answer.answers.len()), (code, count), "{domain}");
    }
    for scene in DEMO {
        assert!(answers.iter().any(|(domain, ..)| scene.domain == *domain), "{} is not in the table", scene.domain);
    }
    let refused = TcpStream::connect(address(&lab, "mx.dead.example.").await).await.expect_err("nothing listens");
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    let busy = talk(&lab, "mx.busy.example.", "").await;
    assert!(busy.starts_with("421 4.3.2 "), "{busy}");
    let legacy = talk(&lab, "mx.legacy.example.", "EHLO a.test\r\nHELO a.test\r\nQUIT\r\n").await;
    assert!(legacy.contains("\r\n500 ") && legacy.contains("\r\n250 mx.legacy.example\r\n"), "{legacy}");
    let grey =
        talk(&lab, "mx.grey.example.", "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@grey.example>\r\nQUIT\r\n").await;
    assert!(grey.contains("\r\n450 4.2.0 "), "{grey}");
    let slow = talk(&lab, "mx2.good.example.", "QUIT\r\n").await;
    assert!(slow.len() > 4000 && slow.contains("\r\n220 mx2.good.example ESMTP\r\n"), "{slow}");
    assert!(lab.log().settled(Duration::from_secs(10)).await);
    lab.log().assert_manners(&Manners::probe_with_recipients());
}

#[tokio::test]
async fn two_labs_do_not_disturb_each_other_and_leave_nothing() {
    let (one, two) = (Lab::demo().await.expect("a lab"), Lab::demo().await.expect("a lab"));
    assert_ne!(one.nameserver(), two.nameserver());
    assert_ne!(one.port(), two.port());
    assert!(one.addresses().iter().all(|address| address.ip().is_loopback() && address.port() == one.port()));
    let files = [one.ca_file(), one.anchor_file(), one.folder()];
    assert!(files.iter().all(|file| file.exists()));
    hickory_proto::dnssec::TrustAnchors::from_file(&one.anchor_file()).expect("anchors");
    drop(one);
    assert!(files.iter().all(|file| !file.exists()));
}

#[tokio::test]
async fn a_host_of_each_kind_stands_at_its_own_address() {
    let mut builder = Lab::builder().expect("a lab");
    let dialog = Dialog::parse("d.smtp", "title: t\nS: 554 no\nC: QUIT\nS: 221 bye\n").expect("it follows the grammar");
    let addresses = [
        builder.dialog("mx1.kinds.test", dialog, &Play::as_written("mx1.kinds.test")).expect("a host"),
        builder.silent("mx2.kinds.test").expect("a host"),
        builder.black_hole("mx3.kinds.test").expect("a host"),
        builder.refused("mx4.kinds.test").expect("a host"),
    ];
    builder.plain_at("::1".parse().expect("an address"), Plain::new("mx1.kinds.test")).expect("a host");
    let lab = builder.start().await.expect("a lab");
    for (index, own) in addresses.iter().enumerate() {
        assert_eq!(address(&lab, &format!("mx{}.kinds.test.", index + 1)).await.ip(), IpAddr::from(*own));
    }
    assert_eq!(talk(&lab, "mx1.kinds.test.", "QUIT\r\n").await, "554 no\r\n221 bye\r\n");
    assert_eq!(ask(&lab, "mx1.kinds.test.", RecordType::AAAA).await.answers.len(), 1);
    let mut silent = TcpStream::connect(address(&lab, "mx2.kinds.test.").await).await.expect("it listens");
    let soon = Duration::from_millis(200);
    assert!(tokio::time::timeout(soon, silent.read_u8()).await.is_err(), "it spoke");
    let hole = TcpStream::connect(address(&lab, "mx3.kinds.test.").await);
    assert!(tokio::time::timeout(soon, hole).await.is_err(), "it answered");
}
