//! The proof on a card: what the provider has, and what became of each of it here.

use super::{MailboxCheck, Provider};
use crate::{
    language::{Language, say, use_language},
    time::{Moment, Shown},
};
use leptos::prelude::*;

impl MailboxCheck {
    /// The sum.
    fn sum(&self, language: Language) -> String {
        let Self { provider, stored, excluded, failed, pending, .. } = *self;
        say!(
            language,
            connections.check_sum,
            provider = provider,
            stored = stored,
            excluded = excluded,
            failed = failed,
            pending = pending
        )
    }

    /// What came of the sample.
    fn sample(&self, language: Language) -> String {
        let Self { sampled, labels_agree, bodies_agree, .. } = *self;
        say!(language, connections.check_sample, sampled = sampled, labels = labels_agree, bodies = bodies_agree)
    }

    /// What was wrong, and what becomes of it; nothing when nothing was.
    fn mended(&self, language: Language) -> Option<String> {
        let differ = self.sampled - self.labels_agree.min(self.bodies_agree);
        let mut said = String::new();
        if self.missing > 0 {
            said += &say!(language, connections.check_missing, count = self.missing);
        }
        if self.extra > 0 {
            said += &say!(language, connections.check_extra, count = self.extra);
        }
        if differ > 0 {
            said += &say!(language, connections.check_differ, count = differ);
        }
        (!said.is_empty()).then_some(said)
    }
}

/// The sum, the sample and their date; green only when nothing is open and everything agrees.
#[component]
pub fn CheckLine(check: MailboxCheck, provider: Provider) -> impl IntoView {
    let language = use_language();
    let name = provider.name();
    let Some(at) = check.finished_at else {
        return view! { <p class="check">{say!(language, connections.being_checked, name = name)}</p> }.into_any();
    };
    view! {
        <p class="check" class:good=check.is_whole>
            {say!(language, connections.checked, name = name)} <Moment at shown=Shown::Minute /> ": "
            <span class="sum">{check.sum(language)}</span> " · " <span class="sum">{check.sample(language)}</span>
            {check.mended(language)} "."
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_said_in_numbers() {
        let whole = MailboxCheck {
            provider: 2000,
            stored: 1990,
            excluded: 10,
            failed: 0,
            pending: 0,
            missing: 0,
            extra: 0,
            sampled: 50,
            labels_agree: 50,
            bodies_agree: 50,
            is_whole: true,
            finished_at: None,
        };
        assert_eq!(whole.sum(Language::en), "provider 2000 = stored 1990 + excluded 10 + failed 0 + pending 0");
        assert_eq!(whole.sample(Language::en), "sample 50: labels 50 agree, bodies 50 agree");
        assert_eq!(whole.mended(Language::en), None);
        let lost = MailboxCheck { missing: 3, extra: 1, labels_agree: 49, ..whole };
        assert_eq!(
            lost.mended(Language::en).unwrap(),
            "; 3 not known here before and fetched now; 1 here and not at the provider, taken out now; \
             1 not as at the provider and fetched again"
        );
        assert_eq!(
            lost.sum(Language::es),
            "proveedor 2000 = guardados 1990 + excluidos 10 + fallidos 0 + pendientes 0"
        );
    }
}
