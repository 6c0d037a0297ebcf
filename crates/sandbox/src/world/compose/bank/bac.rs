//! BAC Credomatic: card notices from three senders over the years, SINPE sentences, local transfers, card payments.

use super::figures::{COSTA_RICA, PEOPLE, REASONS, eu, frame, rows, us};
use super::{Desk, Notice};
use crate::world::compose::letter::Name;

const RED: &str = "#e4002b";

/// Cards most of the time.
pub fn notice(desk: &mut Desk) -> Notice {
    match desk.dice.below(12) {
        0..=6 => card(desk),
        7..=8 => sinpe(desk),
        9 => local(desk),
        10 => payment(desk),
        _ => withdrawal(desk),
    }
}

fn card(desk: &mut Desk) -> Notice {
    let (merchant, city) = desk.merchant(&COSTA_RICA);
    let kind = ["COMPRA", "COMPRA", "COMPRA", "COMPRA", "COMPRA", "CARGO AUTOMATICO", "DEVOLUCION"][desk.dice.below(7)];
    let amount = match desk.dice.below(8) {
        0 => format!("USD {}", us(desk.amount(3, 260))),
        1 if kind == "COMPRA" => "USD .00".to_owned(),
        _ => format!("CRC {}", us(desk.amount(700, 95_000))),
    };
    let (brand, stars, last) = [("VISA", 12, "7742"), ("MASTER", 12, "0951"), ("AMEX", 11, "3306")][desk.dice.below(3)];
    let reference = if brand == "AMEX" { String::new() } else { desk.dice.digits(12) };
    let inner = format!(
        "<h2>Detalle de su transacción</h2><p>Hola {}</p>\n{}\n<p>Consulte el resto de sus movimientos en Banca Móvil.</p>",
        desk.name.to_uppercase(),
        rows(&[
            ("Comercio:", merchant.to_owned()),
            ("Ciudad y país:", format!("{city}, Costa Rica")),
            ("Fecha:", desk.when.format("%b %-d, %Y, %H:%M").to_string()),
            (&format!("{brand}:"), format!("{}{last}", "*".repeat(stars))),
            ("Autorización:", desk.dice.digits(6)),
            ("Referencia:", reference),
            ("Tipo de Transacción:", kind.to_owned()),
            ("Monto:", amount),
        ])
    );
    let from = [
        Name::new("Notificación BAC", "NotificacionBAC@baccredomatic.cr"),
        Name::new("Notificación BAC", "NotificacionBAC@baccredomatic.cr"),
        Name::new("Notificaciones BAC", "notificacion@notificacionesbaccr.com"),
    ];
    let subject = format!("Notificación de transacción {merchant} {}", desk.when.format("%d-%m-%Y - %H:%M"));
    Notice::html(from[desk.dice.below(3)].clone(), subject, frame("BAC Credomatic", RED, &inner))
}

fn sinpe(desk: &mut Desk) -> Notice {
    let reference = format!("{}{}", desk.when.format("%Y%m%d"), desk.dice.digits(17));
    let iban = format!("CR{}01XXXXXXXXXXXX7742", desk.dice.digits(2));
    let amount = if desk.dice.chance(20) {
        format!("{} Dolares", us(desk.amount(5, 400)))
    } else {
        format!("{} Colones", us(desk.amount(800, 250_000)))
    };
    let reason = desk.dice.pick(&REASONS);
    let text = if desk.dice.chance(50) {
        let half = if desk.when.format("%P").to_string() == "am" { "a.m." } else { "p.m." };
        let at = format!("{} {half}", desk.when.format("%d/%m/%Y a las %I:%M:%S"));
        format!(
            "Llegó una transferencia SINPE con el número de referencia {reference}, el día {at} horas, acreditando la cuenta IBAN {iban} un monto de {amount}, por concepto de {reason}."
        )
    } else {
        let day = desk.when.format("%d/%m/%Y");
        format!(
            "Su transferencia SINPE con el número de referencia {reference} se aplicó el día {day}, debitando su cuenta IBAN {iban} un monto de {amount}, por concepto de {reason}."
        )
    };
    let inner =
        format!("<h2>Notificación de Transferencia SINPE</h2><p>Hola {}:</p><p>{text}</p>", desk.name.to_uppercase());
    let from = Name::new("BAC Credomatic", "notificaciones@baccredomatic.cr");
    Notice::html(from, "Notificación de Transferencia SINPE", frame("BAC Credomatic", RED, &inner))
}

fn local(desk: &mut Desk) -> Notice {
    let (other, amount) = (desk.dice.pick(&PEOPLE).to_owned(), eu(desk.amount(1_000, 90_000)));
    let inner = format!(
        "<h2>Notificación de Transferencia Local</h2><p>Estimado(a) {}:</p>\n<p>{other} realizó una transferencia electrónica a su cuenta N° *****7742.</p>\n\
         <p>Se realizó el día {} horas; por un monto de {amount} CRC, por concepto de: {}</p>",
        desk.capitals().replace(' ', "_"),
        desk.when.format("%d-%m-%Y a las %H:%M:%S"),
        desk.dice.pick(&REASONS)
    );
    let from = Name::new("BAC Credomatic", "notificaciones@baccredomatic.cr");
    Notice::html(from, "Notificación de Transferencia", frame("BAC Credomatic", RED, &inner))
}

fn payment(desk: &mut Desk) -> Notice {
    let amount = format!("{} CRC", us(desk.amount(20_000, 300_000)));
    let inner = format!(
        "<h2>Comprobante de Pago de Tarjeta</h2>\n{}",
        rows(&[
            ("Tarjeta de Crédito, Número:", "3777-08**-****-3306".to_owned()),
            ("Monto del pago:", amount.clone()),
            ("Cuenta Origen, Número:", format!("9{}", desk.dice.digits(8))),
            ("Monto del débito:", amount),
            ("Tipo de Cambio:", "1.00".to_owned()),
            ("Referencia:", desk.dice.digits(4)),
            ("Fecha de pago:", desk.when.format("%Y/%m/%d %H:%M:%S").to_string()),
        ])
    );
    let from = Name::new("BAC Credomatic", "alerta@baccredomatic.com");
    Notice::html(from, "Comprobante de Pago de Tarjeta", frame("BAC Credomatic", RED, &inner))
}

fn withdrawal(desk: &mut Desk) -> Notice {
    let amount = us(desk.dice.between(1, 12) * 1_000_000);
    let (subject, inner) = if desk.dice.chance(50) {
        let text = format!(
            "<p>Código: {}</p><p>Sirve para retirar {amount} CRC sin tarjeta hasta la medianoche; el dinero sigue en su cuenta hasta entonces.</p>",
            desk.dice.digits(6)
        );
        ("Código para retiro sin tarjeta", text)
    } else {
        let at = desk.when.format("%d/%m/%Y %H:%M").to_string();
        let pairs = [
            ("Monto:", format!("{amount} CRC")),
            ("Fecha:", at),
            ("Lugar:", "ATM HEREDIA NORTE".to_owned()),
            ("Cuenta:", "*****7742".to_owned()),
        ];
        ("Retiro sin tarjeta realizado", rows(&pairs))
    };
    Notice::html(Name::new("BAC Credomatic", "alerta@baccredomatic.com"), subject, frame("BAC Credomatic", RED, &inner))
}
