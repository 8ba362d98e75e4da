//! Special cases: replies of which more is known than their reason says, and that a table of codes gets wrong.
//!
//! A rule names its case; the case's word stands in the evidence as `rule`. Each says what it means and what to do, and some know
//! better than the first digit if trying again can help.

use crate::wire::Nature;

/// A special case.
pub(super) struct Case {
    pub(super) id: &'static str,
    pub(super) meaning: &'static str,
    pub(super) next: &'static str,
    pub(super) nature: Option<Nature>,
}

/// The case of that name.
pub(super) fn find(id: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.id == id)
}

/// Whether that case is one that does not pass.
pub(super) fn is_for_good(id: &str) -> bool {
    find(id).is_some_and(|case| case.nature == PERMANENT)
}

const fn case(id: &'static str, nature: Option<Nature>, meaning: &'static str, next: &'static str) -> Case {
    Case { id, meaning, next, nature }
}

const TEMPORARY: Option<Nature> = Some(Nature::Temporary);
const PERMANENT: Option<Nature> = Some(Nature::Permanent);

pub(super) const CASES: &[Case] = &[
    case(
        "open-resolver",
        TEMPORARY,
        "the receiver asked a block list through a public or overloaded DNS resolver and took the list's error for a listing; the sender is most likely not listed",
        "look the address up at the list itself; tell the receiver's postmaster by another way to use a resolver of their own, or a key of the list's",
    ),
    case(
        "loop",
        PERMANENT,
        "the message goes in a circle between servers that pass it on to one another",
        "look at where the recipient's address is forwarded to, and at the domain's MX: one of the servers sends the mail back",
    ),
    case(
        "ehlo-name",
        PERMANENT,
        "the server hung up over the name given in EHLO or HELO, such as localhost or a bare word; it is no limit on the rate",
        "give a full host name that stands in DNS as the EHLO name",
    ),
    case(
        "helo-needs-ehlo",
        PERMANENT,
        "the command belongs to ESMTP and was not offered; after HELO, or in clear, nothing of it is there",
        "say EHLO in place of HELO, again after STARTTLS, and use only what the answer offers",
    ),
    case(
        "bare-lf",
        PERMANENT,
        "the client ends lines with LF alone, and the server refuses that since it can be used to smuggle in messages",
        "have the client end every line with CRLF",
    ),
    case(
        "login-out-of-place",
        PERMANENT,
        "AUTH came at the wrong time: a login is done already, or none is offered here",
        "log in once, before MAIL, and only where the reply to EHLO offers AUTH; it may do so inside TLS alone",
    ),
    case(
        "login-cancelled",
        Some(Nature::None),
        "the client called the login off with a *, and this is the reply to that",
        "nothing is wrong; begin the login anew, where it is still wanted",
    ),
    case(
        "password-login-off",
        PERMANENT,
        "the server no longer takes a user name with a password, even where the password is right",
        "log in with OAuth2 (XOAUTH2), or send through another service; an app password takes the same way and fails too",
    ),
    case(
        "login-locked",
        PERMANENT,
        "the organisation's security settings keep this user from logging in this way; whether the password is right is not told",
        "have the organisation's administrator allow authenticated SMTP for the user, or log in with OAuth2",
    ),
    case(
        "starttls-later",
        TEMPORARY,
        "the server offers encryption and cannot begin it just now: its certificate, its key or its TLS software is at fault",
        "try again later; tell their postmaster, since the fault is at the server and not in the client",
    ),
    case(
        "connection-refused",
        TEMPORARY,
        "the host is there, and nothing listens on that port, or a firewall says so",
        "check host and port; try again later; tell their postmaster if it stays",
    ),
    case(
        "tenant-attribution",
        PERMANENT,
        "Microsoft could not tell which of its customers the connection belongs to, so it does not relay; where a client certificate is meant to tell, it was not presented, or its name fits no connector",
        "see that the client presents its certificate in the TLS handshake, and that the name in it, or the sending address, is the one in the customer's inbound connector",
    ),
    case(
        "tenant",
        None,
        "Microsoft has shut out the sending account or tenant itself, for what it has sent",
        "the tenant's administrator has to look at restricted users, mend what sent the spam, and have the block lifted by Microsoft",
    ),
    case(
        "tenant-rate",
        TEMPORARY,
        "the sender has gone beyond the number of messages or recipients that Microsoft allows in this time",
        "wait for the hour or the day to pass, and send less at once",
    ),
    case(
        "no-ipv6",
        PERMANENT,
        "the recipient's domain takes no mail over IPv6; the mailbox is not the matter",
        "send over IPv4",
    ),
    case(
        "ptr-ipv6",
        None,
        "Google found no name in DNS for the sending IPv6 address, or SPF and DKIM did not pass there; over IPv4 the same message may well be taken",
        "give the IPv6 address a PTR record whose name leads back to it, or send over IPv4",
    ),
    case(
        "ipv6-sender",
        None,
        "the server found no name in DNS for the sending IPv6 address, or nothing that authenticates mail from it; over IPv4 the same message may well be taken",
        "give the IPv6 address a PTR record whose name leads back to it and put it into SPF, or send over IPv4",
    ),
    case(
        "smtp-auth-off",
        PERMANENT,
        "logging in to send (SMTP AUTH) is switched off for this mailbox or for the whole organisation; the password may well be right",
        "have the organisation's administrator allow authenticated SMTP for the mailbox, or send another way: a login with OAuth2 meets the same refusal",
    ),
    case(
        "sender-account",
        None,
        "the server speaks of the sender's own address, mailbox or account: no recipient has been named yet",
        "look at the account that sends: whether it exists, is switched on and has room; the recipient cannot mend it",
    ),
    case(
        "google-tls",
        None,
        "Google wants an encrypted connection from this sender, and the message came in clear",
        "use STARTTLS",
    ),
    case(
        "yahoo-deferral",
        TEMPORARY,
        "Yahoo puts off mail from this address, for its volume or since users complained",
        "send less and try again after some hours; look at complaints (feedback loop), SPF, DKIM and DMARC",
    ),
    case(
        "sender-dns",
        None,
        "the server found nothing in DNS for the sender's domain; either the domain has no MX and no address, or the server's own resolver is at fault",
        "look the sender's domain up with mxlookup from elsewhere; where it is fine there, tell the receiver's postmaster",
    ),
    case(
        "free-space",
        TEMPORARY,
        "the server has less free space than it wants to keep; that is a limit at the receiver's, and no full mailbox",
        "try again later; if it stays, tell their postmaster, who has to make room or lower the limit",
    ),
    case(
        "smtp-inspection",
        PERMANENT,
        "a firewall between the two rewrites the conversation: it puts asterisks or the letter X over the greeting or over commands",
        "switch off SMTP inspection (\"fixup\") in the firewall on the way, at either end; without that neither ESMTP nor STARTTLS works",
    ),
    case(
        "relay-later",
        PERMANENT,
        "the server does not relay for this client; the code says not now, which its software does to be careful, and waiting changes nothing",
        "log in, on the port meant for it (587 or 465), or have the client's address or the domain added at the server",
    ),
    case(
        "lookup-outage",
        TEMPORARY,
        "the server does not know the mailbox just now; a 4yz code here often means that it could not ask its own directory",
        "try again later; if it stays the same for a day, check the spelling of the address",
    ),
    case(
        "port-25-blocked",
        PERMANENT,
        "several hosts that have nothing to do with one another are all silent on port 25: the network here, or its provider, most likely blocks outgoing mail",
        "ask the provider to open port 25, try from a mail server, or hand the message to a submission server on port 587 or 465",
    ),
];

#[cfg(test)]
mod tests {
    use super::CASES;
    use crate::wire::Reason;

    #[test]
    fn sentences_are_for_people() {
        // UX.md: no reason word, no word that misleads, no full stop at the end.
        for case in CASES {
            for text in [case.meaning, case.next] {
                assert!(!text.ends_with('.') && !text.is_empty(), "{}", case.id);
                for word in ["bounce", "blacklist", "greylisted", "userunknown", "onhold"] {
                    assert!(!text.contains(word), "{}: {word}", case.id);
                }
            }
        }
        for reason in Reason::ALL {
            for text in [crate::explain::meaning(reason), crate::explain::next(reason)] {
                assert!(!text.ends_with('.') && !text.is_empty(), "{reason:?}");
            }
        }
    }
}
