//! What single providers and mail servers mean by their words and codes.
//!
//! A provider is known by the name of its mail host, or by marks in the text that nobody else leaves. Its rules hold for its own
//! replies only, and outweigh the general ones. Each source is a page that the provider publishes, or the server's own
//! source code or manual; none of their wording is taken over.

use super::rule::Rule;

/// A provider, or a mail server program.
pub(super) struct Provider {
    /// What people call it.
    pub(super) name: &'static str,
    /// How the names of its mail hosts end.
    pub(super) hosts: &'static [&'static str],
    /// Phrases that only its replies have; one that begins with `/` stands in a URL.
    pub(super) marks: &'static [&'static str],
    pub(super) rules: &'static [Rule],
}

pub(super) const ALL: &[Provider] = &[];
