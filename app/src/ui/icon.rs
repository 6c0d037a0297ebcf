//! Our own small pictures, drawn with the text's colour.

use leptos::prelude::*;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Archive,
    Back,
    Bin,
    Clip,
    Clock,
    Chevron,
    Close,
    Forward,
    Inbox,
    Keyboard,
    Letter,
    LetterOpen,
    Link,
    Pen,
    Person,
    Plus,
    Reply,
    ReplyAll,
    SignOut,
    Star,
}

impl Icon {
    /// Strokes in a box of 24.
    fn path(self) -> &'static str {
        match self {
            Self::Archive => "M4 4h16v4H4zM5.5 8v12h13V8M10 12h4",
            Self::Back => "M19 12H5m6-6-6 6 6 6",
            Self::Bin => "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
            Self::Clip => "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.2 17a1.6 1.6 0 0 1-2.3-2.3L14.5 7",
            Self::Clock => "M12 7v5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
            Self::Chevron => "m6 9 6 6 6-6",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Forward => "m14 6 6 6-6 6M20 12H9a5 5 0 0 0-5 5v1",
            Self::Inbox => "M3 13h5l1.5 3h5L16 13h5M3 13l3-8h12l3 8v6H3z",
            Self::Keyboard => {
                "M3 6h18v12H3zM6.5 9.5h.1M10 9.5h.1M14 9.5h.1M17.5 9.5h.1M6.5 12h.1M10 12h.1M14 12h.1M17.5 12h.1M8 15h8"
            }
            Self::Letter => "M3.5 5.5h17v13h-17zM3.5 6.5 12 13l8.5-6.5",
            Self::LetterOpen => "M3.5 10 12 4l8.5 6v9.5h-17zM3.5 10.5 12 16l8.5-5.5",
            Self::Link => {
                "M10 14a4 4 0 0 0 6 .4l3-3a4.2 4.2 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4.2 4.2 0 0 0 6 6l1.5-1.5"
            }
            Self::Pen => "M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19zM14 6.5l3.5 3.5",
            Self::Person => "M4.5 20.5c1-4 3.8-6 7.5-6s6.5 2 7.5 6M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Reply => "m10 6-6 6 6 6M4 12h11a5 5 0 0 1 5 5v1",
            Self::ReplyAll => "m7 6-5 6 5 6M13 6l-5 6 5 6M8 12h8a5 5 0 0 1 5 5v1",
            Self::SignOut => "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
            Self::Star => "m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
        }
    }
}

/// A picture beside a text that says the same: it is hidden from screen readers.
#[component]
pub fn Picture(icon: Icon) -> impl IntoView {
    view! {
        <svg class="picture" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}

/// The gatepost: a post, its cap, and a letter leaning against it.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path class="logo-post" d="M5 29V9.5L10 4l5 5.5V29z"></path>
            <path class="logo-letter" d="M17 14h12v12H17zm0 .5 6 5.5 6-5.5"></path>
        </svg>
    }
}
