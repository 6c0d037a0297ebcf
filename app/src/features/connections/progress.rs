//! How far a sync is: how many of how many, how fast, how long.

use super::{SyncProblem, SyncProgress, SyncStage};
use crate::{
    language::{Language, say, use_language},
    quantity::{grouped, mails},
    time::left_words,
};
use leptos::prelude::*;

impl SyncProgress {
    /// One sentence for the card and the inbox.
    pub fn sentence(&self, language: Language) -> String {
        if let Some(problem) = &self.problem {
            return problem.sentence(language);
        }
        let mut parts = vec![match self.stage {
            SyncStage::Waiting => say!(language, connections.s_waiting).to_owned(),
            SyncStage::Listing if self.stored == 0 => say!(language, connections.s_listing).to_owned(),
            SyncStage::Listing if self.expected > 0 => {
                say!(
                    language,
                    connections.s_listing_of,
                    stored = grouped(language, self.stored),
                    expected = grouped(language, self.expected)
                )
            }
            SyncStage::Listing => say!(language, connections.s_listing_so_far, stored = grouped(language, self.stored)),
            SyncStage::Fetching => say!(
                language,
                connections.s_fetching,
                stored = grouped(language, self.stored),
                mails = mails(language, self.expected)
            ),
            SyncStage::CatchingUp => say!(language, connections.s_catching_up, mails = mails(language, self.stored)),
            SyncStage::Live => say!(language, connections.s_live, mails = mails(language, self.stored)),
            SyncStage::Blocked => say!(language, connections.s_blocked).to_owned(),
            SyncStage::Paused => say!(language, connections.s_paused, mails = mails(language, self.stored)),
        }];
        if matches!(self.stage, SyncStage::Listing | SyncStage::Fetching) {
            let rate = self.per_minute.filter(|rate| *rate > 0);
            parts.extend(rate.map(|rate| say!(language, connections.s_rate, count = grouped(language, rate.into()))));
            parts.extend(
                self.seconds_left.map(|seconds| say!(language, connections.s_left, time = left_words(seconds))),
            );
        }
        if self.failed > 0 {
            parts.push(say!(language, connections.s_failed, count = grouped(language, self.failed)));
        }
        parts.join(" · ")
    }

    /// Whether the first sync is still on its way.
    pub fn is_running(&self) -> bool {
        matches!(self.stage, SyncStage::Waiting | SyncStage::Listing | SyncStage::Fetching | SyncStage::CatchingUp)
    }
}

impl SyncProblem {
    /// What stands in the way, and what becomes of it.
    fn sentence(&self, language: Language) -> String {
        match self {
            Self::Ended => say!(language, connections.t_ended).into(),
            Self::KeyMissing => say!(language, connections.t_key).into(),
            Self::NotAllowed => say!(language, connections.t_not_allowed).into(),
            Self::NoAnswer => say!(language, connections.t_no_answer).into(),
            Self::Stuck => say!(language, connections.t_stuck).into(),
            Self::Other(words) => words.clone(),
        }
    }
}

/// Several mailboxes as one: sums, the longest time left, the stage that is furthest behind.
pub fn combined(all: &[SyncProgress]) -> Option<SyncProgress> {
    let (first, rest) = all.split_first()?;
    Some(rest.iter().fold(first.clone(), |sum, next| {
        SyncProgress {
            stage: if order(next.stage) < order(sum.stage) { next.stage } else { sum.stage },
            status: if order(next.stage) < order(sum.stage) { next.status } else { sum.status },
            reach: if order(next.stage) < order(sum.stage) { next.reach } else { sum.reach },
            expected: sum.expected + next.expected,
            stored: sum.stored + next.stored,
            failed: sum.failed + next.failed,
            per_minute: sum
                .per_minute
                .or(next.per_minute)
                .map(|_| sum.per_minute.unwrap_or_default() + next.per_minute.unwrap_or_default()),
            seconds_left: sum.seconds_left.max(next.seconds_left),
            wait: None,
            problem: sum.problem.or_else(|| next.problem.clone()),
        }
    }))
}

/// What needs attention first, then what has the longest way to go.
fn order(stage: SyncStage) -> u8 {
    match stage {
        SyncStage::Blocked => 0,
        SyncStage::Waiting => 1,
        SyncStage::Listing => 2,
        SyncStage::Fetching => 3,
        SyncStage::CatchingUp => 4,
        SyncStage::Live => 5,
        SyncStage::Paused => 6,
    }
}

/// The sentence, and a bar while the first sync runs. It is as tall before, during and after.
#[component]
pub fn SyncLine(progress: Signal<SyncProgress>) -> impl IntoView {
    let language = use_language();
    let text = Memo::new(move |_| progress.with(|progress| progress.sentence(language)));
    let running = Memo::new(move |_| progress.with(SyncProgress::is_running));
    let bar = Memo::new(move |_| progress.with(|progress| (progress.stored, progress.expected)));
    view! {
        <div class="sync-line">
            <span class="sync-text">{text}</span>
            <Show when=move || running.get()>
                {move || match bar.get() {
                    // Without a value the bar says: on its way, nobody knows how far.
                    (_, 0) => view! { <progress aria-label=say!(language, connections.s_bar) max="1"></progress> }.into_any(),
                    (stored, expected) => {
                        view! {
                            <progress aria-label=say!(language, connections.s_bar) max=expected.to_string() value=stored.min(expected).to_string()></progress>
                        }
                            .into_any()
                    }
                }}
            </Show>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::connections::{SyncReach, SyncStatus};

    fn progress(stage: SyncStage) -> SyncProgress {
        SyncProgress {
            stage,
            status: SyncStatus::InProgress,
            reach: SyncReach::Initial,
            expected: 10_000,
            stored: 1250,
            failed: 0,
            per_minute: None,
            seconds_left: None,
            wait: None,
            problem: None,
        }
    }

    #[test]
    fn fetching_says_how_many_of_how_many_how_fast_and_how_long() {
        let at_work = SyncProgress { per_minute: Some(3000), seconds_left: Some(175), ..progress(SyncStage::Fetching) };
        assert_eq!(at_work.sentence(Language::en), "1,250 of 10,000 mails · 3,000 a minute · about 3 min left");
    }

    #[test]
    fn what_failed_is_never_hidden() {
        let live = SyncProgress { failed: 2, ..progress(SyncStage::Live) };
        assert_eq!(live.sentence(Language::en), "Up to date. 1,250 mails · 2 to be tried again");
    }

    #[test]
    fn a_paused_sync_says_so() {
        assert_eq!(progress(SyncStage::Paused).sentence(Language::en), "Paused. 1,250 mails here");
        assert!(!progress(SyncStage::Paused).is_running());
    }

    #[test]
    fn a_problem_is_said_instead() {
        let stopped = SyncProgress { problem: Some(SyncProblem::NotAllowed), ..progress(SyncStage::Blocked) };
        assert_eq!(stopped.sentence(Language::en), "The provider does not allow reading this mailbox.");
        let earlier = SyncProgress { problem: Some(SyncProblem::Other("Google asks for a pause.".into())), ..stopped };
        assert_eq!(earlier.sentence(Language::es), "Google asks for a pause.");
    }

    #[test]
    fn mailboxes_add_up_and_the_slowest_decides() {
        let done = SyncProgress { expected: 50, stored: 50, ..progress(SyncStage::Live) };
        let busy = SyncProgress { per_minute: Some(300), seconds_left: Some(60), ..progress(SyncStage::Fetching) };
        let sum = combined(&[done, busy]).unwrap();
        assert_eq!((sum.stage, sum.expected, sum.stored), (SyncStage::Fetching, 10_050, 1300));
        assert_eq!((sum.per_minute, sum.seconds_left), (Some(300), Some(60)));
        assert_eq!(combined(&[]), None);
    }
}
