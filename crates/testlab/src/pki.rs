//! Certificates made at start: an authority, and for each server one that is good, or broken in one way.
//!
//! Keys are P-256; there is no RSA. Nothing is written here (a [`crate::Lab`] writes the authority's certificate as PEM),
//! nothing is kept between runs, and no certificate is meant to be trusted by anything outside a test.
//!
//! Validity is counted from the moment of making: [`Cert::Expired`] ended three days ago, [`Cert::NotYet`] begins in
//! three days.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion, version};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The name in a certificate that names another host.
pub const WRONG_NAME: &str = "elsewhere.example";

/// The kinds of certificate a server can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cert {
    /// Names the host, valid for 90 days, from the authority.
    #[default]
    Good,
    /// As good, but it ended three days ago.
    Expired,
    /// As good, but it begins in three days.
    NotYet,
    /// As good, but it ends in seven days.
    EndsSoon,
    /// Names the host and vouches for itself.
    SelfSigned,
    /// From the authority, for [`WRONG_NAME`].
    WrongName,
    /// From an intermediate, which is sent along.
    Chain,
    /// From an intermediate, which is not sent along.
    ChainBroken,
}

impl Cert {
    /// Every kind, with its word in dialogs.
    pub const ALL: [(&'static str, Self); 8] = [
        ("good", Self::Good),
        ("expired", Self::Expired),
        ("notyet", Self::NotYet),
        ("endssoon", Self::EndsSoon),
        ("selfsigned", Self::SelfSigned),
        ("wrongname", Self::WrongName),
        ("chain", Self::Chain),
        ("chainbroken", Self::ChainBroken),
    ];
}

impl FromStr for Cert {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, cert)| *cert)
            .ok_or_else(|| format!("`{word}` is no kind of certificate"))
    }
}

/// The authority.
pub struct Pki {
    ca: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    /// What was issued: a host shows the same certificate each time.
    issued: Mutex<HashMap<(Cert, String), Issued>>,
}

/// A chain as it is sent, and the leaf's key.
type Issued = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Pki {
    /// Makes the authority and its intermediate.
    ///
    /// # Errors
    /// No key could be made.
    pub fn new() -> Result<Self, String> {
        let key = || KeyPair::generate().map_err(|error| error.to_string());
        let ca = CertifiedIssuer::self_signed(authority("testlab authority")?, key()?).map_err(|e| e.to_string())?;
        let intermediate = CertifiedIssuer::signed_by(authority("testlab intermediate")?, key()?, &ca)
            .map_err(|error| error.to_string())?;
        Ok(Self { ca, intermediate, issued: Mutex::default() })
    }

    /// The authority's certificate, PEM.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.ca.pem()
    }

    /// The authority's certificate.
    #[must_use]
    pub fn ca_der(&self) -> CertificateDer<'static> {
        self.ca.der().clone()
    }

    /// What a server needs to speak TLS as `host` with such a certificate; TLS 1.2 and 1.3.
    ///
    /// # Errors
    /// `host` cannot stand in a certificate, or the cryptography failed.
    pub fn server(&self, cert: Cert, host: &str) -> Result<Arc<ServerConfig>, String> {
        self.server_with(cert, host, &[&version::TLS12, &version::TLS13])
    }

    /// The same with the TLS versions given.
    ///
    /// # Errors
    /// As [`Pki::server`].
    pub fn server_with(
        &self,
        cert: Cert,
        host: &str,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Arc<ServerConfig>, String> {
        let (chain, key) = self.issue(cert, host)?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| error.to_string())?;
        Ok(Arc::new(config))
    }

    /// The chain as it is sent, leaf first, and the leaf's key.
    ///
    /// # Errors
    /// As [`Pki::server`].
    pub fn issue(&self, cert: Cert, host: &str) -> Result<Issued, String> {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let (chain, key) = match issued.entry((cert, host.to_owned())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let made = self.make(cert, host).map_err(|error| format!("no certificate for {host}: {error}"))?;
                new.insert(made)
            }
        };
        Ok((chain.clone(), key.clone_key()))
    }

    fn make(&self, cert: Cert, host: &str) -> Result<Issued, rcgen::Error> {
        let name = if cert == Cert::WrongName { WRONG_NAME } else { host };
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = cert != Cert::SelfSigned;
        let now = date_time_ymd(1970, 1, 1) + since_epoch();
        (params.not_before, params.not_after) = match cert {
            // Half a day beside whole ones: a count of days does not change while a test runs.
            Cert::Expired => (now - 93 * DAY, now - 3 * DAY - DAY / 2),
            Cert::NotYet => (now + 3 * DAY, now + 93 * DAY),
            Cert::EndsSoon => (now - 83 * DAY, now + 7 * DAY + DAY / 2),
            _ => (now - DAY, now + 90 * DAY + DAY / 2),
        };
        let key = KeyPair::generate()?;
        let chain = match cert {
            Cert::SelfSigned => vec![params.self_signed(&key)?.der().clone()],
            Cert::Chain => {
                let leaf = params.signed_by(&key, &self.intermediate)?;
                vec![leaf.der().clone(), self.intermediate.der().clone()]
            }
            Cert::ChainBroken => vec![params.signed_by(&key, &self.intermediate)?.der().clone()],
            _ => vec![params.signed_by(&key, &self.ca)?.der().clone()],
        };
        Ok((chain, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))))
    }
}

fn authority(name: &str) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::new(Vec::new()).map_err(|error| error.to_string())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    let now = date_time_ymd(1970, 1, 1) + since_epoch();
    (params.not_before, params.not_after) = (now - 365 * DAY, now + 365 * DAY);
    Ok(params)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_made() {
        let pki = Pki::new().expect("an authority");
        assert!(pki.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
        for (word, cert) in Cert::ALL {
            assert_eq!(word.parse(), Ok(cert));
            pki.server(cert, "mx.example.test").expect(word);
            let (chain, _) = pki.issue(cert, "mx.example.test").expect(word);
            assert_eq!(chain.len(), if cert == Cert::Chain { 2 } else { 1 }, "{word}");
        }
    }
}
