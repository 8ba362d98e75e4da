//! When TLS begins, and the name asked for in the handshake, as a server hears it.
//!
//! Expected values are RFC 6066's (§3: a name of a host, never an address) and RFC 8314's (§3.3: on some ports TLS comes
//! first, on others not). Which name is asked for with DANE is in `aliases`, with MTA-STS in `sts`.

use serde_json::Value;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

fn probe(lab: &Lab, words: &[&str]) -> Value {
    super::record(&super::run(lab, "smtp-probe", &[&["--dnssec", "trust"], words].concat(), b""))
}

async fn lab() -> Lab {
    let mut builder = Lab::builder().unwrap();
    let address = builder.plain(Plain::new("mx.named.test").starttls(Cert::Good)).unwrap();
    assert_eq!(address.to_string(), "127.42.0.1");
    builder.plain(Plain::new("mx.wrapped.test").implicit(Cert::Good)).unwrap();
    builder.start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_name_asked_for() {
    let lab = lab().await;
    for (words, expected) in [
        (&["[mx.named.test]"][..], Some("mx.named.test")),
        (&["[127.42.0.1]"], None),
        (&["--sni", "other.test", "[mx.named.test]"], Some("other.test")),
        (&["--sni", "other.test", "[127.42.0.1]"], Some("other.test")),
        (&["--tls", "implicit", "[mx.wrapped.test]"], Some("mx.wrapped.test")),
        (&["--tls", "implicit", "[127.42.0.2]"], None),
    ] {
        lab.log().clear();
        let told = probe(&lab, words);
        let heard = lab.log().connections();
        assert_eq!(heard.len(), 1, "{words:?}: {}", told["outcome"]["text"]);
        assert!(heard[0].lines.iter().any(|(tls, line)| *tls && line.starts_with("EHLO")), "{words:?}");
        assert_eq!(heard[0].sni.as_deref(), expected, "{words:?}");
        // And the record says the same.
        assert_eq!(told["tls"]["sni"].as_str(), expected, "{words:?}");
    }
}

/// A port where TLS comes first, met as one where it does not: the server waits for us, and we for it. That is silence
/// before the greeting, and says nothing about STARTTLS.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn tls_first_where_a_greeting_was_awaited() {
    let lab = lab().await;
    for target in ["[mx.wrapped.test]", "[127.42.0.2]"] {
        let told = probe(&lab, &["--greeting-timeout", "400ms", target]);
        let got = ["status", "stage", "fault"].map(|field| told["outcome"][field].as_str().unwrap_or("-"));
        assert_eq!(got, ["temporary", "banner", "timeout"], "{target}");
        assert!(told["tls"].is_null() && told["capabilities"].is_null(), "{target}");
        assert!(!told["findings"].to_string().contains("no-starttls"), "{}", told["findings"]);
    }
}

/// The other way round: what came in clear is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_greeting_where_tls_was_awaited() {
    let lab = lab().await;
    let told = probe(&lab, &["--tls", "implicit", "[mx.named.test]"]);
    let got = ["stage", "fault"].map(|field| told["outcome"][field].as_str().unwrap_or("-"));
    assert_eq!(got, ["tls", "not-tls"]);
    let text = told["outcome"]["text"].as_str().unwrap();
    assert!(text.contains("220 mx.named.test ESMTP"), "{text}");
    assert!(!told["findings"].to_string().contains("no-starttls"), "{}", told["findings"]);
}
