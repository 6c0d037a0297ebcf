//! One line for every trip to a provider's consent page, on whatever page the person is meanwhile.

use super::{AttemptProblem, Provider};
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
            <p>{move || sentence(&status.get(), provider)}</p>
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
        AttemptStatus::Connected { address: Some(address) } => {
            format!("{address} is connected. Its newest mail comes first.")
        }
        AttemptStatus::Connected { address: None } => {
            format!("{} is connected. Its newest mail comes first.", provider.mail_name())
        }
        AttemptStatus::Ended(problem) => problem.sentence(provider),
        AttemptStatus::Cancelling => "Cancelling. This line says when it is done.".into(),
        AttemptStatus::Cancelled => "You cancelled. Nothing was connected.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_without_a_connection_says_that_nothing_came_of_it() {
        let cancelled = sentence(&AttemptStatus::Cancelled, Provider::Google);
        let denied = sentence(&AttemptStatus::Ended(AttemptProblem::Denied), Provider::Google);
        for text in [cancelled, denied] {
            assert!(text.contains("Nothing was connected"), "{text}");
        }
    }

    #[test]
    fn a_connection_is_named_by_its_address() {
        let connected = AttemptStatus::Connected { address: Some("ada@example.com".into()) };
        assert!(sentence(&connected, Provider::Google).starts_with("ada@example.com is connected."));
    }
}
