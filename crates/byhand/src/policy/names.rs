//! Host names against patterns, as MTA-STS policies (RFC 8461 §4.1) and certificates (RFC 7672 §3.2.3, RFC 9525 §6.3) have
//! them: equal but for the case of letters, or `*.` in front for exactly one label.
//!
//! For DANE a certificate without any DNS name among its subject alternative names may have the name in its subject
//! (RFC 7672 §3.2.3); everywhere else it may not, and `pkix` does not look there.

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Whether a pattern stands for a name. Final dots do not count.
#[must_use]
pub fn stands_for(pattern: &str, name: &str) -> bool {
    let bare = |text: &str| text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let (pattern, name) = (bare(pattern), bare(name));
    if name.is_empty() || name.contains('*') {
        return false;
    }
    match (pattern.strip_prefix("*."), name.split_once('.')) {
        (Some(parent), Some((label, rest))) => !parent.contains('*') && !label.is_empty() && parent == rest,
        (Some(_), None) => false,
        (None, _) => pattern == name,
    }
}

/// The names of hosts in a certificate as DANE reads them; none where it cannot be read.
#[must_use]
pub(super) fn in_certificate(der: &[u8]) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else { return Vec::new() };
    let alternatives: Vec<String> = match certificate.subject_alternative_name() {
        Ok(Some(san)) => {
            let dns = |name: &GeneralName<'_>| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            };
            san.value.general_names.iter().filter_map(dns).collect()
        }
        Ok(None) => Vec::new(),
        // More than one extension, or one that cannot be read, names nobody.
        Err(_) => return Vec::new(),
    };
    if !alternatives.is_empty() {
        return alternatives;
    }
    let names = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok().map(str::to_owned));
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::stands_for;

    #[test]
    fn one_label_for_a_star() {
        // RFC 8461 §4.1: "*.example.com" is met by "mail.example.com", not by "example.com" or "foo.bar.example.com".
        for (pattern, name, expected) in [
            ("mx.example.com", "MX.Example.com", true),
            ("mx.example.com.", "mx.example.com", true),
            ("mx.example.com", "mx2.example.com", false),
            ("*.e.com", "a.e.com", true),
            ("*.e.com", "e.com", false),
            ("*.e.com", "a.b.e.com", false),
            ("*.e.com", ".e.com", false),
            ("*.e.com", "*.e.com", false),
            ("*.com", "com", false),
            ("a*.e.com", "ab.e.com", false),
            ("*.*.com", "a.*.com", false),
            ("*", "com", false),
            ("", "", false),
        ] {
            assert_eq!(stands_for(pattern, name), expected, "{pattern} {name}");
        }
    }
}
