//! Which languages there are, and which of them a browser asks for.

use crate::Language;
use std::cmp::Reverse;

impl Language {
    /// Every language, as it calls itself.
    pub const ALL: [(Self, &str); 2] = [(Self::en, "English"), (Self::es, "Español")];

    /// As `<html lang>` has it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::en => "en",
            Self::es => "es",
        }
    }

    /// The language that an `Accept-Language` header likes best among ours. The first of ours for everything it does not
    /// say, and for what nobody could read.
    pub fn accepted(header: &str) -> Self {
        let mut wanted: Vec<(u16, &str)> = header.split(',').filter_map(wish).collect();
        // Of equal ones the first; sorting keeps their order.
        wanted.sort_by_key(|(weight, _)| Reverse(*weight));
        wanted.into_iter().filter(|(weight, _)| *weight > 0).find_map(|(_, tag)| Self::of_tag(tag)).unwrap_or_default()
    }

    /// The language of a tag such as `es-MX`. Countries and scripts make no difference here.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        primary.to_ascii_lowercase().parse().ok()
    }
}

/// One wish of the header, such as `es-MX;q=0.8`: how much it is liked, in thousandths, and what.
fn wish(part: &str) -> Option<(u16, &str)> {
    let (tag, weight) = match part.split_once(';') {
        Some((tag, parameter)) => {
            let (name, value) = parameter.split_once('=')?;
            let weight: f32 = name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().ok())??;
            (tag, weight)
        }
        None => (part, 1.0),
    };
    // RFC 9110 allows three digits, between 0 and 1.
    (0.0..=1.0).contains(&weight).then_some(((weight * 1000.0) as u16, tag.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_liked_best_is_chosen_among_ours() {
        for (header, language) in [
            ("", Language::en),
            ("es", Language::es),
            ("es-MX,es;q=0.9,en;q=0.8", Language::es),
            ("en-GB,en;q=0.9,es;q=0.8", Language::en),
            ("de-DE,de;q=0.9,es;q=0.5,en;q=0.4", Language::es),
            ("en;q=0.5, es;q=0.7", Language::es),
            ("ES-419", Language::es),
            ("fr,de", Language::en),
            ("*", Language::en),
        ] {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
    }

    #[test]
    fn what_is_refused_or_unreadable_is_not_chosen() {
        for header in ["es;q=0", "es;q=0,en", "es;q=much", "es;level=1", "es;q=7", "est", "español", ";;,=,"] {
            assert_eq!(Language::accepted(header), Language::en, "{header:?}");
        }
    }
}
