//! Reads SMTP replies out of a stream of bytes (RFC 5321 §4.2, §4.2.1).
//!
//! A reply is one or more lines: three digits, then `-` (more lines follow), a blank or nothing (last line), then text.
//! [`ReplyReader`] takes bytes as they come, however they are cut, notes when each line was whole, and gives replies. What
//! servers get wrong and a client can still understand is taken and flagged: bare LF, empty lines, lines over 512 octets,
//! codes that differ within a reply (the last counts), control characters. What cannot be understood is an error that
//! shows the bytes. Memory is bounded: [`LIMIT`] octets without a whole reply are an error.
//!
//! Not here: what a code means for the session, and findings' wording (see `session`).

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use data_encoding::BASE64;

use crate::wire::{self, FindingId};

/// The most octets that one reply may have: 128 times what RFC 5321 §4.5.3.1.5 allows a line.
pub const LIMIT: usize = 64 * 1024;

/// The longest line RFC 5321 §4.5.3.1.5 allows, CRLF included.
const LINE: usize = 512;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code of the last line.
    pub code: u16,
    /// The lines as they came, without their ends.
    pub lines: Vec<Line>,
    /// What was wrong with it and could be understood all the same.
    pub flaws: BTreeSet<Flaw>,
}

/// One line of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The octets, code included, line end excluded.
    pub octets: Vec<u8>,
    /// When its end was read.
    pub at: Duration,
}

/// What a reply got wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// A line ends in LF alone.
    BareLf,
    /// A CR that belongs to no line end.
    BareCr,
    /// An empty line before or within it.
    EmptyLine,
    /// A line of more than 512 octets.
    LongLine,
    /// The lines have different codes.
    CodeMismatch,
    /// A first digit outside 2 to 5, or a second outside 0 to 5.
    UnusualCode,
    /// NUL or another control character, tab excepted.
    ControlCharacters,
    /// Octets that are not US-ASCII.
    NonAscii,
}

impl Flaw {
    /// The finding that it becomes.
    #[must_use]
    pub fn finding(self) -> FindingId {
        match self {
            Self::BareLf => FindingId::BareLf,
            Self::BareCr => FindingId::BareCr,
            Self::EmptyLine => FindingId::EmptyLine,
            Self::LongLine => FindingId::LongLine,
            Self::CodeMismatch => FindingId::CodeMismatch,
            Self::UnusualCode => FindingId::UnusualCode,
            Self::ControlCharacters => FindingId::ControlCharacters,
            Self::NonAscii => FindingId::NonAsciiReply,
        }
    }
}

/// Why no reply can be had from what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyError {
    /// More than [`LIMIT`] octets and no end.
    TooLong,
    /// A line that is none of a reply; its octets.
    NotSmtp(Vec<u8>),
}

/// Reads replies; see the module. Each octet is looked at once, however they come.
#[derive(Debug, Default)]
pub struct ReplyReader {
    /// Octets of a line that has not ended.
    partial: Vec<u8>,
    /// Whole lines of a reply that has not ended.
    building: Building,
    /// What is ready to be taken.
    ready: VecDeque<Result<Reply, ReplyError>>,
    /// Octets held in all of them.
    held: usize,
    /// Past hope: too much, or no reply line.
    stopped: bool,
    /// What came behind a line that is none of a reply.
    rest: Vec<u8>,
}

#[derive(Debug, Default)]
struct Building {
    lines: Vec<Line>,
    code: Option<u16>,
    flaws: BTreeSet<Flaw>,
    octets: usize,
}

impl ReplyReader {
    /// Takes octets that came at `at`. Past [`LIMIT`] they are dropped and [`Self::reply`] says so.
    pub fn push(&mut self, at: Duration, octets: &[u8]) {
        for piece in octets.split_inclusive(|&b| b == b'\n') {
            if self.stopped {
                let room = LIMIT.saturating_sub(self.held + self.rest.len());
                self.rest.extend_from_slice(&piece[..piece.len().min(room)]);
                continue;
            }
            if self.held + piece.len() > LIMIT {
                self.stopped = true;
                self.ready.push_back(Err(ReplyError::TooLong));
                return;
            }
            self.held += piece.len();
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.partial);
                self.line(at, line);
            }
        }
    }

    /// Takes a whole line, its LF included.
    fn line(&mut self, at: Duration, mut octets: Vec<u8>) {
        let building = &mut self.building;
        building.octets += octets.len();
        octets.pop();
        if octets.last() == Some(&b'\r') {
            octets.pop();
        } else {
            building.flaws.insert(Flaw::BareLf);
        }
        building.flaws.extend(flaws_of(&octets));
        if octets.iter().all(u8::is_ascii_whitespace) {
            building.flaws.insert(Flaw::EmptyLine);
            return;
        }
        let Some((code, last)) = parse_code(&octets) else {
            // What was whole before it is lost with it: nothing behind a line like this can be trusted.
            self.stopped = true;
            self.ready.push_back(Err(ReplyError::NotSmtp(octets)));
            return;
        };
        if !matches!(code, 200..=559) || code / 10 % 10 > 5 {
            building.flaws.insert(Flaw::UnusualCode);
        }
        if building.code.is_some_and(|before| before != code) {
            building.flaws.insert(Flaw::CodeMismatch);
        }
        building.code = Some(code);
        building.lines.push(Line { octets, at });
        if last {
            let Building { lines, flaws, .. } = std::mem::take(building);
            self.ready.push_back(Ok(Reply { code, lines, flaws }));
        }
    }

    /// The next whole reply, if there is one; `None` when more octets are needed.
    pub fn reply(&mut self) -> Option<Result<Reply, ReplyError>> {
        let next = self.ready.pop_front()?;
        if next.is_ok() {
            self.held = self.partial.len()
                + self.building.octets
                + self.ready.iter().flatten().flat_map(|reply| &reply.lines).map(|l| l.octets.len() + 2).sum::<usize>();
        }
        Some(next)
    }

    /// Goes on behind a line that is none of a reply and was taken as an error, as if it had not come. Its octets count
    /// until the next whole reply, so that there is an end to such lines.
    pub fn resume(&mut self, at: Duration) {
        if self.stopped && self.ready.is_empty() && self.held < LIMIT {
            self.stopped = false;
            let rest = std::mem::take(&mut self.rest);
            self.push(at, &rest);
        }
    }

    /// What came and was not taken: whole replies, whole lines and the piece of one that has not ended.
    #[must_use]
    pub fn unread(&self) -> Vec<u8> {
        let mut all: Vec<u8> = Vec::with_capacity(self.held);
        let mut add = |line: &[u8]| {
            all.extend_from_slice(line);
            all.extend_from_slice(b"\r\n");
        };
        for ready in &self.ready {
            match ready {
                Ok(reply) => reply.lines.iter().for_each(|line| add(&line.octets)),
                Err(ReplyError::NotSmtp(line)) => add(line),
                Err(ReplyError::TooLong) => {}
            }
        }
        self.building.lines.iter().for_each(|line| add(&line.octets));
        all.extend_from_slice(&self.partial);
        all.extend_from_slice(&self.rest);
        all
    }

    /// Whether nothing is held back: empty lines do not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.partial.is_empty() && self.building.lines.is_empty() && self.ready.is_empty()
    }

    /// Whether nothing at all came since the last reply was taken, empty lines included.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.is_empty() && self.building.octets == 0
    }

    /// Forgets what is held back.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Code, and whether this is the last line (RFC 5321 §4.2: a blank or nothing behind the code); `None` for no reply line.
fn parse_code(octets: &[u8]) -> Option<(u16, bool)> {
    let (digits, rest) = octets.split_at_checked(3)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    match rest.first() {
        None | Some(b' ' | b'\t') => Some((code, true)),
        Some(b'-') => Some((code, false)),
        Some(_) => None,
    }
}

fn flaws_of(octets: &[u8]) -> impl Iterator<Item = Flaw> {
    [
        (octets.len() + 2 > LINE, Flaw::LongLine),
        (octets.contains(&b'\r'), Flaw::BareCr),
        (octets.iter().any(|&b| b.is_ascii_control() && b != b'\t' && b != b'\r'), Flaw::ControlCharacters),
        (!octets.is_ascii(), Flaw::NonAscii),
    ]
    .into_iter()
    .filter_map(|(there, flaw)| there.then_some(flaw))
}

impl Line {
    /// What stands behind code and separator.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.octets.get(4..).unwrap_or_default()
    }
}

impl Reply {
    /// Whether the code is 2yz: the server did as it was asked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the code is 4yz: not now.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// Whether the code is 5yz: no.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// The enhanced status code of the first line that has one (RFC 2034 §4: right behind the code, then a blank or the
    /// end; RFC 3463 §2: class 2, 4 or 5, and two numbers of up to three digits).
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| enhanced_code(line.text()))
    }

    /// As the records hold it. `since`: when the question was sent; `enhanced`: whether an enhanced status code may stand
    /// in it (not in greetings, not in answers to EHLO and HELO, RFC 2034 §4, and never in 3yz, RFC 3463 §2).
    #[must_use]
    pub fn to_wire(&self, since: Duration, enhanced: bool) -> wire::Reply {
        let span = |line: Option<&Line>| wire::ms(line.map_or(Duration::ZERO, |line| line.at.saturating_sub(since)));
        let utf8 = self.lines.iter().all(|line| std::str::from_utf8(&line.octets).is_ok());
        wire::Reply {
            code: self.code,
            enhanced: self.enhanced().filter(|_| enhanced && self.code / 100 != 3).map(str::to_owned),
            lines: self.lines.iter().map(|line| String::from_utf8_lossy(line.text()).into_owned()).collect(),
            raw_base64: (!utf8).then(|| {
                let raw: Vec<u8> = self.lines.iter().flat_map(|l| [l.octets.as_slice(), b"\r\n"].concat()).collect();
                BASE64.encode(&raw)
            }),
            first_ms: span(self.lines.first()),
            elapsed_ms: span(self.lines.last()),
        }
    }
}

/// The enhanced status code that `text` begins with.
fn enhanced_code(text: &[u8]) -> Option<&str> {
    let word = text.split(|b| b.is_ascii_whitespace()).next()?;
    let word = std::str::from_utf8(word).ok()?;
    let mut parts = word.split('.');
    let class = parts.next()?;
    let number =
        |part: Option<&str>| part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    (matches!(class, "2" | "4" | "5") && number(parts.next()) && number(parts.next()) && parts.next().is_none())
        .then_some(word)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Flaw, LIMIT, Reply, ReplyError, ReplyReader};

    fn read_all(pieces: &[&[u8]]) -> (Vec<Result<Reply, ReplyError>>, Vec<u8>) {
        let mut reader = ReplyReader::default();
        let mut replies = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            reader.push(Duration::from_millis(i as u64), piece);
            while let Some(reply) = reader.reply() {
                let failed = reply.is_err();
                replies.push(reply);
                if failed {
                    return (replies, reader.unread());
                }
            }
        }
        (replies, reader.unread())
    }

    /// Reads `stream` whole and byte by byte; both have to give `codes` and `flaws` of the first reply.
    fn check(stream: &[u8], codes: &[u16], flaws: &[Flaw]) {
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        for pieces in [vec![stream], bytes] {
            let (replies, _) = read_all(&pieces);
            let replies: Vec<Reply> = replies.into_iter().map(|r| r.expect("a reply")).collect();
            assert_eq!(replies.iter().map(|r| r.code).collect::<Vec<_>>(), codes, "{stream:?}");
            if let Some(first) = replies.first() {
                assert_eq!(first.flaws.iter().copied().collect::<Vec<_>>(), flaws, "{stream:?}");
            }
        }
    }

    #[test]
    fn the_grammar_of_rfc_5321_4_2() {
        check(b"220 mx.test ESMTP\r\n", &[220], &[]);
        check(b"250-mx.test\r\n250-SIZE 1000\r\n250 HELP\r\n", &[250], &[]);
        // §4.2: "clients ... SHOULD be prepared to process the code alone (with or without a trailing space character)".
        check(b"250\r\n", &[250], &[]);
        check(b"250 \r\n", &[250], &[]);
        check(b"250-\r\n250\r\n", &[250], &[]);
        check(b"250 ok\r\n421 bye\r\n", &[250, 421], &[]);
        check(b"220-mx.test one moment\r\n", &[], &[]);
        check(b"220 mx.test", &[], &[]);
    }

    #[test]
    fn what_can_be_understood_is_taken_and_flagged() {
        check(b"220 mx.test\n", &[220], &[Flaw::BareLf]);
        check(b"220-mx.test\r\n521 no\r\n", &[521], &[Flaw::CodeMismatch]);
        check(b"\r\n220 mx.test\r\n", &[220], &[Flaw::EmptyLine]);
        check(b"220 a\rb\r\n", &[220], &[Flaw::BareCr]);
        check(b"220 a\0\x1b[2J\r\n", &[220], &[Flaw::ControlCharacters]);
        check(b"550 \xc7\xeb\r\n", &[550], &[Flaw::NonAscii]);
        check(b"299 what\r\n", &[299], &[Flaw::UnusualCode]);
        check(b"650 what\r\n", &[650], &[Flaw::UnusualCode]);
        // §4.5.3.1.5: 512 octets with CRLF are the most; 508 of text, 4 of code and blank make 514.
        let text = |n: usize| [b"250 ".as_slice(), &vec![b'x'; n], b"\r\n"].concat();
        check(&text(506), &[250], &[]);
        check(&text(507), &[250], &[Flaw::LongLine]);
    }

    #[test]
    fn what_cannot_is_an_error_that_shows_it() {
        for line in ["SSH-2.0-OpenSSH_9.2", "HTTP/1.1 400 Bad Request", "25", "2x0 a", "250x", "250_a", "\u{16}\u{3}"] {
            let (replies, _) = read_all(&[line.as_bytes(), b"\r\n"]);
            assert_eq!(replies, [Err(ReplyError::NotSmtp(line.as_bytes().to_vec()))], "{line:?}");
        }
        let (replies, _) = read_all(&[b"250-a\r\nplain text\r\n250 b\r\n"]);
        assert_eq!(replies, [Err(ReplyError::NotSmtp(b"plain text".to_vec()))]);
    }

    #[test]
    fn an_endless_reply_is_an_error_and_takes_no_memory() {
        for stream in [b"a".as_slice(), b"250-more\r\n", b"\r\n"] {
            let mut reader = ReplyReader::default();
            for _ in 0..2 * LIMIT {
                reader.push(Duration::ZERO, stream);
            }
            assert_eq!(reader.reply(), Some(Err(ReplyError::TooLong)));
            assert!(reader.unread().len() <= LIMIT);
        }
    }

    #[test]
    fn a_whole_reply_before_a_flood_is_given_first() {
        let mut reader = ReplyReader::default();
        reader.push(Duration::ZERO, b"220 mx.test\r\n");
        for _ in 0..LIMIT {
            reader.push(Duration::ZERO, b"xx");
        }
        assert_eq!(reader.reply().unwrap().unwrap().code, 220);
    }

    #[test]
    fn enhanced_codes() {
        let code = |text: &str| {
            let (replies, _) = read_all(&[text.as_bytes(), b"\r\n"]);
            replies[0].as_ref().unwrap().to_wire(Duration::ZERO, true).enhanced
        };
        assert_eq!(code("250 2.1.5 ok").as_deref(), Some("2.1.5"));
        assert_eq!(code("550 5.1.1").as_deref(), Some("5.1.1"));
        // RFC 3463 §2: subject and detail have up to three digits.
        assert_eq!(code("550 5.100.255 no").as_deref(), Some("5.100.255"));
        assert_eq!(code("550 5.1.1-looking version").as_deref(), None);
        assert_eq!(code("550 5.1.1000 no").as_deref(), None);
        assert_eq!(code("550 3.1.1 no").as_deref(), None);
        assert_eq!(code("550 no 5.1.1").as_deref(), None);
        assert_eq!(code("354 2.0.0 go on").as_deref(), None);
        // A class that is not the reply's is kept; the session flags it.
        assert_eq!(code("550 4.1.1 no").as_deref(), Some("4.1.1"));
        assert_eq!(code("550-first\r\n550 5.7.1 second").as_deref(), Some("5.7.1"));
    }

    #[test]
    fn times_of_first_and_last_line() {
        let mut reader = ReplyReader::default();
        reader.push(Duration::from_millis(100), b"220-mx.test\r\n22");
        reader.push(Duration::from_millis(6100), b"0 mx.test\r\n");
        let reply = reader.reply().unwrap().unwrap().to_wire(Duration::from_millis(50), false);
        assert_eq!((reply.first_ms, reply.elapsed_ms), (50.0, 6050.0));
    }

    proptest! {
        /// Cuts never change what is read, and nothing panics.
        #[test]
        fn cuts_change_nothing(
            parts in prop::collection::vec(
                prop_oneof![
                    Just(b"250-mx.test\r\n".to_vec()), Just(b"250 ok\r\n".to_vec()), Just(b"\n".to_vec()),
                    Just(b"220\n".to_vec()), Just(b"junk\r\n".to_vec()), prop::collection::vec(any::<u8>(), 0..20),
                ], 0..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let stream: Vec<u8> = parts.concat();
            let mut at: Vec<usize> = cuts.iter().map(|c| c.index(stream.len() + 1)).collect();
            at.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in at.into_iter().chain([stream.len()]) {
                pieces.push(&stream[from..cut]);
                from = cut;
            }
            let strip = |r: Vec<Result<Reply, ReplyError>>| r.into_iter().map(|r| r.map(|r|
                (r.code, r.flaws, r.lines.into_iter().map(|l| l.octets).collect::<Vec<_>>()))).collect::<Vec<_>>();
            prop_assert_eq!(strip(read_all(&pieces).0), strip(read_all(&[&stream]).0));
        }
    }
}
