//! Weighs the rules that hold and gives the diagnosis.
//!
//! The heaviest rule decides, of equal ones the one with the longest words. `high` has to be earned: by words that say the
//! reason itself, or by words and code that say the same; what speaks for another side takes a step away again, and so does a
//! text without any code. Words that are denied ("this is not a block list") count half. A reply that hands on another one ("said:
//! 550 5.1.1 ...") means what the inner one says.
//!
//! Not here: the rules, and the sentences.

use super::heard::{Heard, one_line};
use super::index::index;
use super::providers::{self, Provider};
use super::registry::{Enhanced, Entry, registry};
use super::rule::{Rule, last_two};
use super::search::{Found, Hit};
use super::text::Text;
use super::{evidence, network, sentences};
use crate::wire::{Confidence, Diagnosis, Evidence, EvidenceKind, Nature, Reason, Side, Stage};

/// Less than this is no answer.
const LEAST: u8 = 10;

/// Something that speaks for a reason.
#[derive(Clone, Copy)]
struct Voice {
    reason: Reason,
    weight: u8,
    /// How long the words are: of equal weights the longer one decides.
    length: usize,
    kind: Kind,
    side: Option<Side>,
    case: Option<&'static str>,
    words: Option<&'static str>,
    provider: Option<usize>,
    source: &'static str,
    /// Its number in the index; none where the registry speaks.
    rule: Option<usize>,
    /// Its words are denied in the text.
    denied: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Enhanced,
    Code,
}

/// Explains a reply.
#[must_use]
pub fn reply(heard: &Heard<'_>) -> Diagnosis {
    let success = heard.enhanced.is_some_and(|enhanced| enhanced.class == 2);
    if heard.code.map_or(success, |code| (200..400).contains(&code)) {
        return accepted(heard);
    }
    inner(heard).unwrap_or_else(|| alone(heard))
}

/// What a reply means that was handed on within another one, where it says something.
fn inner(heard: &Heard<'_>) -> Option<Diagnosis> {
    let code = heard.code?;
    let (said, arrow) = handed_on(heard.text).filter(|_| !verifies_sender(heard.text))?;
    // Whether trying again can help is the outer server's word, which has given up, or has not.
    let diagnosis =
        alone(&Heard { code: Some(code), host: None, ..Heard { command: heard.command, stage: heard.stage, ..said } });
    // Behind "expired ->" stands the last of many answers, and waiting in vain is a reason too.
    let enough = if arrow { diagnosis.confidence == Confidence::High } else { diagnosis.confidence != Confidence::Low };
    (diagnosis.reason != Reason::OnHold && enough).then_some(diagnosis)
}

/// Whether a text tells how the sender's address was looked into: what another server said there is about the sender, in words that it
/// has for recipients (Postfix: `reject_unverified_sender`; Exim: `verify = sender/callout`).
fn verifies_sender(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    any(&["sender address rejected", "verification failed for <", "callback setup failed"])
        || (text.contains("sender") && any(&["verif", "callout", "callback", "call-back"]))
}

/// A reply within a text: behind a colon, a bracket, an equals sign or an arrow, with an enhanced code, or behind words that hand it on.
fn handed_on(text: &str) -> Option<(Heard<'_>, bool)> {
    let marks = text
        .char_indices()
        .take(2000)
        .filter(|(at, c)| matches!(c, ':' | '(' | '=') || (*c == '>' && text[..*at].ends_with('-')));
    marks.into_iter().find_map(|(at, mark)| {
        let rest = text[at + 1..].trim_start();
        if !matches!(rest.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..]) {
            return None;
        }
        let said = one_line(rest);
        let behind = rest[4..].split(' ').next().unwrap_or_default();
        let coded = Enhanced::parse(behind).is_some();
        let before = text[..at].trim_end();
        let leads = ["said", "talk to me", "responded with", "responded", "returned", "reply", "response"];
        (coded || leads.iter().any(|lead| before.ends_with(lead))).then_some((said, mark == '>'))
    })
}

/// Explains a reply by its own words and codes.
fn alone(heard: &Heard<'_>) -> Diagnosis {
    let text = Text::new(heard.text);
    let found = index().find(&text);
    let (mut providers, own) = providers_of(heard, &found);
    let said = weigh(heard, &text, &found, &providers);
    let Some(own) = own else { return said };
    // A provider that only its code tells adds what it means by it, and does not outvote words that are sure.
    providers[own] = true;
    let by_code = weigh(heard, &text, &found, &providers);
    if said.confidence == Confidence::High && said.reason != by_code.reason { said } else { by_code }
}

/// For each provider whether it may be its server, by the host's name or by marks in the text, or because it is a program that runs
/// anywhere; and whose the enhanced code is, where the host is nobody's.
fn providers_of(heard: &Heard<'_>, found: &Found) -> (Vec<bool>, Option<usize>) {
    let anywhere = |(provider, mark): (&Provider, &bool)| *mark || provider.hosts.is_empty();
    let mut providers: Vec<bool> = providers::ALL.iter().zip(&found.marks).map(anywhere).collect();
    let hosted = index().hosted(heard.host);
    for &provider in &hosted {
        providers[provider] = true;
    }
    (providers, heard.enhanced.filter(|_| hosted.is_empty()).and_then(owner))
}

/// Explains a reply of a server of those providers.
fn weigh(heard: &Heard<'_>, text: &Text, found: &Found, providers: &[bool]) -> Diagnosis {
    let stage = heard.stage();
    let voices = voices(heard, stage, found, providers);
    let best = loudest(&voices);
    let class = class(heard);
    let reason = best.map_or(Reason::OnHold, |voice| voice.reason);
    let inspected =
        network::masked(heard.text) && matches!(reason, Reason::SyntaxError | Reason::OnHold | Reason::NetworkError);
    let case = if inspected { Some("smtp-inspection") } else { best.and_then(|voice| voice.case) };
    let case = case.or_else(|| case_of(reason, heard, text));
    let nature = nature(reason, class, case, heard.code.is_some());
    let (meaning, next) = sentences::of(reason, case, heard, nature);
    let told = evidence::Told {
        case,
        words: best.and_then(|best| best.words),
        provider: best.and_then(|best| best.provider).map(|provider| providers::ALL[provider].name),
        source: best.map(|best| best.source),
    };
    Diagnosis {
        reason,
        side: best.and_then(|voice| voice.side).unwrap_or(reason.side()),
        nature,
        confidence: best.map_or(Confidence::Low, |best| {
            confidence(best, &voices, heard.code.is_none() && heard.enhanced.is_none())
        }),
        meaning,
        next,
        evidence: evidence::of(heard, text, &found.leads, &told),
    }
}

/// Whose an enhanced code is that is not in the registry, by its provider's rules that rest on that code alone.
fn owner(code: Enhanced) -> Option<usize> {
    if registry(code).is_some() {
        return None;
    }
    index().rules.iter().find_map(|(rule, provider)| {
        let exact = |pattern: &&str| last_two(pattern) == Some((code.subject, code.detail));
        let rests = rule.words.is_empty() && rule.enhanced.iter().any(exact) && rule.allows(None, Some(code), None);
        provider.filter(|_| rests)
    })
}

/// The name of the provider that a code is known by which is not in the registry, as Microsoft's 5.7.509.
#[must_use]
pub fn own_code(code: Enhanced) -> Option<&'static str> {
    owner(code).map(|provider| providers::ALL[provider].name)
}

/// The voice that decides.
fn loudest(voices: &[Voice]) -> Option<Voice> {
    // Of equal voices the later rule's is heard, and the registry's last of all.
    let loudness = |voice: &Voice| (voice.weight, voice.length, voice.rule.unwrap_or(usize::MAX));
    let loudest = voices.iter().copied().max_by_key(loudness);
    loudest.filter(|voice| voice.weight >= LEAST)
}

/// The number of the rule that decides on a reply, for the test that no rule is without a reply of its own.
#[cfg(test)]
pub(super) fn decided(heard: &Heard<'_>) -> Option<usize> {
    let found = index().find(&Text::new(heard.text));
    let (mut providers, own) = providers_of(heard, &found);
    own.into_iter().for_each(|own| providers[own] = true);
    loudest(&voices(heard, heard.stage(), &found, &providers)).and_then(|voice| voice.rule)
}

/// Cases that follow from the reason and the code alone.
fn case_of(reason: Reason, heard: &Heard<'_>, text: &Text) -> Option<&'static str> {
    let class = class(heard)?;
    let ipv6 = || text.ips.iter().any(|ip| ip.contains(':'));
    match reason {
        Reason::RequirePtr if ipv6() => Some("ipv6-sender"),
        // Over IPv4 a DMARC or DKIM failure is the same; 4.7.26 that names neither is put off for the address's sake.
        Reason::AuthFailure if ipv6() && class == 4 && !["spf", "dkim", "dmarc"].iter().any(|word| text.says(word)) => {
            Some("ipv6-sender")
        }
        Reason::NoRelaying if class == 4 => Some("relay-later"),
        Reason::UserUnknown if class == 4 => Some("lookup-outage"),
        _ => None,
    }
}

/// A reply that refuses nothing.
fn accepted(heard: &Heard<'_>) -> Diagnosis {
    let (meaning, next) = sentences::accepted(heard.code.unwrap_or(250));
    let evidence = heard.code.map(|code| Evidence { kind: EvidenceKind::Code, value: code.to_string() });
    Diagnosis {
        reason: Reason::OnHold,
        side: Side::Unknown,
        nature: Nature::None,
        confidence: Confidence::High,
        meaning,
        next,
        evidence: evidence.into_iter().collect(),
    }
}

/// The class that decides on trying again: the reply code's, else the enhanced code's (RFC 2034 §4).
fn class(heard: &Heard<'_>) -> Option<u16> {
    heard.code.map(|code| code / 100).or(heard.enhanced.map(|enhanced| u16::from(enhanced.class)))
}

fn voices(heard: &Heard<'_>, stage: Option<Stage>, found: &Found, providers: &[bool]) -> Vec<Voice> {
    let mut voices = Vec::with_capacity(6);
    let bare = index().wordless(heard.enhanced, providers).map(|rule| Hit { rule, words: None, denied: false });
    for hit in bare.chain(found.hits.iter().copied()) {
        let (rule, provider) = index().rules[hit.rule];
        if !rule.allows(heard.code, heard.enhanced, stage)
            || (!rule.with.is_empty() && !found.with.has(hit.rule))
            || found.unless.has(hit.rule)
            || provider.is_some_and(|provider| !providers[provider])
        {
            continue;
        }
        let voice = Voice { rule: Some(hit.rule), ..voice(rule, hit.words, provider, hit.denied) };
        voices.extend(at_stage(voice, heard.code, stage));
    }
    voices.extend(heard.enhanced.and_then(|enhanced| of_registry(enhanced, heard.code, stage)));
    voices
}

fn voice(rule: &Rule, words: Option<&'static str>, provider: Option<usize>, denied: bool) -> Voice {
    // What is no relay, no login, no user is so all the more where it is denied; these are not.
    let denied = denied
        && matches!(
            rule.reason,
            Reason::Greylisted
                | Reason::Blocked
                | Reason::SpamDetected
                | Reason::VirusDetected
                | Reason::MailboxFull
                | Reason::BadReputation
                | Reason::RateLimited
        );
    let kind = match (rule.words.is_empty(), rule.enhanced.is_empty()) {
        (false, _) => Kind::Words,
        (true, false) => Kind::Enhanced,
        (true, true) => Kind::Code,
    };
    Voice {
        reason: rule.reason,
        weight: if denied { rule.weight / 2 } else { rule.weight },
        length: words.map_or(0, str::len),
        kind,
        side: rule.side,
        case: rule.case,
        words,
        provider,
        source: rule.source,
        rule: None,
        denied,
    }
}

/// Words about a mailbox before any recipient was named (RFC 5321 §3.3): to AUTH, or with a code that only AUTH has (RFC 4954
/// §4), they mean the user who logs in; to MAIL the sender; before that nobody.
fn at_stage(voice: Voice, code: Option<u16>, stage: Option<Stage>) -> Option<Voice> {
    use Reason as R;
    let of_mailbox = matches!(voice.reason, R::UserUnknown | R::Suspend | R::MailboxFull | R::HasMoved | R::Filtered);
    if !of_mailbox || voice.side == Some(Side::Sender) {
        return Some(voice);
    }
    let as_of = |reason, case| Some(Voice { reason, side: None, case, ..voice });
    match stage {
        Some(Stage::Auth) => as_of(R::SecurityError, None),
        None if matches!(code, Some(534 | 535)) => as_of(R::SecurityError, None),
        Some(Stage::Connect | Stage::Banner | Stage::Ehlo | Stage::Starttls | Stage::Tls) => None,
        Some(Stage::Mail) => as_of(R::Rejected, Some("sender-account")),
        _ => Some(voice),
    }
}

/// What the enhanced code says. Before MAIL nobody has named a mailbox: whatever a code says of one, it cannot mean it.
fn of_registry(enhanced: Enhanced, code: Option<u16>, stage: Option<Stage>) -> Option<Voice> {
    let known = registry(enhanced).filter(|entry| entry.reason.is_some());
    let entry = known.copied().or_else(|| of_subject(enhanced)).filter(|_| enhanced.class != 2)?;
    let early = matches!(
        stage,
        Some(Stage::Connect | Stage::Banner | Stage::Ehlo | Stage::Starttls | Stage::Tls | Stage::Auth)
    );
    if early && matches!(entry.subject, 1 | 2) {
        return None;
    }
    // RFC 4954 §6 gives these to AUTH and to what has to wait for it; elsewhere people use them for any rule of theirs.
    let login = matches!(stage, Some(Stage::Auth)) || matches!(code, None | Some(432 | 454 | 500 | 530..=538));
    let (reason, weight) = match (entry.reason?, stage) {
        (Reason::SecurityError, _) if !login && matches!(entry.detail, 8 | 9 | 11 | 12) => {
            (Reason::PolicyViolation, 15)
        }
        // To MAIL, nobody but the sender has been named.
        (
            Reason::UserUnknown | Reason::HostUnknown | Reason::Suspend | Reason::MailboxFull | Reason::HasMoved,
            Some(Stage::Mail),
        ) => (Reason::Rejected, entry.weight),
        (reason, _) => (reason, entry.weight),
    };
    Some(Voice {
        reason,
        weight,
        length: 0,
        kind: Kind::Enhanced,
        side: None,
        case: None,
        words: None,
        provider: None,
        source: entry.source,
        rule: None,
        denied: false,
    })
}

/// What the second number alone stands for (RFC 3463 §3), where the third is none, or unknown.
fn of_subject(enhanced: Enhanced) -> Option<Entry> {
    let (reason, weight) = match enhanced.subject {
        3 => (Reason::SystemError, 14),
        4 => (Reason::NetworkError, 14),
        5 => (Reason::SyntaxError, 14),
        6 => (Reason::ContentError, 30),
        7 => (Reason::PolicyViolation, 14),
        _ => return None,
    };
    let Enhanced { subject, detail, .. } = enhanced;
    Some(Entry { subject, detail, meaning: "", reason: Some(reason), weight, replies: &[], source: "RFC 3463 §3" })
}

/// How sure; see the module.
fn confidence(best: Voice, voices: &[Voice], bare: bool) -> Confidence {
    let agrees =
        voices.iter().any(|other| other.reason == best.reason && other.kind != best.kind && other.weight >= 20);
    let contradicted = voices.iter().any(|other| {
        // Two reasons on one side, both said in so many words, are a contradiction too.
        let same = other.reason.side() == best.reason.side();
        let near = if same { 6 } else { 30 };
        other.reason != best.reason
            && match other.kind {
                Kind::Words => other.weight + near > best.weight,
                Kind::Enhanced => !same && other.weight >= 40 && best.weight < 95,
                Kind::Code => false,
            }
    });
    let steps = u8::from(best.weight >= 84 || (best.weight >= 55 && agrees)) + u8::from(best.weight >= 40);
    match steps.saturating_sub(u8::from(contradicted) + u8::from(bare || best.denied)) {
        0 => Confidence::Low,
        1 => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// Whether trying again can help: some reasons know better than the first digit.
fn nature(reason: Reason, class: Option<u16>, case: Option<&'static str>, replied: bool) -> Nature {
    use Reason as R;
    if let Some(nature) = case.and_then(sentences::nature_of_case) {
        return nature;
    }
    match reason {
        // The sender's own server says by its status that it looks the name up again.
        R::HostUnknown if !replied && class == Some(4) => Nature::Temporary,
        R::MailboxFull
        | R::RateLimited
        | R::Greylisted
        | R::SystemError
        | R::SystemFull
        | R::Expired
        | R::NetworkError => Nature::Temporary,
        R::NoRelaying
        | R::NotAccept
        | R::HasMoved
        | R::Suppressed
        | R::EmailTooLarge
        | R::VirusDetected
        | R::HostUnknown
        | R::SyntaxError
        | R::NotCompliantRfc
        | R::ContentError => Nature::Permanent,
        _ => match class {
            Some(4) => Nature::Temporary,
            Some(5) => Nature::Permanent,
            _ => Nature::Unknown,
        },
    }
}

#[cfg(test)]
mod tests;
