//! Keeps signed-out visitors away from private pages, on the server as well, so without scripts.

use super::Known;
use crate::{address::sign_in_for, ui::GoTo};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Shows `children` to a signed-in person; sends anybody else to sign in and come back.
#[component]
pub fn Private(children: ChildrenFn) -> impl IntoView {
    if expect_context::<Known>().viewer.is_some() {
        return children().into_any();
    }
    let location = use_location();
    let query = location.search.get_untracked();
    let mut page = location.pathname.get_untracked();
    if !query.is_empty() {
        page.push('?');
        page.push_str(query.trim_start_matches('?'));
    }
    view! { <GoTo path=sign_in_for(&page) /> }.into_any()
}
