//! Problems and findings on a terminal: mark, fixed word, sentence; those that want action first.
//!
//! The same finding at several hosts is one line: which hosts they are stands in front of the sentence, unless it names
//! the only one already.

use std::io::{self, Write};

use crate::render::layout::{Cell, prose};
use crate::render::safe::width;
use crate::render::words::needs_attention;
use crate::render::{Look, Tone};
use crate::wire::Finding;

/// Writes the problems, each a fixed word and a sentence, and the findings; beside each the host that it is about where it names
/// none itself.
pub(in crate::render) fn findings(
    out: &mut dyn Write,
    look: Look,
    problems: &[(String, String)],
    found: &[(Option<&str>, &Finding)],
) -> io::Result<()> {
    let mut grouped: Vec<(Vec<&str>, &Finding)> = Vec::new();
    for (host, finding) in found {
        let host = finding.host.as_deref().or(*host);
        let same = grouped.iter_mut().find(|(_, other)| other.id == finding.id && other.text == finding.text);
        match same {
            Some((hosts, _)) => hosts.extend(host.filter(|host| !hosts.contains(host))),
            None => grouped.push((host.into_iter().collect(), finding)),
        }
    }
    let (acts, infos): (Vec<_>, Vec<_>) = grouped.iter().partition(|(_, finding)| needs_attention(finding.id));
    let problem_words = problems.iter().map(|(word, _)| word.len());
    let widest = found.iter().map(|(_, finding)| finding.id.as_str().len()).chain(problem_words).max().unwrap_or(0);
    for (word, text) in problems {
        let pad = " ".repeat(widest.saturating_sub(width(word)));
        let label = [" ".into(), Cell::new(Tone::Warn, format!("! {word}")), format!("{pad}  ").into()];
        prose(out, look, &label, &text.as_str().into())?;
    }
    for (mark, tone, list) in [("!", Tone::Warn, acts), ("i", Tone::Faint, infos)] {
        for (hosts, finding) in list {
            let id = finding.id.as_str();
            let pad = " ".repeat(widest.saturating_sub(width(&id)));
            let text = look.safe(&finding.text);
            let text = match hosts.as_slice() {
                [] => text,
                [host] if text.contains(&look.safe(host)) => text,
                hosts => format!("{}: {text}", look.safe(&hosts.join(", "))),
            };
            let label = [" ".into(), Cell::new(tone, format!("{mark} {id}")), format!("{pad}  ").into()];
            prose(out, look, &label, &text.into())?;
        }
    }
    Ok(())
}
