//! The one loop where a session meets a socket.
//!
//! It asks the session for the next step, does it, and tells it what came of it and when. It reads at most 16 KiB at a
//! time and holds nothing back: what a reply may cost is the session's to limit. At the end it closes as a good guest: its
//! own side first, then a short wait for the server's, so that no reset is sent (and none of the server's last words is
//! lost to one).

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
use super::tls::options::Options;
use super::tls::{self, Facts, Tap};
use super::transport::acknowledge_at_once;
use crate::smtp::session::{Input, Report, Session, Step};
use crate::wire::{Fault, Said, ms};

/// How long the server may take to close its side once all is said.
const CLOSE_WAIT: Duration = Duration::from_millis(500);

/// What the loop knows beside the session.
#[derive(Debug, Default)]
pub struct Driven {
    /// What TLS taught, made or failed.
    pub facts: Option<Facts>,
    /// What a hello of our own was answered.
    pub answered: Option<Answered>,
    /// How long the handshake took.
    pub tls_ms: Option<f64>,
    /// Whether TLS ended otherwise than with close_notify (RFC 8446 §6.1).
    pub unclean: bool,
    /// All that was said.
    pub transcript: Vec<Said>,
}

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

/// How a handshake is made.
#[derive(Clone, Debug)]
pub enum Way {
    /// By a client of its own, with these choices.
    Anew(Arc<Options>),
    /// By this client, so that a session it had before is offered again.
    Again(Arc<Client>),
    /// Not at all: this hello is sent, its answer heard, and the session is over.
    Hello(Vec<u8>),
}

/// Something that just happened.
#[derive(Debug)]
pub enum Moment<'a> {
    /// Something was said, heard or done.
    Said(&'a Said),
    /// What became of the question is known, though QUIT is still to be answered; and how long the TLS handshake took.
    Decided(&'a Report, Option<f64>),
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<Tap<TcpStream>>>),
    Gone,
}

/// Runs a session to its end. `start`: when the connection attempt began.
pub async fn run(
    stream: TcpStream,
    peer: Peer<'_>,
    session: &mut Session,
    start: Instant,
    live: &(dyn Fn(Moment<'_>) + Sync),
) -> Driven {
    let mut stream = Stream::Plain(stream);
    let mut driven = Driven::default();
    let mut buffer = vec![0; 16 * 1024];
    let mut decided = false;
    loop {
        let step = session.step();
        let over = step == Step::Close;
        if matches!(step, Step::Send(_) | Step::StartTls) {
            // What is here already was said before our turn: the session has to know before it speaks.
            tokio::task::yield_now().await;
            if let Some(read) = ready(stream.read(&mut buffer)).await {
                take(session, start, &mut driven, read, &buffer);
                continue;
            }
        }
        match step {
            Step::Send(octets) => {
                send(&mut stream, &octets, peer.timeout, session, start, &mut driven, &mut buffer).await;
            }
            Step::Read { within } => {
                stream.hurry();
                match limited(within, stream.read(&mut buffer)).await {
                    None => session.input(start.elapsed(), Input::TimedOut),
                    Some(read) => take(session, start, &mut driven, read, &buffer),
                }
            }
            Step::Pause(span) => {
                tokio::time::sleep(span).await;
                session.input(start.elapsed(), Input::Resumed);
            }
            Step::StartTls => start_tls(&mut stream, peer, session, start, &mut driven).await,
            Step::Close => {}
        }
        tell(session, &mut driven, live);
        if !decided && session.is_decided() {
            decided = true;
            live(Moment::Decided(&session.so_far(), driven.tls_ms));
            tell(session, &mut driven, live);
        }
        if over {
            break;
        }
    }
    driven.unclean |= stream.close(&mut buffer).await;
    driven
}

/// Hands on what was said.
fn tell(session: &mut Session, driven: &mut Driven, live: &(dyn Fn(Moment<'_>) + Sync)) {
    for said in session.take_said() {
        live(Moment::Said(&said));
        driven.transcript.push(said);
    }
}

/// Octets in one piece of a write: small enough that an answer in the middle of a message is heard soon.
const PIECE: usize = 64 * 1024;

/// Writes what the session says. While more than a piece is on its way the server is listened to: one that refuses in the
/// middle has said why, and is not fed the rest.
async fn send(
    stream: &mut Stream,
    octets: &[u8],
    limit: Duration,
    session: &mut Session,
    start: Instant,
    driven: &mut Driven,
    buffer: &mut [u8],
) {
    // Before the write: on a quick network the reply can be here before the write returns.
    let sent = start.elapsed();
    for piece in octets.chunks(PIECE) {
        if octets.len() > PIECE
            && let Some(read) = ready(stream.read(buffer)).await
        {
            let before = session.step();
            take(session, start, driven, read, buffer);
            if session.step() != before {
                return;
            }
        }
        match limited(limit, stream.write(piece)).await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                // The server may have said why before it hung up; that counts more than our broken write.
                if let Some(Ok(n @ 1..)) = limited(CLOSE_WAIT, stream.read(buffer)).await {
                    session.input(start.elapsed(), Input::Bytes(&buffer[..n]));
                }
                let (fault, why) = broken(&error);
                return session.input(start.elapsed(), Input::Broken(fault, why));
            }
            None => {
                let why = "the server takes nothing more; a write did not end in time";
                return session.input(start.elapsed(), Input::Broken(Fault::Timeout, why));
            }
        }
    }
    session.input(sent, Input::Sent);
}

/// Hands on what a read gave.
fn take(session: &mut Session, start: Instant, driven: &mut Driven, read: io::Result<usize>, buffer: &[u8]) {
    match read {
        Ok(0) => session.input(start.elapsed(), Input::Eof),
        Ok(n) => session.input(start.elapsed(), Input::Bytes(&buffer[..n])),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            driven.unclean = true;
            session.input(start.elapsed(), Input::Eof);
        }
        Err(error) => {
            let (fault, why) = broken(&error);
            session.input(start.elapsed(), Input::Broken(fault, why));
        }
    }
}

/// What a future gives at once, if it does.
async fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match future.as_mut().poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

async fn start_tls(stream: &mut Stream, peer: Peer<'_>, session: &mut Session, start: Instant, driven: &mut Driven) {
    let Stream::Plain(mut plain) = std::mem::replace(stream, Stream::Gone) else {
        session.input(start.elapsed(), Input::TlsFailed(Fault::TlsHandshake, "TLS is spoken already"));
        return;
    };
    let client = match peer.way {
        Way::Hello(octets) => {
            driven.answered = Some(hello::ask(&mut plain, octets, peer.timeout).await);
            *stream = Stream::Plain(plain);
            let why = "it was left off after the first answer, which is all that was asked for";
            return session.input(start.elapsed(), Input::TlsFailed(Fault::TlsHandshake, why));
        }
        Way::Again(client) => Ok(Arc::clone(client)),
        Way::Anew(options) => Client::new(options).map(Arc::new),
    };
    let client = match client {
        Ok(client) => client,
        Err(why) => return session.input(start.elapsed(), Input::TlsFailed(Fault::TlsHandshake, &why)),
    };
    let roots = Arc::clone(peer.roots);
    tokio::task::spawn_blocking(move || {
        roots.anchors();
    });
    let began = Instant::now();
    let Some((facts, made)) = limited(peer.timeout, tls::handshake(plain, &client, peer.host, peer.address)).await
    else {
        driven.facts = Some(Facts::default());
        let text = format!("it did not end within {:.0} s", peer.timeout.as_secs_f64());
        session.input(start.elapsed(), Input::TlsFailed(Fault::TlsHandshake, &text));
        return;
    };
    driven.tls_ms = Some(ms(began.elapsed()));
    match made {
        Ok(tls) => {
            *stream = Stream::Tls(Box::new(tls));
            let facts_line = [&facts.tls.version, &facts.tls.cipher, &facts.tls.group]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let subject = facts.tls.chain.first().map_or("no certificate", |c| c.subject.as_str());
            session.input(
                start.elapsed(),
                Input::TlsUp(&format!("{facts_line}; certificate {subject}"), facts.binding.as_ref()),
            );
        }
        Err(failure) => session.input(start.elapsed(), Input::TlsFailed(failure.fault, &failure.text)),
    }
    driven.facts = Some(facts);
}

/// A span limit as an `Option`: `None` when time is up.
async fn limited<F: Future>(within: Duration, work: F) -> Option<F::Output> {
    timeout(within, work).await.ok()
}

fn broken(error: &io::Error) -> (Fault, &'static str) {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            (Fault::ConnectionReset, "the server reset the connection")
        }
        io::ErrorKind::BrokenPipe => (Fault::ConnectionClosed, "the server closed the connection"),
        io::ErrorKind::TimedOut => (Fault::Timeout, "the connection went dead"),
        io::ErrorKind::InvalidData => {
            (Fault::NetworkError, "the server broke the TLS connection with data that makes no sense")
        }
        _ => (Fault::NetworkError, "the network broke the connection"),
    }
}

impl Stream {
    fn hurry(&self) {
        match self {
            Self::Plain(stream) => acknowledge_at_once(stream),
            Self::Tls(stream) => acknowledge_at_once(stream.get_ref().0.inner()),
            Self::Gone => {}
        }
    }

    async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer).await,
            Self::Tls(stream) => stream.read(buffer).await,
            Self::Gone => Ok(0),
        }
    }

    async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
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
    async fn close(mut self, buffer: &mut [u8]) -> bool {
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
