//! Banco de Costa Rica: Windows-1252, card table, SINPE Móvil lines, transfers with European numbers.

use super::figures::{COSTA_RICA, PEOPLE, REASONS, entities, eu, half_day, us};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;
use crate::world::mime::write::{Node, Transfer};
use chrono::Timelike as _;

fn windows(from: Name, subject: &str, html: String) -> Notice {
    let body = Node::Text { subtype: "html", charset: "windows-1252", transfer: Transfer::Quoted, text: html };
    Notice { from, subject: subject.to_owned(), charset: "windows-1252", files: Vec::new(), body }
}

/// Cards, SINPE Móvil, a transfer or a code.
pub fn notice(desk: &mut Desk) -> Notice {
    match desk.dice.below(10) {
        0..=5 => card(desk),
        6..=7 => sinpe(desk),
        8 => transfer(desk),
        _ => code(desk),
    }
}

fn card(desk: &mut Desk) -> Notice {
    let (merchant, city) = desk.merchant(&COSTA_RICA);
    let dollars = desk.dice.chance(15);
    let amount = if dollars { desk.amount(4, 220) } else { desk.amount(900, 68_000) };
    let money = if dollars { "DOLAR USA" } else { "COLON COSTA RICA" };
    let state = ["Aprobada", "Aprobada", "Aprobada", "Aprobada", "Aprobada", "Negada", "Rechazada"][desk.dice.below(7)];
    let last = ["4127", "8830"][desk.dice.below(2)];
    let cells = [
        ("Fecha", "datos", desk.when.format("%d/%m/%Y %H:%M:%S").to_string()),
        ("Autorización", "datos-num", desk.dice.digits(6)),
        ("No.Referencia", "datos-num", desk.dice.digits(12)),
        ("Monto", "datos-num", us(amount)),
        ("Moneda", "datos", money.to_owned()),
        ("Comercio", "datos", format!("{merchant} {city} CR")),
        ("Estado", "datos", state.to_owned()),
    ];
    let heads = cells.iter().map(|(label, _, _)| format!("<th>{}</th>", entities(label))).collect::<Vec<_>>().concat();
    let row = cells
        .iter()
        .map(|(_, class, text)| format!("<td class=\"{class}\">{text}</td>\n"))
        .collect::<Vec<_>>()
        .concat();
    let html = format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1252\"><style>.datos{{font-size:12px}} .datos-num{{font-size:12px;text-align:right}}</style></head>\n\
         <body><div>Transacciones en su tarjeta BCR: ****-****-****-{last}</div>\n<div>Este es el movimiento m\u{e1}s reciente de su tarjeta:</div>\n\
         <table width=\"100%\"><thead><tr>{heads}</tr></thead><tbody><tr>{row}</tr></tbody></table>\n\
         <div>\u{bf}No reconoce el cargo? Bloquee la tarjeta desde la aplicaci\u{f3}n.</div></body></html>\n"
    );
    let from = Name::new("Banco de Costa Rica", "bcrtarjestcta@bancobcr.com");
    windows(from, "Notificación de Transacciones BCR", html)
}

fn sinpe(desk: &mut Desk) -> Notice {
    let incoming = desk.dice.chance(50);
    let (verb, side) = if incoming { ("acreditado en", "origen") } else { ("debitado de", "Destino") };
    let lines = [
        format!("Número de referencia: {}{}", desk.when.format("%Y%m%d"), desk.dice.digits(17)),
        format!("Teléfono {side}: 8{}", desk.dice.digits(7)),
        format!("Nombre cliente {side}: {}", desk.dice.pick(&PEOPLE)),
        format!("Entidad {side}: {}", desk.dice.pick(&["Coopealianza", "Banco Popular", "Mutual Cartago"])),
        format!("Monto: {}", us(desk.amount(500, 90_000))),
        format!("Motivo: {}", desk.dice.pick(&REASONS)),
    ];
    let at = desk.when.format("%d/%m/%Y a las %-I:%M %p");
    let html = format!(
        "<html><body><p>Estimado(a) cliente:</p><p>Por SINPE Móvil se le ha {verb} su cuenta BCR lo siguiente:</p>\n<p>{}</p>\n<p>Fecha y hora: {at}</p></body></html>\n",
        lines.join("<br>\n")
    );
    let from = Name::new("Banco de Costa Rica", "mensajero@bancobcr.com");
    windows(from, "SINPEMOVIL - Notificación de transacción realizada", html)
}

fn transfer(desk: &mut Desk) -> Notice {
    let amount = desk.amount(2_000, 400_000);
    let at = format!("{} {}", desk.when.format("%d/%m/%Y %I:%M"), half_day(desk.when.hour()));
    let other = desk.dice.pick(&PEOPLE).to_owned();
    let rows = [
        ("Fecha", at),
        ("Documento", desk.dice.digits(8)),
        ("Cuenta origen", format!("CR{} {}", desk.dice.digits(20), desk.capitals())),
        ("Cuenta destino", format!("CR{} {other}", desk.dice.digits(20))),
        ("Monto debitado", format!("₡{}", eu(amount))),
        ("Monto transferido", format!("₡{}", eu(amount))),
    ];
    let rows = rows
        .iter()
        .map(|(label, value)| format!("<tr><td>{label}</td><td>{value}</td></tr>\n"))
        .collect::<Vec<_>>()
        .concat();
    let html = format!("<html><body><p>Transferencia entre cuentas BCR</p><table>\n{rows}</table></body></html>\n");
    let from = Name::new("Banco de Costa Rica", "mensajero@bancobcr.com");
    windows(from, "Informe de transferencia entre cuentas BCR", entities(&html))
}

fn code(desk: &mut Desk) -> Notice {
    let (code, amount, other) =
        (desk.dice.digits(6), us(desk.amount(1_000, 50_000)), desk.dice.pick(&PEOPLE).to_owned());
    let html = format!(
        "<html><body><p>Use el c&oacute;digo {code} para aprobar una transferencia de &#8353;{amount} a {other}. Sirve por cinco minutos.</p></body></html>\n"
    );
    windows(Name::new("Banco de Costa Rica", "mensajero@bancobcr.com"), "Código de verificación BCR", html)
}
