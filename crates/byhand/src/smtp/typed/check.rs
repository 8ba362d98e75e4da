//! A whole script, looked at before anything is done: whether each line of ours in it can be understood.
//!
//! What cannot be known beforehand is let pass: behind DATA all is text up to the lone dot, whether DATA is refused or not; the
//! lines behind a bare AUTH may be answers, and the octets behind BDAT are its chunk (RFC 3030 §2).

use super::grammar::{self, Local};
use super::verb::{Verb, is_command, is_ours};
use super::{Why, saved};

/// So many lines behind a bare AUTH may answer its challenges.
const ANSWERS: usize = 3;

/// What the next line is.
#[derive(Clone, Copy)]
enum Place {
    Command,
    Text,
    /// Octets of a chunk that are still to come.
    Chunk(usize),
    Answers(usize),
    /// Lines of a group that began there.
    Group(usize),
}

/// Looks at a script.
///
/// # Errors
/// The first line that is not understood.
pub fn check(script: &str) -> Result<(), Why> {
    let mut place = Place::Command;
    for (at, line) in script.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = at + 1;
        let wrong = |text: String| Why { line: number, text };
        place = match place {
            Place::Text if line == "." => Place::Command,
            Place::Text => Place::Text,
            Place::Chunk(left) if line.starts_with(':') => match grammar::parse(line).map_err(wrong)? {
                Local::Raw(octets) => {
                    left.checked_sub(octets.len()).filter(|left| *left > 0).map_or(Place::Command, Place::Chunk)
                }
                _ => Place::Chunk(left),
            },
            Place::Chunk(left) => match left.saturating_sub(line.len() + 2) {
                0 => Place::Command,
                left => Place::Chunk(left),
            },
            Place::Group(begun) if is_ours(line) => match grammar::parse(line.trim_start()).map_err(wrong)? {
                Local::End => Place::Command,
                Local::Raw(_) => Place::Group(begun),
                _ => return Err(wrong("inside a group there are lines to send, :raw, and :end".into())),
            },
            Place::Group(begun) => Place::Group(begun),
            Place::Answers(left) if left > 0 && !is_command(line) && understood(line).is_err() => {
                Place::Answers(left - 1)
            }
            Place::Answers(left) if left > 0 && line.trim() == ":secret" => Place::Answers(left - 1),
            Place::Command | Place::Answers(_) => after(line, number).map_err(wrong)?,
        };
    }
    match place {
        Place::Group(line) => Err(Why { line, text: "this group has no :end".into() }),
        _ => Ok(()),
    }
}

fn understood(line: &str) -> Result<Option<Local>, String> {
    if is_ours(line) { grammar::parse(line.trim_start()).map(Some) } else { Err(String::new()) }
}

/// What follows a line that stands where a command does.
fn after(line: &str, number: usize) -> Result<Place, String> {
    if saved::is_comment(line) {
        return Ok(Place::Command);
    }
    if is_ours(line) {
        return match grammar::parse(line.trim_start())? {
            Local::Group => Ok(Place::Group(number)),
            Local::End => Err("no group was begun: :group does that".into()),
            _ => Ok(Place::Command),
        };
    }
    let mut words = line.split_ascii_whitespace().skip(1);
    Ok(match Verb::of(line) {
        Verb::Data => Place::Text,
        Verb::Bdat => match words.next().and_then(|count| count.parse().ok()) {
            Some(count) if count > 0 => Place::Chunk(count),
            _ => Place::Command,
        },
        Verb::Auth if words.nth(1).is_none() => Place::Answers(ANSWERS),
        _ => Place::Command,
    })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_is_understood() {
        for script in [
            "",
            "\u{feff}:help\nEHLO a\n:expect 250\r\n  :why\n# :nonsense\nQUIT\n",
            "DATA\n:text\n.\n:expect 250\n",
            "DATA\n:expect 554\nRSET\n",
            ":group\nMAIL FROM:<>\n:raw RCPT\\r\\n\n:end\n",
            "BDAT 12 LAST\n :nonsense\n:expect 250\n",
            "AUTH LOGIN\nuser\n:secret\n:expect 235\n",
            "AUTH LOGIN\nuser\n:-)pass\n",
        ] {
            assert_eq!(check(script), Ok(()), "{script}");
        }
    }

    #[test]
    fn the_line_that_is_not() {
        for (script, line, what) in [
            ("EHLO a\n:bogus\n", 2, "there is no :bogus"),
            ("EHLO a\nDATA\n:text\n.\n :expect 25\n", 5, "is no pattern"),
            ("NOOP\n:group\nNOOP\n", 2, "no :end"),
            (":end\n", 1, "no group"),
            (":group\n:why\n:end\n", 2, "inside a group"),
            (":on 5xx :halp\n", 1, ":help is near"),
            ("BDAT 3\nx\n  :nonsense\n", 3, "there is no"),
            ("AUTH PLAIN AGEAYg==\n:nonsense\n", 2, "there is no"),
        ] {
            let why = check(script).unwrap_err();
            assert_eq!(why.line, line, "{script}");
            assert!(why.text.contains(what), "{script}: {}", why.text);
        }
    }
}
