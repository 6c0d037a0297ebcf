//! Every text of the screens, in every language, as code.
//!
//! The texts live in `locales/{language}/{feature}.toml`; the build script makes the modules below from them. [`say!`] is
//! the one way to a text: a name that no file has, a value that is missing or one too many does not compile, and a text
//! that one language lacks ends the build.
//!
//! A crate of its own, so that the code is made again only when a text changes.

mod language;

#[doc(hidden)]
pub use leptos_i18n;

include!(concat!(env!("OUT_DIR"), "/i18n.rs"));

/// A language that Gatepost speaks; the first is the one for everybody else.
pub use i18n::Locale as Language;

/// A text in a language: `say!(language, mail.archive)` is a `&'static str`,
/// `say!(language, mail.selected, count = 3)` a `String`.
#[macro_export]
macro_rules! say {
    ($language:expr, $($text:tt)+) => {{
        use $crate::leptos_i18n;
        leptos_i18n::td_string!($language, $($text)+)
    }};
}
