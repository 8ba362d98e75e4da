//! Microsoft: Exchange Online, Outlook.com, and Exchange Server.
//!
//! Sources: "Email non-delivery reports and SMTP errors in Exchange Online", "Fix NDR error" pages, and the Outlook.com
//! postmaster pages, all Microsoft's. Its codes 5.7.5xx, 5.7.6xx and 5.7.7xx are ranges with one meaning each; 5.4.1 "Access denied" is
//! what recipients get that the directory does not know (directory-based edge blocking).

use crate::explain::rule::on;
use crate::wire::{Reason as R, Side};

use super::Provider;

const NDR: &str = "Microsoft: Email non-delivery reports and SMTP errors in Exchange Online";
const POSTMASTER: &str = "Microsoft: Outlook.com postmaster, troubleshooting";
const EXCHANGE: &str = "Microsoft: DSNs and NDRs in Exchange Server";

pub(super) const MICROSOFT: Provider = Provider {
    name: "Microsoft",
    hosts: &[
        "outlook.com",
        "hotmail.com",
        "live.com",
        "office365.com",
        "office365.us",
        "outlook.de",
        "mx.microsoft",
        "partner.outlook.cn",
    ],
    marks: ".prod.outlook.com | .protection.outlook.com | /postmaster.live.com | /mail.live.com | /sender.office.com | /go.microsoft.com | /aka.ms | /learn.microsoft.com | banned sending ip | as16012609 | as16012611 | unfortunately messages from # | unfortunately some messages from # | rejected by windows live | rejected by outlook.com | connecting to windows live | connecting to outlook.com | /office365.com",
    rules: &[
        on(R::UserUnknown, 97, NDR).enhanced(&["x.4.1"]).words("recipient address rejected | access denied"),
        on(R::UserUnknown, 96, NDR).enhanced(&["x.4.1"]).words("all recipient addresses rejected"),
        on(R::UserUnknown, 96, NDR).enhanced(&["x.1.10", "x.1.1", "x.1.3"]).code(&[5]),
        on(R::UserUnknown, 90, POSTMASTER).words("mailbox unavailable"),
        on(R::Blocked, 97, POSTMASTER).words(
            "part of their network is on our block list | s3140 | s3150 | ou 001 | dy 001 | dy 002 | sc 003 | \
             sc 004",
        ),
        on(R::PolicyViolation, 96, POSTMASTER).words("sc 001 | sc 002"),
        on(R::BadReputation, 96, POSTMASTER).words("ou 002 | ip reputation | s775 | s843 | s844 | s845"),
        on(R::RateLimited, 96, POSTMASTER).words("rp 001 | rp 002 | rp 003"),
        on(R::BadReputation, 96, NDR).enhanced(&["4.7.650", "4.7.651", "4.7.652"]),
        on(R::RateLimited, 94, NDR).enhanced(&["4.7.500", "x.7.508"]),
        on(R::BadReputation, 96, NDR).enhanced(&["5.7.501", "5.7.502", "5.7.503"]).case("tenant"),
        on(R::Rejected, 96, NDR).enhanced(&["5.7.504", "5.7.511", "5.7.750"]),
        on(R::Filtered, 96, NDR).enhanced(&[
            "5.7.193", "5.7.505", "5.7.507", "5.7.124", "5.7.12", "5.7.120", "5.7.129", "5.7.133", "5.7.134",
            "5.7.135", "5.7.136",
        ]),
        on(R::PolicyViolation, 96, "Microsoft: control automatic external email forwarding")
            .words("external forwarding | automatic forwarding | auto forwarding | forwarding outside"),
        on(R::FailedStarttls, 97, NDR)
            .words("subjectmismatch | certificateexpired | untrustedroot | expected subject")
            .side(Side::Recipient),
        on(R::SyntaxError, 96, NDR).enhanced(&["5.7.506"]),
        on(R::AuthFailure, 96, NDR).enhanced(&["5.7.509", "5.7.515", "5.7.23"]),
        on(R::NotCompliantRfc, 96, NDR).enhanced(&["5.7.512", "5.6.11", "5.6.0", "5.1.20"]),
        on(R::Blocked, 96, NDR).enhanced(&["5.7.513", "5.7.514", "5.7.708"]),
        on(R::Blocked, 98, NDR).words("banned sending ip | banned sender #"),
        on(R::RateLimited, 96, NDR)
            .enhanced(&["5.7.705", "5.7.703", "5.1.90", "5.2.121", "5.2.122", "x.7.233", "x.7.232"])
            .case("tenant-rate"),
        on(R::BadReputation, 95, NDR)
            .enhanced(&["5.1.8", "5.7.700", "5.7.701"])
            .words("bad outbound sender | spam | tenant | threshold | access denied")
            .case("tenant"),
        on(R::NoRelaying, 99, NDR).enhanced(&["5.7.64"]).case("tenant-attribution"),
        on(R::NoRelaying, 97, NDR).enhanced(&["5.7.51"]),
        on(R::NoRelaying, 97, NDR).enhanced(&["5.7.54", "5.7.367"]),
        on(R::SecurityError, 97, NDR).enhanced(&["5.7.57", "5.7.3", "5.7.30", "4.7.57"]),
        on(R::SecurityError, 98, NDR)
            .enhanced(&["5.7.139"])
            .unless("incorrect | locked by | security defaults | smtpclientauthentication")
            .case("password-login-off"),
        on(R::Rejected, 97, NDR).enhanced(&["5.7.60"]),
        on(R::FailedStarttls, 97, NDR)
            .enhanced(&["x.7.321", "x.7.322", "x.7.323", "x.7.324", "x.7.325", "x.4.8", "x.7.5"])
            .side(Side::Recipient),
        on(R::HostUnknown, 96, NDR).enhanced(&["5.4.310", "x.4.4"]),
        on(R::NetworkError, 95, NDR).enhanced(&["x.4.312", "x.4.6", "x.4.14", "x.4.11"]),
        on(R::Expired, 95, NDR).enhanced(&["x.4.7", "x.4.300", "x.4.316", "x.4.317", "x.4.318"]),
        on(R::MailboxFull, 97, NDR).enhanced(&["x.2.2"]),
        on(R::Suspend, 60, NDR).enhanced(&["5.2.1"]),
        on(R::SystemFull, 96, EXCHANGE).words("insufficient system resources"),
        on(R::RateLimited, 96, NDR).words("queue quota exceeded | concurrent connections"),
        on(R::NotAccept, 97, NDR)
            .words(
                "not accept email over ipv6 | accept mail over ipv6 | not accept emails over ipv6 | \
             not support ipv6",
            )
            .case("no-ipv6"),
        on(R::SystemError, 80, NDR)
            .enhanced(&["4.3.2", "4.4.0", "4.7.0", "4.3.0"])
            .unless("concurrent | too many | quota | reputation"),
        on(R::HostUnknown, 90, NDR).words("domain is not reachable"),
        on(R::SystemError, 80, NDR).words("transaction failed"),
    ],
};

pub(super) const EXCHANGE_SERVER: Provider = Provider {
    name: "Exchange",
    hosts: &[],
    marks: "resolver.adr.* | resolver.rst.* | resolver.fwd.* | resolver.grp.* | storedrv.* | storedrv deliver* | smtpsend.* | transport.rules.* | tenantattribution | tenantinboundattribution | mapiexception* | client was not authenticated | smtpclientauthentication  | dbeb | sendasdenied* | submission.* | recipientnotfound",
    rules: &[
        on(R::UserUnknown, 97, EXCHANGE).words(
            "resolver.adr.recipnotfound | resolver.adr.exrecipnotfound | resolver.adr.recipientnotfound | \
             resolver.adr.* | recipientnotfound",
        ),
        on(R::EmailTooLarge, 98, EXCHANGE)
            .words("resolver.rst.recipsizelimit | resolver.rst.sendsizelimit | recipsizelimit*"),
        on(R::Filtered, 97, EXCHANGE)
            .words("resolver.rst.notauthorized | resolver.rst.rejected | resolver.rst.restricted"),
        on(R::SecurityError, 97, EXCHANGE).words("resolver.rst.authrequired"),
        on(R::Filtered, 99, EXCHANGE)
            .words("resolver.rst.sendernotauthenticatedforgroup | resolver.rst.sendernotauthenticatedformailbox"),
        on(R::RateLimited, 97, EXCHANGE)
            .words("resolver.rst.recipientlimit | resolver.adr.reciplimit | submission quota"),
        on(R::NetworkError, 97, EXCHANGE).words("resolver.fwd.loop | routing.loopdetected"),
        on(R::MailboxFull, 98, EXCHANGE).words(
            "shutoffquotaexceeded* | mapiexceptionshutoffquotaexceeded* | storedrv.deliver mailbox full | \
             quotaexceeded*",
        ),
        on(R::UserUnknown, 98, EXCHANGE)
            .words("storedrv.submit invalid recipient | storedrv.deliver invalid recipient"),
        on(R::BadReputation, 98, EXCHANGE).words("outboundspam* | wascl useraction").case("tenant"),
        on(R::Suspend, 97, EXCHANGE).words("storedrv.deliver mailbox disabled | mailboxdisabled*"),
        on(R::EmailTooLarge, 97, EXCHANGE)
            .words("storedrv.deliver .. message size | mapiexceptionmaxsubmissionexceeded*"),
        on(R::SystemError, 85, EXCHANGE)
            .words("storedrv.deliver .. exception | mapiexception* | storedrv.*")
            .unless("quota* | mailbox full | disabled"),
        on(R::SystemError, 85, EXCHANGE).words("resolver.grp.*"),
        on(R::PolicyViolation, 96, EXCHANGE).words("transport.rules.rejectmessage | transport.rules.*"),
        on(R::NoRelaying, 97, EXCHANGE)
            .words("tenantattribution | tenantinboundattribution")
            .case("tenant-attribution"),
        on(R::SecurityError, 97, EXCHANGE).words("client was not authenticated").unless("anonymous mail during relay"),
        on(R::Rejected, 97, EXCHANGE).words("sendasdenied*"),
    ],
};
