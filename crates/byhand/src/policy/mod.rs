//! The rules: certificates described and judged, and which addresses are reserved. Pure: chains, names, roots and the
//! instant are passed in.

pub mod certificate;
pub mod chain;
pub mod pkix;
pub mod reserved;
