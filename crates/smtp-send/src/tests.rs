//! The tool in process, without a network: usage, dead records, bad lines.

use byhand::cli::io::Io;
use byhand::route::Aim;
use byhand::wire::{DeliveryRecord, Fault, Limited, Record, Stage, Status, Target};
use clap::Parser;

use super::{Args, command, prepare, run};

/// Runs; exit code, records, messages.
fn go(words: &[&str], stdin: &str) -> (u8, Vec<DeliveryRecord>, String) {
    let args = Args::try_parse_from(["smtp-send", "--from", "me@client.test"].iter().chain(words)).unwrap();
    let (io, stdout, stderr) = Io::captured("smtp-send", stdin.as_bytes().to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = runtime.block_on(run(args, io));
    let record = |line: &str| match serde_json::from_str(line).unwrap() {
        Record::Delivery(record) => record,
        other => panic!("{other:?}"),
    };
    (code, stdout.text().lines().map(record).collect(), stderr.text())
}

fn dead(domain: &str, recipients: &str, status: &str, fault: &str) -> String {
    format!(
        r#"{{"type":"mx/1","domain":"{domain}","recipients":[{recipients}],"outcome":{{"status":"{status}","stage":"dns","fault":"{fault}","reply":null,"text":"it did not work"}},"source":"none","security":"insecure","ttl":60,"hosts":[],"elapsed_ms":1.0}}"#
    )
}

fn recipients(records: &[DeliveryRecord]) -> Vec<&str> {
    records.iter().map(|record| record.recipient.as_deref().unwrap_or("-")).collect()
}

#[test]
fn a_dead_record_gives_one_a_recipient() {
    let line = dead("gone.test", r#""a@gone.test","b@gone.test","a@gone.test""#, "permanent", "null-mx");
    let (code, records, stderr) = go(&[], &line);
    assert_eq!((code, recipients(&records), stderr.as_str()), (1, vec!["a@gone.test", "b@gone.test"], ""));
    let outcome = &records[0].outcome;
    assert_eq!(
        (outcome.status, outcome.stage, outcome.fault),
        (Status::Permanent, Some(Stage::Dns), Some(Fault::NullMx))
    );
    // RFC 7505 §4.1.
    assert!(outcome.text.contains("556 5.1.10"), "{}", outcome.text);
    let (code, records, _) = go(&[], &dead("slow.test", r#""a@slow.test""#, "temporary", "servfail"));
    assert_eq!((code, records[0].outcome.status), (75, Status::Temporary));
}

#[test]
fn lines_of_one_domain_are_one_unit_and_nobody_is_named_twice() {
    let lines = [
        dead("a.test", r#""x@a.test""#, "permanent", "nxdomain"),
        dead("a.test", r#""y@a.test""#, "permanent", "nxdomain"),
        dead("b.test", r#""x@b.test""#, "permanent", "nxdomain"),
        dead("a.test", r#""x@a.test""#, "permanent", "nxdomain"),
        dead("c.test", "", "permanent", "nxdomain"),
    ];
    let (code, records, _) = go(&["--to", "z@b.test", "-i", "-"], &lines.join("\n"));
    assert_eq!((code, recipients(&records)), (1, vec!["x@a.test", "y@a.test", "z@b.test", "x@b.test", "-"]));
}

#[test]
fn bad_lines_are_records_and_the_others_are_done() {
    let lines = [
        "mx.example:25".to_owned(),
        "example.org".into(),
        dead("gone.test", r#""a@gone.test""#, "permanent", "nxdomain"),
        dead("gone.test", r#""a@other.test""#, "permanent", "nxdomain"),
        "{\"type\":\"delivery/1\"}".into(),
    ];
    let (code, records, stderr) = go(&[], &lines.join("\n"));
    assert_eq!((code, records.len()), (65, 5));
    let bad: Vec<bool> = records.iter().map(|record| record.outcome.fault == Some(Fault::BadInput)).collect();
    assert_eq!(bad, [true, true, false, true, true]);
    assert!(stderr.contains("smtp-send: example.org: this is a domain, and mail goes to an address: NAME@DOMAIN (line 2 of standard input)\n"), "{stderr}");
}

#[test]
fn nothing_to_send_to() {
    let args = Args::try_parse_from(["smtp-send", "--from", "me@client.test"]).unwrap();
    let (mut io, _, stderr) = Io::captured("smtp-send", vec![]);
    io.stdin_is_terminal = true;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(run(args, io)), 2);
    assert_eq!(
        stderr.text(),
        "smtp-send: nothing to send to: give --to ADDRESS, or pipe in what `mxlookup ADDRESS` prints\n"
    );
}

#[test]
fn an_empty_pipe_is_nothing_to_send_to() {
    for stdin in ["", "\n# nobody\n"] {
        let (code, records, stderr) = go(&[], stdin);
        assert_eq!((code, records.len()), (2, 0));
        assert!(stderr.starts_with("smtp-send: nothing to send to: "), "{stderr}");
    }
}

#[test]
fn a_person_is_told_that_the_message_is_waited_for() {
    for (terminal, lines) in [(true, 1), (false, 0)] {
        let words = ["smtp-send", "--from", "me@client.test", "-t"];
        let args = Args::try_parse_from(words).unwrap();
        let (mut io, _, stderr) = Io::captured("smtp-send", b"To: a@gone.invalid\n\nx\n".to_vec());
        io.stdin_is_terminal = terminal;
        assert!(prepare(&args, &mut io).is_ok());
        assert_eq!(stderr.text().matches("Ctrl-D").count(), lines, "{}", stderr.text());
    }
}

#[test]
fn two_subjects_are_one_too_many() {
    let to = ["--to", "a@gone.invalid", "--server", "127.0.0.1:1"];
    let (code, records, stderr) = go(&[&to[..], &["--subject", "y", "--header", "SUBJECT: x"]].concat(), "");
    assert_eq!((code, records.len()), (2, 0));
    assert!(stderr.contains("--subject and --header 'Subject: ...'"), "{stderr}");
    let (code, ..) = go(&[&to[..], &["--subject", "y", "--header", "X-Subject: x"]].concat(), "");
    assert_eq!(code, 75, "tried");
}

#[test]
fn headers_that_the_text_cannot_keep_are_refused() {
    let words = ["--to", "a@gone.invalid", "--body", "ü", "--header", "Content-Transfer-Encoding: 7bit"];
    let (code, records, stderr) = go(&words, "");
    assert_eq!((code, records.len()), (2, 0));
    assert_eq!(stderr, "smtp-send: Content-Transfer-Encoding 7bit: the text has characters beyond ASCII\n");
}

#[test]
fn a_record_s_domain_is_the_same_in_any_case() {
    let line = dead("X.Test", r#""a@X.Test","b@x.test""#, "permanent", "nxdomain");
    let (code, records, stderr) = go(&[], &line);
    assert_eq!((code, recipients(&records), stderr.as_str()), (1, vec!["a@x.test", "b@x.test"], ""));
}

#[test]
fn figures_are_of_what_is_sent() {
    let words = ["--to", "a@gone.invalid", "--server", "127.0.0.1:1", "--data", "-"];
    let [with, without] = ["From: x\n\ny\n", "From: x\n\ny"].map(|message| go(&words, message).1.remove(0));
    // By hand: 9 + 2 + 3.
    assert_eq!((with.size, without.size), (Some(14), Some(14)));
    assert_eq!(with.sha256, without.sha256);
}

#[test]
fn usage() {
    let parse = |words: &[&str]| Args::try_parse_from(std::iter::once(&"smtp-send").chain(words));
    assert_eq!(parse(&["--to", "b@example.test"]).unwrap_err().exit_code(), 2, "--from is needed");
    for bad in [
        &["--from", "x"][..],
        &["--from", "a@client.test\r\nRSET"],
        &["--from", "a@client.test", "--to", "b@example.test\nDATA"],
        &["--from", "a@client.test", "--subject", "a\r\nBcc: b@example.test"],
        &["--from", "a@client.test", "--header", "X: a\nb"],
        &["--from", "a@client.test", "--ehlo", "a\r\nb"],
        &["--from", "a@client.test", "--data", "f", "--body", "x"],
        &["--from", "a@client.test", "--to", "b@example.test,c@example.test"],
    ] {
        assert_eq!(parse(bad).unwrap_err().exit_code(), 2, "{bad:?}");
    }
    let args = parse(&["--from", "<>", "--to", "<b@example.test>"]).unwrap();
    assert_eq!(args.to[0].to_string(), "b@example.test");
}

#[test]
fn recipients_of_the_message() {
    let message = "From: me@client.test\nTo: a@gone.invalid\nBcc: b@gone.invalid\n\nx\n";
    // Port 1 of the loopback interface refuses.
    let (code, records, _) = go(&["-t", "--server", "127.0.0.1:1"], message);
    assert_eq!((code, recipients(&records)), (75, vec!["a@gone.invalid", "b@gone.invalid"]));
    let without = "From: me@client.test\r\nTo: a@gone.invalid\r\n\r\nx\r\n";
    assert_eq!(records[0].size, Some(without.len() as u64), "Bcc is not sent");
    assert!(records[0].outcome.text.starts_with("cannot connect: "), "{}", records[0].outcome.text);
    let (code, _, stderr) = go(&["-t"], "From: me@client.test\n\nx\n");
    assert_eq!((code, stderr.contains("name nobody")), (2, true), "{stderr}");
}

#[test]
fn more_than_ten_messages_stay_here() {
    let words = ["smtp-send", "--from", "me@client.test", "--nameserver", "127.0.0.1:1"];
    let args = Args::try_parse_from(words.iter().chain(&["--to", "a@example.test"])).unwrap();
    let (mut io, _, stderr) = Io::captured("smtp-send", vec![]);
    let (_, work) = prepare(&args, &mut io).unwrap();
    let aim = |address: &str| Aim {
        target: Target { address: address.parse().ok(), port: 25, ..Target::default() },
        dead: None,
        input: None,
        dns_ms: None,
        finding: None,
    };
    let over = |address: &str| work.is_over_the_limit(&[aim("127.0.0.1"), aim(address)]);
    assert!((0..20).all(|_| !over("10.0.0.1") && !over("::1")), "local servers are free");
    let public: Vec<bool> = (0..12).map(|_| over("8.8.8.8")).collect();
    assert_eq!(public, [[false; 10].as_slice(), &[true; 2]].concat());
    assert_eq!(stderr.text().lines().count(), 1, "said once: {}", stderr.text());
    let limited = work.limited("a@example.test".into());
    assert_eq!((limited.outcome.status, limited.limited), (Status::Untested, vec![Limited::MessageCap]));
}

#[test]
fn standard_input_is_read_once() {
    let (code, _, stderr) = go(&["--to", "b@example.test", "--data", "-", "-i", "-"], "From: x\n\n");
    assert_eq!((code, stderr.as_str()), (2, "smtp-send: standard input can be read only once\n"));
}

#[test]
fn the_command_holds_together_and_helps_on_one_screen() {
    command().debug_assert();
    let help = command().term_width(80).render_help().to_string();
    assert!(help.lines().count() <= 60, "{} lines\n{help}", help.lines().count());
    assert!(help.contains("Examples:") && !help.contains("--trust-anchor"), "{help}");
}
