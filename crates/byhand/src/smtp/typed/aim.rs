//! `:command`: the smtp-send line that does what was typed, ready for a shell.

use super::verb::{Verb, address, parameters};
use super::{Settings, Typed};

/// What of the session `:command` needs, kept as it happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Aim {
    helo: Option<String>,
    verb: Option<Verb>,
    from: Option<String>,
    to: Vec<String>,
    tls: bool,
    login: Option<(String, String)>,
    data: bool,
    /// Parameters that the line does not have.
    left_out: Vec<String>,
}

/// The most recipients that go into the line.
const RECIPIENTS: usize = 100;

impl Aim {
    /// A command that went out.
    pub(super) fn said(&mut self, verb: Verb, line: &str) {
        match verb {
            Verb::Ehlo | Verb::Helo | Verb::Lhlo => {
                self.helo = line.split_whitespace().nth(1).map(str::to_owned);
                self.verb = Some(verb);
            }
            Verb::Starttls => self.tls = true,
            Verb::Mail => {
                *self = Self {
                    helo: self.helo.take(),
                    verb: self.verb,
                    tls: self.tls,
                    login: self.login.take(),
                    from: Some(address(line).to_owned()),
                    ..Self::default()
                };
                self.leave_out(line);
            }
            Verb::Rcpt => {
                if self.to.len() < RECIPIENTS {
                    self.to.push(address(line).to_owned());
                }
                self.leave_out(line);
            }
            Verb::Data | Verb::Bdat => self.data = true,
            _ => {}
        }
    }

    fn leave_out(&mut self, line: &str) {
        let parameters = parameters(line);
        if !parameters.is_empty() && self.left_out.len() < RECIPIENTS {
            self.left_out.push(parameters.to_owned());
        }
    }

    /// A login that went well.
    pub(super) fn logged_in(&mut self, mechanism: &str, user: Option<&str>) {
        self.login = Some((mechanism.to_owned(), user.unwrap_or_default().to_owned()));
    }
}

/// The server as `--server` takes it.
pub(super) fn server(settings: &Settings) -> String {
    let host = settings.host.as_deref().or(settings.domain.as_deref()).unwrap_or("HOST");
    let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    format!("{host}:{}", settings.port)
}

impl Typed {
    /// The lines of `:command`.
    pub(super) fn command(&self) -> Vec<String> {
        let aim = &self.aim;
        let mut words = vec!["smtp-send".to_owned(), "--server".into(), quoted(&server(&self.settings))];
        let mut option = |name: &str, value: &str| words.extend([name.to_owned(), quoted(value)]);
        option("--ehlo", aim.helo.as_deref().unwrap_or(&self.settings.helo.to_string()));
        match aim.verb {
            Some(Verb::Lhlo) => option("--protocol", "lmtp"),
            Some(Verb::Helo) => option("--protocol", "smtp"),
            _ if self.settings.lmtp => option("--protocol", "lmtp"),
            _ => {}
        }
        let tls = match (self.settings.implicit_tls, aim.tls) {
            (true, _) => "implicit",
            (false, true) => "require",
            (false, false) => "never",
        };
        option("--tls", tls);
        if let Some((mechanism, user)) = &aim.login {
            option("--auth", mechanism);
            if !user.is_empty() {
                option("--auth-user", user);
            }
        }
        let from = aim.from.clone().or_else(|| self.settings.from.as_ref().map(ToString::to_string));
        let to: Vec<String> = match aim.to.as_slice() {
            [] => self.settings.to.iter().map(ToString::to_string).collect(),
            to => to.to_vec(),
        };
        option("--from", from.as_deref().filter(|from| !from.is_empty()).unwrap_or("<>"));
        let none = ["postmaster".to_owned()];
        for to in if to.is_empty() { &none[..] } else { &to } {
            option("--to", to);
        }
        let step = match (&aim.from, aim.to.is_empty(), aim.data) {
            (_, _, true) if self.draft.ended => None,
            (_, _, true) => Some("data"),
            (Some(_), false, false) => Some("rcpt"),
            (Some(_), true, false) => Some("mail"),
            (None, ..) if aim.tls => Some("tls"),
            (None, ..) if aim.helo.is_some() => Some("ehlo"),
            (None, ..) => Some("banner"),
        };
        let mut before = String::new();
        if let Some(step) = step {
            option("--quit-after", step);
        } else if let Some(file) = &self.draft.file {
            option("--data", file);
        } else {
            option("--data", "-");
            let lines: Vec<String> = self.draft.lines.iter().map(|line| quoted(line)).collect();
            before = format!("printf '%s\\n' {} | ", lines.join(" "));
        }
        words.push("--lockstep".into());
        let mut out = vec![format!("{before}{}", words.join(" "))];
        if self.draft.cut && step.is_none() {
            out.push("the message is too long for a line: what is above has its beginning only".into());
        }
        if !aim.left_out.is_empty() {
            out.push(format!("not in it: the parameters {}", aim.left_out.join(", ")));
        }
        out
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@%+=:,./_-".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_for_a_shell() {
        assert_eq!(quoted("a@b.test"), "a@b.test");
        assert_eq!(quoted("<>"), "'<>'");
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
