//! How much of a first sync is left.

use super::plan::WORTH_A_THREAD;
use entity::feed_items::{self, Column as C};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use uuid::Uuid;

/// How many fetches everything pending takes: a conversation that is cheaper as a whole counts as two.
pub(in crate::sync) async fn left(db: &impl ConnectionTrait, feed: Uuid) -> Result<i64, DbErr> {
    let threads = Query::select()
        .expr_as(Expr::col(C::RemoteId).count(), "messages")
        .from(feed_items::Entity)
        .and_where(C::FeedId.eq(feed))
        .and_where(C::State.eq("pending"))
        .group_by_col(C::ThreadRemoteId)
        .to_owned();
    let messages = || Expr::col("messages");
    let as_a_whole = messages().between(*WORTH_A_THREAD.start(), *WORTH_A_THREAD.end());
    let fetches = Expr::case(as_a_whole, 2).finally(messages());
    let sum = Query::select()
        .expr_as(Func::coalesce([ExprTrait::sum(Expr::expr(fetches)).cast_as("bigint"), Expr::value(0)]), "fetches")
        .from_subquery(threads, "threads")
        .to_owned();
    let row = db.query_one(&sum).await?.ok_or_else(|| DbErr::Custom("a sum without a row".to_owned()))?;
    row.try_get_by_index(0)
}
