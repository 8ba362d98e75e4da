//! The rules: certificates described and judged. Pure: chains, names, roots and the instant are passed in.

pub mod certificate;
pub mod pkix;
