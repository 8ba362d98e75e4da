//! The mechanisms by name, and which of them to use (RFC 4422 §3.1, RFC 4954 §3).
//!
//! Without a list of the user's own: the strongest that the server offers, that this client knows, and that the login has
//! what for. Those that need something of another kind than a password (a token, a certificate, nothing) are taken only
//! where the list names them: nobody can tell a token from a password by looking at it. With a list, its order counts. What
//! sends a password is passed over in clear, unless that was asked for.

use std::fmt;
use std::str::FromStr;

use super::Login;

/// A mechanism; the strongest comes first in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// Proofs both ways, bound to the TLS connection (RFC 7677, RFC 5802).
    ScramSha256Plus,
    /// Proofs both ways (RFC 7677).
    ScramSha256,
    /// Proofs both ways, bound to the TLS connection (RFC 5802).
    ScramSha1Plus,
    /// Proofs both ways (RFC 5802).
    ScramSha1,
    /// A proof of the client's (RFC 2195).
    CramMd5,
    /// What TLS has proven already (RFC 4422, appendix A).
    External,
    /// A token (RFC 7628).
    OAuthBearer,
    /// A token, in the form from before RFC 7628.
    XOAuth2,
    /// The password (RFC 4616).
    Plain,
    /// The password, asked for in two steps; never specified, widely used.
    Login,
    /// No login at all (RFC 4505).
    Anonymous,
}

impl Mechanism {
    /// All, the strongest first.
    pub const ALL: [Self; 11] = [
        Self::ScramSha256Plus,
        Self::ScramSha256,
        Self::ScramSha1Plus,
        Self::ScramSha1,
        Self::CramMd5,
        Self::External,
        Self::OAuthBearer,
        Self::XOAuth2,
        Self::Plain,
        Self::Login,
        Self::Anonymous,
    ];

    /// The name, upper case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::CramMd5 => "CRAM-MD5",
            Self::External => "EXTERNAL",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Anonymous => "ANONYMOUS",
        }
    }

    /// Whether whoever reads the connection has the password, or the token, afterwards.
    #[must_use]
    pub fn sends_password(self) -> bool {
        matches!(self, Self::Plain | Self::Login | Self::XOAuth2 | Self::OAuthBearer)
    }

    /// Whether it is bound to the TLS connection.
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(self, Self::ScramSha256Plus | Self::ScramSha1Plus)
    }

    /// Whether it needs a name and a password, or a name and a token.
    #[must_use]
    pub fn needs_secret(self) -> bool {
        !matches!(self, Self::External | Self::Anonymous)
    }

    /// Whether what it needs is a token.
    #[must_use]
    pub fn takes_token(self) -> bool {
        matches!(self, Self::XOAuth2 | Self::OAuthBearer)
    }

    /// Whether it takes a password, so that it may be used without being named.
    fn takes_password(self) -> bool {
        self.needs_secret() && !self.takes_token()
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no mechanism known here; known are {list}", list = Mechanism::ALL.map(Mechanism::as_str).join(", "))]
pub struct UnknownMechanism(pub String);

impl FromStr for Mechanism {
    type Err = UnknownMechanism;

    fn from_str(text: &str) -> Result<Self, UnknownMechanism> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownMechanism(text.to_owned()))
    }
}

/// What is offered and what is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The server's list, upper case.
    pub offered: &'a [String],
    /// The user's list, in its order; empty: whatever is best.
    pub wanted: &'a [Mechanism],
    /// Those that the server has turned down by now, for what they are.
    pub tried: &'a [Mechanism],
    /// Whether a password may go out: inside TLS, or in clear where that was asked for.
    pub password_allowed: bool,
    /// Whether TLS gives something to bind to.
    pub can_bind: bool,
}

/// Why no mechanism is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoMechanism {
    /// The server does not offer AUTH.
    NothingOffered,
    /// None of the offered ones is known, or wanted.
    NoneInCommon,
    /// This one would do, but sends the password, and TLS is not spoken.
    NeedsTls(Mechanism),
    /// This one would do, but the login lacks what it needs.
    LoginLacks(Mechanism),
    /// This one is offered and takes a token: it has to be named.
    TokenOnly(Mechanism),
}

/// The mechanism to use; see the module.
///
/// # Errors
/// None is left; why.
pub fn choose(offer: Offer<'_>, login: &Login) -> Result<Mechanism, NoMechanism> {
    if offer.offered.is_empty() {
        return Err(NoMechanism::NothingOffered);
    }
    let offered = |mechanism: &Mechanism| offer.offered.iter().any(|name| name == mechanism.as_str());
    let order = if offer.wanted.is_empty() { &Mechanism::ALL[..] } else { offer.wanted };
    let mut why = NoMechanism::NoneInCommon;
    for mechanism in order.iter().copied().filter(offered).filter(|mechanism| !offer.tried.contains(mechanism)) {
        let obstacle = if mechanism.is_bound() && !offer.can_bind {
            NoMechanism::NeedsTls(mechanism)
        } else if offer.wanted.is_empty() && !mechanism.takes_password() {
            match mechanism {
                Mechanism::XOAuth2 | Mechanism::OAuthBearer => NoMechanism::TokenOnly(mechanism),
                _ => continue,
            }
        } else if mechanism.needs_secret() && (login.user.is_none() || login.secret.is_none()) {
            NoMechanism::LoginLacks(mechanism)
        } else if mechanism.sends_password() && !offer.password_allowed {
            NoMechanism::NeedsTls(mechanism)
        } else {
            return Ok(mechanism);
        };
        // What TLS would mend says more than what a name in the list would.
        if why == NoMechanism::NoneInCommon
            || matches!(obstacle, NoMechanism::NeedsTls(_)) && !matches!(why, NoMechanism::NeedsTls(_))
        {
            why = obstacle;
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::{Mechanism, NoMechanism, Offer, choose};
    use crate::smtp::auth::{Login, Secret};

    const IN_TLS: Offer<'_> = Offer { offered: &[], wanted: &[], tried: &[], password_allowed: true, can_bind: false };

    fn login() -> Login {
        Login { user: Some("u".into()), secret: Some(Secret::new("p".into())), ..Login::default() }
    }

    #[track_caller]
    fn check(offered: &str, offer: Offer<'_>, expected: &Result<Mechanism, NoMechanism>) {
        let offered: Vec<String> = offered.split_whitespace().map(str::to_owned).collect();
        assert_eq!(choose(Offer { offered: &offered, ..offer }, &login()), *expected, "{offered:?}");
    }

    #[test]
    fn the_strongest_that_a_password_is_for() {
        use Mechanism::{CramMd5, OAuthBearer, Plain, ScramSha1, ScramSha256, ScramSha256Plus, XOAuth2};
        check("LOGIN PLAIN CRAM-MD5", IN_TLS, &Ok(CramMd5));
        check("PLAIN SCRAM-SHA-1 SCRAM-SHA-256 GSSAPI", IN_TLS, &Ok(ScramSha256));
        check("SCRAM-SHA-256-PLUS SCRAM-SHA-1", IN_TLS, &Ok(ScramSha1));
        check("SCRAM-SHA-256-PLUS SCRAM-SHA-1", Offer { can_bind: true, ..IN_TLS }, &Ok(ScramSha256Plus));
        // A password is no token: neither is guessed.
        check("LOGIN PLAIN XOAUTH2 OAUTHBEARER", IN_TLS, &Ok(Plain));
        check("XOAUTH2 EXTERNAL", IN_TLS, &Err(NoMechanism::TokenOnly(XOAuth2)));
        check("XOAUTH2", Offer { wanted: &[XOAuth2], ..IN_TLS }, &Ok(XOAuth2));
        check("XOAUTH2 OAUTHBEARER", Offer { wanted: &[OAuthBearer, XOAuth2], ..IN_TLS }, &Ok(OAuthBearer));
        check("GSSAPI EXTERNAL ANONYMOUS", IN_TLS, &Err(NoMechanism::NoneInCommon));
        check("", IN_TLS, &Err(NoMechanism::NothingOffered));
        check("PLAIN CRAM-MD5", Offer { tried: &[CramMd5], ..IN_TLS }, &Ok(Plain));
        assert!(Mechanism::ALL.is_sorted());
    }

    #[test]
    fn the_order_of_a_list_counts_and_nothing_beside_it() {
        use Mechanism::{CramMd5, Login, Plain};
        check("PLAIN LOGIN CRAM-MD5", Offer { wanted: &[Login, CramMd5], ..IN_TLS }, &Ok(Login));
        check("PLAIN", Offer { wanted: &[Login], ..IN_TLS }, &Err(NoMechanism::NoneInCommon));
        check("PLAIN LOGIN", Offer { wanted: &[Plain], ..IN_TLS }, &Ok(Plain));
    }

    #[test]
    fn no_password_in_clear() {
        let clear = Offer { password_allowed: false, ..IN_TLS };
        check("PLAIN LOGIN", clear, &Err(NoMechanism::NeedsTls(Mechanism::Plain)));
        check("PLAIN LOGIN CRAM-MD5", clear, &Ok(Mechanism::CramMd5));
        let wanted = [Mechanism::XOAuth2];
        check("XOAUTH2", Offer { wanted: &wanted, ..clear }, &Err(NoMechanism::NeedsTls(Mechanism::XOAuth2)));
    }

    #[test]
    fn names_in_any_case() {
        assert_eq!("scram-sha-256-plus".parse(), Ok(Mechanism::ScramSha256Plus));
        let error = "DIGEST-MD5".parse::<Mechanism>().unwrap_err().to_string();
        assert!(error.starts_with("DIGEST-MD5 is no mechanism known here; known are SCRAM-SHA-256-PLUS, "), "{error}");
    }
}
