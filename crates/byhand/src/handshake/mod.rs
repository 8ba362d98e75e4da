//! The first messages of a TLS handshake, old and new: a ClientHello of our own, and what a server answers in clear.
//!
//! The TLS library speaks 1.2 and 1.3 with sound ciphers, and says of any other server that it has nothing in common with
//! it. To learn what such a server does offer, its first answer is enough: ServerHello names version and cipher, and up
//! to TLS 1.2 the Certificate and ServerKeyExchange behind it are in clear; an alert in their place is an answer too. No
//! handshake is ever completed here, so no key is made, nothing is verified, and nothing can be sent.
//!
//! 1. [`client_hello`] makes the octets of one offer: one version, every cipher suite that a server may choose
//! 2. [`Reader`] takes what comes, in pieces of any size, and keeps at most [`LIMIT`] octets of it
//! 3. [`Answer`] is what was learnt, [`suite`] has the name of a cipher suite and what is to be said of it
//!
//! RFC 6101 (SSL 3.0), RFC 2246, RFC 4346, RFC 5246, RFC 8446 (TLS 1.0 to 1.3), RFC 8422 (elliptic curves), RFC 6066 (SNI).
//! Pure: random octets are passed in. Not here: connections (`net::hello`), and what follows for the record
//! (`tool::offers`).

mod hello;
mod names;
mod reader;
pub mod suite;
mod table;
#[cfg(test)]
mod tests;

pub use hello::{Offer, client_hello};
pub use names::{alert_name, group_name};
pub use reader::{Alert, Answer, LIMIT, Reader, ServerHello, Trouble};

/// A protocol version, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// SSL 3.0 (RFC 6101), forbidden by RFC 7568.
    Ssl3,
    /// TLS 1.0 (RFC 2246), deprecated by RFC 8996.
    Tls10,
    /// TLS 1.1 (RFC 4346), deprecated by RFC 8996.
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl Version {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// As records have it: `SSLv3`, `TLSv1.0` to `TLSv1.3`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }

    /// Its number in the protocol (RFC 8446 §4.2.1, RFC 6101 §5.2.1).
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// The version that has this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.number() == number)
    }
}
