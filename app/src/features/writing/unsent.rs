//! What was not sent, above the list of mails until its person has dealt with it.

use super::{Stage, WrittenRow, toast::Followed};
use crate::language::{Language, say, use_language};
use leptos::prelude::*;

impl WrittenRow {
    /// What was not sent, to whom, and why; nothing for what did not fail.
    pub fn sentence(&self, language: Language) -> Option<String> {
        let Stage::Failed { why, .. } = self.stage else { return None };
        let (name, why) = (self.name(language), why.sentence(language, self.provider, &self.mailbox));
        Some(match self.to.trim().trim_end_matches(',') {
            "" => say!(language, writing.unsent, name = name, why = why),
            to => say!(language, writing.unsent_to, name = name, to = to, why = why),
        })
    }
}

/// A line for each, with the way to it. What was sent from this window a moment ago has a line of its own already.
#[component]
pub fn Unsent(#[prop(into)] rows: Signal<Vec<WrittenRow>>) -> impl IntoView {
    let language = use_language();
    let followed = Followed::take();
    let told = Memo::new(move |_| {
        let line = move |row: &WrittenRow| row.sentence(language).map(|sentence| (row.id, sentence));
        rows.with(|rows| rows.iter().filter(|row| !followed.has(row.id)).filter_map(line).collect::<Vec<_>>())
    });
    view! {
        <div role="status">
            {move || told.get().into_iter().map(|(id, sentence)| view! {
                <div class="notice bad not-done">
                    <p id=format!("unsent-{id}")>{sentence}</p>
                    <a class="button small" href=format!("/write/{id}") aria-describedby=format!("unsent-{id}")>{say!(language, writing.open)}</a>
                </div>
            }).collect_view()}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{
        connections::Provider,
        writing::{Kind, WhyNotSent},
    };
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn what_was_not_sent_is_told_whole() {
        let at = DateTime::UNIX_EPOCH;
        let row = WrittenRow {
            id: Uuid::from_u128(1),
            kind: Kind::New,
            mailbox: "ada@example.org".into(),
            provider: Provider::Google,
            to: "rosa@harbour.example, ".into(),
            subject: "Low tide".into(),
            snippet: String::new(),
            files: 0,
            stage: Stage::Failed { why: WhyNotSent::Unreachable, at },
            saved_at: at,
            message: None,
        };
        assert_eq!(
            row.sentence(Language::en).unwrap(),
            "\u{201c}Low tide\u{201d} to rosa@harbour.example was not sent. Google did not answer for a day. It was not sent; send it again."
        );
        assert_eq!(WrittenRow { stage: Stage::Sent { at }, ..row }.sentence(Language::en), None);
    }
}
