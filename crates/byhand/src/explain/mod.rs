//! What a reply means, whose it is and what to do next: pure, from what was heard and where.
//!
//! [`reply`] reads a text once ([`text`](self)), finds the phrases of all rules in it, and lets the heaviest rule that holds
//! decide. Rules are data: [`registry`] has the enhanced codes, `codes` the reply codes by stage, `words` what servers write in
//! their own words, `providers` what single providers mean by theirs. Words decide over a code that contradicts them; where
//! nothing says anything, the reason is `onhold`, and the sentence says that no cause was stated. [`fault`] does the same for ends
//! without a reply. `docs/diagnosis.md` tells how rules are written and tested.
//!
//! [`bounce`] and [`log`] draw the reply, or the end without one, out of what other mail servers write about it.
//!
//! Deliberately not here: how a diagnosis looks (`render`), and any
//! change to an outcome: a diagnosis explains, and decides nothing.

pub mod bounce;
mod branch;
mod cases;
#[cfg(test)]
mod checks;
mod codes;
mod ended;
mod evidence;
mod fault;
pub mod found;
mod heard;
mod index;
mod judge;
pub mod log;
mod network;
mod phrase;
mod providers;
mod registry;
mod rule;
mod search;
mod sentences;
mod standing;
mod text;
mod words;

pub use ended::{ended, refusal};
pub use fault::fault;
pub use found::Found;
pub use heard::{Heard, joined, one_line, stage_of};
pub use judge::{own_code, reply};
pub use network::{End, greeting, inspection, local_banner, same_greeting, silence};
pub use registry::{Enhanced, Entry, entries, registry, subject};
pub use sentences::{by_hand, meaning, next, whose};
pub use standing::{Standing, again, standing};

use crate::wire::Reason;

/// Every reason with what it means, in the order of `docs/diagnosis.md`.
pub fn reasons() -> impl Iterator<Item = (Reason, &'static str)> {
    Reason::ALL.into_iter().map(|reason| (reason, meaning(reason)))
}
