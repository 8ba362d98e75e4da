//! The message on the wire after DATA: dots doubled, an end added (RFC 5321 §4.1.1.4, §4.5.2).
//!
//! The content comes with CRLF line ends only (`message` sees to that): CR and LF never stand alone in what goes out, so
//! that no receiver can see an end where there is none. Not here: BDAT, which needs no dots.

/// The content as it goes out after a 354: a dot more before each line that begins with one, CRLF at the end where the
/// last line has none, and the lone dot.
#[must_use]
pub fn stuff(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + content.len() / 64 + 5);
    let mut line_begins = true;
    for line in content.split_inclusive(|&b| b == b'\n') {
        if line_begins && line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        line_begins = line.ends_with(b"\n");
    }
    if !content.is_empty() && !content.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::stuff;

    #[track_caller]
    fn check(content: &str, wire: &str) {
        assert_eq!(String::from_utf8(stuff(content.as_bytes())).unwrap(), wire, "{content:?}");
    }

    #[test]
    fn dots_and_ends() {
        // RFC 5321 §4.5.2: a line that begins with a period gets one more.
        check("a\r\n.b\r\n.\r\n..\r\n", "a\r\n..b\r\n..\r\n...\r\n.\r\n");
        check(".first", "..first\r\n.\r\n");
        check("a.\r\nb", "a.\r\nb\r\n.\r\n");
        // §4.1.1.4: no line is added to a message that ends in CRLF.
        check("a\r\n\r\n\r\n", "a\r\n\r\n\r\n.\r\n");
        check("", ".\r\n");
    }
}
