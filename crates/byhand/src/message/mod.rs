//! Messages: as given, or made here (RFC 5322).
//!
//! [`Message`] holds what goes behind DATA: CRLF line ends only. A message that is given keeps its octets but for its
//! line ends: LF, and CR that stands alone, become CRLF, so that no receiver can take for an end what is none (what is
//! called SMTP smuggling lives on servers that disagree about them). `compose` makes the small honest test message.
//!
//! Not here: dots (`smtp::dot`), and MIME beyond one text part.

pub mod body;
pub mod compose;
pub mod header;
mod names;

use std::sync::Arc;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::wire::{Finding, FindingId};

/// RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6: octets of a line without its CRLF.
pub const LINE: usize = 998;

/// A message as it goes behind DATA, dots not yet doubled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    content: Arc<[u8]>,
    /// CRs and LFs that stood alone in a message whose other line ends are CRLF, and CRs that stood alone in any.
    stray: usize,
}

impl Message {
    /// A message as it was given: CRLF or LF line ends; a last line without one gets it.
    #[must_use]
    pub fn given(octets: &[u8]) -> Self {
        let mut content = Vec::with_capacity(octets.len() + octets.len() / 32);
        let (mut crlf, mut lf, mut cr) = (0usize, 0usize, 0usize);
        let mut at = 0;
        while let Some(&octet) = octets.get(at) {
            match (octet, octets.get(at + 1)) {
                (b'\r', Some(b'\n')) => {
                    crlf += 1;
                    at += 1;
                }
                (b'\r', _) => cr += 1,
                (b'\n', _) => lf += 1,
                _ => {}
            }
            if matches!(octet, b'\r' | b'\n') {
                content.extend_from_slice(b"\r\n");
            } else {
                content.push(octet);
            }
            at += 1;
        }
        // RFC 5321 §4.1.1.4: the last line ends too before the dot; every figure is of what goes out.
        if !content.is_empty() && !content.ends_with(b"\r\n") {
            content.extend_from_slice(b"\r\n");
        }
        // A file in Unix's manner has LFs only, and they are its line ends.
        let stray = if crlf > 0 { lf + cr } else { cr };
        Self { content: content.into(), stray }
    }

    /// The octets, line ends CRLF; shared, not copied.
    #[must_use]
    pub fn content(&self) -> Arc<[u8]> {
        Arc::clone(&self.content)
    }

    /// The same without a header and what is folded into it; `name` in lower case.
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        let head = self.head();
        let (mut kept, mut inside) = (Vec::with_capacity(self.content.len()), false);
        for line in head.split_inclusive(|&b| b == b'\n') {
            let folded = line.starts_with(b" ") || line.starts_with(b"\t");
            inside = if folded { inside } else { header::is_field(line, name) };
            if !inside {
                kept.extend_from_slice(line);
            }
        }
        kept.extend_from_slice(&self.content[head.len()..]);
        Self { content: kept.into(), ..self }
    }

    /// SHA-256 of the same, hex.
    #[must_use]
    pub fn sha256(&self) -> String {
        HEXLOWER.encode(digest::digest(&digest::SHA256, &self.content).as_ref())
    }

    /// The header section, its last CRLF included; empty where the message begins with its body.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        let end = self.content.windows(4).position(|four| four == b"\r\n\r\n").map_or(self.content.len(), |at| at + 2);
        if self.content.starts_with(b"\r\n") { &[] } else { self.content.get(..end).unwrap_or_default() }
    }

    /// Whether the header section has octets beyond ASCII (RFC 6532).
    #[must_use]
    pub fn has_utf8_headers(&self) -> bool {
        !self.head().is_ascii()
    }

    /// The first Message-ID, with its angle brackets.
    #[must_use]
    pub fn message_id(&self) -> Option<String> {
        let value = header::values(self.head(), "message-id").next()?;
        let (begin, end) = (value.find('<')?, value.find('>')?);
        (begin < end).then(|| value[begin..=end].to_owned())
    }

    /// What is worth telling about it before it goes out.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.stray > 0 {
            let text = format!(
                "{} line ends of the message were CR or LF alone; they were sent as CRLF (RFC 5321 §2.3.8)",
                self.stray
            );
            findings.push(Finding::new(FindingId::LineEnds, text));
        }
        let longest = self.content.split(|&b| b == b'\n').map(|line| line.len().saturating_sub(1)).max().unwrap_or(0);
        if longest > LINE {
            let text = format!(
                "a line of the message has {longest} octets; {LINE} are the most (RFC 5322 §2.1.1), and servers may cut or \
                 refuse it"
            );
            findings.push(Finding::new(FindingId::LongMessageLine, text));
        }
        let head = self.head();
        for name in ["from", "date"] {
            // RFC 5322 §3.6: each of them exactly once.
            match header::values(head, name).count() {
                1 => {}
                0 => findings.push(Finding::new(
                    FindingId::MessageHeaders,
                    format!(
                        "the message has no {} header (RFC 5322 §3.6); receivers may refuse it or file it as spam",
                        title(name)
                    ),
                )),
                n => findings.push(Finding::new(
                    FindingId::MessageHeaders,
                    format!("the message has {n} {} headers (RFC 5322 §3.6 allows one)", title(name)),
                )),
            }
        }
        findings
    }
}

fn title(name: &str) -> String {
    let mut title = name.to_owned();
    title[..1].make_ascii_uppercase();
    title
}

#[cfg(test)]
mod tests {
    use super::Message;
    use crate::wire::FindingId;

    #[track_caller]
    fn check(given: &[u8], content: &[u8], stray: usize) {
        let message = Message::given(given);
        assert_eq!((&*message.content(), message.stray), (content, stray), "{:?}", given.escape_ascii().to_string());
    }

    #[test]
    fn line_ends_become_crlf_and_nothing_else_changes() {
        check(b"a\nb\n", b"a\r\nb\r\n", 0);
        // RFC 5321 §4.1.1.4: the last line ends in CRLF as well; no line is added to what does.
        check(b"a\r\nb", b"a\r\nb\r\n", 0);
        check(b"a\r", b"a\r\n", 1);
        check(b"a\r\n\nb\r\n", b"a\r\n\r\nb\r\n", 1);
        check(b"a\rb\n", b"a\r\nb\r\n", 1);
        check(b"a\r\r\n", b"a\r\n\r\n", 1);
        check(b".\n.\r.\r\n", b".\r\n.\r\n.\r\n", 2);
        check(b"\xff\0 \t\n", b"\xff\0 \t\r\n", 0);
        check(b"", b"", 0);
    }

    #[test]
    fn heads_and_what_they_say() {
        let message = Message::given(b"From: a@client.test\nMessage-ID:\n <1@client.test>\nDate: now\n\nFrom: body\n");
        assert_eq!(message.head(), b"From: a@client.test\r\nMessage-ID:\r\n <1@client.test>\r\nDate: now\r\n");
        assert_eq!(message.message_id().as_deref(), Some("<1@client.test>"));
        assert_eq!(message.findings(), []);
        assert_eq!(Message::given(b"\nbody").head(), b"");
        assert!(Message::given("Subject: gr\u{fc}n\n\n".as_bytes()).has_utf8_headers());
        assert!(!Message::given("Subject: x\n\ngr\u{fc}n".as_bytes()).has_utf8_headers());
    }

    #[test]
    fn a_header_is_taken_out_whole() {
        let message = Message::given(b"To: a\nBCC : b,\n c\nX-Bcc: d\nbcc: e\n\nBcc: body\n").without("bcc");
        assert_eq!(&*message.content(), b"To: a\r\nX-Bcc: d\r\n\r\nBcc: body\r\n");
        assert_eq!(&*Message::given(b"\nBcc: body\n").without("bcc").content(), b"\r\nBcc: body\r\n");
    }

    #[test]
    fn what_is_worth_telling() {
        let ids = |given: &[u8]| Message::given(given).findings().into_iter().map(|f| f.id).collect::<Vec<_>>();
        let head = "From: a@client.test\r\nDate: x\r\n\r\n";
        let line = |n: usize| format!("{head}{}\r\n", "x".repeat(n)).into_bytes();
        assert_eq!(ids(&line(998)), []);
        assert_eq!(ids(&line(999)), [FindingId::LongMessageLine]);
        assert_eq!(
            ids(b"Date: x\r\nDate: y\r\n\r\nfrom: no header"),
            [FindingId::MessageHeaders, FindingId::MessageHeaders]
        );
        assert_eq!(ids(&[head.as_bytes(), b"a\rb"].concat()), [FindingId::LineEnds]);
    }

    #[test]
    fn sha256_of_what_is_sent() {
        // printf 'a\r\n' | sha256sum
        assert_eq!(Message::given(b"a\n").sha256(), SHA256_A_CRLF);
        assert_eq!(Message::given(b"a").sha256(), SHA256_A_CRLF);
    }

    const SHA256_A_CRLF: &str = "8e4621379786ef42a4fec155cd525c291dd7db3c1fde3478522f4f61c03fd1bd";
}
