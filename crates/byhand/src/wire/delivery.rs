//! `delivery/1`: what became of a message for one recipient; `event/1`: one thing said, heard or done. Written by
//! `smtp-send`.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{
    Fault, Finding, Limited, Outcome, Protection, Reply, Said, Stage, Status, Target, Timings, Tls, Verdicts, Who,
};

/// What became of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryRecord {
    /// The recipient; `null` where the input gave none.
    pub recipient: Option<String>,
    /// What was typed or read, where it gave no recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// How it ended. `ok`: a server accepted the message, and no more. `ok` with a stage: it was left off there, as
    /// `--quit-after` says, and no message was sent.
    pub outcome: Outcome,
    /// The envelope sender; empty for `<>`.
    pub from: Option<String>,
    /// Every connection that was tried for this recipient, in order.
    pub attempts: Vec<Attempt>,
    /// The Message-ID of the message, with its angle brackets.
    pub message_id: Option<String>,
    /// The name that the server gave the message.
    pub queue_id: Option<String>,
    /// The octets of the message, line ends CRLF, before dots are doubled.
    pub size: Option<u64>,
    /// SHA-256 of the same, hex.
    pub sha256: Option<String>,
    /// Which of our own caps cut the run down.
    #[serde(default)]
    pub limited: Vec<Limited>,
    /// Rules broken and things worth knowing.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// All that was said on all connections, in order.
    #[serde(default)]
    pub transcript: Vec<Said>,
}

impl DeliveryRecord {
    /// The record of a recipient before anything was tried for it.
    #[must_use]
    pub fn untried(recipient: Option<String>) -> Self {
        Self {
            recipient,
            input: None,
            outcome: Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, "no server was found to try"),
            from: None,
            attempts: Vec::new(),
            message_id: None,
            queue_id: None,
            size: None,
            sha256: None,
            limited: Vec::new(),
            findings: Vec::new(),
            transcript: Vec::new(),
        }
    }
}

/// One connection that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// Whom it was with.
    pub target: Target,
    /// How it ended for this recipient.
    pub outcome: Outcome,
    /// Whether the message may have been accepted all the same: it went out whole, and no clear answer came (RFC 1047).
    #[serde(default)]
    pub in_doubt: bool,
    /// When it began, RFC 3339 UTC.
    pub started: Option<String>,
    /// Our own address and port.
    pub local: Option<SocketAddr>,
    /// The name we said in EHLO.
    pub ehlo_name: Option<String>,
    /// The greeting.
    pub banner: Option<Reply>,
    /// What TLS agreed on and showed; `null` for a connection in clear.
    pub tls: Option<Tls>,
    /// The level of protection that was asked for, and what came of it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    /// The judgements on it.
    pub verdicts: Verdicts,
    /// How long each step took.
    pub timings: Timings,
}

impl Attempt {
    /// What is known of a target that nobody connected to, and why.
    #[must_use]
    pub fn unmade(target: Target, outcome: Outcome) -> Self {
        Self {
            target,
            outcome,
            in_doubt: false,
            started: None,
            local: None,
            ehlo_name: None,
            banner: None,
            tls: None,
            protection: None,
            verdicts: Verdicts::default(),
            timings: Timings::default(),
        }
    }
}

/// One thing said, heard or done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Which connection of the run, from 1.
    pub session: u32,
    /// Since the connection attempt began.
    pub at_ms: f64,
    /// Who spoke.
    pub who: Who,
    /// Whether it went through TLS.
    pub tls: bool,
    /// The line as it was, without its end; secrets masked; bytes that are no UTF-8 replaced.
    pub text: String,
    /// From the command to this line; of a reply's lines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<f64>,
    /// The reply's code, on its last line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
}

impl Event {
    /// What was said, on which connection.
    #[must_use]
    pub fn new(session: u32, said: Said) -> Self {
        let Said { at_ms, who, tls, text, elapsed_ms, code } = said;
        Self { session, at_ms, who, tls, text, elapsed_ms, code }
    }
}
