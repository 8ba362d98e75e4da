//! The tool from its arguments to what it prints, without a process.

use byhand::cli::io::Io;
use clap::Parser;
use serde_json::Value;

use super::{Args, command, run};

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
            go(&[words, &["550 5.1.1 <u@example.org>: no such user\u{1b}[2J", "mystery"]].concat(), "");
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
