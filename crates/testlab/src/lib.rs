//! testlab: DNS, SMTP and MTA-STS servers on loopback, in process, for the tests and the demo of byhand.
//!
//! [`dialog`] reads `tests/dialogs/*.smtp`, one conversation a file, and plays them step by step without a socket;
//! [`smtp`] plays them over one, and has a server that behaves ([`smtp::Plain`]). [`dns`] answers as a resolver would,
//! from zones written as lines, signed or not, and lies where it is told to. [`web`] serves MTA-STS policies. [`pki`]
//! makes the certificates. [`lab`] puts these together. Ports are chosen at run time, nothing has to be installed, root is not needed, and no packet
//! leaves the machine.
//!
//! It knows nothing of byhand's own crates: what the servers say and expect is worked out from the RFCs, so that it can
//! disagree with the tools. It is not hardened and not meant to be reached by anybody but the tests.

pub mod dialog;
pub mod dns;
mod folder;
pub mod lab;
pub mod pki;
pub mod smtp;
pub mod web;

pub use folder::TempDir;
pub use lab::Lab;
