//! Aliases on the way to a server: which of them DANE goes through, at which name its records count, by which names a
//! certificate may go, and the name that the server is asked for in the handshake.
//!
//! Expected values are RFC 7672's, §2.2 and §3.2, worked out from the records below. The certificate of a host names that
//! host alone, so that each way to be named is tried by itself. What the servers were asked for is what testlab's own
//! heard, not what the records say.

use testlab::dns::Signing;
use testlab::lab::Lab;
use testlab::pki::Cert;
use testlab::smtp::Plain;

use super::{hex, record, run, verdict};

/// Domain, DANE's result, what a sender does and by which rule, the name asked for in the handshake.
const DOMAINS: &str = "
    # An alias of a domain: the MX answer counts as its weakest link (§2.2.1).
    nick.signed.example       pass  deliver                 dane           mx.real.example
    nick.unsigned.example     none  deliver                 opportunistic  mx.real.example
    toplain.signed.example    none  deliver                 opportunistic  mx.real.example
    # The certificate names the domain, what the domain is an alias of, or neither (§3.2.2).
    target.example            pass  deliver                 dane           mx.target.example
    third.signed.example      pass  deliver                 dane           mx.target.example
    neither.signed.example    fail  defer                   dane           mx.target.example
    # The host is an alias, signed to its end: records at the end of it count before its own (§2.2.2, §8.1).
    expanded.signed.example   pass  deliver                 dane           mx.real.example
    own.signed.example        pass  deliver                 dane           to-bare.signed.example
    # The host is an alias of an unsigned one: its own records alone, if the alias itself is signed (§2.2.2).
    crossing.signed.example   pass  deliver                 dane           to-plain.signed.example
    outside.signed.example    none  deliver-unauthenticated opportunistic  to-plain.unsigned.example
    # The name that has the records is an alias itself (§2.2.3): signed, not signed, forged.
    lent.signed.example       pass  deliver                 dane           mx.lent.signed.example
    unsure.signed.example     none  deliver-unauthenticated opportunistic  mx.unsure.signed.example
    forged.signed.example     fail  defer                   dane-lookup    mx.forged.signed.example";

const RECORDS: &str = "
    real.example             MX 10 mx.real.example
    nick.signed.example      CNAME real.example
    nick.unsigned.example    CNAME real.example
    toplain.signed.example   CNAME mail.plain.test
    mail.plain.test          MX 10 mx.real.example
    target.example           MX 10 mx.target.example
    third.signed.example     CNAME target.example
    neither.signed.example   MX 10 mx.target.example
    expanded.signed.example  MX 10 to-real.signed.example
    to-real.signed.example   CNAME mx.real.example
    own.signed.example       MX 10 to-bare.signed.example
    to-bare.signed.example   CNAME mx.bare.example
    crossing.signed.example  MX 10 to-plain.signed.example
    to-plain.signed.example  CNAME mx.plain.test
    outside.signed.example   MX 10 to-plain.unsigned.example
    to-plain.unsigned.example CNAME mx.plain.test
    lent.signed.example      MX 10 mx.lent.signed.example
    unsure.signed.example    MX 10 mx.unsure.signed.example
    forged.signed.example    MX 10 mx.forged.signed.example
    _25._tcp.mx.lent.signed.example   CNAME dane.real.example
    _25._tcp.mx.unsure.signed.example CNAME dane.plain.test
    _25._tcp.mx.forged.signed.example CNAME dane.forged.test";

async fn lab() -> Lab {
    let mut builder = Lab::builder().unwrap();
    builder.validating();
    for (zone, signing) in [
        ("signed.example", Signing::Signed),
        ("real.example", Signing::Signed),
        ("target.example", Signing::Signed),
        ("bare.example", Signing::Signed),
        ("unsigned.example", Signing::Unsigned),
        ("plain.test", Signing::Unsigned),
        ("forged.test", Signing::Bogus),
    ] {
        builder.zone(zone, signing).unwrap();
    }
    builder.records(RECORDS).unwrap();
    let authority = hex(&builder.pki().ca_der());
    let mut own = Vec::new();
    for (host, cert) in [
        ("mx.real.example", Cert::Good),
        ("mx.bare.example", Cert::SelfSigned),
        ("mx.plain.test", Cert::SelfSigned),
        ("mx.lent.signed.example", Cert::SelfSigned),
        ("mx.unsure.signed.example", Cert::SelfSigned),
        ("mx.forged.signed.example", Cert::SelfSigned),
    ] {
        own.push((host, hex(&builder.pki().issue(cert, host).unwrap().0[0])));
        builder.plain(Plain::new(host).starttls(cert)).unwrap();
    }
    let certificate = |host: &str| own.iter().find(|(name, _)| *name == host).unwrap().1.clone();
    // This one goes by the domain's name.
    let address = builder.plain(Plain::new("target.example").starttls(Cert::Good)).unwrap();
    builder.records(&format!("mx.target.example A {address}")).unwrap();
    let zeros = "0".repeat(64);
    for (owner, record) in [
        ("_25._tcp.mx.real.example", format!("2 0 0 {authority}")),
        ("_25._tcp.mx.target.example", format!("2 0 0 {authority}")),
        // Were these asked for first, nothing would match.
        ("_25._tcp.to-real.signed.example", format!("3 1 1 {zeros}")),
        ("_25._tcp.to-bare.signed.example", format!("3 0 0 {}", certificate("mx.bare.example"))),
        ("_25._tcp.to-plain.signed.example", format!("3 0 0 {}", certificate("mx.plain.test"))),
        ("_25._tcp.to-plain.unsigned.example", format!("3 1 1 {zeros}")),
        ("_25._tcp.mx.plain.test", format!("3 1 1 {zeros}")),
        ("dane.real.example", format!("3 0 0 {}", certificate("mx.lent.signed.example"))),
        ("dane.plain.test", format!("3 1 1 {zeros}")),
        ("dane.forged.test", format!("3 0 0 {}", certificate("mx.forged.signed.example"))),
    ] {
        builder.records(&format!("{owner} TLSA {record}")).unwrap();
    }
    builder.start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn dane_through_aliases() {
    let lab = lab().await;
    let anchor = lab.anchor_file();
    let checked = ["--dnssec", "validate", "--trust-anchor", anchor.to_str().unwrap()];
    let mut wrong = Vec::new();
    for line in DOMAINS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [domain, result, action, rule, asked] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        // The resolver's word, and signatures checked in the tool's own process.
        for how in [&["--dnssec", "trust"][..], &checked] {
            lab.log().clear();
            let told = record(&run(&lab, "smtp-probe", &[how, &[domain]].concat(), b""));
            let heard: Vec<_> = lab.log().connections().into_iter().map(|connection| connection.sni).collect();
            if verdict(&told) != [result, action, rule] || heard != [Some(asked.to_owned())] {
                wrong.push(format!(
                    "{domain} {how:?}: {:?}, asked for {heard:?}: {} {}",
                    verdict(&told),
                    told["verdicts"]["dane"]["text"],
                    told["outcome"]["text"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
