//! AUTH, typed bare and by `:auth`; and that no secret is shown or kept.

use super::{EHLO, Play, settings};
use crate::smtp::typed::{Do, Ending, Prompt};

const PASSWORD: &str = "zebra-Quartz9";
/// base64 of the password, and of `\0user\0` with it behind.
const ENCODED: &str = "emVicmEtUXVhcnR6OQ==";
const PLAIN: &str = "AHVzZXIAemVicmEtUXVhcnR6OQ==";

fn in_tls() -> Play {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.exchange("STARTTLS", "220 go\r\n");
    play.exchange("EHLO client.test", EHLO);
    play.clear();
    play
}

#[track_caller]
fn keeps_the_secret(play: &mut Play) {
    let saved = play.saved();
    let all = format!("{:?}{saved}{:?}{:?}", play.shown, play.typed, play.typed.view());
    for secret in [PASSWORD, ENCODED, PLAIN, "QzIxYWEx"] {
        assert!(!play.conversation().join("\n").contains(secret), "{secret}");
        assert!(!play.asides().contains(secret), "{secret}");
        assert!(!saved.contains(secret), "{secret}: {saved}");
    }
    assert!(!all.contains("Exchange { mechanism: Plain, steps"));
}

#[test]
fn login_typed_bare() {
    let mut play = in_tls();
    play.exchange("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n");
    assert!(play.asides().contains("the challenge says: Username:"));
    assert_eq!(play.typed.prompt(), Prompt::Challenge);
    play.exchange("user", "334 UGFzc3dvcmQ6\r\n");
    assert!(matches!(play.typed.prompt(), Prompt::Secret(_)));
    assert!(play.typed.keeps_out_of_history(PASSWORD));
    play.exchange(PASSWORD, "235 2.7.0 hello\r\n");
    // RFC 4954 §4: each answer is a line of base64.
    assert_eq!(play.sent(), format!("AUTH LOGIN\r\ndXNlcg==\r\n{ENCODED}\r\n"));
    assert_eq!(
        play.conversation(),
        [
            "~> AUTH LOGIN",
            "<~ 334 VXNlcm5hbWU6",
            "~> (secret)",
            "<~ 334 UGFzc3dvcmQ6",
            "~> (secret)",
            "<~ 235 2.7.0 hello"
        ]
    );
    assert!(play.saved().ends_with("AUTH LOGIN\nuser\n:secret\n"));
    keeps_the_secret(&mut play);
}

#[test]
fn plain_and_cram_md5_are_worked_out() {
    let mut play = in_tls();
    play.exchange("auth plain", "334 \r\n");
    assert!(play.asides().contains("type the user name"));
    play.line("user");
    assert_eq!(play.typed.prompt(), Prompt::Secret("password of user".into()));
    play.exchange(PASSWORD, "235 ok\r\n");
    assert_eq!(play.sent(), format!("auth plain\r\n{PLAIN}\r\n"));
    keeps_the_secret(&mut play);
    // The example of RFC 2195 §2: user tim, password tanstaaftanstaaf.
    let mut play = in_tls();
    play.exchange("AUTH CRAM-MD5", "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n");
    play.line("tim");
    play.exchange("tanstaaftanstaaf", "235 ok\r\n");
    assert!(play.sent().ends_with("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n"), "{}", play.sent());
}

#[test]
fn auth_by_itself() {
    let mut play = in_tls();
    play.passwords.push_back(PASSWORD);
    play.exchange(":auth plain user", "235 ok\r\n");
    assert_eq!(play.done, [Do::AskSecret("password of user".into())]);
    assert_eq!(play.sent(), format!("AUTH PLAIN {PLAIN}\r\n"));
    assert_eq!(play.conversation(), ["~> AUTH PLAIN (secret)", "<~ 235 ok"]);
    assert!(play.saved().ends_with(":auth PLAIN user\n"));
    keeps_the_secret(&mut play);
    // Without a name the strongest of the list: CRAM-MD5.
    let mut play = in_tls();
    play.passwords.push_back("tanstaaftanstaaf");
    let mut with_user = settings();
    with_user.user = Some("tim".into());
    play.typed.settings.user = Some("tim".into());
    play.exchange(":auth", "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n");
    assert_eq!(play.sent(), "AUTH CRAM-MD5\r\ndGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n");
}

#[test]
fn a_typed_response_is_masked_wherever_it_comes_back() {
    let mut play = in_tls();
    play.exchange(&format!("AUTH PLAIN {PLAIN}"), &format!("500 unknown: \"AUTH PLAIN {PLAIN}\" ({PASSWORD})\r\n"));
    assert_eq!(play.conversation(), ["~> AUTH PLAIN (secret)", "<~ 500 unknown: \"AUTH PLAIN (secret)\" ((secret))"]);
    assert!(play.saved().ends_with(":auth PLAIN user\n"));
    play.line(":timing");
    play.line(":explain");
    keeps_the_secret(&mut play);
    for line in
        [format!("AUTH PLAIN {PLAIN}"), format!(":raw auth plain {PLAIN}\\r\\n"), format!(":on 5xx AUTH PLAIN {PLAIN}")]
    {
        assert!(play.typed.keeps_out_of_history(&line), "{line}");
        play.exchange(&line, "535 no\r\n");
        keeps_the_secret(&mut play);
    }
    play.line(":group");
    play.line(&format!("AUTH PLAIN {PLAIN}"));
    play.line(":end");
    play.server("535 no\r\n");
    keeps_the_secret(&mut play);
    assert!(!play.typed.keeps_out_of_history("EHLO a") && !play.typed.keeps_out_of_history(":help"));
}

#[test]
fn a_refused_login_sends_no_password_as_a_command() {
    let mut play = in_tls();
    play.line(&format!("AUTH LOGIN\nuser\n{PASSWORD}\nNOOP"));
    play.server("504 no LOGIN\r\n");
    assert_eq!(play.sent(), "AUTH LOGIN\r\nNOOP\r\n");
    play.server("250 ok\r\n");
    keeps_the_secret(&mut play);
}

#[test]
fn a_star_or_ctrl_c_cancels() {
    for cancel in [|play: &mut Play| play.line("*"), Play::interrupt] {
        let mut play = in_tls();
        play.exchange("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n");
        cancel(&mut play);
        play.server("501 cancelled\r\n");
        assert_eq!(play.sent(), "AUTH LOGIN\r\n*\r\n");
        assert_eq!(play.typed.prompt(), Prompt::Command);
    }
}

#[test]
fn a_password_in_clear_is_asked_about() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.passwords.push_back(PASSWORD);
    play.clear();
    play.line(":auth PLAIN user");
    assert!(matches!(play.typed.prompt(), Prompt::Confirm(_)));
    play.line("");
    assert_eq!(play.sent(), "", "Enter is no yes to that");
    play.line(":yes");
    assert_eq!(play.sent(), format!("AUTH PLAIN {PLAIN}\r\n"));
    let mut script = settings();
    script.script = true;
    let mut play = Play::greeted(script);
    play.exchange("EHLO client.test", EHLO);
    play.passwords.push_back(PASSWORD);
    play.exchange(":auth PLAIN user", "221 bye\r\n");
    assert!(!play.sent().contains("AUTH"));
    assert_eq!(play.typed.exit(), Ending::BadScript);
}

#[test]
fn an_unknown_mechanism_is_encoded_and_hidden() {
    let mut play = in_tls();
    play.exchange("AUTH X-NOVEL", "334 \r\n");
    assert!(matches!(play.typed.prompt(), Prompt::Secret(_)));
    play.exchange(PASSWORD, "535 no\r\n");
    assert_eq!(play.sent(), format!("AUTH X-NOVEL\r\n{ENCODED}\r\n"));
    keeps_the_secret(&mut play);
}

#[test]
fn a_token_is_asked_for_as_one_and_what_is_not_offered_is_said() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.exchange("STARTTLS", "220 go\r\n");
    play.exchange("EHLO client.test", EHLO);
    play.clear();
    play.passwords.push_back("ya29.token");
    play.line(":auth XOAUTH2 user");
    assert_eq!(play.done, [Do::AskSecret("token of user".into())]);
    assert!(play.asides().contains("XOAUTH2 is not among what the server offers"), "{}", play.asides());
    play.server("504 no\r\n");
    play.clear();
    play.passwords.push_back("zebra-Quartz9");
    play.line(":auth PLAIN user");
    assert_eq!(play.done, [Do::AskSecret("password of user".into())]);
    assert_eq!(play.asides(), "");
}

/// RFC 4954 §4: "If the client wishes to cancel the authentication exchange, it issues a line with a single '*'. If the
/// server receives such a response, it MUST reject the AUTH command by sending a 501 reply."
#[test]
fn the_reply_to_a_cancel_is_no_refusal() {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", EHLO);
    play.exchange("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n");
    play.clear();
    play.exchange("*", "501 5.5.2 what\r\n");
    assert!(play.asides().contains("to a * this 501 is the proper reply"), "{}", play.asides());
    assert!(!play.asides().contains("could not read"), "{}", play.asides());
    // Any other 501 is what it was.
    play.clear();
    play.exchange("AUTH LOGIN =", "501 5.5.4 what\r\n");
    assert!(!play.asides().contains("proper reply"), "{}", play.asides());
}

/// RFC 4954 §4: a 503 to AUTH is about when it was said.
#[test]
fn a_503_to_auth_does_not_want_a_login() {
    for text in ["503 5.5.1 Error: authentication not enabled", "503 5.5.1 Error: already authenticated"] {
        let mut play = Play::greeted(settings());
        play.exchange("EHLO client.test", EHLO);
        play.clear();
        play.exchange("AUTH LOGIN", &format!("{text}\r\n"));
        assert!(play.asides().contains("at the wrong moment"), "{}", play.asides());
        assert!(!play.asides().contains("wants a login"), "{}", play.asides());
    }
}
