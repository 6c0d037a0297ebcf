//! Writing down how an attempt ended. Whoever writes first wins; what was cancelled stays cancelled.

use super::{Problem, unexpected};
use crate::{audit, connections::Connections, providers::Features};
use entity::oauth_attempts;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

/// The answer was good, and connected this connection if the trip was for one, without the features that were refused. An
/// attempt that was cancelled meanwhile stays cancelled: then the caller rolls back whatever belongs to it.
pub(in crate::connections) async fn succeed(
    db: &impl ConnectionTrait,
    attempt: Uuid,
    connected: Option<(Uuid, &Features)>,
) -> Result<(), Problem> {
    let mut update = oauth_attempts::Entity::update_many()
        .col_expr(oauth_attempts::Column::Outcome, Expr::value("succeeded"))
        .filter(oauth_attempts::Column::Id.eq(attempt))
        .filter(oauth_attempts::Column::Outcome.ne("failed"));
    if let Some((connection, refused)) = connected {
        update = update
            .col_expr(oauth_attempts::Column::ConnectionId, Expr::value(Some(connection)))
            .col_expr(oauth_attempts::Column::RefusedFeatures, Expr::value(Some(refused.to_string())));
    }
    let succeeded = update.exec(db).await.map_err(unexpected)?;
    if succeeded.rows_affected == 0 { Err(Problem::Cancelled) } else { Ok(()) }
}

impl Connections {
    /// Writes to the audit log that somebody was refused, where the account is known whose trip it was.
    pub(in crate::connections) async fn record_refusal(
        &self,
        db: &impl ConnectionTrait,
        user: Option<Uuid>,
        action: &'static str,
        problem: Problem,
        visitor: &str,
    ) -> Result<(), DbErr> {
        let entry = audit::Entry {
            user,
            action,
            outcome: "refused",
            address: Some(visitor),
            detail: Some(problem.as_str()),
            ..audit::Entry::default()
        };
        audit::record(db, &*self.clock, &self.randomness, entry).await
    }
}
