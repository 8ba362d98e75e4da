//! Hand-made records for the tests of the views: the ones of the mock-ups that the views are built to.

use std::io::{self, Write};

use crate::render::Look;
use crate::wire::{
    Capabilities, Certificate, CommandTiming, Finding, FindingId, Keyword, MxHost, MxRecord, Outcome, Pkix, PkixStatus,
    ProbeRecord, Protocol, Reply, Said, Security, Source, Target, Timings, Tls, TlsResult, Verdicts, Who,
};

pub(in crate::render) fn shown(width: usize, draw: impl Fn(&mut dyn Write, Look) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    draw(&mut out, Look { width, ..Look::default() }).unwrap();
    String::from_utf8(out).unwrap()
}

pub(in crate::render) fn mx_record() -> MxRecord {
    let host = |host: &str, preference, addresses: &[&str], security| MxHost {
        host: host.into(),
        host_unicode: None,
        preference,
        addresses: addresses.iter().map(|a| a.parse().unwrap()).collect(),
        security,
        ttl: Some(300),
        cnames: vec![],
        fault: None,
        ..MxHost::default()
    };
    MxRecord {
        domain: Some("example.org".into()),
        domain_unicode: None,
        input: None,
        recipients: vec![],
        outcome: Outcome::ok("2 hosts take its mail"),
        source: Source::Mx,
        security: Security::Secure,
        ttl: Some(3_600),
        cnames: vec![],
        hosts: vec![
            host("mx1.example.org", 10, &["192.0.2.25", "2001:db8::25"], Security::Secure),
            host("mx2.example.net", 20, &["198.51.100.7"], Security::Insecure),
        ],
        family: None,
        sts: None,
        tlsrpt: None,
        findings: vec![
            Finding::new(FindingId::ManyMx, "just a word"),
            Finding::at(
                "mx2.example.net",
                FindingId::MxIsCname,
                "mx2.example.net is an alias of host7.example.net: an MX must not name an alias (RFC 2181 §10.3).",
            ),
        ],
        elapsed_ms: 41.2,
    }
}

pub(in crate::render) fn reply(code: u16, enhanced: Option<&str>, lines: &[&str], elapsed_ms: f64) -> Reply {
    Reply {
        code,
        enhanced: enhanced.map(str::to_owned),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        raw_base64: None,
        first_ms: elapsed_ms,
        elapsed_ms,
    }
}

pub(in crate::render) fn capabilities(keywords: &[&str], size: Option<u64>) -> Capabilities {
    let keyword = |line: &&str| {
        let mut words = line.split(' ').map(str::to_owned);
        Keyword { keyword: words.next().unwrap_or_default(), parameters: words.collect() }
    };
    Capabilities {
        protocol: Protocol::Esmtp,
        domain: Some("mx1.example.org".into()),
        keywords: keywords.iter().map(keyword).collect(),
        size,
        auth: vec![],
        reply: reply(250, None, &["mx1.example.org at your service"], 30.0),
    }
}

/// A probe that went well.
pub(in crate::render) fn probe_record(host: &str, preference: u16, address: &str) -> ProbeRecord {
    ProbeRecord {
        target: Target {
            domain: Some("example.org".into()),
            host: Some(host.into()),
            preference: Some(preference),
            address: Some(address.parse().unwrap()),
            port: 25,
            ..Target::default()
        },
        input: None,
        outcome: Outcome::ok("It talks SMTP, with TLS."),
        started: Some("2026-11-25T09:14:07Z".into()),
        local: Some("203.0.113.9:40000".parse().unwrap()),
        ehlo_name: Some("out.shop.example".into()),
        banner: Some(reply(220, None, &["mx1.example.org ESMTP"], 412.0)),
        capabilities: Some(capabilities(&["SIZE 35882577", "STARTTLS", "PIPELINING", "DSN"], Some(35_882_577))),
        capabilities_tls: Some(capabilities(
            &["SIZE 35882577", "PIPELINING", "DSN", "AUTH PLAIN LOGIN"],
            Some(35_882_577),
        )),
        tls: Some(Tls {
            version: Some("TLSv1.3".into()),
            cipher: Some("TLS_AES_256_GCM_SHA384".into()),
            group: Some("X25519".into()),
            sni: Some(host.into()),
            client_certificate: None,
            chain: vec![certificate(host)],
        }),
        verdicts: Verdicts {
            pkix: Some(Pkix {
                status: PkixStatus::Pass,
                result: None,
                results: vec![],
                name: Some(host.into()),
                days_left: Some(62),
                text: format!("It names {host} and a known authority stands behind it."),
            }),
            ..Verdicts::default()
        },
        tls_versions: vec![],
        key_types: vec![],
        resumption: None,
        recipients: vec![],
        limited: vec![],
        findings: vec![],
        timings: Timings {
            dns_ms: None,
            connect_ms: Some(31.0),
            banner_ms: Some(412.0),
            tls_ms: Some(61.0),
            commands: vec![
                CommandTiming { command: "EHLO".into(), first_ms: 30.0, elapsed_ms: 30.0, shared_write: false },
                CommandTiming { command: "STARTTLS".into(), first_ms: 30.0, elapsed_ms: 30.0, shared_write: false },
                CommandTiming { command: "EHLO".into(), first_ms: 31.0, elapsed_ms: 31.0, shared_write: false },
                CommandTiming { command: "QUIT".into(), first_ms: 29.0, elapsed_ms: 29.0, shared_write: false },
            ],
            total_ms: 624.0,
        },
        transcript: vec![
            said(31.0, Who::Note, false, "mx1.example.org [192.0.2.25]:25 connected", Some(31.0)),
            said(443.0, Who::Server, false, "220 mx1.example.org ESMTP", Some(412.0)),
            said(443.0, Who::Client, false, "EHLO out.shop.example", None),
        ],
    }
}

pub(in crate::render) fn said(at_ms: f64, who: Who, tls: bool, text: &str, elapsed_ms: Option<f64>) -> Said {
    let code = (who == Who::Server && text.as_bytes().get(3) != Some(&b'-')).then(|| text[..3].parse().unwrap());
    Said { at_ms, who, tls, text: text.into(), elapsed_ms, code }
}

pub(in crate::render) fn certificate(name: &str) -> Certificate {
    Certificate {
        subject: format!("CN={name}"),
        issuer: "CN=R3,O=Good Authority".into(),
        names: vec![name.into()],
        not_before: Some("2026-10-28T00:00:00Z".into()),
        not_after: Some("2027-01-26T09:00:00Z".into()),
        key: "ECDSA P-256".into(),
        signature: "sha256WithRSAEncryption".into(),
        sha256: "ab".repeat(32),
        spki_sha256: "cd".repeat(32),
        unreadable: None,
        pem: None,
    }
}

pub(in crate::render) fn expired(record: &mut ProbeRecord) {
    record.verdicts.pkix = Some(Pkix {
        status: PkixStatus::Fail,
        result: None,
        results: vec![TlsResult::CertificateExpired],
        name: record.target.host.clone(),
        days_left: Some(-12),
        text: "It ended 12 days ago.".into(),
    });
}
