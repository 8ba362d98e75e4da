//! The options about TLS that tools share: versions, cipher suites, the name asked for, a certificate of one's own.
//!
//! The struct holds values; [`TlsArgs::options`] reads the files that they name, before anything is done. When TLS is spoken
//! at all is `--tls`, with the other options about the server.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::domain::Domain;
use crate::net::tls::options::{Cipher, Identity, Options, Version, ciphers};

/// Choices about TLS.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsArgs {
    /// A PEM file with a certificate of one's own, sent where the server asks for one
    #[arg(long, value_name = "FILE", requires = "key", hide_short_help = true)]
    pub cert: Option<PathBuf>,
    /// A PEM file with its private key
    #[arg(long, value_name = "FILE", requires = "cert", hide_short_help = true)]
    pub key: Option<PathBuf>,
    /// The name to ask for in the handshake, in place of the host's
    #[arg(long, value_name = "NAME", value_parser = sni, hide_short_help = true)]
    pub sni: Option<String>,
    /// The oldest TLS version to speak
    #[arg(long, value_enum, value_name = "VERSION", hide_short_help = true)]
    pub tls_min: Option<TlsVersion>,
    /// The newest TLS version to speak
    #[arg(long, value_enum, value_name = "VERSION", hide_short_help = true)]
    pub tls_max: Option<TlsVersion>,
    /// The only cipher suites to offer, best first, by their names in OpenSSL or at IANA, with colons between
    #[arg(long, value_name = "LIST", value_parser = cipher_list, hide_short_help = true)]
    pub ciphers: Option<CipherList>,
}

/// A TLS version that can be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum TlsVersion {
    /// TLS 1.2
    #[value(name = "1.2")]
    V12,
    /// TLS 1.3
    #[value(name = "1.3")]
    V13,
}

impl From<TlsVersion> for Version {
    fn from(version: TlsVersion) -> Self {
        match version {
            TlsVersion::V12 => Self::Tls12,
            TlsVersion::V13 => Self::Tls13,
        }
    }
}

/// Cipher suites, as many as were named.
#[derive(Clone, Debug, PartialEq)]
pub struct CipherList(Vec<Cipher>);

impl TlsArgs {
    /// What the options choose; `pem`: whether records have the certificates themselves.
    ///
    /// # Errors
    /// A sentence where a file cannot be used, or options leave nothing to offer.
    pub fn options(&self, pem: bool) -> Result<Options, String> {
        if self.tls_min > self.tls_max && self.tls_max.is_some() {
            return Err("--tls-min is newer than --tls-max".into());
        }
        let identity = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Some(Identity::read(cert, key)?),
            _ => None,
        };
        let options = Options {
            identity,
            sni: self.sni.clone(),
            min: self.tls_min.map(Version::from),
            max: self.tls_max.map(Version::from),
            ciphers: self.ciphers.clone().map(|list| list.0).unwrap_or_default(),
            key: None,
            pem,
        };
        options.check()?;
        Ok(options)
    }
}

/// RFC 6066 §3: a DNS name, and no address.
fn sni(text: &str) -> Result<String, String> {
    let name: Domain = text.parse().map_err(|error: crate::domain::DomainError| error.to_string())?;
    Ok(name.as_str().to_owned())
}

fn cipher_list(text: &str) -> Result<CipherList, String> {
    ciphers(text).map(CipherList)
}

#[cfg(test)]
mod tests {
    use super::{TlsArgs, TlsVersion, cipher_list, sni};

    #[test]
    fn names_to_ask_for() {
        assert_eq!(sni("MX1.Example.org."), Ok("mx1.example.org".into()));
        for text in ["", "192.0.2.1", "a b"] {
            assert!(sni(text).is_err(), "{text}");
        }
    }

    #[test]
    fn choices_that_leave_nothing() {
        let args = |min, max, ciphers: Option<&str>| TlsArgs {
            tls_min: min,
            tls_max: max,
            ciphers: ciphers.map(|list| cipher_list(list).unwrap()),
            ..TlsArgs::default()
        };
        let (old, new) = (Some(TlsVersion::V12), Some(TlsVersion::V13));
        assert!(args(new, old, None).options(false).is_err());
        assert!(args(old, new, None).options(false).is_ok());
        assert!(args(new, None, None).options(false).is_ok());
        // The suite is one of TLS 1.2.
        assert!(args(new, None, Some("ECDHE-RSA-AES128-GCM-SHA256")).options(false).is_err());
        assert!(args(None, None, Some("ECDHE-RSA-AES128-GCM-SHA256")).options(false).is_ok());
    }

    #[test]
    fn files_that_are_none() {
        let args =
            TlsArgs { cert: Some("/nowhere/c.pem".into()), key: Some("/nowhere/k.pem".into()), ..TlsArgs::default() };
        let error = args.options(false).unwrap_err();
        assert!(error.starts_with("/nowhere/c.pem: "), "{error}");
    }
}
