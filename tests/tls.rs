//! What servers offer beside what one session agrees on, and how they present their certificates: `smtp-probe` as a
//! process against OpenSSL, which can be as old as is wanted, and against testlab.
//!
//! Expected values are what OpenSSL is told to do, by the names that IANA gives it. A handshake with any of the servers
//! of [`OLD`] is more than the library of the tool can do: what the record says is read from answers to its own hellos.

mod beyond;
mod openssl;

use std::process::{Command, Output};

use byhand_tests::bin;
use serde_json::Value;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

use openssl::{Certificates, Server};

const HOST: &str = "mx.old.example";

/// A name server that knows the host, and certificates in its folder.
struct Stage {
    lab: Lab,
    certificates: Certificates,
    runtime: tokio::runtime::Runtime,
}

impl Stage {
    /// `None`: there is no OpenSSL.
    fn new() -> Option<Self> {
        if !openssl::is_there() {
            return None;
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut builder = Lab::builder().unwrap();
        builder.validating();
        builder.records(&format!("{HOST} A 127.0.0.1")).unwrap();
        // What rustls does shows at the first of these.
        builder.plain(Plain::new("mx.new.example").starttls(Cert::EndsSoon)).unwrap();
        builder.plain(Plain::new("mx.clear.example")).unwrap();
        builder.plain(Plain::new("mx.busy.example").reply("connect", "421 4.3.2 too many connections")).unwrap();
        let lab = runtime.block_on(builder.start()).unwrap();
        let certificates = Certificates::new(&lab.folder());
        certificates.leaf("rsa", "root", "rsa:2048", HOST, &[]);
        Some(Self { lab, certificates, runtime })
    }

    fn server(&self, words: &str) -> Server {
        Server::start(&self.certificates, words)
    }

    fn run(&self, port: u16, words: &[&str]) -> Output {
        self.run_at(HOST, port, words)
    }

    fn run_at(&self, host: &str, port: u16, words: &[&str]) -> Output {
        let (nameserver, roots) = (self.lab.nameserver().to_string(), self.certificates.file("root.pem"));
        Command::new(bin("smtp-probe"))
            .args(["--nameserver", &nameserver, "--dnssec", "trust", "--ca-file", &roots, "--ehlo", "client.example"])
            .args(["--format", "json", &format!("{host}:{port}")])
            .args(words)
            .output()
            .unwrap()
    }

    fn probe(&self, server: &Server, words: &[&str]) -> Value {
        let output = self.run(server.port(), words);
        let text = String::from_utf8_lossy(&output.stdout);
        let record: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
        assert_ne!(word(&record, "/outcome/stage"), "dns", "{text}");
        record
    }
}

fn word<'a>(record: &'a Value, path: &str) -> &'a str {
    record.pointer(path).and_then(Value::as_str).unwrap_or("-")
}

fn findings(record: &Value) -> Vec<&str> {
    record["findings"].as_array().unwrap().iter().map(|found| word(found, "/id")).collect()
}

/// What OpenSSL is told; the version and the cipher that it is left with, what that is worth, and what is found.
const OLD: &[(&str, &str, &str, &str, &[&str])] = &[
    (
        "-tls1 -cipher ECDHE-RSA-AES256-SHA:@SECLEVEL=0",
        "TLSv1.0",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "dated",
        &["old-tls", "no-current-tls"],
    ),
    (
        "-tls1_1 -cipher DHE-RSA-AES128-SHA:@SECLEVEL=0",
        "TLSv1.1",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        "dated",
        &["old-tls", "no-current-tls"],
    ),
    ("-tls1_2 -cipher AES128-GCM-SHA256", "TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256", "dated", &[]),
    ("-tls1_2 -cipher ECDHE-RSA-AES128-SHA256", "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "dated", &[]),
    ("-tls1_2 -cipher NULL-SHA256:@SECLEVEL=0", "TLSv1.2", "TLS_RSA_WITH_NULL_SHA256", "weak", &["weak-cipher"]),
];

#[test]
fn servers_too_old_for_a_session_are_told_whole() {
    let Some(stage) = Stage::new() else { return };
    for (words, version, cipher, strength, found) in OLD {
        let server = stage.server(&format!("-cert @rsa.pem -key @rsa.key {words}"));
        let record = stage.probe(&server, &["--tls-versions", "--key-types"]);
        let tried = record["tls_versions"].as_array().unwrap();
        assert_eq!(word(&record, "/key_types/0/offered"), "yes", "{words}: {}", record["key_types"]);
        assert_eq!(word(&record, "/key_types/1/offered"), "untested", "{words}: {}", record["key_types"]);
        let got: Vec<_> = tried.iter().map(|one| (word(one, "/version"), word(one, "/offered"))).collect();
        let expected = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
            .map(|name| (name, if name == *version { "yes" } else { "no" }));
        assert_eq!(got, expected, "{words}: {tried:#?}");
        let own = tried.iter().find(|one| word(one, "/version") == *version).unwrap();
        assert_eq!([word(own, "/cipher"), word(own, "/strength")], [*cipher, *strength], "{words}");
        // The certificate: its key, its name and its judgement, though no session showed it.
        assert_eq!(word(own, "/certificate/key"), "RSA 2048", "{words}");
        assert_eq!(record["tls"]["chain"][0], own["certificate"], "{words}");
        assert_eq!(word(&record, "/tls/chain/0/names/0"), HOST, "{words}");
        assert_eq!(word(&record, "/verdicts/pkix/result"), "pass", "{words}: {:#}", record["verdicts"]);
        let told = findings(&record);
        for id in ["old-tls", "no-current-tls", "weak-cipher", "cert-untrusted"] {
            assert_eq!(told.contains(&id), found.contains(&id), "{words}: {id} in {told:?}");
        }
    }
}

/// One that takes all that OpenSSL still has.
#[test]
fn every_version_that_is_offered() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.server("-cert @rsa.pem -key @rsa.key -min_protocol TLSv1 -cipher ALL:@SECLEVEL=0 -groups P-384");
    let record = stage.probe(&server, &["--tls-versions", "--chain"]);
    let tried = record["tls_versions"].as_array().unwrap();
    let got: Vec<_> = tried.iter().map(|one| (word(one, "/offered"), word(one, "/group"))).collect();
    let curve = ("yes", "secp384r1");
    assert_eq!(got, [("no", "-"), curve, curve, curve, curve], "{tried:#?}");
    assert_eq!(word(&record, "/tls/group"), "secp384r1");
    let told = findings(&record);
    assert!(told.contains(&"old-tls") && !told.contains(&"no-current-tls"), "{told:?}");
    // Before TLS 1.3 certificates are not encrypted.
    let pem = std::fs::read_to_string(stage.certificates.file("rsa.pem")).unwrap();
    assert_eq!(word(&tried[3], "/certificate/pem").trim_end(), pem.trim_end());
    assert_eq!(word(&record, "/tls/chain/0/pem").trim_end(), pem.trim_end());
    assert!(tried[4].get("certificate").is_none(), "{}", tried[4]);
}

#[test]
fn both_types_of_key() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.make(
        "elsewhere",
        None,
        "EC",
        &["-subj", "/CN=elsewhere", "-days", "60", "-addext", "subjectAltName=DNS:elsewhere"],
    );
    for (words, expected) in [
        (
            "-cert @rsa.pem -key @rsa.key -dcert @elsewhere.pem -dkey @elsewhere.key",
            [("RSA", "yes", "RSA 2048", "pass"), ("ECDSA", "yes", "ECDSA P-256", "fail")],
        ),
        ("-cert @rsa.pem -key @rsa.key", [("RSA", "yes", "RSA 2048", "pass"), ("ECDSA", "no", "-", "-")]),
        (
            "-tls1_2 -cert @elsewhere.pem -key @elsewhere.key",
            [("RSA", "no", "-", "-"), ("ECDSA", "yes", "ECDSA P-256", "fail")],
        ),
    ] {
        let server = stage.server(words);
        let record = stage.probe(&server, &["--key-types"]);
        let tried = record["key_types"].as_array().unwrap();
        let got: Vec<_> = tried
            .iter()
            .map(|one| (word(one, "/key"), word(one, "/offered"), word(one, "/chain/0/key"), word(one, "/pkix/result")))
            .collect();
        assert_eq!(got, expected, "{words}: {tried:#?} after {}", record["outcome"]);
    }
}

/// Such as OpenSSL makes where it is not told otherwise: no session, and the reason is the certificate's own.
#[test]
fn a_certificate_of_an_old_version_is_told_as_that() {
    let Some(stage) = Stage::new() else { return };
    stage.certificates.make("first", None, "EC", &["-subj", "/CN=first", "-days", "60"]);
    let server = stage.server("-cert @first.pem -key @first.key");
    let record = stage.probe(&server, &[]);
    assert_eq!(word(&record, "/outcome/fault"), "tls-handshake");
    assert!(word(&record, "/outcome/text").contains("version 1 or 2 of X.509"), "{}", record["outcome"]);
    assert_eq!(word(&record, "/tls/chain/0/subject"), "CN=first");
}

/// What is wrong with the way certificates are presented, and how strong they are.
#[test]
fn chains_that_want_mending() {
    let Some(stage) = Stage::new() else { return };
    let made = &stage.certificates;
    let place = ["-addext", "authorityInfoAccess=caIssuers;URI:http://ca.example/between.cer"];
    made.make("between", Some("root"), "EC", &["-subj", "/CN=test between", "-days", "365"]);
    made.make("above", Some("root"), "EC", &["-subj", "/CN=test above", "-days", "365"]);
    made.make("below", Some("above"), "EC", &["-subj", "/CN=test below", "-days", "365"]);
    made.leaf("leaf", "between", "EC", HOST, &place);
    made.leaf("deep", "below", "EC", HOST, &place);
    made.leaf("short", "root", "rsa:1024", HOST, &[]);
    made.leaf("sha1", "root", "EC", HOST, &["-sha1"]);
    made.join("swapped.pem", &["above.pem", "below.pem"]);
    made.join("ordered.pem", &["below.pem", "above.pem"]);
    made.join("stranger.pem", &["between.pem", "above.pem"]);
    made.join("whole.pem", &["between.pem", "root.pem"]);
    let of_chains =
        ["chain-order", "chain-incomplete", "root-sent", "cert-weak-key", "cert-weak-signature", "cert-untrusted"];
    for (words, expected) in [
        ("-cert @leaf.pem -key @leaf.key -cert_chain @between.pem", &[][..]),
        ("-cert @deep.pem -key @deep.key -cert_chain @ordered.pem", &[]),
        ("-cert @leaf.pem -key @leaf.key", &["chain-incomplete", "cert-untrusted"]),
        ("-cert @deep.pem -key @deep.key -cert_chain @swapped.pem", &["chain-order"]),
        ("-cert @leaf.pem -key @leaf.key -cert_chain @stranger.pem", &["chain-order"]),
        ("-cert @leaf.pem -key @leaf.key -cert_chain @whole.pem", &["root-sent"]),
        ("-cert @short.pem -key @short.key", &["cert-weak-key"]),
        ("-cert @sha1.pem -key @sha1.key", &["cert-weak-signature"]),
    ] {
        let server = stage.server(&format!("{words} -cipher ALL:@SECLEVEL=0"));
        let record = stage.probe(&server, &[]);
        let told = findings(&record);
        for id in of_chains {
            assert_eq!(told.contains(&id), expected.contains(&id), "{words}: {id} in {:#}", record["findings"]);
        }
        // Such a signature is no reason for trust either, and the sentence is one that can be read.
        if expected.contains(&"cert-weak-signature") {
            let text = "the certificate does not verify: a signature is of a kind that is not trusted: ecdsa-with-SHA1";
            assert_eq!(word(&record, "/verdicts/pkix/text"), text);
        }
    }
}

#[test]
fn a_session_taken_up_again_or_not() {
    let Some(stage) = Stage::new() else { return };
    for (words, expected) in [
        ("-tls1_3", "yes"),
        ("-tls1_3 -num_tickets 0", "no"),
        ("-tls1_2", "yes"),
        ("-tls1_2 -no_ticket -no_cache", "no"),
    ] {
        let server = stage.server(&format!("-cert @rsa.pem -key @rsa.key {words}"));
        let record = stage.probe(&server, &["--resume"]);
        assert_eq!(word(&record, "/resumption/offered"), expected, "{words}: {}", record["resumption"]);
    }
}

/// A certificate of ours, and choices that the server has to follow.
#[test]
fn what_we_choose() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.server("-cert @rsa.pem -key @rsa.key -verify 1");
    let (cert, key) = (stage.certificates.file("rsa.pem"), stage.certificates.file("rsa.key"));
    let told = |words: &[&str], path: &str| word(&stage.probe(&server, words), path).to_owned();
    assert_eq!(told(&[], "/tls/client_certificate"), "asked");
    assert_eq!(told(&["--cert", &cert, "--key", &key], "/tls/client_certificate"), "sent");
    assert_eq!(told(&["--sni", "other.example"], "/tls/sni"), "other.example");
    assert_eq!(told(&["--tls-max", "1.2"], "/tls/version"), "TLSv1.2");
    assert_eq!(told(&["--tls-min", "1.3"], "/tls/version"), "TLSv1.3");
    let one = ["--tls-max", "1.2", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"];
    assert_eq!(told(&one, "/tls/cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}

/// As many connections as are said beforehand, at most; none of the further ones where TLS is not spoken.
#[test]
fn connections_are_announced_and_counted() {
    let Some(stage) = Stage::new() else { return };
    let all = ["--tls-versions", "--key-types", "--resume"];
    let port = stage.lab.port();
    // One for the session, one for its resumption, five versions, and RSA: the session showed the other type.
    for (host, expected) in [("mx.new.example", 8), ("mx.clear.example", 1), ("mx.busy.example", 1)] {
        stage.lab.log().clear();
        let output = stage.run_at(host, port, &all);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("up to 8 more connections"), "{said}");
        assert_eq!(stage.lab.log().connections().len(), expected, "{host}");
        let record: Value = serde_json::from_slice(&output.stdout).unwrap();
        let untested = expected == 1;
        let tried =
            [&record["tls_versions"], &record["key_types"]].map(|list| list.as_array().unwrap().clone()).concat();
        assert_eq!(tried.len(), 7, "{host}");
        assert_eq!(tried.iter().all(|one| word(one, "/offered") == "untested"), untested, "{host}: {tried:#?}");
        assert_eq!(word(&record, "/resumption/offered") == "untested", untested, "{host}");
    }
    stage.runtime.block_on(stage.lab.log().settled(std::time::Duration::from_secs(10)));
    stage.lab.log().clear();
    let output = stage.run_at("mx.new.example", port, &[]);
    assert_eq!((stage.lab.log().connections().len(), output.stderr.as_slice()), (1, &b""[..]));
}

/// The hybrid group of draft-ietf-tls-ecdhe-mlkem, in the session and in the answer to a hello without a key share.
#[test]
fn a_group_that_quantum_computers_do_not_break() {
    let Some(stage) = Stage::new() else { return };
    let output = stage.run_at("mx.new.example", stage.lab.port(), &["--tls-versions"]);
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(word(&record, "/tls/group"), "X25519MLKEM768");
    let tried = record["tls_versions"].as_array().unwrap();
    let got: Vec<_> = tried.iter().map(|one| (word(one, "/offered"), word(one, "/group"))).collect();
    assert_eq!(got[..3], [("no", "-"); 3]);
    assert_eq!(got[4], ("yes", "X25519MLKEM768"), "{tried:#?}");
    assert!(findings(&record).contains(&"cert-ends-soon"), "{:?}", findings(&record));
}
