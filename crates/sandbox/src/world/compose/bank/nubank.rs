//! Nubank: Pix in a related multipart with a picture, half of it advertising; the bill as PDF.

use chrono::Datelike as _;

use super::figures::{PEOPLE, eu};
use super::{Desk, Notice};
use crate::world::compose::files;
use crate::world::compose::letter::{File, Name};
use crate::world::mime::write::Node;

const MONTHS: [&str; 12] = ["JAN", "FEV", "MAR", "ABR", "MAI", "JUN", "JUL", "AGO", "SET", "OUT", "NOV", "DEZ"];

/// Pix in, Pix out, or a closed bill.
pub fn notice(desk: &mut Desk) -> Notice {
    let amount = eu(desk.amount(3, 2_400));
    let other: String = desk.dice.pick(&PEOPLE).split(' ').map(title).collect::<Vec<_>>().join(" ");
    let month = MONTHS[usize::try_from(desk.when.month0()).unwrap_or(0) % 12];
    let at = format!("{:02} {month} às {}", desk.when.day(), desk.when.format("%H:%M"));
    match desk.dice.below(8) {
        0..=3 => {
            let text = format!("Você recebeu um Pix de {other} e o valor já está disponível na sua conta.");
            pix(desk, "Você recebeu uma transferência via Pix!", &text, "Valor Recebido:", &amount, &at)
        }
        4..=6 => {
            let text = format!("Seu Pix para {other} saiu da conta.");
            pix(desk, "Transferência Pix realizada", &text, "Valor Enviado:", &amount, &at)
        }
        _ => bill(desk, &amount),
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| format!("{first}{}", letters.as_str().to_lowercase())).unwrap_or_default()
}

fn pix(desk: &mut Desk, subject: &str, text: &str, label: &str, amount: &str, at: &str) -> Notice {
    let offer = eu(desk.amount(1_000, 9_000));
    let html = format!(
        "<!doctype html><html lang=\"pt-BR\"><head><meta charset=\"utf-8\"><style>.wrap{{max-width:560px;margin:0 auto;font-family:Arial,sans-serif}}</style></head>\n\
         <body><div class=\"wrap\"><img src=\"cid:logo\" alt=\"Nubank\" width=\"96\">\n<p>Olá, {}.</p><p>{text}</p>\n<p>{label}</p><div style=\"font-size:28px;font-weight:bold;\">R$ {amount}</div><p>{at}</p>\n\
         <table width=\"100%\" bgcolor=\"#f2f2f2\"><tr><td align=\"center\" style=\"padding:16px;\"><a href=\"https://promo.bank.example/n\">Precisando de um empurrão? Simule até R$ {offer} no app.</a></td></tr></table></div></body></html>\n",
        desk.given
    );
    let logo = File { name: "logo.png".to_owned(), media_type: "image/png", bytes: 1_500, inline: true };
    let picture = files::part(&logo, Some("logo".to_owned()), &mut desk.dice);
    Notice {
        from: Name::new("Nubank", "todomundo@nubank.com.br"),
        subject: subject.to_owned(),
        charset: "utf-8",
        files: vec![logo],
        body: Node::Multi("related", vec![Node::text("html", html), picture]),
    }
}

fn bill(desk: &mut Desk, amount: &str) -> Notice {
    let due = desk.when + chrono::Duration::days(9);
    let html = format!(
        "<!doctype html><html lang=\"pt-BR\"><body><p>Olá, {}.</p><p>Fechamos a fatura do cartão com final 4402; ela está em anexo.</p>\n<p>Valor da fatura<br>R$ {amount}</p><p>Vencimento<br>{}</p></body></html>\n",
        desk.given,
        due.format("%d/%m/%Y")
    );
    let file = files::attached(format!("fatura-{}.pdf", desk.when.format("%Y-%m")), "application/pdf", 24_000);
    let part = files::part(&file, None, &mut desk.dice);
    Notice {
        from: Name::new("Nubank", "todomundo@nubank.com.br"),
        subject: "A fatura do seu cartão Nubank está fechada".to_owned(),
        charset: "utf-8",
        files: vec![file],
        body: Node::Multi("mixed", vec![Node::text("html", html), part]),
    }
}
