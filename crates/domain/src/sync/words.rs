//! When the words of the mails that a run stores are written.

use super::run::Run;
use crate::mail::{self, Words};
use sea_orm::{ConnectionTrait, DbErr};

impl Run<'_> {
    /// With the mails, so that what is stored can be found. Those of a first sync follow a minute behind: its mail is here
    /// sooner, and its words cost less in large steps.
    pub(super) async fn words(&mut self, tx: &impl ConnectionTrait) -> Result<Words, DbErr> {
        if self.feed.completed_at.is_some() {
            return Ok(Words::Now);
        }
        // Once in a run. Should the transaction fail, the run ends, and the next asks again.
        if !self.words_follow {
            self.follow_with_words(tx, false).await?;
            self.words_follow = true;
        }
        Ok(Words::Later)
    }

    /// Has the words written that are not; at once, when the first sync is `complete`.
    pub(super) async fn follow_with_words(&self, tx: &impl ConnectionTrait, complete: bool) -> Result<(), DbErr> {
        mail::follow_with_words(tx, &self.sync.connections.randomness, self.now(), self.account.id, complete).await
    }
}
