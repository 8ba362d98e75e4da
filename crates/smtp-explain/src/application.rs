//! Replies in the logs and tracebacks of programs that send mail: Python's smtplib, JavaMail, nodemailer, PHPMailer.
//!
//!     smtplib.SMTPRecipientsRefused: {'u@example.org': (550, b'5.1.1 no such user')}
//!     com.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 no such user
//!     Error: Invalid login: 535-5.7.8 not accepted
//!     SMTP Error: The following recipients failed: u@example.org: 550 5.1.1 no such user
//!
//! A line is read by itself, whatever stamp is in front of it. Not here: logs of mail servers (`byhand::explain::log`).

use byhand::explain::Found;
use byhand::explain::found::{is_enhanced, one_reply, said, starts};

/// What a line tells; nothing where it is none of such a program.
pub(crate) fn read(line: &str) -> Vec<Found> {
    let pairs = pairs(line);
    if !pairs.is_empty() {
        return pairs;
    }
    if starts(line.trim()) || !MARKS.iter().any(|mark| line.contains(mark)) {
        return vec![];
    }
    let mut found = said(line);
    let reply = starts(&found.reply) && found.reply.starts_with(['4', '5']);
    let coded = found.reply.split(' ').nth(1).is_some_and(is_enhanced);
    if !reply || !(coded || line.contains("xception: ")) {
        return vec![];
    }
    found.host = None;
    found.recipient = line.find(&found.reply[..3]).and_then(|at| {
        let word = line[..at].trim_end().trim_end_matches(':').rsplit(' ').next()?;
        word.contains('@').then(|| word.trim_matches(['<', '>', '\'', '"']).to_owned())
    });
    vec![found]
}

/// Words in front of what such a program was told.
const MARKS: [&str; 3] = ["xception: ", "Error: ", "Error Code"];

/// Whether a line shows that the text is the log of such a program, and no bounce.
pub(crate) fn shows_one(line: &str) -> bool {
    let line = line.trim();
    let begins =
        ["Traceback (most recent call last)", "Error: ", "PHPMailer"].iter().any(|mark| line.starts_with(mark));
    begins || !pairs(line).is_empty() || (line.contains("xception: ") && !read(line).is_empty())
}

/// Python's pairs of a code and octets: `(550, b'5.1.1 no such user')`, each perhaps behind `'u@example.org': `.
fn pairs(line: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find('(').map(|at| from + at) {
        from = at + 1;
        let inside = &line[from..];
        let Some(code) = inside.get(..3).filter(|code| starts(code) && code.starts_with(['4', '5'])) else { continue };
        let Some(text) = inside[3..].strip_prefix(", b").or_else(|| inside[3..].strip_prefix(", ")) else { continue };
        let Some(mark) = text.chars().next().filter(|mark| matches!(mark, '\'' | '"')) else { continue };
        let Some(end) = closing(&text[1..], mark) else { continue };
        let lines: Vec<String> = text[1..][..end]
            .replace("\\r", "")
            .replace("\\'", "'")
            .split("\\n")
            .map(|part| format!("{code} {part}"))
            .collect();
        let before = line[..at].trim_end().strip_suffix(':').map(|before| before.trim_end_matches(['\'', '"']));
        let recipient = before.and_then(|before| before.rsplit(['\'', '"']).next()).filter(|name| name.contains('@'));
        found.push(Found {
            recipient: recipient.map(str::to_owned),
            reply: one_reply(&lines.join("\n")),
            ..Found::default()
        });
        from += 3 + (inside.len() - 3 - text.len()) + 1 + end;
    }
    found
}

/// Where a text in quotation marks ends.
fn closing(text: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == mark && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::{read, shows_one};

    fn told(line: &str) -> Vec<(String, String)> {
        read(line).into_iter().map(|found| (found.reply, found.recipient.unwrap_or_default())).collect()
    }

    #[test]
    fn programs_that_send_mail() {
        // Written here after the forms that the programs print.
        for (line, expected) in [
            (
                "smtplib.SMTPRecipientsRefused: {'u@example.org': (550, b'5.1.1 <u@example.org>: no'), 'v@example.org': (452, b\"4.2.2 it's full\")}",
                vec![("550 5.1.1 <u@example.org>: no", "u@example.org"), ("452 4.2.2 it's full", "v@example.org")],
            ),
            (
                "2026-11-25 09:14:07,1 ERROR SMTPDataError: (554, b'5.7.1 spam\\n5.7.1 really')",
                vec![("554 5.7.1 spam really", "")],
            ),
            (
                "com.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 no such user",
                vec![("550 5.1.1 no such user", "")],
            ),
            ("Error: Invalid login: 535-5.7.8 not accepted", vec![("535 5.7.8 not accepted", "")]),
            (
                "PHPMailer: SMTP Error: The following recipients failed: u@example.org: 550 5.1.1 no such user",
                vec![("550 5.1.1 no such user", "u@example.org")],
            ),
            ("550 5.1.1 Error: no such user", vec![]),
            ("an Error: 550 things", vec![]),
            ("f(550, x)", vec![]),
            ("(550, b'", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            assert_eq!(told(line), expected, "{line}");
        }
        assert!(shows_one("Traceback (most recent call last):"));
        assert!(!shows_one("host mx1.example.org said: 550 5.1.1 no such user"));
    }
}
