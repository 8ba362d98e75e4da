//! Words about the receiver's trust: lists, reputation, rates, greylisting, rules of their own.

use super::{OTHERS, PLAIN, POSTFIX, SENDMAIL, TONGUES};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Stage};

pub(in crate::explain) const RULES: &[Rule] = &[
    // Lists.
    on(R::Blocked, 92, "RFC 5782; operators of lists")
        .words(
            "spamhaus | spamcop | abuseat.org | cbl.abuseat.org | barracudacentral* | b.barracudacentral.org \
            | zen.spamhaus.org | sorbs | sorbs.net | uceprotect* | mailspike | invaluement | psbl | psbl.org \
            | abusix | combined.mail.abusix.zone | senderscore* | surbl | multi.surbl.org | uribl | uribl.com \
            | spfbl* | bl.spamcop.net | dnsbl.sorbs.net | ix.dnsbl.manitu.net | nix spam | truncate.gbudb.net \
            | backscatterer* | csi.cloudmark.com | cloudmark sender intelligence | dnsbl | rbl | rbls | dnsrbl \
            | an rbl | rhsbl | dnsbls | realtime blackhole | real time blackhole | real time block list \
            | realtime block list | real time blacklist | realtime blacklist | exploits block list \
            | policy block list | domain block list | xbl | sbl | pbl | dbl | hostkarma* | spamrats* | wpbl \
            | lashback | njabl | ordb | dsbl | swinog | bl.mailspike.net | dnsbl.* | rbl.* | bl.* \
            | black.uribl.com | 0spam | fabel | s5h.net | all.s5h.net | mail abuse.org | mailabuse*",
        )
        .unless(
            "could not look up | could not query | cannot look up | cannot query | unable to look up | unable to query | open resolver | is not listed | query refused | rbl lookup error | too many queries | lookup error \
            | lookup timed out | lookup failed | lookup failure | query timed out",
        ),
    on(R::Blocked, 88, PLAIN)
        .words(
            "tarpit list | intrusion prevention | intrusion detection | spam list | spam database | spammer list \
            | spammers list | ip is hangup | ip is rejected | invalid ip | user in blacklist | ip .. is filtered \
            | ip .. filtered | ip is filtered | no access for this ip | no access for this domain | must register your ip \
            | unauthorized interface | send email directly | send mail directly | directly to our servers \
            | use the smtp relay at your | relay at your service provider | bypassing .. relay | no access for | blacklist \
            | blacklisted | black list | black listed | blacklisting | blocklist | blocklisted | block list | block listed \
            | blocked list | blackholed | blackhole | denylist | deny list | denylisted | listed at | is listed on \
            | is listed in | is listed by | listed in | listed on | listed by | are listed | currently listed \
            | client host .. blocked | client .. blocked using | blocked using | blocked by .. list | host blocked \
            | host is blocked | host .. is blocked | server is blocked | server blocked | server .. has been blocked \
            | ip blocked | ip is blocked | ip .. is blocked | ip .. blocked | ip has been blocked | ip .. has been blocked \
            | ip address blocked | ip address is blocked | ip address .. blocked | ip address has been blocked \
            | address has been blocked | your address is blocked | # is blocked | # blocked | # has been blocked \
            | # is banned | # is not allowed | # not allowed | # denied | # rejected | # refused | # .. is blocked \
            | blocked ip | blocked address | blocked for spam | blocked for abuse | blocked due to abuse \
            | blocked due to spam | blocked because of spam | blocked by admin* | blocked by ldap | ip is banned | ip banned \
            | ip .. banned | banned ip | banned sending ip | banned host | host is banned | ip denied | ip .. denied \
            | ip not allowed | ip is not allowed | ip .. not allowed | ip rejected | ip address rejected \
            | ip address .. rejected | ip refused | ip address is not | ip address denied | your host is not allowed \
            | your host .. rejected | host rejected | network is blocked | network blocked | domain is blocked \
            | domain .. is blocked | domain has been blocked | blocked domain | domain is banned | dynamic ip \
            | dynamic address | dynamic host | dynamic ip address* | dynamically assigned | dial up | dialup \
            | residential ip | dynamic pool | dynamic range | generic ptr | generic rdns | generic hostname \
            | generic host name | end user ip | consumer ip | dynamic or residential | use the smtp server of your isp \
            | use your isp | use your provider | isp's mail server | isp's smtp | provider's mail server | provider's smtp \
            | which is an open relay | is an open relay | open proxy | is an open proxy | spam source | spam sources \
            | known spammer | for spamming issues | spam from your | spam from this | spam has been received from \
            | spam originating | open relay database | no access from mail server | access from .. denied \
            | connections from .. not | connection from .. rejected | connection from .. refused | connection from .. denied \
            | connections not accepted from | connections will not be accepted | connections from this \
            | do not accept mail from .. your | not accept mail from your | not accept mail from this \
            | don't accept mail from | does not accept mail from | not accepting mail from this ip | mail from your ip \
            | mail from your server | mail from # rejected | mail from # refused | mail from # is | your ip has been \
            | your ip address has been | your mail server .. has been blocked | your server .. blocked \
            | your server has been | refused to talk to you | refused to talk to me | sender server .. blocked \
            | sending server .. blocked | geoip | geo ip | country .. blocked | your country | delist* \
            | removal from this list | removed from this list | request removal | unblock* | email from # .. blocked \
            | mail from # .. blocked | # is currently blocked | # .. currently blocked | sits on our .. list \
            | on our .. black list | on our black list | has been firewalled | block for spam | country of your address \
            | found in # list | is barred | of it is barred | domain .. blocked | is blocked owing | blocked owing \
            | blocked because of complaints | dynamic addresses | dynamic ips | has been blacklisted | on our blacklist \
            | on our reject list | our reject list | global reject list | on our global | on our block | shut out after | on our ban list",
        )
        .unless(
            "recipient's block* | by recipient's | from this sender | recipient's own | open resolver | file extension | extension | file type | return address \
            | spam content | dmarc | spf | dkim | sender rejected .. @ | ptr | reverse | rdns | too many connections \
            | rate limit* | rate limited | temporarily rate limited | ratelimit* | user unknown | not whitelisted \
            | greylist* | graylist* | blocked by recipient | blocked by the recipient | blocked by user \
            | very low reputation | low reputation | poor reputation | account has been blocked | mailbox has been blocked \
            | mailbox is blocked | attachment* | virus* | dial up connections | throttl* | cannot find your \
            | due to inactivity | relay access | mail from header | relay for | blocked by our content | blocked by content \
            | blocked by spam | blocked by policy | blocked by mailbox | banned content | banned file | banned attachment \
            | banned name | banned extension | helo command rejected | authentication required | excessive volume \
            | unusual rate | unsolicited mail .. this message | your domain is not | access denied user \
            | not allowed to send mail from | spf.html | first contact | @ does not accept mail from",
        ),
    on(R::Blocked, 60, "Charter and Verizon, to a client they shut out")
        .code(&[5])
        .words("you are not allowed to send mail | you are not allowed to send email | not allowed to send us mail")
        .unless("mail for | mail from | mail as | mail to | user | account"),
    // The pages of the lists, where the text names none.
    on(R::Blocked, 80, "RFC 5782; operators of lists").words(
        "/www.spamcop.net | /spamcop.net | /www.spamhaus.org | /check.spamhaus.org | /www.abuseat.org | /cbl.abuseat.org \
            | /www.barracudacentral.org | /barracudacentral.org | /www.barracudanetworks.com | /www.uceprotect.net \
            | /www.sorbs.net | /dnsbl.sorbs.net | /psbl.org | /www.mailspike.net | /mailspike.org | /mailspike.net \
            | /spamrl.com | /www.invaluement.com | /multirbl.valli.org | /mxtoolbox.com | /www.backscatterer.org \
            | /www.spamrats.com | /lookup.abusix.com | /app.abusix.com | /spfbl.net | /bl.score.senderscore.com \
            | /www.senderscore.org | /www.dnsbl.manitu.net | /ipcheck.proofpoint.com | /www.surriel.com | /www.dnsbl.info | /www.surbl.org \
            | /lookup.uribl.com",
    ),
    on(R::Blocked, 66, PLAIN)
        .words("spammer | spammers | spamming | known spam | dsl | residential | blocked for | access revoked | spammers not \
            | dul | rats | firewalled")
        .unless(
            "dmarc | spf | dkim | first contact | greylist* | graylist* | too many | rate limit* | mailbox | user unknown | content | \
             attachment* | reputation | throttl*",
        ),
    on(R::Blocked, 62, SENDMAIL)
        .words(
            "access not permitted | session refused | session rejected | session denied | access denied | access refused \
            | access is denied | access not allowed | connection rejected | connection denied | connection not allowed \
            | connection not permitted | not allowed to connect | not welcome | go away | not accepted from this \
            | do not have permission to connect | client host rejected | client rejected | client denied | host not allowed \
            | host denied | host access denied | host refused | no access from | rejected .. for abuse | abuse \
            | service denied | service refused | refused service | connect from .. refused | forbidden \
            | connection dropped due to policy | connection blocked",
        )
        .unless(
            "recipient address | sender address | relay* | user unknown | authentication | policy | timed out \
            | mailbox unavailable | spam abuse | from @ | for user | username | encrypt* | plain connections",
        ),
    on(R::Blocked, 62, "Proofpoint, GoDaddy and others, to a client they shut out")
        .code(&[4, 5])
        .words("connection refused")
        .unless("timed out | port | remote server | connecting to | connect to | dial tcp"),
    on(R::Blocked, 70, POSTFIX).words("client host rejected access denied | client host rejected").unless(
        "cannot find | authentication | not authenticated | spam* | helo | greylist* | graylist* | \
             too many | lpn",
    ),
    on(R::Blocked, 75, PLAIN)
        .at(&[Stage::Banner, Stage::Connect, Stage::Ehlo])
        .code(&[5])
        .words("access denied | rejected | refused | denied | blocked | not allowed | no smtp service")
        .unless("helo | ehlo | ptr | reverse | reputation | too many | tls"),
    on(R::Blocked, 70, "RFC 5782: what an address is looked up in is a list").words("# found in | # found on | # was found in | # is present in | ip found in | address found in | host found in").unless("mailbox | user"),
    on(R::Blocked, 84, TONGUES).words(
        "liste noire | adresse ip .. bloquee | ip bloquee | ont ete bloques | bloque pour | sperrliste | \
             ip gesperrt | ip adresse gesperrt | lista negra | ip bloqueada | lista nera | ip bloccato | \
             czarna lista | zwarte lijst | service refuse",
    ),
    // Reputation.
    on(R::BadReputation, 91, PLAIN)
        .words(
            "karma | karma score | reputation too low | reputation is too low | low reputation | poor reputation \
            | bad reputation | very low reputation | low ip reputation | ip reputation | domain reputation \
            | sender reputation | senderbase | sender base | reputation | reputation score | reputation filter* \
            | reputation block | sbrs | poor sender | bad sender reputation | negative reputation | reputation of your \
            | network reputation | due to reputation | talos* | trustedsource | trusted source | mcafee .. reputation \
            | cisco .. reputation | user complaints | complaint rate | too many complaints | spam complaints \
            | high complaint | unacceptable reputation | bad ip | untrusted ip | untrusted host | not trusted \
            | suspicious ip | suspicious sender | suspicious domain | suspicious activity | suspicious connection \
            | new domain | newly registered | newly observed | domain age | spam abuse detected | abuse detected",
        )
        .unless(
            "spamhaus | blocked using | ratelimit in effect | block list | \
             unexpected volume or user complaints | certificate* | not trusted certificate",
        ),
    on(R::BadReputation, 93, PLAIN).words(
        "rate limited due to ip reputation | low reputation of the sending | \
             due to the very low reputation | due to .. low reputation | due to ip reputation | \
             reputation .. temporarily rate limited",
    ),
    on(R::BadReputation, 81, PLAIN).words("bad neighborhood | bad neighbourhood | bad network | bad netblock | poor neighborhood | spammy network | spammy neighborhood | trust level").unless("listed"),
    on(R::BadReputation, 85, PLAIN)
        .words("domain .. too young | domain is too new | domain too new | too recently registered | registered less than | domain is less than .. days | domain .. days old | domain .. hours old")
        .unless("mailbox"),
    on(R::BadReputation, 92, PLAIN)
        .words("sends too much spam | too much spam from | too many spams from | sending too much spam | sent too much spam | lots of spam from | source of spam | mostly spam | high spam rate | spam ratio | spam rate")
        .unless("listed | block list | dnsbl | rbl | content | attachment*"),
    on(R::BadReputation, 74, PLAIN)
        .words("domain registered | registered only | recently registered | young domain | rate your | rates your | rated your \
            | rated as poor | as poor")
        .with("days | ago | recently | host | ip | sender | domain | server | # | poor"),
    on(R::BadReputation, 72, PLAIN)
        .words("bad name | poor history | sender history | sending history | bad history | earned")
        .with("sender | range | ip | # | network | host | domain | address"),
    // Rates.
    on(R::RateLimited, 92, "OVH and others count errors over many connections")
        .code(&[4])
        .words("too many errors from | too many errors .. your ip | too many failures from | too many errors host"),
    on(R::RateLimited, 76, PLAIN).words(
        "only .. messages every | only .. mails every | messages every | quicker than | faster than we | faster than allowed | \
         no more than .. recipients | no more than .. messages | no more than .. connections | more mail than | too many per",
    ),
    on(R::RateLimited, 90, PLAIN)
        .words(
            "send more slowly | send slower | sending slower | more connections than | more recipients than \
            | more messages than | submissionquotaexceeded* | hour limit | hours limit | day limit | messages per day \
            | rcpts per | recipients per | 24 hour sending | sending limit | null sender rate | send rate | mails per day \
            | too many messages | too many connections | too many connection | too many recipients | too many rcpt \
            | too many mails | too many emails | too many concurrent | too many simultaneous | too many sessions \
            | too many recent | too many requests | too many invalid recipients | too many unknown recipients \
            | too many invalid rcpt | too many bad recipients | too many nonexistent | too many unknown users \
            | too many transactions | too many deliveries | too many smtp | too many parallel | too many open connections \
            | too many retries | too many attempts | too many hosts | too many from | too many send | too frequent \
            | too fast | too quickly | too much mail from | too much traffic | too often | too rapidly | rate limit \
            | rate limited | rate limiting | ratelimit | ratelimited | rate exceeded | message threshold | threshold exceeded | message volume | mail volume | acceptable levels | rate control | rate .. exceeded \
            | rate too high | exceeded .. rate | exceeds .. rate | sending rate | message rate | connection rate \
            | delivery rate | email rate | at a rate | rate that prevents | throttl* | frequency limit* | frequency limited \
            | sender frequency | exceed .. frequency | connection limit | connections limit | connection count \
            | concurrent connections | concurrent sessions | concurrency limit | concurrent limit | simultaneous connections \
            | maximum number of connections | maximum connections | max connections | max connection \
            | maximum number of messages | max number of messages | max message per connection | max messages per \
            | maximum messages per | messages per connection | messages per session | messages per hour \
            | messages per minute | emails per hour | emails per day | mails per hour | mails per session \
            | recipients per hour | recipients per day | recipients per message | recipients per session \
            | number of recipients | number of messages | number of concurrent | number of connections | per hour \
            | per minute | hourly limit | daily limit | daily quota | daily sending | daily user sending | daily message \
            | hourly quota | sending quota | send limit | send quota | message limit | recipient limit | recipients limit \
            | limit on the number | limit for the number | exceeded the maximum number | exceeded maximum number \
            | exceeded .. limit | exceeded the limit | exceeding .. limit | exceeds .. threshold | exceeded .. threshold \
            | limit exceeded | limit reached | limit has been reached | quota for sending | queue quota exceeded \
            | excessive volume | unexpected volume | high volume | volume of mail | volume of email | large volume \
            | excessive rate | excessive connections | excessive number | excessive | unusual rate | unusual traffic \
            | unusual volume | flood* | mail flood | slow down | reduce .. rate | reduce the number | send fewer | try fewer \
            | receiving mail too quickly | receiving mail at a rate | receiving mail too fast | sending too many \
            | sent too many | sending too much | sending too fast | sending mail too | over rate | over limit \
            | outbound limit | outgoing limit | message quota | mail bomb | burst | tarpit* | all available connections \
            | no more connections | too many unsuccessful | exceeded .. messages | maximum .. connections | over the limit \
            | temporarily deferred due to .. volume | quota for .. messages | delivery speed | reduce your | slow your \
            | sending speed | reduce the speed | sending volume | too many at once",
        )
        .unless(
            "login attempts | failed login | messages on the server | messages on server | user has too many | mailbox limit \
            | procmail | inbox | tarpit list | server connection limit for mailbox | message size | size limit | hops \
            | too many errors | too many hops | received headers | mailbox full | mailbox size | storage \
            | temporarily rate limited due to ip reputation | authentication | spf | dkim | dmarc | ptr | unauthenticated \
            | very low reputation | low reputation | too many authentication | header* | mime* | message exceeds \
            | line length | mailbox quota | disk quota | mailbox has exceeded | over quota | temporarily blocked for \
            | has been blocked for | block list | listed | time limit | message too large \
            | unsolicited mail .. this message has been blocked | tls | same message id | hop limit | hop \
            | spam score | recursion | connection failures",
        ),
    on(R::RateLimited, 88, "SendGrid, Postmark and others that sell by number")
        .words(
            "out of credits | run out of credits | no credits left | insufficient credits | credits exceeded | credit limit \
            | package quota | exceeds your plan | limit of your plan | plan limit | unusual sending activity | relay quota | relay limit | relays exceeded | daily relay | unusual outgoing | unusual number of | upgrade your plan | sending allowance",
        )
        .unless("mailbox | storage"),
    on(R::RateLimited, 60, "Google, Postfix and others")
        .words("unusual rate of unsolicited mail | resources temporarily unavailable for"),
    on(R::RateLimited, 84, TONGUES).words(
        "trop de connexions | trop de messages | trop de destinataires | zu viele verbindungen | \
             zu viele nachrichten | zu viele empfanger | demasiadas conexiones | demasiados mensajes | \
             demasiados destinatarios | muitas conexoes | muitas mensagens | troppe connessioni | \
             troppi messaggi | troppi destinatari | te veel verbindingen | zbyt wiele polaczen",
    ),
    on(R::RateLimited, 93, PLAIN).words("load from your | load from this | load from # | slow it down | please slow down | load by your | calm down"),
    on(R::RateLimited, 88, PLAIN).words("banned for .. hour | banned for .. minutes | banned for one | banned for an | blocked for .. hour | blocked for .. minutes | locked out for .. minutes \
        | too many same size | too many similar mails | too many identical")
        .unless("password | login | authentication | spam | mailbox | account"),
    on(R::RateLimited, 78, "RFC 5321 §4.5.3.1.10").code(&[452, 552]).words("too many recipients"),
    // Greylisting.
    on(R::Greylisted, 93, "RFC 6647").words(
        "greylist | greylisted | greylisting | grey listed | grey listing | graylist | graylisted | \
             graylisting | gray listed | gray listing | grey list | gray list | postgrey | milter greylist | \
             greylist.* | postgrey.* | sqlgrey | policyd .. greylist | liste grise",
    ),
    on(R::Greylisted, 93, "Exim: greylisting in its configuration").code(&[4]).words("not yet authorized to deliver mail | not yet authorised to deliver mail | not yet allowed to deliver | not yet authorized to send mail"),
    on(R::Greylisted, 93, "RFC 6647 §2.2: client, sender and recipient").code(&[4]).words("triplet | triplets | sender triplet | unknown triad | triple not"),
    on(R::Greylisted, 92, "RFC 6647 §3").code(&[4]).words("not known to us yet | don't know you yet | not know you yet | not know your server yet | not seen you before | first time we see | new triplet | unknown triple | new sender host | try again to prove | not been seen before")
        .unless("user unknown | mailbox"),
    on(R::Greylisted, 86, "RFC 6647 §3")
        .code(&[4])
        .words(
            "first contact | not seen before | unknown triplet | please retry later first | \
             deferred due to .. first time | first time sender | temporarily delayed | delayed delivery | temporary rejected to prevent spam | \
             temporarily rejected .. spam | temporarily rejected try again later to prove",
        )
        .unless("too many | rate* | reputation | limit* | volume | blocked | maintenance | authentication"),
    // A wait that is named is most often greylisting, and may be anything.
    on(R::Greylisted, 62, "RFC 6647 §3")
        .code(&[4])
        .words(
            "try again in .. seconds | try again in .. minutes | retry in .. seconds | retry in .. minutes | retry in .. hour* | \
             retry after .. seconds | retry after .. minutes | come back in .. minutes | come back in .. seconds | \
             try again after .. minutes | try again after .. seconds | please retry in | please wait .. minutes",
        )
        .unless(
            "too many | rate* | reputation | limit* | volume | blocked | maintenance | authentication | busy | unavailable | \
             overload* | load | resources | service | shutting | space | storage | quota* | full | system | error | dns",
        ),
    // Rules that are not told.
    on(R::PolicyViolation, 72, PLAIN)
        .words(
            "local policy | policy violation | policy reasons | policy reason | policy restrictions | \
             policy restriction | denied by policy | rejected by policy | blocked by policy | \
             refused by policy | by policy | due to policy | policy rejection | policy reject | \
             policy rejected | against policy | violates policy | violates our policy | violates local | \
             violation of policy | violation of .. policy | site policy | company policy | security policy | \
             corporate policy | administrative policy | administratively prohibited | administratively denied \
             | administrative rejection | prohibited by administrator | prohibited by policy | \
             prohibited by rule | organizational policy | email policy | mail policy | mailpolicy violation | \
             mailpolicy | acceptable use policy | terms of service | policy settings | policy filter | \
             transport rule | transport.rules.rejectmessage | transport rules rejectmessage | \
             rejected by administrator | rejected by a rule | rule .. rejected | rejected by rule | \
             customized block | custom policy | message policy | security reasons | for security reasons | \
             policy of this server | not allow external forwarding | external forwarding | for policy | because of policy | access policy | business policy | \
             content policy | disallowed by | policy error",
        )
        .unless(
            "dmarc | spf | dkim | spam* | virus* | blocked using | greylist* | relay* | listed | block list | \
             open relay | starttls | reputation | acceptable use policy .. ip",
        ),
    on(R::PolicyViolation, 74, PLAIN)
        .words(
            "by your administrator | by the administrator | by an administrator | routing rule | compliance rule | dlp policy | dlp rule \
            | data loss prevention | sensitive information | confidential information | by your organization | by your organisation",
        )
        .unless("ip | # | login | password | locked by | not authenticated | authentication | quota | disabled"),
    on(R::PolicyViolation, 70, "Cisco: bounce verification, a tag in the envelope sender of what was sent")
        .words("bounce verification | batv | bounce address tag | prvs"),
    on(R::PolicyViolation, 72, "RFC 3463 §3.8: X.7.1")
        .words("delivery not authorized | delivery not authorised")
        .unless("relay* | listed | blocked | spam*"),
    on(R::PolicyViolation, 56, PLAIN)
        .words(
            "message not allowed | message rejected by | not allowed by | email not accepted | \
             message not accepted | rejected due to security | message was blocked by | \
             message rejected due to",
        )
        .unless("spam* | content | virus* | dmarc | user unknown | rejected by recipient* | size | rfc | headers"),
    on(R::PolicyViolation, 40, OTHERS).enhanced(&["x.7.0", "x.7.1"]).words(
        "message rejected | message refused | mail rejected | mail refused | message blocked | \
             rejected for | permanent failure .. blocked",
    ),
    on(R::PolicyViolation, 42, "qmail and others pass on what a filter said").words("permanent failure .. blocked"),
    on(R::PolicyViolation, 70, TONGUES)
        .words("politique de | regle de securite | richtlinie* | politica de seguridad | politica di"),
];
