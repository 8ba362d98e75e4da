//! CRAM-MD5 (RFC 2195 §2): the password's HMAC-MD5 (RFC 2104) over the server's challenge, after the name.
//!
//! The password does not go over the wire, but whoever reads challenge and answer can try passwords at leisure; so the
//! answer counts as a secret.

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use md5::Md5;

use super::{AuthError, Secret};

/// `NAME DIGEST`, the digest in lower-case hex.
pub(super) fn cram_md5(user: &str, secret: &Secret, challenge: &[u8]) -> Result<Vec<u8>, AuthError> {
    if challenge.is_empty() {
        // The same answer every time could be played back, and a table made beforehand would do.
        return Err(AuthError::bad("the server's CRAM-MD5 challenge is empty"));
    }
    // RFC 2104 §2: a key may have any length, so this fails for none.
    let mut mac = Hmac::<Md5>::new_from_slice(secret.expose().as_bytes())
        .map_err(|_| AuthError::Unfit("the password cannot be a key"))?;
    mac.update(challenge);
    Ok(format!("{user} {}", HEXLOWER.encode(&mac.finalize().into_bytes())).into_bytes())
}
