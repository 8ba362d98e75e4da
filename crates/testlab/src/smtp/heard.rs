//! What the servers heard: one entry a connection, in a log that all servers of a lab share.
//!
//! Lines are kept as said; what they mean for manners is worked out in `manners`. Memory is bounded by what a test sends:
//! a message is kept whole, everything else as lines of at most 4 KiB.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

const LINE_LIMIT: usize = 4096;

/// One connection and what was said on it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The server's address.
    pub server: SocketAddr,
    /// The client's address.
    pub peer: SocketAddr,
    /// When it was taken.
    pub opened: Instant,
    /// When it ended; `None` while it is open.
    pub closed: Option<Instant>,
    /// How many connections to this address were open with it, itself among them.
    pub at_once: usize,
    /// The command lines, in order, without their ends; `true` for those inside TLS.
    pub lines: Vec<(bool, String)>,
    /// The name that the client asked for in the handshake (SNI, RFC 6066 §3), where it asked for one.
    pub sni: Option<String>,
    /// Octets that came before the greeting had ended.
    pub early: Vec<u8>,
    /// Where the client left the dialog that was played, or broke the protocol.
    pub breaches: Vec<String>,
    /// Messages taken.
    pub messages: Vec<Message>,
    /// Whether the server ended it, broke it, or owed a reply: then no QUIT is due.
    pub server_ended: bool,
    /// What else happened: errors of the connection.
    pub notes: Vec<String>,
}

impl Connection {
    /// The arguments of each line that begins with this verb, such as `EHLO` or `RCPT`.
    #[must_use]
    pub fn said(&self, verb: &str) -> Vec<&str> {
        self.lines
            .iter()
            .filter_map(|(_, line)| {
                let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
                word.eq_ignore_ascii_case(verb).then_some(rest)
            })
            .collect()
    }
}

/// A message taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The line `MAIL` after its verb.
    pub mail: String,
    /// The accepted `RCPT` lines after their verb.
    pub rcpt: Vec<String>,
    /// The message, dots undone.
    pub data: Vec<u8>,
    /// Whether it came inside TLS.
    pub tls: bool,
    /// Whether it came with BDAT.
    pub chunked: bool,
}

/// All connections of a run, shared between servers.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<Connection>>>);

impl Log {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The connections so far, in the order they came.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.all().clone()
    }

    /// The messages taken so far.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.all().iter().flat_map(|connection| connection.messages.clone()).collect()
    }

    /// Forgets what was heard; connections that are still open go on unheard.
    pub fn clear(&self) {
        self.all().clear();
    }

    /// Waits until every connection has ended, so that a late QUIT is not missed; at most `patience`.
    pub async fn settled(&self, patience: std::time::Duration) -> bool {
        let end = Instant::now() + patience;
        while self.all().iter().any(|connection| connection.closed.is_none()) {
            if Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        true
    }

    /// Waits for connections to an address that their clients have just ended: the end of one may be read after the
    /// next one is taken, and must not be counted as two at once.
    pub(super) async fn let_go(&self, server: SocketAddr) {
        for _ in 0..10 {
            if self.open_at(server) < 2 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    fn open_at(&self, server: SocketAddr) -> usize {
        self.all().iter().filter(|other| other.server == server && other.closed.is_none()).count()
    }

    pub(super) fn open(&self, server: SocketAddr, peer: SocketAddr) -> Hearing {
        let at_once = 1 + self.open_at(server);
        self.all().push(Connection {
            server,
            peer,
            opened: Instant::now(),
            closed: None,
            at_once,
            lines: Vec::new(),
            sni: None,
            early: Vec::new(),
            breaches: Vec::new(),
            messages: Vec::new(),
            server_ended: false,
            notes: Vec::new(),
        });
        Hearing { log: self.clone(), server, peer, partial: Vec::new(), tls: false }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Connection>> {
        // A test that panicked while holding it has failed anyway; what was heard still counts.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log's ear on one connection; the connection has ended when it goes.
#[derive(Debug)]
pub(super) struct Hearing {
    log: Log,
    server: SocketAddr,
    peer: SocketAddr,
    partial: Vec<u8>,
    tls: bool,
}

impl Hearing {
    /// Octets of command lines.
    pub(super) fn lines(&mut self, octets: &[u8]) {
        for octet in octets {
            if *octet == b'\n' {
                let line = std::mem::take(&mut self.partial);
                self.line(&String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)));
            } else if self.partial.len() < LINE_LIMIT {
                self.partial.push(*octet);
            }
        }
    }

    /// A whole command line.
    pub(super) fn line(&mut self, line: &str) {
        let tls = self.tls;
        self.with(|connection| connection.lines.push((tls, line.to_owned())));
    }

    pub(super) fn early(&mut self, octets: &[u8]) {
        self.with(|connection| connection.early.extend_from_slice(octets));
    }

    /// From here on lines come inside TLS; `sni` is the name asked for.
    pub(super) fn tls_is_up(&mut self, sni: Option<&str>) {
        self.tls = true;
        self.partial.clear();
        self.with(|connection| connection.sni = sni.map(str::to_owned));
    }

    pub(super) fn breach(&mut self, text: impl Into<String>) {
        self.with(|connection| connection.breaches.push(text.into()));
    }

    pub(super) fn note(&mut self, text: String) {
        self.with(|connection| connection.notes.push(text));
    }

    pub(super) fn message(&mut self, message: Message) {
        self.with(|connection| connection.messages.push(message));
    }

    pub(super) fn server_ends(&mut self) {
        self.with(|connection| connection.server_ended = true);
    }

    fn with(&self, change: impl FnOnce(&mut Connection)) {
        let mut all = self.log.all();
        // From the end: the log may have been cleared, and a port pair is used again only much later.
        let own = all.iter_mut().rev().find(|one| one.server == self.server && one.peer == self.peer);
        if let Some(connection) = own {
            change(connection);
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.with(|connection| connection.closed = Some(Instant::now()));
    }
}
