//! The mechanisms that say all at once: PLAIN (RFC 4616 §2), LOGIN, XOAUTH2, OAUTHBEARER (RFC 7628 §3.1), EXTERNAL (RFC
//! 4422, appendix A.1), ANONYMOUS (RFC 4505 §2).
//!
//! Each is a string of the login's parts with separators between them. A part that holds a separator would be read as
//! something else, so it is refused. PLAIN prepares nothing: that is the server's to do (RFC 4616 §4).

use super::line::MASK;
use super::{AuthError, Context, Login, Secret};

/// What separates the parts of a token message.
const KV_SEPARATOR: char = '\x01';

/// Name and secret, or what is missing.
pub(super) fn user_and_secret(login: &Login) -> Result<(&str, &Secret), AuthError> {
    let user = login.user.as_deref().filter(|user| !user.is_empty());
    let user = user.ok_or(AuthError::Unfit("the login has no user name"))?;
    let secret = login.secret.as_ref().ok_or(AuthError::Unfit("the login has no password"))?;
    Ok((user, secret))
}

fn without(part: &str, separator: char, why: &'static str) -> Result<(), AuthError> {
    if part.contains(separator) { Err(AuthError::Unfit(why)) } else { Ok(()) }
}

/// `[authzid] NUL user NUL password`.
pub(super) fn plain(login: &Login) -> Result<Vec<u8>, AuthError> {
    let (user, secret) = user_and_secret(login)?;
    let authzid = login.authzid.as_deref().unwrap_or_default();
    for part in [authzid, user, secret.expose()] {
        without(part, '\0', "PLAIN cannot carry a NUL in a name or a password (RFC 4616 §2)")?;
    }
    Ok(format!("{authzid}\0{user}\0{}", secret.expose()).into_bytes())
}

/// The name, then the password; each with what may be recorded of it.
pub(super) fn login(login: &Login) -> Result<Vec<(Vec<u8>, &'static str)>, AuthError> {
    let (user, secret) = user_and_secret(login)?;
    Ok(vec![(user.into(), "(user name)"), (secret.expose().into(), MASK)])
}

/// `user=NAME ^A auth=Bearer TOKEN ^A ^A`.
pub(super) fn xoauth2(login: &Login) -> Result<Vec<u8>, AuthError> {
    let (user, secret) = token(login)?;
    Ok(format!("user={user}\x01auth=Bearer {}\x01\x01", secret.expose()).into_bytes())
}

/// `n,a=NAME, ^A host=HOST ^A port=PORT ^A auth=Bearer TOKEN ^A ^A` (RFC 7628 §3.1, §4.1).
pub(super) fn bearer(login: &Login, context: &Context) -> Result<Vec<u8>, AuthError> {
    let (user, secret) = token(login)?;
    let name = sasl_name(login.authzid.as_deref().unwrap_or(user));
    let host = &context.host;
    without(host, KV_SEPARATOR, "the server's name has control characters")?;
    let text =
        format!("n,a={name},\x01host={host}\x01port={}\x01auth=Bearer {}\x01\x01", context.port, secret.expose());
    Ok(text.into_bytes())
}

fn token(login: &Login) -> Result<(&str, &Secret), AuthError> {
    let (user, secret) = user_and_secret(login)?;
    for part in [user, secret.expose()] {
        without(part, KV_SEPARATOR, "a token message cannot carry control characters (RFC 7628 §3.1)")?;
    }
    Ok((user, secret))
}

/// RFC 5801 §4, RFC 5802 §5.1: `=` and `,` are written `=3D` and `=2C`.
pub(super) fn sasl_name(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

/// Whom to act as; empty: whoever the certificate says.
pub(super) fn external(login: &Login) -> Result<Vec<u8>, AuthError> {
    let name = login.authzid.as_deref().or(login.user.as_deref()).unwrap_or_default();
    without(name, '\0', "EXTERNAL cannot carry a NUL (RFC 4422, appendix A.2)")?;
    Ok(name.into())
}

/// A trace that tells the server's people whom to ask: at most 255 characters (RFC 4505 §2).
pub(super) fn anonymous(login: &Login) -> Result<Vec<u8>, AuthError> {
    let trace = login.user.as_deref().unwrap_or_default();
    if trace.chars().count() > 255 || trace.chars().any(char::is_control) {
        return Err(AuthError::Unfit(
            "ANONYMOUS takes at most 255 characters, none of them a control character (RFC 4505 §2)",
        ));
    }
    Ok(trace.into())
}
