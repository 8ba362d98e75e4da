//! What a server does wrong about a name.

use std::time::Duration;

/// What a server does wrong about a name and all names below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SERVFAIL.
    Servfail,
    /// SERVFAIL with an extended error (RFC 8914): its code and text.
    Extended(u16, String),
    /// SERVFAIL with the extended error 22: no name server of the zone could be reached.
    Lame,
    /// REFUSED.
    Refused,
    /// FORMERR.
    Formerr,
    /// NOTIMP.
    Notimp,
    /// No answer.
    Silent,
    /// An answer after this time.
    Late(Duration),
    /// TC over UDP, whatever the length; all of it over TCP.
    Truncated,
    /// TC over UDP, and TCP closes without an answer.
    TruncatedForGood,
    /// NXDOMAIN as soon as the question holds a capital letter.
    CaseNxdomain,
    /// An empty answer as soon as the question holds a capital letter.
    CaseNodata,
    /// An answer with another id.
    WrongId,
    /// An answer to another question.
    WrongQuestion,
    /// Octets that are no DNS message.
    Garbage,
}
