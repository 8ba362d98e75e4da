//! The words of the views: spans of time, sizes, ordinals, outcomes.
//!
//! One place for them, so that every view says the same thing the same way. Two figures that matter are shown, not more:
//! `31 ms`, `9.2 s`, `1 h`, `7 d`. The outcome words are the only ones that people see: accepted, deferred, refused, no
//! answer, not tested. No word here says that something is delivered, valid or existing, since no session can know.

use crate::wire::{Action, Fault, FindingId, Outcome, Security, Stage, Status};

/// A measured span: `0.4 ms`, `31 ms`, `1.20 s`, `31 s`, `2 min 5 s`.
#[must_use]
pub fn span(ms: f64) -> String {
    // NaN and negative figures cannot be measured, but a record may hold anything.
    let ms = if ms.is_finite() { ms.max(0.0) } else { 0.0 };
    match ms {
        ms if ms < 0.95 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 9_950.0 => format!("{:.1} s", ms / 1e3),
        ms if ms < 119_500.0 => format!("{:.0} s", ms / 1e3),
        ms => period((ms / 1e3).round() as u64),
    }
}

/// A stated span in seconds, such as a TTL: `5 min`, `1 h`, `1 h 30 min`, `7 d`.
#[must_use]
pub fn period(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let Some(at) = UNITS.iter().position(|(size, _)| seconds >= *size) else { return "0 s".into() };
    let (size, unit) = UNITS[at];
    let first = format!("{} {unit}", seconds / size);
    match UNITS.get(at + 1) {
        Some((next, name)) if seconds % size / next > 0 => format!("{first} {} {name}", seconds % size / next),
        _ => first,
    }
}

/// A number of octets: `512 B`, `35.9 MB` (decimal units, as mail limits are told).
#[must_use]
pub fn octets(count: u64) -> String {
    let (size, unit) = match count {
        0..1_000 => return format!("{count} B"),
        1_000..1_000_000 => (1e3, "kB"),
        1_000_000..1_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    format!("{:.1} {unit}", count as f64 / size)
}

/// A count with its noun: `1 address`, `3 addresses`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

/// A number with its thousands apart: `412,338`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1st`, `2nd`, `3rd`, `4th` ... `11th`.
#[must_use]
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// DNSSEC for people. "Insecure" is never said: it sounds like a fault and means that nobody signed.
#[must_use]
pub fn dnssec(security: Security) -> &'static str {
    match security {
        Security::Secure => "signed",
        Security::Insecure => "unsigned",
        Security::Bogus => "bogus",
        Security::Indeterminate => "not checked",
    }
}

/// An outcome in the words that people see.
#[must_use]
pub fn outcome(outcome: &Outcome) -> &'static str {
    let silent = matches!(
        outcome.fault,
        Some(
            Fault::ConnectionRefused
                | Fault::ConnectTimeout
                | Fault::HostUnreachable
                | Fault::ConnectionClosed
                | Fault::ConnectionReset
                | Fault::Timeout
                | Fault::NetworkError
        )
    );
    match outcome.status {
        Status::Ok => "accepted",
        Status::Untested => "not tested",
        _ if silent => "no answer",
        // "deferred" and "refused" are answers; these are none.
        _ if matches!(
            outcome.fault,
            Some(Fault::TlsHandshake | Fault::TlsLimit | Fault::NotTls | Fault::PlaintextAfterStarttls)
        ) =>
        {
            "TLS failed"
        }
        _ if outcome.fault == Some(Fault::StarttlsNotSupported) && !outcome.text.starts_with("not sent") => "no TLS",
        _ if matches!(
            outcome.fault,
            Some(Fault::AuthNotOffered | Fault::AuthNeedsTls | Fault::BadChallenge | Fault::ServerUnproven)
        ) =>
        {
            "no login"
        }
        _ if matches!(outcome.fault, Some(Fault::BadReply | Fault::ReplyTooLong)) => "not SMTP",
        _ if matches!(outcome.fault, Some(Fault::DaneFailed | Fault::StsFailed | Fault::CertificateFailed)) => {
            "deferred"
        }
        _ if outcome.stage == Some(Stage::Dns) && outcome.text.starts_with("not sent: ") => "deferred",
        _ if outcome.stage == Some(Stage::Dns) => "no way there",
        Status::Permanent => "refused",
        Status::Temporary => "deferred",
    }
}

/// A stage in Postfix's manner: what was being done.
#[must_use]
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "when looking up where to go",
        Stage::Connect => "when connecting",
        Stage::Banner => "in place of a greeting",
        Stage::Ehlo => "in reply to EHLO",
        Stage::Starttls => "in reply to STARTTLS",
        Stage::Tls => "in the TLS handshake",
        Stage::Auth => "in reply to AUTH",
        Stage::Mail => "in reply to MAIL FROM",
        Stage::Rcpt => "in reply to RCPT TO",
        Stage::Data => "in reply to DATA",
        Stage::Body => "in reply to the end of the message",
        Stage::Quit => "in reply to QUIT",
    }
}

/// What a reply that is no success did, by its code.
#[must_use]
pub fn answered(code: u16) -> &'static str {
    match code / 100 {
        4 => "deferred",
        5 => "refused",
        _ => "answered",
    }
}

/// ` at RCPT`: the command that a stage is about, for behind an outcome's word; nothing where there is none.
#[must_use]
pub fn command(at: Option<Stage>) -> &'static str {
    match at {
        Some(Stage::Ehlo) => " at EHLO",
        Some(Stage::Starttls) => " at STARTTLS",
        Some(Stage::Auth) => " at AUTH",
        Some(Stage::Mail) => " at MAIL",
        Some(Stage::Rcpt) => " at RCPT",
        Some(Stage::Data) => " at DATA",
        Some(Stage::Body) => " at the end of the message",
        _ => "",
    }
}

/// A sentence that follows a word, without the same word at its own beginning.
#[must_use]
pub fn without<'a>(word: &str, text: &'a str) -> &'a str {
    text.strip_prefix(word).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(text)
}

/// A protocol version as people write it in a column: `TLSv1.3` is `1.3`.
#[must_use]
pub fn tls_version(version: &str) -> &str {
    version.strip_prefix("TLSv").unwrap_or(version)
}

/// A key exchange group by its common name: `secp256r1` is P-256.
#[must_use]
pub fn group(name: &str) -> &str {
    match name {
        "secp256r1" => "P-256",
        "secp384r1" => "P-384",
        "secp521r1" => "P-521",
        name => name,
    }
}

/// The same where there is little room: a group with a post-quantum half is called by that (FIPS 203).
#[must_use]
pub fn short_group(name: &str) -> &str {
    if name.contains("MLKEM") { "ML-KEM" } else { group(name) }
}

/// Whether somebody should do something about a finding; the others are worth knowing.
#[must_use]
pub fn needs_attention(id: FindingId) -> bool {
    !matches!(
        id,
        FindingId::CnameDomain
            | FindingId::MxDuplicate
            | FindingId::ManyMx
            | FindingId::NullMxPreference
            | FindingId::CaseSensitiveDns
            | FindingId::DnssecIndeterminate
            | FindingId::DnssecUnverified
            | FindingId::ExtendedDnsError
            | FindingId::EmptyLine
            | FindingId::LongLine
            | FindingId::NonAsciiReply
            | FindingId::EnhancedMismatch
            | FindingId::EnhancedMissing
            | FindingId::BannerDelay
            | FindingId::HeloOnly
            | FindingId::DuplicateKeyword
            | FindingId::OldAuth
            | FindingId::StsContentType
            | FindingId::TlsUncleanClose
            | FindingId::RootSent
            | FindingId::QuitFailed
            | FindingId::HostsDiffer
            | FindingId::Other
    )
}

/// What a sender would do, in a word or two.
#[must_use]
pub fn sender(action: Action) -> &'static str {
    match action {
        Action::Deliver => "delivers",
        Action::DeliverUnauthenticated => "delivers, unverified",
        Action::DeliverInClear => "delivers in clear",
        Action::Defer => "defers",
        Action::Bounce => "bounces",
        Action::Other => "does something else",
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, octets, ordinal, period, span};

    #[test]
    fn spans() {
        for (ms, text) in [
            (0.04, "0.0 ms"),
            (0.4, "0.4 ms"),
            (31.2, "31 ms"),
            (412.0, "412 ms"),
            (999.6, "1.0 s"),
            (1_200.0, "1.2 s"),
            (9_200.0, "9.2 s"),
            (9_960.0, "10 s"),
            (31_000.0, "31 s"),
            (119_600.0, "2 min"),
            (125_000.0, "2 min 5 s"),
            (f64::NAN, "0.0 ms"),
            (-5.0, "0.0 ms"),
        ] {
            assert_eq!(span(ms), text, "{ms}");
        }
    }

    #[test]
    fn periods() {
        for (seconds, text) in
            [(0, "0 s"), (59, "59 s"), (300, "5 min"), (3_600, "1 h"), (5_400, "1 h 30 min"), (604_800, "7 d")]
        {
            assert_eq!(period(seconds), text);
        }
        // 4294967295 s = 49710 d 23295 s: 6 h and some.
        assert_eq!(period(u64::from(u32::MAX)), "49710 d 6 h");
    }

    #[test]
    fn numbers() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 22, 111].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 111th"
        );
        assert_eq!(octets(35_882_577), "35.9 MB");
        assert_eq!(octets(10_240_000), "10.2 MB");
        assert_eq!([0, 999, 1_000, 412_338, 1_000_000].map(grouped).join(" "), "0 999 1,000 412,338 1,000,000");
    }
}
