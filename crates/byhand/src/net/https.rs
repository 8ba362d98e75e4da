//! Fetches an MTA-STS policy over HTTPS (RFC 8461 §3.3), and nothing else.
//!
//! One GET. The certificate has to hold by the system's roots, or those of `--ca-file`, for the name that was asked for.
//! Redirects are not followed, only a 200 counts, nothing is kept from one time to the next, and no more than 64 KiB are
//! read, as §3.3 asks and proposes. A body that comes packed is not unpacked: nobody asked for that.
//!
//! Each failure is one of the two result types of RFC 8460 §4.3 that are about fetching. Not here: reading the policy
//! (`policy::sts`), and finding the addresses. The only place where hyper is used.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName, LOCATION, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::roots::Roots;
use super::transport;
use crate::domain::Domain;
use crate::wire::TlsResult;

/// No more of a body than this is read (RFC 8461 §3.3 proposes it).
pub const BODY_LIMIT: usize = 64 * 1024;
/// No more of a head, and of what is read ahead.
const HEAD_LIMIT: usize = 64 * 1024;

/// How pages are fetched.
#[derive(Debug)]
pub struct Https {
    roots: Arc<Roots>,
    timeout: Duration,
    port: u16,
    config: OnceLock<Arc<ClientConfig>>,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The body.
    pub body: Vec<u8>,
    /// Its type, as the server calls it.
    pub content_type: Option<String>,
}

/// Why there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPage {
    /// `sts-webpki-invalid` for a certificate that does not hold, `sts-policy-fetch-error` for all else.
    pub result: TlsResult,
    /// The end of a sentence about it.
    pub text: String,
}

impl Https {
    /// Fetches from port 443; `timeout` is for a whole page, however many addresses are tried.
    #[must_use]
    pub fn new(roots: Arc<Roots>, timeout: Duration) -> Self {
        Self::at_port(roots, timeout, 443)
    }

    /// The same from another port, for tests: there is none in an MTA-STS policy's address.
    #[must_use]
    pub fn at_port(roots: Arc<Roots>, timeout: Duration, port: u16) -> Self {
        Self { roots, timeout, port, config: OnceLock::new() }
    }

    /// Fetches `https://HOST/PATH` from the first of these addresses that takes the connection.
    ///
    /// # Errors
    /// [`NoPage`] where there is no such page with a 200.
    pub async fn get(&self, host: &Domain, path: &str, addresses: &[IpAddr]) -> Result<Page, NoPage> {
        let fetched = tokio::time::timeout(self.timeout, self.fetch(host, path, addresses));
        let seconds = self.timeout.as_secs_f64();
        fetched.await.unwrap_or_else(|_| Err(not_fetched(format!("{host} did not answer within {seconds:.0} s"))))
    }

    async fn fetch(&self, host: &Domain, path: &str, addresses: &[IpAddr]) -> Result<Page, NoPage> {
        // Reading the roots takes a while, and goes on beside the connection.
        let roots = Arc::clone(&self.roots);
        let reading = tokio::task::spawn_blocking(move || roots.anchors().len());
        let stream = self.connect(addresses).await?;
        // The roots are read where they are used, if that thread should have failed.
        let _ = reading.await;
        let stream = self.handshake(host, stream).await?;
        exchange(host, path, stream).await
    }

    async fn connect(&self, addresses: &[IpAddr]) -> Result<TcpStream, NoPage> {
        // Each address gets its share of the time.
        let share = self.timeout / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
        let mut last = "it has no address".to_owned();
        for address in addresses {
            match transport::connect(SocketAddr::new(*address, self.port), None, share).await {
                Ok(stream) => return Ok(stream),
                Err(no) => last = no.text,
            }
        }
        Err(not_fetched(last))
    }

    async fn handshake(&self, host: &Domain, stream: TcpStream) -> Result<TlsStream<TcpStream>, NoPage> {
        let name = ServerName::try_from(host.as_str().to_owned())
            .map_err(|_| not_fetched(format!("{host} is no name that a certificate could have")))?;
        let connector = TlsConnector::from(self.config()?);
        connector.connect(name, stream).await.map_err(|error| no_tls(host, &error))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, NoPage> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = versions.map_err(|error| not_fetched(error.to_string()))?;
        let roots = RootCertStore { roots: self.roots.anchors().to_vec() };
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

fn not_fetched(text: impl Into<String>) -> NoPage {
    NoPage { result: TlsResult::StsPolicyFetchError, text: text.into() }
}

fn no_tls(host: &Domain, error: &io::Error) -> NoPage {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(why)) => NoPage {
            result: TlsResult::StsWebpkiInvalid,
            text: format!("the certificate of the web server does not hold for {host}: {}", certificate_fault(why)),
        },
        _ => not_fetched(format!("no TLS with the web server {host}: {error}")),
    }
}

fn certificate_fault(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Fault;
    match why {
        Fault::Expired | Fault::ExpiredContext { .. } => "it has expired".into(),
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => "its time has not come".into(),
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => "it is for another name".into(),
        Fault::UnknownIssuer => "no known authority stands behind it".into(),
        other => other.to_string(),
    }
}

/// One request and its answer.
async fn exchange(host: &Domain, path: &str, stream: TlsStream<TcpStream>) -> Result<Page, NoPage> {
    let broken =
        |error: hyper::Error| not_fetched(format!("the web server {host} does not speak HTTP as it should: {error}"));
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder.max_buf_size(HEAD_LIMIT);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let request = Request::get(path)
        .header(HOST, host.as_str())
        .header(USER_AGENT, concat!("byhand/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "text/plain")
        .body(Empty::<Bytes>::new())
        .map_err(|error| not_fetched(error.to_string()))?;
    let answer = async move {
        let response = sender.send_request(request).await.map_err(broken)?;
        let (head, mut body) = response.into_parts();
        check(host, head.status, &head.headers)?;
        let mut page = Page { body: Vec::new(), content_type: header(&head.headers, &CONTENT_TYPE) };
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
            if page.body.len() + data.len() > BODY_LIMIT {
                return Err(not_fetched(format!("{host} sends more than {} KiB", BODY_LIMIT / 1024)));
            }
            page.body.extend_from_slice(&data);
        }
        Ok(page)
    };
    // The connection has to be driven for the answer to come; its end may be the end of the body.
    let (mut connection, mut answer, mut open) = (pin!(connection), pin!(answer), true);
    loop {
        tokio::select! {
            biased;
            page = &mut answer => return page,
            _ = &mut connection, if open => open = false,
        }
    }
}

/// Whether the answer is one that counts.
fn check(host: &Domain, status: StatusCode, headers: &HeaderMap) -> Result<(), NoPage> {
    if status.is_redirection() {
        let to = header(headers, &LOCATION).map(|to| format!(" to {to}")).unwrap_or_default();
        return Err(not_fetched(format!("{host} redirects ({}){to}, which senders do not follow", status.as_u16())));
    }
    if status != StatusCode::OK {
        return Err(not_fetched(format!("{host} answers {status}")));
    }
    match header(headers, &CONTENT_ENCODING) {
        Some(coding) if !coding.eq_ignore_ascii_case("identity") => {
            Err(not_fetched(format!("{host} sends it packed ({coding}), unasked")))
        }
        _ => Ok(()),
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    // What somebody else's server says is not repeated without end.
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(200).collect())
}
