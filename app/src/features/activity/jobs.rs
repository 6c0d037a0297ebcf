//! The background work of a person: what runs, what waits and until when, what failed, and what was done lately.

use super::{
    JobKind, JobList, JobRunRow, JobState, QueuedJob, RunOutcome,
    server::{RetryJob, list_jobs},
};
use crate::{
    live::Live,
    time::{Moment, Shown, duration_words},
    ui::{Load, Notice, Skeleton, Tone},
};
use leptos::{form::ActionForm, prelude::*};
use std::sync::Arc;

impl JobKind {
    /// What it does, with the address of its mailbox.
    fn words(self, mailbox: Option<&str>) -> String {
        let of = |what: &str| mailbox.map_or_else(|| what.to_owned(), |mailbox| format!("{what} of {mailbox}"));
        match self {
            Self::Sync => of("Sync"),
            Self::Check => of("Check"),
            Self::Acts => {
                mailbox.map_or_else(|| "Your changes".to_owned(), |mailbox| format!("Your changes to {mailbox}"))
            }
            Self::Words => mailbox
                .map_or_else(|| "Making mail searchable".to_owned(), |mailbox| format!("Making {mailbox} searchable")),
            Self::Removal => of("Removal"),
            Self::Letter => "A letter to you".to_owned(),
            Self::Written => mailbox
                .map_or_else(|| "Sending your mail".to_owned(), |mailbox| format!("Sending your mail from {mailbox}")),
            Self::Other => of("Other work"),
        }
    }
}

impl RunOutcome {
    /// How it ended.
    fn words(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Retry => "Failed, tried again",
            Self::Failed => "Failed for good",
            Self::Died => "Interrupted, taken up again",
        }
    }
}

impl QueuedJob {
    /// Whether the last try went wrong.
    fn is_in_trouble(&self) -> bool {
        self.state == JobState::GivenUp || self.problem.is_some()
    }
}

/// Read again whenever a sync begins, ends or waits.
#[component]
pub fn Jobs() -> impl IntoView {
    let live = expect_context::<Live>();
    let retry = ServerAction::<RetryJob>::new();
    let moved = Memo::new(move |_| live.turns());
    let jobs = Resource::new(move || (moved.get(), retry.version().get()), |_| list_jobs());
    view! {
        <section class="jobs" aria-labelledby="jobs">
            <h2 id="jobs">"Background work"</h2>
            <div aria-live="polite">
                {move || {
                    retry
                        .value()
                        .get()
                        .and_then(Result::err)
                        .map(|error| view! { <Notice tone=Tone::Bad>{error.sentence()}</Notice> })
                }}
            </div>
            <Load
                from=jobs
                fallback=|| view! { <Skeleton lines=4 class="rows" /> }
                render=Arc::new(move |list| view! { <Listed list retry /> }.into_any())
            />
        </section>
    }
    .into_any()
}

#[component]
fn Listed(list: JobList, retry: ServerAction<RetryJob>) -> impl IntoView {
    let JobList { queued, runs } = list;
    let waiting = if queued.is_empty() {
        view! { <p class="quiet">"Nothing runs and nothing waits."</p> }.into_any()
    } else {
        view! {
            <ul role="list" class="events" aria-label="Running and waiting">
                {queued.into_iter().map(|job| view! { <Waiting job retry /> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        {waiting}
        {(!runs.is_empty())
            .then(|| {
                view! {
                    <details class="runs">
                        <summary>"What was done lately"</summary>
                        <ul role="list" class="events">{runs.into_iter().map(|run| view! { <Run run /> }).collect_view()}</ul>
                    </details>
                }
            })}
    }
    .into_any()
}

#[component]
fn Waiting(job: QueuedJob, retry: ServerAction<RetryJob>) -> impl IntoView {
    let bad = job.is_in_trouble();
    let what = job.kind.words(job.mailbox.as_deref());
    let id = format!("job-{}", job.id);
    let about = id.clone();
    let (word, at) = match job.state {
        JobState::Running { since } => ("Runs since ", Some(since)),
        JobState::Waiting { until } if bad => ("Failed; tried again at ", Some(until)),
        JobState::Waiting { until } => ("Waits until ", Some(until)),
        JobState::GivenUp => ("Failed, and is not tried again by itself", None),
    };
    let again = bad.then(|| {
        view! {
            <ActionForm action=retry>
                <input type="hidden" name="job" value=job.id.to_string() />
                <button class="button small" aria-describedby=about>"Try again"</button>
            </ActionForm>
        }
    });
    view! {
        <li class="event">
            <p id=id>{what}</p>
            <p class="quiet" class:bad=bad>
                {word} {at.map(|at| view! { <Moment at shown=Shown::Second /> })}
                {job.problem.filter(|_| bad).map(|problem| format!(": {problem}"))}
            </p>
            {again}
        </li>
    }
    .into_any()
}

/// How long a run took.
fn took_words(seconds: u64) -> String {
    if seconds == 0 { "within a second".to_owned() } else { format!("after {}", duration_words(seconds)) }
}

#[component]
fn Run(run: JobRunRow) -> impl IntoView {
    let bad = run.outcome != RunOutcome::Done;
    let took = u64::try_from((run.finished_at - run.started_at).num_seconds()).unwrap_or_default();
    let detail = run.detail.filter(|_| bad).map(|detail| format!(": {detail}")).unwrap_or_default();
    view! {
        <li class="event">
            <p>{run.kind.words(run.mailbox.as_deref())}</p>
            <p class="quiet">
                <span class="state" class:bad=bad class:good=!bad>{run.outcome.words()}</span>
                {format!(" {}{detail}", took_words(took))}
            </p>
            <Moment at=run.started_at shown=Shown::Second />
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_named_after_what_it_does_and_its_mailbox() {
        assert_eq!(JobKind::Sync.words(Some("ada@example.com")), "Sync of ada@example.com");
        assert_eq!(JobKind::Acts.words(Some("ada@example.com")), "Your changes to ada@example.com");
        assert_eq!(JobKind::Letter.words(None), "A letter to you");
        assert_eq!((took_words(0).as_str(), took_words(20).as_str()), ("within a second", "after 20 seconds"));
        assert_eq!(RunOutcome::Died.words(), "Interrupted, taken up again");
    }
}
