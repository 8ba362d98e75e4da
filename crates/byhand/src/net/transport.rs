//! TCP connections, and why one cannot be had.
//!
//! One attempt to one address, with a limit of its own; every failure becomes a word and a sentence. What never left this
//! machine (no route, a forbidden port) is `untested`: nothing is known about the server then.
//!
//! Not here: which address is tried, and how often.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

use crate::wire::{Fault, Status};

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoConnection {
    /// `untested` where nothing reached the other side, `temporary` otherwise.
    pub status: Status,
    /// The word.
    pub fault: Fault,
    /// The sentence.
    pub text: String,
}

/// Connects to `peer` from `bind`, or from where the system chooses.
///
/// # Errors
/// [`NoConnection`] when there is none within `timeout`.
pub async fn connect(peer: SocketAddr, bind: Option<IpAddr>, timeout: Duration) -> Result<TcpStream, NoConnection> {
    let attempt = async {
        let socket = if peer.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(address) = bind {
            socket.bind(SocketAddr::new(address, 0))?;
        }
        let stream = socket.connect(peer).await?;
        // A command is one small write that waits for an answer: Nagle's algorithm has nothing to gather.
        stream.set_nodelay(true)?;
        Ok::<_, io::Error>(stream)
    };
    match tokio::time::timeout(timeout, attempt).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(failed(peer, bind, &error)),
        Err(_) => Err(NoConnection {
            status: Status::Temporary,
            fault: Fault::ConnectTimeout,
            text: format!(
                "no answer on port {} of {} within {:.0} s: the host is down, or a firewall drops the packets",
                peer.port(),
                peer.ip(),
                timeout.as_secs_f64()
            ),
        }),
    }
}

/// Asks the kernel to acknowledge at once. A server that leaves Nagle's algorithm on holds its reply back until its last
/// small packet (a TLS ticket, say) is acknowledged, and a delayed acknowledgement of ours would show as 40 ms of its time.
/// Linux forgets the wish, so it is repeated before each wait; elsewhere there is nothing to ask.
pub(super) fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // Failing to hurry is no failure.
        let _ = socket2::SockRef::from(stream).set_tcp_quickack(true);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stream;
}

fn failed(peer: SocketAddr, bind: Option<IpAddr>, error: &io::Error) -> NoConnection {
    use io::ErrorKind as Kind;
    let (ip, port) = (peer.ip(), peer.port());
    let (status, fault, text) = match error.kind() {
        Kind::ConnectionRefused => (
            Status::Temporary,
            Fault::ConnectionRefused,
            format!("{ip} refused the connection: nothing listens on port {port}"),
        ),
        Kind::TimedOut => (Status::Temporary, Fault::ConnectTimeout, format!("no answer on port {port} of {ip}")),
        Kind::NetworkUnreachable => {
            let family = if peer.is_ipv6() { "IPv6" } else { "IPv4" };
            (
                Status::Untested,
                Fault::NetworkUnreachable,
                format!("not tested: this machine has no route to {ip} ({family})"),
            )
        }
        Kind::HostUnreachable => {
            (Status::Temporary, Fault::HostUnreachable, format!("the network answers that {ip} cannot be reached"))
        }
        Kind::PermissionDenied => (
            Status::Untested,
            Fault::ConnectForbidden,
            format!("not tested: this machine does not allow connections to port {port} of {ip}"),
        ),
        Kind::ConnectionReset => {
            (Status::Temporary, Fault::ConnectionReset, format!("{ip} reset the connection to port {port} at once"))
        }
        Kind::AddrNotAvailable if bind.is_some() => (
            Status::Untested,
            Fault::NetworkError,
            format!("not tested: {} is no address of this machine", bind.unwrap_or(ip)),
        ),
        // A link-local address needs the interface it is meant on; Linux says EINVAL.
        Kind::InvalidInput | Kind::AddrNotAvailable => (
            Status::Untested,
            Fault::NetworkUnreachable,
            format!("not tested: {ip} cannot be connected to from here ({error})"),
        ),
        _ => (Status::Temporary, Fault::NetworkError, format!("no connection to port {port} of {ip}: {error}")),
    };
    NoConnection { status, fault, text }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::connect;
    use crate::wire::{Fault, Status};

    async fn refusal(peer: &str) -> (Status, Fault) {
        let peer: SocketAddr = peer.parse().unwrap();
        let no = connect(peer, None, Duration::from_secs(5)).await.unwrap_err();
        assert!(no.text.contains(&peer.ip().to_string()), "{}", no.text);
        (no.status, no.fault)
    }

    #[tokio::test]
    async fn refusals_have_their_words() {
        // A port that was free a moment ago: nothing listens there.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        assert_eq!(refusal(&format!("127.0.0.1:{port}")).await, (Status::Temporary, Fault::ConnectionRefused));
        // Link-local without an interface: never leaves the machine.
        assert_eq!(refusal("[fe80::1]:25").await.0, Status::Untested);
    }
}
