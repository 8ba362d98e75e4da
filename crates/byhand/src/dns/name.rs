//! Names between the wire and the records.
//!
//! What a person types is a [`Domain`] and always fits the wire. What comes from the wire may hold any octet in a label
//! (RFC 2181 §11), so it is written out in the presentation form of RFC 1035 §5.1: a backslash before a dot or another
//! sign of the master file's own, `\DDD` in decimal for what cannot be printed. Nothing in it can then be taken for a
//! separator, a control character or the end of a line. Lower case, without the final dot; the root is empty.

use std::fmt::Write as _;

use hickory_proto::rr::Name;

use crate::domain::Domain;

/// A typed name as it goes to the wire, fully qualified.
pub(super) fn to_wire(domain: &Domain) -> Option<Name> {
    let mut name = Name::from_labels(domain.as_str().split('.').map(str::as_bytes)).ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// A name from the wire in presentation form, lower case, without the final dot; empty for the root.
pub(super) fn presentation(name: &Name) -> String {
    let mut text = String::with_capacity(name.len());
    for (i, label) in name.iter().enumerate() {
        if i > 0 {
            text.push('.');
        }
        for &octet in label {
            match octet {
                b'.' | b'\\' | b'"' | b'(' | b')' | b';' | b'@' | b'$' => {
                    text.push('\\');
                    text.push(char::from(octet));
                }
                0x21..=0x7e => text.push(char::from(octet.to_ascii_lowercase())),
                // Writing to a String cannot fail.
                _ => drop(write!(text, "\\{octet:03}")),
            }
        }
    }
    text
}

/// A name from the wire as a sentence shows it: the root is a dot there.
pub(super) fn shown(name: &Name) -> String {
    if name.is_root() { ".".to_owned() } else { presentation(name) }
}

#[cfg(test)]
mod tests {
    use hickory_proto::rr::Name;

    use super::{presentation, to_wire};

    #[test]
    fn any_octet_is_written_out() {
        // RFC 1035 §5.1: \X for signs, \DDD decimal for the rest. Worked out by hand.
        let odd = Name::from_labels([b"a.b".as_slice(), b"\x00\xff ", b"MX-1_x"]).unwrap();
        assert_eq!(presentation(&odd), "a\\.b.\\000\\255\\032.mx-1_x");
        assert_eq!(presentation(&Name::root()), "");
    }

    #[test]
    fn typed_names_fit_the_wire() {
        let longest = [vec![b'a'; 63], vec![b'b'; 63], vec![b'c'; 63], vec![b'd'; 61]]
            .map(|label| String::from_utf8(label).unwrap())
            .join(".");
        assert_eq!(longest.len(), 253);
        for text in ["example.org", "-a.example", "_x.example", "xn--bcher-kva.example", "localhost", &longest] {
            let name = to_wire(&text.parse().unwrap()).expect(text);
            assert_eq!(presentation(&name), text);
            assert!(name.is_fqdn());
        }
    }
}
