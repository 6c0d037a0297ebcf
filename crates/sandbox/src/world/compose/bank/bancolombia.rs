//! Bancolombia: one sentence, both number conventions, `$` for Colombian pesos.

use super::figures::{COLOMBIA, eu, frame, us, us_whole};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

/// Purchases, transfers, wages, card payments, holds, codes.
pub fn notice(desk: &mut Desk) -> Notice {
    let (merchant, _) = desk.merchant(&COLOMBIA);
    let minor = desk.amount(4_000, 900_000);
    let at = desk.when.format("%d/%m/%Y a las %H:%M").to_string();
    let text = match desk.dice.below(9) {
        0..=3 => format!("Compraste COP{} en {merchant} con tu T.Cred *5580, el {at}.", eu(minor)),
        4 => format!("Compraste ${} en {merchant} con tu T.Deb *1126, el {at}.", eu(minor)),
        5 => format!("Transferiste ${} desde tu cuenta 1126 a la cuenta *{} el {at}.", us(minor), desk.dice.digits(10)),
        6 => format!(
            "Recibiste un pago de Nomina de TALLERES DEL SUR SAS por ${} en tu cuenta de Ahorros el {at}.",
            us(minor * 3)
        ),
        7 => format!(
            "Pagaste ${} en la tarjeta de credito *5580 desde la cuenta *1126, el {}.",
            us_whole(minor),
            desk.when.format("%d/%m/%Y %H:%M")
        ),
        _ => format!(
            "Autorizamos una retencion de ${} para {merchant}, compra en proceso con tu T.Cred *5580, el {at}.",
            us(minor)
        ),
    };
    let inner = format!("<p>Bancolombia: {text} Ante dudas, escribenos por la app.</p>\n<p>Mensaje automatico.</p>");
    let domains = [
        "an.notificacionesbancolombia.com",
        "an.notificacionesbancolombia.com",
        "ayn.notificacionesbancolombia.com",
        "notificacionesbancolombia.com",
    ];
    let address = format!("alertasynotificaciones@{}", desk.dice.pick(&domains));
    let from = Name::new("Alertas y Notificaciones", &address);
    Notice::html(from, "Alertas y Notificaciones", frame("Bancolombia", "#fdda24", &inner))
}
