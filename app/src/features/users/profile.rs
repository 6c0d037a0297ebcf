//! Name, language, look and time zone.

use super::{Profile, server::SetProfile};
use crate::ui::{Field, FormProblem};
use leptos::{form::ActionForm, prelude::*};

const THEMES: [(&str, &str); 3] = [("auto", "As this device"), ("light", "Light"), ("dark", "Dark")];
const LANGUAGES: [(&str, &str); 1] = [("en", "English")];

#[component]
pub fn ProfileForm(profile: Profile) -> impl IntoView {
    let action = ServerAction::<SetProfile>::new();
    let problem = Signal::derive(move || action.value().get().and_then(Result::err));
    let Profile { first_name, last_name, language, theme, zone } = profile;
    view! {
        <ActionForm action attr:class="form">
            <FormProblem problem id="profile-problem" />
            <div class="form-pair">
                <Field name="first_name" label="First name" autocomplete="given-name" value=first_name optional=true problem />
                <Field name="last_name" label="Last name" autocomplete="family-name" value=last_name optional=true problem />
            </div>
            <div class="form-pair">
                <Choice name="theme" label="Look" options=&THEMES chosen=theme />
                <Choice name="language" label="Language" options=&LANGUAGES chosen=language />
            </div>
            <Field
                name="zone"
                label="Time zone"
                autocomplete="off"
                value=zone
                optional=true
                hint="Such as Europe/Madrid. Empty is the zone of the device you read on."
                problem
            />
            <button class="button primary" disabled=move || action.pending().get()>
                "Save"
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: String,
) -> impl IntoView {
    let chosen = crate::request::typed(name).unwrap_or(chosen);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                {options
                    .iter()
                    .map(|(value, words)| view! { <option value=*value selected=*value == chosen>{*words}</option> })
                    .collect_view()}
            </select>
        </div>
    }
    .into_any()
}
