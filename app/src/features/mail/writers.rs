//! Who wrote in a conversation, as short as a row wants it.

use super::Writer;
use crate::language::{Language, say, use_language};
use leptos::prelude::*;

/// So many names at most; of more, the first and the last ones.
const MOST: usize = 3;

/// A name in the row, or the gap where names are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Name { text: String, unread: bool },
    Gap,
}

/// `Ana, me … Luis 5`.
#[component]
pub fn Writers(writers: Vec<Writer>, messages: u64) -> impl IntoView {
    let language = use_language();
    let several = writers.len() > 1;
    let pieces = pieces(language, &writers);
    let last = pieces.len().saturating_sub(1);
    let shown = pieces.into_iter().enumerate().map(|(at, piece)| match piece {
        Piece::Gap => view! { <span>" … "</span> }.into_any(),
        Piece::Name { text, unread } => {
            let comma = if at < last && !several_left_out(at, &writers) { ", " } else { "" };
            view! { <span class:new=several && unread>{text}{comma}</span> }.into_any()
        }
    });
    view! {
        {shown.collect_view()}
        {(messages > 1).then(|| view! {
            <span class="row-count">
                <span class="sr-only">", "</span>
                {messages}
                <span class="sr-only">{say!(language, mail.count_of_mails)}</span>
            </span>
        })}
    }
    .into_any()
}

/// Whether the gap follows this name.
fn several_left_out(at: usize, writers: &[Writer]) -> bool {
    at == 0 && writers.len() > MOST
}

fn pieces(language: Language, writers: &[Writer]) -> Vec<Piece> {
    let alone = writers.len() == 1;
    let name = |writer: &Writer| {
        let text = match (writer.name.as_str(), alone) {
            ("", _) => say!(language, mail.me),
            (name, true) => name,
            (name, false) => first_name(name),
        };
        Piece::Name { text: text.to_owned(), unread: writer.unread }
    };
    match writers {
        [first, .., before, last] if writers.len() > MOST => vec![name(first), Piece::Gap, name(before), name(last)],
        all => all.iter().map(name).collect(),
    }
}

/// Where several wrote, the first word of each name says enough; of `Mora, Ana` it is the second.
fn first_name(name: &str) -> &str {
    let given = name.split_once(", ").map_or(name, |(_, given)| given);
    given.split_whitespace().next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(names: &[&str]) -> String {
        let writers: Vec<_> = names.iter().map(|name| Writer { name: (*name).to_owned(), unread: false }).collect();
        let word = |piece| match piece {
            Piece::Name { text, .. } => text,
            Piece::Gap => "…".to_owned(),
        };
        pieces(Language::en, &writers).into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_writer_is_named_in_full_and_several_by_first_names() {
        assert_eq!(text(&["Ana Mora"]), "Ana Mora");
        assert_eq!(text(&["Ana Mora", "", "Solís, Luis"]), "Ana me Luis");
        assert_eq!(text(&["no-reply@bank.example"]), "no-reply@bank.example");
        assert_eq!(text(&[""]), "me");
    }

    #[test]
    fn of_many_the_first_and_the_last_two_are_named() {
        assert_eq!(text(&["A", "B", "C", "D", "E"]), "A … D E");
        assert_eq!(text(&["A", "B", "C"]), "A B C");
        assert_eq!(text(&[]), "");
    }
}
