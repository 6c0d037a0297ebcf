//! The browsers a person is signed in with.

use super::{
    SessionRow,
    account::{Actions, Outcome},
};
use crate::{
    language::{Language, say, use_language},
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};

impl SessionRow {
    /// `Firefox on Linux`; what the browser does not tell is left out.
    fn device(&self, language: Language) -> String {
        match (&self.browser, &self.system) {
            (Some(browser), Some(system)) => say!(language, users.browser_on, browser = browser, system = system),
            (Some(browser), None) => browser.clone(),
            (None, Some(system)) => say!(language, users.some_browser_on, system = system),
            (None, None) => say!(language, users.some_browser).into(),
        }
    }
}

#[component]
pub fn Sessions(sessions: Vec<SessionRow>, actions: Actions) -> impl IntoView {
    let language = use_language();
    let Actions { end_session, end_others, .. } = actions;
    let others = sessions.iter().any(|session| !session.this);
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">{say!(language, users.sessions)}</h2>
            <p class="quiet">{say!(language, users.sessions_why)}</p>
            <Outcome outcome=end_session.value() done=say!(language, users.ended) />
            <Outcome outcome=end_others.value() done=say!(language, users.others_ended) />
            <ul class="lines" role="list">
                {sessions.into_iter().map(|session| view! { <Line session actions /> }).collect_view()}
            </ul>
            {others
                .then(|| {
                    view! {
                        <ActionForm action=end_others>
                            <button class="button" disabled=move || end_others.pending().get()>
                                {say!(language, users.end_others)}
                            </button>
                        </ActionForm>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(session: SessionRow, actions: Actions) -> impl IntoView {
    let language = use_language();
    let end = actions.end_session;
    let device = session.device(language);
    let SessionRow { id, address, created_at, last_seen_at, this, .. } = session;
    let name = say!(language, users.end_session_of, device = &device);
    view! {
        <li>
            <div>
                <p>{device}</p>
                <p class="quiet">
                    {address} {say!(language, users.last_seen)} <Moment at=last_seen_at shown=Shown::Minute /> {say!(language, users.signed_in)}
                    <Moment at=created_at shown=Shown::Day />
                </p>
            </div>
            {if this {
                view! { <span class="quiet">{say!(language, users.this_browser)}</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=end>
                        <input type="hidden" name="session" value=id.to_string() />
                        <button class="button" aria-label=name disabled=move || end.pending().get()>
                            {say!(language, users.end)}
                        </button>
                    </ActionForm>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}
