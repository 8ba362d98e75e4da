//! Findings on a terminal: mark, fixed word, sentence; those that want action first.
//!
//! The same finding at several hosts is one line each: which host it is stands in front of the sentence, unless the
//! sentence names it already.

use std::io::{self, Write};

use crate::render::layout::{Cell, prose};
use crate::render::safe::width;
use crate::render::words::needs_attention;
use crate::render::{Look, Tone};
use crate::wire::Finding;

/// Writes the findings; `host` names the host of a finding that names none.
pub(super) fn findings(out: &mut dyn Write, look: Look, found: &[(Option<&str>, &Finding)]) -> io::Result<()> {
    let (acts, infos): (Vec<_>, Vec<_>) = found.iter().partition(|(_, finding)| needs_attention(finding.id));
    let widest = found.iter().map(|(_, finding)| finding.id.as_str().len()).max().unwrap_or(0);
    for (mark, tone, list) in [("!", Tone::Warn, acts), ("i", Tone::Faint, infos)] {
        for (host, finding) in list {
            let id = finding.id.as_str();
            let pad = " ".repeat(widest.saturating_sub(width(&id)));
            let text = look.safe(&finding.text);
            let text = match finding.host.as_deref().or(host).map(|host| look.safe(host)) {
                Some(host) if !text.contains(&host) => format!("{host}: {text}"),
                _ => text,
            };
            let label = [" ".into(), Cell::new(tone, format!("{mark} {id}")), format!("{pad}  ").into()];
            prose(out, look, &label, &text.into())?;
        }
    }
    Ok(())
}
