//! Servers that behave: what arrives, what is said, who is told.

use byhand::wire::{FindingId, Status};
use testlab::dns::Fault as DnsTrouble;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

use super::{output, plain, polite, send, send_to};

/// Dots, blanks, 8-bit text, a long line, no end: the message. Its line is 990 octets.
pub(super) fn awkward() -> Vec<u8> {
    let mut text = "From: a@client.test\nDate: Mon, 1 Jun 2026 00:00:00 +0000\nSubject: dots\n\n".to_owned();
    text += ".\n..\n.one\n trailing blanks  \t\ngr\u{f6}\u{df}er\n";
    text += &"x".repeat(990);
    text += "\n.\nno end";
    text.into_bytes()
}

/// The same as it arrives: CRLF line ends (RFC 5321 §2.3.8), one at the end.
pub(super) fn arrived() -> Vec<u8> {
    let text = String::from_utf8(awkward()).unwrap().replace('\n', "\r\n");
    (text + "\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_arrives_byte_for_byte() {
    for (server, words) in [
        (Plain::new("mx.test"), &[][..]),
        (Plain::new("mx.test"), &["--lockstep"]),
        (Plain::new("mx.test").keywords(&["8BITMIME"]), &[]),
        (Plain::new("mx.test").starttls(Cert::Good), &["--tls", "require"]),
        (Plain::new("mx.test").implicit(Cert::Good), &["--tls", "implicit"]),
        (Plain { write_size: Some(1), ..Plain::new("mx.test") }, &[]),
    ] {
        let (server, log) = plain(server).await;
        let mut all = vec!["--data", "-"];
        all.extend(words);
        let sent = send_to(server.address(), &all, &awkward()).await;
        assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]), "{words:?} {sent:?}");
        let messages = log.messages();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].data.escape_ascii().to_string(), arrived().escape_ascii().to_string(), "{words:?}");
        assert_eq!(messages[0].tls, words.contains(&"--tls"));
        assert!(messages[0].mail.contains("BODY=8BITMIME"), "{}", messages[0].mail);
        assert_eq!(sent.records[0].queue_id.as_deref(), Some("LAB1"));
        // By hand: eleven line ends grew by one, and the last line got one of two.
        assert_eq!(sent.records[0].size, Some(awkward().len() as u64 + 13));
        let size = format!("SIZE={} ", messages[0].data.len());
        let mail = &messages[0].mail;
        assert_eq!(mail.contains("SIZE="), mail.contains(&size), "of what is sent: {mail}");
        polite(&log).await;
    }
}

#[tokio::test]
async fn one_of_two_recipients_is_refused() {
    for keywords in [&["PIPELINING"][..], &[]] {
        let refuses = Plain::new("mx.test").keywords(keywords).reply("RCPT TO:<gone@*", "550 5.1.1 no such user");
        let (server, log) = plain(refuses).await;
        let sent = send_to(server.address(), &["--to", "gone@example.test", "--to", "b@example.test"], b"").await;
        assert_eq!((sent.code, sent.ends()), (1, vec!["permanent rcpt refused".into(), "ok - -".into()]));
        assert_eq!(log.messages()[0].rcpt, ["TO:<b@example.test>"]);
        polite(&log).await;
    }
}

#[tokio::test]
async fn no_recipient_is_left() {
    for keywords in [&["PIPELINING"][..], &[]] {
        let refuses = Plain::new("mx.test").keywords(keywords).reply("RCPT *", "450 4.2.0 greylisted");
        let (server, log) = plain(refuses).await;
        let sent = send_to(server.address(), &[], b"").await;
        assert_eq!((sent.code, sent.ends()), (75, vec!["temporary rcpt deferred".into()]));
        assert_eq!(sent.records[0].outcome.reply.as_ref().map(|reply| reply.code), Some(450));
        assert!(log.messages().is_empty());
        polite(&log).await;
    }
}

#[tokio::test]
async fn refusals_at_each_step() {
    for (pattern, reply, code, end) in [
        ("connect", "554 5.7.1 go away", 1, "permanent banner refused"),
        ("connect", "421 4.3.2 busy", 75, "untested banner busy"),
        ("MAIL *", "550 5.7.1 not you", 1, "permanent mail refused"),
        ("MAIL *", "452 4.3.1 full", 75, "temporary mail deferred"),
        ("DATA", "421 4.3.2 shutting down", 75, "temporary data busy"),
        ("DATA", "554 5.7.1 no", 1, "permanent data refused"),
        ("dot", "550 5.7.1 spam", 1, "permanent body refused"),
        ("dot", "451 4.3.0 later", 75, "temporary body deferred"),
    ] {
        for keywords in [&["PIPELINING"][..], &[]] {
            let (server, log) = plain(Plain::new("mx.test").keywords(keywords).reply(pattern, reply)).await;
            let sent = send_to(server.address(), &[], b"").await;
            assert_eq!((sent.code, sent.ends()), (code, vec![end.to_owned()]), "{pattern} {reply}");
            assert_eq!(sent.records[0].attempts.len(), 1, "one server, one attempt");
            polite(&log).await;
        }
    }
}

#[tokio::test]
async fn what_the_server_cannot_take_is_not_sent() {
    let utf8 = "From: a@client.test\nDate: x\nSubject: gr\u{fc}n\n\nx\n".as_bytes();
    let eight = "From: a@client.test\nDate: x\n\ngr\u{fc}n\n".as_bytes();
    let long = [b"From: a@client.test\nDate: x\n\n".as_slice(), &vec![b'x'; 20_000]].concat();
    for (keywords, words, stdin, end) in [
        (&["SIZE 10000"][..], &["--data", "-"][..], &long[..], "permanent mail message-too-large"),
        (&["SIZE 0"], &["--data", "-"], &long, "ok - -"),
        (&["PIPELINING"], &["--data", "-"], eight, "permanent mail eight-bit-not-supported"),
        (&["8BITMIME"], &["--data", "-"], eight, "ok - -"),
        (&["8BITMIME"], &["--to", "\u{fc}@example.test"], b"", "permanent mail smtputf8-not-supported"),
        (&["8BITMIME", "SMTPUTF8"], &["--to", "\u{fc}@example.test"], b"", "ok - -"),
        (&["8BITMIME", "SMTPUTF8"], &["--data", "-"], utf8, "ok - -"),
    ] {
        let (server, log) = plain(Plain::new("mx.test").keywords(keywords)).await;
        let sent = send_to(server.address(), words, stdin).await;
        assert_eq!(sent.ends(), [end], "{keywords:?} {words:?}");
        let connections = log.connections();
        let mail = connections[0].said("MAIL").join(" ");
        // RFC 6531 §3.4: only where an address or a header needs it.
        let utf8 = keywords.contains(&"SMTPUTF8");
        assert_eq!((mail.contains("SMTPUTF8"), mail.is_empty()), (utf8, end != "ok - -"), "{mail}");
        polite(&log).await;
    }
}

#[tokio::test]
async fn helo_only() {
    let mut server = Plain::new("mx.test");
    server.helo_only = true;
    let (server, log) = plain(server).await;
    let sent = send_to(server.address(), &["--body", "gr\u{fc}n"], b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]));
    assert_eq!(log.connections()[0].said("MAIL"), ["FROM:<a@client.test>"], "no parameters without EHLO");
    assert!(log.messages()[0].data.is_ascii());
    polite(&log).await;
}

#[tokio::test]
async fn starttls_put_off() {
    let put_off = || Plain::new("mx.test").starttls(Cert::Good).reply("STARTTLS", "454 4.7.0 not now");
    let (server, log) = plain(put_off()).await;
    let sent = send_to(server.address(), &["--tls", "auto"], b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".into()]));
    assert!(sent.found(FindingId::StarttlsRefused) && !log.messages()[0].tls);
    let sent = send_to(server.address(), &["--tls", "require"], b"").await;
    assert_eq!((sent.code, sent.ends()), (75, vec!["temporary starttls deferred".into()]));
    assert_eq!(log.messages().len(), 1, "nothing more");
    polite(&log).await;
}

#[tokio::test]
async fn quit_after_each_step_sends_no_message() {
    for (step, last) in
        [("banner", "QUIT"), ("ehlo", "EHLO"), ("tls", "EHLO"), ("mail", "MAIL"), ("rcpt", "RCPT"), ("data", "DATA")]
    {
        let (server, log) = plain(Plain::new("mx.test").starttls(Cert::Good)).await;
        let sent = send_to(server.address(), &["--quit-after", step], b"").await;
        assert_eq!((sent.code, sent.ends()), (0, vec![format!("ok {step} -")]), "{step}");
        log.settled(std::time::Duration::from_secs(5)).await;
        let connection = &log.connections()[0];
        let said: Vec<&str> = connection.lines.iter().map(|(_, line)| line.split(' ').next().unwrap()).collect();
        let before = said.iter().rev().find(|verb| **verb != "QUIT").copied().unwrap_or("QUIT");
        assert_eq!(before, last, "{said:?}");
        assert!(log.messages().is_empty());
        assert_eq!(connection.said("STARTTLS").is_empty(), matches!(step, "banner" | "ehlo"), "{said:?}");
    }
}

#[tokio::test]
async fn the_way_through_dns() {
    let mut builder = Lab::builder().unwrap();
    builder
        .records(
            "two.test MX 10 dead.two.test\ntwo.test MX 20 mx.two.test\nnull.test MX 0 .\nother.test MX 10 mx.two.test",
        )
        .unwrap();
    builder.refused("dead.two.test").unwrap();
    builder.plain(Plain::new("mx.two.test").starttls(Cert::Good)).unwrap();
    builder.plain(Plain::new("mx9.test")).unwrap();
    builder.fault("fails.test", DnsTrouble::Servfail).unwrap();
    let lab = builder.start().await.unwrap();
    let (dns, port) = (lab.nameserver().to_string(), lab.port().to_string());
    let options = ["--nameserver", &dns, "--dnssec", "off", "--port", &port];

    let words =
        [&options[..], &["--to", "b@two.test", "--to", "c@null.test", "--to", "d@fails.test", "--to", "e@two.test"]];
    let sent = send(&words.concat(), b"").await;
    // Grouped by domain, in the order that each domain first came in.
    assert_eq!(sent.ends(), ["ok - -", "ok - -", "permanent dns null-mx", "temporary dns servfail"], "{sent:?}");
    assert_eq!(sent.code, 1);
    let message = &lab.log().messages()[0];
    assert_eq!(message.rcpt, ["TO:<b@two.test>", "TO:<e@two.test>"]);
    assert!(!String::from_utf8_lossy(&message.data).contains("null.test"), "other domains are not told");
    let hosts: Vec<_> = sent.records[0].attempts.iter().map(|a| (a.target.host.clone(), a.outcome.status)).collect();
    assert_eq!(hosts, [(Some("dead.two.test".into()), Status::Temporary), (Some("mx.two.test".into()), Status::Ok)]);

    // Straight to a server that is no MX of the domain: it says so, and goes on.
    let words = [&options[..], &["--to", "b@two.test", "--server", "mx9.test"]].concat();
    let sent = send(&words, b"").await;
    assert_eq!((sent.code, sent.found(FindingId::NotAnMx)), (0, true), "{sent:?}");
    let words = [&options[..], &["--to", "b@two.test", "--server", "mx.two.test"]].concat();
    assert!(!send(&words, b"").await.found(FindingId::NotAnMx));
    let words = [&options[..], &["--format", "table", "--to", "b@two.test", "--server", "mx9.test"]].concat();
    let (_, text, _) = output(&words, b"").await;
    assert!(text.contains(" ! not-an-mx ") && text.contains("=== ACCEPTED by mx9.test [127.42."), "{text}");
    polite(lab.log()).await;
}

#[tokio::test]
async fn events_and_the_live_view() {
    let (server, log) = plain(Plain::new("mx.test").starttls(Cert::Good)).await;
    let server = server.address().to_string();
    let (_, text, _) = output(&["--events", "--to", "b@example.test", "--server", &server], b"").await;
    let kinds: Vec<&str> = text.lines().map(|line| &line[9..line.find("/1").unwrap()]).collect();
    assert_eq!(kinds.last(), Some(&"delivery"));
    assert!(kinds[..kinds.len() - 1].iter().all(|kind| *kind == "event"), "{kinds:?}");
    assert!(text.lines().next().unwrap().contains("\"session\":1"));

    let words = ["--format", "table", "--show-data", "--to", "b@example.test", "--server", &server, "--body", ".x\ny"];
    let (code, text, _) = output(&words, b"").await;
    assert_eq!(code, 0);
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle} in {text}"));
    // The verdict stands before the last goodbye's answer; the message is shown as it went out.
    assert!(at(" ~> ..x\n ~> y\n ~> .\n") < at("=== ACCEPTED by [127.0.0.1]"), "{text}");
    assert!(at("=== ACCEPTED") < at("<~  221"), "{text}");
    let words = ["--format", "table", "--to", "b@example.test", "--server", &server];
    let (_, text, _) = output(&words, b"").await;
    assert!(text.contains(" octets)\n") && !text.contains("Subject:"), "{text}");
    polite(&log).await;
}
