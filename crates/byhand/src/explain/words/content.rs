//! Words about the message: its form, its parts, its size, spam and malware.

use super::{MAIL, OTHERS, PLAIN, POSTFIX, SMTP, TONGUES};
use crate::explain::rule::{Rule, on};
use crate::wire::{Reason as R, Stage};

pub(in crate::explain) const RULES: &[Rule] = &[
    // The message's form.
    on(R::NotCompliantRfc, 88, "RFC 5322 §3.6, §2.3")
        .words(
            "without .. fields are not accepted | invalid data in message | field is missing | missing field | missing fields \
            | fields are missing | missing the .. header | message format error | format of the message \
            | not conform to standard | not rfc compliant | not rfc 5322 compliant | not rfc 2822 compliant \
            | not rfc822 compliant | is not rfc | rfc compliant | rfc 5322 | rfc5322 | rfc 2822 | rfc2822 | rfc 822 | rfc822 \
            | rfc violation | violates rfc | not compliant with rfc | does not conform | not conform | non compliant message \
            | message is not compliant | missing header | missing a valid | missing from header | missing date header \
            | missing message id | missing required header | missing to header | missing or invalid header | missing headers \
            | without message id | without a message id | no message id | without from header | no from header \
            | having no from | no date header | no valid from | invalid header | invalid headers | invalid message id \
            | invalid date header | invalid from header | invalid character in header | illegal header | malformed header \
            | malformed headers | bad header | bad headers | broken header | header syntax | headers are not \
            | header .. missing | header .. is missing | header .. is required | header missing | header required \
            | header line | header too long | headers too large | header size | header too large | duplicate header \
            | duplicate headers | multiple from | multiple subject | multiple .. headers | more than one .. header \
            | singleton header | improper header | header format | unparseable header | unparsable header | encoded word \
            | unicode character in | non ascii character | non ascii header | 8bit .. in header | 8 bit .. in header \
            | 8bit data in header | raw 8bit | null byte | nul character | nul byte | malformed message | malformed email \
            | malformed mail | improperly formatted | badly formatted | invalid message format | lone cr or lf | lone lf \
            | lone cr | contains bare | message contains bare | bare lf characters | bare linefeeds in message \
            | message line too long | lines longer than | line length | maximum allowed line length | line is too long \
            | overlong line | no recipients in header | missing body | empty message | empty body \
            | not a valid rfc 5321 address | two subject | two from | subject twice | field is mandatory \
            | header is mandatory | mandatory header | field .. is absent | header .. is absent | from header is missing \
            | from header missing | date header is | headers are missing | raw 8 bit octets | 8 bit octets in \
            | 8 bit characters in | octets in subject | not encoded in the header | occurs 2 times | occurs twice \
            | stands twice | more than once in the header | header .. twice",
        )
        .unless("dmarc | dkim | spf | recipient address | exceeds .. size | header based | spam* | attachment*"),
    on(R::NotCompliantRfc, 76, "Google: SMTP error reference").words("sender address .. not a valid rfc*"),
    on(R::NotCompliantRfc, 66, "RFC 5322 §3.6")
        .words(
            "from header | to header | date header | subject header | message header | message headers | sender header | no body | \
             from field | header from | message id header | message format | date field | subject field | subject fields",
        )
        .unless(
            "dmarc | dkim | spf | recipient address | header based | spam* | attachment* | authenticated | login | not belong | \
             not match | not allowed | blocked | banned",
        ),
    on(R::NotCompliantRfc, 58, MAIL)
        .enhanced(&["x.6.0"])
        .words("header | headers | message id | date | line of | rfc 5322 | field | fields | lines | missing \
            | absent | to and cc")
        .unless("attachment* | mime | encod* | virus* | spam*"),
    on(R::NotCompliantRfc, 40, MAIL).enhanced(&["x.6.0"]).words("invalid | malformed | headers"),
    on(R::NotCompliantRfc, 93, "RFC 5322 §3.6").words(
        "duplicate header | duplicate headers | multiple .. headers | not rfc 5322 compliant | not rfc 2822 compliant \
            | not rfc 822 compliant | not rfc compliant | not compliant with rfc | duplicate from headers",
    ),
    // Parts and encodings.
    on(R::ContentError, 86, PLAIN)
        .words(
            "attachment | attachments | file type | file types | banned content | banned file \
            | banned attachment | banned name | banned extension | prohibited attachment | illegal attachment \
            | forbidden attachment | blocked attachment | executable | executables | file extension | zip file \
            | encrypted archive | password protected | mime type | mime parts | mime part | mime error \
            | mime structure | mime depth | mime nesting | nested mime | too many mime | invalid mime \
            | malformed mime | mime headers | content type | content transfer encoding | html only \
            | html content | message conversion | conversion required | conversion not | 8bitmime | binarymime \
            | 8 bit mime | character set | unsupported media | unacceptable content | content not permitted \
            | content is not allowed | content not allowed | message content rejected for \
            | potentially harmful content | potential security issue | content presents a potential \
            | suspicious attachment | dangerous attachment | active content | embedded script | uuencoded \
            | winmail.dat | invalid encoding | base64 .. invalid | content encoding | files of type \
            | file of type | zip archives | zip archive | encrypted zip",
        )
        .unless("virus* | malware | spam | size | too large | ube | user unknown | threat | trojan | infected \
            | exploit | raw 8 bit"),
    on(R::ContentError, 45, MAIL)
        .words("content denied | content rejected | body rejected | content filter | message content")
        .unless("spam* | ube | virus*")
        .enhanced(&["x.6.*"]),
    // Size.
    on(R::EmailTooLarge, 89, "RFC 1870 §6")
        .words(
            "message too large | message too big | message is too large | message is too big | \
             message is larger | message larger than | message was too large | message size exceed* | \
             message size exceeds | message size .. exceed* | size exceeds | size exceeded | message exceeds \
             | message exceeded .. size | message exceeded .. limit | exceeds size limit | \
             exceeds .. size limit | exceeds .. message size | exceeds maximum | exceeds the maximum | \
             exceeds fixed | exceeds fixed maximum message size | exceeds maximum message size | \
             exceeds maximum size | exceeds .. maximum message size | exceeds .. limit | exceeds limit | \
             exceeds the size | exceed size | exceeded .. message size limits | exceeded message size | \
             exceeded maximum | maximum message size | max message size | maximum size | size limit | \
             size limits | message length exceeds | message length | message too long | mail too large | \
             mail too big | mail is too large | mail size | email too large | email is too large | email size \
             | too large message | too much mail data | data size exceeds | data too large | body too large | \
             too large body | file too large | attachment too large | attachments too large | attachment size \
             | larger than .. allowed | larger than .. limit | larger than the current system limit | \
             sizelimit | recipsizelimit* | sendsizelimit* | resolver.rst.recipsizelimit | \
             resolver.rst.sendsizelimit | trop volumineux | trop gros | taille maximale | taille .. depasse* \
             | nachricht zu gross | zu gross | demasiado grande | muito grande | troppo grande | \
             tamano maximo | message size limit | entity too large",
        )
        .unless(
            "quota | this hour | rate | hops | messages per | number of | too many | connections | recipients \
             | mailbox size | storage | per hour | per session | per connection | spam | header size | \
             line length | boite | buzon | casella | frequency | concurrent | score",
        ),
    on(R::EmailTooLarge, 78, PLAIN)
        .words("above | larger | bigger | exceed | exceeds | more than | over | weighs | beyond | limit | at most \
            | maximum | only")
        .with("bytes | octets | mb | mib | megabytes | megabyte | mbytes | kb | kib | kilobytes | 1mb | 5mb | 10mb | 15mb \
            | 20mb | 25mb | 30mb | 35mb | 50mb | 100mb")
        .unless(
            "quota | mailbox | per hour | per day | per minute | storage | memory | header* | account | hour | day | sent | daily | \
             disk | inbox",
        ),
    // Spam.
    on(R::SpamDetected, 87, PLAIN)
        .words(
            "spamtrap* | spams | mail data refused | data refused | spam scale | scored too high | may consider spam \
            | consider spam | resembles spam | spam profile | spam pattern | spam text | spam words | spam detected \
            | spam message | spam content | spam mail | spam email | spam score | spam like | spam scanning | spam rejected \
            | spam blocked | spam found | spam message rejected | spam refused | spam not accepted | spam probability \
            | spam with | is spam | as spam | be spam | was spam | like spam | be a spam | looks like spam | look like spam \
            | likely spam | probably spam | considered spam | considered as spam | considered to be spam \
            | identified as spam | classified as spam | detected as spam | flagged as spam | marked as spam | tagged as spam \
            | judged to be spam | recognized as spam | scored as spam | appears to be spam | seems to be spam \
            | suspected spam | suspicion of spam | spam suspicion | possible spam | spamassassin | spammy | junkmail \
            | junk email | spam signature | spam assassin | this message scored | message scored | unsolicited \
            | unsolicited mail | unsolicited email | unsolicited bulk | unsolicited commercial | phishing | phish \
            | content was judged | content rejected ube | likely suspicious due to .. content \
            | suspicious due to the nature of the content | suspicious content | suspicious links | suspicious url \
            | malicious url | malicious link | malicious website | malicious site | blocked url in | spam blocking url | url in this message | link in this message \
            | mail content denied | content reject* | message content rejected | rejected by content | content scan \
            | content analysis | contentfilter | message body .. rejected | pyzor | rspamd | gtube | spam bounce \
            | courrier indesirable | spam erkannt | als spam | come spam | como spam | cloudmark content | bogofilter \
            | mailcleaner",
        )
        .unless(
            "spam source | spam sources | list of spam | spam list | spam blacklist | spamming | spammer* | \
             for spam incident | incident de spam | block list | blocklist* | blacklist* | \
             ip address is listed | listed by | listed in | listed on | spamhaus | spamcop | rbl | virus* | \
             malware | rate of unsolicited | unsolicited mail originating | unusual rate | \
             company policy | corporate policy | organization policy | organizational policy | marked your messages as spam | banned sending ip | spam abuse | \
             temporarily blocked for attempting | has been blocked for | anti spam policy .. ip | reputation \
             | client host rejected | temporarily rate limited | ip address .. spam | spam from your ip | \
             your ip | dnsbl | graylist* | greylist* | too many | open relay",
        ),
    on(R::SpamDetected, 62, "Coremail, which NetEase and others run: its list of returned-mail texts")
        .words("requested action not taken mail .. is rejected | requested mail action not taken mail .. is rejected"),
    on(R::SpamDetected, 72, PLAIN)
        .words(
            "spam trap | spam filter | rejected due to .. content | due to content | because of .. content \
            | due to its content | content restrictions | spam or | no spam | for spam | spam policy | spam engine \
            | anti spam | antispam | junk mail | bulk mail | bulk email | ube | uce | scam | fraud | razor | dcc \
            | fingerprint | advertisement | advertising | content filter | content scanner | vade | mail filtered \
            | message filtered | suspicious message | spam check | bayes* | content denied | gave this mail .. points \
            | message .. points | mail .. points | message was scored | mail was scored | was scored",
        )
        .unless(
            "spam source | spam sources | list of spam | spam list | spam blacklist | spamming | spammer* | block list | \
             blocklist* | blacklist* | listed | spamhaus | spamcop | rbl | dnsbl | virus* | malware | rate of unsolicited | \
             reputation | client host rejected | your ip | ip address | graylist* | greylist* | too many | open relay | \
             email from # | block for spam | mb | does not answer | unavailable | from header",
        ),
    on(R::SpamDetected, 84, "Google, Cisco, Barracuda and others answer so at the end of DATA")
        .at(&[Stage::Data, Stage::Body])
        .words("spam* | suspicious | junk | rejected by .. filter")
        .unless("spamhaus | spamcop | blacklist* | blocklist* | listed | reputation | rbl | client host | mb | compliance | by rule"),
    on(R::SpamDetected, 70, PLAIN).words("spam").unless(
        "spamhaus | spamcop | listed | client host | rbl | blacklist* | block list | blocklist* | \
             ip address | ip | # | your server | reputation | virus* | complaint* | source | host | network | \
             spam abuse | marked your messages as spam | rate | from your",
    ),
    // Malware.
    on(R::VirusDetected, 93, PLAIN)
        .words(
            "sanesecurity.* | securiteinfo.* | win.trojan* | heuristics.* | win.* | html.phishing* | phishing.* | doc.* \
            | pdf.* | js.* | vbs.* | email.phishing* | virus detected | virus found | virus infected | infected message \
            | malware | malware detected | malicious code | malicious content | malicious attachment | malicious software \
            | malicious file | trojan | clamav | clam antivirus | antivirus | anti virus | eicar | ransomware \
            | contains a virus | contains malware | contains virus | win32.* | w32.* | trojan* | backdoor.* | virus was \
            | virus rejected | carries a virus | viruses found | found to be infected | is infected | virus in | a virus",
        )
        .unless(
            "may contain | might contain | could contain | can contain | may carry | virus scanner is | virus scanner error \
            | scanner failed | scanner unavailable | scanner timeout | malicious url | malicious link | malicious website | malicious site | antivirus error \
            | antivirus unavailable | antivirus has expired | antivirus .. expired | cannot scan | could not be scanned | anti virus server | virus check failed | unable to scan | scanning error \
            | anti virus temporary | no malware | infected host | your computer | infected computer | infected machine \
            | listed | spamhaus",
        ),
    on(R::VirusDetected, 92, PLAIN)
        .words("virus | viruses | infected | worm | malicious")
        .with(
            "found | detected | contains | contain | containing | contained | infected | attachment | attached | scanner | signature | \
             identified | quarantined | rejected by | rejected due | rejected because | message rejected | suspected | suspect",
        )
        .unless(
            "may contain | might contain | could contain | can contain | may carry | virus scanner is | virus scanner error \
            | scanner failed | scanner unavailable | scanner timeout | malicious url | malicious link | malicious website | malicious site | antivirus error \
            | virus check failed | unable to scan | scanning error | no virus | research | infected host | your computer \
            | infected computer | infected machine | listed | spamhaus | quota",
        ),
    on(R::VirusDetected, 90, PLAIN)
        .words("threat | threats | exploit | malicious macro | dropper | downloader | spyware | worm")
        .with("found | detected | identified | contains | attachment | attached | message | file")
        .unless("listed | spamhaus | blocklist* | block list | ip | links | url"),
    on(R::VirusDetected, 76, PLAIN)
        .words("virus | viruses | infected | worm | malicious")
        .unless(
            "may contain | might contain | could contain | can contain | may carry | virus scanner | scanner failed | malicious url | malicious link | malicious website | malicious site | virus check failed | unable to scan | scanning error | \
             infected host | your computer | infected computer | infected machine | listed | spamhaus | quota | virus check*",
        ),
    // Words that come with a class of codes.
    on(R::SpamDetected, 45, OTHERS)
        .at(&[Stage::Data, Stage::Body])
        .code(&[550, 554, 552])
        .words("message rejected | mail rejected | rejected by filter | message refused | content")
        .unless("policy | blocked using | dmarc | rule of | personal rule | by the recipient"),
    on(R::EmailTooLarge, 55, SMTP)
        .code(&[552])
        .at(&[Stage::Mail, Stage::Data, Stage::Body])
        .words("exceeded storage allocation | exceed*"),
    on(R::ContentError, 50, POSTFIX)
        .code(&[550, 554])
        .words("body checks | mime checks | message content rejected")
        .unless("ube | spam*"),
    on(R::SpamDetected, 82, PLAIN).words("too many points | spam points | points of spam | too high a score | score is too high").unless("reputation | ip | sender score"),
    on(R::ContentError, 80, PLAIN).words("files are not welcome | files not welcome | file types are not welcome | files are not wanted | files are refused | files are rejected | files are blocked | files are banned | files are forbidden | files are not taken \
        | files may not be sent").unless("virus* | infected"),
    on(R::SpamDetected, 72, "Cloudmark Gateway: the filter's own letters in brackets").code(&[5]).words("denied cs | denied .. mode normal"),
    on(R::SpamDetected, 82, TONGUES).words(
        "message rejete .. spam | pourriel | mail indesirable | correo no deseado | posta indesiderata | \
             lixo eletronico | nevyzadana posta | спам",
    ),
];
