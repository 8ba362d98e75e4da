//! Log lines of mail servers: what they say about a delivery, in the same form as a bounce message.
//!
//! Postfix (`status=bounced (...)`, `NOQUEUE: reject: ...`), Exim (`**`, `==`, `rejected RCPT`), sendmail (`dsn=`, `reply=`, `stat=`),
//! and OpenSMTPD and qmail, whose lines are alike. Time stamps of syslog in both forms, of journald and of Exim are passed
//! over, and may be missing.
//!
//! A log has many lines that tell nothing of a delivery, and more that tell of one that went well: those are [`Line::Quiet`] and
//! [`Line::Delivered`], so that a whole log can be piped in. Whether the server has given up or tries again is the log's
//! word (`status=bounced`, `**`, `stat=Deferred`) and not the reply's.
//! What is no log line at all is for others to read. Pure, one line at a time: lines of one message are not put together.

mod exim;
mod postfix;
mod sendmail;

use super::found::{Found, starts};
use crate::wire::Stage;

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// It tells how a delivery, or an attempt, failed.
    Found(Box<Found>),
    /// A server took the message.
    Delivered(Box<Found>),
    /// A line of a log, and nothing to explain.
    Quiet,
    /// No line of a log.
    Other,
}

impl Line {
    fn of(found: Option<Found>) -> Self {
        match found.filter(Found::says_something) {
            Some(mut found) if found.is_delivery() => {
                // Who logs a delivery logs the answer to the whole message.
                let stage = found.stage.or(Some(Stage::Body));
                found.stage = stage.filter(|_| starts(&found.reply));
                Self::Delivered(Box::new(found))
            }
            Some(found) => Self::Found(Box::new(found)),
            None => Self::Quiet,
        }
    }
}

/// Reads a line.
#[must_use]
pub fn read(line: &str) -> Line {
    let line = line.trim();
    let Some((tag, body)) = syslog(line) else {
        return bare(line);
    };
    let tag = tag.to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| tag.contains(name));
    match () {
        () if is(&["exim"]) => Line::of(exim::read(exim::without_stamp(body).unwrap_or(body))),
        () if is(&["postfix"]) => Line::of(postfix::read(&tag, body)),
        () if is(&["sendmail", "sm-mta", "sm-msp", "sm-que"]) => Line::of(sendmail::read(body)),
        () if is(&["smtpd", "opensmtpd"]) => Line::of(sendmail::opensmtpd(body)),
        () if is(&["qmail"]) => Line::of(sendmail::qmail(body)),
        // Whatever wrote it, it may be in one of the known forms.
        () => match bare(body) {
            Line::Other => Line::Quiet,
            line => line,
        },
    }
}

/// A line without syslog's stamp: Exim's own file, or what `journalctl -o cat` prints.
fn bare(line: &str) -> Line {
    if let Some(body) = exim::without_stamp(line) {
        return Line::of(exim::read(body));
    }
    let has = |text: &str| line.contains(text);
    // multilog writes a TAI64N label, others seconds; `delivery 7: failure: ...` is the same behind it.
    let unstamped = match line.split_once(' ') {
        Some((stamp, rest)) if stamp.bytes().any(|b| b.is_ascii_digit()) && !stamp.contains(':') => rest,
        _ => line,
    };
    let numbered =
        |rest: &str| rest.split_once(": ").is_some_and(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()));
    if unstamped.strip_prefix("delivery ").is_some_and(numbered) {
        return Line::of(sendmail::qmail(unstamped));
    }
    match () {
        () if has("to=") && has(", relay=") && has("status=") => Line::of(postfix::read("", line)),
        () if has("NOQUEUE: ") || has(": milter-reject: ") => Line::of(postfix::read("", line)),
        () if has("to=") && has("mailer=") && has("stat=") => Line::of(sendmail::read(line)),
        () if has("result=\"") && has("stat=\"") => Line::of(sendmail::opensmtpd(line)),
        () => Line::Other,
    }
}

/// The tag and the text of a syslog line: `Nov 25 09:14:07 mx postfix/smtp[71]: ...`, `2026-11-25T09:14:07.1+01:00 mx ...`.
fn syslog(line: &str) -> Option<(&str, &str)> {
    // Some relays leave the priority in front.
    let line = match line.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((digits, rest)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => line,
    };
    let rest = stamp(line)?;
    // The host name, which journald may be told to leave out, then the tag.
    let mut words = rest.splitn(3, ' ');
    let (first, second) = (words.next()?, words.next()?);
    let (tag, body) = match first.strip_suffix(':') {
        Some(tag) => (tag, rest.get(first.len() + 1..)?),
        None => (second.strip_suffix(':')?, words.next().unwrap_or_default()),
    };
    Some((tag.split('[').next().unwrap_or(tag), body.trim_start()))
}

/// What follows a time stamp of syslog (RFC 3164) or of RFC 3339.
fn stamp(line: &str) -> Option<&str> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if line.get(..3).is_some_and(|month| MONTHS.contains(&month)) {
        let rest = line[3..].trim_start();
        let (day, rest) = rest.split_once(' ')?;
        let (time, rest) = rest.trim_start().split_once(' ')?;
        let clock = is_clock(time) && day.parse::<u8>().is_ok();
        return clock.then(|| rest.trim_start());
    }
    let (first, rest) = line.split_once(' ')?;
    let (date, time) = first.split_once('T')?;
    (is_date(date) && is_clock(time)).then(|| rest.trim_start())
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
}

/// `09:14:07`, with whatever fraction and zone behind it.
fn is_clock(text: &str) -> bool {
    text.len() >= 8
        && text
            .bytes()
            .take(8)
            .enumerate()
            .all(|(at, b)| if matches!(at, 2 | 5) { b == b':' } else { b.is_ascii_digit() })
}

/// The value of `NAME=` in a line of fields that end in a comma: `to=<user@example.org>, relay=...`.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = line[from..].find(name).map(|at| from + at) {
        from = at + name.len();
        let begins = at == 0 || matches!(line.as_bytes()[at - 1], b' ' | b',' | b';');
        if let Some(value) = line[from..].strip_prefix('=').filter(|_| begins) {
            return Some(value);
        }
    }
    None
}

/// The address in a field: `<user@example.org>`, or up to the comma.
fn address(value: &str) -> Option<String> {
    let text = match value.strip_prefix('<') {
        Some(rest) => rest.split('>').next()?,
        None => value.split([',', ' ', ';']).next()?,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
