//! What a search at the provider found and is not stored yet. It stands on a list of its own until the mailbox's run has it: a
//! run writes the ledger alone, and takes what is on this list before everything else.

use super::{Sync, failing::feeds_of, outlook::folders_of};
use crate::{database::begin_write, providers::google::gmail::MessageName};
use entity::{
    connected_accounts, feed_items, labels, messages,
    sought_messages::{self, Column as C},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What became of messages that a search at the provider found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// On their way here.
    pub fetching: u64,
    /// Left out by their person's choice.
    pub left_out: u64,
    /// Could not be fetched so far; they have their own next try.
    pub failed: u64,
}

impl std::ops::AddAssign for Standing {
    fn add_assign(&mut self, other: Self) {
        self.fetching += other.fetching;
        self.left_out += other.left_out;
        self.failed += other.failed;
    }
}

impl Sync {
    /// Of messages that the provider found, those that are not stored are fetched before anything else.
    pub(crate) async fn want_found(
        &self,
        account: &connected_accounts::Model,
        found: &[MessageName],
    ) -> Result<Standing, DbErr> {
        let db = &self.connections.db;
        let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
        let stored = stored(db, account.id, &ids).await?;
        let states = states(db, account.id, &ids).await?;
        let (mut standing, mut wanted) = (Standing::default(), Vec::new());
        for one in found.iter().filter(|one| !stored.contains(&one.id)) {
            match states.get(&one.id).map(String::as_str) {
                Some("excluded") => standing.left_out += 1,
                Some("failed") => standing.failed += 1,
                _ => wanted.push(one.clone()),
            }
        }
        standing.fetching = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        if self.put(account.id, &wanted).await?
            && let Some(feed) = self.feed_of(account.id).await?
        {
            self.look_now(account.user_id, &feed).await?;
        }
        Ok(standing)
    }

    /// Puts these on the list; whether there was anything new.
    async fn put(&self, connection: Uuid, wanted: &[MessageName]) -> Result<bool, DbErr> {
        if wanted.is_empty() {
            return Ok(false);
        }
        let now = self.connections.clock.now();
        let rows = wanted.iter().map(|one| sought_messages::ActiveModel {
            connection_id: Set(connection),
            remote_id: Set(one.id.clone()),
            thread_remote_id: Set(one.thread_id.clone()),
            sought_at: Set(now),
        });
        let known = OnConflict::columns([C::ConnectionId, C::RemoteId]).do_nothing().to_owned();
        let tx = begin_write(&self.connections.db).await?;
        let put = sought_messages::Entity::insert_many(rows).on_conflict(known).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(put > 0)
    }

    /// The folders of an Outlook mailbox: what their messages are labelled with here, and what they are called.
    pub(crate) async fn folder_names(&self, connection: Uuid) -> Result<HashMap<String, (String, String)>, DbErr> {
        let db = &self.connections.db;
        let called: HashMap<String, String> = labels::Entity::find()
            .select_only()
            .columns([labels::Column::RemoteId, labels::Column::Name])
            .filter(labels::Column::ConnectionId.eq(connection))
            .into_tuple::<(String, String)>()
            .all(db)
            .await?
            .into_iter()
            .collect();
        let folder = |folder: entity::sync_feeds::Model| {
            let label = folder.label.unwrap_or_else(|| folder.remote_id.clone());
            let name = called.get(&label).cloned().unwrap_or_default();
            (folder.remote_id, (label, name))
        };
        Ok(folders_of(db, connection).await?.into_iter().map(folder).collect())
    }
}

async fn stored(db: &impl ConnectionTrait, connection: Uuid, ids: &[&str]) -> Result<HashSet<String>, DbErr> {
    use messages::Column as M;
    let rows: Vec<String> = messages::Entity::find()
        .select_only()
        .column(M::RemoteId)
        .filter(M::ConnectionId.eq(connection))
        .filter(M::RemoteId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn states(db: &impl ConnectionTrait, connection: Uuid, ids: &[&str]) -> Result<HashMap<String, String>, DbErr> {
    use feed_items::Column as I;
    let rows: Vec<(String, String)> = feed_items::Entity::find()
        .select_only()
        .columns([I::RemoteId, I::State])
        .filter(I::FeedId.in_subquery(feeds_of(connection)))
        .filter(I::RemoteId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What is on the list of a connection, what was looked for last first.
pub(super) async fn next(db: &impl ConnectionTrait, connection: Uuid, most: u64) -> Result<Vec<MessageName>, DbErr> {
    let rows = sought_messages::Entity::find()
        .filter(C::ConnectionId.eq(connection))
        .order_by_desc(C::SoughtAt)
        .order_by_asc(C::RemoteId)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| MessageName { id: row.remote_id, thread_id: row.thread_remote_id }).collect())
}

/// Whether anything is on the list of a connection.
pub(super) async fn is_any(db: &impl ConnectionTrait, connection: Uuid) -> Result<bool, DbErr> {
    Ok(sought_messages::Entity::find().filter(C::ConnectionId.eq(connection)).limit(1).count(db).await? > 0)
}

/// These are not looked for any more.
pub(super) async fn settle(db: &impl ConnectionTrait, connection: Uuid, ids: &[String]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let these = C::RemoteId.is_in(ids.iter().map(String::as_str));
    sought_messages::Entity::delete_many().filter(C::ConnectionId.eq(connection)).filter(these).exec(db).await?;
    Ok(())
}
