//! What an act means for each of the messages it is said of, and what would take it back.

use super::{
    act::Act,
    acts::laid_over,
    labels::Flags,
    place::{Asked, Place, places},
};
use entity::messages;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

/// What an act means for one message.
#[derive(Clone, Debug)]
pub(crate) struct Meaning {
    pub message: Uuid,
    /// The provider's id of the message.
    pub remote_id: String,
    pub act: Act,
    /// How the message looked on the screen before.
    pub before: Flags,
    /// Whether it was in the bin then.
    pub binned: bool,
}

impl Meaning {
    /// What would show the message as it was before; nothing makes spam of it again.
    pub fn inverse(&self) -> Option<Act> {
        Some(match self.act {
            Act::Read => Act::Unread,
            Act::Unread => Act::Read,
            Act::Star => Act::Unstar,
            Act::Unstar => Act::Star,
            Act::Inbox | Act::Restore | Act::Archive | Act::Unhide | Act::Bin => match self.before {
                Flags { in_inbox: true, .. } => Act::Inbox,
                Flags { hidden: false, .. } => Act::Archive,
                _ if self.binned => Act::Bin,
                _ => return None,
            },
        })
    }
}

/// What an act means for each of these messages of a connection; those it changes nothing of are left out.
pub(crate) async fn meant(
    tx: &DatabaseTransaction,
    connection: Uuid,
    messages: &[Uuid],
    act: Act,
) -> Result<Vec<Meaning>, DbErr> {
    let rows = messages::Entity::find()
        .filter(messages::Column::ConnectionId.eq(connection))
        .filter(messages::Column::Id.is_in(messages.iter().copied()))
        .all(tx)
        .await?;
    let laid_over = laid_over(tx, connection, rows.iter().map(|row| row.remote_id.as_str())).await?;
    let asked = rows.iter().map(Asked::of).collect::<Vec<_>>();
    let places = places(tx, &asked).await?;
    let meaning = |(row, place): (messages::Model, Place)| {
        let before = Flags { unread: row.unread, starred: row.starred, in_inbox: row.in_inbox, hidden: row.hidden };
        let same = |one: &&Act| one.aspect() == act.aspect();
        let said = laid_over.get(&row.remote_id).and_then(|acts| acts.iter().find(same).copied());
        let act = act.meant(before, said)?;
        Some(Meaning { message: row.id, remote_id: row.remote_id, act, before, binned: place == Place::Bin })
    };
    Ok(rows.into_iter().zip(places).filter_map(meaning).collect())
}
