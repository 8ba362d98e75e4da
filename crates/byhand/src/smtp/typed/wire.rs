//! Octets on their way out: cut into the lines that a server will see, so that it is known which replies are due, and
//! shown with their secrets masked.
//!
//! A line may go out in pieces (`:raw`) or with others (`:group`). Lines behind a DATA of the same write are taken for
//! message text up to a lone dot, and the octets behind BDAT for its chunk (RFC 3030 §2).

use super::grammar::escaped;
use super::verb::Verb;
use crate::smtp::auth::{MASK, mask_auth_line, seems_auth};

/// What a reply is due to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Banner,
    Command(Verb),
    /// An answer to a challenge.
    Answer,
    /// The end of a message; for LMTP, of this recipient.
    Message(Option<String>),
}

/// A reply that will be due, and the line it is due to, secrets masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) asked: Asked,
    pub(super) line: String,
}

impl Due {
    /// Whether a login hangs on it, or what was meant for one.
    pub(super) fn is_login(&self) -> bool {
        match self.asked {
            Asked::Answer | Asked::Command(Verb::Auth) => true,
            Asked::Command(Verb::Other) => seems_auth(&self.line),
            _ => false,
        }
    }

    /// Whether it is the reply to the end of a message.
    fn delivers(&self) -> bool {
        match self.asked {
            Asked::Message(_) => true,
            Asked::Command(Verb::Bdat) => is_last(&self.line),
            _ => false,
        }
    }
}

/// Whether a BDAT line announces the last chunk (RFC 3030 §2).
pub(super) fn is_last(line: &str) -> bool {
    line.split_ascii_whitespace().next_back().is_some_and(|word| word.eq_ignore_ascii_case("LAST"))
}

/// The most octets of a line without end that are kept.
const KEPT: usize = 64 * 1024;

/// The lines of what goes out; see the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire {
    /// A command that has not ended.
    tail: Vec<u8>,
    /// The same, whatever it is part of: a secret is masked there too.
    shown_tail: Vec<u8>,
    /// Octets of a chunk that are still to come, and its BDAT line.
    chunk: Option<(usize, String)>,
    /// Whether lines are message text: behind a DATA in the same write.
    text: bool,
}

/// A write, looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Looked {
    /// Line by line, as the transcript has it.
    pub(super) shown: Vec<String>,
    pub(super) due: Vec<Due>,
    /// The lines that had to be masked, as they are: their secrets are for whoever masks what comes back.
    pub(super) secret: Vec<String>,
    /// Whether a message ends here, or its last chunk begins: the server may deliver it.
    pub(super) delivers: bool,
}

impl Wire {
    /// Looks at a write. `raw`: shown with escapes, since its octets are the point of it.
    pub(super) fn look(&mut self, octets: &[u8], raw: bool) -> Looked {
        let mut looked = Looked::default();
        for piece in octets.split_inclusive(|&b| b == b'\n') {
            let (shown, secret) = self.show(piece, raw);
            looked.shown.push(shown);
            looked.secret.extend(secret);
        }
        self.text = false;
        self.follow(octets, &mut looked);
        looked
    }

    /// The replies that a write makes due, and where it leaves off.
    fn follow(&mut self, octets: &[u8], looked: &mut Looked) {
        let mut rest = octets;
        while !rest.is_empty() {
            if let Some((left, line)) = self.chunk.take() {
                let taken = left.min(rest.len());
                rest = &rest[taken..];
                if taken == left {
                    looked.due.push(Due { asked: Asked::Command(Verb::Bdat), line });
                } else {
                    self.chunk = Some((left - taken, line));
                }
                continue;
            }
            let end = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
            let (piece, behind) = rest.split_at(end);
            rest = behind;
            let due = self.command(piece);
            looked.delivers |=
                due.as_ref().is_some_and(Due::delivers) || self.chunk.as_ref().is_some_and(|(_, line)| is_last(line));
            looked.due.extend(due);
        }
    }

    /// A part of a write that is put together: what of it may be kept, in its lines, and whether that is all of it.
    pub(super) fn add(&mut self, octets: &[u8]) -> (Vec<u8>, bool) {
        let mut open = Vec::with_capacity(octets.len());
        for piece in octets.split_inclusive(|&b| b == b'\n') {
            if self.show(piece, true).1.is_none() {
                open.extend_from_slice(piece);
            }
        }
        self.follow(octets, &mut Looked::default());
        let whole = open.len() == octets.len();
        (open, whole)
    }

    /// The same for a write that begins now.
    pub(super) fn begin(&self) -> Self {
        Self { text: false, ..self.clone() }
    }

    /// Whether the next line is message text, behind a DATA in the same write.
    pub(super) fn is_text(&self) -> bool {
        self.text
    }

    /// Octets that the chunk still wants, where one is under way.
    pub(super) fn chunk_left(&self) -> Option<usize> {
        self.chunk.as_ref().map(|(left, _)| *left)
    }

    /// A piece as it is shown, and its line, where it had to be masked.
    fn show(&mut self, piece: &[u8], raw: bool) -> (String, Option<String>) {
        let fresh = self.shown_tail.is_empty();
        let whole = kept(&mut self.shown_tail, piece);
        if piece.ends_with(b"\n") {
            self.shown_tail.clear();
        }
        // Behind half a line it is no AUTH to the server, and may well be meant as one.
        let own = String::from_utf8_lossy(piece).trim_end_matches(['\r', '\n']).to_owned();
        let masked_alone = mask(&own);
        if masked_alone != own {
            return (masked_alone, Some(own));
        }
        let masked = mask(&whole);
        match (masked == whole, fresh) {
            (true, _) => (shown(piece, raw), None),
            (false, true) => (masked, Some(whole)),
            (false, false) => (MASK.into(), Some(whole)),
        }
    }

    /// A piece of a command, and the reply that it makes due.
    fn command(&mut self, piece: &[u8]) -> Option<Due> {
        let line = kept(&mut self.tail, piece);
        if !piece.ends_with(b"\n") {
            return None;
        }
        self.tail.clear();
        if self.text {
            self.text = line != ".";
            return (!self.text).then_some(Due { asked: Asked::Message(None), line });
        }
        let verb = Verb::of(&line);
        let masked = mask(&line);
        if verb == Verb::Bdat
            && let Some(left) = line.split_ascii_whitespace().nth(1).and_then(|n| n.parse().ok()).filter(|n| *n > 0)
        {
            self.chunk = Some((left, masked));
            return None;
        }
        self.text = verb == Verb::Data;
        Some(Due { asked: Asked::Command(verb), line: masked })
    }

    /// Whether a line or a chunk is half sent.
    pub(super) fn is_midway(&self) -> bool {
        !self.tail.is_empty() || self.chunk.is_some()
    }
}

/// Adds a piece to a line; the line so far, without its end.
fn kept(tail: &mut Vec<u8>, piece: &[u8]) -> String {
    let room = KEPT.saturating_sub(tail.len());
    tail.extend_from_slice(&piece[..piece.len().min(room)]);
    let line = tail.strip_suffix(b"\n").unwrap_or(tail);
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

/// A piece for the transcript: without its CRLF; with escapes, where it is raw.
fn shown(piece: &[u8], raw: bool) -> String {
    if raw {
        return escaped(piece.strip_suffix(b"\r\n").unwrap_or(piece));
    }
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    String::from_utf8_lossy(piece.strip_suffix(b"\r").unwrap_or(piece)).into_owned()
}

/// A typed AUTH line as it is recorded: `AUTH PLAIN (secret)`. A bare CR may end a line for a server, so what follows one
/// is looked at too.
pub(super) fn mask(line: &str) -> String {
    line.split('\r').map(mask_auth_line).collect::<Vec<_>>().join("\r")
}

#[cfg(test)]
mod tests {
    use super::{Asked, Wire, mask};
    use crate::smtp::typed::verb::Verb;

    fn asked(wire: &mut Wire, octets: &str) -> Vec<Asked> {
        wire.look(octets.as_bytes(), true).due.into_iter().map(|due| due.asked).collect()
    }

    #[test]
    fn which_replies_are_due() {
        let mut wire = Wire::default();
        let command = Asked::Command;
        assert_eq!(
            asked(&mut wire, "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"),
            [command(Verb::Mail), command(Verb::Rcpt), command(Verb::Data)]
        );
        assert_eq!(
            asked(&mut wire, "DATA\r\nQUIT\r\n.\r\nQUIT\r\n"),
            [command(Verb::Data), Asked::Message(None), command(Verb::Quit)]
        );
        assert_eq!(asked(&mut wire, "NO"), []);
        assert!(wire.is_midway());
        assert_eq!(asked(&mut wire, "OP\nX"), [command(Verb::Noop)]);
        assert_eq!(asked(&mut wire, "\r\n"), [command(Verb::Other)]);
        // RFC 3030 §2: so many octets behind the CRLF are the chunk, whatever they look like.
        assert_eq!(asked(&mut wire, "BDAT 6 LAST\r\nQU"), []);
        assert_eq!(asked(&mut wire, "IT\r\nQUIT\r\n"), [command(Verb::Bdat), command(Verb::Quit)]);
        assert_eq!(asked(&mut wire, "BDAT 0 LAST\r\n"), [command(Verb::Bdat)]);
    }

    #[test]
    fn secrets_are_masked_in_any_dress() {
        assert_eq!(mask("NOOP\rAUTH PLAIN x"), "NOOP\rAUTH PLAIN (secret)");
        let mut wire = Wire::default();
        let shown: Vec<String> = ["AUTH PLAIN AG", "EAYg", "==\r\n", "NOOP\r\n"]
            .iter()
            .flat_map(|piece| wire.look(piece.as_bytes(), true).shown)
            .collect();
        assert_eq!(shown, ["AUTH PLAIN (secret)", "(secret)", "(secret)", "NOOP"]);
    }
}
