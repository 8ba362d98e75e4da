//! smtp-send at the real servers: what arrives there, byte for byte; and the lab's domains, as a mail server would see them.
//!
//! What a server took is read where the lab keeps it (`tests/lab/README.md`). The ways to the domains follow from
//! `zones.sh` and the servers' configuration.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant, SystemTime};

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::{records, word};

fn run(lab: &Path, args: &[&str]) -> Output {
    let ca = lab.join("pki/ca.pem").display().to_string();
    let mut all = vec!["--ehlo", "client.test", "--ca-file", &ca];
    all.extend(args);
    in_lab(bin("smtp-send"), &all)
}

/// From `a@client.test`; the records.
pub(super) fn send(lab: &Path, args: &[&str]) -> Vec<Value> {
    records(&run(lab, &[&["--from", "a@client.test"], args].concat()))
}

/// `status stage fault code` of a record.
pub(super) fn end(record: &Value) -> String {
    let outcome = &record["outcome"];
    let code = outcome["reply"]["code"].as_u64().map_or_else(|| "-".into(), |code| code.to_string());
    format!("{} {} {} {code}", word(&outcome["status"]), word(&outcome["stage"]), word(&outcome["fault"]))
}

/// Different in every run.
pub(super) fn unique() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    format!("{}-{}", std::process::id(), now.as_nanos())
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.flatten().flat_map(|entry| below(entry.path())).collect()
}

/// The message that a server took, as it keeps it, with LF line ends.
pub(super) fn kept(folder: &Path, mark: &str) -> String {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        for file in files(folder) {
            let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap_or_default()).replace("\r\n", "\n");
            // A file may be seen while it is written: its last words have to be there.
            if text.contains(mark) && text.contains("no end") {
                return text;
            }
        }
        assert!(Instant::now() < end, "{mark} did not arrive in {}", folder.display());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[track_caller]
fn arrives(server: &str, tls: &str, folder: &str) {
    let Some(lab) = lab_or_skip() else { return };
    let mark = unique();
    let mut message = "From: a@client.test\nTo: b@good.test\nDate: Mon, 1 Jun 2026 00:00:00 +0000\n".to_owned();
    message += &format!("Message-ID: <{mark}@client.test>\nSubject: dots\nMIME-Version: 1.0\n");
    message += "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
    message += ".\n..\n.one\n trailing blanks  \t\ngr\u{f6}\u{df}er\n";
    message += &format!("{}\n.\nno end", "x".repeat(990));
    let file = std::env::temp_dir().join(format!("byhand-{mark}.eml"));
    std::fs::write(&file, &message).expect("a file");
    let path = file.display().to_string();
    let sent = send(&lab, &["--to", "b@good.test", "--server", server, "--tls", tls, "--data", &path]);
    std::fs::remove_file(&file).expect("it is there");
    assert_eq!(end(&sent[0]), "ok - - 250", "{}", sent[0]["outcome"]);
    let encrypted = sent[0]["attempts"][0]["tls"]["version"].is_string();
    assert_eq!(encrypted, matches!(tls, "require" | "implicit"), "{}", sent[0]["attempts"][0]["tls"]);
    // Servers put lines in front; the message itself is whole, and its last line has got an end.
    let kept = kept(&lab.join("mail").join(folder), &mark);
    assert!(kept.contains(&(message + "\n")), "{kept}");
}

/// One test a server and port, so that each is seen by its name.
macro_rules! arrivals {
    ($($name:ident: $server:literal, $tls:literal, $folder:literal;)*) => {
        $(#[test] fn $name() { arrives($server, $tls, $folder); })*
    };
}

arrivals! {
    arrives_at_postfix: "mx-postfix.test", "require", "postfix";
    arrives_at_postfix_465: "mx-postfix.test:465", "implicit", "postfix";
    arrives_at_exim: "mx-exim.test", "require", "exim";
    arrives_at_exim_465: "mx-exim.test:465", "implicit", "exim";
    arrives_at_sendmail: "mx-sendmail.test", "require", "sendmail";
    arrives_at_sendmail_465: "mx-sendmail.test:465", "implicit", "sendmail";
    arrives_at_opensmtpd: "mx-opensmtpd.test", "never", "opensmtpd";
    arrives_at_aiosmtpd: "mx-aio.test", "require", "aio";
    arrives_at_aiosmtpd_465: "mx-aio.test:465", "implicit", "aio";
    arrives_at_smtp_sink: "mx-sink.test", "auto", "sink";
}

/// Who is tried, and how it ends, domain by domain.
#[test]
fn domains_as_a_mail_server_sees_them() {
    let Some(lab) = lab_or_skip() else { return };
    for (to, args, expected, hosts) in [
        ("b@deadfirst.test", &[][..], "ok - - 250", &["mx-dead.test", "mx-postfix.test"][..]),
        ("b@missing-first.test", &[], "ok - - 250", &["nohost.test", "mx-postfix.test"]),
        ("b@implicit.test", &[], "ok - - 250", &["implicit.test"]),
        ("b@v6only.test", &[], "ok - - 250", &["mx-v6.test"]),
        ("b@dual.test", &[], "ok - - 250", &["mx-dual.test"]),
        ("b@nullmx.test", &[], "permanent dns null-mx -", &[]),
        ("b@missing.test", &[], "permanent dns mx-hosts-missing -", &[]),
        ("b@nowhere-at-all.test", &[], "permanent dns nxdomain -", &[]),
        ("b@lame.test", &[], "temporary dns servfail -", &[]),
        ("reject@policy.test", &[], "permanent rcpt refused 550", &["mx-policy.test"]),
        ("spam@policy.test", &[], "permanent rcpt refused 554", &["mx-policy.test"]),
        ("nouser@policy.test", &[], "permanent rcpt refused 550", &["mx-policy.test"]),
        ("tempfail@policy.test", &[], "temporary rcpt deferred 451", &["mx-policy.test"]),
        ("b@tlsonly.test", &[], "ok - - 250", &["mx-tlsonly.test"]),
        ("b@tlsonly.test", &["--tls", "never"], "permanent mail refused 530", &["mx-tlsonly.test"]),
        ("b@plain.test", &["--tls", "require"], "temporary starttls starttls-not-supported -", &["mx-plain2.test"]),
    ] {
        let sent = send(&lab, &[&["--to", to], args].concat());
        assert_eq!(sent.len(), 1);
        assert_eq!(end(&sent[0]), expected, "{to} {args:?}: {}", sent[0]["outcome"]);
        let attempts = sent[0]["attempts"].as_array().expect("attempts");
        let tried: Vec<_> = attempts.iter().map(|attempt| word(&attempt["target"]["host"])).collect();
        assert_eq!(tried, hosts, "{to} {args:?}");
        // The verdict block says the same to people, in one of its words.
        let head = match expected.split(' ').collect::<Vec<_>>()[..] {
            ["ok", ..] => "=== ACCEPTED by ",
            ["permanent", "dns", ..] | ["temporary", "dns", ..] => "=== NO WAY THERE",
            ["permanent", ..] => "=== REFUSED for good at ",
            ["temporary", "starttls", ..] => "=== NO TLS at STARTTLS",
            _ => "=== DEFERRED at ",
        };
        let shown = run(&lab, &[&["--from", "a@client.test", "--format", "table", "--to", to], args].concat());
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains(head), "{to} {args:?}\n{shown}");
    }
}

#[test]
fn equal_preferences_end_at_one_of_three() {
    let Some(lab) = lab_or_skip() else { return };
    let sent = send(&lab, &["--to", "b@equal.test"]);
    assert_eq!(end(&sent[0]), "ok - - 250");
    let host = word(&sent[0]["attempts"][0]["target"]["host"]);
    assert!(["mx-postfix.test", "mx-exim.test", "mx-opensmtpd.test"].contains(&host), "{host}");
}

#[test]
fn greylisting_defers_and_then_accepts() {
    let Some(lab) = lab_or_skip() else { return };
    // postgrey knows senders: a new one is put off for 3 s.
    let from = format!("a{}@client.test", unique());
    let send = || records(&run(&lab, &["--from", &from, "--to", "b@grey.test"])).remove(0);
    let first = send();
    assert!(end(&first).starts_with("temporary rcpt deferred 45"), "{}", first["outcome"]);
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let again = send();
        if word(&again["outcome"]["status"]) == "ok" {
            return;
        }
        assert!(Instant::now() < limit, "{}", again["outcome"]);
    }
}

#[test]
fn a_message_over_the_size_is_not_sent() {
    let Some(lab) = lab_or_skip() else { return };
    let body = "0123456789 ".repeat(1000);
    let sent = send(&lab, &["--to", "b@size.test", "--body", &body]);
    assert_eq!(end(&sent[0]), "permanent mail message-too-large -");
    assert!(word(&sent[0]["outcome"]["text"]).contains("10000"), "{}", sent[0]["outcome"]);
}

#[test]
fn a_server_that_is_no_mx_is_told() {
    let Some(lab) = lab_or_skip() else { return };
    // The question is about loopback servers: it is asked because a name server is named.
    for (server, expected) in [("mx-exim.test", true), ("mx-plain.test", false)] {
        let sent =
            send(&lab, &["--to", "b@plain.test", "--server", server, "--nameserver", "127.0.1.2", "--level", "may"]);
        assert_eq!(end(&sent[0]), "ok - - 250");
        let findings = sent[0]["findings"].as_array().expect("findings");
        // mx-plain2.test, the MX of plain.test, is another name for mx-plain.test's address.
        assert_eq!(findings.iter().any(|finding| finding["id"] == "not-an-mx"), expected, "{server} {findings:?}");
    }
}

/// OpenSMTPD offers no PIPELINING and hangs up on what comes early; Postfix takes all in two writes.
#[test]
fn commands_share_writes_only_where_that_is_offered() {
    let Some(lab) = lab_or_skip() else { return };
    for (server, shared) in
        [("mx-opensmtpd.test", &[][..]), ("mx-postfix.test", &["MAIL", "RCPT", "DATA", ".", "QUIT"])]
    {
        let sent = send(&lab, &["--to", "b@good.test", "--server", server, "--tls", "never"]);
        let commands = sent[0]["attempts"][0]["timings"]["commands"].as_array().expect("commands");
        let together: Vec<_> =
            commands.iter().filter(|one| one["shared_write"] == true).map(|one| word(&one["command"])).collect();
        assert_eq!(together, shared, "{server}");
    }
}

/// No network, a black hole, a closed port: one sentence says what happened and what to try.
#[test]
fn no_way_through_the_network() {
    let Some(lab) = lab_or_skip() else { return };
    for (server, timeout, what, hint) in [
        ("127.0.1.98", "1", "no answer", "A firewall may swallow it"),
        ("127.0.1.99", "5", "nothing listens", "See that the mail server runs"),
        ("198.51.100.1", "5", "no route", "This machine has no network"),
    ] {
        let sent = send(&lab, &["--to", "b@good.test", "--server", server, "--timeout", timeout]);
        let text = word(&sent[0]["outcome"]["text"]);
        assert!(text.starts_with("cannot connect: ") && text.contains(what) && text.contains(hint), "{text}");
    }
}
