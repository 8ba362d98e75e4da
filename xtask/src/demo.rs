//! `cargo xtask demo`: the tools at work, on any machine: no root, no network, nothing installed.
//!
//! Name server and mail hosts run in this process, on loopback (`testlab`); the tools are the built binaries, run as processes.
//! Commands are shown as one would type them, without the options that lead them to this demo's servers. What they print
//! is theirs alone, colours included where this is a terminal.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use testlab::lab::Lab;

use crate::Result;
use crate::run::{cargo, check};

/// What is shown: a sentence, and a pipeline of commands.
const ACTS: &[(&str, &[&str])] = &[
    ("Who takes mail for a domain, best first.", &["mxlookup good.example"]),
    (
        "Every way for a look-up to end is told apart: no MX, an umlaut, a null MX, no such name, failing and forged DNS.",
        &["mxlookup nomx.example bücher.example nullmx.example gone.example servfail.example bogus.example"],
    ),
    (
        "Can they be talked to, how secure, how slow? Nothing is sent; it ends with QUIT.",
        &["mxlookup good.example", "smtp-probe"],
    ),
    ("One server, all details.", &["smtp-probe nomx.example"]),
    (
        "Servers that are busy, dead, old, or that try to write on your terminal.",
        &["smtp-probe busy.example dead.example legacy.example hostile.example"],
    ),
    (
        "Would a recipient be taken? This server says: not yet. Put off is not refused.",
        &["smtp-probe --from postmaster@client.example --rcpt someone@grey.example grey.example"],
    ),
    (
        "A message, step by step, to the first host; then what it came to, and a line to quote.",
        &["mxlookup someone@good.example", "smtp-send --from postmaster@client.example"],
    ),
    (
        "The same where it is not taken yet, and where no mail is taken at all.",
        &["smtp-send --from postmaster@client.example --to someone@grey.example --to someone@nullmx.example"],
    ),
    ("The next program in a pipe gets JSON, a record a line.", &["mxlookup --format json gone.example nullmx.example"]),
];

/// Builds the tools, starts the servers, shows the acts.
pub(crate) fn demo() -> Result {
    check(cargo().args(["build", "--workspace", "--quiet"]))?;
    let start = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let lab = runtime.block_on(Lab::demo())?;
    println!(
        "A name server and a dozen mail hosts run on loopback. The commands below are led to them by these options, not shown again:\n  \
         mxlookup               {}\n  smtp-probe, smtp-send  {}",
        options("mxlookup", &lab).join(" "),
        options("smtp-probe", &lab).join(" "),
    );
    for (about, pipeline) in ACTS {
        println!("\n# {about}\n$ {}", pipeline.join(" | "));
        std::io::stdout().flush()?;
        let code = act(pipeline, &lab)?;
        if code != Some(0) {
            let code = code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
            println!("(exit {code})");
        }
    }
    println!(
        "\n{} connections, {:.1} s; nothing left the machine.",
        lab.log().connections().len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Runs a pipeline; the exit code of its last command. Only the last one prints for people.
fn act(pipeline: &[&str], lab: &Lab) -> Result<Option<i32>> {
    let mut input = Stdio::null();
    let mut running = Vec::new();
    for (n, words) in pipeline.iter().enumerate() {
        let last = n + 1 == pipeline.len();
        let mut words = words.split(' ');
        let tool = words.next().unwrap_or_default();
        let mut command = Command::new(built(tool)?);
        command.args(options(tool, lab)).args(words.clone());
        if last && !words.any(|word| word == "--format") {
            command.args(["--format", "table"]);
        }
        command.stdin(input).stdout(if last { Stdio::inherit() } else { Stdio::piped() });
        let mut child = command.spawn().map_err(|error| format!("{tool}: {error}"))?;
        input = child.stdout.take().map_or_else(Stdio::null, Stdio::from);
        running.push(child);
    }
    let mut code = None;
    for mut child in running {
        code = child.wait()?.code();
    }
    Ok(code)
}

/// The options that lead a tool to the demo's servers.
fn options(tool: &str, lab: &Lab) -> Vec<String> {
    let mut options = format!("--nameserver {} --dnssec trust", lab.nameserver());
    if tool != "mxlookup" {
        // Writing to a String cannot fail.
        let _ = write!(options, " --port {} --ehlo client.example --ca-file", lab.port());
    }
    let mut options: Vec<_> = options.split(' ').map(str::to_owned).collect();
    if tool != "mxlookup" {
        options.push(lab.ca_file().display().to_string());
    }
    options
}

/// The built tool, beside this program.
fn built(tool: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let path = own.parent().unwrap_or(Path::new(".")).join(tool);
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display()).into()) }
}
