//! What must neither be shown, nor recorded, nor saved, nor sent by accident: proofs, and passwords in the wrong place.

use super::{EHLO, Play, settings};
use crate::smtp::auth::{decode_challenge, encode};
use crate::smtp::typed::Prompt;

const PASSWORD: &str = "zebra-Quartz9";
/// base64 of `\0user\0` with it behind, and how a shell is told of the same.
const PLAIN: &str = "AHVzZXIAemVicmEtUXVhcnR6OQ==";
const ESCAPED: &str = "\\0user\\0zebra-Quartz9";

fn hello(reply: &str) -> Play {
    let mut play = Play::greeted(settings());
    play.exchange("EHLO client.test", reply);
    play.clear();
    play
}

#[test]
fn the_proof_of_a_scram_server_is_not_shown() {
    // RFC 5802 §7: the server's signature is v= and base64; this one is that of RFC 5802 §5.
    let proof = encode(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    let mut play = hello("250-mx.test\r\n250 AUTH SCRAM-SHA-256\r\n");
    play.passwords.push_back(PASSWORD);
    play.line(":auth SCRAM-SHA-256 user");
    let sent = play.sent();
    let first = sent.trim_end().strip_prefix("AUTH SCRAM-SHA-256 ").unwrap();
    let first = String::from_utf8(decode_challenge(first).unwrap()).unwrap();
    let nonce = first.rsplit("r=").next().unwrap();
    play.server(&format!("334 {}\r\n", encode(format!("r={nonce}x,s=QSXCR+Q6sek8bf92,i=4096").as_bytes())));
    play.server(&format!("334 {proof}\r\n"));
    play.server("501 5.7.0 cancelled\r\n");
    play.line(":explain");
    // Unasked, and cut off by the end of the connection.
    play.server(&format!("334 {proof}\r\n334 {}", &proof[..33]));
    play.line(":explain");
    play.eof();
    let seen = format!("{}\n{}", play.conversation().join("\n"), play.asides());
    assert!(seen.contains("<- 334 (secret)") && seen.contains("its own proof"), "{seen}");
    for part in [&proof[..33], "rmF9pqV8S7su"] {
        assert!(!seen.contains(part), "{part}: {seen}");
    }
}

/// It went nowhere but to the server, where `sent` says so.
#[track_caller]
fn keeps(play: &mut Play, sent: bool) {
    let saved = play.saved();
    let seen = format!("{}\n{}\n{saved}", play.conversation().join("\n"), play.asides());
    for secret in [PASSWORD, PLAIN, ESCAPED, &encode(PASSWORD.as_bytes())] {
        assert!(!seen.contains(secret), "{secret}: {seen}");
    }
    assert!(!play.sent().contains(PASSWORD));
    let encoded = play.sent().contains(PLAIN) || play.sent().contains(&encode(PASSWORD.as_bytes()));
    assert_eq!(encoded, sent, "{}", play.sent());
}

#[test]
fn a_password_typed_at_a_question_goes_nowhere() {
    let mut play = hello(EHLO);
    play.passwords.push_back(PASSWORD);
    play.line(":auth PLAIN user");
    let view = play.typed.view();
    assert!(view.hides(PASSWORD) && !view.hides(":yes"));
    play.line(PASSWORD);
    play.line(&format!(":yes\n{PASSWORD}"));
    play.line(":no");
    play.exchange("NOOP", "250 ok\r\n");
    assert_eq!(play.sent(), "NOOP\r\n");
    keeps(&mut play, false);
}

#[test]
fn a_password_pasted_behind_auth_is_no_command() {
    // Behind `:auth`, which asks for it.
    let mut play = hello(EHLO);
    play.typed.settings.auth_in_clear = true;
    play.passwords.push_back(PASSWORD);
    play.line(&format!(":auth PLAIN user\n{PASSWORD}\nNOOP"));
    play.server("235 ok\r\n");
    assert!(play.sent().ends_with("==\r\nNOOP\r\n"), "{}", play.sent());
    play.server("250 ok\r\n");
    keeps(&mut play, true);
    // Line by line, as a terminal without bracketed paste has it, at a server that has no AUTH.
    let mut play = hello("250 mx.test\r\n");
    play.exchange("AUTH LOGIN", "503 5.5.1 authentication not enabled\r\n");
    for line in ["user", PASSWORD] {
        let view = play.typed.view();
        assert!(view.keeps_out_of_history(line) && view.hides(line), "{line}");
        play.line(line);
    }
    assert!(play.asides().contains("not sent: no challenge came"));
    assert!(!play.typed.view().hides("MAI") && !play.typed.view().hides("RCPT TO:<a@b>"));
    play.exchange("NOOP", "250 ok\r\n");
    assert_eq!(play.sent(), "AUTH LOGIN\r\nNOOP\r\n");
    assert!(!play.typed.view().hides("user"), "a command ends it");
    keeps(&mut play, false);
}

#[test]
fn a_password_typed_after_a_refused_login_goes_nowhere() {
    // By `:auth`, by challenges, and by a whole response; before the 535 is there, and behind it.
    for (line, reply) in [
        (":auth PLAIN user", ""),
        ("AUTH LOGIN\nuser\nwrong-one", "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n"),
        ("AUTH PLAIN AHVzZXIAd3Jvbmctb25l", ""),
    ] {
        let mut play = hello(EHLO);
        play.typed.settings.auth_in_clear = true;
        play.passwords.push_back("wrong-one");
        play.line(line);
        reply.split_inclusive('\n').for_each(|challenge| play.server(challenge));
        assert!(play.typed.view().hides(PASSWORD) && play.typed.keeps_out_of_history(PASSWORD), "{line}");
        play.line(PASSWORD);
        play.server("535 5.7.8 no\r\n");
        assert!(play.asides().contains("not sent: the login did not come about"), "{line}: {}", play.asides());
        for more in [PASSWORD, ":explain", PASSWORD, &encode(PASSWORD.as_bytes())] {
            let kept = !more.starts_with(':');
            assert_eq!((play.typed.view().hides(more), play.typed.keeps_out_of_history(more)), (kept, kept), "{more}");
            play.line(more);
        }
        assert!(play.asides().contains("not sent either"), "{line}: {}", play.asides());
        keeps(&mut play, false);
        // Gone with the connection or not, it is no command; and whoever has something to say says it.
        play.eof();
        play.line(PASSWORD);
        play.wait(std::time::Duration::from_secs(5));
        play.exchange("", "220 mx.test\r\n");
        play.line(PASSWORD);
        keeps(&mut play, false);
        play.exchange("NOOP", "250 ok\r\n");
        play.line("XNOVEL");
        assert!(play.sent().ends_with("NOOP\r\nXNOVEL\r\n"), "{}", play.sent());
    }
}

/// RFC 4954 §6: 235 is the reply to a login that went well.
#[test]
fn another_2yz_is_no_login() {
    let mut play = hello(EHLO);
    play.exchange("AUTH LOGIN", "250 ok\r\n");
    assert!(play.asides().contains("this 250 may be") && !play.asides().contains("logged in"), "{}", play.asides());
    for line in ["user", PASSWORD] {
        play.line(line);
    }
    keeps(&mut play, false);
    assert_eq!(play.sent(), "AUTH LOGIN\r\n");
}

#[test]
fn auth_in_another_spelling_is_no_place_for_secrets_either() {
    for line in
        [format!("AUTHPLAIN {PLAIN}"), format!("AUHT PLAIN {PLAIN}"), format!("plain {PLAIN}"), PLAIN.to_owned()]
    {
        let mut play = hello(EHLO);
        assert!(play.typed.keeps_out_of_history(&line), "{line}");
        play.exchange(&line, &format!("500 what is {line}\r\n"));
        keeps(&mut play, true);
    }
    // Its challenges do not come, and what was meant for them stays here.
    let mut play = hello(EHLO);
    play.line("AUHT LOGIN");
    assert!(matches!(play.typed.prompt(), Prompt::Secret(_)));
    play.line("user");
    play.server("500 what\r\n");
    play.line(PASSWORD);
    assert_eq!(play.sent(), "AUHT LOGIN\r\n");
    keeps(&mut play, false);
}

#[test]
fn only_what_is_known_is_kept_in_the_history() {
    let play = hello(EHLO);
    for line in [
        "EHLO a",
        "rcpt to:<a@b>",
        "MIAL FROM:<a@b>",
        "XCLIENT NAME=x",
        ":help",
        " :why",
        ":raw NOOP\\r\\n",
        ":on 5xx RSET",
        "QUIT",
        ":message my file",
        "",
    ] {
        assert!(!play.typed.keeps_out_of_history(line), "{line}");
    }
    for line in [
        PASSWORD,
        &encode(PASSWORD.as_bytes()),
        &format!(":secret {PASSWORD}"),
        &format!(":aut PLAIN user {PASSWORD}"),
        &format!(":auth PLAIN user {PASSWORD}"),
        &format!("AUHT LOGIN {}", encode(PASSWORD.as_bytes())),
        &format!(":raw \\x41UTH PLAIN {PLAIN}\\r\\n"),
        &format!(":raw NOOP\\r\\n{PASSWORD}"),
        &format!(":on 250 {PASSWORD}"),
        "AUTH LOGIN",
    ] {
        assert!(play.typed.keeps_out_of_history(line), "{line}");
    }
}

/// RFC 4954 §4: a password in clear has to be asked for; a person sees it coming, a script does not.
#[test]
fn a_script_sends_no_password_in_clear() {
    for (line, sent) in [
        ("AUTH PLAIN\nuser\n:secret", "AUTH PLAIN\r\n"),
        ("AUTH LOGIN\nuser\n:secret", "AUTH LOGIN\r\ndXNlcg==\r\n"),
        (&format!("AUTH PLAIN\n{PLAIN}"), "AUTH PLAIN\r\n"),
        (&format!("AUTH PLAIN {PLAIN}"), "QUIT\r\n"),
    ] {
        for allowed in [false, true] {
            let mut script = settings();
            (script.script, script.auth_in_clear) = (true, allowed);
            let mut play = Play::greeted(script);
            play.exchange("EHLO client.test", EHLO);
            // Somebody on the way answers for the server.
            play.exchange("STARTTLS", "250 ok\r\n");
            play.clear();
            play.passwords.push_back(PASSWORD);
            let mut lines = line.lines();
            for _ in 0..20 {
                if play.typed.deadline().is_some() {
                    play.server(if play.sent().ends_with("LOGIN\r\n") { "334 VXNlcm5hbWU6\r\n" } else { "334 \r\n" });
                } else if play.typed.wants_line() {
                    lines.next().into_iter().for_each(|line| play.line(line));
                }
            }
            if allowed {
                assert!(play.sent().len() > sent.len() && !play.sent().contains("QUIT"), "{line}: {}", play.sent());
            } else {
                assert_eq!(play.sent(), sent, "{line}");
                assert_eq!(play.typed.exit(), crate::smtp::typed::Ending::BadScript);
            }
        }
    }
}

#[test]
fn a_login_that_is_left_out_leaves_no_answers_behind() {
    for line in [
        "AUTH DIGEST-MD5 eA==".to_owned(),
        format!(":raw AUTH FOO {PLAIN}\\r\\n"),
        format!(":group\nAUTH CRAM-MD5 {PLAIN}\n:end"),
        format!("AUHT PLAIN {PLAIN}"),
    ] {
        let mut play = hello(EHLO);
        play.line(&line);
        play.exchange(PASSWORD, "334 \r\n");
        play.exchange("*", "501 no\r\n");
        let saved = play.saved();
        assert!(saved.contains("# a login is left out here") && !saved.contains(":secret"), "{line}: {saved}");
        // The next one is whole.
        play.exchange("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n");
        play.exchange("user", "535 no\r\n");
        assert!(play.saved().ends_with("AUTH LOGIN\nuser\n"), "{line}: {}", play.saved());
    }
}

#[test]
fn what_is_typed_before_the_challenge_is_hidden() {
    let mut play = hello(EHLO);
    play.line("AUTH LOGIN");
    assert!(matches!(play.typed.prompt(), Prompt::Secret(_)));
    play.line("user");
    play.line(PASSWORD);
    assert!(play.typed.keeps_out_of_history(PASSWORD));
    play.server("334 VXNlcm5hbWU6\r\n");
    play.server("334 UGFzc3dvcmQ6\r\n");
    play.server("235 ok\r\n");
    assert_eq!(play.typed.prompt(), Prompt::Command);
    keeps(&mut play, true);
    // An AUTH that waits for its turn itself.
    let mut play = hello(EHLO);
    play.line("NOOP");
    play.line("AUTH LOGIN");
    assert!(matches!(play.typed.prompt(), Prompt::Secret(_)));
}

#[test]
fn a_whole_response_in_place_of_the_name() {
    for whole in [PLAIN, ESCAPED] {
        let mut play = hello(EHLO);
        play.exchange("AUTH PLAIN", "334 \r\n");
        assert!(play.typed.view().hides(whole) && !play.typed.view().hides("user"));
        play.exchange(whole, &format!("535 no, {PASSWORD}\r\n"));
        assert_eq!(play.sent(), format!("AUTH PLAIN\r\n{PLAIN}\r\n"));
        assert_eq!(play.saved(), "EHLO client.test\nAUTH PLAIN\nuser\n:secret\n");
        keeps(&mut play, true);
    }
}

#[test]
fn only_a_user_name_is_typed_in_the_open() {
    // "Enter your PIN code", "Username:", "User Name\0" and "go on", in base64.
    for (challenge, open) in [
        ("RW50ZXIgeW91ciBQSU4gY29kZQ==", false),
        ("VXNlcm5hbWU6", true),
        ("VXNlciBOYW1lAA==", true),
        ("Z28gb24=", false),
    ] {
        let mut play = hello(EHLO);
        play.exchange("AUTH LOGIN", &format!("334 {challenge}\r\n"));
        assert_eq!(play.typed.prompt() == Prompt::Challenge, open, "{challenge}");
        play.exchange(if open { "user" } else { PASSWORD }, "535 no\r\n");
        let saved = play.saved();
        assert!(saved.ends_with(if open { "AUTH LOGIN\nuser\n" } else { "AUTH LOGIN\n:secret\n" }), "{saved}");
        keeps(&mut play, !open);
    }
}

#[test]
fn a_login_in_clear_is_warned_of() {
    let mut play = hello(EHLO);
    play.exchange(&format!("AUTH PLAIN {PLAIN}"), "235 ok\r\n");
    assert!(play.asides().contains("not encrypted"));
    play.shown.clear();
    let saved = play.saved();
    assert!(saved.ends_with(":auth PLAIN user\n") && saved.contains("--auth-in-clear"), "{saved}");
    assert!(play.asides().contains("--script FILE --auth-in-clear, given BYHAND_AUTH_PASSWORD"), "{}", play.asides());
    // It does: with that option a script logs in.
    let mut script = settings();
    (script.script, script.auth_in_clear) = (true, true);
    let mut again = Play::greeted(script);
    again.passwords.push_back(PASSWORD);
    for line in saved.lines() {
        again.line(line);
        if again.typed.deadline().is_some() {
            again.server(EHLO);
        }
    }
    assert_eq!(again.sent(), format!("EHLO client.test\r\nAUTH PLAIN {PLAIN}\r\n"));
    // So does a bare AUTH, and `:auth`.
    for (lines, replies) in [
        (&["AUTH LOGIN", "user", PASSWORD][..], &["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "535 no\r\n"][..]),
        (&["AUTH PLAIN", PLAIN], &["334 \r\n", "535 no\r\n"]),
        (&[":auth PLAIN user", ":yes"], &["", "535 no\r\n"]),
    ] {
        let mut play = hello(EHLO);
        play.passwords.push_back(PASSWORD);
        lines.iter().zip(replies).for_each(|(line, reply)| play.exchange(line, reply));
        play.saved();
        assert!(play.asides().contains("--script FILE --auth-in-clear"), "{lines:?}: {}", play.asides());
    }
    // Inside TLS there is nothing to warn of.
    let mut play = hello(EHLO);
    play.exchange("STARTTLS", "220 go\r\n");
    play.exchange("EHLO client.test", EHLO);
    play.exchange(&format!("AUTH PLAIN {PLAIN}"), "235 ok\r\n");
    play.line(":save f");
    assert!(
        !play.asides().contains("not encrypted") && play.asides().contains("--script FILE, given BYHAND_AUTH_PASSWORD")
    );
}

#[test]
fn a_login_that_is_left_out_takes_nothing_with_it() {
    let mut play = hello(EHLO);
    play.line(&format!(":group\nAUTH PLAIN {PLAIN}\nMAIL FROM:<>\n:end"));
    play.server("235 ok\r\n250 ok\r\n");
    play.line(&format!(":raw RSET\\r\\nAUTH PLAIN {PLAIN}\\r\\nNOOP\\r\\n"));
    play.server("250 ok\r\n503 again\r\n250 ok\r\n");
    let out = "# a login is left out here";
    assert_eq!(
        play.saved(),
        format!("EHLO client.test\n:group\n{out}\nMAIL FROM:<>\n:end\n:raw RSET\\r\\nNOOP\\r\\n\n{out}\n")
    );
    assert!(play.asides().contains("left out, so that it does not do quite the same"), "{}", play.asides());
    keeps(&mut play, true);
    // A word that the server takes for a mechanism is no secret; any other may be one.
    let mut play = hello(EHLO);
    play.exchange("AUTH FOO", "334 \r\n");
    play.exchange("*", "501 cancelled\r\n");
    assert_eq!(play.saved(), "EHLO client.test\nAUTH FOO\n*\n");
    assert!(play.asides().contains("FILE does the same again"));
    let mut play = hello(EHLO);
    play.exchange(&format!("AUTH {PASSWORD}"), "504 what\r\n");
    assert_eq!(play.saved(), format!("EHLO client.test\n{out}\n"));
}

#[test]
fn a_user_name_is_no_secret() {
    let mut play = hello(EHLO);
    // base64 of `user`.
    play.exchange("AUTH LOGIN dXNlcg==", "334 UGFzc3dvcmQ6\r\n");
    play.exchange(PASSWORD, "235 ok\r\n");
    play.exchange("MAIL FROM:<user@good.test>", "250 ok\r\n");
    assert!(play.conversation().contains(&"-> MAIL FROM:<user@good.test>".to_owned()), "{:?}", play.conversation());
    // One that is no name: PLAIN's response behind the wrong word.
    let mut play = hello(EHLO);
    play.exchange(&format!("AUTH LOGIN {PLAIN}"), &format!("535 not {PASSWORD}\r\n"));
    keeps(&mut play, true);
}
