//! The rows on the screen: merged with new mail as it arrives, longer when more is asked for.

use super::{
    Folder, InboxPage, ListQuery, mailbox::MailboxMenu, refused::Refusals, rows::RowList, server::ActOnConversations,
    state::ListState, undo::LastDone,
};
use crate::{
    features::{
        connections::{ConnectButton, Provider, SyncLine, SyncProgress},
        writing::Unsent,
    },
    language::{counted, say, use_language},
    live::Live,
    ui::{FormProblem, Problem},
};
use leptos::prelude::*;

#[component]
pub fn LoadedList(page: InboxPage, query: Memo<ListQuery>, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let own = query.get_untracked();
    let (mailbox, newest_page) = (own.mailbox, own.after.is_none());
    let newest_address = own.page_after(None).address();
    let back = StoredValue::new(own.address());
    let state = ListState::new(page, own);
    Effect::new(move |before: Option<u32>| {
        let changes = live.mail_changes(mailbox) + live.written_changes();
        if newest_page && before.is_some_and(|before| before != changes) {
            state.refresh();
        }
        changes
    });
    let act = acts_of(state);
    let failed = Signal::derive(move || act.value().get().and_then(Result::err));
    let progress = Memo::new(move |_| state.progress(live));
    let connected = Memo::new(move |_| state.mailboxes.with(|all| !all.is_empty()));
    let is_empty = Memo::new(move |_| state.rows.with(Vec::is_empty));
    view! {
        <Show when=move || connected.get() fallback=|| view! { <NothingConnected /> }>
            <div class="list-bar">
                <MailboxMenu mailboxes=state.mailboxes.into() query />
                {move || progress.get().map(|now| {
                    let now = Signal::derive(move || progress.get().unwrap_or_else(|| now.clone()));
                    view! { <SyncLine progress=now /> }
                })}
            </div>
            {(!newest_page).then(|| view! { <p class="newer"><a href=newest_address.clone()>{say!(language, mail.back_to_newest)}</a></p> })}
            <Unsent rows=state.unsent />
            <Refusals not_done=state.not_done back=back.get_value() read=Callback::new(move |()| state.refresh()) />
            <FormProblem problem=failed />
            <NewMail state shown />
            <Show when=move || !is_empty.get() fallback=move || view! { <NothingHere state progress /> }>
                <RowList state shown back=back.get_value() act />
                <More state />
            </Show>
        </Show>
    }
    .into_any()
}

/// What is done to the rows: shown at once, and read again when the server has answered.
fn acts_of(state: ListState) -> ServerAction<ActOnConversations> {
    let action = ServerAction::<ActOnConversations>::new();
    let (last, sent_act) = (LastDone::take(), StoredValue::new(None));
    Effect::new(move |_| {
        if let Some(sent) = action.input().get() {
            sent_act.set_value(Some(sent.act));
            last.forget();
            state.act_on(&sent.conversations, sent.act);
        }
    });
    Effect::new(move |_| {
        if let Some(answer) = action.value().get() {
            last.answered(sent_act.get_value(), answer);
            state.refresh();
        }
    });
    action
}

/// `N new`: shown instead of moving what is being read.
#[component]
fn NewMail(state: ListState, shown: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let arrived = Memo::new(move |_| state.waiting.with(|waiting| waiting.as_ref().map(|waiting| waiting.arrived)));
    view! {
        <div class="new-mail" role="status">
            {move || arrived.get().filter(|_| shown.get()).map(|count| view! {
                <button class="button primary" type="button" on:click=move |_| state.show_waiting()>
                    {counted!(language, count as u64, ui.new_mails)}
                </button>
            })}
        </div>
    }
    .into_any()
}

/// The way to older mail: a link, which with scripts lengthens the list in place.
#[component]
fn More(state: ListState) -> impl IntoView {
    let language = use_language();
    let address = move || state.query.with_value(|query| query.page_after(state.next.get()).address());
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        state.load_more();
    };
    view! {
        <div class="more">
            {move || state.more_failed.get().map(|error| {
                view! { <Problem error retry=Callback::new(move |()| state.load_more()) /> }
            })}
            <Show when=move || state.next.with(Option::is_some)>
                <a class="button" href=address on:click=on_click aria-busy=move || state.more_pending.get().to_string()>
                    {say!(language, mail.more)}
                </a>
            </Show>
        </div>
    }
    .into_any()
}

/// Before the first mailbox.
#[component]
fn NothingConnected() -> impl IntoView {
    let language = use_language();
    view! {
        <div class="empty">
            <h2>{say!(language, mail.none_connected)}</h2>
            <p>
                {say!(language, mail.none_connected_why)}
            </p>
            <p class="actions">
                <ConnectButton provider=Provider::Google />
                <ConnectButton provider=Provider::Microsoft />
            </p>
            <p class="quiet"><a href="/settings/connections">{say!(language, mail.all_ways)}</a></p>
        </div>
    }
    .into_any()
}

/// Connected, and no row to show.
#[component]
fn NothingHere(state: ListState, progress: Memo<Option<SyncProgress>>) -> impl IntoView {
    let language = use_language();
    let syncing = Memo::new(move |_| progress.with(|progress| progress.as_ref().is_some_and(SyncProgress::is_running)));
    let folder = move || state.query.with_value(|query| query.folder);
    view! {
        <div class="empty">
            {move || {
                let (heading, text) = match (syncing.get(), folder()) {
                    (true, _) => (say!(language, mail.on_its_way), say!(language, mail.newest_first)),
                    (false, Folder::Inbox) => (say!(language, mail.inbox_empty), say!(language, mail.new_shows_up)),
                    (false, Folder::All) => (say!(language, mail.no_mail), say!(language, mail.new_shows_up)),
                    (false, Folder::Hidden) => (say!(language, mail.no_spam), say!(language, mail.sorted_out)),
                };
                view! { <h2>{heading}</h2> <p>{text}</p> }
            }}
        </div>
    }
    .into_any()
}
