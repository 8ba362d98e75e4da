//! `mxlookup`: its arguments. (in the making)

/// The tool's command line.
#[must_use]
pub fn command() -> clap::Command {
    clap::Command::new("mxlookup")
}
