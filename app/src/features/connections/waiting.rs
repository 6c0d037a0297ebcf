//! What a sync waits for and until when, as one line.

use super::{Provider, SyncReach, SyncStage, SyncStatus, SyncWait};
use crate::{
    language::{Language, say, use_language},
    time::{Moment, Shown},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

impl SyncStatus {
    /// The word on the card.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Paused => "PAUSED",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Pending | Self::Paused => "status",
            Self::InProgress => "status busy",
            Self::Completed => "status good",
            Self::Failed => "status bad",
        }
    }
}

impl SyncReach {
    /// The word on the card.
    pub fn word(self) -> &'static str {
        match self {
            Self::Initial => "INITIAL",
            Self::Incremental => "INCREMENTAL",
        }
    }
}

/// The two words of a sync.
#[component]
pub fn StatusWords(status: Memo<SyncStatus>, reach: Memo<SyncReach>) -> impl IntoView {
    view! {
        <span class=move || status.get().class() data-status=move || status.get().word()>
            {move || status.get().word()}
        </span>
        " "
        <span class="status" data-reach=move || reach.get().word()>
            {move || reach.get().word()}
        </span>
    }
    .into_any()
}

/// The words before the instant, and the instant.
fn told(
    language: Language,
    stage: SyncStage,
    wait: Option<SyncWait>,
    provider: Provider,
) -> Option<(String, Option<DateTime<Utc>>)> {
    let name = provider.name();
    let told = match (stage, wait) {
        (SyncStage::Paused, _) => (say!(language, connections.w_paused).to_owned(), None),
        (SyncStage::Blocked, _) => (say!(language, connections.w_blocked, name = name), None),
        (_, None) => return None,
        (_, Some(SyncWait::Turn)) => (say!(language, connections.w_turn).to_owned(), None),
        (_, Some(SyncWait::Quota { until })) => (say!(language, connections.w_quota, name = name), Some(until)),
        (_, Some(SyncWait::SharedQuota { until })) => (say!(language, connections.w_shared, name = name), Some(until)),
        (_, Some(SyncWait::Provider { until })) => (say!(language, connections.w_provider, name = name), Some(until)),
        (_, Some(SyncWait::BackOff { until })) => (say!(language, connections.w_back_off).to_owned(), Some(until)),
        (_, Some(SyncWait::NextLook { at })) => (say!(language, connections.w_next).to_owned(), Some(at)),
    };
    Some(told)
}

/// What it waits for and until when; nothing while it is at work.
#[component]
pub fn WaitLine(stage: Memo<SyncStage>, wait: Memo<Option<SyncWait>>, provider: Provider) -> impl IntoView {
    let language = use_language();
    view! {
        <p class="sync-wait">
            {move || {
                told(language, stage.get(), wait.get(), provider)
                    .map(|(words, until)| {
                        view! {
                            {words}
                            {until.map(|at| view! { <Moment at shown=Shown::Second /> })}
                            "."
                        }
                    })
            }}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_says_for_what_and_whatever_has_an_end_says_until_when() {
        let until = DateTime::UNIX_EPOCH;
        let said = |stage, wait| told(Language::en, stage, wait, Provider::Google);
        for (wait, words) in [
            (SyncWait::Quota { until }, "a minute is used up"),
            (SyncWait::SharedQuota { until }, "All mailboxes here together"),
            (SyncWait::Provider { until }, "may be asked of Google until"),
            (SyncWait::BackOff { until }, "tried again at"),
            (SyncWait::NextLook { at: until }, "Next look"),
        ] {
            let (text, end) = said(SyncStage::Fetching, Some(wait)).unwrap();
            assert!(text.contains(words) && text.ends_with(' ') && end == Some(until), "{text}");
        }
        assert!(said(SyncStage::Paused, None).unwrap().0.starts_with("Paused by you"));
        assert!(said(SyncStage::Blocked, None).unwrap().0.contains("allow it again"));
        assert_eq!(said(SyncStage::Fetching, None), None, "at work");
    }
}
