//! Header fields read and checked (RFC 5322 §2.2, §3.6): as much as sending needs.
//!
//! Reading unfolds and compares names in any case. A field that is given on the command line may hold no CR, LF or NUL:
//! one argument is one field. Not here: encoded words read back, and address lists beyond what `-t` needs.

use crate::mailbox::Mailbox;

/// The values of a header, unfolded, in their order; octets that are no UTF-8 replaced. `name` in lower case.
pub fn values<'a>(head: &'a [u8], name: &'a str) -> impl Iterator<Item = String> + 'a {
    let text = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
    lines.into_iter().filter_map(move |line| {
        let (field, value) = line.split_once(':')?;
        field.trim_end().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// Whether a line begins the field of that name, in lower case.
pub(super) fn is_field(line: &[u8], name: &str) -> bool {
    let before = line.split(|&b| b == b':').next().filter(|before| before.len() < line.len());
    before.is_some_and(|before| before.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
}

/// One field from the command line, `Name: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl std::str::FromStr for Field {
    type Err = String;

    /// RFC 5322 §3.6.8: a name is printable ASCII without a colon. A line end in it would be a second field.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').ok_or("a header is written 'Name: value'")?;
        let name = name.trim_end();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(format!("{name:?} is no name of a header: letters, digits and hyphens, then a colon"));
        }
        if value.chars().any(|c| matches!(c, '\r' | '\n' | '\0')) {
            return Err("a header cannot have a line end in it; give each header by itself".into());
        }
        Ok(Self { name: name.to_owned(), value: value.trim().to_owned() })
    }
}

/// The mailboxes of To, Cc and Bcc, each once, in their order; what is no mailbox is given back as written.
#[must_use]
pub fn recipients(head: &[u8]) -> (Vec<Mailbox>, Vec<String>) {
    let (mut found, mut bad) = (Vec::new(), Vec::new());
    for name in ["to", "cc", "bcc"] {
        for value in values(head, name) {
            for one in list(&value) {
                match one.parse::<Mailbox>() {
                    Ok(mailbox) if !found.contains(&mailbox) => found.push(mailbox),
                    Ok(_) => {}
                    Err(_) => bad.push(one),
                }
            }
        }
    }
    (found, bad)
}

/// The addresses of a list: display names, comments and group names taken off (RFC 5322 §3.4).
fn list(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped, mut depth, mut angle) = (false, false, 0u32, false);
    for c in value.chars() {
        let part = parts.len() - 1;
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                continue;
            }
            '<' if !quoted && depth == 0 => {
                angle = true;
                // What stood before is the display name.
                parts[part].clear();
                continue;
            }
            '>' if !quoted && depth == 0 => {
                angle = false;
                continue;
            }
            ':' if !quoted && depth == 0 && !angle => {
                parts[part].clear();
                continue;
            }
            ',' | ';' if !quoted && depth == 0 && !angle => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            parts[part].push(c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Field, recipients, values};

    #[test]
    fn values_are_unfolded_and_found_in_any_case() {
        let head = b"Subject: a\r\n b\r\nsubject : c\r\nX-Subject: d\r\n";
        assert_eq!(values(head, "subject").collect::<Vec<_>>(), ["a b", "c"]);
    }

    #[test]
    fn fields_of_the_command_line() {
        let field = |text: &str| text.parse::<Field>().map(|f| (f.name, f.value));
        assert_eq!(field("X-Test:  a b "), Ok(("X-Test".into(), "a b".into())));
        for bad in
            ["X-Test", ": a", "X Test: a", "X-Test: a\r\nBcc: b@example.test", "X-Test: a\nb", "X-T\0: a", "X: \0"]
        {
            assert!(field(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn recipients_of_a_message() {
        // RFC 5322 A.1.2 and A.1.3 have the shapes.
        let head = b"To: \"Joe Q. Public\" <john@example.test>, a@example.test (a, comment)\r\n\
            Cc: A Group:Ed <e@example.test>,joe@example.test;, <a@example.test>\r\n\
            Bcc: \"quo,ted\"@example.test\r\nFrom: me@example.test\r\nCc: nonsense\r\n";
        let (found, bad) = recipients(head);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        let expected =
            ["john@example.test", "a@example.test", "e@example.test", "joe@example.test", "\"quo,ted\"@example.test"];
        assert_eq!((found, bad), (expected.map(str::to_owned).to_vec(), vec!["nonsense".to_owned()]));
    }
}
