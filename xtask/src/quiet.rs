//! A network namespace in which nothing may leave the machine, and in which an attempt is noticed.
//!
//! It has loopback, and a default route into a pair of interfaces that leads nowhere; nftables counts what goes there and keeps
//! the addresses. What the kernel says by itself (neighbour discovery, multicast listeners) does not count. Before use
//! one datagram is sent on purpose and has to be seen: a watch that sees nothing proves nothing.

use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::run::{check, is_root, output, works};
use crate::test::wrapped;

/// The rules: kernel chatter passes, the rest is counted by address and dropped.
const RULES: &str = "
add table inet watch
add set inet watch seen4 { type ipv4_addr . inet_proto; flags dynamic; size 1024; }
add set inet watch seen6 { type ipv6_addr . inet_proto; flags dynamic; size 1024; }
add chain inet watch out { type filter hook output priority 0; }
add rule inet watch out oifname lo accept
add rule inet watch out icmpv6 type { 130, 131, 132, 133, 134, 135, 136, 143 } accept
add rule inet watch out meta l4proto igmp accept
add rule inet watch out add @seen4 { ip daddr . meta l4proto }
add rule inet watch out add @seen6 { ip6 daddr . meta l4proto }
add rule inet watch out drop
";

/// The namespaces' names, but for the process that owns each.
const PREFIX: &str = "byhand-quiet-";

/// The namespace; it goes when this goes.
pub(crate) struct Quiet {
    name: String,
}

impl Quiet {
    /// Makes the namespace and tries the watch; the error says why there can be none.
    pub(crate) fn new() -> Result<Self> {
        if !is_root() {
            return Err("it needs root".into());
        }
        if !works(Command::new("nft").arg("--version")) {
            return Err("it needs nft".into());
        }
        sweep();
        let name = format!("{PREFIX}{}", std::process::id());
        check(Command::new("ip").args(["netns", "add", &name]))?;
        let quiet = Self { name };
        for words in [
            "link set lo up",
            "link add watch0 type veth peer name watch1",
            "link set watch0 addrgenmode none",
            "addr add 192.0.2.254/24 dev watch0",
            "addr add 2001:db8:ffff::fe/64 dev watch0 nodad",
            "link set watch0 up",
            "link set watch1 addrgenmode none",
            "link set watch1 up",
            "route add default dev watch0",
            "-6 route add default dev watch0",
        ] {
            check(Command::new("ip").args(["-n", &quiet.name]).args(words.split(' ')))?;
        }
        check(quiet.exec("nft").arg(RULES))?;
        for address in ["198.51.100.77", "2001:db8::77"] {
            // The send may fail, since the rule drops it: that it was seen is what counts.
            works(quiet.exec("bash").args(["-c", &format!("echo watch >/dev/udp/{address}/9")]));
            if !quiet.seen()?.contains(&address.to_owned()) {
                return Err(format!("a datagram to {address}, sent to try the watch, was not seen").into());
            }
        }
        check(quiet.exec("nft").arg("flush set inet watch seen4; flush set inet watch seen6"))?;
        Ok(quiet)
    }

    /// The same command inside.
    pub(crate) fn inside(&self, command: &Command) -> Command {
        let mut outer = Command::new("ip");
        outer.args(["netns", "exec", &self.name]);
        wrapped(outer, command)
    }

    /// Fails where something tried to leave.
    pub(crate) fn verdict(&self) -> Result {
        let seen = self.seen()?;
        if seen.is_empty() {
            println!("no packet tried to leave the machine");
            return Ok(());
        }
        Err(format!("packets tried to leave the machine, to {}", seen.join(", ")).into())
    }

    fn seen(&self) -> Result<Vec<String>> {
        let list = output(self.exec("nft").args(["list", "table", "inet", "watch"]))?;
        Ok(addresses(&list))
    }

    fn exec(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, program]);
        command
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        works(Command::new("ip").args(["netns", "del", &self.name]));
    }
}

/// Takes away what runs that were killed have left behind.
fn sweep() {
    let names = output(Command::new("ip").args(["netns", "list"])).unwrap_or_default();
    for name in names.lines().filter_map(|line| line.split(' ').next()) {
        let owner = name.strip_prefix(PREFIX);
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            works(Command::new("ip").args(["netns", "del", name]));
        }
    }
}

/// The addresses in nft's listing of the sets: the words before ` . `, behind `elements =`.
fn addresses(listing: &str) -> Vec<String> {
    let mut found = Vec::new();
    for set in listing.split("elements =").skip(1) {
        let body = set.split('}').next().unwrap_or_default();
        for element in body.trim_start_matches([' ', '{']).split(',') {
            if let Some((address, _)) = element.trim().split_once(" . ") {
                found.push(address.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Quiet, addresses};
    use crate::run::works;

    #[test]
    fn an_attempt_to_send_fails_the_verdict() {
        // Without root there is no watch to try; `cargo xtask test` says so.
        let Ok(quiet) = Quiet::new() else { return };
        quiet.verdict().unwrap();
        works(quiet.exec("bash").args(["-c", "echo x >/dev/udp/203.0.113.5/25"]));
        assert!(quiet.verdict().unwrap_err().to_string().contains("203.0.113.5"));
    }

    #[test]
    fn nothing_seen_gives_nothing() {
        let listing = "table inet watch {\n\tset seen4 {\n\t\ttype ipv4_addr . inet_proto\n\t\tflags dynamic\n\t}\n}";
        assert_eq!(addresses(listing), Vec::<String>::new());
    }

    #[test]
    fn each_address_seen_is_named() {
        let listing = "set seen4 {\n\t\telements = { 198.51.100.77 . udp,\n\t\t\t     8.8.8.8 . tcp }\n\t}\n\
                       set seen6 {\n\t\telements = { 2001:db8::77 . udp }\n\t}";
        assert_eq!(addresses(listing), ["198.51.100.77", "8.8.8.8", "2001:db8::77"]);
    }
}
