//! Cipher suites: their names, which go with which version, and what is to be said of one.
//!
//! What a suite is worth is read from its name, which tells key exchange, cipher and hash. RFC 9325 §4.1 and §4.2 say what
//! should not be used any more, and why.

use super::Version;
use super::table::SUITES;

/// What a suite is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// It can be broken, or protects nothing.
    Weak,
    /// No attack is known that works in practice, but it lacks what newer ones have.
    Dated,
    /// Forward secrecy and authenticated encryption.
    Sound,
}

/// The name in IANA's registry; its number where it is none of ours, `0xC0FF`.
#[must_use]
pub fn name(number: u16) -> String {
    let known = SUITES.iter().find(|(each, _)| *each == number).map(|(_, name)| (*name).to_owned());
    known.unwrap_or_else(|| format!("0x{number:04X}"))
}

/// The numbers that are offered with a version, best first.
pub(super) fn offered(version: Version) -> impl Iterator<Item = u16> {
    SUITES.iter().filter(move |(number, name)| fits(version, *number, name)).map(|(number, _)| *number)
}

fn fits(version: Version, number: u16, name: &str) -> bool {
    let of_tls13 = number >> 8 == 0x13;
    // RFC 5246 §A.5, RFC 8422 §6: what has another MAC than SHA-1 and MD5 came with TLS 1.2.
    let old = name.ends_with("_SHA") || name.ends_with("_MD5");
    match version {
        Version::Tls13 => of_tls13,
        Version::Tls12 => !of_tls13,
        Version::Tls10 | Version::Tls11 => old,
        // Without extensions no curve can be agreed on.
        Version::Ssl3 => old && !name.starts_with("TLS_ECDH"),
    }
}

/// What a suite of this name is worth, and why: each reason a few words.
#[must_use]
pub fn remark(name: &str) -> (Worth, Vec<&'static str>) {
    let has = |part: &str| name.contains(part);
    let weak: Vec<&str> = [
        (has("_NULL_"), "nothing is encrypted"),
        (has("_anon_"), "the server does not say who it is"),
        (has("EXPORT"), "keys of 40 bits, for export rules of the 1990s"),
        (has("_DES_"), "DES has keys of 56 bits"),
        (has("_RC4_"), "RC4 is broken (RFC 7465)"),
        (has("_RC2_") || has("_IDEA_") || has("_3DES_"), "blocks of 64 bits repeat too soon"),
        (name.ends_with("_MD5"), "MD5"),
    ]
    .into_iter()
    .filter_map(|(holds, why)| holds.then_some(why))
    .collect();
    if !weak.is_empty() {
        return (Worth::Weak, weak);
    }
    if !name.starts_with("TLS_") {
        return (Worth::Dated, vec!["not known here"]);
    }
    let mut dated = Vec::new();
    if name.starts_with("TLS_RSA_") {
        dated.push("no forward secrecy (RSA key exchange)");
    }
    if has("_CBC_") {
        dated.push("CBC");
    }
    if has("_DSS_") {
        dated.push("DSA");
    }
    if has("_CCM_8") {
        dated.push("a short tag");
    }
    (if dated.is_empty() { Worth::Sound } else { Worth::Dated }, dated)
}
