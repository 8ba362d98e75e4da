//! Extended DNS errors (RFC 8914): the resolver's own words about an answer.
//!
//! Read out of EDNS option 15, which hickory-proto leaves as octets. They tell a forged answer from a dead name server
//! where a bare SERVFAIL does not. They are hints, not proofs: nothing signs them.

use hickory_proto::op::Message;
use hickory_proto::rr::Name;
use hickory_proto::rr::rdata::opt::{EdnsCode, EdnsOption};

/// The EDNS option code (RFC 8914 §2).
const OPTION: u16 = 15;
/// No more of the free text than this is kept; it is somebody else's.
const TEXT_LIMIT: usize = 200;
/// No more errors than this are kept from one answer.
const COUNT_LIMIT: usize = 8;

/// One extended error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ede {
    /// The info code.
    pub(super) code: u16,
    /// The free text, perhaps empty.
    pub(super) text: String,
}

/// What an extended error says about DNSSEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The resolver found the signatures wrong or missing.
    Bogus,
    /// The name servers could not be reached or made no sense.
    Unreachable,
    /// It says nothing about either.
    Silent,
}

impl Ede {
    /// Whether a SERVFAIL with it is a verdict of DNSSEC. RFC 8914 §4.7 to §4.13 (codes 6 to 12) are about signatures
    /// that are wrong or not there. Code 5 (indeterminate) and the unsupported algorithms (1, 2) leave it open.
    pub(super) fn verdict(&self) -> Verdict {
        match self.code {
            6..=12 => Verdict::Bogus,
            22 | 23 => Verdict::Unreachable,
            _ => Verdict::Silent,
        }
    }

    /// `EDE 6, DNSSEC Bogus`.
    pub(super) fn name(&self) -> String {
        match purpose(self.code) {
            "" => format!("EDE {}", self.code),
            purpose => format!("EDE {}, {purpose}", self.code),
        }
    }

    /// `EDE 6, DNSSEC Bogus: the text`.
    pub(super) fn shown(&self) -> String {
        if self.text.is_empty() { self.name() } else { format!("{}: {}", self.name(), self.text) }
    }
}

/// The registry's name for a code (RFC 8914 §5.2), empty for one that is not known here.
fn purpose(code: u16) -> &'static str {
    match code {
        1 => "Unsupported DNSKEY Algorithm",
        2 => "Unsupported DS Digest Type",
        3 => "Stale Answer",
        4 => "Forged Answer",
        5 => "DNSSEC Indeterminate",
        6 => "DNSSEC Bogus",
        7 => "Signature Expired",
        8 => "Signature Not Yet Valid",
        9 => "DNSKEY Missing",
        10 => "RRSIGs Missing",
        11 => "No Zone Key Bit Set",
        12 => "NSEC Missing",
        13 => "Cached Error",
        14 => "Not Ready",
        15 => "Blocked",
        16 => "Censored",
        17 => "Filtered",
        18 => "Prohibited",
        19 => "Stale NXDOMAIN Answer",
        20 => "Not Authoritative",
        21 => "Not Supported",
        22 => "No Reachable Authority",
        23 => "Network Error",
        24 => "Invalid Data",
        _ => "",
    }
}

/// The extended errors of a message. Where a text repeats the name asked for, in the mixed case that it was asked in, the
/// name is shown in lower case.
pub(super) fn read(message: &Message, asked: &Name) -> Vec<Ede> {
    let mixed = asked.to_ascii();
    let mixed = mixed.trim_end_matches('.');
    let lower = mixed.to_ascii_lowercase();
    let Some(edns) = &message.edns else { return Vec::new() };
    let options = edns.options().get_all(EdnsCode::Unknown(OPTION));
    options
        .into_iter()
        .take(COUNT_LIMIT)
        .filter_map(|option| {
            let EdnsOption::Unknown(_, octets) = option else { return None };
            let (code, text) = octets.split_first_chunk::<2>()?;
            // RFC 8914 §2: UTF-8, and some servers end it with a NUL.
            let text = String::from_utf8_lossy(text);
            let text: String = text.trim_end_matches('\0').chars().take(TEXT_LIMIT).collect();
            let text = if mixed.is_empty() { text } else { text.replace(mixed, &lower) };
            Some(Ede { code: u16::from_be_bytes(*code), text })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::{Edns, Message};
    use hickory_proto::rr::Name;
    use hickory_proto::rr::rdata::opt::EdnsOption;

    use super::{Verdict, read};

    #[test]
    fn read_from_the_wire() {
        let mut edns = Edns::new();
        for octets in [b"\x00\x06no luck\x00".as_slice(), b"\x00\x16", b"\x00", b"\xff\xff\xff"] {
            edns.options_mut().insert(EdnsOption::Unknown(15, octets.to_vec()));
        }
        let mut message = Message::query();
        message.set_edns(edns);
        let message = Message::from_vec(&message.to_vec().unwrap()).unwrap();
        let read = read(&message, &Name::root());
        let shown: Vec<_> = read.iter().map(super::Ede::shown).collect();
        // An option too short for a code is none (RFC 8914 §2).
        assert_eq!(shown, ["EDE 6, DNSSEC Bogus: no luck", "EDE 22, No Reachable Authority", "EDE 65535: \u{fffd}"]);
        let verdicts: Vec<_> = read.iter().map(super::Ede::verdict).collect();
        assert_eq!(verdicts, [Verdict::Bogus, Verdict::Unreachable, Verdict::Silent]);
    }

    #[test]
    fn the_name_asked_for_is_shown_in_lower_case() {
        let mut edns = Edns::new();
        let text = b"\x00\x06validation failure <bOGuS.TEsT. MX IN>: no keys from OTHER.test";
        edns.options_mut().insert(EdnsOption::Unknown(15, text.to_vec()));
        let mut message = Message::query();
        message.set_edns(edns);
        let read = read(&message, &Name::from_ascii("bOGuS.TEsT.").unwrap());
        assert_eq!(read[0].text, "validation failure <bogus.test. MX IN>: no keys from OTHER.test");
    }
}
