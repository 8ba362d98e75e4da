//! `smtp-probe [OPTIONS] [TARGET]...`: can one talk to them, how secure, how slow. Nothing is ever sent.
//!
//! Reads domains, servers, and the records that `mxlookup` prints; each address talked to gives one `probe/1` record, in
//! the order that a sender would try them. `smtp-probe example.org` and `mxlookup example.org | smtp-probe` say the same.
//!
//! [`Args`] holds values, [`run`] acts: [`work`] talks, [`asking`] keeps questions about recipients few, [`view`] shows.
//! Not here: whom to talk to (`byhand::cli::aims`), our own name (`byhand::cli::name`), the session (`byhand::tool::probe`).

mod asking;
mod view;
mod work;

use std::sync::Arc;
use std::time::Duration;

use byhand::cli::args::{
    self, DnsArgs, HelpArgs, InputArgs, NetworkArgs, OutputArgs, PolicyArgs, Sender, ServerArgs, duration, number,
    recipient, sender,
};
use byhand::cli::exit::{EXIT_HELP, USAGE};
use byhand::cli::input::{Input, NoInput, Source};
use byhand::cli::io::Io;
use byhand::cli::level::LevelArgs;
use byhand::cli::output::Output;
use byhand::cli::progress::Progress;
use byhand::cli::pump::{self, Emit, Plan};
use byhand::cli::tls::TlsArgs;
use byhand::cli::{conclude, interrupted, protocol, resolver, tell_blocked};
use byhand::mailbox::Mailbox;
use byhand::net::roots::Roots;
use byhand::tool::offers::Wishes;
use byhand::wire::ProbeRecord;
use clap::{CommandFactory, Parser};

use self::view::View;
use self::work::Work;

/// Connections at a time.
const JOBS: u16 = 32;
/// RFC 5321 §4.5.3.2 allows minutes; a prober may be shorter, but not so short that a server which makes strangers wait
/// looks dead.
const GREETING: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(30);
const COMMAND: Duration = Duration::from_secs(60);

const EXAMPLES: &str = "\
Examples:
  smtp-probe example.org                       every mail host, every address
  mxlookup example.org | smtp-probe            the same, in two steps
  smtp-probe -v mx1.example.org:587            one server, with the conversation";

/// Talks to mail servers without sending anything: banner, capabilities, TLS, certificates, timings.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "smtp-probe",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_HELP}")
)]
pub struct Args {
    /// Domains, servers (host:port, [host], an IP address) or records; without any, standard input is read
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Where else the targets come from.
    #[command(flatten)]
    pub input: InputArgs,
    /// How a server is met.
    #[command(flatten)]
    pub server: ServerArgs,
    /// Stop at the first address that answers
    #[arg(long, help_heading = "Server")]
    pub first: bool,
    /// At most N connections at once to one address; to a public one never more than 2
    #[arg(long, value_name = "N", value_parser = number, hide_short_help = true,
        help_heading = "Server")]
    pub per_host: Option<u16>,
    /// Say MAIL FROM this address, or <> for none; goes with --rcpt
    #[arg(long, value_name = "ADDR", value_parser = sender, requires = "rcpt", help_heading = "Recipients")]
    pub from: Option<Sender>,
    /// Ask about this recipient with RCPT TO, and send nothing; may be given again
    #[arg(long, value_name = "ADDR", value_parser = recipient, requires = "from", help_heading = "Recipients")]
    pub rcpt: Vec<Mailbox>,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
    /// Whether policies are looked up.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// How the network is used.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// The longest wait for the greeting (that of --timeout, else 30s)
    #[arg(long, value_name = "DUR", value_parser = duration, hide_short_help = true, help_heading = "DNS and network")]
    pub greeting_timeout: Option<Duration>,
    /// What a sender asks for.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Choices about TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// What else is looked for.
    #[command(flatten)]
    pub offers: OfferArgs,
    /// What comes out.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Show every certificate
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    pub chain: bool,
    /// Help.
    #[command(flatten)]
    pub help: HelpArgs,
}

/// What takes connections of its own.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "TLS")]
pub struct OfferArgs {
    /// Try SSLv3 to TLS 1.3, a connection each
    #[arg(long)]
    pub tls_versions: bool,
    /// Try certificates with RSA and with ECDSA keys, a connection each
    #[arg(long, hide_short_help = true)]
    pub key_types: bool,
    /// Try whether a second connection can take up the first one's TLS session
    #[arg(long, hide_short_help = true)]
    pub resume: bool,
}

impl OfferArgs {
    fn wishes(&self) -> Wishes {
        Wishes { versions: self.tls_versions, key_types: self.key_types, resume: self.resume }
    }

    /// What is said before the first of these connections, where there are any.
    fn announcement(&self) -> Option<String> {
        let named = [(self.tls_versions, "--tls-versions"), (self.key_types, "--key-types"), (self.resume, "--resume")];
        let names: Vec<&str> = named.into_iter().filter_map(|(given, name)| given.then_some(name)).collect();
        let more = self.wishes().connections();
        let connections = if more == 1 { "1 more connection" } else { &format!("up to {more} more connections") };
        let all = format!("{connections} to each address, for {}", names.join(", "));
        (!names.is_empty()).then_some(all)
    }
}

/// The command, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// Probes everything that is given; the exit code.
pub async fn run(mut args: Args, mut io: Io) -> u8 {
    if let Err(why) = args.output.settle() {
        io.stderr.say(&why);
        return USAGE;
    }
    let (mut source, work) = match prepare(&args, &mut io) {
        Ok(prepared) => prepared,
        Err(why) => {
            io.stderr.say(&why);
            return USAGE;
        }
    };
    let jobs = usize::from(args.network.jobs.unwrap_or(JOBS));
    // Records with their conversation are not small: the window is kept narrow.
    let plan = Plan { jobs, window: jobs * 4, ordered: !args.output.unordered };
    let total = source.total();
    let mut progress = Progress::new(&io, &args.output, total);
    let output = Output::new(&mut io, &args.output);
    let mut view = View::new(output, &io, &args.output, args.chain);
    let work = Arc::new(work);
    let unit = |input: Input, emit: Emit<ProbeRecord>| Arc::clone(&work).unit(input, emit);
    let report = pump::run(&mut source, plan, unit, &mut view, &mut progress, interrupted()).await;
    progress.finish();
    let finished = view.finish();
    tell_blocked(work.blocked().filter(|_| !args.output.quiet), &io.stderr);
    let report = pump::Report { write: report.write.or(finished.err()), ..report };
    conclude(&report, pump::Sink::tally(&view), total, &io.stderr)
}

/// Everything that can be wrong with the options shows here, before anything is done.
fn prepare(args: &Args, io: &mut Io) -> Result<(Source, Work), String> {
    let server = args.server.server.as_ref();
    let mut words = args.targets.clone();
    if words.is_empty() && args.input.input.is_none() {
        // The server alone is something to do; `-i -` reads the pipe all the same.
        words.extend(server.map(|server| match server.port {
            Some(_) => server.to_string(),
            None => format!("[{}]", server.host),
        }));
    }
    let source = Source::open(words, &args.input, io).map_err(|error| match error {
        NoInput::Nothing => "nothing to talk to: give a domain or a server, or pipe in what `mxlookup DOMAIN` prints \
                             (--help tells more)"
            .to_owned(),
        error => error.to_string(),
    })?;
    let resolver = resolver::open(&args.dns, args.network.timeout)?;
    let roots = Roots::new(args.server.ca_file.as_deref()).map_err(|error| error.to_string())?;
    let family = args::family(&args.network, &args.server)?;
    protocol::chosen(&args.server, (!args.output.quiet).then_some(&io.stderr))?;
    if args.from == Some(Sender::Null) && !args.output.quiet {
        io.stderr.say("MAIL FROM:<> with RCPT TO and no message looks like a callout: some receivers refuse or list those who do it");
    }
    let tls = args.tls.options(args.chain)?;
    if let Some(announcement) = args.offers.announcement() {
        if args.server.tls == args::Tls::Never {
            return Err("--tls never leaves nothing for --tls-versions, --key-types or --resume to look at".into());
        }
        if !args.output.quiet {
            io.stderr.say(&announcement);
        }
    }
    let level = args.level.for_verdict(&args.server)?;
    Ok((source, Work::new(args, family, resolver, roots, tls, io.stderr.clone()).judging(level)))
}

#[cfg(test)]
mod tests {
    use byhand::cli::io::Io;
    use byhand::wire::{Fault, ProbeRecord, Record, Stage, Status};
    use clap::Parser;

    use super::{Args, Sender, command, run};

    /// Runs; exit code, records, messages.
    fn go(words: &[&str], stdin: &str) -> (u8, Vec<ProbeRecord>, String) {
        let args = Args::try_parse_from(std::iter::once(&"smtp-probe").chain(words)).unwrap();
        let (io, stdout, stderr) = Io::captured("smtp-probe", stdin.as_bytes().to_vec());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let code = runtime.block_on(run(args, io));
        let record = |line: &str| match serde_json::from_str(line).unwrap() {
            Record::Probe(record) => record,
            other => panic!("{other:?}"),
        };
        (code, stdout.text().lines().map(record).collect(), stderr.text())
    }

    const DEAD: &str = r#"{"type":"mx/1","domain":"gone.example","outcome":{"status":"permanent","stage":"dns","fault":"nxdomain","reply":null,"text":"gone.example does not exist"},"source":"none","security":"insecure","ttl":60,"hosts":[],"elapsed_ms":1.0}"#;

    #[test]
    fn a_dead_record_gives_a_record() {
        let (code, records, stderr) = go(&[], DEAD);
        assert_eq!((code, records.len(), stderr.as_str()), (1, 1, ""));
        let outcome = &records[0].outcome;
        assert_eq!(
            (outcome.status, outcome.stage, outcome.fault),
            (Status::Permanent, Some(Stage::Dns), Some(Fault::Nxdomain))
        );
        assert_eq!(records[0].target.domain.as_deref(), Some("gone.example"));
    }

    #[test]
    fn bad_lines_do_not_stop_the_others() {
        let stdin = format!("mx:0\n{DEAD}\n{{\"type\":\"delivery/1\"}}\n");
        let (code, records, stderr) = go(&[], &stdin);
        assert_eq!((code, records.len()), (65, 3));
        assert_eq!(
            stderr,
            "smtp-probe: mx:0: a port is a number from 1 to 65535 (line 1 of standard input)\n\
             smtp-probe: {\"type\":\"delivery/1\"}: records of type \"delivery/1\" are not taken here, only mx/1 and probe/1 \
             (line 3 of standard input)\n"
        );
    }

    #[test]
    fn refused_ports() {
        // Port 1 of the loopback interface refuses.
        let (code, records, _) = go(&["--server", "127.0.0.1:1"], "never read");
        assert_eq!((code, records.len()), (75, 1));
        let (code, records, _) = go(&["--server", "127.0.0.1:1", "a.example", "b.example"], "");
        let domains: Vec<_> = records.iter().map(|record| record.target.domain.as_deref().unwrap_or("")).collect();
        assert_eq!((code, &domains[..]), (75, &["a.example", "b.example"][..]));
    }

    #[test]
    fn people_see_one_target_at_length() {
        let args = Args::try_parse_from(["smtp-probe", "--format", "table", "127.0.0.1:1"]).unwrap();
        let (io, stdout, _) = Io::captured("smtp-probe", vec![]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(run(args, io)), 75);
        let text = stdout.text();
        assert!(text.starts_with("[127.0.0.1]:1 "), "{text}");
        assert!(text.contains("\n no answer   127.0.0.1 refused the connection"), "{text}");
    }

    #[test]
    fn a_null_sender_is_told_what_it_looks_like() {
        let (_, records, stderr) = go(&["--from", "<>", "--rcpt", "b@example.org", "127.0.0.1:1"], "");
        assert!(stderr.contains("looks like a callout"), "{stderr}");
        assert_eq!(records[0].recipients[0].outcome.status, Status::Untested);
    }

    #[test]
    fn a_recipient_typed_twice_is_one() {
        let words = ["--from", "a@example.net", "--rcpt", "b@example.org", "--rcpt", "B@example.org", "--rcpt"];
        let words = [&words[..], &["b@EXAMPLE.org", "127.0.0.1:1"]].concat();
        let (_, records, _) = go(&words, "");
        let asked: Vec<&str> = records[0].recipients.iter().map(|r| r.address.as_str()).collect();
        // Before the "@" letters may differ in case, behind it they do not (RFC 5321 §2.3.11).
        assert_eq!(asked, ["b@example.org", "B@example.org"]);
    }

    #[test]
    fn the_command_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn sender_and_recipients_come_together() {
        let parse = |words: &[&str]| Args::try_parse_from(std::iter::once(&"smtp-probe").chain(words));
        let args =
            parse(&["--from", "<>", "--rcpt", "b@example.org", "--rcpt", "c@example.org", "example.org"]).unwrap();
        assert_eq!((args.from, args.rcpt.len()), (Some(Sender::Null), 2));
        assert_eq!(parse(&["--from", "a@example.net", "example.org"]).unwrap_err().exit_code(), 2);
        assert_eq!(parse(&["--rcpt", "b@example.org", "example.org"]).unwrap_err().exit_code(), 2);
        assert!(parse(&["--from", "x", "--rcpt", "b@example.org"]).is_err());
        assert!(parse(&["--from", "a@example.net\r\nRSET", "--rcpt", "b@example.org"]).is_err());
    }

    #[test]
    fn help_is_one_screen() {
        let help = command().term_width(80).render_help().to_string();
        assert!(help.lines().count() <= 56, "{help}");
        assert!(help.contains("Examples:") && !help.contains("--trust-anchor"), "{help}");
        assert!(command().render_long_help().to_string().contains("--trust-anchor"));
    }
}
