//! Words that look like one thing and mean another: what is said of the sender's own mailbox, of the server's own helpers, of the
//! sending server.
//!
//! "Your mailbox is full" to somebody who sends is no matter of the recipient's, and no recipient can mend it. Each rule outweighs
//! the one in the other tables that the same words would set off.
//!
//! Not here: words that answer AUTH or MAIL, where the stage tells whose they are (see `judge`).

use super::{PLAIN, POSTFIX};
use crate::explain::rule::{Rule, on};
use crate::wire::Reason as R;

const NDR: &str = "Microsoft: DSNs and NDRs in Exchange Server";

pub(in crate::explain) const RULES: &[Rule] = &[
    // The sender's own mailbox, account and domain.
    on(R::Rejected, 95, "RFC 7505 §4.2").enhanced(&["x.7.27"]),
    on(R::Rejected, 95, "RFC 7505 §4.2")
        .words("sender has a null mx | sender has null mx | sender domain has null mx | sender .. null mx | sender .. nullmx"),
    on(R::Rejected, 95, PLAIN)
        .words("sender's mailbox | sender's account | mailbox of the sender | sender mailbox .. not exist")
        .case("sender-account"),
    on(R::Rejected, 95, PLAIN)
        .words(
            "your mailbox is full | your mailbox is over | your mailbox has exceeded | your storage | your mailbox quota \
             | you have exceeded your storage | you are over quota | you have exceeded your quota",
        )
        .with("send | sending | sends | outgoing")
        .case("sender-account"),
    on(R::Rejected, 98, PLAIN)
        .words(
            "account suspended | account is suspended | account has been suspended | account disabled \
             | account is disabled | account has been disabled | account blocked | account is blocked | account locked",
        )
        .with(
            "may not send | cannot send | can not send | not allowed to send | from sending | for sending | for spamming \
             | for spam | sending spam | outgoing | sender's",
        )
        .case("sender-account"),
    on(R::Rejected, 96, NDR)
        .words("permissions to send as | permission to send as | not allowed to send as | send as this sender"),
    // Not an address, but how the command is written.
    on(R::SyntaxError, 97, POSTFIX)
        .code(&[5])
        .words("syntax mail from | syntax rcpt to | syntax ehlo | syntax helo | syntax auth | syntax vrfy | syntax etrn"),
    // Not the mailbox, but the server that sends.
    on(R::PolicyViolation, 93, PLAIN).words(
        "server is not listed in | server not listed in | host is not listed in | host not listed in | client is not listed in \
         | client not listed in | ip is not listed in | ip not listed in",
    ),
    // The receiver's own helpers.
    on(R::SystemError, 92, POSTFIX).words(
        "policy service timeout | policy service timed out | policy service .. unavailable | policy service problem \
         | policy service error | policy server .. timeout | policy server .. timed out | policy server .. unavailable \
         | policy daemon .. timeout | milter .. timeout | milter .. timed out | filter .. timed out | filter .. timeout",
    ),
    on(R::SystemError, 92, "RFC 3463 §3.4: X.3.2")
        .words("service not active | service is not active | smtp not active | server not active | server is not active"),
    on(R::SystemError, 95, NDR).words("mailbox logon failure | mailboxintransitexception*"),
    // Not a login, but who may write to whom.
    on(R::Filtered, 97, NDR).words("not authenticated by organization | not authenticated by your organization"),
    // Not a login either: nobody logs in as a recipient.
    on(R::Suspend, 95, PLAIN).words("user's password has expired | users password has expired").with("mailbox | recipient"),
    on(R::Expired, 90, NDR).words("message expired | message has expired"),
    on(R::NetworkError, 96, NDR).words("adr.resolveloop | resolveloop").case("loop"),
    on(R::SecurityError, 98, "Microsoft: enable or disable authenticated client SMTP submission (SMTP AUTH)")
        .words("smtpclientauthentication is disabled | smtpclientauthentication")
        .case("smtp-auth-off"),
];
