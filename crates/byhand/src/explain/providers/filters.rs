//! Filters that stand in front of other people's servers: services and appliances.
//!
//! Sources: the pages that each maker publishes about its replies, named at the rules. A filter's reply is the filter's: behind it
//! stands a server that has not been asked.

use crate::explain::rule::on;
use crate::wire::Reason as R;

use super::Provider;

const PROOFPOINT_PAGE: &str = "Proofpoint: Dynamic Reputation, Essentials and PPS replies";
const MIMECAST_PAGE: &str = "Mimecast: SMTP error codes";
const BARRACUDA_PAGE: &str = "Barracuda: Email Security Gateway, message actions";
const CISCO_PAGE: &str = "Cisco: Secure Email Gateway user guide, HAT and SBRS";
const TREND_PAGE: &str = "Trend Micro: Email Reputation Services, Hosted Email Security replies";
const SYMANTEC_PAGE: &str = "Symantec/Broadcom Email Security.cloud: SMTP replies";
const SOPHOS_PAGE: &str = "Sophos Email and UTM: SMTP replies";
const CLOUDFILTER_PAGE: &str = "Cloudmark, Cox and Charter: error codes";
const CLOUDMARK_PAGE: &str = "Cloudmark: Sender Intelligence (CSI), remediation page";

pub(super) const PROOFPOINT: Provider = Provider {
    name: "Proofpoint",
    hosts: &["pphosted.com", "ppe-hosted.com", "proofpoint.com", "gpphosted.com", "ppops.net"],
    marks: "prs.proofpoint.com | /proofpoint.com | /ipcheck.proofpoint.com | /support.proofpoint.com | /community.proofpoint.com | ppe hosted.com",
    rules: &[
        on(R::Blocked, 96, PROOFPOINT_PAGE)
            .words("prs.proofpoint.com | blocked | dynamic reputation | /ipcheck.proofpoint.com")
            .unless("spam* | virus* | policy | recipient"),
        on(R::UserUnknown, 92, PROOFPOINT_PAGE)
            .words("invalid recipient | recipient address rejected | user unknown | no such user"),
        on(R::Blocked, 80, PROOFPOINT_PAGE)
            .code(&[5])
            .words("access denied | connection refused")
            .unless("user | recipient"),
        on(R::SpamDetected, 86, PROOFPOINT_PAGE).words("message rejected | rejected by content | classified as"),
        on(R::RateLimited, 90, PROOFPOINT_PAGE)
            .code(&[4])
            .words("too many | rate limit* | throttl* | resources restricted | try later")
            .unless("resolve*"),
        on(R::Rejected, 90, PROOFPOINT_PAGE).words("domain of sender address | sender domain"),
    ],
};

pub(super) const MIMECAST: Provider = Provider {
    name: "Mimecast",
    hosts: &["mimecast.com", "mimecast.co.za", "mimecast-offshore.com"],
    marks: "/community.mimecast.com | /mimecast.com | /mimecastsupport.zendesk.com | /community.mimecast.com",
    rules: &[
        on(R::UserUnknown, 96, MIMECAST_PAGE).words("invalid recipient | recipient address rejected"),
        on(R::Filtered, 98, MIMECAST_PAGE).words("user entry | user domain entry"),
        on(R::PolicyViolation, 92, MIMECAST_PAGE).words("bounced by administrator | bounced due to"),
        on(R::PolicyViolation, 97, MIMECAST_PAGE).words("administrative prohibition"),
        on(R::Blocked, 97, MIMECAST_PAGE).words("host network not allowed | local ct ip"),
        on(R::NoRelaying, 97, MIMECAST_PAGE).words("relay not allowed | open relay"),
        on(R::Rejected, 96, MIMECAST_PAGE).words(
            "blocked senders | header based manually | manual envelope rejection | manually blocked | \
             envelope blocked",
        ),
        on(R::Blocked, 96, MIMECAST_PAGE)
            .words("ip found in rbl | found in rbl | blocked ip | local cri | poor reputation sender"),
        on(R::BadReputation, 97, MIMECAST_PAGE).words("poor reputation sender | poor reputation"),
        on(R::SpamDetected, 96, MIMECAST_PAGE).words(
            "spam signature | rejected by anti spam | content signature | spam score | \
             message bounced by content examination | spam header",
        ),
        on(R::PolicyViolation, 96, MIMECAST_PAGE).words(
            "rejected by header based policy | content examination | administrator rejected | \
             rejected by policy | held by policy",
        ),
        on(R::AuthFailure, 97, MIMECAST_PAGE)
            .words("dns authentication | anti spoofing | anti spoofing policy | dmarc | spf | dkim"),
        on(R::VirusDetected, 97, MIMECAST_PAGE).words("virus signature | virus* | malware"),
        on(R::Greylisted, 96, MIMECAST_PAGE).words("internal resources are temporarily unavailable | greylist*"),
        on(R::RateLimited, 95, MIMECAST_PAGE).words("concurrent .. limit | limit exceeded | throttl* | too many"),
        on(R::SystemError, 90, MIMECAST_PAGE).words(
            "recipient server unavailable | customer server is down | server unavailable | \
             unable to process connection | account service is temporarily unavailable",
        ),
        on(R::EmailTooLarge, 97, MIMECAST_PAGE).words("size limit | message size"),
        on(R::SecurityError, 92, MIMECAST_PAGE).words("incorrect authentication | authentication required"),
        on(R::NotCompliantRfc, 95, MIMECAST_PAGE).words("lone carriage | submitter failed | missing header"),
    ],
};

pub(super) const BARRACUDA: Provider = Provider {
    name: "Barracuda",
    hosts: &["barracudanetworks.com", "cudamail.com", "ess.barracuda.com"],
    marks: "cuda nsu | cuda* | /barracudacentral.org | /www.barracudanetworks.com | barracuda* | barracudacentral*",
    rules: &[
        on(R::UserUnknown, 97, BARRACUDA_PAGE)
            .words("cuda nsu | no such user | no such domain at this location")
            .unless("no such domain"),
        on(R::NoRelaying, 96, BARRACUDA_PAGE).words("no such domain at this location"),
        on(R::Blocked, 97, BARRACUDA_PAGE)
            .words("barracudacentral* | /barracudacentral.org | barracuda reputation | brbl"),
        on(R::PolicyViolation, 90, BARRACUDA_PAGE)
            .words("failure for one or more recipients")
            .unless("over quota | user unknown"),
        on(R::SpamDetected, 92, BARRACUDA_PAGE)
            .words("spam score | intent | message content rejected | blocked by spam"),
        on(R::RateLimited, 94, BARRACUDA_PAGE).words("rate control"),
    ],
};

pub(super) const CISCO: Provider = Provider {
    name: "Cisco",
    hosts: &["iphmx.com", "ironport.com"],
    marks: "senderbase | sbrs | /senderbase.org | /www.senderbase.org | /talosintelligence.com | ironport | your access to this mail system has been rejected due to | your access to submit messages to | sending mta's poor reputation",
    rules: &[
        on(R::BadReputation, 97, CISCO_PAGE).words(
            "senderbase | sbrs | poor reputation | mta's poor reputation | bad reputation | /senderbase.org | \
             /www.senderbase.org | /talosintelligence.com",
        ),
        on(R::UserUnknown, 92, CISCO_PAGE).words(
            "5.1.0 address rejected | #5.1.0 address rejected | address rejected | unknown address error | \
             address unknown",
        ),
        on(R::SystemError, 96, CISCO_PAGE).words("in this listener"),
        on(R::RateLimited, 95, CISCO_PAGE).words(
            "#4.x.2 too many | too many messages | too many recipients | too many sessions | \
             too many connections | too many invalid",
        ),
        on(R::PolicyViolation, 85, CISCO_PAGE)
            .words("access to this mail system has been rejected | access to submit messages")
            .unless("reputation"),
        on(R::SpamDetected, 90, CISCO_PAGE)
            .words("message content rejected | #5.7.1 .. spam | rejected by content filter | contains spam"),
    ],
};

pub(super) const TREND: Provider = Provider {
    name: "Trend Micro",
    hosts: &["trendmicro.com", "trendmicro.eu", "trendmicro.co.jp", "in.hes.trendmicro.com", "hes.trendmicro.com"],
    marks: "ers qil | ers customized* | ers dul | ers rbl | ers customized block | /www.ers.trendmicro.com | /ers.trendmicro.com | mail abuse.com | blocked by ipr | trend micro",
    rules: &[
        on(R::Blocked, 96, TREND_PAGE).words("ers qil | ers dul | ers rbl | ers customized block | ers* | blocked by ipr | micro rbl | micro email reputation"),
        on(R::Filtered, 94, TREND_PAGE).words("block send er | block rcpt"),
    ],
};

pub(super) const SYMANTEC: Provider = Provider {
    name: "Symantec Email Security.cloud",
    hosts: &["messagelabs.com", "symanteccloud.com", "broadcom.com", "eu.messagelabs.com"],
    marks: "/www.symanteccloud.com | /www.messagelabs.com | /knowledge.broadcom.com | symanteccloud* | messagelabs*",
    rules: &[
        on(R::UserUnknown, 94, SYMANTEC_PAGE).words("invalid recipient | @ rejected | no such user").code(&[5]),
        on(R::SecurityError, 96, SYMANTEC_PAGE).words("turn on smtp authentication"),
        on(R::SpamDetected, 92, SYMANTEC_PAGE).words("message filtered | mail filtered"),
        on(R::Blocked, 94, SYMANTEC_PAGE).words(
            "connection refused | ip address .. blocked | service unavailable .. blocked | access denied | \
             heuristics",
        ),
        on(R::RateLimited, 90, SYMANTEC_PAGE).code(&[4]).words("too many | throttl* | traffic shaping"),
        on(R::NoRelaying, 92, SYMANTEC_PAGE)
            .words("not a recognised | not recognised | relay access | we do not relay"),
        on(R::OnHold, 60, SYMANTEC_PAGE).words("requested action aborted"),
    ],
};

pub(super) const SOPHOS: Provider = Provider {
    name: "Sophos",
    hosts: &["sophos.com", "reflexion.net", "cloudmx.sophos.com", "mail.sophos.com", "hydra.sophos.com"],
    marks: "/sophos.com | cloudprotect* | sophos",
    rules: &[
        on(R::UserUnknown, 92, SOPHOS_PAGE)
            .words("command rejected | recipient rejected | mailbox unavailable")
            .code(&[550]),
        on(R::Blocked, 90, SOPHOS_PAGE)
            .words("sender blocked | ip .. blocked | found on | blocked by sophos")
            .unless("spam*"),
    ],
};

pub(super) const CLOUDFILTER: Provider = Provider {
    name: "Cox or Charter (cloudfilter.net)",
    hosts: &["cloudfilter.net", "cox.net", "charter.net", "rr.com", "twc.com", "spectrum.net"],
    marks: "/www.cox.com | /www.spectrum.net | aup#* | /postmaster.cox.net | /postmaster.charter.net",
    rules: &[
        on(R::Blocked, 97, CLOUDFILTER_PAGE).words(
            "aup#cdrbl | aup#blk | aup#bl* | aup#cxrbl | aup#rbl | aup#cxbl | aup#ipbl*",
        ),
        on(R::PolicyViolation, 97, CLOUDFILTER_PAGE).words("aup#pol*"),
        on(R::Rejected, 97, CLOUDFILTER_PAGE).words("aup#cxsndr | aup#sndr | aup#cmdns"),
        on(R::SecurityError, 97, "Cox: email error codes").words("aup#cxmj").case("sender-account"),
        on(R::RequirePtr, 97, CLOUDFILTER_PAGE).words("aup#dns | aup#cxdns | aup#rdns"),
        on(R::SpamDetected, 97, CLOUDFILTER_PAGE).words("aup#content | aup#spam"),
        on(R::RateLimited, 96, CLOUDFILTER_PAGE).words(
            "aup#lim* | aup#cxcnct | aup#cnct | aup#mxrt | aup#cxmxrt | aup#cxthrt | aup#cxrcpt | message threshold exceeded",
        ),
        on(R::Blocked, 92, CLOUDFILTER_PAGE).words("sender rejected"),
        on(R::UserUnknown, 92, CLOUDFILTER_PAGE).words("recipient rejected | invalid recipient | user unknown"),
    ],
};

pub(super) const CLOUDMARK: Provider = Provider {
    name: "Cloudmark",
    hosts: &[],
    marks: "csi.cloudmark.com | /csi.cloudmark.com",
    rules: &[on(R::Blocked, 96, CLOUDMARK_PAGE)
        .words("cloudmark sender intelligence | csi.cloudmark.com | /csi.cloudmark.com")],
};
