//! What a person may choose about TLS: versions, cipher suites, the name asked for, a certificate of one's own.
//!
//! Names of cipher suites are IANA's or OpenSSL's. Only what the library has can be chosen: TLS 1.2 and 1.3, and suites
//! with forward secrecy and authenticated encryption (what else a server has shows in `net::hello`). Files are read here,
//! once; what is wrong with one is a sentence for whoever typed its name.

use std::path::Path;
use std::sync::Arc;

use pki_types::pem::PemObject;
use pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, CipherSuite, SupportedCipherSuite, SupportedProtocolVersion, version};

/// Choices for a handshake; the default is what a good mail server does.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The certificate that is sent where the server asks for one.
    pub identity: Option<Identity>,
    /// The name to ask for (SNI), in place of the host's.
    pub sni: Option<String>,
    /// The oldest version.
    pub min: Option<Version>,
    /// The newest version.
    pub max: Option<Version>,
    /// The only cipher suites; empty: all that the library has.
    pub ciphers: Vec<Cipher>,
    /// The only type of certificate key that is taken.
    pub key: Option<Key>,
    /// Whether the record has the certificates themselves, PEM.
    pub pem: bool,
}

/// A version that sessions can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// A type of certificate key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// RSA.
    Rsa,
    /// ECDSA.
    Ecdsa,
}

/// A cipher suite of the library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cipher(SupportedCipherSuite);

/// A certificate chain and its key.
#[derive(Clone, Debug)]
pub struct Identity(pub(super) Arc<CertifiedKey>);

impl Identity {
    /// Reads a chain and its key from PEM files; they may be the same file.
    ///
    /// # Errors
    /// A sentence: a file cannot be read or holds nothing of the kind, or key and certificate do not belong together.
    pub fn read(cert: &Path, key: &Path) -> Result<Self, String> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(cert)?)
            .collect::<Result<_, _>>()
            .map_err(|error| format!("{}: {error}", cert.display()))?;
        if chain.is_empty() {
            return Err(format!("{}: there is no certificate in it (PEM is wanted)", cert.display()));
        }
        let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| {
            format!(
                "{}: there is no private key in it that can be read (PEM without a password is wanted)",
                key.display()
            )
        })?;
        CertifiedKey::from_der(chain, private, &aws_lc_rs::default_provider()).map(|own| Self(Arc::new(own))).map_err(
            |error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    format!("{}: the key is not that of the certificate in {}", key.display(), cert.display())
                }
                // The library has no word for it.
                rustls::Error::General(_) => format!(
                    "{}: the key is of a kind or a size that cannot be used here (RSA of 2048 bits or more, ECDSA P-256, P-384 or P-521, Ed25519)",
                    key.display()
                ),
                error => format!("{}: {error}", key.display()),
            },
        )
    }
}

impl Version {
    fn library(self) -> &'static SupportedProtocolVersion {
        match self {
            Self::Tls12 => &version::TLS12,
            Self::Tls13 => &version::TLS13,
        }
    }
}

impl Options {
    /// Whether anything is left to offer.
    ///
    /// # Errors
    /// A sentence where nothing is: no version, or none that the cipher suites go with.
    pub fn check(&self) -> Result<(), String> {
        super::client::Client::new(&Arc::new(self.clone())).map(|_| ())
    }

    /// The versions that are offered; none where the oldest is newer than the newest.
    pub(super) fn versions(&self) -> Vec<&'static SupportedProtocolVersion> {
        [Version::Tls13, Version::Tls12]
            .into_iter()
            .filter(|version| self.min.is_none_or(|min| min <= *version) && self.max.is_none_or(|max| *version <= max))
            .map(Version::library)
            .collect()
    }

    /// The cipher suites that are offered, of those given.
    pub(super) fn suites(&self, all: Vec<SupportedCipherSuite>) -> Vec<SupportedCipherSuite> {
        let mut suites = all;
        if !self.ciphers.is_empty() {
            // In the order typed: the first is the one liked best.
            suites = self.ciphers.iter().map(|cipher| cipher.0).collect();
        }
        if let Some(key) = self.key {
            let other = match key {
                Key::Rsa => "_ECDSA_",
                Key::Ecdsa => "_RSA_",
            };
            suites.retain(|suite| !cipher_name(suite.suite()).contains(other));
        }
        suites
    }
}

/// Reads names of cipher suites with colons, commas or blanks between.
///
/// # Errors
/// A sentence that names those that there are.
pub fn ciphers(list: &str) -> Result<Vec<Cipher>, String> {
    let all = aws_lc_rs::ALL_CIPHER_SUITES;
    let mut ciphers = Vec::new();
    for name in list.split([':', ',', ' ']).filter(|name| !name.is_empty()) {
        let fits = |suite: &&SupportedCipherSuite| {
            let iana = cipher_name(suite.suite());
            iana.eq_ignore_ascii_case(name) || openssl_name(&iana).eq_ignore_ascii_case(name)
        };
        let Some(suite) = all.iter().find(fits) else {
            let names: Vec<String> = all.iter().map(|suite| openssl_name(&cipher_name(suite.suite()))).collect();
            return Err(format!(
                "{name} is not a cipher suite that can be offered here; there are {}",
                names.join(", ")
            ));
        };
        ciphers.push(Cipher(*suite));
    }
    if ciphers.is_empty() { Err("give at least one cipher suite".into()) } else { Ok(ciphers) }
}

/// The IANA name: the library writes `TLS13_AES_256_GCM_SHA384` for `TLS_AES_256_GCM_SHA384`.
pub(super) fn cipher_name(suite: CipherSuite) -> String {
    format!("{suite:?}").replacen("TLS13_", "TLS_", 1)
}

/// OpenSSL's name of a suite of the library: `ECDHE-RSA-AES128-GCM-SHA256`; those of TLS 1.3 have IANA's.
fn openssl_name(iana: &str) -> String {
    if !iana.starts_with("TLS_ECDHE_") {
        return iana.to_owned();
    }
    let name = iana.trim_start_matches("TLS_").replace("_WITH", "").replace("AES_", "AES").replace('_', "-");
    // The hash goes without saying where there is one cipher only that goes with it.
    name.strip_suffix("-POLY1305-SHA256").map_or(name.clone(), |start| format!("{start}-POLY1305"))
}

#[cfg(test)]
mod tests {
    use super::{Key, Options, Version, cipher_name, ciphers};

    fn names(list: &str) -> Vec<String> {
        ciphers(list).unwrap().iter().map(|cipher| cipher_name(cipher.0.suite())).collect()
    }

    // `openssl ciphers -stdname` has both names beside each other.
    #[test]
    fn both_names_of_each_suite() {
        for (openssl, iana) in [
            ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
            ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
            ("TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"),
            ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
            ("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
            ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
            ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ] {
            assert_eq!(names(openssl), [iana]);
            assert_eq!(names(iana), [iana]);
        }
        assert_eq!(
            names("ecdhe-rsa-aes128-gcm-sha256:TLS_AES_128_GCM_SHA256"),
            ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"]
        );
        let error = ciphers("AES128-SHA").unwrap_err();
        assert!(error.contains("AES128-SHA") && error.contains("ECDHE-RSA-AES128-GCM-SHA256"), "{error}");
        assert!(ciphers(" :").is_err());
    }

    #[test]
    fn choices_that_leave_nothing() {
        let ciphers = ciphers("ECDHE-ECDSA-AES128-GCM-SHA256").unwrap();
        let none = [
            Options { min: Some(Version::Tls13), ciphers, ..Options::default() },
            Options { min: Some(Version::Tls13), max: Some(Version::Tls12), ..Options::default() },
        ];
        for options in none {
            let why = options.check().unwrap_err();
            assert!(why.starts_with("nothing can be offered") && !why.contains("unexpected"), "{why}");
        }
        assert_eq!(Options::default().check(), Ok(()));
    }

    #[test]
    fn choices_narrow_the_offer() {
        let versions = |min, max| Options { min, max, ..Options::default() }.versions().len();
        let (old, new) = (Some(Version::Tls12), Some(Version::Tls13));
        assert_eq!([versions(None, None), versions(old, new), versions(new, None), versions(None, old)], [2, 2, 1, 1]);
        assert_eq!(versions(new, old), 0);
        let suites = |key| {
            let options = Options { key, ..Options::default() };
            let all = options.suites(super::aws_lc_rs::ALL_CIPHER_SUITES.to_vec());
            all.iter().map(|suite| cipher_name(suite.suite())).collect::<Vec<_>>()
        };
        // Three of TLS 1.3 and three of each key type.
        assert_eq!((suites(None).len(), suites(Some(Key::Rsa)).len(), suites(Some(Key::Ecdsa)).len()), (9, 6, 6));
        assert!(suites(Some(Key::Rsa)).iter().all(|name| !name.contains("ECDSA")));
    }
}
