//! The part of a bounce that is meant for people, in the ways of many programs.
//!
//! They all name a recipient and say something about it, mostly below, mostly with a reply in it. So the text is cut into
//! blocks, one for each recipient that stands alone in its line ([`line`]), and each block is taken apart by [`said`]. A
//! transcript (`>>> RCPT TO`, `<<< 550`: sendmail, Courier) adds what it knows. Words like "Remote host said" are all that
//! differs from one program to the next, and they are `said`'s business.

use std::collections::HashMap;

use super::super::found::{Found, collapse, has_code, said, starts, tidy, verb};
use super::{given_up, line};
use crate::explain::found;
use crate::wire::Stage;

/// More text than this about one recipient is not looked at.
const BLOCK: usize = 16 * 1024;

/// What is said about one recipient.
#[derive(Debug, Default)]
struct Block {
    recipient: Option<String>,
    /// Paragraphs, each in one line.
    paragraphs: Vec<String>,
    size: usize,
    open: bool,
}

impl Block {
    fn push(&mut self, line: &str) {
        // A reply of several lines in a transcript has the mark in front of each.
        let line = line.trim().trim_start_matches("<<< ");
        if line.is_empty() {
            self.open = false;
            return;
        }
        let line = &line[..floor(line, BLOCK.saturating_sub(self.size))];
        self.size += line.len();
        if line.is_empty() {
            return;
        }
        match self.paragraphs.last_mut().filter(|_| self.open) {
            Some(paragraph) => {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            None => self.paragraphs.push(line.to_owned()),
        }
        self.open = true;
    }

    /// Whether a code ends the line before: what follows is the reply's text, also where that begins with an address, as Postfix's does.
    fn ends_in_code(&self) -> bool {
        let last = self.paragraphs.last().filter(|_| self.open).and_then(|text| text.rsplit(' ').next());
        last.is_some_and(|word| found::is_enhanced(word) || starts(word))
    }
}

/// Reads the text; `failed` are recipients that the header names. What somebody wrote above a bounce that they passed on, and
/// the marks of a quotation, are passed over.
pub(super) fn read(text: &str, failed: &[String]) -> Vec<Found> {
    let unquoted = unquoted(text);
    let text = unquoted.as_deref().unwrap_or(text);
    if let Some(passed_on) = line::passed_on(text)
        && read_one(&text[..passed_on.start], failed).is_empty()
    {
        return read_one(&text[passed_on.end..], failed);
    }
    read_one(text, failed)
}

/// The text without `> ` in front of its lines, where most of them have it.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let quoted = |line: &&str| line.starts_with('>') && !line.starts_with(">>>");
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let most = 2 * lines().filter(quoted).count() > lines().count();
    let bare = |line| if quoted(&line) { line[1..].strip_prefix(' ').unwrap_or(&line[1..]) } else { line };
    most.then(|| text.lines().flat_map(|line| [bare(line), "\n"]).collect())
}

fn read_one(text: &str, failed: &[String]) -> Vec<Found> {
    let mut blocks = vec![Block::default()];
    let mut sentence = None;
    let mut transcript = Transcript::default();
    for line in text.lines() {
        if line::is_end(line) {
            break;
        }
        if transcript.take(line) {
            continue;
        }
        if let Some(named) = line::recipient(line).filter(|_| !blocks.last().is_some_and(Block::ends_in_code)) {
            let mut block = Block { recipient: Some(named.address.to_owned()), ..Block::default() };
            block.push(named.rest);
            blocks.push(block);
            continue;
        }
        if sentence.is_none() {
            sentence = line::in_a_sentence(line).map(|named| named.address.to_owned());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    let preface = blocks.remove(0);
    let mut found = of_blocks(&blocks);
    if found.is_empty() {
        // Nobody stands alone in a line: the sentence, or the header, may name somebody.
        let mut one = of_paragraphs(&preface.paragraphs);
        let names: Vec<Option<String>> = match (sentence, failed) {
            (Some(name), _) => vec![Some(name)],
            (None, []) => vec![None],
            (None, failed) => failed.iter().cloned().map(Some).collect(),
        };
        if names[0].is_none() && !has_code(&one.reply) {
            one = Found::default();
        }
        if one.says_something() || !transcript.said.is_empty() && names[0].is_some() {
            found.extend(names.into_iter().map(|recipient| Found { recipient, ..one.clone() }));
        }
    } else if found.iter().all(|found| !has_code(&found.reply)) {
        // The reply may stand above the list.
        let above = of_paragraphs(&preface.paragraphs);
        if has_code(&above.reply) {
            found.iter_mut().for_each(|found| found.complete(&above));
        }
    }
    let mut found = transcript.complete(found);
    let told = given_up::told(&text[..floor(text, BLOCK)]);
    for one in &mut found {
        // Nobody writes a message about a 5yz but to return it (RFC 5321 §4.2.1).
        let refused = has_code(&one.reply) && one.reply.starts_with('5');
        one.given_up = one.given_up.or(told).or(refused.then_some(true));
    }
    found
}

/// The nearest place before which a text can be cut.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The blocks' accounts; several blocks of one recipient make one.
fn of_blocks(blocks: &[Block]) -> Vec<Found> {
    let mut found = Accounts::default();
    let mut waiting: Vec<String> = Vec::new();
    for block in blocks {
        let Some(recipient) = block.recipient.clone() else { continue };
        if block.paragraphs.is_empty() {
            // A list: what is said stands below its last line.
            waiting.push(recipient);
            continue;
        }
        let told = of_paragraphs(&block.paragraphs);
        for recipient in std::mem::take(&mut waiting).into_iter().chain([recipient]) {
            found.add(Found { recipient: Some(recipient), ..told.clone() });
        }
    }
    for recipient in waiting {
        found.add(Found { recipient: Some(recipient), ..Found::default() });
    }
    found.list
}

/// One account of each recipient, in the order of their first ones.
#[derive(Default)]
struct Accounts {
    list: Vec<Found>,
    places: HashMap<String, usize>,
}

impl Accounts {
    fn add(&mut self, one: Found) {
        let name = one.recipient.clone().unwrap_or_default();
        let place = *self.places.entry(name).or_insert(self.list.len());
        let Some(known) = self.list.get_mut(place) else {
            self.list.push(one);
            return;
        };
        if one.outweighs(known) {
            let before = std::mem::replace(known, one);
            known.complete(&before);
        } else {
            known.complete(&one);
        }
    }
}

/// What paragraphs say: the first reply in them with what stands in front of it, else the first sentence.
fn of_paragraphs(paragraphs: &[String]) -> Found {
    let mut context = String::new();
    for paragraph in paragraphs {
        let told = said(paragraph);
        if has_code(&told.reply) {
            let mut told = told;
            let before = format!("{context} {paragraph}");
            let whole = said(&before);
            if whole.reply == told.reply {
                told = whole;
            }
            return told;
        }
        context.push_str(paragraph);
        context.push(' ');
    }
    // A sentence that ends in a colon leads to the next one.
    let lead = paragraphs.iter().take_while(|text| text.ends_with(':')).count();
    let Some(sentence) = paragraphs.get(lead) else { return said(&context) };
    let mut told = said(sentence);
    if told.host.is_none() || told.stage.is_none() {
        let whole = said(&format!("{} {sentence}", paragraphs[..lead].join(" ")));
        told.host = told.host.or(whole.host);
        told.stage = told.stage.or(whole.stage);
    }
    // qmail puts the status into the sentence; elsewhere it may stand further on.
    if told.fault.is_none() && told.status.is_none() {
        let all = said(&context);
        (told.status, told.fault) = (all.status, all.fault);
        told.stage = told.stage.or(all.stage);
    }
    let inside = told.reply.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    told.reply = shortened(inside.unwrap_or(&told.reply)).to_owned();
    told
}

/// Enough of a sentence to know what it says.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(500).map_or(text, |(at, _)| &text[..at])
}

/// What was said in a session, as the bounce repeats it.
#[derive(Debug, Default)]
struct Transcript {
    host: Option<String>,
    stage: Option<Stage>,
    rcpt: Option<String>,
    said: Vec<Found>,
    /// Whom it was said about, in lower case, and the first place in `said`.
    about: HashMap<String, usize>,
}

impl Transcript {
    /// Takes a line of it; whether it was one.
    fn take(&mut self, line: &str) -> bool {
        let line = line.trim();
        let lower = line.to_ascii_lowercase();
        if lower.starts_with("... while talking to ") || lower.starts_with("while talking to ") {
            self.host = found::host_name(&line[lower.find("to ").map_or(0, |at| at + 3)..]);
            (self.stage, self.rcpt) = (None, None);
            return true;
        }
        if let Some(command) = line.strip_prefix(">>>") {
            let command = command.trim();
            self.stage = verb(&command.to_ascii_lowercase());
            self.rcpt = (self.stage == Some(Stage::Rcpt)).then(|| address_in(command)).flatten();
            return true;
        }
        if let Some(reply) = line.strip_prefix("<<<").map(str::trim) {
            if starts(reply) && reply.starts_with(['4', '5']) {
                self.add(reply);
            }
            return true;
        }
        // sendmail: "550 5.1.1 <user@example.org>... User unknown", "554 5.0.0 Service unavailable".
        let own = starts(line) && line.starts_with(['4', '5']) && line.contains("... ");
        if own {
            let recipient = address_in(line);
            if !self.about.contains_key(&key(recipient.as_deref())) {
                self.rcpt = recipient;
                self.add(line);
            }
        }
        own
    }

    fn add(&mut self, reply: &str) {
        let reply = tidy(&collapse(reply));
        let (stage, recipient, host) = (self.stage, self.rcpt.clone(), self.host.clone());
        if let Some(last) = self.said.last_mut()
            && last.stage == stage
            && last.recipient == recipient
            && last.reply.get(..3) == reply.get(..3)
        {
            // The next line of the same reply.
            if last.reply.len() < BLOCK {
                last.reply = tidy(&format!("{} {reply}", last.reply));
            }
            return;
        }
        self.about.entry(key(recipient.as_deref())).or_insert(self.said.len());
        self.said.push(Found { recipient, reply, host, stage, ..Found::default() });
    }

    /// Adds what the transcript knows.
    fn complete(self, mut found: Vec<Found>) -> Vec<Found> {
        if found.is_empty() {
            return self.said;
        }
        for one in &mut found {
            let said = one.recipient.as_deref().and_then(|name| self.about.get(&key(Some(name))));
            // What was not about a recipient was about all of them.
            if let Some(place) = said.or_else(|| self.about.get("")) {
                one.complete(&self.said[*place]);
            } else if one.host.is_none() {
                one.host.clone_from(&self.host);
            }
        }
        found
    }
}

/// What a recipient is looked up by; empty for none.
pub(super) fn key(recipient: Option<&str>) -> String {
    recipient.unwrap_or_default().to_ascii_lowercase()
}

/// The address in angle brackets of a command or a reply.
fn address_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    address.contains('@').then(|| address.to_owned())
}
