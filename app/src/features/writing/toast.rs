//! What was just sent, on whatever page the person is meanwhile: how long it can be taken back, and what became of it.

use super::{
    Stage, WrittenRow,
    list::{Acts, StageActs},
    server::list_written,
    stage::StageLine,
};
use crate::{
    language::{say, use_language},
    live::Live,
    ui::{Icon, Picture},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use uuid::Uuid;

/// The mails that were sent from this window and are followed until they have arrived.
#[derive(Clone, Copy)]
pub struct Followed {
    ids: RwSignal<Vec<Uuid>>,
    rows: RwSignal<Vec<WrittenRow>>,
    /// Counts the times it was asked how they are: only the last answer counts.
    asked: StoredValue<u32>,
}

impl Followed {
    /// One for a window, for everything below to find.
    fn provide() -> Self {
        let followed =
            Self { ids: RwSignal::new(Vec::new()), rows: RwSignal::new(Vec::new()), asked: StoredValue::new(0) };
        provide_context(followed);
        followed
    }

    pub fn take() -> Self {
        expect_context()
    }

    /// From now on its way is told.
    pub fn follow(self, id: Uuid) {
        self.ids.update(|ids| {
            ids.retain(|one| *one != id);
            ids.push(id);
        });
    }

    /// Whether its way is told by a line over the page. Tracked.
    pub fn has(self, id: Uuid) -> bool {
        self.ids.with(|ids| ids.contains(&id))
    }

    fn let_go(self, id: Uuid) {
        self.ids.update(|ids| ids.retain(|one| *one != id));
        self.rows.update(|rows| rows.retain(|row| row.id != id));
    }

    /// Reads how they are.
    fn look(self) {
        if self.ids.with_untracked(Vec::is_empty) {
            return;
        }
        let turn = self.asked.get_value() + 1;
        self.asked.set_value(turn);
        spawn_local(async move {
            let Ok(mut rows) = list_written().await else { return };
            if self.asked.get_value() != turn {
                return;
            }
            // What is a draft again, or was thrown away, has no line.
            let ids = self.ids.get_untracked();
            rows.retain(|row| ids.contains(&row.id) && row.stage != Stage::Writing);
            if self.rows.with_untracked(|known| *known != rows) {
                self.rows.set(rows);
            }
        });
    }
}

/// Their lines, over the page.
#[component]
pub fn OnItsWay(children: Children) -> impl IntoView {
    let followed = Followed::provide();
    let live = expect_context::<Live>();
    let acts = Acts::new();
    let path = use_location().pathname;
    Effect::new(move |_| {
        followed.ids.track();
        let _ = (live.written_changes(), acts.answers());
        followed.look();
    });
    // Whoever goes on to another page has read what went well.
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            let sent = |row: &WrittenRow| matches!(row.stage, Stage::Sent { .. }).then_some(row.id);
            for id in followed.rows.with_untracked(|rows| rows.iter().filter_map(sent).collect::<Vec<_>>()) {
                followed.let_go(id);
            }
        }
        path
    });
    let shown = move || {
        let here = path.get();
        // Its own page says the same.
        followed.rows.get().into_iter().filter(|row| here != format!("/write/{}", row.id)).collect::<Vec<_>>()
    };
    view! {
        {children()}
        <div class="on-its-way" role="status" aria-live="polite" aria-atomic="false">
            <For each=shown key=|row| (row.id, std::mem::discriminant(&row.stage), row.message) let:row>
                <Line row acts followed />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn Line(row: WrittenRow, acts: Acts, followed: Followed) -> impl IntoView {
    let language = use_language();
    let WrittenRow { id, kind, stage, provider, mailbox, message, .. } = row;
    let class = match stage {
        Stage::Sent { .. } => "notice good",
        Stage::Failed { .. } => "notice bad",
        Stage::Writing | Stage::Queued { .. } | Stage::Sending { .. } => "notice",
    };
    let open = message.map(
        |message| view! { <a class="button small" href=format!("/inbox/{message}")>{say!(language, writing.open)}</a> },
    );
    let over = Callback::new(move |()| followed.look());
    view! {
        <div class=class>
            <p id=format!("leaving-{id}")>
                {if matches!(stage, Stage::Sent { .. }) {
                    say!(language, writing.sent).into_any()
                } else {
                    view! { <StageLine stage kind provider mailbox over /> }.into_any()
                }}
            </p>
            {(!matches!(stage, Stage::Sent { .. })).then(|| view! { <StageActs id stage acts about=format!("leaving-{id}") /> })}
            {open}
            <button
                class="button bare"
                type="button"
                aria-label=say!(language, ui.dismiss)
                on:click=move |_| followed.let_go(id)
            >
                <Picture icon=Icon::Close />
            </button>
        </div>
    }
    .into_any()
}
