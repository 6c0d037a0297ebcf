//! One row of the list.

use super::{
    MessageRow,
    acting::{Marks, RowActs},
    merge::{Rows, find},
    server::ActOnMail,
};
use crate::{
    time::Moment,
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use std::sync::Arc;

/// Sender, subject, snippet, marks and time, as one link; and what can be done to it. What changes about the mail changes
/// inside the row, which stays: whoever has the focus in it keeps it.
#[component]
pub fn Row(
    row: Arc<MessageRow>,
    rows: RwSignal<Rows>,
    /// Where a button without scripts leads.
    back: String,
    act: ServerAction<ActOnMail>,
) -> impl IntoView {
    let MessageRow { id, received_at, has_attachments, .. } = *row;
    let now = Memo::new(move |_| rows.with(|rows| find(rows, &row)).unwrap_or_else(|| row.clone()));
    let marks =
        Signal::derive(move || now.with(|now| Marks { unread: now.unread, starred: now.starred, place: now.place }));
    let unread = move || marks.get().unread;
    let managed = Memo::new(move |_| now.with(|now| now.managed));
    let subject =
        move || now.with(|now| if now.subject.is_empty() { "(no subject)".to_owned() } else { now.subject.clone() });
    view! {
        <li class="row" class:unread=unread>
            <a href=format!("/inbox/{id}") id=format!("row-{id}")>
                <span class="row-mark">{move || unread().then(|| view! { <span class="sr-only">"Unread. "</span> })}</span>
                <span class="row-sender">{move || now.with(|now| now.sender.clone())}</span>
                <span class="row-text">
                    <span class="row-subject">{subject}</span>
                    <span class="row-snippet">{move || now.with(|now| now.snippet.clone())}</span>
                </span>
                <span class="row-icons">
                    {move || marks.get().starred.then(|| view! { <span class="star"><Picture icon=Icon::Star /><span class="sr-only">"Starred"</span></span> })}
                    {has_attachments.then(|| view! { <span><Picture icon=Icon::Clip /><span class="sr-only">"With attachments"</span></span> })}
                </span>
                <Moment at=received_at />
            </a>
            {move || managed.get().then(|| view! { <RowActs id marks back=back.clone() action=act /> })}
        </li>
    }
    .into_any()
}
