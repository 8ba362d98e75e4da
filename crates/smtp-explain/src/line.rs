//! What a line is before anybody knows what it means: text or none, quoted, a sentence.
//!
//! Not here: what lines are together ([`crate::gather`]), and what was said in them.

use byhand::cli::input::Cut;
use byhand::explain::found::{is_enhanced, starts};
use byhand::explain::log;

use crate::session;

/// A line as text: UTF-8, else Latin-1. What has control characters besides is neither.
pub(crate) fn text_of(cut: Cut) -> Result<String, (String, String)> {
    let Cut::Line { number, bytes } = cut else { return cut.text() };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.into_bytes();
            if bytes.iter().any(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\r')) {
                return Cut::Line { number, bytes }.text();
            }
            Ok(bytes.into_iter().map(char::from).collect())
        }
    }
}

/// What is said of a file that is none to be read by lines.
pub(crate) const NO_TEXT: &str = "this is no text: give replies, a mail log or a bounce message";

/// Whether a line is of a file that holds no text: a NUL, or many control characters.
pub(crate) fn is_binary(cut: &Cut) -> bool {
    let (Cut::Line { bytes, .. } | Cut::Long { start: bytes, .. }) = cut else { return false };
    let odd = |b: &&u8| b.is_ascii_control() && !matches!(b, b'\t' | b'\r' | 0x1b);
    bytes.contains(&0) || bytes.iter().filter(odd).count() * 10 > bytes.len()
}

/// What stands in front of a line that was quoted (`> `) or indented.
pub(crate) fn prefix(line: &str) -> String {
    let end = line.find(|c: char| !matches!(c, '>' | ' ' | '\t')).unwrap_or(line.len());
    // sendmail's transcripts have ">>> " in front of a command.
    if line.starts_with(">>> ") { String::new() } else { line[..end].to_owned() }
}

/// Whether a first line is no reply and no line of a conversation, of a log or of JSON.
pub(crate) fn is_sentence(line: &str) -> bool {
    let said = session::servers(line);
    !(starts(said)
        || said.split(' ').next().is_some_and(is_enhanced)
        || line.starts_with('{')
        || session::is_client(line)
        || !matches!(log::read(line), log::Line::Other))
}

/// A line without the marks of a quotation (`> `, also several), and whether it has some. sendmail's transcripts have `>>> ` in
/// front of a command.
pub(crate) fn unquoted(line: &str) -> (&str, bool) {
    let quoted = line.starts_with('>') && !line.starts_with(">>> ");
    if !quoted {
        return (line, false);
    }
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('>') {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    (rest, true)
}
