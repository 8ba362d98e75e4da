//! `--dnssec auto` with a resolver on this machine: its word, if it has one.
//!
//! A validating resolver sets AD on what is signed, and its silence says that the rest is not. A resolver that forwards and
//! checks nothing, as many machines have on 127.0.0.53, is silent about everything: read in the same way it would call
//! every domain unsigned. So the first answer without AD makes us ask for the root's SOA, which is signed: with AD there the
//! silence counts (RFC 7672 §2.1.3 leaves trust in a local resolver to us); without it the signatures are checked here.

use std::net::IpAddr;

use tokio::sync::OnceCell;

use super::stub::Stub;
use super::validate::Validating;
use super::{Answer, DnsFault, Exchange, Pending, Resolver};
use crate::domain::Domain;
use crate::wire::{Security, Tlsa};

/// A resolver whose silence about DNSSEC is checked once; see the module.
pub(super) struct Auto {
    stub: Stub,
    own: Validating,
    /// Whether the resolver validates, once that is known.
    validates: OnceCell<bool>,
}

impl Auto {
    pub(super) fn new(stub: Stub, own: Validating) -> Self {
        Self { stub, own, validates: OnceCell::new() }
    }

    /// The resolver's answer where its silence counts, else our own; what is not waited for asks nothing.
    fn settled<'a, T: Send + Sync + 'a>(&'a self, theirs: Pending<'a, T>, own: Pending<'a, T>) -> Pending<'a, T> {
        Box::pin(async move {
            let answer = theirs.await;
            if self.silence_counts(&answer).await { answer } else { own.await }
        })
    }

    async fn silence_counts<T>(&self, answer: &Result<Answer<T>, DnsFault>) -> bool {
        let security = match answer {
            Ok(answer) => answer.security,
            Err(fault) => fault.security,
        };
        security != Security::Insecure || *self.validates.get_or_init(|| self.stub.root_is_secure()).await
    }
}

impl Resolver for Auto {
    fn mx<'a>(&'a self, name: &'a Domain) -> Pending<'a, Exchange> {
        self.settled(self.stub.mx(name), self.own.mx(name))
    }

    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        self.settled(self.stub.addresses(name, v6), self.own.addresses(name, v6))
    }

    fn tlsa<'a>(&'a self, name: &'a Domain) -> Pending<'a, Tlsa> {
        self.settled(self.stub.tlsa(name), self.own.tlsa(name))
    }

    fn txt<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        self.settled(self.stub.txt(name), self.own.txt(name))
    }

    fn cname<'a>(&'a self, name: &'a Domain) -> Pending<'a, String> {
        self.settled(self.stub.cname(name), self.own.cname(name))
    }

    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        // Nothing is judged by it.
        self.stub.ptr(address)
    }
}
