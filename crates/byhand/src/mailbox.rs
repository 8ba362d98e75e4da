//! A mailbox (RFC 5321 §4.1.2): local part, "@", and a domain or an address literal.
//!
//! Read with or without angle brackets around it. The local part is kept as it was written, since only its own host may
//! say what it means (RFC 5321 §2.3.11); UTF-8 is allowed there (RFC 6531 §3.3). A parsed [`Mailbox`] holds no control
//! character, so that no command line built from one can grow a second line.
//!
//! Not here: display names (`Ann <ann@example.org>`), groups, source routes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::domain::{Domain, DomainError};

/// A mailbox: what stands between the brackets of MAIL FROM and RCPT TO.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    local: String,
    host: MailHost,
}

/// What stands to the right of the "@".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MailHost {
    /// A domain name.
    Domain(Domain),
    /// An address literal, `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
    Literal(IpAddr),
}

/// Why a text is no mailbox. `Display` is a sentence without the text itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// There is no "@" in it.
    #[error("an address has an \"@\" in it")]
    NoAt,
    /// Nothing stands before the "@".
    #[error("nothing stands before the \"@\"")]
    NoLocal,
    /// A character that may not stand in the local part as it is.
    #[error("{} cannot stand before the \"@\" unless it is quoted", crate::domain::named(*.0))]
    Local(char),
    /// A quotation mark without its partner.
    #[error("the quoted part before the \"@\" does not end")]
    Quote,
    /// An opening angle bracket without its partner, or the other way round.
    #[error("angle brackets come in pairs")]
    Brackets,
    /// A name, or something else, beside an address in angle brackets.
    #[error("only the address itself is wanted here, as in someone@example.org, without a name beside it")]
    NotAlone,
    /// A URL.
    #[error("this is a URL: give the address alone, such as someone@example.org")]
    Url,
    /// The brackets hold no address.
    #[error("[...] holds an IPv4 address, or IPv6: and an IPv6 address")]
    Literal,
    /// The local part has more than 64 octets (RFC 5321 §4.5.3.1.1); the octets it has.
    #[error("what stands before the \"@\" cannot have more than 64 octets, and this has {0}")]
    Long(usize),
    /// What follows the "@" is no domain.
    #[error("{0}")]
    Domain(#[from] DomainError),
}

impl Mailbox {
    /// The local part, as written, quotes included.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain or the address literal.
    #[must_use]
    pub fn host(&self) -> &MailHost {
        &self.host
    }

    /// Whether SMTPUTF8 is needed to name it (RFC 6531 §3.2): the domain never needs it, being in A-labels.
    #[must_use]
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.host)
    }
}

impl fmt::Display for MailHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => domain.fmt(f),
            Self::Literal(address) => f.write_str(&literal(*address)),
        }
    }
}

/// An address as a literal: `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
#[must_use]
pub fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

/// Reads `[192.0.2.1]` or `[IPv6:2001:db8::1]`; the tag in any case.
#[must_use]
pub fn parse_literal(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(v4) = inner.parse::<Ipv4Addr>() {
        return Some(v4.into());
    }
    let (tag, rest) = inner.split_at_checked(5)?;
    (tag.eq_ignore_ascii_case("ipv6:")).then(|| rest.parse::<Ipv6Addr>().ok()).flatten().map(IpAddr::V6)
}

impl FromStr for Mailbox {
    type Err = MailboxError;

    fn from_str(text: &str) -> Result<Self, MailboxError> {
        if text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
            return Err(MailboxError::Url);
        }
        let text = match (text.strip_prefix('<'), text.ends_with('>')) {
            (Some(inner), true) => &inner[..inner.len() - 1],
            (None, false) => text,
            _ if is_in_company(text) => return Err(MailboxError::NotAlone),
            _ => return Err(MailboxError::Brackets),
        };
        let at = local_end(text)?;
        let (local, host) = (&text[..at], &text[at + 1..]);
        if local.is_empty() {
            return Err(MailboxError::NoLocal);
        }
        if local.len() > 64 {
            return Err(MailboxError::Long(local.len()));
        }
        let host = if host.starts_with('[') {
            MailHost::Literal(parse_literal(host).ok_or(MailboxError::Literal)?)
        } else {
            MailHost::Domain(host.parse()?)
        };
        Ok(Self { local: local.to_owned(), host })
    }
}

/// Whether an address in brackets has something beside it: `Ann <ann@example.org>`.
fn is_in_company(text: &str) -> bool {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>'));
    inner.is_some_and(|(inner, _)| inner.contains('@') && !inner.contains(['<', '>']))
}

/// Where the local part ends: the offset of its "@" (RFC 5321 §4.1.2: Dot-string or Quoted-string).
fn local_end(text: &str) -> Result<usize, MailboxError> {
    if let Some(rest) = text.strip_prefix('"') {
        let mut escaped = false;
        for (i, c) in rest.char_indices() {
            match c {
                c if c.is_control() => return Err(MailboxError::Local(c)),
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' if rest[i + 1..].starts_with('@') => return Ok(i + 2),
                '"' => return Err(MailboxError::Quote),
                _ => {}
            }
        }
        return Err(MailboxError::Quote);
    }
    let at = text.rfind('@').ok_or(MailboxError::NoAt)?;
    let local = &text[..at];
    // atext and dots; a dot at an end or two in a row is against the grammar, but such mailboxes are in use.
    match local.chars().find(|c| c.is_control() || c.is_whitespace() || "\"(),:;<>@[\\]".contains(*c)) {
        Some(bad) => Err(MailboxError::Local(bad)),
        None => Ok(at),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mailbox, MailboxError};

    fn check(text: &str, expected: Result<&str, MailboxError>) {
        let got = text.parse::<Mailbox>().map(|m| m.to_string());
        assert_eq!(got, expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn mailboxes() {
        check("someone@example.org", Ok("someone@example.org"));
        check("<someone@Example.ORG>", Ok("someone@example.org"));
        check("Some.One+tag@bücher.example", Ok("Some.One+tag@xn--bcher-kva.example"));
        check("\"a @ b\"@example.org", Ok("\"a @ b\"@example.org"));
        check("\"a\\\"b\"@example.org", Ok("\"a\\\"b\"@example.org"));
        check("почта@example.org", Ok("почта@example.org"));
        check("postmaster@[192.0.2.1]", Ok("postmaster@[192.0.2.1]"));
        check("postmaster@[ipv6:2001:DB8::1]", Ok("postmaster@[IPv6:2001:db8::1]"));
    }

    #[test]
    fn slips_are_named() {
        check("example.org", Err(MailboxError::NoAt));
        check("@example.org", Err(MailboxError::NoLocal));
        check("a b@example.org", Err(MailboxError::Local(' ')));
        check("a@b@example.org", Err(MailboxError::Local('@')));
        check("a\r\nRCPT TO:<b@example.org>", Err(MailboxError::NotAlone));
        check("Steve <a@good.test>", Err(MailboxError::NotAlone));
        check("<a@good.test> (Steve)", Err(MailboxError::NotAlone));
        check("a@example.org>", Err(MailboxError::Brackets));
        check("mailto:a@good.test", Err(MailboxError::Url));
        assert_eq!(
            MailboxError::Local('\r').to_string(),
            "the control character \\x0d cannot stand before the \"@\" unless it is quoted"
        );
        check("a\r\nb@example.org", Err(MailboxError::Local('\r')));
        check("\"a\nb\"@example.org", Err(MailboxError::Local('\n')));
        check("\"a@example.org", Err(MailboxError::Quote));
        check("<a@example.org", Err(MailboxError::Brackets));
        check("a@[192.0.2]", Err(MailboxError::Literal));
        check("a@[2001:db8::1]", Err(MailboxError::Literal));
        check("a@", Err(MailboxError::Domain(crate::domain::DomainError::Empty)));
        check(&format!("{}@example.org", "a".repeat(65)), Err(MailboxError::Long(65)));
    }
}
