//! What a search at Gmail found, before everything else.

use super::{Mailbox, plan};
use crate::{
    database::begin_write,
    providers::{budget::Urgency, google::gmail::MOST_AT_ONCE},
    sync::{
        items::{self, Change},
        run::StepError,
        sought,
    },
};
use std::collections::HashMap;

/// Messages fetched in one go.
const AT_ONCE: u64 = 50;
/// Where they stand among what is to be fetched, should they not be fetched now.
const RANK: i64 = -1;

impl Mailbox<'_> {
    /// Names what was found and fetches it, like a first screenful: what is kept free answers what else the person asks.
    /// Whether there was anything.
    pub(super) async fn fetch_sought(&mut self) -> Result<bool, StepError> {
        let (db, connection, feed) = (self.run.db().clone(), self.run.account.id, self.run.feed.id);
        let found = sought::next(&db, connection, AT_ONCE).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let ids: Vec<String> = found.iter().map(|one| one.id.clone()).collect();
        let tx = begin_write(&db).await?;
        let mut change = Change::default();
        for one in &found {
            change += items::name_new(&tx, feed, one, RANK, self.run.now()).await?;
        }
        self.commit_counted(tx, change).await?;
        let pending = items::pending_among(&db, feed, &ids).await?;
        // After a death everything goes the careful way, in its order.
        if !pending.is_empty() && !self.run.caution.is_on() {
            let batches = plan::batches(pending, HashMap::new(), self.gmail.quota(), MOST_AT_ONCE);
            self.fetch_batches(Urgency::Screenful, batches, self.run.turn_ends).await?;
        }
        let mut done = ids;
        if !self.run.caution.is_on() {
            let left = items::pending_among(&db, feed, &done).await?;
            done.retain(|id| left.iter().all(|one| one.id != *id));
        }
        let tx = begin_write(&db).await?;
        sought::settle(&tx, connection, &done).await?;
        tx.commit().await?;
        self.tell(true).await;
        Ok(true)
    }
}
