//! `/write/{id}` of a mail that is no draft any more: where it is on its way, what can be done, and what it says.

use super::{
    Kind, Opened, Provider, Stage,
    list::{Acts, StageActs},
    named,
    stage::StageLine,
};
use crate::{
    kept::on_change,
    language::{say, use_language},
    live::Live,
    quantity::size_words,
    ui::{Icon, Picture},
};
use leptos::prelude::*;

#[component]
pub fn Leaving(opened: Opened, acts: Acts, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    on_change(move || live.written_changes(), again);
    let row = row_of(&opened);
    let Opened { draft, stage, .. } = opened;
    let typed = draft.typed;
    let copies = [(say!(language, writing.cc), typed.cc), (say!(language, writing.bcc), typed.bcc)]
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    view! {
        <div class=if matches!(stage, Stage::Failed { .. }) { "notice bad stage" } else { "notice stage" }>
            <p role="status" id="stage">
                <StageLine stage kind=row.kind provider=row.provider mailbox=row.mailbox.clone() over=again />
            </p>
            <StageActs id=draft.id stage acts about="stage".to_owned() />
        </div>
        <dl class="letter-lines">
            <div><dt>{say!(language, mail.from)}</dt><dd>{row.mailbox}</dd></div>
            <div><dt>{say!(language, writing.to)}</dt><dd>{typed.to}</dd></div>
            {copies.map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> }).collect_view()}
            <div><dt>{say!(language, writing.subject)}</dt><dd>{named(language, &typed.subject)}</dd></div>
        </dl>
        <div class="mail-text">{typed.body}</div>
        {(!draft.files.is_empty()).then(|| view! {
            <ul role="list" class="files" aria-label=say!(language, writing.attached_files)>
                {draft.files.into_iter().map(|file| view! {
                    <li class="file"><Picture icon=Icon::Clip /> <span>{file.name}</span> <span class="quiet">{size_words(language, file.size)}</span></li>
                }).collect_view()}
            </ul>
        })}
    }
    .into_any()
}

/// What its line needs to know of the mailbox it goes from.
fn row_of(opened: &Opened) -> Of {
    let connection = opened.draft.typed.connection;
    let sender = opened.senders.iter().find(|sender| sender.connection == connection);
    Of {
        kind: opened.draft.kind,
        provider: sender.map_or(Provider::Google, |sender| sender.provider),
        mailbox: sender.map(|sender| sender.address.clone()).unwrap_or_default(),
    }
}

struct Of {
    kind: Kind,
    provider: Provider,
    mailbox: String,
}
