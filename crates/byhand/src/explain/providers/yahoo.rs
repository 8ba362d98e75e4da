//! Yahoo with AOL, AT&T's Yahoo mail and Verizon; Apple's iCloud.
//!
//! Sources: "SMTP error codes" of Yahoo's sender hub (the words in brackets: TS, TSS, PH, BL ...), and Apple's "Postmaster information for iCloud
//! Mail" (CS, HM, HME).

use crate::explain::rule::on;
use crate::wire::Reason as R;

use super::Provider;

const HUB: &str = "Yahoo Sender Hub: SMTP error codes";
const AOL: &str = "AOL postmaster: error codes, now Yahoo Sender Hub";
const APPLE_PAGE: &str = "Apple: Postmaster information for iCloud Mail";

pub(super) const YAHOO: Provider = Provider {
    name: "Yahoo",
    hosts: &[
        "yahoodns.net",
        "yahoo.com",
        "yahoo.co.jp",
        "aol.com",
        "aim.com",
        "yahooinc.com",
        "verizon.net",
        "prodigy.net",
    ],
    marks: "/postmaster.yahooinc.com | /postmaster.verizonmedia.com | /postmaster.yahoo.com | /senders.yahooinc.com | /help.yahoo.com | /postmaster.aol.com | /postmaster.info.aol.com | tss04 | tss05 | tss09 | tss11 | ts01 | ts02 | ts03 | yahoo requires | delivery error dd",
    rules: &[
        on(R::Suspend, 97, HUB).words(
            "is no longer valid | user .. is disabled | account .. is disabled | mailbox is disabled | \
             not accepting mail | user .. account is disabled | inactive",
        ),
        on(R::UserUnknown, 97, HUB).words("doesn't have a .. account | does not have a .. account | mailbox not found"),
        on(R::RateLimited, 97, HUB).words("tss04 | tss01 | tss02 | tss03 | tss06 | tss07").case("yahoo-deferral"),
        on(R::BadReputation, 97, HUB).words("ts01 | ts02 | ts03 | tss05 | tss08 | tss09 | tss11 | tss12 | tss13"),
        on(R::Blocked, 97, HUB).words("bl21 | bl23 | bl20 | bl22 | gl01"),
        on(R::PolicyViolation, 97, HUB).words("ph01 | policy reasons").unless("dmarc | dkim | spf"),
        on(R::AuthFailure, 96, HUB).words("sender is unauthenticated | domain's dmarc | dmarc | dkim | spf"),
        on(R::NotCompliantRfc, 97, HUB).words("headers are not rfc compliant | not rfc compliant"),
        on(R::RateLimited, 97, HUB).words(
            "max message per connection | maximum number of messages | receiving mail too quickly | \
             too many connections | excessive",
        ),
        on(R::RateLimited, 84, HUB).code(&[4]).words("message temporarily deferred | messages temporarily deferred"),
        on(R::SystemError, 94, HUB).words(
            "resources temporarily unavailable | domain failure | \
             mailbox is temporarily unavailable",
        ),
        on(R::SystemError, 80, HUB)
            .words("service not available | internal error | try again later")
            .unless("deferred | volume | complaints | too many | max message"),
        on(R::SpamDetected, 96, HUB).words("message content | hvu b1 | urls in the message | spam*"),
        on(R::Blocked, 96, AOL)
            .words("rtr bl | rtr | rly b1 | rly b2 | rly b3 | rly b4 | rly b5 | rly bl | dyn t1 | rly bd | dynamic"),
        on(R::RequirePtr, 97, AOL).words("dns p1 | dns p2 | dns p3 | dns p4 | dns nr | rly nr | rdns"),
        on(R::AuthFailure, 97, AOL).words("dmarc | dmarc p1 | cv hf"),
        on(R::BadReputation, 96, AOL).words("con b1 | rep b1 | sender reputation"),
        on(R::SpamDetected, 96, AOL).words("hvu b2"),
        on(R::RateLimited, 96, AOL).words("rly ch | conn limit | con bl"),
    ],
};

pub(super) const APPLE: Provider = Provider {
    name: "Apple",
    hosts: &["icloud.com", "apple.com", "me.com", "mac.com"],
    marks: "/support.apple.com | cs01 | hm07 | hm08 | hme1",
    rules: &[
        on(R::PolicyViolation, 96, APPLE_PAGE).words("cs01 | local policy | policy reasons"),
        on(R::SpamDetected, 95, APPLE_PAGE).words("hm08 | hm07 | hm09"),
        on(R::AuthFailure, 97, APPLE_PAGE).words("hme1 | dmarc | spf and dkim | authentication checks"),
        on(R::RateLimited, 97, APPLE_PAGE)
            .words("excessive volume | too many messages | too many connections | too many errors from your"),
        on(R::MailboxFull, 97, APPLE_PAGE).words("overquota | over quota"),
        on(R::Suspend, 90, APPLE_PAGE).words("account is disabled | mailbox disabled"),
        on(R::UserUnknown, 96, APPLE_PAGE).words("illegal alias | inactive email address | user unknown"),
        on(R::SystemError, 86, APPLE_PAGE).code(&[4]).words("service unavailable"),
        on(R::Blocked, 98, APPLE_PAGE).words("proofpoint | prs.proofpoint.com | spamhaus | spamhaus dbl"),
    ],
};
