//! `smtp-send --by-hand`: the session that a person types, with help; or that a script holds.
//!
//! The host is found as everywhere, its addresses are tried in order, and then the keyboard is handed over. A person at a
//! terminal gets the line editor and the conversation in colours; where standard input is no terminal, or with `--script`,
//! the same lines are a script, and each thing said is one `event/1` record (or the conversation, with `--format table`).
//!
//! [`place`] finds whom to talk to, [`person`] and [`script`] are who types, [`picture`] draws. Not here: what a line means
//! (`byhand::smtp::typed`), the connection (`byhand::tool::converse`), the line editor (`byhand::cli::editor`).

mod person;
mod picture;
mod place;
mod script;

use std::sync::Arc;

use byhand::cli::args::Tls;
use byhand::cli::exit;
use byhand::cli::io::Io;
use byhand::cli::name::Name;
use byhand::cli::output::Output;
use byhand::cli::{args, editor, protocol, resolver};
use byhand::net::pace::Pace;
use byhand::net::roots::Roots;
use byhand::net::tls::Way;
use byhand::policy::reserved::is_local;
use byhand::smtp::auth::Login;
use byhand::smtp::command::HeloName;
use byhand::smtp::session::TlsMode;
use byhand::smtp::typed::{Ending, Settings, Typed};
use byhand::tool::connection::Meeting;
use byhand::tool::converse::{Party, converse};
use byhand::wire::Protocol;
use clap::Args as ClapArgs;
use tokio::sync::mpsc;

use self::person::Person;
use self::picture::Picture;
use self::place::{Place, find};
use self::script::Script;
use crate::options::Args;
use crate::{COMMAND, CONNECT, GREETING, MESSAGE};

/// The options of the typed session.
#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Session")]
pub struct ByHandArgs {
    /// Type the session yourself, with help: Tab, :help
    ///
    /// WHERE is a domain, an address, HOST:PORT or [HOST]; without it --server or --to says where. What is typed goes to the
    /// server as it is; lines that begin with a colon are for this program, and :help lists them. Where standard input is no
    /// terminal, it is a script. --from and --to are proposed while one types.
    #[arg(long, value_name = "WHERE", num_args = 0..=1, default_missing_value = "")]
    pub by_hand: Option<String>,
    /// Read the session from a file
    ///
    /// The file holds what one would type, one line each; - is standard input. Each thing said is one event/1 record. Lines with a
    /// colon are checked before the connection is made. What ends a script is told with its line: exit code 1 where something
    /// else was expected, 75 where the connection was lost, 65 where a line, a group's end or a message's dot is wrong.
    /// `:expect CODE` makes it a test, and `:save FILE` in a typed session writes such a file.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub script: Option<String>,
    /// Do not ask before a message is delivered to a public server
    #[arg(long, hide_short_help = true)]
    pub yes: bool,
}

impl ByHandArgs {
    /// Whether the session is typed, or read from a script.
    pub(crate) fn is_meant(&self) -> bool {
        self.by_hand.is_some() || self.script.is_some()
    }
}

/// Runs the session; the exit code.
pub(crate) async fn run(args: &Args, mut io: Io) -> u8 {
    let prepared = match prepare(args, &mut io) {
        Ok(prepared) => prepared,
        Err((why, code)) => {
            io.stderr.say(&why);
            return code;
        }
    };
    let Prepared { meeting, resolver, place, lines, login } = prepared;
    let password = login.secret;
    let found = match find(place, args, &meeting, &*resolver).await {
        Ok(found) => found,
        Err((why, code)) => {
            io.stderr.say(&why);
            return code;
        }
    };
    let stderr = (!args.output.quiet).then(|| io.stderr.clone());
    let name = Name::new(args.server.ehlo.clone(), args.server.bind, stderr);
    let (target, address) = &found.targets[0];
    let identity = name.for_target(target, *address, &*resolver).await.name;
    let helo: HeloName = match identity.parse() {
        Ok(helo) => helo,
        Err(why) => {
            io.stderr.say(&format!("{identity} cannot be said in EHLO: {why}"));
            return exit::USAGE;
        }
    };
    let history = editor::history::file(|name| std::env::var(name).ok());
    let person = lines.is_none();
    let now = jiff::Timestamp::now();
    let settings = Settings {
        domain: found.domain.clone(),
        host: target.host.clone().or_else(|| Some(address.to_string())),
        from: args.from.as_ref().and_then(|from| from.mailbox().cloned()),
        to: found.to.clone(),
        lmtp: meeting.protocol == Protocol::Lmtp,
        implicit_tls: meeting.tls == TlsMode::Implicit,
        asks_before_delivery: person && !args.by_hand.yes && found.targets.iter().any(|(_, at)| !is_local(*at)),
        script: !person,
        user: login.user,
        auth_in_clear: args.login.auth_in_clear,
        addresses: history.as_deref().filter(|_| person).map(editor::history::addresses).unwrap_or_default(),
        date: date(now),
        message_id: format!("<{}.{}.{}@{}>", now.as_second(), now.subsec_nanosecond(), std::process::id(), identity),
        options: options(args),
        greeting_timeout: meeting.greeting_timeout,
        command_timeout: meeting.command_timeout,
        message_timeout: meeting.message_timeout,
        ..Settings::new(helo, target.port)
    };
    let typed = Typed::new(settings);
    let party = Party { targets: &found.targets, meeting: &meeting, pace: &Pace::new(None) };
    let (keys, typing) = mpsc::unbounded_channel();
    let ending = match lines {
        Some(lines) => {
            let output = Output::new(&mut io, &args.output);
            let mut script = Script::new(output, io.stderr.clone(), &args.output, (lines, password), keys);
            script.route(&found.route);
            let (ending, why) = converse(&party, typed, typing, &mut script).await;
            match script.conclude(why.as_ref()) {
                Some(code) => return code,
                None => ending,
            }
        }
        None => {
            let mut person = match Person::sit_down(&mut io, args, &typed, (history, password), keys) {
                Ok(person) => person,
                Err(why) => {
                    io.stderr.say(&why);
                    return exit::INTERNAL;
                }
            };
            person.welcome(&found.route);
            converse(&party, typed, typing, &mut person).await.0
        }
    };
    match ending {
        Ending::Well => exit::OK,
        Ending::NotAsExpected => exit::PERMANENT,
        Ending::Deferred | Ending::Dead => exit::TEMPORARY,
        Ending::BadScript => exit::BAD_INPUT,
    }
}

/// What is known before anything is done.
struct Prepared {
    meeting: Meeting,
    resolver: Arc<dyn byhand::dns::Resolver>,
    place: Place,
    /// The script; `None` where a person types.
    lines: Option<script::Lines>,
    /// Whose login it is, and its password, where the options or the environment have them.
    login: Login,
}

/// The first option that would do nothing where the session is typed, and what to do in its place.
fn idle(args: &Args) -> Option<(&'static str, &'static str)> {
    const MAIL: &str = "type it behind the address of MAIL FROM";
    const RCPT: &str = "type it behind the address of RCPT TO";
    const TEXT: &str = "type it behind DATA, or send a whole message with :message FILE";
    const LOGIN: &str = "type :auth MECHANISM USER; --auth-user and the password options are for that";
    let (reports, login) = (&args.reports, &args.login);
    [
        (args.input.input.is_some(), "-i", "name one server or domain"),
        (args.from_headers, "-t", "type RCPT TO for each recipient"),
        (args.data.is_some(), "--data", "type :message FILE"),
        (args.subject.is_some(), "--subject", TEXT),
        (args.body.is_some(), "--body", TEXT),
        (!args.header.is_empty(), "--header", TEXT),
        (args.quit_after.is_some(), "--quit-after", "type QUIT where it is to end"),
        (reports.notify.is_some(), "--notify", RCPT),
        (reports.orcpt.is_some(), "--orcpt", RCPT),
        (!reports.rcpt_parameter.is_empty(), "--rcpt-parameter", RCPT),
        (reports.ret.is_some(), "--ret", MAIL),
        (reports.envid.is_some(), "--envid", MAIL),
        (!reports.mail_parameter.is_empty(), "--mail-parameter", MAIL),
        (login.auth.is_some(), "--auth", LOGIN),
        (login.auth_optional.is_some(), "--auth-optional", LOGIN),
        (login.auth_authzid.is_some(), "--auth-authzid", "type AUTH PLAIN with the whole response in base64"),
        (args.level.level.is_some(), "--level", "look at what the server shows, and go on only if that is enough"),
        (args.server.tls == Tls::Require, "--tls require", "type STARTTLS, and go on only if it works"),
    ]
    .into_iter()
    .find_map(|(given, option, instead)| given.then_some((option, instead)))
}

/// Everything that can be wrong with the options shows here.
fn prepare(args: &Args, io: &mut Io) -> Result<Prepared, (String, u8)> {
    let usage = |why: String| (why, exit::USAGE);
    if let Some((option, instead)) = idle(args) {
        return Err(usage(format!("{option} does nothing where the session is typed or a script: {instead}")));
    }
    let place = Place::of(args).map_err(usage)?;
    let login = args.login.typed(args.output.quiet, io).map_err(usage)?;
    let lines = match args.by_hand.script.as_deref() {
        Some(file) if file != "-" => Some(script::Lines::of_file(file)?),
        Some(_) => Some(script::Lines::of_stdin(io).map_err(usage)?),
        None if !io.stdin_is_terminal => Some(script::Lines::of_stdin(io).map_err(usage)?),
        None => None,
    };
    let (meeting, resolver) = meeting(args, io).map_err(usage)?;
    Ok(Prepared { meeting, resolver, place, lines, login })
}

/// How the server is met.
fn meeting(args: &Args, io: &Io) -> Result<(Meeting, Arc<dyn byhand::dns::Resolver>), String> {
    let resolver = resolver::open(&args.dns, args.network.timeout)?;
    let roots = Roots::new(args.server.ca_file.as_deref()).map_err(|error| error.to_string())?;
    args::family(&args.network, &args.server)?;
    let timeout = |default| args.network.timeout.unwrap_or(default);
    let meeting = Meeting {
        helo: HeloName::Literal([127, 0, 0, 1].into()),
        tls: TlsMode::from(args.server.tls),
        connect_timeout: timeout(CONNECT),
        greeting_timeout: timeout(GREETING),
        command_timeout: timeout(COMMAND),
        message_timeout: timeout(MESSAGE),
        bind: args.server.bind,
        roots: Arc::new(roots),
        protocol: protocol::chosen(&args.server, (!args.output.quiet).then_some(&io.stderr))?,
        way: Way::Anew(Arc::new(args.tls.options(false)?)),
        login: None,
        level: None,
        in_clear_after: false,
    };
    Ok((meeting, resolver))
}

/// What the same session would need again, of the options that `:command` does not write itself.
fn options(args: &Args) -> Vec<String> {
    let (network, server, tls) = (&args.network, &args.server, &args.tls);
    let text = |option: &str, value: Option<String>| value.map(|value| [option.to_owned(), value]);
    let file = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let seconds = |span: std::time::Duration| match span.subsec_millis() {
        0 => format!("{}s", span.as_secs()),
        _ => format!("{}ms", span.as_millis()),
    };
    let mut words: Vec<String> = [(network.v4, "-4"), (network.v6, "-6")]
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, option)| option.to_owned())
        .collect();
    let named = [
        text("--bind", server.bind.map(|address| address.to_string())),
        text("--ca-file", file(&server.ca_file)),
        text("--cert", file(&tls.cert)),
        text("--key", file(&tls.key)),
        text("--sni", tls.sni.clone()),
        text("--timeout", network.timeout.map(seconds)),
    ];
    words.extend(named.into_iter().flatten().flatten());
    words
}

/// An instant as a Date header has it (RFC 5322 §3.3), in UTC.
fn date(now: jiff::Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&now).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_date_header_as_rfc_5322_has_it() {
        // RFC 5322 §3.3; the day of the week by the calendar: 25 November 2026 is a Wednesday.
        assert_eq!(super::date("2026-11-25T09:14:07Z".parse().unwrap()), "Wed, 25 Nov 2026 09:14:07 -0000");
    }
}
