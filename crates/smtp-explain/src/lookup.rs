//! `--list` and `--code`: what the reasons are, and what the codes stand for.
//!
//! Codes are those of RFC 5321 §4.2.3 and its kin, and of the IANA registry of enhanced status codes; of codes that are in neither,
//! those that one provider explains in public. For programs these are lines of JSON, `reason/1` and `code/1`: no records of work,
//! so that no schema describes them.

use std::io::{self, Write};

use byhand::cli::exit::{BAD_INPUT, INTERNAL, OK};
use byhand::cli::io::Io;
use byhand::explain::{self, Enhanced, Heard};
use byhand::render::layout::{Cell, prose};
use byhand::render::{Look, Tone, explanation};
use byhand::smtp::meaning::of_number;
use byhand::wire::{Nature, Reason};
use serde_json::json;

use crate::options::Args;

/// Answers; the exit code.
pub(crate) fn answer(args: &Args, mut io: Io) -> u8 {
    let look = io.for_people(&args.output).then(|| io.look(&args.output));
    let mut code = OK;
    let mut out = Vec::new();
    let written = if args.list {
        list(&mut out, look)
    } else {
        args.code.iter().try_for_each(|text| {
            if !one(&mut out, look, text.trim())? {
                code = BAD_INPUT;
                io.stderr
                    .say(&format!("{text}: give a reply code such as 550, or an enhanced status code such as 5.7.26"));
            }
            Ok(())
        })
    };
    match written.and_then(|()| io.stdout.write_all(&out)).and_then(|()| io.stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => OK,
        Err(error) => {
            io.stderr.say(&format!("cannot write the results: {error}"));
            INTERNAL
        }
        Ok(()) => code,
    }
}

fn list(out: &mut dyn Write, look: Option<Look>) -> io::Result<()> {
    for (reason, meaning) in explain::reasons() {
        let next = explain::next(reason);
        match look {
            Some(look) => {
                let label = |text: &str| [Cell::new(Tone::Strong, format!("{text:<17}"))];
                prose(out, look, &label(reason.as_str()), &meaning.into())?;
                let whose = explanation::side(reason.side());
                prose(out, look, &label(""), &Cell::new(Tone::Faint, format!("whose: {whose}; next: {next}")))?;
            }
            None => {
                let line = json!({ "type": "reason/1", "reason": reason, "side": reason.side(), "meaning": meaning, "next": next });
                writeln!(out, "{line}")?;
            }
        }
    }
    Ok(())
}

/// Tells about a code; `false` where it is none.
fn one(out: &mut dyn Write, look: Option<Look>, text: &str) -> io::Result<bool> {
    let enhanced = Enhanced::parse(text);
    let basic = text.parse::<u16>().ok().filter(|code| (200..600).contains(code) && text.len() == 3);
    if enhanced.is_none() && basic.is_none() {
        return Ok(false);
    }
    let entry = enhanced.and_then(explain::registry);
    // A code that is in no registry is somebody's own.
    let own = enhanced.filter(|_| entry.is_none()).and_then(explain::own_code);
    let said = explain::reply(&Heard { code: basic, enhanced, ..Heard::default() });
    let reason = entry.and_then(|entry| entry.reason).unwrap_or(said.reason);
    let other = basic.filter(|code| of_number(*code).is_none()).and_then(elsewhere);
    let stands = basic.and_then(of_number).or(other.as_ref().map(|(meaning, _)| *meaning));
    let meaning = entry.map(|entry| entry.meaning).or(stands).unwrap_or(said.meaning.as_str());
    let source = match (entry, own, basic) {
        (Some(entry), ..) => entry.source.to_owned(),
        (_, Some(provider), _) => format!("not in the registry; {provider} explains it in public"),
        (.., Some(_)) if stands.is_none() => {
            "no RFC gives this code a meaning; its first digit says if trying again can help".into()
        }
        (.., Some(code)) => other.map_or_else(|| of_rfc(code).to_owned(), |(_, source)| source),
        _ => "not in the registry".into(),
    };
    let silent = reason == Reason::OnHold && said.nature != Nature::None;
    let next =
        if silent { "read the text behind the code: it tells more than the code alone" } else { said.next.as_str() };
    let subject = enhanced.and_then(explain::subject);
    let replies: Vec<u16> = entry.map(|entry| entry.replies.to_vec()).unwrap_or_default();
    let Some(look) = look else {
        let line = json!({ "type": "code/1", "code": text, "meaning": meaning, "subject": subject, "reason": reason, "side": said.side,
            "nature": said.nature, "next": next, "replies": replies, "source": source });
        writeln!(out, "{line}")?;
        return Ok(true);
    };
    prose(out, look, &["=== ".into()], &Cell::new(Tone::Strong, format!("{text}  {meaning}")))?;
    let mut line = |label: &str, text: &str| {
        prose(out, look, &[Cell::new(Tone::Faint, format!("    {label:<5}  "))], &text.into())
    };
    if let Some(subject) = subject {
        line("about", subject)?;
    }
    if !replies.is_empty() {
        let replies: Vec<String> = replies.iter().map(u16::to_string).collect();
        line("with", &replies.join(", "))?;
    }
    line("side", explanation::side(said.side))?;
    line("next", next)?;
    line("from", &source)?;
    Ok(true)
}

/// What a code stands for that RFC 5321 and the RFCs on TLS and logins do not have: those of ODMR (RFC 2645 §5) and of ETRN (RFC 1985
/// §5.3), and those that the registry of enhanced codes names beside an entry.
fn elsewhere(code: u16) -> Option<(&'static str, String)> {
    let (meaning, source) = match code {
        253 => ("messages wait for that host, and their delivery was begun", "RFC 1985 §5.3 (ETRN)"),
        453 => ("there is no mail for you here", "RFC 2645 §5 (ATRN)"),
        458 => ("the server cannot begin the delivery of what waits for that host", "RFC 1985 §5.3 (ETRN)"),
        459 => ("that host may not ask for what waits for it", "RFC 1985 §5.3 (ETRN)"),
        _ => {
            let entry =
                explain::entries().iter().find(|entry| entry.replies.contains(&code) && entry.reason.is_some())?;
            let source =
                format!("the IANA registry names it beside X.{}.{} ({})", entry.subject, entry.detail, entry.source);
            return Some((entry.meaning, source));
        }
    };
    Some((meaning, source.to_owned()))
}

/// The RFC that gives a reply code its meaning.
fn of_rfc(code: u16) -> &'static str {
    match code {
        521 | 556 => "RFC 7504",
        235 | 334 | 432 | 534 | 535 | 538 => "RFC 4954 §4, §6",
        454 | 530 => "RFC 3207 §4, RFC 4954 §6",
        _ => "RFC 5321 §4.2.3",
    }
}
