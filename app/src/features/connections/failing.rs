//! Mails that could not be fetched: which, why, when next, and a button.

use super::{FailingMail, server::TryAgain};
use crate::{
    language::{Language, say, use_language},
    quantity::mails,
    time::{Moment, Shown},
    trouble::TroubleWords,
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

/// Nothing while everything could be fetched.
#[component]
pub fn FailingMails(
    connection: Uuid,
    failing: Vec<FailingMail>,
    /// All of them; `failing` may be the first ones.
    number: u64,
    again: ServerAction<TryAgain>,
) -> impl IntoView {
    let language = use_language();
    if failing.is_empty() {
        return ().into_any();
    }
    let number = number.max(u64::try_from(failing.len()).unwrap_or_default());
    let summary = say!(language, connections.not_fetched, mails = mails(language, number));
    view! {
        <details class="failing">
            <summary>{summary}</summary>
            <ul role="list">{failing.into_iter().map(|mail| view! { <FailingLine mail /> }).collect_view()}</ul>
            <ActionForm action=again>
                <input type="hidden" name="connection" value=connection.to_string() />
                <button class="button" aria-describedby=format!("connection-{connection}")>{say!(language, ui.try_again)}</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

#[component]
fn FailingLine(mail: FailingMail) -> impl IntoView {
    let language = use_language();
    view! {
        <li>
            <code>{mail.remote_id}</code>
            " "
            <TroubleWords trouble=mail.trouble />
            " "
            {say!(language, connections.tried, times = times(language, mail.attempts))}
            {mail.next_try_at.map(|at| view! { {say!(language, connections.next_try)} <Moment at shown=Shown::Minute /> "." })}
        </li>
    }
    .into_any()
}

fn times(language: Language, attempts: u32) -> String {
    match attempts {
        0 | 1 => say!(language, connections.once).to_owned(),
        2 => say!(language, connections.twice).to_owned(),
        more => say!(language, connections.times, more = more),
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, times};

    #[test]
    fn tries_are_counted_as_people_do() {
        assert_eq!([1, 2, 7].map(|tries| times(Language::en, tries)), ["once", "twice", "7 times"]);
    }
}
