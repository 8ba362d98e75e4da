//! What a script expects of a reply: `:expect 250`, `:expect 5xx`, `:on 4.7.* :quit`.
//!
//! A pattern is one or more words, and all have to hold: a reply code with `x` for any digit, an enhanced status code with
//! `*` for any number, a text in quotation marks that stands anywhere in the reply (in any case), or `closed` for a
//! connection that has ended. A bar between two words means either.

use std::str::FromStr;

use crate::smtp::reply::Reply;

/// A pattern; see the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// All of these, of each any.
    all: Vec<Vec<Word>>,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Code([u8; 3]),
    Enhanced(Vec<String>),
    Text(String),
    Closed,
}

/// What a pattern is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Reply { code: u16, enhanced: Option<String>, text: String },
    Closed,
}

/// What came, and whether a script spoke of it.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    pub(super) seen: Seen,
    pub(super) spoken: bool,
    /// Whether nothing had asked for it: it need not be spoken of in its turn.
    pub(super) unasked: bool,
    /// The line of the script at which it came.
    pub(super) line: usize,
}

impl Spoken {
    pub(super) fn reply(seen: Seen, unasked: bool, line: usize) -> Self {
        Self { seen, spoken: false, unasked, line }
    }

    pub(super) fn closed(line: usize) -> Self {
        Self::reply(Seen::Closed, true, line)
    }

    /// What is said of a refusal that a script does not speak of.
    pub(super) fn unspoken(&self) -> (usize, String) {
        (self.line, format!("the server said {}, and no :expect and no :on speaks of it", self.seen.shown()))
    }

    /// Whether it is a reply of this class that no `:expect` or `:on` spoke of.
    pub(super) fn is_unspoken(&self, class: u16) -> bool {
        !self.spoken && matches!(self.seen, Seen::Reply { code, .. } if code / 100 == class)
    }
}

impl Seen {
    pub(super) fn of(reply: &Reply) -> Self {
        let lines: Vec<&[u8]> = reply.lines.iter().map(|line| line.octets.as_slice()).collect();
        Self::Reply {
            code: reply.code,
            enhanced: reply.enhanced().map(str::to_owned),
            text: String::from_utf8_lossy(&lines.join(&b'\n')).into_owned(),
        }
    }

    /// For a sentence: `250 2.1.0 Ok`.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Closed => "the connection closed".into(),
            Self::Reply { text, .. } => text.lines().last().unwrap_or_default().chars().take(200).collect(),
        }
    }
}

impl Pattern {
    /// The pattern at the beginning of `text`, as many words of it as are one (at least one), and the rest.
    pub(super) fn split(text: &str) -> Result<(Self, &str), String> {
        let mut rest = text.trim_start();
        let mut all = Vec::new();
        while let Some((any, behind)) = alternatives(rest)? {
            all.push(any);
            rest = behind.trim_start();
            if rest.is_empty() {
                break;
            }
        }
        if all.is_empty() {
            let word: String = rest.split_whitespace().next().unwrap_or_default().chars().take(30).collect();
            return Err(format!(
                "\"{word}\" is no pattern: 250, 5xx, 4.7.*, a text in quotation marks, closed; | between two means either"
            ));
        }
        let text = text[..text.len() - rest.len()].trim().to_owned();
        Ok((Self { all, text }, rest))
    }

    pub(super) fn holds(&self, seen: &Seen) -> bool {
        self.all.iter().all(|any| any.iter().any(|word| word.holds(seen)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match Self::split(text)? {
            (pattern, "") => Ok(pattern),
            (_, rest) => Err(format!(
                "\"{}\" is no part of a pattern",
                rest.chars().filter(|c| !c.is_control()).take(30).collect::<String>()
            )),
        }
    }
}

/// The words of one place, `250|251`, and what stands behind; `None` where no pattern begins.
fn alternatives(text: &str) -> Result<Option<(Vec<Word>, &str)>, String> {
    let mut any = Vec::new();
    let mut rest = text;
    loop {
        let behind = if let Some(inner) = rest.strip_prefix('"') {
            let (quoted, behind) = inner.split_once('"').ok_or("a quotation mark without its partner")?;
            any.push(Word::Text(quoted.to_lowercase()));
            behind
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '|').unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            match word_of(word) {
                Some(word) => any.push(word),
                None if any.is_empty() => return Ok(None),
                None => return Err("a | stands between two patterns".into()),
            }
            behind
        };
        match behind.strip_prefix('|') {
            Some(next) => rest = next,
            None if behind.is_empty() || behind.starts_with(char::is_whitespace) => return Ok(Some((any, behind))),
            None => return Err("a blank stands behind a quoted text".into()),
        }
    }
}

fn word_of(word: &str) -> Option<Word> {
    if word.eq_ignore_ascii_case("closed") {
        return Some(Word::Closed);
    }
    let octets = word.as_bytes();
    if let Ok(code) = <[u8; 3]>::try_from(octets)
        && octets[0].is_ascii_digit()
        && octets[1..].iter().all(|b| b.is_ascii_digit() || b.eq_ignore_ascii_case(&b'x'))
    {
        return Some(Word::Code(code));
    }
    let parts: Vec<String> = word.split('.').map(str::to_owned).collect();
    let number =
        |part: &String| part == "*" || ((1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (parts.len() == 3 && parts.iter().all(number)).then_some(Word::Enhanced(parts))
}

impl Word {
    fn holds(&self, seen: &Seen) -> bool {
        match (self, seen) {
            (Self::Closed, Seen::Closed) => true,
            (Self::Code(code), Seen::Reply { code: said, .. }) => {
                code.iter().zip(format!("{said:03}").bytes()).all(|(c, d)| c.eq_ignore_ascii_case(&b'x') || *c == d)
            }
            (Self::Enhanced(parts), Seen::Reply { enhanced: Some(said), .. }) => {
                parts.iter().zip(said.split('.')).all(|(part, number)| part == "*" || part == number)
            }
            (Self::Text(text), Seen::Reply { text: said, .. }) => said.to_lowercase().contains(text.as_str()),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Seen};

    fn check(pattern: &str, code: u16, enhanced: Option<&str>, text: &str, holds: bool) {
        let seen = Seen::Reply { code, enhanced: enhanced.map(str::to_owned), text: text.to_owned() };
        assert_eq!(pattern.parse::<Pattern>().unwrap().holds(&seen), holds, "{pattern} {code} {enhanced:?} {text}");
    }

    #[test]
    fn what_holds() {
        check("250", 250, None, "250 ok", true);
        check("250", 251, None, "251 ok", false);
        check("25x", 251, None, "251 ok", true);
        check("2XX", 250, None, "250 ok", true);
        check("5xx", 450, None, "450 no", false);
        check("4.7.*", 450, Some("4.7.1"), "450 4.7.1 later", true);
        check("4.7.*", 450, None, "450 later", false);
        check("4.7.*", 450, Some("4.2.1"), "450 4.2.1 later", false);
        check("\"QUEUED as\"", 250, None, "250 Queued as 1", true);
        check("250 \"queued as\"", 250, None, "250 no", false);
        check("250|251", 251, None, "251", true);
        check("250|5.1.1 \"a|b\"", 550, Some("5.1.1"), "550 5.1.1 a|b", true);
        check("closed", 250, None, "250", false);
        assert!("250|closed".parse::<Pattern>().unwrap().holds(&Seen::Closed));
        assert!(!"5xx".parse::<Pattern>().unwrap().holds(&Seen::Closed));
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["", "2", "2500", "x50", "ok", "250|", "250 ok", "\"a", "\"a\"b", "1.2", "1.2.3.4", "5.1.x"] {
            assert!(text.parse::<Pattern>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_rest_of_the_line() {
        let (pattern, rest) = Pattern::split("5xx \"no\" RSET").unwrap();
        assert_eq!((pattern.as_str(), rest), ("5xx \"no\"", "RSET"));
    }
}
