//! SMTP, pure: replies, commands, capabilities, logging in, the session, and the session that a person types. No
//! sockets, no clock, no tokio; time is passed in.

pub mod auth;
pub mod capabilities;
pub mod command;
pub mod dot;
pub mod meaning;
pub mod parameter;
pub mod reply;
pub mod session;
pub mod typed;
