//! The terminal views of records: a few lines each, every fact at a glance.
//!
//! [`mx`] shows a domain's way; [`summary`] the probes of one domain side by side; [`detail`] one probe with everything
//! in it. Each view is a head line, a table or labelled lines, and the findings: `!` wants somebody to act, `i` is worth
//! knowing, and both have their fixed word beside them. Where a table does not fit the terminal, the same facts stand
//! below each other.
//!
//! Not here: what a person without a server would want to read (`plain`).

mod detail;
mod differ;
mod findings;
mod marks;
mod mx;
mod offers;
#[cfg(test)]
pub(in crate::render) mod samples;
mod summary;
mod tail;

pub use detail::{Extras, detail};
pub(in crate::render) use findings::findings;
pub use mx::mx;
pub use offers::extra;
pub use summary::summary;
