//! What is weighed besides the words: denial, replies within replies, texts without a code, the class.
//!
//! The right reasons are worked out from the RFCs and from what the sentence says, each reply written for its test.

use super::{Heard, own_code, reply};
use crate::explain::{Enhanced, one_line};
use crate::wire::{Confidence, Diagnosis, EvidenceKind, Nature, Reason, Side};

fn said(text: &str) -> Diagnosis {
    reply(&one_line(text))
}

fn case(text: &str) -> Option<String> {
    said(text).evidence.into_iter().find(|each| each.kind == EvidenceKind::Rule).map(|each| each.value)
}

#[track_caller]
fn check(text: &str, reason: Reason) {
    assert_eq!(said(text).reason, reason, "{text}: {:?}", said(text));
}

#[test]
fn what_is_denied_is_not_sure() {
    for text in [
        "550 5.7.1 there is no greylisting here, this is final",
        "550 5.7.1 our answer is not a block list",
        "550 the mailbox is not full, it is gone",
    ] {
        assert_ne!(said(text).confidence, Confidence::High, "{text}: {:?}", said(text));
    }
    assert_eq!(said("550 5.7.1 greylisting in force").confidence, Confidence::High);
}

#[test]
fn a_text_without_a_code_is_a_step_less_sure() {
    assert_eq!(said("552 the mailbox is full").confidence, Confidence::High);
    assert_eq!(said("the mailbox is full").confidence, Confidence::Medium);
    assert_ne!(said("garbage").confidence, Confidence::High);
}

#[test]
fn the_inner_reply_decides() {
    check("550 could not be passed on (lena@b.example:550 5.2.2 mailbox full)", Reason::MailboxFull);
    check("451 4.3.0 next.example.net said: 451 4.7.1 greylisted", Reason::Greylisted);
    // Whether to try again is the outer server's word: it has given up.
    assert_eq!(said("550 5.3.0 next.example.net said: 450 4.2.1 account is disabled").nature, Nature::Permanent);
    // A port is no reply.
    check("550 5.7.1 authentication required, use port: 587 for that", Reason::SecurityError);
}

#[test]
fn a_refused_connection_is_about_the_connection() {
    for text in [
        "connect to mx.b.example[198.51.100.9]:25: Connection refused",
        "451 4.4.1 next hop: connection refused",
        "Connection refused by mx.b.example",
    ] {
        check(text, Reason::NetworkError);
        assert_eq!(case(text).as_deref(), Some("connection-refused"), "{text}");
        assert_eq!(said(text).nature, Nature::Temporary, "{text}");
    }
    // With a code a server says it to a client that it shuts out.
    check("554 5.7.1 198.51.100.9: connection refused", Reason::Blocked);
}

#[test]
fn a_name_that_is_looked_up_again_is_no_unknown_domain() {
    let again = said("Name service error for name=b.example type=MX: Host not found, try again");
    assert_eq!((again.reason, again.nature), (Reason::NetworkError, Nature::Temporary));
    let gone = said("Name service error for name=b.example type=MX: Host not found");
    assert_eq!((gone.reason, gone.nature), (Reason::HostUnknown, Nature::Permanent));
}

#[test]
fn an_rfc_s_own_words_add_nothing_to_its_code() {
    // RFC 5321 §4.2.3 has these words for 554 and for 421.
    check("554 The transaction failed", Reason::OnHold);
    assert_eq!(said("421 mx.example.org Service not available").confidence, Confidence::Medium);
    // RFC 7504 §3: 521, whatever was asked.
    check("521 mx.example.org", Reason::NotAccept);
}

#[test]
fn the_server_s_own_tls_trouble_is_the_server_s() {
    // RFC 3207 §4: 454 "TLS not available due to temporary reason".
    let found = said("454 4.7.0 TLS not available due to temporary reason");
    assert_eq!((found.reason, found.side, found.nature), (Reason::FailedStarttls, Side::Server, Nature::Temporary));
}

#[test]
fn logins_that_are_off_wrong_or_locked() {
    let text = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the mailbox";
    // OAuth2 is refused there as well (Microsoft: SMTP AUTH has to be enabled for it too).
    assert_eq!(case(text).as_deref(), Some("smtp-auth-off"));
    let text = "535 5.7.139 Authentication unsuccessful, basic authentication is off for all";
    assert_eq!(case(text).as_deref(), Some("password-login-off"));
    assert_eq!(case("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect"), None);
    let text = "535 5.7.139 Authentication unsuccessful, user is locked by security defaults";
    assert_eq!(case(text).as_deref(), Some("login-locked"));
}

#[test]
fn line_ends_are_the_client_s() {
    for text in ["550 5.5.2 no bare LF here, please", "451 See https://example.org/docs/smtplf.html"] {
        assert_eq!(case(text).as_deref(), Some("bare-lf"), "{text}");
    }
}

#[test]
fn success_is_no_refusal() {
    assert_eq!(said("2.1.5 destination address valid").nature, Nature::None);
}

#[test]
fn other_languages() {
    for (text, reason) in [
        ("550 5.1.1 Dieser Empfänger existiert nicht", Reason::UserUnknown),
        ("550 Le domaine du destinataire n'existe pas", Reason::HostUnknown),
        ("552 La casella di anna è piena", Reason::MailboxFull),
        ("550 Ящик получателя отключён администратором", Reason::Suspend),
        ("550 发件人地址不存在", Reason::Rejected),
        ("550 收件人地址不存在", Reason::UserUnknown),
        ("552 受信者のメールボックスはいっぱいです", Reason::MailboxFull),
        ("554 Su dirección IP está en una lista negra", Reason::Blocked),
        ("450 Zbyt wiele wiadomości", Reason::RateLimited),
    ] {
        check(text, reason);
    }
}

/// The registry has no X.7.509; Microsoft documents it as a DMARC failure ("Email non-delivery reports and SMTP errors").
#[test]
fn a_code_that_only_one_provider_has() {
    let provider = |host| {
        let found = reply(&Heard { host, ..one_line("550 5.7.509 go away") });
        let name = found.evidence.into_iter().find(|one| one.kind == EvidenceKind::Provider);
        (found.reason, name.map(|one| one.value))
    };
    let microsoft = (Reason::AuthFailure, Some("Microsoft".to_owned()));
    assert_eq!(provider(None), microsoft);
    assert_eq!(provider(Some("mx.example.org")), microsoft);
    // Somebody else's code means something else, which nobody knows.
    assert_ne!(provider(Some("mx1.gmail-smtp-in.l.google.com")), microsoft);
    assert_eq!(own_code(Enhanced { class: 5, subject: 7, detail: 509 }), Some("Microsoft"));
    assert_eq!(own_code(Enhanced { class: 5, subject: 1, detail: 1 }), None);
}

/// What is said about a list, a scanner or a state, and is none.
#[test]
fn words_in_passing() {
    for (text, reason) in [
        ("451 4.7.1 Could not look up zen.spamhaus.org, try later", Reason::Blocked),
        ("550 5.7.1 The antivirus has expired, cannot scan", Reason::VirusDetected),
        ("550 This is not a block list; your host is in a block list", Reason::Suspend),
    ] {
        assert_ne!(said(text).reason, reason, "{text}");
    }
}
