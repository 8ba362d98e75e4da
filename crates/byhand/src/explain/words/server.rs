//! Words about the receiving server and the network: trouble, room, programs, routes, time.

use super::{EXIM, MAIL, OTHERS, PLAIN, POSTFIX, SENDMAIL, SMTP, TONGUES};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Side};

pub(in crate::explain) const RULES: &[Rule] = &[
    // The server's own trouble.
    on(R::SystemError, 95, "Spamhaus: return codes 127.255.255.252 to .255 mean an error of who asks")
        .words(
            "open resolver | public resolver | generic anonymous query | query via public | \
             excessive number of queries",
        )
        .case("open-resolver"),
    on(R::SystemError, 84, PLAIN)
        .words(
            "system error | internal error | internal server error | server error | temporary server error \
            | temporary system error | temporary system problem | temporary system failure | local system error \
            | local error | local problem | local configuration error | server configuration error \
            | server configuration problem | configuration error | configuration problem | misconfigur* \
            | server misconfigured | queue file write error | write error | read error | i o error | disk error \
            | operating system error | database error | database failure | database problem | database unavailable \
            | database returned | ldap error | ldap lookup | ldap server | ldap failure | sql error | mysql \
            | directory lookup | temporary lookup failure | temporary lookup | lookup failure | lookup error | lookup failed \
            | table lookup failure | alias database | cannot open database | resources temporarily unavailable \
            | resource temporarily unavailable | insufficient resources | insufficient memory | out of memory \
            | not enough memory | no memory | insufficient permission | unable to open | cannot open | can't open \
            | cannot create | can't create | cannot write | unable to write | cannot access | license expired \
            | licence expired | license has expired | content filter unavailable | policy service error \
            | server configuration | virus scanner is | virus scanner error | scanner failed | scanner unavailable \
            | scanner timeout | antivirus error | antivirus unavailable | unable to scan | virus check failed \
            | scanning error | crashed | server is too busy | system too busy | system busy | server busy | server is busy \
            | server overloaded | overloaded | system load | load average | load too high | high load | heavy load \
            | too busy | server too busy | service unavailable | service is unavailable | service currently unavailable \
            | service is currently unavailable | service temporarily unavailable | service is temporarily unavailable \
            | temporarily unavailable | temporary unavailable | currently unavailable | server unavailable \
            | server not available | server temporarily unavailable | system unavailable | system not available \
            | not available now | under maintenance | shutting down | going down | server shutting down | system shutdown \
            | service shutting down | system not accepting | not accepting network messages \
            | not accepting messages at this time | not able to accept | unable to accept | cannot accept messages \
            | cannot accept mail | unable to process | cannot process | could not process | failed to process \
            | unable to complete | processing error | error in processing | error processing | local error in processing \
            | program failure | software error | unexpected error | unexpected failure | unexpected exception \
            | runtime error | try again .. server | technical problem | technical problems | technical difficulties \
            | technical issue | technical error | proxy error | gateway error | temporary domain failure | domain failure \
            | could not be saved | cannot be saved | could not save | not be stored | failed to save \
            | could not be accepted right now | storage error | could not be queued | unable to queue | can't queue \
            | cannot queue | queue error | error writing | failed to write | could not store | unable to store \
            | mail server temporarily rejected | server temporarily rejected | temporary failure in | please try later busy \
            | is busy | busy please try | could not complete sender verify | could not complete recipient verify \
            | verify callout | temporarily rejected message | requested action aborted local error | aborted local error \
            | ldap connection | ldap timeout | database connection | milter error | milter failure | queue file write \
            | out of order | too much load | load on this | alias lookup failed | lookup failed for the moment",
        )
        .unless(
            "this account | account is | this mailbox | this user | service unavailable client | service unavailable blocked \
            | mailbox temporarily unavailable | recipient temporarily unavailable | mailbox unavailable | blocked using \
            | blocked | listed | too many | rate limit* | ratelimit* | user unknown | loop | authentication | relay access \
            | greylist* | graylist* | disk full | system storage | no space | tls | dead | ip reputation | timed out \
            | timeout | quota | mailbox full | spamhaus | mailer error | mailbox is busy | reputation | delivery error dd \
            | dmarc | excessive | backend rate | insufficient system resources | insufficient system storage | no entry \
            | not in ldap | is full",
        ),
    // A thing of the server's alone says that the trouble is there, and not what it is.
    on(R::SystemError, 56, PLAIN)
        .words(
            "memory | license | milter | database | directory server | backend | back end | upstream | downstream | hardware | \
             exception | spool | filesystem | file system | busy | maintenance | shutdown | overload | replicated | no healthy | \
             policy service | policy server | callout | queue file | ldap | upgraded | upgrade",
        )
        .unless(
            "user | recipient | no entry | not in ldap | not appear | account | mailbox | quota | blocked | listed | too many \
            | rate limit* | greylist* | tls | full | 0 bytes | spam* | bad sender | policy violation | authentication",
        ),
    on(R::SystemError, 56, "errno(3): EACCES, of a file on the server")
        .words("permission denied")
        .with("file | directory | open | create | write | exec | spool | queue | output | pipe | forward | socket | mkdir | rename"),
    on(R::PolicyViolation, 44, PLAIN)
        .code(&[5])
        .words("permission denied")
        .unless("user | sender | login | relay* | username"),
    // RFC 5321 §4.2.3 gives these words to 421, so they add nothing to it.
    on(R::SystemError, 74, SMTP).words("service not available").unless(
        "blocked | listed | too many | rate limit* | greylist* | client host | spamhaus | quota | reputation | tls",
    ),
    on(R::SystemError, 93, PLAIN)
        .code(&[4])
        .words(
            "scanner | spam checker | virus checker | spam filter | spamd | clamd | content filter | milter \
            | rspamd | spamassassin | dnsbl | rbl | block list | blocklist | filter daemon | daemon \
            | antivirus | anti virus | policy server | backend",
        )
        .with(
            "does not answer | doesn't answer | not responding | did not respond | does not respond \
            | unavailable | unreachable | lookup timed out | query timed out | timed out | cannot be reached \
            | could not be reached | is down | lookup failed | lookup failure | lookup error | offline \
            | crashed | servfail | cannot be asked | could not be asked | cannot connect | could not connect \
            | connect failed | connection refused | connection failed",
        )
        .unless("blocked using | is listed | listed in | listed on | authentication | login | password"),
    on(R::SystemError, 64, PLAIN)
        .code(&[4])
        .words(
            "service unavailable | service not available | server unavailable | temporary local problem | \
             local problem | please try again later temporary | temporary problem | temporary error | \
             temporary failure please | internal problem",
        )
        .unless("client host | blocked | too many"),
    // 554 is "transaction failed" by its definition: the words add nothing.
    on(R::OnHold, 48, SMTP)
        .code(&[5])
        .words("transaction failed | delivery error | delivery failure | mail delivery failed | undeliverable")
        .unless("policy | spam* | blocked | reject* | reputation | user | recipient | address"),
    on(R::SystemError, 48, SMTP).code(&[4]).words("transaction failed | delivery error"),
    on(R::SystemError, 42, SMTP)
        .code(&[421])
        .words("try again later | try later | closing transmission channel | closing connection")
        .unless(
            "timed out | timeout | able to establish an smtp connection | able to establish a connection | \
             in the queue too long | idle",
        ),
    on(R::SystemError, 82, PLAIN).code(&[4]).words("node offline | node is offline | node down | node is down | store offline | store is offline | storage offline | backend offline | backend is offline | backend down | backend is down | server offline | server is offline | shard .. down"),
    on(R::SystemError, 86, PLAIN)
        .code(&[4])
        .words("ldap down | ldap is down | ldap unavailable | ldap unreachable | ldap not reachable | directory is down | directory unavailable | directory server .. down | database down | database is down | database unavailable | database unreachable \
            | cannot lookup recipient | cannot look up recipient | unable to look up recipient | unable to lookup recipient | could not look up recipient | recipient lookup failed"),
    on(R::SystemError, 80, TONGUES).words(
        "erreur interne | erreur systeme | erreur temporaire | service indisponible | interner fehler | \
             systemfehler | dienst nicht verfugbar | error interno | error del sistema | \
             servicio no disponible | erro interno | errore interno | errore di sistema | \
             servizio non disponibile",
    ),
    on(R::SystemFull, 90, PLAIN)
        .words(
            "insufficient system storage | insufficient storage | insufficient system resources \
            | insufficient disk space | insufficient disk storage | not enough disk space \
            | no space left on device | no space left | disk full | disk is full | disk space | out of disk \
            | file system full | filesystem full | file system is full | low on disk | low disk \
            | server storage | system storage | storage space on | server is full | system is full \
            | no disk space | out of space | mail system full | queue full | queue is full | spool full \
            | insufficient space | insufficient free space | free space | has run full | 0 bytes left \
            | no bytes left | partition .. full | spool .. full | volume is full | volume at 100 \
            | no free blocks | disk at 100 | partition at 100",
        )
        .unless("mailbox | quota | user | recipient's | inbox | spool of | mail spool"),
    on(R::SystemFull, 70, MAIL).enhanced(&["x.3.1"]).words("full | storage | space | insufficient* | quota | bytes left | space left | spool"),
    on(R::SystemFull, 92, "Postfix: queue_minfree")
        .code(&[4])
        .words("insufficient system storage | insufficient free space")
        .case("free-space"),
    on(R::MailerError, 88, SENDMAIL)
        .words(
            "mailer error | unknown mailer error | procmail | maildrop | local delivery failed | local delivery \
            | local mailer | delivery agent | delivery program | command died | delivery command failed | pipe command failed \
            | command output | command time limit | exited with status | exit status | exit code | exited with \
            | died with status | program exited | child process | child crashed | pipe to | pipe failed \
            | prog mailer | mailer .. exited | return code from | no such file or directory | cannot execute \
            | can't execute | exec failed | x unix | smtp to pipe | local mailer error | lmtp \
            | transport .. failed | cannot append | could not append | can't append | cannot update mailbox \
            | cannot update mailfile | error writing message | unable to deliver to mailbox \
            | could not deliver to mailbox | failed to deliver to mailbox | maildir delivery failed \
            | mailbox locked by another | mailbox is busy | broken mailbox | mailbox corrupt* \
            | corrupt mailbox | sieve script | filter program | alias expansion | include file \
            | script .. ended with | program .. ended with | ended with code | ended with status \
            | script failed | lmtp server | delivery command | exit value | returned exit | writing to maildir \
            | write to maildir | maildir failed | pipe transport returned | transport returned \
            | delivery script | returned status | delivery process",
        )
        .unless("quota | user unknown | timed out | rejected by sieve | over quota | mailbox full | no local delivery"),
    on(R::MailboxFull, 94, "Postfix: mailbox_size_limit, local(8)")
        .words("cannot update mailbox | cannot update mailfile | cannot append message to file | error writing message")
        .with("file too large | quota exceeded"),
    on(R::MailboxFull, 93, MAIL).enhanced(&["x.2.2"]).words("cannot update mailbox | cannot update mailfile | error writing message"),
    on(R::NotAccept, 92, MAIL).code(&[521]).words("system not accepting network messages | does not accept mail"),
    on(R::SystemError, 90, PLAIN).words(
        "temporary system problem | temporary system error | temporary system failure | \
             policy size per transaction",
    ),
    // The network.
    on(R::NetworkError, 91, "RFC 5321 §6.3")
        .words(
            "mx list .. points back | too many recursive | recursive forward* | forwards to itself | too many hops \
            | hop count exceeded | hop count | mail loop | mail loops | loop detected | loop detection | looping \
            | routing loop | mail forwarding loop | forwarding loop | loops back to | loops back to me \
            | loops back to myself | message looping | message is looping | in a loop | loop back \
            | too many received headers | received headers | delivered to .. loop | loopback | maximum hop | max hops \
            | resolver.fwd.loop | boucle | passed here .. times | already passed here | going in circles | in a circle \
            | hop limit | possible loop | hop limit exceeded",
        )
        .case("loop"),
    // ECONNREFUSED is a fact of TCP, told by the sender's own server; in a reply the words mean the client (see `policy`).
    on(R::NetworkError, 61, "connect(2): ECONNREFUSED")
        .words("connection refused")
        .case("connection-refused"),
    on(R::NetworkError, 86, "RFC 3463 §3.5: X.4.1")
        .enhanced(&["x.4.*"])
        .words("connection refused")
        .case("connection-refused"),
    on(R::NetworkError, 90, "Postfix, Exim, sendmail: a name that cannot be looked up now")
        .words(
            "host not found try again | name service error .. try again | hostname lookup failed | host lookup did not complete | \
             dns lookup timed out | temporary lookup failure of host | name server timeout | name server timed out | \
             malformed or unexpected name server reply | temporary failure in name resolution | \
             resolver .. cannot reach | dns servfail | server failure looking up",
        )
        .unless("sender address | your | helo | ehlo | client | ptr | reverse"),
    on(R::NetworkError, 84, PLAIN)
        .words(
            "no route to host | network is unreachable | network unreachable | host unreachable \
            | host is unreachable | unreachable | routing error | unable to route | cannot route | can't route \
            | no route | unroutable | name server | nameserver | name service error | name server timeout \
            | name server failure | dns lookup failure | dns lookup failed | dns error | dns failure \
            | dns query failed | dns timeout | dns problem | dns server | temporary dns \
            | temporary dns failure | temporary dns error | servfail | domain lookup | mx lookup | mx record \
            | lookup timed out | no mx | host lookup did not complete | host lookup \
            | temporary name lookup failure | domain lookup failed | could not resolve | unable to resolve \
            | cannot resolve | can't resolve | not resolvable | unable to reach | could not reach | no mxs for | mxs .. could be reached | resolve .. failed | all hosts .. failed \
            | mx .. unreachable | could not be reached | no answer from host | bad connection | delivery host \
            | destination server | no mail hosts for domain right now | right now unreachable",
        )
        .unless(
            "sender | your host | your ip | reverse | ptr | mail from | your hostname | helo | ehlo | client \
            | user unknown | spf | does not exist | cannot resolve your | does not accept | blocked \
            | from address | domain is not reachable | nxdomain | recipient domain | does not list \
            | destination domain",
        ),
    on(R::NetworkError, 86, MAIL).enhanced(&["x.4.4"]).words("route | routing | routed | invalid arguments | unable to route"),
    on(R::Expired, 90, PLAIN)
        .words(
            "timed out | timeout | able to establish an smtp connection | able to establish a connection \
            | in the queue too long | time out | timeout exceeded | connection timed out | connection timeout \
            | operation timed out | idle timeout | idle | inactivity timeout | read timeout | message expired \
            | expired message | delivery time expired | retry time | retry timeout | retry timeout exceeded \
            | retry time not reached | message has expired | too old | too long in queue | in queue too long \
            | message timed out | delivery expired | unable to deliver in | not delivered within \
            | could not be delivered within | undeliverable for | giving up | given up | gave up | connection with .. broken \
            | connection to .. broken | connection .. was broken | connection lost | lost connection | connection dropped \
            | connection closed | connection was closed | connection was dropped | connection reset | connection broken \
            | connection unexpectedly closed | remote host closed | closed the connection | broken pipe | connection aborted \
            | no response from | did not respond | not responding | no answer | unable to connect | could not connect \
            | cannot connect | can't connect | failed to connect | connection failed | connect failed | unable to contact \
            | could not contact | no connection | conversation with .. timed out | session timed out | delivery attempts failed | delivery attempts exceeded \
            | maximum number of delivery attempts | maximum delivery attempts | data timeout | data transfer timeout \
            | exceeded timeout | took too long | too long to respond | time limit exceeded | attempts to deliver \
            | not be delivered for | could not be delivered for | not delivered for | not delivered after | waited too long \
            | stopped trying",
        )
        .unless(
            "user unknown | ldap* | database | greylist* | command time limit | sender verif* \
            | lookup timed out | dns timeout | name server timeout | spam* | blocked | license* | certificate* \
            | password | account | scanner timeout | milter | mailbox | too many hops | no action is required \
            | domain has expired | callout | daemon | filter | backend | connection refused",
        ),
    on(R::Expired, 91, "SparkPost, Mailgun, qmail: a message that waited for too long")
        .words(
            "delivery expired | in queue longer | queued longer than | message too old | exceeded max time | maximum queue time \
            | max queue time | queue lifetime exceeded | maximum retry time | max retry time | expired after | without delivery \
            | not delivered in time | retries exhausted | retry attempts exhausted | out of retries | retry limit reached",
        )
        .unless("license* | certificate* | password | account | mailbox"),
    on(R::Expired, 55, EXIM).words(
        "retry time not reached for any host | all hosts have been failing | \
             all hosts for .. have been failing",
    ),
    on(R::Expired, 80, TONGUES).words(
        "delai depasse | delai d'attente | zeituberschreitung | tiempo de espera | tempo limite | \
             tempo esgotado | tempo scaduto",
    ),
    // Nothing usable: the words only repeat the code.
    on(R::OnHold, 45, MAIL)
        .words(
            "temporary failure | temporary error | temporary problem | unknown error | \
             requested action aborted | recipient error | undefined error | undefined status | \
             permanent failure | permanent error | delivery failed | other error",
        )
        .unless("service | server | system | blocked | dns"),
    // Nor does a bare "later" under a code that means a refusal only with a 5: no rule is known to forbid anything.
    on(R::OnHold, 24, "RFC 3463 §3.8: x.7.1 is useful only as a permanent error")
        .code(&[4])
        .enhanced(&["4.7.0", "4.7.1"])
        .words("try again later | try later | retry later | try again | come back"),
    on(R::OnHold, 40, OTHERS).words("rejected by destination"),
    on(R::OnHold, 50, PLAIN).code(&[4]).words(
        "recipient temporarily unavailable | mailbox temporarily unavailable | mailbox unavailable | \
             user temporarily unavailable",
    ),
    on(R::Suspend, 78, PLAIN).side(Side::Recipient).words("domain has expired | domain expired | domain is expired"),
    on(R::SystemError, 66, POSTFIX)
        .words("server configuration problem | mail for .. loops back to myself local configuration"),
];
