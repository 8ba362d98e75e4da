//! `cargo xtask test`: all that has to hold, in the order of what fails fastest. CI runs the same.
//!
//! Formatting, build, lints, the house rules (`tidy`), generated files that are fresh; then the suite, with the built binaries
//! in the lab of real servers, in a network namespace in which every packet that would leave is counted.
//!
//! What a machine cannot do (no root, not Debian) is left out and named at the end in capitals; with `CI=true` it fails.

use std::ffi::OsString;
use std::process::Command;

use crate::quiet::Quiet;
use crate::run::{cargo, check, works};
use crate::{Result, generated, lab, tidy};

/// Runs everything; `args` go to nextest (or to `cargo test`, where nextest is not installed).
pub(crate) fn test(args: &[OsString]) -> Result {
    step("formatting");
    check(cargo().args(["fmt", "--all", "--check"]))?;
    step("build");
    check(cargo().args(["build", "--workspace"]))?;
    step("lints");
    check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step("house rules");
    tidy::tidy()?;
    step("generated files");
    generated::man(true)?;
    generated::schema(true)?;

    let mut left_out = Vec::new();
    step("real servers");
    let ours = match lab::able() {
        Ok(()) => Some(lab::up()?),
        Err(why) => {
            left_out.push(format!("the tests against real servers ({why})"));
            None
        }
    };
    let result = suite(args, ours.is_some(), &mut left_out);
    if ours == Some(true) {
        lab::down()?;
    }
    result?;
    tell(&left_out)
}

/// The suite itself: compiled outside, run inside.
fn suite(args: &[OsString], lab: bool, left_out: &mut Vec<String>) -> Result {
    step("suite");
    let nextest = works(cargo().args(["nextest", "--version"]));
    let words: &[&str] = if nextest { &["nextest", "run", "--workspace"] } else { &["test", "--workspace"] };
    check(cargo().args(words).args(["--no-run"]))?;

    let mut run = cargo();
    run.args(words).arg("--offline").args(args);
    if lab {
        run.env("BYHAND_LAB_UP", "1").env("BYHAND_LAB", lab::folder());
    }
    match Quiet::new() {
        Ok(quiet) => {
            let result = check(&mut quiet.inside(&run));
            // A packet that left is worth saying even where tests failed: it may be why.
            let silence = quiet.verdict();
            result.and(silence)
        }
        Err(why) => {
            left_out.push(format!("the watch for packets that leave the machine ({why})"));
            check(&mut run)
        }
    }
}

/// Says what was left out; under CI nothing may be.
fn tell(left_out: &[String]) -> Result {
    if left_out.is_empty() {
        println!("xtask test: all passed, nothing left out");
        return Ok(());
    }
    for each in left_out {
        println!("xtask test: LEFT OUT: {each}");
    }
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err("with CI=true nothing may be left out".into());
    }
    println!("xtask test: what was run passed");
    Ok(())
}

fn step(name: &str) {
    println!("== {name}");
}

/// The same command, to be run by another one (`ip netns exec NAME`).
pub(crate) fn wrapped(mut outer: Command, inner: &Command) -> Command {
    outer.arg(inner.get_program()).args(inner.get_args());
    if let Some(folder) = inner.get_current_dir() {
        outer.current_dir(folder);
    }
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}
