//! Which events a person looks at, as it stands in the address.

use super::{ActivityKind, ActivityOutcome};
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// The filter, and how far down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    pub kind: Option<ActivityKind>,
    pub mailbox: Option<Uuid>,
    pub outcome: Option<ActivityOutcome>,
    /// Not older than so many days.
    pub days: Option<u16>,
    /// The event the page before ended with.
    pub after: Option<Uuid>,
}

impl ActivityKind {
    pub const ALL: [Self; 4] = [Self::SignIn, Self::Connections, Self::Access, Self::Programs];

    /// Its value in the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Connections => "connections",
            Self::Access => "access",
            Self::Programs => "programs",
        }
    }
}

impl ActivityOutcome {
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// Its value in the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The periods to choose from, in days.
pub const PERIODS: [u16; 3] = [1, 7, 30];

impl ActivityQuery {
    /// Reads the address; what makes no sense there is left out.
    pub fn parse(query: &ParamsMap) -> Self {
        let word = |name: &str| query.get(name).unwrap_or_default();
        Self::of(&word)
    }

    /// Reads the text of a query.
    pub fn read(text: &str) -> Self {
        let word = |name: &str| {
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        Self::of(&word)
    }

    fn of(word: &dyn Fn(&str) -> String) -> Self {
        let (kind, outcome) = (word("kind"), word("outcome"));
        Self {
            kind: ActivityKind::ALL.into_iter().find(|one| one.slug() == kind),
            mailbox: word("mailbox").parse().ok(),
            outcome: ActivityOutcome::ALL.into_iter().find(|one| one.slug() == outcome),
            days: word("days").parse().ok().filter(|days| PERIODS.contains(days)),
            after: word("after").parse().ok(),
        }
    }

    /// The query of this page's address. Its values need no encoding.
    pub fn text(&self) -> String {
        let pairs = [
            self.kind.map(|kind| format!("kind={}", kind.slug())),
            self.mailbox.map(|id| format!("mailbox={id}")),
            self.outcome.map(|outcome| format!("outcome={}", outcome.slug())),
            self.days.map(|days| format!("days={days}")),
            self.after.map(|id| format!("after={id}")),
        ];
        pairs.into_iter().flatten().collect::<Vec<_>>().join("&")
    }

    /// Whether every event is wanted.
    pub fn is_everything(&self) -> bool {
        Self { after: None, ..self.clone() } == Self::default()
    }

    /// The address of the page that starts after `after`.
    pub fn page_after(&self, after: Uuid) -> String {
        format!("/settings/activity?{}", Self { after: Some(after), ..self.clone() }.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_events_and_nonsense_says_all() {
        let query = ActivityQuery {
            kind: Some(ActivityKind::SignIn),
            mailbox: Some(Uuid::from_u128(1)),
            outcome: Some(ActivityOutcome::Refused),
            days: Some(7),
            after: Some(Uuid::from_u128(2)),
        };
        assert_eq!(ActivityQuery::read(&query.text()), query);
        assert_eq!(ActivityQuery::read("kind=x&mailbox=y&outcome=&days=400&after=z"), ActivityQuery::default());
        assert!(ActivityQuery::read("after=00000000-0000-0000-0000-000000000002").is_everything());
    }
}
