//! A server as one types it: `host:port`, `[host]`, `[host]:port`, an IP address in or out of brackets.
//!
//! Brackets mean "no MX look-up", as in a Postfix transport; `[IPv6:2001:db8::1]` is the address literal of RFC 5321
//! §4.1.3. A bare word is not read here, except by [`Server::from_str`], for places where nothing but a server can be
//! meant (`--server`).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::domain::Domain;

/// A server to talk to, whatever MX records say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: ServerHost,
    /// Its port, where one was given.
    pub port: Option<u16>,
}

/// A server's name or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerHost {
    /// A name, whose addresses are looked up.
    Name(Domain),
    /// An address.
    Address(IpAddr),
}

impl fmt::Display for ServerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (ServerHost::Address(IpAddr::V6(address)), Some(port)) => write!(f, "[{address}]:{port}"),
            (host, Some(port)) => write!(f, "{host}:{port}"),
            (host, None) => host.fmt(f),
        }
    }
}

impl Server {
    /// Reads a text that can only be a server, or `None` where it may be a domain.
    pub(super) fn explicit(text: &str) -> Option<Result<Self, String>> {
        if let Some(why) = is_url(text) {
            return Some(Err(why));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Ok(Self { host: ServerHost::Address(address), port: None }));
        }
        if let Some(rest) = text.strip_prefix('[') {
            let Some((inner, after)) = rest.split_once(']') else {
                return Some(Err("\"[\" without its \"]\"".into()));
            };
            let port = match after.strip_prefix(':') {
                Some(port) => Some(self::port(port)),
                None if after.is_empty() => None,
                None => return Some(Err(format!("nothing but a port can follow \"]\", and here is \"{after}\""))),
            };
            return Some(Self::of(bracketed(inner), port));
        }
        let (host, port) = text.rsplit_once(':')?;
        if host.contains(':') {
            return Some(Err("an IPv6 address with a port is written [2001:db8::1]:25".into()));
        }
        let host = match host.parse::<IpAddr>() {
            Ok(address) => Ok(ServerHost::Address(address)),
            Err(_) => name(host),
        };
        Some(Self::of(host, Some(self::port(port))))
    }

    fn of(host: Result<ServerHost, String>, port: Option<Result<u16, String>>) -> Result<Self, String> {
        Ok(Self { host: host?, port: port.transpose()? })
    }
}

impl FromStr for Server {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::explicit(text).unwrap_or_else(|| Ok(Self { host: name(text)?, port: None }))
    }
}

fn bracketed(inner: &str) -> Result<ServerHost, String> {
    let tagged = inner.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("ipv6:"));
    let address = if tagged { &inner[5..] } else { inner };
    match address.parse::<IpAddr>() {
        Ok(address) if !tagged || address.is_ipv6() => Ok(ServerHost::Address(address)),
        _ => name(inner),
    }
}

fn name(text: &str) -> Result<ServerHost, String> {
    text.parse().map(ServerHost::Name).map_err(|error: crate::domain::DomainError| error.to_string())
}

/// What is wrong where a URL was given: neither tool reads them.
pub(super) fn is_url(text: &str) -> Option<String> {
    (text.contains("://") && !text.starts_with('"'))
        .then(|| "this is a URL: give the name in it alone, such as example.org".into())
}

/// The ports of the services that take mail (RFC 5321, RFC 6409, RFC 8314).
const SERVICES: [(&str, u16); 4] = [("smtp", 25), ("submission", 587), ("submissions", 465), ("smtps", 465)];

fn port(text: &str) -> Result<u16, String> {
    if let Some((name, port)) = SERVICES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Err(format!("a port is a number, and \"{name}\" is the name of a service: that is port {port}"));
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') {
        return Err("a port is a number, and this looks like the name of a service".into());
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if port != 0 && digits => Ok(port),
        _ => Err("a port is a number from 1 to 65535".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    fn check(text: &str, expected: Result<(&str, Option<u16>), &str>) {
        let got = text.parse::<Server>();
        let got = got.as_ref().map(|server| (server.host.to_string(), server.port)).map_err(String::as_str);
        assert_eq!(got, expected.map(|(host, port)| (host.to_owned(), port)), "{text}");
    }

    #[test]
    fn servers_as_people_type_them() {
        check("mx1.example.org", Ok(("mx1.example.org", None)));
        check("MX1.example.org.:2525", Ok(("mx1.example.org", Some(2525))));
        check("[mx1.example.org]", Ok(("mx1.example.org", None)));
        check("[mx1.example.org]:587", Ok(("mx1.example.org", Some(587))));
        check("192.0.2.1", Ok(("192.0.2.1", None)));
        check("192.0.2.1:2525", Ok(("192.0.2.1", Some(2525))));
        check("[192.0.2.1]:2525", Ok(("192.0.2.1", Some(2525))));
        check("2001:db8::1", Ok(("2001:db8::1", None)));
        check("[2001:db8::1]", Ok(("2001:db8::1", None)));
        check("[IPv6:2001:db8::1]:25", Ok(("2001:db8::1", Some(25))));
    }

    #[test]
    fn slips_are_named() {
        let port = Err("a port is a number from 1 to 65535");
        check("mx:0", port);
        check("mx:65536", port);
        check("mx:+25", port);
        check("mx:", port);
        let service = "a port is a number, and \"smtp\" is the name of a service: that is port 25";
        check("[mx]:smtp", Err(service));
        check("mx:http", Err("a port is a number, and this looks like the name of a service"));
        check("smtp://mx.example:25", Err("this is a URL: give the name in it alone, such as example.org"));
        check("[mx", Err("\"[\" without its \"]\""));
        check("[mx]25", Err("nothing but a port can follow \"]\", and here is \"25\""));
        check("2001:db8::1:x:y", Err("an IPv6 address with a port is written [2001:db8::1]:25"));
        check("[]", Err("a domain name cannot be empty"));
        check(":25", Err("a domain name cannot be empty"));
        check("[IPv6:192.0.2.1]", Err("a domain name cannot have \":\" in it"));
    }
}
