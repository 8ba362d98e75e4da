//! What servers write in their own words: phrases that say the reason, a table for each side.
//!
//! A phrase is here because it says the reason in English (or in the language of a large provider's country), whoever writes it,
//! or because a widely used mail server has it in its source or its manual; each rule names which. Phrases that mean something at
//! one provider only are in `providers`.

mod recipient;

use super::rule::Rule;

pub(super) const TABLES: &[&[Rule]] = &[recipient::RULES];
