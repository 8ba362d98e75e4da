//! The scenario that `cargo xtask demo` shows and scenario tests ask: a dozen domains, one trait each.
//!
//! All names are under `.example`, which RFC 2606 keeps for this. The name server behaves as a validating resolver, and
//! gives signatures too, so that both ways to judge DNSSEC can be shown.

use std::time::Duration;

use super::{Builder, Lab};
use crate::dns::{Fault, Signing};
use crate::pki::Cert;
use crate::smtp::Plain;

/// A domain of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The domain.
    pub domain: &'static str,
    /// What there is to be seen, one sentence.
    pub about: &'static str,
}

/// The domains of [`Lab::demo`], in the order that tells a story.
pub const DEMO: &[Scene] = &[
    Scene {
        domain: "good.example",
        about: "two hosts; the second has an expired certificate and a slow, long greeting",
    },
    Scene { domain: "nomx.example", about: "no MX: mail goes to the domain's own address" },
    Scene { domain: "xn--bcher-kva.example", about: "a name with an umlaut, in an unsigned zone" },
    Scene { domain: "nullmx.example", about: "takes no mail, and says so with a null MX" },
    Scene { domain: "gone.example", about: "does not exist" },
    Scene { domain: "servfail.example", about: "its name servers fail" },
    Scene { domain: "bogus.example", about: "its DNSSEC signatures do not verify" },
    Scene { domain: "case.example", about: "its name servers deny everything that holds a capital letter" },
    Scene { domain: "grey.example", about: "puts every recipient off at first: greylisting" },
    Scene { domain: "busy.example", about: "has no time: 421 in place of a greeting" },
    Scene { domain: "dead.example", about: "its only mail host refuses connections" },
    Scene { domain: "legacy.example", about: "a server that knows HELO only" },
    Scene { domain: "hostile.example", about: "a greeting that tries to write on your terminal" },
];

const ZONES: &[(&str, Signing)] = &[
    ("good.example", Signing::Signed),
    ("bogus.example", Signing::Bogus),
    ("xn--bcher-kva.example", Signing::Unsigned),
];

const RECORDS: &str = "
    good.example MX 10 mx1.good.example
    good.example MX 20 mx2.good.example
    xn--bcher-kva.example MX 10 mail.xn--bcher-kva.example
    nullmx.example MX 0 .
    bogus.example MX 10 mx1.good.example
    case.example MX 10 mx1.good.example
    grey.example MX 10 mx.grey.example
    busy.example MX 10 mx.busy.example
    dead.example MX 10 mx.dead.example
    legacy.example MX 10 mx.legacy.example
    hostile.example MX 10 mx.hostile.example
";

impl Lab {
    /// Starts the demo's scenario.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn demo() -> Result<Self, String> {
        Self::demo_builder()?.start().await
    }

    /// The demo's scenario, to be changed before it starts.
    ///
    /// # Errors
    /// As [`Builder::records`].
    pub fn demo_builder() -> Result<Builder, String> {
        let mut builder = Self::builder()?;
        builder.validating();
        for (origin, signing) in ZONES {
            builder.zone(origin, *signing)?;
        }
        builder.records(RECORDS)?;
        builder.fault("servfail.example", Fault::Servfail)?;
        builder.fault("case.example", Fault::CaseNodata)?;

        builder.plain(Plain::new("mx1.good.example").starttls(Cert::Good))?;
        let mut slow = Plain::new("mx2.good.example").starttls(Cert::Expired).banner(&long_banner());
        (slow.banner_pause, slow.banner_piece) = (Duration::from_millis(250), Some(512));
        builder.plain(slow)?;
        builder.plain(Plain::new("nomx.example").starttls(Cert::SelfSigned))?;
        builder.plain(Plain::new("mail.xn--bcher-kva.example").starttls(Cert::WrongName))?;
        let later = "450 4.2.0 Greylisted, please try again in 300 seconds";
        builder.plain(Plain::new("mx.grey.example").starttls(Cert::Good).reply("RCPT *", later))?;
        let busy = "421 4.3.2 mx.busy.example too many connections, come back later";
        builder.plain(Plain::new("mx.busy.example").reply("connect", busy))?;
        builder.refused("mx.dead.example")?;
        let mut legacy = Plain::new("mx.legacy.example");
        legacy.helo_only = true;
        builder.plain(legacy)?;
        let hostile = b"220 mx.hostile.example \x1b[2J\x1b[31mall your mail\x1b[0m\x07\x1b]0;owned\x07 \xff\r\n";
        builder.plain(Plain::new("mx.hostile.example").starttls(Cert::Good).banner(hostile))?;
        Ok(builder)
    }
}

/// A greeting of 4 KiB in lines of 64 octets.
fn long_banner() -> Vec<u8> {
    let last = "220 mx2.good.example ESMTP\r\n";
    let mut banner = String::new();
    while banner.len() + 64 + last.len() <= 4096 {
        let line = format!("220-{:02} All connections are logged, all mail is filtered.", banner.len() / 64);
        banner.push_str(&format!("{line:<62}\r\n"));
    }
    banner.push_str(last);
    banner.into_bytes()
}
