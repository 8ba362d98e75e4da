//! What a handshake that failed leaves to be told: numbers of alerts are those of RFC 8446 §6.

use std::io;

use tokio_rustls::rustls::AlertDescription::{
    BadCertificate, CertificateRequired, HandshakeFailure, InternalError, ProtocolVersion,
};
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

use super::options::Version;
use super::{Circumstances, Options, ended_by_alert, explain};
use crate::wire::{ClientCertificate, Detail, Fault};

/// The first octets of an alert.
const ALERT: &[u8] = &[21, 3, 3];

fn error(inner: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, inner)
}

fn told(error: &io::Error, options: &Options, own: ClientCertificate, short: bool) -> (Fault, Option<Detail>) {
    let failure = explain(error, ALERT, &Circumstances { options, own, short });
    (failure.fault, failure.detail)
}

#[test]
fn what_a_failed_handshake_leaves_open() {
    use ClientCertificate::{Asked, NotAsked, Sent};
    let plain = Options::default();
    let narrow = Options { min: Some(Version::Tls13), ..Options::default() };
    let (broken, limit) = (Fault::TlsHandshake, Fault::TlsLimit);
    for (options, own, alert, fault, detail) in [
        (&plain, NotAsked, InternalError, broken, Some(Detail::ServerTrouble)),
        (&narrow, NotAsked, InternalError, broken, Some(Detail::ServerTrouble)),
        (&plain, Asked, HandshakeFailure, broken, Some(Detail::ClientCertificate)),
        (&narrow, Sent, BadCertificate, broken, Some(Detail::ClientCertificate)),
        (&plain, NotAsked, HandshakeFailure, limit, Some(Detail::NothingInCommon)),
        (&plain, NotAsked, ProtocolVersion, limit, Some(Detail::NothingInCommon)),
        (&narrow, NotAsked, ProtocolVersion, limit, Some(Detail::OwnOptions)),
        (&plain, NotAsked, AlertDescription::DecodeError, broken, None),
    ] {
        let error = error(rustls::Error::AlertReceived(alert));
        assert_eq!(told(&error, options, own, false), (fault, detail), "{alert:?} {own:?}");
    }
    let signature = error(rustls::Error::InvalidCertificate(CertificateError::BadSignature));
    assert_eq!(told(&signature, &plain, NotAsked, true), (limit, Some(Detail::ShortKey)));
    assert_eq!(told(&signature, &plain, NotAsked, false), (broken, None));
    let closed = io::Error::from(io::ErrorKind::UnexpectedEof);
    assert_eq!(told(&closed, &plain, Asked, false), (broken, Some(Detail::ClientCertificate)));
    assert_eq!(told(&closed, &plain, NotAsked, false), (broken, None));
}

/// RFC 8446 §4.4.2.4: under TLS 1.3 a server says only after the handshake that it misses a certificate.
#[test]
fn alerts_behind_the_handshake() {
    for (alert, detail) in [
        (CertificateRequired, Some(Detail::ClientCertificate)),
        (BadCertificate, Some(Detail::ClientCertificate)),
        (InternalError, Some(Detail::ServerTrouble)),
        (AlertDescription::RecordOverflow, None),
    ] {
        assert_eq!(ended_by_alert(&error(rustls::Error::AlertReceived(alert))).map(|told| told.0), Some(detail));
    }
    assert_eq!(ended_by_alert(&io::Error::from(io::ErrorKind::UnexpectedEof)), None);
}
