//! One connection's octets, in clear or inside TLS, and the ways it can end.
//!
//! Reads take what comes, writes leave at once and whole. The handshake's broken variants are here as well, since they
//! need the bare connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::heard::Hearing;
use crate::dialog::HandshakeOutcome;

/// The longest a server waits for a client to end a connection: no test takes as long.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// How long an ended connection is listened to, so that what the client still says meets no RST.
pub(super) const FAREWELL: Duration = Duration::from_secs(5);

pub(super) struct Socket(Stream);

enum Stream {
    Clear(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Gone,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Stream::Clear(stream))
    }

    pub(super) fn is_tls(&self) -> bool {
        matches!(self.0, Stream::Tls(_))
    }

    /// What a login can be bound to: the exporter of RFC 9266.
    pub(super) fn binding(&self) -> Option<Vec<u8>> {
        let Stream::Tls(stream) = &self.0 else { return None };
        stream.get_ref().1.export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(b"")).ok()
    }

    /// The name that the client asked for in the handshake.
    pub(super) fn sni(&self) -> Option<&str> {
        let Stream::Tls(stream) = &self.0 else { return None };
        stream.get_ref().1.server_name()
    }

    /// Some octets; none at the end.
    pub(super) async fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Stream::Clear(stream) => stream.read(octets).await,
            Stream::Tls(stream) => stream.read(octets).await,
            Stream::Gone => Ok(0),
        }
    }

    pub(super) async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            Stream::Clear(stream) => stream.write_all(octets).await,
            Stream::Tls(stream) => {
                stream.write_all(octets).await?;
                stream.flush().await
            }
            Stream::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Shakes hands, or fails to, as told. Says whether TLS is up.
    pub(super) async fn start_tls(&mut self, config: Arc<ServerConfig>, outcome: HandshakeOutcome) -> io::Result<bool> {
        let Stream::Clear(mut stream) = std::mem::replace(&mut self.0, Stream::Gone) else {
            return Err(io::Error::other("TLS inside TLS"));
        };
        if outcome == HandshakeOutcome::Good {
            self.0 = Stream::Tls(Box::new(TlsAcceptor::from(config).accept(stream).await?));
            return Ok(true);
        }
        let mut hello = [0; 4096];
        // The ClientHello is taken, whatever it says: the answer does not depend on it.
        let _ = stream.read(&mut hello).await?;
        match outcome {
            // RFC 8446 §6: content type 21, legacy version 3.3, two octets: fatal, handshake_failure.
            HandshakeOutcome::Alert => stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await?,
            HandshakeOutcome::Plain => stream.write_all(b"500 5.5.1 What was that?\r\n").await?,
            HandshakeOutcome::Close | HandshakeOutcome::Good => {}
        }
        self.0 = Stream::Clear(stream);
        Ok(false)
    }

    /// Ends in order: close_notify inside TLS, FIN; then listens until the client ends too.
    pub(super) async fn close(&mut self, hearing: &mut Hearing) -> io::Result<()> {
        match &mut self.0 {
            Stream::Clear(stream) => stream.shutdown().await?,
            Stream::Tls(stream) => stream.shutdown().await?,
            Stream::Gone => return Ok(()),
        }
        self.drain(hearing, FAREWELL).await
    }

    /// Ends with FIN alone: the client sees the end of TCP without TLS's.
    pub(super) async fn cut(&mut self, hearing: &mut Hearing) -> io::Result<()> {
        match &mut self.0 {
            Stream::Clear(stream) => stream.shutdown().await?,
            Stream::Tls(stream) => stream.get_mut().0.shutdown().await?,
            Stream::Gone => return Ok(()),
        }
        self.drain(hearing, FAREWELL).await
    }

    /// Ends with RST.
    pub(super) fn reset(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.0, Stream::Gone) {
            Stream::Clear(stream) => stream.set_zero_linger(),
            Stream::Tls(stream) => stream.get_ref().0.set_zero_linger(),
            Stream::Gone => Ok(()),
        }
    }

    /// Listens until the client ends the connection, but no longer than `patience`.
    pub(super) async fn drain(&mut self, hearing: &mut Hearing, patience: Duration) -> io::Result<()> {
        let end = Instant::now() + patience;
        let mut octets = [0; 4096];
        while let Ok(read) = timeout_at(end, self.read(&mut octets)).await {
            match read? {
                0 => break,
                count => hearing.lines(&octets[..count]),
            }
        }
        Ok(())
    }
}
