//! JSON Lines: one record a line, for the next program.
//!
//! A line is whole or not there: it is made in memory and handed to the writer in one piece. The caller calls
//! [`Lines::flush`] when nothing more is ready, so that a slow pipe sees each record at once and a fast one gets few,
//! large writes.

use std::io::{self, Write};

use crate::wire::Record;

/// Writes records as lines.
#[derive(Debug)]
pub struct Lines<W: Write> {
    out: W,
    waiting: Vec<u8>,
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
        serde_json::to_writer(&mut self.waiting, record)?;
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
            // JSON keeps foreign text as it came.
            assert_eq!(serde_json::from_str::<Record>(line).unwrap(), record);
        }
    }
}
