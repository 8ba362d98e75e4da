//! Whom the typed session talks to: WHERE of `--by-hand`, else `--server`, else the domain of the first `--to`.
//!
//! Found as everywhere ([`byhand::cli::aims`]); what keeps an address out is told only where none is left.

use std::net::IpAddr;

use byhand::cli::aims::Finder;
use byhand::cli::args;
use byhand::cli::exit;
use byhand::cli::input::{Item, Server, parse};
use byhand::dns::Resolver;
use byhand::mailbox::{MailHost, Mailbox};
use byhand::tool::connection::Meeting;
use byhand::tool::lookup;
use byhand::wire::{Outcome, Status, Target};

use crate::options::Args;
use crate::work::route;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Place {
    item: Item,
    /// Recipients to propose.
    to: Vec<Mailbox>,
    domain: Option<String>,
    server: Option<Server>,
}

/// Where the session goes.
#[derive(Debug)]
pub(super) struct Found {
    /// Addresses, at least one, in the order in which they are tried.
    pub(super) targets: Vec<(Target, IpAddr)>,
    /// A line about the way.
    pub(super) route: String,
    /// The mail domain, where one was named.
    pub(super) domain: Option<String>,
    /// Recipients to propose.
    pub(super) to: Vec<Mailbox>,
}

impl Place {
    pub(super) fn of(args: &Args) -> Result<Self, String> {
        let wanted = args.by_hand.by_hand.as_deref().unwrap_or_default();
        let mut to = args.to.clone();
        let server = args.server.server.clone();
        let item = if !wanted.is_empty() {
            parse(wanted).map_err(|why| format!("--by-hand {wanted}: {why}"))?
        } else if let Some(first) = to.first() {
            parse(&first.to_string())?
        } else if let Some(server) = &server {
            Item::Server(server.clone())
        } else {
            return Err("say where: --by-hand DOMAIN, or --server HOST[:PORT]".into());
        };
        let domain = match &item {
            Item::Query(query) => {
                for recipient in query.recipients.iter().rev().filter(|recipient| !args.to.contains(recipient)) {
                    to.insert(0, recipient.clone());
                }
                match &query.place {
                    lookup::Place::Domain(domain) => Some(domain.to_string()),
                    lookup::Place::Literal(_) => None,
                }
            }
            Item::Server(_) => to.first().and_then(|to| match to.host() {
                MailHost::Domain(domain) => Some(domain.to_string()),
                MailHost::Literal(_) => None,
            }),
            Item::Mx(_) | Item::Probe(_) => return Err("--by-hand takes a domain, an address or a server".into()),
        };
        Ok(Self { item, to, domain, server })
    }
}

/// Finds the addresses; where there is none, the sentence and the exit code.
pub(super) async fn find(
    place: Place,
    args: &Args,
    meeting: &Meeting,
    resolver: &dyn Resolver,
) -> Result<Found, (String, u8)> {
    let family = args::family(&args.network, &args.server).map_err(|why| (why, exit::USAGE))?;
    let Place { item, to, domain, server } = place;
    let finder = Finder {
        server,
        port: args.server.port,
        family,
        bind: meeting.bind.filter(|_| args.network.family().is_none()),
        policies: None,
    };
    let aims = finder.aims(item, resolver).await;
    let live = |aim: &byhand::route::Aim| aim.dead.is_none().then_some(aim.target.address).flatten();
    let targets: Vec<_> = aims.iter().filter_map(|aim| Some((aim.target.clone(), live(aim)?))).collect();
    if targets.is_empty() {
        let dead = aims.iter().find_map(|aim| aim.dead.clone());
        let dead = dead.unwrap_or_else(|| Outcome::ok("there is no address to connect to"));
        let code = if dead.status == Status::Permanent { exit::PERMANENT } else { exit::TEMPORARY };
        let what = domain.map(|domain| format!("{domain}: ")).unwrap_or_default();
        return Err((format!("{what}{}", dead.text), code));
    }
    Ok(Found { route: route(domain.as_deref(), &aims), targets, domain, to })
}
