//! A web server for MTA-STS policies: HTTPS on loopback, one answer for every request, kept word for word.
//!
//! What it answers is written out whole, status line and all, so that a test can say anything. It keeps the request
//! heads that came, and closes after each answer. It is no web server otherwise: no paths, no keeping alive.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::pki::{Cert, Pki};

/// No request head is longer.
const HEAD_LIMIT: usize = 16 * 1024;

/// A web server that runs until it is dropped.
pub struct Web {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

/// A 200 with a body of plain text.
#[must_use]
pub fn plain(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

impl Web {
    /// Answers at 127.0.0.1, with such a certificate for `host`. An empty answer is none: it stays silent.
    ///
    /// # Errors
    /// No port is free, or no certificate can be made.
    pub async fn start(pki: &Pki, cert: Cert, host: &str, answer: String) -> io::Result<Self> {
        let config = pki.server(cert, host).map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&requests);
        let acceptor = TlsAcceptor::from(config);
        let answer: Arc<str> = answer.into();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heard, answer) = (acceptor.clone(), Arc::clone(&heard), Arc::clone(&answer));
                // A client that breaks off ends its own connection only.
                tokio::spawn(async move { serve(acceptor.accept(stream).await?, &heard, &answer).await });
            }
        });
        Ok(Self { address, requests, task })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of the requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>,
    heard: &Mutex<Vec<String>>,
    answer: &str,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD_LIMIT {
        head.push(stream.read_u8().await?);
    }
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(&head).into_owned());
    if answer.is_empty() {
        // Until the other side has had enough.
        let _ = stream.read(&mut [0]).await;
        return Ok(());
    }
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
