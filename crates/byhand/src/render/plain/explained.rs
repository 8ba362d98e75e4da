//! One explanation for somebody who runs no mail server, and the lines that the other views share with it: why, whose, who
//! acts, and the line for IT.
//!
//! "Refused" is said only where a server said so, and "accepted" only of a whole message: a yes to one step is neither.

use std::io::{self, Write};

use super::super::layout::{Cell, prose};
use super::super::{Look, Tone, explanation};
use super::head;
use crate::explain::stage_of;
use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Explain, Fault, Nature, Side};

/// Draws an explanation.
///
/// # Errors
/// What the writer says.
pub fn explained(out: &mut dyn Write, look: Look, record: &Explain) -> io::Result<()> {
    let nothing = record.nature == Nature::None || record.fault == Some(Fault::BadInput);
    let mut found = explanation::found(record);
    if nothing {
        found.next.clear();
    }
    let (tone, head) = head(record, &found);
    prose(out, look, &[], &Cell::new(tone, look.safe(&head)))?;
    if nothing {
        return labelled(out, look, "Why:", &found.meaning);
    }
    why(out, look, &found)?;
    let by = record.host.as_ref().map(|host| format!(" from {host}")).unwrap_or_default();
    labelled(out, look, "For IT:", &format!("{}{by}", explanation::head_for_it(record)))
}

fn head(record: &Explain, found: &Diagnosis) -> (Tone, String) {
    let to = record.recipient.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let stage = record.command.as_deref().and_then(stage_of);
    // The answer to the whole message is the only one that takes it (RFC 5321 §4.2.5).
    let whole = record.command.as_deref() == Some(".") && record.reply.is_some();
    match (record.nature, record.fault) {
        (_, Some(Fault::BadInput)) => (Tone::Warn, "NOT READ. There is nothing in it to explain.".to_owned()),
        (Nature::None, _) if whole => head::accepted(&to),
        (Nature::None, _) if record.reply.is_some() => (
            Tone::Plain,
            "NOTHING REFUSED. The server said yes to one step; a message counts as taken only at its end.".to_owned(),
        ),
        (_, fault) if record.given_up != Some(true) && head::in_doubt(fault, stage) => head::doubt(&to),
        (_, fault) => head::head(&to, found, fault, record.given_up),
    }
}

/// Why, whose it is, and who acts.
pub(super) fn why(out: &mut dyn Write, look: Look, found: &Diagnosis) -> io::Result<()> {
    let sure = match found.confidence {
        _ if found.side == Side::Unknown => "",
        Confidence::High => "",
        Confidence::Medium => "probably: ",
        Confidence::Low => "a guess: ",
    };
    labelled(out, look, "Why:", &format!("{sure}{}", found.meaning))?;
    labelled(out, look, "Whose:", explanation::side(found.side))?;
    acts(out, look, found)
}

/// Who acts, and how; nothing where nobody can.
pub(super) fn acts(out: &mut dyn Write, look: Look, found: &Diagnosis) -> io::Result<()> {
    if found.next.is_empty() {
        return Ok(());
    }
    labelled(out, look, "Who acts:", &format!("{}{}{}", who(found), found.next, named(&found.evidence)))
}

/// Words of a step that only somebody who runs servers can take.
const TECHNICAL: [&str; 9] =
    ["mxlookup", "smtp-probe", "IPv4", "IPv6", "DNS", "MX", "EHLO", "STARTTLS", "the program that makes"];

/// Who it is that acts, in front of what to do; nothing where the reader can.
fn who(found: &Diagnosis) -> &'static str {
    let technical = TECHNICAL.iter().any(|word| found.next.contains(word));
    match found.side {
        _ if found.next.starts_with("try again") && found.next.contains("by themselves") => "nobody for now: ",
        side if side != Side::Server && found.next.contains("yourself") && !technical => "",
        Side::Server => "the people who run the receiving server; from here: ",
        Side::Recipient | Side::Content if !technical => "",
        _ => "your mail administrator: ",
    }
}

/// The block lists and the page that the answer names.
fn named(evidence: &[Evidence]) -> String {
    let of = |kind: EvidenceKind, most: usize| {
        evidence.iter().filter(move |one| one.kind == kind).take(most).map(|one| one.value.as_str())
    };
    let named: Vec<&str> = of(EvidenceKind::BlockList, 3).chain(of(EvidenceKind::Url, 1)).collect();
    if named.is_empty() { String::new() } else { format!(" (named in the answer: {})", named.join(", ")) }
}

/// A line with its label; a sentence gets its full stop, what goes to IT stays as it is.
pub(super) fn labelled(out: &mut dyn Write, look: Look, label: &str, text: &str) -> io::Result<()> {
    let text = look.safe(text);
    let end = if text.ends_with(['.', '!', '?']) || label == "For IT:" { "" } else { "." };
    prose(out, look, &[Cell::new(Tone::Faint, format!("{label:<10}"))], &format!("{text}{end}").into())
}

#[cfg(test)]
mod tests {
    use super::explained;
    use crate::render::Look;
    use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Explain, Fault, Nature, Reason, Side};

    fn record() -> Explain {
        let diagnosis = Diagnosis {
            reason: Reason::Blocked,
            side: Side::Policy,
            nature: Nature::Permanent,
            confidence: Confidence::Medium,
            meaning: "the address is on a list".into(),
            next: "ask the list to take it off".into(),
            evidence: vec![
                Evidence { kind: EvidenceKind::BlockList, value: "bl.example.net".into() },
                Evidence { kind: EvidenceKind::Url, value: "https://bl.example.net/why".into() },
            ],
        };
        let mut record = Explain::new(diagnosis, Some("554 5.7.1 blocked\u{1b}[2J".into()));
        record.recipient = Some("playing@example.org".into());
        record.host = Some("mx1.example.org".into());
        record
    }

    fn drawn(record: &Explain, width: usize) -> String {
        let mut out = Vec::new();
        explained(&mut out, Look { width, ..Look::default() }, record).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_refusal_with_what_the_answer_names() {
        assert_eq!(
            drawn(&record(), 80),
            "NOT ACCEPTED. The message for playing@example.org was refused; sending it again\nas it is will not help.\n\
             Why:      probably: the address is on a list.\n\
             Whose:    the receiver's rules about whom they take mail from.\n\
             Who acts: your mail administrator: ask the list to take it off (named in the\n          \
                       answer: bl.example.net, https://bl.example.net/why).\n\
             For IT:   554 5.7.1 blocked\\x1b[2J from mx1.example.org\n"
        );
        assert!(drawn(&record(), 40).lines().all(|line| line.len() <= 40));
    }

    #[test]
    fn accepted_is_a_whole_message_and_refused_is_a_servers_word() {
        let mut record = record();
        let head = |record: &Explain| drawn(record, 200).lines().next().unwrap_or_default().to_owned();
        record.nature = Nature::None;
        record.reply = Some("250 2.0.0 ok".into());
        record.command = Some(".".into());
        assert!(
            head(&record)
                .starts_with("ACCEPTED. The mail server took the message for playing@example.org; it may still")
        );
        // RFC 5321 §3.3: a yes to RCPT takes no message, nor does one to QUIT.
        for command in [Some("RCPT"), Some("QUIT"), None] {
            record.command = command.map(str::to_owned);
            assert!(
                head(&record).starts_with("NOTHING REFUSED. The server said yes to one step;"),
                "{}",
                head(&record)
            );
        }
        record.reply = None;
        assert_eq!(head(&record), "NOTHING REFUSED, and no message was sent.");
        (record.nature, record.fault) = (Nature::Permanent, Some(Fault::Nxdomain));
        assert!(head(&record).starts_with("NOT SENT. Mail for playing@example.org cannot get there"));
        (record.nature, record.fault) = (Nature::Temporary, Some(Fault::Timeout));
        assert!(head(&record).starts_with("NOT SENT YET. "));
        // The answer to the message itself is missing.
        record.command = Some(".".into());
        assert!(head(&record).starts_with("NOT CERTAIN. "), "{}", head(&record));
        // Put off, for a reason that stays; and until the sender gave up.
        (record.nature, record.fault, record.reply) = (Nature::Permanent, None, Some("451 4.7.1 later".into()));
        record.evidence = vec![Evidence { kind: EvidenceKind::Code, value: "451".into() }];
        assert!(head(&record).ends_with("was put off, and waiting longer will not help."));
        record.given_up = Some(true);
        assert!(head(&record).starts_with("NOT DELIVERED. The sending server has given up"), "{}", head(&record));
    }

    #[test]
    fn a_refusal_for_good_is_never_put_off() {
        // RFC 5321 §4.2.1: nobody tries again after a 5yz, however soon the cause passes.
        for text in [
            "550 5.7.1 greylisted, come back in 5 minutes",
            "552 5.2.2 mailbox full",
            "550 message rate limit exceeded",
        ] {
            for given_up in [None, Some(true)] {
                let found = crate::explain::reply(&crate::explain::one_line(text));
                let record = Explain { given_up, ..Explain::new(found, Some(text.into())) };
                let drawn = drawn(&record, 200);
                assert!(
                    drawn.starts_with("NOT ACCEPTED. The message was refused, and no mail server tries again"),
                    "{drawn}"
                );
                assert!(drawn.contains("send it again yourself") && !drawn.contains("nobody for now"), "{drawn}");
            }
        }
    }

    #[test]
    fn how_sure() {
        let mut record = record();
        for (confidence, text) in [
            (Confidence::High, "Why:      the "),
            (Confidence::Medium, "Why:      probably: "),
            (Confidence::Low, "Why:      a guess: "),
        ] {
            record.confidence = confidence;
            assert!(drawn(&record, 80).contains(text), "{}", drawn(&record, 80));
        }
    }

    #[test]
    fn who_acts() {
        let mut record = record();
        record.evidence.clear();
        for (side, next, text) in [
            (Side::Sender, "use STARTTLS", "your mail administrator: use STARTTLS."),
            (Side::Recipient, "check the spelling", "Who acts: check the spelling."),
            (Side::Recipient, "send over IPv4", "your mail administrator: send over IPv4."),
            (Side::Server, "try again later", "the people who run the receiving server; from here: try again later."),
            (Side::Policy, "send it again yourself later", "Who acts: send it again yourself later."),
            (Side::Policy, "try again later; senders do so by themselves", "nobody for now: try again"),
        ] {
            (record.side, record.next) = (side, next.to_owned());
            assert!(drawn(&record, 200).contains(text), "{}", drawn(&record, 200));
        }
    }
}
