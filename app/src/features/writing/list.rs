//! Drafts, and what is on its way, beside the mail that is written.

use super::{
    Stage, WrittenRow,
    server::{ChangeUnsent, DiscardDraft, SendAgain, UndoSend, list_written},
    stage::StageLine,
};
use crate::{
    error::AppError,
    kept::{kept, one_of},
    language::{say, use_language},
    live::Live,
    time::Moment,
    ui::{FormProblem, Icon, Load, Picture, Skeleton},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use uuid::Uuid;

/// Counts what this page itself changed of the list.
#[derive(Clone, Copy)]
pub struct Changed(pub RwSignal<u32>);

/// What can be done to a mail that is no draft just now.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    pub undo: ServerAction<UndoSend>,
    pub again: ServerAction<SendAgain>,
    pub change: ServerAction<ChangeUnsent>,
    pub discard: ServerAction<DiscardDraft>,
}

impl Acts {
    /// A draft again is opened where it can be changed.
    pub fn new() -> Self {
        let acts = Self {
            undo: ServerAction::new(),
            again: ServerAction::new(),
            change: ServerAction::new(),
            discard: ServerAction::new(),
        };
        let navigate = use_navigate();
        Effect::new(move |_| {
            let undone = acts.undo.value().get().and_then(Result::ok);
            if let Some(draft) = undone.or_else(|| acts.change.value().get().and_then(Result::ok)) {
                navigate(&format!("/write/{draft}"), NavigateOptions::default());
            }
        });
        acts
    }

    /// Changes whenever one of them was answered.
    pub fn answers(self) -> usize {
        self.undo.version().get()
            + self.again.version().get()
            + self.change.version().get()
            + self.discard.version().get()
    }

    /// What the last of them was refused for.
    pub fn problem(self) -> Signal<Option<AppError>> {
        Signal::derive(move || {
            let opened = [self.undo.value().get(), self.change.value().get()];
            let done = [self.again.value().get(), self.discard.value().get()];
            let opened = opened.into_iter().flatten().find_map(Result::err);
            opened.or_else(|| done.into_iter().flatten().find_map(Result::err))
        })
    }
}

#[component]
pub fn WrittenList(
    /// The one that is open.
    current: Signal<Option<Uuid>>,
    acts: Acts,
) -> impl IntoView {
    let language = use_language();
    let rows = Resource::new(|| (), |()| list_written());
    view! {
        <aside class="written" aria-labelledby="written">
            <h2 id="written">{say!(language, writing.written)}</h2>
            <FormProblem problem=acts.problem() id="written-problem" />
            <Load
                from=rows
                fallback=|| view! { <Skeleton lines=4 class="written-rows" /> }
                render=Arc::new(move |rows| view! { <Rows rows current acts /> }.into_any())
            />
        </aside>
    }
    .into_any()
}

/// Read again whenever one of its mails moves on.
#[component]
fn Rows(rows: Vec<WrittenRow>, current: Signal<Option<Uuid>>, acts: Acts) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let Changed(changed) = expect_context();
    let rows = kept(rows, move || (live.written_changes(), acts.answers(), changed.get()), list_written);
    let over = Callback::new(move |()| changed.update(|times| *times += 1));
    let none = Memo::new(move |_| rows.with(Vec::is_empty));
    let row = move |first: WrittenRow| {
        let id = first.id;
        let row = one_of(move || rows.get(), move |row| row.id == id, first);
        move || view! { <Row row=row.get() current acts over /> }
    };
    view! {
        {move || if none.get() {
            view! { <p class="quiet">{say!(language, writing.nothing_yet)}</p> }.into_any()
        } else {
            view! {
                <ul role="list" class="written-rows">
                    <For each=move || rows.get() key=|row| row.id children=row />
                </ul>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[component]
fn Row(row: WrittenRow, current: Signal<Option<Uuid>>, acts: Acts, over: Callback<()>) -> impl IntoView {
    let language = use_language();
    let WrittenRow { id, kind, stage, provider, saved_at, message, .. } = row;
    let (name, mailbox) = (row.name(language), row.mailbox);
    let to = if row.to.trim().is_empty() { say!(language, writing.nobody_yet).to_owned() } else { row.to };
    let href = match (stage, message) {
        (Stage::Sent { .. }, Some(message)) => format!("/inbox/{message}"),
        _ => format!("/write/{id}"),
    };
    let tells = !matches!(stage, Stage::Writing | Stage::Sent { .. });
    let line = tells.then(|| {
        view! { <p class="written-stage"><StageLine stage kind provider mailbox over /></p> }
    });
    view! {
        <li class="written-row" aria-current=move || (current.get() == Some(id)).then_some("true")>
            <a href=href id=format!("written-{id}")>
                <span class="written-to">{to}</span>
                <Moment at=saved_at />
                <span class="written-subject">
                    {name} {(!row.snippet.is_empty()).then(|| view! { <span class="quiet">" \u{2013} " {row.snippet}</span> })}
                </span>
                <span class=stage.class()>
                    {stage.word(language)}
                    {(row.files > 0).then(|| view! { <Picture icon=Icon::Clip /> <span class="sr-only">{say!(language, writing.with_files)}</span> })}
                </span>
            </a>
            {line}
            <StageActs id stage acts about=format!("written-{id}") />
        </li>
    }
    .into_any()
}

/// The buttons for a mail that is no draft just now.
#[component]
pub fn StageActs(
    id: Uuid,
    stage: Stage,
    acts: Acts,
    /// Id of what says which mail it is.
    about: String,
) -> impl IntoView {
    let language = use_language();
    let about = StoredValue::new(about);
    let class = if matches!(stage, Stage::Sent { .. }) { "button bare small" } else { "button small" };
    let button = move |label: &'static str| {
        view! {
            <input type="hidden" name="draft" value=id.to_string() />
            <button class=class aria-describedby=about.get_value()>{label}</button>
        }
    };
    let failed = match stage {
        Stage::Failed { why, .. } => Some(why),
        Stage::Queued { .. } | Stage::Sent { .. } => None,
        Stage::Writing | Stage::Sending { .. } => return ().into_any(),
    };
    let undo = matches!(stage, Stage::Queued { .. })
        .then(|| view! { <ActionForm action=acts.undo>{button(say!(language, mail.undo))}</ActionForm> });
    let again = failed
        .filter(|why| why.may_send_again())
        .map(|_| view! { <ActionForm action=acts.again>{button(say!(language, writing.send_again))}</ActionForm> });
    let change = failed
        .filter(|why| why.may_change())
        .map(|_| view! { <ActionForm action=acts.change>{button(say!(language, writing.change))}</ActionForm> });
    let discard = (!matches!(stage, Stage::Queued { .. })).then(|| {
        let label = if failed.is_some() { say!(language, writing.discard) } else { say!(language, writing.off_list) };
        view! { <ActionForm action=acts.discard>{button(label)}</ActionForm> }
    });
    view! { <div class="written-acts">{undo} {again} {change} {discard}</div> }.into_any()
}
