//! Social networks: somebody liked, asked, ran, moved house.

use std::fmt::Write as _;

use super::Sheet;
use super::copy::{self, in_tongue};
use super::letter::{Letter, Name};
use super::prose::{self, Tongue, escape};
use crate::world::mime::write::Node;

struct Network {
    name: &'static str,
    address: &'static str,
    tongue: Tongue,
    accent: &'static str,
    subjects: &'static [&'static str],
}

const NETWORKS: [Network; 6] = [
    Network {
        name: "Worklane",
        address: "notifications@worklane.example",
        tongue: Tongue::English,
        accent: "#0b66a8",
        subjects: &[
            "{name} would like to connect",
            "{n} people looked at your profile",
            "New openings in {town}",
            "{name} wrote about your post",
        ],
    },
    Network {
        name: "Pixelwall",
        address: "no-reply@pixelwall.example",
        tongue: Tongue::English,
        accent: "#c13584",
        subjects: &[
            "{name} liked your picture from {town}",
            "{name} started following you",
            "Your week in {n} pictures",
        ],
    },
    Network {
        name: "Laufklub",
        address: "hallo@laufklub.example",
        tongue: Tongue::German,
        accent: "#d65a1f",
        subjects: &["{name} hat deine Runde um {town} überholt", "Dein Wochenrückblick", "Lauftreff am Sonntag um {h}"],
    },
    Network {
        name: "Vecindad",
        address: "avisos@vecindad.example",
        tongue: Tongue::Spanish,
        accent: "#2e8b57",
        subjects: &[
            "{name} preguntó en tu barrio",
            "Se busca gato gris en {town}",
            "{name} vende una mesa",
            "Lo más comentado de la semana",
        ],
    },
    Network {
        name: "Threadbare",
        address: "digest@threadbare.example",
        tongue: Tongue::English,
        accent: "#444444",
        subjects: &["{name} replied to you", "Your daily digest: {n} threads", "{name} mentioned you"],
    },
    Network {
        name: "Bandprobe",
        address: "post@bandprobe.example",
        tongue: Tongue::German,
        accent: "#5b3f8c",
        subjects: &["{name} sucht eine Bratsche", "Neue Aufnahme von {name}", "Probe in {town} um {h}"],
    },
];

fn network(sheet: &Sheet<'_>) -> &'static Network {
    &NETWORKS[sheet.dice(20).below(NETWORKS.len())]
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let network = network(sheet);
    let mut dice = sheet.dice(21);
    let subject = prose::fill(dice.pick(network.subjects), &mut dice);
    let mut letter = Letter::to_owner(sheet, Name::new(network.name, network.address), subject);
    let host = letter.domain().to_owned();
    letter.extra.push(("List-Unsubscribe", format!("<https://{host}/settings/mail?t={}>", dice.hex(20))));
    letter
}

/// The body: cards, a button, a pixel.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let network = network(sheet);
    let mut dice = sheet.dice(30);
    let host = letter.domain();
    let subject = letter.subject.as_deref().unwrap_or("");
    let mut plain = String::new();
    let mut cards = String::new();
    let bulk = sheet.bulk();
    while cards.is_empty() || cards.len() + plain.len() < bulk {
        let (name, _) = prose::contact(sheet.plan.seed, dice.below(240));
        let words = copy::sentence(&mut dice, network.tongue);
        let link = format!("https://{host}/p/{}?utm_source=mail&utm_id={}", dice.digits(12), dice.hex(10));
        _ = write!(plain, "{name}: {words}\n{link}\n\n");
        _ = write!(
            cards,
            "<tr><td width=\"56\" valign=\"top\" style=\"padding:12px 0 12px 20px;\"><img src=\"https://cdn.{host}/avatar/{}.jpg\" width=\"44\" height=\"44\" alt=\"\" style=\"border-radius:22px;\"></td>\n\
             <td style=\"padding:12px 20px;font:14px/20px Helvetica,Arial,sans-serif;\"><b>{}</b><br>{}<br>\
             <a href=\"{link}\" style=\"color:{};\">{}</a></td></tr>\n",
            dice.hex(12),
            escape(&name),
            escape(&words),
            network.accent,
            in_tongue(network.tongue, ["See it", "Ver", "Ansehen"])
        );
    }
    let answer = in_tongue(network.tongue, ["Answer", "Responder", "Antworten"]);
    let html = format!(
        "<html><body style=\"margin:0;background:#eef0f2;\"><table align=\"center\" width=\"520\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\">\n\
         <tr><td colspan=\"2\" bgcolor=\"{0}\" style=\"padding:14px 20px;color:#ffffff;font:700 18px Arial,sans-serif;\">{1}</td></tr>\n\
         <tr><td colspan=\"2\" style=\"padding:16px 20px 4px;font:600 16px Arial,sans-serif;\">{2}</td></tr>\n{cards}\
         <tr><td colspan=\"2\" align=\"center\" style=\"padding:18px;\"><a href=\"https://{host}/inbox\" style=\"background:{0};color:#ffffff;padding:10px 26px;border-radius:18px;text-decoration:none;font:14px Arial;\">{answer}</a></td></tr>\n\
         </table><img src=\"https://{host}/e/{3}.gif\" width=\"1\" height=\"1\" alt=\"\"></body></html>\n",
        network.accent,
        network.name,
        escape(subject),
        dice.hex(20)
    );
    Node::alternative(plain, html)
}
