//! Ends without a reply: DNS, the connection, TLS, silence. What each means, whose it is, what to do next.
//!
//! One fault says less than several: [`silence`] looks over the ends at several hosts, since silence at hosts that have nothing to do with
//! one another is about the network here and not about any of them (RFC 5321 §4.5.4.1 has a sender try again; a person
//! should not have to). [`greeting`] looks at a greeting for what a firewall does to it.
//!
//! Not here: replies (see `judge`), and a change to any outcome.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::cases;
use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Fault, Nature, Reason, Side, Stage};

use Confidence::{High, Low, Medium};
use Nature::{Permanent, Temporary};
use Reason as R;

/// Explains an end without a reply; `None` where the fault is a reply, or nobody's but the asker's.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: one arm for each fault, with its sentences")]
pub fn fault(fault: Fault, stage: Stage) -> Option<Diagnosis> {
    let made = |reason: R, side: Side, nature, confidence, meaning: &str, next: &str| {
        Some(Diagnosis {
            reason,
            side,
            nature,
            confidence,
            meaning: meaning.to_owned(),
            next: next.to_owned(),
            evidence: Vec::new(),
        })
    };
    match fault {
        Fault::Nxdomain => made(
            R::HostUnknown,
            Side::Recipient,
            Permanent,
            High,
            "the domain does not exist in DNS",
            "check the spelling of the domain",
        ),
        Fault::NullMx => made(
            R::NotAccept,
            Side::Recipient,
            Permanent,
            High,
            "the domain says in DNS that it takes no mail (null MX)",
            "use another address of the recipient",
        ),
        Fault::NoMailHost => made(
            R::HostUnknown,
            Side::Recipient,
            Permanent,
            High,
            "the domain exists and has neither an MX nor an address: nobody takes its mail",
            "check the spelling; its owner has to add an MX record",
        ),
        Fault::MxHostsMissing => made(
            R::HostUnknown,
            Side::Recipient,
            Permanent,
            High,
            "the domain's MX records name hosts that do not exist, or that have no address",
            "tell the domain's owner: the MX records, or the hosts' addresses, are wrong",
        ),
        Fault::NoAddress => made(
            R::HostUnknown,
            Side::Recipient,
            Permanent,
            Medium,
            "the host has no address in DNS, or none of the family that was asked for",
            "check the name; try the other family; its owner has to add an address record",
        ),
        Fault::BadHostName => made(
            R::HostUnknown,
            Side::Recipient,
            Permanent,
            High,
            "the MX record names something that can be no host",
            "tell the domain's owner: an MX has to name a host",
        ),
        Fault::Servfail => made(
            R::NetworkError,
            Side::Network,
            Temporary,
            Medium,
            "DNS of the domain failed: its name servers do not answer for it, or answer wrongly",
            "try again later; if it stays, tell the domain's owner: the delegation or the name servers are broken",
        ),
        Fault::DnssecBogus => made(
            R::NetworkError,
            Side::Recipient,
            Temporary,
            High,
            "the domain's DNS is signed, and the signatures do not hold: careful resolvers give no answer",
            "tell the domain's owner: a signature has ended, or the keys and the DS record do not match",
        ),
        Fault::DnsRefused | Fault::DnsError => made(
            R::NetworkError,
            Side::Network,
            Temporary,
            Medium,
            "the resolver did not answer the question",
            "ask another resolver (--nameserver), and see if the answer is the same",
        ),
        Fault::DnsTimeout | Fault::DnsUnreachable | Fault::NoResolver => made(
            R::NetworkError,
            Side::Sender,
            Temporary,
            Medium,
            "no DNS resolver answered here: nothing is known of the name",
            "look at this machine's resolvers and network, or give one with --nameserver",
        ),
        Fault::DnsTruncated => made(
            R::NetworkError,
            Side::Network,
            Temporary,
            Medium,
            "the DNS answer is too large for one packet, and could not be had over TCP",
            "see that TCP to port 53 is open on the way to the resolver",
        ),
        Fault::CnameLoop => made(
            R::NetworkError,
            Side::Recipient,
            Permanent,
            High,
            "the name's aliases in DNS lead in a circle",
            "tell the domain's owner",
        ),
        Fault::ConnectionRefused => made(
            R::NetworkError,
            Side::Network,
            Temporary,
            Medium,
            "the host is there, and nothing listens on that port, or a firewall says so",
            "check host and port; tell their postmaster if it stays",
        ),
        Fault::ConnectTimeout => made(
            R::Expired,
            Side::Network,
            Temporary,
            Medium,
            "the host did not answer at all: it is down, a firewall drops the packets, or the network here blocks port 25",
            "try a host of somebody else: if that is silent too, it is the network here; else tell their postmaster",
        ),
        Fault::NetworkUnreachable => made(
            R::NetworkError,
            Side::Sender,
            Temporary,
            High,
            "this machine has no way to that kind of address (often: no IPv6 here)",
            "try the other family (-4 or -6), or look at this machine's routes",
        ),
        Fault::HostUnreachable => made(
            R::NetworkError,
            Side::Network,
            Temporary,
            Medium,
            "a router on the way says that the host cannot be reached",
            "try again later; tell their postmaster if it stays",
        ),
        Fault::ConnectForbidden => made(
            R::NetworkError,
            Side::Sender,
            Permanent,
            High,
            "this machine, or a firewall of its own, forbids the connection",
            "look at the firewall here",
        ),
        Fault::NetworkError => {
            made(R::NetworkError, Side::Network, Temporary, Low, "the network failed on the way", "try again later")
        }
        Fault::ConnectionClosed => match stage {
            Stage::Connect | Stage::Banner => made(
                R::Blocked,
                Side::Policy,
                Temporary,
                Low,
                "the server took the connection and closed it without a word: it may not like this machine, or be overloaded",
                "try from another address; ask their postmaster, naming time and address",
            ),
            Stage::Starttls | Stage::Tls => made(
                R::FailedStarttls,
                Side::Server,
                Temporary,
                Medium,
                "the server closed the connection where TLS was to begin",
                "look at the server's certificate and TLS set-up, or at a firewall between",
            ),
            Stage::Body => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "the connection ended while the message was on its way, or before its answer: it may have been accepted all the same",
                "ask their postmaster before it is sent again; a path that loses large packets (MTU) ends so too",
            ),
            _ => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "the server closed the connection where it owed an answer",
                "try again later; if it always ends at the same command, tell their postmaster which",
            ),
        },
        Fault::ConnectionReset => match stage {
            Stage::Starttls | Stage::Tls => made(
                R::FailedStarttls,
                Side::Server,
                Temporary,
                Medium,
                "the connection was reset in the TLS handshake: the server, or a firewall between, did not like it",
                "try other TLS versions from another network; look for mail inspection in the firewall",
            ),
            Stage::Body => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "the connection was reset while the message was on its way, or before its answer: it may have been accepted all the same",
                "ask their postmaster before it is sent again; a path that loses large packets (MTU) ends so too",
            ),
            _ => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "the connection was reset, by the server or by a firewall between",
                "try again later, also from another network",
            ),
        },
        Fault::Timeout => match stage {
            Stage::Banner => made(
                R::Expired,
                Side::Server,
                Temporary,
                Medium,
                "the server took the connection and sent no greeting in time: some make strangers wait on purpose, else it is overloaded or a filter behind it is stuck",
                "wait longer (--greeting-timeout 5m); RFC 5321 gives a server five minutes",
            ),
            Stage::Starttls | Stage::Tls => made(
                R::FailedStarttls,
                Side::Network,
                Temporary,
                Medium,
                "the TLS handshake stood still: often a path that loses large packets (MTU), or a firewall that inspects mail",
                "try from another network; look at the MTU and at the firewall",
            ),
            Stage::Body => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "no answer came to the message: the server still works on it, or a path loses large packets; it may have been accepted all the same",
                "ask their postmaster before it is sent again; RFC 5321 gives a server ten minutes here",
            ),
            _ => made(
                R::Expired,
                Side::Network,
                Temporary,
                Medium,
                "no answer came in time",
                "try again later, with a longer --timeout",
            ),
        },
        Fault::ReplyTooLong | Fault::BadReply | Fault::UnexpectedReply => made(
            R::SystemError,
            Side::Server,
            Temporary,
            Medium,
            "what came back is not what a mail server answers at this point",
            "check host and port: it may be no mail server; look at the conversation with -v",
        ),
        Fault::StarttlsNotSupported => made(
            R::FailedStarttls,
            Side::Recipient,
            Permanent,
            High,
            "an encrypted connection was asked for, and the server does not offer one",
            "ask their postmaster to offer STARTTLS; a firewall that inspects mail can take the offer away",
        ),
        Fault::PlaintextAfterStarttls => made(
            R::FailedStarttls,
            Side::Server,
            Permanent,
            High,
            "text came in clear where TLS had to begin: the server mixes up the two, or somebody between puts words in",
            "tell their postmaster (CVE-2011-0411); do not send secrets this way",
        ),
        Fault::TlsHandshake => made(
            R::FailedStarttls,
            Side::Server,
            Temporary,
            Medium,
            "encryption could not be set up: the TLS handshake failed",
            "the people who run that server have to look at its TLS versions, ciphers and certificate (smtp-probe -v shows where it stops)",
        ),
        Fault::NotTls => made(
            R::FailedStarttls,
            Side::Server,
            Temporary,
            Medium,
            "what came in place of a TLS handshake is not TLS",
            "check the port: 465 speaks TLS at once, 25 and 587 only after STARTTLS",
        ),
        Fault::DaneFailed if stage == Stage::Dns => made(
            R::SecurityError,
            Side::Server,
            Temporary,
            High,
            "the domain publishes no signed fingerprint of its mail server's certificate (TLSA) that could be used, and nothing is sent without one at this level",
            "send at a lower level (--level dane), or ask the recipient's postmaster for TLSA records",
        ),
        Fault::DaneFailed => made(
            R::SecurityError,
            Side::Server,
            Temporary,
            High,
            "the server could not prove that it is the right one: its certificate is not the one that its domain publishes in DNS (TLSA), so the message was kept back",
            "tell the recipient's postmaster that certificate and TLSA records do not match, as happens when a certificate is renewed; mail from other careful senders waits too",
        ),
        Fault::StsFailed if stage == Stage::Dns => made(
            R::SecurityError,
            Side::Server,
            Temporary,
            High,
            "the domain's own security policy (MTA-STS) does not name this mail server, so careful senders pass it over",
            "tell the recipient's postmaster: the policy has to name every MX host",
        ),
        Fault::StsFailed => made(
            R::SecurityError,
            Side::Server,
            Temporary,
            High,
            "the domain's security policy (MTA-STS) asks for a valid certificate, and its mail server shows none, so the message was kept back",
            "tell the recipient's postmaster what is wrong with the certificate; mail from other careful senders waits too",
        ),
        Fault::CertificateFailed => made(
            R::SecurityError,
            Side::Server,
            Temporary,
            High,
            "the server has no certificate that proves who it is, and that was asked for, so the message was kept back",
            "tell the recipient's postmaster what is wrong with the certificate, or send at a lower level (--level)",
        ),
        Fault::Smtputf8NotSupported => made(
            R::NotCompliantRfc,
            Side::Recipient,
            Permanent,
            High,
            "an address has letters beyond ASCII, and the server does not take those",
            "use an address in ASCII, if the recipient has one",
        ),
        Fault::MessageTooLarge => made(
            R::EmailTooLarge,
            Side::Content,
            Permanent,
            High,
            "the message is larger than the server says it takes",
            "make it smaller, or send a link; an attachment grows by 37 % on its way (base64)",
        ),
        Fault::EightBitNotSupported => made(
            R::ContentError,
            Side::Content,
            Permanent,
            High,
            "the message has 8-bit text, and the server does not take it",
            "encode the text (quoted-printable or base64)",
        ),
        Fault::AuthNotOffered => made(
            R::SecurityError,
            Side::Sender,
            Permanent,
            Medium,
            "a login was asked for, and the server offers none that could be used here",
            "log in at a submission port (587 or 465), or name another mechanism",
        ),
        Fault::AuthNeedsTls => made(
            R::SecurityError,
            Side::Sender,
            Permanent,
            High,
            "the login would have sent the password without encryption, so it was not tried",
            "use a port where TLS is offered (587 or 465)",
        ),
        Fault::BadChallenge => made(
            R::SystemError,
            Side::Server,
            Permanent,
            Medium,
            "the server's part of the login makes no sense",
            "try another mechanism; tell the server's administrator",
        ),
        Fault::ServerUnproven => made(
            R::SecurityError,
            Side::Server,
            Permanent,
            Medium,
            "the server did not prove that it knows the password: it may be the wrong server",
            "check the server's name and certificate before a password is given to it again",
        ),
        Fault::BadInput | Fault::Refused | Fault::Deferred | Fault::Busy | Fault::Limited | Fault::Other => None,
    }
}

/// How an attempt at one host ended, for [`silence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End<'a> {
    /// The mail host that was meant.
    pub host: &'a str,
    /// How it ended; `None`: it answered.
    pub fault: Option<Fault>,
}

/// Whether silence is the network's here: at least three attempts at hosts of at least two domains were silent, and nobody
/// answered.
#[must_use]
pub fn silence(ends: &[End<'_>]) -> Option<Diagnosis> {
    let silent = |end: &&End<'_>| {
        matches!(end.fault, Some(Fault::ConnectTimeout | Fault::NetworkUnreachable | Fault::HostUnreachable))
    };
    if ends.iter().any(|end| !silent(&end)) || !ends.iter().any(|end| end.fault == Some(Fault::ConnectTimeout)) {
        return None;
    }
    let owners: BTreeSet<String> = ends.iter().map(|end| owner(end.host)).collect();
    let hosts: BTreeSet<&str> = ends.iter().map(|end| end.host).collect();
    let confidence = if owners.len() >= 3 { High } else { Medium };
    (owners.len() >= 2 && hosts.len() >= 3).then(|| of_case("port-25-blocked", R::Expired, Side::Sender, confidence))?
}

/// The last two labels of a host's name: a rough answer to whose it is, good enough to see that hosts differ.
fn owner(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').rsplit('.').take(2).collect();
    labels.join(".").to_ascii_lowercase()
}

/// Whether greetings in one name come from something here that answers in the hosts' place: hosts of at least three owners, in at
/// least three networks far from one another, and the name is of none of them. Many domains that one provider serves under names of
/// their own have its hosts, and so its networks, in common.
#[must_use]
pub fn same_greeting(name: &str, hosts: &[(&str, IpAddr)]) -> bool {
    let owners: BTreeSet<String> = hosts.iter().map(|(host, _)| owner(host)).collect();
    let networks: BTreeSet<Vec<u8>> = hosts
        .iter()
        .map(|(_, address)| match address {
            IpAddr::V4(address) => address.octets()[..2].to_vec(),
            IpAddr::V6(address) => address.octets()[..4].to_vec(),
        })
        .collect();
    owners.len() >= 3 && networks.len() >= 3 && !owners.contains(&owner(name))
}

/// What it means that something here answers in the hosts' place.
#[must_use]
pub fn local_banner() -> Option<Diagnosis> {
    of_case("local-banner", R::NetworkError, Side::Sender, Medium)
}

/// What it means that a firewall rewrites the conversation, where that is known already.
#[must_use]
pub fn inspection() -> Option<Diagnosis> {
    of_case("smtp-inspection", R::NetworkError, Side::Network, Medium)
}

/// Looks at a greeting, or at a line of the reply to EHLO, for what a firewall that inspects SMTP does to it.
#[must_use]
pub fn greeting(line: &str) -> Option<Diagnosis> {
    masked(line).then(inspection)?
}

/// Whether a text is mostly asterisks, or a word is a run of X: what Cisco's "fixup" and its kin leave of a greeting or of a
/// command they do not know.
pub(super) fn masked(text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_whitespace()).count();
    let stars = text.chars().filter(|c| matches!(c, '*' | '0' | '2' | ' ')).count();
    let star_runs = text.matches("*****").count() > 0 && stars * 10 >= letters * 7;
    let crossed = text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
        // STARTTLS becomes XXXXXXXA, others XXXXXXXB and so on, an unknown command XXXX.
        let hidden = word.len() == 8 && word.starts_with("XXXXXXX") && word.ends_with(|c: char| c.is_ascii_uppercase());
        word.len() >= 4 && (word.bytes().all(|b| b == b'X') || hidden)
    });
    star_runs || crossed
}

fn of_case(id: &'static str, reason: R, side: Side, confidence: Confidence) -> Option<Diagnosis> {
    let case = cases::find(id)?;
    Some(Diagnosis {
        reason,
        side,
        nature: case.nature.unwrap_or(Nature::Unknown),
        confidence,
        meaning: case.meaning.to_owned(),
        next: case.next.to_owned(),
        evidence: vec![Evidence { kind: EvidenceKind::Rule, value: id.to_owned() }],
    })
}

#[cfg(test)]
mod tests;
