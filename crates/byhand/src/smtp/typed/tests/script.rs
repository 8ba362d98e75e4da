//! Scripts: the same lines from a file; what they expect; and that a saved session replays.

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Ending, Settings};

fn script() -> Settings {
    let mut settings = settings();
    settings.script = true;
    settings.asks_before_delivery = true;
    settings
}

/// Feeds a script to a server that answers each line that is sent with the next reply.
fn run(lines: &str, replies: &[&str]) -> Play {
    let mut play = Play::new(script());
    let mut replies = replies.iter();
    let mut answered = 0;
    let mut lines = lines.lines();
    play.server("220 mx.test\r\n");
    for _ in 0..1000 {
        let at = play.now();
        let due = play.typed.deadline().is_some();
        if due {
            match replies.next() {
                Some(&"EOF") => play.eof(),
                Some(reply) => play.server(reply),
                None => play.server("250 ok\r\n"),
            }
            answered += 1;
        } else if play.typed.wants_line() {
            match lines.next() {
                Some(line) => play.line(line),
                None => play.end_of_input(),
            }
        } else if play.done.last() == Some(&Do::End) {
            break;
        }
        let _ = (at, answered);
    }
    play
}

#[test]
fn comments_and_blank_lines_are_passed_over_outside_data() {
    let play = run(
        "# a comment\n\n  # and one set in\n\t#\nEHLO a\nMAIL FROM:<>\nRCPT TO:<a@b>\nDATA\n# text\n\n:text\n.\n",
        &["250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n", "221 bye\r\n"],
    );
    assert_eq!(play.sent(), "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n# text\r\n\r\n:text\r\n.\r\nQUIT\r\n");
    assert_eq!(play.done, [Do::Connect, Do::Close, Do::End], "nothing is asked");
    assert_eq!(play.typed.exit(), Ending::Well);
}

#[track_caller]
fn check(lines: &str, replies: &[&str], ending: Ending, sent: &str) {
    let play = run(lines, replies);
    assert_eq!(play.done.last(), Some(&Do::End), "{lines}");
    assert_eq!(play.typed.exit(), ending, "{lines}\n{:#?}", play.conversation());
    assert_eq!(play.sent(), sent, "{lines}");
}

#[test]
fn what_is_expected_decides() {
    let no = "550 5.1.1 no such user\r\n";
    check(
        ":expect 220\nVRFY a\n:expect 550 5.1.* \"no such\"\n",
        &[no, "221 bye\r\n"],
        Ending::Well,
        "VRFY a\r\nQUIT\r\n",
    );
    check("VRFY a\n:expect 250\nNOOP\n", &[no, "221 bye\r\n"], Ending::NotAsExpected, "VRFY a\r\nQUIT\r\n");
    // A refusal that nobody speaks of, in a script that expects things.
    check(":expect 220\nVRFY a\nNOOP\n", &[no], Ending::NotAsExpected, "VRFY a\r\nNOOP\r\nQUIT\r\n");
    check(":expect 220\nVRFY a\nNOOP\n", &["450 4.2.1 later\r\n"], Ending::Deferred, "VRFY a\r\nNOOP\r\nQUIT\r\n");
    // By hand nothing is expected.
    check("VRFY a\nNOOP\n", &[no], Ending::Well, "VRFY a\r\nNOOP\r\nQUIT\r\n");
    check("VRFY a\n:on 5xx :quit\nNOOP\n", &[no, "221 bye\r\n"], Ending::Well, "VRFY a\r\nQUIT\r\n");
    check("VRFY a\n:on 5xx RSET\n", &[no, "250 ok\r\n", "221\r\n"], Ending::Well, "VRFY a\r\nRSET\r\nQUIT\r\n");
    check("VRFY a\n:on 4xx RSET\nNOOP\n", &[no], Ending::Well, "VRFY a\r\nNOOP\r\nQUIT\r\n");
}

#[test]
fn each_reply_of_a_group_can_be_expected() {
    let group = ":group\nMAIL FROM:<>\nRCPT TO:<a@b>\n:end\n";
    let replies = ["250 mail\r\n", "550 rcpt\r\n"];
    check(
        &format!("{group}:expect 250\n:expect 550\n"),
        &replies,
        Ending::Well,
        "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nQUIT\r\n",
    );
    check(
        &format!("{group}:expect 250\n:expect 250\n"),
        &replies,
        Ending::NotAsExpected,
        "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nQUIT\r\n",
    );
}

#[test]
fn a_refused_data_leaves_out_the_message() {
    let refused = ["250 ok\r\n", "554 no\r\n"];
    check(
        "MAIL FROM:<>\nDATA\nSubject: x\n\nQUIT this\n.\nRSET\n",
        &refused,
        Ending::Well,
        "MAIL FROM:<>\r\nDATA\r\nRSET\r\nQUIT\r\n",
    );
    check(
        "MAIL FROM:<>\nDATA\n:expect 554\nRSET\n",
        &refused,
        Ending::Well,
        "MAIL FROM:<>\r\nDATA\r\nRSET\r\nQUIT\r\n",
    );
}

#[test]
fn trouble_ends_a_script() {
    check(":frobnicate\nNOOP\n", &["221\r\n"], Ending::BadScript, "QUIT\r\n");
    check("NOOP\nRSET\n", &["EOF"], Ending::Dead, "NOOP\r\n");
    check("NOOP\n:expect closed\n", &["EOF"], Ending::Well, "NOOP\r\n");
    check("NOOP\n:expect closed\nRSET\n", &["EOF"], Ending::Dead, "NOOP\r\n");
    // The end inside a message: no dot is made up.
    check("DATA\nSubject: x\n", &["354 go\r\n"], Ending::BadScript, "DATA\r\nSubject: x\r\n");
    let mut play = Play::new(script());
    play.timed_out();
    assert_eq!((play.done.last(), play.typed.exit()), (Some(&Do::End), Ending::Dead));
}

#[test]
fn the_end_and_what_comes_unasked_can_be_expected() {
    for lines in ["QUIT\n:expect closed\n", "QUIT\n:expect 221\n:expect closed\n"] {
        check(lines, &["221 bye\r\n"], Ending::Well, "QUIT\r\n");
    }
    check("NOOP\n:expect closed\n", &["250 ok\r\n", "221\r\n"], Ending::NotAsExpected, "NOOP\r\nQUIT\r\n");
    // RFC 5321 §3.8: a 421 at any time.
    for (lines, ending) in [
        (&[":expect 421", ":expect closed"][..], Ending::Well),
        (&[":expect 250", ":expect 421", ":expect closed"], Ending::Well),
        (&[":expect 550"], Ending::NotAsExpected),
    ] {
        let mut play = Play::greeted(script());
        play.exchange("NOOP", "250 ok\r\n");
        play.server("421 4.4.2 idle for too long\r\n");
        play.eof();
        lines.iter().for_each(|line| play.line(line));
        assert_eq!(play.typed.exit(), ending, "{lines:?} {:#?}", play.conversation());
    }
}

#[test]
fn a_new_connection_is_looked_at_anew() {
    check(
        "EHLO a\n:reconnect\n:expect 220 \"again\"\n",
        &["250 mx\r\n", "220 again\r\n", "221\r\n"],
        Ending::Well,
        "EHLO a\r\nQUIT\r\n",
    );
    // A refusal before it still counts.
    check(
        ":expect 220\nVRFY a\n:reconnect\n:expect 220\n",
        &["550 no\r\n", "220 again\r\n", "221\r\n"],
        Ending::NotAsExpected,
        "VRFY a\r\nQUIT\r\n",
    );
}

#[test]
fn the_reason_has_its_line() {
    let no = "550 5.1.1 no\r\n";
    for (lines, replies, line, text) in [
        ("NOOP\n\n:expect 550\n", &["250 fine\r\n"][..], 3, "expected 550, and it was: 250 fine"),
        (
            ":expect 220\nVRFY a\nNOOP\n",
            &[no],
            2,
            "the server said 550 5.1.1 no, and no :expect and no :on speaks of it",
        ),
        (
            ":expect 220\nVRFY a\nNOOP\n",
            &["450 x\r\n"],
            2,
            "the server said 450 x, and no :expect and no :on speaks of it",
        ),
        ("NOOP\n:nonsense\n", &[], 2, "there is no :nonsense; :help lists what there is. It was not sent"),
        ("NOOP\n:group\nNOOP\n", &[], 3, "a group was begun and has no :end; nothing of it was sent"),
        ("DATA\na\n", &["354\r\n"], 2, "the script ends inside the message: it has no lone dot, and was not delivered"),
        ("NOOP\nRSET\n", &["EOF"], 2, "there is no connection to send this on"),
        ("AUTH PLAIN\nuser\n:secret\n", &["334 \r\n"], 3, "no password was given"),
        ("AUTH PLAIN\nuser\n:secret\n", &["530 no\r\n"], 3, "no password is asked for: AUTH PLAIN was answered 530"),
    ] {
        let why = run(lines, replies).typed.why_so();
        let why = why.map(|why| (why.line, why.text));
        assert_eq!(why, Some((line, text.to_owned())), "{lines}");
    }
    assert_eq!(run("NOOP\n:expect 250\n", &[]).typed.why_so(), None);
}

#[test]
fn a_saved_reconnect_replays() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.eof();
    play.wait(std::time::Duration::from_secs(2));
    play.exchange("", "220 again\r\n");
    play.exchange("NOOP", "250 ok\r\n");
    assert_eq!(play.saved(), "EHLO client.test\n:reconnect\nNOOP\n");
}

#[test]
fn a_group_without_an_end_is_told() {
    check(":group\nNOOP\n", &["221\r\n"], Ending::BadScript, "QUIT\r\n");
    let play = run(":group\nNOOP\n", &["221\r\n"]);
    assert!(play.conversation()[2].contains("has no :end"), "{:?}", play.conversation());
}

#[test]
fn what_a_script_asks_for_is_among_its_events() {
    for (line, answer) in [
        (":command", "smtp-send --server mx.test:25"),
        (":why", "nobody said EHLO yet"),
        (":timing", "NOOP"),
        (":explain 550 5.1.1", "the recipient"),
        (":help", "what you type goes to the server"),
        (":on 250 :why", "not encrypted"),
    ] {
        let play = run(&format!("NOOP\n{line}\n"), &["250 ok\r\n", "221\r\n"]);
        let events = play.conversation();
        assert!(events.iter().any(|event| event.starts_with("=== ") && event.contains(answer)), "{line}: {events:#?}");
    }
    // What nobody asked for is no event.
    assert!(!run("NOOP\n:expect 250\n", &[]).conversation().iter().any(|event| event.contains("as expected")));
}

#[test]
fn a_saved_session_replays() {
    let replies = [
        EHLO,
        "220 go\r\n",
        EHLO,
        "334 VXNlcm5hbWU6\r\n",
        "334 UGFzc3dvcmQ6\r\n",
        "235 ok\r\n",
        "250 ok\r\n",
        "550 5.1.1 no\r\n",
        "250 ok\r\n",
        "500 what\r\n",
        "354 go\r\n",
        "250 queued\r\n",
        "221 bye\r\n",
    ];
    let typed = "EHLO client.test\nSTARTTLS\nEHLO client.test\nAUTH LOGIN\nuser\nzebra-Quartz9\n:group\nMAIL FROM:<>\n\
                 RCPT TO:<no@b>\n:end\nRCPT TO:<a@b>\n #what\nDATA\nSubject: x\n\n.dot\n:colon\n#hash\n.";
    let mut play = Play::new(settings());
    play.server("220 mx.test\r\n");
    let mut rest = replies.iter();
    for line in typed.lines() {
        play.line(line);
        while play.typed.deadline().is_some() {
            play.server(rest.next().unwrap());
        }
    }
    let saved = play.saved();
    assert!(!saved.contains("zebra"), "{saved}");
    play.line("QUIT");
    play.server(rest.next().unwrap());
    let mut again = Play::new(script());
    again.passwords.push_back("zebra-Quartz9");
    again.server("220 mx.test\r\n");
    let mut rest = replies.iter();
    let mut lines = saved.lines();
    while again.done.last() != Some(&Do::End) {
        match again.typed.deadline() {
            Some(_) => again.server(rest.next().unwrap()),
            None => match lines.next() {
                Some(line) => again.line(line),
                None => again.end_of_input(),
            },
        }
    }
    assert_eq!(again.conversation(), play.conversation());
    assert_eq!(again.sent, play.sent);
}
