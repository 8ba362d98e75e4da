//! How records look: JSON Lines for the next program, tables and conversations for a person.
//!
//! Renderers take a record and a writer, and add no facts of their own; what a reply means stands in the record. All
//! foreign text (banners, host names, certificates) passes through [`safe`] on its way to a terminal; JSON keeps it as
//! it came. Colour and marks only ever repeat what the words already say.
//!
//! Not here: what the terminal is like (`cli::io` finds out and hands over a [`Look`]).

mod advice;
pub mod conversation;
pub mod explanation;
pub mod json;
pub mod layout;
pub mod plain;
pub mod safe;
pub mod table;
pub mod verdict;
pub mod words;

/// What the place is like that a person reads in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether characters beyond ASCII arrive as they are.
    pub unicode: bool,
    /// Whether colour and weight may be used.
    pub color: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 80, unicode: true, color: false }
    }
}

/// How a stretch of text stands out. It never says anything that the words do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As the terminal has it.
    #[default]
    Plain,
    /// What one looks for first: names, verdicts.
    Strong,
    /// What one passes over: labels, times.
    Faint,
    /// All well.
    Good,
    /// Worth attention.
    Warn,
    /// Not well.
    Bad,
}

impl Look {
    /// The text in its tone; as it is where there is no colour.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            _ if !self.color || text.trim().is_empty() => return text.to_owned(),
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// What stands between the facts of one line.
    #[must_use]
    pub fn separator(self) -> &'static str {
        if self.unicode { " · " } else { ", " }
    }

    /// Foreign text for this place.
    #[must_use]
    pub fn safe(self, text: &str) -> String {
        safe::clean(text, self.unicode)
    }

    /// A name for people: its own script where that can be shown.
    #[must_use]
    pub fn name(self, ascii: &str, unicode: Option<&str>) -> String {
        match unicode {
            Some(text) if self.unicode => self.safe(text),
            _ => self.safe(ascii),
        }
    }
}
