//! Services that send for others: what they say when they refuse before anything was sent, or give up afterwards.
//!
//! Sources: Amazon SES, SendGrid, Mailgun, Postmark and SparkPost, their pages on bounces, suppression lists and errors. These replies come from the
//! sender's own provider, whatever domain the recipient has.

use crate::explain::rule::on;
use crate::wire::{Reason as R, Side};

use super::Provider;

const SES_PAGE: &str = "Amazon SES: SMTP responses, suppression list";
const SENDGRID_PAGE: &str = "Twilio SendGrid: event reasons, SMTP errors";
const MAILGUN_PAGE: &str = "Mailgun: suppressions, SMTP errors";
const OTHER_PAGE: &str = "Postmark, SparkPost, Brevo, Mailjet: their pages on errors";

pub(super) const SES: Provider = Provider {
    name: "Amazon SES",
    hosts: &["amazonses.com", "amazonaws.com"],
    marks: "amazonses.com | identities failed the check in region | /docs.aws.amazon.com | amazon ses | email address is not verified | arn aws iam | arn aws ses | missing final domain",
    rules: &[
        on(R::Rejected, 97, SES_PAGE).words("identities failed the check | email address is not verified"),
        on(R::Suppressed, 98, SES_PAGE).words("suppression list | suppressed"),
        on(R::RateLimited, 97, SES_PAGE).words(
            "throttling failure | maximum sending rate exceeded | daily message quota exceeded | \
             daily sending quota | sending quota exceeded",
        ),
        on(R::SecurityError, 97, SES_PAGE).words(
            "authentication credentials invalid | authentication required | signaturedoesnotmatch | \
             accessdenied | access denied user",
        ),
        on(R::Suspend, 90, SES_PAGE)
            .words("sending suspended | sending paused")
            .side(Side::Sender)
            .case("sender-account"),
        on(R::BadReputation, 96, SES_PAGE).words("sending has been paused | account .. paused | sending paused"),
        on(R::VirusDetected, 97, SES_PAGE).words("contained a virus | contains a virus"),
        on(R::ContentError, 96, SES_PAGE).words("illegal filename | unsupported attachment"),
        on(R::NotCompliantRfc, 95, SES_PAGE).words("missing final domain | invalid header | duplicate header"),
        on(R::EmailTooLarge, 97, SES_PAGE).words("message length"),
        on(R::UserUnknown, 90, SES_PAGE).words("invalid recipient | address does not exist").unless("access denied"),
        on(R::Expired, 95, SES_PAGE).words("timeout waiting for data"),
    ],
};

pub(super) const SENDGRID: Provider = Provider {
    name: "SendGrid",
    hosts: &["sendgrid.net", "sendgrid.com"],
    marks: "sendgrid* | /sendgrid.com | maximum credits exceeded | bounced address | spam reporting address | unsubscribed address | unable to get mx info | unauthenticated senders not allowed | cannot receive from specified address | over package quota",
    rules: &[
        on(R::Suppressed, 98, SENDGRID_PAGE)
            .words("bounced address | unsubscribed address | spam reporting address | invalid smtpapi"),
        on(R::HostUnknown, 96, SENDGRID_PAGE)
            .words("unable to get mx info")
            .unless("timeout | server misbehaving | servfail"),
        on(R::NetworkError, 95, SENDGRID_PAGE).words("unable to get mx info"),
        on(R::RateLimited, 97, SENDGRID_PAGE).words("maximum credits exceeded | too many connections | package quota"),
        on(R::Rejected, 96, SENDGRID_PAGE)
            .words("from address does not match a verified sender identity | sender identity"),
        on(R::SecurityError, 96, SENDGRID_PAGE)
            .words("authentication failed | bad username | unauthenticated senders not allowed"),
    ],
};

pub(super) const MAILGUN: Provider = Provider {
    name: "Mailgun",
    hosts: &["mailgun.org", "mailgun.net", "mailgun.com"],
    marks: "mailgun* | not delivering to previously bounced address | not delivering to a user who marked | free accounts are for test purposes | previously bounced",
    rules: &[
        on(R::Suppressed, 98, MAILGUN_PAGE).words(
            "previously bounced | previously bounced address | not delivering to a user who marked | \
             unsubscribed recipient | previously unsubscribed",
        ),
        on(R::Rejected, 95, MAILGUN_PAGE).words("free accounts are for test purposes | authorized recipients"),
        on(R::RateLimited, 96, MAILGUN_PAGE).words("sending limit | hourly limit | domain .. probation"),
        on(R::Expired, 90, MAILGUN_PAGE).words("too old"),
    ],
};

pub(super) const OTHERS: Provider = Provider {
    name: "a sending service",
    hosts: &[
        "postmarkapp.com",
        "sparkpostmail.com",
        "mtasv.net",
        "mandrillapp.com",
        "sendinblue.com",
        "brevo.com",
        "mailjet.com",
        "smtp2go.com",
        "resend.com",
    ],
    marks: "sparkpost* | postmarkapp* | mandrill* | inactive recipients | momentum | you tried to send to recipient s that have been marked as inactive | inactiverecipient | unconfigured sending domain | is not a sender signature | sender signature not found",
    rules: &[
        on(R::Suppressed, 97, OTHER_PAGE).words(
            "marked as inactive | recipient address suppressed | address suppressed | \
             recipient address was suppressed | customer policy | rejected by .. list | hard bounce list",
        ),
        on(R::Rejected, 94, OTHER_PAGE).words(
            "unconfigured sending domain | sender signature | unsigned domain | sending domain | \
             sender not valid",
        ),
        on(R::RateLimited, 94, OTHER_PAGE).words("sending limit | exceed sending limit | monthly limit | daily limit"),
    ],
};
