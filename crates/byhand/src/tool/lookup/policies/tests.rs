//! MTA-STS from the record in DNS to the policy on a web server of testlab's. Expected values are RFC 8461's, §3.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use testlab::TempDir;
use testlab::pki::{Cert, Pki};
use testlab::web::{Web, plain};

use crate::dns::fixed::{Fixed, answer, fault};
use crate::net::https::Https;
use crate::net::roots::Roots;
use crate::tool::lookup::{Options, Place, Query, lookup};
use crate::wire::{Fault, FindingId, MxRecord, StsMode, StsStatus, TlsResult};

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: mx.example.test\nmax_age: 604800\n";
const RECORD: &str = "v=STSv1; id=20260601;";
const HOST: &str = "mta-sts.example.test";

/// A domain with two hosts and these TXT records; its policy's web server is on loopback.
fn table(records: &[&str]) -> Fixed {
    let address: IpAddr = "9.9.9.25".parse().unwrap();
    Fixed::new()
        .exchanges("example.test", &[(10, "mx.example.test"), (20, "mx2.example.test")])
        .host("mx.example.test", &[address])
        .host("mx2.example.test", &[address])
        .host(HOST, &[Ipv4Addr::LOCALHOST.into()])
        .txt("_mta-sts.example.test", Ok(answer(records.iter().map(|&text| text.to_owned()).collect())))
}

async fn look_up(table: &Fixed, https: &Https) -> MxRecord {
    let query = Query { place: Place::Domain("example.test".parse().unwrap()), recipients: vec![], input: None };
    lookup(&query, table, Options { policies: Some(https), ..Options::default() }).await
}

/// The record of a domain whose web server shows such a certificate and says this; and what it was asked.
async fn served(cert: Cert, says: String, timeout: Duration) -> (MxRecord, Vec<String>) {
    let pki = Pki::new().unwrap();
    let folder = TempDir::new("roots").unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, pki.ca_pem()).unwrap();
    let web = Web::start(&pki, cert, HOST, says).await.unwrap();
    let https = Https::at_port(Arc::new(Roots::new(Some(&ca)).unwrap()), timeout, web.address().port());
    let record = look_up(&table(&[RECORD]), &https).await;
    (record, web.requests())
}

/// Fetches from where nobody is.
fn nobody() -> Https {
    Https::at_port(Arc::new(Roots::default()), Duration::from_secs(5), 1)
}

fn ids(record: &MxRecord) -> Vec<FindingId> {
    record.findings.iter().map(|finding| finding.id).collect()
}

/// RFC 8461 §3.3.
#[tokio::test(flavor = "current_thread")]
async fn a_policy_is_fetched() {
    let (record, requests) = served(Cert::Good, plain(POLICY), Duration::from_secs(20)).await;
    let sts = record.sts.clone().unwrap();
    assert_eq!((sts.status, sts.id.as_deref(), sts.error), (StsStatus::Found, Some("20260601"), None), "{}", sts.text);
    let policy = sts.policy.unwrap();
    assert_eq!(
        (policy.mode, policy.max_age, &policy.mx[..]),
        (StsMode::Enforce, 604_800, &["mx.example.test".into()][..])
    );
    assert_eq!(ids(&record), [FindingId::StsMxMissing]);
    assert_eq!(record.findings[0].host.as_deref(), Some("mx2.example.test"));
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].to_ascii_lowercase().contains("\r\nhost: mta-sts.example.test\r\n"), "{}", requests[0]);
    let listed: Vec<_> = crate::route::targets(&record, 25).iter().map(|t| t.demands.as_ref()?.sts?.listed).collect();
    assert_eq!(listed, [Some(true), Some(false)]);
}

/// RFC 8461 §3.3: no redirects, 200 alone, 64 KiB.
#[tokio::test(flavor = "current_thread")]
async fn what_is_no_policy() {
    let head = |status: &str, more: &str| {
        format!("HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\n\r\n{POLICY}", POLICY.len())
    };
    let fetch = TlsResult::StsPolicyFetchError;
    let long = format!("{POLICY}{}", "#".repeat(65 * 1024 - POLICY.len()));
    let endless = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{long}");
    for (says, error) in [
        (head("301 Moved Permanently", "Location: https://example.test/\r\n"), fetch),
        (head("307 Temporary Redirect", ""), fetch),
        (head("404 Not Found", ""), fetch),
        (head("204 No Content", ""), fetch),
        (head("206 Partial Content", ""), fetch),
        (head("200 OK", "Content-Encoding: gzip\r\n"), fetch),
        (plain(&long), fetch),
        (endless, fetch),
        ("SSH-2.0-x\r\n".to_owned(), fetch),
        (format!("HTTP/1.1 200 OK\r\n{}\r\n\r\n", "X: y\r\n".repeat(100_000)), fetch),
        (plain("<html>no such page</html>"), TlsResult::StsPolicyInvalid),
        (plain(""), TlsResult::StsPolicyInvalid),
    ] {
        let (record, _) = served(Cert::Good, says.clone(), Duration::from_secs(20)).await;
        let sts = record.sts.clone().unwrap();
        let told: String = says.chars().take(60).collect();
        assert_eq!((sts.status, sts.error, sts.policy), (StsStatus::Failed, Some(error), None), "{told}: {}", sts.text);
        assert_eq!(ids(&record), [FindingId::StsPolicyFailed], "{told}");
        // It goes along to whoever sends by this line.
        let why = crate::route::targets(&record, 25).first().and_then(|target| target.demands.clone()?.sts_why);
        assert!(why.is_some_and(|why| !why.is_empty() && sts.text.ends_with(&why)), "{told}: {}", sts.text);
    }
}

/// RFC 8461 §3.3.
#[tokio::test(flavor = "current_thread")]
async fn the_web_servers_certificate() {
    for cert in [Cert::Expired, Cert::NotYet, Cert::SelfSigned, Cert::WrongName, Cert::ChainBroken] {
        let (record, requests) = served(cert, plain(POLICY), Duration::from_secs(20)).await;
        let sts = record.sts.unwrap();
        assert_eq!((sts.status, sts.error), (StsStatus::Failed, Some(TlsResult::StsWebpkiInvalid)), "{cert:?}");
        assert!(requests.is_empty(), "nothing is asked of a server that is not known");
    }
}

/// RFC 8461 §3.2, §3.3.
#[tokio::test(flavor = "current_thread")]
async fn a_page_that_is_not_plain_text_and_one_that_does_not_come() {
    let html = plain(POLICY).replace("text/plain", "text/html");
    let (record, _) = served(Cert::Good, html, Duration::from_secs(20)).await;
    assert_eq!(record.sts.as_ref().unwrap().status, StsStatus::Found);
    assert_eq!(ids(&record), [FindingId::StsContentType, FindingId::StsMxMissing]);
    let (record, _) =
        served(Cert::Good, plain(POLICY).replace("plain\r", "plain; charset=utf-8\r"), Duration::from_secs(20)).await;
    assert_eq!(ids(&record), [FindingId::StsMxMissing]);
    let (record, requests) = served(Cert::Good, String::new(), Duration::from_millis(1_500)).await;
    let sts = record.sts.unwrap();
    assert_eq!((sts.status, sts.error), (StsStatus::Failed, Some(TlsResult::StsPolicyFetchError)), "{}", sts.text);
    assert!(requests.len() <= 1);
}

/// RFC 8461 §3.1.
#[tokio::test(flavor = "current_thread")]
async fn records_and_what_becomes_of_them() {
    let https = nobody();
    let of = async |table: Fixed| {
        let record = look_up(&table, &https).await;
        let found = ids(&record);
        (record.sts.unwrap().status, found)
    };
    assert_eq!(of(table(&["v=spf1 -all"])).await, (StsStatus::None, vec![]));
    assert_eq!(of(table(&[RECORD, "v=STSv1; id=2;"])).await, (StsStatus::None, vec![FindingId::StsSeveralRecords]));
    assert_eq!(of(table(&["v=STSv1; id=a-b;"])).await, (StsStatus::None, vec![FindingId::StsRecordUnreadable]));
    let failed = table(&[]).txt("_mta-sts.example.test", Err(fault(Fault::Servfail)));
    assert_eq!(of(failed).await, (StsStatus::Untested, vec![FindingId::StsLookupFailed]));
    // Announced, and nobody there: an error in fetching, not "no record".
    assert_eq!(of(table(&[RECORD])).await, (StsStatus::Failed, vec![FindingId::StsPolicyFailed]));
    let gone = table(&[RECORD]).addresses(HOST, false, Err(fault(Fault::Nxdomain)));
    let gone = gone.addresses(HOST, true, Err(fault(Fault::Nxdomain)));
    assert_eq!(of(gone).await, (StsStatus::Failed, vec![FindingId::StsPolicyFailed]));
}

/// RFC 8460 §3.
#[tokio::test(flavor = "current_thread")]
async fn where_reports_go() {
    let reports = |entry| table(&[]).txt("_smtp._tls.example.test", entry);
    let record = "v=TLSRPTv1; rua=mailto:a@b.example,https://b.example/".to_owned();
    let found = look_up(&reports(Ok(answer(vec![record]))), &nobody()).await.tlsrpt.unwrap();
    assert_eq!((&found.rua[..], found.fault), (&["mailto:a@b.example".into(), "https://b.example/".into()][..], None));
    let twice = vec!["v=TLSRPTv1; rua=mailto:a@b.example".to_owned(); 2];
    for (broken, why) in [(twice, "more than one"), (vec!["v=TLSRPTv1; rua=ftp://b.example".to_owned()], "rua")] {
        let record = look_up(&reports(Ok(answer(broken))), &nobody()).await;
        assert_eq!(ids(&record), [FindingId::TlsrptUnusable]);
        assert!(record.findings[0].text.contains(why), "{}", record.findings[0].text);
    }
    let failed = look_up(&reports(Err(fault(Fault::Servfail))), &nobody()).await.tlsrpt.unwrap();
    assert_eq!((failed.rua.len(), failed.fault), (0, Some(Fault::Servfail)));
}
