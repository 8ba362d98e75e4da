//! What one line or argument means.
//!
//! A bare word is a domain; with an "@" it is an address, whose domain counts and whose recipient is kept;
//! `host:port`, brackets and IP addresses name a server; a line that begins with `{` is a record of an earlier tool.

use super::record;
use super::server::{Server, is_url};
use crate::domain::Domain;
use crate::mailbox::{MailHost, Mailbox};
use crate::tool::lookup::{Place, Query};
use crate::wire::{MxRecord, ProbeRecord, Record};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A domain or an address, to be looked up.
    Query(Query),
    /// A server, to be talked to.
    Server(Server),
    /// A look-up that was done already.
    Mx(Box<MxRecord>),
    /// A probe that was done already: its target counts.
    Probe(Box<ProbeRecord>),
}

/// Reads one line or argument.
///
/// # Errors
/// Why it is none of these: a sentence without a full stop.
pub fn parse(text: &str) -> Result<Item, String> {
    if text.starts_with('{') {
        return Ok(match record::parse(text)? {
            Record::Mx(record) => Item::Mx(Box::new(record)),
            Record::Probe(record) => Item::Probe(Box::new(record)),
            Record::Delivery(_) | Record::Event(_) | Record::Explain(_) => {
                return Err("only mx/1 and probe/1 records are taken here".into());
            }
        });
    }
    if let Some(why) = is_url(text) {
        return Err(why);
    }
    if text.contains('@') {
        let mailbox: Mailbox = text.parse().map_err(|error: crate::mailbox::MailboxError| error.to_string())?;
        let place = match mailbox.host() {
            MailHost::Domain(domain) => Place::Domain(domain.clone()),
            MailHost::Literal(address) => Place::Literal(*address),
        };
        return Ok(Item::Query(Query { place, recipients: vec![mailbox], input: Some(text.to_owned()) }));
    }
    if let Some(server) = Server::explicit(text) {
        return server.map(Item::Server);
    }
    let domain: Domain = text.parse().map_err(|error: crate::domain::DomainError| error.to_string())?;
    let input = (text != domain.as_str()).then(|| text.to_owned());
    Ok(Item::Query(Query { place: Place::Domain(domain), recipients: vec![], input }))
}

#[cfg(test)]
mod tests {
    use super::{Item, parse};
    use crate::tool::lookup::Place;

    fn check(text: &str, expected: &str) {
        let got = match parse(text) {
            Ok(Item::Query(query)) => {
                let place = match query.place {
                    Place::Domain(domain) => domain.to_string(),
                    Place::Literal(address) => format!("literal {address}"),
                };
                format!("query {place} {} {}", query.recipients.len(), query.input.unwrap_or_default())
            }
            Ok(Item::Server(server)) => format!("server {} {:?}", server.host, server.port),
            Ok(Item::Mx(_) | Item::Probe(_)) => "record".into(),
            Err(reason) => reason,
        };
        assert_eq!(got.trim_end(), expected, "{text}");
    }

    #[test]
    fn what_people_type() {
        check("example.org", "query example.org 0");
        check("Example.ORG.", "query example.org 0 Example.ORG.");
        check("someone@example.org", "query example.org 1 someone@example.org");
        check("<someone@example.org>", "query example.org 1 <someone@example.org>");
        check("a@[192.0.2.1]", "query literal 192.0.2.1 1 a@[192.0.2.1]");
        check("mx.example.org:25", "server mx.example.org Some(25)");
        check("[mx.example.org]", "server mx.example.org None");
        check("2001:db8::1", "server 2001:db8::1 None");
        let url = "this is a URL: give the name in it alone, such as example.org";
        check("https://example.org/", url);
        check("http://someone@example.org/", url);
        check("mailto:a@example.org", "this is a URL: give the address alone, such as someone@example.org");
        check("good.test:smtp", "a port is a number, and \"smtp\" is the name of a service: that is port 25");
        check("\"x\"", "a domain name cannot have a quotation mark in it");
        check("a b", "a domain name cannot have a blank in it");
        check("a@b@c", "\"@\" cannot stand before the \"@\" unless it is quoted");
        check("", "a domain name cannot be empty");
    }
}
