//! Mails that were found elsewhere: those of them that are stored, as hits.

use super::{
    super::MailError,
    Hit,
    find::{COLUMNS, Found},
    hits, parse,
    query::Phrase,
};
use crate::database::Database;
use entity::messages::{Column as M, Entity as Messages};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func},
};
use uuid::Uuid;

/// Of the messages with these ids at their provider, by connection, those of `user` that are stored, newest first; the
/// words of `text` are marked in them.
pub(crate) async fn named(
    db: &Database,
    user: Uuid,
    ids: &[(Uuid, Vec<String>)],
    text: &str,
) -> Result<Vec<Hit>, MailError> {
    let of = |(connection, ids): &(Uuid, Vec<String>)| {
        Condition::all().add(M::ConnectionId.eq(*connection)).add(M::RemoteId.is_in(ids.iter().map(String::as_str)))
    };
    let these = ids.iter().filter(|(_, ids)| !ids.is_empty()).map(of).fold(Condition::any(), Condition::add);
    if these.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Found> = Messages::find()
        .select_only()
        .columns(COLUMNS)
        // Those whose words are not written yet have none.
        .expr_as(Func::coalesce([Expr::col(M::SearchKey), Expr::value(0)]), "search_key")
        .filter(M::UserId.eq(user))
        .filter(these)
        .order_by_desc(M::ReceivedAt)
        .order_by_desc(M::Id)
        .into_model()
        .all(db)
        .await?;
    let query = parse::parse(text);
    let phrases: Vec<&Phrase> = query.phrases(false).collect();
    hits(db, rows, &phrases).await
}
