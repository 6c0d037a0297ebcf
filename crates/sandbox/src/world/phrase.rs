//! Words that stand beside each other, compared without case and accents.

/// A text as its words with single spaces between and around them: ` notificacion de pago `; empty without any word.
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut inside = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            inside = false;
            continue;
        }
        if !inside {
            out.push(' ');
            inside = true;
        }
        if letter.is_ascii() {
            out.push(letter.to_ascii_lowercase());
        } else {
            out.extend(letter.to_lowercase().map(without_accent));
        }
    }
    if !out.is_empty() {
        out.push(' ');
    }
    out
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

/// Whether a text in normal form holds a phrase in normal form. No words are everywhere.
pub fn contains(normal: &str, phrase: &str) -> bool {
    normal.contains(phrase)
}

#[cfg(test)]
mod tests {
    use super::{contains, normal};

    #[test]
    fn words_are_compared_without_case_and_accents() {
        for (text, wanted, found) in [
            ("Notificación de Transacciones BCR", "notificacion de", true),
            ("HDFC <alerts@hdfcbank.net>", "hdfcbank.net", true),
            ("HDFC <alerts@hdfcbank.net>", "Alerts@hdfcbank.net", true),
            ("HDFC <alerts@hdfcbank.net>", "bank.net", false),
            ("anything", "", true),
            ("", "x", false),
        ] {
            assert_eq!(contains(&normal(text), &normal(wanted)), found, "{text} / {wanted}");
        }
    }
}
