//! What must neither be shown, nor recorded, nor saved, nor sent by accident: proofs, and passwords in the wrong place.

use super::{Play, settings};
use crate::smtp::auth::{decode_challenge, encode};

const PASSWORD: &str = "zebra-Quartz9";

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
