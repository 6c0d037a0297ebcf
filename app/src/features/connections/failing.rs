//! Mails that could not be fetched: which, why, when next, and a button.

use super::{ConnectionCard, FailingMail, server::TryAgain};
use crate::{
    quantity::counted,
    time::{Moment, Shown},
};
use leptos::{form::ActionForm, prelude::*};

/// Nothing while everything could be fetched.
#[component]
pub fn FailingMails(card: ConnectionCard, again: ServerAction<TryAgain>) -> impl IntoView {
    if card.failing.is_empty() {
        return ().into_any();
    }
    let number = card.progress.failed.max(u64::try_from(card.failing.len()).unwrap_or_default());
    let summary = format!("{} could not be fetched. Nothing else waits for them.", counted(number, "mail"));
    view! {
        <details class="failing">
            <summary>{summary}</summary>
            <ul role="list">{card.failing.into_iter().map(|mail| view! { <FailingLine mail /> }).collect_view()}</ul>
            <ActionForm action=again>
                <input type="hidden" name="connection" value=card.id.to_string() />
                <button class="button" aria-describedby=format!("connection-{}", card.id)>"Try again"</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

#[component]
fn FailingLine(mail: FailingMail) -> impl IntoView {
    view! {
        <li>
            <code>{mail.remote_id}</code>
            " "
            {format!("{}, tried {}.", mail.problem, times(mail.attempts))}
            {mail.next_try_at.map(|at| view! { " Next try " <Moment at shown=Shown::Minute /> "." })}
        </li>
    }
    .into_any()
}

fn times(attempts: u32) -> String {
    match attempts {
        0 | 1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn tries_are_counted_as_people_do() {
        assert_eq!([1, 2, 7].map(times), ["once", "twice", "7 times"]);
    }
}
