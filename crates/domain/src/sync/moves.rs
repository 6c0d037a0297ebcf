//! A feed goes from stage to stage, in the row that says so.

use super::{Obstacle, Stage, reread, run::Run};
use crate::{
    database::begin_write,
    jobs::{self, Job},
    providers::Provider,
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, DbErr};

impl Run<'_> {
    pub(super) async fn become_stage(&mut self, next: Stage) -> Result<(), DbErr> {
        let from = self.stage()?;
        if !from.may_become(next) {
            return Err(DbErr::Custom(format!("a feed cannot go from {} to {}", from.as_str(), next.as_str())));
        }
        let db = self.db().clone();
        self.feed = self.change(&db, |row| row.stage = Set(next.as_str().to_owned())).await?;
        tracing::debug!(connection = %self.account.id, from = from.as_str(), to = next.as_str(), "sync.stage");
        Ok(())
    }

    /// Everything is here: it rests until `at`. What is called complete for the first time is compared with the provider's
    /// own list.
    pub(super) async fn become_live(&mut self, at: DateTime<Utc>) -> Result<(), DbErr> {
        let now = self.now();
        let first_time = self.feed.completed_at.is_none();
        let tx = begin_write(self.db()).await?;
        let feed = self
            .change(&tx, |row| {
                row.stage = Set(Stage::Live.as_str().to_owned());
                if first_time {
                    row.completed_at = Set(Some(now));
                }
                row.last_synced_at = Set(Some(now));
                row.next_run_at = Set(Some(at));
                row.last_problem = Set(None);
            })
            .await?;
        if first_time {
            let job = Job::CheckMailbox { feed: feed.id };
            jobs::enqueue(&tx, &self.sync.connections.randomness, now, &job, now).await?;
            self.follow_with_words(&tx, true).await?;
        }
        tx.commit().await?;
        self.feed = feed;
        Ok(())
    }

    /// The cursor is too old: the next step lists from the beginning, with a cursor of now.
    pub(super) async fn begin_again(&mut self) -> Result<(), DbErr> {
        let db = self.db().clone();
        // Where folders are feeds, each of them says for itself when it is read again.
        if self.account.provider == Provider::Google.as_str() {
            reread::begin(&db, self.feed.id, self.now()).await?;
        }
        self.feed = self.change(&db, |row| row.cursor = Set(None)).await?;
        self.become_stage(Stage::Waiting).await
    }

    pub(super) async fn block(&mut self, problem: &Obstacle) -> Result<(), DbErr> {
        let was = self.stage()?;
        let db = self.db().clone();
        self.feed = self
            .change(&db, |row| {
                row.last_problem = Set(Some(problem.word().to_owned()));
                row.stage = Set(Stage::Blocked.as_str().to_owned());
                if !was.is_stopped() {
                    row.resumes_as = Set(Some(was.as_str().to_owned()));
                }
            })
            .await?;
        Ok(())
    }

    /// What stopped it is repaired: it goes on where it was.
    pub(super) async fn go_on(&mut self) -> Result<(), DbErr> {
        let next = self.feed.resumes_as.as_deref().and_then(|word| word.parse().ok()).unwrap_or(Stage::Waiting);
        self.become_stage(next).await
    }
}
