//! Where a login comes from: options, files, a command, the environment, `~/.netrc`, a prompt.
//!
//! [`login_sources`] reads what was asked for, in that order, and asks for the password on the terminal only where nothing
//! else has one. A password is the first line of its file or of the command's output. What other users of the machine can
//! read is said on standard error; a `~/.netrc` that they can read is not used at all.
//!
//! Not here: the options themselves (each tool has its own), and which login is for which server
//! (`smtp::auth::Logins`).

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::io::Io;
use crate::smtp::auth::{HostLogin, Login, Logins, Secret};

/// The most that is read of a file or of a command's output.
const LIMIT: u64 = 64 * 1024;

/// The environment's names.
pub const USER: &str = "BYHAND_AUTH_USER";
/// The same for the password.
pub const PASSWORD: &str = "BYHAND_AUTH_PASSWORD";

/// What the options say about a login.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The user.
    pub user: Option<String>,
    /// Whom to act as.
    pub authzid: Option<String>,
    /// The password, from the command line.
    pub password: Option<Secret>,
    /// A file that has it; `-` is standard input.
    pub file: Option<PathBuf>,
    /// A command that prints it.
    pub command: Option<String>,
    /// Whether a password is needed at all.
    pub needs_password: bool,
    /// The server, where one is named: for the prompt, and to see whether `~/.netrc` has it.
    pub host: Option<String>,
    /// Whether warnings are unwelcome.
    pub quiet: bool,
}

/// All logins that are known; asks where none is.
///
/// # Errors
/// A file or command that was named gives no password, or there is no login at all. The sentence has no secret in it.
pub fn login_sources(given: Given, io: &mut Io) -> Result<Logins, String> {
    if given.password.is_some() && !given.quiet {
        io.stderr.say(
            "a password on the command line can be read by every user of this machine; --auth-password-file and \
             --auth-password-command keep it out of sight",
        );
    }
    let secret = match (given.password, &given.file, &given.command) {
        (Some(password), ..) => Some(password),
        (None, Some(file), _) => Some(from_file(file, given.quiet, io)?),
        (None, None, Some(command)) => Some(from_command(command)?),
        (None, None, None) => (io.env)(PASSWORD).map(Secret::new),
    };
    let user = given.user.or_else(|| (io.env)(USER));
    let mut logins = Logins { given: Login { user, authzid: given.authzid, secret }, by_host: Vec::new() };
    let whole = |login: &Login| login.user.is_some() && login.secret.is_some();
    if !given.needs_password || whole(&logins.given) {
        return Ok(logins);
    }
    logins.by_host = netrc(given.quiet, io);
    let there = logins.for_host(given.host.as_deref().unwrap_or_default());
    // Without a server by name, which entry counts shows only once a server is met.
    let later = given.host.is_none() && logins.by_host.iter().any(|entry| entry.host.is_some());
    if whole(&there) || later {
        return Ok(logins);
    }
    let Some(user) = there.user else {
        return Err(format!("whose login? Give --auth-user NAME (or {USER}, or an entry in ~/.netrc)"));
    };
    if there.secret.is_none() {
        let place = given.host.map(|host| format!(" at {host}")).unwrap_or_default();
        logins.given.secret = Some(from_prompt(&format!("Password of {user}{place}: "), io)?);
    }
    logins.given.user = Some(user);
    Ok(logins)
}

fn from_file(path: &Path, quiet: bool, io: &mut Io) -> Result<Secret, String> {
    if path == Path::new("-") {
        let stdin = io.stdin.take().ok_or("standard input can be read only once")?;
        return first_line(stdin, "standard input");
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    if open_to_others(&file) && !quiet {
        io.stderr.say(&format!("{name} can be read by other users of this machine: chmod 600 {name}"));
    }
    first_line(file, &name)
}

/// Whether the mode lets the group or others read what is kept there: of a device, or a pipe, it says nothing.
fn open_to_others(file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o044 != 0)
}

fn from_command(command: &str) -> Result<Secret, String> {
    let failed = |why: String| format!("--auth-password-command: {why}");
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let secret = match child.stdout.take() {
        Some(output) => first_line(output, "the command"),
        None => Err("the command has no output".into()),
    };
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed(format!("the command failed ({status})")));
    }
    secret.map_err(failed)
}

fn from_prompt(question: &str, io: &Io) -> Result<Secret, String> {
    let nothing = || {
        format!(
            "no password, and no terminal to ask for it: give --auth-password-file FILE, --auth-password-command CMD or \
             {PASSWORD}"
        )
    };
    let ask = io.ask_secret.ok_or_else(nothing)?;
    match ask(question) {
        Ok(password) if password.is_empty() => Err("no password was typed".into()),
        Ok(password) => Ok(Secret::new(password)),
        // Ctrl-D, or Ctrl-C.
        Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::Interrupted) => {
            Err("no password was typed".into())
        }
        Err(_) => Err(nothing()),
    }
}

/// The first line, without its end. What stands behind it is read, up to a limit, so that a command is not cut off.
fn first_line(from: impl Read, name: &str) -> Result<Secret, String> {
    let mut octets = Vec::new();
    from.take(LIMIT).read_to_end(&mut octets).map_err(|error| format!("{name}: {error}"))?;
    let line = octets.split(|&octet| octet == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok("") => Err(format!("{name}: the first line is empty, where the password should be")),
        Ok(line) => Ok(Secret::new(line.to_owned())),
        Err(_) => Err(format!("{name}: the first line is not UTF-8")),
    }
}

/// The entries of `~/.netrc`, where there is one that only its owner can read.
fn netrc(quiet: bool, io: &Io) -> Vec<HostLogin> {
    let Some(home) = (io.env)("HOME") else { return Vec::new() };
    let path = Path::new(&home).join(".netrc");
    let Ok(file) = File::open(&path) else { return Vec::new() };
    if open_to_others(&file) {
        if !quiet {
            io.stderr.say("~/.netrc can be read by other users of this machine, so it is not used: chmod 600 ~/.netrc");
        }
        return Vec::new();
    }
    let mut text = String::new();
    match file.take(LIMIT).read_to_string(&mut text) {
        Ok(_) => read_netrc(&text),
        Err(_) => Vec::new(),
    }
}

/// `machine HOST login NAME password SECRET`, `default ...`; what `macdef` begins ends at an empty line.
fn read_netrc(text: &str) -> Vec<HostLogin> {
    let mut entries: Vec<HostLogin> = Vec::new();
    let mut macro_body = false;
    let mut key: Option<String> = None;
    for line in text.lines() {
        if macro_body {
            macro_body = !line.trim().is_empty();
            continue;
        }
        let mut rest = line;
        while let Some((word, after)) = next_word(rest) {
            rest = after;
            match key.take().as_deref() {
                Some("machine") => entries.push(HostLogin { host: Some(word), user: None, secret: None }),
                Some("login") => {
                    if let Some(entry) = entries.last_mut() {
                        entry.user = Some(word);
                    }
                }
                Some("password") => {
                    if let Some(entry) = entries.last_mut() {
                        entry.secret = Some(Secret::new(word));
                    }
                }
                Some("macdef") => {
                    macro_body = true;
                    break;
                }
                // `account` has a value too, which is of no use here.
                Some(_) => {}
                // In place of a key, and there only, a # begins a comment.
                None if word.starts_with('#') => break,
                None if word == "default" => entries.push(HostLogin { host: None, user: None, secret: None }),
                None => key = Some(word),
            }
        }
    }
    entries
}

/// The next word and what follows; in double quotes a word may have blanks, and `\` takes the next character as it is.
fn next_word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut word = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((word, &quoted[at + 1..])),
            '\\' => word.extend(chars.next().map(|(_, c)| c)),
            _ => word.push(c),
        }
    }
    Some((word, ""))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::{Given, login_sources, read_netrc};
    use crate::cli::io::{Captured, Io};
    use crate::smtp::auth::{Logins, Secret};

    fn given() -> Given {
        Given { needs_password: true, host: Some("mx.test".into()), ..Given::default() }
    }

    fn with(given: Given, env: fn(&str) -> Option<String>) -> (Result<Logins, String>, Captured) {
        let (mut io, _, stderr) = Io::captured("test", b"from stdin\r\nnot this\n".to_vec());
        io.env = env;
        (login_sources(given, &mut io), stderr)
    }

    /// User and password as they will be used at mx.test.
    fn found(logins: &Logins) -> (String, String) {
        let login = logins.for_host("mx.test");
        (login.user.unwrap_or_default(), login.secret.map(|secret| secret.expose().to_owned()).unwrap_or_default())
    }

    #[track_caller]
    fn check(given: Given, env: fn(&str) -> Option<String>, user: &str, password: &str) {
        let (logins, _) = with(given, env);
        assert_eq!(found(&logins.unwrap()), (user.to_owned(), password.to_owned()));
    }

    fn file(name: &str, text: &str, mode: u32) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("byhand-secret-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(".netrc");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn nothing(_: &str) -> Option<String> {
        None
    }

    fn both(name: &str) -> Option<String> {
        match name {
            "BYHAND_AUTH_USER" => Some("env-user".into()),
            "BYHAND_AUTH_PASSWORD" => Some("env-password".into()),
            _ => None,
        }
    }

    #[test]
    fn options_win_over_the_environment() {
        let user = || Some("u".to_owned());
        check(given(), both, "env-user", "env-password");
        check(Given { user: user(), ..given() }, both, "u", "env-password");
        let command = Some("printf 'from command\\nmore\\n'".to_owned());
        check(Given { user: user(), command, ..given() }, both, "u", "from command");
        check(Given { user: user(), file: Some("-".into()), ..given() }, both, "u", "from stdin");
        let path = file("file", "from file\n", 0o600);
        check(Given { user: user(), file: Some(path), ..given() }, both, "u", "from file");
        let password = Some(Secret::new("typed".into()));
        let (logins, stderr) = with(Given { user: user(), password, ..given() }, both);
        assert_eq!(found(&logins.unwrap()).1, "typed");
        assert!(stderr.text().contains("every user of this machine") && !stderr.text().contains("typed"));
    }

    #[test]
    fn a_file_that_others_can_read_is_told() {
        let path = file("open", "from file\n", 0o644);
        let (logins, stderr) = with(Given { user: Some("u".into()), file: Some(path), ..given() }, nothing);
        assert!(logins.is_ok() && stderr.text().contains("can be read by other users"), "{}", stderr.text());
    }

    #[test]
    fn what_gives_no_password_ends_the_run() {
        let user = || Some("u".to_owned());
        let fails = |given: Given| with(given, nothing).0.unwrap_err();
        assert!(fails(given()).starts_with("whose login?"));
        assert!(fails(Given { user: user(), ..given() }).starts_with("no password, and no terminal"));
        assert!(fails(Given { user: user(), command: Some("exit 3".into()), ..given() }).contains("failed"));
        assert!(fails(Given { user: user(), command: Some("true".into()), ..given() }).contains("is empty"));
        assert!(fails(Given { user: user(), file: Some("/nowhere/at/all".into()), ..given() }).contains("/nowhere"));
        // EXTERNAL and ANONYMOUS need none.
        assert!(with(Given { needs_password: false, ..given() }, nothing).0.is_ok());
    }

    #[test]
    fn a_device_is_not_judged_by_its_mode() {
        // Anybody can read it, and nothing is in it.
        let (logins, stderr) =
            with(Given { user: Some("u".into()), file: Some("/dev/null".into()), ..given() }, nothing);
        assert!(logins.is_err_and(|why| why.contains("is empty")) && stderr.text().is_empty(), "{}", stderr.text());
    }

    #[test]
    fn ctrl_d_at_the_prompt_is_no_password() {
        let (mut io, ..) = Io::captured("test", Vec::new());
        io.ask_secret = Some(|_| Err(std::io::ErrorKind::UnexpectedEof.into()));
        let why = login_sources(Given { user: Some("u".into()), ..given() }, &mut io).unwrap_err();
        assert_eq!(why, "no password was typed");
    }

    #[test]
    fn a_prompt_comes_last() {
        let (mut io, ..) = Io::captured("test", Vec::new());
        io.ask_secret = Some(|question| Ok(format!("answer to {question}")));
        let logins = login_sources(Given { user: Some("u".into()), ..given() }, &mut io).unwrap();
        assert_eq!(found(&logins).1, "answer to Password of u at mx.test: ");
    }

    fn home_of_netrc(name: &str) -> Option<String> {
        let folder = std::env::temp_dir().join(format!("byhand-secret-{}-netrc", std::process::id()));
        (name == "HOME").then(|| folder.display().to_string())
    }

    fn home_of_open_netrc(name: &str) -> Option<String> {
        let folder = std::env::temp_dir().join(format!("byhand-secret-{}-netrc-open", std::process::id()));
        (name == "HOME").then(|| folder.display().to_string())
    }

    #[test]
    fn netrc_by_host_and_only_where_it_is_private() {
        const TEXT: &str = "machine mx.test login n password one\ndefault login d password two\n";
        file("netrc", TEXT, 0o600);
        check(given(), home_of_netrc, "n", "one");
        check(Given { user: Some("n".into()), ..given() }, home_of_netrc, "n", "one");
        file("netrc-open", TEXT, 0o640);
        let (logins, stderr) = with(given(), home_of_open_netrc);
        assert!(logins.is_err());
        assert!(stderr.text().contains("so it is not used"), "{}", stderr.text());
    }

    #[test]
    fn the_grammar_of_netrc() {
        let text = "# a comment\nmachine a.test\n  login \"two words\"\n  password #1\\2\n  account x\nmacdef init\nmachine \
                    not.test login no\n\nmachine b.test password \"a\\\"b\" login b\ndefault login d password p\n";
        let entries: Vec<String> = read_netrc(text)
            .into_iter()
            .map(|entry| {
                let secret = entry.secret.map(|secret| secret.expose().to_owned());
                format!("{:?} {:?} {:?}", entry.host, entry.user, secret)
            })
            .collect();
        assert_eq!(
            entries,
            [
                r##"Some("a.test") Some("two words") Some("#1\\2")"##,
                r#"Some("b.test") Some("b") Some("a\"b")"#,
                r#"None Some("d") Some("p")"#,
            ]
        );
    }
}
