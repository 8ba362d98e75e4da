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
    // A pasted line behind it is no answer.
    play.line("QUIT");
    assert_eq!(play.sent(), "Subject: x\r\n");
    play.line("");
    assert_eq!(play.sent(), "Subject: x\r\n.\r\n");
    play.server("250 queued\r\n");
    assert!(play.sent().ends_with(".\r\nQUIT\r\n"));
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
    // Asked about: no means that the connection is closed.
    let mut play = Play::with_recipient(careful());
    play.file = Ok(b"x".to_vec());
    play.exchange(":message my.eml", "354 go\r\n");
    assert!(matches!(play.typed.prompt(), Prompt::Confirm(_)));
    play.line(":no");
    assert_eq!(play.done.last(), Some(&Do::Close));
    assert_eq!(play.sent(), "DATA\r\n");
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
