//! What mail server programs write by themselves, beyond what anybody would say: their own names for things, their inner trouble, how
//! they complain of a command.
//!
//! A rule here outweighs those of the general tables where a word of the program's means another thing: `excessive recursion` is no rate, a
//! `read error` of a socket no broken disk.
//!
//! Not here: programs whose mark is needed to know what they mean (see `providers`).

use super::{EXIM, OTHERS, PLAIN, POSTFIX, SENDMAIL};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Stage};

const POLICY: &str = "PolicyD, iRedAPD, policyd-rate-limit: their reply texts";
const COURIER: &str = "courier(8): its reply codes 4xx and 5xx of three digits";

pub(in crate::explain) const RULES: &[Rule] = &[
    // The form of a command's argument. Exim, sendmail, IceWarp and Exchange name what is wrong with the address.
    on(R::SyntaxError, 91, "Exim: extract address; sendmail: parseaddr; RFC 5321 §4.1.2")
        .code(&[500, 501, 502, 503, 504, 555])
        .words(
            "malformed mail | malformed rcpt | malformed address | malformed path | malformed argument | malformed command | malformed reverse path \
             | malformed forward path | unbalanced | unmatched \
             | missing or malformed local part | empty address | colon illegal | illegal character in address | illegal route address \
             | user address required | hostname required | address required | argument required | parameters scanning | requires domain address \
             | unknown command argument | bad arguments | missing argument | expected .. colon",
        )
        .unless("domain name required for sender | relay* | header"),
    on(R::SyntaxError, 84, SENDMAIL)
        .code(&[553])
        .words("unbalanced | hostname required | user address required | colon illegal | illegal route address | unmatched")
        .unless("sender"),
    // A name that stands nowhere, as the answer to MAIL, is the sender's.
    on(R::Rejected, 91, "RFC 5321 §4.3.2: MAIL names the sender")
        .at(&[Stage::Mail])
        .words(
            "domain not found | domain does not exist | domain doesn't exist | domain .. does not exist | no such domain | unknown domain \
             | domain unknown | host unknown | unknown host | host not found | nxdomain | has no mx | no mx record | mx records | has a null mx \
             | dns lookup failure | dns lookup failed | dns temporary failure | cannot resolve | could not resolve | domain invalid \
             | invalid domain | mx lookup | domain not resolvable",
        )
        .unless("helo | ehlo | client | your host | ptr | reverse | rdns | recipient domain | spf | dkim | dmarc | your ip | host name | #"),
    on(R::Rejected, 86, OTHERS).code(&[417, 517]).words("domain | dns | mx records | mx record").unless("spf | dkim | dmarc | relay*"),
    // Verification of the sender, done or under way.
    on(R::Rejected, 88, "Exim: verify = sender/callout; milter-sender, smf-sav, CommuniGate Pro")
        .words(
            "return path .. being verified | return path .. verif* | return path test | sender .. being verified | sender .. verification \
             | verifying sender | sender verif* | sender callout | sender callback | sender call back \
             | callback setup failed | callout to .. sender | rejected your sender | your sender address rejected | sender was rejected \
             | sender .. callback | sender .. callout | sender .. call back | sender address .. not verif* | sender .. not verifiable | sender .. unverifiable | sender address callout | sav failed",
        )
        .unless("spf | dkim | dmarc | could not complete sender verify"),
    // The sender as recipient.
    on(R::PolicyViolation, 72, "spamdyke: identical-sender-recipient filters; SmarterMail, Plesk")
        .words(
            "sender and recipient .. identical | sender and recipient .. same | identical sender and recipient | same sender and recipient \
             | sender equals recipient | sender is recipient | sender same as recipient | from and to are the same | from and to .. identical \
             | mail to yourself | mail from yourself",
        )
        .unless("spam*"),
    // Logins.
    on(R::SecurityError, 93, "RFC 4954 §6: 530; OpenSMTPD, Postfix, Dovecot SASL")
        .words(
            "must issue an auth | must issue auth | issue an auth | auth command first | auth first | temporary authentication failure \
             | authentication server | authentication backend | auth backend | sasl backend | auth server | auth daemon | authentication daemon \
             | authentication service | saslauthd",
        )
        .unless("not advertised | relay*"),
    on(R::SecurityError, 90, "Exchange: receive connectors, ms-Exch-SMTP-Submit")
        .code(&[4, 5])
        .words("permission to submit | permissions to submit | not authorized to submit | not allowed to submit")
        .unless("relay* | external client"),
    on(R::Blocked, 92, "Exchange: the connection filter's IP block list")
        .words("external client with ip address"),
    // Relaying.
    on(R::NoRelaying, 88, PLAIN)
        .words(
            "not a mail exchanger for | not an mx for | is not the mx | not mx for | use the published mx | use the proper mx | external domains is \
             | mail for external | mail to external | to external domain | to external recipients | to external addresses | from outside .. external \
             | only for our own users | only for our customers | only relays for | relays only for | relay only for \
             | prohibited we do not relay | i cannot deliver mail for",
        )
        .unless("listed | blocked | user unknown | no such user | spam* | could not deliver mail | unable to deliver mail"),
    // Postfix's own daemons, and other servers' inner parts.
    on(R::SystemError, 84, POSTFIX)
        .words(
            "mail transport unavailable | transport unavailable | unknown mail transport error | mail transport error | bounce or trace service \
             | bounce service | trace service | cleanup service | verify service | proxymap service | rewrite service | address resolver \
             | queue manager | mail system configuration | internal software error | resolver problem | problem with the queue \
             | message queue is | error writing message file | cannot lock | could not lock | unable to lock",
        )
        .unless("mailbox | mailer error"),
    on(R::SystemError, 92, SENDMAIL)
        .words("excessive recursion | infinite recursion | ruleset | rewrite .. recursion | cannot resolve alias | expansion problem | expansion error")
        .unless("check mail | check rcpt | check relay"),
    on(R::MailerError, 86, "Exim: appendfile; maildrop, procmail")
        .words(
            "wrong uid | wrong gid | wrong owner | wrong ownership | bad ownership | wrong permissions | bad permissions | bad file mode \
             | mailbox has an invalid format | file has an invalid format | invalid mailbox format | mailbox format | mailbox is corrupt* | mailbox .. corrupt* | lock failure on \
             | failed to lock mailbox | failed to open mailbox | failed to create mailbox | unable to open mailbox | unable to lock mailbox \
             | cannot open mailbox | could not open mailbox | cannot create mailbox | failed to expand .. mailbox | creating mailbox",
        )
        .unless("quota | full"),
    on(R::RequirePtr, 91, POSTFIX)
        .words("client host rejected dns | client host rejected .. dns lookup | client host rejected no dns")
        .unless("dnsbl | listed | blacklist*"),
    on(R::ContentError, 94, "Exim: the system filter against attachments")
        .words("potentially executable | form of attachment | kind of attachment | executable attachment"),
    on(R::Blocked, 86, SENDMAIL)
        .words("spam gang | spam house | spam outfit | spam operation | spam network | spam site | known spam source | spam support"),
    on(R::PolicyViolation, 72, PLAIN).words(
        "free mail provider | free email provider | free e mail provider | freemail* | free webmail | message is not welcome \
         | mail is not welcome | message is not wanted",
    ),
    // A part of the server's that does not answer, whatever it is called.
    on(R::SystemError, 93, PLAIN)
        .code(&[4])
        .words(
            "clamd | clamav | spamd | rspamd | rspam | amavis* | amavisd | virus scanner | scanner | content filter | milter | postgrey | policyd \
             | policy daemon | backend | ldap | directory | database | user database | imap server | lmtp | redis | dovecot | dns resolver \
             | resolver | storage | mail store | message store",
        )
        .with(
            "not reachable | isn't reachable | cannot be contacted | could not be contacted | did not reply | does not reply | no reply | not running \
             | isn't running | dead | hung | restarted | restarting | gone away | has gone away | did not answer | does not answer | no answer \
             | is down | unreachable | refused the connection | refused connection | went away | overloaded | too many connections | not respond",
        )
        .unless("blocked using | listed | login | password | dns lookup of your | your"),
    on(R::SystemError, 94, "MySQL: ER_CON_COUNT_ERROR; PostgreSQL, OpenLDAP the same")
        .words("mysql | sql | pgsql | postgres* | database | ldap | user table")
        .with("too many connections | too many clients | connection limit | connections exceeded"),
    on(R::SystemError, 88, PLAIN)
        .code(&[4])
        .words(
            "mailbox being moved | account being moved | user being moved | being migrated | moved to another server | mailbox migration \
             | being restored | being repaired | being rebuilt | being upgraded | mailbox is moving | under migration",
        ),
    on(R::MailerError, 86, "local(8), mail.local(8): the file that mail is written to")
        .words(
            "mailbox database .. locked | not a regular file | is a directory | not a directory \
             | unable to deliver to home | cannot stat | unable to stat | cannot chdir | unable to chdir | unable to chdir to maildir \
             | home directory | unsafe permissions | world writable | group writable",
        )
        .unless("quota | full | phone"),
    // Greylisting, without its name.
    on(R::Greylisted, 91, "RFC 6647 §3")
        .code(&[4])
        .words(
            "unknown relays | unknown relay | delay unknown | delays unknown | delay new | delay mail from unknown | temporary rejection \
             | temporary refusal | temporarily refused as | temporarily rejected as | deferred on first | deferred the first",
        )
        .with(
            "minutes | seconds | anti spam | antispam | against spam | spam measure | real server | real mail server | proper mail server \
             | legitimate | come again | first attempt | first time",
        )
        .unless("too many | rate* | reputation | volume | dns | domain"),
    // Bans that end, and what they are for.
    on(R::Blocked, 86, PLAIN)
        .words(
            "banned until | banned for | ban until | blocked until | barred until | locked out until | dictionary attack | dictionary attacks \
             | brute force | fail2ban | abuse desk of your",
        )
        .unless("user | account | mailbox | recipient | login"),
    on(R::RequirePtr, 86, PLAIN)
        .words(
            "name and its address | name and address | hostname and ip | hostname and address | host name and ip | host name and address | name and ip \
             | address and name | ip and hostname | ip and name | forward and reverse",
        )
        .with("not agree | disagree | not match | don't match | mismatch | differ | inconsistent | not fit | don't fit")
        .unless("helo | ehlo"),
    on(R::NoRelaying, 86, PLAIN)
        .words(
            "not one of the domains | none of the domains | not among the domains | not among our domains | domains hosted here | domains we host \
             | domains we serve | domains served here | send to the outside | sending to the outside | to the outside world | mail to the outside \
             | relay to the outside | customers of ours may",
        )
        .unless("sender | listed | blocked"),
    on(R::Filtered, 86, PLAIN)
        .words("moderator | moderators | moderator of | list owner | list owners | list administrator")
        .with("discarded | rejected | refused | denied | held | declined"),
    on(R::Filtered, 88, PLAIN)
        .words(
            "closed to senders | senders he does not know | senders she does not know | senders they do not know | senders not known to \
             | external senders | extern senders | outside senders | senders from outside | senders outside",
        )
        .unless("relay* | domain | login | authenticate* | authentication"),
    on(R::RateLimited, 88, PLAIN)
        .words("sending allowance | over the allowance | over its allowance | over his allowance | allowance is used up | allowance used up | mail allowance"),
    on(R::NetworkError, 84, "connect(2): EACCES, EPERM, of a firewall of one's own")
        .words("connect to .. permission denied | connect to .. operation not permitted | connect to .. protocol not supported"),
    on(R::Expired, 88, PLAIN)
        .words("days in the queue | hours in the queue | days in queue | hours in queue | frozen by a timeout | not sent for | unsent for | not sent within | could not be sent | days of trying | days of retrying | hours of trying")
        .unless("will keep | still trying | mailbox"),
    on(R::NetworkError, 92, "qmail-local(8); sendmail: aliases(5)")
        .words("aliasing loop | alias loop | aliasing forwarding loop | bounced here before | forwards to himself | forwards to herself")
        .case("loop"),
    // Whose mail is taken is said with a "from"; what takes no mail at all says no more.
    on(R::Filtered, 89, PLAIN)
        .words(
            "takes no mail from | accepts no mail from | receives no mail from | takes mail only from | takes only mail from | accepts only mail from \
             | from addresses outside | no mail from senders | no mail from addresses | cannot post to | can't post to | could not post to \
             | list is closed | group is closed | closed group | are allowed to write to | is allowed to write to | may write to | may post to \
             | may send to this | may send to the list | may send to the group | can post to | allowed to send to this",
        )
        .unless(
            "your | ip | host | hosts | server | client | network | country | # | relay* | login | log in | authenticated | dynamic \
             | domain is not | external domain | port",
        ),
    on(R::Rejected, 90, PLAIN)
        .words("sender's domain | domain of the sender | sender's address | sender's mail domain | domain of sender | domain of your address | your sender domain")
        .with(
            "cannot be resolved | cannot resolve | not resolve | not resolvable | unresolvable | resolved | not exist | doesn't exist | unknown \
             | not found | no mx | no a or mx | no dns | invalid | nxdomain | has no | not in dns | is not valid",
        )
        .unless("spf | dkim | dmarc | recipient | helo | ehlo | ptr | reverse"),
    on(R::RateLimited, 86, PLAIN)
        .words("may send | allowed to send | can send | you have sent | has sent | have sent | you sent | were sent")
        .with("a day | per day | an hour | per hour | today | in one day | in one hour | a month | this month | messages already | mails already | within the hour")
        .unless("spam* | on behalf | once a day"),
    on(R::RateLimited, 80, PLAIN)
        .words("its share of | your share of | used its share | used up its share | fair share | more than its share | share of sessions | share of connections"),
    on(R::Greylisted, 86, "RFC 6647 §3")
        .code(&[4])
        .words("new sender | new senders | new client | new relay | new correspondent | first mail | first message | unknown correspondent")
        .with("once more | another try | try anew | try again | resend | send again | come again | quarter of an hour | minutes | half an hour | retry | later")
        .unless("rate | too many | volume | reputation | full | error | quota | limit*"),
    on(R::NetworkError, 91, "RFC 5321 §6.3: counting trace fields")
        .words("number of received .. headers | number of received | received data headers | received lines | received fields | number of hops | hops exceeded")
        .unless("mails received | messages received")
        .case("loop"),
    on(R::SyntaxError, 84, "RFC 5321 §4.1.4")
        .words("no rcpt | no recipient given | no recipients given | no sender given | no mail from given | rcpt missing | rcpt given | no recipients specified | no recipient specified")
        .unless("to rcpt | rcpt to"),
    on(R::Blocked, 86, "ASSP: its penalty box").words("penaltybox | penalty box"),
    on(R::Filtered, 84, "Mimecast and appliances of its kind: lists of a user").words("envelope blocked user | blocked user entry | user entry | user domain entry"),
    on(R::UserUnknown, 94, "SmarterMail: its own non-delivery report").words("account or domain may not exist"),
    on(R::Suspend, 55, PLAIN)
        .code(&[5])
        .words("mailbox temporarily unavailable | mailbox is temporarily unavailable | recipient temporarily unavailable | account temporarily unavailable"),
    on(R::SyntaxError, 92, "RFC 5321 §4.1.1.1; Exim: helo_data of an ACL")
        .words("fix your helo | fix your ehlo | correct your helo | helo .. loopback | ehlo .. loopback | helo for this ip | helos as | helos with | ehlos as")
        .unless("spf"),
    on(R::SystemError, 94, POSTFIX)
        .code(&[4])
        .words(
            "policy lookup | map lookup | table lookup | alias lookup | user lookup | account lookup | mailbox lookup | recipient lookup | access map \
             | regular expression in | in recovery mode | read only file system | virtual map | transport map",
        )
        .with("timed out | timeout | failed | unavailable | bad | error | problem | in recovery mode | read only | cannot | could not")
        .unless("your | dns"),
    on(R::RateLimited, 88, PLAIN)
        .words("too many of your | too many of the recipients | faster than permitted | mail faster than | more often than permitted")
        .unless("listed"),
    on(R::SpamDetected, 84, "filters that people run beside the server: their names")
        .words("razor2 | crm114 | dspam | spambayes | spamprobe | spamoracle | bayesian | spampd | mailscanner")
        .unless("unavailable | timed out | does not answer | not running | virus*"),
    on(R::Blocked, 84, PLAIN)
        .words(
            "deliver directly | direct delivery | direct to mx | directly to us | directly to our | isp's outbound | isp's server | provider's outbound \
             | outbound server of your | looks dynamic | appears dynamic | seems dynamic | looks like a dynamic | looks like dsl | dynamic name",
        )
        .unless("policy violation | mailbox | recipient | ptr | rdns | reverse"),
    on(R::HostUnknown, 88, PLAIN)
        .words("unknown to dns | unknown to the dns | unknown in dns | not known to dns | not known in dns | missing in dns | absent from dns")
        .unless("sender | mail from | helo | ehlo | ptr | reverse | client | your"),
    on(R::NoRelaying, 86, OTHERS)
        .words("not configured on this server | not configured on this host | not configured here | no local delivery | not set up on this server")
        .unless("user | mailbox | account"),
    on(R::Filtered, 84, PLAIN)
        .words("accept mail from you | accept messages from you | accept email from you | take mail from you | no mail from you | want mail from you")
        .with("@ | recipient | user | mailbox | owner"),
    on(R::AuthFailure, 92, "RFC 7208 §2.6.6, RFC 7489 §6.6.2: an answer that did not come")
        .code(&[4])
        .words("spf | dkim | dmarc")
        .with("lookup timed out | lookup .. timed out | query timed out | lookup failed | lookup .. failed | temperror | temporary error in processing | cannot be fetched | could not be fetched")
        .unless("error getting | error reading | milter | filter | daemon | policy service"),
    on(R::RateLimited, 74, PLAIN)
        .words("messages s | mails s | mails per second | messages per second | connections per second | messages a second | connections a second | mails a minute | messages a minute"),
    on(R::MailerError, 80, "Dovecot, Cyrus: APPEND and save").words("append failed | imap append | append to mailbox failed | save failed | saving failed | failed to save mail"),
    on(R::NotCompliantRfc, 84, "RFC 5322 §2.2, RFC 2047")
        .words("unencoded bytes | unencoded characters | unencoded header | unencoded subject | non encoded | bytes in subject | characters in subject | not encoded")
        .unless("attachment* | body | recipient"),
    on(R::SyntaxError, 84, "RFC 5321 §4.3.1")
        .words("unsynchronized | unsynchronised | out of sync | not synchronized | synchronisation error | before the banner | before our banner | before my banner"),
    on(R::Expired, 84, PLAIN)
        .words("giving it back | given back to you | returned undelivered | returned after .. days | returned after .. hours | attempts exhausted | attempts are exhausted")
        .unless("login | authentication"),
    on(R::SyntaxError, 92, "hMailServer: manual, error messages: a line without end").words("excessive amounts of data | excessive data"),
    on(R::NotAccept, 86, PLAIN)
        .words("used for sending only | is for sending only | only used for sending | used to send only | address for sending only")
        .unless("customers | your"),
    on(R::Rejected, 84, "RFC 5321 §3.6.3: a return path is there to be written to")
        .words("sender address | sender's address | return path | reverse path | envelope from | envelope sender")
        .with("deliverable | made up | invented | no mail server | answerable | must exist | must be valid | must be real")
        .unless("spf | dkim | dmarc | recipient"),
    on(R::EmailTooLarge, 92, "RFC 3463 §3.3, §3.4: X.2.3, X.3.4")
        .enhanced(&["x.2.3", "x.3.4"])
        .words("limit | size | large | larger | big | bigger | mb | kb | octets | bytes")
        .unless("per hour | per day | quota | header | headers"),
    on(R::NoRelaying, 84, PLAIN)
        .words("only mail for | mail only for | only accept mail for | only accepts mail for | only take mail for | only takes mail for | accept mail only for")
        .unless("sender | senders | members | listed"),
    // Folders and lists.
    on(R::Filtered, 88, "Exchange 2003: public folders; GroupWise: exclusive senders; fml")
        .words(
            "create permissions on this folder | permissions on this folder | available to folder members | exclusive sender | exclusive senders \
             | not member of | not a list member | not subscribed",
        )
        .unless("domain | your ip"),
    on(R::MailboxFull, 96, "Exim: quota in appendfile").words("mta imposed quota | quota exceeded while writing | mailbox is full mta"),
    on(R::MailboxFull, 92, "GroupWise: D10B; iMail")
        .words(
            "user over limit | mailbox disk full | mailbox disk quota | mailbox exceeds .. size | mailbox over limit",
        )
        .unless("sending | rate | per hour | per day"),
    on(R::SystemError, 82, "GroupWise: 8209, a post office whose path is gone").words("post office down | post office is down | post office not"),
    on(R::NoRelaying, 86, "Domino: server access for routing")
        .words("authorized to use the server .. routing | authorized to route | allowed to route | permitted to route | route mail through"),
    on(R::Blocked, 84, "Exim: cPanel's domain filters")
        .words("reject all messages from | reject all mail from | rejects all mail from | refuse all mail from | reject everything from | refuses everything from"),
    on(R::ContentError, 86, "MailMarshal, SurfControl, GWAVA: rules about words and parts")
        .words("content failure | content violation | keyword filter | keyword rule | lexical analysis | text censor | word filter | forbidden words | banned words")
        .unless("spam* | virus*"),
    on(R::RequirePtr, 86, PLAIN)
        .enhanced(&["x.7.*"])
        .words("ip must resolve | sender ip .. resolve | client must resolve | host must resolve | ip .. must resolve")
        .unless("sender domain | recipient | blacklist*"),
    on(R::RequirePtr, 62, PLAIN)
        .words("fix your dns | get your dns fixed | repair your dns | correct your dns | fix dns")
        .unless("spf | dkim | dmarc | mx | sender | helo | ehlo"),
    on(R::HostUnknown, 92, "Apache James, Domino: their own words for a name that is not there")
        .words("no dns entries | no dns entries for | no dns record for the host | known tcp ip host | unknown tcp ip host")
        .unless("your | client | reverse | sender | ptr | helo"),
    on(R::Expired, 86, "sendmail: Timeout.queuewarn; iMail, Exchange, Apache James")
        .words(
            "delivery failed .. attempts | failed after .. attempts | failed .. attempts | still undelivered | undelivered after | not yet been delivered \
             | will keep trying | keep trying until | closed session | closed the session | session closed by",
        )
        .unless("login | authentication | password | user unknown | greylist* | first | mailbox | blocked | spam*"),
    // What the system or the runtime of the sending server calls it.
    on(R::HostUnknown, 90, "getaddrinfo(3): EAI_NONAME; c-ares, Node.js, Java, .NET: their names of it")
        .words("enotfound | enodata | unknownhostexception | nodename nor servname | no such host is known | name does not resolve | wsahost not found")
        .unless("sender | your | try again | helo | ehlo | client | ptr | reverse"),
    on(R::NetworkError, 90, "connect(2), getaddrinfo(3): ECONNREFUSED, EHOSTUNREACH, EAI_AGAIN; Java, .NET, Haraka: their names of it")
        .words(
            "econnrefused | ehostunreach | enetunreach | eservfail | eai again | erefused | socketconnectionrefused | noroutetohostexception \
             | connectexception | eaddrnotavail | enetdown | ehostdown | tried all mx | tried all mxs | all mxs failed | maximum hops \
             | hops reached | mx list is empty | mx preference list | address is the local host | host is the local host",
        )
        .unless("database | ldap* | sql | redis | backend"),
    on(R::Expired, 90, "read(2), write(2): ECONNRESET, ETIMEDOUT, EPIPE; Java, .NET, Python: their names of it")
        .words(
            "econnreset | etimedout | etimeout | epipe | econnaborted | sockettimeoutexception | socket timeout | socketexception \
             | smtpserverdisconnected | no longer responding | wsaetimedout | wsaeconnreset | 10060 | 10054",
        )
        .unless("database | ldap* | sql | redis | backend"),
    on(R::Expired, 92, "MessageExpired in other words: Zimbra, GreenArrow, James")
        .words("retry limit | retry limits | retries exceeded | retries exhausted | exhausted retries | maximum retries | max retries | queue lifetime")
        .unless("login | password | authentication | auth | rate*"),
    on(R::FailedStarttls, 86, "OpenSSL, GnuTLS, Schannel, Go: their error strings")
        .words(
            "key too small | md too weak | wrong version number | unsupported protocol | no protocols available | alert number | handshake alert \
             | sslexception | sslhandshakeexception | unsafe legacy renegotiation | no suitable signature | unknown ca | x509 | ssl routines",
        ),
    on(R::SecurityError, 86, "Cyrus SASL: sasl_errstring")
        .words("no worthy mechs | no worthy mechanisms | no mechanism available | no supported mechanism | no mechs available"),
    on(R::SystemFull, 88, "errno(3): ENOSPC, which is the file system's; a user's quota is EDQUOT")
        .words("no space left on device | enospc")
        .unless("quota"),
    on(R::MailerError, 84, "Pigeonhole: a script that stopped").words("execution aborted | script execution | sieve .. execution | sieve .. aborted | sieve .. failed"),
    // Sockets and name servers, as the sending server tells of them.
    on(R::Expired, 91, "sendmail: reply(); GroupWise GWIA; Exchange: SocketError; read(2)")
        .words(
            "tcp read | tcp write | socket read | socket write | socketerror | socket error | socket closed | unexpected eof | premature eof \
             | eof from | end of file from | reply read error | read error from | error reading from remote | write error to | host down \
             | winsock | remote host .. down | server may be down | connection died | greeting failed | peer reset | reset by | closed by remote \
             | closed by peer | closed by foreign | banner timeout | greeting timeout | no greeting \
             | no banner | deadline has elapsed | failed to connect | hung up on | lost input connection | input connection lost",
        )
        .unless("spam* | blocked | database | ldap* | sql | mysql | backend | scanner | filter | milter | authentication | certificate | tls"),
    on(R::NetworkError, 92, "res_query(3): an answer that did not come")
        .words(
            "mx lookup failed | mx lookup failure | mx lookup error | failure in mx lookup | dns lookup failed | dns lookup failure | dns lookup error \
             | host name lookup failure | hostname lookup failure | host lookup failure | host lookup failed | name server .. lookup failure \
             | error in mx lookup | mx query failed | lookup of mx failed | cname lookup failed | name resolution failure | resolver failure",
        )
        .unless("sender | your | helo | ehlo | client | ptr | reverse | from domain | ip name | spf | dkim | dmarc"),
    on(R::NetworkError, 91, "Momentum, KumoMTA, PowerMTA: no host of the list answers")
        .words("too many connection failures | no valid hosts | any candidate hosts | network error on destination | all mx .. unreachable | no usable mx")
        .unless("your"),
    on(R::HostUnknown, 88, "KumoMTA, OpenSMTPD, Momentum: an empty list of hosts")
        .words("no mx found | didn't resolve to any hosts | not resolve to any hosts | no mx or a for | no mx or a record | no mx nor a | neither mx nor")
        .unless("sender | your | from | try again | temporar*"),
    on(R::NotAccept, 90, "Exim: dnslookup, check_srv; RFC 7505")
        .words("indicated no smtp service | offers no mail service"),
    on(R::Expired, 92, "Exchange 2003, Domino: the text of their non-delivery reports")
        .words("in the time limit specified | time limit specified | within the time limit | within the time allowed | within the allowed time \
            | exceeds the expiration | past its expiration | expiration time"),
    // What goes by the word quota and counts messages.
    on(R::RateLimited, 93, POLICY)
        .words(
            "message count | messagecount | count quota | messages quota | cumulative size | message cumulative size | sender quota \
             | limit on outgoing | limit of outgoing | limit for outgoing | outgoing email limit | outgoing mail limit | outgoing messages limit \
             | outgoing message limit | outbound messages limit | limit on sending | limit on the sending | limit of sent | sent messages limit \
             | sending rate limit | exceed .. allowed number of emails | limit of emails",
        )
        .unless("mailbox | line length"),
    // A score is the filter's, however excessive it is.
    on(R::SpamDetected, 92, "Stalwart, MIMEDefang, qmail-scanner, simscan, IceWarp: their reject texts")
        .words(
            "spam score | spam probability | spam hits | spam points | spam threshold | spam rejection | spam test | spam tests | spam level \
             | spam rating | spam report | content filter rejection | scored too high | score too high | score is too high | scoring too high",
        )
        .unless("karma | ip | reputation | blocked using | unavailable | does not answer | timed out | greylist*"),
    // Who may write to whom.
    on(R::Filtered, 86, "LISTSERV, Mailman, Sympa, PMDF, Cyrus: their reject texts")
        .words(
            "authorized to send mail to | authorised to send mail to | authorized to post | authorised to post | allowed to post | permitted to post \
             | permission to post | allowed to use this list | permitted to use this list | authorized to use this list | send mail to the .. list \
             | non member | nonmember | non subscriber | members only list | distribution in the list | private list | moderator has rejected \
             | rejected by the moderator | by the list moderator | list moderators",
        )
        .unless("outside | external | relay* | remote | spf | dmarc | dkim | server | host | ip | this domain | network"),
    on(R::Filtered, 91, "Pigeonhole, Cyrus: Sieve's reject and ereject")
        .words("mail filtering program | sieve your message | recipient's sieve | recipient's mail filter* | recipient's filter* | sieve reject* | rejected by sieve")
        .unless("unavailable | does not answer | timed out"),
    on(R::NoRelaying, 70, "hMailServer: manual, error messages: IP ranges")
        .words("delivery is not allowed to this address"),
    on(R::UserUnknown, 88, "Exchange: the transport's categorizer and store driver")
        .enhanced(&["x.1.*"])
        .words("invalid recipient address | recipient not found"),
    on(R::Suspend, 84, PLAIN)
        .words(
            "domain disabled | domain has been disabled | domain is disabled | domain deactivated | domain is inactive | domain locked \
             | domain is locked | not being accepted at this address | not accepted at this address | no longer accepted at this address \
             | no longer accepted for this address | administratively disabled | administrativley disabled | administratively locked \
             | administratively suspended | disabled by administrator | disabled by the administrator | alias has been disabled | alias is disabled",
        )
        .unless("sender | your | authentication | auth | login | command"),
    on(R::Suppressed, 88, "Momentum: blackhole; PowerMTA, KumoMTA: suppression")
        .words("recipient blackholed | recipient is blackholed | blackholed recipient | recipient .. suppressed"),
    on(R::PolicyViolation, 70, EXIM)
        .at(&[Stage::Data, Stage::Body])
        .words("administrative prohibition")
        .unless("spam* | blacklist* | blocked | validate | verify | virus*"),
    on(R::UserUnknown, 88, COURIER).code(&[511]).words("recipient | mailbox | address | user").unless("sender | mx | ip address"),
];
