//! The end-to-end tests of byhand, in one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap too: a panic is the report")]

mod bounces;
mod by_hand;
mod play;
mod policy;
mod real;
mod scenarios;
mod send;
mod tls;
mod tutorial;
mod wire;
