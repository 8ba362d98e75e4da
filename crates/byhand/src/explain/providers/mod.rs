//! What single providers and mail servers mean by their words and codes.
//!
//! A provider is known by the name of its mail host, or by marks in the text that nobody else leaves. Its rules hold for its own
//! replies only, and mostly outweigh the general ones. Each source is a page that the provider publishes, or the server's own
//! source code or manual; none of their wording is taken over beyond the marks that have to be found.

mod america;
mod asia;
mod europe;
mod filters;
mod google;
mod microsoft;
mod senders;
mod servers;
mod yahoo;

use super::rule::Rule;

/// A provider, or a mail server program.
pub(super) struct Provider {
    /// What people call it.
    pub(super) name: &'static str,
    /// How the names of its mail hosts end; a program has none, and its rules hold wherever their words stand.
    pub(super) hosts: &'static [&'static str],
    /// Phrases that only its replies have, with ` | ` between; one that begins with `/` stands in a URL,
    /// one that begins with a dot ends a host's name.
    pub(super) marks: &'static str,
    pub(super) rules: &'static [Rule],
}

pub(super) const ALL: &[Provider] = &[
    google::GOOGLE,
    microsoft::MICROSOFT,
    microsoft::EXCHANGE_SERVER,
    yahoo::YAHOO,
    yahoo::APPLE,
    filters::PROOFPOINT,
    filters::MIMECAST,
    filters::BARRACUDA,
    filters::CISCO,
    filters::TREND,
    filters::SYMANTEC,
    filters::SOPHOS,
    filters::CLOUDFILTER,
    filters::CLOUDMARK,
    europe::ORANGE,
    europe::FREE,
    europe::GMX,
    europe::TELEKOM,
    europe::BLUEWIN,
    europe::MAILRU,
    europe::YANDEX,
    asia::QQ,
    asia::NETEASE,
    asia::JAPAN,
    asia::KOREA,
    america::GODADDY,
    america::COMCAST,
    america::ATT,
    america::ZOHO,
    america::RACKSPACE,
    senders::SES,
    senders::SENDGRID,
    senders::MAILGUN,
    senders::OTHERS,
    servers::POSTFIX,
    servers::EXIM,
    servers::SENDMAIL,
    servers::QMAIL,
    servers::COURIER,
    servers::DOVECOT,
];
