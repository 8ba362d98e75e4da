//! The first line for somebody who runs no mail server: what became of the message, in one of few words.
//!
//! `smtp-send` and `smtp-explain` take it from here, so that one end is told alike by both. "Refused" is said only where a server
//! said so for good (RFC 5321 §4.2.1: a 5yz), "put off" where mail servers try again.
//!
//! Not here: who acts, which the explanation says.

use super::super::Tone;
use crate::explain::{Standing, standing};
use crate::wire::{Diagnosis, Fault, Stage};

/// The line; `to` is empty, or ` for` with a recipient; `fault` is how it ended without a reply.
pub(super) fn head(to: &str, found: &Diagnosis, fault: Option<Fault>, given_up: Option<bool>) -> (Tone, String) {
    let standing = standing(found, given_up);
    let bad =
        matches!(standing, Standing::Refused | Standing::RefusedForNow | Standing::GivenUp | Standing::PutOffInVain);
    let text = match (standing, fault) {
        (Standing::Well, _) => "NOTHING REFUSED, and no message was sent.".to_owned(),
        (Standing::GivenUp, _) => format!(
            "NOT DELIVERED. The sending server has given up on the message{to}; no mail server tries again by itself."
        ),
        // Nobody refused what was kept back here, or what found no server.
        (Standing::Refused | Standing::PutOffInVain, Some(Fault::MessageTooLarge | Fault::EightBitNotSupported)) => {
            format!("NOT SENT. The message{to} was not sent; trying again with it as it is will not help.")
        }
        (Standing::Refused | Standing::RefusedForNow | Standing::PutOffInVain, Some(_)) => {
            format!("NOT SENT. Mail{to} cannot get there as things are; trying again will not help.")
        }
        (Standing::PutOff, Some(Fault::DaneFailed | Fault::StsFailed | Fault::CertificateFailed)) => {
            format!("NOT SENT YET. Mail{to} is kept back until this is mended.")
        }
        (Standing::PutOff, Some(_)) => {
            format!("NOT SENT YET. Mail{to} did not get through; trying again later can help.")
        }
        (Standing::Open, Some(_)) => format!("NOT SENT. It is not told whether trying again can help with mail{to}."),
        (Standing::Refused, None) => {
            format!("NOT ACCEPTED. The message{to} was refused; sending it again as it is will not help.")
        }
        (Standing::RefusedForNow, None) => format!(
            "NOT ACCEPTED. The message{to} was refused, and no mail server tries again by itself; the cause may pass."
        ),
        (Standing::PutOffInVain, None) => {
            format!("NOT ACCEPTED. The message{to} was put off, and waiting longer will not help.")
        }
        (Standing::PutOff, None) => {
            format!("NOT YET ACCEPTED. The message{to} was put off; sending it again later can help.")
        }
        (Standing::Open, None) => {
            format!("NOT ACCEPTED. It is not told whether sending the message{to} again can help.")
        }
    };
    (if bad { Tone::Bad } else { Tone::Warn }, text)
}

/// Whether the end leaves open if the message arrived: the answer to the whole of it did not come (RFC 5321 §4.2.5).
pub(super) fn in_doubt(fault: Option<Fault>, stage: Option<Stage>) -> bool {
    let lost = matches!(fault, Some(Fault::Timeout | Fault::ConnectionClosed | Fault::ConnectionReset));
    lost && stage == Some(Stage::Body)
}

/// A server took the whole message.
pub(super) fn accepted(to: &str) -> (Tone, String) {
    (Tone::Good, format!("ACCEPTED. The mail server took the message{to}; it may still be filtered or returned there."))
}

/// What is said of such an end.
pub(super) fn doubt(to: &str) -> (Tone, String) {
    (Tone::Warn, format!("NOT CERTAIN. The message{to} may have arrived: ask before it is sent again."))
}
