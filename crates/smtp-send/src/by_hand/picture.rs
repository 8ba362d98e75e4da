//! How a typed session looks: the live conversation, and between its lines what is said to the person, indented and dim.

use byhand::render::conversation::Live;
use byhand::render::layout::{Cell, write_line};
use byhand::render::safe::wrap;
use byhand::render::{Look, Tone};
use byhand::smtp::typed::Shown;
use byhand::wire::{Said, Who};

/// Draws; see the module.
#[derive(Debug, Default)]
pub(super) struct Picture {
    live: Live,
}

impl Picture {
    /// What is shown, as lines.
    pub(super) fn draw(&mut self, look: Look, shown: &Shown) -> String {
        let mut out = Vec::new();
        // A vector takes everything.
        let _ = match shown {
            Shown::Said(said) => self.live.line(&mut out, look, said),
            Shown::Aside(text) => aside(&mut out, look, text),
            Shown::Told(said) => aside(&mut out, look, &said.text),
        };
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Something that happened.
    pub(super) fn note(&mut self, look: Look, text: &str) -> String {
        let said = Said { at_ms: 0.0, who: Who::Note, tls: false, text: text.into(), elapsed_ms: None, code: None };
        self.draw(look, &Shown::Said(said))
    }
}

/// Lines that keep their own indent, wrapped below it.
fn aside(out: &mut Vec<u8>, look: Look, text: &str) -> std::io::Result<()> {
    for line in text.lines() {
        if is_command(line) {
            // To be copied: the terminal breaks it, and whoever copies it gets it whole.
            write_line(out, look, &[look.safe(line).into()])?;
            continue;
        }
        let body = line.trim_start_matches(' ');
        let indent = 4 + (line.len() - body.len());
        let room = look.width.saturating_sub(indent + 1).max(16);
        for part in columns(&look.safe(body), room) {
            write_line(out, look, &[" ".repeat(indent).into(), Cell::new(Tone::Faint, part)])?;
        }
    }
    Ok(())
}

/// Whether the line is one for a shell.
fn is_command(line: &str) -> bool {
    line.starts_with("smtp-send --") || line.contains(" | smtp-send --")
}

/// The line as it is where it fits, with the blanks of its columns; else wrapped, what follows two or more blanks hanging
/// under its beginning where there is room for that.
fn columns(text: &str, room: usize) -> Vec<String> {
    use byhand::render::safe::width;
    if width(text) <= room {
        return vec![text.to_owned()];
    }
    let hang = text.find("  ").map(|at| at + text[at..].len() - text[at..].trim_start().len());
    let Some(hang) = hang else { return wrap(text, room) };
    let (head, rest) = text.split_at(hang);
    if width(head) + 24 > room {
        // No room beside it: below it.
        let below = wrap(rest, room.saturating_sub(4)).into_iter().map(|part| format!("    {part}"));
        return wrap(head.trim_end(), room).into_iter().chain(below).collect();
    }
    let under = width(head);
    wrap(rest, room - under)
        .into_iter()
        .enumerate()
        .map(|(at, part)| if at == 0 { format!("{head}{part}") } else { format!("{}{part}", " ".repeat(under)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use byhand::render::Look;
    use byhand::smtp::typed::Shown;

    use super::Picture;

    fn drawn(width: usize, text: &str) -> String {
        Picture::default().draw(Look { width, ..Look::default() }, &Shown::Aside(text.into()))
    }

    #[test]
    fn asides_are_set_in_and_wrap() {
        assert_eq!(drawn(80, "one\n  two\u{1b}[2J"), "    one\n      two\\x1b[2J\n");
        let text = ":message FILE  sends the message in the file, dots doubled";
        assert_eq!(
            drawn(50, text),
            "    :message FILE  sends the message in the file,\n                   dots doubled\n"
        );
        assert_eq!(
            drawn(40, text),
            "    :message FILE\n        sends the message in the file,\n        dots doubled\n"
        );
        let narrow = drawn(40, text);
        assert!(narrow.lines().all(|line| line.len() <= 40 && line.starts_with("    ")), "{narrow}");
    }
}
