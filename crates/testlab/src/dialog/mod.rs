//! Dialogs: one file, one conversation between a server and a client under test.
//!
//! A file is lines. Blank lines and lines that begin with `#` are passed over. First the head, then the steps.
//!
//! ```text
//! # why it is right this way (RFC section)
//! title: a greeting in two lines, six seconds apart
//! expect: status=ok findings=banner-delay keywords=SIZE,STARTTLS
//! client: tls=never from=<> rcpt=b@example.test        send=plain: a message too; protocol=lmtp
//! client: tls=never from=<> rcpt=b@example.test auth=PLAIN,LOGIN auth-in-clear=yes
//!
//! S: 220 mx.test ESMTP          this line and CRLF; neighbouring S lines leave in one write
//! S> 220 x\r\n\xff\0            exactly these bytes; escapes \r \n \t \0 \\ \xHH
//! C: EHLO *                     the client's next line must match; `*` stands for anything
//! WAIT 6s                       a pause (ms, s or m)
//! TLS cert=expired              the handshake, now; words below
//! SPLIT 1                       from here on n octets a write; 0: whole writes again
//! PUSH                          what follows leaves in a write of its own
//! CLOSE   CUT   RESET           end it: in order; without TLS's close_notify; with RST
//! HANG                          never say anything again
//! FLOOD text                    this text for ever (64 MiB on a socket), escapes as for `S>`
//! SERVE                         RSET, NOOP get 250, QUIT gets 221 and the end; anything else is a breach
//! ANY                           whatever comes is passed over until the client ends the connection
//! ```
//!
//! `client:` may say `auth=` or `auth-optional=` with mechanisms, or `any`; the login is `user`, `zebra-Quartz9`.
//!
//! `TLS` takes `cert=` ([`crate::pki::Cert`]) and `outcome=good|alert|plain|close`: shake hands; or answer the
//! ClientHello with a fatal alert, with text that is no TLS, or by closing. The end of the file closes in order.
//!
//! The words of `expect` are the tests' business; [`Dialog::expect`] hands them over as they stand. In use are: `status`,
//! `stage`, `fault` (alternatives separated by `|`; left out: none), `code` and `enhanced` of the reply that decided,
//! `banner` (its code), `protocol`, `findings` (these at least), `no-findings` (none of these), `keywords` and
//! `keywords-tls` (all of them, in order, `-` for an empty list), `tls` (`yes`, `no`), `rcpt` (a status a recipient),
//! `doubt` (`yes` or `no` a recipient of a delivery: may it have the message all the same), `pkix` (a finding that only a
//! real certificate brings) and `fed=whole` (true only if each write arrives in one piece).

mod parse;
mod player;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::pki::Cert;

pub use parse::{ParseError, load_dir};
pub use player::{Action, Breach, Player, matches};

/// One conversation, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    /// The file's name without folder and ending.
    pub name: String,
    /// What it is about, one line.
    pub title: String,
    /// What a right client makes of it.
    pub expect: BTreeMap<String, String>,
    /// How the client is to be called.
    pub client: Client,
    /// The steps, each with its line in the file.
    pub steps: Vec<(usize, Step)>,
}

/// How the client is to be called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Client {
    /// `--tls`: `auto`, `require`, `implicit`, `never`.
    pub tls: Option<String>,
    /// `--from`, as typed.
    pub from: Option<String>,
    /// `--rcpt`, each as typed.
    pub rcpt: Vec<String>,
    /// `--protocol`: `esmtp`, `smtp`, `lmtp`.
    pub protocol: Option<String>,
    /// The client delivers, and does not only ask: `plain`, or the words of `--notify`, `--ret` and the like that it is
    /// given, `notify:never;ret:hdrs`.
    pub send: Option<String>,
    /// `--ehlo`.
    pub ehlo: Option<String>,
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--greeting-timeout`.
    pub greeting_timeout: Option<Duration>,
    /// `--auth`, or `--auth-optional` where the flag is set; `any` for no list.
    pub auth: Option<String>,
    /// Whether the login is optional.
    pub auth_optional: bool,
    /// `--auth-in-clear`.
    pub auth_in_clear: bool,
}

/// One step of the server's side.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Say exactly these octets.
    Send(Vec<u8>),
    /// The client's next line must match this pattern.
    Hear(String),
    /// A TLS handshake, now.
    Tls(Handshake),
    /// A pause.
    Wait(Duration),
    /// So many octets a write from here on; 0 ends it.
    Split(usize),
    /// A boundary between two writes.
    Push,
    /// End in order: close_notify inside TLS, then FIN.
    Close,
    /// End with FIN alone, even inside TLS.
    Cut,
    /// End with RST.
    Reset,
    /// Never say anything again.
    Hang,
    /// This, again and again.
    Flood(Vec<u8>),
    /// Answer RSET, NOOP and QUIT as they should be answered.
    Serve,
    /// Pass over whatever comes, until the client ends the connection.
    Any,
}

/// How the server meets a TLS handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handshake {
    /// The certificate shown.
    pub cert: Cert,
    /// What comes of it.
    pub outcome: HandshakeOutcome,
}

/// What comes of a handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandshakeOutcome {
    /// TLS is up.
    #[default]
    Good,
    /// The server answers with a fatal `handshake_failure` alert.
    Alert,
    /// The server answers in plain text.
    Plain,
    /// The server closes.
    Close,
}
