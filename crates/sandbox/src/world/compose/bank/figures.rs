//! How banks write amounts, and the frame their mails share.

/// Merchants of Costa Rica with their towns.
pub const COSTA_RICA: [(&str, &str); 12] = [
    ("SODA LA PALMERA", "ALAJUELA"),
    ("FERRETERIA DON BETO", "HEREDIA"),
    ("SUPER LOS MANGOS", "CARTAGO"),
    ("GASOLINERA EL CRUCE", "LIBERIA"),
    ("LIBRERIA EL FARO", "SAN JOSE"),
    ("CAFE DEL VALLE", "TARRAZU"),
    ("VETERINARIA HUELLAS", "ESCAZU"),
    ("PULPERIA ROSITA", "TURRIALBA"),
    ("CINE ESTRELLA", "CURRIDABAT"),
    ("FARMACIA SANTA MARTA", "GRECIA"),
    ("TALLER QUIROS", "SAN RAMON"),
    ("VERDULERIA LA FERIA", "ZARCERO"),
];
/// Merchants of the United States.
pub const AMERICA: [(&str, &str); 10] = [
    ("PINECONE OUTFITTERS", ""),
    ("SQ *CORNER BAGELS", ""),
    ("TST* HARBOR GRILL", ""),
    ("SLOW RAILS TICKETS", ""),
    ("BYTE AND BOLT", ""),
    ("GREENLEAF GROCERY", ""),
    ("MAPLE ST PHARMACY", ""),
    ("SECOND SHELF BOOKS", ""),
    ("TWIN LAKES FUEL", ""),
    ("NIMBUS CLOUD STORAGE", ""),
];
/// Merchants of India.
pub const INDIA: [(&str, &str); 6] = [
    ("BANYAN PROVISIONS", ""),
    ("MONSOON CAFE", ""),
    ("PEACOCK TEXTILES", ""),
    ("METRO CARD RECHARGE", ""),
    ("LOTUS BOOK HOUSE", ""),
    ("SAFFRON KITCHEN", ""),
];
/// Merchants of Singapore.
pub const SINGAPORE: [(&str, &str); 5] =
    [("KOPI CORNER", ""), ("MERLION MART", ""), ("ORCHID PHARMACY", ""), ("BUKIT BIKES", ""), ("TIONG BAKERY", "")];
/// Merchants of Colombia.
pub const COLOMBIA: [(&str, &str); 5] = [
    ("TIENDA EL CAFETAL", ""),
    ("DROGUERIA LA PAZ", ""),
    ("PAPELERIA ANDINA", ""),
    ("FRUVER LA 14", ""),
    ("CINE EMBAJADOR", ""),
];
/// People in capitals.
pub const PEOPLE: [&str; 10] = [
    "MARTA ABELLAN",
    "DIEGO CASTELLANOS",
    "XIMENA IBARRA",
    "CALLUM BRENNAN",
    "PRIYA NAIR",
    "LIM WEI LING",
    "GUSTAVO CORREIA",
    "GRETA FISCHER",
    "LUCIA VILLALOBOS",
    "TOMAS QUESADA",
];
/// What a transfer is for.
pub const REASONS: [&str; 8] =
    ["Alquiler", "Almuerzo", "Regalo", "Cuota de la feria", "Transporte", "Mensualidad", "Prestamo", "Fotos"];

fn grouped(whole: usize, separator: char) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// `1,234.56`
pub fn us(minor: usize) -> String {
    format!("{}.{:02}", grouped(minor / 100, ','), minor % 100)
}

/// `1,234`
pub fn us_whole(minor: usize) -> String {
    grouped(minor / 100, ',')
}

/// `1.234,56`
pub fn eu(minor: usize) -> String {
    format!("{},{:02}", grouped(minor / 100, '.'), minor % 100)
}

/// `1,23,456.00`: after the first three digits from the right, groups of two.
pub fn indian(minor: usize) -> String {
    let whole = minor / 100;
    if whole < 1_000 {
        return format!("{whole}.{:02}", minor % 100);
    }
    let mut head = (whole / 1_000).to_string();
    let mut at = head.len();
    while at > 2 {
        at -= 2;
        head.insert(at, ',');
    }
    format!("{head},{:03}.{:02}", whole % 1_000, minor % 100)
}

/// Text with entities for what HTML 4 had names for, as older systems write it.
pub fn entities(text: &str) -> String {
    const NAMES: [(char, &str); 8] = [
        ('á', "&aacute;"),
        ('é', "&eacute;"),
        ('í', "&iacute;"),
        ('ó', "&oacute;"),
        ('ú', "&uacute;"),
        ('ñ', "&ntilde;"),
        ('Ó', "&Oacute;"),
        ('₡', "&#8353;"),
    ];
    NAMES.iter().fold(text.to_owned(), |text, (letter, name)| text.replace(*letter, name))
}

/// The frame most banks put around what they say.
pub fn frame(bank: &str, accent: &str, inner: &str) -> String {
    format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\"><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"><title>{bank}</title>\n\
         <style type=\"text/css\">body{{margin:0;padding:0}} td{{font-family:Arial,Helvetica,sans-serif;font-size:14px}}</style></head>\n\
         <body bgcolor=\"#f2f2f2\"><table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td align=\"center\">\n\
         <table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#ffffff\">\n\
         <tr><td style=\"padding:16px 24px;border-top:4px solid {accent};\"><img src=\"https://static.bank.example/logo.png\" alt=\"{bank}\" width=\"120\"></td></tr>\n\
         <tr><td style=\"padding:8px 24px 24px;\">\n{inner}\n</td></tr></table>\n\
         <img src=\"https://static.bank.example/seen.gif\" width=\"1\" height=\"1\" alt=\"\"></td></tr></table></body></html>\n"
    )
}

/// Two-column rows.
pub fn rows(pairs: &[(&str, String)]) -> String {
    let rows = pairs
        .iter()
        .map(|(label, value)| format!("<tr><td><p>{label}</p></td><td><p>{value}</p></td></tr>\n"))
        .collect::<Vec<_>>()
        .concat();
    format!("<table width=\"100%\" cellpadding=\"4\">\n{rows}</table>")
}

/// `a. m.` or `p. m.`, as Spanish writes it.
pub fn half_day(hour: u32) -> &'static str {
    if hour < 12 { "a. m." } else { "p. m." }
}

#[cfg(test)]
mod tests {
    use super::{eu, indian, us, us_whole};

    #[test]
    fn amounts_are_grouped_as_their_country_does() {
        assert_eq!(us(123_456_789), "1,234,567.89");
        assert_eq!(us_whole(354_025_800), "3,540,258");
        assert_eq!(eu(5), "0,05");
        assert_eq!(eu(13_740_000), "137.400,00");
        assert_eq!(indian(12_345_600), "1,23,456.00");
        assert_eq!(indian(123_456_700), "12,34,567.00");
        assert_eq!(indian(99_950), "999.50");
    }
}
