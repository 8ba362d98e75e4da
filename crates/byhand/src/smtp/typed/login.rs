//! AUTH: challenges decoded, answers encoded, passwords hidden (RFC 4954).
//!
//! A bare AUTH that is typed just works. LOGIN's prompts are answered line by line; for the other mechanisms that are known
//! the name is asked for, then the password without echo, and the exchange works the answers out. What is typed for a
//! mechanism that is not known is encoded as it is. `*` cancels. `:auth` does all of it by itself. No answer is ever shown
//! or kept, and a server that says one back finds it masked.

use std::time::Duration;

use super::answer::{Wish, whole_response};
use super::verb::Verb;
use super::wire::{Asked, Due};
use super::{Busy, Mode, Out, Passed, Question, Saying, Secret, Skip, Typed};
use crate::smtp::auth::{
    self, Context, Exchange, MASK, Mechanism, NoMechanism, Offer, decode_challenge, encode, encode_initial, is_proof,
    readable,
};
use crate::smtp::reply::Reply;

/// The longest AUTH line that has its response with it: RFC 5321 §4.5.3.1.4 has 512 octets for a command.
const LINE: usize = 510;

/// What a password is asked for.
#[derive(Debug)]
enum Wanted {
    /// To begin with `:auth`.
    Begin(Mechanism, Option<String>),
    /// To answer the challenge at hand.
    Answer,
}

/// The login under way.
#[derive(Debug, Default)]
pub(super) struct Login {
    /// Secrets that were used, as they may be said back.
    pub(super) known: Vec<String>,
    /// What the AUTH line named, upper case.
    pub(super) name: String,
    /// Whether the AUTH line had a response with it.
    pub(super) initial: bool,
    /// The name, of a mechanism that is worked out here.
    user: Option<String>,
    /// The same, for as long as the login takes.
    pub(super) named: Option<String>,
    pub(super) exchange: Option<Exchange>,
    /// The exchange's first answer, where it did not go with AUTH.
    first: Option<Vec<u8>>,
    challenge: Vec<u8>,
    pub(super) challenges: usize,
    wanted: Option<Wanted>,
    /// The server's proof as it came, which nobody but the exchange may see.
    pub(super) proof: Option<String>,
    /// Whether the challenge at hand is answered with a user name.
    pub(super) takes_name: bool,
    /// Whether it was called off.
    pub(super) cancelled: bool,
    /// Whether the script has the whole login in one line already.
    pub(super) is_saved: bool,
}

impl Login {
    /// Forgets the login, but not what has to be masked.
    pub(super) fn forget(&mut self) {
        *self = Self { known: std::mem::take(&mut self.known), ..Self::default() };
    }

    /// The mechanism, where it is one that is worked out here.
    pub(super) fn mechanism(&self) -> Option<Mechanism> {
        self.name.parse().ok()
    }
}

impl Typed {
    /// The reply to AUTH, or to an answer.
    pub(super) fn login_answered(&mut self, due: &Due, reply: &Reply) {
        if due.asked == Asked::Command(Verb::Auth) && self.login.exchange.is_none() {
            let is_saved = self.login.is_saved && !self.saved.settle(reply.code == 334);
            let named = self.login.named.take();
            self.login.forget();
            let mut words = due.line.split_whitespace().skip(1);
            self.login.name = words.next().unwrap_or_default().to_ascii_uppercase();
            self.login.initial = words.next().is_some();
            self.login.named = named.filter(|_| self.login.initial);
            self.login.is_saved = is_saved;
        }
        if due.asked == Asked::Answer {
            self.state.answered(Verb::Auth, "", reply, self.now);
        }
        if reply.code == 334 {
            return self.challenged(reply);
        }
        self.mode = Mode::Command;
        let by_hand = self.login.exchange.is_none();
        let waits = !self.waiting.is_empty() && !self.settings.script;
        if reply.is_success() && reply.code != 235 {
            self.aside(format!(
                "a login that went well is answered 235 (RFC 4954 §6): this {} may be the reply to something else",
                reply.code
            ));
            self.skip = Some(Skip::Answers { told: false, why: Passed::NoChallenge });
        } else if reply.is_success() {
            // What was typed meanwhile, and is no command, may be the password once more.
            if waits {
                self.skip = Some(Skip::Answers { told: false, why: Passed::Late });
            }
            let proof = self.login.exchange.as_mut().map_or(Ok(()), Exchange::accepted);
            match proof {
                Ok(()) => {
                    self.aim.logged_in(&self.login.name, self.login.named.as_deref(), self.state.tls);
                    self.aside("logged in");
                }
                Err(error) => self.note(format!("{error}. Whoever this is need not be the server")),
            }
        } else {
            if due.line == "*" && reply.code == 501 {
                self.aside("called off: to a * this 501 is the proper reply (RFC 4954 §4)");
            } else {
                self.tell_meaning(due, reply);
            }
            // A name and a password may be on their way still: neither is a command.
            let given = self.login.challenges + usize::from(self.login.initial);
            let whole = self.login.initial && self.login.mechanism() != Some(Mechanism::Login);
            let wanted = by_hand && given < 2 && !whole;
            // A person who was refused types the password again, by habit and in the wrong place.
            if !self.login.cancelled && (wanted || !self.settings.script) {
                let why = if wanted { Passed::NoChallenge } else { Passed::Refused };
                self.skip = Some(Skip::Answers { told: false, why });
            }
        }
        self.login.forget();
    }

    /// A 334.
    fn challenged(&mut self, reply: &Reply) {
        self.login.challenges += 1;
        let text = reply.lines.last().map(|line| String::from_utf8_lossy(line.text()).into_owned()).unwrap_or_default();
        let text = self.login.proof.take().unwrap_or(text);
        let decoded = decode_challenge(&text);
        match &decoded {
            Ok(octets) if is_proof(octets) => self.aside("the server sends its own proof, which is not shown"),
            Ok(octets) if octets.is_empty() => {}
            Ok(octets) => self.aside(format!("the challenge says: {}", readable(octets))),
            Err(error) => self.aside(error.to_string()),
        }
        let octets = decoded.unwrap_or_default();
        if self.login.exchange.is_some() {
            return self.answer_by_itself(&octets);
        }
        let wanted = Wish::of(&octets);
        self.login.challenge = octets;
        let first = self.login.challenges == 1 && !self.login.initial;
        // Hidden is whatever is not clearly a user name, or nothing at all.
        let hidden = match self.login.mechanism() {
            Some(Mechanism::Login) => !first || wanted != Wish::Name,
            // The answer to the error that a token met is no secret.
            Some(Mechanism::XOAuth2 | Mechanism::OAuthBearer | Mechanism::External | Mechanism::Anonymous) => {
                wanted == Wish::Secret
            }
            Some(_) => !first || wanted == Wish::Secret,
            None => true,
        };
        self.login.takes_name = !hidden;
        if self.works_out() {
            self.aside("type the user name; the password comes next. * cancels");
        } else {
            self.aside("what you type is sent in base64; * cancels");
        }
        if !self.state.tls {
            self.aside("this connection is not encrypted: whoever reads it reads the login");
        }
        self.mode = Mode::Answer { hidden: hidden.then(|| "password (not shown)".into()) };
    }

    /// Whether the answers are worked out from a name and a password.
    pub(super) fn works_out(&self) -> bool {
        self.login.challenges == 1
            && !self.login.initial
            && self.login.takes_name
            && self.login.mechanism().is_some_and(|mechanism| mechanism.needs_secret() && mechanism != Mechanism::Login)
    }

    /// A line in answer to a challenge.
    pub(super) fn answer_line(&mut self, line: &str) {
        let Mode::Answer { hidden } = &self.mode else { return };
        let hidden = hidden.clone();
        if line == "*" {
            return self.cancel_login();
        }
        if line.trim().eq_ignore_ascii_case(":secret") && (hidden.is_none() || self.settings.script) {
            self.login.wanted = Some(Wanted::Answer);
            return self.outbox.push_back(Out::AskSecret(self.secret_label(self.login.mechanism())));
        }
        if hidden.is_none() && matches!(line.trim(), ":help" | ":why") {
            return self
                .aside("the server waits for an answer to its challenge; what you type is sent in base64, * cancels");
        }
        if self.is_first_answer() && whole_response(line).is_some() {
            return self.answer(line, false);
        }
        if hidden.is_none() && self.works_out() && self.login.user.is_none() {
            self.login.user = Some(line.to_owned());
            self.login.named = Some(line.to_owned());
            self.save_answer(Some(line));
            self.mode = Mode::Answer { hidden: Some(self.secret_label(self.login.mechanism())) };
            return;
        }
        let shown = hidden.is_none() && (self.login.challenges == 1 || line.is_empty());
        self.answer(line, shown);
    }

    /// Whether nothing of the login went out but the mechanism.
    fn is_first_answer(&self) -> bool {
        self.login.challenges == 1 && !self.login.initial && self.login.user.is_none()
    }

    fn secret_label(&self, mechanism: Option<Mechanism>) -> String {
        let what = if mechanism.is_some_and(Mechanism::takes_token) { "token" } else { "password" };
        match &self.login.user {
            Some(user) => format!("{what} of {}", user.chars().filter(|c| !c.is_control()).collect::<String>()),
            None => format!("{what} (not shown)"),
        }
    }

    /// Into the script: the answer itself, or that it is asked for.
    pub(super) fn save_answer(&mut self, answer: Option<&str>) {
        if !self.login.is_saved {
            match answer {
                Some(text) if super::wire::mask(text) == text && !text.starts_with(":secret") => self.saved.line(text),
                _ => self.saved.line(":secret"),
            }
        }
    }

    /// Answers with what was typed. `open`: it is no secret.
    fn answer(&mut self, text: &str, open: bool) {
        if let Some(octets) = whole_response(text).filter(|_| self.is_first_answer()) {
            return self.answer_whole(text, &octets);
        }
        if !open {
            self.login.know(text);
            // CRAM-MD5 and SCRAM do not send it; of a mechanism that is not known here that is not known either.
            if self.login.mechanism().is_none_or(Mechanism::sends_password) && !self.may_send_password() {
                return self.trouble(super::lines::IN_CLEAR);
            }
        }
        self.save_answer(open.then_some(text));
        self.saved.in_clear |= !open && !self.state.tls && self.login.mechanism().is_none_or(Mechanism::sends_password);
        if open && self.login.mechanism() == Some(Mechanism::Login) {
            self.login.named = Some(text.to_owned());
        }
        match (self.login.mechanism(), self.login.user.take()) {
            (Some(mechanism), Some(user)) => {
                let challenge = std::mem::take(&mut self.login.challenge);
                match self.exchange(mechanism, Some(user), Some(Secret::new(text.to_owned()))) {
                    Ok((exchange, first)) => {
                        self.login.exchange = Some(exchange);
                        self.login.first = first;
                        self.answer_by_itself(&challenge);
                    }
                    Err(error) => {
                        self.aside(error.to_string());
                        self.cancel_login();
                    }
                }
            }
            _ => self.send_answer(text.as_bytes(), MASK),
        }
    }

    /// Lets the exchange answer.
    fn answer_by_itself(&mut self, challenge: &[u8]) {
        let answer = match (self.login.first.take(), self.login.exchange.as_mut()) {
            (Some(first), _) => Ok((first, MASK)),
            (None, Some(exchange)) => exchange.answer(challenge).map(|octets| (octets, exchange.shown())),
            (None, None) => return self.cancel_login(),
        };
        match answer {
            Ok((octets, shown)) => self.send_answer(&octets, shown),
            Err(error) => {
                self.aside(error.to_string());
                self.cancel_login();
            }
        }
    }

    pub(super) fn send_answer(&mut self, octets: &[u8], shown: &str) {
        let line = encode(octets);
        if shown == MASK {
            self.login.know(&line);
        }
        self.mode = Mode::Command;
        self.answers_with(&line, shown);
    }

    fn answers_with(&mut self, line: &str, shown: &str) {
        let line_for = if line == "*" { "*" } else { "AUTH" };
        let due = Due { asked: Asked::Answer, line: line_for.into() };
        let saying =
            Saying { octets: format!("{line}\r\n").into_bytes(), shown: vec![shown.to_owned()], due: vec![due] };
        self.outbox.push_back(Out::Send(saying));
    }

    /// RFC 4954 §4: a line with a single `*` calls it off.
    pub(super) fn cancel_login(&mut self) {
        if !self.login.is_saved && matches!(self.mode, Mode::Answer { .. }) {
            self.saved.line("*");
        }
        self.mode = Mode::Command;
        self.login.cancelled = true;
        self.answers_with("*", "*");
    }

    /// `:auth`.
    pub(super) fn auth(&mut self, mechanism: Option<&str>, user: Option<String>) {
        if !self.has_connection() {
            return;
        }
        let user = user.or_else(|| self.settings.user.clone());
        let mechanism = match mechanism.map(str::parse::<Mechanism>) {
            Some(Ok(mechanism)) => mechanism,
            Some(Err(error)) => return self.trouble(&error.to_string()),
            None => match self.strongest() {
                Ok(mechanism) => mechanism,
                Err(text) => return self.trouble(&text),
            },
        };
        if mechanism.needs_secret() && user.is_none() {
            return self.trouble(&format!(":auth wants a user name: :auth {mechanism} USER"));
        }
        if self.state.capabilities.is_some()
            && !self.state.mechanisms().iter().any(|name| name.eq_ignore_ascii_case(mechanism.as_str()))
        {
            self.aside(format!("{mechanism} is not among what the server offers; it is tried all the same"));
        }
        if mechanism.sends_password() && !self.state.tls && !self.settings.auth_in_clear {
            if self.settings.script {
                return self.trouble("a password is not sent without TLS, unless --auth-in-clear says so");
            }
            self.aside(format!(
                "this connection is not encrypted, and {mechanism} sends the password: whoever reads it has it. :yes logs in all \
                 the same"
            ));
            self.question = Some(Question::Login(mechanism, user));
            return;
        }
        self.ask_login(mechanism, user);
    }

    fn strongest(&self) -> Result<Mechanism, String> {
        let offer = Offer {
            offered: self.state.mechanisms(),
            wanted: &[],
            tried: &[],
            password_allowed: true,
            can_bind: false,
        };
        let login = auth::Login {
            user: Some(String::new()),
            secret: Some(Secret::new(String::new())),
            ..auth::Login::default()
        };
        auth::choose(offer, &login).map_err(|why| match why {
            NoMechanism::NothingOffered if self.state.can_start_tls() => {
                "AUTH is not offered here; it may be after STARTTLS".into()
            }
            NoMechanism::NothingOffered => {
                "AUTH is not offered here; :auth MECHANISM USER tries it all the same".into()
            }
            NoMechanism::TokenOnly(mechanism) => format!("{mechanism} takes a token: name it, :auth {mechanism} USER"),
            _ => format!("name one of those that are offered: {}", self.state.mechanisms().join(", ")),
        })
    }

    /// Asks for the password, where one is needed, and begins.
    pub(super) fn ask_login(&mut self, mechanism: Mechanism, user: Option<String>) {
        self.saved.in_clear |= !self.state.tls && mechanism.sends_password();
        self.saved.line(format!(":auth {mechanism} {}", user.as_deref().unwrap_or_default()).trim_end());
        if mechanism.needs_secret() {
            self.login.user.clone_from(&user);
            let label = self.secret_label(Some(mechanism));
            if !self.waiting.is_empty() {
                // The password may have been pasted behind it.
                self.skip = Some(Skip::Answers { told: false, why: Passed::Late });
            }
            self.login.wanted = Some(Wanted::Begin(mechanism, user));
            self.outbox.push_back(Out::AskSecret(label));
        } else {
            self.begin_login(mechanism, user, None);
        }
    }

    fn exchange(
        &self,
        mechanism: Mechanism,
        user: Option<String>,
        secret: Option<Secret>,
    ) -> Result<(Exchange, Option<Vec<u8>>), auth::AuthError> {
        let login = auth::Login { user, authzid: None, secret };
        let context = Context {
            host: self.settings.host.clone().unwrap_or_default(),
            port: self.settings.port,
            tls: self.state.tls,
            plus_offered: self.state.mechanisms().iter().any(|name| name.ends_with("-PLUS")),
            ..Context::default()
        };
        Exchange::begin(mechanism, &login, &context)
    }

    fn begin_login(&mut self, mechanism: Mechanism, user: Option<String>, secret: Option<Secret>) {
        if let Some(secret) = &secret {
            self.login.know(secret.expose());
        }
        match self.exchange(mechanism, user.clone(), secret) {
            Err(error) => self.trouble(&error.to_string()),
            Ok((exchange, first)) => {
                self.login.forget();
                self.login.is_saved = true;
                self.login.named = user;
                self.login.name = mechanism.as_str().into();
                self.login.exchange = Some(exchange);
                let line = match &first {
                    Some(first) => format!("AUTH {mechanism} {}", encode_initial(first)),
                    None => format!("AUTH {mechanism}"),
                };
                if line.len() > LINE {
                    self.login.first = first;
                    return self.send(format!("AUTH {mechanism}\r\n").into_bytes(), false);
                }
                self.login.learn(&line);
                self.send(format!("{line}\r\n").into_bytes(), false);
            }
        }
    }

    /// So many lines came behind the password that was asked for.
    pub fn not_taken(&mut self, lines: usize) {
        if lines > 0 {
            let lines = super::lines::count(lines, "line behind the password is", "lines behind the password are");
            self.aside(format!("{lines} neither taken nor sent"));
        }
    }

    /// The password that was asked for; `None`: there is none.
    pub fn secret(&mut self, at: Duration, secret: Option<Secret>) {
        self.now = at;
        if self.busy != Some(Busy::Asking) {
            // A password at the prompt for one.
            if let (Mode::Answer { hidden: Some(_) }, Some(secret)) = (&self.mode, secret) {
                self.answer(secret.expose(), false);
            }
            return self.go_on();
        }
        self.busy = None;
        match (self.login.wanted.take(), secret) {
            (Some(Wanted::Begin(mechanism, user)), Some(secret)) => self.begin_login(mechanism, user, Some(secret)),
            (Some(Wanted::Answer), Some(secret)) => self.answer(secret.expose(), false),
            (wanted, _) => {
                if matches!(wanted, Some(Wanted::Answer)) {
                    self.cancel_login();
                }
                self.login.user = None;
                self.trouble("no password was given");
            }
        }
        self.go_on();
    }
}
