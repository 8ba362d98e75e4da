//! What was said, line by line, in marks that users of older tools know.
//!
//! `===` something happened, `***` trouble of our own, ` ->` we spoke and `<- ` the server spoke in clear, ` ~>` and
//! `<~ ` the same under TLS, `<**` and `<~*` a reply that is not what was hoped for. The time stands at the right edge:
//! from the sending of a command to the end of its reply, and a second figure in front of it when the first line came
//! much earlier (a server that greets slowly on purpose).
//!
//! [`transcript`] draws a finished conversation: the time of a reply stands at its first line. [`Live`] draws it while
//! it happens: there the time can only stand at the last line. Secrets were masked when the lines were recorded. Under a reply
//! that is not what was hoped for stands what it means, set in and dim.

mod aside;

use std::io::{self, Write};

use self::aside::Meanings;
use super::layout::{Cell, prose, write_line};
use super::safe::{width, wrap};
use super::{Look, Tone, words};
use crate::wire::{Said, Who};

/// Draws a finished conversation with a host, where that has a name.
///
/// # Errors
/// What the writer says.
pub fn transcript(out: &mut dyn Write, look: Look, host: Option<&str>, said: &[Said]) -> io::Result<()> {
    let mut at = 0;
    let mut meanings = Meanings::at(host);
    while let Some(first) = said.get(at) {
        // A reply's lines follow each other up to the one that has the code.
        let mut end = at;
        if first.who == Who::Server {
            while said[end].code.is_none() && said.get(end + 1).is_some_and(|next| next.who == Who::Server) {
                end += 1;
            }
        }
        let time = time(&said[at..=end]);
        line(out, look, first, &time)?;
        for rest in &said[at + 1..=end] {
            line(out, look, rest, "")?;
        }
        for said in &said[at..=end] {
            aside(out, look, meanings.hear(said))?;
        }
        at = end + 1;
    }
    Ok(())
}

/// Draws a conversation while it happens.
#[derive(Clone, Debug, Default)]
pub struct Live {
    reply: Vec<Said>,
    meanings: Option<Meanings>,
}

impl Live {
    /// One that tells under a reply what it means; [`Live::default`] leaves that to its owner.
    #[must_use]
    pub fn explaining() -> Self {
        Self { meanings: Some(Meanings::default()), ..Self::default() }
    }

    /// Draws the next line.
    ///
    /// # Errors
    /// What the writer says.
    pub fn line(&mut self, out: &mut dyn Write, look: Look, said: &Said) -> io::Result<()> {
        self.drawn(out, look, said)?;
        aside(out, look, self.meanings.as_mut().and_then(|meanings| meanings.hear(said)))
    }

    fn drawn(&mut self, out: &mut dyn Write, look: Look, said: &Said) -> io::Result<()> {
        if said.who != Who::Server {
            self.reply.clear();
            return line(out, look, said, &time(std::slice::from_ref(said)));
        }
        // The first and the last line are all that the time needs; a reply without end must not fill the memory.
        self.reply.truncate(1);
        self.reply.push(said.clone());
        if said.code.is_none() {
            return line(out, look, said, "");
        }
        let time = time(&self.reply);
        self.reply.clear();
        line(out, look, said, &time)
    }
}

/// What a reply means, set in under it.
fn aside(out: &mut dyn Write, look: Look, meaning: Option<String>) -> io::Result<()> {
    match meaning {
        Some(text) => prose(out, look, &["    ".into()], &Cell::new(Tone::Faint, look.safe(&text))),
        None => Ok(()),
    }
}

/// The time of a reply (or of something that happened): to its last line, and to its first where that is another story.
fn time(reply: &[Said]) -> String {
    let (Some(first), Some(last)) = (reply.first(), reply.last()) else { return String::new() };
    let Some(whole) = last.elapsed_ms else { return String::new() };
    match first.elapsed_ms {
        Some(begin) if whole - begin >= 500.0 && whole >= begin * 2.0 => {
            format!("{} … {}", words::span(begin), words::span(whole))
        }
        _ => words::span(whole),
    }
}

fn line(out: &mut dyn Write, look: Look, said: &Said, time: &str) -> io::Result<()> {
    let hoped_for = !said.text.starts_with(['4', '5']);
    let trouble = said.text.strip_prefix("*** ");
    let (mark, tone) = match (said.who, said.tls) {
        (Who::Note, _) if trouble.is_some() => ("***", Tone::Bad),
        (Who::Note, _) => ("===", Tone::Faint),
        (Who::Client, false) => (" ->", Tone::Strong),
        (Who::Client, true) => (" ~>", Tone::Strong),
        (Who::Server, false) if hoped_for => ("<- ", Tone::Plain),
        (Who::Server, true) if hoped_for => ("<~ ", Tone::Plain),
        (Who::Server, false) => ("<**", Tone::Bad),
        (Who::Server, true) => ("<~*", Tone::Bad),
    };
    let time = if look.unicode { time.to_owned() } else { time.replace('…', "..") };
    let text = look.safe(trouble.unwrap_or(&said.text));
    let room = look.width.saturating_sub(4).max(16);
    let mut parts = wrap_verbatim(&text, room);
    // The time stands at the right edge of the first line, if need be by wrapping that line a little earlier.
    let reserve = width(&time) + 2;
    let place_time = !time.is_empty() && look.width >= reserve + 24;
    if place_time && width(&parts[0]) + reserve > room {
        parts = wrap_verbatim(&text, room - reserve);
    }
    for (at, part) in parts.iter().enumerate() {
        let mut cells =
            vec![Cell::new(tone, if at == 0 { mark } else { "   " }), " ".into(), Cell::new(tone, part.as_str())];
        if at == 0 && place_time {
            let gap = look.width.saturating_sub(4 + width(part) + width(&time));
            cells.push(" ".repeat(gap).into());
            cells.push(Cell::new(Tone::Faint, time.as_str()));
        }
        write_line(out, look, &cells)?;
    }
    Ok(())
}

/// As [`wrap`], but a line that fits keeps every blank it has.
fn wrap_verbatim(text: &str, columns: usize) -> Vec<String> {
    if width(text) <= columns { vec![text.to_owned()] } else { wrap(text, columns) }
}

#[cfg(test)]
mod tests {
    use super::{Live, transcript};
    use crate::render::Look;
    use crate::wire::{Said, Who};

    fn said(who: Who, tls: bool, text: &str, elapsed_ms: Option<f64>) -> Said {
        let code = match (who, text.as_bytes().get(3)) {
            (Who::Server, Some(b'-')) => None,
            (Who::Server, _) => text[..3].parse().ok(),
            _ => None,
        };
        Said { at_ms: 0.0, who, tls, text: text.into(), elapsed_ms, code }
    }

    fn conversation() -> Vec<Said> {
        vec![
            said(Who::Note, false, "mx1.example.org [192.0.2.25]:25 connected", Some(31.0)),
            said(Who::Server, false, "220-mx1.example.org one moment", Some(12.0)),
            said(Who::Server, false, "220 mx1.example.org ESMTP", Some(6_010.0)),
            said(Who::Client, false, "RCPT TO:<playing@example.org>", None),
            said(Who::Server, true, "550 5.1.1 <playing@example.org>: \u{1b}[5mno such user here", Some(1_200.0)),
            said(Who::Client, true, "RSET", None),
            said(Who::Note, false, "*** the connection was cut", None),
        ]
    }

    const FINISHED: &str = "\
=== mx1.example.org [192.0.2.25]:25 connected                    31 ms
<-  220-mx1.example.org one moment                       12 ms … 6.0 s
<-  220 mx1.example.org ESMTP
 -> RCPT TO:<playing@example.org>
<~* 550 5.1.1 <playing@example.org>: \\x1b[5mno such user here    1.2 s
    there is no such mailbox there
 ~> RSET
*** the connection was cut
";

    #[test]
    fn finished_at_70_columns() {
        let mut out = Vec::new();
        transcript(&mut out, Look { width: 70, ..Look::default() }, None, &conversation()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), FINISHED);
    }

    #[test]
    fn live_has_the_time_at_the_last_line() {
        let (mut out, mut live) = (Vec::new(), Live::default());
        for said in conversation().iter().skip(1).take(3) {
            live.line(&mut out, Look { width: 60, unicode: false, color: false }, said).unwrap();
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\
<-  220-mx1.example.org one moment
<-  220 mx1.example.org ESMTP                 12 ms .. 6.0 s
 -> RCPT TO:<playing@example.org>
"
        );
    }

    #[test]
    fn narrow_lines_wrap() {
        let mut out = Vec::new();
        transcript(&mut out, Look { width: 40, ..Look::default() }, None, &conversation()).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|line| crate::render::safe::width(line) <= 40), "{text}");
    }
}
