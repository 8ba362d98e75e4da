//! The message: its lines after a 354, the dots, the question before the dot that delivers, and `:message FILE`.
//!
//! A line that begins with a dot goes out with one more (RFC 5321 §4.5.2), and that is said. A lone dot ends the message;
//! before the first that would deliver to a public address a second Enter is asked for. Lines that begin with a colon are
//! text here.

use super::wire::{Asked, Due};
use super::{Mode, Out, Question, Saying, Skip, Typed, grammar};
use crate::message::Message;
use crate::smtp::dot;
use crate::smtp::reply::Reply;
use crate::smtp::session::message_line;
use crate::wire::FindingId;

/// The most octets of a message that are kept for `:data` and `:command`.
const KEPT: usize = 1024 * 1024;

/// Of a line that begins with a dot.
pub(super) const DOUBLED: &str = "sent with its dot doubled; the server takes the first one off again";

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
    /// Whether nothing of it went out, since it waits for a 354 that may not come.
    pub(super) unsent: bool,
    /// Whether it was said that its lines are text.
    text_told: bool,
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

/// Whether whoever typed the line may think that it is a command.
fn is_like_a_command(line: &str) -> bool {
    let word = line.trim();
    ["QUIT", "RSET", "NOOP", "HELP", "EXIT"].iter().any(|verb| verb.eq_ignore_ascii_case(word))
        || (word.starts_with(':') && grammar::parse(word).is_ok())
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
            return self.send_file(&content);
        }
        self.draft = Draft::default();
        self.mode = Mode::Data;
        if !self.settings.script {
            self.aside("now the message: headers, an empty line, the text; a dot alone on a line ends it");
        }
    }

    /// Whether what delivers has to be asked about; that is said.
    pub(super) fn asks(&mut self) -> bool {
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
            Question::Dot | Question::Message(_) | Question::Write { .. } => {
                "send it? Enter sends, :no does not".into()
            }
            Question::Login(..) => "log in without encryption? :yes or :no?".into(),
        }
    }

    /// What is entered while something is asked. The answer is one line alone; anything else may be a password, or was meant
    /// for somewhere else, and is neither sent nor kept.
    pub(super) fn answers_question(&mut self, text: &str) {
        let line = text.trim();
        let delivers = !matches!(self.question, Some(Question::Login(..)));
        // What is pasted has line ends in it, and empty lines among them are no answer.
        let enter = line.is_empty() && !text.contains('\n') && delivers;
        if enter || line.eq_ignore_ascii_case(":yes") {
            self.answer_yes();
        } else if line.eq_ignore_ascii_case(":no") {
            self.answer_no();
        } else {
            self.aside(if delivers {
                "that was not taken, and is not sent: Enter or :yes sends the message, :no does not"
            } else {
                "that was not taken, and is not sent: :yes logs in, :no does not"
            });
        }
    }

    fn answer_yes(&mut self) {
        match self.question.take() {
            Some(Question::Dot) => {
                self.delivery_confirmed = true;
                self.send_dot();
            }
            Some(Question::Message(content)) => {
                self.delivery_confirmed = true;
                self.send_data(content);
            }
            Some(Question::Write { octets, raw, .. }) => {
                self.delivery_confirmed = true;
                self.send(octets, raw);
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
                let mark = self.saved.mark().saturating_sub(1);
                self.saved.back_to(mark);
                self.aside("not sent; the server knows nothing of it");
            }
            Some(Question::Write { mark, .. }) => {
                self.saved.back_to(mark);
                self.aside("not sent; the server knows nothing of it");
            }
            Some(Question::Login(..)) => self.aside("not logged in"),
            None => {}
        }
    }

    /// Lets octets go out that may hold a message and its end; then they are asked about. `mark`: where they begin in what
    /// is saved.
    pub(super) fn send_unless_asked(&mut self, octets: Vec<u8>, raw: bool, mark: usize) {
        if self.wire.clone().look(&octets, raw).delivers && self.asks() {
            self.question = Some(Question::Write { octets, raw, mark });
        } else {
            self.send(octets, raw);
        }
    }

    pub(super) fn data_line(&mut self, line: &str) {
        if line == "." {
            return if self.asks() { self.question = Some(Question::Dot) } else { self.send_dot() };
        }
        if !self.settings.script && is_like_a_command(line) && !std::mem::replace(&mut self.draft.text_told, true) {
            self.aside("inside the message that is text: a dot alone on its line ends it, Ctrl-C twice gives it up");
        }
        self.state.text_line(line);
        self.draft.push(line);
        self.saved.line(line);
        let stuffed = line.starts_with('.');
        let shown = if stuffed { format!(".{line}") } else { line.to_owned() };
        if stuffed {
            self.aside(DOUBLED);
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

    /// DATA, with a message that follows by itself.
    fn send_data(&mut self, content: Vec<u8>) {
        self.file = Some(content);
        self.send(b"DATA\r\n".to_vec(), false);
    }

    fn send_file(&mut self, content: &[u8]) {
        (self.draft.ended, self.draft.unsent) = (true, false);
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
            // RFC 2033 §4.2: a 250 of LMTP is the delivery.
            let what = if self.speaks_lmtp() { "delivered" } else { "accepted, not yet delivered" };
            self.aside(format!("{what}. :save FILE keeps this session, :command shows the line for it, QUIT ends it"));
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
                let message = Message::given(&octets);
                let content = message.content();
                let ends = message.findings().into_iter().find(|finding| finding.id == FindingId::LineEnds);
                if let Some(finding) = ends {
                    self.aside(finding.text);
                }
                if !octets.is_empty() && !octets.ends_with(b"\n") {
                    self.aside("the last line of the file has no end; it is sent with one");
                }
                self.draft = Draft { file: self.saved.message.clone(), unsent: true, ..Draft::default() };
                for line in String::from_utf8_lossy(&content).split_terminator("\r\n") {
                    self.draft.push(line);
                }
                // Asked before DATA is said, since behind its 354 there is no way back (RFC 5321 §4.1.1.4).
                if self.asks() {
                    self.question = Some(Question::Message(content.to_vec()));
                } else {
                    self.send_data(content.to_vec());
                }
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
