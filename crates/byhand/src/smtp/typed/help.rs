//! What `:help` and `:why` tell.

use super::grammar::ENTRIES;
use super::verb::Verb;
use super::{Link, Mode, Typed};

/// The lines of a topic; of the list, where none is named.
pub(super) fn topic(topic: Option<&str>) -> Vec<String> {
    let Some(topic) = topic else { return list() };
    let word = topic.trim_start_matches(':').to_ascii_lowercase();
    let text: &[&str] = match word.as_str() {
        "smtp" | "session" => &[
            "EHLO NAME                 who we are; the server tells what it can do",
            "STARTTLS                  encrypt from here on, then EHLO again",
            "MAIL FROM:<ADDRESS>       who is told when it fails; <> for nobody",
            "RCPT TO:<ADDRESS>         who gets it; once for each recipient",
            "DATA                      the message follows, a lone dot ends it",
            "RSET                      forget sender and recipients",
            "NOOP, VRFY NAME, HELP     nothing; is there such a user; what the server knows",
            "QUIT                      goodbye",
        ],
        "text" => &[
            "after the 354: headers such as From, To, Subject, Date, then an empty line, then the text",
            "a line that begins with a dot goes out with one more, which the server takes off again",
            "a dot alone on its line ends the message and delivers it; lines with a colon in front are text here",
            ":message FILE, in place of DATA, sends a whole message from a file",
        ],
        "login" => &[
            "AUTH LOGIN, AUTH PLAIN and the others may be typed bare: challenges are shown decoded, answers go out encoded",
            "passwords are not shown, not kept in the history and not saved; * cancels",
            ":auth MECHANISM USER does all of it by itself",
        ],
        "encryption" | "starttls" => &[
            "STARTTLS, or :tls: after the 220 the handshake is made, and the certificate told in a line",
            "what was said before counts no more: EHLO comes again",
            ":tls now makes the handshake without a word, for a port that waits for one",
        ],
        "script" => &[
            "a script has the same lines as are typed here; # begins a comment, and blank lines are passed over",
            "behind DATA and its 354 every line is text, so :expect cannot check the 354; without its dot the script is broken",
            ":expect 250 ends it with exit code 1 where the reply is another; :on 5xx :quit does something only then",
            ":save FILE writes one of this session; smtp-send --script FILE runs it",
        ],
        _ => &[],
    };
    if !text.is_empty() {
        return text.iter().map(|line| (*line).to_owned()).collect();
    }
    match ENTRIES.iter().find(|entry| entry.word == word) {
        Some(entry) => {
            let mut lines = vec![line(entry)];
            let more = match entry.word {
                "data" | "message" => Some("text"),
                "auth" | "secret" => Some("login"),
                "tls" => Some("encryption"),
                "expect" | "on" | "save" => Some("script"),
                _ => None,
            };
            lines.extend(more.into_iter().flat_map(|more| self::topic(Some(more))));
            lines
        }
        None if Verb::of(topic) != Verb::Other => self::topic(Some("smtp")),
        None => {
            let mut lines = vec!["there is no help on that".to_owned()];
            lines.extend(list());
            lines
        }
    }
}

fn list() -> Vec<String> {
    let mut lines = vec![
        "what you type goes to the server; Enter sends it, Tab completes, the right arrow takes the dim hint"
            .to_owned(),
        "(a terminal without cursor control has neither: there :why says what comes next)".to_owned(),
        "lines that begin with a colon are for this program:".to_owned(),
    ];
    lines.extend(ENTRIES.iter().map(line));
    lines
}

fn line(entry: &super::grammar::Entry) -> String {
    format!(":{:<25} {}", format!("{} {}", entry.word, entry.arguments).trim_end(), entry.about)
}

impl Typed {
    /// Where the session stands, and what the server should take now. RFC 5321 §4.1.4 has the order.
    pub(super) fn why(&self) -> Vec<String> {
        let state = &self.state;
        let mut lines = Vec::new();
        match self.link {
            Link::Up => {}
            Link::None => return vec!["the connection is being made".into()],
            Link::Closed | Link::Dead => return vec!["there is no connection; :reconnect makes one".into()],
        }
        if let Some(first) = self.awaiting.front() {
            lines.push(format!("waiting for the reply to {}", first.due.line));
        }
        if !state.greeted {
            lines.push("the server has not greeted with a 220: until then nothing should be said".into());
            return lines;
        }
        lines.push(if state.tls { "encrypted" } else { "not encrypted" }.into());
        if matches!(self.mode, Mode::Data) {
            lines.push("inside the message: every line is text, a lone dot ends it".into());
            return lines;
        }
        let now = match (state.hello, &state.mail, state.recipients.len()) {
            (None, ..) if self.settings.lmtp => "nobody said LHLO yet: it has to come first".into(),
            (None, ..) => "nobody said EHLO yet, or TLS made it count no more: it has to come first".into(),
            (Some(_), None, _) => {
                let tls = if state.can_start_tls() { ", STARTTLS" } else { "" };
                let auth = if state.mechanisms().is_empty() || state.logged_in { "" } else { ", AUTH" };
                format!("no sender is named: MAIL FROM comes next{tls}{auth}; RCPT TO and DATA would be answered 503")
            }
            (Some(_), Some(from), 0) => {
                format!(
                    "the sender is <{from}>, no recipient was accepted: RCPT TO comes next; a second MAIL would be answered 503"
                )
            }
            (Some(_), Some(from), n) => format!(
                "the sender is <{from}>, {} accepted: more RCPT TO, or DATA; RSET begins anew",
                super::lines::count(n, "recipient is", "recipients are")
            ),
        };
        lines.push(now);
        if state.logged_in {
            lines.push("logged in; AUTH a second time would be answered 503 (RFC 4954 §4)".into());
        } else if state.wants_login {
            lines.push("the server asked for a login (or for encryption) with a 530".into());
        }
        lines.push("NOOP, HELP, VRFY and QUIT may be said at any time".into());
        lines
    }
}
