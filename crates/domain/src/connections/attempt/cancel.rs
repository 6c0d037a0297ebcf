//! The person changes their mind while the provider's window is open.

use super::{Attempts, Problem, Report};
use crate::database::begin_write;
use entity::oauth_attempts;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

impl Attempts {
    /// Ends an attempt for the session that made it, and says how it stands then; `None` when it is not that session's.
    ///
    /// Whoever writes the outcome first wins: an answer of the provider that is being redeemed at this moment finds the
    /// attempt ended and connects nothing; a connection made a moment before stays, and is what this tells.
    pub async fn cancel(&self, attempt: Uuid, session: Uuid, address: &str) -> Result<Option<Report>, DbErr> {
        let connections = &self.connections;
        let now = connections.clock.now();
        let tx = begin_write(&connections.db).await?;
        let row = oauth_attempts::Entity::find_by_id(attempt)
            .filter(oauth_attempts::Column::SessionId.eq(session))
            .one(&tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let ended = oauth_attempts::Entity::update_many()
            .col_expr(oauth_attempts::Column::Outcome, Expr::value("failed"))
            .col_expr(oauth_attempts::Column::Problem, Expr::value(Some(Problem::Cancelled.as_str())))
            .col_expr(oauth_attempts::Column::FinishedAt, Expr::value(Some(now)))
            .col_expr(oauth_attempts::Column::SealedSecrets, Expr::value(Option::<Vec<u8>>::None))
            .filter(oauth_attempts::Column::Id.eq(attempt))
            .filter(oauth_attempts::Column::Outcome.eq("pending"))
            .exec(&tx)
            .await?;
        if ended.rows_affected == 1 {
            let refused = connections.record_refusal(&tx, row.user_id, "connection.made", Problem::Cancelled, address);
            refused.await?;
        }
        tx.commit().await?;
        self.outcome(attempt, session).await
    }
}
