//! Lines on a terminal: columns that line up, facts that wrap at their separators, prose with a hanging indent.
//!
//! Text comes here clean (see [`safe`]); tone is put on after the layout, so that escapes never count as width. A table
//! that does not fit is not squeezed: [`table_width`] lets the caller choose a stacked form instead.

use std::io::{self, Write};

use super::safe::{width, wrap};
use super::{Look, Tone};

/// One cell of a table, or one stretch of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text, clean.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
}

impl Cell {
    /// A cell.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(Tone::Plain, text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// One row: cells up to a column, and perhaps a sentence over the rest of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// A line above it, over all columns: a mark, and the text beside it.
    pub above: Option<(String, Cell)>,
    /// The cells, from the left.
    pub cells: Vec<Cell>,
    /// What stands over the rest of the line, in place of the columns that follow; it wraps.
    pub rest: Option<Cell>,
}

/// A column: its heading, and which way its text leans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub name: &'static str,
    /// Figures lean right.
    pub right: bool,
}

/// The width of each column.
fn widths(columns: &[Column], rows: &[Row]) -> Vec<usize> {
    let widest = |at: usize| rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| width(&cell.text)).max();
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| match widest(at).unwrap_or(0) {
            // A column that nothing stands in is left out, heading and all.
            0 => 0,
            widest => widest.max(width(column.name)),
        })
        .collect()
}

/// The columns that a table takes at least, with its indent of one, its gaps of two, and room for sentences to wrap in.
#[must_use]
pub fn table_width(columns: &[Column], rows: &[Row]) -> usize {
    let widths = widths(columns, rows);
    let up_to = |cells: usize| 1 + widths[..cells].iter().filter(|w| **w > 0).map(|w| w + 2).sum::<usize>();
    let sentence = |row: &Row| row.rest.as_ref().map(|rest| up_to(row.cells.len()) + width(&rest.text).min(ROOM));
    let rests = rows.iter().filter_map(sentence).max().unwrap_or(0);
    rests.max(up_to(columns.len()).saturating_sub(2))
}

/// The columns that a sentence beside others wants before it is put below them.
const ROOM: usize = 20;

/// Writes a table: headings, then the rows, each sentence wrapped where it stands. `rest` is the heading of sentences
/// that follow the last column.
///
/// # Errors
/// What the writer says.
pub fn table(out: &mut dyn Write, look: Look, columns: &[Column], rest: &str, rows: &[Row]) -> io::Result<()> {
    let widths = widths(columns, rows);
    let named = rows.iter().any(|row| row.rest.is_some() && row.cells.len() == columns.len());
    let heading = Row {
        above: None,
        cells: columns.iter().map(|c| Cell::new(Tone::Faint, c.name)).collect(),
        rest: named.then(|| Cell::new(Tone::Faint, rest)),
    };
    for row in std::iter::once(&heading).chain(rows) {
        if let Some((mark, text)) = &row.above {
            prose(out, look, &[format!(" {mark}  ").into()], text)?;
        }
        let mut line = vec![Cell::from(" ")];
        let mut at = 1;
        for (i, cell) in row.cells.iter().enumerate() {
            if widths[i] == 0 {
                continue;
            }
            let pad = " ".repeat(widths[i].saturating_sub(width(&cell.text)));
            let (before, after) = if columns[i].right { (pad, String::new()) } else { (String::new(), pad) };
            line.push(before.into());
            line.push(cell.clone());
            line.push(format!("{after}  ").into());
            at += widths[i] + 2;
        }
        match &row.rest {
            None => write_line(out, look, &line)?,
            Some(rest) => {
                for part in wrap(&rest.text, look.width.saturating_sub(at).max(16)) {
                    line.push(Cell::new(rest.tone, part));
                    write_line(out, look, &line)?;
                    line = vec![" ".repeat(at).into()];
                }
            }
        }
    }
    Ok(())
}

/// Writes one line of stretches, without blanks at its end.
///
/// # Errors
/// What the writer says.
pub fn write_line(out: &mut dyn Write, look: Look, cells: &[Cell]) -> io::Result<()> {
    let used = cells.iter().rposition(|cell| !cell.text.trim().is_empty()).map_or(0, |at| at + 1);
    let mut line = String::new();
    for (at, cell) in cells[..used].iter().enumerate() {
        let text = if at + 1 == used { cell.text.trim_end() } else { cell.text.as_str() };
        line.push_str(&look.paint(cell.tone, text));
    }
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// Writes a name and the facts about it on one line, or on several, broken between facts.
///
/// # Errors
/// What the writer says.
pub fn facts(out: &mut dyn Write, look: Look, lead: &[Cell], indent: usize, facts: &[String]) -> io::Result<()> {
    let lead_width: usize = lead.iter().map(|cell| width(&cell.text)).sum();
    let separator = look.separator();
    let fits = |at: usize, text: &str| at + width(text) <= look.width;
    let mut line: Vec<Cell> = lead.to_vec();
    let mut at = lead_width;
    let mut first = true;
    for fact in facts {
        let joined = if first { fact.clone() } else { format!("{separator}{fact}") };
        if fits(at, &joined) {
            at += width(&joined);
            line.push(joined.into());
        } else {
            if !line.iter().all(|cell| cell.text.trim().is_empty()) {
                write_line(out, look, &line)?;
            }
            let mut parts = wrap(fact, look.width.saturating_sub(indent).max(16));
            let last = parts.pop().unwrap_or_default();
            for part in parts {
                write_line(out, look, &[" ".repeat(indent).into(), part.into()])?;
            }
            at = indent + width(&last);
            line = vec![" ".repeat(indent).into(), last.into()];
        }
        first = false;
    }
    write_line(out, look, &line)
}

/// Writes a label and prose behind it, wrapped under its own beginning.
///
/// # Errors
/// What the writer says.
pub fn prose(out: &mut dyn Write, look: Look, label: &[Cell], text: &Cell) -> io::Result<()> {
    let at: usize = label.iter().map(|cell| width(&cell.text)).sum();
    let (indent, beside) = if look.width >= at + 24 { (at, true) } else { (3, at == 0) };
    let mut line = label.to_vec();
    if !beside {
        write_line(out, look, &line)?;
        line = vec![" ".repeat(indent).into()];
    }
    for part in wrap(&text.text, look.width.saturating_sub(indent).max(16)) {
        line.push(Cell::new(text.tone, part));
        write_line(out, look, &line)?;
        line = vec![" ".repeat(indent).into()];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Cell, Column, Row, facts, prose, table, table_width};
    use crate::render::{Look, Tone};

    fn shown(width: usize, draw: impl Fn(&mut dyn std::io::Write, Look)) -> String {
        let mut out = Vec::new();
        draw(&mut out, Look { width, ..Look::default() });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_line_up_and_sentences_wrap() {
        let columns = [
            Column { name: "host", right: false },
            Column { name: "ms", right: true },
            Column { name: "gone", right: false },
        ];
        let rows = [
            Row { cells: vec!["mx1.例え".into(), "5".into()], ..Row::default() },
            Row { above: None, cells: vec!["m".into()], rest: Some("no answer on port 25 within 30 s".into()) },
        ];
        // Indent, host and gap, and 20 for the sentence.
        assert_eq!(table_width(&columns, &rows), 1 + 8 + 2 + 20);
        assert_eq!(
            shown(30, |out, look| table(out, look, &columns, "notes", &rows).unwrap()),
            " host      ms\n mx1.例え   5\n m         no answer on port\n           25 within 30 s\n"
        );
    }

    #[test]
    fn facts_break_between_each_other() {
        let list = ["2 MX".to_owned(), "TTL 1 h".to_owned(), "DNSSEC signed".to_owned()];
        assert_eq!(
            shown(26, |out, look| facts(out, look, &["a.example   ".into()], 2, &list).unwrap()),
            "a.example   2 MX · TTL 1 h\n  DNSSEC signed\n"
        );
    }

    #[test]
    fn prose_hangs_under_itself() {
        let text = Cell::from("one two three four five six seven");
        assert_eq!(
            shown(32, |out, look| prose(out, look, &["! id  ".into()], &text).unwrap()),
            "! id  one two three four five\n      six seven\n"
        );
        assert_eq!(
            shown(32, |out, look| prose(out, look, &["! a-rather-long-id  ".into()], &text).unwrap()),
            "! a-rather-long-id\n   one two three four five six\n   seven\n"
        );
    }

    #[test]
    fn tone_adds_no_width() {
        let look = Look { color: true, ..Look::default() };
        let mut out = Vec::new();
        super::write_line(&mut out, look, &[Cell::new(Tone::Bad, "x"), "  ".into()]).unwrap();
        assert_eq!(out, b"\x1b[31mx\x1b[0m\n");
    }
}
