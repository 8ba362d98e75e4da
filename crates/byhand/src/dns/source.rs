//! Which of this machine's addresses speaks to a target.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The source address that the kernel picks for a target; `None` where there is no way to it.
///
/// Connecting a UDP socket sends nothing: it only asks the routing table.
#[must_use]
pub fn source_address(target: IpAddr) -> Option<IpAddr> {
    let local: SocketAddr = match target {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(local).ok()?;
    socket.connect((target, 25)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::source_address;

    #[test]
    fn loopback_speaks_to_loopback() {
        let loopback = "127.0.0.1".parse().unwrap();
        assert_eq!(source_address(loopback), Some(loopback));
    }
}
