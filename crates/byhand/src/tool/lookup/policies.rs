//! What a domain says about TLS beside its MX records: the MTA-STS record and policy (RFC 8461), and where it wants
//! reports (RFC 8460).
//!
//! Both TXT records are asked for with the first questions of the look-up, so that a domain without them costs no wait.
//! Only a domain that announces a policy has it fetched: addresses of `mta-sts.DOMAIN`, then one GET. The domain itself
//! counts, never one above it (RFC 8461 §3.2).
//!
//! Not here: keeping a policy from one run to the next (RFC 8461 §5.1); whoever has one from before goes by that.

#[cfg(test)]
mod tests;

use super::{Family, findings, host_addresses};
use crate::dns::Resolver;
use crate::domain::Domain;
use crate::net::https::Https;
use crate::policy::sts::{self, Announced};
use crate::policy::tlsrpt;
use crate::wire::{Fault, Finding, FindingId, MxRecord, Source, Sts, StsMode, StsStatus, TlsResult, TlsRpt};

/// Where the policy lies (RFC 8461 §3.3).
const PATH: &str = "/.well-known/mta-sts.txt";

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Policies {
    sts: Sts,
    tlsrpt: TlsRpt,
    findings: Vec<Finding>,
}

/// Asks for both.
pub(super) async fn policies(
    domain: &Domain,
    resolver: &dyn Resolver,
    https: &Https,
    family: Option<Family>,
) -> Policies {
    let ((sts, mut findings), (tlsrpt, broken)) =
        tokio::join!(mta_sts(domain, resolver, https, family), reports(domain, resolver));
    findings.extend(broken);
    Policies { sts, tlsrpt, findings }
}

/// The TXT records of a name below the domain; an empty list where there are none.
async fn texts(prefix: &str, domain: &Domain, resolver: &dyn Resolver) -> Result<Vec<String>, (Fault, String)> {
    // With a name that is too long there is nothing.
    let Ok(name) = format!("{prefix}.{domain}").parse::<Domain>() else { return Ok(Vec::new()) };
    match resolver.txt(&name).await {
        Ok(answer) => Ok(answer.records),
        Err(fault) if fault.fault == Fault::Nxdomain => Ok(Vec::new()),
        Err(fault) => Err((fault.fault, fault.text)),
    }
}

async fn reports(domain: &Domain, resolver: &dyn Resolver) -> (TlsRpt, Option<Finding>) {
    match texts("_smtp._tls", domain, resolver).await {
        Ok(texts) => {
            let broken = tlsrpt::trouble(&texts).map(|why| {
                let text = format!(
                    "The TLSRPT record at _smtp._tls.{domain} cannot be used: {why} (RFC 8460 §3). No reports about TLS are sent."
                );
                Finding::new(FindingId::TlsrptUnusable, text)
            });
            (TlsRpt { rua: tlsrpt::addresses(&texts), fault: None }, broken)
        }
        Err((fault, _)) => (TlsRpt { rua: Vec::new(), fault: Some(fault) }, None),
    }
}

async fn mta_sts(
    domain: &Domain,
    resolver: &dyn Resolver,
    https: &Https,
    family: Option<Family>,
) -> (Sts, Vec<Finding>) {
    let bare = |status, text: &str| Sts { status, id: None, policy: None, error: None, text: text.to_owned() };
    let found = |id, text: String| vec![Finding::new(id, text)];
    let texts = match texts("_mta-sts", domain, resolver).await {
        Ok(texts) => texts,
        Err((_, why)) => {
            let text = format!("Whether {domain} has MTA-STS could not be found out: {}.", why.trim_end_matches('.'));
            let sts = bare(StsStatus::Untested, "whether there is MTA-STS could not be found out");
            return (sts, found(FindingId::StsLookupFailed, text));
        }
    };
    let id = match sts::announced(&texts) {
        Announced::Policy(id) => id,
        Announced::Nothing => return (bare(StsStatus::None, "no MTA-STS"), Vec::new()),
        Announced::Several(count) => {
            let text = format!(
                "There are {count} MTA-STS records at _mta-sts.{domain}, and with more than one none counts \
                 (RFC 8461 §3.1). Leave one."
            );
            let sts = bare(StsStatus::None, "no MTA-STS: more than one record, so none counts");
            return (sts, found(FindingId::StsSeveralRecords, text));
        }
        Announced::Unreadable(why) => {
            let text = format!(
                "The MTA-STS record at _mta-sts.{domain} cannot be read, so it does not count: {why} (RFC 8461 §3.1)."
            );
            let sts = bare(StsStatus::None, "no MTA-STS: the record cannot be read");
            return (sts, found(FindingId::StsRecordUnreadable, text));
        }
    };
    let failed = |result, why: &str| {
        let text = format!(
            "An MTA-STS policy is announced and cannot be used: {why}. Senders that know none from before go on as if \
             there were none (RFC 8461 §3.3)."
        );
        let sts = Sts {
            status: StsStatus::Failed,
            id: Some(id.clone()),
            policy: None,
            error: Some(result),
            text: format!("MTA-STS is announced, and its policy cannot be used: {why}"),
        };
        (sts, found(FindingId::StsPolicyFailed, text))
    };
    let Ok(host) = format!("mta-sts.{domain}").parse::<Domain>() else {
        return failed(TlsResult::StsPolicyFetchError, "the name of its web server would be too long");
    };
    let addresses = host_addresses(&host, None, resolver, family).await;
    if addresses.addresses.is_empty() {
        let why = addresses.fault.map_or_else(|| format!("{host} has no address"), |fault| fault.text);
        return failed(TlsResult::StsPolicyFetchError, why.trim_end_matches('.'));
    }
    let page = match https.get(&host, PATH, &addresses.addresses).await {
        Ok(page) => page,
        Err(no) => return failed(no.result, no.text.trim_end_matches('.')),
    };
    let policy = match sts::policy(&page.body) {
        Ok(policy) => policy,
        Err(why) => return failed(TlsResult::StsPolicyInvalid, &format!("what {host} has for one is none: {why}")),
    };
    let kind = page.content_type.as_deref().unwrap_or("");
    let plain = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/plain");
    let mut findings = Vec::new();
    if !plain {
        let called = if kind.is_empty() { "nothing at all".to_owned() } else { format!("\"{kind}\"") };
        let text = format!(
            "{host} calls the MTA-STS policy {called}; it should be text/plain (RFC 8461 §3.2), and some senders take no other."
        );
        findings.push(Finding::new(FindingId::StsContentType, text));
    }
    let text = format!("MTA-STS in mode {}", policy.mode.as_str());
    (Sts { status: StsStatus::Found, id: Some(id), policy: Some(policy), error: None, text }, findings)
}

impl Policies {
    /// Puts them into the record, and says which hosts the policy leaves out.
    pub(super) fn put(self, record: &mut MxRecord) {
        record.findings.extend(self.findings);
        if let Some(policy) = self.sts.policy.as_ref().filter(|policy| policy.mode != StsMode::None) {
            let hosts: Vec<String> = record.hosts.iter().map(|host| host.host.clone()).collect();
            for host in hosts.iter().filter(|host| !sts::lists(policy, host)) {
                let follows = match policy.mode {
                    StsMode::Enforce => "senders that obey MTA-STS skip it",
                    _ => "senders that obey MTA-STS report it, and will skip it once the mode is enforce",
                };
                let cure = match record.source {
                    Source::Mx => "Add it, or drop the MX.",
                    _ => "Add it.",
                };
                let text = format!("{host} is not in the policy: {follows}. {cure}");
                findings::push(&mut record.findings, Some(host), FindingId::StsMxMissing, text);
            }
        }
        record.sts = Some(self.sts);
        record.tlsrpt = Some(self.tlsrpt);
    }
}
