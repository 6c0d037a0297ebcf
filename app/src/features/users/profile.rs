//! Name, language, look and time zone.

use super::{Profile, server::SetProfile};
use crate::{
    language::{Language, say, use_language},
    ui::{Field, FormProblem},
};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn ProfileForm(profile: Profile) -> impl IntoView {
    let action = ServerAction::<SetProfile>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let Profile { first_name, last_name, language: own, theme, zone } = profile;
    let language = use_language();
    let themes = vec![
        ("auto", say!(language, users.theme_auto)),
        ("light", say!(language, users.theme_light)),
        ("dark", say!(language, users.theme_dark)),
    ];
    // Everybody finds their own language by its own name.
    let languages = Language::ALL.map(|(language, name)| (language.tag(), name)).to_vec();
    view! {
        <ActionForm action attr:class="form">
            <FormProblem problem id="profile-problem" />
            <div class="form-pair">
                <Field name="first_name" label=say!(language, users.first_name) autocomplete="given-name" value=first_name optional=true problem />
                <Field name="last_name" label=say!(language, users.last_name) autocomplete="family-name" value=last_name optional=true problem />
            </div>
            <div class="form-pair">
                <Choice name="theme" label=say!(language, users.look) options=themes chosen=theme />
                <Choice name="language" label=say!(language, users.language) options=languages chosen=own />
            </div>
            <Field
                name="zone"
                label=say!(language, users.zone)
                autocomplete="off"
                value=zone
                optional=true
                hint=say!(language, users.zone_hint)
                problem
            />
            <button class="button primary" disabled=move || action.pending().get()>
                {say!(language, users.save)}
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: String,
) -> impl IntoView {
    let chosen = crate::request::typed(name).unwrap_or(chosen);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                {options
                    .into_iter()
                    .map(|(value, words)| view! { <option value=value selected=value == chosen>{words}</option> })
                    .collect_view()}
            </select>
        </div>
    }
    .into_any()
}
