//! The sentences of a session: which command a stage is about, and foreign text quoted so that it can be printed.

use super::Asked;
use crate::smtp::reply::Reply;
use crate::wire::Stage;

/// RFC 1047, RFC 5321 §6.1: between the dot and its reply nobody knows who has the message.
pub(super) const PERHAPS: &str =
    ". The message may have been accepted all the same (RFC 1047): sending it again may deliver it twice";

/// What is awaited, for "no ... within 30 s".
pub(super) fn awaited(asked: Asked) -> String {
    match asked {
        Asked::Banner => "banner".into(),
        _ => format!("reply to {}", command(asked)),
    }
}

/// In Postfix's manner: "in reply to RCPT TO".
pub(super) fn in_reply_to(asked: Asked) -> String {
    match asked {
        Asked::Banner => "in its banner".into(),
        _ => format!("in reply to {}", command(asked)),
    }
}

fn command(asked: Asked) -> &'static str {
    match asked {
        Asked::Banner => "the connection",
        Asked::Ehlo => "EHLO",
        Asked::Helo => "HELO",
        Asked::Lhlo => "LHLO",
        Asked::Starttls => "STARTTLS",
        Asked::Auth => "AUTH",
        Asked::Mail => "MAIL FROM",
        Asked::Rcpt(_) => "RCPT TO",
        Asked::Rset => "RSET",
        Asked::Data => "DATA",
        Asked::Body | Asked::EmptyBody => "the end of the message",
        Asked::Quit => "QUIT",
    }
}

/// What a delivery stops after.
pub(super) fn step(stage: Stage) -> &'static str {
    match stage {
        Stage::Ehlo => "EHLO",
        Stage::Tls => "TLS",
        Stage::Auth => "AUTH",
        Stage::Mail => "MAIL FROM",
        Stage::Rcpt => "RCPT TO",
        Stage::Data => "DATA",
        _ => "the banner",
    }
}

/// How a message stands in the transcript, in place of its text.
#[must_use]
pub fn message(content: &[u8]) -> String {
    let lines = content.split_inclusive(|&b| b == b'\n').count();
    format!("({lines} lines, {} octets)", content.len())
}

/// The verb that a command's time is kept under; the greeting and an empty message have none.
pub(super) fn verb(asked: Asked) -> Option<&'static str> {
    match asked {
        Asked::Banner | Asked::EmptyBody => None,
        Asked::Ehlo => Some("EHLO"),
        Asked::Helo => Some("HELO"),
        Asked::Lhlo => Some("LHLO"),
        Asked::Starttls => Some("STARTTLS"),
        Asked::Auth => Some("AUTH"),
        Asked::Mail => Some("MAIL"),
        Asked::Rcpt(_) => Some("RCPT"),
        Asked::Rset => Some("RSET"),
        Asked::Data => Some("DATA"),
        Asked::Body => Some("."),
        Asked::Quit => Some("QUIT"),
    }
}

/// Octets from elsewhere as a short quotation: printable ASCII as it is, the rest escaped, at most 80 octets.
pub(crate) fn quoted(octets: &[u8]) -> String {
    let shown = &octets[..octets.len().min(80)];
    let more = if octets.len() > shown.len() { format!(" ... ({} octets)", octets.len()) } else { String::new() };
    let mut text = String::new();
    for &octet in shown {
        match octet {
            b' '..=b'~' => text.push(char::from(octet)),
            _ => text += &format!("\\x{octet:02x}"),
        }
    }
    format!("\"{text}\"{more}")
}

/// A reply as a quotation, lines joined: what is UTF-8 as it is, control characters escaped, at most 500 characters.
pub(super) fn quoted_reply(reply: &Reply) -> String {
    let text: Vec<&[u8]> = reply.lines.iter().map(|line| line.octets.as_slice()).collect();
    let text = text.join(&b' ');
    let mut quoted = String::from("\"");
    for c in String::from_utf8_lossy(&text).chars().take(500) {
        if c.is_control() { quoted += &format!("\\x{:02x}", c as u32) } else { quoted.push(c) }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn one_way_to_write_what_cannot_be_printed() {
        assert_eq!(quoted(b"220 a\"b\\\r\n\x1b\x9b\xff"), "\"220 a\"b\\\\x0d\\x0a\\x1b\\x9b\\xff\"");
        assert_eq!(quoted(&[b'a'; 90]), format!("\"{}\" ... (90 octets)", "a".repeat(80)));
    }
}
