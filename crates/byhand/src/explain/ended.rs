//! What an outcome means: from the reply that decided, or from how it ended without one.
//!
//! A reply below 400 refuses nothing, so that the fault speaks for it (a 250 where it made no sense). What was never asked
//! because of a cap or an option of ours has no diagnosis: there is nothing to explain but the sentence that it has.
//!
//! Not here: several ends taken together (`fault`), and any change to an outcome.

use super::{Heard, fault, one_line, reply};
use crate::wire::{Detail, Diagnosis, Fault, Nature, Outcome, Reply, Side, Stage, Status};

/// Explains an outcome; `None` where all went well, or where nothing was asked for a reason of our own.
#[must_use]
pub fn ended(outcome: &Outcome, host: Option<&str>, tls: bool) -> Option<Diagnosis> {
    let own = matches!((outcome.status, outcome.fault), (Status::Untested, Some(Fault::NoAddress | Fault::Limited)));
    if outcome.status == Status::Ok || own {
        return None;
    }
    match &outcome.reply {
        // The command has no parameter, and whoever offers it knows it (RFC 3207 §4): such a code is not about what was said.
        Some(reply) if matches!(reply.code, 500..=504) && outcome.stage == Some(Stage::Starttls) => {
            fault(Fault::Refused, Stage::Starttls)
        }
        Some(reply) if reply.code >= 400 => Some(refusal(reply, outcome.stage, host, tls)),
        _ => fault(outcome.fault?, outcome.stage.unwrap_or(Stage::Connect))
            .map(|found| in_time(outcome, closer(outcome, found))),
    }
}

/// What is only put off is not called permanent.
fn in_time(outcome: &Outcome, found: Diagnosis) -> Diagnosis {
    let nature = if outcome.status == Status::Temporary { Nature::Temporary } else { found.nature };
    Diagnosis { nature, ..found }
}

/// Some faults stand for more than one thing each; the detail tells which.
fn closer(outcome: &Outcome, found: Diagnosis) -> Diagnosis {
    let (Some(fault), Some(detail)) = (outcome.fault, outcome.detail) else { return found };
    let (meaning, next) = match (fault, detail) {
        (Fault::Nxdomain, Detail::DanglingAlias) => (
            "the domain exists, and is an alias in DNS of a name that does not",
            "tell the domain's owner: the alias (CNAME) has to lead to a name that is there, or go",
        ),
        (Fault::TlsHandshake, Detail::ServerTrouble) => (
            "the server broke off the TLS handshake over trouble of its own",
            "tell their postmaster: the server's certificate, key or TLS set-up is at fault, whatever the client offers",
        ),
        (Fault::TlsHandshake, Detail::ClientCertificate) => (
            "the server asks its clients for a certificate of theirs, and takes nobody without a right one",
            "give one with --cert and --key, if you have one for this server; a server that takes mail from strangers must not ask: tell their postmaster",
        ),
        (Fault::TlsLimit, Detail::OwnOptions) => (
            "with the options given here, this program offers the server nothing that it has",
            "leave the option out, or widen it",
        ),
        // Only a hello with more in it tells which of the two it is.
        (Fault::TlsLimit, Detail::NothingInCommon) => (
            "the server found nothing that it could use in what this program offers (TLS 1.2 with ECDHE and authenticated encryption, and TLS 1.3): it is too old for that, or has no certificate or cipher at all",
            "smtp-probe --tls-versions shows which; if it is only old, send through a mail server whose TLS library still speaks that; the people who run the server should offer TLS 1.2 with ECDHE, or 1.3",
        ),
        (Fault::TlsLimit, Detail::ShortKey) => (
            "the server's certificate has a key that is too short to protect; this program does not use such, while other senders may",
            "the people who run the server need a certificate with a key of 2048 bits or more (RSA), or an ECDSA one; from here, send through a mail server that still takes such keys",
        ),
        (Fault::CertificateFailed, Detail::OtherDomain) => (
            "the mail server proves who it is, and by another domain's name: the level that was asked for (secure) takes only the recipient's own domain, so the message was kept back",
            "send at a lower level (--level verify takes the name of the mail server), or leave the level out",
        ),
        _ => return found,
    };
    let side = if detail == Detail::OtherDomain { Side::Sender } else { found.side };
    Diagnosis { meaning: meaning.to_owned(), next: next.to_owned(), side, ..found }
}

/// Explains a reply that was read in a session.
#[must_use]
pub fn refusal(said: &Reply, stage: Option<Stage>, host: Option<&str>, tls: bool) -> Diagnosis {
    let line = format!("{} {}", said.code, said.lines.join(" "));
    reply(&Heard { stage, host, tls, ..one_line(&line) })
}

#[cfg(test)]
mod tests {
    use super::ended;
    use crate::wire::{Detail, Fault, Nature, Outcome, Reason, Reply, Side, Stage, Status};

    fn outcome(status: Status, stage: Stage, fault: Fault, reply: Option<(u16, &str)>) -> Outcome {
        let reply = reply.map(|(code, line)| Reply {
            code,
            enhanced: None,
            lines: vec![line.to_owned()],
            raw_base64: None,
            first_ms: 1.0,
            elapsed_ms: 1.0,
        });
        Outcome { reply, ..Outcome::failed(status, stage, fault, "text") }
    }

    #[test]
    fn replies_and_ends_without_one() {
        let check = |outcome: &Outcome| ended(outcome, None, false).map(|found| (found.reason, found.side));
        let refused = outcome(Status::Permanent, Stage::Rcpt, Fault::Refused, Some((550, "5.1.1 no such user")));
        assert_eq!(check(&refused), Some((Reason::UserUnknown, Side::Recipient)));
        // RFC 5321 §4.2.1: a 250 refuses nothing, but here it is no answer to the question.
        let odd = outcome(Status::Temporary, Stage::Data, Fault::UnexpectedReply, Some((250, "ok")));
        assert_eq!(check(&odd), Some((Reason::SystemError, Side::Server)));
        let silent = outcome(Status::Temporary, Stage::Banner, Fault::Timeout, None);
        assert_eq!(check(&silent), Some((Reason::Expired, Side::Server)));
    }

    /// STARTTLS has no parameter (RFC 3207 §4): a 501 to it is not about what we said.
    #[test]
    fn starttls_that_is_offered_and_refused() {
        for code in [500, 501, 503] {
            let refused = outcome(Status::Temporary, Stage::Starttls, Fault::Refused, Some((code, "5.5.4 no")));
            let found = ended(&refused, None, false).unwrap();
            assert_eq!(
                (found.reason, found.side, found.nature),
                (Reason::FailedStarttls, Side::Server, Nature::Temporary)
            );
        }
        let kept = outcome(Status::Temporary, Stage::Starttls, Fault::StarttlsNotSupported, None);
        let found = ended(&kept, None, false).unwrap();
        assert_eq!((found.side, found.nature), (Side::Server, Nature::Temporary));
    }

    #[test]
    fn whose_wish_it_was() {
        let side = |fault, stage, detail| {
            let outcome = outcome(Status::Temporary, stage, fault, None).with(detail);
            ended(&outcome, None, false).map(|found| found.side)
        };
        assert_eq!(side(Fault::CertificateFailed, Stage::Tls, Some(Detail::OtherDomain)), Some(Side::Sender));
        assert_eq!(side(Fault::CertificateFailed, Stage::Tls, None), Some(Side::Server));
        assert_eq!(side(Fault::DaneFailed, Stage::Dns, None), Some(Side::Sender));
        // RFC 8461 §3: the policy is the domain's, whoever runs the server.
        assert_eq!(side(Fault::StsFailed, Stage::Dns, None), Some(Side::Recipient));
    }

    /// Each detail has a word in its advice that the fault alone does not have, and says nothing beside another fault.
    #[test]
    fn what_a_detail_tells() {
        for (fault, detail, word) in [
            (Fault::Nxdomain, Detail::DanglingAlias, "CNAME"),
            (Fault::TlsHandshake, Detail::ServerTrouble, "whatever the client offers"),
            (Fault::TlsHandshake, Detail::ClientCertificate, "--cert"),
            (Fault::TlsLimit, Detail::OwnOptions, "leave the option out"),
            (Fault::TlsLimit, Detail::NothingInCommon, "if it is only old"),
            (Fault::TlsLimit, Detail::ShortKey, "2048 bits"),
            (Fault::CertificateFailed, Detail::OtherDomain, "--level verify"),
        ] {
            let next = |fault, detail| {
                let outcome = outcome(Status::Temporary, Stage::Tls, fault, None).with(detail);
                ended(&outcome, None, false).unwrap().next
            };
            let (plain, told) = (next(fault, None), next(fault, Some(detail)));
            assert!(told.contains(word) && !plain.contains(word), "{detail:?}: {told}; {plain}");
            assert_eq!(next(Fault::NotTls, Some(detail)), next(Fault::NotTls, None));
        }
    }

    #[test]
    fn what_was_not_asked_is_not_explained() {
        for fault in [Fault::Limited, Fault::NoAddress] {
            assert_eq!(ended(&outcome(Status::Untested, Stage::Dns, fault, None), None, false), None);
        }
        assert_eq!(ended(&outcome(Status::Permanent, Stage::Dns, Fault::BadInput, None), None, false), None);
        assert_eq!(ended(&Outcome::ok("well"), None, false), None);
    }
}
