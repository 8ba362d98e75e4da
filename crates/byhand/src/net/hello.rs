//! Sends a ClientHello of our own and hears the answer to it; no handshake is completed.
//!
//! The answer is read by `handshake::Reader`, in bounded memory and within a limit of time. Then the server is told that
//! we leave: an alert, as one that breaks off should send (RFC 8446 §6.1), in place of a connection that just dies.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::transport::acknowledge_at_once;
use crate::handshake::{Answer, Reader};

/// An answer, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What was learnt.
    pub answer: Answer,
    /// How it ended.
    pub end: End,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was whole.
    Whole,
    /// The server closed the connection in the middle of it.
    Closed,
    /// The server closed the connection in its place.
    ClosedAtOnce,
    /// Nothing more came in time.
    Silent,
}

/// Octets for a hello.
#[must_use]
pub fn random() -> [u8; 96] {
    let mut octets = [0; 96];
    // Without randomness of the system no other part of TLS works either; here nothing is kept secret by it.
    let _ = aws_lc_rs::rand::fill(&mut octets);
    octets
}

/// Sends `hello` and hears what comes, for at most `within`.
pub(super) async fn ask(stream: &mut TcpStream, hello: &[u8], within: Duration) -> Answered {
    let mut reader = Reader::default();
    let heard = tokio::time::timeout(within, hear(stream, hello, &mut reader)).await;
    let end = match heard {
        Err(_) => End::Silent,
        Ok(Ok(())) => End::Whole,
        Ok(Err(_)) if reader.is_untouched() => End::ClosedAtOnce,
        Ok(Err(_)) => End::Closed,
    };
    let answer = reader.finish();
    if let (End::Whole, Some(chosen), None) = (end, answer.hello, answer.alert) {
        // user_canceled, a warning, then close_notify; as the version chosen writes its records (RFC 8446 §5.1).
        let [high, low] = chosen.number.min(0x0303).to_be_bytes();
        let farewell = [21, high, low, 0, 2, 1, 90, 21, high, low, 0, 2, 1, 0];
        // Nothing hangs on it: the connection is closed next.
        let _ = tokio::time::timeout(within, stream.write_all(&farewell)).await;
    }
    Answered { answer, end }
}

async fn hear(stream: &mut TcpStream, hello: &[u8], reader: &mut Reader) -> io::Result<()> {
    stream.write_all(hello).await?;
    let mut buffer = vec![0; 16 * 1024];
    while !reader.is_done() {
        acknowledge_at_once(stream);
        match stream.read(&mut buffer).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => reader.push(&buffer[..count]),
        }
    }
    Ok(())
}
