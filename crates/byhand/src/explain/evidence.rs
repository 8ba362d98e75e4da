//! What a text carries besides its reason: the list it names, the page to visit, how long to wait, whom it means.
//!
//! Values are foreign text, kept as they came and bounded. They are claims of the server's, no facts of ours.

use super::heard::Heard;
use super::text::Text;
use crate::wire::{Evidence, EvidenceKind as Kind};

/// What the rule that decided tells.
pub(super) struct Told {
    pub(super) case: Option<&'static str>,
    pub(super) words: Option<&'static str>,
    pub(super) provider: Option<&'static str>,
    pub(super) source: Option<&'static str>,
}

/// All evidence of a reply, the codes first.
pub(super) fn of(heard: &Heard<'_>, text: &Text, told: &Told) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let mut add = |kind: Kind, value: String| evidence.push(Evidence { kind, value });
    if let Some(code) = heard.code {
        add(Kind::Code, code.to_string());
    }
    if let Some(enhanced) = heard.enhanced {
        add(Kind::Enhanced, enhanced.to_string());
    }
    for (kind, value) in [
        (Kind::Rule, told.case),
        (Kind::Words, told.words),
        (Kind::Provider, told.provider),
        (Kind::Source, told.source),
    ] {
        if let Some(value) = value {
            add(kind, value.to_owned());
        }
    }
    for list in block_lists(text) {
        add(Kind::BlockList, list);
    }
    for url in &text.urls {
        add(Kind::Url, url.clone());
    }
    if let Some(seconds) = retry_after(&text.words) {
        add(Kind::RetryAfter, seconds.to_string());
    }
    if let Some(octets) = limit(&text.words) {
        add(Kind::Limit, octets.to_string());
    }
    for address in &text.addresses {
        add(Kind::Address, address.clone());
    }
    for ip in &text.ips {
        add(Kind::Ip, ip.clone());
    }
    evidence
}

/// Words by which well-known lists are named, and what to call them. The zones of one operator share a line.
const LISTS: &[(&str, &str)] = &[
    ("spamhaus", "Spamhaus"),
    ("spamcop", "SpamCop"),
    ("abuseat", "CBL (Spamhaus)"),
    ("barracudacentral", "Barracuda Central"),
    ("sorbs", "SORBS"),
    ("uceprotect", "UCEPROTECT"),
    ("mailspike", "Mailspike"),
    ("invaluement", "Invaluement"),
    ("psbl", "PSBL"),
    ("abusix", "Abusix"),
    ("cloudmark", "Cloudmark Sender Intelligence"),
    ("prs.proofpoint.com", "Proofpoint reputation"),
    ("senderscore", "Validity Sender Score"),
    ("surbl", "SURBL"),
    ("uribl", "URIBL"),
    ("spfbl", "SPFBL"),
    ("gbudb", "GBUdb"),
    ("dnswl", "DNSWL"),
    ("manitu", "NiX Spam"),
];

/// The lists that the text names: a zone behind "blocked using" and the like, or a well-known name.
fn block_lists(text: &Text) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if lists.len() < 4 && !lists.iter().any(|had| had == name) {
            lists.push(name.to_owned());
        }
    };
    for lead in [
        "blocked using ",
        "listed in ",
        "listed on ",
        "listed by ",
        "found in ",
        "blocked by ",
        "blacklisted at ",
        "rejected by ",
    ] {
        for (at, _) in text.words.match_indices(lead) {
            let rest = &text.words[at + lead.len()..];
            let zone = rest.split(' ').next().unwrap_or_default();
            if zone.contains('.') && zone.bytes().any(|b| b.is_ascii_alphabetic()) {
                add(zone);
            }
        }
    }
    for (word, name) in LISTS {
        let named = |text: &str| text.contains(word);
        if (named(&text.words) || named(&text.marks)) && !lists_have(&lists, word) {
            lists.push((*name).to_owned());
        }
    }
    lists.truncate(4);
    lists
}

fn lists_have(lists: &[String], word: &str) -> bool {
    lists.iter().any(|list| list.contains(word))
}

/// How long to wait, in seconds: a number with its unit behind words that ask for a wait.
fn retry_after(words: &str) -> Option<u64> {
    for lead in [
        "greylisted for ",
        "try again in ",
        "retry in ",
        "again after ",
        "retry after ",
        "wait ",
        "come back in ",
        "delayed for ",
        "resend in ",
        "retry your mail in ",
        "available in ",
    ] {
        let Some((_, rest)) = words.split_once(lead) else { continue };
        if let Some(seconds) = span(rest) {
            return Some(seconds);
        }
    }
    None
}

/// `300 seconds`, `5 minutes`, `00 04 51` (hours, minutes, seconds), also behind `at least`, `another`.
fn span(text: &str) -> Option<u64> {
    let mut words = text
        .split(' ')
        .skip_while(|word| matches!(*word, "at" | "least" | "another" | "about" | "for" | "a" | "the" | "next"));
    let first = words.next()?;
    let split = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
    let number: u64 = first[..split].parse().ok().filter(|n| *n < 1_000_000)?;
    let unit = if split < first.len() { &first[split..] } else { words.next().unwrap_or_default() };
    match unit {
        "" => None,
        _ if unit.starts_with('s') => Some(number),
        _ if unit.starts_with('m') => Some(number * 60),
        _ if unit.starts_with('h') => Some(number * 3600),
        _ if unit.starts_with('d') => Some(number * 86400),
        _ => {
            let (minutes, seconds) = (unit.parse::<u64>().ok()?, words.next()?.parse::<u64>().ok()?);
            (minutes < 60 && seconds < 60 && first.len() == 2).then_some(number * 3600 + minutes * 60 + seconds)
        }
    }
}

/// A limit on the size, in octets: a number behind words that name a limit.
fn limit(words: &str) -> Option<u64> {
    if !["size", "large", "big", "long", "exceed"].iter().any(|word| words.contains(word)) {
        return None;
    }
    for lead in [
        "limit of ",
        "limit is ",
        "limit ",
        "maximum of ",
        "maximum is ",
        "maximum ",
        "max ",
        "exceeds ",
        "size of ",
        "larger than ",
    ] {
        for (at, _) in words.match_indices(lead) {
            let rest = &words[at + lead.len()..];
            let word = rest.split(' ').next().unwrap_or_default();
            let split = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
            let Ok(number) = word[..split].parse::<u64>() else { continue };
            let unit = if split < word.len() { &word[split..] } else { rest.split(' ').nth(1).unwrap_or_default() };
            let factor = match unit {
                "kb" | "k" | "kib" | "kbytes" | "kilobytes" => 1024,
                "mb" | "m" | "mib" | "mbytes" | "megabytes" => 1024 * 1024,
                "bytes" | "octets" | "byte" => 1,
                _ if number >= 10_000 => 1,
                _ => continue,
            };
            return number.checked_mul(factor);
        }
    }
    None
}
