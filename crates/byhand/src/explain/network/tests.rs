//! Silence at unrelated hosts is told from one silent host, and what a firewall leaves from what a server says.

use super::*;

#[test]
fn silence_everywhere_is_ours() {
    let end = |host, fault| End { host, fault: Some(fault) };
    let silent = Fault::ConnectTimeout;
    let three = [end("mx.example.org", silent), end("mx1.example.net", silent), end("mx.example.com", silent)];
    let found = silence(&three).expect("three owners");
    assert_eq!((found.side, found.confidence), (Side::Sender, High));
    assert_eq!(found.evidence[0].value, "port-25-blocked");
    // One domain's hosts may well be down together; and who answers shows that port 25 is open.
    assert_eq!(
        silence(&[end("mx1.example.org", silent), end("mx2.example.org", silent), end("mx3.example.org", silent)]),
        None
    );
    let answered = End { host: "mx.example.edu", fault: None };
    assert_eq!(silence(&[three[0], three[1], three[2], answered]), None);
    assert_eq!(silence(&[three[0], three[1], end("mx.example.edu", Fault::ConnectionRefused)]), None);
    assert_eq!(silence(&[]), None);
}

#[test]
fn a_firewall_that_inspects_is_seen() {
    for line in [
        "220 ****************2****2*****0*",
        "500 Command unrecognized: \"XXXX example.net\"",
        "250-XXXXXXXA",
        "502 XXXXXXXX",
    ] {
        assert!(greeting(line).is_some(), "{line}");
    }
    for line in ["220 mx.example.org ESMTP", "220 *** Welcome to example.org ***", "550 no", "220 XX.example.org"] {
        assert_eq!(greeting(line), None, "{line}");
    }
}
