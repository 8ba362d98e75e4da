//! SCRAM-SHA-1 and SCRAM-SHA-256, bound to TLS or not (RFC 5802, RFC 7677).
//!
//! Three messages: a name and a nonce; a proof made of the password, the server's salt and both nonces; and the server's
//! own proof, which is checked. An iteration count below the 4,096 that RFC 5802 §5.1 asks for, which would make the
//! password cheap to guess from the proof, is refused, and one that would keep this machine busy is too.
//!
//! The server's own proof lets whoever has the whole conversation guess passwords at leisure, as the client's does; so the
//! session records neither.

use std::num::NonZeroU32;

use aws_lc_rs::{constant_time, digest, hmac, pbkdf2, rand};
use data_encoding::BASE64;

use super::simple::{sasl_name, user_and_secret};
use super::{AuthError, ChannelBinding, Context, Login, Mechanism};

/// RFC 5802 §5.1, RFC 7677 §4: servers should announce no less.
const FEWEST_ROUNDS: u32 = 4096;
/// Well beyond what servers ask for, and still less than some seconds of work.
const MOST_ROUNDS: u32 = 2_000_000;

/// The algorithms of one mechanism.
#[derive(Clone, Copy)]
struct Hash {
    digest: &'static digest::Algorithm,
    hmac: hmac::Algorithm,
    pbkdf2: pbkdf2::Algorithm,
}

impl Hash {
    fn of(mechanism: Mechanism) -> Self {
        match mechanism {
            Mechanism::ScramSha1 | Mechanism::ScramSha1Plus => Self {
                digest: &digest::SHA1_FOR_LEGACY_USE_ONLY,
                hmac: hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                pbkdf2: pbkdf2::PBKDF2_HMAC_SHA1,
            },
            _ => Self { digest: &digest::SHA256, hmac: hmac::HMAC_SHA256, pbkdf2: pbkdf2::PBKDF2_HMAC_SHA256 },
        }
    }

    fn sign(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(self.hmac, key), text).as_ref().to_vec()
    }
}

enum State {
    /// The server's first message is due.
    First { password: String },
    /// The server's proof is due: this one.
    Final { proof: Vec<u8> },
    /// The server proved that it knows the password.
    Proven,
    /// The server said in its last message why not; its reply decides.
    Refused,
    /// Something was wrong.
    Broken,
}

/// One exchange.
pub(super) struct Scram {
    hash: Hash,
    nonce: String,
    /// The header of RFC 5801 §4, and behind it what binds to TLS.
    binding: Vec<u8>,
    /// The first message without that header.
    bare: String,
    state: State,
}

impl Scram {
    /// The exchange and its first message.
    pub(super) fn begin(mechanism: Mechanism, login: &Login, context: &Context) -> Result<(Self, Vec<u8>), AuthError> {
        let mut octets = [0; 18];
        rand::fill(&mut octets).map_err(|_| AuthError::Unfit("the system gives no random numbers"))?;
        // Base64 has no comma, so it is a nonce as it is (RFC 5802 §5.1).
        Self::with_nonce(mechanism, login, context, BASE64.encode(&octets))
    }

    pub(super) fn with_nonce(
        mechanism: Mechanism,
        login: &Login,
        context: &Context,
        nonce: String,
    ) -> Result<(Self, Vec<u8>), AuthError> {
        let (user, secret) = user_and_secret(login)?;
        let user = prepared(user, "the user name has characters that SCRAM does not allow (RFC 4013 §2)")?;
        let password =
            prepared(secret.expose(), "the password has characters that SCRAM does not allow (RFC 4013 §2)")?;
        let (flag, data) = match &context.channel_binding {
            Some(ChannelBinding { kind, data }) if mechanism.is_bound() => (format!("p={kind}"), data.as_slice()),
            None if mechanism.is_bound() => return Err(AuthError::Unfit("there is no TLS to bind to")),
            // RFC 5802 §6: y says that we could and that the server seems not to.
            Some(_) if !context.plus_offered => ("y".into(), &b""[..]),
            _ => ("n".into(), &b""[..]),
        };
        let authzid = login.authzid.as_deref().map(|name| format!("a={}", sasl_name(name))).unwrap_or_default();
        let header = format!("{flag},{authzid},");
        let bare = format!("n={},r={nonce}", sasl_name(&user));
        let first = format!("{header}{bare}").into_bytes();
        let binding = [header.as_bytes(), data].concat();
        Ok((Self { hash: Hash::of(mechanism), nonce, binding, bare, state: State::First { password } }, first))
    }

    pub(super) fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, AuthError> {
        let text =
            std::str::from_utf8(challenge).map_err(|_| AuthError::bad("the server's SCRAM message is not UTF-8"))?;
        match std::mem::replace(&mut self.state, State::Broken) {
            State::First { password } => self.prove(text, &password),
            State::Final { proof } => self.check(text, &proof),
            State::Proven | State::Refused | State::Broken => {
                Err(AuthError::bad("the server asks for more than SCRAM has"))
            }
        }
    }

    /// `r=NONCE,s=SALT,i=ROUNDS` (RFC 5802 §5.1).
    fn prove(&mut self, server: &str, password: &str) -> Result<Vec<u8>, AuthError> {
        let mut parts = server.split(',');
        let mut part = |name: &str| parts.next().and_then(|part| part.strip_prefix(name));
        let (Some(nonce), Some(salt), Some(rounds)) = (part("r="), part("s="), part("i=")) else {
            return Err(AuthError::bad("the server's SCRAM message is not r=, s= and i= (RFC 5802 §5.1)"));
        };
        // RFC 5802 §5: ours has to be in front, or somebody else was asked; and the server has to add its own.
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(AuthError::bad("the server's SCRAM nonce does not begin with ours (RFC 5802 §5.1)"));
        }
        let salt = BASE64.decode(salt.as_bytes()).ok().filter(|salt| !salt.is_empty());
        let salt = salt.ok_or_else(|| AuthError::bad("the server's SCRAM salt is not base64, or empty"))?;
        let rounds: u32 = rounds.parse().map_err(|_| AuthError::bad("the server's iteration count is no number"))?;
        if rounds < FEWEST_ROUNDS {
            return Err(AuthError::bad(format!(
                "the server wants {rounds} iterations: under {FEWEST_ROUNDS} the password could be guessed from the answer \
                 (RFC 5802 §5.1)"
            )));
        }
        let Some(count) = NonZeroU32::new(rounds).filter(|_| rounds <= MOST_ROUNDS) else {
            return Err(AuthError::bad(format!(
                "the server wants {rounds} iterations: {MOST_ROUNDS} are the most here"
            )));
        };
        let mut salted = vec![0; self.hash.digest.output_len];
        pbkdf2::derive(self.hash.pbkdf2, count, &salt, password.as_bytes(), &mut salted);
        let client_key = self.hash.sign(&salted, b"Client Key");
        let stored_key = digest::digest(self.hash.digest, &client_key);
        let server_key = self.hash.sign(&salted, b"Server Key");
        let unproven = format!("c={},r={nonce}", BASE64.encode(&self.binding));
        let whole = format!("{},{server},{unproven}", self.bare);
        let signature = self.hash.sign(stored_key.as_ref(), whole.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(signature).map(|(key, sign)| key ^ sign).collect();
        self.state = State::Final { proof: self.hash.sign(&server_key, whole.as_bytes()) };
        Ok(format!("{unproven},p={}", BASE64.encode(&proof)).into_bytes())
    }

    /// `v=PROOF` or `e=WHY` (RFC 5802 §5.1, §7).
    fn check(&mut self, server: &str, proof: &[u8]) -> Result<Vec<u8>, AuthError> {
        let first = server.split(',').next().unwrap_or_default();
        if first.starts_with("e=") {
            self.state = State::Refused;
            return Ok(Vec::new());
        }
        let Some(theirs) = first.strip_prefix("v=") else {
            return Err(AuthError::bad("the server's last SCRAM message is neither v= nor e= (RFC 5802 §5.1)"));
        };
        let theirs = BASE64.decode(theirs.as_bytes()).unwrap_or_default();
        if constant_time::verify_slices_are_equal(&theirs, proof).is_err() {
            return Err(AuthError::Unproven("its signature is wrong (RFC 5802 §5.1)"));
        }
        self.state = State::Proven;
        Ok(Vec::new())
    }

    pub(super) fn accepted(&self) -> Result<(), AuthError> {
        match self.state {
            State::Proven => Ok(()),
            _ => Err(AuthError::Unproven("it said yes without its signature (RFC 5802 §5)")),
        }
    }
}

/// RFC 5802 §2.2, §5.1: SASLprep (RFC 4013).
fn prepared(text: &str, why: &'static str) -> Result<String, AuthError> {
    match stringprep::saslprep(text) {
        Ok(text) if !text.is_empty() => Ok(text.into_owned()),
        _ => Err(AuthError::Unfit(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::Scram;
    use crate::smtp::auth::{AuthError, ChannelBinding, Context, Login, Mechanism, Secret};

    fn login(user: &str, secret: &str) -> Login {
        Login { user: Some(user.into()), authzid: None, secret: Some(Secret::new(secret.into())) }
    }

    fn begin(mechanism: Mechanism, context: &Context, nonce: &str) -> (Scram, String) {
        let (scram, first) = Scram::with_nonce(mechanism, &login("user", "pencil"), context, nonce.into()).unwrap();
        (scram, String::from_utf8(first).unwrap())
    }

    /// The whole exchange, as an RFC prints it.
    #[track_caller]
    fn check(mechanism: Mechanism, nonce: &str, lines: [&str; 4]) {
        let (mut scram, first) = begin(mechanism, &Context::default(), nonce);
        assert_eq!(first, lines[0]);
        assert_eq!(String::from_utf8(scram.answer(lines[1].as_bytes()).unwrap()).unwrap(), lines[2]);
        assert!(scram.accepted().is_err(), "before its proof");
        assert_eq!(scram.answer(lines[3].as_bytes()).unwrap(), b"");
        assert_eq!(scram.accepted(), Ok(()));
        assert!(scram.answer(b"").is_err());
    }

    #[test]
    fn the_example_of_rfc_5802_5() {
        check(
            Mechanism::ScramSha1,
            "fyko+d2lbbFgONRv9qkxdawL",
            [
                "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            ],
        );
    }

    #[test]
    fn the_example_of_rfc_7677_3() {
        check(
            Mechanism::ScramSha256,
            "rOprNGfwEbeRWgbNEkqO",
            [
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            ],
        );
    }

    #[test]
    fn a_server_that_cannot_prove_itself() {
        let first = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        // One letter of the RFC's own proof is another.
        for proof in ["v=rmF9pqV8S7suAoZWja4dJRkFsKR=", "v=", "v=AAAA", "v=!"] {
            let (mut scram, _) = begin(Mechanism::ScramSha1, &Context::default(), "fyko+d2lbbFgONRv9qkxdawL");
            scram.answer(first).unwrap();
            assert!(matches!(scram.answer(proof.as_bytes()), Err(AuthError::Unproven(_))), "{proof}");
            assert!(scram.accepted().is_err());
        }
        let (mut scram, _) = begin(Mechanism::ScramSha1, &Context::default(), "fyko+d2lbbFgONRv9qkxdawL");
        scram.answer(first).unwrap();
        assert_eq!(scram.answer(b"e=invalid-proof"), Ok(Vec::new()));
        assert!(scram.accepted().is_err());
    }

    #[test]
    fn first_messages_that_are_refused() {
        for server in [
            "",
            "r",
            "r=n",
            "r=nx,,",
            "r=nx,s=QSXCR+Q6sek8bf92",
            "m=x,r=nx,s=QSXCR+Q6sek8bf92,i=4096",
            "r=other,s=QSXCR+Q6sek8bf92,i=4096",
            "r=n,s=QSXCR+Q6sek8bf92,i=4096",
            "r=nx,s=,i=4096",
            "r=nx,s=?,i=4096",
            "r=nx,s=QSXCR+Q6sek8bf92,i=many",
            "r=nx,s=QSXCR+Q6sek8bf92,i=0",
            "r=nx,s=QSXCR+Q6sek8bf92,i=1",
            "r=nx,s=QSXCR+Q6sek8bf92,i=4000000000",
            "r=nx,s=QSXCR+Q6sek8bf92,i=99999999999999",
        ] {
            let (mut scram, _) = begin(Mechanism::ScramSha256, &Context::default(), "n");
            assert!(matches!(scram.answer(server.as_bytes()), Err(AuthError::BadChallenge(_))), "{server}");
            assert!(scram.answer(b"r=nx,s=QSXCR+Q6sek8bf92,i=4096").is_err(), "an error is the end");
        }
    }

    #[test]
    fn what_is_said_about_binding() {
        let binding = ChannelBinding { kind: "tls-exporter", data: vec![1, 2, 3] };
        let bound = Context { channel_binding: Some(binding), plus_offered: true, ..Context::default() };
        let (mut scram, first) = begin(Mechanism::ScramSha256Plus, &bound, "n");
        assert_eq!(first, "p=tls-exporter,,n=user,r=n");
        let answer = String::from_utf8(scram.answer(b"r=nx,s=QSXCR+Q6sek8bf92,i=4096").unwrap()).unwrap();
        // base64 of `p=tls-exporter,,` and the octets 1, 2, 3.
        assert!(answer.starts_with("c=cD10bHMtZXhwb3J0ZXIsLAECAw==,r=nx,p="), "{answer}");
        assert_eq!(begin(Mechanism::ScramSha256, &bound, "n").1, "n,,n=user,r=n");
        let not_offered = Context { plus_offered: false, ..bound };
        assert_eq!(begin(Mechanism::ScramSha256, &not_offered, "n").1, "y,,n=user,r=n");
        let clear = Context::default();
        assert!(Scram::begin(Mechanism::ScramSha1Plus, &login("user", "pencil"), &clear).is_err());
    }

    #[test]
    fn names_are_prepared_and_escaped() {
        // RFC 4013 §3: soft hyphen is mapped to nothing, ROMAN NUMERAL NINE becomes IX; BEL is prohibited.
        let first = |user: &str| {
            let with = Login { authzid: Some("a,b=c".into()), ..login(user, "pencil") };
            Scram::with_nonce(Mechanism::ScramSha1, &with, &Context::default(), "n".into())
                .map(|(_, first)| String::from_utf8(first).unwrap())
        };
        assert_eq!(first("I\u{ad}X").unwrap(), "n,a=a=2Cb=3Dc,n=IX,r=n");
        assert_eq!(first("\u{2168}").unwrap(), "n,a=a=2Cb=3Dc,n=IX,r=n");
        assert!(first("\u{7}").is_err());
        assert!(Scram::begin(Mechanism::ScramSha1, &login("user", "\u{7}"), &Context::default()).is_err());
    }
}
