//! Offers and answers, octet by octet as the RFCs lay them out; worked out by hand.

use proptest::prelude::*;

use super::suite::{self, Worth};
use super::{Alert, Answer, Offer, Reader, ServerHello, Trouble, Version, alert_name, client_hello};

const RANDOM: [u8; 96] = [7; 96];

fn hello(version: Version, name: Option<&str>) -> Vec<u8> {
    client_hello(&Offer { version, name, random: &RANDOM })
}

/// Where a string of octets stands in another.
fn find(octets: &[u8], part: &[u8]) -> Option<usize> {
    octets.windows(part.len()).position(|window| window == part)
}

/// Every offer is one record with one ClientHello; the versions in its three places.
#[test]
fn an_offer_is_one_record() {
    // RFC 8446 §5.1: 0x0301 in the record's header; RFC 6101 §5.2.1: 0x0300. §4.1.2: TLS 1.3 is 0x0303 in the hello.
    for (version, record, inside) in [
        (Version::Ssl3, [3, 0], [3, 0]),
        (Version::Tls10, [3, 1], [3, 1]),
        (Version::Tls11, [3, 1], [3, 2]),
        (Version::Tls12, [3, 1], [3, 3]),
        (Version::Tls13, [3, 1], [3, 3]),
    ] {
        let octets = hello(version, Some("mx.test"));
        assert_eq!((octets[0], &octets[1..3]), (22, &record[..]), "{version:?}");
        assert_eq!(usize::from(u16::from_be_bytes([octets[3], octets[4]])), octets.len() - 5, "{version:?}");
        assert_eq!((octets[5], octets[6]), (1, 0), "a ClientHello");
        assert_eq!(usize::from(u16::from_be_bytes([octets[7], octets[8]])), octets.len() - 9, "{version:?}");
        assert_eq!((&octets[9..11], &octets[11..43]), (&inside[..], &RANDOM[..32]), "{version:?}");
    }
}

#[test]
fn ssl3_has_no_extensions() {
    let octets = hello(Version::Ssl3, Some("mx.test"));
    // After random and an empty session id: the suites, then one compression method, and that is all (RFC 6101 §5.6.1.2).
    let suites = usize::from(u16::from_be_bytes([octets[44], octets[45]]));
    assert_eq!((octets[43], &octets[46 + suites..]), (0, &[1, 0][..]));
    let list: Vec<u16> = octets[46..46 + suites].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    // RSA with RC4 and MD5, RC4 and SHA, 3DES (RFC 6101 §A.6); an AES suite that OpenSSL has under SSL 3.0 too; no GCM.
    for suite in [0x0004, 0x0005, 0x000A, 0x002F] {
        assert!(list.contains(&suite), "{suite:04x}");
    }
    assert!(!list.contains(&0xC02F) && !list.contains(&0x009C) && !list.contains(&0x1301));
}

#[test]
fn what_tls_13_offers() {
    let octets = hello(Version::Tls13, Some("mx.test"));
    // RFC 6066 §3: type 0, 12 octets, a list of 10, a host name of 7.
    let name = [&[0, 0, 0, 12, 0, 10, 0, 0, 7][..], b"mx.test"].concat();
    assert!(find(&octets, &name).is_some());
    // RFC 8446 §4.2.1: supported_versions, 3 octets, a list of 2: 0x0304 alone.
    assert!(find(&octets, &[0, 43, 0, 3, 2, 3, 4]).is_some());
    // §4.2.8: key_share, 38 octets, a list of 36, X25519 (29), 32 octets; the last thing in the hello.
    let share = [&[0, 51, 0, 38, 0, 36, 0, 29, 0, 32][..], &RANDOM[64..]].concat();
    assert!(octets.ends_with(&share));
    // §B.4: five suites, 10 octets, behind a session id of 32.
    assert_eq!((octets[43], &octets[76..78]), (32, &[0, 10][..]));
    let without = hello(Version::Tls13, None);
    assert_eq!(without.len(), octets.len() - name.len(), "no name, no extension");
}

#[test]
fn what_older_versions_offer() {
    let offers = |version, suite: u16| suite::offered(version).any(|each| each == suite);
    // TLS_RSA_WITH_AES_128_CBC_SHA in all up to 1.2; GCM and SHA-256 in 1.2 only; TLS_AES_128_GCM_SHA256 in 1.3 only.
    for (suite, versions) in [
        (0x002F, &[Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12][..]),
        (0xC013, &[Version::Tls10, Version::Tls11, Version::Tls12]),
        (0x0005, &[Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12]),
        (0x003C, &[Version::Tls12]),
        (0xC030, &[Version::Tls12]),
        (0x1301, &[Version::Tls13]),
    ] {
        let with: Vec<Version> = Version::ALL.into_iter().filter(|version| offers(*version, suite)).collect();
        assert_eq!(with, versions, "{suite:04x}");
    }
    // Each suite once, each with a name of its own.
    let mut all: Vec<u16> = suite::offered(Version::Tls12).chain(suite::offered(Version::Tls13)).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
    // RFC 5246 §7.4.1.4.1 and RFC 8446 §4.2.3: signature algorithms came with 1.2.
    assert!(find(&hello(Version::Tls11, None), &[4, 3, 5, 3, 6, 3]).is_none());
    assert!(find(&hello(Version::Tls12, None), &[4, 3, 5, 3, 6, 3]).is_some());
}

#[test]
fn what_suites_are_worth() {
    for (number, name, worth, says) in [
        (0x1301, "TLS_AES_128_GCM_SHA256", Worth::Sound, ""),
        (0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Worth::Sound, ""),
        (0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA", Worth::Dated, "forward secrecy"),
        (0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", Worth::Dated, "CBC"),
        (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", Worth::Weak, "64 bits"),
        (0x0009, "TLS_RSA_WITH_DES_CBC_SHA", Worth::Weak, "56 bits"),
        (0x0005, "TLS_RSA_WITH_RC4_128_SHA", Worth::Weak, "RC4"),
        (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", Worth::Weak, "40 bits"),
        (0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", Worth::Weak, "who it is"),
        (0xC010, "TLS_ECDHE_RSA_WITH_NULL_SHA", Worth::Weak, "nothing is encrypted"),
        (0xFEFE, "0xFEFE", Worth::Dated, "not known"),
    ] {
        assert_eq!(suite::name(number), name);
        let (is, why) = suite::remark(name);
        assert_eq!((is, why.join(", ").contains(says)), (worth, true), "{name}: {why:?}");
    }
}

/// What was learnt of these octets: whole, and in pieces of every size.
#[track_caller]
fn read(octets: &[u8]) -> Answer {
    let whole = fed(octets, octets.len().max(1));
    for size in 1..=octets.len().min(64) {
        assert_eq!(fed(octets, size), whole, "in pieces of {size}");
    }
    whole
}

fn fed(octets: &[u8], size: usize) -> Answer {
    let mut reader = Reader::default();
    octets.chunks(size).for_each(|piece| reader.push(piece));
    reader.finish()
}

fn record(kind: u8, version: [u8; 2], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, version[0], version[1]][..], &length, content].concat()
}

/// RFC 5246 §7.4.1.3 without extensions: 2 + 32 + 1 + 2 + 1 = 38 octets.
fn old_hello(version: [u8; 2], cipher: [u8; 2]) -> Vec<u8> {
    [&[2, 0, 0, 38][..], &version, &[0x11; 32], &[0], &cipher, &[0]].concat()
}

/// Two certificates, AA BB CC and DD EE: 3 + 3 + 3 + 2 = 11 octets in the list (RFC 5246 §7.4.2).
const CERTIFICATES: [u8; 18] = [11, 0, 0, 14, 0, 0, 11, 0, 0, 3, 0xAA, 0xBB, 0xCC, 0, 0, 2, 0xDD, 0xEE];
const DONE: [u8; 4] = [14, 0, 0, 0];

fn chosen(version: Version, cipher: u16) -> Option<ServerHello> {
    Some(ServerHello { version: Some(version), number: version.number(), cipher })
}

#[test]
fn an_old_server_shows_its_certificate() {
    let chain = vec![vec![0xAA, 0xBB, 0xCC], vec![0xDD, 0xEE]];
    for (version, number) in [(Version::Ssl3, [3, 0]), (Version::Tls10, [3, 1]), (Version::Tls11, [3, 2])] {
        // All in one record, as OpenSSL does, and a record each.
        let messages = [old_hello(number, [0, 0x2F]), CERTIFICATES.to_vec(), DONE.to_vec()];
        let one = record(22, number, &messages.concat());
        let each = messages.iter().flat_map(|message| record(22, number, message)).collect::<Vec<_>>();
        for octets in [one, each] {
            let answer = read(&octets);
            let expected = Answer { hello: chosen(version, 0x2F), chain: chain.clone(), ..Answer::default() };
            assert_eq!(answer, expected, "{version:?}");
        }
    }
}

#[test]
fn the_group_is_in_the_key_exchange() {
    // RFC 8422 §5.4: named_curve 3, secp256r1 23, a point. RFC 5246 §7.4.3: a prime of 128 octets, top bit set.
    let curve = [12, 0, 0, 6, 3, 0, 23, 2, 4, 4].to_vec();
    let prime = [&[12, 0, 0, 130, 0, 128, 0x80][..], &[0; 127]].concat();
    // A prime with a zero in front: 129 octets, and still 1024 bits.
    let padded = [&[12, 0, 0, 131, 0, 129, 0, 0x80][..], &[0; 127]].concat();
    for (cipher, exchange, group) in
        [([0xC0, 0x13], curve, "secp256r1"), ([0, 0x33], prime, "DHE 1024"), ([0, 0x33], padded, "DHE 1024")]
    {
        let messages = [old_hello([3, 3], cipher), CERTIFICATES.to_vec(), exchange, DONE.to_vec()].concat();
        assert_eq!(read(&record(22, [3, 3], &messages)).group.as_deref(), Some(group));
    }
}

#[test]
fn tls_13_says_its_group_and_hides_the_rest() {
    // RFC 8446 §4.1.3: supported_versions 0x0304, key_share of X25519; 2 + 6 + 40 octets of extensions, 86 in all.
    let mut extensions = vec![0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32];
    extensions.extend_from_slice(&[9; 32]);
    let hello = [&[2, 0, 0, 86, 3, 3][..], &[0x22; 32], &[0], &[0x13, 0x02], &[0], &extensions].concat();
    let octets = [record(22, [3, 3], &hello), record(20, [3, 3], &[1]), record(23, [3, 3], &[5; 40])].concat();
    let expected = Answer { hello: chosen(Version::Tls13, 0x1302), group: Some("X25519".into()), ..Answer::default() };
    assert_eq!(read(&octets), expected);
}

#[test]
fn a_retry_names_the_group_wanted() {
    // RFC 8446 §4.1.4: the random is SHA-256 of "HelloRetryRequest", whose first and last octets are CF 21 and 33 9C; the
    // key_share is a group alone: 6 + 6 octets of extensions, 52 in all.
    let random = super::reader::RETRY;
    assert_eq!((random[0], random[1], random[30], random[31]), (0xCF, 0x21, 0x33, 0x9C));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"HelloRetryRequest");
    assert_eq!(random, digest.as_ref());
    let hello =
        [&[2, 0, 0, 52, 3, 3][..], digest.as_ref(), &[0, 0x13, 0x01, 0, 0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 23]]
            .concat();
    let answer = read(&record(22, [3, 3], &hello));
    assert_eq!((answer.hello, answer.group.as_deref()), (chosen(Version::Tls13, 0x1301), Some("secp256r1")));
}

#[test]
fn alerts() {
    // RFC 8446 §6: fatal protocol_version is 02 46.
    let answer = read(&record(21, [3, 1], &[2, 70]));
    assert_eq!(answer.alert, Some(Alert { level: 2, description: 70 }));
    assert_eq!(
        (alert_name(70), alert_name(112), alert_name(200)),
        ("protocol_version".into(), "unrecognized_name".into(), "alert 200".into())
    );
    // RFC 6066 §3: a warning goes before the ServerHello and ends nothing.
    let hello = [old_hello([3, 3], [0, 0x2F]), DONE.to_vec()].concat();
    let answer = read(&[record(21, [3, 3], &[1, 112]), record(22, [3, 3], &hello)].concat());
    assert_eq!(answer.hello, chosen(Version::Tls12, 0x2F));
}

#[test]
fn what_is_no_answer() {
    let trouble = |octets: &[u8]| read(octets).trouble;
    let quoted = |text: &[u8]| Some(Trouble::NotTls(text.to_vec()));
    // In clear; SSL 2.0 would begin with 0x80. How much was there when it was noticed depends on the pieces.
    assert_eq!(fed(b"554 no TLS\r\n", 99).trouble, quoted(b"554 no TLS\r\n"));
    assert!(matches!(fed(&[0x80, 3, 4], 1).trouble, Some(Trouble::NotTls(_))));
    assert!(matches!(fed(&[22, 4, 0, 0, 0], 1).trouble, Some(Trouble::NotTls(_))));
    // Records of more than 2^14 + 2048 octets; alerts of one; a certificate before the hello.
    assert!(matches!(trouble(&[22, 3, 3, 0x48, 0x01]), Some(Trouble::Malformed(_))));
    assert!(matches!(trouble(&record(21, [3, 3], &[2])), Some(Trouble::Malformed(_))));
    assert!(matches!(trouble(&record(22, [3, 3], &CERTIFICATES)), Some(Trouble::Malformed(_))));
    assert!(matches!(trouble(&record(23, [3, 3], b"data")), Some(Trouble::Malformed(_))));
    // A hello that ends early; a list that is longer than its message.
    assert!(matches!(trouble(&record(22, [3, 3], &[2, 0, 0, 2, 3, 3])), Some(Trouble::Malformed(_))));
    let mut lying = CERTIFICATES;
    lying[6] = 200;
    let answer = read(&record(22, [3, 3], &[&old_hello([3, 3], [0, 0x2F])[..], &lying].concat()));
    assert!(answer.hello.is_some() && matches!(answer.trouble, Some(Trouble::Malformed(_))), "what was learnt stays");
    // A version that does not exist.
    let odd = read(&record(22, [3, 9], &old_hello([3, 9], [0, 0x2F])));
    assert_eq!(odd.hello, Some(ServerHello { version: None, number: 0x0309, cipher: 0x2F }));
}

#[test]
fn an_answer_without_end_is_cut() {
    // A Certificate that announces 16 MiB; then one that never ends, in records of 16 KiB; then HelloRequests for ever.
    let hello = record(22, [3, 3], &old_hello([3, 3], [0, 0x2F]));
    let announced = [hello.clone(), record(22, [3, 3], &[11, 0xFF, 0xFF, 0xFF])].concat();
    assert_eq!(fed(&announced, 7).trouble, Some(Trouble::TooLong));
    for filling in [[0; 1 << 14].as_slice(), &[11, 3, 0xFF, 0xFF]] {
        let mut reader = Reader::default();
        reader.push(&hello);
        let piece = record(22, [3, 3], filling);
        let mut pushed = 0;
        while !reader.is_done() {
            reader.push(&piece);
            pushed += piece.len();
            assert!(pushed < 2 * super::LIMIT);
        }
        assert_eq!(reader.finish().trouble, Some(Trouble::TooLong));
    }
}

proptest! {
    #[test]
    fn hostile_octets_harm_nothing(octets in proptest::collection::vec(any::<u8>(), 0..400), size in 1_usize..50) {
        let whole = fed(&octets, 400);
        let cut = fed(&octets, size);
        prop_assert_eq!(whole.hello, cut.hello);
        prop_assert_eq!(whole.alert, cut.alert);
    }

    #[test]
    fn a_changed_answer_harms_nothing(at in 0_usize..90, to in any::<u8>(), size in 1_usize..50) {
        let messages = [old_hello([3, 3], [0xC0, 0x13]), CERTIFICATES.to_vec(), vec![12, 0, 0, 6, 3, 0, 23, 2, 4, 4], DONE.to_vec()].concat();
        let mut octets = record(22, [3, 3], &messages);
        if let Some(octet) = octets.get_mut(at) {
            *octet = to;
        }
        let (whole, cut) = (fed(&octets, 400), fed(&octets, size));
        prop_assert_eq!(whole.hello, cut.hello);
        prop_assert_eq!(whole.chain, cut.chain);
    }
}
