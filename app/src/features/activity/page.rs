//! `/settings/activity`: a person's own events, with a filter that is a plain form.

use super::{
    ActivityDetail, ActivityKind, ActivityList, ActivityMailbox, ActivityOutcome, ActivityQuery, ActivityRow,
    jobs::Jobs, query::PERIODS, server::list_activity,
};
use crate::{
    features::connections::found,
    language::{counted, say, use_language},
    time::{Moment, Shown},
    trouble::TroubleWords,
    ui::{Load, Page, Skeleton},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

#[component]
pub fn ActivityPage() -> impl IntoView {
    let language = use_language();
    let address = use_query_map();
    let query = Memo::new(move |_| address.with(ActivityQuery::parse));
    let page = Resource::new(move || query.get(), |query| list_activity(query.text()));
    view! {
        <Page title=say!(language, ui.activity)>
            <p class="lead">
                {say!(language, activity.lead)}
            </p>
            <Jobs />
            <h2 id="events">{say!(language, activity.what_happened)}</h2>
            <Load
                from=page
                fallback=|| view! { <Skeleton lines=10 class="rows" /> }
                render=Arc::new(move |list| view! { <Listed list query=query.get_untracked() /> }.into_any())
            />
        </Page>
    }
    .into_any()
}

#[component]
fn Listed(list: ActivityList, query: ActivityQuery) -> impl IntoView {
    let language = use_language();
    let ActivityList { rows, next, mailboxes } = list;
    let older = next.map(|after| query.page_after(after));
    let newest = query.after.is_some();
    let events = if rows.is_empty() {
        view! { <Nothing filtered=!query.is_everything() /> }.into_any()
    } else {
        view! {
            <ul role="list" class="events" aria-labelledby="events">
                {rows.into_iter().map(|row| view! { <Event row /> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <Filter query mailboxes />
        {events}
        <nav class="actions events-pages" aria-label=say!(language, activity.event_pages)>
            {newest.then(|| view! { <a class="button" href="/settings/activity">{say!(language, activity.newest)}</a> })}
            {older.map(|href| view! { <a class="button" href=href>{say!(language, activity.older)}</a> })}
        </nav>
    }
    .into_any()
}

/// A form that goes to an address, with scripts and without.
#[component]
fn Filter(query: ActivityQuery, mailboxes: Vec<ActivityMailbox>) -> impl IntoView {
    let language = use_language();
    let kinds = ActivityKind::ALL.map(|kind| (kind.slug().to_owned(), kind.title(language).to_owned()));
    let outcomes = ActivityOutcome::ALL.map(|outcome| (outcome.slug().to_owned(), outcome.title(language).to_owned()));
    let periods = PERIODS.map(|days| (days.to_string(), counted!(language, u64::from(days), activity.last_days)));
    let mailboxes = mailboxes.into_iter().map(|one| (one.id.to_string(), one.address)).collect();
    let chosen = (
        query.kind.map(|kind| kind.slug().to_owned()),
        query.mailbox.map(|id| id.to_string()),
        query.outcome.map(|outcome| outcome.slug().to_owned()),
        query.days.map(|days| days.to_string()),
    );
    view! {
        <form class="events-filter" method="get" action="/settings/activity" aria-label=say!(language, activity.filter)>
            <Choice name="kind" label=say!(language, activity.about) all=say!(language, activity.everything) options=kinds.into() chosen=chosen.0 />
            <Choice name="mailbox" label=say!(language, mail.mailbox) all=say!(language, mail.all_mailboxes) options=mailboxes chosen=chosen.1 />
            <Choice name="outcome" label=say!(language, activity.outcome) all=say!(language, activity.any_outcome) options=outcomes.into() chosen=chosen.2 />
            <Choice name="days" label=say!(language, activity.period) all=say!(language, activity.whole_year) options=periods.into() chosen=chosen.3 />
            <button class="button">{say!(language, activity.show)}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> impl IntoView {
    let option = |(value, text): (String, String)| {
        let selected = chosen.as_ref() == Some(&value);
        view! { <option value=value selected=selected>{text}</option> }
    };
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            <select id=format!("filter-{name}") name=name>
                <option value="">{all}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
    .into_any()
}

#[component]
fn Event(row: ActivityRow) -> impl IntoView {
    let language = use_language();
    let sentence = row.sentence(language);
    let bad = row.outcome != ActivityOutcome::Done;
    let from = row.address.map(|address| say!(language, activity.from, address = address));
    let about = row.mailbox.into_iter().chain(from).collect::<Vec<_>>().join(" · ");
    let between = (!about.is_empty()).then_some(" · ");
    let detail = row.detail.map(|detail| match detail {
        ActivityDetail::Trouble(trouble) => view! { {between} <TroubleWords trouble /> }.into_any(),
        ActivityDetail::Reread { missing, deleted } => {
            view! { {between} {found(language, missing, deleted)} }.into_any()
        }
    });
    view! {
        <li class="event">
            <p>
                {sentence}
                {bad.then(|| view! { " " <span class="state bad">{row.outcome.title(language)}</span> })}
            </p>
            <p class="quiet">{about} {detail}</p>
            <Moment at=row.at shown=Shown::Minute />
        </li>
    }
    .into_any()
}

#[component]
fn Nothing(filtered: bool) -> impl IntoView {
    let language = use_language();
    let (heading, text) = if filtered {
        (say!(language, activity.nothing_such), say!(language, activity.choose_less))
    } else {
        (say!(language, activity.nothing_yet), say!(language, activity.shows_up))
    };
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
