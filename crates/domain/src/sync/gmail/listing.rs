//! The list of ids: every page is stored with the token of the next, so a listing goes on where it stopped.

use super::{Mailbox, work};
use crate::sync::{
    Stage, items, reread,
    run::{Step, StepError},
    tally,
};
use crate::{
    database::begin_write,
    mail,
    providers::{ProviderError, budget::Urgency, google::gmail::Profile},
};
use sea_orm::{ActiveValue::Set, DbErr};

/// The first screenful: the newest messages are fetched before anything else is listed, until the inbox has this many …
const SCREENFUL: u64 = 50;
/// … or this many are fetched: in some mailboxes little stays in the inbox.
const MOST_FOR_A_SCREENFUL: i64 = 120;

impl Mailbox<'_> {
    /// Remembers where the history stands **before** listing: what changes meanwhile is replayed from there.
    pub(super) async fn begin(&mut self) -> Result<Step, StepError> {
        self.run.follow_choice().await?;
        let credentials = self.credentials(Urgency::Screenful).await?;
        let profile = self.gmail.profile(credentials.caller()).await?;
        self.start_listing(&profile).await?;
        Ok(Step::More)
    }

    async fn start_listing(&mut self, profile: &Profile) -> Result<(), DbErr> {
        let now = self.run.now();
        let due = now + self.run.poll().await;
        let db = self.run.db().clone();
        self.run.feed = self
            .run
            .change(&db, |row| {
                row.next_run_at = Set(Some(due));
                row.stage = Set(Stage::Listing.as_str().to_owned());
                row.cursor = Set(Some(profile.history_id.clone()));
                row.page_token = Set(None);
                row.expected = Set(i64::try_from(profile.messages_total).unwrap_or(i64::MAX));
                row.listed = Set(0);
                row.started_at = Set(Some(now));
                row.last_problem = Set(None);
            })
            .await?;
        Ok(())
    }

    /// One page. After the first, the newest messages are fetched, so that the screen fills.
    pub(super) async fn list_page(&mut self) -> Result<Step, StepError> {
        if self.wants_screenful().await? {
            return self.fetch_round(Urgency::Screenful, SCREENFUL).await;
        }
        let urgency = if self.run.feed.listed == 0 { Urgency::Screenful } else { Urgency::Background };
        let credentials = self.credentials(urgency).await?;
        let caller = credentials.caller();
        let page = match self.gmail.list(caller, self.run.feed.page_token.as_deref(), None).await {
            Err(ProviderError::Broken { .. }) if self.run.feed.page_token.is_some() => return self.list_anew().await,
            page => page?,
        };
        let labels = if self.run.feed.listed == 0 { Some(self.gmail.labels(caller).await?) } else { None };
        let relisting = self.is_relisting().await?;
        let now = self.run.now();
        if page.next.is_none() && !self.run.rules.0.is_empty() {
            items::name(self.run.db(), self.run.feed.id, &page.names, self.run.feed.listed, now).await?;
            self.leave_out_listed().await?;
        }
        let tx = begin_write(self.run.db()).await?;
        if let Some(labels) = &labels {
            mail::replace_labels(&tx, &self.run.sync.connections.randomness, self.run.account.id, labels, now).await?;
        }
        if relisting {
            let unknown = reread::unknown(&tx, self.run.feed.id, &page.names).await?;
            reread::found(&tx, self.run.feed.id, unknown, 0).await?;
        }
        items::name(&tx, self.run.feed.id, &page.names, self.run.feed.listed, now).await?;
        let listed = self.run.feed.listed + i64::try_from(page.names.len()).unwrap_or_default();
        let last = page.next.is_none();
        let work_left = if last { work::left(&tx, self.run.feed.id).await? } else { 0 };
        let counted = if last { Some(tally::of_feed(&tx, self.run.feed.id).await?) } else { None };
        let expected = counted.map_or_else(|| self.run.feed.expected.max(listed), |counted| counted.all());
        let feed = self
            .run
            .change(&tx, |row| {
                row.page_token = Set(page.next);
                row.listed = Set(listed);
                row.expected = Set(expected);
                row.work_left = Set(work_left);
                if let Some(counted) = counted {
                    row.excluded = Set(counted.excluded);
                }
                if last && !relisting {
                    row.stage = Set(Stage::Fetching.as_str().to_owned());
                }
            })
            .await?;
        tx.commit().await?;
        self.run.feed = feed;
        if last && relisting {
            self.reconcile().await?;
        }
        Ok(Step::More)
    }

    /// The token of a page is not accepted any more: from the first page on. What is named already stays named.
    async fn list_anew(&mut self) -> Result<Step, StepError> {
        tracing::info!(connection = %self.run.account.id, "sync.page_token_lost: listing from the first page");
        let db = self.run.db().clone();
        self.run.feed = self
            .run
            .change(&db, |row| {
                row.page_token = Set(None);
                row.listed = Set(0);
            })
            .await?;
        Ok(Step::More)
    }

    /// Whether the first page is listed and its newest messages do not fill a screen yet, in the first sync.
    async fn wants_screenful(&self) -> Result<bool, DbErr> {
        if self.run.feed.listed == 0 || self.run.feed.stored >= MOST_FOR_A_SCREENFUL {
            return Ok(false);
        }
        if mail::inbox_holds(self.run.db(), self.run.account.id, SCREENFUL).await? {
            return Ok(false);
        }
        let pending = items::next(self.run.db(), self.run.feed.id, 1, self.run.now()).await?;
        Ok(!pending.is_empty())
    }
}
