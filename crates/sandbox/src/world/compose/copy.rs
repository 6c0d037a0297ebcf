//! Sentences of firms: news, offers, notices. Conversations have theirs in `prose`.

use super::prose::{Tongue, fill};
use crate::dice::Dice;

const ENGLISH: [&str; 24] = [
    "This week we walked through {town} with a notebook and came back with {n} ideas worth keeping.",
    "Most people we asked said they would rather wait than pay for express delivery.",
    "The workshop reopens on {day}, and the first {n} visitors get a coffee on us.",
    "Our readers sent in {n} photographs; choosing twelve of them took the whole afternoon.",
    "A short list this time: one book, one tool and one road to walk before the leaves fall.",
    "{name} explains in four minutes why the old way of doing it was not so bad.",
    "Prices stay as they are until the end of the month, whatever you may hear elsewhere.",
    "We counted {n} bicycles in front of the station, twice as many as three years ago.",
    "If you only have time for one story today, take the one about the lighthouse.",
    "The new edition is lighter, costs less, and finally fits into a coat pocket.",
    "Doors open at {h}; late comers are welcome, but the soup may be gone.",
    "Nobody likes updates, so we made this one small: two fixes and a better search.",
    "Researchers in {town} followed {n} households for ten years and found little to worry about.",
    "Members can book from {day} on, everybody else two days later.",
    "We were wrong about the date in the last letter, and we are sorry for it.",
    "The harvest was late, the quality is excellent, and there is less of it than usual.",
    "What began as a weekend project now feeds {n} people every Thursday.",
    "There are still places on the evening course; no experience is needed.",
    "Answers to last week's riddle are at the bottom, upside down as always.",
    "A quiet release with a long list: keyboard shortcuts, dark colours and faster start.",
    "Our shop in {town} moves across the street, to number {n}.",
    "It takes about {n} stitches to close one bag; we still do it by hand.",
    "The city will plant trees along the canal, starting on {day}.",
    "Thank you for the many letters about the last issue, even the angry ones.",
];
const SPANISH: [&str; 14] = [
    "Esta semana recorrimos {town} y volvimos con {n} recetas que vale la pena probar.",
    "El taller abre de nuevo a las {h}; las primeras {n} personas reciben un café.",
    "Los precios se mantienen hasta fin de mes, digan lo que digan por ahí.",
    "{name} nos cuenta en cuatro minutos por qué conviene sembrar antes de la lluvia.",
    "Quedan cupos para el curso de los sábados y no hace falta experiencia.",
    "La edición nueva pesa menos, cuesta menos y por fin cabe en el bolsillo.",
    "Contamos {n} bicicletas frente a la estación, el doble que hace tres años.",
    "Si solo tiene tiempo para una historia, que sea la del faro.",
    "Gracias por las cartas sobre el número anterior, incluso las enojadas.",
    "La cosecha llegó tarde, pero la calidad es excelente.",
    "Los socios pueden reservar desde mañana; el público general, dos días después.",
    "Nuestra tienda de {town} se muda al local número {n}.",
    "Una lista corta: un libro, una herramienta y un camino para el domingo.",
    "El municipio sembrará árboles a lo largo del canal a partir del lunes.",
];
const GERMAN: [&str; 14] = [
    "Diese Woche waren wir in {town} unterwegs und haben {n} Ideen mitgebracht.",
    "Die Werkstatt öffnet wieder um {h}; für die ersten {n} Gäste gibt es Kaffee.",
    "Die Preise bleiben bis Monatsende unverändert, auch wenn anderes behauptet wird.",
    "{name} erklärt in vier Minuten, warum die alte Methode gar nicht so schlecht war.",
    "Für den Abendkurs sind noch Plätze frei, Vorkenntnisse braucht es keine.",
    "Die neue Ausgabe ist leichter, günstiger und passt endlich in die Manteltasche.",
    "Vor dem Bahnhof zählten wir {n} Fahrräder, doppelt so viele wie vor drei Jahren.",
    "Wer nur eine Geschichte lesen mag, nehme die vom Leuchtturm.",
    "Danke für die vielen Zuschriften zum letzten Heft, auch für die zornigen.",
    "Die Ernte kam spät, die Qualität ist ausgezeichnet, die Menge klein.",
    "Mitglieder können ab sofort buchen, alle anderen zwei Tage später.",
    "Unser Laden in {town} zieht auf die andere Straßenseite, Hausnummer {n}.",
    "Eine kurze Liste: ein Buch, ein Werkzeug und ein Weg für den Sonntag.",
    "Die Stadt pflanzt Bäume entlang des Kanals, Beginn ist am Montag.",
];
const TITLES: [&[&str]; 3] = [
    &[
        "The slow train to {town}",
        "What {n} readers told us",
        "A better way to store apples",
        "Notes from the workshop",
        "{name} on patience",
        "Three small releases",
        "Found in the archive",
        "The map nobody finished",
        "Before {day}",
        "Good soup, few tools",
        "Letters from {town}",
        "How the bridge got its colour",
    ],
    &[
        "El tren lento a {town}",
        "Lo que contaron {n} lectores",
        "Guardar manzanas todo el invierno",
        "Notas del taller",
        "{name} habla de la paciencia",
        "Hallado en el archivo",
        "Sopa buena y pocas ollas",
        "Cartas desde {town}",
    ],
    &[
        "Mit dem Bummelzug nach {town}",
        "Was {n} Leser uns schrieben",
        "Äpfel richtig lagern",
        "Neues aus der Werkstatt",
        "{name} über Geduld",
        "Fundstück aus dem Archiv",
        "Gute Suppe, wenig Töpfe",
        "Briefe aus {town}",
    ],
];

fn column(tongue: Tongue) -> usize {
    match tongue {
        Tongue::Spanish => 1,
        Tongue::German => 2,
        _ => 0,
    }
}

/// The one of three texts that is in a language: English, Spanish, German.
pub fn in_tongue(tongue: Tongue, texts: [&'static str; 3]) -> &'static str {
    texts[column(tongue)]
}

/// One sentence.
pub fn sentence(dice: &mut Dice, tongue: Tongue) -> String {
    let from: &[&str] = [&ENGLISH[..], &SPANISH[..], &GERMAN[..]][column(tongue)];
    let template = dice.pick(from);
    fill(template, dice)
}

/// A headline.
pub fn title(dice: &mut Dice, tongue: Tongue) -> String {
    let template = dice.pick(TITLES[column(tongue)]);
    fill(template, dice)
}

/// A paragraph of two to five sentences.
pub fn paragraph(dice: &mut Dice, tongue: Tongue) -> String {
    let sentences: Vec<String> = (0..dice.between(2, 5)).map(|_| sentence(dice, tongue)).collect();
    sentences.join(" ")
}
