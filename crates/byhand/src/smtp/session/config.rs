//! What a session is to do: names, limits, when TLS is spoken, and what it is for.

use std::sync::Arc;
use std::time::Duration;

use super::{Auth, Extras};
use crate::mailbox::Mailbox;
use crate::smtp::command::HeloName;
use crate::wire::{Protocol, Stage};

/// What a session is to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// What we call ourselves.
    pub helo: HeloName,
    /// Which protocol is spoken: EHLO, and HELO where that is not known; HELO alone; or LHLO and LMTP.
    pub protocol: Protocol,
    /// When TLS is spoken.
    pub tls: TlsMode,
    /// The longest wait for the whole greeting.
    pub greeting_timeout: Duration,
    /// The longest wait for each later reply.
    pub command_timeout: Duration,
    /// The longest wait for the reply to the message (RFC 5321 §4.5.3.2.6: ten minutes).
    pub message_timeout: Duration,
    /// How to log in, where that is wanted.
    pub auth: Option<Auth>,
    /// Whether the session pauses for a judgement on the connection, before it says more on it than it has to.
    pub judged: bool,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a session is for.
#[derive(Clone, Debug, Default)]
pub enum Purpose {
    /// To see who is there.
    #[default]
    Greet,
    /// To ask about an envelope.
    Ask(Envelope),
    /// To deliver a message.
    Deliver(Delivery),
}

/// When TLS is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMode {
    /// STARTTLS where it is offered.
    #[default]
    Auto,
    /// STARTTLS, and nothing without it.
    Require,
    /// TLS from the first byte (RFC 8314 §3.3).
    Implicit,
    /// No TLS.
    Never,
}

/// An envelope to ask about: MAIL FROM and RCPT TO, never DATA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The sender; `None` is the null reverse-path `<>`.
    pub from: Option<Mailbox>,
    /// The recipients, in the order they are asked about.
    pub recipients: Vec<Mailbox>,
    /// The pause between two RCPT TO; none where the server is private.
    pub pause: Duration,
}

/// A message to deliver, and how.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The sender; `None` is the null reverse-path `<>`.
    pub from: Option<Mailbox>,
    /// The recipients, in their order.
    pub recipients: Vec<Mailbox>,
    /// The message: line ends CRLF, dots as they are.
    pub content: Arc<[u8]>,
    /// Whether the headers have octets beyond ASCII (RFC 6532), so that SMTPUTF8 is wanted.
    pub utf8_headers: bool,
    /// Parameters of MAIL and RCPT that were asked for.
    pub extras: Extras,
    /// Whether each command waits for the reply to the one before, though the server offers PIPELINING.
    pub lockstep: bool,
    /// After which step the session says QUIT and sends nothing more.
    pub quit_after: Option<QuitAfter>,
}

/// The step after which a session ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuitAfter {
    /// The greeting.
    Banner,
    /// EHLO.
    Ehlo,
    /// TLS and the EHLO inside it; EHLO, where there is no TLS.
    Tls,
    /// The login; what comes before it, where there is none.
    Auth,
    /// MAIL FROM.
    Mail,
    /// The last RCPT TO.
    Rcpt,
    /// DATA: the connection is closed before a message is sent.
    Data,
}

impl QuitAfter {
    /// The stage that it is in records.
    pub(super) fn stage(self) -> Stage {
        match self {
            Self::Banner => Stage::Banner,
            Self::Ehlo => Stage::Ehlo,
            Self::Tls => Stage::Tls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt => Stage::Rcpt,
            Self::Data => Stage::Data,
        }
    }
}
