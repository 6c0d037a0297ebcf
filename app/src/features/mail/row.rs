//! One row of the list.

use super::{
    MessageRow,
    acting::{Marks, RowActs},
    server::ActOnMail,
};
use crate::{
    time::Moment,
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use std::sync::Arc;

/// Sender, subject, snippet, marks and time, as one link; and what can be done to it.
#[component]
pub fn Row(
    row: Arc<MessageRow>,
    /// Where a button without scripts leads.
    back: String,
    act: ServerAction<ActOnMail>,
) -> impl IntoView {
    let MessageRow { id, sender, subject, snippet, received_at, unread, starred, has_attachments, place, managed } =
        (*row).clone();
    let subject = if subject.is_empty() { "(no subject)".to_owned() } else { subject };
    view! {
        <li class="row" class:unread=unread>
            <a href=format!("/inbox/{id}") id=format!("row-{id}")>
                <span class="row-mark">{unread.then(|| view! { <span class="sr-only">"Unread. "</span> })}</span>
                <span class="row-sender">{sender}</span>
                <span class="row-text">
                    <span class="row-subject">{subject}</span>
                    <span class="row-snippet">{snippet}</span>
                </span>
                <span class="row-icons">
                    {starred.then(|| view! { <span class="star"><Picture icon=Icon::Star /><span class="sr-only">"Starred"</span></span> })}
                    {has_attachments.then(|| view! { <span><Picture icon=Icon::Clip /><span class="sr-only">"With attachments"</span></span> })}
                </span>
                <Moment at=received_at />
            </a>
            {managed.then(|| view! { <RowActs id marks=Marks { unread, starred, place } back action=act /> })}
        </li>
    }
    .into_any()
}
