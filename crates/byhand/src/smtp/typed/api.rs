//! What goes in and out of a typed session: its settings, what it asks its owner to do, what it shows, what it prompts
//! with, and how it ended.
//!
//! Plain values only. What they lead to is in the modules beside this one.

use std::path::PathBuf;
use std::time::Duration;

use crate::mailbox::Mailbox;
use crate::smtp::command::HeloName;
use crate::wire::Said;

/// What a typed session knows before it begins.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What we call ourselves.
    pub helo: HeloName,
    /// The mail domain that was asked for, where there is one.
    pub domain: Option<String>,
    /// The host that is talked to, by name or address.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// The sender that is proposed.
    pub from: Option<Mailbox>,
    /// The recipients that are proposed.
    pub to: Vec<Mailbox>,
    /// Whether LMTP is spoken: LHLO, and a reply for each recipient (RFC 2033).
    pub lmtp: bool,
    /// Whether TLS comes before the greeting (RFC 8314 §3.3).
    pub implicit_tls: bool,
    /// Whether the dot that would deliver waits for a second Enter, the first time.
    pub asks_before_delivery: bool,
    /// Whether the lines come from a script: nothing is asked, and trouble ends it.
    pub script: bool,
    /// Whose login is proposed.
    pub user: Option<String>,
    /// Whether `:auth` may send a password without TLS, unasked.
    pub auth_in_clear: bool,
    /// Addresses used before, the latest first; Tab offers them.
    pub addresses: Vec<String>,
    /// Now, as a Date header has it (RFC 5322 §3.3); empty: no Date is proposed.
    pub date: String,
    /// A fresh Message-ID in its brackets; empty: none is proposed.
    pub message_id: String,
    /// Further options of the command line that the same session needs again, as a shell takes them apart.
    pub options: Vec<String>,
    /// The longest wait for the whole greeting.
    pub greeting_timeout: Duration,
    /// The longest wait for each later reply.
    pub command_timeout: Duration,
    /// The longest wait for the reply to the message.
    pub message_timeout: Duration,
}

impl Settings {
    /// For a server, with the time-outs of RFC 5321 §4.5.3.2 and nothing proposed.
    #[must_use]
    pub fn new(helo: HeloName, port: u16) -> Self {
        Self {
            helo,
            domain: None,
            host: None,
            port,
            from: None,
            to: Vec::new(),
            lmtp: false,
            implicit_tls: false,
            asks_before_delivery: false,
            script: false,
            user: None,
            auth_in_clear: false,
            addresses: Vec::new(),
            date: String::new(),
            message_id: String::new(),
            options: Vec::new(),
            greeting_timeout: Duration::from_secs(300),
            command_timeout: Duration::from_secs(300),
            message_timeout: Duration::from_secs(600),
        }
    }
}

/// What the owner is to do; nothing else is asked for before it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// Make the connection, then say [`Typed::connected`](super::Typed::connected), or `Input::Broken` with the reason.
    Connect,
    /// Write these octets, in one write, then say `Input::Sent`.
    Send(Vec<u8>),
    /// Make the TLS handshake now, then say `Input::TlsUp` or `Input::TlsFailed`.
    StartTls,
    /// Let this much time pass, then say `Input::Resumed`.
    Pause(Duration),
    /// Close the connection; there is no answer to that.
    Close,
    /// Read this file, then say [`Typed::file`](super::Typed::file).
    ReadFile(PathBuf),
    /// Write this file, then say [`Typed::saved`](super::Typed::saved).
    WriteFile {
        /// Where to.
        path: PathBuf,
        /// What.
        text: String,
    },
    /// Ask for this password without echo, or take it from what was given, then say
    /// [`Typed::secret`](super::Typed::secret).
    AskSecret(String),
    /// The session is over: nothing comes after this.
    End,
}

/// What the next line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A command for the server, or one of ours.
    Command,
    /// A line of the message.
    Data,
    /// A line of a group that goes out in one write.
    Group,
    /// The answer to a challenge; it is not kept in the history.
    Challenge,
    /// A password: not echoed, not kept; the label says whose.
    Secret(String),
    /// A question: an empty line is the yes.
    Confirm(String),
}

impl Prompt {
    /// The text before the line: `smtp> ` in clear, `smtp~ ` inside TLS.
    #[must_use]
    pub fn text(&self, tls: bool) -> String {
        let mark = if tls { '~' } else { '>' };
        match self {
            Self::Command => format!("smtp{mark} "),
            Self::Data => format!("data{mark} "),
            Self::Group => format!("group{mark} "),
            Self::Challenge => format!("auth{mark} "),
            Self::Secret(label) => format!("{label}: "),
            Self::Confirm(question) => format!("{question} "),
        }
    }
}

/// What a person or a program sees.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Something said, heard or done; it goes into events.
    Said(Said),
    /// Help, hints, explanations and answers to our own commands: for people only.
    Aside(String),
    /// What a script asked this program: a note among its events, and an aside for people.
    Told(Said),
}

/// What ended a session otherwise than well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The line of the script, from 1; 0: none was read yet.
    pub line: usize,
    /// A sentence.
    pub text: String,
}

/// What became of a session, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ended as whoever typed wanted it to.
    Well,
    /// An `:expect` did not hold, or a script that expects things met a refusal (5yz) that it does not speak of.
    NotAsExpected,
    /// The same with a 4yz.
    Deferred,
    /// The connection could not be had, broke, or fell silent under a script.
    Dead,
    /// The script holds a line that is not understood; its text.
    BadScript,
}
