//! Keys that end something, as a person presses them: Ctrl-C while the session sleeps, Ctrl-D twice at once.

use super::screens::says_421_on_cue;
use super::{Folder, at_80};

#[test]
fn two_ctrl_d_at_once_are_two() {
    let (server, _cue) = says_421_on_cue();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &server, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> ");
    // One write to the terminal, so that the editor reads both together.
    terminal.keys(&["C-d", "C-d"]);
    assert_eq!(terminal.end(), 0);
    assert!(terminal.all().contains("Ctrl-D again says QUIT and leaves"));
}

#[test]
fn the_history_is_searched_in_any_case() {
    let (server, _cue) = says_421_on_cue();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &server, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> ");
    terminal.keys(&["C-r"]);
    terminal.text("client.TEST");
    terminal.shows("(reverse-i-search)`client.TEST': EHLO client.test");
}

#[test]
fn a_sleep_shows_and_ends_with_ctrl_c() {
    let (server, _cue) = says_421_on_cue();
    let folder = Folder::new();
    let terminal = at_80(&folder, &["--server", &server, "--ehlo", "client.test"]);
    terminal.line("smtp> ", "EHLO client.test");
    terminal.prompts("smtp> ");
    terminal.text(":sleep 1000s");
    terminal.keys(&["Enter"]);
    terminal.shows("sleeping for 1000 s; Ctrl-C ends it");
    terminal.keys(&["C-c"]);
    terminal.shows("the sleep is ended");
    terminal.line("smtp> ", "NOOP");
    // Whoever leaves does not have to wait for its end either.
    terminal.prompts("smtp> ");
    terminal.text(":sleep 1000s");
    terminal.keys(&["Enter", "C-d", "C-d"]);
    terminal.end();
}
