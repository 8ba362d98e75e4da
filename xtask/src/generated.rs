//! Generated files: man pages from the tools' own arguments, JSON Schemas from the record types.
//!
//! They are committed, so that a reader finds them without building; `--check` compares and says how to make them anew.

use std::path::Path;

use byhand::cli::exit::EXIT_HELP;
use clap_mangen::Man;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::Result;
use crate::run::root;

/// The tools that have a page.
fn tools() -> [clap::Command; 4] {
    [mxlookup::command(), smtp_probe::command(), smtp_send::command(), smtp_explain::command()]
}

/// Writes `docs/man/TOOL.1`, or compares.
pub(crate) fn man(check: bool) -> Result {
    for tool in tools() {
        let name = tool.get_name().to_owned();
        place(&root().join("docs/man").join(format!("{name}.1")), &page(tool)?, check, "man")?;
    }
    Ok(())
}

/// A man page: what clap knows, then examples and the exit table, which stand below the help.
fn page(tool: clap::Command) -> Result<String> {
    let below = tool.get_after_long_help().or(tool.get_after_help()).map(ToString::to_string).unwrap_or_default();
    // The page has every option, those too that the one-screen help leaves out.
    let man = Man::new(tool.mut_args(|arg| arg.hide_short_help(false))).manual("byhand");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let examples = below.replace(EXIT_HELP.trim_end(), "");
    let section = |title: &str, text: &str| {
        let text = text.trim_end().strip_prefix(title).unwrap_or(text).trim_matches('\n');
        format!(".SH \"{}\"\n.nf\n{}\n.fi\n", title.trim_end_matches(':').to_uppercase(), verbatim(text))
    };
    let (examples, scripts) = match examples.split_once("\n\nScripts:\n") {
        Some((examples, scripts)) => (examples, section("Scripts:", scripts)),
        None => (examples.as_str(), String::new()),
    };
    let exit = section("Exit status:", EXIT_HELP);
    Ok(String::from_utf8(page)? + &section("Examples:", examples.trim()) + &scripts + &exit)
}

/// Text that roff shows as it is.
fn verbatim(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        if line.starts_with('.') { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes `docs/schema/mx-1.json` and the others, or compares.
pub(crate) fn schema(check: bool) -> Result {
    for (name, kind, schema) in records() {
        let text = serde_json::to_string_pretty(&with_type(schema, kind))? + "\n";
        place(&root().join("docs/schema").join(format!("{name}.json")), &text, check, "schema")?;
    }
    Ok(())
}

/// The record types: the schema's file, the `type` in the line, the schema.
pub(crate) fn records() -> [(&'static str, &'static str, Schema); 5] {
    let generator = || SchemaSettings::draft2020_12().into_generator();
    [
        ("mx-1", "mx/1", generator().into_root_schema_for::<byhand::wire::MxRecord>()),
        ("probe-1", "probe/1", generator().into_root_schema_for::<byhand::wire::ProbeRecord>()),
        ("delivery-1", "delivery/1", generator().into_root_schema_for::<byhand::wire::DeliveryRecord>()),
        ("event-1", "event/1", generator().into_root_schema_for::<byhand::wire::Event>()),
        ("explain-1", "explain/1", generator().into_root_schema_for::<byhand::wire::Explain>()),
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
    fn a_page_has_every_option_and_the_exit_table_once() {
        for tool in tools() {
            let name = tool.get_name().to_owned();
            let asks_dns = tool.get_arguments().any(|arg| arg.get_id() == "trust_anchor");
            let page = page(tool).unwrap();
            assert_eq!(page.matches("nothing permanent, but something temporary").count(), 1, "{name}");
            assert!(page.contains(".SH \"EXAMPLES\""), "{name}");
            // What the one-screen help leaves out.
            let hidden = if asks_dns { "A file of DNSKEY records" } else { "A progress line on standard error" };
            assert!(page.contains(hidden), "{name}: {hidden}");
        }
    }

    #[test]
    fn verbatim_text_starts_no_request() {
        assert_eq!(verbatim(".x -y\n it's \\"), "\\&.x \\-y\n it\\(aqs \\e");
    }

    #[test]
    fn the_schema_names_the_type_of_the_line() {
        let [(_, kind, schema), ..] = records();
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
