//! Generated files: man pages from the tools' own arguments, JSON Schemas from the record types.
//!
//! They are committed, so that a reader finds them without building; `--check` compares and says how to make them anew.

use std::path::Path;

use clap_mangen::Man;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::Result;
use crate::run::root;

/// The exit codes of every tool, as every man page shows them.
const EXIT_STATUS: &str = r#".SH "EXIT STATUS"
The first that applies, in the order 70, 65, 1, 75:
.TP
\fB0\fR
All went well.
.TP
\fB1\fR
Something failed for good: trying again as it is will not help.
.TP
\fB75\fR
Nothing failed for good, but something was put off, had no answer, or was not tested.
.TP
\fB2\fR
The command line is wrong; nothing was done.
.TP
\fB65\fR
A line of the input could not be read; the others were done.
.TP
\fB70\fR
A fault of the tool itself, or standard output could not be written.
.TP
\fB130\fR
Interrupted; the records finished before are out.
.PP
Findings never change the exit code. A closed pipe ends the tool quietly with 0.
"#;

/// The tools that have a page.
fn tools() -> [clap::Command; 2] {
    [mxlookup::command(), smtp_probe::command()]
}

/// Writes `docs/man/TOOL.1`, or compares.
pub(crate) fn man(check: bool) -> Result {
    for tool in tools() {
        let name = tool.get_name().to_owned();
        let mut page = Vec::new();
        Man::new(tool).manual("byhand").render(&mut page)?;
        let page = String::from_utf8(page)? + EXIT_STATUS;
        place(&root().join("docs/man").join(format!("{name}.1")), &page, check, "man")?;
    }
    Ok(())
}

/// Writes `docs/schema/mx-1.json` and `probe-1.json`, or compares.
pub(crate) fn schema(check: bool) -> Result {
    for (name, kind, schema) in records() {
        let text = serde_json::to_string_pretty(&with_type(schema, kind))? + "\n";
        place(&root().join("docs/schema").join(format!("{name}.json")), &text, check, "schema")?;
    }
    Ok(())
}

/// The record types: the schema's file, the `type` in the line, the schema.
pub(crate) fn records() -> [(&'static str, &'static str, Schema); 2] {
    let generator = || SchemaSettings::draft2020_12().into_generator();
    [
        ("mx-1", "mx/1", generator().into_root_schema_for::<byhand::wire::MxRecord>()),
        ("probe-1", "probe/1", generator().into_root_schema_for::<byhand::wire::ProbeRecord>()),
    ]
}

/// The schema of a record with the `type` that its line carries in front.
fn with_type(schema: Schema, kind: &str) -> Value {
    let mut value = schema.to_value();
    if let Some(properties) = value.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("type".to_owned(), json!({ "const": kind }));
    }
    if let Some(required) = value.get_mut("required").and_then(Value::as_array_mut) {
        required.insert(0, json!("type"));
    }
    value
}

/// Writes a file, or compares it.
fn place(path: &Path, text: &str, check: bool, chore: &str) -> Result {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    if old == text {
        return Ok(());
    }
    let shown = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    if check {
        let line = old.lines().zip(text.lines()).take_while(|(old, new)| old == new).count() + 1;
        return Err(format!("{shown} is stale from line {line} on: run `cargo xtask {chore}` and commit it").into());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)?;
    println!("wrote {shown}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_the_type_of_the_line() {
        let [(_, kind, schema), _] = records();
        let value = with_type(schema, kind);
        assert_eq!(value["properties"]["type"], json!({ "const": "mx/1" }));
        assert_eq!(value["required"][0], "type");
    }

    #[test]
    fn a_stale_file_fails_the_check_and_names_the_line() {
        let path = std::env::temp_dir().join(format!("byhand-stale-{}", std::process::id()));
        std::fs::write(&path, "a\nb\nc\n").unwrap();
        let stale = place(&path, "a\nB\nc\n", true, "man").unwrap_err().to_string();
        let fresh = place(&path, "a\nb\nc\n", true, "man");
        std::fs::remove_file(&path).unwrap();
        assert!(stale.contains("stale from line 2"), "{stale}");
        assert!(fresh.is_ok());
    }
}
