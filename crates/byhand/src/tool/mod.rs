//! The tools' work: one call for each input, and a complete record back, whatever happened.

pub mod connection;
pub mod converse;
pub mod deliver;
pub mod diagnose;
pub mod identity;
pub mod lookup;
pub mod offers;
pub mod probe;
