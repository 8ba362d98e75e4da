//! What a finding means for somebody who runs no mail server: one clause each, without a code and without the names of
//! protocols.
//!
//! Not here: what exactly is wrong, which stands in the finding's own text and goes to whoever runs the servers.

use crate::render::advice;
use crate::wire::{Finding, FindingId, ProbeRecord, StsMode, TlsResult};

/// What the findings mean and what to do, each thing once: `one thing: do this; another`. Beside each the record that it is from,
/// where it is from one.
pub(super) fn all<'a>(findings: impl Iterator<Item = (&'a Finding, Option<&'a ProbeRecord>)>) -> Vec<String> {
    let mut senses: Vec<String> = Vec::new();
    for (finding, record) in findings {
        let host = finding.host.as_deref().or_else(|| record?.target.host.as_deref());
        let host = host.unwrap_or("one of the mail servers");
        let means = in_particular(finding.id, record).unwrap_or_else(|| of(finding.id));
        let act = advice::step(finding, record).map_or_else(String::new, |step| format!(": {}", step.plain));
        let text = format!("{means}{act}").replace("HOST", host);
        if !senses.contains(&text) {
            senses.push(text);
        }
    }
    senses
}

/// Texts as one line for whoever runs the servers.
pub(super) fn line<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(|text| text.trim_end_matches('.')).collect::<Vec<_>>().join("; ")
}

/// How many things there are, at the beginning of a sentence.
pub(super) fn things(number: usize) -> String {
    const WORDS: [&str; 6] = ["One thing", "Two things", "Three things", "Four things", "Five things", "Six things"];
    let word = number.checked_sub(1).and_then(|at| WORDS.get(at));
    word.map_or_else(|| format!("{number} things"), |word| (*word).to_owned())
}

/// What a finding means by the verdicts that it is from, where one word stands for several things.
fn in_particular(id: FindingId, record: Option<&ProbeRecord>) -> Option<&'static str> {
    let verdicts = &record?.verdicts;
    match id {
        FindingId::StsFailed => {
            let sts = verdicts.sts.as_ref()?;
            Some(match (sts.results.first()?, sts.mode) {
                (TlsResult::StsPolicyFetchError | TlsResult::StsPolicyInvalid | TlsResult::StsWebpkiInvalid, _) => {
                    "the domain announces a security policy that cannot be had, so senders go on as if there were none"
                }
                (_, Some(StsMode::Testing)) => {
                    "the server does not fit the domain's security policy, which is only being tested so far"
                }
                _ => "the server does not fit the domain's security policy, so large providers keep mail back",
            })
        }
        FindingId::DaneFailed => {
            let first = *verdicts.dane.as_ref()?.results.first()?;
            Some(if first == TlsResult::DnssecInvalid {
                "the server's security entries in DNS cannot be looked up, so careful senders keep mail back"
            } else {
                "the server does not fit its security entries in DNS, so careful senders keep mail back"
            })
        }
        _ => None,
    }
}

/// What a finding means; `HOST` stands for the mail server that it is about.
fn of(id: FindingId) -> &'static str {
    use FindingId as F;
    match id {
        F::MxIsCname => "HOST is a second name of another server, which some senders do not follow",
        F::MxIsAddress => "a number stands where a mail server's name has to be, so most senders cannot use it",
        F::MxBadName => "what is named as a mail server can be no server's name",
        F::MxHostMissing => "HOST is named as a mail server and does not exist, so senders lose time on it",
        F::MxHostFailed => "the address of HOST could not be looked up this time",
        F::NullMxMixed => "the domain says that it takes no mail, and names mail servers as well",
        F::ReservedAddress => "HOST has an address that cannot be reached from the Internet",
        F::OwnName => "HOST has this machine's own name, so mail from here may go in a circle",
        F::DnssecBogus => "the signatures of the domain's entries in DNS are broken, so careful senders keep mail back",
        F::TlsaFailed => "the security entries of HOST cannot be looked up, so careful senders keep mail back",
        F::TlsaUnusable => "a security entry of HOST cannot be used, so it protects nobody",
        F::StsSeveralRecords => "the domain's security policy is announced twice, so it counts for nobody",
        F::StsRecordUnreadable => {
            "the announcement of the domain's security policy cannot be read, so it counts for nobody"
        }
        F::StsLookupFailed => "whether the domain has a security policy could not be found out this time",
        F::StsPolicyFailed => "the domain announces a security policy that cannot be had",
        F::StsMxMissing => "the domain's security policy does not name HOST, so large providers may not use it",
        F::StsFailed => {
            "the server and the domain's security policy do not fit together, or that cannot be had, so large providers may not use it"
        }
        F::DaneFailed => {
            "the server and its security entries in DNS do not fit together, or those cannot be had, so careful senders keep mail back"
        }
        F::TlsrptUnusable => "what asks senders for reports about encryption cannot be read, so none come",
        F::AuthInClear => "passwords are asked for without encryption",
        F::PasswordInClear => "the password was sent without encryption: change it",
        F::PasswordUnverified => {
            "the password was sent to a server that did not prove who it is: change it if that was not meant"
        }
        F::NoLogin => "there was no login",
        F::NoStarttls => "mail to the server cannot be encrypted on its way",
        F::StarttlsRefused => "the server offers encryption and does not do it",
        F::CertExpired => "the security certificate has ended",
        F::CertNotYetValid => "the security certificate is not valid yet",
        F::CertEndsSoon => "the security certificate ends within two weeks",
        F::CertWrongName => "the security certificate is for another name",
        F::CertUntrusted | F::CertInvalid => "nobody who is known vouches for the security certificate",
        F::ChainOrder | F::ChainIncomplete => "the security certificate is not sent with all that belongs to it",
        F::CertWeakKey | F::CertWeakSignature | F::WeakCipher | F::OldTls | F::NoCurrentTls => {
            "the encryption is older or weaker than it should be"
        }
        F::PlaintextAfterStarttls | F::StarttlsInTls | F::RequiretlsInClear => {
            "encryption begins in a way that is not safe"
        }
        F::SentInClear => "the message went without encryption",
        F::Utf8Headers | F::LongMessageLine | F::LineEnds | F::MessageHeaders => {
            "the message's form is unusual, and some servers refuse that"
        }
        F::DsnNotOffered => "the server sends no reports of delivery",
        F::NotAnMx => "the server is none of those that the recipient's domain names",
        F::SmtpInspection => "something between, mostly a firewall, rewrites the conversation with HOST",
        F::EhloName => "our own name may be taken ill",
        _ => "the server does not keep to the rules in some detail",
    }
}

#[cfg(test)]
mod tests {
    use super::{all, line, things};
    use crate::wire::{Finding, FindingId};

    #[test]
    fn each_thing_once_with_its_host() {
        let missing = |host| Finding::at(host, FindingId::StsMxMissing, "text");
        let findings = [missing("mx1.example.org"), missing("mx2.example.org"), missing("mx1.example.org")];
        let senses = all(findings.iter().map(|finding| (finding, None)));
        assert_eq!(senses.len(), 2);
        assert_eq!(
            senses[0],
            "the domain's security policy does not name mx1.example.org, so large providers may not use it: name \
             the server there, or take it out of DNS"
        );
    }

    #[test]
    fn as_people_write() {
        assert_eq!([1, 2, 6, 7].map(things), ["One thing", "Two things", "Six things", "7 things"]);
        assert_eq!(line(["A is so.", "b is not"]), "A is so; b is not");
    }
}
