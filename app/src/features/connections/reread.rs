//! What was found when a mailbox was read again from the beginning.

use super::{Provider, Reread};
use crate::{
    quantity::counted,
    time::{Moment, Shown},
};
use leptos::prelude::*;

impl Reread {
    /// What was found, after the date.
    fn found(&self) -> String {
        match (self.missing, self.deleted) {
            (0, 0) => "nothing was missing and nothing was deleted meanwhile.".to_owned(),
            (missing, deleted) => format!(
                "{} missing and fetched, {} deleted meanwhile and taken out.",
                counted(missing, "mail"),
                counted(deleted, "mail"),
            ),
        }
    }
}

/// One line, while it goes on and after.
#[component]
pub fn RereadLine(reread: Reread, provider: Provider) -> impl IntoView {
    match reread.ended_at {
        Some(at) => view! {
            <p class="check">"Re-read on " <Moment at shown=Shown::Minute /> ": " {reread.found()}</p>
        }
        .into_any(),
        None => view! {
            <p class="check">
                {format!("Being re-read: where the sync stood is not known at {} any more. Since ", provider.name())}
                <Moment at=reread.began_at shown=Shown::Minute /> ". What is here stays."
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
        assert_eq!(reread.found(), "1 mail missing and fetched, 20 mails deleted meanwhile and taken out.");
        assert!(Reread { missing: 0, deleted: 0, ..reread }.found().starts_with("nothing was missing"));
    }
}
