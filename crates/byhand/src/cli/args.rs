//! The options that mean the same in every tool, in groups that a tool takes as it needs them.
//!
//! The structs hold values and do nothing. `--help` is one screen; what is marked `hide_short_help` shows in
//! `--help-all` and in the manual page only.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use super::input::Server;
use crate::mailbox::Mailbox;
use crate::net::https::Https;
use crate::net::roots::Roots;
use crate::tool::lookup::Family;
use crate::tool::probe::TlsMode;

/// What comes out, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How records look; auto: a table on a terminal, JSON Lines elsewhere
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", hide_short_help = true)]
    pub color: Color,
    /// Say it for people who run no mail server
    #[arg(long, conflicts_with = "verbose")]
    pub plain: bool,
    /// Say more
    #[arg(short, long)]
    pub verbose: bool,
    /// Say nothing on standard error but what ends the run
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// A progress line on standard error: auto is for more than one item, after a second, on a terminal
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", hide_short_help = true)]
    pub progress: Progress,
    /// Write results as they finish, not in the order of the input
    #[arg(long, hide_short_help = true)]
    pub unordered: bool,
}

impl OutputArgs {
    /// Settles what the form is.
    ///
    /// # Errors
    /// Why both cannot be: a sentence for the person.
    pub fn settle(&mut self) -> Result<(), String> {
        match (self.plain, self.format) {
            (true, Format::Json) => {
                Err("--plain is for people, and --format json for programs: give one of them".to_owned())
            }
            (true, _) => {
                self.format = Format::Table;
                Ok(())
            }
            (false, _) => Ok(()),
        }
    }
}

impl Default for OutputArgs {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            color: Color::Auto,
            plain: false,
            verbose: false,
            quiet: false,
            progress: Progress::Auto,
            unordered: false,
        }
    }
}

/// How records look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table where a person reads, JSON Lines otherwise
    #[default]
    Auto,
    /// For people
    Table,
    /// JSON Lines
    Json,
}

/// When there is colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// When there is a progress line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// For more than one item that takes over a second, on a terminal
    #[default]
    Auto,
    /// Never
    Never,
}

/// Where the items come from.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Read items from a file, one a line; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// How the network is used.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "DNS and network")]
pub struct NetworkArgs {
    /// At most N items at a time
    #[arg(short, long, value_name = "N", value_parser = number, hide_short_help = true)]
    pub jobs: Option<u16>,
    /// The longest wait for each step, such as 30s
    ///
    /// A plain number is seconds. In DNS it is for a whole name, tries and servers together.
    #[arg(long, value_name = "DUR", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// IPv4 only
    #[arg(short = '4', conflicts_with = "v6")]
    pub v4: bool,
    /// IPv6 only
    #[arg(short = '6')]
    pub v6: bool,
}

impl NetworkArgs {
    /// The family asked for.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        match (self.v4, self.v6) {
            (true, _) => Some(Family::V4),
            (_, true) => Some(Family::V6),
            _ => None,
        }
    }
}

/// How DNS is asked.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "DNS and network")]
pub struct DnsArgs {
    /// Ask this resolver instead of the system's
    ///
    /// May be given again: the next is asked where one does not answer.
    #[arg(long, value_name = "IP[:PORT]", value_parser = nameserver)]
    pub nameserver: Vec<SocketAddr>,
    /// Who checks DNSSEC; auto: a trusted resolver's word, else this program
    #[arg(long, value_enum, default_value_t, value_name = "HOW", hide_short_help = true)]
    pub dnssec: Dnssec,
    /// A file of DNSKEY records to begin DNSSEC at, in place of the root's keys
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub trust_anchor: Option<PathBuf>,
}

/// Whether it is looked up what a domain demands of senders.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "DNS and network")]
pub struct PolicyArgs {
    /// Leave out what a domain demands of senders: TLSA records, MTA-STS, where it wants reports
    #[arg(long, hide_short_help = true)]
    pub no_policy: bool,
}

/// The longest that fetching an MTA-STS policy may take, where the user says nothing else (RFC 8461 §3.3).
const POLICY: Duration = Duration::from_secs(60);

impl PolicyArgs {
    /// How MTA-STS policies are fetched; `None` where no policy is wanted.
    #[must_use]
    pub fn https(self, roots: &Arc<Roots>, network: &NetworkArgs) -> Option<Arc<Https>> {
        (!self.no_policy).then(|| Arc::new(Https::new(Arc::clone(roots), network.timeout.unwrap_or(POLICY))))
    }
}

/// Who checks DNSSEC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Dnssec {
    /// A trusted resolver's word where there is one, else this program
    #[default]
    Auto,
    /// The resolver: its AD bit is believed
    Trust,
    /// This program: it checks the signatures
    Validate,
    /// Nobody
    Off,
}

/// How a server is met.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerArgs {
    /// Talk to this server, whatever the MX records say
    #[arg(long, value_name = "HOST[:PORT]", value_parser = server)]
    pub server: Option<Server>,
    /// The port, 24 with --protocol lmtp
    #[arg(long, value_name = "N", value_parser = number, default_value_t = 25,
        default_value_if("protocol", "lmtp", "24"))]
    pub port: u16,
    /// What is spoken: esmtp (EHLO), smtp (HELO only), lmtp (LHLO)
    #[arg(long, value_enum, default_value_t, value_name = "WHICH", hide_short_help = true)]
    pub protocol: Speak,
    /// When to begin TLS; auto: where it is offered
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub tls: Tls,
    /// A PEM file of further authorities for certificates
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub ca_file: Option<PathBuf>,
    /// The name to say in EHLO, in place of this machine's own
    #[arg(long, value_name = "NAME", value_parser = ehlo, hide_short_help = true)]
    pub ehlo: Option<String>,
    /// The local address to connect from
    #[arg(long, value_name = "ADDR", value_parser = own_address, hide_short_help = true)]
    pub bind: Option<IpAddr>,
}

/// Which protocol is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Speak {
    /// EHLO; HELO where EHLO is not known
    #[default]
    Esmtp,
    /// HELO only: no extensions, and so no STARTTLS
    Smtp,
    /// LHLO, and after the message a reply for each recipient (RFC 2033)
    Lmtp,
}

/// When to encrypt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Tls {
    /// STARTTLS where it is offered
    #[default]
    Auto,
    /// STARTTLS, and nothing without it
    Require,
    /// TLS from the first byte, as on port 465
    Implicit,
    /// No TLS
    Never,
}

impl From<Tls> for TlsMode {
    fn from(tls: Tls) -> Self {
        match tls {
            Tls::Auto => Self::Auto,
            Tls::Require => Self::Require,
            Tls::Implicit => Self::Implicit,
            Tls::Never => Self::Never,
        }
    }
}

/// The family of addresses that these options leave.
///
/// # Errors
/// A sentence where they exclude each other.
pub fn family(network: &NetworkArgs, server: &ServerArgs) -> Result<Option<Family>, String> {
    match (network.family(), server.bind) {
        (Some(Family::V4), Some(IpAddr::V6(_))) => Err("-4 and an IPv6 address in --bind exclude each other".into()),
        (Some(Family::V6), Some(IpAddr::V4(_))) => Err("-6 and an IPv4 address in --bind exclude each other".into()),
        // From an IPv4 address nobody can connect to an IPv6 one.
        (None, Some(address)) => Ok(Some(if address.is_ipv4() { Family::V4 } else { Family::V6 })),
        (family, _) => Ok(family),
    }
}

/// What stands in MAIL FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The null reverse-path `<>`.
    Null,
    /// An address.
    Mailbox(Mailbox),
}

impl Sender {
    /// The address, where it is one.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Null => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }
}

/// Reads an envelope sender: an address, or `<>`.
///
/// # Errors
/// Why it is none.
pub fn sender(text: &str) -> Result<Sender, String> {
    if text == "<>" { Ok(Sender::Null) } else { recipient(text).map(Sender::Mailbox) }
}

/// Reads a recipient.
///
/// # Errors
/// Why it is none.
pub fn recipient(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|error: crate::mailbox::MailboxError| error.to_string())
}

/// Help in two sizes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Help")]
pub struct HelpArgs {
    /// This screen
    #[arg(short, long, action = ArgAction::HelpShort)]
    help: Option<bool>,
    /// Every option, at length
    #[arg(long, action = ArgAction::HelpLong)]
    help_all: Option<bool>,
    /// The version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// Reads a number from 1 to 65535: a port, or a count.
///
/// # Errors
/// A sentence for the person who typed it.
pub fn number(text: &str) -> Result<u16, String> {
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|number| plain && *number > 0).ok_or_else(|| "give a number from 1 to 65535".to_owned())
}

fn own_address(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| "give an IP address of this machine, such as 192.0.2.9 or 2001:db8::9".to_owned())
}

/// Reads a span: `30s`, `500ms`, `2m`, `1h`, or a plain number of seconds; never zero.
///
/// # Errors
/// A sentence for the person who typed it.
pub fn duration(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[number.len()..] {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("give a span such as 30s, 500ms or 2m".into()),
    };
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let value: f64 = number.parse().ok().filter(|_| plain).ok_or("give a span such as 30s, 500ms or 2m")?;
    let span = Duration::try_from_secs_f64(value * seconds).unwrap_or(Duration::MAX);
    if span.is_zero() {
        return Err("nothing can happen in no time: give more than 0".into());
    }
    // A day is longer than any wait that makes sense, and keeps all sums of spans in range.
    if span > Duration::from_secs(86_400) { Err("give a day at most".into()) } else { Ok(span) }
}

/// Reads `IP`, `IP:PORT` or `[IPv6]:PORT`; the port is 53 where none is given.
fn nameserver(text: &str) -> Result<SocketAddr, String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, 53));
    }
    match text.parse::<SocketAddr>() {
        Ok(address) if address.port() != 0 => Ok(address),
        _ => Err("give an IP address, or one with a port: 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353".into()),
    }
}

fn server(text: &str) -> Result<Server, String> {
    text.parse()
}

/// What may stand in EHLO (RFC 5321 §4.1.1.1): a domain name or an address literal.
fn ehlo(text: &str) -> Result<String, String> {
    let literal = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(inner) => {
            let address = inner.strip_prefix("IPv6:").unwrap_or(inner);
            match address.parse::<IpAddr>() {
                Ok(address) => Ok(crate::mailbox::literal(address)),
                Err(_) => Err("[...] holds an IPv4 address, or IPv6: and an IPv6 address".into()),
            }
        }
        None => text.parse::<crate::domain::Domain>().map(|d| d.as_str().to_owned()).map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, ehlo, nameserver};

    #[test]
    fn spans() {
        for (text, ms) in [
            ("30s", 30_000),
            ("500ms", 500),
            ("2m", 120_000),
            ("7", 7_000),
            ("1.5", 1_500),
            ("0.25s", 250),
            ("1h", 3_600_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "s", "0", "0ms", "-1", "1e9", "inf", "NaN", "5x", "5 s", "2d", "99999999999h", "1..5"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn resolvers() {
        for (text, address) in [
            ("192.0.2.53", "192.0.2.53:53"),
            ("192.0.2.53:5353", "192.0.2.53:5353"),
            ("2001:db8::53", "[2001:db8::53]:53"),
            ("[2001:db8::53]", "[2001:db8::53]:53"),
            ("[2001:db8::53]:5353", "[2001:db8::53]:5353"),
        ] {
            assert_eq!(nameserver(text).map(|a| a.to_string()), Ok(address.to_owned()));
        }
        for text in ["", "ns.example", "192.0.2.53:0", "192.0.2.53:66000"] {
            assert!(nameserver(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_for_ehlo() {
        assert_eq!(ehlo("Out.Shop.example"), Ok("out.shop.example".into()));
        assert_eq!(ehlo("[192.0.2.9]"), Ok("[192.0.2.9]".into()));
        assert_eq!(ehlo("[IPv6:2001:DB8::9]"), Ok("[IPv6:2001:db8::9]".into()));
        for text in ["", "a b", "x\r\nRSET", "[x]", "192.0.2.9"] {
            assert!(ehlo(text).is_err(), "{text:?}");
        }
    }
}
