//! Makes the small honest test message, or one of a given subject and body (RFC 5322, RFC 2045 to 2047).
//!
//! It goes out in 7-bit: any server takes it. The default text says that it is a test, who sent it, from where and with
//! what, and how to object; `Auto-Submitted` (RFC 3834) keeps autoresponders quiet. Addresses in headers are those of one
//! domain's recipients: others are not told of them.

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use super::header::Field;
use super::{Message, body, names};
use crate::mailbox::Mailbox;

/// What a message is made of.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The envelope sender, who also stands in From; for `<>` the header is given otherwise.
    pub from: Option<&'a Mailbox>,
    /// The recipients of one domain.
    pub to: &'a [Mailbox],
    /// The subject; a default where it is not given.
    pub subject: Option<&'a str>,
    /// The text; a default where it is not given.
    pub body: Option<&'a str>,
    /// Further headers; one that names a default's replaces it.
    pub headers: &'a [Field],
    /// Seconds since 1970.
    pub now: i64,
    /// The instant for people, RFC 3339.
    pub instant: &'a str,
    /// This machine's name, as it is said in EHLO.
    pub host: &'a str,
    /// Tells this message from others of the same second.
    pub unique: &'a str,
}

/// Makes the message.
#[must_use]
pub fn compose(draft: &Draft<'_>) -> Message {
    // RFC 3834 §3.1.5 and long custom: who sends from <> signs as the machine.
    let sender = draft.from.map_or_else(|| format!("MAILER-DAEMON@{}", draft.host), ToString::to_string);
    let host = draft.host.trim_start_matches('[').trim_end_matches(']').replace(':', ".");
    let default = [
        ("From", format!("<{sender}>")),
        ("To", draft.to.iter().map(|to| format!("<{to}>")).collect::<Vec<_>>().join(",\r\n ")),
        ("Auto-Submitted", "auto-generated".into()),
        ("User-Agent", concat!("byhand smtp-send/", env!("CARGO_PKG_VERSION")).into()),
    ];
    let given = |name: &str| draft.headers.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    let mut builder = MessageBuilder::new();
    if !given("Date") {
        builder = builder.date(draft.now);
    }
    if !given("Message-ID") {
        builder = builder.message_id(format!("{}.{}@{host}", draft.now, draft.unique));
    }
    for (name, value) in default {
        if !given(name) {
            builder = builder.header(name, Raw::new(value));
        }
    }
    if !given("Subject") {
        builder =
            builder.subject(draft.subject.map_or_else(|| format!("Test message, {}", draft.instant), str::to_owned));
    }
    for field in draft.headers.iter().filter(|field| !body::is_of_the_body(&field.name)) {
        // What is missing is added by its usual name, and would stand beside the same in another case.
        let usual =
            ["Date", "Message-ID", "MIME-Version"].into_iter().find(|name| field.name.eq_ignore_ascii_case(name));
        let name = usual.map_or_else(|| field.name.clone(), str::to_owned);
        builder = if field.value.is_ascii() {
            builder.header(name, Raw::new(field.value.clone()))
        } else if names::holds_addresses(&name) {
            builder.header(name, Raw::new(names::encoded(&field.value)))
        } else {
            builder.header(name, mail_builder::headers::text::Text::new(field.value.clone()))
        };
    }
    let text = draft.body.map_or_else(|| test_text(&sender, draft), str::to_owned);
    let mut octets = Vec::new();
    // Text that is given was held against the headers before; that of the test message may have an address in UTF-8.
    let part = body::part(draft.headers, &text).unwrap_or_else(|_| body::automatic(body::plain(), text.as_bytes()));
    builder.body(part).serialize(&mut octets);
    Message::given(&octets)
}

/// MANNERS: a test says that it is one, whose it is, and how to object.
fn test_text(sender: &str, draft: &Draft<'_>) -> String {
    let how = format!("at {} from {} with byhand's smtp-send {}", draft.instant, draft.host, env!("CARGO_PKG_VERSION"));
    if draft.from.is_none() {
        return format!(
            "This is a test message. It asks whether notices without a return address reach you, and nothing is wanted of \
             you.\r\n\r\nIt was sent by hand {how}, with the empty sender <> that reports of failures have.\r\n\
             If you do not want such messages, please tell the postmaster of the machine that it came from.\r\n",
        );
    }
    format!(
        "This is a test message. It asks whether mail from {sender} reaches you, and nothing is wanted of you.\r\n\r\n\
         It was sent by hand {how}, by the person who uses the address {sender}.\r\n\
         If you do not want such messages, please answer to that address.\r\n",
    )
}

#[cfg(test)]
mod tests {
    use super::{Draft, compose};
    use crate::mailbox::Mailbox;
    use crate::message::header::{Field, values};

    fn draft<'a>(from: Option<&'a Mailbox>, to: &'a [Mailbox]) -> Draft<'a> {
        Draft {
            from,
            to,
            subject: None,
            body: None,
            headers: &[],
            now: 1_780_272_000,
            instant: "2026-06-01T00:00:00Z",
            host: "[IPv6:2001:db8::9]",
            unique: "1",
        }
    }

    fn one(head: &[u8], name: &str) -> String {
        let all: Vec<String> = values(head, name).collect();
        assert_eq!(all.len(), 1, "{name}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn the_default_says_what_it_is() {
        let from: Mailbox = "me@example.net".parse().unwrap();
        let to: Vec<Mailbox> = vec!["a@example.test".parse().unwrap(), "b@example.test".parse().unwrap()];
        let message = compose(&draft(Some(&from), &to));
        let head = message.head();
        assert_eq!(one(head, "from"), "<me@example.net>");
        assert_eq!(one(head, "to"), "<a@example.test>, <b@example.test>");
        assert_eq!(one(head, "auto-submitted"), "auto-generated");
        // `date -uRd @1780272000`
        assert_eq!(one(head, "date"), "Mon, 1 Jun 2026 00:00:00 +0000");
        assert_eq!(message.message_id().as_deref(), Some("<1780272000.1@IPv6.2001.db8..9>"));
        let text = String::from_utf8(message.content().to_vec()).unwrap();
        assert!(text.contains("This is a test message") && text.contains("answer to that address"), "{text}");
        assert!(message.content().is_ascii());
        assert_eq!(message.findings(), []);
    }

    /// A message with these headers and this text.
    fn made(headers: &[&str], body: &str) -> crate::message::Message {
        let from: Mailbox = "me@example.net".parse().unwrap();
        let to: Vec<Mailbox> = vec!["a@example.test".parse().unwrap()];
        let headers: Vec<Field> = headers.iter().map(|text| text.parse().unwrap()).collect();
        compose(&Draft { body: Some(body), headers: &headers, ..draft(Some(&from), &to) })
    }

    #[test]
    fn an_address_beside_a_name_beyond_ascii_stays_an_address() {
        let message = made(&["From: Jürgen <j@x.test>", "Reply-To: \"Jürgen\" <j@x.test>", "X-Note: Jürgen <j>"], "x");
        // printf 'Jürgen' | base64
        assert_eq!(one(message.head(), "from"), "=?utf-8?B?SsO8cmdlbg==?= <j@x.test>");
        assert_eq!(one(message.head(), "reply-to"), "=?utf-8?B?SsO8cmdlbg==?= <j@x.test>");
        let note = one(message.head(), "x-note");
        assert!(note.starts_with("=?utf-8?") && note.ends_with("?="), "encoded whole: {note}");
        assert!(message.content().is_ascii());
    }

    #[test]
    fn headers_of_the_body_are_there_once_and_true() {
        let end = |headers: &[&str], body: &str| {
            let message = made(headers, body);
            let head = message.head();
            let said = ["mime-version", "content-type", "content-transfer-encoding"].map(|name| one(head, name));
            let body = message.content()[head.len() + 2..].to_vec();
            (said, String::from_utf8(body).unwrap())
        };
        let said = |all: [&str; 3], body: &str| (all.map(str::to_owned), body.to_owned());
        let html = "text/html; charset=utf-8";
        // printf 'grün\r\n' | base64
        assert_eq!(
            end(&["content-type: text/html", "CONTENT-TRANSFER-ENCODING: base64", "mime-version: 1.0"], "grün\n"),
            said(["1.0", html, "base64"], "Z3LDvG4NCg==\r\n")
        );
        assert_eq!(
            end(&["Content-Type: text/html", "Content-Transfer-Encoding: Quoted-Printable"], "grün\n"),
            said(["1.0", html, "quoted-printable"], "gr=C3=BCn\r\n")
        );
        assert_eq!(
            end(&["Content-Type: text/html", "Content-Transfer-Encoding: 8bit"], "grün\n"),
            said(["1.0", html, "8bit"], "grün\r\n")
        );
        let parts = "multipart/mixed; boundary=b";
        assert_eq!(
            end(&[&format!("Content-Type: {parts}")], "--b\n\nx\n--b--\n"),
            said(["1.0", parts, "7bit"], "--b\r\n\r\nx\r\n--b--\r\n")
        );
        let (found, body) = end(&["Content-Type: text/html"], "grün\n");
        assert_eq!(found[1], html);
        assert!(body.is_ascii() && ["quoted-printable", "base64"].contains(&found[2].as_str()), "{found:?} {body}");
        for name in ["date", "MESSAGE-id"] {
            let message = made(&[&format!("{name}: <x@y>")], "x");
            assert_eq!(one(message.head(), &name.to_ascii_lowercase()), "<x@y>");
        }
    }

    #[test]
    fn given_headers_replace_defaults_and_text_goes_out_in_7_bit() {
        let from: Mailbox = "me@example.net".parse().unwrap();
        let to: Vec<Mailbox> = vec!["a@example.test".parse().unwrap()];
        let headers: Vec<Field> = ["From: Someone <some@example.net>", "X-Größe: no", "X-Size: größer"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        assert_eq!(headers.len(), 2, "a header's name is ASCII");
        let long = "wörd ".repeat(1000);
        let message =
            compose(&Draft { subject: Some("grün"), body: Some(&long), headers: &headers, ..draft(Some(&from), &to) });
        assert_eq!(one(message.head(), "from"), "Someone <some@example.net>");
        assert!(one(message.head(), "subject").starts_with("=?utf-8?"), "{}", one(message.head(), "subject"));
        assert!(message.content().is_ascii());
        // RFC 2045 §6.7: no encoded line over 76.
        let body = String::from_utf8(message.content().to_vec()).unwrap();
        assert!(body.lines().all(|line| line.len() <= 78), "{:?}", body.lines().map(str::len).max());
        assert_eq!(message.findings(), []);
    }
}
