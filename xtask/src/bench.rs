//! `cargo xtask bench`: the tools beside those that people use today, in the lab of real servers.
//!
//! Whole processes, as `cargo xtask release` makes them, the same server, the two of a pair in turn, so that what else the machine does meets
//! both. `smtp-explain` is measured alone, by the reply. Printed are medians, never single runs; a run that fails ends the measurement, since a quick failure is no result.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::run::root;
use crate::{Result, lab, release};

/// Runs of each.
const RUNS: usize = 20;

/// What smtp-send and swaks call by the same names.
const SEND: &str = "--from a@client.test --to b@good.test --ehlo client.test --server 127.0.1.61 --body x";

/// Two commands for one question.
struct Pair {
    question: &'static str,
    ours: Vec<String>,
    theirs: Vec<String>,
    allowed: Allowed,
}

/// What ours may take.
#[derive(Clone, Copy)]
enum Allowed {
    /// So many milliseconds more than theirs.
    Beyond(f64),
    /// Of their time, and of their memory, this share.
    Share { time: f64, memory: f64 },
}

/// Builds, brings the lab up where it is down, measures, prints the table; fails where ours is slower than allowed.
pub(crate) fn bench() -> Result {
    let tools = release::release()?;
    // What is too slow in one part does not hide the figures of the other.
    let explaining = explaining(&tools);
    lab::able()?;
    let ours = lab::up()?;
    let result = measure(&tools);
    if ours {
        lab::down()?;
    }
    match (explaining, result) {
        (Err(first), Err(second)) => Err(format!("{first}; {second}").into()),
        (first, second) => first.and(second),
    }
}

fn measure(tools: &Path) -> Result {
    let tool = |name: &str| tools.join(name).display().to_string();
    let words = |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let ca = lab::folder().join("pki/ca.pem").display().to_string();
    let pairs = [
        Pair {
            question: "one server, STARTTLS (Postfix, 127.0.1.10)",
            ours: words(format!("{} --ca-file {ca} [127.0.1.10]", tool("smtp-probe"))),
            theirs: words("posttls-finger -c -l encrypt [127.0.1.10]".to_owned()),
            allowed: Allowed::Beyond(0.0),
        },
        Pair {
            question: "the same with DANE (mx-postfix.test)",
            ours: words(format!("{} --ca-file {ca} mx-postfix.test:25", tool("smtp-probe"))),
            theirs: words("posttls-finger -c -l dane [mx-postfix.test]".to_owned()),
            allowed: Allowed::Beyond(0.0),
        },
        Pair {
            question: "a domain, all verdicts (enforce.test)",
            ours: words(format!("{} --ca-file {ca} enforce.test", tool("smtp-probe"))),
            theirs: words("posttls-finger -c -l dane enforce.test".to_owned()),
            allowed: Allowed::Beyond(0.0),
        },
        Pair {
            question: "the MX of one name (good.test)",
            ours: words(format!("{} good.test", tool("mxlookup"))),
            theirs: words("dig @127.0.1.2 good.test MX".to_owned()),
            allowed: Allowed::Beyond(10.0),
        },
        Pair {
            question: "one message in clear (smtp-sink, 127.0.1.61)",
            ours: words(format!("{} {SEND} --tls never", tool("smtp-send"))),
            theirs: words(format!("swaks {SEND}")),
            allowed: Allowed::Share { time: 0.2, memory: 0.5 },
        },
    ];
    println!("{:<44} {:>16} {:>16} {:>7}", format!("medians of {RUNS}"), "ours", "theirs", "ratio");
    let mut slow = Vec::new();
    for pair in &pairs {
        let mut times = [Vec::new(), Vec::new()];
        for words in [&pair.ours, &pair.theirs] {
            once(words)?; // the first run reads the files
        }
        for _ in 0..RUNS {
            times[0].push(once(&pair.ours)?);
            times[1].push(once(&pair.theirs)?);
        }
        let [ours, theirs] = times.map(median);
        println!("{:<44} {:>13.1} ms {:>13.1} ms {:>7.2}", pair.question, ours, theirs, ours / theirs);
        println!("    {}\n    {}", pair.ours.join(" "), pair.theirs.join(" "));
        match pair.allowed {
            Allowed::Beyond(more) if ours <= theirs + more => {}
            Allowed::Share { time, memory } if ours <= theirs * time && in_memory(pair)? <= memory => {}
            _ => slow.push(pair.question),
        }
    }
    if slow.is_empty() { Ok(()) } else { Err(format!("slower or larger than allowed: {}", slow.join("; ")).into()) }
}

/// How long `smtp-explain` takes for a reply once it runs, and what its rules add to its start.
fn explaining(tools: &Path) -> Result {
    let tool = tools.join("smtp-explain");
    let replies = std::fs::read_to_string(root().join("crates/byhand/src/explain/replies.txt"))?;
    let lines = replies.lines().filter(|line| !line.starts_with('#'));
    let asked: Vec<String> = lines
        .filter_map(|line| {
            let mut cells = line.splitn(4, " | ");
            let (host, reply) = (cells.nth(1)?, cells.nth(1)?);
            Some(serde_json::json!({"reply": reply, "host": host}).to_string())
        })
        .collect();
    let many = 20_000;
    let run = |lines: usize| -> Result<f64> {
        let feed: String = asked.iter().cycle().take(lines).fold(String::new(), |feed, line| feed + line + "\n");
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let mut command = Command::new(&tool);
            command.args(["--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::null());
            let start = Instant::now();
            let mut child = command.spawn()?;
            child.stdin.take().ok_or("no standard input")?.write_all(feed.as_bytes())?;
            let status = child.wait()?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            if !status.success() {
                return Err(format!("{}: {status}", tool.display()).into());
            }
        }
        Ok(median(times))
    };
    let (none, one, all) = (run(0)?, run(1)?, run(many)?);
    let each = (all - none) * 1e3 / 20_000.0;
    println!(
        "an explanation: {each:.1} us a reply of {many}, JSON in and out; the first costs {:.2} ms more",
        one - none
    );
    if each > 20.0 || one - none > 5.0 { Err("explaining is slower than allowed".into()) } else { Ok(()) }
}

/// Peak memory of the whole process, ours as a share of theirs; medians.
fn in_memory(pair: &Pair) -> Result<f64> {
    let mut sizes = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        for (sizes, words) in sizes.iter_mut().zip([&pair.ours, &pair.theirs]) {
            sizes.push(peak(words)?);
        }
    }
    let [ours, theirs] = sizes.map(median);
    println!("{:<44} {ours:>13.1} MB {theirs:>13.1} MB {:>7.2}", "    peak memory", ours / theirs);
    Ok(ours / theirs)
}

/// The largest resident size of one run, MB, as time(1) tells it: a small parent, whose own size does not count.
fn peak(words: &[String]) -> Result<f64> {
    let output = lab::inside("/usr/bin/time").args(["-f", "%M"]).args(words).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match said.lines().last().and_then(|line| line.trim().parse::<f64>().ok()) {
        Some(kilobytes) if output.status.success() => Ok(kilobytes * 1.024e-3),
        _ => Err(format!("{}: {}: {said}", words.join(" "), output.status).into()),
    }
}

/// One run, milliseconds. The namespace is entered by the shell before the clock starts to matter: both pay the same.
fn once(words: &[String]) -> Result<f64> {
    let mut command = lab::inside(&words[0]);
    command.args(&words[1..]).env("MAIL_CONFIG", lab::folder().join("etc/finger"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let elapsed = start.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(elapsed) } else { Err(format!("{}: {status}", words.join(" ")).into()) }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    if times.len().is_multiple_of(2) { f64::midpoint(times[middle - 1], times[middle]) } else { times[middle] }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 100.0]) - 3.0).abs() < f64::EPSILON);
    }
}
