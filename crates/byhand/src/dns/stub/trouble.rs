//! What became of a question that nobody answered: each server's trouble, and the one fault and sentence made of them.
//!
//! Every response code is a fault of its own. Of several servers' troubles the one that says most about the name is the
//! fault (a verdict of DNSSEC before SERVFAIL, REFUSED, other codes, a cut answer, silence and no way at all); the
//! sentence tells them all.

use std::net::SocketAddr;

use hickory_proto::op::ResponseCode;

use super::transport::Cause;
use crate::dns::ede::{Ede, Verdict};
use crate::dns::{DnsFault, Note};
use crate::wire::{Fault, FindingId, Security};

/// One server's trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dns) struct Trouble {
    pub(super) server: SocketAddr,
    pub(super) what: What,
}

impl Trouble {
    /// Whether the server said something, rather than nothing.
    pub(in crate::dns) fn is_an_answer(&self) -> bool {
        matches!(self.what, What::Code(..) | What::Lame)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// It answered with an error.
    Code(ResponseCode, Vec<Ede>),
    /// It answered neither as an authority nor as a resolver.
    Lame,
    /// It gave no answer.
    None(Cause),
}

/// A server as a sentence shows it: the port only where it is not 53.
pub(in crate::dns) fn shown(server: SocketAddr) -> String {
    if server.port() == 53 { server.ip().to_string() } else { server.to_string() }
}

impl Trouble {
    /// The fault of this one trouble.
    fn fault(&self) -> Fault {
        match &self.what {
            What::Code(ResponseCode::ServFail, ede) if ede.iter().any(|ede| ede.verdict() == Verdict::Bogus) => {
                Fault::DnssecBogus
            }
            What::Code(ResponseCode::ServFail, _) => Fault::Servfail,
            What::Code(ResponseCode::Refused, _) => Fault::DnsRefused,
            What::Code(..) | What::Lame | What::None(Cause::Garbled) => Fault::DnsError,
            What::None(Cause::Cut(_)) => Fault::DnsTruncated,
            What::None(Cause::Silent) => Fault::DnsTimeout,
            What::None(Cause::Unreachable(_)) => Fault::DnsUnreachable,
        }
    }

    /// Whether it is a SERVFAIL that leaves open whether DNSSEC is behind it.
    pub(super) fn is_open_servfail(&self) -> bool {
        matches!(&self.what, What::Code(ResponseCode::ServFail, ede)
            if ede.iter().all(|ede| ede.verdict() == Verdict::Silent))
    }

    fn text(&self) -> String {
        let server = shown(self.server);
        match &self.what {
            What::Code(code, ede) => {
                let mut text = format!("{} from {server}", code_name(*code));
                if self.fault() == Fault::DnssecBogus {
                    text.push_str(", DNSSEC bogus");
                }
                // The server's free text goes into a note of its own: a sentence has to end some time.
                let names: Vec<_> = ede.iter().map(Ede::name).collect();
                if !names.is_empty() {
                    text.push_str(&format!(" ({})", names.join(", ")));
                }
                text
            }
            What::Lame => {
                format!("{server} knows nothing of the name and offers no recursion: it is no resolver")
            }
            What::None(Cause::Silent) => format!("no answer from {server} in time"),
            What::None(Cause::Unreachable(why)) => format!("resolver {server} cannot be reached: {why}"),
            What::None(Cause::Cut(why)) => {
                format!("the answer from {server} was truncated, and TCP failed: {why}")
            }
            What::None(Cause::Garbled) => format!("the answer from {server} could not be read"),
        }
    }

    fn notes(&self) -> Vec<Note> {
        match &self.what {
            What::Code(_, ede) => notes(self.server, ede),
            _ => Vec::new(),
        }
    }
}

/// The resolver's own words as notes.
pub(super) fn notes(server: SocketAddr, ede: &[Ede]) -> Vec<Note> {
    let note = |ede: &Ede| Note {
        id: FindingId::ExtendedDnsError,
        text: format!("The resolver {} says: {}.", shown(server), ede.shown().trim_end_matches('.')),
    };
    ede.iter().map(note).collect()
}

/// A code as its registry writes it; 16 is BADVERS, since nothing here is signed with TSIG.
pub(super) fn code_name(code: ResponseCode) -> String {
    const NAMES: [&str; 11] = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
        "NOTZONE",
    ];
    match u16::from(code) {
        16 => "BADVERS".into(),
        23 => "BADCOOKIE".into(),
        number => NAMES.get(usize::from(number)).map_or_else(|| format!("code {number}"), |name| (*name).to_owned()),
    }
}

/// The one fault of several troubles, each server's last.
pub(in crate::dns) fn fault(troubles: &[Trouble]) -> DnsFault {
    const GRAVEST_FIRST: [Fault; 7] = [
        Fault::DnssecBogus,
        Fault::Servfail,
        Fault::DnsRefused,
        Fault::DnsError,
        Fault::DnsTruncated,
        Fault::DnsTimeout,
        Fault::DnsUnreachable,
    ];
    let faults: Vec<_> = troubles.iter().map(Trouble::fault).collect();
    let fault = GRAVEST_FIRST.into_iter().find(|fault| faults.contains(fault)).unwrap_or(Fault::DnsTimeout);
    let mut texts: Vec<_> = troubles.iter().map(Trouble::text).collect();
    texts.dedup();
    DnsFault {
        fault,
        security: if fault == Fault::DnssecBogus { Security::Bogus } else { Security::Indeterminate },
        ttl: None,
        cnames: Vec::new(),
        text: texts.join("; "),
        notes: troubles.iter().flat_map(Trouble::notes).collect(),
    }
}
