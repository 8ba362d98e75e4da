//! Log lines in the form that each program writes; the values are read off the lines by hand.

use proptest::prelude::*;

use super::{Line, read};

#[track_caller]
fn check(line: &str, recipient: &str, reply: &str, host: &str, command: &str, status: &str) {
    let (Line::Found(found) | Line::Delivered(found)) = read(line) else { panic!("{:?}: {line}", read(line)) };
    let told = (
        found.recipient.as_deref().unwrap_or_default(),
        found.reply.as_str(),
        found.host.as_deref().unwrap_or_default(),
        found.command().unwrap_or_default(),
        found.status.as_deref().unwrap_or_default(),
    );
    assert_eq!(told, (recipient, reply, host, command, status), "{line}");
}

#[test]
fn postfix() {
    let syslog = "Nov 25 09:14:07 out postfix/smtp[2107]: 4C8439B600A: to=<u@example.org>, ";
    check(
        &format!(
            "{syslog}relay=mx1.example.org[192.0.2.25]:25, delay=1.2, delays=0.1/0/0.9/0.2, dsn=5.1.1, status=bounced (host mx1.example.org[192.0.2.25] said: 550 5.1.1 <u@example.org>: no such user (in reply to RCPT TO command))"
        ),
        "u@example.org",
        "550 5.1.1 <u@example.org>: no such user",
        "mx1.example.org",
        "RCPT",
        "5.1.1",
    );
    check(
        &format!(
            "{syslog}orig_to=<x@example.org>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx1.example.org[192.0.2.25]:25: Connection timed out)"
        ),
        "u@example.org",
        "connect to mx1.example.org[192.0.2.25]:25: Connection timed out",
        "mx1.example.org",
        "CONN",
        "4.4.1",
    );
    check(
        &format!(
            "{syslog}relay=mx1.example.org[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4D1)"
        ),
        "u@example.org",
        "250 2.0.0 Ok: queued as 4D1",
        "mx1.example.org",
        ".",
        "2.0.0",
    );
    check(
        "2026-11-25T09:14:07.123456+01:00 mx postfix/smtpd[71]: NOQUEUE: reject: RCPT from client.example.net[203.0.113.9]: 450 4.2.0 <u@example.org>: Recipient address rejected: Greylisted; from=<a@example.net> to=<u@example.org> proto=ESMTP helo=<client.example.net>",
        "u@example.org",
        "450 4.2.0 <u@example.org>: Recipient address rejected: Greylisted",
        "",
        "RCPT",
        "",
    );
    check(
        "Nov 25 09:14:07 mx postfix/cleanup[72]: 4C8439B600A: milter-reject: END-OF-MESSAGE from client.example.net[203.0.113.9]: 5.7.1 rejected as spam; from=<a@example.net> to=<u@example.org> proto=ESMTP helo=<x>",
        "u@example.org",
        "5.7.1 rejected as spam",
        "",
        ".",
        "5.7.1",
    );
    check(
        "Nov 25 09:14:07 mx postfix/local[73]: 4C8439B600A: to=<u@example.org>, relay=local, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: \"u\")",
        "u@example.org",
        "unknown user: \"u\"",
        "",
        "",
        "5.1.1",
    );
}

#[test]
fn exim() {
    let stamp = "2026-11-25 09:14:07 1tFabc-0000Xy-2z";
    check(
        &format!(
            "{stamp} ** u@example.org R=dnslookup T=remote_smtp H=mx1.example.org [192.0.2.25] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after RCPT TO:<u@example.org>: 550 5.1.1 no such user"
        ),
        "u@example.org",
        "550 5.1.1 no such user",
        "mx1.example.org",
        "RCPT",
        "",
    );
    check(
        &format!(
            "{stamp} == u@example.org R=dnslookup T=remote_smtp defer (-44) H=mx1.example.org [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<u@example.org>: 451 4.7.1 try later"
        ),
        "u@example.org",
        "451 4.7.1 try later",
        "mx1.example.org",
        "RCPT",
        "",
    );
    check(
        &format!("{stamp} == u@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out"),
        "u@example.org",
        "Connection timed out",
        "",
        "CONN",
        "",
    );
    check(
        &format!("{stamp} ** u@gone.example: Unrouteable address"),
        "u@gone.example",
        "Unrouteable address",
        "",
        "",
        "",
    );
    check(
        &format!(
            "{stamp} => u@example.org R=dnslookup T=remote_smtp H=mx1.example.org [192.0.2.25] C=\"250 OK id=1tF\""
        ),
        "u@example.org",
        "250 OK id=1tF",
        "mx1.example.org",
        ".",
        "",
    );
    check(
        "2026-11-25 09:14:07 H=client.example.net [203.0.113.9] F=<a@example.net> rejected RCPT <u@example.org>: no such user here",
        "u@example.org",
        "no such user here",
        "",
        "RCPT",
        "",
    );
}

#[test]
fn sendmail() {
    let syslog = "Nov 25 09:14:07 out sendmail[2107]: 3AP9E7xY002107: to=<u@example.org>, ctladdr=<a@example.net> (1000/1000), delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=30402, ";
    check(
        &format!(
            "{syslog}relay=mx1.example.org. [192.0.2.25], dsn=5.1.1, reply=550 5.1.1 <u@example.org>... no such user, stat=User unknown"
        ),
        "u@example.org",
        "550 5.1.1 <u@example.org>... no such user",
        "mx1.example.org",
        "",
        "5.1.1",
    );
    check(
        &format!(
            "{syslog}relay=mx1.example.org. [192.0.2.25], dsn=4.0.0, stat=Deferred: Connection timed out with mx1.example.org."
        ),
        "u@example.org",
        "Connection timed out with mx1.example.org.",
        "mx1.example.org",
        "CONN",
        "4.0.0",
    );
    check(
        "Nov 25 09:14:07 mx sm-mta[71]: 3AP9E7xY002107: ruleset=check_rcpt, arg1=<u@example.org>, relay=client.example.net [203.0.113.9], reject=550 5.7.1 <u@example.org>... Relaying denied",
        "u@example.org",
        "550 5.7.1 <u@example.org>... Relaying denied",
        "",
        "RCPT",
        "",
    );
}

#[test]
fn opensmtpd_and_qmail() {
    check(
        "Nov 25 09:14:07 out smtpd[71]: 5f1 mta delivery evpid=1 from=<a@example.net> to=<u@example.org> rcpt=<-> source=\"203.0.113.9\" relay=\"192.0.2.25 (mx1.example.org)\" delay=1s result=\"PermFail\" stat=\"550 5.1.1 no such user\"",
        "u@example.org",
        "550 5.1.1 no such user",
        "mx1.example.org",
        "",
        "",
    );
    check(
        "Nov 25 09:14:07 out qmail[71]: delivery 7: failure: 192.0.2.25_does_not_like_recipient./Remote_host_said:_550_no_such_user/Giving_up_on_192.0.2.25./",
        "",
        "550 no such user",
        "192.0.2.25",
        "RCPT",
        "",
    );
}

#[test]
fn qmail_without_syslog() {
    check(
        "@4000000065666f6e delivery 1: failure: 192.0.2.25_does_not_like_recipient./Remote_host_said:_550_5.1.1_no_such_user/Giving_up_on_192.0.2.25./",
        "",
        "550 5.1.1 no such user",
        "192.0.2.25",
        "RCPT",
        "",
    );
}

#[test]
fn what_went_well_and_what_goes_on() {
    let postfix =
        "Nov 25 09:14:07 out postfix/smtp[7]: 4C8: to=<u@example.org>, relay=mx1.example.org[192.0.2.25]:25, delay=1, ";
    let exim = "2026-11-25 09:14:07 1tFabc-0000Xy-2z";
    let sendmail = "Nov 25 09:14:07 out sm-mta[7]: 4AP: to=<u@example.org>, mailer=esmtp, relay=mx1.example.org., ";
    for line in [
        format!("{postfix}dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4D1)"),
        format!("{postfix}dsn=2.0.0, status=sent (delivered to maildir)"),
        format!("{exim} => u@example.org R=dnslookup T=remote_smtp H=mx1.example.org [192.0.2.25] C=\"250 OK\""),
        format!("{sendmail}dsn=2.0.0, stat=Sent (ok)"),
        "@400000006566 delivery 7: success: 192.0.2.25_accepted_message./Remote_host_said:_250_ok/".into(),
    ] {
        assert!(matches!(read(&line), Line::Delivered(_)), "{line}: {:?}", read(&line));
    }
    for (line, given_up) in [
        (
            format!(
                "{postfix}dsn=4.4.1, status=deferred (connect to mx1.example.org[192.0.2.25]:25: Connection refused)"
            ),
            false,
        ),
        (format!("{postfix}dsn=5.0.0, status=bounced (host mx1.example.org[192.0.2.25] said: 450 later)"), true),
        (format!("{exim} ** u@example.org: retry timeout exceeded"), true),
        (format!("{exim} == u@example.org R=dnslookup T=remote_smtp defer (111): Connection refused"), false),
        (format!("{sendmail}dsn=4.0.0, stat=Deferred: Connection refused by mx1.example.org."), false),
        (
            "@400000006566 delivery 7: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/"
                .into(),
            false,
        ),
    ] {
        let Line::Found(found) = read(&line) else { panic!("{line}") };
        assert_eq!(found.given_up, Some(given_up), "{line}");
    }
    // Exim writes line ends as two characters.
    let line = format!(
        "{exim} ** u@example.org R=dnslookup T=remote_smtp H=mx1.example.org [192.0.2.25]: SMTP error from remote mail server after \
         end of data: 550-5.7.26 not\\n550-5.7.26 signed\\n550 5.7.26 at all"
    );
    check(&line, "u@example.org", "550 5.7.26 not signed at all", "mx1.example.org", ".", "");
}

#[test]
fn postscreen_and_exims_two_addresses() {
    check(
        "Nov 25 09:14:07 mx postfix/postscreen[7]: NOQUEUE: reject: RCPT from [203.0.113.9]:40122: 550 5.7.1 Service unavailable; \
         from=<a@example.net>, to=<u@example.org>, proto=ESMTP, helo=<client.example.net>",
        "u@example.org",
        "550 5.7.1 Service unavailable",
        "",
        "RCPT",
        "",
    );
    let exim = |names: &str| {
        format!(
            "2026-11-25 09:14:07 1tFabc-0000Xy-2z ** {names} R=dnslookup T=remote_smtp H=mx1.example.org [192.0.2.25]: SMTP error from \
             remote mail server after RCPT TO:<new@example.org>: 550 5.1.1 no such user"
        )
    };
    // The first one was refused; it was made of the one in brackets.
    for (names, recipient) in
        [("new@example.org <old@example.net>", "new@example.org"), ("u <u@example.org>", "u@example.org")]
    {
        check(&exim(names), recipient, "550 5.1.1 no such user", "mx1.example.org", "RCPT", "");
    }
}

#[test]
fn lines_that_tell_nothing() {
    for line in [
        "Nov 25 09:14:07 out postfix/qmgr[71]: 4C8439B600A: removed",
        "Nov 25 09:14:07 out postfix/smtpd[71]: connect from client.example.net[203.0.113.9]",
        "Nov 25 09:14:07 out dovecot[71]: imap-login: Login: user=<u>",
        "2026-11-25 09:14:07 1tFabc-0000Xy-2z Completed",
        "2026-11-25T09:14:07Z out sendmail[71]: 3AP9E7: from=<a@example.net>, size=402, class=0",
    ] {
        assert_eq!(read(line), Line::Quiet, "{line}");
    }
    for line in ["550 5.1.1 no such user", "no such user", "", "Nov", "2026-11-25 is a date", "<13>"] {
        assert_eq!(read(line), Line::Other, "{line}");
    }
}

proptest! {
    /// Whatever a line holds, it is read without a panic.
    #[test]
    fn any_line(
        stamp in prop::sample::select(vec!["", "Nov 25 09:14:07 a postfix/smtp[1]: ", "2026-11-25 09:14:07 ", "Nov 25 09:14:07 a sendmail[1]: "]),
        words in prop::collection::vec(prop::sample::select(vec![
            "to=<", "a@b.example", ">", ", relay=", "mx[1]", "status=bounced (", ")", "said: ", "550-", "550 ", "5.1.1", "NOQUEUE: reject: ",
            "**", "== ", ": ", "H=", "rejected ", "reply=", ", stat=", "é", "\u{202e}", "\u{0}", " ", "; from=", "C=\"", "reject=",
        ]), 0..20),
    ) {
        let _ = read(&format!("{stamp}{}", words.concat()));
    }
}
