//! Every dialog of `tests/dialogs`, played twice: in memory against the session alone, and over a socket against the
//! whole probe.
//!
//! In memory the server's octets are fed whole, byte by byte and at random cuts, and time is only counted. Over the socket
//! pauses and limits are shortened alike. Both have to learn what the dialog's `expect:` says, and to say what its `C:`
//! lines say.

mod expect;
mod memory;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use byhand::net::roots::Roots;
use byhand::net::tls::Way;
use byhand::smtp::auth::{Login, Logins, Mechanism, Secret};
use byhand::smtp::parameter::Ret;
use byhand::smtp::session::{Delivery, Envelope, Extras, Purpose, TlsMode};
use byhand::tool::connection::{LoggingIn, Meeting, talk};
use byhand::tool::probe::{Options, probe};
use byhand::wire::{Protocol, Target};
use proptest::prelude::*;
use testlab::dialog::{Client, Dialog, load_dir};
use testlab::pki::Pki;
use testlab::smtp::{Behaviour, Log, Manners, Play, Server};

use expect::Learnt;

/// What a second of a dialog is worth over the socket.
const PACE: f64 = 0.1;

/// The name that the servers' certificates are for.
const HOST: &str = "mx.example.test";

fn dialogs() -> Vec<Dialog> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogs");
    let dialogs = load_dir(&folder).unwrap_or_else(|error| panic!("{error}"));
    assert!(dialogs.len() > 40, "only {} dialogs in {}", dialogs.len(), folder.display());
    dialogs
}

fn tls_mode(client: &Client) -> TlsMode {
    match client.tls.as_deref() {
        None | Some("auto") => TlsMode::Auto,
        Some("require") => TlsMode::Require,
        Some("implicit") => TlsMode::Implicit,
        Some("never") => TlsMode::Never,
        Some(other) => panic!("tls={other}"),
    }
}

fn envelope(client: &Client) -> Option<Envelope> {
    let from = client.from.as_deref()?;
    Some(Envelope {
        from: (from != "<>").then(|| from.parse().expect("a sender")),
        recipients: client.rcpt.iter().map(|to| to.parse().expect("a recipient")).collect(),
        pause: Duration::ZERO,
    })
}

fn protocol(client: &Client) -> Protocol {
    match client.protocol.as_deref() {
        None | Some("esmtp") => Protocol::Esmtp,
        Some("smtp") => Protocol::Smtp,
        Some("lmtp") => Protocol::Lmtp,
        Some(other) => panic!("protocol={other}"),
    }
}

/// The message that is sent where one is: a header alone, so that a dialog has it in one line.
const MESSAGE: &[u8] = b"Subject: by hand\r\n";

fn purpose(client: &Client) -> Purpose {
    let Some(envelope) = envelope(client) else { return Purpose::Greet };
    if client.send.is_none() {
        return Purpose::Ask(envelope);
    }
    Purpose::Deliver(Delivery {
        from: envelope.from,
        recipients: envelope.recipients,
        content: MESSAGE.into(),
        utf8_headers: false,
        extras: extras(client),
        lockstep: false,
        quit_after: None,
    })
}

/// `send=` gives the words of RFC 3461, each as `keyword:value`, with `;` between them; `plain` gives none.
fn extras(client: &Client) -> Extras {
    let mut extras = Extras::default();
    for word in client.send.iter().flat_map(|words| words.split(';')).filter(|word| *word != "plain") {
        let (key, value) = word.split_once(':').expect("keyword:value");
        match key {
            "notify" => extras.dsn.notify = Some(value.parse().expect("NOTIFY")),
            "ret" => extras.dsn.ret = Some(if value == "full" { Ret::Full } else { Ret::Hdrs }),
            "envid" => extras.dsn.envid = Some(value.parse().expect("ENVID")),
            "orcpt" => extras.dsn.orcpt = Some(value.parse().expect("ORCPT")),
            "mail" => extras.mail.push(value.parse().expect("a parameter")),
            "rcpt" => extras.rcpt.push(value.parse().expect("a parameter")),
            other => panic!("send={other}"),
        }
    }
    extras
}

/// The login of every dialog that wants one.
const USER: &str = "user";
const PASSWORD: &str = "zebra-Quartz9";

fn login(client: &Client) -> Option<LoggingIn> {
    let list = client.auth.as_deref()?;
    let mechanism = |name: &str| name.parse::<Mechanism>().unwrap_or_else(|error| panic!("{error}"));
    let secret = Some(Secret::new(PASSWORD.into()));
    let given = Login { user: Some(USER.into()), authzid: None, secret };
    Some(LoggingIn {
        mechanisms: if list == "any" { Vec::new() } else { list.split(',').map(mechanism).collect() },
        required: !client.auth_optional,
        in_clear_allowed: client.auth_in_clear,
        logins: Arc::new(Logins { given, by_host: Vec::new() }),
    })
}

fn ehlo(client: &Client) -> String {
    client.ehlo.clone().unwrap_or_else(|| "client.example.test".into())
}

/// How the server's octets reach the session.
fn in_memory(cuts: &dyn Fn(usize) -> usize) -> Vec<String> {
    let mut faults = Vec::new();
    for dialog in dialogs() {
        let (learnt, breaches) = memory::play(&dialog, cuts);
        faults.extend(
            expect::faults(&dialog, &learnt, true).into_iter().chain(breaches).map(|f| format!("{}: {f}", dialog.name)),
        );
    }
    faults
}

#[test]
fn in_memory_whole() {
    let faults = in_memory(&|octets| octets);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn in_memory_byte_by_byte() {
    let faults = in_memory(&|_| 1);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn in_memory_at_random_cuts(sizes in prop::collection::vec(1usize..40, 1..12)) {
        let turn = std::cell::Cell::new(0);
        let faults = in_memory(&|octets| {
            turn.set(turn.get() + 1);
            sizes[turn.get() % sizes.len()].min(octets)
        });
        prop_assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}

#[test]
fn over_the_socket_whole() {
    over_the_socket(&|| 0);
}

#[test]
fn over_the_socket_byte_by_byte() {
    over_the_socket(&|| 1);
}

#[test]
fn over_the_socket_at_random_cuts() {
    // Any size may come; the one that failed stands in the message.
    let turn = std::cell::Cell::new(std::process::id() as usize);
    over_the_socket(&|| {
        turn.set(turn.get().wrapping_mul(31).wrapping_add(7));
        2 + turn.get() % 60
    });
}

/// Plays all dialogs at once; the server writes so many octets at a time, 0 for all.
fn over_the_socket(split: &dyn Fn() -> usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let faults = runtime.block_on(async {
        let pki = Arc::new(Pki::new().expect("certificates"));
        // Read before the clocks run: a debug build takes long over the system's roots, and pauses are shortened here.
        let roots = Arc::new(trusting(&pki));
        roots.anchors();
        let mut plays = tokio::task::JoinSet::new();
        for dialog in dialogs() {
            let split = split();
            // What has to come in one piece on a real network does not come otherwise.
            if split == 0 || dialog.expect.get("fed").is_none_or(|fed| fed != "whole") {
                plays.spawn(on_socket(dialog, Arc::clone(&pki), Arc::clone(&roots), split));
            }
        }
        plays.join_all().await.concat()
    });
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The system's roots and the lab's authority.
fn trusting(pki: &Pki) -> Roots {
    let file = std::env::temp_dir().join(format!("byhand-play-{}.pem", std::process::id()));
    std::fs::write(&file, pki.ca_pem()).unwrap();
    let roots = Roots::new(Some(&file)).unwrap();
    std::fs::remove_file(&file).unwrap();
    roots
}

async fn on_socket(dialog: Dialog, pki: Arc<Pki>, roots: Arc<Roots>, split: usize) -> Vec<String> {
    let log = Log::default();
    let behaviour = Behaviour::Dialog(Arc::new(dialog.clone()), Play { host: HOST.into(), pace: PACE, split });
    let server = Server::start("127.0.0.1:0".parse().unwrap(), behaviour, Arc::clone(&pki), log.clone()).await.unwrap();
    let limit = |given: Option<Duration>, usual: u64| given.unwrap_or(Duration::from_secs(usual)).mul_f64(PACE);
    let options = Options {
        ehlo_name: ehlo(&dialog.client),
        protocol: protocol(&dialog.client),
        tls: tls_mode(&dialog.client),
        connect_timeout: Duration::from_secs(5),
        greeting_timeout: limit(dialog.client.greeting_timeout, 30),
        command_timeout: limit(dialog.client.timeout, 60),
        bind: None,
        envelope: envelope(&dialog.client),
        roots,
        tls_options: Arc::default(),
        way: Way::Anew(Arc::default()),
        login: login(&dialog.client),
        level: None,
    };
    let target = Target {
        domain: None,
        host: Some(HOST.into()),
        preference: None,
        address: Some(server.address().ip()),
        port: server.address().port(),
        ..Target::default()
    };
    let learnt = if dialog.client.send.is_some() {
        delivered(&target, options, &dialog.client).await
    } else {
        let record = probe(&target, &options, None).await;
        Learnt {
            said: record.transcript,
            tls: record.tls.is_some_and(|tls| tls.version.is_some()),
            outcome: record.outcome,
            banner: record.banner,
            capabilities: record.capabilities,
            capabilities_tls: record.capabilities_tls,
            findings: record.findings,
            recipients: record.recipients,
            in_doubt: Vec::new(),
        }
    };
    log.settled(Duration::from_secs(10)).await;
    let manners = match (&dialog.client.send, dialog.client.rcpt.is_empty()) {
        (Some(_), _) => Manners::sender(),
        (None, true) => Manners::probe(),
        (None, false) => Manners::probe_with_recipients(),
    };
    expect::faults(&dialog, &learnt, false)
        .into_iter()
        .chain(log.breaches(&manners))
        .map(|fault| format!("{} (socket, {split} octets a write): {fault}", dialog.name))
        .collect()
}

/// The same as a probe's connection, with a message.
async fn delivered(target: &Target, options: Options, client: &Client) -> Learnt {
    let meeting = Meeting {
        helo: options.ehlo_name.parse().expect("a name"),
        protocol: options.protocol,
        tls: options.tls,
        connect_timeout: options.connect_timeout,
        greeting_timeout: options.greeting_timeout,
        command_timeout: options.command_timeout,
        message_timeout: options.command_timeout,
        bind: options.bind,
        roots: options.roots,
        way: Way::Anew(Arc::default()),
        login: options.login,
        level: None,
        in_clear_after: false,
    };
    let address = target.address.expect("the server has one");
    let talk = talk(target, address, &meeting, purpose(client), &|_| {}).await;
    Learnt {
        said: talk.transcript,
        tls: talk.tls.is_some_and(|tls| tls.version.is_some()),
        outcome: talk.report.outcome,
        banner: talk.report.banner,
        capabilities: talk.report.capabilities,
        capabilities_tls: talk.report.capabilities_tls,
        findings: talk.report.findings,
        recipients: talk.report.recipients,
        in_doubt: talk.report.in_doubt,
    }
}
