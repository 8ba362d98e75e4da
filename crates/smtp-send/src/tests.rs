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

/// A record that leads to one address.
fn alive(recipients: &str, address: &str) -> String {
    dead("a.test", recipients, "ok", "x").replace(r#""stage":"dns","fault":"x""#, r#""stage":null,"fault":null"#).replace(
        r#""hosts":[]"#,
        &format!(
            r#""hosts":[{{"host":"mx.a.test","preference":10,"addresses":["{address}"],"security":"insecure","ttl":60,"fault":null}}]"#
        ),
    )
}

#[test]
fn every_record_leads_its_own_recipients() {
    let lines = [
        dead("a.test", r#""a@a.test""#, "temporary", "servfail"),
        alive(r#""b@a.test""#, "127.0.0.1"),
        alive(r#""c@a.test","b@a.test""#, "127.0.0.1"),
        alive(r#""d@a.test""#, "127.0.0.2"),
        dead("a.test", r#""e@a.test""#, "permanent", "nxdomain"),
    ];
    // Port 1 of the loopback interface refuses.
    let (code, records, _) = go(&["--port", "1", "--ehlo", "client.test"], &lines.join("\n"));
    let ways: Vec<String> = records
        .iter()
        .map(|record| {
            let target = record.attempts.first().and_then(|attempt| attempt.target.address);
            let target = target.map_or_else(|| "-".into(), |address| address.to_string());
            format!("{} {target} {:?}", record.recipient.as_deref().unwrap_or("-"), record.outcome.status)
        })
        .collect();
    assert_eq!(
        ways,
        [
            "a@a.test - Temporary",
            "b@a.test 127.0.0.1 Temporary",
            "c@a.test 127.0.0.1 Temporary",
            "d@a.test 127.0.0.2 Temporary",
            "e@a.test - Permanent"
        ]
    );
    assert_eq!(code, 1, "one is refused for good");
}

#[test]
fn records_that_lead_the_same_way_are_one_unit() {
    let units = |words: &[&str], lines: &[String]| {
        let args = ["smtp-send", "--from", "me@client.test"];
        let args = Args::try_parse_from(args.iter().chain(words)).unwrap();
        let (mut io, ..) = Io::captured("smtp-send", lines.join("\n").into_bytes());
        let (mut units, _) = prepare(&args, &mut io).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut count = 0;
            while std::future::poll_fn(|cx| byhand::cli::pump::Units::poll_next(&mut units, cx)).await.is_some() {
                count += 1;
            }
            count
        })
    };
    let same = [alive(r#""a@a.test""#, "127.0.0.1"), alive(r#""b@a.test""#, "127.0.0.1")];
    let other = [alive(r#""a@a.test""#, "127.0.0.1"), alive(r#""b@a.test""#, "127.0.0.2")];
    assert_eq!((units(&[], &same), units(&[], &other)), (1, 2));
    assert_eq!(units(&["--server", "127.0.0.1"], &other), 1, "--server is the way of all");
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
        &["--from", "a@client.test", "--notify", "never,success"],
        &["--from", "a@client.test", "--notify", "success\r\nRSET"],
        &["--from", "a@client.test", "--envid", "a\r\nb"],
        &["--from", "a@client.test", "--ret", "some"],
        &["--from", "a@client.test", "--mail-parameter", "SIZE=1 X"],
        &["--from", "a@client.test", "--rcpt-parameter", "A=b\r\nDATA"],
        &["--from", "a@client.test", "--protocol", "uucp"],
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

/// Whether each of these was over the limit: the address, how many recipients. And what was said.
fn limited(words: &[&str], messages: &[(&str, usize)]) -> (Vec<bool>, String) {
    let all = ["smtp-send", "--from", "me@client.test", "--nameserver", "127.0.0.1:1", "--to", "a@example.test"];
    let args = Args::try_parse_from(all.iter().chain(words)).unwrap();
    let (mut io, _, stderr) = Io::captured("smtp-send", vec![]);
    let (_, work) = prepare(&args, &mut io).unwrap();
    let aim = |address: &str| Aim {
        target: Target { address: address.parse().ok(), port: 25, ..Target::default() },
        dead: None,
        input: None,
        dns_ms: None,
        finding: None,
    };
    let over = |&(address, count): &(&str, usize)| work.is_over_the_limit(&[aim("127.0.0.1"), aim(address)], count);
    let limited = work.limited("a@example.test".into());
    assert_eq!((limited.outcome.status, limited.limited), (Status::Untested, vec![Limited::MessageCap]));
    (messages.iter().map(over).collect(), stderr.text())
}

#[test]
fn ten_messages_and_a_hundred_recipients_go_to_public_servers() {
    let (over, said) = limited(&[], &[[("10.0.0.1", 100); 20], [("::1", 100); 20]].concat());
    assert_eq!((over, said.as_str()), (vec![false; 40], ""), "local servers are free");
    let (over, said) = limited(&[], &[("8.8.8.8", 1); 12]);
    assert_eq!(over, [[false; 10].as_slice(), &[true; 2]].concat());
    assert_eq!(said.lines().count(), 1, "said once: {said}");
    let (over, _) = limited(&[], &[("8.8.8.8", 60), ("8.8.8.8", 41), ("8.8.8.8", 40), ("8.8.8.8", 1)]);
    assert_eq!(over, [false, true, false, true], "what would be too many is not sent at all");
}

#[test]
fn a_session_without_a_message_is_none() {
    for step in ["banner", "ehlo", "tls", "mail"] {
        let (over, _) = limited(&["--quit-after", step], &[("8.8.8.8", 100); 20]);
        assert_eq!(over, [false; 20], "{step}");
    }
    // Asked about and not sent to: as few as smtp-probe asks about in a run.
    let (over, _) = limited(&["--quit-after", "rcpt"], &[("8.8.8.8", 5); 3]);
    assert_eq!(over, [false, false, true], "recipients are named");
    let (over, _) = limited(&["--quit-after", "data"], &[("8.8.8.8", 1); 11]);
    assert_eq!(over, [[false; 10].as_slice(), &[true]].concat());
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

#[test]
fn an_original_recipient_is_of_one_recipient() {
    for (words, ok) in [
        (&["--to", "b@example.test"][..], true),
        (&["--to", "b@example.test", "--to", "c@example.test"], false),
        (&["--to", "b@example.test", "-i", "-"], false),
        (&[], false),
    ] {
        let all = ["smtp-send", "--from", "me@client.test", "--orcpt", "x@old.test"];
        let args = Args::try_parse_from(all.iter().chain(words)).unwrap();
        let (mut io, ..) = Io::captured("smtp-send", vec![]);
        assert_eq!(prepare(&args, &mut io).is_ok(), ok, "{words:?}");
    }
}

#[test]
fn an_original_recipient_may_have_its_type_in_front() {
    for (text, ok) in
        [("a@old.test", true), ("rfc822;a@old.test", true), ("Rfc822;a@old.test", true), ("x400;a", false)]
    {
        let words = ["smtp-send", "--from", "me@client.test", "--to", "b@example.test", "--orcpt", text];
        let orcpt = Args::try_parse_from(words).ok().and_then(|args| args.reports.orcpt);
        assert_eq!(orcpt.map(|orcpt| orcpt.to_string()), ok.then(|| "a@old.test".to_owned()), "{text}");
    }
}

#[test]
fn what_is_about_a_login_needs_one_that_can_be() {
    for (words, what) in [
        (&["--quit-after", "auth"][..], "--quit-after auth is about a login"),
        (&["--protocol", "smtp", "--auth", "--auth-user", "u", "--auth-password", "p"], "exclude each other"),
    ] {
        let all = [&["--to", "b@example.test", "--server", "127.0.0.1:9"], words].concat();
        let (code, records, stderr) = go(&all, "");
        assert_eq!((code, records.len(), stderr.contains(what)), (2, 0, true), "{stderr}");
    }
}

#[test]
fn options_that_do_nothing_in_a_typed_session_are_refused() {
    for words in [
        &["--data", "x"][..],
        &["--subject", "x"],
        &["--body", "x"],
        &["--header", "X-A: b"],
        &["--quit-after", "rcpt"],
        &["--notify", "never"],
        &["--ret", "full"],
        &["--envid", "x"],
        &["--orcpt", "a@old.test"],
        &["--mail-parameter", "X=1"],
        &["--rcpt-parameter", "X=1"],
        &["-i", "x"],
        &["-t"],
        &["--auth"],
        &["--auth-optional"],
        &["--auth-authzid", "x"],
        &["--tls", "require"],
    ] {
        let all = [&["--by-hand", "--server", "127.0.0.1:9"], words].concat();
        let (code, records, stderr) = go(&all, "");
        assert_eq!((code, records.len()), (2, 0), "{words:?}: {stderr}");
        assert!(stderr.contains(&format!("{} does nothing where", words[0])) || words[0] == "--tls", "{stderr}");
    }
}

#[test]
fn starttls_needs_ehlo() {
    let words = ["--to", "b@example.test", "--protocol", "smtp", "--tls", "require"];
    let (code, records, stderr) = go(&words, "");
    assert_eq!((code, records.len(), stderr.contains("exclude each other")), (2, 0, true), "{stderr}");
}
