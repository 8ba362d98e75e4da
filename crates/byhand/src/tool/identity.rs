//! Who we say we are: the name in EHLO (RFC 5321 §4.1.1.1, §4.1.4).
//!
//! To a public server goes the machine's full name where it resolves to the address that we speak from, else the name
//! that the address points back to (and that points to it), else the address literal, with a finding that says what a
//! receiver may think of it. To loopback and private servers, where people test, nothing is looked up: the machine's
//! full name goes out, or the literal. Never localhost, nothing random.
//!
//! A name that the user gives goes out as it is; [`judge_ehlo`] says where it will be taken ill.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use crate::dns::{Resolver, source_address};
use crate::domain::Domain;
use crate::mailbox::literal;
use crate::policy::reserved::is_local;
use crate::wire::{Finding, FindingId};

/// So many names of one address are checked.
const POINTER_LIMIT: usize = 3;

/// Names that belong to large providers: whoever uses one from elsewhere is taken for a forger.
const PROVIDERS: [&str; 27] = [
    "163.com",
    "amazonses.com",
    "aol.com",
    "comcast.net",
    "fastmail.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "google.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "me.com",
    "microsoft.com",
    "msn.com",
    "office365.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// The name for EHLO.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// A domain name or an address literal.
    pub name: String,
    /// What a receiver may think of it, where that is nothing good.
    pub finding: Option<Finding>,
}

/// Picks the name for EHLO.
///
/// `source` is the address that we speak from, where the user gave one; else the kernel is asked for it.
pub async fn ehlo_name(source: Option<IpAddr>, target: IpAddr, resolver: &dyn Resolver) -> Identity {
    name_for(source.or_else(|| source_address(target)), target, resolver, machine_name()).await
}

async fn name_for(
    source: Option<IpAddr>,
    target: IpAddr,
    resolver: &dyn Resolver,
    machine: Option<&Domain>,
) -> Identity {
    let good = |name: String| Identity { name, finding: None };
    let machine = machine.filter(|name| name.as_str().contains('.') && !is_localhost(name.as_str()));
    let source = source.map(|address| address.to_canonical());
    let Some(source) = source.filter(|_| !is_local(target)) else {
        // There is no way to the target where the source is not known: the name will hardly be heard.
        let address = source.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        return good(machine.map_or_else(|| literal(address), ToString::to_string));
    };
    if let Some(name) = machine
        && points_to(name, source, resolver).await
    {
        return good(name.to_string());
    }
    // What a private address points to says nothing to the outside.
    if !is_local(source)
        && let Ok(answer) = resolver.ptr(source).await
    {
        for name in answer.records.iter().filter(|name| !is_localhost(name.as_str())).take(POINTER_LIMIT) {
            if points_to(name, source, resolver).await {
                return good(name.to_string());
            }
        }
    }
    let name = literal(source);
    let text = format!(
        "EHLO says {name}, since no host name of this machine points to the address it speaks from. That is allowed \
         (RFC 5321 §4.1.4), but many receivers distrust or refuse it. Give a name that does with --ehlo."
    );
    Identity { name, finding: Some(Finding::new(FindingId::EhloName, text)) }
}

/// Whether a name has the address.
async fn points_to(name: &Domain, address: IpAddr, resolver: &dyn Resolver) -> bool {
    resolver.addresses(name, address.is_ipv6()).await.is_ok_and(|answer| answer.records.contains(&address))
}

/// Judges a name that the user gave for EHLO, against the domains that will hear it.
#[must_use]
pub fn judge_ehlo(name: &str, targets: &[Domain]) -> Option<Finding> {
    let plain = name.trim_end_matches('.').to_ascii_lowercase();
    let under = |parent: &str| plain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let why = if is_localhost(&plain) {
        "is every machine's name for itself and nobody's name elsewhere".to_owned()
    } else if targets.iter().any(|target| target.as_str() == plain) {
        "is the receiver's own name, which only a forger would use to it".to_owned()
    } else if let Some(provider) = PROVIDERS.into_iter().find(|provider| under(provider)) {
        format!("belongs to {provider}, and from elsewhere looks forged")
    } else {
        return None;
    };
    let text = format!("EHLO will say {name}, which {why}. Receivers may refuse or list this machine for it.");
    Some(Finding::new(FindingId::EhloName, text))
}

fn is_localhost(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.split('.').next(), Some("localhost" | "localhost6")) || name.ends_with(".localhost")
}

/// This machine's own name, with its domain where the machine knows it.
pub(super) fn machine_name() -> Option<&'static Domain> {
    static NAME: OnceLock<Option<Domain>> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
        full_name(name.trim(), &hosts).parse().ok()
    })
    .as_ref()
}

/// The full name of a host: as it is, or the first name of its line in hosts(5).
fn full_name<'a>(name: &'a str, hosts: &'a str) -> &'a str {
    if name.contains('.') {
        return name;
    }
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut full = lines.filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let first = words.next().filter(|first| first.contains('.'))?;
        words.any(|alias| alias.eq_ignore_ascii_case(name)).then_some(first)
    });
    full.next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{full_name, judge_ehlo, name_for};
    use crate::dns::fixed::{Fixed, answer};
    use crate::wire::Fault;

    const PUBLIC: &str = "8.8.4.4";
    const SOURCE: &str = "9.9.9.10";

    async fn check(table: Fixed, machine: Option<&str>, source: Option<&str>, target: &str, expected: (&str, bool)) {
        let machine = machine.map(|name| name.parse().unwrap());
        let source = source.map(|address| address.parse::<IpAddr>().unwrap());
        let identity = name_for(source, target.parse().unwrap(), &table, machine.as_ref()).await;
        assert_eq!((identity.name.as_str(), identity.finding.is_some()), expected);
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test(flavor = "current_thread")]
    async fn to_public_servers() {
        let named = Fixed::new().host("out.shop.example", &[address(SOURCE)]);
        check(named.clone(), Some("out.shop.example"), Some(SOURCE), PUBLIC, ("out.shop.example", false)).await;
        // The machine's name points elsewhere; its address points back to one that holds.
        let pointed = named.pointer(address(SOURCE), "out.shop.example".parse().unwrap());
        check(pointed.clone(), Some("box.shop.example"), Some(SOURCE), PUBLIC, ("out.shop.example", false)).await;
        check(pointed.clone(), None, Some(SOURCE), PUBLIC, ("out.shop.example", false)).await;
        // A name that does not point to the address is no use (RFC 5321 §4.1.4), nor is localhost.
        let liar = Fixed::new().pointer(address(SOURCE), "gmail.com".parse().unwrap());
        check(liar, None, Some(SOURCE), PUBLIC, ("[9.9.9.10]", true)).await;
        let local = Fixed::new()
            .pointer(address(SOURCE), "localhost".parse().unwrap())
            .host("localhost", &[address(SOURCE)])
            .addresses("box.example", false, Err(crate::dns::fixed::fault(Fault::Servfail)));
        check(local, Some("box.example"), Some(SOURCE), PUBLIC, ("[9.9.9.10]", true)).await;
        // Behind a translator the private address has nothing to say for itself.
        let inside = Fixed::new()
            .pointer(address("192.168.1.5"), "box.lan".parse().unwrap())
            .host("box.lan", &[address("192.168.1.5")]);
        check(inside, None, Some("192.168.1.5"), PUBLIC, ("[192.168.1.5]", true)).await;
        let v6 = Fixed::new().addresses("six.example", true, Ok(answer(vec![address("2a00::5")])));
        check(v6, Some("six.example"), Some("2a00::5"), "2a00::25", ("six.example", false)).await;
    }

    #[tokio::test(flavor = "current_thread")]
    async fn to_servers_where_people_test_nothing_is_looked_up() {
        let table = Fixed::new();
        check(table.clone(), Some("box.example"), Some("127.0.0.1"), "127.0.0.1", ("box.example", false)).await;
        check(table.clone(), Some("box"), Some("127.0.0.1"), "127.0.0.1", ("[127.0.0.1]", false)).await;
        check(table.clone(), Some("localhost.localdomain"), Some("::1"), "::1", ("[IPv6:::1]", false)).await;
        check(table.clone(), None, Some("10.0.0.5"), "10.0.0.25", ("[10.0.0.5]", false)).await;
        check(table, None, None, "10.0.0.25", ("[127.0.0.1]", false)).await;
    }

    #[test]
    fn names_that_are_taken_ill() {
        let targets = ["example.org".parse().unwrap()];
        for bad in
            ["localhost", "LOCALHOST.localdomain", "example.org.", "gmail.com", "mail-1.Google.com", "x.outlook.com"]
        {
            assert!(judge_ehlo(bad, &targets).is_some(), "{bad}");
        }
        for good in ["out.shop.example", "mail.example.org", "notgmail.com", "[192.0.2.9]", "localhoster.example"] {
            assert_eq!(judge_ehlo(good, &targets), None, "{good}");
        }
    }

    #[test]
    fn the_full_name_of_hosts_5() {
        let hosts = "127.0.0.1 localhost\n127.0.1.1\tbox.shop.example box # me\n::1 ip6-localhost\n";
        assert_eq!(full_name("box", hosts), "box.shop.example");
        assert_eq!(full_name("other", hosts), "other");
        assert_eq!(full_name("a.b", hosts), "a.b");
    }
}
