//! byhand: the library under `mxlookup`, `smtp-probe` and the tools to come.
//!
//! Running an SMTP transaction by hand takes a look-up, a conversation and judgement. Each is a layer here, and a module
//! uses its own layer and lower ones only (`cargo xtask tidy` checks it):
//!
//! | layer | modules | knows |
//! | --- | --- | --- |
//! | 5 | [`cli`] | arguments, input lines, concurrency, exit codes |
//! | 4 | [`render`] | how records look: JSON Lines, tables, conversations |
//! | 3 | [`tool`] | one look-up, one probe: a call for each input |
//! | 2 | [`dns`], [`net`] | sockets, resolvers, TLS |
//! | 1 | [`smtp`], [`handshake`], [`policy`], [`route`], [`explain`], [`message`] | the protocol and the rules: pure, without sockets or a clock |
//! | 0 | [`domain`], [`mailbox`], [`wire`] | plain types and the JSON they become |

pub mod cli;
pub mod dns;
pub mod domain;
pub mod explain;
pub mod handshake;
pub mod mailbox;
pub mod message;
pub mod net;
pub mod policy;
pub mod render;
pub mod route;
pub mod smtp;
pub mod tool;
pub mod wire;
