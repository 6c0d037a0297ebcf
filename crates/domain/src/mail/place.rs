//! Where a mail is, as a person sees it: whatever the provider calls it, and with what was done here laid over it.

use entity::{
    acts::{self, Column as A},
    labels, message_labels, messages,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Where a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the inbox.
    Inbox,
    /// Archived, sent, in a folder of the person's own.
    Elsewhere,
    /// Among the spam.
    Spam,
    /// In the bin.
    Bin,
}

/// A message whose place is asked for.
pub(super) struct Asked<'a> {
    pub id: Uuid,
    pub connection: Uuid,
    pub remote_id: &'a str,
    pub in_inbox: bool,
    pub hidden: bool,
}

impl<'a> Asked<'a> {
    pub fn of(message: &'a messages::Model) -> Self {
        let messages::Model { id, connection_id: connection, ref remote_id, in_inbox, hidden, .. } = *message;
        Self { id, connection, remote_id, in_inbox, hidden }
    }
}

/// The place of each, in the same order.
pub(super) async fn places(db: &impl ConnectionTrait, of: &[Asked<'_>]) -> Result<Vec<Place>, DbErr> {
    let binned = binned(db, of).await?;
    let place = |one: &Asked<'_>| match (one.in_inbox, one.hidden) {
        (true, _) => Place::Inbox,
        (false, false) => Place::Elsewhere,
        (false, true) if binned.contains(&one.id) => Place::Bin,
        (false, true) => Place::Spam,
    };
    Ok(of.iter().map(place).collect())
}

/// Of the hidden ones, those in the bin. Most lists hide nothing, and ask nothing.
async fn binned(db: &impl ConnectionTrait, of: &[Asked<'_>]) -> Result<HashSet<Uuid>, DbErr> {
    let hidden: Vec<&Asked<'_>> = of.iter().filter(|one| one.hidden).collect();
    if hidden.is_empty() {
        return Ok(HashSet::new());
    }
    let labelled: Vec<Uuid> = message_labels::Entity::find()
        .select_only()
        .column(message_labels::Column::MessageId)
        .inner_join(labels::Entity)
        .filter(labels::Column::RemoteId.eq("TRASH"))
        .filter(message_labels::Column::MessageId.is_in(hidden.iter().map(|one| one.id)))
        .into_tuple()
        .all(db)
        .await?;
    let thrown: Vec<(Uuid, String)> = acts::Entity::find()
        .select_only()
        .columns([A::ConnectionId, A::RemoteId])
        .filter(A::ConnectionId.is_in(hidden.iter().map(|one| one.connection).collect::<HashSet<_>>()))
        .filter(A::RemoteId.is_in(hidden.iter().map(|one| one.remote_id)))
        .filter(A::Act.eq("bin"))
        .filter(A::State.ne("refused"))
        .into_tuple()
        .all(db)
        .await?;
    let by_act =
        |one: &&&Asked<'_>| thrown.iter().any(|(connection, id)| *connection == one.connection && id == one.remote_id);
    Ok(hidden.iter().filter(by_act).map(|one| one.id).chain(labelled).collect())
}
