//! The ledger beside the provider's list, a page at a time.

use chrono::{DateTime, Utc};
use entity::{feed_items, feed_items::Column as C, messages};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows of the ledger looked at in one go.
const PAGE: u64 = 1_000;

/// What changed at the provider while it was listed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub added: HashSet<String>,
    pub deleted: HashSet<String>,
}

/// The provider's list and our ledger, laid beside each other.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// At the provider and in the ledger, by what became of them.
    pub stored: i64,
    pub excluded: i64,
    pub failed: i64,
    pub pending: i64,
    /// At the provider, and not in the ledger, or called stored without a message.
    pub missing: HashSet<String>,
    /// In the ledger, and not at the provider.
    pub extra: HashSet<String>,
}

impl Comparison {
    /// Walks the ledger once. `listed` is every id the provider named.
    pub async fn make(
        db: &impl ConnectionTrait,
        feed: Uuid,
        connection: Uuid,
        mut listed: HashSet<String>,
    ) -> Result<Self, DbErr> {
        let mut found = Self::default();
        let mut last = String::new();
        loop {
            let rows: Vec<(String, String)> = feed_items::Entity::find()
                .select_only()
                .columns([C::RemoteId, C::State])
                .filter(C::FeedId.eq(feed))
                .filter(C::RemoteId.gt(last))
                .order_by_asc(C::RemoteId)
                .limit(PAGE)
                .into_tuple()
                .all(db)
                .await?;
            let Some((newest, _)) = rows.last() else { break };
            last = newest.clone();
            let kept = kept(db, connection, rows.iter().map(|(id, _)| id.as_str())).await?;
            for (id, state) in rows {
                if !listed.remove(&id) {
                    found.extra.insert(id);
                    continue;
                }
                match state.as_str() {
                    "stored" if !kept.contains(&id) => drop(found.missing.insert(id)),
                    "stored" => found.stored += 1,
                    "excluded" => found.excluded += 1,
                    "failed" => found.failed += 1,
                    _ => found.pending += 1,
                }
            }
        }
        found.missing.extend(listed);
        Ok(found)
    }

    /// And those of another feed.
    pub fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.excluded += other.excluded;
        self.failed += other.failed;
        self.pending += other.pending;
        self.missing.extend(other.missing);
        self.extra.extend(other.extra);
    }

    /// Takes out what only came or went while the list was read: the sync learns of it by itself.
    pub fn forgive(&mut self, changes: &Changes) {
        self.missing.retain(|id| !changes.added.contains(id) && !changes.deleted.contains(id));
        self.extra.retain(|id| !changes.added.contains(id) && !changes.deleted.contains(id));
    }

    /// How many ids the provider has, as far as this comparison speaks of them.
    pub fn provider(&self) -> i64 {
        self.stored + self.excluded + self.failed + self.pending + count(&self.missing)
    }
}

/// How many there are.
pub(super) fn count(ids: &HashSet<String>) -> i64 {
    i64::try_from(ids.len()).unwrap_or(i64::MAX)
}

/// Of these ids, those with a message.
async fn kept(
    db: &impl ConnectionTrait,
    connection: Uuid,
    ids: impl Iterator<Item = &str>,
) -> Result<HashSet<String>, DbErr> {
    let kept: Vec<String> = messages::Entity::find()
        .select_only()
        .column(messages::Column::RemoteId)
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::RemoteId.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(kept.into_iter().collect())
}

/// What is called stored and is not is to be fetched.
pub(super) async fn want_again(
    db: &impl ConnectionTrait,
    feed: Uuid,
    ids: &HashSet<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for chunk in ids.chunks(500) {
        feed_items::Entity::update_many()
            .col_expr(C::State, Expr::value("pending"))
            .col_expr(C::UpdatedAt, Expr::value(now))
            .filter(C::FeedId.eq(feed))
            .filter(C::State.eq("stored"))
            .filter(C::RemoteId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_or_went_meanwhile_is_neither_a_loss_nor_a_surplus() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<HashSet<_>>();
        let mut found = Comparison {
            stored: 5,
            pending: 1,
            missing: ids(&["lost", "came", "went"]),
            extra: ids(&["surplus", "came before the list ended", "went too"]),
            ..Comparison::default()
        };
        found.forgive(&Changes {
            added: ids(&["came", "came before the list ended"]),
            deleted: ids(&["went", "went too"]),
        });
        assert_eq!((found.missing.clone(), found.extra.clone()), (ids(&["lost"]), ids(&["surplus"])));
        assert_eq!(found.provider(), 7);
    }
}
