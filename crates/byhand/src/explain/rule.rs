//! What a rule is: conditions, what they stand for, how much they are worth, and where that is known from.
//!
//! A rule is data, written in the tables beside this file:
//!
//! ```text
//! on(R::MailboxFull, 80, RFC).words("mailbox is full | over .. quota").unless("queue quota"),
//! on(R::UserUnknown, 90, MICROSOFT).code(&[550]).enhanced(&["5.4.1"]).words("access denied"),
//! ```
//!
//! All conditions that a rule states have to hold; one of the words has to be there, one of those in `with` too, and none of
//! those in `unless`. Of the
//! rules that hold, the heaviest decides, of equal ones that with the longest words. Weights:
//!
//! | weight | what it is |
//! | --- | --- |
//! | 90 to 99 | a mark that one provider uses for one thing and explains in public |
//! | 70 to 89 | words that say the reason itself |
//! | 50 to 69 | words or codes that nearly always mean it |
//! | 30 to 49 | codes that mean it where the text is silent; loose words |
//! | 1 to 29 | a guess |
//!
//! Phrases have ` | ` between them. Words are written in lower case, without accents and punctuation, as `text` leaves them. A phrase begins and ends at a
//! word; `*` at its end lets the last word go on; ` .. ` stands for up to [`GAP`] octets of anything. A phrase of several words is found with its
//! words in the plural or in another tense too, and with small words between: `sender rejected` stands for "sender has been rejected".

use super::registry::Enhanced;
use crate::wire::{Reason, Side, Stage};

/// How much may lie between the two parts of a phrase with ` .. ` in it.
pub(super) const GAP: usize = 60;

/// One rule; see the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) reason: Reason,
    pub(super) weight: u8,
    pub(super) source: &'static str,
    /// Phrases with ` | ` between.
    pub(super) words: &'static str,
    /// The same; empty: no second phrase is needed.
    pub(super) with: &'static str,
    /// The same.
    pub(super) unless: &'static str,
    pub(super) codes: &'static [u16],
    pub(super) enhanced: &'static [&'static str],
    pub(super) stages: &'static [Stage],
    pub(super) side: Option<Side>,
    pub(super) case: Option<&'static str>,
}

/// A rule that says `reason` with this weight; `source` is where that is known from.
pub(super) const fn on(reason: Reason, weight: u8, source: &'static str) -> Rule {
    Rule {
        reason,
        weight,
        source,
        words: "",
        with: "",
        unless: "",
        codes: &[],
        enhanced: &[],
        stages: &[],
        side: None,
        case: None,
    }
}

impl Rule {
    /// One of these has to be in the text.
    pub(super) const fn words(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }

    /// And one of these, anywhere in it.
    pub(super) const fn with(mut self, words: &'static str) -> Self {
        self.with = words;
        self
    }

    /// None of these may be in the text.
    pub(super) const fn unless(mut self, words: &'static str) -> Self {
        self.unless = words;
        self
    }

    /// The reply code is one of these, or of that class (4 or 5).
    pub(super) const fn code(mut self, codes: &'static [u16]) -> Self {
        self.codes = codes;
        self
    }

    /// The enhanced code is one of these: `5.7.1` that alone, `x.7.1` with any class, `x.7.*` with any detail.
    pub(super) const fn enhanced(mut self, codes: &'static [&'static str]) -> Self {
        self.enhanced = codes;
        self
    }

    /// It was said at one of these stages, and that is known.
    pub(super) const fn at(mut self, stages: &'static [Stage]) -> Self {
        self.stages = stages;
        self
    }

    /// It is mended on another side than the reason says.
    pub(super) const fn side(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// The special case in `sentences` that tells more than the reason does.
    pub(super) const fn case(mut self, case: &'static str) -> Self {
        self.case = Some(case);
        self
    }

    /// Whether codes and stage allow it.
    pub(super) fn allows(&self, code: Option<u16>, enhanced: Option<Enhanced>, stage: Option<Stage>) -> bool {
        // Most rules end here, at the code.
        let code_fits =
            self.codes.is_empty() || code.is_some_and(|code| self.codes.iter().any(|&c| c == code || c == code / 100));
        if !code_fits {
            return false;
        }
        let stage_fits = self.stages.is_empty() || stage.is_some_and(|stage| self.stages.contains(&stage));
        stage_fits
            && (self.enhanced.is_empty()
                || enhanced.is_some_and(|enhanced| self.enhanced.iter().any(|pattern| fits(pattern, enhanced))))
    }
}

/// Whether a code is meant by `5.7.1` (that class only), `x.7.1` (any class) or `x.7.*`.
fn fits(pattern: &str, code: Enhanced) -> bool {
    // Once a reply and rule, so without `split` and `parse`.
    let mut rest = pattern.as_bytes();
    for number in [u16::from(code.class), code.subject, code.detail] {
        let end = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
        let part = &rest[..end];
        let same =
            || part.iter().fold(0_u16, |sum, byte| sum.wrapping_mul(10).wrapping_add(u16::from(byte & 15))) == number;
        if !matches!(part, b"x" | b"*") && (part.is_empty() || !same()) {
            return false;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    true
}

/// The last two numbers of a pattern of enhanced codes; none where one may be any.
pub(super) fn last_two(pattern: &str) -> Option<(u16, u16)> {
    let mut parts = pattern.split('.').skip(1).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// The phrases of a list.
pub(super) fn phrases(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split('|').map(str::trim_ascii).filter(|phrase| !phrase.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_codes() {
        let code = Enhanced { class: 5, subject: 7, detail: 64 };
        for (pattern, expected) in
            [("5.7.64", true), ("4.7.64", false), ("x.7.64", true), ("x.7.*", true), ("x.7.6", false)]
        {
            assert_eq!(fits(pattern, code), expected, "{pattern}");
        }
    }

    #[test]
    fn a_stage_has_to_be_known_to_count() {
        let rule = on(Reason::Blocked, 10, "").at(&[Stage::Banner]).code(&[5]);
        assert!(rule.allows(Some(554), None, Some(Stage::Banner)));
        assert!(!rule.allows(Some(554), None, None));
        assert!(!rule.allows(Some(554), None, Some(Stage::Rcpt)));
        assert!(!rule.allows(Some(421), None, Some(Stage::Banner)));
    }
}
