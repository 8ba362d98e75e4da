//! Ends without a reply, in the words of the servers that report them: Postfix, Exim, sendmail, qmail, Exchange.
//!
//! The phrases are those that the programs print; each stands for a word of `wire::Fault`. Where a text holds a reply too,
//! the reply decides and nobody asks here.

use crate::wire::{Fault, Stage};

/// The fault that a text without a reply tells, and its stage.
pub(super) fn fault(lower: &str) -> Option<(Fault, Stage)> {
    let has = |phrase: &str| lower.contains(phrase);
    let greeting = ["greeting", "initial connection", "initial server"].iter().any(|words| has(words));
    PHRASES.iter().find(|(phrases, ..)| phrases.iter().any(|phrase| has(phrase))).map(|&(_, fault, stage)| {
        match (fault, stage) {
            // What was waited for is told where it is known.
            (Fault::ConnectionClosed | Fault::Timeout, Stage::Body) if greeting => (fault, Stage::Banner),
            (Fault::ConnectionClosed | Fault::Timeout, Stage::Body) => {
                (fault, super::stage(lower).or(while_doing(lower)).unwrap_or(Stage::Banner))
            }
            other => other,
        }
    })
}

/// Postfix: "lost connection with X while receiving the initial server greeting", "while sending MAIL FROM".
fn while_doing(lower: &str) -> Option<Stage> {
    let at = lower.rfind(" while ")?;
    let rest = &lower[at + 7..];
    let rest =
        ["sending ", "performing the ", "receiving "].iter().find_map(|lead| rest.strip_prefix(lead)).unwrap_or(rest);
    super::verb(rest)
}

type Row = (&'static [&'static str], Fault, Stage);

/// The first row that fits counts: the particular stands before the general.
const PHRASES: &[Row] = &[
    (
        &["does not accept mail (nullmx)", "nullmx", "domain does not accept mail", "does not accept any mail"],
        Fault::NullMx,
        Stage::Dns,
    ),
    (
        &[
            "host not found, try again",
            "temporary lookup failure",
            "cname lookup failed temporarily",
            "host lookup did not complete",
            "name server timeout",
            "malformed or unexpected name server reply",
            "lowest numbered mx record points to local host dns",
        ],
        Fault::Servfail,
        Stage::Dns,
    ),
    (
        &[
            "host not found",
            "couldn't find any host named",
            "unrouteable mail domain",
            "domain name not found",
            "no such domain",
            "nonexistent domain",
            "host unknown",
            "host or domain name not found",
            "dns domain does not exist",
        ],
        Fault::Nxdomain,
        Stage::Dns,
    ),
    (
        &[
            "all relevant mx records point to non-existent hosts",
            "unable to look up mail host",
            "no host found for existing smtp connection",
        ],
        Fault::MxHostsMissing,
        Stage::Dns,
    ),
    (
        &["tls is required, but was not offered", "tls session is required, but", "starttls is required"],
        Fault::StarttlsNotSupported,
        Stage::Starttls,
    ),
    (
        &[
            "cannot start tls",
            "tls session failed",
            "tls handshake",
            "ssl_connect error",
            "ssl_connect:",
            "server certificate not",
            "certificate verification failed",
            "tls error on connection",
            "tls session: ",
        ],
        Fault::TlsHandshake,
        Stage::Tls,
    ),
    (&["tlsa lookup error"], Fault::DaneFailed, Stage::Dns),
    (&["connection refused"], Fault::ConnectionRefused, Stage::Connect),
    (
        &[
            "connection timed out",
            "connect timed out",
            "operation timed out",
            "wasn't able to establish an smtp connection",
            "connection timeout",
        ],
        Fault::ConnectTimeout,
        Stage::Connect,
    ),
    (&["network is unreachable", "network unreachable"], Fault::NetworkUnreachable, Stage::Connect),
    (&["no route to host", "host is unreachable"], Fault::HostUnreachable, Stage::Connect),
    (&["connection reset by peer", "connection reset by"], Fault::ConnectionReset, Stage::Connect),
    (
        &[
            "lost connection with",
            "remote host closed connection",
            "server dropped connection",
            "connected to remote host, but",
            "connection died",
            "connection dropped",
            "closed the connection",
            "premature eof",
        ],
        Fault::ConnectionClosed,
        Stage::Body,
    ),
    (
        &["conversation with", "smtp timeout", "timed out while", "timeout after", "timed out waiting"],
        Fault::Timeout,
        Stage::Body,
    ),
];
