//! Sentences. Enough of them, in enough languages, that two mails hardly ever read alike; every name is invented.

use std::fmt::Write as _;

use super::names::{DAYS, FAMILY, GIVEN, HOUSES, PLACES, THINGS, TOWNS};
use crate::dice::Dice;

/// A language mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// German.
    German,
    /// Portuguese.
    Portuguese,
    /// Arabic, written from right to left.
    Arabic,
    /// Japanese.
    Japanese,
}

const ENGLISH: [&str; 40] = [
    "I finally had a proper look at {thing} and I think we should talk about it before {day}.",
    "Nothing urgent, but could you tell me who has {thing} at the moment?",
    "We met at {place} and it went better than I expected.",
    "The total came to {n} in the end, which is a little above what we planned.",
    "{name} asked whether {day} at {h} would still work for you.",
    "If not, any afternoon next week is fine, preferably after {h}.",
    "I left a copy at {place}, in the blue folder with the number {id}.",
    "Please don't forget that the deadline moved to {day}.",
    "The numbers look right to me except for row {n}, where something was counted twice.",
    "I know it is short notice, and I am sorry about that.",
    "It rained the whole time, so we stayed in and sorted out {thing}.",
    "Let me know whether you need anything from me; otherwise I will go ahead on {day}.",
    "{name} sends greetings and says the dog is doing much better.",
    "My train gets in at {h}, so I should be at {place} around half an hour later.",
    "I would rather keep it simple: one page, three points, no attachments.",
    "There were {n} of us, which was just about as many as the room could hold.",
    "Could you check reference {id} once more? I cannot find it anywhere.",
    "Thank you for taking care of {thing}; it saved me a whole day.",
    "I asked around and nobody at {place} remembers agreeing to that.",
    "We can split the cost between us, about {n} each.",
    "Have you heard from {name} lately? The last thing I got was a postcard from {place}.",
    "The second draft reads much better, although the ending still feels rushed.",
    "They promised to deliver between {h} and noon, which I will believe when I see it.",
    "I moved {thing} to the shelf by the window so that it stays dry.",
    "On {day} the office closes at {h} because of the inspection.",
    "Short version: yes, but not before {day}.",
    "Long version: we first have to find somebody who can look after {thing}.",
    "I counted again and got {n}, so one of us must be wrong.",
    "Would you mind forwarding this to {name}? I do not have the new address.",
    "The neighbours were very kind about the noise, considering the hour.",
    "As far as I can tell the invoice {id} was paid twice.",
    "We should book soon, since {place} fills up quickly at this time of year.",
    "I tried to call you around {h} but it went straight to voicemail.",
    "It is a small thing, but it has been bothering me since {day}.",
    "{name} will bring {thing}; I will take care of the food.",
    "Everything else can wait until we are all back.",
    "The doctor says it should be fine in about {n} days.",
    "What do you think of meeting at {place} instead?",
    "I have written down the steps so that nobody has to guess next time.",
    "Good news: they accepted {thing} without a single change.",
];
const SPANISH: [&str; 14] = [
    "Ya revisé los documentos y solo falta la firma de {name}.",
    "¿Te parece si lo dejamos para el próximo lunes a las {h}?",
    "La reunión será en {town}; lleven por favor la copia número {id}.",
    "Mañana paso por la oficina y te cuento cómo nos fue.",
    "El niño ya está mejor, gracias por preguntar por él.",
    "Según mis cuentas faltan {n} colones, pero quizá me equivoqué.",
    "Perdón por la demora, esta semana ha sido una locura.",
    "¡Qué alegría saber de ustedes después de tanto tiempo!",
    "Te adjunto el enlace que pediste; avísame si no abre.",
    "La señora Muñoz preguntó otra vez por el préstamo del salón.",
    "Podemos compartir el taxi desde {town} si salimos antes de las {h}.",
    "El plomero viene el jueves y cobra alrededor de {n}.",
    "No olvides traer el paraguas: anuncian lluvia todo el día.",
    "Cualquier cambio me lo dices por aquí, que reviso el correo en la noche.",
];
const GERMAN: [&str; 8] = [
    "Die Unterlagen liegen jetzt unter der Nummer {id} im grünen Ordner.",
    "Könntest du bitte prüfen, ob der Termin um {h} noch möglich ist?",
    "Für die Überweisung fehlt nur noch die Bestätigung von {name}.",
    "Schöne Grüße auch an die Kollegen, und vielen Dank für die Mühe!",
    "Wir treffen uns wie üblich vor {town}, bei Regen drinnen.",
    "Die Straße ist bis auf Weiteres gesperrt, plant bitte eine halbe Stunde mehr ein.",
    "Größe und Gewicht stimmen, nur die Farbe weicht ein wenig ab.",
    "Ich melde mich, sobald ich mehr weiß.",
];
const PORTUGUESE: [&str; 6] = [
    "A reunião ficou marcada para as {h}; não se atrasem, por favor.",
    "Já enviei a declaração com o número {id} e aguardo confirmação.",
    "Não encontrei o guarda-chuva em {town}, será que ficou com {name}?",
    "Amanhã cedo eu ligo para combinar os detalhes.",
    "A avó manda um beijo e pergunta quando vocês vêm.",
    "O orçamento passou de {n}, vamos precisar rever as opções.",
];
const ARABIC: [&str; 5] = [
    "مرحباً، وصلتني الرسالة وسأرد عليك بالتفصيل مساء اليوم.",
    "الموعد الجديد يوم الأحد الساعة {h} إن شاء الله.",
    "رقم الطلب هو {id} ويمكنك متابعته من الموقع.",
    "شكراً جزيلاً على المساعدة، كان العمل رائعاً.",
    "أرجو إرسال نسخة إلى {name} قبل نهاية الأسبوع.",
];
const JAPANESE: [&str; 5] = [
    "お世話になっております。資料を確認しました。",
    "次回の打ち合わせは{h}からでよろしいでしょうか。",
    "受付番号は{id}です。ご確認をお願いいたします。",
    "先日はありがとうございました。とても楽しかったです。",
    "{name}さんにもよろしくお伝えください。",
];

/// The language of a thread: mostly English.
pub fn tongue(dice: &mut Dice) -> Tongue {
    match dice.below(100) {
        0..=66 => Tongue::English,
        67..=84 => Tongue::Spanish,
        85..=91 => Tongue::German,
        92..=95 => Tongue::Portuguese,
        96..=97 => Tongue::Arabic,
        _ => Tongue::Japanese,
    }
}

/// A template with its blanks filled.
pub fn fill(template: &str, dice: &mut Dice) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((blank, tail)) = after.split_once('}') else { break };
        match blank {
            "thing" => text.push_str(dice.pick(&THINGS)),
            "town" => text.push_str(dice.pick(&TOWNS)),
            "place" => text.push_str(dice.pick(&PLACES)),
            "day" => text.push_str(dice.pick(&DAYS)),
            "name" => text.push_str(dice.pick(&GIVEN)),
            "house" => text.push_str(dice.pick(&HOUSES)),
            "h" => _ = write!(text, "{}:{:02}", dice.between(7, 21), dice.below(12) * 5),
            "id" => text.push_str(&dice.digits(5)),
            _ => text.push_str(&number(dice).to_string()),
        }
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// A number as people use them: mostly small.
fn number(dice: &mut Dice) -> usize {
    match dice.below(10) {
        0..=5 => dice.between(2, 48),
        6..=8 => dice.between(49, 990),
        _ => dice.between(1_000, 9_800),
    }
}

/// One sentence.
pub fn sentence(dice: &mut Dice, tongue: Tongue) -> String {
    let from: &[&str] = match tongue {
        Tongue::English => &ENGLISH,
        Tongue::Spanish => &SPANISH,
        Tongue::German => &GERMAN,
        Tongue::Portuguese => &PORTUGUESE,
        Tongue::Arabic => &ARABIC,
        Tongue::Japanese => &JAPANESE,
    };
    let template = dice.pick(from);
    fill(template, dice)
}

/// Paragraphs of about so many bytes together, at least one.
pub fn paragraphs(dice: &mut Dice, tongue: Tongue, bytes: usize) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut written = 0;
    while written < bytes || paragraphs.is_empty() {
        let sentences: Vec<String> = (0..dice.between(1, 4)).map(|_| sentence(dice, tongue)).collect();
        let paragraph = sentences.join(" ");
        written += paragraph.len() + 2;
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// Someone the person knows: the same number is always the same contact.
pub fn contact(seed: u64, number: usize) -> (String, String) {
    let mut dice = Dice::of(&[seed, number as u64, 0x0043_4F4E]);
    let (given, family) = (dice.pick(&GIVEN), dice.pick(&FAMILY));
    let local = format!("{}.{}", ascii(given), ascii(family));
    let house = dice.pick(&HOUSES);
    (format!("{given} {family}"), format!("{local}{number}@{house}.example"))
}

/// A name in plain letters, as in an address.
pub fn ascii(name: &str) -> String {
    const PAIRS: [(&str, &str); 14] = [
        ("á", "a"),
        ("é", "e"),
        ("í", "i"),
        ("ó", "o"),
        ("ú", "u"),
        ("ñ", "n"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ø", "o"),
        ("ı", "i"),
        ("Ø", "o"),
        ("ä", "ae"),
        ("ç", "c"),
        ("ã", "a"),
    ];
    let plain = PAIRS.iter().fold(name.to_lowercase(), |text, (from, to)| text.replace(from, to));
    plain.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Text safe to stand in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
