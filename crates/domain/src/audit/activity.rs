//! A person's own events, newest first, filtered and a page at a time.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit_events, audit_events::Column as C};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Events on one page.
pub const PAGE: u64 = 50;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signing up, in and out; ways in.
    SignIn,
    /// Mailboxes connected, repaired, disconnected.
    Connections,
    /// Tokens renewed, calls to the provider, and changes it did not make.
    Access,
    /// Tokens for programs.
    Programs,
}

impl Kind {
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::SignIn => &["user.", "session.", "identity.", "password."],
            Self::Connections => &["connection.", "sync."],
            Self::Access => &["grant.", "api.", "mail."],
            Self::Programs => &["token."],
        }
    }
}

/// Which events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// About this connection.
    pub connection: Option<Uuid>,
    /// With this outcome: `done`, `refused` or `failed`.
    pub outcome: Option<&'a str>,
    /// Not older than so many days.
    pub days: Option<u16>,
    /// Older than this event.
    pub after: Option<Uuid>,
}

/// One page of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub events: Vec<audit_events::Model>,
    /// Where the next page begins, if there is one.
    pub next: Option<Uuid>,
}

/// The events of `user`, and of nobody else.
pub async fn list(
    db: &impl ConnectionTrait,
    user: Uuid,
    now: DateTime<Utc>,
    filter: Filter<'_>,
) -> Result<Page, DbErr> {
    let kind = filter.kind.map(|kind| {
        let starts = kind.prefixes().iter().map(|prefix| C::Action.starts_with(*prefix));
        starts.fold(Condition::any(), Condition::add)
    });
    let wanted = Condition::all()
        .add(C::UserId.eq(user))
        .add_option(kind)
        .add_option(filter.connection.map(|connection| C::ConnectionId.eq(connection)))
        .add_option(filter.outcome.map(|outcome| C::Outcome.eq(outcome)))
        .add_option(filter.days.map(|days| C::CreatedAt.gte(now - TimeDelta::days(days.into()))))
        .add_option(filter.after.map(|after| C::Id.lt(after)));
    let found = audit_events::Entity::find().filter(wanted).order_by_desc(C::Id).limit(PAGE + 1);
    let mut events = found.all(db).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = events.len() > most;
    events.truncate(most);
    let next = events.last().filter(|_| more).map(|event| event.id);
    Ok(Page { events, next })
}
