//! Loose words: where nobody's phrase is found, what the text is about and what is wrong with it, in any order.
//!
//! Two lists each: a thing (a mailbox, an address, a host) and what is said of it. That is how a person reads a reply he has
//! never seen. Weights are low, so that any phrase, and any enhanced code that says something, is heard first, and what comes of it
//! is never `high`.

use super::PLAIN;
use crate::explain::rule::{Rule, on};
use crate::wire::Reason as R;

pub(in crate::explain) const RULES: &[Rule] = &[
    on(R::UserUnknown, 46, PLAIN)
        .words(
            "user | mailbox | recipient | recipients | account | rcpt | addressee | mail box | inbox | person \
             | alias | local part | username | @ | email address | address",
        )
        .with(
            "not unique | ambiguous | several matches | more than one match | not ok | cannot be verified \
            | could not be verified | not recognised | no account | inexist* | no valid | not listed | bad | unknown \
            | not found | found | doesn't exist | does not exist | exist | exists | no such | invalid | not valid \
            | nonexistent | non existent | not known | not recognized | unrecognized | no longer exists | not here \
            | doesn't have a mailbox | not in | no user | not registered | incorrect | removed | no longer here | not a \
            | wrong | misspelled | typo | couldn't find | could not find | cannot find | isn't | undeliverable | no match \
            | no entry | unable to find | can't find | not find | no mail box | no one | unable to locate | cannot locate \
            | could not locate | not locate | not appear | not set up | nobody | no longer known | not in our | no record \
            | no records | cannot be found | can't be found | cannot be reached | not reachable | not assigned | heard of \
            | unassigned | vacant | one of ours | is not known | unknown to | isn't known | matched | never created \
            | not created | never existed | isn't there | not there | not a customer | no subscriber | no mailbox",
        )
        .unless(
            "sender | sender's | mail from | from address | envelope | return path | helo | ehlo | client | \
             ptr | reverse | spf | dkim | dmarc | attachment | command | header | url | domain | host | \
             listed | permission",
        ),
    on(R::Suspend, 47, PLAIN)
        .words("user | mailbox | recipient | account | rcpt | mail box | inbox | @ | recipient's | email address")
        .with(
            "disabled | suspended | inactive | locked | closed | frozen | deactivat* | expired | terminated | not in use \
            | unused | deleted | not active | dormant | not enabled | withdrawn | retired | cancelled | canceled \
            | switched off | unavailable permanently | on hold | quarantined | not been used | not used | not read \
            | not poped | not popped | turned off | cut off | shut down | decommissioned | abandoned | unavailable \
            | no longer in | left the | has left | was closed | out of use | put to sleep | asleep | not opened \
            | not been opened | hasn't been opened | non payment | unpaid | paused | dead | gone away | laid off \
            | not activated | inactivated | removed | discontinued | receiving disabled | stopped | restricted | is closed \
            | no longer employed | archived | switched to read only | out of service",
        )
        .unless("sender | your account | your mailbox | authentication | login | password | tls | certificate \
            | temporarily unavailable | server | service unavailable | system"),
    on(R::MailboxFull, 52, PLAIN)
        .words(
            "mailbox | mailbox's | inbox | recipient's mailbox | user's mailbox | mail box | account \
            | recipient | user | maildir | folder | spool | mail spool | letters | letter",
        )
        .with(
            "allocation | allocated | maximum storage | tidy up | out of disk | over its | overfull | overflow* | full \
            | mailbox limit | limit reached | too much mail | space | storage | room | capacity | quota | overquota \
            | exceeded its | has exceeded | allotted | no place",
        )
        .unless(
            "rate | per hour | per day | connections | sending | sessions | frequency | outbound | \
             messages per | message size | sender | daily | hourly",
        ),
    on(R::HostUnknown, 46, PLAIN)
        .words("domain | host | mail exchanger")
        .with(
            "unknown | not found | doesn't exist | does not exist | do not know | don't know | non existent \
            | nonexistent | not exist | couldn't find | cannot find | no such | not resolve | unresolvable \
            | invalid | no mx | neither mx | no records | no address record | not registered \
            | isn't registered | expired | gave no result | not in dns | not in the dns | not hosted anywhere",
        )
        .unless(
            "sender | sender's | your | from | client | ptr | reverse | helo | ehlo | spf | dkim | dmarc | \
             sending | relay*",
        ),
    on(R::Filtered, 50, PLAIN)
        .words("recipient | recipient's | user | user's | addressee | mailbox owner | this address \
            | owner of this mailbox | mailbox's owner | distribution list | mailing list")
        .with(
            "reject list | put you on | only receives | inside the company | internal senders | permission to post | own list \
            | refuses you | from outside | address book | contacts | does not accept mail from | does not accept mails \
            | does not accept messages from | doesn't accept | does not wish | doesn't wish | rejects mail | rejects your \
            | rejects messages | refuses mail | does not want | approved list | approved senders | allow list | allowed list \
            | whitelist* | safe list | allowlist* | blocked you | blocks mail | not accept mail from | declined | own rules \
            | only accepts | chosen not | blocked your address | not want | only staff | may write | members | moderator* \
            | posts | posting | subscribers | refused to receive | chooses not | intended recipient | accepts mail only \
            | opted | refuses your | unwanted by",
        )
        .unless("ip | host | server | relay* | policy"),
    on(R::Rejected, 48, PLAIN)
        .words(
            "sender | sender's | from | envelope | originator | return path | sending domain | your domain | \
             mail from | from address | your address | mailfrom",
        )
        .with(
            "rejected | mismatch* | not match | doesn't match | does not match | not routable | dns error | dns failure \
            | resolving | lookup | forged | not local | no mail exchanger | spoofed | bad | not exist | does not exist \
            | invalid | not valid | refused | denied | not allowed | not permitted | not verified | not welcome | no mx \
            | no valid mx | mx record | mx records | valid mx | mx or a | not resolve | unresolvable | not found | unknown \
            | not accepted | not authorized | not authorised | forbidden | must contain | must have | does not belong \
            | doesn't belong | not one of your | blocked | cannot be resolved | could not be resolved | can't be resolved \
            | isn't valid | no such | cannot be verified | could not be verified | cannot be used | may not be used \
            | is fake | made up | non existent | nonexistent | not exists | unverifiable | not deliverable | undeliverable \
            | not owned | not yours",
        )
        .unless(
            "spf | dkim | dmarc | ip | server | host | spam* | reputation | list | listed | ptr | reverse | \
             connection | connections | mail from # | access from | # | recipient | user | mailbox | country \
             | relay* | tls | header | virus* | message from",
        ),
    // The sender and the login, or the envelope and the header, differ: RFC 6409 §6.1.
    on(R::Rejected, 60, PLAIN)
        .words("sender | from address | mail from | from header | envelope")
        .with(
            "doesn't match | does not match | not match | mismatch* | must match | must be same | must be the same | same as | \
             not the same | differs | different from",
        )
        .unless("spf | dkim* | dmarc* | ptr | reverse | rdns | helo | ehlo | hostname | not aligned | spam*"),
    on(R::AuthFailure, 60, PLAIN)
        .words("dkim* | dmarc* | spf* | sender authentication | unauthenticated email | unauthenticated mail")
        .unless("spfbl* | error getting | error reading"),
    on(R::RequirePtr, 57, PLAIN)
        .words("dns | name | hostname | host name | rdns | ip")
        .with("reverse | ptr | mismatch | rdns | forward and reverse")
        .unless("blocked | sender domain"),
    on(R::NoRelaying, 60, PLAIN)
        .words(
            "forward mail for | outsiders | domains this server | not our domain | mail for others | third party \
            | third parties | other people's mail | relay | relaying | relayed | relays | accept mail for \
            | accept mail for that domain | accept mail for this domain | foreign domain | remote domain",
        )
        .unless(
            "is an open relay | open relay list | blocked using | listed | relay host | via relay | smtp relay \
            | mail relay service | dynamic | provider's relay | your provider | isp | isp's",
        ),
    on(R::SecurityError, 56, PLAIN)
        .words(
            "auth | authentication | authenticate | authenticated | login | log in | logon | password \
            | passwords | credentials | smtp auth | sasl | check for new mail | pop3 first | oauth | sign in \
            | signed in | identify yourself | log on | username | user name | token | mechanism \
            | one time password | credential",
        )
        .unless(
            "dkim | dmarc | spf | unauthenticated email | unauthenticated mail | sender authentication | \
             email authentication | message authentication | results | relay | relaying | not advertised",
        ),
    on(R::FailedStarttls, 58, PLAIN)
        .words("tls | ssl | starttls | encrypted | encryption | certificate | certificates | mta sts | dane \
            | encrypt | cleartext | clear text | openssl")
        .unless("pdf | attachment | archive | zip | file | password protected | dane logowania | podane dane"),
    on(R::SyntaxError, 57, PLAIN).words("helo | ehlo | hello").unless("ptr | reverse | spf"),
    on(R::SyntaxError, 42, PLAIN).code(&[500, 501, 502, 503, 504, 421, 555]).words(
        "command | commands | syntax | pipelining | argument | arguments | parameter | parameters \
            | protocol | sequence | bdat | verb | transaction | mail from first | rcpt first | data first \
            | unrecognised | unrecognized",
    ),
    on(R::NotCompliantRfc, 47, PLAIN)
        .words(
            "from line | to line | date line | id lines | unparsable | unparseable | header lines | fields | field \
            | standards | header | headers | rfc* | message id | malformed | malformed message | line length \
            | corrupt message | date field | from field | line endings | mail headers",
        )
        .unless("based | spam* | policy | reputation | spf | dkim | dmarc | helo | ehlo"),
    on(R::ContentError, 48, PLAIN)
        .words(
            "exe | scr | vbs | docm | xlsm | office documents | file names ending | attachment | attachments | attached \
            | mime | extension | html | executable | macro | macros | archive | encoding | charset | media type | file types \
            | documents | zip | archives | file names | filename | document | javascript | scripts | multipart | base64 \
            | quoted printable",
        )
        .unless("spam* | virus* | large | size | big | 8bitmime"),
    on(R::EmailTooLarge, 53, PLAIN)
        .words("message | mail | email | messages | body | attachment | data | size | file")
        .with(
            "over the permitted | over the allowed | permitted length | permitted size | too great | too heavy | exceeds \
            | exceeded | exceed | bytes long | more than | at most | ceiling | over the limit | too large | too big | larger \
            | oversize* | oversized | exceeds size | maximum size | size limit | maximum message size | too long \
            | over the size | beyond the size | bigger than | above the limit | above the size | exceeds the | exceeds our \
            | size allowed | allowed size",
        )
        .unless("quota | mailbox | rate | per hour | hour | header | line | per | queue | domain name"),
    on(R::SpamDetected, 49, PLAIN)
        .words(
            "message | mail | email | content | filter | filters | e mail | subject | text | body | \
             urls | links",
        )
        .with(
            "spam* | spams | harmful | fraud* | scam* | viagra | profile | fingerprint* | spam | resembles | others reported \
            | reported by | advert* | promotion* | spammy | junk | unsolicited | unwanted | phish* | bayes* | bayesian \
            | spamassassin | bulk | advertising | advertisement | blacklisted url | uce | ube | suspicious | undesirable \
            | abusive content | gambling | pornograph* | unwanted mail | campaign | scored | points \
            | classifier | looks like | mass mail* | newsletter | nigerian | lottery | dubious",
        )
        .unless(
            "ip | your server | listed in | listed on | listed at | rate | too many | reputation | spamhaus | \
             host | network",
        ),
    on(R::Blocked, 45, PLAIN)
        .words(
            "ip | host | client | server | connection | connections | # | network | country | address | you | \
             your | we do not accept mail from | mail from your | sending ip | provider | site | you are",
        )
        .with(
            "blocked | blacklist* | blocklist* | denylist* | listed | banned | refused | denied \
            | not authorized | not authorised | firewall* | list | not welcome | forbidden | intrusion \
            | dynamic | from this country | spam | abuse | barred | locked out | unwanted \
            | not accept mail from | prison | prohibited | not served | shut out | kept out | turned away \
            | no longer talk | attacks | attack | kicked | rejectlist | reject list | bad neighbourhood \
            | quarantine | embargo | embargoed | distrusted | not allowed to connect | may not connect \
            | cannot connect to us | not talk to",
        )
        .unless(
            "recipient | mailbox | user | account | @ | sender | quota | reputation | policy | too many \
            | limit* | rate | content | spam filter | message looks | relay* | recipient's | account's \
            | list of dead | mailbox owner",
        ),
    on(R::AuthFailure, 57, PLAIN)
        .words("signature | signatures | unsigned | not signed | domain owner | owner of the domain")
        .with("message | mail | sender | sending | valid* | verif* | domain | authentic*")
        .unless("virus* | spam* | certificate | tls | login | password | antivirus | eicar | clam* | scanner | trojan* | malware"),
    on(R::RequirePtr, 51, PLAIN)
        .words("ip | your ip | ip address | client host | client | your server | # | connecting host")
        .with(
            "dns name | no host name | no hostname | have a name | has no name | no name | lookup failed | not in dns | a dns entry \
             | no dns entry | host lookup",
        )
        .unless("sender | recipient | user | dnsbl | rbl | blacklist* | listed | mail from | ldap"),
    on(R::NotAccept, 50, PLAIN)
        .words("domain | host | system | machine")
        .with(
            "parked | does not take e mail | does not take mail | no e mail | does not receive mail | does not receive e mail \
             | not used for mail | not used for e mail | no mail server",
        )
        .unless("sender | your | from | relay*"),
    on(R::MailerError, 51, PLAIN)
        .words(
            "vacation | autoresponder | forward file | mailbox file | mailbox lock | lock the mailbox | delivery script | mail filter script \
             | deliver script | maildir | mbox",
        )
        .with("returned | failed | cannot | could not | error | lock | exited | crashed | status | unable")
        .unless("spam* | client | your | full | quota"),
    // Who it is about is said in so many words, whatever addresses stand there too.
    on(R::Blocked, 48, PLAIN)
        .words(
            "ip | ips | ip address | your server | your host | mail server | sending host | sending server | client host \
             | connecting host | your network | subnet | range | isp | your provider | dns list",
        )
        .with(
            "blocked | block | blacklist* | blocklist* | block listed | denylist* | listed | list | banned | ban | barred | filtered \
             | firewall* | forbidden | embargo* | unauthorized | unauthorised | not authorized | not allowed | rejectlist | abuse \
             | spam | penalty | register | registered | dynamic | dnsbl | rbl | directly",
        )
        .unless(
            "reputation | too many | limit* | rate | relay* | ptr | reverse | rdns | spf | dkim | dmarc | content | mailbox | quota \
             | policy | greylist* | not listed | resolve*",
        ),
    on(R::PolicyViolation, 43, PLAIN)
        .words("administrator | administrator's | administrators | administratively")
        .with("rule | rules | rejected | blocked | prohibited | refused | denied | policy"),
    on(R::BadReputation, 51, PLAIN)
        .words(
            "standing | complained about | bad record | karma | confidence | credit | risk | reputation | trust | trusted \
            | untrusted | score | suspicious | behaviour | behavior | rating | ranking | complaints | complaint | complained \
            | sending pattern | sending history | track record | warm up | warmup",
        )
        .with("ip | domain | sender | sender's | host | server | # | network | client | sending | address | range")
        .unless("spam score | message score | spamhaus | certificate | content | greylist* | check"),
    on(R::RateLimited, 50, PLAIN)
        .words(
            "more slowly | slowly | more connections than | more messages than | than permitted | than allowed \
            | than we allow | used up its | we allow | amount of | above what | allowance of | slow | slower | quota | busy \
            | too many | too much | rate | limit | limits | limited | limiting | frequen* | volume | exceeded | exceeds \
            | throttl* | excessive | flood* | concurren* | traffic | unusual activity | overuse | allowance | exceeding \
            | ceiling | used up | at once | cap | more than",
        )
        .with(
            "bounces | unknowns | messages | message | connections | connection | recipients | mails | emails | sessions | session \
             | per | hour | hourly | minute | minutes | day | daily | sending | load | commands | ip | host | \
             client | sender | # | deferred | requests | attempts",
        )
        .unless(
            "size | large | full | hops | storage | mailbox quota | header | login | hop | received headers \
            | line | size limit | time limit | received | bytes | kb | mb | rate your | rates your | load \
            | rated | points",
        ),
    on(R::RateLimited, 58, PLAIN).words(
        "for this hour | this hour | in 60 minutes | last hour | next hour | in the last | \
             in the past hour | messages in | within an hour | for today | within 24 hours",
    )
    .unless("message in reply"),
    on(R::Greylisted, 72, PLAIN)
        .code(&[4])
        .words("unfamiliar | unknown sender | unknown senders | unknown sending | new sender | new senders | strangers \
            | newcomer* | new host | postgrey")
        .with("delay | delayed | deferral | deferred | retry | wait | later | again | seconds | minutes")
        .unless("rate | too many | volume | reputation | address rejected | verify | domain | dns"),
    on(R::Greylisted, 72, PLAIN)
        .code(&[4])
        .words("unknown pair | unknown triple | resubmit | sender recipient pair | not known to us yet | seen for the first time")
        .with("delayed | delay | later | again | resubmit | wait | minutes | seconds")
        .unless("full | error | rate | too many"),
    on(R::Greylisted, 52, PLAIN)
        .code(&[4])
        .words("try again | retry | retries | deferred | later | come back | delayed | defer | wait | resend")
        .with(
            "first | first seen | seen | prove* | not seen you | seen you | new sender | unknown sender | behaviour | behavior | triplet | \
             before | prove | retry behaviour | legitimate",
        )
        .unless("rate | too many | volume | complaints | reputation | full | error | problem"),
    on(R::Greylisted, 73, PLAIN)
        .code(&[4])
        .words("new to us | first contact | first time | not seen before | never seen | triplet | first seen | unknown triplet | not yet known")
        .with("again | wait | minutes | later | is new | come | retry | delayed | seconds | new triplet | prove")
        .unless("rate | too many | volume | reputation"),
    on(R::RateLimited, 41, PLAIN)
        .code(&[4])
        .words("message from .. deferred | messages from .. deferred | mail from .. deferred | mails from .. deferred"),
    on(R::SystemError, 58, PLAIN)
        .code(&[4])
        .words("error getting | error reading | error opening | error loading | error while | error connecting"),
    on(R::SystemError, 37, PLAIN)
        .code(&[4])
        .words(
            "unavailable | offline | could not | cannot | can't | unable | problem | problems | internal \
            | crash* | down | not available | system | server | error in | malfunction | trouble | failed to \
            | broken | fault | faulty | upgrad* | repair* | back soon | overwhelmed | does not answer",
        )
        .unless(
            "recipient | @ | blocked | listed | you | your | requested action aborted | mailbox unavailable | \
             temporarily rejected | sender",
        ),
    on(R::SystemError, 33, PLAIN)
        .code(&[5])
        .words("internal | malfunction | crash* | out of order | backend | not responding | server error \
            | processing | bug | broken | misconfigur* | exhausted | failure in")
        .unless("internal only | internal use | spam*"),
    on(R::NetworkError, 52, PLAIN)
        .words("loop | loops | looping | routing | unreachable | dns | name server | nameserver | no route \
            | next hop | unroutable | cannot be routed | could not be routed | resolver | circle | circles \
            | bounced around")
        .unless("your | client | sender | ptr | reverse | sending | helo | from | dns operator"),
    on(R::Expired, 44, PLAIN)
        .words(
            "timeout | time out | timed | expired | expire | idle | no response | disconnected \
            | connection dropped | connection closed | too long | silent | waited | took longer | no answer \
            | hung up | went away | dropped the connection | lost the connection | queue lifetime",
        )
        .unless("account | password | mailbox | license | certificate | domain | user | message size | line \
            | header | hostname"),
    on(R::Suppressed, 87, PLAIN)
        .words("not sent | will not be sent | not delivering | not attempted | held back | we did not send | dropped before sending")
        .with("earlier failures | earlier bounce* | previous* | unsubscribed | complained | complaint | account's list | bounced before | your list"),
    on(R::Suppressed, 88, PLAIN).words(
        "do not mail list | do not mail | do not email | do not contact | opted out | opt out list | \
             has opted out | suppression",
    ),
    // No more than that something was refused: somebody's rule, which is not told.
    on(R::PolicyViolation, 16, PLAIN)
        .code(&[5])
        .words("denied | refused | rejected | blocked | forbidden | not allowed | not permitted | not accepted | unacceptable | disallowed")
        .with("message | mail | email | e mail | connection | access | delivery | mode | session | request | transaction | content"),
    on(R::PolicyViolation, 38, PLAIN).words(
        "policy | policies | prohibited | compliance | not permitted | does not permit | disallowed | \
             restricted | restriction | restrictions | security",
    ),
];
