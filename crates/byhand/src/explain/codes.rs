//! What a reply code stands for at its stage, where neither the enhanced code nor the words say more.
//!
//! RFC 5321 §4.2.3 names the codes and §4.3.2 the commands that they answer; 521 and 556 are RFC 7504's, 530 to 538 and 454 those of
//! RFC 4954 §4 and §6 and RFC 3207 §4, 432 that of RFC 4954. Codes that no RFC has (522, 540, 542 ...) are not guessed at by their number
//! except where RFC 5248's registry names them beside an enhanced code.
//!
//! Weights stay low: a 550 to RCPT means no such mailbox more often than not, and no more than that.

use super::rule::{Rule, on};
use crate::wire::{Reason as R, Side, Stage};

use Stage::{Auth, Banner, Body, Connect, Data, Ehlo, Mail, Rcpt, Starttls, Tls};

const SMTP: &str = "RFC 5321 §4.2.3";
const NO_MAIL: &str = "RFC 7504";
const LOGIN: &str = "RFC 4954 §6";
const TLS: &str = "RFC 3207 §4";

pub(super) const RULES: &[Rule] = &[
    on(R::SystemError, 12, SMTP).code(&[421]),
    on(R::SecurityError, 40, LOGIN).code(&[432]),
    on(R::SystemError, 8, SMTP).code(&[451]),
    on(R::SystemFull, 14, SMTP).code(&[452]).at(&[Mail, Data, Body]),
    on(R::FailedStarttls, 40, TLS).code(&[454]).at(&[Starttls, Tls]).side(Side::Server).case("starttls-later"),
    on(R::SecurityError, 30, LOGIN).code(&[454]).at(&[Auth]),
    on(R::SyntaxError, 20, SMTP).code(&[455]),
    on(R::SecurityError, 42, LOGIN).code(&[504]).at(&[Auth]),
    on(R::SyntaxError, 43, SMTP).code(&[502, 503, 504, 555]),
    on(R::SyntaxError, 35, SMTP).code(&[500]),
    on(R::SyntaxError, 25, SMTP).code(&[501]),
    on(R::NotAccept, 45, NO_MAIL).code(&[521]).at(&[Connect, Banner, Ehlo]),
    on(R::NotAccept, 31, NO_MAIL).code(&[521]),
    on(R::NotAccept, 55, NO_MAIL).code(&[556]),
    on(R::MailboxFull, 20, "RFC 5248 §3").code(&[522]),
    on(R::FailedStarttls, 25, "RFC 5248 §3").code(&[523, 524]),
    on(R::Suspend, 30, "RFC 5248 §3").code(&[525]),
    on(R::SecurityError, 40, LOGIN).code(&[530, 533, 534, 535, 538]),
    on(R::UserUnknown, 20, SMTP).code(&[550]).at(&[Rcpt]),
    on(R::UserUnknown, 9, SMTP).code(&[550]),
    on(R::HasMoved, 10, SMTP).code(&[551]),
    on(R::MailboxFull, 15, SMTP).code(&[552]).at(&[Rcpt]),
    on(R::EmailTooLarge, 15, SMTP).code(&[552]).at(&[Mail, Data, Body]),
    on(R::UserUnknown, 15, SMTP).code(&[553]).at(&[Rcpt]),
    on(R::Rejected, 20, SMTP).code(&[553]).at(&[Mail]),
    // RFC 5321 §3.1: a 554 in place of the greeting is to this client; which rule it broke is not said.
    on(R::Blocked, 20, "RFC 5321 §3.1").code(&[554, 550]).at(&[Connect, Banner]),
    on(R::Blocked, 12, "RFC 5321 §3.8").code(&[421]).at(&[Connect, Banner]),
    // RFC 5321 §4.3.2: 450, 550 and 553 to MAIL are about the sender.
    on(R::Rejected, 12, "RFC 5321 §4.3.2").code(&[550, 450]).at(&[Mail]),
    on(R::SyntaxError, 20, "RFC 5321 §4.3.2").code(&[550]).at(&[Ehlo]),
    on(R::PolicyViolation, 12, "RFC 5321 §4.3.2").code(&[550, 554]).at(&[Data, Body]),
    on(R::PolicyViolation, 2, SMTP).code(&[554]),
];
