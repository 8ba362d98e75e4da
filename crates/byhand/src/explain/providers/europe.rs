//! Mailbox providers of Europe and of Russian-speaking countries.
//!
//! Sources: the postmaster pages of Orange, Free, SFR and La Poste, of 1&1 (GMX, WEB.DE, IONOS) and Deutsche Telekom, of Bluewin, of
//! Mail.ru and Yandex. Orange's replies carry a number (`OFR_416`), of which the text of the reply says the meaning.

use crate::explain::rule::on;
use crate::wire::Reason as R;

use super::Provider;

const ORANGE_PAGE: &str = "Orange: postmaster, codes OFR and LPN";
const GMX_PAGE: &str = "1&1 Mail & Media: postmaster.gmx.net, error messages";
const TELEKOM_PAGE: &str = "Deutsche Telekom: postmaster.t-online.de";
const MAILRU_PAGE: &str = "Mail.ru: postmaster help";
const YANDEX_PAGE: &str = "Yandex: mail help, delivery errors";
const FREE_PAGE: &str = "Free and SFR: postmaster pages";
const BLUEWIN_PAGE: &str = "Bluewin: postmaster, error codes SC9xx";

pub(super) const ORANGE: Provider = Provider {
    name: "Orange",
    hosts: &["orange.fr", "wanadoo.fr", "laposte.net", "voila.fr", "sfr.fr", "orange.es"],
    marks: "ofr* | lpn* | mwinf* | /postmaster.orange.fr | boite du destinataire",
    rules: &[
        on(R::UserUnknown, 96, ORANGE_PAGE).words(
            "ofr 416 | ofr 419 | ofr 415 | destinataire invalide | invalid recipient | \
             destinataire inconnu",
        ),
        on(R::MailboxFull, 97, ORANGE_PAGE)
            .words("ofr 417 | ofr 413 | boite du destinataire pleine | recipient overquota"),
        on(R::Suspend, 97, ORANGE_PAGE).words("ofr 418 | boite .. desactivee | compte .. suspendu"),
        on(R::Rejected, 96, ORANGE_PAGE)
            .words("ofr004 405 | ofr 405 | ofr 402 | ofr 403 | emetteur invalide | invalid sender"),
        on(R::SpamDetected, 96, ORANGE_PAGE).words("ofr 506 | lpn007 510 | ofr 501 | ofr 505 | mail rejete"),
        on(R::Blocked, 96, ORANGE_PAGE).words(
            "ofr006 102 | ofr 102 | lpn006 107 | ofr006 107 | ofr 999 | ofr006 103 | ofr006 104 | lpn006 102 \
             | ip source bloquee | client host blocked | service refuse | service refused",
        ),
        on(R::SystemError, 97, ORANGE_PAGE).code(&[421]).words("service refuse | service refused"),
        on(R::RateLimited, 96, ORANGE_PAGE).words(
            "ofr004 104 | ofr005 104 | trop de connexions | too many connections | ofr 109 | ofr 108 | \
             slow down",
        ),
        on(R::SecurityError, 97, ORANGE_PAGE)
            .words("ofr 305 | ofr305 | lpn105 402 | authentification requise | code d'authentification"),
        on(R::PolicyViolation, 90, ORANGE_PAGE).words("lpn000 630 | lpn000 627 | # lpn | client host rejected .. lpn"),
        on(R::BadReputation, 96, FREE_PAGE)
            .words("due to bad behavior | due to bad behaviour | sfr in 101 | sfr in 201 | sfr in 301 | sfr in 401"),
        on(R::AuthFailure, 97, ORANGE_PAGE).words("ofr spf | dmarc | spf | dkim"),
    ],
};

pub(super) const FREE: Provider = Provider {
    name: "Free",
    hosts: &["free.fr", "proxad.net", "bbox.fr", "numericable.fr", "bouyguestelecom.fr"],
    marks: "/postmaster.free.fr | spamming detected too many users",
    rules: &[
        on(R::RateLimited, 95, FREE_PAGE).words(
            "too many errors from your ip | too much spam | spam detected from your ip | \
             too many spams from your ip | too many connections | too many users",
        ),
        on(R::Blocked, 94, FREE_PAGE)
            .words("please visit .. rbl | /postmaster.free.fr | blocked")
            .unless("inactivity | mailbox"),
    ],
};

pub(super) const GMX: Provider = Provider {
    name: "GMX, WEB.DE or 1&1",
    hosts: &[
        "gmx.net",
        "gmx.de",
        "gmx.com",
        "web.de",
        "kundenserver.de",
        "1and1.com",
        "1and1.co.uk",
        "1und1.de",
        "mail.com",
        "ionos.com",
        "perfora.net",
        "schlund.de",
        "emig.gmx.net",
    ],
    marks: "/postmaster.gmx.net | /postmaster.gmx.com | /postmaster.web.de | /postmaster.1and1.com | /postmaster.mail.com | /www.gmx.net | nemesis | /kundenserver.de | for explanation visit url",
    rules: &[
        on(R::RequirePtr, 97, GMX_PAGE).words("bad dns ptr | dynamic or missing ptr | ptr"),
        on(R::Rejected, 96, GMX_PAGE).words("invalid dns mx"),
        on(R::AuthFailure, 97, GMX_PAGE)
            .words("reject due to spf policy | spf policy | dmarc | originating ip of the message is not permitted"),
        on(R::PolicyViolation, 95, GMX_PAGE).words("reject due to policy restrictions | policy restrictions"),
        on(R::Blocked, 96, GMX_PAGE).words(
            "block listed | black listed | ip address is listed | \
             sender ip address",
        ),
        on(R::RateLimited, 96, GMX_PAGE).words(
            "message rate limit | too many connections | maximum number of | mail server rate limit | \
             exceeded | ip has been temporarily limited",
        ),
        on(R::UserUnknown, 94, GMX_PAGE).words("mailbox unavailable | invalid address | user unknown").unless("policy"),
        on(R::MailboxFull, 97, GMX_PAGE).words("quota exceeded | exceeded storage allocation"),
        on(R::SyntaxError, 97, GMX_PAGE).words("bad helo | invalid helo"),
        on(R::NotCompliantRfc, 96, GMX_PAGE).words("header missing | not rfc"),
    ],
};

pub(super) const TELEKOM: Provider = Provider {
    name: "T-Online",
    hosts: &["t-online.de", "telekom.de", "magenta.de"],
    marks: "tosa* | ask your postmaster for help or to contact",
    rules: &[
        on(R::Blocked, 95, TELEKOM_PAGE)
            .words("ip .. dialup | ask for reset | contact tosa | refused | a problem occurred | rejected by"),
        on(R::Blocked, 96, TELEKOM_PAGE).code(&[554]).words("@ | administrator"),
    ],
};

pub(super) const BLUEWIN: Provider = Provider {
    name: "Bluewin",
    hosts: &["bluewin.ch"],
    marks: "/support.bluewin.ch",
    rules: &[on(R::RateLimited, 97, BLUEWIN_PAGE).words("ratelimit in effect | rate limit in effect")],
};

pub(super) const MAILRU: Provider = Provider {
    name: "Mail.ru",
    hosts: &["mail.ru", "vk.com", "bk.ru", "inbox.ru", "list.ru"],
    marks: "/help.mail.ru | /mail.ru | /cp.mail.ru | dmarc .. help.mail.ru",
    rules: &[
        on(R::AuthFailure, 98, MAILRU_PAGE).words("dmarc | spf | dkim"),
        on(R::SpamDetected, 96, MAILRU_PAGE).words("spam message rejected | spam message | spam message discarded"),
        on(R::UserUnknown, 97, MAILRU_PAGE)
            .words("message was not accepted invalid mailbox | invalid mailbox | user not found | no such user")
            .unless("account is disabled | disabled"),
        on(R::Suspend, 98, MAILRU_PAGE)
            .words("account is disabled | is unavailable account is disabled | user is terminated | is terminated"),
        on(R::MailboxFull, 97, MAILRU_PAGE).words("mailbox full | user is over quota | quota"),
        on(R::RateLimited, 96, MAILRU_PAGE).words(
            "ratelimit exceeded | too many | we do not accept mail from hosts .. too fast | try again later | \
             limit",
        ),
        on(R::Blocked, 95, MAILRU_PAGE).words(
            "we do not accept mail from dynamic ips | not accept mail from dynamic | blacklisted | \
             rejected for your ip | access to this account",
        ),
        on(R::RequirePtr, 97, MAILRU_PAGE)
            .words("do not accept mail from hosts without ptr | without dns ptr | fix reverse dns"),
        on(R::Filtered, 97, MAILRU_PAGE)
            .words("user .. rejects | access denied by user | rejected by recipient | sender is in user's"),
        on(R::SecurityError, 96, MAILRU_PAGE).words("authentication failed | neobhodim parol"),
    ],
};

pub(super) const YANDEX: Provider = Provider {
    name: "Yandex",
    hosts: &["yandex.ru", "yandex.net", "yandex.com", "ya.ru"],
    marks: "/ya.cc | /yandex.ru | /feedback.yandex.ru | yandex.net | /yandex.com | under suspicion of spam",
    rules: &[
        on(R::SpamDetected, 97, YANDEX_PAGE).words("under suspicion of spam | suspicion of spam | spam report"),
        on(R::UserUnknown, 97, YANDEX_PAGE)
            .words("no such user | user not found | bad recipient address syntax | invalid mailbox"),
        on(R::Suspend, 96, YANDEX_PAGE).words("policy rejection on the target address | user is blocked"),
        on(R::RateLimited, 95, YANDEX_PAGE)
            .words("too many connections | the user has exceeded | try again later | rate limit | sending limits"),
        on(R::SecurityError, 96, YANDEX_PAGE).words(
            "authentication failed | this user does not have access rights to this service | \
             authentication required",
        ),
        on(R::AuthFailure, 97, YANDEX_PAGE)
            .words("dmarc | sender address rejected not owned by auth")
            .unless("not owned by auth"),
        on(R::Rejected, 98, YANDEX_PAGE).words("not owned by auth user | sender address rejected"),
        on(R::MailboxFull, 97, YANDEX_PAGE).words("mailbox size limit exceeded | quota"),
        on(R::SystemError, 88, YANDEX_PAGE).words("service unavailable"),
    ],
};
