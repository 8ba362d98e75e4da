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
fn record(place: usize, text: &str) -> String {
    let mut fields = ["example.test", "b@example.test", "mx.example.test"].map(str::to_owned);
    if let Some(field) = fields.get_mut(place) {
        *field = if field.contains('@') { format!("{text}@example.test") } else { text.to_owned() };
    }
    if place == 0 {
        // No recipient is another domain's.
        fields[1] = format!("b@{text}");
    }
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let [domain, recipient, host] = fields.map(|field| json(&field));
    format!(
        r#"{{"type":"mx/1","domain":{domain},"recipients":[{recipient}],"outcome":{{"status":"ok","stage":null,"fault":null,"reply":null,"text":"x"}},"source":"mx","security":"secure","ttl":60,"hosts":[{{"host":{host},"preference":10,"addresses":["127.0.0.1"],"security":"secure","ttl":60,"fault":null}}],"elapsed_ms":1.0}}"#
    )
}

/// A probe/1 line whose target is the server, with this text as its host.
fn probed(port: u16, domain: &str, host: &str) -> String {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    format!(
        r#"{{"type":"probe/1","target":{{"domain":{},"host":{},"preference":10,"address":"127.0.0.1","port":{port}}},"outcome":{{"status":"ok","stage":null,"fault":null,"reply":null,"text":"x"}},"started":null,"local":null,"ehlo_name":null,"banner":null,"capabilities":null,"capabilities_tls":null,"tls":null,"verdicts":{{}},"timings":{{"dns_ms":null,"connect_ms":null,"banner_ms":null,"tls_ms":null,"commands":[],"total_ms":1.0}}}}"#,
        json(domain),
        json(host)
    )
}

/// How many places there are.
const PLACES: usize = 16;

/// Runs with the text in one place; the lines that the server heard as commands.
async fn commands(place: usize, text: &str) -> Vec<String> {
    let (server, log) = plain(Plain::new("mx.test")).await;
    let address = server.address().to_string();
    let port = server.address().port();
    // No name is asked of a resolver outside: nothing listens where questions go.
    let default = "smtp-send --from a@client.test --ehlo client.test --timeout 5 --nameserver 127.0.0.1:1";
    let default: Vec<String> = default.split(' ').map(str::to_owned).collect();
    let mut args = default;
    let mut stdin = Vec::new();
    let to = |to: &str| ["--to".to_owned(), to.to_owned(), "--server".to_owned(), address.clone()];
    match place {
        0..3 => {
            stdin = record(place, text).into_bytes();
            args.extend(["--port".into(), port.to_string()]);
        }
        3 => args.extend(to(&format!("{text}@example.test"))),
        4 => args[2] = format!("{text}@client.test"),
        5 => args[4] = text.to_owned(),
        6 => args.extend([to("b@example.test").to_vec(), vec!["--subject".into(), text.to_owned()]].concat()),
        7 => args.extend([to("b@example.test").to_vec(), vec!["--header".into(), format!("X-A: {text}")]].concat()),
        8 => args.extend([to("b@example.test").to_vec(), vec!["--header".into(), format!("{text}: x")]].concat()),
        9 => args.extend([to("b@example.test").to_vec(), vec!["--body".into(), text.to_owned()]].concat()),
        // With -t the message's own headers become RCPT.
        10 | 11 => {
            args.extend(["-t".to_owned(), "--server".to_owned(), address.clone()]);
            let name = if place == 10 { "To" } else { "Bcc" };
            stdin = format!("From: a@client.test\n{name}: {text}@example.test\n\nx\n").into_bytes();
        }
        12 => args.extend(["--to", "b@example.test", "--port", &port.to_string(), "--server", text].map(str::to_owned)),
        13 | 14 => {
            let (domain, host) = if place == 13 { ("example.test", text) } else { (text, "mx.example.test") };
            args.extend(["--to".to_owned(), format!("b@{domain}"), "-i".to_owned(), "-".to_owned()]);
            stdin = probed(port, domain, host).into_bytes();
        }
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
    #![proptest_config(ProptestConfig { cases: 220, ..ProptestConfig::default() })]
    #[test]
    fn no_text_adds_a_command(place in 0..PLACES, text in hostile()) {
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
    for place in 0..PLACES {
        let text = match place {
            5 => "a.test",
            12 => "localhost",
            _ => "abc",
        };
        let lines = commands(place, text).await;
        assert_eq!(lines.len(), 5, "{place}: {lines:?}");
    }
}
