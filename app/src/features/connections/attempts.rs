//! One line for every trip to a provider's consent page, on whatever page the person is meanwhile.

use super::{AttemptProblem, Failure, Feature, Provider, switches::switched_off};
use crate::{
    popup::{Attempt, AttemptStatus, Attempts},
    ui::{Icon, Picture},
};
use leptos::prelude::*;

/// All attempts of this page. What went wrong stays until it is dismissed.
#[component]
pub fn AttemptLines() -> impl IntoView {
    let attempts = expect_context::<Attempts>();
    view! {
        <div class="attempts" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || attempts.shown() key=|attempt| attempt.id let:attempt>
                <AttemptLine attempt />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn AttemptLine(attempt: Attempt) -> impl IntoView {
    let Attempt { id, provider, status } = attempt;
    let status = RwSignal::from(status);
    let attempts = expect_context::<Attempts>();
    // Once more pressing Cancel does nothing, and the button under the finger stays.
    let over = Memo::new(move |_| status.with(AttemptStatus::is_over));
    let class = move || match status.get() {
        AttemptStatus::Connected { .. } => "notice good",
        AttemptStatus::Ended(_) => "notice bad",
        AttemptStatus::Waiting | AttemptStatus::SeemsClosed | AttemptStatus::Cancelling | AttemptStatus::Cancelled => {
            "notice"
        }
    };
    view! {
        <div class=class>
            <p>
                {move || sentence(&status.get(), provider)}
                {move || match status.get() {
                    AttemptStatus::Ended(Failure { admin_link: Some(link), .. }) => {
                        Some(view! { " " <a href=link rel="noreferrer">"For the administrator"</a> })
                    }
                    _ => None,
                }}
            </p>
            {move || {
                if over.get() {
                    view! {
                        <button class="button bare" type="button" aria-label="Dismiss" on:click=move |_| attempts.dismiss(id)>
                            <Picture icon=Icon::Close />
                        </button>
                    }
                        .into_any()
                } else {
                    view! {
                        <button class="button" type="button" on:click=move |_| attempts.cancel(id)>
                            "Cancel"
                        </button>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// What the line says.
fn sentence(status: &AttemptStatus, provider: Provider) -> String {
    match status {
        AttemptStatus::Waiting => {
            format!("Waiting for {}. Finish in its window; this page will notice.", provider.name())
        }
        AttemptStatus::SeemsClosed => AttemptProblem::Closed.sentence(provider),
        AttemptStatus::Connected { address, refused } => {
            let who = address.as_deref().unwrap_or(provider.mail_name());
            connected_sentence(provider, who, refused)
        }
        AttemptStatus::Ended(failure) => failure.sentence(provider),
        AttemptStatus::Cancelling => "Cancelling. This line says when it is done.".into(),
        AttemptStatus::Cancelled => "You cancelled. Nothing was connected.".into(),
    }
}

/// A mailbox was connected, and which features were not allowed.
pub fn connected_sentence(provider: Provider, who: &str, refused: &[Feature]) -> String {
    let told = switched_off(provider, refused).map(|told| format!(" {told}")).unwrap_or_default();
    format!("{who} is connected. Its newest mail comes first.{told}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_without_a_connection_says_that_nothing_came_of_it() {
        let cancelled = sentence(&AttemptStatus::Cancelled, Provider::Google);
        let denied = sentence(&AttemptStatus::Ended(AttemptProblem::Denied.into()), Provider::Google);
        for text in [cancelled, denied] {
            assert!(text.contains("Nothing was connected"), "{text}");
        }
    }

    #[test]
    fn a_connection_is_named_by_its_address() {
        let connected = |refused| AttemptStatus::Connected { address: Some("ada@example.com".into()), refused };
        let told = sentence(&connected(vec![Feature::Send]), Provider::Google);
        assert!(
            told.starts_with("ada@example.com is connected.") && told.ends_with("switched off: Send mail."),
            "{told}"
        );
        assert!(!sentence(&connected(Vec::new()), Provider::Google).contains("switched off"));
    }
}
