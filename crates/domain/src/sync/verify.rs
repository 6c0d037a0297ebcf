//! The sum that must hold at all times: provider = stored + excluded + failed + pending.

use super::{Sync, SyncError, failing::feeds_of, tally};
use crate::database::begin_read;
use entity::{feed_items, messages};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Query};
use uuid::Uuid;

/// Every message id the provider has named, by what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Ids named and not withdrawn.
    pub provider: i64,
    /// With a message row.
    pub stored: i64,
    /// Left out by the person's choice.
    pub excluded: i64,
    /// With a next try.
    pub failed: i64,
    /// Not tried yet.
    pub pending: i64,
    /// Message rows there are: must equal `stored`.
    pub messages: i64,
}

impl Sum {
    /// Whether nothing is missing and nothing is counted twice.
    pub fn holds(&self) -> bool {
        self.provider == self.stored + self.excluded + self.failed + self.pending && self.messages == self.stored
    }

    /// Whether everything the provider named is here.
    pub fn is_complete(&self) -> bool {
        self.holds() && self.failed == 0 && self.pending == 0
    }
}

impl Sync {
    /// Counts a connection's ledger and its messages.
    pub async fn verify(&self, connection: Uuid) -> Result<Sum, SyncError> {
        self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        // A sync that stores meanwhile must not look like a loss.
        let tx = begin_read(&self.connections.db).await?;
        let tally = tally::of_feeds(&tx, feed_items::Column::FeedId.in_subquery(feeds_of(connection))).await?;
        // What left its folder and is looked for is pending, likewise what is fetched again; and what could not be read
        // anew has failed: wherever its message may still lie here.
        let looked_for = Query::select()
            .column(feed_items::Column::RemoteId)
            .from(feed_items::Entity)
            .and_where(feed_items::Column::FeedId.in_subquery(feeds_of(connection)))
            .and_where(feed_items::Column::State.is_in(["pending", "failed"]))
            .to_owned();
        let messages = messages::Entity::find()
            .filter(messages::Column::ConnectionId.eq(connection))
            .filter(messages::Column::RemoteId.not_in_subquery(looked_for))
            .count(&tx)
            .await?;
        tx.rollback().await?;
        Ok(Sum {
            provider: tally.all(),
            stored: tally.stored,
            excluded: tally.excluded,
            failed: tally.failed,
            pending: tally.pending,
            messages: i64::try_from(messages).unwrap_or(i64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;

    #[test]
    fn the_sum_holds_only_when_every_id_is_somewhere_once() {
        let sum = Sum { provider: 10, stored: 6, excluded: 1, failed: 1, pending: 2, messages: 6 };
        assert!(sum.holds() && !sum.is_complete());
        assert!(!Sum { messages: 7, ..sum }.holds(), "a double");
        assert!(!Sum { provider: 11, ..sum }.holds(), "a loss");
        assert!(Sum { provider: 7, failed: 0, pending: 0, ..sum }.is_complete());
    }
}
