//! Other languages than English: things and what is said of them, in any order, as `loose` does it for English.
//!
//! German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, the Nordic ones, Hungarian, Romanian, Turkish, Russian, Ukrainian, Greek,
//! Chinese, Japanese and Korean. RFC 5321 §4.2
//! has replies in ASCII, and servers write their owners' language all the same. `text` takes accents off and puts a space
//! around each sign of Chinese, Japanese and Korean writing, which have none between words: phrases are written so here.
//!
//! Not here: whole phrases of large providers (see `providers`), and those in the tables of each side.

use super::TONGUES;
use crate::explain::rule::{Rule, on};
use crate::wire::Reason as R;

/// Who or what mail is for.
const MAILBOX: &str = "empfanger* | empfaenger* | adresse | mailadresse | postfach | benutzer | konto | teilnehmer | mailbox | destin \
            | destinataire | utilisateur | boite | compte | destinatario | usuario | casilla | buzon | cuenta | direccion \
            | endereco | caixa | conta | bandeja | utente | casella | indirizzo | gebruiker | ontvanger | adres | postvak \
            | uzytkownik | konta | adresat | odbiorca | skrzynka | uzivatel | prijemce | adresa | schranka | mottagare \
            | mottagaren | anvandare | brevlada | kullanici | alici | адресат* | получател* | пользовател* | ящик* | адрес \
            | адреса | учетн* | @ | 收 件 人 | 用 户 | 用 戶 | 邮 箱 | 郵 箱 | 账 号 | 帐 号 | 账 户 | 帐 户 | 帳 號 | 地 址 | 信 箱 | 宛 先 | ア ド レ ス \
            | ユ ー ザ | 受 信 者 | ア カ ウ ン ト | メ ー ル ボ ッ ク ス | 수 신 자 | 사 용 자 | 주 소 | 메 일 함 | 계 정 \
            | emailadresse* | benutzerkonto* | nutzerkonto* | kundenkonto* | empfangerkonto* | userkonto | mailkonto | emailkonto | postfachs | postfaches | mitarbeiter* | destinataires | boites \
            | messagerie | abonne | usuarios | destinatarios | utilizador | account | accounts | emailadres | mailadres \
            | e mailadres | geadresseerde | mailbox* | postbus | uzytkownik* | skrzynk* | skrzynek | odbiorcy | adresat* | uzivatel* | prijemc* \
            | schrank* | ucet | uctu | mottagar* | anvandar* | brevlad* | mottaker* | bruker* | postkass* | modtager* | bruger* \
            | vastaanottaja* | kayttaja* | postilaatik* | cimzett* | felhasznal* | postafiok* | destinatar* | utilizator* \
            | casuta | kullanici* | alici* | hesap | hesabi* | posta kutusu | абонент* | користувач* | одержувач* | отримувач* | скриньк* \
            | παραληπτ* | χρηστ* | γραμματοκιβωτι* | 收 信 人 | 用 户 名 | 受 取 人 | 회 원 | nutzer* | adressat* | mailboxname | correspondant | titulaire | l'adresse | d'adresse | l'utilisateur | boite aux lettres \
            | utenza | l'utente | l'indirizzo | all'indirizzo | nome casella | titular | schranky | posta kutusu* | kutusu | адресу | ящике | ящика | 받 는 사 람 | 받 는 이 | 메 일 주 소 | お 客 様";

/// Who sent it.
const SENDER: &str = "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender | nadawca | nadawcy | \
    odesilatel* | avsandare* | gonderen | отправител* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 | 발 신 자 \
    | expediteurs | afzender* | nadawc* | avsender* | afsender* | lahettaja* | felado* | expeditor* | відправник* | αποστολε* | 보 낸 | l'expediteur | d'expediteur | l'emetteur | d'emetteur | absenderadresse* | absenderdomain* | domaine expediteur | dominio mittente | from ア ド レ ス | 发 信 人 | 发 件 域 名";

/// Words that make a missing address somebody else's than the recipient's: the sender's, or a name in DNS.
const NOT_RECIPIENT: &str = "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender* | nadawc* \
            | odesilatel* | avsandare* | avsender* | afsender* | lahettaja* | felado* | expeditor* | gonderen* | отправител* \
            | відправник* | αποστολε* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 | 발 신 자 | domain | l'expediteur | d'expediteur | l'emetteur | d'emetteur | from \
            | domane | domaine | dominio | domein | domena | домен* | 域 名 | ド メ イ ン | ip | sender | reverse | ptr | helo \
            | ehlo | spf | dkim | dmarc | dns";

/// That it is not there.
const MISSING: &str = "unbekannt* | nicht bekannt | existiert nicht | nicht gefunden | gibt es nicht | ungultig* | ungueltig* \
            | nicht vorhanden | kein benutzer | kein empfanger | kein postfach | aucun compte | aucun utilisateur \
            | aucune boite | ningun | nenhum* | nessun* | kein gultiger | inconnu* | n'existe pas | n'existe plus \
            | inexistant* | introuvable | invalide | non trouve* | no existe | inexistente | desconocid* | desconhecid* \
            | no encontrad* | no se encuentra | no valida | nao encontrad* | nao existe | invalido | invalida | non esiste \
            | sconosciut* | non trovat* | non valido | bestaat niet | onbekend* | niet gevonden | ongeldig* | nie istnieje \
            | nie ma takiego | nie ma takiej | errato | errata | errone* | nieznany | nie znaleziono | neexistuje \
            | nenalezen* | neznam* | finns inte | okand | bulunamadi | gecersiz | не найден* | не существ* | неизвест* \
            | нет такого | не зарегистрирован* | 不 存 在 | 未 注 册 | 没 有 | 未 找 到 | 无 效 | 找 不 到 | 無 效 | 登 録 さ れ て い ま せ ん \
            | 存 在 し ま せ ん | 存 在 し な い | 見 つ か り ま せ ん | 不 明 | 존 재 하 지 않 | 없 습 니 다 | 찾 을 수 없 \
            | niemand | falsch* | nicht existent | nicht mehr existent | nicht vergeben | nicht eingerichtet | kein konto | keine mailbox \
            | nicht mehr im unternehmen | nicht mehr bei uns | nicht mehr beschaftigt | ausgeschieden | unzustellbar \
            | ne correspond a aucun* | n'est pas connu* | n'est plus valide | pas de compte | pas d'utilisateur | ne fait plus partie \
            | no se encontro | no registrad* | no es valid* | no esta registrad* | incorrecta | incorrecto | ya no trabaja | nao localizad* \
            | nao cadastrad* | nao e valid* | inesistent* | non e valid* | non risulta | non presente | non piu attiv* \
            | geen gebruiker | geen mailbox | geen account | geen geldig* | bestaat hier niet | bestaat niet meer | nieznan* | nieistniej* | nieprawidlow* \
            | niepoprawn* | nie znalezion* | brak takie* | brak uzytkownika | brak skrzynki | brak konta | zde neni | neni zde | neplatn* | nenasel | neexistuj* \
            | okand* | saknas | hittades inte | hittas inte | finnes ikke | finns ej | eksisterer ikke | ukjent* | findes ikke \
            | ukendt* | ei loydy | tuntematon | nem letezik | ismeretlen | inexistent* | nu exista | necunoscut* | yok \
            | mevcut degil | tanimli degil | kayitli degil | неверн* | некорректн* | не обслуживается | не знайден* | не існу* | невідом* \
            | отсутствует | αγνωστ* | δεν υπαρχει | δεν βρεθηκε | 无 此 | 查 无 此 | 错 误 | 有 误 | 無 此 | 不 正 確 | あ り ま せ ん | 有 り ま せ ん \
            | 見 つ か ら | 無 効 な | 存 在 せ ず | 誤 り | 誤 っ て | 없 는 | 등 록 되 지 않 | 잘 못 된 | gibt es hier | briefkasten | haben wir .. nicht | haben wir leider | hier nicht | komt niet voor | non e presente | nao esta cadastrad* | nao consta | no consta \
            | no esta dado de alta | no esta dada de alta | no hay ningun* | нет в системе | у нас нет | bulunmamaktadir | bulunmuyor | 未 开 通 | 已 被 删 除 | 登 録 さ れ て お り ま せ ん | 使 わ れ て お り ま せ ん | ご ざ い ま せ ん";

const DOMAIN: &str = "domain | domane | domaine | dominio | domein | domena | домен* | 域 名 | 网 域 | ド メ イ ン | 도 메 인 \
    | domeny | domen | domeen | domeniu* | doman | domaene";

const MESSAGE: &str = "nachricht | mail | email | e mail | message | mensaje | correo | mensagem | messaggio | bericht | wiadomosc | \
    zprava | meddelande* | сообщени* | письм* | 邮 件 | 郵 件 | 信 件 | メ ー ル | 메 일 | anhang | piece jointe | adjunto | anexo | allegato \
    | mails | nachrichten | messages | courriel | courrier | e mails | wiadomosci | zpravy | melding* | besked* | viesti* | uzenet* | mesaj* | ileti | \
    e posta | eposta | μηνυμα | メ ッ セ ー ジ | 메 시 지";

pub(in crate::explain) const RULES: &[Rule] = &[
    on(R::UserUnknown, 66, TONGUES).words(MAILBOX).with(MISSING).unless(NOT_RECIPIENT),
    // A user of a domain is a user.
    on(R::UserUnknown, 67, TONGUES)
        .words("utente | l'utente | utilisateur | l'utilisateur | usuario | benutzer | gebruiker | uzytkownik* | uzivatel* | пользовател* | compte | cuenta | conta | casella | buzon | boite | postfach | account \
            | 用 户 | 邮 箱 | ユ ー ザ | メ ー ル ボ ッ ク ス | 사 용 자 | 메 일 함 | kullanici*")
        .with(MISSING)
        .unless("absender* | expediteur | l'expediteur | emetteur | remitente | remetente | mittente | afzender* | nadawc* | odesilatel* | gonderen* | отправител* | 发 件 人 | 送 信 者 | 送 信 元 | 발 신 자 | ip | sender | from | reverse | ptr | helo | ehlo \
            | spf | dkim | dmarc | dns"),
    on(R::HostUnknown, 66, TONGUES).words(DOMAIN).with(MISSING).unless(
        "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender* | nadawc* | odesilatel* | \
         avsandare* | avsender* | afsender* | gonderen* | отправител* | відправник* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 \
         | 발 신 자 | sender | from | helo | ehlo | spf | dns | absenderdom*",
    ),
    // Heavier than what other tables say of a thing that is not there, since the sender is named.
    on(R::Rejected, 87, TONGUES)
        .words(SENDER)
        .with(
            "unbekannt* | nicht bekannt | existiert nicht | nicht gefunden | ungultig* | abgelehnt | nicht erlaubt \
            | nicht zugelassen | inconnu* | n'existe pas | invalide | refuse | non autorise | no existe | rechazad* \
            | no valido | invalido | no permitido | desconocid* | nao existe | rejeitad* | nao permitido | non esiste \
            | rifiutat* | non valido | sconosciut* | geweigerd | bestaat niet | odrzucon* | nie istnieje | odmitnut* \
            | не существ* | отклонен* | запрещен* | 不 存 在 | 无 效 | 拒 绝 | 存 在 し ま せ ん | 拒 否 \
            | auffindbar | nicht berechtigt | stimmt nicht | gehort nicht | inexistant* | refusee | interdit* | ne correspond pas | inexistente | no coincide \
            | no autorizad* | nao autorizad* | inesistent* | non corrisponde | non autorizzat* | non consentit* | onbekend* | ongeldig* | niet toegestaan \
            | nieprawidlow* | niepoprawn* | nieznan* | niedozwolon* | neplatn* | neznam* | neexistuj* | nepovolen* | okand* \
            | ukjent* | ukendt* | ugyldig* | ogiltig* | gecersiz | bulunamadi | reddedil* | неверн* | не найден* | некорректн* | недопустим* \
            | не совпада* | не существует | не існу* | 错 误 | 不 正 | 不 匹 配 | 不 一 致 | 一 致 し | 无 权 | 伪 造 | 偽 装 | 존 재 하 지 않 | 없 습 니 다 | 잘 못 | eigenen domain | eigene domain | passen nicht | passt nicht | ubereinstimm* | kein mx | keinen mx | keine mx | n'etes pas autorise | pas autorise a utiliser | sans mx | sin mx | no tiene mx | no .. pertenece | nao pertence | non ha record | senza record mx | non appartiene \
            | nie zgadza | nie nalezy | odrzucony | nepatri | не принадлежит | ait degil | 不 属 于 | 登 録 さ れ て い",
        )
        .unless("spf | dkim | dmarc | spam | ip | empfanger* | destinataire | destinatario | ontvanger | odbiorc* | prijemc* | получател* \
            | 收 件 人 | 受 信 者 | 수 신 자 | graulist* | greylist* | grey list* | minuten | minutes | minutos | minuti | # | ohne anmeldung"),
    on(R::MailboxFull, 82, TONGUES)
        .words(MAILBOX)
        .with(
            "voll | uberfullt | speicherlimit | kontingent | quota uberschritten | quota erreicht | pleine | plein | saturee \
            | sature | quota depasse | quota atteint | lleno | llena | cuota | cheia | cheio | cota | quota excedida | piena \
            | pieno | quota superata | vol | pelna | przepelnion* | plna | plny | dolu | kota | переполнен* | полон | квот* \
            | 已 满 | 已 滿 | 满 了 | 容 量 不 足 | 空 间 不 足 | 超 出 .. 容 量 | 配 额 | espacio en disco | espaco em disco | spazio su disco | no tiene espacio | sin espacio | sem espaco \
            | kein platz | plus de place | non ha spazio | нет места | 容 量 超 過 | 容 量 を 超 | い っ ぱ い | 満 杯 | 가 득 | 용 량 \
            | speicherplatz | speicherkontingent | speichervolumen | uberlaufen | ueberfuellt | quota est depasse | quota depassee | depasse son quota \
            | espace de stockage | espace insuffisant | espace disque | saturees | pleines | surcharge* | espacio insuficiente | almacenamiento \
            | lotad* | armazenamento | espaco insuficiente | excedeu .. limite | spazio esaurito | spazio insufficiente | spazio disponibile | esaurit* \
            | opslaglimiet | opslagruimte | te vol | overvol | limit pojemnosci | pojemnosc* | brak miejsca | pelny | pelne | kvot* | preplnen* | zaplnen* \
            | ar full | fullt | er full | er fuld | fuld | taynna | megtelt | betelt | plina | kotasi | kotayi | недостаточно места | нехватк* \
            | переповнен* | πληρες | γεματ* | 容 量 已 | 空 间 已 满 | 容 量 超 | 超 出 .. 配 额 | 満 ち | 一 杯 | 容 量 が | 꽉 | 초 과 | kein freies | kein freier | keinen freien | kein speicher | postfachgrosse | volumen | atteint .. limite | atteint sa limite | capacite | satur* | espacio suficiente \
            | limite de almacenamiento | limite di spazio | raggiunto il limite | atingiu o limite | atingiu a capacidade | zit vol | zu voll | vycerpan* | kapacit* | zapelnion* | заполнен* | нет свободного | doldu | dolmus* \
            | 爆 满 | 空 间 不 够 | 上 限 に 達 | 保 存 容 量 | 가 득 찼 | 부 족",
        )
        .unless("server | serveur | servidor | sender | rate | spf | 服 务 器 | サ ー バ | stunde | heure | hora | versand* | envoi* | envio* | invio \
            | 发 送 | 送 信 | 발 송 | 크 기 | сервер*"),
    on(R::MailboxFull, 62, TONGUES)
        .words("kota asildi | kotasi dolu | boite .. saturee | quota .. depasse | cuota .. excedida | cota .. excedida | quota .. superata \
            | quota przekroczon* | kvota prekrocena | квота превышена | превышена квота | 超 出 .. 配 额 | 容 量 オ ー バ ー | 保 存 容 量 の 上 限 | 容 量 の 上 限 に 達 | 容 量 を 超 過")
        .unless("envoi* | envio* | invio | versand* | wysyl* | odesil* | отправк* | 发 送"),
    on(R::MailboxFull, 89, TONGUES).words(
        "boite .. taille maximale | boite .. a atteint | postfach .. maximale grosse | mailkonto .. maximale grosse | konto .. maximale grosse | postfach .. grenze erreicht | buzon .. tamano maximo | casella .. dimensione massima | casella .. raggiunto | caixa .. tamanho maximo | ящик .. максимальн*",
    ),
    on(R::Suspend, 65, TONGUES)
        .words(MAILBOX)
        .with(
            "deaktiviert | gesperrt | stillgelegt | geschlossen | abgeschaltet | geloscht | inaktiv | desactive* | suspendu* \
            | bloquee | fermee | ferme | supprimee | desactivad* | suspendid* | bloqueada | cancelada | desativad* \
            | suspensa | bloqueado | inativa | inactivo | inactiva | inativo | expirad* | caducad* | scadut* | bloccat* \
            | vencid* | disattivat* | sospes* | disabilitat* | geblokkeerd | opgeheven | zablokowan* | nieaktywn* \
            | zablokovan* | avstangt | заблокирован* | отключен* | удален* | 停 用 | 禁 用 | 冻 结 | 注 销 | 被 锁 | 無 効 | 停 止 | 휴 면 \
            | 정 지 | gekundigt | inaktive* | nicht mehr aktiv | nicht mehr genutzt | nicht mehr in gebrauch | nicht mehr verwendet | nicht aktiv | deaktivierte* | abgemeldet | inactive depuis | \
            boite .. inactive | resilie* | clotur* | n'est plus utilise* | plus active | deshabilitad* | inhabilitad* | dada de baja | dado de baja | eliminad* \
            | encerrad* | cancelad* | excluid* | chiusa | chiuso | cessat* | non attiv* | non piu attiv* | inattiv* | gedeactiveerd | opgezegd | gesloten \
            | niet actief | usuniet* | zawieszon* | wylaczon* | wygasl* | zrusen* | pozastaven* | neaktivn* | avstangd | sparrat | sparrad \
            | stengt | deaktivert | lukket | suljettu | felfuggeszt* | dezactivat* | suspendat* | devre disi | askiya alin* | kapatil* | pasif | dondurul* \
            | неактив* | деактив* | приостановлен* | вимкнен* | заблокован* | ανενεργ* | 过 期 | 已 锁 | 关 闭 | 封 停 | 暂 停 | 使 わ れ て | 解 約 | 退 会 \
            | 休 止 | 凍 結 | 탈 퇴 | 중 지 | abgelaufen | verrouille* | ferme* | cloture | terminat* | non e piu attiv* | vergrendeld | verlopen | zamkniet* | zrusena | expirovan* | dezaktywowan* | закрыт* | удален | 锁 定 | 利 用 停 止",
        )
        .unless("ip | absender* | expediteur | remitente | отправител* | 发 件 人 | verbindung | host | server | serveur | 服 务 器 | サ ー バ \
            | empfanger blockiert | hat .. blockiert | hat .. gesperrt | ha bloqueado | a bloque"),
    on(R::SystemFull, 83, TONGUES)
        .words("speicherplatz | festplatte | espace disque | espacio en disco | espaco em disco | spazio su disco \
            | место на диске | 磁 盘 空 间 | デ ィ ス ク | miejsca na dysku | mista na disku | места на диске")
        .with("server | system | serveur | servidor | systeme | sistema | disque | disco | сервер* | диске | 服 务 器 | 磁 盘 | サ ー バ | serwer* | dysku")
        .unless("postfach* | mailbox | boite | buzon | caixa | casella | quota | ящик* | skrzynk* | schrank* | destinataire | empfanger* | usuario | destinatario | utilisateur | utente | benutzer | uzytkownik* | пользовател* | 收 件 人 | 用 户"),
    on(R::EmailTooLarge, 83, TONGUES)
        .words(MESSAGE)
        .with(
            "zu gross | zu grosse | ubersteigt | uberschreitet | zulassige grosse | maximale grosse | trop volumineu* \
            | trop gros | taille | demasiado grande | tamano | muito grande | tamanho | troppo grande | dimension* \
            | te groot | za duz* | zbyt duz* | rozmiar | prilis velk* | for stort | слишком больш* | размер* | 大 小 超 | 过 大 \
            | 太 大 | サ イ ズ | 크 기 | je prilis velk* | velikost | storlek | for stor | storrelse | boyutu | cok buyuk | розмір | tul nagy | \
            大 き す ぎ | 大 小 限 制 | 尺 寸 | 容 量 が 大 | grosser als | zu umfangreich | trop lourd* | depasse la limite | demasiado pesad* | muy grande | muito pesad* | troppo pesante | groter dan | zbyt ciezk* | слишком велик* | превышает | 超 出 上 限 | 超 过 .. 限 制 | サ イ ズ が | 용 량 이 크",
        )
        .unless("quota | postfach | boite | buzon | pro stunde | par heure | por hora"),
    on(R::EmailTooLarge, 68, TONGUES)
        .words("dimensione massima | taille maximale | tamano maximo | tamanho maximo | maximale grosse | maximale grootte | maksymalny rozmiar | maximalni velikost | максимальный размер")
        .unless("postfach* | boite | buzon | casella | caixa | skrzynk* | schrank* | ящик*"),
    on(R::SpamDetected, 72, TONGUES)
        .words(
            "werbung | unerwunscht* | spamverdacht | indesirable* | pourriel | publicitaire | basura | no deseado \
            | no solicitado | indeseado | lixo | indesejad* | indesiderat* | ongewenst* | niechcian* | nevyzadan* \
            | skrappost | спам* | реклам* | 垃 圾 | 迷 惑 メ ー ル | ス パ ム | 스 팸 | spamfilter | spamverdachtig* | unerbeten* | non sollicite* \
            | no deseados | niepozadan* | soppelpost | istenmeyen | istenmeyen e posta | roskaposti* | kereetlen | 涉 嫌 | 违 规 内 容 | 敏 感 内 容 | 广 告 邮 件 | publicidad | publicidade | propaganda | pubblicita | publicite | reklamow* | reclame | werbe* | werbemail* | unzulassiger inhalt | courrier indesirable | filtro antispam | pelo antispam | dal antispam | notre antispam | nuestro antispam | nostro antispam | unser antispam | niepozadana | нежелательн* | небажан* | 垃 圾 信 息 | 不 良 信 息",
        )
        .unless("ip | 黑 名 单 | liste noire | lista negra | sperrliste | spamhaus"),
    on(R::SpamDetected, 88, TONGUES)
        .words(MESSAGE)
        .with("垃 圾 邮 件 .. 拒 | 识 别 为 垃 圾 | 判 定 为 垃 圾 | 疑 似 垃 圾 | 迷 惑 メ ー ル と し て | 迷 惑 メ ー ル と 判 | ス パ ム と 判 | 스 팸 으 로 | 스 팸 메 일 로"),
    on(R::VirusDetected, 84, TONGUES).words("вирус* | 病 毒 | ウ イ ル ス | ウ ィ ル ス | 바 이 러 스 | viren | schadsoftware | logiciel malveillant | malveillant \
            | malicioso | dannoso | zlosliw* | wirus* | virusem | virusa | schadcode | вірус* | virenverdacht | virusverdacht | haittaohjelm* | zararli yazilim | infectee* | infecte | infiziert* | infectad* | infetto | infetta | infettat* | zainfekowan* | zavirovan* | заражен* | besmet | 感 染 | 감 염 | schadling"),
    on(R::Blocked, 84, TONGUES).words(
        "schwarze liste | schwarzen liste | sperrliste | blacklistee | liste noire | lista negra | listas negras \
            | lista nera | czarnej liscie | черный список | черном списке | черных списках | ip .. заблокирован* \
            | ip .. gesperrt | ip .. blockiert | ip .. bloquee | ip .. bloqueada | ip .. zablokowan* | ip .. geblokkeerd \
            | 黑 名 单 | 黑 名 單 | ブ ラ ッ ク リ ス ト | 블 랙 리 스 트 | ip .. geblockt | ip .. bloqueado | ip .. bloccat* | ip .. blokovan* \
            | ip .. engellen* | ip .. sparrad | ip .. блокован* | kara liste* | svartlist* | cerne listine | cernou listinu | czarna lista | чорному списку | \
            ip .. 封 | ip .. 屏 蔽 | ip .. 拒 否 | ip .. 차 단 | ip .. 被 拒 | dynamischen ip | dynamische ip | adresses ip dynamiques | ip dinamica* | динамическим ip | динамических ip | динамический ip | seznamu spameru | liste des spammeurs | spammerliste | lista de spammers | listy spamerow | liste spamerow | списке спамеров | einwahlnetz* | ip .. blocage | reseau .. bloque | ip .. заборон* | ip .. ブ ロ ッ ク | ip ア ド レ ス が ブ ロ ッ ク",
    ).unless("收 件 人 .. 黑 名 单 | списке получателя | liste noire du destinataire | lista negra del destinatario | sperrliste des empfangers"),
    on(R::Blocked, 70, TONGUES)
        .words("ip | adresse ip | ip adresse | адрес | # | server | serveur | servidor | host | 服 务 器 | mailserver | mailservers | serwer | сервер* | \
            サ ー バ | verbindung | connexion | connessione | conexion | conexao | verbinding | polaczenie | соединение | zugang | netz | acces | acceso | accesso | acesso | toegang | dostep | pristup | sunucu* | sunucunuz | доступ | прием почты | 接 続 | ip ア ド レ ス | 您 的 ip | 아 이 피")
        .with(
            "gesperrt | blockiert | abgewiesen | bloque | bloquee | bloqueada | bloqueado | bloccat* | geblokkeerd | zablokowan* | заблокир* | \
             被 封 | 封 禁 | 被 阻 止 | 被 拒 绝 | 屏 蔽 | geblockt | refusee | rifiutata | rechazada | recusada | geweigerd | odrzucon* | blokovan* | zablokovan* \
             | engellen* | отклонен* | блокован* | 차 단 | verweigert | zugang gesperrt | acces refuse | acceso denegado | accesso negato | acesso negado | toegang geweigerd | zamitnut* | odepren* | odmitnut* | engellenmis* | запрещен* | 拒 绝 了 | 拦 截 | 攔 截 | 拒 否 リ ス ト | 許 可 さ れ て い ま せ ん | ブ ロ ッ ク | 不 允 许 连 接",
        )
        .unless("postfach | konto | benutzer | compte | boite | cuenta | conta | casella | skrzynka | учетн* | ящик* | адресат* \
            | получател* | 账 号 | 邮 箱 | empfanger* | destinataire | destinatario | ontvanger | spf | relay* | ptr | reverse | trop | zu viele"),
    on(R::ContentError, 66, TONGUES)
        .words("anhang | anhange | dateityp | piece jointe | pieces jointes | adjunto* | anexo* | allegat* | bijlage* \
            | zalacznik* | вложени* | 附 件 | 添 付 | anhaenge | anlagen | dateianhang* | dateiendung* | dateiformat* | fichier joint | fichiers joints \
            | type de fichier | tipo de archivo | tipo de arquivo | tipo di file | bestandstype | priloh* | bilag* | vedlegg | bifogad* | liite* | 첨 부 | вкладен*")
        .with(
            "verboten | nicht erlaubt | nicht zugelassen | gesperrt | abgelehnt | interdit* | refuse* | non autorise* \
            | no permitid* | prohibid* | proibid* | nao permitid* | vietat* | non consentit* | niet toegestaan \
            | niedozwolon* | запрещен* | недопустим* | 禁 止 | 不 允 许 | 拒 否 | nicht akzeptiert | nicht angenommen | nicht gestattet | blockiert | bloque* \
            | no aceptad* | nao aceit* | bloccat* | non ammess* | geweigerd | geblokkeerd | zabronion* | nepovolen* | zakazan* | inte tillat* | ikke tillat* \
            | заборонен* | 不 支 持 | 受 け 付 け | 許 可 さ れ て | 허 용 되 지 | izin verilm* | untersagt | unzulassig* | nicht moglich | no se permite* | no admitid* | zabranjen*",
        )
        .unless("virus* | taille | zu gross | tamano"),
    on(R::RateLimited, 78, TONGUES).words(
        "zu viele | zu oft | zu haufig | zu schnell | trop de | trop vite | trop souvent | demasiados | demasiadas \
            | por hora | par heure | pro stunde | por minuto | par minute | pro minute | pro tag | por dia | в час \
            | limite de mensajes | muitas conexoes | muitas mensagens | excesso de | limite de envio | troppe connessioni \
            | troppi messaggi | te veel | zbyt wiele | zbyt duzo | prilis mnoho | слишком много | слишком часто | 频 率 \
            | 過 於 頻 繁 | 过 于 频 繁 | 太 多 | 过 多 | 多 す ぎ | 너 무 많 | sendelimit* | versandlimit* | nachrichtenlimit* | par jour | al dia \
            | per uur | per dag | na godzine | za hodinu | orari | all'ora | saatlik | gunluk | muitos | muitas | troppi | troppe | zbyt wiel* | zbyt szybko \
            | for manga | for mange | cok fazla | забагато | 过 快 | 太 频 繁 | 频 繁 | 连 接 数 | 接 続 数 | verbindungslimit* | empfangerlimit* | mengenlimit* | limite horaire | limite journaliere | limite diaria | limite diario | limite giornaliero | limite orario | limit dzienny | limit godzinowy | denni limit | za duzo polaczen | za duzo wiadomosci | za wiele | \
            число соединений | число одновременных | количество соединений | количество писем | langsamer | moins vite | mas despacio | mas lento | piu lentamente | mais devagar | trop rapide | trop rapidement | demasiado rapido | troppo veloce | muito rapido | za szybko | слишком быстро | лимит писем | лимит сообщений | лимит получателей | в минуту | в сутки | tageslimit* | stundenlimit* | hochstzahl | hochstgrenze | nombre .. trop eleve | debit trop | ralentiss* | en poco tiempo | excedeu o numero | numero de mensagens | cok sayida | za krotki czas | za kratkou dobu | за короткое время | 大 量 の メ ー ル | 短 时 间 | 短 時 間 | 동 시 접 속 | 접 속 수 | 并 发",
    ).unless("hops | anhange | falsche | spf | hop | passwort* | kennwort | anmelde* | mot de passe | contrasena | senha | speicher*"),
    // A limit, and that it is about sending.
    on(R::RateLimited, 79, TONGUES)
        .words("limite | limites | limit | limiet | лимит* | ліміт* | quota | maximal | maximale | maximum | nombre maximal | maximo | massimo | 限 额 | 限 制 | 上 限 | 한 도 \
            | limitu | limiti | limitini | kvot* | kontingent | cantidad maxima | numero maximo | numero massimo | nombre maximum | maximale anzahl | hochstzahl | anzahl | liczba | liczbe | число | количество")
        .with("destinatarios | destinataires | destinatari | empfangern | odbiorcow | получателей | heute | aujourd'hui | oggi | dzisiaj | dzis | сегодня | d'envoi | enviad* | envoyes | inviati | verschickt* | verstuurde | envoi | envois | envios | de envio | envio | invio | invii | versand | gesendet* | pro stunde | verzend* | verzonden | wysyl* | wyslan* | odesil* \
            | odeslan* | отправк* | отправлен* | отправляем* | gonderim* | gonderi | connexions | conexiones | conexoes | connessioni | verbindungen | verbindingen \
            | polaczen | spojeni | соединени* | подключени* | baglanti | messages envoyes | 发 送 | 发 信 | 送 信 数 | 送 信 量 | 送 信 通 数 | 발 송 | 전 송 | 连 接 | 接 続 | anslutningar")
        .unless("taille | tamano | tamanho | dimension* | rozmiar | размер* | 大 小 | サ イ ズ | grosse | skrzynk* | boite | buzon | casella | ящик* | 收 件 人 .. 空 间"),
    on(R::Greylisted, 85, TONGUES).words(
        "graue liste | grauen liste | graulist* | grauliste | liste grise | lista gris | lista cinza | lista cinzenta \
            | lista grigia | szara lista | серый список | сером списке | серого списка | 灰 名 单 | グ レ イ リ ス ト | グ レ ー リ ス ト \
            | grijze lijst | szarej liscie | szare listy | gri liste* | seda listina | gralist* | грейлист* | 그 레 이 리 스 트 | harmaalista*",
    ),
    // A wait that is named, as in English.
    on(R::Greylisted, 78, "RFC 6647 §3")
        .code(&[4])
        .words(
            "in .. minuten | in .. sekunden | nach .. minuten | nach .. sekunden | dans .. minutes | dans .. secondes | en .. minutos | em .. minutos | \
             dentro de .. minutos | tra .. minuti | fra .. minuti | over .. minuten | za .. minut* | через .. минут* | dakika sonra | 分 钟 后 | 分 後 | 分 経 過 | 秒 后 | 분 후 | erster zustellversuch | spater wiederkommen | fra .. secondi | tra .. secondi | aguarde .. minutos | повторите позднее | повторите попытку позже | временно отклонен* | rechazo temporal | premiere connexion | tijdelijk geweigerd | tymczasowo odrzucon* | docasne odmitnut* | vorubergehend abgelehnt | temporairement refuse* | rifiutato temporaneamente | enkele minuten | quelques minutes | unos minutos | alguns minutos | qualche minuto | kilka minut | nekolik minut | несколько минут",
        )
        .unless("zu viele | trop | demasiad* | muit* | tropp* | te veel | limit* | wartung* | maintenance | mantenimiento | manutenc* | manutenzione | uberlastet \
            | surcharge* | лимит* | слишком | 频 | 过 多 | zbyt | prilis | service | dienst | server"),
    on(R::RequirePtr, 86, TONGUES).words(
        "ruckwartsauflosung | reverse lookup | reverse dns eintrag | dns inverse | resolution inverse | dns inverso \
            | inverso | resolucion inversa | risoluzione inversa | обратн* | 反 向 解 析 | 反 向 域 名 | 逆 引 き | dns reverso | reverso | reverzni* \
            | revdns | odwrotny dns | odwrotnego dns | odwrotny | ters dns | omvand dns | ptr eintrag | ptr записи | ptr запись | ptr zaznam* | 反 解 | 리 버 스 | зворотн* | reverzn* \
            | enregistrement ptr | registro ptr | record ptr | ruckwarts",
    ),
    on(R::NoRelaying, 78, TONGUES).words(
        "relais .. interdit | relais .. refuse | relais non autorise | weiterleitung .. nicht | kein relaying | relay .. nicht erlaubt | \
         relay .. no | retransmision | ретрансляц* | 中 继 | 中 繼 | 中 継 | keine weiterleitung | weiterleitung .. verweigert | relayage | ne relaie pas | relais .. impossible \
         | reenvio | reenviar a dominios | retransmissao | inoltro | relayen | doorsturen | przekazywanie poczty | przekazywania poczty | preposilani | vidaresand* | videresend* \
         | пересылк* | релей | релеинг | 릴 레 이 | 转 发 | ne gere pas ce domaine | nicht fur diese domain zustandig | nicht zustandig | non gere par | domaine non gere | no gestionamos | retransmitir | non gestito | non siete abilitati all'invio | nie obsluguje | neobsluhuj* | nejste opravnen* | не обслуживает* | 不 为 该 | 第 三 者 中 継",
    ).unless("reenvio de correo desactivado | 自 动 转 发"),
    // What a server does not do for this client.
    on(R::NoRelaying, 74, TONGUES)
        .words("uber diesen server | ueber diesen server | par ce serveur | via ce serveur | por este servidor | a traves de este servidor | tramite questo server | attraverso questo server | via deze server | przez ten serwer | pres tento server | через этот сервер")
        .with("nicht | pas | no | nao | non | niet | nie | ne | не | zabronion* | запрещ*")
        .unless("spf | dkim | dmarc | spam* | virus*"),
    on(R::SecurityError, 83, TONGUES)
        .words(
            "benutzername | kennwort | passwort | anmelden | mot de passe | identifiant* | contrasena | iniciar sesion \
            | senha | nome utente | wachtwoord | haslo | hasla | heslo | losenord | пароль | логин | авторизац* \
            | аутентификац* | 密 码 | 密 碼 | 认 证 | 授 权 码 | 認 証 | パ ス ワ ー ド | 비 밀 번 호 | anmeldung | anmeldedaten | zugangsdaten | authentifizierung \
            | authentification | authentifier | autenticazione | autenticarsi | autenticarse | autenticacion | autenticacao | autenticar | autoryzacj* | uwierzyteln* \
            | overeni | prihlas* | inloggning | palogging | sifre | kimlik dogrulama | oturum acma | logowani* | zaloguj | zalogowac | credenziali | credenciales | credenciais | vous identifier | парол* | 身 份 验 证 | 验 证 失 败 | ロ グ イ ン | 인 증 | 로 그 인 \
            | jelszo | salasana | adgangskode | aanmelden",
        )
        .unless("spf | dkim | dmarc"),
    on(R::SystemError, 77, TONGUES).words(
        "interner .. fehler | interne .. fehler | vorubergehender .. fehler | vorubergehender fehler | technischer fehler \
            | temporarer .. fehler | temporares problem | technische storung | wartung* | uberlastet \
            | vorubergehend nicht verfugbar | erreur interne | erreur technique | temporairement indisponible \
            | momentanement indisponible | error interno | error temporal | fallo temporal | mantenimiento | erro interno \
            | erro temporario | indisponivel | manutencao | errore interno | errore temporaneo | manutenzione | interne fout \
            | storing | blad wewnetrzny | chwilowo niedostepn* | внутренней ошибки | внутренняя ошибка | временная ошибка \
            | временно недоступ* | перегружен* | 系 统 错 误 | 系 统 繁 忙 | 内 部 错 误 | 服 务 器 忙 | シ ス テ ム エ ラ ー | 内 部 エ ラ ー \
            | メ ン テ ナ ン ス | serverfehler* | temporarer fehler | dienst .. nicht verfugbar | erreur temporaire | probleme temporaire | service .. indisponible \
            | error temporario | fallo interno | fuera de servicio | hors service | fuori servizio | fora do ar | ausser betrieb | buiten werking | przeciazon* | pretizen* | перегруз* | no disponible | erro no servidor | servizio .. non disponibile | tijdelijk probleem | tijdelijke fout | onderhoud \
            | blad tymczasowy | tymczasow* | blad serwera | docasn* | interni chyba | chyba serveru | udrzb* | tillfalligt fel | midlertidig feil | gecici | sunucu hatasi | bakim \
            | технические работы | ошибка сервера | тимчасов* | 服 务 不 可 用 | 暂 时 无 法 | 一 時 的 な | 一 時 的 に | 混 み 合 っ て | 일 시 적 | 점 검 | technisches problem | technische probleme | ausgelastet | incident technique | probleme technique | problema tecnico | problemas tecnicos | temporalmente no disponible | sunucu mesgul | chwilowy problem | технические неполадки | 繁 忙",
    ),
    on(R::Blocked, 79, TONGUES).words(
        "nehmen keine .. von ihrem | nehmen keine .. von ihnen | akzeptieren keine .. von ihrem | n'acceptons pas .. de votre | n'acceptons plus .. de votre | no aceptamos .. de su | non accettiamo .. dal | nao aceitamos .. do seu \
         | accepteren geen .. van uw | nie przyjmujemy .. z | не принимаем .. от вас | не принимаем .. с вашего",
    ),
    on(R::BadReputation, 80, TONGUES).words(
        "schlechte reputation | schlechten reputation | mauvaise reputation | mala reputacion | baja reputacion | cattiva reputazione | bassa reputazione | ma reputacao | baixa reputacao | reputacao ruim | slechte reputatie | zla reputacja \
         | niska reputacja | spatna reputace | репутаци* | 信 誉 | 信 譽 | 평 판",
    ).unless("senderbase"),
    on(R::NetworkError, 88, TONGUES)
        .words("schleife | mailschleife | mailschleifen | zu viele received | boucle | boucle de messagerie | bucle | bucle de correo | ciclo di posta | ciclo infinito | petla | petle | zaciklen* | smycka | smycku | зациклив* | почтовая петля | 循 环 | メ ー ル ル ー プ | メ ー ル が ル ー プ | 메 일 루 프 | 루 프")
        .case("loop"),
    on(R::Filtered, 84, TONGUES).words(
        "vom empfanger abgelehnt | vom empfanger blockiert | empfanger .. nimmt .. keine | refuse par le destinataire \
            | destinataire .. a bloque | destinataire .. ne souhaite | rechazado por el destinatario \
            | destinatario .. bloqueado | recusado pelo destinatario | rejeitado pelo destinatario \
            | rifiutato dal destinatario | отклонено получателем | 收 件 人 拒 | 拒 收 | 受 信 拒 否",
    ),
    // The recipient, or the address, takes mail of some only, or none of this sender's.
    on(R::Filtered, 86, TONGUES)
        .words("empfanger* | empfaenger* | adresse | postfach | destinataire | destinatario | boite | boite aux lettres | titulaire | buzon | casella | destinatario* | ontvanger | geadresseerde | odbiorc* | adresat* | prijemc* | mottagar* \
            | modtager* | mottaker* | alici* | получател* | адресат* | одержувач* | 收 件 人 | 对 方 | 受 信 者 | 宛 先 | 수 신 자")
        .with("mochte keine | moechte keine | wunscht keine | nimmt nur | nur von bekannten | nicht gewunscht | nicht erwunscht | заблокировал | 指 定 受 信 | 受 信 設 定 | hat .. blockiert | hat .. gesperrt | akzeptiert nur | akzeptiert keine \
            | refuse vos | refuse les | refuse votre | refuse de recevoir | ne veut pas | ne souhaite | n'accepte que | n'accepte pas les | bloque par le | bloquee par le \
            | ha bloqueado | no acepta mensajes | no acepta correos | no desea | bloqueado por el | rechaza | so aceita | nao aceita mensagens | bloqueou | nao deseja \
            | bloqueado pelo | non accetta messaggi | non accetta mail | non accetta posta da | non desidera | ha bloccato | bloccato dal | rifiuta | wil geen | accepteert geen berichten \
            | accepteert alleen | heeft .. geblokkeerd | nie akceptuje wiadomosci | nie przyjmuje wiadomosci od | nie zyczy | przez odbiorce | zablokowal | neprijima zpravy od | nepreje \
            | zablokoval | отказал* | не желает | не принимает письма | не хочет | списке получателя | engelledi | 拒 绝 接 收 | 拒 绝 您 | 拒 绝 了 | 加 入 黑 名 单 | 收 件 人 .. 黑 名 单 | 白 名 单 \
            | に よ り 拒 否 | 拒 否 設 定 | 受 信 を 拒 否 | 수 신 을 거 부 | 수 신 거 부 | 거 부 하 | n'accepte que les expediteurs | nur von freigegebenen | solo acepta | solo accetta")
        .unless("ip | server | serveur | servidor | 服 务 器 | サ ー バ"),
    on(R::NotAccept, 85, TONGUES)
        .words("domain | domane | domaine | dominio | domein | domena | домен* | 域 名 | ド メ イ ン | adresse | mailadresse | direccion | endereco | indirizzo | adres | адрес | server | serveur \
            | servidor | ア ド レ ス | 地 址")
        .with("empfangt keine | nimmt keine mails | nimmt keine e mails | nimmt keine emails | nimmt keine nachrichten | nimmt keine post | kein empfang | keine mails an | nur dem versand | nur zum versand | nur zum senden | keine mails empfangen | keine e mails empfangen | keine nachrichten empfangen | sola trasmissione | solo invio | envoi seul | n'accepte pas de | n'accepte aucun | ne recoit pas | ne recoit aucun \
            | no acepta correo | no recibe correo | solo para envio | no admite respuestas | nao aceita e | nao aceita email | nao recebe | apenas para envio | non accetta posta | non riceve posta \
            | solo per invio | ontvangt geen | accepteert geen mail | nie przyjmuje poczty | nie odbiera | tylko do wysylki | neprijima postu | не принимает почту | не принимает корреспонденцию \
            | только для отправки | d'envoi uniquement | ne pas repondre | nicht antworten | no responder | nao responda | non rispondere | не отвечайте | niet beantwoorden | prosimy nie odpowiadac | 送 信 専 用 | 仅 用 于 发 | 不 接 收 | 不 接 受 邮 件")
        .unless("para ese dominio | para este dominio | pour ce domaine | fur diese domain | per questo dominio | para esse dominio | dla tej domeny | pro tuto domenu | для этого домена | fuer diese domain | ip | dynamisch* | von ihrem | von ihnen | de votre | de su | dal vostro | с вашего"),
    on(R::NoRelaying, 79, TONGUES).words("para ese dominio | para este dominio | pour ce domaine | fur diese domain | per questo dominio | para esse dominio | dla tej domeny | pro tuto domenu | для этого домена | fuer diese domain \
            | voor dit domein | 为 该 域 名").with("no acepta | no admite | n'accepte pas | ne prend pas | nicht | keine | non accetta | nao aceita | nie przyjmuje | neprijima | не принимает | geen | niet | 不"),
    on(R::PolicyViolation, 48, TONGUES).words(
        "richtlinie* | verstosst gegen | nicht zugelassen | politique | regles de securite | politica | politicas | directiva | polityk* | \
         политик* | 策 略 | 违 反 | ポ リ シ ー",
    ),
    // A host that may not send for a domain, without the name of the check.
    on(R::AuthFailure, 62, TONGUES)
        .words(DOMAIN)
        .with("n'est pas autorise a envoyer | n'est pas autorise a emettre | no esta autorizado a enviar | no esta autorizado para enviar | nao esta autorizado a enviar | nao tem permissao para enviar \
            | non e autorizzato a inviare | nicht berechtigt .. zu senden | nicht berechtigt .. zu versenden | niet gemachtigd | nie jest uprawnion* | neni opravnen* | не авторизован для отправки | не авторизован отправлять \
            | не имеет права отправлять"),
];
