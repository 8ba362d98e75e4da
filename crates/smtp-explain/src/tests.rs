//! The tool from its arguments to what it prints, without a process.

use byhand::cli::io::Io;
use clap::Parser;
use serde_json::Value;

use super::{Args, command, run};

mod pasted;
mod told;

/// Runs; exit code, standard output, messages.
fn go(words: &[&str], stdin: &str) -> (u8, String, String) {
    let args = Args::try_parse_from(std::iter::once(&"smtp-explain").chain(words)).unwrap();
    let (io, stdout, stderr) = Io::captured("smtp-explain", stdin.as_bytes().to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = runtime.block_on(run(args, io));
    (code, stdout.text(), stderr.text())
}

fn records(words: &[&str], stdin: &str) -> Vec<Value> {
    let (_, out, _) = go(words, stdin);
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The same of octets.
fn records_of(stdin: &[u8]) -> Vec<Value> {
    let args = Args::try_parse_from(["smtp-explain"]).unwrap();
    let (io, stdout, _) = Io::captured("smtp-explain", stdin.to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(args, io));
    stdout.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `reply command host recipient` of a record.
fn told(record: &Value) -> [&str; 4] {
    ["reply", "command", "host", "recipient"].map(|name| record[name].as_str().unwrap_or("-"))
}

#[test]
fn the_command_holds_together() {
    command().debug_assert();
    let help = command().term_width(80).render_help().to_string();
    assert!(help.lines().count() <= 56, "{help}");
    assert!(help.contains("Examples:"), "{help}");
}

#[test]
fn replies_as_arguments() {
    let all = records(&["550 5.1.1 no such user", "451 4.7.1 greylisted"], "never read");
    assert_eq!(all.len(), 2);
    assert_eq!(told(&all[0]), ["550 5.1.1 no such user", "-", "-", "-"]);
    assert_eq!((&all[0]["type"], &all[0]["reason"]), (&Value::from("explain/1"), &Value::from("userunknown")));
    assert_eq!(all[1]["reason"], "greylisted");
    // Without quotation marks it is one reply; a sentence of a bounce or of a log is taken apart.
    let all = records(&["550", "5.1.1", "no", "such", "user"], "");
    assert_eq!((all.len(), told(&all[0])[0]), (1, "550 5.1.1 no such user"));
    let sentence = "host mx1.example.org[192.0.2.25] said: 550 5.1.1 no (in reply to RCPT TO command)";
    assert_eq!(told(&records(&[sentence], "")[0]), ["550 5.1.1 no", "RCPT", "mx1.example.org", "-"]);
}

#[test]
fn what_the_input_does_not_say_the_options_do() {
    let options = ["--command", "rcpt", "--host", "mx.example.org"];
    let lines = "550 no\n{\"reply\":\"550 no\",\"command\":\"DATA\"}\n";
    let all = records(&options, lines);
    assert_eq!(told(&all[0]), ["550 no", "RCPT", "mx.example.org", "-"]);
    assert_eq!(told(&all[1]), ["550 no", "DATA", "mx.example.org", "-"]);
    assert!(Args::try_parse_from(["smtp-explain", "--command", "FROB", "550"]).is_err());
}

#[test]
fn a_line_each_in_order_whatever_happens() {
    let lines = "{\"id\":{\"n\":[1,null]},\"reply\":\"550 a\"}\n\n# a comment\n{\"id\":7}\n550-5.7.1 b\n550-5.7.1 c\n550 5.7.1 d\n\
                 {\"id\":\"x\",\"reply\":5}\n{\"reply\":\n421 e\n";
    let (code, out, stderr) = go(&[], lines);
    let all: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(code, 65);
    let ids: Vec<String> = all.iter().map(|record| record["id"].to_string()).collect();
    assert_eq!(ids, ["{\"n\":[1,null]}", "7", "null", "\"x\"", "null", "null"]);
    let replies: Vec<&str> = all.iter().map(|record| told(record)[0]).collect();
    assert_eq!(replies, ["550 a", "-", "550 5.7.1 b c d", "-", "-", "421 e"]);
    assert_eq!(all[1]["fault"], "bad-input");
    let said: Vec<&str> = stderr.lines().collect();
    assert_eq!(
        said,
        [
            "smtp-explain: {\"id\":7}: this line has no \"reply\" (line 4 of standard input)",
            "smtp-explain: {\"id\":\"x\",\"reply\":5}: \"reply\" has to be a text (line 8 of standard input)",
            "smtp-explain: {\"reply\":: the line is cut off at octet 9 (line 9 of standard input)",
        ]
    );
}

#[test]
fn records_of_the_other_tools() {
    let delivery = r#"{"type":"delivery/1","recipient":"u@example.org","outcome":{"status":"permanent","stage":"rcpt","fault":"refused","reply":{"code":550,"enhanced":"5.1.1","lines":["5.1.1 no such user"],"first_ms":1.0,"elapsed_ms":1.0},"text":"refused"},"from":"a@example.net","attempts":[],"message_id":null,"queue_id":null,"size":null,"sha256":null}"#;
    let ok = r#"{"type":"mx/1","domain":"example.org","outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":"all found"},"source":"mx","security":"secure","ttl":60,"hosts":[],"elapsed_ms":1.0}"#;
    let gone =
        ok.replace("\"ok\",\"stage\":null,\"fault\":null", "\"permanent\",\"stage\":\"dns\",\"fault\":\"nxdomain\"");
    let gone = gone.replace("all found", "gone.example does not exist");
    let (code, out, stderr) = go(&[], &format!("{delivery}\n{ok}\n{gone}\n"));
    assert_eq!((code, stderr.as_str()), (0, ""));
    let all: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told(&all[0]), ["550 5.1.1 no such user", "RCPT", "-", "u@example.org"]);
    assert_eq!(all[0]["reason"], "userunknown");
    assert_eq!((&all[1]["nature"], &all[1]["meaning"]), (&Value::from("none"), &Value::from("all found")));
    assert_eq!(all[2]["fault"], "nxdomain");
    // What was explained can be explained again, and keeps its id.
    let mut line = all[0].clone();
    line["id"] = Value::from(3);
    let again = records(&[], &line.to_string());
    assert_eq!(again, [line]);
}

#[test]
fn a_whole_log_can_be_piped_in() {
    let log = "Nov 25 09:14:06 out postfix/smtp[7]: connect to mx1.example.org[192.0.2.25]:25: Connection timed out\n\
               Nov 25 09:14:07 out postfix/qmgr[7]: 4C8: removed\n\
               Nov 25 09:14:07 out postfix/smtp[7]: 4C9: to=<u@example.org>, relay=mx1.example.org[192.0.2.25]:25, delay=1, \
               delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx1.example.org[192.0.2.25] said: 550 5.1.1 no (in reply to RCPT \
               TO command))\n";
    let (code, out, stderr) = go(&[], log);
    assert_eq!((code, out.lines().count(), stderr.as_str()), (0, 2, ""));
    let last: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(told(&last), ["550 5.1.1 no", "RCPT", "mx1.example.org", "u@example.org"]);
    let (code, _, stderr) = go(&["Nov 25 09:14:07 out postfix/qmgr[7]: 4C8: removed"], "");
    assert_eq!(code, 65);
    assert!(stderr.ends_with("this log line tells of no delivery\n"), "{stderr}");
}

const BOUNCE: &str = "From: MAILER-DAEMON@out.example.net\nSubject: failure notice\n\n\
    Hi. This is the qmail-send program at out.example.net.\n\n<u@example.org>:\nRemote host said: 550 5.1.1 no\n";

#[test]
fn a_mailbox_of_bounces() {
    let mbox = format!("From x Wed Nov 25 09:14:07 2026\n{BOUNCE}\nFrom y Wed Nov 25 09:15:07 2026\n{BOUNCE}");
    assert_eq!(records(&[], BOUNCE).len(), 1);
    assert_eq!(records(&[], &mbox).len(), 2);
    let (code, out, stderr) = go(&[], "From: a@example.net\nSubject: lunch\n\nAt noon?\n");
    let record: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &record["fault"]), (65, &Value::from("bad-input")));
    assert_eq!(
        stderr,
        "smtp-explain: Subject: lunch: nothing in this message says that something was not delivered (line 1 of standard \
         input)\n"
    );
}

#[test]
fn a_bounce_without_its_header() {
    let text = "This is the mail system at host out.example.net.\n\nI'm sorry to have to inform you that your message could not\n\
                be delivered to one or more recipients. It's attached below.\n\n\
                <u@example.org>: host mx1.example.org[192.0.2.25] said: 550 5.1.1 <u@example.org>:\n    Recipient address \
                rejected: User unknown (in reply to\n    RCPT TO command)\n";
    let quoted: String = text.lines().map(|line| format!("{}\n", format!("> {line}").trim_end())).collect();
    let whole: String = BOUNCE.lines().map(|line| format!("> {line}\n")).collect();
    let reply = "550 5.1.1 <u@example.org>: Recipient address rejected: User unknown";
    for text in [text, &quoted] {
        let all = records(&[], text);
        assert_eq!(
            all.iter().map(told).collect::<Vec<_>>(),
            [[reply, "RCPT", "mx1.example.org", "u@example.org"]],
            "{text}"
        );
        assert_eq!(all[0]["reason"], "userunknown");
    }
    assert_eq!(
        records(&[], &whole).iter().map(|record| told(record)[3].to_owned()).collect::<Vec<_>>(),
        ["u@example.org"]
    );
    // Sentences that are none are lines; what somebody wrote above a log is passed over.
    assert_eq!(records(&[], "mailbox is full\n\nuser unknown\n").len(), 2);
    let log = "Nov 25 09:14:07 out postfix/smtp[7]: 4C9: to=<u@example.org>, relay=mx1.example.org[192.0.2.25]:25, dsn=5.1.1, \
               status=bounced (host mx1.example.org[192.0.2.25] said: 550 5.1.1 no)\n";
    let all = records(&[], &format!("See the log:\n\n{log}"));
    assert_eq!(all.iter().map(told).collect::<Vec<_>>(), [["550 5.1.1 no", "-", "mx1.example.org", "u@example.org"]]);
}

#[test]
fn a_bounce_that_is_too_long_is_not_called_explained() {
    let one = "<u@example.org>: host mx1.example.org[192.0.2.25] said: 550 5.1.1 no such user\n\n";
    let message =
        format!("From: MAILER-DAEMON@out.example.net\nSubject: much\n\n{}", one.repeat((9 << 20) / one.len()));
    let (code, out, stderr) = go(&[], &message);
    assert_eq!((code, out.lines().count()), (65, 2), "{stderr}");
    assert!(stderr.contains("Subject: much: this message is longer than 8 MiB: 1 recipient is explained"), "{stderr}");
}

#[test]
fn a_pasted_conversation() {
    let session = "220 mx1.example.org ESMTP\nEHLO out.example.net\n250-mx1.example.org\n250 SIZE 10\nMAIL FROM:<a@example.net>\n\
                   250 ok\nRCPT TO:<u@example.org>\n550 5.1.1 no such user\nQUIT\n221 bye\n";
    let all = records(&[], session);
    let commands: Vec<&str> = all.iter().map(|record| told(record)[1]).collect();
    assert_eq!(commands, ["-", "EHLO", "MAIL", "RCPT", "QUIT"]);
    // As swaks and this project show it.
    let shown = "=== Trying mx1.example.org:25...\n<-  220 mx1.example.org ESMTP\n -> RCPT TO:<u@example.org>\n<** 550-5.1.1 no\n\
                 <** 550 5.1.1 such user\n";
    let all = records(&[], shown);
    assert_eq!(
        all.iter().map(|record| told(record)[..2].to_vec()).collect::<Vec<_>>(),
        [["220 mx1.example.org ESMTP", "-"], ["550 5.1.1 no such user", "RCPT"],]
    );
    // With what telnet and somebody's shell say.
    let telnet = "$ telnet mx1.example.org 25\nTrying 192.0.2.25...\nConnected to mx1.example.org.\nEscape character is '^]'.\n\
                  220 mx1.example.org ESMTP\nhelo out.example.net\n250 ok\nrcpt to: u@example.org\n450 4.7.1 later\nquit\n221 bye\n\
                  Connection closed by foreign host.\n";
    let all = records(&[], telnet);
    assert_eq!(all.iter().map(|record| told(record)[1]).collect::<Vec<_>>(), ["-", "EHLO", "RCPT", "QUIT"]);
    // A last line that was not copied.
    assert_eq!(
        told(&records(&[], "550-5.1.1 The user\n550-does not exist\n")[0])[0],
        "550 5.1.1 The user does not exist"
    );
}

#[test]
fn other_encodings() {
    let all = records_of(b"550 5.1.1 Empf\xe4nger unbekannt\n550 5.1.1 no such user\n");
    assert_eq!(
        all.iter().map(|record| told(record)[0]).collect::<Vec<_>>(),
        ["550 5.1.1 Empfänger unbekannt", "550 5.1.1 no such user"]
    );
    let utf16: Vec<u8> = format!("\u{feff}{BOUNCE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(records_of(&utf16).iter().map(|record| told(record)[3]).collect::<Vec<_>>(), ["u@example.org"]);
    // Neither is text.
    assert_eq!(records_of(b"550 \xff\x00\x01\n")[0]["fault"], "bad-input");
}

#[test]
fn what_only_a_log_or_a_report_knows() {
    let postfix =
        "Nov 25 09:14:07 out postfix/smtp[7]: 4C8: to=<u@example.org>, relay=mx1.example.org[192.0.2.25]:25, delay=1, ";
    let sent = format!("{postfix}dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4D1)");
    assert_eq!(records(&[], &format!("{sent}\n")).len(), 0);
    // Asked about alone it is answered.
    let alone = &records(&[&sent], "")[0];
    assert_eq!((&alone["nature"], told(alone)[1]), (&Value::from("none"), "."));
    assert!(go(&["--plain", &sent], "").1.starts_with("ACCEPTED. "));
    // RFC 3464 §2.3.3: "failed" is the end of it; a 451 was only the last thing heard.
    let report = "From: MAILER-DAEMON@out.example.net\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\
                  Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: rfc822; u@example.org\n\
                  Action: ACTION\nStatus: 4.7.1\nDiagnostic-Code: smtp; 451 4.7.1 greylisted\n\n--b--\n";
    for (action, nature) in [("failed", "permanent"), ("delayed", "temporary")] {
        let all = records(&[], &report.replace("ACTION", action));
        assert_eq!((&all[0]["reason"], &all[0]["nature"]), (&Value::from("greylisted"), &Value::from(nature)));
        assert_eq!(all[0]["meaning"].as_str().unwrap().contains("has given up"), action == "failed");
    }
    // A 5yz ended it at once, though a full mailbox may be emptied: it was returned (RFC 5321 §4.2.1).
    let full = report.replace("ACTION", "failed").replace("451 4.7.1 greylisted", "552 5.2.2 mailbox full");
    let all = records(&[], &full);
    assert_eq!((&all[0]["reason"], &all[0]["nature"]), (&Value::from("mailboxfull"), &Value::from("permanent")));
    assert!(all[0]["meaning"].as_str().unwrap().contains("has given up"));
    assert!(all[0]["next"].as_str().unwrap().contains("send it again yourself"));
    let (_, out, _) = go(&["--plain"], &full);
    assert!(out.starts_with("NOT ACCEPTED. The message for u@example.org was refused, and no mail server"), "{out}");
    let (_, out, _) = go(&["--plain"], &report.replace("ACTION", "failed"));
    assert!(out.starts_with("NOT DELIVERED. The sending server has given up on the message for u@example"), "{out}");
}

#[test]
fn accepted_is_said_of_whole_messages_only() {
    for (words, head) in [
        (&["--command", "RCPT", "250 ok"][..], "NOTHING REFUSED. "),
        (&["--command", "QUIT", "221 bye"], "NOTHING REFUSED. "),
        (&["250 ok"], "NOTHING REFUSED. "),
        (&["--command", ".", "250 ok"], "ACCEPTED. "),
    ] {
        let (_, out, _) = go(&[&["--plain"], words].concat(), "");
        assert!(out.starts_with(head), "{out}");
    }
    let mx = r#"{"type":"mx/1","domain":"example.org","outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":"2 MX"},"source":"mx","security":"secure","ttl":60,"hosts":[],"elapsed_ms":1.0}"#;
    assert!(go(&["--plain"], mx).1.starts_with("NOTHING REFUSED, and no message was sent.\nWhy:      2 MX.\n"));
    let gone =
        mx.replace("\"ok\",\"stage\":null,\"fault\":null", "\"permanent\",\"stage\":\"dns\",\"fault\":\"nxdomain\"");
    let (_, out, _) = go(&["--plain"], &gone.replace("2 MX", "example.org does not exist"));
    assert!(out.starts_with("NOT SENT. "), "{out}");
    assert!(out.contains("For IT:   example.org does not exist (nxdomain)\n"), "{out}");
    let delivery = |stage: &str| {
        format!(
            r#"{{"type":"delivery/1","recipient":"u@example.org","outcome":{{"status":"ok","stage":{stage},"fault":null,"reply":{{"code":250,"enhanced":null,"lines":["ok"],"first_ms":1.0,"elapsed_ms":1.0}},"text":"text"}},"from":"a@example.net","attempts":[],"message_id":null,"queue_id":null,"size":null,"sha256":null}}"#
        )
    };
    assert!(go(&["--plain"], &delivery("null")).1.starts_with("ACCEPTED. "));
    assert!(go(&["--plain"], &delivery("\"rcpt\"")).1.starts_with("NOTHING REFUSED. "));
}

#[test]
fn ids_that_cannot_pass_are_refused() {
    // 2^64 - 1 is exact; a longer number would come out as 1.2345678901234568e+22.
    assert_eq!(
        records(&[], "{\"id\":18446744073709551615,\"reply\":\"550\"}\n")[0]["id"].to_string(),
        "18446744073709551615"
    );
    let (code, _, stderr) = go(&[], "{\"id\":12345678901234567890123,\"reply\":\"550\"}\n");
    assert_eq!(code, 65);
    assert!(stderr.contains("write it as text"), "{stderr}");
}

#[test]
fn files_as_arguments() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("byhand-explain-{}.eml", std::process::id()));
    std::fs::write(&path, BOUNCE).unwrap();
    let name = path.to_str().unwrap();
    let all = records(&[name, "550 x", name], "");
    std::fs::remove_file(&path).unwrap();
    let recipients: Vec<&str> = all.iter().map(|record| told(record)[3]).collect();
    assert_eq!(recipients, ["u@example.org", "-", "u@example.org"]);
    let (code, _, stderr) = go(&[name], "");
    assert_eq!(code, 65);
    assert!(stderr.ends_with(": there is no such file, and this is no reply\n"), "{stderr}");
    let (code, _, stderr) = go(&[folder.to_str().unwrap()], "");
    assert_eq!(code, 65);
    assert!(stderr.ends_with(": is a directory\n"), "{stderr}");
    // "-" is standard input.
    assert_eq!(records(&["-"], BOUNCE).len(), 1);
}

#[test]
fn reasons_and_codes() {
    let (code, out, _) = go(&["--list"], "");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (0, 31));
    assert_eq!((&lines[0]["reason"], &lines[0]["side"]), (&Value::from("userunknown"), &Value::from("recipient")));
    // RFC 7372 §3.3: 5.7.26 goes with 550.
    let (code, out, _) = go(&["--code", "5.7.26", "--code", "552"], "");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (0, 2));
    assert_eq!((&lines[0]["source"], &lines[0]["reason"]), (&Value::from("RFC 7372"), &Value::from("authfailure")));
    let (code, _, stderr) = go(&["--code", "soup"], "");
    assert_eq!(code, 65);
    assert!(stderr.contains("give a reply code such as 550"), "{stderr}");
}

#[test]
fn people_see_sentences() {
    for plain in [false, true] {
        let words: &[&str] = if plain { &["--plain"] } else { &["--format", "table"] };
        let (code, out, _) =
            go(&[words, &["550 5.1.1 <u@example.org>: no such user\u{1b}[2J", "550 mystery"]].concat(), "");
        assert_eq!(code, 0);
        let reasons = ["userunknown", "onhold"];
        assert!(!reasons.iter().any(|reason| out.contains(reason)), "{out}");
        assert!(!out.contains('\u{1b}'), "{out}");
        assert!(out.contains("there is no such mailbox"), "{out}");
        assert_eq!(out.contains("For IT:"), plain, "{out}");
    }
    assert_eq!(go(&["--plain", "--format", "json", "550"], "").0, 2);
}

#[test]
fn nothing_given_is_wrong_usage() {
    let args = Args::try_parse_from(["smtp-explain"]).unwrap();
    let (mut io, _, stderr) = Io::captured("smtp-explain", vec![]);
    io.stdin_is_terminal = true;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(run(args, io)), 2);
    assert!(stderr.text().starts_with("smtp-explain: nothing to explain: give a reply"), "{}", stderr.text());
}
