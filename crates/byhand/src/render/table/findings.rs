//! Problems and findings on a terminal: mark, fixed word, sentence, and what to do; those that want action first.
//!
//! The same finding at several hosts is one line: which hosts they are stands in front of the sentence, unless it names
//! the only one already.

use std::io::{self, Write};

use crate::render::advice::{Step, step};
use crate::render::layout::{Cell, prose};
use crate::render::safe::width;
use crate::render::words::needs_attention;
use crate::render::{Look, Tone};
use crate::wire::{Finding, ProbeRecord};

/// A finding, the host that it is about where it names none itself, and the record that it is from.
pub(in crate::render) type Found<'a> = (Option<&'a str>, &'a Finding, Option<&'a ProbeRecord>);

/// Writes the problems, each a fixed word and a sentence, and the findings; beside each the host that it is about where it names
/// none itself.
pub(in crate::render) fn findings(
    out: &mut dyn Write,
    look: Look,
    problems: &[(String, String)],
    found: &[Found<'_>],
) -> io::Result<()> {
    let mut grouped: Vec<(Vec<&str>, &Finding, Option<Step>)> = Vec::new();
    for (host, finding, record) in found {
        let step = step(finding, *record);
        let host = finding.host.as_deref().or(*host);
        let same = grouped
            .iter_mut()
            .find(|(_, other, next)| other.id == finding.id && other.text == finding.text && *next == step);
        match same {
            Some((hosts, ..)) => hosts.extend(host.filter(|host| !hosts.contains(host))),
            None => grouped.push((host.into_iter().collect(), finding, step)),
        }
    }
    let (acts, infos): (Vec<_>, Vec<_>) = grouped.iter().partition(|(_, finding, _)| needs_attention(finding.id));
    let problem_words = problems.iter().map(|(word, _)| word.len());
    let widest = found.iter().map(|(_, finding, _)| finding.id.as_str().len()).chain(problem_words).max().unwrap_or(0);
    for (word, text) in problems {
        let pad = " ".repeat(widest.saturating_sub(width(word)));
        let label = [" ".into(), Cell::new(Tone::Warn, format!("! {word}")), format!("{pad}  ").into()];
        prose(out, look, &label, &text.as_str().into())?;
    }
    for (mark, tone, list) in [("!", Tone::Warn, acts), ("i", Tone::Faint, infos)] {
        for (hosts, finding, step) in list {
            let id = finding.id.as_str();
            let pad = " ".repeat(widest.saturating_sub(width(&id)));
            let text = look.safe(&finding.text);
            let text = match hosts.as_slice() {
                [] => text,
                [host] if text.contains(&look.safe(host)) => text,
                hosts => format!("{}: {text}", look.safe(&hosts.join(", "))),
            };
            let text = match step {
                Some(step) => format!("{}. {}", text.trim_end_matches('.'), look.safe(&step.sentences())),
                None => text,
            };
            let label = [" ".into(), Cell::new(tone, format!("{mark} {id}")), format!("{pad}  ").into()];
            prose(out, look, &label, &text.into())?;
        }
    }
    Ok(())
}
