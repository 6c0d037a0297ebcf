//! Scotiabank Costa Rica: one long sentence with hard spaces; SINPE without decimals.

use super::figures::{COSTA_RICA, PEOPLE, us, us_whole};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;
use crate::world::mime::write::{Node, Transfer};

fn page(inner: &str) -> String {
    format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>\n<body style=\"font-family:Arial,sans-serif;font-size:14px;\">\n{inner}\n</body></html>\n"
    )
}

/// Cards, SINPE, a transfer or a sign-in.
pub fn notice(desk: &mut Desk) -> Notice {
    match desk.dice.below(10) {
        0..=6 => card(desk),
        7 => sinpe(desk),
        8 => transfer(desk),
        _ => {
            let at = desk.when.format("%d/%m/%Y a las %I:%M %p");
            let inner = format!("<p>Alguien inició sesión en Scotia en Línea con su usuario el día&nbsp;{at}.</p>");
            let from = Name::new("Scotiabank Costa Rica", "alertas@scotiabankcr.com");
            Notice::html(from, "Inicio de sesión en Scotia en Línea", page(&inner))
        }
    }
}

fn card(desk: &mut Desk) -> Notice {
    let (merchant, city) = desk.merchant(&COSTA_RICA);
    let holder = if desk.dice.chance(80) { "Titular" } else { "Adicional" };
    let outcome = ["aprobada", "aprobada", "aprobada", "aprobada", "rechazada", "denegada"][desk.dice.below(6)];
    let amount = if desk.dice.chance(80) {
        format!("CRC&nbsp;{}", us(desk.amount(900, 80_000)))
    } else {
        format!("USD {}", us(desk.amount(3, 300)))
    };
    let inner = format!(
        "<p>Scotiabank le notifica que la transacción realizada en {merchant} {city} Costa Rica, el día&nbsp;{} con su tarjeta de crédito {} VISA terminada en&nbsp;{} con número de autorización {} y referencia {} por {amount}, fue {outcome}.</p>\n<p>Si no la reconoce, llámenos cuanto antes.</p>",
        desk.when.format("%d/%m/%Y a las %I:%M %p"),
        holder.to_lowercase(),
        ["6614", "9075"][desk.dice.below(2)],
        desk.dice.digits(6),
        desk.dice.digits(12)
    );
    let body = Node::Text { subtype: "html", charset: "UTF-8", transfer: Transfer::Base64, text: page(&inner) };
    Notice {
        from: Name::new("Alertas Scotiabank", "AlertasScotiabank@scotiabank.com"),
        subject: format!("Alerta Transacción Tarjeta de Crédito {holder}"),
        charset: "utf-8",
        files: Vec::new(),
        body,
    }
}

fn sinpe(desk: &mut Desk) -> Notice {
    let inner = format!(
        "<p>Recibiste un pago SINPE:</p>\n<p>₡{} de {}</p>\n<p>Tel: +506 8{}</p>\n<p>Fecha: {}</p>\n<p>Código: SCO-{}-{}</p>",
        us_whole(desk.amount(1_000, 90_000)),
        desk.dice.pick(&PEOPLE),
        desk.dice.digits(7),
        desk.when.format("%d/%m/%Y %H:%M"),
        desk.when.format("%Y%m%d"),
        desk.dice.hex(6).to_uppercase()
    );
    Notice::html(Name::new("Scotiabank Costa Rica", "notifica@scotiabankcr.com"), "Alerta SINPE", page(&inner))
}

fn transfer(desk: &mut Desk) -> Notice {
    let payee: String = desk.dice.pick(&PEOPLE).replace(' ', "_").chars().take(20).collect();
    let inner = format!(
        "<p>Estimado(a) {}:</p><p>Envío exitoso de crédito directo por un monto de {} CRC desde su cuenta IBAN CR{}01XXXXXXXXXXXX6614 a favor de {payee}, el {}. Comprobante {}.</p>",
        desk.name.to_uppercase(),
        us(desk.amount(5_000, 400_000)),
        desk.dice.digits(2),
        desk.when.format("%d/%m/%Y a las %I:%M %p"),
        desk.dice.digits(8)
    );
    let from = Name::new("Scotiabank Costa Rica", "alertas@scotiabankcr.com");
    Notice::html(from, "Envío exitoso de crédito directo", page(&inner))
}
