//! A lab: a name server, mail hosts that share one port, certificates and the files that tools are given.
//!
//! ```no_run
//! # async fn example() -> Result<(), String> {
//! use testlab::{lab::Lab, smtp::Plain, pki::Cert};
//! let mut builder = Lab::builder()?;
//! builder.records("good.test MX 10 mx1.good.test")?;
//! builder.plain(Plain::new("mx1.good.test").starttls(Cert::Good))?;
//! let lab = builder.start().await?;
//! // mxlookup --nameserver {lab.nameserver()} good.test | smtp-probe --port {lab.port()} --ca-file {lab.ca_file()}
//! # Ok(())
//! # }
//! ```
//!
//! Each host gets an address of 127.42/16 of its own, where Linux needs nothing set up; elsewhere 127.0.0.1 alone is there,
//! and a lab of several hosts does not start. Everything ends when the lab is dropped, files included.

mod demo;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::dialog::Dialog;
use crate::dns::{DnsServer, Fault, Signing, Zones};
use crate::folder::TempDir;
use crate::pki::Pki;
use crate::smtp::{Behaviour, BlackHole, Log, Plain, Play, Server};

pub use demo::{DEMO, Scene};

/// A lab that runs until it is dropped.
pub struct Lab {
    dns: DnsServer,
    servers: Vec<Server>,
    _holes: Vec<BlackHole>,
    pki: Arc<Pki>,
    log: Log,
    folder: TempDir,
    port: u16,
}

/// A lab in the making.
pub struct Builder {
    pki: Arc<Pki>,
    zones: Zones,
    hosts: Vec<(IpAddr, Host)>,
    dns: SocketAddr,
}

enum Host {
    Serves(Behaviour),
    Swallows,
    Refuses,
}

impl Lab {
    /// Begins a lab with nothing in it.
    ///
    /// # Errors
    /// No key could be made.
    pub fn builder() -> Result<Builder, String> {
        let (pki, dns) = (Arc::new(Pki::new()?), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Ok(Builder { pki, zones: Zones::new()?, hosts: Vec::new(), dns })
    }

    /// Where questions go: `--nameserver`.
    #[must_use]
    pub fn nameserver(&self) -> SocketAddr {
        self.dns.address()
    }

    /// The port of every mail host: `--port`.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority's certificate: `--ca-file`.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The root's key: `--trust-anchor`.
    #[must_use]
    pub fn anchor_file(&self) -> PathBuf {
        self.folder.path().join("anchor.key")
    }

    /// A folder that goes with the lab.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// What the mail hosts heard.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The name server, and what it was asked.
    #[must_use]
    pub fn dns(&self) -> &DnsServer {
        &self.dns
    }

    /// The certificates.
    #[must_use]
    pub fn pki(&self) -> &Pki {
        &self.pki
    }

    /// Where the mail hosts listen.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }
}

impl Builder {
    /// Answers questions here, port 0 for any; 127.0.0.1 otherwise.
    pub fn nameserver(&mut self, address: SocketAddr) -> &mut Self {
        self.dns = address;
        self
    }

    /// The certificates that the hosts will have, for records about them.
    #[must_use]
    pub fn pki(&self) -> &Pki {
        &self.pki
    }

    /// Behaves as a validating resolver.
    pub fn validating(&mut self) -> &mut Self {
        self.zones.validating();
        self
    }

    /// Adds a zone.
    ///
    /// # Errors
    /// As [`Zones::zone`].
    pub fn zone(&mut self, origin: &str, signing: Signing) -> Result<&mut Self, String> {
        self.zones.zone(origin, signing)?;
        Ok(self)
    }

    /// Adds records, one a line.
    ///
    /// # Errors
    /// As [`Zones::records`].
    pub fn records(&mut self, lines: &str) -> Result<&mut Self, String> {
        self.zones.records(lines)?;
        Ok(self)
    }

    /// Goes wrong about a name.
    ///
    /// # Errors
    /// As [`Zones::fault`].
    pub fn fault(&mut self, at: &str, fault: Fault) -> Result<&mut Self, String> {
        self.zones.fault(at, fault)?;
        Ok(self)
    }

    /// Goes wrong about one type of record of a name, and of all names below it.
    ///
    /// # Errors
    /// As [`Zones::fault_for`].
    pub fn fault_for(&mut self, at: &str, kind: &str, fault: Fault) -> Result<&mut Self, String> {
        self.zones.fault_for(at, kind, fault)?;
        Ok(self)
    }

    /// A host that behaves as told, under the name it gives itself; its address goes into the zones.
    ///
    /// # Errors
    /// The name cannot stand in DNS.
    pub fn plain(&mut self, plain: Plain) -> Result<Ipv4Addr, String> {
        let name = plain.name.clone();
        self.host(&name, Host::Serves(Behaviour::Plain(Arc::new(plain))))
    }

    /// The same at an address of the caller's choice, such as `::1`: for a host with several.
    ///
    /// # Errors
    /// As [`Builder::plain`].
    pub fn plain_at(&mut self, address: IpAddr, plain: Plain) -> Result<&mut Self, String> {
        let name = plain.name.clone();
        self.host_at(address, &name, Host::Serves(Behaviour::Plain(Arc::new(plain))))?;
        Ok(self)
    }

    /// A host that plays a dialog; its certificates are for `name`, and `play`'s name is not used.
    ///
    /// # Errors
    /// As [`Builder::plain`].
    pub fn dialog(&mut self, name: &str, dialog: Dialog, play: &Play) -> Result<Ipv4Addr, String> {
        let play = Play { host: name.to_owned(), ..play.clone() };
        self.host(name, Host::Serves(Behaviour::Dialog(Arc::new(dialog), play)))
    }

    /// A host that takes connections and never speaks.
    ///
    /// # Errors
    /// As [`Builder::plain`].
    pub fn silent(&mut self, name: &str) -> Result<Ipv4Addr, String> {
        self.host(name, Host::Serves(Behaviour::Silent))
    }

    /// A host that answers no SYN.
    ///
    /// # Errors
    /// As [`Builder::plain`].
    pub fn black_hole(&mut self, name: &str) -> Result<Ipv4Addr, String> {
        self.host(name, Host::Swallows)
    }

    /// A host where nothing listens.
    ///
    /// # Errors
    /// As [`Builder::plain`].
    pub fn refused(&mut self, name: &str) -> Result<Ipv4Addr, String> {
        self.host(name, Host::Refuses)
    }

    fn host(&mut self, name: &str, host: Host) -> Result<Ipv4Addr, String> {
        let number = u16::try_from(self.hosts.len() + 1).map_err(|_| "too many hosts")?;
        let [high, low] = number.to_be_bytes();
        let address = Ipv4Addr::new(127, 42, high, low);
        self.host_at(IpAddr::from(address), name, host)?;
        Ok(address)
    }

    fn host_at(&mut self, address: IpAddr, name: &str, host: Host) -> Result<(), String> {
        let kind = if address.is_ipv4() { "A" } else { "AAAA" };
        self.zones.records(&format!("{name} {kind} {address}"))?;
        self.hosts.push((address, host));
        Ok(())
    }

    /// Signs, listens and serves.
    ///
    /// # Errors
    /// A zone cannot be signed, no port is free on every address, or a file cannot be written.
    pub async fn start(self) -> Result<Lab, String> {
        let say = |error: io::Error| error.to_string();
        let pki = self.pki;
        let log = Log::new();
        let folder = TempDir::new("lab").map_err(say)?;
        std::fs::write(folder.path().join("anchor.key"), self.zones.anchor()).map_err(say)?;
        std::fs::write(folder.path().join("ca.pem"), pki.ca_pem()).map_err(say)?;
        let dns = DnsServer::start(self.dns, self.zones).await.map_err(say)?;
        let addresses: Vec<IpAddr> = self.hosts.iter().map(|(address, _)| *address).collect();
        let (port, listeners) = listeners(&addresses).await.map_err(say)?;
        let (mut servers, mut holes) = (Vec::new(), Vec::new());
        for ((address, host), listener) in self.hosts.into_iter().zip(listeners) {
            match host {
                Host::Serves(behaviour) => {
                    servers.push(Server::on(listener, behaviour, Arc::clone(&pki), log.clone()).map_err(say)?);
                }
                Host::Swallows => {
                    drop(listener);
                    holes.push(BlackHole::start(SocketAddr::from((address, port))).await.map_err(say)?);
                }
                Host::Refuses => drop(listener),
            }
        }
        Ok(Lab { dns, servers, _holes: holes, pki, log, folder, port })
    }
}

/// A port that is free on every one of these addresses, and a listener on each.
async fn listeners(addresses: &[IpAddr]) -> io::Result<(u16, Vec<TcpListener>)> {
    let mut last = io::Error::other("no port is free on every address");
    for _ in 0..100 {
        let first = addresses.first().copied().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let listener = TcpListener::bind((first, 0)).await?;
        let port = listener.local_addr()?.port();
        let mut listeners = vec![listener];
        for address in addresses.iter().skip(1) {
            match TcpListener::bind((*address, port)).await {
                Ok(listener) => listeners.push(listener),
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
        if listeners.len() >= addresses.len() {
            return Ok((port, listeners));
        }
    }
    Err(last)
}
