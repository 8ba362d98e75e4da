//! One question to one server, over UDP and, where the answer was cut, over TCP.
//!
//! Each question has a socket of its own, so the kernel picks a random port for it; the socket is connected, so it takes
//! answers from the server's address and port alone. What comes is taken for the answer when its id and its question
//! are ours (RFC 5452 §9.1); anything else is passed over, and the waiting goes on. The question's letters may come back
//! in another case: some servers change them, and the id and the port already stand against forgery.
//!
//! An answer without a question section names no name. Errors in that form are taken: there is nothing in them to
//! believe. Records are taken, since each carries the name it belongs to. A denial in that form carries nothing that
//! ties it to the question, so it counts as cut and is asked for again over TCP, where no stray datagram can come in.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout_at};

/// After an answer that cannot be read, another is waited for no longer than this.
const GARBLED_WAIT: Duration = Duration::from_secs(1);

/// Why one server gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Nothing came in time.
    Silent,
    /// The server or the network refused the packet, or there is no way to it.
    Unreachable(String),
    /// The answer was cut, and TCP did not bring the whole.
    Cut(String),
    /// What came with our id could not be read.
    Garbled,
}

/// A question on its way.
pub(super) struct Sent<'a> {
    /// The octets of the message.
    pub(super) octets: &'a [u8],
    /// Its id.
    pub(super) id: u16,
    /// Its question.
    pub(super) query: &'a Query,
    /// While nothing comes it is sent again after this, then after twice as long, and so on.
    pub(super) again: Duration,
}

impl Sent<'_> {
    /// Reads what came: `None` where it is not the answer to this, an error where it is meant to be and is unreadable.
    pub(super) fn read(&self, octets: &[u8]) -> Result<Option<Message>, ()> {
        // Id and the answer bit first: strangers cost no more than that.
        if octets.len() < 12 || octets[..2] != self.id.to_be_bytes() || octets[2] & 0x80 == 0 {
            return Ok(None);
        }
        let message = Message::from_vec(octets).map_err(|_| ())?;
        let ours = message.message_type == MessageType::Response
            && message.op_code == OpCode::Query
            && match message.queries.as_slice() {
                [] => true,
                [query] => {
                    query.name == self.query.name
                        && query.query_type == self.query.query_type
                        && query.query_class == self.query.query_class
                }
                _ => false,
            };
        Ok(ours.then_some(message))
    }
}

/// Asks one server, over UDP and then TCP where that is needed; the instant is the end of waiting for each of the two.
pub(super) async fn ask(server: SocketAddr, sent: &Sent<'_>, within: Duration, end: Instant) -> Result<Message, Cause> {
    let message = over_udp(server, sent, end.min(Instant::now() + within)).await?;
    let believable = matches!(message.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
    let nameless_denial = message.queries.is_empty() && message.answers.is_empty();
    if !believable || !(message.truncation || nameless_denial) {
        return Ok(message);
    }
    match timeout_at(end.min(Instant::now() + within), over_tcp(server, sent)).await {
        Ok(Ok(message)) if message.truncation => Err(Cause::Cut("the answer over TCP was cut as well".into())),
        Ok(Ok(message)) => Ok(message),
        Ok(Err(error)) => Err(Cause::Cut(plain(&error))),
        Err(_) => Err(Cause::Cut("no answer over TCP in time".into())),
    }
}

async fn over_udp(server: SocketAddr, sent: &Sent<'_>, mut end: Instant) -> Result<Message, Cause> {
    let unreachable = |error: io::Error| Cause::Unreachable(plain(&error));
    let local: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(local).await.map_err(unreachable)?;
    socket.connect(server).await.map_err(unreachable)?;
    socket.send(sent.octets).await.map_err(unreachable)?;
    let mut room = vec![0; 65_535];
    let mut garbled = false;
    let mut patience = sent.again;
    let mut again = Instant::now() + patience;
    loop {
        let length = match timeout_at(end.min(again), socket.recv(&mut room)).await {
            Ok(length) => length.map_err(unreachable)?,
            Err(_) if Instant::now() < end => {
                // A packet is lost more often than a server is slow. It goes out from the same port with the same id, so
                // that a late answer to the first still counts.
                socket.send(sent.octets).await.map_err(unreachable)?;
                patience *= 2;
                again += patience;
                continue;
            }
            Err(_) if garbled => return Err(Cause::Garbled),
            Err(_) => return Err(Cause::Silent),
        };
        match sent.read(&room[..length]) {
            Ok(Some(message)) => return Ok(message),
            Ok(None) => {}
            Err(()) => {
                garbled = true;
                end = end.min(Instant::now() + GARBLED_WAIT);
                again = end;
            }
        }
    }
}

async fn over_tcp(server: SocketAddr, sent: &Sent<'_>) -> io::Result<Message> {
    let nonsense = |what| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    // RFC 7766 §8: length and message in one write.
    let length = u16::try_from(sent.octets.len()).map_err(|_| nonsense("the question is too long"))?;
    let mut octets = length.to_be_bytes().to_vec();
    octets.extend_from_slice(sent.octets);
    stream.write_all(&octets).await?;
    let length = stream.read_u16().await?;
    let mut octets = vec![0; usize::from(length)];
    stream.read_exact(&mut octets).await?;
    match sent.read(&octets) {
        Ok(Some(message)) => Ok(message),
        Ok(None) => Err(nonsense("the answer over TCP was to another question")),
        Err(()) => Err(nonsense("the answer over TCP could not be read")),
    }
}

/// An error of the system in words that fit into a sentence.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".into(),
        io::ErrorKind::NetworkUnreachable => "the network is unreachable".into(),
        io::ErrorKind::HostUnreachable => "the host is unreachable".into(),
        io::ErrorKind::PermissionDenied => "this machine forbids it".into(),
        io::ErrorKind::UnexpectedEof => "the connection was closed before the answer".into(),
        io::ErrorKind::ConnectionReset => "the connection was reset".into(),
        _ => error.to_string(),
    }
}
