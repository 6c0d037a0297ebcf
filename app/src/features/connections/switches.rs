//! The features of a connection as switches: plain buttons where nobody has to be asked, a trip to the provider where a
//! permission is missing.

use super::{ConnectionCard, ConsentLink, Feature, FeatureSwitch, Provider, server::SwitchFeature};
use crate::popup::{Purpose, Trip};
use leptos::{form::ActionForm, prelude::*};
use uuid::Uuid;

impl Feature {
    /// What it allows, in a person's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mail => "Read mail",
            Self::Manage => "Manage mail",
            Self::Send => "Send mail",
            Self::Calendar => "Read calendars",
            Self::CalendarWrite => "Change calendars",
            Self::Sheets => "Spreadsheets",
        }
    }

    /// What it is for.
    fn purpose(self) -> &'static str {
        match self {
            Self::Mail => "Always on: it is what the connection is for.",
            Self::Manage => "Read state, star, archive, bin.",
            Self::Send => "Send mail you write here.",
            Self::Calendar => "Show your events.",
            Self::CalendarWrite => "Answer and change events.",
            Self::Sheets => "Write spreadsheets that Gatepost creates; no others.",
        }
    }
}

/// Which features were not allowed, or are not any more; nothing when all were.
pub fn switched_off(provider: Provider, refused: &[Feature]) -> Option<String> {
    let words: Vec<_> = refused.iter().map(|feature| feature.words()).collect();
    (!words.is_empty()).then(|| format!("Not allowed at {}, so switched off: {}.", provider.name(), words.join(", ")))
}

/// The list of switches of a card.
#[component]
pub fn Switches(card: ConnectionCard, switch: ServerAction<SwitchFeature>) -> impl IntoView {
    let (id, provider) = (card.id, card.provider);
    view! {
        <ul class="switches" role="list" aria-label="Features">
            {card
                .switches
                .into_iter()
                .map(|state| view! { <Switch connection=id provider state switch /> })
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
    let FeatureSwitch { feature, on, granted, refused } = state;
    let name = provider.name();
    let label = format!("feature-{connection}-{}", feature.slug());
    let word = if on {
        "On".to_owned()
    } else if refused {
        format!("Off: not allowed at {name}")
    } else {
        "Off".to_owned()
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
                    {if on { "Switch off" } else { "Switch on" }}
                </button>
            </ActionForm>
        }
        .into_any(),
        (_, false) => {
            let text = if refused { format!("Allow at {name}") } else { "Switch on".to_owned() };
            view! { <ConsentLink trip class="button small" label=text about=described /> }.into_any()
        }
    };
    view! {
        <li class:on=on>
            <div id=label>
                <strong>{feature.words()}</strong>
                " "
                <span class="switch-state" class:bad=refused>{word}</span>
                <span class="quiet">{feature.purpose()}</span>
            </div>
            {control}
        </li>
    }
    .into_any()
}
