//! Whole bounce messages: whom they are about, and what was said about each.
//!
//! 1. A report for programs (RFC 3464) is read field by field: [`report`].
//! 2. The text for people is read too ([`text`]): it tells the command, and often the reply, that the report leaves out.
//!    Programs that write no report (qmail, Exim before 4.89, Domino, GroupWise, Exchange 5.5 ...) have only that.
//! 3. Both accounts of one recipient become one [`Found`].
//! 4. Where the message is no bounce itself, those that were forwarded in it are read ([`read`]); and a text that was copied
//!    out of one without its header ([`pasted`]).
//!
//! Deliberately not here: complaints (ARF, RFC 5965), read receipts (RFC 8098) and automatic answers, which say nothing about
//! a delivery; and whether the bounce is genuine, which nobody can see from it. Hostile messages are normal: size and
//! nesting are bounded before anything is parsed.

mod given_up;
mod line;
mod queue;
mod report;
mod text;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use mail_parser::decoders::html::html_to_text;
use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::found::{Found, starts};

/// The longest message that is read, octets. A bounce has its report in front and the message that it is about behind; a
/// report of 50,000 recipients is shorter.
pub const LONGEST: usize = 8 << 20;
/// More parts than this are an attack: each level of nesting needs a header of this kind.
const PARTS: usize = 100;
/// A bounce forwarded inside so many others is looked for.
const DEPTH: usize = 4;

/// Why a message is no bounce that can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBounce {
    /// It has no header fields.
    NoMessage,
    /// A recipient's complaint (RFC 5965).
    Complaint,
    /// A read receipt (RFC 8098).
    Receipt,
    /// An automatic answer, such as an absence note.
    AutoReply,
    /// A report that says that all went well, or goes on (RFC 3464 §2.3.3).
    NoFailure,
    /// It comes from a mail server, and no recipient with a failure was found in it.
    NotUnderstood,
    /// Nothing in it says that something was not delivered.
    Nothing,
}

impl fmt::Display for NoBounce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMessage => "this is no message: it has no header fields",
            Self::Complaint => "this message is a complaint (a feedback report), no bounce: it was delivered",
            Self::Receipt => "this message is a read receipt, no bounce",
            Self::AutoReply => "this message is an automatic answer, no bounce",
            Self::NoFailure => "this message reports that all went well: there is nothing to explain",
            Self::NotUnderstood => {
                "this message looks like a bounce, and its text is not understood: give the line that has the reply"
            }
            Self::Nothing => "nothing in this message says that something was not delivered",
        })
    }
}

/// Whether a line can be the first one of a message: a header field that bounces begin with, or mbox's `From `.
#[must_use]
pub fn begins(line: &str) -> bool {
    const NAMES: [&str; 26] = [
        "received",
        "return-path",
        "delivered-to",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "reply-to",
        "sender",
        "auto-submitted",
        "x-failed-recipients",
        "dkim-signature",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "authentication-results",
        "x-original-to",
        "envelope-to",
        "errors-to",
        "importance",
        "content-transfer-encoding",
        "references",
        "in-reply-to",
    ];
    if line.starts_with("From ") && line.contains(':') {
        return true;
    }
    let Some((name, value)) = line.split_once(':') else { return false };
    let name = name.trim_end();
    // "X-Something: " may be anybody's; "x-postfix;" or a word of a sentence is none.
    let own = name.len() > 3
        && name.is_char_boundary(2)
        && name[..2].eq_ignore_ascii_case("x-")
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (own || NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)))
        && (value.is_empty() || value.starts_with([' ', '\t']))
}

/// What a bounce message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whom it is about, and what was said about each.
    pub found: Vec<Found>,
    /// Whether that is all: a longer message than [`LONGEST`] may name more recipients.
    pub whole: bool,
}

/// Reads a bounce message.
///
/// # Errors
/// Why it is none.
pub fn read(message: &[u8]) -> Result<Account, NoBounce> {
    let (message, cut) = bounded(message);
    let parsed = parse(message).ok_or(NoBounce::NoMessage)?;
    let mut found = of_message(&parsed, 0)?;
    let whole = !(cut && Parts::of(&parsed).goes_on(message.len()));
    if !whole && found.len() > 1 {
        // The last one may have been cut in its middle.
        found.pop();
    }
    Ok(Account { found, whole })
}

/// Reads what somebody copied out of a bounce message, without its header, or out of a queue. `None` where it is no such text:
/// lines that each say something of their own, or prose without a reply.
#[must_use]
pub fn pasted(text: &str) -> Option<Vec<Found>> {
    let unquoted = text::unquoted(text);
    let text = unquoted.as_deref().unwrap_or(text);
    let waiting = queue::read(text);
    if !waiting.is_empty() {
        return Some(waiting);
    }
    let reported = report::read(text).into_iter().filter(|one| one.failed && one.found.recipient.is_some());
    let reported: Vec<Found> = reported.map(|one| one.found).collect();
    let (mut replies, mut shape, mut before) = (Vec::new(), !reported.is_empty(), "");
    for line in text.trim().lines() {
        // Blank lines, and lines that are folded, make a text; so does a reply that a sentence leads to, or a transcript.
        shape |= line.trim().is_empty() || line.starts_with([' ', '\t']) || line.starts_with(">>> ");
        shape |= starts(line) && before.trim_end().ends_with(':');
        // The lines of one reply repeat its code (RFC 5321 §4.2.1).
        replies.extend(begun(line).filter(|reply| before.trim_start().get(..3) != reply.get(..3)));
        before = line;
    }
    replies.sort_unstable();
    replies.dedup();
    let mut found = merged(reported, text::read(text, &[]), &[]);
    found.retain(Found::says_something);
    let named = found.iter().any(|found| found.recipient.is_some());
    let about = found.iter().all(|found| found.recipient.is_some() || starts(&found.reply));
    // Several replies and nobody whom they are about: a list.
    (shape && about && !found.is_empty() && (named || replies.len() <= found.len())).then_some(found)
}

/// A reply that begins in a line, also set in, or behind the words that lead to it ("with: 550 5.1.1").
fn begun(line: &str) -> Option<&str> {
    let line = line.trim();
    let behind = || line.rsplit_once(": ").map(|(_, reply)| reply).filter(|reply| starts(reply));
    if starts(line) { Some(line) } else { behind() }
}

/// The parser panics on some broken encodings: whoever sends one must not end the run.
fn parse(message: &[u8]) -> Option<Message<'_>> {
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(message)).ok().flatten()?;
    (!parsed.headers().is_empty()).then_some(parsed)
}

/// Reads a message, or the bounces that somebody forwarded in it.
fn of_message(message: &Message<'_>, depth: usize) -> Result<Vec<Found>, NoBounce> {
    let kind = message.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
    let report = kind.and_then(|kind| kind.attribute("report-type")).map(str::to_ascii_lowercase);
    match report.as_deref() {
        Some("feedback-report") => return Err(NoBounce::Complaint),
        Some("disposition-notification") => return Err(NoBounce::Receipt),
        _ => {}
    }
    let own = of_parts(message);
    // A report is about the message in it; anything else may have a bounce in it.
    let decided = match &own {
        Ok(found) => report.is_some() || found.iter().any(|found| starts(&found.reply)),
        Err(error) => *error == NoBounce::NoFailure,
    };
    if decided || depth >= DEPTH {
        return own;
    }
    let mut forwarded = Vec::new();
    for part in &message.parts {
        if let PartType::Message(inside) = &part.body {
            forwarded.extend(of_message(inside, depth + 1).unwrap_or_default());
        } else if let PartType::Binary(bytes) = &part.body
            && part.attachment_name().is_some_and(|name| name.to_ascii_lowercase().ends_with(".eml"))
            && let Some(inside) = parse(bounded(bytes).0)
        {
            forwarded.extend(of_message(&inside, depth + 1).unwrap_or_default());
        }
    }
    if forwarded.is_empty() { own } else { Ok(forwarded) }
}

fn of_parts(message: &Message<'_>) -> Result<Vec<Found>, NoBounce> {
    let parts = Parts::of(message);
    let reported = parts.reports.iter().flat_map(|(text, _)| report::read(text)).collect::<Vec<_>>();
    let mut told: Vec<Found> = Vec::new();
    for (text, _) in &parts.texts {
        told = text::read(text, parts.failed.as_slice());
        if !told.is_empty() {
            break;
        }
    }
    let well = !reported.is_empty() && reported.iter().all(|recipient| !recipient.failed);
    let failed = reported.into_iter().filter(|recipient| recipient.failed).map(|recipient| recipient.found);
    let mut found = merged(failed.collect(), told, &parts.failed);
    if well {
        return Err(NoBounce::NoFailure);
    }
    found.retain(Found::says_something);
    if !found.is_empty() {
        return Ok(found);
    }
    // Bounces and automatic answers alike are marked as answered by a program (RFC 3834 §3.1.1) and have no return path.
    let auto =
        message.header_raw("Auto-Submitted").is_some_and(|value| value.trim().eq_ignore_ascii_case("auto-replied"));
    let no_return = message.header_raw("Return-Path").is_some_and(|value| value.trim() == "<>");
    Err(match () {
        () if from_a_mail_system(message) || (no_return && !auto) => NoBounce::NotUnderstood,
        () if auto => NoBounce::AutoReply,
        () => NoBounce::Nothing,
    })
}

/// Whether the author is a mail server, as bounces have it (RFC 3464 §2, RFC 5321 §4.5.1).
fn from_a_mail_system(message: &Message<'_>) -> bool {
    let author = message.from().and_then(|from| from.first());
    let address = author.and_then(|author| author.address()).unwrap_or_default().to_ascii_lowercase();
    let name = author.and_then(|author| author.name()).unwrap_or_default().to_ascii_lowercase();
    let local = address.split('@').next().unwrap_or_default();
    matches!(local, "mailer-daemon" | "postmaster" | "mail-daemon" | "mailerdaemon") || name.contains("mail delivery s")
}

/// The message, cut where it is longer or deeper than any bounce; whether it was.
fn bounded(message: &[u8]) -> (&[u8], bool) {
    const FIELD: &[u8] = b"content-type";
    const FIELD_HYPHEN: usize = 7;
    let cut = message.len() > LONGEST;
    let mut message = &message[..message.len().min(LONGEST)];
    // mbox puts a line of its own in front.
    if message.starts_with(b"From ") {
        let end = message.iter().position(|b| *b == b'\n').map_or(message.len(), |at| at + 1);
        message = &message[end..];
    }
    let hyphens = message.iter().enumerate().filter(|(_, b)| **b == b'-').map(|(at, _)| at);
    let mut fields = hyphens.filter_map(|at| {
        let start = at.checked_sub(FIELD_HYPHEN)?;
        message.get(start..start + FIELD.len()).filter(|name| name.eq_ignore_ascii_case(FIELD)).map(|_| start)
    });
    match fields.nth(PARTS) {
        Some(at) => (&message[..at], true),
        None => (message, cut),
    }
}

/// What of a message can tell something.
#[derive(Default)]
struct Parts {
    /// Delivery status reports, and where each ends in the message.
    reports: Vec<(String, usize)>,
    /// Texts for people, the likeliest first, in the same form.
    texts: Vec<(String, usize)>,
    /// Recipients of `X-Failed-Recipients`, which Exim and Gmail write.
    failed: Vec<String>,
}

impl Parts {
    fn of(message: &Message<'_>) -> Self {
        let mut parts = Self::default();
        let mut html = Vec::new();
        for part in &message.parts {
            let end = part.offset_end as usize;
            let kind = part.content_type().map(|kind| {
                (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase())
            });
            let (ctype, subtype) = kind.unwrap_or_else(|| ("text".into(), "plain".into()));
            match (ctype.as_str(), subtype.as_str()) {
                ("message", "delivery-status" | "global-delivery-status") => parts.reports.push((content(part), end)),
                ("text", "rfc822-headers") => {}
                ("text", "html") => match &part.body {
                    PartType::Html(text) | PartType::Text(text) => html.push((html_to_text(text), end)),
                    _ => {}
                },
                ("text", _) => parts.texts.push((content(part), end)),
                _ => {}
            }
        }
        parts.texts.append(&mut html);
        parts.texts.retain(|(text, _)| !text.trim().is_empty());
        let failed = message.header_values("X-Failed-Recipients").filter_map(HeaderValue::as_text).collect::<Vec<_>>();
        let listed = message.header_raw("X-Failed-Recipients").map(Cow::Borrowed);
        let mut known = HashSet::new();
        for value in failed.into_iter().map(Cow::Borrowed).chain(listed) {
            for address in value.split([',', ' ', '\r', '\n', '\t']).filter(|word| word.contains('@')) {
                let address = address.trim_matches(['<', '>']);
                if known.insert(address.to_owned()) {
                    parts.failed.push(address.to_owned());
                }
            }
        }
        parts
    }

    /// Whether what tells about recipients reaches the end of what was read, so that there may be more of it.
    fn goes_on(&self, length: usize) -> bool {
        // A boundary line may stand behind the last part that is whole.
        let reaches = |end: usize| end + 256 >= length;
        self.reports.iter().any(|(_, end)| reaches(*end))
            || self.texts.iter().any(|(text, end)| reaches(*end) && !text.lines().any(line::is_end))
    }
}

fn content(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartType::Message(_) | PartType::Multipart(_) => String::new(),
    }
}

/// One account of each recipient, made of two.
fn merged(reported: Vec<Found>, mut told: Vec<Found>, failed: &[String]) -> Vec<Found> {
    // A text about one recipient need not name it.
    if let ([only], [text]) = (reported.as_slice(), told.as_mut_slice())
        && text.recipient.is_none()
    {
        text.recipient.clone_from(&only.recipient);
    }
    if let ([only], [text]) = (failed, told.as_mut_slice())
        && text.recipient.is_none()
    {
        text.recipient = Some(only.clone());
    }
    if reported.is_empty() {
        return told;
    }
    let mut found = reported;
    let places: HashMap<String, usize> =
        told.iter().enumerate().rev().map(|(at, text)| (text::key(text.recipient.as_deref()), at)).collect();
    for one in &mut found {
        let name = one.recipient.as_deref();
        let same = name.and_then(|name| places.get(&text::key(Some(name)))).map(|at| &told[*at]);
        let alone = if told.len() == 1 && same.is_none() { told.first() } else { None };
        if let Some(text) = same {
            one.complete(text);
        } else if let Some(text) = alone.filter(|_| one.reply.is_empty()) {
            one.complete(text);
        }
    }
    found
}

#[cfg(test)]
mod tests;
