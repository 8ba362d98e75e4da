//! Hints and completion, by state.

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Prompt, Settings};

/// Takes each hint, and an empty line where there is none, against a server that says yes to all.
fn takes_each_hint(settings: Settings) -> Play {
    let mut play = Play::greeted(settings);
    for _ in 0..40 {
        let line = play.typed.hint("").unwrap_or_default();
        play.line(&line);
        if play.typed.deadline().is_some() {
            let reply = match line.split(' ').next().unwrap() {
                "EHLO" | "LHLO" if !play.typed.tls() => EHLO,
                "EHLO" => "250-mx.test\r\n250 AUTH PLAIN\r\n",
                "STARTTLS" => "220 go\r\n",
                "DATA" => "354 go\r\n",
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            play.server(reply);
        }
        if play.done.last() == Some(&Do::End) {
            break;
        }
    }
    play
}

#[test]
fn whoever_takes_each_hint_gets_a_message_across() {
    let mut with_date = settings();
    with_date.date = "Wed, 25 Nov 2026 09:14:07 +0000".into();
    with_date.message_id = "<1@client.test>".into();
    with_date.to.push("other@example.org".parse().unwrap());
    let play = takes_each_hint(with_date);
    assert_eq!(
        play.sent(),
        "EHLO client.test\r\nSTARTTLS\r\nEHLO client.test\r\nMAIL FROM:<me@example.net>\r\nRCPT TO:<you@example.org>\r\n\
         RCPT TO:<other@example.org>\r\nDATA\r\nFrom: <me@example.net>\r\nTo: <you@example.org>, <other@example.org>\r\n\
         Subject: Test\r\nDate: Wed, 25 Nov 2026 09:14:07 +0000\r\nMessage-ID: <1@client.test>\r\n\r\nThis is a test.\r\n.\r\n\
         QUIT\r\n"
    );
    // With nothing to go by: the postmaster, whom every domain has (RFC 5321 §4.5.1).
    let mut bare = settings();
    (bare.from, bare.to) = (None, Vec::new());
    let sent = takes_each_hint(bare).sent();
    assert!(
        sent.contains("MAIL FROM:<postmaster@client.test>\r\nRCPT TO:<postmaster@example.org>\r\nDATA\r\n"),
        "{sent}"
    );
    assert!(sent.ends_with(".\r\nQUIT\r\n"));
    // Without a domain RCPT TO has <postmaster> alone (RFC 5321 §4.1.1.3), which is no address in a header (RFC 5322 §3.4.1).
    for (host, header) in [("mx.test", "To: <postmaster@mx.test>"), ("192.0.2.25", "To: <postmaster@[192.0.2.25]>")] {
        let mut bare = settings();
        (bare.from, bare.to, bare.domain, bare.host) = (None, Vec::new(), None, Some(host.into()));
        let sent = takes_each_hint(bare).sent();
        assert!(sent.contains("RCPT TO:<postmaster>\r\n") && sent.contains(&format!("\r\n{header}\r\n")), "{sent}");
    }
}

#[test]
fn hints_follow_what_was_refused() {
    let mut play = Play::greeted(settings());
    let hint = |play: &Play| play.typed.hint("").unwrap_or_default();
    play.exchange("EHLO client.test", "502 no\r\n");
    assert_eq!(hint(&play), "HELO client.test");
    play.exchange("HELO client.test", "250 mx\r\n");
    assert_eq!(hint(&play), "MAIL FROM:<me@example.net>");
    play.exchange("MAIL FROM:<me@example.net>", "550 no\r\n");
    assert_eq!(hint(&play), "QUIT");
    let mut play = Play::with_recipient(settings());
    play.exchange("RSET", "250 ok\r\n");
    play.exchange("STARTTLS", "454 not now\r\n");
    play.exchange("MAIL FROM:<me@example.net>", "530 5.7.0 Authentication required\r\n");
    assert_eq!(hint(&play), "AUTH PLAIN", "only now");
    play.exchange("EHLO client.test", "250 mx\r\n");
    play.exchange("MAIL FROM:<me@example.net>", "250 ok\r\n");
    play.exchange("RCPT TO:<you@example.org>", "550 no\r\n");
    assert_eq!(hint(&play), "QUIT", "no recipient is left");
}

#[test]
fn the_rest_of_what_was_begun() {
    let play = Play::greeted(settings());
    let hint = |line: &str| play.typed.hint(line);
    assert_eq!(hint("eh").as_deref(), Some("LO client.test"));
    assert_eq!(hint("Q").as_deref(), Some("UIT"));
    assert_eq!(hint("MAIL F").as_deref(), Some("ROM:<me@example.net>"));
    assert_eq!(hint(":ex").as_deref(), Some("plain"));
    assert_eq!(hint("EHLO client.test"), None);
    assert_eq!(hint("\u{fc}"), None);
    assert_eq!(Play::new(settings()).typed.hint(""), None, "the server speaks first");
}

#[track_caller]
fn completes(play: &Play, line: &str, start: usize, candidates: &[&str]) {
    let (at, all) = play.typed.complete(line, line.len());
    assert_eq!((at, all.iter().map(String::as_str).collect::<Vec<_>>().as_slice()), (start, candidates), "{line}");
}

#[test]
fn completion_by_state() {
    let mut known = settings();
    known.addresses = vec!["used@example.com".into(), "you@example.org".into()];
    let mut play = Play::greeted(known);
    let first = |play: &Play, line: &str| play.typed.complete(line, line.len()).1.first().cloned().unwrap_or_default();
    assert_eq!(first(&play, ""), "EHLO ");
    completes(&play, "EHLO cl", 5, &["client.test"]);
    completes(&play, "MAIL FROM:<a> ", 14, &[]);
    play.exchange("EHLO client.test", EHLO);
    assert_eq!(first(&play, ""), "STARTTLS");
    assert_eq!(first(&play, "m"), "MAIL FROM:<");
    completes(&play, "AUTH ", 5, &["PLAIN", "LOGIN", "CRAM-MD5"]);
    completes(&play, ":auth p", 6, &["PLAIN "]);
    completes(&play, "rcpt to:<u", 9, &["used@example.com>"]);
    completes(&play, "RCPT TO:<y", 9, &["you@example.org>"]);
    completes(&play, "MAIL FROM:<a@b> ", 16, &["SIZE=", "RET=HDRS", "RET=FULL", "ENVID=", "AUTH=<>"]);
    completes(&play, "RCPT TO:<a@b> n", 14, &["NOTIFY=NEVER", "NOTIFY=SUCCESS", "NOTIFY=FAILURE", "NOTIFY=DELAY"]);
    completes(&play, ":mes", 1, &["message "]);
    play.exchange("MAIL FROM:<>", "250 ok\r\n");
    assert_eq!(first(&play, ""), "RCPT TO:<");
    play.exchange("RCPT TO:<a@b>", "250 ok\r\n");
    completes(&play, "D", 0, &["DATA"]);
    play.exchange("DATA", "354 go\r\n");
    completes(&play, "Su", 0, &["Subject: "]);
    completes(&play, "To: <u", 5, &["used@example.com"]);
    // In the middle of a character nothing breaks.
    assert_eq!(play.typed.complete("\u{fc}", 1).1, Vec::<String>::new());
}

#[test]
fn what_is_not_allowed_yet_is_marked() {
    let mut play = Play::greeted(settings());
    let mark = |play: &Play, verb: &str| play.typed.view().mark(verb);
    let all = |play: &Play| play.typed.complete("", 0).1;
    for verb in ["MAIL FROM:<", "RCPT TO:<", "DATA", "STARTTLS"] {
        assert!(all(&play).contains(&verb.to_owned()), "{verb}");
        assert_eq!(mark(&play, verb), " (not yet)", "{verb}");
    }
    for verb in ["EHLO ", "QUIT", "you@example.org>"] {
        assert_eq!(mark(&play, verb), "", "{verb}");
    }
    play.exchange("EHLO client.test", EHLO);
    // RFC 5321 §4.1.4: EHLO, RSET, VRFY and EXPN may be said at any time.
    for verb in ["STARTTLS", "MAIL FROM:<", "EHLO ", "RSET", "VRFY "] {
        assert_eq!(mark(&play, verb), "", "{verb}");
    }
    assert_eq!(mark(&play, "DATA"), " (not yet)");
    assert_eq!(mark(&play, "ETRN "), " (not offered)");
}

#[test]
fn prompts_tell_mode_and_tls() {
    assert_eq!(Prompt::Command.text(false), "smtp> ");
    assert_eq!(Prompt::Command.text(true), "smtp~ ");
    assert_eq!(Prompt::Data.text(true), "data~ ");
    assert_eq!(Prompt::Challenge.text(false), "auth> ");
}
