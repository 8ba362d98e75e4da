//! MTA-STS (RFC 8461), the parts without a network: the record in DNS, the policy's text, whether it names a host.
//!
//! The record: of the TXT records at `_mta-sts.` those that begin with `v=STSv1;` count; exactly one has to be left, with
//! an id of 1 to 32 letters and digits (§3.1). The policy: lines of `key: value`; version, mode, max_age and, unless the
//! mode is none, at least one mx; of a key that comes twice the first counts, unknown keys are passed over (§3.2).
//!
//! Not here: fetching (`net::https`), keeping policies from one run to the next (§5.1: these tools keep nothing), and what
//! follows for a server (`verdict`).

use super::names::stands_for;
use crate::domain::Domain;
use crate::wire::{StsMode, StsPolicy};

/// The largest max_age, about a year (RFC 8461 §3.2).
const MAX_AGE: u32 = 31_557_600;
/// A policy with more patterns than this is no policy but an attempt to keep somebody busy.
const PATTERNS: usize = 1_000;

/// What the TXT records at `_mta-sts.` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// Nothing about MTA-STS.
    Nothing,
    /// A policy with this id.
    Policy(String),
    /// Something that senders take for nothing; the sentence says why.
    Unreadable(String),
    /// More than one record, so that none counts: how many.
    Several(usize),
}

/// Reads the TXT records, each in one piece.
#[must_use]
pub fn announced(texts: &[String]) -> Announced {
    let (records, others): (Vec<&String>, Vec<&String>) = texts.iter().partition(|text| text.starts_with("v=STSv1;"));
    match records.as_slice() {
        [] => {
            // Taken for nothing by senders, and yet somebody meant something.
            let meant = |text: &&&String| text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("v=STSv1"));
            match others.iter().find(meant) {
                Some(_) => Announced::Unreadable("it has to begin with \"v=STSv1;\"".into()),
                None => Announced::Nothing,
            }
        }
        [record] => match id(record) {
            Ok(id) => Announced::Policy(id),
            Err(why) => Announced::Unreadable(why),
        },
        all => Announced::Several(all.len()),
    }
}

/// The id of a record (RFC 8461 §3.1).
fn id(record: &str) -> Result<String, String> {
    let blank = |c: char| c == ' ' || c == '\t';
    let fields = record.split(';').skip(1).map(|field| field.trim_matches(blank)).filter(|field| !field.is_empty());
    let mut found = None;
    for field in fields {
        let Some((name, value)) = field.split_once('=') else {
            return Err("a field of it has no \"=\"".into());
        };
        if name.trim_end_matches(blank) == "id" && found.is_none() {
            found = Some(value.trim_start_matches(blank));
        }
    }
    let id = found.ok_or("it has no id")?;
    if !(1..=32).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err("its id has to be 1 to 32 letters and digits".into());
    }
    Ok(id.to_owned())
}

/// Reads a policy.
///
/// # Errors
/// Why it is none: the end of a sentence about it.
pub fn policy(text: &[u8]) -> Result<StsPolicy, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is no UTF-8 text".to_owned())?;
    let (mut version, mut mode, mut max_age, mut mx) = (None, None, None, Vec::new());
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches([' ', '\t']);
        if line.is_empty() {
            continue;
        }
        let at = number + 1;
        let (key, value) = line.split_once(':').ok_or_else(|| format!("line {at} is no \"key: value\""))?;
        let value = value.trim_start_matches([' ', '\t']);
        match key {
            "version" => version = version.or(Some(value)),
            "mode" => mode = mode.or(Some(value)),
            "max_age" => max_age = max_age.or(Some(value)),
            "mx" if mx.len() < PATTERNS => mx.push(pattern(value).ok_or_else(|| {
                format!("the mx in line {at} is no host name, nor \"*.\" and one (each has a line of its own)")
            })?),
            "mx" => return Err(format!("it names more than {PATTERNS} hosts")),
            _ => {}
        }
    }
    if version != Some("STSv1") {
        return Err("its version is not STSv1".into());
    }
    let mode = match mode {
        Some("enforce") => StsMode::Enforce,
        Some("testing") => StsMode::Testing,
        Some("none") => StsMode::None,
        Some(_) => return Err("its mode is none of enforce, testing and none".into()),
        None => return Err("it has no mode".into()),
    };
    let digits = max_age.ok_or("it has no max_age")?;
    let plain = (1..=10).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let max_age = digits.parse().ok().filter(|seconds| plain && *seconds <= MAX_AGE);
    let max_age = max_age.ok_or_else(|| format!("its max_age is no number of seconds up to {MAX_AGE}"))?;
    if mx.is_empty() && mode != StsMode::None {
        return Err("it names no mx".into());
    }
    Ok(StsPolicy { mode, max_age, mx })
}

/// A host name, or `*.` and one; in A-labels, as they have to be (RFC 8461 §3.2).
fn pattern(text: &str) -> Option<String> {
    let (star, name) = text.strip_prefix("*.").map_or(("", text), |name| ("*.", name));
    if !name.is_ascii() {
        return None;
    }
    let name: Domain = name.parse().ok()?;
    Some(format!("{star}{name}"))
}

/// Whether a policy names a host (RFC 8461 §4.1).
#[must_use]
pub fn lists(policy: &StsPolicy, host: &str) -> bool {
    policy.mx.iter().any(|pattern| stands_for(pattern, host))
}

#[cfg(test)]
mod tests {
    use super::{Announced, announced, lists, policy};
    use crate::wire::{StsMode, StsPolicy};

    fn texts(texts: &[&str]) -> Announced {
        announced(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>())
    }

    /// RFC 8461 §3.1 and its grammar; the first is its own example.
    #[test]
    fn records() {
        let found = |id: &str| Announced::Policy(id.to_owned());
        assert_eq!(texts(&["v=STSv1; id=20160831085700Z;"]), found("20160831085700Z"));
        assert_eq!(texts(&["v=STSv1;id=1"]), found("1"));
        assert_eq!(texts(&["v=STSv1; later=x; id = 2 ; id=3;"]), found("2"));
        assert_eq!(texts(&["v=spf1 -all", "v=STSv1; id=4;"]), found("4"));
        assert_eq!(texts(&[&format!("v=STSv1; id={};", "9".repeat(32))]), found(&"9".repeat(32)));
        assert_eq!(texts(&[]), Announced::Nothing);
        assert_eq!(texts(&["v=spf1 -all", "é"]), Announced::Nothing);
        assert_eq!(texts(&["v=STSv1; id=1;", "v=STSv1; id=1;"]), Announced::Several(2));
        for bad in [
            "v=STSv1 ; id=1;",
            "v=STSv1 ; id=",
            "v=STSv1",
            "V=stsv1; id=1",
            "v=STSv1;",
            "v=STSv1; id=",
            "v=STSv1; id=a-b;",
            "v=STSv1; id=é;",
            "v=STSv1; ID=1;",
            "v=STSv1; id",
            &format!("v=STSv1; id={};", "9".repeat(33)),
        ] {
            assert!(matches!(texts(&[bad]), Announced::Unreadable(_)), "{bad}");
        }
    }

    const EXAMPLE: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n\
                           mx: backupmx.example.com\nmax_age: 604800\n";

    /// RFC 8461 §3.2; EXAMPLE is its own.
    #[test]
    fn policies() {
        let patterns = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let whole = StsPolicy {
            mode: StsMode::Enforce,
            max_age: 604_800,
            mx: patterns(&["mail.example.com", "*.example.net", "backupmx.example.com"]),
        };
        assert_eq!(policy(EXAMPLE.as_bytes()), Ok(whole.clone()));
        assert_eq!(policy(EXAMPLE.replace('\n', "\r\n").as_bytes()), Ok(whole.clone()));
        assert_eq!(policy(EXAMPLE.trim_end().as_bytes()), Ok(whole.clone()));
        assert_eq!(policy(EXAMPLE.replace(": ", ":\t ").as_bytes()), Ok(whole.clone()));
        let more = format!("{EXAMPLE}mode: none\nmax_age: 1\nversion: STSv2\nlater: x y z\n\n");
        assert_eq!(policy(more.as_bytes()), Ok(whole));
        let off = StsPolicy { mode: StsMode::None, max_age: 0, mx: Vec::new() };
        assert_eq!(policy(b"version: STSv1\nmode: none\nmax_age: 0"), Ok(off));
    }

    #[test]
    fn policies_that_are_none() {
        let with = |from: &str, to: &str| EXAMPLE.replace(from, to);
        for bad in [
            String::new(),
            "<html>\n<p>no such page</p>\n</html>\n".into(),
            with("version: STSv1\n", ""),
            with("STSv1", "STSv2"),
            with("STSv1", "stsv1"),
            with("mode: enforce\n", ""),
            with("enforce", "Enforce"),
            with("enforce", "on"),
            with("max_age: 604800\n", ""),
            with("604800", "31557601"),
            with("604800", "00000604800"),
            with("604800", "-1"),
            with("604800", "1 day"),
            with("mx:", "nmx:"),
            with("mx: mail.example.com", "mx: a.example.com, b.example.com"),
            with("mail.example.com", "*.*.example.com"),
            with("mail.example.com", "192.0.2.1"),
            with("mail.example.com", "büro.example.com"),
            with("mail.example.com", ""),
            with("mode: ", "mode= "),
            format!("\u{feff}{EXAMPLE}"),
            EXAMPLE.to_owned() + &"mx: a.example\n".repeat(1_000),
        ] {
            assert!(policy(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(policy(b"version: STSv1\xff").is_err());
        // The largest that is allowed.
        assert_eq!(policy(with("604800", "31557600").as_bytes()).map(|policy| policy.max_age), Ok(31_557_600));
    }

    #[test]
    fn hosts_of_a_policy() {
        let policy = policy(EXAMPLE.as_bytes()).unwrap();
        assert!(lists(&policy, "Mail.Example.COM") && lists(&policy, "a.example.net"));
        assert!(
            !lists(&policy, "example.net") && !lists(&policy, "a.b.example.net") && !lists(&policy, "x.example.com")
        );
    }
}
