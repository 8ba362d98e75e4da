//! Whole exchanges, as the RFCs print them where they do.

use super::{AuthError, Context, Exchange, Login, MASK, Mechanism, Secret, decode_challenge, encode};

fn login(user: &str, secret: &str) -> Login {
    Login { user: Some(user.into()), authzid: None, secret: Some(Secret::new(secret.into())) }
}

fn begin(mechanism: Mechanism, login: &Login) -> (Exchange, Option<Vec<u8>>) {
    Exchange::begin(mechanism, login, &Context::default()).unwrap()
}

#[test]
fn plain_as_rfc_4616_4() {
    let (mut exchange, first) = begin(Mechanism::Plain, &login("tim", "tanstaaftanstaaf"));
    assert_eq!(first.unwrap(), b"\0tim\0tanstaaftanstaaf");
    assert_eq!(exchange.shown(), MASK);
    assert!(exchange.answer(b"").is_err());
    assert_eq!(exchange.accepted(), Ok(()));
    let other = Login { authzid: Some("Ursel".into()), ..login("Kurt", "xipj3plmq") };
    assert_eq!(begin(Mechanism::Plain, &other).1.unwrap(), b"Ursel\0Kurt\0xipj3plmq");
    assert!(Exchange::begin(Mechanism::Plain, &login("tim", "a\0b"), &Context::default()).is_err());
    assert!(Exchange::begin(Mechanism::Plain, &Login::default(), &Context::default()).is_err());
}

#[test]
fn login_gives_the_name_then_the_password() {
    let (mut exchange, first) = begin(Mechanism::Login, &login("tim", "tanstaaftanstaaf"));
    assert_eq!(first, None);
    assert_eq!(exchange.answer(b"Username:").unwrap(), b"tim");
    assert_eq!(exchange.shown(), "(user name)");
    assert_eq!(exchange.answer(b"Password:").unwrap(), b"tanstaaftanstaaf");
    assert_eq!(exchange.shown(), MASK);
    assert_eq!(exchange.accepted(), Ok(()));
    assert!(matches!(exchange.answer(b"PIN:"), Err(AuthError::BadChallenge(_))));
}

#[test]
fn cram_md5_as_rfc_2195_2() {
    let (mut exchange, first) = begin(Mechanism::CramMd5, &login("tim", "tanstaaftanstaaf"));
    assert_eq!(first, None);
    let challenge = decode_challenge("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+").unwrap();
    assert_eq!(challenge, b"<1896.697170952@postoffice.reston.mci.net>");
    let answer = exchange.answer(&challenge).unwrap();
    assert_eq!(answer, b"tim b913a602c7eda7a495b4e6e7334d3890");
    assert_eq!(encode(&answer), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    assert_eq!(exchange.shown(), MASK);
    assert!(exchange.answer(&challenge).is_err());
    assert!(begin(Mechanism::CramMd5, &login("tim", "x")).0.answer(b"").is_err());
}

#[test]
fn oauthbearer_as_rfc_7628_4() {
    let login = login("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    let context = Context { host: "server.example.com".into(), port: 587, ..Context::default() };
    let (mut exchange, first) = Exchange::begin(Mechanism::OAuthBearer, &login, &context).unwrap();
    // RFC 7628 §4.2: the failing exchange over SMTP.
    assert_eq!(
        encode(&first.unwrap()),
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSb\
         GNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    );
    assert_eq!(encode(&exchange.answer(br#"{"status":"invalid_token"}"#).unwrap()), "AQ==");
    assert_eq!(exchange.shown(), "AQ==");
    assert!(exchange.answer(b"{}").is_err());
}

#[test]
fn xoauth2_answers_an_error_with_an_empty_line() {
    let (mut exchange, first) = begin(Mechanism::XOAuth2, &login("user", "token"));
    assert_eq!(encode(&first.unwrap()), "dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=");
    assert_eq!(exchange.answer(b"{}").unwrap(), b"");
    assert_eq!(exchange.shown(), "");
    assert!(Exchange::begin(Mechanism::XOAuth2, &login("user", "a\x01b"), &Context::default()).is_err());
}

#[test]
fn external_and_anonymous_say_who_or_nothing() {
    let nobody = Login::default();
    assert_eq!(begin(Mechanism::External, &nobody).1.unwrap(), b"");
    // RFC 4422, appendix A: fred@example.com asks to be fred.
    let fred = Login { authzid: Some("fred@example.com".into()), ..nobody.clone() };
    assert_eq!(begin(Mechanism::External, &fred).1.unwrap(), b"fred@example.com");
    assert_eq!(begin(Mechanism::Anonymous, &nobody).1.unwrap(), b"");
    // RFC 4505 §4: sirhc.
    let sirhc = Login { user: Some("sirhc".into()), ..nobody };
    assert_eq!(begin(Mechanism::Anonymous, &sirhc).1.unwrap(), b"sirhc");
}

#[test]
fn nothing_of_a_secret_in_debug() {
    let login = login("tim", "tanstaaf");
    let (exchange, _) = begin(Mechanism::ScramSha256, &login);
    let text = format!("{login:?} {exchange:?}");
    assert!(!text.contains("tanstaaf") && text.contains("Secret"), "{text}");
}
