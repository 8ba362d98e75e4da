//! Gmail and Google Workspace.
//!
//! Source: "Gmail SMTP errors and codes" and the sender guidelines in Google's help centre. Google gives some enhanced codes of
//! its own meaning: 5.7.27 to 5.7.32 and 5.7.40 are SPF, rate, TLS, DKIM, alignment and DMARC, whatever the registry says. The `p=` in the
//! URL of a reply names the case more exactly than the words do.

use crate::explain::rule::on;
use crate::wire::Reason as R;

use super::Provider;

const PAGE: &str = "Google: Gmail SMTP errors and codes";

pub(super) const GOOGLE: Provider = Provider {
    name: "Google",
    hosts: &["google.com", "googlemail.com", "gmail.com", "smtp.goog"],
    marks: "gsmtp | gmail has detected | gmail requires | /support.google.com | generic failed precondition",
    rules: &[
        on(R::RateLimited, 97, PAGE)
            .words("/receivingrate | /receivingrateperm | receiving mail at a rate | receiving mail too quickly"),
        on(R::RateLimited, 97, PAGE).words(
            "/unsolicitedratelimiterror | /sendinglimitexceeded | daily user sending limit | \
             daily smtp relay limit | email quota exceeded | daily user sending quota",
        ),
        on(R::RateLimited, 96, PAGE).words("unusual rate of unsolicited mail | /unsolicitediperror"),
        on(R::UserUnknown, 97, PAGE).words("/nosuchuser | /baduser"),
        on(R::UserUnknown, 96, PAGE)
            .words("recipient address .. not a valid rfc* | unable to deliver .. recipient address is not valid"),
        on(R::NotCompliantRfc, 97, PAGE).words("sender address .. not a valid rfc*"),
        on(R::Suspend, 97, PAGE).words(
            "/disableduser | account that you tried to reach is disabled | \
             account that you tried to reach is inactive",
        ),
        on(R::MailboxFull, 97, PAGE).words(
            "/overquotatemp | /overquotaperm | out of storage space | \
             account that you tried to reach is over quota",
        ),
        on(R::EmailTooLarge, 97, PAGE).enhanced(&["x.2.3", "x.3.4"]),
        on(R::EmailTooLarge, 97, PAGE).words("/maxsizeerror | message size limits"),
        on(R::RequirePtr, 96, PAGE).enhanced(&["x.7.25"]),
        on(R::AuthFailure, 96, PAGE).enhanced(&["x.7.24", "x.7.26", "x.7.27", "x.7.30", "x.7.31", "x.7.32", "x.7.40"]),
        on(R::FailedStarttls, 96, PAGE).enhanced(&["x.7.29"]).case("google-tls"),
        on(R::RequirePtr, 97, PAGE)
            .words("/ipv6autherror | ipv6 sending guidelines | does not have a ptr record")
            .case("ptr-ipv6"),
        on(R::AuthFailure, 95, PAGE).words(
            "sender is unauthenticated | does not have authentication information | /unauthenticatedmessage | \
             no dmarc alignment",
        ),
        on(R::NotCompliantRfc, 96, PAGE).words(
            "/rfcmessagenoncompliant | missing a valid | missing a valid address | multiple .. headers | \
             header name | encoded word syntax",
        ),
        on(R::SpamDetected, 95, PAGE).words(
            "/unsolicitedmessageerror | likely unsolicited mail | nature of the content or the links within | \
             nature of the content",
        ),
        on(R::BadReputation, 96, PAGE).words("very low reputation"),
        on(R::Blocked, 96, PAGE).words(
            "/notauthorizederror | is not authorized to send email directly to our servers | \
             not authorized to send",
        ),
        on(R::ContentError, 96, PAGE).words("/blockedmessage | potential security issue"),
        on(R::VirusDetected, 97, PAGE).words("virus | malware"),
        on(R::PolicyViolation, 96, PAGE).words("same message id | quota for sending messages with the same"),
        on(R::RateLimited, 94, PAGE).enhanced(&["x.7.28"]).unless("same message id"),
        on(R::SecurityError, 96, PAGE).words(
            "/badcredentials | /wantautherror | /invalidsecondfactor | /webloginrequired | \
             too many login attempts | no identity changes",
        ),
        on(R::FailedStarttls, 97, PAGE).words("/tlsrequired | must issue a starttls"),
        // The relay closes on an EHLO name that is no host's; the word EHLO or HELO in the reply says at which step.
        on(R::SyntaxError, 97, "Google Workspace: SMTP relay service")
            .code(&[421])
            .words("closing connection ehlo | closing connection helo")
            .case("ehlo-name"),
        on(R::Blocked, 96, PAGE).words("denial of service"),
        on(R::Expired, 96, "Google: Gmail's own notices of mail that it could not send")
            .words("read error generic | write error generic"),
        on(R::NetworkError, 97, PAGE).words("exceeded .. hops"),
        on(R::NoRelaying, 96, PAGE)
            .words("/relaydenied | mail relay denied | invalid credentials for relay | credentials .. relay"),
        on(R::RateLimited, 60, PAGE)
            .code(&[421])
            .words("try again later closing connection")
            .unless("ehlo | helo | denial of service"),
        on(R::SystemError, 70, PAGE).enhanced(&["x.3.0"]),
        on(R::NotCompliantRfc, 90, PAGE).words("unicode character in a disallowed header | disallowed header"),
    ],
};
