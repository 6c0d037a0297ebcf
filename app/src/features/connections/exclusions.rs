//! What a person leaves out of a connection: each choice with how many mails it leaves out, and the choices there are.

use super::{ExclusionKind, ExclusionRow, LabelChoice, server::SetExclusion};
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

/// Closed until somebody wants to change something; it says how much is left out all the same.
#[component]
pub fn Exclusions(
    id: Uuid,
    exclusions: Vec<ExclusionRow>,
    choosable: Vec<LabelChoice>,
    action: ServerAction<SetExclusion>,
) -> impl IntoView {
    let language = use_language();
    let sum = exclusions.iter().map(|one| one.mails).sum();
    let summary = if exclusions.is_empty() {
        say!(language, connections.nothing_out).to_owned()
    } else {
        say!(language, connections.out_by_choice, mails = mails(language, sum))
    };
    let spam_is_out = exclusions.iter().any(|one| one.kind == ExclusionKind::SpamAndBin);
    let day = exclusions.iter().find(|one| one.kind == ExclusionKind::OlderThan).map(|one| one.value.clone());
    let still: Vec<LabelChoice> = choosable
        .into_iter()
        .filter(|label| exclusions.iter().all(|one| one.kind != ExclusionKind::Label || one.value != label.id))
        .collect();
    view! {
        <details class="exclusions">
            <summary>{summary}</summary>
            {(!exclusions.is_empty())
                .then(|| {
                    view! {
                        <ul role="list">
                            {exclusions.into_iter().map(|row| view! { <Chosen id row action /> }).collect_view()}
                        </ul>
                    }
                })}
            {(!spam_is_out)
                .then(|| {
                    view! {
                        <ActionForm action>
                            <Fields id kind=ExclusionKind::SpamAndBin />
                            <input type="hidden" name="value" value="" />
                            <button class="button small">{say!(language, connections.leave_spam)}</button>
                        </ActionForm>
                    }
                })}
            <ActionForm action>
                <Fields id kind=ExclusionKind::OlderThan />
                <label for=format!("older-{id}")>{say!(language, connections.older_than)}</label>
                <input id=format!("older-{id}") type="date" name="value" required value=day />
                <button class="button small">{say!(language, connections.leave_older)}</button>
            </ActionForm>
            {(!still.is_empty())
                .then(|| {
                    view! {
                        <ActionForm action>
                            <Fields id kind=ExclusionKind::Label />
                            <label for=format!("label-{id}")>{say!(language, connections.label)}</label>
                            <select id=format!("label-{id}") name="value">
                                {still.into_iter().map(|one| view! { <option value=one.id>{one.name}</option> }).collect_view()}
                            </select>
                            <button class="button small">{say!(language, connections.leave_label)}</button>
                        </ActionForm>
                    }
                })}
            <p class="quiet">
                {say!(language, connections.left_out_why)}
            </p>
        </details>
    }
    .into_any()
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
