//! The text of a reply, made ready for rules: lower case, no accents, no punctuation, one space between words.
//!
//! Addresses, IP addresses and URLs are taken out of the words (a mailbox may be called `spam`, a page `user-unknown`) and stand for
//! themselves as ` @ `, ` # ` and ` url `; they are kept for evidence and for the marks by which a provider is known. A sign of Chinese,
//! Japanese or Korean writing is a word of its own. Everything is
//! bounded: [`LIMIT`] octets are read, the rest of a reply says nothing new.
//!
//! Not here: what any word means.

/// The most octets of a reply that are looked at; a reply has 512 a line (RFC 5321 §4.5.3.1.5), and few lines say anything.
pub(super) const LIMIT: usize = 4096;

/// A reply's text, ready for rules.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// A space, words with one space between, a space.
    pub(super) words: String,
    /// The same of the URLs, for marks that stand in them.
    pub(super) marks: String,
    /// Mail addresses, as they were.
    pub(super) addresses: Vec<String>,
    /// IP addresses, as they were.
    pub(super) ips: Vec<String>,
    /// URLs, as they were.
    pub(super) urls: Vec<String>,
}

/// The most of a kind that is kept.
const KEPT: usize = 8;

impl Text {
    /// Reads a text.
    pub(super) fn new(text: &str) -> Self {
        let text = cut(text);
        let mut this = Self { words: String::with_capacity(text.len() + 16), ..Self::default() };
        this.words.push(' ');
        this.marks.push(' ');
        for piece in
            text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | '[' | ']' | ',' | ';'))
        {
            this.piece(piece);
        }
        this
    }

    /// Whether that word is in it.
    pub(super) fn says(&self, word: &str) -> bool {
        self.words.split(' ').any(|had| had == word)
    }

    /// Takes what stands between two blanks or brackets.
    fn piece(&mut self, piece: &str) {
        let bare = piece.trim_matches(|c: char| matches!(c, '.' | ':' | '\'' | '!' | '?' | '*' | '{' | '}' | '='));
        // Behind a bracketed address stands its port.
        let port = piece.starts_with(':') && self.words.ends_with("# ") && bare.bytes().all(|b| b.is_ascii_digit());
        if bare.is_empty() || port {
            return;
        }
        if is_url(bare) {
            keep(&mut self.urls, bare);
            add_words(&mut self.marks, bare);
            self.words.push_str("url ");
        } else if let Some(at) = bare.find('@').filter(|at| *at > 0 && *at + 1 < bare.len()) {
            // `user:smith@example.org`, `rfc822;smith@example.org`: what stands in front is no part of the address.
            let start = bare[..at].rfind(':').map_or(0, |colon| colon + 1);
            let end = bare[at..].find([':', '\'', '/', '=']).map_or(bare.len(), |more| at + more);
            add_words(&mut self.words, &bare[..start]);
            keep(&mut self.addresses, bare[start..end].trim_end_matches('.'));
            self.words.push_str("@ ");
            add_words(&mut self.words, &bare[end..]);
        } else if let Some(ip) = ip(bare) {
            keep(&mut self.ips, ip);
            self.words.push_str("# ");
        } else {
            add_words(&mut self.words, bare);
        }
    }
}

/// At most [`LIMIT`] octets, cut between characters.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn keep(list: &mut Vec<String>, text: &str) {
    if list.len() < KEPT && !list.iter().any(|had| had == text) {
        list.push(text.to_owned());
    }
}

/// Whether it begins as a URL does.
fn is_url(piece: &str) -> bool {
    let begins = |with: &str| piece.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    begins("http:") || begins("https:") || begins("www.")
}

/// An IP address, also with a port behind it or with its octets masked (`203.0.113.x`).
fn ip(piece: &str) -> Option<&str> {
    if !piece.bytes().any(|b| b.is_ascii_digit() || b == b':' || b == b'.') {
        return None;
    }
    let bare = piece.strip_prefix("IPv6:").unwrap_or(piece);
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Some(bare);
    }
    let host = bare.split_once([':', '#', '/']).map_or(bare, |(host, _)| host);
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some(host);
    }
    let masked = host.split('.').count() == 4
        && host.split('.').all(|part| {
            matches!(part.len(), 1..=3)
                && part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'#' | b'*'))
        });
    masked.then_some(host)
}

/// Adds the words of a piece, each with a space behind it. A dot, and a quote mark, within a word stay.
fn add_words(to: &mut String, piece: &str) {
    let start = to.len();
    let mut chars = piece.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = to.len() > start && !to.ends_with(' ');
        match c {
            '.' | '\'' | '\u{2019}' => {
                if inside && chars.peek().is_some_and(|next| next.is_alphanumeric()) {
                    to.push(if c == '.' { '.' } else { '\'' });
                } else if inside {
                    to.push(' ');
                }
            }
            c if c.is_ascii_alphanumeric() => to.push(c.to_ascii_lowercase()),
            '#' => to.push('#'),
            // Chinese, Japanese and Korean writing has no blank between words: each sign is one.
            c if is_sign(c) => {
                if inside {
                    to.push(' ');
                }
                to.push(c);
                to.push(' ');
            }
            c if c.is_alphanumeric() => fold(to, c),
            _ if inside => to.push(' '),
            _ => {}
        }
    }
    if to.len() > start && !to.ends_with(' ') {
        to.push(' ');
    }
}

/// Kana, Hangul and the signs that Chinese and Japanese share.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
        && c.is_alphanumeric()
}

/// A letter beyond ASCII: without its accent where it is a Latin one, in lower case else.
fn fold(to: &mut String, c: char) {
    for c in c.to_lowercase() {
        match c {
            'à'..='å' | 'ą' | 'ă' | 'ā' => to.push('a'),
            'æ' => to.push_str("ae"),
            'ç' | 'ć' | 'č' => to.push('c'),
            'ď' | 'đ' => to.push('d'),
            'è'..='ë' | 'ę' | 'ě' | 'ė' => to.push('e'),
            'ğ' => to.push('g'),
            'ì'..='ï' | 'ı' | 'ī' => to.push('i'),
            'ł' | 'ľ' => to.push('l'),
            'ñ' | 'ń' | 'ň' => to.push('n'),
            'ò'..='ö' | 'ø' | 'ő' | 'ō' => to.push('o'),
            'ř' => to.push('r'),
            'ß' => to.push_str("ss"),
            'ś' | 'š' | 'ş' | 'ș' => to.push('s'),
            'ť' | 'ț' | 'ţ' => to.push('t'),
            'ù'..='ü' | 'ů' | 'ű' | 'ū' => to.push('u'),
            'ý' | 'ÿ' => to.push('y'),
            'ź' | 'ż' | 'ž' => to.push('z'),
            'ά' => to.push('α'),
            'έ' => to.push('ε'),
            'ή' => to.push('η'),
            'ί' => to.push('ι'),
            'ό' => to.push('ο'),
            'ύ' => to.push('υ'),
            'ώ' => to.push('ω'),
            'ё' => to.push('е'),
            c if c.is_alphanumeric() => to.push(c),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: &str) {
        assert_eq!(Text::new(text).words.trim(), words);
    }

    #[test]
    fn words_are_plain() {
        check(
            "<a@example.org>: Recipient address rejected: no such user.",
            "@ recipient address rejected no such user",
        );
        check("Boîte pleine; d'un  l’autre!", "boite pleine d'un l'autre");
        check("mailbox-full (over_quota)", "mailbox full over quota");
        check("blocked using zen.example.net;", "blocked using zen.example.net");
        check("...", "");
        check("邮箱已满,abc", "邮 箱 已 满 abc");
        check("Přeposílání, załącznik, dolmuş", "preposilani zalacznik dolmus");
        check("see https://example.org/spam?x=virus. Sorry", "see url sorry");
    }

    #[test]
    fn addresses_are_taken_out_and_kept() {
        let text =
            Text::new("smtp;550 <spam@example.org> from [192.0.2.7]:25 or [IPv6:2001:db8::7], see www.example.org/x");
        assert_eq!(text.words.trim(), "smtp 550 @ from # or # see url");
        assert_eq!(text.addresses, ["spam@example.org"]);
        assert_eq!(text.ips, ["192.0.2.7", "2001:db8::7"]);
        assert_eq!(text.urls, ["www.example.org/x"]);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "é".repeat(LIMIT);
        assert!(Text::new(&long).words.len() <= LIMIT + 2);
    }
}
