//! What a reply says, in plain words: the reply code of RFC 5321 §4.2.2 and §4.2.3, and the enhanced status code of
//! RFC 3463, which tells more.
//!
//! The enhanced code speaks where it names a detail; the reply code where there is none, or where the enhanced code says
//! no more than "other". Both mean what they can mean at their stage: a 550 in place of a greeting is about this machine and not
//! about a mailbox, since nobody has named one. A class that disagrees with the reply's first digit (RFC 2034 §4) does not count: the reply
//! code decides whether to try again, the subject and detail still tell why.
//!
//! Deliberately not here: whose fault it is and what to do next, which takes more than a code. A table of data and one
//! pure function.

use crate::wire::Stage;

/// The meaning of a reply at that stage: a sentence without a full stop, such as
/// `there is no such mailbox there; trying again will not help`.
#[must_use]
pub fn meaning(stage: impl Into<Option<Stage>>, code: u16, enhanced: Option<&str>) -> String {
    let stage = stage.into();
    // Before MAIL nobody has named a mailbox: whatever the code says of one, it cannot mean it.
    let enhanced = enhanced.and_then(parts).filter(|(subject, _)| names_a_mailbox(stage) || !matches!(subject, 1 | 2));
    let what = enhanced.and_then(detail).or_else(|| of_stage(stage, code)).or_else(|| of_code(stage, code));
    let what =
        what.or_else(|| enhanced.and_then(subject)).or_else(|| of_class(stage, code)).unwrap_or(match code / 100 {
            2 => "done",
            3 => "go on",
            4 => "not now",
            5 => "no",
            _ => "a code that SMTP does not have",
        });
    match code / 100 {
        4 => format!("{what}; this is for now, and senders try again later"),
        5 => format!("{what}; trying again as it is will not help"),
        _ => what.to_owned(),
    }
}

/// What a reply code stands for by itself, whatever the stage; `None`: no RFC that is cited here has it.
#[must_use]
pub fn of_number(code: u16) -> Option<&'static str> {
    CODES.iter().find(|(c, _)| *c == code).map(|(_, text)| *text)
}

/// Whether a mailbox is what the stage is about: the sender's, a recipient's, or those of a message.
fn names_a_mailbox(stage: Option<Stage>) -> bool {
    matches!(stage, Some(Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Body))
}

/// Codes that mean something of their own at a stage (RFC 5321 §4.3.2, RFC 3207 §4).
fn of_stage(stage: Option<Stage>, code: u16) -> Option<&'static str> {
    Some(match (stage?, code) {
        (Stage::Banner, 200..=219 | 221..=399) => "a code that is no greeting",
        (Stage::Banner, 554) => "there is no mail service here, at least not for this machine",
        (Stage::Ehlo, 550) => "the server does not accept this machine, or the name it gave in EHLO",
        (Stage::Starttls, 454) => "the server offers TLS and cannot begin it now",
        (Stage::Mail, 450) => "the server does not take this sender now",
        (Stage::Mail, 550) => "the server will not take this sender: its rules forbid it",
        (Stage::Mail, 552) => "there is no room: the message is larger than the server takes",
        (Stage::Mail, 553) => "the sender's address is not written or not used as the server allows",
        (Stage::Data | Stage::Body, 450) => "the server's rules keep the message out now",
        (Stage::Data | Stage::Body, 550) => "the server will not take the message: its rules forbid it",
        _ => return None,
    })
}

/// What a refusal means where no mailbox is named yet, or any more, and the code has nothing to say.
fn of_class(stage: Option<Stage>, code: u16) -> Option<&'static str> {
    Some(match (stage?, code / 100) {
        (Stage::Banner, 4) => "the server takes no mail from this machine now",
        (Stage::Banner, 5) => "the server does not talk to this machine",
        (Stage::Ehlo, 4) => "the server does not go on with this machine now",
        (Stage::Ehlo, 5) => "the server does not accept the hello of this machine",
        (Stage::Starttls | Stage::Tls, 4) => "the server cannot begin TLS now",
        (Stage::Starttls | Stage::Tls, 5) => "the server does not begin TLS",
        (Stage::Auth, 4) => "the login did not work this time",
        (Stage::Auth, 5) => "the server refuses the login",
        (Stage::Quit, 4 | 5) => "the server did not take the goodbye, which changes nothing",
        _ => return None,
    })
}

/// Subject and detail of `class.subject.detail` (RFC 3463 §2: each of one to three digits).
fn parts(enhanced: &str) -> Option<(u16, u16)> {
    let mut numbers = enhanced.split('.').map(|n| {
        if (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()) { n.parse::<u16>().ok() } else { None }
    });
    let (_class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some((subject, detail))
}

fn detail((subject, detail): (u16, u16)) -> Option<&'static str> {
    DETAILS.iter().find(|(s, d, _)| (*s, *d) == (subject, detail)).map(|(_, _, text)| *text)
}

fn subject((subject, _): (u16, u16)) -> Option<&'static str> {
    SUBJECTS.iter().find(|(s, _)| *s == subject).map(|(_, text)| *text)
}

fn of_code(stage: Option<Stage>, code: u16) -> Option<&'static str> {
    // RFC 5321 §4.2.3 gives these to commands that name a mailbox or a message.
    if !names_a_mailbox(stage) && matches!(code, 251 | 252 | 450 | 452 | 550..=553 | 555) {
        return None;
    }
    CODES.iter().find(|(c, _)| *c == code).map(|(_, text)| *text)
}

/// RFC 5321 §4.2.3, with 521 and 556 of RFC 7504, and those of RFC 4954 and RFC 3207.
const CODES: &[(u16, &str)] = &[
    (211, "the state of the system"),
    (214, "help text"),
    (220, "the server is ready"),
    (221, "the server closes the connection, as agreed"),
    (235, "logged in"),
    (250, "done"),
    (251, "not a mailbox here, but the server passes it on"),
    (252, "the server does not check the address, and will take the message and try"),
    (334, "the server waits for the next step of the login"),
    (354, "the server waits for the message"),
    (421, "the server is busy or going down, and closes the connection"),
    (432, "a new password is needed first"),
    (450, "the mailbox cannot be used now (it may be locked, or the server makes strangers wait)"),
    (451, "the server ran into trouble of its own"),
    (452, "the server has no room now, or too many recipients were named at once"),
    (454, "what was asked for is not available now"),
    (455, "the server cannot take these parameters now"),
    (500, "the server does not know the command, or could not read the line"),
    (501, "the server could not read what follows the command"),
    (502, "the server knows the command and does not offer it"),
    (503, "the command came at the wrong moment; often it follows from an earlier refusal"),
    (504, "the server does not know this parameter"),
    (521, "this machine takes no mail at all"),
    (530, "the server wants a login, or encryption, first"),
    (534, "this way of logging in is too weak for the server"),
    (535, "the server did not accept the user name and password"),
    (538, "this way of logging in needs encryption"),
    (550, "the server will not take it: there is no such mailbox, or its rules forbid it"),
    (551, "not a mailbox here, and the server does not pass it on"),
    (552, "there is no room: the mailbox is full, or the message too large"),
    (553, "the address is not written as the server allows"),
    (554, "the server will not take it"),
    (555, "the server does not know a parameter of MAIL FROM or RCPT TO"),
    (556, "the domain takes no mail"),
];

/// RFC 3463 §3: what the second number is about, where the third says nothing.
const SUBJECTS: &[(u16, &str)] = &[
    (1, "something is wrong with the address"),
    (2, "something is wrong with the mailbox"),
    (3, "something is wrong with the receiving mail system"),
    (4, "something is wrong with the network or with the way there"),
    (5, "the two sides did not understand each other"),
    (6, "something is wrong with what the message holds"),
    (7, "the receiver's rules or its security forbid it"),
];

/// RFC 3463 §3.1 to §3.8 and the registry that RFC 5248 opened: subject, detail, meaning.
const DETAILS: &[(u16, u16, &str)] = &[
    (1, 1, "there is no such mailbox there"),
    (1, 2, "the domain in the address does not exist, or takes no mail"),
    (1, 3, "the address is not written as the server allows"),
    (1, 4, "the address fits more than one mailbox"),
    (1, 5, "the address is fine"),
    (1, 6, "the mailbox has moved, and nobody left word where to"),
    (1, 7, "the sender's address is not written as the server allows"),
    (1, 8, "the server does not believe the sender's domain: it does not exist, or cannot be answered"),
    (1, 9, "the message was passed on to a system that does not tell what becomes of it"),
    (1, 10, "the recipient's domain says that it takes no mail (null MX)"),
    (2, 1, "the mailbox is switched off, or takes no mail now"),
    (2, 2, "the mailbox is full"),
    (2, 3, "the message is larger than the mailbox allows"),
    (2, 4, "there is trouble with a mailing list"),
    (3, 1, "the mail system has no room"),
    (3, 2, "the mail system takes no messages now"),
    (3, 3, "the mail system cannot do what was asked for"),
    (3, 4, "the message is larger than the mail system takes"),
    (3, 5, "the mail system is set up wrongly"),
    (3, 6, "the priority was changed"),
    (4, 1, "the next mail system does not answer"),
    (4, 2, "the connection to the next mail system broke"),
    (4, 3, "the next mail system could not be looked up (directory or DNS trouble)"),
    (4, 4, "the next mail system could not be found"),
    (4, 5, "the mail system has too much to do"),
    (4, 6, "the message goes in a circle"),
    (4, 7, "the message waited too long"),
    (5, 1, "the command is unknown, or came at the wrong moment"),
    (5, 2, "the server could not read the command"),
    (5, 3, "too many recipients were named at once"),
    (5, 4, "the server could not use what follows the command"),
    (5, 5, "the two sides speak different versions of the protocol"),
    (5, 6, "the line of the login is too long"),
    (6, 1, "the kind of content is not taken"),
    (6, 2, "the content would have to be converted, and that is forbidden"),
    (6, 3, "the content would have to be converted, and that cannot be done"),
    (6, 4, "the content was converted, and something was lost"),
    (6, 5, "converting the content failed"),
    (6, 6, "the content could not be had"),
    (6, 7, "the address has letters beyond ASCII, and the server does not take those"),
    (6, 8, "the server's answer would need letters beyond ASCII"),
    (6, 9, "the message's headers have letters beyond ASCII, and the server does not take those"),
    (7, 1, "the receiver's rules forbid it"),
    (7, 2, "the sender may not write to this mailing list"),
    (7, 3, "the protection would have to be converted, and that cannot be done"),
    (7, 4, "the kind of protection asked for is not offered"),
    (7, 5, "an encrypted transport is missing, or a cryptographic step failed"),
    (7, 6, "the way of encryption is not offered"),
    (7, 7, "the message changed on its way"),
    (7, 8, "the server did not accept the user name and password"),
    (7, 9, "this way of logging in is too weak for the server"),
    (7, 10, "encryption is needed first"),
    (7, 11, "this way of logging in needs encryption"),
    (7, 12, "a new password is needed first"),
    (7, 13, "the account is switched off"),
    (7, 14, "the two systems would have to trust each other, and do not"),
    (7, 15, "messages of this priority are not taken now"),
    (7, 16, "the message is too large for its priority"),
    (7, 17, "the mailbox has changed hands since the time that the sender named"),
    (7, 18, "the domain has changed hands since the time that the sender named"),
    (7, 19, "the mailbox's owner cannot be checked"),
    (7, 20, "no DKIM signature that holds was found"),
    (7, 21, "no DKIM signature was found that the server takes"),
    (7, 22, "no DKIM signature of the author's own domain was found"),
    (7, 23, "SPF says that this machine may not send for the sender's domain"),
    (7, 24, "SPF of the sender's domain could not be evaluated"),
    (7, 25, "the sending address has no name in DNS that points back to it"),
    (7, 26, "more than one check of who the sender is has failed"),
    (7, 27, "the sender's domain says that it takes no mail, so that no answer could reach it (null MX)"),
    (7, 28, "too much mail came, from this sender or to this recipient"),
    (7, 29, "the server could not keep the chain of checks (ARC) whole"),
    (7, 30, "the message asks for protection on its whole way (REQUIRETLS), and that cannot be kept"),
];

#[cfg(test)]
mod tests {
    use super::{CODES, DETAILS, meaning};
    use crate::wire::Stage;

    #[test]
    fn the_detail_speaks_first() {
        // The cases are worked out from RFC 3463 §3 and RFC 5321 §4.2.3.
        for (code, enhanced, text) in [
            (550, Some("5.1.1"), "there is no such mailbox there; trying again as it is will not help"),
            (
                450,
                Some("4.2.0"),
                "the mailbox cannot be used now (it may be locked, or the server makes strangers wait); this is for now, and senders try again later",
            ),
            (
                421,
                None,
                "the server is busy or going down, and closes the connection; this is for now, and senders try again later",
            ),
            (554, Some("5.7.1"), "the receiver's rules forbid it; trying again as it is will not help"),
            // A class that is not the reply's: the reply code decides on trying again.
            (450, Some("5.2.2"), "the mailbox is full; this is for now, and senders try again later"),
            (
                557,
                Some("5.7.99"),
                "the receiver's rules or its security forbid it; trying again as it is will not help",
            ),
            (559, None, "no; trying again as it is will not help"),
            (250, None, "done"),
            (999, None, "a code that SMTP does not have"),
            (
                550,
                Some("5.1.1.1"),
                "the server will not take it: there is no such mailbox, or its rules forbid it; trying again as it is will not help",
            ),
            (
                550,
                Some("5.1.0001"),
                "the server will not take it: there is no such mailbox, or its rules forbid it; trying again as it is will not help",
            ),
        ] {
            assert_eq!(meaning(Stage::Rcpt, code, enhanced), text, "{code} {enhanced:?}");
        }
    }

    #[test]
    fn no_mailbox_is_meant_before_one_is_named() {
        // RFC 5321 §4.3.2 and §4.2.3: 550, 450 and the like are about a mailbox after MAIL only.
        for (stage, code, enhanced, text) in [
            (
                Stage::Banner,
                450,
                None,
                "the server takes no mail from this machine now; this is for now, and senders try again later",
            ),
            (
                Stage::Banner,
                550,
                Some("5.1.1"),
                "the server does not talk to this machine; trying again as it is will not help",
            ),
            (
                Stage::Banner,
                554,
                None,
                "there is no mail service here, at least not for this machine; trying again as it is will not help",
            ),
            (Stage::Banner, 554, Some("5.7.1"), "the receiver's rules forbid it; trying again as it is will not help"),
            (Stage::Banner, 250, None, "a code that is no greeting"),
            (Stage::Starttls, 550, None, "the server does not begin TLS; trying again as it is will not help"),
            (
                Stage::Mail,
                550,
                None,
                "the server will not take this sender: its rules forbid it; trying again as it is will not help",
            ),
        ] {
            assert_eq!(meaning(stage, code, enhanced), text, "{stage:?} {code} {enhanced:?}");
        }
        use Stage::{Auth, Banner, Connect, Dns, Ehlo, Quit, Starttls, Tls};
        for stage in [Dns, Connect, Banner, Ehlo, Starttls, Tls, Auth, Quit].map(Some).into_iter().chain([None]) {
            for code in [251, 252, 450, 452, 550, 551, 552, 553, 555] {
                for enhanced in [None, Some("5.1.1"), Some("4.2.2"), Some("5.2.0"), Some("5.1.99")] {
                    let text = meaning(stage, code, enhanced);
                    assert!(!text.contains("mailbox") && !text.contains("address"), "{stage:?} {code}: {text}");
                }
            }
        }
    }

    #[test]
    fn the_tables_are_sets_in_order() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(DETAILS.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
    }

    #[test]
    fn words_that_mislead_are_not_used() {
        for text in CODES.iter().map(|c| c.1).chain(DETAILS.iter().map(|d| d.2)) {
            for word in ["valid", "exists", "delivered", "bounced", "blacklist", "insecure"] {
                assert!(!text.contains(word), "{text}");
            }
        }
    }
}
