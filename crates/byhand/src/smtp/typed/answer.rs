//! What may be the answer to a challenge, or gives one away: whole responses in a name's place, what is typed before the
//! challenge is there, and the proofs of servers.
//!
//! PLAIN's response is typed whole by whoever follows a tutorial, in base64 or as the shell has it (`\0user\0password`). It
//! goes out as it is, and is a secret. Not here: the course of a login (`login`), and mechanisms (`smtp::auth`).

use super::network::Awaited;
use super::verb::Verb;
use super::wire::{Asked, Due};
use super::{Out, Typed};
use crate::smtp::auth::{MASK, Mechanism, decode_challenge, mask_proof};
use crate::smtp::reply::Reply;
use crate::smtp::session::quoted;

/// What a challenge asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Name,
    Secret,
    /// It does not say.
    Unclear,
}

impl Wish {
    pub(super) fn of(challenge: &[u8]) -> Self {
        const SECRETS: [&str; 8] = ["pass", "pwd", "pin", "code", "secret", "token", "key", "otp"];
        let text = String::from_utf8_lossy(challenge).to_ascii_lowercase();
        if SECRETS.iter().any(|word| text.contains(word)) {
            Self::Secret
        } else if text.contains("user") || text.contains("name") {
            Self::Name
        } else {
            Self::Unclear
        }
    }
}

/// The octets of a line that is a whole response and no user name: base64 with NULs in it, or text with `\0` as the shell
/// has it. RFC 4616 §2: two NULs stand between the identities and the password.
pub(super) fn whole_response(line: &str) -> Option<Vec<u8>> {
    let nuls = |octets: &Vec<u8>| octets.iter().filter(|&&b| b == 0).count() == 2;
    if let Some(octets) = decode_challenge(line).ok().filter(nuls) {
        return Some(octets);
    }
    // The longest escape first: a shell reads up to three digits.
    let text = line.replace("\\x00", "\0").replace("\\000", "\0").replace("\\0", "\0");
    Some(text.into_bytes()).filter(nuls)
}

/// Whether a line, perhaps not typed to its end, is going to be a whole response.
pub(super) fn looks_whole(line: &str) -> bool {
    let line = line.trim();
    let groups = line.get(..line.len() / 4 * 4).unwrap_or_default();
    let nul = ["\0", "\\0", "\\x00"].iter().any(|nul| line.contains(nul));
    nul || decode_challenge(groups).is_ok_and(|octets| octets.contains(&0))
}

impl Typed {
    /// A reply as it may be shown: the proof of a server, from which the password can be guessed at leisure, is kept for the
    /// exchange alone.
    pub(super) fn without_proof(&mut self, reply: &Reply, awaited: Option<&Awaited>) -> Reply {
        let mut reply = reply.clone();
        let asked = awaited.map(|awaited| &awaited.due.asked);
        if reply.code == 334
            && let Some(last) = reply.lines.last_mut()
        {
            let text = String::from_utf8_lossy(last.text()).into_owned();
            if let Some(masked) = mask_proof(&text) {
                last.octets = format!("334 {masked}").into_bytes();
                reply.lines = vec![last.clone()];
                let due = matches!(asked, Some(Asked::Answer | Asked::Command(Verb::Auth)));
                self.login.proof = due.then_some(text);
            }
        }
        reply
    }

    /// What came and is no whole reply, quoted; of a proof, no more than its code.
    pub(super) fn unread(&self) -> String {
        let came = self.reader.unread();
        let text = String::from_utf8_lossy(&came);
        match text.get(4..).filter(|_| text.starts_with("334")).and_then(mask_proof) {
            Some(masked) => quoted(format!("334 {masked}").as_bytes()),
            None => quoted(&came),
        }
    }

    /// Whether AUTH, or an answer, is on its way, or waits for its turn: what is typed meanwhile may be a password. Where the
    /// answers are worked out nothing of it is typed.
    pub(super) fn login_is_pending(&self) -> bool {
        /// An AUTH further behind than that is not next.
        const NEAR: usize = 256;
        if self.settings.script || self.impatient || self.login.exchange.is_some() {
            return false;
        }
        self.login_is_due() || self.waiting.iter().take(NEAR).any(|line| Verb::of(line) == Verb::Auth)
    }

    /// Whether a reply to AUTH, or to an answer, is due, or will be.
    fn login_is_due(&self) -> bool {
        let login = |due: &Due| due.is_login();
        self.awaiting.iter().any(|awaited| login(&awaited.due))
            || self.outbox.iter().any(|out| matches!(out, Out::Send(saying) if saying.due.iter().any(login)))
    }

    /// Whether a login that is worked out here is under way: it may be refused, and its password typed once more.
    pub(super) fn login_is_under_way(&self) -> bool {
        !self.settings.script && self.login.exchange.is_some() && self.login_is_due()
    }

    /// Whether a password may go out as things are: a person sees what is encrypted, a script has to be told.
    pub(super) fn may_send_password(&self) -> bool {
        !self.settings.script || self.state.tls || self.settings.auth_in_clear
    }

    /// Answers with the whole response of PLAIN, which was typed in place of a user name.
    pub(super) fn answer_whole(&mut self, text: &str, octets: &[u8]) {
        self.login.know(text);
        let whole = String::from_utf8_lossy(octets).into_owned();
        let mut parts = whole.splitn(3, '\0');
        let (to_act_as, user, password) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
        self.login.know(password.unwrap_or_default());
        // A script types the name, and has the password from elsewhere: that makes the same response.
        let works_out = self.works_out() && self.login.mechanism() == Some(Mechanism::Plain);
        if works_out && to_act_as == Some("") && !user.is_empty() && !user.chars().any(char::is_control) {
            self.save_answer(Some(user));
            self.login.named = Some(user.to_owned());
        }
        if !self.may_send_password() {
            return self.trouble(super::lines::IN_CLEAR);
        }
        self.save_answer(None);
        self.saved.in_clear |= !self.state.tls;
        self.aside("that is a whole response, with its password in it: it is sent as it is");
        self.send_answer(octets, MASK);
    }
}

#[cfg(test)]
mod tests {
    use super::{Wish, looks_whole, whole_response};

    #[test]
    fn whole_responses() {
        // The example of RFC 4954 §4.1 for PLAIN, in base64 and as the shell has it.
        let expected = Some(b"test\0test\x001234".to_vec());
        for line in ["dGVzdAB0ZXN0ADEyMzQ=", "test\\0test\\01234", "test\\000test\\0001234", "test\\x00test\\x001234"] {
            assert_eq!(whole_response(line), expected, "{line}");
            assert!(looks_whole(line) && looks_whole(&line[..line.len() - 3]), "{line}");
        }
        for line in ["", "test", "dGVzdA==", "user@example.org", "DOMAIN\\user", "a\\0b"] {
            assert_eq!(whole_response(line), None, "{line}");
        }
        assert!(!looks_whole("user@example.org") && !looks_whole("DOMAIN\\user"));
    }

    #[test]
    fn what_challenges_ask_for() {
        for (challenge, wish) in [
            ("Username:", Wish::Name),
            ("User Name\0", Wish::Name),
            ("Password:", Wish::Secret),
            ("Enter your PIN code", Wish::Secret),
            ("", Wish::Unclear),
            ("<1896.697170952@postoffice.reston.mci.net>", Wish::Unclear),
        ] {
            assert_eq!(Wish::of(challenge.as_bytes()), wish, "{challenge}");
        }
    }
}
