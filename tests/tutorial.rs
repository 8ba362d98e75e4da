//! The console blocks of `docs/tutorial.md`, run as a shell would on testlab's servers.
//!
//! A line `$ ...` is a pipeline of our tools; what follows, up to the next one, is what it prints for people. A line `...`
//! stands for anything. Of each other line the words have to stand in the output, together and in order; how lines wrap,
//! how long things took, instants and sizes are not compared, and the lab's addresses stand for those of the text.

use std::process::{Command, Stdio};

use byhand_tests::bin;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::{Manners, Plain};

pub(crate) const TUTORIAL: &str = include_str!("../docs/tutorial.md");

/// A pipeline and what it prints.
#[derive(Debug)]
struct Step {
    line: usize,
    command: String,
    shown: Vec<String>,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (at, line) in TUTORIAL.lines().enumerate() {
        match (line.strip_prefix("```"), line.strip_prefix("$ ")) {
            (Some(kind), _) => inside = !inside && kind == "console",
            (None, Some(command)) if inside => {
                steps.push(Step { line: at + 1, command: command.to_owned(), shown: Vec::new() });
            }
            (None, _) if inside => steps.last_mut().expect("a command comes first").shown.push(line.to_owned()),
            _ => {}
        }
    }
    steps
}

pub(crate) async fn lab() -> Lab {
    let mut builder = Lab::builder().unwrap();
    builder
        .records("example.org MX 10 mx1.example.org\nexample.org MX 20 mx2.example.net\nnews.example.org MX 0 .")
        .unwrap();
    builder.records("grey.example.org MX 10 mx.grey.example.org\nold.example.org MX 10 mx.old.example.org").unwrap();
    let unknown = "550 5.1.1 <nobody@example.org>: no such user here";
    builder.plain(Plain::new("mx1.example.org").starttls(Cert::Good).reply("RCPT TO:<nobody@*", unknown)).unwrap();
    builder.plain(Plain::new("mx2.example.net").starttls(Cert::Expired)).unwrap();
    builder.plain(Plain::new("mx.grey.example.org").reply("RCPT *", "450 4.2.0 greylisted, come back later")).unwrap();
    builder.refused("mx.old.example.org").unwrap();
    builder.start().await.unwrap()
}

/// The words of an argument list, quotes taken off.
pub(crate) fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in command.trim().chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What the pipeline prints: standard error first, then its last command's view for people.
fn output(command: &str, lab: &Lab) -> String {
    let (port, dns) = (lab.port().to_string(), lab.nameserver().to_string());
    let ca = lab.ca_file().display().to_string();
    let pipeline: Vec<&str> = command.split(" | ").collect();
    let mut input: Option<Vec<u8>> = None;
    let mut text = String::new();
    for (at, one) in pipeline.iter().enumerate() {
        let words = words(one);
        let mut tool = Command::new(bin(&words[0]));
        tool.args(&words[1..]).args(["--nameserver", &dns, "--dnssec", "off"]);
        if words[0] != "mxlookup" {
            tool.args(["--port", &port, "--ca-file", &ca, "--ehlo", "out.example.net"]);
        }
        if at + 1 == pipeline.len() {
            tool.args(["--format", "table"]);
        }
        tool.env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "80")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = tool.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, &input.take().unwrap_or_default()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        text += &String::from_utf8_lossy(&output.stderr);
        input = Some(output.stdout);
    }
    text += &String::from_utf8_lossy(&input.unwrap_or_default());
    in_the_text(&text, &port)
}

/// The lab's addresses are those of the text.
pub(crate) fn in_the_text(text: &str, port: &str) -> String {
    text.replace(&format!("]:{port}"), "]:25")
        .replace("127.42.0.1", "192.0.2.25")
        .replace("127.42.0.2", "198.51.100.7")
        .replace("127.42.0.3", "192.0.2.44")
        .replace("127.42.0.4", "192.0.2.66")
        .replace("127.0.0.1", "203.0.113.9")
        .replace(&format!("port {port}"), "port 25")
}

/// The words that are compared.
fn compared(text: &str) -> Vec<String> {
    let all: Vec<&str> = text.split_whitespace().collect();
    let unit = |word: &str| {
        matches!(word.trim_end_matches([',', ';', ')', ':']), "ms" | "s" | "d" | "min" | "octets" | "lines")
    };
    let mut words = Vec::new();
    for (at, word) in all.iter().enumerate() {
        let measured = all.get(at + 1).is_some_and(|next| unit(next)) && word.contains(|c: char| c.is_ascii_digit());
        let bar = word.chars().all(|c| ('\u{2588}'..='\u{258f}').contains(&c));
        let instant = word.len() == 20 && word.ends_with('Z') && word.contains('T');
        let date = word.len() >= 10 && word.as_bytes()[4] == b'-' && word.as_bytes()[7] == b'-';
        words.push(match word {
            _ if bar => continue,
            _ if measured => "N".into(),
            _ if instant || date => "WHEN".into(),
            word if word.starts_with("SIZE=") => "SIZE=N".into(),
            word if word.starts_with('<') && word.ends_with("@out.example.net>") => "<ID>".into(),
            word => (*word).to_owned(),
        });
    }
    words
}

/// The first line that does not stand in the output where it should.
pub(crate) fn missing<'a>(shown: &'a [String], output: &str) -> Option<&'a str> {
    let output = compared(output);
    let mut from = 0;
    for line in shown.iter().filter(|line| line.trim() != "...") {
        let wanted = compared(line);
        if wanted.is_empty() {
            continue;
        }
        match output[from..].windows(wanted.len()).position(|window| window == wanted) {
            Some(at) => from += at + wanted.len(),
            None => return Some(line),
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_console_block_is_true() {
    let lab = lab().await;
    let steps = steps();
    assert!(steps.len() >= 8, "only {} commands", steps.len());
    let mut faults = Vec::new();
    for step in &steps {
        let output = tokio::task::block_in_place(|| output(&step.command, &lab));
        if step.shown.iter().all(|line| line.trim() == "...") {
            faults.push(format!("line {}: nothing is shown of `{}`, which prints\n{output}", step.line, step.command));
        } else if let Some(line) = missing(&step.shown, &output) {
            faults.push(format!("line {}: `{}` does not print\n{line}\nbut\n{output}", step.line, step.command));
        }
    }
    assert!(faults.is_empty(), "docs/tutorial.md\n{}", faults.join("\n"));
    lab.log().settled(std::time::Duration::from_secs(5)).await;
    lab.log().assert_manners(&Manners::sender());
}

#[test]
fn a_line_that_is_not_printed_is_found() {
    let shown = ["a b", "...", "took 3 ms \u{2588}"].map(str::to_owned);
    assert_eq!(missing(&shown, "x a\n b c took 400 ms"), None);
    assert_eq!(missing(&shown, "took 1 ms a b"), Some("took 3 ms \u{2588}"));
    assert_eq!(missing(&shown, "a c b"), Some("a b"));
}
