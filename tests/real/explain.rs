//! What real servers say when they refuse, and whether it is explained right.
//!
//! The refusals are those of the lab's configurations (`tests/lab/etc`): each server gives what it can. Where `smtp-send`
//! gets one, its record is piped on; where it would know better than to ask (a size above the announced limit), the
//! commands are typed. The reasons follow from what each server was configured to refuse.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::{records, word};

/// What `smtp-explain` makes of lines.
fn explain(args: &[&str], lines: &[u8]) -> Vec<Value> {
    let mut child = Command::new(bin("smtp-explain"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("a pipe").write_all(lines).expect("it reads");
    records(&child.wait_with_output().expect("it ends"))
}

/// `smtp-send ... | smtp-explain`: reason, nature and command.
fn sent(lab: &Path, args: &[&str]) -> String {
    let ca = lab.join("pki/ca.pem").display().to_string();
    // Who was greylisted once is not again.
    let from = format!("e{}@client.test", std::process::id());
    let all = [&["--ehlo", "client.test", "--ca-file", &ca, "--from", &from], args].concat();
    let output = in_lab(bin("smtp-send"), &all);
    let explained = explain(&[], &output.stdout);
    assert_eq!(explained.len(), 1, "{args:?}");
    let record = &explained[0];
    // What the sender wrote into its record is what the explanation says.
    let own = &records(&output)[0]["outcome"]["diagnosis"];
    for field in ["reason", "nature", "side", "meaning", "next"] {
        assert_eq!(own[field], record[field], "{args:?}: {field}");
    }
    format!("{} {} {}", word(&record["reason"]), word(&record["nature"]), word(&record["command"]))
}

#[test]
fn refusals_are_explained() {
    let Some(lab) = lab_or_skip() else { return };
    let mut wrong = Vec::new();
    for (args, expected) in [
        // Postfix.
        ("--to nouser@policy.test", "userunknown permanent RCPT"),
        ("--to reject@policy.test", "policyviolation permanent RCPT"),
        // 451 "Try again later": nothing is said but that.
        ("--to tempfail@policy.test", "onhold temporary RCPT"),
        // 554 "Service unavailable; client blocked".
        ("--to spam@policy.test", "blocked permanent RCPT"),
        ("--to b@grey.test", "greylisted temporary RCPT"),
        ("--to b@tlsonly.test --tls never", "failedstarttls permanent MAIL"),
        ("--to b@elsewhere.example --server 127.0.1.10", "norelaying permanent RCPT"),
        // Exim.
        ("--to nouser@good.test --server 127.0.1.20", "userunknown permanent RCPT"),
        ("--to b@elsewhere.example --server 127.0.1.20", "norelaying permanent RCPT"),
        ("--to b@good.test --server 127.0.1.21", "greylisted temporary RCPT"),
        ("--to b@good.test --server 127.0.1.22", "policyviolation permanent RCPT"),
        // OpenSMTPD refuses recipients, and cannot do the TLS that it offers.
        ("--to nouser@good.test --server 127.0.1.30 --tls never", "userunknown permanent RCPT"),
        // Nobody there, and no mail taken.
        ("--to b@nullmx.test", "notaccept permanent -"),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let got = sent(&lab, &args);
        if got != expected {
            wrong.push(format!("{args:?}: {got} for {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Types commands one after the other, from one address to a server's port; the reply to the last one.
fn typed(source: &str, server: &str, port: &str, commands: &[&str]) -> String {
    let script = "import socket, sys
session = socket.create_connection((sys.argv[2], int(sys.argv[3])), 20, (sys.argv[1], 0))
lines = session.makefile('rb')
def reply():
    line = lines.readline()
    while line[3:4] == b'-': line = lines.readline()
    return line
last = reply()
for command in sys.argv[4:]:
    session.sendall(command.encode() + b'\\r\\n')
    last = reply()
print(last.decode().strip())";
    let output = in_lab("python3", &[&["-c", script, source, server, port], commands].concat());
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn what_is_typed_is_explained() {
    if lab_or_skip().is_none() {
        return;
    }
    let hello = "EHLO client.test";
    let large = "MAIL FROM:<a@client.test> SIZE=999999999";
    let from = "MAIL FROM:<a@client.test>";
    let elsewhere = "RCPT TO:<b@elsewhere.example>";
    let to = "RCPT TO:<b@good.test>";
    let login = "AUTH PLAIN AGEAYg==";
    // A host that has no name: sendmail relays for 127.0.0.1, and for nobody else.
    let stranger = "127.0.1.77";
    for (source, server, port, commands, command, reason) in [
        ("127.0.0.1", "127.0.1.10", "25", &[hello, large][..], "MAIL", "emailtoolarge"),
        ("127.0.0.1", "127.0.1.20", "25", &[hello, large][..], "MAIL", "emailtoolarge"),
        ("127.0.0.1", "127.0.1.40", "25", &[hello, large][..], "MAIL", "emailtoolarge"),
        // TLS required: Postfix on 25 and 587, OpenSMTPD on 587. The lab's Exim and sendmail never ask for it.
        ("127.0.0.1", "127.0.1.18", "25", &[hello, from][..], "MAIL", "failedstarttls"),
        ("127.0.0.1", "127.0.1.10", "587", &[hello, login][..], "AUTH", "failedstarttls"),
        ("127.0.0.1", "127.0.1.30", "587", &[hello, from][..], "MAIL", "failedstarttls"),
        // Relaying refused: Postfix, Exim, sendmail. The lab's OpenSMTPD takes mail for every domain.
        (stranger, "127.0.1.10", "25", &[hello, from, elsewhere][..], "RCPT", "norelaying"),
        (stranger, "127.0.1.20", "25", &[hello, from, elsewhere][..], "RCPT", "norelaying"),
        (stranger, "127.0.1.40", "25", &[hello, from, elsewhere][..], "RCPT", "norelaying"),
        // A login needed, and one that is not taken in clear: Exim's and Dovecot's submission ports.
        ("127.0.0.1", "127.0.1.20", "587", &[hello, from, to][..], "RCPT", "securityerror"),
        ("127.0.0.1", "127.0.1.50", "587", &[hello, from][..], "MAIL", "securityerror"),
        // OpenSMTPD takes no mail for this one; then commands out of order.
        ("127.0.0.1", "127.0.1.30", "25", &[hello, from, "RCPT TO:<reject@good.test>"][..], "RCPT", "userunknown"),
        ("127.0.0.1", "127.0.1.10", "25", &[hello, to][..], "RCPT", "syntaxerror"),
        ("127.0.0.1", "127.0.1.30", "25", &[hello, to][..], "RCPT", "syntaxerror"),
        ("127.0.0.1", "127.0.1.40", "25", &[hello, to][..], "RCPT", "syntaxerror"),
    ] {
        let reply = typed(source, server, port, commands);
        assert!(reply.starts_with('5'), "{server}: {reply}");
        let explained = explain(&["--command", command], reply.as_bytes());
        assert_eq!(word(&explained[0]["reason"]), reason, "{server}: {reply}");
        assert_eq!(word(&explained[0]["nature"]), "permanent", "{server}: {reply}");
    }
}
