//! What a person, or the next program, is told: of messages that were returned, of own records, of what is no reply at all.

use serde_json::Value;

use super::{BOUNCE, go, records, records_of, told};

#[test]
fn a_returned_message_is_never_put_off() {
    // A log line, a text bounce of qmail's form, and a refusal alone, each with a cause that passes (our own writing).
    let postfix = "Nov 25 09:14:07 out postfix/smtp[7]: 4C8: to=<u@example.org>, relay=mx1.example.org[192.0.2.25]:25, delay=1, \
                   dsn=5.2.2, status=bounced (host mx1.example.org[192.0.2.25] said: 552 5.2.2 mailbox full (in reply to RCPT TO \
                   command))\n";
    let sendmail = "Nov 25 09:14:07 out sm-mta[7]: 4AP: to=<u@example.org>, mailer=esmtp, relay=mx1.example.org., dsn=5.2.2, \
                    reply=552 5.2.2 mailbox full, stat=Service unavailable\n";
    let qmail = BOUNCE.replace("550 5.1.1 no", "552 5.2.2 mailbox full");
    for text in [postfix, sendmail, &qmail] {
        let record = &records(&[], text)[0];
        assert_eq!((&record["nature"], &record["given_up"]), (&Value::from("permanent"), &Value::from(true)), "{text}");
        let (_, shown, _) = go(&["--plain"], text);
        let out = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            out.starts_with("NOT ACCEPTED. ") && out.contains("was refused, and no mail server tries again"),
            "{out}"
        );
        assert!(out.contains("send it again yourself"), "{out}");
        // Piped back it says the same.
        let (_, again, _) = go(&["--plain"], &record.to_string());
        assert_eq!(again, shown);
    }
    // Without a code in it, too.
    let bounce = BOUNCE.replace("Remote host said: 550 5.1.1 no", "user is over quota");
    let bounce = bounce.replace("out.example.net.\n", "out.example.net. This is a permanent error; I've given up.\n");
    let record = &records(&[], &bounce)[0];
    assert_eq!((&record["reason"], &record["given_up"]), (&Value::from("mailboxfull"), &Value::from(true)));
    assert!(record["next"].as_str().unwrap().contains("send it again yourself"), "{record}");
    let (_, out, _) = go(&["--plain", "550 5.7.1 greylisted, come back in 5 minutes"], "");
    assert!(out.starts_with("NOT ACCEPTED. ") && !out.contains("nobody for now"), "{out}");
    let (_, out, _) = go(&["--format", "table", "552 5.2.2 mailbox full"], "");
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains("refused, and no mail server tries again by itself"), "{out}");
}

#[test]
fn own_records_pass_as_they_are() {
    let expired = "Nov 25 09:14:07 out postfix/qmgr[7]: 4C8: to=<u@example.org>, relay=none, delay=432000, dsn=4.4.1, status=expired, \
                   returned to sender (connect to mx1.example.org[192.0.2.25]:25: Connection timed out)\n";
    for text in [expired, "450 4.7.1 greylisted", "soup of the day"] {
        let first = records(&[], &format!("{text}\n"));
        assert_eq!(first.len(), 1, "{text}");
        assert_eq!(records(&["--host", "mx.example.net"], &first[0].to_string()), first, "{text}");
    }
    // What only looks like one is a question.
    assert_eq!(
        records(&[], "{\"type\":\"explain/1\",\"reply\":\"550 5.1.1 no such user\"}")[0]["reason"],
        "userunknown"
    );
}

#[test]
fn logs_of_programs_that_send_mail() {
    // The forms of Python, nodemailer, JavaMail and PHPMailer, with replies of our own writing.
    let log = "Traceback (most recent call last):\n  File \"x.py\", line 3, in <module>\n\
               smtplib.SMTPRecipientsRefused: {'u@example.org': (550, b'5.1.1 no such user')}\n\
               smtplib.SMTPDataError: (554, b'5.7.1 this is spam')\n\
               Error: Invalid login: 535-5.7.8 not accepted.\n\
               com.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 no such user\n\
               PHPMailer: SMTP Error: The following recipients failed: u@example.org: 550 5.1.1 no such user\n";
    let (code, out, stderr) = go(&[], log);
    let all: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let replies: Vec<&str> = all.iter().map(|record| told(record)[0]).collect();
    let user = "550 5.1.1 no such user";
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(replies, [user, "554 5.7.1 this is spam", "535 5.7.8 not accepted.", user, user]);
    assert_eq!(told(&all[0])[3], "u@example.org");
    // With a stamp that looks like a mail server's.
    let stamped = "2026-11-25 09:14:07 app ERROR (550, b'5.1.1 no such user')\n";
    assert_eq!(told(&records(&[], stamped)[0])[0], user);
}

#[test]
fn json_that_is_no_line() {
    let array = "[{\"id\":1,\"reply\":\"550 5.1.1 no such user\"},{\"id\":2,\"reply\":\"552 quota\"}]\n";
    let laid_out = "[\n  {\n    \"id\": 1,\n    \"reply\": \"550 5.1.1 no such user\"\n  }\n]\n";
    let object = "{\n  \"id\": 1,\n  \"reply\": \"550 5.1.1 no such user\"\n}\n";
    for text in [array, laid_out, object] {
        let (code, out, stderr) = go(&[], text);
        assert_eq!((code, out.lines().count(), stderr.lines().count()), (65, 1, 1), "{out}{stderr}");
        assert!(stderr.contains("jq -c '.[]'"), "{stderr}");
    }
    assert_eq!(go(&[array.trim()], "").0, 65);
    // A sentence may begin with a bracket.
    assert_eq!(told(&records(&["[192.0.2.25] said: 550 5.1.1 no such user"], "")[0])[0], "550 5.1.1 no such user");
}

#[test]
fn a_file_that_is_no_text_is_one_line() {
    let mut binary = b"\x7fELF\x02\x01\x01\x00\x00\x00\n".to_vec();
    for n in 0..1_000u32 {
        binary.extend_from_slice(&n.to_le_bytes());
        binary.push(b'\n');
    }
    let all = records_of(&binary);
    assert_eq!(all.len(), 1);
    assert!(all[0]["meaning"].as_str().unwrap().starts_with("this is no text"), "{}", all[0]);
    // Among lines that were read, one that cannot be is told alone.
    assert_eq!(records_of(b"550 a\n\x00\x01\xff\n550 b\n").len(), 3);
}

#[test]
fn what_no_mail_server_says() {
    let (code, out, stderr) = go(&["--plain", "Hello Anna, how are you?"], "");
    assert_eq!(code, 65);
    assert!(out.starts_with("NOT READ. ") && !out.contains("refused"), "{out}");
    assert!(stderr.contains("there is nothing in it that a mail server says"), "{stderr}");
    // Words that servers use are explained without a code too, and what is asked in JSON always.
    assert_eq!(records(&["mailbox is full"], "")[0]["reason"], "mailboxfull");
    assert_eq!(go(&[], "{\"reply\":\"hello\"}\n").0, 0);
}

#[test]
fn codes_where_people_leave_them() {
    for text in ["SMTP Error Code 554: message rejected", "the server said: SMTP error code 554 message rejected"] {
        let record = &records(&[text], "")[0];
        assert!(record["evidence"].to_string().contains("\"554\""), "{record}");
    }
    // A code that one provider alone has tells whose it is, as --code does.
    let record = &records(&["535 5.7.139 no"], "")[0];
    assert!(record["evidence"].to_string().contains("Microsoft"), "{record}");
    assert_eq!(record["host"], Value::Null);
    // Words that are sure are not outvoted by it.
    let greylisted = &records(&["550 5.4.300 Message expired -> 451 4.7.1 Greylisted"], "")[0];
    assert_eq!(greylisted["reason"], "greylisted");
    // What Postfix puts behind a reply is not the server's.
    let all = records(&["550 5.1.1 no such user (in reply to RCPT TO command)"], "");
    assert_eq!(told(&all[0])[..2], ["550 5.1.1 no such user", "RCPT"]);
    // A reply keeps its own brackets.
    assert_eq!(
        told(&records(&["551 5.1.6 moved; try <y@example.net>"], "")[0])[0],
        "551 5.1.6 moved; try <y@example.net>"
    );
}

#[test]
fn a_log_without_a_failure_says_so() {
    let log = "Nov 25 09:14:07 out postfix/smtpd[7]: connect from client.example.net[203.0.113.9]\n";
    let (code, out, stderr) = go(&[], log);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(stderr.contains("nothing in it tells of a delivery that failed"), "{stderr}");
    assert_eq!(go(&["--quiet"], log).2, "");
}

#[test]
fn a_fingerprint_that_cannot_be_looked_up_is_the_domains() {
    let line = "Nov 25 09:14:07 out postfix/smtp[7]: 4C8: to=<u@example.org>, relay=none, delay=1, dsn=4.7.5, status=deferred (TLSA \
                lookup error for mx1.example.org:25)\n";
    let record = &records(&[], line)[0];
    assert_eq!((&record["reason"], &record["side"]), (&Value::from("failedstarttls"), &Value::from("recipient")));
    assert_eq!(record["nature"], "temporary");
}

#[test]
fn what_a_probe_finds_that_holds_mail_back() {
    let probe = r#"{"type":"probe/1","target":{"domain":"example.org","host":"mx1.example.org","preference":10,"address":"192.0.2.25","port":25},"outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":"the server answers; STARTTLS works"},"started":null,"local":null,"ehlo_name":null,"banner":null,"capabilities":null,"verdicts":{"sender":{"action":"defer","rule":"dane","text":"no TLSA record fits the certificate"}},"recipients":[],"limited":[],"findings":[],"timings":{"dns_ms":null,"connect_ms":1.0,"banner_ms":1.0,"tls_ms":1.0,"commands":[],"total_ms":1.0},"transcript":[]}"#;
    let (code, out, stderr) = go(&["--plain"], probe);
    assert_eq!((code, stderr.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("NOT SENT YET. Mail is kept back"), "{out}");
    assert!(out.contains("no TLSA record fits the certificate"), "{out}");
}

/// A record of another program that has no diagnosis; a detail that nobody knows here says nothing.
#[test]
fn what_a_detail_adds_to_a_fault() {
    let record = r#"{"type":"mx/1","domain":"example.org","outcome":{"status":"permanent","stage":"dns","fault":"nxdomain","detail":"dangling-alias","reply":null,"text":"nothing there"},"source":"none","security":"secure","ttl":60,"hosts":[],"elapsed_ms":1.0}"#;
    let meaning = |line: &str| records(&[], line)[0]["meaning"].as_str().unwrap_or_default().to_owned();
    assert!(meaning(record).contains("alias in DNS of a name that does not"), "{}", meaning(record));
    let unknown = record.replace("dangling-alias", "of-another-age");
    assert!(!meaning(&unknown).contains("alias"), "{}", meaning(&unknown));
    assert_eq!(records(&[], &unknown)[0]["fault"], "nxdomain");
}

#[test]
fn codes_of_other_rfcs() {
    let codes = ["453", "458", "459", "422", "523", "525"];
    let words: Vec<&str> = codes.iter().flat_map(|code| ["--code", *code]).collect();
    let (code, out, _) = go(&words, "");
    assert_eq!(code, 0);
    let sources = ["RFC 2645", "RFC 1985", "RFC 1985", "X.7.12", "X.7.10", "X.7.13"];
    for (line, source) in out.lines().zip(sources) {
        assert!(line.contains(source) && !line.contains("no RFC"), "{line}");
    }
}
