//! What a letter is to a search, and which letters are the same: accents and case are folded, on both databases alike,
//! because neither of them is asked to do it.

use std::sync::LazyLock;
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

/// Letters of one word that count; what follows is cut off, in mails as in searches.
const LONGEST_WORD: usize = 40;

/// What a character does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Part of a word.
    Letter,
    /// Part of a word if there is one.
    Mark,
    /// Of a script that puts no spaces between words.
    Unspaced,
    /// A word of its own: emoji.
    Picture,
    /// As if it were not there.
    Nothing,
    /// Between words.
    Between,
}

pub(super) fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Kind::Letter } else { Kind::Between };
    }
    match c {
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{640}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200c}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{20e3}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e01ef}' => Kind::Nothing,
        '\u{1f1e6}'..='\u{1f1ff}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{231a}'..='\u{231b}'
        | '\u{23e9}'..='\u{23fa}'
        | '\u{2b50}'
        | '\u{2b55}' => Kind::Picture,
        _ if is_combining_mark(c) => Kind::Mark,
        _ if !c.is_alphanumeric() => Kind::Between,
        _ if is_unspaced(c) => Kind::Unspaced,
        _ => Kind::Letter,
    }
}

/// Thai, Lao, Burmese and Khmer; Chinese, Japanese, and Korean, whose particles hang on the words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}'
        | '\u{1b000}'..='\u{1b2ff}' | '\u{20000}'..='\u{3ffff}')
}

/// The letters of most of Europe, each as it is compared: most words need no more than to look here.
static LATIN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = |c: char| {
        let mut folded = String::new();
        fold_slowly(c.encode_utf8(&mut [0; 4]), &mut folded);
        folded
    };
    ('\0'..END_OF_LATIN).map(one).collect()
});
const END_OF_LATIN: char = '\u{250}';

/// Writes a word as it is compared: small, without accents, in one of the ways Unicode has for it.
pub(super) fn fold(word: &str, folded: &mut String) {
    folded.clear();
    if word.len() <= LONGEST_WORD && word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
    } else if word.chars().all(|c| c < END_OF_LATIN) {
        folded.extend(word.chars().flat_map(|c| LATIN[c as usize].chars()).take(LONGEST_WORD));
    } else {
        fold_slowly(word, folded);
    }
}

fn fold_slowly(word: &str, folded: &mut String) {
    let small = word.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase);
    let plain =
        small.filter(|c| (c.is_alphanumeric() || is_combining_mark(*c)) && kind(*c) != Kind::Nothing).flat_map(|c| {
            let (as_is, spelled) = match spelled(c) {
                Some(letters) => (None, letters),
                None => (Some(c), ""),
            };
            as_is.into_iter().chain(spelled.chars())
        });
    // Small letters of their own may come with an accent: İ does.
    folded.extend(plain.filter(|c| !is_accent(*c)).nfc().take(LONGEST_WORD));
}

/// One letter of an unspaced script with its marks, likewise.
pub(super) fn fold_letter(letter: &str, folded: &mut String) {
    let letters = letter.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || is_combining_mark(*c));
    let letters = letters.filter(|c| !is_accent(*c) && kind(*c) != Kind::Nothing);
    folded.extend(letters.skip_while(|c| is_combining_mark(*c)).take(LONGEST_WORD / 4));
}

/// Accents, and the points of Hebrew and Arabic. The vowels of Indian scripts are marks, too, but letters to their readers.
fn is_accent(c: char) -> bool {
    !c.is_ascii() && matches!(canonical_combining_class(c), 1 | 10..=35 | 200..=240)
}

/// Letters that have no accent to take away and that people type as others.
fn spelled(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'ı' => "i",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'æ' => "ae",
        'œ' => "oe",
        'ħ' => "h",
        'ŧ' => "t",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(word: &str) -> String {
        let mut folded = String::new();
        fold(word, &mut folded);
        folded
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        for (one, other) in [
            ("FACTURACIÓN", "facturacion"),
            ("señor", "SENOR"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("İSTANBUL", "istanbul"),
            ("ısparta", "Isparta"),
            ("Ångström", "angstrom"),
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("ﬁn", "fin"),
            ("Ｆａｘ", "fax"),
            ("𝐀𝐝𝐚", "ada"),
            ("cafe\u{301}", "café"),
            ("شُكْرًا", "شكرا"),
            ("שָׁלוֹם", "שלום"),
            ("Ёлка", "елка"),
            ("Ⅷ", "viii"),
            ("½", "12"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} and {other}");
            assert_eq!(folded(&folded(one)), folded(one), "{one} twice");
        }
    }

    #[test]
    fn the_short_way_gives_what_the_long_way_gives() {
        for c in '\0'..END_OF_LATIN {
            for word in [format!("{c}"), format!("a{c}z"), format!("{c}ñ"), format!("É{c}")] {
                if word.chars().all(|c| matches!(kind(c), Kind::Letter)) {
                    let mut slowly = String::new();
                    fold_slowly(&word, &mut slowly);
                    assert_eq!(folded(&word), slowly, "{word}");
                }
            }
        }
    }

    #[test]
    fn vowels_that_are_marks_stay() {
        assert_ne!(folded("कि"), folded("क"));
        assert_eq!(folded("कि"), "कि");
    }

    #[test]
    fn a_word_is_cut_where_every_word_is() {
        assert_eq!(folded(&"x".repeat(1_000)), "x".repeat(LONGEST_WORD));
        assert_eq!(folded(&"é".repeat(1_000)), "e".repeat(LONGEST_WORD));
    }
}
