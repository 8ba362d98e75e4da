//! SMTP, pure: replies, commands, capabilities, logging in and the session. No sockets, no clock, no tokio; time is passed in.

pub mod auth;
pub mod capabilities;
pub mod command;
pub mod dot;
pub mod parameter;
pub mod reply;
pub mod session;
