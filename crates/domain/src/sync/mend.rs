//! What a comparison found to be wrong is put right: by listing everything again.

use super::{
    Stage, Sync,
    compare::{Comparison, want_again},
};
use crate::{
    database::begin_write,
    jobs::{self, Job},
};
use chrono::{DateTime, Utc};
use entity::sync_feeds;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

impl Sync {
    /// Lets the sync list everything again, which finds what is missing and forgets what is left over.
    pub(super) async fn mend(
        &self,
        feed: &sync_feeds::Model,
        found: &Comparison,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let tx = begin_write(&self.connections.db).await?;
        want_again(&tx, feed.id, &found.missing, now).await?;
        sync_feeds::Entity::update_many()
            .col_expr(sync_feeds::Column::Stage, Expr::value(Stage::Waiting.as_str()))
            .col_expr(sync_feeds::Column::Cursor, Expr::value(Option::<String>::None))
            // A run that is at work stops: its writes would bring the old place back.
            .col_expr(sync_feeds::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .filter(sync_feeds::Column::Id.eq(feed.id))
            .exec(&tx)
            .await?;
        // A mailbox of folders reads each of them from the beginning.
        sync_feeds::Entity::update_many()
            .col_expr(sync_feeds::Column::Cursor, Expr::value(Option::<String>::None))
            .col_expr(sync_feeds::Column::PageToken, Expr::value(Option::<String>::None))
            .col_expr(sync_feeds::Column::NextRunAt, Expr::value(Option::<DateTime<Utc>>::None))
            .col_expr(sync_feeds::Column::LeaseOwner, Expr::value(Option::<Uuid>::None))
            .filter(sync_feeds::Column::ConnectionId.eq(feed.connection_id))
            .filter(sync_feeds::Column::Kind.eq("folder"))
            .exec(&tx)
            .await?;
        let job = Job::SyncMailbox { feed: feed.id };
        jobs::enqueue(&tx, &self.connections.randomness, now, &job, now).await?;
        tx.commit().await
    }
}
