//! How a unit of work ended: status, stage, fault.
//!
//! `untested` is no failure of the other side: the question was never put. A 4xx to a question that was put is
//! `temporary`; neither ever becomes "not supported" or "invalid".

use serde::{Deserialize, Serialize};

use super::{Diagnosis, Reply};

/// How one unit of work (a domain, an address talked to, a recipient) ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// The word that scripts switch on.
    pub status: Status,
    /// Where it ended; `null` when all went well.
    pub stage: Option<Stage>,
    /// What happened there; `null` when all went well.
    pub fault: Option<Fault>,
    /// Which of the things it was that the fault alone leaves open, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable")]
    pub detail: Option<Detail>,
    /// The server's reply, where one decided.
    pub reply: Option<Reply>,
    /// One plain sentence for people: what happened, at which stage.
    pub text: String,
    /// What it means, whose it is and what to do next, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable")]
    pub diagnosis: Option<Diagnosis>,
}

/// A diagnosis of another shape, or an unknown detail, says nothing to this version.
pub(super) fn readable<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::de::DeserializeOwned,
    D: serde::Deserializer<'de>,
{
    Ok(serde_json::from_value(serde_json::Value::deserialize(deserializer)?).ok())
}

impl Outcome {
    /// All went well; `text` says what.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            status: Status::Ok,
            stage: None,
            fault: None,
            detail: None,
            reply: None,
            text: text.into(),
            diagnosis: None,
        }
    }

    /// Something ended it.
    #[must_use]
    pub fn failed(status: Status, stage: Stage, fault: Fault, text: impl Into<String>) -> Self {
        let (stage, fault) = (Some(stage), Some(fault));
        Self { status, stage, fault, detail: None, reply: None, text: text.into(), diagnosis: None }
    }

    /// The same, with what the fault alone leaves open.
    #[must_use]
    pub fn with(self, detail: Option<Detail>) -> Self {
        Self { detail, ..self }
    }
}

/// The word that scripts switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All was asked and answered well.
    Ok,
    /// Trying again as it is will not help: a 5xx, NXDOMAIN, a null MX, all MX hosts missing.
    Permanent,
    /// Trying again later may help: a 4xx to the question asked, a DNS failure, a refused or cut connection.
    Temporary,
    /// The question was never put: no route, a 421 before it, a cap of ours.
    Untested,
}

/// The stages of a transaction, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Finding out where to go.
    Dns,
    /// The TCP connection.
    Connect,
    /// The server's greeting.
    Banner,
    /// EHLO or HELO.
    Ehlo,
    /// The STARTTLS command and its reply.
    Starttls,
    /// The TLS handshake.
    Tls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA or the first BDAT.
    Data,
    /// The message up to the reply to its last dot.
    Body,
    /// QUIT.
    Quit,
}

impl Stage {
    /// The word in records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Banner => "banner",
            Self::Ehlo => "ehlo",
            Self::Starttls => "starttls",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
            Self::Quit => "quit",
        }
    }
}

/// What a fault alone leaves open: who has to do something may hang on it. A reader leaves out a word that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// `nxdomain`: the domain is there, and is an alias of a name that is not.
    DanglingAlias,
    /// `tls-handshake`: the server broke it off over trouble of its own (the alert internal_error).
    ServerTrouble,
    /// `tls-handshake`: the server asked for a certificate of the client's, and got none or did not take it.
    ClientCertificate,
    /// `tls-limit`: options of ours left out what the server has.
    OwnOptions,
    /// `tls-limit`: the server found nothing that it could use in our offer; whether it is only older is not known.
    NothingInCommon,
    /// `tls-limit`: the key of the server's certificate is too short.
    ShortKey,
    /// `certificate-failed`: nothing is wrong with the certificate but that it is for another domain than the recipient's, which
    /// the level `secure` asks for.
    OtherDomain,
}

/// What happened, as a fixed word. Words may be added; a reader takes one it does not know for `other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A line or argument that is no domain, address or record.
    BadInput,
    /// The name does not exist (NXDOMAIN).
    Nxdomain,
    /// The domain says that it takes no mail (RFC 7505).
    NullMx,
    /// Neither an MX nor an address.
    NoMailHost,
    /// There are MX records, but none of their hosts has an address.
    MxHostsMissing,
    /// The host exists but has no address.
    NoAddress,
    /// An MX names something that can be no host, such as an IP address.
    BadHostName,
    /// The resolver answered SERVFAIL.
    Servfail,
    /// The resolver answered REFUSED.
    DnsRefused,
    /// The resolver answered FORMERR, NOTIMP or another code, or made no sense.
    DnsError,
    /// No answer from any resolver in time.
    DnsTimeout,
    /// The resolvers could not be reached at all.
    DnsUnreachable,
    /// The answer was cut and TCP failed: what came of it is not used.
    DnsTruncated,
    /// DNSSEC says that the data is forged or broken.
    DnssecBogus,
    /// Aliases that lead in a circle, or through too many names.
    CnameLoop,
    /// No resolver is known: none was given and the system names none.
    NoResolver,
    /// The port answered that nothing listens there.
    ConnectionRefused,
    /// No answer to the connection attempt in time.
    ConnectTimeout,
    /// This machine has no route to that address.
    NetworkUnreachable,
    /// The network answered that the host cannot be reached.
    HostUnreachable,
    /// This machine or a firewall of its own forbids the connection.
    ConnectForbidden,
    /// Another error of the network, told in the text.
    NetworkError,
    /// The server closed the connection where it owed a reply.
    ConnectionClosed,
    /// The connection was reset where a reply was due.
    ConnectionReset,
    /// No whole reply in time.
    Timeout,
    /// A reply without end, or longer than the limit.
    ReplyTooLong,
    /// What came is no SMTP reply.
    BadReply,
    /// The server refused (5xx).
    Refused,
    /// The server put it off (4xx).
    Deferred,
    /// The server is busy or going down (421).
    Busy,
    /// A code that does not fit the question.
    UnexpectedReply,
    /// TLS was required and is not offered.
    StarttlsNotSupported,
    /// Text behind the 220 to STARTTLS, before TLS (CVE-2011-0411).
    PlaintextAfterStarttls,
    /// The TLS handshake failed.
    TlsHandshake,
    /// The TLS handshake failed for what our own side does not do, or was told not to: other senders may have none of it.
    TlsLimit,
    /// What came in place of a handshake is not TLS.
    NotTls,
    /// The server does not meet the TLSA records of its host, or there are none where they are required (RFC 7672).
    DaneFailed,
    /// The server does not meet the MTA-STS policy of the domain (RFC 8461).
    StsFailed,
    /// A certificate was required that proves who the server is, and it has none.
    CertificateFailed,
    /// A login was required, and no mechanism that could be used is offered (RFC 4954).
    AuthNotOffered,
    /// The mechanism needs TLS: it sends the password, or is bound to TLS.
    AuthNeedsTls,
    /// What the server sent in the middle of a login makes no sense, and the login was cancelled.
    BadChallenge,
    /// The server had to prove that it knows the password, and did not (RFC 5802).
    ServerUnproven,
    /// An address needs SMTPUTF8, and the server does not offer it (RFC 6531).
    #[serde(rename = "smtputf8-not-supported")]
    Smtputf8NotSupported,
    /// The message is larger than the server takes (RFC 1870).
    MessageTooLarge,
    /// The message has 8-bit text, and the server does not offer 8BITMIME (RFC 6152).
    EightBitNotSupported,
    /// A cap of ours kept the question from being put.
    Limited,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl Fault {
    /// Whether it is this machine that could not ask DNS, or was not answered by its own resolver: nothing is known then
    /// of the name.
    #[must_use]
    pub fn is_our_own_dns(self) -> bool {
        matches!(self, Self::NoResolver | Self::DnsUnreachable | Self::DnsTimeout)
    }

    /// The word in records.
    #[must_use]
    pub fn as_str(self) -> String {
        // The words are serde's: one list, in one place.
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
