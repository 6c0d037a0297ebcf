//! Newsletters: tables in tables, styles, pictures from elsewhere, a pixel that counts, links that know who clicked.

use std::fmt::Write as _;

use super::Sheet;
use super::copy::{self, in_tongue};
use super::letter::{Letter, Name};
use super::prose::{self, Tongue, escape};
use crate::dice::Dice;
use crate::world::mime::write::Node;

struct Brand {
    name: &'static str,
    address: &'static str,
    tongue: Tongue,
    accent: &'static str,
    subjects: &'static [&'static str],
}

const BRANDS: [Brand; 12] = [
    Brand {
        name: "The Kitchen Ledger",
        address: "hello@kitchenledger.example",
        tongue: Tongue::English,
        accent: "#b4552d",
        subjects: &["Soup season, issue {n}", "{n} things to do with a cabbage", "The bread that waits for you"],
    },
    Brand {
        name: "Slow Rails Weekly",
        address: "post@slowrails.example",
        tongue: Tongue::English,
        accent: "#1f5f5b",
        subjects: &["Night trains to {town} are back", "Issue {n}: the long way round", "A timetable worth framing"],
    },
    Brand {
        name: "Portal Verde",
        address: "boletin@portalverde.example",
        tongue: Tongue::Spanish,
        accent: "#3c7a3b",
        subjects: &[
            "Lo que se siembra en {town} este mes",
            "Boletín n.º {n}: agua y sombra",
            "¿Qué hacemos con tanta lluvia?",
        ],
    },
    Brand {
        name: "Werkbank",
        address: "rundbrief@werkbank.example",
        tongue: Tongue::German,
        accent: "#7a4b1e",
        subjects: &[
            "Rundbrief {n}: Holz, Leim und Geduld",
            "Drei Griffe, die jede Schublade retten",
            "Neues aus {town}",
        ],
    },
    Brand {
        name: "Crate & Compiler",
        address: "digest@cratecompiler.example",
        tongue: Tongue::English,
        accent: "#3b4a8f",
        subjects: &[
            "{n} crates you have not tried",
            "This week in small binaries",
            "Borrowed for a reason – issue {n}",
        ],
    },
    Brand {
        name: "Nordlicht Reisen",
        address: "angebote@nordlicht-reisen.example",
        tongue: Tongue::German,
        accent: "#155d8b",
        subjects: &["Winter in {town} ab {n} €", "Nur bis Sonntag: Hütten mit Kamin", "Frühbucher für Ostern"],
    },
    Brand {
        name: "Librería El Faro",
        address: "novedades@libreriaelfaro.example",
        tongue: Tongue::Spanish,
        accent: "#8f2d3b",
        subjects: &[
            "Novedades de la semana en {town}",
            "{n} libros para leer bajo techo",
            "Firma de ejemplares este sábado",
        ],
    },
    Brand {
        name: "Harbour Museum",
        address: "news@harbourmuseum.example",
        tongue: Tongue::English,
        accent: "#2d4f6b",
        subjects: &["Opening night at {h}", "The lighthouse room is finished", "Members first: {town} in maps"],
    },
    Brand {
        name: "Plain Finance",
        address: "letters@plainfinance.example",
        tongue: Tongue::English,
        accent: "#2f6b4f",
        subjects: &["What {n} households really spend", "A boring letter about interest", "The fee nobody reads"],
    },
    Brand {
        name: "Studio Lumen",
        address: "studio@lumen-prints.example",
        tongue: Tongue::English,
        accent: "#6b3fa0",
        subjects: &["20 % off paper, this week only", "New prints from {town}", "{name} draws the sea"],
    },
    Brand {
        name: "Radio Vecinal",
        address: "agenda@radiovecinal.example",
        tongue: Tongue::Spanish,
        accent: "#b07d12",
        subjects: &["Agenda del fin de semana", "Conciertos gratis en {town}", "{name} en vivo a las {h}"],
    },
    Brand {
        name: "Gartenpost",
        address: "brief@gartenpost.example",
        tongue: Tongue::German,
        accent: "#4d7a1f",
        subjects: &["Was jetzt ins Beet gehört", "Brief {n}: Quitten, Nüsse, Ruhe", "Vor dem ersten Frost"],
    },
];

fn brand(sheet: &Sheet<'_>) -> &'static Brand {
    &BRANDS[sheet.dice(20).below(BRANDS.len())]
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let brand = brand(sheet);
    let mut dice = sheet.dice(21);
    let subject = prose::fill(dice.pick(brand.subjects), &mut dice);
    let mut letter = Letter::to_owner(sheet, Name::new(brand.name, brand.address), subject);
    let host = letter.domain().to_owned();
    let token = dice.hex(24);
    letter.list = Some(format!("{} <letter.{host}>", brand.name.replace('&', "and").replace('í', "i")));
    letter.extra = vec![
        (
            "List-Unsubscribe",
            format!("<https://{host}/unsubscribe?u={token}>,\r\n <mailto:unsubscribe+{token}@{host}>"),
        ),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ("Feedback-ID", format!("{}:{}:letter:{host}", dice.digits(6), dice.digits(4))),
        ("X-Campaign", dice.hex(16)),
    ];
    letter
}

/// The body: articles until it is as long as it should be.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let brand = brand(sheet);
    let mut dice = sheet.dice(30);
    let host = letter.domain();
    let teaser = copy::sentence(&mut dice, brand.tongue);
    let mut html = head(brand, letter.subject.as_deref().unwrap_or(""), [&teaser, host], &mut dice);
    let mut plain = format!("{teaser}\n\n{}\n{}\n\n", brand.name, "=".repeat(brand.name.chars().count()));
    let bulk = sheet.bulk();
    let mut number = 0;
    while number == 0 || html.len() + plain.len() < bulk {
        let title = copy::title(&mut dice, brand.tongue);
        let text = copy::paragraph(&mut dice, brand.tongue);
        let link = format!("https://click.{host}/c/{}?m={}", dice.base64(40).replace(['+', '/'], "-"), dice.hex(12));
        _ = write!(plain, "{title}\n\n{text}\n{link}\n\n");
        article(&mut html, brand, [&title, &text, &link], number, &mut dice);
        number += 1;
    }
    foot(&mut html, &mut plain, brand, letter, &mut dice);
    Node::alternative(plain, html)
}

fn head(brand: &Brand, subject: &str, [teaser, host]: [&str; 2], dice: &mut Dice) -> String {
    let Brand { name, accent, .. } = brand;
    let teaser = escape(teaser);
    let lang = in_tongue(brand.tongue, ["en", "es", "de"]);
    let (name, subject, hero) = (escape(name), escape(subject), dice.hex(10));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{subject}</title>\n\
         <style type=\"text/css\">\nbody {{ margin:0; background:#f3f1ec; }}\n.wrap {{ width:600px; }}\n\
         .button {{ background:{accent}; color:#ffffff; }}\n@media (max-width:620px) {{ .wrap {{ width:100% !important; }} }}\n\
         @media (prefers-color-scheme: dark) {{ .paper {{ background:#1d1d1f !important; color:#eeeeee !important; }} }}\n</style></head>\n\
         <body><div style=\"display:none;max-height:0;overflow:hidden;\">{teaser}</div>\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#f3f1ec\"><tr><td align=\"center\">\n\
         <table role=\"presentation\" class=\"wrap paper\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" bgcolor=\"#ffffff\">\n\
         <tr><td style=\"padding:22px 28px;border-bottom:3px solid {accent};font:700 24px Georgia,serif;color:{accent};\">{name}</td></tr>\n\
         <tr><td><img src=\"https://img.{host}/hero/{hero}.jpg\" width=\"600\" height=\"240\" alt=\"{subject}\" style=\"display:block;width:100%;height:auto;border:0;\"></td></tr>\n"
    )
}

fn article(html: &mut String, brand: &Brand, [title, text, link]: [&str; 3], number: usize, dice: &mut Dice) {
    let more = in_tongue(brand.tongue, ["Read on", "Seguir leyendo", "Weiterlesen"]);
    let host = brand.address.rsplit('@').next().unwrap_or("");
    let (title, text, accent) = (escape(title), escape(text), brand.accent);
    let picture = if number % 2 == 1 {
        let picture = format!("https://img.{host}/a/{}.png", dice.hex(10));
        format!(
            "<td width=\"140\" valign=\"top\" style=\"padding:18px 0 18px 28px;\"><img src=\"{picture}\" width=\"128\" height=\"96\" alt=\"\"></td>"
        )
    } else {
        String::new()
    };
    _ = write!(
        html,
        "<tr><td><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>{picture}\n\
         <td style=\"padding:18px 28px;font:15px/23px Helvetica,Arial,sans-serif;color:#333333;\">\n\
         <h2 style=\"margin:0 0 8px;font:700 19px/25px Georgia,serif;color:{accent};\">{title}</h2>\n\
         <p style=\"margin:0 0 14px;\">{text}</p>\n\
         <a class=\"button\" href=\"{link}\" style=\"display:inline-block;padding:9px 18px;border-radius:4px;background:{accent};color:#ffffff;text-decoration:none;\">{more}</a>\n\
         </td></tr></table></td></tr>\n"
    );
}

fn foot(html: &mut String, plain: &mut String, brand: &Brand, letter: &Letter, dice: &mut Dice) {
    let why = in_tongue(
        brand.tongue,
        [
            "You get this letter because you subscribed.",
            "Recibe este boletín porque se suscribió.",
            "Sie erhalten diesen Brief, weil Sie ihn bestellt haben.",
        ],
    );
    let leave = in_tongue(brand.tongue, ["Unsubscribe", "Cancelar la suscripción", "Abbestellen"]);
    let (host, token) = (letter.domain(), dice.hex(24));
    let year = 2026;
    _ = write!(
        html,
        "<tr><td align=\"center\" style=\"padding:20px 28px;font:12px/18px Arial,sans-serif;color:#888888;\">{why}<br>\n\
         <a href=\"https://{host}/unsubscribe?u={token}\" style=\"color:#888888;\">{leave}</a> &middot; &copy; {year} {}<br>\n\
         <img src=\"https://track.{host}/open/{token}.gif\" width=\"1\" height=\"1\" alt=\"\" style=\"display:none;\"></td></tr>\n\
         </table></td></tr></table></body></html>\n",
        escape(brand.name)
    );
    _ = write!(plain, "--\n{why}\n{leave}: https://{host}/unsubscribe?u={token}\n");
}
