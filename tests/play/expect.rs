//! Holds what was learnt against a dialog's `expect:` line.

use byhand::wire::{Capabilities, Finding, Outcome, Protocol, RecipientOutcome, Reply, Said};
use testlab::dialog::Dialog;

/// What a play taught, however it was played.
#[derive(Debug)]
pub(super) struct Learnt {
    pub(super) outcome: Outcome,
    pub(super) banner: Option<Reply>,
    pub(super) capabilities: Option<Capabilities>,
    pub(super) capabilities_tls: Option<Capabilities>,
    pub(super) said: Vec<Said>,
    pub(super) tls: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) recipients: Vec<RecipientOutcome>,
    pub(super) in_doubt: Vec<bool>,
}

/// Where the two differ. `timed`: in memory, where long pauses are counted and no certificate is shown.
pub(super) fn faults(dialog: &Dialog, learnt: &Learnt, timed: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, want) in &dialog.expect {
        let mut fits = |got: &str| {
            if !want.split('|').any(|one| one == got) {
                faults.push(format!("{key}: {got}, expected {want} ({})", learnt.outcome.text));
            }
        };
        let found = |id: &str| learnt.findings.iter().any(|f| f.id.as_str() == id);
        let reply = learnt.outcome.reply.as_ref();
        match key.as_str() {
            "status" => fits(&word(&learnt.outcome.status)),
            "stage" => fits(learnt.outcome.stage.map_or("-", |stage| stage.as_str())),
            "fault" => fits(&learnt.outcome.fault.map_or("-".into(), |fault| fault.as_str())),
            "code" => fits(&reply.map_or("-".into(), |r| r.code.to_string())),
            "enhanced" => fits(reply.and_then(|r| r.enhanced.as_deref()).unwrap_or("-")),
            "banner" => fits(&learnt.banner.as_ref().map_or("-".into(), |r| r.code.to_string())),
            "protocol" => {
                fits(match learnt.capabilities_tls.as_ref().or(learnt.capabilities.as_ref()).map(|c| c.protocol) {
                    Some(Protocol::Esmtp) => "esmtp",
                    Some(Protocol::Smtp) => "smtp",
                    Some(Protocol::Lmtp) => "lmtp",
                    None => "-",
                });
            }
            "keywords" => fits(&keywords(learnt.capabilities.as_ref())),
            "keywords-tls" => fits(&keywords(learnt.capabilities_tls.as_ref())),
            "tls" => fits(if learnt.tls { "yes" } else { "no" }),
            "rcpt" => {
                fits(&learnt.recipients.iter().map(|r| word(&r.outcome.status)).collect::<Vec<_>>().join(","));
            }
            "doubt" => {
                let words: Vec<&str> = learnt.in_doubt.iter().map(|doubt| if *doubt { "yes" } else { "no" }).collect();
                fits(&words.join(","));
            }
            "findings" => {
                for id in want.split(',').filter(|id| timed || *id != "banner-delay") {
                    if !found(id) {
                        let ids: Vec<String> = learnt.findings.iter().map(|f| f.id.as_str()).collect();
                        faults.push(format!("no finding {id} among {ids:?}"));
                    }
                }
            }
            "no-findings" => {
                faults.extend(want.split(',').filter(|id| found(id)).map(|id| format!("finding {id} is wrong here")));
            }
            // Only a real certificate brings these.
            "pkix" if timed => {}
            "pkix" => {
                faults.extend(want.split(',').filter(|id| !found(id)).map(|id| format!("no finding {id}")));
            }
            // What was written in one piece is read before our turn here, however it is cut: no exception is needed.
            "fed" => {}
            other => faults.push(format!("expect: {other} is no word of these tests")),
        }
    }
    // Whatever came of a login, the password is nowhere: not as it is, and not in base64 (which is the same in PLAIN's
    // message, where it stands at a multiple of three).
    let everything = format!("{:?} {learnt:?}", learnt.said);
    if dialog.client.auth.is_some() && (everything.contains("zebra-Quartz9") || everything.contains("emVicmEt")) {
        faults.push(format!("the password is in what was learnt: {everything}"));
    }
    if !dialog.expect.contains_key("status") {
        faults.push("expect: says no status".into());
    }
    faults
}

fn keywords(capabilities: Option<&Capabilities>) -> String {
    let words: Vec<&str> = capabilities.iter().flat_map(|c| &c.keywords).map(|k| k.keyword.as_str()).collect();
    if words.is_empty() { "-".into() } else { words.join(",") }
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
