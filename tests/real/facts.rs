//! What the lab's servers say and show, server by server.
//!
//! Taken from the servers by hand: the EHLO lists in clear with `nc` (a banner awaited, `EHLO client.test`, `QUIT`), those
//! inside TLS with `openssl s_client -starttls smtp` or straight; versions, suites and certificates from s_client's
//! summary. The key exchange is s_client's temporary key: the servers take X25519, but for sendmail, which takes P-256.
//! Verdicts follow from `tests/lab/pki.sh`: who signed what, for which names, until when.

/// A server, how it is asked, and what it has to show.
pub(super) struct Server {
    /// What stands on the command line.
    pub(super) args: &'static [&'static str],
    /// The first words of the banner.
    pub(super) banner: &'static str,
    /// The EHLO lines in clear; none where TLS comes first.
    pub(super) clear: Option<&'static [&'static str]>,
    /// The EHLO lines inside TLS; none where there is no TLS.
    pub(super) inside: Option<&'static [&'static str]>,
    /// Version, suite, group.
    pub(super) tls: Option<[&'static str; 3]>,
    /// The verdict on the certificate with the lab's CA: nothing wrong, or what.
    pub(super) wrong: Option<&'static [&'static str]>,
    /// Status, stage and fault.
    pub(super) outcome: [&'static str; 3],
}

const OK: [&str; 3] = ["ok", "-", "-"];
const TLS13: Option<[&str; 3]> = Some(["TLSv1.3", "TLS_AES_256_GCM_SHA384", "X25519"]);
const XCLIENT: &str = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";

const POSTFIX: &[&str] = &[
    "PIPELINING",
    "SIZE 10485760",
    "VRFY",
    "ETRN",
    "STARTTLS",
    XCLIENT,
    "ENHANCEDSTATUSCODES",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
];
const POSTFIX_TLS: &[&str] = &[
    "PIPELINING",
    "SIZE 10485760",
    "VRFY",
    "ETRN",
    XCLIENT,
    "ENHANCEDSTATUSCODES",
    "8BITMIME",
    "DSN",
    "SMTPUTF8",
    "CHUNKING",
];
const SENDMAIL_TLS: &[&str] = &[
    "ENHANCEDSTATUSCODES",
    "PIPELINING",
    "8BITMIME",
    "SIZE 3000000",
    "DSN",
    "ETRN",
    "AUTH DIGEST-MD5 CRAM-MD5",
    "DELIVERBY",
    "HELP",
];
const DOVECOT_TLS: &[&str] = &[
    "8BITMIME",
    "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256",
    "BURL imap",
    "CHUNKING",
    "ENHANCEDSTATUSCODES",
    "SIZE 1048576",
    "PIPELINING",
];
const AIOSMTPD_TLS: &[&str] = &["SIZE 33554432", "8BITMIME", "SMTPUTF8", "AUTH LOGIN PLAIN", "HELP"];

/// A Postfix that differs in its certificate alone.
const fn postfix(args: &'static [&'static str], banner: &'static str, wrong: &'static [&'static str]) -> Server {
    Server {
        args,
        banner,
        clear: Some(POSTFIX),
        inside: Some(POSTFIX_TLS),
        tls: TLS13,
        wrong: Some(wrong),
        outcome: OK,
    }
}

pub(super) const SERVERS: &[(&str, Server)] = &[
    ("postfix", postfix(&["mx-postfix.test:25"], "mx-postfix.test ESMTP Postfix", &[])),
    ("postfix_expired", postfix(&["mx-expired.test:25"], "mx-expired.test ESMTP Postfix", &["certificate-expired"])),
    (
        "postfix_self_signed",
        postfix(&["mx-selfsigned.test:25"], "mx-selfsigned.test ESMTP Postfix", &["certificate-not-trusted"]),
    ),
    (
        "postfix_wrong_name",
        postfix(&["mx-wrong.test:25"], "mx-wrong.test ESMTP Postfix", &["certificate-host-mismatch"]),
    ),
    (
        "postfix_plain",
        Server {
            args: &["mx-plain.test:25"],
            banner: "mx-plain.test ESMTP Postfix",
            clear: Some(POSTFIX_TLS),
            inside: None,
            tls: None,
            wrong: None,
            outcome: OK,
        },
    ),
    (
        "postfix_tls12",
        Server {
            args: &["mx-tls12.test:25"],
            banner: "mx-tls12.test ESMTP Postfix",
            clear: Some(&["SIZE 10485760", "VRFY", "ETRN", "STARTTLS", XCLIENT, "ENHANCEDSTATUSCODES"]),
            inside: Some(&["SIZE 10485760", "VRFY", "ETRN", XCLIENT, "ENHANCEDSTATUSCODES"]),
            // s_client calls the suite ECDHE-ECDSA-AES256-GCM-SHA384; this is its IANA name.
            tls: Some(["TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "X25519"]),
            wrong: Some(&["certificate-host-mismatch"]), // it shows mx-postfix.test's
            outcome: OK,
        },
    ),
    (
        "postfix_465",
        Server {
            args: &["--tls", "implicit", "mx-postfix.test:465"],
            banner: "mx-postfix.test ESMTP Postfix",
            clear: None,
            inside: Some(POSTFIX_TLS),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "exim",
        Server {
            args: &["mx-exim.test:25"],
            banner: "mx-exim.test ESMTP Exim",
            clear: Some(&[
                "SIZE 5242880",
                "8BITMIME",
                "DSN",
                "PIPELINING",
                "PIPECONNECT",
                "CHUNKING",
                "STARTTLS",
                "PRDR",
                "SMTPUTF8",
                "HELP",
            ]),
            inside: Some(&[
                "SIZE 5242880",
                "8BITMIME",
                "DSN",
                "PIPELINING",
                "PIPECONNECT",
                "CHUNKING",
                "PRDR",
                "SMTPUTF8",
                "HELP",
            ]),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "exim_465",
        Server {
            args: &["--tls", "implicit", "mx-exim.test:465"],
            banner: "mx-exim.test ESMTP Exim",
            clear: None,
            inside: Some(&[
                "SIZE 5242880",
                "8BITMIME",
                "DSN",
                "PIPELINING",
                "PIPECONNECT",
                "AUTH PLAIN LOGIN CRAM-MD5",
                "CHUNKING",
                "PRDR",
                "SMTPUTF8",
                "HELP",
            ]),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        // It says 220 to STARTTLS, and sends the alert internal_error in every handshake; s_client sees alert 80.
        "opensmtpd",
        Server {
            args: &["mx-opensmtpd.test:25"],
            banner: "mx-opensmtpd.test ESMTP OpenSMTPD",
            clear: Some(&["8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 2097152", "DSN", "STARTTLS", "HELP"]),
            inside: None,
            tls: None,
            wrong: None,
            outcome: ["temporary", "tls", "tls-handshake"],
        },
    ),
    (
        "sendmail",
        Server {
            args: &["mx-sendmail.test:25"],
            banner: "mx-sendmail.test ESMTP Sendmail",
            clear: Some(&[
                "ENHANCEDSTATUSCODES",
                "PIPELINING",
                "8BITMIME",
                "SIZE 3000000",
                "DSN",
                "ETRN",
                "AUTH DIGEST-MD5 CRAM-MD5",
                "STARTTLS",
                "DELIVERBY",
                "HELP",
            ]),
            inside: Some(SENDMAIL_TLS),
            tls: Some(["TLSv1.3", "TLS_AES_256_GCM_SHA384", "secp256r1"]),
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "sendmail_465",
        Server {
            args: &["--tls", "implicit", "mx-sendmail.test:465"],
            banner: "mx-sendmail.test ESMTP Sendmail",
            clear: None,
            inside: Some(SENDMAIL_TLS),
            tls: Some(["TLSv1.3", "TLS_AES_256_GCM_SHA384", "secp256r1"]),
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "dovecot_587",
        Server {
            args: &["submission.test:587"],
            banner: "submission.test Dovecot (Debian) ready.",
            clear: Some(&[
                "8BITMIME",
                "AUTH CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256",
                "BURL imap",
                "CHUNKING",
                "ENHANCEDSTATUSCODES",
                "SIZE 1048576",
                "STARTTLS",
                "PIPELINING",
            ]),
            inside: Some(DOVECOT_TLS),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "dovecot_465",
        Server {
            args: &["--tls", "implicit", "submission.test:465"],
            banner: "submission.test Dovecot (Debian) ready.",
            clear: None,
            inside: Some(DOVECOT_TLS),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "aiosmtpd",
        Server {
            args: &["mx-aio.test:25"],
            banner: "mx-aio.test Python SMTP",
            clear: Some(&["SIZE 33554432", "8BITMIME", "SMTPUTF8", "STARTTLS", "HELP"]),
            inside: Some(AIOSMTPD_TLS),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        "aiosmtpd_465",
        Server {
            args: &["--tls", "implicit", "mx-aio.test:465"],
            banner: "mx-aio.test Python SMTP",
            clear: None,
            inside: Some(AIOSMTPD_TLS),
            tls: TLS13,
            wrong: Some(&[]),
            outcome: OK,
        },
    ),
    (
        // Its list ends in an empty line, `250 `, which is no keyword.
        "smtp_sink",
        Server {
            args: &["mx-sink.test:25"],
            banner: "mx-sink.test ESMTP",
            clear: Some(&[
                "PIPELINING",
                "8BITMIME",
                "AUTH PLAIN LOGIN",
                "XCLIENT NAME HELO",
                "XFORWARD NAME ADDR PROTO HELO",
                "ENHANCEDSTATUSCODES",
                "DSN",
            ]),
            inside: None,
            tls: None,
            wrong: None,
            outcome: OK,
        },
    ),
];
