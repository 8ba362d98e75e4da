//! A person at the keyboard: the line editor, and the conversation above it.
//!
//! What was typed stands on the screen already, so it is not drawn a second time, unless what went out is something else: a
//! doubled dot, an encoded answer. The prompt comes back with the reply; when that takes long, it comes back before it, so
//! that one can always type, or leave.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use byhand::cli::editor::{Desk, Editor, columns};
use byhand::cli::io::Io;
use byhand::cli::output::Output;
use byhand::render::Look;
use byhand::smtp::auth::Secret;
use byhand::smtp::typed::{Prompt, Shown, Typed};
use byhand::tool::converse::{Password, Seat, Typing};
use byhand::wire::{Event, Record, Who};
use tokio::sync::mpsc::UnboundedSender;

use super::Picture;
use crate::options::Args;

/// A reply that takes longer than this does not keep the prompt away.
const GRACE: Duration = Duration::from_millis(400);

/// A person; see the module.
pub(super) struct Person {
    editor: Editor,
    picture: Picture,
    look: Look,
    /// Events go here where standard output is not for people.
    records: Option<Output>,
    quiet: bool,
    /// A password that the options give.
    password: Option<Secret>,
    /// How long a reply keeps the prompt away; where plain lines are read, as long as it takes: a line that is begun too early
    /// could not be hidden when it turns out to be a password.
    grace: Option<Duration>,
    /// What is drawn and not yet on the screen.
    drawn: String,
    /// The line that was just typed and not yet seen to go out.
    echo: Option<String>,
    /// Whether the keyboard is being read.
    reads: bool,
    /// Since when a reply keeps the prompt away.
    since: Option<Instant>,
    /// Whether QUIT was said: nothing is to be typed after that.
    leaves: bool,
}

impl Person {
    pub(super) fn sit_down(
        io: &mut Io,
        args: &Args,
        typed: &Typed,
        (history, password): (Option<PathBuf>, Option<Secret>),
        keys: UnboundedSender<Typing>,
    ) -> Result<Self, String> {
        let look = io.look(&args.output);
        let for_people = io.for_people(&args.output);
        let dumb = matches!(std::env::var("TERM").as_deref(), Err(_) | Ok("" | "dumb"));
        let records = (!for_people).then(|| Output::new(io, &args.output));
        let out = std::mem::replace(&mut io.stdout, Box::new(std::io::sink()));
        let fancy = for_people && io.stdout_is_terminal && !dumb;
        let desk = Desk { out, fancy, prompts: for_people, color: look.color, history };
        let editor = Editor::start(desk, typed.view(), keys.clone())?;
        // Between two prompts Ctrl-C is a signal.
        tokio::spawn(
            async move { while tokio::signal::ctrl_c().await.is_ok() && keys.send(Typing::Signal).is_ok() {} },
        );
        let quiet = args.output.quiet;
        Ok(Self {
            editor,
            picture: Picture::default(),
            look,
            records,
            quiet,
            password,
            grace: fancy.then_some(GRACE),
            drawn: String::new(),
            echo: None,
            reads: false,
            since: None,
            leaves: false,
        })
    }

    /// What one has to know, in two lines; and the way there.
    pub(super) fn welcome(&mut self, route: &str) {
        let look = self.look();
        self.editor.put(&self.picture.note(look, route));
        if self.quiet || self.records.is_some() {
            return;
        }
        let tab = match self.grace {
            Some(_) => "Tab lists what is allowed now. ",
            None => "This terminal has no Tab and no proposals: :why says what comes next. ",
        };
        let proposal = if self.grace.is_some() {
            let arrow = if look.unicode { "\u{2192}" } else { "the right arrow" };
            format!("{arrow} takes the dim proposal, ")
        } else {
            String::new()
        };
        let text = format!(
            "Type SMTP: Enter sends the line as it is. {proposal}{tab}Lines that begin with a colon \
             are for this program: :help, :why. Ctrl-D leaves."
        );
        self.editor.put(&self.picture.draw(look, &Shown::Aside(text)));
    }

    /// The window may have been resized.
    fn look(&self) -> Look {
        Look { width: columns().unwrap_or(self.look.width).clamp(20, 160), ..self.look }
    }

    /// Whether this stands on the screen already.
    fn is_seen(&mut self, shown: &Shown) -> bool {
        let Shown::Said(said) = shown else { return false };
        match said.who {
            Who::Client => {
                self.leaves = said.text.trim().eq_ignore_ascii_case("QUIT");
                self.echo.take().is_some_and(|line| line == said.text)
            }
            // What comes first stands between the line and its going out.
            Who::Server => {
                self.echo = None;
                false
            }
            Who::Note => false,
        }
    }
}

impl Seat for Person {
    fn show(&mut self, session: u32, shown: Shown) {
        if let (Some(records), Shown::Said(said)) = (&mut self.records, &shown) {
            // A reader that went away ends what is shown, and not what is done.
            let _ = records.line(&Record::Event(Event::new(session, said.clone()))).and_then(|()| records.flush());
            return;
        }
        if self.is_seen(&shown) || self.records.is_some() {
            return;
        }
        let look = self.look();
        self.drawn.push_str(&self.picture.draw(look, &shown));
    }

    fn flush(&mut self) {
        self.editor.put(&std::mem::take(&mut self.drawn));
    }

    fn typed(&mut self, typing: &Typing) {
        if *typing == Typing::Signal {
            self.editor.again();
        } else {
            self.reads = false;
        }
        self.echo = match typing {
            Typing::Lines(lines) if lines.len() == 1 => lines.first().cloned(),
            _ => None,
        };
    }

    fn secret(&mut self, _label: &str) -> Password {
        self.password.clone().map_or(Password::Asked, Password::Known)
    }

    fn turn(&mut self, typed: &Typed, prompt: Prompt, wants: bool) -> Option<Duration> {
        self.editor.stand(prompt, typed.tls(), typed.view(), wants);
        if self.reads {
            return None;
        }
        if !wants {
            let grace = self.grace.filter(|_| !self.leaves)?;
            let since = *self.since.get_or_insert_with(Instant::now);
            let left = grace.saturating_sub(since.elapsed());
            if !left.is_zero() {
                return Some(left);
            }
        }
        self.since = None;
        self.reads = true;
        self.editor.begin(wants);
        None
    }
}
