//! `--protocol`: what is spoken, and what does not go with it.
//!
//! HELO brings no extensions, so STARTTLS cannot be required with it. LMTP has no business on port 25, where SMTP is
//! expected (RFC 2033 §5); whoever names that port for it is told so, and gets it.

use super::args::{ServerArgs, Speak, Tls};
use super::io::Stderr;
use crate::wire::Protocol;

impl From<Speak> for Protocol {
    fn from(speak: Speak) -> Self {
        match speak {
            Speak::Esmtp => Self::Esmtp,
            Speak::Smtp => Self::Smtp,
            Speak::Lmtp => Self::Lmtp,
        }
    }
}

/// The protocol that the options choose; warnings go to `stderr`, where there is one.
///
/// # Errors
/// A sentence where the options exclude each other.
pub fn chosen(args: &ServerArgs, stderr: Option<&Stderr>) -> Result<Protocol, String> {
    if args.protocol == Speak::Smtp && args.tls == Tls::Require {
        return Err("--protocol smtp and --tls require exclude each other: STARTTLS is offered to EHLO only".into());
    }
    let port = args.server.as_ref().and_then(|server| server.port).unwrap_or(args.port);
    if let (Speak::Lmtp, 25, Some(stderr)) = (args.protocol, port, stderr) {
        stderr.say("LMTP must not be spoken on port 25 (RFC 2033 §5): an SMTP server there will not know LHLO");
    }
    Ok(args.protocol.into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::chosen;
    use crate::cli::args::ServerArgs;
    use crate::cli::io::Io;
    use crate::wire::Protocol;

    #[derive(Debug, Parser)]
    struct Tool {
        #[command(flatten)]
        server: ServerArgs,
    }

    #[test]
    fn ports_and_exclusions() {
        let check = |words: &[&str]| {
            let server = Tool::try_parse_from(std::iter::once(&"x").chain(words)).unwrap().server;
            let (io, _, stderr) = Io::captured("x", vec![]);
            let protocol = chosen(&server, Some(&io.stderr)).ok();
            (server.port, protocol, stderr.text().contains("RFC 2033"))
        };
        assert_eq!(check(&[]), (25, Some(Protocol::Esmtp), false));
        assert_eq!(check(&["--protocol", "smtp"]), (25, Some(Protocol::Smtp), false));
        // RFC 2033 §5: not port 25; 24 is the one that servers are found at.
        assert_eq!(check(&["--protocol", "lmtp"]), (24, Some(Protocol::Lmtp), false));
        assert_eq!(check(&["--protocol", "lmtp", "--port", "2003"]), (2003, Some(Protocol::Lmtp), false));
        assert_eq!(check(&["--protocol", "lmtp", "--port", "25"]), (25, Some(Protocol::Lmtp), true));
        assert_eq!(check(&["--protocol", "lmtp", "--server", "127.0.0.1:25"]), (24, Some(Protocol::Lmtp), true));
        assert_eq!(check(&["--protocol", "smtp", "--tls", "require"]), (25, None, false));
        assert_eq!(check(&["--protocol", "smtp", "--tls", "implicit"]), (25, Some(Protocol::Smtp), false));
    }
}
