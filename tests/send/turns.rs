//! How often a delivery waits for the server: turns on the wire, counted by a proxy that lets one side speak at a time.
//!
//! A turn is what the server says until it falls silent. The figures are worked out from the RFCs: banner, EHLO, envelope
//! and message are four; with STARTTLS its reply, the handshake and a second EHLO are three more.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use testlab::pki::Cert;
use testlab::smtp::Plain;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{plain, polite, send_to};

/// A side has said all once it is silent for so long.
const SILENCE: Duration = Duration::from_millis(60);

/// What was said in each turn, the server's first.
type Turns = Arc<Mutex<Vec<Vec<u8>>>>;

async fn proxy(server: SocketAddr) -> (SocketAddr, Turns) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let turns = Turns::default();
    let log = Arc::clone(&turns);
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = TcpStream::connect(server).await.unwrap();
        client.set_nodelay(true).unwrap();
        loop {
            for (from, to) in [(0, 1), (1, 0)] {
                let sides = [&mut server, &mut client];
                let said = burst(sides, from).await;
                if said.is_empty() {
                    return;
                }
                log.lock().unwrap().push(said.clone());
                let sides = [&mut server, &mut client];
                if sides[to].write_all(&said).await.is_err() {
                    return;
                }
            }
        }
    });
    (address, turns)
}

/// All that one side says until it is silent; nothing where it has ended.
async fn burst(sides: [&mut TcpStream; 2], from: usize) -> Vec<u8> {
    let (mut said, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let read = sides[from].read(&mut buffer);
        match if said.is_empty() { Ok(read.await) } else { tokio::time::timeout(SILENCE, read).await } {
            Ok(Ok(n @ 1..)) => said.extend_from_slice(&buffer[..n]),
            _ => return said,
        }
    }
}

/// The server's turns, and the client's.
async fn count(server: Plain, recipients: usize, words: &[&str]) -> (usize, Vec<Vec<u8>>) {
    let (server, log) = plain(server).await;
    let (address, turns) = proxy(server.address()).await;
    let to: Vec<String> = (0..recipients).map(|n| format!("r{n}@example.test")).collect();
    let mut all: Vec<&str> = to.iter().flat_map(|to| ["--to", to]).collect();
    all.extend(words);
    let sent = send_to(address, &all, b"").await;
    assert_eq!(sent.code, 0, "{sent:?}");
    assert_eq!(log.messages()[0].rcpt.len(), recipients);
    polite(&log).await;
    let turns = turns.lock().unwrap().clone();
    (turns.iter().step_by(2).count(), turns.into_iter().skip(1).step_by(2).collect())
}

#[tokio::test]
async fn four_in_clear_and_seven_with_starttls() {
    for recipients in [1, 5] {
        let (turns, said) = count(Plain::new("mx.test"), recipients, &[]).await;
        assert_eq!(turns, 4, "in clear, {recipients} recipients");
        let last = String::from_utf8_lossy(said.last().unwrap()).into_owned();
        assert!(last.ends_with("\r\n.\r\nQUIT\r\n"), "QUIT goes with the message: {last}");
        let (turns, _) = count(Plain::new("mx.test").starttls(Cert::Good), recipients, &["--tls", "require"]).await;
        assert_eq!(turns, 7, "STARTTLS, {recipients} recipients");
    }
}

#[tokio::test]
async fn nothing_rides_along_where_it_may_not() {
    for (keywords, words) in [(&["8BITMIME"][..], &[][..]), (&["PIPELINING"], &["--lockstep"])] {
        let (turns, said) = count(Plain::new("mx.test").keywords(keywords), 2, words).await;
        // Banner, EHLO, MAIL, two RCPT, DATA, message, QUIT.
        assert_eq!(turns, 8);
        let verbs: Vec<String> = said.iter().map(|said| String::from_utf8_lossy(said).into_owned()).collect();
        for (at, said) in verbs.iter().enumerate() {
            let ends = if at == 5 { said.ends_with("\r\n.\r\n") } else { said.matches("\r\n").count() == 1 };
            assert!(ends, "one at a time: {said:?}");
        }
    }
}

#[tokio::test]
async fn only_what_is_offered_inside_tls_counts() {
    let server = Plain::new("mx.test").starttls(Cert::Good).keywords_tls(&["8BITMIME"]);
    // Banner, EHLO, STARTTLS, handshake, EHLO, MAIL, RCPT, DATA, message, QUIT; the close_notify may be a turn of its own.
    let (turns, _) = count(server, 1, &["--tls", "require"]).await;
    assert!((10..=11).contains(&turns), "{turns}");
}
