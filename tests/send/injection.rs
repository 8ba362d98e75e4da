//! Nothing in an argument or in a record's field adds a command: CR, LF and NUL, through the wire.

use byhand::cli::io::Io;
use clap::Parser;
use proptest::prelude::*;
use testlab::smtp::Plain;

use super::plain;

/// What could be taken for a command, were it ever to begin a line.
const MARK: &str = "XCOMMAND";

/// Text with line ends, NULs and a command at any place.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\0".to_owned()),
        Just("\r\n.\r\n".to_owned()),
        Just("\u{85}\u{2028}".to_owned()),
        Just(format!("\r\n{MARK}\r\n")),
        Just("@example.test".to_owned()),
        Just("<>\"\\ ".to_owned()),
        "[a-z.]{1,6}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// An mx/1 line that leads to the server, with this text in its fields.
fn record(port: u16, field: usize, text: &str) -> String {
    let mut fields = ["example.test", "b@example.test", "mx.example.test"].map(str::to_owned);
    if let Some(field) = fields.get_mut(field) {
        *field = if field.contains('@') { format!("{text}@example.test") } else { text.to_owned() };
    }
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let [domain, recipient, host] = fields.map(|field| json(&field));
    let _ = port;
    format!(
        r#"{{"type":"mx/1","domain":{domain},"recipients":[{recipient}],"outcome":{{"status":"ok","stage":null,"fault":null,"reply":null,"text":"x"}},"source":"mx","security":"secure","ttl":60,"hosts":[{{"host":{host},"preference":10,"addresses":["127.0.0.1"],"security":"secure","ttl":60,"fault":null}}],"elapsed_ms":1.0}}"#
    )
}

/// Runs with the text in one place; the lines that the server heard as commands.
async fn commands(place: usize, text: &str) -> Vec<String> {
    let (server, log) = plain(Plain::new("mx.test")).await;
    let address = server.address().to_string();
    let port = server.address().port();
    let default =
        ["smtp-send", "--from", "a@client.test", "--ehlo", "client.test", "--timeout", "5"].map(str::to_owned);
    let mut args = default.to_vec();
    let mut stdin = Vec::new();
    let to = |to: &str| ["--to".to_owned(), to.to_owned(), "--server".to_owned(), address.clone()];
    match place {
        0..3 => {
            stdin = record(port, place, text).into_bytes();
            args.extend(["--port".into(), port.to_string()]);
        }
        3 => args.extend(to(&format!("{text}@example.test"))),
        4 => args[2] = format!("{text}@client.test"),
        5 => args[4] = text.to_owned(),
        6 => args.extend([to("b@example.test").to_vec(), vec!["--subject".into(), text.to_owned()]].concat()),
        7 => args.extend([to("b@example.test").to_vec(), vec!["--header".into(), format!("X-A: {text}")]].concat()),
        8 => args.extend([to("b@example.test").to_vec(), vec!["--header".into(), format!("{text}: x")]].concat()),
        9 => args.extend([to("b@example.test").to_vec(), vec!["--body".into(), text.to_owned()]].concat()),
        _ => {
            args.extend([to("b@example.test").to_vec(), vec!["--data".into(), "-".into()]].concat());
            stdin = text.as_bytes().to_vec();
        }
    }
    if matches!(place, 4 | 5) {
        args.extend(to("b@example.test"));
    }
    // An argument that is refused sends nothing.
    let Ok(args) = smtp_send::Args::try_parse_from(args) else { return Vec::new() };
    let (io, ..) = Io::captured("smtp-send", stdin);
    smtp_send::run(args, io).await;
    log.settled(std::time::Duration::from_secs(5)).await;
    log.connections().iter().flat_map(|one| one.lines.iter().map(|(_, line)| line.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn no_text_adds_a_command(place in 0usize..11, text in hostile()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let lines = runtime.block_on(commands(place, &text));
        let verbs: Vec<&str> = lines.iter().map(|line| line.split([' ', ':']).next().unwrap_or_default()).collect();
        // Either nothing was sent, or exactly the commands of one delivery.
        let delivery = ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"];
        prop_assert!(verbs.is_empty() || verbs == delivery, "{place} {text:?}: {lines:?}");
        prop_assert!(lines.iter().all(|line| !line.contains(['\r', '\n', '\0'])), "{lines:?}");
    }
}

/// Most of the places take plain text: otherwise the property above would hold for want of trying.
#[tokio::test]
async fn plain_text_is_sent_from_every_place() {
    for place in 0..11 {
        // As a domain of a record it is not that of the recipient, and no recipient is another domain's.
        let text = if place == 5 { "a.test" } else { "abc" };
        let lines = commands(place, text).await;
        assert_eq!(lines.len(), if place == 0 { 0 } else { 5 }, "{place}: {lines:?}");
    }
}
