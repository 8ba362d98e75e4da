//! A domain name, parsed once and then known to be good.
//!
//! [`Domain`] holds what goes to DNS: A-labels (RFC 5890 §2.3.2.1), lower case, without the final dot, every label 1 to
//! 63 octets and the whole at most 253 (RFC 1035 §2.3.4). What a person types in its own script is mapped as UTS 46 asks
//! before it becomes an A-label. Letters, digits, hyphen and underscore may stand in a label: mail hosts with an
//! underscore exist, anything else in a typed name is a slip.
//!
//! Not here: whether the name exists, and names that only come out of DNS (those may hold any octet, RFC 2181 §11, and
//! stay text until something wants to ask about them).

use std::fmt;
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// A domain name in A-labels, lower case, without the final dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(String);

/// Why a text is no domain name. `Display` is a sentence without the name itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Nothing was there.
    #[error("a domain name cannot be empty")]
    Empty,
    /// Two dots in a row, or a dot in front.
    #[error("a domain name cannot have an empty label")]
    EmptyLabel,
    /// A label of more than 63 octets; the octets it has.
    #[error("a label of a domain name cannot have more than 63 octets, and one here has {0}")]
    LongLabel(usize),
    /// More than 253 octets; the octets it has.
    #[error("a domain name cannot have more than 253 octets, and this has {0}")]
    Long(usize),
    /// A character that no mail domain has.
    #[error("a domain name cannot have {} in it", name_of(*.0))]
    Character(char),
    /// Characters that no internationalised name may have, in this order or at all (UTS 46).
    #[error("this is no internationalised domain name (IDNA refuses it)")]
    Idna,
    /// Digits and dots only: an address, where a name was asked for.
    #[error("this is an IP address, not a domain name")]
    Address,
}

fn name_of(c: char) -> String {
    match c {
        '@' => "more than one \"@\"".into(),
        c => named(c),
    }
}

/// A character in a sentence about what cannot be used.
pub(crate) fn named(c: char) -> String {
    match c {
        ' ' => "a blank".into(),
        '"' => "a quotation mark".into(),
        c if c.is_control() => format!("the control character \\x{:02x}", c as u32),
        c => format!("\"{c}\""),
    }
}

impl Domain {
    /// The name as DNS has it: `xn--bcher-kva.example`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for people, where it differs from the A-labels: `bücher.example`.
    #[must_use]
    pub fn unicode(&self) -> Option<String> {
        unicode_of(&self.0)
    }
}

/// The U-label form of a name in A-labels, where that differs and is sound.
#[must_use]
pub fn unicode_of(name: &str) -> Option<String> {
    if !name.contains("xn--") {
        return None;
    }
    let (text, sound) = idna::domain_to_unicode(name);
    (sound.is_ok() && text != name).then_some(text)
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if let Some(bad) = text.chars().find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
            return Err(DomainError::Character(bad));
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(DomainError::Character(bad));
        }
        if text.split('.').any(str::is_empty) {
            return Err(DomainError::EmptyLabel);
        }
        let ascii = if text.is_ascii() && !text.to_ascii_lowercase().contains("xn--") {
            text.to_ascii_lowercase()
        } else {
            Uts46::new()
                .to_ascii(text.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore)
                .map_err(|_| DomainError::Idna)?
                .into_owned()
        };
        // The mapping may turn other full stops into dots, or leave nothing of a label.
        let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
        if let Some(bad) = ascii.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
            return Err(DomainError::Character(bad));
        }
        for label in ascii.split('.') {
            match label.len() {
                0 => return Err(DomainError::EmptyLabel),
                1..=63 => {}
                long => return Err(DomainError::LongLabel(long)),
            }
        }
        if ascii.len() > 253 {
            return Err(DomainError::Long(ascii.len()));
        }
        if ascii.parse::<std::net::Ipv4Addr>().is_ok() {
            return Err(DomainError::Address);
        }
        Ok(Self(ascii.to_owned()))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Domain, DomainError};

    #[expect(clippy::needless_pass_by_value, reason = "a table of cases reads better without references")]
    fn check(text: &str, expected: Result<&str, DomainError>) {
        assert_eq!(text.parse::<Domain>().as_ref().map(Domain::as_str), expected.as_ref().copied(), "{text:?}");
    }

    #[test]
    fn names_as_people_type_them() {
        check("example.org", Ok("example.org"));
        check("Example.ORG.", Ok("example.org"));
        check("localhost", Ok("localhost"));
        check("_dmarc.example.org", Ok("_dmarc.example.org"));
        // RFC 3492 §7.1 has no bücher; xn--bcher-kva is what every registry lists for it.
        check("bücher.example", Ok("xn--bcher-kva.example"));
        check("BÜCHER.example", Ok("xn--bcher-kva.example"));
        check("XN--BCHER-KVA.example", Ok("xn--bcher-kva.example"));
        // UTS 46 §2.3: the ideographic full stop separates labels too.
        check("例え。テスト", Ok("xn--r8jz45g.xn--zckzah"));
    }

    #[test]
    fn slips_are_named() {
        check("", Err(DomainError::Empty));
        check(".", Err(DomainError::Empty));
        check("bad..name", Err(DomainError::EmptyLabel));
        check(".name", Err(DomainError::EmptyLabel));
        check("a b.example", Err(DomainError::Character(' ')));
        check("a\u{0}b.example", Err(DomainError::Character('\0')));
        check("a\u{a0}b.example", Err(DomainError::Character('\u{a0}')));
        check("a/b.example", Err(DomainError::Character('/')));
        check("192.0.2.1", Err(DomainError::Address));
        check(&format!("{}.example", "a".repeat(64)), Err(DomainError::LongLabel(64)));
        check(&format!("{}a", "a.".repeat(127)), Err(DomainError::Long(255)));
        // A label that is not the encoding of anything (RFC 5891 §5.4).
        check("xn--\u{df}.example", Err(DomainError::Idna));
    }

    #[test]
    fn characters_are_named_so_that_they_can_be_read() {
        let said = |text: &str| text.parse::<Domain>().unwrap_err().to_string();
        assert_eq!(said("\"x\""), "a domain name cannot have a quotation mark in it");
        assert_eq!(said("a\u{9b}b"), "a domain name cannot have the control character \\x9b in it");
    }

    #[test]
    fn names_for_people() {
        assert_eq!("xn--bcher-kva.example".parse::<Domain>().unwrap().unicode().as_deref(), Some("bücher.example"));
        assert_eq!("example.org".parse::<Domain>().unwrap().unicode(), None);
    }
}
