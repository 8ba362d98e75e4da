//! `probe/1`: one address talked to. One an address, written by `smtp-probe`.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::{Demands, Finding, KeyType, Outcome, Reply, Resumption, Rule, Tls, TlsVersion, Tlsa, Verdicts};

/// One address talked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeRecord {
    /// Whom it was about.
    pub target: Target,
    /// What was typed or read, where it gave no target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// When it began, RFC 3339 UTC.
    pub started: Option<String>,
    /// Our own address and port on that connection.
    pub local: Option<SocketAddr>,
    /// The name we said in EHLO.
    pub ehlo_name: Option<String>,
    /// The greeting.
    pub banner: Option<Reply>,
    /// What was offered before TLS, or without it.
    pub capabilities: Option<Capabilities>,
    /// What was offered inside TLS.
    pub capabilities_tls: Option<Capabilities>,
    /// What TLS agreed on and showed.
    pub tls: Option<Tls>,
    /// The judgements on it.
    pub verdicts: Verdicts,
    /// Every TLS version tried, oldest first (`--tls-versions`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls_versions: Vec<TlsVersion>,
    /// RSA and ECDSA certificates tried (`--key-types`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_types: Vec<KeyType>,
    /// Whether a session is taken up again (`--resume`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumption: Option<Resumption>,
    /// The recipients asked about with `--rcpt`, each with its answer.
    #[serde(default)]
    pub recipients: Vec<RecipientOutcome>,
    /// Which of our own caps cut the run down, so that a short list is not taken for a whole one.
    #[serde(default)]
    pub limited: Vec<Limited>,
    /// Rules broken and things worth knowing.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// How long each step took.
    pub timings: Timings,
    /// All that was said, in order.
    #[serde(default)]
    pub transcript: Vec<Said>,
}

/// All that is needed to connect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// The mail domain, where the way led through one.
    pub domain: Option<String>,
    /// The host, where it has a name.
    pub host: Option<String>,
    /// The preference of its MX record.
    pub preference: Option<u16>,
    /// The address; `null` where none was found.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// The rule that decides what a sender does there; not there where it is not known what is demanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Rule>,
    /// What the domain demands, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demands: Option<Demands>,
    /// The TLSA records of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tlsa: Vec<Tlsa>,
}

/// What a server offers: the reply to EHLO, read (RFC 5321 §4.1.1.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capabilities {
    /// Which command was answered.
    pub protocol: Protocol,
    /// The server's name for itself: the first word of the first line.
    pub domain: Option<String>,
    /// The keywords in the server's order; upper case, as they are compared.
    pub keywords: Vec<Keyword>,
    /// The largest message taken, octets (RFC 1870); `null` for none named, 0 for no fixed limit.
    pub size: Option<u64>,
    /// The AUTH mechanisms (RFC 4954), upper case.
    pub auth: Vec<String>,
    /// The reply itself.
    pub reply: Reply,
}

/// One line of an EHLO reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keyword {
    /// The keyword, upper case.
    pub keyword: String,
    /// Its parameters as written.
    pub parameters: Vec<String>,
}

/// What the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// It took EHLO.
    Esmtp,
    /// HELO was said: it took nothing else, or nothing else was tried.
    Smtp,
    /// LHLO was said (RFC 2033).
    Lmtp,
}

/// One recipient asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecipientOutcome {
    /// The recipient as given.
    pub address: String,
    /// The answer to RCPT TO. `ok` means accepted at RCPT, and no more.
    pub outcome: Outcome,
}

/// Our own caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Limited {
    /// More recipients were given than are asked about.
    RcptCap,
    /// The first refusal that was not about the mailbox ended the questions.
    RcptPolicy,
    /// A refusal earlier in this run left this server alone.
    BackOff,
    /// More messages were given than are sent to public servers in a run.
    MessageCap,
    /// `--first`: an address answered, the others were not tried.
    First,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// How long each step took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timings {
    /// Finding the address; `null` where it was given.
    pub dns_ms: Option<f64>,
    /// The TCP connection.
    pub connect_ms: Option<f64>,
    /// From the connection to the end of the greeting.
    pub banner_ms: Option<f64>,
    /// The TLS handshake.
    pub tls_ms: Option<f64>,
    /// Each command.
    #[serde(default)]
    pub commands: Vec<CommandTiming>,
    /// From the connection attempt to the end.
    pub total_ms: f64,
}

/// One command and its reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandTiming {
    /// The verb, such as `EHLO`.
    pub command: String,
    /// From sending it to the end of the reply's first line.
    pub first_ms: f64,
    /// The same to the end of its last line.
    pub elapsed_ms: f64,
    /// Whether it went out in one write with others, so that its own time is not known.
    pub shared_write: bool,
}

/// One thing said, heard or done; an `event/1` without its session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Said {
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

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// We did.
    Client,
    /// The server did.
    Server,
    /// Nobody: something happened.
    Note,
}
