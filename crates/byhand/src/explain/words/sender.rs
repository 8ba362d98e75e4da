//! Words about the sender: its address, DNS, login, TLS, software.

use super::{EXIM, MAIL, OTHERS, PLAIN, POSTFIX, SENDMAIL, SMTP, TONGUES};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Side, Stage};

pub(in crate::explain) const RULES: &[Rule] = &[
    // The sender's address or domain.
    on(R::Rejected, 87, POSTFIX)
        .words(
            "sender address rejected | sender address rejected unverified address | \
             sender address rejected undeliverable address | sender address rejected user unknown | \
             sender address rejected access denied",
        )
        .unless(
            "not logged in | blocked by recipient | blocked by the recipient | blocked by user | spf | dmarc | blacklist* | block list | blocklist* | spam | listed | greylist* | \
             graylist* | rate | too many",
        ),
    on(R::Rejected, 84, PLAIN)
        .words(
            "verify sender | verify the sender | verify mailfrom | verify mail from | mailfrom failed | mail from failed \
            | envelope sender rejected | sender .. not in my domain | valid sender domain | sender mismatch \
            | mismatched with | from .. is mismatched | no mx for your | from address is not one of \
            | address .. is not one of your | same as authorization user | same as the authenticated | same as the login \
            | prohibited sender | sender prohibited | sender blacklisted | sender is blacklisted | sender not local \
            | local sender unauthorized | sender rejected | sender refused | sender denied | sender not allowed \
            | sender is not allowed | sender not permitted | sender not accepted | invalid sender | bad sender \
            | unknown sender | sender unknown | sender invalid | sender is invalid | sender not found \
            | sender .. does not exist | sender domain not found | sender domain does not exist | sender domain must exist \
            | sender domain must resolve | sender domain .. does not exist | sender domain .. not found \
            | sender domain is not | sender domain not | sender domain has no | domain of sender address .. does not exist \
            | domain of sender address .. does not resolve | domain of sender address \
            | domain name required for sender address | domain required for sender address | sender verify failed | sender verification failed \
            | sender address verification | could not verify sender | can't verify sender | cannot verify sender \
            | unverifiable sender | unroutable sender | unrouteable sender | unresolvable sender \
            | sender address .. not exist | sender address does not exist | sender address is not | sender address not \
            | sender address must | sender address invalid | invalid sender address | bad sender address | bad sender's \
            | from address rejected | from address not | from address is not | from address .. does not \
            | from domain .. not exist | invalid from address | invalid from domain | invalid mail from | mail from address \
            | mail from .. not allowed | mail from .. not permitted | mail from .. rejected | mail from .. does not \
            | mail from domain | mailfrom domain | mail from is not | envelope sender .. not | envelope from .. not \
            | return path .. not | sender email .. not verified | email address is not verified | address is not verified \
            | address not verified | not owned by user | not authorized to send as | not allowed to send as \
            | permission to send as | rights to send as | send on behalf | send mail as | not allowed to send from \
            | not permitted to send from | not authorized to send from | not allowed to send with \
            | not allowed to use .. sender | does not match .. authenticated | doesn't match .. authenticated \
            | must match .. authenticated | login .. does not match | does not match login | not match .. logged in \
            | sender and login | sender .. not match | does not own | is not a registered | mail sending denied \
            | sending denied | sender account | mismatch between sender | no such domain | bounce address | null sender not \
            | null sender is not | no mx record for domain of sender | invalid dns mx | reply is impossible \
            | cannot reply to | empty sender | empty envelope sender | blocked sender domain | sender domain is blocked \
            | sender is not verified | sender identity | unverified sender | from address is not verified \
            | as sender from outside | may not use .. as sender | try to send as | cannot send as | may not send as \
            | return address is malformed | return address | mx or a for the domain in your mail from | envelope from is \
            | from address does not belong | you do not own | do not own the sender | sends only as | only as addresses of \
            | spoofing our own domain | our own domain from outside | our domain from outside | our domain as sender \
            | our own domain",
        )
        .unless(
            "recipient domain | spf | dkim | dmarc | spam | reputation | block list | blacklist* | blocklist* \
             | greylist* | too many | limit* | header | unauthenticated | authentication information | \
             no such domain at this location | user unknown | mailbox not found | rfc 5321 address | \
             blocked senders | spamhaus | recipient address rejected",
        ),
    on(R::Rejected, 90, "RFC 6409 §6.1: the address has to fit the login")
        .words(
            "does not belong to authenticated | not belong to .. authenticated | authenticated user \
            | authenticated account | authenticated as | logged in as | not belong to .. login \
            | owned by .. login | belongs to another user | with this login | with your login | for this login \
            | of this login | this account | your account",
        )
        .with("from address | from header | sender | sender address | mail from | return path | send as | from")
        .unless("spf | dkim | dmarc | relay* | only authenticated | requires"),
    on(R::Rejected, 70, MAIL)
        .enhanced(&["x.1.7", "x.1.8"])
        .words("no such domain | domain not found | domain does not exist | does not resolve | sender | reject*"),
    on(R::Rejected, 60, SENDMAIL)
        .words("domain must resolve | not resolvable | isn't resolvable | does not resolve | address .. does not resolve | must resolve")
        .unless("recipient | helo | ehlo | reverse | ptr | client | ip address | rdns | hostname"),
    on(R::Rejected, 80, POSTFIX).words("need fully qualified address"),
    on(R::Rejected, 98, "Yahoo Sender Hub: SMTP error codes")
        .words("unresolvable .. from domain | unresolvable from domain | unresolvable sender domain | unresolvable envelope"),
    on(R::Rejected, 84, "RFC 3463 §3.2: X.1.7").enhanced(&["x.1.7"]).words("invalid address | bad address | address syntax"),
    on(R::Rejected, 86, PLAIN)
        .words(
            "domain is unverified | domain is not verified | domain not verified | domain .. not verified | unverified domain \
            | sandbox subdomains | sandbox domain | is not allowed to send the domain | sender email address is locked | sender is locked",
        )
        .unless("spf | dkim | dmarc | recipient"),
    on(R::Rejected, 80, "Zoho and others, to an account that may not send for now")
        .words(
            "outgoing blocked | outgoing mail blocked | outgoing email blocked | outgoing emails blocked | outbound mail blocked \
            | blocked from sending | suspended from sending | barred from sending | disabled from sending",
        )
        .unless("ip | # | recipient")
        .case("sender-account"),
    on(R::Rejected, 60, "Exim: verify = sender/callout; Mimecast: an envelope")
        .words("callback setup failed | callback failed | callout failed | envelope blocked | envelope rejected")
        .unless("spf | dkim | dmarc | recipient"),
    on(R::Rejected, 72, "RFC 5321 §4.3.2").at(&[Stage::Mail]).words(
        "user unknown | unknown user | domain not found | no such user | access denied | invalid address \
             | no such domain",
    ),
    on(R::Rejected, 90, "RFC 6409 §6.1").words("only send with addresses | only send from addresses | only send with your | only send from your | only send mail from your | only send as your | only send as yourself | sender is not the owner | not the owner of this | not the owner of that | not owner of the address"),
    on(R::Rejected, 92, PLAIN).words("mail from your top level domain | top level domain not accepted | top level domain is not accepted | your top level domain | from this top level domain | tld not accepted | tld is not accepted | your tld | from this tld | mail from tld"),
    on(R::Rejected, 84, PLAIN).words("sender is unvalidated | unvalidated sender | denies the sender | denies this sender | refuses the sender | refuses this sender | mail from invalid | fake sender | \
        does not accept this sender | don't accept this sender"),
    on(R::Rejected, 91, PLAIN).words(
        "from domain has no mx | from domain has no | sender domain has no mx | sender's domain has no mx | sender domain has no a | sending domain has no mx | your domain has no mx | envelope domain has no mx \
         | sender domain without mx | domain of the sender has no mx | reply to your domain | never reply",
    ).unless("ptr | reverse | recipient"),
    on(R::Rejected, 82, TONGUES).words(
        "emetteur invalide | expediteur refuse | expediteur invalide | expediteur inconnu | \
             absender abgelehnt | absender ungultig | remitente rechazado | remitente invalido | \
             remetente invalido | remetente rejeitado | mittente rifiutato | mittente non valido | \
             mittente sconosciuto",
    ),
    // SPF, DKIM, DMARC, ARC.
    on(R::AuthFailure, 89, "RFC 7208 §8, RFC 7489 §6, RFC 6376 §6")
        .words(
            "dmarc | dkim | spf | spf fail* | spf check fail* | fails spf | failed spf | spf record | \
             spf hard fail | spf softfail | spf policy | dmarc policy | dmarc fail* | failed dmarc | \
             fails dmarc | due to dmarc | dmarc check | dmarc evaluation | dmarc alignment | dkim fail* | \
             dkim signature | dkim check | bad dkim | no dkim | sender policy framework | domainkeys | \
             domain owner .. policy | arc validation | arc chain | arc seal",
        )
        .unless("spf record lookup timeout | dns timeout | error getting | error reading"),
    on(R::AuthFailure, 88, "the page about SPF that Exim and postfix-policyd-spf name").words("/www.openspf.org | /openspf.org | /openspf.net | /www.openspf.net | /spf.pobox.com"),
    on(R::AuthFailure, 86, PLAIN)
        .words(
            "sender is unauthenticated | sender unauthenticated | unauthenticated email | unauthenticated mail \
            | unauthenticated message | message does not have authentication information \
            | not have authentication information | fails to pass authentication checks \
            | fails authentication checks | failed authentication checks \
            | multiple authentication checks failed | authentication checks failed \
            | sender authentication failed | sender authentication failure | email authentication \
            | message authentication | domain authentication | failed sender authentication \
            | not pass authentication | did not pass authentication | does not pass authentication \
            | authentication results | required authentication level | domain is not authenticated \
            | unauthenticated sender | purported responsible address | sender id | senderid \
            | pra .. not permitted | not designated | does not designate | not permitted by the domain \
            | not permitted by .. domain owner | not authorized by the domain | not authorized by the owner \
            | originating ip .. not permitted | forged sender | forged from | forged mail | spoofed sender \
            | spoofed message | spoofing | spoofed | forged email | impersonat* | domain's policy \
            | is not allowed to send mail for | is not authorized to send mail for \
            | not allowed to send mail for | not authorized to send email for | not allowed to send mail from \
            | not authorized to send mail from | not authorised to send | domain spoof* | bimi | p reject \
            | p quarantine | not aligned | signature check | is not allowed to send mail from \
            | /www.openspf.org | /openspf.org | /www.openspf.net | /spf.pobox.com | /why.openspf.org",
        )
        .unless(
            "smtp authentication | reverse dns | ipv6 sending guidelines | username | virus | macro* | malware \
            | our own domain | our domain from outside",
        ),
    on(R::AuthFailure, 92, "Microsoft: NDR 5.7.515")
        .words("required authentication level | authentication requirements defined for"),
    // Reverse DNS.
    on(R::RequirePtr, 91, "RFC 8601 §3, RFC 7372 §3.3")
        .words(
            "reverse dns | rdns | ptr record | ptr | no ptr | missing ptr | invalid ptr | ptr lookup | \
             ptr resource | reverse lookup | reverse mapping | reverse hostname | reverse host name | \
             reverse name | reverse resolution | in addr.arpa | ptr records | forward confirmed | fcrdns | \
             forward dns entry | forward dns | reverse and forward | reverse pointer | reverse entry | \
             reverse domain name | reverse address",
        )
        .unless("dynamic | generic reverse dns list | blocked using | mx list"),
    on(R::RequirePtr, 86, POSTFIX).words(
        "cannot find your hostname | cannot find your reverse hostname | can't find your hostname \
            | cannot resolve your address | cannot resolve your ip | client host rejected cannot find \
            | fix reverse dns | no reverse | hostname lookup failed for | ip name lookup failed \
            | ip name possibly forged | ip name forged | possibly forged | does not resolve to your ip \
            | unverifiable sending ip* | unverifyable sending ip* | unresolvable client \
            | your ip .. has no name | no name in dns | name resolution of your | host name does not match \
            | hostname does not match | not match its hostname | ip address .. does not resolve \
            | ip does not resolve | client ip .. does not resolve | lookup of your ip \
            | unable to resolve your ip | unresolvable ip | unresolved ip | could not resolve your ip \
            | ip address has no | ip .. has no dns | your server .. has no dns | client host name .. cannot be \
            | no valid hostname | your host name | unknown host name for ip | domain name for your ip \
            | hostname for your ip | has a name in dns | address has a name | forward and reverse names \
            | reverse names | names .. disagree | resolves to no name | no name for # | has no name \
            | no hostname for | address without a name | point back | points back | lead back | leads back",
    )
        .unless("mx list | forged sender | sender domain"),
    on(R::RequirePtr, 92, PLAIN)
        .words("ip without hostname | ip without a hostname | ip without name | ip without a name | address without hostname | host without name | hosts without a name | hosts without names | client without hostname | without dns name | without a dns name | dns mismatch \
            | hostname mismatch | ip name mismatch | name address mismatch | unnamed host | unnamed ip | nameless host")
        .unless("helo mismatch | certificate* | tls | ssl | sender domain"),
    on(R::RequirePtr, 55, "sendmail: cf/README, require_rdns").words("relay refused your ip name"),
    // Relaying.
    on(R::NoRelaying, 88, PLAIN)
        .words(
            "not for a local domain | local user only | local users only | local recipients only | local domains only \
            | not local host | unauthorized relay | unauthorised relay | relay traffic | specified domain is not allowed \
            | not one of our customers | do not deliver to | relaying is off | relaying off | relaying turned off \
            | relaying switched off | may not use this server | not allowed to use this server | outgoing gateway \
            | not a customer of this server | relay access denied | relaying denied | relay denied | relay not permitted \
            | relaying not permitted | relaying is not permitted | relay not allowed | relaying not allowed \
            | relaying is not allowed | relaying prohibited | relay prohibited | relaying forbidden | relaying is prohibited \
            | unable to relay | cannot relay | can't relay | will not relay | won't relay | do not relay | does not relay \
            | don't relay | not relay for | relay for | no relaying | no relay | not permitted to relay \
            | not allowed to relay | not authorized to relay | not authorised to relay \
            | not permitted to relay through this server | relay is not allowed | relay is denied | relay refused \
            | relaying refused | relay rejected | relaying rejected | relaying attempt | relay attempt | relaying disabled \
            | relaying is disabled | insecure mail relay | this system is not configured to relay | not configured to relay \
            | not configured to accept mail for | allowed rcpthosts | rcpthosts | not in my list of allowed \
            | we don't handle mail for | we do not handle mail for | not handled here | no such domain at this location \
            | domain is not handled | non local recipient | non local recipients | domain isn't in my list | domain not in my list | not a local domain \
            | domain not local | not local domain | non local domain | domain is not hosted | domain not hosted \
            | domain is not local | not hosted here | not hosted on this | does not host | do not accept mail for \
            | not accept mail for this domain | domain not accepted | not one of our domains | not our domain \
            | we do not serve | domain is not served | not responsible for | not gateway | not a gateway \
            | mail server is not responsible | not accepted domain | is not a hosted domain | is not an accepted domain \
            | client was not authenticated to send anonymous mail | without authentication is not allowed \
            | must authenticate to relay | relay without authentication | sending to remote addresses | remote addresses \
            | external recipients | not permitted to send to remote | open relay | not a domain we serve \
            | does not handle mail for | doesn't handle mail for | foreign domains | we won't carry | not carry mail \
            | no domain of ours | not a domain of ours | not the mail exchanger | not an mx for | not the mx for \
            | outside recipients | to outside addresses | domains other than ours | relay verboten \
            | not allowed to send through | not permitted to send through | may not send through \
            | not allowed to use this host | through this server to | no domain of this server | not a domain of this server",
        )
        .unless(
            "relay spam | which is an open relay | is an open relay | relay list | blocked using | listed | blacklist* \
            | relay client blocked | open relay database | dynamic address* | user unknown | not have an account \
            | no such user | user not found",
        ),
    on(R::NoRelaying, 60, OTHERS)
        .words("administrative prohibition")
        .code(&[550])
        .unless("spam | blacklist* | blocked | validate | verify"),
    on(R::NoRelaying, 45, OTHERS).words("domain not configured | domain is not configured | tenant attribution"),
    on(R::NoRelaying, 80, TONGUES).words(
        "relais refuse | relais interdit | relay verweigert | relaying verweigert | kein relay | \
             relay non consentito | relay no permitido | retransmission denegada",
    ),
    // Logins.
    on(R::SecurityError, 88, "RFC 4954 §4 to §6")
        .words(
            "authentication required | authentication is required | auth required | requires authentication | \
             require authentication | requires smtp authentication | smtp authentication is required | \
             smtp authentication required | smtp auth required | must authenticate | must be authenticated | \
             need to authenticate | please authenticate | authenticate first | authentication needed | \
             not authenticated | need authentication | without authentication | use smtp authentication | \
             use smtp auth | turn on smtp authentication | enable smtp authentication | enable smtp auth | \
             authentication failed | authentication failure | authentication unsuccessful | \
             authentication error | authentication rejected | authentication denied | \
             authentication credentials | incorrect authentication | invalid authentication | \
             authentication mechanism | authentication method | auth failed | auth failure | auth error | \
             auth mechanism | unrecognized authentication type | unrecognised authentication type | \
             unsupported authentication | authentication is disabled | basic authentication | \
             authentication disabled | authentication not enabled | authentication temporarily | \
             temporary authentication failure | smtpclientauthentication is disabled | \
             smtpclientauthentication | username and password not accepted | user name and password | \
             username or password | user name or password | password incorrect | incorrect password | \
             wrong password | invalid password | bad password | bad credentials | invalid credentials | \
             invalid login | login failed | login denied | login failure | login invalid | login required | \
             login fail | invalid username | application specific password | app password | \
             log in with your web browser | log in via your web browser | web login required | \
             too many login attempts | too many authentication | too many failed login | too many auth | \
             password expired | password has expired | password change | credentials not accepted | \
             credentials rejected | not logged in | please log in | please login | must login | log in first \
             | login first | pop before smtp | check your mail before sending | check for new mail first | \
             no identity changes permitted | authorization failed | authorization required | \
             sasl authentication | sasl | cram md5 | oauth* | xoauth2 | access token | two factor | \
             second factor | code d'authentification | authentification requise | authentification echouee | \
             authentification | authentifizierung | anmeldung fehlgeschlagen | benutzername oder passwort | \
             autenticacion | autenticazione | autenticacao | client authentication | cannot authenticate | \
             unable to authenticate | account .. not allowed to authenticate | permission denied for user | \
             client not authenticated | user not authenticated | 5.7.8 error",
        )
        .unless(
            "dmarc | dkim | spf | ptr | authentication checks | authentication results | \
             authentication information | sender authentication | email authentication | \
             message authentication | domain authentication | command used when not advertised | \
             not advertised | auth not available | ptr records | multiple authentication checks | relay* | \
             open relay | unauthenticated | virus",
        ),
    // Who is told to log in has not logged in, whatever else is said of the sender.
    on(R::SecurityError, 95, "RFC 4954 §6: 530")
        .words("unauthenticated senders not allowed | unauthenticated sender .. please authenticate | unauthenticated .. authenticate yourself | unauthenticated clients | unauthenticated users | unauthenticated connections | unauthenticated relaying \
            | unauthenticated submission | not accept unauthenticated mail from our")
        .unless("dmarc | dkim | spf"),
    on(R::SecurityError, 93, "RFC 4954 §6: 535").code(&[534, 535]).words("account is blocked | account blocked | account .. blocked | account is locked | account locked | account disabled | account is disabled | account suspended | user .. blocked \
        | temporarily blocked | too many failures | too many failed"),
    on(R::SecurityError, 84, POSTFIX)
        .words("sender address rejected .. not logged in | client host rejected authentication required"),
    on(R::SecurityError, 58, OTHERS)
        .words("not authenticated | authenticated users only | only authenticated | authenticated connections"),
    // TLS.
    on(R::FailedStarttls, 90, "RFC 3207 §4")
        .words(
            "must issue a starttls | must issue starttls | issue a starttls | starttls command first \
            | starttls first | starttls required | starttls is required | requires starttls | require starttls \
            | use starttls | tls required | tls is required | requires tls | require tls | must use tls \
            | tls encryption | encryption required | encryption is required | encryption needed \
            | requires encryption | encrypted connection required | encrypted session required | not encrypted \
            | unencrypted | session encryption is required | secure connection required | ssl required \
            | secured connection | secure channel | only over tls | tls only | tls connection \
            | tls not available | does not support tls | doesn't support tls | not support tls \
            | does not support starttls | without tls | tls is not available | tls currently unavailable \
            | tls not supported | tls unavailable | tls handshake | tls negotiation | tls failed | tls error \
            | tls session | starttls failed | starttls is not supported | starttls not | ssl handshake \
            | ssl error | ssl negotiation | cannot start tls | could not start tls | can't start tls \
            | unable to start tls | unable to initialize tls | certificate verif* | certificate expired \
            | certificate has expired | certificate .. not trusted | certificate rejected \
            | certificate invalid | invalid certificate | untrusted certificate | self signed certificate \
            | server certificate | certificate verify failed | certificate .. does not match \
            | certificate mismatch | no client certificate | client certificate | mta sts | mtasts | dane \
            | tlsa | requiretls | tls version | protocol version | no shared cipher | cipher* | tlsv1* \
            | local problem with tls | plaintext | unencrypted connection | encrypt first | encrypt your \
            | plain connections | only encrypted | unencrypted mail | over an encrypted | must be encrypted \
            | transmitted encrypted | client certificate needed",
        )
        .unless("authentication mechanism | tenantattribution* | relay* | plaintext authentication | login | dane logowania | dane do logowania | podane dane"),
    on(R::FailedStarttls, 91, "RFC 3207 §4: 454")
        .code(&[454])
        .words("tls | starttls | ssl | certificate | key file | private key")
        .unless("relay* | login | authentication")
        .side(Side::Server)
        .case("starttls-later"),
    // Commands.
    on(R::SyntaxError, 84, SMTP)
        .words(
            "syntax error | command not recognized | command unrecognized | command not implemented \
            | parameter not implemented | parameters not implemented \
            | not implemented | command not supported | command unknown | unknown command \
            | unrecognized command | unrecognised command | invalid command | bad command \
            | command out of sequence | out of sequence | bad sequence of commands | bad sequence \
            | improper command | command out of order | command disabled | command not allowed \
            | command not permitted | command used when not advertised | used when not advertised \
            | not advertised | auth not available | authentication not available | nested mail command \
            | sender already specified | need mail command | need mail before | need rcpt | need recipient \
            | mail first | helo first | ehlo first | hello first | say hello | say helo | polite people say \
            | be polite | send helo | send hello | send ehlo | expected helo | expecting helo | no helo \
            | without helo | without ehlo | must send helo | no hello | need helo | need ehlo \
            | introduce yourself | unexpected command | line too long | command line too long | path too long \
            | cannot decode response | unexpected .. data | smtp protocol | smtp protocol violation \
            | synchronization error | improper use of pipelining | improper command pipelining \
            | command pipelining | premature data | pipelining not | talking too soon | spoke too soon \
            | pre greeting traffic | input data before greeting | bare lf | bare cr | bare newline \
            | bare linefeed | bare line feed | stray newline | bare carriage return | invalid arguments \
            | invalid argument | invalid command arguments | invalid parameter | unsupported option \
            | unknown parameter | unrecognized parameter | too many unrecognized commands \
            | too many bad commands | too many errors | too many syntax | too many protocol errors \
            | too many invalid commands | null .. in command | malformed command | i do not know that verb \
            | do not know that verb | unknown verb | without any accepted recipient | no accepted recipient \
            | angle brackets",
        )
        .unless(
            "message contains bare | bare lf characters | recipient address | invalid recipients \
            | address syntax | mailbox syntax | username | expired | rcpt .. invalid recipient | header* \
            | from too many errors host | too many errors from | virus",
        ),
    on(R::SyntaxError, 89, "RFC 5321 §4.1.1.1, §2.3.5; Exim: helo_verify; Postfix: smtpd_helo_restrictions")
        .words(
            "helo argument | ehlo argument | who you say you are | who you claim to be | helo or ehlo argument | syntactically invalid helo | \
             syntactically invalid ehlo | helo command rejected | ehlo command rejected | invalid helo | \
             invalid ehlo | bad helo | bad ehlo | helo rejected | ehlo rejected | helo name | ehlo name | \
             helo hostname | ehlo hostname | helo requires | ehlo requires | helo .. invalid | \
             ehlo .. invalid | helo .. not | ehlo .. not | helo string | helo does not | ehlo does not | \
             helo should | helo must | ehlo must | helo domain | ehlo domain | your helo | your ehlo | \
             illegal helo | illegal ehlo | forged helo | fake helo | wrong helo | numeric helo | helo is ip | \
             helo verification | need fully qualified hostname | fully qualified hostname | \
             fully qualified domain name | fqdn required | not an fqdn | not a fqdn | non fqdn | \
             invalid domain name | invalid host name | invalid hostname | bad host name | helo .. localhost | \
             ehlo .. localhost",
        )
        .unless("ptr | reverse | recipient address | denial of service | spamhaus | listed"),
    on(R::SyntaxError, 92, SMTP).words(
        "bad smtp command limit | bad command limit | smtp command limit | invalid command limit | unknown command limit",
    ),
    on(R::SyntaxError, 76, SMTP).words("protocol violation | protocol error | data before").unless("tls | ssl"),
    on(R::SyntaxError, 50, SMTP).code(&[500, 501, 502, 503, 504]).words("garbage"),
    on(R::SyntaxError, 88, SMTP).code(&[555]).words("option | options | parameter | parameters | not known | not recognized | body"),
    on(R::SyntaxError, 40, OTHERS).words("http | unauthorized command | smtp command").code(&[500, 501, 502, 503, 504]),
    on(R::SyntaxError, 92, "RFC 4954 §4: AUTH only after EHLO that offers it")
        .words(
            "used when not advertised | command not advertised | auth command not advertised | \
             auth not available",
        )
        .case("helo-needs-ehlo"),
    // A 503 to AUTH is about when it was said, whatever it says of authentication.
    on(R::SyntaxError, 90, "RFC 4954 §4: AUTH once, and where it is offered")
        .code(&[503])
        .words(
            "already authenticated | already logged in | authentication not enabled | \
             authentication is not enabled | authentication already done | already identified",
        )
        .case("login-out-of-place"),
    on(R::SyntaxError, 60, "RFC 4954 §4: AUTH once, and where it is offered")
        .code(&[503])
        .at(&[Stage::Auth])
        .case("login-out-of-place"),
    on(R::SecurityError, 92, "RFC 4954 §4: 501 is the reply to a cancelled login")
        .code(&[501])
        .words(
            "authentication aborted | authentication cancelled | authentication canceled | auth aborted | \
             auth cancelled | auth canceled | authentication exchange cancelled | authentication exchange aborted | \
             login aborted | login cancelled",
        )
        .case("login-cancelled"),
    on(R::SyntaxError, 92, "Postfix: smtpd_forbid_bare_newline; RFC 5321 §2.3.8")
        .words(
            "bare lf received | bare lf | bare lfs | naked lf | naked lfs | bare newline | bare newlines | stray newline \
            | stray newlines | bare linefeed | bare line feed | lone lf | lf without cr | end in crlf | /smtplf.html",
        )
        .unless("lone cr or lf | message contains bare | bare linefeeds in message | bare lf characters")
        .case("bare-lf"),
    on(R::SecurityError, 94, "Microsoft: deprecation of basic authentication")
        .words("basic authentication is disabled | basic authentication")
        .case("password-login-off"),
    on(R::SecurityError, 99, "Microsoft: NDR 5.7.139, security defaults")
        .words("security defaults | locked by your organization")
        .case("login-locked"),
    on(R::SecurityError, 99, "Microsoft: NDR 5.7.139, wrong credentials")
        .enhanced(&["x.7.139"])
        .words("credentials were incorrect | credentials are incorrect | password is incorrect | user credentials"),
    on(R::Rejected, 98, POSTFIX)
        .code(&[4])
        .words("sender address rejected")
        .with("domain not found")
        .case("sender-dns"),
    // The sender's own provider.
    on(R::Suppressed, 93, "Mailgun, Mandrill, Brevo, Mailjet: why an event says that nothing was sent").words(
        "suppress bounce | suppress complaint | suppress unsubscribe | preblocked | due to blocklist user | due to blacklist user \
            | contact is blocklisted | contact is blacklisted | contact is blocked | contact is unsubscribed | rejected hard bounce \
            | reject hard bounce | reject unsub | rejected unsub | not delivering to unsubscribed | unsubscribed contact \
            | address unsubscribed | address is unsubscribed | recipient unsubscribed | blocklisted contact | blacklisted contact | recipient is blocklisted | recipient is on your | on your suppression \
            | recipient has been marked as inactive | inactiverecipient | previously hard bounced | hard bounced previously \
            | global suppression | bounce rejection | rejection list of | rejection blacklist | rejection denylist | marked your mail as spam | marked your email as spam | marked your emails as spam | delivery not attempted \
            | bounce list | complaint list | unsubscribe list | blocklisted for transactional",
    ),
    on(R::Suppressed, 92, PLAIN).words(
        "suppression list | had bounced | bounced on an earlier | history of bounc* | history of bouncing \
            | history of bounces | bounced in the past | bounced before | earlier bounces | suppressed address \
            | suppressed recipient | address is suppressed | recipient is suppressed | on suppression \
            | not delivering to previously bounced | previously bounced address | previously bounced \
            | previously unsubscribed | bounced previously | recipient suppressed | suppressed \
            | not delivering to a user who marked | marked your messages as spam | hard bounces suppressed \
            | address suppressed | bounced address | unsubscribed address | spam reporting address | in the suppress* \
            | blocklisted by your account | invalid recipient suppressed | inactive recipient .. found | inactive recipients",
    ),
    on(R::SyntaxError, 30, EXIM).words("unexpected failure in helo"),
];
