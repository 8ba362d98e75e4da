//! Reads what a server answers to a ClientHello: records, the handshake messages in them, alerts (RFC 8446 §5.1 and §4,
//! RFC 5246 §6.2.1 and §7.4).
//!
//! Everything comes from a stranger. Pieces may have any size, messages may span records and records may hold several;
//! lengths may lie. At most [`LIMIT`] octets are kept, whatever was announced. What was learnt before something went wrong
//! stays.

use super::{Version, suite};

/// The most that is read of one answer. A chain of ten large certificates has 20 KiB.
pub const LIMIT: usize = 256 * 1024;

/// RFC 8446 §5.2: the largest record of any version, 2^14 octets and 2048 more.
const RECORD: usize = (1 << 14) + 2048;

/// So many octets are kept of what is not TLS.
const QUOTED: usize = 160;

/// RFC 8446 §4.1.3: the random of a ServerHello that is a HelloRetryRequest.
pub(super) const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11,
    0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// What was learnt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The server's choice.
    pub hello: Option<ServerHello>,
    /// The certificates, DER, the server's own first; in clear up to TLS 1.2 only.
    pub chain: Vec<Vec<u8>>,
    /// The key exchange group, where it was told: a curve's name, or `DHE 2048`.
    pub group: Option<String>,
    /// The alert that ended it.
    pub alert: Option<Alert>,
    /// What was wrong with the answer.
    pub trouble: Option<Trouble>,
}

/// A ServerHello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version chosen; `None` where its number is none that is known.
    pub version: Option<Version>,
    /// The number of the version.
    pub number: u16,
    /// The number of the cipher suite.
    pub cipher: u16,
}

/// An alert (RFC 8446 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its level: 1 is a warning, 2 is fatal.
    pub level: u8,
    /// What it is.
    pub description: u8,
}

/// What can be wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is not TLS; how it begins.
    NotTls(Vec<u8>),
    /// It has no sense; where.
    Malformed(&'static str),
    /// It has no end.
    TooLong,
}

/// Reads an answer; see the module.
#[derive(Debug, Default)]
pub struct Reader {
    /// Octets that are not yet a whole record.
    records: Vec<u8>,
    /// Octets of handshake messages that are not yet a whole one.
    messages: Vec<u8>,
    total: usize,
    done: bool,
    answer: Answer,
}

impl Reader {
    /// Takes octets; nothing after the end of the answer.
    pub fn push(&mut self, octets: &[u8]) {
        if self.done {
            return;
        }
        let room = LIMIT.saturating_sub(self.total);
        self.total += octets.len();
        self.records.extend_from_slice(&octets[..octets.len().min(room)]);
        let mut records = std::mem::take(&mut self.records);
        let mut at = 0;
        while let (false, Some(length)) = (self.done, self.record(&records[at..])) {
            at += length;
        }
        records.drain(..at);
        self.records = records;
        if !self.done && self.total >= LIMIT {
            self.end(Trouble::TooLong);
        }
    }

    /// Whether all is known that will be.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether anything came.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.total == 0
    }

    /// What was learnt.
    #[must_use]
    pub fn finish(self) -> Answer {
        self.answer
    }

    fn end(&mut self, trouble: Trouble) {
        self.answer.trouble = Some(trouble);
        self.done = true;
    }

    /// Reads the record at the front; its length, where it is there as a whole.
    fn record(&mut self, octets: &[u8]) -> Option<usize> {
        // RFC 8446 §5.1: 20 to 23, and the major version 3.
        if !matches!(octets, [] | [20..=23] | [20..=23, 3, ..]) {
            self.end(Trouble::NotTls(octets.iter().take(QUOTED).copied().collect()));
            return None;
        }
        let &[kind, _, _, high, low, ..] = octets else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length > RECORD {
            self.end(Trouble::Malformed("a record is longer than any may be"));
            return None;
        }
        let content = octets.get(5..5 + length)?;
        match kind {
            21 => match *content {
                [level, description] => {
                    self.answer.alert = Some(Alert { level, description });
                    // RFC 6066 §3: an unrecognized_name may be a warning, and the ServerHello follows.
                    self.done = level != 1 || description == 0;
                }
                _ => self.end(Trouble::Malformed("an alert has another length than two octets")),
            },
            22 => {
                self.messages.extend_from_slice(content);
                let mut messages = std::mem::take(&mut self.messages);
                let mut at = 0;
                while let (false, Some(length)) = (self.done, self.message(&messages[at..])) {
                    at += length;
                }
                messages.drain(..at);
                self.messages = messages;
            }
            // Encrypted, or about encryption: nothing more comes in clear.
            _ if self.answer.hello.is_some() => self.done = true,
            _ => self.end(Trouble::Malformed("a record that has no place before a ServerHello")),
        }
        Some(5 + length)
    }

    /// Reads the handshake message at the front; its length, where it is there as a whole.
    fn message(&mut self, octets: &[u8]) -> Option<usize> {
        let &[kind, a, b, c, ..] = octets else { return None };
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if length > LIMIT {
            self.end(Trouble::TooLong);
            return None;
        }
        let mut body = Bytes(octets.get(4..4 + length)?);
        let read = match (kind, self.answer.hello) {
            (2, None) => self.server_hello(&mut body),
            (11, Some(_)) => self.certificate(&mut body),
            (12, Some(hello)) => self.server_key_exchange(&mut body, hello),
            // ServerHelloDone: all that comes before our turn (RFC 5246 §7.4.5).
            (14, Some(_)) => {
                self.done = true;
                Some(())
            }
            // HelloRequest, CertificateStatus, CertificateRequest, whatever else: nothing to learn here.
            (_, Some(_)) | (0, None) => Some(()),
            (_, None) => None,
        };
        if read.is_none() {
            self.end(Trouble::Malformed(match kind {
                2 => "its ServerHello makes no sense",
                11 => "its Certificate makes no sense",
                12 => "its ServerKeyExchange makes no sense",
                _ => "a message that has no place before a ServerHello",
            }));
        }
        Some(4 + length)
    }

    /// RFC 8446 §4.1.3, RFC 5246 §7.4.1.3.
    fn server_hello(&mut self, body: &mut Bytes<'_>) -> Option<()> {
        let mut number = body.u16()?;
        let random = body.take(32)?;
        let session = body.u8()?;
        body.take(session.into())?;
        let cipher = body.u16()?;
        body.u8()?;
        let mut group = None;
        // A server of TLS 1.2 or older may leave the extensions out altogether.
        if !body.0.is_empty() {
            let length = body.u16()?;
            let mut extensions = Bytes(body.take(length.into())?);
            while !extensions.0.is_empty() {
                let kind = extensions.u16()?;
                let length = extensions.u16()?;
                let mut content = Bytes(extensions.take(length.into())?);
                match kind {
                    43 => number = content.u16()?,
                    51 => group = Some(content.u16()?),
                    _ => {}
                }
            }
        }
        let version = Version::from_number(number);
        self.answer.hello = Some(ServerHello { version, number, cipher });
        if version == Some(Version::Tls13) || random == RETRY {
            // All further messages are encrypted; a HelloRetryRequest waits for a second hello that never comes.
            self.answer.group = group.map(super::group_name);
            self.done = true;
        }
        Some(())
    }

    /// RFC 5246 §7.4.2.
    fn certificate(&mut self, body: &mut Bytes<'_>) -> Option<()> {
        let length = body.u24()?;
        let mut list = Bytes(body.take(length)?);
        while !list.0.is_empty() {
            let length = list.u24()?;
            self.answer.chain.push(list.take(length)?.to_vec());
        }
        Some(())
    }

    /// RFC 8422 §5.4 for curves, RFC 5246 §7.4.3 for primes. Signatures are not looked at.
    fn server_key_exchange(&mut self, body: &mut Bytes<'_>, hello: ServerHello) -> Option<()> {
        let name = suite::name(hello.cipher);
        if name.starts_with("TLS_ECDH") {
            // 3: a named curve.
            if body.u8()? == 3 {
                self.answer.group = Some(super::group_name(body.u16()?));
            }
        } else if name.starts_with("TLS_DH") {
            let length = body.u16()?;
            let prime = body.take(length.into())?;
            let zeros = prime.iter().take_while(|octet| **octet == 0).count();
            let bits = prime.get(zeros).map_or(0, |top| (prime.len() - zeros) * 8 - top.leading_zeros() as usize);
            self.answer.group = Some(format!("DHE {bits}"));
        }
        Some(())
    }
}

/// Octets that are taken from the front, if they are there.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(front)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|octets| octets[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|octets| u16::from_be_bytes([octets[0], octets[1]]))
    }

    fn u24(&mut self) -> Option<usize> {
        self.take(3).map(|octets| u32::from_be_bytes([0, octets[0], octets[1], octets[2]]) as usize)
    }
}
