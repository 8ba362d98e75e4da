//! The lines that are ours: those that begin with a colon, read into values.
//!
//! Everything else is a raw line and goes to the server as it was typed; it is not looked at here. A word behind the colon
//! that is not known is never sent: the nearest one that is gets named. Scripts have the same grammar.

use std::path::PathBuf;
use std::time::Duration;

use super::pattern::Pattern;

/// One of our own commands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Local {
    Help(Option<String>),
    /// `now`: without saying STARTTLS first.
    Tls {
        now: bool,
    },
    Auth {
        mechanism: Option<String>,
        user: Option<String>,
    },
    Message(PathBuf),
    Data,
    Group,
    End,
    Raw(Vec<u8>),
    Sleep(Duration),
    /// A code to explain in place of the last reply.
    Explain(Option<String>),
    Why,
    Timing,
    Save(PathBuf),
    Command,
    Quit,
    Reconnect,
    Yes,
    No,
    Expect(Pattern),
    On(Pattern, String),
    Undo,
    Secret,
}

impl Local {
    /// Whether it says something to the server.
    pub(super) fn talks(&self) -> bool {
        matches!(self, Self::Raw(_) | Self::Group | Self::Tls { .. } | Self::Auth { .. } | Self::Message(_))
    }

    /// Whether somebody wants to be told something, and nothing else.
    pub(super) fn only_asks(&self) -> bool {
        matches!(
            self,
            Self::Help(_) | Self::Why | Self::Explain(_) | Self::Timing | Self::Data | Self::Command | Self::Undo
        )
    }
}

/// A command as help and completion have it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) word: &'static str,
    pub(super) arguments: &'static str,
    pub(super) about: &'static str,
}

const fn entry(word: &'static str, arguments: &'static str, about: &'static str) -> Entry {
    Entry { word, arguments, about }
}

/// All of them, in the order of help.
pub(super) const ENTRIES: &[Entry] = &[
    entry("help", "[TOPIC]", "this list, or more about one of: smtp, data, auth, tls, script, :WORD"),
    entry("why", "", "where the session stands, and what the server should take now"),
    entry("explain", "[REPLY]", "what the last reply means, or one from elsewhere"),
    entry("timing", "", "how long each reply took"),
    entry("tls", "[now]", "STARTTLS and the handshake; with now, the handshake at once"),
    entry("auth", "[MECHANISM [USER]]", "log in; the password is asked for and not shown"),
    entry("message", "FILE", "DATA, then the message in that file"),
    entry("data", "", "the message of this session as it was sent"),
    entry("group", "", "collect lines until :end, and send them in one write"),
    entry("end", "", "send the group"),
    entry("raw", "OCTETS", "send exactly these octets, without a line end; knows \\r \\n \\t \\0 \\\\ and \\xHH"),
    entry("sleep", "TIME", "wait: 5s, 500ms, 2m"),
    entry("expect", "PATTERN", "check the last reply: 250, 5xx, 4.7.*, \"text\", 250|251, closed"),
    entry("on", "PATTERN LINE", "do LINE if the last reply is like that"),
    entry("secret", "", "answer a challenge with a password that is asked for"),
    entry("save", "FILE", "write this session as a script, without passwords"),
    entry("command", "", "the smtp-send line that does the same"),
    entry("undo", "", "what can be done about a line that is already sent"),
    entry("reconnect", "", "close the connection and make a new one"),
    entry("yes", "", "yes, where something is asked"),
    entry("no", "", "no, where something is asked"),
    entry("quit", "", "say QUIT and leave"),
];

/// Reads a line that begins with a colon.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn parse(line: &str) -> Result<Local, String> {
    let inner = line.strip_prefix(':').unwrap_or(line);
    let (word, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let lower = word.to_ascii_lowercase();
    let argument = rest.trim();
    let text = || (!argument.is_empty()).then(|| argument.to_owned());
    let needed = |what: &str| text().ok_or_else(|| format!(":{lower} wants {what}"));
    let none = |local: Local| match text() {
        None => Ok(local),
        Some(_) => Err(format!(":{lower} stands alone on its line")),
    };
    match lower.as_str() {
        "help" | "?" => Ok(Local::Help(text())),
        "tls" => match argument {
            "" => Ok(Local::Tls { now: false }),
            "now" => Ok(Local::Tls { now: true }),
            _ => Err(":tls stands alone, or with now".into()),
        },
        "auth" => {
            let mut words = argument.splitn(2, char::is_whitespace);
            let mut word = || words.next().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
            Ok(Local::Auth { mechanism: word(), user: word() })
        }
        "message" => Ok(Local::Message(needed("a file")?.into())),
        "data" => none(Local::Data),
        "group" => none(Local::Group),
        "end" => none(Local::End),
        // What follows the one blank is the octets: blanks among them count.
        "raw" if rest.is_empty() => Err(":raw wants octets, such as NOOP\\r\\n".into()),
        "raw" => octets(rest).map(Local::Raw),
        "sleep" => duration(&needed("a time, such as 5s")?).map(Local::Sleep),
        "explain" => Ok(Local::Explain(text())),
        "why" => none(Local::Why),
        "timing" => none(Local::Timing),
        "save" => Ok(Local::Save(needed("a file")?.into())),
        "command" => none(Local::Command),
        "quit" => none(Local::Quit),
        "reconnect" => none(Local::Reconnect),
        "yes" => none(Local::Yes),
        "no" => none(Local::No),
        "expect" => Ok(Local::Expect(needed("a pattern, such as 250 or 5xx")?.parse()?)),
        "on" => {
            let (pattern, line) = Pattern::split(argument)?;
            if line.is_empty() {
                return Err(":on wants a pattern and a line, such as :on 5xx :quit".into());
            }
            if let Some(inner) = line.strip_prefix(':') {
                if inner.to_ascii_lowercase().starts_with("on") {
                    return Err(":on cannot hold another :on".into());
                }
                parse(line)?;
            }
            Ok(Local::On(pattern, line.to_owned()))
        }
        "undo" => none(Local::Undo),
        "secret" => none(Local::Secret),
        "" => Err("a colon begins a command of ours, such as :help; :raw sends what begins with a colon".into()),
        _ => Err(match nearest(&lower) {
            Some(near) => format!("there is no :{}; :{near} is near. It was not sent", shown(word)),
            None => format!("there is no :{}; :help lists what there is. It was not sent", shown(word)),
        }),
    }
}

fn shown(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(30).collect()
}

/// The octets of `:raw`.
fn octets(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        out.push(match chars.next() {
            Some('r') => b'\r',
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('x' | 'X') => {
                let mut digit = || chars.next().and_then(|c| c.to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err("\\x wants two hexadecimal digits, as in \\x0d".into());
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            _ => return Err("a backslash begins \\r, \\n, \\t, \\0, \\\\ or \\xHH".into()),
        });
    }
    Ok(out)
}

/// Octets so that [`octets`] reads them back.
pub(super) fn escaped(octets: &[u8]) -> String {
    let mut text = String::new();
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\r' => text.push_str("\\r"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\0' => text.push_str("\\0"),
                '\\' => text.push_str("\\\\"),
                c if c.is_ascii_control() => text.push_str(&format!("\\x{:02x}", u32::from(c))),
                c => text.push(c),
            }
        }
        for octet in chunk.invalid() {
            text.push_str(&format!("\\x{octet:02x}"));
        }
    }
    text
}

/// `5`, `5s`, `500ms`, `2m`; at most a day.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is a number of seconds, or one with ms, s or m behind it: 5s, 500ms, 2m".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit.trim() {
        "" | "s" => number,
        "ms" => number / 1e3,
        "m" | "min" => number * 60.0,
        _ => return Err(wrong()),
    };
    if !(0.0..=86400.0).contains(&seconds) {
        return Err("a day is the longest sleep".into());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// The known word that differs least, if it differs little.
fn nearest(word: &str) -> Option<&'static str> {
    let near = ENTRIES.iter().map(|entry| (distance(word, entry.word), entry.word)).min()?;
    (near.0 <= near.1.len().min(word.chars().count()).div_ceil(2)).then_some(near.1)
}

/// How many letters have to be changed, added or taken away.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ENTRIES, Local, escaped, octets, parse};

    #[test]
    fn each_word_of_the_list_is_known() {
        for entry in ENTRIES {
            let line = match entry.word {
                "message" | "save" => format!(":{} file", entry.word),
                "raw" => ":raw a".into(),
                "sleep" => ":sleep 1".into(),
                "expect" => ":expect 250".into(),
                "on" => ":on 5xx RSET".into(),
                word => format!(":{word}"),
            };
            assert!(parse(&line).is_ok(), "{line}: {:?}", parse(&line));
        }
    }

    #[test]
    fn arguments() {
        assert_eq!(parse(":raw  A\\x0d\\r\\n\\t\\0\\\\é "), Ok(Local::Raw(b" A\r\r\n\t\0\\\xc3\xa9 ".to_vec())));
        assert_eq!(parse(":SLEEP 500ms"), Ok(Local::Sleep(Duration::from_millis(500))));
        assert_eq!(parse(":sleep 2m"), Ok(Local::Sleep(Duration::from_secs(120))));
        assert_eq!(
            parse(":auth plain a b"),
            Ok(Local::Auth { mechanism: Some("plain".into()), user: Some("a b".into()) })
        );
        assert_eq!(parse(":message my file.eml"), Ok(Local::Message("my file.eml".into())));
        for line in [
            ":sleep",
            ":sleep x",
            ":sleep 1e9",
            ":raw",
            ":raw \\q",
            ":raw \\x1",
            ":on 5xx",
            ":on 5xx :on 250 A",
            ":on 5xx :halp",
            ":expect",
            ":tls later",
            ":why not",
            ":",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn an_unknown_word_names_the_nearest() {
        let said = |line: &str| parse(line).unwrap_err();
        assert!(said(":halp").contains(":help is near"), "{}", said(":halp"));
        assert!(said(":mesage x").contains(":message is near"));
        assert!(said(":frobnicate").contains(":help lists"));
    }

    #[test]
    fn octets_and_their_text() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(octets(&escaped(&all)).unwrap(), all);
        assert_eq!(escaped("é\u{1b}".as_bytes()), "é\\x1b");
    }
}
