//! Our own name and place: what EHLO says, and what a receiver may think of it. Each warning is said once a run.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use super::io::Stderr;
use crate::dns::{Resolver, source_address};
use crate::domain::Domain;
use crate::policy::reserved::{is_local, reserved};
use crate::tool::identity::{Identity, ehlo_name, judge_ehlo};
use crate::wire::Target;
use tokio::sync::OnceCell;

/// Who we are, for a whole run: one name for public servers and one for local ones, by family of addresses.
#[derive(Debug)]
pub struct Name {
    given: Option<String>,
    bind: Option<IpAddr>,
    known: [OnceCell<Identity>; 4],
    stderr: Option<Stderr>,
    told_name: AtomicBool,
    told_place: AtomicBool,
}

impl Name {
    /// `stderr` is where warnings go, if anywhere.
    pub fn new(given: Option<String>, bind: Option<IpAddr>, stderr: Option<Stderr>) -> Self {
        Self {
            given,
            bind,
            known: Default::default(),
            stderr,
            told_name: AtomicBool::new(false),
            told_place: AtomicBool::new(false),
        }
    }

    /// The name for a server.
    pub async fn for_target(&self, target: &Target, address: IpAddr, resolver: &dyn Resolver) -> Identity {
        let local = is_local(address);
        if !local && target.port == 25 {
            self.judge_place(address);
        }
        let identity = match &self.given {
            Some(name) if local => Identity { name: name.clone(), finding: None },
            Some(name) => {
                let names = [&target.domain, &target.host];
                let names: Vec<Domain> = names.into_iter().flatten().filter_map(|name| name.parse().ok()).collect();
                Identity { name: name.clone(), finding: judge_ehlo(name, &names) }
            }
            None => {
                let at = usize::from(local) * 2 + usize::from(address.is_ipv6());
                let find = || ehlo_name(self.bind, address, resolver);
                self.known[at].get_or_init(find).await.clone()
            }
        };
        if let Some(finding) = &identity.finding {
            self.say(&self.told_name, &finding.text);
        }
        identity
    }

    /// From where nobody expects mail, port 25 tells more about the place than about the server.
    fn judge_place(&self, address: IpAddr) {
        // 0.0.0.0 and the like are no server of anybody's.
        if reserved(address).is_some() || self.told_place.load(Ordering::Relaxed) {
            return;
        }
        let Some(source) = self.bind.or_else(|| source_address(address)).filter(|source| is_local(*source)) else {
            return;
        };
        let text = format!(
            "this machine has the private address {source}, so mail servers see another one, that of the router before it. \
             Many networks block port 25, and many servers turn such places away: a refusal or no answer may say more about \
             this network than about the server"
        );
        self.say(&self.told_place, &text);
    }

    fn say(&self, told: &AtomicBool, text: &str) {
        if !told.swap(true, Ordering::Relaxed)
            && let Some(stderr) = &self.stderr
        {
            stderr.say(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::io::Io;
    use crate::dns::fixed::Fixed;
    use crate::wire::Target;

    use super::Name;

    /// What is said when a server at that address is met from a private one.
    async fn said(address: &str, port: u16) -> String {
        let (io, _, stderr) = Io::captured("smtp-probe", vec![]);
        let bind = "192.168.1.2".parse().unwrap();
        let name = Name::new(Some("client.example".into()), Some(bind), Some(io.stderr));
        let target = Target { port, ..Target::default() };
        for _ in 0..2 {
            name.for_target(&target, address.parse().unwrap(), &Fixed::new()).await;
        }
        stderr.text()
    }

    #[tokio::test]
    async fn a_private_place_is_told_once_and_before_public_servers_only() {
        let text = said("9.9.9.9", 25).await;
        assert!(text.contains("private address 192.168.1.2") && text.lines().count() == 1, "{text}");
        for (address, port) in
            [("0.0.0.0", 25), ("127.0.0.1", 25), ("10.1.2.3", 25), ("::1", 25), ("::", 25), ("9.9.9.9", 587)]
        {
            assert_eq!(said(address, port).await, "", "{address}");
        }
    }
}
