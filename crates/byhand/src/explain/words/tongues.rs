//! Other languages than English: things and what is said of them, in any order, as `loose` does it for English.
//!
//! German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Turkish, Russian, Chinese, Japanese and Korean. RFC 5321 §4.2
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
            | ユ ー ザ | 受 信 者 | ア カ ウ ン ト | メ ー ル ボ ッ ク ス | 수 신 자 | 사 용 자 | 주 소 | 메 일 함 | 계 정";

/// Who sent it.
const SENDER: &str = "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender | nadawca | nadawcy | \
    odesilatel* | avsandare* | gonderen | отправител* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 | 발 신 자";

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
            | 存 在 し ま せ ん | 存 在 し な い | 見 つ か り ま せ ん | 不 明 | 존 재 하 지 않 | 없 습 니 다 | 찾 을 수 없";

const DOMAIN: &str =
    "domain | domane | domaine | dominio | domein | domena | домен* | 域 名 | 网 域 | ド メ イ ン | 도 메 인";

const MESSAGE: &str = "nachricht | mail | email | e mail | message | mensaje | correo | mensagem | messaggio | bericht | wiadomosc | \
    zprava | meddelande* | сообщени* | письм* | 邮 件 | 郵 件 | 信 件 | メ ー ル | 메 일 | anhang | piece jointe | adjunto | anexo | allegato";

pub(in crate::explain) const RULES: &[Rule] = &[
    on(R::UserUnknown, 66, TONGUES).words(MAILBOX).with(MISSING).unless(
        "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender | nadawca | nadawcy \
            | odesilatel* | avsandare* | отправител* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 | 발 신 자 | domain \
            | domane | domaine | dominio | domein | domena | домен* | 域 名 | ド メ イ ン | ip | sender | reverse | ptr | helo \
            | ehlo | spf | dkim | dmarc",
    ),
    on(R::HostUnknown, 66, TONGUES).words(DOMAIN).with(MISSING).unless(
        "absender* | expediteur | emetteur | remitente | remetente | mittente | afzender | nadawca | nadawcy | odesilatel* | \
         avsandare* | отправител* | 发 件 人 | 發 件 人 | 寄 件 者 | 送 信 者 | 送 信 元 | 差 出 人 | sender | from | helo | ehlo | spf",
    ),
    on(R::Rejected, 67, TONGUES)
        .words(SENDER)
        .with(
            "unbekannt* | nicht bekannt | existiert nicht | nicht gefunden | ungultig* | abgelehnt | nicht erlaubt \
            | nicht zugelassen | inconnu* | n'existe pas | invalide | refuse | non autorise | no existe | rechazad* \
            | no valido | invalido | no permitido | desconocid* | nao existe | rejeitad* | nao permitido | non esiste \
            | rifiutat* | non valido | sconosciut* | geweigerd | bestaat niet | odrzucon* | nie istnieje | odmitnut* \
            | не существ* | отклонен* | запрещен* | 不 存 在 | 无 效 | 拒 绝 | 存 在 し ま せ ん | 拒 否",
        )
        .unless("spf | dkim | dmarc | spam | ip"),
    on(R::MailboxFull, 82, TONGUES)
        .words(MAILBOX)
        .with(
            "voll | uberfullt | speicherlimit | kontingent | quota uberschritten | quota erreicht | pleine | plein | saturee \
            | sature | quota depasse | quota atteint | lleno | llena | cuota | cheia | cheio | cota | quota excedida | piena \
            | pieno | quota superata | vol | pelna | przepelnion* | plna | plny | dolu | kota | переполнен* | полон | квот* \
            | 已 满 | 已 滿 | 满 了 | 容 量 不 足 | 空 间 不 足 | 超 出 .. 容 量 | 配 额 | no tiene espacio | sin espacio | sem espaco \
            | kein platz | plus de place | non ha spazio | нет места | 容 量 超 過 | 容 量 を 超 | い っ ぱ い | 満 杯 | 가 득 | 용 량",
        )
        .unless("server | serveur | servidor | sender | rate | spf | 服 务 器 | サ ー バ | stunde | heure | hora"),
    on(R::Suspend, 65, TONGUES)
        .words(MAILBOX)
        .with(
            "deaktiviert | gesperrt | stillgelegt | geschlossen | abgeschaltet | geloscht | inaktiv | desactive* | suspendu* \
            | bloquee | fermee | ferme | supprimee | desactivad* | suspendid* | bloqueada | cancelada | desativad* \
            | suspensa | bloqueado | inativa | inactivo | inactiva | inativo | expirad* | caducad* | scadut* | bloccat* \
            | vencid* | disattivat* | sospes* | disabilitat* | geblokkeerd | opgeheven | zablokowan* | nieaktywn* \
            | zablokovan* | avstangt | заблокирован* | отключен* | удален* | 停 用 | 禁 用 | 冻 结 | 注 销 | 被 锁 | 無 効 | 停 止 | 휴 면 \
            | 정 지",
        )
        .unless("ip | absender* | expediteur | remitente | отправител* | 发 件 人 | verbindung | host | server | serveur"),
    on(R::SystemFull, 83, TONGUES)
        .words("speicherplatz | festplatte | espace disque | espacio en disco | espaco em disco | spazio su disco \
            | место на диске | 磁 盘 空 间 | デ ィ ス ク")
        .with("server | system | serveur | servidor | systeme | sistema | disque | disco | сервер* | диске | 服 务 器 | 磁 盘 | サ ー バ")
        .unless("postfach | mailbox | boite | buzon | caixa | casella | quota | ящик*"),
    on(R::EmailTooLarge, 83, TONGUES)
        .words(MESSAGE)
        .with(
            "zu gross | zu grosse | ubersteigt | uberschreitet | zulassige grosse | maximale grosse | trop volumineu* \
            | trop gros | taille | demasiado grande | tamano | muito grande | tamanho | troppo grande | dimension* \
            | te groot | za duz* | zbyt duz* | rozmiar | prilis velk* | for stort | слишком больш* | размер* | 大 小 超 | 过 大 \
            | 太 大 | サ イ ズ | 크 기",
        )
        .unless("quota | postfach | boite | buzon | pro stunde | par heure | por hora"),
    on(R::SpamDetected, 72, TONGUES)
        .words(
            "werbung | unerwunscht* | spamverdacht | indesirable* | pourriel | publicitaire | basura | no deseado \
            | no solicitado | indeseado | lixo | indesejad* | indesiderat* | ongewenst* | niechcian* | nevyzadan* \
            | skrappost | спам* | реклам* | 垃 圾 | 迷 惑 メ ー ル | ス パ ム | 스 팸",
        )
        .unless("ip | 黑 名 单 | liste noire | lista negra | sperrliste | spamhaus"),
    on(R::VirusDetected, 84, TONGUES).words("вирус* | 病 毒 | ウ イ ル ス | ウ ィ ル ス | 바 이 러 스 | viren | schadsoftware | logiciel malveillant | malveillant \
            | malicioso | dannoso | zlosliw*"),
    on(R::Blocked, 84, TONGUES).words(
        "schwarze liste | schwarzen liste | sperrliste | blacklistee | liste noire | lista negra | listas negras \
            | lista nera | czarnej liscie | черный список | черном списке | черных списках | ip .. заблокирован* \
            | ip .. gesperrt | ip .. blockiert | ip .. bloquee | ip .. bloqueada | ip .. zablokowan* | ip .. geblokkeerd \
            | 黑 名 单 | 黑 名 單 | ブ ラ ッ ク リ ス ト | 블 랙 리 스 트",
    ),
    on(R::Blocked, 70, TONGUES)
        .words("ip | adresse ip | ip adresse | адрес | # | server | serveur | servidor | host | 服 务 器")
        .with(
            "gesperrt | blockiert | abgewiesen | bloque | bloquee | bloqueada | bloqueado | bloccat* | geblokkeerd | zablokowan* | заблокир* | \
             被 封 | 封 禁 | 被 阻 止 | 被 拒 绝 | 屏 蔽",
        )
        .unless("postfach | konto | benutzer | compte | boite | cuenta | conta | casella | skrzynka | учетн* | ящик* | адресат* \
            | получател* | 账 号 | 邮 箱"),
    on(R::ContentError, 66, TONGUES)
        .words("anhang | anhange | dateityp | piece jointe | pieces jointes | adjunto* | anexo* | allegat* | bijlage* \
            | zalacznik* | вложени* | 附 件 | 添 付")
        .with(
            "verboten | nicht erlaubt | nicht zugelassen | gesperrt | abgelehnt | interdit* | refuse* | non autorise* \
            | no permitid* | prohibid* | proibid* | nao permitid* | vietat* | non consentit* | niet toegestaan \
            | niedozwolon* | запрещен* | недопустим* | 禁 止 | 不 允 许 | 拒 否",
        )
        .unless("virus* | taille | zu gross | tamano"),
    on(R::RateLimited, 78, TONGUES).words(
        "zu viele | zu oft | zu haufig | zu schnell | trop de | trop vite | trop souvent | demasiados | demasiadas \
            | por hora | par heure | pro stunde | por minuto | par minute | pro minute | pro tag | por dia | в час \
            | limite de mensajes | muitas conexoes | muitas mensagens | excesso de | limite de envio | troppe connessioni \
            | troppi messaggi | te veel | zbyt wiele | zbyt duzo | prilis mnoho | слишком много | слишком часто | 频 率 \
            | 過 於 頻 繁 | 过 于 频 繁 | 太 多 | 过 多 | 多 す ぎ | 너 무 많",
    ).unless("hops | anhange | falsche | spf"),
    on(R::Greylisted, 85, TONGUES).words(
        "graue liste | grauen liste | graulist* | grauliste | liste grise | lista gris | lista cinza | lista cinzenta \
            | lista grigia | szara lista | серый список | сером списке | серого списка | 灰 名 单 | グ レ イ リ ス ト | グ レ ー リ ス ト",
    ),
    on(R::RequirePtr, 86, TONGUES).words(
        "ruckwartsauflosung | reverse lookup | reverse dns eintrag | dns inverse | resolution inverse | dns inverso \
            | inverso | resolucion inversa | risoluzione inversa | обратн* | 反 向 解 析 | 反 向 域 名 | 逆 引 き",
    ),
    on(R::NoRelaying, 78, TONGUES).words(
        "relais .. interdit | relais .. refuse | relais non autorise | weiterleitung .. nicht | kein relaying | relay .. nicht erlaubt | \
         relay .. no | retransmision | ретрансляц* | 中 继 | 中 繼 | 中 継",
    ),
    on(R::SecurityError, 83, TONGUES)
        .words(
            "benutzername | kennwort | passwort | anmelden | mot de passe | identifiant* | contrasena | iniciar sesion \
            | senha | nome utente | wachtwoord | haslo | hasla | heslo | losenord | пароль | логин | авторизац* \
            | аутентификац* | 密 码 | 密 碼 | 认 证 | 授 权 码 | 認 証 | パ ス ワ ー ド | 비 밀 번 호",
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
            | メ ン テ ナ ン ス",
    ),
    on(R::Filtered, 84, TONGUES).words(
        "vom empfanger abgelehnt | vom empfanger blockiert | empfanger .. nimmt .. keine | refuse par le destinataire \
            | destinataire .. a bloque | destinataire .. ne souhaite | rechazado por el destinatario \
            | destinatario .. bloqueado | recusado pelo destinatario | rejeitado pelo destinatario \
            | rifiutato dal destinatario | отклонено получателем | 收 件 人 拒 | 拒 收 | 受 信 拒 否",
    ),
    on(R::PolicyViolation, 48, TONGUES).words(
        "richtlinie* | verstosst gegen | nicht zugelassen | politique | regles de securite | politica | politicas | directiva | polityk* | \
         политик* | 策 略 | 违 反 | ポ リ シ ー",
    ),
];
