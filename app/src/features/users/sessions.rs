//! The browsers a person is signed in with.

use super::{
    SessionRow,
    account::{Actions, Outcome},
};
use crate::time::{Moment, Shown};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn Sessions(sessions: Vec<SessionRow>, actions: Actions) -> impl IntoView {
    let Actions { end_session, end_others, .. } = actions;
    let others = sessions.iter().any(|session| !session.this);
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">"Sessions"</h2>
            <p class="quiet">"The browsers you are signed in with. End what you do not know, and change your password then."</p>
            <Outcome outcome=end_session.value() done="Ended." />
            <Outcome outcome=end_others.value() done="Every other session has ended." />
            <ul class="lines" role="list">
                {sessions.into_iter().map(|session| view! { <Line session actions /> }).collect_view()}
            </ul>
            {others
                .then(|| {
                    view! {
                        <ActionForm action=end_others>
                            <button class="button" disabled=move || end_others.pending().get()>
                                "End all others"
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
    let end = actions.end_session;
    let SessionRow { id, device, address, created_at, last_seen_at, this } = session;
    let name = format!("End the session of {device}");
    view! {
        <li>
            <div>
                <p>{device}</p>
                <p class="quiet">
                    {address} ", last seen " <Moment at=last_seen_at shown=Shown::Minute /> ", signed in "
                    <Moment at=created_at shown=Shown::Day />
                </p>
            </div>
            {if this {
                view! { <span class="quiet">"This browser"</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=end>
                        <input type="hidden" name="session" value=id.to_string() />
                        <button class="button" aria-label=name disabled=move || end.pending().get()>
                            "End"
                        </button>
                    </ActionForm>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}
