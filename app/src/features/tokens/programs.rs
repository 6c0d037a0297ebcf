//! The programs that hold a token pair: a section of `/settings/account`.

use super::{
    NewPair, ProgramRow,
    server::{EndProgram, MakeProgram, list_programs},
};
use crate::{
    error::AppError,
    language::{say, use_language},
    time::{Moment, Shown},
    ui::{Load, Skeleton},
};
use leptos::{
    ev::SubmitEvent,
    form::{ActionForm, FromFormData},
    prelude::*,
};
use std::sync::Arc;

/// The list of programs, and the form that makes tokens for another.
#[component]
pub fn Programs() -> impl IntoView {
    let language = use_language();
    let (make, end) = (ServerAction::<MakeProgram>::new(), ServerAction::<EndProgram>::new());
    let programs = Resource::new(move || (make.version().get(), end.version().get()), |_| list_programs());
    view! {
        <section class="card" aria-labelledby="programs">
            <h2 id="programs">{say!(language, tokens.programs)}</h2>
            <p class="quiet">
                {say!(language, tokens.programs_why)}
            </p>
            <Load
                from=programs
                fallback=|| view! { <Skeleton lines=2 class="lines" /> }
                render=Arc::new(move |programs| view! { <List programs end /> }.into_any())
            />
            <Refused outcome=Signal::derive(move || end.value().get().and_then(Result::err)) />
            <MakeForm make />
        </section>
    }
    .into_any()
}

#[component]
fn List(programs: Vec<ProgramRow>, end: ServerAction<EndProgram>) -> impl IntoView {
    let language = use_language();
    if programs.is_empty() {
        return view! { <p>{say!(language, tokens.none)}</p> }.into_any();
    }
    let rows = programs.into_iter().map(|program| view! { <Row program end /> }).collect_view();
    view! {
        <ul role="list" class="lines">
            {rows}
        </ul>
    }
    .into_any()
}

#[component]
fn Row(program: ProgramRow, end: ServerAction<EndProgram>) -> impl IntoView {
    let language = use_language();
    let name = if program.name.is_empty() { say!(language, tokens.nameless).to_owned() } else { program.name };
    let label = say!(language, tokens.end_tokens_of, name = &name);
    view! {
        <li>
            <div>
                <p>{name}</p>
                <p class="quiet">
                    {say!(language, tokens.last_used)} <Moment at=program.last_used_at shown=Shown::Minute /> {say!(language, tokens.from)} {program.address} {say!(language, tokens.ends)}
                    <Moment at=program.expires_at shown=Shown::Day /> {say!(language, tokens.unless_used)}
                </p>
            </div>
            <ActionForm action=end>
                <input type="hidden" name="program" value=program.id.to_string() />
                <button class="button" aria-label=label disabled=move || end.pending().get()>
                    {say!(language, tokens.end)}
                </button>
            </ActionForm>
        </li>
    }
    .into_any()
}

/// Without scripts the form goes to the route for programs, which answers the pair as JSON.
#[component]
fn MakeForm(make: ServerAction<MakeProgram>) -> impl IntoView {
    let language = use_language();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(asked) = MakeProgram::from_event(&event) {
            make.dispatch(asked);
        }
    };
    let made = move || make.value().get().and_then(Result::ok);
    view! {
        <form method="post" action="/auth/token" class="form" on:submit=submit>
            <div class="field">
                <label for="program-name">{say!(language, tokens.name)}</label>
                <input id="program-name" name="name" type="text" maxlength="80" autocomplete="off" required />
            </div>
            <button class="button" disabled=move || make.pending().get()>
                {say!(language, tokens.make)}
            </button>
        </form>
        <Refused outcome=Signal::derive(move || make.value().get().and_then(Result::err)) />
        <div aria-live="polite">{move || made().map(|pair| view! { <Made pair /> })}</div>
    }
    .into_any()
}

/// Why the last request was not done.
#[component]
fn Refused(outcome: Signal<Option<AppError>>) -> impl IntoView {
    let language = use_language();
    view! {
        <p class="notice bad" role="alert" hidden=move || outcome.with(Option::is_none)>
            {move || outcome.get().map(|error| error.sentence(language))}
        </p>
    }
}

#[component]
fn Made(pair: NewPair) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="notice good secrets">
            <p>{say!(language, tokens.copy_now)}</p>
            <dl class="facts">
                <div>
                    <dt>{say!(language, tokens.refresh_token)}</dt>
                    <dd>
                        <code>{pair.refresh_token}</code>
                    </dd>
                </div>
                <div>
                    <dt>{say!(language, tokens.access_token)}</dt>
                    <dd>
                        <code>{pair.access_token}</code>
                    </dd>
                </div>
            </dl>
        </div>
    }
    .into_any()
}
