//! AUTH on the server's side (RFC 4954): PLAIN, LOGIN and CRAM-MD5 of our own, SCRAM by `rsasl`, bound to TLS or not.
//!
//! There is one account. An [`Exchange`] is fed what the client sends, octets to octets; lines and base64 are the session's.
//! XOAUTH2 and OAUTHBEARER take the account's password for a token, and refuse as providers do: with a JSON text first.
//!
//! It is written for clients under test, not for strangers: `rsasl` may panic on messages that make no sense.

use std::io::Cursor;
use std::sync::Arc;

use aws_lc_rs::{digest, hmac as keyed, pbkdf2};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use md5::Md5;
use rsasl::callback::{Context, Request, SessionCallback, SessionData};
use rsasl::mechanisms::scram::properties::ScramStoredPassword;
use rsasl::mechanisms::scram::{SCRAM_SHA1, SCRAM_SHA1_PLUS, SCRAM_SHA256, SCRAM_SHA256_PLUS};
use rsasl::mechname::Mechname;
use rsasl::prelude::{
    ChannelBindingCallback, Mechanism, Registry, SASLConfig, SASLServer, Session, SessionError, State, Validation,
};
use rsasl::property::AuthId;
use rsasl::validate::{Validate, ValidationError};

/// The challenge of RFC 2195 §2: the same every time, so that an answer can be worked out by hand.
const CRAM_CHALLENGE: &[u8] = b"<1896.697170952@postoffice.reston.mci.net>";

const SALT: &[u8] = b"salt of the lab";
const ROUNDS: u32 = 4096;

/// The one account that a server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What AUTH offers, upper case.
    pub mechanisms: Vec<String>,
    /// The user.
    pub user: String,
    /// The password; the token.
    pub password: String,
    /// Whether AUTH is offered inside TLS only.
    pub in_tls_only: bool,
}

/// What comes next.
pub(super) enum Turn {
    /// 334, with this.
    Challenge(Vec<u8>),
    /// 235.
    Yes,
    /// 535.
    No,
}

pub(super) enum Exchange {
    Plain,
    LoginUser,
    LoginPassword(String),
    Cram,
    Token { bearer: bool },
    Refused,
    Scram(Box<Session<Valid, Binding>>),
    ScramOver(bool),
}

impl Exchange {
    /// `None` where the mechanism is not known here. `binding`: what the exporter of RFC 9266 gives.
    pub(super) fn begin(name: &str, account: &Account, binding: Option<Vec<u8>>) -> Option<Self> {
        Some(match name {
            "PLAIN" => Self::Plain,
            "LOGIN" => Self::LoginUser,
            "CRAM-MD5" => Self::Cram,
            "XOAUTH2" => Self::Token { bearer: false },
            "OAUTHBEARER" => Self::Token { bearer: true },
            name => Self::Scram(Box::new(scram(name, account, binding)?)),
        })
    }

    /// What is said where the client has not spoken first.
    pub(super) fn greeting(&self) -> Vec<u8> {
        match self {
            Self::LoginUser => b"Username:".to_vec(),
            Self::Cram => CRAM_CHALLENGE.to_vec(),
            _ => Vec::new(),
        }
    }

    /// What an answer leads to.
    pub(super) fn answer(&mut self, account: &Account, octets: &[u8]) -> Turn {
        let verdict = |right: bool| if right { Turn::Yes } else { Turn::No };
        match std::mem::replace(self, Self::Refused) {
            Self::Plain => verdict(octets == format!("\0{}\0{}", account.user, account.password).as_bytes()),
            Self::LoginUser => {
                *self = Self::LoginPassword(String::from_utf8_lossy(octets).into_owned());
                Turn::Challenge(b"Password:".to_vec())
            }
            Self::LoginPassword(user) => verdict(user == account.user && octets == account.password.as_bytes()),
            Self::Cram => {
                let mut mac = <Hmac<Md5> as Mac>::new_from_slice(account.password.as_bytes()).expect("any key will do");
                mac.update(CRAM_CHALLENGE);
                let right = format!("{} {}", account.user, HEXLOWER.encode(&mac.finalize().into_bytes()));
                verdict(octets == right.as_bytes())
            }
            Self::Token { bearer } => {
                let text = String::from_utf8_lossy(octets);
                let user =
                    if bearer { format!("n,a={},\x01", account.user) } else { format!("user={}\x01", account.user) };
                if text.starts_with(&user) && text.ends_with(&format!("\x01auth=Bearer {}\x01\x01", account.password)) {
                    return Turn::Yes;
                }
                Turn::Challenge(br#"{"status":"invalid_token"}"#.to_vec())
            }
            Self::Refused => Turn::No,
            Self::ScramOver(proven) => verdict(proven),
            Self::Scram(mut session) => {
                let mut out = Cursor::new(Vec::new());
                match session.step(Some(octets), &mut out) {
                    Ok(State::Running) => {
                        *self = Self::Scram(session);
                        Turn::Challenge(out.into_inner())
                    }
                    Ok(State::Finished(_)) => {
                        *self = Self::ScramOver(session.validation().is_some());
                        Turn::Challenge(out.into_inner())
                    }
                    Err(_) => Turn::No,
                }
            }
        }
    }
}

/// The keys that a server keeps in place of the password (RFC 5802 §3).
struct Stored {
    user: String,
    sha1: (Vec<u8>, Vec<u8>),
    sha256: (Vec<u8>, Vec<u8>),
}

fn stored(account: &Account) -> Stored {
    let keys = |hash: &'static digest::Algorithm, mac: keyed::Algorithm, derivation: pbkdf2::Algorithm| {
        let mut salted = vec![0; hash.output_len];
        let rounds = std::num::NonZeroU32::new(ROUNDS).expect("it is not zero");
        pbkdf2::derive(derivation, rounds, SALT, account.password.as_bytes(), &mut salted);
        let key = |text: &[u8]| keyed::sign(&keyed::Key::new(mac, &salted), text).as_ref().to_vec();
        (digest::digest(hash, &key(b"Client Key")).as_ref().to_vec(), key(b"Server Key"))
    };
    Stored {
        user: account.user.clone(),
        sha1: keys(&digest::SHA1_FOR_LEGACY_USE_ONLY, keyed::HMAC_SHA1_FOR_LEGACY_USE_ONLY, pbkdf2::PBKDF2_HMAC_SHA1),
        sha256: keys(&digest::SHA256, keyed::HMAC_SHA256, pbkdf2::PBKDF2_HMAC_SHA256),
    }
}

impl SessionCallback for Stored {
    fn callback(
        &self,
        data: &SessionData,
        context: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        if context.get_ref::<AuthId>() == Some(self.user.as_str()) {
            let sha1 = data.mechanism().mechanism.as_str().starts_with("SCRAM-SHA-1");
            let (key, server) = if sha1 { &self.sha1 } else { &self.sha256 };
            request.satisfy::<ScramStoredPassword<'_>>(&ScramStoredPassword::new(ROUNDS, SALT, key, server))?;
        }
        Ok(())
    }

    fn validate(
        &self,
        _data: &SessionData,
        _context: &Context<'_>,
        validate: &mut Validate<'_>,
    ) -> Result<(), ValidationError> {
        // It is asked only once the client's proof is right.
        validate.with::<Valid, _>(|| Ok(())).map(|_| ())
    }
}

/// The proof was right.
pub(super) struct Valid;

impl Validation for Valid {
    type Value = ();
}

/// What TLS gives to bind to.
pub(super) struct Binding(Option<Vec<u8>>);

impl ChannelBindingCallback for Binding {
    fn get_cb_data(&self, name: &str) -> Option<&[u8]> {
        self.0.as_deref().filter(|_| name == "tls-exporter")
    }
}

/// A server that offers -PLUS has to know that it does, to find out who took it from the list (RFC 5802 §6).
static ALL: [Mechanism; 4] = [SCRAM_SHA1, SCRAM_SHA1_PLUS, SCRAM_SHA256, SCRAM_SHA256_PLUS];
static UNBOUND: [Mechanism; 2] = [SCRAM_SHA1, SCRAM_SHA256];

fn scram(name: &str, account: &Account, binding: Option<Vec<u8>>) -> Option<Session<Valid, Binding>> {
    let plus = account.mechanisms.iter().any(|name| name.ends_with("-PLUS"));
    let registry = Registry::with_mechanisms(if plus { &ALL } else { &UNBOUND });
    let config = SASLConfig::builder().with_registry(registry).with_callback(stored(account)).ok()?;
    let server = SASLServer::<Valid, Binding>::with_cb(Arc::clone(&config), Binding(binding));
    server.start_suggested(Mechname::parse(name.as_bytes()).ok()?).ok()
}
