//! One line for every trip to a provider's consent page, on whatever page the person is meanwhile.

use super::{AttemptProblem, Consent, Failure, Feature, Provider, Success, switches::switched_off};
use crate::{
    language::{Language, say, use_language},
    popup::{Attempt, AttemptStatus, Attempts},
    ui::{Icon, Picture},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// All attempts of this page. What went wrong stays until it is dismissed.
#[component]
pub fn AttemptLines() -> impl IntoView {
    let attempts = expect_context::<Attempts>();
    let page = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let page = page.get();
        if before.is_some_and(|before| before != page) {
            attempts.let_go_of_successes();
        }
        page
    });
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
    let language = use_language();
    let Attempt { id, provider, status } = attempt;
    let status = RwSignal::from(status);
    let attempts = expect_context::<Attempts>();
    // Once more pressing Cancel does nothing, and the button under the finger stays.
    let over = Memo::new(move |_| status.with(AttemptStatus::is_over));
    let class = move || match status.get() {
        AttemptStatus::Connected(_) => "notice good",
        AttemptStatus::Ended(_) => "notice bad",
        AttemptStatus::Waiting | AttemptStatus::SeemsClosed | AttemptStatus::Cancelling | AttemptStatus::Cancelled => {
            "notice"
        }
    };
    view! {
        <div class=class>
            <p>
                {move || sentence(language, &status.get(), provider)}
                {move || match status.get() {
                    AttemptStatus::Ended(Failure { admin_link: Some(link), .. }) => {
                        Some(view! { " " <a href=link rel="noreferrer">{say!(language, connections.for_admin)}</a> })
                    }
                    _ => None,
                }}
            </p>
            {move || {
                if over.get() {
                    view! {
                        <button class="button bare" type="button" aria-label=say!(language, ui.dismiss) on:click=move |_| attempts.dismiss(id)>
                            <Picture icon=Icon::Close />
                        </button>
                    }
                        .into_any()
                } else {
                    view! {
                        <button class="button" type="button" on:click=move |_| attempts.cancel(id)>
                            {say!(language, ui.cancel)}
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
fn sentence(language: Language, status: &AttemptStatus, provider: Provider) -> String {
    match status {
        AttemptStatus::Waiting => {
            say!(language, connections.waiting_for, name = provider.name())
        }
        AttemptStatus::SeemsClosed => AttemptProblem::Closed.sentence(language, provider),
        AttemptStatus::Connected(success) => success.sentence(language, provider),
        AttemptStatus::Ended(failure) => failure.sentence(language, provider),
        AttemptStatus::Cancelling => say!(language, connections.cancelling).into(),
        AttemptStatus::Cancelled => say!(language, connections.cancelled).into(),
    }
}

impl Success {
    /// What is so now, and which features were not allowed.
    pub fn sentence(&self, language: Language, provider: Provider) -> String {
        let who = self.address.as_deref().unwrap_or(provider.mail_name());
        let told = switched_off(language, provider, &self.refused).map(|told| format!(" {told}")).unwrap_or_default();
        match &self.consent {
            Consent::First => say!(language, connections.connected_first, who = who, told = told),
            Consent::Again => say!(language, connections.connected_again, who = who, told = told),
            Consent::More { granted } => {
                // Reading mail always is.
                let words =
                    granted.iter().filter(|feature| **feature != Feature::Mail).map(|feature| feature.words(language));
                let words: Vec<_> = words.collect();
                if words.is_empty() {
                    return say!(language, connections.stays, who = who, told = told);
                }
                say!(language, connections.now_on, who = who, features = words.join(", "), told = told)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_without_a_connection_says_that_nothing_came_of_it() {
        let cancelled = sentence(Language::en, &AttemptStatus::Cancelled, Provider::Google);
        let denied = sentence(Language::en, &AttemptStatus::Ended(AttemptProblem::Denied.into()), Provider::Google);
        for text in [cancelled, denied] {
            assert!(text.contains("Nothing was connected"), "{text}");
        }
    }

    #[test]
    fn a_connection_is_named_by_its_address() {
        let of = |consent, refused| Success { address: Some("ada@example.com".into()), consent, refused };
        let connected = |refused| AttemptStatus::Connected(of(Consent::First, refused));
        let told = sentence(Language::en, &connected(vec![Feature::Send]), Provider::Google);
        assert!(
            told.starts_with("ada@example.com is connected.") && told.ends_with("switched off: Send mail."),
            "{told}"
        );
        assert!(!sentence(Language::en, &connected(Vec::new()), Provider::Google).contains("switched off"));
        let more = of(Consent::More { granted: vec![Feature::Mail, Feature::Manage] }, Vec::new());
        assert_eq!(more.sentence(Language::en, Provider::Google), "Now on for ada@example.com: Manage mail.");
        let none = of(Consent::More { granted: vec![Feature::Mail] }, vec![Feature::Send])
            .sentence(Language::en, Provider::Google);
        assert!(
            none.starts_with("ada@example.com stays connected as it was.") && none.ends_with("Send mail."),
            "{none}"
        );
    }
}
