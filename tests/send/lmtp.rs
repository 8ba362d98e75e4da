//! LMTP and delivery reports from the command line to the record, against testlab's servers.
//!
//! What a session makes of each reply is in the dialogs (`lmtp-*.smtp`, `dsn-*.smtp`); here is what comes of it for each
//! record, for the exit code and for people. Expected values follow from RFC 2033 §4.2 and RFC 3461 §4.

use byhand::wire::FindingId;
use testlab::smtp::Plain;

use super::script::{Do, Scripted};
use super::{output, plain, polite, send_to};

const LMTP: [&str; 2] = ["--protocol", "lmtp"];

fn two(words: &[&'static str]) -> Vec<&'static str> {
    [&LMTP[..], &["--to", "b@example.test", "--to", "c@example.test"], words].concat()
}

#[tokio::test]
async fn each_recipient_has_its_own_outcome() {
    for keywords in [&["PIPELINING", "ENHANCEDSTATUSCODES"][..], &["8BITMIME"]] {
        for (reply, code, end) in [
            ("250 2.1.5 kept", 0, "ok - -"),
            ("452 4.2.2 over quota", 75, "temporary body deferred"),
            ("550 5.2.1 closed", 1, "permanent body refused"),
            ("421 4.3.2 later", 75, "temporary body busy"),
        ] {
            let server = Plain::new("lmtp.test").lmtp().keywords(keywords).reply("dot TO:<c@*", reply);
            let (server, log) = plain(server).await;
            let sent = send_to(server.address(), &two(&[]), b"").await;
            assert_eq!((sent.code, sent.ends()), (code, vec!["ok - -".into(), end.to_owned()]), "{reply} {sent:?}");
            assert!(sent.records.iter().all(|record| !record.attempts[0].in_doubt), "{sent:?}");
            assert_eq!(log.connections()[0].said("LHLO"), ["client.test"]);
            assert_eq!(log.messages()[0].rcpt, ["TO:<b@example.test>", "TO:<c@example.test>"]);
            polite(&log).await;
        }
    }
}

#[tokio::test]
async fn each_recipient_has_the_name_that_its_own_reply_tells() {
    let server = Plain::new("lmtp.test").lmtp();
    let server = server.reply("dot TO:<b@*", "250 2.0.0 queued as AAAA1").reply("dot *", "250 2.0.0 queued as BBBB2");
    let (server, log) = plain(server).await;
    let sent = send_to(server.address(), &two(&[]), b"").await;
    let ids: Vec<_> = sent.records.iter().map(|record| record.queue_id.as_deref()).collect();
    assert_eq!(ids, [Some("AAAA1"), Some("BBBB2")], "{sent:?}");
    polite(&log).await;
}

#[tokio::test]
async fn refused_at_rcpt_has_no_reply_after_the_message() {
    let server = Plain::new("lmtp.test").lmtp().reply("RCPT TO:<b@*", "550 5.1.1 no such user");
    let (server, log) = plain(server.reply("dot TO:<c@*", "250 2.1.5 kept by name")).await;
    let sent = send_to(server.address(), &two(&[]), b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent rcpt refused".into(), "ok - -".into()]));
    assert!(sent.records[1].outcome.text.contains("kept by name"), "{sent:?}");
    polite(&log).await;
}

#[tokio::test]
async fn a_connection_that_is_lost_between_the_replies() {
    const SCRIPT: &[Do] = &[
        Do::Say("220 lmtp.test LMTP"),
        Do::Until("LHLO client.test\r\n"),
        Do::Say("250-lmtp.test\r\n250 PIPELINING"),
        Do::Until("DATA\r\n"),
        Do::Say("250 ok\r\n250 ok\r\n250 ok\r\n354 go"),
        Do::Until("\r\n.\r\nQUIT\r\n"),
        Do::Say("250 2.1.5 kept"),
    ];
    let server = Scripted::start(&[SCRIPT]).await;
    let sent = send_to(server.address, &two(&[]), b"").await;
    assert_eq!((sent.code, sent.ends()), (75, vec!["ok - -".into(), "temporary body connection-closed".into()]));
    let doubts: Vec<bool> = sent.records.iter().map(|record| record.attempts[0].in_doubt).collect();
    assert_eq!(doubts, [false, true], "who has a reply has it");
    assert!(sent.records[1].outcome.text.contains("may have been accepted all the same"), "{sent:?}");
    assert_eq!(server.heard().await.len(), 1, "it is not sent again");
    let server = server.address.to_string();
    let words = [&["--server", &server, "--format", "table"][..], &two(&[])].concat();
    let (_, text, _) = output(&words, b"").await;
    assert!(text.contains("=== ACCEPTED by [127.0.0.1]") && text.contains("for    c@example.test\n"), "{text}");
    assert!(text.contains("ask whether it arrived before it is sent again"), "{text}");
}

#[tokio::test]
async fn the_other_protocol_is_told() {
    let (server, log) = plain(Plain::new("mx.test").reply("LHLO *", "502 5.5.1 what is that")).await;
    let sent = send_to(server.address(), &LMTP, b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent ehlo refused".into()]));
    assert!(sent.records[0].transcript.iter().any(|said| said.text.contains("--protocol esmtp")), "{sent:?}");
    assert!(log.connections()[0].said("HELO").is_empty(), "nothing else is said in its place");
    polite(&log).await;
    let (server, log) = plain(Plain::new("lmtp.test").lmtp()).await;
    let sent = send_to(server.address(), &[], b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent ehlo refused".into()]));
    polite(&log).await;
}

#[tokio::test]
async fn helo_alone() {
    let (server, log) = plain(Plain::new("mx.test").starttls(testlab::pki::Cert::Good)).await;
    let sent = send_to(server.address(), &["--protocol", "smtp", "--notify", "never"], b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]));
    let connection = &log.connections()[0];
    assert!(connection.said("EHLO").is_empty() && connection.said("STARTTLS").is_empty(), "{connection:?}");
    assert_eq!(connection.said("MAIL"), ["FROM:<a@client.test>"]);
    assert!(sent.found(FindingId::DsnNotOffered) && !sent.found(FindingId::HeloOnly), "{sent:?}");
    polite(&log).await;
}

#[tokio::test]
async fn delivery_reports_where_they_are_offered() {
    let words = ["--notify", "success,failure", "--ret", "hdrs", "--envid", "a b", "--orcpt", "x=y@old.test"];
    for (keywords, mail, rcpt) in [
        (
            &["DSN", "PIPELINING"][..],
            "FROM:<a@client.test> RET=HDRS ENVID=a+20b",
            "TO:<b@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+3Dy@old.test",
        ),
        (&["PIPELINING"], "FROM:<a@client.test>", "TO:<b@example.test>"),
    ] {
        let (server, log) = plain(Plain::new("mx.test").keywords(keywords)).await;
        let sent = send_to(server.address(), &words, b"").await;
        assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]));
        let message = &log.messages()[0];
        assert_eq!((message.mail.as_str(), message.rcpt.as_slice()), (mail, &[rcpt.to_owned()][..]));
        assert_eq!(sent.found(FindingId::DsnNotOffered), !keywords.contains(&"DSN"), "{sent:?}");
        polite(&log).await;
    }
}
