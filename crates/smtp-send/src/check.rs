//! Whether the server of `--server` is one that takes mail for the domain at all.
//!
//! Asked beside the transaction. A look-up that fails says nothing, and neither does this.

use byhand::cli::input::{Server, ServerHost};
use byhand::dns::Resolver;
use byhand::tool::lookup::{Options, Place, Query, lookup};
use byhand::wire::{Finding, FindingId, MxRecord, Source, Status, Target};

/// The finding, where DNS says for certain that the server is no mail host of the place.
pub(crate) async fn not_an_mx(
    place: Place,
    server: &Server,
    targets: &[Target],
    resolver: &dyn Resolver,
) -> Option<Finding> {
    let query = Query { place, recipients: Vec::new(), input: None };
    judge(&lookup(&query, resolver, Options::default()).await, server, targets)
}

fn judge(record: &MxRecord, server: &Server, targets: &[Target]) -> Option<Finding> {
    let domain = record.domain.as_deref().unwrap_or("the domain");
    let named = |host: &str| matches!(&server.host, ServerHost::Name(name) if name.as_str() == host);
    let meant = |host: &byhand::wire::MxHost| {
        let same = |target: &Target| target.address.is_some_and(|address| host.addresses.contains(&address));
        named(&host.host) || targets.iter().any(same)
    };
    if record.outcome.status == Status::Temporary || record.hosts.iter().any(meant) {
        return None;
    }
    let hosts: Vec<&str> = record.hosts.iter().map(|host| host.host.as_str()).take(5).collect();
    let fact = match record.source {
        Source::Null => "it says that it takes no mail (null MX)".to_owned(),
        _ if hosts.is_empty() => "DNS names no mail host for it".to_owned(),
        _ => format!("its mail goes to {}", hosts.join(", ")),
    };
    let text = format!(
        "{} is no MX of {domain}: {fact}. What this server says may not be what the domain's mail servers say",
        server.host
    );
    Some(Finding::new(FindingId::NotAnMx, text))
}
