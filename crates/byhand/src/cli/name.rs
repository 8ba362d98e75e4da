//! Our own name and place: what EHLO says, and what a receiver may think of it. Each warning is said once a run.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use super::io::Stderr;
use crate::dns::{Resolver, source_address};
use crate::domain::Domain;
use crate::policy::reserved::is_local;
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
        if self.told_place.load(Ordering::Relaxed) {
            return;
        }
        let Some(source) = self.bind.or_else(|| source_address(address)).filter(|source| is_local(*source)) else {
            return;
        };
        let text = format!(
            "we speak from {source}, a private address, through somebody else's: on port 25 refusals and silence say more \
             about this place than about the servers"
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
