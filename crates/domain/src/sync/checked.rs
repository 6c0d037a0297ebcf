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
    /// Messages picked at random and compared whole.
    pub sampled: i64,
    /// Of these, with the provider's labels.
    pub labels_agree: i64,
    /// Of these, with the provider's text.
    pub bodies_agree: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it goes on: the other numbers are only then true.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Check {
    /// A check that has just begun.
    pub(super) fn begun(started_at: DateTime<Utc>) -> Self {
        Self {
            provider: 0,
            stored: 0,
            excluded: 0,
            failed: 0,
            pending: 0,
            missing: 0,
            extra: 0,
            sampled: 0,
            labels_agree: 0,
            bodies_agree: 0,
            started_at,
            finished_at: None,
        }
    }

    /// Whether nothing is lost and nothing is left over.
    pub fn balances(&self) -> bool {
        self.finished_at.is_some() && self.missing == 0 && self.extra == 0
    }

    /// Whether what was compared whole agrees.
    pub fn agrees(&self) -> bool {
        self.labels_agree == self.sampled && self.bodies_agree == self.sampled
    }

    /// Whether everything at the provider is here, as it is there, or left out by the person's choice.
    pub fn is_whole(&self) -> bool {
        self.balances() && self.agrees() && self.failed == 0 && self.pending == 0
    }

    /// The sum. What was found missing is pending from now on.
    pub fn sum(&self) -> String {
        let Self { provider, stored, excluded, failed, pending, missing, .. } = self;
        let pending = pending + missing;
        format!("provider {provider} = stored {stored} + excluded {excluded} + failed {failed} + pending {pending}")
    }

    /// What came of the sample.
    pub fn sample(&self) -> String {
        let Self { sampled, labels_agree, bodies_agree, .. } = self;
        format!("sample {sampled}: labels {labels_agree} agree, bodies {bodies_agree} agree")
    }

    /// What was wrong, and what becomes of it; nothing when nothing was.
    pub fn mended(&self) -> Option<String> {
        let differ = self.sampled - self.labels_agree.min(self.bodies_agree);
        let said = [
            (self.missing, "not known here before and fetched now"),
            (self.extra, "here and not at the provider, taken out now"),
            (differ, "not as at the provider and fetched again"),
        ];
        let said: Vec<String> =
            said.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        (!said.is_empty()).then(|| said.join("; "))
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
                C::Sampled,
                C::LabelsAgree,
                C::BodiesAgree,
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
            sampled: Set(check.sampled),
            labels_agree: Set(check.labels_agree),
            bodies_agree: Set(check.bodies_agree),
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
        sampled: row.sampled,
        labels_agree: row.labels_agree,
        bodies_agree: row.bodies_agree,
        started_at: row.started_at,
        finished_at: row.finished_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Check {
        let now = DateTime::UNIX_EPOCH;
        let counted = Check { provider: 2_000, stored: 1_990, excluded: 10, ..Check::begun(now) };
        Check { sampled: 50, labels_agree: 50, bodies_agree: 50, finished_at: Some(now), ..counted }
    }

    #[test]
    fn the_sum_and_the_sample_are_said_in_fixed_words() {
        assert_eq!(whole().sum(), "provider 2000 = stored 1990 + excluded 10 + failed 0 + pending 0");
        assert_eq!(whole().sample(), "sample 50: labels 50 agree, bodies 50 agree");
        assert_eq!(whole().mended(), None);
        let lost = Check { stored: 1_987, missing: 3, extra: 1, labels_agree: 48, ..whole() };
        assert_eq!(lost.sum(), "provider 2000 = stored 1987 + excluded 10 + failed 0 + pending 3", "it always adds up");
        assert_eq!(
            lost.mended().unwrap(),
            "3 not known here before and fetched now; 1 here and not at the provider, taken out now; \
             2 not as at the provider and fetched again"
        );
    }

    #[test]
    fn whole_is_only_what_has_nothing_open_and_agrees() {
        assert!(whole().is_whole());
        for not_yet in [
            Check { failed: 1, ..whole() },
            Check { pending: 1, ..whole() },
            Check { missing: 1, ..whole() },
            Check { extra: 1, ..whole() },
            Check { labels_agree: 49, ..whole() },
            Check { bodies_agree: 49, ..whole() },
            Check { finished_at: None, ..whole() },
        ] {
            assert!(!not_yet.is_whole(), "{not_yet:?}");
        }
    }
}
