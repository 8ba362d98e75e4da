//! What a text carries besides its reason: the list it names, the page to visit, how long to wait, whom it means.
//!
//! Values are foreign text, kept as they came and bounded. They are claims of the server's, no facts of ours.

use super::heard::Heard;
use super::search::Stands;
use super::text::Text;
use crate::wire::{Evidence, EvidenceKind as Kind};

/// What the rule that decided tells.
pub(super) struct Told {
    pub(super) case: Option<&'static str>,
    pub(super) words: Option<&'static str>,
    pub(super) provider: Option<&'static str>,
    pub(super) source: Option<&'static str>,
}

/// Words next to which a text tells something. They are filed and found as the phrases of the rules are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// The zone of a block list follows.
    List,
    /// A time to wait follows.
    Wait,
    /// A time to wait stands in front.
    Left,
    /// A limit follows.
    Limit,
}

/// The leads, as rules have their phrases.
pub(super) const LEADS: [(Lead, &str); 4] = [
    (
        Lead::List,
        "blocked using | listed in | listed on | listed by | found in | blocked by | blacklisted at | rejected by",
    ),
    (
        Lead::Wait,
        "greylisted for | try again in | retry in | again after | retry after | wait | come back in | delayed for \
         | resend in | retry your mail in | available in",
    ),
    (Lead::Left, "remaining | left | to go"),
    (
        Lead::Limit,
        "limit of | limit is | limit | maximum of | maximum is | maximum | max | exceeds | size of | larger than",
    ),
];

/// The words of a text that follow a lead of that kind, and those in front of it.
fn led<'a>(text: &'a Text, leads: &[Stands], kind: Lead) -> impl Iterator<Item = (&'a str, &'a str)> {
    let around =
        |lead: &Stands| Some((text.words.get(..lead.start)?.trim_end(), text.words.get(lead.end..)?.trim_start()));
    leads.iter().filter(move |lead| lead.lead == kind).filter_map(around)
}

/// All evidence of a reply, the codes first; `leads` are those in the text.
pub(super) fn of(heard: &Heard<'_>, text: &Text, leads: &[Stands], told: &Told) -> Vec<Evidence> {
    let mut evidence = Vec::with_capacity(8);
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
    for list in block_lists(text, leads) {
        add(Kind::BlockList, list);
    }
    for url in &text.urls {
        add(Kind::Url, url.clone());
    }
    if let Some(seconds) = retry_after(text, leads) {
        add(Kind::RetryAfter, seconds.to_string());
    }
    if let Some(octets) = limit(text, leads) {
        add(Kind::Limit, octets.to_string());
    }
    for address in &text.addresses {
        add(Kind::Address, address.clone());
    }
    for ip in text.ips.iter().filter(|ip| is_meant(ip, heard.text)) {
        add(Kind::Ip, ip.clone());
    }
    evidence
}

/// Whether an address is one that somebody may be meant by: 127.0.0.0/8 is a list's answer (RFC 5782 §2.1), an octet above 255
/// is none, and four numbers behind the word "version" are that.
fn is_meant(ip: &str, text: &str) -> bool {
    let address = ip.parse::<std::net::IpAddr>();
    let masked = ip.contains(['x', 'X', '#', '*']);
    let version = text.match_indices(ip).next().is_some_and(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', 'v', 'V', '/']);
        before.len() < at
            && before.get(before.len().saturating_sub(7)..).is_some_and(|word| word.eq_ignore_ascii_case("version"))
    });
    !version && address.map_or(masked, |address| !address.is_loopback())
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
fn block_lists(text: &Text, leads: &[Stands]) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    for (_, rest) in led(text, leads, Lead::List) {
        let zone = rest.split(' ').next().unwrap_or_default();
        let is_zone = zone.contains('.') && zone.bytes().any(|b| b.is_ascii_alphabetic());
        if is_zone && !lists.iter().any(|had| had == zone) {
            lists.push(zone.to_owned());
        }
    }
    for text in [&text.words, &text.marks] {
        for label in labels(text) {
            let named =
                |(word, _): &&(&str, &str)| label.as_bytes()[0] == word.as_bytes()[0] && label.starts_with(word);
            if let Some((word, name)) = LISTS.iter().find(named)
                && !lists_have(&lists, word)
                && !lists.iter().any(|had| had == name)
            {
                lists.push((*name).to_owned());
            }
        }
    }
    lists.truncate(4);
    lists
}

/// What is behind the beginning of each word, and of each label of a name in it.
fn labels(text: &str) -> impl Iterator<Item = &str> {
    let begins = |pair: &[u8]| matches!(pair, [b' ' | b'.' | b'-', b'a'..=b'z']);
    text.as_bytes().windows(2).enumerate().filter(move |(_, pair)| begins(pair)).map(|(at, _)| &text[at + 1..])
}

fn lists_have(lists: &[String], word: &str) -> bool {
    lists.iter().any(|list| list.contains(word))
}

/// How long to wait, in seconds: a number with its unit behind words that ask for a wait, or in front of "remaining".
fn retry_after(text: &Text, leads: &[Stands]) -> Option<u64> {
    let asked = led(text, leads, Lead::Wait).find_map(|(_, rest)| span(rest));
    asked.or_else(|| led(text, leads, Lead::Left).find_map(|(before, _)| remaining(before)))
}

/// `300 seconds`, `5 minutes`, `1 hour and 30 minutes`, `1h30m`, `00 04 51` (hours, minutes, seconds), also behind `at least`, `another`.
fn span(text: &str) -> Option<u64> {
    let mut words = text
        .split(' ')
        .skip_while(|word| matches!(*word, "at" | "least" | "another" | "about" | "for" | "a" | "the" | "next"))
        .peekable();
    let first = words.next()?;
    if let Some(seconds) = packed(first) {
        return Some(seconds);
    }
    let (number, unit) = counted(first, &mut words)?;
    let Some(size) = seconds(unit) else {
        let (minutes, seconds) = (unit.parse::<u64>().ok()?, words.next()?.parse::<u64>().ok()?);
        let clock = minutes < 60 && seconds < 60 && first.len() == 2;
        return clock.then_some(number * 3600 + minutes * 60 + seconds);
    };
    let (mut whole, mut last) = (number * size, size);
    // Smaller units may follow.
    loop {
        words.next_if_eq(&"and");
        let Some((number, unit)) = words.next().and_then(|word| counted(word, &mut words)) else { return Some(whole) };
        match seconds(unit).filter(|size| *size < last) {
            Some(size) => (whole, last) = (whole + number * size, size),
            None => return Some(whole),
        }
    }
}

/// `1h30m`, `2h5m10s`: two units or more in one word, each smaller than the one before.
fn packed(word: &str) -> Option<u64> {
    let (mut rest, mut whole, mut last, mut parts) = (word, 0u64, u64::MAX, 0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let letters = rest[digits..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - digits);
        let number: u64 = rest[..digits].parse().ok().filter(|n| *n < 1_000_000)?;
        let size = seconds(&rest[digits..digits + letters]).filter(|size| *size < last)?;
        (whole, last, parts) = (whole + number * size, size, parts + 1);
        rest = &rest[digits + letters..];
    }
    (parts >= 2).then_some(whole)
}

/// A number, and the unit that stands behind it or is the next word.
fn counted<'a>(word: &'a str, more: &mut impl Iterator<Item = &'a str>) -> Option<(u64, &'a str)> {
    let split = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let number: u64 = word[..split].parse().ok().filter(|n| *n < 1_000_000)?;
    Some((number, if split < word.len() { &word[split..] } else { more.next()? }))
}

/// The seconds of a unit of time.
fn seconds(unit: &str) -> Option<u64> {
    Some(match unit.as_bytes().first()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3600,
        b'd' => 86400,
        _ => return None,
    })
}

/// `27 seconds remaining`, `5 minutes left`: the number in front of the words.
fn remaining(before: &str) -> Option<u64> {
    let mut back = before.rsplit(' ');
    let (unit, number) = (back.next()?, back.next()?);
    Some(number.parse::<u64>().ok().filter(|n| *n < 1_000_000)? * seconds(unit).filter(|_| unit.len() <= 7)?)
}

/// A limit on the size, in octets: a number behind words that name a limit.
fn limit(text: &Text, leads: &[Stands]) -> Option<u64> {
    let of_size = || ["size", "large", "big", "long", "exceed"].iter().any(|word| text.words.contains(word));
    led(text, leads, Lead::Limit).find_map(|(_, rest)| {
        let (number, unit) = amount(rest)?;
        // Only a size is counted in these.
        if !unit.ends_with("bytes") && !matches!(unit, "kb" | "kib" | "mb" | "mib" | "gb" | "gib") && !of_size() {
            return None;
        }
        let factor = match unit {
            "kb" | "k" | "kib" | "kbytes" | "kilobytes" => 1024.0,
            "mb" | "m" | "mib" | "mbytes" | "megabytes" => 1024.0 * 1024.0,
            "gb" | "g" | "gib" | "gbytes" | "gigabytes" => 1024.0 * 1024.0 * 1024.0,
            "bytes" | "octets" | "byte" => 1.0,
            _ if number >= 10_000.0 => 1.0,
            _ => return None,
        };
        let octets = number * factor;
        (octets < 1e15).then_some(octets as u64)
    })
}

/// A number, and its unit: `10 mb`, `10mb`, `10.5 mib`, `35 882 577 bytes` (thousands apart, whatever stood between them).
fn amount(text: &str) -> Option<(f64, &str)> {
    let mut words = text.split(' ');
    let first = words.next()?;
    let split = first.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(first.len());
    let (digits, behind) = first.split_at(split);
    if !behind.is_empty() || digits.contains('.') {
        let unit = if behind.is_empty() { words.next().unwrap_or_default() } else { behind };
        return Some((digits.parse().ok()?, unit));
    }
    let mut digits = digits.to_owned();
    for word in words {
        let thousands = digits.len() <= 12 && word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        if !(thousands && (1..=3).contains(&first.len())) {
            return Some((digits.parse().ok()?, word));
        }
        digits.push_str(word);
    }
    Some((digits.parse().ok()?, ""))
}

#[cfg(test)]
mod tests {
    use super::{Text, limit, retry_after};
    use crate::explain::index::index;

    #[test]
    fn how_long_to_wait() {
        for (text, seconds) in [
            ("try again in 300 seconds", Some(300)),
            ("please retry after 1 hour 30 minutes", Some(5_400)),
            ("retry in 1 hour, 30 minutes and 5 seconds.", Some(5_405)),
            ("wait 5 minutes before 6 messages", Some(300)),
            ("greylisted for 00:04:51", Some(291)),
            ("greylisted, 27 seconds remaining", Some(27)),
            ("retry in 1h30m", Some(5_400)),
            ("wait 2h5m10s please", Some(7_510)),
            ("wait 5m", Some(300)),
            ("no messages left today", None),
            ("try again in the morning", None),
        ] {
            let read = Text::new(text);
            assert_eq!(retry_after(&read, &index().find(&read).leads), seconds, "{text}");
        }
    }

    #[test]
    fn whom_an_address_means() {
        let ips = |text: &str| {
            let found = crate::explain::reply(&crate::explain::one_line(text)).evidence;
            let ips = found.into_iter().filter(|one| one.kind == crate::wire::EvidenceKind::Ip);
            ips.map(|one| one.value).collect::<Vec<_>>()
        };
        assert_eq!(ips("554 5.7.1 192.0.2.7 is listed on bl.example.net, answer 127.0.0.2"), ["192.0.2.7"]);
        assert_eq!(ips("554 5.7.1 203.0.113.x is blocked"), ["203.0.113.x"]);
        for text in ["550 rejected by filter version 1.2.3.4", "550 10.0.0.300 is blocked"] {
            assert!(ips(text).is_empty(), "{text}: {:?}", ips(text));
        }
    }

    #[test]
    fn how_large() {
        // 10.5 MiB = 10.5 * 1,048,576 octets.
        for (text, octets) in [
            ("message too large, limit: 35,882,577 bytes", Some(35_882_577)),
            ("message size exceeds max 10.5 MiB", Some(11_010_048)),
            ("size limit 10MB", Some(10_485_760)),
            ("exceeds size limit 10240000 of server", Some(10_240_000)),
            ("larger than 25 MB", Some(26_214_400)),
            ("limit is 20 MB per message", Some(20_971_520)),
            ("too many recipients, limit 100", None),
        ] {
            let read = Text::new(text);
            assert_eq!(limit(&read, &index().find(&read).leads), octets, "{text}");
        }
    }
}
