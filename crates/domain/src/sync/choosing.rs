//! What a person chose to leave out: kept, shown, changed.
//!
//! When a choice changes everything is listed again: what is left out now goes, and what is not any more comes.

use super::{
    Sync, SyncError,
    exclusion::{Exclusion, Exclusions},
    failing::feeds_of,
    mend::restart,
};
use crate::{
    audit,
    cache::{Notice, What},
    database::begin_write,
    jobs::{self, Job},
};
use entity::{
    exclusions::{self, Column as C},
    feed_items, labels,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

/// What is left out of a connection.
pub(super) async fn of(db: &impl ConnectionTrait, connection: Uuid) -> Result<Exclusions, DbErr> {
    let rows = exclusions::Entity::find().filter(C::ConnectionId.eq(connection)).order_by_asc(C::Kind).all(db).await?;
    Ok(Exclusions(rows.into_iter().filter_map(|row| Exclusion::parse(&row.kind, &row.value)).collect()))
}

/// A choice of a person, and how many messages it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The choice.
    pub what: Exclusion,
    /// The name of its label, where it is about one.
    pub name: Option<String>,
    /// Messages.
    pub messages: u64,
}

/// A label or folder that can be left out: the provider's id and the name.
pub type Choosable = (String, String);

impl Sync {
    /// What is left out of a connection, and what else could be.
    pub async fn exclusions(&self, connection: Uuid) -> Result<(Vec<Excluded>, Vec<Choosable>), DbErr> {
        let db = &self.connections.db;
        let chosen = of(db, connection).await?;
        let named: Vec<Choosable> = labels::Entity::find()
            .select_only()
            .columns([labels::Column::RemoteId, labels::Column::Name])
            .filter(labels::Column::ConnectionId.eq(connection))
            .filter(labels::Column::Kind.eq("user"))
            .order_by_asc(labels::Column::Name)
            .into_tuple()
            .all(db)
            .await?;
        let counted: Vec<(Option<String>, i64)> = if chosen.0.is_empty() {
            Vec::new()
        } else {
            feed_items::Entity::find()
                .select_only()
                .column(feed_items::Column::Reason)
                .column_as(feed_items::Column::RemoteId.count(), "items")
                .filter(feed_items::Column::FeedId.in_subquery(feeds_of(connection)))
                .filter(feed_items::Column::State.eq("excluded"))
                .group_by(feed_items::Column::Reason)
                .into_tuple()
                .all(db)
                .await?
        };
        let excluded = chosen.0.into_iter().map(|what| {
            let reason = what.reason();
            let messages = counted.iter().find(|(of, _)| of.as_deref() == Some(&reason)).map_or(0, |(_, count)| *count);
            let name = named.iter().find(|(id, _)| *id == what.value()).map(|(_, name)| name.clone());
            Excluded { what, name, messages: u64::try_from(messages).unwrap_or_default() }
        });
        Ok((excluded.collect(), named.clone()))
    }

    /// Leaves something out of a user's connection, or brings it in again.
    pub async fn exclude(&self, user: Uuid, connection: Uuid, what: &Exclusion, on: bool) -> Result<(), SyncError> {
        self.connections.find(user, connection).await?.ok_or(SyncError::NotFound)?;
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        let now = self.connections.clock.now();
        let tx = begin_write(&self.connections.db).await?;
        let mut same =
            exclusions::Entity::delete_many().filter(C::ConnectionId.eq(connection)).filter(C::Kind.eq(what.kind()));
        // There is one day from which on mail is wanted.
        if matches!(what, Exclusion::Label(_)) {
            same = same.filter(C::Value.eq(what.value()));
        }
        same.exec(&tx).await?;
        if on {
            let row = exclusions::ActiveModel {
                connection_id: Set(connection),
                kind: Set(what.kind().to_owned()),
                value: Set(what.value()),
                created_at: Set(now),
            };
            let once = OnConflict::columns([C::ConnectionId, C::Kind, C::Value]).do_nothing().to_owned();
            exclusions::Entity::insert(row).on_conflict(once).exec_without_returning(&tx).await?;
        }
        restart(&tx, &feed, now).await?;
        let entry = audit::Entry {
            user: Some(user),
            connection: Some(connection),
            action: if on { "sync.excluded" } else { "sync.included" },
            outcome: "done",
            detail: Some(what.kind()),
            ..audit::Entry::default()
        };
        audit::record(&tx, &*self.connections.clock, &self.connections.randomness, entry).await?;
        jobs::enqueue(&tx, &self.connections.randomness, now, &Job::SyncMailbox { feed: feed.id }, now).await?;
        tx.commit().await?;
        self.connections.bus.publish(Notice { user, what: What::Connection { connection } }).await;
        Ok(())
    }
}
