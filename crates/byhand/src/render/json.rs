//! JSON Lines: one record a line, for the next program.
//!
//! A line is whole or not there: it is made in memory and handed to the writer in one piece. The caller calls
//! [`Lines::flush`] when nothing more is ready, so that a slow pipe sees each record at once and a fast one gets few,
//! large writes. Control characters of every kind, and those that are invisible or turn the reading direction, are escaped, so
//! that a line on a terminal does nothing; what is read back is the text as it came (RFC 8259 §7).

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::safe;
use crate::wire::Record;

/// Writes records as lines.
#[derive(Debug)]
pub struct Lines<W: Write> {
    out: W,
    waiting: Vec<u8>,
}

/// As `serde_json` writes, but what a terminal would obey or hide is written as `\uXXXX`. A reader gets the same text.
struct Quiet;

impl Formatter for Quiet {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all text is this, and it is seen at once.
        if fragment.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if matches!(c, ' '..='~') || !safe::is_obeyed_or_hidden(c) {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            // RFC 8259 §7: beyond the basic plane as two surrogates.
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

/// More than this is not kept waiting.
const FULL: usize = 64 * 1024;

impl<W: Write> Lines<W> {
    /// Lines for a writer that need not be buffered.
    pub fn new(out: W) -> Self {
        Self { out, waiting: Vec::new() }
    }

    /// Takes a record.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        record.serialize(&mut Serializer::with_formatter(&mut self.waiting, Quiet))?;
        self.waiting.push(b'\n');
        if self.waiting.len() >= FULL { self.flush() } else { Ok(()) }
    }

    /// Hands over all lines that wait.
    ///
    /// # Errors
    /// What the writer says.
    pub fn flush(&mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            let written = self.out.write_all(&self.waiting).and_then(|()| self.out.flush());
            // Never twice: after an error nobody knows how much of it went out.
            self.waiting.clear();
            written?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::wire::{MxRecord, Outcome, Record, Security, Source};

    #[test]
    fn one_line_each_and_only_when_flushed() {
        let record = Record::Mx(MxRecord {
            domain: Some("example.org".into()),
            domain_unicode: None,
            input: None,
            recipients: vec![],
            outcome: Outcome::ok("line\nbreak \u{202e}"),
            source: Source::Null,
            security: Security::Insecure,
            ttl: None,
            cnames: vec![],
            hosts: vec![],
            family: None,
            sts: None,
            tlsrpt: None,
            findings: vec![],
            elapsed_ms: 1.5,
        });
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out);
        lines.write(&record).unwrap();
        lines.write(&record).unwrap();
        assert!(lines.out.is_empty());
        lines.flush().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2);
        for line in text.lines() {
            assert!(line.starts_with("{\"type\":\"mx/1\",\"domain\":\"example.org\""));
            assert!(line.contains("\\u202e"), "{line}");
            // JSON keeps foreign text as it came.
            assert_eq!(serde_json::from_str::<Record>(line).unwrap(), record);
        }
    }

    #[test]
    fn nothing_in_a_line_acts_on_a_terminal() {
        let banner = "220 x \u{9b}31m\u{7f}\u{202e}\u{200b}\u{e0041}é";
        let mut record = super::super::table::samples::mx_record();
        record.outcome = Outcome::ok(banner);
        let record = Record::Mx(record);
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out);
        lines.write(&record).unwrap();
        lines.flush().unwrap();
        let text = String::from_utf8(out).unwrap();
        // U+E0041 is DB40 DC41 in UTF-16.
        assert!(text.contains(r#""220 x \u009b31m\u007f\u202e\u200b\udb40\udc41é""#), "{text}");
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
    }
}
