//! What servers write in their own words: phrases that say the reason, a table for each side.
//!
//! A phrase is here because it says the reason in English (or in the language of a large provider's country), whoever writes it,
//! or because a widely used mail server has it in its source or its manual; each rule names which. Phrases that mean something at
//! one provider only are in `providers`.

mod content;
mod loose;
mod mistaken;
mod policy;
mod programs;
mod recipient;
mod sender;
mod server;
mod tongues;

use super::rule::Rule;

/// A source: the words say it themselves, in English.
const PLAIN: &str = "the words say it";
/// A source: the words say it themselves, in another language.
const TONGUES: &str = "the words say it, in the language of the provider's country";
/// A source: RFC 5321 gives these words to the code.
const SMTP: &str = "RFC 5321 §4.2.3";
/// A source: RFC 3463 gives these words to the code.
const MAIL: &str = "RFC 3463 §3";
/// A source: Postfix's own replies.
const POSTFIX: &str = "Postfix: access(5), postconf(5), smtpd";
/// A source: Exim's own replies and its default configuration.
const EXIM: &str = "Exim: specification, default configuration";
/// A source: sendmail's own replies and rule sets.
const SENDMAIL: &str = "sendmail: cf/README, check_* rule sets";
/// A source: the manuals of qmail, Courier, Dovecot and others.
const OTHERS: &str = "manuals of qmail, Courier, Dovecot, hMailServer, MDaemon, Lotus Domino, Kerio";

pub(super) const TABLES: &[&[Rule]] = &[
    recipient::RULES,
    sender::RULES,
    content::RULES,
    policy::RULES,
    programs::RULES,
    server::RULES,
    tongues::RULES,
    mistaken::RULES,
    loose::RULES,
];
