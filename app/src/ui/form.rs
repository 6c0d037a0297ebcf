//! Form fields that work without scripts and say what is wrong where it is wrong.

use crate::{browser, error::AppError, language::use_language};
use leptos::prelude::*;

/// A labelled input, with what was typed into it when the form comes back refused without scripts. When `problem` is about this field, it is marked, described by the sentence, and focused.
#[component]
pub fn Field(
    /// Name of the server function's argument.
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    /// Of the input, where the name is on the page already.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What stands in it at first.
    #[prop(optional)]
    value: Option<String>,
    /// May be left empty.
    #[prop(optional)]
    optional: bool,
    problem: Signal<Option<AppError>>,
) -> impl IntoView {
    let language = use_language();
    let value = crate::request::typed(name).or(value);
    let id = id.unwrap_or(name);
    let hint_id = format!("{id}-hint");
    let problem_id = format!("{id}-problem");
    let sentence = Memo::new(move |_| {
        problem.get().filter(|error| error.field() == Some(name)).map(|error| error.sentence(language))
    });
    let wrong = move || sentence.with(Option::is_some);
    let described = {
        let (hint_id, problem_id) = (hint_id.clone(), problem_id.clone());
        move || match (wrong(), hint.is_some()) {
            (true, _) => Some(problem_id.clone()),
            (false, true) => Some(hint_id.clone()),
            (false, false) => None,
        }
    };
    Effect::new(move |_| {
        if wrong() {
            browser::focus(&format!("#{id}"));
        }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=name
                value=value
                type=kind
                autocomplete=autocomplete
                required=!optional
                autofocus=wrong
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="wrong" id=problem_id hidden=move || !wrong()>
                {sentence}
            </p>
        </div>
    }
    .into_any()
}

/// What went wrong with a form as a whole. What is about one field is said at the field.
#[component]
pub fn FormProblem(
    problem: Signal<Option<AppError>>,
    /// Of the box, on a page of several forms.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    let language = use_language();
    let id = id.unwrap_or("form-problem");
    let sentence =
        Memo::new(move |_| problem.get().filter(|error| error.field().is_none()).map(|error| error.sentence(language)));
    Effect::new(move |_| {
        if sentence.with(Option::is_some) {
            browser::focus(&format!("#{id}"));
        }
    });
    view! {
        <div id=id class="notice bad" role="alert" tabindex="-1" hidden=move || sentence.with(Option::is_none)>
            {sentence}
        </div>
    }
    .into_any()
}
