//! The background work of a person: what runs, what waits and until when, what failed, and what was done lately.

use super::{
    JobKind, JobList, JobRunRow, JobState, QueuedJob, RunOutcome,
    server::{RetryJob, list_jobs},
};
use crate::{
    kept::{kept, one_of},
    language::{Language, say, use_language},
    live::Live,
    time::{Moment, Shown, duration_words},
    trouble::TroubleWords,
    ui::{Load, Notice, Skeleton, Tone},
};
use leptos::{form::ActionForm, prelude::*};
use std::sync::Arc;

impl JobKind {
    /// What it does, with the address of its mailbox.
    fn words(self, language: Language, mailbox: Option<&str>) -> String {
        let of = |what: &'static str| {
            mailbox.map_or_else(
                || what.to_owned(),
                |mailbox| say!(language, activity.what_of, what = what, mailbox = mailbox),
            )
        };
        match self {
            Self::Sync => of(say!(language, activity.job_sync)),
            Self::Check => of(say!(language, activity.job_check)),
            Self::Acts => mailbox.map_or_else(
                || say!(language, activity.job_acts).to_owned(),
                |mailbox| say!(language, activity.job_acts_of, mailbox = mailbox),
            ),
            Self::Words => mailbox.map_or_else(
                || say!(language, activity.job_words).to_owned(),
                |mailbox| say!(language, activity.job_words_of, mailbox = mailbox),
            ),
            Self::Removal => of(say!(language, activity.job_removal)),
            Self::Letter => say!(language, activity.job_letter).to_owned(),
            Self::Written => mailbox.map_or_else(
                || say!(language, activity.job_written).to_owned(),
                |mailbox| say!(language, activity.job_written_of, mailbox = mailbox),
            ),
            Self::Other => of(say!(language, activity.job_other)),
        }
    }
}

impl RunOutcome {
    /// How it ended.
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Done => say!(language, activity.done),
            Self::Retry => say!(language, activity.run_retry),
            Self::Failed => say!(language, activity.run_failed),
            Self::Died => say!(language, activity.run_died),
        }
    }
}

impl QueuedJob {
    /// Whether the last try went wrong.
    fn is_in_trouble(&self) -> bool {
        self.state == JobState::GivenUp || self.trouble.is_some()
    }
}

#[component]
pub fn Jobs() -> impl IntoView {
    let language = use_language();
    let retry = ServerAction::<RetryJob>::new();
    let jobs = Resource::new(|| (), |()| list_jobs());
    view! {
        <section class="jobs" aria-labelledby="jobs">
            <h2 id="jobs">{say!(language, activity.background)}</h2>
            <div aria-live="polite">
                {move || {
                    retry
                        .value()
                        .get()
                        .and_then(Result::err)
                        .map(|error| view! { <Notice tone=Tone::Bad>{error.sentence(language)}</Notice> })
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

/// Read again whenever a sync begins, ends or waits.
#[component]
fn Listed(list: JobList, retry: ServerAction<RetryJob>) -> impl IntoView {
    let language = use_language();
    let live = expect_context::<Live>();
    let list = kept(list, move || (live.turns(), retry.version().get()), list_jobs);
    let queued = move || list.with(|list| list.queued.clone());
    let nothing = Memo::new(move |_| list.with(|list| list.queued.is_empty()));
    let runs = Memo::new(move |_| list.with(|list| list.runs.clone()));
    let any_ran = Memo::new(move |_| !runs.with(Vec::is_empty));
    let waiting = move |first: QueuedJob| {
        let id = first.id;
        let job = one_of(queued, move |job| job.id == id, first);
        move || view! { <Waiting job=job.get() retry /> }
    };
    view! {
        {move || if nothing.get() {
            view! { <p class="quiet">{say!(language, activity.nothing_runs)}</p> }.into_any()
        } else {
            view! {
                <ul role="list" class="events" aria-label=say!(language, activity.running)>
                    <For each=queued key=|job| job.id children=waiting />
                </ul>
            }
            .into_any()
        }}
        {move || any_ran.get().then(|| view! {
            <details class="runs">
                <summary>{say!(language, activity.lately)}</summary>
                <ul role="list" class="events">
                    {move || runs.get().into_iter().map(|run| view! { <Run run /> }).collect_view()}
                </ul>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn Waiting(job: QueuedJob, retry: ServerAction<RetryJob>) -> impl IntoView {
    let language = use_language();
    let bad = job.is_in_trouble();
    let what = job.kind.words(language, job.mailbox.as_deref());
    let id = format!("job-{}", job.id);
    let about = id.clone();
    let (word, at) = match job.state {
        JobState::Running { since } => (say!(language, activity.runs_since), Some(since)),
        JobState::Waiting { until } if bad => (say!(language, activity.tried_again_at), Some(until)),
        JobState::Waiting { until } => (say!(language, activity.waits_until), Some(until)),
        JobState::GivenUp => (say!(language, activity.given_up), None),
    };
    let again = bad.then(|| {
        view! {
            <ActionForm action=retry>
                <input type="hidden" name="job" value=job.id.to_string() />
                <button class="button small" aria-describedby=about>{say!(language, ui.try_again)}</button>
            </ActionForm>
        }
    });
    view! {
        <li class="event">
            <p id=id>{what}</p>
            <p class="quiet" class:bad=bad>
                {word} {at.map(|at| view! { <Moment at shown=Shown::Second /> })}
                {job.trouble.map(|trouble| view! { ". " <TroubleWords trouble /> })}
            </p>
            {again}
        </li>
    }
    .into_any()
}

/// How long a run took.
fn took_words(language: Language, seconds: u64) -> String {
    if seconds == 0 {
        say!(language, activity.within_a_second).to_owned()
    } else {
        say!(language, activity.after, time = duration_words(language, seconds))
    }
}

#[component]
fn Run(run: JobRunRow) -> impl IntoView {
    let language = use_language();
    let bad = run.outcome != RunOutcome::Done;
    let took = u64::try_from((run.finished_at - run.started_at).num_seconds()).unwrap_or_default();
    view! {
        <li class="event">
            <p>{run.kind.words(language, run.mailbox.as_deref())}</p>
            <p class="quiet">
                <span class="state" class:bad=bad class:good=!bad>{run.outcome.words(language)}</span>
                {format!(" {}", took_words(language, took))}
                {run.trouble.map(|trouble| view! { ". " <TroubleWords trouble /> })}
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
        assert_eq!(JobKind::Sync.words(Language::en, Some("ada@example.com")), "Sync of ada@example.com");
        assert_eq!(JobKind::Acts.words(Language::en, Some("ada@example.com")), "Your changes to ada@example.com");
        assert_eq!(JobKind::Letter.words(Language::en, None), "A letter to you");
        assert_eq!(
            (took_words(Language::en, 0).as_str(), took_words(Language::en, 20).as_str()),
            ("within a second", "after 20 seconds")
        );
        assert_eq!(RunOutcome::Died.words(Language::en), "Interrupted, taken up again");
    }
}
