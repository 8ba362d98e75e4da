//! smtp-send as a whole, in process, against testlab's servers and against servers that misbehave on cue.
//!
//! [`Sent`] is a run: exit code and records. What the servers heard is looked at beside it.

mod auth;
mod doubt;
mod injection;
mod level;
mod lmtp;
mod misbehaving;
mod ordinary;
mod script;
mod turns;

use std::net::SocketAddr;
use std::sync::Arc;

use byhand::cli::io::Io;
use byhand::wire::{DeliveryRecord, FindingId, Record};
use clap::Parser;
use testlab::pki::Pki;
use testlab::smtp::{Behaviour, Log, Manners, Plain, Server};

/// A run.
#[derive(Debug)]
struct Sent {
    code: u8,
    records: Vec<DeliveryRecord>,
}

impl Sent {
    /// `status stage fault`, of each record.
    fn ends(&self) -> Vec<String> {
        let word = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        self.records
            .iter()
            .map(|record| {
                let outcome = &record.outcome;
                let stage = word(outcome.stage.map(|stage| stage.as_str().to_owned()));
                let fault = word(outcome.fault.map(|fault| fault.as_str()));
                format!("{} {stage} {fault}", format!("{:?}", outcome.status).to_lowercase())
            })
            .collect()
    }

    fn found(&self, id: FindingId) -> bool {
        self.records[0].findings.iter().any(|finding| finding.id == id)
    }
}

/// What a run wrote, whatever its form.
async fn output(words: &[&str], stdin: &[u8]) -> (u8, String, String) {
    let args = ["smtp-send", "--from", "a@client.test", "--ehlo", "client.test", "--timeout", "5"];
    let args = smtp_send::Args::try_parse_from(args.iter().chain(words)).unwrap_or_else(|error| panic!("{error}"));
    let (io, stdout, stderr) = Io::captured("smtp-send", stdin.to_vec());
    let code = smtp_send::run(args, io).await;
    (code, stdout.text(), stderr.text())
}

/// Runs in this process.
async fn send(words: &[&str], stdin: &[u8]) -> Sent {
    let (code, stdout, _) = output(words, stdin).await;
    let record = |line: &str| match serde_json::from_str(line).unwrap() {
        Record::Delivery(record) => record,
        other => panic!("{other:?}"),
    };
    Sent { code, records: stdout.lines().map(record).collect() }
}

/// Sends to a server, for `b@example.test` where nobody else is named.
async fn send_to(server: SocketAddr, words: &[&str], stdin: &[u8]) -> Sent {
    let server = server.to_string();
    let mut all = vec!["--server", &server];
    if !words.contains(&"--to") {
        all.extend(["--to", "b@example.test"]);
    }
    all.extend(words);
    send(&all, stdin).await
}

/// A server that behaves, and what it heard.
async fn plain(plain: Plain) -> (Server, Log) {
    let log = Log::new();
    let (pki, behaviour) = (Arc::new(Pki::new().unwrap()), Behaviour::Plain(Arc::new(plain)));
    (Server::start(([127, 0, 0, 1], 0).into(), behaviour, pki, log.clone()).await.unwrap(), log)
}

/// Nothing of the client's was ill-mannered.
async fn polite(log: &Log) {
    log.settled(std::time::Duration::from_secs(5)).await;
    log.assert_manners(&Manners::sender());
}
