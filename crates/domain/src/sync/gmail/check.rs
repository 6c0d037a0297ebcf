//! Gmail's list beside our ledger. What changes while it is read is told by the history since; so the sync may go on
//! meanwhile.

use super::{asking::fetch, plan::Batch};
use crate::{
    mail,
    providers::{
        Caller, ProviderError,
        budget::Urgency,
        google::gmail::{Ask, Change, Gmail, MOST_AT_ONCE},
    },
    sync::{CheckError, Stage, compare::Comparison, items::Wanted, named, run::Credentials, sample::Sample},
};
use std::collections::HashSet;

/// A share of a minute's quota that one request of a sample may cost: between two of them there is room for a person.
const REQUESTS_A_MINUTE: u32 = 30;

impl Comparison<'_> {
    /// Every id of the mailbox, spam and bin included, and some messages whole.
    pub(in crate::sync) async fn with_gmail(&mut self, gmail: &Gmail) -> Result<Sample, CheckError> {
        let stage: Option<Stage> = self.feed.stage.parse().ok();
        // From this place of the history on, whatever differs may only have changed meanwhile.
        let (Some(cursor), Some(Stage::Fetching | Stage::CatchingUp | Stage::Live)) = (&self.feed.cursor, stage) else {
            return Err(CheckError::TooEarly);
        };
        self.list(gmail).await?;
        self.walk(self.feed.id).await?;
        let mut sample = self.sample(gmail).await?;
        self.forgive_changes(gmail, cursor, &mut sample).await?;
        Ok(sample)
    }

    async fn list(&mut self, gmail: &Gmail) -> Result<(), CheckError> {
        let mut page = None;
        loop {
            let token = self.sync.connections.access_token(self.account.id).await?;
            let caller = Caller { person: &self.account.subject, token: &token.0, urgency: Urgency::Background };
            let answer = gmail.list(caller, page.as_deref(), None).await;
            let answer = self.sync.heeded(self.account, &token, answer).await?;
            self.sync.count_calls(self.account, 1).await?;
            let ids: Vec<String> = answer.names.into_iter().map(|name| name.id).collect();
            self.note_page(self.feed.id, &ids).await?;
            page = answer.next;
            if page.is_none() {
                return Ok(());
            }
        }
    }

    /// Fetches what was picked and lays it beside what is stored. What cannot be had now is no part of the sample.
    async fn sample(&mut self, gmail: &Gmail) -> Result<Sample, CheckError> {
        let quota = gmail.quota();
        let at_once = quota.per_minute / REQUESTS_A_MINUTE / quota.get.max(1);
        let at_once = usize::try_from(at_once).unwrap_or(MOST_AT_ONCE).clamp(1, MOST_AT_ONCE);
        let mut sample = Sample::default();
        for picks in self.picked().chunks(at_once) {
            let ids: Vec<&str> = picks.iter().map(|(_, id)| id.as_str()).collect();
            // What is here is read before what is there: whatever comes between is told by the history.
            let here = mail::kept(self.db(), self.account.id, ids.iter().copied()).await?;
            let token = self.sync.connections.access_token(self.account.id).await?;
            let credentials = Credentials::new(self.account, &token, Urgency::Background);
            let wanted = |id: &&str| Wanted { id: (*id).to_owned(), thread_id: String::new(), failed: false };
            let asks = ids.iter().map(|id| Ask::Message((*id).to_owned())).collect();
            let batch = Batch { asks, wanted: ids.iter().map(wanted).collect() };
            let fetched = fetch(gmail, &credentials, batch).await;
            let fetched = self.sync.heeded(self.account, &token, fetched).await?;
            self.sync.count_calls(self.account, 1).await?;
            for (one, there) in fetched {
                match (here.get(&one.id), there) {
                    (Some(here), Ok(there)) => sample.judge(self.feed.id, &one.id, here, &there),
                    (_, Err(error @ (ProviderError::Expired | ProviderError::Throttled { .. }))) => {
                        self.sync.heeded::<()>(self.account, &token, Err(error)).await?;
                    }
                    (None, _) | (_, Err(_)) => {}
                }
            }
        }
        Ok(sample)
    }

    /// Takes out what only came, went or changed while the list was read: the sync learns of it by itself.
    async fn forgive_changes(&self, gmail: &Gmail, cursor: &str, sample: &mut Sample) -> Result<(), CheckError> {
        let mut page = None;
        loop {
            let token = self.sync.connections.access_token(self.account.id).await?;
            let caller = Caller { person: &self.account.subject, token: &token.0, urgency: Urgency::Background };
            let answer = gmail.history(caller, cursor, page.as_deref()).await;
            let answer = self.sync.heeded(self.account, &token, answer).await?;
            self.sync.count_calls(self.account, 1).await?;
            let (mut moved, mut changed) = (Vec::new(), HashSet::new());
            for change in answer.changes {
                let id = match change {
                    Change::Added(_, name) => name.id,
                    Change::Deleted(_, id) => id,
                    Change::Labelled(_, name, _) | Change::Unlabelled(_, name, _) => {
                        changed.insert(name.id);
                        continue;
                    }
                };
                changed.insert(id.clone());
                moved.push(id);
            }
            named::agree(self.db(), self.id, None, &moved).await?;
            sample.forgive(&changed);
            page = answer.next;
            if page.is_none() {
                return Ok(());
            }
        }
    }
}
