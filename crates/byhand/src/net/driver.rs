//! The one loop where a session meets a socket.
//!
//! It asks the session for the next step, does it, and tells it what came of it and when. It reads at most 16 KiB at a
//! time and holds nothing back: what a reply may cost is the session's to limit. At the end it closes as a good guest: its
//! own side first, then a short wait for the server's, so that no reset is sent (and none of the server's last words is
//! lost to one).

use std::io;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::hello::Answered;
use super::stream::{CLOSE_WAIT, PIECE, Shake, Stream, broken, limited, ready};
use super::tls::{Facts, HandshakeFailure, ended_by_alert};
use crate::smtp::session::{Input, Judgement, Report, Session, Step};
use crate::wire::{Fault, Said, ms};

pub use super::stream::Peer;

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

/// What a judgement on a connection goes by: what the session has learnt, and what TLS showed.
pub type Judge<'a> = &'a (dyn Fn(&Report, Option<&Facts>) -> Judgement + Sync);

/// Something that just happened.
#[derive(Debug)]
pub enum Moment<'a> {
    /// Something was said, heard or done.
    Said(&'a Said),
    /// What became of the question is known, though QUIT is still to be answered; and how long the TLS handshake took.
    Decided(&'a Report, Option<f64>),
}

/// Runs a session to its end. `start`: when the connection attempt began; `judge`: asked where the session pauses for it.
pub async fn run(
    stream: TcpStream,
    peer: Peer<'_>,
    session: &mut Session,
    start: Instant,
    judge: Judge<'_>,
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
            Step::Judge => {
                let judgement = judge(&session.so_far(), driven.facts.as_ref());
                session.input(start.elapsed(), Input::Judged(&judgement));
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
                // The server may have said why before it hung up, in SMTP or by an alert; that counts more than our broken
                // write.
                let last = limited(CLOSE_WAIT, stream.read(buffer)).await;
                if let Some(Ok(n @ 1..)) = last {
                    session.input(start.elapsed(), Input::Bytes(&buffer[..n]));
                }
                let alert = last.and_then(Result::err).filter(|last| ended_by_alert(last).is_some());
                let (fault, detail, why) = broken(&alert.unwrap_or(error));
                return session.input(start.elapsed(), Input::Broken(fault, detail, &why));
            }
            None => {
                let why = "the server takes nothing more; a write did not end in time";
                return session.input(start.elapsed(), Input::Broken(Fault::Timeout, None, why));
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
            let (fault, detail, why) = broken(&error);
            session.input(start.elapsed(), Input::Broken(fault, detail, &why));
        }
    }
}

async fn start_tls(stream: &mut Stream, peer: Peer<'_>, session: &mut Session, start: Instant, driven: &mut Driven) {
    let Some(Shake { facts, took, made, answered }) = stream.start_tls(peer).await else {
        session.input(start.elapsed(), Input::TlsFailed(Fault::TlsHandshake, None, "TLS is spoken already"));
        return;
    };
    driven.tls_ms = took.map(ms);
    driven.answered = answered;
    let binding = facts.as_ref().and_then(|facts| facts.binding.clone());
    driven.facts = facts;
    match made {
        Ok(about) => session.input(start.elapsed(), Input::TlsUp(&about, binding.as_ref())),
        Err(HandshakeFailure { fault, detail, text }) => {
            session.input(start.elapsed(), Input::TlsFailed(fault, detail, &text));
        }
    }
}
