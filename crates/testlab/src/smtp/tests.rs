//! The servers against a raw TCP client, which says what it is told and reads what comes.
//!
//! Expected octets are written out by hand from the dialog at hand or from the RFC that the server follows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::pki::Cert;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

struct Lab {
    server: Server,
    log: Log,
    pki: Arc<Pki>,
}

async fn lab(behaviour: Behaviour) -> Lab {
    let pki = Arc::new(Pki::new().expect("certificates"));
    let log = Log::new();
    let server = Server::start(ANY_PORT, behaviour, Arc::clone(&pki), log.clone()).await.expect("a port");
    Lab { server, log, pki }
}

async fn dialog(steps: &str) -> Lab {
    let dialog = Dialog::parse("d.smtp", &format!("title: t\n{steps}")).expect("it follows the grammar");
    lab(Behaviour::Dialog(Arc::new(dialog), Play { pace: 0.01, ..Play::as_written("mx.example.test") })).await
}

async fn plain(plain: Plain) -> Lab {
    lab(Behaviour::Plain(Arc::new(plain))).await
}

impl Lab {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address()).await.expect("it listens")
    }

    /// Sends everything at once and reads to the end.
    async fn tell(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.expect("it reads");
        rest(&mut stream).await
    }

    /// The same, but waits for the greeting, which comes back in front.
    async fn after_greeting(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        let greeting = reply(&mut stream).await;
        stream.write_all(text.as_bytes()).await.expect("it reads");
        greeting + &rest(&mut stream).await
    }

    async fn tls(&self, stream: TcpStream, host: &str) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.pki.ca_der()).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    async fn breaches(&self, manners: &Manners) -> Vec<String> {
        assert!(self.log.settled(Duration::from_secs(10)).await, "a connection stays open");
        self.log.breaches(manners)
    }
}

async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut octets = Vec::new();
    // An end without close_notify is an error after the octets that came.
    let _ = stream.read_to_end(&mut octets).await;
    String::from_utf8_lossy(&octets).into_owned()
}

/// Reads until a whole reply has come.
async fn reply(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    loop {
        let octet = stream.read_u8().await.expect("a reply");
        text.push(octet);
        if octet == b'\n' {
            let start = text[..text.len() - 1].iter().rposition(|octet| *octet == b'\n').map_or(0, |at| at + 1);
            if text.get(start + 3) != Some(&b'-') {
                return String::from_utf8_lossy(&text).into_owned();
            }
        }
    }
}

#[tokio::test]
async fn a_dialog_is_played_to_the_letter() {
    let lab = dialog("S: 220 mx ESMTP\nC: EHLO *\nSPLIT 1\nS> 250-mx\\n250 \\xff\\r\\n\nC: QUIT\nS: 221 bye\n").await;
    let mut stream = lab.connect().await;
    assert_eq!(reply(&mut stream).await, "220 mx ESMTP\r\n");
    stream.write_all(b"ehlo a.test\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "250-mx\n250 \u{fffd}\r\n");
    stream.write_all(b"QUIT\r\n").await.expect("sent");
    assert_eq!(rest(&mut stream).await, "221 bye\r\n");
    drop(stream);
    assert_eq!(lab.breaches(&Manners::probe()).await, Vec::<String>::new());
    assert_eq!(lab.log.connections()[0].said("EHLO"), ["a.test"]);
}

#[tokio::test]
async fn early_talk_and_wrong_lines_are_breaches_with_their_line() {
    let lab = dialog("S: 220-a\nWAIT 20s\nS: 220 b\nC: EHLO *\nS: 250 x\nC: QUIT\nS: 221 y\n").await;
    let mut stream = lab.connect().await;
    stream.read_exact(&mut [0; 7]).await.expect("the first line");
    stream.write_all(b"HELO a.test\r\nQUIT\r\n").await.expect("it reads");
    rest(&mut stream).await;
    drop(stream);
    let breaches = lab.breaches(&Manners::probe()).await;
    assert_eq!(breaches.len(), 2, "{breaches:?}");
    assert!(breaches[0].contains("d.smtp, line 3: early talk"), "{breaches:?}");
    assert!(breaches[1].contains("d.smtp, line 5: `EHLO *` was due, the client said `HELO a.test`"), "{breaches:?}");
}

#[tokio::test]
async fn a_dialog_goes_on_inside_tls_and_ends_without_close_notify() {
    let lab = dialog("S: 220 a\nC: STARTTLS\nS: 220 go\nTLS\nC: QUIT\nS: 221 bye\nCUT\n").await;
    let mut stream = lab.connect().await;
    reply(&mut stream).await;
    stream.write_all(b"STARTTLS\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "220 go\r\n");
    let mut stream = lab.tls(stream, "mx.example.test").await.expect("a good certificate");
    stream.write_all(b"QUIT\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "221 bye\r\n");
    let end = stream.read_u8().await.expect_err("it is over");
    assert!(end.to_string().contains("close_notify"), "{end}");
}

#[tokio::test]
async fn each_certificate_fails_as_it_should() {
    for (word, cert) in Cert::ALL {
        let lab = plain(Plain::new("mx.example.test").implicit(cert)).await;
        let result = lab.tls(lab.connect().await, "mx.example.test").await;
        let want = match cert {
            Cert::Good | Cert::Chain | Cert::EndsSoon => None,
            Cert::Expired => Some("Expired"),
            Cert::NotYet => Some("NotValidYet"),
            Cert::SelfSigned | Cert::ChainBroken => Some("UnknownIssuer"),
            Cert::WrongName => Some("NotValidForName"),
        };
        let error = result.err().map(|error| format!("{error:?}"));
        assert_eq!(error.is_some(), want.is_some(), "{word}: {error:?}");
        let (error, want) = (error.unwrap_or_default(), want.unwrap_or_default());
        assert!(error.contains(want), "{word}: {error}");
    }
}

#[tokio::test]
async fn handshakes_fail_in_three_ways() {
    for (outcome, want) in [("alert", "HandshakeFailure"), ("plain", "InvalidContentType"), ("close", "UnexpectedEof")]
    {
        let lab = dialog(&format!("TLS outcome={outcome}\n")).await;
        let error = lab.tls(lab.connect().await, "mx.example.test").await.expect_err("no TLS");
        assert!(format!("{error:?}").contains(want), "{outcome}: {error:?}");
    }
}

#[tokio::test]
async fn a_connection_ends_in_each_way() {
    let lab = dialog("S: 220 a\nC: QUIT\nRESET\n").await;
    let mut stream = lab.connect().await;
    reply(&mut stream).await;
    stream.write_all(b"QUIT\r\n").await.expect("sent");
    let error = stream.read_u8().await.expect_err("reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let lab = dialog("S> 250-cut mid\nCLOSE\n").await;
    assert_eq!(rest(&mut lab.connect().await).await, "250-cut mid");
    let lab = dialog("FLOOD 220-x\\r\\n\n").await;
    let mut octets = vec![0; 1 << 20];
    lab.connect().await.read_exact(&mut octets).await.expect("a flood");
    assert!(octets.starts_with(b"220-x\r\n220-x\r\n"));
}

#[tokio::test]
async fn a_plain_server_takes_a_message_each_way() {
    let lab = plain(Plain::new("mx.example.test").reply("RCPT TO:<gone@*", "550 5.1.1 no such user")).await;
    let heard = lab
        .after_greeting(
            "EHLO a.test\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<gone@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n\
             one\r\n..two\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@x.test>\r\nBDAT 3\r\na\r\nBDAT 2 LAST\r\nb\nQUIT\r\n",
        )
        .await;
    let codes: Vec<&str> = heard.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| &line[..3]).collect();
    let want = ["220", "250", "250", "550", "250", "354", "250", "250", "250", "250", "250", "221"];
    assert_eq!(codes, want, "{heard}");
    assert!(heard.contains("550 5.1.1 no such user\r\n") && heard.contains("221 2.0.0 "), "{heard}");
    let messages = lab.log.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].data, b"one\r\n.two\r\n");
    assert_eq!((messages[0].mail.as_str(), messages[0].rcpt.len()), ("FROM:<a@a.test>", 1));
    assert_eq!((messages[1].data.as_slice(), messages[1].chunked), (&b"a\r\nb\n"[..], true));
    assert_eq!(lab.breaches(&Manners::sender()).await, Vec::<String>::new());
    assert_eq!(lab.breaches(&Manners::probe_with_recipients()).await.len(), 2);
}

#[tokio::test]
async fn a_plain_server_keeps_the_order_of_commands() {
    let lab = plain(Plain::new("mx.example.test").keywords(&[])).await;
    let heard = lab
        .tell("MAIL FROM:<>\r\nHELO a.test\r\nRCPT TO:<b@x.test>\r\nMAIL FROM: <>\r\nDATA\r\nSTARTTLS\r\nQUIT\r\n")
        .await;
    let codes: Vec<&str> = heard.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "503", "250", "503", "501", "503", "500", "221"], "{heard}");
    // RFC 2034 §3: no enhanced codes where they are not offered.
    assert!(!heard.contains(" 5.5.1 "), "{heard}");
}

#[tokio::test]
async fn a_plain_server_has_another_list_inside_tls() {
    let lab = plain(
        Plain::new("mx.example.test")
            .keywords(&["SIZE 1"])
            .keywords_tls(&["AUTH PLAIN", "8BITMIME"])
            .starttls(Cert::Good),
    )
    .await;
    let mut stream = lab.connect().await;
    reply(&mut stream).await;
    stream.write_all(b"EHLO a.test\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "250-mx.example.test at your service\r\n250-SIZE 1\r\n250 STARTTLS\r\n");
    stream.write_all(b"STARTTLS\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "220 Ready to start TLS\r\n");
    let mut stream = lab.tls(stream, "mx.example.test").await.expect("TLS");
    stream.write_all(b"EHLO a.test\r\n").await.expect("sent");
    assert_eq!(reply(&mut stream).await, "250-mx.example.test at your service\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
    drop(stream);
    let breaches = lab.breaches(&Manners::probe()).await;
    assert_eq!(breaches.len(), 1, "{breaches:?}");
    assert!(breaches[0].contains("without QUIT"), "{breaches:?}");
    assert_eq!(lab.log.connections()[0].lines[2], (true, "EHLO a.test".to_owned()));
}

#[tokio::test]
async fn talk_before_a_late_greeting_is_heard_as_early() {
    let mut late = Plain::new("mx.example.test");
    late.banner_pause = Duration::from_millis(200);
    let dialog = dialog("WAIT 10s\nS: 220 a\nC: EHLO *\nS: 250 a\nC: QUIT\nS: 221 a\n").await;
    for lab in [plain(late).await, dialog] {
        lab.tell("EHLO a.test\r\nQUIT\r\n").await;
        let breaches = lab.breaches(&Manners::probe()).await;
        assert!(breaches.len() == 1 && breaches[0].contains("early talk"), "{breaches:?}");
    }
}

#[tokio::test]
async fn a_421_of_its_own_closes_and_asks_for_no_quit() {
    let lab = plain(Plain::new("mx.example.test").reply("EHLO *", "421 4.3.2 going down")).await;
    assert_eq!(lab.after_greeting("EHLO a.test\r\n").await, "220 mx.example.test ESMTP\r\n421 4.3.2 going down\r\n");
    assert_eq!(lab.breaches(&Manners::probe()).await, Vec::<String>::new());
}

#[tokio::test]
async fn three_connections_at_once_are_one_too_many() {
    let lab = plain(Plain::new("mx.example.test")).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut stream = lab.connect().await;
        reply(&mut stream).await;
        open.push(stream);
    }
    for mut stream in open {
        stream.write_all(b"QUIT\r\n").await.expect("sent");
        rest(&mut stream).await;
    }
    let breaches = lab.breaches(&Manners::probe()).await;
    assert!(breaches.len() == 1 && breaches[0].contains("3 connections at once"), "{breaches:?}");
}

#[tokio::test]
async fn a_refused_port_refuses_and_a_black_hole_swallows() {
    let refused = refused().await.expect("a port");
    let error = TcpStream::connect(refused).await.expect_err("nothing listens");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    let hole = BlackHole::start(ANY_PORT).await.expect("a port");
    let attempt = tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(hole.address())).await;
    assert!(attempt.is_err(), "no answer was due: {attempt:?}");
}
