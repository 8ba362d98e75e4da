//! The system's resolvers: `/etc/resolv.conf`, as resolv.conf(5) describes it.
//!
//! Read are `nameserver` lines and `options timeout:n`, `attempts:n` and `trust-ad`. Search lists are not: a mail domain
//! is a whole name. Where the C library would quietly ask 127.0.0.1 because nothing is named, this says that nothing is.

use std::fs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::path::Path;
use std::time::Duration;

use super::DnsFault;
use crate::wire::{Fault, Security};

/// Where the system names its resolvers.
const PLACE: &str = "/etc/resolv.conf";
/// No more resolvers than this are taken; the C library takes three.
const SERVER_LIMIT: usize = 8;

/// What the system says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct System {
    /// The resolvers, in order.
    pub(super) servers: Vec<SocketAddr>,
    /// The longest wait for one answer.
    pub(super) timeout: Option<Duration>,
    /// How often each is asked.
    pub(super) attempts: Option<u32>,
    /// Whether the AD bit of the resolvers is to be believed.
    pub(super) trust_ad: bool,
}

/// Reads the system's file.
pub(super) fn read() -> Result<System, DnsFault> {
    let system = fs::read(Path::new(PLACE)).map(|octets| parse(&String::from_utf8_lossy(&octets)));
    let why = match system {
        Ok(system) if !system.servers.is_empty() => return Ok(system),
        Ok(_) => "names none".to_owned(),
        Err(error) => format!("cannot be read ({error})"),
    };
    Err(DnsFault {
        fault: Fault::NoResolver,
        security: Security::Indeterminate,
        ttl: None,
        cnames: Vec::new(),
        text: format!("no DNS resolver is known: {PLACE} {why}; give one with --nameserver ADDRESS"),
        notes: Vec::new(),
    })
}

fn parse(text: &str) -> System {
    let mut system = System::default();
    for line in text.lines() {
        // A comment begins the line; behind a value it is no comment, but the first word is all that counts there.
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") if system.servers.len() < SERVER_LIMIT => {
                system.servers.extend(words.next().and_then(server));
            }
            Some("options") => {
                for word in words {
                    let number = |prefix| word.strip_prefix(prefix).and_then(|n: &str| n.parse::<u32>().ok());
                    // resolv.conf(5): timeouts are capped at 30 s, attempts at 5.
                    if let Some(seconds) = number("timeout:") {
                        system.timeout = Some(Duration::from_secs(u64::from(seconds.clamp(1, 30))));
                    } else if let Some(attempts) = number("attempts:") {
                        system.attempts = Some(attempts.clamp(1, 5));
                    } else if word == "trust-ad" {
                        system.trust_ad = true;
                    }
                }
            }
            _ => {}
        }
    }
    system
}

/// An address, perhaps with a scope: `fe80::1%eth0`.
fn server(word: &str) -> Option<SocketAddr> {
    if let Ok(address) = word.parse::<IpAddr>() {
        return Some((address, 53).into());
    }
    let (address, scope) = word.split_once('%')?;
    let address: Ipv6Addr = address.parse().ok()?;
    Some(SocketAddrV6::new(address, 53, 0, scope_id(scope)?).into())
}

/// The number of an interface.
fn scope_id(name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    // The name is one path component: nothing else of the file system is looked at.
    let plain = !name.is_empty() && name != "." && name != ".." && !name.contains('/');
    plain.then(|| fs::read_to_string(format!("/sys/class/net/{name}/ifindex")).ok())??.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{System, parse};

    #[test]
    fn the_file_as_it_is_found() {
        let text = "# made by hand\n; too\nsearch example.org\nnameserver 192.0.2.53 # first\n\tnameserver\t2001:db8::53\n\
                    nameserver fe80::1%2\nnameserver nonsense\nnameserver\noptions edns0 timeout:2 attempts:9 trust-ad\n";
        let expected = System {
            servers: ["192.0.2.53:53", "[2001:db8::53]:53", "[fe80::1%2]:53"].map(|s| s.parse().unwrap()).to_vec(),
            timeout: Some(Duration::from_secs(2)),
            attempts: Some(5),
            trust_ad: true,
        };
        assert_eq!(parse(text), expected);
    }

    #[test]
    fn nothing_named() {
        assert_eq!(parse(""), System::default());
        assert_eq!(parse("options timeout:\noptions timeout:-1 attempts:x\n"), System::default());
    }
}
