//! `cargo xtask lab`: real mail servers in a network namespace of their own.
//!
//! The work is done by the scripts in `tests/lab/`, whose README tells what listens where; here they get their names, a lock
//! (two test runs at once share one lab), and an answer to "was it up before?", so that whoever brought it up takes it
//! down. It needs root on Debian, and says so elsewhere.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Subcommand;

use crate::Result;
use crate::run::{check, command, is_root, root, works};

/// The network namespace.
pub(crate) const NAMESPACE: &str = "byhand-lab";

/// What to do with the lab.
#[derive(Subcommand)]
pub(crate) enum What {
    /// Install the servers, make configuration, certificates and zones; quick when all is there
    Setup,
    /// Start it (and set it up, where that is missing)
    Up,
    /// End everything in its namespace, and the namespace
    Down,
    /// Say what is up
    Status,
    /// Run a command inside
    Run {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

/// Runs the subcommand.
pub(crate) fn lab(what: &What) -> Result<ExitCode> {
    able()?;
    match what {
        What::Setup => setup()?,
        What::Up => {
            up()?;
        }
        What::Down => down()?,
        What::Status => {
            return Ok(if script("status.sh").status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        What::Run { command } => {
            let code = inside(&command[0]).args(&command[1..]).status()?.code();
            return Ok(ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails with the reason where this machine cannot hold the lab.
pub(crate) fn able() -> Result {
    if !is_root() {
        return Err("the lab needs root: it makes network namespaces and installs servers".into());
    }
    if !Path::new("/etc/debian_version").exists() {
        return Err("the lab needs Debian: it is made of Debian's packages".into());
    }
    Ok(())
}

/// Installs and configures what is missing.
pub(crate) fn setup() -> Result {
    let _lock = lock()?;
    check(&mut script("setup.sh"))
}

/// Brings it up; whether it was us who did.
pub(crate) fn up() -> Result<bool> {
    let _lock = lock()?;
    check(&mut script("setup.sh"))?;
    if works(&mut script("status.sh")) {
        check(&mut script("status.sh"))?;
        return Ok(false);
    }
    check(&mut script("up.sh"))?;
    Ok(true)
}

/// Takes it down.
pub(crate) fn down() -> Result {
    let _lock = lock()?;
    check(&mut script("down.sh"))
}

/// The lab's folder.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("BYHAND_LAB").map_or_else(|| PathBuf::from("/var/lib/byhand-lab"), PathBuf::from)
}

/// A command inside the namespace; it keeps the caller's folder.
pub(crate) fn inside(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", NAMESPACE]).arg(program);
    command
}

fn script(name: &str) -> Command {
    let mut command = command("bash");
    command.arg(root().join("tests/lab").join(name));
    command
}

/// One at a time; the lock ends with the value.
fn lock() -> Result<File> {
    let file = File::create("/run/byhand-lab.lock").map_err(|error| format!("/run/byhand-lab.lock: {error}"))?;
    file.lock()?;
    Ok(file)
}
