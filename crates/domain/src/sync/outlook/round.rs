//! A few folders at a time, in each page after page. While a page is stored, the next is on its way.

use super::{Mailbox, page_size::PageSize, store::Page};
use crate::{
    providers::{
        ProviderError,
        budget::Urgency,
        microsoft::mail::{IN_BACKGROUND, Link, OutlookMail},
    },
    sync::{
        Obstacle, Stage,
        pace::Lanes,
        reread,
        run::{Credentials, Run, Step, StepError},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sync_feeds;
use futures::{FutureExt, StreamExt, stream};
use sea_orm::{ActiveValue::Set, DbErr};
use uuid::Uuid;

/// A link that tells of nothing is kept this long before the newer one takes its place: Graph forgets old ones.
const LINK_KEPT: TimeDelta = TimeDelta::hours(1);
/// While a mailbox is read for the first time, its folders that are read are looked at so often: every look takes a place
/// from those that are not.
const LOOKED_MEANWHILE: TimeDelta = TimeDelta::minutes(2);
/// Folders read at the same time: twice as many as there are places, so that large folders end together instead of one
/// alone at the end, in one place. What is in memory is two pages of each.
const FOLDERS_AT_ONCE: usize = IN_BACKGROUND * 2;
/// Both, for telling how long it takes.
pub(super) const LANES: Lanes = Lanes { calls: IN_BACKGROUND, parts: FOLDERS_AT_ONCE };
/// The first screenful.
const SCREENFUL: u32 = 50;
/// When it is tried again.
pub(super) const STUCK_WAIT: TimeDelta = TimeDelta::seconds(20);

impl Mailbox<'_> {
    /// The newest mails of the inbox, before anything else is read.
    pub(super) async fn fill_screen(&mut self) -> Result<Step, StepError> {
        let inbox = self.folders().await?.into_iter().find(|folder| folder.label.as_deref() == Some("INBOX"));
        // What is read again is on the screen already.
        if let Some(inbox) = inbox.filter(|_| self.run.feed.completed_at.is_none()) {
            let credentials = self.run.credentials(Urgency::Screenful).await?;
            let most = self.run.caution.at_once(SCREENFUL);
            let newest = match self.outlook.newest(credentials.caller(), &inbox.remote_id, most).await {
                // The rounds learn what can be asked for at once.
                Err(ProviderError::TooLarge) => Vec::new(),
                newest => newest?,
            };
            let mut run = self.run.of_folder(inbox);
            run.take_over_folder().await?;
            self.store_page(&mut run, Page { items: newest, link: None }).await?;
        }
        self.run.become_stage(Stage::Fetching).await?;
        Ok(Step::More)
    }

    /// Works on what is due, a few folders at a time, until the turn ends. Whether anything was there.
    pub(super) async fn work_on_folders(&mut self) -> Result<bool, StepError> {
        let due = self.due(self.folders().await?);
        if due.is_empty() {
            return Ok(false);
        }
        let credentials = self.run.credentials(Urgency::Background).await?;
        let runs = due.into_iter().map(|folder| self.run.of_folder(folder)).collect();
        let mut done = Round::default();
        let failed = self.work_on(runs, &credentials, &mut done).await;
        self.run.calls += done.calls;
        self.looked.extend(done.looked);
        self.heard.extend(done.heard);
        for folder in &done.gone {
            self.forget_gone(folder).await?;
        }
        failed.map_or(Ok(done.moved || !done.gone.is_empty()), Err)
    }

    /// Adds up in `done` what the rounds did; the first trouble comes back.
    async fn work_on(&self, runs: Vec<Run<'_>>, credentials: &Credentials, done: &mut Round) -> Option<StepError> {
        let size = PageSize::after(&self.run.caution);
        let rounds: Vec<_> = runs.into_iter().map(|run| self.round(run, credentials, &size).boxed()).collect();
        let mut rounds = stream::iter(rounds).buffer_unordered(FOLDERS_AT_ONCE);
        let mut failed = None;
        while let Some(ended) = rounds.next().await {
            match ended {
                Ok(round) => {
                    done.moved |= round.moved;
                    done.calls += round.calls;
                    done.gone.extend(round.gone);
                    done.looked.extend(round.looked);
                    done.heard.extend(round.heard);
                }
                // The others come to their end: what they read is paid for.
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed
    }

    /// The folders whose round is not done, and those that this run has not looked at yet.
    pub(super) fn due(&self, folders: Vec<sync_feeds::Model>) -> Vec<sync_feeds::Model> {
        let is_unread = |folder: &sync_feeds::Model| folder.page_token.is_some() || folder.cursor.is_none();
        let reading = folders.iter().any(is_unread);
        let is_due = |folder: &sync_feeds::Model| {
            is_unread(folder) || !(self.looked.contains(&folder.id) || reading && self.may_wait(folder))
        };
        folders.into_iter().filter(is_due).collect()
    }

    /// Whether a folder that is read may wait while others are read for the first time; the inbox never.
    fn may_wait(&self, folder: &sync_feeds::Model) -> bool {
        let lately = folder.last_synced_at.is_some_and(|read| self.run.now() - read < LOOKED_MEANWHILE);
        self.is_first_read() && lately && folder.label.as_deref() != Some("INBOX")
    }

    fn is_first_read(&self) -> bool {
        self.run.feed.stage == Stage::Fetching.as_str()
    }

    /// One round of one folder, or as much of it as fits into the turn.
    async fn round(&self, mut run: Run<'_>, credentials: &Credentials, size: &PageSize) -> Result<Round, StepError> {
        let mut round = Round::default();
        if run.now() >= run.turn_ends {
            return Ok(round);
        }
        let rests = run.feed.page_token.is_none() && run.feed.cursor.is_some();
        // A round that goes on was begun who knows when.
        let began = run.feed.page_token.is_none().then(|| run.now());
        // A look that finds nothing writes nothing.
        let mut is_ours = !rests;
        if is_ours {
            run.take_over_folder().await?;
        }
        if run.feed.page_token.is_none() && run.feed.cursor.is_none() {
            self.begin_listing(&mut run).await?;
        }
        let folder = run.feed.remote_id.clone();
        let link = run.feed.page_token.clone().or_else(|| run.feed.cursor.clone());
        let mut fetched = self.fetch(&folder, credentials, link, size).await;
        loop {
            let is_quiet = fetched.as_ref().is_ok_and(Page::is_quiet);
            let kept = if self.is_first_read() { LOOKED_MEANWHILE } else { LINK_KEPT };
            if is_quiet && !is_ours && run.feed.last_synced_at.is_some_and(|read| run.now() - read < kept) {
                round.calls += 1;
                round.looked.push(run.feed.id);
                round.heard.extend(began.map(|began| (run.feed.id, began)));
                return Ok(round);
            }
            if !is_ours {
                run.take_over_folder().await?;
                is_ours = true;
            }
            let page = match fetched {
                Err(ProviderError::TooLarge) => {
                    self.read_names_only(&mut run).await?;
                    round.looked.push(run.feed.id);
                    return Ok(round);
                }
                Err(ProviderError::CursorLost) => {
                    self.begin_anew(&mut run).await?;
                    return Ok(round);
                }
                Err(ProviderError::Gone) => {
                    round.gone.push(folder);
                    return Ok(round);
                }
                page => page?,
            };
            round.calls += 1;
            round.moved |= !page.items.is_empty();
            let goes_on = run.now() < run.turn_ends && !self.is_sought().await?;
            let next = page.next().filter(|_| goes_on);
            let Some(next) = next else {
                let whole = matches!(page.link, Some(Link::Delta(_)));
                self.store_page(&mut run, page).await?;
                round.looked.extend(whole.then_some(run.feed.id));
                round.heard.extend(began.filter(|_| whole).map(|began| (run.feed.id, began)));
                return Ok(round);
            };
            let ahead = self.fetch(&folder, credentials, Some(next), size);
            let (stored, following) = tokio::join!(self.store_page(&mut run, page), ahead);
            stored?;
            self.tell(false).await;
            fetched = following;
        }
    }

    /// A page of a folder, as large as comes in good time.
    async fn fetch(
        &self,
        folder: &str,
        credentials: &Credentials,
        link: Option<String>,
        size: &PageSize,
    ) -> Result<Page, ProviderError> {
        loop {
            let (most, asked_at) = (size.get(), self.run.now());
            match self.outlook.messages(credentials.caller(), folder, link.as_deref(), most).await {
                Err(ProviderError::TooLarge) if most > 1 => size.shrink(),
                round => {
                    let round = round?;
                    if !self.run.caution.is_alone() {
                        size.learn(self.run.now() - asked_at);
                    }
                    return Ok(Page { items: round.items, link: Some(round.link) });
                }
            }
        }
    }

    /// A list of everything begins: what it does not meet is not there any more.
    async fn begin_listing(&self, run: &mut Run<'_>) -> Result<(), DbErr> {
        let (db, now) = (run.db().clone(), run.now());
        run.feed = run
            .change(&db, |row| {
                row.started_at = Set(Some(now));
                row.stage = Set(Stage::Listing.as_str().to_owned());
            })
            .await?;
        Ok(())
    }

    /// Graph cannot answer with a single message: the folder waits for its next turn, and no other folder waits for it. When
    /// that is no better, only names are asked for from the beginning, and each message by itself: what is wrong with one is
    /// its own then.
    async fn read_names_only(&self, run: &mut Run<'_>) -> Result<(), DbErr> {
        tracing::warn!(connection = %run.account.id, feed = %run.feed.id, "sync.folder_stuck: not even one message comes");
        if !is_stuck(&run.feed) {
            return run.note_problem(Some(&Obstacle::Stuck)).await;
        }
        self.begin_anew(run).await?;
        self.begin_listing(run).await?;
        let (db, names) = (run.db().clone(), OutlookMail::names_only(&run.feed.remote_id));
        run.feed = run.change(&db, |row| row.page_token = Set(Some(names))).await?;
        Ok(())
    }

    /// Graph knows the links no more: the folder is read from the beginning, and what is stored stays meanwhile.
    async fn begin_anew(&self, run: &mut Run<'_>) -> Result<(), DbErr> {
        tracing::info!(connection = %run.account.id, "sync.cursor_lost: reading a folder from the beginning");
        let db = run.db().clone();
        reread::begin(&db, run.feed.id, run.now()).await?;
        run.feed = run
            .change(&db, |row| {
                row.cursor = Set(None);
                row.page_token = Set(None);
            })
            .await?;
        Ok(())
    }
}

/// Whether a folder's next page could not be had.
pub(super) fn is_stuck(folder: &sync_feeds::Model) -> bool {
    folder.last_problem.as_deref() == Some(Obstacle::Stuck.word())
}

/// What a round did.
#[derive(Default)]
struct Round {
    moved: bool,
    calls: i64,
    /// Folders that Graph does not know.
    gone: Vec<String>,
    /// Feeds whose round came to its end.
    looked: Vec<Uuid>,
    /// When the rounds of those began that were begun and read to their end.
    heard: Vec<(Uuid, DateTime<Utc>)>,
}
