//! The list of mails: heading, mailbox, folders, and the first page of rows.

use super::{Folder, ListQuery, keys::KeysHelp, loaded::LoadedList, server::list_inbox};
use crate::{
    features::writing::ComposeButton,
    language::{say, use_language},
    ui::{Load, Skeleton},
};
use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;

#[component]
pub fn MailList(query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let page = Resource::new(
        move || query.get(),
        |query| {
            let naming = query.naming();
            list_inbox(query.mailbox, query.folder, query.after, naming)
        },
    );
    let title = move || query.with(|query| query.folder.title(language));
    view! {
        // As text: the server reads a title when the page is whole, and by then no signal needs to be there.
        {move || shown.get().then(|| view! { <Title text=title() /> })}
        <div class="list-head">
            <h1 tabindex="-1">{title}</h1>
            <FolderTabs query />
            <div class="list-write">
                <a class="button bare" href="/write#written">{say!(language, mail.drafts)}</a>
                <ComposeButton from=Signal::derive(move || query.with(|query| query.mailbox)) />
            </div>
            <KeysHelp />
        </div>
        <Load
            from=page
            fallback=|| view! { <Skeleton lines=14 class="rows" /> }
            render=Arc::new(move |page| view! { <LoadedList page query shown /> }.into_any())
        />
    }
    .into_any()
}

#[component]
fn FolderTabs(query: Memo<ListQuery>) -> impl IntoView {
    let language = use_language();
    let tab = move |folder: Folder| {
        view! {
            <a
                href=move || query.with(|query| query.in_folder(folder).address())
                aria-current=move || query.with(|query| (query.folder == folder).then_some("page"))
            >
                {folder.tab(language)}
            </a>
        }
    };
    view! { <nav class="tabs" aria-label=say!(language, mail.folders)>{Folder::ALL.map(tab).collect_view()}</nav> }
        .into_any()
}
