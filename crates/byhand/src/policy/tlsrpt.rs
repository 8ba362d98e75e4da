//! Where a domain wants reports about TLS (RFC 8460 §3): the record at `_smtp._tls.`.
//!
//! Not here: reports themselves. These tools show where they would go.

/// The addresses of the record, `mailto:` and `https:`; none where there is not exactly one record that can be read.
#[must_use]
pub fn addresses(texts: &[String]) -> Vec<String> {
    let mut records = texts.iter().filter(|text| text.starts_with("v=TLSRPTv1;"));
    let (Some(record), None) = (records.next(), records.next()) else { return Vec::new() };
    let fields = record.split(';').skip(1).filter_map(|field| field.trim().split_once('='));
    let Some((_, list)) = fields.into_iter().find(|(name, _)| name.trim_end() == "rua") else { return Vec::new() };
    let wanted = |text: &&str| text.starts_with("mailto:") || text.starts_with("https:");
    list.split(',').map(str::trim).filter(wanted).map(str::to_owned).collect()
}

/// Why no reports can be sent, where a record asks for them.
#[must_use]
pub fn trouble(texts: &[String]) -> Option<&'static str> {
    let records = texts.iter().filter(|text| text.split(';').next().is_some_and(|first| first.trim() == "v=TLSRPTv1"));
    match records.count() {
        2.. => Some("there is more than one, and then none counts"),
        1 if addresses(texts).is_empty() => Some("it names no mailto: or https: address (rua)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{addresses, trouble};

    #[test]
    fn records() {
        let of = |texts: &[&str]| addresses(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        // RFC 8460 §3.1 has the first two as examples.
        assert_eq!(of(&["v=TLSRPTv1;rua=mailto:reports@example.com"]), ["mailto:reports@example.com"]);
        let https = "https://reporting.example.com/v1/tlsrpt";
        assert_eq!(of(&[&format!("v=TLSRPTv1; rua={https}")]), [https]);
        assert_eq!(of(&[&format!("v=TLSRPTv1; x=1; rua=mailto:a@b.example , {https};"), "v=spf1 -all"]).len(), 2);
        for none in ["v=TLSRPTv2; rua=mailto:a@b.example", "v=TLSRPTv1", "v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=ftp://x"]
        {
            assert!(of(&[none]).is_empty(), "{none}");
        }
        let one = "v=TLSRPTv1; rua=mailto:a@b.example";
        assert!(of(&[one, one]).is_empty());
        let why = |texts: &[&str]| trouble(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert_eq!(
            (why(&[one]), why(&[]), why(&["v=spf1 -all", "v=TLSRPTv2; rua=mailto:a@b.example"])),
            (None, None, None)
        );
        assert!(why(&[one, one]).is_some_and(|why| why.contains("more than one")));
        for none in ["v=TLSRPTv1", "v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=ftp://x"] {
            assert!(why(&[none]).is_some_and(|why| why.contains("rua")), "{none}");
        }
    }
}
