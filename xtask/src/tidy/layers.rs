//! Layers: a module of the library uses its own layer and lower ones; what is below the network knows neither clock nor
//! socket; big dependencies stay in the layer that is for them.
//!
//! Reads the text, not the syntax: `crate::x`, `crate::{x, y::z}`, over lines too, and `super::super::x`. A macro could
//! hide a use from it; a person would not.

use super::{Complaints, Tree, code, has_word};

/// Where the library's modules live.
const LIBRARY: &str = "crates/byhand/src/";

/// The table of the architecture: layer and modules.
const LAYERS: [(u8, &[&str]); 6] = [
    (5, &["cli"]),
    (4, &["render"]),
    (3, &["tool"]),
    (2, &["dns", "net"]),
    (1, &["smtp", "policy", "route", "explain", "message", "handshake"]),
    (0, &["domain", "mailbox", "wire"]),
];

/// Clock, sockets and runtime: not in layers 0 and 1.
const IMPURE: [&str; 9] = [
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "socket2",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
];

/// Dependencies and the layer that may use them.
const HOMES: [(&str, u8); 9] = [
    ("comfy_table", 4),
    ("rustls", 2),
    ("tokio_rustls", 2),
    ("rustls_native_certs", 2),
    ("hickory_proto", 2),
    ("hickory_resolver", 2),
    ("hyper", 2),
    ("clap", 5),
    ("indicatif", 5),
];

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(_, modules)| modules.contains(&module)).map(|(layer, _)| *layer)
}

/// The top module that a file of the library belongs to; `None` for lib.rs.
fn module(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(LIBRARY)?;
    let module = inside.split('/').next()?.trim_end_matches(".rs");
    (module != "lib").then_some(module)
}

/// Every use of another module goes down or stays level.
pub(super) fn uses(tree: &Tree) -> Complaints {
    let mut complaints = Vec::new();
    for (path, text) in tree.rust(LIBRARY) {
        let Some(module) = module(path) else { continue };
        let Some(own) = layer(module) else {
            complaints.push(format!("{path}:1: the module `{module}` has no layer; give it one in the table"));
            continue;
        };
        for (line, used) in used_modules(path, text) {
            if let Some(theirs) = layer(&used).filter(|theirs| *theirs > own) {
                complaints.push(format!("{path}:{line}: `{module}` (layer {own}) uses `{used}` (layer {theirs})"));
            }
        }
    }
    complaints
}

/// The top modules named in a file, each with its line.
fn used_modules(path: &str, text: &str) -> Vec<(usize, String)> {
    let mut whole = String::new();
    let mut lines = Vec::new();
    for (number, line) in code(path, text) {
        lines.push((whole.len(), number));
        whole.push_str(line);
        whole.push('\n');
    }
    let at_line = |at: usize| lines.iter().rev().find(|(start, _)| *start <= at).map_or(1, |(_, number)| *number);
    // tool/lookup.rs is two modules deep, tool/mod.rs and route.rs are one: so many `super::` lead to the crate.
    let inside = path.strip_prefix(LIBRARY).unwrap_or(path);
    let depth = inside.trim_end_matches("/mod.rs").matches('/').count() + 1;
    let mut found = Vec::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in whole.match_indices(&root) {
            let before = whole[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            for name in names(&whole[at + root.len()..]) {
                found.push((at_line(at), name));
            }
        }
    }
    found
}

/// The first name of a path, or of each path of a `{group}`.
fn names(rest: &str) -> Vec<String> {
    let name =
        |text: &str| -> String { text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0;
    let mut names = Vec::new();
    let mut start = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

/// Layers 0 and 1 know no clock, no socket, no runtime.
pub(super) fn pure(tree: &Tree) -> Complaints {
    let mut complaints = Vec::new();
    for (path, text) in tree.rust(LIBRARY) {
        if module(path).and_then(layer).is_none_or(|layer| layer > 1) {
            continue;
        }
        for (line, text) in code(path, text) {
            for word in IMPURE.iter().filter(|word| has_word(text, word)) {
                complaints.push(format!("{path}:{line}: `{word}` below layer 2: time and bytes are passed in"));
            }
        }
    }
    complaints
}

/// Dependencies stay where they are at home.
pub(super) fn dependencies(tree: &Tree) -> Complaints {
    let mut complaints = Vec::new();
    for (path, text) in tree.rust(LIBRARY) {
        let Some(own) = module(path).and_then(layer) else { continue };
        for (line, text) in code(path, text) {
            for (dependency, home) in HOMES.iter().filter(|(_, home)| *home != own) {
                if text.contains(&format!("{dependency}::")) && has_word(text, dependency) {
                    complaints.push(format!("{path}:{line}: `{dependency}` is for layer {home}, this is layer {own}"));
                }
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Tree) -> Complaints, path: &str, text: &str, expected: &[&str]) {
        let path = format!("{LIBRARY}{path}");
        let found = rule(&Tree::of(&[(&path, text)]));
        let expected: Vec<_> = expected.iter().map(|tail| format!("{path}:{tail}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_use_of_a_higher_layer_is_found() {
        check(uses, "route.rs", "use crate::tool::probe;\n", &["1: `route` (layer 1) uses `tool` (layer 3)"]);
        check(uses, "wire/mx.rs", "\nfn f(x: crate::smtp::X) {}\n", &["2: `wire` (layer 0) uses `smtp` (layer 1)"]);
    }

    #[test]
    fn groups_and_lines_and_supers_hide_nothing() {
        check(
            uses,
            "dns/stub.rs",
            "use crate::{\n    wire::{A, B},\n    cli::X,\n};\n",
            &["1: `dns` (layer 2) uses `cli` (layer 5)"],
        );
        check(uses, "dns/stub.rs", "use super::super::render::x;\n", &["1: `dns` (layer 2) uses `render` (layer 4)"]);
        check(uses, "dns/mod.rs", "use super::tool;\n", &["1: `dns` (layer 2) uses `tool` (layer 3)"]);
        check(uses, "newcomer.rs", "", &["1: the module `newcomer` has no layer; give it one in the table"]);
    }

    #[test]
    fn own_and_lower_layers_are_free() {
        check(uses, "tool/probe.rs", "use crate::{net::x, tool::y, wire::Z};\nuse super::lookup;\n", &[]);
        check(uses, "lib.rs", "pub mod cli;\n", &[]);
        check(uses, "route.rs", "// see crate::cli\n#[cfg(test)]\nmod tests { use crate::cli; }\n", &[]);
    }

    #[test]
    fn clocks_and_sockets_are_found_below_layer_two() {
        check(
            pure,
            "smtp/session.rs",
            "let t = Instant::now();\nuse tokio::net;\n",
            &[
                "1: `Instant::now` below layer 2: time and bytes are passed in",
                "2: `tokio` below layer 2: time and bytes are passed in",
            ],
        );
        check(pure, "smtp/session.rs", "use std::time::Instant; // never Instant::now\n", &[]);
        check(pure, "net/driver.rs", "use tokio::net::TcpStream;\n", &[]);
    }

    #[test]
    fn dependencies_away_from_home_are_found() {
        check(
            dependencies,
            "tool/probe.rs",
            "use tokio_rustls::rustls::X;\n",
            &["1: `rustls` is for layer 2, this is layer 3", "1: `tokio_rustls` is for layer 2, this is layer 3"],
        );
        check(
            dependencies,
            "cli/mod.rs",
            "use comfy_table::Table;\n",
            &["1: `comfy_table` is for layer 4, this is layer 5"],
        );
        check(dependencies, "render/table.rs", "use comfy_table::Table;\n", &[]);
    }
}
