//! A sentence that stands out.

use leptos::prelude::*;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For your information.
    Quiet,
    /// It worked.
    Good,
    /// It did not, and something can be done.
    Bad,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Quiet => "notice",
            Self::Good => "notice good",
            Self::Bad => "notice bad",
        }
    }
}

/// A sentence with room for buttons after it. It is not announced by itself; put it inside a live region for that.
#[component]
pub fn Notice(tone: Tone, children: Children) -> impl IntoView {
    view! { <div class=tone.class()>{children()}</div> }
}
