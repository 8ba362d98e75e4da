//! Whom to talk to: from an item to its targets, best first; and where there is nobody, the outcome that says why.
//!
//! A record that comes down the pipe is not looked up again. A domain's look-up that leads nowhere gives one outcome of
//! stage dns, a host without addresses one of its own, so that nothing is lost on the way.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use super::input::{Item, Server, ServerHost};
use crate::dns::{DnsFault, Resolver};
use crate::domain::Domain;
use crate::net::https::Https;
use crate::policy::verdict;
use crate::route::{self, Aim};
use crate::tool::lookup::{self, Family, HostAddresses, Place, Query, host_addresses, lookup};
use crate::wire::{Fault, MxHost, MxRecord, Outcome, ProbeRecord, Source, Stage, Status, Target, ms};

/// How targets are found.
#[derive(Clone, Debug)]
pub struct Finder {
    /// Talk to this server, whatever the item says.
    pub server: Option<Server>,
    /// The port where none is given.
    pub port: u16,
    /// Only this family of addresses.
    pub family: Option<Family>,
    /// The address to connect from, where it is what decides the family.
    pub bind: Option<IpAddr>,
    /// What a domain demands of senders is looked up too, and MTA-STS policies are fetched with this.
    pub policies: Option<Arc<Https>>,
}

impl Finder {
    /// The targets of an item.
    pub async fn aims(&self, item: Item, resolver: &dyn Resolver) -> Vec<Aim> {
        if let Some(server) = &self.server {
            let domain = match &item {
                Item::Query(Query { place: Place::Domain(domain), .. }) => Some(domain.to_string()),
                Item::Query(_) | Item::Server(_) => None,
                Item::Mx(record) => record.domain.clone(),
                Item::Probe(record) => record.target.domain.clone(),
            };
            return self.of_server(server, domain, resolver).await;
        }
        match item {
            Item::Server(server) => self.of_server(&server, None, resolver).await,
            Item::Mx(record) => self.of_mx(&record),
            Item::Probe(record) => vec![self.of_probe(*record)],
            Item::Query(query) => {
                let options = lookup::Options { seed: None, family: self.family, policies: self.policies.as_deref() };
                self.of_mx(&lookup(&query, resolver, options).await)
            }
        }
    }

    fn of_mx(&self, record: &MxRecord) -> Vec<Aim> {
        let dns_ms = Some(record.elapsed_ms);
        let nowhere = match (record.outcome.status, record.source) {
            (Status::Ok, Source::Null) => Some((Fault::NullMx, "the domain takes no mail (null MX)")),
            (Status::Ok, _) if record.hosts.is_empty() => Some((Fault::NoMailHost, "the record names no host")),
            _ => None,
        };
        let dead = match nowhere {
            Some((fault, text)) => Some(Outcome::failed(Status::Permanent, Stage::Dns, fault, text)),
            None if record.outcome.status != Status::Ok => {
                Some(Outcome { stage: Some(Stage::Dns), ..record.outcome.clone() })
            }
            None => None,
        };
        if let Some(outcome) = dead {
            let target = Target { domain: record.domain.clone(), port: self.port, ..Target::default() };
            return vec![Aim { target, dead: Some(outcome), input: record.input.clone(), dns_ms, finding: None }];
        }
        let mut aims = Vec::new();
        for target in route::targets(record, self.port) {
            let host = record.hosts.iter().find(|host| Some(&host.host) == target.host.as_ref());
            let aim = |target, dead| Aim { target, dead, input: None, dns_ms, finding: None };
            match (target.address, host) {
                (Some(address), _) if self.wants(address) => aims.push(aim(target, None)),
                (Some(_), Some(host)) => {
                    // Of the other family: told once for a host that has no address left.
                    let told = |aim: &Aim| aim.target.host == target.host;
                    if !host.addresses.iter().any(|a| self.wants(*a)) && !aims.iter().any(told) {
                        let dead = self.other_family(&host.host);
                        aims.push(aim(Target { address: None, ..target }, Some(dead)));
                    }
                }
                (_, Some(host)) if record.family.is_some() && host.fault == Some(Fault::NoAddress) => {
                    let only = record.family.map_or("", Family::name);
                    let text = format!("not tested: {} has no {only} address, and no other was looked up", host.host);
                    let dead = Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text);
                    aims.push(aim(target, Some(dead)));
                }
                (_, host) => {
                    let dead = host.map_or_else(no_address, host_without_address);
                    aims.push(aim(target, Some(dead)));
                }
            }
        }
        aims
    }

    fn of_probe(&self, record: ProbeRecord) -> Aim {
        let dead = match record.target.address {
            Some(address) if self.wants(address) => None,
            Some(address) => Some(self.other_family(&address.to_string())),
            None if record.outcome.status != Status::Ok => {
                Some(Outcome { stage: Some(Stage::Dns), ..record.outcome.clone() })
            }
            None => Some(no_address()),
        };
        Aim { target: record.target, dead, input: record.input, dns_ms: record.timings.dns_ms, finding: None }
    }

    async fn of_server(&self, server: &Server, domain: Option<String>, resolver: &dyn Resolver) -> Vec<Aim> {
        let port = server.port.unwrap_or(self.port);
        let of = |target, dead, dns_ms| Aim { target, dead, input: None, dns_ms, finding: None };
        let target = |host: Option<&Domain>, address| Target {
            domain: domain.clone(),
            host: host.map(ToString::to_string),
            preference: None,
            address,
            port,
            ..Target::default()
        };
        let name = match &server.host {
            ServerHost::Address(address) => {
                let dead = (!self.wants(*address)).then(|| self.other_family(&address.to_string()));
                return vec![of(target(None, Some(*address)), dead, None)];
            }
            ServerHost::Name(name) => name,
        };
        let begin = Instant::now();
        let found = self.addresses(name, port, resolver).await;
        let dns_ms = (!is_localhost(name)).then(|| ms(begin.elapsed()));
        match found {
            Ok(found) => {
                let aim = |address: &IpAddr| {
                    let mut target = target(Some(name), Some(*address));
                    if let Some(all) = &found.demands {
                        let here = route::demanded(all, &found.tlsa, found.tlsa_family, Some(*address));
                        target.requirement = Some(verdict::rule(&here.0));
                        (target.demands, target.tlsa) = (Some(here.0), here.1);
                    }
                    of(target, None, dns_ms)
                };
                let mut aims: Vec<Aim> = found.addresses.iter().map(aim).collect();
                // Said once, with the first address.
                aims.iter_mut().take(1).for_each(|aim| aim.finding.clone_from(&found.finding));
                aims
            }
            Err(outcome) => vec![of(target(Some(name), None), Some(outcome), dns_ms)],
        }
    }

    /// The addresses of a host, A and AAAA asked at once, TLSA too where that is wanted; the reason where there is none.
    async fn addresses(&self, name: &Domain, port: u16, resolver: &dyn Resolver) -> Result<HostAddresses, Outcome> {
        if is_localhost(name) {
            let both = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
            let addresses = both.into_iter().filter(|address| self.wants(*address)).collect();
            return Ok(HostAddresses { addresses, ..HostAddresses::default() });
        }
        let port = self.policies.is_some().then_some(port);
        let found = host_addresses(name, port, resolver, self.family).await;
        if !found.addresses.is_empty() {
            return Ok(found);
        }
        // What may be otherwise next time decides.
        let lasting = |fault: &DnsFault| fault.fault == Fault::Nxdomain;
        Err(match &found.fault {
            Some(fault) if lasting(fault) => {
                let text = format!("{name} does not exist: {}", fault.text);
                Outcome::failed(Status::Permanent, Stage::Dns, fault.fault, text)
            }
            Some(fault) => {
                let text = format!("{name} could not be looked up: {}", fault.text);
                Outcome::failed(Status::Temporary, Stage::Dns, fault.fault, text)
            }
            None if self.family.is_some() => self.other_family(name.as_str()),
            None => no_address(),
        })
    }

    fn wants(&self, address: IpAddr) -> bool {
        match self.family {
            Some(Family::V4) => address.is_ipv4(),
            Some(Family::V6) => address.is_ipv6(),
            None => true,
        }
    }

    fn other_family(&self, what: &str) -> Outcome {
        let family = self.family.unwrap_or(Family::V4).name();
        let why = match self.bind {
            Some(bind) => format!("from {bind} (--bind) only {family} can be reached"),
            None => format!("only {family} was asked for"),
        };
        let text = match what.parse::<IpAddr>() {
            Ok(address) => format!("not tested: {why}, and {address} is not an {family} address"),
            Err(_) => format!("not tested: {why}, and {what} has no such address"),
        };
        Outcome::failed(Status::Untested, Stage::Dns, Fault::NoAddress, text)
    }
}

/// RFC 6761 §6.3: never asked of DNS.
fn is_localhost(name: &Domain) -> bool {
    name.as_str() == "localhost" || name.as_str().ends_with(".localhost")
}

fn no_address() -> Outcome {
    Outcome::failed(Status::Permanent, Stage::Dns, Fault::NoAddress, "the host has no address")
}

fn host_without_address(host: &MxHost) -> Outcome {
    let name = &host.host;
    let (status, fault, text) = match host.fault {
        Some(Fault::Nxdomain) => (Status::Permanent, Fault::Nxdomain, format!("{name} does not exist")),
        Some(Fault::BadHostName) => (Status::Permanent, Fault::BadHostName, format!("{name} is no host name")),
        Some(Fault::NoAddress) | None => (Status::Permanent, Fault::NoAddress, format!("{name} has no address")),
        Some(fault) => {
            (Status::Temporary, fault, format!("{name} could not be looked up this time ({})", fault.as_str()))
        }
    };
    Outcome::failed(status, Stage::Dns, fault, text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::cli::input::{Item, parse};
    use crate::dns::Answer;
    use crate::dns::fixed::{Fixed, answer, fault};
    use crate::net::https::Https;
    use crate::tool::lookup::Family;
    use crate::wire::{Dane, Fault, FindingId, Security, Status, Target, Tlsa};

    use super::Finder;

    async fn check(finder: &Finder, table: &Fixed, text: &str, expected: &[&str]) {
        let aims = finder.aims(parse(text).unwrap(), table).await;
        let shown: Vec<String> = aims
            .iter()
            .map(|aim| {
                let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
                let address = aim.target.address.map(|a| a.to_string());
                let dead = aim.dead.as_ref().map_or_else(String::new, |outcome| {
                    format!(" {:?} {:?}", outcome.status, outcome.fault.unwrap_or(Fault::Other))
                });
                let Target { domain, host, port, .. } = &aim.target;
                format!("{} {} {} {port}{dead}", part(domain), part(host), part(&address))
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    fn any() -> Finder {
        Finder { server: None, port: 25, family: None, bind: None, policies: None }
    }

    fn host(table: Fixed) -> Fixed {
        table.host("mx1.example.org", &["192.0.2.25".parse().unwrap(), "2001:db8::25".parse().unwrap()])
    }

    #[tokio::test]
    async fn servers() {
        let table = host(Fixed::new());
        let (v4, v6) = ("- mx1.example.org 192.0.2.25 2525", "- mx1.example.org 2001:db8::25 2525");
        check(&any(), &table, "mx1.example.org:2525", &[v6, v4]).await;
        check(&Finder { family: Some(Family::V6), ..any() }, &table, "[mx1.example.org]:2525", &[v6]).await;
        check(&any(), &table, "192.0.2.1", &["- - 192.0.2.1 25"]).await;
        check(&Finder { port: 587, ..any() }, &table, "[2001:db8::1]", &["- - 2001:db8::1 587"]).await;
        check(&any(), &table, "localhost:25", &["- localhost ::1 25", "- localhost 127.0.0.1 25"]).await;
        check(&Finder { family: Some(Family::V4), ..any() }, &table, "[::1]:25", &["- - ::1 25 Untested NoAddress"])
            .await;
        let finder = Finder { server: Some("mx1.example.org:26".parse().unwrap()), ..any() };
        let both = ["example.org mx1.example.org 2001:db8::25 26", "example.org mx1.example.org 192.0.2.25 26"];
        check(&finder, &table, "someone@example.org", &both).await;
    }

    /// RFC 8461 §5, RFC 7672 §2.2.2: a relay that is named has DANE by its own name and port, and no MTA-STS.
    #[tokio::test]
    async fn what_is_demanded_of_a_server_that_is_named() {
        let https = Https::at_port(Arc::default(), std::time::Duration::from_secs(5), 1);
        let finder =
            Finder { server: Some("mx1.example.org:587".parse().unwrap()), policies: Some(Arc::new(https)), ..any() };
        let secure = |records| Ok(Answer { security: Security::Secure, ..answer(records) });
        let record = Tlsa { usage: 3, selector: 1, matching: 1, data: "00".repeat(32) };
        let table = Fixed::new()
            .addresses("mx1.example.org", false, secure(vec!["192.0.2.25".parse().unwrap()]))
            .tlsa("_587._tcp.mx1.example.org", Ok(Answer { security: Security::Secure, ..answer(vec![record]) }))
            .txt("_mta-sts.example.org", Ok(answer(vec!["v=STSv1; id=1;".into()])));
        let aims = finder.aims(parse("someone@example.org").unwrap(), &table).await;
        let [aim] = &aims[..] else { panic!("{aims:?}") };
        let demands = aim.target.demands.as_ref().unwrap();
        assert_eq!((demands.dane, demands.sts, demands.mx_security), (Dane::Usable, None, None));
        assert_eq!((demands.names.as_slice(), aim.target.tlsa.len()), (&["mx1.example.org".to_owned()][..], 1));
        // Nothing is looked up where nobody wants to know, and of an address nothing can be.
        let unasked = Finder { policies: None, ..finder.clone() };
        assert!(unasked.aims(parse("someone@example.org").unwrap(), &table).await[0].target.demands.is_none());
        let bare = Finder { server: None, ..finder };
        assert!(bare.aims(parse("192.0.2.25").unwrap(), &table).await[0].target.demands.is_none());
    }

    #[tokio::test]
    async fn a_server_is_looked_up_as_the_hosts_of_a_domain_are() {
        // RFC 8305 §4, as `mxlookup` orders them: the families in turn.
        let list = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"].map(|a| a.parse().unwrap());
        let table = Fixed::new().host("mx.example", &list);
        let expected = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"].map(|a| format!("- mx.example {a} 25"));
        check(&any(), &table, "[mx.example]", &expected.each_ref().map(String::as_str)).await;
        // A family that failed leaves a word.
        let table = Fixed::new().addresses("mx.example", false, Ok(answer(list[..2].to_vec()))).addresses(
            "mx.example",
            true,
            Err(fault(Fault::Servfail)),
        );
        let aims = any().aims(parse("mx.example:25").unwrap(), &table).await;
        let found: Vec<_> = aims.iter().map(|aim| aim.finding.as_ref().map(|finding| finding.id)).collect();
        assert_eq!(found, [Some(FindingId::MxHostFailed), None]);
    }

    #[tokio::test]
    async fn what_keeps_a_target_out_is_named() {
        let text = async |bind: Option<&str>, what: &str| {
            let finder =
                Finder { family: Some(Family::V6), bind: bind.map(|address| address.parse().unwrap()), ..any() };
            let table = Fixed::new().host("v4.example", &["192.0.2.1".parse().unwrap()]);
            finder.aims(parse(what).unwrap(), &table).await[0].dead.clone().unwrap().text
        };
        let typed = "not tested: only IPv6 was asked for, and 127.0.0.1 is not an IPv6 address";
        assert_eq!(text(None, "127.0.0.1:2019").await, typed);
        let bound = "not tested: from ::1 (--bind) only IPv6 can be reached, and 127.0.0.1 is not an IPv6 address";
        assert_eq!(text(Some("::1"), "127.0.0.1:2019").await, bound);
        let host = "not tested: from ::1 (--bind) only IPv6 can be reached, and v4.example has no such address";
        assert_eq!(text(Some("::1"), "v4.example:25").await, host);
    }

    const MX: &str = r#"{"type":"mx/1","domain":"example.org","outcome":{"status":"ok","stage":null,"fault":null,"reply":null,"text":"x"},"source":"mx","security":"secure","ttl":60,"hosts":[{"host":"mx1.example.org","preference":10,"addresses":["192.0.2.25","2001:db8::25"],"security":"secure","ttl":60,"fault":null},{"host":"mx2.example.org","preference":20,"addresses":[],"security":"secure","ttl":60,"fault":"servfail"}],"elapsed_ms":1.0}"#;

    #[tokio::test]
    async fn records() {
        // An empty table: nothing is looked up again.
        let table = Fixed::new();
        let (v4, v6, dead) = (
            "example.org mx1.example.org 192.0.2.25 25",
            "example.org mx1.example.org 2001:db8::25 25",
            "example.org mx2.example.org - 25 Temporary Servfail",
        );
        check(&any(), &table, MX, &[v4, v6, dead]).await;
        check(&Finder { family: Some(Family::V4), ..any() }, &table, MX, &[v4, dead]).await;
        let four = MX.replace(",\"2001:db8::25\"", "");
        let other = "example.org mx1.example.org - 25 Untested NoAddress";
        check(&Finder { family: Some(Family::V6), ..any() }, &table, &four, &[other, dead]).await;
        let ours = MX.replace("\"fault\":\"servfail\"", "\"fault\":\"no-address\"");
        check(&any(), &table, &ours, &[v4, v6, "example.org mx2.example.org - 25 Permanent NoAddress"]).await;
        let ours = ours.replace("\"elapsed_ms\"", "\"family\":\"ipv6\",\"elapsed_ms\"");
        check(&any(), &table, &ours, &[v4, v6, "example.org mx2.example.org - 25 Untested NoAddress"]).await;
        let null = MX.replace("\"source\":\"mx\"", "\"source\":\"null\"");
        check(&any(), &table, &null, &["example.org - - 25 Permanent NullMx"]).await;
        let gone = MX.replace(
            "\"status\":\"ok\",\"stage\":null,\"fault\":null",
            "\"status\":\"permanent\",\"stage\":\"dns\",\"fault\":\"nxdomain\"",
        );
        check(&any(), &table, &gone, &["example.org - - 25 Permanent Nxdomain"]).await;
    }

    #[tokio::test]
    async fn a_domain_is_looked_up_as_the_pipe_would() {
        let table = host(Fixed::new()).exchanges("example.org", &[(10, "mx1.example.org")]);
        let both = ["example.org mx1.example.org 2001:db8::25 25", "example.org mx1.example.org 192.0.2.25 25"];
        check(&any(), &table, "example.org", &both).await;
        let Item::Query(query) = parse("example.org").unwrap() else { unreachable!() };
        let record = crate::tool::lookup::lookup(&query, &table, crate::tool::lookup::Options::default()).await;
        assert_eq!(record.outcome.status, Status::Ok);
        let line = serde_json::to_string(&crate::wire::Record::Mx(record)).unwrap();
        check(&any(), &Fixed::new(), &line, &both).await;
    }
}
