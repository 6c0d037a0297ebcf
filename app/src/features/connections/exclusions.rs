//! What a person leaves out of a connection: each choice with how many mails it leaves out, and the choices there are.

use super::{ConnectionCard, ExclusionKind, ExclusionRow, LabelChoice, server::SetExclusion};
use crate::{
    language::{say, use_language},
    quantity::mails,
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

impl ExclusionKind {
    /// Its word in forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::SpamAndBin => "spam_and_bin",
            Self::OlderThan => "older_than",
            Self::Label => "label",
        }
    }
}

/// Closed until somebody wants to change something; it says how much is left out all the same. Opened, it stays open.
#[component]
pub fn Exclusions(card: Memo<ConnectionCard>, action: ServerAction<SetExclusion>) -> impl IntoView {
    let language = use_language();
    let id = card.with_untracked(|card| card.id);
    let exclusions = Memo::new(move |_| card.with(|card| card.exclusions.clone()));
    let choosable = Memo::new(move |_| card.with(|card| still_choosable(&card.choosable, &card.exclusions)));
    let has = move |kind| exclusions.with(|all| all.iter().any(|one| one.kind == kind));
    let spam_is_out = Memo::new(move |_| has(ExclusionKind::SpamAndBin));
    let day = move || {
        exclusions.with(|all| all.iter().find(|one| one.kind == ExclusionKind::OlderThan).map(|one| one.value.clone()))
    };
    let summary = move || {
        exclusions.with(|all| match all.iter().map(|one| one.mails).sum() {
            _ if all.is_empty() => say!(language, connections.nothing_out).to_owned(),
            sum => say!(language, connections.out_by_choice, mails = mails(language, sum)),
        })
    };
    let chosen = move || {
        let all = exclusions.get();
        let rows = move || all.into_iter().map(|row| view! { <Chosen id row action /> }).collect_view();
        exclusions.with(|all| !all.is_empty()).then(|| view! { <ul role="list">{rows()}</ul> })
    };
    let has_choice = Memo::new(move |_| choosable.with(|all| !all.is_empty()));
    let option = |one: LabelChoice| view! { <option value=one.id>{one.name}</option> };
    let options = move || choosable.get().into_iter().map(option).collect_view();
    view! {
        <details class="exclusions">
            <summary>{summary}</summary>
            {chosen}
            {move || (!spam_is_out.get()).then(|| view! {
                <ActionForm action>
                    <Fields id kind=ExclusionKind::SpamAndBin />
                    <input type="hidden" name="value" value="" />
                    <button class="button small">{say!(language, connections.leave_spam)}</button>
                </ActionForm>
            })}
            <ActionForm action>
                <Fields id kind=ExclusionKind::OlderThan />
                <label for=format!("older-{id}")>{say!(language, connections.older_than)}</label>
                <input id=format!("older-{id}") type="date" name="value" required value=day />
                <button class="button small">{say!(language, connections.leave_older)}</button>
            </ActionForm>
            {move || has_choice.get().then(|| view! {
                <ActionForm action>
                    <Fields id kind=ExclusionKind::Label />
                    <label for=format!("label-{id}")>{say!(language, connections.label)}</label>
                    <select id=format!("label-{id}") name="value">
                        {options}
                    </select>
                    <button class="button small">{say!(language, connections.leave_label)}</button>
                </ActionForm>
            })}
            <p class="quiet">
                {say!(language, connections.left_out_why)}
            </p>
        </details>
    }
    .into_any()
}

/// What is not left out yet.
fn still_choosable(labels: &[LabelChoice], exclusions: &[ExclusionRow]) -> Vec<LabelChoice> {
    let is_out =
        |label: &LabelChoice| exclusions.iter().any(|one| one.kind == ExclusionKind::Label && one.value == label.id);
    labels.iter().filter(|label| !is_out(label)).cloned().collect()
}

#[component]
fn Fields(id: Uuid, kind: ExclusionKind) -> impl IntoView {
    view! {
        <input type="hidden" name="connection" value=id.to_string() />
        <input type="hidden" name="kind" value=kind.slug() />
        <input type="hidden" name="on" value="true" />
    }
}

#[component]
fn Chosen(id: Uuid, row: ExclusionRow, action: ServerAction<SetExclusion>) -> impl IntoView {
    let language = use_language();
    let about = format!("out-{id}-{}-{}", row.kind.slug(), row.value);
    view! {
        <li>
            <span id=about.clone()>{format!("{}: {}", row.name, mails(language, row.mails))}</span>
            <ActionForm action>
                <input type="hidden" name="connection" value=id.to_string() />
                <input type="hidden" name="kind" value=row.kind.slug() />
                <input type="hidden" name="value" value=row.value />
                <input type="hidden" name="on" value="false" />
                <button class="button small" aria-describedby=about>{say!(language, connections.bring_in)}</button>
            </ActionForm>
        </li>
    }
    .into_any()
}
