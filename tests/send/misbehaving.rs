//! Servers at their worst moments: connections lost, refusals in the middle of a message, TLS that fails.

use byhand::wire::{FindingId, Reason, Side};
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::{Plain, TlsFault};

use super::script::{Do, Scripted, after_354};
use super::{plain, polite, send, send_to};

#[tokio::test]
async fn the_connection_is_lost_after_the_dot() {
    for script in [after_354![Do::Until("\r\n.\r\n")], after_354![Do::Until("\r\n.\r\n"), Do::Reset]] {
        let server = Scripted::start(Box::leak(Box::new([script]))).await;
        let sent = send_to(server.address, &[], b"").await;
        assert_eq!(sent.code, 75);
        assert!(sent.ends()[0].starts_with("temporary body connection-"), "{sent:?}");
        assert!(sent.records[0].outcome.text.contains("may have been accepted all the same"), "{sent:?}");
        assert_eq!(server.heard().await.len(), 1, "it is not sent again");
    }
}

#[tokio::test]
async fn an_answer_to_the_dot_that_is_neither_yes_nor_no_leaves_a_doubt() {
    for script in [
        after_354![Do::Until("\r\n.\r\n"), Do::Say("OK accepted"), Do::Until("QUIT\r\n")],
        after_354![Do::Until("\r\n.\r\n"), Do::Say("354 go on"), Do::Say("250 ok"), Do::Until("QUIT\r\n")],
        after_354![Do::Until("\r\n.\r\n"), Do::Say("651 what"), Do::Until("QUIT\r\n")],
    ] {
        let server = Scripted::start(Box::leak(Box::new([script]))).await;
        let sent = send_to(server.address, &[], b"").await;
        assert_eq!((sent.code, sent.ends()[0].starts_with("temporary body")), (75, true), "{sent:?}");
        assert!(sent.records[0].outcome.text.contains("may have been accepted all the same"), "{sent:?}");
        assert!(sent.records[0].attempts[0].in_doubt, "{sent:?}");
    }
}

#[tokio::test]
async fn a_no_after_the_yes_takes_the_yes_back() {
    // The message and QUIT go out together; a surplus reply makes the answer to the dot look like that to QUIT.
    const SCRIPT: &[Do] = &[
        Do::Say("220 mx.test ESMTP"),
        Do::Until("EHLO client.test\r\n"),
        Do::Say("250-mx.test\r\n250 PIPELINING"),
        Do::Until("DATA\r\n"),
        Do::Say("250 ok\r\n250 ok\r\n354 go"),
        Do::Until("QUIT\r\n"),
        Do::Say("250 surplus\r\n554 5.6.0 no"),
    ];
    let server = Scripted::start(&[SCRIPT]).await;
    let sent = send_to(server.address, &[], b"").await;
    assert_eq!((sent.code, sent.ends()), (75, vec!["temporary body unexpected-reply".into()]), "{sent:?}");
    assert!(sent.records[0].outcome.text.contains("out of step"), "{sent:?}");
}

#[tokio::test]
async fn each_attempt_is_explained_and_the_whole() {
    const SCRIPT: &[Do] = &[
        Do::Say("220 mx.test ESMTP"),
        Do::Until("EHLO client.test\r\n"),
        Do::Say("250-mx.test\r\n250 PIPELINING"),
        Do::Until("DATA\r\n"),
        Do::Say("250 ok\r\n552 5.2.2 mailbox full\r\n554 5.5.1 no valid recipients"),
        Do::Until("QUIT\r\n"),
        Do::Say("221 bye"),
    ];
    let server = Scripted::start(&[SCRIPT]).await;
    let sent = send_to(server.address, &[], b"").await;
    let record = &sent.records[0];
    let diagnosis = record.outcome.diagnosis.as_ref().expect("a refusal is explained");
    // RFC 3463 §3.3: X.2.2 is a full mailbox.
    assert_eq!((diagnosis.reason, diagnosis.side), (Reason::MailboxFull, Side::Recipient));
    assert_eq!(record.attempts[0].outcome.diagnosis.as_ref(), Some(diagnosis));
}

#[tokio::test]
async fn no_empty_message_is_sent_where_mail_alone_was_refused() {
    const SCRIPT: &[Do] = &[
        Do::Say("220 mx.test ESMTP"),
        Do::Until("EHLO client.test\r\n"),
        Do::Say("250-mx.test\r\n250 PIPELINING"),
        Do::Until("DATA\r\n"),
        Do::Say("550 5.7.1 not you\r\n250 ok\r\n354 go"),
        Do::Take(1000),
    ];
    let server = Scripted::start(&[SCRIPT]).await;
    let sent = send_to(server.address, &[], b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent mail refused".into()]), "{sent:?}");
    let heard = server.heard().await.concat();
    assert!(heard.ends_with("DATA\r\n"), "a dot would end a message: {heard}");
}

#[tokio::test]
async fn an_address_beyond_ascii_is_no_fault_of_the_others() {
    let (server, log) = plain(Plain::new("mx.test").keywords(&["PIPELINING"])).await;
    let words = ["--to", "b@example.test", "--to", "\u{fc}@example.test", "--data", "-"];
    let sent = send_to(server.address(), &words, b"From: a@client.test\n\nplain\n").await;
    assert_eq!(sent.code, 1);
    let mut ends = sent.ends();
    ends.sort();
    assert_eq!(ends, ["ok - -", "permanent rcpt smtputf8-not-supported"], "{sent:?}");
    assert_eq!(log.messages().len(), 1);
}

#[tokio::test]
async fn a_run_that_ends_at_tls_never_sends() {
    for fault in [TlsFault::Alert, TlsFault::Plain, TlsFault::Close] {
        let mut broken = Plain::new("mx.test").starttls(Cert::Good);
        broken.tls_fault = fault;
        let (server, log) = plain(broken).await;
        let sent = send_to(server.address(), &["--quit-after", "tls"], b"").await;
        assert_eq!((sent.code, sent.ends()[0].starts_with("temporary tls")), (75, true), "{fault:?} {sent:?}");
        assert_eq!(log.connections().len(), 1);
        assert!(log.messages().is_empty());
    }
    // TLS offered and not wanted; not offered and not needed; not offered and required.
    for (starttls, tls, code, end) in [
        (true, "never", 0, "ok tls -"),
        (false, "auto", 0, "ok tls -"),
        (false, "require", 75, "temporary starttls starttls-not-supported"),
    ] {
        let server = Plain::new("mx.test");
        let (server, log) = plain(if starttls { server.starttls(Cert::Good) } else { server }).await;
        let sent = send_to(server.address(), &["--tls", tls, "--quit-after", "tls"], b"").await;
        assert_eq!((sent.code, sent.ends()), (code, vec![end.to_owned()]), "{sent:?}");
        assert!(log.messages().is_empty());
    }
}

#[tokio::test]
async fn who_may_have_the_message_is_the_last_to_be_asked() {
    // Two hosts: the first loses the connection after the dot, the second would take it.
    let mut builder = Lab::builder().unwrap();
    builder.records("two.test MX 10 first.two.test\ntwo.test MX 20 second.two.test").unwrap();
    let script = "title: lost after the dot\n\nS: 220 mx.test\nC: EHLO *\nS: 250 mx.test\nC: MAIL *\nS: 250 ok\nC: RCPT *\n\
                  S: 250 ok\nC: DATA\nS: 354 go\nC: Subject: *\nC: From: *\nCLOSE\n";
    let dialog = testlab::dialog::Dialog::parse("lost.smtp", script).unwrap();
    builder.dialog("first.two.test", dialog, &testlab::smtp::Play::as_written("x")).unwrap();
    builder.plain(Plain::new("second.two.test")).unwrap();
    let lab = builder.start().await.unwrap();
    let (dns, port) = (lab.nameserver().to_string(), lab.port().to_string());
    let words = ["--nameserver", &dns, "--dnssec", "off", "--port", &port, "--to", "b@two.test", "--data", "-"];
    let message = b"Subject: x\nFrom: a@client.test\n";
    let sent = send(&words, message).await;
    assert_eq!((sent.code, sent.records[0].attempts.len()), (75, 1), "{sent:?}");
    assert!(lab.log().messages().is_empty());
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_message() {
    let message =
        [b"From: a@client.test\nDate: x\n\n".to_vec(), b"0123456789012345678901234567890123456789\n".repeat(800_000)];
    let message = message.concat();
    let reply = "552 5.3.4 message exceeds the fixed limit";
    for script in
        [after_354![Do::Take(100_000), Do::Say("552 5.3.4 message exceeds the fixed limit"), Do::Take(100_000_000)]]
    {
        let server = Scripted::start(Box::leak(Box::new([script]))).await;
        let sent = send_to(server.address, &["--data", "-"], &message).await;
        assert_eq!((sent.code, sent.ends()), (1, vec!["permanent body refused".into()]));
        assert!(sent.records[0].outcome.text.contains(reply), "{sent:?}");
        // What the kernels' buffers hold may still arrive; the message is twice as long as they are.
        let heard: usize = server.heard().await.iter().map(String::len).sum();
        assert!(heard < message.len() * 3 / 4, "the rest is not sent: {heard}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_message_is_no_doubt() {
    let message = b"x\n".repeat(4_000_000);
    let server = Scripted::start(&[after_354![Do::Take(100_000), Do::Reset]]).await;
    let sent = send_to(server.address, &["--data", "-"], &message).await;
    assert_eq!((sent.code, sent.ends()[0].starts_with("temporary body")), (75, true), "{sent:?}");
    assert!(!sent.records[0].outcome.text.contains("may have been accepted"), "its dot never went out: {sent:?}");
}

#[tokio::test]
async fn tls_that_fails_is_followed_by_a_connection_in_clear() {
    for fault in [TlsFault::Alert, TlsFault::Plain, TlsFault::Close] {
        let mut broken = Plain::new("mx.test").starttls(Cert::Good);
        broken.tls_fault = fault;
        let (server, log) = plain(broken).await;
        let sent = send_to(server.address(), &[], b"").await;
        assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]), "{fault:?} {sent:?}");
        assert!(sent.found(FindingId::SentInClear), "{sent:?}");
        let connections = log.connections();
        let mails: Vec<usize> = connections.iter().map(|connection| connection.said("MAIL").len()).collect();
        assert_eq!(mails, [0, 1], "never in clear on the connection where TLS failed");
        assert_eq!(sent.records[0].attempts.len(), 2);
        let sent = send_to(server.address(), &["--tls", "require"], b"").await;
        assert_eq!((sent.code, sent.ends()[0].starts_with("temporary tls")), (75, true), "{sent:?}");
        assert_eq!(log.messages().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_takes_one_octet_a_read() {
    const SCRIPT: &[Do] =
        after_354![Do::Until("\r\n.\r\n"), Do::Say("250 ok"), Do::Until("QUIT\r\n"), Do::Say("221 bye")];
    const EIGHT_BIT: &[Do] = &{
        let mut script = [Do::Say("250 8BITMIME"); SCRIPT.len()];
        let mut at = 0;
        while at < SCRIPT.len() {
            script[at] = match at {
                2 => Do::Say("250-mx.test\r\n250 8BITMIME"),
                3 => Do::Until("MAIL FROM:<a@client.test> BODY=8BITMIME\r\n"),
                _ => SCRIPT[at],
            };
            at += 1;
        }
        script
    };
    let server = Scripted::reading(1, &[EIGHT_BIT]).await;
    let sent = send_to(server.address, &["--data", "-"], &super::ordinary::awkward()).await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]), "{sent:?}");
    let heard = server.heard().await.remove(0);
    // RFC 5321 §4.5.2, by hand: four lines of the message begin with a dot.
    let arrived = String::from_utf8(super::ordinary::arrived()).unwrap();
    let stuffed = arrived.replace("\r\n.", "\r\n..");
    assert_eq!(stuffed.len() - arrived.len(), 4);
    assert!(heard.contains(&format!("DATA\r\n{stuffed}.\r\nQUIT\r\n")), "{heard}");
}

#[tokio::test]
async fn codes_without_text() {
    // RFC 5321 §4.2: the text may be missing, with its blank or without.
    const SCRIPT: &[Do] = &[
        Do::Say("220"),
        Do::Until("EHLO client.test\r\n"),
        Do::Say("250"),
        Do::Until("MAIL FROM:<a@client.test>\r\n"),
        Do::Say("250 "),
        Do::Until("RCPT TO:<b@example.test>\r\n"),
        Do::Say("250"),
        Do::Until("DATA\r\n"),
        Do::Say("354"),
        Do::Until("\r\n.\r\n"),
        Do::Say("250"),
        Do::Until("QUIT\r\n"),
        Do::Say("221"),
    ];
    let server = Scripted::start(&[SCRIPT]).await;
    let sent = send_to(server.address, &[], b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]), "{sent:?}");
}

#[tokio::test]
async fn tls_that_is_required_and_not_offered() {
    let (server, log) = plain(Plain::new("mx.test")).await;
    let sent = send_to(server.address(), &["--tls", "require"], b"").await;
    assert_eq!(sent.ends(), ["temporary starttls starttls-not-supported"]);
    assert!(log.messages().is_empty());
    polite(&log).await;
}
