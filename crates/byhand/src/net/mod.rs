//! The network: the one loop that moves bytes between a socket and a session, TLS, and the roots.
//!
//! `transport` makes connections and says in plain words why one cannot be had; `tls` makes handshakes that never judge,
//! and records what the server showed; `driver` is the only place where a session meets a socket; `roots` reads the
//! certificates that others are judged by; `pace` keeps connections few and apart;
//! `stream` is a connection in clear or under TLS.

pub mod driver;
pub mod hello;
pub mod https;
pub mod pace;
pub mod roots;
pub(crate) mod stream;
pub mod tls;
pub mod transport;
