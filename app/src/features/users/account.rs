//! `/settings/account`: who is signed in here.

use super::Known;
use crate::ui::Page;
use leptos::prelude::*;

#[component]
pub fn AccountPage() -> impl IntoView {
    let viewer = expect_context::<Known>().viewer;
    view! {
        <Page title="Account">
            {viewer
                .map(|viewer| {
                    view! {
                        <dl class="facts">
                            <div>
                                <dt>"Name"</dt>
                                <dd>{format!("{} {}", viewer.first_name, viewer.last_name)}</dd>
                            </div>
                            <div>
                                <dt>"Address"</dt>
                                <dd>{viewer.email}</dd>
                            </div>
                        </dl>
                    }
                })}
        </Page>
    }
    .into_any()
}
