//! Bytes cut into lines, whatever pieces they come in.
//!
//! A line ends in LF, or CR LF; the last one may have no end. A byte order mark in front of the first line is dropped. A
//! line of more than 1 MiB is passed over to its end and told by its beginning, so that memory stays bounded. Pure: no
//! reading, no text.

/// One line, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A line without its end.
    Line {
        /// From 1.
        number: u64,
        /// The line.
        bytes: Vec<u8>,
    },
    /// A line that is too long.
    Long {
        /// From 1.
        number: u64,
        /// Its beginning.
        start: Vec<u8>,
    },
    /// Nothing more can be read.
    Failed {
        /// The line it would have been.
        number: u64,
        /// What the system says.
        error: String,
    },
}

impl Cut {
    /// The line's number, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self {
            Self::Line { number, .. } | Self::Long { number, .. } | Self::Failed { number, .. } => *number,
        }
    }

    /// The line as text.
    ///
    /// # Errors
    /// What is left of it, and why it is no text: a sentence without a full stop.
    pub fn text(self) -> Result<String, (String, String)> {
        match self {
            Self::Line { bytes, .. } => String::from_utf8(bytes).map_err(|error| {
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), "this is not UTF-8 text".into())
            }),
            Self::Long { start, .. } => {
                let text = String::from_utf8_lossy(&start).into_owned();
                Err((text, "a line cannot have more than 1 MiB".into()))
            }
            Self::Failed { error, .. } => Err((String::new(), format!("reading stopped here: {error}"))),
        }
    }
}

/// The longest line, octets.
pub(super) const LONGEST: usize = 1 << 20;
/// What is kept of a longer one.
const START: usize = 64;

/// Cuts bytes into lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutter {
    line: Vec<u8>,
    long: bool,
    done: u64,
}

impl Cutter {
    /// Takes the next bytes; gives the lines that end in them.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Vec<Cut> {
        let mut cuts = Vec::new();
        while let Some(end) = bytes.iter().position(|b| *b == b'\n') {
            self.take(&bytes[..end]);
            cuts.push(self.end());
            bytes = &bytes[end + 1..];
        }
        self.take(bytes);
        cuts
    }

    /// The last line, where it has no end.
    pub(super) fn finish(&mut self) -> Option<Cut> {
        (!self.line.is_empty()).then(|| self.end())
    }

    /// The last line, and that reading failed.
    pub(super) fn fail(&mut self, error: &str) -> Vec<Cut> {
        let last = self.finish();
        let failed = Cut::Failed { number: self.done + 1, error: error.to_owned() };
        last.into_iter().chain([failed]).collect()
    }

    fn take(&mut self, bytes: &[u8]) {
        // One more for the CR of a longest line.
        if self.line.len() + bytes.len() > LONGEST + 1 {
            self.long = true;
        }
        let room = if self.long { START.saturating_sub(self.line.len()) } else { bytes.len() };
        self.line.extend_from_slice(&bytes[..room.min(bytes.len())]);
    }

    fn end(&mut self) -> Cut {
        self.done += 1;
        let number = self.done;
        let mut bytes = std::mem::take(&mut self.line);
        if number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        if std::mem::take(&mut self.long) {
            bytes.truncate(START);
            return Cut::Long { number, start: bytes };
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        if bytes.len() > LONGEST {
            bytes.truncate(START);
            return Cut::Long { number, start: bytes };
        }
        Cut::Line { number, bytes }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cut, Cutter, LONGEST};

    fn line(number: u64, text: &str) -> Cut {
        Cut::Line { number, bytes: text.as_bytes().to_vec() }
    }

    fn cut(pieces: &[&[u8]]) -> Vec<Cut> {
        let mut cutter = Cutter::default();
        let mut cuts: Vec<Cut> = pieces.iter().flat_map(|piece| cutter.feed(piece)).collect();
        cuts.extend(cutter.finish());
        cuts
    }

    #[test]
    fn ends_and_marks() {
        assert_eq!(
            cut(&[b"\xef\xbb\xbfa\r\n\nb\rc\n", b"d"]),
            [line(1, "a"), line(2, ""), line(3, "b\rc"), line(4, "d")]
        );
        assert_eq!(cut(&[b"a\n"]), [line(1, "a")]);
        assert_eq!(cut(&[]), []);
    }

    #[test]
    fn the_longest_line_and_one_more() {
        let longest = vec![b'x'; LONGEST];
        assert!(matches!(&cut(&[&longest, b"\r\n"])[..], [Cut::Line { bytes, .. }] if bytes.len() == LONGEST));
        assert!(matches!(&cut(&[&longest, b"y\n", b"z"])[..], [Cut::Long { start, .. }, Cut::Line { number: 2, .. }]
            if start.len() == 64));
        let mut cutter = Cutter::default();
        for _ in 0..100 {
            assert_eq!(cutter.feed(&longest), []);
            assert!(cutter.line.len() <= LONGEST + 1);
        }
    }

    proptest! {
        /// Where the bytes are cut makes no difference.
        #[test]
        fn any_cuts(text in "(\\PC|\r|\n){0,80}", cuts in prop::collection::vec(0usize..80, 0..8)) {
            let bytes = text.as_bytes();
            let mut at: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
            prop_assert_eq!(cut(&pieces), cut(&[bytes]));
        }
    }
}
