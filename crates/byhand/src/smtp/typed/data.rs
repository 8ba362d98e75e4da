//! The message: its lines after a 354, the dots, the question before the dot that delivers, and `:message FILE`.
//!
//! A line that begins with a dot goes out with one more (RFC 5321 §4.5.2), and that is said. A lone dot ends the message;
//! before the first that would deliver to a public address a second Enter is asked for. Lines that begin with a colon are
//! text here.

use super::wire::{Asked, Due};
use super::{Mode, Out, Question, Saying, Skip, Typed};
use crate::message::Message;
use crate::smtp::dot;
use crate::smtp::reply::Reply;
use crate::smtp::session::message_line;

/// The most octets of a message that are kept for `:data` and `:command`.
const KEPT: usize = 1024 * 1024;

/// The message at hand, or the last one.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Its lines as typed.
    pub(super) lines: Vec<String>,
    octets: usize,
    /// Whether not all of it was kept.
    pub(super) cut: bool,
    /// The file that it came from.
    pub(super) file: Option<String>,
    /// Whether its dot is sent.
    pub(super) ended: bool,
}

impl Draft {
    fn push(&mut self, line: &str) {
        self.octets += line.len() + 2;
        if self.octets > KEPT {
            self.cut = true;
        } else {
            self.lines.push(line.to_owned());
        }
    }
}

impl Typed {
    /// The reply to DATA.
    pub(super) fn data_answered(&mut self, due: &Due, reply: &Reply) {
        if reply.code != 354 {
            self.tell_meaning(due, reply);
            self.file = None;
            if self.settings.script || !self.waiting.is_empty() {
                self.skip = Some(Skip::MessageMaybe);
            }
            return;
        }
        // The end went out behind it: nothing of the message is left to be typed.
        if self.awaiting.iter().any(|awaited| matches!(awaited.due.asked, Asked::Message(_))) {
            return;
        }
        if let Some(content) = self.file.take() {
            self.state.headers.clear();
            return if self.asks() {
                self.question = Some(Question::Message(content));
            } else {
                self.send_file(&content);
            };
        }
        self.draft = Draft::default();
        self.mode = Mode::Data;
        if !self.settings.script {
            self.aside("now the message: headers, an empty line, the text; a dot alone on a line ends it");
        }
    }

    /// Whether the dot has to be asked about; that is said.
    fn asks(&mut self) -> bool {
        let asks = self.settings.asks_before_delivery && !self.delivery_confirmed && !self.settings.script;
        if asks {
            let to = match self.state.recipients.as_slice() {
                [] => self.settings.host.clone().unwrap_or_else(|| "the server".into()),
                [one] => one.clone(),
                [one, more @ ..] => format!("{one} and {}", super::lines::count(more.len(), "other", "others")),
            };
            self.aside(format!("this delivers a real message to {to}: Enter again sends it, :no does not"));
        }
        asks
    }

    pub(super) fn question_text(&self, question: &Question) -> String {
        match question {
            Question::Dot | Question::Message(_) => "send it? Enter sends, :no does not".into(),
            Question::Login(..) => "log in in clear? :yes does".into(),
        }
    }

    /// A line while something is asked: whether it was the answer. Any other line waits.
    pub(super) fn answers_question(&mut self, line: &str) -> bool {
        let line = line.trim();
        let yes = line.eq_ignore_ascii_case(":yes")
            || (line.is_empty() && matches!(self.question, Some(Question::Dot | Question::Message(_))));
        if yes {
            self.answer_yes();
        } else if line.eq_ignore_ascii_case(":no") {
            self.answer_no();
        } else {
            self.aside(match self.question {
                Some(Question::Login(..)) => "first: :yes logs in, :no does not",
                _ => "first: Enter sends the message, :no goes back to it",
            });
            return false;
        }
        true
    }

    fn answer_yes(&mut self) {
        match self.question.take() {
            Some(Question::Dot) => {
                self.delivery_confirmed = true;
                self.send_dot();
            }
            Some(Question::Message(content)) => {
                self.delivery_confirmed = true;
                self.send_file(&content);
            }
            Some(Question::Login(mechanism, user)) => self.ask_login(mechanism, user),
            None => {}
        }
    }

    pub(super) fn answer_no(&mut self) {
        let waiting = self.waiting.len();
        self.waiting.clear();
        if waiting > 0 {
            self.aside(format!("{} forgotten", super::lines::count(waiting, "waiting line is", "waiting lines are")));
        }
        match self.question.take() {
            Some(Question::Dot) => self.aside(
                "not sent; you are back in the message. It can only be left by closing the connection: Ctrl-C twice does that",
            ),
            Some(Question::Message(_)) => {
                // The server waits for text, and RSET would be text too: closing is the only way out.
                self.aside("not sent. Inside DATA a message can only be called off by closing the connection");
                self.hang_up("closed by us before the message");
            }
            Some(Question::Login(..)) => self.aside("not logged in"),
            None => {}
        }
    }

    pub(super) fn data_line(&mut self, line: &str) {
        if line == "." {
            return if self.asks() { self.question = Some(Question::Dot) } else { self.send_dot() };
        }
        self.state.text_line(line);
        self.draft.push(line);
        self.saved.line(line);
        let stuffed = line.starts_with('.');
        let shown = if stuffed { format!(".{line}") } else { line.to_owned() };
        if stuffed {
            self.aside("sent with its dot doubled; the server takes the first one off again");
        }
        self.send_text(format!("{shown}\r\n").into_bytes(), shown, Vec::new());
    }

    fn send_dot(&mut self) {
        self.saved.line(".");
        self.draft.ended = true;
        self.mode = Mode::Command;
        let due = self.message_due();
        self.send_text(b".\r\n".to_vec(), ".".into(), due);
    }

    fn send_file(&mut self, content: &[u8]) {
        self.draft.ended = true;
        let due = self.message_due();
        self.send_text(dot::stuff(content), message_line(content), due);
    }

    /// A reply to the dot; in LMTP one for each accepted recipient (RFC 2033 §4.2).
    fn message_due(&self) -> Vec<Due> {
        let due = |recipient: Option<String>| Due { asked: Asked::Message(recipient), line: ".".into() };
        if self.speaks_lmtp() && !self.state.recipients.is_empty() {
            return self.state.recipients.iter().map(|to| due(Some(to.clone()))).collect();
        }
        vec![due(None)]
    }

    fn speaks_lmtp(&self) -> bool {
        match self.state.hello {
            Some(verb) => verb == super::verb::Verb::Lhlo,
            None => self.settings.lmtp,
        }
    }

    fn send_text(&mut self, octets: Vec<u8>, shown: String, due: Vec<Due>) {
        self.outbox.push_back(Out::Send(Saying { octets, shown: vec![shown], due }));
    }

    pub(super) fn message_answered(&mut self, reply: &Reply) {
        let more = self.awaiting.iter().any(|awaited| matches!(awaited.due.asked, Asked::Message(_)));
        let accepted = reply.is_success() || (more && self.state.sent == Some(true));
        if !more {
            self.state.message_answered(accepted);
        }
        if reply.is_success() && !more && !self.settings.script {
            self.aside("accepted, not yet delivered. :save FILE keeps this session, :command shows the line for it, QUIT ends it");
        }
    }

    /// `:message FILE`: the file is read before anything is said.
    pub(super) fn message_file(&mut self, path: std::path::PathBuf) {
        if self.has_connection() {
            self.outbox.push_back(Out::ReadFile(path));
        }
    }

    /// What reading a file gave.
    pub fn file(&mut self, at: std::time::Duration, read: Result<Vec<u8>, String>) {
        self.now = at;
        if self.busy != Some(super::Busy::Reading) {
            return;
        }
        self.busy = None;
        match read {
            Err(why) => self.trouble(&format!("the file cannot be read: {why}")),
            Ok(octets) => {
                let content = Message::given(&octets).content();
                self.draft = Draft { file: self.saved.message.clone(), ..Draft::default() };
                for line in String::from_utf8_lossy(&content).split_terminator("\r\n") {
                    self.draft.push(line);
                }
                self.file = Some(content.to_vec());
                self.send(b"DATA\r\n".to_vec(), false);
            }
        }
        self.go_on();
    }

    /// The line of meaning under a reply that is no plain success.
    pub(super) fn tell_meaning(&mut self, due: &Due, reply: &Reply) {
        let stage = due.stage();
        let plain = match &due.asked {
            Asked::Banner => reply.code == 220,
            _ => reply.is_success() && !matches!(reply.code, 251 | 252),
        };
        if !plain {
            let text = self.meaning(reply, stage);
            self.aside(text);
        }
    }
}
