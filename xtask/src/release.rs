//! `cargo xtask release`: the tools as they are given away.
//!
//! On Linux with glibc they are linked statically: one file runs on every machine of its kind, starts without a search for libraries,
//! and keeps none of them in memory (`docs/decisions/0018`). Names are looked up by the tools themselves, so that nothing of glibc's own
//! resolver is missed. Elsewhere it is an ordinary release build.
//!
//! Not here: man pages and schemas, which are in `docs`.

use std::path::PathBuf;

use crate::Result;
use crate::run::{cargo, check, command, output, root};

/// Builds, and tells the folder that the programs are in.
pub(crate) fn release() -> Result<PathBuf> {
    let host = host()?;
    let mut build = cargo();
    build.args(["build", "--release"]);
    if !host.ends_with("-linux-gnu") {
        check(&mut build)?;
        return Ok(root().join("target/release"));
    }
    // With a target of its own, macros and build scripts stay as they are.
    let flags = format!("target.{host}.rustflags=['-C', 'target-feature=+crt-static']");
    check(build.args(["--target", &host, "--config", &flags]))?;
    Ok(root().join("target").join(host).join("release"))
}

/// The machine that this compiler makes programs for, such as `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let text = output(command(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not tell for which machine it makes programs")?.to_owned())
}
