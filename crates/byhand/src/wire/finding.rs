//! Findings: rules broken and things worth knowing, beside the outcome. They never change an exit code.

use serde::{Deserialize, Serialize};

/// One thing found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The fixed word.
    pub id: FindingId,
    /// A sentence for people: what it is, and what follows from it.
    pub text: String,
    /// The mail host it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

impl Finding {
    /// A finding about the domain or the server at hand.
    #[must_use]
    pub fn new(id: FindingId, text: impl Into<String>) -> Self {
        Self { id, text: text.into(), host: None }
    }

    /// The same, about one host of several.
    #[must_use]
    pub fn at(host: &str, id: FindingId, text: impl Into<String>) -> Self {
        Self { id, text: text.into(), host: Some(host.to_owned()) }
    }
}

/// The words. Words may be added; a reader takes one it does not know for `other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FindingId {
    /// The domain is an alias of another (RFC 5321 §5.1).
    CnameDomain,
    /// An MX names an alias (RFC 2181 §10.3).
    MxIsCname,
    /// An MX holds an IP address where a name has to be.
    MxIsAddress,
    /// An MX names something that can be no host name.
    MxBadName,
    /// An MX host does not exist or has no address.
    MxHostMissing,
    /// An MX host could not be looked up this time.
    MxHostFailed,
    /// A null MX beside other MX records (RFC 7505 §3).
    NullMxMixed,
    /// A null MX whose preference is not 0 (RFC 7505 §3).
    NullMxPreference,
    /// The same MX record more than once.
    MxDuplicate,
    /// An address that is reserved, private or loopback.
    ReservedAddress,
    /// An MX host is this machine's own name (RFC 5321 §5.1).
    OwnName,
    /// More MX records than senders will look at.
    ManyMx,
    /// The name servers answer otherwise when the question's letters change case.
    CaseSensitiveDns,
    /// DNSSEC could not be decided here, with the reason.
    DnssecIndeterminate,
    /// DNSSEC was not checked, with the reason.
    DnssecUnverified,
    /// DNSSEC of a host or of the domain is bogus.
    DnssecBogus,
    /// Whether there are TLSA records could not be found out (RFC 7672 §2.1.2).
    TlsaFailed,
    /// A TLSA record that mail cannot use (RFC 7672 §3.1.3).
    TlsaUnusable,
    /// More than one MTA-STS record, so that none counts (RFC 8461 §3.1).
    StsSeveralRecords,
    /// An MTA-STS record that cannot be read (RFC 8461 §3.1).
    StsRecordUnreadable,
    /// Whether there is an MTA-STS record could not be found out.
    StsLookupFailed,
    /// An MTA-STS policy is announced, and cannot be had or used (RFC 8461 §3.3).
    StsPolicyFailed,
    /// An MX that the MTA-STS policy does not name (RFC 8461 §4.1).
    StsMxMissing,
    /// There is a record on where TLS reports go, and none can come of it (RFC 8460 §3).
    TlsrptUnusable,
    /// The MTA-STS policy is not served as text/plain (RFC 8461 §3.2).
    StsContentType,
    /// The resolver's own words about an answer (RFC 8914).
    ExtendedDnsError,
    /// Lines of one reply carry different codes (RFC 5321 §4.2.1).
    CodeMismatch,
    /// Lines that end in LF alone (RFC 5321 §2.3.8).
    BareLf,
    /// A CR that does not belong to a line end (RFC 5321 §2.3.8).
    BareCr,
    /// Empty lines between replies (RFC 5321 §4.2).
    EmptyLine,
    /// A reply line of more than 512 octets (RFC 5321 §4.5.3.1.5).
    LongLine,
    /// A NUL or another control character in a reply.
    ControlCharacters,
    /// Bytes that are not US-ASCII in a reply (RFC 5321 §4.2, RFC 6531 §3.7.4.2).
    NonAsciiReply,
    /// A code outside RFC 5321 §4.2's grammar.
    UnusualCode,
    /// A reply that nobody asked for.
    UnsolicitedReply,
    /// An enhanced status code whose class is not the reply's (RFC 2034 §4).
    EnhancedMismatch,
    /// Enhanced status codes are advertised and missing (RFC 2034 §4).
    EnhancedMissing,
    /// The greeting took long.
    BannerDelay,
    /// EHLO was refused and HELO taken.
    HeloOnly,
    /// A keyword is advertised more than once with different parameters.
    DuplicateKeyword,
    /// The old form `AUTH=`.
    OldAuth,
    /// A parameter of an advertised keyword makes no sense.
    BadKeyword,
    /// AUTH that sends passwords is offered before TLS.
    AuthInClear,
    /// The password or token was sent without TLS, as allowed.
    PasswordInClear,
    /// The password or token was sent to a server whose certificate does not verify.
    PasswordUnverified,
    /// A login was wanted, did not come about, and was not required.
    NoLogin,
    /// STARTTLS is not offered.
    NoStarttls,
    /// STARTTLS is offered and was put off or refused.
    StarttlsRefused,
    /// STARTTLS is still offered inside TLS (RFC 3207 §4.2).
    StarttlsInTls,
    /// REQUIRETLS is offered in clear (RFC 8689 §2).
    RequiretlsInClear,
    /// Text behind the 220 to STARTTLS, before TLS (CVE-2011-0411).
    PlaintextAfterStarttls,
    /// The certificate's time is over.
    CertExpired,
    /// The certificate's time has not come.
    CertNotYetValid,
    /// The certificate ends within 14 days.
    CertEndsSoon,
    /// The certificate does not name the host.
    CertWrongName,
    /// No known authority stands behind the certificate.
    CertUntrusted,
    /// Another reason why the certificate does not verify.
    CertInvalid,
    /// The certificates are not in their order, or some have no part in the chain (RFC 5246 §7.4.2).
    ChainOrder,
    /// The issuer's certificate is missing.
    ChainIncomplete,
    /// The root is sent along.
    RootSent,
    /// A key of the chain is too short.
    CertWeakKey,
    /// A signature of the chain uses a broken hash.
    CertWeakSignature,
    /// A TLS version before 1.2 is offered (RFC 8996).
    OldTls,
    /// Neither TLS 1.2 nor 1.3 is offered.
    NoCurrentTls,
    /// A cipher is chosen that does not protect.
    WeakCipher,
    /// The server does not meet the TLSA records of its host, or they cannot be found out (RFC 7672).
    DaneFailed,
    /// The server does not meet the MTA-STS policy of the domain, or there is one that cannot be had (RFC 8461).
    StsFailed,
    /// TLS ended without close_notify or in an error after the session.
    TlsUncleanClose,
    /// Headers in UTF-8 to a server that does not offer SMTPUTF8 (RFC 6532).
    Utf8Headers,
    /// TLS failed, and the message went on in clear on a new connection.
    SentInClear,
    /// Delivery reports were asked for, and the server does not offer DSN (RFC 3461).
    DsnNotOffered,
    /// The server is no MX of the recipient's domain.
    NotAnMx,
    /// A line of the message has more than 998 octets (RFC 5322 §2.1.1).
    LongMessageLine,
    /// CRs or LFs of the message that stood alone became CRLF.
    LineEnds,
    /// A header that RFC 5322 §3.6 asks for is missing, or stands twice.
    MessageHeaders,
    /// QUIT was not answered with 221.
    QuitFailed,
    /// Our own EHLO name may be taken ill.
    EhloName,
    /// The greeting, or the answer to EHLO, has been made unreadable on its way: a firewall that inspects SMTP.
    SmtpInspection,
    /// Hosts of different owners greet in the same words: something on the way here answers in their place.
    LocalBanner,
    /// Hosts of one domain differ.
    HostsDiffer,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl FindingId {
    /// The word in records.
    #[must_use]
    pub fn as_str(self) -> String {
        // The words are serde's: one list, in one place.
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
