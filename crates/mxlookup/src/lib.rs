//! `mxlookup [OPTIONS] [DOMAIN|ADDRESS]...`: who takes mail for a domain, best first.
//!
//! Each domain gives one `mx/1` record, in the order of the input, whatever happens; an address gives the record of its
//! domain and stays in it as a recipient; a record that comes down the pipe is looked up anew. People see a table.
//!
//! [`Args`] holds values, [`run`] acts. Not here: the look-up (`byhand::tool::lookup`) and the views.

mod view;

use std::path::PathBuf;
use std::sync::Arc;

use byhand::cli::args::{DnsArgs, HelpArgs, InputArgs, NetworkArgs, OutputArgs, PolicyArgs};
use byhand::cli::exit::{EXIT_HELP, USAGE};
use byhand::cli::input::{Bad, Input, Item, NoInput, Source};
use byhand::cli::io::Io;
use byhand::cli::output::Output;
use byhand::cli::progress::Progress;
use byhand::cli::pump::{self, Emit, Plan};
use byhand::cli::{conclude, interrupted, resolver};
use byhand::net::roots::Roots;
use byhand::tool::lookup::{Options, Place, Query, lookup};
use byhand::wire::{MxRecord, Security};
use clap::{CommandFactory, Parser};

use self::view::View;

/// Look-ups at a time.
const JOBS: u16 = 100;
/// How far ahead of the slowest look-up the others may run: records are small.
const WINDOW: usize = 8_192;

const EXAMPLES: &str = "\
Examples:
  mxlookup example.org                         who takes mail for it, best first
  mxlookup someone@example.org | smtp-probe    and can I talk to them
  mxlookup -i domains.txt | jq -r 'select(.outcome.status==\"permanent\").domain'";

/// Who takes mail for a domain: MX hosts, addresses and DNSSEC, as a mail server would see them.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "mxlookup",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_HELP}")
)]
pub struct Args {
    /// Domains, or addresses, whose domains count; without any, standard input is read, one a line
    #[arg(value_name = "DOMAIN|ADDRESS")]
    pub domains: Vec<String>,
    /// Where else the domains come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
    /// Shuffle hosts of equal preference in a way that can be repeated
    #[arg(long, value_name = "N", value_parser = seed, hide_short_help = true, help_heading = "DNS and network")]
    pub seed: Option<u64>,
    /// Whether policies are looked up.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// A PEM file of further authorities, for the web servers of MTA-STS policies
    #[arg(long, value_name = "FILE", hide_short_help = true, help_heading = "DNS and network")]
    pub ca_file: Option<PathBuf>,
    /// How the network is used.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// What comes out.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Help.
    #[command(flatten)]
    pub help: HelpArgs,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("give a whole number from 0 to {}", u64::MAX))
}

/// The command, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// Looks up everything that is given; the exit code.
pub async fn run(mut args: Args, mut io: Io) -> u8 {
    if let Err(why) = args.output.settle() {
        io.stderr.say(&why);
        return USAGE;
    }
    let mut source = match Source::open(args.domains, &args.input, &mut io) {
        Ok(source) => source,
        Err(NoInput::Nothing) => {
            io.stderr.say("nothing to look up: give a domain or an address, or pipe them in, one on each line (--help tells more)");
            return USAGE;
        }
        Err(error) => {
            io.stderr.say(&error.to_string());
            return USAGE;
        }
    };
    let resolver = match resolver::open(&args.dns, args.network.timeout) {
        Ok(resolver) => resolver,
        Err(why) => {
            io.stderr.say(&why);
            return USAGE;
        }
    };
    let roots = match Roots::new(args.ca_file.as_deref()) {
        Ok(roots) => Arc::new(roots),
        Err(why) => {
            io.stderr.say(&why.to_string());
            return USAGE;
        }
    };
    let policies = args.policy.https(&roots, &args.network);
    let (seed, family) = (args.seed, args.network.family());
    let plan = Plan { jobs: args.network.jobs.unwrap_or(JOBS).into(), window: WINDOW, ordered: !args.output.unordered };
    let total = source.total();
    let mut progress = Progress::new(&io, &args.output, total);
    let mut view = View::new(Output::new(&mut io, &args.output), &io, &args.output);
    let work = |input: Input, emit: Emit<MxRecord>| {
        let (resolver, policies) = (Arc::clone(&resolver), policies.clone());
        async move {
            emit.result(match input.and_then(query) {
                Ok(query) => {
                    let options = Options { seed, family, policies: policies.as_deref() };
                    lookup(&query, &*resolver, options).await
                }
                Err(bad) => nothing(bad),
            });
        }
    };
    let report = pump::run(&mut source, plan, work, &mut view, &mut progress, interrupted()).await;
    progress.finish();
    conclude(&report, pump::Sink::tally(&view), total, &io.stderr)
}

/// What an item asks for: a domain, whichever way it came.
fn query(item: Item) -> Result<Query, (String, String)> {
    let bad = |text: String, reason: &str| (text, reason.to_owned());
    let server = "this names a server, which has no MX records of its own; smtp-probe can talk to it";
    match item {
        Item::Query(query) => Ok(query),
        Item::Server(named) => Err(bad(named.to_string(), server)),
        Item::Mx(record) => {
            let name = record.domain.clone().or(record.input).unwrap_or_default();
            let place = match (record.domain.as_deref().map(str::parse), record.hosts.first()) {
                (Some(Ok(domain)), _) => Place::Domain(domain),
                // An address literal; the record has its address.
                (Some(Err(_)), Some(host)) if host.addresses.len() == 1 => Place::Literal(host.addresses[0]),
                _ => return Err(bad(name, "this record names no domain")),
            };
            // Recipients were checked when the record was read.
            let recipients = record.recipients.iter().filter_map(|recipient| recipient.parse().ok()).collect();
            Ok(Query { place, recipients, input: None })
        }
        Item::Probe(record) => match record.target.domain.as_deref().map(str::parse) {
            Some(Ok(domain)) => Ok(Query { place: Place::Domain(domain), recipients: vec![], input: None }),
            _ => Err(bad(record.target.host.unwrap_or_default(), "this record names no domain")),
        },
    }
}

/// The record of an input that is nothing to look up.
fn nothing(bad: Bad) -> MxRecord {
    MxRecord {
        domain: None,
        domain_unicode: None,
        outcome: bad.outcome(),
        input: Some(bad.text),
        recipients: vec![],
        source: byhand::wire::Source::None,
        security: Security::Indeterminate,
        ttl: None,
        cnames: vec![],
        hosts: vec![],
        family: None,
        sts: None,
        tlsrpt: None,
        findings: vec![],
        elapsed_ms: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use byhand::cli::io::Io;
    use byhand::wire::{Fault, Record};
    use clap::Parser;

    use super::{Args, command, run};

    /// Runs with a resolver that is not there; exit code, records, messages.
    fn go(words: &[&str], stdin: &str) -> (u8, Vec<Record>, String) {
        // Port 1 of the loopback interface refuses.
        let fixed = ["mxlookup", "--nameserver", "127.0.0.1:1", "--timeout", "1s"];
        let args = Args::try_parse_from(fixed.iter().chain(words)).unwrap();
        let (io, stdout, stderr) = Io::captured("mxlookup", stdin.as_bytes().to_vec());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let code = runtime.block_on(run(args, io));
        let records = stdout.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (code, records, stderr.text())
    }

    fn faults(records: &[Record]) -> Vec<Option<Fault>> {
        records.iter().map(|record| record.outcome().and_then(|outcome| outcome.fault)).collect()
    }

    #[test]
    fn the_command_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn a_line_each_in_order_whatever_happens() {
        let stdin = "bad..name\nexample.org\n192.0.2.1\n{\"type\":\"mx/1\"\n# a comment\nmx.example.org:25\n";
        let (code, records, stderr) = go(&[], stdin);
        let bad = Some(Fault::BadInput);
        assert_eq!(faults(&records), [bad, Some(Fault::DnsUnreachable), bad, bad, bad]);
        assert_eq!(code, 65);
        let lines: Vec<&str> = stderr.lines().collect();
        assert_eq!(
            lines[0],
            "mxlookup: bad..name: a domain name cannot have an empty label (line 1 of standard input)"
        );
        assert!(lines[1].starts_with("mxlookup: 192.0.2.1: this names a server"), "{stderr}");
        assert!(lines[1].ends_with("(line 3 of standard input)"), "{stderr}");
        assert!(lines[2].contains(": the record is cut off at octet "), "{stderr}");
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn an_address_keeps_its_recipient() {
        let (code, records, stderr) = go(&["someone@Example.ORG"], "");
        let Record::Mx(record) = &records[0] else { unreachable!() };
        assert_eq!(
            (record.domain.as_deref(), &record.recipients[..]),
            (Some("example.org"), &["someone@example.org".to_owned()][..])
        );
        assert_eq!((code, stderr.as_str()), (75, ""));
        // What came out goes in again.
        let line = serde_json::to_string(&records[0]).unwrap();
        let (code, again, _) = go(&[], &line);
        let Record::Mx(again) = &again[0] else { unreachable!() };
        assert_eq!((code, &again.recipients, &again.domain), (75, &record.recipients, &record.domain));
    }

    #[test]
    fn people_see_a_sentence() {
        let args = ["mxlookup", "--nameserver", "127.0.0.1:1", "--timeout", "1", "--format", "table", "example.org"];
        let (io, stdout, _) = Io::captured("mxlookup", vec![]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(run(Args::try_parse_from(args).unwrap(), io)), 75);
        assert!(stdout.text().starts_with("example.org   this machine could not ask DNS: "), "{}", stdout.text());
    }

    #[test]
    fn nothing_given_is_wrong_usage() {
        let args = Args::try_parse_from(["mxlookup"]).unwrap();
        let (mut io, _, stderr) = Io::captured("mxlookup", vec![]);
        io.stdin_is_terminal = true;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(run(args, io)), 2);
        assert!(stderr.text().starts_with("mxlookup: nothing to look up: give a domain"), "{}", stderr.text());
    }
}
