//! Quoted parts of plain text: lines behind `>`, and the blocks that Outlook puts on top of what it quotes, in English
//! and Spanish.

/// Lines that an announcement such as "On Monday, … wrote:" may take.
const LONGEST_ANNOUNCEMENT: usize = 3;
/// Lines in which the four parts of a block have to follow each other; long lists of receivers take some.
const LONGEST_BLOCK: usize = 12;
/// Lines that are looked at in all.
const MOST_LINES: usize = 100_000;

const BETWEEN_LINES: [&str; 3] = ["original message", "mensaje original", "mensaje original enviado"];
const FROM: [&str; 2] = ["from:", "de:"];
const SENT: [&str; 5] = ["sent:", "date:", "enviado:", "enviado el:", "fecha:"];
const TO: [&str; 2] = ["to:", "para:"];
const SUBJECT: [&str; 2] = ["subject:", "asunto:"];
const WROTE: [&str; 3] = ["wrote:", "escribió:", "escribio:"];

/// The text before what it quotes, and what it quotes; the latter only when something is left before it.
pub fn split(text: &str) -> (&str, Option<&str>) {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    if lines.len() == MOST_LINES {
        return (text, None);
    }
    let Some(first) = [block(&lines), tail(&lines)].into_iter().flatten().min() else { return (text, None) };
    if lines[..first].iter().all(|line| line.trim().is_empty()) {
        return (text, None);
    }
    let at = lines[first].as_ptr() as usize - text.as_ptr() as usize;
    (text[..at].trim_end(), Some(&text[at..]))
}

/// Where a block of Outlook's begins: all below it is quoted.
fn block(lines: &[&str]) -> Option<usize> {
    let starts = |line: &str, words: &[&str]| {
        let line = line.trim_start_matches(['*', ' ']).to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    let begins = |at: &usize| {
        let line = lines[*at].trim();
        let inside = line.trim_matches('-').trim().to_lowercase();
        if line.starts_with("--") && line.ends_with("--") && BETWEEN_LINES.contains(&inside.as_str()) {
            return true;
        }
        let below = &lines[at + 1..lines.len().min(at + LONGEST_BLOCK)];
        starts(line, &FROM)
            && [&SENT[..], &TO, &SUBJECT].iter().all(|words| below.iter().any(|line| starts(line, words)))
    };
    let first = (0..lines.len()).find(begins)?;
    // What a mail passes on is what it is about.
    let above = lines[..first].iter().rev().find(|line| !line.trim().is_empty());
    if above.is_some_and(|line| is_passed_on(line)) {
        return None;
    }
    // The rule above the block belongs to it.
    let rule = first.checked_sub(1).filter(|at| {
        let line = lines[*at].trim();
        line.len() > 9 && line.chars().all(|c| c == '_')
    });
    Some(rule.unwrap_or(first))
}

/// Where the quoted lines begin that the text ends with, with what announces them.
fn tail(lines: &[&str]) -> Option<usize> {
    let quoted = |line: &str| line.starts_with('>');
    let own = lines.iter().rposition(|line| !quoted(line) && !line.trim().is_empty());
    let first = own.map_or(0, |own| own + 1);
    let first = first + lines[first..].iter().position(|line| quoted(line))?;
    let Some(own) = own else { return Some(first) };
    let announcement = announcement(&lines[..=own]);
    Some(announcement.unwrap_or(first))
}

/// Where the lines begin that say who wrote what follows.
fn announcement(lines: &[&str]) -> Option<usize> {
    let last = lines.len().checked_sub(1)?;
    let wrote = |line: &str| WROTE.iter().any(|word| line.trim_end().to_lowercase().ends_with(word));
    if !wrote(lines[last]) {
        return None;
    }
    let begins = |line: &str| ["on ", "el ", "am ", "le "].iter().any(|start| line.to_lowercase().starts_with(start));
    // Up to a line that ends a paragraph or a sentence: that is somebody's own.
    let ends = |line: &str| line.trim().is_empty() || line.trim_end().ends_with(['.', '!', '?', ':']);
    let reach = (0..last).rev().take(LONGEST_ANNOUNCEMENT - 1).take_while(|at| !ends(lines[*at]));
    let start = reach.chain([last]).filter(|at| begins(lines[*at])).min();
    start.or_else(|| lines[last].contains('@').then_some(last))
}

fn is_passed_on(line: &str) -> bool {
    let line = line.to_lowercase();
    ["forwarded message", "mensaje reenviado"].iter().any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_folded(own: &str, quote: &str) {
        let text = format!("{own}\n\n{quote}");
        assert_eq!(split(&text), (own, Some(quote)), "{text}");
    }

    #[test]
    fn quotes_of_common_programs_are_folded() {
        assert_folded("Yes.", "On Mon, 3 Nov 2026 at 10:00, Ana Mora <ana@x.example> wrote:\n\n> Lunch?\n>\n> Ana\n");
        assert_folded("Yes.", "On Mon, 3 Nov 2026 at 10:00, Ana Mora\n<ana@x.example> wrote:\n> Lunch?");
        assert_folded("Sí.", "El lun, 3 nov 2026 a las 10:00, Ana (<ana@x.example>) escribió:\n\n> ¿Almuerzo?\n");
        assert_folded("Yes.", "-----Original Message-----\nFrom: Ana\nLunch?\n");
        assert_folded("Sí.", "-----Mensaje original-----\nDe: Ana\n¿Almuerzo?\n");
        assert_folded(
            "Yes.",
            "________________________________\nFrom: Ana <ana@x.example>\nSent: Monday\nTo: Bob\nSubject: Lunch\n\nLunch?\n",
        );
        assert_folded("Sí.", "De: Ana\nEnviado el: lunes\nPara: Bob\nCC: Eva\nAsunto: Almuerzo\n\n¿Almuerzo?");
        assert_folded("Yes.", "> Lunch?");
    }

    #[test]
    fn answers_between_and_below_quotes_stay_in_sight() {
        for text in [
            "On Monday Ana wrote:\n> Lunch?\n\nYes.\n\n> Where?\n\nAt mine.",
            "> Lunch?\n\nYes.",
            "On Monday Ana <a@b> wrote:\n> Lunch?\n\nYes, at one.\n",
            "From: here\nto: there\nis a long way.",
            "Dear Ana,\nplease note: a > b",
            "",
            "\n\n",
        ] {
            assert_eq!(split(text), (text, None), "{text}");
        }
    }

    #[test]
    fn between_answers_only_what_follows_the_last_one_is_folded() {
        let text = "> Lunch?\nYes.\n> Where?\nAt mine.\n> Ana";
        assert_eq!(split(text), ("> Lunch?\nYes.\n> Where?\nAt mine.", Some("> Ana")));
    }

    #[test]
    fn a_mail_that_is_nothing_but_a_quote_or_passes_one_on_is_whole() {
        for text in [
            "> Lunch?\n> Ana",
            "On Monday Ana wrote:\n> Lunch?",
            "-----Original Message-----\nFrom: Ana\nLunch?",
            "See below.\n\n---------- Forwarded message ---------\nFrom: Ana\nDate: Monday\nSubject: Lunch\nTo: Bob\n\nLunch?",
        ] {
            assert_eq!(split(text), (text, None), "{text}");
        }
    }

    #[test]
    fn absurd_texts_are_read_in_time() {
        let text = "From:\n".repeat(50_000) + &"> ".repeat(100_000);
        assert!(split(&text).0.len() <= text.len());
        assert_eq!(split(&"> a\n".repeat(200_000)).1, None);
    }
}
