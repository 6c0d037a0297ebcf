//! The HTML of a mail in a frame of its own, and the plain text instead when that is chosen.

use super::{
    images::RemoteImages,
    message::{InMailbox, Plain},
};
use crate::features::mail::{Images, MessageView, server::PreferPlainText};
use crate::language::{say, use_language};
use leptos::{attr::custom::custom_attribute, form::ActionForm, prelude::*};
use uuid::Uuid;

/// How tall a frame stands at first. What is in it cannot be measured: it runs no scripts and is a stranger to the page.
/// So its own text says how much there is to read; what is longer scrolls inside, and the frame's corner can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameSize {
    Tiny,
    Short,
    Middle,
    Long,
}

impl FrameSize {
    /// Judged by the mail as plain text, in lines of the width of a column.
    fn of(text: &str) -> Self {
        let lines: usize = text.lines().map(|line| 1 + line.chars().count() / 80).sum();
        match lines {
            0..=3 => Self::Tiny,
            4..=8 => Self::Short,
            9..=24 => Self::Middle,
            _ => Self::Long,
        }
    }

    /// Pictures take room that no text tells of.
    fn with_pictures(self) -> Self {
        match self {
            Self::Tiny | Self::Short => Self::Middle,
            Self::Middle | Self::Long => Self::Long,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Tiny => "mail-frame tiny",
            Self::Short => "mail-frame short",
            Self::Middle => "mail-frame middle",
            Self::Long => "mail-frame long",
        }
    }
}

/// The cleaned HTML, framed. Works without scripts: the choice is two radio buttons, the images are a form that fills the
/// frame.
#[component]
pub fn Formatted(mail: MessageView, frame: String, sender: String, around: InMailbox) -> impl IntoView {
    let language = use_language();
    let InMailbox { opened, provider, plain_text, .. } = around;
    let frame_name = format!("frame-{}", mail.id);
    let size = FrameSize::of(&mail.text);
    let size = if mail.images == Images::None { size } else { size.with_pictures() };
    let images = RwSignal::new(mail.images);
    let shown = RwSignal::new(false);
    let source = {
        let frame = frame.clone();
        move || {
            let asked = images.get() == Images::Always || shown.get();
            if asked { format!("{frame}?images=1") } else { frame.clone() }
        }
    };
    view! {
        <div class="formatted">
            <div class="mail-tools">
                <Choice opened plain_text />
                <RemoteImages
                    message=mail.id
                    address=mail.sender_address.clone()
                    proven=mail.proven
                    provider
                    images
                    frame
                    target=frame_name.clone()
                    shown
                />
            </div>
            <div class=size.class()>
                <iframe
                    name=frame_name
                    title=say!(language, mail.mail_from, sender = sender)
                    src=source
                    sandbox="allow-popups allow-popups-to-escape-sandbox"
                    referrerpolicy="no-referrer"
                    {..custom_attribute("loading", "lazy")}
                ></iframe>
            </div>
            <Plain text=mail.text quoted=mail.quoted />
        </div>
    }
    .into_any()
}

/// How this mail is shown; and, with a press, all others from now on.
#[component]
fn Choice(opened: Uuid, plain_text: bool) -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<PreferPlainText>::new();
    let first = RwSignal::new(plain_text);
    let asked = StoredValue::new(plain_text);
    Effect::new(move |_| {
        if let Some(sent) = action.input().get() {
            asked.set_value(sent.plain_text);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            first.set(asked.get_value());
        }
    });
    view! {
        <ActionForm action attr:class="choices" attr:data-first=move || first.get().to_string()>
            <input type="hidden" name="back" value=format!("/inbox/{opened}") />
            <fieldset class="choice">
                <legend class="sr-only">{say!(language, mail.show_as)}</legend>
                <label>
                    <input type="radio" name="plain_text" value="false" checked=!plain_text />
                    {say!(language, mail.formatted)}
                </label>
                <label>
                    <input type="radio" name="plain_text" value="true" checked=plain_text />
                    {say!(language, mail.plain_text)}
                </label>
            </fieldset>
            <button class="button small">{say!(language, mail.use_for_all)}</button>
        </ActionForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::FrameSize;

    #[test]
    fn a_frame_is_as_tall_as_its_text_is_long() {
        assert_eq!(FrameSize::of("Your parcel is on its way."), FrameSize::Tiny);
        assert_eq!(FrameSize::of("Hello,\n\nyour parcel is\non its way.\n\nBye"), FrameSize::Short);
        assert_eq!(FrameSize::of(&"A line.\n".repeat(12)), FrameSize::Middle);
        assert_eq!(FrameSize::of(&"word ".repeat(600)), FrameSize::Long, "one paragraph is many lines");
    }
}
