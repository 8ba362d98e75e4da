//! Logging in: the client's side of SASL in SMTP (RFC 4954, RFC 4422), pure.
//!
//! 1. [`choose`] takes a mechanism that the server offers, that this client knows and that the login has what for
//! 2. [`Exchange::begin`] gives the first answer, where the client speaks first (the initial response)
//! 3. [`Exchange::answer`] answers each challenge of a 334, as octets; [`encode`] and [`decode_challenge`] make lines of
//!    them and octets of lines (RFC 4954 §4)
//! 4. [`Exchange::accepted`] has the last word after the 235: a server that had to prove itself and did not is no friend
//!
//! Mechanisms: PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), SCRAM-SHA-1 and SCRAM-SHA-256 with and without channel binding
//! (RFC 5802, RFC 7677), XOAUTH2, OAUTHBEARER (RFC 7628), EXTERNAL (RFC 4422), ANONYMOUS (RFC 4505).
//!
//! [`Logins`] says which login is for which server. Secrets leave this module in two ways only: [`Secret::expose`], and the octets that are for the server. What is recorded
//! of those is [`Exchange::shown`] and [`mask_auth_line`]. Not here: the replies, which are the session's.

mod line;
mod logins;
mod mechanism;
mod proof;
mod scram;
mod simple;

use std::fmt;

pub use line::{
    MASK, decode_challenge, encode, encode_initial, is_proof, mask_auth_line, mask_proof, readable, seems_auth,
};
pub use logins::{HostLogin, Logins};
pub use mechanism::{Mechanism, NoMechanism, Offer, UnknownMechanism, choose};

use scram::Scram;

/// A password or a token. Its [`fmt::Debug`] shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps it.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret itself, for whoever has to send it or to work with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Who logs in, and with what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    /// Whose password or token it is (the authentication identity).
    pub user: Option<String>,
    /// Whom to act as, where that is somebody else (the authorization identity, RFC 4422 §3.4.1).
    pub authzid: Option<String>,
    /// The password; the token for XOAUTH2 and OAUTHBEARER.
    pub secret: Option<Secret>,
}

/// What ties an exchange to the TLS connection that it runs in (RFC 5056).
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelBinding {
    /// `tls-exporter` (RFC 9266) or `tls-server-end-point` (RFC 5929 §4).
    pub kind: &'static str,
    /// Its data.
    pub data: Vec<u8>,
}

impl fmt::Debug for ChannelBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelBinding({})", self.kind)
    }
}

/// Where the login takes place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The server's name, or its address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// What TLS gives to bind to.
    pub channel_binding: Option<ChannelBinding>,
    /// Whether the server offers a -PLUS mechanism: SCRAM tells it what was seen, so that an attacker who took the offer
    /// out of the list is found out (RFC 5802 §6).
    pub plus_offered: bool,
}

/// Why an exchange cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The login lacks something, or holds what the mechanism cannot carry.
    #[error("{0}")]
    Unfit(&'static str),
    /// What the server sent is no challenge of this mechanism.
    #[error("{0}")]
    BadChallenge(String),
    /// The server did not prove that it knows the password.
    #[error("the server did not prove that it knows the password: {0}")]
    Unproven(&'static str),
}

impl AuthError {
    fn bad(text: impl Into<String>) -> Self {
        Self::BadChallenge(text.into())
    }
}

/// One login under way.
pub struct Exchange {
    mechanism: Mechanism,
    steps: Steps,
    shown: &'static str,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}

enum Steps {
    /// All is said with the initial response.
    Done,
    /// LOGIN: these answers, whatever the prompts say.
    Prompts(std::vec::IntoIter<(Vec<u8>, &'static str)>),
    /// CRAM-MD5, before its challenge.
    Cram {
        user: String,
        secret: Secret,
    },
    /// A token was sent. A challenge means that it was refused, and is answered with this, once.
    Token(Option<&'static [u8]>),
    Scram(Box<Scram>),
}

impl Exchange {
    /// Begins. The octets are the initial response, where the client speaks first; a session that cannot send them with
    /// AUTH answers the first, empty challenge with them.
    ///
    /// # Errors
    /// The login lacks what the mechanism needs, or holds what it cannot carry.
    pub fn begin(mechanism: Mechanism, login: &Login, context: &Context) -> Result<(Self, Option<Vec<u8>>), AuthError> {
        let (steps, first, shown) = match mechanism {
            Mechanism::Plain => (Steps::Done, Some(simple::plain(login)?), MASK),
            Mechanism::Login => (Steps::Prompts(simple::login(login)?.into_iter()), None, ""),
            Mechanism::CramMd5 => {
                let (user, secret) = simple::user_and_secret(login)?;
                (Steps::Cram { user: user.to_owned(), secret: secret.clone() }, None, "")
            }
            Mechanism::XOAuth2 => (Steps::Token(Some(b"")), Some(simple::xoauth2(login)?), MASK),
            // RFC 7628 §3.2.3: the answer to the error is one %x01.
            Mechanism::OAuthBearer => (Steps::Token(Some(b"\x01")), Some(simple::bearer(login, context)?), MASK),
            Mechanism::External => (Steps::Done, Some(simple::external(login)?), "(user name)"),
            Mechanism::Anonymous => (Steps::Done, Some(simple::anonymous(login)?), "(trace)"),
            Mechanism::ScramSha1 | Mechanism::ScramSha1Plus | Mechanism::ScramSha256 | Mechanism::ScramSha256Plus => {
                let (scram, first) = Scram::begin(mechanism, login, context)?;
                (Steps::Scram(Box::new(scram)), Some(first), MASK)
            }
        };
        let shown = if first.as_ref().is_some_and(Vec::is_empty) { "" } else { shown };
        Ok((Self { mechanism, steps, shown }, first))
    }

    /// The mechanism.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// Answers a challenge, octets to octets. After an error the exchange is over, and `*` cancels it (RFC 4954 §4).
    ///
    /// # Errors
    /// The challenge makes no sense, is one too many, or asks for what would be unwise.
    pub fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, AuthError> {
        let steps = std::mem::replace(&mut self.steps, Steps::Done);
        let (answer, shown) = match steps {
            Steps::Done => {
                let mechanism = self.mechanism;
                return Err(AuthError::bad(format!(
                    "the server asks for more, and {mechanism} has nothing more to say"
                )));
            }
            Steps::Prompts(mut prompts) => {
                let Some(answer) = prompts.next() else {
                    return Err(AuthError::bad(
                        "the server asks a third time, and LOGIN has only a name and a password",
                    ));
                };
                self.steps = Steps::Prompts(prompts);
                answer
            }
            Steps::Cram { user, secret } => (proof::cram_md5(&user, &secret, challenge)?, MASK),
            Steps::Token(Some(answer)) => {
                self.steps = Steps::Token(None);
                (answer.to_vec(), if answer.is_empty() { "" } else { "AQ==" })
            }
            Steps::Token(None) => return Err(AuthError::bad("the server asks again, though it was answered")),
            Steps::Scram(mut scram) => {
                let answer = scram.answer(challenge)?;
                self.steps = Steps::Scram(scram);
                let shown = if answer.is_empty() { "" } else { MASK };
                (answer, shown)
            }
        };
        self.shown = shown;
        Ok(answer)
    }

    /// What may be recorded of the last answer, in place of its line.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        self.shown
    }

    /// Whether the server may be believed when it says 235.
    ///
    /// # Errors
    /// The mechanism has the server prove itself, and it did not.
    pub fn accepted(&mut self) -> Result<(), AuthError> {
        match &self.steps {
            Steps::Scram(scram) => scram.accepted(),
            // None of these proves anything about the server.
            Steps::Done | Steps::Token(_) | Steps::Prompts(_) | Steps::Cram { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
