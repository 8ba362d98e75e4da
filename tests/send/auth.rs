//! Logging in, from the option to the server: each mechanism, a wrong password, and no secret in anything that comes out.
//!
//! The server's SCRAM is `rsasl`'s, its CRAM-MD5, PLAIN and LOGIN are the lab's own: none is the client's code.

use byhand::wire::{FindingId, Who};
use testlab::pki::Cert;
use testlab::smtp::{Log, Plain, Server};

use super::{output, plain, polite, send_to};

const PASSWORD: &str = "zebra-Quartz9";
/// The same in base64, as far as no padding changes it; it stands so in PLAIN's message too (6 octets before it).
const ENCODED: &str = "emVicmEtUXVhcnR6";

const ALL: [&str; 9] = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256-PLUS",
    "XOAUTH2",
    "OAUTHBEARER",
];

async fn server(mechanisms: &[&str]) -> (Server, Log) {
    plain(Plain::new("mx.example.test").starttls(Cert::SelfSigned).auth(mechanisms, "user", PASSWORD)).await
}

/// The words for a login with this password.
fn words<'a>(mechanism: &'a str, password: &'a str) -> [&'a str; 6] {
    ["--auth", mechanism, "--auth-user", "user", "--auth-password", password]
}

#[tokio::test]
async fn every_mechanism_logs_in_and_a_wrong_password_does_not() {
    for mechanism in ALL {
        let (server, log) = server(&ALL).await;
        let sent = send_to(server.address(), &words(mechanism, PASSWORD), b"").await;
        assert_eq!((sent.code, sent.ends()), (0, vec!["ok - -".to_owned()]), "{mechanism}: {:?}", sent.records[0]);
        assert_eq!(log.messages().len(), 1, "{mechanism}");
        let sent = send_to(server.address(), &words(mechanism, "wrong-Quartz"), b"").await;
        assert_eq!((sent.code, sent.ends()), (1, vec!["permanent auth refused".to_owned()]), "{mechanism}");
        assert_eq!(log.messages().len(), 1, "{mechanism}: nothing was sent without a login");
        let heard = log.connections();
        let named = heard[0].said("AUTH")[0].split(' ').next().map(str::to_owned);
        assert_eq!(named.as_deref(), Some(mechanism));
        // RFC 4954 §4: after the login nothing but mail.
        let verbs: Vec<&str> = heard[0].lines.iter().filter_map(|(_, line)| line.split([' ', ':']).next()).collect();
        assert_eq!(verbs.iter().filter(|verb| **verb == "EHLO").count(), 2, "before and inside TLS: {verbs:?}");
        polite(&log).await;
    }
}

#[tokio::test]
async fn the_strongest_is_taken_and_bound_to_tls() {
    let (server, log) = server(&["LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2"]).await;
    let sent = send_to(server.address(), &words("any", PASSWORD), b"").await;
    assert_eq!(sent.code, 0, "{:?}", sent.records[0].outcome);
    assert!(!sent.found(FindingId::PasswordUnverified), "no password went out");
    assert!(log.connections()[0].said("AUTH")[0].starts_with("SCRAM-SHA-256-PLUS "));
    // In clear there is nothing to bind to.
    let sent = send_to(server.address(), &[&words("any", PASSWORD)[..], &["--tls", "never"]].concat(), b"").await;
    assert_eq!(sent.code, 0, "{:?}", sent.records[0].outcome);
    assert!(log.connections()[1].said("AUTH")[0].starts_with("SCRAM-SHA-256 "));
}

/// Somebody on the way took -PLUS from the list: the server sees from the client's first message that it was not seen.
#[tokio::test]
async fn an_offer_that_was_cut_down_is_found_out() {
    let cut = "250-mx.example.test\r\n250 AUTH SCRAM-SHA-256";
    let plain_server = Plain::new("mx.example.test").implicit(Cert::SelfSigned).reply("EHLO*", cut);
    let with_plus = plain_server.auth(&["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], "user", PASSWORD);
    let (server, _log) = plain(with_plus).await;
    let words = [&words("any", PASSWORD)[..], &["--tls", "implicit"]].concat();
    let sent = send_to(server.address(), &words, b"").await;
    assert_eq!(sent.ends(), ["permanent auth refused"]);
    assert_eq!(sent.records[0].outcome.reply.as_ref().map(|reply| reply.code), Some(535));
    // The same list from a server that has no more to offer is all right.
    let honest = Plain::new("mx.example.test").implicit(Cert::SelfSigned).auth(&["SCRAM-SHA-256"], "user", PASSWORD);
    let (server, _log) = plain(honest).await;
    assert_eq!(send_to(server.address(), &words, b"").await.code, 0);
}

#[tokio::test]
async fn no_password_without_tls_unless_allowed() {
    let (server, log) = plain(Plain::new("mx.example.test").auth(&["PLAIN", "LOGIN"], "user", PASSWORD)).await;
    let sent = send_to(server.address(), &words("any", PASSWORD), b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent auth auth-needs-tls".to_owned()]));
    log.settled(std::time::Duration::from_secs(5)).await;
    assert!(log.connections()[0].said("AUTH").is_empty());
    let allowed = [&words("any", PASSWORD)[..], &["--auth-in-clear"]].concat();
    let sent = send_to(server.address(), &allowed, b"").await;
    assert_eq!(sent.code, 0);
    assert!(sent.found(FindingId::PasswordInClear));
}

#[tokio::test]
async fn a_password_for_a_server_that_may_be_another_is_told() {
    let (server, _log) = server(&["PLAIN"]).await;
    let sent = send_to(server.address(), &words("any", PASSWORD), b"").await;
    assert_eq!(sent.code, 0);
    assert!(sent.found(FindingId::PasswordUnverified), "{:?}", sent.records[0].findings);
}

#[tokio::test]
async fn a_login_that_is_optional() {
    let (server, log) = plain(Plain::new("mx.example.test")).await;
    let words = ["--auth-optional", "--auth-user", "user", "--auth-password", PASSWORD];
    let sent = send_to(server.address(), &words, b"").await;
    assert_eq!((sent.code, log.messages().len()), (0, 1));
    assert!(sent.found(FindingId::NoLogin));
    let sent = send_to(server.address(), &super::auth::words("any", PASSWORD), b"").await;
    assert_eq!((sent.code, sent.ends()), (1, vec!["permanent auth auth-not-offered".to_owned()]));
    assert_eq!(log.messages().len(), 1);
}

/// RFC 4954 §4: a response that makes the line too long waits for an empty challenge.
#[tokio::test]
async fn a_long_token_goes_in_a_line_of_its_own() {
    let token = "t".repeat(700);
    let offer = Plain::new("mx.example.test").starttls(Cert::SelfSigned).auth(&["XOAUTH2"], "user", &token);
    let (server, log) = plain(offer).await;
    let sent = send_to(server.address(), &words("XOAUTH2", &token), b"").await;
    assert_eq!(sent.code, 0, "{:?}", sent.records[0].outcome);
    assert_eq!(log.connections()[0].said("AUTH"), ["XOAUTH2"]);
    let line = sent.records[0].transcript.iter().find(|said| said.who == Who::Client && said.text == "(secret)");
    assert!(line.is_some());
}

/// RFC 4954 §4: what cannot be answered is cancelled by a line with a single asterisk.
#[tokio::test]
async fn a_question_too_many_is_cancelled() {
    let (server, log) =
        plain(Plain::new("mx.example.test").auth(&["PLAIN"], "user", PASSWORD).reply("AUTH*", "334 UElOOg==")).await;
    let allowed = [&words("PLAIN", PASSWORD)[..], &["--auth-in-clear"]].concat();
    let sent = send_to(server.address(), &allowed, b"").await;
    assert_eq!((sent.code, sent.ends()), (75, vec!["temporary auth bad-challenge".to_owned()]));
    log.settled(std::time::Duration::from_secs(5)).await;
    assert!(log.connections()[0].lines.iter().any(|(_, line)| line == "*"));
}

#[tokio::test]
async fn quit_after_auth_ends_there() {
    let (server, log) = server(&["PLAIN"]).await;
    let words = [&words("any", PASSWORD)[..], &["--quit-after", "auth"]].concat();
    let sent = send_to(server.address(), &words, b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok auth -".to_owned()]));
    log.settled(std::time::Duration::from_secs(5)).await;
    let heard = &log.connections()[0];
    assert_eq!((heard.said("AUTH").len(), heard.said("MAIL").len(), heard.said("QUIT").len()), (1, 0, 1));
}

#[tokio::test]
async fn quit_after_auth_says_that_there_was_no_login() {
    let (server, log) = plain(Plain::new("mx.example.test")).await;
    let words = ["--auth-optional", "--auth-user", "u", "--auth-password", PASSWORD, "--quit-after", "auth"];
    let sent = send_to(server.address(), &words, b"").await;
    assert_eq!((sent.code, sent.ends()), (0, vec!["ok auth -".to_owned()]));
    assert!(sent.records[0].outcome.text.contains("without a login"), "{}", sent.records[0].outcome.text);
    log.settled(std::time::Duration::from_secs(5)).await;
    assert_eq!(log.connections()[0].said("AUTH").len(), 0);
}

/// In no form of output, whatever came of it, and though the server repeats what it was told.
#[tokio::test]
async fn no_output_holds_the_password() {
    let echo = format!("535-5.7.8 bad: {PASSWORD}\r\n535 5.7.8 AHVzZXIA{ENCODED}OQ== {ENCODED}OQ==");
    let base = || Plain::new("mx.example.test").starttls(Cert::SelfSigned).auth(&ALL, "user", PASSWORD);
    let (good, _log) = plain(base()).await;
    let (bad, _log) = plain(base().reply("AUTH PLAIN*", &echo)).await;
    for (server, mechanism) in [(&bad, "PLAIN")].into_iter().chain(ALL.map(|mechanism| (&good, mechanism))) {
        let address = server.address().to_string();
        for form in [&["--format", "json"][..], &["--format", "json", "--events"], &["--format", "table", "-v"]] {
            let target = ["--server", &address, "--to", "b@example.test"];
            let (_, stdout, stderr) = output(&[&target, &words(mechanism, PASSWORD)[..], form].concat(), b"").await;
            let all = stdout + &stderr;
            assert!(all.contains("AUTH"), "{all}");
            assert!(!all.contains(PASSWORD) && !all.contains(ENCODED), "{mechanism} {form:?}: {all}");
        }
    }
}

#[tokio::test]
async fn options_that_do_not_fit() {
    for (words, said) in [
        (&["--auth-user", "user"][..], "--auth-user is about a login: give --auth"),
        (&["--auth-in-clear"], "--auth-in-clear is about a login"),
        (&["--auth"], "whose login?"),
        (&["--auth", "--auth-user", "user"], "no password, and no terminal to ask for it"),
        (&["--auth", "PLAIN", "--auth-user", "user", "--auth-password-file", "/nowhere/x"], "/nowhere/x: "),
    ] {
        let target = ["--server", "127.0.0.1:9", "--to", "b@example.test"];
        let (code, stdout, stderr) = output(&[&target, words].concat(), b"").await;
        assert_eq!((code, stdout.as_str()), (2, ""), "{words:?}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
}
