//! What is done to several conversations at once.

use super::{Act, Folder, Place, server::ActOnConversations, state::ListState};
use crate::{
    language::{say, use_language},
    ui::{Icon, Picture},
};
use leptos::{form::ActionForm, prelude::*};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Id of the form that the boxes of the rows belong to.
pub const BULK: &str = "bulk";

/// Which conversations are chosen, by the mails that stand for them.
#[derive(Clone, Copy)]
pub struct Selection(RwSignal<BTreeSet<Uuid>>);

impl Selection {
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeSet::new()))
    }

    pub fn has(self, id: Uuid) -> bool {
        self.0.with(|chosen| chosen.contains(&id))
    }

    pub fn set(self, id: Uuid, on: bool) {
        self.0.update(|chosen| {
            if on {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
        });
    }

    pub fn all_of(self, ids: impl Iterator<Item = Uuid>) {
        self.0.set(ids.collect());
    }

    pub fn clear(self) {
        if self.0.with_untracked(|chosen| !chosen.is_empty()) {
            self.0.set(BTreeSet::new());
        }
    }

    /// Forgets what is not in the list any more.
    pub fn keep(self, there: impl Fn(Uuid) -> bool) {
        if self.0.with_untracked(|chosen| chosen.iter().any(|id| !there(*id))) {
            self.0.update(|chosen| chosen.retain(|id| there(*id)));
        }
    }

    pub fn count(self) -> usize {
        self.0.with(BTreeSet::len)
    }
}

/// What several conversations of a folder are offered.
fn offered(folder: Folder) -> &'static [Act] {
    match folder {
        Folder::Inbox => &[Act::Archive, Act::Bin, Act::Read, Act::Unread, Act::Star],
        Folder::All => &[Act::Inbox, Act::Archive, Act::Bin, Act::Read, Act::Unread, Act::Star],
        Folder::Hidden => &[Act::Inbox, Act::Read, Act::Unread],
    }
}

/// The bar at the foot of the list while something is chosen. Whether it is there is for the style sheet to say, so that it
/// works without scripts; what is chosen travels in the boxes of the rows.
#[component]
pub fn BulkBar(state: ListState, back: String, action: ServerAction<ActOnConversations>) -> impl IntoView {
    let language = use_language();
    let selection = state.selection;
    let folder = state.query.with_value(|query| query.folder);
    let told = move || match selection.count() {
        0 => String::new(),
        count => say!(language, mail.selected, count = count),
    };
    let button = move |act: Act| {
        let label = act.label(language, Place::Elsewhere);
        view! {
            <button class="button small" name="act" value=act.slug() data-key=act.key() title=label>
                <Picture icon=act.icon() />
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <p class="sr-only" role="status">{told}</p>
        <ActionForm action attr:id=BULK attr:class="bulk" attr:aria-label=say!(language, mail.selected_list)>
            <input type="hidden" name="back" value=back />
            <span class="bulk-count" aria-hidden="true">{told}</span>
            {offered(folder).iter().copied().map(button).collect_view()}
            <button class="button bare small" type="button" aria-label=say!(language, mail.select_all) on:click=move |_| state.select_all()>{say!(language, mail.all)}</button>
            <button
                class="button bare icon"
                type="reset"
                title=say!(language, mail.clear_selection)
                aria-label=say!(language, mail.clear_selection)
                data-key="Escape"
                on:click=move |_| selection.clear()
            >
                <Picture icon=Icon::Close />
            </button>
        </ActionForm>
    }
    .into_any()
}
