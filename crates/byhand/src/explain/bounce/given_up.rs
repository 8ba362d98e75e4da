//! Whether the program that wrote a bounce has given up, or only warns and goes on trying: phrases of its text for people.
//!
//! English, German, French, Spanish, Italian, Portuguese, Dutch and Polish, since programs write their owner's language. A
//! warning mostly says too that the message "could not be delivered", so that its words count first; those behind a "not" do
//! not. Phrases are written in small letters without accents, `ae` for `ä`, as [`plain`] makes the text.
//!
//! Not here: the field for programs (`Action`, RFC 3464 §2.3.3), which is asked before; and what a 5yz says by itself.

use crate::explain::found::collapse;

/// Whether the text tells that the message is given up (`true`) or tried again (`false`); `None` where it tells neither.
pub(super) fn told(text: &str) -> Option<bool> {
    let text = plain(text);
    if ENDED.iter().any(|phrase| stands(&text, phrase)) {
        return Some(true);
    }
    if GOES_ON.iter().flat_map(|phrases| phrases.iter()).any(|phrase| stands(&text, phrase)) {
        return Some(false);
    }
    GIVEN_UP.iter().flat_map(|phrases| phrases.iter()).any(|phrase| text.contains(phrase)).then_some(true)
}

/// Whether a phrase stands in a text, and not behind a word that turns it round: one of the three before it, in its clause.
fn stands(text: &str, phrase: &str) -> bool {
    const NOT: [&str; 14] =
        ["not", "never", "nicht", "ne", "jamais", "no", "nunca", "non", "mai", "nao", "niet", "nooit", "nie", "nigdy"];
    let denied = |before: &str| {
        let clause = before.rsplit(' ').skip_while(|word| word.is_empty());
        clause
            .take_while(|word| !word.ends_with(['.', ',', ';', ':', '!', '?']))
            .take(3)
            .any(|word| NOT.contains(&word))
    };
    text.match_indices(phrase).any(|(at, _)| !denied(&text[..at]))
}

/// Small letters without accents, single blanks, plain apostrophes.
fn plain(text: &str) -> String {
    // A blank in front, so that each word has one.
    let mut out = String::with_capacity(text.len() + 1);
    out.push(' ');
    for c in collapse(text).chars().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'œ' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'à'..='ã' | 'å' | 'ą' => out.push('a'),
            'ç' | 'ć' => out.push('c'),
            // Two dots may stand behind their letter.
            'è'..='ë' | 'ę' | '\u{308}' => out.push('e'),
            'ì'..='ï' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' => out.push('n'),
            'ò'..='õ' => out.push('o'),
            'ù'..='û' => out.push('u'),
            'ś' => out.push('s'),
            'ź' | 'ż' => out.push('z'),
            '’' | '‘' => out.push('\''),
            // As other accents may, which are left out.
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
    out
}

/// What nobody writes who goes on, whatever else the text says of a delay.
const ENDED: [&str; 49] = [
    "given up",
    "giving up",
    "not going to try again",
    "no further attempts",
    "will not be retried",
    "will not try again",
    "wir geben auf",
    "geben wir auf",
    "gebe ich auf",
    "tagen aufgegeben",
    "zustellung aufgegeben",
    "zustellung wurde aufgegeben",
    "endgueltig gescheitert",
    "endgueltig fehlgeschlagen",
    "keine weiteren versuche",
    "keine weiteren zustellversuche",
    "nicht mehr erneut versucht",
    "nicht erneut versucht",
    "nicht weiter versucht",
    "nous abandonnons",
    "j'abandonne",
    "plus aucune tentative",
    "aucune autre tentative",
    "aucune nouvelle tentative",
    "message retourne a l'expediteur",
    "no se haran mas intentos",
    "no habra mas intentos",
    "no se realizaran mas intentos",
    "no se volvera a intentar",
    "nunca se volvera a intentar",
    "nos damos por vencidos",
    "desistimos",
    "nessun altro tentativo",
    "nessun ulteriore tentativo",
    "non verranno effettuati altri tentativi",
    "rinunciamo",
    "nenhuma outra tentativa",
    "nao havera mais tentativas",
    "nao serao feitas novas tentativas",
    "nao sera tentada novamente",
    "geen verdere pogingen",
    "geven het op",
    "geef het op",
    "niet meer opnieuw geprobeerd",
    "niet opnieuw geprobeerd",
    "rezygnujemy",
    "dalszych prob nie bedzie",
    "nie zostanie ponowiona",
    "nie bedziemy probowac",
];

/// What is written while it goes on: in English by sendmail, Postfix, Exim and Gmail.
const GOES_ON: [&[&str]; 8] = [
    &[
        "still undelivered",
        "will keep trying",
        "keeps trying",
        "will try again",
        "do not need to resend",
        "delivery attempts will continue",
        "will be retried",
        "gmail will retry",
        "will continue to try",
        "not yet been delivered",
        "is delayed",
        "been delayed",
        "delivery delayed",
    ],
    &[
        "noch nicht zugestellt",
        "noch nicht ausgeliefert",
        "wird weiter versucht",
        "versuchen es weiter",
        "versuchen weiter",
        "weiterhin versucht",
        "erneut versucht",
        "es folgen weitere",
        "weitere zustellversuche folgen",
        "weitere versuche folgen",
        "wird verzoegert",
        "verzoegert sich",
        "zustellung verzoegert",
        "brauchen sie nicht erneut",
    ],
    &[
        "n'a pas encore",
        "pas encore ete",
        "pas encore pu",
        "sera retente",
        "va reessayer",
        "reessaiera",
        "reessayera",
        "reessayerons",
        "nouvelle tentative sera",
        "nouvelles tentatives seront",
        "continuera d'essayer",
        "continuerons d'essayer",
        "inutile de renvoyer",
        "est retarde",
        "ete retarde",
    ],
    &[
        "todavia no se",
        "todavia no ha",
        "no se pudo entregar todavia",
        "aun no se",
        "aun no ha",
        "seguira intentando",
        "seguiremos intentando",
        "se intentara de nuevo",
        "se volvera a intentar",
        "volvera a intentarlo",
        "volveremos a intentar",
        "reintentara",
        "se ha retrasado",
        "no es necesario reenviar",
    ],
    &[
        "non ancora consegnat",
        "non e ancora",
        "non e stato ancora",
        "continuera a provare",
        "riprovera",
        "riproveremo",
        "continueremo a provare",
        "sara ritentat",
        "verra ritentat",
        "nuovi tentativi saranno",
        "consegna ritardata",
    ],
    &[
        "ainda nao foi",
        "ainda nao pode",
        "continuara tentando",
        "continuara a tentar",
        "continuaremos tentando",
        "continuaremos a tentar",
        "sera tentada novamente",
        "tentara de novo",
        "tentara novamente",
        "tentaremos de novo",
        "tentaremos novamente",
        "novas tentativas serao",
        "esta atrasad",
    ],
    &[
        "nog niet bezorgd",
        "nog niet afgeleverd",
        "nog niet worden",
        "blijven proberen",
        "probeert het nog",
        "proberen het nog",
        "probeert het opnieuw",
        "proberen het opnieuw",
        "blijven we proberen",
        "opnieuw geprobeerd",
        "is vertraagd",
        "volgen nieuwe pogingen",
    ],
    &[
        "jeszcze nie zostal",
        "jeszcze nie dostarczono",
        "nie zostala jeszcze",
        "nie zostal jeszcze",
        "kolejne proby beda",
        "proby beda ponawiane",
        "bedziemy probowac",
        "zostanie ponowiona",
        "ponowi prob",
        "bedzie ponawiac",
        "zostala opozniona",
    ],
];

/// What is written when a message is returned: in English by Postfix, qmail, Exim, sendmail, Exchange and Gmail.
const GIVEN_UP: [&[&str]; 8] = [
    &[
        "given up",
        "permanent error",
        "permanent fatal error",
        "permanently",
        "could not be delivered",
        "couldn't be delivered",
        "wasn't delivered",
        "delivery has failed",
        "undeliverable",
        "not delivered",
        "delivery failure",
        "delivery failed",
    ],
    &[
        "nicht zugestellt",
        "nicht ausgeliefert",
        "nicht zustellbar",
        "unzustellbar",
        "keine weiteren versuche",
        "keine weiteren zustellversuche",
        "kein weiterer versuch",
        "kein weiterer zustellversuch",
        "nicht weiter versucht",
        "versuche werden nicht",
        "tagen aufgegeben",
        "zustellung aufgegeben",
        "zustellung wurde aufgegeben",
        "geben wir auf",
        "gebe ich auf",
        "endgueltig gescheitert",
        "endgueltig fehlgeschlagen",
        "dauerhafter fehler",
        "zurueck an den absender",
        "an den absender zurueck",
    ],
    &[
        "n'a pas pu",
        "n'ont pas pu",
        "n'a pu etre",
        "impossible de remettre",
        "impossible de delivrer",
        "impossible de distribuer",
        "non remis",
        "non distribue",
        "echec de la remise",
        "echec de la distribution",
        "echec definitif",
        "erreur permanente",
        "plus aucune tentative",
        "aucune autre tentative",
        "aucune nouvelle tentative",
        "j'abandonne",
        "nous abandonnons",
        "abandon apres",
        "renvoye a l'expediteur",
        "retourne a l'expediteur",
        "retour a l'expediteur",
    ],
    &[
        "no se pudo",
        "no pudo ser entregad",
        "no ha podido ser entregad",
        "no se ha podido entregar",
        "no ha sido posible entregar",
        "no fue posible entregar",
        "no entregado",
        "fallo la entrega",
        "la entrega ha fallado",
        "error permanente",
        "fallo permanente",
        "no se haran mas intentos",
        "no habra mas intentos",
        "no se realizaran mas intentos",
        "no se volvera a intentar",
        "nos damos por vencidos",
        "desistimos",
        "devuelto al remitente",
        "se devuelve al remitente",
    ],
    &[
        "non e stato possibile consegnar",
        "non e possibile consegnar",
        "impossibile consegnar",
        "non consegnat",
        "mancata consegna",
        "consegna non riuscita",
        "consegna e fallita",
        "errore permanente",
        "nessun altro tentativo",
        "nessun ulteriore tentativo",
        "non verranno effettuati altri tentativi",
        "non saranno fatti altri tentativi",
        "rinunciamo",
        "restituito al mittente",
        "rinviato al mittente",
    ],
    &[
        "nao foi possivel entregar",
        "nao pode ser entregue",
        "nao foi entregue",
        "nao entregue",
        "falha na entrega",
        "a entrega falhou",
        "erro permanente",
        "falha permanente",
        "nenhuma outra tentativa",
        "nao havera mais tentativas",
        "nao serao feitas novas tentativas",
        "nao sera tentada novamente",
        "desistimos",
        "devolvida ao remetente",
        "devolvido ao remetente",
    ],
    &[
        "niet bezorgd",
        "niet worden bezorgd",
        "niet afgeleverd",
        "niet worden afgeleverd",
        "onbestelbaar",
        "permanente fout",
        "geen verdere pogingen",
        "geen nieuwe pogingen",
        "niet meer geprobeerd",
        "niet opnieuw geprobeerd",
        "geven het op",
        "geef het op",
        "terug naar de afzender",
        "teruggestuurd naar de afzender",
        "retour afzender",
    ],
    &[
        "nie zostala dostarczona",
        "nie zostal dostarczony",
        "nie mogla zostac dostarczona",
        "nie udalo sie dostarczyc",
        "nie dostarczono",
        "niedostarczon",
        "trwaly blad",
        "blad trwaly",
        "dalszych prob nie bedzie",
        "nie bedzie dalszych prob",
        "nie bedzie kolejnych prob",
        "rezygnujemy",
        "zwrocona do nadawcy",
        "zwrot do nadawcy",
    ],
];

#[cfg(test)]
mod tests {
    use super::told;

    /// Our own sentences.
    #[test]
    fn the_end_in_eight_languages() {
        for text in [
            "I have given up on this message.",
            "Nach 5 Tagen aufgegeben.",
            "Es gibt keine weiteren Zustellversuche; der Brief geht\nan den Absender zurück.",
            "KEINE WEITEREN VERSUCHE",
            "Weitere Zustellversuche werden nicht unternommen.",
            "Die Nachricht ist u\u{308}berfa\u{308}llig: endgu\u{308}ltig gescheitert.",
            "Plus aucune tentative ne sera faite : message retourné à l’expéditeur.",
            "Après cinq jours nous abandonnons. Aucune nouvelle tentative ne sera faite.",
            "Tras cinco días no se harán más intentos; el mensaje queda devuelto al remitente.",
            "No se volverá a intentar.",
            "Dopo cinque giorni rinunciamo: il messaggio è restituito al mittente.",
            "NON È STATO POSSIBILE CONSEGNARE IL MESSAGGIO",
            "Após cinco dias desistimos; a mensagem foi devolvida ao remetente.",
            "A mensagem não será tentada novamente.",
            "Na vijf dagen geen verdere pogingen; het bericht gaat terug naar de afzender.",
            "Het wordt niet opnieuw geprobeerd.",
            "Po pięciu dniach rezygnujemy, a wiadomość została zwrócona do nadawcy.",
            "Dalszych prób nie będzie.",
            "Auch nach 5 Tagen noch nicht zugestellt. Wir geben auf.",
            "Die Zustellung wird nicht mehr erneut versucht.",
            "Il n'a pas encore de compte ici ; message retourné à l'expéditeur.",
            "Nunca se volverá a intentar.",
            "Het wordt niet meer opnieuw geprobeerd.",
            "Wiadomość nie została jeszcze dostarczona, rezygnujemy.",
            "Próba nie zostanie ponowiona.",
            "Nie będziemy próbować ponownie.",
            "It has been delayed for five days, and is given up now.",
        ] {
            assert_eq!(told(text), Some(true), "{text}");
        }
    }

    /// Our own sentences, each with words of the end in it too.
    #[test]
    fn warnings_in_eight_languages() {
        for text in [
            "Not delivered so far; the server will keep trying.",
            "Ihre Nachricht wurde noch nicht zugestellt. Es folgen weitere Zustellversuche.",
            "Le message n'a pas pu partir ; une nouvelle tentative sera faite.",
            "No se pudo entregar todavía; se volverá a intentar.",
            "Il messaggio non consegnato sarà ritentato: continueremo a provare.",
            "A mensagem ainda não foi entregue.",
            "Uw bericht is nog niet bezorgd.",
            "Wiadomość jeszcze nie została dostarczona.",
            "Sie konnte bisher nicht zugestellt werden. Wir versuchen es weiter.",
            "Le message n'a pas pu être remis. Le serveur va réessayer pendant 4 jours.",
            "No se pudo entregar. El servidor volverá a intentarlo durante 47 horas.",
            "Non è stato possibile consegnare il messaggio; il server riproverà per 4 giorni.",
            "A mensagem não pôde ser entregue; o servidor tentará de novo durante 4 dias.",
            "Uw bericht kon niet worden bezorgd. De server probeert het nog 4 dagen.",
            "Nie udało się dostarczyć. Serwer ponowi próby przez 4 dni.",
            "It could not be delivered so far. The server keeps trying for 4 days, and has not given up.",
        ] {
            assert_eq!(told(text), Some(false), "{text}");
        }
    }

    /// Words that only resemble them.
    #[test]
    fn what_tells_neither() {
        for text in [
            "",
            "550 5.1.1 no such user",
            "Das Postfach ist voll. Es gibt dieses Konto noch nicht.",
            "La boîte n'existe pas encore.",
            "Het opgegeven adres bestaat.",
            "Il mittente ha scritto.",
            "Skrzynka jest pełna.",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
