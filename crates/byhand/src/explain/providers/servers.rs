//! Mail server programs: what Postfix, Exim, sendmail, qmail, Courier and Dovecot say by themselves, where it means more than its words.
//!
//! Sources: their manuals and source code, named at each. Known by their manner, since anybody may run one.

use crate::explain::rule::on;
use crate::wire::{Reason as R, Stage};

use super::Provider;

const POSTFIX_PAGE: &str = "Postfix: smtpd, postscreen(8), postconf(5)";
const EXIM_PAGE: &str = "Exim: specification, chapters on SMTP and ACLs";
const SENDMAIL_PAGE: &str = "sendmail: Operations Guide, cf/README";
const QMAIL_PAGE: &str = "qmail-smtpd(8), qmail-send(8)";
const COURIER_PAGE: &str = "courier(8), courieresmtpd(8)";
const DOVECOT_PAGE: &str = "Dovecot: LMTP, Pigeonhole";

pub(super) const POSTFIX: Provider = Provider {
    name: "Postfix",
    hosts: &[],
    marks: "recipient address rejected | sender address rejected | client host rejected | helo command rejected | relay access denied | service unavailable client | queue file write error | protocol error psc | bare lf received",
    rules: &[
        on(R::SyntaxError, 97, POSTFIX_PAGE).words("bare lf received | bare newline").case("bare-lf"),
        on(R::SyntaxError, 97, POSTFIX_PAGE)
            .words("improper command pipelining | helo command rejected")
            .unless("blocked using | listed"),
        on(R::RequirePtr, 96, POSTFIX_PAGE).words(
            "client host rejected cannot find your hostname | \
             client host rejected cannot find your reverse hostname",
        ),
        on(R::SystemError, 96, POSTFIX_PAGE)
            .words("queue file write error | server configuration error | server configuration problem"),
        on(R::Greylisted, 90, POSTFIX_PAGE)
            .code(&[450, 451])
            .words("service currently .. unavailable")
            .unless("blocked using | come back later"),
        on(R::Blocked, 90, POSTFIX_PAGE).words("service unavailable client .. blocked").unless("open resolver"),
        on(R::NoRelaying, 97, POSTFIX_PAGE).words("relay access"),
        on(R::Rejected, 95, POSTFIX_PAGE)
            .words("sender address rejected")
            .with("domain not found | not owned by | undeliverable address | unverified address | malformed dns"),
        on(R::UserUnknown, 94, POSTFIX_PAGE)
            .words("recipient address rejected")
            .with("undeliverable address | user unknown"),
        on(R::HostUnknown, 92, POSTFIX_PAGE).words(
            "recipient address rejected domain not found | \
             recipient address rejected malformed dns server reply",
        ),
        on(R::UserUnknown, 85, POSTFIX_PAGE).words("recipient address rejected need fully qualified address"),
        on(R::SystemError, 88, POSTFIX_PAGE).code(&[4]).words("recipient address rejected unverified address"),
        on(R::RateLimited, 96, POSTFIX_PAGE).words(
            "too many connections from | too much mail from # | too many recipients | \
             too many new tls sessions",
        ),
        on(R::SyntaxError, 92, POSTFIX_PAGE).words("too many errors").code(&[421]),
        on(R::Expired, 94, POSTFIX_PAGE).words("timeout exceeded"),
        on(R::NetworkError, 97, POSTFIX_PAGE).words("too many hops"),
    ],
};

pub(super) const EXIM: Provider = Provider {
    name: "Exim",
    hosts: &[],
    marks: "syntactically invalid helo | syntactically invalid ehlo | sender verify failed | unrouteable address | administrative prohibition | relay not permitted | temporary local problem please try later | callout",
    rules: &[
        on(R::SyntaxError, 97, EXIM_PAGE)
            .words("syntactically invalid helo | syntactically invalid ehlo | smtp protocol synchronization error"),
        on(R::Rejected, 96, EXIM_PAGE).words("sender verify failed | verification failed for @").at(&[Stage::Mail]),
        on(R::Rejected, 95, EXIM_PAGE).words("sender verify failed | sender verify defer*"),
        on(R::SystemError, 90, EXIM_PAGE).words("could not complete sender verify callout | temporary local problem"),
        on(R::UserUnknown, 80, EXIM_PAGE).words("unrouteable address").unless("sender verify failed | domain"),
        on(R::NoRelaying, 97, EXIM_PAGE).words("relay .. not permitted"),
        on(R::NotCompliantRfc, 92, EXIM_PAGE)
            .words("maximum allowed line length | this message is malformed | header syntax"),
        on(R::Blocked, 96, EXIM_PAGE).words("junkmail rejected .. is in an rbl | is in an rbl"),
    ],
};

pub(super) const SENDMAIL: Provider = Provider {
    name: "sendmail",
    hosts: &[],
    marks: "domain of sender address | fix reverse dns for | possibly forged | rejected by milter | relaying denied | please try again later milter",
    rules: &[
        on(R::Rejected, 96, SENDMAIL_PAGE).words("domain of sender address"),
        on(R::RequirePtr, 97, SENDMAIL_PAGE)
            .words("fix reverse dns for | ip name lookup failed | ip name possibly forged"),
        on(R::NoRelaying, 98, SENDMAIL_PAGE).words("relaying denied | relaying .. proper authentication required"),
        on(R::NetworkError, 96, SENDMAIL_PAGE).words("config error mail loops back"),
        on(R::SystemError, 92, SENDMAIL_PAGE).words("please try again later milter"),
    ],
};

pub(super) const QMAIL: Provider = Provider {
    name: "qmail",
    hosts: &[],
    marks: "#5.1.1 | #5.7.1 | #4.4.1 | #5.1.2 | #4.3.0 | #5.1.3 | #5.2.2 | #5.3.4 | #4.2.2 | allowed rcpthosts | no mailbox here by that name | i couldn't find any host",
    rules: &[
        on(R::NoRelaying, 97, QMAIL_PAGE).words("allowed rcpthosts"),
        on(R::UserUnknown, 96, QMAIL_PAGE).words("no mailbox here by that name | no mailbox by that name"),
        on(R::HostUnknown, 95, QMAIL_PAGE).words("i couldn't find any host named | couldn't find any host"),
        on(R::Expired, 95, QMAIL_PAGE)
            .words("i wasn't able to establish an smtp connection | in the queue too long | wasn't able to establish"),
        on(R::UserUnknown, 96, QMAIL_PAGE).enhanced(&["5.1.1"]).words("vpopmail"),
        on(R::Rejected, 90, QMAIL_PAGE)
            .words(
                "sorry your envelope sender is in my badmailfrom list | badmailfrom | \
             envelope sender has been denied | envelope sender",
            )
            .unless("spf | dkim | dmarc | aligned"),
        on(R::EmailTooLarge, 96, QMAIL_PAGE).words("message size exceeds my databytes limit | databytes"),
        on(R::SyntaxError, 94, QMAIL_PAGE).words("see url stray newline | stray newline"),
    ],
};

pub(super) const COURIER: Provider = Provider {
    name: "Courier",
    hosts: &[],
    marks: "user unknown courier | 513 relaying denied | followed by deliveries | courier",
    rules: &[
        on(R::NoRelaying, 97, COURIER_PAGE).code(&[513]),
        on(R::SystemError, 86, COURIER_PAGE).words("unable to queue"),
    ],
};

pub(super) const DOVECOT: Provider = Provider {
    name: "Dovecot",
    hosts: &[],
    marks: "user doesn't exist @ | quota exceeded mailbox for user is full | temporary internal error | dovecot*",
    rules: &[
        on(R::UserUnknown, 97, DOVECOT_PAGE).words("user doesn't exist"),
        on(R::MailboxFull, 97, DOVECOT_PAGE).words("mailbox for user is full"),
        on(R::SystemError, 94, DOVECOT_PAGE).words("temporary internal error"),
    ],
};
