//! What was found when a mailbox was read again from the beginning.

use super::{Provider, Reread};
use crate::{
    language::{Language, say, use_language},
    quantity::mails,
    time::{Moment, Shown},
};
use leptos::prelude::*;

/// What was found: mails that were missing here, and mails that were deleted there meanwhile.
pub fn found(language: Language, missing: u64, deleted: u64) -> String {
    match (missing, deleted) {
        (0, 0) => say!(language, connections.found_nothing).to_owned(),
        (missing, deleted) => {
            say!(language, connections.found, missing = mails(language, missing), deleted = mails(language, deleted))
        }
    }
}

/// One line, while it goes on and after.
#[component]
pub fn RereadLine(reread: Reread, provider: Provider) -> impl IntoView {
    let language = use_language();
    match reread.ended_at {
        Some(at) => view! {
            <p class="check">{say!(language, connections.reread_on)} <Moment at shown=Shown::Minute /> ": " {found(language, reread.missing, reread.deleted)}</p>
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
        assert_eq!(found(Language::en, 1, 20), "1 mail missing and fetched, 20 mails deleted meanwhile and taken out.");
        assert!(found(Language::en, 0, 0).starts_with("nothing was missing"));
    }
}
