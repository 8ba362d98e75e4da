//! The login: AUTH after the last EHLO and before MAIL (RFC 4954), as its [`Auth`] has it.
//!
//! 1. a mechanism is chosen from the list that counts now: inside TLS the one from inside TLS
//! 2. AUTH goes out with the initial response, where there is one and the line stays within 512 octets (RFC 4954 §4)
//! 3. each 334 is answered; one that makes no sense, or comes where all is said, is cancelled with `*`
//! 4. the reply to the last answer decides. After the 235 MAIL comes next, without EHLO or RSET
//!
//! A mechanism that the server offers and then does not know, or calls too weak (504, 534), is followed by the next; any
//! other refusal stands, since a second try at a password can lock an account. What was recorded never holds a secret: the
//! session writes [`crate::smtp::auth::MASK`] in place of its own, and takes them out of whatever the server says.

use super::{Asked, QuitAfter, Saying, Session, State, answers::turn_down, words};
use crate::smtp::auth::{
    self, AuthError, ChannelBinding, Context, Exchange, Login, MASK, Mechanism, NoMechanism, Offer, choose,
};
use crate::smtp::reply::Reply;
use crate::wire::{Fault, FindingId, Outcome, Stage, Status};

/// RFC 5321 §4.5.3.1.4, which RFC 4954 §4 keeps for AUTH with an initial response: 512 octets, CRLF included.
const LINE: usize = 512;

/// A secret under this length would be found by chance in what servers say, and make it unreadable.
const SHORTEST: usize = 4;

/// How to log in.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The mechanisms to use, in this order; empty: the strongest that is offered.
    pub mechanisms: Vec<Mechanism>,
    /// Whether nothing goes on without it.
    pub required: bool,
    /// Who, and with what.
    pub login: Login,
    /// Whether a password may go out without TLS.
    pub in_clear_allowed: bool,
    /// The server's name or address, for mechanisms that name it.
    pub host: String,
    /// Its port, for the same.
    pub port: u16,
}

/// How far the login is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    exchange: Option<Exchange>,
    /// The initial response that the AUTH line had no room for.
    withheld: Option<Vec<u8>>,
    tried: Vec<Mechanism>,
    /// Why the exchange was cancelled.
    cancelled: Option<AuthError>,
    /// The challenge of the last 334, as it came: what is recorded of it may be less.
    challenge: Option<String>,
    /// What the server said in a challenge about why it refuses.
    told: Option<String>,
    /// What may stand in no record.
    secrets: Vec<Vec<u8>>,
    pub(super) binding: Option<ChannelBinding>,
    /// The mechanism of the last AUTH that went out.
    pub(super) used: Option<Mechanism>,
}

impl Session {
    /// Chooses a mechanism and begins; goes on where there is none and none is required.
    pub(super) fn log_in(&mut self) {
        let Some(auth) = self.config.auth.clone() else { return self.after_login() };
        let list = self.current().map(|list| list.auth.clone()).unwrap_or_default();
        let offer = Offer {
            offered: &list,
            wanted: &auth.mechanisms,
            tried: &self.login.tried,
            password_allowed: self.tls || auth.in_clear_allowed,
            can_bind: self.login.binding.is_some(),
        };
        let mechanism = match choose(offer, &auth.login) {
            Ok(mechanism) => mechanism,
            Err(why) => {
                let (fault, text) = not_chosen(&why, &list, self.tls);
                return self.login_failed(Outcome::failed(Status::Permanent, Stage::Auth, fault, text));
            }
        };
        let context = Context {
            host: auth.host,
            port: auth.port,
            tls: self.tls,
            channel_binding: self.login.binding.clone(),
            plus_offered: list.iter().any(|name| name.ends_with("-PLUS")),
        };
        let (exchange, first) = match Exchange::begin(mechanism, &auth.login, &context) {
            Ok(begun) => begun,
            Err(error) => {
                let text = format!("AUTH {mechanism} was not tried: {error}");
                return self.login_failed(Outcome::failed(Status::Permanent, Stage::Auth, Fault::BadInput, text));
            }
        };
        if let Some(secret) = &auth.login.secret {
            self.keep_out(secret.expose().as_bytes());
        }
        if mechanism.sends_password() && !self.tls {
            let text = format!("the password went out in clear, by AUTH {mechanism}: whoever was on the way has it");
            self.find(FindingId::PasswordInClear, text);
        }
        let mut line = format!("AUTH {mechanism}");
        let mut shown = line.clone();
        if let Some(first) = first {
            let response = auth::encode_initial(&first);
            if line.len() + 1 + response.len() + 2 <= LINE {
                let recorded = if first.is_empty() { "=" } else { exchange.shown() };
                shown = format!("{line} {recorded}");
                line = format!("{line} {response}");
                self.keep_answer_out(&first, exchange.shown());
            } else {
                self.login.withheld = Some(first);
            }
        }
        self.login.tried.push(mechanism);
        self.login.used = Some(mechanism);
        (self.login.cancelled, self.login.told) = (None, None);
        self.login.exchange = Some(exchange);
        self.say(vec![Saying { octets: format!("{line}\r\n").into_bytes(), shown, asked: Asked::Auth }]);
    }

    /// What the server said to AUTH, to an answer of ours, or to the `*` that cancels.
    pub(super) fn auth_answered(&mut self, reply: &Reply) {
        let challenge = self.login.challenge.take().unwrap_or_default();
        if let Some(error) = self.login.cancelled.take() {
            let (status, fault) = match error {
                AuthError::Unproven(_) => (Status::Permanent, Fault::ServerUnproven),
                _ => (Status::Temporary, Fault::BadChallenge),
            };
            let outcome = Outcome::failed(status, Stage::Auth, fault, format!("the login was cancelled: {error}"));
            if reply.code == 334 {
                // It takes whatever comes next for an answer to that: nothing more can be said here.
                self.fail_with(outcome);
                self.state = State::Over;
                return;
            }
            return self.login_failed(outcome);
        }
        let mechanism = self.login.exchange.as_ref().map_or("", |exchange| exchange.mechanism().as_str());
        if reply.code == 334 {
            return self.challenged(&challenge);
        }
        if reply.is_success() {
            if reply.code != 235 {
                let text = format!("AUTH was answered {}, where 235 is due (RFC 4954 §4)", reply.code);
                self.find(FindingId::UnusualCode, text);
            }
            return match self.login.exchange.as_mut().map(Exchange::accepted) {
                Some(Err(error)) => {
                    let outcome =
                        Outcome::failed(Status::Permanent, Stage::Auth, Fault::ServerUnproven, error.to_string());
                    self.login_failed(outcome);
                }
                _ => self.after_login(),
            };
        }
        let (status, fault, word) = turn_down(reply);
        let mut text = format!("{word} in reply to AUTH {mechanism}: {}", words::quoted_reply(reply));
        if let Some(told) = self.login.told.take() {
            text += &format!("; before that it said {told}");
        }
        let outcome = Outcome {
            reply: Some(reply.to_wire(self.sent, true)),
            ..Outcome::failed(status, Stage::Auth, fault, text)
        };
        // RFC 4954 §4, §6: not this mechanism, which says nothing about the login.
        if matches!(reply.code, 504 | 534) && self.has_another() {
            self.note(format!("AUTH {mechanism} is offered, and not taken: the next mechanism is tried"));
            return self.log_in();
        }
        self.login_failed(outcome);
    }

    fn has_another(&self) -> bool {
        let (Some(auth), Some(list)) = (&self.config.auth, self.current()) else { return false };
        let offer = Offer {
            offered: &list.auth,
            wanted: &auth.mechanisms,
            tried: &self.login.tried,
            password_allowed: self.tls || auth.in_clear_allowed,
            can_bind: self.login.binding.is_some(),
        };
        choose(offer, &auth.login).is_ok()
    }

    /// Answers a 334.
    fn challenged(&mut self, challenge: &str) {
        let octets = match auth::decode_challenge(challenge) {
            Ok(octets) => octets,
            Err(error) => return self.cancel(error),
        };
        if auth::is_proof(&octets) {
            self.note("the server sends its own proof".into());
        } else if !octets.is_empty() {
            let text =
                String::from_utf8_lossy(&self.without_secrets(auth::readable(&octets).into_bytes())).into_owned();
            self.note(format!("the server's challenge: {text}"));
            if octets.starts_with(b"{") || octets.starts_with(b"e=") {
                self.login.told = Some(text);
            }
        }
        let withheld = self.login.withheld.take();
        let Some(exchange) = self.login.exchange.as_mut() else { return self.quit() };
        let (answer, shown) = match withheld {
            Some(first) => (first, MASK),
            None => match exchange.answer(&octets) {
                Ok(answer) => {
                    let shown = exchange.shown();
                    (answer, shown)
                }
                Err(error) => return self.cancel(error),
            },
        };
        self.keep_answer_out(&answer, shown);
        let octets = format!("{}\r\n", auth::encode(&answer)).into_bytes();
        self.say(vec![Saying { octets, shown: shown.into(), asked: Asked::Auth }]);
    }

    /// RFC 4954 §4: a line with a single `*`; the server answers 501.
    fn cancel(&mut self, error: AuthError) {
        self.note(format!("*** {error}"));
        self.login.cancelled = Some(error);
        self.say(vec![Saying { octets: b"*\r\n".to_vec(), shown: "*".into(), asked: Asked::Auth }]);
    }

    /// No login: the end where one is required, a finding where not. A server that posed as one that knows the password
    /// is the end in any case.
    fn login_failed(&mut self, outcome: Outcome) {
        let required = self.config.auth.as_ref().is_none_or(|auth| auth.required);
        if required || outcome.fault == Some(Fault::ServerUnproven) {
            self.fail_with(outcome);
            return self.quit();
        }
        self.note(format!("no login: {}", outcome.text));
        self.find(FindingId::NoLogin, format!("went on without a login: {}", outcome.text));
        self.after_login();
    }

    /// What comes once the login is settled.
    fn after_login(&mut self) {
        self.login.exchange = None;
        if self.quits_after(QuitAfter::Auth) {
            return self.quit();
        }
        self.begin_envelope();
    }

    fn keep_answer_out(&mut self, answer: &[u8], shown: &str) {
        if shown == MASK {
            self.keep_out(answer);
            self.keep_out(auth::encode(answer).as_bytes());
        }
    }

    /// From now on these octets stand in no record, as they are or in base64.
    fn keep_out(&mut self, secret: &[u8]) {
        for secret in [secret.to_vec(), auth::encode(secret).into_bytes()] {
            if secret.len() >= SHORTEST && !self.login.secrets.contains(&secret) {
                self.login.secrets.push(secret);
            }
        }
        // Of two that begin alike, the longer one goes first.
        self.login.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// A reply as it may be recorded: a server that repeats what it was told does not spread it, and its proof, which
    /// gives the password away to whoever guesses long enough, is not kept. The challenge stays for the exchange.
    pub(super) fn recordable(&mut self, asked: Asked, mut reply: Reply) -> Reply {
        if self.login.secrets.is_empty() && asked != Asked::Auth {
            return reply;
        }
        if asked == Asked::Auth && reply.code == 334 {
            let text: Vec<u8> = reply.lines.iter().flat_map(|line| line.octets.iter().skip(4)).copied().collect();
            let text = String::from_utf8_lossy(&text).into_owned();
            if let Some(masked) = auth::mask_proof(&text)
                && let Some(last) = reply.lines.last_mut()
            {
                last.octets = format!("334 {masked}").into_bytes();
                let last = last.clone();
                reply.lines = vec![last];
            }
            self.login.challenge = Some(text);
        }
        for line in &mut reply.lines {
            line.octets = self.without_secrets(std::mem::take(&mut line.octets));
        }
        reply
    }

    /// The same of octets that make no whole reply.
    pub(super) fn without_secrets(&self, mut octets: Vec<u8>) -> Vec<u8> {
        for secret in &self.login.secrets {
            let mut from = 0;
            while let Some(at) = octets[from..].windows(secret.len()).position(|window| window == secret.as_slice()) {
                octets.splice(from + at..from + at + secret.len(), MASK.bytes());
                from += at + MASK.len();
            }
        }
        octets
    }

    /// What was read and makes no whole reply yet, as it may be recorded.
    pub(super) fn unread(&self) -> Vec<u8> {
        self.without_secrets(self.reader.unread())
    }
}

/// Why there is no mechanism to use, for records and for people.
fn not_chosen(why: &NoMechanism, list: &[String], tls: bool) -> (Fault, String) {
    let offered = list.join(", ");
    match why {
        NoMechanism::NothingOffered => {
            let place = if tls { " inside TLS" } else { " in clear" };
            (Fault::AuthNotOffered, format!("a login is asked for, and the server does not offer AUTH{place}"))
        }
        NoMechanism::NoneInCommon => {
            let text = format!("a login is asked for, and none of what the server offers can be used: {offered}");
            (Fault::AuthNotOffered, text)
        }
        NoMechanism::TokenOnly(mechanism) => {
            let text = format!(
                "the server offers AUTH {offered}: {mechanism} takes a token in place of a password, and is used where it \
                 is named (--auth {mechanism})"
            );
            (Fault::AuthNotOffered, text)
        }
        NoMechanism::NeedsTls(mechanism) if mechanism.is_bound() => {
            (Fault::AuthNeedsTls, format!("AUTH {mechanism} needs TLS, and something of TLS to bind to"))
        }
        NoMechanism::NeedsTls(mechanism) => {
            let text = format!("AUTH {mechanism} would send the password in clear; --auth-in-clear allows it");
            (Fault::AuthNeedsTls, text)
        }
        NoMechanism::LoginLacks(mechanism) => {
            (Fault::BadInput, format!("AUTH {mechanism} needs a user name and a password"))
        }
    }
}
