//! The usual next line. Whoever takes each of them gets a whole message across: EHLO, STARTTLS where it is offered, MAIL,
//! RCPT, DATA, headers, an empty line, a text, the dot, QUIT. AUTH is only among them when the server asked for it.
//!
//! Without addresses of the user's own there are two that every domain has to have: the postmaster here, and there
//! (RFC 5321 §4.5.1).

use super::complete::View;
use super::state::State;
use super::verb::Verb;
use super::{Prompt, Settings};
use crate::smtp::auth::Mechanism;

impl View {
    /// See [`Typed::hint`](super::Typed::hint).
    #[must_use]
    pub fn hint(&self, line: &str) -> Option<String> {
        let next = match self.prompt {
            Prompt::Command if super::verb::is_ours(line) => None,
            Prompt::Command => self.next_command(),
            Prompt::Data => self.next_text(),
            _ => return None,
        };
        if line.is_empty() {
            return next.filter(|next| !next.is_empty());
        }
        let others = match self.prompt {
            Prompt::Command => self.usual(),
            _ => Vec::new(),
        };
        next.into_iter().chain(others).find_map(|usual| {
            let (head, rest) = usual.split_at_checked(line.len())?;
            (head.eq_ignore_ascii_case(line) && !rest.is_empty()).then(|| rest.to_owned())
        })
    }

    /// Other lines that are taken up once they are begun.
    fn usual(&self) -> Vec<String> {
        let mut lines = vec![self.hello(), self.mail(), self.rcpt().unwrap_or_else(|| "RCPT TO:<".into())];
        lines.extend(["DATA", "RSET", "NOOP", "QUIT", "STARTTLS"].map(str::to_owned));
        lines.extend(super::grammar::ENTRIES.iter().map(|entry| format!(":{}", entry.word)));
        lines
    }

    fn hello(&self) -> String {
        let verb = match (self.settings.lmtp, self.state.ehlo_refused) {
            (true, _) => "LHLO",
            (false, true) => "HELO",
            (false, false) => "EHLO",
        };
        format!("{verb} {}", self.settings.helo)
    }

    fn mail(&self) -> String {
        format!("MAIL FROM:<{}>", sender(&self.settings))
    }

    /// The next recipient that was not named yet.
    fn rcpt(&self) -> Option<String> {
        let proposed = recipients(&self.settings);
        let next = proposed.iter().find(|to| !self.state.named.iter().any(|named| named.eq_ignore_ascii_case(to)))?;
        Some(format!("RCPT TO:<{next}>"))
    }

    fn next_command(&self) -> Option<String> {
        let state = &self.state;
        if !state.up || !state.greeted {
            return None;
        }
        Some(if state.hello.is_none() {
            self.hello()
        } else if state.can_start_tls() {
            "STARTTLS".into()
        } else if state.wants_login && !state.login_refused && !state.mechanisms().is_empty() {
            format!("AUTH {}", usual_mechanism(state))
        } else if state.sent.is_some() || state.mail_refused || state.data_refused {
            "QUIT".into()
        } else if state.mail.is_none() {
            self.mail()
        } else if let Some(rcpt) = self.rcpt() {
            rcpt
        } else if state.recipients.is_empty() {
            "QUIT".into()
        } else {
            "DATA".into()
        })
    }

    /// The next line of the message; `None` where an empty line is next.
    fn next_text(&self) -> Option<String> {
        let state = &self.state;
        if state.in_body {
            return Some(if state.body_lines == 0 { "This is a test." } else { "." }.into());
        }
        let from = match state.mail.as_deref() {
            None | Some("") => postmaster_here(&self.settings),
            Some(from) => from.to_owned(),
        };
        let to: Vec<String> = state.recipients.iter().map(|to| format!("<{}>", self.whole(to))).collect();
        let headers = [
            ("From", format!("<{from}>")),
            ("To", to.join(", ")),
            ("Subject", "Test".into()),
            ("Date", self.settings.date.clone()),
            ("Message-ID", self.settings.message_id.clone()),
        ];
        let next = headers
            .iter()
            .find(|(name, value)| !value.is_empty() && !state.headers.contains(&name.to_ascii_lowercase()))?;
        Some(format!("{}: {}", next.0, next.1))
    }
}

impl View {
    /// An address as a header has it: <postmaster> alone is one in RCPT TO only (RFC 5321 §4.1.1.3, RFC 5322 §3.4.1).
    fn whole(&self, address: &str) -> String {
        if address.contains('@') { address.to_owned() } else { at_the_host(&self.settings, address) }
    }
}

/// The same with the domain, or the host, behind it.
pub(super) fn at_the_host(settings: &Settings, local: &str) -> String {
    let host = settings.domain.as_ref().or(settings.host.as_ref());
    let host = host.map_or_else(
        || settings.helo.to_string(),
        |host| host.parse().map_or_else(|_| host.clone(), crate::mailbox::literal),
    );
    format!("{local}@{host}")
}

/// The one that is easiest by hand, of those that are offered: PLAIN, then whatever is known, the strongest first.
fn usual_mechanism(state: &State) -> String {
    let offered = |mechanism: &Mechanism| {
        !mechanism.is_bound()
            && mechanism.needs_secret()
            && state.mechanisms().iter().any(|name| name == mechanism.as_str())
    };
    let mut order = vec![Mechanism::Plain];
    order.extend(Mechanism::ALL);
    order.into_iter().find(offered).map_or_else(|| state.mechanisms()[0].clone(), |mechanism| mechanism.to_string())
}

fn postmaster_here(settings: &Settings) -> String {
    format!("postmaster@{}", settings.helo)
}

fn sender(settings: &Settings) -> String {
    settings.from.as_ref().map_or_else(|| postmaster_here(settings), ToString::to_string)
}

fn recipients(settings: &Settings) -> Vec<String> {
    match (settings.to.as_slice(), &settings.domain) {
        ([], Some(domain)) => vec![format!("postmaster@{domain}")],
        ([], None) => vec!["postmaster".into()],
        (to, _) => to.iter().map(ToString::to_string).collect(),
    }
}

impl View {
    /// What stands behind a candidate of Tab that the server should not take now: that it is too early, not offered, or done.
    /// EHLO, RSET, VRFY and EXPN may be said at any time (RFC 5321 §4.1.4).
    #[must_use]
    pub fn mark(&self, candidate: &str) -> &'static str {
        let state = &self.state;
        let at_any_time = ["EHLO ", "HELO ", "LHLO ", "RSET", "VRFY ", "EXPN "].contains(&candidate);
        let verb = matches!(self.prompt, Prompt::Command) && self.verbs().contains(&candidate);
        if !verb || at_any_time || self.now().contains(&candidate) {
            return "";
        }
        let needs = match candidate.trim_end() {
            "AUTH" if state.logged_in => return " (done)",
            "STARTTLS" if state.tls => return " (done)",
            "BDAT" => "CHUNKING",
            verb @ ("STARTTLS" | "AUTH" | "ETRN") => verb,
            _ => return " (not yet)",
        };
        match state.hello {
            Some(_) if !state.offers(needs) => " (not offered)",
            Some(_) if needs == "ETRN" => "",
            _ => " (not yet)",
        }
    }

    /// Verbs that the server should take now, the usual one first.
    fn now(&self) -> Vec<&'static str> {
        let state = &self.state;
        let hello = if self.settings.lmtp { "LHLO " } else { "EHLO " };
        let mut now: Vec<&'static str> = match (state.hello, &state.mail, state.recipients.is_empty()) {
            (None, ..) => vec![hello, "HELO "],
            (Some(_), None, _) => vec!["MAIL FROM:<", "VRFY ", "EXPN "],
            (Some(_), Some(_), true) => vec!["RCPT TO:<", "RSET"],
            (Some(_), Some(_), false) => vec!["RCPT TO:<", "DATA", "RSET"],
        };
        if state.can_start_tls() {
            now.insert(0, "STARTTLS");
        }
        if !state.mechanisms().is_empty() && !state.logged_in && state.mail.is_none() {
            now.push("AUTH ");
        }
        if state.hello.is_some_and(|hello| hello != Verb::Helo)
            && state.offers("CHUNKING")
            && !state.recipients.is_empty()
        {
            now.push("BDAT ");
        }
        now.extend(["NOOP", "HELP", "QUIT"]);
        now
    }

    /// The same, then those that it should not take.
    pub(super) fn verbs(&self) -> Vec<&'static str> {
        let hello = if self.settings.lmtp { "LHLO " } else { "EHLO " };
        let mut now = self.now();
        let all = [
            hello,
            "MAIL FROM:<",
            "RCPT TO:<",
            "DATA",
            "RSET",
            "STARTTLS",
            "AUTH ",
            "VRFY ",
            "EXPN ",
            "BDAT ",
            "ETRN ",
        ];
        for verb in all {
            if !now.contains(&verb) {
                now.push(verb);
            }
        }
        now
    }
}
