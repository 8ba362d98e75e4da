//! The body of a message that is made here, and the headers that say how it is to be read (RFC 2045 §5, §6).
//!
//! Content-Type and Content-Transfer-Encoding that are given replace ours, and the text is encoded as they say. What
//! cannot be done as they say is refused, so that no header tells what is not so. Text comes as UTF-8 and is encoded
//! here: whoever has encoded text gives a whole message.

use data_encoding::BASE64_MIME;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use super::LINE;
use super::header::Field;

const CONTENT_TYPE: &str = "Content-Type";
const ENCODING: &str = "Content-Transfer-Encoding";

/// Whether a header is written here and nowhere else.
pub(super) fn is_of_the_body(name: &str) -> bool {
    [CONTENT_TYPE, ENCODING].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Whether the headers can be kept with this text.
///
/// # Errors
/// Why not: a sentence without a full stop.
pub fn check(headers: &[Field], text: &str) -> Result<(), String> {
    given(headers, "MIME-Version")?;
    part(headers, text).map(drop)
}

/// The text as the headers want it.
pub(super) fn part<'a>(headers: &[Field], text: &str) -> Result<MimePart<'a>, String> {
    let text = super::Message::given(text.as_bytes()).content();
    let is_ascii = text.is_ascii();
    let content_type = content_type(given(headers, CONTENT_TYPE)?, is_ascii)?;
    let is_composite = ["multipart/", "message/"].iter().any(|kind| begins(&content_type, kind));
    let long = text.split(|&octet| octet == b'\n').any(|line| line.len() > LINE + 1);
    let encoding = given(headers, ENCODING)?.map(|encoding| encoding.trim().to_ascii_lowercase());
    let refused = |why: &str| Err(format!("{ENCODING} {}: {why}", encoding.as_deref().unwrap_or("7bit")));
    let (encoding, octets) = match encoding.as_deref() {
        Some("7bit") if !is_ascii => return refused("the text has characters beyond ASCII"),
        Some("7bit" | "8bit") if long => return refused("the text has a line of more than 998 octets"),
        Some("quoted-printable" | "base64") if is_composite => {
            return refused("parts are encoded one by one, never the whole (RFC 2045 §6.4)");
        }
        None if is_composite && long => return refused("the text has a line of more than 998 octets"),
        Some("7bit") => ("7bit", text.to_vec()),
        Some("8bit") => ("8bit", text.to_vec()),
        Some("quoted-printable") => ("quoted-printable", quoted_printable(&text)),
        Some("base64") => ("base64", BASE64_MIME.encode(&text).into_bytes()),
        Some(_) => return refused("only 7bit, 8bit, quoted-printable and base64 can be made"),
        None if is_composite => (if is_ascii { "7bit" } else { "8bit" }, text.to_vec()),
        None => return Ok(automatic(content_type, &text)),
    };
    let part = MimePart::raw(BodyPart::Binary(octets.into())).header(CONTENT_TYPE, Raw::new(content_type));
    Ok(part.header(ENCODING, Raw::new(encoding)))
}

/// The text in whatever encoding of 7 bits suits it.
pub(super) fn automatic<'a>(content_type: String, text: &[u8]) -> MimePart<'a> {
    let text = String::from_utf8_lossy(text).into_owned();
    MimePart::raw(BodyPart::Text(text.into())).header(CONTENT_TYPE, Raw::new(content_type))
}

/// What is said of text where nothing is given.
pub(super) fn plain() -> String {
    "text/plain; charset=\"utf-8\"".into()
}

/// The one value of a header that may be given once.
fn given<'h>(headers: &'h [Field], name: &str) -> Result<Option<&'h str>, String> {
    let mut found = headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
    let first = found.next();
    if found.next().is_some() {
        return Err(format!("a message has one {name} header, and more are given"));
    }
    match first {
        Some(field) if !field.value.is_ascii() => Err(format!("{name} cannot have characters beyond ASCII")),
        first => Ok(first.map(|field| field.value.as_str())),
    }
}

/// The content type; it says the character set where that is needed.
fn content_type(given: Option<&str>, is_ascii: bool) -> Result<String, String> {
    let Some(given) = given else { return Ok(plain()) };
    let charset = given.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    match charset.as_deref() {
        Some("utf-8" | "utf8") => {}
        // All others that are in use hold ASCII as it is.
        Some(charset) if is_ascii && !charset.starts_with("utf-16") && !charset.starts_with("utf-32") => {}
        Some(charset) => {
            return Err(format!(
                "{CONTENT_TYPE} says charset={charset}, and the text is UTF-8: say charset=utf-8, or give a whole message \
                 with --data"
            ));
        }
        None if !is_ascii && begins(given, "text/") => return Ok(format!("{given}; charset=utf-8")),
        None => {}
    }
    Ok(given.to_owned())
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// RFC 2045 §6.7: lines of 76 characters at most, no blank at their ends.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for line in text.split_inclusive(|&octet| octet == b'\n') {
        let (line, end) = line.strip_suffix(b"\r\n").map_or((line, &b""[..]), |line| (line, b"\r\n"));
        let mut column = 0;
        for (at, &octet) in line.iter().enumerate() {
            let is_last = at + 1 == line.len();
            let plain = match octet {
                b' ' | b'\t' => !is_last,
                b'=' => false,
                octet => octet.is_ascii_graphic(),
            };
            let width = if plain { 1 } else { 3 };
            if column + width > 75 {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            if plain {
                out.push(octet);
            } else {
                out.extend_from_slice(format!("={octet:02X}").as_bytes());
            }
            column += width;
        }
        out.extend_from_slice(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{check, quoted_printable};
    use crate::message::header::Field;

    fn fields(texts: &[&str]) -> Vec<Field> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn headers_that_would_not_be_so() {
        let long = "x".repeat(999);
        for (headers, text, why) in [
            (&["content-transfer-encoding: 7bit"][..], "ü", "beyond ASCII"),
            (&["Content-Transfer-Encoding: 8bit"], &long, "998"),
            (&["Content-Transfer-Encoding: binary"], "x", "only 7bit"),
            (&["Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: base64"], "x", "one by one"),
            (&["Content-Type: multipart/mixed; boundary=b"], &long, "998"),
            (&["Content-Type: text/html; charset=iso-8859-1"], "ü", "say charset=utf-8"),
            (&["Content-Type: text/html; Charset=\"UTF-16\""], "x", "say charset=utf-8"),
            (&["Content-Type: text/html", "content-type: text/plain"], "x", "one Content-Type"),
            (&["MIME-Version: 1.0", "mime-version: 1.0"], "x", "one MIME-Version"),
            (&["Content-Type: text/ü"], "x", "beyond ASCII"),
        ] {
            let error = check(&fields(headers), text).unwrap_err();
            assert!(error.contains(why), "{headers:?}: {error}");
        }
        let fine =
            ["Content-Type: text/html; charset=iso-8859-1", "Content-Transfer-Encoding: 7BIT", "MIME-Version: 1.0"];
        assert_eq!(check(&fields(&fine), "x"), Ok(()));
    }

    #[test]
    fn quoted_printable_by_hand() {
        let qp = |text: &str| String::from_utf8(quoted_printable(text.as_bytes())).unwrap();
        // RFC 2045 §6.7 (1) to (5), by hand.
        assert_eq!(qp("a=b ü \t\r\n.\r\n"), "a=3Db =C3=BC =09\r\n.\r\n");
        assert_eq!(qp(&"x".repeat(76)), format!("{}=\r\nx", "x".repeat(75)));
        assert_eq!(qp(&format!("{}=", "x".repeat(73))), format!("{}=\r\n=3D", "x".repeat(73)));
    }
}
