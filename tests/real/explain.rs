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

/// Types commands one after the other; the reply to the last one.
fn typed(server: &str, commands: &[&str]) -> String {
    let script = "exec 3<>/dev/tcp/$0/25
        reply() { while IFS= read -r line <&3; do last=$line; [[ $line == ???-* ]] || break; done; }
        reply; for command; do printf '%s\\r\\n' \"$command\" >&3; reply; done; printf '%s' \"$last\"";
    let output = in_lab("bash", &[&["-c", script, server], commands].concat());
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
    for (server, commands, command, reason) in [
        ("127.0.1.10", &[hello, large][..], "MAIL", "emailtoolarge"),
        ("127.0.1.20", &[hello, large][..], "MAIL", "emailtoolarge"),
        ("127.0.1.40", &[hello, large][..], "MAIL", "emailtoolarge"),
        ("127.0.1.18", &[hello, from][..], "MAIL", "failedstarttls"),
        ("127.0.1.10", &[hello, "RCPT TO:<b@good.test>"][..], "RCPT", "syntaxerror"),
        ("127.0.1.30", &[hello, "RCPT TO:<b@good.test>"][..], "RCPT", "syntaxerror"),
        ("127.0.1.40", &[hello, "RCPT TO:<b@good.test>"][..], "RCPT", "syntaxerror"),
    ] {
        let reply = typed(server, commands);
        assert!(reply.starts_with('5'), "{server}: {reply}");
        let explained = explain(&["--command", command], reply.as_bytes());
        assert_eq!(word(&explained[0]["reason"]), reason, "{server}: {reply}");
        assert_eq!(word(&explained[0]["nature"]), "permanent", "{server}: {reply}");
    }
}
