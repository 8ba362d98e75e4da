//! Plays the server's side of a dialog without socket and clock: it says what to do next, and is told what was heard.
//!
//! The same player drives the socket server and any test that holds a protocol machine in memory, so both see the same
//! conversation. Whoever drives it does what [`Player::next`] says, and gives every octet that the client sends to
//! [`Player::heard`] as it comes, also while the player is writing or pausing: that is how early talk is noticed.
//!
//! A client that says something else than the dialog has leaves a [`Breach`]; the play goes on with the step after it, so
//! that one slip shows as one.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::{Dialog, Handshake, Step};

/// The longest line taken from a client, octets; RFC 5321 §4.5.3.1.4 asks for 512.
const LINE_LIMIT: usize = 4096;

/// What the server's side does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this in one write.
    Write(Vec<u8>),
    /// Let this time pass; what comes meanwhile goes to [`Player::heard`].
    Wait(Duration),
    /// Wait for octets from the client, or its end.
    Read,
    /// Shake hands; what follows is inside TLS.
    StartTls(Handshake),
    /// End in order.
    Close,
    /// End without TLS's close_notify.
    Cut,
    /// End with RST.
    Reset,
    /// Say nothing any more, until the client ends the connection.
    Hang,
    /// Send this again and again.
    Flood(Vec<u8>),
}

/// Where a client left the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The line of the dialog's file.
    pub line: usize,
    /// What was wrong.
    pub text: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

/// The server's side of one dialog, in the making.
#[derive(Clone, Debug)]
pub struct Player {
    steps: VecDeque<(usize, Step)>,
    line: usize,
    split: usize,
    /// Writes that a split has cut up.
    pending: VecDeque<Vec<u8>>,
    unread: Vec<u8>,
    /// Whether the client may speak: from the first `C`, `ANY` or handshake on.
    greeted: bool,
    /// Nothing that comes counts any more: `ANY`, `HANG` and the ends.
    deaf: bool,
    gone: bool,
    breaches: Vec<Breach>,
}

impl Player {
    /// Begins a dialog.
    #[must_use]
    pub fn new(dialog: &Dialog) -> Self {
        Self {
            steps: dialog.steps.iter().cloned().collect(),
            line: dialog.steps.first().map_or(0, |(line, _)| *line),
            split: 0,
            pending: VecDeque::new(),
            unread: Vec::new(),
            // A client that is to speak TLS at once speaks first, and is right to.
            greeted: dialog.client.tls.as_deref() == Some("implicit"),
            deaf: false,
            gone: false,
            breaches: Vec::new(),
        }
    }

    /// Writes so many octets at a time from here on, as the step `SPLIT` does.
    pub fn split(&mut self, octets: usize) {
        self.split = octets;
    }

    /// What to do next. After [`Action::Close`], [`Action::Cut`] and [`Action::Reset`] the play is over.
    #[expect(clippy::should_implement_trait, reason = "it has no end of its own: it says Close for ever")]
    pub fn next(&mut self) -> Action {
        loop {
            if let Some(write) = self.pending.pop_front() {
                return Action::Write(write);
            }
            let Some((line, step)) = self.steps.front().cloned() else {
                if !self.deaf && !self.unread.is_empty() {
                    let text = format!("the dialog is over, and the client says `{}`", self.unread.escape_ascii());
                    self.breach(text);
                    self.unread.clear();
                }
                return Action::Close;
            };
            self.line = line;
            match step {
                Step::Send(_) => self.gather(),
                Step::Hear(pattern) => {
                    self.greeted = true;
                    let Some(line) = self.take_line() else {
                        if !self.gone {
                            return Action::Read;
                        }
                        self.breach(format!("the client left where `{pattern}` was due"));
                        self.steps.clear();
                        continue;
                    };
                    if !matches(&pattern, &line) {
                        self.breach(format!("`{pattern}` was due, the client said `{}`", line.escape_debug()));
                    }
                    self.steps.pop_front();
                }
                Step::Serve => {
                    self.greeted = true;
                    let Some(line) = self.take_line() else {
                        if !self.gone {
                            return Action::Read;
                        }
                        self.breach("the client left without QUIT".to_owned());
                        self.steps.clear();
                        continue;
                    };
                    return Action::Write(self.serve(&line).to_vec());
                }
                Step::Any => {
                    self.greeted = true;
                    self.deaf = true;
                    self.unread.clear();
                    if !self.gone {
                        return Action::Read;
                    }
                    self.steps.pop_front();
                }
                Step::Tls(handshake) => {
                    self.greeted = true;
                    if !self.unread.is_empty() {
                        // RFC 3207 §4: after STARTTLS the client waits for the reply.
                        let text = format!("in clear behind STARTTLS: `{}`", self.unread.escape_ascii());
                        self.breach(text);
                        self.unread.clear();
                    }
                    self.steps.pop_front();
                    return Action::StartTls(handshake);
                }
                Step::Wait(span) => {
                    self.steps.pop_front();
                    return Action::Wait(span);
                }
                Step::Split(octets) => {
                    self.split = octets;
                    self.steps.pop_front();
                }
                Step::Push => {
                    self.steps.pop_front();
                }
                Step::Flood(text) => {
                    self.deaf = true;
                    return Action::Flood(text);
                }
                Step::Close => return self.end(Action::Close),
                Step::Cut => return self.end(Action::Cut),
                Step::Reset => return self.end(Action::Reset),
                Step::Hang => return self.end(Action::Hang),
            }
        }
    }

    /// The client sent these octets.
    pub fn heard(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        // A client that has lost patience may say QUIT, and only that, before the greeting has ended.
        let farewell = self.deaf && octets.eq_ignore_ascii_case(b"QUIT\r\n");
        if !self.greeted && !farewell {
            self.breach(format!("early talk (RFC 5321 §4.3.1): `{}`", octets.escape_ascii()));
        }
        if !self.deaf {
            self.unread.extend_from_slice(octets);
            self.unread.truncate(2 * LINE_LIMIT);
        }
    }

    /// The client ended the connection, or it broke.
    pub fn client_gone(&mut self) {
        self.gone = true;
    }

    /// Where the client left the dialog.
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// Whether what comes is passed over from here on, so that no QUIT is due.
    #[must_use]
    pub fn passes_over(&self) -> bool {
        self.deaf
    }

    /// Whether every step was played, or an end was reached.
    #[must_use]
    pub fn finished(&self) -> bool {
        self.steps.is_empty() && self.pending.is_empty()
    }

    /// Turns the neighbouring sends at the front into writes.
    fn gather(&mut self) {
        let mut write = Vec::new();
        while let Some((_, Step::Send(octets))) = self.steps.front() {
            write.extend_from_slice(octets);
            self.steps.pop_front();
        }
        match self.split {
            0 if write.is_empty() => {}
            0 => self.pending.push_back(write),
            octets => self.pending.extend(write.chunks(octets).map(<[u8]>::to_vec)),
        }
    }

    /// The reply to a line that belongs to no step.
    fn serve(&mut self, line: &str) -> &'static [u8] {
        match line.to_ascii_uppercase().as_str() {
            "QUIT" => {
                self.steps.clear();
                b"221 2.0.0 Goodbye\r\n"
            }
            "RSET" | "NOOP" => b"250 2.0.0 Ok\r\n",
            _ => {
                self.breach(format!("RSET, NOOP or QUIT was due, the client said `{}`", line.escape_debug()));
                b"500 5.5.1 Not here\r\n"
            }
        }
    }

    fn take_line(&mut self) -> Option<String> {
        let Some(end) = self.unread.iter().position(|octet| *octet == b'\n') else {
            if self.unread.len() > LINE_LIMIT {
                self.breach(format!("a line of more than {LINE_LIMIT} octets"));
                self.unread.clear();
                self.gone = true;
            }
            return None;
        };
        let line: Vec<u8> = self.unread.drain(..=end).collect();
        let text = line.strip_suffix(b"\r\n").unwrap_or_else(|| {
            self.breaches.push(Breach { line: self.line, text: "the client's line ends in LF alone".to_owned() });
            &line[..line.len() - 1]
        });
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn end(&mut self, action: Action) -> Action {
        self.deaf = true;
        self.steps.clear();
        action
    }

    fn breach(&mut self, text: String) {
        self.breaches.push(Breach { line: self.line, text });
    }
}

/// Whether a client's line is what a pattern asks for: the first word in any case, `*` for anything.
#[must_use]
pub fn matches(pattern: &str, line: &str) -> bool {
    let verb = |text: &str| {
        let (verb, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
        verb.to_ascii_uppercase() + rest
    };
    let (pattern, line) = (verb(pattern), verb(line));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(steps: &str) -> Player {
        match Dialog::parse("x.smtp", &format!("title: t\n{steps}")) {
            Ok(dialog) => Player::new(&dialog),
            Err(error) => panic!("{error}"),
        }
    }

    fn write(text: &str) -> Action {
        Action::Write(text.as_bytes().to_vec())
    }

    #[test]
    fn patterns_match_as_a_person_would() {
        for (pattern, line, want) in [
            ("QUIT", "quit", true),
            ("QUIT", "QUIT ", false),
            ("EHLO *", "ehlo [127.0.0.1]", true),
            ("EHLO *", "HELO x", false),
            ("MAIL FROM:<a@x>*", "MAIL FROM:<a@x> SIZE=1", true),
            ("MAIL FROM:<a@x>", "MAIL FROM:<A@x>", false),
            ("*", "anything at all", true),
            ("A *b*c", "A 1b2b3c", true),
            ("A *b*c", "A 1c2b", false),
        ] {
            assert_eq!(matches(pattern, line), want, "{pattern} on {line}");
        }
    }

    #[test]
    fn a_conversation_in_order_leaves_no_breach() {
        let mut player = player("S: 220-a\nS: 220 b\nC: EHLO *\nSPLIT 3\nS: 250 x\nC: QUIT\nSPLIT 0\nS: 221 y\n");
        assert_eq!(player.next(), write("220-a\r\n220 b\r\n"));
        assert_eq!(player.next(), Action::Read);
        player.heard(b"EHLO m");
        assert_eq!(player.next(), Action::Read);
        player.heard(b"e\r\nQU");
        assert_eq!([player.next(), player.next(), player.next()], [write("250"), write(" x\r"), write("\n")]);
        assert_eq!(player.next(), Action::Read);
        player.heard(b"IT\r\n");
        assert_eq!(player.next(), write("221 y\r\n"));
        assert_eq!(player.next(), Action::Close);
        assert!(player.finished());
        assert_eq!(player.breaches(), []);
    }

    #[test]
    fn early_talk_between_two_greeting_lines_is_a_breach() {
        let mut player = player("S: 220-a\nWAIT 6s\nS: 220 b\nC: EHLO *\n");
        assert_eq!(player.next(), write("220-a\r\n"));
        assert_eq!(player.next(), Action::Wait(Duration::from_secs(6)));
        player.heard(b"EHLO x\r\n");
        assert_eq!(player.breaches().len(), 1);
        assert!(player.breaches()[0].text.contains("early talk"), "{}", player.breaches()[0]);
    }

    #[test]
    fn another_line_names_the_step_and_the_play_goes_on() {
        let mut player = player("S: 220 a\nC: EHLO *\nS: 250 x\n");
        player.next();
        player.next();
        player.heard(b"HELO x\r\n");
        assert_eq!(player.next(), write("250 x\r\n"));
        assert_eq!(player.breaches(), [Breach { line: 3, text: "`EHLO *` was due, the client said `HELO x`".into() }]);
    }

    #[test]
    fn text_pipelined_behind_starttls_is_a_breach() {
        let mut player = player("S: 220 a\nC: STARTTLS\nS: 220 go\nTLS\nC: EHLO *\n");
        player.next();
        player.next();
        player.heard(b"STARTTLS\r\nEHLO x\r\n");
        player.next();
        assert_eq!(player.next(), Action::StartTls(Handshake::default()));
        assert!(player.breaches()[0].text.contains("behind STARTTLS"), "{}", player.breaches()[0]);
    }

    #[test]
    fn serving_answers_what_ends_a_session_and_nothing_else() {
        let mut player = player("S: 220 a\nSERVE\n");
        player.next();
        assert_eq!(player.next(), Action::Read);
        player.heard(b"RSET\r\nDATA\r\nquit\r\n");
        assert_eq!(player.next(), write("250 2.0.0 Ok\r\n"));
        assert_eq!(player.next(), write("500 5.5.1 Not here\r\n"));
        assert_eq!(player.next(), write("221 2.0.0 Goodbye\r\n"));
        assert_eq!(player.next(), Action::Close);
        assert_eq!(player.breaches().len(), 1);
    }

    #[test]
    fn leaving_early_is_a_breach_and_any_is_not() {
        let mut left = player("S: 220 a\nC: EHLO *\n");
        left.next();
        left.next();
        left.client_gone();
        assert_eq!(left.next(), Action::Close);
        assert_eq!(left.breaches()[0].text, "the client left where `EHLO *` was due");
        let mut any = player("S: 421 a\nANY\n");
        any.next();
        assert_eq!(any.next(), Action::Read);
        any.heard(b"whatever");
        any.client_gone();
        assert_eq!(any.next(), Action::Close);
        assert_eq!(any.breaches(), []);
    }
}
