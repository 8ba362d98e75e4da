//! The roots that certificates are judged by: the system's, and those of `--ca-file`.
//!
//! Reading 145 roots takes some 5 ms, so they are read when TLS is first spoken, once, in a thread beside the handshake.
//! A root that cannot be read is passed over: the others still count.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pki_types::pem::PemObject;
use pki_types::{CertificateDer, TrustAnchor};

/// The roots, read when first asked for.
#[derive(Debug, Default)]
pub struct Roots {
    /// The certificates of `--ca-file`, which count beside the system's.
    extra: Vec<CertificateDer<'static>>,
    anchors: OnceLock<Vec<TrustAnchor<'static>>>,
}

/// Why `--ca-file` cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct RootsError {
    path: String,
    why: String,
}

impl Roots {
    /// The system's roots, and those in a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no certificate.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, RootsError> {
        let extra = match ca_file {
            None => Vec::new(),
            Some(path) => read_pem(path)?,
        };
        Ok(Self { extra, anchors: OnceLock::new() })
    }

    /// The trust anchors.
    pub fn anchors(&self) -> &[TrustAnchor<'static>] {
        self.anchors.get_or_init(|| {
            let system = rustls_native_certs::load_native_certs().certs;
            self.extra
                .iter()
                .chain(&system)
                .filter_map(|der| webpki::anchor_from_trusted_cert(der).ok().map(|anchor| anchor.to_owned()))
                .collect()
        })
    }
}

fn read_pem(path: &Path) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    let error = |why: String| RootsError { path: PathBuf::from(path).display().to_string(), why };
    let bytes = std::fs::read(path).map_err(|e| error(e.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
    match certificates.iter().find_map(|der| webpki::anchor_from_trusted_cert(der).err()) {
        _ if certificates.is_empty() => Err(error("there is no certificate in it (PEM is wanted)".into())),
        Some(why) => Err(error(format!("a certificate in it cannot be used: {why}"))),
        None => Ok(certificates),
    }
}
