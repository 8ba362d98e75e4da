//! Foreign text made harmless for a terminal.
//!
//! A server may put anything into a banner: escape sequences that clear the screen, letters that turn the reading
//! direction round, characters without width that hide in a name. [`clean`] shows each of them as visible text: control
//! characters (C0, DEL, C1) as `\x1b`, those that are invisible, turn the direction or break the line as `<U+202E>`.
//! Where the terminal takes ASCII only, everything else goes the second way too. What is left has a known width, so
//! that columns stay columns.
//!
//! Deliberately not here: look-alike letters (a name's A-labels stand beside it in the records), and JSON, which keeps
//! the text as it came and escapes the same characters in its own way.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with nothing in it that a terminal would obey or hide.
#[must_use]
pub fn clean(text: &str, unicode: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if unicode && !hidden(c) => out.push(c),
            // The few signs of our own sentences have plain forms.
            '§' => out.push_str("section "),
            '…' => out.push_str("..."),
            '·' => out.push_str("; "),
            c => out.push_str(&format!("<U+{:04X}>", c as u32)),
        }
    }
    out
}

/// Whether a terminal would obey or hide the character.
#[must_use]
pub fn is_obeyed_or_hidden(c: char) -> bool {
    c.is_control() || hidden(c)
}

/// Characters that cannot be seen, or that change how others are seen (Unicode general categories Cf, Zl, Zp, Co, and
/// the default-ignorable ones).
fn hidden(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x034F | 0x061C | 0x0600..=0x0605 | 0x06DD | 0x070F | 0x115F | 0x1160 | 0x17B4 | 0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF | 0xF0000..=0x0010_FFFF)
        // A blank that is not the usual one looks like it; a mark without width may pile up over its neighbours.
        || (c != ' ' && c.is_whitespace())
        || c.width() == Some(0)
}

/// The columns that the text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// At most that many columns of the text; a cut shows as an ellipsis, which counts.
#[must_use]
pub fn truncate(text: &str, columns: usize, unicode: bool) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mark = if unicode { "…" } else { "..." };
    let room = columns.saturating_sub(width(mark));
    let mut out = prefix(text, room).to_owned();
    out.push_str(prefix(mark, columns));
    out
}

/// The longest beginning of the text that fits.
fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// The text in lines of at most that many columns, broken at blanks; a word that is longer than a line is cut.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for mut word in text.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= columns {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > columns {
            // A double-width character in a single column still has to go somewhere.
            let head = match prefix(word, columns) {
                "" => &word[..word.chars().next().map_or(word.len(), char::len_utf8)],
                head => head,
            };
            lines.push(head.to_owned());
            word = &word[head.len()..];
        }
        line.push_str(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clean, truncate, width, wrap};

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        // The bytes are those of ECMA-48 sequences and of Unicode's bidirectional controls (UAX #9).
        for (text, shown) in [
            ("220 mx.example ESMTP", "220 mx.example ESMTP"),
            ("\u{1b}[2J\u{1b}]0;owned\u{7}", "\\x1b[2J\\x1b]0;owned\\x07"),
            ("a\r\nb\tc\u{0}\u{7f}", "a\\x0d\\x0ab\\x09c\\x00\\x7f"),
            ("\u{9b}31m", "\\x9b31m"),
            ("moc.elpmaxe\u{202e}", "moc.elpmaxe<U+202E>"),
            ("a\u{2066}b\u{2069}", "a<U+2066>b<U+2069>"),
            ("pay\u{200b}pal\u{feff}", "pay<U+200B>pal<U+FEFF>"),
            ("\u{2028}x\u{a0}y", "<U+2028>x<U+00A0>y"),
            ("\u{e0041}", "<U+E0041>"),
            ("e\u{301}", "e<U+0301>"),
            ("bücher 例え", "bücher 例え"),
        ] {
            assert_eq!(clean(text, true), shown, "{text:?}");
        }
        assert_eq!(clean("bücher", false), "b<U+00FC>cher");
        assert_eq!(clean("RFC 5321 §4.2", false), "RFC 5321 section 4.2");
    }

    #[test]
    fn cut_by_columns_not_by_bytes() {
        assert_eq!(truncate("example", 7, true), "example");
        assert_eq!(truncate("example", 6, true), "examp…");
        assert_eq!(truncate("example", 6, false), "exa...");
        // Each of these letters takes two columns.
        assert_eq!(truncate("例え例え", 6, true), "例え…");
        assert_eq!(truncate("example", 2, false), "..");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("例え", 1), ["例", "え"]);
    }

    proptest! {
        #[test]
        fn nothing_obeyed_is_left(text in any::<String>(), unicode: bool) {
            let shown = clean(&text, unicode);
            prop_assert!(!shown.chars().any(char::is_control));
            let hidden = ['\u{202e}', '\u{200b}', '\u{2028}', '\u{feff}'];
            prop_assert!(!shown.contains(hidden));
            prop_assert!(unicode || shown.is_ascii());
            // What is clean stays as it is.
            prop_assert_eq!(clean(&shown, unicode), shown);
        }

        #[test]
        fn lines_fit_and_lose_nothing(text in "[a-z ]{0,200}", columns in 1usize..40) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }

        #[test]
        fn a_cut_fits(text in any::<String>(), columns in 0usize..40, unicode: bool) {
            prop_assert!(width(&truncate(&clean(&text, unicode), columns, unicode)) <= columns);
        }
    }
}
