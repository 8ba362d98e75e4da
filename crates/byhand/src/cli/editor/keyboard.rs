//! The thread at the keyboard: it reads a line when one is wanted, and hands it on.
//!
//! A pasted text of several lines arrives as one and goes on as several. A line goes into the history unless it has to be
//! kept out: AUTH and what follows it, answers to challenges, passwords, and the text of messages, which is nobody's
//! business later on.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use rustyline::config::{BellStyle, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::{Editor, EventHandler, ExternalPrinter, KeyEvent};
use tokio::sync::mpsc::UnboundedSender;

use super::assist::{Assist, Stop};
use super::echo::Echo;
use super::screen::Screen;
use super::search::AnyCase;
use super::{Wanted, history};
use crate::smtp::typed::{Prompt, View};
use crate::tool::converse::Typing;

/// So many unreadable lines in a row, and the terminal is taken for gone.
const PATIENCE: u32 = 20;

/// The line editor on a terminal with cursor control.
pub(super) struct Fancy {
    editor: Editor<Assist, AnyCase>,
    history: Option<PathBuf>,
    stop: Stop,
    end: Stop,
}

impl Fancy {
    pub(super) fn open(screen: &Arc<Screen>, file: Option<PathBuf>, pokes: Receiver<()>) -> Result<Self, String> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            // Colour is decided elsewhere; the editor has to ask for each prompt in any case.
            .color_mode(ColorMode::Forced)
            .bell_style(BellStyle::None)
            .history_ignore_space(true)
            .max_history_size(history::MOST)
            .and_then(|builder| builder.history_ignore_dups(true))
            .map_err(|error| error.to_string())?
            .build();
        let history = AnyCase::new(&config);
        let mut editor: Editor<Assist, AnyCase> =
            Editor::with_history(config, history).map_err(|error| format!("the terminal cannot be used: {error}"))?;
        editor.set_helper(Some(Assist { screen: Arc::clone(screen) }));
        let stop = Stop::default();
        editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(stop.clone())));
        let end = Stop::on_empty_line();
        editor.bind_sequence(KeyEvent::ctrl('D'), EventHandler::Conditional(Box::new(end.clone())));
        let history = file.filter(|path| history::prepare(path));
        if let Some(path) = &history {
            // One that is not there yet, or is no history, is an empty one.
            let _ = editor.load_history(path);
        }
        let mut printer =
            editor.create_external_printer().map_err(|error| format!("the terminal cannot be used: {error}"))?;
        std::thread::spawn(move || {
            while pokes.recv().is_ok() {
                // Nothing to print: one row up and down again makes the editor draw, and it gets the text with its prompt.
                if printer.print("\x1b[A\n".to_owned()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { editor, history, stop, end })
    }

    pub(super) fn run(mut self, screen: &Screen, wants: &Receiver<Wanted>, typed: &UnboundedSender<Typing>) {
        let mut failures = 0;
        // Whether a line was kept out, and what came of it is not known yet.
        let mut out = false;
        while let Ok(Wanted { settled }) = wants.recv() {
            out &= !settled;
            let typing = loop {
                let begun = screen.edits();
                let read = self.editor.readline(&begun);
                let (prompt, view) = screen.is_read();
                match read {
                    Ok(text) if self.stop.was_pressed() => {
                        if !text.is_empty() {
                            screen.put("    not sent\n");
                        }
                        break Typing::Interrupt;
                    }
                    Ok(_) if self.end.was_pressed() => break Typing::EndOfInput,
                    Ok(text) => {
                        out = out || self.keep(&text, &prompt, &view);
                        break Typing::Lines(lines(&text));
                    }
                    Err(ReadlineError::Interrupted) => break Typing::Interrupt,
                    Err(ReadlineError::Eof) => break Typing::EndOfInput,
                    // A key that is no UTF-8, or a signal in the middle of one: the line is begun anew.
                    Err(_) if failures < PATIENCE => failures += 1,
                    Err(error) => break Typing::Gone(error.to_string()),
                }
            };
            failures = 0;
            if typed.send(typing).is_err() {
                return;
            }
        }
    }

    /// Whether something was kept out.
    fn keep(&mut self, text: &str, prompt: &Prompt, view: &View) -> bool {
        let mut out = false;
        let kept = history::kept(&lines(text), prompt, |line| {
            out |= view.keeps_out_of_history(line);
            out
        });
        for line in &kept {
            // What cannot be kept is a pity and no trouble.
            let _ = self.editor.add_history_entry(line.as_str());
        }
        if let (Some(path), false) = (&self.history, kept.is_empty()) {
            let _ = self.editor.append_history(path);
        }
        out
    }
}

/// Plain lines from standard input: dumb terminals.
pub(super) fn plain(screen: &Screen, echo: &Echo, wants: &Receiver<Wanted>, typed: &UnboundedSender<Typing>) {
    while wants.recv().is_ok() {
        let seen = screen.reads_plainly();
        echo.turn(seen);
        let mut octets = Vec::new();
        let read = if seen {
            std::io::stdin().lock().read_until(b'\n', &mut octets).map(|count| count > 0)
        } else {
            rpassword::read_password().map(|password| {
                octets = password.into_bytes();
                true
            })
        };
        let (_, view) = screen.is_read();
        let typing = match read {
            Ok(true) => {
                let text = String::from_utf8_lossy(&octets);
                // What is typed behind an AUTH, before its challenge is there, may be a password.
                echo.turn(seen && !view.leads_to_a_secret(&text));
                Typing::Lines(vec![text.trim_end_matches(['\n', '\r']).to_owned()])
            }
            Ok(false) => {
                screen.put("\n");
                Typing::EndOfInput
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Typing::EndOfInput,
            Err(error) => Typing::Gone(error.to_string()),
        };
        if typed.send(typing).is_err() {
            return;
        }
    }
}

/// The lines of what was typed or pasted; the line end that a paste brings at its end begins no further one.
fn lines(text: &str) -> Vec<String> {
    let text = if text.contains('\n') { text.strip_suffix('\n').unwrap_or(text) } else { text };
    text.split('\n').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_paste_is_several_lines() {
        for (text, expected) in [
            ("", &[""][..]),
            ("NOOP", &["NOOP"]),
            ("a\nb", &["a", "b"]),
            ("a\nb\n", &["a", "b"]),
            ("a\n\n", &["a", ""]),
            ("a\n\nb", &["a", "", "b"]),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
