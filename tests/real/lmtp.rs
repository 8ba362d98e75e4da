//! LMTP to Dovecot, and delivery reports from Postfix.
//!
//! What Dovecot says to each recipient was seen by hand with `nc` first: its static user database knows everybody, but for
//! names with characters that it does not allow (550 at RCPT); and a name that makes a folder's name longer than a file
//! system takes (255 octets) fails after the dot (451).

use byhand_tests::{bin, in_lab, lab_or_skip};

use super::send::{end, kept, send, unique};
use super::{records, word};

/// Dovecot's LMTP, at its own port, that `--protocol lmtp` chooses.
const DOVECOT: [&str; 4] = ["--protocol", "lmtp", "--server", "127.0.1.50"];

#[test]
fn dovecot_answers_for_each_recipient() {
    let Some(lab) = lab_or_skip() else { return };
    let domain = format!("{}.test", ["d"; 5].map(|letter| letter.repeat(45)).join("."));
    let (good, unknown, long) =
        (format!("b@{domain}"), format!("no!user@{domain}"), format!("{}@{domain}", "l".repeat(64)));
    let mark = unique();
    let words = ["--to", &long, "--to", &unknown, "--to", &good, "--subject", &mark, "--body", "no end"];
    for more in [&[][..], &["--lockstep"], &["--tls", "require"]] {
        let sent = send(&lab, &[&DOVECOT[..], &words, more].concat());
        let ends: Vec<String> = sent.iter().map(end).collect();
        assert_eq!(ends, ["temporary body deferred 451", "permanent rcpt refused 550", "ok - - 250"], "{sent:?}");
        assert_eq!(sent[2]["attempts"][0]["target"]["port"], 24);
        assert!(word(&sent[2]["outcome"]["text"]).contains(" Saved"), "{}", sent[2]["outcome"]);
        assert!(sent.iter().all(|record| record["attempts"][0]["in_doubt"] == false), "{sent:?}");
    }
    kept(&lab.join("mail/dovecot").join(&good), &mark);
}

#[test]
fn dovecot_does_not_know_ehlo_nor_postfix_lhlo() {
    let Some(lab) = lab_or_skip() else { return };
    let to = ["--to", "b@good.test"];
    let sent = send(&lab, &[&["--server", "127.0.1.50:24"][..], &to].concat());
    assert_eq!(&end(&sent[0])[..22], "permanent ehlo refused", "{}", sent[0]["outcome"]);
    let sent = send(&lab, &[&["--protocol", "lmtp", "--server", "127.0.1.10:25"][..], &to].concat());
    assert_eq!(&end(&sent[0])[..22], "permanent ehlo refused", "{}", sent[0]["outcome"]);
}

#[test]
fn a_probe_of_dovecot() {
    let Some(lab) = lab_or_skip() else { return };
    let ca = lab.join("pki/ca.pem").display().to_string();
    let words = ["--format", "json", "--ehlo", "client.test", "--ca-file", &ca, "--protocol", "lmtp", "[127.0.1.50]"];
    let probed = records(&in_lab(bin("smtp-probe"), &words));
    let record = &probed[0];
    assert_eq!(word(&record["outcome"]["status"]), "ok", "{}", record["outcome"]);
    for list in ["capabilities", "capabilities_tls"] {
        assert_eq!(word(&record[list]["protocol"]), "lmtp", "{list}");
    }
    assert_eq!(word(&record["transcript"][2]["text"]), "LHLO client.test");
}

#[test]
fn postfix_reports_as_it_is_asked() {
    let Some(lab) = lab_or_skip() else { return };
    let id = unique();
    let words = ["--server", "127.0.1.10:25", "--from", "s@good.test", "--to", "b@good.test"];
    let asks = ["--notify", "success", "--ret", "hdrs", "--envid", &id, "--orcpt", "first+x@old.test"];
    let message = ["--subject", "a report is asked for, no end"];
    let ca = lab.join("pki/ca.pem").display().to_string();
    let all = [&["--ehlo", "client.test", "--ca-file", &ca][..], &words, &asks, &message].concat();
    let sent = records(&in_lab(bin("smtp-send"), &all));
    assert_eq!(end(&sent[0]), "ok - - 250", "{}", sent[0]["outcome"]);
    // The id is in no message but the report (RFC 3464 §2.2.1); the original recipient in the form of §2.3.1.
    let report = kept(&lab.join("mail/postfix"), &id);
    assert!(report.contains(&format!("Original-Envelope-Id: {id}\n")), "{report}");
    assert!(report.contains("Original-Recipient: rfc822;first+x@old.test\n"), "{report}");
    assert!(report.contains("text/rfc822-headers"), "RET=HDRS: {report}");
}

#[test]
fn aiosmtpd_offers_no_dsn_and_gets_none() {
    let Some(lab) = lab_or_skip() else { return };
    let words = ["--server", "127.0.1.60:25", "--to", "b@good.test"];
    let sent = send(&lab, &[&words[..], &["--notify", "success", "--envid", "x"]].concat());
    assert_eq!(end(&sent[0]), "ok - - 250", "{}", sent[0]["outcome"]);
    let findings = sent[0]["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["id"] == "dsn-not-offered"), "{findings:?}");
    // RFC 5321 §4.1.1.11: it says 555 to parameters that it does not know, and these go out as typed.
    let sent = send(&lab, &[&words[..], &["--rcpt-parameter", "NOTIFY=SUCCESS"]].concat());
    assert_eq!(end(&sent[0]), "permanent rcpt refused 555", "{}", sent[0]["outcome"]);
}
