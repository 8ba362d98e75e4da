//! Records for somebody who runs no mail server: what it means, whose it is, who can mend it.
//!
//! No codes and no words of the trade but in one line to hand on to whoever runs the servers; nothing in it was measured for this
//! view. [`mx`] tells where mail goes, [`probes`] whether the servers can take it, [`delivery`] what became of a message,
//! [`explained`] what a reply means.
//!
//! Not here: any judgement. It stands in the records.

mod explained;
mod head;
mod lack;
mod sense;

use std::io::{self, Write};

pub use explained::explained;
use explained::{acts, labelled, why};
use lack::{Lack, broken_tls, instead, lack, works};

use super::layout::{Cell, prose};
use super::{Look, Tone, advice, explanation, words};
use crate::wire::{Attempt, DeliveryRecord, Fault, Finding, FindingId, MxRecord, Outcome, ProbeRecord, Source, Status};

/// Where mail for a domain goes.
///
/// # Errors
/// What the writer says.
pub fn mx(out: &mut dyn Write, look: Look, record: &MxRecord) -> io::Result<()> {
    let name = record.domain.as_deref().map_or_else(
        || look.safe(record.input.as_deref().unwrap_or_default()),
        |domain| look.name(domain, record.domain_unicode.as_deref()),
    );
    let outcome = &record.outcome;
    if outcome.status != Status::Ok {
        let head = match (outcome.status, outcome.fault) {
            (_, Some(Fault::BadInput)) => format!("\"{name}\" is no domain and no address."),
            (_, Some(fault)) if fault.is_our_own_dns() => format!("Nothing could be found out about {name}."),
            (Status::Permanent, _) => format!("Mail for {name} cannot be delivered."),
            _ => format!("Where mail for {name} goes could not be found out just now; senders would try again."),
        };
        prose(out, look, &[], &Cell::new(Tone::Bad, head))?;
        return reason(out, look, outcome, None, &format!("{name}: {}", outcome.text));
    }
    let mut hosts: Vec<String> =
        record.hosts.iter().filter(|host| !host.addresses.is_empty()).map(|host| look.safe(&host.host)).collect();
    let first = if hosts.is_empty() { name.clone() } else { hosts.remove(0) };
    let more = hosts.len().saturating_sub(3);
    hosts.truncate(3);
    hosts.extend((more > 0).then(|| format!("{more} more")));
    let then = if hosts.is_empty() { String::new() } else { format!("; when that is down, to {}", hosts.join(", ")) };
    let text = match record.source {
        Source::Implicit => format!("{name} names no mail server, so its mail goes to {first} itself{then}."),
        _ => format!("Mail for {name} goes to {first}{then}."),
    };
    prose(out, look, &[], &text.into())?;
    let findings: Vec<_> = record.findings.iter().filter(|finding| words::needs_attention(finding.id)).collect();
    if findings.is_empty() {
        return prose(out, look, &[], &"Nothing is wrong with that. Nothing was sent to anybody.".into());
    }
    let senses = sense::all(findings.iter().map(|finding| (*finding, None)));
    let things = sense::things(senses.len());
    let text = format!(
        "{things} to look at, by the people who run {name}'s DNS and web site: {}. Nothing was sent to anybody.",
        look.safe(&senses.join("; "))
    );
    prose(out, look, &[], &text.into())?;
    labelled(out, look, "For IT:", &sense::line(findings.iter().map(|finding| finding.text.as_str())))
}

/// Whether the servers of one input can take mail.
///
/// # Errors
/// What the writer says.
pub fn probes(out: &mut dyn Write, look: Look, records: &[ProbeRecord]) -> io::Result<()> {
    let Some(first) = records.first() else { return Ok(()) };
    let target = &first.target;
    let known = target.domain.clone().or_else(|| target.host.clone()).or_else(|| target.address.map(|a| a.to_string()));
    let name = look.safe(&known.or_else(|| first.input.clone()).unwrap_or_default());
    let (working, all) = (records.iter().filter(|record| works(record)).count(), records.len());
    let lacks: Vec<Lack> = records.iter().filter(|record| works(record)).filter_map(lack).collect();
    let (tone, head) = match (working, all) {
        (0, _) if target.address.is_none() => (Tone::Bad, format!("{name} cannot be sent mail.")),
        (0, _) => (Tone::Bad, format!("{name} could not be reached, or turns us away.")),
        (n, all) if n < all => (Tone::Warn, format!("{name} can receive mail, but not all of its servers answer.")),
        _ if !lacks.is_empty() => (Tone::Warn, format!("{name} can receive mail, but not as safely as it should.")),
        _ => (Tone::Good, format!("{name} can receive mail.")),
    };
    prose(out, look, &[], &Cell::new(tone, head))?;
    for record in records.iter().filter(|record| record.target.address.is_some()) {
        let address = record.target.address.map(|address| address.to_string()).unwrap_or_default();
        let host = record.target.host.as_deref().map_or(address.clone(), |host| format!("{host} [{address}]"));
        let text = match (works(record), lack(record)) {
            (true, None) => "works".to_owned(),
            (true, Some(lack)) => format!("works, but {}", lack.text(record)),
            (false, _) => match explanation::of(&record.outcome, record.target.host.as_deref()) {
                Some(found) => found.meaning,
                None => "was not tried".to_owned(),
            },
        };
        prose(out, look, &["  ".into(), look.safe(&host).into(), "   ".into()], &look.safe(&text).into())?;
    }
    let instead = instead(look, records);
    let means = match (working, lacks.iter().max()) {
        (0, _) => "mail from here does not arrive there now",
        (_, Some(Lack::Demand)) if let Some(good) = &instead => {
            &*format!("mail arrives today; if {good} goes down, mail from careful senders waits")
        }
        (_, Some(Lack::Demand)) => {
            "mail from many senders arrives; careful ones, large providers among them, keep theirs back until this is mended"
        }
        (n, _) if n < all => "mail arrives, some of it late: senders try the servers in turn",
        (_, None) => "mail can arrive",
        (_, Some(Lack::Wish)) => {
            "mail can arrive, and what is sent with the protection that you asked for (--level) does not go there"
        }
        (_, Some(Lack::BrokenEncryption)) => {
            "mail from senders that then send it unencrypted arrives, and can be read on its way; the others keep theirs back until this is mended"
        }
        (_, Some(Lack::Encryption)) => "mail arrives, and can be read on its way; some senders send none like that",
        (_, Some(Lack::OurLimit)) => {
            "mail from senders whose software still speaks that arrives encrypted; whether it is sound could not be tested from here"
        }
        (_, Some(Lack::Certificate)) => "mail arrives; few senders mind the certificate, but it should be mended",
    };
    labelled(out, look, "Means:", means)?;
    let mut it: Vec<String> = Vec::new();
    let mut found: Vec<(&Finding, Option<&ProbeRecord>)> = Vec::new();
    let troubled =
        records.iter().find(|record| !works(record)).or_else(|| records.iter().find(|record| broken_tls(record)));
    let explained = troubled.and_then(|record| explanation::of(&record.outcome, record.target.host.as_deref()));
    if let Some(found) = &explained {
        acts(out, look, found)?;
    }
    let wish = lacks.iter().max() == Some(&Lack::Wish) && explained.is_none();
    if wish {
        labelled(out, look, "Who acts:", "you, where less protection will do (a lower --level)")?;
    }
    let told = explained.is_some() || wish;
    it.extend(troubled.map(|record| record.outcome.text.clone()));
    for record in records.iter().filter(|record| works(record)) {
        let mut texts: Vec<&str> = Vec::new();
        let kept_back =
            record.verdicts.sender.as_ref().filter(|_| matches!(lack(record), Some(Lack::Demand | Lack::Wish)));
        texts.extend(kept_back.map(|sender| sender.text.as_str()));
        let counts = |id| words::needs_attention(id) && !advice::is_beside_the_point(id, record);
        for finding in record.findings.iter().filter(|finding| counts(finding.id)) {
            found.push((finding, Some(record)));
            if kept_back.is_none_or(|sender| !finding.text.starts_with(&sender.text)) {
                texts.push(&finding.text);
            }
        }
        if !texts.is_empty() {
            let address = record.target.address.map(|address| address.to_string());
            let of = record.target.host.clone().or(address).unwrap_or_else(|| name.clone());
            it.push(format!("{of}: {}", sense::line(texts)));
        }
    }
    // Who rewrites the conversation may well be at our own end, and takes the offer of encryption away whatever the server has.
    let inspected = found.iter().any(|(finding, _)| finding.id == FindingId::SmtpInspection);
    if inspected {
        found.retain(|(finding, _)| !matches!(finding.id, FindingId::SmtpInspection | FindingId::NoStarttls));
        let label = if told { "Besides:" } else { "Who acts:" };
        let text = format!(
            "your own IT first: {INSPECTION}, so that mail cannot be encrypted there; where it is not theirs, the people who \
             run {name}'s mail"
        );
        labelled(out, look, label, &text)?;
    }
    let senses = sense::all(found.iter().copied()).join("; ");
    if !senses.is_empty() || !lacks.is_empty() && !told && !inspected {
        let what = if senses.is_empty() { senses } else { format!(": {senses}") };
        let label = if told || inspected { "Besides:" } else { "Who acts:" };
        labelled(out, look, label, &format!("the people who run {name}'s mail{what}"))?;
    }
    if !it.is_empty() {
        labelled(out, look, "For IT:", &sense::line(it.iter().map(String::as_str)))?;
    }
    prose(out, look, &[], &"No message was sent.".into())
}

/// What a firewall does that inspects SMTP.
const INSPECTION: &str = "something between, mostly a firewall, rewrites the conversation with the mail server";

/// What became of a message, recipient by recipient.
///
/// # Errors
/// What the writer says.
pub fn delivery(out: &mut dyn Write, look: Look, record: &DeliveryRecord) -> io::Result<()> {
    let outcome = &record.outcome;
    let to =
        record.recipient.as_deref().or(record.input.as_deref()).map(|name| format!(" for {name}")).unwrap_or_default();
    let decided = |attempt: &&Attempt| attempt.outcome.fault == outcome.fault && attempt.outcome.reply == outcome.reply;
    let attempt = record.attempts.iter().rev().find(decided);
    let doubt = attempt.is_some_and(|attempt| attempt.in_doubt);
    let host = attempt.and_then(|attempt| attempt.target.host.as_deref());
    let found = explanation::of(outcome, host);
    // A reply below 400 refuses nothing: then the fault speaks.
    let fault = outcome.fault.filter(|_| outcome.reply.as_ref().is_none_or(|reply| reply.code < 400));
    let (tone, head) = match (outcome.status, outcome.stage, &found) {
        (Status::Ok, None, _) => head::accepted(&to),
        (Status::Ok, Some(_), _) => (Tone::Plain, format!("STOPPED, as asked. No message{to} was sent.")),
        _ if doubt => head::doubt(&to),
        (_, _, Some(found)) => head::head(&to, found, fault, None),
        (_, _, None) => (Tone::Warn, format!("NOT SENT. The message{to} was not sent.")),
    };
    prose(out, look, &[], &Cell::new(tone, look.safe(&head)))?;
    let it = for_it(record, attempt);
    if outcome.status == Status::Ok {
        return labelled(out, look, "For IT:", &it);
    }
    reason(out, look, outcome, host, &it)
}

/// The one line that has codes.
fn for_it(record: &DeliveryRecord, attempt: Option<&Attempt>) -> String {
    let outcome = &record.outcome;
    let said = outcome.reply.as_ref().map_or_else(|| outcome.text.clone(), crate::wire::Reply::joined);
    let from = attempt.and_then(|attempt| {
        let address = attempt.target.address?;
        let host = attempt.target.host.as_deref().map(|host| format!("{host} ")).unwrap_or_default();
        Some(format!(" from {host}[{address}]"))
    });
    let when = attempt.and_then(|attempt| attempt.started.as_deref()?.parse::<jiff::Timestamp>().ok());
    let when = when.map(|when| when.strftime(", %e %b %Y %H:%M:%S UTC").to_string()).unwrap_or_default();
    let id = record.message_id.as_ref().map(|id| format!(", Message-ID {id}")).unwrap_or_default();
    format!("{said}{}{}{id}", from.unwrap_or_default(), when.replace(",  ", ", "))
}

/// Why, whose, who acts, and the line for IT.
fn reason(out: &mut dyn Write, look: Look, outcome: &Outcome, host: Option<&str>, it: &str) -> io::Result<()> {
    match explanation::of(outcome, host) {
        Some(found) => why(out, look, &found)?,
        None => labelled(out, look, "Why:", &outcome.text)?,
    }
    labelled(out, look, "For IT:", it)
}

#[cfg(test)]
mod tests {
    use super::{delivery, mx, probes};
    use crate::render::safe::width;
    use crate::render::table::samples::{expired, mx_record, probe_record, shown};
    use crate::wire::{
        Action, DeliveryRecord, Fault, Finding, FindingId, Outcome, ProbeRecord, Reply, Rule, Sender, Stage, Status,
    };

    fn refused() -> DeliveryRecord {
        let reply = Reply {
            code: 550,
            enhanced: Some("5.1.1".into()),
            lines: vec!["5.1.1 no such user".into()],
            raw_base64: None,
            first_ms: 1.0,
            elapsed_ms: 1.0,
        };
        let outcome = Outcome {
            reply: Some(reply),
            ..Outcome::failed(Status::Permanent, Stage::Rcpt, Fault::Refused, "refused")
        };
        DeliveryRecord { outcome, ..DeliveryRecord::untried(Some("playing@example.org".into())) }
    }

    #[test]
    fn a_refusal() {
        let text = shown(80, |out, look| delivery(out, look, &refused()));
        let expected = "\
NOT ACCEPTED. The message for playing@example.org was refused; sending it again
as it is will not help.
Why:      there is no such mailbox there.
Whose:    the recipient's (address, mailbox or domain).
Who acts: check the spelling; ask the recipient by another channel; take the
          address off the list.
For IT:   550 5.1.1 no such user
";
        assert_eq!(text, expected, "\n{text}");
    }

    #[test]
    fn nobody_refused_what_was_kept_back() {
        for (stage, fault) in
            [(Stage::Dns, Fault::Nxdomain), (Stage::Dns, Fault::NullMx), (Stage::Mail, Fault::MessageTooLarge)]
        {
            let outcome = Outcome::failed(Status::Permanent, stage, fault, "no");
            let record = DeliveryRecord { outcome, ..refused() };
            let text = shown(80, |out, look| delivery(out, look, &record));
            let head = text.lines().next().unwrap_or_default();
            assert!(head.starts_with("NOT SENT. ") && head.contains(" for playing@example.org "), "{text}");
            assert!(!text.contains("refused"), "{text}");
        }
    }

    #[test]
    fn where_mail_goes() {
        let text = shown(80, |out, look| mx(out, look, &mx_record()));
        let expected = "\
Mail for example.org goes to mx1.example.org; when that is down, to
mx2.example.net.
One thing to look at, by the people who run example.org's DNS and web site:
mx2.example.net is a second name of another server, which some senders do not
follow. Nothing was sent to anybody.
For IT:   mx2.example.net is an alias of host7.example.net: an MX must not name
          an alias (RFC 2181 §10.3)
";
        assert_eq!(text, expected, "\n{text}");
    }

    #[test]
    fn servers_that_work_and_one_that_does_so_badly() {
        let mut old = probe_record("mx2.example.net", 20, "198.51.100.7");
        expired(&mut old);
        let records = [probe_record("mx1.example.org", 10, "192.0.2.25"), old];
        let text = shown(80, |out, look| probes(out, look, &records));
        assert!(text.starts_with("example.org can receive mail, but not as safely as it should.\n"), "{text}");
        assert!(text.contains("  mx1.example.org [192.0.2.25]   works.\n") || text.contains("]   works\n"), "{text}");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("works, but its security certificate ended 12 days ago"), "{text}");
        assert!(text.ends_with("No message was sent.\n"), "{text}");
    }

    #[test]
    fn what_a_domain_asks_for_weighs_more_than_a_certificate() {
        let sender = |action, rule| Some(Sender { action, rule, text: "text".into() });
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        expired(&mut record);
        let said = |record: &ProbeRecord| shown(80, |out, look| probes(out, look, std::slice::from_ref(record)));
        // RFC 7672 §3.1.1: with DANE-EE neither names nor dates are looked at.
        record.verdicts.sender = sender(Action::Deliver, Rule::Dane);
        assert!(said(&record).starts_with("example.org can receive mail.\n"), "{}", said(&record));
        record.verdicts.sender = sender(Action::DeliverUnauthenticated, Rule::Opportunistic);
        assert!(said(&record).contains("few senders mind the certificate"), "{}", said(&record));
        for rule in [Rule::Dane, Rule::DaneLookup, Rule::DaneUnusable, Rule::StsEnforce] {
            record.verdicts.sender = sender(Action::Defer, rule);
            assert!(said(&record).contains("keep theirs back until this is mended"), "{}", said(&record));
        }
        record.verdicts.sender = sender(Action::DeliverInClear, Rule::Opportunistic);
        assert!(said(&record).contains("takes mail unencrypted only"), "{}", said(&record));
        // For IT is every finding that somebody should look at.
        record.findings.push(Finding::new(FindingId::NoStarttls, "STARTTLS is not offered"));
        let text = said(&record).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("mail to the server cannot be encrypted on its way"), "{text}");
        assert!(text.ends_with("STARTTLS is not offered No message was sent."), "{text}");
        assert_eq!(text.matches("For IT:").count(), 1, "{text}");
    }

    #[test]
    fn encryption_that_fails_is_no_closed_door() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        record.outcome = Outcome::failed(Status::Temporary, Stage::Tls, Fault::TlsHandshake, "handshake failed");
        let said = |record: &ProbeRecord| {
            let text = shown(80, |out, look| probes(out, look, std::slice::from_ref(record)));
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        for action in [None, Some(Action::DeliverInClear)] {
            record.verdicts.sender =
                action.map(|action| Sender { action, rule: Rule::Opportunistic, text: "text".into() });
            let text = said(&record);
            assert!(text.contains("works, but the encryption that it offers fails Means: mail from senders"), "{text}");
            assert_eq!(text.matches("Who acts:").count(), 1, "{text}");
            assert!(text.contains("For IT: handshake failed"), "{text}");
        }
        record.verdicts.sender = Some(Sender { action: Action::Defer, rule: Rule::Dane, text: "text".into() });
        assert!(
            said(&record).contains("what its domain tells senders to insist on Means: mail from many"),
            "{}",
            said(&record)
        );
        // Without a word of SMTP before, as on port 465, nobody delivers.
        record.capabilities = None;
        assert!(said(&record).contains("mail from here does not arrive there now"), "{}", said(&record));
    }

    #[test]
    fn a_firewall_between_is_looked_for_at_home_first() {
        let mut record = probe_record("mx1.example.org", 10, "192.0.2.25");
        record.target.host = None;
        record.verdicts.sender = None;
        let rewrites = "a firewall on the way rewrites the conversation";
        record.findings.push(Finding::new(FindingId::SmtpInspection, rewrites));
        record.findings.push(Finding::new(FindingId::NoStarttls, "STARTTLS is not offered"));
        let text = shown(400, |out, look| probes(out, look, std::slice::from_ref(&record)));
        assert!(text.contains("can receive mail, but not as safely as it should."), "{text}");
        assert!(!text.contains("mail can arrive"), "{text}");
        assert!(text.contains("Who acts: your own IT first: something between, mostly a firewall, rewrites"), "{text}");
        assert_eq!(text.matches("Who acts:").count(), 1, "{text}");
        assert!(!text.contains("does not keep to the rules"), "{text}");
        assert!(text.contains("For IT:   192.0.2.25: a firewall on the way"), "{text}");
    }

    #[test]
    fn one_end_is_told_alike_by_both_tools() {
        // smtp-explain makes a record of the same outcome; the answers are our own writing.
        for (code, line) in [
            (552, "5.2.2 mailbox full"),
            (550, "5.7.1 greylisted, come back in 5 minutes"),
            (451, "4.7.1 Relay access denied"),
            (451, "4.7.1 greylisted"),
            (550, "5.1.1 no such user"),
        ] {
            let mut record = refused();
            let status = if code < 500 { Status::Temporary } else { Status::Permanent };
            let mut reply = record.outcome.reply.take().unwrap();
            (reply.code, reply.lines) = (code, vec![line.to_owned()]);
            record.outcome =
                Outcome { reply: Some(reply), ..Outcome::failed(status, Stage::Rcpt, Fault::Refused, "refused") };
            let found = crate::explain::ended(&record.outcome, None, false).unwrap();
            let mut explain = crate::wire::Explain::new(found, Some(format!("{code} {line}")));
            explain.recipient.clone_from(&record.recipient);
            let by_send = shown(300, |out, look| delivery(out, look, &record));
            let by_explain = shown(300, |out, look| super::explained(out, look, &explain));
            assert_eq!(by_send, by_explain, "{code} {line}");
        }
    }

    #[test]
    fn narrow() {
        let records = [probe_record("mx1.example.org", 10, "192.0.2.25")];
        for text in [
            shown(40, |out, look| probes(out, look, &records)),
            shown(40, |out, look| mx(out, look, &mx_record())),
            shown(40, |out, look| delivery(out, look, &refused())),
        ] {
            assert!(text.lines().all(|line| width(line) <= 40), "{text}");
        }
    }
}
