//! `:command`: the smtp-send line that does what was typed, ready for a shell.

use super::verb::{Verb, address, parameters};
use super::{Settings, Typed};
use crate::smtp::auth::Mechanism;
use crate::smtp::parameter::{Envid, Notify, Parameter, from_xtext};

/// What of the session `:command` needs, kept as it happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Aim {
    helo: Option<String>,
    verb: Option<Verb>,
    from: Option<String>,
    to: Vec<String>,
    tls: bool,
    /// Mechanism, user, and whether the password went out in clear.
    login: Option<(String, String, bool)>,
    data: bool,
    /// The parameters of MAIL, and of each recipient.
    mail: Vec<String>,
    rcpt: Vec<Vec<String>>,
    /// Whether DSN was offered when the sender was named: elsewhere its options send nothing.
    dsn: bool,
    /// Messages before this one.
    earlier: usize,
}

/// The most recipients that go into the line.
const RECIPIENTS: usize = 100;

impl Aim {
    /// A command that went out. `dsn`: whether DSN is offered.
    pub(super) fn said(&mut self, verb: Verb, line: &str, dsn: bool) {
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
                    mail: words(line),
                    dsn,
                    earlier: self.earlier + usize::from(self.data),
                    ..Self::default()
                };
            }
            Verb::Rcpt if self.to.len() < RECIPIENTS => {
                self.to.push(address(line).to_owned());
                self.rcpt.push(words(line));
            }
            Verb::Data | Verb::Bdat => self.data = true,
            _ => {}
        }
    }

    /// A login that went well.
    pub(super) fn logged_in(&mut self, mechanism: &str, user: Option<&str>, tls: bool) {
        let in_clear = !tls && mechanism.parse().is_ok_and(Mechanism::sends_password);
        self.login = Some((mechanism.to_owned(), user.unwrap_or_default().to_owned(), in_clear));
    }
}

/// The parameters behind the address.
fn words(line: &str) -> Vec<String> {
    parameters(line).split_whitespace().map(str::to_owned).collect()
}

/// The options for the parameters of MAIL and RCPT, and those that no option has.
fn extras(aim: &Aim) -> (Vec<[String; 2]>, Vec<String>) {
    let (mut options, mut left_out) = (Vec::new(), Vec::new());
    let mut add = |parameter: &str, of: &str| match of_dsn(parameter).filter(|_| aim.dsn) {
        Some(option) => options.push(option),
        None if parameter.parse::<Parameter>().is_ok() => options.push([of.into(), parameter.into()]),
        None => left_out.push(parameter.to_owned()),
    };
    aim.mail.iter().for_each(|parameter| add(parameter, "--mail-parameter"));
    // The options are for every recipient.
    let shared = |parameter: &&String| aim.rcpt.iter().all(|of| of.contains(parameter));
    aim.rcpt.first().into_iter().flatten().filter(shared).for_each(|parameter| add(parameter, "--rcpt-parameter"));
    for (to, of) in aim.to.iter().zip(&aim.rcpt) {
        left_out.extend(of.iter().filter(|one| !shared(one)).map(|one| format!("{one} of <{to}>")));
    }
    (options, left_out)
}

/// The option for a parameter of RFC 3461, where its value is one that the option writes in the same way.
fn of_dsn(parameter: &str) -> Option<[String; 2]> {
    let (keyword, value) = parameter.split_once('=')?;
    let option = |name: &str, value: String| Some([name.to_owned(), value]);
    match keyword.to_ascii_uppercase().as_str() {
        "RET" if ["FULL", "HDRS"].contains(&value) => option("--ret", value.to_ascii_lowercase()),
        "ENVID" => {
            let text = from_xtext(value).filter(|text| !text.starts_with('-') && text.parse::<Envid>().is_ok())?;
            option("--envid", text)
        }
        "NOTIFY" => {
            let notify = value.parse::<Notify>().ok().filter(|notify| notify.to_string() == value)?;
            option("--notify", notify.to_string().to_ascii_lowercase())
        }
        _ => None,
    }
}

/// The server as `--server` takes it.
pub(super) fn server(settings: &Settings) -> String {
    let host = settings.host.as_deref().or(settings.domain.as_deref()).unwrap_or("HOST");
    let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    format!("{host}:{}", settings.port)
}

/// The line that runs a saved session.
pub(super) fn script(settings: &Settings) -> String {
    let mut words = vec!["smtp-send --server".to_owned(), quoted(&server(settings))];
    words.extend(settings.options.iter().map(|option| quoted(option)));
    match (settings.lmtp, settings.implicit_tls) {
        (true, _) => words.push("--protocol lmtp".into()),
        (false, true) => words.push("--tls implicit".into()),
        (false, false) => {}
    }
    words.push("--script FILE".into());
    words.join(" ")
}

/// An address as `--to` takes it: that of the postmaster alone (RFC 5321 §4.1.1.3) gets its host.
fn whole(settings: &Settings, address: &str) -> String {
    if address.contains('@') {
        return address.to_owned();
    }
    let local = if address.is_empty() { "postmaster" } else { address };
    super::hint::at_the_host(settings, local)
}

impl Typed {
    /// The lines of `:command`.
    pub(super) fn command(&self) -> Vec<String> {
        let aim = &self.aim;
        let mut words = vec!["smtp-send".to_owned(), "--server".into(), quoted(&server(&self.settings))];
        words.extend(self.settings.options.iter().map(|option| quoted(option)));
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
        if let Some((mechanism, user, _)) = &aim.login {
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
        // Without one nothing runs; it is not said where it ends before RCPT.
        let none = [String::new()];
        for to in if to.is_empty() { &none[..] } else { &to } {
            option("--to", &whole(&self.settings, to));
        }
        let (extras, left_out) = extras(aim);
        extras.iter().for_each(|[name, value]| option(name, value));
        let step = match (&aim.from, aim.to.is_empty(), aim.data) {
            (_, _, true) if self.draft.ended => None,
            (_, _, true) => Some("data"),
            (Some(_), false, false) => Some("rcpt"),
            (Some(_), true, false) => Some("mail"),
            (None, ..) if aim.login.is_some() => Some("auth"),
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
        if aim.login.as_ref().is_some_and(|(.., in_clear)| *in_clear) {
            words.push("--auth-in-clear".into());
        }
        words.push("--lockstep".into());
        let mut out = vec![format!("{before}{}", words.join(" "))];
        if aim.login.as_ref().is_some_and(|(_, user, _)| !user.is_empty()) {
            out.push("the password is not in it: BYHAND_AUTH_PASSWORD or --auth-password-file gives it, else it is asked for".into());
        }
        if self.draft.cut && step.is_none() {
            out.push("the message is too long for a line: what is above has its beginning only".into());
        }
        if !left_out.is_empty() {
            out.push(format!("not in it: {}", left_out.join(", ")));
        }
        if aim.earlier > 0 {
            let count = super::lines::count(aim.earlier, "message", "messages");
            out.push(format!("this is the last message alone; {count} of this session came before it"));
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
