//! The network: the one loop that moves bytes between a socket and a session, TLS, and the pace of connections.

pub mod roots;
