//! Secrets that were used in a session, as they may be said back: taken out of whatever is shown or saved.
//!
//! A server may repeat a line that it did not understand, and a person may type a password once more in the wrong place. Not
//! here: what an AUTH line looks like (`smtp::auth`), and the course of a login (`login`).

use super::login::Login;
use crate::smtp::auth::{self, MASK, Mechanism, decode_challenge};

/// Shorter ones are not looked for in what the server says: too much else would be masked.
const SHORTEST: usize = 4;

/// The most secrets that are looked for.
const KNOWN: usize = 64;

impl Login {
    /// Takes the secrets out of a text.
    pub(super) fn masked(&self, mut text: String) -> String {
        for secret in &self.known {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        text
    }

    /// From now on it is masked, as it stands and in base64.
    pub(super) fn know(&mut self, secret: &str) {
        self.know_as_it_is(&auth::encode(secret.as_bytes()));
        self.know_as_it_is(secret);
    }

    fn know_as_it_is(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && !self.known.iter().any(|known| known == secret) {
            if self.known.len() == KNOWN {
                self.known.remove(0);
            }
            self.known.push(secret.to_owned());
            // A password that is part of another, such as a response, must not break it up.
            self.known.sort_by_key(|known| std::cmp::Reverse(known.len()));
        }
    }

    /// Takes note of the secrets in an AUTH line with its response.
    pub(super) fn learn(&mut self, line: &str) {
        let masked = super::wire::mask(line);
        let mut words = line.split_whitespace().skip(1);
        let names = matches!(
            words.next().map(str::parse),
            Some(Ok(Mechanism::Login | Mechanism::External | Mechanism::Anonymous))
        );
        // A user name is no secret, and stands in other lines as well. One with a NUL is no name.
        if names && words.next().is_some_and(|word| decode_challenge(word).is_ok_and(|name| !name.contains(&0))) {
            return;
        }
        for word in line.split_whitespace().filter(|word| !masked.contains(word)) {
            self.know(word);
            if let Ok(octets) = decode_challenge(word) {
                // PLAIN's password stands last, a token behind its blank.
                let text = String::from_utf8_lossy(&octets);
                let last = text.trim_end_matches('\x01').rsplit(['\0', '\x01', ' ']).next().unwrap_or_default();
                self.know(last);
            }
        }
    }
}
