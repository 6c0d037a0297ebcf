//! What a person does to whole conversations: which of their mails it is about.

use super::ActError;
use crate::{connections::Connections, mail::Act};
use entity::{
    connected_accounts,
    messages::{Column, Entity},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A mail, as far as it matters here.
#[derive(FromQueryResult)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
struct Mail {
    id: Uuid,
    connection_id: Uuid,
    thread_remote_id: String,
    sender_address: String,
    unread: bool,
    starred: bool,
    in_inbox: bool,
    hidden: bool,
}

impl Mail {
    fn thread(&self) -> (Uuid, &str) {
        (self.connection_id, &self.thread_remote_id)
    }
}

/// What is to be done to which mails of a connection.
pub(super) type Wanted = (Uuid, Act, Vec<Uuid>);

/// The mails of the conversations that `heads` stand for, with what is to be done to each: hidden ones are in a
/// conversation of their own, as they are in lists.
pub(super) async fn mails(
    connections: &Connections,
    user: Uuid,
    heads: &[Uuid],
    act: Act,
) -> Result<Vec<Wanted>, ActError> {
    let wanted: BTreeSet<Uuid> = heads.iter().copied().collect();
    let heads = of_user(connections, user, Condition::all().add(Column::Id.is_in(wanted.iter().copied()))).await?;
    if heads.len() != wanted.len() {
        return Err(ActError::NotFound);
    }
    if matches!(act, Act::Unread | Act::Star) || heads.is_empty() {
        return Ok(of_each(act, &heads, |_| true));
    }
    let of_thread = |head: &Mail| {
        Condition::all()
            .add(Column::ConnectionId.eq(head.connection_id))
            .add(Column::ThreadRemoteId.eq(head.thread_remote_id.as_str()))
            .add(Column::Hidden.eq(head.hidden))
    };
    let threads = heads.iter().map(of_thread).fold(Condition::any(), Condition::add);
    let mails = of_user(connections, user, threads).await?;
    Ok(match act {
        Act::Read => of_each(act, &mails, |mail| mail.unread),
        Act::Unstar => of_each(act, &mails, |mail| mail.starred),
        Act::Archive => of_each(act, &mails, |mail| mail.in_inbox),
        Act::Inbox | Act::Restore => {
            let own = own_addresses(connections, user).await?;
            into_inbox(&mails, &heads, |mail| own.get(&mail.connection_id) == Some(&mail.sender_address))
        }
        Act::Unread | Act::Star | Act::Unhide | Act::Bin => of_each(act, &mails, |_| true),
    })
}

/// What somebody wrote themselves does not belong into their inbox, unless nothing else is there: it goes back to where sent
/// mail is.
fn into_inbox(mails: &[Mail], heads: &[Mail], is_own: impl Fn(&Mail) -> bool) -> Vec<Wanted> {
    let others: BTreeSet<(Uuid, &str)> = mails.iter().filter(|mail| !is_own(mail)).map(Mail::thread).collect();
    let alone = |mail: &Mail| !others.contains(&mail.thread()) && heads.iter().any(|head| head.id == mail.id);
    let mut wanted = of_each(Act::Inbox, mails, |mail| !is_own(mail) || alone(mail));
    wanted.extend(of_each(Act::Unhide, mails, |mail| mail.hidden && is_own(mail) && !alone(mail)));
    wanted
}

/// One act on some of these mails, by connection.
fn of_each(act: Act, mails: &[Mail], which: impl Fn(&Mail) -> bool) -> Vec<Wanted> {
    let mut by_connection: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for mail in mails.iter().filter(|mail| which(mail)) {
        by_connection.entry(mail.connection_id).or_default().push(mail.id);
    }
    by_connection.into_iter().map(|(connection, ids)| (connection, act, ids)).collect()
}

async fn of_user(connections: &Connections, user: Uuid, which: Condition) -> Result<Vec<Mail>, ActError> {
    let columns = [
        Column::Id,
        Column::ConnectionId,
        Column::ThreadRemoteId,
        Column::SenderAddress,
        Column::Unread,
        Column::Starred,
        Column::InInbox,
        Column::Hidden,
    ];
    let mails = Entity::find().select_only().columns(columns).filter(Column::UserId.eq(user)).filter(which);
    Ok(mails.into_model().all(&connections.db).await?)
}

/// The address of each of a user's connections.
async fn own_addresses(connections: &Connections, user: Uuid) -> Result<BTreeMap<Uuid, String>, ActError> {
    let rows: Vec<(Uuid, String)> = connected_accounts::Entity::find()
        .select_only()
        .columns([connected_accounts::Column::Id, connected_accounts::Column::Address])
        .filter(connected_accounts::Column::UserId.eq(user))
        .into_tuple()
        .all(&connections.db)
        .await?;
    Ok(rows.into_iter().map(|(id, address)| (id, address.to_lowercase())).collect())
}
