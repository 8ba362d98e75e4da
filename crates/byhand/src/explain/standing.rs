//! How it stands with a message after an answer: refused, put off, given up; and whether somebody has to send it again.
//!
//! The first digit says what mail servers do (RFC 5321 §4.2.1: after a 5yz they do not try again, after a 4yz they do), the
//! nature whether the cause passes, a bounce or a log whether the sending server has given up. The three together make one
//! answer, which every view takes from here.
//!
//! Not here: how it is said (see `render`), and any judgement of a reply.

use super::cases;
use crate::wire::{Diagnosis, Evidence, EvidenceKind, Nature, Reason};

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was refused.
    Well,
    /// Refused, and sending it again as it is will not help.
    Refused,
    /// Refused, and no mail server tries again; the cause passes, so that somebody can send it again.
    RefusedForNow,
    /// Tried until the sending server gave up.
    GivenUp,
    /// Put off: mail servers try again.
    PutOff,
    /// Put off, and waiting will not help.
    PutOffInVain,
    /// It is not told whether trying again helps.
    Open,
}

/// How it stands after what was found; `given_up` is a bounce's or a log's word.
#[must_use]
pub fn standing(found: &Diagnosis, given_up: Option<bool>) -> Standing {
    let Diagnosis { nature, reason, evidence, .. } = found;
    let for_good = evidence.iter().any(|one| one.kind == EvidenceKind::Rule && cases::is_for_good(&one.value));
    let passes = passes(*reason) && !for_good;
    match (*nature, class(evidence), given_up) {
        (Nature::None, ..) => Standing::Well,
        (Nature::Permanent, None, Some(true)) if !passes => Standing::Refused,
        (_, None | Some(0..=4), Some(true)) => Standing::GivenUp,
        (Nature::Temporary, Some(5), _) => Standing::RefusedForNow,
        (_, Some(5), Some(true)) if passes => Standing::RefusedForNow,
        (_, Some(5), _) | (Nature::Permanent, None, _) => Standing::Refused,
        (Nature::Permanent, Some(_), _) => Standing::PutOffInVain,
        (Nature::Temporary, ..) => Standing::PutOff,
        (Nature::Unknown, ..) => Standing::Open,
    }
}

/// Whether trying again can help, and whether anybody does, in words.
#[must_use]
pub fn again(found: &Diagnosis, given_up: Option<bool>) -> &'static str {
    match standing(found, given_up) {
        Standing::Well => "nothing was refused",
        Standing::RefusedForNow => "refused, and no mail server tries again by itself; the cause may pass",
        Standing::GivenUp => "the sending server has given up: nobody tries again by itself",
        Standing::PutOff => "temporary: trying again can help",
        Standing::Refused | Standing::PutOffInVain => "permanent: trying again as it is will not help",
        Standing::Open => "whether trying again helps is not told",
    }
}

/// Whether the cause is one that passes, whatever the first digit says.
fn passes(reason: Reason) -> bool {
    use Reason as R;
    matches!(
        reason,
        R::MailboxFull | R::RateLimited | R::Greylisted | R::SystemError | R::SystemFull | R::NetworkError | R::Expired
    )
}

/// The class of the codes among the evidence: the reply code's, else the enhanced code's (RFC 2034 §4).
fn class(evidence: &[Evidence]) -> Option<u8> {
    let of = |kind: EvidenceKind| evidence.iter().find(|one| one.kind == kind);
    let code = of(EvidenceKind::Code).or_else(|| of(EvidenceKind::Enhanced))?;
    code.value.bytes().next().filter(u8::is_ascii_digit).map(|digit| digit - b'0')
}

#[cfg(test)]
mod tests {
    use super::{Standing, standing};
    use crate::explain::{fault, one_line, reply};
    use crate::wire::{Fault, Nature, Stage};

    fn of(text: &str, given_up: Option<bool>) -> Standing {
        standing(&reply(&one_line(text)), given_up)
    }

    #[test]
    fn the_first_digit_decides_whether_anybody_tries_again() {
        // RFC 5321 §4.2.1; the answers are our own writing.
        for (text, given_up, expected) in [
            ("550 5.1.1 no such user", None, Standing::Refused),
            ("552 5.2.2 mailbox full", None, Standing::RefusedForNow),
            ("550 5.7.1 greylisted, come back in 5 minutes", None, Standing::RefusedForNow),
            ("552 5.2.2 mailbox full", Some(true), Standing::RefusedForNow),
            ("550 5.1.1 no such user", Some(true), Standing::Refused),
            ("452 4.2.2 mailbox full", None, Standing::PutOff),
            ("452 4.2.2 mailbox full", Some(false), Standing::PutOff),
            ("452 4.2.2 mailbox full", Some(true), Standing::GivenUp),
            ("5.2.2 mailbox full", None, Standing::RefusedForNow),
            ("mailbox full", None, Standing::PutOff),
            ("mailbox full", Some(true), Standing::GivenUp),
            ("451 4.7.1 relay access denied", None, Standing::PutOffInVain),
            ("250 ok", None, Standing::Well),
        ] {
            assert_eq!(of(text, given_up), expected, "{text} {given_up:?}");
        }
        let fault = |of, stage| fault(of, stage).unwrap();
        assert_eq!(standing(&fault(Fault::Nxdomain, Stage::Dns), Some(true)), Standing::Refused);
        assert_eq!(standing(&fault(Fault::Timeout, Stage::Banner), Some(true)), Standing::GivenUp);
        assert_eq!(standing(&fault(Fault::Timeout, Stage::Banner), None), Standing::PutOff);
        // A loop does not pass, though trouble of the network mostly does.
        let mut loops = reply(&one_line("554 5.4.6 routing loop detected"));
        assert_eq!((loops.nature, standing(&loops, Some(true))), (Nature::Permanent, Standing::Refused));
        loops.nature = Nature::Unknown;
        loops.evidence.clear();
        assert_eq!(standing(&loops, None), Standing::Open);
    }

    #[test]
    fn who_is_refused_has_to_send_it_again() {
        for text in [
            "550 5.7.1 greylisted, come back in 5 minutes",
            "552 5.2.2 mailbox full",
            "550 message rate limit exceeded",
            "554 5.3.0 internal server error",
            "554 5.4.4 no route to the next host",
        ] {
            let found = reply(&one_line(text));
            assert_eq!(found.nature, Nature::Temporary, "{text}");
            assert!(found.next.contains("send it again yourself"), "{text}: {}", found.next);
            assert!(!found.next.contains("by themselves"), "{text}: {}", found.next);
            let later = reply(&one_line(&text.replacen('5', "4", 1).replace(" 5.", " 4.")));
            assert!(!later.next.contains("yourself"), "{text}: {}", later.next);
        }
    }
}
