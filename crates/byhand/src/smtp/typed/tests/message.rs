//! The message: dots, the question before delivery, files, LMTP.

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Ending, Prompt, Settings};

fn in_data(settings: Settings) -> Play {
    let mut play = Play::with_recipient(settings);
    play.exchange("DATA", "354 go\r\n");
    play.clear();
    play
}

fn careful() -> Settings {
    let mut settings = settings();
    settings.asks_before_delivery = true;
    settings
}

#[test]
fn dots_are_doubled_and_that_is_said() {
    let mut play = in_data(settings());
    play.line(".hidden");
    play.line("..");
    // RFC 5321 §4.5.2: one more period; lines with a colon in front are text.
    assert_eq!(play.sent(), "..hidden\r\n...\r\n");
    assert!(play.asides().contains("dot doubled"));
    assert_eq!(play.conversation(), ["-> ..hidden", "-> ..."]);
    play.clear();
    for line in [":help", "#x", "", "QUIT"] {
        play.line(line);
    }
    assert_eq!(play.sent(), ":help\r\n#x\r\n\r\nQUIT\r\n");
    play.exchange(".", "250 2.0.0 queued\r\n");
    assert_eq!(play.typed.prompt(), Prompt::Command);
    play.line(":data");
    assert!(play.asides().contains("| .hidden") && play.asides().contains("2 lines went out with one dot more"));
}

#[test]
fn the_first_dot_asks() {
    let mut play = in_data(careful());
    play.line("Subject: x");
    play.line(".");
    assert!(matches!(play.typed.prompt(), Prompt::Confirm(_)));
    assert!(play.asides().contains("real message to you@example.org"));
    assert_eq!(play.sent(), "Subject: x\r\n");
    // What is no answer goes nowhere, now or later: pasted lines with an empty one among them, a dot, a command of ours.
    for line in ["QUIT", "more text", ".", ":quit", "\n", ":yes\nQUIT"] {
        play.line(line);
        assert_eq!(play.sent(), "Subject: x\r\n", "{line:?}");
        assert!(play.asides().contains("not taken, and is not sent"));
        play.shown.clear();
    }
    play.line("");
    assert_eq!(play.sent(), "Subject: x\r\n.\r\n");
    play.server("250 queued\r\n");
    assert!(play.sent().ends_with("\r\n.\r\n") && !play.saved().contains("QUIT"));
}

#[test]
fn it_asks_once_a_session_and_no_means_no() {
    let mut play = in_data(careful());
    play.line(".");
    play.line(":no");
    assert_eq!((play.typed.prompt(), play.sent().as_str()), (Prompt::Data, ""));
    assert!(play.asides().contains("closing the connection"));
    play.line(".");
    play.line(":yes");
    play.server("250 queued\r\n");
    play.exchange("MAIL FROM:<>", "250 ok\r\n");
    play.exchange("RCPT TO:<a@b.test>", "250 ok\r\n");
    play.exchange("DATA", "354 go\r\n");
    play.line(".");
    assert!(play.sent().ends_with("DATA\r\n.\r\n"));
}

#[test]
fn the_only_way_out_is_closing() {
    let mut play = in_data(settings());
    play.line("Subject: x");
    play.interrupt();
    assert!(play.asides().contains("Ctrl-C again"));
    assert_eq!(play.typed.prompt(), Prompt::Data);
    play.interrupt();
    assert_eq!(play.done, [Do::Close]);
    assert!(!play.sent().contains(".\r\n") && !play.sent().contains("QUIT"));
    // Ctrl-D twice leaves: QUIT would be text.
    let mut play = in_data(settings());
    play.end_of_input();
    play.end_of_input();
    assert_eq!((play.sent().as_str(), play.done.as_slice()), ("", &[Do::Close, Do::End][..]));
}

#[test]
fn a_connection_cut_at_the_dot_leaves_a_doubt() {
    let mut play = in_data(settings());
    play.line(".");
    play.eof();
    assert!(play.asides().contains("nobody knows now who has the message"));
    assert_eq!(play.typed.exit(), Ending::Dead);
}

#[test]
fn a_message_from_a_file() {
    let mut play = Play::with_recipient(settings());
    play.file = Ok(b"Subject: x\n\n.a\nb".to_vec());
    play.line(":message my.eml");
    assert_eq!(play.done, [Do::ReadFile("my.eml".into())]);
    assert_eq!(play.sent(), "DATA\r\n");
    play.server("354 go\r\n");
    assert_eq!(play.sent(), "DATA\r\nSubject: x\r\n\r\n..a\r\nb\r\n.\r\n");
    assert_eq!(play.conversation().last().unwrap(), "-> (4 lines, 21 octets)");
    play.server("250 queued\r\n");
    assert_eq!(
        play.saved(),
        "EHLO client.test\nMAIL FROM:<me@example.net>\nRCPT TO:<you@example.org>\n:message my.eml\n"
    );
    // Asked about before DATA is said: no costs nothing, and whoever leaves can say QUIT.
    let mut play = Play::with_recipient(careful());
    play.file = Ok(b"x".to_vec());
    play.line(":message my.eml");
    assert!(matches!(play.typed.prompt(), Prompt::Confirm(_)));
    play.line(":no");
    assert_eq!((play.sent().as_str(), play.done.last()), ("", Some(&Do::ReadFile("my.eml".into()))));
    assert!(!play.saved().contains(":message"));
    play.line(":message my.eml");
    play.line("");
    play.server("354 go\r\n");
    assert_eq!(play.sent(), "DATA\r\nx\r\n.\r\n");
    let mut play = Play::with_recipient(careful());
    play.file = Ok(b"x".to_vec());
    play.line(":message my.eml");
    play.end_of_input();
    play.end_of_input();
    assert_eq!(play.sent(), "QUIT\r\n");
    // One that cannot be read: nothing is said to the server.
    let mut play = Play::with_recipient(settings());
    play.line(":message gone");
    assert_eq!(play.sent(), "");
    assert!(play.asides().contains("cannot be read: there is no such file"));
}

#[test]
fn lmtp_has_a_reply_for_each_recipient() {
    let mut lmtp = settings();
    lmtp.lmtp = true;
    let mut play = Play::greeted(lmtp);
    play.exchange("LHLO client.test", EHLO);
    play.exchange("MAIL FROM:<>", "250 ok\r\n");
    play.exchange("RCPT TO:<a@b.test>", "250 ok\r\n");
    play.exchange("RCPT TO:<no@b.test>", "550 no\r\n");
    play.exchange("RCPT TO:<c@b.test>", "250 ok\r\n");
    play.exchange("DATA", "354 go\r\n");
    play.line(".\nNOOP");
    play.clear();
    play.server("250 for a\r\n");
    assert_eq!(play.sent(), "", "the second is still due");
    play.server("452 4.2.2 full\r\n");
    assert_eq!(play.sent(), "NOOP\r\n");
    assert!(play.asides().contains("that was for <a@b.test>") && play.asides().contains("that was for <c@b.test>"));
}

#[test]
fn a_refused_message_is_explained() {
    let mut play = in_data(settings());
    play.exchange(".", "554 5.7.1 spam\r\n");
    assert!(play.asides().contains("trying again as it is will not help"), "{}", play.asides());
    assert_eq!(play.typed.hint("").as_deref(), Some("QUIT"));
}

#[test]
fn every_way_to_deliver_is_asked_about() {
    for lines in [
        ":group\nDATA\nx\n.\n:end",
        ":raw DATA\\r\\nx\\r\\n.\\r\\n",
        "BDAT 3 LAST",
        "bdat 0 last",
        ":raw BDAT 3 LAST\\r\\nx\\r\\n",
        ":on 250 BDAT 3 LAST",
    ] {
        let mut play = Play::with_recipient(careful());
        play.line(lines);
        assert!(matches!(play.typed.prompt(), Prompt::Confirm(_)), "{lines}");
        assert_eq!(play.sent(), "", "{lines}");
        play.line(":no");
        assert_eq!((play.sent().as_str(), play.typed.prompt()), ("", Prompt::Command), "{lines}");
        let saved = play.saved();
        assert!(!saved.contains("DATA") && (!saved.contains("BDAT") || lines.starts_with(":on")), "{saved}");
        play.line(lines);
        play.line("");
        assert!(play.sent().starts_with("DATA\r\n") || play.sent().to_lowercase().starts_with("bdat"), "{lines}");
    }
    // What is not the end of a message is not.
    for lines in ["BDAT 3", ":raw DATA\\r\\n", ":group\nRSET\nMAIL FROM:<>\n:end"] {
        let mut play = Play::with_recipient(careful());
        play.line(lines);
        assert_eq!(play.typed.prompt(), Prompt::Command, "{lines}");
        assert!(!play.sent().is_empty(), "{lines}");
    }
}

#[test]
fn what_is_typed_arrives_in_a_group_too() {
    let typed = ":group\nDATA\nSubject: x\n\n.dot\n..\n#hash\n\n.\nNOOP\n:end";
    // RFC 5321 §4.5.2: a line that begins with a dot has one more on its way.
    let sent = "DATA\r\nSubject: x\r\n\r\n..dot\r\n...\r\n#hash\r\n\r\n.\r\nNOOP\r\n";
    let mut play = Play::with_recipient(settings());
    play.line(typed);
    assert_eq!(play.sent(), sent);
    assert!(play.asides().contains("dot doubled"));
    let said = play.conversation();
    play.server("354 go\r\n250 queued\r\n250 ok\r\n");
    // Behind a DATA that went before, a group begins with commands again.
    let saved = play.saved();
    let group = &saved[saved.find(":group").unwrap()..];
    assert_eq!(group, format!("{typed}\n"));
    let mut script = settings();
    script.script = true;
    let mut again = Play::with_recipient(script);
    group.lines().for_each(|line| again.line(line));
    assert_eq!((again.sent().as_str(), again.conversation()), (sent, said));
}

#[test]
fn an_empty_line_is_part_of_a_chunk() {
    // RFC 3030 §2: so many octets behind BDAT and its CRLF are the chunk: 4 + 2 + 5 of `ab`, an empty line and `#cd`.
    let typed = "BDAT 11 LAST\nab\n\n#cd\nNOOP";
    for script in [false, true] {
        let mut with = settings();
        with.script = script;
        let mut play = Play::with_recipient(with);
        typed.lines().for_each(|line| play.line(line));
        assert_eq!(play.sent(), "BDAT 11 LAST\r\nab\r\n\r\n#cd\r\n", "NOOP waits for the reply");
        play.server("250 queued\r\n");
        assert!(play.sent().ends_with("#cd\r\nNOOP\r\n"));
        play.server("250 ok\r\n");
        if !script {
            assert!(play.asides().contains("the next 11 octets are the chunk"), "{}", play.asides());
            assert!(play.saved().ends_with(&format!("{typed}\n")));
        }
    }
}

#[test]
fn what_looks_like_a_command_in_the_message_is_told_to_be_text_once() {
    let mut play = Play::with_recipient(settings());
    play.exchange("DATA", "354 go\r\n");
    play.clear();
    for line in ["Subject: x", "", "help me", ":help", "quit", "RSET"] {
        play.line(line);
    }
    assert_eq!(
        play.asides(),
        "inside the message that is text: a dot alone on its line ends it, Ctrl-C twice gives it up"
    );
    assert!(play.sent().ends_with(":help\r\nquit\r\nRSET\r\n"), "{}", play.sent());
}

#[test]
fn a_file_that_data_refused_was_not_sent() {
    let mut play = Play::with_recipient(settings());
    play.file = Ok(b"Subject: x\n\n.dot\rx".to_vec());
    play.exchange(":message f", "503 5.5.1 no\r\n");
    // RFC 5321 §2.3.8: CR and LF alone are no line ends.
    assert!(play.asides().contains("CR or LF alone") && play.asides().contains("has no end"), "{}", play.asides());
    play.clear();
    play.line(":data");
    assert_eq!(play.asides(), "nothing of the message was sent: DATA was not answered 354");
    play.line(":message f");
    play.server("354 go\r\n");
    play.server("250 ok\r\n");
    play.clear();
    play.line(":data");
    assert!(play.asides().contains("| .dot") && play.asides().contains("and its dot was sent"), "{}", play.asides());
}
