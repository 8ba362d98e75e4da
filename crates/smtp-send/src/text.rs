//! The message: a whole one as it was given, or one to be made for the recipients of each domain.
//!
//! What is made is made anew for each domain, so that its recipients see each other and nobody else. A whole message goes
//! to all as it is; with `-t` its recipients come from its headers, and Bcc is taken out first.

use std::io::Read;
use std::sync::Arc;

use byhand::cli::args::Sender;
use byhand::cli::io::Io;
use byhand::mailbox::Mailbox;
use byhand::message::Message;
use byhand::message::body::check;
use byhand::message::compose::{Draft, compose};
use byhand::message::header::{Field, recipients};

use crate::options::Args;

/// What is sent.
#[derive(Debug)]
pub(crate) enum Text {
    /// A whole message, and the header section that names its recipients.
    Whole { message: Arc<Message>, head: Vec<u8> },
    /// The parts of one.
    Parts { subject: Option<String>, body: Option<String>, headers: Vec<Field> },
}

impl Text {
    /// Reads what the options name.
    pub(crate) fn read(args: &Args, io: &mut Io) -> Result<Self, String> {
        let parts = args.subject.is_some() || args.body.is_some() || !args.header.is_empty();
        // As sendmail -t: the message comes on standard input where nothing else is said.
        let data = args.data.as_deref().or((args.from_headers && !parts).then_some("-"));
        if let Some(data) = data {
            let given = Message::given(&octets(data, io)?);
            let head = given.head().to_vec();
            let message = if args.from_headers { given.without("bcc") } else { given };
            return Ok(Self::Whole { message: Arc::new(message), head });
        }
        if args.subject.is_some() && args.header.iter().any(|field| field.name.eq_ignore_ascii_case("subject")) {
            return Err("--subject and --header 'Subject: ...' both give the subject: leave one of them out".into());
        }
        let body = match args.body.as_deref().map(|body| (body, body.strip_prefix('@'))) {
            Some((_, Some(file))) => Some(String::from_utf8(octets(file, io)?).map_err(|_| {
                format!("{file} is not UTF-8 text: make it a whole message, and give that with --data")
            })?),
            Some((body, None)) => Some(body.to_owned()),
            None => None,
        };
        check(&args.header, body.as_deref().unwrap_or_default())?;
        Ok(Self::Parts { subject: args.subject.clone(), body, headers: args.header.clone() })
    }

    /// The recipients of the options, each once.
    pub(crate) fn recipients(&self, args: &Args) -> Result<Vec<Mailbox>, String> {
        let mut all = args.to.clone();
        if args.from_headers {
            let (found, bad) = match self {
                Self::Whole { head, .. } => recipients(head),
                Self::Parts { headers, .. } => {
                    let line = |field: &Field| format!("{}: {}\r\n", field.name, field.value);
                    recipients(headers.iter().map(line).collect::<String>().as_bytes())
                }
            };
            if let Some(bad) = bad.first() {
                return Err(format!("To, Cc or Bcc of the message has what is no address: {bad}"));
            }
            if found.is_empty() && all.is_empty() {
                return Err("nothing to send to: To, Cc and Bcc of the message name nobody".into());
            }
            all.extend(found);
        }
        Ok(all)
    }

    /// The message for these recipients; `host` is our name.
    pub(crate) fn message(&self, from: &Sender, to: &[Mailbox], host: &str, bcc: bool) -> Arc<Message> {
        match self {
            Self::Whole { message, .. } => Arc::clone(message),
            Self::Parts { subject, body, headers } => {
                let now = jiff::Timestamp::now();
                let shown = |field: &&Field| bcc || !field.name.eq_ignore_ascii_case("bcc");
                Arc::new(compose(&Draft {
                    from: from.mailbox(),
                    to,
                    subject: subject.as_deref(),
                    body: body.as_deref(),
                    headers: &headers.iter().filter(shown).cloned().collect::<Vec<_>>(),
                    now: now.as_second(),
                    instant: &now.to_string().chars().take(19).chain(['Z']).collect::<String>(),
                    host,
                    unique: &format!("{}.{}", now.subsec_nanosecond(), std::process::id()),
                }))
            }
        }
    }
}

/// The octets of a file; of standard input for `-`.
fn octets(file: &str, io: &mut Io) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let read = if file == "-" {
        let stdin = io.stdin.take().ok_or("standard input can be read only once")?;
        let mut stdin = stdin;
        // Otherwise it looks as if nothing happened.
        if io.stdin_is_terminal {
            io.stderr.say("reading from the terminal; end with Ctrl-D on a line of its own");
        }
        stdin.read_to_end(&mut octets).map(|_| ())
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut octets)).map(|_| ())
    };
    read.map(|()| octets)
        .map_err(|error| format!("cannot read {}: {error}", if file == "-" { "standard input" } else { file }))
}
