//! The resolver that the options describe.
//!
//! Nothing is asked yet. Where the system names no resolver, every look-up says so in its record, like any other trouble
//! with the network; an option that cannot be met (a trust anchor that cannot be read) is wrong usage.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::args::{self, DnsArgs};
use crate::dns::{Config, DnsFault, Dnssec, Exchange, Pending, Resolver};
use crate::domain::Domain;
use crate::wire::{Fault, Tlsa};

/// Opens the resolver; `timeout` bounds the look-up of one name.
///
/// # Errors
/// A sentence for people where an option cannot be met.
pub fn open(args: &DnsArgs, timeout: Option<Duration>) -> Result<Arc<dyn Resolver>, String> {
    let dnssec = match args.dnssec {
        args::Dnssec::Auto => Dnssec::Auto,
        args::Dnssec::Trust => Dnssec::Trust,
        args::Dnssec::Validate => Dnssec::Validate,
        args::Dnssec::Off => Dnssec::Off,
    };
    let config =
        Config { nameservers: args.nameserver.clone(), dnssec, trust_anchor: args.trust_anchor.clone(), timeout };
    match config.open() {
        Ok(opened) => Ok(Arc::from(opened.resolver)),
        Err(fault) if fault.fault == Fault::NoResolver => Ok(Arc::new(Nobody(fault))),
        Err(fault) => Err(fault.text),
    }
}

/// Gives every question the same answer: that there is nobody to ask.
struct Nobody(DnsFault);

impl Nobody {
    fn answer<'a, T: Send + 'a>(&self) -> Pending<'a, T> {
        let fault = self.0.clone();
        Box::pin(async { Err(fault) })
    }
}

impl Resolver for Nobody {
    fn mx<'a>(&'a self, _: &'a Domain) -> Pending<'a, Exchange> {
        self.answer()
    }

    fn addresses<'a>(&'a self, _: &'a Domain, _: bool) -> Pending<'a, IpAddr> {
        self.answer()
    }

    fn tlsa<'a>(&'a self, _: &'a Domain) -> Pending<'a, Tlsa> {
        self.answer()
    }

    fn txt<'a>(&'a self, _: &'a Domain) -> Pending<'a, String> {
        self.answer()
    }

    fn cname<'a>(&'a self, _: &'a Domain) -> Pending<'a, String> {
        self.answer()
    }

    fn ptr(&self, _: IpAddr) -> Pending<'_, Domain> {
        self.answer()
    }
}
