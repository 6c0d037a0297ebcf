//! Shops: orders, parcels, invoices as PDF, statements as CSV.

use std::fmt::Write as _;

use super::Sheet;
use super::copy::in_tongue;
use super::files;
use super::letter::{Letter, Name};
use super::prose::{Tongue, escape};
use crate::dice::Dice;
use crate::world::mime::write::Node;

struct Shop {
    name: &'static str,
    address: &'static str,
    tongue: Tongue,
    money: &'static str,
    goods: &'static [&'static str],
}

const SHOPS: [Shop; 8] = [
    Shop {
        name: "Pinecone Outfitters",
        address: "orders@pineconeoutfitters.example",
        tongue: Tongue::English,
        money: "$",
        goods: &["Wool hiking socks", "Enamel mug", "Rain jacket, moss", "Headlamp 300", "Trail map"],
    },
    Shop {
        name: "Tienda Quetzal",
        address: "pedidos@tiendaquetzal.example",
        tongue: Tongue::Spanish,
        money: "₡",
        goods: &["Café Tarrazú 500 g", "Chorreador de madera", "Hamaca azul", "Salsa de la casa", "Taza esmaltada"],
    },
    Shop {
        name: "Blumenhof Krüger",
        address: "service@blumenhof-krueger.example",
        tongue: Tongue::German,
        money: "€",
        goods: &["Tulpenzwiebeln, 50 Stück", "Gartenschere", "Übertopf grün", "Winterheide", "Rosendünger"],
    },
    Shop {
        name: "Byte & Bolt",
        address: "noreply@bytebolt.example",
        tongue: Tongue::English,
        money: "$",
        goods: &["USB-C cable 2 m", "Mechanical keyboard", "Laptop stand", "32 GB memory kit", "Webcam cover"],
    },
    Shop {
        name: "Papelería Sol",
        address: "ventas@papeleria-sol.example",
        tongue: Tongue::Spanish,
        money: "₡",
        goods: &["Cuaderno rayado", "Tinta negra", "Resma de papel", "Bolígrafos, caja", "Archivador A4"],
    },
    Shop {
        name: "Teehaus Ostwind",
        address: "bestellung@teehaus-ostwind.example",
        tongue: Tongue::German,
        money: "€",
        goods: &["Ostfriesentee 250 g", "Kluntje", "Teekanne Glas", "Matcha", "Stövchen"],
    },
    Shop {
        name: "Meridian Travel",
        address: "bookings@meridian-travel.example",
        tongue: Tongue::English,
        money: "$",
        goods: &["Train Porto – Lisbon", "Two nights in Lindau", "Airport bus", "Seat reservation", "Museum pass"],
    },
    Shop {
        name: "Second Shelf Books",
        address: "hello@secondshelf.example",
        tongue: Tongue::English,
        money: "£",
        goods: &["The Salt Road (used)", "A Field Guide to Ferns", "Collected Letters II", "Atlas, 1962", "Gift card"],
    },
];

/// What a mail is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ordered,
    Shipped,
    Delivered,
    Invoice,
    Statement,
    Refund,
    Review,
}

const STAGES: [Stage; 10] = [
    Stage::Ordered,
    Stage::Ordered,
    Stage::Shipped,
    Stage::Shipped,
    Stage::Delivered,
    Stage::Invoice,
    Stage::Invoice,
    Stage::Statement,
    Stage::Refund,
    Stage::Review,
];

struct Order {
    shop: &'static Shop,
    stage: Stage,
    number: String,
    lines: Vec<(&'static str, usize, usize)>,
}

impl Order {
    fn of(sheet: &Sheet<'_>) -> Self {
        let mut dice = sheet.dice(20);
        let shop = &SHOPS[dice.below(SHOPS.len())];
        let stage = STAGES[dice.below(STAGES.len())];
        let number = format!("{}-{}", dice.digits(3), dice.digits(7));
        let scale = if shop.money == "₡" { 500 } else { 1 };
        let count = if stage == Stage::Statement { dice.between(4, 14) } else { dice.between(1, 3) };
        let lines =
            (0..count).map(|_| (dice.pick(shop.goods), dice.between(1, 3), dice.between(300, 9_900) * scale)).collect();
        Self { shop, stage, number, lines }
    }

    fn money(&self, minor: usize) -> String {
        let (whole, rest) = (minor / 100, minor % 100);
        match self.shop.money {
            "€" => format!("{whole},{rest:02} €"),
            sign => format!("{sign}{whole}.{rest:02}"),
        }
    }

    fn total(&self) -> usize {
        self.lines.iter().map(|(_, count, price)| count * price).sum()
    }

    fn subject(&self) -> String {
        let number = &self.number;
        let say = |texts| in_tongue(self.shop.tongue, texts);
        match self.stage {
            Stage::Ordered => format!("{} {number}", say(["Your order", "Recibimos su pedido", "Ihre Bestellung"])),
            Stage::Shipped => {
                format!("{} {number}", say(["On its way: order", "Su pedido va en camino:", "Unterwegs: Bestellung"]))
            }
            Stage::Delivered => format!("{}: {}", say(["Delivered", "Entregado", "Zugestellt"]), self.lines[0].0),
            Stage::Invoice => {
                format!("{} {number}", say(["Invoice for order", "Factura del pedido", "Rechnung zu Bestellung"]))
            }
            Stage::Statement => format!(
                "{} {}",
                say(["Your account statement,", "Estado de cuenta,", "Ihr Kontoauszug bei"]),
                self.shop.name
            ),
            Stage::Refund => {
                format!("{} {}", say(["We refunded", "Le devolvimos", "Erstattung über"]), self.money(self.total()))
            }
            Stage::Review => format!(
                "{} {}?",
                say(["How do you like your", "¿Qué tal le va con:", "Wie gefällt Ihnen:"]),
                self.lines[0].0
            ),
        }
    }
}

/// The letterhead.
pub fn open(sheet: &Sheet<'_>) -> Letter {
    let order = Order::of(sheet);
    let mut letter = Letter::to_owner(sheet, Name::new(order.shop.name, order.shop.address), order.subject());
    let mut dice = sheet.dice(22);
    let bytes = dice.between(14_000, 90_000);
    let number = &order.number;
    match order.stage {
        Stage::Invoice => {
            let word = in_tongue(order.shop.tongue, ["invoice", "factura", "Rechnung"]);
            letter.files.push(files::attached(format!("{word}-{number}.pdf"), "application/pdf", bytes));
        }
        Stage::Statement => {
            letter.files.push(files::attached(format!("statement-{number}.csv"), "text/csv", bytes / 5));
            letter.files.push(files::attached(format!("statement-{number}.pdf"), "application/pdf", bytes));
        }
        _ => {}
    }
    letter.extra.push(("X-Order", order.number));
    letter
}

/// The body: a table of what was bought, with files when there are any.
pub fn body(sheet: &Sheet<'_>, letter: &Letter) -> Node {
    let order = Order::of(sheet);
    let mut dice = sheet.dice(30);
    let (plain, html) = texts(sheet, &order, letter.domain(), &mut dice);
    let text = Node::alternative(plain, html);
    if letter.files.is_empty() {
        return text;
    }
    let files = letter.files.iter().map(|file| files::part(file, None, &mut dice));
    Node::Multi("mixed", std::iter::once(text).chain(files).collect())
}

fn texts(sheet: &Sheet<'_>, order: &Order, host: &str, dice: &mut Dice) -> (String, String) {
    let say = |texts| in_tongue(order.shop.tongue, texts);
    let hello = format!("{} {},", say(["Hello", "Hola", "Guten Tag"]), sheet.person.given);
    let news = news(order);
    let mut plain = format!("{hello}\n\n{news}\n\n");
    let mut rows = String::new();
    for (goods, count, price) in &order.lines {
        let price = order.money(count * price);
        _ = writeln!(plain, "{count} x {goods}: {price}");
        _ = writeln!(
            rows,
            "<tr><td width=\"72\"><img src=\"https://img.{host}/p/{}.jpg\" width=\"64\" height=\"64\" alt=\"\"></td>\
             <td style=\"padding:10px 8px;border-bottom:1px solid #eeeeee;\">{} &times; {count}</td>\
             <td align=\"right\" style=\"padding:10px 8px;border-bottom:1px solid #eeeeee;white-space:nowrap;\">{price}</td></tr>",
            dice.hex(8),
            escape(goods)
        );
    }
    let total = order.money(order.total());
    let (sum, see) =
        (say(["Total", "Total", "Summe"]), say(["View your order", "Ver el pedido", "Bestellung ansehen"]));
    let link = format!("https://{host}/orders/{}?t={}", order.number, dice.hex(32));
    _ = write!(plain, "\n{sum}: {total}\n{see}: {link}\n\n{}\n", order.shop.name);
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><style>body{{margin:0;background:#fafafa}}.card{{max-width:560px;margin:0 auto;background:#fff;padding:24px;font:15px/22px Arial,sans-serif;color:#222}}.total td{{font-weight:bold;padding:10px 8px}}</style></head>\n\
         <body><div class=\"card\"><h1 style=\"font-size:20px;margin:0 0 16px;\">{}</h1>\n<p>{}</p><p>{news}</p>\n\
         <p style=\"color:#777777;font-size:13px;\">No. {}</p>\n<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\n{rows}\
         <tr class=\"total\"><td></td><td>{sum}</td><td align=\"right\">{total}</td></tr></table>\n\
         <p><a href=\"{link}\" style=\"display:inline-block;background:#222222;color:#ffffff;padding:10px 18px;text-decoration:none;\">{see}</a></p>\n\
         <img src=\"https://{host}/px.gif?o={}\" width=\"1\" height=\"1\" alt=\"\"></div></body></html>\n",
        escape(order.shop.name),
        escape(&hello),
        order.number,
        order.number
    );
    (plain, html)
}

/// What happened, in a sentence.
fn news(order: &Order) -> &'static str {
    let say = |texts| in_tongue(order.shop.tongue, texts);
    match order.stage {
        Stage::Ordered => say([
            "thank you for your order. We pack it by hand and write again when it leaves.",
            "gracias por su compra. La empacamos a mano y le avisamos cuando salga.",
            "danke für Ihre Bestellung. Wir packen sie von Hand und melden uns beim Versand.",
        ]),
        Stage::Shipped => say([
            "your parcel left our warehouse today.",
            "su paquete salió hoy de nuestra bodega.",
            "Ihr Paket hat heute unser Lager verlassen.",
        ]),
        Stage::Delivered => say([
            "your parcel was handed over at the door.",
            "su paquete fue entregado en la puerta.",
            "Ihr Paket wurde an der Haustür übergeben.",
        ]),
        Stage::Invoice => {
            say(["you find the invoice attached.", "adjuntamos la factura.", "anbei erhalten Sie die Rechnung."])
        }
        Stage::Statement => say([
            "here is what you bought this quarter, as a table and to print.",
            "este es el detalle del trimestre, en tabla y para imprimir.",
            "hier ist die Übersicht des Quartals als Tabelle und zum Drucken.",
        ]),
        Stage::Refund => say([
            "the money is on its way back to you.",
            "el dinero va de regreso a su cuenta.",
            "das Geld ist auf dem Weg zu Ihnen.",
        ]),
        Stage::Review => say([
            "two sentences from you help the next person choose.",
            "dos frases suyas ayudan a quien compra después.",
            "zwei Sätze von Ihnen helfen den Nächsten.",
        ]),
    }
}
