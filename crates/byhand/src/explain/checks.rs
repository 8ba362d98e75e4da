//! Tests of all rules together: replies written for them (`replies.txt`), what they carry, and how long it takes to say.

mod providers;

use super::index::index;
use super::*;
use crate::wire::{Confidence, Diagnosis, EvidenceKind, Nature, Reason, Side};

/// The replies in general, those of server programs, those in other languages, and those that single providers give.
const REPLIES: [&str; 4] = [
    include_str!("replies.txt"),
    include_str!("words/programs.txt"),
    include_str!("words/tongues.txt"),
    include_str!("providers/replies.txt"),
];

struct Line {
    reason: &'static str,
    host: Option<&'static str>,
    command: Option<&'static str>,
    reply: &'static str,
}

fn lines() -> impl Iterator<Item = Line> {
    REPLIES.into_iter().flat_map(parse)
}

fn parse(file: &'static str) -> impl Iterator<Item = Line> {
    let known = |word: &'static str| (word != "-").then_some(word);
    file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(move |line| {
        let mut cells = line.splitn(4, " | ");
        let mut cell = || cells.next().expect("four cells").trim();
        Line { reason: cell(), host: known(cell()), command: known(cell()), reply: cell() }
    })
}

fn heard(line: &Line) -> Heard<'static> {
    Heard { host: line.host, command: line.command, ..one_line(line.reply) }
}

fn explained(line: &Line) -> Diagnosis {
    reply(&heard(line))
}

fn diagnosis(text: &str) -> Diagnosis {
    reply(&one_line(text))
}

fn evidence(diagnosis: &Diagnosis, kind: EvidenceKind) -> Vec<&str> {
    diagnosis.evidence.iter().filter(|each| each.kind == kind).map(|each| each.value.as_str()).collect()
}

#[test]
fn every_reply_means_what_it_says() {
    let mut wrong = Vec::new();
    for line in lines() {
        let said = explained(&line);
        if said.reason.as_str() != line.reason {
            let why = evidence(&said, EvidenceKind::Words).join(" ");
            wrong.push(format!("said {} by {why:?}, wanted {}: {}", said.reason.as_str(), line.reason, line.reply));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_reason_has_a_reply() {
    let said: Vec<_> = lines().map(|line| (line.reason, explained(&line))).collect();
    for reason in Reason::ALL {
        assert!(said.iter().any(|(wanted, _)| *wanted == reason.as_str()), "no reply for {}", reason.as_str());
    }
    assert!(said.len() >= 150, "{}", said.len());
}

#[test]
fn what_is_sure_is_right_and_what_says_nothing_is_not_sure() {
    for line in lines() {
        let said = explained(&line);
        if line.reason == "onhold" {
            assert_ne!(said.confidence, Confidence::High, "{}", line.reply);
        }
        assert!(!said.meaning.is_empty() && !said.next.is_empty(), "{}", line.reply);
        assert!(!said.meaning.contains(said.reason.as_str()) || said.reason == Reason::Blocked, "{}", said.meaning);
    }
}

#[test]
fn every_rule_names_its_source() {
    for (rule, _) in &index().rules {
        assert!(!rule.source.is_empty(), "{:?} {}", rule.reason, rule.words);
        assert!((1..=99).contains(&rule.weight));
        if let Some(case) = rule.case {
            assert!(cases::find(case).is_some(), "{case}");
        }
    }
}

#[test]
fn no_rule_has_a_phrase_twice() {
    let mut twice = Vec::new();
    for (rule, _) in &index().rules {
        for list in [rule.words, rule.with, rule.unless] {
            // Every bar has a phrase on each side.
            let mut phrases: Vec<&str> = list.split('|').map(str::trim).filter(|_| !list.is_empty()).collect();
            phrases.sort_unstable();
            twice.extend(phrases.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| (rule.reason, pair[0])));
            twice.extend(phrases.first().filter(|first| first.is_empty()).map(|first| (rule.reason, *first)));
        }
    }
    assert_eq!(twice, []);
}

#[test]
fn cases_that_fool_a_table_of_codes() {
    for (text, case, nature) in [
        ("421-4.7.0 Please try later; now closing connection. (EHLO) x - gsmtp", "ehlo-name", Nature::Permanent),
        (
            "550 5.7.64 TenantAttribution; no connector of this tenant fits [X.prod.outlook.com]",
            "tenant-attribution",
            Nature::Permanent,
        ),
        (
            "550 5.2.1 recipient domain does not accept email over IPv6 [X.prod.outlook.com]",
            "no-ipv6",
            Nature::Permanent,
        ),
        ("452 4.3.1 Insufficient system storage", "free-space", Nature::Temporary),
        ("503 5.5.1 AUTH used when not advertised: no EHLO was seen", "helo-needs-ehlo", Nature::Permanent),
        // RFC 4954 §4: "a server MUST reject any further AUTH commands with a 503 reply", and a cancel with a 501.
        ("503 5.5.1 Error: already authenticated", "login-out-of-place", Nature::Permanent),
        ("503 5.5.1 Error: authentication not enabled", "login-out-of-place", Nature::Permanent),
        ("501 5.7.0 Authentication aborted", "login-cancelled", Nature::None),
        (
            "450 4.1.8 <a@example.org>: Sender address rejected: example.org: Domain not found",
            "sender-dns",
            Nature::Temporary,
        ),
        (
            "535 5.7.139 Authentication unsuccessful: the tenant has switched off basic authentication",
            "password-login-off",
            Nature::Permanent,
        ),
        ("521 5.5.2 the data has a bare <LF> received within a line", "bare-lf", Nature::Permanent),
        ("454 4.7.1 <a@example.org>: Relay access refused for now", "relay-later", Nature::Permanent),
        ("450 4.1.1 <a@example.org>: user unknown", "lookup-outage", Nature::Temporary),
        ("500 5.5.1 Command unrecognized: \"XXXX client.example\"", "smtp-inspection", Nature::Permanent),
        ("554 5.7.1 blocked, zen.spamhaus.org said: open resolver", "open-resolver", Nature::Temporary),
        (
            "421 4.7.26 [2001:db8::7] this message does not have authentication information",
            "ipv6-sender",
            Nature::Temporary,
        ),
        ("450 4.7.25 [2001:db8::7] no PTR record", "ipv6-sender", Nature::Temporary),
    ] {
        let said = diagnosis(text);
        assert_eq!(evidence(&said, EvidenceKind::Rule), [case], "{text}: {said:?}");
        assert_eq!(said.nature, nature, "{text}");
    }
    // The same reply without an IPv6 address has no such way out.
    assert_eq!(evidence(&diagnosis("450 4.7.25 [192.0.2.7] no PTR record"), EvidenceKind::Rule), [""; 0]);
}

#[test]
fn the_nature_is_not_always_the_digit() {
    for (text, nature) in [
        ("552 5.2.2 mailbox full", Nature::Temporary),
        ("550 5.7.1 message rate limit exceeded", Nature::Temporary),
        ("550 5.1.1 user unknown", Nature::Permanent),
        ("451 4.7.1 relaying is prohibited", Nature::Permanent),
        ("450 4.2.1 account is disabled", Nature::Temporary),
        ("250 2.0.0 ok", Nature::None),
        ("nothing at all", Nature::Unknown),
    ] {
        assert_eq!(diagnosis(text).nature, nature, "{text}");
    }
}

#[test]
fn not_now_is_no_rule_that_forbids() {
    let said = diagnosis("451 4.7.1 <jane@example.org>: Recipient address rejected: please retry later");
    assert_eq!((said.reason, said.nature, said.side), (Reason::OnHold, Nature::Temporary, Side::Unknown));
    assert!(!said.meaning.contains("forbid"), "{}", said.meaning);
    assert_ne!(said.confidence, Confidence::High);
}

#[test]
fn words_decide_over_the_code() {
    for (text, reason) in [
        ("452 4.1.1 <a@example.org> over quota", Reason::MailboxFull),
        ("550 5.1.1 <a@example.org>: greylisted", Reason::Greylisted),
        ("550 5.7.1 user unknown", Reason::UserUnknown),
        ("554 5.2.2 blocked using bl.example.net", Reason::Blocked),
    ] {
        assert_eq!(diagnosis(text).reason, reason, "{text}");
    }
}

#[test]
fn before_mail_nobody_has_named_a_mailbox() {
    // RFC 5321 §4.1.4: a 550 in place of the greeting cannot be about one.
    let heard = Heard { command: Some("CONN"), ..one_line("550 5.1.1 no") };
    assert_ne!(reply(&heard).side, Side::Recipient);
}

#[test]
fn before_rcpt_no_words_mean_a_recipient() {
    // RFC 4954 §4: AUTH is about the user who logs in; RFC 5321 §3.3: MAIL names the sender, RCPT the first recipient.
    for (command, text, reason) in [
        (Some("AUTH"), "535 5.7.8 user unknown", Reason::SecurityError),
        (Some("AUTH"), "535 5.7.0 account is locked", Reason::SecurityError),
        (None, "535 5.7.8 the mailbox has been disabled", Reason::SecurityError),
        (Some("AUTH"), "525 5.7.13 User account disabled", Reason::SecurityError),
        (Some("MAIL"), "550 5.2.1 mailbox disabled", Reason::Rejected),
        (Some("MAIL"), "550 account suspended", Reason::Rejected),
        (Some("MAIL"), "552 5.2.2 mailbox full", Reason::Rejected),
        (Some("RCPT"), "552 5.2.2 mailbox full", Reason::MailboxFull),
        (None, "550 account suspended", Reason::Suspend),
    ] {
        assert_eq!(reply(&Heard { command, ..one_line(text) }).reason, reason, "{command:?} {text}");
    }
    for command in ["CONN", "EHLO"] {
        let said = reply(&Heard { command: Some(command), ..one_line("550 5.1.1 user unknown") });
        assert_ne!(said.side, Side::Recipient, "{command}");
    }
}

#[test]
fn a_failed_signature_fails_over_ipv4_as_well() {
    for text in [
        "550 5.7.26 DMARC of example.org is not met by [2001:db8::7]",
        "550 5.7.26 not authenticated: SPF [example.org] with [2001:db8::7] = failed, DKIM = failed",
        "421 4.7.26 [2001:db8::7] sent mail that passes neither SPF nor DKIM",
    ] {
        let said = diagnosis(text);
        assert_eq!(said.reason, Reason::AuthFailure, "{text}");
        assert_eq!(evidence(&said, EvidenceKind::Rule), [""; 0], "{text}");
    }
}

#[test]
fn what_a_text_carries_is_drawn_out() {
    let said = diagnosis(
        "554 5.7.1 <jane@example.org>: Client host [192.0.2.7] blocked using bl.example.net; see https://bl.example.net/?ip=192.0.2.7",
    );
    assert_eq!(evidence(&said, EvidenceKind::BlockList), ["bl.example.net"]);
    assert_eq!(evidence(&said, EvidenceKind::Url), ["https://bl.example.net/?ip=192.0.2.7"]);
    assert_eq!(evidence(&said, EvidenceKind::Ip), ["192.0.2.7"]);
    assert_eq!(evidence(&said, EvidenceKind::Address), ["jane@example.org"]);
    assert_eq!(evidence(&said, EvidenceKind::Code), ["554"]);
    assert_eq!(evidence(&said, EvidenceKind::Enhanced), ["5.7.1"]);
    for (text, seconds) in [
        ("451 greylisted, try again in 300 seconds", "300"),
        ("451 greylisted for 5 minutes", "300"),
        ("451 greylisted, please come back in 00:04:51", "291"),
        ("450 slow down, retry after 2h", "7200"),
    ] {
        assert_eq!(evidence(&diagnosis(text), EvidenceKind::RetryAfter), [seconds], "{text}");
    }
    for (text, octets) in [
        ("552 message size exceeds limit of 20 MB", "20971520"),
        ("552 5.3.4 too large: the maximum is 35882577 bytes", "35882577"),
    ] {
        assert_eq!(evidence(&diagnosis(text), EvidenceKind::Limit), [octets], "{text}");
    }
    assert_eq!(evidence(&diagnosis("550 listed at zen.spamhaus.org"), EvidenceKind::BlockList), ["Spamhaus"]);
}

#[test]
fn hostile_text_is_bounded_and_harms_nothing() {
    for text in [
        "",
        "5",
        "550",
        "550 ",
        "550-",
        "\u{0}\u{1b}[2J",
        "550 5.1.1.1.1.1",
        "é",
        "550 é@",
        "@@@@",
        "550 <>",
        "999 x",
        "<<>>((",
        "550 \u{202e}abc",
    ] {
        let said = diagnosis(text);
        assert!(!said.meaning.is_empty(), "{text:?}");
    }
    let long = format!("550 {}", "user@example.org 192.0.2.7 https://example.org/x ".repeat(100_000));
    assert!(diagnosis(&long).evidence.len() < 40);
    let spaces = format!("550{}5.1.1 x", " ".repeat(1_000_000));
    assert!(!diagnosis(&spaces).meaning.is_empty());
}
