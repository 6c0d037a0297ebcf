//! The rows of a list, as far as they are in sight.

use super::{
    bulk::BulkBar,
    row::Row,
    server::ActOnConversations,
    sight::{Sight, WHOLE},
    state::ListState,
};
use crate::browser;
use crate::language::{say, use_language};
use leptos::{html::Ul, prelude::*};

#[component]
pub fn RowList(
    state: ListState,
    shown: Signal<bool>,
    /// Where a button without scripts leads.
    back: String,
    act: ServerAction<ActOnConversations>,
) -> impl IntoView {
    let language = use_language();
    let list = NodeRef::<Ul>::new();
    let sight = RwSignal::new(Sight::default());
    watch(list, sight, shown);
    let count = Memo::new(move |_| state.rows.with(Vec::len));
    let range = Memo::new(move |_| sight.get().rows(count.get()));
    let in_document = move || {
        let range = range.get();
        state.rows.with(|rows| rows.get(range).unwrap_or_default().to_vec())
    };
    Effect::new(move |_| {
        if sight.get().nears_end(count.get()) && shown.get() {
            state.load_more();
        }
    });
    // Set from here and not by an attribute: the page's policy lets no styles come in its text.
    Effect::new(move |_| {
        let (rows, row) = (range.get(), sight.get().row);
        let Some(list) = list.get() else { return };
        let style = web_sys::HtmlElement::style(&list);
        if count.get() > WHOLE {
            #[expect(clippy::cast_precision_loss, reason = "a number of rows")]
            let room = |rows: usize| format!("{}px", rows as f64 * row);
            let _ = style.set_property("padding-top", &room(rows.start));
            let _ = style.set_property("padding-bottom", &room(count.get().saturating_sub(rows.end)));
        } else {
            let _ = style.remove_property("padding-top");
            let _ = style.remove_property("padding-bottom");
        }
    });
    let row_back = back.clone();
    view! {
        <ul class="rows" role="list" aria-label=say!(language, mail.mails) node_ref=list>
            <For each=in_document key=|row| row.id let:row>
                <Row row rows=state.rows selection=state.selection back=row_back.clone() act />
            </For>
        </ul>
        <BulkBar state back action=act />
    }
    .into_any()
}

/// Looks again whenever somebody scrolls, turns the device or changes the size of the window.
fn watch(list: NodeRef<Ul>, sight: RwSignal<Sight>, shown: Signal<bool>) {
    let look = move || {
        // While a conversation is open, the document scrolls for that.
        let Some(list) = list.get_untracked().filter(|_| shown.get_untracked()) else { return };
        let row = list.query_selector(".row").ok().flatten().map_or(0.0, |row| row.get_bounding_client_rect().height());
        let seen = Sight { above: -list.get_bounding_client_rect().top(), window: browser::window_height(), row };
        if sight.get_untracked() != seen {
            sight.set(seen);
        }
    };
    Effect::new(move |_| {
        let scrolled = window_event_listener(leptos::ev::scroll, move |_| look());
        let resized = window_event_listener(leptos::ev::resize, move |_| look());
        on_cleanup(move || {
            scrolled.remove();
            resized.remove();
        });
    });
    Effect::new(move |_| {
        if list.get().is_some() && shown.get() {
            request_animation_frame(look);
        }
    });
}
