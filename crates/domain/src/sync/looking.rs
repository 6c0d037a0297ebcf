//! Ids that left their feed and were not met in another one of their connection: they are looked for.

use super::{failing::feeds_of, items::name};
use crate::providers::google::gmail::MessageName;
use chrono::{DateTime, Utc};
use entity::feed_items::{self, Column as C};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Of `ids`, those that no feed of the connection holds any more are put on the list of `root`.
pub(super) async fn look_for(
    db: &impl ConnectionTrait,
    connection: Uuid,
    root: Uuid,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for chunk in ids.chunks(500) {
        let met: Vec<String> = feed_items::Entity::find()
            .select_only()
            .column(C::RemoteId)
            .filter(C::FeedId.in_subquery(feeds_of(connection)))
            .filter(C::RemoteId.is_in(chunk.iter().map(String::as_str)))
            .into_tuple()
            .all(db)
            .await?;
        let met: HashSet<String> = met.into_iter().collect();
        let adrift: Vec<MessageName> = chunk
            .iter()
            .filter(|id| !met.contains(*id))
            .map(|id| MessageName { id: id.clone(), thread_id: id.clone() })
            .collect();
        name(db, root, &adrift, 0, now).await?;
    }
    Ok(())
}

/// Everything in `feed`, which is about to go, is looked for.
pub(super) async fn set_adrift(
    db: &impl ConnectionTrait,
    feed: Uuid,
    root: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut last = String::new();
    loop {
        let ids: Vec<String> = feed_items::Entity::find()
            .select_only()
            .column(C::RemoteId)
            .filter(C::FeedId.eq(feed))
            .filter(C::RemoteId.gt(last))
            .order_by_asc(C::RemoteId)
            .limit(500)
            .into_tuple()
            .all(db)
            .await?;
        let Some(newest) = ids.last() else { return Ok(()) };
        last = newest.clone();
        let adrift: Vec<MessageName> = ids.into_iter().map(|id| MessageName { thread_id: id.clone(), id }).collect();
        name(db, root, &adrift, 0, now).await?;
    }
}
