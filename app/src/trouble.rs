//! Why something did not succeed, in the reader's language, and behind it what the program says of it.

use crate::language::{Language, say, use_language};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Why something did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What it was, such as `no_answer`.
    pub word: String,
    /// What the program says of it, in English, for whoever runs it.
    pub technical: Option<String>,
}

impl Trouble {
    /// From what is kept: a word, and what the program says behind a colon. What an earlier version kept has no word.
    pub fn read(kept: &str) -> Self {
        let (word, technical) = kept.split_once(": ").map_or((kept, None), |(word, more)| (word, Some(more)));
        if sentence(word, Language::default()).is_some() {
            Self { word: word.to_owned(), technical: technical.map(str::to_owned) }
        } else {
            Self { word: "unexpected".to_owned(), technical: Some(kept.to_owned()) }
        }
    }

    /// What happened.
    pub fn sentence(&self, language: Language) -> &'static str {
        sentence(&self.word, language).unwrap_or(say!(language, trouble.unexpected))
    }
}

/// The sentence, and what the program says of it.
#[component]
pub fn TroubleWords(trouble: Trouble) -> impl IntoView {
    let sentence = trouble.sentence(use_language());
    let technical = trouble.technical.map(|text| view! { " " <code lang="en">{text}</code> });
    view! { {sentence} {technical} }.into_any()
}

fn sentence(word: &str, language: Language) -> Option<&'static str> {
    Some(match word {
        // Anything a provider or this server does.
        "needs_reconnect" => say!(language, trouble.needs_reconnect),
        "key_missing" => say!(language, trouble.key_missing),
        "not_set_up" => say!(language, trouble.not_set_up),
        "no_answer" | "provider_down" | "unreachable" => say!(language, trouble.no_answer),
        "throttled" | "limit_reached" => say!(language, trouble.throttled),
        "token_refused" => say!(language, trouble.token_refused),
        "scope_missing" => say!(language, trouble.scope_missing),
        "domain_policy" | "admin_consent" => say!(language, trouble.domain_policy),
        "no_mailbox" => say!(language, trouble.no_mailbox),
        "not_allowed" => say!(language, trouble.not_allowed),
        "not_accepted" => say!(language, trouble.not_accepted),
        "gone" => say!(language, trouble.gone),
        "too_much" => say!(language, trouble.too_much),
        "unusable" => say!(language, trouble.unusable),
        "unended" => say!(language, trouble.unended),
        "database" => say!(language, trouble.database),
        "unexpected" => say!(language, trouble.unexpected),
        // Mails that are sent, and changes to mails.
        "switched_off" => say!(language, trouble.switched_off),
        "too_large" => say!(language, trouble.too_large),
        "file_gone" => say!(language, trouble.file_gone),
        "unknown" => say!(language, trouble.unknown),
        other => return of_a_trip(other, language),
    })
}

/// Trips to a provider.
fn of_a_trip(word: &str, language: Language) -> Option<&'static str> {
    Some(match word {
        "denied" => say!(language, trouble.denied),
        "cancelled" => say!(language, trouble.cancelled),
        "timed_out" => say!(language, trouble.timed_out),
        "wrong_state" | "replayed" | "bad_start" => say!(language, trouble.wrong_answer),
        "foreign_browser" => say!(language, trouble.foreign_browser),
        "code_refused" => say!(language, trouble.code_refused),
        "identity_unproven" => say!(language, trouble.identity_unproven),
        "signed_out" => say!(language, trouble.signed_out),
        "other_mailbox" => say!(language, trouble.other_mailbox),
        "being_removed" => say!(language, trouble.being_removed),
        "not_assigned" => say!(language, trouble.not_assigned),
        "wrong_tenant" => say!(language, trouble.wrong_tenant),
        "no_address" => say!(language, trouble.no_address),
        "sign_up_closed" => say!(language, trouble.sign_up_closed),
        "slow_down" => say!(language, trouble.slow_down),
        "not_fresh" => say!(language, trouble.not_fresh),
        "somebody_elses" => say!(language, trouble.somebody_elses),
        "family_ended" => say!(language, trouble.family_ended),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_told_in_every_language() {
        let trouble = Trouble::read("no_answer: the provider is unavailable");
        assert_eq!(trouble.sentence(Language::en), "The provider did not answer.");
        assert_eq!(trouble.sentence(Language::es), "El proveedor no respondió.");
        assert_eq!(trouble.technical.as_deref(), Some("the provider is unavailable"));
        assert_eq!(Trouble::read("gone").technical, None);
    }

    #[test]
    fn what_an_earlier_version_kept_is_shown_whole() {
        let trouble = Trouble::read("the job failed for good: the payload is from another version");
        assert_eq!(trouble.word, "unexpected");
        assert_eq!(trouble.technical.as_deref(), Some("the job failed for good: the payload is from another version"));
    }
}
