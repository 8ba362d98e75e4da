//! The enhanced status codes: the whole IANA registry ("SMTP Enhanced Status Codes", opened by RFC 5248), in our words.
//!
//! A code is `class.subject.detail` (RFC 3463 §2). Subject and detail say why, the class only whether to try again, so the
//! table has them without a class. Each entry names the reason that it stands for where the text says nothing better, and
//! how much it is worth: much for 5.1.1, which hardly anybody uses for something else; little for 5.7.1, which everybody uses
//! for everything; nothing for the "other" codes.
//!
//! Not here: what single providers use numbers for that are theirs alone, or that mean something else in the registry (see
//! `providers`).

use std::fmt;

use crate::wire::Reason;

/// An enhanced status code, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Enhanced {
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about, 0 to 999.
    pub subject: u16,
    /// What about it, 0 to 999.
    pub detail: u16,
}

impl Enhanced {
    /// Reads `5.1.1`: a class of 2, 4 or 5, and two numbers of one to three digits (RFC 3463 §2).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut number = |longest: usize| {
            let part = parts.next()?;
            let good = (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if good { part.parse::<u16>().ok() } else { None }
        };
        let (class, subject, detail) = (number(1)?, number(3)?, number(3)?);
        let class = u8::try_from(class).ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        parts.next().is_none().then_some(Self { class, subject, detail })
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A line of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The second number.
    pub subject: u16,
    /// The third number.
    pub detail: u16,
    /// What it says, as a sentence without its full stop.
    pub meaning: &'static str,
    /// The reason that it stands for; `None`: it names none.
    pub reason: Option<Reason>,
    /// How much the code alone is worth, on the scale of `rule::Rule::weight`.
    pub(super) weight: u8,
    /// The reply codes that the registry names beside it; empty where it names none, or any.
    pub replies: &'static [u16],
    /// Where it was defined.
    pub source: &'static str,
}

/// The registry's line for a code, whatever its class.
#[must_use]
pub fn registry(code: Enhanced) -> Option<&'static Entry> {
    ENTRIES
        .binary_search_by_key(&(code.subject, code.detail), |entry| (entry.subject, entry.detail))
        .ok()
        .map(|at| &ENTRIES[at])
}

/// What the second number alone says (RFC 3463 §3), where the third is unknown.
#[must_use]
pub fn subject(code: Enhanced) -> Option<&'static str> {
    Some(match code.subject {
        0 => "no more than that it was so, or was not",
        1 => "it is about an address",
        2 => "it is about the mailbox",
        3 => "it is about the receiving mail system",
        4 => "it is about the network, or the way there",
        5 => "it is about the conversation between the two servers",
        6 => "it is about what the message holds",
        7 => "it is about security, or about the receiver's rules",
        _ => return None,
    })
}

/// The whole table, in order.
#[must_use]
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

const fn e(
    subject: u16,
    detail: u16,
    reason: Option<Reason>,
    weight: u8,
    replies: &'static [u16],
    source: &'static str,
    meaning: &'static str,
) -> Entry {
    Entry { subject, detail, meaning, reason, weight, replies, source }
}

use Reason as R;

const MAIL: &str = "RFC 3463";
const LOGIN: &str = "RFC 4954";
const REGISTRY: &str = "RFC 5248";

const ENTRIES: &[Entry] = &[
    e(0, 0, None, 0, &[], MAIL, "no cause is named"),
    e(1, 0, None, 0, &[], MAIL, "something about an address, and no more"),
    e(1, 1, Some(R::UserUnknown), 50, &[451, 550], MAIL, "there is no such mailbox there"),
    e(
        1,
        2,
        Some(R::HostUnknown),
        45,
        &[],
        MAIL,
        "the domain in the recipient's address does not exist, or takes no mail",
    ),
    e(1, 3, Some(R::UserUnknown), 40, &[501], MAIL, "the recipient's address is not written as an address has to be"),
    e(1, 4, Some(R::UserUnknown), 30, &[], MAIL, "the recipient's address fits more than one mailbox"),
    e(1, 5, None, 0, &[250], MAIL, "the recipient's address is fine"),
    e(1, 6, Some(R::HasMoved), 50, &[], MAIL, "the recipient has moved, and mail is not passed on"),
    e(1, 7, Some(R::Rejected), 45, &[501, 553], MAIL, "the sender's address is not written as an address has to be"),
    e(
        1,
        8,
        Some(R::Rejected),
        50,
        &[451, 501],
        MAIL,
        "the domain in the sender's address does not exist, or could take no answer",
    ),
    e(1, 9, None, 0, &[], "RFC 3886", "the message went on to a system that does not tell what becomes of it"),
    e(
        1,
        10,
        Some(R::NotAccept),
        60,
        &[556],
        "RFC 7505",
        "the recipient's domain says in DNS that it takes no mail (null MX)",
    ),
    e(2, 0, None, 0, &[], MAIL, "something about the mailbox, and no more"),
    e(2, 1, Some(R::Suspend), 40, &[], MAIL, "the mailbox is switched off, or takes no mail"),
    e(2, 2, Some(R::MailboxFull), 55, &[552], MAIL, "the mailbox is full"),
    e(2, 3, Some(R::EmailTooLarge), 45, &[552], MAIL, "the message is larger than this mailbox takes"),
    e(2, 4, Some(R::MailerError), 30, &[450, 452], MAIL, "a mailing list could not be expanded"),
    e(3, 0, None, 0, &[221, 250, 421, 451, 550, 554], MAIL, "something about the receiving mail system, and no more"),
    e(3, 1, Some(R::SystemFull), 45, &[452], MAIL, "the receiving mail system has no room left"),
    e(3, 2, Some(R::SystemError), 30, &[453, 521], MAIL, "the receiving mail system takes no messages now"),
    e(3, 3, Some(R::SystemError), 30, &[], MAIL, "the receiving mail system cannot do what the message asks for"),
    e(
        3,
        4,
        Some(R::EmailTooLarge),
        55,
        &[552, 554],
        MAIL,
        "the message is larger than the receiving mail system takes",
    ),
    e(3, 5, Some(R::SystemError), 40, &[], MAIL, "the receiving mail system is set up wrongly"),
    e(3, 6, None, 0, &[250, 251], "RFC 6710", "the message's priority was changed"),
    e(4, 0, None, 0, &[], MAIL, "something about the network or the way there, and no more"),
    e(4, 1, Some(R::Expired), 35, &[451], MAIL, "the next mail server did not answer"),
    e(4, 2, Some(R::Expired), 40, &[421], MAIL, "the connection broke, or went silent"),
    e(
        4,
        3,
        Some(R::NetworkError),
        35,
        &[451, 550],
        MAIL,
        "a directory or DNS server that is needed for the way could not be asked",
    ),
    e(4, 4, Some(R::NetworkError), 40, &[], MAIL, "no way to the next mail server could be found"),
    e(4, 5, Some(R::SystemError), 30, &[451], MAIL, "the mail system has too much to do"),
    e(4, 6, Some(R::NetworkError), 50, &[], MAIL, "the message goes in a circle"),
    e(4, 7, Some(R::Expired), 50, &[], MAIL, "the message waited longer than it may"),
    e(
        5,
        0,
        None,
        0,
        &[220, 250, 251, 252, 253, 451, 452, 454, 458, 459, 501, 502, 503, 554],
        MAIL,
        "something about the conversation, and no more",
    ),
    e(
        5,
        1,
        Some(R::SyntaxError),
        40,
        &[430, 500, 501, 503, 530, 550, 554, 555],
        MAIL,
        "the command is unknown, or came at the wrong moment",
    ),
    e(5, 2, Some(R::SyntaxError), 40, &[500, 501, 502, 550, 555], MAIL, "the server could not read the command"),
    e(5, 3, Some(R::RateLimited), 40, &[451], MAIL, "more recipients were named at once than the server takes"),
    e(
        5,
        4,
        Some(R::SyntaxError),
        40,
        &[451, 501, 502, 503, 504, 550, 555],
        MAIL,
        "the server could not use what followed the command",
    ),
    e(5, 5, Some(R::SyntaxError), 30, &[], MAIL, "the two servers speak different versions of the protocol"),
    e(5, 6, Some(R::SyntaxError), 40, &[500], LOGIN, "a line of the login was too long"),
    e(6, 0, Some(R::ContentError), 54, &[], MAIL, "something about the message's content, and no more"),
    e(6, 1, Some(R::ContentError), 40, &[], MAIL, "this kind of content is not taken"),
    e(6, 2, Some(R::ContentError), 35, &[], MAIL, "the content would have to be converted, which is forbidden"),
    e(6, 3, Some(R::ContentError), 35, &[554], MAIL, "the content would have to be converted, which cannot be done"),
    e(6, 4, Some(R::ContentError), 30, &[250], MAIL, "the content was converted, and something was lost"),
    e(6, 5, Some(R::ContentError), 35, &[], MAIL, "converting the content failed"),
    e(6, 6, Some(R::ContentError), 35, &[554], "RFC 4468", "a part of the content could not be fetched"),
    e(
        6,
        7,
        Some(R::NotCompliantRfc),
        48,
        &[553, 550],
        "RFC 6531",
        "an address has letters beyond ASCII, and the server does not take those",
    ),
    e(
        6,
        8,
        Some(R::SyntaxError),
        48,
        &[252, 553, 550],
        "RFC 6531",
        "the server's answer would need letters beyond ASCII, and the client did not ask for them",
    ),
    e(
        6,
        9,
        Some(R::NotCompliantRfc),
        48,
        &[550],
        "RFC 6531",
        "the headers have letters beyond ASCII, and a recipient's server does not take those",
    ),
    e(6, 10, Some(R::SyntaxError), 30, &[], "RFC 6531", "the same as X.6.8; withdrawn"),
    e(
        7,
        0,
        None,
        0,
        &[235, 454, 504, 521, 530, 535, 554, 570],
        MAIL,
        "something about security or the receiver's rules, and no more",
    ),
    e(7, 1, Some(R::PolicyViolation), 22, &[451, 454, 502, 503, 533, 550, 551], MAIL, "the receiver's rules forbid it"),
    e(7, 2, Some(R::Filtered), 40, &[550], MAIL, "this sender may not write to that mailing list"),
    e(
        7,
        3,
        Some(R::SecurityError),
        25,
        &[],
        MAIL,
        "the protection of the message would have to be converted, which cannot be done",
    ),
    e(7, 4, Some(R::SecurityError), 25, &[504], MAIL, "the protection that was asked for is not offered"),
    e(7, 5, Some(R::FailedStarttls), 25, &[], MAIL, "a cryptographic step failed"),
    e(7, 6, Some(R::SecurityError), 25, &[], MAIL, "the cipher or key asked for is not offered"),
    e(7, 7, Some(R::SecurityError), 25, &[], MAIL, "the message was changed on its way, says a check of its integrity"),
    e(7, 8, Some(R::SecurityError), 50, &[535, 554], LOGIN, "the server did not accept the user name and password"),
    e(7, 9, Some(R::SecurityError), 40, &[534], LOGIN, "this way of logging in is too weak for this user"),
    e(7, 10, Some(R::FailedStarttls), 40, &[523], REGISTRY, "encryption is needed first"),
    e(7, 11, Some(R::SecurityError), 40, &[524, 538], LOGIN, "this way of logging in needs encryption"),
    e(7, 12, Some(R::SecurityError), 40, &[422, 432], LOGIN, "the user has to set a password anew first"),
    e(7, 13, Some(R::Suspend), 40, &[525], REGISTRY, "the account is switched off"),
    e(7, 14, Some(R::SecurityError), 35, &[535, 554], REGISTRY, "the two servers would have to trust each other first"),
    e(7, 15, Some(R::RateLimited), 30, &[450, 550], "RFC 6710", "messages of so low a priority are not taken now"),
    e(7, 16, Some(R::EmailTooLarge), 40, &[450, 550], "RFC 6710", "the message is too large for its priority"),
    e(
        7,
        17,
        Some(R::HasMoved),
        40,
        &[],
        "RFC 7293",
        "the mailbox has had another owner since the time that the sender named",
    ),
    e(
        7,
        18,
        Some(R::HasMoved),
        40,
        &[],
        "RFC 7293",
        "the domain has had another owner since the time that the sender named",
    ),
    e(7, 19, Some(R::SystemError), 25, &[], "RFC 7293", "since when the mailbox has its owner could not be found out"),
    e(7, 20, Some(R::AuthFailure), 55, &[550], "RFC 7372", "no DKIM signature held"),
    e(7, 21, Some(R::AuthFailure), 55, &[550], "RFC 7372", "a DKIM signature held, but none that this server takes"),
    e(
        7,
        22,
        Some(R::AuthFailure),
        55,
        &[550],
        "RFC 7372",
        "a DKIM signature held, but none of the author's own domain",
    ),
    e(
        7,
        23,
        Some(R::AuthFailure),
        55,
        &[550],
        "RFC 7372",
        "SPF says that this machine may not send for the sender's domain",
    ),
    e(7, 24, Some(R::AuthFailure), 50, &[451, 550], "RFC 7372", "SPF of the sender's domain could not be evaluated"),
    e(
        7,
        25,
        Some(R::RequirePtr),
        55,
        &[550],
        "RFC 7372",
        "the sending address has no name in DNS, or that name does not lead back to it",
    ),
    e(7, 26, Some(R::AuthFailure), 50, &[550], "RFC 7372", "more than one check of who the sender is has failed"),
    e(
        7,
        27,
        Some(R::Rejected),
        45,
        &[550],
        "RFC 7505",
        "the sender's domain says that it takes no mail, so that no answer could reach it (null MX)",
    ),
    e(7, 28, Some(R::RateLimited), 45, &[451, 550], "the IANA registry", "too much mail came at once"),
    e(7, 29, Some(R::AuthFailure), 45, &[550], "RFC 8617", "the chain of earlier checks (ARC) does not hold"),
    e(
        7,
        30,
        Some(R::FailedStarttls),
        40,
        &[550],
        "RFC 8689",
        "the message asks for protected transport on its whole way (REQUIRETLS), which cannot be kept",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_each_code_is_there_once() {
        assert!(ENTRIES.is_sorted_by(|a, b| (a.subject, a.detail) < (b.subject, b.detail)));
        // The registry has 1 + 11 + 5 + 7 + 8 + 7 + 11 + 31 lines in its table of details.
        assert_eq!(ENTRIES.len(), 81);
    }

    #[test]
    fn codes_are_read_strictly() {
        // RFC 3463 §2: class 2, 4 or 5; subject and detail of one to three digits.
        assert_eq!(Enhanced::parse("5.1.10"), Some(Enhanced { class: 5, subject: 1, detail: 10 }));
        for wrong in ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1234.1", "5.1.", "5. 1.1", "+5.1.1", "55.1.1"] {
            assert_eq!(Enhanced::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_class_does_not_choose_the_line() {
        let line = |text| Enhanced::parse(text).and_then(registry);
        assert_eq!(line("4.2.2"), line("5.2.2"));
        assert_eq!(line("5.7.25").and_then(|entry| entry.reason), Some(Reason::RequirePtr));
        assert_eq!(line("5.7.999"), None);
    }
}
