//! Commands: one line each, and never more (RFC 5321 §4.1).
//!
//! A [`Command`] cannot hold CR, LF or NUL: it is built from parsed parts, or refused. There is no blank around the colon
//! of MAIL FROM: and RCPT TO: (RFC 5321 §3.3).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::domain::{Domain, DomainError};
use crate::mailbox::{self, Mailbox};

/// One command line, without its CRLF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// EHLO (RFC 5321 §4.1.1.1).
    #[must_use]
    pub fn ehlo(name: &HeloName) -> Self {
        Self(format!("EHLO {name}"))
    }

    /// HELO, for servers that do not know EHLO.
    #[must_use]
    pub fn helo(name: &HeloName) -> Self {
        Self(format!("HELO {name}"))
    }

    /// LHLO, the EHLO of LMTP (RFC 2033 §4.1).
    #[must_use]
    pub fn lhlo(name: &HeloName) -> Self {
        Self(format!("LHLO {name}"))
    }

    /// STARTTLS (RFC 3207 §4: without parameters).
    #[must_use]
    pub fn starttls() -> Self {
        Self("STARTTLS".into())
    }

    /// MAIL FROM; `None` is the null reverse-path `<>`. `parameters` are the session's own, each with a blank before it.
    #[must_use]
    pub(super) fn mail(from: Option<&Mailbox>, parameters: &str) -> Self {
        let from = from.map(ToString::to_string).unwrap_or_default();
        Self(format!("MAIL FROM:<{from}>{parameters}"))
    }

    /// RCPT TO.
    #[must_use]
    pub fn rcpt(to: &Mailbox) -> Self {
        Self::rcpt_with(to, "")
    }

    /// The same with parameters, which are the session's own as those of MAIL are.
    #[must_use]
    pub(super) fn rcpt_with(to: &Mailbox, parameters: &str) -> Self {
        Self(format!("RCPT TO:<{to}>{parameters}"))
    }

    /// DATA.
    #[must_use]
    pub fn data() -> Self {
        Self("DATA".into())
    }

    /// RSET.
    #[must_use]
    pub fn rset() -> Self {
        Self("RSET".into())
    }

    /// QUIT.
    #[must_use]
    pub fn quit() -> Self {
        Self("QUIT".into())
    }

    /// The line without its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The verb: `EHLO`, `MAIL` ...
    #[must_use]
    pub fn verb(&self) -> &str {
        self.0.split([' ', ':']).next().unwrap_or_default()
    }

    /// The line as it goes out.
    #[must_use]
    pub fn to_wire(&self) -> Vec<u8> {
        format!("{}\r\n", self.0).into_bytes()
    }
}

/// What we call ourselves in EHLO: a domain name or an address literal (RFC 5321 §4.1.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeloName {
    /// A domain name.
    Domain(Domain),
    /// An address literal.
    Literal(IpAddr),
}

impl fmt::Display for HeloName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => domain.fmt(f),
            Self::Literal(address) => f.write_str(&mailbox::literal(*address)),
        }
    }
}

impl FromStr for HeloName {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        match mailbox::parse_literal(text) {
            Some(address) => Ok(Self::Literal(address)),
            None => text.parse().map(Self::Domain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, HeloName};

    #[test]
    fn lines_as_rfc_5321_4_1_1_writes_them() {
        let from = "me@example.net".parse().unwrap();
        let name = |text: &str| text.parse::<HeloName>().unwrap();
        assert_eq!(Command::ehlo(&name("Client.Example.")).as_str(), "EHLO client.example");
        assert_eq!(Command::ehlo(&name("[192.0.2.9]")).as_str(), "EHLO [192.0.2.9]");
        assert_eq!(Command::lhlo(&name("client.example")).as_str(), "LHLO client.example");
        assert_eq!(Command::helo(&name("[IPv6:2001:db8::9]")).as_str(), "HELO [IPv6:2001:db8::9]");
        assert_eq!(Command::mail(Some(&from), "").as_str(), "MAIL FROM:<me@example.net>");
        assert_eq!(Command::mail(None, "").as_str(), "MAIL FROM:<>");
        assert_eq!(Command::mail(Some(&from), " SMTPUTF8").as_str(), "MAIL FROM:<me@example.net> SMTPUTF8");
        assert_eq!(Command::rcpt(&"<someone@example.org>".parse().unwrap()).as_str(), "RCPT TO:<someone@example.org>");
        assert_eq!(Command::mail(None, "").verb(), "MAIL");
        assert_eq!(Command::quit().to_wire(), b"QUIT\r\n");
    }

    #[test]
    fn nothing_can_add_a_line() {
        for text in ["a\r\nQUIT", "a\nb", "a b", "a\0", "[192.0.2.1]\r\nQUIT", ""] {
            assert!(text.parse::<HeloName>().is_err(), "{text:?}");
        }
    }
}
