//! What an answer to a hello means: offered, not offered, or nothing that says either; and the sentence for it.
//!
//! A refusal by alert is a *no* where the alert is about what was offered (RFC 8446 §6.2: protocol_version, and with every
//! cipher on offer handshake_failure too). A connection that is closed without a word, or with an internal_error, is a *no*
//! only beside another version that was answered; and where no version was, handshake_failure may as well be about a server
//! that has no certificate.

use super::Talk;
use crate::handshake::{Answer, Trouble, Version, alert_name, suite};
use crate::net::hello::{Answered, End};
use crate::net::tls::Broken;
use crate::policy::certificate;
use crate::smtp::session::quoted;
use crate::wire::{Certificate, KeyType, Offered, Strength, TlsVersion};

/// protocol_version: it is about the version and nothing else.
const PROTOCOL_VERSION: u8 = 70;

/// internal_error: what OpenSSL says where a version is allowed and none of its algorithms is.
const INTERNAL_ERROR: u8 = 80;

/// Alerts that refuse what was offered: handshake_failure, insufficient_security, inappropriate_fallback.
const REFUSALS: [u8; 3] = [40, 71, 86];

/// What each try came to: an answer, or why there was none.
pub(super) fn versions(tried: &[(Version, Result<Answered, String>)]) -> Vec<TlsVersion> {
    let mut told: Vec<TlsVersion> = tried.iter().map(|(version, answered)| one(*version, answered.as_ref())).collect();
    let any = told.iter().any(|one| one.offered == Offered::Yes);
    for (one, (_, answered)) in told.iter_mut().zip(tried) {
        let Ok(Answered { answer, end }) = answered else { continue };
        if any && one.offered == Offered::Untested {
            let how = match answer.alert {
                None if *end == End::ClosedAtOnce => "closes the connection",
                Some(alert) if alert.description == INTERNAL_ERROR => "breaks off with the alert internal_error",
                _ => continue,
            };
            one.offered = Offered::No;
            one.text = format!("not offered: the server {how}, and answers other versions");
        }
        let refused = answer.alert.is_some_and(|alert| REFUSALS.contains(&alert.description));
        if !any && refused {
            one.offered = Offered::Untested;
            one.text += ", but it takes no version at all: it may have no usable certificate or cipher";
        }
    }
    told
}

fn one(version: Version, answered: Result<&Answered, &String>) -> TlsVersion {
    let bare = |offered, text| TlsVersion {
        version: version.name().to_owned(),
        offered,
        cipher: None,
        strength: None,
        group: None,
        certificate: None,
        alert: None,
        text,
    };
    let Answered { answer, end } = match answered {
        Ok(answered) => answered,
        Err(why) => return bare(Offered::Untested, format!("not tested: {why}")),
    };
    match (answer.hello, answer.alert) {
        (Some(hello), _) if hello.version == Some(version) => {
            let cipher = suite::name(hello.cipher);
            let (worth, mut why) = suite::remark(&cipher);
            let short = answer.group.as_deref().filter(|group| is_short(group));
            let worth = if short.is_some() { suite::Worth::Weak } else { worth };
            why.extend(short.map(|_| "a Diffie-Hellman group under 2048 bits can be broken (RFC 9325 §4.2)"));
            let strength = match worth {
                suite::Worth::Sound => Strength::Sound,
                suite::Worth::Dated => Strength::Dated,
                suite::Worth::Weak => Strength::Weak,
            };
            let mut text = format!("offered, with {cipher}");
            if !why.is_empty() {
                text += &format!(": {}", why.join(", "));
            }
            let alert = answer.alert.map(|alert| alert_name(alert.description));
            if let Some(alert) = &alert {
                text += &format!("; then the server broke off with the alert {alert}");
            }
            TlsVersion {
                alert,
                cipher: Some(cipher),
                strength: Some(strength),
                group: answer.group.clone(),
                certificate: answer.chain.first().map(|der| certificate::describe(der)),
                ..bare(Offered::Yes, text)
            }
        }
        (Some(hello), _) => {
            let other =
                hello.version.map_or_else(|| format!("version 0x{:04X}", hello.number), |v| v.name().to_owned());
            bare(Offered::No, format!("not offered: the server chose {other} in its place"))
        }
        (None, Some(alert)) => {
            let name = alert_name(alert.description);
            let said = if alert.description == PROTOCOL_VERSION || REFUSALS.contains(&alert.description) {
                bare(Offered::No, format!("not offered: the server refused with the alert {name}"))
            } else {
                bare(Offered::Untested, format!("not known: the server ended it with the alert {name}"))
            };
            TlsVersion { alert: Some(name), ..said }
        }
        (None, None) => bare(Offered::Untested, format!("not known: {}", nothing(answer, *end))),
    }
}

/// Whether a group of primes is too short to protect (RFC 9325 §4.2; 1024 bits are Logjam's): `DHE 1024`.
pub(super) fn is_short(group: &str) -> bool {
    group.strip_prefix("DHE ").and_then(|bits| bits.parse::<u32>().ok()).is_some_and(|bits| bits < 2048)
}

/// Why there was neither a ServerHello nor an alert.
fn nothing(answer: &Answer, end: End) -> String {
    match (&answer.trouble, end) {
        (Some(Trouble::NotTls(octets)), _) => format!("what came is not TLS but {} in clear", quoted(octets)),
        (Some(Trouble::Malformed(what)), _) => format!("the server's answer makes no sense: {what}"),
        (Some(Trouble::TooLong), _) => "the server's answer does not end".into(),
        (None, End::ClosedAtOnce) => "the server closed the connection in place of an answer".into(),
        (None, End::Silent) => "no answer came in time".into(),
        (None, End::Whole | End::Closed) => "the server closed the connection in the middle of its answer".into(),
    }
}

/// A type of key that was not shown.
pub(super) fn no_key_type(name: &str, offered: Offered, text: String) -> KeyType {
    KeyType { key: name.to_owned(), offered, chain: Vec::new(), pkix: None, dane: None, text }
}

/// What it means that a server did not show the only type of key that was taken.
///
/// `before`: the end of the first session; `session`: whether it got to TLS, so that the server is known to make handshakes.
pub(super) fn without_key_type(name: &str, talk: &Talk, chain: &[Certificate], before: &str, session: bool) -> KeyType {
    let no = |text: String| no_key_type(name, Offered::No, text);
    match (chain.first(), talk.broken) {
        // RFC 8446 §4.4.2.2: a server without the right one may show what it has.
        (Some(own), _) => no(format!("none with a key of type {name}: one with {} was shown all the same", own.key)),
        // A server that refused the session as well refuses more than the type of key.
        (None, Some(Broken::Alert(alert))) if session && REFUSALS.contains(&alert) => {
            no(format!("none with a key of type {name}: the server refused with the alert {}", alert_name(alert)))
        }
        (None, Some(Broken::Closed)) if session => {
            no(format!("none with a key of type {name}: the server closes the connection where only that is taken"))
        }
        (None, _) if talk.report.outcome.text == before => {
            no_key_type(name, Offered::Untested, "not known: it ends as the first connection did".into())
        }
        (None, _) => no_key_type(name, Offered::Untested, format!("not known: {}", talk.report.outcome.text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answered, End, versions};
    use crate::handshake::{Alert, Answer, ServerHello, Trouble, Version};
    use crate::wire::{Offered, Strength};

    fn hello(version: Version, cipher: u16) -> Result<Answered, String> {
        let hello = ServerHello { version: Some(version), number: version.number(), cipher };
        Ok(Answered { answer: Answer { hello: Some(hello), ..Answer::default() }, end: End::Whole })
    }

    fn alert(description: u8) -> Result<Answered, String> {
        let alert = Some(Alert { level: 2, description });
        Ok(Answered { answer: Answer { alert, ..Answer::default() }, end: End::Whole })
    }

    fn ended(end: End) -> Result<Answered, String> {
        Ok(Answered { answer: Answer::default(), end })
    }

    #[track_caller]
    fn check(tried: [Result<Answered, String>; 5], expected: [Offered; 5]) {
        let tried: Vec<_> = Version::ALL.into_iter().zip(tried).collect();
        let told = versions(&tried);
        let got: Vec<Offered> = told.iter().map(|one| one.offered).collect();
        assert_eq!(got, expected, "{told:#?}");
    }

    #[test]
    fn yes_no_and_unknown() {
        use Offered::{No, Untested, Yes};
        let not_tls = || {
            let trouble = Some(Trouble::NotTls(b"500 what?\r\n".to_vec()));
            Ok(Answered { answer: Answer { trouble, ..Answer::default() }, end: End::Whole })
        };
        // 70 protocol_version, 40 handshake_failure, 80 internal_error, 112 unrecognized_name.
        check([alert(70), alert(40), hello(Version::Tls11, 0x2F), alert(80), alert(112)], [No, No, Yes, No, Untested]);
        // Another version than the one offered; silence; text; no connection.
        check(
            [hello(Version::Tls10, 5), hello(Version::Tls10, 5), ended(End::Silent), not_tls(), Err("busy".into())],
            [No, Yes, Untested, Untested, Untested],
        );
        // A connection closed without a word says no only where another version is answered.
        let closed = || ended(End::ClosedAtOnce);
        check(
            [closed(), closed(), closed(), hello(Version::Tls12, 0x2F), ended(End::Closed)],
            [No, No, No, Yes, Untested],
        );
        check([closed(), closed(), alert(70), closed(), closed()], [Untested, Untested, No, Untested, Untested]);
        check([alert(80), alert(80), alert(80), alert(80), alert(80)], [Untested; 5]);
        // Refusals of every version say nothing about versions.
        check([alert(70), alert(40), alert(40), alert(40), alert(40)], [No, Untested, Untested, Untested, Untested]);
    }

    /// RFC 9325 §4.2: 2048 bits at least; the group of 1024 is the one that Logjam breaks.
    #[test]
    fn a_group_of_primes_that_is_too_short() {
        // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
        for (group, strength) in
            [("DHE 1024", Strength::Weak), ("DHE 2047", Strength::Weak), ("DHE 2048", Strength::Sound)]
        {
            let mut answered = hello(Version::Tls12, 0x009E).unwrap();
            answered.answer.group = Some(group.into());
            let told = versions(&[(Version::Tls12, Ok(answered))]);
            assert_eq!(told[0].strength, Some(strength), "{group}");
            assert_eq!(told[0].text.contains("2048"), strength == Strength::Weak, "{}", told[0].text);
        }
    }

    #[test]
    fn a_cipher_and_what_it_is_worth() {
        let tried = [(Version::Tls12, hello(Version::Tls12, 0x000A)), (Version::Tls13, hello(Version::Tls13, 0x1301))];
        let told = versions(&tried);
        assert_eq!(
            (told[0].cipher.as_deref(), told[0].strength),
            (Some("TLS_RSA_WITH_3DES_EDE_CBC_SHA"), Some(Strength::Weak))
        );
        assert!(told[0].text.contains("64 bits"), "{}", told[0].text);
        assert_eq!(
            (told[1].cipher.as_deref(), told[1].strength, told[1].text.as_str()),
            (Some("TLS_AES_128_GCM_SHA256"), Some(Strength::Sound), "offered, with TLS_AES_128_GCM_SHA256")
        );
    }
}
