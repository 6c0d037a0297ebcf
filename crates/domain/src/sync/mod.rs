//! Keeps stored mail equal to the provider's, and can show that it is.
//!
//! Every message id the provider names has an item: pending, stored, excluded or failed with its next try; the sum is the
//! provider's count. A run does one small step after another, each stored before the next begins, and repeating one
//! changes nothing: so it may be killed anywhere. It gives its worker back after a while, so that many mailboxes share a
//! few workers.
//!
//! - [`stage`]: the stages and the legal moves between them (pure). [`items`], [`tally`]: the ledger of ids; [`met`]: what a list met of it; [`trying`]: a try written
//!   down before it is made; [`caution`]: how much is asked for at once after a run died. [`turn`]: step after step; [`run`],
//!   [`moves`]: the feed they work on and its way from stage to stage. [`gmail`], [`outlook`]: the steps. [`looking`]: what
//!   left its folder. [`sought`]: what a search at the provider found. [`told`]: providers that tell of news.
//! - [`progress`]: how far; [`pace`]: how fast, how long; [`waiting`]: what for, until when. [`reread`]: what was found when all was read again.
//!   [`exclusion`], [`choosing`]: what its person leaves out; [`left_out`]: in the ledger.
//! - [`verify`]: the sum of our own ledger. [`check`], [`checked`] and [`compare`]: the ledger beside a living list of the provider's,
//!   whose ids are in [`named`]; [`sample`]: some messages whole; [`mend`]: what is done about the difference.

mod calls;
mod caution;
mod check;
mod checked;
mod choosing;
mod compare;
mod exclusion;
mod failing;
mod gmail;
mod items;
mod left_out;
mod looking;
mod mend;
mod met;
mod moves;
mod named;
mod obstacle;
mod outlook;
mod pace;
mod pausing;
mod progress;
mod reread;
mod run;
mod sample;
mod sought;
mod spending;
mod stage;
mod tally;
mod told;
mod trying;
mod turn;
mod verify;
mod waiting;
mod words;

pub use check::CheckError;
pub use checked::Check;
pub use choosing::{Choosable, Excluded};
pub use exclusion::Exclusion;
pub use failing::Failing;
pub use obstacle::Obstacle;
pub use progress::Progress;
pub use reread::Reread;
pub(crate) use sought::Standing;
pub use stage::{Reach, Stage, Status};
pub use verify::Sum;
pub use waiting::Wait;

use crate::{
    connections::Connections,
    providers::{Mailboxes, google::gmail::Gmail, microsoft::mail::OutlookMail},
};
use entity::sync_feeds;
use pace::Rates;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// How often a mailbox is asked for changes while its person looks …
///
/// New mail is on screen within 30 s: 20 s until the next look, half a second until the queue is looked at, a second or two
/// for the calls, and as long for a free worker. Gmail's price is 2 units a look (`history.list`): 8,640 a day for somebody
/// who looks day and night, so the 80,000,000 of a project's day are enough for 9,000 of them, and 6 of the 6,000 units of a
/// minute. At Graph it is one call for the list of folders and one for each folder: with 20 folders 630 of the 10,000 calls
/// in ten minutes.
const POLL_WATCHED: Duration = Duration::from_secs(20);
/// … and otherwise: 576 units of Gmail's a day, so that a project's day is enough for 138,000 mailboxes.
const POLL: Duration = Duration::from_mins(5);
/// … unless the provider tells of news by itself: then looking is the net below, for what it does not tell. While somebody looks,
/// half a minute is promised, and providers promise nothing: a channel changes nothing then.
const POLL_TOLD: Duration = Duration::from_mins(10);
/// A person looks as long as a screen of theirs asked for mail within this time.
const LOOKING: Duration = Duration::from_mins(2);

/// The sync of everybody.
#[derive(Clone)]
pub struct Sync {
    pub(crate) connections: Connections,
    gmail: Option<Gmail>,
    outlook: Option<OutlookMail>,
    rates: Arc<Rates>,
}

/// Why a sync could not be asked for.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is no such connection, or it is somebody else's.
    #[error("no such connection")]
    NotFound,
    /// The database did not do it.
    #[error("the sync cannot be reached")]
    Database(#[from] DbErr),
}

impl Sync {
    pub(crate) fn new(connections: Connections) -> Self {
        let Mailboxes { gmail, outlook, .. } = (*connections.mailboxes).clone();
        Self { connections, gmail, outlook, rates: Arc::default() }
    }

    /// Gmail, with everybody's budgets.
    pub(crate) fn gmail(&self) -> Option<&Gmail> {
        self.gmail.as_ref()
    }

    /// Outlook's mail, with everybody's places.
    pub(crate) fn outlook(&self) -> Option<&OutlookMail> {
        self.outlook.as_ref()
    }

    /// Brings a connection up to date now instead of at its next turn.
    pub async fn sync_now(&self, user: Uuid, connection: Uuid) -> Result<(), SyncError> {
        self.connections.find(user, connection).await?.ok_or(SyncError::NotFound)?;
        let feed = self.feed_of(connection).await?.ok_or(SyncError::NotFound)?;
        Ok(self.look_now(user, &feed).await?)
    }

    /// A screen of this user shows mail: their mailboxes are asked for changes more often for a while. The first look
    /// after a pause asks at once.
    pub async fn note_looking(&self, user: Uuid) -> Result<(), SyncError> {
        let key = looking_key(user);
        let cache = &self.connections.cache;
        let looked_before = cache.get(&key).await.is_some();
        cache.set(&key, b"1", LOOKING).await;
        if !looked_before {
            for connection in self.connections.list(user).await? {
                match self.sync_now(user, connection.id).await {
                    Ok(()) | Err(SyncError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    async fn is_looking(&self, user: Uuid) -> bool {
        self.connections.cache.get(&looking_key(user)).await.is_some()
    }

    async fn feed_of(&self, connection: Uuid) -> Result<Option<sync_feeds::Model>, DbErr> {
        sync_feeds::Entity::find()
            .filter(sync_feeds::Column::ConnectionId.eq(connection))
            .filter(sync_feeds::Column::Kind.eq("mailbox"))
            .one(&self.connections.db)
            .await
    }
}

fn looking_key(user: Uuid) -> String {
    format!("looking:{user}")
}
