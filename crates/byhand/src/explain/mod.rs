//! What a failure means, and where it is told: replies, bounce messages, log lines.
//!
//! [`bounce`] and [`log`] draw the reply out of what other mail servers write about it.

pub mod bounce;
pub mod found;
pub mod log;

pub use found::Found;
