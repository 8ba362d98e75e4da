//! Mailbox and hosting providers of the Americas, and Zoho.
//!
//! Sources: Comcast's and AT&T's postmaster pages, GoDaddy's bounce codes (`IB101` to `IB7xx`), Zoho's help pages, and those of the others named.

use crate::explain::rule::on;
use crate::wire::Reason as R;

use super::Provider;

const GODADDY_PAGE: &str = "GoDaddy: email bounceback codes IB1xx to IB7xx";
const COMCAST_PAGE: &str = "Comcast: postmaster.comcast.net, SMTP error codes";
const ATT_PAGE: &str = "AT&T: postmaster pages";
const ZOHO_PAGE: &str = "Zoho Mail: SMTP errors and bounces";
const RACKSPACE_PAGE: &str = "Rackspace Email: bounce messages";
const HOSTING_PAGE: &str = "the provider's help pages";

pub(super) const GODADDY: Provider = Provider {
    name: "GoDaddy",
    hosts: &["secureserver.net", "godaddy.com"],
    marks: "/x.co | /www.secureserver.net | /unblock.secureserver.net | ib101 | ib103 | ib104 | ib105 | ib106 | ib108 | ib110 | ib111 | ib112 | ib113 | ib212 | ib504 | ib506 | ib508 | ib510 | ib601 | ib603 | ib607 | ib705 | rbl reject",
    rules: &[
        on(R::RateLimited, 97, GODADDY_PAGE).words("ib101 | ib510 | max number of messages | too many recipients"),
        on(R::BadReputation, 97, GODADDY_PAGE).words("ib103 | poor reputation"),
        on(R::Blocked, 97, GODADDY_PAGE)
            .words("ib104 | ib105 | ib106 | ib108 | ib110 | ib111 | ib112 | ib113 | rbl reject | this ip has been"),
        on(R::SpamDetected, 97, GODADDY_PAGE)
            .words("ib212 | ib601 | ib603 | ib607 | judged to be spam by the internet community")
            .unless("ib110 | ib108 | this ip has been"),
        on(R::VirusDetected, 98, GODADDY_PAGE).words("ib705 | virus"),
        on(R::NotCompliantRfc, 97, GODADDY_PAGE).words("ib502"),
        on(R::Rejected, 97, GODADDY_PAGE).words("ib506 | from domain is invalid"),
        on(R::AuthFailure, 98, GODADDY_PAGE).words("ib508 | spf record | dmarc"),
        on(R::RequirePtr, 97, GODADDY_PAGE).words("reverse dns"),
        on(R::MailboxFull, 96, GODADDY_PAGE).words("mailfolder is full | mailbox full | over quota"),
        on(R::UserUnknown, 95, GODADDY_PAGE).words("recipient not found | user unknown | account does not exist"),
    ],
};

pub(super) const COMCAST: Provider = Provider {
    name: "Comcast",
    hosts: &["comcast.net", "xfinity.com"],
    marks: "/postmaster.comcast.net | bl000000 | bl000001 | bl000002 | bl000010 | rl000001 | rl000002 | rl000003 | dm000001 | /spa.xfinity.com | comcast",
    rules: &[
        on(R::Blocked, 97, COMCAST_PAGE)
            .words("bl000000 | bl000001 | bl000002 | bl000010 | bl0* | /codes.php#bl* | comcast block"),
        on(R::RateLimited, 97, COMCAST_PAGE).words("rl000001 | rl000002 | rl000003 | rl000010 | rl0*"),
        on(R::AuthFailure, 98, COMCAST_PAGE).words("dm000001 | dmarc"),
        on(R::RequirePtr, 97, COMCAST_PAGE).words("ptr | rdns | reverse dns"),
        on(R::SpamDetected, 94, COMCAST_PAGE).words("ph000001 | uce | message rejected as spam"),
        on(R::UserUnknown, 96, COMCAST_PAGE)
            .words("not our customer | account not available | recipient address rejected | invalid recipient"),
        on(R::Suspend, 95, COMCAST_PAGE).words("account not available"),
        on(R::RateLimited, 95, COMCAST_PAGE).words("too many sessions opened | try again later too many | throttled"),
    ],
};

pub(super) const ATT: Provider = Provider {
    name: "AT&T",
    hosts: &["att.net", "sbcglobal.net", "bellsouth.net", "prodigy.net"],
    marks: "abuse rbl att.net | /rbl.att.net | /att.net | dnsbl attrbl | dnsbl rblprod | 521 #",
    rules: &[
        on(R::Blocked, 97, ATT_PAGE)
            .words("blocked by sbc | dnsbl* | abuse rbl | /rbl.att.net | blocked .. @ | attrbl"),
        on(R::UserUnknown, 94, ATT_PAGE).words("invalid mailbox | not our customer"),
    ],
};

pub(super) const ZOHO: Provider = Provider {
    name: "Zoho",
    hosts: &["zoho.com", "zoho.eu", "zoho.in", "zohomail.com", "zohocorp.com"],
    marks: "mx.zoho.com | zoho | /www.zoho.com | mailpolicy violation",
    rules: &[
        on(R::UserUnknown, 96, ZOHO_PAGE)
            .words("user does not exist | user unknown | no such user | invalid recipient"),
        on(R::PolicyViolation, 97, ZOHO_PAGE).words("mailpolicy violation"),
        on(R::AuthFailure, 97, ZOHO_PAGE).words("dmarc policy | dmarc | spf | dkim"),
        on(R::SpamDetected, 97, ZOHO_PAGE).words("flagged as spam | as spam"),
        on(R::SystemError, 96, ZOHO_PAGE).words("temporary system error | internal error"),
        on(R::Blocked, 92, ZOHO_PAGE).words("ip .. blocked | blacklisted | rejected due to ip"),
        on(R::RateLimited, 95, ZOHO_PAGE).words("unusual sending activity | limit exceeded | throttled"),
        on(R::Suspend, 95, ZOHO_PAGE).words("mailbox is inactive | user is inactive | account disabled"),
        on(R::Greylisted, 97, ZOHO_PAGE).words("greylisted"),
    ],
};

pub(super) const RACKSPACE: Provider = Provider {
    name: "Rackspace",
    hosts: &["emailsrvr.com", "rackspace.com", "mailtrust.com"],
    marks: "/www.rackspace.com | emailsrvr.com | /help.rackspace.com",
    rules: &[
        on(R::Blocked, 94, RACKSPACE_PAGE)
            .words("client host rejected | service unavailable | g1 | g2 | g4")
            .unless("not authenticated"),
        on(R::RateLimited, 94, RACKSPACE_PAGE).words("sending limit | rate limit | too many"),
        on(R::UserUnknown, 94, RACKSPACE_PAGE).words("recipient address rejected user unknown | user unknown"),
    ],
};

pub(super) const HOSTING: Provider = Provider {
    name: "an American provider",
    hosts: &[
        "earthlink.net",
        "frontier.com",
        "centurylink.net",
        "windstream.net",
        "optonline.net",
        "shaw.ca",
        "rogers.com",
        "bell.net",
        "sympatico.ca",
        "telus.net",
        "videotron.ca",
        "uol.com.br",
        "terra.com.br",
        "bol.com.br",
        "locaweb.com.br",
        "registrar-servers.com",
        "privateemail.com",
        "fastmail.com",
        "messagingengine.com",
        "protonmail.ch",
        "proton.me",
        "tutanota.de",
        "improvmx.com",
        "forwardemail.net",
        "mailchannels.net",
        "bluehost.com",
        "hostgator.com",
        "dreamhost.com",
        "hostinger.com",
    ],
    marks: "/improvmx.com | improvmx.com | /mailchannels.com",
    rules: &[
        on(R::SystemError, 96, HOSTING_PAGE).words("database returned invalid pieces"),
        on(R::NetworkError, 97, HOSTING_PAGE).words("loop detected"),
        on(R::Blocked, 88, HOSTING_PAGE).words("ip address .. blocked | 571 .. blocked | abuse team"),
    ],
};
