//! The proof on a card: what the provider has, and what became of each of it here.

use super::{MailboxCheck, Provider};
use crate::language::{say, use_language};
use crate::time::{Moment, Shown};
use leptos::prelude::*;

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
            <span class="sum">{check.sum}</span> " · " <span class="sum">{check.sample}</span>
            {check.mended.map(|mended| format!("; {mended}"))} "."
        </p>
    }
    .into_any()
}
