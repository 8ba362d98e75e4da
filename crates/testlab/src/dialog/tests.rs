//! The dialogs that come with the project: each is read, tells its source, and can be played by a client that says what is
//! due. What a tool makes of them is tested where the tools are.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

fn all() -> Vec<Dialog> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/dialogs");
    match load_dir(&folder) {
        Ok(dialogs) => dialogs,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_dialog_tells_what_is_right_and_why() {
    let keys = [
        "status",
        "stage",
        "fault",
        "code",
        "enhanced",
        "banner",
        "protocol",
        "findings",
        "no-findings",
        "keywords",
        "keywords-tls",
        "tls",
        "rcpt",
        "doubt",
        "pkix",
        "fed",
        "doubt",
    ];
    let dialogs = all();
    assert!(dialogs.len() >= 45, "{} dialogs", dialogs.len());
    let mut titles = BTreeSet::new();
    for dialog in &dialogs {
        let name = &dialog.name;
        assert!(titles.insert(dialog.title.clone()), "{name}: its title is taken");
        assert!(dialog.expect.contains_key("status"), "{name}: no status");
        for key in dialog.expect.keys() {
            assert!(keys.contains(&key.as_str()), "{name}: `{key}` is no word of the expectations");
        }
        let file = format!("{}/../../tests/dialogs/{name}.smtp", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).expect("it was read before");
        assert!(text.lines().any(|line| line.starts_with('#') && line.contains("RFC ")), "{name}: no RFC");
    }
}

#[test]
fn every_dialog_can_be_played_to_its_end() {
    for dialog in all() {
        let mut player = Player::new(&dialog);
        let mut lines = dialog.steps.iter().filter_map(|(_, step)| match step {
            Step::Hear(pattern) => Some(pattern.replace('*', "x.test")),
            _ => None,
        });
        let mut left = ["RSET", "QUIT"].into_iter();
        for _ in 0..100_000 {
            match player.next() {
                Action::Read => match lines.next().or_else(|| left.next().map(str::to_owned)) {
                    Some(line) if !player.passes_over() => player.heard(format!("{line}\r\n").as_bytes()),
                    _ => player.client_gone(),
                },
                Action::Close | Action::Cut | Action::Reset | Action::Hang | Action::Flood(_) => break,
                Action::StartTls(handshake) if handshake.outcome != HandshakeOutcome::Good => break,
                Action::Write(_) | Action::Wait(_) | Action::StartTls(_) => {}
            }
        }
        assert_eq!(player.breaches(), [], "{}", dialog.name);
        assert_eq!(lines.next(), None, "{}: not all was heard", dialog.name);
    }
}
