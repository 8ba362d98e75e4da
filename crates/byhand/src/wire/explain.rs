//! What something that was said or suffered means: the reason, whose side it is on, what to do next.
//!
//! A [`Diagnosis`] stands in an outcome; [`Explain`] is the record that `smtp-explain` writes, one for each thing it was asked
//! about, with the diagnosis flat in it. The reasons are the names that the field uses for bounces; `docs/diagnosis.md` says what
//! each means. They are for programs: a person reads `meaning` and `next`.
//!
//! Words may be added. A reader takes a reason it does not know for `onhold`, and a side, a nature or a kind of evidence for
//! the one that claims least.

use serde::{Deserialize, Serialize};

use super::Fault;

/// What is behind a refusal, as one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// No such mailbox.
    UserUnknown,
    /// The recipient's domain or host is unknown.
    HostUnknown,
    /// The domain or host takes no mail (521, 556, null MX).
    NotAccept,
    /// The mailbox is switched off, locked or unused.
    Suspend,
    /// The mailbox is over its quota.
    MailboxFull,
    /// The recipient has moved, and nothing is forwarded.
    HasMoved,
    /// The recipient's own rule, or list of allowed senders, refuses this sender.
    Filtered,
    /// The sender's address or its domain is refused.
    Rejected,
    /// SPF, DKIM, DMARC or ARC failed.
    AuthFailure,
    /// The sending address has no name in DNS, or one that does not point back.
    RequirePtr,
    /// The server does not relay for this client, or to this recipient.
    NoRelaying,
    /// A login is needed, failed, or is switched off.
    SecurityError,
    /// TLS is required and absent, or is broken.
    FailedStarttls,
    /// A command, its order or the EHLO name is wrong.
    SyntaxError,
    /// The message's form is wrong: headers, line ends, duplicates.
    NotCompliantRfc,
    /// An attachment, an encoding or a MIME form is refused.
    ContentError,
    /// The message is larger than a limit.
    EmailTooLarge,
    /// The content was judged to be spam.
    SpamDetected,
    /// Malware was found.
    VirusDetected,
    /// A local rule, whose reason is not told.
    PolicyViolation,
    /// The address, host or domain is on a block list.
    Blocked,
    /// A poor reputation, and no list is named.
    BadReputation,
    /// Too many messages, connections or recipients.
    RateLimited,
    /// Put off at the first contact.
    Greylisted,
    /// A fault at the server.
    SystemError,
    /// The server's storage is full.
    SystemFull,
    /// The program that delivers locally failed.
    MailerError,
    /// Routing, DNS or a loop.
    NetworkError,
    /// Time ran out: silence, a broken connection, a message given up.
    Expired,
    /// The sender's own provider holds the address back.
    Suppressed,
    /// The text says nothing that could be used; also a reason that this version does not know.
    #[serde(other)]
    OnHold,
}

impl Reason {
    /// All of them, in the order of `docs/diagnosis.md`.
    pub const ALL: [Self; 31] = [
        Self::UserUnknown,
        Self::HostUnknown,
        Self::NotAccept,
        Self::Suspend,
        Self::MailboxFull,
        Self::HasMoved,
        Self::Filtered,
        Self::Rejected,
        Self::AuthFailure,
        Self::RequirePtr,
        Self::NoRelaying,
        Self::SecurityError,
        Self::FailedStarttls,
        Self::SyntaxError,
        Self::Suppressed,
        Self::NotCompliantRfc,
        Self::ContentError,
        Self::EmailTooLarge,
        Self::SpamDetected,
        Self::VirusDetected,
        Self::PolicyViolation,
        Self::Blocked,
        Self::BadReputation,
        Self::RateLimited,
        Self::Greylisted,
        Self::SystemError,
        Self::SystemFull,
        Self::MailerError,
        Self::NetworkError,
        Self::Expired,
        Self::OnHold,
    ];

    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserUnknown => "userunknown",
            Self::HostUnknown => "hostunknown",
            Self::NotAccept => "notaccept",
            Self::Suspend => "suspend",
            Self::MailboxFull => "mailboxfull",
            Self::HasMoved => "hasmoved",
            Self::Filtered => "filtered",
            Self::Rejected => "rejected",
            Self::AuthFailure => "authfailure",
            Self::RequirePtr => "requireptr",
            Self::NoRelaying => "norelaying",
            Self::SecurityError => "securityerror",
            Self::FailedStarttls => "failedstarttls",
            Self::SyntaxError => "syntaxerror",
            Self::NotCompliantRfc => "notcompliantrfc",
            Self::ContentError => "contenterror",
            Self::EmailTooLarge => "emailtoolarge",
            Self::SpamDetected => "spamdetected",
            Self::VirusDetected => "virusdetected",
            Self::PolicyViolation => "policyviolation",
            Self::Blocked => "blocked",
            Self::BadReputation => "badreputation",
            Self::RateLimited => "ratelimited",
            Self::Greylisted => "greylisted",
            Self::SystemError => "systemerror",
            Self::SystemFull => "systemfull",
            Self::MailerError => "mailererror",
            Self::NetworkError => "networkerror",
            Self::Expired => "expired",
            Self::Suppressed => "suppressed",
            Self::OnHold => "onhold",
        }
    }

    /// The side on which it is mended, where nothing more is known.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::UserUnknown
            | Self::HostUnknown
            | Self::NotAccept
            | Self::Suspend
            | Self::MailboxFull
            | Self::HasMoved
            | Self::Filtered => Side::Recipient,
            Self::Rejected
            | Self::AuthFailure
            | Self::RequirePtr
            | Self::NoRelaying
            | Self::SecurityError
            | Self::FailedStarttls
            | Self::SyntaxError
            | Self::Suppressed => Side::Sender,
            Self::NotCompliantRfc
            | Self::ContentError
            | Self::EmailTooLarge
            | Self::SpamDetected
            | Self::VirusDetected => Side::Content,
            Self::PolicyViolation | Self::Blocked | Self::BadReputation | Self::RateLimited | Self::Greylisted => {
                Side::Policy
            }
            Self::SystemError | Self::SystemFull | Self::MailerError => Side::Server,
            Self::NetworkError | Self::Expired => Side::Network,
            Self::OnHold => Side::Unknown,
        }
    }
}

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The recipient, the address, or its mailbox.
    Recipient,
    /// The sender: its address, DNS, login or software.
    Sender,
    /// The message itself.
    Content,
    /// The receiver's rules about whom it trusts.
    Policy,
    /// The receiving server.
    Server,
    /// What lies between.
    Network,
    /// It cannot be told; also a word that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// Nothing was refused.
    None,
    /// Trying again later can help, whatever the first digit says.
    Temporary,
    /// Trying again as it is will not help.
    Permanent,
    /// It cannot be told; also a word that this version does not know.
    #[serde(other)]
    Unknown,
}

/// How sure the diagnosis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The words, or a code that this server is known to use for nothing else, say it.
    High,
    /// The words or the codes point there, and other causes are known.
    Medium,
    /// A guess by the code alone, or nothing; also a word that this version does not know.
    #[serde(other)]
    Low,
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// The words of the text that decided.
    Words,
    /// The reply code.
    Code,
    /// The enhanced status code.
    Enhanced,
    /// Whose server it is, by its name or by its manner of speaking.
    Provider,
    /// A block list that is named.
    BlockList,
    /// A page to visit.
    Url,
    /// How long to wait before the next try, in seconds.
    RetryAfter,
    /// A mail address that is meant.
    Address,
    /// An IP address that is meant.
    Ip,
    /// A limit on the size, in octets.
    Limit,
    /// Where the rule that decided is known from.
    Source,
    /// A special case of ours that explains it, such as `smtp-inspection`.
    Rule,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// One thing that speaks for the diagnosis, or that the text tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The thing itself, as the text has it; foreign text.
    pub value: String,
}

/// What a reply, or an end without one, means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnosis {
    /// What is behind it.
    pub reason: Reason,
    /// Whose it is.
    pub side: Side,
    /// Whether trying again can help.
    pub nature: Nature,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it means, for people: a sentence without its full stop.
    pub meaning: String,
    /// What to do next, for people, in the same form.
    pub next: String,
    /// What speaks for it, and what the text tells besides.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// One thing explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explain {
    /// What the asker called it, passed through as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// What is behind it.
    pub reason: Reason,
    /// Whose it is.
    pub side: Side,
    /// Whether trying again can help.
    pub nature: Nature,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it means, for people: a sentence without its full stop.
    pub meaning: String,
    /// What to do next, for people, in the same form.
    pub next: String,
    /// What speaks for it, and what the text tells besides.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The reply as one line, where there was one.
    pub reply: Option<String>,
    /// The command that it answered, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The mail host that said it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whom the message was for, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// How it ended without a reply; `bad-input` for a line that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Whether the sending server has given up (`true`) or goes on trying (`false`), where a bounce or a log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<bool>,
    /// What was typed or read, where it could not be read; of a record without a reply, the sentence that it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
}

impl Explain {
    /// The record of a diagnosis; what was explained is filled in by the caller.
    #[must_use]
    pub fn new(diagnosis: Diagnosis, reply: Option<String>) -> Self {
        let Diagnosis { reason, side, nature, confidence, meaning, next, evidence } = diagnosis;
        Self {
            id: None,
            reason,
            side,
            nature,
            confidence,
            meaning,
            next,
            evidence,
            reply,
            command: None,
            host: None,
            recipient: None,
            fault: None,
            given_up: None,
            input: None,
        }
    }
}
