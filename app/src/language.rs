//! The language of the page. It is fixed while the document lives: another one loads a new page.

pub use texts::{Language, say};

/// The language of the page being made or shown.
pub fn use_language() -> Language {
    crate::request::language()
}

/// `counted!(language, count, mail.mails)`: a text for one thing or for many, from `mail.mails.one` and `mail.mails.many`. Both
/// languages know no more than the two; the many are told their `count`.
macro_rules! counted {
    ($language:expr, $count:expr, $($text:ident).+ $(, $name:ident = $value:expr)*) => {{
        let (language, count) = ($language, $count);
        if count == 1 {
            $crate::language::owned($crate::language::say!(language, $($text).+.one $(, $name = $value)*))
        } else {
            $crate::language::say!(
                language, $($text).+.many, count = $crate::quantity::grouped(language, count) $(, $name = $value)*
            )
        }
    }};
}
pub(crate) use counted;

/// A text that may be one of the program's own or made just now.
pub(crate) fn owned(text: impl Into<String>) -> String {
    text.into()
}
