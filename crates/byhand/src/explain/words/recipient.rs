//! Words about the recipient: the address, its domain, the mailbox, the recipient's own rules.

use super::{EXIM, MAIL, OTHERS, PLAIN, POSTFIX, SENDMAIL, SMTP, TONGUES};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Stage};

pub(in crate::explain) const RULES: &[Rule] = &[
    // No such mailbox.
    on(R::UserUnknown, 85, PLAIN)
        .words(
            "not a member of domain | not a member of this domain | not have an account here | several matches found \
            | user name .. not unique | recipient cannot be verified | recipient .. not ok | rcpt .. not ok \
            | recipients are invalid | address lookup .. failed | marked as not existing | no account with \
            | no account named | unable to find .. user | unable to find alias | no mail box | no one with | no one by that \
            | no mail drop | unable to validate recipient | unable to locate | unable to find user | cannot locate \
            | could not locate | never heard of | is not a user | isn't a user | not an existing | is not hosted as \
            | user unknown | unknown user | no such user | user not known | user is unknown | unknown recipient \
            | recipient unknown | recipient is unknown | unknown address | address unknown | addressee unknown \
            | unknown mailbox | mailbox unknown | unknown local part | no such mailbox | no such recipient | no such address \
            | no such person | no such account | no such local user | no such email address | user does not exist \
            | user doesn't exist | user not exist | user .. does not exist | user .. doesn't exist | mailbox does not exist \
            | mailbox doesn't exist | mailbox not exist | mailbox .. does not exist | recipient does not exist \
            | recipient .. does not exist | recipient doesn't exist | recipient not exist | account does not exist \
            | account .. does not exist | account doesn't exist | address does not exist | address .. does not exist \
            | address doesn't exist | addresses do not exist | email account that you tried to reach does not exist \
            | user not found | user .. not found | recipient not found | recipient .. not found | mailbox not found \
            | mailbox .. not found | account not found | address not found | email address not found \
            | no mailbox here by that name | no mailbox by that name | no mailbox found | no mailbox for | not a known user \
            | is not a known | not a valid user | not a valid mailbox | not a valid recipient | not our customer \
            | not a customer of | no user by that name | no user found | no account by that name | no account here \
            | no one here by that name | nobody by that name | doesn't have a .. account | does not have an account \
            | does not have an email account | there is no user | there is no such user | there is no one at \
            | there is no mailbox | no recipient found | user name unknown | unknown username | unknown user account \
            | unknown or illegal alias | unknown alias | unknown or illegal user | unrouteable user | non existent user \
            | non existing user | nonexistent user | non existent recipient | non existent mailbox | non existing mailbox \
            | non existing recipient | nonexistent mailbox | unknown rcpt | rcpt unknown | recipient no longer exists \
            | user no longer exists | mailbox no longer exists | account no longer exists | address no longer exists \
            | mailbox unallocated | was not found in directory | not found in directory | not in directory \
            | not in our directory | not in recipient list | not in our recipient list | not listed in \
            | user .. is not local | not a local user | is not a mailbox | mailbox is unknown | unknown destination address \
            | addressee not known | address is unknown | isn't a valid user | can't find .. user | could not find .. user \
            | couldn't find .. user | no existe | unable to find recipient | this address is unknown | no such user here \
            | no such userid | no entry found in ldap | no ldap entry | not in ldap | not found in ldap \
            | not in the directory | no entry in .. directory | no directory entry | is not known at this \
            | is not known here | not known at this | not known here | not known to us | nobody with that name \
            | isn't one of ours | is not one of ours | nobody here by | no match for the local part \
            | no match for the recipient | no such inbox | invalid phone number | not a valid phone | unknown subscriber \
            | no such subscriber | subscriber unknown | subscriber not found | invalid subscriber",
        )
        .unless(
            "sender .. does not exist | domain .. does not exist | sender unknown | \
             sender address .. does not exist | sender verify | verify sender | mail receiving disabled",
        ),
    on(R::UserUnknown, 82, PLAIN)
        .words(
            "invalid recipient | invalid mailbox | invalid user | invalid rcpt | invalid recipients | \
             bad recipient | wrong recipient | illegal recipient | recipient is invalid | recipient invalid | \
             mailbox is invalid | mailbox invalid | marked as invalid | recipient is not valid | \
             recipient address is invalid | recipient address invalid | invalid recipient address | \
             invalid email recipient | invalid destination address | invalid local part | \
             invalid mailbox name | recipient address not valid | address is not valid | not a valid address \
             | not a valid email address | no valid recipients | no valid recipient | invalid address | \
             recipient rejected as invalid | recipient not verified | recipient verification failed | \
             recipient address verification failed | unverified recipient | undeliverable address",
        )
        .unless("sender | mail from | from address | from header | helo | ehlo | unverified address"),
    on(R::UserUnknown, 80, MAIL).words(
        "bad destination mailbox address | destination mailbox address invalid | bad destination mailbox \
             | destination mailbox address ambiguous",
    ),
    on(R::UserUnknown, 78, POSTFIX)
        .words("unknown in local recipient table | unknown in relay recipient table | unknown in virtual"),
    on(R::UserUnknown, 92, "Microsoft: NDR 5.4.1, the directory does not know the recipient")
        .code(&[550])
        .enhanced(&["5.4.1"])
        .words("access denied"),
    on(R::UserUnknown, 60, PLAIN).code(&[5]).words("unavailable or access denied | account not available | account isn't available"),
    // Apple says so with 5.1.6, which is of one who moved; without that code only that nobody is there.
    on(R::UserUnknown, 30, PLAIN).words("no longer on server | no longer on this server | no longer on our"),
    on(R::UserUnknown, 46, POSTFIX).words("recipient address rejected access denied"),
    on(R::UserUnknown, 62, SMTP)
        .code(&[5])
        .words(
            "mailbox unavailable | mailbox is unavailable | mailbox not available | \
             mailbox unavailable or not local | mailbox isn't available",
        )
        .unless(
            "policy | temporarily | disabled | suspended | blocked | access denied | over quota | quota | \
             spam | inactive",
        ),
    // RFC 5321 §4.2.3 gives these words to 550; where a report left the code out, they still mean it.
    on(R::UserUnknown, 49, SMTP).words("requested action not taken mailbox unavailable"),
    on(R::UserUnknown, 66, SMTP).words("mailbox name not allowed | mailbox syntax incorrect"),
    on(R::UserUnknown, 58, POSTFIX).code(&[5]).words(
        "recipient rejected | recipient refused | \
             recipient not accepted | rejected recipient",
    ),
    on(R::UserUnknown, 58, POSTFIX).code(&[5]).words("recipient address rejected").with("access denied"),
    on(R::UserUnknown, 44, POSTFIX)
        .code(&[5])
        .words(
            "not allowed to this address | not allowed to this recipient | not accepted for this address \
            | not allowed for this address | recipient address rejected | address rejected | recipient denied \
            | recipient not allowed | recipient not permitted | recipient is not accepted",
        )
        .unless("sender address rejected | blocked | policy | inactive | from address rejected | helo"),
    on(R::UserUnknown, 48, OTHERS)
        .code(&[550, 551, 553, 542])
        .words("@ rejected | rejected @ | @ is not accepted | no such")
        .unless("sender | spam* | message rejected | mail rejected | from"),
    on(R::UserUnknown, 84, "RFC 5321 §2.3.11").words(
        "alias unknown | unknown local user | no such alias | local part is unknown | unknown localpart | \
             user account is unavailable or does not exist | unroutable user",
    ),
    on(R::UserUnknown, 80, "qmail's patches for chkuser").words("can't accept user | cannot accept user | cannot accept this user | no such local part | invalid rcptto | bad rcptto | invalid rcpt to"),
    on(R::UserUnknown, 84, PLAIN).words("user .. not exist | account .. not exist | mailbox .. not exist").unless("sender | domain does not | from @ | mail from | receiving disabled"),
    on(R::UserUnknown, 60, EXIM).words("unrouteable address | unroutable address").code(&[5]),
    on(R::UserUnknown, 90, "Lotus Domino's router").words("not listed in domino directory | not listed in public name"),
    on(R::UserUnknown, 83, TONGUES).words(
        "destinataire inconnu | destinataire invalide | utilisateur inconnu | adresse inconnue | \
             boite inexistante | adresse .. invalide | unbekannter empfanger | empfanger unbekannt | \
             empfanger existiert nicht | benutzer unbekannt | adresse existiert nicht | unbekannter benutzer \
             | postfach existiert nicht | usuario desconocido | usuario no existe | destinatario desconocido \
             | buzon no existe | cuenta no existe | usuario desconhecido | usuario inexistente | \
             destinatario inexistente | conta inexistente | caixa postal inexistente | nao existe | \
             utente sconosciuto | destinatario sconosciuto | utente inesistente | casella inesistente | \
             indirizzo inesistente | onbekende gebruiker | gebruiker onbekend | nieznany uzytkownik | \
             nie ma takiego uzytkownika | konto nie istnieje | uzivatel neexistuje | schranka neexistuje | \
             okand mottagare | пользователь не найден | нет такого пользователя",
    ),
    // The recipient's domain.
    on(R::HostUnknown, 84, PLAIN)
        .words(
            "host unknown | unknown host | no such domain | domain does not exist | domain doesn't exist | \
             domain .. does not exist | domain not found | host not found | unknown domain | domain unknown | \
             no such host | find the recipient domain | recipient domain .. not exist | \
             recipient domain not found | bad destination system address | unrouteable mail domain | \
             all relevant mx records point to non existent hosts | domain is not reachable | \
             invalid recipient domain | domain name not found | unknown mail domain | domain nonexistent | \
             non existent domain | nonexistent domain | nxdomain | domain invalid | name or service not known \
             | host or domain name not found | no mx or a records | has no mx | unresolvable domain | \
             unresolvable recipient domain | no mail hosts for domain | mail server for .. not found",
        )
        .unless(
            "sender | mail from | from address | helo | ehlo | reverse dns | ptr | client host | your host \
            | from domain | purported | try again | right now | temporar* | at the moment",
        ),
    on(R::HostUnknown, 88, PLAIN)
        .words(
            "nxdomain | not be found in the dns | not found in dns | not found in the dns | not exist in dns | not exist in the dns | \
             no dns record for | cannot resolve the domain of the recipient | recipient's domain does not | recipient domain does not",
        )
        .unless("sender | mail from | helo | ehlo | ptr | reverse | client | your | try again | servfail"),
    on(R::HostUnknown, 92, "RFC 5321 §5.1: neither MX nor address")
        .words(
            "no mx for | no mx or a | no mx nor a | no mx and no a | no a or mx | neither mx nor a | unable to find mx | cannot find mx \
            | could not find mx | couldn't find mx | can't find mx | failed to find mx | no mx records found | no mx record found \
            | no mx found | mail domain .. is unknown | domain mentioned in .. is unknown | no mail servers found for",
        )
        .unless("sender | your | mail from | from address | timeout | timed out | servfail | try again | temporar* | right now"),
    on(R::HostUnknown, 86, POSTFIX).words("name service error .. host not found").unless("try again | timeout"),
    on(R::HostUnknown, 90, "RFC 3463 §3.2: 5.1.2").enhanced(&["x.1.2"]).words("no such domain at this location"),
    on(R::HostUnknown, 88, "RFC 3463 §3.2: 5.1.2").enhanced(&["x.1.2"]).words(
        "host not found | domain not found | host unknown | bad destination system address | bad destination host | \
             find the recipient domain | domain does not exist",
    ),
    on(R::NotAccept, 88, "RFC 7505, RFC 7504")
        .words(
            "null mx | nullmx | domain does not accept mail | domain does not accept email \
            | host does not accept mail | does not accept mail | does not accept messages \
            | does not accept incoming mail | does not accept incoming messages | does not accept any mail \
            | accepts no mail | no mail accepted here | no mail service here | no smtp service here \
            | server does not accept mail | is not accepting mail | is not accepting any mail \
            | no longer accepts mail | domain no longer accepts | domain is not accepting \
            | mail is not accepted | outbound only | send only | does not receive mail \
            | does not receive email | doesn't accept email | doesn't accept mail \
            | recipient domain is disabled | does not receive any mail | receives no mail | takes no mail \
            | never reads mail | only sends | sends only | does not receive any email | no mail is accepted \
            | no mail here | not a receiving | for outgoing mail only | outgoing mail only | outgoing only \
            | for sending only | unattended mailbox | unattended address | not monitored | cannot take replies \
            | no reply address | is for sending | does not take replies",
        )
        .unless("sender address | from your | from this | over ipv6 | from ip | from # | from dynamic | without \
             | from our | from outside | from you | takes no mail from | accepts no mail from | receives no mail from \
             | sends only as | sends only allowed | sends only permitted | sends only with | only as addresses | may only send \
             | can only send | must only send | only send with | only send from | only send as | your sender | mailbox \
             | this address | address no longer | user"),
    on(R::NotAccept, 84, PLAIN)
        .words(
            "mail is never read | mail is not read | is never read | nobody reads | no one reads | machine generated address \
            | automated address | robot address | mailbox not monitored | inbox not monitored | address not monitored \
            | account not monitored | not accept replies | doesn't accept replies | can't receive replies \
            | cannot receive replies | do not reply to this",
        )
        .unless("mailbox full | quota"),
    on(R::NotAccept, 93, "Microsoft: NDR 5.2.1 and 5.7.510, no mail over IPv6")
        .words(
            "not accept email over ipv6 | not accept mail over ipv6 | accept email over ipv6 | \
             not accept emails over ipv6",
        )
        .case("no-ipv6"),
    on(R::HostUnknown, 91, "RFC 3463 §3.2: X.1.2")
        .enhanced(&["x.1.2"])
        .words(
            "no such domain | domain not found | domain .. not exist | domain .. doesn't exist | host not found | unknown host | host unknown \
             | unknown domain | domain unknown | invalid host name | invalid hostname | invalid domain | bad destination system \
             | no such host | host name lookup | bad host",
        )
        .unless("try again | timed out | timeout | not handled | at this location | sender"),
    // The mailbox is closed.
    on(R::Suspend, 86, PLAIN)
        .words(
            "address no longer valid | no longer valid | no longer accepts mail for this \
            | not currently being accepted for this mailbox | accepted for this mailbox | account is not accepting \
            | account .. not accepting messages | account .. not accepting mail | user is not accepting | not activated \
            | not yet activated | never activated | inactivated | deactivated mailbox | deactivated account \
            | deactivated user | status is locked | disabled or discontinued | receiving disabled | mail receiving is \
            | is now disabled | mailbox .. is restricted | has been deleted | has been removed from service \
            | has left the company | has left the organization | no longer employed | account .. is closed | was deactivated \
            | been deactivated | account is disabled | account disabled | account has been disabled | account .. is disabled \
            | account that you tried to reach is disabled | account that you tried to reach is inactive | mailbox disabled \
            | mailbox is disabled | mailbox has been disabled | mailbox .. disabled | user disabled | user is disabled \
            | user .. disabled | recipient is disabled | recipient disabled | disabled recipient | address disabled \
            | address is disabled | disabled user | disabled mailbox | disabled account | account suspended \
            | account is suspended | account has been suspended | account .. suspended | mailbox suspended \
            | mailbox is suspended | mailbox .. suspended | user suspended | user is suspended | user .. suspended \
            | recipient suspended | recipient is suspended | domain suspended | domain is suspended | suspended mailbox \
            | suspended account | suspended user | account inactive | account is inactive | account .. inactive \
            | mailbox inactive | mailbox is inactive | user inactive | user is inactive | user is not active \
            | user not active | recipient inactive | recipient is inactive | inactive account | inactive mailbox \
            | inactive user | inactive recipient | inactive email address | inactive address | address rejected inactive \
            | due to inactivity | is currently inactive | not an active address | no longer active | is not active \
            | not active | account locked | account is locked | account has been locked | account .. locked | mailbox locked \
            | mailbox is locked | user is locked | user locked | temporary locked | temporarily locked | mailbox is frozen \
            | mailbox frozen | account frozen | account is frozen | user is frozen | mailbox is closed | mailbox closed \
            | account closed | account is closed | account has been closed | account was closed | account deactivated \
            | account has been deactivated | account is deactivated | mailbox deactivated | user deactivated \
            | mailbox has been deactivated | recipient deactivated | account expired | account has expired \
            | account is expired | mailbox expired | mailbox has expired | user account has expired | no longer in use \
            | no longer in service | no longer being used | no longer available | is no longer valid | no longer used \
            | no longer works here | no longer with | not in service | has been terminated | account terminated \
            | account is unavailable | mailbox currently unavailable | mailbox currently suspended \
            | unavailable account is disabled | account not active | user has been disabled | user account disabled \
            | user account is disabled | account blocked | mailbox has been blocked | mailbox blocked | mailbox is blocked \
            | user blocked | user is blocked | account is blocked | recipient has been disabled | address has been disabled \
            | discontinued | account is not active | archived mailbox | not currently accepting mail \
            | address no longer accepts | recipient no longer accepts | mailbox is not accepting \
            | recipient .. is not accepting | not authorized to receive | cannot receive mail | cannot receive messages \
            | in blocked state | in suspended state | mailbox no longer accepts | account no longer accepts | mailbox hibernated | account hibernated | mailbox dormant | account dormant \
            | service .. has ended",
        )
        .unless(
            "sender | your account | sending | authentication | basic authentication | ip | login | # | \
             password",
        ),
    // Nobody looked at it for long.
    on(R::Suspend, 89, PLAIN)
        .words("no login for | no login since | no logins for | not logged in for | not logged in since | not logged on for | not signed in for | not been accessed | not accessed for | not accessed since \
            | inactive mbox | suspended mbox | disabled mbox | blocked due to inactivity | blocked because of inactivity | disabled for inactivity | due to long inactivity | not been used since")
        .unless("your account | sender"),
    on(R::Suspend, 76, PLAIN)
        .words("no active subscription | subscription has expired | subscription expired | subscription is not active | contract has ended | hosting package expired | unpaid invoices | unpaid invoice | for non payment")
        .unless("sender | your account"),
    on(R::Suspend, 60, POSTFIX).code(&[525, 540, 550, 554]).words(
        "address rejected blocked | address rejected disabled | address rejected suspended | address rejected locked",
    ),
    on(R::Suspend, 55, PLAIN)
        .words("recipient unavailable | recipient is unavailable | user unavailable | user is unavailable")
        .code(&[5]),
    on(R::Suspend, 82, TONGUES).words(
        "compte desactive | compte suspendu | boite desactivee | compte bloque | boite suspendue | \
             postfach deaktiviert | postfach gesperrt | konto gesperrt | cuenta suspendida | \
             cuenta desactivada | cuenta inactiva | buzon desactivado | conta suspensa | conta inativa | \
             conta desativada | casella disabilitata | utente disabilitato | casella sospesa | \
             konto zablokowane | konto nieaktywne | skrzynka zablokowana",
    ),
    // The mailbox is full.
    on(R::MailboxFull, 86, PLAIN)
        .words(
            "zuviele mails | exhausted allowed storage | exhausted .. storage | exceeds allowed size | not have enough space \
            | space not enough | over the hard limit | recipient storage full | used up .. space | used up its space \
            | mailbox space | storage exceeded | allowed mailbox | disc quota | mailbox full | mailbox limit reached \
            | mailbox has too much mail | mailbox is full | mailbox .. is full | mailbox .. full | inbox is full \
            | inbox full | full mailbox | over quota | overquota | quota exceeded | quota exceed | exceeded quota \
            | exceeds quota | exceeded .. quota | exceed .. quota | exceeds .. quota | quota .. exceeded | quota full \
            | quota is full | quota has been exceeded | quota violation | out of storage | out of storage space \
            | storage limit | exceeded storage allocation | exceeded storage | mailbox size limit | mailbox has exceeded \
            | mailbox exceeds | mailbox limit exceeded | mailbox quota | mailbox over | mailbox capacity | disk quota \
            | user quota | account quota | account is full | account full | account is over | user is over | user over \
            | user has exceeded | user has too many messages | exceeding .. quota | exceed the quota \
            | no space left in mailbox | no space in mailbox | not enough space in mailbox | not enough storage space \
            | not enough room | insufficient space in mailbox | insufficient mailbox space | insufficient disk quota \
            | mail quota | maildir over quota | mailfolder is full | mail box full | mail box is full | mailbox has reached \
            | storage quota | storage full | storage is full | over the allowed quota | over the maximum | quota limit \
            | too many messages in mailbox | box full | box is full | would exceed mailbox | exceeded mailbox \
            | exceeding mailbox | exceeds mailbox | reached .. quota | recipient overquota | shutoffquotaexceeded* \
            | mapiexceptionshutoffquotaexceeded* | recipient's mailbox is full | available storage | spool .. is full \
            | run out of room | out of room | no room left | not enough room left | over the allotted | allotted size \
            | allotted space | over its limit | mailbox size exceeded | size of the mailbox exceeded | mailbox storage \
            | allocated storage | used up all | storage exhausted | quota used up | box at 100 | mailbox at 100 \
            | quota reached | quota at 100",
        )
        .unless(
            "queue quota | sending quota | organization queue | message size | daily | its quota for sending \
             | sender | rate | outbound | per hour | per day | your quota | system storage | server storage | \
             temporary quota",
        ),
    on(R::MailboxFull, 89, PLAIN).words("mailbox overloaded | mailbox is overloaded | inbox is overloaded | mailbox overflow | mailbox overflows | mailbox stuffed | mailbox is crammed | box is overflowing"),
    on(R::MailboxFull, 93, MAIL)
        .enhanced(&["x.2.2"])
        .words("quota* | full | storage | space | over limit | limit exceeded | exceeds")
        .unless("message size | rate | per hour | per day"),
    on(R::MailboxFull, 91, PLAIN)
        .words("recipient quota | recipient's quota | quota of the recipient | quota of this mailbox | user's quota")
        .unless("rate | per hour | per day | hourly | daily | sending | sender"),
    on(R::MailboxFull, 94, PLAIN)
        .words("mailbox quota | quota of the mailbox | mailbox size quota | mailbox limit")
        .with("exceed | exceeded | exceeds | reached | over | full")
        .unless("your | rate | per hour | per day | sending | sender"),
    on(R::MailboxFull, 84, TONGUES).words(
        "boite .. pleine | boite pleine | quota depasse | quota du destinataire | postfach voll | \
             postfach ist voll | mailbox voll | quota uberschritten | speicherplatz uberschritten | \
             buzon lleno | buzon esta lleno | cuota excedida | cuota superada | caixa postal cheia | \
             caixa cheia | cota excedida | quota excedida | casella piena | casella di posta piena | \
             quota superata | postvak vol | mailbox vol | skrzynka pelna | skrzynka przepelniona | \
             brak miejsca | schranka je plna | переполнен* | ящик переполнен",
    ),
    // Moved.
    on(R::HasMoved, 86, "RFC 5321 §3.4").words(
        "user not local please try | user not local will forward | please try @ | has moved | \
             user has moved | recipient has moved | mailbox has moved | mailbox moved | has been replaced by \
             | has changed to | address has changed | new address is | new email address | \
             changed .. email address | no forwarding address | please use @ instead | moved permanently | \
             moved to @ | address changed | use the new address | left no forwarding",
    ),
    on(R::HasMoved, 50, SMTP).code(&[551]).words("user not local"),
    // The recipient's own rules.
    on(R::Filtered, 84, PLAIN)
        .words(
            "requires that you verify | verify your address | requires you to verify | permission to post \
            | only receives mail from | only receives messages from | on his reject list | on her reject list \
            | by the intended recipient | by intended recipient | user refused to receive | user refuses \
            | refused to receive this | user does not accept | recipient does not accept | rejected by recipients \
            | rejected by recipient | rejected by the recipient | refused by recipient | refused by the recipient \
            | blocked by recipient | blocked by the recipient | blocked by user | recipient has blocked \
            | recipient .. has blocked | user has blocked | has blocked you | has blocked your | recipient rejects mail from \
            | recipient .. does not want | does not want to receive | doesn't want to receive | only accepts mail from \
            | only accept mail from | only accepts messages from | only accepts email from | accepts mail only from \
            | not on .. allow list | not in .. whitelist | not on .. whitelist | not whitelisted | not in allowed senders \
            | allowed senders | not accepting mail from | not accepting messages from | has rejected your message \
            | recipient's filter | user filter | personal filter | personal block | recipient's personal | user's filter \
            | recipient filter | blocked senders list | recipient's block* | sender is blocked by | rejected by user \
            | delivery restriction | restricted recipient | not allowed to send to this | not permitted to send to this \
            | not authorized to send to | permission to send to | you are not allowed to send .. to \
            | you do not have permission to send | members only | only members | not a member of | only subscribers \
            | posting to this list | post to this list | closed list | may not post | not a subscriber | challenge response \
            | restricted to internal | internal use only | internal recipients only | only internal senders \
            | mailbox is restricted | sieve .. reject* | user's sieve | rejected by sieve | reject .. by user's \
            | recipient requires verification | chosen not to receive | personal reject list | blocked by the owner \
            | owner .. has you on | only staff may | may write to this | does not want mail | does not want your \
            | does not want mail from | not wish to receive | own filter | posts of subscribers | subscribers only \
            | accepts posts | ban list | recipient's ban | recipient's reject | members of this list | moderated list \
            | personal rule | rule of the recipient | recipient's rule | recipient's own rule | rule set by the recipient \
            | from unknown correspondents | unknown correspondents | from strangers | by the mailbox owner \
            | by the recipient's | by recipient's | approved correspondents | approved senders | list of approved | addressee refuses \
            | addressee does not want",
        )
        .unless("header based manually | return address | recipient domain | member of domain | member of this domain"),
    on(R::Filtered, 88, PLAIN)
        .words(
            "has blocked you | has blocked your | blocked your address | has blocked this sender | has blocked mail from \
            | has blocked messages from | has blocked email from | blocked mail from you | prefers not to receive | chose not to receive \
            | recipient preferences | recipient's preferences | user preferences | accepting mail from this sender | accept mail from this sender",
        )
        .unless("ip | # | server has | our system | we have blocked"),
    on(R::Filtered, 88, "Microsoft, Google: groups that take mail of some senders only")
        .words(
            "isn't a group member | not a group member | external senders | outside senders | senders outside \
            | senders from outside | aren't permitted to send | isn't permitted to send to | isn't allowed to send to \
            | aren't allowed to send to | isn't authorized to send to | don't have permission to send to \
            | mail to group not allowed | post to this group | posting to this group | mail to this group \
            | send to this group | message this group | email this group | from people in its organization | senders in its organization | from people inside",
        )
        .unless("relay* | tenant external"),
    on(R::Filtered, 93, "Microsoft: NDR 5.7.124 to 5.7.136, groups that take mail of some senders only")
        .words("sender not authenticated for | not authenticated for group | not authenticated for mailbox"),
    on(R::Filtered, 88, PLAIN).words("doesn't want your | doesn't want mail | doesn't want messages | doesn't want email | by user's reject list | user's reject list | user's block list | user's blacklist | recipient's blacklist \
        | on the recipient's block | in the recipient's black | user's spam settings | user's personal settings"),
    on(R::Filtered, 89, PLAIN)
        .words("owner of this mailbox | owner of this address | mailbox owner | this recipient | this user | recipient | user")
        .with("does not take mail from | doesn't take mail from | takes no mail from | does not take messages from | refuses to take | takes mail of | only contacts | contacts of the recipient | only friends | only from friends | known contacts")
        .unless("relay* | ip | host | server"),
    on(R::Filtered, 76, PLAIN).words("mail is denied by spam filter | denied by user's spam filter"),
    // Italian certified mail takes certified mail only.
    on(R::Filtered, 85, "Italy's certified mail (PEC), DPR 68/2005").words("posta non certificata | caselle non certificate | posta elettronica ordinaria | mail non pec | non pec"),
    on(R::Filtered, 62, "anti-spam appliances that write the matching list's name")
        .words(
            "block send er | block sender | block rcpt | no domain | sender block* | blocked sender | \
             recipient block list",
        )
        .code(&[5])
        .unless("block list http | spamhaus | no domain of | domain of this server | domain part"),
    on(R::Filtered, 55, "Procmail, maildrop, vacation programs")
        .words("not accepted by recipient | unsubscribed | mail refused by user"),
    // At RCPT a refusal that talks of access and no client is about the recipient.
    on(R::Filtered, 30, SENDMAIL).at(&[Stage::Rcpt]).code(&[550, 554]).words("mail refused | message refused"),
];
