//! One address talked to. (in the making)

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use crate::mailbox::Mailbox;
use crate::net::roots::Roots;
use crate::wire::{ProbeRecord, Said, Target};

/// How a server is talked to.
#[derive(Clone, Debug)]
pub struct Options {
    /// What we say in EHLO: a domain name or an address literal.
    pub ehlo_name: String,
    /// When TLS is spoken.
    pub tls: TlsMode,
    /// The longest wait for the TCP connection.
    pub connect_timeout: Duration,
    /// The longest wait for the whole greeting.
    pub greeting_timeout: Duration,
    /// The longest wait for each later reply.
    pub command_timeout: Duration,
    /// Our own address to connect from.
    pub bind: Option<IpAddr>,
    /// The recipients to ask about, if any.
    pub envelope: Option<Envelope>,
    /// The roots that certificates are judged by; read when TLS is first spoken.
    pub roots: Arc<Roots>,
}

/// When TLS is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMode {
    /// STARTTLS where it is offered.
    #[default]
    Auto,
    /// STARTTLS, and nothing without it.
    Require,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// No TLS.
    Never,
}

/// An envelope to ask about: MAIL FROM and RCPT TO, never DATA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The sender; `None` is the null reverse-path `<>`.
    pub from: Option<Mailbox>,
    /// The recipients, in the order they are asked about.
    pub recipients: Vec<Mailbox>,
    /// The pause between two RCPT TO (MANNERS S6); none where the server is private.
    pub pause: Duration,
}

/// Talks to one address; what is said goes to `live` as it happens, and into the record.
///
/// Whatever the server does, a complete record comes back. `target.address` is `None` only for a target that DNS gave no
/// address; such a target is the caller's to report.
pub async fn probe(target: &Target, options: &Options, live: Option<&UnboundedSender<Said>>) -> ProbeRecord {
    let _ = (target, options, live);
    todo!()
}
