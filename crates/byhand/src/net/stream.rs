//! A connection in clear or under TLS, for the two loops that own one: `net::driver` and `tool::converse`.
//!
//! At the end it closes as a good guest: its own side first, then a short wait for the server's, so that no reset is sent
//! (and none of the server's last words is lost to one). Not here: what is said, and when.

use std::borrow::Cow;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::hello::{self, Answered};
use super::roots::Roots;
use super::tls::client::Client;
use super::tls::{self, Facts, HandshakeFailure, Tap, Way};
use super::transport::acknowledge_at_once;
use crate::wire::{Detail, Fault};

/// How long the server may take to close its side once all is said.
pub(crate) const CLOSE_WAIT: Duration = Duration::from_millis(500);

/// Octets in one piece of a write: small enough that an answer in the middle of a message is heard soon.
pub(crate) const PIECE: usize = 64 * 1024;

/// Whom the handshake is made with.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'a> {
    /// How the handshake is made.
    pub way: &'a Way,
    /// The name for SNI, where there is one.
    pub host: Option<&'a str>,
    /// The address.
    pub address: IpAddr,
    /// The longest that a handshake, or a write, may take.
    pub timeout: Duration,
    /// The roots that its certificate will be judged by: read beside the handshake.
    pub roots: &'a Arc<Roots>,
}

/// A connection.
pub(crate) enum Stream {
    /// In clear.
    Plain(TcpStream),
    /// Under TLS.
    Tls(Box<TlsStream<Tap<TcpStream>>>),
    /// There is none.
    Gone,
}

/// What came of a handshake.
pub(crate) struct Shake {
    /// What it taught, made or failed; nothing where it was not to be made.
    pub(crate) facts: Option<Facts>,
    /// What a hello of our own was answered.
    pub(crate) answered: Option<Answered>,
    /// How long it took, where it ended in time.
    pub(crate) took: Option<Duration>,
    /// A line about it, or why there is none.
    pub(crate) made: Result<String, HandshakeFailure>,
}

/// What a future gives at once, if it does.
pub(crate) async fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match future.as_mut().poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// A span limit as an `Option`: `None` when time is up.
pub(crate) async fn limited<F: Future>(within: Duration, work: F) -> Option<F::Output> {
    timeout(within, work).await.ok()
}

/// The words and the sentence for a connection that broke.
pub(crate) fn broken(error: &io::Error) -> (Fault, Option<Detail>, Cow<'static, str>) {
    if let Some((detail, why)) = tls::ended_by_alert(error) {
        return (Fault::TlsHandshake, detail, why.into());
    }
    let (fault, why) = match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            (Fault::ConnectionReset, "the server reset the connection")
        }
        io::ErrorKind::BrokenPipe => (Fault::ConnectionClosed, "the server closed the connection"),
        io::ErrorKind::TimedOut => (Fault::Timeout, "the connection went dead"),
        io::ErrorKind::InvalidData => {
            (Fault::NetworkError, "the server broke the TLS connection with data that makes no sense")
        }
        _ => (Fault::NetworkError, "the network broke the connection"),
    };
    (fault, None, why.into())
}

impl Stream {
    /// Makes the handshake; `None` where TLS is spoken already, or the connection is gone. A stream whose handshake failed
    /// is gone.
    pub(crate) async fn start_tls(&mut self, peer: Peer<'_>) -> Option<Shake> {
        let mut plain = match std::mem::replace(self, Self::Gone) {
            Self::Plain(plain) => plain,
            other => {
                *self = other;
                return None;
            }
        };
        let failed = |text: String| Err(HandshakeFailure { fault: Fault::TlsHandshake, detail: None, text });
        let client = match peer.way {
            Way::Hello(octets) => {
                let answered = Some(hello::ask(&mut plain, octets, peer.timeout).await);
                *self = Self::Plain(plain);
                let why = "it was left off after the first answer, which is all that was asked for";
                return Some(Shake { facts: None, answered, took: None, made: failed(why.into()) });
            }
            Way::Again(client) => Ok(Arc::clone(client)),
            Way::Anew(options) => Client::new(options).map(Arc::new),
        };
        let client = match client {
            Ok(client) => client,
            Err(why) => return Some(Shake { facts: None, answered: None, took: None, made: failed(why) }),
        };
        let roots = Arc::clone(peer.roots);
        tokio::task::spawn_blocking(move || {
            roots.anchors();
        });
        let began = Instant::now();
        let shaken = limited(peer.timeout, tls::handshake(plain, &client, peer.host, peer.address)).await;
        let Some((facts, made)) = shaken else {
            let made = failed(format!("it did not end within {:.0} s", peer.timeout.as_secs_f64()));
            return Some(Shake { facts: Some(Facts::default()), answered: None, took: None, made });
        };
        let took = Some(began.elapsed());
        let made = made.map(|tls| {
            *self = Self::Tls(Box::new(tls));
            let subject = facts.tls.chain.first().map_or("no certificate", |c| c.subject.as_str());
            format!("{}; certificate {subject}", facts.agreed())
        });
        Some(Shake { facts: Some(facts), answered: None, took, made })
    }

    /// Asks for acknowledgements at once; see `transport`.
    pub(crate) fn hurry(&self) {
        match self {
            Self::Plain(stream) => acknowledge_at_once(stream),
            Self::Tls(stream) => acknowledge_at_once(stream.get_ref().0.inner()),
            Self::Gone => {}
        }
    }

    /// Reads what is there.
    pub(crate) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer).await,
            Self::Tls(stream) => stream.read(buffer).await,
            Self::Gone => Ok(0),
        }
    }

    /// Writes all of it.
    pub(crate) async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(octets).await,
            Self::Tls(stream) => {
                stream.write_all(octets).await?;
                stream.flush().await
            }
            Self::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Closes our side, then waits a moment for the server's. Whether TLS ended without close_notify.
    pub(crate) async fn close(mut self, buffer: &mut [u8]) -> bool {
        let farewell = async {
            match &mut self {
                Self::Plain(stream) => stream.shutdown().await.ok(),
                Self::Tls(stream) => stream.shutdown().await.ok(),
                Self::Gone => return false,
            };
            // Bounded by the time, and by a server that floods: 64 reads of 16 KiB.
            for _ in 0..64 {
                match self.read(buffer).await {
                    Ok(0) => return false,
                    Ok(_) => {}
                    Err(error) => return error.kind() == io::ErrorKind::UnexpectedEof,
                }
            }
            false
        };
        limited(CLOSE_WAIT, farewell).await.unwrap_or(false)
    }
}
