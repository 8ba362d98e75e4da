//! What is about the network and not about any one host: silence at hosts that have nothing to do with one another, one greeting
//! from all of them, and a conversation that a firewall rewrites.
//!
//! [`silence`] and [`same_greeting`] look over several hosts of one run; [`greeting`] looks at one line for what a firewall does to it
//! (the greeting and the EHLO reply of RFC 5321 §4.2 are a server's own words, which asterisks and runs of X are not).
//!
//! Not here: what one end without a reply means (see `fault`), and whether a tool asks at all.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::cases;
use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Fault, Nature, Reason, Side};

use Confidence::{High, Medium};
use Reason as R;

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
    let has = |wanted: u8| text.bytes().any(|byte| byte == wanted);
    let star_runs = has(b'*') && text.contains("*****") && {
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        let stars = text.chars().filter(|c| matches!(c, '*' | '0' | '2' | ' ')).count();
        stars * 10 >= letters * 7
    };
    let crossed = has(b'X')
        && text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
            // STARTTLS becomes XXXXXXXA, others XXXXXXXB and so on, an unknown command XXXX.
            let hidden =
                word.len() == 8 && word.starts_with("XXXXXXX") && word.ends_with(|c: char| c.is_ascii_uppercase());
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
