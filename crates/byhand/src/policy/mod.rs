//! The rules: certificates described and judged, DANE, MTA-STS and TLS reports, levels of protection, and which addresses are reserved. Pure:
//! chains, names, roots and the instant are passed in.

pub mod certificate;
pub mod chain;
pub mod dane;
pub mod level;
pub mod names;
pub mod pkix;
pub mod reserved;
pub mod sts;
pub mod tlsrpt;
pub mod verdict;
