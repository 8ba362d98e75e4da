//! The session of a server that behaves: one command, one reply (RFC 5321 §4.1, §4.3), as its [`Plain`] has it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use tokio::time::{Instant, timeout, timeout_at};

use super::Plain;
use super::heard::{Hearing, Message};
use super::login::{Exchange, Turn};
use super::socket::{PATIENCE, Socket};
use crate::dialog::matches;
use crate::pki::{Cert, Pki};

/// The longest command line taken, octets.
const LINE_LIMIT: usize = 4096;
const MESSAGE_LIMIT: usize = 64 << 20;

/// What the session knows of the transaction under way.
#[derive(Default)]
struct Envelope {
    mail: Option<String>,
    rcpt: Vec<String>,
    chunks: Option<Vec<u8>>,
}

enum Next {
    Line(String),
    TooLong,
    Gone,
}

struct Session<'a> {
    socket: &'a mut Socket,
    hearing: &'a mut Hearing,
    plain: &'a Plain,
    pki: &'a Pki,
    unread: Vec<u8>,
    greeted: bool,
    logged_in: bool,
    envelope: Envelope,
}

pub(super) async fn serve(socket: &mut Socket, hearing: &mut Hearing, plain: &Arc<Plain>, pki: &Pki) -> io::Result<()> {
    let mut session = Session {
        socket,
        hearing,
        plain,
        pki,
        unread: Vec::new(),
        greeted: false,
        logged_in: false,
        envelope: Envelope::default(),
    };
    session.run().await
}

impl Session<'_> {
    async fn run(&mut self) -> io::Result<()> {
        if let Some(cert) = self.plain.implicit
            && !self.handshake(cert).await?
        {
            return Ok(());
        }
        if !self.greet().await? {
            return Ok(());
        }
        loop {
            let line = match self.next_line().await? {
                Next::Line(line) => line,
                Next::TooLong => {
                    self.say(500, "5.5.2", "Line too long").await?;
                    continue;
                }
                Next::Gone => return Ok(()),
            };
            self.hearing.line(&line);
            if !self.answer(&line).await? {
                self.hearing.server_ends();
                return self.socket.close(self.hearing).await;
            }
        }
    }

    /// Says the greeting; `false` when nothing more follows.
    async fn greet(&mut self) -> io::Result<bool> {
        let default = format!("220 {} ESMTP\r\n", self.plain.name).into_bytes();
        let own = self.own_reply("connect").map(|reply| format!("{reply}\r\n").into_bytes());
        let banner = own.clone().or_else(|| self.plain.banner.clone()).unwrap_or(default);
        for piece in banner.chunks(self.plain.banner_piece.unwrap_or(banner.len()).max(1)) {
            if !self.listen_before_greeting(self.plain.banner_pause).await? {
                return Ok(false);
            }
            self.send(piece).await?;
        }
        if own.is_some_and(|reply| reply.starts_with(b"421")) {
            self.hearing.server_ends();
            self.socket.close(self.hearing).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Lets time pass before the greeting and keeps what comes too early; `false` when the client left.
    async fn listen_before_greeting(&mut self, span: Duration) -> io::Result<bool> {
        let end = Instant::now() + span;
        let mut octets = [0; 4096];
        while Instant::now() < end {
            match timeout_at(end, self.socket.read(&mut octets)).await {
                Ok(read) => match read? {
                    0 => {
                        self.hearing.server_ends();
                        return Ok(false);
                    }
                    // QUIT alone is a client that has lost patience.
                    count if octets[..count].eq_ignore_ascii_case(b"QUIT\r\n") => {
                        self.hearing.lines(&octets[..count]);
                    }
                    count => {
                        self.hearing.early(&octets[..count]);
                        self.unread.extend_from_slice(&octets[..count]);
                    }
                },
                Err(_) => break,
            }
        }
        Ok(true)
    }

    /// Answers one line; `false` ends the connection.
    async fn answer(&mut self, line: &str) -> io::Result<bool> {
        if let Some((_, span)) = self.plain.pauses.iter().find(|(pattern, _)| matches(pattern, line)) {
            tokio::time::sleep(*span).await;
        }
        if let Some(reply) = self.own_reply(line) {
            self.send(format!("{reply}\r\n").as_bytes()).await?;
            // A hello that is answered in other words is a hello all the same.
            self.greeted |= reply.starts_with("250") && (matches("EHLO*", line) || matches("HELO*", line));
            return Ok(!reply.starts_with("421"));
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if self.plain.lmtp => self.say(500, "5.5.1", "This is LMTP: say LHLO").await?,
            "EHLO" | "LHLO" if self.plain.lmtp == (verb.eq_ignore_ascii_case("LHLO")) && !self.plain.helo_only => {
                self.greeted = true;
                self.envelope = Envelope::default();
                self.ehlo().await?;
            }
            "HELO" => {
                self.greeted = true;
                self.envelope = Envelope::default();
                let text = format!("250 {}\r\n", self.plain.name);
                self.send(text.as_bytes()).await?;
            }
            "STARTTLS" if self.plain.starttls.is_some() && !self.socket.is_tls() => return self.starttls(rest).await,
            "AUTH" if self.plain.account.is_some() => return self.auth(rest).await,
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.rcpt(rest).await?,
            "DATA" => return self.data().await,
            "BDAT" => return self.bdat(rest).await,
            "RSET" => {
                self.envelope = Envelope::default();
                self.say(250, "2.0.0", "Reset").await?;
            }
            "NOOP" => self.say(250, "2.0.0", "Nothing done").await?,
            "QUIT" => {
                self.say(221, "2.0.0", &format!("{} says goodbye", self.plain.name)).await?;
                return Ok(false);
            }
            _ => self.say(500, "5.5.2", "Command not known").await?,
        }
        Ok(true)
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        let mut lines = vec![format!("{} at your service", self.plain.name)];
        lines.extend(self.plain.offered(self.socket.is_tls()));
        let mut text = String::new();
        for (at, line) in lines.iter().enumerate() {
            let mark = if at + 1 == lines.len() { ' ' } else { '-' };
            text.push_str(&format!("250{mark}{line}\r\n"));
        }
        self.send(text.as_bytes()).await
    }

    /// RFC 3207 §4.
    async fn starttls(&mut self, rest: &str) -> io::Result<bool> {
        if !rest.is_empty() {
            self.say(501, "5.5.4", "STARTTLS takes no parameter").await?;
            return Ok(true);
        }
        if !self.unread.is_empty() {
            self.hearing.breach(format!("pipelined behind STARTTLS: `{}`", self.unread.escape_ascii()));
            self.unread.clear();
        }
        self.say(220, "2.0.0", "Ready to start TLS").await?;
        // RFC 3207 §4.2: nothing from before TLS counts inside it.
        (self.greeted, self.logged_in, self.envelope) = (false, false, Envelope::default());
        self.handshake(self.plain.starttls.unwrap_or_default()).await
    }

    async fn handshake(&mut self, cert: Cert) -> io::Result<bool> {
        let config = self.pki.server(cert, &self.plain.name).map_err(io::Error::other)?;
        match self.socket.start_tls(config, self.plain.tls_fault).await {
            Ok(true) => {
                self.hearing.tls_is_up(self.socket.sni());
                Ok(true)
            }
            other => {
                // After a failed handshake the client may only leave (RFC 3207 §4.1).
                self.hearing.server_ends();
                other
            }
        }
    }

    /// RFC 4954 §4; `false` when the client left.
    async fn auth(&mut self, rest: &str) -> io::Result<bool> {
        let plain = self.plain;
        let (name, initial) = rest.split_once(' ').map_or((rest, None), |(name, initial)| (name, Some(initial)));
        let name = name.to_ascii_uppercase();
        if !self.greeted || self.logged_in || self.envelope.mail.is_some() {
            self.say(503, "5.5.1", "AUTH is not allowed now").await?;
            return Ok(true);
        }
        let account = plain.account(self.socket.is_tls()).filter(|account| account.mechanisms.contains(&name));
        let begun =
            account.and_then(|account| Some((account, Exchange::begin(&name, account, self.socket.binding())?)));
        let Some((account, mut exchange)) = begun else {
            self.say(504, "5.5.4", "Mechanism not known here").await?;
            return Ok(true);
        };
        let mut answer = match initial {
            // RFC 4954 §4: an equal sign is an empty initial response.
            Some("=") => Some(Vec::new()),
            Some(text) => BASE64.decode(text.as_bytes()).ok(),
            None => match self.challenge(&exchange.greeting()).await? {
                Next::Line(line) => BASE64.decode(line.as_bytes()).ok(),
                Next::TooLong => None,
                Next::Gone => return Ok(false),
            },
        };
        loop {
            // `*`, which cancels, is no base64 either.
            let Some(octets) = answer.take() else {
                self.say(501, "5.7.0", "Authentication cancelled").await?;
                return Ok(true);
            };
            match exchange.answer(account, &octets) {
                Turn::Challenge(challenge) => match self.challenge(&challenge).await? {
                    Next::Line(line) => answer = BASE64.decode(line.as_bytes()).ok(),
                    Next::TooLong => {}
                    Next::Gone => return Ok(false),
                },
                Turn::Yes => {
                    self.logged_in = true;
                    self.say(235, "2.7.0", "Authentication succeeded").await?;
                    return Ok(true);
                }
                Turn::No => {
                    self.say(535, "5.7.8", "Authentication credentials invalid").await?;
                    return Ok(true);
                }
            }
        }
    }

    /// Says 334 and hears the next line.
    async fn challenge(&mut self, challenge: &[u8]) -> io::Result<Next> {
        self.send(format!("334 {}\r\n", BASE64.encode(challenge)).as_bytes()).await?;
        let next = self.next_line().await?;
        if let Next::Line(line) = &next {
            self.hearing.line(line);
        }
        Ok(next)
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted {
            return self.say(503, "5.5.1", "EHLO first").await;
        }
        if self.plain.account.is_some() && !self.logged_in {
            return self.say(530, "5.7.0", "Authentication required").await;
        }
        if self.envelope.mail.is_some() {
            return self.say(503, "5.5.1", "MAIL was said already").await;
        }
        if !is_path(rest, "FROM:") {
            return self.say(501, "5.5.4", "Syntax: MAIL FROM:<address>").await;
        }
        self.envelope.mail = Some(rest.to_owned());
        self.say(250, "2.1.0", "Sender taken").await
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        if self.envelope.mail.is_none() {
            return self.say(503, "5.5.1", "MAIL first").await;
        }
        if !is_path(rest, "TO:") || rest[3..].starts_with("<>") {
            return self.say(501, "5.5.4", "Syntax: RCPT TO:<address>").await;
        }
        self.envelope.rcpt.push(rest.to_owned());
        self.say(250, "2.1.5", "Recipient taken").await
    }

    async fn data(&mut self) -> io::Result<bool> {
        if self.envelope.rcpt.is_empty() {
            self.say(503, "5.5.1", "No recipient was accepted").await?;
            return Ok(true);
        }
        if self.envelope.chunks.is_some() {
            // RFC 3030 §2: DATA and BDAT do not mix.
            self.say(503, "5.5.1", "BDAT is under way").await?;
            return Ok(true);
        }
        self.send(b"354 Go ahead, end with a dot\r\n").await?;
        let Some(data) = self.until_dot().await? else { return Ok(false) };
        let recipients = self.envelope.rcpt.clone();
        self.keep(data, false);
        if self.plain.lmtp {
            // RFC 2033 §4.2: one for each, in their order.
            for recipient in recipients {
                let pattern = format!("dot {}", recipient.split(' ').next().unwrap_or_default());
                if !self.after_message(&pattern).await? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        self.after_message("dot").await
    }

    /// RFC 3030 §2: `BDAT n [LAST]`, then n octets.
    async fn bdat(&mut self, rest: &str) -> io::Result<bool> {
        let mut words = rest.split_whitespace();
        let size = words.next().and_then(|word| word.parse::<usize>().ok()).filter(|size| *size <= MESSAGE_LIMIT);
        let last = words.next().map(|word| word.eq_ignore_ascii_case("LAST"));
        let (Some(size), Some(true) | None) = (size, last) else {
            self.say(501, "5.5.4", "Syntax: BDAT size [LAST]").await?;
            // How many octets follow is not known: going on would take the message for commands.
            return Ok(false);
        };
        let Some(chunk) = self.exactly(size).await? else { return Ok(false) };
        if self.envelope.rcpt.is_empty() {
            self.say(503, "5.5.1", "No recipient was accepted").await?;
            return Ok(true);
        }
        let mut data = self.envelope.chunks.take().unwrap_or_default();
        data.extend_from_slice(&chunk);
        if last.is_none() {
            self.envelope.chunks = Some(data);
            self.say(250, "2.0.0", &format!("{size} octets taken")).await?;
            return Ok(true);
        }
        self.keep(data, true);
        self.after_message("dot").await
    }

    fn keep(&mut self, data: Vec<u8>, chunked: bool) {
        let envelope = std::mem::take(&mut self.envelope);
        let tls = self.socket.is_tls();
        let mail = envelope.mail.unwrap_or_default();
        self.hearing.message(Message { mail, rcpt: envelope.rcpt, data, tls, chunked });
    }

    /// The reply to a whole message; `dot` is its pattern for replies and pauses of the server's own.
    async fn after_message(&mut self, pattern: &str) -> io::Result<bool> {
        if let Some((_, span)) = self.plain.pauses.iter().find(|(own, _)| own == pattern) {
            tokio::time::sleep(*span).await;
        }
        if let Some(reply) = self.own_reply(pattern) {
            self.send(format!("{reply}\r\n").as_bytes()).await?;
            return Ok(!reply.starts_with("421"));
        }
        self.say(250, "2.0.0", "Taken, queued as LAB1").await?;
        Ok(true)
    }

    /// The message up to its dot, dots undone (RFC 5321 §4.5.2); only CRLF.CRLF ends it.
    async fn until_dot(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut data: Vec<u8> = Vec::new();
        let mut line: Vec<u8> = Vec::new();
        loop {
            while let Some(end) = self.unread.iter().position(|octet| *octet == b'\n') {
                line.extend(self.unread.drain(..=end));
                if !line.ends_with(b"\r\n") {
                    continue;
                }
                if line == b".\r\n" {
                    return Ok(Some(data));
                }
                data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                line.clear();
            }
            line.append(&mut self.unread);
            if data.len() + line.len() > MESSAGE_LIMIT || !self.fill().await? {
                return Ok(None);
            }
        }
    }

    async fn exactly(&mut self, size: usize) -> io::Result<Option<Vec<u8>>> {
        while self.unread.len() < size {
            if !self.fill().await? {
                return Ok(None);
            }
        }
        Ok(Some(self.unread.drain(..size).collect()))
    }

    async fn next_line(&mut self) -> io::Result<Next> {
        loop {
            if let Some(end) = self.unread.iter().position(|octet| *octet == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                if line.len() > LINE_LIMIT {
                    return Ok(Next::TooLong);
                }
                let Some(text) = line.strip_suffix(b"\r\n") else {
                    self.hearing.breach("the client's line ends in LF alone");
                    return Ok(Next::Line(String::from_utf8_lossy(&line[..line.len() - 1]).into_owned()));
                };
                return Ok(Next::Line(String::from_utf8_lossy(text).into_owned()));
            }
            if self.unread.len() > LINE_LIMIT {
                self.unread.clear();
                return Ok(Next::TooLong);
            }
            if !self.fill().await? {
                return Ok(Next::Gone);
            }
        }
    }

    async fn fill(&mut self) -> io::Result<bool> {
        let mut octets = [0; 16384];
        let Ok(read) = timeout(PATIENCE, self.socket.read(&mut octets)).await else { return Ok(false) };
        let count = read?;
        self.unread.extend_from_slice(&octets[..count]);
        Ok(count > 0)
    }

    fn own_reply(&self, line: &str) -> Option<String> {
        self.plain.replies.iter().find(|(pattern, _)| matches(pattern, line)).map(|(_, reply)| reply.clone())
    }

    /// A reply of one line, with its enhanced code where those are offered (RFC 2034 §3).
    async fn say(&mut self, code: u16, enhanced: &str, text: &str) -> io::Result<()> {
        let offered = self.plain.offered(self.socket.is_tls());
        let reply = if offered.iter().any(|keyword| keyword.eq_ignore_ascii_case("ENHANCEDSTATUSCODES")) {
            format!("{code} {enhanced} {text}\r\n")
        } else {
            format!("{code} {text}\r\n")
        };
        self.send(reply.as_bytes()).await
    }

    async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        for piece in octets.chunks(self.plain.write_size.unwrap_or(octets.len()).max(1)) {
            self.socket.write(piece).await?;
        }
        Ok(())
    }
}

/// `FROM:<...>` or `TO:<...>`, without blanks before the bracket (RFC 5321 §4.1.1.2, §3.3).
fn is_path(rest: &str, word: &str) -> bool {
    rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && rest[word.len()..].starts_with('<')
        && rest.contains('>')
}
