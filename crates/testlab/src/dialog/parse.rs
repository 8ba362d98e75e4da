//! Reads dialog files; every error names file and line.
//!
//! The grammar stands in the parent module. Nothing is guessed: an unknown word is an error, since a step that was
//! silently passed over would make a test that cannot fail.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use super::{Client, Dialog, Handshake, HandshakeOutcome, Step};
use crate::pki::Cert;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

impl std::error::Error for ParseError {}

impl Dialog {
    /// Reads a dialog from a file.
    ///
    /// # Errors
    /// The file cannot be read or does not follow the grammar.
    pub fn load(path: &Path) -> Result<Self, ParseError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ParseError {
            file: file.clone(),
            line: 0,
            text: error.to_string(),
        })?;
        Self::parse(&file, &text)
    }

    /// Reads a dialog from its text; `file` is for messages, and names the dialog.
    ///
    /// # Errors
    /// The text does not follow the grammar.
    pub fn parse(file: &str, text: &str) -> Result<Self, ParseError> {
        let name = Path::new(file).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let mut dialog =
            Self { name, title: String::new(), expect: BTreeMap::new(), client: Client::default(), steps: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let at = index + 1;
            read_line(&mut dialog, at, line).map_err(|text| ParseError { file: file.to_owned(), line: at, text })?;
        }
        let whole = |text: &str| ParseError { file: file.to_owned(), line: 0, text: text.to_owned() };
        if dialog.title.is_empty() {
            return Err(whole("no title"));
        }
        if dialog.steps.is_empty() {
            return Err(whole("no steps"));
        }
        Ok(dialog)
    }
}

/// Reads every `*.smtp` of a folder, in the order of their names.
///
/// # Errors
/// The folder or a file cannot be read, or a file does not follow the grammar.
pub fn load_dir(folder: &Path) -> Result<Vec<Dialog>, ParseError> {
    let fail =
        |error: std::io::Error| ParseError { file: folder.display().to_string(), line: 0, text: error.to_string() };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.extension().is_some_and(|ending| ending == "smtp") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Dialog::load(path)).collect()
}

fn read_line(dialog: &mut Dialog, at: usize, line: &str) -> Result<(), String> {
    if line.trim().is_empty() || line.starts_with('#') {
        return Ok(());
    }
    if let Some((head, value)) = line.split_once(':').filter(|(head, _)| matches!(*head, "title" | "expect" | "client"))
    {
        if !dialog.steps.is_empty() {
            return Err(format!("`{head}:` belongs before the first step"));
        }
        return match head {
            "title" => {
                dialog.title = value.trim().to_owned();
                Ok(())
            }
            "expect" => read_expect(&mut dialog.expect, value),
            _ => read_client(&mut dialog.client, value),
        };
    }
    dialog.steps.push((at, read_step(line)?));
    Ok(())
}

fn read_expect(expect: &mut BTreeMap<String, String>, value: &str) -> Result<(), String> {
    for word in value.split_whitespace() {
        let (key, value) = key_value(word)?;
        if expect.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(format!("`{key}` stands twice"));
        }
    }
    Ok(())
}

fn read_client(client: &mut Client, value: &str) -> Result<(), String> {
    for word in value.split_whitespace() {
        let (key, value) = key_value(word)?;
        match key {
            "tls" => client.tls = Some(one_of(value, &["auto", "require", "implicit", "never"])?),
            "from" => client.from = Some(value.to_owned()),
            "rcpt" => client.rcpt.push(value.to_owned()),
            "protocol" => client.protocol = Some(value.to_owned()),
            "send" => client.send = Some(value.to_owned()),
            "ehlo" => client.ehlo = Some(value.to_owned()),
            "timeout" => client.timeout = Some(duration(value)?),
            "greeting-timeout" => client.greeting_timeout = Some(duration(value)?),
            "auth" => client.auth = Some(value.to_owned()),
            "auth-optional" => (client.auth, client.auth_optional) = (Some(value.to_owned()), true),
            "auth-in-clear" => client.auth_in_clear = one_of(value, &["yes", "no"])? == "yes",
            _ => return Err(format!("the client has no option `{key}`")),
        }
    }
    Ok(())
}

fn read_step(line: &str) -> Result<Step, String> {
    if let Some(rest) = line.strip_prefix("S:") {
        // One blank belongs to the notation, all further ones to the server.
        let text = rest.strip_prefix(' ').unwrap_or(rest);
        return Ok(Step::Send([text.as_bytes(), b"\r\n"].concat()));
    }
    if let Some(rest) = line.strip_prefix("S>") {
        return Ok(Step::Send(unescape(rest.strip_prefix(' ').unwrap_or(rest))?));
    }
    if let Some(rest) = line.strip_prefix("C:") {
        return Ok(Step::Hear(rest.strip_prefix(' ').unwrap_or(rest).to_owned()));
    }
    let (word, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    let step = match word {
        "TLS" => return read_tls(rest).map(Step::Tls),
        "WAIT" => return duration(rest.trim()).map(Step::Wait),
        "SPLIT" => {
            let octets = rest.trim().parse().map_err(|_| format!("SPLIT wants a number, not `{rest}`"))?;
            return Ok(Step::Split(octets));
        }
        "FLOOD" if !rest.is_empty() => return unescape(rest).map(Step::Flood),
        "PUSH" => Step::Push,
        "CLOSE" => Step::Close,
        "CUT" => Step::Cut,
        "RESET" => Step::Reset,
        "HANG" => Step::Hang,
        "SERVE" => Step::Serve,
        "ANY" => Step::Any,
        _ => return Err(format!("`{line}` is no step")),
    };
    if rest.trim().is_empty() { Ok(step) } else { Err(format!("`{word}` takes nothing after it")) }
}

fn read_tls(rest: &str) -> Result<Handshake, String> {
    let mut handshake = Handshake::default();
    for word in rest.split_whitespace() {
        match key_value(word)? {
            ("cert", value) => handshake.cert = Cert::from_str(value)?,
            ("outcome", "good") => handshake.outcome = HandshakeOutcome::Good,
            ("outcome", "alert") => handshake.outcome = HandshakeOutcome::Alert,
            ("outcome", "plain") => handshake.outcome = HandshakeOutcome::Plain,
            ("outcome", "close") => handshake.outcome = HandshakeOutcome::Close,
            _ => return Err(format!("`{word}` is nothing that TLS takes")),
        }
    }
    Ok(handshake)
}

fn key_value(word: &str) -> Result<(&str, &str), String> {
    word.split_once('=')
        .filter(|(key, value)| !key.is_empty() && !value.is_empty())
        .ok_or_else(|| format!("`{word}` is not key=value"))
}

fn one_of(value: &str, words: &[&str]) -> Result<String, String> {
    if words.contains(&value) {
        Ok(value.to_owned())
    } else {
        Err(format!("`{value}` is none of {}", words.join(", ")))
    }
}

/// `250ms`, `6s`, `5m`.
fn duration(text: &str) -> Result<Duration, String> {
    let fail = || format!("`{text}` is no time such as 250ms, 6s or 5m");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| fail())?;
    match &text[digits.len()..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err(fail()),
    }
}

/// Resolves `\r \n \t \0 \\ \xHH`; everything else stands for itself.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'\\' {
            octets.push(octet);
            continue;
        }
        octets.push(match rest.next() {
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'0') => 0,
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digit = |octet: Option<u8>| octet.and_then(|octet| char::from(octet).to_digit(16));
                match (digit(rest.next()), digit(rest.next())) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or(u8::MAX),
                    _ => return Err("`\\x` wants two hexadecimal digits".to_owned()),
                }
            }
            _ => return Err("an unknown escape; known are \\r \\n \\t \\0 \\\\ \\xHH".to_owned()),
        });
    }
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title: t\n";

    fn steps(text: &str) -> Vec<(usize, Step)> {
        match Dialog::parse("dir/x.smtp", &format!("{HEAD}{text}")) {
            Ok(dialog) => dialog.steps,
            Err(error) => panic!("{error}"),
        }
    }

    fn error(text: &str) -> String {
        match Dialog::parse("dir/x.smtp", text) {
            Ok(dialog) => panic!("read as {dialog:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_head_is_kept_word_by_word() {
        let text = "# a note\ntitle:  two words \nexpect: status=ok findings=a,b\nexpect: stage=mail\n\
                    client: tls=require from=<> rcpt=a@x.test rcpt=b@x.test timeout=5s\n\nS: 220 x\n";
        let dialog = Dialog::parse("dir/name.smtp", text).expect("it follows the grammar");
        assert_eq!(dialog.name, "name");
        assert_eq!(dialog.title, "two words");
        assert_eq!(dialog.expect.get("status").map(String::as_str), Some("ok"));
        assert_eq!(dialog.expect.get("findings").map(String::as_str), Some("a,b"));
        assert_eq!(dialog.expect.get("stage").map(String::as_str), Some("mail"));
        assert_eq!(dialog.client.tls.as_deref(), Some("require"));
        assert_eq!(dialog.client.from.as_deref(), Some("<>"));
        assert_eq!(dialog.client.rcpt, ["a@x.test", "b@x.test"]);
        assert_eq!(dialog.client.timeout, Some(Duration::from_secs(5)));
        assert_eq!(dialog.steps, [(7, Step::Send(b"220 x\r\n".to_vec()))]);
    }

    #[test]
    fn every_step_is_read() {
        let text = "S: 250 \nS:220\nS> a\\r\\n\\x00\\xFf\\\\\nC: EHLO *\nTLS\nTLS cert=expired outcome=alert\nWAIT 250ms\n\
                    WAIT 5m\nSPLIT 1\nPUSH\nCLOSE\nCUT\nRESET\nHANG\nFLOOD 250-x\\r\\n\nSERVE\nANY\n";
        let alert = Handshake { cert: Cert::Expired, outcome: HandshakeOutcome::Alert };
        let want = [
            Step::Send(b"250 \r\n".to_vec()),
            Step::Send(b"220\r\n".to_vec()),
            Step::Send(b"a\r\n\0\xff\\".to_vec()),
            Step::Hear("EHLO *".to_owned()),
            Step::Tls(Handshake::default()),
            Step::Tls(alert),
            Step::Wait(Duration::from_millis(250)),
            Step::Wait(Duration::from_secs(300)),
            Step::Split(1),
            Step::Push,
            Step::Close,
            Step::Cut,
            Step::Reset,
            Step::Hang,
            Step::Flood(b"250-x\r\n".to_vec()),
            Step::Serve,
            Step::Any,
        ];
        assert_eq!(steps(text), want.into_iter().enumerate().map(|(i, s)| (i + 2, s)).collect::<Vec<_>>());
    }

    #[test]
    fn errors_name_file_and_line() {
        assert_eq!(error("title: t\nS: 220\nBOGUS\n"), "dir/x.smtp:3: `BOGUS` is no step");
        assert_eq!(error("title: t\nWAIT 6\n"), "dir/x.smtp:2: `6` is no time such as 250ms, 6s or 5m");
        assert_eq!(error("title: t\nS> \\xg0\n"), "dir/x.smtp:2: `\\x` wants two hexadecimal digits");
        assert_eq!(error("title: t\nclient: to=x\n"), "dir/x.smtp:2: the client has no option `to`");
        assert_eq!(error("title: t\nexpect: a=1 a=2\n"), "dir/x.smtp:2: `a` stands twice");
        assert_eq!(error("title: t\nS: 1\ntitle: u\n"), "dir/x.smtp:3: `title:` belongs before the first step");
        assert_eq!(error("title: t\nCLOSE now\n"), "dir/x.smtp:2: `CLOSE` takes nothing after it");
        assert_eq!(error("S: 220\n"), "dir/x.smtp:0: no title");
        assert_eq!(error("title: t\n"), "dir/x.smtp:0: no steps");
    }
}
