//! What else a server offers, a line each: TLS versions, types of certificate key, resumption. What follows from it for
//! somebody stands with the findings.
//!
//! `yes`, `no`, and `?` for what could not be tested. Where nothing could be, the reason stands once.

use std::io::{self, Write};

use super::detail::{LABEL, place};
use crate::handshake::suite;
use crate::render::layout::{Cell, facts, prose};
use crate::render::{Look, Tone, words};
use crate::wire::{Certificate, Judged, KeyType, Offered, PkixStatus, ProbeRecord, Strength, TlsVersion};

/// `yes` and the blanks behind it.
const MARK: usize = 5;

/// Writes the lines, where there are any.
pub(super) fn offers(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    let versions = &record.tls_versions;
    if let [first, others @ ..] = versions.as_slice()
        && first.offered == Offered::Untested
        && others.iter().all(|one| (one.offered, &one.text) == (first.offered, &first.text))
    {
        line(out, look, "versions", (Tone::Plain, Offered::Untested), &[look.safe(&first.text)])?;
    } else {
        for one in versions.iter().rev() {
            version(out, look, one)?;
        }
    }
    for one in &record.key_types {
        key_type(out, look, one)?;
    }
    let Some(resumption) = &record.resumption else { return Ok(()) };
    line(out, look, "resumption", (Tone::Plain, resumption.offered), &[look.safe(&resumption.text)])
}

/// Writes the lines below a server's name, for a view of several; nothing where there are none.
///
/// # Errors
/// What the writer says.
pub fn extra(out: &mut dyn Write, look: Look, record: &ProbeRecord) -> io::Result<()> {
    if record.tls_versions.is_empty() && record.key_types.is_empty() && record.resumption.is_none() {
        return Ok(());
    }
    facts(out, look, &[Cell::new(Tone::Strong, place(look, record))], 3, &[])?;
    offers(out, look, record)
}

fn version(out: &mut dyn Write, look: Look, one: &TlsVersion) -> io::Result<()> {
    let new = matches!(one.version.as_str(), "TLSv1.2" | "TLSv1.3");
    let tone = match one.offered {
        Offered::Yes if new && one.strength != Some(Strength::Weak) => Tone::Good,
        Offered::Yes => Tone::Bad,
        Offered::No | Offered::Untested => Tone::Plain,
    };
    let name = one.version.strip_prefix("TLSv").map_or_else(|| one.version.clone(), |number| format!("TLS {number}"));
    let mut list = Vec::new();
    if let (Offered::Yes, Some(cipher)) = (one.offered, &one.cipher) {
        list.push(look.safe(cipher));
        list.extend(one.group.as_deref().map(|group| look.safe(words::group(group))));
        list.extend(suite::remark(cipher).1.into_iter().map(str::to_owned));
        let short =
            one.strength == Some(Strength::Weak) && one.group.as_deref().is_some_and(|group| group.starts_with("DHE "));
        list.extend(short.then(|| "a group too short to protect".to_owned()));
        list.extend(one.certificate.as_ref().map(|own| format!("certificate {}", about(look, own))));
        list.extend(one.alert.as_ref().map(|alert| format!("then the alert {}", look.safe(alert))));
    } else {
        list.push(look.safe(without("not offered: ", &one.text)));
    }
    line(out, look, &look.safe(&name), (tone, one.offered), &list)
}

fn key_type(out: &mut dyn Write, look: Look, one: &KeyType) -> io::Result<()> {
    let name = look.safe(&format!("{} key", one.key));
    let Some(own) = one.chain.first().filter(|_| one.offered == Offered::Yes) else {
        let text = without(&format!("none with a key of type {}: ", one.key), &one.text);
        return line(out, look, &name, (Tone::Plain, one.offered), &[look.safe(text)]);
    };
    let mut list = vec![about(look, own), format!("from {}", look.safe(&own.issuer))];
    let mut tone = Tone::Plain;
    if let Some(pkix) = &one.pkix {
        let (its, word) = match pkix.status {
            PkixStatus::Pass => (Tone::Good, "verifies".to_owned()),
            PkixStatus::Fail => (Tone::Bad, format!("does not verify: {}", look.safe(unverified(&pkix.text)))),
            PkixStatus::Untested => (Tone::Plain, "not judged".to_owned()),
        };
        tone = its;
        list.push(word);
    }
    match one.dane.as_ref().map(|dane| dane.result) {
        Some(Judged::Pass) => list.push("DANE ok".to_owned()),
        Some(Judged::Fail) => list.push("DANE FAILS".to_owned()),
        _ => {}
    }
    line(out, look, &name, (tone, one.offered), &list)
}

/// `ECDSA P-256, ends 2027-01-26`.
fn about(look: Look, own: &Certificate) -> String {
    let end = own.not_after.as_deref().map(|day| format!(", ends {}", look.safe(day.get(..10).unwrap_or(day))));
    format!("{}{}", look.safe(&own.key), end.unwrap_or_default())
}

/// Why a certificate does not verify, where it is said already that it does not.
pub(super) fn unverified(text: &str) -> &str {
    without("the certificate does not verify: ", text)
}

/// A sentence without a beginning that label and mark say already.
fn without<'a>(start: &str, text: &'a str) -> &'a str {
    text.strip_prefix(start).unwrap_or(text)
}

fn line(
    out: &mut dyn Write,
    look: Look,
    name: &str,
    (tone, offered): (Tone, Offered),
    list: &[String],
) -> io::Result<()> {
    let mark = match offered {
        Offered::Yes => "yes",
        Offered::No => "no",
        Offered::Untested => "?",
    };
    let lead = [
        Cell::new(Tone::Faint, format!(" {name:<width$}", width = LABEL - 1)),
        Cell::new(tone, format!("{mark:<MARK$}")),
    ];
    if let [sentence] = list {
        return prose(out, look, &lead, &sentence.as_str().into());
    }
    // The longest names of ciphers have 45 characters; beside a lead they would be cut where there is little room.
    let indent = if look.width >= LABEL + MARK + 48 { LABEL + MARK } else { 3 };
    facts(out, look, &lead, indent, list)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{probe_record, shown};
    use super::offers;
    use crate::wire::{Certificate, KeyType, Offered, ProbeRecord, Resumption, Strength, TlsVersion};

    fn version(version: &str, offered: Offered, cipher: Option<(&str, Strength)>, text: &str) -> TlsVersion {
        TlsVersion {
            version: version.into(),
            offered,
            cipher: cipher.map(|(name, _)| name.into()),
            strength: cipher.map(|(_, strength)| strength),
            group: None,
            certificate: None,
            alert: None,
            text: text.into(),
        }
    }

    fn record() -> ProbeRecord {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        let own = Certificate {
            key: "RSA 2048".into(),
            not_after: Some("2027-01-26T09:00:00Z".into()),
            ..Certificate::default()
        };
        let refused = "not offered: the server refused with the alert protocol_version";
        record.tls_versions = vec![
            version("SSLv3", Offered::No, None, refused),
            TlsVersion {
                certificate: Some(own.clone()),
                ..version(
                    "TLSv1.0",
                    Offered::Yes,
                    Some(("TLS_RSA_WITH_AES_128_CBC_SHA", Strength::Dated)),
                    "offered, with TLS_RSA_WITH_AES_128_CBC_SHA",
                )
            },
            version("TLSv1.1", Offered::Untested, None, "not known: no answer came in time"),
            TlsVersion {
                group: Some("secp256r1".into()),
                ..version(
                    "TLSv1.2",
                    Offered::Yes,
                    Some(("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Strength::Sound)),
                    "offered, with TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                )
            },
            version("TLSv1.3", Offered::No, None, "not offered: the server chose TLSv1.2 in its place"),
        ];
        let key = |key: &str, offered, chain, text: &str| KeyType {
            key: key.into(),
            offered,
            chain,
            pkix: None,
            dane: None,
            text: text.into(),
        };
        record.key_types = vec![
            key("RSA", Offered::Yes, vec![Certificate { issuer: "CN=R3".into(), ..own }], ""),
            key(
                "ECDSA",
                Offered::No,
                vec![],
                "none with a key of type ECDSA: the server refused with the alert handshake_failure",
            ),
        ];
        record.resumption =
            Some(Resumption { offered: Offered::Yes, text: "the server took up the session again".into() });
        record
    }

    fn check(width: usize, record: &ProbeRecord, expected: &str) {
        let text = shown(width, |out, look| offers(out, look, record));
        assert_eq!(text, expected, "\n{text}");
        assert!(text.lines().all(|line| crate::render::safe::width(line) <= width), "{text}");
    }

    #[test]
    fn a_line_each() {
        check(
            80,
            &record(),
            "\x20TLS 1.3     no   the server chose TLSv1.2 in its place
 TLS 1.2     yes  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 · P-256
 TLS 1.1     ?    not known: no answer came in time
 TLS 1.0     yes  TLS_RSA_WITH_AES_128_CBC_SHA
                  no forward secrecy (RSA key exchange) · CBC
                  certificate RSA 2048, ends 2027-01-26
 SSLv3       no   the server refused with the alert protocol_version
 RSA key     yes  RSA 2048, ends 2027-01-26 · from CN=R3
 ECDSA key   no   the server refused with the alert handshake_failure
 resumption  yes  the server took up the session again
",
        );
        check(
            40,
            &record(),
            "\x20TLS 1.3     no
   the server chose TLSv1.2 in its place
 TLS 1.2     yes
   TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
   P-256
 TLS 1.1     ?
   not known: no answer came in time
 TLS 1.0     yes
   TLS_RSA_WITH_AES_128_CBC_SHA
   no forward secrecy (RSA key exchange)
   CBC
   certificate RSA 2048, ends 2027-01-26
 SSLv3       no
   the server refused with the alert
   protocol_version
 RSA key     yes
   RSA 2048, ends 2027-01-26
   from CN=R3
 ECDSA key   no
   the server refused with the alert
   handshake_failure
 resumption  yes
   the server took up the session again
",
        );
    }

    #[test]
    fn one_reason_stands_once() {
        let mut record = record();
        for one in &mut record.tls_versions {
            *one = version(&one.version, Offered::Untested, None, "not tested: the server offers no STARTTLS");
        }
        (record.key_types, record.resumption) = (vec![], None);
        check(80, &record, " versions    ?    not tested: the server offers no STARTTLS\n");
    }
}
