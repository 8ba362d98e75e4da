//! A server that behaves (RFC 5321, 6152, 1870, 2034, 2920, 3030, 3207), but for what it is told.
//!
//! Everything about it is a field of [`Plain`]: the greeting, the keywords in clear and inside TLS, the certificate, replies
//! to single commands ([`Plain::reply`]), pauses before them ([`Plain::pause`]), and how it writes. It takes every
//! recipient that no reply of its own refuses, and keeps every message. It checks the order of commands, not addresses.
//!
//! With an [`Account`] it offers AUTH and takes mail only after a login. It does not do VRFY or EXPN, and it takes no more than 64 MiB a message.

use std::time::Duration;

use super::{Account, HUSH};
use crate::dialog::HandshakeOutcome;
use crate::pki::Cert;

/// What goes wrong at a handshake.
pub type TlsFault = HandshakeOutcome;

/// How a server that behaves is set up.
#[derive(Clone, Debug)]
pub struct Plain {
    /// Its name: in the greeting, in EHLO, in its certificate.
    pub name: String,
    /// The greeting as it is sent, line ends and all; `None`: `220 NAME ESMTP`.
    pub banner: Option<Vec<u8>>,
    /// The pause before the greeting.
    pub banner_pause: Duration,
    /// So many octets of the greeting at a time, each time after the pause before the greeting.
    pub banner_piece: Option<usize>,
    /// The keywords outside TLS, STARTTLS apart.
    pub keywords: Vec<String>,
    /// The keywords inside TLS; `None`: the same.
    pub keywords_tls: Option<Vec<String>>,
    /// Whether it knows HELO only.
    pub helo_only: bool,
    /// Whether it speaks LMTP (RFC 2033): LHLO, and a reply for each recipient after the message.
    pub lmtp: bool,
    /// STARTTLS, with this certificate.
    pub starttls: Option<Cert>,
    /// TLS from the first octet, with this certificate.
    pub implicit: Option<Cert>,
    /// What comes of handshakes.
    pub tls_fault: TlsFault,
    /// Replies of its own: a pattern as in dialogs, and the reply without its last CRLF. A 421 closes.
    pub replies: Vec<(String, String)>,
    /// Pauses before replies: a pattern, and how long.
    pub pauses: Vec<(String, Duration)>,
    /// The account that AUTH is for; without one there is no AUTH.
    pub account: Option<Account>,
    /// So many octets a write.
    pub write_size: Option<usize>,
}

impl Plain {
    /// A server with the usual keywords and no TLS.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let keywords = ["PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "SMTPUTF8"];
        Self {
            name: name.to_owned(),
            banner: None,
            banner_pause: HUSH,
            banner_piece: None,
            keywords: keywords.map(str::to_owned).to_vec(),
            keywords_tls: None,
            helo_only: false,
            lmtp: false,
            starttls: None,
            implicit: None,
            tls_fault: TlsFault::Good,
            replies: Vec::new(),
            pauses: Vec::new(),
            account: None,
            write_size: None,
        }
    }

    /// Speaks LMTP. After a message the line that a reply of its own matches is `dot` and the argument of a RCPT, such as
    /// `dot TO:<b@example.test>`.
    #[must_use]
    pub fn lmtp(mut self) -> Self {
        self.lmtp = true;
        self
    }

    /// Offers STARTTLS with this certificate.
    #[must_use]
    pub fn starttls(mut self, cert: Cert) -> Self {
        self.starttls = Some(cert);
        self
    }

    /// Speaks TLS from the first octet.
    #[must_use]
    pub fn implicit(mut self, cert: Cert) -> Self {
        self.implicit = Some(cert);
        self
    }

    /// The keywords outside TLS.
    #[must_use]
    pub fn keywords(mut self, keywords: &[&str]) -> Self {
        self.keywords = keywords.iter().map(|&keyword| keyword.to_owned()).collect();
        self
    }

    /// The keywords inside TLS.
    #[must_use]
    pub fn keywords_tls(mut self, keywords: &[&str]) -> Self {
        self.keywords_tls = Some(keywords.iter().map(|&keyword| keyword.to_owned()).collect());
        self
    }

    /// Greets with these octets.
    #[must_use]
    pub fn banner(mut self, octets: &[u8]) -> Self {
        self.banner = Some(octets.to_vec());
        self
    }

    /// Answers lines that match with this; the first that matches counts. `connect` is the greeting's pattern.
    #[must_use]
    pub fn reply(mut self, pattern: &str, reply: &str) -> Self {
        self.replies.push((pattern.to_owned(), reply.to_owned()));
        self
    }

    /// Pauses before the reply to lines that match.
    #[must_use]
    pub fn pause(mut self, pattern: &str, span: Duration) -> Self {
        self.pauses.push((pattern.to_owned(), span));
        self
    }

    /// Offers AUTH by these mechanisms, in clear too, and wants a login.
    #[must_use]
    pub fn auth(mut self, mechanisms: &[&str], user: &str, password: &str) -> Self {
        self.account = Some(Account {
            mechanisms: mechanisms.iter().map(|&name| name.to_owned()).collect(),
            user: user.to_owned(),
            password: password.to_owned(),
            in_tls_only: false,
        });
        self
    }

    /// The account, where AUTH is offered now.
    pub(super) fn account(&self, tls: bool) -> Option<&Account> {
        self.account.as_ref().filter(|account| tls || !account.in_tls_only)
    }

    /// The keywords as they are offered now.
    pub(super) fn offered(&self, tls: bool) -> Vec<String> {
        let mut keywords = match (&self.keywords_tls, tls) {
            (Some(keywords), true) => keywords.clone(),
            (_, true) => self.keywords.clone(),
            (_, false) => {
                let mut keywords = self.keywords.clone();
                keywords.extend(self.starttls.map(|_| "STARTTLS".to_owned()));
                keywords
            }
        };
        keywords.extend(self.account(tls).map(|account| format!("AUTH {}", account.mechanisms.join(" "))));
        keywords
    }
}
