//! What a reply means, for the dim line under it: listens along and knows which command each reply answers.
//!
//! Commands may go out together; their replies come in their order (RFC 2920 §3.1). The message is a line of its own, or its
//! text up to the dot. A reply that is as hoped for has no line; nor has one that means the same as the one before it, or that
//! only follows from earlier refusals (RFC 5321 §4.1.1.4: DATA without a recipient), which is said.
//!
//! Not here: the judgement (`explain`). A guess here moves a line of a picture, and nothing else.

use std::collections::VecDeque;

use crate::explain::{self, Heard};
use crate::wire::{Said, Stage, Who};

/// So many commands may wait for their replies, and so many octets of a reply are looked at.
const WAITING: usize = 1_000;
const OCTETS: usize = 8 * 1024;

/// Listens along.
#[derive(Clone, Debug, Default)]
pub(super) struct Meanings {
    host: Option<String>,
    greeted: bool,
    waiting: VecDeque<Stage>,
    /// The text of a reply that has not ended.
    text: String,
    /// A 354 was said, and the message has not ended.
    in_message: bool,
    /// A 334 was said.
    in_login: bool,
    lmtp: bool,
    taken: usize,
    refused: usize,
    last: Option<String>,
}

impl Meanings {
    pub(super) fn at(host: Option<&str>) -> Self {
        Self { host: host.map(str::to_owned), ..Self::default() }
    }

    /// Hears a line; what it means, where it ends a reply that needs a word.
    pub(super) fn hear(&mut self, said: &Said) -> Option<String> {
        match said.who {
            Who::Note => self.note(&said.text),
            Who::Client => self.client(&said.text),
            Who::Server => return self.server(said),
        }
        None
    }

    /// Our own line about a new connection begins with the host, where that has a name.
    fn note(&mut self, text: &str) {
        let Some(place) = text.strip_suffix(" connected") else { return };
        let host = place.split_once(" [").map(|(host, _)| host.to_owned()).or_else(|| self.host.take());
        *self = Self { host, ..Self::default() };
    }

    fn client(&mut self, text: &str) {
        if self.in_message {
            let whole = text.starts_with('(') && text.ends_with(" octets)");
            if whole || text == "." {
                self.in_message = false;
                // RFC 2033 §4.2: one reply for each recipient that was taken.
                let replies = if self.lmtp { self.taken } else { 1 };
                (0..replies).for_each(|_| self.wait(Stage::Body));
            }
            return;
        }
        if std::mem::take(&mut self.in_login) {
            return self.wait(Stage::Auth);
        }
        let stage = explain::stage_of(text);
        match stage {
            Some(Stage::Ehlo) => self.lmtp = text.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("LHLO")),
            Some(Stage::Mail) => (self.taken, self.refused) = (0, 0),
            _ => {}
        }
        // A command that is unknown here has a reply all the same; what it is about matters little.
        self.wait(stage.unwrap_or(Stage::Ehlo));
    }

    fn wait(&mut self, stage: Stage) {
        if self.waiting.len() < WAITING {
            self.waiting.push_back(stage);
        }
    }

    fn server(&mut self, said: &Said) -> Option<String> {
        if self.text.len() < OCTETS {
            let line = if self.text.is_empty() { said.text.as_str() } else { said.text.get(4..).unwrap_or_default() };
            self.text.push(' ');
            self.text.push_str(line);
        }
        let code = said.code?;
        let text = std::mem::take(&mut self.text);
        let stage =
            if std::mem::replace(&mut self.greeted, true) { self.waiting.pop_front() } else { Some(Stage::Banner) };
        match (stage, code / 100) {
            (Some(Stage::Data), 3) => self.in_message = true,
            (Some(Stage::Auth), 3) => self.in_login = true,
            (Some(Stage::Rcpt), 2) => self.taken += 1,
            (Some(Stage::Rcpt), _) => self.refused += 1,
            _ => {}
        }
        let means = self.meaning(stage, code, text.trim(), said.tls)?;
        (self.last.as_ref() != Some(&means)).then(|| {
            self.last = Some(means.clone());
            means
        })
    }

    fn meaning(&self, stage: Option<Stage>, code: u16, text: &str, tls: bool) -> Option<String> {
        if code < 400 {
            let early = matches!(stage, Some(Stage::Banner | Stage::Ehlo));
            return explain::greeting(text).filter(|_| early).map(|found| found.meaning);
        }
        if stage == Some(Stage::Data) && self.taken == 0 && self.refused > 0 {
            return Some("this follows from the refusals before it".into());
        }
        let heard = Heard { stage, host: self.host.as_deref(), tls, ..explain::one_line(text) };
        Some(explain::reply(&heard).meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::Meanings;
    use crate::wire::{Said, Who};

    /// The meanings under a conversation; `S:` and `C:` lines, `N:` for a note.
    fn check(lines: &[&str], expected: &[&str]) {
        let mut meanings = Meanings::at(None);
        let mut got = Vec::new();
        for line in lines {
            let (who, text) = line.split_at(3);
            let who = match who {
                "S: " => Who::Server,
                "C: " => Who::Client,
                _ => Who::Note,
            };
            let code =
                (who == Who::Server && text.as_bytes().get(3) != Some(&b'-')).then(|| text[..3].parse().unwrap());
            let said = Said { at_ms: 0.0, who, tls: false, text: text.into(), elapsed_ms: None, code };
            got.extend(meanings.hear(&said));
        }
        assert_eq!(got, expected);
    }

    #[test]
    fn replies_to_commands_that_went_out_together() {
        check(
            &[
                "S: 220 mx.test ESMTP",
                "C: EHLO client.test",
                "S: 250-mx.test",
                "S: 250 PIPELINING",
                "C: MAIL FROM:<a@client.test>",
                "C: RCPT TO:<b@example.test>",
                "C: RCPT TO:<c@example.test>",
                "C: DATA",
                "S: 250 ok",
                "S: 550 5.1.1 no such user",
                "S: 550 5.1.1 no such user",
                "S: 554 5.5.1 no valid recipients",
            ],
            &["there is no such mailbox there", "this follows from the refusals before it"],
        );
    }

    #[test]
    fn the_message_and_its_goodbye() {
        let head = ["S: 220 mx.test", "C: DATA", "S: 354 go"];
        let tail = ["C: QUIT", "S: 554 5.7.1 message contains a virus", "S: 221 bye"];
        let expected = ["the server found malware in the message"];
        check(&[&head[..], &["C: (18 lines, 716 octets)"], &tail].concat(), &expected);
        check(&[&head[..], &["C: Subject: RCPT TO:", "C: ..", "C: ."], &tail].concat(), &expected);
    }

    #[test]
    fn a_greeting_that_a_firewall_changed() {
        let mut meanings = Meanings::at(None);
        let text = "220 ****************2****2*****0*";
        let said =
            Said { at_ms: 0.0, who: Who::Server, tls: false, text: text.into(), elapsed_ms: None, code: Some(220) };
        assert!(meanings.hear(&said).is_some_and(|text| text.contains("firewall")));
        assert_eq!(meanings.hear(&said), None);
    }
}
