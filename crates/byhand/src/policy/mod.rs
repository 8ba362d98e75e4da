//! Judgements on facts: pure, without sockets or a clock.

pub mod reserved;
