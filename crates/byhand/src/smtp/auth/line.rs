//! Lines of an AUTH exchange: base64 both ways (RFC 4954 §4, RFC 4648 §4), and what may be recorded of them.
//!
//! Whatever follows the mechanism in an AUTH line may be a password; so may a word in the mechanism's place that is none
//! that anybody knows, since people paste in the wrong place.

use data_encoding::{BASE64, BASE64_NOPAD};

use super::{AuthError, Mechanism};

/// What stands in place of a secret.
pub const MASK: &str = "(secret)";

/// Mechanisms that servers offer and that are not spoken here: their names are no secrets. Any other word may be one.
const OTHERS: [&str; 12] = [
    "DIGEST-MD5",
    "GSSAPI",
    "GSS-SPNEGO",
    "NTLM",
    "MSN",
    "KERBEROS_V4",
    "SCRAM-SHA-512",
    "SCRAM-SHA-512-PLUS",
    "OAUTH10A",
    "OTP",
    "SRP",
    "X-OAUTH2",
];

/// An answer as a line: base64; an empty line for an empty answer.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    BASE64.encode(octets)
}

/// An initial response behind AUTH and its mechanism: base64; `=` for an empty one, which says that there is one.
#[must_use]
pub fn encode_initial(octets: &[u8]) -> String {
    if octets.is_empty() { "=".into() } else { encode(octets) }
}

/// The challenge in the text of a 334, without its code.
///
/// # Errors
/// It is not base64. Missing padding is overlooked.
pub fn decode_challenge(text: &str) -> Result<Vec<u8>, AuthError> {
    let text = text.trim();
    BASE64
        .decode(text.as_bytes())
        .or_else(|_| BASE64_NOPAD.decode(text.trim_end_matches('=').as_bytes()))
        .map_err(|_| AuthError::bad("the server's challenge is not base64 (RFC 4954 §4)"))
}

/// Whether a challenge is the server's proof: RFC 5802 §7 has `v=` for its signature. Like the client's, it is worked out from
/// the password, and gives it away to whoever guesses long enough.
#[must_use]
pub fn is_proof(challenge: &[u8]) -> bool {
    challenge.starts_with(b"v=")
}

/// What is recorded in place of the text of a 334 that holds the server's proof, whole or cut off; `None` for any other text.
#[must_use]
pub fn mask_proof(text: &str) -> Option<&'static str> {
    // Four characters are three octets, and the proof shows in the first two.
    let begins = || decode_challenge(text.trim().get(..4)?).ok();
    let proof = decode_challenge(text).ok().or_else(begins).is_some_and(|octets| is_proof(&octets));
    proof.then_some(MASK)
}

/// A challenge for people: text as it is, other octets escaped, at most 1,000 characters.
#[must_use]
pub fn readable(challenge: &[u8]) -> String {
    let text = String::from_utf8_lossy(challenge);
    let mut shown = String::new();
    for c in text.chars().take(1000) {
        if c.is_control() { shown += &format!("\\x{:02x}", u32::from(c)) } else { shown.push(c) }
    }
    if text.chars().nth(1000).is_some() {
        shown += " ...";
    }
    shown
}

/// What is recorded of a line that may be AUTH: all behind the mechanism gives way to [`MASK`]. Other lines stay as they
/// are.
#[must_use]
pub fn mask_auth_line(line: &str) -> String {
    let start = line.len() - line.trim_start().len();
    if let Some(from) = mistyped(&line[start..]) {
        return format!("{}{MASK}", &line[..start + from]);
    }
    let verb = line.get(start..start + 4).filter(|verb| verb.eq_ignore_ascii_case("AUTH"));
    let rest = line.get(start + 4..).unwrap_or_default();
    if verb.is_none() || rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-') {
        return line.to_owned();
    }
    let blank = |c: char| !(c.is_ascii_alphanumeric() || "-_+/.".contains(c)) && c != '=' || c.is_whitespace();
    let before = rest.len() - rest.trim_start_matches(|c: char| blank(c) || c == '=').len();
    let (gap, words) = rest.split_at(before);
    if words.is_empty() {
        return line.to_owned();
    }
    let end = words.find(char::is_whitespace).unwrap_or(words.len());
    let (name, tail) = words.split_at(end);
    let head = &line[..start + 4];
    if !is_name(name) {
        return format!("{head}{gap}{MASK}");
    }
    let response = tail.trim();
    match response {
        "" | "=" => line.to_owned(),
        _ => {
            let blanks = &tail[..tail.len() - tail.trim_start().len()];
            format!("{head}{gap}{name}{blanks}{MASK}")
        }
    }
}

/// The commands of SMTP that people type, by the words that they begin with.
const VERBS: [&str; 17] = [
    "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT", "STARTTLS",
    "ETRN", "XCLIENT", "XFORWARD",
];

/// Where the secret begins in a line that was meant for AUTH and is none: the verb is mistyped or missing, or run together
/// with its mechanism; or the whole response of PLAIN stands alone.
fn mistyped(line: &str) -> Option<usize> {
    let mut words = words_of(line);
    let (at, first) = words.next()?;
    if VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(first)) {
        return None;
    }
    let whole = |octets: &Vec<u8>| octets.iter().filter(|&&b| b == 0).count() == 2;
    if decode_challenge(first).ok().is_some_and(|octets| whole(&octets)) {
        return Some(at);
    }
    let (second_at, second) = words.next()?;
    let glued = first.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("AUTH"))
        && is_name(first[4..].trim_start_matches(|c: char| !c.is_ascii_alphanumeric()));
    if glued {
        return Some(second_at);
    }
    // Words of a text may be the same: what stands there has to look like a response.
    if is_name(first) {
        return Some(second_at).filter(|_| looks_encoded(second));
    }
    if first.eq_ignore_ascii_case("AUTH") || !is_name(second) {
        return None;
    }
    words.next().filter(|(_, third)| *third != "=" && (is_near(first) || looks_encoded(third))).map(|(at, _)| at)
}

/// Whether a word is base64 rather than a word.
fn looks_encoded(word: &str) -> bool {
    let odd = |c: char| c.is_ascii_digit() || "+/=".contains(c);
    let mixed = word.chars().skip(1).any(|c| c.is_ascii_uppercase()) && word.contains(|c: char| c.is_ascii_lowercase());
    word.len() >= 4 && (mixed || word.contains(odd)) && decode_challenge(word).is_ok()
}

/// Whether a word is AUTH in a spelling that is near.
fn is_near(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters == ['A', 'H', 'T', 'U'] || word.starts_with("AUTH") || ["AUT", "ATH", "UTH", "AUH"].contains(&word.as_str())
}

/// The words of a line and where they begin.
fn words_of(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    line.split_whitespace().map(move |word| {
        let at = line[from..].find(word).map_or(from, |at| from + at);
        from = at + word.len();
        (at, word)
    })
}

/// Whether a line was meant for AUTH, as far as its first words tell: in any spelling that is near, or with a mechanism behind
/// a word that is no command.
#[must_use]
pub fn seems_auth(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default().to_ascii_uppercase();
    if VERBS.contains(&first.as_str()) {
        return false;
    }
    is_near(&first) || is_name(&first) || words.next().is_some_and(is_name)
}

/// Whether a word names a mechanism, in any case: one of ours, or one that servers are known to offer beside them.
fn is_name(word: &str) -> bool {
    word.parse::<Mechanism>().is_ok() || OTHERS.iter().any(|name| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{decode_challenge, encode, encode_initial, mask_auth_line, mask_proof, readable, seems_auth};

    #[test]
    fn base64_as_rfc_4954_4() {
        // The example of RFC 4954 §4.3 for PLAIN.
        assert_eq!(encode_initial(b"test\0test\x001234"), "dGVzdAB0ZXN0ADEyMzQ=");
        assert_eq!(encode_initial(b""), "=");
        assert_eq!(encode(b""), "");
        assert_eq!(decode_challenge("").as_deref(), Ok(&b""[..]));
        assert_eq!(decode_challenge("VXNlcm5hbWU6").as_deref(), Ok(&b"Username:"[..]));
        assert_eq!(decode_challenge("UGFzc3dvcmQ6 ").as_deref(), Ok(&b"Password:"[..]));
        // Without its padding, as some servers send it.
        assert_eq!(decode_challenge("dGVzdAB0ZXN0ADEyMzQ").as_deref(), Ok(&b"test\0test\x001234"[..]));
        assert!(decode_challenge("go ahead").is_err());
    }

    #[test]
    fn nothing_behind_the_mechanism_is_recorded() {
        for (line, recorded) in [
            ("AUTH PLAIN AGZvbwBiYXI=", "AUTH PLAIN (secret)"),
            ("auth plain AGZvbwBiYXI=", "auth plain (secret)"),
            ("  Auth \t Login   Zm9v  YmFy", "  Auth \t Login   (secret)"),
            ("AUTH SCRAM-SHA-256 biwsbj11c2Vy", "AUTH SCRAM-SHA-256 (secret)"),
            ("AUTH GSSAPI YII=", "AUTH GSSAPI (secret)"),
            ("AUTH EXTERNAL =", "AUTH EXTERNAL ="),
            ("AUTH LOGIN", "AUTH LOGIN"),
            ("AUTH", "AUTH"),
            ("AUTH AGZvbwBiYXI=", "AUTH (secret)"),
            ("AUTH zebra-Quartz9", "AUTH (secret)"),
            ("AUTH ZEBRA9", "AUTH (secret)"),
            ("AUTH=PLAIN AGZvbwBiYXI=", "AUTH=PLAIN (secret)"),
            ("AUTH:PLAIN AGZvbwBiYXI=", "AUTH:PLAIN (secret)"),
            ("AUTHOR x", "AUTHOR x"),
            ("AUTHPLAIN AGZvbwBiYXI=", "AUTHPLAIN (secret)"),
            (" auth-plain AGZvbwBiYXI= x", " auth-plain (secret)"),
            ("AUHT PLAIN AGZvbwBiYXI=", "AUHT PLAIN (secret)"),
            ("LOGIN Zm9v", "LOGIN (secret)"),
            ("AGZvbwBiYXI=", "(secret)"),
            ("AUHT PLAIN", "AUHT PLAIN"),
            ("AUHT LOGIN secret", "AUHT LOGIN (secret)"),
            ("my LOGIN Zm9v", "my LOGIN (secret)"),
            ("Login required", "Login required"),
            ("Plain text, and more", "Plain text, and more"),
            ("your LOGIN failed", "your LOGIN failed"),
            ("HELP LOGIN please", "HELP LOGIN please"),
            ("MAIL FROM:<a@b.test> AUTH=<>", "MAIL FROM:<a@b.test> AUTH=<>"),
            ("gr\u{fc}\u{df}e", "gr\u{fc}\u{df}e"),
            ("", ""),
        ] {
            assert_eq!(mask_auth_line(line), recorded, "{line:?}");
        }
    }

    #[test]
    fn what_was_meant_for_auth() {
        for line in ["AUTH LOGIN", "auth", "AUHT PLAIN x", "AUTHPLAIN x", "AUT LOGIN", "LOGIN", "X PLAIN"] {
            assert!(seems_auth(line), "{line}");
        }
        for line in ["", "NOOP", "HELP LOGIN", "MAIL FROM:<a@b.test> AUTH=<>", "XNOVEL", "QUIT"] {
            assert!(!seems_auth(line), "{line}");
        }
    }

    #[test]
    fn the_proof_of_a_server_is_not_recorded() {
        // The example of RFC 7677 §3: v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=, in base64.
        let proof = "dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==";
        assert_eq!(mask_proof(proof), Some("(secret)"));
        assert_eq!(mask_proof(&proof[..31]), Some("(secret)"), "half of it says much");
        for other in ["", "VXNlcm5hbWU6", "go ahead", "v=1"] {
            assert_eq!(mask_proof(other), None, "{other}");
        }
    }

    #[test]
    fn challenges_for_people() {
        assert_eq!(readable(b"{\"status\":\"400\"}"), "{\"status\":\"400\"}");
        assert_eq!(readable(b"a\r\n\x1b[2Jb\xff"), "a\\x0d\\x0a\\x1b[2Jb\u{fffd}");
        assert_eq!(readable(&[b'x'; 2000]), "x".repeat(1000) + " ...");
    }
}
