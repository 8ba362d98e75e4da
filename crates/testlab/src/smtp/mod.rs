//! SMTP servers on loopback: one plays a dialog, one behaves, one is silent.
//!
//! A [`Server`] listens on one address and serves every connection the same way ([`Behaviour`]) until it is dropped. All
//! that clients say goes into a [`Log`], which several servers share; [`Log::breaches`] then says where the client under
//! test was ill-mannered. Servers may stand on any address of 127/8, so that several MX hosts share one port.
//!
//! Every server listens for a moment before it greets ([`HUSH`]), so that a client which speaks first is noticed.
//!
//! Faults without root: a refused port is an address where nothing listens ([`refused`]); a black hole that takes SYNs
//! and answers none is a listener whose backlog is full ([`BlackHole`]); one that takes connections and says nothing is
//! [`Behaviour::Silent`]. An unreachable network and ICMP errors need a namespace and are not here.

mod heard;
mod login;
mod manners;
mod plain;
mod scripted;
mod session;
mod socket;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::dialog::Dialog;
use crate::pki::Pki;

pub use heard::{Connection, Log, Message};
pub use login::Account;
pub use manners::Manners;
pub use plain::{Plain, TlsFault};

use socket::Socket;

/// How long servers listen before they greet.
pub const HUSH: std::time::Duration = std::time::Duration::from_millis(5);

/// What a server does with each connection.
#[derive(Clone)]
pub enum Behaviour {
    /// Plays the dialog.
    Dialog(Arc<Dialog>, Play),
    /// Behaves, but for what it is told.
    Plain(Arc<Plain>),
    /// Takes connections and never says anything.
    Silent,
}

/// How a dialog is played.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// The name in its certificates.
    pub host: String,
    /// What a second of `WAIT` is worth; 1.0 is as written.
    pub pace: f64,
    /// So many octets a write from the start; 0: as the dialog has it.
    pub split: usize,
}

impl Play {
    /// As the dialog has it, with certificates for `host`.
    #[must_use]
    pub fn as_written(host: &str) -> Self {
        Self { host: host.to_owned(), pace: 1.0, split: 0 }
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens at `address` (port 0: any) and serves.
    ///
    /// # Errors
    /// The address cannot be listened at.
    pub async fn start(address: SocketAddr, behaviour: Behaviour, pki: Arc<Pki>, log: Log) -> io::Result<Self> {
        Self::on(TcpListener::bind(address).await?, behaviour, pki, log)
    }

    /// Serves on a listener that is already bound.
    ///
    /// # Errors
    /// The listener has no address.
    pub fn on(listener: TcpListener, behaviour: Behaviour, pki: Arc<Pki>, log: Log) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // Connections are tasks of this one's set, so that they end with the server.
            let mut sessions = tokio::task::JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let Ok((stream, peer)) = accepted else { continue };
                        let session = attend(stream, peer, address, behaviour.clone(), Arc::clone(&pki), log.clone());
                        sessions.spawn(session);
                    }
                    Some(_) = sessions.join_next() => {}
                }
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    address: SocketAddr,
    behaviour: Behaviour,
    pki: Arc<Pki>,
    log: Log,
) {
    // Many small writes are part of what is played: they must not be gathered.
    let _ = stream.set_nodelay(true);
    log.let_go(address).await;
    let mut hearing = log.open(address, peer);
    let mut socket = Socket::new(stream);
    let result = match &behaviour {
        Behaviour::Dialog(dialog, play) => scripted::play(&mut socket, &mut hearing, dialog, play, &pki).await,
        Behaviour::Plain(plain) => session::serve(&mut socket, &mut hearing, plain, &pki).await,
        Behaviour::Silent => {
            hearing.server_ends();
            socket.drain(&mut hearing, socket::PATIENCE).await
        }
    };
    if let Err(error) = result {
        hearing.note(format!("{error}"));
    }
}

/// An address of 127/8 and a port where nothing listens: connections are refused.
///
/// # Errors
/// No port is free.
pub async fn refused() -> io::Result<SocketAddr> {
    // The port was free a moment ago, and the system does not soon give it out again.
    TcpListener::bind("127.0.0.1:0").await?.local_addr()
}

/// A port that answers no SYN: its backlog is full of connections that nobody takes.
pub struct BlackHole {
    address: SocketAddr,
    _listener: TcpListener,
    _filling: Vec<TcpStream>,
}

impl BlackHole {
    /// Makes one at `address` (port 0: any).
    ///
    /// # Errors
    /// The address cannot be listened at.
    pub async fn start(address: SocketAddr) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.bind(address)?;
        // Linux takes one connection more than the backlog says, and drops every further SYN.
        let listener = socket.listen(0)?;
        let address = listener.local_addr()?;
        let mut filling = Vec::new();
        for _ in 0..4 {
            let attempt = tokio::time::timeout(std::time::Duration::from_millis(200), TcpStream::connect(address));
            match attempt.await {
                Ok(Ok(stream)) => filling.push(stream),
                Ok(Err(error)) => return Err(error),
                Err(_) => break,
            }
        }
        Ok(Self { address, _listener: listener, _filling: filling })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
