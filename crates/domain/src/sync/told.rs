//! Whether the provider tells of a mailbox's news by itself; and that it was told.

use super::{Stage, Sync, run::Run};
use crate::{
    cache::{Notice, What},
    connections::Connections,
    jobs::{self, Job},
    providers::Provider,
};
use entity::{connected_accounts, sync_feeds};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

impl Run<'_> {
    /// Whether the provider tells of this mailbox's news. Where it could and nobody sees to it yet, somebody is asked to:
    /// so no connection needs to be looked for.
    pub(super) async fn is_told(&self) -> Result<bool, DbErr> {
        let Connections { mailboxes, randomness, .. } = &self.sync.connections;
        let provider = self.account.provider.parse::<Provider>().ok();
        let Some(target) = provider.and_then(|provider| mailboxes.target(provider)) else { return Ok(false) };
        let (connection, now) = (self.account.id, self.now());
        let channel = entity::channels::Entity::find_by_id(connection).one(self.db()).await?;
        if let Some(channel) = channel.filter(|channel| channel.target == target) {
            return Ok(channel.expires_at > now);
        }
        jobs::enqueue(self.db(), randomness, now, &Job::KeepChannel { connection }, now).await?;
        Ok(false)
    }
}

impl Sync {
    /// The provider says that something changed in a mailbox: it is looked at now. Whoever says so need not be believed;
    /// all that follows is a look. `at` is where Gmail's history stands, by what it says: what was seen is not looked at again.
    pub(crate) async fn look_again(&self, account: &connected_accounts::Model, at: Option<u64>) -> Result<bool, DbErr> {
        if account.state != "active" {
            return Ok(false);
        }
        let Some(feed) = self.feed_of(account.id).await? else { return Ok(false) };
        let stage = feed.stage.parse::<Stage>().ok();
        if stage.is_none_or(Stage::is_stopped) || at.is_some_and(|at| has_seen(&feed, at)) {
            return Ok(false);
        }
        self.look_now(account.user_id, &feed).await?;
        Ok(true)
    }

    /// Looks at a mailbox now instead of at its next turn.
    pub(super) async fn look_now(&self, user: Uuid, feed: &sync_feeds::Model) -> Result<(), DbErr> {
        let Connections { db, randomness, clock, bus, .. } = &self.connections;
        let now = clock.now();
        jobs::enqueue(db, randomness, now, &Job::SyncMailbox { feed: feed.id }, now).await?;
        bus.publish(Notice { user, what: What::Sync { connection: feed.connection_id } }).await;
        Ok(())
    }
}

/// Whether everything up to there was read. Our own cursor comes from Gmail's answers alone.
fn has_seen(feed: &sync_feeds::Model, at: u64) -> bool {
    let cursor = feed.cursor.as_deref().and_then(|cursor| cursor.parse::<u64>().ok());
    feed.stage == Stage::Live.as_str() && cursor.is_some_and(|cursor| cursor >= at)
}
