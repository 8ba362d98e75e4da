//! What the end-to-end tests share: the built binaries, and the lab of real servers.
//!
//! Tests that need the lab ask [`lab_or_skip`] first. They pass without it, since not every machine can have it; it is
//! `cargo xtask test` that brings it up, sets `BYHAND_LAB_UP`, and says loudly where it cannot.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A built tool of this workspace, by its name.
///
/// # Panics
/// Where it has not been built: `cargo build --workspace` comes first, `cargo xtask test` does it.
#[must_use]
pub fn bin(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let folder = test.parent().and_then(Path::parent).expect("test binaries lie in target/PROFILE/deps");
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built: run `cargo build --workspace` first", path.display());
    path
}

/// The folder of the lab where it is up; `None`, and a line that says so, where it is not.
#[must_use]
#[expect(clippy::print_stdout, reason = "a test that was left out says so where test output is read")]
pub fn lab_or_skip() -> Option<PathBuf> {
    if std::env::var_os("BYHAND_LAB_UP").is_none() {
        println!("left out: real servers");
        return None;
    }
    Some(std::env::var_os("BYHAND_LAB").map_or_else(|| PathBuf::from("/var/lib/byhand-lab"), PathBuf::from))
}

/// Runs a command in the lab's network namespace, without input.
///
/// # Panics
/// Where the namespace cannot be entered.
#[must_use]
pub fn in_lab(command: impl AsRef<OsStr>, args: &[&str]) -> Output {
    lab_command(command, args).stdin(Stdio::null()).output().expect("`ip netns exec` runs")
}

/// A command in the lab's network namespace, to be started with pipes of one's own.
#[must_use]
pub fn lab_command(command: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut ip = Command::new("ip");
    ip.args(["netns", "exec", "byhand-lab"]).arg(command).args(args);
    ip
}
