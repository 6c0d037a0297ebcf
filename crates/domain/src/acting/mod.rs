//! Acting on mail: read or not, star, inbox, archive, bin. What a person does here is written down at once, shown at once,
//! and told to the provider by a job.
//!
//! An act, what it changes on the screen and the job that writes it are one transaction: a process that dies anywhere in
//! between leaves either nothing or work to be done. The job gives and takes only the labels the act is about, so that what
//! others did to the message meanwhile stays; doing it twice changes nothing. Of opposite acts only the last is kept, and one
//! job at a time writes for a connection, so the last one said is the last one written. How an act lies over what the
//! provider says, until it says so itself: [`crate::mail::acts`]. [`writing`]: the job. [`telling`]: what was refused.

mod conversations;
mod gmail;
mod outlook;
mod telling;
mod writing;

pub use telling::{Reason, Refused};

use conversations::Wanted;

use crate::{
    cache::{Notice, What},
    connections::Connections,
    database::begin_write,
    jobs::{self, Job},
    mail::{self, Act, Meaning, acts},
    providers::{Feature, Features},
    sync::Sync,
};
use entity::{connected_accounts, messages};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most messages of one call.
pub const MOST_AT_ONCE: usize = 1_000;

/// Acts on everybody's mail.
#[derive(Clone)]
pub struct Acting {
    sync: Sync,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// One of the messages does not exist, or is somebody else's.
    #[error("no such message")]
    NotFound,
    /// More than [`MOST_AT_ONCE`].
    #[error("too many messages at once")]
    TooMany,
    /// The connection may only be read: its switch for managing mail is off.
    #[error("the mailbox may only be read")]
    ReadOnly,
    /// The provider ended the grant.
    #[error("the connection has to be connected again")]
    NeedsReconnect,
    /// The database did not do it.
    #[error("the act cannot be written down")]
    Database(#[from] DbErr),
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// How many messages it changed.
    pub changed: usize,
    /// What would show them as they were before.
    pub undo: Vec<(Act, Vec<Uuid>)>,
}

impl Done {
    fn add(&mut self, said: &Meaning) {
        self.changed += 1;
        let Some(inverse) = said.inverse() else { return };
        match self.undo.iter_mut().find(|(act, _)| *act == inverse) {
            Some((_, messages)) => messages.push(said.message),
            None => self.undo.push((inverse, vec![said.message])),
        }
    }
}

impl Acting {
    pub(crate) fn new(sync: Sync) -> Self {
        Self { sync }
    }

    fn connections(&self) -> &Connections {
        &self.sync.connections
    }

    /// Does this to all of these messages of a user, or to none.
    pub async fn act(&self, user: Uuid, messages: &[Uuid], act: Act) -> Result<Done, ActError> {
        self.act_each(user, &[(act, messages.to_vec())]).await
    }

    /// Does this to the conversations that these messages stand for in a list: to all of their mails that it is about.
    pub async fn act_on_conversations(&self, user: Uuid, heads: &[Uuid], act: Act) -> Result<Done, ActError> {
        let wanted = conversations::mails(self.connections(), user, heads, act).await?;
        self.do_all(user, wanted).await
    }

    /// Does each of these to its messages: all of it, or nothing.
    pub async fn act_each(&self, user: Uuid, acts: &[(Act, Vec<Uuid>)]) -> Result<Done, ActError> {
        not_too_many(acts.iter().map(|(_, messages)| messages))?;
        let mut wanted = Vec::new();
        for (act, messages) in acts {
            for (connection, ids) in self.of_user(user, messages).await? {
                wanted.push((connection, *act, ids));
            }
        }
        self.do_all(user, wanted).await
    }

    /// Does what was found to be the user's.
    async fn do_all(&self, user: Uuid, mut wanted: Vec<Wanted>) -> Result<Done, ActError> {
        not_too_many(wanted.iter().map(|(.., messages)| messages))?;
        // In the order of their ids, so that two people's acts never wait for each other.
        wanted.sort_by_key(|(connection, ..)| *connection);
        let Connections { db, bus, .. } = self.connections();
        let tx = begin_write(db).await?;
        let (mut done, mut changed) = (Done::default(), BTreeSet::new());
        for (connection, act, ids) in wanted {
            let said = self.say(&tx, connection, &ids, act).await?;
            if !said.is_empty() {
                changed.insert(connection);
            }
            for one in &said {
                done.add(one);
            }
        }
        tx.commit().await?;
        for connection in changed {
            bus.publish(Notice { user, what: What::Mail { connection } }).await;
        }
        Ok(done)
    }

    async fn of_user(&self, user: Uuid, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Uuid>>, ActError> {
        let wanted: BTreeSet<Uuid> = ids.iter().copied().collect();
        let found: Vec<(Uuid, Uuid)> = messages::Entity::find()
            .select_only()
            .columns([messages::Column::ConnectionId, messages::Column::Id])
            .filter(messages::Column::UserId.eq(user))
            .filter(messages::Column::Id.is_in(wanted.iter().copied()))
            .into_tuple()
            .all(&self.connections().db)
            .await?;
        if found.len() != wanted.len() {
            return Err(ActError::NotFound);
        }
        let mut by_connection: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (connection, id) in found {
            by_connection.entry(connection).or_default().push(id);
        }
        Ok(by_connection)
    }

    /// The part of one connection, in the caller's transaction.
    async fn say(
        &self,
        tx: &DatabaseTransaction,
        connection: Uuid,
        ids: &[Uuid],
        act: Act,
    ) -> Result<Vec<Meaning>, ActError> {
        acts::hold(tx, connection).await?;
        let account = connected_accounts::Entity::find_by_id(connection).one(tx).await?.ok_or(ActError::NotFound)?;
        match account.state.as_str() {
            "active" if may_manage(&account)? => {}
            "active" => return Err(ActError::ReadOnly),
            "needs_reconnect" => return Err(ActError::NeedsReconnect),
            _ => return Err(ActError::NotFound),
        }
        let said: Vec<Meaning> = mail::meant(tx, connection, ids, act).await?;
        if said.is_empty() {
            return Ok(said);
        }
        let Connections { randomness, clock, .. } = self.connections();
        let now = clock.now();
        acts::say(tx, randomness, connection, &said, now).await?;
        let changed: Vec<String> = said.iter().map(|one| one.remote_id.clone()).collect();
        acts::reread(tx, connection, &changed, now).await?;
        jobs::enqueue(tx, randomness, now, &Job::WriteActs { connection }, now).await?;
        Ok(said)
    }
}

fn not_too_many<'a>(messages: impl Iterator<Item = &'a Vec<Uuid>>) -> Result<(), ActError> {
    if messages.map(Vec::len).sum::<usize>() > MOST_AT_ONCE { Err(ActError::TooMany) } else { Ok(()) }
}

/// Whether the person lets this server change mail of the account.
fn may_manage(account: &connected_accounts::Model) -> Result<bool, DbErr> {
    among(&account.features)
}

/// Whether it was their provider who said no.
fn is_refused(account: &connected_accounts::Model) -> Result<bool, DbErr> {
    among(&account.refused_features)
}

fn among(words: &str) -> Result<bool, DbErr> {
    let features: Result<Features, _> = words.parse();
    let features = features.map_err(|_| DbErr::Type("connected_accounts holds an unknown word".into()))?;
    Ok(features.has(Feature::Manage))
}
