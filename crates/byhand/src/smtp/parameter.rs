//! Parameters of MAIL and RCPT (RFC 5321 §4.1.2): `KEYWORD` or `KEYWORD=value`, and those of delivery reports.
//!
//! A [`Parameter`] is parsed, so it can hold neither a blank nor a line end, and nothing can be added to a command with
//! it. [`Dsn`] is what RFC 3461 lets a sender ask for: NOTIFY and ORCPT with a recipient, RET and ENVID with the message;
//! values are written as xtext (§4). Not here: whether the server offers DSN, which is the session's to look at.

use std::fmt;
use std::str::FromStr;

use crate::mailbox::Mailbox;

/// One parameter, as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter(String);

impl Parameter {
    fn new(keyword: &str, value: &str) -> Self {
        Self(format!("{keyword}={value}"))
    }

    /// The keyword, in upper case.
    #[must_use]
    pub fn keyword(&self) -> String {
        self.0.split('=').next().unwrap_or_default().to_ascii_uppercase()
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Parameter {
    type Err = String;

    /// RFC 5321 §4.1.2: `esmtp-keyword ["=" esmtp-value]`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (keyword, value) = match text.split_once('=') {
            Some((keyword, value)) => (keyword, Some(value)),
            None => (text, None),
        };
        let first = keyword.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if !first || !keyword.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("a parameter is KEYWORD or KEYWORD=VALUE; the keyword has letters, digits and hyphens".into());
        }
        if value.is_some_and(|value| value.is_empty() || !value.bytes().all(|b| matches!(b, 33..=60 | 62..=126))) {
            return Err("the value of a parameter is printable ASCII without blanks and \"=\"".into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a sender asks for about reports of delivery (RFC 3461).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dsn {
    /// When a report is wanted, of each recipient.
    pub notify: Option<Notify>,
    /// How much of the message a report of failure has.
    pub ret: Option<Ret>,
    /// The sender's own name for this message, for the report to carry.
    pub envid: Option<Envid>,
    /// Whom the message was first meant for.
    pub orcpt: Option<Mailbox>,
}

impl Dsn {
    /// For MAIL: RET and ENVID (§4.3, §4.4).
    #[must_use]
    pub fn of_mail(&self) -> Vec<Parameter> {
        let ret = self.ret.map(|ret| Parameter::new("RET", ret.word()));
        let envid = self.envid.as_ref().map(|envid| Parameter::new("ENVID", &xtext(&envid.0)));
        ret.into_iter().chain(envid).collect()
    }

    /// For RCPT: NOTIFY and ORCPT (§4.1, §4.2).
    #[must_use]
    pub fn of_rcpt(&self) -> Vec<Parameter> {
        let notify = self.notify.map(|notify| Parameter::new("NOTIFY", &notify.to_string()));
        let orcpt =
            self.orcpt.as_ref().map(|orcpt| Parameter::new("ORCPT", &format!("rfc822;{}", xtext(&orcpt.to_string()))));
        notify.into_iter().chain(orcpt).collect()
    }
}

/// When a report is wanted (RFC 3461 §4.1): never, or at one of these or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    success: bool,
    failure: bool,
    delay: bool,
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [(self.success, "SUCCESS"), (self.failure, "FAILURE"), (self.delay, "DELAY")];
        let words: Vec<&str> = all.iter().filter(|(wanted, _)| *wanted).map(|(_, word)| *word).collect();
        f.write_str(if words.is_empty() { "NEVER".to_owned() } else { words.join(",") }.as_str())
    }
}

impl FromStr for Notify {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::default());
        }
        let mut notify = Self::default();
        for word in text.split(',') {
            match word.to_ascii_lowercase().as_str() {
                "success" => notify.success = true,
                "failure" => notify.failure = true,
                "delay" => notify.delay = true,
                "never" => return Err("never stands alone".into()),
                _ => return Err("give never, or some of success,failure,delay".into()),
            }
        }
        Ok(notify)
    }
}

/// How much of the message a report of failure has (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// All of it.
    Full,
    /// Its headers.
    Hdrs,
}

impl Ret {
    fn word(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Hdrs => "HDRS",
        }
    }
}

/// A sender's own name for a message (RFC 3461 §4.4): printable ASCII, blanks allowed, 100 characters at most as they go
/// out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envid(String);

impl FromStr for Envid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            Err("an envelope id is printable ASCII (RFC 3461 §4.4)".into())
        } else if xtext(text).len() > 100 {
            Err("an envelope id has 100 characters at most, and those that have to be encoded count three".into())
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// RFC 3461 §4: printable ASCII as it is, all else, `+` and `=` as `+` and two hexadecimal digits in upper case.
fn xtext(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        match octet {
            b'+' | b'=' => out += &format!("+{octet:02X}"),
            b'!'..=b'~' => out.push(char::from(octet)),
            _ => out += &format!("+{octet:02X}"),
        }
    }
    out
}

/// What an xtext stands for; `None` where it is none, or would be written in another way.
pub(crate) fn from_xtext(text: &str) -> Option<String> {
    let mut octets = Vec::new();
    let mut pieces = text.split('+');
    octets.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        octets.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        octets.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(octets).ok().filter(|plain| xtext(plain) == text)
}

#[cfg(test)]
mod tests {
    use super::{Dsn, Envid, Notify, Parameter, Ret, from_xtext, xtext};

    #[test]
    fn xtext_as_rfc_3461_4() {
        // "+" is 2B, "=" is 3D, a blank 20 in ASCII.
        assert_eq!(xtext("a+b=c d"), "a+2Bb+3Dc+20d");
        assert_eq!(xtext("QQ314159~!"), "QQ314159~!");
        assert_eq!(from_xtext("a+2Bb+3Dc+20d").as_deref(), Some("a+b=c d"));
        for text in ["a+", "a+2", "a+2b", "a+\u{fc}b", "a=b", "+FF", "+41"] {
            assert_eq!(from_xtext(text), None, "{text}");
        }
    }

    #[test]
    fn reports_that_can_be_asked_for() {
        for (text, word) in [
            ("never", Ok("NEVER")),
            ("Success,failure", Ok("SUCCESS,FAILURE")),
            ("delay,success,delay", Ok("SUCCESS,DELAY")),
            ("never,success", Err(())),
            ("success,never", Err(())),
            ("success,", Err(())),
            ("", Err(())),
            ("success\r\nRSET", Err(())),
        ] {
            let notify = text.parse::<Notify>().map(|notify| notify.to_string()).map_err(|_| ());
            assert_eq!(notify, word.map(str::to_owned), "{text:?}");
        }
        for text in ["", "a\r\nb", "\u{fc}", &"x".repeat(101), &"+".repeat(34)] {
            assert!(text.parse::<Envid>().is_err(), "{text:?}");
        }
        let dsn = Dsn {
            notify: "success,failure".parse().ok(),
            ret: Some(Ret::Hdrs),
            envid: "my id+1".parse().ok(),
            orcpt: "b+c@example.test".parse().ok(),
        };
        let words = |all: Vec<Parameter>| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(words(dsn.of_mail()), "RET=HDRS ENVID=my+20id+2B1");
        assert_eq!(words(dsn.of_rcpt()), "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@example.test");
        assert_eq!((words(Dsn::default().of_mail()), words(Dsn::default().of_rcpt())), (String::new(), String::new()));
    }

    #[test]
    fn parameters_as_rfc_5321_4_1_2() {
        for good in ["SMTPUTF8", "SIZE=5", "body=8BITMIME", "X-A-1=a+20b,c;<>", "8BIT"] {
            assert_eq!(good.parse::<Parameter>().map(|p| p.to_string()), Ok(good.to_owned()));
        }
        for bad in
            ["", "=x", "-A=x", "A=", "A=b c", "A=b=c", "A B", "A=\u{fc}", "A\r\nRSET", "A=b\r\nRSET", "A=\0", "A_B"]
        {
            assert!(bad.parse::<Parameter>().is_err(), "{bad:?}");
        }
        assert_eq!("size=5".parse::<Parameter>().unwrap().keyword(), "SIZE");
    }
}
