//! Pictures on other servers: shown once, or always those of a sender.

use crate::{
    features::{
        connections::Provider,
        mail::{Images, server::AlwaysShowImages},
    },
    language::{say, use_language},
    ui::FormProblem,
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

/// What is done about the pictures of a mail, and what else could be.
#[component]
pub fn RemoteImages(
    message: Uuid,
    address: String,
    /// Whether the provider vouches that the mail is from that address.
    proven: bool,
    provider: Provider,
    images: RwSignal<Images>,
    /// Where the frame's document is, and the frame's name: a form fills it without scripts.
    frame: String,
    target: String,
    /// Whether the pictures are asked for as long as this mail is open.
    shown: RwSignal<bool>,
) -> impl IntoView {
    let language = use_language();
    let action = ServerAction::<AlwaysShowImages>::new();
    let failed = Signal::derive(move || action.value().get().and_then(Result::err));
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some(sent) = action.input().get() {
            asked.set_value(sent.always);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            images.set(match (asked.get_value(), proven) {
                (false, _) => {
                    shown.set(false);
                    Images::Waiting
                }
                (true, true) => Images::Always,
                (true, false) => Images::Unproven,
            });
        }
    });
    let (sender, told) = (address.clone(), address);
    let sentence = move || match images.get() {
        Images::None => String::new(),
        Images::Waiting => say!(language, mail.images_waiting).to_owned(),
        Images::Always => say!(language, mail.images_always, sender = &told),
        Images::Unproven => say!(language, mail.images_unproven, sender = &told, name = provider.name()),
    };
    // The frame is told by its address and not by the form, which a frame that is still being loaded forgets.
    let show = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        shown.set(true);
    };
    let once = move || {
        matches!(images.get(), Images::Waiting | Images::Unproven).then(|| {
            view! {
                <form method="get" action=frame.clone() target=target.clone() on:submit=show>
                    <input type="hidden" name="images" value="1" />
                    <button class="button small">{say!(language, mail.show_images)}</button>
                </form>
            }
        })
    };
    let from_now_on = move || {
        let always = images.get() == Images::Waiting;
        let label = if always {
            say!(language, mail.always_images, sender = &sender)
        } else {
            say!(language, mail.ask_images).to_owned()
        };
        (!sender.is_empty()).then(|| {
            view! {
                <ActionForm action>
                    <input type="hidden" name="message" value=message.to_string() />
                    <input type="hidden" name="always" value=always.to_string() />
                    <button class="button small">{label}</button>
                </ActionForm>
            }
        })
    };
    (images.get_untracked() != Images::None).then(|| {
        view! {
            <div class="images">
                <span role="status">{sentence}</span>
                {once}
                {from_now_on}
                <FormProblem problem=failed id="images-problem" />
            </div>
        }
        .into_any()
    })
}
