//! `/inbox/{id}`: a conversation, opened at one mail.

use super::{
    AttachmentRow, Conversation, ListQuery, Managing, MessageView,
    acting::{MailActs, Marks, ReadOnly},
    page::Opened,
    server::open_conversation,
};
use crate::{
    browser,
    error::AppError,
    quantity::size_words,
    time::{Moment, Shown},
    ui::{Icon, Load, Picture, Problem, Skeleton},
};
use leptos::{attr::custom::custom_attribute, prelude::*};
use leptos_meta::Title;
use std::sync::Arc;
use uuid::Uuid;

#[component]
pub fn ConversationView(
    opened: Opened,
    back: Memo<ListQuery>,
    /// Whether the person came here from another page of ours.
    moved: StoredValue<bool>,
) -> impl IntoView {
    let content = match opened {
        Opened::Mail(id) => view! { <Loaded id moved /> }.into_any(),
        Opened::Nonsense => view! {
            <h1 tabindex="-1">"No such mail"</h1>
            <Problem error=AppError::NotFound />
        }
        .into_any(),
    };
    view! {
        <Title text="Mail" />
        <article class="conversation">
            <p class="back">
                // The list scrolls itself back to its place.
                <a class="button bare" data-noscroll href=move || back.with(ListQuery::address)>
                    <Picture icon=Icon::Back />
                    {move || back.with(|back| back.folder.title())}
                </a>
            </p>
            {content}
        </article>
    }
    .into_any()
}

#[component]
fn Loaded(id: Uuid, moved: StoredValue<bool>) -> impl IntoView {
    let from = Resource::new(|| (), move |()| open_conversation(id));
    view! {
        <Load
            from
            heading="This mail cannot be shown"
            fallback=|| view! { <Skeleton lines=8 class="mail" /> }
            render=Arc::new(move |found| {
                let again = Callback::new(move |()| from.refetch());
                view! { <Mails found moved again /> }.into_any()
            })
        />
    }
    .into_any()
}

#[component]
fn Mails(found: Conversation, moved: StoredValue<bool>, again: Callback<()>) -> impl IntoView {
    Effect::new(move |_| {
        if moved.get_value() {
            request_animation_frame(|| browser::focus(".conversation h1"));
        }
    });
    let Conversation { subject, opened, mailbox, managing, messages, .. } = found.clone();
    let subject = if subject.is_empty() { "(no subject)".to_owned() } else { subject };
    view! {
        <Title text=subject.clone() />
        <header>
            <h1 tabindex="-1">{subject}</h1>
            <p class="quiet">"In " {mailbox}</p>
        </header>
        <ReadOnly conversation=found again />
        {messages
            .into_iter()
            .map(|mail| {
                view! { <Mail mail opened managing /> }
            })
            .collect_view()}
    }
    .into_any()
}

/// One mail; closed it shows who, when and how it begins.
#[component]
fn Mail(mail: MessageView, opened: Uuid, managing: Managing) -> impl IntoView {
    let MessageView {
        id,
        starred,
        place,
        sender_name,
        sender_address,
        recipients,
        received_at,
        snippet,
        text,
        frame,
        remote_images,
        attachments,
        ..
    } = mail;
    let name = if sender_name.is_empty() { sender_address.clone() } else { sender_name };
    let from = name.clone();
    view! {
        <details class="mail" id=format!("mail-{id}") open=id == opened>
            <summary>
                <span class="mail-sender">{name}</span>
                <span class="mail-snippet">{snippet}</span>
                <Moment at=received_at shown=Shown::Minute />
            </summary>
            <p class="mail-people">
                <span>"From " {sender_address}</span>
                <span>"To " {recipients}</span>
            </p>
            {(managing == Managing::On)
                .then(|| {
                    // Opened, it is read: whatever it was a moment ago.
                    let marks = Marks { unread: false, starred, place };
                    view! { <MailActs id marks opened /> }
                })}
            {match frame {
                Some(frame) => view! { <Formatted id from text frame remote_images /> }.into_any(),
                None => view! { <div class="mail-text">{text}</div> }.into_any(),
            }}
            <Attachments attachments />
        </details>
    }
    .into_any()
}

/// How tall a frame stands at first. What is in it cannot be measured: it runs no scripts and is a stranger to the page.
/// So its own text says how much there is to read; what is longer scrolls inside, and the frame's corner can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameSize {
    Short,
    Middle,
    Long,
}

impl FrameSize {
    /// Judged by the mail as plain text, in lines of the width of a column.
    fn of(text: &str) -> Self {
        let lines: usize = text.lines().map(|line| 1 + line.chars().count() / 80).sum();
        match lines {
            0..=8 => Self::Short,
            9..=24 => Self::Middle,
            _ => Self::Long,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Short => "mail-frame short",
            Self::Middle => "mail-frame middle",
            Self::Long => "mail-frame long",
        }
    }
}

/// The cleaned HTML in a frame of its own, and the plain text instead when that is chosen. Works without scripts: the
/// choice is two radio buttons, the images are a form that fills the frame.
#[component]
fn Formatted(id: Uuid, from: String, text: String, frame: String, remote_images: bool) -> impl IntoView {
    let choice = format!("shown-{id}");
    let frame_name = format!("frame-{id}");
    let class = FrameSize::of(&text).class();
    view! {
        <div class="formatted">
            <div class="mail-tools">
                <fieldset class="choice">
                    <legend class="sr-only">"Show this mail as"</legend>
                    <label>
                        <input type="radio" name=choice.clone() value="html" checked />
                        "Formatted"
                    </label>
                    <label>
                        <input type="radio" name=choice value="text" />
                        "Plain text"
                    </label>
                </fieldset>
                {remote_images
                    .then(|| {
                        view! {
                            <form class="images" method="get" action=frame.clone() target=frame_name.clone()>
                                <input type="hidden" name="images" value="1" />
                                <span>"Images from elsewhere are not loaded."</span>
                                <button class="button">"Show remote images"</button>
                            </form>
                        }
                    })}
            </div>
            <div class=class>
                <iframe
                    name=frame_name.clone()
                    title=format!("Mail from {from}")
                    src=frame
                    sandbox="allow-popups allow-popups-to-escape-sandbox"
                    referrerpolicy="no-referrer"
                    {..custom_attribute("loading", "lazy")}
                ></iframe>
            </div>
            <div class="mail-text">{text}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Attachments(attachments: Vec<AttachmentRow>) -> impl IntoView {
    (!attachments.is_empty()).then(|| {
        view! {
            <section class="attachments" aria-label="Attachments">
                <ul role="list">
                    {attachments
                        .into_iter()
                        .map(|file| {
                            view! {
                                <li>
                                    <Picture icon=Icon::Clip />
                                    <span>{file.filename}</span>
                                    <span class="quiet">{size_words(file.size)}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::FrameSize;

    #[test]
    fn a_frame_is_as_tall_as_its_text_is_long() {
        assert_eq!(FrameSize::of("Your parcel is on its way."), FrameSize::Short);
        assert_eq!(FrameSize::of(&"A line.\n".repeat(12)), FrameSize::Middle);
        assert_eq!(FrameSize::of(&"word ".repeat(600)), FrameSize::Long, "one paragraph is many lines");
    }
}
