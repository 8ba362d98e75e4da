//! What is no bounce, and messages that are meant to do harm. The bounces of many programs are in `tests/bounces/`.

use proptest::prelude::*;

use super::super::found::Found;
use super::{Account, LONGEST, NoBounce, begins, pasted};

fn read(message: &[u8]) -> Result<Vec<Found>, NoBounce> {
    super::read(message).map(|account| account.found)
}

fn told(found: &Found) -> [&str; 4] {
    let recipient = found.recipient.as_deref().unwrap_or("-");
    [recipient, &found.reply, found.host.as_deref().unwrap_or("-"), found.command().unwrap_or("-")]
}

const HEAD: &str = "From: MAILER-DAEMON@out.example.net\nSubject: failure\nMIME-Version: 1.0\n";

fn report(fields: &str) -> String {
    let kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n";
    format!("{HEAD}{kind}\n--b\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n")
}

#[test]
fn what_is_no_bounce() {
    for (message, why) in [
        (String::new(), NoBounce::NoMessage),
        ("From: a@example.net\nSubject: lunch\n\nAt noon?\n\nme@example.net\n".into(), NoBounce::Nothing),
        (
            "From: a@example.net\nAuto-Submitted: auto-replied\nSubject: away\n\nI am away until Monday.\n".into(),
            NoBounce::AutoReply,
        ),
        (format!("{HEAD}Auto-Submitted: auto-replied\n\nQualcosa.\n"), NoBounce::NotUnderstood),
        ("From: x@example.net\nReturn-Path: <>\n\nNothing known.\n".into(), NoBounce::NotUnderstood),
        (
            "From: a@example.net\nReturn-Path: <>\nAuto-Submitted: auto-replied\n\nI am away.\n".into(),
            NoBounce::AutoReply,
        ),
        (
            format!("{HEAD}Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b--\n"),
            NoBounce::Complaint,
        ),
        (
            format!(
                "{HEAD}Content-Type: multipart/report; report-type=disposition-notification; boundary=\"b\"\n\n--b--\n"
            ),
            NoBounce::Receipt,
        ),
        (
            report("Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; u@example.org\nAction: relayed\nStatus: 2.0.0\n"),
            NoBounce::NoFailure,
        ),
    ] {
        assert_eq!(read(message.as_bytes()), Err(why), "{message}");
    }
}

#[test]
fn fields_in_odd_forms() {
    // RFC 3464 §2.1: comments, and any case; a type is often left out.
    let found = read(
        report(
            "reporting-mta: dns;a\r\n\r\nFINAL-RECIPIENT: u@example.org\r\naction: Failed (really)\r\nstatus: 5.2.2 (full)\r\n\
             Diagnostic-Code: 552 5.2.2 mailbox\r\n  is full\r\n",
        )
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].recipient.as_deref(), Some("u@example.org"));
    assert_eq!((found[0].reply.as_str(), found[0].status.as_deref()), ("552 5.2.2 mailbox is full", Some("5.2.2")));
}

#[test]
fn a_status_alone_is_something() {
    let found =
        read(report("Final-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.1.1\n").as_bytes()).unwrap();
    assert_eq!((found.len(), found[0].status.as_deref()), (1, Some("5.1.1")));
}

#[test]
fn how_messages_begin() {
    for line in [
        "From: a@b.example",
        "From a@b.example Wed Nov 25 09:14:07 2026",
        "Received: by x",
        "X-Failed-Recipients: u",
        "Subject:",
    ] {
        assert!(begins(line), "{line}");
    }
    for line in [
        "550 5.1.1 no",
        "User unknown: x",
        "to=<a>",
        "From here",
        "Connection timed out",
        "x-postfix; no",
        "{\"reply\":\"x\"}",
    ] {
        assert!(!begins(line), "{line}");
    }
}

#[test]
fn nesting_without_end_is_cut() {
    // 40,000 messages in each other: every level costs a header.
    let deep = "Content-Type: message/rfc822\n\n".repeat(40_000);
    assert_eq!(read(format!("{HEAD}{deep}").as_bytes()), Err(NoBounce::NotUnderstood));
    let mut parts = HEAD.to_owned();
    for n in 0..20_000 {
        parts += &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    }
    assert_eq!(read(parts.as_bytes()), Err(NoBounce::NotUnderstood));
}

#[test]
fn size_without_end_is_cut() {
    let mut message = format!("{HEAD}\nHi. This is the qmail-send program at x.\n\n<u@example.org>:\n550 no\n");
    message += &"<v@example.org>:\n".repeat(LONGEST / 10);
    let found = read(message.as_bytes()).unwrap();
    assert_eq!(found[0].reply, "550 no");
    let line = format!("{HEAD}\n<u@example.org>: 550 {}", "x".repeat(4 * LONGEST));
    assert!(read(line.as_bytes()).unwrap()[0].reply.len() <= 16 * 1024);
}

#[test]
fn a_report_of_many_recipients_is_told_whole_or_not_called_so() {
    let many = |count: usize| {
        let one = |n: usize| {
            format!(
                "Final-Recipient: rfc822; u{n}@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
            )
        };
        report(&format!("Reporting-MTA: dns; a\n\n{}", (0..count).map(one).collect::<String>()))
    };
    let Account { found, whole } = super::read(many(20_000).as_bytes()).unwrap();
    assert_eq!((found.len(), whole), (20_000, true));
    assert!(found.iter().all(|found| found.reply == "550 5.1.1 no such user"));
    let Account { found, whole } = super::read(many(80_000).as_bytes()).unwrap();
    assert!(!whole && found.len() > 50_000, "{}", found.len());
    assert!(found.iter().all(|found| found.reply == "550 5.1.1 no such user"));
    // What is behind the report may be cut: it is the message that it is about.
    let original = format!("Content-Type: message/rfc822\n\nSubject: x\n\n{}\n--b--\n", "x\n".repeat(LONGEST / 2));
    let message = many(2).replace("\n--b--\n", &format!("\n--b\n{original}"));
    let Account { found, whole } = super::read(message.as_bytes()).unwrap();
    assert_eq!((found.len(), whole), (2, true));
}

#[test]
fn a_bounce_that_somebody_forwarded() {
    let inside = report("Final-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.2.2\n");
    let forward = |kind: &str, inside: &str| {
        format!(
            "From: me@example.net\nSubject: Fwd: failure\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"o\"\n\n\
             --o\nContent-Type: text/plain\n\nWhat is this?\n\n--o\n{kind}\n\n{inside}\n--o--\n"
        )
    };
    let message = forward("Content-Type: message/rfc822", &inside);
    let file =
        forward("Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"b.eml\"", &inside);
    let twice = forward("Content-Type: message/rfc822", &message.replace("\"o\"", "\"p\"").replace("--o", "--p"));
    for message in [message, file, twice] {
        let found = read(message.as_bytes()).unwrap_or_else(|error| panic!("{error}: {message}"));
        assert_eq!((found.len(), found[0].recipient.as_deref()), (1, Some("u@example.org")), "{message}");
    }
    // The message that a bounce is about is none of its own, even where it is a bounce.
    let about = report("Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n").replace(
        "\n--b--\n",
        &format!(
            "\n--b\nContent-Type: message/rfc822\n\n{}\n--b--\n",
            inside.replace("--b", "--c").replace("\"b\"", "\"c\"")
        ),
    );
    let found = read(about.as_bytes()).unwrap();
    assert_eq!((found.len(), found[0].recipient.as_deref()), (1, Some("a@example.org")));
}

#[test]
fn a_refusal_for_good_decides_over_one_for_now() {
    // RFC 5321 §5.1: hosts are tried in turn; what the last one said ended it.
    let text = "<u@example.org>: host mx1.example.org[192.0.2.25] said: 450 4.2.0 wait\n    (in reply to RCPT TO command)\n\
                <u@example.org>: host mx2.example.org[192.0.2.26] said: 550 5.1.1 unknown user\n    (in reply to RCPT TO command)\n";
    let found = read(format!("{HEAD}\n{text}").as_bytes()).unwrap();
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [["u@example.org", "550 5.1.1 unknown user", "mx2.example.org", "RCPT"]]
    );
}

#[test]
fn what_was_copied_out_of_a_bounce() {
    let postfix = "This is the mail system at host out.example.net.\n\nI'm sorry to have to inform you that your message could not\n\
                   be delivered to one or more recipients. It's attached below.\n\n\
                   <u@example.org>: host mx1.example.org[192.0.2.25] said: 550 5.1.1 <u@example.org>:\n    Recipient address \
                   rejected: User unknown in virtual\n    mailbox table (in reply to RCPT TO command)\n";
    let found = pasted(postfix).unwrap();
    let reply = "550 5.1.1 <u@example.org>: Recipient address rejected: User unknown in virtual mailbox table";
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), [["u@example.org", reply, "mx1.example.org", "RCPT"]]);
    // Postfix folds before the address that the reply begins with, whosever it is.
    for (reply, rest) in [
        ("554 5.7.1", "<u@example.org>: Relay access denied"),
        ("450 4.2.0", "<u@example.org>: Recipient address rejected: Greylisted"),
        ("550", "<u@example.org>: the mailbox is full"),
        ("554 5.7.1", "<s@example.net>: Sender address rejected: Access denied"),
    ] {
        let text = format!(
            "I'm sorry.\n\n<u@example.org>: host mx1.example.org[192.0.2.25] said: {reply}\n    {rest} (in reply to\n    RCPT TO command)\n"
        );
        let found = pasted(&text).unwrap();
        let whole = format!("{reply} {rest}");
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), [["u@example.org", &whole, "mx1.example.org", "RCPT"]]);
    }
    let exchange = "Delivery has failed to these recipients or groups:\n\nu@example.org\nThe email address you entered couldn't be \
                    found.\n\nDiagnostic information for administrators:\n\nGenerating server: out.example.net\n\nu@example.org\n\
                    Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'\n";
    let found = pasted(exchange).unwrap();
    assert_eq!((found.len(), found[0].recipient.as_deref()), (1, Some("u@example.org")));
    assert_eq!(found[0].reply, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found");
    // The report for programs, copied.
    let fields = "Reporting-MTA: dns; out.example.net\n\nFinal-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.1.1\n\
                  Diagnostic-Code: smtp; 550 5.1.1 no such user\n";
    let found = pasted(fields).unwrap();
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), [["u@example.org", "550 5.1.1 no such user", "-", "-"]]);
    assert_eq!(found[0].given_up, Some(true));
    // Only the end of it.
    let found = pasted("The response from the remote server was:\n550 5.7.1 no\nany idea?\n").unwrap();
    assert_eq!((found.len(), found[0].reply.get(..12)), (1, Some("550 5.7.1 no")));
    // One group of fields, without a blank line.
    let fields = "Remote-MTA: dns; mx1.example.org\nFinal-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.2.2\n\
                  Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n";
    let found = pasted(fields).unwrap();
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [["u@example.org", "552 5.2.2 mailbox full", "mx1.example.org", "-"]]
    );
    // Lines that each say something of their own, and prose.
    for text in [
        "mailbox full\nuser unknown\n",
        "Hello,\n\nplease help me.\n",
        "",
        "u@example.org: user unknown\n",
        "mailbox full\n\n550 a\n\n451 b\n",
    ] {
        assert_eq!(pasted(text), None, "{text}");
    }
}

#[test]
fn a_bounce_that_was_passed_on_as_text() {
    let bounce = "This is the mail system at host out.example.net.\n\n<u@example.org>: host mx1.example.org[192.0.2.25] said: 550 \
                  5.1.1 no\n    such user (in reply to RCPT TO command)\n";
    let wanted = [["u@example.org", "550 5.1.1 no such user", "mx1.example.org", "RCPT"]];
    let header = "From: Mail Delivery System <MAILER-DAEMON@out.example.net>\nSent: Wednesday, 25 November 2026 09:14\n\
                  To: me@example.net\nSubject: Undelivered Mail Returned to Sender\n";
    for rule in
        ["-----Original Message-----", "---------- Forwarded message ---------", "________________________________"]
    {
        let text = format!("Hi,\n\ncan you have a look?\n\n{rule}\n{header}\n{bounce}");
        assert_eq!(pasted(&text).unwrap().iter().map(told).collect::<Vec<_>>(), wanted, "{text}");
        let message = format!("From: me@example.net\nSubject: FW: Undelivered\n\n{text}");
        assert_eq!(read(message.as_bytes()).unwrap().iter().map(told).collect::<Vec<_>>(), wanted, "{text}");
    }
    let quoted: String = bounce.lines().map(|line| format!("{}\n", format!("> {line}").trim_end())).collect();
    let found = pasted(&format!("On Wednesday somebody wrote:\n{quoted}")).unwrap();
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), wanted);
    // What a bounce returns may be such a text.
    let returned = format!(
        "{HEAD}\n<a@example.org>:\n550 no\n\n--- Below this line is a copy of the message.\n\n{header}\n{bounce}"
    );
    assert_eq!(
        read(returned.as_bytes()).unwrap().iter().map(told).collect::<Vec<_>>(),
        [["a@example.org", "550 no", "-", "-"]]
    );
}

#[test]
fn what_waits_in_a_queue() {
    let mailq = "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n\
        4C8439B600A     1234 Wed Nov 25 09:14:07  a@example.net\n\
        (host mx1.example.org[192.0.2.25] said: 450 4.2.0 try later (in reply to RCPT TO command))\n\
        \x20                                        u@example.org\n\
        \x20                                        v@example.org\n\n\
        4C8439B600B*    1234 Wed Nov 25 09:15:07  a@example.net\n\
        \x20                                        new@example.org\n\n\
        4C8439B600C     1234 Wed Nov 25 09:16:07  a@example.net\n\
        (connect to mx2.example.org[192.0.2.26]:25: Connection timed out)\n\
        \x20                                        w@example.org\n\n\
        -- 3 Kbytes in 3 Requests.\n";
    let found = pasted(mailq).unwrap();
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [
            ["u@example.org", "450 4.2.0 try later", "mx1.example.org", "RCPT"],
            ["v@example.org", "450 4.2.0 try later", "mx1.example.org", "RCPT"],
            [
                "w@example.org",
                "connect to mx2.example.org[192.0.2.26]:25: Connection timed out",
                "mx2.example.org",
                "CONN"
            ],
        ]
    );
    assert!(found.iter().all(|found| found.given_up == Some(false)));
}

#[test]
fn a_warning_is_not_the_end() {
    let text = "Warning: message still undelivered after 4 hours\n\n<u@example.org>: host mx1.example.org[192.0.2.25] said: no\n";
    assert_eq!(read(format!("{HEAD}\n{text}").as_bytes()).unwrap()[0].given_up, Some(false));
    assert_eq!(
        read(format!("{HEAD}\n{}", text.replace("Warning", "Sorry").replace("still undelivered", "failed")).as_bytes())
            .unwrap()[0]
            .given_up,
        None
    );
    // Broken over lines, and in a report of a server that returns the message.
    let (head, said) =
        ("This message could not\nbe delivered", "host mx1.example.org[192.0.2.25] said: 452 4.2.2 full");
    let returned = format!("{HEAD}\n{head}\n\n<u@example.org>: {said}\n");
    assert_eq!(read(returned.as_bytes()).unwrap()[0].given_up, Some(true));
    let late = returned.replace("could not\nbe delivered", "has not yet\nbeen delivered");
    assert_eq!(read(late.as_bytes()).unwrap()[0].given_up, Some(false));
    // In another language, in the text of a whole message (our own sentences).
    for (head, given_up) in [
        ("Nach fünf Tagen gibt es keine weiteren\nZustellversuche.", true),
        ("Die Nachricht wurde noch nicht zugestellt.", false),
        ("Plus aucune tentative ne sera faite.", true),
        ("Wiadomość jeszcze nie została dostarczona.", false),
    ] {
        let text = format!("{HEAD}Content-Type: text/plain; charset=utf-8\n\n{head}\n\n<u@example.org>: {said}\n");
        assert_eq!(read(text.as_bytes()).unwrap()[0].given_up, Some(given_up), "{head}");
    }
    // Nobody writes about a 5yz but to return the message (RFC 5321 §4.2.1).
    let refused = format!("{HEAD}\n<u@example.org>: {}\n", said.replace("452 4", "552 5"));
    assert_eq!(read(refused.as_bytes()).unwrap()[0].given_up, Some(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever stands in a message, it is read without a panic.
    #[test]
    fn any_message(lines in prop::collection::vec(prop::sample::select(vec![
        "Content-Type: multipart/report; boundary=b", "Content-Type: multipart/mixed; boundary=\"b\"", "Content-Type: message/rfc822",
        "Content-Type: multipart/digest; boundary=c", "Content-Type: message/delivery-status", "Content-Type: text/html; charset=utf-16",
        "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "--b", "--b--", "--c", "--", "", "", "=",
        "Final-Recipient: rfc822; u@example.org", "Diagnostic-Code: smtp; 550-5.1.1 a", " 550 5.1.1 b", "Status: 5.1.1", "Action: failed",
        "<u@example.org>:", ">>> RCPT TO:<u@example.org>", "<<< 550 no", "... while talking to mx.example.org.:", "(reason: 550 no)",
        "X-Failed-Recipients: u@example.org", "ä\u{202e}<", "&#x110000;&amp", "<html><style", "From x:", "Subject: =?utf-8?q?=ff?=",
    ]), 0..40), cut in 0usize..2_000) {
        let text = lines.join("\n");
        let bytes = text.as_bytes();
        // The end may be anywhere, in the middle of a character too.
        let _ = read(&bytes[..cut.min(bytes.len())]);
        let _ = pasted(&text);
        let _ = read(text.replace('\n', "\r\n").as_bytes());
    }

    #[test]
    fn any_octets(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&[HEAD.as_bytes(), b"\n", &bytes].concat());
    }
}
