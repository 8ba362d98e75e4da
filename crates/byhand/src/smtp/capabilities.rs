//! What a server offers: the reply to EHLO, read (RFC 5321 §4.1.1.1).
//!
//! First line: the server's domain and a greeting. Every other line: a keyword in any case, and parameters. The old form
//! `AUTH=LOGIN`, which some servers still send beside or in place of `AUTH LOGIN`, is read as AUTH and flagged. A keyword
//! that comes twice is kept twice; lists of it are joined. An empty line (`250 ` as last line) is no keyword.
//!
//! What was heard before STARTTLS is forgotten inside TLS (RFC 3207 §4.2): there is one [`Capabilities`] for each.

use std::time::Duration;

use crate::wire::{Capabilities, Finding, FindingId, Keyword, Protocol};

use super::reply::Reply;

/// Reads the reply to EHLO, LHLO or HELO; findings are about what the server wrote, not about what it lacks.
#[must_use]
pub fn parse(reply: &Reply, protocol: Protocol, since: Duration) -> (Capabilities, Vec<Finding>) {
    let wire = reply.to_wire(since, false);
    let mut findings = Vec::new();
    let mut keywords: Vec<Keyword> = Vec::new();
    let mut old_auth = false;
    let domain = wire.lines.first().and_then(|line| line.split_ascii_whitespace().next()).map(str::to_owned);
    for line in wire.lines.iter().skip(1).filter(|_| protocol != Protocol::Smtp) {
        let mut words = line.split_ascii_whitespace();
        let Some(word) = words.next() else { continue };
        let mut keyword = word.to_ascii_uppercase();
        let mut parameters: Vec<String> = words.map(str::to_owned).collect();
        if let Some(mechanism) = keyword.strip_prefix("AUTH=") {
            old_auth = true;
            if !mechanism.is_empty() {
                parameters.insert(0, mechanism.to_owned());
            }
            keyword = "AUTH".into();
        }
        keywords.push(Keyword { keyword, parameters });
    }
    if old_auth {
        findings.push(Finding::new(
            FindingId::OldAuth,
            "AUTH= is the form of a draft from before RFC 4954; it is read as AUTH",
        ));
    }
    for (i, first) in keywords.iter().enumerate() {
        let twice = keywords[..i].iter().all(|k| k.keyword != first.keyword)
            && keywords[i + 1..].iter().any(|k| k.keyword == first.keyword && k.parameters != first.parameters);
        if twice && !(first.keyword == "AUTH" && old_auth) {
            findings.push(Finding::new(
                FindingId::DuplicateKeyword,
                format!("{} is offered more than once, with different parameters", first.keyword),
            ));
        }
    }
    let (size, bad_size) = size(&keywords);
    findings.extend(bad_size);
    let mut auth: Vec<String> = Vec::new();
    for mechanism in keywords.iter().filter(|k| k.keyword == "AUTH").flat_map(|k| &k.parameters) {
        let mechanism = mechanism.to_ascii_uppercase();
        if !auth.contains(&mechanism) {
            auth.push(mechanism);
        }
    }
    (Capabilities { protocol, domain, keywords, size, auth, reply: wire }, findings)
}

/// The largest message taken, octets (RFC 1870 §3, §4): without a number, or 0, there is no fixed limit.
fn size(keywords: &[Keyword]) -> (Option<u64>, Option<Finding>) {
    let Some(keyword) = keywords.iter().find(|k| k.keyword == "SIZE") else { return (None, None) };
    match keyword.parameters.first() {
        None => (Some(0), None),
        // RFC 1870 §4: 1*20DIGIT; what is past 64 bits is as good as no limit.
        Some(n) if (1..=20).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()) => {
            (Some(n.parse().unwrap_or(0)), None)
        }
        Some(n) => (
            None,
            Some(Finding::new(FindingId::BadKeyword, format!("SIZE {n} is no size: digits are wanted (RFC 1870 §4)"))),
        ),
    }
}

/// Whether a keyword is offered; `keyword` in upper case.
#[must_use]
pub fn offers(capabilities: &Capabilities, keyword: &str) -> bool {
    capabilities.keywords.iter().any(|k| k.keyword == keyword)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{offers, parse};
    use crate::smtp::reply::ReplyReader;
    use crate::wire::{Capabilities, FindingId, Protocol};

    fn read(text: &str) -> (Capabilities, Vec<FindingId>) {
        let mut reader = ReplyReader::default();
        reader.push(Duration::ZERO, text.replace('\n', "\r\n").as_bytes());
        let reply = reader.reply().unwrap().unwrap();
        let (capabilities, findings) = parse(&reply, Protocol::Esmtp, Duration::ZERO);
        (capabilities, findings.into_iter().map(|f| f.id).collect())
    }

    fn words(capabilities: &Capabilities) -> Vec<String> {
        capabilities
            .keywords
            .iter()
            .map(|k| [vec![k.keyword.clone()], k.parameters.clone()].concat().join(" "))
            .collect()
    }

    #[test]
    fn keywords_in_any_case_and_on_any_line() {
        let (list, findings) = read("250-mx.test at your service\n250-size 1000\n250-Auth plain LOGIN\n250 STARTTLS\n");
        assert_eq!(list.domain.as_deref(), Some("mx.test"));
        assert_eq!(words(&list), ["SIZE 1000", "AUTH plain LOGIN", "STARTTLS"]);
        assert_eq!((list.size, list.auth.clone()), (Some(1000), vec!["PLAIN".to_owned(), "LOGIN".to_owned()]));
        assert!(offers(&list, "STARTTLS") && !offers(&list, "TLS"));
        assert_eq!(findings, []);
        // The first line is the greeting, even where it reads like a keyword.
        assert!(!offers(&read("250 STARTTLS\n").0, "STARTTLS"));
        // smtp-sink ends its list in an empty line.
        assert_eq!(words(&read("250-mx.test\n250-8BITMIME\n250 \n").0), ["8BITMIME"]);
    }

    #[test]
    fn size_as_rfc_1870_4() {
        assert_eq!(read("250-mx\n250 SIZE\n").0.size, Some(0));
        assert_eq!(read("250-mx\n250 SIZE 0\n").0.size, Some(0));
        assert_eq!(read("250-mx\n250 HELP\n").0.size, None);
        assert_eq!(read("250-mx\n250 SIZE big\n"), {
            let (list, _) = read("250-mx\n250 SIZE big\n");
            assert_eq!(list.size, None);
            (list, vec![FindingId::BadKeyword])
        });
        assert_eq!(read("250-mx\n250 SIZE 99999999999999999999\n").0.size, Some(0));
    }

    #[test]
    fn the_old_auth_form_and_doubles() {
        let (list, findings) = read("250-mx\n250-AUTH=LOGIN PLAIN\n250 AUTH PLAIN CRAM-MD5\n");
        assert_eq!(list.auth, ["LOGIN", "PLAIN", "CRAM-MD5"]);
        assert_eq!(findings, [FindingId::OldAuth]);
        assert_eq!(read("250-mx\n250-SIZE 1\n250 SIZE 2\n").1, [FindingId::DuplicateKeyword]);
        assert_eq!(read("250-mx\n250-HELP\n250 HELP\n").1, []);
    }
}
