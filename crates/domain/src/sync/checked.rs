//! What the newest check of a mailbox found, as it is kept.

use super::{Sync, SyncError};
use chrono::{DateTime, Utc};
use entity::{connected_accounts, mailbox_checks, mailbox_checks::Column as C, sync_feeds};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

/// A mailbox here beside the provider's own list of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Messages at the provider; while it goes on, those named so far.
    pub provider: i64,
    /// Of these, stored here.
    pub stored: i64,
    /// Of these, left out by the person's choice.
    pub excluded: i64,
    /// Of these, with a next try.
    pub failed: i64,
    /// Of these, not tried yet.
    pub pending: i64,
    /// Of these, lost: neither of the above.
    pub missing: i64,
    /// Here, and not at the provider.
    pub extra: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it goes on: the other numbers are only then true.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Check {
    /// A check that has just begun.
    pub(super) fn begun(started_at: DateTime<Utc>) -> Self {
        let (provider, stored, excluded, failed, pending, missing, extra) = (0, 0, 0, 0, 0, 0, 0);
        Self { provider, stored, excluded, failed, pending, missing, extra, started_at, finished_at: None }
    }

    /// Whether nothing is lost and nothing is left over.
    pub fn balances(&self) -> bool {
        self.finished_at.is_some() && self.missing == 0 && self.extra == 0
    }
}

impl Sync {
    /// Every mailbox with its address, for the operator.
    pub async fn mailboxes(&self) -> Result<Vec<(Uuid, String)>, DbErr> {
        connected_accounts::Entity::find()
            .select_only()
            .columns([connected_accounts::Column::Id, connected_accounts::Column::Address])
            .inner_join(sync_feeds::Entity)
            .filter(sync_feeds::Column::Kind.eq("mailbox"))
            .order_by_asc(connected_accounts::Column::Address)
            .order_by_asc(connected_accounts::Column::Id)
            .into_tuple()
            .all(&self.connections.db)
            .await
    }

    /// The newest check of a connection, which may still go on.
    pub async fn last_check(&self, connection: Uuid) -> Result<Option<Check>, SyncError> {
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        let row = mailbox_checks::Entity::find_by_id(feed.id).one(&self.connections.db).await?;
        Ok(row.map(read))
    }

    pub(super) async fn keep_check(&self, check: Check, feed: Uuid) -> Result<(), DbErr> {
        let newest = OnConflict::column(C::FeedId)
            .update_columns([
                C::Listed,
                C::Stored,
                C::Excluded,
                C::Failed,
                C::Pending,
                C::Missing,
                C::Extra,
                C::StartedAt,
                C::FinishedAt,
            ])
            .to_owned();
        let row = mailbox_checks::ActiveModel {
            feed_id: Set(feed),
            listed: Set(check.provider),
            stored: Set(check.stored),
            excluded: Set(check.excluded),
            failed: Set(check.failed),
            pending: Set(check.pending),
            missing: Set(check.missing),
            extra: Set(check.extra),
            started_at: Set(check.started_at),
            finished_at: Set(check.finished_at),
        };
        mailbox_checks::Entity::insert(row).on_conflict(newest).exec_without_returning(&self.connections.db).await?;
        Ok(())
    }
}

fn read(row: mailbox_checks::Model) -> Check {
    Check {
        provider: row.listed,
        stored: row.stored,
        excluded: row.excluded,
        failed: row.failed,
        pending: row.pending,
        missing: row.missing,
        extra: row.extra,
        started_at: row.started_at,
        finished_at: row.finished_at,
    }
}
