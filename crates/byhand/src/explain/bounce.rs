//! Whole bounce messages: whom they are about, and what was said about each.
//!
//! 1. A report for programs (RFC 3464) is read field by field: [`report`].
//! 2. The text for people is read too ([`text`]): it tells the command, and often the reply, that the report leaves out.
//!    Programs that write no report (qmail, Exim before 4.89, Domino, GroupWise, Exchange 5.5 ...) have only that.
//! 3. Both accounts of one recipient become one [`Found`].
//!
//! Deliberately not here: complaints (ARF, RFC 5965), read receipts (RFC 8098) and automatic answers, which say nothing about
//! a delivery; and whether the bounce is genuine, which nobody can see from it. Hostile messages are normal: size and
//! nesting are bounded before anything is parsed.

mod line;
mod report;
mod text;

use std::borrow::Cow;
use std::fmt;

use mail_parser::decoders::html::html_to_text;
use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::found::Found;

/// The longest message that is read, octets. A bounce has its report in front and the message that it is about behind.
pub const LONGEST: usize = 1 << 20;
/// More parts than this are an attack: each level of nesting needs a header of this kind.
const PARTS: usize = 100;
/// More recipients than this are not told one by one.
const RECIPIENTS: usize = 10_000;

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

/// Reads a bounce message.
///
/// # Errors
/// Why it is none.
pub fn read(message: &[u8]) -> Result<Vec<Found>, NoBounce> {
    let message = bounded(message);
    // The parser panics on some broken encodings: whoever sends one must not end the run.
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(message));
    let parsed = parsed.ok().flatten().ok_or(NoBounce::NoMessage)?;
    if parsed.headers().is_empty() {
        return Err(NoBounce::NoMessage);
    }
    let kind = parsed.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
    match kind.and_then(|kind| kind.attribute("report-type")).map(str::to_ascii_lowercase).as_deref() {
        Some("feedback-report") => return Err(NoBounce::Complaint),
        Some("disposition-notification") => return Err(NoBounce::Receipt),
        _ => {}
    }
    let parts = Parts::of(&parsed);
    let reported = parts.reports.iter().flat_map(|text| report::read(text)).collect::<Vec<_>>();
    let mut told: Vec<Found> = Vec::new();
    for text in &parts.texts {
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
    found.truncate(RECIPIENTS);
    if !found.is_empty() {
        return Ok(found);
    }
    let auto =
        parsed.header_raw("Auto-Submitted").is_some_and(|value| value.trim().eq_ignore_ascii_case("auto-replied"));
    Err(if auto { NoBounce::AutoReply } else { NoBounce::Nothing })
}

/// The message, cut where it is longer or deeper than any bounce.
fn bounded(message: &[u8]) -> &[u8] {
    const FIELD: &[u8] = b"content-type";
    let mut message = &message[..message.len().min(LONGEST)];
    // mbox puts a line of its own in front.
    if message.starts_with(b"From ") {
        let end = message.iter().position(|b| *b == b'\n').map_or(message.len(), |at| at + 1);
        message = &message[end..];
    }
    let fields = message.windows(FIELD.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(FIELD));
    match fields.map(|(at, _)| at).nth(PARTS) {
        Some(at) => &message[..at],
        None => message,
    }
}

/// What of a message can tell something.
#[derive(Default)]
struct Parts {
    /// Delivery status reports.
    reports: Vec<String>,
    /// Texts for people, the likeliest first.
    texts: Vec<String>,
    /// Recipients of `X-Failed-Recipients`, which Exim and Gmail write.
    failed: Vec<String>,
}

impl Parts {
    fn of(message: &Message<'_>) -> Self {
        let mut parts = Self::default();
        let mut html = Vec::new();
        for part in &message.parts {
            let kind = part.content_type().map(|kind| {
                (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase())
            });
            let (ctype, subtype) = kind.unwrap_or_else(|| ("text".into(), "plain".into()));
            match (ctype.as_str(), subtype.as_str()) {
                ("message", "delivery-status" | "global-delivery-status") => parts.reports.push(content(part)),
                ("text", "rfc822-headers") => {}
                ("text", "html") => match &part.body {
                    PartType::Html(text) | PartType::Text(text) => html.push(html_to_text(text)),
                    _ => {}
                },
                ("text", _) => parts.texts.push(content(part)),
                _ => {}
            }
        }
        parts.texts.append(&mut html);
        parts.texts.retain(|text| !text.trim().is_empty());
        let failed = message.header_values("X-Failed-Recipients").filter_map(HeaderValue::as_text).collect::<Vec<_>>();
        let listed = message.header_raw("X-Failed-Recipients").map(Cow::Borrowed);
        for value in failed.into_iter().map(Cow::Borrowed).chain(listed) {
            for address in value.split([',', ' ', '\r', '\n', '\t']).filter(|word| word.contains('@')) {
                if !parts.failed.iter().any(|known| known == address) && parts.failed.len() < RECIPIENTS {
                    parts.failed.push(address.trim_matches(['<', '>']).to_owned());
                }
            }
        }
        parts
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
    for one in &mut found {
        let same = told.iter().find(|text| match (&text.recipient, &one.recipient) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        });
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
