//! Addresses that no mail host on the public Internet has, and the word for each.
//!
//! After the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890), the multicast ranges (RFC 5771, RFC 4291
//! §2.7) and the former site-local range (RFC 3879). IPv4 addresses inside IPv6 ones (mapped, NAT64, 6to4) are judged by
//! themselves where the outside says nothing. Globally reachable exceptions within a reserved block, such as 192.0.0.9,
//! are anycast services and no mail hosts either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is reserved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reserved {
    /// This machine itself.
    Loopback,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// Something else; the words go into "a ... address".
    Other(&'static str),
}

impl Reserved {
    /// The words for people: `a loopback address`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Loopback => "a loopback address".into(),
            Self::Private => "a private address".into(),
            Self::Other(what) => what.into(),
        }
    }
}

/// What an address is reserved for; `None` where it may be a public host's.
#[must_use]
pub fn reserved(address: IpAddr) -> Option<Reserved> {
    match address {
        IpAddr::V4(v4) => in_table(u128::from(v4.to_bits()), 32, &V4),
        IpAddr::V6(v6) => match in_table(v6.to_bits(), 128, &V6) {
            Some(what) => Some(what),
            None => inner(v6).and_then(|v4| reserved(v4.into())),
        },
    }
}

/// Whether an address is this machine's or a private network's: where people test, and where DNS has nothing to say.
#[must_use]
pub fn is_local(address: IpAddr) -> bool {
    let link_local = match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    link_local || matches!(reserved(address), Some(Reserved::Loopback | Reserved::Private))
}

/// The IPv4 address inside: mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052 §2.1), 6to4 (RFC 3056 §2).
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(of(g, h)),
        (0x2002, high, low, ..) => Some(of(high, low)),
        _ => None,
    }
}

type Block = (u128, u32, Reserved);

fn in_table(address: u128, bits: u32, table: &[Block]) -> Option<Reserved> {
    let inside = |(start, length, _): &&Block| *length == 0 || (address ^ start) >> (bits - length) == 0;
    table.iter().find(inside).map(|(.., what)| *what)
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u32, what: Reserved) -> Block {
    (Ipv4Addr::new(a, b, c, d).to_bits() as u128, length, what)
}

const fn v6(a: u16, b: u16, c: u16, d: u16, length: u32, what: Reserved) -> Block {
    (Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_bits(), length, what)
}

const DOCUMENTATION: Reserved = Reserved::Other("an address for documentation");
const BENCHMARK: Reserved = Reserved::Other("an address for benchmarks");
const PROTOCOL: Reserved = Reserved::Other("an address reserved for protocols");
const MULTICAST: Reserved = Reserved::Other("a multicast address");
const LINK_LOCAL: Reserved = Reserved::Other("a link-local address");
const UNUSED: Reserved = Reserved::Other("a reserved address");

/// Smaller blocks stand before the larger ones around them.
const V4: [Block; 16] = [
    v4(0, 0, 0, 0, 8, Reserved::Other("an address of \"this network\"")),
    v4(10, 0, 0, 0, 8, Reserved::Private),
    v4(100, 64, 0, 0, 10, Reserved::Other("an address of a provider's shared network")),
    v4(127, 0, 0, 0, 8, Reserved::Loopback),
    v4(169, 254, 0, 0, 16, LINK_LOCAL),
    v4(172, 16, 0, 0, 12, Reserved::Private),
    v4(192, 0, 0, 0, 24, PROTOCOL),
    v4(192, 0, 2, 0, 24, DOCUMENTATION),
    v4(192, 88, 99, 0, 24, Reserved::Other("an address of the former 6to4 relays")),
    v4(192, 168, 0, 0, 16, Reserved::Private),
    v4(198, 18, 0, 0, 15, BENCHMARK),
    v4(198, 51, 100, 0, 24, DOCUMENTATION),
    v4(203, 0, 113, 0, 24, DOCUMENTATION),
    v4(224, 0, 0, 0, 4, MULTICAST),
    v4(255, 255, 255, 255, 32, Reserved::Other("the broadcast address")),
    v4(240, 0, 0, 0, 4, UNUSED),
];

const V6: [Block; 14] = [
    (0, 128, Reserved::Other("the unspecified address")),
    (1, 128, Reserved::Loopback),
    v6(0x64, 0xff9b, 1, 0, 48, Reserved::Other("an address of a translator's private network")),
    v6(0x100, 0, 0, 0, 64, Reserved::Other("an address whose packets are thrown away")),
    v6(0x100, 0, 0, 1, 64, Reserved::Other("a dummy address")),
    v6(0x2001, 2, 0, 0, 48, BENCHMARK),
    v6(0x2001, 0xdb8, 0, 0, 32, DOCUMENTATION),
    v6(0x2001, 0, 0, 0, 23, PROTOCOL),
    v6(0x3fff, 0, 0, 0, 20, DOCUMENTATION),
    v6(0x5f00, 0, 0, 0, 16, PROTOCOL),
    v6(0xfc00, 0, 0, 0, 7, Reserved::Private),
    v6(0xfe80, 0, 0, 0, 10, LINK_LOCAL),
    v6(0xfec0, 0, 0, 0, 10, Reserved::Other("an address of a former site-local network")),
    v6(0xff00, 0, 0, 0, 8, MULTICAST),
];

#[cfg(test)]
mod tests {
    use super::{is_local, reserved};

    fn check(address: &str, expected: Option<&str>, local: bool) {
        let parsed = address.parse().unwrap();
        assert_eq!(reserved(parsed).map(super::Reserved::words).as_deref(), expected, "{address}");
        assert_eq!(is_local(parsed), local, "{address}");
    }

    // Expected values: IANA's IPv4 and IPv6 special-purpose address registries.
    #[test]
    fn v4() {
        check("127.0.0.1", Some("a loopback address"), true);
        check("10.255.255.255", Some("a private address"), true);
        check("172.15.255.255", None, false);
        check("172.16.0.0", Some("a private address"), true);
        check("172.31.255.255", Some("a private address"), true);
        check("172.32.0.0", None, false);
        check("192.168.1.1", Some("a private address"), true);
        check("100.64.0.1", Some("an address of a provider's shared network"), false);
        check("100.128.0.1", None, false);
        check("169.254.7.7", Some("a link-local address"), true);
        check("192.0.2.1", Some("an address for documentation"), false);
        check("198.19.255.255", Some("an address for benchmarks"), false);
        check("198.20.0.0", None, false);
        check("224.0.0.1", Some("a multicast address"), false);
        check("240.0.0.1", Some("a reserved address"), false);
        check("255.255.255.255", Some("the broadcast address"), false);
        check("0.0.0.0", Some("an address of \"this network\""), false);
        check("8.8.8.8", None, false);
    }

    #[test]
    fn v6() {
        check("::", Some("the unspecified address"), false);
        check("::1", Some("a loopback address"), true);
        check("100::1", Some("an address whose packets are thrown away"), false);
        check("fd00::1", Some("a private address"), true);
        check("fe80::1", Some("a link-local address"), true);
        check("fec0::1", Some("an address of a former site-local network"), false);
        check("2001:db8::1", Some("an address for documentation"), false);
        check("2001:1ff::1", Some("an address reserved for protocols"), false);
        check("2001:200::1", None, false);
        check("3fff:fff::1", Some("an address for documentation"), false);
        check("ff02::1", Some("a multicast address"), false);
        check("2a00:1450::1a", None, false);
        // IPv4 inside.
        check("::ffff:127.0.0.1", Some("a loopback address"), true);
        check("64:ff9b::a00:1", Some("a private address"), true);
        check("2002:c0a8:101::1", Some("a private address"), true);
        check("::ffff:8.8.8.8", None, false);
        check("2002:808:808::1", None, false);
    }
}
