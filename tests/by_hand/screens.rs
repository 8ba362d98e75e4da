//! The session of `docs/tutorial.md`, typed line by line with a slip in each; what comes unasked; small windows; terminals
//! that can do nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;

use testlab::lab::Lab;
use testlab::smtp::Manners;

use super::terminal::Terminal;
use super::{Folder, at_80, tool};
use crate::tutorial::{TUTORIAL, in_the_text, lab, missing, words};

/// The lines of the tutorial's session.
fn session() -> Vec<String> {
    let block = TUTORIAL.split("```session\n").nth(1).expect("the tutorial has a session");
    block.split("```").next().expect("it ends").lines().map(str::to_owned).collect()
}

/// A prompt and what is typed at it.
fn typed(line: &str) -> Option<(&str, &str)> {
    let prompts = ["smtp> ", "smtp~ ", "data~ "];
    let prompt = prompts.iter().find(|prompt| line.starts_with(prompt.trim_end()))?;
    Some((prompt, line.get(prompt.len()..).unwrap_or_default()))
}

/// Types the tutorial's session in a window of that size; the terminal at its end.
fn play(lab: &Lab, size: (u16, u16), folder: &Folder) -> Terminal {
    let session = session();
    let command = session[0].strip_prefix("$ smtp-send --by-hand ").expect("a command");
    let (port, dns) = (lab.port().to_string(), lab.nameserver().to_string());
    let ca = lab.ca_file().display().to_string();
    let given = words(command);
    let mut all: Vec<&str> = given.iter().map(String::as_str).collect();
    all.extend(["--nameserver", &dns, "--dnssec", "off", "--port", &port, "--ca-file", &ca]);
    all.extend(["--ehlo", "out.example.net"]);
    let terminal = Terminal::start(size, folder.path(), &[], &tool(&all));
    for (prompt, text) in session.iter().filter_map(|line| typed(line)) {
        terminal.line(prompt, text);
    }
    assert_eq!(terminal.end(), 0);
    terminal
}

/// What differs from run to run is masked.
fn masked(screen: &str, port: &str) -> String {
    let mut text = String::new();
    for line in in_the_text(screen, port).lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        let unit = words.last().is_some_and(|unit| matches!(*unit, "ms" | "s"));
        let figure = words.len() > 2 && words[words.len() - 2].parse::<f64>().is_ok();
        if unit && figure {
            words.truncate(words.len() - 2);
            text += words.join(" ").trim_end();
            text += "  TIME";
        } else {
            let days = |at: usize| matches!(words.get(at + 1), Some(&"days"));
            let shown: Vec<&str> =
                words.iter().enumerate().map(|(at, word)| if days(at) { "N" } else { word }).collect();
            text += &shown.join(" ");
        }
        text.push('\n');
    }
    text
}

/// Compares with the kept screen.
#[track_caller]
fn looks_like(name: &str, screen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(name);
    if std::env::var("BYHAND_SNAPSHOTS").is_ok_and(|value| value == "write") {
        std::fs::write(&path, screen).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    // Where a narrow line wraps depends on the width of its time.
    let words =
        |text: &str| text.split_whitespace().filter(|word| *word != "TIME").map(str::to_owned).collect::<Vec<_>>();
    assert!(words(&kept) == words(screen), "{name} is\n{kept}\nand the screen is\n{screen}");
}

async fn tutorial(size: (u16, u16), snapshot: &str, compares: bool) {
    let lab = lab().await;
    let folder = Folder::new();
    let terminal = tokio::task::block_in_place(|| play(&lab, size, &folder));
    let port = lab.port().to_string();
    if compares {
        let output = in_the_text(&terminal.all(), &port);
        let shown = &session()[1..];
        assert_eq!(missing(shown, &output), None, "docs/tutorial.md does not show\n{output}");
    }
    let screen = terminal.all();
    let longest = screen.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(usize::from(size.0)));
    looks_like(snapshot, &masked(&screen, &port));
    lab.log().settled(std::time::Duration::from_secs(5)).await;
    lab.log().assert_manners(&Manners::sender());
    // What arrived is what was typed: RFC 5321 §4.5.2 takes the doubled dot off again.
    let message = &lab.log().messages()[0];
    assert_eq!(
        (message.mail.as_str(), message.rcpt.as_slice(), message.tls),
        ("FROM:<me@example.net>", &["TO:<someone@example.org>".to_owned()][..], true)
    );
    let text = "From: <me@example.net>\r\nTo: <someone@example.org>\r\nSubject: Test\r\n\r\nBy hand.\r\n.hidden\r\n";
    assert_eq!(String::from_utf8_lossy(&message.data), text);
    // Commands inside TLS went out as they were typed; openssl s_client takes such an R and Q for itself.
    let lines = &lab.log().connections()[0].lines;
    for typed in ["RCPT TO:<someone@example.org>", "QUIT"] {
        assert!(lines.contains(&(true, typed.to_owned())), "{lines:?}");
    }
    let history = folder.history();
    assert!(history.contains("MAIL FROM:<me@example.net>") && !history.contains("By hand."), "{history}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_of_the_tutorial() {
    tutorial((80, 24), "by_hand_80.txt", true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_of_the_tutorial_in_40_columns() {
    tutorial((40, 24), "by_hand_40.txt", false).await;
}

/// A server that greets, takes EHLO, and says a 421 when it is told to.
pub(super) fn says_421_on_cue() -> (String, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (cue, cued) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"220 mx.test ESMTP\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        stream.write_all(b"250 mx.test\r\n").unwrap();
        if cued.recv().is_ok() {
            stream.write_all(b"421 4.3.2 mx.test goes down\r\n").unwrap();
        }
    });
    (address, cue)
}

/// RFC 5321 §3.8: a server may say 421 at any time.
#[test]
fn what_comes_unasked_stands_above_the_line_that_is_typed() {
    let (server, cue) = says_421_on_cue();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &server, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> MAIL FROM:<");
    terminal.text("RCPT TO:<half");
    terminal.prompts("smtp> RCPT TO:<half");
    terminal.keys(&["Left", "Left"]);
    cue.send(()).unwrap();
    terminal.shows("421 4.3.2 mx.test goes down");
    terminal.shows("Enter, or :reconnect, connects again");
    // The line is still there, and the cursor in its middle.
    terminal.prompts("smtp> RCPT TO:<half");
    terminal.text("XY");
    terminal.prompts("smtp> RCPT TO:<haXYlf");
    let screen = terminal.screen();
    assert_eq!(screen.matches("RCPT TO:<ha").count(), 1, "drawn once:\n{screen}");
    let lines: Vec<&str> = screen.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("<** 421")).expect("the 421 is marked");
    assert!(at + 1 < lines.len());
    // Ctrl-C gives the line up, and a dead connection can be left at once.
    terminal.keys(&["C-c"]);
    terminal.shows("not sent");
    terminal.keys(&["C-d"]);
    terminal.shows("Ctrl-D again leaves");
    terminal.keys(&["C-d"]);
    assert_eq!(terminal.end(), 75);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_every_proposal_sends_a_message() {
    let lab = lab().await;
    let folder = Folder::new();
    tokio::task::block_in_place(|| {
        let (port, dns) = (lab.port().to_string(), lab.nameserver().to_string());
        let words =
            ["example.org", "--nameserver", &dns, "--dnssec", "off", "--port", &port, "--ehlo", "out.example.net"];
        let terminal = at_80(&folder, &words);
        // EHLO, STARTTLS, EHLO, MAIL, RCPT, DATA; five headers, an empty line, a text, the dot; QUIT.
        for (prompt, begins) in [
            ("smtp> ", "EHLO "),
            ("smtp> ", "STARTTLS"),
            ("smtp~ ", "EHLO "),
            ("smtp~ ", "MAIL FROM:<"),
            ("smtp~ ", "RCPT TO:<postmaster@example.org>"),
            ("smtp~ ", "DATA"),
            ("data~ ", "From: "),
            ("data~ ", "To: "),
            ("data~ ", "Subject: "),
            ("data~ ", "Date: "),
            ("data~ ", "Message-ID: "),
            ("data~ ", ""),
            ("data~ ", "This is a test."),
            ("data~ ", "."),
            ("smtp~ ", "QUIT"),
        ] {
            terminal.prompts(&format!("{prompt}{begins}"));
            terminal.keys(&["Right", "Enter"]);
        }
        assert_eq!(terminal.end(), 0);
    });
    assert_eq!(lab.log().messages().len(), 1);
}

#[test]
fn a_dumb_terminal_has_plain_lines() {
    let (server, cue) = says_421_on_cue();
    let folder = Folder::new();
    let command = tool(&["--server", &server, "--ehlo", "client.test"]);
    let terminal = Terminal::start((80, 24), folder.path(), &["TERM=dumb"], &command);
    terminal.prompts("smtp> ");
    terminal.text("EHLO client.test");
    terminal.keys(&["Enter"]);
    terminal.shows("<-  250 mx.test");
    terminal.prompts("smtp> ");
    cue.send(()).unwrap();
    terminal.shows("<** 421 4.3.2 mx.test goes down");
    terminal.prompts("smtp> ");
    terminal.text("QUIT");
    terminal.keys(&["Enter"]);
    assert_eq!(terminal.end(), 75);
}

/// Dim is no colour: with NO_COLOR a proposal still leads the way.
#[test]
fn a_proposal_needs_no_colour_and_tab_marks_what_is_too_early() {
    let (server, _cue) = says_421_on_cue();
    let folder = Folder::new();
    let command = tool(&["--server", &server, "--ehlo", "client.test"]);
    let terminal = Terminal::start((80, 24), folder.path(), &["NO_COLOR=1"], &command);
    terminal.prompts("smtp> EHLO client.test");
    terminal.keys(&["Right", "Enter"]);
    terminal.shows("<-  250 mx.test");
    terminal.prompts("smtp> MAIL FROM:<");
    terminal.keys(&["Tab"]);
    terminal.shows("DATA (not yet)");
    // RFC 5321 §4.1.4: EHLO and RSET may be said at any time; AUTH was not offered.
    terminal.shows("AUTH (not offered)");
    assert!(!terminal.screen().contains("EHLO (") && !terminal.screen().contains("RSET ("), "{}", terminal.screen());
}

#[test]
fn a_paste_of_several_lines_is_several_lines_and_a_window_may_shrink() {
    let (server, _cue) = says_421_on_cue();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &server, "--ehlo", "client.test"]);
    terminal.prompts("smtp> EHLO client.test");
    terminal.paste(":why\nEHLO client.test\n:timing\n");
    terminal.shows(":timing");
    assert!(!terminal.screen().contains("250 mx.test"), "nothing goes out before Enter");
    terminal.keys(&["Enter"]);
    terminal.shows("nobody said EHLO yet");
    terminal.shows("<-  250 mx.test");
    terminal.prompts("smtp> MAIL FROM:<");
    terminal.resize(40, 24);
    terminal.text(":why");
    terminal.keys(&["Enter"]);
    // At 80 columns this stands on one line.
    terminal.shows("no sender is named: MAIL FROM comes");
    let screen = terminal.screen();
    assert!(screen.lines().all(|line| line.chars().count() <= 40), "{screen}");
}
