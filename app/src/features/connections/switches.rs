//! The features of a connection as switches: plain buttons where nobody has to be asked, a trip to the provider where a
//! permission is missing.

use super::{ConsentLink, Feature, FeatureSwitch, Provider, server::SwitchFeature};
use crate::{
    language::{Language, say, use_language},
    popup::{Purpose, Trip},
};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

impl Feature {
    /// What it allows, in a person's words.
    pub fn words(self, language: Language) -> &'static str {
        match self {
            Self::Mail => say!(language, connections.f_mail),
            Self::Manage => say!(language, connections.f_manage),
            Self::Send => say!(language, connections.f_send),
            Self::Calendar => say!(language, connections.f_calendar),
            Self::CalendarWrite => say!(language, connections.f_calendar_write),
            Self::Sheets => say!(language, connections.f_sheets),
        }
    }

    /// What it is for.
    fn purpose(self, language: Language) -> &'static str {
        match self {
            Self::Mail => say!(language, connections.why_mail),
            Self::Manage => say!(language, connections.why_manage),
            Self::Send => say!(language, connections.why_send),
            Self::Calendar => say!(language, connections.why_calendar),
            Self::CalendarWrite => say!(language, connections.why_calendar_write),
            Self::Sheets => say!(language, connections.why_sheets),
        }
    }
}

/// Which features were not allowed, or are not any more; nothing when all were.
pub fn switched_off(language: Language, provider: Provider, refused: &[Feature]) -> Option<String> {
    let words: Vec<_> = refused.iter().map(|feature| feature.words(language)).collect();
    (!words.is_empty())
        .then(|| say!(language, connections.switched_off, name = provider.name(), features = words.join(", ")))
}

/// The list of switches of a card.
#[component]
pub fn Switches(
    connection: Uuid,
    provider: Provider,
    switches: Vec<FeatureSwitch>,
    switch: ServerAction<SwitchFeature>,
) -> impl IntoView {
    let language = use_language();
    view! {
        <ul class="switches" role="list" aria-label=say!(language, connections.features)>
            {switches
                .into_iter()
                .map(|state| view! { <Switch connection provider state switch /> })
                .collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Switch(
    connection: Uuid,
    provider: Provider,
    state: FeatureSwitch,
    switch: ServerAction<SwitchFeature>,
) -> impl IntoView {
    let language = use_language();
    let FeatureSwitch { feature, on, granted, refused } = state;
    let name = provider.name();
    let label = format!("feature-{connection}-{}", feature.slug());
    let word = if on {
        say!(language, connections.on).to_owned()
    } else if refused {
        say!(language, connections.off_refused, name = name)
    } else {
        say!(language, connections.off).to_owned()
    };
    let trip = Trip { provider, purpose: Purpose::Grant { connection, feature } };
    let described = label.clone();
    let control = match (feature, on || granted) {
        (Feature::Mail, _) => ().into_any(),
        (_, true) => view! {
            <ActionForm action=switch>
                <input type="hidden" name="connection" value=connection.to_string() />
                <input type="hidden" name="feature" value=feature.slug() />
                <input type="hidden" name="on" value=(!on).to_string() />
                <button class="button small" aria-describedby=described>
                    {if on { say!(language, connections.switch_off) } else { say!(language, connections.switch_on) }}
                </button>
            </ActionForm>
        }
        .into_any(),
        (_, false) => {
            let text = if refused {
                say!(language, connections.allow_at, name = name)
            } else {
                say!(language, connections.switch_on).to_owned()
            };
            view! { <ConsentLink trip class="button small" label=text about=described /> }.into_any()
        }
    };
    view! {
        <li class:on=on>
            <div id=label>
                <strong>{feature.words(language)}</strong>
                " "
                <span class="switch-state" class:bad=refused>{word}</span>
                <span class="quiet">{feature.purpose(language)}</span>
            </div>
            {control}
        </li>
    }
    .into_any()
}
