//! Input in UTF-16, as some programs on Windows save it, made UTF-8 on its way in.
//!
//! It is known by its byte order mark (RFC 2781 §3.2), which is dropped; everything else passes as it came. Half a character
//! becomes U+FFFD. Bounded: no more is held than was read at once.

use std::io::{self, Read};

/// A reader whose UTF-16 is UTF-8.
#[derive(Debug)]
pub(super) struct Decoded<R> {
    reader: R,
    form: Form,
    /// Octets that were read and not decoded yet.
    left: Vec<u8>,
    /// What is ready, and how much of it was taken.
    ready: Vec<u8>,
    taken: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Unknown,
    AsItCame,
    Little,
    Big,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, form: Form::Unknown, left: Vec::new(), ready: Vec::new(), taken: 0 }
    }

    /// Looks at the first two octets.
    fn begin(&mut self) -> io::Result<()> {
        let mut octet = [0];
        while self.left.len() < 2 && self.reader.read(&mut octet)? == 1 {
            self.left.push(octet[0]);
        }
        self.form = match self.left.as_slice() {
            [0xff, 0xfe] => Form::Little,
            [0xfe, 0xff] => Form::Big,
            _ => {
                self.ready = std::mem::take(&mut self.left);
                Form::AsItCame
            }
        };
        self.left.clear();
        Ok(())
    }

    /// Decodes what there is; at the end, what is incomplete too.
    fn decode(&mut self, end: bool) {
        let unit =
            |pair: [u8; 2]| if self.form == Form::Big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
        let (pairs, odd) = self.left.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        let mut rest = odd.to_vec();
        // The first half of a pair waits for the second.
        if !end && let Some(half) = units.pop_if(|unit| (0xd800..0xdc00).contains(unit)) {
            let pair = if self.form == Form::Big { half.to_be_bytes() } else { half.to_le_bytes() };
            rest.splice(0..0, pair);
        }
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.ready = text.into_bytes();
        if end && !rest.is_empty() {
            self.ready.extend("\u{fffd}".as_bytes());
            rest.clear();
        }
        (self.left, self.taken) = (rest, 0);
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.form == Form::Unknown {
            self.begin()?;
        }
        loop {
            let waiting = &self.ready[self.taken..];
            if !waiting.is_empty() || to.is_empty() {
                let count = waiting.len().min(to.len());
                to[..count].copy_from_slice(&waiting[..count]);
                self.taken += count;
                return Ok(count);
            }
            if self.form == Form::AsItCame {
                return self.reader.read(to);
            }
            let mut buffer = [0; 8 * 1024];
            let count = self.reader.read(&mut buffer)?;
            self.left.extend_from_slice(&buffer[..count]);
            let all = count == 0;
            self.decode(all);
            if all && self.ready.is_empty() {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Decoded;

    /// Gives one octet at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let count = to.len().min(1);
            self.0.read(&mut to[..count])
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], text: &[u8]) {
        let mut whole = Vec::new();
        Decoded::new(bytes).read_to_end(&mut whole).unwrap();
        assert_eq!(whole, text);
        let mut slow = Vec::new();
        Decoded::new(Slow(bytes)).read_to_end(&mut slow).unwrap();
        assert_eq!(slow, text);
    }

    #[test]
    fn both_orders_and_neither() {
        // RFC 2781 §5: "*Ra" with a character beyond 16 bits: 0xD808 0xDF45 0x003D ...
        check(b"\xfe\xff\xd8\x08\xdf\x45\x00\x3d\x00\x52\x00\x61", "\u{12345}=Ra".as_bytes());
        check(b"\xff\xfe\x08\xd8\x45\xdf\x3d\x00\x52\x00\x61\x00", "\u{12345}=Ra".as_bytes());
        check(b"\xef\xbb\xbf550 no\r\n", b"\xef\xbb\xbf550 no\r\n");
        check(b"5", b"5");
        check(b"", b"");
        check(b"\xff", b"\xff");
    }

    #[test]
    fn half_a_character() {
        check(b"\xff\xfe\x08\xd8a\x00", "\u{fffd}a".as_bytes());
        check(b"\xff\xfea\x00\x08\xd8", "a\u{fffd}".as_bytes());
        check(b"\xff\xfea\x00b", "a\u{fffd}".as_bytes());
    }

    #[test]
    fn longer_than_is_read_at_once() {
        let text = "ä\u{1f600}\n".repeat(9_000);
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&[b"\xff\xfe", units.as_slice()].concat(), text.as_bytes());
    }
}
