//! Our side of a handshake, made ready: the library's configuration, with the parts that watch.
//!
//! The verifier takes every chain and keeps it. The handshake's own signature is checked as ever, so that the server is
//! known to hold the key of the certificate that it shows. Whether the server asked for a certificate of ours is noted,
//! whether there is one or not. Hybrid post-quantum key exchange is offered first, with an X25519 share beside it, as
//! senders do that have it: so it shows where a server has it too, and costs no round trip where it has not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::client::ResolvesClientCert;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{self, CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, NamedGroup, SignatureScheme};

use super::options::{Key, Options};
use crate::wire::ClientCertificate;

/// One side that makes handshakes, one at a time; a second one offers the first one's session.
#[derive(Debug)]
pub struct Client {
    pub(super) config: Arc<ClientConfig>,
    pub(super) options: Arc<Options>,
    seen: Arc<Seen>,
    own: Arc<Own>,
}

impl Client {
    /// Makes one.
    ///
    /// # Errors
    /// The options leave nothing to offer.
    pub fn new(options: &Arc<Options>) -> Result<Self, String> {
        let mut provider = aws_lc_rs::default_provider();
        provider.cipher_suites = options.suites(provider.cipher_suites);
        // A stable sort: the hybrid group first, the others as they were.
        provider.kx_groups.sort_by_key(|group| group.name() != NamedGroup::X25519MLKEM768);
        let provider = Arc::new(provider);
        let seen = Arc::new(Seen { chain: Mutex::default(), provider: Arc::clone(&provider), key: options.key });
        let identity = options.identity.as_ref().map(|identity| Arc::clone(&identity.0));
        let own = Arc::new(Own { identity, asked: AtomicBool::default(), sent: AtomicBool::default() });
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&options.versions())
            .map_err(|_| {
                "nothing can be offered with these options: no version is left, or none that the cipher suites go with"
                    .to_owned()
            })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&seen) as Arc<dyn ServerCertVerifier>)
            .with_client_cert_resolver(Arc::clone(&own) as Arc<dyn ResolvesClientCert>);
        Ok(Self { config: Arc::new(config), options: Arc::clone(options), seen, own })
    }

    /// The chain that was seen last; it is not seen twice.
    pub(super) fn take_chain(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *self.seen.chain.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What became of our own certificate.
    pub(super) fn client_certificate(&self) -> ClientCertificate {
        let [asked, sent] = [&self.own.asked, &self.own.sent].map(|flag| flag.swap(false, Ordering::Relaxed));
        match (asked, sent) {
            (false, _) => ClientCertificate::NotAsked,
            (true, false) => ClientCertificate::Asked,
            (true, true) => ClientCertificate::Sent,
        }
    }
}

/// Takes every chain and keeps it.
#[derive(Debug)]
struct Seen {
    chain: Mutex<Vec<Vec<u8>>>,
    provider: Arc<CryptoProvider>,
    key: Option<Key>,
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

    /// What is offered as signature_algorithms (RFC 8446 §4.2.3): it decides which certificate a server with several shows.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.provider.signature_verification_algorithms.supported_schemes();
        if let Some(key) = self.key {
            let start = match key {
                Key::Rsa => "RSA_",
                Key::Ecdsa => "ECDSA_",
            };
            schemes.retain(|scheme| scheme.as_str().is_some_and(|name| name.starts_with(start)));
        }
        schemes
    }
}

/// Our own certificate, where there is one, and whether it was asked for.
#[derive(Debug)]
struct Own {
    identity: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
    sent: AtomicBool,
}

impl ResolvesClientCert for Own {
    fn resolve(&self, _authorities: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        // A key that can sign nothing that the server knows is of no use to it.
        let own = self.identity.clone().filter(|own| own.key.choose_scheme(schemes).is_some());
        self.sent.store(own.is_some(), Ordering::Relaxed);
        own
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
