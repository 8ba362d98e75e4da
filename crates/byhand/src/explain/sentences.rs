//! What people read: a meaning and a next step for each reason, and better ones for special cases.
//!
//! Sentences have no full stop and no capital at their start, so that they can stand in a table or a paragraph. They say what is
//! known and no more: "refused" and never "bounced", "listed" and never "blacklisted". The reason's own word never stands in them.
//!
//! Not here: when a case holds (the rules name it).

use super::cases;
use super::heard::Heard;
use super::registry::{registry, subject};
use crate::wire::{Nature, Reason, Side};

use Reason as R;

/// What a reason means.
#[must_use]
pub fn meaning(reason: Reason) -> &'static str {
    of_reason(reason).0
}

/// What to do about a reason, where nothing more is known.
#[must_use]
pub fn next(reason: Reason) -> &'static str {
    of_reason(reason).1
}

/// Whose it is, in words.
#[must_use]
pub fn whose(side: Side) -> &'static str {
    match side {
        Side::Recipient => "the recipient's (address, mailbox or domain)",
        Side::Sender => "the sender's",
        Side::Content => "the message itself",
        Side::Policy => "the receiver's rules about whom they take mail from",
        Side::Server => "the receiving server's",
        Side::Network => "what lies between the two servers",
        Side::Unknown => "not to be told from this",
    }
}

fn of_reason(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        R::UserUnknown => (
            "there is no such mailbox there",
            "check the spelling; ask the recipient by another channel; take the address off the list",
        ),
        R::HostUnknown => (
            "the domain or host in the recipient's address is not known there",
            "check the spelling of the domain; look at its MX and address records with mxlookup",
        ),
        R::NotAccept => (
            "the recipient's domain or host takes no mail at all",
            "use another address of the recipient; sending again will not help",
        ),
        R::Suspend => (
            "the mailbox is there, but it is switched off, locked, or no longer used",
            "ask the recipient by another channel; only they or their provider can open it again",
        ),
        R::MailboxFull => {
            ("the recipient's mailbox is full", "tell the recipient by another channel, and try again in some days")
        }
        R::HasMoved => (
            "the recipient has moved to another address, and mail is not passed on",
            "use the new address; ask the recipient where it is not named",
        ),
        R::Filtered => (
            "a rule of the recipient's own, or their list of allowed senders, keeps this sender out",
            "ask the recipient by another channel to allow the sender's address",
        ),
        R::Rejected => (
            "the server does not take the sender's address, or its domain",
            "see that the sender's domain has an MX or an address in DNS, and send with the address that belongs to the login",
        ),
        R::AuthFailure => (
            "the checks of who the sender is (SPF, DKIM, DMARC) did not pass",
            "mend SPF, the DKIM signature, or their match with the From address; the text says which failed, where it does",
        ),
        R::RequirePtr => (
            "the sending address has no name in DNS, or a name that does not lead back to it",
            "have the address's owner set a PTR record, and give that name an address record that leads back",
        ),
        R::NoRelaying => (
            "the server does not take mail from this client for that domain",
            "log in, on the port meant for it (587 or 465); if this is the domain's own MX, its owner has to add the domain there",
        ),
        R::SecurityError => (
            "the server wants a login, or did not accept the one it got",
            "check the user name, the password and the kind of login; use port 587 or 465",
        ),
        R::FailedStarttls => (
            "an encrypted connection is required and was not made, or could not be made",
            "use STARTTLS; look at the certificate and the TLS versions of both sides with smtp-probe",
        ),
        R::SyntaxError => (
            "the server did not understand what the client said, or when it said it",
            "look at the EHLO name (a full host name), the line ends (CRLF) and the order of commands",
        ),
        R::NotCompliantRfc => (
            "the message's form breaks the rules: its headers, its line ends, or a header that stands twice",
            "mend the program that makes the message",
        ),
        R::ContentError => (
            "the server does not take this kind of content: an attachment, an encoding or a MIME form",
            "change the attachment, or send a link to it",
        ),
        R::EmailTooLarge => (
            "the message is larger than the server or the mailbox takes",
            "make it smaller, or send a link; an attachment grows by 37 % on its way (base64)",
        ),
        R::SpamDetected => (
            "the server took the content for spam",
            "send a plain text without links to see the difference; then write to the postmaster, quoting the reply",
        ),
        R::VirusDetected => (
            "the server found malware in the message",
            "scan the message and the machine it comes from; send it again when it is clean",
        ),
        R::PolicyViolation => {
            ("a rule of the receiver's forbids it; which one is not told", "ask their postmaster, quoting the reply")
        }
        R::Blocked => (
            "the sending address, host or domain is on a block list, or is shut out by the receiver",
            "find the list, mend what got you on it, then ask to be taken off",
        ),
        R::BadReputation => (
            "the receiver has had little good from this sender: a poor reputation, and no list is named",
            "send less, to people who want it, and more as it gets better; look at the provider's postmaster tools",
        ),
        R::RateLimited => {
            ("too many messages, connections or recipients in a short time", "slow down, and try again later")
        }
        R::Greylisted => (
            "the server makes strangers wait at their first contact",
            "try again after some minutes from the same address; mail servers do so by themselves",
        ),
        R::SystemError => (
            "the receiving server has trouble of its own",
            "try again later; if it stays, tell their postmaster by another way",
        ),
        R::SystemFull => {
            ("the receiving server has no room left", "try again later; if it stays, tell their postmaster")
        }
        R::MailerError => (
            "the program that puts mail into mailboxes failed at the receiver's",
            "their administrator has to mend it; tell them, quoting the reply",
        ),
        R::NetworkError => (
            "the way to the recipient's server is broken: routing, DNS, or a circle",
            "check the domain's MX and addresses, and where mail is forwarded to; try again later",
        ),
        R::Expired => (
            "there was no answer in time, or the connection broke",
            "try again later; see with smtp-probe whether port 25 can be reached, and where it stops",
        ),
        R::Suppressed => (
            "the sender's own provider holds this address back, since earlier mail to it failed",
            "take the address off the provider's suppression list, if it is right",
        ),
        R::OnHold => ("the server does not say why", "try again once; then ask their postmaster, quoting the reply"),
    }
}

/// Meaning and next step of one reply.
pub(super) fn of(reason: Reason, case: Option<&'static str>, heard: &Heard<'_>, nature: Nature) -> (String, String) {
    let refused = heard.code.map_or(heard.enhanced.is_some_and(|code| code.class == 5), |code| code >= 500);
    if let Some(case) = case.and_then(cases::find) {
        let next = if refused && nature == Nature::Temporary { by_hand(case.next) } else { case.next.to_owned() };
        return (case.meaning.to_owned(), next);
    }
    let (meaning, next) = of_reason(reason);
    if reason == R::OnHold {
        return (silent(heard), next.to_owned());
    }
    let next = match (nature, refused) {
        (Nature::Temporary, true) => by_hand(next),
        (Nature::Temporary, false) if !next.contains("again") => format!("{next}; senders try again by themselves"),
        _ => next.to_owned(),
    };
    (meaning.to_owned(), next)
}

/// A step for a message that was returned over a cause that passes: after a 5yz no mail server tries again (RFC 5321 §4.2.1), nor
/// does one that has given up, so that somebody has to.
#[must_use]
pub fn by_hand(next: &str) -> String {
    if next.contains("yourself") {
        return next.to_owned();
    }
    let next = next.split("; mail servers do so").next().unwrap_or(next);
    let next = next.split("; senders try again by").next().unwrap_or(next);
    let end = "after this answer no mail server does so by itself";
    if next.contains("try again") {
        format!("{}; {end}", next.replacen("try again", "send it again yourself", 1))
    } else {
        format!("{next}; then send it again yourself: {end}")
    }
}

/// No cause is stated: what the code says, and that it says no more.
fn silent(heard: &Heard<'_>) -> String {
    // RFC 3463 §3.8: x.7.1 is useful only as a permanent error; 4.7.1 forbids nothing.
    let enhanced = heard
        .enhanced
        .filter(|code| (code.detail != 0 || code.subject != 0) && (code.class, code.subject, code.detail) != (4, 7, 1));
    let says = enhanced.and_then(|code| registry(code).map(|entry| entry.meaning).or_else(|| subject(code)));
    let how = match heard.code.map(|code| code / 100) {
        Some(4) => "the server puts it off and does not say why",
        Some(5) => "the server refuses and does not say why",
        _ => "the text does not say what is wrong",
    };
    match says {
        Some(says) => format!("{how}; its code stands for: {says}"),
        None => how.to_owned(),
    }
}

/// A reply that refuses nothing.
pub(super) fn accepted(code: u16) -> (String, String) {
    let meaning = match code / 100 {
        3 => "the server waits for what comes next",
        _ => "the server accepted this step; nothing was refused",
    };
    (meaning.to_owned(), "nothing has to be done".to_owned())
}

/// Whether a case knows better than its reason if trying again can help.
pub(super) fn nature_of_case(id: &'static str) -> Option<Nature> {
    cases::find(id).and_then(|case| case.nature)
}
