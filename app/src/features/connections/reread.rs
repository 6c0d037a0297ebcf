//! What was found when a mailbox was read again from the beginning.

use super::{Provider, Reread};
use crate::{
    language::{Language, say, use_language},
    quantity::mails,
    time::{Moment, Shown},
};
use leptos::prelude::*;

impl Reread {
    /// What was found, after the date.
    fn found(&self, language: Language) -> String {
        match (self.missing, self.deleted) {
            (0, 0) => say!(language, connections.found_nothing).to_owned(),
            (missing, deleted) => say!(
                language,
                connections.found,
                missing = mails(language, missing),
                deleted = mails(language, deleted)
            ),
        }
    }
}

/// One line, while it goes on and after.
#[component]
pub fn RereadLine(reread: Reread, provider: Provider) -> impl IntoView {
    let language = use_language();
    match reread.ended_at {
        Some(at) => view! {
            <p class="check">{say!(language, connections.reread_on)} <Moment at shown=Shown::Minute /> ": " {reread.found(language)}</p>
        }
        .into_any(),
        None => view! {
            <p class="check">
                {say!(language, connections.rereading, name = provider.name())}
                <Moment at=reread.began_at shown=Shown::Minute /> {say!(language, connections.stays_here)}
            </p>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_said_in_numbers() {
        let reread = Reread { began_at: chrono::DateTime::UNIX_EPOCH, ended_at: None, missing: 1, deleted: 20 };
        assert_eq!(reread.found(Language::en), "1 mail missing and fetched, 20 mails deleted meanwhile and taken out.");
        assert!(Reread { missing: 0, deleted: 0, ..reread }.found(Language::en).starts_with("nothing was missing"));
    }
}
