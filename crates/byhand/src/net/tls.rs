//! TLS handshakes that record and do not judge.
//!
//! A mail client has to look at certificates that browsers would refuse: expired, self-signed, of another name. So every
//! chain is taken and kept ([`client`]); `policy::pkix` judges it afterwards. What was learnt stays when a handshake fails
//! later on, and so do the first octets that came, since a failed handshake is often a server that speaks something else.
//! What a person may choose is in [`options`].
//!
//! TLS 1.2 and 1.3 only; older versions, and TLS 1.2 without forward secrecy or AEAD, are beyond the library. What a
//! server has of those shows in its first answer ([`super::hello`]).

pub mod client;
pub mod options;

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{self, AlertDescription, HandshakeKind, ProtocolVersion};

use self::client::Client;
use self::options::{Options, cipher_name};
use crate::handshake::alert_name;
use crate::policy::certificate;
use crate::smtp::auth::ChannelBinding;
use crate::smtp::session::quoted;
use crate::wire::{ClientCertificate, Detail, Fault, Tls};

/// What a handshake taught, made or not.
#[derive(Debug, Default)]
pub struct Facts {
    /// The record of it.
    pub tls: Tls,
    /// The chain as presented, DER.
    pub chain: Vec<Vec<u8>>,
    /// How the server broke it off, where it did.
    pub broken: Option<Broken>,
    /// Whether the session of an earlier connection was taken up again.
    pub resumed: bool,
    /// What a login can be bound to.
    pub binding: Option<ChannelBinding>,
}

/// How a server breaks off a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// With this alert (RFC 8446 §6).
    Alert(u8),
    /// By closing the connection in place of an answer.
    Closed,
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

impl Default for Way {
    fn default() -> Self {
        Self::Anew(Arc::default())
    }
}

impl Facts {
    /// What was agreed on: `TLSv1.3, TLS_AES_256_GCM_SHA384, X25519`.
    #[must_use]
    pub fn agreed(&self) -> String {
        let agreed = [&self.tls.version, &self.tls.cipher, &self.tls.group];
        agreed.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Why a handshake failed.
#[derive(Debug)]
pub struct HandshakeFailure {
    /// `tls-handshake`, `tls-limit` or `not-tls`.
    pub fault: Fault,
    /// What that leaves open.
    pub detail: Option<Detail>,
    /// The sentence's end: "the TLS handshake failed: ...".
    pub text: String,
}

/// Makes the handshake. `host`: the name for SNI where the options have no other; none is sent where it is `None` or no
/// name (RFC 6066 §3).
///
/// The caller limits the time.
pub async fn handshake(
    stream: TcpStream,
    client: &Client,
    host: Option<&str>,
    peer: IpAddr,
) -> (Facts, Result<TlsStream<Tap<TcpStream>>, HandshakeFailure>) {
    let mut facts = Facts::default();
    let host = client.options.sni.as_deref().or(host);
    let name = host.and_then(|host| ServerName::try_from(host.to_owned()).ok());
    facts.tls.sni = match &name {
        Some(ServerName::DnsName(name)) => Some(name.as_ref().to_owned()),
        _ => None,
    };
    let name = name.unwrap_or_else(|| ServerName::IpAddress(peer.into()));
    let first = Arc::new(Mutex::new(Vec::new()));
    let tap = Tap { inner: stream, first: Some(Arc::clone(&first)) };
    let made = TlsConnector::from(Arc::clone(&client.config)).connect(name, tap).await;
    facts.chain = client.take_chain();
    facts.tls.chain = facts.chain.iter().map(|der| certificate::describe(der)).collect();
    if client.options.pem {
        for (certificate, der) in facts.tls.chain.iter_mut().zip(&facts.chain) {
            certificate.pem = Some(certificate::pem(der));
        }
    }
    match made {
        Ok(mut stream) => {
            stream.get_mut().0.first = None;
            let (_, session) = stream.get_ref();
            facts.tls.version = session.protocol_version().map(version_name);
            facts.tls.cipher = session.negotiated_cipher_suite().map(|suite| cipher_name(suite.suite()));
            facts.tls.group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
            facts.tls.client_certificate = Some(client.client_certificate());
            facts.resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
            facts.binding = binding(session, facts.chain.first().map(Vec::as_slice));
            (facts, Ok(stream))
        }
        Err(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            let first = std::mem::take(&mut *first.lock().unwrap_or_else(PoisonError::into_inner));
            facts.broken = match (inner, error.kind()) {
                (Some(rustls::Error::AlertReceived(alert)), _) => Some(Broken::Alert(u8::from(*alert))),
                (None, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) if first.is_empty() => {
                    Some(Broken::Closed)
                }
                _ => None,
            };
            let own = client.client_certificate();
            if own != ClientCertificate::NotAsked {
                facts.tls.client_certificate = Some(own);
            }
            let short = facts.tls.chain.first().is_some_and(|own| is_short(&own.key));
            let failure = explain(&error, &first, &Circumstances { options: &client.options, own, short });
            (facts, Err(failure))
        }
    }
}

/// `tls-exporter` under TLS 1.3 (RFC 9266 §2). Under 1.2 that is safe only with the extended master secret, which cannot
/// be asked after here; `tls-server-end-point` (RFC 5929 §4) binds to the certificate instead.
fn binding(session: &rustls::ClientConnection, certificate: Option<&[u8]>) -> Option<ChannelBinding> {
    if session.protocol_version() == Some(ProtocolVersion::TLSv1_3) {
        let data = session.export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(b"")).ok()?;
        return Some(ChannelBinding { kind: "tls-exporter", data });
    }
    let data = certificate::end_point(certificate?)?;
    Some(ChannelBinding { kind: "tls-server-end-point", data })
}

fn version_name(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_3 => "TLSv1.3".into(),
        ProtocolVersion::TLSv1_2 => "TLSv1.2".into(),
        other => format!("{other:?}"),
    }
}

/// What of our own side may be why a handshake fails.
#[derive(Clone, Copy)]
struct Circumstances<'a> {
    options: &'a Options,
    own: ClientCertificate,
    /// Whether the server's key is too short for the library.
    short: bool,
}

/// Whether the library verifies nothing that this key signs: `RSA 1024`.
fn is_short(key: &str) -> bool {
    key.strip_prefix("RSA ").and_then(|bits| bits.parse::<u32>().ok()).is_some_and(|bits| bits < 2048)
}

/// The options that leave out some of what we could do, as they are typed.
#[must_use]
pub fn narrowed(options: &Options) -> Option<String> {
    let version = |version: options::Version| match version {
        options::Version::Tls12 => "1.2",
        options::Version::Tls13 => "1.3",
    };
    let min = options.min.filter(|min| *min > options::Version::Tls12).map(|min| format!("--tls-min {}", version(min)));
    let max = options.max.filter(|max| *max < options::Version::Tls13).map(|max| format!("--tls-max {}", version(max)));
    let ciphers = (!options.ciphers.is_empty()).then(|| "--ciphers".to_owned());
    let given: Vec<String> = [min, max, ciphers].into_iter().flatten().collect();
    (!given.is_empty()).then(|| given.join(" and "))
}

/// Alerts of a server that finds nothing it could use in a hello (RFC 8446 §6.2): handshake_failure, protocol_version,
/// insufficient_security.
const NOTHING_IN_COMMON: [u8; 3] = [40, 70, 71];

/// RFC 8446 §6.2: the peer is not the cause, a failure within the server is.
const INTERNAL_ERROR: u8 = 80;

/// Alerts about a certificate of the client (RFC 8446 §6.2), with handshake_failure, which TLS 1.2 has for a missing one.
const ABOUT_OURS: [u8; 9] = [40, 41, 42, 43, 44, 45, 46, 48, 116];

/// Words for what went wrong. `first`: the octets that came.
fn explain(error: &io::Error, first: &[u8], around: &Circumstances<'_>) -> HandshakeFailure {
    let failed = |fault, detail, text: String| HandshakeFailure { fault, detail, text };
    let broken = |text: String| failed(Fault::TlsHandshake, None, text);
    let over_ours = |text: String| failed(Fault::TlsHandshake, Some(Detail::ClientCertificate), text);
    let beyond = |detail, text: String| failed(Fault::TlsLimit, detail, text);
    // RFC 8446 §5.1: a record begins with its type (20 to 23) and the major version 3.
    let tls = matches!(first, [20..=23, 3, ..] | [20..=23] | []);
    if !tls {
        return HandshakeFailure {
            fault: Fault::NotTls,
            detail: None,
            text: format!("the server does not speak TLS here, it said {} in clear", quoted(first)),
        };
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let given = narrowed(around.options);
    let only =
        |given: &str, what: &str| beyond(Some(Detail::OwnOptions), format!("nothing in common with {given}: {what}"));
    let hung_up = matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    );
    match (inner, error.kind()) {
        (Some(rustls::Error::AlertReceived(alert)), _) => {
            let number = u8::from(*alert);
            match (around.own, given) {
                (ClientCertificate::Asked | ClientCertificate::Sent, _) if ABOUT_OURS.contains(&number) => over_ours(
                    format!("the server ended it with the alert {}: {}", alert_name(number), of_ours(around.own)),
                ),
                (ClientCertificate::NotAsked, Some(given)) if NOTHING_IN_COMMON.contains(&number) => {
                    only(&given, &format!("the server ended it with the alert {}", alert_name(number)))
                }
                _ if NOTHING_IN_COMMON.contains(&number) => beyond(Some(Detail::NothingInCommon), alert_text(*alert)),
                _ if number == INTERNAL_ERROR => {
                    failed(Fault::TlsHandshake, Some(Detail::ServerTrouble), alert_text(*alert))
                }
                _ => broken(alert_text(*alert)),
            }
        }
        (Some(rustls::Error::PeerIncompatible(why)), _) => match given {
            Some(given) => only(&given, &format!("the server chose something else ({why:?})")),
            None => beyond(
                None,
                format!(
                    "nothing in common: the server offers no TLS version or cipher that this program has ({why:?})"
                ),
            ),
        },
        (None, _) if hung_up && !first.is_empty() && around.own != ClientCertificate::NotAsked => {
            over_ours(format!("the server hung up over its question about a certificate: {}", of_ours(around.own)))
        }
        // The library takes no signature of such a key for good.
        (Some(rustls::Error::InvalidCertificate(_)), _) if around.short => beyond(
            Some(Detail::ShortKey),
            "the server's certificate cannot be used here: its key is too short (RSA under 2048 bits, RFC 9325 §4.5)"
                .into(),
        ),
        // The library reads no key from such a certificate, and so cannot tell whether the signature fits.
        (Some(rustls::Error::InvalidCertificate(why)), _) if format!("{why:?}").contains("UnsupportedCertVersion") => {
            broken("the server's certificate is of version 1 or 2 of X.509, which we cannot use".into())
        }
        (Some(rustls::Error::InvalidCertificate(why)), _) => broken(format!(
            "the server's signature does not fit its certificate, or uses an algorithm too weak ({why})"
        )),
        (Some(other), _) => broken(other.to_string()),
        (None, io::ErrorKind::UnexpectedEof) if first.is_empty() => {
            broken("the server closed the connection in place of an answer".into())
        }
        (None, io::ErrorKind::UnexpectedEof) => broken("the server closed the connection in the middle".into()),
        (None, io::ErrorKind::ConnectionReset) => broken("the server reset the connection".into()),
        (None, _) => broken(error.to_string()),
    }
}

fn alert_text(alert: AlertDescription) -> String {
    let why = match alert {
        AlertDescription::ProtocolVersion => {
            "it knows no TLS version that this program does, only versions before 1.2, most likely"
        }
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "it shares no cipher, key exchange or signature algorithm with this program, most likely"
        }
        AlertDescription::UnrecognisedName => "it does not know the name asked for (SNI)",
        AlertDescription::InternalError => "it has trouble of its own",
        _ => "it gives no other reason",
    };
    format!("the server ended it with the alert {}: {why}", alert_name(u8::from(alert)))
}

/// What is wrong about a certificate of our own.
fn of_ours(own: ClientCertificate) -> &'static str {
    match own {
        ClientCertificate::Sent => "it does not take the certificate of ours (--cert)",
        _ => "it wants a certificate of ours, and was given none (--cert, --key)",
    }
}

/// An alert that ends a connection inside TLS, in words. Under TLS 1.3 a server says only there what it thinks of the client's
/// certificate, or that it misses one.
pub(super) fn ended_by_alert(error: &io::Error) -> Option<(Option<Detail>, String)> {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())?;
    let rustls::Error::AlertReceived(alert) = inner else { return None };
    let number = u8::from(*alert);
    let (detail, why) = match number {
        116 => (Some(Detail::ClientCertificate), format!(": {}", of_ours(ClientCertificate::Asked))),
        40..=46 | 48 => (Some(Detail::ClientCertificate), format!(": {}", of_ours(ClientCertificate::Sent))),
        INTERNAL_ERROR => (Some(Detail::ServerTrouble), String::new()),
        _ => (None, String::new()),
    };
    Some((detail, format!("the server ended the TLS connection with the alert {}{why}", alert_name(number))))
}

/// A stream that keeps a copy of the first octets read.
#[derive(Debug)]
pub struct Tap<S> {
    inner: S,
    first: Option<Arc<Mutex<Vec<u8>>>>,
}

impl<S> Tap<S> {
    /// The stream beneath.
    pub fn inner(&self) -> &S {
        &self.inner
    }
}

/// How many octets a [`Tap`] keeps.
const KEPT: usize = 160;

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let Some(first) = &self.first {
            let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
            let room = KEPT.saturating_sub(first.len());
            let new = buf.filled().get(before..).unwrap_or_default();
            first.extend_from_slice(&new[..new.len().min(room)]);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
