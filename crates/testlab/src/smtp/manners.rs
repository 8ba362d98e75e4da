//! Whether a client was welcome: the limits that the tools promise to keep, checked against what was heard.
//!
//! The limits are those for public servers although everything here is loopback, where the tools are freer; a test that
//! leaves them on purpose says so by changing a field. Rates per second are not checked: that would be a timed test.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Connection, Log};

/// What is expected of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manners {
    /// Connections at once to one address.
    pub at_once: usize,
    /// Whether MAIL and RCPT may be heard at all.
    pub mail: bool,
    /// Whether DATA and BDAT may be heard.
    pub data: bool,
    /// RCPTs for one domain.
    pub rcpt_per_domain: usize,
    /// RCPTs in all.
    pub rcpt_per_run: usize,
    /// Whether a connection that the client ends has to end with QUIT.
    pub quit: bool,
    /// Whether names that a receiver takes ill are wrong in EHLO.
    pub ehlo_name: bool,
}

impl Manners {
    /// A probe without recipients: no MAIL, no RCPT.
    #[must_use]
    pub fn probe() -> Self {
        Self { at_once: 2, mail: false, data: false, rcpt_per_domain: 0, rcpt_per_run: 0, quit: true, ehlo_name: true }
    }

    /// A probe that asks about recipients: at most 3 a domain and 10 a run, and never DATA.
    #[must_use]
    pub fn probe_with_recipients() -> Self {
        Self { mail: true, rcpt_per_domain: 3, rcpt_per_run: 10, ..Self::probe() }
    }

    /// A sender: it may say DATA, to as many recipients as its message has.
    #[must_use]
    pub fn sender() -> Self {
        Self { mail: true, data: true, rcpt_per_domain: usize::MAX, rcpt_per_run: usize::MAX, ..Self::probe() }
    }
}

impl Log {
    /// Where the clients were ill-mannered, one sentence each; empty when they were not.
    #[must_use]
    pub fn breaches(&self, manners: &Manners) -> Vec<String> {
        let connections = self.connections();
        let mut breaches = Vec::new();
        let mut rcpts: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: BTreeMap<String, SocketAddr> = BTreeMap::new();
        for connection in &connections {
            one(connection, manners, &mut breaches);
            for rcpt in connection.said("RCPT") {
                *rcpts.entry(domain_of(rcpt)).or_default() += 1;
            }
            for name in ["EHLO", "HELO", "LHLO"].iter().flat_map(|verb| connection.said(verb)) {
                names.insert(name.to_owned(), connection.server);
            }
        }
        if manners.mail {
            for (domain, count) in &rcpts {
                if *count > manners.rcpt_per_domain {
                    breaches.push(format!("{count} RCPTs for {domain}, more than {}", manners.rcpt_per_domain));
                }
            }
            let all: usize = rcpts.values().sum();
            if all > manners.rcpt_per_run {
                breaches.push(format!("{all} RCPTs in all, more than {}", manners.rcpt_per_run));
            }
        }
        if names.len() > 1 {
            breaches.push(format!("more than one name in EHLO: {}", names.into_keys().collect::<Vec<_>>().join(", ")));
        }
        breaches
    }

    /// Panics with every breach there is, and with what was said.
    ///
    /// # Panics
    /// The clients were ill-mannered.
    pub fn assert_manners(&self, manners: &Manners) {
        let breaches = self.breaches(manners);
        assert!(
            breaches.is_empty(),
            "breaches of manners:\n  {}\nheard: {:#?}",
            breaches.join("\n  "),
            self.connections()
        );
    }
}

fn one(connection: &Connection, manners: &Manners, breaches: &mut Vec<String>) {
    let at = connection.server;
    let mut breach = |text: String| breaches.push(format!("{at}: {text}"));
    if connection.at_once > manners.at_once {
        breach(format!("{} connections at once, more than {}", connection.at_once, manners.at_once));
    }
    if !connection.early.is_empty() {
        breach(format!("early talk: `{}`", connection.early.escape_ascii()));
    }
    for (verb, allowed) in
        [("MAIL", manners.mail), ("RCPT", manners.mail), ("DATA", manners.data), ("BDAT", manners.data)]
    {
        if !allowed && !connection.said(verb).is_empty() {
            breach(format!("{verb} was heard"));
        }
    }
    for verb in ["VRFY", "EXPN", "TURN"] {
        if !connection.said(verb).is_empty() {
            breach(format!("{verb} was heard"));
        }
    }
    let quit = !connection.said("QUIT").is_empty();
    if manners.quit && !quit && !connection.server_ended && connection.closed.is_some() {
        breach("the client left without QUIT".to_owned());
    }
    if manners.ehlo_name {
        for name in ["EHLO", "HELO", "LHLO"].iter().flat_map(|verb| connection.said(verb)) {
            if let Some(why) = ill_name(name) {
                breach(format!("EHLO {name}: {why}"));
            }
        }
    }
    for text in &connection.breaches {
        breach(text.clone());
    }
}

/// Why a name is taken ill, if it is (RFC 5321 §4.1.1.1, §4.1.4).
fn ill_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower.is_empty() {
        return Some("no name");
    }
    if lower.starts_with('[') {
        let inner = lower.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let literal = inner.is_some_and(|inner| match inner.strip_prefix("ipv6:") {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => inner.parse::<std::net::Ipv4Addr>().is_ok(),
        });
        return if literal { None } else { Some("no address literal") };
    }
    if lower.parse::<std::net::IpAddr>().is_ok() {
        return Some("an address without brackets");
    }
    if lower == "localhost" || lower.starts_with("localhost.") {
        return Some("localhost");
    }
    if !lower.contains('.') {
        return Some("no full name");
    }
    None
}

/// The domain in `TO:<local@domain> ...`, lower case.
fn domain_of(rcpt: &str) -> String {
    let path = rcpt.split('>').next().unwrap_or(rcpt);
    path.rsplit('@').next().unwrap_or(path).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &[&str]) -> Log {
        let log = Log::new();
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let mut hearing = log.open(address(25), address(40000));
        for line in lines {
            hearing.line(line);
        }
        log
    }

    #[test]
    fn a_polite_probe_leaves_nothing() {
        heard(&["EHLO mx.client.test", "STARTTLS", "EHLO mx.client.test", "QUIT"]).assert_manners(&Manners::probe());
    }

    #[test]
    fn each_breach_is_named() {
        for (lines, want) in [
            (&["EHLO a.test"][..], "left without QUIT"),
            (&["EHLO localhost", "QUIT"], "EHLO localhost"),
            (&["EHLO 127.0.0.1", "QUIT"], "without brackets"),
            (&["EHLO [127.0.0.]", "QUIT"], "no address literal"),
            (&["EHLO a.test", "EHLO b.test", "QUIT"], "more than one name"),
            (&["EHLO a.test", "MAIL FROM:<>", "QUIT"], "MAIL was heard"),
            (&["EHLO a.test", "VRFY x", "QUIT"], "VRFY was heard"),
        ] {
            let breaches = heard(lines).breaches(&Manners::probe());
            assert_eq!(breaches.len(), 1, "{breaches:?}");
            assert!(breaches[0].contains(want), "{breaches:?}");
        }
    }

    #[test]
    fn recipients_are_counted_by_domain_and_in_all() {
        let mut lines = vec!["EHLO a.test", "MAIL FROM:<>"];
        lines.extend(["RCPT TO:<a@x.test>"; 3]);
        lines.extend(["RCPT TO:<a@X.test> NOTIFY=NEVER", "QUIT"]);
        let breaches = heard(&lines).breaches(&Manners::probe_with_recipients());
        assert_eq!(breaches, ["4 RCPTs for x.test, more than 3"]);
        heard(&lines).assert_manners(&Manners::sender());
        lines.push("DATA");
        assert_eq!(heard(&lines).breaches(&Manners::probe_with_recipients()).len(), 2);
    }
}
