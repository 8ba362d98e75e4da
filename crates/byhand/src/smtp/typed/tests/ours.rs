//! Our own commands.

use std::time::Duration;

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Prompt};

#[test]
fn an_unknown_word_is_never_sent() {
    let mut play = Play::greeted(settings());
    for line in [":mesage x", ":", ":sleep soon", ":raw \\q", ":on"] {
        play.line(line);
    }
    assert_eq!(play.sent(), "");
    assert!(play.asides().contains(":message is near"));
}

#[test]
fn a_group_goes_out_in_one_write() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", "250-mx\r\n250 PIPELINING\r\n");
    play.clear();
    for line in [":group", "MAIL FROM:<>", ".x", ":raw RCPT TO:<a@b.test>\\n"] {
        play.line(line);
    }
    assert_eq!((play.sent().as_str(), play.typed.prompt()), ("", Prompt::Group));
    let at = play.now();
    play.typed.line(at, ":end");
    assert_eq!(play.typed.next(at), Some(Do::Send(b"MAIL FROM:<>\r\n.x\r\nRCPT TO:<a@b.test>\n".to_vec())));
    play.typed.input(at, crate::smtp::session::Input::Sent);
    play.line("NOOP");
    play.server("250 ok\r\n500 what\r\n");
    assert!(!play.sent().contains("NOOP"), "a third reply is due");
    play.server("250 ok\r\n");
    assert_eq!(play.sent(), "NOOP\r\n");
    play.server("250 ok\r\n");
    play.line(":timing");
    assert!(play.asides().contains("sent together with others"));
    assert!(play.saved().contains(":group\nMAIL FROM:<>\n.x\n:raw RCPT TO:<a@b.test>\\n\n:end\nNOOP\n"));
    // Ctrl-C forgets it.
    play.clear();
    play.line(":group");
    play.line("RSET");
    play.interrupt();
    assert_eq!((play.sent().as_str(), play.typed.prompt()), ("", Prompt::Command));
    assert!(!play.saved().contains("RSET"));
}

#[test]
fn raw_octets() {
    let mut play = Play::greeted(settings());
    play.line(":raw NO");
    play.line(":raw OP\\r\\n");
    assert_eq!(play.sent(), "NOOP\r\n");
    assert_eq!(play.conversation(), ["-> NO", "-> OP"]);
    play.server("250 ok\r\n");
    play.exchange(":raw \\xff\\0\\n", "500 what\r\n");
    assert!(play.sent.ends_with(b"\xff\0\n"));
    assert_eq!(play.conversation()[3], "-> \\xff\\0\\n");
}

#[test]
fn starttls_with_something_behind_it_in_one_write() {
    // The server's side of CVE-2011-0411, asked about by hand: a reply inside TLS is one that nobody is owed.
    let mut play = Play::greeted(settings());
    play.line(":raw STARTTLS\\r\\nNOOP\\r\\n");
    play.server("220 go\r\n");
    assert!(play.typed.tls());
    play.server("250 injected\r\n");
    assert!(play.asides().contains("without being asked"));
}

#[test]
fn sleep_tls_and_reconnect() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.clear();
    play.line(":sleep 2s");
    assert_eq!(play.done, [Do::Pause(Duration::from_secs(2))]);
    play.exchange(":tls", "220 go\r\n");
    assert_eq!(play.sent(), "STARTTLS\r\n");
    assert!(play.typed.tls());
    play.line(":reconnect");
    assert!(!play.typed.tls());
    assert_eq!(play.done[2..], [Do::Close, Do::Connect]);
    play.exchange("NOOP", "220 mx.test\r\n");
    assert!(play.sent().ends_with("NOOP\r\n"));
}

#[test]
fn timing_has_first_and_last_line_and_parts_of_a_millisecond() {
    let mut play = Play::greeted(settings());
    // The clock goes on by 3 ms between the write and the reply: once each for its end, for what is next, and here.
    play.line("EHLO client.test");
    let at = play.now();
    let (input, micros) = (crate::smtp::session::Input::Bytes, Duration::from_micros);
    play.typed.input(at, input(b"250-mx.test\r\n"));
    play.typed.input(at + Duration::from_millis(1500), input(b"250 SIZE\r\n"));
    play.line(":timing");
    let asides = play.asides();
    assert!(asides.contains("250 first of 2 lines 3 ms, last 1.50 s  EHLO client.test"), "{asides}");
    for (span, text) in [(400, "0.4 ms"), (40, "0.0 ms"), (1_000, "1 ms"), (31_200, "31 ms"), (1_200_000, "1.20 s")] {
        assert_eq!(super::super::show::span(micros(span)), text);
    }
}

#[test]
fn port_465_wants_tls_at_once() {
    let mut odd = settings();
    odd.port = 465;
    let mut play = Play::new(odd.clone());
    assert!(play.asides().contains("--tls implicit. :tls makes the handshake now"), "{}", play.asides());
    play.eof();
    assert!(play.conversation()[1].contains("without a greeting (on port 465"), "{:?}", play.conversation());
    odd.script = true;
    let mut play = Play::new(odd.clone());
    play.timed_out();
    assert!(play.conversation()[1].contains("--tls implicit; no greeting"), "{:?}", play.conversation());
    odd.implicit_tls = true;
    odd.script = false;
    assert!(!Play::new(odd).asides().contains("465"));
}

#[test]
fn ctrl_c_ends_a_sleep() {
    let mut play = Play::greeted(settings());
    let at = play.now();
    play.typed.line(at, ":sleep 60s");
    assert_eq!(play.typed.next(at), Some(Do::Pause(Duration::from_secs(60))));
    assert!(play.typed.sleeps() && !play.typed.wants_line());
    play.typed.line(at, "NOOP");
    play.interrupt();
    assert!(!play.typed.sleeps() && play.typed.wants_line());
    assert!(
        play.asides().contains("sleeping for 60 s; Ctrl-C ends it\n1 waiting line is forgotten\nthe sleep is ended")
    );
    play.line("RSET");
    assert_eq!(play.sent(), "RSET\r\n");
}

#[test]
fn why_and_undo_tell_what_the_state_allows() {
    let mut play = Play::greeted(settings());
    play.line(":why");
    assert!(play.asides().contains("nobody said EHLO yet"));
    let mut play = Play::with_recipient(settings());
    play.line(":why");
    assert!(play.asides().contains("the sender is <me@example.net>, 1 recipient is accepted"));
    play.line(":undo");
    assert!(play.asides().contains("cannot be unsent") && play.asides().contains("RSET"));
    play.exchange("RSET", "250 ok\r\n");
    play.clear();
    play.line(":why");
    assert!(play.asides().contains("MAIL FROM comes next, STARTTLS, AUTH"));
    // While a reply is due, it says so at once.
    play.line("NOOP");
    play.clear();
    play.line(":why");
    assert!(play.asides().contains("waiting for the reply to NOOP"));
}

#[test]
fn the_line_that_does_the_same() {
    let mut play = Play::with_recipient(settings());
    play.line(":command");
    assert_eq!(
        play.asides(),
        "smtp-send --server mx.test:25 --ehlo client.test --tls never --from me@example.net --to you@example.org \
         --quit-after rcpt --lockstep"
    );
    play.exchange("RCPT TO:<it's@example.org> NOTIFY=NEVER", "250 ok\r\n");
    play.exchange("DATA", "354 go\r\n");
    play.line("Subject: x\n\n.a b\n.");
    play.server("250 ok\r\n");
    play.clear();
    play.line(":command");
    assert_eq!(
        play.asides(),
        "printf '%s\\n' 'Subject: x' '' '.a b' | smtp-send --server mx.test:25 --ehlo client.test --tls never \
         --from me@example.net --to you@example.org --to 'it'\\''s@example.org' --data - --lockstep\n\
         not in it: NOTIFY=NEVER of <it's@example.org>"
    );
}

#[test]
fn the_line_has_the_session_and_its_login() {
    let mut given = settings();
    (given.from, given.to, given.domain) = (None, Vec::new(), None);
    given.options = ["--bind", "127.0.0.5", "--ca-file", "my ca.pem"].map(str::to_owned).to_vec();
    let command = |play: &mut Play| {
        play.clear();
        play.line(":command");
        play.asides()
    };
    let mut play = Play::greeted(given.clone());
    // Nothing was said yet: a recipient has to be named, and is not asked about.
    let head = "smtp-send --server mx.test:25 --bind 127.0.0.5 --ca-file 'my ca.pem' --ehlo client.test";
    assert_eq!(
        command(&mut play),
        format!("{head} --tls never --from '<>' --to postmaster@mx.test --quit-after banner --lockstep")
    );
    for (login, replies) in [
        (
            &["AUTH LOGIN", "user", "zebra-Quartz9"][..],
            &["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"][..],
        ),
        (&["AUTH PLAIN AHVzZXIAemVicmEtUXVhcnR6OQ=="], &["235 ok\r\n"]),
        (&["AUTH PLAIN", "user", "zebra-Quartz9"], &["334 \r\n", "", "235 ok\r\n"]),
    ] {
        let mut play = Play::greeted(given.clone());
        play.exchange("EHLO client.test", EHLO);
        login.iter().zip(replies).for_each(|(line, reply)| play.exchange(line, reply));
        let mechanism = if login[0].contains("LOGIN") { "LOGIN" } else { "PLAIN" };
        assert_eq!(
            command(&mut play),
            format!(
                "{head} --tls never --auth {mechanism} --auth-user user --from '<>' --to postmaster@mx.test --quit-after auth \
                 --auth-in-clear --lockstep\nthe password is not in it: BYHAND_AUTH_PASSWORD or --auth-password-file gives it, else it is \
                 asked for"
            ),
            "{login:?}"
        );
        play.saved();
        assert!(
            play.asides()
                .contains("smtp-send --server mx.test:25 --bind 127.0.0.5 --ca-file 'my ca.pem' --script FILE")
        );
        assert!(play.asides().contains("given BYHAND_AUTH_PASSWORD"), "{}", play.asides());
    }
    // RFC 5321 §4.1.1.3: <postmaster> alone is whoever that is at this host.
    let mut play = Play::greeted(given);
    play.exchange("MAIL FROM:<>", "250 ok\r\n");
    play.exchange("RCPT TO:<postmaster>", "250 ok\r\n");
    assert!(command(&mut play).contains("--to postmaster@mx.test --quit-after rcpt"));
}

#[test]
fn in_a_long_wait_some_things_are_done_at_once() {
    let mut play = Play::greeted(settings());
    play.line("SILENT");
    play.line("NOOP");
    play.line(":timing");
    assert!(!play.asides().contains("there was no reply") && !play.asides().contains("220"), "in its turn");
    play.interrupt();
    play.clear();
    play.line("NOOP");
    play.wait(Duration::from_secs(3));
    play.line("RSET");
    play.line("RSET");
    assert_eq!(play.asides(), "that waits for the reply to SILENT; Ctrl-C ends the waiting, :quit leaves");
    play.line(":timing");
    assert!(play.asides().contains("(the greeting)"), "{}", play.asides());
    play.line(":quit");
    assert!(play.asides().contains("2 waiting lines are forgotten"), "{}", play.asides());
    assert!(play.sent().ends_with("NOOP\r\nQUIT\r\n"), "{}", play.sent());
    play.timed_out();
    assert_eq!(play.done.last(), Some(&Do::End));
}

/// A terminal without bracketed paste hands in line after line, with no time between them.
#[test]
fn the_rest_of_a_paste_makes_no_connection() {
    let mut play = Play::greeted(settings());
    play.line("DIE");
    play.eof();
    play.clear();
    for line in ["DATA", "Subject: x", "", "body", "."] {
        play.line(line);
    }
    assert_eq!((play.sent().as_str(), play.done.as_slice()), ("", &[][..]));
    assert!(play.asides().contains("too soon"), "{}", play.asides());
    play.wait(Duration::from_secs(1));
    play.line("a\n\nb");
    assert_eq!(play.done, [], "nor does one that came as a whole");
    play.wait(Duration::from_secs(1));
    play.line("");
    assert_eq!(play.done, [Do::Connect]);
}

#[test]
fn blanks_before_a_colon_change_nothing() {
    let mut play = Play::greeted(settings());
    play.line("  :why");
    play.line("\t:halp");
    assert_eq!(play.sent(), "");
    assert!(
        play.asides().contains("nobody said EHLO yet") && play.asides().contains(":help is near"),
        "{}",
        play.asides()
    );
}

/// Each of these is said of the command, whatever the server's words are taken for elsewhere.
#[test]
fn refusals_that_follow_from_where_the_session_stands() {
    let check = |line: &str, reply: &str, tls: bool, said: &str| {
        let mut play = Play::with_recipient(settings());
        play.exchange("RSET", "250 ok\r\n");
        if tls {
            play.exchange("STARTTLS", "220 go\r\n");
        }
        play.exchange("MAIL FROM:<>", "250 ok\r\n");
        play.exchange("RCPT TO:<a@b.test>", "554 5.7.1 policy\r\n");
        play.clear();
        play.exchange(line, &format!("{reply}\r\n"));
        assert!(play.asides().contains(said), "{line}: {}", play.asides());
        play.clear();
        play.line(":explain");
        assert!(play.asides().contains(said), "{line}: {}", play.asides());
    };
    check(
        "AUTH PLAIN",
        "538 5.7.11 Encryption required for requested authentication mechanism",
        false,
        "say STARTTLS first",
    );
    check("AUTH PLAIN", "523 5.7.10 Encryption Needed", false, "say STARTTLS first");
    check("STARTTLS now", "501 5.5.4 Syntax: STARTTLS", false, "stands alone on its line");
    check("STARTTLS", "554 5.5.1 Error: TLS already active", true, "TLS is spoken already");
    check("DATA", "554 5.5.1 Error: no valid recipients", false, "follows from the refusals before it");
}

/// RFC 3461 §4: "a+20b" is the xtext of "a b"; RET and ENVID are of the message, NOTIFY of the recipient.
#[test]
fn the_line_has_the_parameters() {
    let command = |ehlo: &str, mail: &str, rcpt: &str| {
        let mut play = Play::greeted(settings());
        play.exchange("EHLO client.test", ehlo);
        play.exchange(mail, "250 ok\r\n");
        play.exchange(rcpt, "250 ok\r\n");
        play.clear();
        play.line(":command");
        play.asides()
    };
    let dsn = command(EHLO, "MAIL FROM:<> RET=HDRS ENVID=a+20b SIZE=5", "RCPT TO:<a@b.test> NOTIFY=SUCCESS,DELAY");
    assert!(
        dsn.contains("--ret hdrs --envid 'a b' --mail-parameter SIZE=5 --notify success,delay --quit-after rcpt"),
        "{dsn}"
    );
    // Where DSN is not offered its options would send nothing; and what no option writes in the same way goes as it is.
    let plain = command("250 mx\r\n", "MAIL FROM:<> RET=HDRS ENVID=a+2b", "RCPT TO:<a@b.test> NOTIFY=never X=Y=Z");
    assert!(
        plain.contains(
            "--mail-parameter RET=HDRS --mail-parameter ENVID=a+2b --rcpt-parameter NOTIFY=never --quit-after"
        ),
        "{plain}"
    );
    assert!(plain.ends_with("\nnot in it: X=Y=Z"), "{plain}");
}

#[test]
fn the_line_says_that_it_is_the_last_message_alone() {
    let mut play = Play::with_recipient(settings());
    for last in [false, true] {
        play.exchange("DATA", "354 go\r\n");
        play.line(".");
        play.server("250 ok\r\n");
        play.clear();
        play.line(":command");
        assert_eq!(play.asides().contains("the last message alone; 1 message of this session came before it"), last);
        play.exchange("MAIL FROM:<>", "250 ok\r\n");
        play.exchange("RCPT TO:<a@b.test>", "250 ok\r\n");
    }
}

#[test]
fn help_for_each_topic() {
    let mut play = Play::greeted(settings());
    play.line(":help");
    assert!(play.asides().contains(":message FILE"));
    for (topic, word) in [
        ("smtp", "RCPT TO:<ADDRESS>"),
        ("data", "dot alone"),
        (":raw", "\\xHH"),
        ("auth", "shown decoded"),
        ("tls", "handshake"),
        ("script", ":expect 250"),
        ("RCPT", "RCPT TO:<ADDRESS>"),
        ("nonsense", "no help on that"),
    ] {
        play.clear();
        play.line(&format!(":help {topic}"));
        assert!(play.asides().contains(word), "{topic}: {}", play.asides());
    }
}
