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
use crate::wire::Security;

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
        Box::pin(async move {
            let answer = self.stub.mx(name).await;
            if self.silence_counts(&answer).await { answer } else { self.own.mx(name).await }
        })
    }

    fn addresses<'a>(&'a self, name: &'a Domain, v6: bool) -> Pending<'a, IpAddr> {
        Box::pin(async move {
            let answer = self.stub.addresses(name, v6).await;
            if self.silence_counts(&answer).await { answer } else { self.own.addresses(name, v6).await }
        })
    }

    fn ptr(&self, address: IpAddr) -> Pending<'_, Domain> {
        // Nothing is judged by it.
        self.stub.ptr(address)
    }
}
