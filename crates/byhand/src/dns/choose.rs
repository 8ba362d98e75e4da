//! Which resolvers are asked, and who judges DNSSEC.
//!
//! | `--dnssec` | what it does |
//! | --- | --- |
//! | `auto` | believes the AD bit of resolvers that are trusted (loopback, `trust-ad`) and validate; else checks the signatures here |
//! | `trust` | believes the AD bit of whatever resolver is asked |
//! | `validate` | checks the signatures here, from the trust anchor down |
//! | `off` | asks nothing about DNSSEC: every answer is indeterminate |
//!
//! The resolvers are those that were given, else those of the system.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::auto::Auto;
use super::stub::{Options, Server, Stub};
use super::system::{self, System};
use super::validate::Validating;
use super::{DnsFault, Resolver};

/// How DNS is asked: what the shared options say.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The resolvers that were given; none means the system's.
    pub nameservers: Vec<SocketAddr>,
    /// Who judges DNSSEC.
    pub dnssec: Dnssec,
    /// A file of DNSKEY records to begin at, in place of the root's well-known keys.
    pub trust_anchor: Option<PathBuf>,
    /// The longest wait for one name, in place of 15 s.
    pub timeout: Option<Duration>,
}

/// Who judges DNSSEC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dnssec {
    /// A trusted resolver, else this process.
    #[default]
    Auto,
    /// Whatever resolver is asked.
    Trust,
    /// This process.
    Validate,
    /// Nobody.
    Off,
}

/// A resolver, ready to be asked.
pub struct Opened {
    /// It.
    pub resolver: Box<dyn Resolver>,
    /// The servers it asks, in order.
    pub servers: Vec<SocketAddr>,
    /// Whether they were given, rather than the system's.
    pub explicit: bool,
    /// Whether signatures are checked in this process.
    pub validating: bool,
}

impl Config {
    /// Opens a resolver; nothing is asked yet.
    ///
    /// # Errors
    /// `no-resolver` where none is given and the system names none; `dns-error` where the trust anchor cannot be read.
    pub fn open(&self) -> Result<Opened, DnsFault> {
        let explicit = !self.nameservers.is_empty();
        let system =
            if explicit { System { servers: self.nameservers.clone(), ..System::default() } } else { system::read()? };
        let trusted = |server: &SocketAddr| system.trust_ad || server.ip().to_canonical().is_loopback();
        let validating = match self.dnssec {
            Dnssec::Auto => !system.servers.iter().all(trusted),
            Dnssec::Validate => true,
            Dnssec::Trust | Dnssec::Off => false,
        };
        let servers = system
            .servers
            .iter()
            .map(|server| Server { address: *server, trusted: self.dnssec == Dnssec::Trust || trusted(server) })
            .collect();
        let stub = Stub::new(servers, self.options(&system));
        let anchor = self.trust_anchor.as_deref();
        let resolver: Box<dyn Resolver> = match self.dnssec {
            Dnssec::Auto if !validating => {
                let own = Validating::new(stub.clone(), anchor, true)?;
                Box::new(Auto::new(stub, own))
            }
            Dnssec::Auto | Dnssec::Validate => Box::new(Validating::new(stub, anchor, self.dnssec == Dnssec::Auto)?),
            Dnssec::Trust | Dnssec::Off => {
                // A file that was typed is read, though nothing here needs it: a slip in its name is not passed over.
                if anchor.is_some() {
                    Validating::new(stub.clone(), anchor, false)?;
                }
                Box::new(stub)
            }
        };
        Ok(Opened { resolver, servers: system.servers, explicit, validating })
    }

    /// 5 s a try and 15 s a name, unless the user or the system says otherwise; the user's word is about the whole.
    fn options(&self, system: &System) -> Options {
        let default = Options::default();
        let try_within = system.timeout.unwrap_or(default.try_within);
        let rounds = |attempts| try_within * attempts * u32::try_from(system.servers.len()).unwrap_or(1);
        let total = system.attempts.map_or(default.total, |attempts| rounds(attempts).max(default.total));
        let dnssec = self.dnssec != Dnssec::Off;
        match self.timeout {
            // Three tries have to fit, so that one lost packet does not decide.
            Some(total) => Options { try_within: try_within.min(total / 3), total, dnssec },
            None => Options { try_within, total, dnssec },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Config, Dnssec, System};

    /// Whether a configuration for one server validates here.
    fn validates(server: &str, dnssec: Dnssec) -> bool {
        let config = Config { nameservers: vec![server.parse().unwrap()], dnssec, ..Config::default() };
        let opened = config.open().unwrap_or_else(|fault| panic!("{}", fault.text));
        assert!(opened.explicit);
        opened.validating
    }

    #[test]
    fn who_judges() {
        // RFC 7672 §2.1.3: a resolver on this machine may be trusted, another may not.
        for (server, expected) in [
            ("127.0.0.53:53", false),
            ("[::1]:53", false),
            ("[::ffff:127.0.0.1]:53", false),
            ("192.0.2.53:53", true),
            ("[2001:db8::53]:53", true),
        ] {
            assert_eq!(validates(server, Dnssec::Auto), expected, "{server}");
            assert!(validates(server, Dnssec::Validate));
            assert!(!validates(server, Dnssec::Trust));
            assert!(!validates(server, Dnssec::Off));
        }
    }

    #[test]
    fn how_long_is_waited() {
        let seconds = Duration::from_secs;
        let servers = vec!["192.0.2.53:53".parse().unwrap(); 2];
        let plain = System { servers, ..System::default() };
        let waits = |timeout, system: &System| {
            let options = Config { timeout, ..Config::default() }.options(system);
            (options.try_within, options.total)
        };
        assert_eq!(waits(None, &plain), (seconds(5), seconds(15)));
        assert_eq!(waits(Some(seconds(3)), &plain), (seconds(1), seconds(3)));
        assert_eq!(waits(Some(seconds(60)), &plain), (seconds(5), seconds(60)));
        let patient = System { timeout: Some(seconds(10)), attempts: Some(2), ..plain };
        assert_eq!(waits(None, &patient), (seconds(10), seconds(40)));
    }
}
