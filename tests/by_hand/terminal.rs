//! A terminal for tests: tmux with a socket of its own, whose keys are pressed and whose screen is read.
//!
//! Nothing here waits for a span: [`Terminal::wait`] looks until what is awaited stands on the screen, and gives up with the
//! screen in its report. The tmux server ends with the value.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The longest wait for something to appear; machines under test are slow at times.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a prompt begins with.
const PROMPTS: [&str; 9] =
    ["smtp> ", "smtp~ ", "data> ", "data~ ", "auth> ", "auth~ ", "group> ", "password", "pass~ "];

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A terminal with a program in it.
pub(crate) struct Terminal {
    socket: String,
    /// Where the exit code is put: tmux forgets it at times, when the terminal is closed before it hears of the end.
    code: PathBuf,
}

impl Terminal {
    /// Starts the command in a terminal of that size. `state`: the folder for its history.
    pub(crate) fn start(size: (u16, u16), state: &Path, settings: &[&str], command: &[String]) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let socket = format!("byhand-test-{}-{number}", std::process::id());
        let code = std::env::temp_dir().join(format!("{socket}.exit"));
        let terminal = Self { socket, code };
        let (columns, rows) = (size.0.to_string(), size.1.to_string());
        let state = format!("XDG_STATE_HOME={}", state.display());
        let mut words = vec!["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"];
        words.extend(["set-option", "-g", "history-limit", "5000", ";"]);
        words.extend(["new-session", "-d", "-x", &columns, "-y", &rows]);
        words.extend(["env", "-u", "NO_COLOR", "-u", "COLUMNS", "TERM=screen-256color", "LC_ALL=C.UTF-8", &state]);
        words.extend(settings);
        let code = terminal.code.display().to_string();
        words.extend(["sh", "-c", "trap : INT; code=$1; shift; \"$@\"; echo $? >\"$code\"", "sh", &code]);
        words.extend(command.iter().map(String::as_str));
        let output = terminal.tmux(&words);
        assert!(output.status.success(), "tmux: {}", String::from_utf8_lossy(&output.stderr));
        terminal
    }

    fn tmux(&self, words: &[&str]) -> Output {
        Command::new("tmux")
            .args(["-L", &self.socket, "-f", "/dev/null"])
            .args(words)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TMUX")
            .output()
            .unwrap_or_else(|error| panic!("these tests need tmux (`apt-get install tmux`): {error}"))
    }

    /// Presses keys, by tmux's names for them.
    pub(crate) fn keys(&self, keys: &[&str]) {
        assert!(self.tmux(&[&["send-keys"], keys].concat()).status.success());
    }

    /// Types text.
    pub(crate) fn text(&self, text: &str) {
        if !text.is_empty() {
            assert!(self.tmux(&["send-keys", "-l", "--", text]).status.success());
        }
    }

    /// Pastes text, as a terminal does that knows bracketed paste.
    pub(crate) fn paste(&self, text: &str) {
        assert!(self.tmux(&["set-buffer", "--", text]).status.success());
        assert!(self.tmux(&["paste-buffer", "-p"]).status.success());
    }

    /// Makes the window another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        assert!(self.tmux(&["resize-window", "-x", &columns, "-y", &rows]).status.success());
    }

    /// The screen, without blanks at the ends of its lines.
    pub(crate) fn screen(&self) -> String {
        self.captured(&[])
    }

    /// The screen, and all that has left it at the top.
    pub(crate) fn all(&self) -> String {
        self.captured(&["-S", "-"])
    }

    fn captured(&self, words: &[&str]) -> String {
        let output = self.tmux(&[&["capture-pane", "-p"], words].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // What tmux says about the end of the program is not the program's.
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("Pane is dead")).map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    /// Waits until it is so.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !so(self) {
            assert!(Instant::now() < end, "waited for {what}, and the screen is\n{}", self.all());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until this stands on the screen.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        self.wait(text, |terminal| terminal.screen().contains(text));
    }

    /// Waits until the line of the cursor begins with this: a prompt, and perhaps what stands behind it. A proposal may go on
    /// in the line below.
    #[track_caller]
    pub(crate) fn prompts(&self, text: &str) {
        self.wait(text, |terminal| {
            let row = terminal.tmux(&["display-message", "-p", "#{cursor_y}"]).stdout;
            let row: usize = String::from_utf8_lossy(&row).trim().parse().unwrap_or_default();
            let screen = terminal.screen();
            // Blanks at the end are cut off.
            screen.lines().nth(row).unwrap_or_default().starts_with(text.trim_end())
        });
    }

    /// Waits for the program's end; its exit code.
    #[track_caller]
    pub(crate) fn end(&self) -> u8 {
        let status = |terminal: &Self| {
            let text = std::fs::read_to_string(&terminal.code).ok()?;
            text.strip_suffix('\n')?.parse().ok()
        };
        self.wait("the end of the program", |terminal| status(terminal).is_some());
        status(self).expect("it has ended")
    }

    /// How many prompts there were.
    fn prompted(&self) -> usize {
        self.all().lines().filter(|line| PROMPTS.iter().any(|prompt| line.starts_with(prompt.trim_end()))).count()
    }

    /// Types a line at a prompt, with a slip in its middle that is mended before Enter, and waits for the next prompt, or the
    /// end.
    #[track_caller]
    pub(crate) fn line(&self, prompt: &str, text: &str) {
        self.prompts(prompt);
        let before = self.prompted();
        let letters: Vec<char> = text.chars().collect();
        if letters.len() > 4 {
            // The third letter is left out, a wrong one typed at the end.
            let slip: String = letters.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, c)| *c).collect();
            self.text(&format!("{slip}#"));
            self.keys(&["BSpace", "C-a", "C-f", "C-f"]);
            self.text(&letters[2].to_string());
        } else {
            self.text(text);
        }
        self.keys(&["Enter"]);
        self.wait(&format!("the prompt after {text}"), |terminal| {
            terminal.code.exists() || terminal.prompted() > before
        });
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
        let _ = std::fs::remove_file(&self.code);
    }
}
