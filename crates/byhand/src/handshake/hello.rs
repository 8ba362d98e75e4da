//! The ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2): one version offered, and all that goes with it.
//!
//! Up to TLS 1.2 every cipher suite is offered that the version can have, so that a refusal is about the version. A TLS
//! 1.3 offer has a key share of X25519 that is 32 random octets (each such string is a public key, RFC 7748 §5): the
//! server's choice shows without a secret. A server that wants another group says which in a HelloRetryRequest, which is
//! answer enough. SSL 3.0 knows no extensions, and so no name.

use super::Version;
use super::suite;

/// What is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The only version.
    pub version: Version,
    /// The name asked for (SNI, RFC 6066 §3): a host name, never an address.
    pub name: Option<&'a str>,
    /// The client's random, a session id and a key share, 32 octets each.
    pub random: &'a [u8; 96],
}

/// Signals secure renegotiation without an extension (RFC 5746 §3.3); some servers refuse who does not know it.
const RENEGOTIATION_SCSV: u16 = 0x00FF;

/// Curves and groups up to TLS 1.2 (RFC 8422 §5.1.1). Those of RFC 7919 are left out: a server that knows them and has
/// another prime would no longer offer its own.
const CURVES: &[u16] = &[29, 23, 24, 25, 30];

/// Groups of TLS 1.3, hybrid post-quantum first, so that a server which has it can say so.
const GROUPS: &[u16] = &[0x11EC, 29, 23, 24, 25, 30, 0x0100, 0x0101];

/// Signature algorithms (RFC 8446 §4.2.3): ECDSA, EdDSA, RSA-PSS, RSA.
const SIGNATURES: &[u16] =
    &[0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601];

/// The old ones, for TLS 1.2 only: SHA-1 and SHA-224, DSA.
const OLD_SIGNATURES: &[u16] = &[0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0202];

/// The octets to send: one record.
#[must_use]
pub fn client_hello(offer: &Offer<'_>) -> Vec<u8> {
    let version = offer.version;
    let mut body = Vec::with_capacity(512);
    // RFC 8446 §4.1.2: TLS 1.3 calls itself 1.2 here, and itself in an extension.
    u16s(&mut body, version.number().min(Version::Tls12.number()));
    body.extend_from_slice(&offer.random[..32]);
    if version == Version::Tls13 {
        // A session id, as TLS 1.2 would have one: boxes on the way expect it (RFC 8446 §D.4).
        short(&mut body, |body| body.extend_from_slice(&offer.random[32..64]));
    } else {
        body.push(0);
    }
    long(&mut body, |body| {
        suite::offered(version).for_each(|number| u16s(body, number));
        if version < Version::Tls13 {
            u16s(body, RENEGOTIATION_SCSV);
        }
    });
    // No compression (RFC 5246 §7.4.1.2).
    short(&mut body, |body| body.push(0));
    if version > Version::Ssl3 {
        long(&mut body, |body| extensions(body, offer));
    }
    let mut message = vec![1];
    message.extend_from_slice(&(body.len() as u32).to_be_bytes()[1..]);
    message.extend_from_slice(&body);
    let mut record = vec![22];
    // RFC 8446 §5.1: an initial ClientHello goes out as 1.0, for what stands between; SSL 3.0 as itself.
    u16s(&mut record, version.number().min(Version::Tls10.number()));
    long(&mut record, |record| record.extend_from_slice(&message));
    record
}

fn extensions(body: &mut Vec<u8>, offer: &Offer<'_>) {
    let new = offer.version == Version::Tls13;
    if let Some(name) = offer.name {
        extension(body, 0, |body| {
            long(body, |body| {
                body.push(0);
                long(body, |body| body.extend_from_slice(name.as_bytes()));
            });
        });
    }
    let groups = if new { GROUPS } else { CURVES };
    extension(body, 10, |body| long(body, |body| groups.iter().for_each(|group| u16s(body, *group))));
    if !new {
        // Points uncompressed (RFC 8422 §5.1.2).
        extension(body, 11, |body| short(body, |body| body.push(0)));
    }
    if offer.version >= Version::Tls12 {
        let old = if new { &[][..] } else { OLD_SIGNATURES };
        extension(body, 13, |body| {
            long(body, |body| SIGNATURES.iter().chain(old).for_each(|scheme| u16s(body, *scheme)));
        });
    }
    if new {
        extension(body, 43, |body| short(body, |body| u16s(body, Version::Tls13.number())));
        extension(body, 51, |body| {
            long(body, |body| {
                u16s(body, 29);
                long(body, |body| body.extend_from_slice(&offer.random[64..]));
            });
        });
    }
}

fn extension(body: &mut Vec<u8>, number: u16, content: impl FnOnce(&mut Vec<u8>)) {
    u16s(body, number);
    long(body, content);
}

fn u16s(body: &mut Vec<u8>, number: u16) {
    body.extend_from_slice(&number.to_be_bytes());
}

/// Content behind its length in one octet.
fn short(body: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    let at = body.len();
    body.push(0);
    content(body);
    // What goes in is fixed but for the name, which stands in a `long`.
    body[at] = u8::try_from(body.len() - at - 1).unwrap_or(u8::MAX);
}

/// Content behind its length in two octets.
fn long(body: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    let at = body.len();
    u16s(body, 0);
    content(body);
    let length = u16::try_from(body.len() - at - 2).unwrap_or(u16::MAX);
    body[at..at + 2].copy_from_slice(&length.to_be_bytes());
}
