//! A resolver that answers from a table: for tests, and for trying a look-up without DNS.
//!
//! A name that stands nowhere in the table does not exist; one that stands there without the records asked for has none
//! (NODATA). Aliases are the table's business: an answer says itself which it went through.

use std::collections::HashMap;
use std::net::IpAddr;

use super::{Answer, DnsFault, Exchange, Pending, Resolver};
use crate::domain::Domain;
use crate::wire::{Fault, Security, Tlsa};

/// What the table holds for one question.
type Entry<T> = Result<Answer<T>, DnsFault>;

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    mx: HashMap<String, Entry<Exchange>>,
    addresses: HashMap<(String, bool), Entry<IpAddr>>,
    tlsa: HashMap<String, Entry<Tlsa>>,
    txt: HashMap<String, Entry<String>>,
    aliases: HashMap<String, Entry<String>>,
    pointers: HashMap<IpAddr, Entry<Domain>>,
}

/// An answer with a TTL of 300 s and no aliases, not judged by DNSSEC.
#[must_use]
pub fn answer<T>(records: Vec<T>) -> Answer<T> {
    Answer { records, security: Security::Indeterminate, ttl: Some(300), cnames: Vec::new(), notes: Vec::new() }
}

/// A fault with a sentence made of its word.
#[must_use]
pub fn fault(fault: Fault) -> DnsFault {
    DnsFault {
        fault,
        security: if fault == Fault::DnssecBogus { Security::Bogus } else { Security::Indeterminate },
        ttl: (fault == Fault::Nxdomain).then_some(60),
        cnames: Vec::new(),
        text: format!("{} from the table", fault.as_str()),
        notes: Vec::new(),
    }
}

impl Fixed {
    /// An empty table: no name exists.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The MX records of a name, or why there are none.
    #[must_use]
    pub fn mx(mut self, name: &str, entry: Entry<Exchange>) -> Self {
        self.mx.insert(name.to_owned(), entry);
        self
    }

    /// MX records written as `(preference, host)`.
    #[must_use]
    pub fn exchanges(self, name: &str, exchanges: &[(u16, &str)]) -> Self {
        let exchange =
            |(preference, host): &(u16, &str)| Exchange { preference: *preference, host: (*host).to_owned() };
        self.mx(name, Ok(answer(exchanges.iter().map(exchange).collect())))
    }

    /// The A or AAAA records of a name, or why there are none.
    #[must_use]
    pub fn addresses(mut self, name: &str, v6: bool, entry: Entry<IpAddr>) -> Self {
        self.addresses.insert((name.to_owned(), v6), entry);
        self
    }

    /// A host with addresses of both families.
    #[must_use]
    pub fn host(self, name: &str, addresses: &[IpAddr]) -> Self {
        let (v6, v4) = addresses.iter().partition(|address| address.is_ipv6());
        self.addresses(name, false, Ok(answer(v4))).addresses(name, true, Ok(answer(v6)))
    }

    /// The TLSA records of a name, or why there are none.
    #[must_use]
    pub fn tlsa(mut self, name: &str, entry: Entry<Tlsa>) -> Self {
        self.tlsa.insert(name.to_owned(), entry);
        self
    }

    /// The TXT records of a name, or why there are none.
    #[must_use]
    pub fn txt(mut self, name: &str, entry: Entry<String>) -> Self {
        self.txt.insert(name.to_owned(), entry);
        self
    }

    /// What a name itself is an alias of. Which aliases other answers went through they say themselves.
    #[must_use]
    pub fn alias(mut self, name: &str, entry: Entry<String>) -> Self {
        self.aliases.insert(name.to_owned(), entry);
        self
    }

    /// What an address points back to.
    #[must_use]
    pub fn pointer(mut self, address: IpAddr, name: Domain) -> Self {
        self.pointers.insert(address, Ok(answer(vec![name])));
        self
    }

    fn missing<T>(&self, name: &str) -> Entry<T> {
        let is_there = self.mx.contains_key(name)
            || self.tlsa.contains_key(name)
            || self.txt.contains_key(name)
            || self.aliases.contains_key(name)
            || [false, true].iter().any(|v6| self.addresses.contains_key(&(name.to_owned(), *v6)));
        if is_there { Ok(answer(Vec::new())) } else { Err(fault(Fault::Nxdomain)) }
    }
}

impl Resolver for Fixed {
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange> {
        let entry = self.mx.get(name.as_str()).cloned().unwrap_or_else(|| self.missing(name.as_str()));
        Box::pin(std::future::ready(entry))
    }

    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        let entry = self.addresses.get(&(name.as_str().to_owned(), v6)).cloned();
        Box::pin(std::future::ready(entry.unwrap_or_else(|| self.missing(name.as_str()))))
    }

    fn tlsa<'a>(&'a self, name: &'a Domain) -> Pending<'a, Tlsa> {
        let entry = self.tlsa.get(name.as_str()).cloned().unwrap_or_else(|| self.missing(name.as_str()));
        Box::pin(std::future::ready(entry))
    }

    fn txt<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        let entry = self.txt.get(name.as_str()).cloned().unwrap_or_else(|| self.missing(name.as_str()));
        Box::pin(std::future::ready(entry))
    }

    fn cname<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        let entry = self.aliases.get(name.as_str()).cloned().unwrap_or_else(|| self.missing(name.as_str()));
        Box::pin(std::future::ready(entry))
    }

    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        let entry = self.pointers.get(&address).cloned().unwrap_or_else(|| Err(fault(Fault::Nxdomain)));
        Box::pin(std::future::ready(entry))
    }
}
