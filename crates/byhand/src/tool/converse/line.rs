//! The connection of a conversation: made, written to, read from, put under TLS, closed.
//!
//! What cannot be done is a word and a sentence, as everywhere. The certificate is judged when the handshake is made, and
//! the judgement is part of the line about it; it changes nothing ([`pkix`]).

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::net::pace::{Pace, Turn};
use crate::net::stream::{CLOSE_WAIT, PIECE, Peer, Stream, broken, limited, ready};
use crate::net::tls::Facts;
use crate::net::transport::{self, NoConnection};
use crate::policy::pkix;
use crate::smtp::auth::ChannelBinding;
use crate::tool::connection::{Meeting, called, host_name};
use crate::wire::{Fault, PkixStatus, Target};

/// A word and a sentence.
pub(super) type Trouble = (Fault, String);

/// What came from the other side.
#[derive(Debug, PartialEq)]
pub(super) enum Met {
    Octets(Vec<u8>),
    End,
    Broken(Fault, std::borrow::Cow<'static, str>),
}

/// The connection; see the module.
pub(super) struct Line {
    stream: Stream,
    /// Whether anything may still come.
    open: bool,
    /// Whom it is with.
    peer: Option<(Option<String>, IpAddr)>,
    _turn: Option<Turn>,
    buffer: Vec<u8>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self { stream: Stream::Gone, open: false, peer: None, _turn: None, buffer: vec![0; 16 * 1024] }
    }

    /// Connects; a line about it, and how long it took.
    pub(super) async fn connect(
        &mut self,
        target: &Target,
        address: IpAddr,
        meeting: &Meeting,
        pace: &Pace,
    ) -> Result<(String, Duration), Trouble> {
        let peer = SocketAddr::new(address, target.port);
        let turn = pace.turn(address).await;
        turn.begin().await;
        let start = Instant::now();
        let name = host_name(target);
        let stream = transport::connect(peer, meeting.bind, meeting.connect_timeout)
            .await
            .map_err(|NoConnection { fault, text, .. }| (fault, text))?;
        let took = start.elapsed();
        (self.stream, self.open, self._turn) = (Stream::Plain(stream), true, Some(turn));
        self.peer = Some((name.map(str::to_owned), address));
        Ok((format!("{} connected", called(name, peer)), took))
    }

    /// The next thing that comes; never, where nothing can.
    pub(super) async fn meet(&mut self) -> Met {
        if !self.open {
            return std::future::pending().await;
        }
        self.stream.hurry();
        let read = self.stream.read(&mut self.buffer).await;
        self.read(read)
    }

    /// What is here already.
    pub(super) async fn met_already(&mut self) -> Option<Met> {
        if !self.open {
            return None;
        }
        let read = ready(self.stream.read(&mut self.buffer)).await?;
        Some(self.read(read))
    }

    fn read(&mut self, read: std::io::Result<usize>) -> Met {
        match read {
            Ok(count @ 1..) => Met::Octets(self.buffer[..count].to_vec()),
            Ok(_) => {
                self.open = false;
                Met::End
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                self.open = false;
                Met::End
            }
            Err(error) => {
                self.open = false;
                let (fault, _, why) = broken(&error);
                Met::Broken(fault, why)
            }
        }
    }

    /// Writes. While more than a piece is on its way the server is listened to: one that says something in the middle is
    /// heard, and one that hangs up has said why.
    pub(super) async fn send(
        &mut self,
        octets: &[u8],
        limit: Duration,
        mut heard: impl FnMut(&[u8]),
    ) -> Result<(), Trouble> {
        for piece in octets.chunks(PIECE) {
            if octets.len() > PIECE
                && let Some(Met::Octets(said)) = self.met_already().await
            {
                heard(&said);
            }
            match limited(limit, self.stream.write(piece)).await {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    // The server may have said why before it hung up; that counts more than our broken write.
                    if let Some(Ok(count @ 1..)) = limited(CLOSE_WAIT, self.stream.read(&mut self.buffer)).await {
                        heard(&self.buffer[..count]);
                    }
                    self.open = false;
                    let (fault, _, why) = broken(&error);
                    return Err((fault, why.into_owned()));
                }
                None => {
                    self.open = false;
                    let why = "the server takes nothing more; a write did not end in time";
                    return Err((Fault::Timeout, why.to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Makes the handshake; a line about it, with the judgement on the certificate.
    pub(super) async fn start_tls(&mut self, meeting: &Meeting) -> Result<(String, Option<ChannelBinding>), Trouble> {
        let Some((name, address)) = self.peer.clone() else {
            return Err((Fault::ConnectionClosed, "there is no connection".into()));
        };
        let limits = Peer {
            way: &meeting.way,
            host: name.as_deref(),
            address,
            timeout: meeting.command_timeout,
            roots: &meeting.roots,
        };
        let shake = self.stream.start_tls(limits).await;
        let shake = shake.ok_or_else(|| (Fault::TlsHandshake, "TLS is spoken already".to_owned()))?;
        match shake.made {
            Ok(_) => {
                let facts = shake.facts.unwrap_or_default();
                Ok((self::about(&facts, name.as_deref(), address, meeting), facts.binding))
            }
            Err(failure) => {
                self.open = false;
                Err((failure.fault, failure.text))
            }
        }
    }

    /// Closes, where there is something to close.
    pub(super) async fn close(&mut self) {
        let stream = std::mem::replace(&mut self.stream, Stream::Gone);
        self.open = false;
        self._turn = None;
        stream.close(&mut self.buffer).await;
    }
}

/// `TLSv1.3, TLS_AES_256_GCM_SHA384, X25519; certificate CN=mx1.example.org, valid, 62 days`.
fn about(facts: &Facts, name: Option<&str>, address: IpAddr, meeting: &Meeting) -> String {
    let agreed = facts.agreed();
    let Some(leaf) = facts.tls.chain.first() else { return format!("{agreed}; no certificate") };
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    let (verdict, _) = pkix::judge(&facts.chain, name, address, meeting.roots.anchors(), now);
    let days = verdict.days_left.map(|days| format!(", {days} days left")).unwrap_or_default();
    let judged = match verdict.status {
        PkixStatus::Pass => format!("valid{days}"),
        PkixStatus::Fail => format!("NOT VALID: {}", verdict.text),
        PkixStatus::Untested => verdict.text,
    };
    format!("{agreed}; certificate {}, {judged}", leaf.subject)
}
