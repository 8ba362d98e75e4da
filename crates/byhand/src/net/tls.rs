//! TLS handshakes that record and do not judge.
//!
//! A mail client has to look at certificates that browsers would refuse: expired, self-signed, of another name. The
//! verifier here takes every chain and keeps it; `policy::pkix` judges it afterwards. The handshake's own signature is
//! checked as ever, so that the server is known to hold the key of the certificate that it shows. What was learnt stays
//! when a handshake fails later on, and so do the first octets that came, since a failed handshake is often a server
//! that speaks something else.
//!
//! TLS 1.2 and 1.3 only; older versions, and TLS 1.2 without forward secrecy or AEAD, are beyond the library.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{self, CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::{
    self, AlertDescription, ClientConfig, DigitallySignedStruct, ProtocolVersion, SignatureScheme,
};

use crate::policy::certificate;
use crate::smtp::auth::ChannelBinding;
use crate::smtp::session::quoted;
use crate::wire::{Fault, Tls};

/// What a handshake taught, made or not.
#[derive(Debug, Default)]
pub struct Facts {
    /// The record of it.
    pub tls: Tls,
    /// The chain as presented, DER.
    pub chain: Vec<Vec<u8>>,
    /// What a login can be bound to.
    pub binding: Option<ChannelBinding>,
}

/// Why a handshake failed.
#[derive(Debug)]
pub struct HandshakeFailure {
    /// `tls-handshake` or `not-tls`.
    pub fault: Fault,
    /// The sentence's end: "the TLS handshake failed: ...".
    pub text: String,
}

/// Makes the handshake. `host`: the name for SNI; none is sent where it is `None` or no name (RFC 6066 §3).
///
/// The caller limits the time.
pub async fn handshake(
    stream: TcpStream,
    host: Option<&str>,
    peer: IpAddr,
) -> (Facts, Result<TlsStream<Tap<TcpStream>>, HandshakeFailure>) {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let seen = Arc::new(Seen { chain: Mutex::default(), provider: Arc::clone(&provider) });
    let mut facts = Facts::default();
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = match versions {
        Ok(builder) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&seen) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth(),
        Err(error) => return (facts, Err(HandshakeFailure { fault: Fault::TlsHandshake, text: error.to_string() })),
    };
    let name = host.and_then(|host| ServerName::try_from(host.to_owned()).ok());
    facts.tls.sni = match &name {
        Some(ServerName::DnsName(name)) => Some(name.as_ref().to_owned()),
        _ => None,
    };
    let name = name.unwrap_or_else(|| ServerName::IpAddress(peer.into()));
    let first = Arc::new(Mutex::new(Vec::new()));
    let tap = Tap { inner: stream, first: Some(Arc::clone(&first)) };
    let made = TlsConnector::from(Arc::new(config)).connect(name, tap).await;
    facts.chain = std::mem::take(&mut *seen.chain.lock().unwrap_or_else(PoisonError::into_inner));
    facts.tls.chain = facts.chain.iter().map(|der| certificate::describe(der)).collect();
    match made {
        Ok(mut stream) => {
            stream.get_mut().0.first = None;
            let (_, session) = stream.get_ref();
            facts.tls.version = session.protocol_version().map(version_name);
            facts.tls.cipher = session.negotiated_cipher_suite().map(|suite| cipher_name(suite.suite()));
            facts.tls.group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
            facts.binding = binding(session, facts.chain.first().map(Vec::as_slice));
            (facts, Ok(stream))
        }
        Err(error) => {
            let first = std::mem::take(&mut *first.lock().unwrap_or_else(PoisonError::into_inner));
            let failure = explain(&error, &first);
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

/// The IANA name: rustls writes `TLS13_AES_256_GCM_SHA384` for `TLS_AES_256_GCM_SHA384`.
fn cipher_name(suite: rustls::CipherSuite) -> String {
    format!("{suite:?}").replacen("TLS13_", "TLS_", 1)
}

/// Words for what went wrong. `first`: the octets that came.
fn explain(error: &io::Error, first: &[u8]) -> HandshakeFailure {
    let broken = |text: String| HandshakeFailure { fault: Fault::TlsHandshake, text };
    // RFC 8446 §5.1: a record begins with its type (20 to 23) and the major version 3.
    let tls = matches!(first, [20..=23, 3, ..] | [20..=23] | []);
    if !tls {
        return HandshakeFailure {
            fault: Fault::NotTls,
            text: format!("the server does not speak TLS here, it said {} in clear", quoted(first)),
        };
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(rustls::Error::AlertReceived(alert)), _) => broken(alert_text(*alert)),
        (Some(rustls::Error::PeerIncompatible(why)), _) => broken(format!(
            "nothing in common: the server offers no TLS version or cipher that is still sound ({why:?})"
        )),
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
            "it knows no TLS version that we do: only versions before 1.2, most likely"
        }
        AlertDescription::HandshakeFailure => "it shares no cipher or signature algorithm with us",
        AlertDescription::UnrecognisedName => "it does not know the name asked for (SNI)",
        AlertDescription::InternalError => "it has trouble of its own",
        _ => "it gives no other reason",
    };
    // RFC 8446 §6.2 writes the names in lower case with underscores.
    let mut name = String::new();
    for c in format!("{alert:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    let name = name.replace("unrecognised", "unrecognized");
    format!("the server ended it with the alert {name}: {why}")
}

/// Takes every chain and keeps it.
#[derive(Debug)]
struct Seen {
    chain: Mutex<Vec<Vec<u8>>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = std::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
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
